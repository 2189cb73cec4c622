/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/bytes.h"

enum oeo_err oeo_bytes_put(struct oeo_buf *out, uint64_t number, unsigned width)
{
	uint8_t bytes[8];

	for (unsigned i = 0; i < width; i++)
		bytes[i] = (uint8_t)(number >> (8 * i));
	return oeo_buf_append(out, bytes, width);
}

enum oeo_err oeo_bytes_put_block(struct oeo_buf *out, const void *bytes, size_t len)
{
	enum oeo_err err = len <= UINT32_MAX ? oeo_bytes_put(out, len, 4) : OEO_ERR_RANGE;

	return err == OEO_OK ? oeo_buf_append(out, bytes, len) : err;
}

const uint8_t *oeo_bytes_take_raw(struct oeo_reader *reader, size_t len)
{
	const uint8_t *bytes = reader->at;

	if (reader->is_bad || reader->left < len) {
		reader->is_bad = true;
		return NULL;
	}
	reader->at += len;
	reader->left -= len;
	return bytes;
}

uint64_t oeo_bytes_take(struct oeo_reader *reader, unsigned width)
{
	const uint8_t *bytes = oeo_bytes_take_raw(reader, width);
	uint64_t number = 0;

	for (unsigned i = 0; bytes != NULL && i < width; i++)
		number |= (uint64_t)bytes[i] << (8 * i);
	return number;
}

const uint8_t *oeo_bytes_take_block(struct oeo_reader *reader, size_t *len)
{
	size_t wanted = (size_t)oeo_bytes_take(reader, 4);
	const uint8_t *bytes = oeo_bytes_take_raw(reader, wanted);

	*len = bytes != NULL ? wanted : 0;
	return bytes;
}

bool oeo_bytes_is_done(const struct oeo_reader *reader)
{
	return !reader->is_bad && reader->left == 0;
}

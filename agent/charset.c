/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/charset.h"

#include <stdint.h>
#include <stdlib.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "proto/text.h"

#define ASCII_COUNT 128

struct oeo_charset {
	UConverter *converter; /* NULL for UTF-8 */
	bool is_single_byte;
	UChar *wide; /* of the field being decoded */
	size_t capacity;
};

/* The characters that make lines, delimiters, quotes and codes; IBM's code pages move some other control characters. */
static bool is_structural(int c)
{
	return (c >= 0x20 && c < 0x7F) || c == '\t' || c == '\n' || c == '\r';
}

/* Lines and delimiters are looked for as ASCII bytes. */
static bool is_ascii_compatible(UConverter *converter)
{
	char bytes[ASCII_COUNT];
	UChar wide[2 * ASCII_COUNT];
	UErrorCode status = U_ZERO_ERROR;
	int32_t len;

	for (int i = 0; i < ASCII_COUNT; i++)
		bytes[i] = (char)i;
	len = ucnv_toUChars(converter, wide, 2 * ASCII_COUNT, bytes, ASCII_COUNT, &status);
	if (U_FAILURE(status) || len != ASCII_COUNT)
		return false;
	for (int i = 0; i < ASCII_COUNT; i++) {
		if (is_structural(i) && wide[i] != i)
			return false;
	}
	return true;
}

static enum oeo_err open_converter(struct oeo_charset *charset, const char *name)
{
	UErrorCode status = U_ZERO_ERROR;

	if (ucnv_compareNames(name, "UTF-8") == 0)
		return OEO_OK;
	charset->converter = ucnv_open(name, &status);
	if (U_FAILURE(status))
		return status == U_MEMORY_ALLOCATION_ERROR ? OEO_ERR_NOMEM : OEO_ERR_NOT_FOUND;
	/* Another name of UTF-8 ("utf8"): its own path is quicker and stricter. */
	if (ucnv_getType(charset->converter) == UCNV_UTF8) {
		ucnv_close(charset->converter);
		charset->converter = NULL;
		return OEO_OK;
	}
	ucnv_setToUCallBack(charset->converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
	if (U_FAILURE(status))
		return OEO_ERR_INTERNAL;
	charset->is_single_byte = ucnv_getMaxCharSize(charset->converter) == 1;
	return is_ascii_compatible(charset->converter) ? OEO_OK : OEO_ERR_RANGE;
}

enum oeo_err oeo_charset_open(struct oeo_charset **charset, const char *name)
{
	struct oeo_charset *opened = calloc(1, sizeof(*opened));
	enum oeo_err err;

	if (opened == NULL)
		return OEO_ERR_NOMEM;
	err = open_converter(opened, name);
	if (err == OEO_OK)
		*charset = opened;
	else
		oeo_charset_close(opened);
	return err;
}

void oeo_charset_close(struct oeo_charset *charset)
{
	if (charset == NULL)
		return;
	if (charset->converter != NULL)
		ucnv_close(charset->converter);
	free(charset->wide);
	free(charset);
}

bool oeo_charset_is_utf8(const struct oeo_charset *charset)
{
	return charset->converter == NULL;
}

static bool is_ascii(const uint8_t *bytes, size_t len)
{
	uint8_t seen = 0;

	for (size_t i = 0; i < len; i++)
		seen |= bytes[i];
	return seen < ASCII_COUNT;
}

static enum oeo_err make_room(struct oeo_charset *charset, size_t len)
{
	UChar *wide;

	if (len <= charset->capacity)
		return OEO_OK;
	wide = realloc(charset->wide, len * sizeof(*wide));
	if (wide == NULL)
		return OEO_ERR_NOMEM;
	charset->wide = wide;
	charset->capacity = len;
	return OEO_OK;
}

static bool has_c1_control(const UChar *wide, int32_t len)
{
	for (int32_t i = 0; i < len; i++) {
		if (wide[i] >= 0x80 && wide[i] < 0xA0)
			return true;
	}
	return false;
}

static enum oeo_err append_wide(struct oeo_buf *out, const UChar *wide, int32_t len)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t capacity = 3 * len + 1;
	int32_t written = 0;
	enum oeo_err err = oeo_buf_reserve(out, (size_t)capacity);

	if (err != OEO_OK)
		return err;
	(void)u_strToUTF8((char *)out->data + out->len, capacity, &written, wide, len, &status);
	if (U_FAILURE(status))
		return OEO_ERR_FORMAT;
	out->len += (size_t)written;
	return OEO_OK;
}

enum oeo_err oeo_charset_decode(
    struct oeo_charset *charset, struct oeo_buf *out, const void *bytes, size_t len)
{
	UErrorCode status = U_ZERO_ERROR;
	enum oeo_err err;
	int32_t written;

	if (is_ascii(bytes, len))
		return oeo_buf_append(out, bytes, len);
	if (charset->converter == NULL)
		return oeo_text_is_utf8(bytes, len) ? oeo_buf_append(out, bytes, len) : OEO_ERR_FORMAT;
	if (len > INT32_MAX / 8 || (charset->is_single_byte && oeo_text_is_utf8(bytes, len)))
		return OEO_ERR_FORMAT;
	err = make_room(charset, 2 * len + 1);
	if (err != OEO_OK)
		return err;
	written = ucnv_toUChars(
	    charset->converter, charset->wide, (int32_t)charset->capacity, bytes, (int32_t)len, &status);
	if (U_FAILURE(status) || has_c1_control(charset->wide, written))
		return OEO_ERR_FORMAT;
	return append_wide(out, charset->wide, written);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/buf.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 256

void oeo_buf_init(struct oeo_buf *buf)
{
	buf->data = NULL;
	buf->len = 0;
	buf->capacity = 0;
}

void oeo_buf_fini(struct oeo_buf *buf)
{
	if (buf == NULL)
		return;
	free(buf->data);
	oeo_buf_init(buf);
}

void oeo_buf_wipe(struct oeo_buf *buf)
{
	if (buf == NULL || buf->data == NULL)
		return;
	sodium_memzero(buf->data, buf->capacity);
	buf->len = 0;
}

enum oeo_err oeo_buf_reserve(struct oeo_buf *buf, size_t more)
{
	size_t capacity = buf->capacity > 0 ? buf->capacity : FIRST_CAPACITY;
	uint8_t *data;

	if (more > SIZE_MAX / 2 - buf->len)
		return OEO_ERR_NOMEM;
	if (buf->len + more <= buf->capacity)
		return OEO_OK;
	while (capacity < buf->len + more)
		capacity *= 2;
	data = realloc(buf->data, capacity);
	if (data == NULL)
		return OEO_ERR_NOMEM;
	buf->data = data;
	buf->capacity = capacity;
	return OEO_OK;
}

enum oeo_err oeo_buf_append(struct oeo_buf *buf, const void *bytes, size_t len)
{
	enum oeo_err err;

	if (len == 0)
		return OEO_OK;
	err = oeo_buf_reserve(buf, len);
	if (err != OEO_OK)
		return err;
	memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
	return OEO_OK;
}

enum oeo_err oeo_buf_append_text(struct oeo_buf *buf, const char *text)
{
	return oeo_buf_append(buf, text, strlen(text));
}

enum oeo_err oeo_buf_vprintf(struct oeo_buf *buf, const char *format, va_list arguments)
{
	va_list again;
	enum oeo_err err;
	int needed;

	va_copy(again, arguments);
	needed = vsnprintf(NULL, 0, format, arguments);
	if (needed < 0)
		err = OEO_ERR_INTERNAL;
	else
		err = oeo_buf_reserve(buf, (size_t)needed + 1);
	if (err == OEO_OK) {
		(void)vsnprintf((char *)buf->data + buf->len, (size_t)needed + 1, format, again);
		buf->len += (size_t)needed;
	}
	va_end(again);
	return err;
}

enum oeo_err oeo_buf_printf(struct oeo_buf *buf, const char *format, ...)
{
	va_list arguments;
	enum oeo_err err;

	va_start(arguments, format);
	err = oeo_buf_vprintf(buf, format, arguments);
	va_end(arguments);
	return err;
}

enum oeo_err oeo_buf_terminate(struct oeo_buf *buf)
{
	enum oeo_err err = oeo_buf_reserve(buf, 1);

	if (err == OEO_OK)
		buf->data[buf->len] = 0;
	return err;
}

bool oeo_size_mul(size_t a, size_t b, size_t *product)
{
	return !__builtin_mul_overflow(a, b, product);
}

void *oeo_alloc_array(size_t count, size_t size)
{
	size_t bytes;

	if (!oeo_size_mul(count, size, &bytes))
		return NULL;
	return calloc(1, bytes > 0 ? bytes : 1);
}

void oeo_hex_encode(char *hex, const uint8_t *bytes, size_t len)
{
	(void)sodium_bin2hex(hex, 2 * len + 1, bytes, len);
}

enum oeo_err oeo_hex_decode(uint8_t *bytes, size_t len, const char *hex)
{
	size_t written = 0;
	const char *end = NULL;

	if (strlen(hex) != 2 * len)
		return OEO_ERR_FORMAT;
	if (sodium_hex2bin(bytes, len, hex, 2 * len, NULL, &written, &end) != 0 || written != len ||
	    *end != '\0')
		return OEO_ERR_FORMAT;
	return OEO_OK;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A growable byte buffer, checked size arithmetic, and hexadecimal. Not for secrets (see secret.h): a
 * growing buffer leaves copies behind.
 */
#ifndef OEO_PROTO_BUF_H
#define OEO_PROTO_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/err.h"

struct oeo_buf {
	uint8_t *data;
	size_t len;
	size_t capacity;
};

/* Make an empty buffer; no allocation yet. A zero-initialised struct is one too. */
void oeo_buf_init(struct oeo_buf *buf);

/* Free the bytes and leave an empty buffer. buf may be NULL. */
void oeo_buf_fini(struct oeo_buf *buf);

/* Overwrite all bytes it has room for with zeros and make it empty, for what names a person. buf may be NULL. A buffer
 * that had to grow has left copies: reserve first. */
void oeo_buf_wipe(struct oeo_buf *buf);

/* Make room for `more` bytes behind the present ones. OEO_ERR_NOMEM: unchanged. */
enum oeo_err oeo_buf_reserve(struct oeo_buf *buf, size_t more);

/* Append bytes; bytes may be NULL where len is 0. OEO_ERR_NOMEM: unchanged. */
enum oeo_err oeo_buf_append(struct oeo_buf *buf, const void *bytes, size_t len);

/* Append the characters of a string, without its end. OEO_ERR_NOMEM: unchanged. */
enum oeo_err oeo_buf_append_text(struct oeo_buf *buf, const char *text);

/* Append as printf does, without the end. OEO_ERR_NOMEM: unchanged. */
enum oeo_err oeo_buf_printf(struct oeo_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for a function that was called as printf is; arguments are used up. */
enum oeo_err oeo_buf_vprintf(struct oeo_buf *buf, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Put a zero byte behind the bytes, not counted in len, so that data can be read as text. */
enum oeo_err oeo_buf_terminate(struct oeo_buf *buf);

/* product = a * b, or false where that does not fit. */
bool oeo_size_mul(size_t a, size_t b, size_t *product);

/* Allocate count zeroed elements of size bytes, NULL where that fails or overflows. Returns owned (free). */
void *oeo_alloc_array(size_t count, size_t size);

/* Write 2*len lower-case hex digits and a zero byte to hex (not constant in time: for public bytes). */
void oeo_hex_encode(char *hex, const uint8_t *bytes, size_t len);

/* Read exactly 2*len lower- or upper-case hex digits; OEO_ERR_FORMAT otherwise. */
enum oeo_err oeo_hex_decode(uint8_t *bytes, size_t len, const char *hex);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Small files of lines "key: value" in a fixed order, LF at each end: cards, approvals, statements. Anything
 * else is refused with its line and what to do: another order, missing or further lines, the line ends of
 * Windows, a value that is empty or too long, NUL bytes.
 */
#ifndef OEO_PROTO_KEYLINES_H
#define OEO_PROTO_KEYLINES_H

#include <stddef.h>

#include "proto/err.h"

/* What is left of a text while it is read. The pointers are borrowed. */
struct oeo_keylines {
	const char *source; /* file name, or a word for it, in refusals */
	const char *rest;
	size_t rest_len;
	size_t line; /* of the line that was taken last, from 1; 0 at the start */
	struct oeo_note *why;
};

/* Start to read a text of at most `limit` bytes. OEO_ERR_FORMAT: longer, or it holds CR. */
enum oeo_err oeo_keylines_begin(struct oeo_keylines *lines, const char *source, const char *text, size_t len,
    size_t limit, struct oeo_note *why);

/* Take the line "key: value"; value (size bytes) gets the value as a string. OEO_ERR_FORMAT with why. */
enum oeo_err oeo_keylines_take(struct oeo_keylines *lines, const char *key, char *value, size_t size);

/* OEO_ERR_FORMAT where anything follows. */
enum oeo_err oeo_keylines_end(struct oeo_keylines *lines);

/* Set why to "source:line: reason" of the line taken last and return OEO_ERR_FORMAT. */
enum oeo_err oeo_keylines_refuse(const struct oeo_keylines *lines, const char *reason);

#endif

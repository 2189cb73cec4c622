/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The physical lines of a stream of bytes, through a window of fixed size, with the way back to the last held place.
 * A line ends at LF or CR LF; in a stream that begins with CR alone at the ends of its lines (old Macintosh programs), at
 * CR. The last one may end at the end of the stream. Its number is the one that an editor shows, which begins a new line at
 * LF, CR LF and CR alone, wherever they stand: a CR inside a line of a file with LF takes a number too.
 */
#ifndef OEO_AGENT_LINES_H
#define OEO_AGENT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/csv_reader.h"

/* A place between two lines: where the line with this number begins. */
struct oeo_line_mark {
	uint64_t offset;
	size_t line;
	bool is_after_cr;
};

struct oeo_lines {
	oeo_csv_read_fn *read; /* borrowed, with its context */
	void *context;
	uint8_t *window; /* 2 * OEO_CSV_MAX_BYTES */
	size_t held; /* the bytes from here on are kept */
	size_t next; /* first byte of the next line */
	size_t end;
	size_t line; /* number of the next line, from 1 */
	uint64_t dropped; /* bytes of the stream before the window */
	bool is_end; /* the stream has no more */
	bool is_after_cr; /* the byte before `next` is CR: an LF now belongs to it */
	char line_end; /* LF, or CR */
};

enum oeo_line_found { OEO_LINE_FOUND = 1, OEO_LINE_NONE = 2, OEO_LINE_FULL = 3 };

/* OEO_ERR_NOMEM. */
enum oeo_err oeo_lines_init(struct oeo_lines *lines, oeo_csv_read_fn *read, void *context);

/* Wipe and free; a zero-initialised struct is fine. */
void oeo_lines_fini(struct oeo_lines *lines);

/* The first bytes, at most n (up to OEO_CSV_MAX_BYTES), without taking them: *bytes is borrowed until the next call. */
enum oeo_err oeo_lines_peek(struct oeo_lines *lines, size_t n, const uint8_t **bytes, size_t *len);

/* Look how lines end: at CR where there are some and no LF in about the first OEO_CSV_MAX_BYTES. *has_end: there is an end,
 * or the stream ends, within these. Before anything is taken. */
enum oeo_err oeo_lines_find_end(struct oeo_lines *lines, bool *has_end);

/* Keep what comes from here on, up to OEO_CSV_MAX_BYTES, and let go of what was before. */
void oeo_lines_hold(struct oeo_lines *lines);

/*
 * Take the next line, without its end; *bytes is borrowed until the next oeo_lines_hold. OEO_LINE_NONE: the stream has
 * ended. OEO_LINE_FULL: with this line more than OEO_CSV_MAX_BYTES would be held; nothing was taken.
 */
enum oeo_err oeo_lines_take(
    struct oeo_lines *lines, const uint8_t **bytes, size_t *len, enum oeo_line_found *found);

/* Where the next line begins, and back to a place that is still held. */
struct oeo_line_mark oeo_lines_mark(const struct oeo_lines *lines);
void oeo_lines_rewind(struct oeo_lines *lines, const struct oeo_line_mark *mark);

/* Take the next line without looking at it, however long it is; it cannot be gone back to. */
enum oeo_err oeo_lines_skip(struct oeo_lines *lines);

#endif

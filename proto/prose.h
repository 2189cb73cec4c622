/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Plain text for people to read at a terminal: headings, paragraphs and lists, wrapped at 78 columns. The
 * first failure stays (err) and later calls do nothing, so that callers look once at the end.
 */
#ifndef OEO_PROTO_PROSE_H
#define OEO_PROTO_PROSE_H

#include <stddef.h>
#include <stdint.h>

#include "proto/buf.h"
#include "proto/period.h"

struct oeo_prose {
	struct oeo_buf *out; /* borrowed */
	enum oeo_err err;
};

/* A line, underlined with '=' (the title) or '-'. */
void oeo_prose_title(struct oeo_prose *prose, const char *text);
void oeo_prose_heading(struct oeo_prose *prose, const char *text);

/* A wrapped paragraph, and an empty line behind it. */
void oeo_prose_paragraph(struct oeo_prose *prose, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A wrapped line of a list, "- " in front, indented by depth (0, 1, ...). */
void oeo_prose_item(struct oeo_prose *prose, unsigned depth, const char *text);

/* An empty line (behind a list). */
void oeo_prose_gap(struct oeo_prose *prose);

/* Pieces of sentences, appended to a caller's buffer: "a, b and c"; 14,080 (14.080 in Dutch); November 2026;
 * 21 November 2026. */
enum oeo_err oeo_prose_join(struct oeo_buf *out, const char *const *words, size_t n);
enum oeo_err oeo_prose_number(struct oeo_buf *out, uint64_t number);
enum oeo_err oeo_prose_period(struct oeo_buf *out, const struct oeo_period *period);
enum oeo_err oeo_prose_day(struct oeo_buf *out, int64_t day);

#endif

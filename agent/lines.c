/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/lines.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_BYTES (2 * OEO_CSV_MAX_BYTES)

enum oeo_err oeo_lines_init(struct oeo_lines *lines, oeo_csv_read_fn *read, void *context)
{
	memset(lines, 0, sizeof(*lines));
	lines->window = malloc(WINDOW_BYTES);
	if (lines->window == NULL)
		return OEO_ERR_NOMEM;
	lines->read = read;
	lines->context = context;
	lines->line = 1;
	lines->line_end = '\n';
	return OEO_OK;
}

void oeo_lines_fini(struct oeo_lines *lines)
{
	if (lines->window != NULL)
		sodium_memzero(lines->window, WINDOW_BYTES);
	free(lines->window);
	lines->window = NULL;
}

static enum oeo_err fill(struct oeo_lines *lines)
{
	size_t len = 0;
	enum oeo_err err;

	if (lines->is_end || lines->end == WINDOW_BYTES)
		return OEO_OK;
	err = lines->read(lines->context, lines->window + lines->end, WINDOW_BYTES - lines->end, &len);
	if (err != OEO_OK)
		return err;
	if (len > WINDOW_BYTES - lines->end)
		return OEO_ERR_INTERNAL;
	lines->is_end = len == 0;
	lines->end += len;
	return OEO_OK;
}

enum oeo_err oeo_lines_peek(struct oeo_lines *lines, size_t n, const uint8_t **bytes, size_t *len)
{
	enum oeo_err err = OEO_OK;

	while (err == OEO_OK && lines->end - lines->next < n && !lines->is_end && lines->end < WINDOW_BYTES)
		err = fill(lines);
	*bytes = lines->window + lines->next;
	*len = lines->end - lines->next < n ? lines->end - lines->next : n;
	return err;
}

enum oeo_err oeo_lines_find_end(struct oeo_lines *lines, bool *has_end)
{
	enum oeo_err err = OEO_OK;
	const uint8_t *cr;

	while (memchr(lines->window, '\n', lines->end) == NULL) {
		if (!lines->is_end && lines->end <= OEO_CSV_MAX_BYTES) {
			err = fill(lines);
			if (err != OEO_OK)
				return err;
			continue;
		}
		/* A CR that ends what was looked at may have its LF behind it. */
		cr = memchr(lines->window, '\r', lines->end);
		if (cr != NULL && (lines->is_end || cr + 1 < lines->window + lines->end))
			lines->line_end = '\r';
		*has_end = lines->is_end || lines->line_end == '\r';
		return OEO_OK;
	}
	*has_end = true;
	return OEO_OK;
}

/* Moving the window only when half of it has been used keeps the copying below one byte a byte. */
void oeo_lines_hold(struct oeo_lines *lines)
{
	lines->held = lines->next;
	if (lines->held < OEO_CSV_MAX_BYTES)
		return;
	memmove(lines->window, lines->window + lines->held, lines->end - lines->held);
	lines->dropped += lines->held;
	lines->end -= lines->held;
	lines->next = 0;
	lines->held = 0;
}

/* Find the end of the next line, reading on as far as the limit allows; NULL where there is none. */
static enum oeo_err find_line_end(struct oeo_lines *lines, const uint8_t **at)
{
	size_t from = lines->next;
	enum oeo_err err = OEO_OK;

	for (;;) {
		*at = from < lines->end ? memchr(lines->window + from, lines->line_end, lines->end - from)
					: NULL;
		if (*at != NULL || lines->is_end || lines->end - lines->held > OEO_CSV_MAX_BYTES)
			return OEO_OK;
		from = lines->end;
		err = fill(lines);
		if (err != OEO_OK)
			return err;
	}
}

/* Go on to the byte at `after`. Editors break a line at LF, at CR LF and at CR alone: their numbers are what counts. */
static void advance(struct oeo_lines *lines, size_t after)
{
	for (; lines->next < after; lines->next++) {
		uint8_t byte = lines->window[lines->next];

		if (byte == '\r' || (byte == '\n' && !lines->is_after_cr))
			lines->line++;
		lines->is_after_cr = byte == '\r';
	}
}

enum oeo_err oeo_lines_take(
    struct oeo_lines *lines, const uint8_t **bytes, size_t *len, enum oeo_line_found *found)
{
	const uint8_t *at = NULL;
	enum oeo_err err = find_line_end(lines, &at);
	size_t after;

	if (err != OEO_OK)
		return err;
	after = at != NULL ? (size_t)(at - lines->window) + 1 : lines->end;
	if (after - lines->held > OEO_CSV_MAX_BYTES) {
		*found = OEO_LINE_FULL;
		return OEO_OK;
	}
	if (lines->next == lines->end) {
		*found = OEO_LINE_NONE;
		return OEO_OK;
	}
	*bytes = lines->window + lines->next;
	*len = after - lines->next - (at != NULL ? 1 : 0);
	if (*len > 0 && lines->line_end == '\n' && (*bytes)[*len - 1] == '\r')
		(*len)--;
	advance(lines, after);
	*found = OEO_LINE_FOUND;
	return OEO_OK;
}

struct oeo_line_mark oeo_lines_mark(const struct oeo_lines *lines)
{
	return (struct oeo_line_mark){lines->dropped + lines->next, lines->line, lines->is_after_cr};
}

void oeo_lines_rewind(struct oeo_lines *lines, const struct oeo_line_mark *mark)
{
	lines->next = (size_t)(mark->offset - lines->dropped);
	lines->line = mark->line;
	lines->is_after_cr = mark->is_after_cr;
}

enum oeo_err oeo_lines_skip(struct oeo_lines *lines)
{
	const uint8_t *at = NULL;
	enum oeo_err err;

	do {
		oeo_lines_hold(lines);
		err = find_line_end(lines, &at);
		if (err != OEO_OK)
			return err;
		advance(lines, at != NULL ? (size_t)(at - lines->window) + 1 : lines->end);
	} while (at == NULL && !lines->is_end);
	if (at == NULL)
		lines->line++;
	return OEO_OK;
}

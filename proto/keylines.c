/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/keylines.h"

#include <string.h>

#include "proto/i18n.h"

enum oeo_err oeo_keylines_refuse(const struct oeo_keylines *lines, const char *reason)
{
	return oeo_note_set(lines->why, OEO_ERR_FORMAT, "%s:%zu: %s", lines->source, lines->line, reason);
}

static size_t line_of(const char *text, const char *place)
{
	size_t line = 1;

	for (; text < place; text++)
		if (*text == '\n')
			line++;
	return line;
}

enum oeo_err oeo_keylines_begin(struct oeo_keylines *lines, const char *source, const char *text, size_t len,
    size_t limit, struct oeo_note *why)
{
	const char *cr = len > 0 ? memchr(text, '\r', len) : NULL;

	*lines =
	    (struct oeo_keylines){.source = source, .rest = text, .rest_len = len, .line = 1, .why = why};
	if (len > limit)
		return oeo_keylines_refuse(lines, _("the file is too long. Is this the right file?"));
	if (cr != NULL) {
		lines->line = line_of(text, cr);
		return oeo_keylines_refuse(
		    lines, _("the file has the line ends of Windows. Ask for the file itself, as an "
			     "attachment, and do not save it in an editor."));
	}
	lines->line = 0;
	return OEO_OK;
}

static enum oeo_err refuse_missing(const struct oeo_keylines *lines, const char *key)
{
	return oeo_note_set(lines->why, OEO_ERR_FORMAT,
	    _("%s:%zu: the line \"%s: ...\" is expected here. A line is missing, changed or in another "
	      "place; ask for the file again."),
	    lines->source, lines->line, key);
}

enum oeo_err oeo_keylines_take(struct oeo_keylines *lines, const char *key, char *value, size_t size)
{
	const char *end = lines->rest_len > 0 ? memchr(lines->rest, '\n', lines->rest_len) : NULL;
	size_t key_len = strlen(key);
	size_t len;

	lines->line++;
	if (end == NULL)
		return refuse_missing(lines, key);
	len = (size_t)(end - lines->rest);
	if (len < key_len + 2 || memcmp(lines->rest, key, key_len) != 0 ||
	    memcmp(lines->rest + key_len, ": ", 2) != 0)
		return refuse_missing(lines, key);
	len -= key_len + 2;
	if (len == 0 || len >= size)
		return oeo_keylines_refuse(
		    lines, _("the value on this line is missing or too long. Ask for the file again."));
	if (memchr(lines->rest + key_len + 2, '\0', len) != NULL)
		return oeo_keylines_refuse(
		    lines, _("this line holds a character that is not allowed. Ask for the file again."));
	memcpy(value, lines->rest + key_len + 2, len);
	value[len] = '\0';
	lines->rest_len -= (size_t)(end - lines->rest) + 1;
	lines->rest = end + 1;
	return OEO_OK;
}

enum oeo_err oeo_keylines_end(struct oeo_keylines *lines)
{
	if (lines->rest_len == 0)
		return OEO_OK;
	lines->line++;
	return oeo_keylines_refuse(
	    lines, _("nothing may follow here. Remove this line and what comes after it."));
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/prose.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"

#define COLUMNS 78
#define INDENT 2
#define DIGITS_BYTES 24

static void keep(struct oeo_prose *prose, enum oeo_err err)
{
	if (prose->err == OEO_OK)
		prose->err = err;
}

static void put(struct oeo_prose *prose, const char *text, size_t len)
{
	if (prose->err == OEO_OK)
		keep(prose, oeo_buf_append(prose->out, text, len));
}

static void put_spaces(struct oeo_prose *prose, size_t n)
{
	while (n-- > 0)
		put(prose, " ", 1);
}

/* Characters, not bytes: everything that is not a continuation byte of UTF-8. */
static size_t width_of(const char *text, size_t len)
{
	size_t width = 0;

	for (size_t i = 0; i < len; i++)
		if (((unsigned char)text[i] & 0xC0) != 0x80)
			width++;
	return width;
}

/* Words of text, wrapped; the line begins at column `column` and goes on at column `indent`. */
static void wrap(struct oeo_prose *prose, const char *text, size_t column, size_t indent)
{
	size_t used = column;

	while (*text != '\0') {
		size_t len = strcspn(text, " ");
		size_t width = width_of(text, len);

		if (used > indent && used + 1 + width > COLUMNS) {
			put(prose, "\n", 1);
			put_spaces(prose, indent);
			used = indent;
		} else if (used > indent) {
			put(prose, " ", 1);
			used++;
		}
		put(prose, text, len);
		used += width;
		text += len;
		text += strspn(text, " ");
	}
	put(prose, "\n", 1);
}

static void underlined(struct oeo_prose *prose, const char *text, const char *line)
{
	size_t width = width_of(text, strlen(text));

	put(prose, text, strlen(text));
	put(prose, "\n", 1);
	while (width-- > 0)
		put(prose, line, 1);
	put(prose, "\n", 1);
}

void oeo_prose_title(struct oeo_prose *prose, const char *text)
{
	underlined(prose, text, "=");
}

void oeo_prose_heading(struct oeo_prose *prose, const char *text)
{
	underlined(prose, text, "-");
}

void oeo_prose_paragraph(struct oeo_prose *prose, const char *format, ...)
{
	va_list arguments;
	char *text = NULL;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	if (text == NULL) {
		keep(prose, OEO_ERR_NOMEM);
		return;
	}
	wrap(prose, text, 0, 0);
	oeo_prose_gap(prose);
	free(text);
}

void oeo_prose_item(struct oeo_prose *prose, unsigned depth, const char *text)
{
	size_t column = INDENT * ((size_t)depth + 1);

	put_spaces(prose, column);
	put(prose, "- ", 2);
	wrap(prose, text, column + 2, column + 2);
}

void oeo_prose_gap(struct oeo_prose *prose)
{
	put(prose, "\n", 1);
}

enum oeo_err oeo_prose_join(struct oeo_buf *out, const char *const *words, size_t n)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		const char *between = i == 0 ? "" : ", ";

		if (i > 0 && i == n - 1)
			between = _(" and ");
		err = oeo_buf_printf(out, "%s%s", between, words[i]);
	}
	return err;
}

enum oeo_err oeo_prose_number(struct oeo_buf *out, uint64_t number)
{
	char digits[DIGITS_BYTES];
	int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
	enum oeo_err err = OEO_OK;

	for (int i = 0; i < len && err == OEO_OK; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			err = oeo_buf_append_text(out, oeo_i18n_lang() == OEO_LANG_EN ? "," : ".");
		if (err == OEO_OK)
			err = oeo_buf_append(out, &digits[i], 1);
	}
	return err;
}

static const char *month_name(unsigned month)
{
	static const char *const names[] = {N_("January"), N_("February"), N_("March"), N_("April"),
	    N_("May"), N_("June"), N_("July"), N_("August"), N_("September"), N_("October"), N_("November"),
	    N_("December")};

	return month >= 1 && month <= 12 ? _(names[month - 1]) : "?";
}

enum oeo_err oeo_prose_period(struct oeo_buf *out, const struct oeo_period *period)
{
	if (period->cadence == OEO_MONTH)
		return oeo_buf_printf(out, "%s %u", month_name(period->number), period->year);
	if (period->cadence == OEO_QUARTER)
		return oeo_buf_printf(out, _("quarter %u of %u"), period->number, period->year);
	return oeo_buf_printf(out, "%u", period->year);
}

enum oeo_err oeo_prose_day(struct oeo_buf *out, int64_t day)
{
	struct oeo_period month = oeo_period_of_day(OEO_MONTH, day);
	int64_t first = oeo_period_first_day(&month);

	return oeo_buf_printf(out, "%d %s %u", (int)(day - first) + 1, month_name(month.number), month.year);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* The suggestion as a mapping file: YAML that a person reads, with what is known of each place as a comment. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "agent/convert.h"
#include "agent/mapping.h"
#include "agent/suggest.h"
#include "proto/i18n.h"
#include "proto/text.h"

#define OPEN "\"???\"" /* to be completed; no column is called so */
#define LONGEST_NAME_BYTES OEO_COLUMN_NAME_BYTES /* of a column that a mapping can name */
#define MOST_SHOWN_BYTES 4096
#define MOST_NEVER_READ 256 /* mapping_read.c */

static bool is_plain_word(const char *text)
{
	static const char *const words[] = {"yes", "no", "true", "false", "null", "on", "off", "y", "n"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(text, words[i]) == 0)
			return false;
	}
	if (!isalpha((unsigned char)text[0]) || (unsigned char)text[0] > 0x7F)
		return false;
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text > 0x7F || (!isalnum((unsigned char)*text) && *text != '_'))
			return false;
	}
	return true;
}

/* Text as one YAML scalar; what cannot be shown becomes '?'. */
static enum oeo_err put_scalar(struct oeo_buf *out, const char *text)
{
	char shown[MOST_SHOWN_BYTES];
	enum oeo_err err;

	if (is_plain_word(text))
		return oeo_buf_append_text(out, text);
	(void)snprintf(shown, sizeof(shown), "%s", text);
	oeo_text_clean(shown);
	err = oeo_buf_append_text(out, "\"");
	for (const char *c = shown; *c != '\0' && err == OEO_OK; c++) {
		if (*c == '"' || *c == '\\')
			err = oeo_buf_append_text(out, "\\");
		if (err == OEO_OK)
			err = oeo_buf_append(out, c, 1);
	}
	return err == OEO_OK ? oeo_buf_append_text(out, "\"") : err;
}

static const char *name_of(const struct oeo_suggestion *s, const struct oeo_suggested *place)
{
	return place->column != OEO_SUGGEST_NONE ? s->columns.items[place->column].name : NULL;
}

static enum oeo_err put_column(
    struct oeo_buf *out, const struct oeo_suggestion *s, const struct oeo_suggested *place)
{
	const char *name = name_of(s, place);

	return name != NULL ? put_scalar(out, name) : oeo_buf_append_text(out, OPEN);
}

static enum oeo_err put_certainty(struct oeo_buf *out, const struct oeo_suggested *place)
{
	if (place->column == OEO_SUGGEST_NONE)
		return oeo_buf_printf(out, "  # %s\n", _("TO COMPLETE: no column fits by itself"));
	return oeo_buf_printf(out, _("  # %u %% sure\n"), place->certainty);
}

/* The file's name as a shell takes it, on one line. */
static enum oeo_err put_for_shell(struct oeo_buf *out, const char *name)
{
	enum oeo_err err = oeo_buf_append_text(out, "'");

	for (; *name != '\0' && err == OEO_OK; name++)
		err = *name == '\'' ? oeo_buf_append_text(out, "'\\''") : oeo_buf_append(out, name, 1);
	return err == OEO_OK ? oeo_buf_append_text(out, "'") : err;
}

/* ---- Head: source, record, date */

static enum oeo_err put_head(struct oeo_buf *out, const struct oeo_suggestion *s)
{
	char name[MOST_SHOWN_BYTES];
	enum oeo_err err;

	/* A line feed in it would begin a line of YAML. */
	(void)snprintf(name, sizeof(name), "%s", s->file);
	oeo_text_clean(name);
	err = oeo_buf_printf(out,
	    _("# A proposal for reading %s. Read every line, and complete what has ??? behind it or is "
	      "marked so.\n"
	      "# Rows looked at: %zu; rows that could not be read: %zu.\n"
	      "# Then: oeo-agent mapping check THIS-FILE "),
	    oeo_source_shown(name), s->columns.n_rows, s->columns.n_bad_rows);
	if (err == OEO_OK)
		err = put_for_shell(out, name);
	if (err == OEO_OK)
		err = oeo_buf_append_text(out, "\n");
	return err == OEO_OK ? oeo_buf_printf(out, "mapping: \"%s\"\n", s->id) : err;
}

static enum oeo_err put_source(struct oeo_buf *out, const struct oeo_suggestion *s)
{
	const struct oeo_csv_format *format = &s->shape.format;
	char delimiter[8];
	enum oeo_err err;

	if (format->delimiter == '\t')
		memcpy(delimiter, "tab", sizeof("tab"));
	else
		(void)snprintf(delimiter, sizeof(delimiter), "\"%c\"", format->delimiter);
	err = oeo_buf_printf(out,
	    "source: {delimiter: %s, encoding: %s, quote: '\"', skip_lines: %u, header: %s}", delimiter,
	    format->encoding, format->skip_lines, format->has_header ? "yes" : "no");
	if (err == OEO_OK)
		err = oeo_buf_printf(
		    out, _("  # %zu columns in %u %% of the lines\n"), s->shape.n_columns, s->shape.regular);
	if (err == OEO_OK && !s->shape.is_encoding_sure)
		err = oeo_buf_printf(out, "# %s\n",
		    _("The file is not UTF-8. windows-1252 is what most programs write; look whether letters "
		      "with "
		      "accents come out right."));
	if (err == OEO_OK && !format->has_header)
		err = oeo_buf_printf(out, "# %s\n",
		    _("The first row seems to be no header: the columns are called \"1\", \"2\" and so on."));
	return err;
}

static enum oeo_err put_date(
    struct oeo_buf *out, const struct oeo_suggestion *s, const struct oeo_suggested *place)
{
	enum oeo_err err = oeo_buf_append_text(out, "{column: ");

	if (err == OEO_OK)
		err = put_column(out, s, place);
	if (err == OEO_OK)
		err = oeo_buf_printf(out, ", format: \"%s\"}", place->format != NULL ? place->format : "???");
	if (err == OEO_OK && place->is_ambiguous)
		return oeo_buf_printf(
		    out, _("  # %u %% sure: day and month may be the other way round\n"), place->certainty);
	return err == OEO_OK ? put_certainty(out, place) : err;
}

static enum oeo_err put_record_and_date(struct oeo_buf *out, const struct oeo_suggestion *s)
{
	enum oeo_err err = oeo_buf_append_text(out, "record: ");

	if (err == OEO_OK)
		err = put_column(out, s, &s->record);
	if (err == OEO_OK && s->record.column == OEO_SUGGEST_NONE)
		err = oeo_buf_printf(out, "  # %s\n",
		    _("TO COMPLETE: no column has another value in every row; {columns: [A, B]} joins two"));
	else if (err == OEO_OK)
		err = put_certainty(out, &s->record);
	if (err == OEO_OK && s->record.column != OEO_SUGGEST_NONE && s->is_record_repeated)
		err = oeo_buf_printf(out, "# %s\n",
		    _("Rows with the same number count as one question. If every row is a question of its "
		      "own, "
		      "choose another column, or join two: {columns: [A, B]}"));
	if (err == OEO_OK)
		err = oeo_buf_append_text(out, "date: ");
	return err == OEO_OK ? put_date(out, s, &s->date) : err;
}

/* ---- Identity */

static enum oeo_err put_field(struct oeo_buf *out, const struct oeo_suggestion *s, size_t i)
{
	const struct oeo_identity_field *field = &s->plan->fields[i];
	const struct oeo_suggested *place = &s->fields[i];
	const char *sign = place->column == OEO_SUGGEST_NONE ? "# " : "";
	enum oeo_err err = oeo_buf_printf(out, "  %s%s: ", sign, field->id);

	if (err == OEO_OK && field->kind == OEO_FIELD_DATE)
		return put_date(out, s, place);
	if (err == OEO_OK && field->kind == OEO_FIELD_NAME && s->prefix != OEO_SUGGEST_NONE) {
		err = oeo_buf_append_text(out, "{columns: [");
		if (err == OEO_OK)
			err = put_scalar(out, s->columns.items[s->prefix].name);
		if (err == OEO_OK)
			err = oeo_buf_append_text(out, ", ");
		if (err == OEO_OK)
			err = put_column(out, s, place);
		if (err == OEO_OK)
			err = oeo_buf_append_text(out, "]}");
	} else if (err == OEO_OK) {
		err = oeo_buf_append_text(out, "{column: ");
		if (err == OEO_OK)
			err = put_column(out, s, place);
		if (err == OEO_OK)
			err = oeo_buf_append_text(out, "}");
	}
	return err == OEO_OK ? put_certainty(out, place) : err;
}

static enum oeo_err put_identity(struct oeo_buf *out, const struct oeo_suggestion *s)
{
	bool has_any = false;
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < s->plan->n_fields; i++)
		has_any = has_any || s->fields[i].column != OEO_SUGGEST_NONE;
	if (s->plan->n_fields > 0)
		err = oeo_buf_printf(out, "%sidentity:\n", has_any ? "" : "# ");
	for (size_t i = 0; i < s->plan->n_fields && err == OEO_OK; i++)
		err = put_field(out, s, i);
	if (err != OEO_OK || !s->has_member_numbers)
		return err;
	err =
	    oeo_buf_printf(out, "%smember_number: ", s->member_number.column == OEO_SUGGEST_NONE ? "# " : "");
	if (err == OEO_OK)
		err = put_column(out, s, &s->member_number);
	return err == OEO_OK ? put_certainty(out, &s->member_number) : err;
}

/* ---- Dimensions */

/* Only what many rows have, in a column of few values, or what is written like a code: that names nobody. */
static bool may_show(const struct oeo_column *column, const struct oeo_column_value *value,
    const struct oeo_dimension *dimension)
{
	if (oeo_match_looks_like_code(dimension, value->text))
		return true;
	return value->count >= OEO_SUGGEST_REPEATED && strlen(value->text) <= OEO_COLUMN_LONG_TEXT &&
	       3 * column->n_different <= column->n_filled;
}

static enum oeo_err put_value(struct oeo_buf *out, const struct oeo_suggested_dimension *d,
    const struct oeo_column *column, const struct oeo_column_value *value,
    const struct oeo_dimension *dimension, struct oeo_buf *scratch, size_t *n_hidden)
{
	size_t code = SIZE_MAX;
	enum oeo_err err = oeo_matcher_find(&d->matcher, scratch, value->text, strlen(value->text), &code);

	if (err != OEO_OK || (code == SIZE_MAX && !may_show(column, value, dimension))) {
		*n_hidden += value->count;
		return err;
	}
	/* The list's own word for unknown needs no entry. */
	if (code != SIZE_MAX && strcmp(value->text, OEO_UNKNOWN) == 0)
		return OEO_OK;
	/* Where nothing is on the list the whole of it is a comment already. */
	err = oeo_buf_append_text(out, code != SIZE_MAX || d->on_list == 0 ? "      " : "      # ");
	if (err == OEO_OK)
		err = put_scalar(out, value->written);
	if (err == OEO_OK)
		err = oeo_buf_printf(out, ": %s", code != SIZE_MAX ? dimension->codes[code].code : "???");
	return err == OEO_OK ? oeo_buf_printf(out, _("  # rows: %zu\n"), value->count) : err;
}

static enum oeo_err put_map(struct oeo_buf *out, const struct oeo_suggested_dimension *d,
    const struct oeo_column *column, const struct oeo_dimension *dimension)
{
	struct oeo_buf scratch = {0};
	size_t n_hidden = 0;
	enum oeo_err err = oeo_buf_append_text(out, "    map:\n      " OEO_UNKNOWN ": " OEO_UNKNOWN "\n");

	for (size_t i = 0; i < column->n_values && err == OEO_OK; i++)
		err = put_value(out, d, column, &column->values[i], dimension, &scratch, &n_hidden);
	if (err == OEO_OK && n_hidden > 0)
		err = oeo_buf_printf(out,
		    _("      # %zu rows have a value that is rare and is not shown here; look in your own "
		      "file\n"),
		    n_hidden);
	if (err == OEO_OK)
		err = oeo_buf_append_text(out, "    otherwise: " OEO_UNKNOWN "\n");
	oeo_buf_wipe(&scratch);
	oeo_buf_fini(&scratch);
	return err;
}

static enum oeo_err put_found(struct oeo_buf *out, const struct oeo_suggestion *s,
    const struct oeo_dimension *dimension, const struct oeo_suggested_dimension *d)
{
	enum oeo_err err = oeo_buf_printf(out, "  %s:", dimension->id);

	if (err == OEO_OK && d->on_list > 0)
		err = oeo_buf_printf(out, _("  # %u %% sure; %u %% of the filled cells are on the list\n"),
		    d->place.certainty, d->on_list);
	else if (err == OEO_OK)
		err = oeo_buf_printf(out, "  # %s\n",
		    _("TO COMPLETE: nothing in this column is on the list. Put a code behind each value and "
		      "take the # away, or leave out: then all unknown"));
	if (err == OEO_OK)
		err = oeo_buf_append_text(out, "    column: ");
	if (err == OEO_OK)
		err = put_column(out, s, &d->place);
	if (err == OEO_OK)
		err = oeo_buf_printf(out, "\n    match: %s\n",
		    d->kind == OEO_MATCH_CODE ? "code" : (d->kind == OEO_MATCH_LABEL ? "label" : "map"));
	if (err == OEO_OK && d->kind == OEO_MATCH_MAP)
		err = put_map(out, d, &s->columns.items[d->place.column], dimension);
	return err;
}

/* Lines that are indented by two as comments; without the "# " they are what they were. */
static enum oeo_err put_commented(struct oeo_buf *out, const char *text)
{
	enum oeo_err err = OEO_OK;

	while (*text != '\0' && err == OEO_OK) {
		size_t len = strcspn(text, "\n");

		err = oeo_buf_append_text(out, "  # ");
		if (err == OEO_OK)
			err = oeo_buf_append(out, text + 2, len - 2 + 1);
		text += len + 1;
	}
	return err;
}

/* is_open: written so that the mapping cannot be used before it is completed. */
static enum oeo_err put_dimension(struct oeo_buf *out, const struct oeo_suggestion *s, size_t i, bool is_open)
{
	const struct oeo_dimension *dimension = &s->plan->dimensions[i];
	const struct oeo_suggested_dimension *d = &s->dimensions[i];
	struct oeo_buf block = {0};
	enum oeo_err err;

	if (d->place.column == OEO_SUGGEST_NONE && is_open)
		return oeo_buf_printf(out,
		    _("  %s: {column: \"???\", match: label}  # TO COMPLETE, or {always: CODE}: without any "
		      "of "
		      "these the questions would be about nothing\n"),
		    dimension->id);
	if (d->place.column == OEO_SUGGEST_NONE)
		return oeo_buf_printf(out,
		    _("  # %s: {column: ???, match: label}  # TO COMPLETE, or {always: CODE}, or leave out: "
		      "then "
		      "all unknown\n"),
		    dimension->id);
	if (d->on_list > 0 || is_open)
		return put_found(out, s, dimension, d);
	err = put_found(&block, s, dimension, d);
	if (err == OEO_OK)
		err = oeo_buf_terminate(&block);
	if (err == OEO_OK)
		err = put_commented(out, (const char *)block.data);
	oeo_buf_wipe(&block);
	oeo_buf_fini(&block);
	return err;
}

static enum oeo_err put_dimensions(struct oeo_buf *out, const struct oeo_suggestion *s)
{
	bool has_any = false;
	enum oeo_err err = oeo_buf_append_text(out, "dimensions:\n");

	for (size_t i = 0; i < s->plan->n_dimensions; i++)
		has_any = has_any ||
			  (s->dimensions[i].place.column != OEO_SUGGEST_NONE && s->dimensions[i].on_list > 0);
	for (size_t i = 0; i < s->plan->n_dimensions && err == OEO_OK; i++) {
		if (s->plan->dimensions[i].computed_from[0] != '\0')
			continue;
		/* Where nothing fits by itself the first is left open. */
		err = put_dimension(out, s, i, !has_any);
		has_any = true;
	}
	return err;
}

/* ---- Columns that stay in the source */

static enum oeo_err put_never_read(struct oeo_buf *out, const struct oeo_suggestion *s)
{
	enum oeo_err err = OEO_OK;
	size_t n = 0;

	for (size_t i = 0; i < s->columns.n && err == OEO_OK && n < MOST_NEVER_READ; i++) {
		const char *name = s->columns.items[i].name;

		if (s->is_used[i] || name[0] == '\0' || strlen(name) >= LONGEST_NAME_BYTES)
			continue;
		err = oeo_buf_append_text(out, n++ == 0 ? "never_read: [" : ", ");
		if (err == OEO_OK)
			err = put_scalar(out, name);
	}
	return err == OEO_OK && n > 0 ? oeo_buf_append_text(out, "]\n") : err;
}

enum oeo_err oeo_suggest_write(struct oeo_buf *text, const struct oeo_suggestion *suggestion)
{
	enum oeo_err err = put_head(text, suggestion);

	if (err == OEO_OK)
		err = put_source(text, suggestion);
	if (err == OEO_OK)
		err = put_record_and_date(text, suggestion);
	if (err == OEO_OK)
		err = put_identity(text, suggestion);
	if (err == OEO_OK)
		err = put_dimensions(text, suggestion);
	return err == OEO_OK ? put_never_read(text, suggestion) : err;
}

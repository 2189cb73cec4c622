/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/plan_csv.h"

#include <csv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"
#include "proto/text.h"

#define OPTIONS (CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL)

struct reader {
	const char *name;
	size_t line;
	size_t columns;
	const char *header;
	bool has_header;
	bool is_header_wrong;
	oeo_plan_csv_row_fn *row;
	void *context;
	struct oeo_findings *findings;
	enum oeo_err err;
	/* the record that is being read */
	char *fields[OEO_PLAN_CSV_COLUMNS];
	size_t n_fields; /* may be more than are kept */
};

static void fault(struct reader *reader, const char *sentence)
{
	oeo_findings_add(reader->findings, OEO_FINDING_FAULT, reader->name, reader->line, "%s", sentence);
}

static void drop_fields(struct reader *reader)
{
	for (size_t i = 0; i < OEO_PLAN_CSV_COLUMNS; i++) {
		free(reader->fields[i]);
		reader->fields[i] = NULL;
	}
	reader->n_fields = 0;
}

static void on_field(void *bytes, size_t len, void *context)
{
	struct reader *reader = context;

	if (reader->n_fields < OEO_PLAN_CSV_COLUMNS) {
		char *copy = malloc(len + 1);

		if (copy == NULL) {
			reader->err = OEO_ERR_NOMEM;
			return;
		}
		if (len > 0)
			memcpy(copy, bytes, len);
		copy[len] = '\0';
		reader->fields[reader->n_fields] = copy;
	}
	reader->n_fields++;
}

/* The header as it has to be: the names and no others, in this order. */
static bool is_header(const struct reader *reader)
{
	const char *rest = reader->header;

	if (reader->n_fields != reader->columns)
		return false;
	if (rest == NULL)
		return true;
	for (size_t i = 0; i < reader->n_fields; i++) {
		size_t len = strcspn(rest, ",");

		if (strlen(reader->fields[i]) != len || strncmp(reader->fields[i], rest, len) != 0)
			return false;
		rest += rest[len] == ',' ? len + 1 : len;
	}
	return true;
}

static void on_header(struct reader *reader)
{
	reader->has_header = true;
	if (is_header(reader))
		return;
	reader->is_header_wrong = true;
	if (reader->n_fields == 1 && strchr(reader->fields[0], ';') != NULL)
		fault(reader, _("the columns are separated by semicolons. Save the list again as CSV with "
				"commas, in UTF-8."));
	else
		oeo_findings_add(reader->findings, OEO_FINDING_FAULT, reader->name, reader->line,
		    _("the first line must name the columns: %s"),
		    reader->header != NULL ? reader->header : "key,code");
}

static void on_row(int end, void *context)
{
	struct reader *reader = context;

	(void)end;
	if (reader->err != OEO_OK || reader->is_header_wrong) {
		drop_fields(reader);
		return;
	}
	if (!reader->has_header)
		on_header(reader);
	else if (reader->n_fields != reader->columns)
		oeo_findings_add(reader->findings, OEO_FINDING_FAULT, reader->name, reader->line,
		    _("columns on this line: %zu; needed: %zu. Put a text that holds a comma between double "
		      "quotes."),
		    reader->n_fields, reader->columns);
	else
		reader->err = reader->row(reader->context, reader->line, reader->fields);
	drop_fields(reader);
}

static bool is_quote_open(const char *line, size_t len)
{
	size_t quotes = 0;

	for (size_t i = 0; i < len; i++)
		if (line[i] == '"')
			quotes++;
	return quotes % 2 != 0;
}

/* One line is one record, so that a stray quote costs its own line only. False: memory has run out. */
static bool read_line(struct reader *reader, struct csv_parser *parser, const char *line, size_t len)
{
	if (len > 0 && line[len - 1] == '\r')
		len--;
	if (memchr(line, '\0', len) != NULL || !oeo_text_is_utf8(line, len)) {
		fault(reader, _("this line is not in UTF-8. Save the list again as CSV in UTF-8."));
		return true;
	}
	if (is_quote_open(line, len)) {
		fault(reader, _("a double quote is opened here and not closed on the same line."));
		return true;
	}
	if (csv_parse(parser, line, len, on_field, on_row, reader) == len &&
	    csv_fini(parser, on_field, on_row, reader) == 0)
		return true;
	if (csv_error(parser) != CSV_EPARSE)
		return false;
	fault(reader, _("the double quotes on this line are not right. Put them around the whole text; write "
			"a quote in it twice."));
	drop_fields(reader);
	csv_free(parser);
	return csv_init(parser, OPTIONS) == 0;
}

static void skip_byte_order_mark(const char **text, size_t *len)
{
	if (*len >= 3 && memcmp(*text, "\xEF\xBB\xBF", 3) == 0) {
		*text += 3;
		*len -= 3;
	}
}

enum oeo_err oeo_plan_csv_read(const char *name, const char *text, size_t len, const char *header,
    size_t columns, oeo_plan_csv_row_fn *row, void *context, struct oeo_findings *findings)
{
	struct reader reader = {.name = name,
	    .columns = columns,
	    .header = header,
	    .row = row,
	    .context = context,
	    .findings = findings,
	    .err = OEO_OK};
	struct csv_parser parser;

	if (columns < 1 || columns > OEO_PLAN_CSV_COLUMNS)
		return OEO_ERR_INTERNAL;
	if (csv_init(&parser, OPTIONS) != 0)
		return OEO_ERR_NOMEM;
	skip_byte_order_mark(&text, &len);
	while (len > 0 && reader.err == OEO_OK && !reader.is_header_wrong) {
		const char *end = memchr(text, '\n', len);
		size_t line_len = end != NULL ? (size_t)(end - text) : len;

		reader.line++;
		if (line_len > 0 && !read_line(&reader, &parser, text, line_len))
			reader.err = OEO_ERR_NOMEM;
		if (end == NULL)
			break;
		text = end + 1;
		len -= line_len + 1;
	}
	if (reader.err == OEO_OK && (!reader.has_header || reader.is_header_wrong))
		reader.err = OEO_ERR_FORMAT;
	if (!reader.has_header)
		oeo_findings_add(findings, OEO_FINDING_FAULT, name, 0, _("the list is empty."));
	drop_fields(&reader);
	csv_free(&parser);
	return reader.err;
}

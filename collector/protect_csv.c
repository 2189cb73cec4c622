/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/protect_csv.h"

#include <csv.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "proto/buf.h"
#include "proto/i18n.h"

#define CHUNK_BYTES 65536

struct reader {
	oeo_protect_row_fn *header;
	oeo_protect_row_fn *row;
	void *context;
	struct oeo_note *why;
	struct oeo_buf text; /* the fields of this record, each with a zero byte behind it */
	size_t starts[OEO_PROTECT_COLUMNS];
	size_t n_fields;
	size_t n_header; /* fields of the header; 0: not read yet */
	size_t line; /* where we are */
	size_t record; /* where this record begins */
	bool
	    is_after_return; /* the last byte was a carriage return; a line feed after it ends the same line */
	enum oeo_err err;
};

static enum oeo_err tell_long_field(struct reader *reader)
{
	return oeo_note_set(reader->why, OEO_ERR_FORMAT,
	    _("a field is longer than %d bytes. Is a quote not closed?"), OEO_PROTECT_FIELD_BYTES);
}

static void on_field(void *field, size_t len, void *context)
{
	struct reader *reader = context;

	if (reader->err != OEO_OK)
		return;
	if (reader->n_fields == OEO_PROTECT_COLUMNS) {
		reader->err = oeo_note_set(
		    reader->why, OEO_ERR_FORMAT, _("more than %d columns."), OEO_PROTECT_COLUMNS);
		return;
	}
	if (len > OEO_PROTECT_FIELD_BYTES) {
		reader->err = tell_long_field(reader);
		return;
	}
	if (len > 0 && memchr(field, 0, len) != NULL) {
		reader->err = oeo_note_set(
		    reader->why, OEO_ERR_FORMAT, _("this is not text. Save the table as CSV in UTF-8."));
		return;
	}
	reader->starts[reader->n_fields++] = reader->text.len;
	reader->err = oeo_buf_append(&reader->text, field, len);
	if (reader->err == OEO_OK)
		reader->err = oeo_buf_append(&reader->text, "", 1);
}

static enum oeo_err finish_record(struct reader *reader)
{
	char *fields[OEO_PROTECT_COLUMNS];
	oeo_protect_row_fn *row = reader->n_header == 0 ? reader->header : reader->row;

	if (reader->n_header == 0)
		reader->n_header = reader->n_fields;
	if (reader->n_fields != reader->n_header)
		return oeo_note_set(reader->why, OEO_ERR_FORMAT, _("%zu fields here, but %zu in the header."),
		    reader->n_fields, reader->n_header);
	for (size_t i = 0; i < reader->n_fields; i++)
		fields[i] = (char *)reader->text.data + reader->starts[i];
	return row(reader->context, reader->record, fields, reader->n_fields, reader->why);
}

static void on_record(int end, void *context)
{
	struct reader *reader = context;

	(void)end;
	if (reader->err == OEO_OK && reader->n_fields > 0)
		reader->err = finish_record(reader);
	reader->n_fields = 0;
	reader->text.len = 0;
}

static enum oeo_err feed(struct reader *reader, struct csv_parser *parser, const char *text, size_t len)
{
	if (csv_parse(parser, text, len, on_field, on_record, reader) != len && reader->err == OEO_OK) {
		if (csv_error(parser) == CSV_ENOMEM)
			return OEO_ERR_NOMEM;
		return oeo_note_set(reader->why, OEO_ERR_FORMAT,
		    _("a quote is out of place. Put quotes around whole fields, and double those within."));
	}
	if (reader->err == OEO_OK && csv_get_buffer_size(parser) > (size_t)16 * CHUNK_BYTES)
		return tell_long_field(reader);
	return reader->err;
}

/* The bytes up to and with the end of this line, or all. */
static size_t measure_line(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\n' || text[i] == '\r')
			return i + 1;
	return len;
}

/* Feed line by line, so that every record knows its line: the first that does not begin within quotes. */
static enum oeo_err feed_lines(struct reader *reader, struct csv_parser *parser, const char *text, size_t len)
{
	enum oeo_err err = OEO_OK;

	while (len > 0 && err == OEO_OK) {
		size_t n = measure_line(text, len);
		bool is_end = text[n - 1] == '\n' || text[n - 1] == '\r';
		bool is_second_half = reader->is_after_return && text[0] == '\n';

		err = feed(reader, parser, text, n);
		if (err != OEO_OK)
			return err;
		reader->is_after_return = text[n - 1] == '\r';
		if (is_end && !is_second_half)
			reader->line++;
		if (is_end && !parser->quoted)
			reader->record = reader->line;
		text += n;
		len -= n;
	}
	return err;
}

static enum oeo_err feed_file(struct reader *reader, struct csv_parser *parser, FILE *file)
{
	char chunk[CHUNK_BYTES];
	enum oeo_err err = OEO_OK;
	bool is_first = true;
	size_t n;

	while (err == OEO_OK && (n = fread(chunk, 1, sizeof(chunk), file)) > 0) {
		size_t skip = is_first && n >= 3 && memcmp(chunk, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

		is_first = false;
		err = feed_lines(reader, parser, chunk + skip, n - skip);
	}
	if (err == OEO_OK && ferror(file))
		return oeo_note_set(reader->why, OEO_ERR_IO, _("it cannot be read: %s."), strerror(errno));
	if (err == OEO_OK && csv_fini(parser, on_field, on_record, reader) != 0)
		return oeo_note_set(
		    reader->why, OEO_ERR_FORMAT, _("a quote that begins here is not closed."));
	if (err == OEO_OK)
		err = reader->err;
	if (err == OEO_OK && reader->n_header == 0)
		return oeo_note_set(
		    reader->why, OEO_ERR_FORMAT, _("the file is empty; it must begin with a header line."));
	return err;
}

/* Put "file:line: " before the reason. */
static void locate(struct oeo_note *why, const char *name, size_t line, enum oeo_err err)
{
	struct oeo_note reason = *why;

	if (reason.text[0] == '\0')
		oeo_note_set(
		    &reason, err, "%s", err == OEO_ERR_NOMEM ? _("out of memory.") : oeo_err_text(err));
	oeo_note_set(why, err, "%s:%zu: %s", name, line, reason.text);
}

enum oeo_err oeo_protect_csv_read(const char *name, oeo_protect_row_fn *header, oeo_protect_row_fn *row,
    void *context, struct oeo_note *why)
{
	struct reader reader = {
	    .header = header, .row = row, .context = context, .why = why, .line = 1, .record = 1};
	struct csv_parser parser;
	enum oeo_err err;
	FILE *file = fopen(name, "rb");

	why->text[0] = '\0';
	if (file == NULL && errno == ENOENT)
		return oeo_note_set(why, OEO_ERR_NOT_FOUND, _("%s: there is no such file."), name);
	if (file == NULL)
		return oeo_note_set(why, OEO_ERR_IO, _("%s: it cannot be read: %s."), name, strerror(errno));
	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
		(void)fclose(file);
		return OEO_ERR_NOMEM;
	}
	oeo_buf_init(&reader.text);
	err = feed_file(&reader, &parser, file);
	if (err != OEO_OK)
		locate(why, name, reader.record, err);
	csv_free(&parser);
	oeo_buf_fini(&reader.text);
	(void)fclose(file);
	return err;
}

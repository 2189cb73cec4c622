/* SPDX-License-Identifier: EUPL-1.2 */
/* The mirror as CSV, as text for the terminal, and as JSON. */
#include <stdio.h>
#include <string.h>

#include "agent/mirror.h"
#include "proto/i18n.h"
#include "proto/prose.h"

static const struct oeo_release_cell *find_published(
    const struct oeo_mirror_table *table, const struct oeo_mirror_cell *cell)
{
	if (table->released == NULL || cell->cell >= table->released->n_cells)
		return NULL;
	return &table->released->cells[cell->cell];
}

static const char *mark_of(const struct oeo_release_cell *published)
{
	if (published == NULL)
		return "none";
	return published->is_hidden ? "hidden" : "shown";
}

/* ---- CSV */

static enum oeo_err put_quoted(struct oeo_buf *out, const char *text)
{
	enum oeo_err err = oeo_buf_append(out, "\"", 1);

	for (; *text != '\0' && err == OEO_OK; text++)
		err = oeo_buf_append(out, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
	return err == OEO_OK ? oeo_buf_append(out, "\"", 1) : err;
}

static enum oeo_err put_codes(struct oeo_buf *out, const struct oeo_mirror *mirror,
    const struct oeo_mirror_table *table, const struct oeo_mirror_cell *cell, const char *separator)
{
	const struct oeo_table *of = table->table;
	size_t codes[OEO_MAX_BY] = {0};
	enum oeo_err err = OEO_OK;

	oeo_table_cell_codes(mirror->plan, of, cell->cell, codes);
	for (size_t i = 0; i < of->n_by && err == OEO_OK; i++)
		err = oeo_buf_printf(out, "%s%s", i > 0 ? separator : "",
		    mirror->plan->dimensions[of->by[i].dimension].codes[codes[i]].code);
	return err;
}

/* residents and questions published; empty where there is nothing to show. */
static enum oeo_err put_published(
    struct oeo_buf *out, const struct oeo_table *table, const struct oeo_release_cell *published)
{
	if (published == NULL || published->is_hidden)
		return oeo_buf_append_text(out, ",,");
	if (!table->publishes_questions || published->hides_questions)
		return oeo_buf_printf(out, ",%llu,", (unsigned long long)published->residents);
	return oeo_buf_printf(out, ",%llu,%llu", (unsigned long long)published->residents,
	    (unsigned long long)published->questions);
}

static enum oeo_err put_row(struct oeo_buf *out, const struct oeo_mirror *mirror,
    const struct oeo_mirror_table *table, const struct oeo_mirror_cell *cell)
{
	const struct oeo_release_cell *published = find_published(table, cell);
	struct oeo_buf label = {0};
	enum oeo_err err = oeo_mirror_describe_cell(&label, mirror->plan, table->table, cell->cell);

	if (err == OEO_OK)
		err = oeo_buf_terminate(&label);
	if (err == OEO_OK)
		err = oeo_buf_printf(out, "%s,", table->table->id);
	if (err == OEO_OK)
		err = put_codes(out, mirror, table, cell, "/");
	if (err == OEO_OK)
		err = oeo_buf_append(out, ",", 1);
	if (err == OEO_OK)
		err = put_quoted(out, (const char *)label.data);
	if (err == OEO_OK)
		err = oeo_buf_printf(out, ",%zu,", cell->own_residents);
	if (err == OEO_OK && table->table->publishes_questions)
		err = oeo_buf_printf(out, "%zu", cell->own_questions);
	if (err == OEO_OK)
		err = put_published(out, table->table, published);
	if (err == OEO_OK)
		err = oeo_buf_printf(out, ",%s\r\n", mark_of(published));
	oeo_buf_fini(&label);
	return err;
}

enum oeo_err oeo_mirror_write_csv(struct oeo_buf *out, const struct oeo_mirror *mirror)
{
	enum oeo_err err = oeo_buf_append_text(out,
	    "table,codes,label,own_residents,own_questions,published_residents,published_questions,mark\r\n");

	for (size_t t = 0; t < mirror->n_tables; t++) {
		for (size_t i = 0; i < mirror->tables[t].n_cells && err == OEO_OK; i++)
			err = put_row(out, mirror, &mirror->tables[t], &mirror->tables[t].cells[i]);
	}
	return err;
}

/* ---- What an audit reads */

static enum oeo_err put_own(struct oeo_buf *out, const struct oeo_mirror *mirror,
    const struct oeo_mirror_table *table, const struct oeo_mirror_cell *cell)
{
	char period[OEO_PERIOD_BYTES];
	enum oeo_err err;

	oeo_period_format(period, &mirror->period);
	err = oeo_buf_printf(out, "%s,%s,", table->table->id, period);
	if (err == OEO_OK)
		err = put_codes(out, mirror, table, cell, ",");
	if (err == OEO_OK)
		err = oeo_buf_printf(out, "%s%zu,", table->table->n_by > 0 ? "," : "", cell->own_residents);
	if (err == OEO_OK && table->table->publishes_questions)
		err = oeo_buf_printf(out, "%zu", cell->own_questions);
	return err == OEO_OK ? oeo_buf_append(out, "\n", 1) : err;
}

enum oeo_err oeo_mirror_write_own(struct oeo_buf *out, const struct oeo_mirror *mirror)
{
	enum oeo_err err = OEO_OK;

	for (size_t t = 0; t < mirror->n_tables; t++) {
		const struct oeo_mirror_table *table = &mirror->tables[t];

		if (mirror->release != NULL && table->released == NULL)
			continue;
		for (size_t i = 0; i < table->n_cells && err == OEO_OK; i++)
			err = put_own(out, mirror, table, &table->cells[i]);
	}
	return err;
}

/* ---- Text */

static void write_count(struct oeo_prose *prose, const char *what, size_t count)
{
	char line[OEO_LABEL_TEXT_BYTES + 128];
	char number[OEO_MIRROR_NUMBER_BYTES];

	(void)snprintf(line, sizeof(line), "%s: %s", what, oeo_mirror_format_number(number, count));
	oeo_prose_item(prose, 0, line);
}

static void write_suspects(struct oeo_prose *prose, const struct oeo_mirror *mirror)
{
	if (mirror->n_suspected == 0)
		return;
	oeo_prose_heading(prose, _("One resident, two ways of writing the name?"));
	for (size_t i = 0; i < mirror->n_suspects; i++) {
		oeo_prose_item(prose, 0, mirror->suspects[i].one);
		oeo_prose_item(prose, 1, mirror->suspects[i].other);
	}
	oeo_prose_gap(prose);
}

enum oeo_err oeo_mirror_write_text(struct oeo_buf *out, const struct oeo_mirror *mirror)
{
	struct oeo_prose prose = {out, OEO_OK};
	struct oeo_buf title = {0};

	prose.err = oeo_mirror_write_title(&title, mirror);
	if (prose.err == OEO_OK)
		oeo_prose_title(&prose, (const char *)title.data);
	oeo_buf_fini(&title);
	write_count(&prose, _("Questions registered in this period"), mirror->n_questions);
	write_count(&prose, _("Without a resident"), mirror->n_without_identity);
	write_count(&prose, _("With a value that is not on the list"), mirror->n_unmapped);
	write_count(&prose, _("Came too late for their own period"), mirror->n_late);
	for (size_t i = 0; i < mirror->n_others; i++) {
		const struct oeo_dimension *dimension = mirror->others[i].dimension;
		char what[OEO_LABEL_TEXT_BYTES + 64];

		(void)snprintf(what, sizeof(what), _("\"Other\" chosen for %s"),
		    oeo_level_label(&dimension->levels[dimension->n_levels - 1]));
		if (mirror->others[i].n_known > 0)
			write_count(&prose, what, mirror->others[i].n_other);
	}
	oeo_prose_gap(&prose);
	write_suspects(&prose, mirror);
	return prose.err;
}

/* ---- JSON */

static json_t *table_to_json(const struct oeo_mirror *mirror, const struct oeo_mirror_table *table)
{
	json_t *list = json_array();

	for (size_t i = 0; i < table->n_cells; i++) {
		const struct oeo_mirror_cell *cell = &table->cells[i];
		const struct oeo_release_cell *published = find_published(table, cell);
		struct oeo_buf codes = {0};
		json_t *row = NULL;

		if (put_codes(&codes, mirror, table, cell, "/") == OEO_OK &&
		    oeo_buf_terminate(&codes) == OEO_OK)
			row = json_pack("{s:s, s:I, s:I, s:s}", "codes", (const char *)codes.data,
			    "own_residents", (json_int_t)cell->own_residents, "own_questions",
			    (json_int_t)cell->own_questions, "mark", mark_of(published));
		oeo_buf_fini(&codes);
		if (row != NULL && published != NULL && !published->is_hidden)
			(void)json_object_set_new(
			    row, "residents", json_integer((json_int_t)published->residents));
		if (json_array_append_new(list, row) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return json_pack("{s:s, s:o}", "table", table->table->id, "cells", list);
}

json_t *oeo_mirror_to_json(const struct oeo_mirror *mirror)
{
	json_t *tables = json_array();
	char period[OEO_PERIOD_BYTES];

	oeo_period_format(period, &mirror->period);
	for (size_t i = 0; i < mirror->n_tables; i++) {
		if (json_array_append_new(tables, table_to_json(mirror, &mirror->tables[i])) != 0) {
			json_decref(tables);
			return NULL;
		}
	}
	return json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "period", period, "has_release",
	    mirror->release != NULL, "questions", (json_int_t)mirror->n_questions, "without_identity",
	    (json_int_t)mirror->n_without_identity, "unmapped", (json_int_t)mirror->n_unmapped, "late",
	    (json_int_t)mirror->n_late, "erased", (json_int_t)mirror->n_erased, "suspects",
	    (json_int_t)mirror->n_suspected, "tables", tables);
}

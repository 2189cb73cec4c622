/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "collector/protect_csv.h"
#include "collector/protect_job.h"
#include "proto/i18n.h"

struct earlier_reader {
	struct oeo_protect_job *job;
	size_t dimension_columns[OEO_PROTECT_DIMENSIONS];
	size_t frequency_column;
	size_t status_column;
	unsigned char *is_seen; /* of every place */
	size_t n_rows;
};

static enum oeo_err on_header(void *context, size_t line, char *const *fields, size_t n, struct oeo_note *why)
{
	struct earlier_reader *reader = context;
	const struct oeo_protect_table *table = &reader->job->table;
	enum oeo_err err = OEO_OK;

	(void)line;
	for (size_t d = 0; d < table->n_dimensions && err == OEO_OK; d++)
		err = oeo_protect_column_find(
		    table->dimensions[d].name, fields, n, &reader->dimension_columns[d], why);
	if (err == OEO_OK)
		err = oeo_protect_column_find(table->frequency, fields, n, &reader->frequency_column, why);
	return err == OEO_OK ? oeo_protect_column_find("status", fields, n, &reader->status_column, why)
			     : err;
}

static enum oeo_err find_place(
    struct earlier_reader *reader, char *const *fields, size_t *place, size_t *own, struct oeo_note *why)
{
	const struct oeo_protect_job *job = reader->job;

	*place = 0;
	*own = 0;
	for (size_t d = 0; d < job->table.n_dimensions; d++) {
		const struct oeo_protect_dimension *dimension = &job->table.dimensions[d];
		const char *text = fields[reader->dimension_columns[d]];
		uint32_t code = oeo_protect_names_find(&dimension->codes, text);
		size_t rank;

		if (code == OEO_PROTECT_NONE)
			return oeo_note_set(why, OEO_ERR_RANGE,
			    _("code \"%s\" of \"%s\" is not in the table. Add a row with count 0 for it "
			      "there."),
			    text, dimension->name);
		rank = dimension->ranks[code];
		*own += rank * job->cells.strides[d];
		for (rank = 0; dimension->order[rank] != code;)
			rank++;
		*place += rank * job->cells.strides[d];
	}
	if (reader->is_seen[*place])
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, _("this cell was there already. Take one of the rows out."));
	reader->is_seen[*place] = 1;
	return OEO_OK;
}

/*
 * The number was shown, now it is another one: hide it where the difference is too small to be shown itself. What each
 * organisation had in the earlier number is not known here, so neither is what the change is without it: with
 * organisations every change is too small.
 */
static void hide_small_change(struct oeo_protect_job *job, struct oeo_disclosure_cell *cell, uint64_t before)
{
	uint64_t now = cell->value[OEO_DISCLOSURE_RESIDENTS];
	uint64_t change = now > before ? now - before : before - now;

	if (cell->role != OEO_DISCLOSURE_DECIDE ||
	    (change >= job->rules.residents && job->table.member == NULL))
		return;
	job->n_changed++;
	cell->role = OEO_DISCLOSURE_HIDDEN;
}

static enum oeo_err take_shown(
    struct oeo_protect_job *job, uint32_t number, uint64_t before, struct oeo_note *why)
{
	struct oeo_disclosure_cell *cell;

	if (number == OEO_PROTECT_NONE) {
		if (before > 0 && before < job->rules.residents)
			return oeo_note_set(why, OEO_ERR_REFUSED,
			    _("this number is 0 now; publishing that tells of fewer than --residents people. "
			      "Use --zeros hide."));
		return OEO_OK;
	}
	cell = &job->cells.cells[number];
	if (cell->value[OEO_DISCLOSURE_RESIDENTS] != before)
		hide_small_change(job, cell, before);
	else
		cell->role = OEO_DISCLOSURE_SHOWN;
	return OEO_OK;
}

static enum oeo_err on_row(void *context, size_t line, char *const *fields, size_t n, struct oeo_note *why)
{
	struct earlier_reader *reader = context;
	struct oeo_protect_job *job = reader->job;
	const char *status = fields[reader->status_column], *text = fields[reader->frequency_column];
	size_t place, own;
	uint32_t number;
	uint64_t before;
	enum oeo_err err = find_place(reader, fields, &place, &own, why);

	(void)line;
	(void)n;
	if (err != OEO_OK)
		return err;
	reader->n_rows++;
	number = job->cells.cell_of[own];
	if (strcmp(status, "published") == 0) {
		err = oeo_protect_count_read(job->table.frequency, text, &before, why);
		return err == OEO_OK ? take_shown(job, number, before, why) : err;
	}
	if (strcmp(status, "hidden") != 0)
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, _("the status is \"published\" or \"hidden\", not \"%s\"."), status);
	if (text[0] != '\0')
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("a hidden cell has a number here. Give a table that %s wrote."),
		    "oeo-collector protect");
	if (number != OEO_PROTECT_NONE && job->cells.cells[number].role == OEO_DISCLOSURE_DECIDE)
		job->cells.cells[number].role = OEO_DISCLOSURE_HIDDEN;
	return OEO_OK;
}

enum oeo_err oeo_protect_earlier_read(struct oeo_protect_job *job, const char *file, struct oeo_note *why)
{
	struct earlier_reader reader = {.job = job};
	enum oeo_err err;

	reader.is_seen = oeo_alloc_array(job->cells.n_places, 1);
	if (reader.is_seen == NULL)
		return OEO_ERR_NOMEM;
	err = oeo_protect_csv_read(file, on_header, on_row, &reader, why);
	if (err == OEO_OK && reader.n_rows == 0)
		err = oeo_note_set(why, OEO_ERR_FORMAT, _("%s:1: the table has no rows."), file);
	free(reader.is_seen);
	return err;
}

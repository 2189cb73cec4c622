/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "collector/protect_csv.h"
#include "collector/protect_job.h"
#include "proto/buf.h"
#include "proto/i18n.h"

struct earlier_reader {
	struct oeo_protect_job *job;
	size_t dimension_columns[OEO_PROTECT_DIMENSIONS];
	size_t frequency_column;
	size_t status_column;
	struct oeo_protect_earlier *earlier;
	bool *is_seen; /* of every place */
	bool *is_taken; /* of every place that stands for others */
	bool *has_codes[OEO_PROTECT_DIMENSIONS]; /* of every dimension, by code */
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
		reader->has_codes[d][code] = true;
		rank = dimension->ranks[code];
		*own += rank * job->cells.strides[d];
		for (rank = 0; dimension->order[rank] != code;)
			rank++;
		*place += rank * job->cells.strides[d];
	}
	if (reader->is_seen[*place])
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, _("this cell was there already. Take one of the rows out."));
	reader->is_seen[*place] = true;
	return OEO_OK;
}

/* Places that are the same now and were not then: what is not the same number is taken for hidden. */
static void take(struct earlier_reader *reader, size_t own, uint64_t before)
{
	uint64_t *at = &reader->earlier->before[own];

	if (reader->is_taken[own] && *at != before)
		before = OEO_PROTECT_HIDDEN;
	reader->is_taken[own] = true;
	*at = before;
}

static enum oeo_err on_row(void *context, size_t line, char *const *fields, size_t n, struct oeo_note *why)
{
	struct earlier_reader *reader = context;
	const char *status = fields[reader->status_column], *text = fields[reader->frequency_column];
	size_t place, own;
	uint64_t before = OEO_PROTECT_HIDDEN;
	enum oeo_err err = find_place(reader, fields, &place, &own, why);

	(void)line;
	(void)n;
	if (err != OEO_OK)
		return err;
	reader->n_rows++;
	if (strcmp(status, "published") == 0)
		err = oeo_protect_count_read(reader->job->table.frequency, text, &before, why);
	else if (strcmp(status, "hidden") != 0)
		err = oeo_note_set(
		    why, OEO_ERR_FORMAT, _("the status is \"published\" or \"hidden\", not \"%s\"."), status);
	else if (text[0] != '\0')
		err = oeo_note_set(why, OEO_ERR_FORMAT,
		    _("a hidden cell has a number here. Give a table that %s wrote."),
		    "oeo-collector protect");
	if (err == OEO_OK)
		take(reader, own, before);
	return err;
}

/* A row that was taken out: what it said is not known, and with the others it may tell much. */
static bool is_row_missing(const struct earlier_reader *reader, size_t place)
{
	const struct oeo_protect_cells *cells = &reader->job->cells;

	for (size_t d = 0; d < cells->table->n_dimensions; d++) {
		const struct oeo_protect_dimension *dimension = &cells->table->dimensions[d];

		if (!reader->has_codes[d][dimension->order[place / cells->strides[d] % dimension->codes.n]])
			return false;
	}
	return !reader->is_seen[place];
}

static enum oeo_err check_rows(const struct earlier_reader *reader, const char *file, struct oeo_note *why)
{
	size_t n_missing = 0;

	if (reader->n_rows == 0)
		return oeo_note_set(why, OEO_ERR_FORMAT, _("%s:1: the table has no rows."), file);
	for (size_t place = 0; place < reader->job->cells.n_places; place++)
		n_missing += is_row_missing(reader, place);
	if (n_missing > 0)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s: %zu of its rows are missing. Give the whole table, as %s wrote it."), file,
		    n_missing, "oeo-collector protect");
	return OEO_OK;
}

static enum oeo_err read_file(struct earlier_reader *reader, const char *file, struct oeo_note *why)
{
	const struct oeo_protect_job *job = reader->job;
	size_t n = job->cells.n_places;
	enum oeo_err err = OEO_OK;

	reader->earlier->before = oeo_alloc_array(n, sizeof(*reader->earlier->before));
	reader->is_seen = oeo_alloc_array(n, sizeof(*reader->is_seen));
	reader->is_taken = oeo_alloc_array(n, sizeof(*reader->is_taken));
	if (reader->earlier->before == NULL || reader->is_seen == NULL || reader->is_taken == NULL)
		err = OEO_ERR_NOMEM;
	for (size_t d = 0; d < job->table.n_dimensions && err == OEO_OK; d++) {
		reader->has_codes[d] =
		    oeo_alloc_array(job->table.dimensions[d].codes.n, sizeof(*reader->has_codes[d]));
		err = reader->has_codes[d] == NULL ? OEO_ERR_NOMEM : OEO_OK;
	}
	if (err == OEO_OK)
		err = oeo_protect_csv_read(file, on_header, on_row, reader, why);
	if (err == OEO_OK)
		err = check_rows(reader, file, why);
	for (size_t d = 0; d < job->table.n_dimensions; d++)
		free(reader->has_codes[d]);
	free(reader->is_seen);
	free(reader->is_taken);
	return err;
}

enum oeo_err oeo_protect_earlier_read(struct oeo_protect_job *job, struct oeo_note *why)
{
	const char *file;
	size_t n = 0;
	enum oeo_err err = OEO_OK;

	while (oeo_cli_nth_value(job->cli, "earlier", n) != NULL)
		n++;
	if (n == 0)
		return OEO_OK;
	err = oeo_protect_cells_measure(&job->cells, &job->table, why);
	if (err != OEO_OK)
		return err;
	job->earlier = oeo_alloc_array(n, sizeof(*job->earlier));
	if (job->earlier == NULL)
		return OEO_ERR_NOMEM;
	job->n_earlier = n;
	for (size_t i = 0; err == OEO_OK && (file = oeo_cli_nth_value(job->cli, "earlier", i)) != NULL; i++) {
		struct earlier_reader reader = {.job = job, .earlier = &job->earlier[i]};

		err = read_file(&reader, file, why);
	}
	return err;
}

void oeo_protect_earlier_free(struct oeo_protect_job *job)
{
	for (size_t i = 0; job->earlier != NULL && i < job->n_earlier; i++)
		free(job->earlier[i].before);
	free(job->earlier);
	job->earlier = NULL;
}

bool *oeo_protect_earlier_kept(const struct oeo_protect_job *job)
{
	bool *kept = oeo_alloc_array(job->cells.n_places, sizeof(*kept));

	for (size_t i = 0; kept != NULL && i < job->n_earlier; i++)
		for (size_t place = 0; place < job->cells.n_places; place++)
			kept[place] = kept[place] || job->earlier[i].before[place] != 0;
	return kept;
}

/*
 * What one file makes of a cell. What each organisation had in the earlier number is not known here, so neither is what a
 * change is without it: with organisations every change is too small.
 */
static enum oeo_disclosure_role weigh(const struct oeo_protect_job *job, uint64_t before, int64_t change)
{
	uint64_t size = change < 0 ? (uint64_t)-change : (uint64_t)change;

	if (before == OEO_PROTECT_HIDDEN)
		return OEO_DISCLOSURE_HIDDEN;
	if (size == 0)
		return OEO_DISCLOSURE_SHOWN;
	return size < job->rules.residents || job->table.member != NULL ? OEO_DISCLOSURE_HIDDEN
									: OEO_DISCLOSURE_DECIDE;
}

/* Hidden in any of the files wins; out already is only what is as all of them show it, and a zero that may be told. */
static void apply_to(struct oeo_protect_job *job, size_t number)
{
	struct oeo_disclosure_cell *cell = &job->cells.cells[number];
	bool is_hidden = false, has_changed = false, was_hidden = false;

	for (size_t i = 0; i < job->n_earlier; i++) {
		uint64_t before = job->earlier[i].before[job->cells.places[number]];
		int64_t *change = &job->changes[i * job->cells.problem.n_cells + number];
		enum oeo_disclosure_role role;

		*change = before == OEO_PROTECT_HIDDEN
			      ? 0
			      : (int64_t)cell->value[OEO_DISCLOSURE_RESIDENTS] - (int64_t)before;
		role = weigh(job, before, *change);
		was_hidden = was_hidden || before == OEO_PROTECT_HIDDEN;
		is_hidden = is_hidden || role == OEO_DISCLOSURE_HIDDEN;
		has_changed = has_changed || role == OEO_DISCLOSURE_DECIDE;
	}
	job->n_changed += is_hidden && !was_hidden;
	if (is_hidden)
		cell->role = OEO_DISCLOSURE_HIDDEN;
	else if (!has_changed || (cell->value[OEO_DISCLOSURE_RESIDENTS] == 0 && !job->hides_zeros))
		cell->role = OEO_DISCLOSURE_SHOWN;
}

/* A zero tells that everything in it is zero: it is hidden where one of these is. */
static void hide_zeros_above(struct oeo_protect_job *job)
{
	const struct oeo_disclosure_problem *problem = &job->cells.problem;
	struct oeo_disclosure_cell *cells = job->cells.cells;

	for (bool goes_on = !job->hides_zeros; goes_on;) {
		goes_on = false;
		for (size_t r = 0; r < problem->n_relations; r++) {
			const struct oeo_disclosure_relation *relation = &problem->relations[r];
			struct oeo_disclosure_cell *parent = &cells[relation->parent];

			for (size_t i = 0; i < relation->n_children; i++) {
				if (parent->role == OEO_DISCLOSURE_HIDDEN ||
				    parent->value[OEO_DISCLOSURE_RESIDENTS] > 0 ||
				    cells[relation->children[i]].role != OEO_DISCLOSURE_HIDDEN)
					continue;
				parent->role = OEO_DISCLOSURE_HIDDEN;
				goes_on = true;
			}
		}
	}
}

enum oeo_err oeo_protect_earlier_apply(struct oeo_protect_job *job)
{
	size_t n = job->cells.problem.n_cells;

	if (job->n_earlier == 0)
		return OEO_OK;
	job->changes = oeo_alloc_array(n * job->n_earlier + 1, sizeof(*job->changes));
	if (job->changes == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		apply_to(job, i);
	hide_zeros_above(job);
	for (size_t i = 0; i < n && !job->hides_zeros; i++)
		job->has_kept_zeros =
		    job->has_kept_zeros || (job->cells.cells[i].role == OEO_DISCLOSURE_HIDDEN &&
					       job->cells.cells[i].value[OEO_DISCLOSURE_RESIDENTS] == 0);
	oeo_protect_earlier_free(job);
	return OEO_OK;
}

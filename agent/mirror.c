/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/mirror.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/snapshot.h"
#include "proto/i18n.h"
#include "proto/prose.h"

/* ---- The figures, as the snapshot of the period would count them now */

static struct oeo_mirror_cell count_cell(
    const struct oeo_snapshot *snapshot, const struct oeo_snapshot_cell *from, bool publishes_questions)
{
	struct oeo_mirror_cell cell = {.cell = from->cell};

	for (size_t i = from->first; i < from->first + from->count; i++)
		cell.own_residents += snapshot->entries[i] != OEO_TAG_ALONE;
	cell.own_questions = publishes_questions ? from->count : 0;
	return cell;
}

static enum oeo_err fill_table(struct oeo_mirror *mirror, const struct oeo_snapshot *snapshot, size_t t)
{
	struct oeo_mirror_table *table = &mirror->tables[mirror->n_tables];
	const struct oeo_table *of = &mirror->plan->tables[t];
	size_t n = 0;

	for (size_t i = 0; i < snapshot->n_cells; i++)
		n += snapshot->cells[i].table == t;
	table->table = of;
	table->released = mirror->release != NULL ? oeo_release_table(mirror->release, of->id) : NULL;
	table->cells = oeo_alloc_array(n + 1, sizeof(*table->cells));
	if (table->cells == NULL)
		return OEO_ERR_NOMEM;
	mirror->n_tables++;
	for (size_t i = 0; i < snapshot->n_cells; i++) {
		if (snapshot->cells[i].table == t && snapshot->cells[i].count > 0)
			table->cells[table->n_cells++] =
			    count_cell(snapshot, &snapshot->cells[i], of->publishes_questions);
	}
	return OEO_OK;
}

static enum oeo_err fill_tables(
    struct oeo_mirror *mirror, const struct oeo_agent *agent, struct oeo_note *why)
{
	struct oeo_snapshot snapshot;
	struct oeo_snapshot_wish wish = {mirror->period, mirror->plan, &snapshot};
	enum oeo_err err =
	    oeo_snapshot_make(&wish, 1, agent->ledger, agent->self.card.id, OEO_COVERAGE_BY_DATES, why);

	if (err != OEO_OK)
		return err;
	mirror->tables = oeo_alloc_array(mirror->plan->n_tables, sizeof(*mirror->tables));
	if (mirror->tables == NULL)
		err = OEO_ERR_NOMEM;
	for (size_t t = 0; t < mirror->plan->n_tables && err == OEO_OK; t++) {
		if (mirror->plan->tables[t].cadence == mirror->period.cadence)
			err = fill_table(mirror, &snapshot, t);
	}
	oeo_snapshot_fini(&snapshot);
	return err;
}

/* ---- What deserves a look */

/* A word of the label by itself: "Wonen anders", not "Anderstaligen". */
static bool has_word(const char *label, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strcasestr(label, word); at != NULL; at = strcasestr(at + 1, word)) {
		bool begins = at == label || !isalpha((unsigned char)at[-1]);

		if (begins && !isalpha((unsigned char)at[len]))
			return true;
	}
	return false;
}

static bool is_other(const struct oeo_code *code)
{
	return code->label_nl != NULL &&
	       (has_word(code->label_nl, "anders") || has_word(code->label_nl, "overig") ||
		   has_word(code->label_nl, "overige"));
}

static bool has_other(const struct oeo_dimension *dimension)
{
	const struct oeo_level *last = &dimension->levels[dimension->n_levels - 1];

	for (size_t i = last->first; i < last->first + last->count; i++) {
		if (is_other(&dimension->codes[i]))
			return dimension->computed_from[0] == '\0';
	}
	return false;
}

static void note_other(struct oeo_mirror_other *other, const struct oeo_question *question)
{
	const struct oeo_dimension *dimension = other->dimension;

	for (size_t i = 0; i < question->n_dimensions; i++) {
		size_t code;

		if (strcmp(question->dimensions[i], dimension->id) != 0)
			continue;
		code = oeo_dimension_find_code(dimension, dimension->n_levels - 1, question->codes[i]);
		if (code == SIZE_MAX || code == oeo_dimension_unknown(dimension))
			return;
		other->n_known++;
		other->n_other += is_other(&dimension->codes[code]);
	}
}

static enum oeo_err on_question(void *context, const struct oeo_question *question)
{
	struct oeo_mirror *mirror = context;
	bool has_number = question->member_number != NULL && question->member_number[0] != '\0';

	if (!oeo_period_contains(&mirror->period, &question->base))
		return OEO_OK;
	mirror->n_questions++;
	mirror->n_without_identity +=
	    !question->is_erased && !has_number && !oeo_question_has_identity(question);
	mirror->n_unmapped += question->is_unmapped;
	mirror->n_late += question->is_late;
	mirror->n_erased += question->is_erased;
	for (size_t i = 0; i < mirror->n_others; i++)
		note_other(&mirror->others[i], question);
	return OEO_OK;
}

/* ---- The whole */

void oeo_mirror_fini(struct oeo_mirror *mirror)
{
	for (size_t i = 0; i < mirror->n_tables; i++)
		free(mirror->tables[i].cells);
	free(mirror->tables);
	for (size_t i = 0; i < mirror->n_suspects; i++) {
		free(mirror->suspects[i].one);
		free(mirror->suspects[i].other);
	}
	free(mirror->suspects);
	memset(mirror, 0, sizeof(*mirror));
}

enum oeo_err oeo_mirror_count(struct oeo_mirror *mirror, const struct oeo_agent *agent,
    const struct oeo_plan *plan, const struct oeo_release *release, const struct oeo_period *period,
    struct oeo_note *why)
{
	enum oeo_err err;

	memset(mirror, 0, sizeof(*mirror));
	mirror->plan = release != NULL ? release->plan.plan : plan;
	mirror->release = release;
	mirror->period = *period;
	mirror->member_name = agent->self.card.name;
	if (!oeo_plan_has_cadence(mirror->plan, period->cadence))
		return oeo_note_set(why, OEO_ERR_RANGE, _("The plan has no tables of such a period."));
	for (size_t d = 0; d < mirror->plan->n_dimensions; d++) {
		if (has_other(&mirror->plan->dimensions[d]))
			mirror->others[mirror->n_others++].dimension = &mirror->plan->dimensions[d];
	}
	err = fill_tables(mirror, agent, why);
	if (err == OEO_OK)
		err = oeo_ledger_each_question(agent->ledger, on_question, mirror);
	if (err != OEO_OK)
		oeo_mirror_fini(mirror);
	return err;
}

enum oeo_err oeo_mirror_make(struct oeo_mirror *mirror, const struct oeo_agent *agent,
    const struct oeo_plan *plan, const struct oeo_release *release, const struct oeo_period *period,
    struct oeo_note *why)
{
	enum oeo_err err = oeo_mirror_count(mirror, agent, plan, release, period, why);

	if (err != OEO_OK)
		return err;
	err = oeo_mirror_find_suspects(mirror, agent->ledger);
	if (err != OEO_OK)
		oeo_mirror_fini(mirror);
	return err;
}

enum oeo_err oeo_mirror_describe_cell(
    struct oeo_buf *text, const struct oeo_plan *plan, const struct oeo_table *table, size_t cell)
{
	size_t codes[OEO_MAX_BY] = {0};
	enum oeo_err err = OEO_OK;

	if (table->n_by == 0)
		return oeo_buf_append_text(text, _("all questions"));
	oeo_table_cell_codes(plan, table, cell, codes);
	for (size_t i = 0; i < table->n_by && err == OEO_OK; i++) {
		const struct oeo_code *code = &plan->dimensions[table->by[i].dimension].codes[codes[i]];

		err = oeo_buf_printf(text, "%s%s", i > 0 ? ", " : "",
		    code->label_nl != NULL || code->label_en != NULL
			? oeo_i18n_pick(code->label_nl, code->label_en)
			: code->code);
	}
	return err;
}

enum oeo_err oeo_mirror_write_title(struct oeo_buf *text, const struct oeo_mirror *mirror)
{
	struct oeo_buf period = {0};
	enum oeo_err err = oeo_prose_period(&period, &mirror->period);

	if (err == OEO_OK)
		err = oeo_buf_terminate(&period);
	if (err == OEO_OK)
		err = oeo_buf_printf(
		    text, _("Mirror of %s, %s"), mirror->member_name, (const char *)period.data);
	oeo_buf_fini(&period);
	return err == OEO_OK ? oeo_buf_terminate(text) : err;
}

const char *oeo_mirror_format_number(char text[OEO_MIRROR_NUMBER_BYTES], uint64_t number)
{
	struct oeo_buf written = {0};

	if (oeo_prose_number(&written, number) == OEO_OK && oeo_buf_terminate(&written) == OEO_OK)
		(void)snprintf(text, OEO_MIRROR_NUMBER_BYTES, "%s", (const char *)written.data);
	else
		(void)snprintf(text, OEO_MIRROR_NUMBER_BYTES, "%" PRIu64, number);
	oeo_buf_fini(&written);
	return text;
}

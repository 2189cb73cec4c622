/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/snapshot.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"

#define MOST_REPORTS 0x7fffffffu

/* One question in one table, before repeat visits are told apart. */
struct row {
	uint32_t table;
	uint32_t cell;
	uint32_t subject; /* OEO_TAG_ALONE sorts last */
};

/* A period while its questions are gathered. */
struct making {
	const struct oeo_snapshot_wish *wish;
	bool takes_numbers; /* a table of this cadence accepts client numbers */
	struct oeo_subjects subjects;
	struct oeo_buf rows;
	uint64_t questions;
	uint64_t without_identity;
	uint64_t unmapped;
	uint64_t late;
};

struct walk {
	struct making *makings;
	size_t n;
	const char *member;
	bool has_questions;
	int64_t first_day; /* of the first and the last question in the ledger */
	int64_t last_day;
	char fed[OEO_MAX_DIMENSIONS][OEO_ID_BYTES];
	size_t n_fed;
};

/* ---- Who a question is of */

/* The question's subjects in one period; each is looked up when a table first needs it. */
struct who {
	bool is_named; /* all identity fields */
	bool has_number;
	uint32_t resident;
	uint32_t number;
	uint32_t week;
};

static enum oeo_err add_subject(
    struct making *making, enum oeo_subject_kind kind, struct oeo_buf *name, uint32_t *subject)
{
	enum oeo_err err = oeo_subjects_add(&making->subjects, kind, name->data, name->len, subject);

	sodium_memzero(name->data, name->len);
	return err;
}

static enum oeo_err find_resident(
    struct making *making, const struct oeo_question *question, uint32_t *subject)
{
	const struct oeo_plan *plan = making->wish->plan;
	struct oeo_name_field fields[OEO_MAX_FIELDS];
	struct oeo_buf name = {0};
	enum oeo_err err;

	for (size_t i = 0; i < plan->n_fields; i++) {
		fields[i].field = plan->fields[i].id;
		fields[i].value = question->identity[i];
	}
	err = oeo_resident_name(&name, fields, plan->n_fields);
	if (err == OEO_OK)
		err = add_subject(making, OEO_SUBJECT_RESIDENT, &name, subject);
	oeo_buf_fini(&name);
	return err;
}

static enum oeo_err find_number(
    struct making *making, const char *member, const char *number, uint32_t *subject)
{
	struct oeo_buf name = {0};
	enum oeo_err err = oeo_member_name(&name, member, number);

	if (err == OEO_OK)
		err = add_subject(making, OEO_SUBJECT_RESIDENT, &name, subject);
	oeo_buf_fini(&name);
	return err;
}

static enum oeo_err find_week(struct making *making, const struct oeo_question *question, uint32_t *subject)
{
	char week[OEO_WEEK_BYTES];

	oeo_day_format_week(week, question->is_late ? oeo_period_first_day(&question->base) : question->day);
	return oeo_subjects_add(&making->subjects, OEO_SUBJECT_WEEK, week, strlen(week), subject);
}

static bool is_named(const struct oeo_plan *plan, const struct oeo_question *question)
{
	return plan->n_fields > 0 && plan->n_fields <= OEO_MAX_FIELDS &&
	       question->n_fields == plan->n_fields && oeo_question_has_identity(question);
}

static bool has_number(const struct oeo_question *question)
{
	return question->member_number != NULL && question->member_number[0] != '\0';
}

static enum oeo_err find_who(
    struct making *making, const char *member, const struct oeo_question *question, struct who *who)
{
	enum oeo_err err = OEO_OK;

	memset(who, 0, sizeof(*who));
	who->is_named = is_named(making->wish->plan, question);
	who->has_number = making->takes_numbers && has_number(question);
	if (who->is_named)
		return find_resident(making, question, &who->resident);
	if (who->has_number)
		err = find_number(making, member, question->member_number, &who->number);
	if (err == OEO_OK)
		err = find_week(making, question, &who->week);
	return err;
}

/* ---- Which cell it falls into */

/* A code that the plan does not know (any more), or that may not be computed without an identity, is unknown. */
static size_t find_code(
    const struct oeo_plan *plan, size_t d, const struct oeo_question *question, bool is_known)
{
	const struct oeo_dimension *dimension = &plan->dimensions[d];
	size_t code = SIZE_MAX;

	if (dimension->computed_from[0] != '\0' && !is_known)
		return oeo_dimension_unknown(dimension);
	for (size_t i = 0; i < question->n_dimensions; i++) {
		if (strcmp(question->dimensions[i], dimension->id) == 0)
			code =
			    oeo_dimension_find_code(dimension, dimension->n_levels - 1, question->codes[i]);
	}
	return code != SIZE_MAX ? code : oeo_dimension_unknown(dimension);
}

static size_t find_cell(const struct oeo_plan *plan, const struct oeo_table *table,
    const struct oeo_question *question, bool is_known)
{
	size_t codes[OEO_MAX_BY] = {0};

	for (size_t i = 0; i < table->n_by; i++) {
		const struct oeo_by *by = &table->by[i];
		size_t code = find_code(plan, by->dimension, question, is_known);

		codes[i] = oeo_dimension_ancestor(&plan->dimensions[by->dimension], code, by->level);
	}
	return oeo_table_cell_index(plan, table, codes);
}

/* ---- Gathering */

/* What the question is in this table: false where it gives no report. */
static bool choose_subject(const struct oeo_table *table, const struct who *who, uint32_t *subject)
{
	if (who->is_named)
		*subject = who->resident;
	else if (who->has_number && table->accepts_member_numbers)
		*subject = who->number;
	else if (table->walk_in == OEO_WALK_IN_PER_WEEK)
		*subject = who->week;
	else if (table->walk_in == OEO_WALK_IN_QUESTIONS_ONLY && table->publishes_questions)
		*subject = OEO_TAG_ALONE;
	else
		return false;
	return true;
}

static enum oeo_err add_row(
    struct making *making, size_t t, const struct oeo_question *question, const struct who *who)
{
	const struct oeo_plan *plan = making->wish->plan;
	size_t cell = find_cell(plan, &plan->tables[t], question, who->is_named);
	struct row row = {.table = (uint32_t)t, .cell = (uint32_t)cell};

	if (cell > UINT32_MAX || making->rows.len / sizeof(row) >= MOST_REPORTS)
		return OEO_ERR_RANGE;
	if (!choose_subject(&plan->tables[t], who, &row.subject))
		return OEO_OK;
	return oeo_buf_append(&making->rows, &row, sizeof(row));
}

static bool is_late_for(const struct oeo_question *question, const struct oeo_period *period)
{
	return question->is_late &&
	       (question->day < oeo_period_first_day(period) || question->day > oeo_period_last_day(period));
}

static enum oeo_err add_question(
    struct making *making, const char *member, const struct oeo_question *question)
{
	const struct oeo_plan *plan = making->wish->plan;
	struct who who;
	enum oeo_err err;

	if (!oeo_period_contains(&making->wish->period, &question->base))
		return OEO_OK;
	err = find_who(making, member, question, &who);
	making->questions++;
	making->without_identity += !who.is_named && !who.has_number;
	making->unmapped += question->is_unmapped;
	making->late += is_late_for(question, &making->wish->period);
	for (size_t t = 0; t < plan->n_tables && err == OEO_OK; t++) {
		if (plan->tables[t].cadence == making->wish->period.cadence)
			err = add_row(making, t, question, &who);
	}
	return err;
}

static void note_fed(struct walk *walk, const struct oeo_question *question)
{
	for (size_t i = 0; i < question->n_dimensions; i++) {
		size_t at = 0;

		if (strcmp(question->codes[i], OEO_UNKNOWN) == 0)
			continue;
		while (at < walk->n_fed && strcmp(walk->fed[at], question->dimensions[i]) != 0)
			at++;
		if (at == walk->n_fed && at < OEO_MAX_DIMENSIONS)
			memcpy(walk->fed[walk->n_fed++], question->dimensions[i], OEO_ID_BYTES);
	}
}

static enum oeo_err on_question(void *context, const struct oeo_question *question)
{
	struct walk *walk = context;
	enum oeo_err err = OEO_OK;

	if (!walk->has_questions || question->day < walk->first_day)
		walk->first_day = question->day;
	if (!walk->has_questions || question->day > walk->last_day)
		walk->last_day = question->day;
	walk->has_questions = true;
	note_fed(walk, question);
	for (size_t i = 0; i < walk->n && err == OEO_OK; i++)
		err = add_question(&walk->makings[i], walk->member, question);
	return err;
}

/* ---- Telling repeat visits apart */

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a;
	const struct row *y = b;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	if (x->cell != y->cell)
		return x->cell < y->cell ? -1 : 1;
	return (x->subject > y->subject) - (x->subject < y->subject);
}

static bool is_same_cell(const struct row *a, const struct row *b)
{
	return a->table == b->table && a->cell == b->cell;
}

/* Write the entries of one cell: its shares, then the tags alone. rows[0 .. n - 1] are the cell's, sorted. */
static void fill_cell(
    struct oeo_snapshot *snapshot, const struct row *rows, size_t n, bool publishes_questions)
{
	struct oeo_snapshot_cell *cell = &snapshot->cells[snapshot->n_cells++];
	size_t alone = 0;

	*cell = (struct oeo_snapshot_cell){rows[0].table, rows[0].cell, snapshot->n_entries, 0};
	for (size_t i = 0; i < n; i++) {
		bool is_repeat = i > 0 && rows[i].subject == rows[i - 1].subject;

		if (rows[i].subject == OEO_TAG_ALONE || is_repeat)
			alone++;
		else
			snapshot->entries[snapshot->n_entries++] = rows[i].subject;
	}
	for (size_t i = 0; publishes_questions && i < alone; i++)
		snapshot->entries[snapshot->n_entries++] = OEO_TAG_ALONE;
	cell->count = snapshot->n_entries - cell->first;
}

static enum oeo_err fill_cells(struct oeo_snapshot *snapshot, struct making *making)
{
	struct row *rows = (struct row *)(void *)making->rows.data;
	size_t n = making->rows.len / sizeof(*rows);

	snapshot->cells = oeo_alloc_array(n, sizeof(*snapshot->cells));
	snapshot->entries = oeo_alloc_array(n, sizeof(*snapshot->entries));
	if (snapshot->cells == NULL || snapshot->entries == NULL)
		return OEO_ERR_NOMEM;
	if (n > 1)
		qsort(rows, n, sizeof(*rows), compare_rows);
	for (size_t i = 0; i < n;) {
		size_t end = i + 1;

		while (end < n && is_same_cell(&rows[i], &rows[end]))
			end++;
		fill_cell(snapshot, rows + i, end - i,
		    making->wish->plan->tables[rows[i].table].publishes_questions);
		i = end;
	}
	return OEO_OK;
}

/* ---- The closing part */

static uint64_t round_to_ten(uint64_t count)
{
	return (count + 5) / 10 * 10;
}

static enum oeo_coverage judge_coverage(const struct walk *walk, const struct making *making)
{
	enum oeo_cadence cadence = oeo_plan_base(making->wish->plan);
	const struct oeo_period *period = &making->wish->period;
	struct oeo_period base = oeo_period_of_day(cadence, oeo_period_first_day(period));
	size_t inside = 0;
	size_t all = 0;

	for (; oeo_period_last_day(&base) <= oeo_period_last_day(period); base = oeo_period_next(&base)) {
		all++;
		inside += walk->has_questions && walk->first_day <= oeo_period_last_day(&base) &&
			  walk->last_day >= oeo_period_first_day(&base);
	}
	if (inside == 0)
		return OEO_COVERAGE_NO;
	return inside == all ? OEO_COVERAGE_YES : OEO_COVERAGE_PARTLY;
}

static void fill_closing(struct oeo_closing *closing, const struct walk *walk, const struct making *making,
    enum oeo_coverage coverage)
{
	const struct oeo_plan *plan = making->wish->plan;

	closing->coverage = coverage == OEO_COVERAGE_BY_DATES ? judge_coverage(walk, making) : coverage;
	for (size_t d = 0; d < plan->n_dimensions; d++) {
		for (size_t i = 0; i < walk->n_fed && closing->n_fed < OEO_MAX_FED; i++) {
			if (strcmp(walk->fed[i], plan->dimensions[d].id) == 0)
				memcpy(closing->fed[closing->n_fed++], plan->dimensions[d].id, OEO_ID_BYTES);
		}
	}
	closing->questions = round_to_ten(making->questions);
	closing->without_identity = round_to_ten(making->without_identity);
	closing->unmapped = round_to_ten(making->unmapped);
	closing->late = round_to_ten(making->late);
}

/* ---- The whole */

static bool takes_numbers(const struct oeo_plan *plan, enum oeo_cadence cadence)
{
	for (size_t t = 0; t < plan->n_tables; t++) {
		if (plan->tables[t].cadence == cadence && plan->tables[t].accepts_member_numbers)
			return true;
	}
	return false;
}

static enum oeo_err finish(struct making *making, const struct walk *walk, enum oeo_coverage coverage)
{
	struct oeo_snapshot made;
	enum oeo_err err;

	memset(&made, 0, sizeof(made));
	made.period = making->wish->period;
	memcpy(made.plan_digest, making->wish->plan->digest, OEO_DIGEST_BYTES);
	randombytes_buf(made.walk_in_key, sizeof(made.walk_in_key));
	made.subjects = making->subjects;
	memset(&making->subjects, 0, sizeof(making->subjects));
	err = fill_cells(&made, making);
	if (err != OEO_OK) {
		oeo_snapshot_fini(&made);
		return err;
	}
	fill_closing(&made.closing, walk, making, coverage);
	*making->wish->snapshot = made;
	return OEO_OK;
}

static enum oeo_err explain(struct oeo_note *why, enum oeo_err err)
{
	if (err == OEO_ERR_RANGE)
		return oeo_note_set(
		    why, err, _("The period holds more questions than one submission can number."));
	return oeo_ledger_explain(why, err);
}

enum oeo_err oeo_snapshot_make(const struct oeo_snapshot_wish *wishes, size_t n, struct oeo_ledger *ledger,
    const char *member, enum oeo_coverage coverage, struct oeo_note *why)
{
	struct walk walk = {.makings = oeo_alloc_array(n, sizeof(struct making)), .n = n, .member = member};
	size_t done = 0;
	enum oeo_err err;

	if (walk.makings == NULL)
		return explain(why, OEO_ERR_NOMEM);
	for (size_t i = 0; i < n; i++) {
		walk.makings[i].wish = &wishes[i];
		walk.makings[i].takes_numbers = takes_numbers(wishes[i].plan, wishes[i].period.cadence);
		oeo_subjects_init(&walk.makings[i].subjects);
	}
	err = oeo_ledger_each_question(ledger, on_question, &walk);
	for (; done < n && err == OEO_OK; done += err == OEO_OK)
		err = finish(&walk.makings[done], &walk, coverage);
	for (size_t i = 0; i < n; i++) {
		if (err != OEO_OK && i < done)
			oeo_snapshot_fini(wishes[i].snapshot);
		oeo_subjects_fini(&walk.makings[i].subjects);
		oeo_buf_fini(&walk.makings[i].rows);
	}
	free(walk.makings);
	return explain(why, err);
}

void oeo_snapshot_fini(struct oeo_snapshot *snapshot)
{
	if (snapshot == NULL)
		return;
	oeo_subjects_fini(&snapshot->subjects);
	free(snapshot->cells);
	free(snapshot->entries);
	sodium_memzero(snapshot, sizeof(*snapshot));
}

size_t oeo_snapshot_count_pairs(const struct oeo_snapshot *snapshot)
{
	size_t n = 0;

	for (size_t i = 0; i < snapshot->n_entries; i++) {
		uint32_t subject = snapshot->entries[i];

		n += subject != OEO_TAG_ALONE &&
		     snapshot->subjects.items[subject].kind == OEO_SUBJECT_RESIDENT;
	}
	return n;
}

enum oeo_err oeo_snapshot_cell_name(struct oeo_buf *name, const struct oeo_plan *plan,
    const struct oeo_snapshot *snapshot, const struct oeo_snapshot_cell *cell)
{
	const struct oeo_table *table = &plan->tables[cell->table];
	size_t indexes[OEO_MAX_BY] = {0};
	const char *codes[OEO_MAX_BY];
	char period[OEO_PERIOD_BYTES];

	oeo_table_cell_codes(plan, table, cell->cell, indexes);
	for (size_t i = 0; i < table->n_by; i++)
		codes[i] = plan->dimensions[table->by[i].dimension].codes[indexes[i]].code;
	oeo_period_format(period, &snapshot->period);
	return oeo_cell_name(name, plan->id, table->rules.residents, table->id, period, codes, table->n_by);
}

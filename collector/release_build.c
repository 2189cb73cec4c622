/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/release_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/secure.h"
#include "collector/disclosure/solver_clp.h"
#include "proto/clock.h"
#include "proto/i18n.h"

static int compare_sources(const void *a, const void *b)
{
	const struct oeo_release_source *left = a;
	const struct oeo_release_source *right = b;

	int order = oeo_period_compare(&left->period, &right->period);

	if (order != 0)
		return order;
	if (left->release == NULL || right->release == NULL)
		return (left->release == NULL) - (right->release == NULL);
	return (left->version > right->version) - (left->version < right->version);
}

/* All periods that take part, in order; *target is where the one to be released stands. */
static enum oeo_err list_sources(
    struct oeo_release_source **sources, size_t *target, const struct oeo_release_facts *facts)
{
	size_t n = facts->n_related + 1;
	struct oeo_release_source *list = oeo_alloc_array(n, sizeof(*list));

	if (list == NULL)
		return OEO_ERR_NOMEM;
	list[0] = (struct oeo_release_source){.period = facts->opened->period, .opened = facts->opened};
	for (size_t i = 1; i < n; i++)
		list[i] = facts->related[i - 1];
	qsort(list, n, sizeof(*list), compare_sources);
	for (size_t i = 0; i < n; i++)
		if (list[i].release == NULL)
			*target = i;
	*sources = list;
	return OEO_OK;
}

static uint64_t round_number(uint64_t number, uint64_t to)
{
	return to > 1 ? (number + to / 2) / to * to : number;
}

static unsigned count_withheld(const struct oeo_opened *opened, size_t planned)
{
	unsigned withheld = 0;

	for (size_t i = 0; i < opened->n_tables; i++) {
		if (opened->tables[i].table != planned)
			continue;
		withheld += opened->tables[i].n_blocked;
		for (size_t j = 0; j < opened->tables[i].n_cells; j++)
			withheld += opened->tables[i].cells[j].state == OEO_CELL_WITHHELD;
	}
	return withheld;
}

/* The cells of one table, as decided. */
static enum oeo_err fill_table(struct oeo_release_table *to, const struct oeo_release_facts *facts,
    size_t planned, const struct oeo_disclosure_cell *cells, const struct oeo_disclosure_decision *decisions)
{
	const struct oeo_plan *plan = facts->plan->plan;
	const struct oeo_table *table = &plan->tables[planned];
	unsigned withheld = count_withheld(facts->opened, planned);
	size_t hidden = 0;
	size_t partly = 0;

	to->table = planned;
	to->n_cells = oeo_table_cells(plan, table);
	to->cells = oeo_alloc_array(to->n_cells, sizeof(*to->cells));
	if (to->cells == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < to->n_cells; i++) {
		struct oeo_release_cell *cell = &to->cells[i];

		cell->is_hidden = !decisions[i].is_shown;
		cell->hides_questions = !cell->is_hidden && decisions[i].hides_questions;
		hidden += cell->is_hidden;
		partly += cell->hides_questions;
		if (cell->is_hidden)
			continue;
		cell->residents = round_number(cells[i].value[OEO_DISCLOSURE_RESIDENTS], table->rules.round);
		if (table->publishes_questions && !cell->hides_questions)
			cell->questions =
			    round_number(cells[i].value[OEO_DISCLOSURE_QUESTIONS], table->rules.round);
	}
	to->not_shown = hidden + partly;
	to->withheld = withheld < hidden ? withheld : (unsigned)hidden;
	return OEO_OK;
}

static enum oeo_err fill_tables(struct oeo_release *release, const struct oeo_release_facts *facts,
    const struct oeo_release_problem *built, size_t target, const struct oeo_disclosure_decision *decisions)
{
	const struct oeo_plan *plan = facts->plan->plan;
	enum oeo_err err = OEO_OK;

	release->tables = oeo_alloc_array(plan->n_tables, sizeof(*release->tables));
	if (release->tables == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; err == OEO_OK && i < plan->n_tables; i++) {
		size_t first;

		if (plan->tables[i].cadence != facts->opened->period.cadence)
			continue;
		first = oeo_release_problem_first(built, target, i);
		if (first == SIZE_MAX)
			return OEO_ERR_INTERNAL;
		err = fill_table(
		    &release->tables[release->n_tables++], facts, i, built->cells + first, decisions + first);
	}
	return err;
}

/* The letters of the attackers that were tried and found nothing (is_unsafe: something). */
static void list_attackers(
    char letters[sizeof(OEO_RELEASE_ATTACKERS)], const struct oeo_audit_report *report, bool is_unsafe)
{
	size_t n = 0;

	for (size_t i = 0; i < OEO_AUDIT_ATTACKERS; i++)
		if (report->verdicts[i].is_tried && (report->verdicts[i].n_recovered > 0) == is_unsafe)
			letters[n++] = oeo_audit_letter(i)[0];
	letters[n] = '\0';
}

/* The planned table of the first number that is recovered; a number of a margin that is published nowhere has none. */
static const char *name_table(const struct oeo_plan *plan, const struct oeo_disclosure_problem *problem,
    const struct oeo_audit_report *report)
{
	for (size_t i = 0; i < OEO_AUDIT_ATTACKERS; i++) {
		size_t cell = report->verdicts[i].first_cell;

		if (cell < problem->n_cells && problem->cells[cell].table < plan->n_tables)
			return plan->tables[problem->cells[cell].table].id;
	}
	return "-";
}

static enum oeo_err refuse(const struct oeo_plan *plan, const struct oeo_disclosure_problem *problem,
    const struct oeo_audit_report *report, struct oeo_note *why)
{
	char letters[sizeof(OEO_RELEASE_ATTACKERS)];

	list_attackers(letters, report, true);
	return oeo_note_set(why, OEO_ERR_REFUSED,
	    _("The check of the finished release found that hidden numbers could be worked out (attackers "
	      "%s, "
	      "table %s); nothing was written. Please report this as a fault of the program."),
	    letters[0] != '\0' ? letters : "-", name_table(plan, problem, report));
}

static enum oeo_err explain(enum oeo_disclosure_err err, const struct oeo_plan *plan,
    const struct oeo_disclosure_problem *problem, const struct oeo_audit_report *report, struct oeo_note *why)
{
	switch (err) {
	case OEO_DISCLOSURE_OK:
		return OEO_OK;
	case OEO_DISCLOSURE_NOMEM:
		return OEO_ERR_NOMEM;
	case OEO_DISCLOSURE_INVALID:
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("The opened cells contradict each other, so they cannot be protected; nothing was "
		      "written. Please report "
		      "this as a fault of the program."));
	case OEO_DISCLOSURE_INTERRUPTED:
		return oeo_note_set(
		    why, OEO_ERR_STATE, _("Interrupted; nothing was written. Give the command again."));
	case OEO_DISCLOSURE_SOLVER:
		return oeo_note_set(why, OEO_ERR_INTERNAL,
		    _("The check of the finished release could not be finished: the solver gave up. Nothing "
		      "was written. Please report this as a fault of the program."));
	case OEO_DISCLOSURE_UNSAFE:
		break;
	}
	return refuse(plan, problem, report, why);
}

/* Decide against every attacker, then verify by other code; the audit has the last word. */
static enum oeo_err decide(struct oeo_release *release, const struct oeo_release_facts *facts,
    const struct oeo_disclosure_problem *problem, struct oeo_disclosure_decision *decisions,
    struct oeo_note *why)
{
	struct oeo_audit_report report = {0};
	struct oeo_audit_options options = {.attackers = OEO_AUDIT_ALL,
	    .solver = facts->solver != NULL ? facts->solver : oeo_solver_clp(),
	    .has_unknown_singles = true,
	    .excuses_earlier = true,
	    .progress = facts->progress,
	    .context = facts->context};
	enum oeo_disclosure_err err = oeo_disclosure_secure(problem, &options, decisions, NULL, &report);

	if (err == OEO_DISCLOSURE_OK)
		err = oeo_disclosure_verify(problem, decisions, NULL);
	if (err == OEO_DISCLOSURE_OK && !oeo_audit_is_safe(&report))
		err = OEO_DISCLOSURE_UNSAFE;
	/* All that were asked for, one that does not apply too: whether Q applies depends on hidden cells, so a letter left
	 * out would tell of them (unit.export_leak). */
	if (err == OEO_DISCLOSURE_OK)
		(void)snprintf(release->withstood, sizeof(release->withstood), "%s", OEO_RELEASE_ATTACKERS);
	return explain(err, facts->plan->plan, problem, &report, why);
}

static enum oeo_err add_tables(
    struct oeo_release *release, const struct oeo_release_facts *facts, struct oeo_note *why)
{
	struct oeo_release_problem built = {0};
	struct oeo_release_source *sources = NULL;
	struct oeo_disclosure_decision *decisions = NULL;
	size_t target = 0;
	enum oeo_err err = list_sources(&sources, &target, facts);

	if (err == OEO_OK)
		err = oeo_release_problem_build(&built, facts->plan->plan, sources, facts->n_related + 1);
	if (err != OEO_OK)
		goto cleanup;
	decisions = oeo_alloc_array(built.problem.n_cells, sizeof(*decisions));
	err = decisions != NULL ? decide(release, facts, &built.problem, decisions, why) : OEO_ERR_NOMEM;
	if (err == OEO_OK)
		err = fill_tables(release, facts, &built, target, decisions);
cleanup:
	oeo_release_problem_fini(&built);
	free(sources);
	free(decisions);
	return err;
}

static enum oeo_err add_keyholders(
    struct oeo_release *release, const struct oeo_release_facts *facts, struct oeo_note *why)
{
	const struct oeo_plan *plan = facts->plan->plan;

	release->keyholders = oeo_alloc_array(plan->n_keyholders, sizeof(*release->keyholders));
	if (release->keyholders == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < plan->n_keyholders; i++) {
		struct oeo_release_keyholder *to = &release->keyholders[release->n_keyholders++];
		size_t j = 0;

		while (j < facts->n_keyholders && strcmp(facts->keyholders[j].id, plan->keyholders[i]) != 0)
			j++;
		if (j == facts->n_keyholders)
			return oeo_note_set(why, OEO_ERR_NOT_FOUND,
			    _("The card of keyholder %s is missing. Attach its approval again: oeo-collector "
			      "plan attach FILE "
			      "--keyholder CARD"),
			    plan->keyholders[i]);
		(void)snprintf(to->id, sizeof(to->id), "%s", facts->keyholders[j].id);
		(void)snprintf(to->name, sizeof(to->name), "%s", facts->keyholders[j].name);
		memcpy(to->identity_pk, facts->keyholders[j].identity_pk, sizeof(to->identity_pk));
	}
	return OEO_OK;
}

static enum oeo_err copy_plan(
    struct oeo_release *release, const struct oeo_signed_plan *plan, struct oeo_note *why)
{
	struct oeo_buf packed = {0};
	enum oeo_err err = oeo_signed_plan_pack(&packed, plan);

	if (err == OEO_OK)
		err = oeo_signed_plan_unpack(&release->plan, packed.data, packed.len, why);
	oeo_buf_fini(&packed);
	return err;
}

static void add_origin(struct oeo_release *release, const struct oeo_release_facts *facts)
{
	char created[OEO_TIME_TEXT_BYTES];

	release->period = facts->opened->period;
	memcpy(release->key_digest, facts->opened->key_digest, sizeof(release->key_digest));
	(void)snprintf(release->software, sizeof(release->software), "oeo-collector %s", OEO_VERSION);
	oeo_clock_format(created, facts->now_s);
	(void)snprintf(release->created, sizeof(release->created), "%s", created);
	(void)snprintf(release->publisher, sizeof(release->publisher), "%s", facts->self->name);
	memcpy(release->publisher_pk, facts->self->identity_pk, sizeof(release->publisher_pk));
}

/* The highest threshold of the period's tables: what the quality figures are held against. */
static uint64_t highest_threshold(const struct oeo_release_facts *facts)
{
	const struct oeo_plan *plan = facts->plan->plan;
	uint64_t highest = 0;

	for (size_t i = 0; i < plan->n_tables; i++)
		if (plan->tables[i].cadence == facts->opened->period.cadence &&
		    plan->tables[i].rules.residents > highest)
			highest = plan->tables[i].rules.residents;
	return highest;
}

enum oeo_err oeo_release_build(
    struct oeo_release *release, const struct oeo_release_facts *facts, struct oeo_note *why)
{
	struct oeo_release made = {0};
	enum oeo_err err = copy_plan(&made, facts->plan, why);

	if (err == OEO_OK)
		err = add_tables(&made, facts, why);
	if (err == OEO_OK)
		err = add_keyholders(&made, facts, why);
	if (err == OEO_OK)
		err = oeo_release_add_members(&made, facts);
	if (err == OEO_OK) {
		oeo_release_add_quality(&made, facts, highest_threshold(facts));
		add_origin(&made, facts);
		*release = made;
		return OEO_OK;
	}
	oeo_release_fini(&made);
	return err;
}

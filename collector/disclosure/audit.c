/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/audit.h"

#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/audit_internal.h"

/* A hidden zero is no secret, unless the caller says so. */
static bool is_plain_zero(const struct audit_system *system, size_t number)
{
	size_t unknown = system->unknown_of[number];
	const struct oeo_disclosure_cell *cell = &system->problem->cells[number % system->problem->n_cells];

	if (system->options->has_secret_zeros || unknown == AUDIT_NONE ||
	    !system->unknowns[unknown].is_hidden)
		return false;
	if (cell->state == OEO_DISCLOSURE_OPEN)
		return cell->value[number / system->problem->n_cells] == 0;
	return system->unknowns[unknown].range.high == 0 ||
	       system->intervals[OEO_AUDIT_VIEW_P][number].high == 0;
}

void oeo_audit_mark(struct audit_system *system, size_t unknown, unsigned attackers)
{
	if (system->unknowns[unknown].is_hidden)
		system->recovered[system->unknowns[unknown].number] |= attackers;
}

bool oeo_audit_go_on(struct audit_system *system, size_t steps)
{
	system->done += steps;
	if (system->options->progress != NULL && !system->has_stopped)
		system->has_stopped =
		    !system->options->progress(system->options->context, system->done, system->total);
	return !system->has_stopped;
}

static bool needs_programs(const struct oeo_audit_options *options)
{
	return (options->attackers & (OEO_AUDIT_ALL & ~OEO_AUDIT_L)) != 0;
}

static enum oeo_audit_err attack(struct audit_system *system)
{
	const struct oeo_audit_options *options = system->options;
	bool is_linear = (options->attackers & (OEO_AUDIT_L | OEO_AUDIT_S)) != 0;
	enum oeo_audit_err err = OEO_AUDIT_OK;

	system->total = system->n_unknowns *
			((is_linear ? 1u : 0u) + (needs_programs(options) ? 1u : 0u) +
			    ((options->attackers & OEO_AUDIT_O) != 0 ? system->problem->n_members : 0));
	system->applied |= options->attackers & ~OEO_AUDIT_Q;
	if (is_linear)
		err = oeo_audit_linear(system);
	if (err == OEO_AUDIT_OK && needs_programs(options))
		err = oeo_audit_bounds(system);
	if (err == OEO_AUDIT_OK && (options->attackers & (OEO_AUDIT_G | OEO_AUDIT_T | OEO_AUDIT_O)) != 0)
		err = oeo_audit_sums(system);
	if (err == OEO_AUDIT_OK && (options->attackers & (OEO_AUDIT_G | OEO_AUDIT_O)) != 0)
		err = oeo_audit_remains(system);
	return err;
}

/* ---- The report */

static void count_verdicts(struct audit_system *system, struct oeo_audit_report *report)
{
	size_t n_numbers = OEO_DISCLOSURE_MEASURES * system->problem->n_cells;

	for (size_t i = 0; i < OEO_AUDIT_ATTACKERS; i++)
		report->verdicts[i] =
		    (struct oeo_audit_verdict){(system->applied >> i & 1) != 0, 0, 0, SIZE_MAX};
	for (size_t number = 0; number < n_numbers; number++) {
		if (is_plain_zero(system, number))
			system->recovered[number] = 0;
		for (size_t i = 0; i < OEO_AUDIT_ATTACKERS; i++) {
			struct oeo_audit_verdict *verdict = &report->verdicts[i];

			if ((system->recovered[number] >> i & 1) == 0)
				continue;
			verdict->n_recovered++;
			verdict->n_primary += system->decisions[number % system->problem->n_cells].reason ==
					      OEO_DISCLOSURE_PRIMARY;
			if (verdict->first_cell == SIZE_MAX)
				verdict->first_cell = number % system->problem->n_cells;
		}
	}
}

static void fill_report(struct audit_system *system, struct oeo_audit_report *report)
{
	memset(report, 0, sizeof(*report));
	report->n_components = system->n_components;
	report->n_programs = system->n_programs;
	for (size_t i = 0; i < system->n_unknowns; i++)
		report->n_hidden += system->unknowns[i].is_hidden;
	for (size_t i = 0; i < system->n_rows; i++)
		report->n_contradictions += system->rows[i].is_off;
	count_verdicts(system, report);
}

static void fill_cells(const struct audit_system *system, struct oeo_audit_cell *cells)
{
	size_t n = system->problem->n_cells;

	for (size_t number = 0; cells != NULL && number < OEO_DISCLOSURE_MEASURES * n; number++) {
		size_t measure = number / n;
		size_t cell = number % n;
		int64_t value = audit_value(&system->problem->cells[cell], measure);

		cells[cell].recovered[measure] = system->recovered[number];
		for (size_t view = 0; view < OEO_AUDIT_VIEWS; view++)
			cells[cell].intervals[view][measure] =
			    system->is_shown[number] && system->unknown_of[number] == AUDIT_NONE
				? (struct oeo_audit_interval){value, value, true}
				: system->intervals[view][number];
	}
}

/* ---- What was out before */

static bool has_earlier(const struct oeo_disclosure_problem *problem)
{
	for (size_t i = 0; i < problem->n_cells; i++)
		if (problem->cells[i].role == OEO_DISCLOSURE_SHOWN)
			return true;
	return false;
}

static bool has_recovered(const struct audit_system *system)
{
	for (size_t i = 0; i < OEO_DISCLOSURE_MEASURES * system->problem->n_cells; i++)
		if (system->recovered[i] != 0)
			return true;
	return false;
}

/* What is broken when nothing is decided to be shown. */
static enum oeo_audit_err attack_earlier(struct audit_system *system, struct oeo_audit_earlier *earlier)
{
	const struct oeo_disclosure_problem *problem = system->problem;
	struct oeo_disclosure_decision *nothing = oeo_audit_alloc(problem->n_cells, sizeof(*nothing));
	struct audit_system before = {0};
	enum oeo_audit_err err = OEO_AUDIT_NOMEM;

	if (nothing == NULL)
		return err;
	err = oeo_audit_system_init(&before, problem, nothing, system->options);
	if (err == OEO_AUDIT_OK)
		err = attack(&before);
	if (err == OEO_AUDIT_OK) {
		oeo_audit_earlier_fini(earlier);
		*earlier = (struct oeo_audit_earlier){before.recovered, system->options->attackers};
		before.recovered = NULL;
	}
	system->n_programs += before.n_programs;
	oeo_audit_system_fini(&before);
	free(nothing);
	return err;
}

static enum oeo_audit_err excuse(struct audit_system *system)
{
	struct oeo_audit_earlier own = {0};
	struct oeo_audit_earlier *earlier =
	    system->options->earlier != NULL ? system->options->earlier : &own;
	enum oeo_audit_err err = OEO_AUDIT_OK;

	if (earlier->recovered == NULL || (system->options->attackers & ~earlier->attackers) != 0)
		err = attack_earlier(system, earlier);
	for (size_t i = 0; err == OEO_AUDIT_OK && i < OEO_DISCLOSURE_MEASURES * system->problem->n_cells; i++)
		system->recovered[i] &= ~earlier->recovered[i];
	oeo_audit_earlier_fini(&own);
	return err;
}

void oeo_audit_earlier_fini(struct oeo_audit_earlier *earlier)
{
	free(earlier->recovered);
	*earlier = (struct oeo_audit_earlier){0};
}

enum oeo_audit_err oeo_audit_problem(const struct oeo_disclosure_problem *problem,
    const struct oeo_disclosure_decision *decisions, const struct oeo_audit_options *options,
    struct oeo_audit_report *report, struct oeo_audit_cell *cells)
{
	struct audit_system system;
	enum oeo_audit_err err;

	if (needs_programs(options) && options->solver == NULL)
		return OEO_AUDIT_INVALID;
	err = oeo_audit_system_init(&system, problem, decisions, options);
	if (err == OEO_AUDIT_OK)
		err = attack(&system);
	if (err == OEO_AUDIT_OK && options->excuses_earlier && has_earlier(problem) && has_recovered(&system))
		err = excuse(&system);
	if (err == OEO_AUDIT_OK) {
		fill_report(&system, report);
		fill_cells(&system, cells);
	}
	oeo_audit_system_fini(&system);
	return err;
}

bool oeo_audit_is_safe(const struct oeo_audit_report *report)
{
	for (size_t i = 0; i < OEO_AUDIT_ATTACKERS; i++)
		if (report->verdicts[i].is_tried && report->verdicts[i].n_recovered > 0)
			return false;
	return true;
}

const char *oeo_audit_letter(size_t attacker)
{
	static const char *const letters[OEO_AUDIT_ATTACKERS] = {"L", "P", "Q", "S", "O", "G", "T"};

	return attacker < OEO_AUDIT_ATTACKERS ? letters[attacker] : "?";
}

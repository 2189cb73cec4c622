/* SPDX-License-Identifier: EUPL-1.2 */
/* P, Q and O by linear programming, component by component; S: audit_single.c. */
#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/audit_settle.h"

static size_t member_part(const struct oeo_disclosure_cell *cell, size_t member, size_t measure)
{
	for (size_t i = 0; i < cell->n_parts; i++)
		if (cell->parts[i].member == member)
			return (size_t)(measure == OEO_DISCLOSURE_RESIDENTS ? cell->parts[i].residents
									    : cell->parts[i].questions);
	return 0;
}

static bool is_tried(const struct audit_system *system, unsigned attacker)
{
	return (system->options->attackers & attacker) != 0;
}

static bool is_exact(const struct oeo_audit_interval *interval)
{
	return interval->is_whole && interval->low == interval->high;
}

/* The narrower of what two members can derive, as far as it is known. */
static void narrow(struct oeo_audit_interval *kept, const struct oeo_audit_interval *interval)
{
	if (interval->low > kept->low)
		kept->low = interval->low;
	if (interval->high < kept->high)
		kept->high = interval->high;
}

static bool is_too_low(
    const struct audit_system *system, size_t unknown, const struct oeo_audit_interval *interval)
{
	uint64_t reach = system->problem->cells[audit_cell(system, unknown)].rules.reach;

	return audit_measure(system, unknown) == OEO_DISCLOSURE_RESIDENTS && interval->is_whole &&
	       interval->high > 0 && interval->high != AUDIT_NO_LIMIT && (uint64_t)interval->high < reach;
}

/* Keep the intervals of P or Q, and mark what is exact. */
static void take_down(struct audit_program *program, enum oeo_audit_view view, unsigned attacker)
{
	struct audit_system *system = program->system;

	for (size_t i = 0; i < program->n; i++) {
		size_t unknown = program->members[i];
		struct oeo_audit_interval interval = oeo_audit_program_interval(program, i);

		system->intervals[view][system->unknowns[unknown].number] = interval;
		if (is_exact(&interval) ||
		    (view == OEO_AUDIT_VIEW_P && is_too_low(system, unknown, &interval)))
			oeo_audit_mark(system, unknown, attacker & system->options->attackers);
	}
}

/* ---- Q */

/* Least values of 1 for hidden inner cells; false where one of them may be zero. */
static bool fill_ones(const struct audit_program *program, int64_t *lows)
{
	const struct audit_system *system = program->system;
	bool has_ones = false;

	memset(lows, 0, program->n * sizeof(*lows));
	for (size_t i = 0; i < program->n; i++) {
		size_t unknown = program->members[i];
		const struct oeo_disclosure_cell *cell = &system->problem->cells[audit_cell(system, unknown)];

		if (!system->unknowns[unknown].is_hidden || !system->unknowns[unknown].is_inner)
			continue;
		if (cell->state != OEO_DISCLOSURE_OPEN || cell->value[audit_measure(system, unknown)] == 0)
			return false;
		lows[i] = 1;
		has_ones = true;
	}
	return has_ones;
}

static enum oeo_audit_err attack_with_ones(struct audit_program *program, int64_t *lows)
{
	bool is_possible;
	enum oeo_audit_err err;

	if (!fill_ones(program, lows))
		return OEO_AUDIT_OK;
	program->system->applied |= OEO_AUDIT_Q;
	if (!oeo_audit_program_enter(program, lows, &is_possible))
		return OEO_AUDIT_SOLVER;
	if (!is_possible)
		return OEO_AUDIT_OK;
	err = oeo_audit_settle_bounds(program);
	if (err == OEO_AUDIT_OK)
		take_down(program, OEO_AUDIT_VIEW_Q, OEO_AUDIT_Q);
	oeo_audit_program_leave(program);
	return err;
}

/* ---- O */

/* What the questions of a cell at least are, as the member sees it: where the residents are shown, each that is not its own
 * asked something elsewhere. */
static int64_t least_asked(const struct audit_system *system, size_t index, size_t member)
{
	const struct oeo_disclosure_cell *cell = &system->problem->cells[index];
	int64_t asked = (int64_t)member_part(cell, member, OEO_DISCLOSURE_QUESTIONS);
	int64_t own = (int64_t)member_part(cell, member, OEO_DISCLOSURE_RESIDENTS);
	int64_t residents = audit_value(cell, OEO_DISCLOSURE_RESIDENTS) - (int64_t)audit_slack(system, index);

	if (!cell->has_measure[OEO_DISCLOSURE_RESIDENTS] ||
	    !audit_shows(system, OEO_DISCLOSURE_RESIDENTS, index) || residents <= own)
		return asked;
	return asked + residents - own;
}

/* What the member knows that every number at least is; false where it has no part in the component. */
static bool fill_own(const struct audit_program *program, size_t member, int64_t *lows)
{
	const struct audit_system *system = program->system;
	bool has_own = false;

	for (size_t i = 0; i < program->n; i++) {
		size_t unknown = program->members[i];
		const struct oeo_disclosure_cell *cell = &system->problem->cells[audit_cell(system, unknown)];

		lows[i] = (int64_t)member_part(cell, member, audit_measure(system, unknown));
		has_own = has_own || lows[i] > 0;
		if (audit_measure(system, unknown) == OEO_DISCLOSURE_QUESTIONS)
			lows[i] = least_asked(system, audit_cell(system, unknown), member);
	}
	return has_own;
}

/* A member that is alone in a cell knows its own number and nothing new. */
static void take_down_own(struct audit_program *program, size_t member)
{
	struct audit_system *system = program->system;

	for (size_t i = 0; i < program->n; i++) {
		size_t unknown = program->members[i];
		struct oeo_audit_interval interval = oeo_audit_program_interval(program, i);
		int64_t own = (int64_t)member_part(&system->problem->cells[audit_cell(system, unknown)],
		    member, audit_measure(system, unknown));

		narrow(&system->intervals[OEO_AUDIT_VIEW_O][system->unknowns[unknown].number], &interval);
		if (is_exact(&interval) && interval.low > own)
			oeo_audit_mark(system, unknown, OEO_AUDIT_O);
	}
}

static enum oeo_audit_err attack_as_member(struct audit_program *program, size_t member, int64_t *lows)
{
	bool is_possible;
	enum oeo_audit_err err;

	if (!fill_own(program, member, lows))
		return OEO_AUDIT_OK;
	if (!oeo_audit_program_enter(program, lows, &is_possible))
		return OEO_AUDIT_SOLVER;
	if (!is_possible)
		return OEO_AUDIT_OK;
	err = oeo_audit_settle_bounds(program);
	if (err == OEO_AUDIT_OK)
		take_down_own(program, member);
	oeo_audit_program_leave(program);
	return err;
}

static enum oeo_audit_err attack_as_members(struct audit_program *program, int64_t *lows)
{
	enum oeo_audit_err err = OEO_AUDIT_OK;

	for (size_t member = 0; err == OEO_AUDIT_OK && member < program->system->problem->n_members;
	     member++) {
		err = attack_as_member(program, member, lows);
		if (err == OEO_AUDIT_OK && !oeo_audit_go_on(program->system, program->n))
			err = OEO_AUDIT_INTERRUPTED;
	}
	return err;
}

/* ---- A component */

static enum oeo_audit_err attack(struct audit_program *program, int64_t *lows)
{
	struct audit_system *system = program->system;
	enum oeo_audit_err err = OEO_AUDIT_OK;

	if (is_tried(system, OEO_AUDIT_P | OEO_AUDIT_G | OEO_AUDIT_T)) {
		err = oeo_audit_settle_bounds(program);
		if (err == OEO_AUDIT_OK)
			take_down(program, OEO_AUDIT_VIEW_P, OEO_AUDIT_P);
	}
	if (err == OEO_AUDIT_OK && !oeo_audit_go_on(system, program->n))
		err = OEO_AUDIT_INTERRUPTED;
	if (err == OEO_AUDIT_OK && is_tried(system, OEO_AUDIT_S))
		err = oeo_audit_singles(program);
	if (err == OEO_AUDIT_OK && is_tried(system, OEO_AUDIT_Q))
		err = attack_with_ones(program, lows);
	if (err == OEO_AUDIT_OK && is_tried(system, OEO_AUDIT_O))
		err = attack_as_members(program, lows);
	return err;
}

static enum oeo_audit_err attack_component(
    struct audit_system *system, size_t component, size_t *place_of, int64_t *lows)
{
	struct audit_program program;
	enum oeo_audit_err err;

	for (size_t i = system->members.first[component]; i < system->members.first[component + 1]; i++)
		place_of[system->members.items[i]] = i - system->members.first[component];
	err = oeo_audit_program_init(&program, system, component, place_of);
	if (err == OEO_AUDIT_OK)
		err = attack(&program, lows);
	oeo_audit_program_fini(&program);
	return err;
}

enum oeo_audit_err oeo_audit_bounds(struct audit_system *system)
{
	size_t *place_of = oeo_audit_alloc(system->n_unknowns, sizeof(*place_of));
	int64_t *lows = oeo_audit_alloc(system->n_unknowns, sizeof(*lows));
	enum oeo_audit_err err = place_of != NULL && lows != NULL ? OEO_AUDIT_OK : OEO_AUDIT_NOMEM;

	for (size_t i = 0; err == OEO_AUDIT_OK && i < system->n_components; i++)
		err = attack_component(system, i, place_of, lows);
	free(place_of);
	free(lows);
	return err;
}

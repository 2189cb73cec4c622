/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * S by linear programming: whoever is alone in a cell takes it as known, and looks at all cells that hang together with
 * it.
 */
#include <stdlib.h>

#include "collector/disclosure/audit_links.h"
#include "collector/disclosure/audit_moves.h"
#include "collector/disclosure/audit_pin.h"
#include "collector/disclosure/audit_settle.h"

/* Above so many unknown numbers programs are made for the cells that share an equation with the single only: their number
 * grows with the square of the component. */
#define MOST_FOLLOWED 2000

struct singles {
	struct audit_program *program;
	struct audit_moves moves;
	struct audit_pin pin;
	struct audit_links links; /* made when they are first needed */
	size_t *stack; /* cells */
	size_t *seen; /* by place: the single with which it shares an equation, plus one */
	bool *is_low; /* by place: no point is known in which it is above its own */
};

static bool init_singles(struct singles *singles, struct audit_program *program)
{
	singles->program = program;
	singles->seen = oeo_audit_alloc(program->n, sizeof(size_t));
	singles->is_low = oeo_audit_alloc(program->n, sizeof(bool));
	return singles->seen != NULL && singles->is_low != NULL;
}

static void fini_singles(struct singles *singles)
{
	oeo_audit_moves_fini(&singles->moves);
	oeo_audit_pin_fini(&singles->pin);
	oeo_audit_links_fini(&singles->links);
	free(singles->stack);
	free(singles->seen);
	free(singles->is_low);
}

/* ---- What is known to hold the single */

static bool make_links(struct singles *singles)
{
	const struct oeo_disclosure_problem *problem = singles->program->system->problem;

	if (singles->stack != NULL)
		return true;
	singles->stack = oeo_audit_alloc(problem->n_cells, sizeof(size_t));
	return singles->stack != NULL && oeo_audit_links_init(&singles->links, problem);
}

/* Does the outer cell hold the inner one? Cells are pushed once for every way up to them that is not pushed yet. */
static bool holds(const struct singles *singles, size_t measure, size_t outer, size_t inner)
{
	const struct oeo_disclosure_problem *problem = singles->program->system->problem;
	const struct audit_links *links = &singles->links;
	size_t n = 0;

	singles->stack[n++] = inner;
	for (size_t done = 0; done < n; done++) {
		size_t cell = singles->stack[done];

		for (size_t i = links->above_first[cell]; i < links->above_first[cell + 1]; i++) {
			const struct oeo_disclosure_relation *relation = &problem->relations[links->above[i]];
			bool is_new = oeo_audit_links_measure(relation) == measure;

			if (is_new && relation->parent == outer)
				return true;
			for (size_t j = 0; is_new && j < n; j++)
				is_new = singles->stack[j] != relation->parent;
			if (is_new)
				singles->stack[n++] = relation->parent;
		}
	}
	return false;
}

/* A cell around the single that holds nobody else tells him nothing; a zero is a secret only where that is said. */
static enum oeo_audit_err take_down(struct singles *singles, size_t place, int64_t number, int64_t own)
{
	struct audit_system *system = singles->program->system;
	size_t unknown = singles->program->members[place];
	size_t single = singles->program->members[singles->pin.fixed];

	if (number == 0 && !system->options->has_secret_zeros)
		return OEO_AUDIT_OK;
	if (number == own && !system->unknowns[unknown].is_inner) {
		if (!make_links(singles))
			return OEO_AUDIT_NOMEM;
		if (holds(singles, audit_measure(system, unknown), audit_cell(system, unknown),
			audit_cell(system, single)))
			return OEO_AUDIT_OK;
	}
	oeo_audit_mark(system, unknown, OEO_AUDIT_S);
	return OEO_AUDIT_OK;
}

/* ---- One single */

/* Mark what shares an equation with the single. */
static void see_equations(struct singles *singles, size_t single)
{
	const struct audit_program *program = singles->program;
	const struct audit_system *system = program->system;
	const size_t *joins = system->joins.items + system->joins.first[program->component];
	const struct audit_moves *moves = &singles->moves;

	for (size_t i = moves->first[single]; i < moves->first[single + 1]; i++) {
		const struct audit_row *row = &system->rows[joins[moves->entries[i].row]];

		for (size_t j = 0; !row->is_off && row->low == row->high && j < row->n; j++)
			singles->seen[program->place_of[system->terms[row->first + j].unknown]] = single + 1;
	}
}

/* List what is not seen to be free at once. What all readers know is no news to a single. */
static void list_tight(struct singles *singles, size_t single, double own)
{
	struct audit_program *program = singles->program;
	struct audit_pin *pin = &singles->pin;
	bool is_small = program->n <= MOST_FOLLOWED;
	size_t n_left = 0;

	if (!is_small)
		see_equations(singles, single);
	for (size_t place = 0; place < program->n; place++)
		if (place != single && program->system->unknowns[program->members[place]].is_hidden &&
		    (is_small || singles->seen[place] == single + 1) &&
		    !oeo_audit_program_is_exact(program, place))
			oeo_audit_pin_add(pin, place);
	oeo_audit_pin_sweep(pin);
	if (pin->n == 0 || !oeo_audit_moves_pin(&singles->moves, single, own))
		return;
	for (size_t i = 0; i < pin->n; i++) {
		pin->places[n_left] = pin->places[i];
		n_left += !oeo_audit_moves_are_free(&singles->moves, pin->places[i]);
	}
	pin->n = n_left;
	oeo_audit_pin_sweep_closely(pin);
}

static enum oeo_audit_err attack_as_single(struct singles *singles, size_t single)
{
	struct audit_pin *pin = &singles->pin;
	int64_t own = oeo_audit_single_value(singles->program->system, singles->program->members[single]);
	bool is_possible = true;
	enum oeo_audit_err err;

	oeo_audit_pin_set(pin, single, (double)own);
	list_tight(singles, single, (double)own);
	err = oeo_audit_pin_pull(pin, &is_possible);
	while (err == OEO_AUDIT_OK && is_possible && pin->n > 0) {
		size_t place = pin->places[pin->n - 1];
		bool is_pinned;
		int64_t number;

		err = oeo_audit_pin_ask(pin, place, &is_pinned, &number);
		if (err == OEO_AUDIT_OK && is_pinned)
			err = take_down(singles, place, number, own);
		if (pin->n > 0 && pin->places[pin->n - 1] == place)
			pin->n--;
	}
	oeo_audit_pin_release(pin);
	return err;
}

/* ---- All of a component */

/* Those for whom their own cell is no news are left out, and those whom everybody knows not to be there: what did not open
 * may hold one, unless it is known to hold more. */
static bool is_worth_trying(const struct audit_program *program, size_t place)
{
	const struct audit_range *range = &program->ranges[place];
	int64_t own = oeo_audit_single_value(program->system, program->members[place]);

	return oeo_audit_is_single(program->system, program->members[place]) && range->low < range->high &&
	       range->low <= own && own <= range->high;
}

enum oeo_audit_err oeo_audit_singles(struct audit_program *program)
{
	struct singles singles = {0};
	enum oeo_audit_err err = init_singles(&singles, program) ? OEO_AUDIT_OK : OEO_AUDIT_NOMEM;
	size_t n_singles = 0;

	for (size_t i = 0; err == OEO_AUDIT_OK && i < program->n; i++) {
		singles.is_low[i] = is_worth_trying(program, i);
		n_singles += singles.is_low[i];
	}
	if (err == OEO_AUDIT_OK && n_singles > 0)
		err = oeo_audit_settle_pins(program, singles.is_low);
	if (err == OEO_AUDIT_OK && n_singles > 0 &&
	    !(oeo_audit_moves_init(&singles.moves, program) && oeo_audit_pin_init(&singles.pin, program)))
		err = OEO_AUDIT_NOMEM;
	for (size_t i = 0; err == OEO_AUDIT_OK && n_singles > 0 && i < program->n; i++)
		if (is_worth_trying(program, i))
			err = attack_as_single(&singles, i);
	fini_singles(&singles);
	return err;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* S by linear programming: whoever is alone in a cell takes it as known, and looks at the cells beside it. */
#include <stdlib.h>

#include "collector/disclosure/audit_moves.h"

/* Above so many unknown numbers only equations are followed: a number of programs that grows with the square of the
 * component would not end, and what is known of one cell of a sum of many that may overlap bounds the others loosely. */
#define MOST_FOLLOWED 2000

struct neighbours {
	struct audit_moves moves;
	size_t *seen; /* by place: the single for which it was looked at last, plus one */
	size_t *tight; /* scratch: places */
	bool *is_low; /* scratch, by place: no point is known in which it is above 1 */
};

static bool init_neighbours(struct neighbours *neighbours, const struct audit_program *program)
{
	neighbours->seen = oeo_audit_alloc(program->n, sizeof(size_t));
	neighbours->tight = oeo_audit_alloc(program->n, sizeof(size_t));
	neighbours->is_low = oeo_audit_alloc(program->n, sizeof(bool));
	return neighbours->seen != NULL && neighbours->tight != NULL && neighbours->is_low != NULL;
}

static void fini_neighbours(struct neighbours *neighbours)
{
	oeo_audit_moves_fini(&neighbours->moves);
	free(neighbours->seen);
	free(neighbours->tight);
	free(neighbours->is_low);
}

static bool is_followed(const struct audit_program *program, const struct audit_row *row)
{
	return !row->is_off && (program->n <= MOST_FOLLOWED || row->low == row->high);
}

/* Hidden numbers that share a row with the single and are not seen to be free yet. */
static size_t list_tight(const struct audit_program *program, struct neighbours *neighbours, size_t single)
{
	const struct audit_system *system = program->system;
	const struct audit_moves *moves = &neighbours->moves;
	const size_t *joins = system->joins.items + system->joins.first[program->component];
	bool has_moves = oeo_audit_moves_pin(&neighbours->moves, single, program->pin.value);
	size_t n = 0;

	for (size_t i = moves->first[single]; i < moves->first[single + 1]; i++) {
		const struct audit_row *row = &system->rows[joins[moves->entries[i].row]];

		for (size_t j = 0; is_followed(program, row) && j < row->n; j++) {
			size_t place = program->place_of[system->terms[row->first + j].unknown];

			if (place == single || neighbours->seen[place] == single + 1 ||
			    !system->unknowns[program->members[place]].is_hidden)
				continue;
			neighbours->seen[place] = single + 1;
			if (!(has_moves && oeo_audit_moves_are_free(moves, place)) &&
			    !oeo_audit_program_is_loose(program, place))
				neighbours->tight[n++] = place;
		}
	}
	return n;
}

/* Look for points that free many at once, as long as that helps. */
static enum oeo_audit_err loosen(
    struct audit_program *program, struct neighbours *neighbours, size_t *n, bool *is_possible)
{
	size_t before = SIZE_MAX;

	while (*n > 2 && *n < before && *is_possible) {
		size_t n_left = 0;
		enum oeo_audit_err err = oeo_audit_program_pull(program, neighbours->tight, *n, is_possible);

		if (err != OEO_AUDIT_OK)
			return err;
		for (size_t i = 0; i < *n; i++)
			if (!oeo_audit_program_is_loose(program, neighbours->tight[i]))
				neighbours->tight[n_left++] = neighbours->tight[i];
		before = *n;
		*n = n_left;
	}
	return OEO_AUDIT_OK;
}

static enum oeo_audit_err try_neighbour(struct audit_program *program, size_t place, int64_t own)
{
	struct audit_system *system = program->system;
	size_t unknown = program->members[place];
	bool is_pinned;
	int64_t number;
	enum oeo_audit_err err = oeo_audit_program_is_pinned(program, place, &is_pinned, &number);

	/* The margin around it may hold nobody else. */
	if (err == OEO_AUDIT_OK && is_pinned && number > 0 &&
	    (system->unknowns[unknown].is_inner || number != own))
		oeo_audit_mark(system, unknown, OEO_AUDIT_S);
	return err;
}

static enum oeo_audit_err attack_as_single(
    struct audit_program *program, struct neighbours *neighbours, size_t single)
{
	int64_t own = oeo_audit_single_value(program->system, program->members[single]);
	bool is_possible = true;
	enum oeo_audit_err err;
	size_t n;

	oeo_audit_program_pin(program, single, (double)own);
	n = list_tight(program, neighbours, single);
	err = loosen(program, neighbours, &n, &is_possible);
	for (size_t i = 0; err == OEO_AUDIT_OK && is_possible && i < n; i++)
		err = try_neighbour(program, neighbours->tight[i], own);
	oeo_audit_program_unpin(program);
	return err;
}

/* Those for whom their own cell is news to nobody are left out. */
static bool is_worth_trying(const struct audit_program *program, size_t place)
{
	const struct audit_range *range = &program->ranges[place];

	return oeo_audit_is_single(program->system, program->members[place]) && range->low < range->high &&
	       range->low <= 1;
}

enum oeo_audit_err oeo_audit_singles(struct audit_program *program)
{
	struct neighbours neighbours = {0};
	enum oeo_audit_err err = init_neighbours(&neighbours, program) ? OEO_AUDIT_OK : OEO_AUDIT_NOMEM;
	size_t n_singles = 0;

	for (size_t i = 0; err == OEO_AUDIT_OK && i < program->n; i++) {
		neighbours.is_low[i] = is_worth_trying(program, i);
		n_singles += neighbours.is_low[i];
	}
	if (err == OEO_AUDIT_OK && n_singles > 0)
		err = oeo_audit_program_prepare_pins(program, neighbours.is_low);
	if (err == OEO_AUDIT_OK && n_singles > 0 && !oeo_audit_moves_init(&neighbours.moves, program))
		err = OEO_AUDIT_NOMEM;
	for (size_t i = 0; err == OEO_AUDIT_OK && n_singles > 0 && i < program->n; i++)
		if (is_worth_trying(program, i))
			err = attack_as_single(program, &neighbours, i);
	fini_neighbours(&neighbours);
	return err;
}

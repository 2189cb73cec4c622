/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A way for every hidden number of one component to be one more or one less than it is, all that is shown staying as it is
 * and no inner number going below its floor. Where some of the component is to stay as it is too, the ways that need it are
 * broken, and others are looked for: among those that are known, then by linear programming.
 *
 * Inside collector/disclosure only.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_WAYS_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_WAYS_H

#include "collector/disclosure/gauss_attack.h"

#define GAUSS_NEAR 1e-6

/* By how much a member of the component moves. */
struct gauss_step {
	uint32_t member;
	double move;
};

struct gauss_way {
	struct gauss_step *steps; /* by member, ascending; owned */
	size_t n;
	double cost; /* the numbers that it moves, added up: the dearest are to be shown first */
	unsigned n_stopped; /* of its members: where any is, it is broken */
};

struct gauss_ways {
	const struct gauss_moves *moves; /* borrowed */
	const struct gauss_view *view; /* borrowed */
	const uint32_t *members; /* groups; borrowed of moves */
	size_t n_members;
	size_t n_inner; /* the first of members */
	uint32_t *place; /* of every group: which member it is; borrowed, the caller's until fini */
	const bool *may_stop; /* of every group: no other is ever stopped, nor shown to be stuck; borrowed */
	void *handle; /* the program */
	uint32_t *column_of; /* of every member: in the program; GAUSS_NONE: none, it is what its row says */
	size_t n_columns;
	double *low, *high; /* of every member: how far it may move */
	bool *is_stopped; /* of every member: it stays as it is */
	uint32_t *way_of; /* of every member: one by which it moves by one; GAUSS_NONE: none was found yet */
	struct gauss_way *ways;
	size_t n_ways;
	size_t capacity;
	size_t work; /* columns of programs solved */
	/* Scratch. */
	double *objective; /* of every column */
	double *point; /* of every member */
};

/*
 * Begin with one component. Only the simplest ways are known then: those of one column, the others staying where they are. may_stop and place (of
 * every group) are borrowed until oeo_gauss_ways_fini, which is to be called also after failure. OEO_DISCLOSURE_NOMEM.
 */
enum oeo_disclosure_err oeo_gauss_ways_init(struct gauss_ways *ways, const struct gauss_moves *moves,
    const struct gauss_view *view, size_t component, const bool *may_stop, uint32_t *place);
void oeo_gauss_ways_fini(struct gauss_ways *ways);

/* From now on a member stays as it is, or (is_stopped false) no longer has to. */
void oeo_gauss_ways_stop(struct gauss_ways *ways, uint32_t member, bool is_stopped);

/* Does this member need a way, and has none, or a broken one? */
bool oeo_gauss_ways_is_broken(const struct gauss_ways *ways, uint32_t member);

/*
 * Find other ways for these members (n, their order is changed): those for which there is none come first, and are counted
 * in n_left. It ends at the first that may not be stopped. False: out of memory.
 */
bool oeo_gauss_ways_find(struct gauss_ways *ways, uint32_t *wanted, size_t n, size_t *n_left);

/* Those (n of them) that move by one in ways->point get this way, and are put behind the others. False: out of memory. */
bool oeo_gauss_ways_settle(struct gauss_ways *ways, uint32_t *wanted, size_t *n);

static inline const struct gauss_row *gauss_row_of(const struct gauss_ways *ways, size_t member)
{
	return &ways->moves->matrix->rows[ways->members[member]];
}

static inline const double *gauss_values_of(const struct gauss_ways *ways, size_t member)
{
	return ways->moves->values + ways->moves->first[ways->members[member]];
}

static inline uint32_t gauss_member_of(const struct gauss_ways *ways, const struct gauss_term *term)
{
	return ways->place[gauss_group_of_column(ways->moves->system, term->column)];
}

static inline bool gauss_is_whole(double move)
{
	return move >= 1 - GAUSS_NEAR || move <= GAUSS_NEAR - 1;
}

#endif

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
	uint32_t *way_of; /* of every member: one by which it moves by one; GAUSS_NONE: none is asked for */
	struct gauss_way *ways;
	size_t n_ways;
	size_t capacity;
	size_t work; /* columns of programs solved */
	/* Scratch. */
	double *objective; /* of every column */
	double *point; /* of every member */
};

/*
 * Begin with one component, and find ways for all hidden numbers in it that are not latent. may_stop and place (of
 * every group) are borrowed until oeo_gauss_ways_fini, which is to be called also after failure. OEO_DISCLOSURE_UNSAFE: there is none for some.
 */
enum oeo_disclosure_err oeo_gauss_ways_init(struct gauss_ways *ways, const struct gauss_moves *moves,
    const struct gauss_view *view, size_t component, const bool *may_stop, uint32_t *place);
void oeo_gauss_ways_fini(struct gauss_ways *ways);

/* From now on a member stays as it is, or (is_stopped false) no longer has to. */
void oeo_gauss_ways_stop(struct gauss_ways *ways, uint32_t member, bool is_stopped);

/* Is this member's way broken, and does it need one? */
bool oeo_gauss_ways_is_broken(const struct gauss_ways *ways, uint32_t member);

/*
 * Find other ways for these members (n, their order is changed): those for which there is none come first, and are counted
 * in n_left. It ends at the first that may not be stopped. False: out of memory.
 */
bool oeo_gauss_ways_find(struct gauss_ways *ways, uint32_t *wanted, size_t n, size_t *n_left);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What gauss_bounds.c has in hand, component by component: its programs are in gauss_programs.c, the search for reasons why
 * a number is stuck in gauss_reasons.c.
 *
 * Inside collector/disclosure only.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_BOUNDS_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_BOUNDS_H

#include "collector/disclosure/gauss_attack.h"
#include "collector/disclosure/gauss_certificate.h"

struct gauss_bounds {
	struct gauss_system *system;
	const struct gauss_moves *moves;
	const struct gauss_view *view;
	bool *is_wanted; /* of every group: not seen to move by one, and asked for */
	uint64_t *excess; /* of every group: how far it is above its floor */
	size_t n_found; /* virtual cells added */
	/* The component under way. */
	size_t component;
	const uint32_t *members;
	size_t n_members;
	size_t
	    n_inner; /* the first of members, which are the program's columns (without a matrix: all are) */
	size_t n_wanted;
	uint32_t *place; /* of every group: its place in members, and its column where it has one */
	void *handle;
	bool *is_skipped; /* of every group: no reason is looked for in this round */
	/* Scratch, by column. */
	double *low, *high, *objective;
	bool *can_rise, *can_fall;
	struct gauss_certificate certificate;
	size_t *cells;
	unsigned *times;
	/* The program's rows. */
	double *zeros, *coefficients;
	size_t *row_first, *columns;
};

static inline const struct gauss_row *gauss_bounds_row(const struct gauss_bounds *bounds, uint32_t group)
{
	return &bounds->moves->matrix->rows[group];
}

static inline const double *gauss_bounds_values(const struct gauss_bounds *bounds, uint32_t group)
{
	return bounds->moves->values + bounds->moves->first[group];
}

/* The program's column of a term. */
static inline uint32_t gauss_bounds_place(const struct gauss_bounds *bounds, const struct gauss_term *term)
{
	return bounds->place[gauss_group_of_column(bounds->system, term->column)];
}

/* Is there no matrix? */
static inline bool gauss_bounds_is_plain(const struct gauss_bounds *bounds)
{
	return bounds->moves->matrix == NULL;
}

/* Is a member of the component a column of its program? Others are what their rows in the matrix say. */
static inline bool gauss_bounds_is_column(const struct gauss_bounds *bounds, uint32_t group)
{
	return bounds->place[group] < bounds->n_inner;
}

static inline bool gauss_bounds_at_floor(const struct gauss_bounds *bounds, size_t column)
{
	uint32_t group = bounds->members[column];

	return bounds->is_wanted[group] && bounds->excess[group] == 0;
}

static inline void gauss_bounds_settle(struct gauss_bounds *bounds, uint32_t group)
{
	bounds->n_wanted -= bounds->is_wanted[group];
	bounds->is_wanted[group] = false;
}

/* Make the program of the component (handle; to be closed). False: out of memory. */
bool oeo_gauss_bounds_open(struct gauss_bounds *bounds);

/* From now on a column may fall by what it is above its floor, and slip more. */
void oeo_gauss_bounds_set_low(struct gauss_bounds *bounds, size_t column, double slip);

/* By how much a group moves in this point. */
double oeo_gauss_bounds_move_in(const struct gauss_bounds *bounds, uint32_t group, const double *point);

/*
 * Push what is wanted: numbers at their floor, which can only rise, all together, and again those that did not, as long as
 * some do; all, up or down as their places say; one by one. What is seen to move by one is no longer wanted.
 * OEO_DISCLOSURE_UNSAFE: the solver failed.
 */
enum oeo_disclosure_err oeo_gauss_bounds_raise_floors(struct gauss_bounds *bounds);
enum oeo_disclosure_err oeo_gauss_bounds_push_many(struct gauss_bounds *bounds);
enum oeo_disclosure_err oeo_gauss_bounds_push_each(struct gauss_bounds *bounds);

/* One by one too, the others along with each, so that many are settled at once; and no longer than the work is worth. */
enum oeo_disclosure_err oeo_gauss_bounds_push_along(struct gauss_bounds *bounds);

/* Push one up (direction 1) or down (-1). settles: what is seen to move by one is no longer wanted. As above. */
enum oeo_disclosure_err oeo_gauss_bounds_push_one(
    struct gauss_bounds *bounds, uint32_t group, double direction, bool settles);

/*
 * Find reasons why numbers that are wanted are stuck. Numbers in a reason that was found wait for the
 * next pass. OEO_DISCLOSURE_NOMEM; OEO_DISCLOSURE_UNSAFE: the solver failed.
 */
enum oeo_disclosure_err oeo_gauss_bounds_find_reasons(struct gauss_bounds *bounds, bool only_floors);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which tables hang together. A margin is a table of one period as disclosure control sees it: one of the plan,
 * or one that is published nowhere but through which published ones hang together (theme by quarter, where
 * only theme by ward and category are published). One margin is coarser than another where every dimension is
 * at the same or a higher level or left out.
 *
 * Tables that count other things - contacts per week, or client numbers - form classes of their own:
 * their numbers cannot be compared with those of residents.
 */
#ifndef OEO_COLLECTOR_RELEASE_MARGINS_H
#define OEO_COLLECTOR_RELEASE_MARGINS_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/plan.h"

struct oeo_margin {
	size_t source; /* index of the period among those that take part */
	size_t planned; /* index in the plan's tables; SIZE_MAX where it is published nowhere */
	struct oeo_table table; /* the plan's, or one made up for it (its rules the strictest of its class) */
};

struct oeo_margins {
	struct oeo_margin *items;
	size_t n;
};

/*
 * All margins of the periods: those of the plan in its order, period by period, then the others, of which only those
 * that connect something. Free with oeo_margins_fini. OEO_ERR_NOMEM.
 */
enum oeo_err oeo_margins_find(struct oeo_margins *margins, const struct oeo_plan *plan,
    const struct oeo_period *periods, size_t n_periods);
void oeo_margins_fini(struct oeo_margins *margins);

/* 0 where the table does not have the dimension, else its level + 1. */
size_t oeo_margin_level(const struct oeo_table *table, size_t dimension);

/* True where both count the same things. */
bool oeo_margin_is_alike(const struct oeo_table *a, const struct oeo_table *b);

/* True where they have the same dimensions at the same levels. */
bool oeo_margin_is_same(const struct oeo_plan *plan, const struct oeo_table *a, const struct oeo_table *b);

/* True where a is coarser than b (and not the same). */
bool oeo_margin_is_coarser(const struct oeo_plan *plan, const struct oeo_table *a, const struct oeo_table *b);

/* The cell of the coarser (or same) table in which a cell of the finer one lies. */
size_t oeo_margin_cell(
    const struct oeo_plan *plan, const struct oeo_table *coarse, const struct oeo_table *fine, size_t cell);

#endif

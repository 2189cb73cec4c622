/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The problem as gauss.c works on it: cells as sums of inner cells. Cells with the same sum are one group: they
 * are shown or hidden together. Everything is in the order of the cells' keys, not of the caller's.
 *
 * Inside collector/disclosure only.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_SYSTEM_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_SYSTEM_H

#include "collector/disclosure/gauss.h"
#include "collector/disclosure/gauss_matrix.h"

/* Attackers that look at how hidden numbers can move. */
#define GAUSS_MOVERS (OEO_DISCLOSURE_ATTACK_P | OEO_DISCLOSURE_ATTACK_Q | OEO_DISCLOSURE_ATTACK_O)

/* Terms of one sum. */
struct gauss_sum {
	struct gauss_term *terms; /* owned */
	size_t n;
};

struct gauss_group {
	size_t cell; /* the first by key */
	uint64_t value;
	unsigned priority;
	bool is_primary; /* or hidden already */
	bool is_target; /* primary, or must stay hidden to protect others */
	bool is_shown; /* out already */
	bool is_latent; /* not to be decided on */
	bool is_single;
	bool is_inner;
	bool is_hidden; /* as decided */
	bool is_extra; /* hidden by gauss_repair.h */
	bool is_loose; /* seen to move by one, and nothing was shown since */
	int wish; /* 1: to be kept before others of its priority; -1: after them */
};

struct gauss_system {
	const struct oeo_disclosure_problem *problem;
	const struct oeo_disclosure_attackers *attackers;
	struct gauss_sum *sums; /* of every cell */
	uint32_t *groups_of; /* of every cell */
	struct gauss_group *groups;
	size_t n_groups;
	uint32_t *order; /* groups, to be kept first to last */
	unsigned variant; /* of the order among equals */
	uint32_t *column_of; /* of every cell that is inner; GAUSS_NONE elsewhere */
	size_t *inner; /* cell of every column */
	size_t n_columns;
	size_t *upward; /* all cells, children before parents */
	size_t *parent_first; /* relations in which a cell is the parent: parent_items[first .. next first) */
	size_t *parent_items;
	enum oeo_disclosure_measure measure;
	bool is_frozen; /* what is hidden stays so; only more may be hidden */
	size_t n_repairs; /* since it was frozen */
	bool is_plain; /* the matrix says nothing of use on how numbers move: done without (gauss_moves.h) */
	bool has_clean_up; /* what a pass leaves is cleaned up (gauss_clean.h) */
	size_t work; /* columns of all programs solved to find reasons */
	/* Sums that are zero by themselves: relations that do not follow from the others. */
	struct gauss_sum *zeros;
	size_t n_zeros;
	/* Virtual cells. */
	struct gauss_sum *virtuals;
	size_t n_virtuals;
	size_t virtuals_capacity;
};

/* Build; free with oeo_gauss_system_fini also after failure. OEO_DISCLOSURE_INVALID, OEO_DISCLOSURE_NOMEM. */
enum oeo_disclosure_err oeo_gauss_system_init(struct gauss_system *system,
    const struct oeo_disclosure_problem *problem, const struct oeo_disclosure_attackers *attackers);
void oeo_gauss_system_fini(struct gauss_system *system);

/* Group of a column: that of its inner cell. */
static inline uint32_t gauss_group_of_column(const struct gauss_system *system, uint32_t column)
{
	return system->groups_of[system->inner[column]];
}

/* Does the cell meet its rules by itself? */
bool oeo_gauss_is_good(const struct oeo_disclosure_cell *cell, enum oeo_disclosure_measure measure);

/* Put the groups in order; variants differ in which of equally large cells comes first. */
void oeo_gauss_system_sort(struct gauss_system *system, unsigned variant);

/* Forget the virtual cells that were added. */
void oeo_gauss_system_forget(struct gauss_system *system);

/*
 * Add the sum of these cells (each once; times its factor, NULL: 1) as something that must not be known. is_new tells
 * whether it is; false also where it equals a target that is there. False: out of memory.
 */
bool oeo_gauss_system_add_virtual(
    struct gauss_system *system, const size_t *cells, const unsigned *factors, size_t n, bool *is_new);

/* The same for the sum of cell a minus factor (modulo the prime) times that of cell b. */
bool oeo_gauss_system_add_difference(
    struct gauss_system *system, size_t a, uint64_t factor, size_t b, bool *is_new);

#endif

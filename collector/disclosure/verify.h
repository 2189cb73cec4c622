/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the parts of the verification share. It works on the caller's arrays in the caller's order and shares
 * no code with the part that decides.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_VERIFY_H
#define OEO_COLLECTOR_DISCLOSURE_VERIFY_H

#include "collector/disclosure/disclosure.h"

#define N_MEASURES OEO_DISCLOSURE_MEASURES
#define UNLIMITED INT64_MAX

/* For every cell the relations that it is in: relations[first[i]] .. relations[first[i + 1] - 1]. */
struct index {
	size_t *first;
	size_t *relations;
};

/* Index the relations in which cells are children (has_parents: and those in which they are parents). False: out of
 * memory; free with index_fini in any case. */
bool oeo_disclosure_index_init(
    struct index *index, const struct oeo_disclosure_problem *problem, bool has_parents);
void oeo_disclosure_index_fini(struct index *index);

/* What a reader sees, and what he can work out. */
struct view {
	const struct oeo_disclosure_problem *problem;
	const struct index *above; /* relations in which a cell is a child; borrowed */
	bool *is_shown[N_MEASURES];
	int64_t *least[N_MEASURES];
	int64_t *most[N_MEASURES];
	bool *follows[N_MEASURES]; /* as a linear combination of what is shown */
};

/* Fill least and most from what is_shown says; is_proof: exact relations and exact cells only, and unopened cells that
 * are shown as zero do not count as shown. False: out of memory. */
bool oeo_disclosure_view_bound(struct view *view, bool is_proof);

/* Fill follows: by elimination of the unknown numbers. False: out of memory. */
bool oeo_disclosure_view_solve(struct view *view);

/* Keep the finding about the cell of the lowest key: so the order of cells and relations does not matter. */
static inline void oeo_disclosure_found(const struct oeo_disclosure_problem *problem,
    struct oeo_disclosure_finding *kept, struct oeo_disclosure_finding finding)
{
	if (kept->attack == OEO_DISCLOSURE_NO_ATTACK ||
	    problem->cells[finding.cell].key < problem->cells[kept->cell].key ||
	    (finding.cell == kept->cell && finding.measure < kept->measure))
		*kept = finding;
}

/*
 * Check what every EQUAL, and every two that share an unknown cell, leave to a group of hidden cells, as far as it is
 * not left by `before` already. is_sound: cells that meet every rule. False: out of memory.
 */
bool oeo_disclosure_check_groups(const struct view *now, const struct view *before, const bool *is_sound,
    struct oeo_disclosure_finding *finding);

/* The value of a shown cell; unopened ones are shown as zero. */
static inline int64_t shown_value(const struct oeo_disclosure_cell *cell, size_t measure)
{
	return cell->state == OEO_DISCLOSURE_OPEN ? (int64_t)cell->value[measure] : 0;
}

/* What a member adds to it. */
static inline int64_t part_value(const struct oeo_disclosure_part *part, size_t measure)
{
	return (int64_t)(measure == OEO_DISCLOSURE_RESIDENTS ? part->residents : part->questions);
}

/* Shown, or seen to be zero. */
static inline bool is_plain(const struct view *view, size_t measure, size_t cell)
{
	return (view->is_shown[measure][cell] && view->problem->cells[cell].has_measure[measure]) ||
	       view->most[measure][cell] == 0;
}

static inline bool is_below(uint64_t value, uint64_t threshold)
{
	return value >= 1 && value < threshold;
}

static inline uint64_t size_of(int64_t value)
{
	return value < 0 ? (uint64_t)-value : (uint64_t)value;
}

/* Does the relation say that the children's residents are among the parent's? */
static inline bool is_about_sets(const struct oeo_disclosure_relation *relation)
{
	return relation->kind != OEO_DISCLOSURE_VERSION && relation->measure == OEO_DISCLOSURE_RESIDENTS;
}

#endif

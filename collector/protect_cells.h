/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * All cells of a table, with margins, as the problem that collector/disclosure decides on. A cell's place is its
 * codes' ranks in mixed radix, the first dimension the most significant; so places are in the order in which cells are
 * written. Where zeros are published, cells of zero are not in the problem, unless they are asked for.
 */
#ifndef OEO_COLLECTOR_PROTECT_CELLS_H
#define OEO_COLLECTOR_PROTECT_CELLS_H

#include "collector/disclosure/disclosure.h"
#include "collector/protect_table.h"

/* Places that there may be, written ones included, and cells to decide on: those that are not zero, or all. */
#define OEO_PROTECT_PLACES_LIMIT ((size_t)1 << 24)
#define OEO_PROTECT_CELLS_LIMIT ((size_t)1 << 20)

struct oeo_protect_cells {
	const struct oeo_protect_table *table; /* borrowed */
	size_t strides[OEO_PROTECT_DIMENSIONS];
	size_t n_places;
	uint32_t *cell_of; /* of every place; OEO_PROTECT_NONE: zero, or the place of an alias */
	size_t *places; /* of every cell, ascending */
	bool *is_single; /* of every cell */
	struct oeo_disclosure_problem problem; /* points at what follows */
	struct oeo_disclosure_cell *cells; /* may be changed before deciding */
	struct oeo_disclosure_relation *relations;
	size_t *children; /* of all relations */
	struct oeo_disclosure_part *parts; /* of all cells */
};

/*
 * Work out strides and n_places alone, for what is read before the cells are there. Borrows table. OEO_ERR_RANGE with the
 * number in why: too many places.
 */
enum oeo_err oeo_protect_cells_measure(
    struct oeo_protect_cells *cells, const struct oeo_protect_table *table, struct oeo_note *why);

/* Build from a table that was read. OEO_ERR_RANGE with the number in why: too many cells; found before memory is taken for them. OEO_ERR_NOMEM. Free with
 * oeo_protect_cells_fini also after failure. */
enum oeo_err oeo_protect_cells_init(struct oeo_protect_cells *cells, const struct oeo_protect_table *table,
    const struct oeo_disclosure_rules *rules, bool hides_zeros, struct oeo_note *why);
/* The same; where zeros are published, the places that kept says (n_places; NULL: none) and those above them are cells too. */
enum oeo_err oeo_protect_cells_init_with(struct oeo_protect_cells *cells,
    const struct oeo_protect_table *table, const struct oeo_disclosure_rules *rules, bool hides_zeros,
    const bool *kept, struct oeo_note *why);
void oeo_protect_cells_fini(struct oeo_protect_cells *cells);

/* The cell of a place, also where codes in it are the same as others; OEO_PROTECT_NONE: zero, and published as such. */
uint32_t oeo_protect_cells_at(const struct oeo_protect_cells *cells, size_t place);

#endif

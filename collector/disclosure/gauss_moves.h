/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How hidden numbers can move together while everything shown stays as it is. After a pass every hidden group's row
 * in the matrix says by how much it changes when the columns that are left, which are inner numbers themselves, change
 * freely. Groups that share such a column are one component; components move independently.
 *
 * Inside collector/disclosure only.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_MOVES_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_MOVES_H

#include "collector/disclosure/gauss_rows.h"
#include "collector/disclosure/gauss_system.h"

struct gauss_moves {
	const struct gauss_system *system; /* borrowed */
	const struct gauss_matrix *matrix; /* borrowed */
	size_t *first; /* of every group: its terms' values are values[first ..] */
	double *values;
	uint32_t *members; /* groups that can move, component by component, inner ones first */
	size_t *starts; /* of every component in members, and the end */
	size_t n_components;
	/* Without a matrix (matrix, first and values are NULL): what always holds, and which rows of it matter to a component,
	 * rows_of[row_starts[component] ..], up to where those of the next begin. */
	struct gauss_rows rows;
	size_t *row_starts, *rows_of;
};

/*
 * Build from what a pass left. Free with oeo_gauss_moves_fini also after failure. OEO_DISCLOSURE_NOMEM; OEO_DISCLOSURE_UNSAFE: a
 * coefficient is no fraction of small whole numbers.
 */
enum oeo_disclosure_err oeo_gauss_moves_init(
    struct gauss_moves *moves, const struct gauss_system *system, const struct gauss_matrix *matrix);

/*
 * The same without a matrix, from what always holds: where its coefficients are of no use. What is shown stays as it is. In
 * gauss_plain.c. OEO_DISCLOSURE_NOMEM.
 */
enum oeo_disclosure_err oeo_gauss_moves_init_plain(
    struct gauss_moves *moves, const struct gauss_system *system);
void oeo_gauss_moves_fini(struct gauss_moves *moves);

/* Is this inner group one of the columns that are left? */
bool oeo_gauss_moves_is_free(const struct gauss_moves *moves, uint32_t group);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The problem as decide.c works on it: cells in the order of their keys, relations in a canonical order,
 * lists of both directions, true values as vectors, and which cells are shown at present. Everything that
 * follows depends on this order alone, and so not on the caller's.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_MODEL_H
#define OEO_COLLECTOR_DISCLOSURE_MODEL_H

#include "collector/disclosure/disclosure.h"

#define R OEO_DISCLOSURE_RESIDENTS
#define Q OEO_DISCLOSURE_QUESTIONS
#define MEASURES OEO_DISCLOSURE_MEASURES
#define NONE SIZE_MAX

struct node {
	const struct oeo_disclosure_cell *cell; /* the caller's */
	size_t original; /* its index there */
	bool is_shown; /* at present, in its first measure at least */
	bool hides_questions; /* at present; is_shown, and has both measures */
	bool is_good; /* meets every rule by itself, or (LATENT) holds a part that does */
	bool is_hideable; /* to be decided, and good: may be shown and hidden */
	bool has_both; /* measures */
	enum oeo_disclosure_force forced; /* of a hideable cell: what is to stay hidden */
	bool is_inner[MEASURES]; /* no relation says what it is made up of */
};

struct link {
	enum oeo_disclosure_kind kind;
	enum oeo_disclosure_measure measure;
	bool is_exact;
	size_t parent;
	size_t *children; /* ascending; owned by the model */
	size_t n_children;
};

/* Lists of indexes, one per cell. */
struct lists {
	size_t *first; /* n + 1 */
	size_t *items;
};

/*
 * Two sets, one within the other, and what falls to one code of an exclusive dimension in both: what the outer
 * part has beside the inner part is no more than what the outer set has beside the inner set.
 */
struct square {
	size_t outer;
	size_t inner;
	size_t outer_part;
	size_t inner_part;
	size_t link; /* says that inner lies within outer */
	bool is_exact;
};

struct model {
	size_t n;
	struct node *nodes;
	struct link *links;
	size_t n_links;
	size_t *children; /* the pool of all links' children */
	size_t width; /* of a vector: the total, then every member's own part */
	int64_t *values[MEASURES]; /* n vectors; zero where not open */
	struct lists as_child; /* links in which the cell is a child */
	struct lists as_parent; /* links in which it is the parent */
	struct lists supersets; /* cells whose set of residents holds this one's, by any number of steps */
	size_t *upward; /* all cells, children before parents */
	struct square *squares;
	size_t n_squares;
};

/* Build the model of a problem, all that may be shown being shown, but for what `forced` says (n_cells; NULL:
 * nothing). Free with oeo_disclosure_model_fini also after failure. */
enum oeo_disclosure_err oeo_disclosure_model_init(struct model *model,
    const struct oeo_disclosure_problem *problem, const enum oeo_disclosure_force *forced);
void oeo_disclosure_model_fini(struct model *model);

/* Show as much of a hideable cell as what is forced allows. */
void oeo_disclosure_model_show(struct node *node);

/* Is this measure shown at present, if the cell has it? */
static inline bool shows(const struct node *node, size_t measure)
{
	return node->is_shown && !(measure == Q && node->hides_questions);
}

static inline const int64_t *model_vector(const struct model *model, size_t measure, size_t cell)
{
	return model->values[measure] + cell * model->width;
}

/* Parts of model_init: fill supersets and squares (model_sets.c); make room for lists of n cells, total items. */
enum oeo_disclosure_err oeo_disclosure_model_find_sets(struct model *model);
bool oeo_disclosure_lists_init(struct lists *lists, size_t n, size_t total);

/* For qsort over size_t. */
int oeo_disclosure_compare_indexes(const void *a, const void *b);

/* Allocate count zeroed elements, at least one; NULL where that fails or overflows. */
void *oeo_disclosure_alloc(size_t count, size_t size);

#endif

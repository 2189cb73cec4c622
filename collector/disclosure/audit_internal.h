/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the parts of the audit share: the unknown numbers, the rows between them, and what is found.
 *
 * A number is a cell in one measure, numbered measure * n_cells + cell. Unknown numbers that a row joins form a
 * component. Rows keep their unknown terms only; what is known is in their bounds.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_AUDIT_INTERNAL_H
#define OEO_COLLECTOR_DISCLOSURE_AUDIT_INTERNAL_H

#include "collector/disclosure/audit.h"

#define AUDIT_NONE SIZE_MAX
#define AUDIT_NO_LIMIT OEO_AUDIT_NO_LIMIT
/* What a solver's numbers are widened by. */
#define AUDIT_MARGIN 1e-6

struct audit_term {
	size_t unknown; /* number of the unknown, in the whole system */
	int factor; /* 1 or -1 */
};

/* low <= sum of the terms <= high. */
struct audit_row {
	size_t first; /* in terms */
	size_t n;
	int64_t low; /* -AUDIT_NO_LIMIT: none */
	int64_t high; /* AUDIT_NO_LIMIT: none */
	size_t component;
	bool is_exact;
	bool is_off; /* contradicted: the audit does without it */
};

struct audit_range {
	int64_t low;
	int64_t high; /* AUDIT_NO_LIMIT: none */
};

struct audit_unknown {
	size_t number; /* measure * n_cells + cell */
	size_t component;
	bool
	    is_hidden; /* an attacker must not learn it (false: latent, rounded, or a measure that the cell has not) */
	bool is_inner; /* no relation of its measure has it as parent */
	struct audit_range start; /* before anything is concluded */
	struct audit_range range; /* what follows step by step */
};

/* Ranges of a list, per component: items[first[c]] .. items[first[c + 1] - 1]. */
struct audit_groups {
	size_t *first;
	size_t *items;
};

struct audit_system {
	const struct oeo_disclosure_problem *problem;
	const struct oeo_disclosure_decision *decisions;
	const struct oeo_audit_options *options;
	bool *is_shown; /* per number; also of measures that the cell does not have */
	size_t *unknown_of; /* per number; AUDIT_NONE: known, or in no relation and not hidden */
	struct audit_unknown *unknowns;
	size_t n_unknowns;
	struct audit_row *rows;
	size_t n_rows;
	struct audit_term *terms;
	size_t n_terms;
	size_t n_components;
	struct audit_groups members; /* unknowns of every component */
	struct audit_groups joins; /* rows of every component */
	size_t n_programs;
	size_t done; /* for progress */
	size_t total;
	bool has_stopped;
	unsigned *recovered; /* per number: mask of attackers */
	unsigned applied; /* attackers that were tried */
	struct oeo_audit_interval *intervals[OEO_AUDIT_VIEWS]; /* per number */
};

static inline size_t audit_cell(const struct audit_system *system, size_t unknown)
{
	return system->unknowns[unknown].number % system->problem->n_cells;
}

static inline size_t audit_measure(const struct audit_system *system, size_t unknown)
{
	return system->unknowns[unknown].number / system->problem->n_cells;
}

/* The number that was shown; 0 for a cell that was never opened. */
static inline int64_t audit_value(const struct oeo_disclosure_cell *cell, size_t measure)
{
	return cell->state == OEO_DISCLOSURE_OPEN ? (int64_t)cell->value[measure] : 0;
}

/* What one member has of a cell. */
static inline int64_t audit_own_part(const struct oeo_disclosure_cell *cell, size_t member, size_t measure)
{
	for (size_t i = 0; i < cell->n_parts; i++)
		if (cell->parts[i].member == member)
			return (int64_t)(measure == OEO_DISCLOSURE_RESIDENTS ? cell->parts[i].residents
									     : cell->parts[i].questions);
	return 0;
}

static inline uint64_t audit_slack(const struct audit_system *system, size_t cell)
{
	return system->options->slack != NULL ? system->options->slack[cell] : 0;
}

static inline bool audit_shows(const struct audit_system *system, size_t measure, size_t cell)
{
	return system->is_shown[measure * system->problem->n_cells + cell];
}

/* A zeroed array of at least one element; NULL where that fails or overflows. */
void *oeo_audit_alloc(size_t n, size_t size);

/* Make unknowns, rows, components and ranges. Free with oeo_audit_system_fini, after failure too. */
enum oeo_audit_err oeo_audit_system_init(struct audit_system *system,
    const struct oeo_disclosure_problem *problem, const struct oeo_disclosure_decision *decisions,
    const struct oeo_audit_options *options);
void oeo_audit_system_fini(struct audit_system *system);

/* Conclude ranges of a component's unknowns step by step from their starts; range of every unknown is in
 * ranges, by its place in the component. False: they contradict each other at row *culprit. */
bool oeo_audit_conclude(const struct audit_system *system, size_t component, struct audit_range *ranges,
    const size_t *place_of, size_t *culprit);

/* Take note that these attackers break an unknown; nothing where it is not hidden. */
void oeo_audit_mark(struct audit_system *system, size_t unknown, unsigned attackers);

/* May one person, one question or one contributor be all there is in this hidden inner cell? And the number that is then
 * known. */
bool oeo_audit_is_single(const struct audit_system *system, size_t unknown);
int64_t oeo_audit_single_value(const struct audit_system *system, size_t unknown);

/* Ask whether to go on, with `steps` more done. */
bool oeo_audit_go_on(struct audit_system *system, size_t steps);

/* The parts. Each marks what it finds; NOMEM, SOLVER or INTERRUPTED. */
enum oeo_audit_err oeo_audit_linear(struct audit_system *system);
enum oeo_audit_err oeo_audit_bounds(struct audit_system *system);
enum oeo_audit_err oeo_audit_sums(struct audit_system *system);
enum oeo_audit_err oeo_audit_remains(struct audit_system *system);

#endif

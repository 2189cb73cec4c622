/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The audit: what can attackers work out from what is shown? It takes the problem of disclosure.h and any
 * decisions, made by whomever, and answers with the interval of every number that is not shown and a verdict per
 * attacker. It shares no line with the code that decides.
 *
 * Unknown numbers are the columns of one system for everything that is published together; relations are its
 * rows: EQUAL an equation, COVER and WITHIN inequalities, residents <= questions of one cell. It is solved
 * connected component by component:
 *  - L by the null space modulo two primes near 2^61: a number that is zero in a random vector of it is fixed;
 *  - P, Q, O by linear programming (solver.h). A point that some program ends in is a witness for all
 *    cells: one that is seen with two values is not recovered, and most programs need not be run;
 *  - S by L with one cell more known (proportional in the null space), and by P with that cell fixed, for all cells of
 *    its component (in components of more than 2000 numbers: for those that share an equation with it);
 *  - G and T by adding up: what is left of a known number over hidden cells, where each of them may be replaced by
 *    its own parts to any depth and under any of its relations; and differences of known sets.
 * Numbers are whole: an interval that holds one whole number counts as recovered. Bounds that a solver gives are
 * widened by 1e-6 before they are rounded: what coincides within that margin counts as recovered.
 *
 * What the audit does not see: what members know of cells that were never opened here (it is not in the problem;
 * a member can audit with its own figures), members who pool their figures, conclusions from wholeness over several
 * cells at once (they are rare, and a search over whole numbers that would find them takes time that nothing bounds), small sums that only follow when one such remainder is taken off another (as where two
 * hierarchies cross), and S by programs beyond equations in large components.
 *
 * No globals, no I/O. A result is for whoever may see the hidden numbers, except when the problem was built from
 * published numbers alone.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_AUDIT_H
#define OEO_COLLECTOR_DISCLOSURE_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/disclosure/disclosure.h"
#include "collector/disclosure/solver.h"

enum oeo_audit_err {
	OEO_AUDIT_OK = 0,
	OEO_AUDIT_NOMEM,
	OEO_AUDIT_INVALID, /* an index, kind or value in the problem is out of place */
	OEO_AUDIT_INTERRUPTED, /* the progress function said so */
	OEO_AUDIT_SOLVER /* the solver failed: nothing may be concluded */
};

/* The attackers of DISCLOSURE, as bits of a mask. */
#define OEO_AUDIT_L (1u << 0) /* linear combinations of what is shown */
#define OEO_AUDIT_P (1u << 1) /* bounds; also: the upper bound of residents stays below `reach` */
#define OEO_AUDIT_Q (1u << 2) /* bounds, where every hidden inner cell is known to be at least 1 */
#define OEO_AUDIT_S (1u << 3) /* the one contributor of a hidden inner cell */
#define OEO_AUDIT_O (1u << 4) /* a member that knows its own part of everything */
#define OEO_AUDIT_G (1u << 5) /* sums of hidden cells, and differences, that are too small */
#define OEO_AUDIT_T (1u << 6) /* differences over time that are too small */
#define OEO_AUDIT_ALL 0x7fu
#define OEO_AUDIT_ATTACKERS 7

/* What intervals are kept of. */
enum oeo_audit_view {
	OEO_AUDIT_VIEW_P = 0,
	OEO_AUDIT_VIEW_Q,
	OEO_AUDIT_VIEW_O, /* the narrowest over all members */
	OEO_AUDIT_VIEWS
};

#define OEO_AUDIT_NO_LIMIT INT64_MAX

struct oeo_audit_interval {
	int64_t low;
	int64_t high; /* OEO_AUDIT_NO_LIMIT: none */
	bool is_whole; /* false: the attacker's interval holds this one and may be wider */
};

struct oeo_audit_cell {
	struct oeo_audit_interval intervals[OEO_AUDIT_VIEWS][OEO_DISCLOSURE_MEASURES];
	unsigned recovered[OEO_DISCLOSURE_MEASURES]; /* mask of the attackers that break this number */
};

/* What cells that are out already give away by themselves, kept from one audit of a problem to the next. Zeroed at first;
 * free with oeo_audit_earlier_fini. */
struct oeo_audit_earlier {
	unsigned *recovered; /* owned; by number: mask of attackers */
	unsigned attackers; /* that were tried */
};

struct oeo_audit_options {
	/* Mask of those to be tried. */
	unsigned attackers;
	/* Borrowed; needed for all but L. */
	const struct oeo_solver *solver;
	/* Work out every interval whole; false: as much as the verdicts need, which is faster. */
	bool wants_intervals;
	/* P, Q: the reader knows which cells are primary, so below k, and which are not: an attacker stronger than a
	 * release allows, where all hidden cells carry one mark. */
	bool knows_primary;
	/* A hidden zero must stay unknown too. */
	bool has_secret_zeros;
	/* S: an UNOPENED inner cell may be one person, who knows so. */
	bool has_unknown_singles;
	/* S: n_cells, borrowed, may be NULL: further inner cells that have one contributor, whatever their number. */
	const bool *is_single;
	/* Built from published numbers: nobody here knows which hidden cells are open. G then does not ask for an open
	 * cell that meets every rule in what is left of questions. */
	bool has_blind_states;
	/* Leave out what cells that are out already (role SHOWN) give away by themselves. */
	bool excuses_earlier;
	/* Borrowed, may be NULL: where what that takes is kept, for audits of the same problem. */
	struct oeo_audit_earlier *earlier;
	/* Borrowed, n_cells, may be NULL: how far a shown number may be from its cell's, through rounding. */
	const uint64_t *slack;
	/* May be NULL; borrowed context. Called now and then; false: stop. */
	bool (*progress)(void *context, size_t done, size_t total);
	void *context;
};

struct oeo_audit_verdict {
	bool is_tried; /* false: not asked for, or not applicable (Q where a hidden inner cell may be zero) */
	size_t n_recovered; /* numbers (cells times measures) that the attacker breaks */
	/* Of these, numbers of cells that the decisions name primary: the ones that rules hide. The others are hidden to
	 * protect them, meet the rules by themselves, and matter less where no number follows from them in turn. */
	size_t n_primary;
	size_t first_cell; /* the first of all; SIZE_MAX: none */
};

struct oeo_audit_report {
	/* By the number of the attacker's bit. */
	struct oeo_audit_verdict verdicts[OEO_AUDIT_ATTACKERS];
	size_t n_hidden; /* numbers, not cells */
	size_t n_components;
	size_t n_programs; /* linear programs solved */
	/* Relations over time that the shown numbers contradict; the audit does without them. */
	size_t n_contradictions;
};

/*
 * Audit the decisions. cells (n_cells, the caller's; may be NULL) gets the intervals and who breaks what; entries of
 * shown cells hold their numbers. report is the caller's. Both are written on OEO_AUDIT_OK only; so an
 * interrupted audit leaves no trace. Time grows with the number of hidden cells times that of a warm linear
 * program of their component. A release is safe when n_recovered is 0 for every attacker that applies.
 */
enum oeo_audit_err oeo_audit_problem(const struct oeo_disclosure_problem *problem,
    const struct oeo_disclosure_decision *decisions, const struct oeo_audit_options *options,
    struct oeo_audit_report *report, struct oeo_audit_cell *cells);

void oeo_audit_earlier_fini(struct oeo_audit_earlier *earlier);

/* True where no attacker that was tried broke a number. */
bool oeo_audit_is_safe(const struct oeo_audit_report *report);

/* The letter of attacker number i (0 .. OEO_AUDIT_ATTACKERS - 1): "L", "P", ... */
const char *oeo_audit_letter(size_t attacker);

#endif

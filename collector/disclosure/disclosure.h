/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Disclosure control for frequency tables: which cells may be shown so that nobody - a reader, a reader who
 * contributed himself, a reader who kept what was shown earlier - can work out a number that the rules hide.
 *
 * In go cells, the relations between them, who contributed what, the rules, and cells that are out already;
 * out comes a decision per cell. The library includes nothing but the C library; it has no globals, does no
 * I/O, and gives the same decisions for the same problem whatever the order of cells, relations and parts.
 *
 * Two measures. *Residents* are distinct persons: a parent's set holds every child's set; sizes add up only
 * where children exclude each other. *Questions* are events and add up always. A cell that has both is shown in
 * both, in residents alone, or not at all: never in questions alone. A plain frequency table has one measure; use
 * questions or residents for it.
 *
 * What oeo_disclosure_decide makes hold, where "known" is what is shown or follows from it:
 *  - a shown cell meets its rules by itself: `residents`, `members`, and `rest` for every contributor, in
 *    every measure it shows;
 *  - no hidden number above zero is a linear combination of shown ones, or pinned by the bounds that
 *    follow step by step from x >= 0, from sets within sets, and from residents <= questions;
 *  - what is left of a known sum over its hidden parts (also where hidden parts are replaced by their
 *    own hidden parts) is zero, or at least `residents` in size and, without any one contributor, zero or at
 *    least `rest`; of questions, it holds a cell that is hidden though it meets every rule;
 *  - no sum leaves two unknown numbers of which one is an unopened inner cell: one person may be all there is in
 *    that, and would know the other;
 *  - of residents, a known set minus a known set within it is zero or at least `rest`;
 *  - two versions of one cell differ by zero or by what the rules would show;
 *  - the upper bound of a hidden number of residents, as it follows step by step, reaches `reach`.
 * Not covered: bounds that need linear programming over several relations at once (secure.h adds what it takes
 * against those), contributors who pool what they know.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_DISCLOSURE_H
#define OEO_COLLECTOR_DISCLOSURE_DISCLOSURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum oeo_disclosure_err {
	OEO_DISCLOSURE_OK = 0,
	OEO_DISCLOSURE_NOMEM, /* out of memory; nothing was decided */
	OEO_DISCLOSURE_INVALID, /* the problem is malformed: an index or key out of place, a cycle, a value too large */
	OEO_DISCLOSURE_UNSAFE, /* the decisions may not be carried out */
	OEO_DISCLOSURE_INTERRUPTED, /* the progress function said so (secure.h) */
	OEO_DISCLOSURE_SOLVER /* the solver failed: nothing may be concluded (secure.h) */
};

enum oeo_disclosure_measure { OEO_DISCLOSURE_RESIDENTS = 0, OEO_DISCLOSURE_QUESTIONS = 1 };
#define OEO_DISCLOSURE_MEASURES 2

/* Values above this are refused, so that sums of them fit. */
#define OEO_DISCLOSURE_VALUE_LIMIT (UINT64_C(1) << 40)

struct oeo_disclosure_rules {
	uint64_t residents; /* k: a cell with fewer is hidden; sensitive codes have a higher one */
	uint64_t members; /* m: a cell with fewer contributors of residents is hidden */
	uint64_t rest; /* r: a total minus one contributor's own may not lie in 1 .. r-1 */
	uint64_t reach; /* the upper bound of a hidden number must reach this; 0: not asked for */
};

/* One contributor's part in a cell. */
struct oeo_disclosure_part {
	size_t member; /* 0 .. n_members - 1 */
	uint64_t residents;
	uint64_t questions;
};

enum oeo_disclosure_state {
	OEO_DISCLOSURE_OPEN = 1, /* its values and parts are known here */
	OEO_DISCLOSURE_UNOPENED, /* fewer than k residents, perhaps none; values are not known here */
	OEO_DISCLOSURE_UNBOUNDED /* not known here and without upper bound: withheld, or its table has blocked cells */
};

enum oeo_disclosure_role {
	OEO_DISCLOSURE_DECIDE = 1, /* to be shown or hidden now */
	OEO_DISCLOSURE_SHOWN, /* out already with these values (OPEN), or as zero (UNOPENED) */
	OEO_DISCLOSURE_HIDDEN, /* out already as hidden; its number must stay unknown */
	OEO_DISCLOSURE_LATENT /* never shown, tells how others hang together; may become known unless it is small */
};

struct oeo_disclosure_cell {
	uint64_t key; /* unique; orders cells that are otherwise alike */
	size_t table; /* 0 .. n_tables - 1, for the counts */
	enum oeo_disclosure_role role;
	enum oeo_disclosure_state state;
	bool has_measure[OEO_DISCLOSURE_MEASURES]; /* those that the cell may show; LATENT: those it has */
	bool hides_questions; /* SHOWN cells of both measures: out already with its residents alone */
	bool is_rounded; /* shown rounded: then it proves no zero */
	uint64_t value[OEO_DISCLOSURE_MEASURES]; /* OPEN cells; 0 elsewhere */
	const struct oeo_disclosure_part *parts; /* OPEN cells; at most one per member; borrowed */
	size_t n_parts;
	struct oeo_disclosure_rules rules;
	unsigned priority; /* the higher, the longer the cell is kept; then the larger is */
};

enum oeo_disclosure_kind {
	OEO_DISCLOSURE_EQUAL = 1, /* parent = sum of the children, disjoint parts that cover it */
	OEO_DISCLOSURE_COVER, /* residents: the parent's set is the union of the children's, which may overlap */
	OEO_DISCLOSURE_WITHIN, /* residents: every child's set lies in the parent's */
	OEO_DISCLOSURE_VERSION /* the one child is an earlier version of the parent, in all measures of both */
};

struct oeo_disclosure_relation {
	enum oeo_disclosure_kind kind;
	enum oeo_disclosure_measure
	    measure; /* of an EQUAL; RESIDENTS for COVER and WITHIN; ignored for VERSION */
	size_t parent; /* index in the cells */
	const size_t *children; /* indexes in the cells, each once; borrowed */
	size_t n_children; /* at least 1 */
	bool
	    is_exact; /* holds by construction (one snapshot); false: a withdrawal may lie between (periods) */
};

struct oeo_disclosure_problem {
	const struct oeo_disclosure_cell *cells;
	size_t n_cells;
	const struct oeo_disclosure_relation *relations; /* acyclic: no cell is its own descendant */
	size_t n_relations;
	size_t n_members;
	size_t n_tables;
};

enum oeo_disclosure_reason {
	OEO_DISCLOSURE_NOT_HIDDEN = 0,
	OEO_DISCLOSURE_PRIMARY, /* does not meet the rules by itself, or is not open */
	OEO_DISCLOSURE_SECONDARY /* hidden to protect others */
};

/* reason is for tests and figures: it must never leave the process, since it narrows a hidden number. It is SECONDARY
 * also of a cell that is shown without its questions. */
struct oeo_disclosure_decision {
	bool is_shown; /* in its first measure at least */
	enum oeo_disclosure_reason reason;
	bool hides_questions; /* is_shown, of both measures: its residents are shown, its questions are not */
};

/* Is this measure of a cell shown by a decision on it? */
static inline bool oeo_disclosure_shows(
    const struct oeo_disclosure_decision *decision, enum oeo_disclosure_measure measure)
{
	return decision->is_shown && !(measure == OEO_DISCLOSURE_QUESTIONS && decision->hides_questions);
}

/* Cells of role DECIDE per table: shown in all their measures, or not. */
struct oeo_disclosure_count {
	size_t shown;
	size_t hidden;
};

/* What is to stay hidden of a cell, whatever its rules say. */
enum oeo_disclosure_force {
	OEO_DISCLOSURE_FORCE_NOTHING = 0,
	OEO_DISCLOSURE_FORCE_QUESTIONS, /* of a cell of one measure: all of it */
	OEO_DISCLOSURE_FORCE_CELL
};

/*
 * Decide on every cell. decisions (n_cells) and counts (n_tables; may be NULL) are the caller's; cells of
 * another role get what they had (LATENT: not shown). An unopened cell that is decided to be shown is zero, which the
 * other shown numbers prove. All memory is freed on return. OEO_DISCLOSURE_NOMEM, OEO_DISCLOSURE_INVALID:
 * decisions are unchanged. Time grows with hidden cells times the size of the problem.
 */
enum oeo_disclosure_err oeo_disclosure_decide(const struct oeo_disclosure_problem *problem,
    struct oeo_disclosure_decision *decisions, struct oeo_disclosure_count *counts);

/* The same, with what `forced` (n_cells) says hidden besides: of cells of role DECIDE that meet their rules; it says
 * nothing of others. They count as SECONDARY. */
enum oeo_disclosure_err oeo_disclosure_decide_without(const struct oeo_disclosure_problem *problem,
    const enum oeo_disclosure_force *forced, struct oeo_disclosure_decision *decisions,
    struct oeo_disclosure_count *counts);

enum oeo_disclosure_attack {
	OEO_DISCLOSURE_NO_ATTACK = 0,
	OEO_DISCLOSURE_RULE, /* a shown cell does not meet its own rules */
	OEO_DISCLOSURE_ZERO, /* a zero is shown that is not proved */
	OEO_DISCLOSURE_LINEAR, /* a hidden number follows from shown ones */
	OEO_DISCLOSURE_BOUNDS, /* its least and its largest possible value coincide */
	OEO_DISCLOSURE_GROUP, /* a remainder is too small, or too small without one contributor */
	OEO_DISCLOSURE_DIFFERENCE, /* a set minus a set within it is too small */
	OEO_DISCLOSURE_TIME /* two versions differ by too little */
};

/* What oeo_disclosure_verify found first; for tests and for the log only by its attack and table. */
struct oeo_disclosure_finding {
	enum oeo_disclosure_attack attack;
	size_t cell; /* index of one cell concerned */
	enum oeo_disclosure_measure measure; /* QUESTIONS: its questions alone; else its residents, or both */
};

/*
 * Check decisions, made by whomever, by code that shares nothing with oeo_disclosure_decide. What only cells
 * that are out already give away is not held against the decisions. OEO_DISCLOSURE_UNSAFE fills finding (may be NULL).
 */
enum oeo_disclosure_err oeo_disclosure_verify(const struct oeo_disclosure_problem *problem,
    const struct oeo_disclosure_decision *decisions, struct oeo_disclosure_finding *finding);

#endif

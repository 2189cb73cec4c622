/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The plan: what is collected, published and protected, the one source of truth for every part. Immutable
 * once made; made from YAML and CSV (plan_file.h) or from the canonical protobuf bytes, and always
 * carrying those bytes and their digest.
 *
 * Codes. A dimension is a tree of levels (theme > category). Every level has the code "onbekend" by
 * itself, always the last of its level; its parent is the "onbekend" of the level above. Codes of one
 * dimension are kept level by level, in the order of the file.
 */
#ifndef OEO_PROTO_PLAN_H
#define OEO_PROTO_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/buf.h"
#include "proto/names.h"
#include "proto/period.h"

#define OEO_DIGEST_BYTES 32
#define OEO_MAX_BY 4
#define OEO_UNKNOWN "onbekend"

/* What is refused outside these, in files and in plan bytes alike. */
#define OEO_LEAST_K 5
#define OEO_MAX_MEMBERS 10000
#define OEO_MAX_TABLES 256
#define OEO_MAX_DIMENSIONS 16
#define OEO_MAX_LEVELS 4
#define OEO_MAX_CODES 10000 /* of a dimension, "onbekend" included */
#define OEO_MAX_UNKNOWN 32
#define OEO_MAX_FIELDS 8
#define OEO_MAX_PLACEHOLDERS 64
#define OEO_MAX_LOOKUP 20000
#define OEO_MAX_CELLS 1000000 /* of a table */
#define OEO_LABEL_TEXT_BYTES 200
#define OEO_MAX_EXPECTED 1000000
#define OEO_MAX_GRACE_DAYS 90
#define OEO_MAX_WINDOW_DAYS 60
#define OEO_MAX_ROUND 1000
#define OEO_MAX_ICU 999

struct oeo_code {
	char code[OEO_ID_BYTES];
	char *label_nl;
	char *label_en;
	size_t parent; /* index in the dimension's codes; SIZE_MAX at the first level */
	unsigned level;
	bool is_sensitive;
};

struct oeo_level {
	char id[OEO_ID_BYTES];
	char *label_nl; /* what people call it ("thema"), both or neither; NULL: the id */
	char *label_en;
	size_t first; /* codes[first .. first + count - 1] of the dimension are this level's */
	size_t count;
};

struct oeo_lookup {
	char key[OEO_POSTCODE_BYTES];
	size_t code; /* index in codes, of the last level */
};

struct oeo_dimension {
	char id[OEO_ID_BYTES];
	struct oeo_level *levels;
	size_t n_levels;
	struct oeo_code *codes;
	size_t n_codes;
	char (*unknown)
	    [OEO_ID_BYTES]; /* the source list's own codes for unknown (KN99): mapped to OEO_UNKNOWN */
	size_t n_unknown;
	char computed_from[OEO_ID_BYTES]; /* identity field; "" where the intake gives the code */
	struct oeo_lookup *lookup; /* sorted by key */
	size_t n_lookup;
	unsigned prefix; /* characters of the field that are looked up */
};

enum oeo_walk_in { OEO_WALK_IN_QUESTIONS_ONLY = 1, OEO_WALK_IN_PER_WEEK = 2, OEO_WALK_IN_REFUSE = 3 };

struct oeo_rules {
	unsigned residents; /* k */
	unsigned members; /* m */
	unsigned rest; /* r */
	unsigned round; /* 0: exact */
	unsigned sensitive; /* k of a cell with a sensitive code; >= residents */
};

struct oeo_by {
	size_t dimension; /* index in the plan's dimensions */
	size_t level; /* index in its levels */
};

struct oeo_table {
	char id[OEO_ID_BYTES];
	struct oeo_by by[OEO_MAX_BY];
	size_t n_by;
	enum oeo_cadence cadence;
	bool publishes_questions; /* residents are published always */
	struct oeo_rules rules;
	enum oeo_walk_in walk_in;
	bool accepts_member_numbers;
};

enum oeo_field_kind { OEO_FIELD_NAME = 1, OEO_FIELD_DATE = 2, OEO_FIELD_POSTCODE = 3 };

struct oeo_identity_field {
	char id[OEO_ID_BYTES];
	enum oeo_field_kind kind;
	char (*placeholders)[OEO_DATE_BYTES]; /* values that count as missing, normalised */
	size_t n_placeholders;
};

struct oeo_plan {
	char id[OEO_ID_BYTES];
	char *title_nl;
	char *title_en;
	char municipality[OEO_ID_BYTES];
	struct oeo_period from; /* first base period; its cadence is the base */
	unsigned icu;
	unsigned expected_questions; /* per member and quarter */
	unsigned grace_days;
	unsigned window_days;
	char (*keyholders)[OEO_ID_BYTES]; /* ids, in order */
	size_t n_keyholders;
	bool is_single_keyholder_accepted; /* the outright word */
	unsigned residents; /* the plan's own k, which tables may override */
	unsigned walk_in_members; /* members that may count walk-ins per week; 0 where no table does */
	struct oeo_identity_field *fields;
	size_t n_fields;
	struct oeo_dimension *dimensions;
	size_t n_dimensions;
	struct oeo_table *tables;
	size_t n_tables;

	struct oeo_buf bytes; /* the canonical protobuf */
	uint8_t digest[OEO_DIGEST_BYTES]; /* BLAKE2b-256 of bytes */
};

/*
 * Read canonical plan bytes: unpack, check every rule that plan_file.h checks (k below 5 among them), and
 * check that packing again gives the same bytes. OEO_ERR_FORMAT, OEO_ERR_RANGE with why. *plan is owned by
 * the caller (oeo_plan_free).
 */
enum oeo_err oeo_plan_parse(struct oeo_plan **plan, const uint8_t *bytes, size_t len, struct oeo_note *why);

/* plan may be NULL. */
void oeo_plan_free(struct oeo_plan *plan);

/* Fill bytes and digest of a plan whose other members are set, and check it as oeo_plan_parse does.
 * OEO_ERR_RANGE with why, OEO_ERR_NOMEM; the plan is then unchanged. */
enum oeo_err oeo_plan_seal(struct oeo_plan *plan, struct oeo_note *why);

/* The dimension, level or table of this id; SIZE_MAX / false where there is none. */
size_t oeo_plan_find_dimension(const struct oeo_plan *plan, const char *id);
size_t oeo_plan_find_table(const struct oeo_plan *plan, const char *id);
bool oeo_plan_find_level(const struct oeo_plan *plan, const char *level, struct oeo_by *by);

/* What people call the level, in the chosen language; its id where the plan gives no label. Borrowed. */
const char *oeo_level_label(const struct oeo_level *level);

/* Index in codes of the code at this level, SIZE_MAX where there is none; constant time is not needed. */
size_t oeo_dimension_find_code(const struct oeo_dimension *dimension, size_t level, const char *code);

/* The ancestor of code (an index in codes) at the given level (<= the code's). */
size_t oeo_dimension_ancestor(const struct oeo_dimension *dimension, size_t code, size_t level);

/* Index in codes of "onbekend" at the last level. */
size_t oeo_dimension_unknown(const struct oeo_dimension *dimension);

/* Index in codes of what the lookup table gives for a normalised field value; "onbekend" where nothing. */
size_t oeo_dimension_compute(const struct oeo_dimension *dimension, const char *value);

/* The plan's shortest and longest cadence in use. */
enum oeo_cadence oeo_plan_base(const struct oeo_plan *plan);
enum oeo_cadence oeo_plan_longest(const struct oeo_plan *plan);

/* The longer of two plans' longest cadences: where one follows the other, no period may lie in both. */
enum oeo_cadence oeo_plan_longest_of_two(const struct oeo_plan *one, const struct oeo_plan *other);

/* True where a table has this cadence. */
bool oeo_plan_has_cadence(const struct oeo_plan *plan, enum oeo_cadence cadence);

/* True where a table of this cadence counts walk-ins per week: then no more than plan->walk_in_members may count. */
bool oeo_plan_has_walk_ins(const struct oeo_plan *plan, enum oeo_cadence cadence);

/* True where period has a cadence of the plan and does not begin before plan->from. */
bool oeo_plan_covers(const struct oeo_plan *plan, const struct oeo_period *period);

/* Day after the grace days: the first on which a period may be submitted. And the deadline: the first day on
 * which it may be released without a member that is not in. */
int64_t oeo_plan_submission_day(const struct oeo_plan *plan, const struct oeo_period *period);
int64_t oeo_plan_deadline_day(const struct oeo_plan *plan, const struct oeo_period *period);

/* Number of cells of a table, "onbekend" included; 1 for the total. */
size_t oeo_table_cells(const struct oeo_plan *plan, const struct oeo_table *table);

/* Codes of cell number `cell` (0 .. cells - 1) of a table, first dimension slowest, as indexes into the
 * dimensions' codes; and back. */
void oeo_table_cell_codes(
    const struct oeo_plan *plan, const struct oeo_table *table, size_t cell, size_t codes[OEO_MAX_BY]);
size_t oeo_table_cell_index(
    const struct oeo_plan *plan, const struct oeo_table *table, const size_t codes[OEO_MAX_BY]);

/* Bytes of a label's plaintext in this table: the smallest multiple of 128 that holds its longest name. */
size_t oeo_table_label_bytes(const struct oeo_plan *plan, const struct oeo_table *table);

/*
 * The keyholder quota per member, purpose and period of this cadence: the forecast (expected questions times
 * tables of the cadence, plus the cells of these tables), rounded up to OEO_GROUP_SIZE, twice. A month
 * expects a third of a quarter's questions (rounded up), a year four times as many.
 */
uint64_t oeo_plan_quota(const struct oeo_plan *plan, enum oeo_cadence cadence);

#endif

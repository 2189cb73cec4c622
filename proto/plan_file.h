/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The plan as people write it: plan.yaml and its CSV code lists (code,parent,label_nl,label_en,sensitive),
 * checked against one schema. Every fault is reported with file:line and what to do; reading goes on after
 * a fault, so that one run shows them all.
 *
 * The lists are CSV in UTF-8 with commas; a lookup table has two columns (key,code) under any names. Beside
 * what every plan has, these may stand in plan.yaml:
 *
 *   keyholders_single: accepted                  the outright word for a single keyholder; no other word will do
 *   identity: kinds: {field: name|date|postcode} where a field is not what its name says (birthdate: date,
 *                                                postcode: postcode, any other: name)
 *   identity: walk_in_members: N                 with walk_in: per-week, how many members may count so
 *   dimension: labels: {level: {nl: , en: }}     what people call a level
 *   dimension: unknown: [CODE, ...]              the source's own codes for unknown: no codes of the dimension
 *   table: sensitive: N                          beside residents, members, rest, walk_in and member_number
 */
#ifndef OEO_PROTO_PLAN_FILE_H
#define OEO_PROTO_PLAN_FILE_H

#include "proto/findings.h"
#include "proto/plan.h"

/*
 * Read and compile. OEO_OK: *plan is owned by the caller (oeo_plan_free), findings holds warnings only.
 * OEO_ERR_FORMAT / OEO_ERR_RANGE: findings holds at least one fault, *plan is untouched. OEO_ERR_NOT_FOUND,
 * OEO_ERR_IO, OEO_ERR_NOMEM as they say. findings must be empty at the start; free with oeo_findings_fini.
 */
enum oeo_err oeo_plan_file_read(struct oeo_plan **plan, const char *path, struct oeo_findings *findings);

/*
 * Load the list that the plan calls `name` (as written there) into text. On failure why says it and the plan
 * gets a fault at the line that names the list.
 */
typedef enum oeo_err oeo_plan_load_fn(
    void *context, const char *name, struct oeo_buf *text, struct oeo_note *why);

/* The same from memory: name stands for plan.yaml in faults; lists come from load. */
enum oeo_err oeo_plan_file_parse(struct oeo_plan **plan, const char *name, const void *text, size_t len,
    oeo_plan_load_fn *load, void *context, struct oeo_findings *findings);

/* Append to findings (warnings) what is allowed and has to be known: elimination that names an unopened cell,
 * keyholders that are members, a single keyholder, codes that nothing leads to, another ICU; and as a fault: more
 * members than the tables with walk-ins per week reckon with. A k below 5 and a single keyholder without the outright
 * word never get this far: no plan with them can be made. members (ids, n) may be NULL where they are not known yet. */
enum oeo_err oeo_plan_review(
    const struct oeo_plan *plan, const char *const *members, size_t n, struct oeo_findings *findings);

/* Append a description in plain Dutch (or English): what will be published, from which k, who holds keys,
 * what happens to residents without a name, quota. For `plan check`, `plan approve` and `plan show`. */
enum oeo_err oeo_plan_describe(struct oeo_buf *text, const struct oeo_plan *plan);

#endif

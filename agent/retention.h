/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How long the ledger keeps the identity fields and the client number of a question: until the submission of the longest
 * period that counts it and is not longer than the coordinator chose. A year (the default) is what the year's tables need;
 * whoever chooses less has its questions of earlier months or quarters counted without a resident in longer periods.
 *
 * Afterwards a question stays with its day and its codes, without anybody behind it. It cannot be found any more by whoever
 * objects, and need not: nothing that is still to be sent counts it with a name.
 */
#ifndef OEO_AGENT_RETENTION_H
#define OEO_AGENT_RETENTION_H

#include "agent/ledger.h"
#include "agent/plans.h"

/* What is set; OEO_YEAR where nothing is. */
enum oeo_err oeo_retention_load(enum oeo_cadence *keep, struct oeo_ledger *ledger);
enum oeo_err oeo_retention_save(struct oeo_ledger *ledger, enum oeo_cadence keep);

/*
 * Erase what need not be kept any more, in one transaction, and compact the ledger where anything was. Looks through the
 * questions only where a period has been submitted, or the setting changed, since the last time; or where is_forced (after
 * questions were put into closed periods). *n_erased: how many questions lost their identity now; may be NULL.
 */
enum oeo_err oeo_retention_enforce(struct oeo_ledger *ledger, const struct oeo_plans *plans, bool is_forced,
    size_t *n_erased, struct oeo_note *why);

/* The last day of which all names are done with: the end of the latest period that names were kept for and that has been
 * sent in; INT64_MIN where there is none. */
enum oeo_err oeo_retention_find_over(int64_t *day, struct oeo_ledger *ledger, const struct oeo_plans *plans);

/* How many questions of the ledger have an identity or a client number, and how many had one once. */
struct oeo_retention_counts {
	size_t n_questions;
	size_t n_with_identity;
	size_t n_erased;
};

enum oeo_err oeo_retention_count(struct oeo_retention_counts *counts, struct oeo_ledger *ledger);

#endif

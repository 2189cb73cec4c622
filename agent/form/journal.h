/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which questions were entered through the form, at which desk and when: what a desk may see and correct for 24 hours and
 * the coordinator until the period is submitted. Kept in the ledger (collection "form-journal", key = record hash in hex;
 * what was entered stands with the question only) and, for finding, in memory.
 *
 * Numbers as bytes.h writes them:
 *
 *   u8 1 (version) | desk [16] | i64 time, seconds since 1970 | u8 flags (1: a mark of the tally)
 */
#ifndef OEO_AGENT_FORM_JOURNAL_H
#define OEO_AGENT_FORM_JOURNAL_H

#include "agent/ledger.h"

#define OEO_DESK_ID_BYTES 16

struct oeo_journal_line {
	uint8_t record[OEO_RECORD_HASH_BYTES];
	uint8_t desk[OEO_DESK_ID_BYTES];
	int64_t entered_s;
	bool is_tally;
};

struct oeo_journal {
	struct oeo_journal_line *lines; /* owned; in the order of entry */
	size_t n;
	size_t capacity;
};

/* Load it, and forget (in a transaction of its own) what was removed from the ledger or can be corrected no more. A
 * zero-initialised struct is empty. Free with oeo_journal_fini. */
enum oeo_err oeo_journal_load(struct oeo_journal *journal, struct oeo_ledger *ledger);
void oeo_journal_fini(struct oeo_journal *journal);

/* Write a line in the open transaction. What is in memory changes by oeo_journal_note only, after the commit. */
enum oeo_err oeo_journal_write(struct oeo_ledger *ledger, const struct oeo_journal_line *line);
enum oeo_err oeo_journal_note(struct oeo_journal *journal, const struct oeo_journal_line *line);

/* Forget a line: in the open transaction, and in memory. */
enum oeo_err oeo_journal_erase(struct oeo_ledger *ledger, const uint8_t record[OEO_RECORD_HASH_BYTES]);
void oeo_journal_forget(struct oeo_journal *journal, const uint8_t record[OEO_RECORD_HASH_BYTES]);

/* The line of a record, NULL where there is none. Borrowed until the next change. */
const struct oeo_journal_line *oeo_journal_find(
    const struct oeo_journal *journal, const uint8_t record[OEO_RECORD_HASH_BYTES]);

#endif

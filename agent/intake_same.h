/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Several rows of one question (intake.h). Which questions have them is known only when the file has been read: it is then
 * read a second time, and these questions are held until their last row, so that the ledger is asked about the question as
 * a whole. A file without such rows is read once. Held is what has begun and is not complete: about 2 KB a question.
 */
#ifndef OEO_AGENT_INTAKE_SAME_H
#define OEO_AGENT_INTAKE_SAME_H

#include "agent/intake_row.h"

/* A question whose rows are being gathered. */
struct oeo_held_question {
	struct oeo_read_row read; /* owned; read.record says which question it is */
	size_t first_line;
	size_t part; /* the caller's: under which of the plans it was read */
	bool is_used;
};

/* Zero-initialised: no question is known to have several rows. */
struct oeo_same {
	struct oeo_hash_set last; /* record: the line of its last row */
	struct oeo_hash_set begun; /* record: where it is, or was, in held */
	struct oeo_held_question *held; /* owned */
	size_t n_held; /* used and unused */
	size_t capacity;
	size_t *unused; /* owned: which of held, as a stack of n_unused */
	size_t n_unused;
};

/* Wipe and free, also what is still held. */
void oeo_same_fini(struct oeo_same *same);

/* In the first reading: the row on this line has the record number of an earlier one. OEO_ERR_NOMEM, OEO_ERR_RANGE. */
enum oeo_err oeo_same_note(struct oeo_same *same, const uint8_t record[OEO_RECORD_HASH_BYTES], size_t line);

/* True where some question has several rows. */
bool oeo_same_is_any(const struct oeo_same *same);

/* True where this question has several rows; *last_line is that of the last one. */
bool oeo_same_has(
    const struct oeo_same *same, const uint8_t record[OEO_RECORD_HASH_BYTES], size_t *last_line);

/* Begin with the first row of a question: takes what read owns. OEO_ERR_NOMEM, and read is the caller's still. */
enum oeo_err oeo_same_hold(struct oeo_same *same, const struct oeo_read_row *read, size_t line, size_t part);

/* The question of this record that is held; NULL: none. Valid until the next one is held. */
struct oeo_held_question *oeo_same_find(
    const struct oeo_same *same, const uint8_t record[OEO_RECORD_HASH_BYTES]);

/* Let go of a question; the caller has to free its read.question. */
void oeo_same_release(struct oeo_same *same, struct oeo_held_question *held);

/* False: another day or another resident, so not this question. */
bool oeo_same_is_one(const struct oeo_held_question *held, const struct oeo_read_row *later);

/*
 * Take over what a later row of the question says and it leaves unknown: codes, the resident, the client number. Where both
 * say something, it stays, and *difference says in which dimensions they differ. *has_filled: something was taken over. What is
 * taken over is moved out of later, which the caller frees all the same. plan is that of both.
 */
void oeo_same_merge(struct oeo_held_question *held, struct oeo_read_row *later, const struct oeo_plan *plan,
    struct oeo_row_difference *difference, bool *has_filled);

#endif

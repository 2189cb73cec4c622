/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Taking one resident's questions out of the ledger (an objection, AVG art. 21). The resident is named by the plan's
 * identity fields, all of them, or by the member's own client number; both are normalised as at import. What is close to
 * it but not the same is only pointed at.
 *
 * What is given here is kept nowhere: the ledger remembers of a withdrawn question only the keyed hash of its record
 * number, so that an import of the same export leaves it out.
 */
#ifndef OEO_AGENT_WITHDRAW_H
#define OEO_AGENT_WITHDRAW_H

#include "agent/agent.h"
#include "agent/near.h"
#include "agent/periods.h"

#define OEO_NUMBER_FIELD "number" /* what the client number is called in a file */

/* A resident as named by the person who asks; every value normalised, "" where not given. Personal data. */
struct oeo_person {
	struct oeo_identity_field fields[OEO_MAX_FIELDS]; /* of all accepted plans; ids and kinds only */
	size_t n_fields;
	char *values[OEO_MAX_FIELDS];
	char *number;
	bool takes_number; /* a table of a plan counts client numbers */
};

/* The fields to ask for. OEO_ERR_STATE: no plan is accepted. Free with oeo_person_fini (also after a failure). */
enum oeo_err oeo_person_init(struct oeo_person *person, const struct oeo_plans *plans, struct oeo_note *why);
void oeo_person_fini(struct oeo_person *person);

/* Set a field by its id (OEO_NUMBER_FIELD for the number), or by another name of identity_field.h, from what was typed: a
 * date as yyyy-mm-dd, dd-mm-yyyy or d-m-yyyy. OEO_ERR_FORMAT, OEO_ERR_RANGE: it cannot be read as one; OEO_ERR_NOT_FOUND:
 * there is no such field, and why lists them. why never holds the text. */
enum oeo_err oeo_person_set(
    struct oeo_person *person, const char *field, const char *text, struct oeo_note *why);

/*
 * Read lines "field: value" in UTF-8 (a mark at the beginning and ends of lines of Windows are fine) from a file that only its
 * owner may read (OEO_ERR_REFUSED). OEO_ERR_FORMAT, also where a field stands there twice, OEO_ERR_NOT_FOUND, OEO_ERR_IO
 * with file:line.
 */
enum oeo_err oeo_person_read(struct oeo_person *person, const char *path, struct oeo_note *why);

/* True where it names somebody: every field of one of the plans, or the number. */
bool oeo_person_is_complete(const struct oeo_person *person, const struct oeo_plans *plans);

/* A question that was found. */
struct oeo_found_question {
	uint8_t record[OEO_RECORD_HASH_BYTES];
	int64_t day;
	struct oeo_period base;
	enum oeo_difference difference; /* OEO_DIFFERS_NOT: the resident's own */
	char *what; /* owned; what it was about */
};

struct oeo_found_questions {
	struct oeo_found_question *items; /* by day */
	size_t n;
	size_t n_own; /* of the resident; the others are near */
};

/* Look through the whole ledger. Free with oeo_found_questions_fini. */
enum oeo_err oeo_withdraw_find(
    struct oeo_found_questions *found, const struct oeo_agent *agent, const struct oeo_person *person);
void oeo_found_questions_fini(struct oeo_found_questions *found);

/*
 * Take the resident's own questions out for good, and throw away what is frozen and has not left of their periods; in one
 * transaction, durable on return. The caller holds the lock "publish", and afterwards compacts the ledger. On failure nothing
 * has changed.
 */
enum oeo_err oeo_withdraw_remove(
    const struct oeo_agent *agent, const struct oeo_found_questions *found, struct oeo_note *why);

/* The records of the periods that hold a question of the resident and have left, each once, in order. *records returns
 * owned (free). */
enum oeo_err oeo_withdraw_list_left(struct oeo_period_record **records, size_t *n,
    const struct oeo_agent *agent, const struct oeo_found_questions *found);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From what was typed in the form to a question, by the same reader as imports use (intake_row.h): the form is a source
 * like a file, whose columns are its fields.
 *
 *   visit      32 hex digits: what makes an entry one entry, however often it is sent
 *   day        the day of the question; empty: today
 *   nameless   "1": no identity is given
 *   f.FIELD    identity fields of the plan;  number: the member's own client number
 *   d.DIM      a code of the dimension's last level; empty: `onbekend`
 */
#ifndef OEO_AGENT_FORM_ENTRY_H
#define OEO_AGENT_FORM_ENTRY_H

#include "agent/form/fields.h"
#include "agent/intake_row.h"

#define OEO_FORM_MAX_FAULTS 24
#define OEO_FORM_VISIT_BYTES 33
#define OEO_FORM_MAX_COLUMNS (3 + OEO_MAX_FIELDS + OEO_MAX_DIMENSIONS)

/* What is wrong with a field, in the language of the answer. */
struct oeo_form_fault {
	char field[OEO_FORM_NAME_BYTES]; /* "" for the whole */
	const char *text; /* borrowed, mostly from the catalogue */
};

struct oeo_form_faults {
	struct oeo_form_fault items[OEO_FORM_MAX_FAULTS];
	size_t n;
};

void oeo_form_fault_add(struct oeo_form_faults *faults, const char *field, const char *text);

/* The text of a field's first fault, NULL where it is right. */
const char *oeo_form_fault_of(const struct oeo_form_faults *faults, const char *field);

/* Reads entries under one plan. */
struct oeo_entry_reader {
	const struct oeo_plan *plan; /* borrowed */
	struct oeo_mapping *mapping; /* owned */
	struct oeo_row_reader rows;
	bool has_number; /* a table accepts client numbers */
};

/* OEO_ERR_NOMEM, OEO_ERR_INTERNAL. plan and ledger are borrowed until fini. A zero-initialised reader may be given to it. */
enum oeo_err oeo_entry_reader_init(
    struct oeo_entry_reader *reader, const struct oeo_plan *plan, struct oeo_ledger *ledger);
void oeo_entry_reader_fini(struct oeo_entry_reader *reader);

/* The dimension that the search field is for: the first that is not computed. SIZE_MAX: there is none. */
size_t oeo_form_main_dimension(const struct oeo_plan *plan);

/*
 * Whether somebody was typed, in a question read without faults, of whom a field stands for "not known" (a placeholder of
 * the plan, such as 1-1-1900): it counts without a name, and that is to be said.
 */
bool oeo_entry_is_unknown(const struct oeo_entry_reader *reader, const struct oeo_form_fields *fields,
    const struct oeo_question *question);

/*
 * Read what was typed. No faults: *question is owned by the caller. Else faults says what to do, by field, and there is no
 * question. OEO_ERR_NOMEM and faults of the program.
 */
enum oeo_err oeo_entry_read(struct oeo_entry_reader *reader, const struct oeo_form_fields *fields,
    int64_t today, struct oeo_question *question, struct oeo_form_faults *faults);

/* Put a stored question into fields, so that it can be shown and sent again (without `visit`). */
enum oeo_err oeo_entry_write(
    const struct oeo_plan *plan, const struct oeo_question *question, struct oeo_form_fields *fields);

/* Only what tells the visitor: identity, client number, day. */
enum oeo_err oeo_entry_write_visitor(
    const struct oeo_plan *plan, const struct oeo_question *question, struct oeo_form_fields *fields);

#endif

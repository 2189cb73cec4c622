/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/corrections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/closed.h"
#include "proto/backup.h"
#include "proto/i18n.h"

#define MOST_ROWS_SHOWN 200
#define QUESTIONS "question" /* their collection in the ledger (ledger.h) */

void oeo_corrections_fini(struct oeo_corrections *corrections)
{
	oeo_hash_set_fini(&corrections->refused);
	free(corrections->missing);
	memset(corrections, 0, sizeof(*corrections));
}

/* ---- While the file is read */

static void note_closed(struct oeo_corrections *corrections, const struct oeo_period *base)
{
	for (size_t i = 0; i < corrections->n_closed; i++) {
		if (oeo_period_equal(&corrections->closed[i], base))
			return;
	}
	if (corrections->n_closed < OEO_MAX_CLOSED_BASES)
		corrections->closed[corrections->n_closed++] = *base;
}

void oeo_corrections_note_taken(
    struct oeo_corrections *corrections, const struct oeo_question *question, enum oeo_put_result result)
{
	if (!corrections->has_days || question->day < corrections->first_day)
		corrections->first_day = question->day;
	if (!corrections->has_days || question->day > corrections->last_day)
		corrections->last_day = question->day;
	corrections->has_days = true;
	if (result == OEO_PUT_FROZEN)
		note_closed(corrections, &question->base);
}

enum oeo_err oeo_corrections_note_refused(
    struct oeo_corrections *corrections, const uint8_t record[OEO_RECORD_HASH_BYTES])
{
	bool found = false;

	if (record != NULL)
		return oeo_hash_set_add(&corrections->refused, record, 0, &found, NULL);
	corrections->n_unreadable++;
	return OEO_OK;
}

/* ---- What is missing */

struct looking {
	struct oeo_corrections *corrections;
	struct oeo_ledger *ledger;
	const char *source;
	const struct oeo_hash_set *taken;
	struct oeo_buf rows;
};

static bool is_missing(const struct looking *looking, const struct oeo_question *question)
{
	const struct oeo_corrections *corrections = looking->corrections;

	return question->day >= corrections->first_day && question->day <= corrections->last_day &&
	       strcmp(question->source, looking->source) == 0 &&
	       !oeo_hash_set_find(looking->taken, question->record, NULL) &&
	       !oeo_hash_set_find(&corrections->refused, question->record, NULL);
}

/* Closed, and not only frozen: something that holds it has left, or nothing says that it can be opened again. */
static enum oeo_err judge(struct oeo_ledger *ledger, const struct oeo_period *base, bool *has_left)
{
	struct oeo_period_record record;
	enum oeo_err err = oeo_ledger_is_closed(ledger, base, has_left);

	if (err != OEO_OK || !*has_left)
		return err;
	err = oeo_period_record_load(&record, ledger, base);
	if (err == OEO_OK)
		*has_left = record.stage == OEO_STAGE_NONE || oeo_period_has_left(&record);
	return err;
}

static enum oeo_err on_question(void *context, const struct oeo_question *question)
{
	struct looking *looking = context;
	struct oeo_missing_row row = {.day = question->day, .base = question->base};
	enum oeo_err err;

	if (!is_missing(looking, question))
		return OEO_OK;
	memcpy(row.record, question->record, OEO_RECORD_HASH_BYTES);
	err = judge(looking->ledger, &question->base, &row.has_left);
	if (err == OEO_OK)
		err = oeo_buf_append(&looking->rows, &row, sizeof(row));
	looking->corrections->n_removable += err == OEO_OK && !row.has_left;
	return err;
}

static int compare_rows(const void *a, const void *b)
{
	const struct oeo_missing_row *x = a;
	const struct oeo_missing_row *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return memcmp(x->record, y->record, OEO_RECORD_HASH_BYTES);
}

enum oeo_err oeo_corrections_find_missing(struct oeo_corrections *corrections, struct oeo_ledger *ledger,
    const char *source, const struct oeo_hash_set *taken, size_t n_present)
{
	struct looking looking = {corrections, ledger, source, taken, {0}};
	size_t n_questions = 0;
	enum oeo_err err = oeo_ledger_count(ledger, QUESTIONS, "", &n_questions);

	if (err != OEO_OK || !corrections->has_days || n_questions <= n_present)
		return err;
	err = oeo_ledger_each_question(ledger, on_question, &looking);
	/* From malloc, so aligned; ours from here on. */
	corrections->missing = (struct oeo_missing_row *)(void *)looking.rows.data;
	corrections->n_missing = looking.rows.len / sizeof(*corrections->missing);
	if (corrections->n_missing > 1)
		qsort(corrections->missing, corrections->n_missing, sizeof(*corrections->missing),
		    compare_rows);
	return err;
}

/* ---- Telling */

void oeo_corrections_print_offer(const struct oeo_corrections *corrections, bool is_being_done)
{
	char first[OEO_DATE_BYTES];
	char last[OEO_DATE_BYTES];

	if (corrections->n_missing == 0)
		return;
	oeo_day_format(first, corrections->first_day);
	oeo_day_format(last, corrections->last_day);
	(void)printf("\n");
	(void)printf(_("Rows of earlier exports, from %s to %s, that are not in this file: %zu\n"), first,
	    last, corrections->n_missing);
	if (corrections->n_removable > 0 && !is_being_done)
		(void)printf("%s\n",
		    _("They still count. Were they deleted in your own records? Look at them, and take them "
		      "out: oeo-agent import FILE --remove-missing"));
	if (corrections->n_removable < corrections->n_missing)
		(void)printf(_("Of those, %zu have been sent in and stay.\n"),
		    corrections->n_missing - corrections->n_removable);
}

static enum oeo_err print_left(
    struct oeo_ledger *ledger, const struct oeo_plans *plans, const struct oeo_period *base)
{
	struct oeo_period_record record;
	struct oeo_note note = {""};
	char text[OEO_PERIOD_BYTES];
	enum oeo_err err = oeo_period_record_load(&record, ledger, base);

	if (err != OEO_OK)
		return err;
	if (record.stage == OEO_STAGE_NONE || oeo_period_has_left(&record)) {
		oeo_period_explain_closed(&note, plans, &record);
		(void)printf("  - %s\n", note.text);
		return OEO_OK;
	}
	oeo_period_format(text, base);
	(void)printf("  - ");
	(void)printf(
	    _("%s has been fixed for sending, but nothing of it has left yet. To take the changes over all "
	      "the same: oeo-agent import FILE --reopen\n"),
	    text);
	return OEO_OK;
}

enum oeo_err oeo_corrections_print_closed(
    const struct oeo_corrections *corrections, struct oeo_ledger *ledger, const struct oeo_plans *plans)
{
	enum oeo_err err = OEO_OK;

	if (corrections->n_closed > 0)
		(void)printf("%s\n", _("Why changes came too late:"));
	for (size_t i = 0; i < corrections->n_closed && err == OEO_OK; i++)
		err = print_left(ledger, plans, &corrections->closed[i]);
	return err;
}

/* ---- Taking out */

static enum oeo_err print_row(
    struct oeo_ledger *ledger, const struct oeo_plans *plans, const struct oeo_missing_row *row)
{
	struct oeo_question question;
	struct oeo_buf what = {0};
	char date[OEO_DATE_BYTES];
	enum oeo_err err = oeo_ledger_load_question(ledger, row->record, &question);

	if (err != OEO_OK)
		return err;
	err = oeo_question_describe(&what, oeo_plans_of_day(plans, row->day), &question);
	if (err == OEO_OK)
		err = oeo_buf_terminate(&what);
	oeo_day_format(date, row->day);
	if (err == OEO_OK)
		(void)fprintf(stderr, "  %s  %s%s\n", date, (const char *)what.data,
		    row->has_left ? _(" (sent in: stays)") : "");
	oeo_question_fini(&question);
	oeo_buf_fini(&what);
	return err;
}

static enum oeo_err print_rows(
    const struct oeo_corrections *corrections, struct oeo_ledger *ledger, const struct oeo_plans *plans)
{
	enum oeo_err err = OEO_OK;

	(void)fprintf(stderr, _("In earlier exports, and not in this file: %zu\n"), corrections->n_missing);
	for (size_t i = 0; i < corrections->n_missing && i < MOST_ROWS_SHOWN && err == OEO_OK; i++)
		err = print_row(ledger, plans, &corrections->missing[i]);
	if (corrections->n_missing > MOST_ROWS_SHOWN)
		(void)fprintf(stderr, _("  and %zu more\n"), corrections->n_missing - MOST_ROWS_SHOWN);
	return err;
}

static enum oeo_err remove_rows(const struct oeo_corrections *corrections, struct oeo_ledger *ledger,
    const struct oeo_plans *plans, struct oeo_note *why)
{
	enum oeo_err err = oeo_ledger_begin(ledger, why);

	if (err != OEO_OK)
		return err;
	for (size_t i = 0; i < corrections->n_missing && err == OEO_OK; i++) {
		const struct oeo_missing_row *row = &corrections->missing[i];

		if (row->has_left)
			continue;
		err = oeo_period_discard_around(ledger, plans, &row->base, why);
		if (err == OEO_OK)
			err = oeo_ledger_remove_question(ledger, row->record);
	}
	if (err == OEO_OK)
		return oeo_ledger_commit(ledger, why);
	oeo_ledger_rollback(ledger);
	return err;
}

enum oeo_err oeo_corrections_remove(const struct oeo_cli *cli, const struct oeo_corrections *corrections,
    struct oeo_home *home, struct oeo_ledger *ledger, const struct oeo_plans *plans, size_t *n_removed,
    struct oeo_note *why)
{
	enum oeo_err err;

	*n_removed = 0;
	if (corrections->n_missing == 0)
		return OEO_OK;
	if (corrections->n_unreadable > 0)
		return oeo_note_set(why, OEO_ERR_REFUSED,
		    _("%zu rows of this file could not be read, so what is missing may be among them. Put "
		      "them right first; nothing was taken out."),
		    corrections->n_unreadable);
	err = print_rows(corrections, ledger, plans);
	if (err != OEO_OK || corrections->n_removable == 0)
		return err;
	if (!oeo_cli_confirm(cli, _("Take those that have not been sent in out of the ledger?")))
		return oeo_note_set(why, OEO_ERR_REFUSED,
		    _("The file is read in, but no question was taken out of the ledger: those that are "
		      "missing "
		      "from it still count."));
	/* What is being sealed now must not be pulled away. */
	err = oeo_home_lock(home, "publish", why);
	if (err == OEO_OK)
		err = remove_rows(corrections, ledger, plans, why);
	if (err == OEO_OK) {
		*n_removed = corrections->n_removable;
		oeo_backup_sweep(home);
		(void)oeo_ledger_compact(ledger, NULL); /* else what was removed is overwritten later */
	}
	return err;
}

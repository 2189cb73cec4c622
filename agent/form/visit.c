/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/visit.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MOST_STORED 2048 /* questions in one entry */

void oeo_visit_send_on(struct oeo_visit *visit, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(visit->answer->location, sizeof(visit->answer->location), format, arguments);
	va_end(arguments);
	visit->answer->status = 303;
	visit->answer->content_type = "text/plain; charset=utf-8";
}

void oeo_visit_number(char visit[OEO_FORM_VISIT_BYTES])
{
	uint8_t bytes[(OEO_FORM_VISIT_BYTES - 1) / 2];

	randombytes_buf(bytes, sizeof(bytes));
	oeo_hex_encode(visit, bytes, sizeof(bytes));
}

bool oeo_visit_may_correct(const struct oeo_visit *visit, const struct oeo_journal_line *line)
{
	if (visit->role == OEO_FORM_COORDINATOR)
		return true;
	return sodium_memcmp(line->desk, visit->id, OEO_DESK_ID_BYTES) == 0 &&
	       visit->now_s - line->entered_s < (int64_t)OEO_DESK_HOURS * 3600;
}

enum oeo_err oeo_visit_load(const struct oeo_visit *visit, const char *hex, struct oeo_question *question)
{
	uint8_t record[OEO_RECORD_HASH_BYTES];
	const struct oeo_journal_line *line;

	if (strlen(hex) != 2 * sizeof(record) || oeo_hex_decode(record, sizeof(record), hex) != OEO_OK)
		return OEO_ERR_NOT_FOUND;
	line = oeo_journal_find(&visit->desk->journal, record);
	if (line == NULL || !oeo_visit_may_correct(visit, line))
		return OEO_ERR_NOT_FOUND;
	return oeo_ledger_load_question(visit->desk->place.ledger, record, question);
}

bool oeo_visit_is_search(const struct oeo_visit *visit)
{
	const char *wish = oeo_form_field(&visit->body, "do");

	if (strcmp(wish, "search") == 0)
		return true;
	return strcmp(wish, "enter") == 0 &&
	       strcmp(oeo_form_field(&visit->body, "q"), oeo_form_field(&visit->body, "searched")) != 0;
}

bool oeo_visit_refuses_nameless(const struct oeo_plan *plan)
{
	for (size_t i = 0; i < plan->n_tables; i++) {
		if (plan->tables[i].walk_in != OEO_WALK_IN_REFUSE)
			return false;
	}
	return true;
}

enum oeo_err oeo_visit_read(
    struct oeo_visit *visit, struct oeo_question *question, struct oeo_form_faults *faults)
{
	struct oeo_desk *desk = visit->desk;
	enum oeo_err err = oeo_entry_read(&desk->reader, &visit->body, visit->today, question, faults);

	/* The page shows the codes of one plan. */
	if (err == OEO_OK && faults->n == 0 && oeo_plans_of_day(&desk->plans, question->day) != desk->plan) {
		oeo_question_fini(question);
		oeo_form_fault_add(faults, "day",
		    _("On this day another plan held, with other choices. Ask your coordinator to import "
		      "it."));
	}
	if (err == OEO_OK && faults->n == 0 && oeo_visit_refuses_nameless(desk->plan) &&
	    !oeo_question_has_identity(question) && question->member_number == NULL) {
		oeo_question_fini(question);
		oeo_form_fault_add(
		    faults, "nameless", _("Your partnership does not count questions without a name."));
	}
	return err;
}

/* ---- Storing */

static bool is_new(enum oeo_put_result result)
{
	return result == OEO_PUT_ADDED || result == OEO_PUT_RESTORED;
}

static struct oeo_journal_line line_of(
    const struct oeo_visit *visit, const struct oeo_question *question, bool is_tally)
{
	struct oeo_journal_line line = {.entered_s = visit->now_s, .is_tally = is_tally};

	memcpy(line.record, question->record, OEO_RECORD_HASH_BYTES);
	memcpy(line.desk, visit->id, OEO_DESK_ID_BYTES);
	return line;
}

static enum oeo_err write_one(
    struct oeo_visit *visit, struct oeo_question *question, bool is_tally, enum oeo_put_result *result)
{
	struct oeo_desk *desk = visit->desk;
	struct oeo_journal_line line = line_of(visit, question, is_tally);
	enum oeo_err err = oeo_ledger_put_question(desk->place.ledger, desk->plan, question, result);

	if (err != OEO_OK || !is_new(*result))
		return err;
	err = oeo_journal_write(desk->place.ledger, &line);
	if (err == OEO_OK)
		err = oeo_usage_count(&desk->usage, &desk->plan->dimensions[desk->main], question);
	return err;
}

static enum oeo_err write_all(struct oeo_visit *visit, struct oeo_question *questions, size_t n,
    bool is_tally, enum oeo_put_result *results)
{
	struct oeo_desk *desk = visit->desk;
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < n && err == OEO_OK; i++)
		err = write_one(visit, &questions[i], is_tally, &results[i]);
	return err == OEO_OK ? oeo_usage_store(&desk->usage, desk->place.ledger) : err;
}

/* After the commit. Where there is no memory for it, the desk sees the question again after the next start. */
static void note_all(struct oeo_visit *visit, const struct oeo_question *questions, size_t n, bool is_tally,
    const enum oeo_put_result *results)
{
	for (size_t i = 0; i < n; i++) {
		struct oeo_journal_line line = line_of(visit, &questions[i], is_tally);

		if (is_new(results[i]))
			(void)oeo_journal_note(&visit->desk->journal, &line);
	}
}

enum oeo_err oeo_visit_store(struct oeo_visit *visit, struct oeo_question *questions, size_t n, bool is_tally,
    enum oeo_put_result *results)
{
	struct oeo_ledger *ledger = visit->desk->place.ledger;
	enum oeo_err err = n <= MOST_STORED ? oeo_visit_begin(visit) : OEO_ERR_RANGE;

	if (err != OEO_OK)
		return err;
	err = write_all(visit, questions, n, is_tally, results);
	if (err == OEO_OK)
		err = oeo_ledger_commit(ledger, NULL);
	if (err == OEO_OK)
		note_all(visit, questions, n, is_tally, results);
	else
		oeo_ledger_rollback(ledger);
	return err;
}

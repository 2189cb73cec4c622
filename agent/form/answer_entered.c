/* SPDX-License-Identifier: EUPL-1.2 */
/* What was entered: seen, corrected, removed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/closed.h"
#include "agent/form/entry_page.h"

#define LINES_A_PAGE 100

/* ---- The list */

/* The clock at the desk. */
static void write_time(struct oeo_html *html, int64_t seconds)
{
	time_t moment = (time_t)seconds;
	struct tm local;
	char text[48];

	if (localtime_r(&moment, &local) == NULL || strftime(text, sizeof(text), "%d-%m %H:%M", &local) == 0)
		return;
	oeo_html_element(html, "time", NULL, text);
}

static void write_line(struct oeo_html *html, const struct oeo_visit *visit,
    const struct oeo_journal_line *line, const struct oeo_question *question)
{
	char hex[2 * OEO_RECORD_HASH_BYTES + 1];

	oeo_hex_encode(hex, line->record, OEO_RECORD_HASH_BYTES);
	oeo_html_open(html, "li", NULL);
	oeo_html_open(html, "div", NULL);
	write_time(html, line->entered_s);
	oeo_html_text(html, " ");
	oeo_entry_page_describe(html, visit, question);
	oeo_entry_page_codes(html, visit, question);
	oeo_html_close(html);
	oeo_html_open(html, "a", "class", "button second", NULL);
	oeo_html_attribute(html, "href", "/entered/%s", hex);
	oeo_html_attribute(html, "aria-label", "%s: %s", _("Correct"),
	    oeo_page_label_of(visit->desk->plan, question, visit->desk->main));
	oeo_html_text(html, _("Correct"));
	oeo_html_close(html);
	oeo_html_close(html);
}

static enum oeo_err write_if_open(struct oeo_html *html, const struct oeo_visit *visit,
    const struct oeo_journal_line *line, bool *is_written)
{
	struct oeo_ledger *ledger = visit->desk->place.ledger;
	struct oeo_question question;
	bool is_closed = false;
	enum oeo_err err = oeo_ledger_load_question(ledger, line->record, &question);

	*is_written = false;
	if (err != OEO_OK)
		return err == OEO_ERR_NOT_FOUND ? OEO_OK : err;
	err = oeo_ledger_is_closed(ledger, &question.base, &is_closed);
	if (err == OEO_OK && !is_closed) {
		write_line(html, visit, line, &question);
		*is_written = true;
	}
	oeo_question_fini(&question);
	return err;
}

/* Newest first. *n_written: lines on the page; *next: where the following page begins, 0 where there is none. */
static enum oeo_err write_lines(
    struct oeo_html *html, const struct oeo_visit *visit, size_t skip, size_t *n_written, size_t *next)
{
	const struct oeo_journal *journal = &visit->desk->journal;
	enum oeo_err err = OEO_OK;
	size_t n_seen = 0;

	*next = 0;
	for (size_t i = journal->n; i > 0 && err == OEO_OK; i--) {
		const struct oeo_journal_line *line = &journal->lines[i - 1];
		bool is_written = false;

		if (!oeo_visit_may_correct(visit, line) || n_seen++ < skip)
			continue;
		if (*n_written == LINES_A_PAGE) {
			*next = n_seen - 1;
			break;
		}
		err = write_if_open(html, visit, line, &is_written);
		*n_written += is_written;
	}
	return err;
}

static void write_next(struct oeo_html *html, size_t next)
{
	if (next == 0)
		return;
	oeo_html_open(html, "p", NULL);
	oeo_html_open(html, "a", NULL);
	oeo_html_attribute(html, "href", "/entered?from=%zu", next);
	oeo_html_text(html, _("Earlier ones"));
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_done(struct oeo_html *html, const struct oeo_visit *visit)
{
	const char *done = oeo_form_field(&visit->query, "done");
	bool is_unknown = strcmp(done, "unknown") == 0;

	if (!is_unknown && strcmp(done, "corrected") != 0 && strcmp(done, "removed") != 0)
		return;
	oeo_html_open(html, "p", "class", "saved", "role", "status", NULL);
	oeo_html_text(
	    html, strcmp(done, "removed") == 0 ? _("The question was removed.") : _("Corrected and saved."));
	if (is_unknown) {
		oeo_html_text(html, " ");
		oeo_html_text(html, oeo_entry_page_unknown());
	}
	oeo_html_close(html);
}

enum oeo_err oeo_form_get_entered(struct oeo_visit *visit)
{
	struct oeo_html *html = NULL;
	size_t n_written = 0, next = 0;
	enum oeo_err err = oeo_page_begin(visit, &html, _("Entered"), "/entered");

	if (err != OEO_OK)
		return err;
	write_done(html, visit);
	oeo_page_paragraph(html, "hint",
	    visit->role == OEO_FORM_COORDINATOR
		? _("You see what was entered at every desk. You can correct it until its period is sent.")
		: _("What was entered in this browser in the last 24 hours. After that your coordinator can "
		    "correct it."));
	oeo_html_open(html, "ul", "class", "entered", NULL);
	err = write_lines(
	    html, visit, (size_t)strtoul(oeo_form_field(&visit->query, "from"), NULL, 10), &n_written, &next);
	oeo_html_close(html);
	if (n_written == 0)
		oeo_page_paragraph(html, NULL, _("Nothing yet."));
	write_next(html, next);
	if (err == OEO_OK)
		return oeo_page_end(visit, html, 200);
	oeo_html_free(html);
	return err;
}

/* ---- One of them */

static enum oeo_err refuse_gone(struct oeo_visit *visit)
{
	return oeo_form_refuse(visit, 404, _("Not here"),
	    _("This question is not there any more, or this desk may correct it no longer. Your coordinator "
	      "can, until "
	      "its period is sent."));
}

/* Why, and until when the sealed pieces are kept: by the shortest period of the question that has left. */
static enum oeo_err refuse_closed(struct oeo_visit *visit, const struct oeo_period *base)
{
	struct oeo_period_record *left = NULL;
	struct oeo_note why = {""};
	size_t n = 0;
	enum oeo_err err = oeo_period_list_left(&left, &n, visit->desk->place.ledger, base);

	if (err != OEO_OK)
		return err;
	if (n > 0)
		oeo_period_explain_closed(&why, &visit->desk->plans, &left[0]);
	else
		(void)oeo_note_set(&why, OEO_OK, "%s",
		    _("The period of this question is being sent, so it stays as it is. The figures show no "
		      "single question."));
	free(left);
	return oeo_form_refuse(visit, 409, _("Closed"), why.text);
}

static enum oeo_err show(struct oeo_visit *visit, const struct oeo_form_fields *fields,
    const struct oeo_form_faults *faults, const char *hex, unsigned status)
{
	char number[OEO_FORM_VISIT_BYTES];
	struct oeo_entry_page page = {.fields = fields, .faults = faults, .visit = number, .correcting = hex};

	oeo_visit_number(number);
	return oeo_entry_page_write(visit, &page, status);
}

enum oeo_err oeo_form_get_correct(struct oeo_visit *visit, const char *hex)
{
	static const struct oeo_form_faults none;
	struct oeo_form_fields fields = {0};
	struct oeo_question question;
	bool is_closed = false;
	enum oeo_err err = oeo_visit_load(visit, hex, &question);

	if (err == OEO_ERR_NOT_FOUND)
		return refuse_gone(visit);
	if (err != OEO_OK)
		return err;
	err = oeo_ledger_is_closed(visit->desk->place.ledger, &question.base, &is_closed);
	if (err == OEO_OK && is_closed)
		err = refuse_closed(visit, &question.base);
	else if (err == OEO_OK)
		err = oeo_entry_write(visit->desk->plan, &question, &fields);
	if (err == OEO_OK && !is_closed)
		err = show(visit, &fields, &none, hex, 200);
	oeo_question_fini(&question);
	oeo_form_fields_fini(&fields);
	return err;
}

struct entered {
	uint8_t record[OEO_RECORD_HASH_BYTES];
	struct oeo_period base;
};

/* A question that this desk may correct. */
static enum oeo_err find_entered(const struct oeo_visit *visit, const char *hex, struct entered *entered)
{
	struct oeo_question question;
	enum oeo_err err = oeo_visit_load(visit, hex, &question);

	if (err != OEO_OK)
		return err;
	memcpy(entered->record, question.record, OEO_RECORD_HASH_BYTES);
	entered->base = question.base;
	oeo_question_fini(&question);
	return OEO_OK;
}

static enum oeo_err replace(
    struct oeo_visit *visit, const struct entered *entered, struct oeo_question *question)
{
	enum oeo_put_result result = OEO_PUT_KNOWN;
	enum oeo_err err;

	memcpy(question->record, entered->record, OEO_RECORD_HASH_BYTES);
	err = oeo_visit_store(visit, question, 1, false, &result);
	if (err != OEO_OK)
		return err;
	if (result == OEO_PUT_FROZEN)
		return refuse_closed(visit, &entered->base);
	oeo_visit_send_on(visit, "/entered?done=%s",
	    oeo_entry_is_unknown(&visit->desk->reader, &visit->body, question) ? "unknown" : "corrected");
	return OEO_OK;
}

enum oeo_err oeo_form_post_correct(struct oeo_visit *visit, const char *hex)
{
	struct oeo_form_faults faults = {.n = 0};
	struct oeo_question question = {.n_fields = 0};
	struct entered entered;
	enum oeo_err err = find_entered(visit, hex, &entered);

	if (err != OEO_OK)
		return err == OEO_ERR_NOT_FOUND ? refuse_gone(visit) : err;
	if (oeo_visit_is_search(visit))
		return show(visit, &visit->body, &faults, hex, 200);
	err = oeo_visit_read(visit, &question, &faults);
	if (err != OEO_OK)
		return err;
	if (faults.n > 0)
		return show(visit, &visit->body, &faults, hex, 422);
	err = replace(visit, &entered, &question);
	oeo_question_fini(&question);
	return err;
}

enum oeo_err oeo_form_post_remove(struct oeo_visit *visit, const char *hex)
{
	struct oeo_ledger *ledger = visit->desk->place.ledger;
	struct entered entered;
	enum oeo_err err = find_entered(visit, hex, &entered);

	if (err != OEO_OK)
		return err == OEO_ERR_NOT_FOUND ? refuse_gone(visit) : err;
	err = oeo_visit_begin(visit);
	if (err != OEO_OK)
		return err;
	err = oeo_ledger_remove_question(ledger, entered.record);
	if (err == OEO_OK)
		err = oeo_journal_erase(ledger, entered.record);
	if (err == OEO_OK)
		err = oeo_ledger_commit(ledger, NULL);
	if (err != OEO_OK) {
		oeo_ledger_rollback(ledger);
		return err == OEO_ERR_STATE ? refuse_closed(visit, &entered.base) : err;
	}
	oeo_journal_forget(&visit->desk->journal, entered.record);
	oeo_visit_send_on(visit, "/entered?done=removed");
	return OEO_OK;
}

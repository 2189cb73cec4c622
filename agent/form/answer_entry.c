/* SPDX-License-Identifier: EUPL-1.2 */
/* A new question: shown, searched, saved. */
#include <stdio.h>
#include <string.h>

#include "agent/form/choices.h"
#include "agent/form/entry_page.h"

static const struct oeo_form_faults no_faults;

static const char *or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

/* The record of an earlier question of this visitor, where the desk may see it; its visitor goes to fields. */
static enum oeo_err take_visitor(
    const struct oeo_visit *visit, const char *hex, struct oeo_form_fields *fields, const char **visitor)
{
	struct oeo_question question;
	enum oeo_err err = oeo_visit_load(visit, hex, &question);

	*visitor = NULL;
	if (err != OEO_OK)
		return err == OEO_ERR_NOT_FOUND ? OEO_OK : err;
	err = oeo_entry_write_visitor(visit->desk->plan, &question, fields);
	oeo_question_fini(&question);
	if (err == OEO_OK)
		*visitor = hex;
	return err;
}

enum oeo_err oeo_form_get_entry(struct oeo_visit *visit)
{
	struct oeo_form_fields fields = {0};
	struct oeo_entry_page page = {.fields = &fields, .faults = &no_faults};
	char number[OEO_FORM_VISIT_BYTES];
	enum oeo_err err;

	oeo_visit_number(number);
	page.visit = number;
	page.saved = or_null(oeo_form_field(&visit->query, "saved"));
	page.is_unknown = strcmp(oeo_form_field(&visit->query, "name"), "unknown") == 0;
	err = take_visitor(visit, oeo_form_field(&visit->query, "visitor"), &fields, &page.visitor);
	if (err == OEO_OK)
		err = oeo_entry_page_write(visit, &page, 200);
	oeo_form_fields_fini(&fields);
	return err;
}

/* The page once more with all that was typed. number: NULL keeps that of the entry. */
static enum oeo_err show_again(
    struct oeo_visit *visit, const struct oeo_form_faults *faults, const char *number, unsigned status)
{
	struct oeo_entry_page page = {.fields = &visit->body, .faults = faults};
	char fresh[OEO_FORM_VISIT_BYTES];

	if (number == NULL)
		number = oeo_form_field(&visit->body, "visit");
	if (number[0] == '\0') {
		oeo_visit_number(fresh);
		number = fresh;
	}
	page.visit = number;
	page.visitor = or_null(oeo_form_field(&visit->body, "visitor"));
	return oeo_entry_page_write(visit, &page, status);
}

static enum oeo_err tell(struct oeo_visit *visit, const char *text, const char *number, unsigned status)
{
	struct oeo_form_faults faults = {.n = 0};

	oeo_form_fault_add(&faults, "", text);
	return show_again(visit, &faults, number, status);
}

/* Sent before under this number: the same again is saved already, something else is another question. */
static enum oeo_err check_repeated(
    struct oeo_visit *visit, const struct oeo_question *question, bool *is_other)
{
	struct oeo_question copy = *question;
	enum oeo_put_result result = OEO_PUT_ADDED;
	enum oeo_err err =
	    oeo_ledger_try_question(visit->desk->place.ledger, visit->desk->plan, &copy, &result);

	*is_other = result == OEO_PUT_CHANGED || result == OEO_PUT_FROZEN;
	return err;
}

static enum oeo_err save(struct oeo_visit *visit, struct oeo_question *question)
{
	char hex[2 * OEO_RECORD_HASH_BYTES + 1];
	char fresh[OEO_FORM_VISIT_BYTES];
	const char *name = "";
	enum oeo_put_result result;
	bool is_other = false;
	enum oeo_err err = check_repeated(visit, question, &is_other);

	if (err == OEO_OK && is_other) {
		oeo_visit_number(fresh);
		return tell(visit,
		    _("A question was saved from this page already. Press 'Save' to save this as one more "
		      "question, "
		      "or correct the earlier one under 'Entered'."),
		    fresh, 409);
	}
	if (err == OEO_OK)
		err = oeo_visit_store(visit, question, 1, false, &result);
	if (err == OEO_ERR_IO || (err == OEO_ERR_STATE && !visit->is_kept_waiting))
		return tell(visit,
		    _("The computer could not save it just now. Nothing is lost: press 'Save' once more. If "
		      "this stays "
		      "so, tell your coordinator."),
		    NULL, 503);
	if (err != OEO_OK)
		return err;
	oeo_hex_encode(hex, question->record, OEO_RECORD_HASH_BYTES);
	if (oeo_entry_is_unknown(&visit->desk->reader, &visit->body, question))
		name = "&name=unknown";
	if (strcmp(oeo_form_field(&visit->body, "do"), "more") == 0)
		oeo_visit_send_on(visit, "/?saved=%s&visitor=%s%s", hex, hex, name);
	else
		oeo_visit_send_on(visit, "/?saved=%s%s", hex, name);
	return OEO_OK;
}

enum oeo_err oeo_form_post_entry(struct oeo_visit *visit)
{
	struct oeo_form_faults faults = {.n = 0};
	struct oeo_question question = {.n_fields = 0};
	enum oeo_err err;

	if (oeo_visit_is_search(visit))
		return show_again(visit, &no_faults, NULL, 200);
	err = oeo_visit_read(visit, &question, &faults);
	if (err != OEO_OK)
		return err;
	if (faults.n > 0)
		return show_again(visit, &faults, NULL, 422);
	err = save(visit, &question);
	oeo_question_fini(&question);
	return err;
}

enum oeo_err oeo_form_post_search(struct oeo_visit *visit)
{
	struct oeo_html *html = NULL;
	enum oeo_err err = oeo_html_new(&html);

	if (err != OEO_OK)
		return err;
	oeo_choices_found(
	    html, visit, oeo_form_field(&visit->body, "q"), oeo_form_field(&visit->body, "chosen"));
	return oeo_page_end_part(visit, html);
}

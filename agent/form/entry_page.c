/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/entry_page.h"

#include <stdio.h>
#include <string.h>

#include "agent/form/choices.h"
#include "agent/identity_field.h"
#include "proto/prose.h"

/* ---- What was saved just now */

void oeo_entry_page_describe(
    struct oeo_html *html, const struct oeo_visit *visit, const struct oeo_question *question)
{
	const struct oeo_plan *plan = visit->desk->plan;
	const char *label = plan != NULL ? oeo_page_label_of(plan, question, visit->desk->main) : "";
	bool has_name = oeo_question_has_identity(question) || question->member_number != NULL;

	oeo_html_element(html, "strong", NULL, label[0] != '\0' ? label : _("A question"));
	oeo_html_text(html, ", ");
	oeo_page_day(html, question->day);
	oeo_html_text(html, ", ");
	oeo_html_text(html, has_name ? _("with a name") : _("without a name"));
	if (question->is_late) {
		struct oeo_buf period = {0};

		oeo_html_text(html, ". ");
		if (oeo_prose_period(&period, &question->base) != OEO_OK ||
		    oeo_buf_terminate(&period) != OEO_OK)
			oeo_html_fail(html);
		else
			oeo_html_textf(
			    html, _("Its own period is closed; it counts in %s"), (const char *)period.data);
		oeo_buf_fini(&period);
	}
}

void oeo_entry_page_codes(
    struct oeo_html *html, const struct oeo_visit *visit, const struct oeo_question *question)
{
	const struct oeo_plan *plan = visit->desk->plan;
	bool is_first = true;

	oeo_html_open(html, "span", "class", "codes", NULL);
	for (size_t i = 0; i < plan->n_dimensions; i++) {
		const char *label = oeo_page_label_of(plan, question, i);

		if (i == visit->desk->main || label[0] == '\0')
			continue;
		if (!is_first)
			oeo_html_text(html, " \u00b7 ");
		oeo_html_text(html, label);
		is_first = false;
	}
	oeo_html_close(html);
}

const char *oeo_entry_page_unknown(void)
{
	return _("What you filled in stands for 'not known', such as 1-1-1900: so the question counts "
		 "without a name.");
}

static void write_link_to(struct oeo_html *html, const char *path, const char *record, const char *text)
{
	oeo_html_open(html, "li", NULL);
	oeo_html_open(html, "a", NULL);
	oeo_html_attribute(html, "href", "%s%s", path, record);
	oeo_html_text(html, text);
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_saved(
    struct oeo_html *html, const struct oeo_visit *visit, const struct oeo_entry_page *page)
{
	struct oeo_question question;

	if (page->saved == NULL || oeo_visit_load(visit, page->saved, &question) != OEO_OK)
		return;
	oeo_html_open(html, "section", "class", "saved", "role", "status", "aria-label", _("Saved"), NULL);
	oeo_html_open(html, "p", NULL);
	oeo_html_element(html, "span", "mark", _("Saved"));
	oeo_html_text(html, " ");
	oeo_entry_page_describe(html, visit, &question);
	oeo_html_text(html, ".");
	oeo_entry_page_codes(html, visit, &question); /* a wrong digit is seen before the visitor is gone */
	oeo_html_close(html);
	if (page->is_unknown)
		oeo_page_paragraph(html, NULL, oeo_entry_page_unknown());
	oeo_html_open(html, "ul", "class", "links", NULL);
	write_link_to(html, "/entered/", page->saved, _("Correct it"));
	if (page->visitor == NULL)
		write_link_to(html, "/?visitor=", page->saved, _("One more question of this visitor"));
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_question_fini(&question);
}

/* ---- Who */

static const char *field_hint(const struct oeo_identity_field *field)
{
	switch (field->kind) {
	case OEO_FIELD_DATE:
		return _("Day, month, year: 31-12-1950");
	case OEO_FIELD_POSTCODE:
		return _("Like 1234 AB, with the two letters");
	case OEO_FIELD_NAME:
		break;
	}
	return strcmp(field->id, "surname") == 0 ? _("Without the first name") : NULL;
}

static void write_identity_field(
    struct oeo_html *html, const struct oeo_entry_page *page, const struct oeo_identity_field *field)
{
	static const unsigned sizes[] = {
	    [OEO_FIELD_NAME] = 24, [OEO_FIELD_DATE] = 12, [OEO_FIELD_POSTCODE] = 9};
	char name[OEO_FORM_NAME_BYTES];

	(void)snprintf(name, sizeof(name), "f.%s", field->id);
	oeo_page_input(html, &(struct oeo_page_input){
				 .name = name,
				 .type = "text",
				 .label = oeo_identity_field_label(field),
				 .hint = field_hint(field),
				 .value = oeo_form_field(page->fields, name),
				 .fault = oeo_form_fault_of(page->faults, name),
				 .inputmode = field->kind == OEO_FIELD_DATE ? "numeric" : NULL,
				 .size = sizes[field->kind],
			     });
}

static void write_nameless(struct oeo_html *html, const struct oeo_entry_page *page)
{
	bool is_nameless = strcmp(oeo_form_field(page->fields, "nameless"), "1") == 0;

	oeo_html_open(html, "div", "class", "tiles", NULL);
	oeo_html_open(html, "div", "class", "tile", NULL);
	oeo_html_void(html, "input", "type", "checkbox", "id", "nameless", "name", "nameless", "value", "1",
	    "checked", is_nameless ? "checked" : NULL, NULL);
	oeo_html_open(html, "label", "for", "nameless", NULL);
	oeo_html_element(html, "span", NULL, _("Without a name"));
	oeo_html_element(html, "small", NULL, _("The visitor does not say who it is"));
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_who(struct oeo_html *html, const struct oeo_visit *visit, const struct oeo_entry_page *page)
{
	const struct oeo_desk *desk = visit->desk;
	const struct oeo_plan *plan = desk->plan;

	if (plan->n_fields == 0 && !desk->reader.has_number)
		return;
	oeo_html_open(html, "fieldset", "class", "group who", NULL);
	oeo_html_element(html, "legend", NULL, _("Whose question is it?"));
	oeo_page_paragraph(html, "hint",
	    _("This stays on this computer, encrypted. It serves only to count a resident who comes back "
	      "once; no "
	      "name, date of birth or postcode is ever sent."));
	write_nameless(html, page);
	oeo_html_open(html, "div", "class", "identity", "id", "identity", NULL);
	for (size_t i = 0; i < plan->n_fields; i++)
		write_identity_field(html, page, &plan->fields[i]);
	if (desk->reader.has_number)
		oeo_page_input(html, &(struct oeo_page_input){.name = "number",
					 .type = "text",
					 .label = _("Your own client number"),
					 .hint = plan->n_fields > 0 ? _("Instead of the fields above") : NULL,
					 .value = oeo_form_field(page->fields, "number"),
					 .fault = oeo_form_fault_of(page->faults, "number"),
					 .size = 16});
	oeo_html_close(html);
	oeo_html_close(html);
}

/* ---- The day */

static void write_day(struct oeo_html *html, const struct oeo_visit *visit, const struct oeo_entry_page *page)
{
	const char *given = oeo_form_field(page->fields, "day");
	const char *fault = oeo_form_fault_of(page->faults, "day");
	char today[OEO_DATE_BYTES];
	bool is_other;

	oeo_day_format(today, visit->today);
	is_other = given[0] != '\0' && strcmp(given, today) != 0;
	oeo_html_open(
	    html, "details", "class", "more", "open", is_other || fault != NULL ? "open" : NULL, NULL);
	oeo_html_open(html, "summary", NULL);
	oeo_html_text(html, _("Another day than today?"));
	oeo_html_close(html);
	oeo_page_input(html, &(struct oeo_page_input){.name = "day",
				 .type = "date",
				 .label = _("Day of the question"),
				 .value = given[0] != '\0' ? given : today,
				 .fault = fault});
	oeo_html_close(html);
}

/* ---- The page */

static void write_buttons(struct oeo_html *html, const struct oeo_entry_page *page)
{
	oeo_html_open(html, "div", "class", "buttons", NULL);
	oeo_page_button(html, "first", "do", "save", _("Save"));
	if (page->correcting == NULL)
		oeo_page_button(html, "second", "do", "more", _("Save, and one more of this visitor"));
	oeo_html_close(html);
}

/* What the Enter key does in a field: the first button of a form. It is there for the keys only. */
static void write_enter(struct oeo_html *html)
{
	oeo_html_open(html, "button", "type", "submit", "name", "do", "value", "enter", "class", "enter",
	    "tabindex", "-1", "aria-hidden", "true", NULL);
	oeo_html_text(html, _("Save"));
	oeo_html_close(html);
}

static bool is_asked(const struct oeo_visit *visit, size_t dimension)
{
	return dimension != visit->desk->main &&
	       visit->desk->plan->dimensions[dimension].computed_from[0] == '\0';
}

/* What nobody need know: who knows none of it saves above it, where the screen is small. */
static void write_groups(
    struct oeo_html *html, const struct oeo_visit *visit, const struct oeo_entry_page *page)
{
	size_t n = visit->desk->plan->n_dimensions;
	size_t i = 0;

	while (i < n && !is_asked(visit, i))
		i++;
	if (i == n)
		return;
	oeo_page_paragraph(html, "hint", _("What you do not know of what follows, you may pass over."));
	oeo_html_open(html, "div", "class", "buttons early", NULL);
	oeo_page_button(html, "second", "do", "save", _("Save"));
	oeo_html_close(html);
	for (; i < n; i++) {
		if (is_asked(visit, i))
			oeo_choices_group(html, visit, i, page->fields, page->faults);
	}
}

static void write_form(
    struct oeo_html *html, const struct oeo_visit *visit, const struct oeo_entry_page *page)
{
	char action[64] = "/";

	if (page->correcting != NULL)
		(void)snprintf(action, sizeof(action), "/entered/%s", page->correcting);
	oeo_page_form(html, visit, action);
	write_enter(html);
	oeo_page_hidden(html, "visit", page->visit);
	if (page->visitor != NULL)
		oeo_page_hidden(html, "visitor", page->visitor);
	/* who corrects begins at the top, where it says what is corrected */
	oeo_choices_search(
	    html, visit, page->fields, page->faults, page->faults->n == 0 && page->correcting == NULL);
	write_who(html, visit, page);
	write_groups(html, visit, page);
	write_day(html, visit, page);
	write_buttons(html, page);
	oeo_html_close(html);
}

static void write_remove(struct oeo_html *html, const struct oeo_visit *visit, const char *record)
{
	char action[64];

	(void)snprintf(action, sizeof(action), "/removed/%s", record);
	oeo_page_form(html, visit, action);
	oeo_html_open(html, "div", "class", "buttons", NULL);
	oeo_page_button(html, "away", "do", "remove", _("Remove this question"));
	oeo_html_close(html);
	oeo_html_close(html);
}

enum oeo_err oeo_entry_page_write(struct oeo_visit *visit, const struct oeo_entry_page *page, unsigned status)
{
	const char *title = _("New question");
	struct oeo_html *html = NULL;
	enum oeo_err err;

	if (page->correcting != NULL)
		title = _("Correct a question");
	else if (page->visitor != NULL)
		title = _("One more question of this visitor");
	err = oeo_page_begin(visit, &html, title, page->correcting == NULL ? "/" : NULL);
	if (err != OEO_OK)
		return err;
	write_saved(html, visit, page);
	oeo_page_faults(html, _("Not saved yet"), page->faults);
	if (page->correcting == NULL)
		oeo_page_paragraph(html, "hint keys",
		    _("With the keyboard: type and press Enter; the space bar for 'Without a name'; then the "
		      "digit of "
		      "each choice."));
	write_form(html, visit, page);
	if (page->correcting != NULL)
		write_remove(html, visit, page->correcting);
	return oeo_page_end(visit, html, status);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* The tally on paper: an empty sheet to print, and what was marked on one. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/form/page.h"
#include "agent/form/tally.h"

#define MOST_MARKS 200 /* of one topic */
#define MOST_ON_SHEET 1000

static const struct oeo_dimension *main_dimension(const struct oeo_visit *visit)
{
	return &visit->desk->plan->dimensions[visit->desk->main];
}

static bool is_topic(const struct oeo_dimension *dimension, size_t code)
{
	const struct oeo_level *level = &dimension->levels[dimension->n_levels - 1];

	return code >= level->first && code < level->first + level->count &&
	       code != oeo_dimension_unknown(dimension);
}

/* ---- Typing a sheet over */

static void write_number(
    struct oeo_html *html, const struct oeo_visit *visit, size_t code, const struct oeo_form_faults *faults)
{
	const struct oeo_dimension *dimension = main_dimension(visit);
	char name[OEO_FORM_NAME_BYTES], id[OEO_FORM_NAME_BYTES];

	(void)snprintf(name, sizeof(name), "n.%s", dimension->codes[code].code);
	oeo_page_id(id, name);
	oeo_html_open(html, "li", NULL);
	oeo_html_open(html, "label", "for", id, NULL);
	oeo_html_text(html, oeo_page_code(dimension, code));
	oeo_html_close(html);
	oeo_html_void(html, "input", "type", "text", "inputmode", "numeric", "size", "3", "maxlength", "3",
	    "id", id, "name", name, "value", oeo_form_field(&visit->body, name), "autocomplete", "off",
	    "aria-invalid", oeo_form_fault_of(faults, name) != NULL ? "true" : NULL, NULL);
	oeo_html_close(html);
}

static void write_theme(
    struct oeo_html *html, const struct oeo_visit *visit, size_t parent, const struct oeo_form_faults *faults)
{
	const struct oeo_dimension *dimension = main_dimension(visit);

	oeo_html_open(html, "fieldset", "class", "numbers", NULL);
	oeo_html_element(
	    html, "legend", NULL, parent != SIZE_MAX ? oeo_page_code(dimension, parent) : _("All topics"));
	oeo_html_open(html, "ul", NULL);
	for (size_t i = 0; i < dimension->n_codes; i++) {
		if (is_topic(dimension, i) && dimension->codes[i].parent == parent)
			write_number(html, visit, i, faults);
	}
	oeo_html_close(html);
	oeo_html_close(html);
}

/* Call each theme that has topics (SIZE_MAX: there is no level above). */
static void for_each_theme(struct oeo_html *html, const struct oeo_visit *visit,
    const struct oeo_form_faults *faults,
    void (*write)(struct oeo_html *, const struct oeo_visit *, size_t, const struct oeo_form_faults *))
{
	const struct oeo_dimension *dimension = main_dimension(visit);
	const struct oeo_level *above;

	if (dimension->n_levels == 1) {
		write(html, visit, SIZE_MAX, faults);
		return;
	}
	above = &dimension->levels[dimension->n_levels - 2];
	for (size_t i = above->first; i + 1 < above->first + above->count; i++)
		write(html, visit, i, faults);
}

static enum oeo_err write_paper(
    struct oeo_visit *visit, const struct oeo_form_faults *faults, const char *number, unsigned status)
{
	char today[OEO_DATE_BYTES];
	const char *day = oeo_form_field(&visit->body, "day");
	struct oeo_html *html = NULL;
	enum oeo_err err = oeo_page_begin(visit, &html, _("Type over a paper sheet"), "/tally");

	if (err != OEO_OK)
		return err;
	oeo_day_format(today, visit->today);
	oeo_page_faults(html, _("Not saved yet"), faults);
	if (strcmp(oeo_form_field(&visit->query, "done"), "1") == 0)
		oeo_html_element(html, "p", "saved", _("The sheet is saved."));
	oeo_page_paragraph(
	    html, "hint", _("Fill in how many marks stand behind each topic; leave the others empty."));
	oeo_page_form(html, visit, "/paper");
	oeo_page_hidden(html, "visit", number);
	oeo_page_input(html, &(struct oeo_page_input){.name = "day",
				 .type = "date",
				 .label = _("Day of the sheet"),
				 .value = day[0] != '\0' ? day : today,
				 .fault = oeo_form_fault_of(faults, "day")});
	oeo_tally_write_common(html, visit, &visit->body);
	for_each_theme(html, visit, faults, write_theme);
	oeo_page_submit(html, "save", _("Save the sheet"));
	oeo_html_close(html);
	return oeo_page_end(visit, html, status);
}

enum oeo_err oeo_form_get_paper(struct oeo_visit *visit)
{
	static const struct oeo_form_faults none;
	char number[OEO_FORM_VISIT_BYTES];

	if (oeo_visit_refuses_nameless(visit->desk->plan))
		return oeo_tally_refuse(visit);
	oeo_visit_number(number);
	return write_paper(visit, &none, number, 200);
}

/* ---- Saving it */

static bool read_count(const char *text, unsigned *count)
{
	size_t len = strlen(text);

	if (len > 3 || strspn(text, "0123456789") != len)
		return false;
	*count = (unsigned)strtoul(len > 0 ? text : "0", NULL, 10);
	return *count <= MOST_MARKS;
}

/* The marks per code of the main dimension; faults where a number is none. */
static unsigned read_counts(const struct oeo_visit *visit, unsigned *counts, struct oeo_form_faults *faults)
{
	const struct oeo_dimension *dimension = main_dimension(visit);
	unsigned total = 0;

	for (size_t i = 0; i < dimension->n_codes; i++) {
		char name[OEO_FORM_NAME_BYTES];

		if (!is_topic(dimension, i))
			continue;
		(void)snprintf(name, sizeof(name), "n.%s", dimension->codes[i].code);
		if (!read_count(oeo_form_field(&visit->body, name), &counts[i]))
			oeo_form_fault_add(faults, name, _("Fill in a number from 0 to 200, or nothing."));
		else
			total += counts[i];
	}
	if (faults->n == 0 && (total == 0 || total > MOST_ON_SHEET))
		oeo_form_fault_add(
		    faults, "", _("Fill in at least one number; no more than 1000 marks on one sheet."));
	return total;
}

/* Mark n of a topic: a number of its own, made of the sheet's, so that a sheet sent twice counts once. */
static enum oeo_err set_number(struct oeo_visit *visit, const char *sheet, const char *code, unsigned n)
{
	uint8_t bytes[(OEO_FORM_VISIT_BYTES - 1) / 2];
	char text[OEO_FORM_VALUE_BYTES];
	char number[OEO_FORM_VISIT_BYTES];

	(void)snprintf(text, sizeof(text), "%.64s/%s/%u", sheet, code, n);
	if (crypto_generichash(bytes, sizeof(bytes), (const uint8_t *)text, strlen(text), NULL, 0) != 0)
		return OEO_ERR_INTERNAL;
	oeo_hex_encode(number, bytes, sizeof(bytes));
	return oeo_form_fields_set(&visit->body, "visit", number);
}

static enum oeo_err read_marks(struct oeo_visit *visit, const char *sheet, const unsigned *counts,
    struct oeo_question *questions, size_t *n, struct oeo_form_faults *faults)
{
	const struct oeo_dimension *dimension = main_dimension(visit);
	enum oeo_err err = oeo_form_fields_set(&visit->body, "nameless", "1");

	for (size_t i = 0; i < dimension->n_codes; i++) {
		for (unsigned mark = 0; mark < counts[i] && err == OEO_OK && faults->n == 0; mark++) {
			err = oeo_tally_set_topic(visit, dimension->codes[i].code);
			if (err == OEO_OK)
				err = set_number(visit, sheet, dimension->codes[i].code, mark);
			if (err == OEO_OK)
				err = oeo_visit_read(visit, &questions[*n], faults);
			if (err == OEO_OK && faults->n == 0)
				(*n)++;
		}
	}
	return err;
}

static enum oeo_err save_sheet(struct oeo_visit *visit, const char *sheet, const unsigned *counts,
    unsigned total, struct oeo_form_faults *faults)
{
	struct oeo_question *questions = oeo_alloc_array(total, sizeof(*questions));
	enum oeo_put_result *results = oeo_alloc_array(total, sizeof(*results));
	size_t n = 0;
	enum oeo_err err = OEO_ERR_NOMEM;

	if (questions != NULL && results != NULL)
		err = read_marks(visit, sheet, counts, questions, &n, faults);
	if (err == OEO_OK && faults->n == 0)
		err = oeo_visit_store(visit, questions, n, true, results);
	for (size_t i = 0; i < n; i++)
		oeo_question_fini(&questions[i]);
	free(questions);
	free(results);
	return err;
}

enum oeo_err oeo_form_post_paper(struct oeo_visit *visit)
{
	struct oeo_form_faults faults = {.n = 0};
	unsigned *counts = oeo_alloc_array(main_dimension(visit)->n_codes, sizeof(*counts));
	char sheet[OEO_FORM_VALUE_BYTES + 1];
	unsigned total;
	enum oeo_err err = OEO_OK;

	if (counts == NULL)
		return OEO_ERR_NOMEM;
	(void)snprintf(sheet, sizeof(sheet), "%s", oeo_form_field(&visit->body, "visit"));
	total = read_counts(visit, counts, &faults);
	if (faults.n == 0)
		err = save_sheet(visit, sheet, counts, total, &faults);
	free(counts);
	if (err != OEO_OK)
		return err;
	if (faults.n > 0)
		return write_paper(visit, &faults, sheet, 422);
	oeo_visit_send_on(visit, "/paper?done=1");
	return OEO_OK;
}

/* ---- An empty sheet */

static void write_boxes(
    struct oeo_html *html, const struct oeo_visit *visit, size_t parent, const struct oeo_form_faults *faults)
{
	const struct oeo_dimension *dimension = main_dimension(visit);

	(void)faults;
	oeo_html_open(html, "section", "class", "sheet-theme", NULL);
	oeo_html_element(
	    html, "h2", NULL, parent != SIZE_MAX ? oeo_page_code(dimension, parent) : _("All topics"));
	oeo_html_open(html, "ul", NULL);
	for (size_t i = 0; i < dimension->n_codes; i++) {
		if (!is_topic(dimension, i) || dimension->codes[i].parent != parent)
			continue;
		oeo_html_open(html, "li", NULL);
		oeo_html_element(html, "span", "topic", oeo_page_code(dimension, i));
		oeo_html_element(html, "span", "boxes", "");
		oeo_html_close(html);
	}
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_blank(struct oeo_html *html, const char *label)
{
	oeo_html_open(html, "p", "class", "blank", NULL);
	oeo_html_textf(html, "%s:", label);
	oeo_html_element(html, "span", "line", "");
	oeo_html_close(html);
}

enum oeo_err oeo_form_get_sheet(struct oeo_visit *visit)
{
	struct oeo_html *html = NULL;
	enum oeo_err err = oeo_page_begin(visit, &html, _("Tally sheet"), "/tally");

	if (err != OEO_OK)
		return err;
	oeo_page_paragraph(html, "hint screen",
	    _("Print this page with your browser. Write no names on it; throw it away when it is typed "
	      "over."));
	oeo_page_paragraph(html, "sheet-member", visit->desk->place.card->name);
	oeo_html_open(html, "div", "class", "blanks", NULL);
	write_blank(html, _("Day"));
	write_blank(html, _("Desk"));
	oeo_html_close(html);
	oeo_page_paragraph(html, "sheet-rule",
	    _("One stroke for every question. No names, no dates of birth, no addresses."));
	oeo_html_open(html, "div", "class", "sheet", NULL);
	for_each_theme(html, visit, NULL, write_boxes);
	oeo_html_close(html);
	return oeo_page_end(visit, html, 200);
}

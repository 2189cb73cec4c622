/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The tally for busy desks: one press is one question without a name; and the same afterwards from a paper sheet. What is
 * the same for all (channel, area) is chosen once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/form/tally.h"

#define USUAL 12

/* ---- What holds for all marks */

static bool is_asked(const struct oeo_visit *visit, size_t dimension)
{
	return dimension != visit->desk->main &&
	       visit->desk->plan->dimensions[dimension].computed_from[0] == '\0';
}

static void write_option(
    struct oeo_html *html, const struct oeo_dimension *dimension, size_t code, const char *chosen)
{
	const char *value = dimension->codes[code].code;

	oeo_html_open(
	    html, "option", "value", value, "selected", strcmp(value, chosen) == 0 ? "selected" : NULL, NULL);
	oeo_html_text(html, oeo_page_code(dimension, code));
	oeo_html_close(html);
}

static void write_select(struct oeo_html *html, const struct oeo_dimension *dimension, const char *chosen)
{
	const struct oeo_level *level = &dimension->levels[dimension->n_levels - 1];
	size_t unknown = oeo_dimension_unknown(dimension);
	char name[OEO_FORM_NAME_BYTES], id[OEO_FORM_NAME_BYTES], label[OEO_LABEL_TEXT_BYTES + 1];

	(void)snprintf(name, sizeof(name), "d.%s", dimension->id);
	oeo_page_id(id, name);
	oeo_page_dimension(label, dimension);
	oeo_html_open(html, "div", "class", "field", NULL);
	oeo_html_open(html, "label", "for", id, NULL);
	oeo_html_text(html, label);
	oeo_html_close(html);
	oeo_html_open(html, "select", "id", id, "name", name, NULL);
	write_option(html, dimension, unknown, chosen);
	for (size_t i = level->first; i < level->first + level->count; i++) {
		if (i != unknown)
			write_option(html, dimension, i, chosen);
	}
	oeo_html_close(html);
	oeo_html_close(html);
}

static bool has_common(const struct oeo_visit *visit, const struct oeo_form_fields *fields)
{
	const struct oeo_plan *plan = visit->desk->plan;

	for (size_t i = 0; i < plan->n_dimensions; i++) {
		const char *code = oeo_form_field_of(fields, "d.", plan->dimensions[i].id);

		if (is_asked(visit, i) && code[0] != '\0' && strcmp(code, OEO_UNKNOWN) != 0)
			return true;
	}
	return false;
}

void oeo_tally_write_common(
    struct oeo_html *html, const struct oeo_visit *visit, const struct oeo_form_fields *fields)
{
	const struct oeo_plan *plan = visit->desk->plan;

	oeo_html_open(
	    html, "details", "class", "more", "open", has_common(visit, fields) ? "open" : NULL, NULL);
	oeo_html_element(html, "summary", NULL, _("The same for all marks"));
	oeo_html_open(html, "div", "class", "identity", NULL);
	for (size_t i = 0; i < plan->n_dimensions; i++) {
		if (is_asked(visit, i))
			write_select(html, &plan->dimensions[i],
			    oeo_form_field_of(fields, "d.", plan->dimensions[i].id));
	}
	oeo_html_close(html);
	oeo_html_close(html);
}

enum oeo_err oeo_tally_refuse(struct oeo_visit *visit)
{
	return oeo_form_refuse(
	    visit, 403, _("Tally"), _("Your partnership does not count questions without a name."));
}

/* ---- Counts of today */

struct today {
	unsigned *counts; /* by code of the main dimension */
	unsigned total;
	char last[2 * OEO_RECORD_HASH_BYTES + 1]; /* the newest mark; "" */
	size_t last_code;
};

static void count_line(
    struct today *today, const struct oeo_visit *visit, const struct oeo_journal_line *line)
{
	const struct oeo_dimension *dimension = &visit->desk->plan->dimensions[visit->desk->main];
	struct oeo_question question;

	if (oeo_ledger_load_question(visit->desk->place.ledger, line->record, &question) != OEO_OK)
		return;
	for (size_t i = 0; i < question.n_dimensions; i++) {
		size_t code;

		if (strcmp(question.dimensions[i], dimension->id) != 0)
			continue;
		code = oeo_dimension_find_code(dimension, dimension->n_levels - 1, question.codes[i]);
		if (code == SIZE_MAX)
			continue;
		today->counts[code]++;
		today->total++;
		today->last_code = code;
		oeo_hex_encode(today->last, line->record, OEO_RECORD_HASH_BYTES);
	}
	oeo_question_fini(&question);
}

static enum oeo_err count_today(struct today *today, const struct oeo_visit *visit)
{
	const struct oeo_journal *journal = &visit->desk->journal;
	int64_t begin_s = visit->today * 24 * 3600;

	memset(today, 0, sizeof(*today));
	today->counts =
	    oeo_alloc_array(visit->desk->plan->dimensions[visit->desk->main].n_codes, sizeof(*today->counts));
	if (today->counts == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < journal->n; i++) {
		const struct oeo_journal_line *line = &journal->lines[i];

		if (line->is_tally && line->entered_s >= begin_s &&
		    memcmp(line->desk, visit->id, OEO_DESK_ID_BYTES) == 0)
			count_line(today, visit, line);
	}
	return OEO_OK;
}

/* ---- The tally */

static void write_mark(struct oeo_html *html, const struct oeo_visit *visit, const struct today *today,
    size_t code, const char *just)
{
	const struct oeo_dimension *dimension = &visit->desk->plan->dimensions[visit->desk->main];
	const char *value = dimension->codes[code].code;

	oeo_html_open(html, "button", "type", "submit", "class", "mark-button", "name", "add", "value", value,
	    "autofocus", strcmp(value, just) == 0 ? "autofocus" : NULL, NULL);
	oeo_html_element(html, "span", NULL, oeo_page_code(dimension, code));
	if (today->counts[code] > 0) {
		oeo_html_open(html, "span", "class", "count", NULL);
		oeo_html_textf(html, "%u", today->counts[code]);
		oeo_html_element(html, "span", "unseen", _("today"));
		oeo_html_close(html);
	}
	oeo_html_close(html);
}

static void write_themes(struct oeo_html *html, const struct oeo_visit *visit, const struct today *today,
    const size_t *order, size_t n, const char *just)
{
	const struct oeo_dimension *dimension = &visit->desk->plan->dimensions[visit->desk->main];
	size_t parent = SIZE_MAX - 1;
	bool is_open = false;

	for (size_t i = 0; i < n; i++) {
		if (dimension->codes[order[i]].parent != parent) {
			if (is_open) {
				oeo_html_close(html);
				oeo_html_close(html);
			}
			parent = dimension->codes[order[i]].parent;
			oeo_html_open(html, "details", "class", "theme", NULL);
			oeo_html_element(html, "summary", NULL,
			    parent != SIZE_MAX ? oeo_page_code(dimension, parent) : _("All topics"));
			oeo_html_open(html, "div", "class", "tiles", NULL);
			is_open = true;
		}
		write_mark(html, visit, today, order[i], just);
	}
	if (is_open) {
		oeo_html_close(html);
		oeo_html_close(html);
	}
}

static int compare_places(const void *a, const void *b)
{
	size_t first = *(const size_t *)a, second = *(const size_t *)b;

	return first < second ? -1 : first > second;
}

/* The usual topics stand as the plan has them: a button that moves at each press is missed at the next. */
static enum oeo_err write_marks(
    struct oeo_html *html, const struct oeo_visit *visit, const struct today *today, const char *just)
{
	const struct oeo_dimension *dimension = &visit->desk->plan->dimensions[visit->desk->main];
	size_t n = dimension->levels[dimension->n_levels - 1].count - 1;
	size_t *order = oeo_alloc_array(n + 1, sizeof(*order));
	struct oeo_usage none = {0};
	size_t n_usual;

	if (order == NULL)
		return OEO_ERR_NOMEM;
	n_usual = oeo_usage_order(&visit->desk->usage, dimension, order);
	n_usual = n_usual < USUAL ? n_usual : USUAL;
	qsort(order, n_usual, sizeof(*order), compare_places);
	oeo_html_open(html, "div", "class", "tiles", NULL);
	for (size_t i = 0; i < n_usual; i++)
		write_mark(html, visit, today, order[i], just);
	oeo_html_close(html);
	oeo_html_element(html, "h2", NULL, _("All topics"));
	(void)oeo_usage_order(&none, dimension, order);
	write_themes(html, visit, today, order, n, "");
	free(order);
	return OEO_OK;
}

static void write_today(struct oeo_html *html, const struct oeo_visit *visit, const struct today *today)
{
	const struct oeo_dimension *dimension = &visit->desk->plan->dimensions[visit->desk->main];

	oeo_html_open(html, "div", "class", "saved", "role", "status", NULL);
	oeo_html_open(html, "p", NULL);
	oeo_html_textf(html, _("Marks today at this desk: %u."), today->total);
	if (today->total > 0) {
		oeo_html_text(html, " ");
		oeo_html_textf(html, _("The last one: %s."), oeo_page_code(dimension, today->last_code));
	}
	oeo_html_close(html);
	if (today->last[0] != '\0')
		oeo_page_button(html, "second", "undo", today->last, _("Take the last one back"));
	oeo_html_close(html);
}

static void write_links(struct oeo_html *html)
{
	oeo_html_open(html, "ul", "class", "links", NULL);
	oeo_html_open(html, "li", NULL);
	oeo_html_open(html, "a", "href", "/paper", NULL);
	oeo_html_text(html, _("Type over a paper sheet"));
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_open(html, "li", NULL);
	oeo_html_open(html, "a", "href", "/sheet", NULL);
	oeo_html_text(html, _("Print an empty sheet"));
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_close(html);
}

enum oeo_err oeo_form_get_tally(struct oeo_visit *visit)
{
	char number[OEO_FORM_VISIT_BYTES];
	struct oeo_html *html = NULL;
	struct today today;
	enum oeo_err err;

	if (oeo_visit_refuses_nameless(visit->desk->plan))
		return oeo_tally_refuse(visit);
	err = count_today(&today, visit);
	if (err == OEO_OK)
		err = oeo_page_begin(visit, &html, _("Tally"), "/tally");
	if (err == OEO_OK) {
		oeo_visit_number(number);
		oeo_page_paragraph(html, "hint", _("One press is one question without a name, of today."));
		oeo_page_form(html, visit, "/tally");
		oeo_page_hidden(html, "visit", number);
		write_today(html, visit, &today);
		oeo_tally_write_common(html, visit, &visit->query);
		err = write_marks(html, visit, &today, oeo_form_field(&visit->query, "just"));
		oeo_html_close(html);
		write_links(html);
	}
	free(today.counts);
	if (err == OEO_OK)
		return oeo_page_end(visit, html, 200);
	oeo_html_free(html);
	return err;
}

/* Back to the tally, with the common choices as they were. */
static void back_to_tally(struct oeo_visit *visit, const char *just)
{
	const struct oeo_plan *plan = visit->desk->plan;
	char path[OEO_FORM_LOCATION_BYTES];
	int len = snprintf(path, sizeof(path), "/tally?just=%s", just);

	for (size_t i = 0; i < plan->n_dimensions && len > 0 && (size_t)len < sizeof(path); i++) {
		const struct oeo_dimension *dimension = &plan->dimensions[i];
		const char *code = oeo_form_field_of(&visit->body, "d.", dimension->id);

		if (is_asked(visit, i) && oeo_id_is_valid(code) && strcmp(code, OEO_UNKNOWN) != 0)
			len +=
			    snprintf(path + len, sizeof(path) - (size_t)len, "&d.%s=%s", dimension->id, code);
	}
	oeo_visit_send_on(visit, "%s", path);
}

enum oeo_err oeo_tally_set_topic(struct oeo_visit *visit, const char *code)
{
	const struct oeo_dimension *dimension = &visit->desk->plan->dimensions[visit->desk->main];
	char name[OEO_FORM_NAME_BYTES];

	(void)snprintf(name, sizeof(name), "d.%s", dimension->id);
	return oeo_form_fields_set(&visit->body, name, code);
}

static enum oeo_err refuse_mark(struct oeo_visit *visit, const struct oeo_form_faults *faults)
{
	return oeo_form_refuse(visit, 422, _("Not saved yet"), faults->items[0].text);
}

static enum oeo_err add_mark(struct oeo_visit *visit, const char *code)
{
	struct oeo_form_faults faults = {.n = 0};
	struct oeo_question question = {.n_fields = 0};
	enum oeo_put_result result;
	enum oeo_err err = oeo_tally_set_topic(visit, code);

	if (err == OEO_OK)
		err = oeo_form_fields_set(&visit->body, "nameless", "1");
	if (err == OEO_OK)
		err = oeo_form_fields_set(&visit->body, "day", "");
	if (err == OEO_OK)
		err = oeo_visit_read(visit, &question, &faults);
	if (err != OEO_OK)
		return err;
	if (faults.n > 0)
		return refuse_mark(visit, &faults);
	err = oeo_visit_store(visit, &question, 1, true, &result);
	oeo_question_fini(&question);
	if (err == OEO_OK)
		back_to_tally(visit, code);
	return err;
}

static enum oeo_err take_back(struct oeo_visit *visit, const char *hex)
{
	enum oeo_err err = oeo_form_post_remove(visit, hex);

	if (err == OEO_OK && visit->answer->location[0] != '\0')
		back_to_tally(visit, "");
	return err;
}

enum oeo_err oeo_form_post_tally(struct oeo_visit *visit)
{
	const char *undo = oeo_form_field(&visit->body, "undo");

	if (undo[0] != '\0')
		return take_back(visit, undo);
	return add_mark(visit, oeo_form_field(&visit->body, "add"));
}

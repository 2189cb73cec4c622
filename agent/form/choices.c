/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/choices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/form/examples.h"

#define USUAL 8 /* topics shown before anything is searched */
#define AT_ONCE 9 /* of a longer group: the digits 1..9 choose them, 0 is "Do not know" */
#define ALL_AT_ONCE 12 /* a group of at most this many codes has no "More" */

/* One dimension while it is written. */
struct group {
	struct oeo_html *html;
	const struct oeo_dimension *dimension;
	char name[OEO_FORM_NAME_BYTES]; /* "d.channel" */
	char id[OEO_FORM_NAME_BYTES]; /* "d-channel" */
	const char *chosen; /* a code, "" */
	bool is_chosen; /* the chosen one was written already */
	unsigned n; /* written so far */
};

static void begin(
    struct group *group, struct oeo_html *html, const struct oeo_dimension *dimension, const char *chosen)
{
	memset(group, 0, sizeof(*group));
	group->html = html;
	group->dimension = dimension;
	group->chosen = chosen;
	(void)snprintf(group->name, sizeof(group->name), "d.%s", dimension->id);
	oeo_page_id(group->id, group->name);
}

/* A radio button as a large tile. */
static void write_tile(struct group *group, size_t code, const char *beside, const char *class)
{
	struct oeo_html *html = group->html;
	const char *value = group->dimension->codes[code].code;
	bool is_chosen = !group->is_chosen && strcmp(value, group->chosen) == 0;
	char id[OEO_FORM_NAME_BYTES + 16];

	(void)snprintf(id, sizeof(id), "%s-%u", group->id, group->n++);
	group->is_chosen = group->is_chosen || is_chosen;
	oeo_html_open(html, "div", "class", class, NULL);
	oeo_html_void(html, "input", "type", "radio", "id", id, "name", group->name, "value", value,
	    "checked", is_chosen ? "checked" : NULL, NULL);
	oeo_html_open(html, "label", "for", id, NULL);
	oeo_html_element(html, "span", NULL, oeo_page_code(group->dimension, code));
	if (beside != NULL)
		oeo_html_element(html, "small", NULL, beside);
	oeo_html_close(html);
	oeo_html_close(html);
}

static void open_tiles(struct oeo_html *html)
{
	oeo_html_open(html, "div", "class", "tiles", NULL);
}

static const char *theme_of(const struct oeo_dimension *dimension, size_t code)
{
	size_t parent = dimension->codes[code].parent;

	return parent != SIZE_MAX ? oeo_page_code(dimension, parent) : NULL;
}

/* ---- "More": the rest, under the level above */

/* The codes of one parent in a group of their own, or, where there is no level above, all of them. */
static void write_under(struct group *group, size_t parent, const size_t *order, size_t n, bool is_folded)
{
	struct oeo_html *html = group->html;
	size_t n_under = 0;

	for (size_t i = 0; i < n; i++)
		n_under += group->dimension->codes[order[i]].parent == parent;
	if (n_under == 0)
		return;
	if (parent != SIZE_MAX && is_folded) {
		oeo_html_open(html, "details", "class", "theme", NULL);
		oeo_html_element(html, "summary", NULL, oeo_page_code(group->dimension, parent));
	} else if (parent != SIZE_MAX) {
		oeo_html_element(html, "p", "under", oeo_page_code(group->dimension, parent));
	}
	open_tiles(html);
	for (size_t i = 0; i < n; i++) {
		if (group->dimension->codes[order[i]].parent == parent)
			write_tile(group, order[i], NULL, "tile");
	}
	oeo_html_close(html);
	if (parent != SIZE_MAX && is_folded)
		oeo_html_close(html);
}

static bool holds(const struct group *group, const size_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(group->dimension->codes[order[i]].code, group->chosen) == 0)
			return true;
	}
	return false;
}

static void write_more(struct group *group, const size_t *order, size_t n, const char *title, bool is_folded)
{
	const struct oeo_dimension *dimension = group->dimension;
	bool is_open = !group->is_chosen && holds(group, order, n);

	oeo_html_open(group->html, "details", "class", "more", "open", is_open ? "open" : NULL, NULL);
	oeo_html_element(group->html, "summary", NULL, title);
	if (dimension->n_levels == 1) {
		write_under(group, SIZE_MAX, order, n, false);
	} else {
		const struct oeo_level *above = &dimension->levels[dimension->n_levels - 2];

		for (size_t parent = above->first; parent < above->first + above->count; parent++)
			write_under(group, parent, order, n, is_folded);
	}
	oeo_html_close(group->html);
}

/* The codes as they stand in the plan. */
static size_t plan_order(const struct oeo_dimension *dimension, size_t *order)
{
	struct oeo_usage none = {0};

	(void)oeo_usage_order(&none, dimension, order);
	return dimension->levels[dimension->n_levels - 1].count - 1;
}

/* ---- A group */

static void open_fieldset(const struct group *group, const char *legend, const char *fault)
{
	char text[OEO_FORM_NAME_BYTES + 8];

	(void)snprintf(text, sizeof(text), "%s-fault", group->id);
	oeo_html_open(group->html, "fieldset", "id", group->id, "class",
	    fault != NULL ? "group wrong" : "group", "tabindex", "-1", "aria-describedby",
	    fault != NULL ? text : NULL, NULL);
	oeo_html_element(group->html, "legend", NULL, legend);
	if (fault == NULL)
		return;
	oeo_html_open(group->html, "p", "class", "fault", "id", text, NULL);
	oeo_html_text(group->html, fault);
	oeo_html_close(group->html);
}

static void write_codes(struct group *group, const size_t *order, size_t n)
{
	size_t at_once = n <= ALL_AT_ONCE ? n : AT_ONCE;

	open_tiles(group->html);
	for (size_t i = 0; i < at_once; i++)
		write_tile(group, order[i], NULL, "tile");
	write_tile(group, oeo_dimension_unknown(group->dimension), NULL, "tile unknown");
	oeo_html_close(group->html);
	if (at_once < n)
		write_more(group, order + at_once, n - at_once, _("More choices"), false);
}

void oeo_choices_group(struct oeo_html *html, const struct oeo_visit *visit, size_t dimension,
    const struct oeo_form_fields *fields, const struct oeo_form_faults *faults)
{
	const struct oeo_dimension *in = &visit->desk->plan->dimensions[dimension];
	size_t n = in->levels[in->n_levels - 1].count - 1;
	size_t *order = oeo_alloc_array(n + 1, sizeof(*order));
	char legend[OEO_LABEL_TEXT_BYTES + 1];
	struct group group;

	if (order == NULL) {
		oeo_html_fail(html);
		return;
	}
	begin(&group, html, in, oeo_form_field_of(fields, "d.", in->id));
	oeo_page_dimension(legend, in);
	(void)plan_order(in, order);
	open_fieldset(&group, legend, oeo_form_fault_of(faults, group.name));
	write_codes(&group, order, n);
	oeo_html_close(html);
	free(order);
}

/* ---- The search */

static void write_results(struct group *group, const struct oeo_visit *visit, const char *words)
{
	struct oeo_found found[OEO_SEARCH_MOST];
	size_t n = 0;

	if (oeo_search_find(visit->desk->search, words, &visit->desk->usage, found, &n) != OEO_OK) {
		oeo_html_fail(group->html);
		return;
	}
	oeo_html_open(group->html, "p", "class", "hint", "id", "found", "role", "status", NULL);
	if (n == 0)
		oeo_html_text(group->html, _("Nothing found. Try another word, or look under 'All topics'."));
	else
		oeo_html_textf(group->html, _("Topics found: %zu"), n);
	oeo_html_close(group->html);
	open_tiles(group->html);
	for (size_t i = 0; i < n; i++) {
		const char *beside = found[i].because;

		write_tile(group, found[i].code,
		    beside != NULL ? beside : theme_of(group->dimension, found[i].code), "tile");
	}
	oeo_html_close(group->html);
}

/* What is usual here; at first nothing is. What is chosen already stands among them. */
static void write_usual(struct group *group, const struct oeo_visit *visit)
{
	const struct oeo_dimension *dimension = group->dimension;
	size_t n = dimension->levels[dimension->n_levels - 1].count - 1;
	size_t *order = oeo_alloc_array(n + 1, sizeof(*order));
	size_t n_usual, chosen;

	if (order == NULL) {
		oeo_html_fail(group->html);
		return;
	}
	n_usual = oeo_usage_order(&visit->desk->usage, dimension, order);
	n_usual = n_usual < USUAL ? n_usual : USUAL;
	chosen = oeo_dimension_find_code(dimension, dimension->n_levels - 1, group->chosen);
	oeo_html_open(group->html, "p", "class", "hint", "id", "found", "role", "status", NULL);
	oeo_html_text(group->html, n_usual > 0 ? _("Chosen often here:") : "");
	oeo_html_close(group->html);
	open_tiles(group->html);
	if (chosen != SIZE_MAX && chosen != oeo_dimension_unknown(dimension) && !holds(group, order, n_usual))
		write_tile(group, chosen, theme_of(dimension, chosen), "tile");
	for (size_t i = 0; i < n_usual; i++)
		write_tile(group, order[i], theme_of(dimension, order[i]), "tile");
	oeo_html_close(group->html);
	free(order);
}

static void write_found(struct group *group, const struct oeo_visit *visit, const char *words)
{
	if (words[strspn(words, " ")] == '\0')
		write_usual(group, visit);
	else
		write_results(group, visit, words);
}

void oeo_choices_found(
    struct oeo_html *html, const struct oeo_visit *visit, const char *words, const char *chosen)
{
	struct group group;

	begin(&group, html, &visit->desk->plan->dimensions[visit->desk->main], chosen);
	write_found(&group, visit, words);
}

/* The words come from the plan in force, so that each finds something. */
static void write_search_hint(struct oeo_html *html, const struct oeo_desk *desk)
{
	char examples[OEO_EXAMPLES_MOST][OEO_EXAMPLE_BYTES];
	char list[OEO_EXAMPLES_MOST * (OEO_EXAMPLE_BYTES + 2)] = "";
	size_t n = oeo_examples_choose(desk->search, &desk->plan->dimensions[desk->main], examples);
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s", i > 0 ? ", " : "", examples[i]);
	oeo_html_open(html, "p", "class", "hint", "id", "q-hint", NULL);
	if (n > 0)
		oeo_html_textf(html, _("For instance: %s. The words are not kept."), list);
	else
		oeo_html_text(html, _("The words are not kept."));
	oeo_html_close(html);
}

static void write_search_field(
    struct oeo_html *html, const struct oeo_desk *desk, const char *words, bool is_first)
{
	oeo_html_open(html, "div", "class", "field search", NULL);
	oeo_html_open(html, "label", "for", "q", NULL);
	oeo_html_text(html, _("Search in your own words"));
	oeo_html_close(html);
	write_search_hint(html, desk);
	oeo_html_open(html, "div", "class", "beside", NULL);
	oeo_html_void(html, "input", "type", "search", "id", "q", "name", "q", "value", words, "maxlength",
	    "200", "autocomplete", "off", "autocapitalize", "none", "spellcheck", "false", "aria-describedby",
	    "q-hint", "aria-controls", "results", "autofocus", is_first ? "autofocus" : NULL, NULL);
	oeo_page_button(html, "second", "do", "search", _("Search"));
	oeo_html_close(html);
	oeo_page_hidden(html, "searched", words);
	oeo_html_close(html);
}

/* All topics, folded per theme. What is chosen above is not chosen here again. */
static void write_all(struct group *group)
{
	size_t n = group->dimension->levels[group->dimension->n_levels - 1].count - 1;
	size_t *order = oeo_alloc_array(n + 1, sizeof(*order));

	if (order == NULL) {
		oeo_html_fail(group->html);
		return;
	}
	(void)plan_order(group->dimension, order);
	write_more(group, order, n, _("All topics"), true);
	free(order);
}

void oeo_choices_search(struct oeo_html *html, const struct oeo_visit *visit,
    const struct oeo_form_fields *fields, const struct oeo_form_faults *faults, bool is_first)
{
	const struct oeo_dimension *dimension = &visit->desk->plan->dimensions[visit->desk->main];
	const char *words = oeo_form_field(fields, "q");
	struct group group;

	begin(&group, html, dimension, oeo_form_field_of(fields, "d.", dimension->id));
	open_fieldset(&group, _("What is the question about?"), oeo_form_fault_of(faults, group.name));
	write_search_field(html, visit->desk, words, is_first);
	oeo_html_open(html, "div", "id", "results", NULL);
	/* Ids in what JavaScript replaces begin anew; those of "All topics" must not meet them. */
	write_found(&group, visit, words);
	oeo_html_close(html);
	group.n = OEO_SEARCH_MOST + USUAL + 2;
	write_all(&group);
	oeo_html_close(html);
}

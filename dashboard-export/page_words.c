/* SPDX-License-Identifier: EUPL-1.2 */
/* What the words of the site mean: in short wherever there are numbers, and all of them on the account's page. */
#include <string.h>

#include "dashboard-export/page_parts.h"
#include "proto/i18n.h"

/* ---- what is counted ---- */

static bool has_unit(const struct oeo_view *view, enum oeo_unit unit)
{
	for (size_t i = 0; i < view->n_periods; i++)
		for (size_t j = 0; j < view->periods[i].n_tables; j++)
			if (view->periods[i].tables[j].unit == unit)
				return true;
	return false;
}

static bool has_questions(const struct oeo_view *view)
{
	for (size_t i = 0; i < view->n_periods; i++)
		for (size_t j = 0; j < view->periods[i].n_tables; j++)
			if (view->periods[i].tables[j].plan->publishes_questions)
				return true;
	return false;
}

static const char *meaning_of(enum oeo_unit unit)
{
	switch (unit) {
	case OEO_UNIT_RESIDENTS:
		return _("People who asked something. Someone who comes ten times, or to three "
			 "organisations, counts once.");
	case OEO_UNIT_CLIENTS:
		return _("People as an organisation knows them, by its own number. Someone who comes to two "
			 "organisations can count twice.");
	case OEO_UNIT_CONTACTS:
		break;
	}
	return _("People who gave their name count once. Someone who did not counts once for each "
		 "organisation and week, so one person can be in it several times.");
}

static const char *meaning_of_questions(void)
{
	return _("Every question that was written down. One person can ask several.");
}

static const enum oeo_unit units[] = {OEO_UNIT_RESIDENTS, OEO_UNIT_CLIENTS, OEO_UNIT_CONTACTS};

#define N_UNITS (sizeof(units) / sizeof(units[0]))

static void write_counted(const struct oeo_page *page, const char *word, const char *meaning)
{
	oeo_html_element(page->html, "strong", NULL, oeo_notation_capital(word).text);
	oeo_html_textf(page->html, ": %s ", meaning);
}

void oeo_page_counted(const struct oeo_page *page)
{
	oeo_html_open(page->html, "p", "class", "note counted", NULL);
	for (size_t i = 0; i < N_UNITS; i++)
		if (has_unit(page->view, units[i]))
			write_counted(page, oeo_notation_unit(units[i]), meaning_of(units[i]));
	if (has_questions(page->view))
		write_counted(page, oeo_notation_questions(), meaning_of_questions());
	if (!page->is_paper)
		oeo_page_link(page, NULL, _("What the words mean"), OEO_ACCOUNT_PATH "#words");
	oeo_html_close(page->html);
}

/* ---- all words ---- */

static void write_definition(const struct oeo_page *page, const char *word, const char *meaning)
{
	oeo_html_open(page->html, "div", NULL);
	oeo_html_element(page->html, "dt", NULL, word);
	oeo_html_element(page->html, "dd", NULL, meaning);
	oeo_html_close(page->html);
}

static void write_source(const struct oeo_page *page)
{
	if (page->view->wards == NULL || page->view->wards->source[0] == '\0')
		return;
	oeo_html_open(page->html, "p", "class", "note", NULL);
	oeo_html_textf(page->html, _("Inhabitants and borders: %s"), page->view->wards->source);
	oeo_html_close(page->html);
}

void oeo_page_words(const struct oeo_page *page)
{
	oeo_page_open_section(page, "words", _("What the words mean"));
	oeo_html_open(page->html, "dl", "class", "words", NULL);
	for (size_t i = 0; i < N_UNITS; i++)
		if (has_unit(page->view, units[i]))
			write_definition(page, oeo_notation_capital(oeo_notation_unit(units[i])).text,
			    meaning_of(units[i]));
	if (has_questions(page->view))
		write_definition(
		    page, oeo_notation_capital(oeo_notation_questions()).text, meaning_of_questions());
	write_definition(page, _("Theme and category"),
	    _("What the question was about. A category is a part of a theme."));
	write_definition(page, _("Unknown (onbekend)"),
	    _("Nobody wrote it down, or without a name or postcode it cannot be known."));
	write_definition(page, _("Per 1,000 inhabitants"),
	    _("The number that is shown, divided by the inhabitants of the area. So a large and a small area "
	      "can be compared."));
	write_definition(page, _("A dot"), _("A figure that is not shown. It is not nought."));
	oeo_html_close(page->html);
	write_source(page);
	oeo_html_close(page->html);
}

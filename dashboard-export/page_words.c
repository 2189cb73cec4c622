/* SPDX-License-Identifier: EUPL-1.2 */
/* What the words of the site mean: in short wherever there are numbers, and all of them on the account's page. */
#include <string.h>

#include "dashboard-export/page_parts.h"
#include "proto/i18n.h"

/* ---- what is counted ---- */

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
		if (oeo_view_has_unit(page->view, units[i]))
			write_counted(page, oeo_notation_unit(units[i]), oeo_notation_unit_meaning(units[i]));
	if (oeo_view_has_questions(page->view))
		write_counted(page, oeo_notation_questions(), oeo_notation_questions_meaning());
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
		if (oeo_view_has_unit(page->view, units[i]))
			write_definition(page, oeo_notation_capital(oeo_notation_unit(units[i])).text,
			    oeo_notation_unit_meaning(units[i]));
	if (oeo_view_has_questions(page->view))
		write_definition(page, oeo_notation_capital(oeo_notation_questions()).text,
		    oeo_notation_questions_meaning());
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

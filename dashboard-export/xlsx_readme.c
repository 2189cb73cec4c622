/* SPDX-License-Identifier: EUPL-1.2 */
/* The first sheet of the workbook: what it is, how to use it, and which releases it was made from. */
#include <stdio.h>

#include "dashboard-export/xlsx_book.h"
#include "proto/i18n.h"

#define NAME_WIDTH 30
#define TEXT_WIDTH 80 /* of what is read, and of a release's mark beside it */
#define TEXT_CHARACTERS 78 /* that a line of it surely holds */

struct readme {
	struct oeo_xlsx *xlsx;
	lxw_worksheet *sheet;
	size_t row;
};

static void write_line(struct readme *readme, const char *name, const char *text)
{
	oeo_xlsx_row(readme->xlsx, readme->sheet, readme->row, oeo_xlsx_lines(text, TEXT_CHARACTERS));
	oeo_xlsx_text(readme->xlsx, readme->sheet, readme->row, 0, name, readme->xlsx->total);
	oeo_xlsx_text(readme->xlsx, readme->sheet, readme->row, 1, text, readme->xlsx->wrapped);
	readme->row++;
}

static void write_releases(struct readme *readme)
{
	const struct oeo_view *view = readme->xlsx->view;

	for (size_t i = 0; i < view->n_periods; i++) {
		const struct oeo_release *release = &view->periods[i].source->release;
		char text[320], hex[2 * OEO_DIGEST_BYTES + 1], mark[sizeof(hex) + 32];

		oeo_hex_encode(hex, release->digest, OEO_DIGEST_BYTES);
		(void)snprintf(text, sizeof(text),
		    release->is_correction ? _("%s-%s.oeorel of %s, a correction") : _("%s-%s.oeorel of %s"),
		    view->plan, view->periods[i].id, oeo_notation_date(release->created).text);
		(void)snprintf(mark, sizeof(mark), _("mark %s"), hex);
		oeo_xlsx_text(readme->xlsx, readme->sheet, readme->row, 2, mark, readme->xlsx->text);
		write_line(readme, i == 0 ? _("Releases") : "", text);
	}
}

/* What is counted, and who counts twice. */
static void write_counted(struct readme *readme)
{
	static const enum oeo_unit units[] = {OEO_UNIT_RESIDENTS, OEO_UNIT_CLIENTS, OEO_UNIT_CONTACTS};
	const struct oeo_view *view = readme->xlsx->view;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (oeo_view_has_unit(view, units[i]))
			write_line(readme, oeo_notation_capital(oeo_notation_unit(units[i])).text,
			    oeo_notation_unit_meaning(units[i]));
	if (oeo_view_has_questions(view))
		write_line(readme, oeo_notation_capital(oeo_notation_questions()).text,
		    oeo_notation_questions_meaning());
	write_line(readme, _("Adding up"),
	    _("Do not add up the people of several themes or periods: the same person can be in each of "
	      "them."));
}

static void write_sheets(struct readme *readme)
{
	char text[512];

	(void)snprintf(text, sizeof(text),
	    _("The sheet '%s' has every figure of every period. The sheets after it show one table "
	      "each, with charts: how it is now and how it was before."),
	    _("All figures"));
	write_line(readme, _("Sheets"), text);
	write_line(readme, _("Pivot table"),
	    _("Choose one table and one kind of period, let the number be shown as a sum, and switch grand "
	      "totals off."));
}

void oeo_xlsx_readme(struct oeo_xlsx *xlsx)
{
	const struct oeo_view *view = xlsx->view;
	struct oeo_xlsx_sheet made = oeo_xlsx_add_sheet(xlsx, _("Read me"));
	struct readme readme = {xlsx, made.sheet, 2};

	if (made.sheet == NULL)
		return;
	(void)worksheet_set_column(made.sheet, 0, 0, NAME_WIDTH, NULL);
	(void)worksheet_set_column(made.sheet, 1, 2, TEXT_WIDTH, NULL);
	oeo_xlsx_text(xlsx, made.sheet, 0, 0, view->title, xlsx->title);
	write_line(&readme, _("Published by"), view->publisher);
	write_line(&readme, _("Signed with the key"), view->key.text);
	write_sheets(&readme);
	write_line(&readme, _("A dot"),
	    _("A dot means: this figure is not shown. It does not say that the number is small. Nothing in "
	      "this "
	      "workbook was computed from a figure that is not shown."));
	write_counted(&readme);
	write_line(&readme, _("Differences"),
	    _("A difference with the period before is called clear where chance alone would give one this "
	      "large "
	      "at most once in a hundred times."));
	if (view->wards != NULL && view->wards->source[0] != '\0')
		write_line(&readme, _("Inhabitants of the wards"), view->wards->source);
	write_line(
	    &readme, _("Licence"), _("Creative Commons Attribution 4.0: name the publisher and the period."));
	write_releases(&readme);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/intake_print.h"

#include <stdio.h>
#include <string.h>

#include "proto/i18n.h"

#define CODE_WIDTH 10
#define LABEL_WIDTH 50
#define COUNT_WIDTH 8
#define TABLE_WIDTH 28
#define CADENCE_WIDTH 14
#define PERIODS_WIDTH 10
#define MOST_DIFFERENCES 20 /* shown; `--json` has more */

/* Write text and spaces up to width characters (UTF-8: bytes that begin one). */
static void print_padded(const char *text, size_t width)
{
	size_t n = 0;

	(void)fputs(text, stdout);
	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xC0) != 0x80;
	for (; n < width; n++)
		(void)putchar(' ');
}

static void print_count(const char *what, size_t count)
{
	(void)printf("  ");
	print_padded(what, CODE_WIDTH + LABEL_WIDTH);
	(void)printf("%*zu\n", COUNT_WIDTH, count);
}

static void print_count_if(const char *what, size_t count)
{
	if (count > 0)
		print_count(what, count);
}

static void print_rows(const struct oeo_intake_report *report)
{
	print_count(_("rows in the file"), report->n_rows);
	print_count(_("taken"), report->n_taken);
	print_count(_("- new"), report->n_added);
	print_count_if(_("- known already"), report->n_known);
	print_count_if(_("- changed since the last time"), report->n_changed);
	print_count_if(_("- changed, but sent in before: left as they were"), report->n_frozen);
	print_count_if(_("- of a period sent in before: not counted again"), report->n_restored);
	print_count_if(_("- withdrawn by the resident: left out"), report->n_withdrawn);
	print_count_if(_("- late: they count in a later period"), report->n_late);
	print_count(_("- without a resident: count as a question only"), report->n_without_identity);
	print_count_if(_("  of which with a made-up value for 'not known'"), report->n_placeholders);
	print_count(_("- with a value that is not on its list"), report->n_unmapped);
	print_count_if(_("same question, one more supporter: counts once"), report->n_same);
	print_count_if(_("- says something else than the first row (listed below)"), report->n_differing);
	print_count(_("refused (listed below)"), report->n_refused);
}

/* ---- Rows of one question that differ */

static void print_difference(const struct oeo_row_difference *difference)
{
	const char *between = "";

	(void)printf(_("  line %zu (question of line %zu): "), difference->line, difference->first_line);
	for (size_t i = 0; i < OEO_MAX_DIMENSIONS; i++) {
		if (!difference->in_dimension[i])
			continue;
		(void)printf("%s%s", between, difference->mapping->dimensions[i].columns.names[0]);
		between = ", ";
	}
	(void)printf("\n");
}

static void print_differences(const struct oeo_intake_report *report)
{
	size_t n = report->n_differences < MOST_DIFFERENCES ? report->n_differences : MOST_DIFFERENCES;

	if (report->n_differing == 0)
		return;
	(void)printf("\n%s\n", _("Rows of one question that differ. The first row counts; where it is "
				 "wrong, put it right in your own records. They differ in:"));
	for (size_t i = 0; i < n; i++)
		print_difference(&report->differences[i]);
	if (report->n_differing > n)
		(void)printf(_("  and %zu more\n"), report->n_differing - n);
}

/* ---- Refused rows */

static void print_refusals(const struct oeo_intake_report *report)
{
	if (report->n_refused == 0)
		return;
	(void)printf("\n%s\n", _("Refused rows. Put them right in your own records and import again."));
	for (size_t i = 0; i < report->n_refusals; i++) {
		struct oeo_buf text = {0};

		if (oeo_refusal_describe(&text, &report->refusals[i], report->refusals[i].mapping) ==
			OEO_OK &&
		    oeo_buf_terminate(&text) == OEO_OK)
			(void)printf(
			    _("  line %zu: %s\n"), report->refusals[i].line, (const char *)text.data);
		oeo_buf_fini(&text);
	}
	if (report->n_refused > report->n_refusals)
		(void)printf(_("  and %zu more\n"), report->n_refused - report->n_refusals);
}

/* ---- Values that are not on their list */

static void print_lines(const struct oeo_unmapped *unmapped)
{
	size_t n = unmapped->count < OEO_INTAKE_MAX_LINES ? unmapped->count : OEO_INTAKE_MAX_LINES;

	(void)printf(" (%s", n == 1 ? _("line") : _("lines"));
	for (size_t i = 0; i < n; i++)
		(void)printf("%s %zu", i > 0 ? "," : "", unmapped->lines[i]);
	(void)printf("%s)\n", unmapped->count > n ? ", ..." : "");
}

static void print_unmapped_of(const struct oeo_intake_report *report, size_t dimension)
{
	const struct oeo_intake_dimension *of = &report->dimensions[dimension];
	const char *column = report->mapping->dimensions[dimension].columns.names[0];

	for (size_t i = 1; i < of->n_unmapped; i++) {
		(void)printf(_("  column %s: code %s, rows: %zu"), column, of->unmapped[i].code,
		    of->unmapped[i].count);
		print_lines(&of->unmapped[i]);
	}
	if (of->unmapped[0].count > 0) {
		(void)printf(_("  column %s: other values, rows: %zu"), column, of->unmapped[0].count);
		print_lines(&of->unmapped[0]);
	}
}

static void print_unmapped(const struct oeo_intake_report *report)
{
	const struct oeo_intake_report *other = report->others;

	if (report->n_unmapped == 0)
		return;
	(void)printf("\n%s\n", _("Not on the list of the plan. These rows are taken and count as unknown "
				 "there; add the values to the mapping."));
	for (size_t i = 0; i < report->plan->n_dimensions; i++)
		print_unmapped_of(report, i);
	for (; other < report->others + report->n_others; other++) {
		for (size_t i = 0; other->n_taken > 0 && i < other->plan->n_dimensions; i++)
			print_unmapped_of(other, i);
	}
}

/* ---- Preview */

static const char *column_of(const struct oeo_intake_report *report, size_t dimension)
{
	const struct oeo_columns *columns = &report->mapping->dimensions[dimension].columns;

	return columns->n > 0 ? columns->names[0] : "";
}

static void print_dimension(const struct oeo_intake_report *report, size_t index)
{
	const struct oeo_dimension *dimension = &report->plan->dimensions[index];
	const struct oeo_intake_dimension *of = &report->dimensions[index];
	const char *column = column_of(report, index);
	const char *label = oeo_level_label(&dimension->levels[dimension->n_levels - 1]);

	(void)printf("\n");
	if (dimension->computed_from[0] != '\0')
		(void)printf(_("%s (worked out from %s)\n"), label, dimension->computed_from);
	else if (column[0] != '\0')
		(void)printf(_("%s (column %s)\n"), label, column);
	else if (report->mapping->dimensions[index].is_constant)
		(void)printf(_("%s (not in this file: the mapping says what it always is)\n"), label);
	else
		(void)printf(_("%s (not in this file: all unknown)\n"), label);
	for (size_t i = 0; i < dimension->n_codes; i++) {
		if (of->counts[i] == 0)
			continue;
		(void)printf("  ");
		print_padded(dimension->codes[i].code, CODE_WIDTH);
		print_padded(
		    oeo_i18n_pick(dimension->codes[i].label_nl, dimension->codes[i].label_en), LABEL_WIDTH);
		(void)printf("%*zu\n", COUNT_WIDTH, of->counts[i]);
	}
}

static const char *cadence_text(enum oeo_cadence cadence)
{
	switch (cadence) {
	case OEO_MONTH:
		return _("per month");
	case OEO_QUARTER:
		return _("per quarter");
	case OEO_YEAR:
		return _("per year");
	}
	return "";
}

static void print_forecast(const struct oeo_intake_report *report)
{
	const struct oeo_plan *plan = report->plan;
	size_t total = 0;

	(void)printf("\n%s\n%s\n", _("What this file alone would send: sealed reports, per table."),
	    _("They hold no name, date of birth or postcode, and can be read only where enough residents say "
	      "the same."));
	(void)printf("  ");
	print_padded(_("table"), TABLE_WIDTH);
	print_padded(_("published"), CADENCE_WIDTH);
	(void)printf("%*s%*s\n", PERIODS_WIDTH, _("periods"), COUNT_WIDTH + 2, _("reports"));
	for (size_t i = 0; i < plan->n_tables; i++) {
		(void)printf("  ");
		print_padded(plan->tables[i].id, TABLE_WIDTH);
		print_padded(cadence_text(plan->tables[i].cadence), CADENCE_WIDTH);
		(void)printf("%*zu%*zu\n", PERIODS_WIDTH, report->forecast.periods[i], COUNT_WIDTH + 2,
		    report->forecast.reports[i]);
		total += report->forecast.reports[i];
	}
	(void)printf("  ");
	print_padded(_("together"), TABLE_WIDTH + CADENCE_WIDTH + PERIODS_WIDTH);
	(void)printf("%*zu\n", COUNT_WIDTH + 2, total);
}

static void print_not_read(const struct oeo_intake_report *report)
{
	if (report->n_not_read == 0)
		return;
	(void)printf("\n%s ", _("Columns that are not read:"));
	for (size_t i = 0; i < report->n_not_read; i++)
		(void)printf("%s%s", i > 0 ? ", " : "", report->not_read[i]);
	(void)printf("\n");
}

static void print_codes(const struct oeo_intake_report *report)
{
	for (size_t i = 0; i < report->plan->n_dimensions; i++)
		print_dimension(report, i);
	print_forecast(report);
}

static void print_other(const struct oeo_intake_report *other)
{
	char from[OEO_PERIOD_BYTES];

	if (other->n_taken == 0)
		return;
	oeo_period_format(from, &other->plan->from);
	(void)printf("\n");
	(void)printf(_("Rows under the plan from %s on: %zu\n"), from, other->n_taken);
	print_codes(other);
}

void oeo_intake_print_preview(const struct oeo_intake_report *report, const char *file)
{
	(void)printf(_("Preview of %s, read with mapping %s under plan %s.\n"), file, report->mapping->id,
	    report->plan->id);
	(void)printf("%s\n\n", _("Nothing has been sent and nothing has been stored."));
	print_rows(report);
	print_refusals(report);
	print_differences(report);
	print_unmapped(report);
	oeo_corrections_print_offer(&report->corrections, false);
	print_codes(report);
	for (size_t i = 0; i < report->n_others; i++)
		print_other(&report->others[i]);
	print_not_read(report);
}

void oeo_intake_print_import(const struct oeo_intake_report *report, const char *file, bool removes_missing)
{
	(void)printf(_("%s, read with mapping %s:\n"), file, report->mapping->id);
	print_rows(report);
	print_refusals(report);
	print_differences(report);
	print_unmapped(report);
	oeo_corrections_print_offer(&report->corrections, removes_missing);
	(void)printf("\n");
}

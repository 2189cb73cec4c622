/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/csv.h"

#include <inttypes.h>
#include <string.h>

#include "proto/i18n.h"

enum oeo_err oeo_csv_write_value(struct oeo_buf *out, const char *value)
{
	enum oeo_err err;

	if (strpbrk(value, ",\"\r\n") == NULL)
		return oeo_buf_append_text(out, value);
	err = oeo_buf_append_text(out, "\"");
	for (; err == OEO_OK && *value != '\0'; value++)
		err = *value == '"' ? oeo_buf_append_text(out, "\"\"") : oeo_buf_append(out, value, 1);
	return err == OEO_OK ? oeo_buf_append_text(out, "\"") : err;
}

/* A label, kept from being a formula in a spreadsheet. */
static enum oeo_err write_label(struct oeo_buf *out, const char *label)
{
	struct oeo_buf safe = {0};
	enum oeo_err err;

	if (label[0] == '\0' || strchr("=+-@", label[0]) == NULL)
		return oeo_csv_write_value(out, label);
	err = oeo_buf_printf(&safe, "'%s", label);
	if (err == OEO_OK)
		err = oeo_buf_terminate(&safe);
	if (err == OEO_OK)
		err = oeo_csv_write_value(out, (const char *)safe.data);
	oeo_buf_fini(&safe);
	return err;
}

static enum oeo_err write_head(struct oeo_buf *out, const struct oeo_view_table *table)
{
	enum oeo_err err = oeo_buf_append_text(out, "period,");

	for (size_t i = 0; err == OEO_OK && i < table->n_axes; i++)
		err = oeo_buf_printf(out, "%s,%s_label,", table->axes[i].id, table->axes[i].id);
	if (err == OEO_OK)
		err = oeo_buf_append_text(out, "residents,");
	if (err == OEO_OK && table->plan->publishes_questions)
		err = oeo_buf_append_text(out, "questions,");
	if (err == OEO_OK)
		err = oeo_buf_append_text(out, "mark");
	if (err == OEO_OK && table->plan->publishes_questions)
		err = oeo_buf_append_text(out, ",questions_mark");
	return err == OEO_OK ? oeo_buf_append_text(out, "\r\n") : err;
}

static enum oeo_err write_codes(
    struct oeo_buf *out, const struct oeo_view_table *table, const size_t codes[OEO_MAX_BY])
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < table->n_axes; i++) {
		const struct oeo_view_code *code =
		    codes[i] == OEO_VIEW_TOTAL ? NULL : &table->axes[i].codes[codes[i]];

		err = oeo_buf_printf(out, "%s,", code == NULL ? OEO_CSV_TOTAL : code->code);
		if (err == OEO_OK)
			err = write_label(out, code == NULL ? _("Total") : code->label);
		if (err == OEO_OK)
			err = oeo_buf_append_text(out, ",");
	}
	return err;
}

/* The numbers of a row. The margin of a table that publishes questions may not publish them itself. */
static enum oeo_err write_numbers(struct oeo_buf *out, const struct oeo_view_table *table,
    const struct oeo_view_cell *cell, bool has_questions)
{
	enum oeo_err err = OEO_OK;

	if (cell->is_shown)
		err = oeo_buf_printf(out, "%" PRIu64 ",", cell->residents);
	else
		err = oeo_buf_append_text(out, ",");
	if (err == OEO_OK && table->plan->publishes_questions && cell->is_questions_shown)
		err = oeo_buf_printf(out, "%" PRIu64, cell->questions);
	if (err == OEO_OK && table->plan->publishes_questions)
		err = oeo_buf_append_text(out, ",");
	if (err == OEO_OK && !cell->is_shown)
		err = oeo_buf_append_text(out, ".");
	if (err == OEO_OK && table->plan->publishes_questions)
		err = oeo_buf_append_text(out, has_questions && !cell->is_questions_shown ? ",." : ",");
	return err == OEO_OK ? oeo_buf_append_text(out, "\r\n") : err;
}

/* The table whose numbers a row with these codes has: itself, or the margin's; NULL where there is none. */
static const struct oeo_view_table *table_of(
    const struct oeo_view_table *table, const size_t codes[OEO_MAX_BY])
{
	unsigned set = 0;

	for (size_t i = 0; i < table->n_axes; i++)
		set |= codes[i] == OEO_VIEW_TOTAL ? 0 : 1u << i;
	return table->margins[set];
}

static enum oeo_err write_row(struct oeo_buf *out, const struct oeo_view_period *period,
    const struct oeo_view_table *table, const size_t codes[OEO_MAX_BY])
{
	const struct oeo_view_table *source = table_of(table, codes);
	const struct oeo_view_cell *cell = oeo_view_margin_cell(table, codes);
	enum oeo_err err;

	if (source == NULL || cell == NULL)
		return OEO_OK;
	err = oeo_buf_printf(out, "%s,", period->id);
	if (err == OEO_OK)
		err = write_codes(out, table, codes);
	if (err == OEO_OK)
		err = write_numbers(out, table, cell, source->plan->publishes_questions);
	return err;
}

/* Step to the next combination, the last axis fastest, Total behind the codes of each; false at the end. */
static bool next_codes(const struct oeo_view_table *table, size_t codes[OEO_MAX_BY])
{
	for (size_t i = table->n_axes; i > 0; i--) {
		size_t *code = &codes[i - 1];

		if (*code != OEO_VIEW_TOTAL) {
			*code = *code + 1 < table->axes[i - 1].n_codes ? *code + 1 : OEO_VIEW_TOTAL;
			return true;
		}
		*code = 0;
	}
	return false;
}

enum oeo_err oeo_csv_write_table(
    struct oeo_buf *out, const struct oeo_view_period *period, const struct oeo_view_table *table)
{
	size_t codes[OEO_MAX_BY] = {0};
	enum oeo_err err = write_head(out, table);

	do {
		if (err == OEO_OK)
			err = write_row(out, period, table, codes);
	} while (err == OEO_OK && next_codes(table, codes));
	return err;
}

/* ---- code lists ---- */

/* The axis of this level in a table of the period; NULL where no table has it. */
static const struct oeo_view_axis *find_axis(const struct oeo_view_period *period, const char *level)
{
	for (size_t t = 0; t < period->n_tables; t++)
		for (size_t i = 0; i < period->tables[t].n_axes; i++)
			if (strcmp(period->tables[t].axes[i].id, level) == 0)
				return &period->tables[t].axes[i];
	return NULL;
}

static bool has_code(const struct oeo_view_axis *axis, const char *code)
{
	for (size_t i = 0; axis != NULL && i < axis->n_codes; i++)
		if (strcmp(axis->codes[i].code, code) == 0)
			return true;
	return false;
}

/* True where a period after number `at` of the view has the code too. */
static bool is_written(const struct oeo_view *view, size_t at, const char *level, const char *code)
{
	for (size_t i = at + 1; i < view->n_periods; i++)
		if (has_code(find_axis(&view->periods[i], level), code))
			return true;
	return false;
}

static enum oeo_err write_code(struct oeo_buf *out, const struct oeo_view_code *code)
{
	enum oeo_err err =
	    oeo_buf_printf(out, "%s,%s,", code->code, code->parent != NULL ? code->parent : "");

	if (err == OEO_OK)
		err = write_label(out, code->label_nl);
	if (err == OEO_OK)
		err = oeo_buf_append_text(out, ",");
	if (err == OEO_OK)
		err = write_label(out, code->label_en);
	return err == OEO_OK ? oeo_buf_append_text(out, "\r\n") : err;
}

enum oeo_err oeo_csv_write_codes(struct oeo_buf *out, const struct oeo_view *view, const char *level)
{
	enum oeo_err err = oeo_buf_append_text(out, "code,parent,label_nl,label_en\r\n");

	for (size_t p = view->n_periods; err == OEO_OK && p > 0; p--) {
		const struct oeo_view_axis *axis = find_axis(&view->periods[p - 1], level);

		for (size_t i = 0; axis != NULL && err == OEO_OK && i < axis->n_codes; i++)
			if (!is_written(view, p - 1, level, axis->codes[i].code))
				err = write_code(out, &axis->codes[i]);
	}
	if (err == OEO_OK)
		err = oeo_buf_append_text(out, OEO_CSV_TOTAL ",,Totaal,Total\r\n");
	return err;
}

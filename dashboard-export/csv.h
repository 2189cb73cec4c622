/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tables as CSV: UTF-8 without BOM, comma, RFC 4180 (CRLF; quoted where a value holds a comma, a quote or a line
 * end). A label that a spreadsheet would read as a formula (it begins with = + - @) gets an apostrophe in front.
 *
 *   period, for each level: LEVEL, LEVEL_label, then residents, questions (where the table publishes them), mark,
 *   questions_mark (where the table publishes them)
 *
 * A hidden number is empty and has the mark "."; rows are in the plan's order, "onbekend" last, and after them
 * the code Total, only where the plan has that margin's table of the same cadence.
 */
#ifndef OEO_DASHBOARD_EXPORT_CSV_H
#define OEO_DASHBOARD_EXPORT_CSV_H

#include "dashboard-export/view.h"

#define OEO_CSV_TOTAL "Total"

/* Append one table. OEO_ERR_NOMEM. */
enum oeo_err oeo_csv_write_table(
    struct oeo_buf *out, const struct oeo_view_period *period, const struct oeo_view_table *table);

/* Append the codes of a level in all periods of the view, with code, parent, label_nl, label_en, and Total last.
 * The newest plan's labels and order, then codes that only older plans have. */
enum oeo_err oeo_csv_write_codes(struct oeo_buf *out, const struct oeo_view *view, const char *level);

/* Append one value as it stands between commas. OEO_ERR_NOMEM. */
enum oeo_err oeo_csv_write_value(struct oeo_buf *out, const char *value);

#endif

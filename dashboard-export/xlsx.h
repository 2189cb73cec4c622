/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The figures as a workbook (libxlsxwriter):
 *
 *   a readme             what it is, where it comes from, what a dot means
 *   all figures          tidy: a row for every cell of every table and period, to filter and pivot on
 *   a sheet per table    as people read it: periods side by side, a matrix, or a list; with native charts
 *
 * Numbers are numbers and everything else is text: no cell holds a formula, and labels that look like one stay text. A
 * hidden number is the text ".". Excel would draw text as zero, so charts refer to a block of their own beside the table in
 * which hidden numbers are left empty. The bytes depend on the view alone, not on the time or place of making.
 */
#ifndef OEO_DASHBOARD_EXPORT_XLSX_H
#define OEO_DASHBOARD_EXPORT_XLSX_H

#include "dashboard-export/view.h"

/*
 * Write the workbook to path, which must not exist; temporary folder `folder` takes parts of large sheets;
 * progress may be NULL. OEO_ERR_IO,
 * OEO_ERR_NOMEM; then what lies at path is no workbook. Blocks on the disk.
 */
enum oeo_err oeo_xlsx_write(const char *path, const char *folder, const struct oeo_view *view,
    void (*progress)(const char *what, unsigned long done, unsigned long total), struct oeo_note *why);

#endif

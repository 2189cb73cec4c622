/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The report of the latest period on paper: one page of HTML with everything in it (contents, findings, signals, tables
 * with their charts, trends, account), which WeasyPrint makes into tagged PDF (PDF/UA-1).
 */
#ifndef OEO_DASHBOARD_EXPORT_PDF_H
#define OEO_DASHBOARD_EXPORT_PDF_H

#include "dashboard-export/view.h"

/* Append that page, its style in it. OEO_ERR_NOMEM, OEO_ERR_INTERNAL. */
enum oeo_err oeo_pdf_write_page(struct oeo_buf *out, const struct oeo_view *view);

/*
 * Run the program `weasyprint` (found in PATH) on the page at html_path; the PDF goes to pdf_path. OEO_ERR_NOT_FOUND:
 * it is not installed, and why says what to do; OEO_ERR_IO: it failed. Blocks until it ends.
 */
enum oeo_err oeo_pdf_run(const char *html_path, const char *pdf_path, struct oeo_note *why);

#endif

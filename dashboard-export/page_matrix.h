/* SPDX-License-Identifier: EUPL-1.2 */
/* Tables of two and more levels; used by page_table.c only. */
#ifndef OEO_DASHBOARD_EXPORT_PAGE_MATRIX_H
#define OEO_DASHBOARD_EXPORT_PAGE_MATRIX_H

#include "dashboard-export/page_parts.h"

/* A heat table of two levels, the longer one downwards, with margins where the plan has them. Shades have four
 * steps, made from the published numbers, and are repeated as the thickness of a line under the number. */
void oeo_page_matrix(const struct oeo_page *page, const struct oeo_view_table *table, const char *id);

/* The published cells of a table of three or more levels, in the plan's order. */
void oeo_page_cells(const struct oeo_page *page, const struct oeo_view_table *table, const char *id);

#endif

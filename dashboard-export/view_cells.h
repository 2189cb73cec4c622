/* SPDX-License-Identifier: EUPL-1.2 */
/* How the cells of a view relate to each other; used by view*.c only. The public part is in view.h. */
#ifndef OEO_DASHBOARD_EXPORT_VIEW_CELLS_H
#define OEO_DASHBOARD_EXPORT_VIEW_CELLS_H

#include "dashboard-export/view.h"

/* Fill table->margins from the n tables of the same period. */
void oeo_view_link_margins(struct oeo_view_table *table, const struct oeo_view_table *tables, size_t n);

/* Fill difference and before of every cell of the period, where period->before is set. */
void oeo_view_compare_cells(struct oeo_view_period *period);

/* Fill the inhabitants of the table's codes. wards may be NULL. */
void oeo_view_settle(
    struct oeo_view_table *table, const struct oeo_plan *plan, const struct oeo_wards *wards);

/* Fill the members of all periods. OEO_ERR_NOMEM. */
enum oeo_err oeo_view_fill_members(struct oeo_view *view);

#endif

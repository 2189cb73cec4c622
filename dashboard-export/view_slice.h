/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Parts of a table that are a table of their own: one code of a level ("Wonen" of theme by ward), or the codes under one
 * ("Wonen" of the categories). A part holds copies of cells and codes and borrows the rest; it has no margins.
 */
#ifndef OEO_DASHBOARD_EXPORT_VIEW_SLICE_H
#define OEO_DASHBOARD_EXPORT_VIEW_SLICE_H

#include "dashboard-export/view.h"

/* The axis of this level; table->n_axes where it has none. */
size_t oeo_view_axis_of(const struct oeo_view_table *table, const char *level);

/* The code of an axis; n_codes where it has none. */
size_t oeo_view_code_of(const struct oeo_view_axis *axis, const char *code);

/* The cells of a table with two axes where `axis` has this code, by the other axis. OEO_ERR_NOMEM. Free with
 * oeo_view_slice_fini, which also follows a failure. */
enum oeo_err oeo_view_slice_code(
    struct oeo_view_table *slice, const struct oeo_view_table *table, size_t axis, size_t code);

/* The cells of a table with one axis whose code lies right under parent. OEO_ERR_NOMEM. As above. */
enum oeo_err oeo_view_slice_children(
    struct oeo_view_table *slice, const struct oeo_view_table *table, const char *parent);

/* slice may be NULL or zeroed. */
void oeo_view_slice_fini(struct oeo_view_table *slice);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/view_slice.h"

#include <stdlib.h>
#include <string.h>

#include "proto/buf.h"

size_t oeo_view_axis_of(const struct oeo_view_table *table, const char *level)
{
	size_t axis = 0;

	while (axis < table->n_axes && strcmp(table->axes[axis].id, level) != 0)
		axis++;
	return axis;
}

size_t oeo_view_code_of(const struct oeo_view_axis *axis, const char *code)
{
	size_t i = 0;

	while (i < axis->n_codes && strcmp(axis->codes[i].code, code) != 0)
		i++;
	return i;
}

/* An empty part with room for n cells of one axis. */
static enum oeo_err begin(
    struct oeo_view_table *slice, const struct oeo_view_table *table, const struct oeo_view_axis *axis)
{
	memset(slice, 0, sizeof(*slice));
	slice->id = table->id;
	slice->plan = table->plan;
	slice->unit = table->unit;
	slice->n_axes = 1;
	slice->axes[0] = *axis;
	slice->axes[0].n_codes = 0;
	slice->axes[0].codes = oeo_alloc_array(axis->n_codes, sizeof(*axis->codes));
	slice->cells = oeo_alloc_array(axis->n_codes, sizeof(*slice->cells));
	slice->title = oeo_notation_capital(axis->names);
	return slice->axes[0].codes != NULL && slice->cells != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

static void add(
    struct oeo_view_table *slice, const struct oeo_view_code *code, const struct oeo_view_cell *cell)
{
	slice->axes[0].codes[slice->axes[0].n_codes++] = *code;
	slice->cells[slice->n_cells++] = *cell;
	slice->not_shown += cell->is_shown ? 0 : 1;
	if (cell->residents > slice->most)
		slice->most = cell->residents;
}

enum oeo_err oeo_view_slice_code(
    struct oeo_view_table *slice, const struct oeo_view_table *table, size_t axis, size_t code)
{
	const struct oeo_view_axis *other = &table->axes[1 - axis];
	enum oeo_err err = begin(slice, table, other);
	size_t codes[OEO_MAX_BY];

	codes[axis] = code;
	for (size_t i = 0; err == OEO_OK && i < other->n_codes; i++) {
		codes[1 - axis] = i;
		add(slice, &other->codes[i], &table->cells[codes[0] * table->axes[1].n_codes + codes[1]]);
	}
	return err;
}

enum oeo_err oeo_view_slice_children(
    struct oeo_view_table *slice, const struct oeo_view_table *table, const char *parent)
{
	const struct oeo_view_axis *axis = &table->axes[0];
	enum oeo_err err = begin(slice, table, axis);

	for (size_t i = 0; err == OEO_OK && i < axis->n_codes; i++) {
		struct oeo_view_code code = axis->codes[i];

		if (code.parent == NULL || strcmp(code.parent, parent) != 0)
			continue;
		code.group = NULL; /* the whole part is under it */
		add(slice, &code, &table->cells[i]);
	}
	return err;
}

void oeo_view_slice_fini(struct oeo_view_table *slice)
{
	if (slice == NULL)
		return;
	free(slice->axes[0].codes);
	free(slice->cells);
	memset(slice, 0, sizeof(*slice));
}

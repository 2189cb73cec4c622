/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"
#include "proto/plan_csv.h"
#include "proto/plan_file_internal.h"

#define MOST_NAME_BYTES 255

static const struct oeo_yaml_key dimension_keys[] = {{"codes", true}, {"levels", true}, {"labels", false},
    {"unknown", false}, {"computed_from", false}, {"table", false}, {"prefix", false}, {NULL, false}};

static enum oeo_err read_levels(struct oeo_plan_reader *reader, struct oeo_dimension *dimension,
    struct oeo_plan_lists *lists, const struct oeo_yaml_node *node)
{
	size_t n = oeo_yaml_list(reader->yaml, node, 1) ? oeo_yaml_count(node) : 0;

	lists->is_broken = n == 0;
	if (n > OEO_MAX_LEVELS) {
		oeo_yaml_fault(reader->yaml, node, _("a dimension has 1 to %d levels."), OEO_MAX_LEVELS);
		lists->is_broken = true;
		n = OEO_MAX_LEVELS;
	}
	dimension->levels = oeo_alloc_array(n, sizeof(*dimension->levels));
	if (dimension->levels == NULL)
		return OEO_ERR_NOMEM;
	dimension->n_levels = n;
	for (size_t i = 0; i < n; i++)
		if (!oeo_yaml_get_id(reader->yaml, oeo_yaml_item(node, i), dimension->levels[i].id))
			lists->is_broken = true;
	return OEO_OK;
}

static struct oeo_level *find_level(const struct oeo_dimension *dimension, const char *id)
{
	for (size_t i = 0; i < dimension->n_levels; i++)
		if (strcmp(dimension->levels[i].id, id) == 0)
			return &dimension->levels[i];
	return NULL;
}

static enum oeo_err read_label(
    struct oeo_plan_reader *reader, struct oeo_level *level, const struct oeo_yaml_node *node)
{
	static const struct oeo_yaml_key keys[] = {{"nl", true}, {"en", true}, {NULL, false}};
	const char *nl;
	const char *en;

	if (!oeo_yaml_map(reader->yaml, node, keys) ||
	    !oeo_yaml_get_text(reader->yaml, oeo_yaml_find(node, "nl"), OEO_LABEL_TEXT_BYTES, &nl) ||
	    !oeo_yaml_get_text(reader->yaml, oeo_yaml_find(node, "en"), OEO_LABEL_TEXT_BYTES, &en) ||
	    level->label_nl != NULL)
		return OEO_OK;
	level->label_nl = strdup(nl);
	level->label_en = strdup(en);
	return level->label_nl != NULL && level->label_en != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

/* What people call the levels. */
static enum oeo_err read_labels(
    struct oeo_plan_reader *reader, struct oeo_dimension *dimension, const struct oeo_yaml_node *node)
{
	enum oeo_err err = OEO_OK;

	if (!oeo_yaml_map(reader->yaml, node, NULL))
		return OEO_OK;
	for (size_t i = 0; i < oeo_yaml_count(node) && err == OEO_OK; i++) {
		const struct oeo_yaml_node *item = oeo_yaml_item(node, i);
		struct oeo_level *level = find_level(dimension, oeo_yaml_key_at(node, i));

		if (level == NULL)
			oeo_yaml_fault(reader->yaml, item,
			    _("\"%.32s\" is not one of the levels of this dimension."),
			    oeo_yaml_key_at(node, i));
		else
			err = read_label(reader, level, item);
	}
	return err;
}

static enum oeo_err read_unknown(
    struct oeo_plan_reader *reader, struct oeo_dimension *dimension, const struct oeo_yaml_node *node)
{
	size_t n = oeo_yaml_list(reader->yaml, node, 1) ? oeo_yaml_count(node) : 0;

	dimension->unknown = oeo_alloc_array(n, sizeof(*dimension->unknown));
	if (dimension->unknown == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		if (oeo_yaml_get_id(
			reader->yaml, oeo_yaml_item(node, i), dimension->unknown[dimension->n_unknown]))
			dimension->n_unknown++;
	return OEO_OK;
}

/* Load the list that node names; OEO_ERR_NOT_FOUND after a fault. */
static enum oeo_err load_list(
    struct oeo_plan_reader *reader, const struct oeo_yaml_node *node, const char **name, struct oeo_buf *text)
{
	struct oeo_note why = {""};
	enum oeo_err err;

	if (!oeo_yaml_get_text(reader->yaml, node, MOST_NAME_BYTES, name))
		return OEO_ERR_NOT_FOUND;
	err = reader->load(reader->context, *name, text, &why);
	if (err == OEO_OK || err == OEO_ERR_NOMEM)
		return err;
	oeo_yaml_fault(
	    reader->yaml, node, "%s", why.text[0] != '\0' ? why.text : _("this list cannot be read."));
	return OEO_ERR_NOT_FOUND;
}

static enum oeo_err read_codes(struct oeo_plan_reader *reader, struct oeo_dimension *dimension,
    struct oeo_plan_lists *lists, const struct oeo_yaml_node *node)
{
	struct oeo_buf text = {0};
	const char *name = NULL;
	enum oeo_err err = load_list(reader, node, &name, &text);

	if (err == OEO_OK) {
		lists->codes_name = name;
		err = oeo_plan_codes_read(
		    dimension, &lists->codes, name, (const char *)text.data, text.len, reader->findings);
	}
	oeo_buf_fini(&text);
	if (err != OEO_ERR_NOT_FOUND && err != OEO_ERR_FORMAT)
		return err;
	lists->is_broken = true;
	return OEO_OK;
}

static enum oeo_err read_lookup(struct oeo_plan_reader *reader, struct oeo_dimension *dimension,
    struct oeo_plan_lists *lists, const struct oeo_yaml_node *node)
{
	struct oeo_buf text = {0};
	const char *name = NULL;
	enum oeo_err err = load_list(reader, node, &name, &text);

	if (err == OEO_OK) {
		lists->lookup_name = name;
		err = oeo_plan_lookup_read(
		    dimension, &lists->lookup, name, (const char *)text.data, text.len, reader->findings);
	}
	oeo_buf_fini(&text);
	if (err != OEO_ERR_NOT_FOUND && err != OEO_ERR_FORMAT)
		return err;
	lists->is_broken = true;
	return OEO_OK;
}

/* computed_from, table and prefix go together. */
static enum oeo_err read_computed(struct oeo_plan_reader *reader, struct oeo_dimension *dimension,
    struct oeo_plan_lists *lists, const struct oeo_yaml_node *node)
{
	const struct oeo_yaml_node *from = oeo_yaml_find(node, "computed_from");
	const struct oeo_yaml_node *table = oeo_yaml_find(node, "table");
	const struct oeo_yaml_node *prefix = oeo_yaml_find(node, "prefix");
	int present = (from != NULL) + (table != NULL) + (prefix != NULL);

	if (present == 0)
		return OEO_OK;
	if (present < 3) {
		oeo_yaml_fault(reader->yaml, node,
		    _("computed_from, table and prefix belong together. Give all three or none."));
		return OEO_OK;
	}
	if (!oeo_yaml_get_id(reader->yaml, from, dimension->computed_from) ||
	    !oeo_yaml_get_number(reader->yaml, prefix, 1, OEO_POSTCODE_BYTES - 1, &dimension->prefix)) {
		dimension->computed_from[0] = '\0';
		dimension->prefix = 0;
		return OEO_OK;
	}
	if (dimension->n_codes == 0)
		return OEO_OK;
	return read_lookup(reader, dimension, lists, table);
}

static enum oeo_err read_dimension(
    struct oeo_plan_reader *reader, size_t i, const struct oeo_yaml_node *node, const char *id)
{
	struct oeo_dimension *dimension = &reader->plan->dimensions[i];
	struct oeo_plan_lists *lists = &reader->lists[i];
	enum oeo_err err;

	if (strlen(id) < sizeof(dimension->id)) {
		memcpy(dimension->id, id, strlen(id) + 1);
	} else {
		oeo_yaml_fault(reader->yaml, node,
		    _("the name of a dimension may hold letters, digits, dot, dash and underscore only (at "
		      "most 32)."));
		memcpy(dimension->id, "-", 2);
	}
	if (!oeo_yaml_map(reader->yaml, node, dimension_keys)) {
		lists->is_broken = true;
		return OEO_OK;
	}
	err = read_levels(reader, dimension, lists, oeo_yaml_find(node, "levels"));
	if (err == OEO_OK)
		err = read_labels(reader, dimension, oeo_yaml_find(node, "labels"));
	if (err == OEO_OK && dimension->n_levels > 0)
		err = read_codes(reader, dimension, lists, oeo_yaml_find(node, "codes"));
	if (err == OEO_OK)
		err = read_unknown(reader, dimension, oeo_yaml_find(node, "unknown"));
	if (err == OEO_OK)
		err = read_computed(reader, dimension, lists, node);
	return err;
}

enum oeo_err oeo_plan_file_dimensions(struct oeo_plan_reader *reader)
{
	const struct oeo_yaml_node *node = oeo_yaml_find(reader->root, "dimensions");
	size_t n = oeo_yaml_map(reader->yaml, node, NULL) ? oeo_yaml_count(node) : 0;
	struct oeo_plan *plan = reader->plan;
	enum oeo_err err = OEO_OK;

	if (n > OEO_MAX_DIMENSIONS) {
		oeo_yaml_fault(
		    reader->yaml, node, _("a plan has at most %d dimensions."), OEO_MAX_DIMENSIONS);
		n = OEO_MAX_DIMENSIONS;
	}
	plan->dimensions = oeo_alloc_array(n, sizeof(*plan->dimensions));
	reader->lists = oeo_alloc_array(n, sizeof(*reader->lists));
	if (plan->dimensions == NULL || reader->lists == NULL)
		return OEO_ERR_NOMEM;
	plan->n_dimensions = n;
	for (size_t i = 0; i < n && err == OEO_OK; i++)
		err = read_dimension(reader, i, oeo_yaml_item(node, i), oeo_yaml_key_at(node, i));
	return err;
}

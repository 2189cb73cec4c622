/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/plan_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/home.h"
#include "proto/i18n.h"
#include "proto/plan_check.h"
#include "proto/plan_csv.h"
#include "proto/plan_file_internal.h"

static const struct oeo_yaml_node *first_of(
    const struct oeo_yaml_node *a, const struct oeo_yaml_node *b, const struct oeo_yaml_node *c)
{
	if (a != NULL)
		return a;
	return b != NULL ? b : c;
}

/* The line of plan.yaml that a place of the plan comes from. */
static const struct oeo_yaml_node *node_of_place(
    const struct oeo_plan_reader *reader, const struct oeo_plan_place *place)
{
	const struct oeo_yaml_node *root = reader->root;
	const struct oeo_yaml_node *identity = oeo_yaml_find(root, "identity");
	const struct oeo_yaml_node *thresholds = oeo_yaml_find(root, "thresholds");
	const struct oeo_yaml_node *part = NULL;
	const char *key = place->key != NULL ? place->key : "";

	switch (place->part) {
	case OEO_PART_FIELD:
		part = oeo_yaml_item(oeo_yaml_find(identity, "fields"), place->i);
		return first_of(
		    oeo_yaml_find(oeo_yaml_find(identity, key), reader->plan->fields[place->i].id), part,
		    identity);
	case OEO_PART_TABLE:
		part = oeo_yaml_item(oeo_yaml_find(root, "tables"), place->i);
		break;
	case OEO_PART_DIMENSION:
	case OEO_PART_CODE:
	case OEO_PART_LOOKUP:
		part = oeo_yaml_item(oeo_yaml_find(root, "dimensions"), place->i);
		return first_of(oeo_yaml_find(part, key), part, root);
	case OEO_PART_WHOLE:
		break;
	}
	return first_of(oeo_yaml_find(part, key),
	    first_of(oeo_yaml_find(root, key), oeo_yaml_find(identity, key), oeo_yaml_find(thresholds, key)),
	    first_of(part, root, NULL));
}

/* The same sentence at the same place is told once: a threshold of the plan is that of many tables. */
static bool is_told(const struct oeo_findings *findings, const char *file, size_t line, const char *sentence)
{
	struct oeo_findings one = {0};
	bool is_found = false;

	oeo_findings_add(&one, OEO_FINDING_FAULT, file, line, "%s", sentence);
	for (size_t i = 0; one.count == 1 && i < findings->count && !is_found; i++)
		is_found = strcmp(findings->items[i].text, one.items[0].text) == 0;
	oeo_findings_fini(&one);
	return is_found;
}

static void on_fault(void *context, const struct oeo_plan_place *place, const char *sentence)
{
	struct oeo_plan_reader *reader = context;
	const struct oeo_plan_lists *lists = NULL;
	const char *file = oeo_yaml_name(reader->yaml);
	size_t line = oeo_yaml_line(node_of_place(reader, place));

	if (place->part == OEO_PART_DIMENSION || place->part == OEO_PART_CODE ||
	    place->part == OEO_PART_LOOKUP)
		lists = &reader->lists[place->i];
	if (lists != NULL && lists->is_broken)
		return;
	if (place->part == OEO_PART_CODE && lists != NULL && lists->codes_name != NULL) {
		file = lists->codes_name;
		line = place->j < lists->codes.n ? lists->codes.lines[place->j] : 0;
	}
	if (place->part == OEO_PART_LOOKUP && lists != NULL && lists->lookup_name != NULL) {
		file = lists->lookup_name;
		line = place->j < lists->lookup.n ? lists->lookup.lines[place->j] : 0;
	}
	if (!is_told(reader->findings, file, line, sentence))
		oeo_findings_add(reader->findings, OEO_FINDING_FAULT, file, line, "%s", sentence);
}

static enum oeo_err read_all(struct oeo_plan_reader *reader)
{
	struct oeo_note why = {""};
	enum oeo_err err = oeo_plan_file_head(reader);

	if (err == OEO_OK)
		err = oeo_plan_file_identity(reader);
	if (err == OEO_OK)
		err = oeo_plan_file_dimensions(reader);
	if (err == OEO_OK)
		err = oeo_plan_file_tables(reader);
	if (err != OEO_OK)
		return err;
	if (!reader->has_from)
		reader->plan->from = oeo_period_of_day(oeo_plan_base(reader->plan), 0);
	(void)oeo_plan_check(reader->plan, on_fault, reader);
	if (reader->findings->faults > 0)
		return OEO_ERR_RANGE;
	err = oeo_plan_seal(reader->plan, &why);
	if (err != OEO_OK)
		oeo_findings_add(reader->findings, OEO_FINDING_FAULT, oeo_yaml_name(reader->yaml), 0, "%s",
		    why.text[0] != '\0' ? why.text : oeo_err_text(err));
	return err;
}

static void free_lists(struct oeo_plan_reader *reader)
{
	for (size_t i = 0; reader->lists != NULL && i < reader->plan->n_dimensions; i++) {
		free(reader->lists[i].codes.lines);
		free(reader->lists[i].lookup.lines);
	}
	free(reader->lists);
}

static enum oeo_err compile(struct oeo_plan **plan, struct oeo_yaml *yaml, oeo_plan_load_fn *load,
    void *context, struct oeo_findings *findings)
{
	struct oeo_plan_reader reader = {.yaml = yaml,
	    .root = oeo_yaml_root(yaml),
	    .findings = findings,
	    .load = load,
	    .context = context};
	enum oeo_err err;

	if (!oeo_yaml_map(yaml, reader.root, NULL))
		return OEO_ERR_FORMAT;
	reader.plan = calloc(1, sizeof(*reader.plan));
	if (reader.plan == NULL)
		return OEO_ERR_NOMEM;
	err = read_all(&reader);
	oeo_findings_sort(findings);
	free_lists(&reader);
	if (err == OEO_OK)
		*plan = reader.plan;
	else
		oeo_plan_free(reader.plan);
	return err;
}

enum oeo_err oeo_plan_file_parse(struct oeo_plan **plan, const char *name, const void *text, size_t len,
    oeo_plan_load_fn *load, void *context, struct oeo_findings *findings)
{
	struct oeo_yaml *yaml = NULL;
	enum oeo_err err = oeo_yaml_parse(&yaml, name, text, len, findings);

	if (err == OEO_OK)
		err = compile(plan, yaml, load, context, findings);
	oeo_yaml_free(yaml);
	return err;
}

/* Lists lie beside the plan; context is the plan's path. */
static enum oeo_err load_beside(void *context, const char *name, struct oeo_buf *text, struct oeo_note *why)
{
	const char *path = context;
	const char *slash = strrchr(path, '/');
	int folder = slash != NULL ? (int)(slash - path + 1) : 0;
	char full[OEO_PATH_BYTES];
	int len = snprintf(full, sizeof(full), "%.*s%s", folder, path, name);
	enum oeo_err err;

	if (len <= 0 || (size_t)len >= sizeof(full))
		return oeo_note_set(why, OEO_ERR_RANGE, _("the name of this file is too long."));
	err = oeo_file_read(text, full, OEO_PLAN_CSV_LIMIT, why);
	if (err == OEO_ERR_NOT_FOUND)
		return oeo_note_set(why, err,
		    _("there is no file \"%.200s\". It is looked for beside the plan; look at its name."),
		    name);
	return err;
}

enum oeo_err oeo_plan_file_read(struct oeo_plan **plan, const char *path, struct oeo_findings *findings)
{
	struct oeo_yaml *yaml = NULL;
	enum oeo_err err = oeo_yaml_read(&yaml, path, findings);

	if (err == OEO_OK)
		err = compile(plan, yaml, load_beside, (void *)path, findings);
	oeo_yaml_free(yaml);
	return err;
}

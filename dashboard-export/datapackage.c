/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/datapackage.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"

#define NAME_BYTES 96
#define LICENCE "CC-BY-4.0"

/* Resource names are lower case in this format; ids of tables, levels and periods need not be. */
static void make_name(char name[NAME_BYTES], const char *first, const char *second)
{
	(void)snprintf(name, NAME_BYTES, "%s-%s", first, second);
	for (char *c = name; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
}

static json_t *field(const char *name, const char *type, const char *title)
{
	return json_pack("{s:s, s:s, s:s}", "name", name, "type", type, "title", title);
}

static json_t *number_field(const char *name, const char *title, const char *meaning)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:{s:i}}", "name", name, "type", "integer", "title", title,
	    "description", meaning, "constraints", "minimum", 0);
}

static json_t *mark_field(const char *name, const char *title)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:{s:[s]}}", "name", name, "type", "string", "title", title,
	    "description", _("A dot: the figure is not shown; empty: it is shown"), "constraints", "enum",
	    ".");
}

static json_t *fields_of(const struct oeo_view_table *table)
{
	json_t *fields = json_array();
	char name[NAME_BYTES];
	int failed = 0;

	failed |= json_array_append_new(fields, field("period", "string", _("Period")));
	for (size_t i = 0; i < table->n_axes; i++) {
		const struct oeo_view_axis *axis = &table->axes[i];

		failed |= json_array_append_new(
		    fields, field(axis->id, "string", oeo_notation_capital(axis->name).text));
		(void)snprintf(name, sizeof(name), "%s_label", axis->id);
		failed |= json_array_append_new(
		    fields, field(name, "string", oeo_notation_capital(axis->name).text));
	}
	failed |= json_array_append_new(
	    fields, number_field("residents", oeo_notation_capital(oeo_notation_unit(table->unit)).text,
			oeo_notation_unit_meaning(table->unit)));
	if (table->plan->publishes_questions)
		failed |= json_array_append_new(
		    fields, number_field("questions", oeo_notation_capital(oeo_notation_questions()).text,
				oeo_notation_questions_meaning()));
	failed |= json_array_append_new(fields, mark_field("mark", _("Mark")));
	if (table->plan->publishes_questions)
		failed |=
		    json_array_append_new(fields, mark_field("questions_mark", _("Mark of the questions")));
	if (failed) {
		json_decref(fields);
		return NULL;
	}
	return fields;
}

/* period and the codes; and where each code's labels stand. */
static json_t *primary_key_of(const struct oeo_view_table *table)
{
	json_t *key = json_pack("[s]", "period");

	for (size_t i = 0; i < table->n_axes; i++)
		if (json_array_append_new(key, json_string(table->axes[i].id)) != 0) {
			json_decref(key);
			return NULL;
		}
	return key;
}

static json_t *foreign_keys_of(const struct oeo_view_table *table)
{
	json_t *keys = json_array();
	char name[NAME_BYTES];

	for (size_t i = 0; i < table->n_axes; i++) {
		make_name(name, OEO_CODES_FOLDER, table->axes[i].id);
		if (json_array_append_new(keys, json_pack("{s:s, s:{s:s, s:s}}", "fields", table->axes[i].id,
						    "reference", "resource", name, "fields", "code")) != 0) {
			json_decref(keys);
			return NULL;
		}
	}
	return keys;
}

static json_t *dialect(void)
{
	return json_pack("{s:s, s:s, s:s, s:b, s:b}", "delimiter", ",", "lineTerminator", "\r\n", "quoteChar",
	    "\"", "doubleQuote", 1, "header", 1);
}

/* Takes schema, which may be NULL after a failure. */
static json_t *resource(const char *name, const char *path, const char *title, json_t *schema)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "name", name, "path", path, "title",
	    title, "profile", "tabular-data-resource", "format", "csv", "mediatype", "text/csv", "encoding",
	    "utf-8", "dialect", dialect(), "schema", schema);
}

static json_t *table_resource(const struct oeo_view_period *period, const struct oeo_view_table *table)
{
	json_t *schema = json_pack("{s:o, s:[s], s:o, s:o}", "fields", fields_of(table), "missingValues", "",
	    "primaryKey", primary_key_of(table), "foreignKeys", foreign_keys_of(table));
	char name[NAME_BYTES], path[NAME_BYTES], title[320];

	if (schema != NULL && table->n_axes == 0)
		(void)json_object_del(schema, "foreignKeys");
	make_name(name, period->id, table->id);
	(void)snprintf(path, sizeof(path), "%s/%s.csv", period->id, table->id);
	(void)snprintf(title, sizeof(title), "%s, %s", table->title.text, period->name.text);
	return resource(name, path, title, schema);
}

static json_t *codes_resource(const struct oeo_view_axis *level)
{
	json_t *schema = json_pack("{s:[o, o, o, o], s:[s], s:s}", "fields",
	    field("code", "string", _("Code")), field("parent", "string", _("Code above it")),
	    field("label_nl", "string", _("Label in Dutch")),
	    field("label_en", "string", _("Label in English")), "missingValues", "", "primaryKey", "code");
	char name[NAME_BYTES], path[NAME_BYTES];

	make_name(name, OEO_CODES_FOLDER, level->id);
	(void)snprintf(path, sizeof(path), OEO_CODES_FOLDER "/%s.csv", level->id);
	return resource(name, path, oeo_notation_capital(level->names).text, schema);
}

static json_t *resources_of(const struct oeo_view *view)
{
	json_t *resources = json_array();
	const struct oeo_view_axis **levels = NULL;
	size_t n = 0;
	int failed = oeo_datapackage_levels(&levels, &n, view) != OEO_OK;

	for (size_t p = 0; p < view->n_periods; p++)
		for (size_t t = 0; t < view->periods[p].n_tables; t++)
			failed |= json_array_append_new(
			    resources, table_resource(&view->periods[p], &view->periods[p].tables[t]));
	for (size_t i = 0; i < n; i++)
		failed |= json_array_append_new(resources, codes_resource(levels[i]));
	free(levels);
	if (failed) {
		json_decref(resources);
		return NULL;
	}
	return resources;
}

/* The signed releases, by name and digest. */
static json_t *sources_of(const struct oeo_view *view, bool has_releases)
{
	json_t *sources = json_array();

	for (size_t i = 0; i < view->n_periods; i++) {
		const struct oeo_view_period *period = &view->periods[i];
		char hex[2 * OEO_DIGEST_BYTES + 1], title[2 * NAME_BYTES], path[NAME_BYTES];
		json_t *source;

		oeo_hex_encode(hex, period->source->release.digest, OEO_DIGEST_BYTES);
		(void)snprintf(
		    title, sizeof(title), "%s-%s.oeorel (BLAKE2b-256 %s)", view->plan, period->id, hex);
		(void)snprintf(path, sizeof(path), "releases/%s-%s.oeorel", view->plan, period->id);
		source = json_pack("{s:s}", "title", title);
		if (source == NULL ||
		    (has_releases && json_object_set_new(source, "path", json_string(path)) != 0) ||
		    json_array_append(sources, source) != 0) {
			json_decref(source);
			json_decref(sources);
			return NULL;
		}
		json_decref(source);
	}
	return sources;
}

static json_t *document_of(const struct oeo_view *view, bool has_releases)
{
	const struct oeo_view_period *last = &view->periods[view->n_periods - 1];
	char name[NAME_BYTES];

	make_name(name, "ogen-en-oren", view->plan);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:[{s:s, s:s}], s:[{s:s, s:s, s:s}], s:o, s:o}",
	    "profile", "tabular-data-package", "name", name, "title", view->title, "description",
	    _("Questions that residents brought to the organisations that help them. A dot in the column "
	      "mark: not shown."),
	    "created", last->source->release.created, "contributors", "title", view->publisher, "role",
	    "publisher", "licenses", "name", LICENCE, "title", "Creative Commons Attribution 4.0", "path",
	    "https://creativecommons.org/licenses/by/4.0/", "sources", sources_of(view, has_releases),
	    "resources", resources_of(view));
}

enum oeo_err oeo_datapackage_write(struct oeo_buf *out, const struct oeo_view *view, bool has_releases)
{
	json_t *document = document_of(view, has_releases);
	char *text = NULL;
	enum oeo_err err = OEO_ERR_NOMEM;

	if (document != NULL)
		text = json_dumps(document, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	if (text != NULL)
		err = oeo_buf_append_text(out, text);
	if (err == OEO_OK)
		err = oeo_buf_append_text(out, "\n");
	free(text);
	json_decref(document);
	return err;
}

static bool is_listed(const struct oeo_view_axis *const *levels, size_t n, const char *level)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(levels[i]->id, level) == 0)
			return true;
	return false;
}

enum oeo_err oeo_datapackage_levels(
    const struct oeo_view_axis ***levels, size_t *n, const struct oeo_view *view)
{
	const struct oeo_view_axis **found;
	size_t room = 0, count = 0;

	for (size_t p = 0; p < view->n_periods; p++)
		for (size_t t = 0; t < view->periods[p].n_tables; t++)
			room += view->periods[p].tables[t].n_axes;
	found =
	    oeo_alloc_array(room + 1, sizeof(*found)); /* NOLINT(bugprone-sizeof-expression): of pointers */
	if (found == NULL)
		return OEO_ERR_NOMEM;
	for (size_t p = 0; p < view->n_periods; p++)
		for (size_t t = 0; t < view->periods[p].n_tables; t++)
			for (size_t i = 0; i < view->periods[p].tables[t].n_axes; i++)
				if (!is_listed(found, count, view->periods[p].tables[t].axes[i].id))
					found[count++] = &view->periods[p].tables[t].axes[i];
	*levels = found;
	*n = count;
	return OEO_OK;
}

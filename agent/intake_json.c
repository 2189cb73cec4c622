/* SPDX-License-Identifier: EUPL-1.2 */
#include <jansson.h>
#include <string.h>

#include "agent/intake_print.h"
#include "proto/i18n.h"

/* Append item to list, which takes it; false where either is missing or memory is short. */
static bool append(json_t *list, json_t *item)
{
	return list != NULL && item != NULL && json_array_append_new(list, item) == 0;
}

static json_t *done(json_t *json, bool is_complete)
{
	if (is_complete)
		return json;
	json_decref(json);
	return NULL;
}

static json_t *refusal_to_json(const struct oeo_row_refusal *refusal, const struct oeo_mapping *mapping)
{
	const char *column = refusal->columns != NULL ? refusal->columns->names[refusal->column] : NULL;
	struct oeo_buf text = {0};
	json_t *json = NULL;

	if (oeo_refusal_describe(&text, refusal, mapping) == OEO_OK && oeo_buf_terminate(&text) == OEO_OK)
		json = json_pack("{s:I, s:s, s:s?, s:s}", "line", (json_int_t)refusal->line, "reason",
		    oeo_refusal_name(refusal->reason), "column", column, "text", (const char *)text.data);
	oeo_buf_fini(&text);
	return json;
}

static json_t *refusals_to_json(const struct oeo_intake_report *report)
{
	json_t *list = json_array();
	bool is_complete = list != NULL;

	for (size_t i = 0; i < report->n_refusals && is_complete; i++)
		is_complete =
		    append(list, refusal_to_json(&report->refusals[i], report->refusals[i].mapping));
	return done(list, is_complete);
}

static json_t *codes_to_json(const struct oeo_dimension *dimension, const struct oeo_intake_dimension *of)
{
	json_t *list = json_array();
	bool is_complete = list != NULL;

	for (size_t i = 0; i < dimension->n_codes && is_complete; i++) {
		const struct oeo_code *code = &dimension->codes[i];

		if (of->counts[i] > 0)
			is_complete = append(list, json_pack("{s:s, s:s, s:I}", "code", code->code, "label",
						       oeo_i18n_pick(code->label_nl, code->label_en), "count",
						       (json_int_t)of->counts[i]));
	}
	return done(list, is_complete);
}

static json_t *lines_to_json(const struct oeo_unmapped *unmapped)
{
	size_t n = unmapped->count < OEO_INTAKE_MAX_LINES ? unmapped->count : OEO_INTAKE_MAX_LINES;
	json_t *list = json_array();
	bool is_complete = list != NULL;

	for (size_t i = 0; i < n && is_complete; i++)
		is_complete = append(list, json_integer((json_int_t)unmapped->lines[i]));
	return done(list, is_complete);
}

static json_t *unmapped_to_json(const struct oeo_intake_dimension *of)
{
	json_t *list = json_array();
	bool is_complete = list != NULL;

	for (size_t i = 0; i < of->n_unmapped && is_complete; i++) {
		const struct oeo_unmapped *unmapped = &of->unmapped[i];

		if (unmapped->count > 0)
			is_complete =
			    append(list, json_pack("{s:s?, s:I, s:o}", "code",
					     unmapped->code[0] != '\0' ? unmapped->code : NULL, "count",
					     (json_int_t)unmapped->count, "lines", lines_to_json(unmapped)));
	}
	return done(list, is_complete);
}

static json_t *dimensions_to_json(const struct oeo_intake_report *report)
{
	json_t *list = json_array();
	bool is_complete = list != NULL;

	for (size_t i = 0; i < report->plan->n_dimensions && is_complete; i++) {
		const struct oeo_columns *columns = &report->mapping->dimensions[i].columns;

		is_complete = append(
		    list, json_pack("{s:s, s:s?, s:o, s:o}", "dimension", report->plan->dimensions[i].id,
			      "column", columns->n > 0 ? columns->names[0] : NULL, "codes",
			      codes_to_json(&report->plan->dimensions[i], &report->dimensions[i]), "unmapped",
			      unmapped_to_json(&report->dimensions[i])));
	}
	return done(list, is_complete);
}

static json_t *forecast_to_json(const struct oeo_intake_report *report)
{
	json_t *list = json_array();
	bool is_complete = list != NULL;

	for (size_t i = 0; i < report->plan->n_tables && is_complete; i++)
		is_complete =
		    append(list, json_pack("{s:s, s:s, s:I, s:I}", "table", report->plan->tables[i].id,
				     "cadence", oeo_cadence_name(report->plan->tables[i].cadence), "periods",
				     (json_int_t)report->forecast.periods[i], "reports",
				     (json_int_t)report->forecast.reports[i]));
	return done(list, is_complete);
}

static json_t *not_read_to_json(const struct oeo_intake_report *report)
{
	json_t *list = json_array();
	bool is_complete = list != NULL;

	for (size_t i = 0; i < report->n_not_read && is_complete; i++)
		is_complete = append(list, json_string(report->not_read[i]));
	return done(list, is_complete);
}

static json_t *difference_to_json(const struct oeo_row_difference *difference)
{
	json_t *columns = json_array();
	bool is_complete = columns != NULL;

	for (size_t i = 0; i < OEO_MAX_DIMENSIONS && is_complete; i++) {
		if (difference->in_dimension[i])
			is_complete =
			    append(columns, json_string(difference->mapping->dimensions[i].columns.names[0]));
	}
	columns = done(columns, is_complete);
	return json_pack("{s:I, s:I, s:o}", "line", (json_int_t)difference->line, "first_line",
	    (json_int_t)difference->first_line, "columns", columns);
}

/* Rows of questions that have several. */
static json_t *same_to_json(const struct oeo_intake_report *report)
{
	json_t *list = json_array();
	bool is_complete = list != NULL;

	for (size_t i = 0; i < report->n_differences && is_complete; i++)
		is_complete = append(list, difference_to_json(&report->differences[i]));
	list = done(list, is_complete);
	return json_pack("{s:I, s:I, s:I, s:o}", "rows", (json_int_t)report->n_same, "filled",
	    (json_int_t)report->n_filled, "differing", (json_int_t)report->n_differing, "differences", list);
}

static json_t *counts_to_json(const struct oeo_intake_report *report, const char *file, bool is_preview)
{
	return json_pack(
	    "{s:s, s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
	    "file", file, "mapping", report->mapping->id, "plan", report->plan->id, "preview", is_preview,
	    "rows", (json_int_t)report->n_rows, "taken", (json_int_t)report->n_taken, "refused",
	    (json_int_t)report->n_refused, "added", (json_int_t)report->n_added, "known",
	    (json_int_t)report->n_known, "changed", (json_int_t)report->n_changed, "frozen",
	    (json_int_t)report->n_frozen, "restored", (json_int_t)report->n_restored, "withdrawn",
	    (json_int_t)report->n_withdrawn, "missing", (json_int_t)report->corrections.n_missing, "late",
	    (json_int_t)report->n_late, "without_identity", (json_int_t)report->n_without_identity,
	    "placeholders", (json_int_t)report->n_placeholders, "unmapped", (json_int_t)report->n_unmapped,
	    "refusals", refusals_to_json(report));
}

/* Rows under other plans than the one that is named above. */
static json_t *others_to_json(const struct oeo_intake_report *report, bool is_preview)
{
	json_t *list = json_array();
	bool is_complete = list != NULL;
	char from[OEO_PERIOD_BYTES];

	for (size_t i = 0; i < report->n_others && is_complete; i++) {
		const struct oeo_intake_report *other = &report->others[i];

		if (other->n_taken == 0)
			continue;
		oeo_period_format(from, &other->plan->from);
		is_complete =
		    append(list, json_pack("{s:s, s:I, s:o, s:o*}", "plan_from", from, "taken",
				     (json_int_t)other->n_taken, "dimensions", dimensions_to_json(other),
				     "would_send", is_preview ? forecast_to_json(other) : NULL));
	}
	return done(list, is_complete);
}

json_t *oeo_intake_to_json(const struct oeo_intake_report *report, const char *file, bool is_preview)
{
	json_t *json = counts_to_json(report, file, is_preview);
	bool is_complete =
	    json != NULL && json_object_set_new(json, "dimensions", dimensions_to_json(report)) == 0 &&
	    json_object_set_new(json, "same_question", same_to_json(report)) == 0 &&
	    json_object_set_new(json, "other_plans", others_to_json(report, is_preview)) == 0 &&
	    json_object_set_new(json, "columns_not_read", not_read_to_json(report)) == 0;

	if (is_complete && is_preview)
		is_complete = json_object_set_new(json, "would_send", forecast_to_json(report)) == 0;
	return done(json, is_complete);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/intake_report.h"

#include <stdlib.h>
#include <string.h>

static void dimension_fini(struct oeo_intake_dimension *dimension)
{
	free(dimension->counts);
	free(dimension->unmapped);
}

void oeo_intake_report_fini(struct oeo_intake_report *report)
{
	for (size_t i = 0; i < OEO_MAX_DIMENSIONS; i++)
		dimension_fini(&report->dimensions[i]);
	for (size_t i = 0; i < report->n_not_read; i++)
		free(report->not_read[i]);
	free(report->not_read);
	for (size_t i = 0; i < report->n_others; i++)
		oeo_intake_report_fini(&report->others[i]);
	free(report->others);
	free(report->refusals);
	free(report->differences);
	oeo_forecast_fini(&report->forecast);
	oeo_corrections_fini(&report->corrections);
	memset(report, 0, sizeof(*report));
}

static enum oeo_err part_init(
    struct oeo_intake_report *report, const struct oeo_plan *plan, const struct oeo_mapping *mapping)
{
	report->plan = plan;
	report->mapping = mapping;
	for (size_t i = 0; i < plan->n_dimensions; i++) {
		struct oeo_intake_dimension *dimension = &report->dimensions[i];

		dimension->counts = oeo_alloc_array(plan->dimensions[i].n_codes, sizeof(*dimension->counts));
		dimension->unmapped = oeo_alloc_array(OEO_INTAKE_MAX_UNMAPPED, sizeof(*dimension->unmapped));
		if (dimension->counts == NULL || dimension->unmapped == NULL)
			return OEO_ERR_NOMEM;
		dimension->n_unmapped = 1;
	}
	return oeo_forecast_init(&report->forecast, plan);
}

enum oeo_err oeo_intake_report_init(struct oeo_intake_report *report, const struct oeo_intake_job *job)
{
	enum oeo_err err = OEO_OK;

	memset(report, 0, sizeof(*report));
	report->refusals = oeo_alloc_array(OEO_INTAKE_MAX_REFUSALS, sizeof(*report->refusals));
	report->others = oeo_alloc_array(job->n_others, sizeof(*report->others));
	if (report->refusals == NULL || report->others == NULL)
		return OEO_ERR_NOMEM;
	err = part_init(report, job->plan, job->mapping);
	for (size_t i = 0; i < job->n_others && err == OEO_OK; i++) {
		report->n_others++;
		err = part_init(&report->others[i], job->others[i].plan, job->others[i].mapping);
	}
	return err;
}

void oeo_intake_report_refuse(struct oeo_intake_report *report, const struct oeo_row_refusal *refusal)
{
	report->n_refused++;
	if (report->n_refusals < OEO_INTAKE_MAX_REFUSALS)
		report->refusals[report->n_refusals++] = *refusal;
}

/* The entry of this code; the one without a code where there are too many different ones. */
static struct oeo_unmapped *find_unmapped(struct oeo_intake_dimension *dimension, const char *code)
{
	for (size_t i = 0; i < dimension->n_unmapped; i++) {
		if (strcmp(dimension->unmapped[i].code, code) == 0)
			return &dimension->unmapped[i];
	}
	if (dimension->n_unmapped == OEO_INTAKE_MAX_UNMAPPED)
		return &dimension->unmapped[0];
	memcpy(dimension->unmapped[dimension->n_unmapped].code, code, OEO_ID_BYTES);
	return &dimension->unmapped[dimension->n_unmapped++];
}

void oeo_intake_report_codes(struct oeo_intake_report *report, const struct oeo_read_row *read)
{
	for (size_t i = 0; i < report->plan->n_dimensions; i++) {
		struct oeo_unmapped *unmapped;

		report->dimensions[i].counts[read->codes[i]]++;
		if (!read->is_unmapped[i])
			continue;
		unmapped = find_unmapped(&report->dimensions[i], read->unmapped[i]);
		if (unmapped->count < OEO_INTAKE_MAX_LINES)
			unmapped->lines[unmapped->count] = read->lines[i];
		unmapped->count++;
	}
}

void oeo_intake_report_row(
    struct oeo_intake_report *report, const struct oeo_read_row *read, enum oeo_put_result result)
{
	report->n_taken++;
	report->n_added += result == OEO_PUT_ADDED;
	report->n_known += result == OEO_PUT_KNOWN;
	report->n_changed += result == OEO_PUT_CHANGED;
	report->n_frozen += result == OEO_PUT_FROZEN;
	report->n_restored += result == OEO_PUT_RESTORED;
	report->n_withdrawn += result == OEO_PUT_WITHDRAWN;
	oeo_corrections_note_taken(&report->corrections, &read->question, result);
	report->n_late += read->question.is_late && (result == OEO_PUT_ADDED || result == OEO_PUT_CHANGED);
	report->n_without_identity += !oeo_question_has_identity(&read->question);
	report->n_placeholders += read->has_placeholder;
	report->n_unmapped += read->question.is_unmapped;
}

enum oeo_err oeo_intake_report_same(
    struct oeo_intake_report *report, const struct oeo_row_difference *difference, bool has_filled)
{
	bool differs = false;

	report->n_same++;
	report->n_filled += has_filled;
	for (size_t i = 0; i < OEO_MAX_DIMENSIONS; i++)
		differs = differs || difference->in_dimension[i];
	if (!differs)
		return OEO_OK;
	report->n_differing++;
	if (report->differences == NULL)
		report->differences =
		    oeo_alloc_array(OEO_INTAKE_MAX_DIFFERENCES, sizeof(*report->differences));
	if (report->differences == NULL)
		return OEO_ERR_NOMEM;
	if (report->n_differences < OEO_INTAKE_MAX_DIFFERENCES)
		report->differences[report->n_differences++] = *difference;
	return OEO_OK;
}

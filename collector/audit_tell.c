/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/audit_tell.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "proto/i18n.h"

static const char *const measures[OEO_DISCLOSURE_MEASURES] = {"residents", "questions"};

/* ---- For people */

struct summary {
	size_t n_hidden;
	size_t n_derived;
	size_t n_zero; /* that are known to be zero, which is nobody's number */
	const struct oeo_audit_interval *narrowest; /* of the others */
};

static bool is_hidden(const struct oeo_disclosure_cell *cell, size_t measure)
{
	return cell->has_measure[measure] &&
	       (cell->role == OEO_DISCLOSURE_HIDDEN ||
		   (measure == OEO_DISCLOSURE_QUESTIONS && cell->hides_questions));
}

static uint64_t width_of(const struct oeo_audit_interval *interval)
{
	return interval->high == OEO_AUDIT_NO_LIMIT ? UINT64_MAX : (uint64_t)(interval->high - interval->low);
}

static struct summary summarise(const struct oeo_audit_sources *sources,
    const struct oeo_audit_findings *findings, size_t margin, size_t measure)
{
	struct summary summary = {0};

	for (size_t i = 0; i < sources->built.sizes[margin]; i++) {
		size_t cell = sources->built.first[margin] + i;
		const struct oeo_audit_interval *interval =
		    &findings->cells[cell].intervals[OEO_AUDIT_VIEW_P][measure];

		if (!is_hidden(&sources->built.cells[cell], measure))
			continue;
		summary.n_hidden++;
		summary.n_derived += findings->cells[cell].recovered[measure] != 0;
		summary.n_zero += findings->has_intervals && interval->high == 0;
		if (findings->has_intervals && interval->high > 0 &&
		    (summary.narrowest == NULL || width_of(interval) < width_of(summary.narrowest)))
			summary.narrowest = interval;
	}
	return summary;
}

static void tell_summary(const char *table, size_t measure, const struct summary *summary)
{
	(void)printf(
	    "  %-28s %-10s", table, measure == OEO_DISCLOSURE_RESIDENTS ? _("residents") : _("questions"));
	(void)printf(_(" %5zu not shown"), summary->n_hidden);
	if (summary->narrowest != NULL && summary->narrowest->high == OEO_AUDIT_NO_LIMIT)
		(void)printf(_(", none has an upper limit"));
	else if (summary->narrowest != NULL)
		(void)printf(_(", the narrowest lies in %lld..%lld"), (long long)summary->narrowest->low,
		    (long long)summary->narrowest->high);
	if (summary->n_zero > 0)
		(void)printf(_(", %zu certainly zero"), summary->n_zero);
	if (summary->n_derived > 0)
		(void)printf(_(", ! %zu can be derived"), summary->n_derived);
	(void)printf("\n");
}

static void tell_interval(const struct oeo_audit_interval *interval)
{
	if (interval->high == OEO_AUDIT_NO_LIMIT)
		(void)printf(_("%lld or more"), (long long)interval->low);
	else
		(void)printf("%lld..%lld", (long long)interval->low, (long long)interval->high);
}

static void tell_number(const struct oeo_audit_sources *sources, const struct oeo_audit_findings *findings,
    size_t margin, size_t index, size_t measure)
{
	const struct oeo_plan *plan = sources->releases[0].plan.plan;
	const struct oeo_table *table = &sources->built.margins.items[margin].table;
	const struct oeo_audit_cell *cell = &findings->cells[sources->built.first[margin] + index];
	size_t codes[OEO_MAX_BY];

	(void)printf("     ");
	oeo_table_cell_codes(plan, table, index, codes);
	for (size_t i = 0; i < table->n_by; i++)
		(void)printf(" %s", plan->dimensions[table->by[i].dimension].codes[codes[i]].code);
	(void)printf("  ");
	tell_interval(&cell->intervals[OEO_AUDIT_VIEW_P][measure]);
	if (sources->parts != NULL) {
		(void)printf(_(", with your own figures "));
		tell_interval(&cell->intervals[OEO_AUDIT_VIEW_O][measure]);
	}
	if (cell->recovered[measure] != 0)
		(void)printf(_(", ! can be derived"));
	(void)printf("\n");
}

static void tell_numbers(const struct oeo_audit_sources *sources, const struct oeo_audit_findings *findings,
    size_t margin, size_t measure)
{
	for (size_t i = 0; i < sources->built.sizes[margin]; i++)
		if (is_hidden(&sources->built.cells[sources->built.first[margin] + i], measure))
			tell_number(sources, findings, margin, i, measure);
}

static void tell_source(
    const struct oeo_audit_sources *sources, const struct oeo_audit_findings *findings, size_t source)
{
	const struct oeo_release_problem *built = &sources->built;
	char period[OEO_PERIOD_BYTES];

	oeo_period_format(period, &sources->sources[source].period);
	(void)printf("%s  %s\n", period, sources->paths[sources->release_of[source]]);
	for (size_t i = 0; i < built->margins.n; i++) {
		const struct oeo_margin *margin = &built->margins.items[i];

		if (margin->source != source || margin->planned == SIZE_MAX)
			continue;
		for (size_t m = 0; m < OEO_DISCLOSURE_MEASURES; m++) {
			struct summary summary = summarise(sources, findings, i, m);

			if (summary.n_hidden > 0)
				tell_summary(margin->table.id, m, &summary);
			if (findings->wants_each)
				tell_numbers(sources, findings, i, m);
		}
	}
}

static const char *meaning_of(size_t attacker)
{
	switch (1u << attacker) {
	case OEO_AUDIT_L:
		return _("adding and subtracting");
	case OEO_AUDIT_P:
		return _("bounds: least and most");
	case OEO_AUDIT_Q:
		return _("bounds, where zeros are shown");
	case OEO_AUDIT_S:
		return _("a resident who is alone in a cell");
	case OEO_AUDIT_O:
		return _("a member with its own figures");
	case OEO_AUDIT_G:
		return _("small sums and differences");
	default:
		return _("differences over time");
	}
}

/* In how many of the releases the collector recorded that this attacker finds nothing. A release that records anything names all
 * attackers, also one that did not apply: that one finds nothing either. */
static size_t count_recorded(const struct oeo_audit_sources *sources, size_t attacker)
{
	size_t n = 0;

	for (size_t i = 0; i < sources->n_releases; i++)
		n += strchr(sources->releases[i].withstood, oeo_audit_letter(attacker)[0]) != NULL;
	return n;
}

static void tell_recorded(const struct oeo_audit_sources *sources, size_t n)
{
	if (n == sources->n_releases)
		(void)printf(_("recorded as safe by the collector at the release\n"));
	else
		(void)printf(_("recorded as safe by the collector in %zu of %zu releases; not known of the "
			       "others\n"),
		    n, sources->n_releases);
}

/* A member that leaves its questions out has not been tried on them. */
static bool lacks_questions(const struct oeo_audit_sources *sources, size_t attacker)
{
	return 1u << attacker == OEO_AUDIT_O && sources->n_without_questions > 0;
}

static void tell_verdict(
    const struct oeo_audit_sources *sources, const struct oeo_audit_findings *findings, size_t attacker)
{
	const struct oeo_audit_verdict *verdict = &findings->report.verdicts[attacker];

	(void)printf("  %s  %-36s ", oeo_audit_letter(attacker), meaning_of(attacker));
	if (verdict->is_tried && verdict->n_recovered > 0)
		(void)printf(_("! UNSAFE: %zu numbers\n"), verdict->n_recovered);
	else if (verdict->is_tried && lacks_questions(sources, attacker))
		(void)printf(_("safe for residents; not tried on questions: %zu lines leave them empty\n"),
		    sources->n_without_questions);
	else if (verdict->is_tried)
		(void)printf(_("safe\n"));
	else if (1u << attacker == OEO_AUDIT_Q)
		(void)printf(_("does not apply: a number that is not shown may be zero\n"));
	else if (count_recorded(sources, attacker) > 0)
		tell_recorded(sources, count_recorded(sources, attacker));
	else if (1u << attacker == OEO_AUDIT_O && sources->parts == NULL)
		(void)printf(
		    _("not checked: that takes a member's own figures; give yours with --mine FILE\n"));
	else
		(void)printf(_("not checked: the files do not tell who is alone in a cell\n"));
}

enum oeo_err oeo_audit_tell(
    const struct oeo_audit_sources *sources, const struct oeo_audit_findings *findings)
{
	char key[2 * OEO_IDENTITY_BYTES + 1];

	oeo_hex_encode(key, sources->releases[0].publisher_pk, OEO_IDENTITY_BYTES);
	(void)printf(_("Signed by %s with key %s. Compare the key with the one on the publisher's card.\n"),
	    sources->releases[0].publisher, key);
	for (size_t i = 0; i < sources->n_sources; i++)
		tell_source(sources, findings, i);
	(void)printf(_("What can be derived from all files together (%zu):\n"), sources->n_releases);
	for (size_t i = 0; i < OEO_AUDIT_ATTACKERS; i++)
		tell_verdict(sources, findings, i);
	if (findings->n_small_changes > 0)
		(void)printf(
		    _("! A correction changed %zu numbers by too little.\n"), findings->n_small_changes);
	if (findings->report.n_contradictions > 0)
		(void)printf(_("Note: %zu sums over periods do not fit, as after a withdrawal or a late "
			       "report; they were left "
			       "out.\n"),
		    findings->report.n_contradictions);
	(void)printf("%s\n",
	    findings->is_safe
		? _("Safe against what was checked: no number that is not shown can be derived.")
		: _("UNSAFE: tell the publisher, and do not pass on what can be derived (--json lists it)."));
	return fflush(stdout) == 0 ? OEO_OK : OEO_ERR_IO;
}

/* ---- As JSON */

static json_t *letters_json(unsigned mask)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < OEO_AUDIT_ATTACKERS; i++) {
		if ((mask >> i & 1) == 0)
			continue;
		if (json_array_append_new(list, json_string(oeo_audit_letter(i))) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *interval_json(const struct oeo_audit_interval *interval)
{
	return json_pack("[I, o]", (json_int_t)interval->low,
	    interval->high == OEO_AUDIT_NO_LIMIT ? json_null() : json_integer((json_int_t)interval->high));
}

static json_t *codes_json(const struct oeo_plan *plan, const struct oeo_table *table, size_t cell)
{
	size_t codes[OEO_MAX_BY];
	json_t *list = json_array();

	oeo_table_cell_codes(plan, table, cell, codes);
	for (size_t i = 0; list != NULL && i < table->n_by; i++) {
		if (json_array_append_new(list,
			json_string(plan->dimensions[table->by[i].dimension].codes[codes[i]].code)) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *cell_json(const struct oeo_audit_sources *sources, const struct oeo_audit_findings *findings,
    size_t margin, size_t index, size_t measure)
{
	const struct oeo_margin *at = &sources->built.margins.items[margin];
	const struct oeo_audit_cell *cell = &findings->cells[sources->built.first[margin] + index];
	char period[OEO_PERIOD_BYTES];
	json_t *json;

	oeo_period_format(period, &sources->sources[at->source].period);
	json = json_pack("{s:s, s:s, s:o, s:s, s:o*, s:o}", "table", at->table.id, "period", period, "codes",
	    codes_json(sources->releases[0].plan.plan, &at->table, index), "measure", measures[measure],
	    "interval",
	    findings->has_intervals ? interval_json(&cell->intervals[OEO_AUDIT_VIEW_P][measure]) : NULL,
	    "derived_by", letters_json(cell->recovered[measure]));
	if (json != NULL && findings->has_intervals && sources->parts != NULL &&
	    json_object_set_new(
		json, "interval_with_own", interval_json(&cell->intervals[OEO_AUDIT_VIEW_O][measure])) != 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* Every number that is not shown, and shown ones that give something away. */
static bool add_cells(json_t *list, const struct oeo_audit_sources *sources,
    const struct oeo_audit_findings *findings, size_t margin)
{
	for (size_t i = 0; i < sources->built.sizes[margin]; i++) {
		size_t cell = sources->built.first[margin] + i;

		for (size_t m = 0; m < OEO_DISCLOSURE_MEASURES; m++) {
			if (!is_hidden(&sources->built.cells[cell], m) &&
			    findings->cells[cell].recovered[m] == 0)
				continue;
			if (json_array_append_new(list, cell_json(sources, findings, margin, i, m)) != 0)
				return false;
		}
	}
	return true;
}

static json_t *cells_json(const struct oeo_audit_sources *sources, const struct oeo_audit_findings *findings)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < sources->built.margins.n; i++) {
		if (sources->built.margins.items[i].planned == SIZE_MAX)
			continue;
		if (!add_cells(list, sources, findings, i)) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static const char *name_untried(const struct oeo_audit_sources *sources, size_t attacker)
{
	if (1u << attacker == OEO_AUDIT_Q)
		return "does not apply";
	return count_recorded(sources, attacker) == sources->n_releases ? "recorded safe" : "not checked";
}

static json_t *verdicts_json(
    const struct oeo_audit_sources *sources, const struct oeo_audit_findings *findings)
{
	json_t *object = json_object();

	for (size_t i = 0; object != NULL && i < OEO_AUDIT_ATTACKERS; i++) {
		const struct oeo_audit_verdict *verdict = &findings->report.verdicts[i];
		json_t *item =
		    verdict->is_tried
			? json_pack("{s:s, s:I}", "verdict", verdict->n_recovered > 0 ? "unsafe" : "safe",
			      "derived", (json_int_t)verdict->n_recovered)
			: json_pack("{s:s, s:I}", "verdict", name_untried(sources, i), "recorded",
			      (json_int_t)count_recorded(sources, i));

		if ((verdict->is_tried && lacks_questions(sources, i) &&
			json_object_set_new(item, "questions", json_string("not tried")) != 0) ||
		    json_object_set_new(object, oeo_audit_letter(i), item) != 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *releases_json(const struct oeo_audit_sources *sources)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < sources->n_releases; i++) {
		char digest[2 * OEO_DIGEST_BYTES + 1];
		char period[OEO_PERIOD_BYTES];

		oeo_hex_encode(digest, sources->releases[i].digest, OEO_DIGEST_BYTES);
		oeo_period_format(period, &sources->releases[i].period);
		if (json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "file", sources->paths[i],
						    "period", period, "digest", digest)) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

enum oeo_err oeo_audit_tell_json(
    const struct oeo_audit_sources *sources, const struct oeo_audit_findings *findings)
{
	char key[2 * OEO_IDENTITY_BYTES + 1];
	json_t *json;
	enum oeo_err err = OEO_OK;

	oeo_hex_encode(key, sources->releases[0].publisher_pk, OEO_IDENTITY_BYTES);
	json = json_pack("{s:s, s:o, s:o, s:o, s:I, s:I, s:b}", "key", key, "releases",
	    releases_json(sources), "attackers", verdicts_json(sources, findings), "not_shown",
	    cells_json(sources, findings), "small_corrections", (json_int_t)findings->n_small_changes,
	    "sums_that_do_not_fit", (json_int_t)findings->report.n_contradictions, "safe", findings->is_safe);
	if (json == NULL)
		return OEO_ERR_NOMEM;
	if (json_dumpf(json, stdout, JSON_INDENT(2)) != 0 || printf("\n") < 0 || fflush(stdout) != 0)
		err = OEO_ERR_IO;
	json_decref(json);
	return err;
}

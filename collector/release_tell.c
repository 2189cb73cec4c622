/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/release_tell.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "proto/i18n.h"

void oeo_release_tell_members(const struct oeo_due *due)
{
	char period[OEO_PERIOD_BYTES];

	oeo_period_format(period, &due->period);
	(void)fprintf(stderr, _("%s: in are"), period);
	for (size_t i = 0; i < due->n_in; i++)
		(void)fprintf(stderr, "%s %s", i > 0 ? "," : "", due->in[i]);
	(void)fprintf(stderr, ".\n");
	if (due->n_missing == 0)
		return;
	(void)fprintf(stderr, _("Not in, and left out of this release:"));
	for (size_t i = 0; i < due->n_missing; i++)
		(void)fprintf(stderr, "%s %s", i > 0 ? "," : "", due->missing[i]);
	(void)fprintf(stderr, ".\n");
}

/* How many cells of a table show what. Why one does not is told to nobody: it would narrow its number. */
struct shares {
	size_t whole; /* with all that the table publishes */
	size_t without_questions; /* with their residents alone */
	size_t hidden;
};

static struct shares count_cells(const struct oeo_release_table *table)
{
	struct shares shares = {0};

	for (size_t i = 0; i < table->n_cells; i++) {
		shares.hidden += table->cells[i].is_hidden;
		shares.without_questions += table->cells[i].hides_questions;
	}
	shares.whole = table->n_cells - shares.hidden - shares.without_questions;
	return shares;
}

static void tell_tables(const struct oeo_release *release)
{
	(void)printf("  %-32s %8s %8s %14s %12s\n", _("table"), _("cells"), _("whole"), _("no questions"),
	    _("not shown"));
	for (size_t i = 0; i < release->n_tables; i++) {
		const struct oeo_release_table *table = &release->tables[i];
		const struct oeo_table *planned = &release->plan.plan->tables[table->table];
		struct shares shares = count_cells(table);

		(void)printf("  %-32s %8zu %8zu ", planned->id, table->n_cells, shares.whole);
		if (planned->publishes_questions)
			(void)printf("%14zu", shares.without_questions);
		else
			(void)printf("%14s", "-");
		(void)printf(" %12zu", shares.hidden);
		if (table->withheld > 0)
			(void)printf(_(" (%u could not be opened)"), table->withheld);
		(void)printf("\n");
	}
}

/* before: what is corrected; NULL: nothing is. */
static void tell_shares(const struct oeo_release *release, const struct oeo_release *before)
{
	if (before != NULL) {
		(void)printf(_("The release that is corrected:\n"));
		tell_tables(before);
		(void)printf(_("The correction:\n"));
	}
	tell_tables(release);
	(void)printf(
	    _("Whole: with all numbers. No questions: with its residents alone. Not shown: without any "
	      "number. Why a cell does not show all is told to nobody: that would tell of its "
	      "number.\n"));
}

/* Which members' reports had something wrong: named with what it was, never with a cell. */
static void tell_faults(const struct oeo_opening_report *report)
{
	for (size_t i = 0; i < report->n_members; i++) {
		const struct oeo_opening_member *member = &report->members[i];

		if (member->blocked_tags > 0 || member->rival_tags > 0)
			(void)printf(_("Cells that could not be opened hold reports of %s. Ask this member "
				       "for its version and its "
				       "logs.\n"),
			    member->member);
		if (member->bad_shares > 0 || member->bad_labels > 0)
			(void)printf(_("Reports of %s that do not fit the others were set aside. Ask this "
				       "member for its version "
				       "and its logs.\n"),
			    member->member);
	}
}

static void tell_text(const struct oeo_release *release, const struct oeo_release *before,
    const struct oeo_opening_report *report, const char *path)
{
	char period[OEO_PERIOD_BYTES];

	oeo_period_format(period, &release->period);
	(void)printf(_("%s is released: %s\n"), period, path);
	tell_shares(release, before);
	tell_faults(report);
	(void)printf(_("Anyone can check it: minisign -Vm %s -p minisign.pub\n"), path);
	(void)printf(_("Next: every keyholder ends the period (oeo-keyholder destroy --period %s), then: "
		       "oeo-collector purge "
		       "--period %s --statement FILE\n"),
	    period, period);
}

static json_t *tables_json(const struct oeo_release *release)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < release->n_tables; i++) {
		const struct oeo_release_table *table = &release->tables[i];
		struct shares shares = count_cells(table);
		json_t *item = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I}", "table",
		    release->plan.plan->tables[table->table].id, "cells", (json_int_t)table->n_cells, "shown",
		    (json_int_t)shares.whole, "without_questions", (json_int_t)shares.without_questions,
		    "not_shown", (json_int_t)shares.hidden, "not_opened", (json_int_t)table->withheld);

		if (item == NULL || json_array_append_new(list, item) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *faults_json(const struct oeo_opening_report *report)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < report->n_members; i++) {
		const struct oeo_opening_member *member = &report->members[i];
		json_t *item;

		if (member->bad_shares + member->bad_labels + member->blocked_tags + member->rival_tags == 0)
			continue;
		item = json_pack("{s:s, s:b, s:b}", "member", member->member, "not_opened",
		    member->blocked_tags + member->rival_tags > 0, "set_aside",
		    member->bad_shares + member->bad_labels > 0);
		if (item == NULL || json_array_append_new(list, item) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static enum oeo_err tell_json(const struct oeo_release *release, const struct oeo_release *before,
    const struct oeo_opening_report *report, const char *path)
{
	char period[OEO_PERIOD_BYTES];
	char digest[2 * OEO_DIGEST_BYTES + 1];
	json_t *json;
	int printed;

	oeo_period_format(period, &release->period);
	oeo_hex_encode(digest, release->digest, OEO_DIGEST_BYTES);
	json = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o*, s:o}", "period", period, "plan",
	    release->plan.plan->id, "file", path, "digest", digest, "tables", tables_json(release),
	    "corrected", before != NULL ? tables_json(before) : NULL, "faults", faults_json(report));
	if (json == NULL)
		return OEO_ERR_NOMEM;
	printed = json_dumpf(json, stdout, JSON_INDENT(2));
	json_decref(json);
	return printed == 0 && putchar('\n') != EOF ? OEO_OK : OEO_ERR_IO;
}

enum oeo_err oeo_release_tell(const struct oeo_cli *cli, const struct oeo_release *release,
    const struct oeo_release *before, const struct oeo_opening_report *report, const char *path,
    struct oeo_note *why)
{
	enum oeo_err err = OEO_OK;

	if (cli->is_json)
		err = tell_json(release, before, report, path);
	else
		tell_text(release, before, report, path);
	if (err == OEO_OK && fflush(stdout) != 0)
		err = OEO_ERR_IO;
	return err == OEO_OK
		   ? OEO_OK
		   : oeo_note_set(why, err, _("%s is written, but the summary could not be printed."), path);
}

/* ---- Corrections */

static void tell_cell(const struct oeo_plan *plan, const struct oeo_correction_cell *at)
{
	const struct oeo_table *table = &plan->tables[at->table];
	size_t codes[OEO_MAX_BY];

	(void)fprintf(stderr, "  %s", table->id);
	oeo_table_cell_codes(plan, table, at->cell, codes);
	for (size_t i = 0; i < table->n_by; i++)
		(void)fprintf(stderr, "%s %s", i > 0 ? "," : ":",
		    plan->dimensions[table->by[i].dimension].codes[codes[i]].code);
	(void)fprintf(stderr, "\n");
}

void oeo_release_tell_in_the_way(const struct oeo_plan *plan, const struct oeo_correction *correction)
{
	size_t n = correction->n_cells < OEO_TOLD_CELLS ? correction->n_cells : OEO_TOLD_CELLS;
	size_t n_others = correction->n_hidden + correction->n_groups;

	if (n > 0)
		(void)fprintf(stderr, _("These published cells stand in the way. They change by too little, "
					"or the correction would have to "
					"hide them:\n"));
	for (size_t i = 0; i < n; i++)
		tell_cell(plan, &correction->cells[i]);
	if (correction->n_cells > n)
		(void)fprintf(stderr, _("  and %zu more\n"), correction->n_cells - n);
	if (n_others > 0)
		(void)fprintf(
		    stderr, _("Of what is not published, %zu numbers change by too little.\n"), n_others);
}

void oeo_release_tell_lost(const struct oeo_correction *correction)
{
	(void)fprintf(stderr,
	    _("Some numbers change by too little, or have to protect others. The correction hides:\n"));
	if (correction->n_lost > 0)
		(void)fprintf(stderr, _("  cells that the present release shows: %zu\n"), correction->n_lost);
	if (correction->n_without_questions > 0)
		(void)fprintf(stderr, _("  the questions alone of cells that it shows: %zu\n"),
		    correction->n_without_questions);
}

enum oeo_err oeo_release_refuse_correction(
    const struct oeo_correction *correction, const char *period, struct oeo_note *why)
{
	if (correction->n_changed == 0 && correction->n_cells == 0 && correction->n_groups == 0)
		return oeo_note_set(why, OEO_ERR_REFUSED,
		    _("%s is not corrected: no published number would change. The release stays as it is."),
		    period);
	return oeo_note_set(why, OEO_ERR_REFUSED,
	    _("%s is not corrected: readers have the present release, and subtracting it from the corrected "
	      "one would "
	      "tell of few people. The release stays as it is; what is in too late counts in a longer "
	      "period. When "
	      "nothing else is to come, go on with: oeo-collector purge --period %s"),
	    period, period);
}

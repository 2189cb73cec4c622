/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/release.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/commands.h"
#include "collector/due.h"
#include "collector/interrupt.h"
#include "collector/opening.h"
#include "collector/release_build.h"
#include "collector/release_correct.h"
#include "collector/release_store.h"
#include "collector/release_tell.h"
#include "proto/backup.h"
#include "proto/i18n.h"

#define MOST_EARLIER 64

struct releasing {
	struct oeo_collector collector;
	struct oeo_self self;
	struct oeo_plans plans;
	const struct oeo_published *published; /* the period's plan */
	struct oeo_period period;
	char text[OEO_PERIOD_BYTES];
	char path[OEO_PATH_BYTES];
	struct oeo_due due;
	struct oeo_opened opened;
	struct oeo_opening_report report;
	struct oeo_related_list related;
	struct oeo_store_member *members;
	size_t n_members;
	struct oeo_store_submission *submissions;
	size_t n_submissions;
	struct oeo_card *keyholders;
	size_t n_keyholders;
	struct oeo_release release;
	bool is_correction; /* --correct */
	unsigned version; /* of the release that is to be made */
	struct oeo_interrupt
	    interrupt; /* while it is attacked, and until it is said that this was interrupted */
};

static enum oeo_err store_failed(const struct releasing *releasing, enum oeo_err err, struct oeo_note *why)
{
	return oeo_note_set(why, err, _("The database failed: %s. Try again."),
	    oeo_store_message(releasing->collector.store));
}

static void fini(struct releasing *releasing)
{
	oeo_release_fini(&releasing->release);
	oeo_related_fini(&releasing->related);
	oeo_opened_fini(&releasing->opened);
	oeo_opening_report_fini(&releasing->report);
	oeo_due_fini(&releasing->due);
	oeo_plans_fini(&releasing->plans);
	oeo_self_fini(&releasing->self);
	free(releasing->members);
	free(releasing->submissions);
	free(releasing->keyholders);
	oeo_collector_close(&releasing->collector);
	oeo_interrupt_end(&releasing->interrupt);
}

/* What was submitted under one plan is not opened under another. */
static enum oeo_err check_plan(const struct releasing *releasing, struct oeo_note *why)
{
	const struct oeo_due *due = &releasing->due;

	if (!due->has_record || memcmp(due->record.plan_digest,
				    releasing->published->signed_plan.plan->digest, OEO_DIGEST_BYTES) == 0)
		return OEO_OK;
	return oeo_note_set(why, OEO_ERR_CONFLICT,
	    _("%s was submitted under another plan than the one in force for it, and cannot be released. "
	      "Give "
	      "it up: let a keyholder destroy its keys (oeo-keyholder destroy --period %s), and purge it "
	      "with "
	      "the statement."),
	    releasing->text, releasing->text);
}

/* Open all that tells whether the period may be released. */
static enum oeo_err prepare(struct releasing *releasing, const struct oeo_cli *cli, struct oeo_note *why)
{
	const char *text = oeo_cli_value(cli, "period");
	enum oeo_err err;

	if (text == NULL || oeo_period_parse(&releasing->period, text) != OEO_OK)
		return oeo_note_set(
		    why, OEO_ERR_USAGE, _("release needs --period, such as 2026-Q4, 2026-11 or 2026."));
	oeo_period_format(releasing->text, &releasing->period);
	releasing->is_correction = oeo_cli_value(cli, "correct") != NULL;
	err = oeo_collector_open(&releasing->collector, cli, why);
	if (err == OEO_OK)
		err = oeo_home_lock(&releasing->collector.home, "release", why);
	if (err == OEO_OK)
		err = oeo_self_load(&releasing->self, &releasing->collector.home, OEO_ROLE_COLLECTOR, why);
	if (err == OEO_OK)
		err = oeo_plans_load(&releasing->plans, releasing->collector.store, why);
	if (err != OEO_OK)
		return err;
	releasing->published = oeo_plans_of_period(&releasing->plans, &releasing->period);
	if (releasing->published == NULL)
		return oeo_note_set(
		    why, OEO_ERR_NOT_FOUND, _("No plan in force has the period %s."), releasing->text);
	err = oeo_due_check(&releasing->due, releasing->collector.store,
	    releasing->published->signed_plan.plan, &releasing->period, &cli->clock);
	if (err != OEO_OK)
		return store_failed(releasing, err, why);
	releasing->version = releasing->is_correction ? releasing->due.record.n_superseded + 2 : 1;
	err = oeo_release_path(releasing->path, &releasing->collector.home,
	    releasing->published->signed_plan.plan, &releasing->period, releasing->version);
	return err == OEO_OK ? check_plan(releasing, why) : err;
}

/* May what was asked for be done now? */
static bool may_go_on(const struct releasing *releasing, const struct oeo_due *due, struct oeo_note *why)
{
	return releasing->is_correction ? oeo_due_may_correct(due, why) : oeo_due_may_release(due, why);
}

static enum oeo_err load_facts(struct releasing *releasing, struct oeo_note *why)
{
	struct oeo_store *store = releasing->collector.store;
	enum oeo_err err = oeo_store_load_members(store, &releasing->members, &releasing->n_members);

	if (err == OEO_OK)
		err = oeo_store_load_submissions(
		    store, releasing->text, &releasing->submissions, &releasing->n_submissions);
	if (err != OEO_OK)
		return store_failed(releasing, err, why);
	err = oeo_keyholders_load(
	    &releasing->keyholders, &releasing->n_keyholders, &releasing->collector.home, why);
	if (err == OEO_OK)
		err = oeo_related_load(&releasing->related, store, &releasing->collector.home,
		    releasing->published->signed_plan.plan, &releasing->period, &releasing->self, why);
	return err;
}

static void show_progress(void *context, unsigned long done, unsigned long total)
{
	(void)context;
	oeo_cli_progress(_("opening cells"), done, total);
}

static bool show_attack(void *context, size_t done, size_t total)
{
	return oeo_interrupt_show_progress(context, _("trying what could be worked out"), done, total);
}

static enum oeo_err open_cells(struct releasing *releasing, struct oeo_note *why)
{
	const struct oeo_opening_options options = {.progress = show_progress};

	return oeo_opening_run(&releasing->opened, &releasing->report, releasing->collector.store,
	    &releasing->collector.home, releasing->published->signed_plan.plan, &releasing->period, &options,
	    why);
}

/* The members whose reports were opened are still those that count: nobody came in or was dropped meanwhile. */
static enum oeo_err check_unchanged(
    struct releasing *releasing, const struct oeo_clock *clock, struct oeo_note *why)
{
	struct oeo_due due;
	enum oeo_err err = oeo_due_check(&due, releasing->collector.store,
	    releasing->published->signed_plan.plan, &releasing->period, clock);
	bool is_same;

	if (err != OEO_OK)
		return store_failed(releasing, err, why);
	is_same = due.n_in == releasing->opened.n_members;
	for (size_t i = 0; is_same && i < due.n_in; i++)
		is_same = oeo_release_has_member(&releasing->opened, due.in[i]);
	if (!may_go_on(releasing, &due, why))
		err = OEO_ERR_STATE;
	else if (!is_same)
		err = oeo_note_set(why, OEO_ERR_STATE,
		    _("A submission came in or was dropped while %s was being opened. Give "
		      "the command again."),
		    releasing->text);
	oeo_due_fini(&due);
	return err;
}

/* A correction is held against the release that it takes the place of, and those before it. */
static enum oeo_err weigh(struct releasing *releasing, const struct oeo_cli *cli, struct oeo_note *why)
{
	const struct oeo_related *out = oeo_related_newest(&releasing->related, &releasing->period);
	struct oeo_correction correction = {0};
	const struct oeo_correction_side later = {&releasing->release, &releasing->opened};
	enum oeo_err err =
	    oeo_correction_weigh(&correction, releasing->related.sources, releasing->related.n, &later);

	if (err == OEO_ERR_NOT_FOUND)
		return oeo_note_set(why, err,
		    _("%s cannot be corrected: its opened cells are not in the database any more, so nobody "
		      "can tell "
		      "what the correction would give away."),
		    releasing->text);
	releasing->release.is_correction = true;
	if (err == OEO_OK)
		memcpy(releasing->release.corrects, out->release.digest, OEO_DIGEST_BYTES);
	if (err == OEO_OK && !oeo_correction_is_allowed(&correction)) {
		oeo_release_tell_in_the_way(releasing->published->signed_plan.plan, &correction);
		err = oeo_release_refuse_correction(&correction, releasing->text, why);
	} else if (err == OEO_OK && correction.n_lost + correction.n_without_questions > 0) {
		oeo_release_tell_lost(&correction);
		if (!oeo_cli_confirm(cli, _("Write this correction?")))
			err = oeo_note_set(
			    why, OEO_ERR_STATE, _("Nothing was written; the release stays as it is."));
	}
	oeo_correction_fini(&correction);
	return err;
}

static enum oeo_err make_release(struct releasing *releasing, const struct oeo_cli *cli, struct oeo_note *why)
{
	struct oeo_release_facts facts = {
	    .plan = &releasing->published->signed_plan, .self = &releasing->self.card};
	enum oeo_err err = open_cells(releasing, why);

	if (err == OEO_OK)
		err = load_facts(releasing, why);
	if (err != OEO_OK)
		return err;
	facts.opened = &releasing->opened;
	facts.related = releasing->related.sources;
	facts.n_related = releasing->related.n;
	facts.members = releasing->members;
	facts.n_members = releasing->n_members;
	facts.submissions = releasing->submissions;
	facts.n_submissions = releasing->n_submissions;
	facts.keyholders = releasing->keyholders;
	facts.n_keyholders = releasing->n_keyholders;
	facts.now_s = oeo_clock_now_s(&cli->clock);
	facts.progress = show_attack;
	facts.context = &releasing->interrupt;
	oeo_interrupt_begin(&releasing->interrupt);
	err = oeo_release_build(&releasing->release, &facts, why);
	/* What went wrong, also that it was interrupted, is told first. */
	if (err == OEO_OK)
		oeo_interrupt_end(&releasing->interrupt);
	if (err == OEO_ERR_REFUSED && releasing->is_correction)
		err = oeo_note_set(why, err,
		    _("%s is not corrected: together with the releases that are out, the correction would "
		      "give away "
		      "numbers that are not shown. The release stays as it is."),
		    releasing->text);
	if (err == OEO_OK && releasing->is_correction)
		err = weigh(releasing, cli, why);
	if (err == OEO_OK)
		err = check_unchanged(releasing, &cli->clock, why);
	if (err == OEO_OK)
		err = oeo_release_write(&releasing->release, releasing->version, releasing->collector.store,
		    &releasing->collector.home, &releasing->opened, &releasing->self, why);
	return err;
}

/* A release file that was written but not marked: that one is the release. Its opened cells are in the store. */
static enum oeo_err take_up(struct releasing *releasing, struct oeo_note *why)
{
	struct oeo_buf bytes = {0};
	char name[OEO_VERSION_NAME_BYTES];
	enum oeo_err err =
	    oeo_release_read(&releasing->release, releasing->path, releasing->self.card.identity_pk, why);

	if (err == OEO_OK && (!oeo_period_equal(&releasing->release.period, &releasing->period) ||
				 memcmp(releasing->release.plan.plan->digest,
				     releasing->published->signed_plan.plan->digest, OEO_DIGEST_BYTES) != 0))
		err = oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("%s is the release of another period or plan. Move it away."), releasing->path);
	if (err != OEO_OK)
		return err;
	oeo_release_version_name(name, &releasing->period, releasing->version);
	err = oeo_store_load_opened(releasing->collector.store, name, &bytes);
	if (err == OEO_OK)
		err = oeo_opened_unpack(
		    &releasing->opened, releasing->published->signed_plan.plan, bytes.data, bytes.len);
	if (err != OEO_OK)
		err = oeo_note_set(why, err,
		    _("%s was written but its opened cells are not in the database. Put the database back "
		      "that belongs to it."),
		    releasing->path);
	oeo_buf_fini(&bytes);
	return err;
}

/* Shorter periods first: say which ones are due and would come before this one. */
static void warn_of_order(const struct releasing *releasing, const struct oeo_cli *cli)
{
	struct oeo_period *periods = NULL;
	size_t n = 0;

	if (oeo_due_list(&periods, &n, releasing->collector.store, &releasing->plans, &cli->clock,
		MOST_EARLIER) != OEO_OK)
		return;
	for (size_t i = 0; i < n; i++) {
		char text[OEO_PERIOD_BYTES];

		if (oeo_period_compare(&periods[i], &releasing->period) >= 0 ||
		    !oeo_period_contains(&releasing->period, &periods[i]))
			continue;
		oeo_period_format(text, &periods[i]);
		(void)fprintf(stderr,
		    _("Note: %s lies in %s and is not released. What is released first is shown most fully; "
		      "the usual order is "
		      "the shorter period first.\n"),
		    text, releasing->text);
	}
	free(periods);
}

static bool is_agreed(const struct releasing *releasing, const struct oeo_cli *cli)
{
	if (!releasing->is_correction)
		warn_of_order(releasing, cli);
	oeo_release_tell_members(&releasing->due);
	if (releasing->is_correction)
		return oeo_cli_confirm(
		    cli, _("Correct the release that is out? Readers who kept it can compare the two."));
	return oeo_cli_confirm(cli, _("Release it now? A release is made once and cannot be taken back."));
}

/* Is the release that was asked for written, but not marked in the store? */
static bool is_unmarked(const struct releasing *releasing)
{
	bool is_out = releasing->due.has_record && releasing->due.record.is_released;

	return is_out == releasing->is_correction && oeo_file_exists(releasing->path);
}

/* What this release corrects, where it was made just now; NULL where it is no correction. */
static const struct oeo_release *find_corrected(const struct releasing *releasing)
{
	const struct oeo_related *out = oeo_related_newest(&releasing->related, &releasing->period);

	return releasing->is_correction && out != NULL ? &out->release : NULL;
}

enum oeo_exit oeo_release_command(struct oeo_cli *cli)
{
	struct releasing releasing;
	struct oeo_note why = {""};
	enum oeo_exit result;
	enum oeo_err err;
	bool is_written;

	memset(&releasing, 0, sizeof(releasing));
	releasing.collector.home.lock_fd = -1;
	err = prepare(&releasing, cli, &why);
	is_written = err == OEO_OK && is_unmarked(&releasing);
	if (err == OEO_OK && is_written) {
		err = take_up(&releasing, &why);
	} else if (err == OEO_OK && !may_go_on(&releasing, &releasing.due, &why)) {
		err = OEO_ERR_STATE;
	} else if (err == OEO_OK) {
		if (!is_agreed(&releasing, cli)) {
			fini(&releasing);
			return OEO_EXIT_FAILED;
		}
		err = make_release(&releasing, cli, &why);
	}
	if (err == OEO_OK)
		err = oeo_release_mark(&releasing.release, releasing.collector.store, &releasing.plans,
		    &releasing.opened, oeo_clock_now_s(&cli->clock), &why);
	if (err == OEO_OK) {
		oeo_backup_sweep(&releasing.collector.home);
		err = oeo_release_tell(cli, &releasing.release, find_corrected(&releasing), &releasing.report,
		    releasing.path, &why);
	}
	result = oeo_cli_error(cli, err, &why);
	fini(&releasing);
	return result;
}

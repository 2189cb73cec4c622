/* SPDX-License-Identifier: EUPL-1.2 */
/* What the operator does to one period: reopen a submission, purge the reports. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/commands.h"
#include "collector/period_keys.h"
#include "collector/release_store.h"
#include "collector/statement.h"
#include "proto/backup.h"
#include "proto/i18n.h"

static enum oeo_err store_failed(
    const struct oeo_collector *collector, enum oeo_err err, struct oeo_note *why)
{
	return oeo_note_set(
	    why, err, _("The database failed: %s. Try again."), oeo_store_message(collector->store));
}

/* A release that is signed and not marked yet is finished first: what is in it can neither go nor change. */
static enum oeo_err check_no_file(const struct oeo_collector *collector, const struct oeo_plan *plan,
    const struct oeo_period *period, const struct oeo_store_period *record, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	char text[OEO_PERIOD_BYTES];
	enum oeo_err err = oeo_release_path(
	    path, &collector->home, plan, period, record->is_released ? record->n_superseded + 2 : 1);

	oeo_period_format(text, period);
	if (err != OEO_OK || !oeo_file_exists(path))
		return err;
	return oeo_note_set(why, OEO_ERR_STATE,
	    _("The release of %s is signed but not finished. Finish it first: oeo-collector release "
	      "--period %s%s"),
	    text, text, record->is_released ? " --correct" : "");
}

/* ---- reopen */

static enum oeo_err check_not_written(struct oeo_collector *collector, const char *text,
    const struct oeo_store_period *record, struct oeo_note *why)
{
	struct oeo_plans plans = {NULL, 0};
	const struct oeo_published *item = NULL;
	struct oeo_period period;
	enum oeo_err err = oeo_period_parse(&period, text);

	if (err == OEO_OK)
		err = oeo_plans_load(&plans, collector->store, why);
	if (err == OEO_OK)
		item = oeo_plans_of_period(&plans, &period);
	if (item != NULL)
		err = check_no_file(collector, item->signed_plan.plan, &period, record, why);
	oeo_plans_fini(&plans);
	return err;
}

static enum oeo_err refuse_empty(const char *member, const char *period, struct oeo_note *why)
{
	return oeo_note_set(why, OEO_ERR_NOT_FOUND,
	    _("Nothing of %s is in for %s, so there is nothing to reopen. `oeo-collector status` "
	      "lists what is in."),
	    member, period);
}

static enum oeo_err check_is_member(struct oeo_collector *collector, const char *member, struct oeo_note *why)
{
	struct oeo_store_member *members = NULL;
	size_t n = 0;
	bool is_member = false;
	enum oeo_err err = oeo_store_load_members(collector->store, &members, &n);

	for (size_t i = 0; err == OEO_OK && i < n; i++)
		is_member = is_member || (!members[i].is_revoked && strcmp(members[i].card.id, member) == 0);
	free(members);
	if (err != OEO_OK)
		return store_failed(collector, err, why);
	return is_member ? OEO_OK
			 : oeo_note_set(why, OEO_ERR_NOT_FOUND,
			       _("%s is not a member here (any more). `oeo-collector members` lists them."),
			       member);
}

/* *is_out: the period is released, so that this begins a correction. */
static enum oeo_err check_reopen(struct oeo_collector *collector, const char *member, const char *period,
    bool *is_out, struct oeo_note *why)
{
	struct oeo_store_submission submission;
	struct oeo_store_period record;
	enum oeo_err err = oeo_store_find_period(collector->store, period, &record);

	if (err == OEO_ERR_NOT_FOUND)
		return refuse_empty(member, period, why);
	if (err != OEO_OK)
		return store_failed(collector, err, why);
	if (record.is_purged || record.n_destroyed > 0)
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("The keys of %s are destroyed or its reports purged; nothing can be submitted for it "
		      "any "
		      "more. What the member still has counts in a later period."),
		    period);
	*is_out = record.is_released;
	if (record.is_released) {
		err = check_is_member(collector, member, why);
	} else {
		err = oeo_store_find_submission(collector->store, member, period, &submission);
		if (err == OEO_ERR_NOT_FOUND)
			return refuse_empty(member, period, why);
		if (err != OEO_OK)
			return store_failed(collector, err, why);
	}
	return err == OEO_OK ? check_not_written(collector, period, &record, why) : err;
}

static const char *reopen_question(bool is_out)
{
	return is_out
		   ? _("This period is released. Let this member submit it anew, so that the release can be "
		       "corrected? All that it had submitted is dropped.")
		   : _("Drop all that this member submitted for this period?");
}

static void tell_reopened(const char *member, const char *period, bool is_out)
{
	(void)fprintf(stderr,
	    _("The submission of %s for %s is dropped. Now the member's coordinator makes it anew: oeo-agent "
	      "publish "
	      "--period %s --again\n"),
	    member, period, period);
	if (is_out)
		(void)fprintf(stderr,
		    _("When it is in: oeo-collector release --period %s --correct. Let the keyholders wait "
		      "with "
		      "destroying their keys until then.\n"),
		    period);
}

enum oeo_exit oeo_reopen_command(struct oeo_cli *cli)
{
	const char *member = cli->arguments[0];
	const char *period = cli->arguments[1];
	struct oeo_collector collector;
	struct oeo_note why = {""};
	bool is_out = false;
	enum oeo_err err = oeo_collector_open(&collector, cli, &why);

	/* Nothing is dropped while a release is being made of it. */
	if (err == OEO_OK)
		err = oeo_home_lock(&collector.home, "release", &why);
	if (err == OEO_OK)
		err = check_reopen(&collector, member, period, &is_out, &why);
	if (err == OEO_OK && !oeo_cli_confirm(cli, reopen_question(is_out))) {
		oeo_collector_close(&collector);
		return OEO_EXIT_FAILED;
	}
	if (err == OEO_OK) {
		err = is_out ? oeo_store_reopen_released(collector.store, member, period)
			     : oeo_store_drop_submission(collector.store, member, period);
		if (err != OEO_OK)
			(void)store_failed(&collector, err, &why);
	}
	oeo_collector_close(&collector);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	tell_reopened(member, period, is_out);
	return OEO_EXIT_OK;
}

/* ---- purge */

struct purge {
	struct oeo_period period;
	char text[OEO_PERIOD_BYTES];
	const struct oeo_plan *plan; /* of the period; NULL where there is none */
	struct oeo_plans plans;
	struct oeo_card *cards;
	size_t n_cards;
	struct oeo_destroyed given[OEO_MAX_KEYHOLDERS]; /* verified */
	size_t n_given;
	struct oeo_store_period record;
};

static enum oeo_err read_statement(struct purge *purge, const char *path, struct oeo_note *why)
{
	struct oeo_buf text = {NULL, 0, 0};
	struct oeo_note reason = {""};
	struct oeo_statement statement;
	enum oeo_err err = oeo_file_read(&text, path, OEO_STATEMENT_LIMIT, why);

	if (err != OEO_OK)
		return err;
	err = oeo_statement_parse(&statement, (const char *)text.data, text.len, &reason);
	oeo_buf_fini(&text);
	if (err != OEO_OK)
		return oeo_note_set(why, err, "%s: %s", path, reason.text);
	if (strcmp(statement.plan, purge->plan->id) != 0 || strcmp(statement.period, purge->text) != 0)
		return oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("%s: this statement is about %s of plan %s, not about %s."), path, statement.period,
		    statement.plan, purge->text);
	if (!oeo_destroyed_is_signed(
		&statement.destroyed, purge->plan, purge->text, purge->cards, purge->n_cards))
		return oeo_note_set(why, OEO_ERR_CRYPTO,
		    _("%s: the signature is not of a keyholder of the plan. Ask keyholder %s for the file "
		      "again."),
		    path, statement.destroyed.keyholder);
	purge->given[purge->n_given++] = statement.destroyed;
	return OEO_OK;
}

static enum oeo_err read_statements(struct purge *purge, const struct oeo_cli *cli, struct oeo_note *why)
{
	const char *path;
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && (path = oeo_cli_nth_value(cli, "statement", i)) != NULL; i++) {
		if (purge->n_given == OEO_MAX_KEYHOLDERS)
			return oeo_note_set(
			    why, OEO_ERR_USAGE, _("There are more statements here than keyholders."));
		err = read_statement(purge, path, why);
	}
	return err;
}

static enum oeo_err check_purge(
    const struct purge *purge, const struct oeo_collector *collector, struct oeo_note *why)
{
	if (purge->record.is_released || purge->record.n_destroyed > 0 || purge->n_given > 0)
		return check_no_file(collector, purge->plan, &purge->period, &purge->record, why);
	return oeo_note_set(why, OEO_ERR_STATE,
	    _("%s is not released yet. Release it first (oeo-collector release --period %s), or give a "
	      "keyholder's statement "
	      "that its keys are destroyed (--statement FILE): then the period is given up."),
	    purge->text, purge->text);
}

static enum oeo_err prepare(
    struct purge *purge, struct oeo_collector *collector, const struct oeo_cli *cli, struct oeo_note *why)
{
	const char *text = oeo_cli_value(cli, "period");
	const struct oeo_published *item;
	enum oeo_err err;

	if (text == NULL || oeo_period_parse(&purge->period, text) != OEO_OK)
		return oeo_note_set(
		    why, OEO_ERR_USAGE, _("purge needs --period, such as 2026-Q4, 2026-11 or 2026."));
	oeo_period_format(purge->text, &purge->period);
	err = oeo_plans_load(&purge->plans, collector->store, why);
	if (err != OEO_OK)
		return err;
	item = oeo_plans_of_period(&purge->plans, &purge->period);
	if (item == NULL)
		return oeo_note_set(
		    why, OEO_ERR_NOT_FOUND, _("No plan in force has the period %s."), purge->text);
	purge->plan = item->signed_plan.plan;
	err = oeo_keyholders_load(&purge->cards, &purge->n_cards, &collector->home, why);
	if (err == OEO_OK)
		err = read_statements(purge, cli, why);
	if (err != OEO_OK)
		return err;
	err = oeo_store_find_period(collector->store, purge->text, &purge->record);
	if (err != OEO_OK && err != OEO_ERR_NOT_FOUND)
		return store_failed(collector, err, why);
	return check_purge(purge, collector, why);
}

static enum oeo_err delete_reports(const struct purge *purge, struct oeo_store *store)
{
	enum oeo_err err = oeo_store_begin(store, NULL);

	if (err != OEO_OK)
		return err;
	for (size_t i = 0; err == OEO_OK && i < purge->n_given; i++)
		err = oeo_store_put_destroyed(store, purge->text, purge->plan->digest, &purge->given[i]);
	if (err == OEO_OK)
		err = oeo_store_purge_period(store, purge->text);
	if (err == OEO_OK)
		err = oeo_release_forget_opened(store, &purge->plans);
	if (err == OEO_OK)
		return oeo_store_commit(store);
	oeo_store_rollback(store);
	return err;
}

static bool has_stated(const struct purge *purge, const char *keyholder)
{
	for (size_t i = 0; i < purge->n_given; i++) {
		if (strcmp(purge->given[i].keyholder, keyholder) == 0)
			return true;
	}
	for (size_t i = 0; i < purge->record.n_destroyed; i++) {
		if (strcmp(purge->record.destroyed[i].keyholder, keyholder) == 0)
			return true;
	}
	return false;
}

static void tell_purged(const struct purge *purge)
{
	(void)fprintf(stderr, _("The reports of %s are deleted.\n"), purge->text);
	for (size_t i = 0; i < purge->plan->n_keyholders; i++) {
		if (!has_stated(purge, purge->plan->keyholders[i]))
			(void)fprintf(stderr,
			    _("Keyholder %s has not said yet that its keys of %s are destroyed. Ask for "
			      "`oeo-keyholder destroy "
			      "--period %s`, and add the file: oeo-collector purge --period %s --statement "
			      "FILE\n"),
			    purge->plan->keyholders[i], purge->text, purge->text, purge->text);
	}
}

enum oeo_exit oeo_purge_command(struct oeo_cli *cli)
{
	struct oeo_collector collector;
	struct oeo_note why = {""};
	struct purge purge;
	enum oeo_err err;

	memset(&purge, 0, sizeof(purge));
	err = oeo_collector_open(&collector, cli, &why);
	if (err == OEO_OK)
		err = oeo_home_lock(&collector.home, "release", &why);
	if (err == OEO_OK)
		err = prepare(&purge, &collector, cli, &why);
	if (err == OEO_OK) {
		err = delete_reports(&purge, collector.store);
		oeo_backup_sweep(&collector.home);
		if (err == OEO_OK)
			err = oeo_store_compact(collector.store);
		if (err != OEO_OK)
			(void)store_failed(&collector, err, &why);
	}
	if (err == OEO_OK)
		tell_purged(&purge);
	oeo_plans_fini(&purge.plans);
	free(purge.cards);
	oeo_collector_close(&collector);
	return oeo_cli_error(cli, err, &why);
}

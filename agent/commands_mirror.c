/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/commands_mirror.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/mirror.h"
#include "agent/paper.h"
#include "agent/periods.h"
#include "proto/i18n.h"

const struct oeo_option oeo_agent_mirror_options[] = {
    {"period", N_("PERIOD"),
	N_("this period; without it that of the newest RELEASE, or the last one that ended")},
    {"html", "FILE", N_("write it as a page to FILE, for this machine only")},
    {"csv", "FILE", N_("write the figures as a table to FILE, for this machine only")},
    {"mine", "FILE",
	N_("write your figures of all RELEASEs to FILE, as `oeo-collector audit --mine` reads them, for this "
	   "machine only")},
    {NULL, NULL, NULL},
};

/* What the command works with. */
struct showing {
	const struct oeo_cli *cli;
	struct oeo_agent agent;
	struct oeo_period period;
	struct oeo_release *releases; /* owned */
	size_t n_releases;
	const struct oeo_release *release; /* the one that is shown; NULL: none */
};

/* ---- Which period, which release */

/* The one of the period; of the newest period where none is named; of two of one period the one that was made last. */
static bool is_better(const struct showing *showing, bool has_period, const struct oeo_release *release)
{
	int order;

	if (has_period && !oeo_period_equal(&release->period, &showing->period))
		return false;
	if (showing->release == NULL)
		return true;
	order = oeo_period_compare(&release->period, &showing->release->period);
	return order > 0 || (order == 0 && strcmp(release->created, showing->release->created) > 0);
}

static enum oeo_err read_releases(struct showing *showing, bool has_period, struct oeo_note *why)
{
	const struct oeo_card *collector = oeo_agent_collector(&showing->agent);
	size_t n = showing->cli->n_arguments;

	if (n == 0)
		return OEO_OK;
	if (collector == NULL)
		return oeo_note_set(
		    why, OEO_ERR_STATE, _("The collector's card is not here yet. Run: oeo-agent join CARD"));
	showing->releases = oeo_alloc_array(n, sizeof(*showing->releases));
	if (showing->releases == NULL)
		return OEO_ERR_NOMEM;
	for (; showing->n_releases < n; showing->n_releases++) {
		struct oeo_release *release = &showing->releases[showing->n_releases];
		enum oeo_err err = oeo_release_read(
		    release, showing->cli->arguments[showing->n_releases], collector->identity_pk, why);

		if (err != OEO_OK)
			return err;
		if (is_better(showing, has_period, release))
			showing->release = release;
	}
	return OEO_OK;
}

/* The last one that ended, a quarter where the plan has them. */
static enum oeo_err find_last(struct showing *showing, struct oeo_note *why)
{
	struct oeo_period *periods = NULL;
	size_t n = 0;
	bool found = false;
	enum oeo_err err =
	    oeo_plans_list_ended(&showing->agent.plans, oeo_clock_today(&showing->agent.clock), &periods, &n);

	if (err != OEO_OK)
		return err;
	for (size_t i = 0; i < n; i++) {
		if (found && showing->period.cadence == OEO_QUARTER && periods[i].cadence != OEO_QUARTER)
			continue;
		showing->period = periods[i];
		found = true;
	}
	free(periods);
	if (!found)
		return oeo_note_set(
		    why, OEO_ERR_STATE, _("No period has ended yet; name one: --period PERIOD"));
	return OEO_OK;
}

static enum oeo_err choose(struct showing *showing, struct oeo_note *why)
{
	const char *period = oeo_cli_value(showing->cli, "period");
	enum oeo_err err = OEO_OK;

	if (period != NULL && oeo_period_parse(&showing->period, period) != OEO_OK)
		return oeo_note_set(why, OEO_ERR_USAGE,
		    _("--period: %s is no period; write 2026-11, 2026-Q4 or 2026"), period);
	err = read_releases(showing, period != NULL, why);
	if (err != OEO_OK)
		return err;
	if (period != NULL && showing->cli->n_arguments > 0 && showing->release == NULL)
		return oeo_note_set(
		    why, OEO_ERR_NOT_FOUND, _("None of these files is the release of %s."), period);
	if (showing->release != NULL)
		showing->period = showing->release->period;
	else if (period == NULL)
		err = find_last(showing, why);
	return err;
}

/* ---- Writing it */

typedef enum oeo_err write_fn(struct oeo_buf *out, const struct oeo_mirror *mirror);

static enum oeo_err save(const struct oeo_cli *cli, const char *option, write_fn *write,
    const struct oeo_mirror *mirror, struct oeo_note *why)
{
	const char *path = oeo_cli_value(cli, option);
	struct oeo_buf out = {0};
	enum oeo_err err;

	if (path == NULL)
		return OEO_OK;
	err = write(&out, mirror);
	if (err == OEO_OK)
		err = oeo_paper_save(path, &out, why);
	if (err == OEO_OK)
		(void)fprintf(stderr, _("Written to %s, for this machine only.\n"), path);
	oeo_buf_fini(&out);
	return err;
}

enum oeo_err oeo_agent_print_shown(json_t *json)
{
	int result = json != NULL ? json_dumpf(json, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : -1;

	json_decref(json);
	return result == 0 && printf("\n") > 0 ? OEO_OK : OEO_ERR_NOMEM;
}

static enum oeo_err print(const struct oeo_cli *cli, const struct oeo_mirror *mirror)
{
	struct oeo_buf text = {0};
	enum oeo_err err;

	if (cli->is_json)
		return oeo_agent_print_shown(oeo_mirror_to_json(mirror));
	err = oeo_mirror_write_text(&text, mirror);
	if (err == OEO_OK && fwrite(text.data, 1, text.len, stdout) != text.len)
		err = OEO_ERR_IO;
	oeo_buf_fini(&text);
	return err;
}

static enum oeo_err show(struct showing *showing, struct oeo_note *why)
{
	const struct oeo_plan *plan = oeo_plans_of_period(&showing->agent.plans, &showing->period);
	struct oeo_mirror mirror;
	enum oeo_err err;

	if (plan == NULL && showing->release == NULL)
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("That is not a period of the accepted plan. Look at: oeo-agent status"));
	err = oeo_mirror_make(&mirror, &showing->agent, plan, showing->release, &showing->period, why);
	if (err != OEO_OK)
		return err;
	err = print(showing->cli, &mirror);
	if (err == OEO_OK)
		err = save(showing->cli, "html", oeo_mirror_write_html, &mirror, why);
	if (err == OEO_OK)
		err = save(showing->cli, "csv", oeo_mirror_write_csv, &mirror, why);
	oeo_mirror_fini(&mirror);
	return err;
}

/* ---- For an audit: what this member has in each release */

/*
 * What was sent in is what stands in the ledger, from then on. But not what was not sent in, or lost its residents: that is
 * left out, and why is told.
 */
static enum oeo_err look_whether_sent(
    bool *is_sent, const struct oeo_mirror *mirror, struct oeo_ledger *ledger)
{
	struct oeo_period_record record;
	char period[OEO_PERIOD_BYTES];
	enum oeo_err err = oeo_period_record_load(&record, ledger, &mirror->period);

	if (err != OEO_OK)
		return err;
	oeo_period_format(period, &mirror->period);
	*is_sent =
	    (record.stage == OEO_STAGE_SUBMITTED || record.stage == OEO_STAGE_RELEASED) && !record.is_gone;
	if (!*is_sent) {
		(void)fprintf(stderr,
		    _("%s is left out: your figures of that period were not sent in, so they are in no "
		      "release.\n"),
		    period);
	} else if (mirror->n_erased > 0) {
		*is_sent = false;
		(void)fprintf(stderr,
		    _("%s is left out: names have been erased already, so your residents cannot be counted "
		      "any "
		      "more. Make this file sooner next time.\n"),
		    period);
	}
	return OEO_OK;
}

static enum oeo_err add_own(struct oeo_buf *out, const struct showing *showing,
    const struct oeo_release *release, struct oeo_note *why)
{
	const struct oeo_period *period = release != NULL ? &release->period : &showing->period;
	struct oeo_mirror mirror;
	bool is_sent = false;
	enum oeo_err err = oeo_mirror_count(&mirror, &showing->agent,
	    oeo_plans_of_period(&showing->agent.plans, period), release, period, why);

	if (err != OEO_OK)
		return err;
	err = look_whether_sent(&is_sent, &mirror, showing->agent.ledger);
	if (err == OEO_OK && is_sent)
		err = oeo_mirror_write_own(out, &mirror);
	oeo_mirror_fini(&mirror);
	return err;
}

/* Of the releases of one period, a correction among them, the first stands for all. */
static bool is_wanted(const struct showing *showing, size_t i)
{
	const struct oeo_period *period = &showing->releases[i].period;

	if (oeo_cli_value(showing->cli, "period") != NULL && !oeo_period_equal(period, &showing->period))
		return false;
	for (size_t j = 0; j < i; j++) {
		if (oeo_period_equal(period, &showing->releases[j].period))
			return false;
	}
	return true;
}

static enum oeo_err save_own(const struct showing *showing, struct oeo_note *why)
{
	const char *path = oeo_cli_value(showing->cli, "mine");
	struct oeo_buf out = {0};
	enum oeo_err err = oeo_buf_append_text(&out, OEO_MIRROR_OWN_HEADING);

	if (err == OEO_OK && showing->n_releases == 0)
		err = add_own(&out, showing, NULL, why);
	for (size_t i = 0; i < showing->n_releases && err == OEO_OK; i++) {
		if (is_wanted(showing, i))
			err = add_own(&out, showing, &showing->releases[i], why);
	}
	if (err == OEO_OK && out.len == strlen(OEO_MIRROR_OWN_HEADING))
		err = oeo_note_set(why, OEO_ERR_STATE,
		    _("%s was not written: you have no figures in these periods that can be given."), path);
	if (err == OEO_OK)
		err = oeo_paper_save(path, &out, why);
	if (err == OEO_OK)
		(void)fprintf(stderr,
		    _("Written to %s, for this machine only. What you could work out with it: oeo-collector "
		      "audit RELEASE... --mine %s\n"),
		    path, path);
	oeo_buf_fini(&out);
	return err;
}

enum oeo_exit oeo_agent_mirror(struct oeo_cli *cli)
{
	struct showing showing = {.cli = cli};
	struct oeo_note why = {""};
	enum oeo_err err = oeo_agent_open(&showing.agent, cli->home, cli->clock, &why);

	if (err != OEO_OK)
		return oeo_agent_error(cli, err, &why);
	err = choose(&showing, &why);
	if (err == OEO_OK)
		err = show(&showing, &why);
	if (err == OEO_OK && oeo_cli_value(cli, "mine") != NULL)
		err = save_own(&showing, &why);
	for (size_t i = 0; i < showing.n_releases; i++)
		oeo_release_fini(&showing.releases[i]);
	free(showing.releases);
	oeo_agent_close(&showing.agent);
	return oeo_agent_error(cli, err, &why);
}

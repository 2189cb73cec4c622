/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/intake_session.h"

#include <stdio.h>

#include "proto/i18n.h"
#include "proto/plan_file.h"

void oeo_intake_session_close(struct oeo_intake_session *session)
{
	oeo_plan_free(session->own_plan);
	if (session->has_plans)
		oeo_plans_fini(&session->plans);
	oeo_ledger_close(session->ledger);
	if (session->has_home)
		oeo_home_close(&session->home);
}

void oeo_intake_print_findings(const struct oeo_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		(void)fprintf(stderr, "%s\n", findings->items[i].text);
}

static enum oeo_err read_own_plan(struct oeo_intake_session *session, const char *path, struct oeo_note *why)
{
	struct oeo_findings findings = {0};
	enum oeo_err err = oeo_plan_file_read(&session->own_plan, path, &findings);

	if (err != OEO_OK) {
		oeo_intake_print_findings(&findings);
		(void)oeo_note_set(
		    why, err, _("The plan %s cannot be used; see above what to change."), path);
	}
	oeo_findings_fini(&findings);
	session->plan = session->own_plan;
	return err;
}

static enum oeo_err open_ledger(
    struct oeo_intake_session *session, const struct oeo_cli *cli, struct oeo_note *why)
{
	enum oeo_err err = oeo_home_open(&session->home, cli->home, why);

	session->has_home = err == OEO_OK;
	if (err == OEO_OK)
		err = oeo_ledger_open(&session->ledger, &session->home, why);
	return err;
}

/* The plan of today leads; where all begin later, the newest one. */
static enum oeo_err load_accepted_plan(
    struct oeo_intake_session *session, const struct oeo_cli *cli, struct oeo_note *why)
{
	enum oeo_err err = oeo_plans_load(&session->plans, session->ledger, why);

	session->has_plans = err == OEO_OK;
	if (err != OEO_OK)
		return err;
	session->plan = oeo_plans_of_day(&session->plans, oeo_clock_today(&cli->clock));
	if (session->plan == NULL)
		session->plan = oeo_plans_newest(&session->plans);
	if (session->plan == NULL)
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("No plan is accepted yet. Run: oeo-agent plan show, and then: oeo-agent plan accept"));
	return OEO_OK;
}

enum oeo_err oeo_intake_session_open(struct oeo_intake_session *session, const struct oeo_cli *cli,
    const char *plan_path, struct oeo_note *why)
{
	enum oeo_err err = open_ledger(session, cli, why);

	if (plan_path == NULL)
		return err == OEO_OK ? load_accepted_plan(session, cli, why) : err;
	/* With a plan of its own a preview needs no home; one that is there tells what is known already. */
	if (err != OEO_OK && err != OEO_ERR_NOT_FOUND)
		return err;
	why->text[0] = '\0';
	return read_own_plan(session, plan_path, why);
}

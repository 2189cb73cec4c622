/* SPDX-License-Identifier: EUPL-1.2 */
/* What the commands around intake work with: home, ledger, accepted plans, or a plan.yaml of its own before joining. */
#ifndef OEO_AGENT_INTAKE_SESSION_H
#define OEO_AGENT_INTAKE_SESSION_H

#include "agent/ledger.h"
#include "agent/plans.h"
#include "proto/cli.h"
#include "proto/findings.h"

struct oeo_intake_session {
	struct oeo_home home;
	bool has_home;
	struct oeo_ledger *ledger; /* NULL: a preview before `init` */
	struct oeo_plans plans;
	bool has_plans;
	struct oeo_plan *own_plan; /* of --plan */
	const struct oeo_plan *plan; /* leads: the own one, today's, or the newest where all begin later */
	int progress_fd; /* -1: progress goes to the terminal */
};

/*
 * Open the command's home and its accepted plans; or, where plan_path is not NULL, that plan, and the home only where there
 * is one. Faults of the plan file are printed. OEO_ERR_STATE: no plan is accepted yet; why says what to do. Close in any
 * case; a session that is all 0 but progress_fd is closed already.
 */
enum oeo_err oeo_intake_session_open(struct oeo_intake_session *session, const struct oeo_cli *cli,
    const char *plan_path, struct oeo_note *why);
void oeo_intake_session_close(struct oeo_intake_session *session);

/* A line for each, on stderr. */
void oeo_intake_print_findings(const struct oeo_findings *findings);

#endif

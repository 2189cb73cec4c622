/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The daemon of a member: reads what is laid in the drop folder (drop.h), gives its daily sign of life and sends each
 * period at its random moment (publish.h). One thread, one loop over signals, a timer and the folder.
 *
 * The work itself, an import or a publish, is done by a process of its own: this program once more, one at a time. So the
 * loop never waits for a disk or a peer, a file that brings the reader down does not bring the daemon down, and whatever
 * kills the work leaves what a cut-off command leaves: nothing half (intake.h, publish.h). Files are read before anything
 * is sent, so that what lies ready still counts.
 *
 * The form at the desk (form.h) is served by the loop itself; where its port is taken and was not asked for, the rest goes on
 * without it.
 *
 * Other commands of oeo-agent may run beside it at any time: SQLite and the lock of `publish` keep them apart.
 */
#ifndef OEO_AGENT_RUN_H
#define OEO_AGENT_RUN_H

#include "agent/form/form.h"
#include "proto/clock.h"
#include "proto/home.h"

#define OEO_INBOX_FOLDER "inbox" /* in the home, where --inbox does not say otherwise */

struct oeo_run_wish {
	const char *home;
	const char *inbox; /* NULL: <home>/inbox */
	struct oeo_clock clock;
	const struct oeo_form_options *form; /* borrowed; NULL: no form */
	bool is_form_required; /* without it nothing starts */
};

/*
 * Run until SIGTERM or SIGINT; SIGHUP: look into the folder and at what is due now. Tells systemd how it stands, where that
 * started it. OEO_OK: stopped as it was asked to. OEO_ERR_STATE: it runs already; OEO_ERR_NOT_FOUND: no home; OEO_ERR_IO.
 */
enum oeo_err oeo_run(const struct oeo_run_wish *wish, struct oeo_note *why);

#endif

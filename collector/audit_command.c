/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/audit_command.h"

#include <stdlib.h>
#include <string.h>

#include "collector/audit_tell.h"
#include "collector/disclosure/solver_clp.h"
#include "collector/interrupt.h"
#include "proto/i18n.h"

static bool show_progress(void *context, size_t done, size_t total)
{
	return oeo_interrupt_show_progress(context, _("checking what can be derived"), done, total);
}

static enum oeo_err explain(enum oeo_audit_err err, struct oeo_note *why)
{
	switch (err) {
	case OEO_AUDIT_OK:
		return OEO_OK;
	case OEO_AUDIT_NOMEM:
		return OEO_ERR_NOMEM;
	case OEO_AUDIT_INTERRUPTED:
		return oeo_note_set(
		    why, OEO_ERR_STATE, _("Interrupted; nothing was written. Give the command again."));
	case OEO_AUDIT_INVALID:
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("The numbers of these releases contradict each other. Get the files anew from the "
		      "publisher; if they are "
		      "the same, tell the publisher."));
	default:
		return oeo_note_set(why, OEO_ERR_INTERNAL,
		    _("The audit could not be finished: the solver gave up. Nothing is known of these "
		      "releases."));
	}
}

static enum oeo_err add_own(
    const struct oeo_cli *cli, struct oeo_audit_sources *sources, struct oeo_note *why)
{
	const char **paths = oeo_alloc_array(cli->n_given + 1, sizeof(*paths));
	size_t n = 0;
	enum oeo_err err = OEO_OK;

	if (paths == NULL)
		return OEO_ERR_NOMEM;
	while ((paths[n] = oeo_cli_nth_value(cli, "mine", n)) != NULL)
		n++;
	if (n > 0)
		err = oeo_audit_sources_add_own(sources, paths, n, why);
	free(paths);
	return err;
}

static enum oeo_err audit(const struct oeo_audit_sources *sources, struct oeo_audit_findings *findings,
    struct oeo_interrupt *interrupt, struct oeo_note *why)
{
	unsigned attackers = OEO_AUDIT_L | OEO_AUDIT_P | OEO_AUDIT_Q | OEO_AUDIT_G | OEO_AUDIT_T;
	struct oeo_audit_options options = {
	    .attackers = sources->parts != NULL ? attackers | OEO_AUDIT_O : attackers,
	    .solver = oeo_solver_clp(),
	    .wants_intervals = findings->has_intervals,
	    .has_blind_states = true,
	    .slack = sources->slack,
	    .progress = show_progress,
	    .context = interrupt,
	};
	enum oeo_err err;

	findings->cells = oeo_alloc_array(sources->built.problem.n_cells, sizeof(*findings->cells));
	if (findings->cells == NULL)
		return OEO_ERR_NOMEM;
	err = explain(oeo_audit_problem(&sources->built.problem, sources->decisions, &options,
			  &findings->report, findings->cells),
	    why);
	if (err == OEO_OK)
		err = oeo_audit_sources_compare(sources, &findings->n_small_changes);
	findings->is_safe =
	    err == OEO_OK && oeo_audit_is_safe(&findings->report) && findings->n_small_changes == 0;
	return err;
}

enum oeo_exit oeo_audit_command(struct oeo_cli *cli)
{
	struct oeo_audit_sources sources;
	struct oeo_audit_findings findings = {.has_intervals = oeo_cli_value(cli, "verdicts") == NULL,
	    .wants_each = oeo_cli_value(cli, "each") != NULL};
	struct oeo_interrupt interrupt = {0};
	struct oeo_note why = {""};
	enum oeo_err err;
	enum oeo_exit result;

	if (findings.wants_each && !findings.has_intervals)
		return oeo_cli_usage(
		    cli, _("--each tells intervals, --verdicts leaves them out: give one of the two"));
	err = oeo_audit_sources_read(&sources, cli->arguments, cli->n_arguments, &why);
	if (err == OEO_OK)
		err = add_own(cli, &sources, &why);
	oeo_interrupt_begin(&interrupt);
	if (err == OEO_OK)
		err = audit(&sources, &findings, &interrupt, &why);
	/* What went wrong, also that it was interrupted, is told first. */
	if (err == OEO_OK)
		oeo_interrupt_end(&interrupt);
	if (err == OEO_OK)
		err = cli->is_json ? oeo_audit_tell_json(&sources, &findings)
				   : oeo_audit_tell(&sources, &findings);
	free(findings.cells);
	oeo_audit_sources_fini(&sources);
	if (err == OEO_OK)
		result = findings.is_safe ? OEO_EXIT_OK : OEO_EXIT_FAILED;
	else
		result = oeo_cli_error(cli, err, &why);
	oeo_interrupt_end(&interrupt);
	return result;
}

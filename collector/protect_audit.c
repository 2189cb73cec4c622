/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/audit.h"
#include "collector/disclosure/gauss.h"
#include "collector/disclosure/solver_clp.h"
#include "collector/protect_job.h"
#include "proto/i18n.h"

_Static_assert(OEO_AUDIT_L == OEO_DISCLOSURE_ATTACK_L && OEO_AUDIT_P == OEO_DISCLOSURE_ATTACK_P &&
		   OEO_AUDIT_Q == OEO_DISCLOSURE_ATTACK_Q && OEO_AUDIT_S == OEO_DISCLOSURE_ATTACK_S &&
		   OEO_AUDIT_O == OEO_DISCLOSURE_ATTACK_O && OEO_AUDIT_G == OEO_DISCLOSURE_ATTACK_G,
    "attackers have the same bits on both sides");

static bool show_progress(void *context, size_t done, size_t total)
{
	(void)context;
	oeo_cli_progress("audit", done, total);
	return true;
}

enum oeo_err oeo_protect_audit(struct oeo_protect_job *job, struct oeo_note *why)
{
	struct oeo_audit_options options = {.attackers = job->attackers,
	    .solver = oeo_solver_clp(),
	    .has_secret_zeros = job->hides_zeros,
	    .is_single = job->cells.is_single,
	    .progress = show_progress};
	struct oeo_audit_report report;
	enum oeo_audit_err err =
	    oeo_audit_problem(&job->cells.problem, job->decisions, &options, &report, NULL);

	if (err == OEO_AUDIT_NOMEM)
		return OEO_ERR_NOMEM;
	if (err != OEO_AUDIT_OK)
		return oeo_note_set(why, OEO_ERR_INTERNAL, _("the audit could not be done."));
	job->is_audited = true;
	for (size_t i = 0; i < OEO_AUDIT_ATTACKERS; i++)
		job->n_recovered += report.verdicts[i].is_tried ? report.verdicts[i].n_recovered : 0;
	if (oeo_audit_is_safe(&report))
		return OEO_OK;
	return oeo_note_set(why, OEO_ERR_REFUSED,
	    _("the audit works out %zu hidden numbers. Nothing was written."), job->n_recovered);
}

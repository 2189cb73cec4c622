/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>

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

/* The cell number i of a relation: the parent, then its children. */
static size_t cell_in(const struct oeo_disclosure_relation *relation, size_t i)
{
	return i == 0 ? relation->parent : relation->children[i - 1];
}

static bool is_in(const struct oeo_disclosure_relation *relation, size_t cell)
{
	for (size_t i = 0; i <= relation->n_children; i++)
		if (cell_in(relation, i) == cell)
			return true;
	return false;
}

/* May it be hidden beside those that are, and would that hide less than the best so far does? */
static bool is_better(const struct oeo_protect_job *job, size_t cell, size_t best)
{
	const struct oeo_disclosure_cell *cells = job->cells.cells;

	if (!job->decisions[cell].is_shown || cells[cell].role != OEO_DISCLOSURE_DECIDE)
		return false;
	return best == SIZE_MAX ||
	       cells[cell].value[OEO_DISCLOSURE_RESIDENTS] < cells[best].value[OEO_DISCLOSURE_RESIDENTS];
}

/* The smallest cell that is shown beside this one, SIZE_MAX for none; *is_helped: one was hidden in this round. */
static size_t find_helper(const struct oeo_protect_job *job, size_t cell, unsigned round, bool *is_helped)
{
	const struct oeo_disclosure_problem *problem = &job->cells.problem;
	size_t best = SIZE_MAX;

	for (size_t r = 0; r < problem->n_relations; r++) {
		const struct oeo_disclosure_relation *relation = &problem->relations[r];

		if (!is_in(relation, cell))
			continue;
		for (size_t i = 0; i <= relation->n_children; i++) {
			size_t other = cell_in(relation, i);

			*is_helped = *is_helped || job->helped[other] == round;
			if (is_better(job, other, best))
				best = other;
		}
	}
	return best;
}

/* Beside every number that was worked out, hide the smallest one that is shown, but one in a neighbourhood: it may do. */
static size_t hide_more(struct oeo_protect_job *job, const struct oeo_audit_cell *found, unsigned round)
{
	size_t n = 0;

	for (size_t cell = 0; cell < job->cells.problem.n_cells; cell++) {
		bool is_helped = false;
		size_t helper;

		if (found[cell].recovered[OEO_DISCLOSURE_RESIDENTS] == 0)
			continue;
		helper = find_helper(job, cell, round, &is_helped);
		if (is_helped || helper == SIZE_MAX)
			continue;
		job->helped[helper] = round;
		job->cells.cells[helper].role = OEO_DISCLOSURE_HIDDEN;
		n++;
	}
	return n;
}

enum oeo_err oeo_protect_audit(
    struct oeo_protect_job *job, unsigned round, size_t *n_more, struct oeo_note *why)
{
	struct oeo_audit_options options = {.attackers = job->attackers,
	    .solver = oeo_solver_clp(),
	    .has_secret_zeros = job->hides_zeros || job->has_kept_zeros,
	    .is_single = job->cells.is_single,
	    .excuses_earlier = oeo_cli_value(job->cli, "earlier") != NULL,
	    .progress = show_progress};
	struct oeo_audit_cell *found = oeo_alloc_array(job->cells.problem.n_cells + 1, sizeof(*found));
	struct oeo_audit_report report;
	enum oeo_audit_err err;

	*n_more = 0;
	if (found == NULL)
		return OEO_ERR_NOMEM;
	err = oeo_audit_problem(&job->cells.problem, job->decisions, &options, &report, found);
	if (err == OEO_AUDIT_OK && !oeo_audit_is_safe(&report))
		*n_more = hide_more(job, found, round);
	free(found);
	if (err == OEO_AUDIT_NOMEM)
		return OEO_ERR_NOMEM;
	if (err != OEO_AUDIT_OK)
		return oeo_note_set(why, OEO_ERR_INTERNAL, _("the audit could not be done."));
	job->is_audited = true;
	job->n_recovered = 0;
	for (size_t i = 0; i < OEO_AUDIT_ATTACKERS; i++)
		job->n_recovered += report.verdicts[i].is_tried ? report.verdicts[i].n_recovered : 0;
	if (oeo_audit_is_safe(&report))
		return OEO_OK;
	return oeo_note_set(why, OEO_ERR_REFUSED,
	    _("the audit works out %zu hidden numbers, and hiding more did not help. Nothing was written. "
	      "Publish "
	      "a coarser table: fewer dimensions, or codes taken together."),
	    job->n_recovered);
}

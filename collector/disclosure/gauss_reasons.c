/* SPDX-License-Identifier: EUPL-1.2 */
/* Why numbers are stuck, for gauss_bounds.c: sums that are known and leave too little room become virtual cells. */
#include "collector/disclosure/gauss_bounds.h"

#define SLIP 1e-4 /* room added below every number, so that reasons with few numbers come first */
#define NEARLY 0.99

static bool add_sum(struct gauss_bounds *bounds, uint32_t group, bool *is_new)
{
	const struct gauss_certificate *certificate = &bounds->certificate;
	size_t n = 0;

	bounds->cells[n] = bounds->system->groups[group].cell;
	bounds->times[n++] = certificate->factor;
	for (size_t i = 0; i < bounds->n_inner; i++) {
		if (certificate->factors[i] == 0)
			continue;
		bounds->cells[n] = bounds->system->groups[bounds->members[i]].cell;
		bounds->times[n++] = certificate->factors[i];
	}
	return oeo_gauss_system_add_virtual(bounds->system, bounds->cells, bounds->times, n, is_new);
}

/* After the group was pushed up: if it cannot rise by one, make the sum that keeps it a virtual cell. */
static enum oeo_disclosure_err find_reason(struct gauss_bounds *bounds, uint32_t group, bool *is_new)
{
	const struct oeo_solver *solver = bounds->system->attackers->solver;
	struct gauss_dual dual = {.moves = bounds->moves,
	    .columns = bounds->members,
	    .n_columns = bounds->n_inner,
	    .rooms = bounds->excess,
	    .costs = solver->reduced_costs(bounds->handle),
	    .group = group};

	*is_new = false;
	if (!oeo_gauss_certificate_find(&dual, &bounds->certificate))
		return OEO_DISCLOSURE_OK;
	return add_sum(bounds, group, is_new) ? OEO_DISCLOSURE_OK : OEO_DISCLOSURE_NOMEM;
}

/* Numbers that rise by one in this point, which is not quite one that can be, need no look in this round. */
static void skip_risen(struct gauss_bounds *bounds, const double *point)
{
	for (size_t i = 0; i < bounds->n_members; i++) {
		uint32_t group = bounds->members[i];

		if (bounds->is_wanted[group] && !bounds->is_skipped[group])
			bounds->is_skipped[group] = oeo_gauss_bounds_move_in(bounds, group, point) >= NEARLY;
	}
}

enum oeo_disclosure_err oeo_gauss_bounds_find_reasons(struct gauss_bounds *bounds, bool only_floors)
{
	const struct oeo_solver *solver = bounds->system->attackers->solver;
	enum oeo_disclosure_err err = OEO_DISCLOSURE_OK;

	if (solver->reduced_costs == NULL)
		return OEO_DISCLOSURE_OK;
	for (size_t i = 0; i < bounds->n_inner; i++)
		oeo_gauss_bounds_set_low(bounds, i, SLIP);
	for (size_t i = 0; i < bounds->n_members && err == OEO_DISCLOSURE_OK; i++) {
		uint32_t group = bounds->members[i];
		bool is_new = false;

		if (!bounds->is_wanted[group] || bounds->is_skipped[group] ||
		    (only_floors && (i >= bounds->n_inner || bounds->excess[group] > 0)))
			continue;
		err = oeo_gauss_bounds_push_one(bounds, group, 1, false);
		bounds->system->work += bounds->n_inner;
		if (err == OEO_DISCLOSURE_OK)
			skip_risen(bounds, solver->point(bounds->handle));
		if (err == OEO_DISCLOSURE_OK && !bounds->is_skipped[group])
			err = find_reason(bounds, group, &is_new);
		bounds->n_found += is_new;
		for (size_t j = 0; is_new && j < bounds->n_inner; j++)
			if (bounds->certificate.factors[j] > 0)
				bounds->is_skipped[bounds->members[j]] = true;
	}
	for (size_t i = 0; i < bounds->n_inner; i++)
		oeo_gauss_bounds_set_low(bounds, i, 0);
	return err;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss_clean.h"

#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/gauss_ways.h"

/* Columns of all programs: then it ends. */
#define MOST_WORK 150000
/* With more members than this, only what a repair hid is tried: one try costs about as much as all of MOST_WORK. */
#define LARGE_COMPONENT 2000

struct clean {
	struct gauss_system *system;
	struct gauss_matrix *matrix;
	struct gauss_moves moves;
	struct gauss_view view;
	struct gauss_ways ways; /* of the component under way */
	uint64_t *weights; /* of every group: what its cells that are decided on add up to */
	uint32_t *place; /* of every group */
	bool *may_show; /* of every group: it is one that may be shown, as far as the matrix says */
	uint32_t *dearest; /* members that may be shown, dearest first */
	size_t n_dearest;
	size_t *order; /* components, that with the dearest member that may be shown first */
	uint64_t *dearest_of; /* of every component */
	uint32_t *bundle; /* members that are to be shown together */
	size_t n_bundle;
	uint32_t *wanted; /* members that need another way */
	size_t work;
	size_t n_shown;
};

static bool asks_sums(const struct clean *clean)
{
	return (clean->system->attackers->mask & (OEO_DISCLOSURE_ATTACK_S | OEO_DISCLOSURE_ATTACK_G)) != 0;
}

/* May it be shown at all? What sums that are too small stand for stays hidden. */
static bool may_be_shown(const struct clean *clean, uint32_t number)
{
	const struct gauss_group *group = &clean->system->groups[number];

	return group->is_hidden && !group->is_latent && !group->is_primary &&
	       !(group->is_target && asks_sums(clean));
}

static uint32_t group_of(const struct clean *clean, uint32_t member)
{
	return clean->ways.members[member];
}

static void weigh(struct clean *clean)
{
	const struct oeo_disclosure_problem *problem = clean->system->problem;

	for (size_t i = 0; i < problem->n_cells; i++)
		if (problem->cells[i].role == OEO_DISCLOSURE_DECIDE)
			clean->weights[clean->system->groups_of[i]] +=
			    problem->cells[i].value[clean->system->measure];
}

/* What a repair hid, all at once, comes first: most of what is too much is there. */
static int compare_dearest(const void *a, const void *b, void *context)
{
	const struct clean *clean = context;
	uint32_t left = clean->ways.members[*(const uint32_t *)a];
	uint32_t right = clean->ways.members[*(const uint32_t *)b];
	const struct gauss_group *groups = clean->system->groups;

	if (groups[left].is_extra != groups[right].is_extra)
		return groups[left].is_extra ? -1 : 1;
	if (clean->weights[left] != clean->weights[right])
		return clean->weights[left] > clean->weights[right] ? -1 : 1;
	return clean->system->problem->cells[groups[left].cell].key <
		       clean->system->problem->cells[groups[right].cell].key
		   ? -1
		   : 1;
}

/* What must not become known, exactly: primary numbers, and the sums that some attackers ask for. */
static void set_targets(struct clean *clean)
{
	const struct gauss_system *system = clean->system;

	for (uint32_t i = 0; i < system->n_groups; i++) {
		const struct gauss_group *group = &system->groups[i];

		if (!group->is_hidden || !clean->matrix->rows[i].is_live)
			continue;
		if (asks_sums(clean) && clean->matrix->watches_singles)
			oeo_gauss_matrix_hold(clean->matrix, i);
		else
			clean->matrix->rows[i].is_target = group->is_primary || asks_sums(clean);
	}
	for (size_t i = 0; i < system->n_virtuals && !asks_sums(clean); i++)
		oeo_gauss_matrix_drop(clean->matrix, (uint32_t)(system->n_groups + i));
}

static bool put_in_bundle(struct clean *clean, uint32_t member)
{
	if (clean->n_bundle > 0 && asks_sums(clean))
		return false;
	clean->bundle[clean->n_bundle++] = member;
	oeo_gauss_ways_stop(&clean->ways, member, true);
	return true;
}

/* Find ways for all whose ways are broken. is_whole: there are, or they can be shown too. */
static bool mend(struct clean *clean, bool *is_whole)
{
	size_t n = 0, n_left = 0;

	*is_whole = true;
	do {
		n = 0;
		for (uint32_t i = 0; i < clean->ways.n_members; i++)
			if (oeo_gauss_ways_is_broken(&clean->ways, i))
				clean->wanted[n++] = i;
		if (!oeo_gauss_ways_find(&clean->ways, clean->wanted, n, &n_left))
			return false;
		for (size_t i = 0; i < n_left && *is_whole; i++)
			*is_whole = clean->may_show[group_of(clean, clean->wanted[i])] &&
				    put_in_bundle(clean, clean->wanted[i]);
	} while (n_left > 0 && *is_whole);
	return true;
}

static void set_hidden(struct clean *clean, bool is_hidden)
{
	for (size_t i = 0; i < clean->n_bundle; i++)
		clean->system->groups[group_of(clean, clean->bundle[i])].is_hidden = is_hidden;
}

/* Are all sums that G asks for large enough with the bundle shown? */
static bool check_groups(struct clean *clean, bool *is_whole)
{
	struct gauss_system *system = clean->system;
	size_t n_found = 0, n_virtuals = system->n_virtuals;
	bool is_broken = false, is_ok;

	if ((system->attackers->mask & OEO_DISCLOSURE_ATTACK_G) == 0)
		return true;
	set_hidden(clean, false);
	is_ok = oeo_gauss_attack_groups(system, false, &n_found, &is_broken);
	set_hidden(clean, true);
	while (system->n_virtuals > n_virtuals)
		free(system->virtuals[--system->n_virtuals].terms);
	*is_whole = n_found == 0 && !is_broken;
	return is_ok;
}

static enum gauss_answer eliminate_bundle(struct clean *clean)
{
	enum gauss_answer answer = GAUSS_TAKEN;

	for (size_t i = 0; i < clean->n_bundle && answer == GAUSS_TAKEN; i++)
		answer =
		    oeo_gauss_matrix_eliminate(clean->matrix, group_of(clean, clean->bundle[i]), false, NULL);
	return answer;
}

/* Show a member, with what follows from it, if that is safe. OEO_DISCLOSURE_UNSAFE: what was shown may be too much. */
static enum oeo_disclosure_err try_show(struct clean *clean, uint32_t member)
{
	bool is_whole = true;
	enum gauss_answer answer = oeo_gauss_matrix_ask(clean->matrix, group_of(clean, member));

	if (answer != GAUSS_TAKEN)
		return answer == GAUSS_NOMEM ? OEO_DISCLOSURE_NOMEM : OEO_DISCLOSURE_OK;
	clean->n_bundle = 0;
	(void)put_in_bundle(clean, member);
	if (!mend(clean, &is_whole))
		return OEO_DISCLOSURE_NOMEM;
	if (is_whole && !check_groups(clean, &is_whole))
		return OEO_DISCLOSURE_NOMEM;
	if (!is_whole) {
		for (size_t i = 0; i < clean->n_bundle; i++)
			oeo_gauss_ways_stop(&clean->ways, clean->bundle[i], false);
		return OEO_DISCLOSURE_OK;
	}
	answer = eliminate_bundle(clean);
	set_hidden(clean, false);
	clean->n_shown += clean->n_bundle;
	return answer == GAUSS_TAKEN     ? OEO_DISCLOSURE_OK
	       : answer == GAUSS_REFUSED ? OEO_DISCLOSURE_UNSAFE
					 : OEO_DISCLOSURE_NOMEM;
}

static int compare_components(const void *a, const void *b, void *context)
{
	const struct clean *clean = context;
	size_t left = *(const size_t *)a, right = *(const size_t *)b;

	if (clean->dearest_of[left] != clean->dearest_of[right])
		return clean->dearest_of[left] > clean->dearest_of[right] ? -1 : 1;
	return (left > right) - (left < right);
}

static void sort_components(struct clean *clean)
{
	const struct gauss_moves *moves = &clean->moves;

	for (size_t i = 0; i < moves->n_components; i++) {
		clean->order[i] = i;
		for (size_t j = moves->starts[i]; j < moves->starts[i + 1]; j++) {
			uint32_t group = moves->members[j];

			if (clean->may_show[group] && clean->weights[group] > clean->dearest_of[i])
				clean->dearest_of[i] = clean->weights[group];
		}
	}
	qsort_r(clean->order, moves->n_components, sizeof(*clean->order), compare_components, clean);
}

/* What may be shown: no primary number follows from it at once. */
static bool find_candidates(struct clean *clean)
{
	for (uint32_t i = 0; i < clean->system->n_groups; i++) {
		enum gauss_answer answer = GAUSS_REFUSED;

		if (may_be_shown(clean, i) && clean->matrix->rows[i].is_live)
			answer = oeo_gauss_matrix_ask(clean->matrix, i);
		if (answer == GAUSS_NOMEM)
			return false;
		clean->may_show[i] = answer == GAUSS_TAKEN;
	}
	return true;
}

static void list_dearest(struct clean *clean, size_t component)
{
	const struct gauss_moves *moves = &clean->moves;
	size_t first = moves->starts[component], n = moves->starts[component + 1] - first;

	clean->n_dearest = 0;
	for (uint32_t i = 0; i < n; i++)
		if (clean->may_show[moves->members[first + i]])
			clean->dearest[clean->n_dearest++] = i;
}

/* In a large component that was repaired, only what the repair hid may be shown. */
static void keep_extras(struct clean *clean, size_t component)
{
	const uint32_t *members = clean->moves.members + clean->moves.starts[component];
	size_t n = clean->moves.starts[component + 1] - clean->moves.starts[component];
	bool has_extras = false;

	for (size_t i = 0; i < n && !has_extras; i++)
		has_extras = clean->system->groups[members[i]].is_extra;
	for (size_t i = 0; i < n && has_extras && n > LARGE_COMPONENT; i++)
		clean->may_show[members[i]] =
		    clean->may_show[members[i]] && clean->system->groups[members[i]].is_extra;
}

static enum oeo_disclosure_err clean_component(struct clean *clean, size_t component)
{
	enum oeo_disclosure_err err;

	list_dearest(clean, component);
	if (clean->n_dearest == 0 || clean->work >= MOST_WORK)
		return OEO_DISCLOSURE_OK;
	err = oeo_gauss_ways_init(
	    &clean->ways, &clean->moves, &clean->view, component, clean->may_show, clean->place);
	if (err == OEO_DISCLOSURE_OK)
		qsort_r(clean->dearest, clean->n_dearest, sizeof(*clean->dearest), compare_dearest, clean);
	for (size_t i = 0; i < clean->n_dearest && err == OEO_DISCLOSURE_OK; i++)
		if (clean->work + clean->ways.work < MOST_WORK && !clean->ways.is_stopped[clean->dearest[i]])
			err = try_show(clean, clean->dearest[i]);
	clean->work += clean->ways.work;
	oeo_gauss_ways_fini(&clean->ways);
	return err;
}

/* Attack what is left again, all at once; what stands is kept, or else nothing is. */
static enum oeo_disclosure_err check_again(struct clean *clean, const bool *was_hidden)
{
	struct gauss_system *system = clean->system;
	size_t n_found = 0;
	enum oeo_disclosure_err err;

	for (size_t i = 0; i < system->n_groups; i++)
		system->groups[i].is_loose = false;
	err = oeo_gauss_attack(system, clean->matrix, &n_found);
	if (err == OEO_DISCLOSURE_NOMEM)
		return err;
	for (size_t i = 0; i < system->n_groups && (err != OEO_DISCLOSURE_OK || n_found > 0); i++)
		system->groups[i].is_hidden = was_hidden[i];
	return OEO_DISCLOSURE_OK;
}

static bool allocate(struct clean *clean)
{
	size_t n = clean->system->n_groups + 1;

	clean->weights = calloc(n, sizeof(*clean->weights));
	clean->place = calloc(n, sizeof(*clean->place));
	clean->may_show = calloc(n, sizeof(*clean->may_show));
	clean->dearest = calloc(n, sizeof(*clean->dearest));
	clean->order = calloc(n, sizeof(*clean->order));
	clean->dearest_of = calloc(n, sizeof(*clean->dearest_of));
	clean->bundle = calloc(n, sizeof(*clean->bundle));
	clean->wanted = calloc(n, sizeof(*clean->wanted));
	return clean->weights != NULL && clean->place != NULL && clean->may_show != NULL &&
	       clean->dearest != NULL && clean->order != NULL && clean->dearest_of != NULL &&
	       clean->bundle != NULL && clean->wanted != NULL;
}

static enum oeo_disclosure_err clean_all(struct clean *clean, const bool *was_hidden)
{
	enum oeo_disclosure_err err = oeo_gauss_moves_init(&clean->moves, clean->system, clean->matrix);

	if (err != OEO_DISCLOSURE_OK)
		return err;
	weigh(clean);
	set_targets(clean);
	if (!find_candidates(clean))
		return OEO_DISCLOSURE_NOMEM;
	for (size_t i = 0; i < clean->moves.n_components; i++)
		keep_extras(clean, i);
	sort_components(clean);
	for (size_t i = 0; i < clean->moves.n_components && err == OEO_DISCLOSURE_OK; i++)
		err = clean_component(clean, clean->order[i]);
	if (err == OEO_DISCLOSURE_OK && clean->n_shown > 0)
		err = check_again(clean, was_hidden);
	for (size_t i = 0; i < clean->system->n_groups && err == OEO_DISCLOSURE_UNSAFE; i++)
		clean->system->groups[i].is_hidden = was_hidden[i];
	return err == OEO_DISCLOSURE_UNSAFE ? OEO_DISCLOSURE_OK : err;
}

enum oeo_disclosure_err oeo_gauss_clean_up(struct gauss_system *system, struct gauss_matrix *matrix)
{
	const unsigned mask = system->attackers->mask;
	bool has_members = (mask & OEO_DISCLOSURE_ATTACK_O) != 0 && system->problem->n_members > 0;
	struct clean clean = {.system = system,
	    .matrix = matrix,
	    .view = {(mask & OEO_DISCLOSURE_ATTACK_Q) != 0 ? 1 : 0, SIZE_MAX}};
	bool *was_hidden;
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;

	if (!system->has_clean_up || system->is_plain || has_members ||
	    (mask & (OEO_DISCLOSURE_ATTACK_P | OEO_DISCLOSURE_ATTACK_Q)) == 0)
		return OEO_DISCLOSURE_OK;
	was_hidden = calloc(system->n_groups + 1, sizeof(*was_hidden));
	for (size_t i = 0; i < system->n_groups && was_hidden != NULL; i++)
		was_hidden[i] = system->groups[i].is_hidden;
	if (was_hidden != NULL && allocate(&clean))
		err = clean_all(&clean, was_hidden);
	oeo_gauss_moves_fini(&clean.moves);
	free(was_hidden);
	free(clean.weights);
	free(clean.place);
	free(clean.may_show);
	free(clean.dearest);
	free(clean.order);
	free(clean.dearest_of);
	free(clean.bundle);
	free(clean.wanted);
	return err;
}

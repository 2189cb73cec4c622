/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/release_correct.h"

#include <stdlib.h>
#include <string.h>

#include "collector/release_margins.h"

struct weighing {
	struct oeo_correction *correction;
	const struct oeo_plan *plan;
	const struct oeo_correction_side *sides[2]; /* earlier, later */
	size_t capacity;
};

enum measure { RESIDENTS, QUESTIONS };

static const struct oeo_opened_table *find_table(const struct oeo_opened *opened, size_t planned)
{
	for (size_t i = 0; i < opened->n_tables; i++)
		if (opened->tables[i].table == planned)
			return &opened->tables[i];
	return NULL;
}

/* NULL where the cell is not open. */
static const struct oeo_opened_cell *find_cell(
    const struct oeo_correction_side *side, size_t planned, size_t cell)
{
	const struct oeo_opened_table *table = find_table(side->opened, planned);
	size_t low = 0;
	size_t high = table != NULL ? table->n_cells : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->cells[middle].cell < cell)
			low = middle + 1;
		else
			high = middle;
	}
	if (table == NULL || low == table->n_cells || table->cells[low].cell != cell ||
	    table->cells[low].state != OEO_CELL_OPEN)
		return NULL;
	return &table->cells[low];
}

static const struct oeo_release_cell *printed_cell(
    const struct weighing *weighing, unsigned side, size_t planned, size_t cell)
{
	const struct oeo_release_table *table =
	    oeo_release_table(weighing->sides[side]->release, weighing->plan->tables[planned].id);

	return &table->cells[cell];
}

static bool is_printed(
    const struct weighing *weighing, unsigned side, size_t planned, size_t cell, enum measure measure)
{
	const struct oeo_release_cell *printed = printed_cell(weighing, side, planned, cell);

	return !printed->is_hidden &&
	       (measure == RESIDENTS ||
		   (weighing->plan->tables[planned].publishes_questions && !printed->hides_questions));
}

static bool is_in_both(const struct weighing *weighing, size_t planned, size_t cell, enum measure measure)
{
	return is_printed(weighing, 0, planned, cell, measure) &&
	       is_printed(weighing, 1, planned, cell, measure);
}

/* ---- How much a number changed */

static int64_t number_of(const struct oeo_opened_cell *cell, enum measure measure)
{
	if (cell == NULL)
		return 0;
	return (int64_t)(measure == RESIDENTS ? cell->residents : cell->questions);
}

/* What this member has in it. */
static int64_t part_of(const struct oeo_correction_side *side, const struct oeo_opened_cell *cell,
    enum measure measure, const char *member)
{
	for (size_t i = 0; cell != NULL && i < cell->n_contributions; i++) {
		const struct oeo_contribution *part = &cell->contributions[i];

		if (part->member < side->opened->n_members &&
		    strcmp(side->opened->members[part->member], member) == 0)
			return (int64_t)(measure == RESIDENTS ? part->residents : part->questions);
	}
	return 0;
}

static int64_t change_of(const struct weighing *weighing, size_t planned, size_t cell, enum measure measure)
{
	return number_of(find_cell(weighing->sides[1], planned, cell), measure) -
	       number_of(find_cell(weighing->sides[0], planned, cell), measure);
}

static int64_t own_change_of(
    const struct weighing *weighing, size_t planned, size_t cell, enum measure measure, const char *member)
{
	const struct oeo_correction_side *earlier = weighing->sides[0];
	const struct oeo_correction_side *later = weighing->sides[1];

	return part_of(later, find_cell(later, planned, cell), measure, member) -
	       part_of(earlier, find_cell(earlier, planned, cell), measure, member);
}

static bool is_few(int64_t change, uint64_t least)
{
	uint64_t size = change < 0 ? (uint64_t)-change : (uint64_t)change;

	return size > 0 && size < least;
}

/* A member of either side, by number; NULL past the last. Those of both come twice, which does no harm. */
static const char *member_at(const struct weighing *weighing, size_t i)
{
	const struct oeo_opened *earlier = weighing->sides[0]->opened;
	const struct oeo_opened *later = weighing->sides[1]->opened;

	if (i < earlier->n_members)
		return earlier->members[i];
	return i - earlier->n_members < later->n_members ? later->members[i - earlier->n_members] : NULL;
}

static bool is_small_change(
    const struct weighing *weighing, size_t planned, size_t cell, enum measure measure)
{
	const struct oeo_rules *rules = &weighing->plan->tables[planned].rules;
	int64_t change = change_of(weighing, planned, cell, measure);
	const char *member;

	if (is_few(change, rules->residents))
		return true;
	for (size_t i = 0; (member = member_at(weighing, i)) != NULL; i++) {
		int64_t own = own_change_of(weighing, planned, cell, measure, member);

		if (own != 0 && is_few(change - own, rules->rest))
			return true;
	}
	return false;
}

/* A cell that is not open (any more) has 0 .. k-1 residents: counted as the one of these that is nearest. */
static bool is_small_closing(const struct weighing *weighing, size_t planned, size_t cell)
{
	const struct oeo_rules *rules = &weighing->plan->tables[planned].rules;
	int64_t before = number_of(find_cell(weighing->sides[0], planned, cell), RESIDENTS);

	return before < (int64_t)(2 * rules->residents) - 1;
}

/* ---- Each cell */

static enum oeo_err add_cell(struct weighing *weighing, size_t planned, size_t cell)
{
	struct oeo_correction *correction = weighing->correction;

	if (correction->n_cells == weighing->capacity) {
		size_t capacity = weighing->capacity > 0 ? 2 * weighing->capacity : 64;
		struct oeo_correction_cell *cells = realloc(correction->cells, capacity * sizeof(*cells));

		if (cells == NULL)
			return OEO_ERR_NOMEM;
		correction->cells = cells;
		weighing->capacity = capacity;
	}
	correction->cells[correction->n_cells++] = (struct oeo_correction_cell){planned, cell};
	correction->takes_total = correction->takes_total || weighing->plan->tables[planned].n_by == 0;
	return OEO_OK;
}

static bool has_small_change(
    const struct weighing *weighing, size_t planned, size_t cell, enum measure measure)
{
	bool is_open_before = find_cell(weighing->sides[0], planned, cell) != NULL;
	bool is_open_now = find_cell(weighing->sides[1], planned, cell) != NULL;

	if (is_open_before && !is_open_now)
		return is_small_closing(weighing, planned, cell);
	if (!is_open_before)
		return false; /* how many there were is not known here */
	return (measure == RESIDENTS || weighing->plan->tables[planned].publishes_questions) &&
	       is_small_change(weighing, planned, cell, measure);
}

/* Printed in the earlier release, and no more in the later one. */
static bool is_lost(const struct weighing *weighing, size_t planned, size_t cell, enum measure measure)
{
	return is_printed(weighing, 0, planned, cell, measure) &&
	       !is_printed(weighing, 1, planned, cell, measure);
}

/* A reader of both sees that it changed. */
static bool has_changed(const struct weighing *weighing, size_t planned, size_t cell, enum measure measure)
{
	return is_in_both(weighing, planned, cell, measure) &&
	       change_of(weighing, planned, cell, measure) != 0;
}

static enum oeo_err weigh_cell(struct weighing *weighing, size_t planned, size_t cell)
{
	struct oeo_correction *correction = weighing->correction;
	bool is_small = false;
	bool stands_in_way = false;
	bool is_cell_lost = is_lost(weighing, planned, cell, RESIDENTS);
	bool is_without_questions = !is_cell_lost && is_lost(weighing, planned, cell, QUESTIONS);
	bool is_changed = false;

	for (enum measure measure = RESIDENTS; measure <= QUESTIONS; measure++) {
		bool is_small_in = has_small_change(weighing, planned, cell, measure);

		is_small = is_small || is_small_in;
		stands_in_way =
		    stands_in_way || (is_small_in && is_printed(weighing, 0, planned, cell, measure));
		is_changed = is_changed || has_changed(weighing, planned, cell, measure);
	}
	correction->n_lost += is_cell_lost;
	correction->n_without_questions += is_without_questions;
	/* Without the number of all there is no correction. */
	stands_in_way = stands_in_way ||
			((is_cell_lost || is_without_questions) && weighing->plan->tables[planned].n_by == 0);
	if (stands_in_way)
		return add_cell(weighing, planned, cell);
	correction->n_hidden += is_small;
	correction->n_changed += is_changed && !is_small;
	return OEO_OK;
}

/* ---- Remainders of what changed */

/* Does a resident, or a question, of a coarse cell lie in exactly one of its fine cells? */
static bool is_additive(const struct oeo_plan *plan, const struct oeo_table *coarse,
    const struct oeo_table *fine, enum measure measure)
{
	if (measure == QUESTIONS)
		return coarse->publishes_questions && fine->publishes_questions;
	for (size_t d = 0; d < plan->n_dimensions; d++)
		if (oeo_margin_level(coarse, d) != oeo_margin_level(fine, d) &&
		    (plan->dimensions[d].computed_from[0] == '\0' || fine->accepts_member_numbers))
			return false;
	return true;
}

/* What changed in a coarse cell, less what changed in its fine ones that are in both; member NULL: of all. */
static int64_t remainder_of(const struct weighing *weighing, size_t a, size_t b, size_t cell,
    enum measure measure, const char *member)
{
	const struct oeo_plan *plan = weighing->plan;
	const struct oeo_table *fine = &plan->tables[b];
	size_t n = oeo_table_cells(plan, fine);
	int64_t rest = member == NULL ? change_of(weighing, a, cell, measure)
				      : own_change_of(weighing, a, cell, measure, member);

	for (size_t i = 0; i < n; i++) {
		if (oeo_margin_cell(plan, &plan->tables[a], fine, i) != cell ||
		    !is_in_both(weighing, b, i, measure))
			continue;
		rest -= member == NULL ? change_of(weighing, b, i, measure)
				       : own_change_of(weighing, b, i, measure, member);
	}
	return rest;
}

static bool is_small_remainder(
    const struct weighing *weighing, size_t a, size_t b, size_t cell, enum measure measure)
{
	const struct oeo_rules *rules = &weighing->plan->tables[b].rules;
	int64_t rest = remainder_of(weighing, a, b, cell, measure, NULL);
	const char *member;

	if (is_few(rest, rules->residents))
		return true;
	for (size_t i = 0; (member = member_at(weighing, i)) != NULL; i++) {
		int64_t own = remainder_of(weighing, a, b, cell, measure, member);

		if (own != 0 && is_few(rest - own, rules->rest))
			return true;
	}
	return false;
}

static void weigh_pair(struct weighing *weighing, size_t a, size_t b, enum measure measure)
{
	const struct oeo_plan *plan = weighing->plan;
	size_t n = oeo_table_cells(plan, &plan->tables[a]);

	if (!oeo_margin_is_alike(&plan->tables[a], &plan->tables[b]) ||
	    !oeo_margin_is_coarser(plan, &plan->tables[a], &plan->tables[b]) ||
	    !is_additive(plan, &plan->tables[a], &plan->tables[b], measure))
		return;
	for (size_t i = 0; i < n; i++)
		weighing->correction->n_groups +=
		    is_in_both(weighing, a, i, measure) && is_small_remainder(weighing, a, b, i, measure);
}

/* ---- The whole */

static bool fits(const struct weighing *weighing)
{
	const struct oeo_release *earlier = weighing->sides[0]->release;
	const struct oeo_release *later = weighing->sides[1]->release;

	return oeo_period_equal(&earlier->period, &later->period) &&
	       memcmp(earlier->plan.plan->digest, later->plan.plan->digest, OEO_DIGEST_BYTES) == 0;
}

static enum oeo_err weigh_two(struct oeo_correction *correction, const struct oeo_correction_side *earlier,
    const struct oeo_correction_side *later)
{
	struct weighing weighing = {correction, earlier->release->plan.plan, {earlier, later}, 0};
	const struct oeo_plan *plan = weighing.plan;
	enum oeo_cadence cadence = earlier->release->period.cadence;
	enum oeo_err err = OEO_OK;

	if (!fits(&weighing))
		return OEO_ERR_FORMAT;
	for (size_t a = 0; err == OEO_OK && a < plan->n_tables; a++) {
		size_t n = oeo_table_cells(plan, &plan->tables[a]);

		for (size_t i = 0; err == OEO_OK && plan->tables[a].cadence == cadence && i < n; i++)
			err = weigh_cell(&weighing, a, i);
		for (size_t b = 0; err == OEO_OK && b < plan->n_tables; b++) {
			if (plan->tables[a].cadence != cadence || plan->tables[b].cadence != cadence)
				continue;
			weigh_pair(&weighing, a, b, RESIDENTS);
			weigh_pair(&weighing, a, b, QUESTIONS);
		}
	}
	return err;
}

static bool tells_of_few(const struct oeo_correction *correction)
{
	return correction->takes_total || correction->n_groups > 0;
}

/* What stands in the way of an older release stands in the way of the correction. */
static void take_over(struct oeo_correction *correction, struct oeo_correction *older)
{
	free(correction->cells);
	correction->cells = older->cells;
	correction->n_cells = older->n_cells;
	correction->n_hidden = older->n_hidden;
	correction->n_groups = older->n_groups;
	correction->takes_total = older->takes_total;
	older->cells = NULL;
}

/* The release of the period with the highest version; NULL: there is none, or of one of them not all is known. */
static const struct oeo_release_source *find_newest(
    const struct oeo_release_source *related, size_t n_related, const struct oeo_period *period)
{
	const struct oeo_release_source *newest = NULL;

	for (size_t i = 0; i < n_related; i++) {
		if (!oeo_period_equal(&related[i].period, period))
			continue;
		if (related[i].opened == NULL)
			return NULL;
		if (newest == NULL || related[i].version > newest->version)
			newest = &related[i];
	}
	return newest;
}

static enum oeo_err weigh_source(struct oeo_correction *correction, const struct oeo_release_source *source,
    const struct oeo_correction_side *later)
{
	const struct oeo_correction_side earlier = {source->release, source->opened};

	return weigh_two(correction, &earlier, later);
}

enum oeo_err oeo_correction_weigh(struct oeo_correction *correction, const struct oeo_release_source *related,
    size_t n_related, const struct oeo_correction_side *later)
{
	const struct oeo_period *period = &later->release->period;
	const struct oeo_release_source *newest = find_newest(related, n_related, period);
	enum oeo_err err;

	memset(correction, 0, sizeof(*correction));
	if (newest == NULL)
		return OEO_ERR_NOT_FOUND;
	err = weigh_source(correction, newest, later);
	for (size_t i = 0; err == OEO_OK && !tells_of_few(correction) && i < n_related; i++) {
		struct oeo_correction older = {0};

		if (&related[i] == newest || !oeo_period_equal(&related[i].period, period))
			continue;
		err = weigh_source(&older, &related[i], later);
		if (err == OEO_OK && tells_of_few(&older))
			take_over(correction, &older);
		oeo_correction_fini(&older);
	}
	if (err != OEO_OK)
		oeo_correction_fini(correction);
	return err;
}

void oeo_correction_fini(struct oeo_correction *correction)
{
	free(correction->cells);
	memset(correction, 0, sizeof(*correction));
}

bool oeo_correction_is_allowed(const struct oeo_correction *correction)
{
	return !tells_of_few(correction) && correction->n_changed > 0;
}

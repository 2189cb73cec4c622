/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/release_rules.h"

#include <string.h>

#include "proto/clock.h"
#include "proto/i18n.h"
#include "proto/text.h"

static bool is_name(const char *name, size_t capacity)
{
	return oeo_text_is_line(name, strnlen(name, capacity), 1, capacity - 1);
}

static bool is_id(const char *id)
{
	return strnlen(id, OEO_ID_BYTES) < OEO_ID_BYTES && oeo_id_is_valid(id);
}

static bool is_time(const char *text)
{
	struct oeo_clock clock;
	char bare[OEO_TIME_TEXT_BYTES];

	if (strnlen(text, OEO_TIME_TEXT_BYTES) != OEO_TIME_TEXT_BYTES - 1 ||
	    text[OEO_TIME_TEXT_BYTES - 2] != 'Z')
		return false;
	memcpy(bare, text, OEO_TIME_TEXT_BYTES - 2);
	bare[OEO_TIME_TEXT_BYTES - 2] = '\0';
	return oeo_clock_parse(&clock, bare) == OEO_OK;
}

static bool is_share(const struct oeo_release_share *share)
{
	return share->is_shown ? share->percent <= 100 && share->percent % 5 == 0 : share->percent == 0;
}

/* Letters of the list, in its order, each at most once. */
static bool are_attackers(const char *letters, size_t capacity)
{
	const char *next = OEO_RELEASE_ATTACKERS;

	if (strnlen(letters, capacity) == capacity)
		return false;
	for (; *letters != '\0'; letters++) {
		next = strchr(next, *letters);
		if (next == NULL)
			return false;
		next++;
	}
	return true;
}

static bool are_keyholders(const struct oeo_release *release)
{
	const struct oeo_plan *plan = release->plan.plan;

	if (release->n_keyholders != plan->n_keyholders)
		return false;
	for (size_t i = 0; i < release->n_keyholders; i++) {
		if (!is_name(release->keyholders[i].name, OEO_CARD_NAME_BYTES) ||
		    strncmp(release->keyholders[i].id, plan->keyholders[i], OEO_ID_BYTES) != 0)
			return false;
	}
	return true;
}

static bool is_member(const struct oeo_plan *plan, const struct oeo_release_member *member)
{
	if (!is_id(member->id) || !is_name(member->name, OEO_CARD_NAME_BYTES) ||
	    member->coverage < OEO_COVERAGE_YES || member->coverage > OEO_COVERAGE_NO ||
	    member->n_fed > OEO_MAX_FED)
		return false;
	for (size_t i = 0; i < member->n_fed; i++) {
		if (!is_id(member->fed[i]) || oeo_plan_find_dimension(plan, member->fed[i]) == SIZE_MAX)
			return false;
	}
	return true;
}

static bool are_members(const struct oeo_release *release)
{
	for (size_t i = 0; i < release->n_members; i++) {
		if (!is_member(release->plan.plan, &release->members[i]))
			return false;
		if (i > 0 && strcmp(release->members[i - 1].id, release->members[i].id) >= 0)
			return false;
	}
	return true;
}

static bool are_cells(const struct oeo_table *planned, const struct oeo_release_table *table)
{
	uint64_t hidden = 0;
	uint64_t partly = 0;

	for (size_t i = 0; i < table->n_cells; i++) {
		const struct oeo_release_cell *cell = &table->cells[i];

		if (cell->residents == UINT64_MAX || cell->questions == UINT64_MAX)
			return false;
		if (cell->hides_questions && (cell->is_hidden || !planned->publishes_questions))
			return false;
		if ((cell->is_hidden && cell->residents != 0) ||
		    ((cell->is_hidden || cell->hides_questions || !planned->publishes_questions) &&
			cell->questions != 0))
			return false;
		hidden += cell->is_hidden;
		partly += cell->hides_questions;
	}
	return hidden + partly == table->not_shown && table->withheld <= hidden;
}

/* All tables of the period's cadence, in the plan's order, with all their cells. */
static bool are_tables(const struct oeo_release *release)
{
	const struct oeo_plan *plan = release->plan.plan;
	size_t next = 0;

	for (size_t i = 0; i < plan->n_tables; i++) {
		if (plan->tables[i].cadence != release->period.cadence)
			continue;
		if (next >= release->n_tables || release->tables[next].table != i ||
		    release->tables[next].n_cells != oeo_table_cells(plan, &plan->tables[i]) ||
		    !are_cells(&plan->tables[i], &release->tables[next]))
			return false;
		next++;
	}
	return next == release->n_tables;
}

enum oeo_err oeo_release_check(const struct oeo_release *release, struct oeo_note *why)
{
	if (!oeo_plan_covers(release->plan.plan, &release->period))
		return oeo_note_set(why, OEO_ERR_FORMAT, _("the release's period is not one of its plan"));
	if (!are_keyholders(release))
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, _("the release's keyholders are not those of its plan"));
	if (!are_members(release))
		return oeo_note_set(why, OEO_ERR_FORMAT, _("the release's list of members is malformed"));
	if (!is_share(&release->without_identity) || !is_share(&release->unmapped) ||
	    !is_share(&release->late))
		return oeo_note_set(why, OEO_ERR_FORMAT, _("the release's quality figures are malformed"));
	if (!are_attackers(release->withstood, sizeof(release->withstood)))
		return oeo_note_set(why, OEO_ERR_FORMAT, _("the release's record of the audit is malformed"));
	if (!is_name(release->software, sizeof(release->software)) || !is_time(release->created) ||
	    !is_name(release->publisher, sizeof(release->publisher)))
		return oeo_note_set(why, OEO_ERR_FORMAT, _("the release's origin is malformed"));
	if (!are_tables(release))
		return oeo_note_set(why, OEO_ERR_FORMAT, _("the release's tables are not those of its plan"));
	return OEO_OK;
}

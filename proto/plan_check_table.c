/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>
#include <strings.h>

#include "proto/i18n.h"
#include "proto/plan_check.h"
#include "proto/tally.h"

static void fault(struct oeo_plan_checker *checker, size_t i, const char *key, const char *sentence)
{
	oeo_plan_check_fault(checker, OEO_PART_TABLE, i, 0, key, "%s", sentence);
}

static void check_range(struct oeo_plan_checker *checker, size_t i, const char *key, unsigned value,
    unsigned least, unsigned most)
{
	if (value < least || value > most)
		oeo_plan_check_fault(checker, OEO_PART_TABLE, i, 0, key,
		    _("%s: %u is not possible; choose a number from %u to %u."), key, value, least, most);
}

static void check_id(struct oeo_plan_checker *checker, size_t i)
{
	const struct oeo_plan *plan = checker->plan;

	if (!oeo_id_is_valid(plan->tables[i].id))
		fault(checker, i, "id",
		    _("the id of a table may hold letters, digits, dot, dash and underscore only (at most "
		      "32)."));
	/* Tables are published as files, and some file systems do not tell capitals apart. */
	for (size_t j = 0; j < i; j++)
		if (strcasecmp(plan->tables[i].id, plan->tables[j].id) == 0)
			oeo_plan_check_fault(checker, OEO_PART_TABLE, i, 0, "id",
			    _("the table \"%s\" is there twice. Give every table an id of its own."),
			    plan->tables[i].id);
}

static bool is_level(const struct oeo_plan *plan, const struct oeo_by *by)
{
	return by->dimension < plan->n_dimensions && by->level < plan->dimensions[by->dimension].n_levels;
}

/* True where the levels exist, so that cells can be counted. */
static bool check_by(struct oeo_plan_checker *checker, size_t i)
{
	const struct oeo_table *table = &checker->plan->tables[i];
	size_t cells = 1;

	if (table->n_by > OEO_MAX_BY) {
		oeo_plan_check_fault(
		    checker, OEO_PART_TABLE, i, 0, "by", _("a table has at most %d levels."), OEO_MAX_BY);
		return false;
	}
	for (size_t j = 0; j < table->n_by; j++) {
		const struct oeo_by *by = &table->by[j];

		if (!is_level(checker->plan, by)) {
			fault(checker, i, "by", _("a level of this table does not exist."));
			return false;
		}
		for (size_t other = 0; other < j; other++)
			if (table->by[other].dimension == by->dimension)
				oeo_plan_check_fault(checker, OEO_PART_TABLE, i, 0, "by",
				    _("two levels of this table belong to the dimension \"%s\". Keep the "
				      "deeper one only."),
				    checker->plan->dimensions[by->dimension].id);
		if (!oeo_size_mul(
			cells, checker->plan->dimensions[by->dimension].levels[by->level].count, &cells) ||
		    cells > OEO_MAX_CELLS) {
			oeo_plan_check_fault(checker, OEO_PART_TABLE, i, 0, "by",
			    _("this table has more than %d cells. Use fewer or higher levels."),
			    OEO_MAX_CELLS);
			return false;
		}
	}
	return true;
}

static void check_rules(struct oeo_plan_checker *checker, size_t i)
{
	const struct oeo_rules *rules = &checker->plan->tables[i].rules;

	oeo_plan_check_k(checker, OEO_PART_TABLE, i, rules->residents);
	check_range(checker, i, "members", rules->members, 1, OEO_MAX_MEMBERS);
	check_range(checker, i, "rest", rules->rest, 1, OEO_MAX_K);
	check_range(checker, i, "round", rules->round, 0, OEO_MAX_ROUND);
	if (rules->sensitive < rules->residents)
		oeo_plan_check_fault(checker, OEO_PART_TABLE, i, 0, "sensitive",
		    _("sensitive: %u is lower than residents: %u. The threshold of sensitive codes must be "
		      "the same or higher."),
		    rules->sensitive, rules->residents);
	else
		check_range(checker, i, "sensitive", rules->sensitive, OEO_LEAST_K, OEO_MAX_K);
}

/* ISO weeks that a period can touch (PROTOCOL.md, Derivations). */
static unsigned weeks_of(enum oeo_cadence cadence)
{
	if (cadence == OEO_MONTH)
		return 6;
	return cadence == OEO_QUARTER ? 14 : 54;
}

/* A member can make one contact per week out of nothing, so these do not count towards k. */
static void check_walk_in(struct oeo_plan_checker *checker, size_t i)
{
	const struct oeo_plan *plan = checker->plan;
	const struct oeo_table *table = &plan->tables[i];
	unsigned least;

	if (table->walk_in < OEO_WALK_IN_QUESTIONS_ONLY || table->walk_in > OEO_WALK_IN_REFUSE) {
		fault(checker, i, "walk_in", _("walk_in is questions-only, per-week or refuse."));
		return;
	}
	if (table->walk_in != OEO_WALK_IN_PER_WEEK)
		return;
	if (plan->residents > OEO_MAX_K || plan->walk_in_members > OEO_MAX_MEMBERS)
		return; /* a fault already */
	least = plan->residents +
		weeks_of(table->cadence) * (plan->walk_in_members > 0 ? plan->walk_in_members : 1);
	if (table->rules.residents < least)
		oeo_plan_check_fault(checker, OEO_PART_TABLE, i, 0, NULL,
		    _("this table counts walk-ins per week and needs residents: %u or more (the plan's "
		      "threshold and %u weeks for each member that uses it). Or choose walk_in: "
		      "questions-only."),
		    least, weeks_of(table->cadence));
}

void oeo_plan_check_table(struct oeo_plan_checker *checker, size_t i)
{
	check_id(checker, i);
	if (oeo_cadence_name(checker->plan->tables[i].cadence) == NULL) {
		fault(checker, i, "cadence", _("the cadence is month, quarter or year."));
		return;
	}
	(void)check_by(checker, i);
	check_rules(checker, i);
	check_walk_in(checker, i);
}

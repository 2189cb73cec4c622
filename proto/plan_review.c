/* SPDX-License-Identifier: EUPL-1.2 */
/* What a plan allows and its people have to know (plan_file.h, oeo_plan_review). */
#include <string.h>

#include "proto/i18n.h"
#include "proto/plan_file.h"

/* A keyholder needs about 0.1 ms for each calculation: above this a period takes it minutes per member. */
#define MANY_EVALUATIONS 1000000u

static bool is_among(const char *const *ids, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(ids[i], id) == 0)
			return true;
	return false;
}

static void review_keyholders(
    const struct oeo_plan *plan, const char *const *members, size_t n, struct oeo_findings *findings)
{
	size_t independent = 0;

	if (plan->n_keyholders == 1)
		oeo_findings_add(findings, OEO_FINDING_WARNING, NULL, 0,
		    _("There is one keyholder. Together with the collection point it can read numbers below "
		      "the threshold and find out whether somebody is in the data. Look for a second, "
		      "independent keyholder."));
	for (size_t i = 0; i < plan->n_keyholders; i++) {
		if (members == NULL || !is_among(members, n, plan->keyholders[i])) {
			independent++;
			continue;
		}
		oeo_findings_add(findings, OEO_FINDING_WARNING, NULL, 0,
		    _("Keyholder \"%s\" also takes part as a member. That is allowed as long as another "
		      "keyholder is independent of the members, the municipality and those who run the "
		      "collection point."),
		    plan->keyholders[i]);
	}
	if (members != NULL && independent == 0)
		oeo_findings_add(findings, OEO_FINDING_WARNING, NULL, 0,
		    _("All keyholders are members themselves. Then nobody from outside watches over the "
		      "keys. Add an independent keyholder."));
}

static uint64_t expected(const struct oeo_plan *plan, enum oeo_cadence cadence)
{
	uint64_t quarter = plan->expected_questions;

	if (cadence == OEO_MONTH)
		return quarter / 3;
	return cadence == OEO_YEAR ? quarter * 4 : quarter;
}

/* Where on average every cell reaches its threshold, the few that stay closed are known by elimination. */
static bool names_by_elimination(const struct oeo_plan *plan, const struct oeo_table *table)
{
	return expected(plan, table->cadence) >=
	       (uint64_t)table->rules.residents * oeo_table_cells(plan, table);
}

static enum oeo_err review_elimination(const struct oeo_plan *plan, struct oeo_findings *findings)
{
	struct oeo_buf list = {0};
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < plan->n_tables && err == OEO_OK; i++)
		if (names_by_elimination(plan, &plan->tables[i]))
			err = oeo_buf_printf(&list, "%s%s", list.len > 0 ? ", " : "", plan->tables[i].id);
	if (err == OEO_OK && list.len > 0)
		err = oeo_buf_terminate(&list);
	if (err == OEO_OK && list.len > 0)
		oeo_findings_add(findings, OEO_FINDING_WARNING, NULL, 0,
		    _("In these tables nearly every number will be shown: %s. If only one stays hidden "
		      "there, the collection point can tell by elimination which one it is, and knows how "
		      "many shares it has. Readers cannot. Leave out tables that nobody needs."),
		    (const char *)list.data);
	oeo_buf_fini(&list);
	return err;
}

static void review_quota(const struct oeo_plan *plan, struct oeo_findings *findings)
{
	for (enum oeo_cadence cadence = OEO_MONTH; cadence <= OEO_YEAR; cadence++)
		if (oeo_plan_has_cadence(plan, cadence) && oeo_plan_quota(plan, cadence) > MANY_EVALUATIONS)
			oeo_findings_add(findings, OEO_FINDING_WARNING, NULL, 0,
			    _("The quota is very high: %llu calculations per member. A keyholder works on "
			      "that for minutes. Is expected_questions right, and are all tables needed?"),
			    (unsigned long long)oeo_plan_quota(plan, cadence));
}

/* The thresholds leave room for what so many members can make out of nothing, and no more (PROTOCOL.md, Derivations). */
static void review_walk_ins(const struct oeo_plan *plan, size_t n_members, struct oeo_findings *findings)
{
	if (plan->walk_in_members > 0 && n_members > plan->walk_in_members)
		oeo_findings_add(findings, OEO_FINDING_FAULT, NULL, 0,
		    _("The plan reckons with %u members that count walk-ins per week, and there are %zu "
		      "members. Raise walk_in_members and the thresholds of these tables, or choose walk_in: "
		      "questions-only."),
		    plan->walk_in_members, n_members);
}

/* Codes of a computed dimension that no value leads to stay empty for ever. */
static void review_lookup(const struct oeo_dimension *dimension, struct oeo_findings *findings)
{
	const struct oeo_level *last = &dimension->levels[dimension->n_levels - 1];
	const char *first = NULL;
	size_t missed = 0;

	for (size_t i = last->first; i < last->first + last->count - 1; i++) {
		bool is_found = false;

		for (size_t j = 0; j < dimension->n_lookup && !is_found; j++)
			is_found = dimension->lookup[j].code == i;
		if (!is_found && missed++ == 0)
			first = dimension->codes[i].code;
	}
	if (missed > 0)
		oeo_findings_add(findings, OEO_FINDING_WARNING, NULL, 0,
		    _("In the dimension \"%s\" the lookup table leads nowhere to %zu of the codes, such as "
		      "\"%s\". Nothing will ever be counted there. Add lines to the table, or remove the "
		      "codes."),
		    dimension->id, missed, first);
}

static void review_icu(const struct oeo_plan *plan, struct oeo_findings *findings)
{
	if (plan->icu != oeo_icu_major())
		oeo_findings_add(findings, OEO_FINDING_WARNING, NULL, 0,
		    _("The plan names ICU %u and this machine has ICU %u. Names of persons may be written "
		      "differently then; members should all use the version of the plan."),
		    plan->icu, oeo_icu_major());
}

enum oeo_err oeo_plan_review(
    const struct oeo_plan *plan, const char *const *members, size_t n, struct oeo_findings *findings)
{
	review_keyholders(plan, members, n, findings);
	review_quota(plan, findings);
	review_walk_ins(plan, members != NULL ? n : 0, findings);
	for (size_t i = 0; i < plan->n_dimensions; i++)
		if (plan->dimensions[i].computed_from[0] != '\0')
			review_lookup(&plan->dimensions[i], findings);
	review_icu(plan, findings);
	return review_elimination(plan, findings);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "proto/i18n.h"
#include "proto/plan_describe_internal.h"
#include "proto/plan_file.h"
#include "proto/tally.h"

#define DIGEST_GROUP 4

static unsigned lower(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

struct oeo_rules oeo_plan_common_rules(const struct oeo_plan *plan)
{
	struct oeo_rules rules = plan->tables[0].rules;

	for (size_t i = 1; i < plan->n_tables; i++) {
		const struct oeo_rules *other = &plan->tables[i].rules;

		rules.residents = lower(rules.residents, other->residents);
		rules.members = lower(rules.members, other->members);
		rules.rest = lower(rules.rest, other->rest);
		rules.round = lower(rules.round, other->round);
		rules.sensitive = lower(rules.sensitive, other->sensitive);
	}
	return rules;
}

bool oeo_plan_has_sensitive(const struct oeo_plan *plan)
{
	for (size_t i = 0; i < plan->n_dimensions; i++)
		for (size_t j = 0; j < plan->dimensions[i].n_codes; j++)
			if (plan->dimensions[i].codes[j].is_sensitive)
				return true;
	return false;
}

/* A piece of a sentence as a string, "" where memory has run out (prose->err then says so). */
static const char *text_of(struct oeo_prose *prose, struct oeo_buf *buf, enum oeo_err err)
{
	if (err == OEO_OK)
		err = oeo_buf_terminate(buf);
	if (err == OEO_OK)
		return (const char *)buf->data;
	if (prose->err == OEO_OK)
		prose->err = err;
	return "";
}

static void describe_head(struct oeo_prose *prose, const struct oeo_plan *plan)
{
	struct oeo_buf from = {0};

	oeo_prose_title(prose, oeo_i18n_pick(plan->title_nl, plan->title_en));
	oeo_prose_gap(prose);
	oeo_prose_paragraph(prose, _("This is plan \"%s\" for municipality %s. It holds from %s on."),
	    plan->id, plan->municipality, text_of(prose, &from, oeo_prose_period(&from, &plan->from)));
	oeo_prose_heading(prose, _("What this is"));
	oeo_prose_paragraph(prose,
	    _("Organisations that help residents keep a record of the questions people come with. This plan "
	      "says which numbers about those questions may be published. Names, addresses and what somebody "
	      "told are never published. A table that is not in this plan cannot be made later."));
	oeo_buf_fini(&from);
}

static void describe_thresholds(struct oeo_prose *prose, const struct oeo_plan *plan)
{
	struct oeo_rules rules = oeo_plan_common_rules(plan);

	oeo_prose_heading(prose, _("When a number is shown"));
	oeo_prose_paragraph(prose,
	    _("A number is shown only if it is about at least %u different residents. If there are fewer, "
	      "you see a dot and no number. The collection point does not learn what that number is about "
	      "either."),
	    rules.residents);
	if (oeo_plan_has_sensitive(plan) && rules.sensitive > rules.residents)
		oeo_prose_paragraph(prose,
		    _("For sensitive subjects, such as health, it must be at least %u residents. In the "
		      "lists at the end these have a star (*)."),
		    rules.sensitive);
	if (rules.members > 1)
		oeo_prose_paragraph(
		    prose, _("At least %u organisations must have contributed to a number."), rules.members);
	if (rules.rest > 1)
		oeo_prose_paragraph(prose,
		    _("Every organisation knows its own number. It could subtract that from the total. So a "
		      "number is shown only if the other organisations together have either nobody or at "
		      "least %u residents."),
		    rules.rest);
	if (rules.round > 1)
		oeo_prose_paragraph(prose, _("Numbers are rounded to multiples of %u."), rules.round);
	oeo_prose_paragraph(prose, _("Sometimes another number is hidden too, because somebody could "
				     "calculate the hidden number with it."));
}

static void describe_keyholders(struct oeo_prose *prose, const struct oeo_plan *plan)
{
	const char *ids[OEO_MAX_KEYHOLDERS];
	struct oeo_buf names = {0};

	for (size_t i = 0; i < plan->n_keyholders; i++)
		ids[i] = plan->keyholders[i];
	oeo_prose_heading(prose, _("Who has the keys"));
	if (plan->n_keyholders == 1)
		oeo_prose_paragraph(prose,
		    _("There is one keyholder: %s. Be careful: this keyholder and the collection point "
		      "together can see what hidden numbers are about, and can find out whether somebody is "
		      "in the data. This plan accepts that."),
		    plan->keyholders[0]);
	else
		oeo_prose_paragraph(prose,
		    _("There are %zu keyholders: %s. All of them are needed: if one stops, nothing more can "
		      "be counted. All keyholders and the collection point together could see what hidden "
		      "numbers are about, and find out whether somebody is in the data. One keyholder who "
		      "refuses is enough to prevent that. That is why at least one keyholder must be "
		      "independent of the municipality, of the organisations that take part and of those who "
		      "run the collection point."),
		    plan->n_keyholders,
		    text_of(prose, &names, oeo_prose_join(&names, ids, plan->n_keyholders)));
	oeo_prose_paragraph(prose, _("When a period has been published, the keyholders destroy the keys of "
				     "that period. After that nobody can read what stayed hidden."));
	oeo_buf_fini(&names);
}

/* The names of fields that plans commonly have; any other is written as its id. */
static const char *field_name(const char *id)
{
	static const char *const ids[] = {"birthdate", "postcode", "surname"};
	static const char *const names[] = {N_("birth date"), N_("postcode"), N_("surname")};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (strcmp(ids[i], id) == 0)
			return _(names[i]);
	return id;
}

static bool uses_walk_in(const struct oeo_plan *plan, enum oeo_walk_in walk_in)
{
	for (size_t i = 0; i < plan->n_tables; i++)
		if (plan->tables[i].walk_in == walk_in)
			return true;
	return false;
}

/* Where tables differ, the tables themselves say which of these holds for them (plan_describe_tables.c). */
static void describe_walk_in(struct oeo_prose *prose, const struct oeo_plan *plan)
{
	if (uses_walk_in(plan, OEO_WALK_IN_QUESTIONS_ONLY))
		oeo_prose_paragraph(prose, _("If one of these is missing, the question counts as a question "
					     "and the person does not count as a resident."));
	if (uses_walk_in(plan, OEO_WALK_IN_PER_WEEK))
		oeo_prose_paragraph(prose,
		    _("In tables that count contacts, a visit counts even if one of these is missing: once "
		      "per week, per organisation and per number. At most %u organisations may count in this "
		      "way."),
		    plan->walk_in_members);
	if (uses_walk_in(plan, OEO_WALK_IN_REFUSE))
		oeo_prose_paragraph(prose, _("In tables for which all of these are needed, a question that "
					     "misses one does not count."));
}

static void describe_member_numbers(struct oeo_prose *prose, const struct oeo_plan *plan)
{
	bool is_used = false;

	for (size_t i = 0; i < plan->n_tables; i++)
		is_used = is_used || plan->tables[i].accepts_member_numbers;
	if (is_used)
		oeo_prose_paragraph(
		    prose, _("Tables that count clients also accept an organisation's own client number. "
			     "Somebody who comes to two organisations may count twice there."));
}

static void describe_placeholders(struct oeo_prose *prose, const struct oeo_identity_field *field)
{
	const char *values[OEO_MAX_PLACEHOLDERS];
	struct oeo_buf list = {0};

	if (field->n_placeholders == 0)
		return;
	for (size_t i = 0; i < field->n_placeholders; i++)
		values[i] = field->placeholders[i];
	oeo_prose_paragraph(prose, _("For %s these values count as not filled in: %s."),
	    field_name(field->id),
	    text_of(prose, &list, oeo_prose_join(&list, values, field->n_placeholders)));
	oeo_buf_fini(&list);
}

static void describe_computed(struct oeo_prose *prose, const struct oeo_plan *plan)
{
	for (size_t i = 0; i < plan->n_dimensions; i++) {
		const struct oeo_dimension *dimension = &plan->dimensions[i];

		if (dimension->computed_from[0] != '\0')
			oeo_prose_paragraph(prose,
			    _("The program works out the %s from the first %u characters of the %s."),
			    oeo_level_label(&dimension->levels[dimension->n_levels - 1]), dimension->prefix,
			    field_name(dimension->computed_from));
	}
}

static void describe_identity(struct oeo_prose *prose, const struct oeo_plan *plan)
{
	const char *names[OEO_MAX_FIELDS];
	struct oeo_buf list = {0};

	for (size_t i = 0; i < plan->n_fields; i++)
		names[i] = field_name(plan->fields[i].id);
	oeo_prose_heading(prose, _("How a resident is counted once"));
	oeo_prose_paragraph(prose,
	    _("A resident who asks for help at two organisations counts once. The program sees this from: "
	      "%s. These stay with the organisation. Keyholders and collection point get them only in a form "
	      "that they cannot read."),
	    text_of(prose, &list, oeo_prose_join(&list, names, plan->n_fields)));
	describe_walk_in(prose, plan);
	for (size_t i = 0; i < plan->n_fields; i++)
		describe_placeholders(prose, &plan->fields[i]);
	describe_member_numbers(prose, plan);
	describe_computed(prose, plan);
	oeo_buf_fini(&list);
}

static void describe_days(struct oeo_prose *prose, const struct oeo_plan *plan)
{
	struct oeo_buf period = {0};
	struct oeo_buf sent = {0};
	struct oeo_buf published = {0};

	oeo_prose_heading(prose, _("When it happens"));
	oeo_prose_paragraph(prose,
	    _("After the end of a period the organisations wait %u days, so that late questions still count. "
	      "Then each sends its numbers at a random moment within %u days. After that the period can be "
	      "published, even if an organisation has sent nothing."),
	    plan->grace_days, plan->window_days);
	oeo_prose_paragraph(prose,
	    _("Example: %s is sent from %s on, and can be published without those who are late from %s on."),
	    text_of(prose, &period, oeo_prose_period(&period, &plan->from)),
	    text_of(prose, &sent, oeo_prose_day(&sent, oeo_plan_submission_day(plan, &plan->from))),
	    text_of(prose, &published, oeo_prose_day(&published, oeo_plan_deadline_day(plan, &plan->from))));
	oeo_buf_fini(&period);
	oeo_buf_fini(&sent);
	oeo_buf_fini(&published);
}

static void describe_one_quota(
    struct oeo_prose *prose, const struct oeo_plan *plan, enum oeo_cadence cadence, const char *words)
{
	struct oeo_buf number = {0};
	struct oeo_buf line = {0};
	enum oeo_err err;

	if (!oeo_plan_has_cadence(plan, cadence))
		return;
	err = oeo_buf_printf(&line, _("%s: %s calculations"), words,
	    text_of(prose, &number, oeo_prose_number(&number, oeo_plan_quota(plan, cadence))));
	oeo_prose_item(prose, 0, text_of(prose, &line, err));
	oeo_buf_fini(&number);
	oeo_buf_fini(&line);
}

static void describe_quota(struct oeo_prose *prose, const struct oeo_plan *plan)
{
	struct oeo_buf expected = {0};

	oeo_prose_heading(prose, _("How much an organisation may ask"));
	oeo_prose_paragraph(prose,
	    _("To count, an organisation needs calculations by the keyholders. An organisation that broke "
	      "the agreements, together with the collection point, could try in this way to find out about "
	      "one person or a small number. That is why there is a limit, and every keyholder writes down "
	      "who asks how much. The limit is twice what is needed for %s questions per organisation in a "
	      "quarter. A keyholder has two keys for every period. For each key one organisation may ask at "
	      "most:"),
	    text_of(prose, &expected, oeo_prose_number(&expected, plan->expected_questions)));
	describe_one_quota(prose, plan, OEO_MONTH, _("for a month"));
	describe_one_quota(prose, plan, OEO_QUARTER, _("for a quarter"));
	describe_one_quota(prose, plan, OEO_YEAR, _("for a year"));
	oeo_prose_gap(prose);
	oeo_buf_fini(&expected);
}

static void describe_digest(struct oeo_prose *prose, const struct oeo_plan *plan)
{
	char hex[2 * OEO_DIGEST_BYTES + 1];
	struct oeo_buf groups = {0};
	enum oeo_err err = OEO_OK;

	oeo_hex_encode(hex, plan->digest, OEO_DIGEST_BYTES);
	for (size_t i = 0; hex[i] != '\0' && err == OEO_OK; i++) {
		if (i > 0 && i % DIGEST_GROUP == 0)
			err = oeo_buf_append_text(&groups, " ");
		if (err == OEO_OK)
			err = oeo_buf_append(&groups, &hex[i], 1);
	}
	oeo_prose_heading(prose, _("Do you have the same plan?"));
	oeo_prose_paragraph(prose, _("Read these characters to each other by telephone. If they are the "
				     "same, the plan is the same:"));
	oeo_prose_paragraph(prose, "%s", text_of(prose, &groups, err));
	oeo_buf_fini(&groups);
}

enum oeo_err oeo_plan_describe(struct oeo_buf *text, const struct oeo_plan *plan)
{
	struct oeo_prose prose = {.out = text, .err = OEO_OK};

	describe_head(&prose, plan);
	oeo_plan_describe_tables(&prose, plan);
	describe_thresholds(&prose, plan);
	describe_keyholders(&prose, plan);
	describe_identity(&prose, plan);
	describe_days(&prose, plan);
	describe_quota(&prose, plan);
	oeo_plan_describe_lists(&prose, plan);
	describe_digest(&prose, plan);
	return prose.err;
}

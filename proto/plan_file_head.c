/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"
#include "proto/plan_file_internal.h"
#include "proto/tally.h"

static const struct oeo_yaml_key plan_keys[] = {{"plan", true}, {"title", true}, {"municipality", true},
    {"from", true}, {"icu", true}, {"expected_questions", true}, {"grace_days", true}, {"window_days", true},
    {"keyholders", true}, {"keyholders_single", false}, {"identity", true}, {"thresholds", true},
    {"dimensions", true}, {"tables", true}, {NULL, false}};
static const struct oeo_yaml_key title_keys[] = {{"nl", true}, {"en", true}, {NULL, false}};
static const struct oeo_yaml_key identity_keys[] = {{"fields", true}, {"kinds", false},
    {"placeholders", false}, {"member_number", true}, {"walk_in", true}, {"walk_in_members", false},
    {NULL, false}};
static const struct oeo_yaml_key threshold_keys[] = {{"residents", true}, {"members", true}, {"rest", true},
    {"round", true}, {"sensitive", true}, {NULL, false}};

static const struct oeo_yaml_node *find(const struct oeo_plan_reader *reader, const char *key)
{
	return oeo_yaml_find(reader->root, key);
}

/* A number of the plan, or a harmless one where it cannot be read. */
static unsigned number_or(const struct oeo_plan_reader *reader, const struct oeo_yaml_node *node,
    unsigned least, unsigned most, unsigned otherwise)
{
	unsigned number = otherwise;

	(void)oeo_yaml_get_number(reader->yaml, node, least, most, &number);
	return number;
}

static void id_or(
    const struct oeo_plan_reader *reader, const struct oeo_yaml_node *node, char *id, const char *otherwise)
{
	if (!oeo_yaml_get_id(reader->yaml, node, id))
		memcpy(id, otherwise, strlen(otherwise) + 1);
}

static enum oeo_err read_title(struct oeo_plan_reader *reader)
{
	const struct oeo_yaml_node *title = find(reader, "title");
	const char *nl = "-";
	const char *en = "-";

	if (oeo_yaml_map(reader->yaml, title, title_keys)) {
		(void)oeo_yaml_get_text(reader->yaml, oeo_yaml_find(title, "nl"), OEO_LABEL_TEXT_BYTES, &nl);
		(void)oeo_yaml_get_text(reader->yaml, oeo_yaml_find(title, "en"), OEO_LABEL_TEXT_BYTES, &en);
	}
	reader->plan->title_nl = strdup(nl);
	reader->plan->title_en = strdup(en);
	return reader->plan->title_nl != NULL && reader->plan->title_en != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

static void read_from(struct oeo_plan_reader *reader)
{
	const struct oeo_yaml_node *node = find(reader, "from");
	const char *text;

	if (!oeo_yaml_get_text(reader->yaml, node, OEO_NOTE_BYTES, &text))
		return;
	reader->has_from = oeo_period_parse(&reader->plan->from, text) == OEO_OK;
	if (!reader->has_from)
		oeo_yaml_fault(reader->yaml, node,
		    _("this is no period. Write a month as 2026-11, a quarter as 2026-Q4, a year as 2026."));
}

/* Nothing but the word itself accepts a single keyholder. */
static void read_single(struct oeo_plan_reader *reader)
{
	static const char *const words[] = {"accepted", NULL};
	unsigned choice;

	reader->plan->is_single_keyholder_accepted =
	    oeo_yaml_get_choice(reader->yaml, find(reader, "keyholders_single"), words, &choice);
}

static enum oeo_err read_keyholders(struct oeo_plan_reader *reader)
{
	const struct oeo_yaml_node *node = find(reader, "keyholders");
	struct oeo_plan *plan = reader->plan;
	size_t n = oeo_yaml_list(reader->yaml, node, 0) ? oeo_yaml_count(node) : 0;

	plan->keyholders = oeo_alloc_array(n + 2, sizeof(*plan->keyholders));
	if (plan->keyholders == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		if (oeo_yaml_get_id(
			reader->yaml, oeo_yaml_item(node, i), plan->keyholders[plan->n_keyholders]))
			plan->n_keyholders++;
	if (oeo_yaml_is_list(node) && plan->n_keyholders == n)
		return OEO_OK;
	/* Not to be told twice: two that stand for those which could not be read. */
	memcpy(plan->keyholders[0], "-", 2);
	memcpy(plan->keyholders[1], "_", 2);
	plan->n_keyholders = 2;
	plan->is_single_keyholder_accepted = false;
	return OEO_OK;
}

static void read_thresholds(struct oeo_plan_reader *reader)
{
	const struct oeo_yaml_node *node = find(reader, "thresholds");
	struct oeo_rules *rules = &reader->rules;

	if (oeo_yaml_map(reader->yaml, node, threshold_keys)) {
		rules->residents =
		    number_or(reader, oeo_yaml_find(node, "residents"), 0, OEO_MAX_K, OEO_LEAST_K);
		rules->members = number_or(reader, oeo_yaml_find(node, "members"), 1, OEO_MAX_MEMBERS, 1);
		rules->rest = number_or(reader, oeo_yaml_find(node, "rest"), 1, OEO_MAX_K, 1);
		rules->round = number_or(reader, oeo_yaml_find(node, "round"), 0, OEO_MAX_ROUND, 0);
		rules->sensitive =
		    number_or(reader, oeo_yaml_find(node, "sensitive"), 0, OEO_MAX_K, OEO_MAX_K);
	} else {
		*rules = (struct oeo_rules){
		    .residents = OEO_LEAST_K, .members = 1, .rest = 1, .sensitive = OEO_MAX_K};
	}
	reader->plan->residents = rules->residents;
}

enum oeo_err oeo_plan_file_head(struct oeo_plan_reader *reader)
{
	struct oeo_plan *plan = reader->plan;
	enum oeo_err err;

	(void)oeo_yaml_map(reader->yaml, reader->root, plan_keys);
	id_or(reader, find(reader, "plan"), plan->id, "-");
	id_or(reader, find(reader, "municipality"), plan->municipality, "-");
	read_from(reader);
	plan->icu = number_or(reader, find(reader, "icu"), 1, OEO_MAX_ICU, 1);
	plan->expected_questions =
	    number_or(reader, find(reader, "expected_questions"), 1, OEO_MAX_EXPECTED, 1);
	plan->grace_days = number_or(reader, find(reader, "grace_days"), 0, OEO_MAX_GRACE_DAYS, 0);
	plan->window_days = number_or(reader, find(reader, "window_days"), 1, OEO_MAX_WINDOW_DAYS, 1);
	read_single(reader);
	read_thresholds(reader);
	err = read_title(reader);
	if (err == OEO_OK)
		err = read_keyholders(reader);
	return err;
}

/* Birth dates and postcodes are known by name; `kinds` says so for others. */
static enum oeo_field_kind usual_kind(const char *id)
{
	if (strcmp(id, "birthdate") == 0)
		return OEO_FIELD_DATE;
	return strcmp(id, "postcode") == 0 ? OEO_FIELD_POSTCODE : OEO_FIELD_NAME;
}

static enum oeo_err read_fields(struct oeo_plan_reader *reader, const struct oeo_yaml_node *node)
{
	struct oeo_plan *plan = reader->plan;
	size_t n = oeo_yaml_list(reader->yaml, node, 0) ? oeo_yaml_count(node) : 0;

	plan->fields = oeo_alloc_array(n + 1, sizeof(*plan->fields));
	if (plan->fields == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		struct oeo_identity_field *field = &plan->fields[i];

		if (!oeo_yaml_get_id(reader->yaml, oeo_yaml_item(node, i), field->id))
			memcpy(field->id, "-", 2);
		field->kind = usual_kind(field->id);
	}
	plan->n_fields = n;
	if (n == 0 && !oeo_yaml_is_list(node)) {
		memcpy(plan->fields[0].id, "-", 2);
		plan->fields[0].kind = OEO_FIELD_NAME;
		plan->n_fields = 1;
	}
	return OEO_OK;
}

/* The field that a key of kinds or placeholders speaks of; NULL after a fault. */
static struct oeo_identity_field *field_of_key(
    const struct oeo_plan_reader *reader, const struct oeo_yaml_node *map, size_t i)
{
	const char *key = oeo_yaml_key_at(map, i);

	for (size_t j = 0; j < reader->plan->n_fields; j++)
		if (strcmp(reader->plan->fields[j].id, key) == 0)
			return &reader->plan->fields[j];
	oeo_yaml_fault(
	    reader->yaml, oeo_yaml_item(map, i), _("\"%.32s\" is not one of the identity fields."), key);
	return NULL;
}

static void read_kinds(struct oeo_plan_reader *reader, const struct oeo_yaml_node *node)
{
	static const char *const words[] = {"name", "date", "postcode", NULL};

	if (!oeo_yaml_map(reader->yaml, node, NULL))
		return;
	for (size_t i = 0; i < oeo_yaml_count(node); i++) {
		struct oeo_identity_field *field = field_of_key(reader, node, i);
		unsigned choice;

		if (field != NULL &&
		    oeo_yaml_get_choice(reader->yaml, oeo_yaml_item(node, i), words, &choice))
			field->kind = (enum oeo_field_kind)(OEO_FIELD_NAME + choice);
	}
}

static enum oeo_err read_values(
    struct oeo_plan_reader *reader, struct oeo_identity_field *field, const struct oeo_yaml_node *list)
{
	size_t n = oeo_yaml_list(reader->yaml, list, 1) ? oeo_yaml_count(list) : 0;

	field->placeholders = oeo_alloc_array(n, sizeof(*field->placeholders));
	if (field->placeholders == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		const char *text;

		if (oeo_yaml_get_text(reader->yaml, oeo_yaml_item(list, i), OEO_DATE_BYTES - 1, &text))
			memcpy(field->placeholders[field->n_placeholders++], text, strlen(text) + 1);
	}
	return OEO_OK;
}

static enum oeo_err read_placeholders(struct oeo_plan_reader *reader, const struct oeo_yaml_node *node)
{
	enum oeo_err err = OEO_OK;

	if (!oeo_yaml_map(reader->yaml, node, NULL))
		return OEO_OK;
	for (size_t i = 0; i < oeo_yaml_count(node) && err == OEO_OK; i++) {
		struct oeo_identity_field *field = field_of_key(reader, node, i);

		if (field != NULL && field->placeholders == NULL)
			err = read_values(reader, field, oeo_yaml_item(node, i));
	}
	return err;
}

bool oeo_plan_file_walk_in(
    struct oeo_plan_reader *reader, const struct oeo_yaml_node *node, enum oeo_walk_in *walk_in)
{
	static const char *const words[] = {"questions-only", "per-week", "refuse", NULL};
	unsigned choice;

	if (!oeo_yaml_get_choice(reader->yaml, node, words, &choice))
		return false;
	*walk_in = (enum oeo_walk_in)(OEO_WALK_IN_QUESTIONS_ONLY + choice);
	return true;
}

enum oeo_err oeo_plan_file_identity(struct oeo_plan_reader *reader)
{
	const struct oeo_yaml_node *node = find(reader, "identity");
	enum oeo_err err;

	reader->walk_in = OEO_WALK_IN_REFUSE;
	if (!oeo_yaml_map(reader->yaml, node, identity_keys))
		return read_fields(reader, NULL);
	err = read_fields(reader, oeo_yaml_find(node, "fields"));
	if (err != OEO_OK)
		return err;
	read_kinds(reader, oeo_yaml_find(node, "kinds"));
	(void)oeo_yaml_get_bool(
	    reader->yaml, oeo_yaml_find(node, "member_number"), &reader->accepts_member_numbers);
	(void)oeo_plan_file_walk_in(reader, oeo_yaml_find(node, "walk_in"), &reader->walk_in);
	reader->plan->walk_in_members =
	    number_or(reader, oeo_yaml_find(node, "walk_in_members"), 1, OEO_MAX_MEMBERS, 0);
	return read_placeholders(reader, oeo_yaml_find(node, "placeholders"));
}

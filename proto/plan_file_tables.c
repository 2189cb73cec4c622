/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "proto/i18n.h"
#include "proto/plan_file_internal.h"
#include "proto/tally.h"

#define LIST_BYTES 400

static const struct oeo_yaml_key table_keys[] = {{"id", true}, {"by", true}, {"cadence", true},
    {"publish", true}, {"residents", false}, {"members", false}, {"rest", false}, {"sensitive", false},
    {"walk_in", false}, {"member_number", false}, {NULL, false}};

/* "theme, category, ward", for a person who has to choose. */
static void list_levels(char list[LIST_BYTES], const struct oeo_plan *plan)
{
	size_t used = 0;

	list[0] = '\0';
	for (size_t i = 0; i < plan->n_dimensions; i++)
		for (size_t j = 0; j < plan->dimensions[i].n_levels && used < LIST_BYTES; j++)
			used += (size_t)snprintf(list + used, LIST_BYTES - used, "%s%s",
			    used == 0 ? "" : ", ", plan->dimensions[i].levels[j].id);
}

/* A dimension whose levels could not be read: then an unknown level may be one of its. */
static bool has_all_levels(const struct oeo_plan_reader *reader)
{
	for (size_t i = 0; i < reader->plan->n_dimensions; i++)
		if (reader->plan->dimensions[i].n_levels == 0)
			return false;
	return oeo_yaml_is_map(oeo_yaml_find(reader->root, "dimensions"));
}

static void read_by(struct oeo_plan_reader *reader, struct oeo_table *table, const struct oeo_yaml_node *node)
{
	char list[LIST_BYTES];

	if (!oeo_yaml_list(reader->yaml, node, 0))
		return;
	if (oeo_yaml_count(node) > OEO_MAX_BY) {
		oeo_yaml_fault(reader->yaml, node, _("a table has at most %d levels."), OEO_MAX_BY);
		return;
	}
	for (size_t i = 0; i < oeo_yaml_count(node); i++) {
		const struct oeo_yaml_node *item = oeo_yaml_item(node, i);
		const char *level;

		if (!oeo_yaml_get_text(reader->yaml, item, OEO_NOTE_BYTES, &level))
			continue;
		if (oeo_plan_find_level(reader->plan, level, &table->by[table->n_by])) {
			table->n_by++;
		} else if (has_all_levels(reader)) {
			list_levels(list, reader->plan);
			oeo_yaml_fault(reader->yaml, item,
			    _("there is no level \"%.40s\". The levels of this plan are: %s."), level, list);
		}
	}
}

static void read_publish(
    struct oeo_plan_reader *reader, struct oeo_table *table, const struct oeo_yaml_node *node)
{
	static const char *const words[] = {"residents", "questions", NULL};
	bool is_given[] = {false, false};

	if (!oeo_yaml_list(reader->yaml, node, 1))
		return;
	for (size_t i = 0; i < oeo_yaml_count(node); i++) {
		const struct oeo_yaml_node *item = oeo_yaml_item(node, i);
		unsigned choice;

		if (!oeo_yaml_get_choice(reader->yaml, item, words, &choice))
			return;
		if (is_given[choice])
			oeo_yaml_fault(reader->yaml, item, _("\"%s\" stands here twice."), words[choice]);
		is_given[choice] = true;
	}
	if (!is_given[0])
		oeo_yaml_fault(reader->yaml, node, _("every table publishes residents; add it to the list."));
	table->publishes_questions = is_given[1];
}

static void read_rules(
    struct oeo_plan_reader *reader, struct oeo_table *table, const struct oeo_yaml_node *node)
{
	const struct oeo_yaml *yaml = reader->yaml;
	struct oeo_rules *rules = &table->rules;

	*rules = reader->rules;
	(void)oeo_yaml_get_number(yaml, oeo_yaml_find(node, "residents"), 0, OEO_MAX_K, &rules->residents);
	(void)oeo_yaml_get_number(yaml, oeo_yaml_find(node, "members"), 1, OEO_MAX_MEMBERS, &rules->members);
	(void)oeo_yaml_get_number(yaml, oeo_yaml_find(node, "rest"), 1, OEO_MAX_K, &rules->rest);
	(void)oeo_yaml_get_number(yaml, oeo_yaml_find(node, "sensitive"), 0, OEO_MAX_K, &rules->sensitive);
}

static void read_cadence(
    struct oeo_plan_reader *reader, struct oeo_table *table, const struct oeo_yaml_node *node)
{
	static const char *const words[] = {"month", "quarter", "year", NULL};
	unsigned choice = OEO_QUARTER - OEO_MONTH;

	(void)oeo_yaml_get_choice(reader->yaml, node, words, &choice);
	table->cadence = (enum oeo_cadence)(OEO_MONTH + choice);
}

static void read_table(struct oeo_plan_reader *reader, size_t i, const struct oeo_yaml_node *node)
{
	struct oeo_table *table = &reader->plan->tables[i];

	(void)oeo_yaml_map(reader->yaml, node, table_keys);
	if (!oeo_yaml_get_id(reader->yaml, oeo_yaml_find(node, "id"), table->id))
		(void)snprintf(table->id, sizeof(table->id), "-%zu", i);
	table->walk_in = reader->walk_in;
	table->accepts_member_numbers = reader->accepts_member_numbers;
	read_by(reader, table, oeo_yaml_find(node, "by"));
	read_cadence(reader, table, oeo_yaml_find(node, "cadence"));
	read_publish(reader, table, oeo_yaml_find(node, "publish"));
	read_rules(reader, table, node);
	(void)oeo_plan_file_walk_in(reader, oeo_yaml_find(node, "walk_in"), &table->walk_in);
	(void)oeo_yaml_get_bool(
	    reader->yaml, oeo_yaml_find(node, "member_number"), &table->accepts_member_numbers);
}

enum oeo_err oeo_plan_file_tables(struct oeo_plan_reader *reader)
{
	const struct oeo_yaml_node *node = oeo_yaml_find(reader->root, "tables");
	size_t n = oeo_yaml_list(reader->yaml, node, 1) ? oeo_yaml_count(node) : 0;
	struct oeo_plan *plan = reader->plan;

	if (n > OEO_MAX_TABLES) {
		oeo_yaml_fault(reader->yaml, node, _("a plan has 1 to %d tables."), OEO_MAX_TABLES);
		n = OEO_MAX_TABLES;
	}
	plan->tables = oeo_alloc_array(n, sizeof(*plan->tables));
	if (plan->tables == NULL)
		return OEO_ERR_NOMEM;
	plan->n_tables = n;
	for (size_t i = 0; i < n; i++)
		read_table(reader, i, oeo_yaml_item(node, i));
	return OEO_OK;
}

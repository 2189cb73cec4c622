/* SPDX-License-Identifier: EUPL-1.2 */
#include "protect_attack.h"

/* Groups: what is left of a known sum */

struct group {
	const struct attack_table *table;
	size_t codes[ATTACK_DIMENSIONS];
	size_t d;
	size_t h;
	const uint64_t *numbers; /* NULL: totals; else a member's own inner numbers */
};

static uint64_t group_number(struct group *group, size_t code, bool *is_shown)
{
	size_t kept = group->codes[group->d], place;

	group->codes[group->d] = code;
	place = attack_join_place(group->table, group->codes);
	group->codes[group->d] = kept;
	*is_shown = group->table->shown[place] >= 0;
	return group->numbers == NULL ? group->table->totals[place]
				      : attack_add_up(group->table, place, group->numbers);
}

/* The hidden parts of a code, added up; deep: replaced by their own hidden parts, where they have any. */
static uint64_t group_left(struct group *group, size_t code, size_t deep, bool is_deep)
{
	const struct attack_dimension *dimension = &group->table->dimensions[group->d];
	bool is_shown = false, has_parts = false;
	uint64_t sum = 0;

	for (size_t part = 1; part < dimension->n_codes; part++) {
		uint64_t number;

		if (dimension->parents[group->h][part] != code)
			continue;
		has_parts = true;
		number = group_number(group, part, &is_shown);
		if (!is_shown)
			sum += is_deep || part == deep ? group_left(group, part, deep, true) : number;
	}
	return has_parts ? sum : group_number(group, code, &is_shown);
}

static void check_left(
    struct group *group, size_t code, size_t deep, bool is_deep, struct attack_tally *tally)
{
	const struct attack_table *table = group->table;
	uint64_t left = group_left(group, code, deep, is_deep);
	bool is_bad = left >= 1 && left < table->k;

	for (size_t m = 0; m < table->n_members && !is_bad; m++) {
		uint64_t own;

		group->numbers = table->own + m * table->n_inner;
		own = group_left(group, code, deep, is_deep);
		group->numbers = NULL;
		/* The rule is about members who contribute. */
		is_bad = own > 0 && left > own && left - own < table->rest;
	}
	tally->recovered[ATTACK_G] += is_bad;
}

void attack_groups(const struct attack_table *table, struct attack_tally *tally)
{
	for (size_t place = 0; place < table->n_places; place++) {
		struct group group = {.table = table};

		attack_split_place(table, place, group.codes);
		if (table->shown[place] < 0)
			continue;
		for (group.d = 0; group.d < table->n_dimensions; group.d++) {
			const struct attack_dimension *dimension = &table->dimensions[group.d];
			size_t code = group.codes[group.d];

			for (group.h = 0; group.h < dimension->n_hierarchies; group.h++) {
				if (code >= 1 && code <= dimension->n_bottoms)
					continue;
				check_left(&group, code, ATTACK_NONE, false, tally);
				check_left(&group, code, ATTACK_NONE, true, tally);
				for (size_t part = 1; part < dimension->n_codes; part++)
					if (dimension->parents[group.h][part] == code)
						check_left(&group, code, part, false, tally);
			}
		}
	}
}

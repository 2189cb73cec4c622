/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "protect_attack.h"

void *attack_alloc(size_t n, size_t size)
{
	void *made = calloc(n + 1, size);

	if (made == NULL)
		abort();
	return made;
}

size_t attack_code_add(struct attack_dimension *dimension, const char *name)
{
	size_t code = dimension->n_codes++;

	if (code >= ATTACK_CODES || strlen(name) >= ATTACK_CODE_BYTES)
		abort();
	memcpy(dimension->codes[code], name, strlen(name) + 1);
	for (size_t h = 0; h < ATTACK_HIERARCHIES; h++)
		dimension->parents[h][code] = ATTACK_NONE;
	return code;
}

static bool holds_bottom(const struct attack_dimension *dimension, size_t code, size_t bottom)
{
	for (size_t h = 0; h < dimension->n_hierarchies; h++)
		for (size_t up = bottom; up != ATTACK_NONE; up = dimension->parents[h][up])
			if (up == code)
				return true;
	return false;
}

void attack_table_free(struct attack_table *table)
{
	free(table->truth);
	free(table->is_single);
	free(table->own);
	free(table->within);
	free(table->totals);
	free(table->shown);
}

void attack_split_place(const struct attack_table *table, size_t place, size_t codes[ATTACK_DIMENSIONS])
{
	for (size_t d = table->n_dimensions; d-- > 0;) {
		codes[d] = place % table->dimensions[d].n_codes;
		place /= table->dimensions[d].n_codes;
	}
}

size_t attack_join_place(const struct attack_table *table, const size_t codes[ATTACK_DIMENSIONS])
{
	size_t place = 0;

	for (size_t d = 0; d < table->n_dimensions; d++)
		place = place * table->dimensions[d].n_codes + codes[d];
	return place;
}

void attack_split_inner(const struct attack_table *table, size_t inner, size_t codes[ATTACK_DIMENSIONS])
{
	for (size_t d = table->n_dimensions; d-- > 0;) {
		codes[d] = 1 + inner % table->dimensions[d].n_bottoms;
		inner /= table->dimensions[d].n_bottoms;
	}
}

static bool find_within(const struct attack_table *table, size_t place, size_t inner)
{
	size_t outer_codes[ATTACK_DIMENSIONS], inner_codes[ATTACK_DIMENSIONS];

	attack_split_place(table, place, outer_codes);
	attack_split_inner(table, inner, inner_codes);
	for (size_t d = 0; d < table->n_dimensions; d++)
		if (!table->dimensions[d].holds[outer_codes[d]][inner_codes[d]])
			return false;
	return true;
}

void attack_table_size(struct attack_table *table)
{
	table->n_inner = 1;
	table->n_places = 1;
	for (size_t d = 0; d < table->n_dimensions; d++) {
		struct attack_dimension *dimension = &table->dimensions[d];

		for (size_t code = 0; code < dimension->n_codes; code++)
			for (size_t bottom = 1; bottom <= dimension->n_bottoms; bottom++)
				dimension->holds[code][bottom] = holds_bottom(dimension, code, bottom);
		table->n_inner *= dimension->n_bottoms;
		table->n_places *= dimension->n_codes;
	}
	table->truth = attack_alloc(table->n_inner, sizeof(*table->truth));
	table->is_single = attack_alloc(table->n_inner, sizeof(*table->is_single));
	table->own = attack_alloc(table->n_inner * table->n_members, sizeof(*table->own));
	table->within = attack_alloc(table->n_places * table->n_inner, sizeof(*table->within));
	for (size_t place = 0; place < table->n_places; place++)
		for (size_t i = 0; i < table->n_inner; i++)
			table->within[place * table->n_inner + i] = find_within(table, place, i);
	table->totals = attack_alloc(table->n_places, sizeof(*table->totals));
	table->shown = attack_alloc(table->n_places, sizeof(*table->shown));
}

uint64_t attack_add_up(const struct attack_table *table, size_t place, const uint64_t *numbers)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < table->n_inner; i++)
		sum += attack_is_within(table, place, i) ? numbers[i] : 0;
	return sum;
}

void attack_table_close(struct attack_table *table)
{
	for (size_t place = 0; place < table->n_places; place++)
		table->totals[place] = attack_add_up(table, place, table->truth);
}

size_t attack_code_find(const struct attack_dimension *dimension, const char *code)
{
	for (size_t i = 0; i < dimension->n_codes; i++)
		if (strcmp(dimension->codes[i], code) == 0)
			return i;
	return ATTACK_NONE;
}

static bool publish_line(struct attack_table *table, char *line)
{
	size_t codes[ATTACK_DIMENSIONS] = {0}, place;
	char *rest = line, *number, *status;

	for (size_t d = 0; d < table->n_dimensions; d++)
		if ((codes[d] = attack_code_find(&table->dimensions[d], strsep(&rest, ","))) == ATTACK_NONE)
			return false;
	number = strsep(&rest, ",");
	status = rest;
	place = attack_join_place(table, codes);
	if (number == NULL || status == NULL || table->shown[place] != -2)
		return false;
	table->shown[place] = strcmp(status, "hidden") == 0 && number[0] == '\0' ? -1 : atoll(number);
	return table->shown[place] == -1 || (strcmp(status, "published") == 0 && number[0] != '\0' &&
						table->shown[place] == (int64_t)table->totals[place]);
}

bool attack_table_publish(struct attack_table *table, char *text)
{
	char *rest = text, *line = strsep(&rest, "\n");
	size_t n = 0;

	for (size_t place = 0; place < table->n_places; place++)
		table->shown[place] = -2;
	for (; (line = strsep(&rest, "\n")) != NULL && line[0] != '\0'; n++)
		if (!publish_line(table, line))
			return false;
	return n == table->n_places;
}

void attack_table_publish_bare(struct attack_table *table)
{
	for (size_t place = 0; place < table->n_places; place++) {
		uint64_t total = table->totals[place];
		bool is_shown = total >= table->k || (total == 0 && !table->hides_zeros);

		table->shown[place] = is_shown ? (int64_t)total : -1;
	}
}

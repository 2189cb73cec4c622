/* SPDX-License-Identifier: EUPL-1.2 */
/* From opened tags to opened cells: handing over, rivals, tables; and what a name means. */
#include <stdlib.h>
#include <string.h>

#include "collector/opening_partition.h"

/* ---- Names */

/* The next part of the name, up to a US or the end, as a code of at most 32 characters. */
static bool take_code(char code[OEO_ID_BYTES], const uint8_t **rest, size_t *len)
{
	size_t n = 0;

	while (n < *len && (*rest)[n] != OEO_US)
		n++;
	if (n == 0 || n >= OEO_ID_BYTES)
		return false;
	memcpy(code, *rest, n);
	code[n] = '\0';
	n += n < *len ? 1 : 0;
	*rest += n;
	*len -= n;
	return true;
}

static size_t cell_of_codes(
    const struct oeo_plan *plan, const struct oeo_table *table, const uint8_t *rest, size_t len)
{
	size_t codes[OEO_MAX_BY] = {0};

	for (size_t i = 0; i < table->n_by; i++) {
		char code[OEO_ID_BYTES];

		if (len == 0 || !take_code(code, &rest, &len))
			return SIZE_MAX;
		codes[i] = oeo_dimension_find_code(
		    &plan->dimensions[table->by[i].dimension], table->by[i].level, code);
		if (codes[i] == SIZE_MAX)
			return SIZE_MAX;
	}
	return len == 0 ? oeo_table_cell_index(plan, table, codes) : SIZE_MAX;
}

size_t oeo_opening_cell(const struct oeo_opening *opening, uint32_t number, const uint8_t *name, size_t len)
{
	const struct oeo_plan *plan = opening->plan;
	const struct oeo_table *table = &plan->tables[number];
	struct oeo_buf prefix = {NULL, 0, 0};
	size_t cell = SIZE_MAX;

	if (oeo_cell_name(&prefix, plan->id, table->rules.residents, table->id, opening->period_text, NULL,
		0) != OEO_OK)
		goto cleanup;
	if (len < prefix.len || memcmp(name, prefix.data, prefix.len) != 0)
		goto cleanup;
	if (len == prefix.len)
		cell = cell_of_codes(plan, table, name + len, 0);
	/* A US after the prefix, and none at the very end. */
	else if (name[prefix.len] == OEO_US && name[len - 1] != OEO_US)
		cell = cell_of_codes(plan, table, name + prefix.len + 1, len - prefix.len - 1);
cleanup:
	oeo_buf_fini(&prefix);
	return cell;
}

/* ---- Handing over, from a partition to the opening */

static enum oeo_err fill_find(
    struct oeo_opening_find *find, const struct oeo_partition *p, const struct oeo_opening_group *group)
{
	find->contributions = oeo_alloc_array(group->n_buckets, sizeof(*find->contributions));
	if (find->contributions == NULL)
		return OEO_ERR_NOMEM;
	find->table = group->table;
	find->cell = group->cell;
	find->residents = group->residents;
	memcpy(find->tag, p->buckets[p->order[group->first]].tag, OEO_TAG_BYTES);
	for (uint32_t i = 0; i < group->n_buckets; i++) {
		const struct oeo_opening_bucket *bucket = &p->buckets[p->order[group->first + i]];
		struct oeo_contribution *one = &find->contributions[find->n_contributions];

		if (bucket->residents + bucket->n_alone == 0)
			continue;
		one->member = bucket->member;
		one->residents = bucket->residents;
		one->questions = bucket->residents + bucket->n_alone;
		find->questions += one->questions;
		find->n_backers += bucket->residents > 0 ? 1 : 0;
		find->n_contributions++;
	}
	return OEO_OK;
}

static enum oeo_err add_find(struct oeo_opening *opening, const struct oeo_opening_find *find)
{
	if (opening->n_finds == opening->finds_capacity) {
		size_t capacity = opening->finds_capacity > 0 ? 2 * opening->finds_capacity : 256;
		struct oeo_opening_find *more = realloc(opening->finds, capacity * sizeof(*more));

		if (more == NULL)
			return OEO_ERR_NOMEM;
		opening->finds = more;
		opening->finds_capacity = capacity;
	}
	opening->finds[opening->n_finds++] = *find;
	return OEO_OK;
}

static enum oeo_err hand_over_group(struct oeo_partition *p, const struct oeo_opening_group *group)
{
	struct oeo_opening_find find;
	enum oeo_err err;

	/* A secret that fewer than k good shares back is not a cell that k residents back. */
	if (group->state == OEO_GROUP_NAMELESS ||
	    (group->state == OEO_GROUP_NAMED &&
		group->residents < p->opening->plan->tables[group->table].rules.residents)) {
		oeo_partition_block(p, group);
		return OEO_OK;
	}
	if (group->state != OEO_GROUP_NAMED)
		return OEO_OK;
	memset(&find, 0, sizeof(find));
	err = fill_find(&find, p, group);
	if (err == OEO_OK)
		err = add_find(p->opening, &find);
	if (err != OEO_OK)
		free(find.contributions);
	return err;
}

static void hand_over_tallies(const struct oeo_partition *p)
{
	struct oeo_opening *opening = p->opening;

	for (size_t i = 0; i < opening->n_members; i++) {
		opening->report.members[i].bad_shares += p->tallies[i].bad_shares;
		opening->report.members[i].bad_labels += p->tallies[i].bad_labels;
		opening->report.members[i].blocked_tags += p->tallies[i].blocked_tags;
	}
	for (size_t i = 0; i < opening->plan->n_tables; i++)
		opening->blocked[i] += p->blocked[i];
	opening->report.n_bad_shares += p->n_bad_shares;
	opening->report.n_blocked_tags += p->n_blocked;
	if (!opening->is_second_round)
		opening->report.n_tags += p->n_groups;
}

enum oeo_err oeo_partition_hand_over(struct oeo_partition *p)
{
	enum oeo_err err = OEO_OK;

	(void)pthread_mutex_lock(&p->opening->lock);
	for (size_t i = 0; err == OEO_OK && i < p->n_groups; i++)
		err = hand_over_group(p, &p->groups[i]);
	hand_over_tallies(p);
	(void)pthread_mutex_unlock(&p->opening->lock);
	return err;
}

/* ---- Rivals and tables */

/* By cell; of one cell, that which most members back first. */
static int compare_finds(const void *a, const void *b)
{
	const struct oeo_opening_find *one = a;
	const struct oeo_opening_find *other = b;

	if (one->table != other->table)
		return one->table < other->table ? -1 : 1;
	if (one->cell != other->cell)
		return one->cell < other->cell ? -1 : 1;
	if (one->n_backers != other->n_backers)
		return one->n_backers > other->n_backers ? -1 : 1;
	return memcmp(one->tag, other->tag, OEO_TAG_BYTES);
}

static void name_rivals(struct oeo_opening *opening, const struct oeo_opening_find *find)
{
	for (size_t i = 0; i < find->n_contributions; i++)
		opening->report.members[find->contributions[i].member].rival_tags++;
}

/* n finds of one cell, best first. Takes the contributions of the first over. */
static void fill_cell(
    struct oeo_opened_cell *cell, struct oeo_opening *opening, struct oeo_opening_find *finds, size_t n)
{
	bool is_tie = n > 1 && finds[0].n_backers == finds[1].n_backers;

	for (size_t i = 0; n > 1 && i < n; i++)
		name_rivals(opening, &finds[i]);
	cell->cell = finds[0].cell;
	if (is_tie) {
		cell->state = OEO_CELL_WITHHELD;
		opening->report.n_withheld++;
		return;
	}
	cell->state = OEO_CELL_OPEN;
	cell->residents = finds[0].residents;
	cell->questions = finds[0].questions;
	cell->contributions = finds[0].contributions;
	cell->n_contributions = finds[0].n_contributions;
	finds[0].contributions = NULL;
}

static size_t same_cell(const struct oeo_opening *opening, size_t first)
{
	size_t n = 1;

	while (first + n < opening->n_finds &&
	       opening->finds[first + n].table == opening->finds[first].table &&
	       opening->finds[first + n].cell == opening->finds[first].cell)
		n++;
	return n;
}

static enum oeo_err fill_table(struct oeo_opened_table *table, struct oeo_opening *opening, size_t *next)
{
	size_t end = *next;

	while (end < opening->n_finds && opening->finds[end].table == table->table)
		end++;
	table->cells = oeo_alloc_array(end - *next, sizeof(*table->cells));
	if (table->cells == NULL)
		return OEO_ERR_NOMEM;
	while (*next < end) {
		size_t n = same_cell(opening, *next);

		fill_cell(&table->cells[table->n_cells++], opening, &opening->finds[*next], n);
		*next += n;
	}
	table->n_blocked = opening->blocked[table->table];
	return OEO_OK;
}

enum oeo_err oeo_opening_merge(struct oeo_opened *opened, struct oeo_opening *opening)
{
	const struct oeo_plan *plan = opening->plan;
	size_t next = 0;
	enum oeo_err err = OEO_OK;

	opening->report.n_opened = opening->n_finds;
	if (opening->n_finds > 1)
		qsort(opening->finds, opening->n_finds, sizeof(*opening->finds), compare_finds);
	opened->tables = oeo_alloc_array(plan->n_tables, sizeof(*opened->tables));
	if (opened->tables == NULL)
		return OEO_ERR_NOMEM;
	for (size_t t = 0; err == OEO_OK && t < plan->n_tables; t++) {
		if (plan->tables[t].cadence != opening->period.cadence)
			continue;
		opened->tables[opened->n_tables].table = t;
		err = fill_table(&opened->tables[opened->n_tables++], opening, &next);
	}
	return err;
}

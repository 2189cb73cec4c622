/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/protect_table.h"

#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/disclosure.h"
#include "collector/protect_csv.h"
#include "proto/buf.h"
#include "proto/i18n.h"

#define FIRST_CELLS 1024
#define INNER_LIMIT ((size_t)1 << 26)

/* An open hash table of numbers (+ 1) of things that lie elsewhere. */
struct slots {
	uint32_t *items;
	size_t n; /* a power of two */
};

struct table_reader {
	struct oeo_protect_table *table;
	size_t dimension_columns[OEO_PROTECT_DIMENSIONS];
	size_t frequency_column;
	size_t contributors_column;
	size_t member_column;
	size_t inner_capacity;
	size_t part_capacity;
	struct slots inner_slots;
	struct slots part_slots;
	uint64_t total;
};

enum oeo_err oeo_protect_count_read(
    const char *column, const char *text, uint64_t *count, struct oeo_note *why)
{
	uint64_t value = 0;

	if (text[0] == '-')
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, _("\"%s\" is negative. Counts are 0 or more."), column);
	if (text[0] == '\0')
		return oeo_note_set(why, OEO_ERR_FORMAT, _("\"%s\" is empty. Write 0 for none."), column);
	for (const char *c = text; *c != '\0'; c++) {
		if ((*c == '.' || *c == ',') && c > text)
			return oeo_note_set(why, OEO_ERR_FORMAT,
			    _("\"%s\" is not a whole number. Counts are whole."), column);
		if (*c < '0' || *c > '9')
			return oeo_note_set(why, OEO_ERR_FORMAT, _("\"%s\" is not a number."), column);
		value = 10 * value + (uint64_t)(*c - '0');
		if (value > OEO_DISCLOSURE_VALUE_LIMIT)
			return oeo_note_set(why, OEO_ERR_RANGE,
			    _("\"%s\" is too large; counts up to %llu are taken, also in sum."), column,
			    (unsigned long long)OEO_DISCLOSURE_VALUE_LIMIT);
	}
	*count = value;
	return OEO_OK;
}

enum oeo_err oeo_protect_column_find(
    const char *name, char *const *fields, size_t n_fields, size_t *column, struct oeo_note *why)
{
	bool is_found = false;

	for (size_t i = 0; i < n_fields; i++) {
		if (strcmp(fields[i], name) != 0)
			continue;
		if (is_found)
			return oeo_note_set(why, OEO_ERR_FORMAT, _("column \"%s\" is there twice."), name);
		is_found = true;
		*column = i;
	}
	if (!is_found && n_fields == 1 && strchr(fields[0], ';') != NULL)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("the columns are separated by semicolons. Save the table as CSV with commas."));
	if (!is_found)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("there is no column \"%s\". Look at the first line of the file."), name);
	return OEO_OK;
}

static enum oeo_err on_header(void *context, size_t line, char *const *fields, size_t n, struct oeo_note *why)
{
	struct table_reader *reader = context;
	const struct oeo_protect_table *table = reader->table;
	enum oeo_err err = OEO_OK;

	(void)line;
	for (size_t d = 0; d < table->n_dimensions && err == OEO_OK; d++)
		err = oeo_protect_column_find(
		    table->dimensions[d].name, fields, n, &reader->dimension_columns[d], why);
	if (err == OEO_OK)
		err = oeo_protect_column_find(table->frequency, fields, n, &reader->frequency_column, why);
	if (err == OEO_OK && table->contributors != NULL)
		err = oeo_protect_column_find(
		    table->contributors, fields, n, &reader->contributors_column, why);
	if (err == OEO_OK && table->member != NULL)
		err = oeo_protect_column_find(table->member, fields, n, &reader->member_column, why);
	return err;
}

static size_t mix(uint64_t hash, uint32_t item)
{
	hash = (hash ^ item) * UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(hash ^ (hash >> 32));
}

static size_t hash_codes(const uint32_t *codes, size_t n)
{
	uint64_t hash = n;

	for (size_t i = 0; i < n; i++)
		hash = mix(hash, codes[i]);
	return (size_t)hash;
}

static size_t find_inner(const struct table_reader *reader, const uint32_t *codes)
{
	const struct oeo_protect_table *table = reader->table;
	size_t n = table->n_dimensions, mask = reader->inner_slots.n - 1;
	size_t slot = hash_codes(codes, n) & mask;

	while (
	    reader->inner_slots.items[slot] != 0 &&
	    memcmp(table->codes + (reader->inner_slots.items[slot] - 1) * n, codes, n * sizeof(*codes)) != 0)
		slot = (slot + 1) & mask;
	return slot;
}

static size_t find_part(const struct table_reader *reader, uint32_t inner, uint32_t member)
{
	const struct oeo_protect_part *parts = reader->table->parts;
	size_t mask = reader->part_slots.n - 1, slot = mix(mix(0, inner), member) & mask;

	while (reader->part_slots.items[slot] != 0) {
		const struct oeo_protect_part *part = &parts[reader->part_slots.items[slot] - 1];

		if (part->inner == inner && part->member == member)
			break;
		slot = (slot + 1) & mask;
	}
	return slot;
}

/* A list that grows to capacity elements of size bytes. */
static bool grow_list(void *list, size_t capacity, size_t size)
{
	void **place = list;
	size_t bytes;
	void *larger;

	if (!oeo_size_mul(capacity, size, &bytes) || (larger = realloc(*place, bytes)) == NULL)
		return false;
	*place = larger;
	return true;
}

static bool renew_slots(struct slots *slots, size_t capacity)
{
	free(slots->items);
	slots->n = 0;
	slots->items = oeo_alloc_array(2 * capacity, sizeof(*slots->items));
	if (slots->items == NULL)
		return false;
	slots->n = 2 * capacity;
	return true;
}

static enum oeo_err grow_inner(struct table_reader *reader)
{
	struct oeo_protect_table *table = reader->table;
	size_t capacity = reader->inner_capacity == 0 ? FIRST_CELLS : 2 * reader->inner_capacity;

	if (capacity > INNER_LIMIT)
		return OEO_ERR_NOMEM;
	if (!grow_list(&table->codes, capacity, table->n_dimensions * sizeof(*table->codes)) ||
	    !grow_list(&table->counts, capacity, sizeof(*table->counts)) ||
	    (table->contributors != NULL && !grow_list(&table->singles, capacity, sizeof(*table->singles))) ||
	    !renew_slots(&reader->inner_slots, capacity))
		return OEO_ERR_NOMEM;
	reader->inner_capacity = capacity;
	for (size_t i = 0; i < table->n_inner; i++)
		reader->inner_slots.items[find_inner(reader, table->codes + i * table->n_dimensions)] =
		    (uint32_t)i + 1;
	return OEO_OK;
}

static enum oeo_err grow_parts(struct table_reader *reader)
{
	struct oeo_protect_table *table = reader->table;
	size_t capacity = reader->part_capacity == 0 ? FIRST_CELLS : 2 * reader->part_capacity;

	if (capacity > INNER_LIMIT || !grow_list(&table->parts, capacity, sizeof(*table->parts)) ||
	    !renew_slots(&reader->part_slots, capacity))
		return OEO_ERR_NOMEM;
	reader->part_capacity = capacity;
	for (size_t i = 0; i < table->n_parts; i++)
		reader->part_slots.items[find_part(reader, table->parts[i].inner, table->parts[i].member)] =
		    (uint32_t)i + 1;
	return OEO_OK;
}

static enum oeo_err add_inner(struct table_reader *reader, const uint32_t *codes, uint32_t *inner)
{
	struct oeo_protect_table *table = reader->table;
	size_t slot;

	if (table->n_inner == reader->inner_capacity && grow_inner(reader) != OEO_OK)
		return OEO_ERR_NOMEM;
	slot = find_inner(reader, codes);
	if (reader->inner_slots.items[slot] == 0) {
		memcpy(table->codes + table->n_inner * table->n_dimensions, codes,
		    table->n_dimensions * sizeof(*codes));
		table->counts[table->n_inner] = 0;
		if (table->singles != NULL)
			table->singles[table->n_inner] = 0;
		reader->inner_slots.items[slot] = (uint32_t)++table->n_inner;
	}
	*inner = reader->inner_slots.items[slot] - 1;
	return OEO_OK;
}

static enum oeo_err add_part(
    struct table_reader *reader, uint32_t inner, const char *name, uint64_t count, struct oeo_note *why)
{
	struct oeo_protect_table *table = reader->table;
	enum oeo_err err;
	uint32_t member;
	size_t slot;

	if (name[0] == '\0')
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, _("\"%s\" is empty. Write who it comes from."), table->member);
	err = oeo_protect_names_add(&table->members, name, &member);
	if (err == OEO_ERR_RANGE)
		return oeo_note_set(why, err, _("more than %u organisations."), OEO_PROTECT_NAMES_LIMIT);
	if (err != OEO_OK || (table->n_parts == reader->part_capacity && grow_parts(reader) != OEO_OK))
		return OEO_ERR_NOMEM;
	slot = find_part(reader, inner, member);
	if (reader->part_slots.items[slot] == 0) {
		table->parts[table->n_parts] = (struct oeo_protect_part){.inner = inner, .member = member};
		reader->part_slots.items[slot] = (uint32_t)++table->n_parts;
	}
	table->parts[reader->part_slots.items[slot] - 1].count += count;
	return OEO_OK;
}

/* Enough that it never comes back to one by overflow. */
static void add_contributors(uint64_t *sum, uint64_t contributors)
{
	*sum = contributors > UINT64_MAX - *sum ? UINT64_MAX : *sum + contributors;
}

static enum oeo_err on_row(void *context, size_t line, char *const *fields, size_t n, struct oeo_note *why)
{
	struct table_reader *reader = context;
	struct oeo_protect_table *table = reader->table;
	uint32_t codes[OEO_PROTECT_DIMENSIONS], inner = 0;
	uint64_t count = 0, contributors = 0;
	enum oeo_err err = OEO_OK;

	(void)line;
	(void)n;
	for (size_t d = 0; d < table->n_dimensions && err == OEO_OK; d++)
		err = oeo_protect_dimension_code(
		    &table->dimensions[d], fields[reader->dimension_columns[d]], &codes[d], why);
	if (err == OEO_OK)
		err = oeo_protect_count_read(table->frequency, fields[reader->frequency_column], &count, why);
	if (err == OEO_OK && table->contributors != NULL)
		err = oeo_protect_count_read(
		    table->contributors, fields[reader->contributors_column], &contributors, why);
	if (err == OEO_OK && table->contributors != NULL && count > 0 && contributors == 0)
		err = oeo_note_set(why, OEO_ERR_FORMAT,
		    _("\"%s\" is 0, but \"%s\" is not: nobody can be behind a count."), table->contributors,
		    table->frequency);
	if (err == OEO_OK && (reader->total += count) > OEO_DISCLOSURE_VALUE_LIMIT)
		err = oeo_note_set(why, OEO_ERR_RANGE,
		    _("\"%s\" is too large; counts up to %llu are taken, also in sum."), table->frequency,
		    (unsigned long long)OEO_DISCLOSURE_VALUE_LIMIT);
	if (err == OEO_OK)
		err = add_inner(reader, codes, &inner);
	if (err != OEO_OK)
		return err;
	table->counts[inner] += count;
	table->n_rows++;
	if (table->singles != NULL && count > 0)
		add_contributors(&table->singles[inner], contributors);
	return table->member != NULL ? add_part(reader, inner, fields[reader->member_column], count, why)
				     : OEO_OK;
}

enum oeo_err oeo_protect_table_read(struct oeo_protect_table *table, const char *file, struct oeo_note *why)
{
	struct table_reader reader = {.table = table};
	enum oeo_err err = oeo_protect_csv_read(file, on_header, on_row, &reader, why);

	free(reader.inner_slots.items);
	free(reader.part_slots.items);
	if (err == OEO_OK && table->n_rows == 0)
		err = oeo_note_set(why, OEO_ERR_FORMAT, _("%s:1: the table has no rows."), file);
	for (size_t d = 0; d < table->n_dimensions && err == OEO_OK; d++)
		err = oeo_protect_dimension_close(&table->dimensions[d]);
	return err;
}

void oeo_protect_table_fini(struct oeo_protect_table *table)
{
	for (size_t d = 0; d < table->n_dimensions; d++)
		oeo_protect_dimension_fini(&table->dimensions[d]);
	oeo_protect_names_fini(&table->members);
	free(table->codes);
	free(table->counts);
	free(table->singles);
	free(table->parts);
	memset(table, 0, sizeof(*table));
}

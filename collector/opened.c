/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Opened cells as bytes. Numbers are 8 bytes little-endian ("n"), ids 33 bytes filled with zeros:
 *
 *   "oeo opened 1" (12), plan digest (32), period (8), key digest (32), n members, ids,
 *   n tables, each: n table, n blocked, n cells, each: n cell, n state, n residents, n questions,
 *   n contributions, each: n member, n residents, n questions
 */
#include "collector/opened.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC "oeo opened 1"
#define MAGIC_BYTES 12

void oeo_opened_fini(struct oeo_opened *opened)
{
	if (opened == NULL)
		return;
	for (size_t t = 0; t < opened->n_tables; t++) {
		for (size_t c = 0; c < opened->tables[t].n_cells; c++)
			free(opened->tables[t].cells[c].contributions);
		free(opened->tables[t].cells);
	}
	free(opened->tables);
	free(opened->members);
	memset(opened, 0, sizeof(*opened));
}

/* ---- Writing */

static enum oeo_err put_number(struct oeo_buf *out, uint64_t number)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(number >> 8 * i);
	return oeo_buf_append(out, bytes, sizeof(bytes));
}

static enum oeo_err put_cell(struct oeo_buf *out, const struct oeo_opened_cell *cell)
{
	const uint64_t head[5] = {
	    cell->cell, (uint64_t)cell->state, cell->residents, cell->questions, cell->n_contributions};
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < 5; i++)
		err = put_number(out, head[i]);
	for (size_t i = 0; err == OEO_OK && i < cell->n_contributions; i++) {
		err = put_number(out, cell->contributions[i].member);
		if (err == OEO_OK)
			err = put_number(out, cell->contributions[i].residents);
		if (err == OEO_OK)
			err = put_number(out, cell->contributions[i].questions);
	}
	return err;
}

static enum oeo_err put_table(struct oeo_buf *out, const struct oeo_opened_table *table)
{
	enum oeo_err err = put_number(out, table->table);

	if (err == OEO_OK)
		err = put_number(out, table->n_blocked);
	if (err == OEO_OK)
		err = put_number(out, table->n_cells);
	for (size_t i = 0; err == OEO_OK && i < table->n_cells; i++)
		err = put_cell(out, &table->cells[i]);
	return err;
}

enum oeo_err oeo_opened_pack(
    struct oeo_buf *out, const struct oeo_opened *opened, const struct oeo_plan *plan)
{
	char period[OEO_PERIOD_BYTES] = {0};
	size_t start = out->len;
	enum oeo_err err = oeo_buf_append(out, MAGIC, MAGIC_BYTES);

	oeo_period_format(period, &opened->period);
	if (err == OEO_OK)
		err = oeo_buf_append(out, plan->digest, OEO_DIGEST_BYTES);
	if (err == OEO_OK)
		err = oeo_buf_append(out, period, sizeof(period));
	if (err == OEO_OK)
		err = oeo_buf_append(out, opened->key_digest, OEO_DIGEST_BYTES);
	if (err == OEO_OK)
		err = put_number(out, opened->n_members);
	for (size_t i = 0; err == OEO_OK && i < opened->n_members; i++)
		err = oeo_buf_append(out, opened->members[i], OEO_ID_BYTES);
	if (err == OEO_OK)
		err = put_number(out, opened->n_tables);
	for (size_t i = 0; err == OEO_OK && i < opened->n_tables; i++)
		err = put_table(out, &opened->tables[i]);
	if (err != OEO_OK)
		out->len = start;
	return err;
}

/* ---- Reading */

struct reader {
	const uint8_t *bytes;
	size_t len;
};

static bool take(struct reader *in, void *to, size_t len)
{
	if (in->len < len)
		return false;
	memcpy(to, in->bytes, len);
	in->bytes += len;
	in->len -= len;
	return true;
}

/* A number of at most `most`. */
static bool take_number(struct reader *in, uint64_t *number, uint64_t most)
{
	uint8_t bytes[8];
	uint64_t value = 0;

	if (!take(in, bytes, sizeof(bytes)))
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++)
		value |= (uint64_t)bytes[i] << 8 * i;
	*number = value;
	return value <= most;
}

/* A number of things that take at least `least` bytes each of what is left. */
static bool take_count(struct reader *in, size_t *count, size_t least)
{
	uint64_t number;

	if (!take_number(in, &number, SIZE_MAX) || number > in->len / least)
		return false;
	*count = (size_t)number;
	return true;
}

#define CONTRIBUTION_BYTES ((size_t)3 * 8)
#define CELL_BYTES ((size_t)5 * 8)
#define TABLE_BYTES ((size_t)3 * 8)

static enum oeo_err take_contributions(struct reader *in, struct oeo_opened_cell *cell, size_t n_members)
{
	size_t n;

	if (!take_count(in, &n, CONTRIBUTION_BYTES) || n > n_members)
		return OEO_ERR_FORMAT;
	cell->contributions = oeo_alloc_array(n, sizeof(*cell->contributions));
	if (cell->contributions == NULL)
		return OEO_ERR_NOMEM;
	for (; cell->n_contributions < n; cell->n_contributions++) {
		struct oeo_contribution *one = &cell->contributions[cell->n_contributions];
		uint64_t member;

		if (!take_number(in, &member, n_members - 1) ||
		    !take_number(in, &one->residents, UINT64_MAX) ||
		    !take_number(in, &one->questions, UINT64_MAX))
			return OEO_ERR_FORMAT;
		one->member = (size_t)member;
		if (cell->n_contributions > 0 && one->member <= one[-1].member)
			return OEO_ERR_FORMAT;
	}
	return OEO_OK;
}

static enum oeo_err take_cell(
    struct reader *in, struct oeo_opened_cell *cell, size_t n_cells, size_t n_members)
{
	uint64_t number;
	uint64_t state;

	if (!take_number(in, &number, n_cells - 1) || !take_number(in, &state, OEO_CELL_WITHHELD) ||
	    state < OEO_CELL_OPEN || !take_number(in, &cell->residents, UINT64_MAX) ||
	    !take_number(in, &cell->questions, UINT64_MAX))
		return OEO_ERR_FORMAT;
	cell->cell = (size_t)number;
	cell->state = (enum oeo_cell_state)state;
	return take_contributions(in, cell, n_members);
}

static enum oeo_err take_table(
    struct reader *in, struct oeo_opened_table *table, const struct oeo_plan *plan, size_t n_members)
{
	uint64_t number;
	uint64_t blocked;
	size_t n_cells;
	size_t n;

	if (!take_number(in, &number, plan->n_tables - 1) || !take_number(in, &blocked, UINT32_MAX) ||
	    !take_count(in, &n, CELL_BYTES))
		return OEO_ERR_FORMAT;
	table->table = (size_t)number;
	table->n_blocked = (unsigned)blocked;
	n_cells = oeo_table_cells(plan, &plan->tables[table->table]);
	table->cells = oeo_alloc_array(n, sizeof(*table->cells));
	if (table->cells == NULL)
		return OEO_ERR_NOMEM;
	while (table->n_cells < n) {
		struct oeo_opened_cell *cell = &table->cells[table->n_cells++];
		enum oeo_err err = take_cell(in, cell, n_cells, n_members);

		if (err != OEO_OK)
			return err;
		if (table->n_cells > 1 && cell->cell <= cell[-1].cell)
			return OEO_ERR_FORMAT;
	}
	return OEO_OK;
}

static enum oeo_err take_head(struct reader *in, struct oeo_opened *opened, const struct oeo_plan *plan)
{
	char magic[MAGIC_BYTES];
	char period[OEO_PERIOD_BYTES];
	char again[OEO_PERIOD_BYTES] = {0};
	uint8_t digest[OEO_DIGEST_BYTES];

	if (!take(in, magic, sizeof(magic)) || memcmp(magic, MAGIC, MAGIC_BYTES) != 0 ||
	    !take(in, digest, sizeof(digest)) || memcmp(digest, plan->digest, OEO_DIGEST_BYTES) != 0 ||
	    !take(in, period, sizeof(period)) || period[OEO_PERIOD_BYTES - 1] != '\0' ||
	    oeo_period_parse(&opened->period, period) != OEO_OK ||
	    !take(in, opened->key_digest, sizeof(opened->key_digest)))
		return OEO_ERR_FORMAT;
	oeo_period_format(again, &opened->period);
	return memcmp(again, period, sizeof(period)) == 0 ? OEO_OK : OEO_ERR_FORMAT;
}

static enum oeo_err take_members(struct reader *in, struct oeo_opened *opened)
{
	size_t n;

	if (!take_count(in, &n, OEO_ID_BYTES))
		return OEO_ERR_FORMAT;
	opened->members = oeo_alloc_array(n, sizeof(*opened->members));
	if (opened->members == NULL)
		return OEO_ERR_NOMEM;
	for (; opened->n_members < n; opened->n_members++) {
		char *id = opened->members[opened->n_members];

		if (!take(in, id, OEO_ID_BYTES) || id[OEO_ID_BYTES - 1] != '\0' || !oeo_id_is_valid(id))
			return OEO_ERR_FORMAT;
	}
	return OEO_OK;
}

static enum oeo_err take_tables(struct reader *in, struct oeo_opened *opened, const struct oeo_plan *plan)
{
	size_t n;
	enum oeo_err err = OEO_OK;

	if (!take_count(in, &n, TABLE_BYTES) || n > plan->n_tables)
		return OEO_ERR_FORMAT;
	opened->tables = oeo_alloc_array(n, sizeof(*opened->tables));
	if (opened->tables == NULL)
		return OEO_ERR_NOMEM;
	while (err == OEO_OK && opened->n_tables < n) {
		struct oeo_opened_table *table = &opened->tables[opened->n_tables++];

		err = take_table(in, table, plan, opened->n_members);
		if (err == OEO_OK && opened->n_tables > 1 && table->table <= table[-1].table)
			err = OEO_ERR_FORMAT;
	}
	return err;
}

enum oeo_err oeo_opened_unpack(
    struct oeo_opened *opened, const struct oeo_plan *plan, const uint8_t *bytes, size_t len)
{
	struct reader in = {bytes, len};
	struct oeo_opened made;
	enum oeo_err err;

	memset(&made, 0, sizeof(made));
	err = take_head(&in, &made, plan);
	if (err == OEO_OK)
		err = take_members(&in, &made);
	if (err == OEO_OK)
		err = take_tables(&in, &made, plan);
	if (err == OEO_OK && in.len > 0)
		err = OEO_ERR_FORMAT;
	if (err == OEO_OK)
		*opened = made;
	else
		oeo_opened_fini(&made);
	return err;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/usage.h"

#include <stdlib.h>
#include <string.h>

#include "agent/bytes.h"

#define COLLECTION "form"
#define KEY "usage"
#define VERSION 1
#define CHOICE 1024U /* weight of one choice */
#define DECAY 32U /* of each weight, one part in this many goes at every choice */
#define FIRST_CAPACITY 64
#define MOST 4096

void oeo_usage_fini(struct oeo_usage *usage)
{
	free(usage->counts);
	memset(usage, 0, sizeof(*usage));
}

static struct oeo_usage_count *find(const struct oeo_usage *usage, const char *dimension, const char *code)
{
	for (size_t i = 0; i < usage->n; i++) {
		if (strcmp(usage->counts[i].code, code) == 0 &&
		    strcmp(usage->counts[i].dimension, dimension) == 0)
			return &usage->counts[i];
	}
	return NULL;
}

uint32_t oeo_usage_weight(const struct oeo_usage *usage, const char *dimension, const char *code)
{
	const struct oeo_usage_count *count = find(usage, dimension, code);

	return count != NULL ? count->weight : 0;
}

static enum oeo_err append(struct oeo_usage *usage, const char *dimension, const char *code, uint32_t weight)
{
	if (usage->n == usage->capacity) {
		size_t capacity = usage->capacity > 0 ? 2 * usage->capacity : FIRST_CAPACITY;
		struct oeo_usage_count *more;

		if (usage->n >= MOST)
			return OEO_OK; /* a convenience only: what is beyond is not counted */
		more = realloc(usage->counts, capacity * sizeof(*more));
		if (more == NULL)
			return OEO_ERR_NOMEM;
		usage->counts = more;
		usage->capacity = capacity;
	}
	memcpy(usage->counts[usage->n].dimension, dimension, OEO_ID_BYTES);
	memcpy(usage->counts[usage->n].code, code, OEO_ID_BYTES);
	usage->counts[usage->n++].weight = weight;
	return OEO_OK;
}

/* Of another dimension, as a plan of before had it, nothing stays. */
static void decay(struct oeo_usage *usage, const char *dimension)
{
	size_t kept = 0;

	for (size_t i = 0; i < usage->n; i++) {
		struct oeo_usage_count *count = &usage->counts[i];

		count->weight -= (count->weight + DECAY - 1) / DECAY;
		if (count->weight > 0 && strcmp(count->dimension, dimension) == 0)
			usage->counts[kept++] = *count;
	}
	usage->n = kept;
}

enum oeo_err oeo_usage_count(
    struct oeo_usage *usage, const struct oeo_dimension *dimension, const struct oeo_question *question)
{
	for (size_t i = 0; i < question->n_dimensions; i++) {
		struct oeo_usage_count *count;

		if (strcmp(question->dimensions[i], dimension->id) != 0 ||
		    strcmp(question->codes[i], OEO_UNKNOWN) == 0)
			continue;
		decay(usage, dimension->id);
		count = find(usage, dimension->id, question->codes[i]);
		if (count == NULL)
			return append(usage, dimension->id, question->codes[i], CHOICE);
		count->weight += CHOICE;
	}
	return OEO_OK;
}

/* ---- The ledger */

enum oeo_err oeo_usage_store(const struct oeo_usage *usage, struct oeo_ledger *ledger)
{
	struct oeo_buf value = {0};
	enum oeo_err err = oeo_bytes_put(&value, VERSION, 1);

	for (size_t i = 0; i < usage->n && err == OEO_OK; i++) {
		err = oeo_buf_append(&value, usage->counts[i].dimension, OEO_ID_BYTES);
		if (err == OEO_OK)
			err = oeo_buf_append(&value, usage->counts[i].code, OEO_ID_BYTES);
		if (err == OEO_OK)
			err = oeo_bytes_put(&value, usage->counts[i].weight, 4);
	}
	if (err == OEO_OK)
		err = oeo_ledger_put(ledger, COLLECTION, KEY, value.data, value.len);
	oeo_buf_fini(&value);
	return err;
}

static enum oeo_err read_counts(struct oeo_usage *usage, struct oeo_reader *reader)
{
	enum oeo_err err = oeo_bytes_take(reader, 1) == VERSION ? OEO_OK : OEO_ERR_FORMAT;

	while (err == OEO_OK && reader->left > 0) {
		const uint8_t *dimension = oeo_bytes_take_raw(reader, OEO_ID_BYTES);
		const uint8_t *code = oeo_bytes_take_raw(reader, OEO_ID_BYTES);
		uint32_t weight = (uint32_t)oeo_bytes_take(reader, 4);

		if (reader->is_bad || dimension[OEO_ID_BYTES - 1] != 0 || code[OEO_ID_BYTES - 1] != 0)
			return OEO_ERR_FORMAT;
		if (weight > 0)
			err = append(usage, (const char *)dimension, (const char *)code, weight);
	}
	return err;
}

enum oeo_err oeo_usage_load(struct oeo_usage *usage, struct oeo_ledger *ledger)
{
	struct oeo_usage made = {0};
	struct oeo_buf value = {0};
	struct oeo_reader reader;
	enum oeo_err err = oeo_ledger_get(ledger, COLLECTION, KEY, &value);

	if (err == OEO_OK) {
		reader = (struct oeo_reader){value.data, value.len, false};
		err = read_counts(&made, &reader);
	} else if (err == OEO_ERR_NOT_FOUND) {
		err = OEO_OK;
	}
	oeo_buf_fini(&value);
	if (err != OEO_OK) {
		oeo_usage_fini(&made);
		return err;
	}
	oeo_usage_fini(usage);
	*usage = made;
	return OEO_OK;
}

/* ---- Order */

/* A stable insertion: there are tens of codes that were chosen lately. */
static void insert(const struct oeo_usage *usage, const struct oeo_dimension *dimension, size_t *order,
    size_t n, size_t code, uint32_t weight)
{
	size_t at = n;

	while (
	    at > 0 && oeo_usage_weight(usage, dimension->id, dimension->codes[order[at - 1]].code) < weight) {
		order[at] = order[at - 1];
		at--;
	}
	order[at] = code;
}

size_t oeo_usage_order(const struct oeo_usage *usage, const struct oeo_dimension *dimension, size_t *order)
{
	const struct oeo_level *level = &dimension->levels[dimension->n_levels - 1];
	size_t unknown = oeo_dimension_unknown(dimension);
	size_t n = 0, n_recent;

	for (size_t i = level->first; i < level->first + level->count; i++) {
		uint32_t weight = oeo_usage_weight(usage, dimension->id, dimension->codes[i].code);

		if (i != unknown && weight > 0)
			insert(usage, dimension, order, n++, i, weight);
	}
	n_recent = n;
	for (size_t i = level->first; i < level->first + level->count; i++) {
		if (i != unknown && oeo_usage_weight(usage, dimension->id, dimension->codes[i].code) == 0)
			order[n++] = i;
	}
	return n_recent;
}

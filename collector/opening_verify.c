/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Every share of the named groups against its polynomial. Shares are sorted within their group, so that equal ones (one
 * resident at two members, a repeat) are checked once and counted as they should. Where a partition holds more
 * shares than may be held at once, it is worked off in slices by a keyed hash of group, x and y; what one bucket repeats
 * in a slice is kept once, so that no member can fill the memory with copies: they count once in any case.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "collector/opening_partition.h"
#include "proto/tally.h"

#define FIRST_SLOTS 4096

struct element {
	uint64_t key; /* the first bytes of x */
	const uint8_t *record;
};

struct verifying {
	struct oeo_partition *p;
	uint64_t n_slices;
	uint64_t slice;
	uint8_t *records; /* of this slice, where there are several */
	size_t n_records;
	size_t capacity;
	uint32_t *slots; /* places in records, plus 1, by hash; 0: free. At most half full */
	size_t n_slots; /* a power of two */
	struct element *elements;
	size_t elements_capacity;
	uint32_t *ends; /* by group */
};

static bool is_wanted(struct oeo_partition *p, const uint8_t *record)
{
	return p->groups[oeo_partition_bucket(p, record)->group].state == OEO_GROUP_NAMED &&
	       oeo_partition_has_share(record);
}

/* ---- One group */

static int compare_elements(const void *a, const void *b)
{
	const struct element *one = a;
	const struct element *other = b;
	int by_share;

	if (one->key != other->key)
		return one->key < other->key ? -1 : 1;
	by_share = memcmp(oeo_report_x(one->record), oeo_report_x(other->record), OEO_SHARE_BYTES);
	/* Then by bucket, which is to say by member. */
	return by_share != 0 ? by_share : memcmp(one->record, other->record, sizeof(uint32_t));
}

/* x are spread evenly, so most groups are short. */
#define SHORT 24

static void sort_elements(struct element *elements, size_t n)
{
	if (n > SHORT) {
		qsort(elements, n, sizeof(*elements), compare_elements);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		struct element moved = elements[i];
		size_t at = i;

		while (at > 0 && compare_elements(&moved, &elements[at - 1]) < 0) {
			elements[at] = elements[at - 1];
			at--;
		}
		elements[at] = moved;
	}
}

static bool is_same_share(const struct element *a, const struct element *b)
{
	return a->key == b->key &&
	       memcmp(oeo_report_x(a->record), oeo_report_x(b->record), OEO_SHARE_BYTES) == 0;
}

/* n equal shares: one resident, or one bad share, of each bucket among them. */
static void count_run(struct oeo_partition *p, struct oeo_opening_group *group, const struct element *run,
    size_t n, bool is_good)
{
	const struct oeo_opening_bucket *last = NULL;

	if (is_good)
		group->residents++;
	else
		p->n_bad_shares++;
	for (size_t i = 0; i < n; i++) {
		struct oeo_opening_bucket *bucket = oeo_partition_bucket(p, run[i].record);

		if (bucket == last)
			continue;
		last = bucket;
		if (is_good)
			bucket->residents++;
		else
			p->tallies[bucket->member].bad_shares++;
	}
}

static void verify_group(
    struct oeo_partition *p, struct oeo_opening_group *group, struct element *elements, size_t n)
{
	unsigned k = p->opening->plan->tables[group->table].rules.residents;
	const uint8_t *coefficients = group->memory + (size_t)k * OEO_X_BYTES;

	sort_elements(elements, n);
	for (size_t i = 0; i < n;) {
		const uint8_t *record = elements[i].record;
		size_t end = i + 1;

		while (end < n && is_same_share(&elements[i], &elements[end]))
			end++;
		count_run(p, group, elements + i, end - i,
		    oeo_tally_share_is_on(coefficients, k, oeo_report_x(record), oeo_report_y(record)));
		i = end;
	}
}

/* ---- One slice */

static enum oeo_err make_elements(struct verifying *v, size_t n)
{
	if (n <= v->elements_capacity)
		return OEO_OK;
	free(v->elements);
	v->elements = oeo_alloc_array(n, sizeof(*v->elements));
	v->elements_capacity = v->elements != NULL ? n : 0;
	return v->elements != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

/* ends[g] becomes the place of group g's first element; returns how many there are. */
static size_t count_wanted(struct verifying *v, const uint8_t *records, size_t n)
{
	struct oeo_partition *p = v->p;
	size_t total = 0;

	memset(v->ends, 0, p->n_groups * sizeof(*v->ends));
	for (size_t i = 0; i < n; i++) {
		const uint8_t *record = records + i * OEO_REPORT_BYTES;

		if (is_wanted(p, record))
			v->ends[oeo_partition_bucket(p, record)->group]++;
	}
	for (size_t g = 0; g < p->n_groups; g++) {
		uint32_t count = v->ends[g];

		v->ends[g] = (uint32_t)total;
		total += count;
	}
	return total;
}

static void place_elements(struct verifying *v, const uint8_t *records, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const uint8_t *record = records + i * OEO_REPORT_BYTES;
		struct element *element;

		if (!is_wanted(v->p, record))
			continue;
		element = &v->elements[v->ends[oeo_partition_bucket(v->p, record)->group]++];
		memcpy(&element->key, oeo_report_x(record), sizeof(element->key));
		element->record = record;
	}
}

static enum oeo_err verify_records(struct verifying *v, const uint8_t *records, size_t n)
{
	size_t total = count_wanted(v, records, n);
	size_t start = 0;
	enum oeo_err err = make_elements(v, total);

	if (err != OEO_OK)
		return err;
	place_elements(v, records, n);
	/* Now ends[g] is where group g ends. */
	for (size_t g = 0; g < v->p->n_groups; g++) {
		if (v->ends[g] > start)
			verify_group(v->p, &v->p->groups[g], v->elements + start, v->ends[g] - start);
		start = v->ends[g];
	}
	return OEO_OK;
}

/* ---- Slices */

/* The same for all copies of a share in a group, whoever sent them. */
static uint64_t hash_share(const struct verifying *v, const uint8_t *record)
{
	uint8_t bytes[sizeof(uint32_t) + OEO_SHARE_BYTES];
	uint8_t hash[crypto_shorthash_BYTES];
	uint64_t value;

	memcpy(bytes, &oeo_partition_bucket(v->p, record)->group, sizeof(uint32_t));
	memcpy(bytes + sizeof(uint32_t), oeo_report_x(record), OEO_SHARE_BYTES);
	(void)crypto_shorthash(hash, bytes, sizeof(bytes), v->p->opening->hash_key);
	memcpy(&value, hash, sizeof(value));
	return value;
}

/* The slot of this record, or the free one where it belongs. */
static uint32_t *find_slot(const struct verifying *v, const uint8_t *record, uint64_t hash)
{
	uint64_t bucket = oeo_report_bucket(record);
	size_t at = (size_t)(hash / v->n_slices + bucket * 0x9E3779B97F4A7C15u);

	for (;; at++) {
		uint32_t *slot = &v->slots[at & (v->n_slots - 1)];

		if (*slot == 0 || memcmp(v->records + (size_t)(*slot - 1) * OEO_REPORT_BYTES, record,
				      OEO_REPORT_BYTES) == 0)
			return slot;
	}
}

static enum oeo_err make_slots(struct verifying *v)
{
	size_t n_slots = v->n_slots > 0 ? 2 * v->n_slots : FIRST_SLOTS;
	uint32_t *slots = n_slots > UINT32_MAX ? NULL : oeo_alloc_array(n_slots, sizeof(*slots));

	if (slots == NULL)
		return OEO_ERR_NOMEM;
	free(v->slots);
	v->slots = slots;
	v->n_slots = n_slots;
	for (size_t i = 0; i < v->n_records; i++) {
		const uint8_t *record = v->records + i * OEO_REPORT_BYTES;

		*find_slot(v, record, hash_share(v, record)) = (uint32_t)i + 1;
	}
	return OEO_OK;
}

/* Keep it, unless the same bucket's same share is kept already. */
static enum oeo_err keep_record(struct verifying *v, const uint8_t *record, uint64_t hash)
{
	uint32_t *slot;

	if (2 * (v->n_records + 1) > v->n_slots && make_slots(v) != OEO_OK)
		return OEO_ERR_NOMEM;
	slot = find_slot(v, record, hash);
	if (*slot != 0)
		return OEO_OK;
	if (v->n_records == v->capacity) {
		size_t capacity = v->capacity > 0 ? v->capacity + v->capacity / 4 : 65536;
		uint8_t *more = realloc(v->records, capacity * OEO_REPORT_BYTES);

		if (more == NULL)
			return OEO_ERR_NOMEM;
		v->records = more;
		v->capacity = capacity;
	}
	memcpy(v->records + v->n_records * OEO_REPORT_BYTES, record, OEO_REPORT_BYTES);
	*slot = (uint32_t)++v->n_records;
	return OEO_OK;
}

static enum oeo_err verify_slice(struct verifying *v)
{
	struct oeo_partition *p = v->p;
	size_t stream = 2 * p->number + 1;
	size_t n_chunks = oeo_spill_chunks(p->opening->spill, stream);
	uint8_t *chunk = malloc(OEO_SPILL_CHUNK_BYTES);
	enum oeo_err err = chunk != NULL ? OEO_OK : OEO_ERR_NOMEM;

	v->n_records = 0;
	if (v->n_slots > 0)
		memset(v->slots, 0, v->n_slots * sizeof(*v->slots));
	for (size_t c = 0; err == OEO_OK && c < n_chunks; c++) {
		size_t len = 0;

		err = oeo_spill_read(p->opening->spill, stream, c, chunk, &len);
		for (size_t at = 0; err == OEO_OK && at < len; at += OEO_REPORT_BYTES) {
			uint64_t hash;

			if (!is_wanted(p, chunk + at))
				continue;
			hash = hash_share(v, chunk + at);
			if (hash % v->n_slices == v->slice)
				err = keep_record(v, chunk + at, hash);
		}
	}
	free(chunk);
	return err == OEO_OK ? verify_records(v, v->records, v->n_records) : err;
}

enum oeo_err oeo_partition_verify(struct oeo_partition *p)
{
	struct verifying v;
	uint64_t n_wanted = 0;
	enum oeo_err err = OEO_OK;

	for (size_t g = 0; g < p->n_groups; g++)
		n_wanted += p->groups[g].state == OEO_GROUP_NAMED ? p->groups[g].n_shares : 0;
	if (n_wanted == 0)
		return OEO_OK;
	memset(&v, 0, sizeof(v));
	v.p = p;
	v.n_slices = n_wanted / p->opening->partition_reports + 1;
	v.ends = oeo_alloc_array(p->n_groups, sizeof(*v.ends));
	if (v.ends == NULL)
		return OEO_ERR_NOMEM;
	if (p->records != NULL)
		err = verify_records(&v, p->records, (size_t)p->out->n_reports);
	for (; p->records == NULL && err == OEO_OK && v.slice < v.n_slices; v.slice++)
		err = verify_slice(&v);
	free(v.records);
	free(v.slots);
	free(v.elements);
	free(v.ends);
	return err;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* One partition: its buckets into groups, its reports through four passes (opening_internal.h). */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "collector/opening_partition.h"
#include "proto/tally.h"

/* As deep as the calls go that work with a cell's secret, and their copies of it with them. */
#define USED_STACK_BYTES ((size_t)32 * 1024)

#define BUCKET_HEAD_BYTES (OEO_TAG_BYTES + 3 * sizeof(uint32_t))

static unsigned k_of(const struct oeo_partition *p, const struct oeo_opening_group *group)
{
	return p->opening->plan->tables[group->table].rules.residents;
}

/* ---- Buckets and groups */

static enum oeo_err read_stream(const struct oeo_opening *opening, size_t stream, uint8_t *bytes)
{
	size_t n = oeo_spill_chunks(opening->spill, stream);
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < n; i++) {
		size_t len = 0;

		err = oeo_spill_read(opening->spill, stream, i, bytes, &len);
		bytes += len;
	}
	return err;
}

static enum oeo_err parse_buckets(struct oeo_partition *p, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < p->n_buckets; i++) {
		struct oeo_opening_bucket *bucket = &p->buckets[i];
		uint32_t numbers[3];

		if (len < BUCKET_HEAD_BYTES)
			return OEO_ERR_FORMAT;
		memcpy(bucket->tag, bytes, OEO_TAG_BYTES);
		memcpy(numbers, bytes + OEO_TAG_BYTES, sizeof(numbers));
		bucket->table = numbers[0];
		bucket->member = numbers[1];
		bucket->label_len = numbers[2];
		bucket->label = bytes + BUCKET_HEAD_BYTES;
		if (len - BUCKET_HEAD_BYTES < bucket->label_len)
			return OEO_ERR_FORMAT;
		bytes += BUCKET_HEAD_BYTES + bucket->label_len;
		len -= BUCKET_HEAD_BYTES + bucket->label_len;
	}
	return OEO_OK;
}

static enum oeo_err load_buckets(struct oeo_partition *p)
{
	size_t stream = 2 * p->number;
	size_t len = (size_t)oeo_spill_bytes(p->opening->spill, stream);
	enum oeo_err err;

	p->n_buckets = p->out->n_buckets;
	p->buckets = oeo_alloc_array(p->n_buckets, sizeof(*p->buckets));
	p->bucket_bytes = malloc(len > 0 ? len : 1);
	if (p->buckets == NULL || p->bucket_bytes == NULL)
		return OEO_ERR_NOMEM;
	err = read_stream(p->opening, stream, p->bucket_bytes);
	return err == OEO_OK ? parse_buckets(p, p->bucket_bytes, len) : err;
}

static int compare_buckets(const void *a, const void *b, void *context)
{
	const struct oeo_opening_bucket *buckets = context;
	const struct oeo_opening_bucket *one = &buckets[*(const uint32_t *)a];
	const struct oeo_opening_bucket *other = &buckets[*(const uint32_t *)b];
	int by_tag;

	if (one->table != other->table)
		return one->table < other->table ? -1 : 1;
	by_tag = memcmp(one->tag, other->tag, OEO_TAG_BYTES);
	if (by_tag != 0)
		return by_tag;
	return (one->member > other->member) - (one->member < other->member);
}

static bool is_same_group(const struct oeo_opening_bucket *a, const struct oeo_opening_bucket *b)
{
	return a->table == b->table && memcmp(a->tag, b->tag, OEO_TAG_BYTES) == 0;
}

static enum oeo_err make_groups(struct oeo_partition *p)
{
	p->order = oeo_alloc_array(p->n_buckets, sizeof(*p->order));
	p->groups = oeo_alloc_array(p->n_buckets, sizeof(*p->groups));
	if (p->order == NULL || p->groups == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < p->n_buckets; i++)
		p->order[i] = (uint32_t)i;
	if (p->n_buckets > 1)
		qsort_r(p->order, p->n_buckets, sizeof(*p->order), compare_buckets, p->buckets);
	for (size_t i = 0; i < p->n_buckets; i++) {
		struct oeo_opening_bucket *bucket = &p->buckets[p->order[i]];

		if (i == 0 || !is_same_group(bucket, &p->buckets[p->order[i - 1]])) {
			p->groups[p->n_groups].table = bucket->table;
			p->groups[p->n_groups].first = (uint32_t)i;
			p->n_groups++;
		}
		bucket->group = (uint32_t)(p->n_groups - 1);
		p->groups[p->n_groups - 1].n_buckets++;
	}
	return OEO_OK;
}

/* ---- Passes over the reports */

static enum oeo_err load_records(struct oeo_partition *p)
{
	if (p->out->n_reports > p->opening->partition_reports)
		return OEO_OK;
	p->records = malloc(p->out->n_reports > 0 ? (size_t)p->out->n_reports * OEO_REPORT_BYTES : 1);
	if (p->records == NULL)
		return OEO_ERR_NOMEM;
	return read_stream(p->opening, 2 * p->number + 1, p->records);
}

enum oeo_err oeo_partition_each(struct oeo_partition *p, oeo_partition_pass *pass)
{
	size_t stream = 2 * p->number + 1;
	size_t n_chunks = oeo_spill_chunks(p->opening->spill, stream);
	uint8_t *chunk;
	enum oeo_err err = OEO_OK;

	if (p->records != NULL)
		return pass(p, p->records, (size_t)p->out->n_reports);
	chunk = malloc(OEO_SPILL_CHUNK_BYTES);
	if (chunk == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; err == OEO_OK && i < n_chunks; i++) {
		size_t len = 0;

		err = oeo_spill_read(p->opening->spill, stream, i, chunk, &len);
		if (err == OEO_OK)
			err = pass(p, chunk, len / OEO_REPORT_BYTES);
	}
	free(chunk);
	return err;
}

/* First pass: how many shares and how many tags alone. */
static enum oeo_err count_reports(struct oeo_partition *p, const uint8_t *records, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const uint8_t *record = records + i * OEO_REPORT_BYTES;
		struct oeo_opening_bucket *bucket = oeo_partition_bucket(p, record);

		if (bucket == NULL)
			return OEO_ERR_FORMAT;
		if (oeo_partition_has_share(record)) {
			bucket->n_shares++;
			p->groups[bucket->group].n_shares++;
		} else {
			bucket->n_alone++;
		}
	}
	return OEO_OK;
}

/* Room for k candidates of every group that may open, taken from one pool. */
static enum oeo_err choose_candidates(struct oeo_partition *p)
{
	size_t total = 0;
	uint8_t *next;

	for (size_t i = 0; i < p->n_groups; i++) {
		struct oeo_opening_group *group = &p->groups[i];

		if (group->n_shares < k_of(p, group))
			continue;
		group->state = OEO_GROUP_CANDIDATE;
		total += (size_t)k_of(p, group) * OEO_SHARE_BYTES;
	}
	p->pool = malloc(total > 0 ? total : 1);
	if (p->pool == NULL)
		return OEO_ERR_NOMEM;
	p->pool_bytes = total;
	next = p->pool;
	for (size_t i = 0; i < p->n_groups; i++) {
		if (p->groups[i].state != OEO_GROUP_CANDIDATE)
			continue;
		p->groups[i].memory = next;
		next += (size_t)k_of(p, &p->groups[i]) * OEO_SHARE_BYTES;
	}
	return OEO_OK;
}

/* A group's memory: k x, then k y; later the k coefficients in the place of the y. */
static uint8_t *candidate_ys(const struct oeo_partition *p, const struct oeo_opening_group *group)
{
	return group->memory + (size_t)k_of(p, group) * OEO_X_BYTES;
}

static void add_candidate(struct oeo_partition *p, struct oeo_opening_group *group, const uint8_t *record)
{
	const uint8_t *x = oeo_report_x(record);
	uint32_t n = group->n_candidates;

	for (uint32_t i = 0; i < n; i++) {
		if (memcmp(group->memory + (size_t)i * OEO_X_BYTES, x, OEO_X_BYTES) == 0)
			return;
	}
	memcpy(group->memory + (size_t)n * OEO_X_BYTES, x, OEO_X_BYTES);
	memcpy(candidate_ys(p, group) + (size_t)n * OEO_SCALAR_BYTES, oeo_report_y(record), OEO_SCALAR_BYTES);
	group->n_candidates++;
}

/* Second pass: the first k shares with distinct x of every group that may open. */
static enum oeo_err collect_candidates(struct oeo_partition *p, const uint8_t *records, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const uint8_t *record = records + i * OEO_REPORT_BYTES;
		struct oeo_opening_group *group = &p->groups[oeo_partition_bucket(p, record)->group];

		if (group->state == OEO_GROUP_CANDIDATE && group->n_candidates < k_of(p, group) &&
		    oeo_partition_has_share(record))
			add_candidate(p, group, record);
	}
	return OEO_OK;
}

/* ---- Secrets and labels */

/* The first label that passes names the cell; those that were tried before it are their members' fault. */
static enum oeo_err open_label(struct oeo_partition *p, struct oeo_opening_group *group, const uint8_t *a0)
{
	const struct oeo_opening *opening = p->opening;

	group->state = OEO_GROUP_NAMELESS;
	for (uint32_t i = 0; i < group->n_buckets; i++) {
		const struct oeo_opening_bucket *bucket = &p->buckets[p->order[group->first + i]];
		enum oeo_err err;

		p->name.len = 0;
		err = oeo_label_open(
		    &p->name, a0, bucket->label, bucket->label_len, opening->plan->n_keyholders);
		if (err == OEO_ERR_NOMEM)
			return err;
		group->cell = err == OEO_OK
				  ? oeo_opening_cell(opening, group->table, p->name.data, p->name.len)
				  : SIZE_MAX;
		if (group->cell != SIZE_MAX) {
			group->state = OEO_GROUP_NAMED;
			return OEO_OK;
		}
		p->tallies[bucket->member].bad_labels++;
	}
	return OEO_OK;
}

enum oeo_err oeo_partition_name(struct oeo_partition *p, struct oeo_opening_group *group, const uint8_t *a0)
{
	oeo_tally_coefficients(candidate_ys(p, group), a0, k_of(p, group));
	return open_label(p, group, a0);
}

static enum oeo_err solve_group(struct oeo_partition *p, struct oeo_opening_group *group)
{
	uint8_t a0[OEO_SCALAR_BYTES];
	bool is_found = false;
	enum oeo_err err;

	if (group->n_candidates < k_of(p, group)) {
		group->state = OEO_GROUP_UNOPENED;
		return OEO_OK;
	}
	err = oeo_opening_try(a0, &is_found, group->memory, candidate_ys(p, group), k_of(p, group),
	    p->buckets[p->order[group->first]].tag);
	if (err == OEO_OK && is_found) {
		err = oeo_partition_name(p, group, a0);
	} else {
		group->state = OEO_GROUP_FAILED;
		p->n_failed++;
	}
	sodium_memzero(a0, sizeof(a0));
	return err;
}

static enum oeo_err solve_groups(struct oeo_partition *p)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < p->n_groups; i++) {
		if (p->groups[i].state == OEO_GROUP_CANDIDATE)
			err = solve_group(p, &p->groups[i]);
	}
	return err;
}

/* ---- The two rounds */

static enum oeo_err first_round(struct oeo_partition *p)
{
	enum oeo_err err = choose_candidates(p);

	if (err == OEO_OK)
		err = oeo_partition_each(p, collect_candidates);
	return err == OEO_OK ? solve_groups(p) : err;
}

/* Remember what the second round is for. */
static enum oeo_err note_failed(struct oeo_partition *p)
{
	uint32_t *failed = oeo_alloc_array(p->n_failed, sizeof(*failed));
	size_t n = 0;

	if (failed == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < p->n_groups; i++) {
		if (p->groups[i].state == OEO_GROUP_FAILED)
			failed[n++] = (uint32_t)i;
	}
	p->out->failed = failed;
	p->out->n_failed = n;
	return OEO_OK;
}

static void free_partition(struct oeo_partition *p)
{
	free(p->bucket_bytes);
	free(p->buckets);
	free(p->order);
	free(p->groups);
	free(p->records);
	/* Polynomials, and shares that give them. */
	if (p->pool != NULL)
		sodium_memzero(p->pool, p->pool_bytes);
	free(p->pool);
	free(p->tallies);
	free(p->blocked);
	oeo_buf_fini(&p->name);
}

static enum oeo_err load(struct oeo_partition *p)
{
	enum oeo_err err;

	p->tallies = oeo_alloc_array(p->opening->n_members, sizeof(*p->tallies));
	p->blocked = oeo_alloc_array(p->opening->plan->n_tables, sizeof(*p->blocked));
	if (p->tallies == NULL || p->blocked == NULL)
		return OEO_ERR_NOMEM;
	err = load_buckets(p);
	if (err == OEO_OK)
		err = make_groups(p);
	if (err == OEO_OK)
		err = load_records(p);
	return err == OEO_OK ? oeo_partition_each(p, count_reports) : err;
}

enum oeo_err oeo_opening_partition(struct oeo_opening *opening, size_t number)
{
	struct oeo_partition p;
	enum oeo_err err;

	memset(&p, 0, sizeof(p));
	p.opening = opening;
	p.number = number;
	p.out = &opening->partitions[number];
	err = load(&p);
	if (err == OEO_OK)
		err = opening->is_second_round ? oeo_partition_second_round(&p) : first_round(&p);
	if (err == OEO_OK)
		err = oeo_partition_verify(&p);
	if (err == OEO_OK && !opening->is_second_round)
		err = note_failed(&p);
	if (err == OEO_OK)
		err = oeo_partition_hand_over(&p);
	free_partition(&p);
	sodium_stackzero(USED_STACK_BYTES);
	return err;
}

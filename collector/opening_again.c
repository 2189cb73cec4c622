/* SPDX-License-Identifier: EUPL-1.2 */
/* The second round of a partition: tags that k distinct x back and whose first k shares do not open them. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "collector/opening_partition.h"

static unsigned k_of(const struct oeo_partition *p, const struct oeo_opening_group *group)
{
	return p->opening->plan->tables[group->table].rules.residents;
}

/* At most k shares of a bucket are kept: more do not help, because any k of them would do. */
static size_t most_kept(const struct oeo_opening_bucket *bucket, unsigned k)
{
	return bucket->n_shares < k ? (size_t)bucket->n_shares : k;
}

/* One pool for the groups' memory (as in the first round) and the buckets' kept shares. */
static enum oeo_err make_pool(struct oeo_partition *p)
{
	size_t total = 0;
	uint8_t *next;

	for (size_t i = 0; i < p->out->n_failed; i++) {
		struct oeo_opening_group *group = &p->groups[p->out->failed[i]];

		group->state = OEO_GROUP_CANDIDATE;
		total += (size_t)k_of(p, group) * OEO_SHARE_BYTES;
		for (uint32_t b = 0; b < group->n_buckets; b++)
			total += most_kept(&p->buckets[p->order[group->first + b]], k_of(p, group)) *
				 OEO_SHARE_BYTES;
	}
	p->pool = malloc(total > 0 ? total : 1);
	if (p->pool == NULL)
		return OEO_ERR_NOMEM;
	p->pool_bytes = total;
	next = p->pool;
	for (size_t i = 0; i < p->out->n_failed; i++) {
		struct oeo_opening_group *group = &p->groups[p->out->failed[i]];

		group->memory = next;
		next += (size_t)k_of(p, group) * OEO_SHARE_BYTES;
		for (uint32_t b = 0; b < group->n_buckets; b++) {
			struct oeo_opening_bucket *bucket = &p->buckets[p->order[group->first + b]];

			bucket->kept = next;
			next += most_kept(bucket, k_of(p, group)) * OEO_SHARE_BYTES;
		}
	}
	return OEO_OK;
}

static void keep(struct oeo_opening_bucket *bucket, const uint8_t *record)
{
	for (uint32_t i = 0; i < bucket->n_kept; i++) {
		if (memcmp(bucket->kept + (size_t)i * OEO_SHARE_BYTES, oeo_report_x(record), OEO_X_BYTES) ==
		    0)
			return;
	}
	memcpy(
	    bucket->kept + (size_t)bucket->n_kept * OEO_SHARE_BYTES, oeo_report_x(record), OEO_SHARE_BYTES);
	bucket->n_kept++;
}

static enum oeo_err keep_shares(struct oeo_partition *p, const uint8_t *records, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const uint8_t *record = records + i * OEO_REPORT_BYTES;
		struct oeo_opening_bucket *bucket = oeo_partition_bucket(p, record);
		const struct oeo_opening_group *group = &p->groups[bucket->group];

		if (group->state == OEO_GROUP_CANDIDATE &&
		    bucket->n_kept < most_kept(bucket, k_of(p, group)) && oeo_partition_has_share(record))
			keep(bucket, record);
	}
	return OEO_OK;
}

void oeo_partition_block(struct oeo_partition *p, const struct oeo_opening_group *group)
{
	p->blocked[group->table]++;
	p->n_blocked++;
	for (uint32_t i = 0; i < group->n_buckets; i++)
		p->tallies[p->buckets[p->order[group->first + i]].member].blocked_tags++;
}

static enum oeo_err search_group(struct oeo_partition *p, struct oeo_opening_group *group)
{
	const struct oeo_opening_bucket **buckets = oeo_alloc_array(group->n_buckets, sizeof(*buckets));
	uint8_t a0[OEO_SCALAR_BYTES];
	bool is_found = false;
	enum oeo_err err;

	if (buckets == NULL)
		return OEO_ERR_NOMEM;
	for (uint32_t i = 0; i < group->n_buckets; i++)
		buckets[i] = &p->buckets[p->order[group->first + i]];
	err = oeo_opening_search(a0, &is_found, p->opening, buckets, group->n_buckets, k_of(p, group));
	free(buckets);
	if (err == OEO_OK && is_found) {
		err = oeo_partition_name(p, group, a0);
	} else {
		group->state = OEO_GROUP_FAILED;
		oeo_partition_block(p, group);
	}
	sodium_memzero(a0, sizeof(a0));
	return err;
}

enum oeo_err oeo_partition_second_round(struct oeo_partition *p)
{
	enum oeo_err err = make_pool(p);

	if (err == OEO_OK)
		err = oeo_partition_each(p, keep_shares);
	for (size_t i = 0; err == OEO_OK && i < p->out->n_failed; i++)
		err = search_group(p, &p->groups[p->out->failed[i]]);
	return err;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sharing submissions out over partitions. A bucket's record: tag (16), table (4), member (4), length of the label
 * (4), all in this machine's order, then the label; its number is its place in the stream. A report's record is the
 * wire's with the bucket's number in the partition instead of that in the submission.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "collector/opening_internal.h"

/* Where a bucket of the submission at hand went. */
struct place {
	uint32_t number;
	uint32_t partition;
};

struct scanning {
	struct oeo_opening *opening;
	uint32_t member;
	struct place *places;
	size_t n_places;
	size_t capacity;
	uint64_t n_seen;
};

static enum oeo_err on_submission(void *context, const struct oeo_store_submission *submission)
{
	struct scanning *scanning = context;
	struct oeo_opening *opening = scanning->opening;

	/* Members are in order, and were counted before: a store that hands a member over twice gives its number. */
	for (size_t i = 0; i < opening->n_members; i++) {
		if (strcmp(opening->members[i], submission->member) == 0) {
			scanning->member = (uint32_t)i;
			scanning->n_places = 0;
			return OEO_OK;
		}
	}
	/* It came in after the list was made. */
	return OEO_ERR_CONFLICT;
}

static uint32_t partition_of(const struct oeo_opening *opening, const uint8_t tag[OEO_TAG_BYTES])
{
	uint8_t hash[crypto_shorthash_BYTES];
	uint64_t value;

	if (opening->n_partitions == 1)
		return 0;
	(void)crypto_shorthash(hash, tag, OEO_TAG_BYTES, opening->hash_key);
	memcpy(&value, hash, sizeof(value));
	return (uint32_t)(value % opening->n_partitions);
}

static enum oeo_err make_room(struct scanning *scanning, size_t more)
{
	size_t capacity = scanning->capacity > 0 ? scanning->capacity : 4096;
	struct place *places;

	while (capacity < scanning->n_places + more)
		capacity *= 2;
	if (capacity == scanning->capacity)
		return OEO_OK;
	places = realloc(scanning->places, capacity * sizeof(*places));
	if (places == NULL)
		return OEO_ERR_NOMEM;
	scanning->places = places;
	scanning->capacity = capacity;
	return OEO_OK;
}

static enum oeo_err put_bucket(struct scanning *scanning, const struct oeo_bucket *bucket)
{
	struct oeo_opening *opening = scanning->opening;
	uint32_t partition = partition_of(opening, bucket->tag);
	struct oeo_opening_share_out *out = &opening->partitions[partition];
	const uint32_t numbers[3] = {bucket->table, scanning->member, (uint32_t)bucket->label_len};
	size_t stream = 2 * (size_t)partition;
	enum oeo_err err;

	if (bucket->table >= opening->plan->n_tables || out->n_buckets == UINT32_MAX)
		return OEO_ERR_FORMAT;
	err = oeo_spill_append(opening->spill, stream, bucket->tag, OEO_TAG_BYTES);
	if (err == OEO_OK)
		err = oeo_spill_append(opening->spill, stream, numbers, sizeof(numbers));
	if (err == OEO_OK)
		err = oeo_spill_append(opening->spill, stream, bucket->label, bucket->label_len);
	scanning->places[scanning->n_places].number = out->n_buckets++;
	scanning->places[scanning->n_places].partition = partition;
	scanning->n_places++;
	return err;
}

static enum oeo_err on_buckets(void *context, uint64_t first, const struct oeo_bucket *buckets, size_t n)
{
	struct scanning *scanning = context;
	enum oeo_err err = first == scanning->n_places ? make_room(scanning, n) : OEO_ERR_FORMAT;

	for (size_t i = 0; err == OEO_OK && i < n; i++)
		err = put_bucket(scanning, &buckets[i]);
	return err;
}

static void tell_progress(const struct oeo_opening *opening, uint64_t done)
{
	if (opening->options != NULL && opening->options->progress != NULL)
		opening->options->progress(
		    opening->options->context, (unsigned long)done, (unsigned long)(2 * opening->n_reports));
}

static enum oeo_err on_reports(void *context, const uint8_t *records, size_t n)
{
	struct scanning *scanning = context;
	struct oeo_opening *opening = scanning->opening;
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < n; i++) {
		uint8_t record[OEO_REPORT_BYTES];
		uint32_t bucket = oeo_report_bucket(records + i * OEO_REPORT_BYTES);
		const struct place *place;

		if (bucket >= scanning->n_places)
			return OEO_ERR_FORMAT;
		place = &scanning->places[bucket];
		memcpy(record, &place->number, sizeof(place->number));
		memcpy(record + sizeof(place->number), records + i * OEO_REPORT_BYTES + sizeof(place->number),
		    sizeof(record) - sizeof(place->number));
		opening->partitions[place->partition].n_reports++;
		err = oeo_spill_append(
		    opening->spill, 2 * (size_t)place->partition + 1, record, sizeof(record));
	}
	scanning->n_seen += n;
	tell_progress(opening, scanning->n_seen);
	return err;
}

enum oeo_err oeo_opening_scan(struct oeo_opening *opening, struct oeo_store *store)
{
	struct scanning scanning;
	const struct oeo_store_scan scan = {on_submission, on_buckets, on_reports, &scanning};
	enum oeo_err err;

	memset(&scanning, 0, sizeof(scanning));
	scanning.opening = opening;
	err = oeo_store_scan(store, opening->period_text, NULL, true, &scan);
	free(scanning.places);
	return err;
}

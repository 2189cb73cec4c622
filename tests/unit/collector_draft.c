/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void draft_begin(struct draft *draft, struct world *world, const char *member, const char *period)
{
	memset(draft, 0, sizeof(*draft));
	draft->world = world;
	(void)snprintf(draft->member, sizeof(draft->member), "%s", member);
	(void)snprintf(draft->period, sizeof(draft->period), "%s", period);
}

void draft_free(struct draft *draft)
{
	free(draft->buckets);
	free(draft->reports);
	free(draft->parts);
	oeo_buf_fini(&draft->records);
	memset(draft, 0, sizeof(*draft));
}

void draft_add_bucket(struct draft *draft, const struct world_cell *cell)
{
	struct oeo_bucket *more;

	for (size_t i = 0; i < draft->n_buckets; i++) {
		if (memcmp(draft->buckets[i].tag, cell->tag, OEO_TAG_BYTES) == 0)
			return;
	}
	more = realloc(draft->buckets, (draft->n_buckets + 1) * sizeof(*more));
	world_insist(more != NULL, "memory");
	draft->buckets = more;
	memcpy(more[draft->n_buckets].tag, cell->tag, OEO_TAG_BYTES);
	more[draft->n_buckets].table = cell->table;
	more[draft->n_buckets].label = cell->label.data;
	more[draft->n_buckets].label_len = cell->label.len;
	draft->n_buckets++;
}

static struct draft_report *add_report(struct draft *draft, const struct world_cell *cell)
{
	struct draft_report *more = realloc(draft->reports, (draft->n_reports + 1) * sizeof(*more));

	world_insist(more != NULL, "memory");
	draft->reports = more;
	memset(&more[draft->n_reports], 0, sizeof(*more));
	draft_add_bucket(draft, cell);
	memcpy(more[draft->n_reports].tag, cell->tag, OEO_TAG_BYTES);
	return &more[draft->n_reports++];
}

void draft_add_share(struct draft *draft, const struct world_cell *cell, const uint8_t x[OEO_X_BYTES],
    const uint8_t y[OEO_SCALAR_BYTES])
{
	struct draft_report *report = add_report(draft, cell);

	memcpy(report->x, x, OEO_X_BYTES);
	memcpy(report->y, y, OEO_SCALAR_BYTES);
}

void draft_add(struct draft *draft, const struct world_cell *cell, const char *resident)
{
	uint8_t x[OEO_X_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];

	world_share(draft->world, draft->period, cell, resident, x, y);
	draft_add_share(draft, cell, x, y);
}

void draft_add_alone(struct draft *draft, const struct world_cell *cell)
{
	add_report(draft, cell)->is_alone = true;
}

static int compare_tags(const void *a, const void *b)
{
	return memcmp(
	    ((const struct oeo_bucket *)a)->tag, ((const struct oeo_bucket *)b)->tag, OEO_TAG_BYTES);
}

static uint32_t bucket_of(const struct draft *draft, const uint8_t *tag)
{
	for (size_t i = 0; i < draft->n_buckets; i++) {
		if (memcmp(draft->buckets[i].tag, tag, OEO_TAG_BYTES) == 0)
			return (uint32_t)i;
	}
	world_insist(false, "finding a bucket");
	return 0;
}

static struct oeo_submission_part *new_part(struct draft *draft)
{
	const struct world_keys *keys = world_keys_of(draft->world, draft->period);
	struct oeo_submission_part *part = &draft->parts[draft->n_parts];

	memset(part, 0, sizeof(*part));
	memcpy(part->plan_digest, draft->world->plan->digest, OEO_DIGEST_BYTES);
	memcpy(part->key_digest, keys->digest, OEO_DIGEST_BYTES);
	memcpy(part->period, draft->period, sizeof(part->period));
	part->index = (uint32_t)draft->n_parts++;
	if (part->index == 0) {
		part->n_keys = draft->world->plan->n_keyholders;
		memcpy(part->keys, keys->signed_keys, part->n_keys * sizeof(part->keys[0]));
	}
	return part;
}

static void write_records(struct draft *draft)
{
	for (size_t i = 0; i < draft->n_reports; i++) {
		const struct draft_report *report = &draft->reports[i];
		uint8_t record[OEO_REPORT_BYTES];

		oeo_report_write(record, bucket_of(draft, report->tag), report->is_alone ? NULL : report->x,
		    report->is_alone ? NULL : report->y);
		world_insist(oeo_buf_append(&draft->records, record, sizeof(record)) == OEO_OK, "memory");
	}
}

void draft_cut(struct draft *draft, size_t most)
{
	struct oeo_submission_part *last;

	if (draft->n_buckets > 1)
		qsort(draft->buckets, draft->n_buckets, sizeof(*draft->buckets), compare_tags);
	draft->parts =
	    oeo_alloc_array(draft->n_buckets / most + draft->n_reports / most + 3, sizeof(*draft->parts));
	world_insist(draft->parts != NULL, "memory");
	write_records(draft);
	for (size_t i = 0; i < draft->n_buckets; i += most) {
		struct oeo_submission_part *part = new_part(draft);

		part->buckets = draft->buckets + i;
		part->n_buckets = draft->n_buckets - i < most ? draft->n_buckets - i : most;
	}
	for (size_t i = 0; i < draft->n_reports; i += most) {
		struct oeo_submission_part *part = new_part(draft);

		part->reports = draft->records.data + i * OEO_REPORT_BYTES;
		part->n_reports = draft->n_reports - i < most ? draft->n_reports - i : most;
	}
	if (draft->n_parts == 0)
		(void)new_part(draft);
	last = &draft->parts[draft->n_parts - 1];
	last->is_final = true;
	last->closing.coverage = OEO_COVERAGE_YES;
	last->closing.n_fed = 1;
	(void)snprintf(last->closing.fed[0], OEO_ID_BYTES, "question");
	last->closing.questions = 120;
}

unsigned world_send(struct world *world, struct oeo_ingest *ingest, const char *member,
    const struct oeo_submission_part *part)
{
	struct oeo_message message;
	struct oeo_buf bytes = {NULL, 0, 0};
	uint8_t digest[OEO_DIGEST_BYTES];
	unsigned reason = 0;

	memset(&message, 0, sizeof(message));
	message.kind = OEO_MESSAGE_SUBMISSION;
	message.request = 7;
	message.as.submission = *part;
	world_insist(oeo_message_pack(&bytes, &message) == OEO_OK, "packing a part");
	world_insist(oeo_message_unpack(&message, OEO_TO_COLLECTOR, bytes.data, bytes.len) == OEO_OK,
	    "unpacking a part");
	oeo_ingest_digest(digest, bytes.data, bytes.len);
	world_insist(oeo_store_begin(world->store, NULL) == OEO_OK, "beginning");
	world_insist(oeo_ingest_part(ingest, member, &message.as.submission, digest, &reason) == OEO_OK,
	    "storing a part");
	world_insist(oeo_store_commit(world->store) == OEO_OK, "committing");
	oeo_message_fini(&message);
	oeo_buf_fini(&bytes);
	return reason;
}

void draft_submit(struct draft *draft)
{
	struct oeo_ingest *ingest = NULL;
	struct oeo_note why = {""};

	draft_cut(draft, 2000);
	world_insist(oeo_ingest_new(&ingest, draft->world->store, &draft->world->home, &draft->world->clock,
			 &why) == OEO_OK,
	    "ingest");
	for (size_t i = 0; i < draft->n_parts; i++) {
		unsigned reason = world_send(draft->world, ingest, draft->member, &draft->parts[i]);

		world_insist(reason == 0, oeo_reason_name(reason));
	}
	oeo_ingest_free(ingest);
	draft_free(draft);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* Taking submissions in: exactly once in effect, and every fault refused by name without a trace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector_world.h"

#define PERIOD "2026-Q3"
#define MEMBER "m1"

struct bench {
	struct world world;
	struct oeo_ingest *ingest;
	struct draft draft; /* m1's: five residents in theme WO, one in GE; cut small */
};

static const char *const wo[] = {"WO"};
static const char *const ge[] = {"GE"};
static const char *const wo_tel[] = {"WO", "TEL"};

static void restart_ingest(struct bench *bench)
{
	oeo_ingest_free(bench->ingest);
	bench->ingest = NULL;
	assert_int_equal(
	    oeo_ingest_new(&bench->ingest, bench->world.store, &bench->world.home, &bench->world.clock, NULL),
	    OEO_OK);
}

static int open_bench(void **state)
{
	static struct bench bench;
	char name[16];

	memset(&bench, 0, sizeof(bench));
	world_open(&bench.world, NULL);
	restart_ingest(&bench);
	draft_begin(&bench.draft, &bench.world, MEMBER, PERIOD);
	for (size_t i = 0; i < 5; i++) {
		(void)snprintf(name, sizeof(name), "resident%zu", i);
		draft_add(&bench.draft, world_cell(&bench.world, PERIOD, "theme", wo, 1), name);
	}
	draft_add(&bench.draft, world_cell(&bench.world, PERIOD, "theme", ge, 1), "resident0");
	draft_add_alone(&bench.draft, world_cell(&bench.world, PERIOD, "theme", ge, 1));
	draft_add(&bench.draft, world_cell(&bench.world, PERIOD, "pair", wo_tel, 2), "resident0");
	*state = &bench;
	return 0;
}

static int close_bench(void **state)
{
	struct bench *bench = *state;

	oeo_ingest_free(bench->ingest);
	draft_free(&bench->draft);
	world_close(&bench->world);
	return 0;
}

static unsigned send(struct bench *bench, const struct oeo_submission_part *part)
{
	return world_send(&bench->world, bench->ingest, MEMBER, part);
}

static void send_all(struct bench *bench)
{
	for (size_t i = 0; i < bench->draft.n_parts; i++)
		assert_int_equal(send(bench, &bench->draft.parts[i]), 0);
}

/* next_index and whether it is final; -1 where there is no submission. */
static int64_t next_index(struct bench *bench, bool *is_final)
{
	struct oeo_store_submission found;
	enum oeo_err err = oeo_store_find_submission(bench->world.store, MEMBER, PERIOD, &found);

	if (err == OEO_ERR_NOT_FOUND)
		return -1;
	assert_int_equal(err, OEO_OK);
	if (is_final != NULL)
		*is_final = found.is_final;
	return found.next_index;
}

/* A changed copy of a part is refused with this reason and leaves no trace. */
static void refuses(struct bench *bench, const struct oeo_submission_part *part, unsigned reason)
{
	int64_t before = next_index(bench, NULL);

	assert_string_equal(oeo_reason_name(send(bench, part)), oeo_reason_name(reason));
	assert_int_equal(next_index(bench, NULL), before);
	/* What is remembered says the same as what is stored. */
	restart_ingest(bench);
	assert_string_equal(oeo_reason_name(send(bench, part)), oeo_reason_name(reason));
}

static void test_ingest_takes_a_submission_part_by_part(void **state)
{
	struct bench *bench = *state;
	struct oeo_store_submission found;
	bool is_final = true;

	draft_cut(&bench->draft, 3);
	assert_int_equal(bench->draft.n_parts, 4); /* 3 buckets; 3 + 3 + 2 reports */
	for (size_t i = 0; i < bench->draft.n_parts; i++) {
		assert_int_equal(send(bench, &bench->draft.parts[i]), 0);
		assert_int_equal(next_index(bench, &is_final), (int64_t)i + 1);
		assert_int_equal(is_final, i + 1 == bench->draft.n_parts);
	}
	assert_int_equal(oeo_store_find_submission(bench->world.store, MEMBER, PERIOD, &found), OEO_OK);
	assert_int_equal(found.n_buckets, 3);
	assert_int_equal(found.n_reports, 8);
	assert_int_equal(found.closing.coverage, OEO_COVERAGE_YES);
	assert_int_equal(found.closing.n_fed, 1);
	assert_string_equal(found.closing.fed[0], "question");
	assert_int_equal(found.closing.questions, 120);
}

static void test_ingest_takes_a_submission_without_any_report(void **state)
{
	struct bench *bench = *state;
	struct draft empty;

	draft_begin(&empty, &bench->world, MEMBER, PERIOD);
	draft_cut(&empty, 10);
	assert_int_equal(empty.n_parts, 1);
	assert_int_equal(send(bench, &empty.parts[0]), 0);
	assert_int_equal(next_index(bench, NULL), 1);
	draft_free(&empty);
}

static void test_ingest_acknowledges_a_repeat_and_stores_it_once(void **state)
{
	struct bench *bench = *state;
	struct oeo_store_submission found;

	draft_cut(&bench->draft, 3);
	send_all(bench);
	/* Also after the final part, and after a new start. */
	send_all(bench);
	world_restart(&bench->world);
	restart_ingest(bench);
	send_all(bench);
	assert_int_equal(oeo_store_find_submission(bench->world.store, MEMBER, PERIOD, &found), OEO_OK);
	assert_int_equal(found.n_reports, 8);
	assert_int_equal(found.next_index, 4);
}

static void test_ingest_digest_ignores_the_request_number(void **state)
{
	struct bench *bench = *state;
	struct oeo_message message;
	uint8_t digests[3][OEO_DIGEST_BYTES];
	const uint64_t requests[3] = {0, 1, UINT64_MAX};

	draft_cut(&bench->draft, 3);
	for (size_t i = 0; i < 3; i++) {
		struct oeo_buf bytes = {NULL, 0, 0};

		memset(&message, 0, sizeof(message));
		message.kind = OEO_MESSAGE_SUBMISSION;
		message.request = requests[i];
		message.as.submission = bench->draft.parts[0];
		assert_int_equal(oeo_message_pack(&bytes, &message), OEO_OK);
		oeo_ingest_digest(digests[i], bytes.data, bytes.len);
		oeo_buf_fini(&bytes);
	}
	assert_memory_equal(digests[0], digests[1], OEO_DIGEST_BYTES);
	assert_memory_equal(digests[0], digests[2], OEO_DIGEST_BYTES);
}

static void test_ingest_refuses_another_part_under_a_known_index(void **state)
{
	struct bench *bench = *state;
	struct oeo_submission_part other;

	draft_cut(&bench->draft, 3);
	assert_int_equal(send(bench, &bench->draft.parts[0]), 0);
	assert_int_equal(send(bench, &bench->draft.parts[1]), 0);
	other = bench->draft.parts[1];
	other.n_reports--;
	refuses(bench, &other, OEO_REASON_CONFLICT);
}

static void test_ingest_refuses_a_gap(void **state)
{
	struct bench *bench = *state;

	draft_cut(&bench->draft, 3);
	refuses(bench, &bench->draft.parts[1], OEO_REASON_GAP);
	assert_int_equal(next_index(bench, NULL), -1);
	assert_int_equal(send(bench, &bench->draft.parts[0]), 0);
	refuses(bench, &bench->draft.parts[2], OEO_REASON_GAP);
}

static void test_ingest_takes_parts_in_order_after_a_reorder(void **state)
{
	struct bench *bench = *state;

	draft_cut(&bench->draft, 3);
	assert_int_equal(send(bench, &bench->draft.parts[0]), 0);
	assert_int_equal(send(bench, &bench->draft.parts[2]), OEO_REASON_GAP);
	assert_int_equal(send(bench, &bench->draft.parts[1]), 0);
	assert_int_equal(send(bench, &bench->draft.parts[2]), 0);
	assert_int_equal(send(bench, &bench->draft.parts[3]), 0);
}

static void test_ingest_is_closed_after_the_final_part(void **state)
{
	struct bench *bench = *state;
	struct oeo_submission_part more;

	draft_cut(&bench->draft, 3);
	send_all(bench);
	more = bench->draft.parts[2];
	more.index = 4;
	refuses(bench, &more, OEO_REASON_CLOSED);
	more.index = 9;
	refuses(bench, &more, OEO_REASON_CLOSED);
}

static void test_ingest_refuses_another_plan(void **state)
{
	struct bench *bench = *state;

	draft_cut(&bench->draft, 3);
	bench->draft.parts[0].plan_digest[0] ^= 1;
	refuses(bench, &bench->draft.parts[0], OEO_REASON_OTHER_PLAN);
}

static void test_ingest_refuses_without_a_plan_in_force(void **state)
{
	struct bench *bench = *state;
	const struct oeo_published *item = &bench->world.plans.items[0];

	draft_cut(&bench->draft, 3);
	assert_int_equal(oeo_store_put_plan(bench->world.store, bench->world.plan->digest, false,
			     item->packed.data, item->packed.len),
	    OEO_OK);
	restart_ingest(bench);
	refuses(bench, &bench->draft.parts[0], OEO_REASON_NO_PLAN);
}

static void test_ingest_refuses_periods_by_name(void **state)
{
	struct bench *bench = *state;
	struct oeo_submission_part part;

	draft_cut(&bench->draft, 3);
	part = bench->draft.parts[0];
	(void)snprintf(part.period, sizeof(part.period), "2025-Q4"); /* before the plan */
	assert_int_equal(send(bench, &part), OEO_REASON_PERIOD_OUTSIDE);
	(void)snprintf(part.period, sizeof(part.period), "2026"); /* no table has years */
	assert_int_equal(send(bench, &part), OEO_REASON_PERIOD_OUTSIDE);
	(void)snprintf(part.period, sizeof(part.period), "2026-Q4"); /* today is in it */
	assert_int_equal(send(bench, &part), OEO_REASON_PERIOD_NOT_ENDED);
	assert_int_equal(oeo_clock_parse(&bench->world.clock, "2026-09-30"), OEO_OK);
	assert_int_equal(send(bench, &bench->draft.parts[0]), OEO_REASON_PERIOD_NOT_ENDED);
	assert_int_equal(oeo_clock_parse(&bench->world.clock, "2026-10-01"), OEO_OK);
	assert_int_equal(send(bench, &bench->draft.parts[0]), 0);
}

static void test_ingest_refuses_a_released_period(void **state)
{
	struct bench *bench = *state;
	const char without[WORLD_MEMBERS][OEO_ID_BYTES] = {"m0", "m1", "m2", "m3"};
	const uint8_t digest[OEO_DIGEST_BYTES] = {1};

	draft_cut(&bench->draft, 3);
	assert_int_equal(send(bench, &bench->draft.parts[0]), 0);
	assert_int_equal(oeo_store_mark_released(bench->world.store, PERIOD, bench->world.plan->digest,
			     digest, digest, without, WORLD_MEMBERS, 5),
	    OEO_OK);
	restart_ingest(bench);
	/* What had no final part is dropped. */
	assert_int_equal(next_index(bench, NULL), -1);
	refuses(bench, &bench->draft.parts[0], OEO_REASON_PERIOD_RELEASED);
}

static void test_ingest_refuses_a_destroyed_period(void **state)
{
	struct bench *bench = *state;
	struct oeo_destroyed destroyed = {"kh0", {1}};

	draft_cut(&bench->draft, 3);
	assert_int_equal(
	    oeo_store_put_destroyed(bench->world.store, PERIOD, bench->world.plan->digest, &destroyed),
	    OEO_OK);
	refuses(bench, &bench->draft.parts[0], OEO_REASON_PERIOD_DESTROYED);
}

/* ---- Keys */

static void test_ingest_refuses_keys_that_are_not_signed(void **state)
{
	struct bench *bench = *state;
	struct oeo_submission_part part;

	draft_cut(&bench->draft, 3);
	part = bench->draft.parts[0];
	part.keys[1].signature[5] ^= 1;
	refuses(bench, &part, OEO_REASON_OTHER_KEYS);
	part = bench->draft.parts[0];
	part.key_digest[0] ^= 1;
	refuses(bench, &part, OEO_REASON_OTHER_KEYS);
	part = bench->draft.parts[0];
	part.n_keys = 1;
	refuses(bench, &part, OEO_REASON_OTHER_KEYS);
	part = bench->draft.parts[0];
	part.keys[0] = bench->draft.parts[0].keys[1];
	part.keys[1] = bench->draft.parts[0].keys[0];
	refuses(bench, &part, OEO_REASON_OTHER_KEYS);
}

static void test_ingest_refuses_identity_elements_as_keys(void **state)
{
	struct bench *bench = *state;
	struct oeo_submission_part part;

	draft_cut(&bench->draft, 3);
	part = bench->draft.parts[0];
	memset(part.keys[0].cell_pk, 0, OEO_ELEMENT_BYTES);
	refuses(bench, &part, OEO_REASON_OTHER_KEYS);
}

static void test_ingest_refuses_another_key_digest_in_a_later_part(void **state)
{
	struct bench *bench = *state;

	draft_cut(&bench->draft, 3);
	assert_int_equal(send(bench, &bench->draft.parts[0]), 0);
	bench->draft.parts[1].key_digest[0] ^= 1;
	refuses(bench, &bench->draft.parts[1], OEO_REASON_OTHER_KEYS);
}

static void test_ingest_stops_a_period_whose_keyholder_signs_two_sets(void **state)
{
	struct bench *bench = *state;
	struct oeo_store_period record;
	struct oeo_submission_part part;
	struct oeo_period_keys keys[WORLD_KEYHOLDERS];
	uint8_t digest[OEO_DIGEST_BYTES];

	draft_cut(&bench->draft, 3);
	assert_int_equal(send(bench, &bench->draft.parts[0]), 0);
	part = bench->draft.parts[0];
	world_other_keys(&bench->world, PERIOD, 1, keys, digest);
	memcpy(part.keys, keys, sizeof(keys));
	memcpy(part.key_digest, digest, sizeof(digest));
	/* Another member was given other keys. */
	assert_int_equal(world_send(&bench->world, bench->ingest, "m2", &part), OEO_REASON_EQUIVOCATION);
	assert_int_equal(oeo_store_find_period(bench->world.store, PERIOD, &record), OEO_OK);
	assert_string_equal(record.equivocator, "kh1");
	/* It stops for everyone, and stays stopped. */
	refuses(bench, &bench->draft.parts[1], OEO_REASON_EQUIVOCATION);
	/* What had been acknowledged still is. */
	assert_int_equal(send(bench, &bench->draft.parts[0]), 0);
}

/* ---- Buckets */

static void test_ingest_refuses_buckets_out_of_order(void **state)
{
	struct bench *bench = *state;
	struct oeo_bucket buckets[3];
	struct oeo_submission_part part;

	draft_cut(&bench->draft, 3);
	part = bench->draft.parts[0];
	buckets[0] = part.buckets[1];
	buckets[1] = part.buckets[0];
	buckets[2] = part.buckets[2];
	part.buckets = buckets;
	refuses(bench, &part, OEO_REASON_BAD_BUCKET);
	buckets[0] = buckets[1]; /* the first one twice */
	refuses(bench, &part, OEO_REASON_BAD_BUCKET);
}

static void test_ingest_refuses_buckets_out_of_order_over_parts(void **state)
{
	struct bench *bench = *state;
	struct oeo_bucket repeated;
	struct oeo_submission_part part;

	draft_cut(&bench->draft, 2);
	assert_int_equal(bench->draft.parts[1].n_buckets, 1);
	assert_int_equal(send(bench, &bench->draft.parts[0]), 0);
	part = bench->draft.parts[1];
	repeated = bench->draft.parts[0].buckets[1];
	part.buckets = &repeated;
	refuses(bench, &part, OEO_REASON_BAD_BUCKET);
}

static void test_ingest_refuses_buckets_after_reports(void **state)
{
	struct bench *bench = *state;
	struct oeo_bucket late;
	struct oeo_submission_part part;

	draft_cut(&bench->draft, 3);
	assert_int_equal(send(bench, &bench->draft.parts[0]), 0);
	assert_int_equal(send(bench, &bench->draft.parts[1]), 0);
	part = bench->draft.parts[2];
	part.n_reports = 0;
	part.reports = NULL;
	late = bench->draft.parts[0].buckets[2];
	memset(late.tag, 0xFF, sizeof(late.tag));
	part.buckets = &late;
	part.n_buckets = 1;
	refuses(bench, &part, OEO_REASON_BAD_BUCKET);
}

static void test_ingest_refuses_a_wrong_table_or_label_length(void **state)
{
	struct bench *bench = *state;
	struct oeo_bucket buckets[3];
	struct oeo_submission_part part;
	uint8_t longer[512] = {0};

	draft_cut(&bench->draft, 3);
	part = bench->draft.parts[0];
	memcpy(buckets, part.buckets, sizeof(buckets));
	part.buckets = buckets;
	buckets[1].label = longer;
	buckets[1].label_len += 128;
	refuses(bench, &part, OEO_REASON_BAD_BUCKET);
	buckets[1] = bench->draft.parts[0].buckets[1];
	buckets[1].table = 99;
	refuses(bench, &part, OEO_REASON_BAD_BUCKET);
	buckets[1].table =
	    (uint32_t)oeo_plan_find_table(bench->world.plan, "month-total"); /* another cadence */
	refuses(bench, &part, OEO_REASON_BAD_BUCKET);
}

static void test_ingest_refuses_more_tags_than_the_table_has_cells(void **state)
{
	struct bench *bench = *state;
	struct oeo_bucket buckets[2];
	struct oeo_submission_part part;
	const struct world_cell *total = world_cell(&bench->world, PERIOD, "total", NULL, 0);

	draft_cut(&bench->draft, 3);
	part = bench->draft.parts[0];
	for (size_t i = 0; i < 2; i++) {
		memset(buckets[i].tag, (int)i + 1, OEO_TAG_BYTES);
		buckets[i].table = total->table; /* one cell */
		buckets[i].label = total->label.data;
		buckets[i].label_len = total->label.len;
	}
	part.buckets = buckets;
	part.n_buckets = 2;
	refuses(bench, &part, OEO_REASON_TOO_MANY_TAGS);
	/* One now and one in the next part is too many as well. */
	part.n_buckets = 1;
	assert_int_equal(send(bench, &part), 0);
	part.index = 1;
	part.n_keys = 0;
	part.buckets = buckets + 1;
	refuses(bench, &part, OEO_REASON_TOO_MANY_TAGS);
}

/* ---- Reports */

/* As if the member had sent that many before. */
static void set_reports(struct bench *bench, uint64_t n)
{
	char path[OEO_PATH_BYTES];
	char sql[80];
	sqlite3 *db = NULL;

	(void)snprintf(path, sizeof(path), "%s/collector.sqlite", bench->world.folder);
	(void)snprintf(sql, sizeof(sql), "UPDATE submissions SET n_reports = %llu", (unsigned long long)n);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
	restart_ingest(bench);
}

static void test_ingest_refuses_more_reports_than_a_member_can_have(void **state)
{
	struct bench *bench = *state;
	uint64_t most = oeo_ingest_most_reports(bench->world.plan, OEO_QUARTER);

	draft_cut(&bench->draft, 3);
	assert_int_equal(bench->draft.parts[1].n_reports, 3);
	assert_int_equal(send(bench, &bench->draft.parts[0]), 0);
	set_reports(bench, most - 2);
	refuses(bench, &bench->draft.parts[1], OEO_REASON_TOO_MANY_REPORTS);
	set_reports(bench, most - 3);
	assert_int_equal(send(bench, &bench->draft.parts[1]), 0);
	/* It is full, for this ingest and for one that reads the store. */
	refuses(bench, &bench->draft.parts[2], OEO_REASON_TOO_MANY_REPORTS);
}

static void test_ingest_allows_many_times_what_the_plan_expects(void **state)
{
	struct bench *bench = *state;
	struct oeo_plan plan = *bench->world.plan;

	plan.expected_questions = 1;
	assert_int_equal(oeo_ingest_most_reports(&plan, OEO_QUARTER), OEO_REPORTS_ALWAYS_TAKEN);
	plan.expected_questions = 100000;
	assert_int_equal(
	    oeo_ingest_most_reports(&plan, OEO_QUARTER), 16 * oeo_plan_quota(&plan, OEO_QUARTER));
	assert_true(oeo_ingest_most_reports(&plan, OEO_QUARTER) > OEO_REPORTS_ALWAYS_TAKEN);
}

/* The second part with one report replaced. */
static void refuses_record(
    struct bench *bench, uint32_t bucket, const uint8_t *x, const uint8_t *y, unsigned reason)
{
	uint8_t records[3 * OEO_REPORT_BYTES];
	struct oeo_submission_part part = bench->draft.parts[1];

	memcpy(records, part.reports, sizeof(records));
	oeo_report_write(records + OEO_REPORT_BYTES, bucket, NULL, NULL);
	memcpy(records + OEO_REPORT_BYTES + 4, x, OEO_X_BYTES);
	memcpy(records + OEO_REPORT_BYTES + 4 + OEO_X_BYTES, y, OEO_SCALAR_BYTES);
	part.reports = records;
	refuses(bench, &part, reason);
}

static void test_ingest_refuses_scalars_that_are_not_canonical(void **state)
{
	struct bench *bench = *state;
	/* L, L - 1 and 2^256 - 1 */
	static const uint8_t order[OEO_SCALAR_BYTES] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6,
	    0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10};
	uint8_t y[OEO_SCALAR_BYTES];
	uint8_t x[OEO_X_BYTES];
	uint8_t records[3 * OEO_REPORT_BYTES];
	struct oeo_submission_part part;

	draft_cut(&bench->draft, 3);
	assert_int_equal(send(bench, &bench->draft.parts[0]), 0);
	memset(x, 7, sizeof(x));
	refuses_record(bench, 0, x, order, OEO_REASON_NOT_CANONICAL);
	memset(y, 0xFF, sizeof(y));
	refuses_record(bench, 0, x, y, OEO_REASON_NOT_CANONICAL);
	memset(y, 0, sizeof(y));
	y[31] = 0x11;
	refuses_record(bench, 0, x, y, OEO_REASON_NOT_CANONICAL);
	/* L - 1 is canonical. */
	memcpy(y, order, sizeof(y));
	y[0]--;
	part = bench->draft.parts[1];
	memcpy(records, part.reports, sizeof(records));
	oeo_report_write(records, 0, x, y);
	part.reports = records;
	assert_int_equal(send(bench, &part), 0);
}

static void test_ingest_refuses_a_share_with_x_zero(void **state)
{
	struct bench *bench = *state;
	const uint8_t zero[OEO_X_BYTES] = {0};
	const uint8_t y[OEO_SCALAR_BYTES] = {5};

	draft_cut(&bench->draft, 3);
	assert_int_equal(send(bench, &bench->draft.parts[0]), 0);
	refuses_record(bench, 0, zero, y, OEO_REASON_NOT_CANONICAL);
}

static void test_ingest_refuses_a_report_that_refers_to_no_bucket(void **state)
{
	struct bench *bench = *state;
	const uint8_t x[OEO_X_BYTES] = {1};
	const uint8_t y[OEO_SCALAR_BYTES] = {5};

	draft_cut(&bench->draft, 3);
	assert_int_equal(send(bench, &bench->draft.parts[0]), 0);
	refuses_record(bench, 3, x, y, OEO_REASON_BAD_BUCKET);
	refuses_record(bench, UINT32_MAX, x, y, OEO_REASON_BAD_BUCKET);
}

static void test_ingest_takes_the_tag_alone_only_where_questions_are_published(void **state)
{
	struct bench *bench = *state;
	const uint8_t zero[OEO_SCALAR_BYTES] = {0};
	uint32_t pair = 0;

	draft_cut(&bench->draft, 3);
	while (bench->draft.buckets[pair].table != (uint32_t)oeo_plan_find_table(bench->world.plan, "pair"))
		pair++;
	assert_int_equal(send(bench, &bench->draft.parts[0]), 0);
	refuses_record(bench, pair, zero, zero, OEO_REASON_NOT_CANONICAL);
	/* The draft itself holds one in theme, which publishes questions. */
	for (size_t i = 1; i < bench->draft.n_parts; i++)
		assert_int_equal(send(bench, &bench->draft.parts[i]), 0);
}

static void test_ingest_refuses_a_closing_with_an_unknown_dimension(void **state)
{
	struct bench *bench = *state;
	struct oeo_submission_part *last;

	draft_cut(&bench->draft, 3);
	last = &bench->draft.parts[3];
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(send(bench, &bench->draft.parts[i]), 0);
	(void)snprintf(last->closing.fed[0], OEO_ID_BYTES, "surname");
	refuses(bench, last, OEO_REASON_MALFORMED);
}

static void test_ingest_starts_anew_after_a_reopen(void **state)
{
	struct bench *bench = *state;
	bool is_changed = false;

	draft_cut(&bench->draft, 3);
	send_all(bench);
	/* The operator's command is another process. */
	{
		struct oeo_store *other = NULL;

		assert_int_equal(oeo_store_open(&other, &bench->world.home, NULL), OEO_OK);
		assert_int_equal(oeo_store_drop_submission(other, MEMBER, PERIOD), OEO_OK);
		oeo_store_close(other);
	}
	assert_int_equal(oeo_store_begin(bench->world.store, &is_changed), OEO_OK);
	assert_true(is_changed);
	assert_int_equal(oeo_ingest_refresh(bench->ingest, NULL), OEO_OK);
	assert_int_equal(oeo_store_commit(bench->world.store), OEO_OK);
	assert_int_equal(next_index(bench, NULL), -1);
	send_all(bench);
	assert_int_equal(next_index(bench, NULL), 4);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_BENCH(test_ingest_takes_a_submission_part_by_part),
	    WITH_BENCH(test_ingest_takes_a_submission_without_any_report),
	    WITH_BENCH(test_ingest_acknowledges_a_repeat_and_stores_it_once),
	    WITH_BENCH(test_ingest_digest_ignores_the_request_number),
	    WITH_BENCH(test_ingest_refuses_another_part_under_a_known_index),
	    WITH_BENCH(test_ingest_refuses_a_gap),
	    WITH_BENCH(test_ingest_takes_parts_in_order_after_a_reorder),
	    WITH_BENCH(test_ingest_is_closed_after_the_final_part),
	    WITH_BENCH(test_ingest_refuses_another_plan),
	    WITH_BENCH(test_ingest_refuses_without_a_plan_in_force),
	    WITH_BENCH(test_ingest_refuses_periods_by_name),
	    WITH_BENCH(test_ingest_refuses_a_released_period),
	    WITH_BENCH(test_ingest_refuses_a_destroyed_period),
	    WITH_BENCH(test_ingest_refuses_keys_that_are_not_signed),
	    WITH_BENCH(test_ingest_refuses_identity_elements_as_keys),
	    WITH_BENCH(test_ingest_refuses_another_key_digest_in_a_later_part),
	    WITH_BENCH(test_ingest_stops_a_period_whose_keyholder_signs_two_sets),
	    WITH_BENCH(test_ingest_refuses_buckets_out_of_order),
	    WITH_BENCH(test_ingest_refuses_buckets_out_of_order_over_parts),
	    WITH_BENCH(test_ingest_refuses_buckets_after_reports),
	    WITH_BENCH(test_ingest_refuses_a_wrong_table_or_label_length),
	    WITH_BENCH(test_ingest_refuses_more_tags_than_the_table_has_cells),
	    WITH_BENCH(test_ingest_refuses_more_reports_than_a_member_can_have),
	    WITH_BENCH(test_ingest_allows_many_times_what_the_plan_expects),
	    WITH_BENCH(test_ingest_refuses_scalars_that_are_not_canonical),
	    WITH_BENCH(test_ingest_refuses_a_share_with_x_zero),
	    WITH_BENCH(test_ingest_refuses_a_report_that_refers_to_no_bucket),
	    WITH_BENCH(test_ingest_takes_the_tag_alone_only_where_questions_are_published),
	    WITH_BENCH(test_ingest_refuses_a_closing_with_an_unknown_dimension),
	    WITH_BENCH(test_ingest_starts_anew_after_a_reopen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

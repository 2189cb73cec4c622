/* SPDX-License-Identifier: EUPL-1.2 */
/* Taking submissions in: parts in order and once, under the plan, the period and the keys that hold. */
#include "ingest_bench.h"

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
	    WITH_BENCH(test_ingest_starts_anew_after_a_reopen),
	    WITH_BENCH(test_ingest_refuses_keys_that_are_not_signed),
	    WITH_BENCH(test_ingest_refuses_identity_elements_as_keys),
	    WITH_BENCH(test_ingest_refuses_another_key_digest_in_a_later_part),
	    WITH_BENCH(test_ingest_stops_a_period_whose_keyholder_signs_two_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

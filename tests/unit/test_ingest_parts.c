/* SPDX-License-Identifier: EUPL-1.2 */
/* What a part of a submission may hold: buckets, reports, and how many. */
#include "ingest_bench.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

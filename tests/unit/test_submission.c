/* SPDX-License-Identifier: EUPL-1.2 */
/* The messages that are made of a sealed snapshot: taken apart again and held against it. */
#include "uplink_fixture.h"

#include "agent/periods.h"
#include "agent/sealing.h"
#include "agent/submission.h"

static const struct oeo_patience patience = {2000, 4000, 8000};

struct world {
	struct fixture fixture;
	struct fake_keyholder keyholders[2];
	struct oeo_self self;
	char self_path[64];
	struct oeo_keyholders links;
	struct oeo_key_set keys;
	struct oeo_snapshot snapshot;
	struct oeo_sealing *sealing;
	struct oeo_submission submission;
};

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	struct oeo_card cards[2];

	if (world == NULL)
		return -1;
	fixture_open(&world->fixture);
	world->fixture.plan = load_test_plan(plan_yaml);
	start_keyholder(&world->keyholders[0], "kone");
	start_keyholder(&world->keyholders[1], "ktwo");
	make_self(&world->self, world->self_path, OEO_ROLE_AGENT, "bga", NULL);
	cards[0] = world->keyholders[0].self.card;
	cards[1] = world->keyholders[1].self.card;
	assert_int_equal(
	    oeo_keyholders_open(&world->links, world->fixture.plan, cards, 2, &world->self, patience, NULL),
	    OEO_OK);
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	oeo_submission_fini(&world->submission);
	oeo_sealing_free(world->sealing);
	oeo_snapshot_fini(&world->snapshot);
	oeo_keyholders_close(&world->links);
	stop_keyholder(&world->keyholders[0]);
	stop_keyholder(&world->keyholders[1]);
	drop_self(&world->self, world->self_path);
	fixture_close(&world->fixture);
	free(world);
	return 0;
}

static void make(struct world *world, const char *text)
{
	struct oeo_period period = a_period(text);
	struct oeo_refusal refusal;
	struct oeo_note why = {""};

	make_snapshot(&world->snapshot, &world->fixture, text);
	assert_int_equal(oeo_keyholders_ask_keys(
			     &world->links, world->fixture.plan, &period, &world->keys, &refusal, &why),
	    OEO_OK);
	assert_int_equal(oeo_sealing_new(&world->sealing, world->fixture.plan, &world->snapshot), OEO_OK);
	assert_int_equal(oeo_sealing_run(world->sealing, &world->links, &world->keys, world->fixture.ledger,
			     &refusal, &why),
	    OEO_OK);
	assert_int_equal(oeo_submission_make(&world->submission, world->fixture.plan, &world->snapshot,
			     world->sealing, &world->keys, &why),
	    OEO_OK);
}

static void put_residents(struct world *world, unsigned n, const char *code)
{
	assert_int_equal(oeo_ledger_begin(world->fixture.ledger, NULL), OEO_OK);
	for (unsigned i = 0; i < n; i++) {
		char name[32];
		char record[40];

		(void)snprintf(name, sizeof(name), "resident%u", i);
		(void)snprintf(record, sizeof(record), "%s-%s", name, code);
		(void)put_question(&world->fixture, record, "2025-01-10", name,
		    i % 3 == 0 ? "7602AA" : "7601AA", code, NULL);
	}
	assert_int_equal(oeo_ledger_commit(world->fixture.ledger, NULL), OEO_OK);
}

/* ---- Taking the messages apart */

struct taken {
	struct oeo_bucket *buckets; /* labels point into the messages */
	size_t n_buckets;
	uint8_t *reports;
	size_t n_reports;
};

static void take_apart(struct taken *taken, const struct world *world)
{
	memset(taken, 0, sizeof(*taken));
	taken->buckets = calloc(world->snapshot.n_cells + 1, sizeof(*taken->buckets));
	taken->reports = calloc(world->snapshot.n_entries + 1, OEO_REPORT_BYTES);
	assert_non_null(taken->buckets);
	assert_non_null(taken->reports);
	for (size_t i = 0; i < world->submission.n_parts; i++) {
		const struct oeo_buf *bytes = &world->submission.parts[i];
		const struct oeo_submission_part *part;
		struct oeo_message message;

		assert_true(bytes->len <= OEO_MESSAGE_LIMIT);
		assert_int_equal(
		    oeo_message_unpack(&message, OEO_TO_COLLECTOR, bytes->data, bytes->len), OEO_OK);
		part = &message.as.submission;
		assert_int_equal(part->index, i);
		assert_int_equal(part->is_final, i + 1 == world->submission.n_parts);
		assert_int_equal(part->n_keys, i == 0 ? 2 : 0);
		assert_memory_equal(part->plan_digest, world->fixture.plan->digest, OEO_DIGEST_BYTES);
		assert_memory_equal(part->key_digest, world->keys.digest, OEO_DIGEST_BYTES);
		/* The buckets come before all reports. */
		assert_true(part->n_buckets == 0 || taken->n_reports == 0);
		for (size_t b = 0; b < part->n_buckets; b++)
			taken->buckets[taken->n_buckets++] = part->buckets[b];
		if (part->n_reports > 0)
			memcpy(taken->reports + taken->n_reports * OEO_REPORT_BYTES, part->reports,
			    part->n_reports * OEO_REPORT_BYTES);
		taken->n_reports += part->n_reports;
		oeo_message_fini(&message);
	}
}

static void drop(struct taken *taken)
{
	free(taken->buckets);
	free(taken->reports);
}

/* The tag that the keyholders' keys give for a cell of the snapshot. */
static void expected_secret(
    const struct world *world, const struct oeo_snapshot_cell *cell, uint8_t a0[OEO_SCALAR_BYTES])
{
	uint8_t outputs[2 * OEO_OUTPUT_BYTES];
	uint8_t element[OEO_ELEMENT_BYTES];
	uint8_t unblinded[OEO_ELEMENT_BYTES];
	struct oeo_buf name = {0};

	assert_int_equal(oeo_snapshot_cell_name(&name, world->fixture.plan, &world->snapshot, cell), OEO_OK);
	assert_int_equal(oeo_voprf_hash_to_group(element, name.data, name.len), OEO_OK);
	for (size_t k = 0; k < 2; k++) {
		assert_int_equal(
		    crypto_scalarmult_ristretto255(unblinded, world->keyholders[k].cell_sk, element), 0);
		assert_int_equal(
		    oeo_voprf_output(outputs + k * OEO_OUTPUT_BYTES, name.data, name.len, unblinded), OEO_OK);
	}
	oeo_tally_cell_secret(a0, outputs, 2);
	oeo_buf_fini(&name);
}

static size_t find_bucket(const struct taken *taken, const uint8_t tag[OEO_TAG_BYTES])
{
	for (size_t i = 0; i < taken->n_buckets; i++) {
		if (memcmp(taken->buckets[i].tag, tag, OEO_TAG_BYTES) == 0)
			return i;
	}
	fail_msg("no bucket has this tag");
	return 0;
}

/* Every cell has its bucket, with a label that opens to its name, all shares on its polynomial, all x different, and as
 * many reports of either kind as the snapshot says. */
static void check_cell(
    const struct world *world, const struct taken *taken, const struct oeo_snapshot_cell *cell)
{
	unsigned k = world->fixture.plan->tables[cell->table].rules.residents;
	uint8_t *coefficients = malloc((size_t)k * OEO_SCALAR_BYTES);
	uint8_t a0[OEO_SCALAR_BYTES];
	uint8_t tag[OEO_TAG_BYTES];
	struct oeo_buf opened = {0};
	struct oeo_buf name = {0};
	size_t shares = 0;
	size_t alone = 0;
	size_t expected_alone = 0;
	size_t bucket;

	assert_non_null(coefficients);
	expected_secret(world, cell, a0);
	oeo_tally_tag(tag, a0);
	oeo_tally_coefficients(coefficients, a0, k);
	bucket = find_bucket(taken, tag);
	assert_int_equal(taken->buckets[bucket].table, cell->table);
	assert_int_equal(oeo_snapshot_cell_name(&name, world->fixture.plan, &world->snapshot, cell), OEO_OK);
	assert_int_equal(
	    oeo_label_open(&opened, a0, taken->buckets[bucket].label, taken->buckets[bucket].label_len, 2),
	    OEO_OK);
	assert_int_equal(opened.len, name.len);
	assert_memory_equal(opened.data, name.data, name.len);
	for (size_t i = 0; i < taken->n_reports; i++) {
		const uint8_t *record = taken->reports + i * OEO_REPORT_BYTES;

		if (oeo_report_bucket(record) != bucket)
			continue;
		if (oeo_report_is_tag_alone(record)) {
			alone++;
			continue;
		}
		shares++;
		assert_true(
		    oeo_tally_share_is_on(coefficients, k, oeo_report_x(record), oeo_report_y(record)));
		for (size_t j = 0; j < i; j++) {
			const uint8_t *other = taken->reports + j * OEO_REPORT_BYTES;

			assert_true(oeo_report_bucket(other) != bucket || oeo_report_is_tag_alone(other) ||
				    memcmp(oeo_report_x(other), oeo_report_x(record), OEO_X_BYTES) != 0);
		}
	}
	for (size_t e = cell->first; e < cell->first + cell->count; e++)
		expected_alone += world->snapshot.entries[e] == OEO_TAG_ALONE;
	assert_int_equal(alone, expected_alone);
	assert_int_equal(shares, cell->count - expected_alone);
	free(coefficients);
	oeo_buf_fini(&opened);
	oeo_buf_fini(&name);
}

static void check_labels(const struct world *world, const struct taken *taken)
{
	const struct oeo_plan *plan = world->fixture.plan;

	for (size_t i = 0; i < taken->n_buckets; i++) {
		const struct oeo_bucket *bucket = &taken->buckets[i];

		assert_true(i == 0 || memcmp(taken->buckets[i - 1].tag, bucket->tag, OEO_TAG_BYTES) < 0);
		/* All labels of a table have one length, whatever their names. */
		assert_int_equal(bucket->label_len,
		    oeo_table_label_bytes(plan, &plan->tables[bucket->table]) + OEO_LABEL_MAC_BYTES);
	}
}

static void check_all(const struct world *world)
{
	struct taken taken;

	take_apart(&taken, world);
	assert_int_equal(taken.n_buckets, world->snapshot.n_cells);
	assert_int_equal(taken.n_reports, world->snapshot.n_entries);
	check_labels(world, &taken);
	for (size_t c = 0; c < world->snapshot.n_cells; c++)
		check_cell(world, &taken, &world->snapshot.cells[c]);
	drop(&taken);
}

static void test_the_messages_hold_the_snapshot_and_nothing_else(void **state)
{
	struct world *world = *state;

	put_residents(world, 40, "W1");
	put_residents(world, 25, "W2"); /* of the same residents: further questions in one theme */
	put_residents(world, 10, "Z1");
	(void)put_question(&world->fixture, "walk1", "2025-01-06", "", "", "W1", NULL);
	(void)put_question(&world->fixture, "walk2", "2025-01-07", "", "", "W1", NULL);
	(void)put_question(&world->fixture, "walk3", "2025-01-17", "", "", "W1", NULL);
	make(world, "2025-Q1");
	check_all(world);
}

static void test_k_shares_open_the_label_and_k_minus_1_do_not(void **state)
{
	struct world *world = *state;
	struct taken taken;
	uint8_t xs[5 * OEO_X_BYTES];
	uint8_t ys[5 * OEO_SCALAR_BYTES];
	uint8_t a0[OEO_SCALAR_BYTES];
	uint8_t tag[OEO_TAG_BYTES];
	size_t n = 0;

	put_residents(world, 5, "W1");
	make(world, "2025-01");
	take_apart(&taken, world);
	for (size_t i = 0; i < taken.n_reports; i++) {
		const uint8_t *record = taken.reports + i * OEO_REPORT_BYTES;

		if (oeo_report_bucket(record) != 0)
			continue;
		memcpy(xs + n * OEO_X_BYTES, oeo_report_x(record), OEO_X_BYTES);
		memcpy(ys + n++ * OEO_SCALAR_BYTES, oeo_report_y(record), OEO_SCALAR_BYTES);
	}
	assert_int_equal(n, 5);
	assert_int_equal(oeo_tally_interpolate(a0, xs, ys, 4), OEO_OK);
	oeo_tally_tag(tag, a0);
	assert_memory_not_equal(tag, taken.buckets[0].tag, OEO_TAG_BYTES);
	assert_int_equal(oeo_tally_interpolate(a0, xs, ys, 5), OEO_OK);
	oeo_tally_tag(tag, a0);
	assert_memory_equal(tag, taken.buckets[0].tag, OEO_TAG_BYTES);
	drop(&taken);
}

static void test_an_empty_period_is_one_final_message(void **state)
{
	struct world *world = *state;
	struct oeo_message message;

	make(world, "2025-01");
	assert_int_equal(world->submission.n_parts, 1);
	assert_int_equal(oeo_message_unpack(&message, OEO_TO_COLLECTOR, world->submission.parts[0].data,
			     world->submission.parts[0].len),
	    OEO_OK);
	assert_true(message.as.submission.is_final);
	assert_int_equal(message.as.submission.n_keys, 2);
	assert_int_equal(message.as.submission.closing.coverage, OEO_COVERAGE_NO);
	oeo_message_fini(&message);
}

static void test_reports_are_cut_at_4096(void **state)
{
	struct world *world = *state;
	struct oeo_message message;

	/* One cell with a share and 4,999 further questions, and the total without any: 2 + 4,999 reports. */
	assert_int_equal(oeo_ledger_begin(world->fixture.ledger, NULL), OEO_OK);
	for (unsigned i = 0; i < 5000; i++) {
		char record[32];

		(void)snprintf(record, sizeof(record), "r%u", i);
		(void)put_question(&world->fixture, record, "2025-01-10", "jansen", "7601AA", "W1", NULL);
	}
	assert_int_equal(oeo_ledger_commit(world->fixture.ledger, NULL), OEO_OK);
	make(world, "2025-01");
	assert_int_equal(world->snapshot.n_entries, 5001);
	assert_int_equal(world->submission.n_parts, 3);
	for (size_t i = 0; i < 3; i++) {
		static const size_t reports[] = {0, 4096, 905};

		assert_int_equal(oeo_message_unpack(&message, OEO_TO_COLLECTOR,
				     world->submission.parts[i].data, world->submission.parts[i].len),
		    OEO_OK);
		assert_int_equal(message.as.submission.n_reports, reports[i]);
		oeo_message_fini(&message);
	}
}

static void test_messages_are_kept_byte_by_byte_and_encrypted(void **state)
{
	struct world *world = *state;
	struct oeo_buf kept = {0};

	put_residents(world, 20, "W1");
	make(world, "2025-01");
	assert_int_equal(
	    oeo_submission_save(world->fixture.ledger, &world->snapshot.period, &world->submission), OEO_OK);
	for (uint32_t i = 0; i < world->submission.n_parts; i++) {
		kept.len = 0;
		assert_int_equal(
		    oeo_submission_load_part(&kept, world->fixture.ledger, &world->snapshot.period, i),
		    OEO_OK);
		assert_int_equal(kept.len, world->submission.parts[i].len);
		assert_memory_equal(kept.data, world->submission.parts[i].data, kept.len);
	}
	kept.len = 0;
	assert_int_equal(oeo_submission_load_part(&kept, world->fixture.ledger, &world->snapshot.period,
			     (uint32_t)world->submission.n_parts),
	    OEO_ERR_NOT_FOUND);
	assert_false(folder_holds(world->fixture.home.path, "kone"));
	oeo_buf_fini(&kept);
}

/* ---- The permutation */

#define RECORDS 6
#define ORDERS 720
#define ROUNDS (ORDERS * 100)

/* Number of this order of 6 among the 720: by counting smaller ones behind each. */
static size_t number_of_order(const uint8_t *records)
{
	size_t number = 0;

	for (size_t i = 0; i < RECORDS; i++) {
		size_t smaller = 0;

		for (size_t j = i + 1; j < RECORDS; j++)
			smaller += records[j * OEO_REPORT_BYTES] < records[i * OEO_REPORT_BYTES];
		number = number * (RECORDS - i) + smaller;
	}
	return number;
}

static void test_the_permutation_is_uniform_over_all_orders(void **state)
{
	uint8_t records[RECORDS * OEO_REPORT_BYTES];
	size_t counts[ORDERS] = {0};
	uint64_t squares = 0;

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < RECORDS; i++)
			memset(records + i * OEO_REPORT_BYTES, (int)i + 1, OEO_REPORT_BYTES);
		oeo_submission_permute(records, RECORDS);
		for (size_t i = 0; i < RECORDS; i++)
			assert_int_equal(records[i * OEO_REPORT_BYTES],
			    records[i * OEO_REPORT_BYTES + OEO_REPORT_BYTES - 1]);
		counts[number_of_order(records)]++;
	}
	for (size_t i = 0; i < ORDERS; i++) {
		int64_t away = (int64_t)counts[i] - ROUNDS / ORDERS;

		squares += (uint64_t)(away * away);
	}
	/* Chi-squared with 719 degrees of freedom: 719 expected, 38 its deviation; seven of them up and down. A shuffle that
	 * swaps with any place instead of an open one, or never keeps a place, lies in the thousands. */
	assert_in_range(squares / (ROUNDS / ORDERS), 719 - 7 * 38, 719 + 7 * 38);
}

static void test_a_permutation_loses_and_doubles_nothing(void **state)
{
	enum { MANY = 3000 };
	uint8_t *records = calloc(MANY, OEO_REPORT_BYTES);
	uint8_t seen[MANY] = {0};
	size_t kept = 0;

	(void)state;
	assert_non_null(records);
	for (uint32_t i = 0; i < MANY; i++)
		oeo_report_write(records + i * OEO_REPORT_BYTES, i, NULL, NULL);
	oeo_submission_permute(records, MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		uint32_t number = oeo_report_bucket(records + i * OEO_REPORT_BYTES);

		assert_in_range(number, 0, MANY - 1);
		assert_int_equal(seen[number]++, 0);
		kept += number == i;
	}
	assert_true(kept < 20);
	oeo_submission_permute(records, 1);
	oeo_submission_permute(records, 0);
	free(records);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_the_messages_hold_the_snapshot_and_nothing_else, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_k_shares_open_the_label_and_k_minus_1_do_not, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_an_empty_period_is_one_final_message, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_reports_are_cut_at_4096, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_messages_are_kept_byte_by_byte_and_encrypted, setup, teardown),
	    cmocka_unit_test(test_the_permutation_is_uniform_over_all_orders),
	    cmocka_unit_test(test_a_permutation_loses_and_doubles_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

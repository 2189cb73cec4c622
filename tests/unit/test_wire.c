/* SPDX-License-Identifier: EUPL-1.2 */
#include "vectors.h"

#include <stdlib.h>

#include "failing_alloc.h"
#include "proto/link.h"
#include "proto/wire.h"
#include "wire_sample.h"

static const enum oeo_direction directions[] = {
    OEO_TO_COLLECTOR, OEO_FROM_COLLECTOR, OEO_TO_KEYHOLDER, OEO_FROM_KEYHOLDER};

static void pack_sample(struct oeo_buf *bytes, enum wire_sample sample)
{
	struct oeo_message message;

	wire_sample_fill(&message, sample);
	bytes->len = 0;
	assert_ok(oeo_message_pack(bytes, &message));
}

static enum oeo_err unpack(enum oeo_direction direction, const uint8_t *bytes, size_t len)
{
	struct oeo_message message;
	enum oeo_err err = oeo_message_unpack(&message, direction, bytes, len);

	if (err != OEO_OK)
		assert_null(message.owned);
	oeo_message_fini(&message);
	return err;
}

/* ---- Whole messages */

static void test_every_kind_comes_back_as_it_was_packed(void **state)
{
	struct oeo_buf bytes = {0};
	struct oeo_buf again = {0};

	(void)state;
	for (unsigned sample = 0; sample < SAMPLES; sample++) {
		struct oeo_message sent;
		struct oeo_message got;

		wire_sample_fill(&sent, sample);
		pack_sample(&bytes, sample);
		assert_ok(oeo_message_unpack(&got, wire_sample_direction(sample), bytes.data, bytes.len));
		assert_int_equal(got.kind, sent.kind);
		assert_true(got.request == sent.request);
		again.len = 0;
		assert_ok(oeo_message_pack(&again, &got));
		assert_int_equal(again.len, bytes.len);
		assert_memory_equal(again.data, bytes.data, bytes.len);
		oeo_message_fini(&got);
	}
	oeo_buf_fini(&bytes);
	oeo_buf_fini(&again);
}

static void test_a_submission_keeps_its_members(void **state)
{
	struct oeo_buf bytes = {0};
	struct oeo_message sent;
	struct oeo_message got;
	const struct oeo_submission_part *part = &got.as.submission;

	(void)state;
	wire_sample_fill(&sent, SAMPLE_SUBMISSION_FIRST);
	assert_ok(oeo_message_pack(&bytes, &sent));
	assert_ok(oeo_message_unpack(&got, OEO_TO_COLLECTOR, bytes.data, bytes.len));
	assert_string_equal(part->period, "2026-Q3");
	assert_int_equal(part->n_keys, 2);
	assert_string_equal(part->keys[1].keyholder, "steunpunt");
	assert_int_equal(part->n_buckets, 3);
	assert_int_equal(part->buckets[2].table, 2);
	assert_int_equal(part->buckets[2].label_len, sent.as.submission.buckets[2].label_len);
	assert_memory_equal(
	    part->buckets[2].label, sent.as.submission.buckets[2].label, part->buckets[2].label_len);
	assert_false(part->is_final);
	oeo_message_fini(&got);

	wire_sample_fill(&sent, SAMPLE_SUBMISSION_FINAL);
	bytes.len = 0;
	assert_ok(oeo_message_pack(&bytes, &sent));
	assert_ok(oeo_message_unpack(&got, OEO_TO_COLLECTOR, bytes.data, bytes.len));
	assert_int_equal(part->index, 6);
	assert_int_equal(part->n_reports, 4);
	assert_int_equal(oeo_report_bucket(part->reports + 2 * OEO_REPORT_BYTES), 2);
	assert_true(oeo_report_is_tag_alone(part->reports + 3 * OEO_REPORT_BYTES));
	assert_true(part->is_final);
	assert_int_equal(part->closing.coverage, OEO_COVERAGE_PARTLY);
	assert_int_equal(part->closing.questions, 480);
	assert_string_equal(part->closing.fed[1], "area");
	oeo_message_fini(&got);
	oeo_buf_fini(&bytes);
}

static void test_a_heartbeat_reply_keeps_its_periods(void **state)
{
	struct oeo_buf bytes = {0};
	struct oeo_message got;
	const struct oeo_heartbeat_reply *reply = &got.as.heartbeat_reply;

	(void)state;
	pack_sample(&bytes, SAMPLE_HEARTBEAT_REPLY);
	assert_ok(oeo_message_unpack(&got, OEO_FROM_COLLECTOR, bytes.data, bytes.len));
	assert_int_equal(reply->n_periods, 2);
	assert_true(reply->periods[0].is_released);
	assert_int_equal(reply->periods[0].release_key_digest[31], 0x22);
	assert_int_equal(reply->periods[0].n_destroyed, 2);
	assert_string_equal(reply->periods[0].destroyed[1].keyholder, "steunpunt");
	assert_false(reply->periods[1].is_released);
	assert_true(reply->periods[1].is_without_member);
	oeo_message_fini(&got);
	oeo_buf_fini(&bytes);
}

static void test_a_message_that_goes_another_way_is_refused(void **state)
{
	struct oeo_buf bytes = {0};

	(void)state;
	for (unsigned sample = 0; sample < SAMPLES; sample++) {
		pack_sample(&bytes, sample);
		for (size_t i = 0; i < sizeof(directions) / sizeof(directions[0]); i++) {
			bool is_refusal = sample == SAMPLE_REFUSAL || sample == SAMPLE_REFUSAL_DESTROYED;
			bool is_right = directions[i] == wire_sample_direction(sample) ||
					(is_refusal && directions[i] == OEO_FROM_COLLECTOR);

			assert_int_equal(
			    unpack(directions[i], bytes.data, bytes.len), is_right ? OEO_OK : OEO_ERR_FORMAT);
		}
		assert_int_equal(unpack((enum oeo_direction)5, bytes.data, bytes.len), OEO_ERR_FORMAT);
	}
	oeo_buf_fini(&bytes);
}

static void test_a_message_cut_at_any_byte_is_refused(void **state)
{
	struct oeo_buf bytes = {0};

	(void)state;
	for (unsigned sample = 0; sample < SAMPLES; sample++) {
		pack_sample(&bytes, sample);
		for (size_t len = 0; len < bytes.len; len++) {
			/* A block of its own, so that AddressSanitizer sees a read behind its end. */
			uint8_t *cut = malloc(len > 0 ? len : 1);

			assert_non_null(cut);
			memcpy(cut, bytes.data, len);
			assert_int_equal(unpack(wire_sample_direction(sample), cut, len), OEO_ERR_FORMAT);
			free(cut);
		}
	}
	oeo_buf_fini(&bytes);
}

static void test_a_refusal_can_answer_what_cannot_be_read(void **state)
{
	struct oeo_buf bytes = {0};
	struct oeo_message got;
	static const uint8_t largest[] = {
	    0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x12};

	(void)state;
	pack_sample(&bytes, SAMPLE_EVALUATE);
	assert_int_equal(
	    oeo_message_unpack(&got, OEO_TO_KEYHOLDER, bytes.data, bytes.len - 1), OEO_ERR_FORMAT);
	assert_true(got.request == 0x1122334455667788u + SAMPLE_EVALUATE);
	assert_true(oeo_message_peek_request(largest, sizeof(largest)) == UINT64_MAX);
	assert_true(oeo_message_peek_request(largest, 5) == 0);
	assert_true(oeo_message_peek_request(largest, 0) == 0);
	assert_true(oeo_message_peek_request((const uint8_t *)"\x12\x01", 2) == 0);
	oeo_buf_fini(&bytes);
}

/* ---- Encodings that are not canonical */

static void assert_refused(const struct oeo_buf *bytes, const void *more, size_t more_len)
{
	struct oeo_buf longer = {0};

	assert_ok(oeo_buf_append(&longer, bytes->data, bytes->len));
	assert_ok(oeo_buf_append(&longer, more, more_len));
	assert_int_equal(unpack(OEO_TO_KEYHOLDER, longer.data, longer.len), OEO_ERR_FORMAT);
	oeo_buf_fini(&longer);
}

static void test_only_canonical_bytes_are_taken(void **state)
{
	struct oeo_buf bytes = {0};
	/* request 5, KeysRequest{plan "p", period "2026"}; then faulty forms of the same. */
	static const uint8_t good[] = {8, 5, 0x4a, 9, 0x0a, 1, 'p', 0x12, 4, '2', '0', '2', '6'};
	static const uint8_t long_number[] = {8, 0x85, 0, 0x4a, 9, 0x0a, 1, 'p', 0x12, 4, '2', '0', '2', '6'};
	static const uint8_t zero_written[] = {8, 0, 0x4a, 9, 0x0a, 1, 'p', 0x12, 4, '2', '0', '2', '6'};
	static const uint8_t zero_in_text[] = {
	    8, 5, 0x4a, 11, 0x0a, 3, 'p', 0, 'x', 0x12, 4, '2', '0', '2', '6'};
	static const uint8_t unknown_inside[] = {
	    8, 5, 0x4a, 11, 0x0a, 1, 'p', 0x12, 4, '2', '0', '2', '6', 0x18, 1};
	static const uint8_t twice_inside[] = {
	    8, 5, 0x4a, 12, 0x0a, 1, 'p', 0x0a, 1, 'q', 0x12, 4, '2', '0', '2', '6'};

	(void)state;
	assert_ok(unpack(OEO_TO_KEYHOLDER, good, sizeof(good)));
	assert_int_equal(unpack(OEO_TO_KEYHOLDER, long_number, sizeof(long_number)), OEO_ERR_FORMAT);
	assert_int_equal(unpack(OEO_TO_KEYHOLDER, zero_written, sizeof(zero_written)), OEO_ERR_FORMAT);
	assert_int_equal(unpack(OEO_TO_KEYHOLDER, zero_in_text, sizeof(zero_in_text)), OEO_ERR_FORMAT);
	assert_int_equal(unpack(OEO_TO_KEYHOLDER, unknown_inside, sizeof(unknown_inside)), OEO_ERR_FORMAT);
	assert_int_equal(unpack(OEO_TO_KEYHOLDER, twice_inside, sizeof(twice_inside)), OEO_ERR_FORMAT);

	assert_ok(oeo_buf_append(&bytes, good, sizeof(good)));
	assert_refused(&bytes, "\x70\x01", 2); /* an unknown field */
	assert_refused(&bytes, "\x08\x05", 2); /* the request again */
	assert_refused(&bytes, good + 2, sizeof(good) - 2); /* the body again */
	assert_refused(&bytes, "\0", 1);
	oeo_buf_fini(&bytes);
}

/* ---- Memory */

static void test_running_out_of_memory_is_told_and_leaves_nothing(void **state)
{
	(void)state;
	for (unsigned sample = 0; sample < SAMPLES; sample++) {
		struct oeo_message message;
		struct oeo_buf bytes = {0};
		enum oeo_err err;
		long n;

		wire_sample_fill(&message, sample);
		for (n = 0;; n++) {
			struct oeo_buf out = {0};

			alloc_fail_after(n);
			err = oeo_message_pack(&out, &message);
			alloc_fail_never();
			assert_int_equal(out.len > 0, err == OEO_OK);
			oeo_buf_fini(&out);
			if (err == OEO_OK)
				break;
			assert_int_equal(err, OEO_ERR_NOMEM);
		}
		assert_true(n >= 1);
		pack_sample(&bytes, sample);
		for (n = 0;; n++) {
			struct oeo_message got;

			alloc_fail_after(n);
			err = oeo_message_unpack(&got, wire_sample_direction(sample), bytes.data, bytes.len);
			alloc_fail_never();
			if (err == OEO_OK) {
				oeo_message_fini(&got);
				break;
			}
			assert_int_equal(err, OEO_ERR_NOMEM);
			assert_null(got.owned);
			assert_true(got.request == message.request);
		}
		assert_true(n >= 1);
		oeo_buf_fini(&bytes);
	}
}

static uint8_t many_reports[OEO_MAX_REPORTS * OEO_REPORT_BYTES];

static void test_a_full_part_of_reports_takes_few_allocations(void **state)
{
	struct oeo_message message;
	struct oeo_message got;
	struct oeo_buf bytes = {0};

	(void)state;
	wire_sample_fill(&message, SAMPLE_SUBMISSION_REPORTS);
	message.as.submission.reports = many_reports;
	message.as.submission.n_reports = OEO_MAX_REPORTS;
	assert_ok(oeo_message_pack(&bytes, &message));
	alloc_fail_after(4);
	assert_ok(oeo_message_unpack(&got, OEO_TO_COLLECTOR, bytes.data, bytes.len));
	alloc_fail_never();
	assert_int_equal(got.as.submission.n_reports, OEO_MAX_REPORTS);
	oeo_message_fini(&got);
	oeo_message_fini(&got); /* a second time is harmless */
	oeo_message_fini(NULL);
	oeo_buf_fini(&bytes);
}

/* ---- Reports and reasons */

static void test_a_report_is_written_as_the_protocol_says(void **state)
{
	uint8_t record[OEO_REPORT_BYTES];
	uint8_t x[OEO_X_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];

	(void)state;
	memset(x, 0xAA, sizeof(x));
	memset(y, 0xBB, sizeof(y));
	oeo_report_write(record, 0x01020304, x, y);
	assert_memory_equal(record, "\x04\x03\x02\x01\xAA", 5);
	assert_int_equal(oeo_report_bucket(record), 0x01020304);
	assert_memory_equal(oeo_report_x(record), x, sizeof(x));
	assert_memory_equal(oeo_report_y(record), y, sizeof(y));
	assert_ptr_equal(oeo_report_y(record) + OEO_SCALAR_BYTES, record + OEO_REPORT_BYTES);
	assert_false(oeo_report_is_tag_alone(record));
	oeo_report_write(record, UINT32_MAX, NULL, NULL);
	assert_true(oeo_report_is_tag_alone(record));
	assert_true(oeo_report_bucket(record) == UINT32_MAX);
	record[OEO_REPORT_BYTES - 1] = 1;
	assert_false(oeo_report_is_tag_alone(record));
}

static void test_every_reason_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (unsigned i = OEO_REASON_MALFORMED; i <= OEO_REASON_TOO_MANY_REPORTS; i++) {
		assert_string_not_equal(oeo_reason_name(i), "unknown-reason");
		for (unsigned j = OEO_REASON_MALFORMED; j < i; j++)
			assert_string_not_equal(oeo_reason_name(i), oeo_reason_name(j));
	}
	assert_string_equal(oeo_reason_name(0), "unknown-reason");
	assert_string_equal(oeo_reason_name(OEO_REASON_TOO_MANY_REPORTS + 1), "unknown-reason");
	assert_string_equal(oeo_reason_name(UINT32_MAX), "unknown-reason");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_kind_comes_back_as_it_was_packed),
	    cmocka_unit_test(test_a_submission_keeps_its_members),
	    cmocka_unit_test(test_a_heartbeat_reply_keeps_its_periods),
	    cmocka_unit_test(test_a_message_that_goes_another_way_is_refused),
	    cmocka_unit_test(test_a_message_cut_at_any_byte_is_refused),
	    cmocka_unit_test(test_a_refusal_can_answer_what_cannot_be_read),
	    cmocka_unit_test(test_only_canonical_bytes_are_taken),
	    cmocka_unit_test(test_running_out_of_memory_is_told_and_leaves_nothing),
	    cmocka_unit_test(test_a_full_part_of_reports_takes_few_allocations),
	    cmocka_unit_test(test_a_report_is_written_as_the_protocol_says),
	    cmocka_unit_test(test_every_reason_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

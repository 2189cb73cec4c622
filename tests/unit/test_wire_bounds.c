/* SPDX-License-Identifier: EUPL-1.2 */
/* Every bound of a message: one over is neither packed nor taken from bytes that somebody else packed. */
#include "vectors.h"

#include <stddef.h>
#include <stdlib.h>

#include "proto/link.h"
#include "proto/oeo.pb-c.h"
#include "proto/wire.h"
#include "wire_sample.h"

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

/* ---- Bounds, in a message that is to be packed */

struct packing_fault {
	enum wire_sample sample;
	void (*spoil)(struct oeo_message *message);
};

static struct oeo_bucket many_buckets[OEO_MAX_BUCKETS + 1];
static uint8_t many_reports[(OEO_MAX_REPORTS + 1) * OEO_REPORT_BYTES];
static struct oeo_period_state many_states[OEO_MAX_PERIOD_STATES + 1];
static char many_periods[OEO_MAX_PERIOD_STATES + 1][OEO_PERIOD_BYTES];
static uint8_t label[OEO_MAX_LABEL_BYTES + OEO_LABEL_BLOCK_BYTES];

static void fill_many(size_t label_len)
{
	for (size_t i = 0; i <= OEO_MAX_BUCKETS; i++) {
		many_buckets[i].label = label;
		many_buckets[i].label_len = label_len;
	}
	for (size_t i = 0; i <= OEO_MAX_PERIOD_STATES; i++) {
		memset(&many_states[i], 0, sizeof(many_states[i]));
		memcpy(many_states[i].period, "2026-Q3", 8);
		memcpy(many_periods[i], "2026-11", 8);
	}
}

static void spoil_period(struct oeo_message *m)
{
	memcpy(m->as.submission.period, "2026-Q5", 8);
}
static void spoil_keys_missing(struct oeo_message *m)
{
	m->as.submission.n_keys = 0;
}
static void spoil_keys_late(struct oeo_message *m)
{
	m->as.submission.index = 1;
}
static void spoil_keys_many(struct oeo_message *m)
{
	m->as.submission.n_keys = OEO_MAX_KEYHOLDERS + 1;
}
static void spoil_keyholder(struct oeo_message *m)
{
	memcpy(m->as.submission.keys[0].keyholder, "a b", 4);
}
static void spoil_nothing_inside(struct oeo_message *m)
{
	m->as.submission.n_buckets = 0;
}
static void spoil_both(struct oeo_message *m)
{
	m->as.submission.reports = many_reports;
	m->as.submission.n_reports = 1;
}
static void spoil_buckets(struct oeo_message *m)
{
	m->as.submission.buckets = many_buckets;
	m->as.submission.n_buckets = OEO_MAX_BUCKETS + 1;
}
static void spoil_reports(struct oeo_message *m)
{
	m->as.submission.reports = many_reports;
	m->as.submission.n_reports = OEO_MAX_REPORTS + 1;
}
static void spoil_label_short(struct oeo_message *m)
{
	many_buckets[0].label_len = OEO_LABEL_MAC_BYTES;
	m->as.submission.buckets = many_buckets;
	m->as.submission.n_buckets = 1;
}
static void spoil_label_odd(struct oeo_message *m)
{
	many_buckets[0].label_len = OEO_LABEL_BLOCK_BYTES + OEO_LABEL_MAC_BYTES + 1;
	m->as.submission.buckets = many_buckets;
	m->as.submission.n_buckets = 1;
}
static void spoil_label_long(struct oeo_message *m)
{
	many_buckets[0].label_len = OEO_MAX_LABEL_BYTES + OEO_LABEL_BLOCK_BYTES;
	m->as.submission.buckets = many_buckets;
	m->as.submission.n_buckets = 1;
}
static void spoil_coverage(struct oeo_message *m)
{
	m->as.submission.closing.coverage = (enum oeo_coverage)4;
}
static void spoil_coverage_zero(struct oeo_message *m)
{
	m->as.submission.closing.coverage = (enum oeo_coverage)0;
}
static void spoil_fed(struct oeo_message *m)
{
	m->as.submission.closing.n_fed = OEO_MAX_FED + 1;
}
static void spoil_fed_id(struct oeo_message *m)
{
	memcpy(m->as.submission.closing.fed[0], "\xc3\xa9", 3);
}
static void spoil_unrounded(struct oeo_message *m)
{
	m->as.submission.closing.unmapped = 11;
}
static void spoil_count(struct oeo_message *m)
{
	m->as.submission.closing.questions = OEO_MAX_CLOSING_COUNT + 10;
}
static void spoil_version(struct oeo_message *m)
{
	m->as.heartbeat.version[0] = '\0';
}
static void spoil_deleted(struct oeo_message *m)
{
	m->as.heartbeat.deleted = many_periods;
	m->as.heartbeat.n_deleted = OEO_MAX_PERIOD_STATES + 1;
}
static void spoil_deleted_period(struct oeo_message *m)
{
	memcpy(many_periods[0], "2026-13", 8);
	m->as.heartbeat.deleted = many_periods;
	m->as.heartbeat.n_deleted = 1;
}
static void spoil_plan_empty(struct oeo_message *m)
{
	m->as.plan.len = 0;
}
static void spoil_plan_long(struct oeo_message *m)
{
	static uint8_t long_plan[OEO_MESSAGE_LIMIT];

	m->as.plan.bytes = long_plan;
	m->as.plan.len = sizeof(long_plan);
}
static void spoil_ack(struct oeo_message *m)
{
	m->as.ack.period[0] = '\0';
}
static void spoil_reject_reason(struct oeo_message *m)
{
	m->as.reject.reason = 0;
}
static void spoil_reject_reason_high(struct oeo_message *m)
{
	m->as.reject.reason = OEO_MAX_REASON + 1;
}
static void spoil_states(struct oeo_message *m)
{
	m->as.heartbeat_reply.periods = many_states;
	m->as.heartbeat_reply.n_periods = OEO_MAX_PERIOD_STATES + 1;
}
static void spoil_statements(struct oeo_message *m)
{
	m->as.heartbeat_reply.periods[0].n_destroyed = OEO_MAX_KEYHOLDERS + 1;
}
static void spoil_statement_id(struct oeo_message *m)
{
	m->as.heartbeat_reply.periods[0].destroyed[0].keyholder[0] = '/';
}
static void spoil_state_period(struct oeo_message *m)
{
	m->as.heartbeat_reply.periods[1].period[0] = 'x';
}
static void spoil_keys_plan(struct oeo_message *m)
{
	m->as.keys_request.plan[0] = '\0';
}
static void spoil_purpose(struct oeo_message *m)
{
	m->as.evaluate.purpose = (enum oeo_purpose)3;
}
static void spoil_blinded(struct oeo_message *m)
{
	m->as.evaluate.blinded = NULL;
}
static void spoil_keys_keyholder(struct oeo_message *m)
{
	m->as.keys.keyholder[0] = ' ';
}
static void spoil_elements(struct oeo_message *m)
{
	m->as.evaluated.elements = NULL;
}
static void spoil_refusal_reason(struct oeo_message *m)
{
	m->as.refusal.reason = 0;
}
static void spoil_refusal_period(struct oeo_message *m)
{
	memcpy(m->as.refusal.period, "2026-Q", 7);
}
static void spoil_refusal_statement(struct oeo_message *m)
{
	m->as.refusal.destroyed.keyholder[0] = '\0';
}
static void spoil_kind(struct oeo_message *m)
{
	m->kind = (enum oeo_message_kind)13;
}

static void test_what_is_out_of_bounds_is_not_packed(void **state)
{
	static const struct packing_fault faults[] = {
	    {SAMPLE_SUBMISSION_FIRST, spoil_period},
	    {SAMPLE_SUBMISSION_FIRST, spoil_keys_missing},
	    {SAMPLE_SUBMISSION_FIRST, spoil_keys_late},
	    {SAMPLE_SUBMISSION_FIRST, spoil_keys_many},
	    {SAMPLE_SUBMISSION_FIRST, spoil_keyholder},
	    {SAMPLE_SUBMISSION_FIRST, spoil_nothing_inside},
	    {SAMPLE_SUBMISSION_FIRST, spoil_both},
	    {SAMPLE_SUBMISSION_FIRST, spoil_buckets},
	    {SAMPLE_SUBMISSION_REPORTS, spoil_reports},
	    {SAMPLE_SUBMISSION_FIRST, spoil_label_short},
	    {SAMPLE_SUBMISSION_FIRST, spoil_label_odd},
	    {SAMPLE_SUBMISSION_FIRST, spoil_label_long},
	    {SAMPLE_SUBMISSION_FINAL, spoil_coverage},
	    {SAMPLE_SUBMISSION_FINAL, spoil_coverage_zero},
	    {SAMPLE_SUBMISSION_FINAL, spoil_fed},
	    {SAMPLE_SUBMISSION_FINAL, spoil_fed_id},
	    {SAMPLE_SUBMISSION_FINAL, spoil_unrounded},
	    {SAMPLE_SUBMISSION_FINAL, spoil_count},
	    {SAMPLE_HEARTBEAT, spoil_version},
	    {SAMPLE_HEARTBEAT, spoil_deleted},
	    {SAMPLE_HEARTBEAT, spoil_deleted_period},
	    {SAMPLE_PLAN, spoil_plan_empty},
	    {SAMPLE_PLAN, spoil_plan_long},
	    {SAMPLE_ACK, spoil_ack},
	    {SAMPLE_REJECT, spoil_reject_reason},
	    {SAMPLE_REJECT, spoil_reject_reason_high},
	    {SAMPLE_HEARTBEAT_REPLY, spoil_states},
	    {SAMPLE_HEARTBEAT_REPLY, spoil_statements},
	    {SAMPLE_HEARTBEAT_REPLY, spoil_statement_id},
	    {SAMPLE_HEARTBEAT_REPLY, spoil_state_period},
	    {SAMPLE_KEYS_REQUEST, spoil_keys_plan},
	    {SAMPLE_EVALUATE, spoil_purpose},
	    {SAMPLE_EVALUATE, spoil_blinded},
	    {SAMPLE_KEYS, spoil_keys_keyholder},
	    {SAMPLE_EVALUATED, spoil_elements},
	    {SAMPLE_REFUSAL, spoil_refusal_reason},
	    {SAMPLE_REFUSAL_DESTROYED, spoil_refusal_period},
	    {SAMPLE_REFUSAL_DESTROYED, spoil_refusal_statement},
	    {SAMPLE_ACK, spoil_kind},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct oeo_message message;
		struct oeo_buf bytes = {0};

		fill_many(OEO_LABEL_BLOCK_BYTES + OEO_LABEL_MAC_BYTES);
		wire_sample_fill(&message, faults[i].sample);
		faults[i].spoil(&message);
		assert_int_equal(oeo_message_pack(&bytes, &message), OEO_ERR_RANGE);
		assert_int_equal(bytes.len, 0);
		oeo_buf_fini(&bytes);
	}
}

static void assert_largest_passes(struct oeo_message *message, enum oeo_direction direction)
{
	struct oeo_buf bytes = {0};

	assert_ok(oeo_message_pack(&bytes, message));
	assert_ok(unpack(direction, bytes.data, bytes.len));
	oeo_buf_fini(&bytes);
}

static void test_the_largest_that_is_allowed_passes(void **state)
{
	struct oeo_message message;

	(void)state;
	fill_many(2 * OEO_LABEL_BLOCK_BYTES + OEO_LABEL_MAC_BYTES);
	wire_sample_fill(&message, SAMPLE_SUBMISSION_FIRST);
	message.as.submission.buckets = many_buckets;
	message.as.submission.n_buckets = OEO_MAX_BUCKETS;
	assert_largest_passes(&message, OEO_TO_COLLECTOR);
	/* The longest label, as many as the message limit holds. */
	fill_many(OEO_MAX_LABEL_BYTES);
	message.as.submission.n_buckets = 1024 * 1024 / (OEO_MAX_LABEL_BYTES + 32);
	assert_largest_passes(&message, OEO_TO_COLLECTOR);
	wire_sample_fill(&message, SAMPLE_SUBMISSION_REPORTS);
	message.as.submission.reports = many_reports;
	message.as.submission.n_reports = OEO_MAX_REPORTS;
	assert_largest_passes(&message, OEO_TO_COLLECTOR);
	wire_sample_fill(&message, SAMPLE_HEARTBEAT);
	message.as.heartbeat.deleted = many_periods;
	message.as.heartbeat.n_deleted = OEO_MAX_PERIOD_STATES;
	assert_largest_passes(&message, OEO_TO_COLLECTOR);
	wire_sample_fill(&message, SAMPLE_HEARTBEAT_REPLY);
	for (size_t i = 0; i < OEO_MAX_PERIOD_STATES; i++) {
		many_states[i] = message.as.heartbeat_reply.periods[0];
		many_states[i].n_destroyed = OEO_MAX_KEYHOLDERS;
		for (size_t j = 0; j < OEO_MAX_KEYHOLDERS; j++)
			memcpy(many_states[i].destroyed[j].keyholder, "abcdefghijklmnopqrstuvwxyz012345",
			    OEO_ID_BYTES);
	}
	message.as.heartbeat_reply.periods = many_states;
	message.as.heartbeat_reply.n_periods = OEO_MAX_PERIOD_STATES;
	assert_largest_passes(&message, OEO_FROM_COLLECTOR);
}

/* ---- Bounds, in bytes that somebody else packed */

/* What a hostile sender changes in protobuf-c's own structs, free of our packing's checks. */
typedef void spoil_fn(ProtobufCMessage *envelope);

static Oeo__Submission *submission_of(ProtobufCMessage *envelope)
{
	return ((Oeo__ToCollector *)envelope)->submission;
}

static uint8_t spare[2 * OEO_MESSAGE_LIMIT];

static void forge_plan_digest(ProtobufCMessage *e)
{
	submission_of(e)->plan_digest.len--;
}
static void forge_key_digest(ProtobufCMessage *e)
{
	submission_of(e)->key_digest.len = 0;
}
static void forge_period(ProtobufCMessage *e)
{
	memcpy(submission_of(e)->period, "2026-Q9", 8);
}
static void forge_final_without_closing(ProtobufCMessage *e)
{
	submission_of(e)->final = 1;
}
static void forge_closing_without_final(ProtobufCMessage *e)
{
	submission_of(e)->final = 0;
}
static void forge_keys_late(ProtobufCMessage *e)
{
	submission_of(e)->index = 3;
}
static void forge_keys_missing(ProtobufCMessage *e)
{
	submission_of(e)->index = 0;
}
static void forge_key_length(ProtobufCMessage *e)
{
	submission_of(e)->keys[0]->cell_pk.len = 31;
}
static void forge_signature_length(ProtobufCMessage *e)
{
	submission_of(e)->keys[1]->signature.len = 63;
}
static void forge_tag(ProtobufCMessage *e)
{
	submission_of(e)->buckets[0]->tag.len = 15;
}
static void forge_label(ProtobufCMessage *e)
{
	submission_of(e)->buckets[0]->label.len--;
}
static void forge_label_missing(ProtobufCMessage *e)
{
	submission_of(e)->buckets[0]->label.len = 0;
}
static void forge_both(ProtobufCMessage *e)
{
	submission_of(e)->reports.data = spare;
	submission_of(e)->reports.len = OEO_REPORT_BYTES;
}
static void forge_report_cut(ProtobufCMessage *e)
{
	submission_of(e)->reports.len--;
}
static void forge_reports_many(ProtobufCMessage *e)
{
	submission_of(e)->reports.data = spare;
	submission_of(e)->reports.len = (size_t)(OEO_MAX_REPORTS + 1) * OEO_REPORT_BYTES;
}
static void forge_nothing_inside(ProtobufCMessage *e)
{
	submission_of(e)->reports.len = 0;
}
static void forge_coverage(ProtobufCMessage *e)
{
	submission_of(e)->closing->coverage = 4;
}
static void forge_coverage_wide(ProtobufCMessage *e)
{
	submission_of(e)->closing->coverage = UINT32_MAX;
}
static void forge_unrounded(ProtobufCMessage *e)
{
	submission_of(e)->closing->late = 5;
}
static void forge_count(ProtobufCMessage *e)
{
	submission_of(e)->closing->questions = UINT64_MAX - 5;
}
static void forge_plan_request(ProtobufCMessage *e)
{
	((Oeo__ToCollector *)e)->plan_request->digest.len = 31;
}
static void forge_version(ProtobufCMessage *e)
{
	((Oeo__ToCollector *)e)->heartbeat->version[0] = '\n';
}
static void forge_deleted(ProtobufCMessage *e)
{
	((Oeo__ToCollector *)e)->heartbeat->deleted[1][0] = 'x';
}
static void forge_blinded_short(ProtobufCMessage *e)
{
	((Oeo__ToKeyholder *)e)->evaluate->blinded.len -= OEO_ELEMENT_BYTES;
}
static void forge_blinded_long(ProtobufCMessage *e)
{
	((Oeo__ToKeyholder *)e)->evaluate->blinded.data = spare;
	((Oeo__ToKeyholder *)e)->evaluate->blinded.len += 1;
}
static void forge_purpose(ProtobufCMessage *e)
{
	((Oeo__ToKeyholder *)e)->evaluate->purpose = 0;
}
static void forge_evaluate_plan(ProtobufCMessage *e)
{
	((Oeo__ToKeyholder *)e)->evaluate->plan[2] = '/';
}
static void forge_elements(ProtobufCMessage *e)
{
	((Oeo__FromKeyholder *)e)->evaluated->elements.len -= 1;
}
static void forge_proof(ProtobufCMessage *e)
{
	((Oeo__FromKeyholder *)e)->evaluated->proof.len = 0;
}
static void forge_keys(ProtobufCMessage *e)
{
	((Oeo__FromKeyholder *)e)->keys->resident_pk.len = 33;
	((Oeo__FromKeyholder *)e)->keys->resident_pk.data = spare;
}
static void forge_statement(ProtobufCMessage *e)
{
	((Oeo__FromKeyholder *)e)->refusal->destroyed->signature.len = 32;
}
static void forge_reason(ProtobufCMessage *e)
{
	((Oeo__FromKeyholder *)e)->refusal->reason = OEO_MAX_REASON + 1;
}
static void forge_release_digest(ProtobufCMessage *e)
{
	((Oeo__FromCollector *)e)->heartbeat->periods[0]->release_digest.len = 16;
}
static void forge_release_key_digest(ProtobufCMessage *e)
{
	((Oeo__FromCollector *)e)->heartbeat->periods[0]->release_key_digest.len = 0;
}
static void forge_key_digest_alone(ProtobufCMessage *e)
{
	((Oeo__FromCollector *)e)->heartbeat->periods[0]->release_digest.len = 0;
}
static void forge_newest_plan(ProtobufCMessage *e)
{
	((Oeo__FromCollector *)e)->heartbeat->newest_plan.len = 8;
}
static void forge_body_missing(ProtobufCMessage *e)
{
	((Oeo__FromCollector *)e)->body_case = OEO__FROM_COLLECTOR__BODY__NOT_SET;
}

static const struct {
	enum wire_sample sample;
	spoil_fn *spoil;
} forgeries[] = {
    {SAMPLE_SUBMISSION_FIRST, forge_plan_digest},
    {SAMPLE_SUBMISSION_FIRST, forge_key_digest},
    {SAMPLE_SUBMISSION_FIRST, forge_period},
    {SAMPLE_SUBMISSION_FIRST, forge_final_without_closing},
    {SAMPLE_SUBMISSION_FINAL, forge_closing_without_final},
    {SAMPLE_SUBMISSION_FIRST, forge_keys_late},
    {SAMPLE_SUBMISSION_REPORTS, forge_keys_missing},
    {SAMPLE_SUBMISSION_FIRST, forge_key_length},
    {SAMPLE_SUBMISSION_FIRST, forge_signature_length},
    {SAMPLE_SUBMISSION_FIRST, forge_tag},
    {SAMPLE_SUBMISSION_FIRST, forge_label},
    {SAMPLE_SUBMISSION_FIRST, forge_label_missing},
    {SAMPLE_SUBMISSION_FIRST, forge_both},
    {SAMPLE_SUBMISSION_REPORTS, forge_report_cut},
    {SAMPLE_SUBMISSION_REPORTS, forge_reports_many},
    {SAMPLE_SUBMISSION_REPORTS, forge_nothing_inside},
    {SAMPLE_SUBMISSION_FINAL, forge_coverage},
    {SAMPLE_SUBMISSION_FINAL, forge_coverage_wide},
    {SAMPLE_SUBMISSION_FINAL, forge_unrounded},
    {SAMPLE_SUBMISSION_FINAL, forge_count},
    {SAMPLE_PLAN_REQUEST, forge_plan_request},
    {SAMPLE_HEARTBEAT, forge_version},
    {SAMPLE_HEARTBEAT, forge_deleted},
    {SAMPLE_EVALUATE, forge_blinded_short},
    {SAMPLE_EVALUATE, forge_blinded_long},
    {SAMPLE_EVALUATE, forge_purpose},
    {SAMPLE_EVALUATE, forge_evaluate_plan},
    {SAMPLE_EVALUATED, forge_elements},
    {SAMPLE_EVALUATED, forge_proof},
    {SAMPLE_KEYS, forge_keys},
    {SAMPLE_REFUSAL_DESTROYED, forge_statement},
    {SAMPLE_REFUSAL, forge_reason},
    {SAMPLE_HEARTBEAT_REPLY, forge_release_digest},
    {SAMPLE_HEARTBEAT_REPLY, forge_release_key_digest},
    {SAMPLE_HEARTBEAT_REPLY, forge_key_digest_alone},
    {SAMPLE_HEARTBEAT_REPLY, forge_newest_plan},
    {SAMPLE_ACK, forge_body_missing},
};

static const ProtobufCMessageDescriptor *descriptor_of(enum oeo_direction direction)
{
	switch (direction) {
	case OEO_TO_COLLECTOR:
		return &oeo__to_collector__descriptor;
	case OEO_FROM_COLLECTOR:
		return &oeo__from_collector__descriptor;
	case OEO_TO_KEYHOLDER:
		return &oeo__to_keyholder__descriptor;
	case OEO_FROM_KEYHOLDER:
		return &oeo__from_keyholder__descriptor;
	}
	return NULL;
}

/* Memory for one forged message: its lengths and pointers are changed, so that protobuf-c cannot free it. */
static struct {
	max_align_t bytes[16384];
	size_t used;
} forge;

static void *forge_allocate(void *context, size_t size)
{
	size_t slots = size / sizeof(max_align_t) + 1;
	void *taken = forge.bytes + forge.used;

	(void)context;
	assert_true(slots <= sizeof(forge.bytes) / sizeof(max_align_t) - forge.used);
	forge.used += slots;
	return taken;
}

static void forge_free(void *context, void *pointer)
{
	(void)context;
	(void)pointer;
}

/* Protobuf-c's own packing of a sample after a change. */
static void pack_forged(struct oeo_buf *out, enum wire_sample sample, spoil_fn *spoil)
{
	ProtobufCAllocator allocator = {forge_allocate, forge_free, NULL};
	struct oeo_buf honest = {0};
	ProtobufCMessage *envelope;

	forge.used = 0;
	pack_sample(&honest, sample);
	envelope = protobuf_c_message_unpack(
	    descriptor_of(wire_sample_direction(sample)), &allocator, honest.len, honest.data);
	assert_non_null(envelope);
	if (spoil != NULL)
		spoil(envelope);
	assert_ok(oeo_buf_reserve(out, protobuf_c_message_get_packed_size(envelope)));
	out->len = protobuf_c_message_pack(envelope, out->data);
	oeo_buf_fini(&honest);
}

static void test_bytes_that_break_a_bound_are_refused(void **state)
{
	struct oeo_buf bytes = {0};

	(void)state;
	/* The way of forging is sound: unchanged it gives what is taken. */
	for (unsigned sample = 0; sample < SAMPLES; sample++) {
		pack_forged(&bytes, sample, NULL);
		assert_ok(unpack(wire_sample_direction(sample), bytes.data, bytes.len));
	}
	for (size_t i = 0; i < sizeof(forgeries) / sizeof(forgeries[0]); i++) {
		pack_forged(&bytes, forgeries[i].sample, forgeries[i].spoil);
		assert_int_equal(unpack(wire_sample_direction(forgeries[i].sample), bytes.data, bytes.len),
		    OEO_ERR_FORMAT);
	}
	oeo_buf_fini(&bytes);
}

/* Append n times two bytes: an empty bucket, period key or text, inside a submission. */
static void assert_flood_is_refused(uint8_t tag)
{
	struct oeo_buf inner = {0};
	struct oeo_buf bytes = {0};
	size_t n = (OEO_MESSAGE_LIMIT - 16) / 2;

	for (size_t i = 0; i < n; i++) {
		uint8_t empty[2] = {tag, 0};

		assert_ok(oeo_buf_append(&inner, empty, sizeof(empty)));
	}
	assert_ok(oeo_buf_append(&bytes, "\x08\x01\x1a", 3));
	for (size_t rest = inner.len; rest > 0; rest >>= 7) {
		uint8_t byte = (uint8_t)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0));

		assert_ok(oeo_buf_append(&bytes, &byte, 1));
	}
	assert_ok(oeo_buf_append(&bytes, inner.data, inner.len));
	assert_true(bytes.len <= OEO_MESSAGE_LIMIT);
	assert_int_equal(unpack(OEO_TO_COLLECTOR, bytes.data, bytes.len), OEO_ERR_FORMAT);
	oeo_buf_fini(&inner);
	oeo_buf_fini(&bytes);
}

static void test_a_flood_of_empty_parts_is_refused_within_the_arena(void **state)
{
	(void)state;
	assert_flood_is_refused(0x3a); /* buckets */
	assert_flood_is_refused(0x32); /* keys */
}

static void test_more_than_the_limit_is_refused(void **state)
{
	struct oeo_message message;
	struct oeo_buf bytes = {0};

	(void)state;
	wire_sample_fill(&message, SAMPLE_PLAN);
	message.as.plan.bytes = spare;
	message.as.plan.len = OEO_MESSAGE_LIMIT - 14; /* request 10, field and length 4: exactly the limit */
	message.request = UINT64_MAX >> 1;
	assert_ok(oeo_message_pack(&bytes, &message));
	assert_int_equal(bytes.len, OEO_MESSAGE_LIMIT);
	assert_ok(unpack(OEO_FROM_COLLECTOR, bytes.data, bytes.len));
	message.as.plan.len++;
	assert_int_equal(oeo_message_pack(&bytes, &message), OEO_ERR_RANGE);
	assert_int_equal(bytes.len, OEO_MESSAGE_LIMIT);
	pack_forged(&bytes, SAMPLE_PLAN, NULL);
	assert_int_equal(unpack(OEO_FROM_COLLECTOR, spare, OEO_MESSAGE_LIMIT + 1), OEO_ERR_FORMAT);
	oeo_buf_fini(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_is_out_of_bounds_is_not_packed),
	    cmocka_unit_test(test_the_largest_that_is_allowed_passes),
	    cmocka_unit_test(test_bytes_that_break_a_bound_are_refused),
	    cmocka_unit_test(test_a_flood_of_empty_parts_is_refused_within_the_arena),
	    cmocka_unit_test(test_more_than_the_limit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

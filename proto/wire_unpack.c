/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Unpacking: protobuf-c parses into an arena, fixed-length fields are checked while they are copied into the
 * message, oeo_wire_check does the rest. Reports stay one run of bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/link.h"
#include "proto/oeo.pb-c.h"
#include "proto/wire.h"
#include "proto/wire_internal.h"

/* The heaviest messages, 2,048 buckets or 512 periods, need less than three times their bytes. */
#define UNPACK_LIMIT ((size_t)4 * OEO_MESSAGE_LIMIT)

static void *allocate(void *arena, size_t size)
{
	return oeo_arena_take(arena, size);
}

static void release(void *arena, void *pointer)
{
	(void)arena;
	(void)pointer;
}

static bool copy_bytes(uint8_t *to, size_t len, const ProtobufCBinaryData *from)
{
	if (from->len != len)
		return false;
	memcpy(to, from->data, len);
	return true;
}

static bool copy_text(char *to, size_t size, const char *from)
{
	size_t len = strlen(from);

	if (len >= size)
		return false;
	memcpy(to, from, len + 1);
	return true;
}

/* Fields that this version does not know would travel, and be stored, unread. */
static bool is_known(const ProtobufCMessage *message)
{
	return message->n_unknown_fields == 0;
}

static bool get_period_keys(struct oeo_period_keys *keys, const Oeo__PeriodKeys *in)
{
	return is_known(&in->base) && copy_text(keys->keyholder, sizeof(keys->keyholder), in->keyholder) &&
	       copy_bytes(keys->resident_pk, sizeof(keys->resident_pk), &in->resident_pk) &&
	       copy_bytes(keys->cell_pk, sizeof(keys->cell_pk), &in->cell_pk) &&
	       copy_bytes(keys->signature, sizeof(keys->signature), &in->signature);
}

static bool get_destroyed(struct oeo_destroyed *destroyed, const Oeo__Destroyed *in)
{
	return is_known(&in->base) &&
	       copy_text(destroyed->keyholder, sizeof(destroyed->keyholder), in->keyholder) &&
	       copy_bytes(destroyed->signature, sizeof(destroyed->signature), &in->signature);
}

static bool get_closing(struct oeo_closing *closing, const Oeo__Closing *in)
{
	if (!is_known(&in->base) || in->n_fed > OEO_MAX_FED)
		return false;
	if (in->coverage < OEO_COVERAGE_YES || in->coverage > OEO_COVERAGE_NO)
		return false;
	closing->coverage = (enum oeo_coverage)in->coverage;
	for (size_t i = 0; i < in->n_fed; i++) {
		if (!copy_text(closing->fed[i], sizeof(closing->fed[i]), in->fed[i]))
			return false;
	}
	closing->n_fed = in->n_fed;
	closing->questions = in->questions;
	closing->without_identity = in->without_identity;
	closing->unmapped = in->unmapped;
	closing->late = in->late;
	return true;
}

static bool get_buckets(struct oeo_submission_part *part, const Oeo__Submission *in, struct oeo_arena *arena)
{
	struct oeo_bucket *buckets;

	if (in->n_buckets > OEO_MAX_BUCKETS)
		return false;
	buckets = oeo_arena_take_array(arena, in->n_buckets, sizeof(*buckets));
	if (buckets == NULL)
		return false;
	for (size_t i = 0; i < in->n_buckets; i++) {
		if (!is_known(&in->buckets[i]->base) ||
		    !copy_bytes(buckets[i].tag, sizeof(buckets[i].tag), &in->buckets[i]->tag))
			return false;
		buckets[i].table = in->buckets[i]->table;
		buckets[i].label = in->buckets[i]->label.data;
		buckets[i].label_len = in->buckets[i]->label.len;
	}
	part->buckets = buckets;
	part->n_buckets = in->n_buckets;
	return true;
}

static bool get_submission(
    struct oeo_submission_part *part, const Oeo__Submission *in, struct oeo_arena *arena)
{
	bool is_final = in->final != 0;

	if (!is_known(&in->base) || !copy_bytes(part->plan_digest, OEO_DIGEST_BYTES, &in->plan_digest) ||
	    !copy_bytes(part->key_digest, OEO_DIGEST_BYTES, &in->key_digest) ||
	    !copy_text(part->period, sizeof(part->period), in->period))
		return false;
	if (in->n_keys > OEO_MAX_KEYHOLDERS || in->reports.len % OEO_REPORT_BYTES != 0 ||
	    is_final != (in->closing != NULL))
		return false;
	for (size_t i = 0; i < in->n_keys; i++) {
		if (!get_period_keys(&part->keys[i], in->keys[i]))
			return false;
	}
	part->index = in->index;
	part->is_final = is_final;
	part->n_keys = in->n_keys;
	part->reports = in->reports.data;
	part->n_reports = in->reports.len / OEO_REPORT_BYTES;
	return get_buckets(part, in, arena) && (!is_final || get_closing(&part->closing, in->closing));
}

static bool get_heartbeat(struct oeo_heartbeat *heartbeat, const Oeo__Heartbeat *in, struct oeo_arena *arena)
{
	if (!is_known(&in->base) || in->n_deleted > OEO_MAX_PERIOD_STATES ||
	    !copy_text(heartbeat->version, sizeof(heartbeat->version), in->version))
		return false;
	heartbeat->icu = in->icu;
	heartbeat->deleted = oeo_arena_take_array(arena, in->n_deleted, sizeof(*heartbeat->deleted));
	if (heartbeat->deleted == NULL)
		return false;
	for (size_t i = 0; i < in->n_deleted; i++) {
		if (!copy_text(heartbeat->deleted[i], sizeof(heartbeat->deleted[i]), in->deleted[i]))
			return false;
	}
	heartbeat->n_deleted = in->n_deleted;
	return true;
}

static bool get_period_state(struct oeo_period_state *state, const Oeo__PeriodState *in)
{
	if (!is_known(&in->base) || in->n_destroyed > OEO_MAX_KEYHOLDERS ||
	    !copy_text(state->period, sizeof(state->period), in->period))
		return false;
	state->is_released = in->release_digest.len > 0;
	if (state->is_released &&
	    (!copy_bytes(state->release_digest, OEO_DIGEST_BYTES, &in->release_digest) ||
		!copy_bytes(state->release_key_digest, OEO_DIGEST_BYTES, &in->release_key_digest)))
		return false;
	if (!state->is_released && in->release_key_digest.len > 0)
		return false;
	for (size_t i = 0; i < in->n_destroyed; i++) {
		if (!get_destroyed(&state->destroyed[i], in->destroyed[i]))
			return false;
	}
	state->n_destroyed = in->n_destroyed;
	state->next_index = in->next_index;
	state->is_final = in->final != 0;
	state->is_without_member = in->without_member != 0;
	return true;
}

static bool get_heartbeat_reply(
    struct oeo_heartbeat_reply *reply, const Oeo__HeartbeatReply *in, struct oeo_arena *arena)
{
	if (!is_known(&in->base) || in->n_periods > OEO_MAX_PERIOD_STATES)
		return false;
	reply->has_plan = in->newest_plan.len > 0;
	if (reply->has_plan && !copy_bytes(reply->newest_plan, OEO_DIGEST_BYTES, &in->newest_plan))
		return false;
	reply->periods = oeo_arena_take_array(arena, in->n_periods, sizeof(*reply->periods));
	if (reply->periods == NULL)
		return false;
	for (size_t i = 0; i < in->n_periods; i++) {
		if (!get_period_state(&reply->periods[i], in->periods[i]))
			return false;
	}
	reply->n_periods = in->n_periods;
	return true;
}

static bool get_evaluate(struct oeo_evaluate *evaluate, const Oeo__Evaluate *in)
{
	if (!is_known(&in->base) || !copy_text(evaluate->plan, sizeof(evaluate->plan), in->plan) ||
	    !copy_text(evaluate->period, sizeof(evaluate->period), in->period))
		return false;
	if (in->blinded.len != OEO_GROUP_BYTES)
		return false;
	if (in->purpose != OEO_PURPOSE_RESIDENT && in->purpose != OEO_PURPOSE_CELL)
		return false;
	evaluate->purpose = (enum oeo_purpose)in->purpose;
	evaluate->blinded = in->blinded.data;
	return true;
}

static bool get_refusal(struct oeo_message *message, const Oeo__Refusal *in)
{
	message->kind = OEO_MESSAGE_REFUSAL;
	message->as.refusal.reason = in->reason;
	message->as.refusal.has_destroyed = in->destroyed != NULL;
	return is_known(&in->base) &&
	       copy_text(message->as.refusal.period, sizeof(message->as.refusal.period), in->period) &&
	       (in->destroyed == NULL || get_destroyed(&message->as.refusal.destroyed, in->destroyed));
}

static bool get_to_collector(
    struct oeo_message *message, const ProtobufCMessage *base, struct oeo_arena *arena)
{
	const Oeo__ToCollector *in = (const Oeo__ToCollector *)base;

	message->request = in->request;
	switch (in->body_case) {
	case OEO__TO_COLLECTOR__BODY_PLAN_REQUEST:
		message->kind = OEO_MESSAGE_PLAN_REQUEST;
		message->as.plan_request.has_digest = in->plan_request->digest.len > 0;
		return is_known(&in->plan_request->base) &&
		       (in->plan_request->digest.len == 0 ||
			   copy_bytes(
			       message->as.plan_request.digest, OEO_DIGEST_BYTES, &in->plan_request->digest));
	case OEO__TO_COLLECTOR__BODY_SUBMISSION:
		message->kind = OEO_MESSAGE_SUBMISSION;
		return get_submission(&message->as.submission, in->submission, arena);
	case OEO__TO_COLLECTOR__BODY_HEARTBEAT:
		message->kind = OEO_MESSAGE_HEARTBEAT;
		return get_heartbeat(&message->as.heartbeat, in->heartbeat, arena);
	default:
		return false;
	}
}

static bool get_from_collector(
    struct oeo_message *message, const ProtobufCMessage *base, struct oeo_arena *arena)
{
	const Oeo__FromCollector *in = (const Oeo__FromCollector *)base;

	message->request = in->request;
	switch (in->body_case) {
	case OEO__FROM_COLLECTOR__BODY_PLAN:
		message->kind = OEO_MESSAGE_PLAN;
		message->as.plan.bytes = in->plan.data;
		message->as.plan.len = in->plan.len;
		return true;
	case OEO__FROM_COLLECTOR__BODY_ACK:
		message->kind = OEO_MESSAGE_ACK;
		message->as.ack.index = in->ack->index;
		return is_known(&in->ack->base) &&
		       copy_text(message->as.ack.period, sizeof(message->as.ack.period), in->ack->period);
	case OEO__FROM_COLLECTOR__BODY_REJECT:
		message->kind = OEO_MESSAGE_REJECT;
		message->as.reject.index = in->reject->index;
		message->as.reject.reason = in->reject->reason;
		return is_known(&in->reject->base) &&
		       copy_text(
			   message->as.reject.period, sizeof(message->as.reject.period), in->reject->period);
	case OEO__FROM_COLLECTOR__BODY_HEARTBEAT:
		message->kind = OEO_MESSAGE_HEARTBEAT_REPLY;
		return get_heartbeat_reply(&message->as.heartbeat_reply, in->heartbeat, arena);
	case OEO__FROM_COLLECTOR__BODY_REFUSAL:
		return get_refusal(message, in->refusal);
	default:
		return false;
	}
}

static bool get_to_keyholder(
    struct oeo_message *message, const ProtobufCMessage *base, struct oeo_arena *arena)
{
	const Oeo__ToKeyholder *in = (const Oeo__ToKeyholder *)base;

	(void)arena;
	message->request = in->request;
	switch (in->body_case) {
	case OEO__TO_KEYHOLDER__BODY_KEYS:
		message->kind = OEO_MESSAGE_KEYS_REQUEST;
		return is_known(&in->keys->base) &&
		       copy_text(message->as.keys_request.plan, OEO_ID_BYTES, in->keys->plan) &&
		       copy_text(message->as.keys_request.period, OEO_PERIOD_BYTES, in->keys->period);
	case OEO__TO_KEYHOLDER__BODY_EVALUATE:
		message->kind = OEO_MESSAGE_EVALUATE;
		return get_evaluate(&message->as.evaluate, in->evaluate);
	default:
		return false;
	}
}

static bool get_from_keyholder(
    struct oeo_message *message, const ProtobufCMessage *base, struct oeo_arena *arena)
{
	const Oeo__FromKeyholder *in = (const Oeo__FromKeyholder *)base;

	(void)arena;
	message->request = in->request;
	switch (in->body_case) {
	case OEO__FROM_KEYHOLDER__BODY_KEYS:
		message->kind = OEO_MESSAGE_KEYS;
		return get_period_keys(&message->as.keys, in->keys);
	case OEO__FROM_KEYHOLDER__BODY_EVALUATED:
		message->kind = OEO_MESSAGE_EVALUATED;
		message->as.evaluated.elements = in->evaluated->elements.data;
		return is_known(&in->evaluated->base) && in->evaluated->elements.len == OEO_GROUP_BYTES &&
		       copy_bytes(message->as.evaluated.proof, OEO_PROOF_BYTES, &in->evaluated->proof);
	case OEO__FROM_KEYHOLDER__BODY_REFUSAL:
		return get_refusal(message, in->refusal);
	default:
		return false;
	}
}

typedef bool get_fn(struct oeo_message *message, const ProtobufCMessage *base, struct oeo_arena *arena);

static const struct {
	const ProtobufCMessageDescriptor *descriptor;
	get_fn *get;
} directions[] = {
    [OEO_TO_COLLECTOR] = {&oeo__to_collector__descriptor, get_to_collector},
    [OEO_FROM_COLLECTOR] = {&oeo__from_collector__descriptor, get_from_collector},
    [OEO_TO_KEYHOLDER] = {&oeo__to_keyholder__descriptor, get_to_keyholder},
    [OEO_FROM_KEYHOLDER] = {&oeo__from_keyholder__descriptor, get_from_keyholder},
};

/* The request number stands first. */
uint64_t oeo_message_peek_request(const uint8_t *bytes, size_t len)
{
	uint64_t request = 0;

	if (len == 0 || bytes[0] != 0x08)
		return 0;
	for (size_t i = 1; i < len && i <= 10; i++) {
		request |= (uint64_t)(bytes[i] & 0x7F) << (7 * (i - 1));
		if ((bytes[i] & 0x80) == 0)
			return request;
	}
	return 0;
}

static enum oeo_err unpack_into(struct oeo_message *message, enum oeo_direction direction,
    const uint8_t *bytes, size_t len, struct oeo_arena *arena)
{
	ProtobufCAllocator allocator = {allocate, release, arena};
	ProtobufCMessage *base =
	    protobuf_c_message_unpack(directions[direction].descriptor, &allocator, len, bytes);

	if (base == NULL || !is_known(base))
		return oeo_arena_failure(arena);
	/* Canonical bytes have exactly the length that packing them again would have. */
	if (protobuf_c_message_get_packed_size(base) != len)
		return OEO_ERR_FORMAT;
	if (!directions[direction].get(message, base, arena))
		return oeo_arena_failure(arena);
	return oeo_wire_check(message) == OEO_OK ? OEO_OK : OEO_ERR_FORMAT;
}

enum oeo_err oeo_message_unpack(
    struct oeo_message *message, enum oeo_direction direction, const uint8_t *bytes, size_t len)
{
	struct oeo_arena *arena;
	enum oeo_err err;

	memset(message, 0, sizeof(*message));
	message->request = oeo_message_peek_request(bytes, len);
	if (len == 0 || len > OEO_MESSAGE_LIMIT || direction < OEO_TO_COLLECTOR ||
	    direction > OEO_FROM_KEYHOLDER)
		return OEO_ERR_FORMAT;
	arena = malloc(sizeof(*arena));
	if (arena == NULL)
		return OEO_ERR_NOMEM;
	oeo_arena_init(arena, UNPACK_LIMIT);
	err = unpack_into(message, direction, bytes, len, arena);
	if (err != OEO_OK) {
		oeo_arena_fini(arena);
		free(arena);
		memset(message, 0, sizeof(*message));
		message->request = oeo_message_peek_request(bytes, len);
		return err;
	}
	message->owned = arena;
	return OEO_OK;
}

void oeo_message_fini(struct oeo_message *message)
{
	if (message == NULL)
		return;
	oeo_arena_fini(message->owned);
	free(message->owned);
	message->owned = NULL;
}

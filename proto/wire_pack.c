/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Packing: check the message, lay protobuf-c's structs over its members (nothing is copied but pointers), let
 * protobuf-c write the bytes. protobuf-c's structs have no const members but are only read.
 */
#include <string.h>

#include "proto/link.h"
#include "proto/oeo.pb-c.h"
#include "proto/wire.h"
#include "proto/wire_internal.h"

/* What one message may need beside its bytes: 2,048 buckets or 512 periods with 8 statements each. */
#define PACK_LIMIT ((size_t)4 * 1024 * 1024)

static ProtobufCBinaryData bytes_of(const uint8_t *bytes, size_t len)
{
	ProtobufCBinaryData data;

	data.len = len;
	data.data = (uint8_t *)bytes;
	return data;
}

static char *text_of(const char *text)
{
	return (char *)text;
}

static void set_period_keys(Oeo__PeriodKeys *out, const struct oeo_period_keys *keys)
{
	oeo__period_keys__init(out);
	out->keyholder = text_of(keys->keyholder);
	out->resident_pk = bytes_of(keys->resident_pk, sizeof(keys->resident_pk));
	out->cell_pk = bytes_of(keys->cell_pk, sizeof(keys->cell_pk));
	out->signature = bytes_of(keys->signature, sizeof(keys->signature));
}

static void set_destroyed(Oeo__Destroyed *out, const struct oeo_destroyed *destroyed)
{
	oeo__destroyed__init(out);
	out->keyholder = text_of(destroyed->keyholder);
	out->signature = bytes_of(destroyed->signature, sizeof(destroyed->signature));
}

/* Make n structs of size bytes and an array of pointers to them, as protobuf-c wants repeated messages. */
static bool take_repeated(struct oeo_arena *arena, size_t n, size_t size, void **items, void ***pointers)
{
	*items = oeo_arena_take_array(arena, n, size);
	*pointers = oeo_arena_take_array(arena, n, sizeof(void *));
	if (*items == NULL || *pointers == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		(*pointers)[i] = (uint8_t *)*items + i * size;
	return true;
}

static bool set_keys(Oeo__Submission *out, const struct oeo_submission_part *part, struct oeo_arena *arena)
{
	void *items;
	void **pointers;

	if (!take_repeated(arena, part->n_keys, sizeof(Oeo__PeriodKeys), &items, &pointers))
		return false;
	for (size_t i = 0; i < part->n_keys; i++)
		set_period_keys((Oeo__PeriodKeys *)items + i, &part->keys[i]);
	out->n_keys = part->n_keys;
	out->keys = (Oeo__PeriodKeys **)pointers;
	return true;
}

static bool set_buckets(Oeo__Submission *out, const struct oeo_submission_part *part, struct oeo_arena *arena)
{
	void *items;
	void **pointers;
	Oeo__Bucket *bucket;

	if (!take_repeated(arena, part->n_buckets, sizeof(Oeo__Bucket), &items, &pointers))
		return false;
	for (size_t i = 0; i < part->n_buckets; i++) {
		bucket = (Oeo__Bucket *)items + i;
		oeo__bucket__init(bucket);
		bucket->tag = bytes_of(part->buckets[i].tag, OEO_TAG_BYTES);
		bucket->table = part->buckets[i].table;
		bucket->label = bytes_of(part->buckets[i].label, part->buckets[i].label_len);
	}
	out->n_buckets = part->n_buckets;
	out->buckets = (Oeo__Bucket **)pointers;
	return true;
}

static Oeo__Closing *new_closing(const struct oeo_closing *closing, struct oeo_arena *arena)
{
	Oeo__Closing *out = oeo_arena_take_array(arena, 1, sizeof(*out));
	char **fed = oeo_arena_take_array(arena, OEO_MAX_FED, sizeof(*fed));

	if (out == NULL || fed == NULL)
		return NULL;
	oeo__closing__init(out);
	for (size_t i = 0; i < closing->n_fed; i++)
		fed[i] = text_of(closing->fed[i]);
	out->coverage = (uint32_t)closing->coverage;
	out->n_fed = closing->n_fed;
	out->fed = fed;
	out->questions = closing->questions;
	out->without_identity = closing->without_identity;
	out->unmapped = closing->unmapped;
	out->late = closing->late;
	return out;
}

static bool set_submission(
    Oeo__Submission *out, const struct oeo_submission_part *part, struct oeo_arena *arena)
{
	out->plan_digest = bytes_of(part->plan_digest, OEO_DIGEST_BYTES);
	out->key_digest = bytes_of(part->key_digest, OEO_DIGEST_BYTES);
	out->period = text_of(part->period);
	out->index = part->index;
	out->final = part->is_final;
	if (part->n_keys > 0 && !set_keys(out, part, arena))
		return false;
	if (part->n_buckets > 0 && !set_buckets(out, part, arena))
		return false;
	out->reports = bytes_of(part->reports, part->n_reports * OEO_REPORT_BYTES);
	if (part->is_final)
		out->closing = new_closing(&part->closing, arena);
	return !part->is_final || out->closing != NULL;
}

static bool set_heartbeat(Oeo__Heartbeat *out, const struct oeo_heartbeat *heartbeat, struct oeo_arena *arena)
{
	out->version = text_of(heartbeat->version);
	out->icu = heartbeat->icu;
	out->n_deleted = heartbeat->n_deleted;
	out->deleted = oeo_arena_take_array(arena, heartbeat->n_deleted, sizeof(*out->deleted));
	if (out->deleted == NULL)
		return false;
	for (size_t i = 0; i < heartbeat->n_deleted; i++)
		out->deleted[i] = text_of(heartbeat->deleted[i]);
	return true;
}

static bool set_period_state(
    Oeo__PeriodState *out, const struct oeo_period_state *state, struct oeo_arena *arena)
{
	void *items;
	void **pointers;

	oeo__period_state__init(out);
	out->period = text_of(state->period);
	out->next_index = state->next_index;
	out->final = state->is_final;
	if (state->is_released) {
		out->release_digest = bytes_of(state->release_digest, OEO_DIGEST_BYTES);
		out->release_key_digest = bytes_of(state->release_key_digest, OEO_DIGEST_BYTES);
	}
	out->without_member = state->is_without_member;
	if (!take_repeated(arena, state->n_destroyed, sizeof(Oeo__Destroyed), &items, &pointers))
		return false;
	for (size_t i = 0; i < state->n_destroyed; i++)
		set_destroyed((Oeo__Destroyed *)items + i, &state->destroyed[i]);
	out->n_destroyed = state->n_destroyed;
	out->destroyed = (Oeo__Destroyed **)pointers;
	return true;
}

static bool set_heartbeat_reply(
    Oeo__HeartbeatReply *out, const struct oeo_heartbeat_reply *reply, struct oeo_arena *arena)
{
	void *items;
	void **pointers;

	if (reply->has_plan)
		out->newest_plan = bytes_of(reply->newest_plan, OEO_DIGEST_BYTES);
	if (!take_repeated(arena, reply->n_periods, sizeof(Oeo__PeriodState), &items, &pointers))
		return false;
	for (size_t i = 0; i < reply->n_periods; i++) {
		if (!set_period_state((Oeo__PeriodState *)items + i, &reply->periods[i], arena))
			return false;
	}
	out->n_periods = reply->n_periods;
	out->periods = (Oeo__PeriodState **)pointers;
	return true;
}

/* Append a packed protobuf, or nothing. */
static enum oeo_err append(struct oeo_buf *out, const ProtobufCMessage *packed)
{
	size_t len = protobuf_c_message_get_packed_size(packed);
	enum oeo_err err;

	if (len > OEO_MESSAGE_LIMIT)
		return OEO_ERR_RANGE;
	err = oeo_buf_reserve(out, len);
	if (err == OEO_OK)
		out->len += protobuf_c_message_pack(packed, out->data + out->len);
	return err;
}

static enum oeo_err pack_to_collector(
    struct oeo_buf *out, const struct oeo_message *message, struct oeo_arena *arena)
{
	Oeo__ToCollector envelope = OEO__TO_COLLECTOR__INIT;
	Oeo__PlanRequest plan_request = OEO__PLAN_REQUEST__INIT;
	Oeo__Submission submission = OEO__SUBMISSION__INIT;
	Oeo__Heartbeat heartbeat = OEO__HEARTBEAT__INIT;

	envelope.request = message->request;
	if (message->kind == OEO_MESSAGE_PLAN_REQUEST) {
		if (message->as.plan_request.has_digest)
			plan_request.digest = bytes_of(message->as.plan_request.digest, OEO_DIGEST_BYTES);
		envelope.body_case = OEO__TO_COLLECTOR__BODY_PLAN_REQUEST;
		envelope.plan_request = &plan_request;
	} else if (message->kind == OEO_MESSAGE_SUBMISSION) {
		if (!set_submission(&submission, &message->as.submission, arena))
			return OEO_ERR_NOMEM;
		envelope.body_case = OEO__TO_COLLECTOR__BODY_SUBMISSION;
		envelope.submission = &submission;
	} else {
		if (!set_heartbeat(&heartbeat, &message->as.heartbeat, arena))
			return OEO_ERR_NOMEM;
		envelope.body_case = OEO__TO_COLLECTOR__BODY_HEARTBEAT;
		envelope.heartbeat = &heartbeat;
	}
	return append(out, &envelope.base);
}

static enum oeo_err pack_from_collector(
    struct oeo_buf *out, const struct oeo_message *message, struct oeo_arena *arena)
{
	Oeo__FromCollector envelope;
	Oeo__Ack ack = OEO__ACK__INIT;
	Oeo__Reject reject = OEO__REJECT__INIT;
	Oeo__HeartbeatReply heartbeat = OEO__HEARTBEAT_REPLY__INIT;

	oeo__from_collector__init(&envelope);
	envelope.request = message->request;
	if (message->kind == OEO_MESSAGE_PLAN) {
		envelope.body_case = OEO__FROM_COLLECTOR__BODY_PLAN;
		envelope.plan = bytes_of(message->as.plan.bytes, message->as.plan.len);
	} else if (message->kind == OEO_MESSAGE_ACK) {
		ack.period = text_of(message->as.ack.period);
		ack.index = message->as.ack.index;
		envelope.body_case = OEO__FROM_COLLECTOR__BODY_ACK;
		envelope.ack = &ack;
	} else if (message->kind == OEO_MESSAGE_REJECT) {
		reject.period = text_of(message->as.reject.period);
		reject.index = message->as.reject.index;
		reject.reason = message->as.reject.reason;
		envelope.body_case = OEO__FROM_COLLECTOR__BODY_REJECT;
		envelope.reject = &reject;
	} else {
		if (!set_heartbeat_reply(&heartbeat, &message->as.heartbeat_reply, arena))
			return OEO_ERR_NOMEM;
		envelope.body_case = OEO__FROM_COLLECTOR__BODY_HEARTBEAT;
		envelope.heartbeat = &heartbeat;
	}
	return append(out, &envelope.base);
}

static enum oeo_err pack_to_keyholder(struct oeo_buf *out, const struct oeo_message *message)
{
	Oeo__ToKeyholder envelope = OEO__TO_KEYHOLDER__INIT;
	Oeo__PeriodKeyRequest keys = OEO__PERIOD_KEY_REQUEST__INIT;
	Oeo__Evaluate evaluate = OEO__EVALUATE__INIT;

	envelope.request = message->request;
	if (message->kind == OEO_MESSAGE_KEYS_REQUEST) {
		keys.plan = text_of(message->as.keys_request.plan);
		keys.period = text_of(message->as.keys_request.period);
		envelope.body_case = OEO__TO_KEYHOLDER__BODY_KEYS;
		envelope.keys = &keys;
	} else {
		evaluate.plan = text_of(message->as.evaluate.plan);
		evaluate.period = text_of(message->as.evaluate.period);
		evaluate.purpose = (uint32_t)message->as.evaluate.purpose;
		evaluate.blinded = bytes_of(message->as.evaluate.blinded, OEO_GROUP_BYTES);
		envelope.body_case = OEO__TO_KEYHOLDER__BODY_EVALUATE;
		envelope.evaluate = &evaluate;
	}
	return append(out, &envelope.base);
}

/* A refusal is packed here whoever says it: both envelopes give it the same field. */
static enum oeo_err pack_from_keyholder(struct oeo_buf *out, const struct oeo_message *message)
{
	Oeo__FromKeyholder envelope = OEO__FROM_KEYHOLDER__INIT;
	Oeo__PeriodKeys keys = OEO__PERIOD_KEYS__INIT;
	Oeo__Evaluated evaluated = OEO__EVALUATED__INIT;
	Oeo__Refusal refusal = OEO__REFUSAL__INIT;
	Oeo__Destroyed destroyed;

	envelope.request = message->request;
	if (message->kind == OEO_MESSAGE_KEYS) {
		set_period_keys(&keys, &message->as.keys);
		envelope.body_case = OEO__FROM_KEYHOLDER__BODY_KEYS;
		envelope.keys = &keys;
	} else if (message->kind == OEO_MESSAGE_EVALUATED) {
		evaluated.elements = bytes_of(message->as.evaluated.elements, OEO_GROUP_BYTES);
		evaluated.proof = bytes_of(message->as.evaluated.proof, OEO_PROOF_BYTES);
		envelope.body_case = OEO__FROM_KEYHOLDER__BODY_EVALUATED;
		envelope.evaluated = &evaluated;
	} else {
		refusal.reason = message->as.refusal.reason;
		refusal.period = text_of(message->as.refusal.period);
		if (message->as.refusal.has_destroyed) {
			set_destroyed(&destroyed, &message->as.refusal.destroyed);
			refusal.destroyed = &destroyed;
		}
		envelope.body_case = OEO__FROM_KEYHOLDER__BODY_REFUSAL;
		envelope.refusal = &refusal;
	}
	return append(out, &envelope.base);
}

static enum oeo_err pack_checked(
    struct oeo_buf *out, const struct oeo_message *message, struct oeo_arena *arena)
{
	switch (message->kind) {
	case OEO_MESSAGE_PLAN_REQUEST:
	case OEO_MESSAGE_SUBMISSION:
	case OEO_MESSAGE_HEARTBEAT:
		return pack_to_collector(out, message, arena);
	case OEO_MESSAGE_PLAN:
	case OEO_MESSAGE_ACK:
	case OEO_MESSAGE_REJECT:
	case OEO_MESSAGE_HEARTBEAT_REPLY:
		return pack_from_collector(out, message, arena);
	case OEO_MESSAGE_KEYS_REQUEST:
	case OEO_MESSAGE_EVALUATE:
		return pack_to_keyholder(out, message);
	case OEO_MESSAGE_KEYS:
	case OEO_MESSAGE_EVALUATED:
	case OEO_MESSAGE_REFUSAL:
		return pack_from_keyholder(out, message);
	}
	return OEO_ERR_RANGE;
}

enum oeo_err oeo_message_pack(struct oeo_buf *out, const struct oeo_message *message)
{
	struct oeo_arena arena;
	enum oeo_err err = oeo_wire_check(message);

	if (err != OEO_OK)
		return err;
	oeo_arena_init(&arena, PACK_LIMIT);
	err = pack_checked(out, message, &arena);
	oeo_arena_fini(&arena);
	return err;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "wire_sample.h"

#include <stdio.h>
#include <string.h>

#define LABEL_BYTES (2 * OEO_LABEL_BLOCK_BYTES + OEO_LABEL_MAC_BYTES)

static uint8_t labels[3][LABEL_BYTES];
static uint8_t reports[4 * OEO_REPORT_BYTES];
static uint8_t elements[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES];
static struct oeo_bucket buckets[3];
static struct oeo_period_state states[2];
static char deleted[2][OEO_PERIOD_BYTES] = {"2026-Q1", "2026"};

static void fill_keys(struct oeo_period_keys *keys, const char *keyholder, int byte)
{
	(void)snprintf(keys->keyholder, sizeof(keys->keyholder), "%s", keyholder);
	memset(keys->resident_pk, byte, sizeof(keys->resident_pk));
	memset(keys->cell_pk, byte + 1, sizeof(keys->cell_pk));
	memset(keys->signature, byte + 2, sizeof(keys->signature));
}

static void fill_statics(void)
{
	memset(elements, 0x42, sizeof(elements));
	for (size_t i = 0; i < 3; i++) {
		memset(labels[i], (int)(0x10 + i), sizeof(labels[i]));
		memset(buckets[i].tag, (int)i, sizeof(buckets[i].tag));
		buckets[i].table = (uint32_t)i;
		buckets[i].label = labels[i];
		buckets[i].label_len = sizeof(labels[i]);
	}
	for (uint32_t i = 0; i < 4; i++) {
		uint8_t x[OEO_X_BYTES] = {(uint8_t)(i + 1)};
		uint8_t y[OEO_SCALAR_BYTES] = {(uint8_t)(i + 7)};

		oeo_report_write(reports + i * OEO_REPORT_BYTES, i, i == 3 ? NULL : x, y);
	}
	memset(states, 0, sizeof(states));
	(void)snprintf(states[0].period, sizeof(states[0].period), "2026-Q2");
	states[0].next_index = 7;
	states[0].is_final = true;
	states[0].is_released = true;
	memset(states[0].release_digest, 0x21, OEO_DIGEST_BYTES);
	memset(states[0].release_key_digest, 0x22, OEO_DIGEST_BYTES);
	states[0].n_destroyed = 2;
	(void)snprintf(states[0].destroyed[0].keyholder, OEO_ID_BYTES, "wmo-adviesraad");
	(void)snprintf(states[0].destroyed[1].keyholder, OEO_ID_BYTES, "steunpunt");
	memset(states[0].destroyed[1].signature, 0x23, OEO_SIGNATURE_BYTES);
	(void)snprintf(states[1].period, sizeof(states[1].period), "2026-11");
	states[1].is_without_member = true;
}

static void fill_submission(struct oeo_message *message, enum wire_sample sample)
{
	struct oeo_submission_part *part = &message->as.submission;

	message->kind = OEO_MESSAGE_SUBMISSION;
	memset(part->plan_digest, 0x31, OEO_DIGEST_BYTES);
	memset(part->key_digest, 0x32, OEO_DIGEST_BYTES);
	(void)snprintf(part->period, sizeof(part->period), "2026-Q3");
	part->index = sample == SAMPLE_SUBMISSION_REPORTS ? 5 : sample == SAMPLE_SUBMISSION_FINAL ? 6 : 0;
	part->is_final = sample == SAMPLE_SUBMISSION_FINAL || sample == SAMPLE_SUBMISSION_EMPTY;
	if (part->index == 0) {
		part->n_keys = 2;
		fill_keys(&part->keys[0], "wmo-adviesraad", 0x41);
		fill_keys(&part->keys[1], "steunpunt", 0x51);
	}
	if (sample == SAMPLE_SUBMISSION_FIRST) {
		part->buckets = buckets;
		part->n_buckets = 3;
	} else if (sample != SAMPLE_SUBMISSION_EMPTY) {
		part->reports = reports;
		part->n_reports = 4;
	}
	if (part->is_final) {
		part->closing.coverage = OEO_COVERAGE_PARTLY;
		part->closing.n_fed = 2;
		(void)snprintf(part->closing.fed[0], OEO_ID_BYTES, "question");
		(void)snprintf(part->closing.fed[1], OEO_ID_BYTES, "area");
		part->closing.questions = 480;
		part->closing.without_identity = 20;
		part->closing.late = 10;
	}
}

static void fill_heartbeat(struct oeo_heartbeat *heartbeat)
{
	(void)snprintf(heartbeat->version, sizeof(heartbeat->version), "0.1.0");
	heartbeat->icu = 72;
	heartbeat->deleted = deleted;
	heartbeat->n_deleted = 2;
}

static void fill_to_server(struct oeo_message *message, enum wire_sample sample)
{
	if (sample == SAMPLE_PLAN_REQUEST || sample == SAMPLE_PLAN_REQUEST_NEWEST) {
		message->kind = OEO_MESSAGE_PLAN_REQUEST;
		message->as.plan_request.has_digest = sample == SAMPLE_PLAN_REQUEST;
		if (message->as.plan_request.has_digest)
			memset(message->as.plan_request.digest, 0x61, OEO_DIGEST_BYTES);
	} else if (sample == SAMPLE_HEARTBEAT) {
		message->kind = OEO_MESSAGE_HEARTBEAT;
		fill_heartbeat(&message->as.heartbeat);
	} else if (sample == SAMPLE_KEYS_REQUEST) {
		message->kind = OEO_MESSAGE_KEYS_REQUEST;
		(void)snprintf(message->as.keys_request.plan, OEO_ID_BYTES, "almelo");
		(void)snprintf(message->as.keys_request.period, OEO_PERIOD_BYTES, "2026-Q3");
	} else if (sample == SAMPLE_EVALUATE) {
		message->kind = OEO_MESSAGE_EVALUATE;
		(void)snprintf(message->as.evaluate.plan, OEO_ID_BYTES, "almelo");
		(void)snprintf(message->as.evaluate.period, OEO_PERIOD_BYTES, "2026-09");
		message->as.evaluate.purpose = OEO_PURPOSE_CELL;
		message->as.evaluate.blinded = elements;
	} else {
		fill_submission(message, sample);
	}
}

static void fill_from_collector(struct oeo_message *message, enum wire_sample sample)
{
	static const uint8_t packed_plan[] = "stands for a packed plan";

	if (sample == SAMPLE_PLAN) {
		message->kind = OEO_MESSAGE_PLAN;
		message->as.plan.bytes = packed_plan;
		message->as.plan.len = sizeof(packed_plan);
	} else if (sample == SAMPLE_ACK) {
		message->kind = OEO_MESSAGE_ACK;
		(void)snprintf(message->as.ack.period, OEO_PERIOD_BYTES, "2026-Q3");
		message->as.ack.index = 6;
	} else if (sample == SAMPLE_REJECT) {
		message->kind = OEO_MESSAGE_REJECT;
		(void)snprintf(message->as.reject.period, OEO_PERIOD_BYTES, "2026-Q3");
		message->as.reject.reason = OEO_REASON_GAP;
	} else {
		message->kind = OEO_MESSAGE_HEARTBEAT_REPLY;
		message->as.heartbeat_reply.has_plan = true;
		memset(message->as.heartbeat_reply.newest_plan, 0x71, OEO_DIGEST_BYTES);
		message->as.heartbeat_reply.periods = states;
		message->as.heartbeat_reply.n_periods = 2;
	}
}

static void fill_from_keyholder(struct oeo_message *message, enum wire_sample sample)
{
	if (sample == SAMPLE_KEYS) {
		message->kind = OEO_MESSAGE_KEYS;
		fill_keys(&message->as.keys, "steunpunt", 0x51);
	} else if (sample == SAMPLE_EVALUATED) {
		message->kind = OEO_MESSAGE_EVALUATED;
		message->as.evaluated.elements = elements;
		memset(message->as.evaluated.proof, 0x81, OEO_PROOF_BYTES);
	} else {
		message->kind = OEO_MESSAGE_REFUSAL;
		message->as.refusal.reason = OEO_REASON_QUOTA;
		if (sample == SAMPLE_REFUSAL_DESTROYED) {
			message->as.refusal.reason = OEO_REASON_PERIOD_DESTROYED;
			(void)snprintf(message->as.refusal.period, OEO_PERIOD_BYTES, "2026-Q3");
			message->as.refusal.has_destroyed = true;
			(void)snprintf(message->as.refusal.destroyed.keyholder, OEO_ID_BYTES, "steunpunt");
			memset(message->as.refusal.destroyed.signature, 0x91, OEO_SIGNATURE_BYTES);
		}
	}
}

void wire_sample_fill(struct oeo_message *message, enum wire_sample sample)
{
	fill_statics();
	memset(message, 0, sizeof(*message));
	message->request = 0x1122334455667788u + (uint64_t)sample;
	switch (wire_sample_direction(sample)) {
	case OEO_TO_COLLECTOR:
	case OEO_TO_KEYHOLDER:
		fill_to_server(message, sample);
		break;
	case OEO_FROM_COLLECTOR:
		fill_from_collector(message, sample);
		break;
	case OEO_FROM_KEYHOLDER:
		fill_from_keyholder(message, sample);
		break;
	}
}

enum oeo_direction wire_sample_direction(enum wire_sample sample)
{
	if (sample <= SAMPLE_HEARTBEAT)
		return OEO_TO_COLLECTOR;
	if (sample <= SAMPLE_HEARTBEAT_REPLY)
		return OEO_FROM_COLLECTOR;
	return sample <= SAMPLE_EVALUATE ? OEO_TO_KEYHOLDER : OEO_FROM_KEYHOLDER;
}

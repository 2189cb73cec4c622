/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/wire.h"

#include <sodium.h>
#include <string.h>

#include "proto/wire_internal.h"

static const char *const reason_names[] = {
    [OEO_REASON_MALFORMED] = "malformed",
    [OEO_REASON_UNKNOWN_MEMBER] = "unknown-member",
    [OEO_REASON_NO_PLAN] = "no-plan",
    [OEO_REASON_OTHER_PLAN] = "other-plan",
    [OEO_REASON_OTHER_KEYS] = "other-keys",
    [OEO_REASON_EQUIVOCATION] = "keyholder-equivocates",
    [OEO_REASON_PERIOD_OUTSIDE] = "period-outside-plan",
    [OEO_REASON_PERIOD_NOT_ENDED] = "period-not-ended",
    [OEO_REASON_PERIOD_RELEASED] = "period-released",
    [OEO_REASON_PERIOD_DESTROYED] = "period-destroyed",
    [OEO_REASON_CONFLICT] = "submission-conflict",
    [OEO_REASON_GAP] = "submission-gap",
    [OEO_REASON_CLOSED] = "submission-closed",
    [OEO_REASON_NOT_CANONICAL] = "not-canonical",
    [OEO_REASON_TOO_MANY_TAGS] = "too-many-tags",
    [OEO_REASON_BAD_BUCKET] = "bad-bucket",
    [OEO_REASON_QUOTA] = "quota-spent",
    [OEO_REASON_KEYS_LOST] = "keys-lost",
    [OEO_REASON_INTERNAL] = "internal",
    [OEO_REASON_TOO_MANY_REPORTS] = "too-many-reports",
};

const char *oeo_reason_name(unsigned reason)
{
	if (reason >= sizeof(reason_names) / sizeof(reason_names[0]) || reason_names[reason] == NULL)
		return "unknown-reason";
	return reason_names[reason];
}

static bool is_period(const char *text)
{
	struct oeo_period period;

	return oeo_period_parse(&period, text) == OEO_OK;
}

static bool is_reason(unsigned reason)
{
	return reason >= 1 && reason <= OEO_MAX_REASON;
}

static bool is_label_length(size_t len)
{
	return len >= OEO_LABEL_BLOCK_BYTES + OEO_LABEL_MAC_BYTES && len <= OEO_MAX_LABEL_BYTES &&
	       (len - OEO_LABEL_MAC_BYTES) % OEO_LABEL_BLOCK_BYTES == 0;
}

static bool is_rounded_count(uint64_t count)
{
	return count % 10 == 0 && count <= OEO_MAX_CLOSING_COUNT;
}

static bool check_closing(const struct oeo_closing *closing)
{
	if (closing->coverage < OEO_COVERAGE_YES || closing->coverage > OEO_COVERAGE_NO)
		return false;
	if (closing->n_fed > OEO_MAX_FED)
		return false;
	for (size_t i = 0; i < closing->n_fed; i++) {
		if (!oeo_id_is_valid(closing->fed[i]))
			return false;
	}
	return is_rounded_count(closing->questions) && is_rounded_count(closing->without_identity) &&
	       is_rounded_count(closing->unmapped) && is_rounded_count(closing->late);
}

/* Keys in part 0 and nowhere else; closing is in the final part by the struct's own form. */
static bool check_keys(const struct oeo_submission_part *part)
{
	if (part->n_keys > OEO_MAX_KEYHOLDERS || (part->n_keys > 0) != (part->index == 0))
		return false;
	for (size_t i = 0; i < part->n_keys; i++) {
		if (!oeo_id_is_valid(part->keys[i].keyholder))
			return false;
	}
	return true;
}

static bool check_submission(const struct oeo_submission_part *part)
{
	if (!is_period(part->period) || !check_keys(part))
		return false;
	if (part->n_buckets > OEO_MAX_BUCKETS || part->n_reports > OEO_MAX_REPORTS)
		return false;
	if (part->n_buckets > 0 && part->n_reports > 0)
		return false;
	if (part->n_buckets == 0 && part->n_reports == 0 && !part->is_final)
		return false;
	for (size_t i = 0; i < part->n_buckets; i++) {
		if (!is_label_length(part->buckets[i].label_len))
			return false;
	}
	return !part->is_final || check_closing(&part->closing);
}

static bool check_heartbeat(const struct oeo_heartbeat *heartbeat)
{
	if (!oeo_id_is_valid(heartbeat->version) || heartbeat->n_deleted > OEO_MAX_PERIOD_STATES)
		return false;
	for (size_t i = 0; i < heartbeat->n_deleted; i++) {
		if (!is_period(heartbeat->deleted[i]))
			return false;
	}
	return true;
}

static bool check_period_state(const struct oeo_period_state *state)
{
	if (!is_period(state->period) || state->n_destroyed > OEO_MAX_KEYHOLDERS)
		return false;
	for (size_t i = 0; i < state->n_destroyed; i++) {
		if (!oeo_id_is_valid(state->destroyed[i].keyholder))
			return false;
	}
	return true;
}

static bool check_heartbeat_reply(const struct oeo_heartbeat_reply *reply)
{
	if (reply->n_periods > OEO_MAX_PERIOD_STATES)
		return false;
	for (size_t i = 0; i < reply->n_periods; i++) {
		if (!check_period_state(&reply->periods[i]))
			return false;
	}
	return true;
}

static bool check_evaluate(const struct oeo_evaluate *evaluate)
{
	return oeo_id_is_valid(evaluate->plan) && is_period(evaluate->period) && evaluate->blinded != NULL &&
	       (evaluate->purpose == OEO_PURPOSE_RESIDENT || evaluate->purpose == OEO_PURPOSE_CELL);
}

static bool check_body(const struct oeo_message *message)
{
	switch (message->kind) {
	case OEO_MESSAGE_PLAN_REQUEST:
		return true;
	case OEO_MESSAGE_SUBMISSION:
		return check_submission(&message->as.submission);
	case OEO_MESSAGE_HEARTBEAT:
		return check_heartbeat(&message->as.heartbeat);
	case OEO_MESSAGE_PLAN:
		return message->as.plan.len > 0;
	case OEO_MESSAGE_ACK:
		return is_period(message->as.ack.period);
	case OEO_MESSAGE_REJECT:
		return is_period(message->as.reject.period) && is_reason(message->as.reject.reason);
	case OEO_MESSAGE_HEARTBEAT_REPLY:
		return check_heartbeat_reply(&message->as.heartbeat_reply);
	case OEO_MESSAGE_KEYS_REQUEST:
		return oeo_id_is_valid(message->as.keys_request.plan) &&
		       is_period(message->as.keys_request.period);
	case OEO_MESSAGE_EVALUATE:
		return check_evaluate(&message->as.evaluate);
	case OEO_MESSAGE_KEYS:
		return oeo_id_is_valid(message->as.keys.keyholder);
	case OEO_MESSAGE_EVALUATED:
		return message->as.evaluated.elements != NULL;
	case OEO_MESSAGE_REFUSAL:
		return is_reason(message->as.refusal.reason) &&
		       (message->as.refusal.period[0] == '\0' || is_period(message->as.refusal.period)) &&
		       (!message->as.refusal.has_destroyed ||
			   oeo_id_is_valid(message->as.refusal.destroyed.keyholder));
	}
	return false;
}

enum oeo_err oeo_wire_check(const struct oeo_message *message)
{
	return check_body(message) ? OEO_OK : OEO_ERR_RANGE;
}

#define REPORT_X 4
#define REPORT_Y (REPORT_X + OEO_X_BYTES)

void oeo_report_write(uint8_t record[OEO_REPORT_BYTES], uint32_t bucket, const uint8_t x[OEO_X_BYTES],
    const uint8_t y[OEO_SCALAR_BYTES])
{
	for (unsigned i = 0; i < 4; i++)
		record[i] = (uint8_t)(bucket >> (8 * i));
	if (x == NULL || y == NULL) {
		memset(record + REPORT_X, 0, OEO_X_BYTES + OEO_SCALAR_BYTES);
		return;
	}
	memcpy(record + REPORT_X, x, OEO_X_BYTES);
	memcpy(record + REPORT_Y, y, OEO_SCALAR_BYTES);
}

uint32_t oeo_report_bucket(const uint8_t record[OEO_REPORT_BYTES])
{
	return (uint32_t)record[0] | (uint32_t)record[1] << 8 | (uint32_t)record[2] << 16 |
	       (uint32_t)record[3] << 24;
}

const uint8_t *oeo_report_x(const uint8_t record[OEO_REPORT_BYTES])
{
	return record + REPORT_X;
}

const uint8_t *oeo_report_y(const uint8_t record[OEO_REPORT_BYTES])
{
	return record + REPORT_Y;
}

bool oeo_report_is_tag_alone(const uint8_t record[OEO_REPORT_BYTES])
{
	return sodium_is_zero(record + REPORT_X, OEO_X_BYTES + OEO_SCALAR_BYTES) == 1;
}

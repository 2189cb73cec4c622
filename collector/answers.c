/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/answers.h"

#include <stdlib.h>
#include <string.h>

static enum oeo_err refuse(struct oeo_buf *out, uint64_t request, unsigned reason)
{
	struct oeo_message message;

	memset(&message, 0, sizeof(message));
	message.kind = OEO_MESSAGE_REFUSAL;
	message.request = request;
	message.as.refusal.reason = reason;
	return oeo_message_pack(out, &message);
}

enum oeo_err oeo_answer_plan(struct oeo_buf *out, const struct oeo_plans *plans, const uint8_t *digest,
    uint64_t request, unsigned *reason)
{
	const struct oeo_published *item =
	    digest != NULL ? oeo_plans_find(plans, digest) : oeo_plans_newest(plans);
	struct oeo_message message;

	*reason = 0;
	if (item == NULL || !item->is_in_force) {
		*reason = digest != NULL && oeo_plans_newest(plans) != NULL ? OEO_REASON_OTHER_PLAN
									    : OEO_REASON_NO_PLAN;
		return refuse(out, request, *reason);
	}
	memset(&message, 0, sizeof(message));
	message.kind = OEO_MESSAGE_PLAN;
	message.request = request;
	message.as.plan.bytes = item->packed.data;
	message.as.plan.len = item->packed.len;
	return oeo_message_pack(out, &message);
}

static enum oeo_err fill_state(struct oeo_period_state *state, struct oeo_store *store,
    const struct oeo_store_period *period, const char *member)
{
	struct oeo_store_submission submission;
	bool is_reopened = false;
	enum oeo_err err = oeo_store_find_submission(store, member, period->period, &submission);

	memcpy(state->period, period->period, sizeof(state->period));
	if (err == OEO_OK) {
		state->next_index = submission.next_index;
		state->is_final = submission.is_final;
	} else if (err != OEO_ERR_NOT_FOUND) {
		return err;
	}
	if (period->n_reopened > 0) {
		err = oeo_store_is_reopened(store, member, period->period, &is_reopened);
		if (err != OEO_OK)
			return err;
	}
	/* Whoever may submit anew is told what it was told before the release. */
	state->is_released = period->is_released && !is_reopened;
	memcpy(state->release_digest, period->release_digest, OEO_DIGEST_BYTES);
	memcpy(state->release_key_digest, period->release_key_digest, OEO_DIGEST_BYTES);
	memcpy(state->destroyed, period->destroyed, sizeof(state->destroyed));
	state->n_destroyed = period->n_destroyed;
	return is_reopened ? OEO_OK
			   : oeo_store_is_without(store, member, period->period, &state->is_without_member);
}

static enum oeo_err fill_states(
    struct oeo_heartbeat_reply *reply, struct oeo_store *store, const char *member)
{
	struct oeo_store_period *periods = NULL;
	size_t n = 0;
	size_t first;
	enum oeo_err err = oeo_store_load_periods(store, &periods, &n);

	if (err != OEO_OK)
		return err;
	first = n > OEO_MAX_PERIOD_STATES ? n - OEO_MAX_PERIOD_STATES : 0;
	reply->periods = oeo_alloc_array(n - first, sizeof(*reply->periods));
	if (reply->periods == NULL)
		err = OEO_ERR_NOMEM;
	for (size_t i = first; err == OEO_OK && i < n; i++)
		err = fill_state(&reply->periods[reply->n_periods++], store, &periods[i], member);
	free(periods);
	return err;
}

enum oeo_err oeo_answer_heartbeat(struct oeo_buf *out, struct oeo_store *store, const struct oeo_plans *plans,
    const char *member, const struct oeo_heartbeat *heartbeat, uint64_t request, int64_t now_s)
{
	const struct oeo_published *newest = oeo_plans_newest(plans);
	struct oeo_message message;
	enum oeo_err err = oeo_store_put_heartbeat(store, member, heartbeat, now_s);

	if (err != OEO_OK)
		return err;
	memset(&message, 0, sizeof(message));
	message.kind = OEO_MESSAGE_HEARTBEAT_REPLY;
	message.request = request;
	message.as.heartbeat_reply.has_plan = newest != NULL;
	if (newest != NULL)
		memcpy(message.as.heartbeat_reply.newest_plan, newest->signed_plan.plan->digest,
		    OEO_DIGEST_BYTES);
	err = fill_states(&message.as.heartbeat_reply, store, member);
	if (err == OEO_OK)
		err = oeo_message_pack(out, &message);
	free(message.as.heartbeat_reply.periods);
	return err;
}

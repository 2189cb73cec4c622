/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/uplink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/crash_point.h"
#include "agent/submission.h"
#include "proto/cli.h"
#include "proto/i18n.h"

#define MOST_IN_FLIGHT 8 /* messages of a submission: at most about 8 MiB */
#define TICK_MS 200

enum oeo_err oeo_uplink_open(struct oeo_uplink *uplink, const struct oeo_card *collector,
    const struct oeo_self *self, struct oeo_patience patience, struct oeo_note *why)
{
	memset(uplink, 0, sizeof(*uplink));
	uplink->card = *collector;
	uplink->self = self;
	uplink->patience = patience;
	uplink->next_request = 1;
	return oeo_client_open(&uplink->client, &uplink->card, self, why);
}

void oeo_uplink_close(struct oeo_uplink *uplink)
{
	if (uplink == NULL)
		return;
	oeo_client_close(uplink->client);
	uplink->client = NULL;
}

/* Where no new connection can be opened (out of descriptors, or of memory) the old one stays. */
static enum oeo_err reconnect(struct oeo_uplink *uplink, struct oeo_note *why)
{
	struct oeo_client *opened = NULL;
	enum oeo_err err = oeo_client_open(&opened, &uplink->card, uplink->self, why);

	if (err != OEO_OK)
		return err;
	oeo_client_close(uplink->client);
	uplink->client = opened;
	return OEO_OK;
}

static enum oeo_err receive(struct oeo_uplink *uplink, struct oeo_buf *bytes, int timeout_ms)
{
	size_t index = 0;
	enum oeo_err err = oeo_client_receive(&uplink->client, 1, &index, bytes, timeout_ms);

	if (err == OEO_OK) {
		uplink->was_heard = true;
		uplink->is_silent = false;
	}
	return err;
}

static enum oeo_err send_message(struct oeo_uplink *uplink, const struct oeo_buf *bytes)
{
	enum oeo_err err = oeo_client_send(uplink->client, bytes->data, bytes->len);

	return err == OEO_ERR_AWAY ? OEO_OK : err; /* a full queue is a silence: it is sent again later */
}

static void fill_refusal(
    const struct oeo_uplink *uplink, struct oeo_refusal *refusal, unsigned reason, const char *period)
{
	memset(refusal, 0, sizeof(*refusal));
	refusal->reason = reason;
	refusal->by = uplink->card;
	memcpy(refusal->member, uplink->self->card.id, OEO_ID_BYTES);
	(void)snprintf(refusal->period, sizeof(refusal->period), "%s", period);
}

/* Silence, told by when it was last asked and when the silence began: OEO_OK with *is_due to ask again. */
static enum oeo_err check_silence(
    struct oeo_uplink *uplink, int64_t silent_ms, int64_t *asked_ms, bool *is_due, struct oeo_note *why)
{
	int64_t now_ms = oeo_monotonic_ms();

	*is_due = false;
	if (oeo_patience_is_over(&uplink->patience, uplink->client, now_ms - silent_ms, now_ms - *asked_ms)) {
		uplink->is_silent = true;
		return oeo_away_explain(why, &uplink->card, uplink->client);
	}
	if (now_ms - *asked_ms < uplink->patience.retry_ms)
		return OEO_OK;
	*asked_ms = now_ms;
	*is_due = true;
	return reconnect(uplink, why);
}

/* ---- One question, one answer */

/* Wait for the answer to this request. On OEO_OK message borrows from bytes; free it with oeo_message_fini. */
static enum oeo_err wait_for_answer(struct oeo_uplink *uplink, const struct oeo_buf *question,
    uint64_t request, struct oeo_message *message, struct oeo_buf *bytes, struct oeo_note *why)
{
	int64_t began_ms = oeo_monotonic_ms();
	int64_t asked_ms = began_ms;
	bool is_due = false;
	enum oeo_err err = OEO_OK;

	while (err == OEO_OK) {
		err = receive(uplink, bytes, TICK_MS);
		if (err == OEO_OK &&
		    oeo_message_unpack(message, OEO_FROM_COLLECTOR, bytes->data, bytes->len) == OEO_OK) {
			if (message->request == request)
				return OEO_OK;
			oeo_message_fini(message);
		} else if (err == OEO_ERR_AWAY) {
			err = check_silence(uplink, began_ms, &asked_ms, &is_due, why);
			if (err == OEO_OK && is_due)
				err = send_message(uplink, question);
		}
	}
	return err;
}

/* Ask and wait for an answer of the kind that is wanted. */
static enum oeo_err ask(struct oeo_uplink *uplink, struct oeo_message *question, enum oeo_message_kind wanted,
    struct oeo_message *answer, struct oeo_buf *bytes, struct oeo_refusal *refusal, struct oeo_note *why)
{
	struct oeo_buf packed = {0};
	enum oeo_err err;

	question->request = uplink->next_request++;
	err = oeo_message_pack(&packed, question);
	if (err == OEO_OK)
		err = send_message(uplink, &packed);
	if (err == OEO_OK)
		err = wait_for_answer(uplink, &packed, question->request, answer, bytes, why);
	oeo_buf_fini(&packed);
	if (err != OEO_OK || answer->kind == wanted)
		return err;
	if (answer->kind == OEO_MESSAGE_REFUSAL) {
		fill_refusal(uplink, refusal, answer->as.refusal.reason, answer->as.refusal.period);
		err = oeo_refusal_explain(why, refusal);
	} else {
		err = oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s gave an answer that does not fit the question. Tell its operator."),
		    uplink->card.name);
	}
	oeo_message_fini(answer);
	return err;
}

enum oeo_err oeo_uplink_fetch_plan(struct oeo_uplink *uplink, const uint8_t *digest,
    struct oeo_signed_plan *signed_plan, struct oeo_refusal *refusal, struct oeo_note *why)
{
	struct oeo_message question = {.kind = OEO_MESSAGE_PLAN_REQUEST};
	struct oeo_message answer;
	struct oeo_buf bytes = {0};
	enum oeo_err err;

	question.as.plan_request.has_digest = digest != NULL;
	if (digest != NULL)
		memcpy(question.as.plan_request.digest, digest, OEO_DIGEST_BYTES);
	err = ask(uplink, &question, OEO_MESSAGE_PLAN, &answer, &bytes, refusal, why);
	if (err == OEO_OK) {
		err = oeo_signed_plan_unpack(signed_plan, answer.as.plan.bytes, answer.as.plan.len, why);
		oeo_message_fini(&answer);
	}
	oeo_buf_fini(&bytes);
	return err;
}

/* ---- Heartbeat */

static enum oeo_err copy_told(struct oeo_told *told, const struct oeo_heartbeat_reply *reply)
{
	struct oeo_period_state *periods = oeo_alloc_array(reply->n_periods, sizeof(*periods));

	if (periods == NULL)
		return OEO_ERR_NOMEM;
	if (reply->n_periods > 0)
		memcpy(periods, reply->periods, reply->n_periods * sizeof(*periods));
	told->has_plan = reply->has_plan;
	memcpy(told->newest_plan, reply->newest_plan, OEO_DIGEST_BYTES);
	told->periods = periods;
	told->n = reply->n_periods;
	return OEO_OK;
}

enum oeo_err oeo_uplink_heartbeat(struct oeo_uplink *uplink, const struct oeo_period *deleted,
    size_t n_deleted, struct oeo_told *told, struct oeo_refusal *refusal, struct oeo_note *why)
{
	struct oeo_message question = {.kind = OEO_MESSAGE_HEARTBEAT};
	struct oeo_heartbeat *heartbeat = &question.as.heartbeat;
	/* The collector remembers what it was told; the latest are enough. */
	size_t skipped = n_deleted > OEO_MAX_PERIOD_STATES ? n_deleted - OEO_MAX_PERIOD_STATES : 0;
	struct oeo_message answer;
	struct oeo_buf bytes = {0};
	enum oeo_err err;

	(void)snprintf(heartbeat->version, sizeof(heartbeat->version), "%s", OEO_VERSION);
	heartbeat->icu = oeo_icu_major();
	heartbeat->n_deleted = n_deleted - skipped;
	heartbeat->deleted = oeo_alloc_array(heartbeat->n_deleted, OEO_PERIOD_BYTES);
	if (heartbeat->deleted == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < heartbeat->n_deleted; i++)
		oeo_period_format(heartbeat->deleted[i], &deleted[skipped + i]);
	err = ask(uplink, &question, OEO_MESSAGE_HEARTBEAT_REPLY, &answer, &bytes, refusal, why);
	if (err == OEO_OK) {
		err = copy_told(told, &answer.as.heartbeat_reply);
		oeo_message_fini(&answer);
	}
	free(heartbeat->deleted);
	oeo_buf_fini(&bytes);
	return err;
}

void oeo_told_fini(struct oeo_told *told)
{
	if (told == NULL)
		return;
	free(told->periods);
	memset(told, 0, sizeof(*told));
}

const struct oeo_period_state *oeo_told_find(const struct oeo_told *told, const struct oeo_period *period)
{
	char text[OEO_PERIOD_BYTES];

	oeo_period_format(text, period);
	for (size_t i = 0; i < told->n; i++) {
		if (strcmp(told->periods[i].period, text) == 0)
			return &told->periods[i];
	}
	return NULL;
}

/* ---- Sending a submission */

struct sending {
	struct oeo_uplink *uplink;
	struct oeo_ledger *ledger;
	const struct oeo_period *period;
	char text[OEO_PERIOD_BYTES];
	uint32_t next; /* to be sent */
	uint32_t acked; /* all below are acknowledged */
	uint32_t n_parts;
	uint32_t window; /* messages that may be in flight */
	int64_t silent_ms;
	int64_t asked_ms;
	struct oeo_refusal *refusal;
	struct oeo_note *why;
};

static enum oeo_err send_part(struct sending *sending)
{
	struct oeo_buf message = {0};
	enum oeo_err err =
	    oeo_submission_load_part(&message, sending->ledger, sending->period, sending->next);

	if (err == OEO_OK)
		err = send_message(sending->uplink, &message);
	else
		(void)oeo_note_set(sending->why, err,
		    _("A message of %s cannot be read from the ledger (%s)."), sending->text,
		    oeo_err_text(err));
	oeo_buf_fini(&message);
	if (err == OEO_OK)
		sending->next++;
	oeo_crash_point("part-sent");
	return err;
}

static enum oeo_err on_answer(struct sending *sending, const struct oeo_buf *bytes)
{
	struct oeo_message message;
	enum oeo_err err = OEO_OK;

	if (oeo_message_unpack(&message, OEO_FROM_COLLECTOR, bytes->data, bytes->len) != OEO_OK)
		return OEO_OK;
	if (message.kind == OEO_MESSAGE_ACK && strcmp(message.as.ack.period, sending->text) == 0 &&
	    message.as.ack.index >= sending->acked && message.as.ack.index < sending->next) {
		/* The collector takes no message before the ones below it, so that one ack stands for all of them. */
		sending->acked = message.as.ack.index + 1;
		sending->window = MOST_IN_FLIGHT;
		oeo_crash_point("part-acknowledged");
	} else if (message.kind == OEO_MESSAGE_REJECT &&
		   strcmp(message.as.reject.period, sending->text) == 0) {
		fill_refusal(sending->uplink, sending->refusal, message.as.reject.reason, sending->text);
		err = oeo_refusal_explain(sending->why, sending->refusal);
	} else if (message.kind == OEO_MESSAGE_REFUSAL) {
		fill_refusal(sending->uplink, sending->refusal, message.as.refusal.reason, sending->text);
		err = oeo_refusal_explain(sending->why, sending->refusal);
	}
	oeo_message_fini(&message);
	return err;
}

/* Fill the window, wait for one answer; after silence begin again at the first message that is not acknowledged. */
static enum oeo_err send_once(struct sending *sending, struct oeo_buf *bytes)
{
	bool is_due = false;
	enum oeo_err err = OEO_OK;

	while (err == OEO_OK && sending->next < sending->n_parts &&
	       sending->next - sending->acked < sending->window)
		err = send_part(sending);
	if (err != OEO_OK)
		return err;
	err = receive(sending->uplink, bytes, TICK_MS);
	if (err == OEO_OK) {
		sending->silent_ms = sending->asked_ms = oeo_monotonic_ms();
		return on_answer(sending, bytes);
	}
	if (err != OEO_ERR_AWAY)
		return err;
	err = check_silence(sending->uplink, sending->silent_ms, &sending->asked_ms, &is_due, sending->why);
	if (is_due)
		sending->next = sending->acked;
	return err;
}

enum oeo_err oeo_uplink_send_parts(struct oeo_uplink *uplink, struct oeo_ledger *ledger,
    const struct oeo_period *period, uint32_t first, uint32_t n_parts, struct oeo_refusal *refusal,
    struct oeo_note *why)
{
	struct sending sending = {.uplink = uplink,
	    .ledger = ledger,
	    .period = period,
	    .next = first,
	    .acked = first,
	    .n_parts = n_parts,
	    .refusal = refusal,
	    .why = why};
	struct oeo_buf bytes = {0};
	char what[64];
	enum oeo_err err = OEO_OK;

	/* The first goes alone: where the collector holds another submission, nothing of this one may follow that. */
	sending.window = 1;
	oeo_period_format(sending.text, period);
	(void)snprintf(what, sizeof(what), _("%s: sending"), sending.text);
	sending.silent_ms = sending.asked_ms = oeo_monotonic_ms();
	while (err == OEO_OK && sending.acked < n_parts) {
		err = send_once(&sending, &bytes);
		oeo_cli_progress(what, sending.acked, n_parts);
	}
	/* What is still on its way belongs to this attempt and must not answer the next one. */
	if (err == OEO_ERR_REFUSED && reconnect(uplink, NULL) != OEO_OK)
		err = OEO_ERR_IO;
	oeo_buf_fini(&bytes);
	return err;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/service.h"

#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "collector/answers.h"
#include "collector/ingest.h"
#include "proto/link.h"
#include "proto/log.h"
#include "proto/wire.h"

#define COMPONENT "collector"

/* Messages that share one commit; as many replies are in flight, far below the link's window. */
#define MOST_PER_COMMIT 64
#define MOST_LAST_TURNS 16

/* Replies that wait for the commit hold no more than this; what is larger than a reply to keep is given back. */
#define MOST_REPLY_BYTES ((size_t)8 * 1024 * 1024)
#define KEPT_REPLY_BYTES ((size_t)64 * 1024)
#define TURN_MS 1000
#define SAVE_COUNTS_S 60
#define LOG_EVERY_S 60

struct pending_reply {
	struct oeo_request request; /* bytes are not used */
	struct oeo_buf bytes;
	bool is_part; /* an answer to a submission's part: what to say if the commit fails */
	uint64_t number;
	char period[OEO_PERIOD_BYTES];
	uint32_t index;
};

struct oeo_service {
	struct oeo_server *server;
	struct oeo_store *store;
	struct oeo_ingest *ingest;
	const struct oeo_clock *clock;
	struct pending_reply replies[MOST_PER_COMMIT];
	size_t n_replies;
	struct oeo_server_counts saved;
	int64_t saved_s;
	int64_t logged_s; /* last refusal that was logged: at most one line in LOG_EVERY_S */
};

static bool admit(void *context, const uint8_t curve_pk[OEO_CURVE_BYTES], char member[OEO_ID_BYTES])
{
	struct oeo_service *service = context;

	return oeo_store_find_member(service->store, curve_pk, member) == OEO_OK;
}

enum oeo_err oeo_service_open(struct oeo_service **service, const char *endpoint, const struct oeo_self *self,
    struct oeo_store *store, const struct oeo_home *home, const struct oeo_clock *clock, struct oeo_note *why)
{
	struct oeo_service *made = calloc(1, sizeof(*made));
	enum oeo_err err;

	if (made == NULL)
		return OEO_ERR_NOMEM;
	made->store = store;
	made->clock = clock;
	made->logged_s = INT64_MIN;
	made->saved_s = oeo_clock_now_s(clock);
	err = oeo_ingest_new(&made->ingest, store, home, clock, why);
	if (err == OEO_OK)
		err = oeo_server_open(&made->server, endpoint, self, admit, made, why);
	if (err == OEO_OK)
		*service = made;
	else
		oeo_service_close(made);
	return err;
}

void oeo_service_close(struct oeo_service *service)
{
	if (service == NULL)
		return;
	if (service->server != NULL)
		oeo_server_close(service->server);
	oeo_ingest_free(service->ingest);
	for (size_t i = 0; i < MOST_PER_COMMIT; i++)
		oeo_buf_fini(&service->replies[i].bytes);
	free(service);
}

const char *oeo_service_endpoint(const struct oeo_service *service)
{
	return oeo_server_endpoint(service->server);
}

/* ---- Replies */

static struct pending_reply *new_reply(struct oeo_service *service, const struct oeo_request *request)
{
	struct pending_reply *reply = &service->replies[service->n_replies++];

	reply->request = *request;
	reply->request.bytes = NULL;
	reply->bytes.len = 0;
	reply->is_part = false;
	return reply;
}

static enum oeo_err pack_refusal(struct oeo_buf *out, uint64_t number, unsigned reason)
{
	struct oeo_message message;

	memset(&message, 0, sizeof(message));
	message.kind = OEO_MESSAGE_REFUSAL;
	message.request = number;
	message.as.refusal.reason = reason;
	return oeo_message_pack(out, &message);
}

/* Ack where reason is 0, else Reject. */
static enum oeo_err pack_verdict(struct pending_reply *reply, unsigned reason)
{
	struct oeo_message message;

	memset(&message, 0, sizeof(message));
	message.request = reply->number;
	if (reason == 0) {
		message.kind = OEO_MESSAGE_ACK;
		memcpy(message.as.ack.period, reply->period, sizeof(reply->period));
		message.as.ack.index = reply->index;
	} else {
		message.kind = OEO_MESSAGE_REJECT;
		memcpy(message.as.reject.period, reply->period, sizeof(reply->period));
		message.as.reject.index = reply->index;
		message.as.reject.reason = reason;
	}
	return oeo_message_pack(&reply->bytes, &message);
}

/* Count it for `status`; one line in a while, so that no peer can fill the log. */
static enum oeo_err count_refusal(struct oeo_service *service, const char *member, unsigned reason)
{
	int64_t now_s = oeo_clock_now_s(service->clock);

	if (service->logged_s == INT64_MIN || now_s - service->logged_s >= LOG_EVERY_S) {
		oeo_log(OEO_LOG_WARNING, COMPONENT,
		    "refused a message of %s: %s (more are counted in status)",
		    member[0] != '\0' ? member : "a peer that is not a member", oeo_reason_name(reason));
		service->logged_s = now_s;
	}
	return oeo_store_count_refusal(service->store, member, oeo_reason_name(reason), 1, now_s);
}

static void send_replies(struct oeo_service *service)
{
	for (size_t i = 0; i < service->n_replies; i++) {
		struct pending_reply *reply = &service->replies[i];

		if (reply->bytes.len > 0 && oeo_server_reply(service->server, &reply->request,
						reply->bytes.data, reply->bytes.len) != OEO_OK)
			oeo_log(
			    OEO_LOG_WARNING, COMPONENT, "a reply to %s was not sent", reply->request.member);
		if (reply->bytes.capacity > KEPT_REPLY_BYTES)
			oeo_buf_fini(&reply->bytes);
	}
	service->n_replies = 0;
}

/* Nothing of this turn is kept: everybody is told to try again. */
static void take_back(struct oeo_service *service, enum oeo_err err)
{
	struct oeo_note why = {""};

	oeo_log(OEO_LOG_ERROR, COMPONENT, "cannot store what came in: %s: %s", oeo_err_str(err),
	    oeo_store_message(service->store));
	oeo_store_rollback(service->store);
	for (size_t i = 0; i < service->n_replies; i++) {
		struct pending_reply *reply = &service->replies[i];
		enum oeo_err packed;

		reply->bytes.len = 0;
		packed = reply->is_part ? pack_verdict(reply, OEO_REASON_INTERNAL)
					: pack_refusal(&reply->bytes, reply->number, OEO_REASON_INTERNAL);
		if (packed != OEO_OK)
			reply->bytes.len = 0;
	}
	if (oeo_ingest_refresh(service->ingest, &why) != OEO_OK)
		oeo_log(OEO_LOG_ERROR, COMPONENT, "cannot read the plans: %s", why.text);
}

/* ---- Messages */

static enum oeo_err on_submission(struct oeo_service *service, const struct oeo_request *request,
    const struct oeo_message *message, struct pending_reply *reply)
{
	const struct oeo_submission_part *part = &message->as.submission;
	uint8_t digest[OEO_DIGEST_BYTES];
	unsigned reason = 0;
	enum oeo_err err;

	oeo_ingest_digest(digest, request->bytes, request->len);
	err = oeo_ingest_part(service->ingest, request->member, part, digest, &reason);
	if (err == OEO_OK && reason != 0)
		err = count_refusal(service, request->member, reason);
	if (err == OEO_OK && reason == 0 && part->is_final)
		oeo_log(OEO_LOG_INFO, COMPONENT, "%s is in for %s", request->member, part->period);
	return err == OEO_OK ? pack_verdict(reply, reason) : err;
}

static enum oeo_err on_plan_request(struct oeo_service *service, const struct oeo_request *request,
    const struct oeo_message *message, struct pending_reply *reply)
{
	const uint8_t *digest = message->as.plan_request.has_digest ? message->as.plan_request.digest : NULL;
	unsigned reason = 0;
	enum oeo_err err = oeo_answer_plan(
	    &reply->bytes, oeo_ingest_plans(service->ingest), digest, message->request, &reason);

	return err == OEO_OK && reason != 0 ? count_refusal(service, request->member, reason) : err;
}

static enum oeo_err handle(struct oeo_service *service, const struct oeo_request *request,
    const struct oeo_message *message, struct pending_reply *reply)
{
	switch (message->kind) {
	case OEO_MESSAGE_SUBMISSION:
		return on_submission(service, request, message, reply);
	case OEO_MESSAGE_HEARTBEAT:
		return oeo_answer_heartbeat(&reply->bytes, service->store, oeo_ingest_plans(service->ingest),
		    request->member, &message->as.heartbeat, message->request,
		    oeo_clock_now_s(service->clock));
	case OEO_MESSAGE_PLAN_REQUEST:
		return on_plan_request(service, request, message, reply);
	default:
		return OEO_ERR_INTERNAL;
	}
}

static void note_part(struct pending_reply *reply, const struct oeo_message *message)
{
	reply->number = message->request;
	reply->is_part = message->kind == OEO_MESSAGE_SUBMISSION;
	if (reply->is_part) {
		memcpy(reply->period, message->as.submission.period, sizeof(reply->period));
		reply->index = message->as.submission.index;
	}
}

/* ready: the result of opening the transaction. Where that failed the message is only noted. */
static enum oeo_err on_message(
    struct oeo_service *service, const struct oeo_request *request, enum oeo_err ready)
{
	struct pending_reply *reply = new_reply(service, request);
	struct oeo_message message;
	enum oeo_err err;

	memset(&message, 0, sizeof(message));
	err = oeo_message_unpack(&message, OEO_TO_COLLECTOR, request->bytes, request->len);
	if (err != OEO_OK) {
		reply->number = message.request;
		if (err != OEO_ERR_FORMAT || ready != OEO_OK)
			return ready != OEO_OK ? ready : err;
		err = count_refusal(service, request->member, OEO_REASON_MALFORMED);
		return err == OEO_OK ? pack_refusal(&reply->bytes, reply->number, OEO_REASON_MALFORMED) : err;
	}
	note_part(reply, &message);
	err = ready == OEO_OK ? handle(service, request, &message, reply) : ready;
	oeo_message_fini(&message);
	return err;
}

/* A peer whose key was admitted when it connected and is not any more. */
static enum oeo_err on_stranger(
    struct oeo_service *service, const struct oeo_request *request, enum oeo_err ready)
{
	struct pending_reply *reply = new_reply(service, request);

	/* Its agent finds the answer by this number and stops asking. */
	reply->number = oeo_message_peek_request(request->bytes, request->len);
	if (ready == OEO_OK)
		ready = count_refusal(service, "", OEO_REASON_UNKNOWN_MEMBER);
	return ready == OEO_OK ? pack_refusal(&reply->bytes, reply->number, OEO_REASON_UNKNOWN_MEMBER)
			       : ready;
}

static enum oeo_err begin(struct oeo_service *service)
{
	struct oeo_note why = {""};
	bool is_changed = false;
	enum oeo_err err = oeo_store_begin(service->store, &is_changed);

	if (err == OEO_OK && is_changed && oeo_ingest_refresh(service->ingest, &why) != OEO_OK)
		oeo_log(OEO_LOG_ERROR, COMPONENT, "cannot read the plans anew: %s", why.text);
	return err;
}

static bool is_turn_full(const struct oeo_service *service)
{
	size_t bytes = 0;

	for (size_t i = 0; i < service->n_replies; i++)
		bytes += service->replies[i].bytes.len;
	return service->n_replies == MOST_PER_COMMIT || bytes >= MOST_REPLY_BYTES;
}

/* Work off a message and those that wait behind it; the first failure ends the turn. */
static enum oeo_err work_off(struct oeo_service *service, struct oeo_request *request, enum oeo_err received)
{
	enum oeo_err err = begin(service);

	while (received == OEO_OK || received == OEO_ERR_REFUSED) {
		err = received == OEO_OK ? on_message(service, request, err)
					 : on_stranger(service, request, err);
		if (err != OEO_OK || is_turn_full(service))
			break;
		received = oeo_server_receive(service->server, request, 0, -1);
	}
	return err == OEO_OK ? oeo_store_commit(service->store) : err;
}

enum oeo_err oeo_service_turn(struct oeo_service *service, int timeout_ms, int wake_fd)
{
	struct oeo_request request;
	enum oeo_err received = oeo_server_receive(service->server, &request, timeout_ms, wake_fd);
	enum oeo_err err;

	if (received != OEO_OK && received != OEO_ERR_REFUSED)
		return received;
	service->n_replies = 0;
	err = work_off(service, &request, received);
	if (err != OEO_OK)
		take_back(service, err);
	send_replies(service);
	return OEO_OK;
}

/* ---- Counts of the link */

static enum oeo_err save_count(
    struct oeo_service *service, const char *name, uint64_t now, uint64_t before, int64_t now_s)
{
	return now > before ? oeo_store_count_refusal(service->store, "", name, now - before, now_s) : OEO_OK;
}

enum oeo_err oeo_service_save_counts(struct oeo_service *service)
{
	struct oeo_server_counts now;
	const struct oeo_server_counts *before = &service->saved;
	int64_t now_s = oeo_clock_now_s(service->clock);
	enum oeo_err err;

	oeo_server_get_counts(service->server, &now);
	err = save_count(
	    service, "refused-handshake", now.refused_handshakes, before->refused_handshakes, now_s);
	if (err == OEO_OK)
		err = save_count(
		    service, "malformed-frame", now.malformed_frames, before->malformed_frames, now_s);
	if (err == OEO_OK)
		err = save_count(service, "undelivered-reply", now.undelivered_replies,
		    before->undelivered_replies, now_s);
	if (err == OEO_OK)
		service->saved = now;
	service->saved_s = now_s;
	return err;
}

static bool has_stopped(int stop_fd)
{
	struct signalfd_siginfo info;

	return read(stop_fd, &info, sizeof(info)) == (ssize_t)sizeof(info);
}

enum oeo_err oeo_service_run(struct oeo_service *service, int stop_fd)
{
	for (;;) {
		enum oeo_err err = oeo_service_turn(service, TURN_MS, stop_fd);

		if (err != OEO_OK && err != OEO_ERR_AWAY)
			return err;
		if (has_stopped(stop_fd))
			break;
		if (oeo_clock_now_s(service->clock) - service->saved_s >= SAVE_COUNTS_S &&
		    oeo_service_save_counts(service) != OEO_OK)
			oeo_log(OEO_LOG_WARNING, COMPONENT, "cannot save counts: %s",
			    oeo_store_message(service->store));
	}
	/* What had arrived when the signal came is worked off, but nobody can keep the daemon from stopping. */
	for (unsigned turns = 0; turns < MOST_LAST_TURNS; turns++) {
		if (oeo_service_turn(service, 0, -1) != OEO_OK)
			break;
	}
	return oeo_service_save_counts(service);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* A collector in a thread: it stores a message once, acknowledges, and can be told to misbehave. Read its members only
 * between collector_pause and collector_go_on. */
#ifndef OEO_TESTS_FAKE_COLLECTOR_H
#define OEO_TESTS_FAKE_COLLECTOR_H

#include "uplink_fixture.h"

#define FAKE_PERIODS 16
#define FAKE_PARTS 8
#define FAKE_DELETED 16

struct fake_period {
	char period[OEO_PERIOD_BYTES];
	struct oeo_buf parts[FAKE_PARTS]; /* as they came */
	uint32_t next_index;
	bool is_final;
	bool is_released;
	bool is_without;
	uint8_t key_digest[OEO_DIGEST_BYTES];
};

struct fake_collector {
	char home_path[64];
	struct oeo_self self;
	struct oeo_server *server;
	pthread_t thread;
	pthread_mutex_t lock;
	atomic_bool is_stopping;
	struct fake_period periods[FAKE_PERIODS];
	size_t n_periods;
	size_t n_submissions; /* messages that came, repeats too */
	size_t n_repeats; /* of messages that were stored already */
	size_t n_conflicts; /* same index, other bytes */
	size_t n_heartbeats;
	unsigned silent_acks; /* so many messages are stored and not acknowledged */
	unsigned reason; /* reject every message with this; 0: do not */
	struct oeo_buf plan; /* the packed newest plan */
	bool has_plan;
	uint8_t plan_digest[OEO_DIGEST_BYTES];
	char deleted[FAKE_DELETED][OEO_PERIOD_BYTES]; /* of the last heartbeat */
	size_t n_deleted;
};

static inline void collector_pause(struct fake_collector *collector)
{
	assert_int_equal(pthread_mutex_lock(&collector->lock), 0);
}

static inline void collector_go_on(struct fake_collector *collector)
{
	assert_int_equal(pthread_mutex_unlock(&collector->lock), 0);
}

static inline struct fake_period *collector_find(struct fake_collector *collector, const char *period)
{
	for (size_t i = 0; i < collector->n_periods; i++) {
		if (strcmp(collector->periods[i].period, period) == 0)
			return &collector->periods[i];
	}
	if (collector->n_periods == FAKE_PERIODS)
		abort();
	strcpy(collector->periods[collector->n_periods].period, period);
	return &collector->periods[collector->n_periods++];
}

/* `oeo-collector reopen`. */
static inline void collector_drop(struct fake_period *period)
{
	for (size_t i = 0; i < FAKE_PARTS; i++)
		oeo_buf_fini(&period->parts[i]);
	period->next_index = 0;
	period->is_final = false;
}

static inline void fill_ack(struct oeo_message *answer, const struct oeo_submission_part *part)
{
	answer->kind = OEO_MESSAGE_ACK;
	strcpy(answer->as.ack.period, part->period);
	answer->as.ack.index = part->index;
}

static inline void fill_reject(
    struct oeo_message *answer, const struct oeo_submission_part *part, unsigned reason)
{
	answer->kind = OEO_MESSAGE_REJECT;
	strcpy(answer->as.reject.period, part->period);
	answer->as.reject.index = part->index;
	answer->as.reject.reason = reason;
}

/* False where no answer is given. */
static inline bool on_part(struct fake_collector *collector, const struct oeo_submission_part *part,
    const struct oeo_request *request, struct oeo_message *answer)
{
	struct fake_period *period = collector_find(collector, part->period);

	collector->n_submissions++;
	if (collector->reason != 0) {
		fill_reject(answer, part, collector->reason);
		return true;
	}
	if (part->index > period->next_index || part->index >= FAKE_PARTS) {
		fill_reject(answer, part, OEO_REASON_GAP);
		return true;
	}
	if (part->index < period->next_index) {
		const struct oeo_buf *stored = &period->parts[part->index];

		if (stored->len != request->len || memcmp(stored->data, request->bytes, request->len) != 0) {
			collector->n_conflicts++;
			fill_reject(answer, part, OEO_REASON_CONFLICT);
			return true;
		}
		collector->n_repeats++;
	} else if (period->is_final) {
		fill_reject(answer, part, OEO_REASON_CLOSED);
		return true;
	} else {
		if (oeo_buf_append(&period->parts[part->index], request->bytes, request->len) != OEO_OK)
			abort();
		memcpy(period->key_digest, part->key_digest, OEO_DIGEST_BYTES);
		period->next_index++;
		period->is_final = part->is_final;
	}
	fill_ack(answer, part);
	if (collector->silent_acks == 0)
		return true;
	collector->silent_acks--;
	return false;
}

static inline void on_heartbeat(struct fake_collector *collector, const struct oeo_heartbeat *heartbeat,
    struct oeo_message *answer, struct oeo_period_state *states)
{
	struct oeo_heartbeat_reply *reply = &answer->as.heartbeat_reply;

	collector->n_heartbeats++;
	collector->n_deleted = 0;
	for (size_t i = 0; i < heartbeat->n_deleted && i < FAKE_DELETED; i++)
		memcpy(collector->deleted[collector->n_deleted++], heartbeat->deleted[i], OEO_PERIOD_BYTES);
	answer->kind = OEO_MESSAGE_HEARTBEAT_REPLY;
	reply->has_plan = collector->has_plan;
	memcpy(reply->newest_plan, collector->plan_digest, OEO_DIGEST_BYTES);
	reply->periods = states;
	reply->n_periods = collector->n_periods;
	for (size_t i = 0; i < collector->n_periods; i++) {
		const struct fake_period *period = &collector->periods[i];

		memset(&states[i], 0, sizeof(states[i]));
		strcpy(states[i].period, period->period);
		states[i].next_index = period->next_index;
		states[i].is_final = period->is_final;
		states[i].is_released = period->is_released;
		states[i].is_without_member = period->is_without;
		memset(states[i].release_digest, period->is_released ? 1 : 0, OEO_DIGEST_BYTES);
		memcpy(states[i].release_key_digest, period->key_digest, OEO_DIGEST_BYTES);
	}
}

static inline void on_request(struct fake_collector *collector, const struct oeo_request *request)
{
	struct oeo_period_state states[FAKE_PERIODS];
	struct oeo_message question;
	struct oeo_message answer;
	struct oeo_buf packed = {0};
	bool has_answer = true;

	if (oeo_message_unpack(&question, OEO_TO_COLLECTOR, request->bytes, request->len) != OEO_OK)
		return;
	memset(&answer, 0, sizeof(answer));
	answer.request = question.request;
	if (question.kind == OEO_MESSAGE_SUBMISSION) {
		has_answer = on_part(collector, &question.as.submission, request, &answer);
	} else if (question.kind == OEO_MESSAGE_HEARTBEAT) {
		on_heartbeat(collector, &question.as.heartbeat, &answer, states);
	} else {
		answer.kind = OEO_MESSAGE_PLAN;
		answer.as.plan.bytes = collector->plan.data;
		answer.as.plan.len = collector->plan.len;
	}
	if (has_answer && oeo_message_pack(&packed, &answer) == OEO_OK)
		(void)oeo_server_reply(collector->server, request, packed.data, packed.len);
	oeo_message_fini(&question);
	oeo_buf_fini(&packed);
}

static inline void *run_collector(void *context)
{
	struct fake_collector *collector = context;
	struct oeo_request request;

	while (!atomic_load(&collector->is_stopping)) {
		if (oeo_server_receive(collector->server, &request, 20, -1) != OEO_OK)
			continue;
		(void)pthread_mutex_lock(&collector->lock);
		on_request(collector, &request);
		(void)pthread_mutex_unlock(&collector->lock);
	}
	return NULL;
}

static inline void start_collector(struct fake_collector *collector)
{
	memset(collector, 0, sizeof(*collector));
	make_self(&collector->self, collector->home_path, OEO_ROLE_COLLECTOR, "col", "tcp://127.0.0.1:7998");
	assert_int_equal(pthread_mutex_init(&collector->lock, NULL), 0);
	assert_int_equal(oeo_server_open(&collector->server, "tcp://127.0.0.1:*", &collector->self,
			     admit_anybody, NULL, NULL),
	    OEO_OK);
	strcpy(collector->self.card.endpoint, oeo_server_endpoint(collector->server));
	assert_int_equal(pthread_create(&collector->thread, NULL, run_collector, collector), 0);
}

static inline void stop_collector(struct fake_collector *collector)
{
	atomic_store(&collector->is_stopping, true);
	assert_int_equal(pthread_join(collector->thread, NULL), 0);
	oeo_server_close(collector->server);
	for (size_t i = 0; i < collector->n_periods; i++)
		collector_drop(&collector->periods[i]);
	oeo_buf_fini(&collector->plan);
	(void)pthread_mutex_destroy(&collector->lock);
	drop_self(&collector->self, collector->home_path);
}

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
#include "keyholder/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keyholder/access_log.h"
#include "keyholder/members.h"
#include "keyholder/period_keys.h"
#include "keyholder/plans.h"
#include "keyholder/quota.h"
#include "proto/log.h"
#include "proto/wire.h"

#define COMPONENT "service"
#define REFUSAL_LINES 20 /* a minute: what a peer can trigger must not fill the journal */
#define MINUTE_S 60

struct answer {
	struct oeo_request request; /* bytes is not kept */
	uint64_t number;
	struct oeo_buf bytes;
};

struct oeo_service {
	struct oeo_home home;
	struct oeo_self self;
	struct oeo_register *reg;
	struct oeo_clock clock;
	struct oeo_service_hooks hooks;
	struct oeo_plan_set plans;
	struct answer answers[OEO_SERVICE_BATCH];
	size_t n_answers;
	bool is_begun; /* the batch's transaction is open */
	bool is_broken; /* and could not be opened */
	int64_t lines_minute;
	unsigned lines;
};

/* One request on its way to an answer. */
struct work {
	const struct oeo_request *request;
	const char *plan_id;
	const char *period_text;
	struct oeo_period period;
	const struct oeo_plan *plan; /* borrowed from the service's set */
	int64_t now_s;
	struct oeo_opened_keys keys;
	struct oeo_period_record record;
	struct oeo_message reply;
	uint8_t elements[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES];
};

/* ---- Opening and closing */

enum oeo_err oeo_service_open(struct oeo_service **service, const struct oeo_home *home,
    const struct oeo_clock *clock, const struct oeo_service_hooks *hooks, struct oeo_note *why)
{
	struct oeo_service *made = calloc(1, sizeof(*made));
	enum oeo_err err;

	if (made == NULL)
		return oeo_note_set(why, OEO_ERR_NOMEM, "%s", oeo_err_text(OEO_ERR_NOMEM));
	made->home = *home;
	made->clock = *clock;
	if (hooks != NULL)
		made->hooks = *hooks;
	err = oeo_self_load(&made->self, home, OEO_ROLE_KEYHOLDER, why);
	if (err == OEO_OK)
		err = oeo_register_open(&made->reg, home, why);
	if (err == OEO_OK)
		err = oeo_plan_set_load(&made->plans, made->reg, why);
	if (err != OEO_OK) {
		oeo_service_close(made);
		return err;
	}
	for (size_t i = 0; i < made->plans.n; i++)
		oeo_period_keys_sweep(home, made->plans.items[i].plan->id);
	*service = made;
	return OEO_OK;
}

void oeo_service_close(struct oeo_service *service)
{
	if (service == NULL)
		return;
	if (service->is_begun)
		oeo_register_rollback(service->reg);
	oeo_service_forget(service);
	oeo_plan_set_fini(&service->plans);
	oeo_register_close(service->reg);
	oeo_self_fini(&service->self);
	free(service);
}

const struct oeo_self *oeo_service_self(const struct oeo_service *service)
{
	return &service->self;
}

struct oeo_register *oeo_service_register(struct oeo_service *service)
{
	return service->reg;
}

bool oeo_service_admits(void *service, const uint8_t curve_pk[OEO_CURVE_BYTES], char member[OEO_ID_BYTES])
{
	return oeo_members_find_key(((struct oeo_service *)service)->reg, curve_pk, member) == OEO_OK;
}

/* ---- Refusals */

/* True while this minute's lines are not used up. */
static bool may_log(struct oeo_service *service, int64_t now_s)
{
	if (now_s / MINUTE_S != service->lines_minute) {
		if (service->lines > REFUSAL_LINES)
			oeo_log(OEO_LOG_NOTICE, COMPONENT,
			    "%u more refusals in a minute: see `oeo-keyholder log`",
			    service->lines - REFUSAL_LINES);
		service->lines_minute = now_s / MINUTE_S;
		service->lines = 0;
	}
	return ++service->lines <= REFUSAL_LINES;
}

static void set_refusal(struct work *work, enum oeo_reason reason)
{
	struct oeo_message *reply = &work->reply;
	uint64_t number = reply->request;

	memset(reply, 0, sizeof(*reply));
	reply->kind = OEO_MESSAGE_REFUSAL;
	reply->request = number;
	reply->as.refusal.reason = reason;
	if (work->period_text != NULL)
		(void)snprintf(
		    reply->as.refusal.period, sizeof(reply->as.refusal.period), "%s", work->period_text);
}

/* Set the refusal, count it, log it. Plan and period are counted only where they are real: a peer cannot fill the
 * register with names that it makes up. */
static void refuse(struct oeo_service *service, struct work *work, enum oeo_reason reason)
{
	char member[OEO_ID_BYTES] = "";
	bool is_real = work->plan != NULL && reason != OEO_REASON_PERIOD_NOT_ENDED;
	const char *period = is_real ? work->period_text : "";
	const char *plan = work->plan != NULL ? work->plan->id : "";

	set_refusal(work, reason);
	/* A revoked member is named too, though the link does not let it be one. */
	(void)oeo_members_find_key(service->reg, work->request->curve_pk, member);
	if (oeo_access_log_refuse(service->reg, member, reason, plan, period, work->now_s) != OEO_OK)
		oeo_log(OEO_LOG_ERROR, COMPONENT,
		    "a refusal could not be counted: the register cannot be written");
	if (may_log(service, work->now_s))
		oeo_log(OEO_LOG_NOTICE, COMPONENT, "refused member %s: %s%s%s%s%s",
		    member[0] != '\0' ? member : "(unknown)", oeo_reason_name(reason),
		    plan[0] != '\0' ? " " : "", plan, period[0] != '\0' ? " " : "", period);
}

static void add_statement(const struct oeo_service *service, struct work *work)
{
	struct oeo_destroyed *destroyed = &work->reply.as.refusal.destroyed;

	work->reply.as.refusal.has_destroyed = true;
	(void)snprintf(destroyed->keyholder, sizeof(destroyed->keyholder), "%s", service->self.card.id);
	memcpy(destroyed->signature, work->record.statement, sizeof(destroyed->signature));
}

static void fail(struct oeo_service *service, struct work *work, enum oeo_err err, const struct oeo_note *why)
{
	set_refusal(work, OEO_REASON_INTERNAL);
	if (may_log(service, work->now_s))
		oeo_log(OEO_LOG_ERROR, COMPONENT, "cannot answer: %s %s", oeo_err_str(err), why->text);
}

/* ---- Answers */

/* Find the plan and check the period against plan and clock; 0: fine. */
static enum oeo_reason check_period(struct oeo_service *service, struct work *work)
{
	enum oeo_err err;

	if (oeo_period_parse(&work->period, work->period_text) != OEO_OK)
		return OEO_REASON_MALFORMED;
	err = oeo_plan_set_find(&service->plans, work->plan_id, &work->period, &work->plan);
	if (err != OEO_OK)
		return err == OEO_ERR_NOT_FOUND ? OEO_REASON_NO_PLAN : OEO_REASON_PERIOD_OUTSIDE;
	if (oeo_period_last_day(&work->period) >= oeo_clock_today(&service->clock))
		return OEO_REASON_PERIOD_NOT_ENDED;
	return 0;
}

/* Open the period's keys for an answer; false: the reply has become a refusal. */
static bool open_keys(struct oeo_service *service, struct work *work)
{
	struct oeo_note why = {""};
	enum oeo_reason reason = check_period(service, work);
	enum oeo_err err;

	if (reason != 0) {
		refuse(service, work, reason);
		return false;
	}
	err = oeo_period_keys_open(&work->keys, service->reg, &service->home, work->plan_id, &work->period,
	    work->now_s, &reason, &work->record, &why);
	if (err == OEO_OK)
		return true;
	if (err != OEO_ERR_REFUSED) {
		fail(service, work, err, &why);
		return false;
	}
	refuse(service, work, reason);
	if (reason == OEO_REASON_PERIOD_DESTROYED)
		add_statement(service, work);
	return false;
}

static void answer_keys(struct oeo_service *service, struct work *work)
{
	struct oeo_note why = {""};
	enum oeo_err err;

	if (!open_keys(service, work))
		return;
	work->reply.kind = OEO_MESSAGE_KEYS;
	err = oeo_period_keys_sign(
	    &work->reply.as.keys, &work->keys, &service->self, work->plan_id, work->period_text);
	if (err != OEO_OK)
		fail(service, work, err, &why);
}

static void warn_quota(const struct oeo_access *access, const struct oeo_quota *before)
{
	struct oeo_quota after = *before;

	after.used += OEO_GROUP_SIZE;
	if (!oeo_quota_is_nearly_spent(before) && oeo_quota_is_nearly_spent(&after))
		oeo_log(OEO_LOG_WARNING, COMPONENT, "member %s has used 80%% of its quota: %s %s %s",
		    access->member, access->plan, access->period,
		    access->purpose == OEO_PURPOSE_CELL ? "cells" : "residents");
}

/* Evaluate and put the line in the log; both or neither count. */
static enum oeo_err evaluate(struct oeo_service *service, struct work *work, const struct oeo_evaluate *asked,
    const struct oeo_access *access)
{
	const uint8_t *scalar = oeo_opened_keys_scalar(&work->keys, asked->purpose);
	const uint8_t *pk =
	    asked->purpose == OEO_PURPOSE_RESIDENT ? work->keys.resident_pk : work->keys.cell_pk;
	enum oeo_err err = oeo_voprf_evaluate(
	    work->elements, work->reply.as.evaluated.proof, scalar, pk, asked->blinded, OEO_GROUP_SIZE);

	if (err != OEO_OK)
		return err;
	work->reply.kind = OEO_MESSAGE_EVALUATED;
	work->reply.as.evaluated.elements = work->elements;
	err = oeo_access_log_add(service->reg, access, OEO_GROUP_SIZE, work->now_s);
	return err == OEO_ERR_FORMAT ? OEO_ERR_IO : err;
}

static void answer_evaluate(struct oeo_service *service, struct work *work, const struct oeo_evaluate *asked)
{
	struct oeo_access access = {work->request->member, work->plan_id, work->period_text, asked->purpose};
	struct oeo_note why = {""};
	struct oeo_quota quota;
	enum oeo_err err;

	if (!open_keys(service, work))
		return;
	err = oeo_quota_get(&quota, service->reg, work->plan, &access);
	if (err != OEO_OK) {
		fail(service, work, err, &why);
		return;
	}
	if (!oeo_quota_allows(&quota, OEO_GROUP_SIZE)) {
		refuse(service, work, OEO_REASON_QUOTA);
		return;
	}
	err = evaluate(service, work, asked, &access);
	if (err == OEO_ERR_FORMAT)
		refuse(service, work, OEO_REASON_NOT_CANONICAL);
	else if (err != OEO_OK)
		fail(service, work, err, &why);
	else
		warn_quota(&access, &quota);
}

static void answer_message(struct oeo_service *service, struct work *work, const struct oeo_message *message)
{
	if (message->kind == OEO_MESSAGE_EVALUATE) {
		work->plan_id = message->as.evaluate.plan;
		work->period_text = message->as.evaluate.period;
		answer_evaluate(service, work, &message->as.evaluate);
	} else {
		work->plan_id = message->as.keys_request.plan;
		work->period_text = message->as.keys_request.period;
		answer_keys(service, work);
	}
}

/* ---- Batches */

/* A plan that was approved since the daemon started is taken up. */
static void refresh_plans(struct oeo_service *service)
{
	struct oeo_plan_set fresh;
	struct oeo_note why = {""};
	size_t n = 0;

	if (oeo_plans_count(service->reg, &n) != OEO_OK || n == service->plans.n)
		return;
	if (oeo_plan_set_load(&fresh, service->reg, &why) != OEO_OK) {
		oeo_log(OEO_LOG_ERROR, COMPONENT, "the approved plans cannot be loaded: %s", why.text);
		return;
	}
	oeo_plan_set_fini(&service->plans);
	service->plans = fresh;
	oeo_log(OEO_LOG_INFO, COMPONENT, "%zu approved plans", service->plans.n);
}

static void begin_batch(struct oeo_service *service)
{
	enum oeo_err err = oeo_register_begin(service->reg);

	service->is_begun = err == OEO_OK;
	service->is_broken = err != OEO_OK;
	if (err != OEO_OK)
		oeo_log(OEO_LOG_ERROR, COMPONENT, "the register cannot be written: %s", oeo_err_str(err));
	else
		refresh_plans(service);
}

static void hold_answer(struct answer *answer, const struct oeo_message *reply)
{
	answer->bytes.len = 0;
	if (oeo_message_pack(&answer->bytes, reply) != OEO_OK) {
		answer->bytes.len = 0;
		oeo_log(OEO_LOG_ERROR, COMPONENT, "an answer could not be packed");
	}
}

void oeo_service_take(struct oeo_service *service, const struct oeo_request *request)
{
	struct answer *answer = &service->answers[service->n_answers];
	struct oeo_message message;
	struct work work = {.request = request, .now_s = oeo_clock_now_s(&service->clock)};
	enum oeo_err err;

	if (service->n_answers == OEO_SERVICE_BATCH)
		return;
	if (service->n_answers++ == 0)
		begin_batch(service);
	answer->request = *request;
	answer->request.bytes = NULL;
	err = oeo_message_unpack(&message, OEO_TO_KEYHOLDER, request->bytes, request->len);
	answer->number = message.request;
	work.reply.request = message.request;
	if (service->is_broken)
		set_refusal(&work, OEO_REASON_INTERNAL);
	else if (request->member[0] == '\0')
		refuse(service, &work, OEO_REASON_UNKNOWN_MEMBER);
	else if (err != OEO_OK)
		refuse(service, &work, OEO_REASON_MALFORMED);
	else
		answer_message(service, &work, &message);
	hold_answer(answer, &work.reply);
	oeo_opened_keys_fini(&work.keys);
	oeo_message_fini(&message);
}

void oeo_service_finish(struct oeo_service *service)
{
	struct oeo_message internal = {.kind = OEO_MESSAGE_REFUSAL};
	enum oeo_err err = OEO_ERR_IO;

	if (service->n_answers == 0)
		return;
	if (service->is_begun)
		err = oeo_register_commit(service->reg);
	service->is_begun = false;
	if (err == OEO_OK) {
		if (service->hooks.on_committed != NULL)
			service->hooks.on_committed(service->hooks.context);
		return;
	}
	oeo_register_rollback(service->reg);
	oeo_log(OEO_LOG_ERROR, COMPONENT, "nothing was answered: the register cannot be written: %s",
	    oeo_err_str(err));
	internal.as.refusal.reason = OEO_REASON_INTERNAL;
	for (size_t i = 0; i < service->n_answers; i++) {
		internal.request = service->answers[i].number;
		hold_answer(&service->answers[i], &internal);
	}
}

size_t oeo_service_answers(const struct oeo_service *service)
{
	return service->n_answers;
}

void oeo_service_answer(const struct oeo_service *service, size_t i, const struct oeo_request **request,
    const uint8_t **bytes, size_t *len)
{
	*request = &service->answers[i].request;
	*bytes = service->answers[i].bytes.data;
	*len = service->answers[i].bytes.len;
}

void oeo_service_forget(struct oeo_service *service)
{
	for (size_t i = 0; i < OEO_SERVICE_BATCH; i++)
		oeo_buf_fini(&service->answers[i].bytes);
	service->n_answers = 0;
}

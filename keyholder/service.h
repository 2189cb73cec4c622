/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a keyholder answers, and what must be true before it does: the member is admitted, the plan approved, the
 * period covered by it, ended and not destroyed, the quota not spent; the keys and the log line are on disk before
 * an answer leaves. Messages are taken in batches that share one commit. No sockets here: see daemon.h.
 *
 * A batch: oeo_service_take for each waiting request, oeo_service_finish once, then send oeo_service_answer for each.
 * One thread.
 */
#ifndef OEO_KEYHOLDER_SERVICE_H
#define OEO_KEYHOLDER_SERVICE_H

#include "keyholder/register.h"
#include "proto/clock.h"
#include "proto/link.h"

/* Groups of 64 take some 6 ms each: a batch stays short enough for signals and handshakes. */
#define OEO_SERVICE_BATCH 8

struct oeo_service;

/* What tests may watch; all may be NULL. */
struct oeo_service_hooks {
	void (*on_committed)(void *context); /* log and keys are durable, no answer has left */
	void *context;
};

/* Load keys, register and plans of the home, which is borrowed until close. OEO_ERR_NOT_FOUND says to run init. Free
 * with oeo_service_close. hooks may be NULL. */
enum oeo_err oeo_service_open(struct oeo_service **service, const struct oeo_home *home,
    const struct oeo_clock *clock, const struct oeo_service_hooks *hooks, struct oeo_note *why);
void oeo_service_close(struct oeo_service *service);

/* The keyholder's own card and keys, and its register; borrowed. */
const struct oeo_self *oeo_service_self(const struct oeo_service *service);
struct oeo_register *oeo_service_register(struct oeo_service *service);

/* An oeo_admit_fn; context is the service. */
bool oeo_service_admits(void *service, const uint8_t curve_pk[OEO_CURVE_BYTES], char member[OEO_ID_BYTES]);

/*
 * Work out the answer to one request (of a member, or of a peer that is not admitted any more: member "") and hold
 * it. Not more than OEO_SERVICE_BATCH in a batch. request is copied but for its bytes. Never fails: what cannot be
 * answered is refused by name.
 */
void oeo_service_take(struct oeo_service *service, const struct oeo_request *request);

/* Make everything of the batch durable (syncs). Where that fails, nothing of it has happened and every answer has
 * become the refusal `internal`. */
void oeo_service_finish(struct oeo_service *service);

/* Answer number i of the finished batch (0 .. oeo_service_answers - 1), borrowed until the next batch begins. bytes is
 * empty where there was no memory for an answer. */
size_t oeo_service_answers(const struct oeo_service *service);
void oeo_service_answer(const struct oeo_service *service, size_t i, const struct oeo_request **request,
    const uint8_t **bytes, size_t *len);

/* End the batch: forget its answers. */
void oeo_service_forget(struct oeo_service *service);

#endif

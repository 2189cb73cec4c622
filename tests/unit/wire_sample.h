/* SPDX-License-Identifier: EUPL-1.2 */
/* One sample message of every kind and form, for the tests and the corpus of wire.h. */
#ifndef OEO_TESTS_WIRE_SAMPLE_H
#define OEO_TESTS_WIRE_SAMPLE_H

#include "proto/wire.h"

enum wire_sample {
	SAMPLE_PLAN_REQUEST,
	SAMPLE_PLAN_REQUEST_NEWEST,
	SAMPLE_SUBMISSION_FIRST,
	SAMPLE_SUBMISSION_REPORTS,
	SAMPLE_SUBMISSION_FINAL,
	SAMPLE_SUBMISSION_EMPTY,
	SAMPLE_HEARTBEAT,
	SAMPLE_PLAN,
	SAMPLE_ACK,
	SAMPLE_REJECT,
	SAMPLE_HEARTBEAT_REPLY,
	SAMPLE_KEYS_REQUEST,
	SAMPLE_EVALUATE,
	SAMPLE_KEYS,
	SAMPLE_EVALUATED,
	SAMPLE_REFUSAL,
	SAMPLE_REFUSAL_DESTROYED,
	SAMPLES
};

/* Fill the message. What it borrows is static. */
void wire_sample_fill(struct oeo_message *message, enum wire_sample sample);

/* The direction that the sample goes; a refusal without statement goes both ways from the servers. */
enum oeo_direction wire_sample_direction(enum wire_sample sample);

#endif

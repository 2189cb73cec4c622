/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Messages in all four directions: the first byte chooses the direction, the rest is the message. What unpacks must
 * pack again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/link.h"
#include "proto/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* To the same length: fields in another order are read too, and come back in order. */
static void check_packs_again(const struct oeo_message *message, size_t len)
{
	struct oeo_buf again = {0};

	if (oeo_message_pack(&again, message) != OEO_OK || again.len != len)
		abort();
	oeo_buf_fini(&again);
}

/* Touch all that is borrowed, so that AddressSanitizer sees what is not there. */
static unsigned touch(const struct oeo_message *message)
{
	unsigned sum = 0;

	if (message->kind == OEO_MESSAGE_SUBMISSION) {
		const struct oeo_submission_part *part = &message->as.submission;

		for (size_t i = 0; i < part->n_buckets; i++)
			sum += part->buckets[i].label[part->buckets[i].label_len - 1];
		for (size_t i = 0; i < part->n_reports; i++)
			sum += oeo_report_is_tag_alone(part->reports + i * OEO_REPORT_BYTES) ? 1 : 0;
	} else if (message->kind == OEO_MESSAGE_EVALUATE) {
		sum += message->as.evaluate.blinded[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES - 1];
	} else if (message->kind == OEO_MESSAGE_EVALUATED) {
		sum += message->as.evaluated.elements[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES - 1];
	} else if (message->kind == OEO_MESSAGE_PLAN) {
		sum += message->as.plan.bytes[message->as.plan.len - 1];
	}
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct oeo_message message;
	volatile unsigned sum;

	if (size == 0)
		return 0;
	if (oeo_message_unpack(&message, (enum oeo_direction)(data[0] % 6), data + 1, size - 1) != OEO_OK) {
		if (message.owned != NULL || message.request != oeo_message_peek_request(data + 1, size - 1))
			abort();
		return 0;
	}
	sum = touch(&message);
	(void)sum;
	check_packs_again(&message, size - 1);
	oeo_message_fini(&message);
	return 0;
}

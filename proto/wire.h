/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The messages between agent, collector and keyholder (oeo.proto), packed and unpacked with every bound
 * checked: lengths of keys, tags, elements and digests, ids and periods, numbers of reports (4,096) and
 * buckets (2,048) in a part, buckets or reports but not both (neither: only in a final part), keys in part 0
 * only, closing in the final part only. What unpacks is well-formed; scalars, elements and signatures are
 * checked by whoever uses them, order and table of buckets by the collector.
 *
 * Encoding is canonical: unknown fields, repeated single fields, numbers longer than needed, values that are
 * written although they are the default, and zero bytes in text are refused.
 *
 * A part is bounded by OEO_MESSAGE_LIMIT too: 2,048 buckets with labels of 528 bytes do not fit. A sender whose
 * labels are long cuts its buckets so that n * (label + 32) stays below 1 MiB.
 *
 * A report's record is 52 bytes: bucket (4, little-endian), x (16), y (32); x and y zero: the tag alone.
 */
#ifndef OEO_PROTO_WIRE_H
#define OEO_PROTO_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/buf.h"
#include "proto/plan_sign.h"
#include "proto/tally.h"

#define OEO_REPORT_BYTES 52
#define OEO_MAX_REPORTS 4096
#define OEO_MAX_BUCKETS 2048
#define OEO_MAX_PERIOD_STATES 512
#define OEO_MAX_LABEL_BYTES 528u /* 4 blocks and the MAC: 8 elements and the longest cell name fit */
#define OEO_MAX_CLOSING_COUNT UINT64_C(1000000000000)
#define OEO_MAX_REASON 255u /* a reader takes reasons that it does not know yet */

/* Why a party says no; oeo_reason_name gives the name by which docs and tests call it. */
enum oeo_reason {
	OEO_REASON_MALFORMED = 1, /* malformed */
	OEO_REASON_UNKNOWN_MEMBER = 2, /* unknown-member: not admitted, or revoked */
	OEO_REASON_NO_PLAN = 3, /* no-plan: none is in force (approvals missing) */
	OEO_REASON_OTHER_PLAN = 4, /* other-plan: not the plan of this period */
	OEO_REASON_OTHER_KEYS = 5, /* other-keys: key digest or a key signature does not fit */
	OEO_REASON_EQUIVOCATION = 6, /* keyholder-equivocates: two validly signed sets of keys */
	OEO_REASON_PERIOD_OUTSIDE = 7, /* period-outside-plan */
	OEO_REASON_PERIOD_NOT_ENDED = 8, /* period-not-ended */
	OEO_REASON_PERIOD_RELEASED = 9, /* period-released */
	OEO_REASON_PERIOD_DESTROYED = 10, /* period-destroyed */
	OEO_REASON_CONFLICT = 11, /* submission-conflict: same index, other content */
	OEO_REASON_GAP = 12, /* submission-gap: an earlier index is missing */
	OEO_REASON_CLOSED = 13, /* submission-closed: the final part is in already */
	OEO_REASON_NOT_CANONICAL = 14, /* not-canonical: a scalar, element or share is no valid encoding */
	OEO_REASON_TOO_MANY_TAGS = 15, /* too-many-tags: more than the table has cells */
	/* bad-bucket: unsorted, repeated, unknown table, wrong label length, or a report that refers to none */
	OEO_REASON_BAD_BUCKET = 16,
	OEO_REASON_QUOTA = 17, /* quota-spent */
	OEO_REASON_KEYS_LOST = 18, /* keys-lost: the log knows the period, its key file is gone */
	OEO_REASON_INTERNAL = 19, /* internal: the other side could not store it; try again */
	OEO_REASON_TOO_MANY_REPORTS = 20 /* too-many-reports: of one member in one period */
};

/* Static name, "unknown-reason" for a value that is none. */
const char *oeo_reason_name(unsigned reason);

enum oeo_purpose { OEO_PURPOSE_RESIDENT = 1, OEO_PURPOSE_CELL = 2 };

struct oeo_period_keys {
	char keyholder[OEO_ID_BYTES];
	uint8_t resident_pk[OEO_ELEMENT_BYTES];
	uint8_t cell_pk[OEO_ELEMENT_BYTES];
	uint8_t signature[OEO_SIGNATURE_BYTES];
};

struct oeo_bucket {
	uint8_t tag[OEO_TAG_BYTES];
	uint32_t table; /* index in the plan's tables; checked against the plan by the collector */
	const uint8_t *label; /* borrowed from the message (or, packing, from the caller) */
	size_t label_len;
};

enum oeo_coverage { OEO_COVERAGE_YES = 1, OEO_COVERAGE_PARTLY = 2, OEO_COVERAGE_NO = 3 };
#define OEO_MAX_FED 16

struct oeo_closing {
	enum oeo_coverage coverage;
	char fed[OEO_MAX_FED][OEO_ID_BYTES]; /* ids of dimensions */
	size_t n_fed;
	uint64_t questions; /* each a multiple of 10 */
	uint64_t without_identity;
	uint64_t unmapped;
	uint64_t late;
};

struct oeo_submission_part {
	uint8_t plan_digest[OEO_DIGEST_BYTES];
	uint8_t key_digest[OEO_DIGEST_BYTES];
	char period[OEO_PERIOD_BYTES];
	uint32_t index;
	bool is_final;
	struct oeo_period_keys keys[OEO_MAX_KEYHOLDERS]; /* part 0 */
	size_t n_keys;
	const struct oeo_bucket *buckets; /* borrowed */
	size_t n_buckets;
	const uint8_t *reports; /* n_reports records of OEO_REPORT_BYTES, borrowed */
	size_t n_reports;
	struct oeo_closing closing; /* final part */
};

struct oeo_destroyed {
	char keyholder[OEO_ID_BYTES];
	uint8_t signature[OEO_SIGNATURE_BYTES]; /* over oeo_destroyed_signature_input */
};

struct oeo_period_state {
	char period[OEO_PERIOD_BYTES];
	uint32_t next_index;
	bool is_final;
	bool is_released;
	uint8_t release_digest[OEO_DIGEST_BYTES];
	uint8_t release_key_digest[OEO_DIGEST_BYTES];
	bool is_without_member;
	struct oeo_destroyed destroyed[OEO_MAX_KEYHOLDERS];
	size_t n_destroyed;
};

struct oeo_heartbeat {
	char version[OEO_ID_BYTES];
	unsigned icu;
	char (*deleted)[OEO_PERIOD_BYTES];
	size_t n_deleted;
};

struct oeo_heartbeat_reply {
	bool has_plan;
	uint8_t newest_plan[OEO_DIGEST_BYTES];
	struct oeo_period_state *periods;
	size_t n_periods;
};

struct oeo_evaluate {
	char plan[OEO_ID_BYTES];
	char period[OEO_PERIOD_BYTES];
	enum oeo_purpose purpose;
	const uint8_t *blinded; /* OEO_GROUP_SIZE elements, borrowed */
};

enum oeo_message_kind {
	OEO_MESSAGE_PLAN_REQUEST = 1, /* to the collector */
	OEO_MESSAGE_SUBMISSION,
	OEO_MESSAGE_HEARTBEAT,
	OEO_MESSAGE_PLAN, /* from the collector */
	OEO_MESSAGE_ACK,
	OEO_MESSAGE_REJECT,
	OEO_MESSAGE_HEARTBEAT_REPLY,
	OEO_MESSAGE_KEYS_REQUEST, /* to a keyholder */
	OEO_MESSAGE_EVALUATE,
	OEO_MESSAGE_KEYS, /* from a keyholder */
	OEO_MESSAGE_EVALUATED,
	OEO_MESSAGE_REFUSAL /* from either */
};

/* One message, packed or unpacked. `request` is chosen by the asker and comes back in the reply. */
struct oeo_message {
	enum oeo_message_kind kind;
	uint64_t request;
	union {
		struct {
			bool has_digest;
			uint8_t digest[OEO_DIGEST_BYTES];
		} plan_request;
		struct oeo_submission_part submission;
		struct oeo_heartbeat heartbeat;
		struct {
			const uint8_t *bytes; /* a packed SignedPlan, borrowed */
			size_t len;
		} plan;
		struct {
			char period[OEO_PERIOD_BYTES];
			uint32_t index;
		} ack;
		struct {
			char period[OEO_PERIOD_BYTES];
			uint32_t index;
			unsigned reason;
		} reject;
		struct oeo_heartbeat_reply heartbeat_reply;
		struct {
			char plan[OEO_ID_BYTES];
			char period[OEO_PERIOD_BYTES];
		} keys_request;
		struct oeo_evaluate evaluate;
		struct oeo_period_keys keys;
		struct {
			const uint8_t *elements; /* OEO_GROUP_SIZE elements, borrowed */
			uint8_t proof[OEO_PROOF_BYTES];
		} evaluated;
		struct {
			unsigned reason;
			char period[OEO_PERIOD_BYTES]; /* "" where none */
			bool has_destroyed;
			struct oeo_destroyed destroyed;
		} refusal;
	} as;
	void *owned; /* what unpacking allocated; freed by oeo_message_fini */
};

enum oeo_direction { OEO_TO_COLLECTOR = 1, OEO_FROM_COLLECTOR, OEO_TO_KEYHOLDER, OEO_FROM_KEYHOLDER };

/* Append the packed message. OEO_ERR_RANGE: a member is out of bounds or the message above OEO_MESSAGE_LIMIT. */
enum oeo_err oeo_message_pack(struct oeo_buf *out, const struct oeo_message *message);

/*
 * Unpack bytes that came in this direction. OEO_ERR_FORMAT: not such a message or out of bounds (then
 * message->request is the one that was read, or 0, so that a refusal can answer it). On success pointers
 * inside borrow from bytes or from message->owned; free with oeo_message_fini.
 */
enum oeo_err oeo_message_unpack(
    struct oeo_message *message, enum oeo_direction direction, const uint8_t *bytes, size_t len);
void oeo_message_fini(struct oeo_message *message);

/* The request number of a message whose rest may not be readable or wanted; 0 where it has none. */
uint64_t oeo_message_peek_request(const uint8_t *bytes, size_t len);

/* Write and read one report's record. x and y NULL (write): the tag alone. */
void oeo_report_write(uint8_t record[OEO_REPORT_BYTES], uint32_t bucket, const uint8_t x[OEO_X_BYTES],
    const uint8_t y[OEO_SCALAR_BYTES]);
uint32_t oeo_report_bucket(const uint8_t record[OEO_REPORT_BYTES]);
const uint8_t *oeo_report_x(const uint8_t record[OEO_REPORT_BYTES]);
const uint8_t *oeo_report_y(const uint8_t record[OEO_REPORT_BYTES]);
bool oeo_report_is_tag_alone(const uint8_t record[OEO_REPORT_BYTES]);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/* A small plan, hand-made questions, and a keyholder in a thread of its own, for the tests of freezing, sealing and
 * sending. */
#ifndef OEO_TESTS_UPLINK_FIXTURE_H
#define OEO_TESTS_UPLINK_FIXTURE_H

#include "intake_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

#include "agent/keyholders.h"
#include "agent/snapshot.h"
#include "proto/link.h"
#include "proto/tally.h"
#include "proto/voprf.h"
#include "proto/wire.h"

/* ---- The plan: two themes of two categories, two wards, and one table of every kind */

static const char plan_yaml[] =
    "plan: test\n"
    "title: {nl: Proef, en: Trial}\n"
    "municipality: GM0141\n"
    "from: 2025-01\n"
    "icu: 72\n"
    "expected_questions: 600\n"
    "grace_days: 14\n"
    "window_days: 7\n"
    "keyholders: [kone, ktwo]\n"
    "identity:\n"
    "  fields: [birthdate, postcode, surname]\n"
    "  placeholders: {birthdate: [1900-01-01]}\n"
    "  member_number: no\n"
    "  walk_in: questions-only\n"
    "  walk_in_members: 1\n"
    "thresholds: {residents: 5, members: 1, rest: 3, round: 0, sensitive: 40}\n"
    "dimensions:\n"
    "  question: {codes: question.csv, levels: [theme, category]}\n"
    "  area: {codes: area.csv, levels: [ward], computed_from: postcode, table: postcode.csv, prefix: 4}\n"
    "tables:\n"
    "  - {id: m-total, by: [], cadence: month, publish: [residents]}\n"
    "  - {id: m-theme, by: [theme], cadence: month, publish: [residents, questions]}\n"
    "  - {id: q-theme, by: [theme], cadence: quarter, publish: [residents, questions]}\n"
    "  - {id: q-category, by: [category], cadence: quarter, publish: [residents]}\n"
    "  - {id: q-ward, by: [ward], cadence: quarter, publish: [residents, questions]}\n"
    "  - {id: q-week, by: [theme], cadence: quarter, publish: [residents, questions], walk_in: per-week, "
    "residents: 40}\n"
    "  - {id: q-week-only, by: [theme], cadence: quarter, publish: [residents], walk_in: per-week, "
    "residents: 40}\n"
    "  - {id: q-refuse, by: [theme], cadence: quarter, publish: [residents, questions], walk_in: refuse}\n"
    "  - {id: q-number, by: [theme], cadence: quarter, publish: [residents, questions], member_number: yes}\n"
    "  - {id: y-theme, by: [theme], cadence: year, publish: [residents]}\n";

static inline void write_text(const char *folder, const char *name, const char *text)
{
	char path[OEO_PATH_BYTES];

	assert_true((size_t)snprintf(path, sizeof(path), "%s/%s", folder, name) < sizeof(path));
	assert_int_equal(oeo_file_write(path, text, strlen(text), 0600, NULL), OEO_OK);
}

static inline struct oeo_plan *load_test_plan(const char *yaml)
{
	char folder[] = "/tmp/oeo-test-plan-XXXXXX";
	char path[OEO_PATH_BYTES];
	struct oeo_findings findings = {0};
	struct oeo_plan *plan = NULL;
	enum oeo_err err;

	assert_non_null(mkdtemp(folder));
	write_text(folder, "plan.yaml", yaml);
	write_text(folder, "question.csv",
	    "code,parent,label_nl,label_en,sensitive\nW,,Wonen,Living,\nZ,,Zorg,Care,\n"
	    "W1,W,Huur,Rent,\nW2,W,Koop,Own,\nZ1,Z,Thuis,Home,\nZ2,Z,Elders,Elsewhere,\n");
	write_text(
	    folder, "area.csv", "code,parent,label_nl,label_en,sensitive\nA,,Noord,North,\nB,,Zuid,South,\n");
	write_text(folder, "postcode.csv", "postcode,code\n7601,A\n7602,B\n");
	assert_true((size_t)snprintf(path, sizeof(path), "%s/plan.yaml", folder) < sizeof(path));
	err = oeo_plan_file_read(&plan, path, &findings);
	for (size_t i = 0; err != OEO_OK && i < findings.count; i++)
		print_error("%s\n", findings.items[i].text);
	assert_int_equal(err, OEO_OK);
	oeo_findings_fini(&findings);
	remove_tree(folder);
	return plan;
}

/* ---- Questions */

static inline struct oeo_period a_period(const char *text)
{
	struct oeo_period period;

	assert_int_equal(oeo_period_parse(&period, text), OEO_OK);
	return period;
}

/* Put a question into the ledger. name "" leaves the resident unknown; number may be NULL. Returns whether it is late. */
static inline bool put_question(struct fixture *fixture, const char *record, const char *day,
    const char *name, const char *postcode, const char *code, const char *number)
{
	struct oeo_question made = {.n_fields = 3, .n_dimensions = 2};
	const struct oeo_dimension *area = &fixture->plan->dimensions[1];
	enum oeo_put_result result = OEO_PUT_FROZEN;
	bool is_late;

	oeo_ledger_record_hash(fixture->ledger, made.record, "test", record);
	assert_int_equal(oeo_day_parse(&made.day, day), OEO_OK);
	made.identity[0] = strdup("1960-06-05");
	made.identity[1] = strdup(postcode);
	made.identity[2] = strdup(name);
	made.member_number = number != NULL ? strdup(number) : NULL;
	strcpy(made.dimensions[0], "question");
	strcpy(made.codes[0], code);
	strcpy(made.dimensions[1], "area");
	strcpy(made.codes[1], area->codes[oeo_dimension_compute(area, postcode)].code);
	assert_int_equal(oeo_ledger_put_question(fixture->ledger, fixture->plan, &made, &result), OEO_OK);
	assert_int_equal(result, OEO_PUT_ADDED);
	is_late = made.is_late;
	oeo_question_fini(&made);
	return is_late;
}

static inline void make_snapshot(struct oeo_snapshot *snapshot, struct fixture *fixture, const char *period)
{
	struct oeo_snapshot_wish wish = {a_period(period), fixture->plan, snapshot};

	assert_int_equal(
	    oeo_snapshot_make(&wish, 1, fixture->ledger, "bga", OEO_COVERAGE_BY_DATES, NULL), OEO_OK);
}

/* ---- A keyholder in a thread, over real sockets */

enum keyholder_mode {
	KEYHOLDER_GOOD = 0,
	KEYHOLDER_WRONG_PROOF, /* from `after` groups on */
	KEYHOLDER_OTHER_ELEMENT, /* an element that is not the evaluated one, from `after` groups on */
	KEYHOLDER_SILENT, /* does not answer from `after` groups on */
	KEYHOLDER_QUOTA, /* refuses from `after` groups on */
	KEYHOLDER_BAD_SIGNATURE, /* of its keys */
	KEYHOLDER_SILENT_ONCE, /* leaves exactly one group, number `after`, unanswered */
	KEYHOLDER_KEYS_LOST /* refuses to show its keys: it cannot read them now */
};

struct fake_keyholder {
	char home_path[64];
	struct oeo_self self;
	struct oeo_server *server;
	pthread_t thread;
	atomic_bool is_stopping;
	atomic_int mode;
	atomic_size_t after;
	atomic_size_t n_groups; /* asked */
	atomic_size_t n_cell_groups;
	uint8_t resident_sk[OEO_SCALAR_BYTES];
	uint8_t cell_sk[OEO_SCALAR_BYTES];
	uint8_t resident_pk[OEO_ELEMENT_BYTES];
	uint8_t cell_pk[OEO_ELEMENT_BYTES];
	uint8_t elements[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES];
};

static inline bool admit_anybody(
    void *context, const uint8_t curve_pk[OEO_CURVE_BYTES], char member[OEO_ID_BYTES])
{
	(void)context;
	(void)curve_pk;
	strcpy(member, "bga");
	return true;
}

static inline void answer_keys(
    struct fake_keyholder *keyholder, const struct oeo_message *question, struct oeo_message *answer)
{
	struct oeo_buf text = {0};

	if (atomic_load(&keyholder->mode) == KEYHOLDER_KEYS_LOST) {
		answer->kind = OEO_MESSAGE_REFUSAL;
		answer->as.refusal.reason = OEO_REASON_KEYS_LOST;
		return;
	}
	answer->kind = OEO_MESSAGE_KEYS;
	strcpy(answer->as.keys.keyholder, keyholder->self.card.id);
	memcpy(answer->as.keys.resident_pk, keyholder->resident_pk, OEO_ELEMENT_BYTES);
	memcpy(answer->as.keys.cell_pk, keyholder->cell_pk, OEO_ELEMENT_BYTES);
	(void)oeo_key_signature_input(&text, question->as.keys_request.plan, question->as.keys_request.period,
	    keyholder->resident_pk, keyholder->cell_pk);
	(void)crypto_sign_detached(
	    answer->as.keys.signature, NULL, text.data, text.len, keyholder->self.identity_sk.bytes);
	if (atomic_load(&keyholder->mode) == KEYHOLDER_BAD_SIGNATURE)
		answer->as.keys.signature[0] ^= 1;
	oeo_buf_fini(&text);
}

/* False where it keeps silent. */
static inline bool answer_group(
    struct fake_keyholder *keyholder, const struct oeo_message *question, struct oeo_message *answer)
{
	bool is_cell = question->as.evaluate.purpose == OEO_PURPOSE_CELL;
	int mode = atomic_load(&keyholder->mode);
	size_t number = atomic_fetch_add(&keyholder->n_groups, 1);
	bool is_bad = number >= atomic_load(&keyholder->after);

	if (is_cell)
		(void)atomic_fetch_add(&keyholder->n_cell_groups, 1);
	if ((mode == KEYHOLDER_SILENT && is_bad) ||
	    (mode == KEYHOLDER_SILENT_ONCE && number == atomic_load(&keyholder->after)))
		return false;
	if (mode == KEYHOLDER_QUOTA && is_bad) {
		answer->kind = OEO_MESSAGE_REFUSAL;
		answer->as.refusal.reason = OEO_REASON_QUOTA;
		return true;
	}
	answer->kind = OEO_MESSAGE_EVALUATED;
	answer->as.evaluated.elements = keyholder->elements;
	if (oeo_voprf_evaluate(keyholder->elements, answer->as.evaluated.proof,
		is_cell ? keyholder->cell_sk : keyholder->resident_sk,
		is_cell ? keyholder->cell_pk : keyholder->resident_pk, question->as.evaluate.blinded,
		OEO_GROUP_SIZE) != OEO_OK)
		return false;
	if (mode == KEYHOLDER_WRONG_PROOF && is_bad)
		answer->as.evaluated.proof[5] ^= 1;
	if (mode == KEYHOLDER_OTHER_ELEMENT && is_bad)
		crypto_core_ristretto255_random(keyholder->elements + 7 * OEO_ELEMENT_BYTES);
	return true;
}

static inline void *run_keyholder(void *context)
{
	struct fake_keyholder *keyholder = context;
	struct oeo_request request;

	while (!atomic_load(&keyholder->is_stopping)) {
		struct oeo_message question;
		struct oeo_message answer;
		struct oeo_buf packed = {0};
		bool has_answer = false;

		if (oeo_server_receive(keyholder->server, &request, 20, -1) != OEO_OK)
			continue;
		if (oeo_message_unpack(&question, OEO_TO_KEYHOLDER, request.bytes, request.len) != OEO_OK)
			continue;
		memset(&answer, 0, sizeof(answer));
		answer.request = question.request;
		if (question.kind == OEO_MESSAGE_KEYS_REQUEST) {
			answer_keys(keyholder, &question, &answer);
			has_answer = true;
		} else if (question.kind == OEO_MESSAGE_EVALUATE) {
			has_answer = answer_group(keyholder, &question, &answer);
		}
		if (has_answer && oeo_message_pack(&packed, &answer) == OEO_OK)
			(void)oeo_server_reply(keyholder->server, &request, packed.data, packed.len);
		oeo_message_fini(&question);
		oeo_buf_fini(&packed);
	}
	return NULL;
}

/* Keys and card in a home of its own; make_self frees nothing: end with drop_self. */
static inline void make_self(
    struct oeo_self *self, char home_path[64], enum oeo_role role, const char *id, const char *endpoint)
{
	struct oeo_home home;

	strcpy(home_path, "/tmp/oeo-test-party-XXXXXX");
	assert_non_null(mkdtemp(home_path));
	assert_int_equal(oeo_home_open(&home, home_path, NULL), OEO_OK);
	assert_int_equal(oeo_self_create(&home, role, id, id, endpoint, NULL), OEO_OK);
	assert_int_equal(oeo_self_load(self, &home, role, NULL), OEO_OK);
	oeo_home_close(&home);
}

static inline void drop_self(struct oeo_self *self, const char *home_path)
{
	oeo_self_fini(self);
	remove_tree(home_path);
}

static inline void start_keyholder(struct fake_keyholder *keyholder, const char *id)
{
	memset(keyholder, 0, sizeof(*keyholder));
	make_self(&keyholder->self, keyholder->home_path, OEO_ROLE_KEYHOLDER, id, "tcp://127.0.0.1:7999");
	assert_int_equal(oeo_voprf_keypair(keyholder->resident_sk, keyholder->resident_pk), OEO_OK);
	assert_int_equal(oeo_voprf_keypair(keyholder->cell_sk, keyholder->cell_pk), OEO_OK);
	assert_int_equal(oeo_server_open(&keyholder->server, "tcp://127.0.0.1:*", &keyholder->self,
			     admit_anybody, NULL, NULL),
	    OEO_OK);
	strcpy(keyholder->self.card.endpoint, oeo_server_endpoint(keyholder->server));
	assert_int_equal(pthread_create(&keyholder->thread, NULL, run_keyholder, keyholder), 0);
}

static inline void stop_keyholder(struct fake_keyholder *keyholder)
{
	atomic_store(&keyholder->is_stopping, true);
	assert_int_equal(pthread_join(keyholder->thread, NULL), 0);
	oeo_server_close(keyholder->server);
	drop_self(&keyholder->self, keyholder->home_path);
}

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the collector's benches share: a temporary home with a plan in force under one keyholder, members, the clock,
 * and medians. Faults end the program: a bench with a fault has no figures.
 */
#ifndef OEO_BENCH_WORLD_H
#define OEO_BENCH_WORLD_H

#include <ftw.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "collector/plans.h"
#include "collector/store.h"
#include "proto/clock.h"
#include "proto/plan_file.h"
#include "proto/tally.h"

#define BENCH_MEMBERS 4
#define BENCH_PERIOD "2026-Q3"

struct bench_world {
	char folder[64];
	struct oeo_home home;
	struct oeo_self self;
	struct oeo_self keyholder;
	struct oeo_self members[BENCH_MEMBERS];
	struct oeo_store *store;
	struct oeo_clock clock;
	struct oeo_plans plans;
	const struct oeo_plan *plan;
	uint8_t cell_sk[OEO_SCALAR_BYTES];
	struct oeo_period_keys keys;
	uint8_t key_digest[OEO_DIGEST_BYTES];
};

static inline void bench_insist(bool is_good, const char *what)
{
	if (is_good)
		return;
	(void)fprintf(stderr, "bench: %s failed\n", what);
	exit(1);
}

static inline double bench_now(void)
{
	struct timespec now;

	bench_insist(clock_gettime(CLOCK_MONOTONIC, &now) == 0, "the clock");
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline double bench_cpu(void)
{
	struct timespec now;

	bench_insist(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0, "the clock");
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline long bench_peak_mb(void)
{
	struct rusage usage;

	bench_insist(getrusage(RUSAGE_SELF, &usage) == 0, "getrusage");
	return usage.ru_maxrss / 1024;
}

static inline int bench_compare(const void *a, const void *b)
{
	double one = *(const double *)a;
	double other = *(const double *)b;

	return (one > other) - (one < other);
}

static inline double bench_median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), bench_compare);
	return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Code lists by name: "aN.csv" has N codes. */
static inline enum oeo_err bench_list(
    void *context, const char *name, struct oeo_buf *text, struct oeo_note *why)
{
	unsigned long n = strtoul(name + 1, NULL, 10);
	enum oeo_err err = oeo_buf_append_text(text, "code,parent,label_nl,label_en,sensitive\n");

	(void)context;
	(void)why;
	for (unsigned long i = 0; err == OEO_OK && i < n; i++)
		err = oeo_buf_printf(text, "%c%lu,,Code %lu,Code %lu,no\n", name[0], i, i, i);
	return err;
}

static const char bench_yaml[] =
    "plan: bench\ntitle: {nl: Bench, en: Bench}\nmunicipality: GM0141\nfrom: 2026-01\nicu: 72\n"
    "expected_questions: 100000\ngrace_days: 14\nwindow_days: 7\nkeyholders: [kh]\nkeyholders_single: "
    "accepted\n"
    "identity:\n  fields: [birthdate, postcode, surname]\n  member_number: no\n  walk_in: questions-only\n"
    "thresholds: {residents: 10, members: 1, rest: 3, round: 0, sensitive: 10}\n"
    "dimensions:\n"
    "  one:\n    codes: a2000.csv\n    levels: [one]\n    labels: {one: {nl: een, en: one}}\n"
    "  two:\n    codes: b200.csv\n    levels: [two]\n    labels: {two: {nl: twee, en: two}}\n"
    "tables:\n"
    "  - {id: total, by: [], cadence: quarter, publish: [residents, questions]}\n"
    "  - {id: one, by: [one], cadence: quarter, publish: [residents, questions]}\n"
    "  - {id: pair, by: [one, two], cadence: quarter, publish: [residents]}\n"
    "  - {id: month, by: [], cadence: month, publish: [residents]}\n";

static inline void bench_self(
    struct bench_world *world, struct oeo_self *self, enum oeo_role role, const char *id)
{
	struct oeo_note why = {""};
	struct oeo_home home;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", world->folder, id);
	bench_insist(oeo_home_create(&home, path, &why) == OEO_OK, "a home");
	bench_insist(oeo_self_create(&home, role, id, id,
			 role == OEO_ROLE_AGENT ? NULL : "tcp://127.0.0.1:5570", &why) == OEO_OK,
	    "a card");
	bench_insist(oeo_self_load(self, &home, role, &why) == OEO_OK, "a card");
}

static inline void bench_plan(struct bench_world *world)
{
	struct oeo_findings findings;
	struct oeo_signed_plan signed_plan;
	struct oeo_approval approval;
	struct oeo_plan *plan = NULL;
	struct oeo_buf packed = {NULL, 0, 0};
	enum oeo_err err;

	memset(&findings, 0, sizeof(findings));
	memset(&approval, 0, sizeof(approval));
	err = oeo_plan_file_parse(
	    &plan, "plan.yaml", bench_yaml, strlen(bench_yaml), bench_list, NULL, &findings);
	for (size_t i = 0; i < findings.count; i++) {
		if (findings.items[i].kind == OEO_FINDING_FAULT)
			(void)fprintf(stderr, "%s\n", findings.items[i].text);
	}
	bench_insist(err == OEO_OK, "the plan");
	oeo_findings_fini(&findings);
	bench_insist(oeo_signed_plan_make(&signed_plan, plan, &world->self.identity_sk) == OEO_OK, "signing");
	memcpy(approval.plan, plan->id, OEO_ID_BYTES);
	memcpy(approval.digest, plan->digest, OEO_DIGEST_BYTES);
	memcpy(approval.keyholder, "kh", 3);
	bench_insist(
	    oeo_plan_sign(approval.signature, approval.digest, &world->keyholder.identity_sk) == OEO_OK,
	    "signing");
	bench_insist(oeo_signed_plan_attach(&signed_plan, &approval, &world->keyholder.card, NULL) == OEO_OK,
	    "attaching");
	bench_insist(oeo_signed_plan_pack(&packed, &signed_plan) == OEO_OK, "packing");
	bench_insist(oeo_store_put_plan(world->store, plan->digest, true, packed.data, packed.len) == OEO_OK,
	    "the store");
	oeo_buf_fini(&packed);
	oeo_signed_plan_fini(&signed_plan);
	bench_insist(oeo_plans_load(&world->plans, world->store, NULL) == OEO_OK, "the plans");
	world->plan = world->plans.items[0].signed_plan.plan;
}

static inline void bench_keys(struct bench_world *world)
{
	uint8_t sk[OEO_SCALAR_BYTES];
	struct oeo_buf message = {NULL, 0, 0};

	memcpy(world->keys.keyholder, "kh", 3);
	bench_insist(oeo_voprf_keypair(sk, world->keys.resident_pk) == OEO_OK, "a key");
	bench_insist(oeo_voprf_keypair(world->cell_sk, world->keys.cell_pk) == OEO_OK, "a key");
	bench_insist(oeo_key_signature_input(&message, "bench", BENCH_PERIOD, world->keys.resident_pk,
			 world->keys.cell_pk) == OEO_OK,
	    "the keys");
	bench_insist(crypto_sign_ed25519_detached(world->keys.signature, NULL, message.data, message.len,
			 world->keyholder.identity_sk.bytes) == 0,
	    "the keys");
	bench_insist(
	    oeo_key_digest(world->key_digest, "bench", BENCH_PERIOD, world->keyholder.card.identity_pk,
		world->keys.resident_pk, world->keys.cell_pk, 1) == OEO_OK,
	    "the keys");
	oeo_buf_fini(&message);
}

/* folder: where the home is made, such as /tmp. */
static inline void bench_open(struct bench_world *world, const char *folder)
{
	struct oeo_note why = {""};
	char id[8];

	bench_insist(sodium_init() >= 0, "libsodium");
	memset(world, 0, sizeof(*world));
	(void)snprintf(world->folder, sizeof(world->folder), "%s/oeo-bench.XXXXXX", folder);
	bench_insist(mkdtemp(world->folder) != NULL, "mkdtemp");
	bench_insist(oeo_clock_parse(&world->clock, "2026-11-21") == OEO_OK, "the clock");
	bench_insist(oeo_home_create(&world->home, world->folder, &why) == OEO_OK, "the home");
	bench_self(world, &world->self, OEO_ROLE_COLLECTOR, "bureau");
	bench_self(world, &world->keyholder, OEO_ROLE_KEYHOLDER, "kh");
	bench_insist(oeo_store_create(&world->home, &why) == OEO_OK, "the store");
	bench_insist(oeo_store_open(&world->store, &world->home, &why) == OEO_OK, "the store");
	bench_insist(
	    oeo_keyholders_add(&world->home, &world->keyholder.card, false, &why) == OEO_OK, "the keyholder");
	for (size_t i = 0; i < BENCH_MEMBERS; i++) {
		(void)snprintf(id, sizeof(id), "m%zu", i);
		bench_self(world, &world->members[i], OEO_ROLE_AGENT, id);
		bench_insist(
		    oeo_store_admit(world->store, &world->members[i].card, false, 1) == OEO_OK, "a member");
	}
	bench_plan(world);
	bench_keys(world);
}

static inline int bench_remove(const char *path, const struct stat *info, int kind, struct FTW *place)
{
	(void)info;
	(void)kind;
	(void)place;
	return remove(path);
}

static inline void bench_close(struct bench_world *world)
{
	oeo_store_close(world->store);
	oeo_plans_fini(&world->plans);
	oeo_self_fini(&world->self);
	oeo_self_fini(&world->keyholder);
	for (size_t i = 0; i < BENCH_MEMBERS; i++)
		oeo_self_fini(&world->members[i]);
	(void)nftw(world->folder, bench_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* The label and polynomial of a cell, as an honest agent makes them. coefficients: k scalars. */
static inline void bench_cell(const struct bench_world *world, size_t table, const char *const *codes,
    size_t n, uint8_t tag[OEO_TAG_BYTES], uint8_t *coefficients, struct oeo_buf *label)
{
	const struct oeo_table *its = &world->plan->tables[table];
	uint8_t element[OEO_ELEMENT_BYTES];
	uint8_t unblinded[OEO_ELEMENT_BYTES];
	uint8_t output[OEO_OUTPUT_BYTES];
	uint8_t a0[OEO_SCALAR_BYTES];
	struct oeo_buf name = {NULL, 0, 0};

	bench_insist(
	    oeo_cell_name(&name, "bench", its->rules.residents, its->id, BENCH_PERIOD, codes, n) == OEO_OK,
	    "a name");
	bench_insist(oeo_voprf_hash_to_group(element, name.data, name.len) == OEO_OK, "hashing");
	bench_insist(crypto_scalarmult_ristretto255(unblinded, world->cell_sk, element) == 0, "evaluating");
	bench_insist(oeo_voprf_output(output, name.data, name.len, unblinded) == OEO_OK, "the output");
	oeo_tally_cell_secret(a0, output, 1);
	oeo_tally_tag(tag, a0);
	oeo_tally_coefficients(coefficients, a0, its->rules.residents);
	bench_insist(oeo_label_seal(label, a0, unblinded, 1, name.data, name.len,
			 oeo_table_label_bytes(world->plan, its)) == OEO_OK,
	    "a label");
	oeo_buf_fini(&name);
}

#endif

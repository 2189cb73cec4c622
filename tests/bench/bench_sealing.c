/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How many (resident, cell) pairs a second an agent seals through one keyholder: a real oeo-keyholder on loopback,
 * every proof checked, from the snapshot up to and including the encrypted messages in the ledger. The median of RUNS
 * months. Run it from a release build on a quiet machine: build/release/bench/bench_sealing
 */
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <sodium.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/preparation.h"
#include "agent/snapshot.h"
#include "proto/plan_file.h"

#define RUNS 5
#define RESIDENTS 2000
#define TABLES 3
#define ENDPOINT "tcp://127.0.0.1:7391"
#define NOW "2026-11-21"

extern char **environ;

static const char plan_text[] =
    "plan: bench\ntitle: {nl: Meting, en: Benchmark}\nmunicipality: GM0141\nfrom: 2025-01\nicu: 72\n"
    "expected_questions: 600\ngrace_days: 14\nwindow_days: 7\nkeyholders: [kone]\nkeyholders_single: "
    "accepted\n"
    "identity:\n  fields: [birthdate, postcode, surname]\n  member_number: no\n  walk_in: questions-only\n"
    "thresholds: {residents: 10, members: 1, rest: 3, round: 0, sensitive: 15}\n"
    "dimensions:\n  question: {codes: question.csv, levels: [category]}\n"
    "  channel: {codes: channel.csv, levels: [channel]}\n"
    "tables:\n  - {id: total, by: [], cadence: month, publish: [residents]}\n"
    "  - {id: category, by: [category], cadence: month, publish: [residents]}\n"
    "  - {id: category-channel, by: [category, channel], cadence: month, publish: [residents]}\n";

/* Where everything is, and the parties of the measurement. */
struct bench {
	char folder[64];
	char bin[PATH_MAX];
	pid_t keyholder;
	struct oeo_plan *plan;
	struct oeo_agent agent;
};

static void stop_keyholder(struct bench *bench)
{
	if (bench->keyholder > 0) {
		(void)kill(bench->keyholder, SIGTERM);
		(void)waitpid(bench->keyholder, NULL, 0);
	}
	bench->keyholder = 0;
}

static void fail(struct bench *bench, const char *what, const struct oeo_note *why)
{
	(void)fprintf(stderr, "bench_sealing: %s: %s (left in %s)\n", what,
	    why != NULL ? why->text : "failed", bench->folder);
	stop_keyholder(bench);
	exit(1);
}

static void write_file(struct bench *bench, const char *name, const void *bytes, size_t len)
{
	char path[PATH_MAX];
	struct oeo_note why = {""};

	(void)snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
	if (oeo_file_write(path, bytes, len, 0600, &why) != OEO_OK)
		fail(bench, name, &why);
}

static void write_codes(struct bench *bench, const char *name, char letter, unsigned n)
{
	struct oeo_buf text = {0};

	if (oeo_buf_append_text(&text, "code,parent,label_nl,label_en,sensitive\n") != OEO_OK)
		fail(bench, name, NULL);
	for (unsigned i = 0; i < n; i++) {
		if (oeo_buf_printf(&text, "%c%02u,,%c %u,%c %u,\n", letter, i, letter, i, letter, i) !=
		    OEO_OK)
			fail(bench, name, NULL);
	}
	write_file(bench, name, text.data, text.len);
	oeo_buf_fini(&text);
}

static pid_t start(struct bench *bench, const char *const arguments[])
{
	char path[PATH_MAX + 32];
	pid_t pid = 0;

	(void)snprintf(path, sizeof(path), "%s/oeo-keyholder", bench->bin);
	if (posix_spawn(&pid, path, NULL, NULL, (char *const *)arguments, environ) != 0)
		fail(bench, path, NULL);
	return pid;
}

static void run(struct bench *bench, const char *const arguments[])
{
	int status = 1;

	if (waitpid(start(bench, arguments), &status, 0) < 0 || status != 0)
		fail(bench, arguments[1], NULL);
}

/* The plan, signed by a collector that exists for this only; approvals are the keyholder's own affair here. */
static void make_plan(struct bench *bench, struct oeo_signed_plan *signed_plan)
{
	char path[PATH_MAX];
	struct oeo_findings findings = {0};
	struct oeo_home home;
	struct oeo_self collector;
	struct oeo_buf packed = {0};
	struct oeo_buf card = {0};
	struct oeo_plan *plan = NULL;
	struct oeo_note why = {""};

	write_file(bench, "plan.yaml", plan_text, sizeof(plan_text) - 1);
	write_codes(bench, "question.csv", 'Q', 30);
	write_codes(bench, "channel.csv", 'C', 5);
	(void)snprintf(path, sizeof(path), "%s/plan.yaml", bench->folder);
	if (oeo_plan_file_read(&plan, path, &findings) != OEO_OK)
		fail(bench, findings.count > 0 ? findings.items[0].text : "plan", NULL);
	oeo_findings_fini(&findings);
	(void)snprintf(path, sizeof(path), "%s/collector", bench->folder);
	if (oeo_home_create(&home, path, &why) != OEO_OK ||
	    oeo_self_create(&home, OEO_ROLE_COLLECTOR, "col", "Collector", "tcp://127.0.0.1:7390", &why) !=
		OEO_OK ||
	    oeo_self_load(&collector, &home, OEO_ROLE_COLLECTOR, &why) != OEO_OK ||
	    oeo_signed_plan_make(signed_plan, plan, &collector.identity_sk) != OEO_OK ||
	    oeo_signed_plan_pack(&packed, signed_plan) != OEO_OK ||
	    oeo_card_format(&card, &collector.card, &why) != OEO_OK)
		fail(bench, "signing the plan", &why);
	write_file(bench, "p.oeoplan", packed.data, packed.len);
	write_file(bench, "col.oeocard", card.data, card.len);
	oeo_buf_fini(&packed);
	oeo_buf_fini(&card);
	oeo_self_fini(&collector);
	oeo_home_close(&home);
}

static void make_agent(struct bench *bench)
{
	char path[PATH_MAX];
	struct oeo_home home;
	struct oeo_self self;
	struct oeo_buf card = {0};
	struct oeo_note why = {""};

	(void)snprintf(path, sizeof(path), "%s/agent", bench->folder);
	if (oeo_home_create(&home, path, &why) != OEO_OK ||
	    oeo_self_create(&home, OEO_ROLE_AGENT, "bench", "Bench", NULL, &why) != OEO_OK ||
	    oeo_self_load(&self, &home, OEO_ROLE_AGENT, &why) != OEO_OK ||
	    oeo_ledger_create(&home, &why) != OEO_OK || oeo_card_format(&card, &self.card, &why) != OEO_OK)
		fail(bench, "making the agent", &why);
	write_file(bench, "agent.oeocard", card.data, card.len);
	oeo_buf_fini(&card);
	oeo_self_fini(&self);
	oeo_home_close(&home);
}

static void start_keyholder(struct bench *bench)
{
	const char *init[] = {"oeo-keyholder", "init", "--home", "keyholder", "--id", "kone", "--name",
	    "Keyholder", "--endpoint", ENDPOINT, NULL};
	const char *admit[] = {
	    "oeo-keyholder", "admit", "agent.oeocard", "--quota", "1000000", "--home", "keyholder", NULL};
	const char *approve[] = {"oeo-keyholder", "plan", "approve", "p.oeoplan", "--collector",
	    "col.oeocard", "--yes", "--out", "p.oeoapproval", "--home", "keyholder", "--now", NOW, NULL};
	const char *daemon[] = {"oeo-keyholder", "run", "--home", "keyholder", "--now", NOW, NULL};

	run(bench, init);
	run(bench, admit);
	run(bench, approve);
	bench->keyholder = start(bench, daemon);
}

static void open_agent(struct bench *bench, const struct oeo_signed_plan *signed_plan)
{
	struct oeo_clock clock = OEO_CLOCK_SYSTEM;
	struct oeo_card card;
	char path[PATH_MAX];
	struct oeo_note why = {""};

	(void)snprintf(path, sizeof(path), "%s/keyholder/self.oeocard", bench->folder);
	if (oeo_clock_parse(&clock, NOW) != OEO_OK || oeo_card_read(&card, path, &why) != OEO_OK)
		fail(bench, "the keyholder's card", &why);
	(void)snprintf(path, sizeof(path), "%s/agent", bench->folder);
	if (oeo_agent_open(&bench->agent, path, clock, &why) != OEO_OK ||
	    oeo_cards_add(&bench->agent.home, OEO_CARDS_FOLDER, &card, false, &why) != OEO_OK ||
	    oeo_plans_accept(&bench->agent.plans, bench->agent.ledger, signed_plan, &why) != OEO_OK)
		fail(bench, "accepting the plan", &why);
	oeo_agent_close(&bench->agent);
	if (oeo_agent_open(&bench->agent, path, clock, &why) != OEO_OK)
		fail(bench, "opening the agent", &why);
	bench->plan = bench->agent.plans.items[0].plan;
}

static void put_question(struct bench *bench, unsigned month, unsigned i)
{
	struct oeo_question question = {.n_fields = 3, .n_dimensions = 2};
	char record[32];
	char name[32];
	enum oeo_put_result result;

	(void)snprintf(record, sizeof(record), "%u-%u", month, i);
	(void)snprintf(name, sizeof(name), "resident%u", i);
	oeo_ledger_record_hash(bench->agent.ledger, question.record, "bench", record);
	(void)oeo_day_from_date(&question.day, 2025, month, 1 + i % 28);
	question.identity[0] = strdup("1960-06-05");
	question.identity[1] = strdup("7601AA");
	question.identity[2] = strdup(name);
	(void)snprintf(question.dimensions[0], OEO_ID_BYTES, "question");
	(void)snprintf(question.codes[0], OEO_ID_BYTES, "Q%02u", i % 30);
	(void)snprintf(question.dimensions[1], OEO_ID_BYTES, "channel");
	(void)snprintf(question.codes[1], OEO_ID_BYTES, "C%02u", i % 5);
	if (oeo_ledger_put_question(bench->agent.ledger, bench->plan, &question, &result) != OEO_OK)
		fail(bench, "a question", NULL);
	oeo_question_fini(&question);
}

static void fill_ledger(struct bench *bench)
{
	if (oeo_ledger_begin(bench->agent.ledger, NULL) != OEO_OK)
		fail(bench, "ledger", NULL);
	for (unsigned month = 1; month <= RUNS; month++) {
		for (unsigned i = 0; i < RESIDENTS; i++)
			put_question(bench, month, i);
	}
	if (oeo_ledger_commit(bench->agent.ledger, NULL) != OEO_OK)
		fail(bench, "ledger", NULL);
}

/* Pairs a second of one month, from its snapshot to its messages. */
static double measure(struct bench *bench, struct oeo_preparation *preparation, unsigned month)
{
	struct oeo_period period = {OEO_MONTH, 2025, month};
	struct oeo_period_record record;
	struct oeo_note why = {""};
	int64_t began_ms = oeo_monotonic_ms();
	int64_t took_ms;

	if (oeo_preparation_freeze(preparation, &period, 1, &why) != OEO_OK ||
	    oeo_period_record_load(&record, bench->agent.ledger, &period) != OEO_OK ||
	    oeo_preparation_seal(preparation, &record, &why) != OEO_OK)
		fail(bench, "sealing", &why);
	took_ms = oeo_monotonic_ms() - began_ms;
	if (record.n_pairs != (uint64_t)RESIDENTS * TABLES || record.stage != OEO_STAGE_READY)
		fail(bench, "not everything was sealed", NULL);
	return (double)record.n_pairs * 1000 / (double)(took_ms > 0 ? took_ms : 1);
}

static int compare(const void *a, const void *b)
{
	const double *x = a;
	const double *y = b;

	return (*x > *y) - (*x < *y);
}

/* This program stands in BUILD/bench, the keyholder in BUILD/bin. */
static void find_bin(struct bench *bench)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len <= 0)
		fail(bench, "/proc/self/exe", NULL);
	self[len] = '\0';
	(void)snprintf(bench->bin, sizeof(bench->bin), "%s/bin", dirname(dirname(self)));
}

static void remove_folder(const struct bench *bench)
{
	const char *arguments[] = {"rm", "-rf", bench->folder, NULL};
	pid_t pid = 0;

	if (posix_spawnp(&pid, "rm", NULL, NULL, (char *const *)arguments, environ) == 0)
		(void)waitpid(pid, NULL, 0);
}

int main(void)
{
	struct bench bench = {.folder = "/tmp/oeo-bench-XXXXXX"};
	struct oeo_patience patience = OEO_PATIENCE_USUAL;
	struct oeo_signed_plan signed_plan;
	struct oeo_preparation preparation;
	double rates[RUNS];

	find_bin(&bench);
	if (sodium_init() < 0 || mkdtemp(bench.folder) == NULL || chdir(bench.folder) != 0)
		fail(&bench, "a temporary folder", NULL);
	make_plan(&bench, &signed_plan);
	make_agent(&bench);
	start_keyholder(&bench);
	open_agent(&bench, &signed_plan);
	fill_ledger(&bench);
	oeo_preparation_open(&preparation, &bench.agent, patience, OEO_COVERAGE_BY_DATES);
	for (unsigned i = 0; i < RUNS; i++)
		rates[i] = measure(&bench, &preparation, i + 1);
	oeo_preparation_close(&preparation);
	qsort(rates, RUNS, sizeof(rates[0]), compare);
	(void)printf("sealing: %d (resident, cell) pairs a month through one keyholder, proofs checked, "
		     "messages stored\n",
	    RESIDENTS * TABLES);
	(void)printf("  %.0f pairs/s (median of %d; %.0f to %.0f)\n", rates[RUNS / 2], RUNS, rates[0],
	    rates[RUNS - 1]);
	oeo_agent_close(&bench.agent);
	oeo_signed_plan_fini(&signed_plan);
	stop_keyholder(&bench);
	remove_folder(&bench);
	return 0;
}

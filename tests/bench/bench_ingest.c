/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Ingest: acknowledged durable reports per second at a collector in a process of its own, over CURVE on loopback, on a
 * real SQLite file, with 1 and with 4 agents, each a process; batches of 4,096 reports with the buckets ahead, every
 * scalar checked canonical. Also the most memory that the collector ever held.
 *
 *   bench_ingest [REPORTS [FOLDER [RUNS]]]      default 4,096,000 in /tmp, 3 runs
 *
 * The clock runs from the first part sent to the last one acknowledged; an acknowledgement comes after the commit.
 */
#include "bench_world.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "collector/service.h"
#include "proto/link.h"
#include "proto/wire.h"

#define IN_FLIGHT 32 /* parts that an agent has unanswered */
#define BUCKETS 4000
#define ANSWER_MS 60000

struct result {
	double start;
	double end;
};

/* ---- The collector */

static int open_signals(void)
{
	sigset_t signals;

	bench_insist(sigemptyset(&signals) == 0 && sigaddset(&signals, SIGTERM) == 0 &&
			 sigprocmask(SIG_BLOCK, &signals, NULL) == 0,
	    "signals");
	return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void serve(struct bench_world *world, int out)
{
	struct oeo_service *service = NULL;
	struct oeo_note why = {""};
	char endpoint[OEO_ENDPOINT_BYTES] = "";
	int stop_fd = open_signals();
	long peak;

	if (oeo_service_open(&service, "tcp://127.0.0.1:*", &world->self, world->store, &world->home,
		&world->clock, &why) != OEO_OK)
		bench_insist(false, why.text);
	(void)snprintf(endpoint, sizeof(endpoint), "%s", oeo_service_endpoint(service));
	bench_insist(
	    write(out, endpoint, sizeof(endpoint)) == (ssize_t)sizeof(endpoint), "telling the endpoint");
	bench_insist(oeo_service_run(service, stop_fd) == OEO_OK, "serving");
	oeo_service_close(service);
	peak = bench_peak_mb();
	bench_insist(write(out, &peak, sizeof(peak)) == (ssize_t)sizeof(peak), "telling the memory");
	oeo_store_close(world->store);
	exit(0);
}

/* ---- An agent */

struct parts {
	struct oeo_buf *bytes;
	size_t n;
};

static void add_part(struct parts *parts, struct oeo_submission_part *part)
{
	struct oeo_message message;

	memset(&message, 0, sizeof(message));
	message.kind = OEO_MESSAGE_SUBMISSION;
	message.request = part->index + 1;
	message.as.submission = *part;
	bench_insist(oeo_message_pack(&parts->bytes[parts->n++], &message) == OEO_OK, "packing");
	part->index++;
	part->n_keys = 0;
	part->n_buckets = 0;
	part->n_reports = 0;
}

static int compare_tags(const void *a, const void *b)
{
	return memcmp(
	    ((const struct oeo_bucket *)a)->tag, ((const struct oeo_bucket *)b)->tag, OEO_TAG_BYTES);
}

static void add_buckets(
    const struct bench_world *world, struct parts *parts, struct oeo_submission_part *part)
{
	size_t label_len = oeo_table_label_bytes(world->plan, &world->plan->tables[2]) + OEO_LABEL_MAC_BYTES;
	struct oeo_bucket *buckets = oeo_alloc_array(BUCKETS, sizeof(*buckets));
	uint8_t *label = malloc(label_len);

	bench_insist(buckets != NULL && label != NULL, "memory");
	randombytes_buf(label, label_len);
	for (size_t i = 0; i < BUCKETS; i++) {
		randombytes_buf(buckets[i].tag, OEO_TAG_BYTES);
		buckets[i].table = 2;
		buckets[i].label = label;
		buckets[i].label_len = label_len;
	}
	qsort(buckets, BUCKETS, sizeof(*buckets), compare_tags);
	for (size_t i = 0; i < BUCKETS; i += OEO_MAX_BUCKETS) {
		part->buckets = buckets + i;
		part->n_buckets = BUCKETS - i < OEO_MAX_BUCKETS ? BUCKETS - i : OEO_MAX_BUCKETS;
		add_part(parts, part);
	}
	free(buckets);
	free(label);
}

static void add_reports(struct parts *parts, struct oeo_submission_part *part, size_t n)
{
	uint8_t *records = oeo_alloc_array(OEO_MAX_REPORTS, OEO_REPORT_BYTES);

	bench_insist(records != NULL, "memory");
	while (n > 0) {
		part->n_reports = n < OEO_MAX_REPORTS ? n : OEO_MAX_REPORTS;
		part->reports = records;
		randombytes_buf(records, part->n_reports * OEO_REPORT_BYTES);
		for (size_t i = 0; i < part->n_reports; i++) {
			uint8_t *record = records + i * OEO_REPORT_BYTES;
			uint32_t bucket = (uint32_t)(i % BUCKETS);

			for (size_t b = 0; b < 4; b++)
				record[b] = (uint8_t)(bucket >> 8 * b);
			record[OEO_REPORT_BYTES - 1] &= 0x0F;
		}
		n -= part->n_reports;
		part->is_final = n == 0;
		part->closing.coverage = OEO_COVERAGE_YES;
		add_part(parts, part);
	}
	free(records);
}

static void make_parts(const struct bench_world *world, struct parts *parts, size_t n_reports)
{
	struct oeo_submission_part part;

	parts->n = 0;
	parts->bytes = oeo_alloc_array(
	    n_reports / OEO_MAX_REPORTS + BUCKETS / OEO_MAX_BUCKETS + 3, sizeof(*parts->bytes));
	bench_insist(parts->bytes != NULL, "memory");
	memset(&part, 0, sizeof(part));
	memcpy(part.plan_digest, world->plan->digest, OEO_DIGEST_BYTES);
	memcpy(part.key_digest, world->key_digest, OEO_DIGEST_BYTES);
	memcpy(part.period, BENCH_PERIOD, sizeof(BENCH_PERIOD));
	part.keys[0] = world->keys;
	part.n_keys = 1;
	add_buckets(world, parts, &part);
	add_reports(parts, &part, n_reports);
}

static void take_ack(struct oeo_client *client, struct oeo_buf *bytes)
{
	struct oeo_client *const clients[1] = {client};
	struct oeo_message message;
	size_t index;

	bench_insist(oeo_client_receive(clients, 1, &index, bytes, ANSWER_MS) == OEO_OK, "receiving");
	bench_insist(
	    oeo_message_unpack(&message, OEO_FROM_COLLECTOR, bytes->data, bytes->len) == OEO_OK, "unpacking");
	if (message.kind == OEO_MESSAGE_REJECT)
		bench_insist(false, oeo_reason_name(message.as.reject.reason));
	bench_insist(message.kind == OEO_MESSAGE_ACK, "being acknowledged");
	oeo_message_fini(&message);
}

static void send_parts(struct oeo_client *client, const struct parts *parts)
{
	struct oeo_buf bytes = {NULL, 0, 0};
	size_t sent = 0;

	for (size_t acked = 0; acked < parts->n;) {
		while (sent < parts->n && sent - acked < IN_FLIGHT &&
		       oeo_client_send(client, parts->bytes[sent].data, parts->bytes[sent].len) == OEO_OK)
			sent++;
		take_ack(client, &bytes);
		acked++;
	}
	oeo_buf_fini(&bytes);
}

static void act(
    const struct bench_world *world, const char *endpoint, size_t which, size_t n_reports, int go, int out)
{
	struct oeo_client *client = NULL;
	struct oeo_card server = world->self.card;
	struct parts parts;
	struct result result;
	char byte = 'r';

	(void)snprintf(server.endpoint, sizeof(server.endpoint), "%s", endpoint);
	make_parts(world, &parts, n_reports);
	bench_insist(oeo_client_open(&client, &server, &world->members[which], NULL) == OEO_OK, "connecting");
	bench_insist(write(out, &byte, 1) == 1 && read(go, &byte, 1) == 1, "waiting for the start");
	result.start = bench_now();
	send_parts(client, &parts);
	result.end = bench_now();
	bench_insist(write(out, &result, sizeof(result)) == (ssize_t)sizeof(result), "telling the time");
	oeo_client_close(client);
	exit(0);
}

/* ---- A run */

static void read_all(int fd, void *bytes, size_t len)
{
	uint8_t *rest = bytes;

	while (len > 0) {
		ssize_t n = read(fd, rest, len);

		bench_insist(n > 0, "reading from a process");
		rest += n;
		len -= (size_t)n;
	}
}

static pid_t start_collector(struct bench_world *world, int out[2])
{
	pid_t pid;

	bench_insist(pipe(out) == 0, "a pipe");
	/* A connection to SQLite is not carried over a fork. */
	oeo_store_close(world->store);
	world->store = NULL;
	pid = fork();
	bench_insist(pid >= 0, "forking");
	if (pid == 0) {
		bench_insist(oeo_store_open(&world->store, &world->home, NULL) == OEO_OK, "the store");
		serve(world, out[1]);
	}
	return pid;
}

static double time_agents(
    const struct bench_world *world, const char *endpoint, size_t n_agents, size_t n_reports)
{
	int go[2];
	int outs[BENCH_MEMBERS][2];
	double start = 0;
	double end = 0;
	char byte;

	bench_insist(pipe(go) == 0, "a pipe");
	for (size_t i = 0; i < n_agents; i++) {
		bench_insist(pipe(outs[i]) == 0, "a pipe");
		if (fork() == 0)
			act(world, endpoint, i, n_reports / n_agents, go[0], outs[i][1]);
	}
	for (size_t i = 0; i < n_agents; i++)
		read_all(outs[i][0], &byte, 1);
	bench_insist(write(go[1], "gggg", n_agents) == (ssize_t)n_agents, "starting");
	for (size_t i = 0; i < n_agents; i++) {
		struct result result;

		read_all(outs[i][0], &result, sizeof(result));
		start = i == 0 || result.start < start ? result.start : start;
		end = result.end > end ? result.end : end;
		(void)close(outs[i][0]);
		(void)close(outs[i][1]);
	}
	(void)close(go[0]);
	(void)close(go[1]);
	return end - start;
}

/* What is acknowledged is really there. */
static void check_stored(struct bench_world *world, size_t n_agents, size_t n_reports)
{
	struct oeo_store_submission *submissions = NULL;
	uint64_t total = 0;
	size_t n = 0;

	bench_insist(oeo_store_open(&world->store, &world->home, NULL) == OEO_OK, "the store");
	bench_insist(
	    oeo_store_load_submissions(world->store, BENCH_PERIOD, &submissions, &n) == OEO_OK, "reading");
	for (size_t i = 0; i < n; i++)
		total += submissions[i].is_final ? submissions[i].n_reports : 0;
	bench_insist(n == n_agents && total == n_reports, "finding all reports");
	free(submissions);
}

static double run_once(const char *folder, size_t n_agents, size_t n_reports, long *peak)
{
	struct bench_world world;
	char endpoint[OEO_ENDPOINT_BYTES];
	int out[2];
	pid_t collector;
	double seconds;

	/* What is printed already must not be printed again by the processes that are forked. */
	bench_insist(fflush(stdout) == 0, "printing");
	bench_open(&world, folder);
	collector = start_collector(&world, out);
	read_all(out[0], endpoint, sizeof(endpoint));
	seconds = time_agents(&world, endpoint, n_agents, n_reports);
	bench_insist(kill(collector, SIGTERM) == 0, "stopping the collector");
	read_all(out[0], peak, sizeof(*peak));
	while (wait(NULL) > 0)
		continue;
	(void)close(out[0]);
	(void)close(out[1]);
	check_stored(&world, n_agents, n_reports);
	bench_close(&world);
	return seconds;
}

static void measure(const char *folder, size_t n_agents, size_t n_reports, size_t runs)
{
	double *seconds = oeo_alloc_array(runs, sizeof(*seconds));
	long most = 0;
	double median;

	bench_insist(seconds != NULL, "memory");
	for (size_t i = 0; i < runs; i++) {
		long peak = 0;

		seconds[i] = run_once(folder, n_agents, n_reports, &peak);
		most = peak > most ? peak : most;
	}
	median = bench_median(seconds, runs);
	(void)printf("ingest, %zu agent%s: %.0f acknowledged durable reports/s (%zu in %.2f s; median of "
		     "%zu); collector: %ld MB at "
		     "most\n",
	    n_agents, n_agents == 1 ? "" : "s", (double)n_reports / median, n_reports, median, runs, most);
	free(seconds);
}

int main(int argc, char **argv)
{
	size_t n_reports = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000 * OEO_MAX_REPORTS;
	const char *folder = argc > 2 ? argv[2] : "/tmp";
	size_t runs = argc > 3 ? strtoul(argv[3], NULL, 10) : 3;

	bench_insist(n_reports >= BENCH_MEMBERS && n_reports % BENCH_MEMBERS == 0 && runs > 0,
	    "reading the arguments");
	measure(folder, 1, n_reports, runs);
	measure(folder, 4, n_reports, runs);
	return 0;
}

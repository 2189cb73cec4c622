/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How fast intake files are read: Almelo's four files, each repeated under new record numbers up to ROWS rows in all. First
 * parsed and mapped alone (columns, dates, names normalised, codes matched); then imported, each into a new ledger on disk,
 * as four members would, encrypted and durable. Prints rows per second, by the clock and of processor time (median of RUNS,
 * with least and most), and the peak memory.
 *
 *   bench_import [ROWS [RUNS [FILE]]]   run in the project's root; 200,000 rows and 5 runs without arguments; all rows in
 *                                       one FILE of these: klientenraad, bga, cosbo, wmo-adviesraad
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent/intake.h"
#include "agent/intake_row.h"
#include "proto/plan_file.h"

#define TODAY "2026-11-21"
#define PLAN "proto/plans/almelo/plan.yaml"
#define MAX_RUNS 99

#define MOST_MEMBERS 4

static const char *const members[MOST_MEMBERS] = {"klientenraad", "bga", "cosbo", "wmo-adviesraad"};

/* What is measured. */
struct job {
	const struct oeo_plan *plan;
	const char *folder;
	unsigned long rows; /* in all files */
	unsigned runs;
	const char *const *members; /* a file of each */
	size_t n_members;
};

static void die(const char *what)
{
	(void)fprintf(stderr, "bench_import: %s\n", what);
	exit(1);
}

/* The header, then all rows again and again, each with a number of its own before its record number. */
static unsigned long repeat_file(const char *from, const char *to, unsigned long rows)
{
	struct oeo_buf text = {0};
	FILE *out = fopen(to, "wb");
	unsigned long written = 0;
	const char *line;
	const char *body;

	if (out == NULL || oeo_file_read(&text, from, (size_t)16 << 20, NULL) != OEO_OK)
		die("cannot read the data; run in the project's root");
	body = strchr((char *)text.data, '\n') + 1;
	(void)fwrite(text.data, 1, (size_t)(body - (char *)text.data), out);
	for (line = body; written < rows; written++) {
		const char *end = strchr(line, '\n');
		bool is_quoted = line[0] == '"';

		(void)fprintf(out, "%s%lu-", is_quoted ? "\"" : "", written);
		(void)fwrite(line + is_quoted, 1, (size_t)(end + 1 - line) - is_quoted, out);
		line = end[1] != '\0' ? end + 1 : body;
	}
	if (fclose(out) != 0)
		die("cannot write the file");
	oeo_buf_fini(&text);
	return written;
}

static double seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double cpu_seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct oeo_mapping *read_mapping(const struct oeo_plan *plan, const char *member)
{
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;
	char path[256];

	(void)snprintf(path, sizeof(path), "proto/plans/almelo/mappings/%s.yaml", member);
	if (oeo_mapping_read(&mapping, path, plan, &findings) != OEO_OK)
		die("cannot read the mapping");
	oeo_findings_fini(&findings);
	return mapping;
}

static struct oeo_csv *open_csv(struct oeo_mapping *mapping, FILE *file)
{
	bool wanted[OEO_CSV_MAX_COLUMNS];
	struct oeo_csv *csv = NULL;
	const char *const *header;
	size_t n = 0;

	if (file == NULL || oeo_csv_open(&csv, &mapping->format, oeo_csv_read_file, file, NULL) != OEO_OK)
		die("cannot read the file");
	header = oeo_csv_header(csv, &n);
	if (oeo_mapping_bind(mapping, header, n, NULL) != OEO_OK)
		die("the mapping does not fit");
	oeo_mapping_wanted(mapping, wanted, n);
	oeo_csv_want(csv, wanted, n);
	return csv;
}

/* Parse and map every row, and let it fall; how many were good. */
static size_t parse_one(const struct oeo_plan *plan, const char *member, const char *path)
{
	struct oeo_mapping *mapping = read_mapping(plan, member);
	struct oeo_intake_job job = {.plan = plan, .mapping = mapping};
	FILE *file = fopen(path, "rb");
	struct oeo_csv *csv = open_csv(mapping, file);
	struct oeo_row_refusal refusal = {.reason = 0};
	struct oeo_row_reader reader;
	struct oeo_csv_row row = {0};
	struct oeo_read_row read;
	bool is_end = false;
	size_t taken = 0;

	if (oeo_day_parse(&job.today, TODAY) != OEO_OK ||
	    oeo_row_reader_init(&reader, &job, plan, mapping) != OEO_OK)
		die("cannot begin");
	while (oeo_csv_next(csv, &row, &is_end) == OEO_OK && !is_end) {
		if (row.fault != OEO_CSV_FINE || oeo_row_read(&reader, &row, &read, &refusal) != OEO_OK ||
		    refusal.reason != 0)
			die("a row is refused");
		oeo_question_fini(&read.question);
		taken++;
	}
	oeo_row_reader_fini(&reader);
	oeo_csv_close(csv);
	(void)fclose(file);
	oeo_mapping_free(mapping);
	return taken;
}

static size_t read_one(
    const struct oeo_plan *plan, struct oeo_ledger *ledger, const char *member, const char *path)
{
	struct oeo_findings findings = {0};
	struct oeo_intake_report report = {0};
	struct oeo_mapping *mapping = read_mapping(plan, member);
	struct oeo_note why = {""};
	struct oeo_intake_job job = {.plan = plan, .mapping = mapping, .path = path, .ledger = ledger};
	size_t taken;

	if (oeo_day_parse(&job.today, TODAY) != OEO_OK ||
	    oeo_intake_read(&report, &job, &findings, &why) != OEO_OK)
		die(why.text);
	taken = report.n_added;
	oeo_intake_report_fini(&report);
	oeo_mapping_free(mapping);
	oeo_findings_fini(&findings);
	return taken;
}

struct speed {
	double wall; /* rows per second */
	double cpu; /* rows per second of processor time */
};

static size_t import_one(
    const struct oeo_plan *plan, const char *folder, unsigned number, const char *member, const char *path)
{
	struct oeo_ledger *ledger = NULL;
	struct oeo_home home;
	char home_path[512];
	size_t taken;

	(void)snprintf(home_path, sizeof(home_path), "%s/home-%u-%s", folder, number, member);
	if (oeo_home_create(&home, home_path, NULL) != OEO_OK || oeo_ledger_create(&home, NULL) != OEO_OK ||
	    oeo_ledger_open(&ledger, &home, NULL) != OEO_OK)
		die("cannot make a ledger");
	taken = read_one(plan, ledger, member, path);
	oeo_ledger_close(ledger);
	oeo_home_close(&home);
	return taken;
}

static struct speed run(const struct job *job, unsigned number, bool is_import)
{
	double start = seconds();
	double start_cpu = cpu_seconds();
	size_t taken = 0;
	char path[512];

	for (size_t i = 0; i < job->n_members; i++) {
		const char *member = job->members[i];

		(void)snprintf(path, sizeof(path), "%s/%s.csv", job->folder, member);
		taken += is_import ? import_one(job->plan, job->folder, number, member, path)
				   : parse_one(job->plan, member, path);
	}
	if (taken != job->rows)
		die("not every row was taken");
	return (struct speed){
	    (double)taken / (seconds() - start), (double)taken / (cpu_seconds() - start_cpu)};
}

static int by_value(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;

	return a < b ? -1 : a > b;
}

static void tell(const char *what, const struct job *job, bool is_import)
{
	double wall[MAX_RUNS];
	double cpu[MAX_RUNS];

	for (unsigned i = 0; i < job->runs; i++) {
		struct speed speed = run(job, i, is_import);

		wall[i] = speed.wall;
		cpu[i] = speed.cpu;
	}
	qsort(wall, job->runs, sizeof(wall[0]), by_value);
	qsort(cpu, job->runs, sizeof(cpu[0]), by_value);
	(void)printf(
	    "%-18s %7.0f rows/s (median of %u; %.0f to %.0f), %7.0f rows per second of processor time\n",
	    what, wall[job->runs / 2], job->runs, wall[0], wall[job->runs - 1], cpu[job->runs / 2]);
}

static void measure(struct job *job)
{
	unsigned long written = 0;
	struct rusage usage;
	char from[256];
	char to[512];

	for (size_t i = 0; i < job->n_members; i++) {
		(void)snprintf(from, sizeof(from), "tests/data/almelo/%s.csv", job->members[i]);
		(void)snprintf(to, sizeof(to), "%s/%s.csv", job->folder, job->members[i]);
		written += repeat_file(from, to, job->rows / job->n_members);
	}
	job->rows = written;
	tell("parsed and mapped:", job, false);
	tell("imported:", job, true);
	(void)getrusage(RUSAGE_SELF, &usage);
	(void)printf("%lu rows, peak memory %ld MB\n", written, usage.ru_maxrss / 1024);
}

/* Leave only the file of this name. */
static void choose_member(struct job *job, const char *name)
{
	size_t i = 0;

	while (i < MOST_MEMBERS && strcmp(members[i], name) != 0)
		i++;
	if (i == MOST_MEMBERS)
		die("FILE: klientenraad, bga, cosbo or wmo-adviesraad");
	job->members = &members[i];
	job->n_members = 1;
}

int main(int argc, char **argv)
{
	struct job job = {.rows = argc > 1 ? strtoul(argv[1], NULL, 10) : 200000,
	    .runs = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 5,
	    .members = members,
	    .n_members = MOST_MEMBERS};
	char folder[] = "/tmp/oeo-bench-import-XXXXXX";
	char command[64];
	struct oeo_findings findings = {0};
	struct oeo_plan *plan = NULL;

	if (job.rows < MOST_MEMBERS || job.runs < 1 || job.runs > MAX_RUNS || sodium_init() < 0)
		die("usage: bench_import [ROWS [RUNS [FILE]]]");
	if (argc > 3)
		choose_member(&job, argv[3]);
	if (oeo_plan_file_read(&plan, PLAN, &findings) != OEO_OK)
		die("cannot read " PLAN "; run in the project's root");
	if (mkdtemp(folder) == NULL)
		die("cannot make a folder in /tmp");
	job.plan = plan;
	job.folder = folder;
	measure(&job);
	oeo_plan_free(plan);
	oeo_findings_fini(&findings);
	(void)snprintf(command, sizeof(command), "rm -r '%s'", folder);
	return system(command) == 0 ? 0 : 1;
}

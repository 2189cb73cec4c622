/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How fast intake files are imported: Almelo's four files, each repeated under new record numbers up to ROWS rows in all,
 * into a new ledger on disk. Prints rows per second (median of RUNS, with least and most) and the peak memory.
 *
 *   bench_import [ROWS [RUNS]]        run in the project's root; 200,000 rows and 5 runs without arguments
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
#include "proto/plan_file.h"

#define PLAN "proto/plans/almelo/plan.yaml"
#define MAX_RUNS 99

static const char *const members[] = {"klientenraad", "bga", "cosbo", "wmo-adviesraad"};

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

static size_t import_one(
    const struct oeo_plan *plan, struct oeo_ledger *ledger, const char *member, const char *path)
{
	struct oeo_findings findings = {0};
	struct oeo_intake_report report = {0};
	struct oeo_mapping *mapping = NULL;
	struct oeo_note why = {""};
	struct oeo_intake_job job = {.plan = plan, .path = path, .ledger = ledger};
	char mapping_path[256];
	size_t taken;

	(void)snprintf(mapping_path, sizeof(mapping_path), "proto/plans/almelo/mappings/%s.yaml", member);
	if (oeo_day_parse(&job.today, "2026-11-21") != OEO_OK ||
	    oeo_mapping_read(&mapping, mapping_path, plan, &findings) != OEO_OK)
		die("cannot read the mapping");
	job.mapping = mapping;
	if (oeo_intake_read(&report, &job, &findings, &why) != OEO_OK)
		die(why.text);
	taken = report.n_added;
	oeo_intake_report_fini(&report);
	oeo_mapping_free(mapping);
	oeo_findings_fini(&findings);
	return taken;
}

/* One run in a new home; rows per second. */
static double run(const struct oeo_plan *plan, const char *folder, unsigned number, unsigned long rows)
{
	struct oeo_ledger *ledger = NULL;
	struct oeo_home home;
	char path[512];
	size_t taken = 0;
	double start;

	(void)snprintf(path, sizeof(path), "%s/home-%u", folder, number);
	if (oeo_home_create(&home, path, NULL) != OEO_OK || oeo_ledger_create(&home, NULL) != OEO_OK ||
	    oeo_ledger_open(&ledger, &home, NULL) != OEO_OK)
		die("cannot make a ledger");
	start = seconds();
	for (size_t i = 0; i < 4; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s.csv", folder, members[i]);
		taken += import_one(plan, ledger, members[i], path);
	}
	start = seconds() - start;
	if (taken != rows)
		die("not every row was taken");
	oeo_ledger_close(ledger);
	oeo_home_close(&home);
	return (double)rows / start;
}

static int by_value(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;

	return a < b ? -1 : a > b;
}

static void measure(const struct oeo_plan *plan, const char *folder, unsigned long rows, unsigned runs)
{
	double speeds[MAX_RUNS];
	unsigned long written = 0;
	struct rusage usage;
	char from[256];
	char to[512];

	for (size_t i = 0; i < 4; i++) {
		(void)snprintf(from, sizeof(from), "tests/data/almelo/%s.csv", members[i]);
		(void)snprintf(to, sizeof(to), "%s/%s.csv", folder, members[i]);
		written += repeat_file(from, to, rows / 4);
	}
	for (unsigned i = 0; i < runs; i++)
		speeds[i] = run(plan, folder, i, written);
	qsort(speeds, runs, sizeof(speeds[0]), by_value);
	(void)getrusage(RUSAGE_SELF, &usage);
	(void)printf("import: %.0f rows/s (median of %u; %.0f to %.0f), %lu rows, peak memory %ld MB\n",
	    speeds[runs / 2], runs, speeds[0], speeds[runs - 1], written, usage.ru_maxrss / 1024);
}

int main(int argc, char **argv)
{
	unsigned long rows = argc > 1 ? strtoul(argv[1], NULL, 10) : 200000;
	unsigned runs = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 5;
	char folder[] = "/tmp/oeo-bench-import-XXXXXX";
	char command[64];
	struct oeo_findings findings = {0};
	struct oeo_plan *plan = NULL;

	if (rows < 4 || runs < 1 || runs > MAX_RUNS || sodium_init() < 0)
		die("usage: bench_import [ROWS [RUNS]]");
	if (oeo_plan_file_read(&plan, PLAN, &findings) != OEO_OK)
		die("cannot read " PLAN "; run in the project's root");
	if (mkdtemp(folder) == NULL)
		die("cannot make a folder in /tmp");
	measure(plan, folder, rows, runs);
	oeo_plan_free(plan);
	oeo_findings_fini(&findings);
	(void)snprintf(command, sizeof(command), "rm -r '%s'", folder);
	return system(command) == 0 ? 0 : 1;
}

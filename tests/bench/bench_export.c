/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How long the exports take, and how much memory: all releases of Almelo over seven quarters, and one release of
 * a country (990,000 cells of one table). bench_export DIR leaves Almelo's releases in DIR, to look at what is made of them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "dashboard-export/flags.h"
#include "dashboard-export/output.h"
#include "proto/i18n.h"
#include "tests/unit/export_sample.h"

#define WARDS 9999
#define THEMES 98

static double now_s(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0)
		abort();
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static long peak_mb(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss / 1024 : -1;
}

static void must(bool is_true, const char *what)
{
	if (is_true)
		return;
	(void)fprintf(stderr, "bench_export: %s\n", what);
	abort();
}

static void measure(struct sample_report *report, enum oeo_output_kind kind, const char *name)
{
	struct oeo_output_result result;
	char out[SAMPLE_PATH_BYTES];
	double start = now_s();

	(void)snprintf(out, sizeof(out), "%s/%s", report->sample.folder, name);
	must(oeo_output_write(&result, kind, &report->view, out, NULL, NULL) == OEO_OK, name);
	(void)printf("  %-12s %6.2f s of processor, peak %ld MB\n", name, now_s() - start, peak_mb());
}

static void measure_all(struct sample_report *report)
{
	struct oeo_flag flags[OEO_MAX_FLAGS];
	size_t n = 0;
	double start = now_s();

	sample_report_open(report);
	(void)printf("  %-12s %6.2f s of processor, peak %ld MB\n", "read", now_s() - start, peak_mb());
	start = now_s();
	must(oeo_flags_make(flags, &n, &report->view, oeo_view_latest(&report->view, report->view.main)) ==
		 OEO_OK,
	    "flags");
	(void)printf("  %-12s %6.2f s of processor, %zu flags\n", "flags", now_s() - start, n);
	measure(report, OEO_OUTPUT_CSV, "csv");
	measure(report, OEO_OUTPUT_XLSX, "xlsx");
	measure(report, OEO_OUTPUT_SITE, "site");
}

static void add(struct sample_report *report, const char *period)
{
	struct oeo_release release;

	sample_begin(&release, &report->sample, period);
	sample_fill(&release);
	sample_report_add(report, &release);
}

static void bench_almelo(const char *folder)
{
	struct oeo_period quarter = {OEO_QUARTER, 2025, 1}, month = {OEO_MONTH, 2025, 1};
	char id[OEO_PERIOD_BYTES];
	void *state = NULL;
	struct sample_report *report;

	(void)sample_report_setup_almelo(&state);
	report = state;
	for (size_t i = 0; i < 7; i++, quarter = oeo_period_next(&quarter)) {
		oeo_period_format(id, &quarter);
		add(report, id);
	}
	for (size_t i = 0; i < 21; i++, month = oeo_period_next(&month)) {
		oeo_period_format(id, &month);
		add(report, id);
	}
	add(report, "2025");
	must(oeo_wards_read(&report->wards, OEO_TEST_DIR "/../dashboard-export/wards/GM0141", NULL) == OEO_OK,
	    "wards");
	(void)printf("Almelo, %zu releases:\n", report->n);
	measure_all(report);
	if (folder != NULL)
		sample_report_copy(report, folder);
	(void)sample_report_teardown(&state);
}

/* A plan with one large table, in the sample's folder. */
static void write_country(const char *folder, char plan[SAMPLE_PATH_BYTES])
{
	static const char *const text =
	    "plan: country\ntitle: {nl: Land, en: Country}\nmunicipality: GM0000\nfrom: 2025-01\nicu: 72\n"
	    "expected_questions: 1000000\ngrace_days: 14\nwindow_days: 7\nkeyholders: [one, two]\n"
	    "identity:\n  fields: [birthdate, postcode, surname]\n  member_number: no\n  walk_in: "
	    "questions-only\n"
	    "thresholds: {residents: 10, members: 1, rest: 3, round: 0, sensitive: 15}\n"
	    "dimensions:\n  question: {codes: question.csv, levels: [theme]}\n  area: {codes: area.csv, "
	    "levels: [ward]}\n"
	    "tables:\n  - {id: total, by: [], cadence: quarter, publish: [residents]}\n"
	    "  - {id: theme, by: [theme], cadence: quarter, publish: [residents]}\n"
	    "  - {id: theme-ward, by: [theme, ward], cadence: quarter, publish: [residents]}\n"
	    "  - {id: month-total, by: [], cadence: month, publish: [residents]}\n";
	struct oeo_buf codes = {0};
	char path[SAMPLE_PATH_BYTES];

	(void)snprintf(plan, SAMPLE_PATH_BYTES, "%s/plan.yaml", folder);
	sample_write(plan, text, strlen(text));
	for (int is_ward = 0; is_ward <= 1; is_ward++) {
		codes.len = 0;
		must(oeo_buf_append_text(&codes, "code,parent,label_nl,label_en,sensitive\n") == OEO_OK,
		    "memory");
		for (unsigned i = 0; i < (is_ward ? WARDS : THEMES); i++)
			must(oeo_buf_printf(&codes, "C%u,,Naam van %u,Name of %u,\n", i, i, i) == OEO_OK,
			    "memory");
		(void)snprintf(path, sizeof(path), "%s/%s.csv", folder, is_ward ? "area" : "question");
		sample_write(path, codes.data, codes.len);
	}
	oeo_buf_fini(&codes);
}

static void bench_country(void)
{
	struct sample_report *report = calloc(1, sizeof(*report));
	char folder[] = "/tmp/oeo-bench-export-XXXXXX", plan[SAMPLE_PATH_BYTES];
	struct oeo_release release;
	void *state = report;

	must(report != NULL && mkdtemp(folder) != NULL, "memory or /tmp");
	write_country(folder, plan);
	sample_init(&report->sample, plan);
	sample_begin(&release, &report->sample, "2026-Q3");
	sample_fill(&release);
	sample_report_add(report, &release);
	(void)printf("A country, one release:\n");
	measure_all(report);
	(void)sample_report_teardown(&state);
	free(report);
}

int main(int argc, char **argv)
{
	must(oeo_i18n_init("nl"), "language");
	if (argc > 1)
		must(mkdir(argv[1], 0777) == 0 || errno == EEXIST, argv[1]);
	bench_almelo(argc > 1 ? argv[1] : NULL);
	if (argc <= 1)
		bench_country();
	return 0;
}

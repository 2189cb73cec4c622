/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * site_releases DIR: releases for the browser tests of the site, in folders of their own:
 *
 *   full      Almelo: twelve quarters, twelve months, a year, much of it shown
 *   one       Almelo: one quarter with a few numbers
 *   hidden    Almelo: one quarter in which nothing is shown
 *   areas     Almere: two quarters and their year; more wards than a map has room for names
 *   hostile   a plan with labels of markup, of right-to-left signs, and as long as a label may be
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "proto/i18n.h"
#include "tests/unit/export_sample.h"

#define SAMPLE_ALMERE "../proto/plans/almere/plan.yaml"

static void must(bool is_true, const char *what)
{
	if (is_true)
		return;
	(void)fprintf(stderr, "site_releases: %s\n", what);
	exit(1);
}

static void add_periods(struct sample_report *report, const char *first, size_t n)
{
	struct oeo_release release;
	struct oeo_period period;
	char id[OEO_PERIOD_BYTES];

	must(oeo_period_parse(&period, first) == OEO_OK, first);
	for (size_t i = 0; i < n; i++, period = oeo_period_next(&period)) {
		oeo_period_format(id, &period);
		sample_begin(&release, &report->sample, id);
		sample_fill(&release);
		sample_report_add(report, &release);
	}
}

static void add_full(struct sample_report *report)
{
	add_periods(report, "2025-Q1", 12);
	add_periods(report, "2025-01", 12);
	add_periods(report, "2025", 1);
}

static void add_one(struct sample_report *report)
{
	struct oeo_release release;

	sample_begin(&release, &report->sample, "2025-Q1");
	sample_show(&release, "total", 61, 70, NULL);
	sample_show(&release, "theme", 21, 25, "WO", NULL);
	sample_show(&release, "ward", 30, 31, "WK014110", NULL);
	sample_report_add(report, &release);
}

static void add_hidden(struct sample_report *report)
{
	struct oeo_release release;

	sample_begin(&release, &report->sample, "2025-Q1");
	sample_report_add(report, &release);
}

static void add_areas(struct sample_report *report)
{
	add_periods(report, "2025-Q3", 2);
	add_periods(report, "2025", 1);
}

static void add_hostile(struct sample_report *report)
{
	add_periods(report, "2025-Q1", 2);
}

/* A plan whose labels are as bad as a plan takes them. */
static void write_plan(const char *folder, char plan[SAMPLE_PATH_BYTES])
{
	static const char *const text =
	    "plan: hostile\ntitle: {nl: Een titel die best lang is voor een plan, en: A title}\n"
	    "municipality: GM0000\nfrom: 2025-01\nicu: 72\nexpected_questions: 100\ngrace_days: 14\n"
	    "window_days: 7\nkeyholders: [one, two]\nidentity:\n  fields: [birthdate, postcode, surname]\n"
	    "  member_number: no\n  walk_in: questions-only\n"
	    "thresholds: {residents: 10, members: 1, rest: 3, round: 0, sensitive: 15}\n"
	    "dimensions:\n  question: {codes: question.csv, levels: [theme]}\n"
	    "  spot: {codes: question.csv, levels: [spot]}\n"
	    "tables:\n  - {id: total, by: [], cadence: quarter, publish: [residents]}\n"
	    "  - {id: theme, by: [theme], cadence: quarter, publish: [residents, questions]}\n"
	    "  - {id: spot, by: [spot], cadence: quarter, publish: [residents]}\n"
	    "  - {id: theme-spot, by: [theme, spot], cadence: quarter, publish: [residents]}\n"
	    "  - {id: month-total, by: [], cadence: month, publish: [residents]}\n";
	static const char *const codes =
	    "code,parent,label_nl,label_en,sensitive\n"
	    "A1,,<script>document.title='gehackt'</script>,Script,\n"
	    "A2,,\"=HYPERLINK(\"\"x\"\")\",Formula,\n"
	    "A3,,Een label van bijna tweehonderd tekens dat door blijft gaan en nog langer wordt omdat "
	    "iemand dacht dat uitleg in de naam hoort in plaats van in de toelichting eronder wat niet zo is,"
	    "Long,\n"
	    "A4,,Aanvraagprocedureondersteuningsmogelijkhedenvergoedingsregelingencoördinatie,One word,\n"
	    "A5,,\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627,Right to left,\n";
	char path[SAMPLE_PATH_BYTES];

	(void)snprintf(plan, SAMPLE_PATH_BYTES, "%s/plan.yaml", folder);
	sample_write(plan, text, strlen(text));
	(void)snprintf(path, sizeof(path), "%s/question.csv", folder);
	sample_write(path, codes, strlen(codes));
}

static void make(
    const char *parent, const char *name, const char *plan, void (*fill)(struct sample_report *report))
{
	struct sample_report *report = calloc(1, sizeof(*report));
	char folder[SAMPLE_PATH_BYTES];
	void *state = report;

	must(report != NULL, "memory");
	(void)snprintf(folder, sizeof(folder), "%s/%s", parent, name);
	must(mkdir(folder, 0777) == 0 || errno == EEXIST, folder);
	sample_init(&report->sample, plan);
	fill(report);
	sample_report_copy(report, folder);
	(void)sample_report_teardown(&state);
	free(report);
}

int main(int argc, char **argv)
{
	char plan[SAMPLE_PATH_BYTES];

	must(argc == 2, "say which folder the releases go to");
	must(oeo_i18n_init("nl"), "language");
	make(argv[1], "full", SAMPLE_ALMELO, add_full);
	make(argv[1], "one", SAMPLE_ALMELO, add_one);
	make(argv[1], "hidden", SAMPLE_ALMELO, add_hidden);
	make(argv[1], "areas", SAMPLE_ALMERE, add_areas);
	write_plan(argv[1], plan);
	make(argv[1], "hostile", plan, add_hostile);
	return 0;
}

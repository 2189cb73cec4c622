/* SPDX-License-Identifier: EUPL-1.2 */
/* Files read in under the plan of Almelo, and rows of a small mapping. */
#ifndef OEO_TESTS_UNIT_INTAKE_RUN_H
#define OEO_TESTS_UNIT_INTAKE_RUN_H

#include "intake_fixture.h"

#include "agent/intake.h"

#define HEADER "Nr;Datum;Naam;Geboren;Postcode;Vraag;Toelichting\n"
#define MAPPING                                                                                              \
	"mapping: test\n"                                                                                    \
	"source: {delimiter: \";\", encoding: utf-8}\n"                                                      \
	"record: Nr\n"                                                                                       \
	"date: {column: Datum, format: dd-mm-yyyy}\n"                                                        \
	"identity:\n"                                                                                        \
	"  surname: {column: Naam}\n"                                                                        \
	"  birthdate: {column: Geboren, format: dd-mm-yyyy}\n"                                               \
	"  postcode: {column: Postcode}\n"                                                                   \
	"dimensions:\n"                                                                                      \
	"  question: {column: Vraag, match: code}\n"                                                         \
	"never_read: [Toelichting]\n"

static const char *const members[] = {"klientenraad", "bga", "cosbo", "wmo-adviesraad"};

static inline int64_t day(const char *text)
{
	int64_t number;

	assert_int_equal(oeo_day_parse(&number, text), OEO_OK);
	return number;
}

static inline struct oeo_mapping *read_mapping(const struct fixture *fixture, const char *path)
{
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;

	assert_int_equal(oeo_mapping_read(&mapping, path, fixture->plan, &findings), OEO_OK);
	oeo_findings_fini(&findings);
	return mapping;
}

static inline struct oeo_mapping *parse_mapping(const struct fixture *fixture, const char *text)
{
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;

	assert_int_equal(
	    oeo_mapping_parse(&mapping, "/nowhere/test.yaml", text, strlen(text), fixture->plan, &findings),
	    OEO_OK);
	oeo_findings_fini(&findings);
	return mapping;
}

static inline enum oeo_err run(struct fixture *fixture, struct oeo_mapping *mapping, const char *path,
    bool is_preview, struct oeo_intake_report *report)
{
	struct oeo_findings findings = {0};
	struct oeo_intake_job job = {.plan = fixture->plan,
	    .mapping = mapping,
	    .path = path,
	    .ledger = fixture->ledger,
	    .is_preview = is_preview,
	    .today = day("2026-11-21")};
	enum oeo_err err = oeo_intake_read(report, &job, &findings, NULL);

	oeo_findings_fini(&findings);
	return err;
}

/* Import rows under HEADER and MAPPING. */
static inline void import_rows(struct fixture *fixture, const char *rows, struct oeo_intake_report *report)
{
	struct oeo_mapping *mapping = parse_mapping(fixture, MAPPING);
	char path[OEO_PATH_BYTES];
	char *text = malloc(strlen(HEADER) + strlen(rows) + 1);

	assert_non_null(text);
	(void)sprintf(text, "%s%s", HEADER, rows);
	assert_int_equal(oeo_home_path(path, &fixture->home, "intake.csv"), OEO_OK);
	assert_int_equal(oeo_file_write(path, text, strlen(text), 0600, NULL), OEO_OK);
	assert_int_equal(run(fixture, mapping, path, false, report), OEO_OK);
	assert_int_equal(unlink(path), 0);
	report->mapping = NULL; /* freed here; these tests look at the counts only */
	oeo_mapping_free(mapping);
	free(text);
}

static inline void assert_counts(struct fixture *fixture, const char *rows, const char *wanted)
{
	struct oeo_intake_report report = {0};
	char found[128];

	import_rows(fixture, rows, &report);
	(void)snprintf(found, sizeof(found),
	    "added %zu known %zu changed %zu frozen %zu late %zu refused %zu", report.n_added, report.n_known,
	    report.n_changed, report.n_frozen, report.n_late, report.n_refused);
	assert_string_equal(found, wanted);
	assert_int_equal(report.n_rows, report.n_taken + report.n_same + report.n_refused);
	oeo_intake_report_fini(&report);
}

#endif

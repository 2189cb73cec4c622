/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sample releases for the tests of oeo-export: made from a plan file, with figures as the test says, signed with
 * keys made on the spot. Everything that fails here ends the test.
 */
#ifndef OEO_TESTS_EXPORT_SAMPLE_H
#define OEO_TESTS_EXPORT_SAMPLE_H

#include "dashboard-export/sources.h"
#include "dashboard-export/view.h"
#include "proto/release.h"

#define SAMPLE_KEYHOLDERS 2
#define SAMPLE_ALMELO "../proto/plans/almelo/plan.yaml" /* relative to OEO_TEST_DIR */
#define SAMPLE_SMALL "data/export/plan.yaml"
#define SAMPLE_CREATED "2026-11-21T10:00:00Z"
#define SAMPLE_PATH_BYTES 512

struct sample {
	char folder[64]; /* temporary; removed by sample_fini */
	struct oeo_buf plan;
	struct oeo_secret publisher_key;
	uint8_t publisher_pk[OEO_IDENTITY_BYTES];
	struct oeo_secret keyholder_keys[SAMPLE_KEYHOLDERS];
	uint8_t keyholder_pks[SAMPLE_KEYHOLDERS][OEO_IDENTITY_BYTES];
};

/* Keys, a temporary folder, and the plan at this path, under OEO_TEST_DIR where it does not begin with a slash. */
void sample_init(struct sample *sample, const char *plan);
void sample_fini(struct sample *sample);

/* A release of the period with all cells hidden, two members, and shares that are not shown. */
void sample_begin(struct oeo_release *release, const struct sample *sample, const char *period);

/* Show one cell; codes in the table's order, ended by NULL. */
void sample_show(struct oeo_release *release, const char *table, uint64_t residents, uint64_t questions, ...)
    __attribute__((sentinel));

/* Show every cell with numbers made from its place and the period; those below k stay hidden. */
void sample_fill(struct oeo_release *release);

/* Pack, sign and write <folder>/<name>.oeorel with its signature; path gets where. Frees the release. */
void sample_save(
    char path[SAMPLE_PATH_BYTES], struct oeo_release *release, const struct sample *sample, const char *name);

/* sample_begin, sample_fill and sample_save under the period's name. */
void sample_make(char path[SAMPLE_PATH_BYTES], const struct sample *sample, const char *period);

/* ---- several releases, read back and viewed ---- */

#define SAMPLE_MOST_RELEASES 40

struct sample_report {
	struct sample sample;
	char paths[SAMPLE_MOST_RELEASES][SAMPLE_PATH_BYTES];
	size_t n;
	struct oeo_sources sources;
	struct oeo_wards wards;
	struct oeo_view view;
};

/* A cmocka setup and teardown: texts in Dutch, the small plan, no releases yet, *state a struct sample_report. */
int sample_report_setup(void **state);
int sample_report_teardown(void **state);

/* The same with the plan of Almelo. */
int sample_report_setup_almelo(void **state);

/* sample_save under the period's name; read by sample_report_open. Frees the release. */
void sample_report_add(struct sample_report *report, struct oeo_release *release);

/* A release of the period in which only cells of one table with one level are shown: code and residents by turns
 * (0 residents: hidden), ended by NULL; and the total of the same cadence, where total is not 0. */
void sample_report_add_cells(struct sample_report *report, const char *period, uint64_t total,
    const char *table, ...) __attribute__((sentinel));

/* Copy the releases that were added, with their signatures, to a folder that is there. */
void sample_report_copy(const struct sample_report *report, const char *folder);

/* Read all that was added and view it. */
void sample_report_open(struct sample_report *report);

/* The table of this id in period number `period`. */
struct oeo_view_table *sample_report_table(struct sample_report *report, size_t period, const char *id);

/* Write a small file of the test. */
void sample_write(const char *path, const void *bytes, size_t len);

/* Read a file whole, terminated; ends the test where it is not there. */
void sample_read(struct oeo_buf *bytes, const char *path);

bool sample_exists(const char *path);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/* What lies on the disk: whole exports or nothing, other people's files untouched, the same twice. */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "dashboard-export/output.h"
#include "export_sample.h"
#include "proto/i18n.h"

struct fixture {
	struct sample sample;
	char paths[2][SAMPLE_PATH_BYTES];
	struct oeo_sources sources;
	struct oeo_view view;
	char parent[128]; /* holds nothing but the exports of the test */
	char out[256];
};

static void open_view(struct fixture *fixture)
{
	const char *paths[] = {fixture->paths[0], fixture->paths[1]};

	assert_int_equal(oeo_sources_read(&fixture->sources, paths, 2, NULL, NULL), OEO_OK);
	assert_int_equal(oeo_view_make(&fixture->view, &fixture->sources, NULL), OEO_OK);
}

static void close_view(struct fixture *fixture)
{
	oeo_view_fini(&fixture->view);
	oeo_sources_fini(&fixture->sources);
}

static int setup(void **state)
{
	static struct fixture fixture;

	memset(&fixture, 0, sizeof(fixture));
	assert_true(oeo_i18n_init("nl"));
	sample_init(&fixture.sample, SAMPLE_SMALL);
	sample_make(fixture.paths[0], &fixture.sample, "2026-Q2");
	sample_make(fixture.paths[1], &fixture.sample, "2026-Q3");
	(void)snprintf(fixture.parent, sizeof(fixture.parent), "%s/parent", fixture.sample.folder);
	assert_int_equal(mkdir(fixture.parent, 0700), 0);
	(void)snprintf(fixture.out, sizeof(fixture.out), "%s/out", fixture.parent);
	open_view(&fixture);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	close_view(fixture);
	sample_fini(&fixture->sample);
	return 0;
}

static enum oeo_err write_out(
    struct fixture *fixture, enum oeo_output_kind kind, bool is_forced, struct oeo_output_result *result)
{
	struct oeo_output_options options = {is_forced, NULL};

	return oeo_output_write(result, kind, &fixture->view, fixture->out, &options, NULL);
}

static bool has(const struct fixture *fixture, const char *name)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", fixture->out, name);
	return sample_exists(path);
}

static size_t entries;

static int count_entry(const char *path, const struct stat *status, int type, struct FTW *at)
{
	(void)path;
	(void)status;
	(void)type;
	entries += at->level == 1 ? 1 : 0;
	return 0;
}

/* Files and folders right in the parent: the export, and whatever was left behind. */
static size_t count_in_parent(const struct fixture *fixture)
{
	entries = 0;
	assert_int_equal(nftw(fixture->parent, count_entry, 16, FTW_PHYS), 0);
	return entries;
}

static void test_site_has_pages_csv_and_the_signed_releases(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_output_result result;

	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, false, &result), OEO_OK);
	assert_true(has(fixture, "index.html"));
	assert_true(has(fixture, "2026-Q3/index.html"));
	assert_true(has(fixture, "2026-Q3/theme-ward.csv"));
	assert_true(has(fixture, "2026-Q2/theme.csv"));
	assert_true(has(fixture, "codes/ward.csv"));
	assert_true(has(fixture, "datapackage.json"));
	assert_true(has(fixture, "assets/oeo.css"));
	assert_true(has(fixture, "releases/small-2026-Q3.oeorel"));
	assert_true(has(fixture, "releases/small-2026-Q3.oeorel.minisig"));
	assert_int_equal(count_in_parent(fixture), 1);
}

static void test_csv_alone_has_no_pages(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_output_result result;

	assert_int_equal(write_out(fixture, OEO_OUTPUT_CSV, false, &result), OEO_OK);
	assert_true(has(fixture, "2026-Q3/theme-ward.csv"));
	assert_true(has(fixture, "datapackage.json"));
	assert_false(has(fixture, "index.html"));
	assert_false(has(fixture, "releases"));
}

static void test_earlier_export_is_replaced_whole(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_output_result result;

	assert_int_equal(write_out(fixture, OEO_OUTPUT_CSV, false, &result), OEO_OK);
	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, false, &result), OEO_OK);
	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, false, &result), OEO_OK);
	assert_true(has(fixture, "index.html"));
	assert_string_equal(result.kept, "");
	assert_int_equal(count_in_parent(fixture), 1);
}

static void test_csv_leaves_the_site_of_the_same_releases_as_it_is(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_output_result result;

	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, false, &result), OEO_OK);
	assert_int_equal(write_out(fixture, OEO_OUTPUT_CSV, false, &result), OEO_OK);
	assert_true(result.is_present);
	assert_true(has(fixture, "index.html"));
	/* The site of other releases is not turned into CSV. */
	close_view(fixture);
	sample_make(fixture->paths[1], &fixture->sample, "2026-Q4");
	open_view(fixture);
	assert_int_equal(write_out(fixture, OEO_OUTPUT_CSV, false, &result), OEO_ERR_EXISTS);
	assert_true(has(fixture, "index.html"));
	assert_true(has(fixture, "2026-Q3/index.html"));
}

static void write_note(const struct fixture *fixture, const char *name)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", fixture->out, name);
	sample_write(path, "mine", 4);
}

static void test_folder_with_other_files_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_output_result result;

	assert_int_equal(mkdir(fixture->out, 0700), 0);
	write_note(fixture, "note.txt");
	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, false, &result), OEO_ERR_EXISTS);
	assert_true(has(fixture, "note.txt"));
	assert_false(has(fixture, "index.html"));
	assert_int_equal(count_in_parent(fixture), 1);
}

static void test_earlier_export_with_a_file_of_someone_else_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_output_result result;

	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, false, &result), OEO_OK);
	write_note(fixture, "2026-Q3/note.txt");
	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, false, &result), OEO_ERR_EXISTS);
	assert_true(has(fixture, "2026-Q3/note.txt"));
}

static void test_forced_the_other_files_are_kept_aside(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_output_result result;
	char path[OEO_PATH_BYTES + 16];

	assert_int_equal(mkdir(fixture->out, 0700), 0);
	write_note(fixture, "note.txt");
	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, true, &result), OEO_OK);
	assert_true(has(fixture, "index.html"));
	assert_false(has(fixture, "note.txt"));
	(void)snprintf(path, sizeof(path), "%s/note.txt", result.kept);
	assert_true(sample_exists(path));
	/* A second time the first one stays. */
	write_note(fixture, "note.txt");
	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, true, &result), OEO_OK);
	assert_true(sample_exists(path));
	assert_int_equal(count_in_parent(fixture), 3);
}

static void test_empty_folder_and_missing_parents_are_fine(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_output_result result;

	assert_int_equal(mkdir(fixture->out, 0700), 0);
	assert_int_equal(write_out(fixture, OEO_OUTPUT_CSV, false, &result), OEO_OK);
	(void)snprintf(fixture->out, sizeof(fixture->out), "%s/a/b/c/", fixture->parent);
	assert_int_equal(write_out(fixture, OEO_OUTPUT_CSV, false, &result), OEO_OK);
	assert_true(has(fixture, "datapackage.json"));
}

static void test_file_in_the_way_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_output_result result;

	sample_write(fixture->out, "mine", 4);
	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, true, &result), OEO_ERR_EXISTS);
	assert_int_equal(count_in_parent(fixture), 1);
	fixture->out[0] = '\0';
	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, true, &result), OEO_ERR_RANGE);
	(void)snprintf(fixture->out, sizeof(fixture->out), "/");
	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, true, &result), OEO_ERR_RANGE);
}

/* A release that changes between reading and copying: the old site stays, no new folder is left. */
static void test_half_an_export_is_never_left(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_output_result result;
	struct oeo_buf bytes = {0};

	sample_read(&bytes, fixture->paths[1]);
	bytes.data[bytes.len - 1] ^= 1;
	sample_write(fixture->paths[1], bytes.data, bytes.len);
	oeo_buf_fini(&bytes);
	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, false, &result), OEO_ERR_CRYPTO);
	assert_int_equal(count_in_parent(fixture), 0);
	assert_int_equal(unlink(fixture->paths[1]), 0);
	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, false, &result), OEO_ERR_NOT_FOUND);
	assert_int_equal(count_in_parent(fixture), 0);
}

static void test_list_of_an_earlier_export_cannot_name_files_outside(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_output_result result;
	char outside[512];

	(void)snprintf(outside, sizeof(outside), "%s/outside.txt", fixture->parent);
	sample_write(outside, "mine", 4);
	assert_int_equal(mkdir(fixture->out, 0700), 0);
	write_note(fixture, ".oeo-export"); /* no list at all */
	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, false, &result), OEO_ERR_EXISTS);
	(void)snprintf(outside, sizeof(outside), "%s/.oeo-export", fixture->out);
	sample_write(outside, "oeo-export site\nlang nl\n\n../outside.txt\n", 40);
	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, false, &result), OEO_OK);
	(void)snprintf(outside, sizeof(outside), "%s/outside.txt", fixture->parent);
	assert_true(sample_exists(outside));
}

/* ---- the same twice ---- */

/* Read a file of an export with every digest of the release and its time replaced, as all that may differ. */
static void read_plain(
    struct oeo_buf *plain, const char *out, const char *name, const struct oeo_release *release)
{
	struct oeo_buf bytes = {0};
	char path[512], hex[2 * OEO_DIGEST_BYTES + 1];
	char *at;

	(void)snprintf(path, sizeof(path), "%s/%s", out, name);
	sample_read(&bytes, path);
	oeo_hex_encode(hex, release->digest, OEO_DIGEST_BYTES);
	while ((at = strstr((char *)bytes.data, hex)) != NULL)
		memset(at, '#', strlen(hex));
	hex[16] = '\0';
	while ((at = strstr((char *)bytes.data, hex)) != NULL)
		memset(at, '#', strlen(hex));
	while ((at = strstr((char *)bytes.data, release->created)) != NULL)
		memset(at, '#', strlen(release->created));
	while ((at = strstr((char *)bytes.data, oeo_notation_date(release->created).text)) != NULL)
		memset(at, '#', strlen(oeo_notation_date(release->created).text));
	assert_int_equal(oeo_buf_append(plain, bytes.data, bytes.len), OEO_OK);
	oeo_buf_fini(&bytes);
}

static void make_at(struct fixture *fixture, const char *created, const char *out)
{
	struct oeo_release release;

	sample_begin(&release, &fixture->sample, "2026-Q3");
	sample_fill(&release);
	(void)snprintf(release.created, sizeof(release.created), "%s", created);
	sample_save(fixture->paths[1], &release, &fixture->sample, "2026-Q3");
	close_view(fixture);
	open_view(fixture);
	(void)snprintf(fixture->out, sizeof(fixture->out), "%s/%s", fixture->parent, out);
}

static void test_releases_that_differ_in_time_only_give_the_same_export(void **state)
{
	static const char *const names[] = {"index.html", "2026-Q3/index.html", "2026-Q2/index.html",
	    "2026-Q3/theme-ward.csv", "2026-Q3/total.csv", "datapackage.json", "codes/theme.csv",
	    ".oeo-export"};
	struct fixture *fixture = *state;
	struct oeo_output_result result;
	struct oeo_buf first[8], second = {0};
	size_t n = sizeof(names) / sizeof(names[0]);

	memset(first, 0, sizeof(first));
	make_at(fixture, "2026-11-22T10:00:00Z", "a");
	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, false, &result), OEO_OK);
	for (size_t i = 0; i < n; i++)
		read_plain(&first[i], fixture->out, names[i], &fixture->sources.items[1].release);
	make_at(fixture, "2026-12-24T23:59:59Z", "b");
	assert_int_equal(write_out(fixture, OEO_OUTPUT_SITE, false, &result), OEO_OK);
	for (size_t i = 0; i < n; i++) {
		second.len = 0;
		read_plain(&second, fixture->out, names[i], &fixture->sources.items[1].release);
		assert_int_equal(second.len, first[i].len);
		assert_memory_equal(second.data, first[i].data, second.len);
		oeo_buf_fini(&first[i]);
	}
	oeo_buf_fini(&second);
}

static unsigned long last_done, last_total, calls;

static void on_progress(const char *what, unsigned long done, unsigned long total)
{
	assert_true(what[0] != '\0' && done <= total);
	last_done = done;
	last_total = total;
	calls++;
}

static void test_progress_is_told_and_ends(void **state)
{
	struct fixture *fixture = *state;
	const struct oeo_output_options options = {false, on_progress};
	struct oeo_output_result result;

	calls = 0;
	assert_int_equal(
	    oeo_output_write(&result, OEO_OUTPUT_SITE, &fixture->view, fixture->out, &options, NULL), OEO_OK);
	assert_true(calls >= 5); /* two periods as pages and as CSV, and the workbook */
	assert_int_equal(last_done, last_total);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FIXTURE(test_progress_is_told_and_ends),
	    WITH_FIXTURE(test_site_has_pages_csv_and_the_signed_releases),
	    WITH_FIXTURE(test_csv_alone_has_no_pages),
	    WITH_FIXTURE(test_earlier_export_is_replaced_whole),
	    WITH_FIXTURE(test_csv_leaves_the_site_of_the_same_releases_as_it_is),
	    WITH_FIXTURE(test_folder_with_other_files_is_refused),
	    WITH_FIXTURE(test_earlier_export_with_a_file_of_someone_else_is_refused),
	    WITH_FIXTURE(test_forced_the_other_files_are_kept_aside),
	    WITH_FIXTURE(test_empty_folder_and_missing_parents_are_fine),
	    WITH_FIXTURE(test_file_in_the_way_is_refused),
	    WITH_FIXTURE(test_half_an_export_is_never_left),
	    WITH_FIXTURE(test_list_of_an_earlier_export_cannot_name_files_outside),
	    WITH_FIXTURE(test_releases_that_differ_in_time_only_give_the_same_export),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

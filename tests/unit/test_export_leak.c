/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Nothing leaks beside the numbers, end to end: two worlds whose hidden cells differ while all published ones agree give
 * releases that are the same but for time and signature, and the same bytes in every export.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard-export/output.h"
#include "leak_world.h"
#include "proto/i18n.h"

#define QUARTER "2025-Q1"
#define DAY_S 86400
#define MOST_TRIES 8

struct leak {
	struct leak_people people;
	struct counted counted;
	struct oeo_opened opened; /* the first world */
	struct oeo_buf release; /* packed; what is released of it */
};

static struct leak leak;

static void build(struct oeo_release *release, const struct oeo_opened *opened, int64_t now_s)
{
	leak_build(release, &leak.people, opened, NULL, 0, now_s);
}

static void pack(struct oeo_buf *out, struct oeo_release *release)
{
	assert_int_equal(oeo_release_pack(out, release), OEO_OK);
}

/* The release of the first world, owned. */
static void read_release(struct oeo_release *release)
{
	assert_int_equal(oeo_release_unpack(release, leak.release.data, leak.release.len, NULL), OEO_OK);
}

/* Working out what may be released takes most of the time: the first world's is the same for all tests. */
static int setup(void **state)
{
	struct oeo_release release;

	(void)state;
	memset(&leak, 0, sizeof(leak));
	assert_true(oeo_i18n_init("nl"));
	leak_people_init(&leak.people, SAMPLE_ALMELO, QUARTER);
	counted_init(&leak.counted, counted_plan(OEO_TEST_DIR "/" SAMPLE_ALMELO), 1, 1200, 500, 90);
	counted_open(&leak.opened, &leak.counted, QUARTER);
	build(&release, &leak.opened, LEAK_NOW_S);
	pack(&leak.release, &release);
	oeo_release_fini(&release);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	oeo_buf_fini(&leak.release);
	oeo_opened_fini(&leak.opened);
	counted_fini(&leak.counted);
	leak_people_fini(&leak.people);
	return 0;
}

/* ---- the other world ---- */

/* A cell that was opened and is hidden. */
struct hidden {
	size_t table, at;
};

/* Up to MOST_TRIES of them; of a table the last comes first, so that one can be taken out without moving the next. */
static size_t list_hidden(struct hidden hidden[MOST_TRIES], const struct oeo_release *release)
{
	const struct oeo_plan *plan = leak.people.shell.plan.plan;
	size_t n = 0;

	for (size_t t = 0; t < leak.opened.n_tables; t++) {
		const struct oeo_opened_table *table = &leak.opened.tables[t];

		if (!leak_is_free(plan, &plan->tables[table->table]))
			continue;
		for (size_t i = table->n_cells; i > 0 && n < MOST_TRIES; i--)
			if (release->tables[t].cells[table->cells[i - 1].cell].is_hidden)
				hidden[n++] = (struct hidden){t, i - 1};
	}
	return n;
}

/* The second world and its release, made a day later. */
struct other {
	struct oeo_opened opened;
	struct oeo_release release;
};

/*
 * Change n cells of the other world, all at once, where nothing published is another then; else the halves one after the
 * other. How many differ in the end.
 */
static size_t change_cells(struct other *other, const struct oeo_release *one, const struct hidden *hidden,
    size_t n, enum leak_change change)
{
	struct other changed;

	leak_copy_opened(&changed.opened, &other->opened, leak.counted.plan);
	for (size_t i = 0; i < n; i++)
		leak_change_cell(&changed.opened.tables[hidden[i].table], hidden[i].at, change);
	build(&changed.release, &changed.opened, LEAK_NOW_S + DAY_S);
	if (!leak_agree(one, &changed.release)) {
		oeo_release_fini(&changed.release);
		oeo_opened_fini(&changed.opened);
		if (n == 1)
			return 0;
		return change_cells(other, one, hidden, n / 2, change) +
		       change_cells(other, one, hidden + n / 2, n - n / 2, change);
	}
	oeo_release_fini(&other->release);
	oeo_opened_fini(&other->opened);
	*other = changed;
	return n;
}

/* ---- what comes of it ---- */

/* Export the release at path into <folder>/<name>-<kind>. */
static void export_all(const char *path, const char *name)
{
	static const struct {
		enum oeo_output_kind kind;
		const char *name;
	} kinds[] = {{OEO_OUTPUT_SITE, "site"}, {OEO_OUTPUT_XLSX, "xlsx"}, {OEO_OUTPUT_CSV, "csv"}};
	struct oeo_sources sources;
	struct oeo_output_result result;
	struct oeo_wards wards;
	struct oeo_view view;
	struct oeo_note why = {""};
	char out[SAMPLE_PATH_BYTES];

	/* with maps */
	assert_int_equal(
	    oeo_wards_read(&wards, OEO_TEST_DIR "/../dashboard-export/wards/GM0141", &why), OEO_OK);
	if (oeo_sources_read(&sources, &path, 1, leak.people.sample.publisher_pk, &why) != OEO_OK)
		fail_msg("%s", why.text);
	assert_int_equal(oeo_view_make(&view, &sources, &wards), OEO_OK);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		(void)snprintf(out, sizeof(out), "%s/%s-%s", leak.people.sample.folder, name, kinds[i].name);
		assert_int_equal(oeo_output_write(&result, kinds[i].kind, &view, out, NULL, NULL), OEO_OK);
	}
	oeo_view_fini(&view);
	oeo_sources_fini(&sources);
	oeo_wards_fini(&wards);
}

static void compare_exports(void)
{
	static const char *const kinds[] = {"site", "xlsx", "csv"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		assert_int_equal(leak_diff(leak.people.sample.folder, kinds[i], ""), 0);
}

static void check_worlds(enum leak_change change, size_t least)
{
	struct oeo_release one;
	struct other other = {0};
	struct hidden hidden[MOST_TRIES];
	struct oeo_buf bytes = {0};
	char paths[2][SAMPLE_PATH_BYTES];
	size_t changed;

	read_release(&one);
	leak_copy_opened(&other.opened, &leak.opened, leak.counted.plan);
	changed = change_cells(&other, &one, hidden, list_hidden(hidden, &one), change);
	print_message("hidden cells that differ between the two worlds: %zu\n", changed);
	if (changed < least)
		fail_msg("only %zu hidden cells differ between the two worlds", changed);
	/* Made on another day: the same but for that. */
	assert_string_not_equal(one.created, other.release.created);
	memcpy(other.release.created, one.created, sizeof(one.created));
	pack(&bytes, &other.release);
	leak_assert_same_bytes(&leak.release, &bytes);
	sample_save(paths[0], &one, &leak.people.sample, "one");
	sample_save(paths[1], &other.release, &leak.people.sample, "other");
	export_all(paths[0], "one");
	export_all(paths[1], "other");
	compare_exports();
	oeo_opened_fini(&other.opened);
	oeo_buf_fini(&bytes);
}

static void test_other_numbers_in_hidden_cells_change_nothing(void **state)
{
	(void)state;
	check_worlds(LEAK_MORE_RESIDENTS, 1);
}

static void test_hidden_cells_that_never_opened_change_nothing(void **state)
{
	(void)state;
	check_worlds(LEAK_STAYS_SHUT, 1);
}

/* The comparison above can fail: a published number that differs is found in the release and in every export. */
static void test_a_published_number_that_differs_is_found(void **state)
{
	struct oeo_release one, other;
	struct oeo_buf bytes = {0};
	char path[SAMPLE_PATH_BYTES];
	static const char *const kinds[] = {"site", "xlsx", "csv"};

	(void)state;
	read_release(&one);
	read_release(&other);
	assert_false(other.tables[0].cells[0].is_hidden);
	other.tables[0].cells[0].residents++;
	pack(&bytes, &other);
	assert_true(bytes.len != leak.release.len || memcmp(bytes.data, leak.release.data, bytes.len) != 0);
	sample_save(path, &one, &leak.people.sample, "one");
	export_all(path, "one");
	sample_save(path, &other, &leak.people.sample, "other");
	export_all(path, "other");
	for (size_t i = 0; i < 3; i++)
		assert_int_not_equal(leak_diff(leak.people.sample.folder, kinds[i], "-q -x .oeo-export"), 0);
	oeo_buf_fini(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_other_numbers_in_hidden_cells_change_nothing),
	    cmocka_unit_test(test_hidden_cells_that_never_opened_change_nothing),
	    cmocka_unit_test(test_a_published_number_that_differs_is_found),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

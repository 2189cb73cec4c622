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
	struct oeo_opened opened[2]; /* the two worlds */
};

static struct leak leak;

static int setup(void **state)
{
	(void)state;
	memset(&leak, 0, sizeof(leak));
	assert_true(oeo_i18n_init("nl"));
	leak_people_init(&leak.people, SAMPLE_ALMELO, QUARTER);
	counted_init(&leak.counted, counted_plan(OEO_TEST_DIR "/" SAMPLE_ALMELO), 1, 1200, 500, 90);
	counted_open(&leak.opened[0], &leak.counted, QUARTER);
	counted_open(&leak.opened[1], &leak.counted, QUARTER);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	oeo_opened_fini(&leak.opened[0]);
	oeo_opened_fini(&leak.opened[1]);
	counted_fini(&leak.counted);
	leak_people_fini(&leak.people);
	return 0;
}

static void build(struct oeo_release *release, const struct oeo_opened *opened, int64_t now_s)
{
	leak_build(release, &leak.people, opened, NULL, 0, now_s);
}

/* ---- the other world ---- */

/* Change one cell of the second world; take that back where something published would be another then. */
static bool try_change(size_t t, size_t at, const struct oeo_release *release, enum leak_change change)
{
	struct oeo_opened before;
	struct oeo_release changed;
	bool is_kept;

	leak_copy_opened(&before, &leak.opened[1], leak.counted.plan);
	leak_change_cell(&leak.opened[1].tables[t], at, change);
	build(&changed, &leak.opened[1], LEAK_NOW_S);
	is_kept = leak_agree(release, &changed);
	oeo_release_fini(&changed);
	if (is_kept) {
		oeo_opened_fini(&before);
		return true;
	}
	oeo_opened_fini(&leak.opened[1]);
	leak.opened[1] = before;
	return false;
}

/* Change opened cells that the release hides, one by one; how many differ in the end. */
static size_t change_hidden(const struct oeo_release *release, enum leak_change change)
{
	const struct oeo_plan *plan = leak.people.shell.plan.plan;
	size_t tried = 0, changed = 0;

	for (size_t t = 0; t < leak.opened[1].n_tables; t++) {
		if (!leak_is_free(plan, &plan->tables[leak.opened[1].tables[t].table]))
			continue;
		for (size_t i = leak.opened[1].tables[t].n_cells; i > 0 && tried < MOST_TRIES; i--) {
			if (!release->tables[t].cells[leak.opened[1].tables[t].cells[i - 1].cell].is_hidden)
				continue;
			tried++;
			changed += try_change(t, i - 1, release, change) ? 1 : 0;
		}
	}
	return changed;
}

/* ---- what comes of it ---- */

static void pack(struct oeo_buf *out, struct oeo_release *release)
{
	assert_int_equal(oeo_release_pack(out, release), OEO_OK);
}

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
	struct oeo_release one, other;
	struct oeo_buf bytes[2] = {{0}};
	char paths[2][SAMPLE_PATH_BYTES];
	size_t changed;

	build(&one, &leak.opened[0], LEAK_NOW_S);
	changed = change_hidden(&one, change);
	print_message("hidden cells that differ between the two worlds: %zu\n", changed);
	if (changed < least)
		fail_msg("only %zu hidden cells differ between the two worlds", changed);
	/* Made on another day: the same but for that. */
	build(&other, &leak.opened[1], LEAK_NOW_S + DAY_S);
	assert_string_not_equal(one.created, other.created);
	memcpy(other.created, one.created, sizeof(other.created));
	pack(&bytes[0], &one);
	pack(&bytes[1], &other);
	leak_assert_same_bytes(&bytes[0], &bytes[1]);
	sample_save(paths[0], &one, &leak.people.sample, "one");
	sample_save(paths[1], &other, &leak.people.sample, "other");
	export_all(paths[0], "one");
	export_all(paths[1], "other");
	compare_exports();
	oeo_buf_fini(&bytes[0]);
	oeo_buf_fini(&bytes[1]);
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
	struct oeo_buf bytes[2] = {{0}};
	char path[SAMPLE_PATH_BYTES];
	static const char *const kinds[] = {"site", "xlsx", "csv"};

	(void)state;
	build(&one, &leak.opened[0], LEAK_NOW_S);
	build(&other, &leak.opened[1], LEAK_NOW_S);
	assert_false(other.tables[0].cells[0].is_hidden);
	other.tables[0].cells[0].residents++;
	pack(&bytes[0], &one);
	pack(&bytes[1], &other);
	assert_true(bytes[0].len != bytes[1].len || memcmp(bytes[0].data, bytes[1].data, bytes[0].len) != 0);
	sample_save(path, &one, &leak.people.sample, "one");
	export_all(path, "one");
	sample_save(path, &other, &leak.people.sample, "other");
	export_all(path, "other");
	for (size_t i = 0; i < 3; i++)
		assert_int_not_equal(leak_diff(leak.people.sample.folder, kinds[i], "-q -x .oeo-export"), 0);
	oeo_buf_fini(&bytes[0]);
	oeo_buf_fini(&bytes[1]);
}

#define WITH_WORLDS(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_WORLDS(test_other_numbers_in_hidden_cells_change_nothing),
	    WITH_WORLDS(test_hidden_cells_that_never_opened_change_nothing),
	    WITH_WORLDS(test_a_published_number_that_differs_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

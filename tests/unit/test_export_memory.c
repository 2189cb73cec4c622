/* SPDX-License-Identifier: EUPL-1.2 */
/* The n-th allocation fails, for every n: an error comes back, nothing leaks (sanitizer), nothing is left on disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard-export/csv.h"
#include "dashboard-export/output.h"
#include "dashboard-export/page.h"
#include "export_sample.h"
#include "failing_alloc.h"
#include "proto/i18n.h"

#define MOST_ALLOCATIONS 100000

struct fixture {
	struct sample sample;
	char paths[2][SAMPLE_PATH_BYTES];
	struct oeo_sources sources;
	struct oeo_view view;
};

static int setup(void **state)
{
	static struct fixture fixture;
	const char *paths[] = {fixture.paths[0], fixture.paths[1]};

	memset(&fixture, 0, sizeof(fixture));
	assert_true(oeo_i18n_init("nl"));
	sample_init(&fixture.sample, SAMPLE_SMALL);
	sample_make(fixture.paths[0], &fixture.sample, "2026-Q2");
	sample_make(fixture.paths[1], &fixture.sample, "2026-Q3");
	assert_int_equal(oeo_sources_read(&fixture.sources, paths, 2, NULL, NULL), OEO_OK);
	assert_int_equal(oeo_view_make(&fixture.view, &fixture.sources, NULL), OEO_OK);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	oeo_view_fini(&fixture->view);
	oeo_sources_fini(&fixture->sources);
	sample_fini(&fixture->sample);
	return 0;
}

/* Let `attempt` run with ever more memory until it succeeds; every failure before that must be an error. */
static void starve(enum oeo_err (*attempt)(struct fixture *fixture), struct fixture *fixture)
{
	enum oeo_err err = OEO_ERR_NOMEM;
	long n;

	for (n = 0; err != OEO_OK && n < MOST_ALLOCATIONS; n++) {
		alloc_fail_after(n);
		err = attempt(fixture);
		alloc_fail_never();
	}
	assert_int_equal(err, OEO_OK);
	assert_true(n > 1);
}

static enum oeo_err read_again(struct fixture *fixture)
{
	const char *paths[] = {fixture->paths[0], fixture->paths[1]};
	struct oeo_sources sources;
	enum oeo_err err = oeo_sources_read(&sources, paths, 2, NULL, NULL);

	oeo_sources_fini(&sources);
	return err;
}

static enum oeo_err view_again(struct fixture *fixture)
{
	struct oeo_view view;
	enum oeo_err err = oeo_view_make(&view, &fixture->sources, NULL);

	oeo_view_fini(&view);
	return err;
}

static enum oeo_err write_csv(struct fixture *fixture)
{
	struct oeo_buf out = {0};
	const struct oeo_view_period *period = &fixture->view.periods[1];
	enum oeo_err err = oeo_csv_write_table(&out, period, oeo_view_table(period, "theme-ward"));

	if (err == OEO_OK)
		err = oeo_csv_write_codes(&out, &fixture->view, "theme");
	oeo_buf_fini(&out);
	return err;
}

static enum oeo_err write_pages(struct fixture *fixture)
{
	struct oeo_buf out = {0};
	enum oeo_err err = oeo_page_write_period(&out, &fixture->view, &fixture->view.periods[1]);

	if (err == OEO_OK)
		err = oeo_page_write_index(&out, &fixture->view);
	oeo_buf_fini(&out);
	return err;
}

static enum oeo_err write_site(struct fixture *fixture)
{
	struct oeo_output_result result;
	char out[128];
	enum oeo_err err;

	(void)snprintf(out, sizeof(out), "%s/out", fixture->sample.folder);
	err = oeo_output_write(&result, OEO_OUTPUT_SITE, &fixture->view, out, NULL, NULL);
	if (err != OEO_OK)
		assert_false(sample_exists(out));
	return err;
}

static void test_reading_survives_without_memory(void **state)
{
	starve(read_again, *state);
}

static void test_viewing_survives_without_memory(void **state)
{
	starve(view_again, *state);
}

static void test_csv_survives_without_memory(void **state)
{
	starve(write_csv, *state);
}

static void test_pages_survive_without_memory(void **state)
{
	starve(write_pages, *state);
}

static void test_site_is_whole_or_absent_without_memory(void **state)
{
	starve(write_site, *state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reading_survives_without_memory),
	    cmocka_unit_test(test_viewing_survives_without_memory),
	    cmocka_unit_test(test_csv_survives_without_memory),
	    cmocka_unit_test(test_pages_survive_without_memory),
	    cmocka_unit_test(test_site_is_whole_or_absent_without_memory),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

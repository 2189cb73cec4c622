/* SPDX-License-Identifier: EUPL-1.2 */
/* A member's own figures, and what in its registration deserves a look. */
#include "rights_fixture.h"

#include "agent/mirror.h"

static void make(struct rights_world *world, struct oeo_mirror *mirror, const char *period)
{
	struct oeo_period wanted = a_period(period);

	assert_int_equal(
	    oeo_mirror_make(mirror, &world->agent, world->fixture.plan, NULL, &wanted, NULL), OEO_OK);
}

static const struct oeo_mirror_table *table_of(const struct oeo_mirror *mirror, const char *id)
{
	for (size_t i = 0; i < mirror->n_tables; i++) {
		if (strcmp(mirror->tables[i].table->id, id) == 0)
			return &mirror->tables[i];
	}
	fail_msg("no table %s", id);
	return NULL;
}

static const char *csv_of(const struct oeo_mirror *mirror)
{
	static struct oeo_buf out;

	out.len = 0;
	assert_int_equal(oeo_mirror_write_csv(&out, mirror), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&out), OEO_OK);
	return (const char *)out.data;
}

static void fill(struct rights_world *world)
{
	put_question(&world->fixture, "1", "2025-01-10", "zandstra", "7601AA", "W1", NULL);
	put_question(&world->fixture, "2", "2025-01-11", "zandstra", "7601AA", "W2", NULL);
	put_question(&world->fixture, "3", "2025-01-12", "bakker", "7601AA", "Z1", NULL);
	put_question(&world->fixture, "4", "2025-01-13", "", "", "Z1", NULL);
	put_question(&world->fixture, "5", "2025-02-13", "visser", "7602BB", "Z1", NULL);
}

static void test_own_figures_are_those_of_the_period(void **state)
{
	struct rights_world *world = *state;
	struct oeo_mirror mirror;
	const struct oeo_mirror_table *themes;

	fill(world);
	make(world, &mirror, "2025-01");
	assert_int_equal(mirror.n_questions, 4);
	assert_int_equal(mirror.n_without_identity, 1);
	assert_int_equal(table_of(&mirror, "m-total")->cells[0].own_residents, 2);
	themes = table_of(&mirror, "m-theme");
	assert_int_equal(themes->n_cells, 2);
	assert_int_equal(themes->cells[0].own_residents, 1); /* twice the same one */
	assert_int_equal(themes->cells[0].own_questions, 2);
	assert_int_equal(themes->cells[1].own_residents, 1);
	assert_int_equal(themes->cells[1].own_questions, 2);
	assert_non_null(strstr(csv_of(&mirror), "m-theme,W,\"Wonen\",1,2,,,none\r\n"));
	oeo_mirror_fini(&mirror);
	make(world, &mirror, "2025-Q1");
	assert_int_equal(mirror.n_questions, 5);
	oeo_mirror_fini(&mirror);
}

static size_t suspects(struct rights_world *world)
{
	struct oeo_mirror mirror;
	size_t n;

	make(world, &mirror, "2025-01");
	n = mirror.n_suspected;
	oeo_mirror_fini(&mirror);
	return n;
}

static void test_two_ways_of_writing_a_name_are_one_pair(void **state)
{
	struct rights_world *world = *state;

	fill(world);
	assert_int_equal(suspects(world), 0);
	put_question(&world->fixture, "6", "2025-01-14", "zantstra", "7601AA", "Z1", NULL);
	put_question(&world->fixture, "7", "2025-01-15", "zantstra", "7601AA", "Z1", NULL);
	assert_int_equal(suspects(world), 1); /* however often each came */
	put_question(&world->fixture, "8", "2025-01-16", "zandstra", "7602BB", "Z1", NULL);
	assert_int_equal(suspects(world), 1); /* another postcode: another place */
	put_question(&world->fixture, "9", "2025-02-16", "baker", "7601AA", "Z1", NULL);
	assert_int_equal(suspects(world), 1); /* another month */
	put_question(&world->fixture, "10", "2025-01-17", "bakkers", "7601AA", "Z1", NULL);
	assert_int_equal(suspects(world), 2);
}

static void test_no_name_comes_into_it(void **state)
{
	struct rights_world *world = *state;
	struct oeo_mirror mirror;
	struct oeo_buf out = {0};

	fill(world);
	put_question(&world->fixture, "6", "2025-01-14", "zantstra", "7601AA", "Z1", NULL);
	make(world, &mirror, "2025-01");
	assert_int_equal(oeo_mirror_write_html(&out, &mirror), OEO_OK);
	assert_int_equal(oeo_mirror_write_csv(&out, &mirror), OEO_OK);
	assert_int_equal(oeo_mirror_write_text(&out, &mirror), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&out), OEO_OK);
	assert_non_null(strstr((const char *)out.data, "2025-01-14"));
	assert_null(strstr((const char *)out.data, "zan"));
	assert_null(strstr((const char *)out.data, "1960"));
	assert_null(strstr((const char *)out.data, "7601"));
	assert_null(strstr((const char *)out.data, "<script"));
	assert_null(strstr((const char *)out.data, "http"));
	oeo_mirror_fini(&mirror);
	oeo_buf_fini(&out);
}

static void test_published_numbers_stand_beside_them(void **state)
{
	struct rights_world *world = *state;
	struct oeo_release_cell cells[3] = {
	    {false, 1273, 40, false}, {true, 0, 0, false}, {false, 0, 0, false}};
	size_t at = oeo_plan_find_table(world->fixture.plan, "m-theme");
	struct oeo_release_table table = {.table = at, .cells = cells, .n_cells = 3};
	struct oeo_release release = {.plan = {.plan = world->fixture.plan}, .tables = &table, .n_tables = 1};
	struct oeo_period period = a_period("2025-01");
	struct oeo_mirror mirror;
	struct oeo_buf page = {0};

	fill(world);
	assert_int_equal(oeo_mirror_make(&mirror, &world->agent, NULL, &release, &period, NULL), OEO_OK);
	assert_non_null(strstr(csv_of(&mirror), "m-theme,W,\"Wonen\",1,2,1273,40,shown\r\n"));
	assert_non_null(strstr(csv_of(&mirror), "m-theme,Z,\"Zorg\",1,2,,,hidden\r\n"));
	assert_non_null(strstr(csv_of(&mirror), "m-total,,\"")); /* not in this release */
	assert_int_equal(oeo_mirror_write_html(&page, &mirror), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&page), OEO_OK);
	assert_non_null(strstr((const char *)page.data, ">1.273</td>"));
	assert_non_null(strstr((const char *)page.data, " 2025</h1>"));
	oeo_buf_fini(&page);
	oeo_mirror_fini(&mirror);
}

static const char *own_of(const struct oeo_mirror *mirror)
{
	static struct oeo_buf out;

	out.len = 0;
	assert_int_equal(oeo_mirror_write_own(&out, mirror), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&out), OEO_OK);
	return (const char *)out.data;
}

static void test_own_figures_are_written_as_an_audit_reads_them(void **state)
{
	struct rights_world *world = *state;
	struct oeo_period period = a_period("2025-01");
	struct oeo_mirror mirror;

	fill(world);
	put_question(&world->fixture, "6", "2025-03-14", "", "", "W1", NULL);
	assert_int_equal(
	    oeo_mirror_count(&mirror, &world->agent, world->fixture.plan, NULL, &period, NULL), OEO_OK);
	assert_int_equal(mirror.n_suspects, 0);
	assert_string_equal(
	    own_of(&mirror), "m-total,2025-01,2,\nm-theme,2025-01,W,1,2\nm-theme,2025-01,Z,1,2\n");
	oeo_mirror_fini(&mirror);
	period = a_period("2025-03"); /* nobody by name: a question, no resident */
	assert_int_equal(
	    oeo_mirror_count(&mirror, &world->agent, world->fixture.plan, NULL, &period, NULL), OEO_OK);
	assert_string_equal(own_of(&mirror), "m-theme,2025-03,W,0,1\n");
	oeo_mirror_fini(&mirror);
}

static void test_only_tables_of_the_release_are_written_for_an_audit(void **state)
{
	struct rights_world *world = *state;
	struct oeo_release_cell cells[3] = {{true, 0, 0, false}, {true, 0, 0, false}, {true, 0, 0, false}};
	size_t at = oeo_plan_find_table(world->fixture.plan, "m-theme");
	struct oeo_release_table table = {.table = at, .cells = cells, .n_cells = 3};
	struct oeo_release release = {.plan = {.plan = world->fixture.plan}, .tables = &table, .n_tables = 1};
	struct oeo_period period = a_period("2025-01");
	struct oeo_mirror mirror;

	fill(world);
	assert_int_equal(oeo_mirror_count(&mirror, &world->agent, NULL, &release, &period, NULL), OEO_OK);
	assert_string_equal(own_of(&mirror), "m-theme,2025-01,W,1,2\nm-theme,2025-01,Z,1,2\n");
	oeo_mirror_fini(&mirror);
}

static void test_a_period_that_the_plan_does_not_have(void **state)
{
	struct rights_world *world = *state;
	struct oeo_plan *plan = world->fixture.plan;
	size_t n_tables = plan->n_tables;
	struct oeo_period period = a_period("2025");
	struct oeo_mirror mirror;

	plan->n_tables = 2; /* those per month */
	assert_int_equal(oeo_mirror_make(&mirror, &world->agent, plan, NULL, &period, NULL), OEO_ERR_RANGE);
	plan->n_tables = n_tables;
}

#define RIGHTS_TEST(name) cmocka_unit_test_setup_teardown(name, rights_setup, rights_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    RIGHTS_TEST(test_own_figures_are_those_of_the_period),
	    RIGHTS_TEST(test_two_ways_of_writing_a_name_are_one_pair),
	    RIGHTS_TEST(test_no_name_comes_into_it),
	    RIGHTS_TEST(test_published_numbers_stand_beside_them),
	    RIGHTS_TEST(test_own_figures_are_written_as_an_audit_reads_them),
	    RIGHTS_TEST(test_only_tables_of_the_release_are_written_for_an_audit),
	    RIGHTS_TEST(test_a_period_that_the_plan_does_not_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* Importing where a plan has been accepted that begins later: every row goes under the plan of its day. */
#include "intake_fixture.h"

#include "agent/commands_intake.h"
#include "agent/intake.h"
#include "proto/plan_sign.h"
#include "proto/secret.h"

struct world {
	struct fixture fixture;
	struct oeo_plans plans;
};

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	if (world == NULL)
		return -1;
	fixture_open(&world->fixture);
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	oeo_plans_fini(&world->plans);
	fixture_close(&world->fixture);
	free(world);
	return 0;
}

static const char mapping_yaml[] = "mapping: test\n"
				   "source: {delimiter: \";\", encoding: utf-8}\n"
				   "record: nr\n"
				   "date: {column: day, format: yyyy-mm-dd}\n"
				   "dimensions:\n"
				   "  question: {column: what, match: code}\n";

static const char rows[] = "nr;day;what\n"
			   "1;2025-12-10;ZO02\n" /* a code of the old plan only */
			   "2;2025-12-10;NW01\n" /* of the new plan only */
			   "3;2026-01-10;NW01\n"
			   "4;2026-01-10;ZO02\n"
			   "5;2025-12-11;ZO01\n"; /* of both */

/* A plan from this month on, accepted; in it the code ZO02 is called `code`. */
static void accept_plan(struct world *world, unsigned year, const char *code)
{
	struct oeo_findings findings = {0};
	struct oeo_signed_plan made;
	struct oeo_plan *plan = NULL;
	struct oeo_secret key = {NULL, 0};
	uint8_t pk[OEO_IDENTITY_BYTES];

	assert_int_equal(oeo_plan_file_read(&plan, OEO_ALMELO "/plan.yaml", &findings), OEO_OK);
	oeo_findings_fini(&findings);
	plan->from = (struct oeo_period){OEO_MONTH, year, 1};
	for (size_t i = 0; i < plan->dimensions[0].n_codes; i++) {
		if (strcmp(plan->dimensions[0].codes[i].code, "ZO02") == 0)
			strcpy(plan->dimensions[0].codes[i].code, code);
	}
	assert_int_equal(oeo_plan_seal(plan, NULL), OEO_OK);
	assert_int_equal(oeo_secret_init(&key, crypto_sign_SECRETKEYBYTES), OEO_OK);
	assert_int_equal(crypto_sign_keypair(pk, key.bytes), 0);
	assert_int_equal(oeo_signed_plan_make(&made, plan, &key), OEO_OK);
	assert_int_equal(oeo_plans_accept(&world->plans, world->fixture.ledger, &made, NULL), OEO_OK);
	oeo_secret_fini(&key);
	oeo_signed_plan_fini(&made);
	oeo_plans_fini(&world->plans);
	assert_int_equal(oeo_plans_load(&world->plans, world->fixture.ledger, NULL), OEO_OK);
}

/* From 2026 on the code ZO02 is called NW01. */
static void accept_two_plans(struct world *world)
{
	accept_plan(world, 2025, "ZO02");
	accept_plan(world, 2026, "NW01");
}

static struct oeo_mapping *mapping_for(const struct oeo_plan *plan)
{
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;

	assert_int_equal(
	    oeo_mapping_parse(&mapping, "/x/test.yaml", mapping_yaml, strlen(mapping_yaml), plan, &findings),
	    OEO_OK);
	oeo_findings_fini(&findings);
	return mapping;
}

static void write_rows(struct world *world, char path[OEO_PATH_BYTES])
{
	assert_int_equal(oeo_home_path(path, &world->fixture.home, "rows.csv"), OEO_OK);
	assert_int_equal(oeo_file_write(path, rows, strlen(rows), 0600, NULL), OEO_OK);
}

/* The codes of all questions by month and day, in the order of their code. */
struct codes {
	unsigned n_old[3]; /* ZO01, ZO02, unknown */
	unsigned n_new[3]; /* ZO01, NW01, unknown */
};

static enum oeo_err count_code(void *context, const struct oeo_question *question)
{
	struct codes *codes = context;
	bool is_old = question->base.year == 2025;
	unsigned *n = is_old ? codes->n_old : codes->n_new;

	n[0] += strcmp(question->codes[0], "ZO01") == 0;
	n[1] += strcmp(question->codes[0], is_old ? "ZO02" : "NW01") == 0;
	n[2] += strcmp(question->codes[0], OEO_UNKNOWN) == 0;
	return OEO_OK;
}

static void check_codes(struct oeo_ledger *ledger)
{
	struct codes codes = {{0}, {0}};

	assert_int_equal(oeo_ledger_each_question(ledger, count_code, &codes), OEO_OK);
	assert_int_equal(codes.n_old[0], 1);
	assert_int_equal(codes.n_old[1], 1);
	assert_int_equal(codes.n_old[2], 1);
	assert_int_equal(codes.n_new[0], 0);
	assert_int_equal(codes.n_new[1], 1);
	assert_int_equal(codes.n_new[2], 1);
}

static void import_rows(struct world *world, struct oeo_intake_report *report, bool fits_old)
{
	const struct oeo_plan *old = world->plans.items[0].plan;
	const struct oeo_plan *new = world->plans.items[1].plan;
	struct oeo_intake_part other = {old, fits_old ? mapping_for(old) : NULL};
	struct oeo_mapping *mapping = mapping_for(new);
	struct oeo_findings findings = {0};
	struct oeo_note why = {""};
	char path[OEO_PATH_BYTES];
	struct oeo_intake_job job = {.plan = new,
	    .mapping = mapping,
	    .plans = &world->plans,
	    .others = &other,
	    .n_others = 1,
	    .path = path,
	    .ledger = world->fixture.ledger};

	write_rows(world, path);
	assert_int_equal(oeo_day_parse(&job.today, "2026-01-20"), OEO_OK);
	assert_int_equal(oeo_intake_read(report, &job, &findings, &why), OEO_OK);
	oeo_findings_fini(&findings);
	oeo_mapping_free(other.mapping);
	oeo_mapping_free(mapping);
}

static void test_rows_go_under_the_plan_of_their_day(void **state)
{
	struct world *world = *state;
	struct oeo_intake_report report = {0};

	accept_two_plans(world);
	import_rows(world, &report, true);
	assert_int_equal(report.n_taken, 5);
	assert_int_equal(report.n_added, 5);
	assert_int_equal(report.n_unmapped, 2);
	assert_int_equal(report.n_others, 1);
	assert_int_equal(report.others[0].n_taken, 3);
	check_codes(world->fixture.ledger);
	oeo_intake_report_fini(&report);
}

static void test_rows_of_a_plan_that_the_mapping_does_not_fit_are_refused(void **state)
{
	struct world *world = *state;
	struct oeo_intake_report report = {0};

	accept_two_plans(world);
	import_rows(world, &report, false);
	assert_int_equal(report.n_taken, 2);
	assert_int_equal(report.n_refused, 3);
	assert_int_equal(report.refusals[0].reason, OEO_REFUSAL_OTHER_PLAN);
	oeo_intake_report_fini(&report);
}

/* As the command does it. */
static void import_on(struct world *world, const char *today, size_t n_expected)
{
	char path[OEO_PATH_BYTES];
	char mapping[OEO_PATH_BYTES];
	const struct oeo_command command = {.options = oeo_agent_import_options};
	const struct oeo_program program = {.name = "oeo-agent"};
	char *arguments[] = {path};
	const char *values[8] = {mapping}; /* the command's other options are not given */
	struct oeo_cli cli = {.program = &program,
	    .command = &command,
	    .home = world->fixture.home.path,
	    .arguments = arguments,
	    .n_arguments = 1,
	    .values = values};

	accept_two_plans(world);
	write_rows(world, path);
	assert_int_equal(oeo_home_path(mapping, &world->fixture.home, "test.yaml"), OEO_OK);
	assert_int_equal(oeo_file_write(mapping, mapping_yaml, strlen(mapping_yaml), 0600, NULL), OEO_OK);
	assert_int_equal(oeo_clock_parse(&cli.clock, today), OEO_OK);
	assert_int_equal(oeo_agent_import(&cli), OEO_EXIT_OK);
	assert_int_equal(count_items(world->fixture.ledger, "question"), n_expected);
	values[0] = NULL; /* by the mapping that is remembered now */
	assert_int_equal(oeo_agent_import(&cli), OEO_EXIT_OK);
	assert_int_equal(count_items(world->fixture.ledger, "question"), n_expected);
}

static void test_the_command_finds_the_plan_of_every_row(void **state)
{
	struct world *world = *state;

	import_on(world, "2026-01-20", 5);
	check_codes(world->fixture.ledger);
}

/* On a day of the old plan, with the new one accepted already: the rows of January lie in the future. */
static void test_a_plan_that_begins_later_changes_nothing_before(void **state)
{
	struct world *world = *state;
	struct codes codes = {{0}, {0}};

	import_on(world, "2025-12-20", 3);
	assert_int_equal(oeo_ledger_each_question(world->fixture.ledger, count_code, &codes), OEO_OK);
	assert_int_equal(codes.n_old[1], 1);
	assert_int_equal(codes.n_old[2], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_rows_go_under_the_plan_of_their_day, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_rows_of_a_plan_that_the_mapping_does_not_fit_are_refused, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_the_command_finds_the_plan_of_every_row, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_plan_that_begins_later_changes_nothing_before, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

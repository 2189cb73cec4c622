/* SPDX-License-Identifier: EUPL-1.2 */
/* Another process writes to the ledger for a long time: the desk is told at once, and keeps what it sent. */
#include "tests/unit/form_desk.h"

#define ENTRY                                                                                                \
	"visit=00000000000000000000000000000001&do=save&d.question=GS01&f.birthdate=3-4-1951&"               \
	"f.postcode=7601AB&f.surname=van+%22Berg%22"

/* What an import does while it reads. */
static struct oeo_ledger *begin_import(const struct desk_world *world)
{
	struct oeo_ledger *other = NULL;

	assert_int_equal(oeo_ledger_open(&other, &world->agent.home, NULL), OEO_OK);
	assert_int_equal(oeo_ledger_begin(other, NULL), OEO_OK);
	return other;
}

static void end_import(struct oeo_ledger *other)
{
	assert_int_equal(oeo_ledger_commit(other, NULL), OEO_OK);
	oeo_ledger_close(other);
}

static void test_an_entry_waits_with_all_that_was_typed(void **state)
{
	struct desk_world *world = *state;
	struct oeo_ledger *import = begin_import(world);

	assert_int_equal(post(world, "/", ENTRY), 503);
	assert_true(says(world, "<h1>Even geduld</h1>"));
	assert_true(says(world, "<form method=\"post\" action=\"/\""));
	assert_true(says(world, "name=\"visit\" value=\"00000000000000000000000000000001\""));
	assert_true(says(world, "name=\"f.surname\" value=\"van &quot;Berg&quot;\""));
	assert_true(says(world, "name=\"do\" value=\"save\""));
	assert_int_equal(count_questions(world), 0);
	end_import(import);
	assert_int_equal(post(world, "/", ENTRY), 303);
	assert_int_equal(count_questions(world), 1);
}

static void test_a_sheet_waits_as_it_was_sent(void **state)
{
	static const char sheet[] = "visit=00000000000000000000000000000002&n.GS01=2&n.WO02=1";
	struct desk_world *world = *state;
	struct oeo_ledger *import = begin_import(world);

	assert_int_equal(post(world, "/paper", sheet), 503);
	/* not the numbers that were made of the sheet's own, nor a topic */
	assert_true(says(world, "name=\"visit\" value=\"00000000000000000000000000000002\""));
	assert_true(says(world, "name=\"n.GS01\" value=\"2\""));
	assert_false(says(world, "name=\"d.question\""));
	end_import(import);
	assert_int_equal(post(world, "/paper", sheet), 303);
	assert_int_equal(post(world, "/paper", sheet), 303); /* the button pressed twice */
	assert_int_equal(count_questions(world), 3);
}

static void test_what_is_removed_waits_too(void **state)
{
	struct desk_world *world = *state;
	struct oeo_ledger *import;
	char path[OEO_FORM_LOCATION_BYTES];

	assert_int_equal(post(world, "/", ENTRY), 303);
	(void)snprintf(path, sizeof(path), "/removed/%s", world->answer.location + strlen("/?saved="));
	import = begin_import(world);
	assert_int_equal(post(world, path, "do=remove"), 503);
	assert_true(says(world, path));
	end_import(import);
	assert_int_equal(count_questions(world), 1);
	assert_int_equal(post(world, path, "do=remove"), 303);
	assert_int_equal(count_questions(world), 0);
}

static void test_pages_are_shown_meanwhile(void **state)
{
	struct desk_world *world = *state;
	struct oeo_ledger *import = begin_import(world);

	assert_int_equal(ask(world, "/"), 200);
	assert_int_equal(ask(world, "/entered"), 200);
	assert_int_equal(post(world, "/search", "q=schuld"), 200);
	end_import(import);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_an_entry_waits_with_all_that_was_typed, desk_setup, desk_teardown),
	    cmocka_unit_test_setup_teardown(test_a_sheet_waits_as_it_was_sent, desk_setup, desk_teardown),
	    cmocka_unit_test_setup_teardown(test_what_is_removed_waits_too, desk_setup, desk_teardown),
	    cmocka_unit_test_setup_teardown(test_pages_are_shown_meanwhile, desk_setup, desk_teardown),
	};

	(void)oeo_i18n_init("nl");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

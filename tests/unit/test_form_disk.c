/* SPDX-License-Identifier: EUPL-1.2 */
/* The n-th write or sync fails while an entry is saved: what is called saved is there, what is not is still in the form. */
#include "tests/unit/failing_vfs.h"
#include "tests/unit/form_desk.h"

#define MOST 200

static void test_a_disk_that_fails_loses_nothing(void **state)
{
	struct desk_world *world = *state;
	unsigned n_refused = 0;
	unsigned long n = 1;
	size_t lines = 0;

	for (; n < MOST; n++) {
		size_t before = count_questions(world);
		char body[256], again[64];
		unsigned status;
		bool has_failed;

		(void)snprintf(body, sizeof(body),
		    "visit=%032lx&do=save&d.question=GS01&f.birthdate=3-4-1951&f.postcode=7601AB&f.surname="
		    "Berg",
		    n + 16);
		(void)snprintf(again, sizeof(again), "name=\"visit\" value=\"%032lx\"", n + 16);
		failing_vfs_fail_at(n);
		status = post(world, "/", body);
		has_failed = failing_vfs_has_failed();
		failing_vfs_fail_at(0);
		assert_int_equal(count_questions(world) - before, status == 303 ? 1 : 0);
		if (status == 303 && !has_failed)
			break;
		if (status != 303) {
			n_refused++;
			assert_int_equal(status, 503);
			assert_true(says(world, "value=\"Berg\""));
			assert_true(says(world, again));
			assert_int_equal(post(world, "/", body), 303); /* pressed once more */
			assert_int_equal(count_questions(world) - before, 1);
		}
	}
	assert_true(n_refused > 0 && n < MOST);
	assert_int_equal(oeo_ledger_count(world->agent.ledger, "form-journal", "", &lines), OEO_OK);
	assert_int_equal(
	    lines, count_questions(world)); /* also those that were pressed twice can be corrected */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_a_disk_that_fails_loses_nothing, desk_setup, desk_teardown),
	};

	failing_vfs_install();
	(void)oeo_i18n_init("nl");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* A period's keys: made once, durable, lost, destroyed for good. */
#include "keyholder_world.h"

#include <sodium.h>
#include <sys/stat.h>

#include "proto/tally.h"

static struct oeo_note why;

static void key_file(const struct keyholder_world *world, const char *period, char path[OEO_PATH_BYTES])
{
	char name[64];

	(void)snprintf(name, sizeof(name), "periods/almelo/%s.key", period);
	assert_ok(oeo_home_path(path, &world->home, name));
}

/* Open a period's keys as the service does; the refusal, 0 for none. */
static enum oeo_reason open_keys(
    struct keyholder_world *world, const char *text, struct oeo_opened_keys *keys)
{
	struct oeo_period period = world_period(text);
	struct oeo_period_record record;
	enum oeo_reason reason = 0;
	enum oeo_err err = oeo_period_keys_open(
	    keys, world->reg, &world->home, "almelo", &period, 1000, &reason, &record, &why);

	if (err != OEO_OK)
		assert_int_equal(err, OEO_ERR_REFUSED);
	return reason;
}

static void assert_refused(struct keyholder_world *world, const char *period, enum oeo_reason reason)
{
	struct oeo_opened_keys keys = {0};

	assert_string_equal(oeo_reason_name(open_keys(world, period, &keys)), oeo_reason_name(reason));
	assert_null(keys.scalars.bytes);
}

static void destroy(struct keyholder_world *world, const char *text, struct oeo_period_record *record)
{
	struct oeo_period period = world_period(text);

	assert_ok(oeo_period_keys_destroy(
	    record, world->reg, &world->home, &world->self, "almelo", &period, 5000, &why));
}

static void test_keys_are_made_once_and_stay(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_opened_keys first = {0};
	struct oeo_opened_keys again = {0};
	struct stat status;
	char path[OEO_PATH_BYTES];

	assert_int_equal(open_keys(world, "2026-Q3", &first), 0);
	key_file(world, "2026-Q3", path);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(status.st_size, 64);
	assert_int_equal(status.st_nlink, 1);
	/* As after a restart: another connection, the same keys. */
	oeo_register_close(world->reg);
	assert_ok(oeo_register_open(&world->reg, &world->home, &why));
	assert_int_equal(open_keys(world, "2026-Q3", &again), 0);
	assert_memory_equal(first.scalars.bytes, again.scalars.bytes, 64);
	assert_memory_equal(first.resident_pk, again.resident_pk, OEO_ELEMENT_BYTES);
	assert_memory_equal(first.cell_pk, again.cell_pk, OEO_ELEMENT_BYTES);
	oeo_opened_keys_fini(&first);
	oeo_opened_keys_fini(&again);
	oeo_opened_keys_fini(NULL);
}

static void test_keys_are_independent(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_opened_keys month = {0};
	struct oeo_opened_keys quarter = {0};

	assert_int_equal(open_keys(world, "2026-09", &month), 0);
	assert_int_equal(open_keys(world, "2026-Q3", &quarter), 0);
	assert_memory_not_equal(month.resident_pk, month.cell_pk, OEO_ELEMENT_BYTES);
	assert_memory_not_equal(month.resident_pk, quarter.resident_pk, OEO_ELEMENT_BYTES);
	assert_memory_not_equal(month.cell_pk, quarter.cell_pk, OEO_ELEMENT_BYTES);
	assert_memory_equal(
	    oeo_opened_keys_scalar(&month, OEO_PURPOSE_CELL), month.scalars.bytes + 32, OEO_SCALAR_BYTES);
	oeo_opened_keys_fini(&month);
	oeo_opened_keys_fini(&quarter);
}

static void test_a_file_that_a_crash_left_before_its_record_is_taken_into_use(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_opened_keys first = {0};
	struct oeo_opened_keys again = {0};

	assert_ok(oeo_register_begin(world->reg));
	assert_int_equal(open_keys(world, "2026-Q3", &first), 0);
	oeo_register_rollback(world->reg); /* the commit never came */
	assert_int_equal(open_keys(world, "2026-Q3", &again), 0);
	assert_memory_equal(first.scalars.bytes, again.scalars.bytes, 64);
	oeo_opened_keys_fini(&first);
	oeo_opened_keys_fini(&again);
}

static void test_keys_that_are_gone_are_never_made_again(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_opened_keys keys = {0};
	struct oeo_period_record record;
	char path[OEO_PATH_BYTES];

	assert_int_equal(open_keys(world, "2026-Q3", &keys), 0);
	oeo_opened_keys_fini(&keys);
	key_file(world, "2026-Q3", path);
	assert_int_equal(unlink(path), 0);
	assert_refused(world, "2026-Q3", OEO_REASON_KEYS_LOST);
	assert_false(oeo_file_exists(path));
	/* They can be signed away, and are then destroyed rather than lost. */
	destroy(world, "2026-Q3", &record);
	assert_refused(world, "2026-Q3", OEO_REASON_PERIOD_DESTROYED);
}

static void test_a_file_of_another_period_or_a_damaged_one_counts_as_lost(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_opened_keys keys = {0};
	char path[OEO_PATH_BYTES];
	char other[OEO_PATH_BYTES];

	assert_int_equal(open_keys(world, "2026-Q3", &keys), 0);
	oeo_opened_keys_fini(&keys);
	assert_int_equal(open_keys(world, "2026-Q2", &keys), 0);
	oeo_opened_keys_fini(&keys);
	key_file(world, "2026-Q3", path);
	key_file(world, "2026-Q2", other);
	assert_int_equal(rename(other, path), 0);
	assert_refused(world, "2026-Q3", OEO_REASON_KEYS_LOST);
	assert_int_equal(truncate(path, 63), 0);
	assert_refused(world, "2026-Q3", OEO_REASON_KEYS_LOST);
	assert_ok(oeo_file_write(
	    path, "0123456789012345678901234567890101234567890123456789012345678901", 64, 0600, &why));
	assert_refused(world, "2026-Q3", OEO_REASON_KEYS_LOST);
}

static void test_a_file_that_others_can_read_is_for_the_operator_to_mend(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_opened_keys keys = {0};
	struct oeo_period period = world_period("2026-Q3");
	struct oeo_period_record record;
	enum oeo_reason reason = 0;
	char path[OEO_PATH_BYTES];

	assert_int_equal(open_keys(world, "2026-Q3", &keys), 0);
	oeo_opened_keys_fini(&keys);
	key_file(world, "2026-Q3", path);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(oeo_period_keys_open(&keys, world->reg, &world->home, "almelo", &period, 1000,
			     &reason, &record, &why),
	    OEO_ERR_IO);
	assert_int_equal(reason, 0);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(open_keys(world, "2026-Q3", &keys), 0);
	oeo_opened_keys_fini(&keys);
}

static void test_destroyed_keys_never_come_back(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_opened_keys keys = {0};
	struct oeo_period_record record;
	struct oeo_period_record again;
	struct oeo_buf message = {0};
	char path[OEO_PATH_BYTES];

	assert_int_equal(open_keys(world, "2026-Q3", &keys), 0);
	oeo_opened_keys_fini(&keys);
	key_file(world, "2026-Q3", path);
	destroy(world, "2026-Q3", &record);
	assert_false(oeo_file_exists(path));
	assert_refused(world, "2026-Q3", OEO_REASON_PERIOD_DESTROYED);
	/* The statement verifies under the card's key, and stays the same. */
	assert_ok(oeo_destroyed_signature_input(&message, "almelo", "2026-Q3"));
	assert_int_equal(crypto_sign_verify_detached(
			     record.statement, message.data, message.len, world->self.card.identity_pk),
	    0);
	destroy(world, "2026-Q3", &again);
	assert_memory_equal(record.statement, again.statement, OEO_SIGNATURE_BYTES);
	assert_int_equal(again.destroyed_s, 5000);
	/* Not even when a copy of the file is put back; the next destroy removes that too. */
	assert_ok(oeo_file_write(
	    path, "0123456789012345678901234567890101234567890123456789012345678901", 64, 0600, &why));
	assert_refused(world, "2026-Q3", OEO_REASON_PERIOD_DESTROYED);
	destroy(world, "2026-Q3", &again);
	assert_false(oeo_file_exists(path));
	oeo_buf_fini(&message);
}

static void test_a_period_that_never_had_keys_can_be_ended(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_period_record record;

	destroy(world, "2026-Q3", &record);
	assert_false(record.has_keys);
	assert_refused(world, "2026-Q3", OEO_REASON_PERIOD_DESTROYED);
}

static void test_destroying_spares_other_periods_and_takes_halves(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_opened_keys keys = {0};
	struct oeo_period_record record;
	char path[OEO_PATH_BYTES];
	char half[OEO_PATH_BYTES + 8];
	static const char *const periods[] = {"2025", "2025-Q1", "2025-01", "2025-Q2"};

	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(open_keys(world, periods[i], &keys), 0);
		oeo_opened_keys_fini(&keys);
	}
	key_file(world, "2025", path);
	(void)snprintf(half, sizeof(half), "%s.Ab12Cd", path);
	assert_int_equal(link(path, half), 0);
	destroy(world, "2025", &record);
	assert_false(oeo_file_exists(path));
	assert_false(oeo_file_exists(half));
	for (size_t i = 1; i < 4; i++) {
		assert_int_equal(open_keys(world, periods[i], &keys), 0);
		oeo_opened_keys_fini(&keys);
	}
}

static void test_a_sweep_takes_halves_and_harms_no_key(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_opened_keys first = {0};
	struct oeo_opened_keys again = {0};
	char path[OEO_PATH_BYTES];
	char half[OEO_PATH_BYTES + 8];

	oeo_period_keys_sweep(&world->home, "almelo"); /* no folder yet */
	assert_int_equal(open_keys(world, "2025", &first), 0);
	key_file(world, "2025", path);
	(void)snprintf(half, sizeof(half), "%s.Ab12Cd", path);
	/* What a crash between link and unlink leaves: two names of one file. */
	assert_int_equal(link(path, half), 0);
	oeo_period_keys_sweep(&world->home, "almelo");
	assert_false(oeo_file_exists(half));
	assert_int_equal(open_keys(world, "2025", &again), 0);
	assert_memory_equal(first.scalars.bytes, again.scalars.bytes, 64);
	oeo_opened_keys_fini(&first);
	oeo_opened_keys_fini(&again);
}

static void test_after_a_restore_no_keys_are_made_for_what_may_have_had_some(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_opened_keys keys = {0};
	int64_t day;

	assert_int_equal(open_keys(world, "2025", &keys), 0);
	oeo_opened_keys_fini(&keys);
	assert_ok(oeo_day_parse(&day, "2026-11-01"));
	assert_ok(oeo_register_set_number(world->reg, OEO_FACT_RESTORED_DAY, day));
	assert_refused(world, "2026-Q3", OEO_REASON_KEYS_LOST);
	assert_refused(world, "2026-10", OEO_REASON_KEYS_LOST); /* ended the day before */
	assert_false(oeo_period_keys_has_file(&world->home, "almelo", "2026-10"));
	assert_int_equal(open_keys(world, "2026-11", &keys), 0); /* ended after it */
	oeo_opened_keys_fini(&keys);
	assert_int_equal(open_keys(world, "2025", &keys), 0); /* known, and its file is there */
	oeo_opened_keys_fini(&keys);
}

static void test_no_plan_leads_out_of_the_folder(void **state)
{
	struct keyholder_world *world = *state;
	static const char *const plans[] = {"..", ".", ".hidden", "a/b", ""};
	struct oeo_period period = world_period("2026");
	struct oeo_opened_keys keys = {0};
	struct oeo_period_record record;
	enum oeo_reason reason = 0;

	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		assert_int_equal(oeo_period_keys_open(&keys, world->reg, &world->home, plans[i], &period,
				     1000, &reason, &record, &why),
		    OEO_ERR_RANGE);
		assert_int_equal(oeo_period_keys_destroy(&record, world->reg, &world->home, &world->self,
				     plans[i], &period, 1000, &why),
		    OEO_ERR_RANGE);
		assert_false(oeo_period_keys_has_file(&world->home, plans[i], "2026"));
	}
}

static void test_keys_that_cannot_be_written_are_not_used(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_period period = world_period("2026-Q3");
	struct oeo_opened_keys keys = {0};
	struct oeo_period_record record;
	enum oeo_reason reason = 0;
	char path[OEO_PATH_BYTES];

	/* A file stands where the folder should be. */
	assert_ok(oeo_home_path(path, &world->home, "periods"));
	assert_ok(oeo_file_write(path, "x", 1, 0600, &why));
	assert_int_equal(oeo_period_keys_open(&keys, world->reg, &world->home, "almelo", &period, 1000,
			     &reason, &record, &why),
	    OEO_ERR_IO);
	assert_null(keys.scalars.bytes);
	assert_int_equal(oeo_periods_get(world->reg, "almelo", "2026-Q3", &record), OEO_ERR_NOT_FOUND);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(open_keys(world, "2026-Q3", &keys), 0);
	oeo_opened_keys_fini(&keys);
}

static void test_published_keys_are_signed_for_plan_and_period(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_opened_keys keys = {0};
	struct oeo_period_keys published;
	struct oeo_buf message = {0};

	assert_int_equal(open_keys(world, "2026-Q3", &keys), 0);
	assert_ok(oeo_period_keys_sign(&published, &keys, &world->self, "almelo", "2026-Q3"));
	assert_string_equal(published.keyholder, "steunpunt");
	assert_ok(
	    oeo_key_signature_input(&message, "almelo", "2026-Q3", published.resident_pk, published.cell_pk));
	assert_int_equal(crypto_sign_verify_detached(
			     published.signature, message.data, message.len, world->self.card.identity_pk),
	    0);
	message.len = 0;
	assert_ok(
	    oeo_key_signature_input(&message, "almelo", "2026-Q2", published.resident_pk, published.cell_pk));
	assert_int_not_equal(crypto_sign_verify_detached(published.signature, message.data, message.len,
				 world->self.card.identity_pk),
	    0);
	oeo_opened_keys_fini(&keys);
	oeo_buf_fini(&message);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_keys_are_made_once_and_stay),
	    TEST(test_keys_are_independent),
	    TEST(test_a_file_that_a_crash_left_before_its_record_is_taken_into_use),
	    TEST(test_keys_that_are_gone_are_never_made_again),
	    TEST(test_a_file_of_another_period_or_a_damaged_one_counts_as_lost),
	    TEST(test_a_file_that_others_can_read_is_for_the_operator_to_mend),
	    TEST(test_destroyed_keys_never_come_back),
	    TEST(test_a_period_that_never_had_keys_can_be_ended),
	    TEST(test_destroying_spares_other_periods_and_takes_halves),
	    TEST(test_a_sweep_takes_halves_and_harms_no_key),
	    TEST(test_after_a_restore_no_keys_are_made_for_what_may_have_had_some),
	    TEST(test_no_plan_leads_out_of_the_folder),
	    TEST(test_keys_that_cannot_be_written_are_not_used),
	    TEST(test_published_keys_are_signed_for_plan_and_period),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

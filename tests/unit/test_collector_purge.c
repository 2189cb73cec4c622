/* SPDX-License-Identifier: EUPL-1.2 */
/* `oeo-collector purge`: when a period's pieces may go, and what keyholders say of it. */
#include "collector_run.h"

#include "collector/statement.h"

static void write_statement(const struct world *world, const char *period, size_t which, bool is_forged)
{
	struct oeo_buf message = {NULL, 0, 0};
	struct oeo_buf text = {NULL, 0, 0};
	uint8_t signature[OEO_SIGNATURE_BYTES];
	char hex[2 * OEO_SIGNATURE_BYTES + 1];

	assert_int_equal(oeo_destroyed_signature_input(&message, world->plan->id, period), OEO_OK);
	assert_int_equal(crypto_sign_ed25519_detached(signature, NULL, message.data, message.len,
			     world->keyholders[is_forged ? 1 - which : which].identity_sk.bytes),
	    0);
	oeo_hex_encode(hex, signature, sizeof(signature));
	assert_int_equal(
	    oeo_buf_printf(&text, "oeo: 1\nplan: %s\nperiod: %s\nkeyholder: kh%zu\nsignature: %s\n",
		world->plan->id, period, which, hex),
	    OEO_OK);
	write_file(world, which == 0 ? "kh0.oeodestroyed" : "kh1.oeodestroyed", text.data, text.len);
	oeo_buf_fini(&message);
	oeo_buf_fini(&text);
}

static void test_purge_waits_for_the_release_or_a_keyholders_word(void **state)
{
	struct world *world = *state;
	struct oeo_store_period record;

	submit_one(world, "m1", PERIOD);
	expect(world, 2, "--period", "purge");
	expect(world, 1, "not released", "purge --period " PERIOD);
	write_statement(world, PERIOD, 0, true);
	expect(world, 1, "signature", "purge --period " PERIOD " --statement %s/kh0.oeodestroyed",
	    world->folder);
	write_statement(world, "2026-Q2", 0, false);
	expect(
	    world, 1, "2026-Q2", "purge --period " PERIOD " --statement %s/kh0.oeodestroyed", world->folder);
	assert_int_equal(oeo_store_find_period(world->store, PERIOD, &record), OEO_OK);
	assert_false(record.is_purged);
	write_statement(world, PERIOD, 0, false);
	expect(world, 0, "kh1", "purge --period " PERIOD " --statement %s/kh0.oeodestroyed", world->folder);
	assert_int_equal(oeo_store_find_period(world->store, PERIOD, &record), OEO_OK);
	assert_true(record.is_purged);
	assert_int_equal(record.n_destroyed, 1);
}

static void test_purge_takes_every_keyholders_statement(void **state)
{
	struct world *world = *state;
	const char without[3][OEO_ID_BYTES] = {"m0", "m2", "m3"};
	const uint8_t digest[OEO_DIGEST_BYTES] = {1};
	struct oeo_store_period record;

	submit_one(world, "m1", PERIOD);
	assert_int_equal(
	    oeo_store_mark_released(world->store, PERIOD, world->plan->digest, digest, digest, without, 3, 7),
	    OEO_OK);
	expect(world, 0, "purge --period " PERIOD, "status");
	expect(world, 0, "deleted", "purge --period " PERIOD);
	write_statement(world, PERIOD, 0, false);
	write_statement(world, PERIOD, 1, false);
	expect(world, 0, "deleted",
	    "purge --period " PERIOD " --statement %s/kh0.oeodestroyed --statement %s/kh1.oeodestroyed",
	    world->folder, world->folder);
	assert_int_equal(oeo_store_find_period(world->store, PERIOD, &record), OEO_OK);
	assert_int_equal(record.n_destroyed, 2);
}

static void keep_opened(const struct world *world, const char *period)
{
	assert_int_equal(oeo_store_put_opened(world->store, period, (const uint8_t *)"cells", 5), OEO_OK);
}

static bool is_opened_kept(const struct world *world, const char *period)
{
	struct oeo_buf bytes = {NULL, 0, 0};
	enum oeo_err err = oeo_store_load_opened(world->store, period, &bytes);

	assert_true(err == OEO_OK || err == OEO_ERR_NOT_FOUND);
	oeo_buf_fini(&bytes);
	return err == OEO_OK;
}

/* The quarter is the last period around its months: with it their opened cells go. */
static void test_purge_of_a_period_given_up_drops_the_opened_cells_it_contains(void **state)
{
	struct world *world = *state;
	const char without[WORLD_MEMBERS][OEO_ID_BYTES] = {"m0", "m1", "m2", "m3"};
	const uint8_t digest[OEO_DIGEST_BYTES] = {1};

	assert_int_equal(oeo_store_mark_released(world->store, "2026-07", world->plan->digest, digest, digest,
			     without, WORLD_MEMBERS, 7),
	    OEO_OK);
	assert_int_equal(oeo_store_mark_released(world->store, "2026-04", world->plan->digest, digest, digest,
			     without, WORLD_MEMBERS, 7),
	    OEO_OK);
	keep_opened(world, "2026-07");
	keep_opened(world, "2026-04");
	/* Until their own purge, the months could still be corrected. */
	expect(world, 0, "deleted", "purge --period 2026-07");
	expect(world, 0, "deleted", "purge --period 2026-04");
	assert_true(is_opened_kept(world, "2026-07"));
	write_statement(world, PERIOD, 0, false);
	expect(
	    world, 0, "deleted", "purge --period " PERIOD " --statement %s/kh0.oeodestroyed", world->folder);
	assert_false(is_opened_kept(world, "2026-07"));
	assert_true(is_opened_kept(world, "2026-04"));
}

/* A release was begun, its opened cells were kept, and then the keys were destroyed. */
static void test_purge_of_a_period_given_up_drops_its_own_opened_cells(void **state)
{
	struct world *world = *state;

	submit_one(world, "m1", PERIOD);
	keep_opened(world, PERIOD);
	write_statement(world, PERIOD, 0, false);
	expect(
	    world, 0, "deleted", "purge --period " PERIOD " --statement %s/kh0.oeodestroyed", world->folder);
	assert_false(is_opened_kept(world, PERIOD));
}

/* It was made while the numbers were there, and stands in the clear. */
static void test_purge_takes_what_a_backup_that_was_cut_off_left(void **state)
{
	struct world *world = *state;
	char path[OEO_PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/backing-up", world->folder);
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(world, "backing-up/backup", "opened", 6);
	submit_one(world, "m1", PERIOD);
	expect(world, 1, "not released", "purge --period " PERIOD);
	assert_true(oeo_file_exists(path));
	write_statement(world, PERIOD, 0, false);
	expect(
	    world, 0, "deleted", "purge --period " PERIOD " --statement %s/kh0.oeodestroyed", world->folder);
	assert_false(oeo_file_exists(path));
}

static void test_purge_waits_for_a_signed_release_to_be_finished(void **state)
{
	struct world *world = *state;
	char path[OEO_PATH_BYTES];

	submit_one(world, "m1", PERIOD);
	keep_opened(world, PERIOD);
	(void)snprintf(path, sizeof(path), "%s/releases", world->folder);
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(world, "releases/proef-" PERIOD ".oeorel", "signed", 6);
	write_statement(world, PERIOD, 0, false);
	expect(world, 1, "oeo-collector release --period " PERIOD,
	    "purge --period " PERIOD " --statement %s/kh0.oeodestroyed", world->folder);
	assert_true(is_opened_kept(world, PERIOD));
}

static void test_statement_is_read_strictly(void **state)
{
	static const char good[] = "oeo: 1\nplan: p\nperiod: 2026-Q3\nkeyholder: kh\nsignature: "
				   "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
				   "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";
	struct oeo_statement statement;
	char text[sizeof(good) + 8];
	size_t len = sizeof(good) - 1;

	(void)state;
	assert_int_equal(oeo_statement_parse(&statement, good, len, NULL), OEO_OK);
	assert_string_equal(statement.destroyed.keyholder, "kh");
	for (size_t i = 0; i < len; i++)
		assert_int_equal(oeo_statement_parse(&statement, good, i, NULL), OEO_ERR_FORMAT);
	(void)snprintf(text, sizeof(text), "%sx", good);
	assert_int_equal(oeo_statement_parse(&statement, text, len + 1, NULL), OEO_ERR_FORMAT);
	memcpy(text, good, sizeof(good));
	text[5] = '2';
	assert_int_equal(oeo_statement_parse(&statement, text, len, NULL), OEO_ERR_FORMAT);
	memcpy(text, good, sizeof(good));
	*strchr(text, 'Q') = 'X';
	assert_int_equal(oeo_statement_parse(&statement, text, len, NULL), OEO_ERR_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_WORLD(test_purge_waits_for_the_release_or_a_keyholders_word),
	    WITH_WORLD(test_purge_takes_every_keyholders_statement),
	    WITH_WORLD(test_purge_of_a_period_given_up_drops_the_opened_cells_it_contains),
	    WITH_WORLD(test_purge_of_a_period_given_up_drops_its_own_opened_cells),
	    WITH_WORLD(test_purge_takes_what_a_backup_that_was_cut_off_left),
	    WITH_WORLD(test_purge_waits_for_a_signed_release_to_be_finished),
	    cmocka_unit_test(test_statement_is_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

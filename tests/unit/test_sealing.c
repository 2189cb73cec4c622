/* SPDX-License-Identifier: EUPL-1.2 */
/* Sealing against keyholders in threads of their own, over real sockets. */
#include "failing_client.h"
#include "uplink_fixture.h"

#include "agent/periods.h"
#include "agent/sealing.h"

#define QUESTIONS 300 /* residents of one category: 300 pairs a table, in 5 groups and a rest */

static const struct oeo_patience patience = {1000, 2000, 4000};

struct world {
	struct fixture fixture;
	struct fake_keyholder keyholders[2];
	struct oeo_self self;
	char self_path[64];
	struct oeo_keyholders links;
	struct oeo_snapshot snapshot;
	struct oeo_key_set keys;
	struct oeo_refusal refusal;
	struct oeo_note why;
};

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	struct oeo_card cards[2];
	struct oeo_period period;

	if (world == NULL)
		return -1;
	fixture_open(&world->fixture);
	world->fixture.plan = load_test_plan(plan_yaml);
	start_keyholder(&world->keyholders[0], "kone");
	start_keyholder(&world->keyholders[1], "ktwo");
	make_self(&world->self, world->self_path, OEO_ROLE_AGENT, "bga", NULL);
	cards[0] = world->keyholders[1].self.card; /* the plan's order counts, not this one */
	cards[1] = world->keyholders[0].self.card;
	assert_int_equal(
	    oeo_keyholders_open(&world->links, world->fixture.plan, cards, 2, &world->self, patience, NULL),
	    OEO_OK);
	assert_int_equal(oeo_ledger_begin(world->fixture.ledger, NULL), OEO_OK);
	for (unsigned i = 0; i < QUESTIONS; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "resident%u", i);
		(void)put_question(
		    &world->fixture, name, "2025-01-10", name, "7601AA", i % 2 == 0 ? "W1" : "Z1", NULL);
	}
	assert_int_equal(oeo_ledger_commit(world->fixture.ledger, NULL), OEO_OK);
	make_snapshot(&world->snapshot, &world->fixture, "2025-01");
	period = a_period("2025-01");
	assert_int_equal(oeo_keyholders_ask_keys(&world->links, world->fixture.plan, &period, &world->keys,
			     &world->refusal, &world->why),
	    OEO_OK);
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	oeo_snapshot_fini(&world->snapshot);
	oeo_keyholders_close(&world->links);
	stop_keyholder(&world->keyholders[0]);
	stop_keyholder(&world->keyholders[1]);
	drop_self(&world->self, world->self_path);
	fixture_close(&world->fixture);
	free(world);
	return 0;
}

static struct oeo_sealing *new_sealing(struct world *world)
{
	struct oeo_sealing *sealing = NULL;

	assert_int_equal(oeo_sealing_new(&sealing, world->fixture.plan, &world->snapshot), OEO_OK);
	assert_int_equal(oeo_sealing_resume(sealing, world->fixture.ledger), OEO_OK);
	return sealing;
}

static enum oeo_err run(struct world *world, struct oeo_sealing *sealing)
{
	return oeo_sealing_run(
	    sealing, &world->links, &world->keys, world->fixture.ledger, &world->refusal, &world->why);
}

/* N must be sk * H(input): what the keyholder's key gives for the name itself. */
static void check_element(const uint8_t *element, const uint8_t *sk, const struct oeo_buf *input)
{
	uint8_t expected[OEO_ELEMENT_BYTES];
	uint8_t hashed[OEO_ELEMENT_BYTES];

	assert_int_equal(oeo_voprf_hash_to_group(hashed, input->data, input->len), OEO_OK);
	assert_int_equal(crypto_scalarmult_ristretto255(expected, sk, hashed), 0);
	assert_memory_equal(element, expected, OEO_ELEMENT_BYTES);
}

static void check_all(struct world *world, const struct oeo_sealing *sealing)
{
	size_t n_pairs = oeo_snapshot_count_pairs(&world->snapshot);
	struct oeo_buf input = {0};

	for (size_t k = 0; k < 2; k++) {
		for (size_t c = 0; c < world->snapshot.n_cells; c++) {
			input.len = 0;
			assert_int_equal(oeo_snapshot_cell_name(&input, world->fixture.plan, &world->snapshot,
					     &world->snapshot.cells[c]),
			    OEO_OK);
			check_element(
			    oeo_sealing_cell_element(sealing, k, c), world->keyholders[k].cell_sk, &input);
		}
		for (size_t p = 0; p < n_pairs; p += 17) {
			input.len = 0;
			assert_int_equal(oeo_sealing_pair_input(&input, sealing, p), OEO_OK);
			check_element(oeo_sealing_pair_element(sealing, k, p),
			    world->keyholders[k].resident_sk, &input);
		}
	}
	oeo_buf_fini(&input);
}

static void test_every_name_is_sealed_by_every_keyholder_in_groups_of_64(void **state)
{
	struct world *world = *state;
	struct oeo_sealing *sealing = new_sealing(world);
	size_t done = 0;
	size_t all = 0;

	assert_int_equal(run(world, sealing), OEO_OK);
	/* 2 * 300 pairs in 10 groups, and 3 cells - total and two themes - in one. */
	for (size_t k = 0; k < 2; k++) {
		assert_int_equal(atomic_load(&world->keyholders[k].n_groups), 11);
		assert_int_equal(atomic_load(&world->keyholders[k].n_cell_groups), 1);
	}
	oeo_sealing_count_groups(sealing, &done, &all);
	assert_int_equal(done, 22);
	assert_int_equal(all, 22);
	check_all(world, sealing);
	oeo_sealing_free(sealing);
}

static void test_a_wrong_proof_is_refused_and_its_keyholder_is_named(void **state)
{
	struct world *world = *state;
	struct oeo_sealing *sealing = new_sealing(world);

	atomic_store(&world->keyholders[1].mode, KEYHOLDER_WRONG_PROOF);
	assert_int_equal(run(world, sealing), OEO_ERR_CRYPTO);
	assert_non_null(strstr(world->why.text, "ktwo"));
	oeo_sealing_free(sealing);
	/* Nothing of that keyholder was kept. */
	sealing = new_sealing(world);
	for (size_t p = 0; p < oeo_snapshot_count_pairs(&world->snapshot); p++)
		assert_true(sodium_is_zero(oeo_sealing_pair_element(sealing, 1, p), OEO_ELEMENT_BYTES));
	oeo_sealing_free(sealing);
}

static void test_an_answer_with_another_element_is_refused_and_not_kept(void **state)
{
	struct world *world = *state;
	struct oeo_sealing *sealing = new_sealing(world);

	atomic_store(&world->keyholders[0].after, 5);
	atomic_store(&world->keyholders[0].mode, KEYHOLDER_OTHER_ELEMENT);
	assert_int_equal(run(world, sealing), OEO_ERR_CRYPTO);
	assert_non_null(strstr(world->why.text, "kone"));
	oeo_sealing_free(sealing);
	atomic_store(&world->keyholders[0].mode, KEYHOLDER_GOOD);
	sealing = new_sealing(world);
	assert_int_equal(run(world, sealing), OEO_OK);
	check_all(world, sealing);
	oeo_sealing_free(sealing);
}

static void test_an_interrupted_preparation_asks_only_for_what_is_missing(void **state)
{
	struct world *world = *state;
	struct oeo_sealing *sealing = new_sealing(world);
	size_t done = 0;
	size_t all = 0;
	size_t asked;

	atomic_store(&world->keyholders[0].after, 7);
	atomic_store(&world->keyholders[0].mode, KEYHOLDER_SILENT);
	assert_int_equal(run(world, sealing), OEO_ERR_AWAY);
	assert_non_null(strstr(world->why.text, "kone"));
	oeo_sealing_free(sealing);

	atomic_store(&world->keyholders[0].mode, KEYHOLDER_GOOD);
	asked = atomic_load(&world->keyholders[0].n_groups);
	sealing = new_sealing(world);
	oeo_sealing_count_groups(sealing, &done, &all);
	assert_int_equal(done, 7 + 11); /* the other keyholder was finished meanwhile */
	assert_int_equal(run(world, sealing), OEO_OK);
	assert_int_equal(atomic_load(&world->keyholders[0].n_groups) - asked, 4);
	assert_int_equal(atomic_load(&world->keyholders[1].n_groups), 11);
	check_all(world, sealing);
	oeo_sealing_free(sealing);
}

static void test_a_lost_answer_is_asked_for_again_and_nothing_else(void **state)
{
	struct world *world = *state;
	struct oeo_sealing *sealing = new_sealing(world);

	atomic_store(&world->keyholders[1].after, 10); /* the last one */
	atomic_store(&world->keyholders[1].mode, KEYHOLDER_SILENT_ONCE);
	assert_int_equal(run(world, sealing), OEO_OK);
	assert_int_equal(atomic_load(&world->keyholders[1].n_groups), 12);
	check_all(world, sealing);
	oeo_sealing_free(sealing);
}

static void test_a_spent_quota_is_told_and_keeps_what_was_answered(void **state)
{
	struct world *world = *state;
	struct oeo_sealing *sealing = new_sealing(world);
	size_t done = 0;
	size_t all = 0;

	atomic_store(&world->keyholders[0].after, 6);
	atomic_store(&world->keyholders[0].mode, KEYHOLDER_QUOTA);
	assert_int_equal(run(world, sealing), OEO_ERR_REFUSED);
	assert_int_equal(world->refusal.reason, OEO_REASON_QUOTA);
	assert_string_equal(world->refusal.by.id, "kone");
	/* What to ask for is said whole: 11 groups, the cells' and five of residents are answered. */
	assert_non_null(strstr(world->why.text, "oeo-keyholder quota bga --period 2025-01 --add 320"));
	oeo_sealing_free(sealing);
	sealing = new_sealing(world);
	oeo_sealing_count_groups(sealing, &done, &all);
	assert_true(done >= 6);
	oeo_sealing_free(sealing);
}

static void test_stored_names_are_encrypted_and_an_alien_item_is_refused(void **state)
{
	struct world *world = *state;
	struct oeo_sealing *sealing = new_sealing(world);
	struct oeo_sealing *again = NULL;

	assert_int_equal(run(world, sealing), OEO_OK);
	assert_true(count_items(world->fixture.ledger, OEO_SEALED_COLLECTION) >= 16);
	assert_false(folder_holds(world->fixture.home.path, "resident"));
	oeo_sealing_free(sealing);
	assert_int_equal(
	    oeo_ledger_put(world->fixture.ledger, OEO_SEALED_COLLECTION, "2025-01/0/00000099", "x", 1),
	    OEO_OK);
	assert_int_equal(oeo_sealing_new(&again, world->fixture.plan, &world->snapshot), OEO_OK);
	assert_int_equal(oeo_sealing_resume(again, world->fixture.ledger), OEO_ERR_FORMAT);
	oeo_sealing_free(again);
}

/* ---- Keys */

static enum oeo_err ask_keys(struct world *world, struct oeo_key_set *set)
{
	struct oeo_period period = a_period("2025-01");

	return oeo_keyholders_ask_keys(
	    &world->links, world->fixture.plan, &period, set, &world->refusal, &world->why);
}

static void test_keys_that_are_not_signed_by_the_card_are_refused(void **state)
{
	struct world *world = *state;
	struct oeo_key_set set;

	atomic_store(&world->keyholders[1].mode, KEYHOLDER_BAD_SIGNATURE);
	assert_int_equal(ask_keys(world, &set), OEO_ERR_CRYPTO);
	assert_non_null(strstr(world->why.text, "ktwo"));
}

static void test_other_keys_than_were_seen_are_told_from_the_same(void **state)
{
	struct world *world = *state;
	struct oeo_period period = a_period("2025-01");
	struct oeo_key_set seen;
	struct oeo_key_set now;
	size_t which = 7;

	assert_int_equal(oeo_key_set_load(&seen, world->fixture.ledger, "test", &period), OEO_ERR_NOT_FOUND);
	assert_int_equal(oeo_key_set_save(world->fixture.ledger, &world->keys, "test", &period), OEO_OK);
	assert_int_equal(oeo_key_set_load(&seen, world->fixture.ledger, "test", &period), OEO_OK);
	assert_int_equal(ask_keys(world, &now), OEO_OK);
	assert_int_equal(oeo_key_set_compare(&seen, &now, &which), OEO_OK);
	assert_int_equal(
	    oeo_voprf_keypair(world->keyholders[1].cell_sk, world->keyholders[1].cell_pk), OEO_OK);
	assert_int_equal(ask_keys(world, &now), OEO_OK);
	assert_int_equal(oeo_key_set_compare(&seen, &now, &which), OEO_ERR_CONFLICT);
	assert_int_equal(which, 1);
}

static void test_a_keyholder_without_a_card_is_named(void **state)
{
	struct world *world = *state;
	struct oeo_keyholders links;
	struct oeo_note why = {""};

	assert_int_equal(oeo_keyholders_open(&links, world->fixture.plan, &world->keyholders[0].self.card, 1,
			     &world->self, patience, &why),
	    OEO_ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "ktwo"));
}

static void test_a_connection_that_cannot_be_made_anew_leaves_the_old_one(void **state)
{
	struct world *world = *state;
	struct oeo_sealing *sealing = new_sealing(world);

	atomic_store(&world->keyholders[0].mode, KEYHOLDER_SILENT_ONCE);
	atomic_store(&world->keyholders[0].after, 3);
	atomic_store(&client_open_fails, true);
	assert_int_equal(run(world, sealing), OEO_ERR_IO);
	assert_non_null(world->links.items[0].client);
	atomic_store(&client_open_fails, false);
	assert_int_equal(run(world, sealing), OEO_OK);
	check_all(world, sealing);
	oeo_sealing_free(sealing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_every_name_is_sealed_by_every_keyholder_in_groups_of_64, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_wrong_proof_is_refused_and_its_keyholder_is_named, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_an_answer_with_another_element_is_refused_and_not_kept, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_an_interrupted_preparation_asks_only_for_what_is_missing, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_lost_answer_is_asked_for_again_and_nothing_else, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_spent_quota_is_told_and_keeps_what_was_answered, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_stored_names_are_encrypted_and_an_alien_item_is_refused, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_keys_that_are_not_signed_by_the_card_are_refused, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_other_keys_than_were_seen_are_told_from_the_same, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_a_keyholder_without_a_card_is_named, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_connection_that_cannot_be_made_anew_leaves_the_old_one, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

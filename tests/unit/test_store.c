/* SPDX-License-Identifier: EUPL-1.2 */
/* The store: what is acknowledged stays, through a failing disk and kill -9; members and releases. */
#include "store_run.h"

/* ---- A disk that fails */

/* Send all parts while the n-th write fails; *has_failed tells whether that was reached. */
static void submit_on_a_failing_disk(
    struct world *world, const struct draft *draft, unsigned long n, bool *has_failed)
{
	struct oeo_ingest *ingest = new_ingest(world);
	uint32_t acked = 0;

	failing_vfs_fail_at(n);
	while (acked < draft->n_parts && try_part(world, ingest, &draft->parts[acked]))
		acked++;
	*has_failed = failing_vfs_has_failed();
	failing_vfs_fail_at(0);
	oeo_ingest_free(ingest);
	world_restart(world);
	/* All that was acknowledged is there, and nothing half: the part that failed is either not there or whole. */
	assert_in_range(stored_parts(world), acked, acked + (*has_failed ? 1 : 0));
	/* Sent again from the first part on, it is all taken. */
	ingest = new_ingest(world);
	for (size_t i = 0; i < draft->n_parts; i++)
		assert_true(try_part(world, ingest, &draft->parts[i]));
	oeo_ingest_free(ingest);
	expect_open(world);
	assert_int_equal(oeo_store_drop_submission(world->store, MEMBER, PERIOD), OEO_OK);
}

static void test_store_has_nothing_half_done_when_the_nth_write_fails(void **state)
{
	struct world *world = *state;
	struct draft draft;
	bool has_failed = true;
	unsigned long n = 0;

	make_draft(&draft, world);
	while (has_failed) {
		n++;
		assert_true(n < 500);
		submit_on_a_failing_disk(world, &draft, n, &has_failed);
	}
	/* The loop has met failures before it ran through. */
	assert_true(n > 10);
	draft_free(&draft);
}

static void test_store_commits_several_parts_together_or_not_at_all(void **state)
{
	struct world *world = *state;
	struct oeo_ingest *ingest;
	struct draft draft;
	unsigned reason = 1;
	const uint8_t digest[OEO_DIGEST_BYTES] = {1};

	make_draft(&draft, world);
	ingest = new_ingest(world);
	assert_int_equal(oeo_store_begin(world->store, NULL), OEO_OK);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(oeo_ingest_part(ingest, MEMBER, &draft.parts[i], digest, &reason), OEO_OK);
		assert_int_equal(reason, 0);
	}
	failing_vfs_fail_at(1);
	assert_int_not_equal(oeo_store_commit(world->store), OEO_OK);
	failing_vfs_fail_at(0);
	oeo_ingest_free(ingest);
	assert_true(strlen(oeo_store_message(world->store)) > 0);
	assert_int_equal(stored_parts(world), 0);
	draft_free(&draft);
}

/* ---- A process that dies */

/* In a process of its own: send the parts and count the acknowledged ones in shared memory, until killed. */
static void submit_until_killed(struct world *world, const struct draft *draft, volatile uint32_t *acked)
{
	struct oeo_ingest *ingest = NULL;

	world->store = NULL;
	if (oeo_store_open(&world->store, &world->home, NULL) != OEO_OK ||
	    oeo_ingest_new(&ingest, world->store, &world->home, &world->clock, NULL) != OEO_OK)
		_exit(1);
	for (uint32_t i = 0; i < draft->n_parts; i++) {
		if (world_send(world, ingest, MEMBER, &draft->parts[i]) != 0)
			_exit(1);
		*acked = i + 1;
	}
	for (;;)
		(void)pause();
}

static void test_store_keeps_acknowledged_parts_after_kill_9(void **state)
{
	struct world *world = *state;
	volatile uint32_t *acked =
	    mmap(NULL, sizeof(*acked), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct draft draft;
	char name[16];

	assert_ptr_not_equal(acked, MAP_FAILED);
	draft_begin(&draft, world, MEMBER, PERIOD);
	for (size_t i = 0; i < 60; i++) {
		(void)snprintf(name, sizeof(name), "resident%zu", i % (K + 1));
		draft_add(&draft, world_cell(world, PERIOD, "theme", wo, 1), name);
	}
	draft_cut(&draft, 1);
	for (unsigned round = 0; round < 20; round++) {
		struct oeo_ingest *ingest;
		pid_t pid;

		oeo_store_close(world->store);
		world->store = NULL;
		*acked = 0;
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			submit_until_killed(world, &draft, acked);
		(void)usleep(1000 + 4000 * (round % 10));
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		assert_int_equal(oeo_store_open(&world->store, &world->home, NULL), OEO_OK);
		assert_true(stored_parts(world) >= *acked);
		ingest = new_ingest(world);
		for (size_t i = 0; i < draft.n_parts; i++)
			assert_int_equal(world_send(world, ingest, MEMBER, &draft.parts[i]), 0);
		oeo_ingest_free(ingest);
		assert_int_equal(stored_parts(world), draft.n_parts);
		assert_int_equal(oeo_store_drop_submission(world->store, MEMBER, PERIOD), OEO_OK);
	}
	draft_free(&draft);
	(void)munmap((void *)(uintptr_t)acked, sizeof(*acked));
}

/* ---- Members and releases */

static void test_store_finds_members_by_key_until_they_are_revoked(void **state)
{
	struct world *world = *state;
	const struct oeo_card *card = &world->members[1].card;
	char member[OEO_ID_BYTES];
	uint8_t other[OEO_CURVE_BYTES];

	assert_int_equal(oeo_store_find_member(world->store, card->curve_pk, member), OEO_OK);
	assert_string_equal(member, MEMBER);
	memcpy(other, card->curve_pk, sizeof(other));
	other[0] ^= 1;
	assert_int_equal(oeo_store_find_member(world->store, other, member), OEO_ERR_NOT_FOUND);
	assert_int_equal(oeo_store_revoke(world->store, MEMBER, NULL), OEO_OK);
	assert_int_equal(oeo_store_find_member(world->store, card->curve_pk, member), OEO_ERR_NOT_FOUND);
	assert_int_equal(oeo_store_revoke(world->store, MEMBER, NULL), OEO_ERR_NOT_FOUND);
	assert_int_equal(oeo_store_admit(world->store, card, false, 1), OEO_OK);
	assert_int_equal(oeo_store_find_member(world->store, card->curve_pk, member), OEO_OK);
}

static void test_store_admits_another_card_only_when_told_to_replace(void **state)
{
	struct world *world = *state;
	struct oeo_card card = world->members[1].card;
	char member[OEO_ID_BYTES];

	assert_int_equal(oeo_store_admit(world->store, &card, false, 1), OEO_ERR_EXISTS);
	card.curve_pk[0] ^= 1;
	assert_int_equal(oeo_store_admit(world->store, &card, false, 1), OEO_ERR_CONFLICT);
	assert_int_equal(oeo_store_admit(world->store, &card, true, 1), OEO_OK);
	assert_int_equal(oeo_store_find_member(world->store, card.curve_pk, member), OEO_OK);
	assert_int_equal(
	    oeo_store_find_member(world->store, world->members[1].card.curve_pk, member), OEO_ERR_NOT_FOUND);
	/* Two members cannot share a key. */
	card = world->members[2].card;
	memcpy(card.curve_pk, world->members[3].card.curve_pk, sizeof(card.curve_pk));
	assert_int_equal(oeo_store_admit(world->store, &card, true, 1), OEO_ERR_CONFLICT);
}

static void test_store_revoke_drops_what_is_not_released(void **state)
{
	struct world *world = *state;
	const char without[3][OEO_ID_BYTES] = {"m0", "m2", "m3"};
	const uint8_t digest[OEO_DIGEST_BYTES] = {1};
	struct oeo_store_submission found;
	const char *const periods[] = {"2026-Q1", "2026-Q2"};
	size_t n_dropped = 0;

	for (size_t i = 0; i < 2; i++) {
		struct draft draft;

		draft_begin(&draft, world, MEMBER, periods[i]);
		draft_add(&draft, world_cell(world, periods[i], "theme", wo, 1), "resident0");
		draft_submit(&draft);
	}
	assert_int_equal(oeo_store_mark_released(
			     world->store, "2026-Q1", world->plan->digest, digest, digest, without, 3, 7),
	    OEO_OK);
	assert_int_equal(oeo_store_revoke(world->store, MEMBER, &n_dropped), OEO_OK);
	assert_int_equal(n_dropped, 1);
	assert_int_equal(oeo_store_find_submission(world->store, MEMBER, "2026-Q1", &found), OEO_OK);
	assert_int_equal(
	    oeo_store_find_submission(world->store, MEMBER, "2026-Q2", &found), OEO_ERR_NOT_FOUND);
}

static void test_store_marks_a_release_once_and_with_whom(void **state)
{
	struct world *world = *state;
	const char without[3][OEO_ID_BYTES] = {"m0", "m2", "m3"};
	const char all[4][OEO_ID_BYTES] = {"m0", "m1", "m2", "m3"};
	const uint8_t digest[OEO_DIGEST_BYTES] = {9};
	const uint8_t keys[OEO_DIGEST_BYTES] = {8};
	struct oeo_store_period record;
	struct draft draft;
	bool is_without = false;

	draft_begin(&draft, world, MEMBER, PERIOD);
	draft_add(&draft, world_cell(world, PERIOD, "theme", wo, 1), "resident0");
	draft_submit(&draft);
	/* m1 is in: a release that goes without it is not the one that was prepared. */
	assert_int_equal(
	    oeo_store_mark_released(world->store, PERIOD, world->plan->digest, digest, keys, all, 4, 7),
	    OEO_ERR_CONFLICT);
	assert_int_equal(oeo_store_find_period(world->store, PERIOD, &record), OEO_OK);
	assert_false(record.is_released);
	assert_int_equal(
	    oeo_store_mark_released(world->store, PERIOD, world->plan->digest, digest, keys, without, 3, 7),
	    OEO_OK);
	assert_int_equal(
	    oeo_store_mark_released(world->store, PERIOD, world->plan->digest, digest, keys, without, 3, 7),
	    OEO_ERR_EXISTS);
	assert_int_equal(oeo_store_find_period(world->store, PERIOD, &record), OEO_OK);
	assert_true(record.is_released);
	assert_int_equal(record.released_s, 7);
	assert_memory_equal(record.release_digest, digest, sizeof(digest));
	assert_memory_equal(record.release_key_digest, keys, sizeof(keys));
	assert_int_equal(oeo_store_is_without(world->store, "m2", PERIOD, &is_without), OEO_OK);
	assert_true(is_without);
	assert_int_equal(oeo_store_is_without(world->store, MEMBER, PERIOD, &is_without), OEO_OK);
	assert_false(is_without);
}

static void test_store_lists_periods_in_their_order(void **state)
{
	struct world *world = *state;
	const char *const texts[] = {"2026-Q3", "2026-07", "2026-09", "2026-Q1"};
	const char *const sorted[] = {"2026-Q1", "2026-07", "2026-09", "2026-Q3"};
	struct oeo_destroyed destroyed = {"kh0", {3}};
	struct oeo_store_period *periods = NULL;
	size_t n = 0;

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(
		    oeo_store_put_destroyed(world->store, texts[i], world->plan->digest, &destroyed), OEO_OK);
	assert_int_equal(oeo_store_load_periods(world->store, &periods, &n), OEO_OK);
	assert_int_equal(n, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(periods[i].period, sorted[i]);
		assert_int_equal(periods[i].n_destroyed, 1);
		assert_string_equal(periods[i].destroyed[0].keyholder, "kh0");
	}
	free(periods);
}

static void test_store_counts_refusals(void **state)
{
	struct world *world = *state;
	struct oeo_store_refusal *refusals = NULL;
	size_t n = 0;

	assert_int_equal(oeo_store_count_refusal(world->store, "m2", "submission-gap", 1, 10), OEO_OK);
	assert_int_equal(oeo_store_count_refusal(world->store, "m2", "submission-gap", 4, 20), OEO_OK);
	assert_int_equal(oeo_store_count_refusal(world->store, "", "refused-handshake", 2, 5), OEO_OK);
	assert_int_equal(oeo_store_load_refusals(world->store, &refusals, &n), OEO_OK);
	assert_int_equal(n, 2);
	assert_string_equal(refusals[0].member, "");
	assert_string_equal(refusals[1].name, "submission-gap");
	assert_int_equal(refusals[1].count, 5);
	assert_int_equal(refusals[1].last_s, 20);
	free(refusals);
}

static void test_store_is_made_once_for_its_owner_alone(void **state)
{
	struct world *world = *state;
	struct oeo_note why = {""};
	struct stat info;
	char path[OEO_PATH_BYTES];

	assert_int_equal(oeo_store_create(&world->home, &why), OEO_ERR_EXISTS);
	(void)snprintf(path, sizeof(path), "%s/collector.sqlite", world->folder);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_WORLD(test_store_has_nothing_half_done_when_the_nth_write_fails),
	    WITH_WORLD(test_store_commits_several_parts_together_or_not_at_all),
	    WITH_WORLD(test_store_keeps_acknowledged_parts_after_kill_9),
	    WITH_WORLD(test_store_finds_members_by_key_until_they_are_revoked),
	    WITH_WORLD(test_store_admits_another_card_only_when_told_to_replace),
	    WITH_WORLD(test_store_revoke_drops_what_is_not_released),
	    WITH_WORLD(test_store_marks_a_release_once_and_with_whom),
	    WITH_WORLD(test_store_lists_periods_in_their_order),
	    WITH_WORLD(test_store_counts_refusals),
	    WITH_WORLD(test_store_is_made_once_for_its_owner_alone),
	};

	failing_vfs_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

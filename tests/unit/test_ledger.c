/* SPDX-License-Identifier: EUPL-1.2 */
#include "intake_fixture.h"

#include <sqlite3.h>

#include "agent/plans.h"

static void put(struct oeo_ledger *ledger, const char *collection, const char *key, const char *value)
{
	assert_int_equal(oeo_ledger_put(ledger, collection, key, value, strlen(value)), OEO_OK);
}

static void assert_value(
    struct oeo_ledger *ledger, const char *collection, const char *key, const char *value)
{
	struct oeo_buf found = {0};

	assert_int_equal(oeo_ledger_get(ledger, collection, key, &found), OEO_OK);
	assert_int_equal(found.len, strlen(value));
	assert_memory_equal(found.data, value, found.len);
	oeo_buf_fini(&found);
}

static void assert_refused(
    struct oeo_ledger *ledger, const char *collection, const char *key, enum oeo_err wanted)
{
	struct oeo_buf found = {0};

	assert_int_equal(oeo_ledger_get(ledger, collection, key, &found), wanted);
	assert_int_equal(found.len, 0);
	oeo_buf_fini(&found);
}

/* What somebody with the database but without the key can do. */
static void change_database(struct fixture *fixture, const char *sql)
{
	char path[OEO_PATH_BYTES];
	sqlite3 *db = NULL;

	oeo_ledger_close(fixture->ledger);
	fixture->ledger = NULL;
	assert_int_equal(oeo_home_path(path, &fixture->home, "ledger.db"), OEO_OK);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_true(sqlite3_total_changes(db) > 0 || strncmp(sql, "PRAGMA", 6) == 0);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- Items */

static void test_ledger_gives_back_what_was_put(void **state)
{
	struct fixture *fixture = *state;

	put(fixture->ledger, "a", "k", "value");
	put(fixture->ledger, "a", "empty", "");
	assert_value(fixture->ledger, "a", "k", "value");
	assert_value(fixture->ledger, "a", "empty", "");
	put(fixture->ledger, "a", "k", "another value");
	fixture_reopen(fixture);
	assert_value(fixture->ledger, "a", "k", "another value");
	assert_refused(fixture->ledger, "a", "other", OEO_ERR_NOT_FOUND);
	assert_refused(fixture->ledger, "b", "k", OEO_ERR_NOT_FOUND);
}

static void test_ledger_get_appends(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_buf value = {0};

	put(fixture->ledger, "a", "k", "two");
	assert_int_equal(oeo_buf_append_text(&value, "one "), OEO_OK);
	assert_int_equal(oeo_ledger_get(fixture->ledger, "a", "k", &value), OEO_OK);
	assert_int_equal(value.len, 7);
	assert_memory_equal(value.data, "one two", 7);
	oeo_buf_fini(&value);
}

static void test_ledger_removes_one_and_by_prefix(void **state)
{
	struct fixture *fixture = *state;
	size_t count = 99;

	put(fixture->ledger, "a", "p/1", "x");
	put(fixture->ledger, "a", "p/2", "x");
	put(fixture->ledger, "a", "p", "x");
	put(fixture->ledger, "a", "q/1", "x");
	put(fixture->ledger, "b", "p/1", "x");
	assert_int_equal(oeo_ledger_count(fixture->ledger, "a", "p/", &count), OEO_OK);
	assert_int_equal(count, 2);
	assert_int_equal(oeo_ledger_remove_prefix(fixture->ledger, "a", "p/"), OEO_OK);
	assert_int_equal(count_items(fixture->ledger, "a"), 2);
	assert_int_equal(oeo_ledger_remove(fixture->ledger, "a", "p"), OEO_OK);
	assert_int_equal(oeo_ledger_remove(fixture->ledger, "a", "p"), OEO_OK);
	assert_int_equal(count_items(fixture->ledger, "a"), 1);
	assert_int_equal(oeo_ledger_remove_prefix(fixture->ledger, "a", ""), OEO_OK);
	assert_int_equal(count_items(fixture->ledger, "a"), 0);
	assert_int_equal(count_items(fixture->ledger, "b"), 1);
}

static enum oeo_err collect(void *context, const char *key, const uint8_t *value, size_t len)
{
	struct oeo_buf *text = context;

	return oeo_buf_printf(text, "%s=%.*s ", key, (int)len, (const char *)value);
}

static enum oeo_err stop_at_once(void *context, const char *key, const uint8_t *value, size_t len)
{
	(void)key;
	(void)value;
	(void)len;
	(*(unsigned *)context)++;
	return OEO_ERR_CONFLICT;
}

static void test_ledger_walks_in_key_order(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_buf text = {0};
	unsigned calls = 0;

	put(fixture->ledger, "a", "p/2", "two");
	put(fixture->ledger, "a", "p/1", "one");
	put(fixture->ledger, "a", "q", "no");
	assert_int_equal(oeo_ledger_each(fixture->ledger, "a", "p/", collect, &text), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	assert_string_equal((char *)text.data, "p/1=one p/2=two ");
	assert_int_equal(oeo_ledger_each(fixture->ledger, "a", "", stop_at_once, &calls), OEO_ERR_CONFLICT);
	assert_int_equal(calls, 1);
	oeo_buf_fini(&text);
}

static void test_ledger_refuses_keys_that_may_not_be(void **state)
{
	struct fixture *fixture = *state;
	char long_key[OEO_ITEM_KEY_BYTES + 1];

	memset(long_key, 'k', sizeof(long_key));
	long_key[OEO_ITEM_KEY_BYTES] = '\0';
	assert_int_equal(oeo_ledger_put(fixture->ledger, "a", long_key, "", 0), OEO_ERR_RANGE);
	long_key[OEO_ITEM_KEY_BYTES - 1] = '\0';
	assert_int_equal(oeo_ledger_put(fixture->ledger, "a", long_key, "", 0), OEO_OK);
	assert_int_equal(oeo_ledger_put(fixture->ledger, "a", "", "", 0), OEO_ERR_RANGE);
	assert_int_equal(oeo_ledger_put(fixture->ledger, "", "k", "", 0), OEO_ERR_RANGE);
	assert_int_equal(oeo_ledger_put(fixture->ledger, "a", "de Vries", "", 0), OEO_ERR_RANGE);
	assert_int_equal(
	    oeo_ledger_put(fixture->ledger, "abcdefghijklmnopqrstuvwx", "k", "", 0), OEO_ERR_RANGE);
	assert_int_equal(oeo_ledger_put(fixture->ledger, "abcdefghijklmnopqrstuvw", "k", "", 0), OEO_OK);
}

/* ---- At rest */

static void test_ledger_files_hold_no_value_and_are_the_owners(void **state)
{
	struct fixture *fixture = *state;
	char path[OEO_PATH_BYTES];
	struct stat info;

	put(fixture->ledger, "a", "k", "surname=CANARYvandenberg");
	assert_false(folder_holds(fixture->home.path, "CANARY"));
	assert_true(folder_holds(fixture->home.path, "item"));
	fixture_reopen(fixture);
	assert_false(folder_holds(fixture->home.path, "CANARY"));
	assert_int_equal(oeo_home_path(path, &fixture->home, "ledger.db"), OEO_OK);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
}

static void test_ledger_finds_a_tampered_value(void **state)
{
	struct fixture *fixture = *state;

	put(fixture->ledger, "a", "k", "value");
	put(fixture->ledger, "a", "short", "value");
	change_database(fixture,
	    "UPDATE item SET value = substr(value, 1, 30) || x'00' || substr(value, 32) "
	    "WHERE key = 'k'; UPDATE item SET value = substr(value, 1, 39) WHERE key = 'short'");
	assert_int_equal(oeo_ledger_open(&fixture->ledger, &fixture->home, NULL), OEO_OK);
	assert_refused(fixture->ledger, "a", "k", OEO_ERR_CRYPTO);
	assert_refused(fixture->ledger, "a", "short", OEO_ERR_CRYPTO);
}

static void test_a_plan_that_was_changed_outside_is_told_with_what_to_do(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_plans plans = {NULL, 0};
	struct oeo_note why = {""};

	put(fixture->ledger, "plan", "accepted/000000", "value");
	change_database(fixture, "UPDATE item SET value = x'00' WHERE collection = 'plan'");
	assert_int_equal(oeo_ledger_open(&fixture->ledger, &fixture->home, NULL), OEO_OK);
	assert_int_equal(oeo_plans_load(&plans, fixture->ledger, &why), OEO_ERR_CRYPTO);
	assert_non_null(strstr(why.text, "Put back a backup"));
}

static void test_ledger_finds_a_moved_value(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_buf text = {0};

	put(fixture->ledger, "a", "one", "first");
	put(fixture->ledger, "a", "two", "second");
	put(fixture->ledger, "b", "one", "third");
	put(fixture->ledger, "ab", "c", "fourth");
	change_database(fixture,
	    "UPDATE item SET value = (SELECT value FROM item WHERE collection = 'a' AND key = 'two') "
	    "WHERE key = 'one'; UPDATE item SET collection = 'a', key = 'bc' WHERE collection = 'ab'");
	assert_int_equal(oeo_ledger_open(&fixture->ledger, &fixture->home, NULL), OEO_OK);
	assert_refused(fixture->ledger, "a", "one", OEO_ERR_CRYPTO);
	assert_refused(fixture->ledger, "b", "one", OEO_ERR_CRYPTO);
	assert_refused(fixture->ledger, "a", "bc", OEO_ERR_CRYPTO);
	assert_value(fixture->ledger, "a", "two", "second");
	assert_int_equal(oeo_ledger_each(fixture->ledger, "a", "", collect, &text), OEO_ERR_CRYPTO);
	oeo_buf_fini(&text);
}

static void test_ledger_does_not_open_with_another_key(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_note why = {""};
	char path[OEO_PATH_BYTES];
	uint8_t key[32];

	oeo_ledger_close(fixture->ledger);
	fixture->ledger = NULL;
	randombytes_buf(key, sizeof(key));
	assert_int_equal(oeo_home_path(path, &fixture->home, "ledger.key"), OEO_OK);
	assert_int_equal(oeo_file_write(path, key, sizeof(key), 0600, NULL), OEO_OK);
	assert_int_equal(oeo_ledger_open(&fixture->ledger, &fixture->home, &why), OEO_ERR_CRYPTO);
	assert_non_null(strstr(why.text, "ledger.key"));
	assert_null(fixture->ledger);
}

static void test_ledger_of_a_newer_version_is_left_alone(void **state)
{
	struct fixture *fixture = *state;

	change_database(fixture, "PRAGMA user_version = 2");
	assert_int_equal(oeo_ledger_open(&fixture->ledger, &fixture->home, NULL), OEO_ERR_FORMAT);
}

static void test_ledger_that_is_no_database_is_said_to_be_damaged(void **state)
{
	struct fixture *fixture = *state;
	char path[OEO_PATH_BYTES];
	char rubbish[8192];

	oeo_ledger_close(fixture->ledger);
	fixture->ledger = NULL;
	memset(rubbish, 'x', sizeof(rubbish));
	assert_int_equal(oeo_home_path(path, &fixture->home, "ledger.db"), OEO_OK);
	assert_int_equal(oeo_file_write(path, rubbish, sizeof(rubbish), 0600, NULL), OEO_OK);
	assert_int_equal(oeo_ledger_open(&fixture->ledger, &fixture->home, NULL), OEO_ERR_FORMAT);
}

/* ---- Making one */

static void test_ledger_is_made_once(void **state)
{
	struct fixture *fixture = *state;

	put(fixture->ledger, "a", "k", "value");
	assert_int_equal(oeo_ledger_create(&fixture->home, NULL), OEO_ERR_EXISTS);
	assert_value(fixture->ledger, "a", "k", "value");
}

static void remove_from_home(struct fixture *fixture, const char *name)
{
	char path[OEO_PATH_BYTES];

	assert_int_equal(oeo_home_path(path, &fixture->home, name), OEO_OK);
	assert_int_equal(unlink(path), 0);
}

static void test_ledger_without_database_says_to_init(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_note why = {""};

	oeo_ledger_close(fixture->ledger);
	fixture->ledger = NULL;
	remove_from_home(fixture, "ledger.db");
	assert_int_equal(oeo_ledger_open(&fixture->ledger, &fixture->home, &why), OEO_ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "init"));
	/* The key of a creation that was cut short is taken. */
	assert_int_equal(oeo_ledger_create(&fixture->home, NULL), OEO_OK);
	assert_int_equal(oeo_ledger_open(&fixture->ledger, &fixture->home, NULL), OEO_OK);
}

static void test_ledger_whose_creation_was_cut_short_opens(void **state)
{
	struct fixture *fixture = *state;
	char path[OEO_PATH_BYTES];

	oeo_ledger_close(fixture->ledger);
	fixture->ledger = NULL;
	assert_int_equal(oeo_home_path(path, &fixture->home, "ledger.db"), OEO_OK);
	assert_int_equal(oeo_file_write(path, "", 0, 0600, NULL), OEO_OK);
	assert_int_equal(oeo_ledger_open(&fixture->ledger, &fixture->home, NULL), OEO_OK);
	put(fixture->ledger, "a", "k", "value");
	fixture_reopen(fixture);
	assert_value(fixture->ledger, "a", "k", "value");
}

/* ---- Transactions and processes */

static void test_ledger_rolls_back(void **state)
{
	struct fixture *fixture = *state;

	put(fixture->ledger, "a", "k", "before");
	assert_int_equal(oeo_ledger_begin(fixture->ledger, NULL), OEO_OK);
	assert_true(oeo_ledger_is_in_transaction(fixture->ledger));
	assert_int_equal(oeo_ledger_begin(fixture->ledger, NULL), OEO_ERR_INTERNAL);
	put(fixture->ledger, "a", "k", "after");
	put(fixture->ledger, "a", "new", "x");
	oeo_ledger_rollback(fixture->ledger);
	oeo_ledger_rollback(fixture->ledger);
	assert_false(oeo_ledger_is_in_transaction(fixture->ledger));
	assert_value(fixture->ledger, "a", "k", "before");
	assert_int_equal(count_items(fixture->ledger, "a"), 1);
}

static void write_many(struct oeo_ledger *ledger, bool is_committed)
{
	char key[16];

	if (oeo_ledger_begin(ledger, NULL) != OEO_OK)
		_exit(3);
	for (int i = 0; i < 3000; i++) {
		(void)snprintf(key, sizeof(key), "%d", i);
		if (oeo_ledger_put(ledger, "many", key, key, sizeof(key)) != OEO_OK)
			_exit(4);
	}
	if (is_committed && oeo_ledger_commit(ledger, NULL) != OEO_OK)
		_exit(5);
}

static void write_and_die(struct fixture *fixture, void *context)
{
	const bool *is_committed = context;

	write_many(fixture->ledger, *is_committed);
	(void)kill(getpid(), SIGKILL);
}

static void test_ledger_keeps_all_or_nothing_when_killed(void **state)
{
	struct fixture *fixture = *state;
	bool is_committed = false;

	fixture_die(fixture, write_and_die, &is_committed);
	assert_int_equal(count_items(fixture->ledger, "many"), 0);
	is_committed = true;
	fixture_die(fixture, write_and_die, &is_committed);
	assert_int_equal(count_items(fixture->ledger, "many"), 3000);
}

static void test_ledger_lets_two_processes_take_turns(void **state)
{
	struct fixture *fixture = *state;
	int ready[2];
	char byte = 0;
	int status = 0;
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	oeo_ledger_close(fixture->ledger);
	fixture->ledger = NULL;
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (oeo_ledger_open(&fixture->ledger, &fixture->home, NULL) != OEO_OK ||
		    oeo_ledger_begin(fixture->ledger, NULL) != OEO_OK || write(ready[1], "x", 1) != 1)
			_exit(2);
		(void)usleep(300000);
		if (oeo_ledger_put(fixture->ledger, "a", "turn", "child", 5) != OEO_OK ||
		    oeo_ledger_commit(fixture->ledger, NULL) != OEO_OK)
			_exit(3);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(oeo_ledger_open(&fixture->ledger, &fixture->home, NULL), OEO_OK);
	/* Waits for the child, and then sees what it wrote. */
	assert_int_equal(oeo_ledger_begin(fixture->ledger, NULL), OEO_OK);
	assert_value(fixture->ledger, "a", "turn", "child");
	put(fixture->ledger, "a", "turn", "parent");
	assert_int_equal(oeo_ledger_commit(fixture->ledger, NULL), OEO_OK);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_value(fixture->ledger, "a", "turn", "parent");
	(void)close(ready[0]);
	(void)close(ready[1]);
}

/* ---- Record numbers */

static void test_record_hash_tells_records_mappings_and_ledgers_apart(void **state)
{
	struct fixture *fixture = *state;
	struct fixture other;
	uint8_t first[OEO_RECORD_HASH_BYTES];
	uint8_t second[OEO_RECORD_HASH_BYTES];

	oeo_ledger_record_hash(fixture->ledger, first, "bga", "41001");
	fixture_reopen(fixture);
	oeo_ledger_record_hash(fixture->ledger, second, "bga", "41001");
	assert_memory_equal(first, second, sizeof(first));
	oeo_ledger_record_hash(fixture->ledger, second, "bga", "41002");
	assert_memory_not_equal(first, second, sizeof(first));
	oeo_ledger_record_hash(fixture->ledger, second, "bga4", "1001");
	assert_memory_not_equal(first, second, sizeof(first));
	fixture_open(&other);
	oeo_ledger_record_hash(other.ledger, second, "bga", "41001");
	assert_memory_not_equal(first, second, sizeof(first));
	fixture_close(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FIXTURE(test_ledger_gives_back_what_was_put),
	    WITH_FIXTURE(test_ledger_get_appends),
	    WITH_FIXTURE(test_ledger_removes_one_and_by_prefix),
	    WITH_FIXTURE(test_ledger_walks_in_key_order),
	    WITH_FIXTURE(test_ledger_refuses_keys_that_may_not_be),
	    WITH_FIXTURE(test_ledger_files_hold_no_value_and_are_the_owners),
	    WITH_FIXTURE(test_ledger_finds_a_tampered_value),
	    WITH_FIXTURE(test_a_plan_that_was_changed_outside_is_told_with_what_to_do),
	    WITH_FIXTURE(test_ledger_finds_a_moved_value),
	    WITH_FIXTURE(test_ledger_does_not_open_with_another_key),
	    WITH_FIXTURE(test_ledger_of_a_newer_version_is_left_alone),
	    WITH_FIXTURE(test_ledger_that_is_no_database_is_said_to_be_damaged),
	    WITH_FIXTURE(test_ledger_is_made_once),
	    WITH_FIXTURE(test_ledger_without_database_says_to_init),
	    WITH_FIXTURE(test_ledger_whose_creation_was_cut_short_opens),
	    WITH_FIXTURE(test_ledger_rolls_back),
	    WITH_FIXTURE(test_ledger_keeps_all_or_nothing_when_killed),
	    WITH_FIXTURE(test_ledger_lets_two_processes_take_turns),
	    WITH_FIXTURE(test_record_hash_tells_records_mappings_and_ledgers_apart),
	};

	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}

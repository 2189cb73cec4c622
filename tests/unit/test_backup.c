/* SPDX-License-Identifier: EUPL-1.2 */
/* Backups of a home: what is in them, what they are not put over, and a restore that is cut short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

#include "failing_vfs.h"
#include "proto/backup.h"
#include "scratch.h"
#include "secret_text.h"

static const struct oeo_backup_file files[] = {
    {"own.key", 0600, true}, {"own.card", 0644, true}, {"extra", 0600, false}, {"cards/", 0644, false}};
static const struct oeo_backup_content content = {"oeo-test", "data.db", files, 4};

struct desk {
	struct scratch scratch;
	struct oeo_home home;
	struct oeo_home other;
	char backup[OEO_PATH_BYTES];
};

static void write_file(const struct oeo_home *home, const char *name, const char *text)
{
	char path[OEO_PATH_BYTES];

	assert_int_equal(oeo_home_path(path, home, name), OEO_OK);
	assert_int_equal(oeo_file_write(path, text, strlen(text), 0600, NULL), OEO_OK);
}

static void query(const struct oeo_home *home, const char *sql)
{
	char path[OEO_PATH_BYTES];
	sqlite3 *db = NULL;

	assert_int_equal(oeo_home_path(path, home, "data.db"), OEO_OK);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
}

/* What stands in a file of the home, "" where it is not there. */
static const char *text_of(const struct oeo_home *home, const char *name)
{
	static struct oeo_buf text;
	char path[OEO_PATH_BYTES];

	text.len = 0;
	assert_int_equal(oeo_home_path(path, home, name), OEO_OK);
	(void)oeo_file_read(&text, path, 1000, NULL);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	return (const char *)text.data;
}

static int setup(void **state)
{
	struct desk *desk = calloc(1, sizeof(*desk));
	char path[128];

	if (desk == NULL || scratch_make(&desk->scratch) != 0)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/home", desk->scratch.path);
	assert_int_equal(oeo_home_create(&desk->home, path, NULL), OEO_OK);
	(void)snprintf(path, sizeof(path), "%s/other", desk->scratch.path);
	assert_int_equal(oeo_home_create(&desk->other, path, NULL), OEO_OK);
	(void)snprintf(desk->backup, sizeof(desk->backup), "%s/backup", desk->scratch.path);
	write_file(&desk->home, "own.key", "key");
	write_file(&desk->home, "own.card", "card");
	write_file(&desk->home, "not-mine", "else");
	(void)snprintf(path, sizeof(path), "%s/home/cards", desk->scratch.path);
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(&desk->home, "cards/Zoë and me.txt", "one");
	write_file(&desk->home, "cards/empty", "");
	write_file(&desk->home, "cards/.hidden", "no");
	query(&desk->home, "PRAGMA journal_mode = WAL; PRAGMA user_version = 7; CREATE TABLE t(x); INSERT "
			   "INTO t VALUES('kept');"
			   "INSERT INTO t VALUES('removed'); DELETE FROM t WHERE x = 'removed'");
	*state = desk;
	return 0;
}

static enum oeo_err back_up(struct desk *desk)
{
	return oeo_backup_write(&content, &desk->home, desk->backup, NULL, NULL);
}

static enum oeo_err put_back(struct desk *desk, struct oeo_note *why)
{
	return oeo_backup_restore(&content, &desk->other, desk->backup, NULL, NULL, NULL, why);
}

/* Under "correct horse", cheaply. */
static enum oeo_err back_up_locked(struct desk *desk)
{
	struct oeo_secret passphrase = secret_text("correct horse");
	struct oeo_backup_lock lock = {&passphrase, {1, 8}};
	enum oeo_err err = oeo_backup_write(&content, &desk->home, desk->backup, &lock, NULL);

	oeo_secret_fini(&passphrase);
	return err;
}

static enum oeo_err put_back_with(struct desk *desk, const char *text, struct oeo_note *why)
{
	struct oeo_secret passphrase = secret_text(text);
	enum oeo_err err =
	    oeo_backup_restore(&content, &desk->other, desk->backup, &passphrase, NULL, NULL, why);

	oeo_secret_fini(&passphrase);
	return err;
}

static bool is_there(const struct oeo_home *home, const char *name)
{
	char path[OEO_PATH_BYTES];

	assert_int_equal(oeo_home_path(path, home, name), OEO_OK);
	return oeo_file_exists(path);
}

static unsigned mode_of(const struct oeo_home *home, const char *name)
{
	char path[OEO_PATH_BYTES];
	struct stat status;

	assert_int_equal(oeo_home_path(path, home, name), OEO_OK);
	assert_int_equal(stat(path, &status), 0);
	return status.st_mode & 0777;
}

static void test_everything_named_comes_back_and_nothing_else(void **state)
{
	struct desk *desk = *state;
	struct stat status;

	assert_int_equal(back_up(desk), OEO_OK);
	assert_int_equal(stat(desk->backup, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(put_back(desk, NULL), OEO_OK);
	assert_string_equal(text_of(&desk->other, "own.key"), "key");
	assert_string_equal(text_of(&desk->other, "own.card"), "card");
	assert_string_equal(text_of(&desk->other, "cards/Zoë and me.txt"), "one");
	assert_true(is_there(&desk->other, "cards/empty"));
	assert_false(is_there(&desk->other, "cards/.hidden"));
	assert_false(is_there(&desk->other, "extra"));
	assert_false(is_there(&desk->other, "not-mine"));
	assert_false(is_there(&desk->other, "restoring"));
	assert_int_equal(mode_of(&desk->other, "own.key"), 0600);
	assert_int_equal(mode_of(&desk->other, "own.card"), 0644);
	assert_int_equal(mode_of(&desk->other, "data.db"), 0600);
	query(&desk->other, "CREATE TABLE one(x CHECK (x = 1)); INSERT INTO one SELECT count(*) FROM t");
	query(&desk->other, "CREATE TABLE files(x)"); /* the files are not in it any more */
}

static void test_nothing_is_overwritten(void **state)
{
	struct desk *desk = *state;
	struct oeo_note why = {""};

	assert_int_equal(back_up(desk), OEO_OK);
	assert_int_equal(back_up(desk), OEO_ERR_EXISTS);
	write_file(&desk->other, "own.key", "another");
	assert_int_equal(put_back(desk, &why), OEO_ERR_EXISTS);
	assert_string_equal(text_of(&desk->other, "own.key"), "another");
	assert_false(is_there(&desk->other, "data.db"));
	assert_false(is_there(&desk->other, "own.card"));
	assert_false(is_there(&desk->other, "restoring"));
	write_file(&desk->other, "own.key", "key"); /* what an earlier try has put there already */
	assert_int_equal(put_back(desk, &why), OEO_OK);
	assert_int_equal(put_back(desk, &why), OEO_ERR_EXISTS);
	assert_non_null(strstr(why.text, "--home"));
}

static void test_without_a_needed_file_there_is_no_backup(void **state)
{
	struct desk *desk = *state;
	char path[OEO_PATH_BYTES];

	assert_int_equal(oeo_home_path(path, &desk->home, "own.key"), OEO_OK);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(back_up(desk), OEO_ERR_NOT_FOUND);
	assert_false(oeo_file_exists(desk->backup));
}

static void change_backup(struct desk *desk, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(desk->backup, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
}

static void test_what_is_no_backup_of_this_program_is_refused(void **state)
{
	struct desk *desk = *state;
	int fd;

	assert_int_equal(back_up(desk), OEO_OK);
	change_backup(desk, "UPDATE files SET bytes = CAST('oeo-else' AS BLOB) WHERE name = 'program'");
	assert_int_equal(put_back(desk, NULL), OEO_ERR_FORMAT);
	change_backup(desk, "DELETE FROM files WHERE name = 'program'"); /* of an older version */
	change_backup(desk, "DELETE FROM files WHERE name = 'own.card'");
	assert_int_equal(put_back(desk, NULL), OEO_ERR_FORMAT);
	change_backup(desk, "DROP TABLE files");
	assert_int_equal(put_back(desk, NULL), OEO_ERR_FORMAT);
	fd = open(desk->backup, O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_int_equal(write(fd, "no database", 11), 11);
	(void)close(fd);
	assert_int_equal(put_back(desk, NULL), OEO_ERR_FORMAT);
	assert_false(is_there(&desk->other, "own.key"));
}

static void test_names_do_not_lead_out_of_the_home(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(back_up(desk), OEO_OK);
	change_backup(desk, "INSERT INTO files VALUES('../escaped', x'00'), ('cards/../../escaped', x'00'),"
			    "('cards/.x', x'00'), ('/tmp/escaped', x'00'), ('other', x'00')");
	assert_int_equal(put_back(desk, NULL), OEO_OK);
	assert_false(is_there(&desk->home, "../escaped"));
	assert_false(is_there(&desk->other, "cards/.x"));
	assert_false(is_there(&desk->other, "other"));
}

static enum oeo_err finish_so(void *context, const struct oeo_home *unfinished, struct oeo_note *why)
{
	(void)why;
	assert_true(is_there(unfinished, "own.key"));
	assert_true(is_there(unfinished, "data.db"));
	return *(enum oeo_err *)context;
}

static void test_what_is_to_be_done_first_is_done_before_anybody_lives_there(void **state)
{
	struct desk *desk = *state;
	enum oeo_err err = OEO_ERR_STATE;

	assert_int_equal(back_up(desk), OEO_OK);
	assert_int_equal(
	    oeo_backup_restore(&content, &desk->other, desk->backup, NULL, finish_so, &err, NULL),
	    OEO_ERR_STATE);
	assert_false(is_there(&desk->other, "own.key"));
	assert_false(is_there(&desk->other, "data.db"));
	assert_false(is_there(&desk->other, "restoring"));
	err = OEO_OK;
	assert_int_equal(
	    oeo_backup_restore(&content, &desk->other, desk->backup, NULL, finish_so, &err, NULL), OEO_OK);
	assert_true(is_there(&desk->other, "data.db"));
}

/* ---- Under a passphrase */

static void assert_nothing_is_there(const struct desk *desk)
{
	assert_false(is_there(&desk->other, "own.key"));
	assert_false(is_there(&desk->other, "own.card"));
	assert_false(is_there(&desk->other, "cards"));
	assert_false(is_there(&desk->other, "data.db"));
	assert_false(is_there(&desk->other, "restoring"));
}

static bool backup_holds(const struct desk *desk, const char *text)
{
	struct oeo_buf bytes = {0};
	bool holds;

	assert_int_equal(oeo_file_read(&bytes, desk->backup, 1024 * 1024, NULL), OEO_OK);
	holds = memmem(bytes.data, bytes.len, text, strlen(text)) != NULL;
	oeo_buf_fini(&bytes);
	return holds;
}

static void test_with_its_passphrase_everything_comes_back(void **state)
{
	struct desk *desk = *state;
	struct stat status;
	bool is_locked = false;

	assert_int_equal(back_up(desk), OEO_OK);
	assert_true(backup_holds(desk, "kept"));
	assert_int_equal(oeo_backup_is_locked(&is_locked, desk->backup, NULL), OEO_OK);
	assert_false(is_locked);
	assert_int_equal(back_up_locked(desk), OEO_ERR_EXISTS);
	assert_int_equal(unlink(desk->backup), 0);
	assert_int_equal(back_up_locked(desk), OEO_OK);
	assert_false(backup_holds(desk, "kept"));
	assert_false(backup_holds(desk, "own.key"));
	assert_int_equal(oeo_backup_is_locked(&is_locked, desk->backup, NULL), OEO_OK);
	assert_true(is_locked);
	assert_int_equal(stat(desk->backup, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_false(is_there(&desk->home, "backing-up"));
	assert_int_equal(put_back_with(desk, "correct horse", NULL), OEO_OK);
	assert_string_equal(text_of(&desk->other, "own.key"), "key");
	assert_string_equal(text_of(&desk->other, "cards/Zoë and me.txt"), "one");
	assert_false(is_there(&desk->other, "restoring"));
	query(&desk->other, "CREATE TABLE one(x CHECK (x = 1)); INSERT INTO one SELECT count(*) FROM t");
}

static void test_without_the_passphrase_nothing_changes(void **state)
{
	struct desk *desk = *state;
	struct oeo_note why = {""};

	assert_int_equal(back_up_locked(desk), OEO_OK);
	assert_int_equal(put_back(desk, &why), OEO_ERR_CRYPTO);
	assert_non_null(strstr(why.text, "passphrase"));
	assert_nothing_is_there(desk);
	assert_int_equal(put_back_with(desk, "correct horsf", NULL), OEO_ERR_CRYPTO);
	assert_nothing_is_there(desk);
	assert_int_equal(put_back_with(desk, "correct horse", NULL), OEO_OK);
}

static void test_a_damaged_or_cut_off_one_changes_nothing(void **state)
{
	struct desk *desk = *state;
	struct stat status;
	uint8_t byte = 0;
	int fd;

	assert_int_equal(back_up_locked(desk), OEO_OK);
	fd = open(desk->backup, O_RDWR | O_CLOEXEC);
	assert_int_equal(fstat(fd, &status), 0);
	assert_int_equal(pread(fd, &byte, 1, status.st_size - 100), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, status.st_size - 100), 1);
	assert_int_equal(put_back_with(desk, "correct horse", NULL), OEO_ERR_FORMAT);
	assert_nothing_is_there(desk);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, status.st_size - 100), 1);
	assert_int_equal(ftruncate(fd, status.st_size - 1), 0);
	assert_int_equal(put_back_with(desk, "correct horse", NULL), OEO_ERR_FORMAT);
	assert_nothing_is_there(desk);
	(void)close(fd);
}

/* Made before there were passphrases, or without one. */
static void test_one_without_a_passphrase_stays_readable(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(back_up(desk), OEO_OK);
	assert_int_equal(put_back_with(desk, "any", NULL), OEO_OK);
	assert_string_equal(text_of(&desk->other, "own.key"), "key");
}

static void test_what_a_cut_off_one_left_goes_but_not_what_is_being_made(void **state)
{
	struct desk *desk = *state;
	struct oeo_home another = desk->home;
	char path[OEO_PATH_BYTES];

	assert_int_equal(oeo_home_path(path, &desk->home, "backing-up"), OEO_OK);
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(&desk->home, "backing-up/backup", "left");
	another.lock_fd = -1;
	assert_int_equal(oeo_home_lock(&another, "backup", NULL), OEO_OK);
	oeo_backup_sweep(&desk->home);
	assert_true(is_there(&desk->home, "backing-up/backup"));
	assert_int_equal(back_up_locked(desk), OEO_ERR_STATE);
	assert_false(oeo_file_exists(desk->backup));
	oeo_home_close(&another);
	oeo_backup_sweep(&desk->home);
	assert_false(is_there(&desk->home, "backing-up"));
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(&desk->home, "backing-up/backup", "left");
	assert_int_equal(back_up_locked(desk), OEO_OK);
	assert_false(is_there(&desk->home, "backing-up"));
}

/* Somebody gave init then. */
static void test_what_a_cut_off_restore_left_goes(void **state)
{
	struct desk *desk = *state;
	char path[OEO_PATH_BYTES];

	assert_int_equal(oeo_home_path(path, &desk->home, "restoring"), OEO_OK);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(oeo_home_path(path, &desk->home, "restoring/cards"), OEO_OK);
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(&desk->home, "restoring/own.key", "left");
	write_file(&desk->home, "restoring/cards/one", "left");
	oeo_backup_sweep(&desk->home);
	assert_false(is_there(&desk->home, "restoring"));
	assert_true(is_there(&desk->home, "own.key"));
}

static void test_whatever_write_fails_nothing_is_left(void **state)
{
	struct desk *desk = *state;
	unsigned long n = 1;
	enum oeo_err err;

	do {
		failing_vfs_fail_at(n);
		err = n % 2 == 0 ? back_up(desk) : back_up_locked(desk);
		if (failing_vfs_has_failed()) {
			assert_int_equal(err, OEO_ERR_IO);
			assert_false(oeo_file_exists(desk->backup));
			assert_false(is_there(&desk->home, "backing-up"));
		}
		n++;
	} while (failing_vfs_has_failed());
	assert_int_equal(err, OEO_OK);
	assert_true(n > 4);
	(void)unlink(desk->backup);
	failing_vfs_fail_at(0);
	assert_int_equal(back_up_locked(desk), OEO_OK);
	for (n = 1;; n++) {
		failing_vfs_fail_at(n);
		err = put_back_with(desk, "correct horse", NULL);
		if (!failing_vfs_has_failed())
			break;
		assert_int_equal(err, OEO_ERR_IO);
		assert_nothing_is_there(desk);
	}
	assert_int_equal(err, OEO_OK);
	assert_true(n > 4);
	failing_vfs_fail_at(0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_everything_named_comes_back_and_nothing_else),
	    TEST(test_nothing_is_overwritten),
	    TEST(test_without_a_needed_file_there_is_no_backup),
	    TEST(test_what_is_no_backup_of_this_program_is_refused),
	    TEST(test_names_do_not_lead_out_of_the_home),
	    TEST(test_what_is_to_be_done_first_is_done_before_anybody_lives_there),
	    TEST(test_with_its_passphrase_everything_comes_back),
	    TEST(test_without_the_passphrase_nothing_changes),
	    TEST(test_a_damaged_or_cut_off_one_changes_nothing),
	    TEST(test_one_without_a_passphrase_stays_readable),
	    TEST(test_what_a_cut_off_one_left_goes_but_not_what_is_being_made),
	    TEST(test_what_a_cut_off_restore_left_goes),
	    TEST(test_whatever_write_fails_nothing_is_left),
	};

	failing_vfs_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* The drop folder's rules for taking, moving and putting back, and when the daemon is in touch; by a clock of our own. */
#include "intake_fixture.h"

#include <errno.h>

#include "agent/drop.h"
#include "agent/run_crashes.h"
#include "agent/run_schedule.h"
#include "agent/run_state.h"

#define DAY_MS ((int64_t)86400 * 1000)

struct inbox {
	char home[64];
	char path[96];
	struct oeo_drop *drop;
	struct oeo_drop_file file; /* taken last */
};

static int open_inbox(void **state)
{
	struct inbox *inbox = calloc(1, sizeof(*inbox));

	assert_non_null(inbox);
	strcpy(inbox->home, "/tmp/oeo-test-drop-XXXXXX");
	assert_non_null(mkdtemp(inbox->home));
	(void)snprintf(inbox->path, sizeof(inbox->path), "%s/inbox", inbox->home);
	assert_int_equal(oeo_drop_open(&inbox->drop, inbox->path, NULL), OEO_OK);
	*state = inbox;
	return 0;
}

static int close_inbox(void **state)
{
	struct inbox *inbox = *state;

	oeo_drop_close(inbox->drop);
	remove_tree(inbox->home);
	free(inbox);
	return 0;
}

#define WITH_INBOX(test) cmocka_unit_test_setup_teardown(test, open_inbox, close_inbox)

static void put(const struct inbox *inbox, const char *name, const char *text)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", inbox->path, name);
	assert_int_equal(oeo_file_write(path, text, strlen(text), 0600, NULL), OEO_OK);
}

static bool is_there(const struct inbox *inbox, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", inbox->path, name);
	return access(path, F_OK) == 0;
}

/* The name of the file that is taken at this moment; "" where none is. */
static const char *take(struct inbox *inbox, int64_t now_ms)
{
	int64_t again_ms = 0;
	bool has_file = false;

	assert_int_equal(
	    oeo_drop_take(inbox->drop, now_ms, &inbox->file, &has_file, &again_ms, NULL), OEO_OK);
	return has_file ? inbox->file.name : "";
}

/* The name of the file that is there at this moment and was still for two seconds then; "" where none is. */
static const char *take_still(struct inbox *inbox, int64_t now_ms)
{
	assert_string_equal(take(inbox, now_ms), "");
	return take(inbox, now_ms + OEO_DROP_SETTLE_MS);
}

/* Say what came of the file taken last. */
static void finish(struct inbox *inbox, bool is_done)
{
	assert_int_equal(oeo_file_write(inbox->file.report, "said", 4, 0600, NULL), OEO_OK);
	assert_int_equal(oeo_drop_finish(inbox->drop, &inbox->file, is_done, NULL), OEO_OK);
}

/* Close and open it, as a daemon that starts again. */
static void start_again(struct inbox *inbox)
{
	oeo_drop_close(inbox->drop);
	assert_int_equal(oeo_drop_open(&inbox->drop, inbox->path, NULL), OEO_OK);
}

/* Give a file this moment as the one it was written at. */
static void date(const struct inbox *inbox, const char *name, time_t seconds)
{
	const struct timespec times[] = {{seconds, 0}, {seconds, 0}};
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", inbox->path, name);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void test_a_file_is_taken_when_it_was_still_for_two_seconds(void **state)
{
	struct inbox *inbox = *state;

	put(inbox, "a.csv", "one");
	assert_string_equal(take(inbox, 1000), "");
	assert_string_equal(take(inbox, 1000 + OEO_DROP_SETTLE_MS - 1), "");
	put(inbox, "a.csv", "two, later");
	assert_string_equal(take(inbox, 1000 + OEO_DROP_SETTLE_MS), "");
	assert_string_equal(take(inbox, 1000 + 2 * OEO_DROP_SETTLE_MS - 1), "");
	assert_string_equal(take(inbox, 1000 + 2 * OEO_DROP_SETTLE_MS), "a.csv");
	assert_true(is_there(inbox, "busy/a.csv"));
	assert_false(is_there(inbox, "a.csv"));
}

static void test_a_file_that_is_open_for_writing_waits(void **state)
{
	struct inbox *inbox = *state;
	char path[256];
	int writer;

	put(inbox, "a.csv", "one");
	(void)snprintf(path, sizeof(path), "%s/a.csv", inbox->path);
	writer = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(writer >= 0);
	assert_string_equal(take(inbox, 0), "");
	assert_string_equal(take(inbox, 10 * OEO_DROP_BLIND_SETTLE_MS), "");
	assert_int_equal(close(writer), 0);
	assert_string_equal(take(inbox, 10 * OEO_DROP_BLIND_SETTLE_MS + 1), "a.csv");
}

static void test_half_copies_and_hidden_files_are_left_alone(void **state)
{
	struct inbox *inbox = *state;
	static const char *const names[] = {
	    ".a.csv", "a.csv.part", "a.csv.tmp", "a.csv~", "~$a.xlsx", "a.csv.crdownload", "Thumbs.db"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		put(inbox, names[i], "x");
	assert_string_equal(take(inbox, 0), "");
	assert_string_equal(take(inbox, DAY_MS), "");
	assert_int_equal(oeo_drop_count(inbox->path, ""), 0);
}

static void test_nothing_in_done_is_ever_written_over(void **state)
{
	struct inbox *inbox = *state;

	for (int i = 0; i < 3; i++) {
		put(inbox, "a.csv", "x");
		assert_string_equal(take_still(inbox, i * 10 * DAY_MS), "a.csv");
		finish(inbox, true);
	}
	assert_true(is_there(inbox, "done/a.csv") && is_there(inbox, "done/a.csv.txt"));
	assert_true(is_there(inbox, "done/a-2.csv") && is_there(inbox, "done/a-2.csv.txt"));
	assert_true(is_there(inbox, "done/a-3.csv") && is_there(inbox, "done/a-3.csv.txt"));
	assert_int_equal(oeo_drop_count(inbox->path, OEO_DROP_DONE), 3);
	assert_int_equal(oeo_drop_count(inbox->path, OEO_DROP_REFUSED), 0);
}

static void test_what_was_being_read_is_put_back_at_the_next_start(void **state)
{
	struct inbox *inbox = *state;
	char folder[256];

	(void)snprintf(folder, sizeof(folder), "%s/bga", inbox->path);
	assert_int_equal(mkdir(folder, 0700), 0);
	put(inbox, "bga/a.csv", "x");
	assert_string_equal(take_still(inbox, 0), "a.csv");
	assert_string_equal(inbox->file.folder, "bga");
	assert_true(is_there(inbox, "busy/bga/a.csv"));
	/* A new one of that name came meanwhile. */
	put(inbox, "bga/a.csv", "newer");
	start_again(inbox);
	assert_true(is_there(inbox, "bga/a.csv") && is_there(inbox, "bga/a-2.csv"));
	assert_int_equal(oeo_drop_count(inbox->path, ""), 2);
}

static void test_the_longest_name_finds_a_place(void **state)
{
	struct inbox *inbox = *state;
	char name[NAME_MAX + 1];
	char from[512];
	char to[512];

	memset(name, 'n', NAME_MAX);
	name[NAME_MAX] = '\0';
	put(inbox, "a", "x");
	(void)snprintf(from, sizeof(from), "%s/a", inbox->path);
	(void)snprintf(to, sizeof(to), "%s/%s", inbox->path, name);
	assert_int_equal(rename(from, to), 0);
	assert_string_equal(take_still(inbox, 0), name);
	finish(inbox, false);
	assert_int_equal(oeo_drop_count(inbox->path, OEO_DROP_REFUSED), 1);
}

static void test_a_file_that_is_put_back_stays_before_what_was_written_after_it(void **state)
{
	struct inbox *inbox = *state;

	put(inbox, "z-older.csv", "old rows");
	put(inbox, "a-newer.csv", "corrected rows");
	date(inbox, "z-older.csv", 1000);
	date(inbox, "a-newer.csv", 2000);
	assert_string_equal(take(inbox, 0), "");
	for (int64_t i = 1; i <= 3; i++) {
		assert_string_equal(take(inbox, i * OEO_DROP_SETTLE_MS), "z-older.csv");
		assert_int_equal(oeo_drop_put_back(inbox->drop, &inbox->file, NULL), OEO_OK);
	}
	/* And over a start of the daemon. */
	assert_string_equal(take(inbox, 4 * OEO_DROP_SETTLE_MS), "z-older.csv");
	start_again(inbox);
	assert_string_equal(take(inbox, 0), "z-older.csv");
	finish(inbox, true);
	assert_string_equal(take(inbox, OEO_DROP_SETTLE_MS), "a-newer.csv");
}

static void test_a_file_that_is_changed_after_it_was_put_back_has_to_be_still_again(void **state)
{
	struct inbox *inbox = *state;

	put(inbox, "a.csv", "one");
	assert_string_equal(take_still(inbox, 0), "a.csv");
	assert_int_equal(oeo_drop_put_back(inbox->drop, &inbox->file, NULL), OEO_OK);
	put(inbox, "a.csv", "one, and more");
	assert_string_equal(take(inbox, OEO_DROP_SETTLE_MS), "");
	assert_string_equal(take(inbox, 2 * OEO_DROP_SETTLE_MS), "a.csv");
}

static void test_a_file_whose_report_is_empty_or_missing_is_not_finished(void **state)
{
	struct inbox *inbox = *state;

	put(inbox, "a.csv", "one");
	assert_string_equal(take_still(inbox, 0), "a.csv");
	assert_int_equal(oeo_drop_finish(inbox->drop, &inbox->file, true, NULL), OEO_ERR_IO);
	assert_int_equal(oeo_file_write(inbox->file.report, "", 0, 0600, NULL), OEO_OK);
	assert_int_equal(oeo_drop_finish(inbox->drop, &inbox->file, true, NULL), OEO_ERR_IO);
	assert_true(is_there(inbox, "busy/a.csv"));
	assert_false(is_there(inbox, "done/a.csv"));
	finish(inbox, true);
}

static void test_a_folder_of_any_name_is_looked_at(void **state)
{
	struct inbox *inbox = *state;
	char folder[256];

	(void)snprintf(folder, sizeof(folder), "%s/Mijn map", inbox->path);
	assert_int_equal(mkdir(folder, 0700), 0);
	put(inbox, "Mijn map/x.csv", "one");
	assert_int_equal(oeo_drop_count(inbox->path, ""), 1);
	assert_string_equal(take_still(inbox, 0), "x.csv");
	assert_string_equal(inbox->file.folder, "Mijn map");
	finish(inbox, false);
	assert_true(is_there(inbox, "refused/x.csv.txt"));
}

static void test_a_folder_that_cannot_be_made_is_told_with_its_cause(void **state)
{
	struct inbox *inbox = *state;
	struct oeo_drop *drop = NULL;
	struct oeo_note why = {""};
	char path[256];

	put(inbox, "file", "x");
	(void)snprintf(path, sizeof(path), "%s/file/inbox", inbox->path);
	assert_int_equal(oeo_drop_open(&drop, path, &why), OEO_ERR_IO);
	assert_non_null(strstr(why.text, strerror(ENOTDIR)));
	assert_non_null(strstr(why.text, "--inbox"));
}

static void test_crashes_are_counted_for_each_file(void **state)
{
	struct oeo_crashes crashes = {0};

	(void)state;
	assert_int_equal(oeo_crashes_count(&crashes, 1, 10), 1);
	assert_int_equal(oeo_crashes_count(&crashes, 1, 11), 1);
	assert_int_equal(oeo_crashes_count(&crashes, 2, 10), 1);
	assert_int_equal(oeo_crashes_count(&crashes, 1, 10), 2);
	oeo_crashes_forget(&crashes, 1, 11);
	assert_int_equal(oeo_crashes_count(&crashes, 1, 10), 3);
	assert_int_equal(oeo_crashes_count(&crashes, 1, 11), 1);
	for (ino_t i = 100; i < 100 + OEO_CRASHES_FILES; i++)
		assert_int_equal(oeo_crashes_count(&crashes, 1, i), 1);
	assert_int_equal(oeo_crashes_count(&crashes, 1, 10), 1);
}

/* ---- When */

static void test_a_sign_of_life_comes_within_a_day(void **state)
{
	struct oeo_schedule schedule;

	(void)state;
	for (int i = 0; i < 200; i++) {
		oeo_schedule_init(&schedule, 5000);
		assert_true(oeo_schedule_is_due(&schedule, 5000, 0));
		oeo_schedule_note_success(&schedule, 5000);
		assert_false(oeo_schedule_is_due(&schedule, 5000 + DAY_MS - 4 * 3600 * 1000 - 1, 0));
		assert_true(oeo_schedule_is_due(&schedule, 5000 + DAY_MS, 0));
	}
}

static void test_a_moment_comes_by_the_clock_of_the_day(void **state)
{
	struct oeo_schedule schedule;

	(void)state;
	oeo_schedule_init(&schedule, 0);
	oeo_schedule_note_success(&schedule, 0);
	schedule.moment_s = 1000;
	assert_false(oeo_schedule_is_due(&schedule, 1, 999));
	assert_true(oeo_schedule_is_due(&schedule, 1, 1000));
	assert_int_equal(oeo_schedule_next_s(&schedule, 1, 500), 1000);
	/* What failed is not tried again and again because its moment has passed. */
	oeo_schedule_note_failure(&schedule, 1);
	assert_false(oeo_schedule_is_due(&schedule, 2, 1000));
}

static void test_tries_become_rarer_up_to_an_hour(void **state)
{
	struct oeo_schedule schedule;
	int64_t now_ms = 0;

	(void)state;
	oeo_schedule_init(&schedule, now_ms);
	for (int i = 0; i < 20; i++) {
		int64_t most_ms = i < 6 ? (int64_t)60000 << i : 3600000;

		oeo_schedule_note_failure(&schedule, now_ms);
		assert_true(schedule.beat_ms - now_ms >= (most_ms < 3600000 ? most_ms : 3600000) * 3 / 4);
		assert_true(schedule.beat_ms - now_ms <= 3600000);
		now_ms = schedule.beat_ms;
	}
	oeo_schedule_note_success(&schedule, now_ms);
	assert_int_equal(schedule.n_failures, 0);
}

/* ---- What status reads */

static void test_the_state_is_read_back_and_a_dead_daemon_is_known(void **state)
{
	struct inbox *inbox = *state;
	struct oeo_run_state written = {
	    .pid = 1, .started_s = 5, .next_s = 6, .doing = OEO_RUN_IMPORTS, .percent = 42};
	struct oeo_run_state read;
	struct oeo_home home;
	bool is_running = true;

	assert_int_equal(oeo_home_open(&home, inbox->home, NULL), OEO_OK);
	assert_int_equal(oeo_run_state_load(&read, &is_running, &home), OEO_ERR_NOT_FOUND);
	written.pid = getpid();
	strcpy(written.file, "a\nb.csv");
	strcpy(written.inbox, inbox->path);
	assert_int_equal(oeo_run_state_save(&home, &written), OEO_OK);
	assert_int_equal(oeo_run_state_load(&read, &is_running, &home), OEO_OK);
	assert_true(is_running);
	assert_int_equal(read.percent, 42);
	assert_string_equal(read.file, "a?b.csv");
	assert_string_equal(read.form, "");
	written.doing = OEO_RUN_STOPPED;
	assert_int_equal(oeo_run_state_save(&home, &written), OEO_OK);
	assert_int_equal(oeo_run_state_load(&read, &is_running, &home), OEO_OK);
	assert_false(is_running);
	written.doing = OEO_RUN_WAITS;
	written.pid = 0x7FFFFFF0; /* above any process id */
	assert_int_equal(oeo_run_state_save(&home, &written), OEO_OK);
	assert_int_equal(oeo_run_state_load(&read, &is_running, &home), OEO_OK);
	assert_false(is_running);
	oeo_home_close(&home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_INBOX(test_a_file_is_taken_when_it_was_still_for_two_seconds),
	    WITH_INBOX(test_a_file_that_is_open_for_writing_waits),
	    WITH_INBOX(test_half_copies_and_hidden_files_are_left_alone),
	    WITH_INBOX(test_nothing_in_done_is_ever_written_over),
	    WITH_INBOX(test_what_was_being_read_is_put_back_at_the_next_start),
	    WITH_INBOX(test_the_longest_name_finds_a_place),
	    WITH_INBOX(test_a_file_that_is_put_back_stays_before_what_was_written_after_it),
	    WITH_INBOX(test_a_file_that_is_changed_after_it_was_put_back_has_to_be_still_again),
	    WITH_INBOX(test_a_file_whose_report_is_empty_or_missing_is_not_finished),
	    WITH_INBOX(test_a_folder_of_any_name_is_looked_at),
	    WITH_INBOX(test_a_folder_that_cannot_be_made_is_told_with_its_cause),
	    cmocka_unit_test(test_crashes_are_counted_for_each_file),
	    cmocka_unit_test(test_a_sign_of_life_comes_within_a_day),
	    cmocka_unit_test(test_a_moment_comes_by_the_clock_of_the_day),
	    cmocka_unit_test(test_tries_become_rarer_up_to_an_hour),
	    WITH_INBOX(test_the_state_is_read_back_and_a_dead_daemon_is_known),
	};

	assert_true(sodium_init() >= 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

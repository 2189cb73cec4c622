/* SPDX-License-Identifier: EUPL-1.2 */
/* Files that residents stand in outside the ledger: which there are, which are too old, and which may be deleted. */
#include "rights_fixture.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "agent/drop.h"
#include "agent/drop_folder.h"
#include "agent/leftovers.h"
#include "agent/retention.h"
#include "agent/run_state.h"
#include "agent/status.h"

#define DAY_S ((int64_t)24 * 3600)

static const char *inbox(struct rights_world *world)
{
	static char path[OEO_PATH_BYTES];

	assert_int_equal(oeo_leftovers_inbox(path, &world->fixture.home), OEO_OK);
	return path;
}

static void make_folder(struct rights_world *world, const char *name)
{
	char path[OEO_PATH_BYTES];

	assert_true(oeo_drop_join(path, inbox(world), "", name));
	assert_int_equal(mkdir(path, 0700), 0);
}

static void make_folders(struct rights_world *world)
{
	static const char *const names[] = {"", "busy", "done", "refused", "bga"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		make_folder(world, names[i]);
}

/* A file that was written at noon of that day. */
static void lay(struct rights_world *world, const char *folder, const char *name, const char *day)
{
	struct timeval times[2] = {{0, 0}, {0, 0}};
	char path[OEO_PATH_BYTES];
	int64_t number = 0;

	assert_true(oeo_drop_join(path, inbox(world), folder, name));
	assert_int_equal(oeo_file_write(path, "x", 1, 0600, NULL), OEO_OK);
	assert_int_equal(oeo_day_parse(&number, day), OEO_OK);
	times[0].tv_sec = times[1].tv_sec = number * DAY_S + DAY_S / 2;
	assert_int_equal(utimes(path, times), 0);
}

/* With its report. */
static void lay_read(struct rights_world *world, const char *folder, const char *name, const char *day)
{
	char report[64];

	lay(world, folder, name, day);
	(void)snprintf(report, sizeof(report), "%s.txt", name);
	lay(world, folder, report, "2025-12-31");
}

static bool lies(struct rights_world *world, const char *folder, const char *name)
{
	char path[OEO_PATH_BYTES];

	assert_true(oeo_drop_join(path, inbox(world), folder, name));
	return oeo_file_exists(path);
}

static struct oeo_leftovers find(struct rights_world *world)
{
	struct oeo_leftovers found;

	assert_int_equal(oeo_leftovers_find(&found, &world->agent), OEO_OK);
	return found;
}

/* What is told of it has these words. */
static void assert_told(const struct oeo_leftovers *found, const char *words)
{
	struct oeo_buf text = {0};

	assert_int_equal(oeo_leftovers_print(&text, found), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	assert_non_null(strstr((char *)text.data, words));
	oeo_buf_fini(&text);
}

/* As JSON, owned by the caller: so many places. */
static json_t *in_json(const struct oeo_leftovers *found, size_t n_places)
{
	json_t *json = oeo_leftovers_to_json(found);

	assert_int_equal(json_array_size(json), n_places);
	return json;
}

static void test_without_a_drop_folder_there_are_none(void **state)
{
	struct oeo_leftovers found = find(*state);
	struct oeo_buf text = {0};

	assert_int_equal(found.n, 0);
	assert_int_equal(oeo_leftovers_print(&text, &found), OEO_OK);
	assert_int_equal(text.len, 0);
	oeo_buf_fini(&text);
}

static void test_files_are_counted_by_folder_without_their_reports(void **state)
{
	struct rights_world *world = *state;
	struct oeo_leftovers found;

	make_folders(world);
	lay_read(world, "done", "a.csv", "2025-03-01");
	lay(world, "done", "b.csv", "2025-01-15");
	lay_read(world, "refused", "c.csv", "2025-06-01");
	lay(world, "", "d.csv", "2025-07-01");
	lay(world, "bga", "e.csv", "2025-08-01");
	lay(world, "busy", "f.csv", "2025-09-01");
	lay(world, "", ".hidden", "2025-01-01");
	found = find(world);
	assert_int_equal(found.n, 6);
	assert_int_equal(found.places[OEO_LEFTOVER_DONE].n, 2);
	assert_int_equal(found.places[OEO_LEFTOVER_REFUSED].n, 1);
	assert_int_equal(found.places[OEO_LEFTOVER_WAITING].n, 3);
	assert_told(&found, "done: 2 file(s) that were read, written from 2025-01-15 to 2025-03-01");
	assert_told(&found, "inbox: 3 file(s) to be read, written from 2025-07-01 to 2025-09-01");
	json_decref(in_json(&found, 3));
}

/* A text is a report only beside what it is the report of. */
static void test_a_text_beside_no_file_of_its_name_is_a_file(void **state)
{
	struct rights_world *world = *state;

	make_folders(world);
	make_folder(world, "done/bga");
	lay_read(world, "done", "a.csv", "2025-03-01");
	lay(world, "done", "b.csv.txt", "2025-03-01");
	lay(world, "done", "b.csv-1", "2025-03-01");
	lay(world, "done", ".txt", "2025-03-01"); /* hidden: none at all */
	lay(world, "done/bga", "a.csv.txt", "2025-03-01");
	lay_read(world, "done/bga", "b.csv", "2025-03-01");
	lay_read(world, "done", "c.txt", "2025-03-01");
	make_folder(world, "done/d.csv");
	lay(world, "done", "d.csv.txt", "2025-03-01");
	assert_int_equal(find(world).places[OEO_LEFTOVER_DONE].n, 7);
	assert_int_equal(oeo_drop_count(inbox(world), "done"), 7);
}

/* Root may look into every folder: what cannot be looked into is a loop here. */
static void test_a_folder_that_cannot_be_looked_into_is_told(void **state)
{
	struct rights_world *world = *state;
	char path[OEO_PATH_BYTES];
	struct oeo_leftovers found;
	json_t *json;

	make_folder(world, "");
	make_folder(world, "done");
	assert_true(oeo_drop_join(path, inbox(world), "", "refused"));
	assert_int_equal(symlink("refused", path), 0);
	found = find(world);
	assert_false(found.places[OEO_LEFTOVER_WAITING].is_closed);
	assert_false(found.places[OEO_LEFTOVER_DONE].is_closed);
	assert_true(found.places[OEO_LEFTOVER_REFUSED].is_closed);
	assert_told(&found, "refused: you may not look into it");
	json = in_json(&found, 2); /* the loop itself is a file that waits */
	assert_true(json_is_false(json_object_get(json_array_get(json, 0), "closed")));
	assert_true(json_is_true(json_object_get(json_array_get(json, 1), "closed")));
	assert_true(json_is_null(json_object_get(json_array_get(json, 1), "from")));
	json_decref(json);
}

/* What is being read, in busy/, cannot be there then, and does not make it open. */
static void test_a_closed_drop_folder_stays_so(void **state)
{
	struct rights_world *world = *state;

	assert_int_equal(oeo_file_write(inbox(world), "x", 1, 0600, NULL), OEO_OK);
	assert_true(find(world).places[OEO_LEFTOVER_WAITING].is_closed);
}

static void test_a_closed_sub_folder_is_told(void **state)
{
	struct rights_world *world = *state;
	char path[OEO_PATH_BYTES];
	DIR *opened;
	bool is_closed;

	make_folders(world);
	assert_true(oeo_drop_join(path, inbox(world), "bga", ""));
	assert_int_equal(chmod(path, 0), 0);
	opened = opendir(path);
	is_closed = find(world).places[OEO_LEFTOVER_WAITING].is_closed;
	assert_int_equal(chmod(path, 0700), 0);
	/* Root looks into every folder. */
	assert_true(is_closed == (opened == NULL));
	if (opened != NULL)
		(void)closedir(opened);
}

static void test_folders_in_folders_are_told(void **state)
{
	struct rights_world *world = *state;
	struct oeo_leftovers found;

	make_folders(world);
	make_folder(world, "bga/old");
	make_folder(world, "done/2025");
	make_folder(world, "done/2025/march");
	lay(world, "bga/old", "a.csv", "2025-03-01");
	lay(world, "done/2025/march", "b.csv", "2025-03-01");
	found = find(world);
	assert_int_equal(found.n, 0);
	assert_told(&found, "inbox: folders in a folder");
	assert_told(&found, "done: folders in a folder");
	json_decref(in_json(&found, 2));
}

static size_t n_allocs_left;

static void *alloc_some(size_t bytes)
{
	return n_allocs_left > 0 && n_allocs_left-- > 0 ? malloc(bytes) : NULL;
}

static void test_without_memory_no_place_is_left_out(void **state)
{
	struct rights_world *world = *state;
	struct oeo_leftovers found;
	json_t *json = NULL;
	size_t n = 0;

	make_folders(world);
	lay(world, "done", "a.csv", "2025-03-01");
	lay(world, "refused", "b.csv", "2025-03-01");
	found = find(world);
	json_set_alloc_funcs(alloc_some, free);
	for (; json == NULL && n < 1000; n++) {
		n_allocs_left = n;
		json = oeo_leftovers_to_json(&found);
	}
	json_set_alloc_funcs(malloc, free);
	assert_true(n > 10);
	assert_int_equal(json_array_size(json), 2);
	json_decref(json);
}

static void test_files_are_too_old_when_the_names_of_their_day_are_erased(void **state)
{
	struct rights_world *world = *state;
	char day[OEO_DATE_BYTES];
	struct oeo_leftovers found;

	make_folders(world);
	lay(world, "done", "a.csv", "2025-12-30");
	lay(world, "done", "b.csv", "2025-12-31");
	lay(world, "done", "c.csv", "2026-01-01");
	lay(world, "refused", "d.csv", "2025-01-31");
	lay(world, "refused", "e.csv", "2025-02-01");
	freeze_period(world, "2025-01", OEO_STAGE_RELEASED, true); /* the year is still kept for */
	freeze_period(world, "2025", OEO_STAGE_READY, true);
	found = find(world);
	assert_true(found.over_day == INT64_MIN);
	assert_int_equal(found.places[OEO_LEFTOVER_DONE].n_over, 0);
	freeze_period(world, "2025", OEO_STAGE_SUBMITTED, true);
	found = find(world);
	oeo_day_format(day, found.over_day);
	assert_string_equal(day, "2025-12-31");
	assert_int_equal(found.places[OEO_LEFTOVER_DONE].n_over, 2);
	assert_int_equal(found.places[OEO_LEFTOVER_REFUSED].n_over, 2);
}

static void test_less_is_kept_where_the_coordinator_chose_so(void **state)
{
	struct rights_world *world = *state;

	make_folders(world);
	lay(world, "refused", "d.csv", "2025-01-31");
	lay(world, "refused", "e.csv", "2025-02-01");
	freeze_period(world, "2025-01", OEO_STAGE_RELEASED, true);
	assert_int_equal(oeo_retention_save(world->fixture.ledger, OEO_MONTH), OEO_OK);
	assert_int_equal(find(world).places[OEO_LEFTOVER_REFUSED].n_over, 1);
}

/* ---- Deleting */

static void test_by_default_files_are_kept(void **state)
{
	struct rights_world *world = *state;
	unsigned days = 7;

	assert_int_equal(oeo_keep_files_load(&days, world->fixture.ledger), OEO_OK);
	assert_int_equal(days, 0);
	assert_int_equal(oeo_keep_files_save(world->fixture.ledger, OEO_KEEP_FILES_MOST), OEO_OK);
	assert_int_equal(oeo_keep_files_load(&days, world->fixture.ledger), OEO_OK);
	assert_int_equal(days, OEO_KEEP_FILES_MOST);
	assert_int_equal(oeo_keep_files_save(world->fixture.ledger, OEO_KEEP_FILES_MOST + 1), OEO_OK);
	assert_int_equal(oeo_keep_files_load(&days, world->fixture.ledger), OEO_ERR_FORMAT);
	assert_int_equal(oeo_ledger_put(world->fixture.ledger, "settings", "keep-files", "x", 1), OEO_OK);
	assert_int_equal(oeo_keep_files_load(&days, world->fixture.ledger), OEO_ERR_FORMAT);
	assert_int_equal(days, OEO_KEEP_FILES_MOST);
}

/* When the file, or where it is later its report, was put there; seconds. */
static int64_t read_at(struct rights_world *world, const char *name)
{
	struct oeo_drop_entry entry;
	char path[OEO_PATH_BYTES];

	assert_true(oeo_drop_join(path, inbox(world), "done", name));
	assert_true(oeo_drop_describe(&entry, path));
	return entry.changed_ns / 1000000000;
}

static size_t delete_read(struct rights_world *world, unsigned days, int64_t now_s, bool is_done)
{
	size_t n = 99;

	assert_int_equal(oeo_leftovers_delete_read(&n, inbox(world), days, now_s, is_done), OEO_OK);
	return n;
}

static void test_a_file_goes_when_it_has_been_there_for_so_long(void **state)
{
	struct rights_world *world = *state;
	int64_t read_s;

	make_folders(world);
	lay_read(world, "done", "a.csv", "2024-01-01"); /* an old export, read today */
	read_s = read_at(world, "a.csv.txt");
	assert_int_equal(delete_read(world, 30, read_s + 30 * DAY_S - 1, true), 0);
	assert_int_equal(delete_read(world, 30, 0, true), 0); /* a clock that has stopped */
	assert_int_equal(delete_read(world, 30, read_s + 30 * DAY_S, false), 1);
	assert_true(lies(world, "done", "a.csv"));
	assert_int_equal(delete_read(world, 30, read_s + 30 * DAY_S, true), 1);
	assert_false(lies(world, "done", "a.csv"));
	assert_false(lies(world, "done", "a.csv.txt"));
	assert_int_equal(delete_read(world, 30, read_s + 30 * DAY_S, true), 0);
}

static void test_only_what_the_program_put_in_done_goes(void **state)
{
	struct rights_world *world = *state;
	int64_t later_s = (int64_t)time(NULL) + 400 * DAY_S;

	make_folders(world);
	make_folder(world, "done/2025");
	lay(world, "done", "mine.csv", "2024-01-01"); /* without a report */
	lay(world, "done", "notes.txt", "2024-01-01");
	lay_read(world, "done/2025", "moved.csv", "2024-01-01"); /* somebody put it aside */
	lay_read(world, "refused", "a.csv", "2024-01-01");
	lay_read(world, "", "b.csv", "2024-01-01");
	lay_read(world, "done", "read.csv", "2024-01-01");
	assert_int_equal(delete_read(world, 1, later_s, true), 1);
	assert_false(lies(world, "done", "read.csv"));
	assert_true(lies(world, "done/2025", "moved.csv"));
	assert_true(lies(world, "done", "mine.csv"));
	assert_true(lies(world, "done", "notes.txt"));
	assert_true(lies(world, "refused", "a.csv"));
	assert_true(lies(world, "refused", "a.csv.txt"));
	assert_true(lies(world, "", "b.csv"));
}

static void test_a_folder_that_is_not_there_is_an_error(void **state)
{
	struct rights_world *world = *state;
	size_t n = 3;

	assert_int_equal(oeo_leftovers_delete_read(&n, inbox(world), 1, 0, true), OEO_ERR_IO);
	assert_int_equal(n, 3);
}

/* ---- Folders in folders */

static void test_folders_in_folders_are_counted_and_named(void **state)
{
	struct rights_world *world = *state;
	struct oeo_drop *drop = NULL;
	struct oeo_drop_file file;
	bool has_file = true;
	int64_t again_ms = 0;
	char *first = NULL;
	size_t n = 9;

	make_folders(world);
	lay(world, "bga", "a.csv", "2025-01-01");
	make_folder(world, "bga/empty");
	make_folder(world, "done/2025");
	lay(world, "done/2025", "a.csv", "2025-01-01");
	assert_int_equal(oeo_drop_find_deep(inbox(world), &n, &first), OEO_OK);
	assert_int_equal(n, 0);
	assert_null(first);
	make_folder(world, "bga/old");
	make_folder(world, "bga/more");
	lay(world, "bga/old", "b.csv", "2025-01-01");
	lay(world, "bga/more", "c.csv", "2025-01-01");
	assert_int_equal(oeo_drop_find_deep(inbox(world), &n, &first), OEO_OK);
	assert_int_equal(n, 2);
	assert_string_equal(first, "bga/more");
	free(first);
	assert_int_equal(oeo_drop_open(&drop, inbox(world), NULL), OEO_OK);
	assert_int_equal(oeo_drop_count_deep(drop), 0); /* it has not looked */
	assert_int_equal(oeo_drop_take(drop, 1000000, &file, &has_file, &again_ms, NULL), OEO_OK);
	assert_false(has_file); /* not settled yet */
	assert_int_equal(oeo_drop_count_deep(drop), 2);
	assert_int_equal(
	    oeo_drop_take(drop, 1000000 + OEO_DROP_BLIND_SETTLE_MS, &file, &has_file, &again_ms, NULL),
	    OEO_OK);
	assert_true(has_file);
	assert_string_equal(file.name, "a.csv");
	assert_int_equal(oeo_drop_count(inbox(world), ""), 0); /* those are not files that wait */
	oeo_drop_close(drop);
}

/* An escape sequence, and a byte that is no UTF-8. */
static void test_the_name_of_a_folder_in_a_folder_is_shown_safely(void **state)
{
	struct rights_world *world = *state;
	struct oeo_run_state run = {.doing = OEO_RUN_STOPPED};
	struct oeo_status status;
	json_t *json;

	make_folders(world);
	make_folder(world, "bga/\x1b[2J\xff");
	lay(world, "bga/\x1b[2J\xff", "a.csv", "2025-01-01");
	(void)snprintf(run.inbox, sizeof(run.inbox), "%s", inbox(world));
	assert_int_equal(oeo_run_state_save(&world->fixture.home, &run), OEO_OK);
	assert_int_equal(oeo_status_gather(&status, &world->agent, NULL), OEO_OK);
	assert_string_equal(status.run.deep, "bga/?[2J?");
	json = oeo_status_to_json(&status);
	assert_true(status.n_todo > 0);
	assert_int_equal(json_array_size(json_object_get(json, "todo")), status.n_todo);
	json_decref(json);
	oeo_status_fini(&status);
}

#define RIGHTS_TEST(name) cmocka_unit_test_setup_teardown(name, rights_setup, rights_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    RIGHTS_TEST(test_without_a_drop_folder_there_are_none),
	    RIGHTS_TEST(test_files_are_counted_by_folder_without_their_reports),
	    RIGHTS_TEST(test_a_text_beside_no_file_of_its_name_is_a_file),
	    RIGHTS_TEST(test_a_folder_that_cannot_be_looked_into_is_told),
	    RIGHTS_TEST(test_a_closed_drop_folder_stays_so),
	    RIGHTS_TEST(test_a_closed_sub_folder_is_told),
	    RIGHTS_TEST(test_folders_in_folders_are_told),
	    RIGHTS_TEST(test_without_memory_no_place_is_left_out),
	    RIGHTS_TEST(test_files_are_too_old_when_the_names_of_their_day_are_erased),
	    RIGHTS_TEST(test_less_is_kept_where_the_coordinator_chose_so),
	    RIGHTS_TEST(test_by_default_files_are_kept),
	    RIGHTS_TEST(test_a_file_goes_when_it_has_been_there_for_so_long),
	    RIGHTS_TEST(test_only_what_the_program_put_in_done_goes),
	    RIGHTS_TEST(test_a_folder_that_is_not_there_is_an_error),
	    RIGHTS_TEST(test_folders_in_folders_are_counted_and_named),
	    RIGHTS_TEST(test_the_name_of_a_folder_in_a_folder_is_shown_safely),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

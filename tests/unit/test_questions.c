/* SPDX-License-Identifier: EUPL-1.2 */
#include "intake_fixture.h"

#include <sqlite3.h>

#include "failing_alloc.h"

static struct oeo_period period(const char *text)
{
	struct oeo_period result;

	assert_int_equal(oeo_period_parse(&result, text), OEO_OK);
	return result;
}

static struct oeo_question question(
    struct fixture *fixture, const char *record, const char *day, const char *code)
{
	struct oeo_question made = {.n_fields = 3, .n_dimensions = 2};

	oeo_ledger_record_hash(fixture->ledger, made.record, "test", record);
	assert_int_equal(oeo_day_parse(&made.day, day), OEO_OK);
	made.identity[0] = strdup("1960-06-05");
	made.identity[1] = strdup("7601AA");
	made.identity[2] = strdup("zandstra");
	strcpy(made.dimensions[0], "question");
	strcpy(made.codes[0], code);
	strcpy(made.dimensions[1], "area");
	strcpy(made.codes[1], OEO_UNKNOWN);
	return made;
}

/* Put a question and say what came of it and where it counts ("added 2025-03 late"). */
static const char *put(struct fixture *fixture, const char *record, const char *day, const char *code)
{
	static const char *const names[] = {"", "added", "known", "changed", "frozen"};
	static char text[64];
	struct oeo_question made = question(fixture, record, day, code);
	enum oeo_put_result tried = OEO_PUT_FROZEN;
	enum oeo_put_result result = OEO_PUT_FROZEN;
	char base[OEO_PERIOD_BYTES];

	assert_int_equal(oeo_ledger_try_question(fixture->ledger, fixture->plan, &made, &tried), OEO_OK);
	assert_int_equal(oeo_ledger_put_question(fixture->ledger, fixture->plan, &made, &result), OEO_OK);
	assert_int_equal(tried, result);
	oeo_period_format(base, &made.base);
	(void)snprintf(text, sizeof(text), "%s %s%s", names[result], base, made.is_late ? " late" : "");
	oeo_question_fini(&made);
	return text;
}

static enum oeo_err list(void *context, const struct oeo_question *found)
{
	struct oeo_buf *text = context;
	char base[OEO_PERIOD_BYTES];
	char day[OEO_DATE_BYTES];

	oeo_period_format(base, &found->base);
	oeo_day_format(day, found->day);
	return oeo_buf_printf(text, "%s %s%s %s %s %s %s %s;", day, base, found->is_late ? " late" : "",
	    found->codes[0], found->identity[0], found->identity[1], found->identity[2],
	    found->member_number != NULL ? found->member_number : "-");
}

static void assert_list(struct fixture *fixture, const char *wanted)
{
	struct oeo_buf text = {0};

	assert_int_equal(oeo_ledger_each_question(fixture->ledger, list, &text), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	assert_string_equal((char *)text.data, wanted);
	oeo_buf_fini(&text);
}

static void test_question_comes_back_whole(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_question made = question(fixture, "1", "2025-02-03", "ZO01");
	enum oeo_put_result result;

	made.member_number = strdup("k42");
	made.is_unmapped = true;
	assert_int_equal(oeo_ledger_put_question(fixture->ledger, fixture->plan, &made, &result), OEO_OK);
	assert_int_equal(result, OEO_PUT_ADDED);
	oeo_question_fini(&made);
	fixture_reopen(fixture);
	assert_list(fixture, "2025-02-03 2025-02 ZO01 1960-06-05 7601AA zandstra k42;");
	assert_false(folder_holds(fixture->home.path, "zandstra"));
	assert_false(folder_holds(fixture->home.path, "ZO01"));
}

static void test_question_is_added_once(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(put(fixture, "1", "2025-02-03", "ZO01"), "added 2025-02");
	assert_string_equal(put(fixture, "1", "2025-02-03", "ZO01"), "known 2025-02");
	assert_string_equal(put(fixture, "2", "2025-02-03", "ZO01"), "added 2025-02");
	assert_int_equal(count_items(fixture->ledger, "question"), 2);
}

static void test_question_trying_stores_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_question made = question(fixture, "1", "2025-02-03", "ZO01");
	enum oeo_put_result result;

	assert_int_equal(oeo_ledger_try_question(fixture->ledger, fixture->plan, &made, &result), OEO_OK);
	assert_int_equal(result, OEO_PUT_ADDED);
	assert_int_equal(count_items(fixture->ledger, "question"), 0);
	oeo_question_fini(&made);
}

static void test_changed_question_replaces_while_its_base_is_open(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(put(fixture, "1", "2025-02-03", "ZO01"), "added 2025-02");
	assert_string_equal(put(fixture, "1", "2025-02-03", "ZO02"), "changed 2025-02");
	assert_string_equal(put(fixture, "1", "2025-03-03", "ZO02"), "changed 2025-03");
	assert_list(fixture, "2025-03-03 2025-03 ZO02 1960-06-05 7601AA zandstra -;");
}

static void test_question_of_a_closed_base_is_frozen(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_period base = period("2025-02");

	assert_string_equal(put(fixture, "1", "2025-02-03", "ZO01"), "added 2025-02");
	assert_int_equal(oeo_ledger_close_base(fixture->ledger, &base), OEO_OK);
	assert_string_equal(put(fixture, "1", "2025-02-03", "ZO01"), "known 2025-02");
	assert_string_equal(put(fixture, "1", "2025-02-03", "ZO02"), "frozen 2025-02");
	assert_list(fixture, "2025-02-03 2025-02 ZO01 1960-06-05 7601AA zandstra -;");
	assert_int_equal(oeo_ledger_reopen_base(fixture->ledger, &base), OEO_OK);
	assert_string_equal(put(fixture, "1", "2025-02-03", "ZO02"), "changed 2025-02");
}

static void test_late_question_counts_in_the_earliest_open_base(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_period february = period("2025-02");
	struct oeo_period march = period("2025-03");

	assert_int_equal(oeo_ledger_close_base(fixture->ledger, &february), OEO_OK);
	assert_int_equal(oeo_ledger_close_base(fixture->ledger, &march), OEO_OK);
	assert_string_equal(put(fixture, "1", "2025-01-31", "ZO01"), "added 2025-01");
	assert_string_equal(put(fixture, "2", "2025-02-28", "ZO01"), "added 2025-04 late");
	assert_string_equal(put(fixture, "3", "2025-04-01", "ZO01"), "added 2025-04");
	/* Known again, it stays where it counts; changed, it may still move. */
	assert_string_equal(put(fixture, "2", "2025-02-28", "ZO01"), "known 2025-04 late");
	assert_string_equal(put(fixture, "2", "2025-02-28", "ZO02"), "changed 2025-04 late");
	assert_string_equal(put(fixture, "2", "2025-05-01", "ZO02"), "changed 2025-05");
}

static void test_missed_base_moves_to_the_next_open_one(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_period february = period("2025-02");
	struct oeo_period march = period("2025-03");
	struct oeo_period quarter = period("2025-Q1");
	size_t n = 0;

	(void)put(fixture, "1", "2025-02-03", "ZO01");
	(void)put(fixture, "2", "2025-02-04", "ZO01");
	(void)put(fixture, "3", "2025-05-04", "ZO01");
	assert_int_equal(oeo_ledger_close_base(fixture->ledger, &march), OEO_OK);
	assert_int_equal(
	    oeo_ledger_move_missed(fixture->ledger, fixture->plan, &quarter, NULL), OEO_ERR_RANGE);
	assert_int_equal(oeo_ledger_move_missed(fixture->ledger, fixture->plan, &february, &n), OEO_OK);
	assert_int_equal(n, 2);
	assert_string_equal(put(fixture, "1", "2025-02-03", "ZO01"), "known 2025-04 late");
	assert_string_equal(put(fixture, "3", "2025-05-04", "ZO01"), "known 2025-05");
	assert_string_equal(put(fixture, "4", "2025-02-05", "ZO01"), "added 2025-04 late");
}

static void test_a_base_that_is_open_again_takes_its_questions_back(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_period february = period("2025-02");
	struct oeo_period march = period("2025-03");

	(void)put(fixture, "1", "2025-02-03", "ZO01");
	assert_int_equal(oeo_ledger_move_missed(fixture->ledger, fixture->plan, &february, NULL), OEO_OK);
	assert_string_equal(put(fixture, "2", "2025-02-04", "ZO01"), "added 2025-03 late");
	assert_int_equal(oeo_ledger_take_back(fixture->ledger, &february), OEO_OK);
	assert_string_equal(put(fixture, "1", "2025-02-03", "ZO01"), "known 2025-02");
	assert_string_equal(put(fixture, "2", "2025-02-04", "ZO02"), "changed 2025-02");
	/* What has left with a later period stays there. */
	assert_int_equal(oeo_ledger_move_missed(fixture->ledger, fixture->plan, &february, NULL), OEO_OK);
	assert_int_equal(oeo_ledger_close_base(fixture->ledger, &march), OEO_OK);
	assert_int_equal(oeo_ledger_take_back(fixture->ledger, &february), OEO_OK);
	assert_string_equal(put(fixture, "1", "2025-02-03", "ZO01"), "known 2025-03 late");
}

static void test_question_has_identity_only_with_every_field(void **state)
{
	struct oeo_question made = question(*state, "1", "2025-02-03", "ZO01");

	assert_true(oeo_question_has_identity(&made));
	made.identity[1][0] = '\0';
	assert_false(oeo_question_has_identity(&made));
	oeo_question_fini(&made);
	assert_false(oeo_question_has_identity(&made));
}

/* A size must not tell which code or name is in it. */
static void test_stored_questions_have_one_size(void **state)
{
	struct fixture *fixture = *state;
	char path[OEO_PATH_BYTES];
	sqlite3_stmt *statement = NULL;
	sqlite3 *db = NULL;

	(void)put(fixture, "1", "2025-02-03", "ZO01");
	(void)put(fixture, "2", "2025-02-03", "an-extremely-long-code.of-32-chr");
	assert_int_equal(oeo_home_path(path, &fixture->home, "ledger.db"), OEO_OK);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db,
		"SELECT count(DISTINCT length(value)), count(*) FROM item WHERE collection = 'question'", -1,
		&statement, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(statement, 0), 1);
	assert_int_equal(sqlite3_column_int(statement, 1), 2);
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
}

/* However many allocations succeed first: an error leaves the ledger as it was, or the call succeeds. */
static void test_question_survives_every_failing_allocation(void **state)
{
	struct fixture *fixture = *state;
	enum oeo_err err = OEO_ERR_NOMEM;
	enum oeo_put_result result;

	(void)put(fixture, "0", "2025-02-03", "ZO01");
	for (long n = 0; err != OEO_OK && n < 2000; n++) {
		struct oeo_question made = question(fixture, "1", "2025-02-03", "ZO01");

		alloc_fail_after(n);
		err = oeo_ledger_put_question(fixture->ledger, fixture->plan, &made, &result);
		alloc_fail_never();
		assert_int_equal(count_items(fixture->ledger, "question"), err == OEO_OK ? 2 : 1);
		oeo_question_fini(&made);
	}
	assert_int_equal(err, OEO_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_PLAN(test_question_comes_back_whole),
	    WITH_PLAN(test_question_is_added_once),
	    WITH_PLAN(test_question_trying_stores_nothing),
	    WITH_PLAN(test_changed_question_replaces_while_its_base_is_open),
	    WITH_PLAN(test_question_of_a_closed_base_is_frozen),
	    WITH_PLAN(test_late_question_counts_in_the_earliest_open_base),
	    WITH_PLAN(test_missed_base_moves_to_the_next_open_one),
	    WITH_PLAN(test_a_base_that_is_open_again_takes_its_questions_back),
	    WITH_PLAN(test_question_has_identity_only_with_every_field),
	    WITH_PLAN(test_stored_questions_have_one_size),
	    WITH_PLAN(test_question_survives_every_failing_allocation),
	};

	return cmocka_run_group_tests_name("questions", tests, NULL, NULL);
}

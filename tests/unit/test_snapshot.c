/* SPDX-License-Identifier: EUPL-1.2 */
/* Which reports each table gets of hand-made ledgers. */
#include "uplink_fixture.h"

#include "agent/periods.h"

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (fixture == NULL)
		return -1;
	fixture_open(fixture);
	fixture->plan = load_test_plan(plan_yaml);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	fixture_close(*state);
	free(*state);
	return 0;
}

/* The reports of one cell, as "shares of residents + shares of walk-ins + tags alone", "" where it has none. */
static const char *cell(
    const struct fixture *fixture, const struct oeo_snapshot *snapshot, const char *table, const char *code)
{
	static char text[4][64];
	static unsigned turn;
	const struct oeo_plan *plan = fixture->plan;
	size_t t = oeo_plan_find_table(plan, table);
	char *into = text[turn++ % 4];

	assert_int_not_equal(t, SIZE_MAX);
	into[0] = '\0';
	for (size_t c = 0; c < snapshot->n_cells; c++) {
		const struct oeo_snapshot_cell *found = &snapshot->cells[c];
		size_t codes[OEO_MAX_BY] = {0};
		size_t residents = 0;
		size_t weeks = 0;
		size_t alone = 0;

		if (found->table != t)
			continue;
		oeo_table_cell_codes(plan, &plan->tables[t], found->cell, codes);
		if (plan->tables[t].n_by > 0 &&
		    strcmp(plan->dimensions[plan->tables[t].by[0].dimension].codes[codes[0]].code, code) != 0)
			continue;
		for (size_t e = found->first; e < found->first + found->count; e++) {
			uint32_t subject = snapshot->entries[e];

			if (subject == OEO_TAG_ALONE)
				alone++;
			else if (snapshot->subjects.items[subject].kind == OEO_SUBJECT_WEEK)
				weeks++;
			else
				residents++;
			/* Shares come before the tags alone. */
			assert_true(subject == OEO_TAG_ALONE || alone == 0);
		}
		assert_string_equal(into, "");
		(void)snprintf(into, sizeof(text[0]), "%zu+%zu+%zu", residents, weeks, alone);
	}
	return into;
}

static void test_a_repeat_visit_is_a_tag_alone_only_where_questions_are_published(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_snapshot snapshot;

	(void)put_question(fixture, "1", "2025-01-10", "jansen", "7601AA", "W1", NULL);
	(void)put_question(fixture, "2", "2025-01-11", "jansen", "7601AA", "W1", NULL);
	(void)put_question(fixture, "3", "2025-01-12", "jansen", "7601AA", "W2", NULL);
	(void)put_question(fixture, "4", "2025-01-12", "pietersen", "7602AA", "W2", NULL);
	make_snapshot(&snapshot, fixture, "2025-01");
	assert_string_equal(cell(fixture, &snapshot, "m-total", ""), "2+0+0");
	assert_string_equal(cell(fixture, &snapshot, "m-theme", "W"), "2+0+2");
	assert_string_equal(cell(fixture, &snapshot, "m-theme", "Z"), "");
	assert_int_equal(oeo_snapshot_count_pairs(&snapshot), 4);
	assert_int_equal(snapshot.n_cells, 2);
	oeo_snapshot_fini(&snapshot);
	make_snapshot(&snapshot, fixture, "2025-Q1");
	assert_string_equal(cell(fixture, &snapshot, "q-category", "W1"), "1+0+0");
	assert_string_equal(cell(fixture, &snapshot, "q-category", "W2"), "2+0+0");
	assert_string_equal(cell(fixture, &snapshot, "q-ward", "A"), "1+0+2");
	assert_string_equal(cell(fixture, &snapshot, "q-ward", "B"), "1+0+0");
	assert_string_equal(cell(fixture, &snapshot, "m-theme", "W"), "");
	oeo_snapshot_fini(&snapshot);
}

static void test_two_questions_of_one_resident_in_two_cells_are_two_shares(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_snapshot snapshot;

	(void)put_question(fixture, "1", "2025-01-10", "jansen", "7601AA", "W1", NULL);
	(void)put_question(fixture, "2", "2025-01-10", "jansen", "7601AA", "Z1", NULL);
	make_snapshot(&snapshot, fixture, "2025-01");
	assert_string_equal(cell(fixture, &snapshot, "m-total", ""), "1+0+0");
	assert_string_equal(cell(fixture, &snapshot, "m-theme", "W"), "1+0+0");
	assert_string_equal(cell(fixture, &snapshot, "m-theme", "Z"), "1+0+0");
	oeo_snapshot_fini(&snapshot);
}

static void test_a_resident_less_question_counts_as_the_table_says(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_snapshot snapshot;

	/* Two in one ISO week, one in the next; one of a resident who is known. */
	(void)put_question(fixture, "1", "2025-01-06", "", "7601AA", "W1", NULL);
	(void)put_question(fixture, "2", "2025-01-12", "", "", "W1", NULL);
	(void)put_question(fixture, "3", "2025-01-13", "", "7601AA", "W1", NULL);
	(void)put_question(fixture, "4", "2025-01-13", "jansen", "7601AA", "W1", NULL);
	make_snapshot(&snapshot, fixture, "2025-Q1");
	assert_string_equal(cell(fixture, &snapshot, "q-theme", "W"), "1+0+3");
	assert_string_equal(cell(fixture, &snapshot, "q-category", "W1"), "1+0+0");
	assert_string_equal(cell(fixture, &snapshot, "q-week", "W"), "1+2+1");
	assert_string_equal(cell(fixture, &snapshot, "q-week-only", "W"), "1+2+0");
	assert_string_equal(cell(fixture, &snapshot, "q-refuse", "W"), "1+0+0");
	/* A ward is not computed without an identity, whatever the postcode says. */
	assert_string_equal(cell(fixture, &snapshot, "q-ward", "A"), "1+0+0");
	assert_string_equal(cell(fixture, &snapshot, "q-ward", OEO_UNKNOWN), "0+0+3");
	assert_int_equal(snapshot.closing.questions, 0); /* 4, rounded to 10 */
	oeo_snapshot_fini(&snapshot);
}

static void test_a_client_number_is_a_resident_only_where_the_table_accepts_it(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_snapshot snapshot;

	(void)put_question(fixture, "1", "2025-01-06", "", "7601AA", "W1", "c17");
	(void)put_question(fixture, "2", "2025-01-07", "", "7601AA", "W1", "c17");
	(void)put_question(fixture, "3", "2025-01-08", "", "7601AA", "W1", "c18");
	(void)put_question(fixture, "4", "2025-01-09", "jansen", "7601AA", "W1", "c18");
	make_snapshot(&snapshot, fixture, "2025-Q1");
	assert_string_equal(cell(fixture, &snapshot, "q-number", "W"), "3+0+1");
	assert_string_equal(cell(fixture, &snapshot, "q-theme", "W"), "1+0+3");
	assert_string_equal(cell(fixture, &snapshot, "q-category", "W1"), "1+0+0");
	oeo_snapshot_fini(&snapshot);
}

static void close_base(struct fixture *fixture, const char *text)
{
	struct oeo_period base = a_period(text);

	assert_int_equal(oeo_ledger_close_base(fixture->ledger, &base), OEO_OK);
}

static void test_a_late_question_counts_in_its_base_period_and_in_the_longer_ones_of_that(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_snapshot snapshot;

	(void)put_question(fixture, "1", "2025-01-10", "jansen", "7601AA", "W1", NULL);
	close_base(fixture, "2025-01");
	assert_true(put_question(fixture, "2", "2025-01-20", "pietersen", "7601AA", "W1", NULL));
	make_snapshot(&snapshot, fixture, "2025-01");
	assert_string_equal(cell(fixture, &snapshot, "m-total", ""), "1+0+0");
	oeo_snapshot_fini(&snapshot);
	make_snapshot(&snapshot, fixture, "2025-02");
	assert_string_equal(cell(fixture, &snapshot, "m-total", ""), "1+0+0");
	oeo_snapshot_fini(&snapshot);
	make_snapshot(&snapshot, fixture, "2025-Q1");
	assert_string_equal(cell(fixture, &snapshot, "q-category", "W1"), "2+0+0");
	oeo_snapshot_fini(&snapshot);
}

static void test_a_late_walk_in_takes_the_week_of_its_base_period(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_snapshot snapshot;
	bool has_week = false;

	close_base(fixture, "2025-01");
	assert_true(put_question(fixture, "1", "2025-01-20", "", "", "W1", NULL));
	make_snapshot(&snapshot, fixture, "2025-Q1");
	assert_string_equal(cell(fixture, &snapshot, "q-week", "W"), "0+1+0");
	for (size_t i = 0; i < snapshot.subjects.n; i++)
		has_week = has_week || strcmp((const char *)snapshot.subjects.items[i].name, "2025-W05") == 0;
	assert_true(has_week); /* 1 February 2025, not 20 January */
	oeo_snapshot_fini(&snapshot);
}

static void test_longer_periods_are_the_union_of_frozen_base_periods(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_snapshot snapshot;

	(void)put_question(fixture, "1", "2025-01-10", "jansen", "7601AA", "W1", NULL);
	(void)put_question(fixture, "2", "2025-02-10", "jansen", "7601AA", "W1", NULL);
	(void)put_question(fixture, "3", "2025-03-10", "pietersen", "7601AA", "W1", NULL);
	(void)put_question(fixture, "4", "2025-04-10", "willemsen", "7601AA", "W1", NULL);
	(void)put_question(fixture, "5", "2026-01-10", "hendriksen", "7601AA", "W1", NULL);
	make_snapshot(&snapshot, fixture, "2025-Q1");
	assert_string_equal(cell(fixture, &snapshot, "q-theme", "W"), "2+0+1");
	oeo_snapshot_fini(&snapshot);
	make_snapshot(&snapshot, fixture, "2025");
	assert_string_equal(cell(fixture, &snapshot, "y-theme", "W"), "3+0+0");
	oeo_snapshot_fini(&snapshot);
}

static void test_a_question_withdrawn_between_month_and_quarter_is_in_the_month_only(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_snapshot month;
	struct oeo_snapshot quarter;
	uint8_t record[OEO_RECORD_HASH_BYTES];
	char key[2 * OEO_RECORD_HASH_BYTES + 1];

	(void)put_question(fixture, "1", "2025-01-10", "jansen", "7601AA", "W1", NULL);
	(void)put_question(fixture, "2", "2025-01-11", "pietersen", "7601AA", "W1", NULL);
	make_snapshot(&month, fixture, "2025-01");
	oeo_ledger_record_hash(fixture->ledger, record, "test", "2");
	oeo_hex_encode(key, record, sizeof(record));
	assert_int_equal(oeo_ledger_remove(fixture->ledger, "question", key), OEO_OK);
	make_snapshot(&quarter, fixture, "2025-Q1");
	assert_string_equal(cell(fixture, &month, "m-total", ""), "2+0+0");
	assert_string_equal(cell(fixture, &quarter, "q-category", "W1"), "1+0+0");
	oeo_snapshot_fini(&month);
	oeo_snapshot_fini(&quarter);
}

static void test_an_unknown_or_vanished_code_counts_under_onbekend(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_snapshot snapshot;

	(void)put_question(fixture, "1", "2025-01-10", "jansen", "7601AA", "X9", NULL);
	(void)put_question(fixture, "2", "2025-01-10", "pietersen", "9999ZZ", OEO_UNKNOWN, NULL);
	make_snapshot(&snapshot, fixture, "2025-Q1");
	assert_string_equal(cell(fixture, &snapshot, "q-category", OEO_UNKNOWN), "2+0+0");
	assert_string_equal(cell(fixture, &snapshot, "q-theme", OEO_UNKNOWN), "2+0+0");
	assert_string_equal(cell(fixture, &snapshot, "q-ward", OEO_UNKNOWN), "1+0+0");
	oeo_snapshot_fini(&snapshot);
}

static void put_many(struct fixture *fixture, const char *prefix, size_t n, const char *day, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		char record[32];

		(void)snprintf(record, sizeof(record), "%s%zu", prefix, i);
		(void)put_question(fixture, record, day, name, "7601AA", "W1", NULL);
	}
}

static void test_closing_figures_are_rounded_to_ten(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_snapshot snapshot;

	put_many(fixture, "named", 10, "2025-01-10", "jansen");
	put_many(fixture, "walk", 4, "2025-01-10", "");
	make_snapshot(&snapshot, fixture, "2025-01");
	assert_int_equal(snapshot.closing.questions, 10);
	assert_int_equal(snapshot.closing.without_identity, 0);
	oeo_snapshot_fini(&snapshot);
	put_many(fixture, "one", 1, "2025-01-10", "");
	make_snapshot(&snapshot, fixture, "2025-01");
	assert_int_equal(snapshot.closing.questions, 20);
	assert_int_equal(snapshot.closing.without_identity, 10);
	assert_int_equal(snapshot.closing.late, 0);
	oeo_snapshot_fini(&snapshot);
}

static void test_late_questions_are_late_for_the_month_but_not_for_the_quarter_of_their_own_day(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_snapshot snapshot;

	close_base(fixture, "2025-01");
	put_many(fixture, "late", 10, "2025-01-10", "jansen");
	make_snapshot(&snapshot, fixture, "2025-02");
	assert_int_equal(snapshot.closing.late, 10);
	oeo_snapshot_fini(&snapshot);
	make_snapshot(&snapshot, fixture, "2025-Q1");
	assert_int_equal(snapshot.closing.late, 0);
	oeo_snapshot_fini(&snapshot);
}

static enum oeo_coverage coverage_of(struct fixture *fixture, const char *period)
{
	struct oeo_snapshot snapshot;
	enum oeo_coverage coverage;

	make_snapshot(&snapshot, fixture, period);
	coverage = snapshot.closing.coverage;
	oeo_snapshot_fini(&snapshot);
	return coverage;
}

static void test_coverage_follows_the_dates_unless_the_coordinator_says_it(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_snapshot snapshot;
	struct oeo_snapshot_wish wish = {a_period("2025-02"), fixture->plan, &snapshot};

	assert_int_equal(coverage_of(fixture, "2025-02"), OEO_COVERAGE_NO);
	(void)put_question(fixture, "1", "2025-02-10", "jansen", "7601AA", "W1", NULL);
	(void)put_question(fixture, "2", "2025-04-10", "jansen", "7601AA", "W1", NULL);
	assert_int_equal(coverage_of(fixture, "2025-01"), OEO_COVERAGE_NO);
	assert_int_equal(coverage_of(fixture, "2025-02"), OEO_COVERAGE_YES);
	assert_int_equal(coverage_of(fixture, "2025-03"), OEO_COVERAGE_YES);
	assert_int_equal(coverage_of(fixture, "2025-Q1"), OEO_COVERAGE_PARTLY);
	assert_int_equal(coverage_of(fixture, "2025-Q3"), OEO_COVERAGE_NO);
	assert_int_equal(
	    oeo_snapshot_make(&wish, 1, fixture->ledger, "bga", OEO_COVERAGE_PARTLY, NULL), OEO_OK);
	assert_int_equal(snapshot.closing.coverage, OEO_COVERAGE_PARTLY);
	oeo_snapshot_fini(&snapshot);
}

static void test_a_dimension_is_fed_where_any_question_has_a_code_of_it(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_snapshot snapshot;

	(void)put_question(fixture, "1", "2025-01-10", "", "", "W1", NULL);
	make_snapshot(&snapshot, fixture, "2025-01");
	assert_int_equal(snapshot.closing.n_fed, 1);
	assert_string_equal(snapshot.closing.fed[0], "question");
	oeo_snapshot_fini(&snapshot);
	(void)put_question(fixture, "2", "2025-03-10", "jansen", "7601AA", "W1", NULL);
	make_snapshot(&snapshot, fixture, "2025-01");
	assert_int_equal(snapshot.closing.n_fed, 2);
	oeo_snapshot_fini(&snapshot);
}

static void test_all_periods_of_one_day_come_from_one_walk(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_snapshot made[3];
	const struct oeo_snapshot_wish wishes[] = {{a_period("2025-12"), fixture->plan, &made[0]},
	    {a_period("2025-Q4"), fixture->plan, &made[1]}, {a_period("2025"), fixture->plan, &made[2]}};

	(void)put_question(fixture, "1", "2025-03-10", "jansen", "7601AA", "W1", NULL);
	(void)put_question(fixture, "2", "2025-12-10", "jansen", "7601AA", "W1", NULL);
	assert_int_equal(
	    oeo_snapshot_make(wishes, 3, fixture->ledger, "bga", OEO_COVERAGE_BY_DATES, NULL), OEO_OK);
	assert_string_equal(cell(fixture, &made[0], "m-theme", "W"), "1+0+0");
	assert_string_equal(cell(fixture, &made[1], "q-theme", "W"), "1+0+0");
	assert_string_equal(cell(fixture, &made[2], "y-theme", "W"), "1+0+0");
	assert_memory_not_equal(made[0].walk_in_key, made[1].walk_in_key, OEO_WALK_IN_KEY_BYTES);
	for (size_t i = 0; i < 3; i++)
		oeo_snapshot_fini(&made[i]);
}

static void test_a_saved_snapshot_is_the_same_and_is_encrypted(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_snapshot made;
	struct oeo_snapshot loaded;

	(void)put_question(fixture, "1", "2025-01-10", "zzcanary", "7601AA", "W1", NULL);
	(void)put_question(fixture, "2", "2025-01-10", "zzcanary", "7601AA", "W1", NULL);
	(void)put_question(fixture, "3", "2025-01-10", "", "", "W1", NULL);
	make_snapshot(&made, fixture, "2025-Q1");
	assert_int_equal(oeo_snapshot_save(fixture->ledger, &made), OEO_OK);
	assert_int_equal(oeo_snapshot_load(&loaded, fixture->ledger, &made.period), OEO_OK);
	assert_int_equal(loaded.n_cells, made.n_cells);
	assert_int_equal(loaded.n_entries, made.n_entries);
	assert_memory_equal(loaded.entries, made.entries, made.n_entries * sizeof(*made.entries));
	assert_memory_equal(loaded.cells, made.cells, made.n_cells * sizeof(*made.cells));
	assert_memory_equal(loaded.walk_in_key, made.walk_in_key, OEO_WALK_IN_KEY_BYTES);
	assert_memory_equal(loaded.plan_digest, made.plan_digest, OEO_DIGEST_BYTES);
	assert_memory_equal(&loaded.closing, &made.closing, sizeof(made.closing));
	assert_int_equal(loaded.subjects.n, made.subjects.n);
	assert_false(folder_holds(fixture->home.path, "zzcanary"));
	oeo_snapshot_fini(&made);
	oeo_snapshot_fini(&loaded);
}

static void test_a_damaged_snapshot_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_period period = a_period("2025-01");
	struct oeo_snapshot loaded;
	struct oeo_snapshot made;
	struct oeo_buf value = {0};

	(void)put_question(fixture, "1", "2025-01-10", "jansen", "7601AA", "W1", NULL);
	make_snapshot(&made, fixture, "2025-01");
	assert_int_equal(oeo_snapshot_load(&loaded, fixture->ledger, &period), OEO_ERR_NOT_FOUND);
	assert_int_equal(oeo_snapshot_save(fixture->ledger, &made), OEO_OK);
	assert_int_equal(oeo_ledger_get(fixture->ledger, OEO_SNAPSHOT_COLLECTION, "2025-01", &value), OEO_OK);
	for (size_t len = 0; len < value.len; len++) {
		assert_int_equal(
		    oeo_ledger_put(fixture->ledger, OEO_SNAPSHOT_COLLECTION, "2025-01", value.data, len),
		    OEO_OK);
		assert_int_equal(oeo_snapshot_load(&loaded, fixture->ledger, &period), OEO_ERR_FORMAT);
	}
	assert_int_equal(oeo_buf_append(&value, "", 1), OEO_OK);
	assert_int_equal(
	    oeo_ledger_put(fixture->ledger, OEO_SNAPSHOT_COLLECTION, "2025-01", value.data, value.len),
	    OEO_OK);
	assert_int_equal(oeo_snapshot_load(&loaded, fixture->ledger, &period), OEO_ERR_FORMAT);
	oeo_buf_fini(&value);
	oeo_snapshot_fini(&made);
}

static void test_many_subjects_are_told_apart_and_found_again(void **state)
{
	struct oeo_subjects subjects;
	uint32_t number = 0;

	(void)state;
	oeo_subjects_init(&subjects);
	for (uint32_t round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < 3000; i++) {
			char name[16];

			(void)snprintf(name, sizeof(name), "n%u", (unsigned)i);
			assert_int_equal(
			    oeo_subjects_add(&subjects, OEO_SUBJECT_RESIDENT, name, strlen(name), &number),
			    OEO_OK);
			assert_int_equal(number, i);
		}
	}
	assert_int_equal(oeo_subjects_add(&subjects, OEO_SUBJECT_WEEK, "n7", 2, &number), OEO_OK);
	assert_int_equal(number, 3000);
	oeo_subjects_fini(&subjects);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_a_repeat_visit_is_a_tag_alone_only_where_questions_are_published, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_two_questions_of_one_resident_in_two_cells_are_two_shares, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_resident_less_question_counts_as_the_table_says, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_client_number_is_a_resident_only_where_the_table_accepts_it, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_late_question_counts_in_its_base_period_and_in_the_longer_ones_of_that, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_late_walk_in_takes_the_week_of_its_base_period, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_longer_periods_are_the_union_of_frozen_base_periods, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_question_withdrawn_between_month_and_quarter_is_in_the_month_only, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_an_unknown_or_vanished_code_counts_under_onbekend, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_closing_figures_are_rounded_to_ten, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_late_questions_are_late_for_the_month_but_not_for_the_quarter_of_their_own_day, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		test_coverage_follows_the_dates_unless_the_coordinator_says_it, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_dimension_is_fed_where_any_question_has_a_code_of_it, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_all_periods_of_one_day_come_from_one_walk, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_saved_snapshot_is_the_same_and_is_encrypted, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_a_damaged_snapshot_is_refused, setup, teardown),
	    cmocka_unit_test(test_many_subjects_are_told_apart_and_found_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* Sequences of releases: the outcome does not hang on the order of what goes in, and changes little from quarter to quarter. */
#include "release_history.h"
#include "release_same.h"

/* ---- The order of what goes in */

static void reverse_members(struct oeo_opened *opened)
{
	for (size_t i = 0; i < COUNTED_MEMBERS; i++)
		(void)snprintf(opened->members[i], OEO_ID_BYTES, "member-%zu", COUNTED_MEMBERS - 1 - i);
	for (size_t t = 0; t < opened->n_tables; t++)
		for (size_t c = 0; c < opened->tables[t].n_cells; c++)
			for (size_t i = 0; i < opened->tables[t].cells[c].n_contributions; i++) {
				struct oeo_contribution *part = &opened->tables[t].cells[c].contributions[i];

				part->member = COUNTED_MEMBERS - 1 - part->member;
			}
}

static void shuffle_questions(struct counted *town, uint64_t *state)
{
	for (size_t i = town->n_questions; i > 1; i--) {
		size_t j = counted_random(state) % i;
		struct counted_question kept = town->questions[i - 1];

		town->questions[i - 1] = town->questions[j];
		town->questions[j] = kept;
	}
}

static void test_order_of_rows_tables_members_and_releases_does_not_matter(void **state)
{
	static struct history turned;

	(void)state;
	for (uint64_t seed = 500; seed < 520; seed++) {
		struct oeo_release_source related[MOST];
		struct oeo_release_source backwards[MOST];
		uint64_t random = seed;

		init_history(&history, "plan.yaml", seed, 150);
		init_history(&turned, "turned.yaml", seed, 150);
		shuffle_questions(&turned.town, &random);
		for (size_t i = 0; i < N_HALF_YEAR; i++) {
			struct counted those = count_those(&turned.town, ALL, SIZE_MAX);
			size_t n;

			release_one(&history, half_year[i], ALL, false, &random);
			counted_open(&turned.opened[i], &those, half_year[i]);
			reverse_members(&turned.opened[i]);
			n = list_related(&turned, &turned.opened[i].period, related);
			for (size_t j = 0; j < n; j++)
				backwards[j] = related[n - 1 - j];
			assert_int_equal(
			    build(&turned.releases[i], &turned, &turned.opened[i], backwards, n), OEO_OK);
			keep(&turned, those, ALL);
			assert_same_cells(&history.releases[i], &turned.releases[i]);
		}
		fini_history(&history);
		fini_history(&turned);
	}
}

static void test_same_data_gives_the_same_bytes(void **state)
{
	(void)state;
	for (uint64_t seed = 600; seed < 610; seed++) {
		struct oeo_buf bytes[2] = {{0}, {0}};
		uint64_t random = seed;

		for (size_t turn = 0; turn < 2; turn++) {
			init_history(&history, "plan.yaml", seed, 150);
			for (size_t i = 0; i < 4; i++) {
				struct oeo_release *release = &history.releases[i];

				release_one(&history, half_year[i], ALL, false, &random);
				for (size_t t = 0; t < release->n_tables; t++)
					assert_int_equal(
					    oeo_buf_append(&bytes[turn], release->tables[t].cells,
						release->tables[t].n_cells *
						    sizeof(*release->tables[t].cells)),
					    OEO_OK);
			}
			fini_history(&history);
		}
		assert_int_equal(bytes[0].len, bytes[1].len);
		assert_memory_equal(bytes[0].data, bytes[1].data, bytes[0].len);
		oeo_buf_fini(&bytes[0]);
		oeo_buf_fini(&bytes[1]);
	}
}

/* ---- The pattern from quarter to quarter */

/* Which cells of a table meet their rules by themselves. */
static void mark_eligible(
    bool *is_eligible, const struct oeo_plan *plan, const struct oeo_opened_table *opened)
{
	memset(is_eligible, 0, 64 * sizeof(*is_eligible));
	for (size_t i = 0; i < opened->n_cells; i++)
		is_eligible[opened->cells[i].cell] =
		    counted_meets_rules(plan, &plan->tables[opened->table], &opened->cells[i], false);
}

/* Of the cells that could be shown in both quarters, those that are in one of them. */
static void compare_quarters(size_t a, size_t b, size_t *n_both, size_t *n_changed, size_t *n_in_part)
{
	for (size_t t = 0; t < history.releases[a].n_tables; t++) {
		const struct oeo_release_table *first = &history.releases[a].tables[t];
		const struct oeo_release_table *second = &history.releases[b].tables[t];
		bool is_eligible[2][64];

		mark_eligible(is_eligible[0], history.town.plan, &history.opened[a].tables[t]);
		mark_eligible(is_eligible[1], history.town.plan, &history.opened[b].tables[t]);
		for (size_t c = 0; c < first->n_cells; c++) {
			if (!is_eligible[0][c] || !is_eligible[1][c])
				continue;
			(*n_both)++;
			*n_changed += first->cells[c].is_hidden != second->cells[c].is_hidden;
			*n_in_part += first->cells[c].is_hidden == second->cells[c].is_hidden &&
				      !is_same_mark(&first->cells[c], &second->cells[c]);
		}
	}
}

static void test_the_pattern_changes_little_from_quarter_to_quarter(void **state)
{
	size_t n_both = 0;
	size_t n_changed = 0;
	size_t n_in_part = 0;

	(void)state;
	for (uint64_t seed = 700; seed < 760; seed++) {
		uint64_t random = seed;

		init_history(&history, "plan.yaml", seed, 300);
		for (size_t i = 0; i < N_HALF_YEAR - 1; i++)
			release_one(&history, half_year[i], ALL, false, &random);
		compare_quarters(3, 7, &n_both, &n_changed, &n_in_part);
		fini_history(&history);
	}
	print_message(
	    "cells that could be shown in both quarters: %zu, of these shown in one only: %zu (%zu %%), with "
	    "their questions in one only: %zu\n",
	    n_both, n_changed, 100 * n_changed / n_both, n_in_part);
	assert_true(n_both > 500);
	assert_true(n_changed * 100 <= n_both * 20);
	assert_true((n_changed + n_in_part) * 100 <= n_both * 25);
}

int main(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test(test_order_of_rows_tables_members_and_releases_does_not_matter),
	    cmocka_unit_test(test_same_data_gives_the_same_bytes),
	    cmocka_unit_test(test_the_pattern_changes_little_from_quarter_to_quarter),
	};

	return cmocka_run_group_tests(all, open_scratch, close_scratch);
}

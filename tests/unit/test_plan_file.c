/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tests/data/plans: every NAME.yaml there has either no faults or exactly those in NAME.expected, with
 * their lines. And the plan of Almelo: its digest, its description, its warnings.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/home.h"
#include "proto/i18n.h"
#include "proto/plan_file.h"

#define PLANS OEO_TEST_DIR "/data/plans"
#define ALMELO OEO_TEST_DIR "/../proto/plans/almelo/plan.yaml"

/* Pinned: a plan in force is known by its digest, so that a change of its bytes is a new plan. */
#define ALMELO_DIGEST "b2923f56787ac8c05e81136ec75903bbc5c982299b3592b4173dc4a21dfb6f53"

static void join_findings(struct oeo_buf *text, const struct oeo_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		assert_int_equal(oeo_buf_printf(text, "%s\n", findings->items[i].text), OEO_OK);
	assert_int_equal(oeo_buf_terminate(text), OEO_OK);
}

static void check_file(const char *stem)
{
	struct oeo_findings findings = {0};
	struct oeo_plan *plan = NULL;
	struct oeo_buf expected = {0};
	struct oeo_buf found = {0};
	char path[OEO_PATH_BYTES];
	enum oeo_err err;

	(void)snprintf(path, sizeof(path), PLANS "/%s.expected", stem);
	if (oeo_file_exists(path))
		assert_int_equal(oeo_file_read(&expected, path, SIZE_MAX, NULL), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&expected), OEO_OK);
	(void)snprintf(path, sizeof(path), PLANS "/%s.yaml", stem);
	err = oeo_plan_file_read(&plan, path, &findings);
	join_findings(&found, &findings);
	assert_string_equal((const char *)found.data, (const char *)expected.data);
	assert_true((err == OEO_OK) == (expected.len == 0));
	assert_true((plan != NULL) == (expected.len == 0));
	if (err != OEO_OK)
		assert_true(err == OEO_ERR_FORMAT || err == OEO_ERR_RANGE);
	oeo_buf_fini(&expected);
	oeo_buf_fini(&found);
	oeo_findings_fini(&findings);
	oeo_plan_free(plan);
}

static void test_every_fault_is_told_with_its_line(void **state)
{
	DIR *directory = opendir(PLANS);
	const struct dirent *entry;
	unsigned checked = 0;

	(void)state;
	assert_non_null(directory);
	while ((entry = readdir(directory)) != NULL) {
		const char *dot = strstr(entry->d_name, ".yaml");
		char stem[256];

		if (dot == NULL)
			continue;
		(void)snprintf(stem, sizeof(stem), "%.*s", (int)(dot - entry->d_name), entry->d_name);
		check_file(stem);
		checked++;
	}
	(void)closedir(directory);
	assert_true(checked >= 28);
}

static struct oeo_plan *read_good(const char *path)
{
	struct oeo_findings findings = {0};
	struct oeo_plan *plan = NULL;

	assert_int_equal(oeo_plan_file_read(&plan, path, &findings), OEO_OK);
	assert_int_equal(findings.count, 0);
	return plan;
}

static void test_a_missing_file_is_told_and_no_plan_made(void **state)
{
	struct oeo_findings findings = {0};
	struct oeo_plan *plan = NULL;

	(void)state;
	assert_int_equal(oeo_plan_file_read(&plan, PLANS "/no-such-plan.yaml", &findings), OEO_ERR_NOT_FOUND);
	assert_int_equal(findings.faults, 1);
	assert_null(plan);
	oeo_findings_fini(&findings);
}

static void test_the_plan_of_almelo_keeps_its_digest(void **state)
{
	struct oeo_plan *plan = read_good(ALMELO);
	char hex[2 * OEO_DIGEST_BYTES + 1];

	(void)state;
	oeo_hex_encode(hex, plan->digest, OEO_DIGEST_BYTES);
	assert_string_equal(hex, ALMELO_DIGEST);
	oeo_plan_free(plan);
}

/* The digest follows every member: a title, a label, a threshold, a code, a lookup, the order of keyholders. */
static void test_any_change_makes_another_digest(void **state)
{
	struct oeo_plan *plan = read_good(PLANS "/good.yaml");
	uint8_t first[OEO_DIGEST_BYTES];
	uint8_t before[OEO_DIGEST_BYTES];

	(void)state;
	memcpy(first, plan->digest, sizeof(first));
#define EXPECT_OTHER_DIGEST(change)                                                                          \
	memcpy(before, plan->digest, sizeof(before));                                                        \
	change;                                                                                              \
	assert_int_equal(oeo_plan_seal(plan, NULL), OEO_OK);                                                 \
	assert_memory_not_equal(before, plan->digest, sizeof(before))
	EXPECT_OTHER_DIGEST(plan->title_nl[0] = 'L');
	EXPECT_OTHER_DIGEST(plan->icu++);
	EXPECT_OTHER_DIGEST(plan->grace_days++);
	EXPECT_OTHER_DIGEST(plan->residents++);
	EXPECT_OTHER_DIGEST(plan->dimensions[0].codes[0].label_en[0] = 'X');
	EXPECT_OTHER_DIGEST(plan->dimensions[0].codes[0].is_sensitive = true);
	EXPECT_OTHER_DIGEST(plan->dimensions[0].levels[0].label_nl[0] = 'T');
	EXPECT_OTHER_DIGEST(plan->dimensions[1].lookup[0].code ^= 1);
	EXPECT_OTHER_DIGEST(plan->tables[1].rules.rest++);
	EXPECT_OTHER_DIGEST(plan->tables[0].publishes_questions = false);
	EXPECT_OTHER_DIGEST(plan->fields[0].placeholders[0][3] = '1');
	EXPECT_OTHER_DIGEST(memcpy(plan->keyholders[0], "raae", 5));
#undef EXPECT_OTHER_DIGEST
	assert_memory_not_equal(first, plan->digest, sizeof(first));
	oeo_plan_free(plan);
}

static void test_sensitive_codes_stand_at_both_levels_of_almelo(void **state)
{
	struct oeo_plan *plan = read_good(ALMELO);
	const struct oeo_dimension *question = &plan->dimensions[0];

	(void)state;
	assert_true(question->codes[oeo_dimension_find_code(question, 0, "PV")].is_sensitive);
	assert_true(question->codes[oeo_dimension_find_code(question, 0, "RV")].is_sensitive);
	assert_false(question->codes[oeo_dimension_find_code(question, 0, "WO")].is_sensitive);
	assert_true(question->codes[oeo_dimension_find_code(question, 1, "WO05")].is_sensitive);
	assert_false(question->codes[oeo_dimension_find_code(question, 1, "JO01")].is_sensitive);
	assert_int_equal(question->levels[0].count, 14 + 1);
	assert_int_equal(question->levels[1].count, 114 + 1);
	assert_int_equal(plan->dimensions[1].levels[0].count, 12 + 1);
	assert_int_equal(oeo_dimension_find_code(&plan->dimensions[2], 0, "KN99"), SIZE_MAX);
	assert_string_equal(plan->dimensions[2].unknown[0], "KN99");
	oeo_plan_free(plan);
}

static bool has_warning(const struct oeo_findings *findings, const char *words)
{
	for (size_t i = 0; i < findings->count; i++) {
		assert_int_equal(findings->items[i].kind, OEO_FINDING_WARNING);
		if (strstr(findings->items[i].text, words) != NULL)
			return true;
	}
	return false;
}

static void test_review_warns_of_keyholders_that_are_members(void **state)
{
	static const char *const one[] = {"bga", "raad"};
	static const char *const all[] = {"raad", "steunpunt"};
	struct oeo_plan *plan = read_good(PLANS "/good.yaml");
	struct oeo_findings findings = {0};

	(void)state;
	assert_int_equal(oeo_plan_review(plan, NULL, 0, &findings), OEO_OK);
	assert_false(has_warning(&findings, "takes part as a member"));
	oeo_findings_fini(&findings);
	assert_int_equal(oeo_plan_review(plan, one, 2, &findings), OEO_OK);
	assert_true(has_warning(&findings, "\"raad\" also takes part as a member"));
	assert_false(has_warning(&findings, "\"steunpunt\""));
	assert_false(has_warning(&findings, "All keyholders are members"));
	oeo_findings_fini(&findings);
	assert_int_equal(oeo_plan_review(plan, all, 2, &findings), OEO_OK);
	assert_true(has_warning(&findings, "All keyholders are members"));
	oeo_findings_fini(&findings);
	oeo_plan_free(plan);
}

/* walk_in_members is 2 there: the thresholds hold no more than that. */
static void test_review_finds_fault_with_more_members_than_walk_ins_reckon_with(void **state)
{
	static const char *const members[] = {"bga", "cosbo", "mee"};
	struct oeo_plan *plan = read_good(PLANS "/per-week-good.yaml");
	struct oeo_findings findings = {0};

	(void)state;
	assert_int_equal(oeo_plan_review(plan, NULL, 0, &findings), OEO_OK);
	assert_int_equal(findings.faults, 0);
	oeo_findings_fini(&findings);
	assert_int_equal(oeo_plan_review(plan, members, 2, &findings), OEO_OK);
	assert_int_equal(findings.faults, 0);
	oeo_findings_fini(&findings);
	assert_int_equal(oeo_plan_review(plan, members, 3, &findings), OEO_OK);
	assert_int_equal(findings.faults, 1);
	oeo_findings_fini(&findings);
	assert_true(oeo_plan_has_walk_ins(plan, OEO_MONTH));
	assert_false(oeo_plan_has_walk_ins(plan, OEO_YEAR));
	oeo_plan_free(plan);
}

static void test_review_warns_of_a_single_keyholder(void **state)
{
	struct oeo_plan *plan = read_good(PLANS "/single-accepted.yaml");
	struct oeo_findings findings = {0};

	(void)state;
	assert_int_equal(oeo_plan_review(plan, NULL, 0, &findings), OEO_OK);
	assert_true(has_warning(&findings, "There is one keyholder."));
	oeo_findings_fini(&findings);
	oeo_plan_free(plan);
}

/* 90 questions a quarter are 30 a month and 360 a year: a cell each 10 at least, or not. */
static void test_review_names_the_tables_where_elimination_names_a_cell(void **state)
{
	struct oeo_plan *plan = read_good(PLANS "/good.yaml");
	struct oeo_findings findings = {0};

	(void)state;
	plan->tables[0].rules.residents = 30; /* 1 cell of 30 */
	plan->tables[1].rules.residents = 31; /* 3 cells, 90 in all */
	plan->tables[2].rules.residents = 25; /* 15 cells, 360 in all */
	assert_int_equal(oeo_plan_review(plan, NULL, 0, &findings), OEO_OK);
	assert_true(has_warning(&findings, "will be shown: total. If"));
	oeo_findings_fini(&findings);
	plan->tables[1].rules.residents = 30;
	plan->tables[2].rules.residents = 24;
	assert_int_equal(oeo_plan_review(plan, NULL, 0, &findings), OEO_OK);
	assert_true(has_warning(&findings, "will be shown: total, theme, category-ward. If"));
	oeo_findings_fini(&findings);
	oeo_plan_free(plan);
}

static void test_review_warns_of_codes_nothing_leads_to_and_of_another_icu(void **state)
{
	struct oeo_plan *plan = read_good(PLANS "/good.yaml");
	struct oeo_findings findings = {0};

	(void)state;
	plan->icu = oeo_icu_major();
	assert_int_equal(oeo_plan_review(plan, NULL, 0, &findings), OEO_OK);
	assert_false(has_warning(&findings, "leads nowhere"));
	assert_false(has_warning(&findings, "ICU"));
	oeo_findings_fini(&findings);
	plan->icu++;
	plan->dimensions[1].lookup[2].code = plan->dimensions[1].lookup[0].code;
	assert_int_equal(oeo_plan_review(plan, NULL, 0, &findings), OEO_OK);
	assert_true(has_warning(&findings, "leads nowhere to 1 of the codes, such as \"W2\""));
	assert_true(has_warning(&findings, "ICU"));
	oeo_findings_fini(&findings);
	oeo_plan_free(plan);
}

static char *describe(const char *path)
{
	struct oeo_plan *plan = read_good(path);
	struct oeo_buf text = {0};

	assert_int_equal(oeo_plan_describe(&text, plan), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	oeo_plan_free(plan);
	return (char *)text.data;
}

static void test_the_description_tells_tables_thresholds_keys_and_digest(void **state)
{
	char *text = describe(ALMELO);

	(void)state;
	assert_non_null(strstr(text, "per theme and ward: residents; from at least 2 organisations\n"));
	assert_non_null(strstr(text, "everything together: residents and questions\n"));
	assert_non_null(strstr(text, "at least 10 different residents"));
	assert_non_null(strstr(text, "it must be at least 15 residents"));
	assert_non_null(strstr(text, "There are 2 keyholders: wmo-adviesraad and steunpunt."));
	assert_non_null(strstr(text, "January 2025 is sent from 15 February 2025 on"));
	assert_non_null(strstr(text, "for a quarter: 14,080 calculations"));
	assert_non_null(strstr(text, "Mental health and addiction*: Mental distress*;"));
	assert_non_null(strstr(text, "b292 3f56 787a"));
	free(text);
}

static void test_the_description_fits_a_terminal(void **state)
{
	char *text = describe(ALMELO);
	const char *line = text;

	(void)state;
	while (*line != '\0') {
		size_t len = strcspn(line, "\n");

		assert_true(len <= 78);
		line += len + 1;
	}
	free(text);
}

static void test_the_description_says_outright_that_one_keyholder_is_accepted(void **state)
{
	char *text = describe(PLANS "/single-accepted.yaml");

	(void)state;
	assert_non_null(strstr(text, "There is one keyholder: steunpunt. Be careful:"));
	free(text);
	text = describe(PLANS "/per-week-good.yaml");
	assert_non_null(strstr(text, "everything together: contacts and questions; from 22 on"));
	assert_non_null(strstr(text, "At most 2 organisations may"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_fault_is_told_with_its_line),
	    cmocka_unit_test(test_a_missing_file_is_told_and_no_plan_made),
	    cmocka_unit_test(test_the_plan_of_almelo_keeps_its_digest),
	    cmocka_unit_test(test_any_change_makes_another_digest),
	    cmocka_unit_test(test_sensitive_codes_stand_at_both_levels_of_almelo),
	    cmocka_unit_test(test_review_warns_of_keyholders_that_are_members),
	    cmocka_unit_test(test_review_finds_fault_with_more_members_than_walk_ins_reckon_with),
	    cmocka_unit_test(test_review_warns_of_a_single_keyholder),
	    cmocka_unit_test(test_review_names_the_tables_where_elimination_names_a_cell),
	    cmocka_unit_test(test_review_warns_of_codes_nothing_leads_to_and_of_another_icu),
	    cmocka_unit_test(test_the_description_tells_tables_thresholds_keys_and_digest),
	    cmocka_unit_test(test_the_description_fits_a_terminal),
	    cmocka_unit_test(test_the_description_says_outright_that_one_keyholder_is_accepted),
	};

	if (!oeo_i18n_init("en"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/buf.h"
#include "proto/i18n.h"
#include "proto/names.h"
#include "proto/text.h"
#include "proto/yaml.h"

struct fixture {
	struct oeo_findings findings;
	struct oeo_yaml *yaml;
};

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct fixture));
	return *state == NULL;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	oeo_yaml_free(f->yaml);
	oeo_findings_fini(&f->findings);
	free(f);
	return 0;
}

static const struct oeo_yaml_node *parse(struct fixture *f, const char *text)
{
	oeo_yaml_free(f->yaml);
	f->yaml = NULL;
	oeo_findings_fini(&f->findings);
	assert_int_equal(oeo_yaml_parse(&f->yaml, "x.yaml", text, strlen(text), &f->findings), OEO_OK);
	return oeo_yaml_root(f->yaml);
}

/* Syntax faults: the text is refused, and its first finding begins so. */
static void refuse(struct fixture *f, const void *text, size_t len, const char *begins)
{
	oeo_findings_fini(&f->findings);
	assert_int_equal(oeo_yaml_parse(&f->yaml, "x.yaml", text, len, &f->findings), OEO_ERR_FORMAT);
	assert_null(f->yaml);
	assert_true(f->findings.count >= 1);
	if (strncmp(f->findings.items[0].text, begins, strlen(begins)) != 0)
		assert_string_equal(f->findings.items[0].text, begins);
}

static void refuse_text(struct fixture *f, const char *text, const char *begins)
{
	refuse(f, text, strlen(text), begins);
}

/* Exactly one fault, which begins so. */
static void assert_fault(struct fixture *f, const char *begins)
{
	assert_int_equal(f->findings.count, 1);
	if (strncmp(f->findings.items[0].text, begins, strlen(begins)) != 0)
		assert_string_equal(f->findings.items[0].text, begins);
	oeo_findings_fini(&f->findings);
}

static void test_maps_lists_and_scalars_are_walked(void **state)
{
	struct fixture *f = *state;
	const struct oeo_yaml_node *root = parse(f, "a: 1\nb: [x, \"y z\"]\nc:\n  d: yes\n  e: {f: no}\n");
	const struct oeo_yaml_node *list = oeo_yaml_find(root, "b");
	const char *text = NULL;
	bool value = false;

	assert_int_equal(oeo_yaml_count(root), 3);
	assert_string_equal(oeo_yaml_key_at(root, 2), "c");
	assert_null(oeo_yaml_key_at(root, 3));
	assert_int_equal(oeo_yaml_line(list), 2);
	assert_true(oeo_yaml_is_list(list));
	assert_int_equal(oeo_yaml_count(list), 2);
	assert_null(oeo_yaml_item(list, 2));
	assert_true(oeo_yaml_get_text(f->yaml, oeo_yaml_item(list, 1), 3, &text));
	assert_string_equal(text, "y z");
	assert_true(oeo_yaml_get_bool(f->yaml, oeo_yaml_find(oeo_yaml_find(root, "c"), "d"), &value));
	assert_true(value);
	assert_true(oeo_yaml_get_bool(
	    f->yaml, oeo_yaml_find(oeo_yaml_find(oeo_yaml_find(root, "c"), "e"), "f"), &value));
	assert_false(value);
	assert_int_equal(f->findings.count, 0);
}

static void test_an_absent_node_is_false_without_a_second_fault(void **state)
{
	struct fixture *f = *state;
	const struct oeo_yaml_node *root = parse(f, "a: 1\n");
	const struct oeo_yaml_node *none = oeo_yaml_find(oeo_yaml_find(root, "b"), "c");
	static const char *const words[] = {"x", NULL};
	char id[OEO_ID_BYTES];
	const char *text;
	unsigned number;
	bool value;

	assert_null(none);
	assert_false(oeo_yaml_map(f->yaml, none, NULL));
	assert_false(oeo_yaml_list(f->yaml, none, 1));
	assert_false(oeo_yaml_get_text(f->yaml, none, 9, &text));
	assert_false(oeo_yaml_get_id(f->yaml, none, id));
	assert_false(oeo_yaml_get_number(f->yaml, none, 0, 9, &number));
	assert_false(oeo_yaml_get_bool(f->yaml, none, &value));
	assert_false(oeo_yaml_get_choice(f->yaml, none, words, &number));
	assert_int_equal(oeo_yaml_count(none), 0);
	assert_int_equal(oeo_yaml_line(none), 0);
	assert_int_equal(f->findings.count, 0);
}

static void test_integers_are_digits_without_leading_zero(void **state)
{
	static const char *const good[] = {"0", "7", "10", "999999999"};
	static const unsigned values[] = {0, 7, 10, 999999999};
	static const char *const bad[] = {"010", "00", "12abc", "0x10", "1e3", "1_000", "+1", "-1", "1.0",
	    "\"1\"", "'1'", "1000000000", "99999999999999999999", "~", "[1]", "{a: 1}"};
	struct fixture *f = *state;
	char text[64];
	unsigned number;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		(void)snprintf(text, sizeof(text), "n: %s\n", good[i]);
		assert_true(
		    oeo_yaml_get_number(f->yaml, oeo_yaml_find(parse(f, text), "n"), 0, 999999999, &number));
		assert_int_equal(number, values[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct oeo_yaml_node *node;

		(void)snprintf(text, sizeof(text), "\n\nn: %s\n", bad[i]);
		node = oeo_yaml_find(parse(f, text), "n");
		number = 4711;
		assert_false(oeo_yaml_get_number(f->yaml, node, 0, 999999999, &number));
		assert_int_equal(number, 4711);
		assert_fault(f, "x.yaml:3: n: ");
	}
}

static void test_numbers_keep_to_their_range(void **state)
{
	struct fixture *f = *state;
	const struct oeo_yaml_node *root = parse(f, "a: 4\nb: 5\nc: 9\nd: 10\n");
	unsigned number;

	assert_false(oeo_yaml_get_number(f->yaml, oeo_yaml_find(root, "a"), 5, 9, &number));
	assert_fault(f, "x.yaml:1: a: \"4\" is not a number from 5 to 9.");
	assert_true(oeo_yaml_get_number(f->yaml, oeo_yaml_find(root, "b"), 5, 9, &number));
	assert_true(oeo_yaml_get_number(f->yaml, oeo_yaml_find(root, "c"), 5, 9, &number));
	assert_false(oeo_yaml_get_number(f->yaml, oeo_yaml_find(root, "d"), 5, 9, &number));
	assert_fault(f, "x.yaml:4: d: ");
}

static void test_truth_is_yes_or_no_and_nothing_else(void **state)
{
	static const char *const bad[] = {"true", "false", "Yes", "on", "1", "\"yes\"", "[yes]"};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct oeo_yaml_node *node;
		char text[32];
		bool value;

		(void)snprintf(text, sizeof(text), "b: %s\n", bad[i]);
		node = oeo_yaml_find(parse(f, text), "b");
		assert_false(oeo_yaml_get_bool(f->yaml, node, &value));
		assert_fault(f, "x.yaml:1: b: ");
	}
}

static void test_unknown_and_missing_keys_are_told_and_reading_goes_on(void **state)
{
	static const struct oeo_yaml_key keys[] = {{"a", true}, {"b", true}, {"c", false}, {NULL, false}};
	struct fixture *f = *state;
	const struct oeo_yaml_node *root = parse(f, "a: 1\nx: 2\ny: 3\n");

	assert_true(oeo_yaml_map(f->yaml, root, keys));
	assert_int_equal(f->findings.count, 3);
	assert_string_equal(
	    f->findings.items[0].text, "x.yaml:2: \"x\" is not known here. Possible are: a, b, c.");
	assert_string_equal(
	    f->findings.items[1].text, "x.yaml:3: \"y\" is not known here. Possible are: a, b, c.");
	assert_string_equal(f->findings.items[2].text, "x.yaml:1: \"b\" is missing here. Add it.");
	assert_int_equal(f->findings.faults, 3);
}

static void test_ids_choices_lists_and_texts_are_checked(void **state)
{
	static const char *const words[] = {"month", "quarter", NULL};
	struct fixture *f = *state;
	const struct oeo_yaml_node *root =
	    parse(f, "id: a b\nword: week\nlist: []\ntext: abcd\nmap: 1\nempty:\n");
	char id[OEO_ID_BYTES];
	const char *text;
	unsigned choice;

	assert_false(oeo_yaml_get_id(f->yaml, oeo_yaml_find(root, "id"), id));
	assert_fault(f, "x.yaml:1: id: \"a b\" cannot be used");
	assert_false(oeo_yaml_get_choice(f->yaml, oeo_yaml_find(root, "word"), words, &choice));
	assert_fault(f, "x.yaml:2: word: \"week\" is not possible here. Choose one of: month, quarter.");
	assert_false(oeo_yaml_list(f->yaml, oeo_yaml_find(root, "list"), 1));
	assert_fault(f, "x.yaml:3: list: this list is too short");
	assert_true(oeo_yaml_list(f->yaml, oeo_yaml_find(root, "list"), 0));
	assert_false(oeo_yaml_get_text(f->yaml, oeo_yaml_find(root, "text"), 3, &text));
	assert_fault(f, "x.yaml:4: text: this text is too long");
	assert_true(oeo_yaml_get_text(f->yaml, oeo_yaml_find(root, "text"), 4, &text));
	assert_false(oeo_yaml_map(f->yaml, oeo_yaml_find(root, "map"), NULL));
	assert_fault(f, "x.yaml:5: map: lines ");
	assert_false(oeo_yaml_get_text(f->yaml, oeo_yaml_find(root, "empty"), 3, &text));
	assert_fault(f, "x.yaml:6: empty: the value is missing");
}

static void test_what_yaml_could_do_more_is_refused(void **state)
{
	struct fixture *f = *state;

	refuse_text(f, "a: &x 1\n", "x.yaml:1: anchors");
	refuse_text(f, "a:\n  - *x\n", "x.yaml:2: references");
	refuse_text(f, "a: 1\nb: &x [1]\n", "x.yaml:2: anchors");
	refuse_text(f, "b: &x {a: 1}\n", "x.yaml:1: anchors");
	refuse_text(f, "a: !!int 1\n", "x.yaml:1: tags");
	refuse_text(f, "a: !!binary aGFsbG8=\n", "x.yaml:1: tags");
	refuse_text(f, "&x a: 1\n", "x.yaml:1: anchors");
	refuse_text(f, "a: 1\n---\nb: 2\n", "x.yaml:2: the file goes on");
	refuse_text(f, "[a]: 1\n", "x.yaml:1: a name and a colon");
	refuse_text(f, "a: 1\nb: 2\na: 3\n",
	    "x.yaml:3: \"a\" stands here for the second time; the first is on line 1.");
	refuse_text(f, "a: |\n  two\n  lines\n", "x.yaml:1: this value holds a line break");
	refuse_text(f, "a: \"x\\e[2Jy\"\n", "x.yaml:1: this value holds");
	refuse_text(f, "a: \"x\\0y\"\n", "x.yaml:1: this value holds");
	refuse_text(f, "", "x.yaml:1: the file is empty");
	refuse_text(f, "# nothing\n", "x.yaml:2: the file is empty");
}

static void test_a_fault_of_syntax_has_its_line(void **state)
{
	static const char not_utf8[] = "a: 1\nb: 2\nc: caf\xe9\n";
	static const char nul[] = "a: 1\nb: \0\n";
	struct fixture *f = *state;

	refuse_text(f, "a: 1\nb: [1, 2\nc: 3\n", "x.yaml:3: this is not valid YAML");
	refuse_text(f, "a: 1\n  b: 2\n", "x.yaml:2: this is not valid YAML");
	refuse_text(f, "a: 1\n\tb: 2\n", "x.yaml:2: this is not valid YAML");
	refuse(f, not_utf8, sizeof(not_utf8) - 1, "x.yaml:3: there is a character");
	refuse(f, nul, sizeof(nul) - 1, "x.yaml:2: there is a character");
}

static void test_several_faults_are_shown_in_one_run(void **state)
{
	struct fixture *f = *state;

	refuse_text(f, "a: &x 1\nb: *x\nc: !t 2\n", "x.yaml:1: ");
	assert_int_equal(f->findings.count, 3);
	assert_int_equal(f->findings.items[2].line, 3);
	assert_string_equal(f->findings.items[2].file, "x.yaml");
}

static void test_a_tab_may_be_a_value(void **state)
{
	struct fixture *f = *state;
	const char *text;

	assert_true(oeo_yaml_get_text(f->yaml, oeo_yaml_find(parse(f, "d: \"\\t\"\n"), "d"), 1, &text));
	assert_string_equal(text, "\t");
}

static void test_nesting_ends_at_sixteen(void **state)
{
	struct fixture *f = *state;
	struct oeo_buf text = {0};

	for (unsigned depth = 15; depth <= 17; depth++) {
		text.len = 0;
		for (unsigned i = 0; i < depth; i++)
			assert_int_equal(oeo_buf_append_text(&text, "["), OEO_OK);
		for (unsigned i = 0; i < depth; i++)
			assert_int_equal(oeo_buf_append_text(&text, "]"), OEO_OK);
		assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
		if (depth <= 16)
			(void)parse(f, (const char *)text.data);
		else {
			oeo_yaml_free(f->yaml);
			f->yaml = NULL;
			refuse_text(f, (const char *)text.data, "x.yaml:1: brackets");
		}
	}
	oeo_buf_fini(&text);
}

static void test_shown_words_cannot_play_tricks_with_the_terminal(void **state)
{
	struct fixture *f = *state;
	const struct oeo_yaml_node *root = parse(f, "id: \"a\\u202Eb\\u009B\"\n");
	char id[OEO_ID_BYTES];

	assert_false(oeo_yaml_get_id(f->yaml, oeo_yaml_find(root, "id"), id));
	assert_fault(f, "x.yaml:1: id: \"a???b??\" cannot");
}

static void test_findings_stop_at_their_limit_and_still_count(void **state)
{
	struct oeo_findings findings = {0};

	(void)state;
	for (size_t i = 0; i < OEO_MAX_FINDINGS + 5; i++)
		oeo_findings_add(&findings, OEO_FINDING_FAULT, "x", i + 1, "%s", "fault");
	assert_int_equal(findings.count, OEO_MAX_FINDINGS);
	assert_int_equal(findings.faults, OEO_MAX_FINDINGS + 5);
	assert_int_equal(findings.dropped, 5);
	oeo_findings_fini(&findings);
	assert_int_equal(findings.count, 0);
}

static void test_findings_are_sorted_by_file_and_line(void **state)
{
	struct oeo_findings findings = {0};
	static const char *const expected[] = {"a:2: one", "a:2: two", "a:10: three", "b:1: four", "five"};

	(void)state;
	oeo_findings_add(&findings, OEO_FINDING_WARNING, NULL, 0, "%s", "five");
	oeo_findings_add(&findings, OEO_FINDING_FAULT, "b", 1, "%s", "four");
	oeo_findings_add(&findings, OEO_FINDING_FAULT, "a", 10, "%s", "three");
	oeo_findings_add(&findings, OEO_FINDING_FAULT, "a", 2, "%s", "one");
	oeo_findings_add(&findings, OEO_FINDING_FAULT, "a", 2, "%s", "two");
	oeo_findings_sort(&findings);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(findings.items[i].text, expected[i]);
	assert_int_equal(findings.faults, 4);
	oeo_findings_fini(&findings);
}

static void test_lines_of_text_are_what_is_shown(void **state)
{
	(void)state;
	assert_true(oeo_text_is_line("Caf\xc3\xa9 de Vriendschap", 20, 1, 120));
	assert_false(oeo_text_is_line("", 0, 1, 120));
	assert_true(oeo_text_is_line("", 0, 0, 120));
	assert_false(oeo_text_is_line("abc", 3, 1, 2));
	assert_false(oeo_text_is_line(" a", 2, 1, 9));
	assert_false(oeo_text_is_line("a ", 2, 1, 9));
	assert_false(oeo_text_is_line("a\nb", 3, 1, 9));
	assert_false(oeo_text_is_line("a\0b", 3, 1, 9));
	assert_false(oeo_text_is_line("a\xff", 2, 1, 9));
	assert_false(oeo_text_is_line("a\xc0\xaf", 3, 1, 9)); /* too long a form */
	assert_false(oeo_text_is_line("a\xed\xa0\x80", 4, 1, 9)); /* surrogate */
	assert_false(oeo_text_is_line("a\xe2\x80\xae"
				      "b",
	    5, 1, 9)); /* right-to-left override */
	assert_false(oeo_text_is_line("a\xe2\x80\x8b"
				      "b",
	    5, 1, 9)); /* zero width */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_maps_lists_and_scalars_are_walked),
	    TEST(test_an_absent_node_is_false_without_a_second_fault),
	    TEST(test_integers_are_digits_without_leading_zero),
	    TEST(test_numbers_keep_to_their_range),
	    TEST(test_truth_is_yes_or_no_and_nothing_else),
	    TEST(test_unknown_and_missing_keys_are_told_and_reading_goes_on),
	    TEST(test_ids_choices_lists_and_texts_are_checked),
	    TEST(test_what_yaml_could_do_more_is_refused),
	    TEST(test_a_fault_of_syntax_has_its_line),
	    TEST(test_several_faults_are_shown_in_one_run),
	    TEST(test_a_tab_may_be_a_value),
	    TEST(test_nesting_ends_at_sixteen),
	    TEST(test_shown_words_cannot_play_tricks_with_the_terminal),
	    cmocka_unit_test(test_findings_stop_at_their_limit_and_still_count),
	    cmocka_unit_test(test_findings_are_sorted_by_file_and_line),
	    cmocka_unit_test(test_lines_of_text_are_what_is_shown),
	};

	if (!oeo_i18n_init("en"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

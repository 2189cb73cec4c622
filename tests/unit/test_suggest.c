/* SPDX-License-Identifier: EUPL-1.2 */
/* What is seen of an unknown export, and what a proposal shows of it. */
#include "intake_fixture.h"

#include "agent/mapping.h"
#include "agent/suggest.h"

static char folder[] = "/tmp/oeo-test-suggest-XXXXXX";

static const char *put_file(const char *text, size_t len)
{
	static char path[64];

	(void)snprintf(path, sizeof(path), "%s/export.csv", folder);
	assert_int_equal(oeo_file_write(path, text, len, 0600, NULL), OEO_OK);
	return path;
}

static int64_t today(void)
{
	int64_t day = 0;

	assert_int_equal(oeo_day_parse(&day, "2026-11-21"), OEO_OK);
	return day;
}

/* ---- Shape */

static void assert_shape(
    const char *text, char delimiter, unsigned skip_lines, bool has_header, const char *encoding)
{
	struct oeo_shape shape;

	assert_int_equal(oeo_shape_find(&shape, put_file(text, strlen(text)), NULL), OEO_OK);
	assert_int_equal(shape.format.delimiter, delimiter);
	assert_int_equal(shape.format.skip_lines, skip_lines);
	assert_int_equal(shape.format.has_header, has_header);
	assert_string_equal(shape.format.encoding, encoding);
}

static void test_delimiter_is_found_beside_decimal_commas_and_free_text(void **state)
{
	(void)state;
	assert_shape("a;b;c\n1;2;3\n4;5;6\n", ';', 0, true, "utf-8");
	assert_shape("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n", ';', 0, true, "utf-8");
	assert_shape("a,b\n1,2\n3,4\n", ',', 0, true, "utf-8");
	assert_shape("a\tb, c\n1\t2, 3\n4\t5\n", '\t', 0, true, "utf-8");
	assert_shape("a|b|c\n1|2;2|3\n", '|', 0, true, "utf-8");
	assert_shape("a;b\n1;\"x;y;z\"\n2;\"one\ntwo\"\n3;c\n4;d\n", ';', 0, true, "utf-8");
	assert_shape("a;b\r1;2\r3;4\r", ';', 0, true, "utf-8");
}

static void test_lines_above_the_header_are_counted(void **state)
{
	(void)state;
	assert_shape("Export\n\na;b\n1;2\n3;4\n", ';', 2, true, "utf-8");
	assert_shape("\xEF\xBB\xBF"
		     "a;b\n1;2\n",
	    ';', 0, true, "utf-8");
}

static void test_a_first_row_of_data_is_no_header(void **state)
{
	(void)state;
	assert_shape("12;x;2026-01-02\n13;y;2026-01-03\n", ';', 0, false, "utf-8");
	assert_shape("nr;x;datum\n13;y;2026-01-03\n", ';', 0, true, "utf-8");
}

static void test_encoding_is_told_by_the_whole_file(void **state)
{
	struct oeo_buf text = {0};
	struct oeo_shape shape;

	(void)state;
	assert_shape("a;b\nM\xC3\xBCller;1\n", ';', 0, true, "utf-8");
	assert_shape("a;b\nM\xFCller;1\n", ';', 0, true, "windows-1252");
	/* Far behind what is looked at for the rest, and two bytes of one character in two pieces. */
	assert_int_equal(oeo_buf_append_text(&text, "a;b\n"), OEO_OK);
	for (size_t i = 0; i < 300000; i++)
		assert_int_equal(oeo_buf_append_text(&text, "\xC3\xBC;12\n"), OEO_OK);
	assert_int_equal(oeo_shape_find(&shape, put_file((char *)text.data, text.len), NULL), OEO_OK);
	assert_string_equal(shape.format.encoding, "utf-8");
	text.data[text.len - 3] = 0xFC;
	assert_int_equal(oeo_shape_find(&shape, put_file((char *)text.data, text.len), NULL), OEO_OK);
	assert_string_equal(shape.format.encoding, "windows-1252");
	assert_false(shape.is_encoding_sure);
	oeo_buf_fini(&text);
}

static void test_what_is_no_table_is_refused(void **state)
{
	struct oeo_note why = {""};
	struct oeo_shape shape;

	(void)state;
	assert_int_equal(oeo_shape_find(&shape, folder, &why), OEO_ERR_IO);
	assert_non_null(strstr(why.text, "is not a file"));
	assert_int_equal(oeo_shape_find(&shape, put_file("", 0), NULL), OEO_ERR_FORMAT);
	assert_int_equal(oeo_shape_find(&shape, put_file("one\ntwo\n", 8), NULL), OEO_ERR_FORMAT);
	assert_int_equal(oeo_shape_find(&shape, put_file("PK\x03\x04\0\0", 6), NULL), OEO_ERR_FORMAT);
	assert_int_equal(oeo_shape_find(&shape,
			     put_file("\xFF\xFE"
				      "a\0;\0",
				 6),
			     NULL),
	    OEO_ERR_FORMAT);
	assert_int_equal(oeo_shape_find(&shape, "/nowhere/at/all.csv", NULL), OEO_ERR_NOT_FOUND);
	/* There is no mapping yet that anything could be changed in. */
	assert_int_equal(oeo_shape_find(&shape, put_file("\1\0\2\na;b\n", 8), &why), OEO_ERR_FORMAT);
	assert_non_null(strstr(why.text, "zero bytes"));
	assert_null(strstr(why.text, "mapping"));
}

/* ---- Dates */

static void assert_date(const char *first, const char *second, const char *format, bool is_ambiguous)
{
	struct oeo_column_list columns;
	struct oeo_shape shape;
	const char *found;
	const char *path;
	bool ambiguous = false;
	char text[128];

	(void)snprintf(text, sizeof(text), "a;b\n1;%s\n2;%s\n", first, second);
	path = put_file(text, strlen(text));
	assert_int_equal(oeo_shape_find(&shape, path, NULL), OEO_OK);
	shape.format.has_header = true;
	assert_int_equal(oeo_columns_read(&columns, path, &shape, today(), NULL), OEO_OK);
	found = oeo_column_find_date(&columns.items[1], &ambiguous);
	if (format == NULL)
		assert_null(found);
	else
		assert_string_equal(found, format);
	assert_int_equal(ambiguous, is_ambiguous);
	oeo_columns_fini(&columns);
}

static void test_forms_of_dates_are_told_apart(void **state)
{
	(void)state;
	assert_date("2026-04-11", "2026-04-30", "yyyy-mm-dd", false);
	assert_date("2026-04-11T23:28:40.000", "2026-04-30T01:02:03.500", "yyyy-mm-ddThh:mm:ss.f", false);
	assert_date("11-04-2026", "30-04-2026", "dd-mm-yyyy", false);
	assert_date("1-4-2026", "30-04-2026", "d-m-yyyy", false);
	assert_date("2026/04/11", "2026/04/30", "yyyy/mm/dd", false);
	assert_date("04/11/2026", "04/30/2026", "mm/dd/yyyy", false);
	assert_date("04/11/2026 11:28:40 PM", "04/30/2026 01:02:03 AM", "mm/dd/yyyy hh:mm:ss am", false);
	assert_date("30/04/2026", "11/04/2026", "dd/mm/yyyy", false);
	assert_date("11/04/2026", "10/05/2026", "dd/mm/yyyy", true);
	/* One reading would lie in the future. */
	assert_date("02/12/2025", "10/12/2025", "dd/mm/yyyy", true);
	assert_date("12/11/2026", "10/11/2026", "dd/mm/yyyy", false);
	assert_date("11/12/2026", "11/10/2026", "mm/dd/yyyy", false);
	assert_date("2026-04-11", "later", NULL, false);
}

/* ---- What a proposal shows */

/* The plan of Almelo, owned by the caller. */
static struct oeo_plan *read_plan(void)
{
	struct oeo_findings findings = {0};
	struct oeo_plan *plan = NULL;

	assert_int_equal(oeo_plan_file_read(&plan, OEO_ALMELO "/plan.yaml", &findings), OEO_OK);
	oeo_findings_fini(&findings);
	return plan;
}

static char *suggest_with_words(
    const char *text, const char *name, const struct oeo_term *words, size_t n_words)
{
	struct oeo_suggestion suggestion;
	struct oeo_buf yaml = {0};
	struct oeo_plan *plan = read_plan();

	assert_int_equal(
	    oeo_suggest(&suggestion, put_file(text, strlen(text)), name, plan, words, n_words, today(), NULL),
	    OEO_OK);
	assert_int_equal(oeo_suggest_write(&yaml, &suggestion), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&yaml), OEO_OK);
	oeo_suggestion_fini(&suggestion);
	oeo_plan_free(plan);
	return (char *)yaml.data;
}

static char *suggest_named(const char *text, const char *name)
{
	return suggest_with_words(text, name, NULL, 0);
}

static char *suggest(const char *text)
{
	return suggest_named(text, "export.csv");
}

/* Add rows of the columns Nr, Datum and a third with this value. */
static void add_rows(struct oeo_buf *text, size_t n, const char *value)
{
	if (text->len == 0)
		assert_int_equal(oeo_buf_append_text(text, "Nr;Datum;Kanaal\n"), OEO_OK);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(oeo_buf_printf(text, "%zu;2026-01-02;%s\n", text->len, value), OEO_OK);
	assert_int_equal(oeo_buf_terminate(text), OEO_OK);
}

/* 30 rows whose Kanaal is Spreekuur, and `extra` rows with another value. */
static char *suggest_with(const char *value, size_t extra)
{
	struct oeo_buf text = {0};
	char *yaml;

	add_rows(&text, 30, "Spreekuur");
	add_rows(&text, extra, value);
	yaml = suggest((char *)text.data);
	oeo_buf_fini(&text);
	return yaml;
}

static void test_a_value_is_shown_from_three_rows_on(void **state)
{
	(void)state;
	for (size_t n = OEO_SUGGEST_REPEATED - 1; n <= OEO_SUGGEST_REPEATED + 1; n++) {
		char *yaml = suggest_with("postduif", n);

		assert_int_equal(strstr(yaml, "postduif") != NULL, n >= OEO_SUGGEST_REPEATED);
		assert_int_equal(
		    strstr(yaml, "rare") != NULL || strstr(yaml, "zeldza") != NULL, n < OEO_SUGGEST_REPEATED);
		free(yaml);
	}
}

static void test_a_value_like_a_code_is_shown_from_one_row_on(void **state)
{
	char *yaml = suggest_with("KA77", 3);

	(void)state;
	assert_non_null(strstr(yaml, "KA77"));
	free(yaml);
}

/* A column that nothing is called in as the plan calls it. */
static void test_words_of_residents_are_filled_in_with_how_sure_that_is(void **state)
{
	struct oeo_term words[] = {{(char *)"rood staan", "GS01"}, {(char *)"eenzaam", "SN01"},
	    {(char *)"of the channel", "KA02"}, {(char *)"of no list", "XX99"}};
	struct oeo_buf text = {0};
	char *with, *without;

	(void)state;
	assert_int_equal(oeo_buf_append_text(&text, "Nr;Datum;Wat speelt er\n"), OEO_OK);
	add_rows(&text, 10, "Rood staan");
	add_rows(&text, 10, "eenzaam");
	add_rows(&text, 10, "EENZAAM");
	add_rows(&text, 10, "iets anders");
	with = suggest_with_words((char *)text.data, "export.csv", words, 4);
	without = suggest((char *)text.data);
	assert_non_null(strstr(with, "\n  question:  # 52 % "));
	assert_non_null(strstr(with, "75 % "));
	assert_non_null(strstr(with, "\n    column: \"Wat speelt er\"\n    match: map\n"));
	assert_non_null(strstr(with, "\n      \"Rood staan\": GS01"));
	assert_non_null(strstr(with, "\n      eenzaam: SN01"));
	assert_non_null(strstr(with, "\n      # \"iets anders\": ???"));
	assert_null(strstr(without, "GS01"));
	free(with);
	free(without);
	oeo_buf_fini(&text);
}

static void test_names_and_free_text_are_never_shown(void **state)
{
	struct oeo_buf text = {0};
	char *yaml;

	(void)state;
	/* Few different ones, each in many rows: of a column for names it is none the less not shown. */
	assert_int_equal(oeo_buf_append_text(&text, "Nr;Datum;Achternaam;Notitie\n"), OEO_OK);
	for (size_t i = 0; i < 60; i++)
		assert_int_equal(
		    oeo_buf_printf(&text, "%zu;2026-01-02;Zzgeheim%zu;Zzverhaal\n", i, i % 2), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	yaml = suggest((char *)text.data);
	assert_null(strstr(yaml, "Zz"));
	assert_non_null(strstr(yaml, "surname: {column: Achternaam}"));
	assert_non_null(strstr(yaml, "never_read: [Notitie]"));
	free(yaml);
	oeo_buf_fini(&text);
}

/* The proposal is a mapping that can be read; owned by the caller. */
static struct oeo_mapping *parse(const char *yaml)
{
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;
	struct oeo_plan *plan = read_plan();

	assert_int_equal(oeo_mapping_parse(&mapping, "m.yaml", yaml, strlen(yaml), plan, &findings), OEO_OK);
	oeo_plan_free(plan);
	oeo_findings_fini(&findings);
	return mapping;
}

static void test_a_file_name_cannot_break_the_yaml_or_the_command(void **state)
{
	char *yaml =
	    suggest_named("Nr;Datum\n1;2026-01-02\n2;2026-01-03\n", "it's\nmember_number: Nr\n$(x).csv");

	(void)state;
	assert_null(strstr(yaml, "\nmember_number"));
	assert_non_null(strstr(yaml, "check THIS-FILE 'it'\\''s?member_number: Nr?$(x).csv'\n"));
	oeo_mapping_free(parse(yaml));
	free(yaml);
}

static void test_numbers_that_repeat_are_a_record_only_where_they_are_called_so(void **state)
{
	char *named =
	    suggest("Vraagnr;Datum;X\nV1;2026-01-02;a\nV1;2026-01-03;b\nV2;2026-01-03;a\nV3;2026-01-03;b\n");
	char *other =
	    suggest("Code;Datum;X\nV1;2026-01-02;a\nV1;2026-01-03;b\nV2;2026-01-03;a\nV3;2026-01-03;b\n");
	char *rare = suggest(
	    "Vraagnr;Datum\nV1;2026-01-02\nV1;2026-01-03\nV1;2026-01-03\nV2;2026-01-03\nV2;2026-01-03\n");

	(void)state;
	assert_non_null(strstr(named, "record: Vraagnr"));
	assert_non_null(strstr(named, "count as one question"));
	assert_non_null(strstr(other, "record: \"???\""));
	assert_null(strstr(other, "count as one question"));
	assert_non_null(strstr(rare, "record: \"???\""));
	free(named);
	free(other);
	free(rare);
}

static void test_a_dimension_without_any_value_on_the_list_is_a_comment(void **state)
{
	struct oeo_buf text = {0};
	char *yaml;

	(void)state;
	add_rows(&text, 30, "duif");
	yaml = suggest((char *)text.data);
	assert_non_null(strstr(yaml, "\n  # channel:"));
	assert_non_null(strstr(yaml, "\n  #     duif: ???"));
	assert_null(strstr(yaml, "\n  channel:"));
	assert_non_null(strstr(yaml, "\n  question: {column: \"???\", match: label}"));
	free(yaml);
	oeo_buf_fini(&text);
}

static void test_where_no_dimension_fits_the_first_is_left_open(void **state)
{
	char *none = suggest("Nr;Datum\n1;2026-01-02\n2;2026-01-03\n");
	char *one = suggest_with("postduif", 1);

	(void)state;
	assert_null(strstr(none, "dimensions: {}"));
	assert_non_null(strstr(none, "\ndimensions:\n  question: {column: \"???\", match: label}"));
	assert_non_null(strstr(none, "\n  # channel:"));
	assert_null(strstr(one, "\n  question:")); /* another one fits */
	assert_non_null(strstr(one, "\n  # question:"));
	assert_non_null(strstr(one, "\n  channel:"));
	free(none);
	free(one);
}

static void test_names_of_columns_cannot_break_the_yaml(void **state)
{
	struct oeo_mapping *mapping;
	char *yaml = suggest("Nr;Datum;yes;a: {b;\"c \"\"d\"\" \\\";# e;'f';-\n1;2026-01-02;x;x;x;x;x;x\n"
			     "2;2026-01-02;y;y;y;y;y;y\n");

	(void)state;
	mapping = parse(yaml);
	assert_int_equal(mapping->n_never_read, 6);
	assert_string_equal(mapping->never_read[1].names[0], "a: {b");
	assert_string_equal(mapping->never_read[2].names[0], "c \"d\" \\");
	oeo_mapping_free(mapping);
	free(yaml);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_delimiter_is_found_beside_decimal_commas_and_free_text),
	    cmocka_unit_test(test_lines_above_the_header_are_counted),
	    cmocka_unit_test(test_a_first_row_of_data_is_no_header),
	    cmocka_unit_test(test_encoding_is_told_by_the_whole_file),
	    cmocka_unit_test(test_what_is_no_table_is_refused),
	    cmocka_unit_test(test_forms_of_dates_are_told_apart),
	    cmocka_unit_test(test_a_value_is_shown_from_three_rows_on),
	    cmocka_unit_test(test_a_value_like_a_code_is_shown_from_one_row_on),
	    cmocka_unit_test(test_words_of_residents_are_filled_in_with_how_sure_that_is),
	    cmocka_unit_test(test_names_and_free_text_are_never_shown),
	    cmocka_unit_test(test_names_of_columns_cannot_break_the_yaml),
	    cmocka_unit_test(test_a_dimension_without_any_value_on_the_list_is_a_comment),
	    cmocka_unit_test(test_where_no_dimension_fits_the_first_is_left_open),
	    cmocka_unit_test(test_numbers_that_repeat_are_a_record_only_where_they_are_called_so),
	    cmocka_unit_test(test_a_file_name_cannot_break_the_yaml_or_the_command),
	};
	int failed;

	assert_non_null(mkdtemp(folder));
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	remove_tree(folder);
	return failed;
}

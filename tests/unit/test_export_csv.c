/* SPDX-License-Identifier: EUPL-1.2 */
/* The CSV files to the byte, and the data package that describes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "dashboard-export/csv.h"
#include "dashboard-export/datapackage.h"
#include "export_sample.h"
#include "proto/i18n.h"

struct fixture {
	struct sample sample;
	struct oeo_sources sources;
	struct oeo_view view;
	struct oeo_buf out;
};

/* One quarter with a few shown cells. */
static int setup(void **state)
{
	static struct fixture fixture;
	struct oeo_release release;
	char path[SAMPLE_PATH_BYTES];
	const char *paths[] = {path};

	memset(&fixture, 0, sizeof(fixture));
	assert_true(oeo_i18n_init("nl"));
	sample_init(&fixture.sample, SAMPLE_SMALL);
	sample_begin(&release, &fixture.sample, "2026-Q3");
	sample_show(&release, "total", 1234, 2000, NULL);
	sample_show(&release, "theme", 40, 50, "WO", NULL);
	sample_show(&release, "theme", 0, 0, "ZO", NULL);
	sample_show(&release, "category", 20, 0, "ZO1", NULL);
	sample_show(&release, "ward", 30, 0, "W1", NULL);
	sample_show(&release, "theme-ward", 12, 0, "WO", "W1", NULL);
	sample_show(&release, "theme-desk", 13, 0, "GE", "D2", NULL);
	sample_save(path, &release, &fixture.sample, "2026-Q3");
	assert_int_equal(oeo_sources_read(&fixture.sources, paths, 1, NULL, NULL), OEO_OK);
	assert_int_equal(oeo_view_make(&fixture.view, &fixture.sources, NULL), OEO_OK);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	oeo_buf_fini(&fixture->out);
	oeo_view_fini(&fixture->view);
	oeo_sources_fini(&fixture->sources);
	sample_fini(&fixture->sample);
	return 0;
}

static const char *csv_of(struct fixture *fixture, const char *id)
{
	const struct oeo_view_period *period = &fixture->view.periods[0];
	const struct oeo_view_table *table = oeo_view_table(period, id);

	assert_non_null(table);
	fixture->out.len = 0;
	assert_int_equal(oeo_csv_write_table(&fixture->out, period, table), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&fixture->out), OEO_OK);
	return (const char *)fixture->out.data;
}

static void test_total_is_one_row(void **state)
{
	assert_string_equal(csv_of(*state, "total"),
	    "period,residents,questions,mark,questions_mark\r\n2026-Q3,1234,2000,,\r\n");
}

static void test_theme_has_code_and_label_quoting_and_total(void **state)
{
	assert_string_equal(csv_of(*state, "theme"),
	    "period,theme,theme_label,residents,questions,mark,questions_mark\r\n"
	    "2026-Q3,GE,Geld,,,.,.\r\n"
	    "2026-Q3,WO,\"Wonen, huur en \"\"koop\"\"\",40,50,,\r\n"
	    "2026-Q3,ZO,<b>Zorg</b> & steun,0,0,,\r\n"
	    "2026-Q3,onbekend,Onbekend,,,.,.\r\n"
	    "2026-Q3,Total,Totaal,1234,2000,,\r\n");
}

static void test_questions_are_marked_apart_from_residents(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_view_table *table = &fixture->view.periods[0].tables[1];

	assert_string_equal(table->id, "theme");
	table->cells[1].is_questions_shown = false;
	table->cells[1].questions = 0;
	assert_non_null(strstr(csv_of(fixture, "theme"), "\"\"koop\"\"\",40,,,.\r\n"));
	table->cells[2].is_shown = false;
	assert_non_null(strstr(csv_of(fixture, "theme"), "steun,,0,.,\r\n"));
}

static void test_label_like_a_formula_stays_text(void **state)
{
	assert_non_null(strstr(csv_of(*state, "category"), "2026-Q3,ZO1,'=SOM(A1),20,\r\n"));
}

static void test_cross_table_has_all_its_margins_in_code_order(void **state)
{
	assert_string_equal(csv_of(*state, "theme-ward"),
	    "period,theme,theme_label,ward,ward_label,residents,mark\r\n"
	    "2026-Q3,GE,Geld,W1,Noord,,.\r\n"
	    "2026-Q3,GE,Geld,W2,Zuid,,.\r\n"
	    "2026-Q3,GE,Geld,onbekend,Onbekend,,.\r\n"
	    "2026-Q3,GE,Geld,Total,Totaal,,.\r\n"
	    "2026-Q3,WO,\"Wonen, huur en \"\"koop\"\"\",W1,Noord,12,\r\n"
	    "2026-Q3,WO,\"Wonen, huur en \"\"koop\"\"\",W2,Zuid,,.\r\n"
	    "2026-Q3,WO,\"Wonen, huur en \"\"koop\"\"\",onbekend,Onbekend,,.\r\n"
	    "2026-Q3,WO,\"Wonen, huur en \"\"koop\"\"\",Total,Totaal,40,\r\n"
	    "2026-Q3,ZO,<b>Zorg</b> & steun,W1,Noord,,.\r\n"
	    "2026-Q3,ZO,<b>Zorg</b> & steun,W2,Zuid,,.\r\n"
	    "2026-Q3,ZO,<b>Zorg</b> & steun,onbekend,Onbekend,,.\r\n"
	    "2026-Q3,ZO,<b>Zorg</b> & steun,Total,Totaal,0,\r\n"
	    "2026-Q3,onbekend,Onbekend,W1,Noord,,.\r\n"
	    "2026-Q3,onbekend,Onbekend,W2,Zuid,,.\r\n"
	    "2026-Q3,onbekend,Onbekend,onbekend,Onbekend,,.\r\n"
	    "2026-Q3,onbekend,Onbekend,Total,Totaal,,.\r\n"
	    "2026-Q3,Total,Totaal,W1,Noord,30,\r\n"
	    "2026-Q3,Total,Totaal,W2,Zuid,,.\r\n"
	    "2026-Q3,Total,Totaal,onbekend,Onbekend,,.\r\n"
	    "2026-Q3,Total,Totaal,Total,Totaal,1234,\r\n");
}

static void test_total_row_is_absent_where_the_plan_has_no_such_table(void **state)
{
	const char *text = csv_of(*state, "theme-desk");

	assert_non_null(strstr(text, "2026-Q3,GE,Geld,D2,Telefoon,13,\r\n"));
	assert_non_null(strstr(text, ",Total,Totaal,40,\r\n")); /* by theme: there is one */
	assert_null(strstr(text, ",Total,Totaal,D1,")); /* by desk: there is none */
	assert_non_null(strstr(text, "2026-Q3,Total,Totaal,Total,Totaal,1234,\r\n"));
}

static void test_three_levels_have_the_margins_of_every_set_of_them(void **state)
{
	const char *text = csv_of(*state, "theme-ward-desk");

	assert_non_null(strstr(text, ",WO,\"Wonen, huur en \"\"koop\"\"\",W1,Noord,Total,Totaal,12,\r\n"));
	assert_non_null(strstr(text, ",GE,Geld,Total,Totaal,D2,Telefoon,13,\r\n"));
	assert_null(strstr(text, ",Total,Totaal,W1,Noord,D1,")); /* ward by desk: no such table */
}

static void test_values_are_quoted_as_rfc_4180_says(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(oeo_csv_write_value(&fixture->out, "plain"), OEO_OK);
	assert_int_equal(oeo_csv_write_value(&fixture->out, "a,b"), OEO_OK);
	assert_int_equal(oeo_csv_write_value(&fixture->out, "say \"hi\""), OEO_OK);
	assert_int_equal(oeo_csv_write_value(&fixture->out, "two\nlines"), OEO_OK);
	assert_int_equal(oeo_csv_write_value(&fixture->out, ""), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&fixture->out), OEO_OK);
	assert_string_equal((const char *)fixture->out.data, "plain\"a,b\"\"say \"\"hi\"\"\"\"two\nlines\"");
}

static void test_code_list_has_both_languages_and_total(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(oeo_csv_write_codes(&fixture->out, &fixture->view, "ward"), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&fixture->out), OEO_OK);
	assert_string_equal((const char *)fixture->out.data,
	    "code,parent,label_nl,label_en\r\nW1,,Noord,North\r\nW2,,Zuid,South\r\nonbekend,,Onbekend,"
	    "Unknown\r\n"
	    "Total,,Totaal,Total\r\n");
}

/* ---- the data package ---- */

static json_t *package_of(struct fixture *fixture)
{
	json_t *package;

	assert_int_equal(oeo_datapackage_write(&fixture->out, &fixture->view, true), OEO_OK);
	package = json_loadb((const char *)fixture->out.data, fixture->out.len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(package);
	return package;
}

static const json_t *resource_of(const json_t *package, const char *path)
{
	const json_t *resource;
	size_t i;

	json_array_foreach(json_object_get(package, "resources"), i,
	    resource) if (strcmp(json_string_value(json_object_get(resource, "path")), path) ==
			  0) return resource;
	return NULL;
}

static void test_package_lists_every_file_once(void **state)
{
	json_t *package = package_of(*state);
	const json_t *resources = json_object_get(package, "resources");

	assert_string_equal(json_string_value(json_object_get(package, "profile")), "tabular-data-package");
	assert_string_equal(json_string_value(json_object_get(package, "name")), "ogen-en-oren-small");
	/* 7 tables of the quarter, and the code lists theme, category, ward, desk */
	assert_int_equal(json_array_size(resources), 11);
	assert_non_null(resource_of(package, "2026-Q3/theme-ward-desk.csv"));
	assert_non_null(resource_of(package, "codes/desk.csv"));
	assert_string_equal(
	    json_string_value(json_object_get(resource_of(package, "2026-Q3/theme.csv"), "name")),
	    "2026-q3-theme");
	assert_int_equal(json_array_size(json_object_get(package, "licenses")), 1);
	assert_int_equal(json_array_size(json_object_get(package, "sources")), 1);
	json_decref(package);
}

static void test_package_says_who_a_number_counts(void **state)
{
	json_t *package = package_of(*state);
	const json_t *fields =
	    json_object_get(json_object_get(resource_of(package, "2026-Q3/theme.csv"), "schema"), "fields");
	const json_t *field;
	size_t i, n = 0;

	json_array_foreach(fields, i, field)
	{
		const char *name = json_string_value(json_object_get(field, "name"));
		const char *meaning = json_string_value(json_object_get(field, "description"));

		if (strcmp(name, "residents") == 0)
			n += strstr(meaning, "telt \u00e9\u00e9n keer") != NULL ? 1 : 0;
		else if (strcmp(name, "questions") == 0)
			n += strstr(meaning, "Elke vraag") != NULL ? 1 : 0;
	}
	assert_int_equal(n, 2);
	json_decref(package);
}

/* The names of a schema's fields are exactly the first line of the file. */
static void test_package_describes_the_columns_that_the_files_have(void **state)
{
	struct fixture *fixture = *state;
	json_t *package = package_of(fixture);

	for (size_t i = 0; i < fixture->view.periods[0].n_tables; i++) {
		const struct oeo_view_table *table = &fixture->view.periods[0].tables[i];
		char path[128], line[512] = "";
		const json_t *field;
		size_t at;

		(void)snprintf(path, sizeof(path), "2026-Q3/%s.csv", table->id);
		json_array_foreach(
		    json_object_get(json_object_get(resource_of(package, path), "schema"), "fields"), at,
		    field)
		{
			if (at > 0)
				strcat(line, ",");
			strcat(line, json_string_value(json_object_get(field, "name")));
		}
		strcat(line, "\r\n");
		assert_memory_equal(csv_of(fixture, table->id), line, strlen(line));
	}
	json_decref(package);
}

static void test_package_keys_refer_to_the_code_lists(void **state)
{
	json_t *package = package_of(*state);
	const json_t *schema = json_object_get(resource_of(package, "2026-Q3/theme-ward.csv"), "schema");
	const json_t *keys = json_object_get(schema, "foreignKeys");
	const json_t *reference = json_object_get(json_array_get(keys, 1), "reference");

	assert_int_equal(json_array_size(json_object_get(schema, "primaryKey")), 3);
	assert_int_equal(json_array_size(keys), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(keys, 1), "fields")), "ward");
	assert_string_equal(json_string_value(json_object_get(reference, "resource")), "codes-ward");
	assert_null(json_object_get(
	    json_object_get(resource_of(package, "2026-Q3/total.csv"), "schema"), "foreignKeys"));
	json_decref(package);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FIXTURE(test_total_is_one_row),
	    WITH_FIXTURE(test_theme_has_code_and_label_quoting_and_total),
	    WITH_FIXTURE(test_questions_are_marked_apart_from_residents),
	    WITH_FIXTURE(test_label_like_a_formula_stays_text),
	    WITH_FIXTURE(test_cross_table_has_all_its_margins_in_code_order),
	    WITH_FIXTURE(test_total_row_is_absent_where_the_plan_has_no_such_table),
	    WITH_FIXTURE(test_three_levels_have_the_margins_of_every_set_of_them),
	    WITH_FIXTURE(test_values_are_quoted_as_rfc_4180_says),
	    WITH_FIXTURE(test_code_list_has_both_languages_and_total),
	    WITH_FIXTURE(test_package_lists_every_file_once),
	    WITH_FIXTURE(test_package_says_who_a_number_counts),
	    WITH_FIXTURE(test_package_describes_the_columns_that_the_files_have),
	    WITH_FIXTURE(test_package_keys_refer_to_the_code_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

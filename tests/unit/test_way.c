/* SPDX-License-Identifier: EUPL-1.2 */
/* One question's way, from what is typed to what others get. */
#include "rights_fixture.h"

#include "agent/way.h"
#include "agent/way_internal.h"

static struct oeo_question a_question(const char *name)
{
	struct oeo_question made = {.n_fields = 3, .n_dimensions = 2};

	assert_int_equal(oeo_day_parse(&made.day, "2025-01-10"), OEO_OK);
	made.identity[0] = strdup(name[0] != '\0' ? "1960-06-05" : "");
	made.identity[1] = strdup(name[0] != '\0' ? "7601AA" : "");
	made.identity[2] = strdup(name);
	strcpy(made.dimensions[0], "question");
	strcpy(made.codes[0], "W1");
	strcpy(made.dimensions[1], "area");
	strcpy(made.codes[1], name[0] != '\0' ? "A" : OEO_UNKNOWN);
	return made;
}

static void test_the_bytes_are_those_of_a_submission(void **state)
{
	struct rights_world *world = *state;
	struct oeo_question question = a_question("zandstra");
	struct oeo_way_sealed sealed;
	struct oeo_way_sealed again;

	assert_int_equal(oeo_way_seal(&sealed, world->fixture.plan, &question), OEO_OK);
	assert_int_equal(oeo_way_seal(&again, world->fixture.plan, &question), OEO_OK);
	assert_memory_equal(
	    sealed.cell_name.data, "oeo1\037test\0375\037m-theme\0372025-01\037W", sealed.cell_name.len);
	assert_memory_equal(sealed.resident_name.data,
	    "oeo1\037resident\037birthdate=1960-06-05\037postcode=7601AA\037surname=zandstra",
	    sealed.resident_name.len);
	assert_true(sealed.has_share);
	assert_true(oeo_element_is_valid(sealed.blinded_cell[0]));
	assert_true(oeo_element_is_valid(sealed.blinded_resident[1]));
	assert_int_equal(
	    sealed.label.len, oeo_table_label_bytes(world->fixture.plan, sealed.table) + OEO_LABEL_MAC_BYTES);
	/* Other keys and blinds each time. */
	assert_memory_not_equal(sealed.tag, again.tag, OEO_TAG_BYTES);
	assert_memory_not_equal(sealed.blinded_cell[0], again.blinded_cell[0], OEO_ELEMENT_BYTES);
	oeo_way_sealed_fini(&sealed);
	oeo_way_sealed_fini(&again);
	oeo_question_fini(&question);
}

static void test_without_a_resident_there_is_no_share(void **state)
{
	struct rights_world *world = *state;
	struct oeo_question question = a_question("");
	struct oeo_way_sealed sealed;
	size_t week = oeo_plan_find_table(world->fixture.plan, "q-week");
	struct oeo_table *tables = world->fixture.plan->tables;
	uint8_t nothing[OEO_X_BYTES] = {0};

	assert_int_equal(oeo_way_seal(&sealed, world->fixture.plan, &question), OEO_OK);
	assert_false(sealed.has_share);
	assert_int_equal(sealed.resident_name.len, 0);
	oeo_way_sealed_fini(&sealed);
	world->fixture.plan->tables = &tables[week]; /* walk-ins count by the week there */
	assert_int_equal(oeo_way_seal(&sealed, world->fixture.plan, &question), OEO_OK);
	assert_true(sealed.has_share);
	assert_memory_not_equal(sealed.x, nothing, OEO_X_BYTES);
	oeo_way_sealed_fini(&sealed);
	world->fixture.plan->tables = tables;
	oeo_question_fini(&question);
}

static char *hex_of(const struct oeo_way *way, const char *name)
{
	for (size_t i = 0; i < way->n; i++) {
		if (way->blocks[i].kind == OEO_WAY_BYTES && strstr(way->blocks[i].name, name) != NULL)
			return strchr(way->blocks[i].text, ':') + 2;
	}
	fail_msg("no bytes of %s", name);
	return NULL;
}

static void test_page_and_text_tell_the_same(void **state)
{
	struct rights_world *world = *state;
	struct oeo_question question = a_question("zandstra");
	const struct oeo_way_typed typed[] = {{"Naam", "Zándstra <b>"}};
	struct oeo_card card = {.role = OEO_ROLE_KEYHOLDER, .id = "kone", .name = "De Eerste"};
	struct oeo_html *html = NULL;
	struct oeo_buf page = {0};
	struct oeo_buf text = {0};
	struct oeo_way way;

	assert_int_equal(oeo_way_make(&way, world->fixture.plan, &question, typed, 1, &card, 1), OEO_OK);
	assert_int_equal(oeo_html_new(&html), OEO_OK);
	oeo_html_open(html, "main", NULL);
	oeo_way_write_html(html, &way);
	oeo_html_close(html);
	assert_int_equal(oeo_html_finish(html, &page), OEO_OK);
	oeo_html_free(html);
	assert_int_equal(oeo_buf_terminate(&page), OEO_OK);
	assert_int_equal(oeo_way_write_text(&text, &way), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	assert_non_null(strstr((const char *)page.data, hex_of(&way, "De Eerste")));
	assert_non_null(strstr((const char *)page.data, hex_of(&way, "ktwo")));
	assert_non_null(strstr((const char *)page.data, "Zándstra &lt;b&gt;"));
	assert_non_null(strstr((const char *)page.data, "surname=zandstra"));
	assert_null(strstr((const char *)page.data, "\037"));
	assert_non_null(strstr((const char *)text.data, "surname=zandstra"));
	oeo_way_fini(&way);
	oeo_buf_fini(&page);
	oeo_buf_fini(&text);
	oeo_question_fini(&question);
}

static void test_every_plan_has_an_example(void **state)
{
	static const char *const plans[] = {"almelo", "almere", "amersfoort"};

	(void)state;
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		struct oeo_findings findings = {0};
		struct oeo_plan *plan = NULL;
		struct oeo_way way;
		char path[OEO_PATH_BYTES];

		(void)snprintf(path, sizeof(path), "%s/../proto/plans/%s/plan.yaml", OEO_TEST_DIR, plans[i]);
		assert_int_equal(oeo_plan_file_read(&plan, path, &findings), OEO_OK);
		assert_int_equal(oeo_way_make_example(&way, plan, 20000, NULL, 0), OEO_OK);
		assert_true(way.n > 20);
		oeo_way_fini(&way);
		oeo_plan_free(plan);
		oeo_findings_fini(&findings);
	}
}

#define RIGHTS_TEST(name) cmocka_unit_test_setup_teardown(name, rights_setup, rights_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    RIGHTS_TEST(test_the_bytes_are_those_of_a_submission),
	    RIGHTS_TEST(test_without_a_resident_there_is_no_share),
	    RIGHTS_TEST(test_page_and_text_tell_the_same),
	    cmocka_unit_test(test_every_plan_has_an_example),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

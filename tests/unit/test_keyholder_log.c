/* SPDX-License-Identifier: EUPL-1.2 */
/* The page for the council: what it counts, what it marks, and that its HTML is sound. */
#include "keyholder_world.h"

#include <libxml/parser.h>

#include "keyholder/daemon.h"
#include "keyholder/log_page.h"

static struct oeo_note why;

static int64_t seconds(const char *text)
{
	struct oeo_clock clock;

	assert_ok(oeo_clock_parse(&clock, text));
	return clock.fixed_s;
}

static void make_period(struct keyholder_world *world, const char *text)
{
	struct oeo_period period = world_period(text);
	struct oeo_opened_keys keys = {0};
	struct oeo_period_record record;
	enum oeo_reason reason = 0;

	assert_ok(oeo_period_keys_open(
	    &keys, world->reg, &world->home, "almelo", &period, 1000, &reason, &record, &why));
	oeo_opened_keys_fini(&keys);
}

static void use(struct keyholder_world *world, size_t member, const char *period, enum oeo_purpose purpose,
    uint64_t count, const char *when)
{
	struct oeo_access access = {world->members[member].card.id, "almelo", period, purpose};

	assert_ok(oeo_access_log_add(world->reg, &access, count, seconds(when)));
}

static void make_page(struct keyholder_world *world, struct oeo_log_page *page)
{
	assert_ok(oeo_log_page_make(
	    page, world->reg, &world->home, &world->self.card, oeo_clock_now_s(&world->clock), &why));
}

static void test_it_counts_per_period_and_member_newest_first(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_log_page page = {0};
	const struct oeo_log_line *line;

	make_period(world, "2026-Q2");
	make_period(world, "2026-Q3");
	use(world, 0, "2026-Q3", OEO_PURPOSE_RESIDENT, 128, "2026-10-20");
	use(world, 0, "2026-Q3", OEO_PURPOSE_CELL, 64, "2026-10-19");
	use(world, 1, "2026-Q3", OEO_PURPOSE_CELL, 64, "2026-10-18");
	use(world, 1, "2026-Q2", OEO_PURPOSE_CELL, 64, "2026-07-18");
	make_page(world, &page);
	assert_int_equal(page.n_periods, 2);
	assert_string_equal(page.periods[0].text, "2026-Q3");
	assert_int_equal(page.periods[0].n_lines, 2);
	line = &page.periods[0].lines[0];
	assert_string_equal(line->member, "lid-0");
	assert_string_equal(line->name, "Naam & Co");
	assert_int_equal(line->residents, 128);
	assert_int_equal(line->cells, 64);
	assert_int_equal(line->last_s, seconds("2026-10-20"));
	assert_true(line->quota > 0);
	assert_false(line->is_nearly_spent || line->is_outlier || line->is_late);
	assert_int_equal(page.periods[1].n_lines, 1);
	oeo_log_page_fini(&page);
	oeo_log_page_fini(NULL);
}

static void test_it_marks_what_nears_the_quota(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_log_page page = {0};
	uint64_t quota = 1000;
	char remarks[256];

	assert_ok(oeo_members_admit(world->reg, &world->members[0].card, &quota, 1000, &why));
	assert_ok(oeo_members_admit(world->reg, &world->members[1].card, &quota, 1000, &why));
	make_period(world, "2026-Q3");
	use(world, 0, "2026-Q3", OEO_PURPOSE_CELL, 799, "2026-10-20");
	use(world, 1, "2026-Q3", OEO_PURPOSE_CELL, 800, "2026-10-20");
	make_page(world, &page);
	assert_false(page.periods[0].lines[0].is_nearly_spent);
	assert_true(page.periods[0].lines[1].is_nearly_spent);
	oeo_log_remarks(remarks, sizeof(remarks), &page.periods[0].lines[1]);
	assert_string_not_equal(remarks, "");
	oeo_log_page_fini(&page);
	/* What the operator adds counts. */
	assert_ok(oeo_access_log_grant(world->reg, "lid-1", "almelo", "2026-Q3", 64));
	make_page(world, &page);
	assert_false(page.periods[0].lines[1].is_nearly_spent);
	assert_int_equal(page.periods[0].lines[1].quota, 1064);
	assert_int_equal(page.periods[0].lines[1].granted, 64);
	oeo_log_page_fini(&page);
}

static void test_it_marks_who_asks_far_more_than_the_middle_of_three(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_log_page page = {0};

	make_period(world, "2026-Q3");
	use(world, 0, "2026-Q3", OEO_PURPOSE_CELL, 64, "2026-10-20");
	use(world, 1, "2026-Q3", OEO_PURPOSE_CELL, 640, "2026-10-20");
	make_page(world, &page);
	assert_false(page.periods[0].lines[1].is_outlier); /* two members have no middle */
	oeo_log_page_fini(&page);
	assert_ok(oeo_members_admit(world->reg, &world->members[2].card, NULL, 1000, &why));
	use(world, 2, "2026-Q3", OEO_PURPOSE_CELL, 192, "2026-10-20");
	make_page(world, &page);
	assert_true(page.periods[0].lines[1].is_outlier); /* 640 > 3 * 192 */
	assert_false(page.periods[0].lines[2].is_outlier);
	oeo_log_page_fini(&page);
	use(world, 2, "2026-Q3", OEO_PURPOSE_RESIDENT, 64, "2026-10-20");
	make_page(world, &page);
	assert_false(page.periods[0].lines[1].is_outlier); /* 640 <= 3 * 256 */
	oeo_log_page_fini(&page);
}

/* Ask on this day, and tell whether that is marked. */
static bool is_marked_late(struct keyholder_world *world, const char *period, int64_t day, int64_t second)
{
	struct oeo_access access = {"lid-0", "almelo", period, OEO_PURPOSE_CELL};
	struct oeo_log_page page = {0};
	bool is_late;

	assert_ok(oeo_access_log_add(world->reg, &access, 64, day * 86400 + second));
	make_page(world, &page);
	is_late = page.periods[0].lines[0].is_late;
	oeo_log_page_fini(&page);
	return is_late;
}

static void test_it_marks_who_asks_after_the_deadline(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_plan_set set = {NULL, 0};
	struct oeo_period period = world_period("2026-Q4");
	int64_t deadline;

	assert_ok(oeo_plan_set_load(&set, world->reg, &why));
	deadline = oeo_plan_deadline_day(set.items[0].plan, &period);
	make_period(world, "2026-Q4");
	assert_false(is_marked_late(world, "2026-Q4", deadline, 86399));
	assert_true(is_marked_late(world, "2026-Q4", deadline + 1, 0));
	oeo_plan_set_fini(&set);
}

static void test_what_was_there_before_the_plan_is_not_late_at_once(void **state)
{
	struct keyholder_world *world = *state;
	int64_t approved = oeo_clock_today(&world->clock);

	/* Approved long after the period: 14 days of grace and 7 of window count from then. */
	make_period(world, "2025-Q1");
	assert_false(is_marked_late(world, "2025-Q1", approved, 0));
	assert_false(is_marked_late(world, "2025-Q1", approved + 21, 86399));
	assert_true(is_marked_late(world, "2025-Q1", approved + 22, 0));
}

static void test_it_tells_keys_that_are_lost_from_those_destroyed(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_log_page page = {0};
	struct oeo_period_record record;
	struct oeo_period ended = world_period("2026-Q2");
	char path[OEO_PATH_BYTES];
	char text[160];

	make_period(world, "2026-Q1");
	make_period(world, "2026-Q2");
	make_period(world, "2026-Q3");
	assert_ok(oeo_period_keys_destroy(
	    &record, world->reg, &world->home, &world->self, "almelo", &ended, seconds("2026-08-01"), &why));
	assert_ok(oeo_home_path(path, &world->home, "periods/almelo/2026-Q1.key"));
	assert_int_equal(unlink(path), 0);
	make_page(world, &page);
	assert_int_equal(page.periods[0].state, OEO_KEYS_IN_USE);
	assert_int_equal(page.periods[1].state, OEO_KEYS_DESTROYED);
	oeo_log_state_text(text, sizeof(text), &page.periods[1]);
	assert_non_null(strstr(text, "2026-08-01"));
	assert_int_equal(page.periods[2].state, OEO_KEYS_LOST);
	oeo_log_page_fini(&page);
}

static bool has(const struct oeo_buf *text, const char *part)
{
	return memmem(text->data, text->len, part, strlen(part)) != NULL;
}

/* A page with everything on it. */
static void make_full_page(struct keyholder_world *world, struct oeo_log_page *page)
{
	make_period(world, "2026-Q3");
	use(world, 0, "2026-Q3", OEO_PURPOSE_RESIDENT, 64, "2026-10-20");
	use(world, 0, "2026-Q3", OEO_PURPOSE_CELL, 1000064, "2027-02-20");
	for (unsigned reason = OEO_REASON_MALFORMED; reason <= OEO_REASON_INTERNAL; reason++)
		assert_ok(oeo_access_log_refuse(
		    world->reg, "lid-0", reason, "almelo", "2026-Q3", seconds("2026-10-20")));
	assert_ok(
	    oeo_access_log_refuse(world->reg, "", OEO_REASON_UNKNOWN_MEMBER, "", "", seconds("2026-10-20")));
	assert_ok(oeo_register_set_number(world->reg, OEO_FACT_REFUSED_HANDSHAKES, 17));
	make_page(world, page);
}

static void test_the_text_names_members_numbers_and_marks(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_log_page page = {0};
	struct oeo_buf text = {0};

	make_full_page(world, &page);
	assert_ok(oeo_log_page_text(&text, &page));
	assert_true(has(&text, "lid-0"));
	assert_true(has(&text, "1000064"));
	assert_true(has(&text, "(!)"));
	assert_true(has(&text, "2027-02-20"));
	assert_true(has(&text, "17"));
	oeo_buf_fini(&text);
	oeo_log_page_fini(&page);
}

static void test_the_page_is_well_formed_and_escaped(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_log_page page = {0};
	struct oeo_buf html = {0};
	struct oeo_card hostile = world->members[1].card;
	xmlDocPtr document;

	(void)snprintf(hostile.name, sizeof(hostile.name), "%s", "<script>alert(\"x\")</script> & zonen");
	assert_ok(oeo_members_admit(world->reg, &hostile, NULL, 1000, &why));
	use(world, 1, "2026-Q3", OEO_PURPOSE_CELL, 64, "2026-10-20");
	make_full_page(world, &page);
	assert_ok(oeo_log_page_html(&html, &page));
	assert_false(has(&html, "<script"));
	assert_true(has(&html, "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; zonen"));
	assert_true(has(&html, "<html lang=\"nl\">"));
	assert_true(has(&html, "<caption>2026-Q3"));
	assert_true(has(&html, "<th scope=\"row\">Naam &amp; Co</th>"));
	assert_false(has(&html, "http")); /* nothing is loaded from elsewhere */
	document = xmlReadMemory((const char *)html.data, (int)html.len, "log.html", NULL, XML_PARSE_NONET);
	assert_non_null(document);
	xmlFreeDoc(document);
	xmlCleanupParser();
	oeo_buf_fini(&html);
	oeo_log_page_fini(&page);
}

static void test_the_json_holds_the_same(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_log_page page = {0};
	json_t *root;
	const json_t *line;

	make_full_page(world, &page);
	root = oeo_log_page_json(&page);
	assert_non_null(root);
	line = json_array_get(
	    json_object_get(json_array_get(json_object_get(root, "periods"), 0), "members"), 0);
	assert_int_equal(json_integer_value(json_object_get(line, "cells")), 1000064);
	assert_true(json_is_true(json_object_get(line, "late")));
	assert_int_equal(json_array_size(json_object_get(root, "refusals")), OEO_REASON_INTERNAL + 1);
	json_decref(root);
	oeo_log_page_fini(&page);
}

static void test_an_empty_page_says_so(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_log_page page = {0};
	struct oeo_buf text = {0};
	struct oeo_buf html = {0};

	make_page(world, &page);
	assert_int_equal(page.n_periods, 0);
	assert_ok(oeo_log_page_text(&text, &page));
	assert_ok(oeo_log_page_html(&html, &page));
	assert_true(text.len > 0 && html.len > 0);
	assert_null(oeo_log_explanation(99));
	oeo_buf_fini(&text);
	oeo_buf_fini(&html);
	oeo_log_page_fini(&page);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_it_counts_per_period_and_member_newest_first),
	    TEST(test_it_marks_what_nears_the_quota),
	    TEST(test_it_marks_who_asks_far_more_than_the_middle_of_three),
	    TEST(test_it_marks_who_asks_after_the_deadline),
	    TEST(test_what_was_there_before_the_plan_is_not_late_at_once),
	    TEST(test_it_tells_keys_that_are_lost_from_those_destroyed),
	    TEST(test_the_text_names_members_numbers_and_marks),
	    TEST(test_the_page_is_well_formed_and_escaped),
	    TEST(test_the_json_holds_the_same),
	    TEST(test_an_empty_page_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* Characters that XML 1.0 does not allow never come out of the writer of pages, whichever way they go in. */
#include <libxml/parser.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "proto/html.h"
#include "proto/text.h"

#define FFFD "\xEF\xBF\xBD"
#define BAD "a\x05z\xEF\xBF\xBE\xFF" /* U+0005, U+FFFE and a byte that is not UTF-8 */
#define MENDED "a" FFFD "z" FFFD FFFD
#define MENDED_VALUE "a&#xFFFD;z&#xFFFD;&#xFFFD;" /* as libxml2 writes an attribute */

static void assert_for_xml(const char *text, const char *wanted)
{
	struct oeo_buf room = {0};
	const char *found = oeo_text_for_xml(text, &room);

	assert_non_null(found);
	assert_string_equal(found, wanted);
	/* What may stay as it is, is not copied. */
	assert_true((found == text) == (strcmp(text, wanted) == 0));
	oeo_buf_fini(&room);
}

static void test_text_that_xml_allows_stays_as_it_is(void **state)
{
	static const char *const allowed[] = {"", "a", "\t\n\r ~\x7F", "Caf\xC3\xA9 & <b>",
	    "\xED\x9F\xBF" /* U+D7FF */, "\xEE\x80\x80" /* U+E000 */, FFFD, "\xF0\x90\x80\x80" /* U+10000 */,
	    "\xF4\x8F\xBF\xBF" /* U+10FFFF */};

	(void)state;
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		assert_for_xml(allowed[i], allowed[i]);
}

static void test_control_characters_are_replaced(void **state)
{
	(void)state;
	for (char c = 1; c < 0x20; c++) {
		const char text[] = {'a', c, 'b', '\0'};

		assert_for_xml(text, c == '\t' || c == '\n' || c == '\r' ? text : "a" FFFD "b");
	}
}

static void test_other_characters_that_xml_forbids_are_replaced(void **state)
{
	(void)state;
	assert_for_xml("\xEF\xBF\xBE", FFFD); /* U+FFFE */
	assert_for_xml("x\xEF\xBF\xBF", "x" FFFD); /* U+FFFF */
	assert_for_xml("\xED\xA0\x80y", FFFD FFFD FFFD "y"); /* a surrogate, U+D800: no UTF-8 */
	assert_for_xml("\xF4\x90\x80\x80", FFFD FFFD FFFD FFFD); /* U+110000 */
	assert_for_xml("\xC0\xAF.", FFFD FFFD "."); /* too long a form */
	assert_for_xml("cut \xE2\x82", "cut " FFFD);
	assert_for_xml(BAD, MENDED);
}

static void test_room_may_be_used_again(void **state)
{
	struct oeo_buf room = {0};

	(void)state;
	assert_string_equal(oeo_text_for_xml("\x01 a long one", &room), FFFD " a long one");
	assert_string_equal(oeo_text_for_xml("\x02", &room), FFFD);
	oeo_buf_fini(&room);
}

static void test_no_memory_for_the_copy_is_told(void **state)
{
	struct oeo_buf room = {0};
	const char *found;

	(void)state;
	alloc_fail_after(0);
	found = oeo_text_for_xml(BAD, &room);
	alloc_fail_never();
	assert_null(found);
	oeo_buf_fini(&room);
}

/* ---- the writer ---- */

/* Everything that takes a text or a value. */
static void write_all(struct oeo_html *html, const char *text)
{
	oeo_html_open(html, "p", "title", text, "lang", NULL, NULL);
	oeo_html_attribute(html, "class", "%s-%d", text, 1);
	oeo_html_text(html, text);
	oeo_html_textf(html, "%d%s", 2, text);
	oeo_html_void(html, "br", "id", text, NULL);
	oeo_html_element(html, "b", text, text);
	oeo_html_close(html);
}

static enum oeo_err write_page(struct oeo_buf *page, const char *text)
{
	struct oeo_html *html = NULL;
	enum oeo_err err = oeo_html_new(&html);

	if (err != OEO_OK)
		return err;
	write_all(html, text);
	err = oeo_html_finish(html, page);
	oeo_html_free(html);
	return err;
}

static void test_no_way_into_a_page_lets_them_through(void **state)
{
	struct oeo_buf page = {0};
	xmlDocPtr document;

	(void)state;
	assert_int_equal(write_page(&page, BAD), OEO_OK);
	document = xmlReadMemory((const char *)page.data, (int)page.len, NULL, "UTF-8", XML_PARSE_NONET);
	assert_non_null(document);
	xmlFreeDoc(document);
	assert_int_equal(oeo_buf_terminate(&page), OEO_OK);
	assert_string_equal((const char *)page.data,
	    "<!DOCTYPE html>\n<p title=\"" MENDED_VALUE "\" class=\"" MENDED_VALUE "-1\">" MENDED "2" MENDED
	    "<br id=\"" MENDED_VALUE "\"/><b class=\"" MENDED_VALUE "\">" MENDED "</b></p>\n");
	oeo_buf_fini(&page);
}

static void test_text_and_values_are_escaped(void **state)
{
	struct oeo_buf page = {0};

	(void)state;
	assert_int_equal(write_page(&page, "<&\">"), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&page), OEO_OK);
	assert_null(strstr((const char *)page.data, "<&"));
	assert_null(strstr((const char *)page.data, "&\""));
	assert_non_null(strstr((const char *)page.data, "2&lt;&amp;"));
	oeo_buf_fini(&page);
}

static void test_text_that_is_missing_fails_the_page(void **state)
{
	struct oeo_buf page = {0};
	struct oeo_html *html = NULL;

	(void)state;
	assert_int_equal(oeo_html_new(&html), OEO_OK);
	oeo_html_open(html, "p", NULL);
	oeo_html_text(html, NULL);
	oeo_html_text(html, "more");
	assert_int_equal(oeo_html_finish(html, &page), OEO_ERR_INTERNAL);
	assert_int_equal(page.len, 0);
	oeo_html_free(html);
}

static void test_every_failing_allocation_is_an_error(void **state)
{
	struct oeo_buf page = {0};
	enum oeo_err err = OEO_ERR_NOMEM;
	long n;

	(void)state;
	for (n = 0; err != OEO_OK && n < 100; n++) {
		page.len = 0;
		alloc_fail_after(n);
		err = write_page(&page, BAD);
		alloc_fail_never();
	}
	assert_int_equal(err, OEO_OK);
	assert_true(n > 2);
	oeo_buf_fini(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text_that_xml_allows_stays_as_it_is),
	    cmocka_unit_test(test_control_characters_are_replaced),
	    cmocka_unit_test(test_other_characters_that_xml_forbids_are_replaced),
	    cmocka_unit_test(test_room_may_be_used_again),
	    cmocka_unit_test(test_no_memory_for_the_copy_is_told),
	    cmocka_unit_test(test_no_way_into_a_page_lets_them_through),
	    cmocka_unit_test(test_text_and_values_are_escaped),
	    cmocka_unit_test(test_text_that_is_missing_fails_the_page),
	    cmocka_unit_test(test_every_failing_allocation_is_an_error),
	};

	return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}

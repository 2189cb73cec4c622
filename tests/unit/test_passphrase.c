/* SPDX-License-Identifier: EUPL-1.2 */
/* A passphrase from a file: who may read that file, what of it counts, and how short a new one may be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/home.h"
#include "proto/passphrase.h"
#include "scratch.h"

static struct scratch scratch;

static int setup(void **state)
{
	(void)state;
	return scratch_make(&scratch);
}

static int teardown(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

/* What is taken from a file that holds this; no_text where it is an error. */
static enum oeo_err take(const char *text, size_t len, unsigned mode, bool is_new, const char *wanted)
{
	struct oeo_secret passphrase = {NULL, 0};
	struct oeo_note why = {""};
	char path[128];
	enum oeo_err err;

	(void)snprintf(path, sizeof(path), "%s/phrase", scratch.path);
	assert_int_equal(oeo_file_write(path, text, len, mode, NULL), OEO_OK);
	err = oeo_passphrase_read(&passphrase, path, is_new, &why);
	if (err == OEO_OK) {
		assert_int_equal(passphrase.len, strlen(wanted));
		assert_memory_equal(passphrase.bytes, wanted, passphrase.len);
	} else {
		assert_null(passphrase.bytes);
		assert_null(strstr(why.text, "horse"));
	}
	oeo_secret_fini(&passphrase);
	return err;
}

static enum oeo_err take_text(const char *text, bool is_new, const char *wanted)
{
	return take(text, strlen(text), 0600, is_new, wanted);
}

static void test_first_line_counts_without_mark_and_end(void **state)
{
	(void)state;
	assert_int_equal(take_text("correct horse 1", true, "correct horse 1"), OEO_OK);
	assert_int_equal(take_text("correct horse 1\n", true, "correct horse 1"), OEO_OK);
	assert_int_equal(take_text("\xEF\xBB\xBF"
				   "correct horse 1\r\nmore\r\n",
			     true, "correct horse 1"),
	    OEO_OK);
	assert_int_equal(take_text(" spaces count \n", true, " spaces count "), OEO_OK);
	assert_int_equal(take_text("\ncorrect horse 1\n", true, NULL), OEO_ERR_FORMAT);
	assert_int_equal(take_text("", false, NULL), OEO_ERR_FORMAT);
	assert_int_equal(take_text("\xEF\xBB\xBF\r\n", false, NULL), OEO_ERR_FORMAT);
}

/* Of "correct horse" and a zero nobody knows what was meant. */
static void test_a_zero_byte_is_refused_and_cuts_nothing_off(void **state)
{
	(void)state;
	assert_int_equal(take("correct horse\0staple\n", 21, 0600, true, NULL), OEO_ERR_FORMAT);
	assert_int_equal(take("correct horse\0", 14, 0600, false, NULL), OEO_ERR_FORMAT);
	/* UTF-16 */
	assert_int_equal(take("h\0o\0r\0s\0e\0", 10, 0600, false, NULL), OEO_ERR_FORMAT);
}

static void test_file_is_the_owner_s_alone(void **state)
{
	(void)state;
	assert_int_equal(take("correct horse 1", 15, 0400, true, "correct horse 1"), OEO_OK);
	assert_int_equal(take("correct horse 1", 15, 0640, true, NULL), OEO_ERR_REFUSED);
	assert_int_equal(take("correct horse 1", 15, 0604, true, NULL), OEO_ERR_REFUSED);
	assert_int_equal(take("correct horse 1", 15, 0620, false, NULL), OEO_ERR_REFUSED);
}

static void test_a_new_one_has_twelve_characters(void **state)
{
	(void)state;
	assert_int_equal(take_text("horse678901", true, NULL), OEO_ERR_RANGE);
	assert_int_equal(take_text("horse6789012", true, "horse6789012"), OEO_OK);
	assert_int_equal(take_text("horse67890123", true, "horse67890123"), OEO_OK);
	/* Characters, not bytes. */
	assert_int_equal(
	    take_text("horse\xC3\xAB\xC3\xAB\xC3\xAB\xC3\xAB\xC3\xAB\xC3\xAB", true, NULL), OEO_ERR_RANGE);
	/* One that was chosen before is not judged. */
	assert_int_equal(take_text("short", false, "short"), OEO_OK);
}

static void test_longest_one_fits_and_one_more_is_refused(void **state)
{
	char text[OEO_PASSPHRASE_BYTES + 3];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[OEO_PASSPHRASE_BYTES] = '\0';
	assert_int_equal(take(text, OEO_PASSPHRASE_BYTES, 0600, true, text), OEO_OK);
	text[OEO_PASSPHRASE_BYTES] = 'x';
	text[OEO_PASSPHRASE_BYTES + 1] = '\0';
	assert_int_equal(take(text, OEO_PASSPHRASE_BYTES + 1, 0600, true, NULL), OEO_ERR_RANGE);
	assert_int_equal(take(text, OEO_PASSPHRASE_BYTES + 1, 0600, false, NULL), OEO_ERR_RANGE);
}

static void test_what_is_no_file_is_refused(void **state)
{
	struct oeo_secret passphrase = {NULL, 0};
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/none", scratch.path);
	assert_int_equal(oeo_passphrase_read(&passphrase, path, true, NULL), OEO_ERR_NOT_FOUND);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(oeo_passphrase_read(&passphrase, path, true, NULL), OEO_ERR_FORMAT);
	assert_int_equal(oeo_passphrase_read(&passphrase, scratch.path, true, NULL), OEO_ERR_FORMAT);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_first_line_counts_without_mark_and_end),
	    TEST(test_a_zero_byte_is_refused_and_cuts_nothing_off),
	    TEST(test_file_is_the_owner_s_alone),
	    TEST(test_a_new_one_has_twelve_characters),
	    TEST(test_longest_one_fits_and_one_more_is_refused),
	    TEST(test_what_is_no_file_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

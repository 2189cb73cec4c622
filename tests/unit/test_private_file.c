/* SPDX-License-Identifier: EUPL-1.2 */
/* A file with a secret of somebody: who may read it, and what is told of what is there instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/home.h"
#include "proto/private_file.h"
#include "scratch.h"

#define LIMIT 8

struct world {
	struct scratch scratch;
	char path[128];
};

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	if (world == NULL || scratch_make(&world->scratch) != 0)
		return -1;
	(void)snprintf(world->path, sizeof(world->path), "%s/secret", world->scratch.path);
	*state = world;
	return 0;
}

static void put(const struct world *world, const char *text, size_t len, unsigned mode)
{
	assert_int_equal(oeo_file_write(world->path, text, len, mode, NULL), OEO_OK);
}

/* Reading it fails so, and that is told in these words and not by its content. */
static void assert_fails(const char *path, enum oeo_err wanted, const char *words)
{
	struct oeo_buf text = {0};
	struct oeo_note why = {""};

	assert_int_equal(oeo_private_file_read(&text, path, LIMIT, &why), wanted);
	assert_non_null(strstr(why.text, words));
	assert_null(strstr(why.text, "horse"));
	oeo_buf_wipe(&text);
	oeo_buf_fini(&text);
}

static void assert_holds(const struct world *world, const char *wanted)
{
	struct oeo_buf text = {0};

	assert_int_equal(oeo_private_file_read(&text, world->path, LIMIT, NULL), OEO_OK);
	assert_int_equal(text.len, strlen(wanted));
	assert_string_equal(text.data, wanted);
	oeo_buf_wipe(&text);
	oeo_buf_fini(&text);
}

static void test_whole_file_is_read_up_to_its_limit(void **state)
{
	struct world *world = *state;

	put(world, "", 0, 0600);
	assert_holds(world, "");
	put(world, "a horse", 7, 0400);
	assert_holds(world, "a horse");
	put(world, "a horse\n", 8, 0600);
	assert_holds(world, "a horse\n");
	put(world, "a horse\r\n", 9, 0600);
	assert_fails(world->path, OEO_ERR_RANGE, "larger than 8 bytes");
}

static void test_what_others_may_read_is_refused_with_the_cure(void **state)
{
	static const unsigned modes[] = {0640, 0604, 0620, 0602, 0610, 0601};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		put(world, "a horse", 7, modes[i]);
		assert_fails(world->path, OEO_ERR_REFUSED, "chmod 600");
	}
}

static void test_a_zero_byte_is_no_text(void **state)
{
	struct world *world = *state;

	put(world, "a\0horse", 7, 0600);
	assert_fails(world->path, OEO_ERR_FORMAT, "not a text file");
	put(world, "a horse\0", 8, 0600);
	assert_fails(world->path, OEO_ERR_FORMAT, "not a text file");
}

static void test_folder_pipe_absence_and_what_cannot_be_read_are_told_apart(void **state)
{
	struct world *world = *state;

	assert_fails(world->path, OEO_ERR_NOT_FOUND, "cannot read it");
	assert_fails(world->scratch.path, OEO_ERR_FORMAT, "this is not a file");
	assert_int_equal(symlink(world->path, world->path), 0); /* refused to everybody, root too */
	assert_fails(world->path, OEO_ERR_IO, "cannot read it");
	assert_int_equal(unlink(world->path), 0);
	assert_int_equal(mkfifo(world->path, 0600), 0);
	(void)alarm(5); /* should it hang after all */
	assert_fails(world->path, OEO_ERR_FORMAT, "this is not a file");
	(void)alarm(0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_whole_file_is_read_up_to_its_limit),
	    TEST(test_what_others_may_read_is_refused_with_the_cure),
	    TEST(test_a_zero_byte_is_no_text),
	    TEST(test_folder_pipe_absence_and_what_cannot_be_read_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

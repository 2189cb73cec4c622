/* SPDX-License-Identifier: EUPL-1.2 */
#include "vectors.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/secret.h"

struct folder {
	char path[64];
	char key[96]; /* a file in it that is not there yet */
};

static int make_folder(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));

	if (folder == NULL)
		return -1;
	strcpy(folder->path, "/tmp/oeo-test-secret-XXXXXX");
	if (mkdtemp(folder->path) == NULL)
		return -1;
	(void)snprintf(folder->key, sizeof(folder->key), "%s/curve.key", folder->path);
	*state = folder;
	return 0;
}

/* Number of entries in the folder; removes them where told. */
static unsigned entries(const struct folder *folder, bool is_removed)
{
	DIR *dir = opendir(folder->path);
	unsigned n = 0;

	assert_non_null(dir);
	for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		n++;
		if (is_removed)
			assert_int_equal(unlinkat(dirfd(dir), entry->d_name, 0), 0);
	}
	assert_int_equal(closedir(dir), 0);
	return n;
}

static int remove_folder(void **state)
{
	struct folder *folder = *state;

	(void)entries(folder, true);
	if (rmdir(folder->path) != 0)
		return -1;
	free(folder);
	return 0;
}

static void save(const struct folder *folder, struct oeo_secret *secret, size_t len)
{
	assert_ok(oeo_secret_init_random(secret, len));
	assert_ok(oeo_secret_save(secret, folder->key, NULL));
}

static void test_a_new_secret_is_zero_or_random(void **state)
{
	struct oeo_secret zero;
	struct oeo_secret a;
	struct oeo_secret b;

	(void)state;
	assert_ok(oeo_secret_init(&zero, 32));
	assert_ok(oeo_secret_init_random(&a, 32));
	assert_ok(oeo_secret_init_random(&b, 32));
	assert_int_equal(zero.len, 32);
	assert_int_equal(sodium_is_zero(zero.bytes, 32), 1);
	assert_int_equal(sodium_is_zero(a.bytes, 32), 0);
	assert_int_not_equal(sodium_memcmp(a.bytes, b.bytes, 32), 0);
	oeo_secret_fini(&zero);
	oeo_secret_fini(&a);
	oeo_secret_fini(&b);
	assert_null(a.bytes);
	assert_int_equal(a.len, 0);
	oeo_secret_fini(&a);
	oeo_secret_fini(NULL);
}

static void test_no_room_leaves_the_secret_empty(void **state)
{
	struct oeo_secret secret;

	(void)state;
	assert_int_equal(oeo_secret_init(&secret, SIZE_MAX / 2), OEO_ERR_NOMEM);
	assert_null(secret.bytes);
	assert_int_equal(secret.len, 0);
	oeo_secret_fini(&secret);
}

static void test_a_saved_secret_is_loaded_and_only_the_owner_may_read_it(void **state)
{
	const struct folder *folder = *state;
	struct oeo_secret saved;
	struct oeo_secret loaded = {NULL, 0};
	struct stat status;
	mode_t before = umask(0);

	save(folder, &saved, 32);
	(void)umask(before);
	assert_int_equal(stat(folder->key, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(entries(folder, false), 1);
	assert_ok(oeo_secret_load(&loaded, folder->key, 32, NULL));
	assert_int_equal(loaded.len, 32);
	assert_int_equal(sodium_memcmp(loaded.bytes, saved.bytes, 32), 0);
	oeo_secret_fini(&saved);
	oeo_secret_fini(&loaded);
}

static void test_a_secret_is_never_overwritten(void **state)
{
	const struct folder *folder = *state;
	struct oeo_secret first;
	struct oeo_secret second;
	struct oeo_secret loaded = {NULL, 0};
	struct oeo_note why = {""};

	save(folder, &first, 32);
	assert_ok(oeo_secret_init_random(&second, 32));
	assert_int_equal(oeo_secret_save(&second, folder->key, &why), OEO_ERR_EXISTS);
	assert_non_null(strstr(why.text, folder->key));
	assert_int_equal(entries(folder, false), 1);
	assert_ok(oeo_secret_load(&loaded, folder->key, 32, NULL));
	assert_int_equal(sodium_memcmp(loaded.bytes, first.bytes, 32), 0);
	oeo_secret_fini(&first);
	oeo_secret_fini(&second);
	oeo_secret_fini(&loaded);
}

static void test_an_empty_secret_is_not_saved(void **state)
{
	const struct folder *folder = *state;
	struct oeo_secret empty = {NULL, 0};

	assert_int_equal(oeo_secret_save(&empty, folder->key, NULL), OEO_ERR_INTERNAL);
	assert_int_equal(entries(folder, false), 0);
}

static void test_saving_into_a_missing_folder_fails(void **state)
{
	const struct folder *folder = *state;
	struct oeo_secret secret;
	struct oeo_note why = {""};
	char path[160];

	(void)snprintf(path, sizeof(path), "%s/absent/curve.key", folder->path);
	assert_ok(oeo_secret_init_random(&secret, 32));
	assert_int_equal(oeo_secret_save(&secret, path, &why), OEO_ERR_IO);
	assert_true(why.text[0] != '\0');
	oeo_secret_fini(&secret);
}

static void test_a_full_disk_leaves_nothing_behind(void **state)
{
	const struct folder *folder = *state;
	struct rlimit before;
	struct rlimit small;
	struct oeo_secret secret;
	enum oeo_err err;

	assert_ok(oeo_secret_init_random(&secret, 32));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 16;
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	err = oeo_secret_save(&secret, folder->key, NULL);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(err, OEO_ERR_IO);
	assert_int_equal(entries(folder, false), 0);
	oeo_secret_fini(&secret);
}

static void test_a_file_of_another_length_is_refused(void **state)
{
	const struct folder *folder = *state;
	struct oeo_secret saved;
	struct oeo_secret loaded = {NULL, 0};
	struct oeo_note why = {""};

	save(folder, &saved, 32);
	assert_int_equal(oeo_secret_load(&loaded, folder->key, 31, NULL), OEO_ERR_FORMAT);
	assert_int_equal(oeo_secret_load(&loaded, folder->key, 33, &why), OEO_ERR_FORMAT);
	assert_non_null(strstr(why.text, folder->key));
	assert_null(loaded.bytes);
	assert_ok(oeo_secret_load(&loaded, folder->key, 32, NULL));
	oeo_secret_fini(&saved);
	oeo_secret_fini(&loaded);
}

static void test_a_file_that_others_may_read_is_refused(void **state)
{
	static const mode_t modes[] = {0640, 0604, 0660, 0666, 0610, 0602};
	const struct folder *folder = *state;
	struct oeo_secret saved;
	struct oeo_secret loaded = {NULL, 0};
	struct oeo_note why = {""};

	save(folder, &saved, 32);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(folder->key, modes[i]), 0);
		assert_int_equal(oeo_secret_load(&loaded, folder->key, 32, &why), OEO_ERR_REFUSED);
		assert_null(loaded.bytes);
	}
	assert_non_null(strstr(why.text, "chmod 600"));
	assert_int_equal(chmod(folder->key, 0400), 0);
	assert_ok(oeo_secret_load(&loaded, folder->key, 32, NULL));
	oeo_secret_fini(&saved);
	oeo_secret_fini(&loaded);
}

static void test_a_missing_file_a_folder_and_a_pipe_are_refused(void **state)
{
	const struct folder *folder = *state;
	struct oeo_secret loaded = {NULL, 0};
	struct oeo_note why = {""};

	assert_int_equal(oeo_secret_load(&loaded, folder->key, 32, &why), OEO_ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, folder->key));
	assert_int_equal(oeo_secret_load(&loaded, folder->path, 32, NULL), OEO_ERR_FORMAT);
	assert_int_equal(mkfifo(folder->key, 0600), 0);
	assert_int_equal(oeo_secret_load(&loaded, folder->key, 32, NULL), OEO_ERR_FORMAT);
	assert_null(loaded.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_new_secret_is_zero_or_random),
	    cmocka_unit_test(test_no_room_leaves_the_secret_empty),
	    cmocka_unit_test_setup_teardown(
		test_a_saved_secret_is_loaded_and_only_the_owner_may_read_it, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(test_a_secret_is_never_overwritten, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(test_an_empty_secret_is_not_saved, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(
		test_saving_into_a_missing_folder_fails, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(
		test_a_full_disk_leaves_nothing_behind, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(
		test_a_file_of_another_length_is_refused, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(
		test_a_file_that_others_may_read_is_refused, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(
		test_a_missing_file_a_folder_and_a_pipe_are_refused, make_folder, remove_folder),
	};

	return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}

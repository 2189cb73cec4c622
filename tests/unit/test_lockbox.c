/* SPDX-License-Identifier: EUPL-1.2 */
/* Files under a passphrase: their layout, and that nothing of one comes out unless all of it is as it was written. */
#include "file_limit.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/home.h"
#include "proto/lockbox.h"
#include "scratch.h"
#include "secret_text.h"

#define PIECE OEO_LOCKBOX_PIECE_BYTES
#define HEAD 60
#define EXTRA 17

static const struct oeo_lockbox_cost cheap = {1, 8};

/* Which read of the program fails, from the first (1) on; 0: none. */
static unsigned read_to_fail;

ssize_t __real_read(int fd, void *bytes, size_t most);
ssize_t __wrap_read(int fd, void *bytes, size_t most);

ssize_t __wrap_read(int fd, void *bytes, size_t most)
{
	if (read_to_fail > 0 && --read_to_fail == 0) {
		errno = EIO;
		return -1;
	}
	return __real_read(fd, bytes, most);
}

struct desk {
	struct scratch scratch;
	char plain[128];
	char box[128];
	char out[128];
};

static int setup(void **state)
{
	struct desk *desk = calloc(1, sizeof(*desk));

	if (desk == NULL || scratch_make(&desk->scratch) != 0)
		return -1;
	(void)snprintf(desk->plain, sizeof(desk->plain), "%s/plain", desk->scratch.path);
	(void)snprintf(desk->box, sizeof(desk->box), "%s/box", desk->scratch.path);
	(void)snprintf(desk->out, sizeof(desk->out), "%s/out", desk->scratch.path);
	*state = desk;
	return 0;
}

static void put(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(path, "we"); /* a test need not wait for the disk */

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static struct oeo_buf get(const char *path)
{
	struct oeo_buf bytes = {0};

	assert_int_equal(oeo_file_read(&bytes, path, 1024 * 1024, NULL), OEO_OK);
	return bytes;
}

static enum oeo_err lock_why(
    struct desk *desk, const char *text, struct oeo_lockbox_cost cost, struct oeo_note *why)
{
	struct oeo_secret passphrase = secret_text(text);
	int fd = open(desk->plain, O_RDONLY | O_CLOEXEC);
	enum oeo_err err = oeo_lockbox_write(desk->box, fd, &passphrase, &cost, why);

	(void)close(fd);
	oeo_secret_fini(&passphrase);
	return err;
}

static enum oeo_err lock_with(struct desk *desk, const char *text, struct oeo_lockbox_cost cost)
{
	return lock_why(desk, text, cost, NULL);
}

static enum oeo_err unlock_with(struct desk *desk, const char *text, struct oeo_note *why)
{
	struct oeo_secret passphrase = secret_text(text);
	enum oeo_err err = oeo_lockbox_read(desk->out, desk->box, &passphrase, why);

	oeo_secret_fini(&passphrase);
	/* What fails leaves nothing. */
	if (err != OEO_OK && err != OEO_ERR_EXISTS)
		assert_false(oeo_file_exists(desk->out));
	return err;
}

/* Lock len bytes that are known. */
static struct oeo_buf lock_bytes(struct desk *desk, size_t len)
{
	uint8_t *bytes = malloc(len + 1);

	assert_non_null(bytes);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(i % 251);
	put(desk->plain, bytes, len);
	free(bytes);
	(void)unlink(desk->box);
	assert_int_equal(lock_with(desk, "correct horse", cheap), OEO_OK);
	return get(desk->box);
}

static void test_what_goes_in_comes_out_at_every_size(void **state)
{
	static const size_t sizes[] = {0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7};
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct oeo_buf box = lock_bytes(desk, sizes[i]);
		struct oeo_buf plain = get(desk->plain);
		struct oeo_buf out;
		struct stat info;

		assert_int_equal(box.len, HEAD + EXTRA + (sizes[i] / PIECE + 1) * EXTRA + sizes[i]);
		assert_int_equal(unlock_with(desk, "correct horse", NULL), OEO_OK);
		out = get(desk->out);
		assert_int_equal(out.len, plain.len);
		assert_memory_equal(out.data, plain.data, plain.len);
		assert_int_equal(stat(desk->out, &info), 0);
		assert_int_equal(info.st_mode & 0777, 0600);
		assert_int_equal(stat(desk->box, &info), 0);
		assert_int_equal(info.st_mode & 0777, 0600);
		assert_int_equal(unlink(desk->out), 0);
		oeo_buf_fini(&box);
		oeo_buf_fini(&plain);
		oeo_buf_fini(&out);
	}
}

/* By the layout of lockbox.h and libsodium alone. */
static void test_layout_is_what_the_header_says(void **state)
{
	struct desk *desk = *state;
	struct oeo_buf box = lock_bytes(desk, 100);
	crypto_secretstream_xchacha20poly1305_state stream;
	uint8_t key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
	uint8_t plain[100];
	unsigned long long len = 1;
	unsigned char tag = 0xFF;

	assert_memory_equal(box.data, "oeo-backup\n\x01\0\0\0\x01\0\0\0\x08", 20);
	assert_int_equal(crypto_pwhash(key, sizeof(key), "correct horse", 13, box.data + 20, 1, 8192,
			     crypto_pwhash_ALG_ARGON2ID13),
	    0);
	assert_int_equal(crypto_secretstream_xchacha20poly1305_init_pull(&stream, box.data + 36, key), 0);
	assert_int_equal(crypto_secretstream_xchacha20poly1305_pull(
			     &stream, plain, &len, &tag, box.data + HEAD, EXTRA, box.data, HEAD),
	    0);
	assert_int_equal(len, 0);
	assert_int_equal(crypto_secretstream_xchacha20poly1305_pull(
			     &stream, plain, &len, &tag, box.data + HEAD + EXTRA, 100 + EXTRA, NULL, 0),
	    0);
	assert_int_equal(len, 100);
	assert_int_equal(plain[99], 99);
	assert_int_equal(tag, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
	oeo_buf_fini(&box);
}

static void test_usual_cost_is_libsodium_s_moderate(void **state)
{
	struct oeo_lockbox_cost cost = oeo_lockbox_cost_usual();

	(void)state;
	assert_int_equal(cost.passes, crypto_pwhash_opslimit_moderate());
	assert_int_equal((size_t)cost.memory_kib * 1024, crypto_pwhash_memlimit_moderate());
}

static void test_another_passphrase_opens_nothing(void **state)
{
	struct desk *desk = *state;
	struct oeo_buf box = lock_bytes(desk, 100);
	struct oeo_note why = {""};

	assert_int_equal(unlock_with(desk, "correct horsf", &why), OEO_ERR_CRYPTO);
	assert_null(strstr(why.text, "horsf"));
	assert_int_equal(unlock_with(desk, "correct hors", NULL), OEO_ERR_CRYPTO);
	assert_int_equal(unlock_with(desk, "", NULL), OEO_ERR_CRYPTO);
	assert_int_equal(unlock_with(desk, "correct horse", NULL), OEO_OK);
	assert_int_equal(unlock_with(desk, "correct horse", NULL), OEO_ERR_EXISTS);
	oeo_buf_fini(&box);
}

static void test_two_files_of_one_passphrase_have_nothing_in_common(void **state)
{
	struct desk *desk = *state;
	struct oeo_buf one = lock_bytes(desk, 100);
	struct oeo_buf other = lock_bytes(desk, 100);

	for (size_t i = 20; i + 16 <= one.len; i += 16)
		assert_memory_not_equal(one.data + i, other.data + i, 16);
	oeo_buf_fini(&one);
	oeo_buf_fini(&other);
}

static void test_a_changed_byte_anywhere_is_found(void **state)
{
	struct desk *desk = *state;
	struct oeo_buf box = lock_bytes(desk, 100);

	for (size_t i = 0; i < box.len; i++) {
		enum oeo_err err;

		box.data[i] ^=
		    1; /* before byte 17 it is no file of this kind, or one with impossible costs */
		put(desk->box, box.data, box.len);
		err = unlock_with(desk, "correct horse", NULL);
		assert_int_equal(err, i >= 17 && i < HEAD + EXTRA ? OEO_ERR_CRYPTO : OEO_ERR_FORMAT);
		box.data[i] ^= 1;
	}
	oeo_buf_fini(&box);
}

static void test_a_file_that_is_cut_off_anywhere_is_found(void **state)
{
	struct desk *desk = *state;
	struct oeo_buf box = lock_bytes(desk, 100);

	for (size_t len = 0; len < box.len; len++) {
		put(desk->box, box.data, len);
		assert_int_equal(unlock_with(desk, "correct horse", NULL), OEO_ERR_FORMAT);
	}
	oeo_buf_fini(&box);
	/* Where a piece ends too. */
	box = lock_bytes(desk, 2 * PIECE);
	for (size_t n = 0; n <= 2; n++) {
		put(desk->box, box.data, HEAD + EXTRA + n * (PIECE + EXTRA));
		assert_int_equal(unlock_with(desk, "correct horse", NULL), OEO_ERR_FORMAT);
	}
	oeo_buf_fini(&box);
}

static void test_pieces_that_are_swapped_or_added_are_found(void **state)
{
	struct desk *desk = *state;
	struct oeo_buf box = lock_bytes(desk, 2 * PIECE + 5);
	uint8_t *first = box.data + HEAD + EXTRA;
	uint8_t *kept = malloc(PIECE + EXTRA);

	assert_non_null(kept);
	memcpy(kept, first, PIECE + EXTRA);
	memcpy(first, first + PIECE + EXTRA, PIECE + EXTRA);
	memcpy(first + PIECE + EXTRA, kept, PIECE + EXTRA);
	put(desk->box, box.data, box.len);
	assert_int_equal(unlock_with(desk, "correct horse", NULL), OEO_ERR_FORMAT);
	free(kept);
	oeo_buf_fini(&box);
	box = lock_bytes(desk, 5);
	assert_int_equal(oeo_buf_append(&box, "", 1), OEO_OK);
	put(desk->box, box.data, box.len);
	assert_int_equal(unlock_with(desk, "correct horse", NULL), OEO_ERR_FORMAT);
	oeo_buf_fini(&box);
}

/* Before any memory is asked for. */
static void test_costs_outside_their_ranges_are_refused(void **state)
{
	static const struct oeo_lockbox_cost wrong[] = {{0, 8}, {17, 8}, {1, 7}, {1, 1024 * 1024 + 1}};
	struct desk *desk = *state;
	struct oeo_buf box = lock_bytes(desk, 5);

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		for (int b = 0; b < 4; b++) {
			box.data[12 + b] = (uint8_t)(wrong[i].passes >> (24 - 8 * b));
			box.data[16 + b] = (uint8_t)(wrong[i].memory_kib >> (24 - 8 * b));
		}
		put(desk->box, box.data, box.len);
		assert_int_equal(unlock_with(desk, "correct horse", NULL), OEO_ERR_FORMAT);
		assert_int_equal(unlink(desk->box), 0);
		assert_int_equal(lock_with(desk, "correct horse", wrong[i]), OEO_ERR_RANGE);
		assert_false(oeo_file_exists(desk->box));
	}
	assert_int_equal(lock_with(desk, "", cheap), OEO_ERR_RANGE);
	oeo_buf_fini(&box);
}

static void test_what_is_no_such_file_is_told_apart(void **state)
{
	struct desk *desk = *state;
	struct oeo_buf box = lock_bytes(desk, 5);
	struct oeo_note why = {""};
	bool is_lockbox = false;

	assert_int_equal(oeo_lockbox_recognise(&is_lockbox, desk->box, NULL), OEO_OK);
	assert_true(is_lockbox);
	assert_int_equal(oeo_lockbox_recognise(&is_lockbox, desk->plain, NULL), OEO_OK);
	assert_false(is_lockbox);
	assert_int_equal(oeo_lockbox_recognise(&is_lockbox, desk->out, NULL), OEO_ERR_NOT_FOUND);
	assert_int_equal(oeo_lockbox_recognise(&is_lockbox, desk->scratch.path, NULL), OEO_ERR_IO);
	box.data[11] = 2;
	put(desk->box, box.data, box.len);
	assert_int_equal(unlock_with(desk, "correct horse", &why), OEO_ERR_FORMAT);
	assert_non_null(strstr(why.text, "newer"));
	assert_int_equal(unlink(desk->box), 0);
	assert_int_equal(unlock_with(desk, "correct horse", NULL), OEO_ERR_NOT_FOUND);
	put(desk->box, "SQLite format 3", 16);
	assert_int_equal(unlock_with(desk, "correct horse", NULL), OEO_ERR_FORMAT);
	oeo_buf_fini(&box);
}

static void test_a_full_disk_leaves_nothing(void **state)
{
	static const rlim_t limits[] = {0, 1, HEAD, HEAD + EXTRA, HEAD + EXTRA + 1,
	    HEAD + EXTRA + PIECE + EXTRA, HEAD + 3 * EXTRA + PIECE + 4};
	struct desk *desk = *state;
	struct oeo_buf box = lock_bytes(desk, PIECE + 5);

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		(void)unlink(desk->box);
		file_limit_set(limits[i]);
		assert_int_equal(lock_with(desk, "correct horse", cheap), OEO_ERR_IO);
		file_limit_end();
		assert_false(oeo_file_exists(desk->box));
	}
	put(desk->box, box.data, box.len);
	for (rlim_t limit = 0; limit < PIECE + 5; limit += PIECE / 3) {
		file_limit_set(limit);
		assert_int_equal(unlock_with(desk, "correct horse", NULL), OEO_ERR_IO);
		file_limit_end();
	}
	file_limit_set(PIECE + 5);
	assert_int_equal(unlock_with(desk, "correct horse", NULL), OEO_OK);
	file_limit_end();
	/* A file that is there stays. */
	assert_int_equal(lock_with(desk, "correct horse", cheap), OEO_ERR_EXISTS);
	assert_int_equal(unlink(desk->out), 0);
	assert_int_equal(unlock_with(desk, "correct horse", NULL), OEO_OK);
	oeo_buf_fini(&box);
}

/* Its n-th read, for every n that there is. */
static void test_what_cannot_be_read_is_told_so_and_leaves_nothing(void **state)
{
	struct desk *desk = *state;
	struct oeo_buf box = lock_bytes(desk, PIECE + 5);
	struct oeo_note why = {""};
	unsigned n = 0;

	do {
		read_to_fail = ++n;
		why.text[0] = '\0';
		if (unlock_with(desk, "correct horse", &why) == OEO_OK)
			break;
		assert_int_equal(read_to_fail, 0);
		assert_non_null(strstr(why.text, "cannot read it"));
	} while (n < 100);
	read_to_fail = 0;
	assert_in_range(n, 5, 99); /* the head, the passphrase's piece, two, the end */
	for (n = 1; n <= 2; n++) {
		assert_int_equal(unlink(desk->box), n == 1 ? 0 : -1);
		read_to_fail = n;
		assert_int_equal(lock_why(desk, "correct horse", cheap, &why), OEO_ERR_IO);
		assert_int_equal(read_to_fail, 0);
		assert_non_null(strstr(why.text, "what belongs in it cannot be read"));
		assert_false(oeo_file_exists(desk->box));
	}
	file_limit_set(0);
	assert_int_equal(lock_why(desk, "correct horse", cheap, &why), OEO_ERR_IO);
	file_limit_end();
	assert_non_null(strstr(why.text, "cannot write it"));
	oeo_buf_fini(&box);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_what_goes_in_comes_out_at_every_size),
	    TEST(test_layout_is_what_the_header_says),
	    TEST(test_usual_cost_is_libsodium_s_moderate),
	    TEST(test_another_passphrase_opens_nothing),
	    TEST(test_two_files_of_one_passphrase_have_nothing_in_common),
	    TEST(test_a_changed_byte_anywhere_is_found),
	    TEST(test_a_file_that_is_cut_off_anywhere_is_found),
	    TEST(test_pieces_that_are_swapped_or_added_are_found),
	    TEST(test_costs_outside_their_ranges_are_refused),
	    TEST(test_what_is_no_such_file_is_told_apart),
	    TEST(test_a_full_disk_leaves_nothing),
	    TEST(test_what_cannot_be_read_is_told_so_and_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

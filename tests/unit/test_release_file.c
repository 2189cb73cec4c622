/* SPDX-License-Identifier: EUPL-1.2 */
/* The release file and its signature: whose it is, and that nobody changed it. */
#include "release_sample.h"

#include <sodium.h>
#include <unistd.h>

#include "proto/minisig.h"

static void write_release(char path[SAMPLE_PATH_BYTES], const struct oeo_secret *key)
{
	struct oeo_buf bytes;
	struct oeo_buf text = {0};
	char name[SAMPLE_PATH_BYTES + 16];

	pack(&bytes);
	assert_int_equal(oeo_minisig_sign(&text, bytes.data, bytes.len, key, "x"), OEO_OK);
	(void)snprintf(path, SAMPLE_PATH_BYTES, "%s/almelo-2025-Q3.oeorel", sample.folder);
	(void)snprintf(name, sizeof(name), "%s.minisig", path);
	assert_int_equal(oeo_file_write(path, bytes.data, bytes.len, 0600, NULL), OEO_OK);
	assert_int_equal(oeo_file_write(name, text.data, text.len, 0600, NULL), OEO_OK);
	oeo_buf_fini(&bytes);
	oeo_buf_fini(&text);
}

static void test_a_signed_file_is_read_with_and_without_the_key(void **state)
{
	struct oeo_release read = {0};
	char path[SAMPLE_PATH_BYTES];

	(void)state;
	write_release(path, &sample.publisher_key);
	assert_int_equal(oeo_release_read(&read, path, sample.publisher_pk, NULL), OEO_OK);
	oeo_release_fini(&read);
	assert_int_equal(oeo_release_read(&read, path, NULL, NULL), OEO_OK);
	assert_memory_equal(read.publisher_pk, sample.publisher_pk, OEO_IDENTITY_BYTES);
	oeo_release_fini(&read);
}

static void test_other_signer_other_bytes_and_no_signature_are_refused(void **state)
{
	struct oeo_release read = {0};
	struct oeo_buf bytes = {0};
	char path[SAMPLE_PATH_BYTES];
	char name[SAMPLE_PATH_BYTES + 16];

	(void)state;
	write_release(path, &sample.keyholder_keys[0]);
	assert_int_equal(oeo_release_read(&read, path, sample.publisher_pk, NULL), OEO_ERR_CRYPTO);
	assert_int_equal(oeo_release_read(&read, path, NULL, NULL), OEO_ERR_CRYPTO);
	/* Signed by the key that is asked for, but it names another one. */
	assert_int_equal(oeo_release_read(&read, path, sample.keyholder_pks[0], NULL), OEO_ERR_CRYPTO);

	write_release(path, &sample.publisher_key);
	assert_int_equal(oeo_file_read(&bytes, path, OEO_RELEASE_LIMIT, NULL), OEO_OK);
	bytes.data[bytes.len - 1] ^= 1;
	assert_int_equal(oeo_file_write(path, bytes.data, bytes.len, 0600, NULL), OEO_OK);
	assert_int_equal(oeo_release_read(&read, path, sample.publisher_pk, NULL), OEO_ERR_CRYPTO);
	oeo_buf_fini(&bytes);

	write_release(path, &sample.publisher_key);
	(void)snprintf(name, sizeof(name), "%s.minisig", path);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(oeo_release_read(&read, path, sample.publisher_pk, NULL), OEO_ERR_NOT_FOUND);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(oeo_release_read(&read, path, sample.publisher_pk, NULL), OEO_ERR_NOT_FOUND);
}

/* A signature that is there but cannot be read does not make the release unsigned. */
static void test_a_signature_that_cannot_be_read_is_not_told_as_absent(void **state)
{
	struct oeo_release read = {0};
	struct oeo_note why = {""};
	char path[SAMPLE_PATH_BYTES];
	char name[SAMPLE_PATH_BYTES + 16];

	(void)state;
	write_release(path, &sample.publisher_key);
	(void)snprintf(name, sizeof(name), "%s.minisig", path);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(symlink(name, name), 0); /* refused to everybody, root too */
	assert_int_equal(oeo_release_read(&read, path, sample.publisher_pk, &why), OEO_ERR_IO);
	assert_non_null(strstr(why.text, "cannot read it"));
	assert_int_equal(unlink(name), 0);
}

static void test_a_keyholder_who_did_not_approve_is_noticed(void **state)
{
	struct oeo_release read = {0};
	char path[SAMPLE_PATH_BYTES];

	(void)state;
	release.keyholders[0].identity_pk[3] ^= 1;
	write_release(path, &sample.publisher_key);
	assert_int_equal(oeo_release_read(&read, path, sample.publisher_pk, NULL), OEO_ERR_CRYPTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_signed_file_is_read_with_and_without_the_key),
	    TEST(test_other_signer_other_bytes_and_no_signature_are_refused),
	    TEST(test_a_signature_that_cannot_be_read_is_not_told_as_absent),
	    TEST(test_a_keyholder_who_did_not_approve_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

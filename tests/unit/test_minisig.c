/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/home.h"
#include "proto/minisig.h"

#define TEXT "what was let through"

struct keys {
	struct oeo_secret sk;
	uint8_t pk[OEO_IDENTITY_BYTES];
};

static int make_keys(void **state)
{
	struct keys *keys = calloc(1, sizeof(*keys));

	if (keys == NULL || sodium_init() < 0 ||
	    oeo_secret_init(&keys->sk, crypto_sign_SECRETKEYBYTES) != OEO_OK)
		return -1;
	*state = keys;
	return crypto_sign_keypair(keys->pk, keys->sk.bytes);
}

static int free_keys(void **state)
{
	struct keys *keys = *state;

	oeo_secret_fini(&keys->sk);
	free(keys);
	return 0;
}

static void sign(struct oeo_buf *text, const struct keys *keys, const char *bytes, const char *comment)
{
	oeo_buf_init(text);
	assert_int_equal(oeo_minisig_sign(text, bytes, strlen(bytes), &keys->sk, comment), OEO_OK);
}

static enum oeo_err verify(const struct oeo_buf *text, const struct keys *keys, const char *bytes)
{
	return oeo_minisig_verify((const char *)text->data, text->len, bytes, strlen(bytes), keys->pk);
}

static void test_own_signature_verifies(void **state)
{
	struct oeo_buf text;

	sign(&text, *state, TEXT, "almelo-2026-Q3.oeorel");
	assert_int_equal(verify(&text, *state, TEXT), OEO_OK);
	oeo_buf_fini(&text);
	sign(&text, *state, "", "");
	assert_int_equal(verify(&text, *state, ""), OEO_OK);
	oeo_buf_fini(&text);
}

static void test_other_bytes_or_key_do_not_verify(void **state)
{
	struct keys other;
	struct oeo_buf text;

	memcpy(&other, *state, sizeof(other));
	other.pk[0] ^= 1;
	sign(&text, *state, TEXT, "c");
	assert_int_equal(verify(&text, *state, TEXT "."), OEO_ERR_CRYPTO);
	assert_int_equal(verify(&text, &other, TEXT), OEO_ERR_CRYPTO);
	oeo_buf_fini(&text);
}

/* A change of any byte but those of the untrusted comment's text is noticed. */
static void test_no_byte_can_be_changed(void **state)
{
	struct oeo_buf text;
	size_t untrusted;

	sign(&text, *state, TEXT, "almelo-2026-Q3.oeorel 2026-11-21T10:00:00Z");
	untrusted = (size_t)((uint8_t *)memchr(text.data, '\n', text.len) - text.data);
	for (size_t i = 0; i < text.len; i++) {
		if (i >= strlen("untrusted comment: ") && i < untrusted)
			continue;
		text.data[i] ^= 1;
		assert_int_not_equal(verify(&text, *state, TEXT), OEO_OK);
		text.data[i] ^= 1;
	}
	assert_int_equal(verify(&text, *state, TEXT), OEO_OK);
	oeo_buf_fini(&text);
}

static void test_every_cut_is_refused(void **state)
{
	struct oeo_buf text;

	sign(&text, *state, TEXT, "c");
	for (size_t len = 0; len < text.len; len++)
		assert_int_equal(oeo_minisig_verify((const char *)text.data, len, TEXT, strlen(TEXT),
				     ((struct keys *)*state)->pk),
		    OEO_ERR_FORMAT);
	assert_int_equal(oeo_buf_append_text(&text, "x"), OEO_OK);
	assert_int_equal(verify(&text, *state, TEXT), OEO_ERR_FORMAT);
	oeo_buf_fini(&text);
}

static void test_comment_is_one_short_line(void **state)
{
	const struct keys *keys = *state;
	struct oeo_buf text = {0};
	char comment[514];

	memset(comment, 'x', sizeof(comment));
	comment[512] = '\0';
	assert_int_equal(oeo_minisig_sign(&text, TEXT, 4, &keys->sk, comment), OEO_OK);
	assert_int_equal(oeo_minisig_verify((char *)text.data, text.len, TEXT, 4, keys->pk), OEO_OK);
	oeo_buf_fini(&text);
	comment[512] = 'x';
	comment[513] = '\0';
	assert_int_equal(oeo_minisig_sign(&text, TEXT, 4, &keys->sk, comment), OEO_ERR_RANGE);
	assert_int_equal(oeo_minisig_sign(&text, TEXT, 4, &keys->sk, "two\nlines"), OEO_ERR_RANGE);
	assert_int_equal(text.len, 0);
	oeo_buf_fini(&text);
}

/* ---- The minisign program itself */

static int run_minisign(const char *folder, const char *file)
{
	char command[1024];
	int status;

	(void)snprintf(
	    command, sizeof(command), "cd %s && minisign -V -m %s -p key.pub >out 2>&1", folder, file);
	status = system(command); /* NOLINT(cert-env33-c): a test of that very program */
	return status < 0 || !WIFEXITED(status) ? -1 : WEXITSTATUS(status);
}

static void write_file(const char *folder, const char *name, const void *bytes, size_t len)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(oeo_file_write(path, bytes, len, 0600, NULL), OEO_OK);
}

static void test_minisign_verifies_and_refuses(void **state)
{
	const struct keys *keys = *state;
	char folder[] = "/tmp/oeo-minisig-XXXXXX";
	struct oeo_buf text;
	struct oeo_buf public = {0};
	char command[128];

	assert_non_null(mkdtemp(folder));
	sign(&text, keys, TEXT, "almelo-2026-Q3.oeorel");
	assert_int_equal(oeo_minisig_public_key(&public, keys->pk), OEO_OK);
	write_file(folder, "key.pub", public.data, public.len);
	write_file(folder, "a.oeorel", TEXT, strlen(TEXT));
	write_file(folder, "a.oeorel.minisig", text.data, text.len);
	assert_int_equal(run_minisign(folder, "a.oeorel"), 0);
	write_file(folder, "a.oeorel", TEXT, strlen(TEXT) - 1);
	assert_int_equal(run_minisign(folder, "a.oeorel"), 1);
	oeo_buf_fini(&text);
	oeo_buf_fini(&public);
	(void)snprintf(command, sizeof(command), "rm -r %s", folder);
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_own_signature_verifies),
	    cmocka_unit_test(test_other_bytes_or_key_do_not_verify),
	    cmocka_unit_test(test_no_byte_can_be_changed),
	    cmocka_unit_test(test_every_cut_is_refused),
	    cmocka_unit_test(test_comment_is_one_short_line),
	    cmocka_unit_test(test_minisign_verifies_and_refuses),
	};

	return cmocka_run_group_tests(tests, make_keys, free_keys);
}

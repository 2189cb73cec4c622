/* SPDX-License-Identifier: EUPL-1.2 */
/* The AEAD of labels and of everything at rest, against all vectors of Project Wycheproof. */
#include "vectors.h"

#include <sodium.h>

#define MAX_BYTES 4096

struct aead_vector {
	uint8_t key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
	uint8_t nonce[64];
	size_t nonce_len;
	uint8_t ad[MAX_BYTES];
	size_t ad_len;
	uint8_t message[MAX_BYTES];
	size_t message_len;
	uint8_t sealed[MAX_BYTES]; /* ciphertext || mac */
	size_t sealed_len;
	bool is_valid;
};

static void read_vector(struct aead_vector *v, const json_t *test)
{
	const char *result = vector_text(test, "result");

	vector_exactly(v->key, sizeof(v->key), test, "key");
	v->nonce_len = vector_bytes(v->nonce, sizeof(v->nonce), test, "iv");
	v->ad_len = vector_bytes(v->ad, sizeof(v->ad), test, "aad");
	v->message_len = vector_bytes(v->message, sizeof(v->message), test, "msg");
	v->sealed_len = vector_bytes(v->sealed, sizeof(v->sealed) - 16, test, "ct");
	v->sealed_len += vector_bytes(v->sealed + v->sealed_len, 16, test, "tag");
	v->is_valid = strcmp(result, "valid") == 0;
	assert_true(v->is_valid || strcmp(result, "invalid") == 0);
}

static void check_vector(const struct aead_vector *v)
{
	uint8_t sealed[MAX_BYTES + 16];
	uint8_t opened[MAX_BYTES];
	unsigned long long len = 0;
	int result = crypto_aead_xchacha20poly1305_ietf_decrypt(
	    opened, &len, NULL, v->sealed, v->sealed_len, v->ad, v->ad_len, v->nonce, v->key);

	if (!v->is_valid) {
		assert_int_equal(result, -1);
		return;
	}
	assert_int_equal(result, 0);
	assert_int_equal(len, v->message_len);
	assert_memory_equal(opened, v->message, v->message_len);
	assert_int_equal(crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, &len, v->message, v->message_len,
			     v->ad, v->ad_len, NULL, v->nonce, v->key),
	    0);
	assert_int_equal(len, v->sealed_len);
	assert_memory_equal(sealed, v->sealed, v->sealed_len);
}

static void test_wycheproof_vectors_hold(void **state)
{
	static struct aead_vector v;
	json_t *root = vectors_load("wycheproof_xchacha20_poly1305.json");
	size_t checked = 0;
	size_t refused_by_length = 0;
	size_t i;
	size_t j;
	json_t *group;
	json_t *test;

	(void)state;
	json_array_foreach(vector_list(root, "testGroups"), i, group)
	{
		json_array_foreach(vector_list(group, "tests"), j, test)
		{
			read_vector(&v, test);
			if (v.nonce_len != crypto_aead_xchacha20poly1305_ietf_NPUBBYTES) {
				assert_false(v.is_valid);
				refused_by_length++;
			} else {
				check_vector(&v);
				checked++;
			}
		}
	}
	assert_int_equal(checked, 306);
	assert_int_equal(refused_by_length, 9);
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_wycheproof_vectors_hold),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("aead", tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* Labels, which bind a tag to the name of its cell, and what keyholders sign. */
#include "vectors.h"

#include <sodium.h>
#include <stdlib.h>

#include "failing_alloc.h"
#include "proto/tally.h"

#define NAME "oeo1\037almelo\03710\037theme\0372026-Q4\037wonen"
#define NAME_BYTES (sizeof(NAME) - 1)

/* A cell's secret as n keyholders give it. */
struct cell {
	size_t n;
	uint8_t a0[OEO_SCALAR_BYTES];
	uint8_t unblinded[OEO_MAX_KEYHOLDERS * OEO_ELEMENT_BYTES];
};

static void make_secret(struct cell *cell, const void *name, size_t len)
{
	uint8_t outputs[OEO_MAX_KEYHOLDERS * OEO_OUTPUT_BYTES];

	for (size_t i = 0; i < cell->n; i++)
		assert_ok(oeo_voprf_output(
		    outputs + i * OEO_OUTPUT_BYTES, name, len, cell->unblinded + i * OEO_ELEMENT_BYTES));
	oeo_tally_cell_secret(cell->a0, outputs, cell->n);
}

static void make_cell(struct cell *cell, size_t n, const void *name, size_t len)
{
	cell->n = n;
	for (size_t i = 0; i < n; i++)
		crypto_core_ristretto255_random(cell->unblinded + i * OEO_ELEMENT_BYTES);
	make_secret(cell, name, len);
}

static void seal(struct oeo_buf *label, const struct cell *cell)
{
	assert_ok(oeo_label_seal(label, cell->a0, cell->unblinded, cell->n, NAME, NAME_BYTES,
	    oeo_label_plain_bytes(cell->n, NAME_BYTES)));
}

static enum oeo_err open_label(const struct cell *cell, const struct oeo_buf *label, size_t len)
{
	struct oeo_buf name = {NULL, 0, 0};
	enum oeo_err err;

	assert_ok(oeo_buf_append_text(&name, "kept"));
	err = oeo_label_open(&name, cell->a0, label->data, len, cell->n);
	if (err == OEO_OK) {
		assert_int_equal(name.len, 4 + NAME_BYTES);
		assert_memory_equal(name.data, "kept" NAME, 4 + NAME_BYTES);
	} else {
		assert_int_equal(name.len, 4);
	}
	oeo_buf_fini(&name);
	return err;
}

static void test_padding_fills_blocks_of_128(void **state)
{
	(void)state;
	assert_int_equal(oeo_label_plain_bytes(1, 1), 128);
	assert_int_equal(oeo_label_plain_bytes(1, 95), 128);
	assert_int_equal(oeo_label_plain_bytes(1, 96), 256);
	assert_int_equal(oeo_label_plain_bytes(3, 31), 128);
	assert_int_equal(oeo_label_plain_bytes(3, 32), 256);
	assert_int_equal(oeo_label_plain_bytes(8, 127), 384);
	assert_int_equal(oeo_label_plain_bytes(8, 128), 512);
}

static void test_labels_open_for_any_number_of_keyholders(void **state)
{
	struct cell cell;

	(void)state;
	for (size_t n = 1; n <= OEO_MAX_KEYHOLDERS; n++) {
		struct oeo_buf label = {NULL, 0, 0};

		make_cell(&cell, n, NAME, NAME_BYTES);
		seal(&label, &cell);
		assert_int_equal(label.len, oeo_label_plain_bytes(n, NAME_BYTES) + OEO_LABEL_MAC_BYTES);
		assert_ok(open_label(&cell, &label, label.len));
		oeo_buf_fini(&label);
	}
}

static void test_names_of_every_length_open(void **state)
{
	uint8_t name[300];
	struct cell cell;

	(void)state;
	memset(name, 0x80, sizeof(name)); /* the byte that padding begins with */
	for (size_t len = 1; len <= sizeof(name); len++) {
		struct oeo_buf label = {NULL, 0, 0};
		struct oeo_buf back = {NULL, 0, 0};

		make_cell(&cell, 1, name, len);
		assert_ok(oeo_label_seal(
		    &label, cell.a0, cell.unblinded, 1, name, len, oeo_label_plain_bytes(1, len)));
		assert_ok(oeo_label_open(&back, cell.a0, label.data, label.len, 1));
		assert_int_equal(back.len, len);
		assert_memory_equal(back.data, name, len);
		oeo_buf_fini(&label);
		oeo_buf_fini(&back);
	}
}

static void test_all_labels_of_a_table_have_one_length(void **state)
{
	static const size_t lengths[] = {1, 20, 95, 96, 150, 223};
	const size_t plain_bytes = oeo_label_plain_bytes(1, 223);
	uint8_t name[223];
	struct cell cell;

	(void)state;
	randombytes_buf(name, sizeof(name));
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct oeo_buf label = {NULL, 0, 0};
		struct oeo_buf back = {NULL, 0, 0};

		make_cell(&cell, 1, name, lengths[i]);
		assert_ok(oeo_label_seal(&label, cell.a0, cell.unblinded, 1, name, lengths[i], plain_bytes));
		assert_int_equal(label.len, plain_bytes + OEO_LABEL_MAC_BYTES);
		assert_ok(oeo_label_open(&back, cell.a0, label.data, label.len, 1));
		assert_int_equal(back.len, lengths[i]);
		oeo_buf_fini(&label);
		oeo_buf_fini(&back);
	}
}

static void test_what_does_not_fit_is_not_sealed(void **state)
{
	struct oeo_buf label = {NULL, 0, 0};
	uint8_t name[128] = {1};
	struct cell cell;

	(void)state;
	make_cell(&cell, OEO_MAX_KEYHOLDERS, NAME, NAME_BYTES);
	assert_int_equal(oeo_label_seal(&label, cell.a0, cell.unblinded, 1, name, 96, 128), OEO_ERR_RANGE);
	assert_int_equal(oeo_label_seal(&label, cell.a0, cell.unblinded, 1, name, 96, 200), OEO_ERR_RANGE);
	assert_int_equal(oeo_label_seal(&label, cell.a0, cell.unblinded, 1, name, 96, 0), OEO_ERR_RANGE);
	assert_int_equal(
	    oeo_label_seal(&label, cell.a0, cell.unblinded, 1, name, SIZE_MAX, 256), OEO_ERR_RANGE);
	assert_int_equal(oeo_label_seal(&label, cell.a0, cell.unblinded, 1, name, 0, 128), OEO_ERR_RANGE);
	assert_int_equal(oeo_label_seal(&label, cell.a0, cell.unblinded, 0, name, 10, 128), OEO_ERR_RANGE);
	assert_int_equal(oeo_label_seal(&label, cell.a0, cell.unblinded, 9, name, 10, 512), OEO_ERR_RANGE);
	assert_int_equal(label.len, 0);
	assert_ok(oeo_label_seal(&label, cell.a0, cell.unblinded, 1, name, 95, 128));
	oeo_buf_fini(&label);
}

static void test_any_changed_byte_of_a_label_is_noticed(void **state)
{
	struct oeo_buf label = {NULL, 0, 0};
	struct cell cell;

	(void)state;
	make_cell(&cell, 2, NAME, NAME_BYTES);
	seal(&label, &cell);
	for (size_t i = 0; i < label.len; i++) {
		label.data[i] ^= 1;
		assert_int_equal(open_label(&cell, &label, label.len), OEO_ERR_CRYPTO);
		label.data[i] ^= 1;
	}
	assert_ok(open_label(&cell, &label, label.len));
	oeo_buf_fini(&label);
}

static void test_labels_of_another_length_are_refused(void **state)
{
	struct oeo_buf label = {NULL, 0, 0};
	struct cell cell;

	(void)state;
	make_cell(&cell, 2, NAME, NAME_BYTES);
	seal(&label, &cell);
	for (size_t len = 0; len < label.len; len++)
		assert_int_equal(open_label(&cell, &label, len), OEO_ERR_CRYPTO);
	assert_ok(oeo_buf_append(&label, "\0", 1));
	assert_int_equal(open_label(&cell, &label, label.len), OEO_ERR_CRYPTO);
	oeo_buf_fini(&label);
}

static void test_a_label_of_another_cell_or_another_number_of_keyholders_is_refused(void **state)
{
	struct oeo_buf label = {NULL, 0, 0};
	struct cell cell;
	struct cell other;

	(void)state;
	make_cell(&cell, 2, NAME, NAME_BYTES);
	make_cell(&other, 2, NAME, NAME_BYTES);
	seal(&label, &cell);
	assert_int_equal(open_label(&other, &label, label.len), OEO_ERR_CRYPTO);
	cell.n = 1;
	assert_int_equal(open_label(&cell, &label, label.len), OEO_ERR_CRYPTO);
	cell.n = 3;
	assert_int_equal(open_label(&cell, &label, label.len), OEO_ERR_CRYPTO);
	cell.n = 0;
	assert_int_equal(open_label(&cell, &label, label.len), OEO_ERR_CRYPTO);
	cell.n = OEO_MAX_KEYHOLDERS + 1;
	assert_int_equal(open_label(&cell, &label, label.len), OEO_ERR_CRYPTO);
	oeo_buf_fini(&label);
}

/* A member that knows a_0 seals a name or elements of its own choice: authentic, but not bound. */
static void test_an_authentic_label_with_another_name_or_other_elements_is_refused(void **state)
{
	struct oeo_buf label = {NULL, 0, 0};
	struct cell cell;
	struct cell forged;

	(void)state;
	make_cell(&cell, 2, NAME, NAME_BYTES);
	assert_ok(oeo_label_seal(&label, cell.a0, cell.unblinded, 2, "oeo1\037other", 10, 128));
	assert_int_equal(open_label(&cell, &label, label.len), OEO_ERR_CRYPTO);
	for (size_t i = 0; i < 2; i++) {
		label.len = 0;
		forged = cell;
		crypto_core_ristretto255_random(forged.unblinded + i * OEO_ELEMENT_BYTES);
		seal(&label, &forged);
		assert_int_equal(open_label(&cell, &label, label.len), OEO_ERR_CRYPTO);
	}
	oeo_buf_fini(&label);
}

/* Even where the cell secret was derived from them. */
static void assert_element_refused(const uint8_t element[OEO_ELEMENT_BYTES])
{
	for (size_t i = 0; i < 2; i++) {
		struct oeo_buf label = {NULL, 0, 0};
		struct cell cell;

		make_cell(&cell, 2, NAME, NAME_BYTES);
		memcpy(cell.unblinded + i * OEO_ELEMENT_BYTES, element, OEO_ELEMENT_BYTES);
		make_secret(&cell, NAME, NAME_BYTES);
		seal(&label, &cell);
		assert_int_equal(open_label(&cell, &label, label.len), OEO_ERR_CRYPTO);
		oeo_buf_fini(&label);
	}
}

static void test_labels_with_the_identity_or_a_bad_encoding_are_refused(void **state)
{
	static const uint8_t identity[OEO_ELEMENT_BYTES];
	json_t *root = vectors_load("ristretto255_map.json");
	uint8_t bad[OEO_ELEMENT_BYTES];
	size_t i;
	json_t *encoding;

	(void)state;
	assert_element_refused(identity);
	json_array_foreach(vector_list(root, "bad_encodings"), i, encoding)
	{
		assert_int_equal(hex_any(bad, sizeof(bad), json_string_value(encoding)), sizeof(bad));
		assert_element_refused(bad);
	}
	json_decref(root);
}

static void encrypt_by_hand(struct oeo_buf *label, const struct cell *cell, const uint8_t *plain, size_t len)
{
	static const uint8_t nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES];
	uint8_t key[OEO_LABEL_KEY_BYTES];
	uint8_t tag[OEO_TAG_BYTES];

	oeo_tally_tag(tag, cell->a0);
	assert_int_equal(crypto_kdf_derive_from_key(key, sizeof(key), 1, "oeocell1", cell->a0), 0);
	assert_ok(oeo_buf_reserve(label, len + OEO_LABEL_MAC_BYTES));
	assert_int_equal(crypto_aead_xchacha20poly1305_ietf_encrypt(
			     label->data, NULL, plain, len, tag, sizeof(tag), NULL, nonce, key),
	    0);
	label->len = len + OEO_LABEL_MAC_BYTES;
}

static void test_labels_without_padding_or_without_a_name_are_refused(void **state)
{
	struct oeo_buf label = {NULL, 0, 0};
	uint8_t plain[128] = {0};
	struct cell cell;

	(void)state;
	make_cell(&cell, 2, "", 0);
	encrypt_by_hand(&label, &cell, plain, sizeof(plain)); /* all zero: no 0x80 */
	assert_int_equal(open_label(&cell, &label, label.len), OEO_ERR_CRYPTO);
	memcpy(plain, cell.unblinded, 64);
	plain[64] = 0x80; /* elements and no name */
	encrypt_by_hand(&label, &cell, plain, sizeof(plain));
	assert_int_equal(open_label(&cell, &label, label.len), OEO_ERR_CRYPTO);
	memset(plain, 0, sizeof(plain));
	plain[10] = 0x80; /* padding that reaches into the elements */
	encrypt_by_hand(&label, &cell, plain, sizeof(plain));
	assert_int_equal(open_label(&cell, &label, label.len), OEO_ERR_CRYPTO);
	oeo_buf_fini(&label);
}

static void test_out_of_memory_changes_nothing(void **state)
{
	struct oeo_buf label = {NULL, 0, 0};
	struct oeo_buf name = {NULL, 0, 0};
	struct cell cell;
	enum oeo_err err;

	(void)state;
	make_cell(&cell, 2, NAME, NAME_BYTES);
	alloc_fail_after(0);
	err = oeo_label_seal(&label, cell.a0, cell.unblinded, 2, NAME, NAME_BYTES, 128);
	alloc_fail_never();
	assert_int_equal(err, OEO_ERR_NOMEM);
	assert_int_equal(label.len, 0);
	seal(&label, &cell);
	for (long n = 0; n < 2; n++) {
		alloc_fail_after(n);
		err = oeo_label_open(&name, cell.a0, label.data, label.len, 2);
		alloc_fail_never();
		assert_int_equal(err, OEO_ERR_NOMEM);
		assert_int_equal(name.len, 0);
	}
	oeo_buf_fini(&label);
	oeo_buf_fini(&name);
}

static void test_signature_inputs_are_byte_exact(void **state)
{
	struct oeo_buf message = {NULL, 0, 0};
	uint8_t resident[OEO_ELEMENT_BYTES];
	uint8_t cell[OEO_ELEMENT_BYTES];

	(void)state;
	memset(resident, 'r', sizeof(resident));
	memset(cell, 'c', sizeof(cell));
	assert_ok(oeo_key_signature_input(&message, "almelo", "2026-Q4", resident, cell));
	assert_int_equal(message.len, 9 + 1 + 6 + 1 + 7 + 1 + 64);
	assert_memory_equal(message.data, "oeo1 keys\037almelo\0372026-Q4\037rr", 27);
	assert_memory_equal(message.data + 25, resident, 32);
	assert_memory_equal(message.data + 57, cell, 32);
	message.len = 0;
	assert_ok(oeo_destroyed_signature_input(&message, "almelo", "2026-Q4"));
	assert_int_equal(message.len, 14 + 1 + 6 + 1 + 7);
	assert_memory_equal(message.data, "oeo1 destroyed\037almelo\0372026-Q4", message.len);
	oeo_buf_fini(&message);
}

static void test_names_that_are_no_ids_are_neither_signed_nor_digested(void **state)
{
	static const uint8_t keys[9 * 32];
	struct oeo_buf message = {NULL, 0, 0};
	uint8_t digest[32];

	(void)state;
	assert_int_equal(oeo_key_signature_input(&message, "al\037melo", "2026", keys, keys), OEO_ERR_FORMAT);
	assert_int_equal(oeo_key_signature_input(&message, "almelo", "", keys, keys), OEO_ERR_FORMAT);
	assert_int_equal(oeo_destroyed_signature_input(&message, "", "2026"), OEO_ERR_FORMAT);
	assert_int_equal(oeo_destroyed_signature_input(&message, "almelo", "20 26"), OEO_ERR_FORMAT);
	assert_int_equal(oeo_key_digest(digest, "al melo", "2026", keys, keys, keys, 1), OEO_ERR_FORMAT);
	assert_int_equal(oeo_key_digest(digest, "almelo", "20\03726", keys, keys, keys, 1), OEO_ERR_FORMAT);
	assert_int_equal(oeo_key_digest(digest, "almelo", "2026", keys, keys, keys, 0), OEO_ERR_RANGE);
	assert_int_equal(oeo_key_digest(digest, "almelo", "2026", keys, keys, keys, 9), OEO_ERR_RANGE);
	assert_int_equal(message.len, 0);
	oeo_buf_fini(&message);
}

static void test_the_key_digest_depends_on_every_key_and_their_order(void **state)
{
	uint8_t a[2 * 32];
	uint8_t b[2 * 32];
	uint8_t c[2 * 32];
	uint8_t first[32];
	uint8_t second[32];

	(void)state;
	randombytes_buf(a, sizeof(a));
	randombytes_buf(b, sizeof(b));
	randombytes_buf(c, sizeof(c));
	assert_ok(oeo_key_digest(first, "almelo", "2026-Q4", a, b, c, 2));
	assert_ok(oeo_key_digest(second, "almelo", "2026-Q4", b, a, c, 2));
	assert_memory_not_equal(first, second, 32);
	assert_ok(oeo_key_digest(second, "almelo", "2026-Q4", a, b, c, 1));
	assert_memory_not_equal(first, second, 32);
	assert_ok(oeo_key_digest(second, "almelo", "2026-Q3", a, b, c, 2));
	assert_memory_not_equal(first, second, 32);
	c[63] ^= 1;
	assert_ok(oeo_key_digest(second, "almelo", "2026-Q4", a, b, c, 2));
	assert_memory_not_equal(first, second, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_padding_fills_blocks_of_128),
	    cmocka_unit_test(test_labels_open_for_any_number_of_keyholders),
	    cmocka_unit_test(test_names_of_every_length_open),
	    cmocka_unit_test(test_all_labels_of_a_table_have_one_length),
	    cmocka_unit_test(test_what_does_not_fit_is_not_sealed),
	    cmocka_unit_test(test_any_changed_byte_of_a_label_is_noticed),
	    cmocka_unit_test(test_labels_of_another_length_are_refused),
	    cmocka_unit_test(test_a_label_of_another_cell_or_another_number_of_keyholders_is_refused),
	    cmocka_unit_test(test_an_authentic_label_with_another_name_or_other_elements_is_refused),
	    cmocka_unit_test(test_labels_with_the_identity_or_a_bad_encoding_are_refused),
	    cmocka_unit_test(test_labels_without_padding_or_without_a_name_are_refused),
	    cmocka_unit_test(test_out_of_memory_changes_nothing),
	    cmocka_unit_test(test_signature_inputs_are_byte_exact),
	    cmocka_unit_test(test_names_that_are_no_ids_are_neither_signed_nor_digested),
	    cmocka_unit_test(test_the_key_digest_depends_on_every_key_and_their_order),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("label", tests, NULL, NULL);
}

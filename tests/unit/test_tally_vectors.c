/* SPDX-License-Identifier: EUPL-1.2 */
/* Every field of sealed-tally.json, which an independent reference made, from blinds to shares. */
#include "vectors.h"

#include <sodium.h>

#include "proto/names.h"
#include "proto/tally.h"

#define MAX_BYTES 4096
#define MAX_K 25
#define MAX_CODES 8
#define MAX_FIELDS 8

/* One record: a cell with its keyholders, its polynomial and its residents. */
struct cell {
	const json_t *record;
	const char *plan;
	const char *period;
	unsigned k;
	size_t n; /* keyholders */
	uint8_t name[MAX_BYTES];
	size_t name_len;
	uint8_t unblinded[OEO_MAX_KEYHOLDERS * OEO_ELEMENT_BYTES];
	uint8_t cell_pks[OEO_MAX_KEYHOLDERS * OEO_ELEMENT_BYTES];
	uint8_t resident_sks[OEO_MAX_KEYHOLDERS * OEO_SCALAR_BYTES];
	uint8_t resident_pks[OEO_MAX_KEYHOLDERS * OEO_ELEMENT_BYTES];
	uint8_t a0[OEO_SCALAR_BYTES];
	uint8_t coefficients[MAX_K * OEO_SCALAR_BYTES];
	uint8_t xs[(MAX_K + 8) * OEO_X_BYTES];
	uint8_t ys[(MAX_K + 8) * OEO_SCALAR_BYTES];
	size_t residents;
};

static void assert_vector(const uint8_t *bytes, size_t len, const json_t *object, const char *key)
{
	uint8_t expected[MAX_BYTES];

	vector_exactly(expected, len, object, key);
	if (memcmp(bytes, expected, len) != 0)
		fail_msg("another value than the vector's under \"%s\"", key);
}

static void check_cell_name(struct cell *cell)
{
	const json_t *list = vector_list(cell->record, "codes");
	const char *codes[MAX_CODES];
	struct oeo_buf name = {NULL, 0, 0};
	size_t n = json_array_size(list);

	assert_true(n <= MAX_CODES);
	for (size_t i = 0; i < n; i++)
		codes[i] = json_string_value(json_array_get(list, i));
	assert_ok(oeo_cell_name(
	    &name, cell->plan, cell->k, vector_text(cell->record, "table"), cell->period, codes, n));
	assert_vector(name.data, name.len, cell->record, "cell_name");
	assert_true(name.len <= sizeof(cell->name));
	memcpy(cell->name, name.data, name.len);
	cell->name_len = name.len;
	oeo_buf_fini(&name);
}

/* One keyholder's run, with the vector's blind and the proof's random scalar. */
static void check_run(
    const json_t *run, const uint8_t *input, size_t len, uint8_t *unblinded, uint8_t *output)
{
	uint8_t sk[OEO_SCALAR_BYTES];
	uint8_t pk[OEO_ELEMENT_BYTES];
	uint8_t blind[OEO_SCALAR_BYTES];
	uint8_t r[OEO_SCALAR_BYTES];
	uint8_t element[OEO_ELEMENT_BYTES];
	uint8_t blinded[OEO_ELEMENT_BYTES];
	uint8_t evaluated[OEO_ELEMENT_BYTES];
	uint8_t proof[OEO_PROOF_BYTES];

	vector_exactly(sk, sizeof(sk), run, "sk");
	vector_exactly(blind, sizeof(blind), run, "blind");
	vector_exactly(r, sizeof(r), run, "proof_r");
	assert_ok(oeo_voprf_public_key(pk, sk));
	assert_vector(pk, sizeof(pk), run, "pk");
	assert_ok(oeo_voprf_hash_to_group(element, input, len));
	assert_ok(oeo_voprf_blind(blinded, element, blind, 1));
	assert_vector(blinded, sizeof(blinded), run, "blinded");
	assert_ok(oeo_voprf_evaluate_with_scalar(evaluated, proof, sk, pk, blinded, 1, r));
	assert_vector(evaluated, sizeof(evaluated), run, "evaluated");
	assert_vector(proof, sizeof(proof), run, "proof");
	assert_ok(oeo_voprf_verify(pk, blinded, evaluated, 1, proof));
	assert_ok(oeo_voprf_unblind(unblinded, evaluated, blind, 1));
	assert_vector(unblinded, OEO_ELEMENT_BYTES, run, "unblinded");
	assert_ok(oeo_voprf_output(output, input, len, unblinded));
	assert_vector(output, OEO_OUTPUT_BYTES, run, "output");
}

static void check_cell_secret(struct cell *cell)
{
	uint8_t outputs[OEO_MAX_KEYHOLDERS * OEO_OUTPUT_BYTES];
	uint8_t tag[OEO_TAG_BYTES];
	uint8_t label_key[OEO_LABEL_KEY_BYTES];
	size_t i;
	json_t *run;

	json_array_foreach(vector_list(cell->record, "keyholders"), i, run)
	{
		check_run(run, cell->name, cell->name_len, cell->unblinded + i * OEO_ELEMENT_BYTES,
		    outputs + i * OEO_OUTPUT_BYTES);
		vector_exactly(cell->cell_pks + i * OEO_ELEMENT_BYTES, OEO_ELEMENT_BYTES, run, "pk");
	}
	oeo_tally_cell_secret(cell->a0, outputs, cell->n);
	assert_vector(cell->a0, sizeof(cell->a0), cell->record, "a0");
	oeo_tally_tag(tag, cell->a0);
	assert_vector(tag, sizeof(tag), cell->record, "tag");
	assert_int_equal(
	    crypto_kdf_derive_from_key(label_key, sizeof(label_key), 1, "oeocell1", cell->a0), 0);
	assert_vector(label_key, sizeof(label_key), cell->record, "label_key");
}

static void check_label(const struct cell *cell)
{
	struct oeo_buf label = {NULL, 0, 0};
	struct oeo_buf name = {NULL, 0, 0};

	assert_ok(oeo_label_seal(&label, cell->a0, cell->unblinded, cell->n, cell->name, cell->name_len,
	    oeo_label_plain_bytes(cell->n, cell->name_len)));
	assert_vector(label.data, label.len, cell->record, "label");
	assert_ok(oeo_label_open(&name, cell->a0, label.data, label.len, cell->n));
	assert_int_equal(name.len, cell->name_len);
	assert_memory_equal(name.data, cell->name, cell->name_len);
	oeo_buf_fini(&label);
	oeo_buf_fini(&name);
}

static void check_coefficients(struct cell *cell)
{
	const json_t *list = vector_list(cell->record, "coefficients");
	uint8_t expected[OEO_SCALAR_BYTES];

	assert_true(cell->k <= MAX_K);
	assert_int_equal(json_array_size(list), cell->k);
	oeo_tally_coefficients(cell->coefficients, cell->a0, cell->k);
	for (size_t i = 0; i < cell->k; i++) {
		assert_int_equal(
		    hex_any(expected, sizeof(expected), json_string_value(json_array_get(list, i))), 32);
		assert_memory_equal(cell->coefficients + i * OEO_SCALAR_BYTES, expected, sizeof(expected));
	}
}

/* Take a resident's name apart into its fields and write it again. */
static void check_resident_name(const uint8_t *name, size_t name_len)
{
	struct oeo_name_field fields[MAX_FIELDS];
	struct oeo_buf again = {NULL, 0, 0};
	char text[MAX_BYTES];
	char *rest = NULL;
	size_t n = 0;

	memcpy(text, name, name_len);
	text[name_len] = '\0';
	assert_string_equal(strtok_r(text, "\x1f", &rest), "oeo1");
	assert_string_equal(strtok_r(NULL, "\x1f", &rest), "resident");
	for (char *part = strtok_r(NULL, "\x1f", &rest); part != NULL; part = strtok_r(NULL, "\x1f", &rest)) {
		char *equals = strchr(part, '=');

		assert_non_null(equals);
		assert_true(n < MAX_FIELDS);
		*equals = '\0';
		fields[n++] = (struct oeo_name_field){part, equals + 1};
	}
	assert_ok(oeo_resident_name(&again, fields, n));
	assert_int_equal(again.len, name_len);
	assert_memory_equal(again.data, name, name_len);
	oeo_buf_fini(&again);
}

/* The output of a keyholder whose key is known, without blinding. */
static void output_directly(uint8_t *output, const uint8_t *sk, const uint8_t *input, size_t len)
{
	uint8_t element[OEO_ELEMENT_BYTES];
	uint8_t unblinded[OEO_ELEMENT_BYTES];

	assert_ok(oeo_voprf_hash_to_group(element, input, len));
	assert_int_equal(crypto_scalarmult_ristretto255(unblinded, sk, element), 0);
	assert_ok(oeo_voprf_output(output, input, len, unblinded));
}

/* Outputs for a share input. The first resident carries the keyholders' runs, the others reuse their keys. */
static void resident_outputs(
    struct cell *cell, const json_t *resident, const struct oeo_buf *input, uint8_t *outputs)
{
	const json_t *runs = json_object_get(resident, "keyholders");
	uint8_t unblinded[OEO_ELEMENT_BYTES];

	for (size_t i = 0; i < cell->n; i++) {
		const json_t *run = json_array_get(runs, i);
		uint8_t *sk = cell->resident_sks + i * OEO_SCALAR_BYTES;
		uint8_t *output = outputs + i * OEO_OUTPUT_BYTES;

		if (run == NULL) {
			assert_true(cell->residents > 0);
			output_directly(output, sk, input->data, input->len);
			continue;
		}
		check_run(run, input->data, input->len, unblinded, output);
		vector_exactly(sk, OEO_SCALAR_BYTES, run, "sk");
		vector_exactly(cell->resident_pks + i * OEO_ELEMENT_BYTES, OEO_ELEMENT_BYTES, run, "pk");
	}
}

static void check_resident(struct cell *cell, const json_t *resident)
{
	uint8_t outputs[OEO_MAX_KEYHOLDERS * OEO_OUTPUT_BYTES];
	uint8_t name[MAX_BYTES];
	uint8_t *x = cell->xs + cell->residents * OEO_X_BYTES;
	uint8_t *y = cell->ys + cell->residents * OEO_SCALAR_BYTES;
	size_t name_len = vector_bytes(name, sizeof(name) - 1, resident, "resident_name");
	struct oeo_buf input = {NULL, 0, 0};

	check_resident_name(name, name_len);
	assert_ok(oeo_share_input(&input, name, name_len, cell->name, cell->name_len));
	assert_vector(input.data, input.len, resident, "share_input");
	resident_outputs(cell, resident, &input, outputs);
	oeo_tally_share_x(x, outputs, cell->n);
	assert_vector(x, OEO_X_BYTES, resident, "x");
	assert_ok(oeo_tally_share_y(y, cell->coefficients, cell->k, x));
	assert_vector(y, OEO_SCALAR_BYTES, resident, "y");
	assert_true(oeo_tally_share_is_on(cell->coefficients, cell->k, x, y));
	cell->residents++;
	oeo_buf_fini(&input);
}

static void check_opening(const struct cell *cell)
{
	uint8_t a0[OEO_SCALAR_BYTES];

	/* Any k of the residents open the cell: here the first and the last. */
	assert_true(cell->residents > cell->k);
	assert_ok(oeo_tally_interpolate(a0, cell->xs, cell->ys, cell->k));
	assert_memory_equal(a0, cell->a0, sizeof(a0));
	assert_ok(oeo_tally_interpolate(a0, cell->xs + (cell->residents - cell->k) * OEO_X_BYTES,
	    cell->ys + (cell->residents - cell->k) * OEO_SCALAR_BYTES, cell->k));
	assert_memory_equal(a0, cell->a0, sizeof(a0));
	assert_ok(oeo_tally_interpolate(a0, cell->xs, cell->ys, cell->k - 1));
	assert_memory_not_equal(a0, cell->a0, sizeof(a0));
}

static void check_walk_in(const struct cell *cell)
{
	const json_t *walk_in = json_object_get(cell->record, "walk_in");
	uint8_t key[OEO_WALK_IN_KEY_BYTES];
	uint8_t x[OEO_X_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];

	vector_exactly(key, sizeof(key), walk_in, "key");
	assert_ok(oeo_tally_walk_in_x(x, key, cell->name, cell->name_len, vector_text(walk_in, "week")));
	assert_vector(x, sizeof(x), walk_in, "x");
	assert_ok(oeo_tally_share_y(y, cell->coefficients, cell->k, x));
	assert_vector(y, sizeof(y), walk_in, "y");
}

static void list_of_keys(uint8_t *keys, size_t n, const json_t *object, const char *key)
{
	const json_t *list = vector_list(object, key);

	assert_int_equal(json_array_size(list), n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(hex_any(keys + i * 32, 32, json_string_value(json_array_get(list, i))), 32);
}

static void check_key_digest(const struct cell *cell)
{
	const json_t *keys = json_object_get(cell->record, "key_digest");
	uint8_t identities[OEO_MAX_KEYHOLDERS * 32];
	uint8_t residents[OEO_MAX_KEYHOLDERS * 32];
	uint8_t cells[OEO_MAX_KEYHOLDERS * 32];
	uint8_t digest[32];

	list_of_keys(identities, cell->n, keys, "identity_pk");
	list_of_keys(residents, cell->n, keys, "resident_pk");
	list_of_keys(cells, cell->n, keys, "cell_pk");
	assert_memory_equal(residents, cell->resident_pks, cell->n * 32);
	assert_memory_equal(cells, cell->cell_pks, cell->n * 32);
	assert_ok(oeo_key_digest(digest, cell->plan, cell->period, identities, residents, cells, cell->n));
	assert_vector(digest, sizeof(digest), keys, "digest");
}

static void check_record(const json_t *record)
{
	static struct cell cell;
	size_t i;
	json_t *resident;

	memset(&cell, 0, sizeof(cell));
	cell.record = record;
	cell.plan = vector_text(record, "plan");
	cell.period = vector_text(record, "period");
	cell.k = vector_number(record, "k");
	cell.n = json_array_size(vector_list(record, "keyholders"));
	assert_true(cell.n >= 1 && cell.n <= OEO_MAX_KEYHOLDERS);
	check_cell_name(&cell);
	check_cell_secret(&cell);
	check_label(&cell);
	check_coefficients(&cell);
	json_array_foreach(vector_list(record, "residents"), i, resident)
	{
		assert_true((i + 1) * OEO_X_BYTES <= sizeof(cell.xs));
		check_resident(&cell, resident);
	}
	check_opening(&cell);
	check_walk_in(&cell);
	check_key_digest(&cell);
}

static void test_sealed_tally_vectors_hold(void **state)
{
	json_t *root = vectors_load("sealed-tally.json");
	size_t i;
	json_t *record;

	(void)state;
	json_array_foreach(root, i, record) check_record(record);
	assert_int_equal(i, 6);
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sealed_tally_vectors_hold),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("tally vectors", tests, NULL, NULL);
}

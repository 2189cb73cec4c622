/* SPDX-License-Identifier: EUPL-1.2 */
/* Shares and interpolation: k - 1 residents open nothing, k do. */
#include "vectors.h"

#include <sodium.h>
#include <stdlib.h>

#include "failing_alloc.h"
#include "proto/tally.h"

#define MAX_SHARES 110

static const uint8_t group_order[OEO_SCALAR_BYTES] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6,
    0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10};

struct cell {
	unsigned k;
	uint8_t a0[OEO_SCALAR_BYTES];
	uint8_t coefficients[MAX_SHARES * OEO_SCALAR_BYTES];
	uint8_t xs[MAX_SHARES * OEO_X_BYTES];
	uint8_t ys[MAX_SHARES * OEO_SCALAR_BYTES];
};

static uint8_t *x_of(struct cell *cell, size_t i)
{
	return cell->xs + i * OEO_X_BYTES;
}

static uint8_t *y_of(struct cell *cell, size_t i)
{
	return cell->ys + i * OEO_SCALAR_BYTES;
}

static void make_cell(struct cell *cell, unsigned k, size_t shares)
{
	assert_true(k <= MAX_SHARES && shares <= MAX_SHARES);
	cell->k = k;
	crypto_core_ristretto255_scalar_random(cell->a0);
	oeo_tally_coefficients(cell->coefficients, cell->a0, k);
	randombytes_buf(cell->xs, shares * OEO_X_BYTES);
	for (size_t i = 0; i < shares; i++)
		assert_ok(oeo_tally_share_y(y_of(cell, i), cell->coefficients, k, x_of(cell, i)));
}

/* The plain sum of a_i * x^i, every step reduced: another way than Horner's. */
static void evaluate_plainly(uint8_t y[OEO_SCALAR_BYTES], const struct cell *cell, const uint8_t *x)
{
	uint8_t power[OEO_SCALAR_BYTES] = {1};
	uint8_t factor[OEO_SCALAR_BYTES] = {0};
	uint8_t term[OEO_SCALAR_BYTES];

	memcpy(factor, x, OEO_X_BYTES);
	memset(y, 0, OEO_SCALAR_BYTES);
	for (size_t i = 0; i < cell->k; i++) {
		crypto_core_ristretto255_scalar_mul(term, cell->coefficients + i * OEO_SCALAR_BYTES, power);
		crypto_core_ristretto255_scalar_add(y, y, term);
		crypto_core_ristretto255_scalar_mul(power, power, factor);
	}
}

static void test_shares_equal_the_plain_sum_and_are_canonical(void **state)
{
	static const unsigned ks[] = {1, 2, 3, 5, 10, 11, 25, 64, 100};
	static struct cell cell;
	uint8_t y[OEO_SCALAR_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(ks) / sizeof(ks[0]); i++) {
		make_cell(&cell, ks[i], 50);
		memset(x_of(&cell, 0), 0xff, OEO_X_BYTES); /* the largest x */
		assert_ok(oeo_tally_share_y(y_of(&cell, 0), cell.coefficients, cell.k, x_of(&cell, 0)));
		for (size_t j = 0; j < 50; j++) {
			evaluate_plainly(y, &cell, x_of(&cell, j));
			assert_memory_equal(y_of(&cell, j), y, sizeof(y));
			assert_true(oeo_scalar_is_canonical(y_of(&cell, j), false));
			assert_true(oeo_tally_share_is_on(cell.coefficients, cell.k, x_of(&cell, j), y));
		}
	}
}

static void test_sums_are_reduced_at_the_very_edge(void **state)
{
	static const uint8_t one[OEO_SCALAR_BYTES] = {1};
	static struct cell cell;
	uint8_t y[OEO_SCALAR_BYTES];

	(void)state;
	/* All coefficients L - 1: every sum in between is as large as it can be. */
	make_cell(&cell, 10, 1);
	for (size_t i = 0; i < cell.k; i++) {
		memcpy(cell.coefficients + i * OEO_SCALAR_BYTES, group_order, OEO_SCALAR_BYTES);
		sodium_sub(cell.coefficients + i * OEO_SCALAR_BYTES, one, OEO_SCALAR_BYTES);
	}
	for (int fill = 0x01; fill <= 0xff; fill += 0x7f) {
		memset(x_of(&cell, 0), fill, OEO_X_BYTES);
		assert_ok(oeo_tally_share_y(y_of(&cell, 0), cell.coefficients, cell.k, x_of(&cell, 0)));
		evaluate_plainly(y, &cell, x_of(&cell, 0));
		assert_memory_equal(y_of(&cell, 0), y, sizeof(y));
	}
}

static void test_k_shares_give_the_secret_and_fewer_do_not(void **state)
{
	static const unsigned ks[] = {2, 3, 5, 9, 10, 11, 25, 64, 65, 100};
	static struct cell cell;
	uint8_t a0[OEO_SCALAR_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(ks) / sizeof(ks[0]); i++) {
		unsigned k = ks[i];

		make_cell(&cell, k, k + 1);
		assert_ok(oeo_tally_interpolate(a0, cell.xs, cell.ys, k - 1));
		assert_memory_not_equal(a0, cell.a0, sizeof(a0));
		assert_ok(oeo_tally_interpolate(a0, cell.xs, cell.ys, k));
		assert_memory_equal(a0, cell.a0, sizeof(a0));
		assert_ok(oeo_tally_interpolate(a0, x_of(&cell, 1), y_of(&cell, 1), k));
		assert_memory_equal(a0, cell.a0, sizeof(a0));
		assert_ok(oeo_tally_interpolate(a0, cell.xs, cell.ys, k + 1));
		assert_memory_equal(a0, cell.a0, sizeof(a0));
	}
}

static void test_random_thresholds_hold(void **state)
{
	static struct cell cell;
	uint8_t a0[OEO_SCALAR_BYTES];

	(void)state;
	for (int round = 0; round < 60; round++) {
		unsigned k = 2 + randombytes_uniform(40);

		make_cell(&cell, k, k);
		assert_ok(oeo_tally_interpolate(a0, cell.xs, cell.ys, k));
		assert_memory_equal(a0, cell.a0, sizeof(a0));
		assert_ok(oeo_tally_interpolate(a0, x_of(&cell, 1), y_of(&cell, 1), k - 1));
		assert_memory_not_equal(a0, cell.a0, sizeof(a0));
	}
}

static void test_one_share_of_a_threshold_of_one_is_the_secret(void **state)
{
	static struct cell cell;
	uint8_t a0[OEO_SCALAR_BYTES];

	(void)state;
	make_cell(&cell, 1, 1);
	assert_ok(oeo_tally_interpolate(a0, cell.xs, cell.ys, 1));
	assert_memory_equal(a0, cell.a0, sizeof(a0));
	assert_memory_equal(cell.ys, cell.a0, sizeof(a0));
}

static void test_repeated_visits_do_not_stand_in_for_a_resident(void **state)
{
	static struct cell cell;
	uint8_t a0[OEO_SCALAR_BYTES];

	(void)state;
	for (unsigned k = 2; k <= 12; k += 5) {
		make_cell(&cell, k, k);
		memcpy(x_of(&cell, k - 1), x_of(&cell, 0), OEO_X_BYTES);
		memcpy(y_of(&cell, k - 1), y_of(&cell, 0), OEO_SCALAR_BYTES);
		assert_int_equal(oeo_tally_interpolate(a0, cell.xs, cell.ys, k), OEO_ERR_RANGE);
		/* The same x with another y, too. */
		crypto_core_ristretto255_scalar_random(y_of(&cell, k - 1));
		assert_int_equal(oeo_tally_interpolate(a0, cell.xs, cell.ys, k), OEO_ERR_RANGE);
	}
}

static void test_zero_is_no_x(void **state)
{
	static struct cell cell;
	uint8_t a0[OEO_SCALAR_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];

	(void)state;
	make_cell(&cell, 5, 5);
	memset(x_of(&cell, 3), 0, OEO_X_BYTES);
	assert_int_equal(oeo_tally_share_y(y, cell.coefficients, cell.k, x_of(&cell, 3)), OEO_ERR_RANGE);
	assert_false(oeo_tally_share_is_on(cell.coefficients, cell.k, x_of(&cell, 3), cell.a0));
	assert_int_equal(oeo_tally_interpolate(a0, cell.xs, cell.ys, cell.k), OEO_ERR_RANGE);
}

static void test_thresholds_outside_their_bounds_are_refused(void **state)
{
	static struct cell cell;
	uint8_t a0[OEO_SCALAR_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];

	(void)state;
	make_cell(&cell, 5, 5);
	assert_int_equal(oeo_tally_interpolate(a0, cell.xs, cell.ys, 0), OEO_ERR_RANGE);
	assert_int_equal(oeo_tally_interpolate(a0, cell.xs, cell.ys, OEO_MAX_K + 1), OEO_ERR_RANGE);
	assert_int_equal(oeo_tally_share_y(y, cell.coefficients, 0, cell.xs), OEO_ERR_RANGE);
	assert_int_equal(oeo_tally_share_y(y, cell.coefficients, OEO_MAX_K + 1, cell.xs), OEO_ERR_RANGE);
	assert_false(oeo_tally_share_is_on(cell.coefficients, 0, cell.xs, cell.ys));
}

static void test_a_y_that_is_not_canonical_is_refused(void **state)
{
	static struct cell cell;
	uint8_t a0[OEO_SCALAR_BYTES];

	(void)state;
	make_cell(&cell, 5, 5);
	/* The same residue, so that only the encoding is at fault. */
	sodium_add(y_of(&cell, 4), group_order, OEO_SCALAR_BYTES);
	assert_int_equal(oeo_tally_interpolate(a0, cell.xs, cell.ys, cell.k), OEO_ERR_FORMAT);
	assert_false(oeo_tally_share_is_on(cell.coefficients, cell.k, x_of(&cell, 4), y_of(&cell, 4)));
}

static void test_a_changed_share_is_not_on_the_polynomial(void **state)
{
	static struct cell cell;
	uint8_t a0[OEO_SCALAR_BYTES];

	(void)state;
	make_cell(&cell, 10, 10);
	for (size_t bit = 0; bit < 8 * OEO_X_BYTES; bit++) {
		x_of(&cell, 2)[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(
		    oeo_tally_share_is_on(cell.coefficients, cell.k, x_of(&cell, 2), y_of(&cell, 2)));
		x_of(&cell, 2)[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t bit = 0; bit < 8 * OEO_SCALAR_BYTES; bit++) {
		y_of(&cell, 2)[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(
		    oeo_tally_share_is_on(cell.coefficients, cell.k, x_of(&cell, 2), y_of(&cell, 2)));
		y_of(&cell, 2)[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_true(oeo_tally_share_is_on(cell.coefficients, cell.k, x_of(&cell, 2), y_of(&cell, 2)));
	/* One bad share among k spoils the secret, and the tag shows it. */
	y_of(&cell, 2)[0] ^= 1;
	assert_ok(oeo_tally_interpolate(a0, cell.xs, cell.ys, cell.k));
	assert_memory_not_equal(a0, cell.a0, sizeof(a0));
}

static void test_derivations_depend_on_every_keyholder_and_their_order(void **state)
{
	uint8_t outputs[2 * OEO_OUTPUT_BYTES];
	uint8_t swapped[2 * OEO_OUTPUT_BYTES];
	uint8_t a[OEO_SCALAR_BYTES];
	uint8_t b[OEO_SCALAR_BYTES];
	uint8_t x[OEO_X_BYTES];
	uint8_t other_x[OEO_X_BYTES];

	(void)state;
	randombytes_buf(outputs, sizeof(outputs));
	memcpy(swapped, outputs + OEO_OUTPUT_BYTES, OEO_OUTPUT_BYTES);
	memcpy(swapped + OEO_OUTPUT_BYTES, outputs, OEO_OUTPUT_BYTES);
	oeo_tally_cell_secret(a, outputs, 2);
	assert_true(oeo_scalar_is_canonical(a, true));
	oeo_tally_cell_secret(b, swapped, 2);
	assert_memory_not_equal(a, b, sizeof(a));
	oeo_tally_cell_secret(b, outputs, 1);
	assert_memory_not_equal(a, b, sizeof(a));
	oeo_tally_share_x(x, outputs, 2);
	assert_memory_not_equal(a, x, sizeof(x));
	oeo_tally_share_x(other_x, swapped, 2);
	assert_memory_not_equal(x, other_x, sizeof(x));
	oeo_tally_share_x(other_x, outputs, 1);
	assert_memory_not_equal(x, other_x, sizeof(x));
}

static void test_a_higher_threshold_keeps_the_lower_coefficients(void **state)
{
	uint8_t a0[OEO_SCALAR_BYTES];
	uint8_t five[5 * OEO_SCALAR_BYTES];
	uint8_t ten[10 * OEO_SCALAR_BYTES];

	(void)state;
	crypto_core_ristretto255_scalar_random(a0);
	oeo_tally_coefficients(five, a0, 5);
	oeo_tally_coefficients(ten, a0, 10);
	assert_memory_equal(five, ten, sizeof(five));
	assert_memory_equal(ten, a0, sizeof(a0));
	for (size_t i = 0; i < 10; i++) {
		assert_true(oeo_scalar_is_canonical(ten + i * OEO_SCALAR_BYTES, true));
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(
			    ten + i * OEO_SCALAR_BYTES, ten + j * OEO_SCALAR_BYTES, OEO_SCALAR_BYTES);
	}
}

static void test_a_walk_in_is_one_per_member_cell_and_week(void **state)
{
	uint8_t key[OEO_WALK_IN_KEY_BYTES];
	uint8_t other_key[OEO_WALK_IN_KEY_BYTES];
	uint8_t x[OEO_X_BYTES];
	uint8_t again[OEO_X_BYTES];

	(void)state;
	randombytes_buf(key, sizeof(key));
	randombytes_buf(other_key, sizeof(other_key));
	assert_ok(oeo_tally_walk_in_x(x, key, "cell", 4, "2026-W45"));
	assert_ok(oeo_tally_walk_in_x(again, key, "cell", 4, "2026-W45"));
	assert_memory_equal(x, again, sizeof(x));
	assert_ok(oeo_tally_walk_in_x(again, key, "cell", 4, "2026-W46"));
	assert_memory_not_equal(x, again, sizeof(x));
	assert_ok(oeo_tally_walk_in_x(again, key, "ce11", 4, "2026-W45"));
	assert_memory_not_equal(x, again, sizeof(x));
	assert_ok(oeo_tally_walk_in_x(again, other_key, "cell", 4, "2026-W45"));
	assert_memory_not_equal(x, again, sizeof(x));
	assert_int_equal(oeo_tally_walk_in_x(again, key, "cell", 4, "2026-W4"), OEO_ERR_FORMAT);
	assert_int_equal(oeo_tally_walk_in_x(again, key, "cell", 4, "2026-W455"), OEO_ERR_FORMAT);
}

static void test_interpolation_reports_that_memory_is_out(void **state)
{
	static struct cell cell;
	uint8_t a0[OEO_SCALAR_BYTES] = {0x55};
	enum oeo_err err;

	(void)state;
	make_cell(&cell, 5, 5);
	for (long n = 0; n < 2; n++) {
		alloc_fail_after(n);
		err = oeo_tally_interpolate(a0, cell.xs, cell.ys, cell.k);
		alloc_fail_never();
		assert_int_equal(err, OEO_ERR_NOMEM);
		assert_int_equal(a0[0], 0x55);
	}
	assert_ok(oeo_tally_interpolate(a0, cell.xs, cell.ys, cell.k));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_shares_equal_the_plain_sum_and_are_canonical),
	    cmocka_unit_test(test_sums_are_reduced_at_the_very_edge),
	    cmocka_unit_test(test_k_shares_give_the_secret_and_fewer_do_not),
	    cmocka_unit_test(test_random_thresholds_hold),
	    cmocka_unit_test(test_one_share_of_a_threshold_of_one_is_the_secret),
	    cmocka_unit_test(test_repeated_visits_do_not_stand_in_for_a_resident),
	    cmocka_unit_test(test_zero_is_no_x),
	    cmocka_unit_test(test_thresholds_outside_their_bounds_are_refused),
	    cmocka_unit_test(test_a_y_that_is_not_canonical_is_refused),
	    cmocka_unit_test(test_a_changed_share_is_not_on_the_polynomial),
	    cmocka_unit_test(test_derivations_depend_on_every_keyholder_and_their_order),
	    cmocka_unit_test(test_a_higher_threshold_keeps_the_lower_coefficients),
	    cmocka_unit_test(test_a_walk_in_is_one_per_member_cell_and_week),
	    cmocka_unit_test(test_interpolation_reports_that_memory_is_out),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}

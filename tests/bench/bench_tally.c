/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the cryptography of the sealed tally costs on one core: medians of RUNS runs. Run it from a
 * release build on a quiet machine: build/release/bench/bench_tally
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/names.h"
#include "proto/tally.h"

#define RUNS 15
#define THRESHOLD 10
#define SHARES 4096
#define OPENINGS 512
#define GROUPS 4
#define PAIRS (GROUPS * OEO_GROUP_SIZE)
#define CELL_NAME "oeo1\037almelo\03710\037theme-ward\0372026-Q4\037wonen\037W01"

/* All storage of the measurements: one allocation, no globals. */
struct bench {
	uint8_t sk[OEO_SCALAR_BYTES];
	uint8_t pk[OEO_ELEMENT_BYTES];
	uint8_t a0[OEO_SCALAR_BYTES];
	uint8_t coefficients[THRESHOLD * OEO_SCALAR_BYTES];
	uint8_t xs[SHARES * OEO_X_BYTES];
	uint8_t ys[SHARES * OEO_SCALAR_BYTES];
	struct oeo_buf inputs[OEO_GROUP_SIZE];
	uint8_t elements[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES];
	uint8_t blinds[OEO_GROUP_SIZE * OEO_SCALAR_BYTES];
	uint8_t blinded[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES];
	uint8_t evaluated[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES];
	uint8_t unblinded[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES];
	uint8_t outputs[OEO_GROUP_SIZE * OEO_OUTPUT_BYTES];
	uint8_t proof[OEO_PROOF_BYTES];
};

/* A measured step: true where all went well. */
typedef bool step(struct bench *bench);

static double now_us(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Median time of one unit of work in microseconds; a step does `units` of them. Ends the program where a step fails. */
static double measure(struct bench *bench, step *run, unsigned units)
{
	double times[RUNS];

	for (int i = 0; i < RUNS; i++) {
		double start = now_us();

		if (!run(bench)) {
			(void)fprintf(stderr, "bench_tally: a step failed\n");
			exit(1);
		}
		times[i] = (now_us() - start) / units;
	}
	qsort(times, RUNS, sizeof(times[0]), compare_doubles);
	return times[RUNS / 2];
}

/* ---- shares */

static bool check_shares(struct bench *bench)
{
	size_t on = 0;

	for (size_t i = 0; i < SHARES; i++)
		on += oeo_tally_share_is_on(bench->coefficients, THRESHOLD, bench->xs + i * OEO_X_BYTES,
		    bench->ys + i * OEO_SCALAR_BYTES);
	return on == SHARES;
}

static bool check_canonical(struct bench *bench)
{
	size_t canonical = 0;

	for (size_t i = 0; i < SHARES; i++)
		canonical += oeo_scalar_is_canonical(bench->ys + i * OEO_SCALAR_BYTES, false);
	return canonical == SHARES;
}

static bool interpolate(struct bench *bench)
{
	uint8_t a0[OEO_SCALAR_BYTES];

	for (size_t i = 0; i < OPENINGS; i++) {
		if (oeo_tally_interpolate(a0, bench->xs + i * OEO_X_BYTES, bench->ys + i * OEO_SCALAR_BYTES,
			THRESHOLD) != OEO_OK)
			return false;
		if (sodium_memcmp(a0, bench->a0, sizeof(a0)) != 0)
			return false;
	}
	return true;
}

/* ---- one group of VOPRF elements */

static bool blind(struct bench *bench)
{
	for (size_t i = 0; i < OEO_GROUP_SIZE; i++)
		if (oeo_voprf_hash_to_group(bench->elements + i * OEO_ELEMENT_BYTES, bench->inputs[i].data,
			bench->inputs[i].len) != OEO_OK)
			return false;
	oeo_voprf_random_blinds(bench->blinds, OEO_GROUP_SIZE);
	return oeo_voprf_blind(bench->blinded, bench->elements, bench->blinds, OEO_GROUP_SIZE) == OEO_OK;
}

static bool evaluate(struct bench *bench)
{
	return oeo_voprf_evaluate(bench->evaluated, bench->proof, bench->sk, bench->pk, bench->blinded,
		   OEO_GROUP_SIZE) == OEO_OK;
}

static bool verify(struct bench *bench)
{
	return oeo_voprf_verify(bench->pk, bench->blinded, bench->evaluated, OEO_GROUP_SIZE, bench->proof) ==
	       OEO_OK;
}

static bool finish(struct bench *bench)
{
	if (oeo_voprf_unblind(bench->unblinded, bench->evaluated, bench->blinds, OEO_GROUP_SIZE) != OEO_OK)
		return false;
	for (size_t i = 0; i < OEO_GROUP_SIZE; i++)
		if (oeo_voprf_output(bench->outputs + i * OEO_OUTPUT_BYTES, bench->inputs[i].data,
			bench->inputs[i].len, bench->unblinded + i * OEO_ELEMENT_BYTES) != OEO_OK)
			return false;
	return true;
}

/* ---- a (resident, cell) pair, from names to a share */

static bool seal_pairs(struct bench *bench)
{
	uint8_t x[OEO_X_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];

	for (int group = 0; group < GROUPS; group++) {
		if (!blind(bench) || !evaluate(bench) || !verify(bench) || !finish(bench))
			return false;
		for (size_t i = 0; i < OEO_GROUP_SIZE; i++) {
			oeo_tally_share_x(x, bench->outputs + i * OEO_OUTPUT_BYTES, 1);
			if (oeo_tally_share_y(y, bench->coefficients, THRESHOLD, x) != OEO_OK)
				return false;
		}
	}
	return true;
}

static bool make_input(struct oeo_buf *input, size_t i)
{
	const struct oeo_name_field fields[] = {
	    {"birthdate", "1940-03-01"}, {"postcode", "7607AA"}, {"surname", "vandenberg"}};
	struct oeo_buf name = {NULL, 0, 0};
	bool made = oeo_resident_name(&name, fields, sizeof(fields) / sizeof(fields[0])) == OEO_OK &&
		    oeo_buf_printf(&name, "%zu", i) == OEO_OK &&
		    oeo_share_input(input, name.data, name.len, CELL_NAME, sizeof(CELL_NAME) - 1) == OEO_OK;

	oeo_buf_fini(&name);
	return made;
}

static bool prepare(struct bench *bench)
{
	crypto_core_ristretto255_scalar_random(bench->a0);
	oeo_tally_coefficients(bench->coefficients, bench->a0, THRESHOLD);
	randombytes_buf(bench->xs, sizeof(bench->xs));
	for (size_t i = 0; i < SHARES; i++)
		if (oeo_tally_share_y(bench->ys + i * OEO_SCALAR_BYTES, bench->coefficients, THRESHOLD,
			bench->xs + i * OEO_X_BYTES) != OEO_OK)
			return false;
	for (size_t i = 0; i < OEO_GROUP_SIZE; i++)
		if (!make_input(&bench->inputs[i], i))
			return false;
	return oeo_voprf_keypair(bench->sk, bench->pk) == OEO_OK && blind(bench) && evaluate(bench);
}

static void print_shares(struct bench *bench)
{
	double check = measure(bench, check_shares, SHARES);

	(void)printf(
	    "share check, k = %d         %8.3f us   %9.0f/s per core\n", THRESHOLD, check, 1e6 / check);
	(void)printf("scalar canonical?          %8.4f us\n", measure(bench, check_canonical, SHARES));
	(void)printf(
	    "interpolation, k = %d       %8.1f us\n", THRESHOLD, measure(bench, interpolate, OPENINGS));
}

static void print_voprf(struct bench *bench)
{
	/* In the order of the protocol: each step works on what the one before left. */
	double blinding = measure(bench, blind, OEO_GROUP_SIZE);
	double keyholder = measure(bench, evaluate, OEO_GROUP_SIZE);
	double verifying = measure(bench, verify, OEO_GROUP_SIZE);
	double finishing = measure(bench, finish, OEO_GROUP_SIZE);

	(void)printf("VOPRF in groups of %d, per element:\n", OEO_GROUP_SIZE);
	(void)printf("  agent                    %8.4f ms   (hash and blind %.4f, verify %.4f, unblind and "
		     "output %.4f)\n",
	    (blinding + verifying + finishing) / 1e3, blinding / 1e3, verifying / 1e3, finishing / 1e3);
	(void)printf("  keyholder                %8.4f ms   (evaluate and prove)\n", keyholder / 1e3);
}

static void print_pairs(struct bench *bench)
{
	double pair = measure(bench, seal_pairs, PAIRS);

	(void)printf("(resident, cell) pair, one keyholder, both sides, up to the share:\n");
	(void)printf(
	    "  of CPU                   %8.4f ms   %9.0f/s on two cores\n", pair / 1e3, 2 * 1e6 / pair);
}

int main(void)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	if (bench == NULL || sodium_init() < 0 || !prepare(bench)) {
		(void)fprintf(stderr, "bench_tally: cannot prepare\n");
		free(bench);
		return 1;
	}
	print_shares(bench);
	print_voprf(bench);
	print_pairs(bench);
	for (size_t i = 0; i < OEO_GROUP_SIZE; i++)
		oeo_buf_fini(&bench->inputs[i]);
	free(bench);
	return 0;
}

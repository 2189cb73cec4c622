/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Distribution functions, tests and intervals against R 4.2.2: tests/data/export/chance.csv, made with pbeta, pgamma,
 * pt, qt, pbinom and poisson.test.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard-export/chance.h"

#define LINE_BYTES 256
#define MOST_VALUES 5

struct golden {
	char function[32];
	double values[MOST_VALUES]; /* a, b, c, low, high */
};

static void split(struct golden *golden, char *line)
{
	char *rest = line;

	(void)snprintf(golden->function, sizeof(golden->function), "%s", strsep(&rest, ","));
	for (size_t i = 0; i < MOST_VALUES; i++) {
		const char *field = strsep(&rest, ",\n");

		golden->values[i] = field != NULL && field[0] != '\0' ? strtod(field, NULL) : 0;
	}
}

static void assert_close(const struct golden *golden, double got, double expected)
{
	if (isinf(expected) && isinf(got))
		return;
	if (fabs(got - expected) > 1e-300 + 2e-10 * fabs(expected))
		fail_msg("%s(%g, %g, %g): %.12g and not %.12g", golden->function, golden->values[0],
		    golden->values[1], golden->values[2], got, expected);
}

static void check_pair(const struct golden *golden, struct oeo_interval got)
{
	assert_close(golden, got.low, golden->values[3]);
	assert_close(golden, got.high, golden->values[4]);
}

static void check(const struct golden *golden)
{
	const double *v = golden->values;
	const char *name = golden->function;
	uint64_t a = (uint64_t)v[0], b = (uint64_t)v[1];

	if (strcmp(name, "beta") == 0)
		assert_close(golden, oeo_chance_beta(v[0], v[1], v[2]), v[3]);
	else if (strcmp(name, "gamma") == 0)
		check_pair(golden, (struct oeo_interval){oeo_chance_gamma_lower(v[0], v[1]),
				       oeo_chance_gamma_upper(v[0], v[1])});
	else if (strcmp(name, "student") == 0)
		assert_close(golden, oeo_chance_student_p(v[0], v[1]), v[3]);
	else if (strcmp(name, "student-quantile") == 0)
		assert_close(golden, oeo_chance_student_quantile(v[0], v[1]), v[3]);
	else if (strcmp(name, "poisson") == 0)
		check_pair(golden, oeo_chance_poisson(a, v[1]));
	else if (strcmp(name, "ratio-p") == 0)
		assert_close(golden, oeo_chance_ratio_p(a, b, 0.5), v[3]);
	else if (strcmp(name, "ratio") == 0)
		check_pair(golden, oeo_chance_ratio(a, b, 0.5, v[2]));
	else if (strcmp(name, "exceeds") == 0)
		assert_close(golden, oeo_chance_exceeds(a, (uint64_t)v[2], 1 / ((double)b + 1)), v[3]);
	else
		fail_msg("nothing checks %s", name);
}

static void test_everything_is_equal_to_the_values_of_r(void **state)
{
	char line[LINE_BYTES];
	FILE *file = fopen(OEO_TEST_DIR "/data/export/chance.csv", "r");
	size_t n = 0;

	(void)state;
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	while (fgets(line, sizeof(line), file) != NULL) {
		struct golden golden;

		split(&golden, line);
		check(&golden);
		n++;
	}
	assert_int_equal(fclose(file), 0);
	assert_int_equal(n, 170);
}

/* The definition itself: at the ends of the exact interval, chance gives this count or a more extreme one in just
 * alpha / 2 of the cases. Summed term by term, without any function of chance.c. */
static double poisson_tail(double mean, uint64_t count, int is_upper)
{
	double term = exp(-mean), below = 0;

	for (uint64_t i = 0; i < count; i++) {
		below += term;
		term *= mean / (double)(i + 1);
	}
	return is_upper ? 1 - below : below + term;
}

static void test_the_poisson_interval_is_exact(void **state)
{
	(void)state;
	for (uint64_t count = 0; count <= 60; count++) {
		struct oeo_interval interval = oeo_chance_poisson(count, 0.05);

		if (count == 0)
			assert_true(interval.low == 0);
		else
			assert_true(fabs(poisson_tail(interval.low, count, 1) - 0.025) < 1e-9);
		assert_true(fabs(poisson_tail(interval.high, count, 0) - 0.025) < 1e-9);
	}
}

static void test_the_test_and_the_interval_agree(void **state)
{
	const double share = *(const double *)*state;

	for (uint64_t before = 0; before <= 40; before++)
		for (uint64_t now = 0; now <= 80; now++) {
			struct oeo_interval ratio = oeo_chance_ratio(before, now, share, 0.01);
			int is_outside = ratio.low > 1 || ratio.high < 1;

			assert_int_equal(is_outside, oeo_chance_ratio_p(before, now, share) < 0.01);
		}
}

static void test_nothing_at_all_says_nothing(void **state)
{
	struct oeo_interval ratio = oeo_chance_ratio(0, 0, 0.5, 0.01);

	(void)state;
	assert_true(oeo_chance_ratio_p(0, 0, 0.5) == 1);
	assert_true(ratio.low == 0 && isinf(ratio.high));
	assert_true(oeo_chance_exceeds(10, 0, 1.0 / 8) == 1);
	assert_true(oeo_chance_beta(2, 3, 0) == 0 && oeo_chance_beta(2, 3, 1) == 1);
	assert_true(oeo_chance_gamma_lower(2, 0) == 0 && oeo_chance_gamma_upper(2, 0) == 1);
}

static void test_very_large_counts_neither_hang_nor_break(void **state)
{
	(void)state;
	assert_true(oeo_chance_ratio_p(UINT32_MAX, (uint64_t)UINT32_MAX + 1, 0.5) > 0.9);
	assert_true(oeo_chance_ratio_p(1, UINT64_MAX, 0.5) < 1e-9);
	assert_true(oeo_chance_ratio_p(UINT64_MAX - 1, UINT64_MAX, 0.5) > 0.9);
}

int main(void)
{
	static double equal = 0.5, march = 31.0 / 59;
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_everything_is_equal_to_the_values_of_r),
	    cmocka_unit_test(test_the_poisson_interval_is_exact),
	    cmocka_unit_test_prestate(test_the_test_and_the_interval_agree, &equal),
	    cmocka_unit_test_prestate(test_the_test_and_the_interval_agree, &march),
	    cmocka_unit_test(test_nothing_at_all_says_nothing),
	    cmocka_unit_test(test_very_large_counts_neither_hang_nor_break),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

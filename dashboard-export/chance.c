/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/chance.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define MOST_TERMS 200000
#define SMALLEST 1e-300 /* stands for zero in a continued fraction */
#define HALVINGS 200

/* ---- continued fractions ---- */

/* One step of the modified Lentz method: the state, and the next partial numerator and denominator. */
struct lentz {
	double value, c, d;
};

static double not_zero(double x)
{
	return fabs(x) < SMALLEST ? SMALLEST : x;
}

/* Take a / (b + ...) in; true where it no longer changes the value. */
static bool step(struct lentz *lentz, double a, double b)
{
	double change;

	lentz->d = 1 / not_zero(b + a * lentz->d);
	lentz->c = not_zero(b + a / lentz->c);
	change = lentz->c * lentz->d;
	lentz->value *= change;
	return fabs(change - 1) < DBL_EPSILON;
}

/* DLMF 8.17.22: the fraction behind x^a (1-x)^b / (a B(a, b)). Converges fast where x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
	struct lentz lentz = {1, 1, 0};
	bool is_done = false;

	for (unsigned m = 0; m < MOST_TERMS && !is_done; m++) {
		double k = m;

		(void)step(&lentz, -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1)), 1);
		k += 1;
		is_done = step(&lentz, k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k)), 1);
	}
	return 1 / lentz.value;
}

double oeo_chance_beta(double a, double b, double x)
{
	double front;

	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	if (x > (a + 1) / (a + b + 2))
		return 1 - oeo_chance_beta(b, a, 1 - x);
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	return front * beta_fraction(a, b, x) / a;
}

/* x^a e^-x / Gamma(a) */
static double gamma_front(double a, double x)
{
	return exp(a * log(x) - x - lgamma(a));
}

/* DLMF 8.11.4, the series; for x < a + 1. */
static double gamma_series(double a, double x)
{
	double term = 1 / a;
	double sum = term;

	for (unsigned n = 1; n < MOST_TERMS && term > sum * DBL_EPSILON; n++) {
		term *= x / (a + n);
		sum += term;
	}
	return sum * gamma_front(a, x);
}

/* DLMF 8.9.2 in its even form: 1/(x+1-a- 1(1-a)/(x+3-a- 2(2-a)/(x+5-a- ...; for x >= a + 1. */
static double gamma_fraction(double a, double x)
{
	struct lentz lentz = {1, 1, 0};
	double b = x + 1 - a;
	bool is_done = false;

	lentz.c = HUGE_VAL;
	lentz.value = 1 / not_zero(b);
	lentz.d = lentz.value;
	for (unsigned n = 1; n < MOST_TERMS && !is_done; n++) {
		b += 2;
		is_done = step(&lentz, -(double)n * (n - a), b);
	}
	return lentz.value * gamma_front(a, x);
}

double oeo_chance_gamma_lower(double a, double x)
{
	if (x <= 0)
		return 0;
	return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}

double oeo_chance_gamma_upper(double a, double x)
{
	if (x <= 0)
		return 1;
	return x < a + 1 ? 1 - gamma_series(a, x) : gamma_fraction(a, x);
}

double oeo_chance_student_p(double t, double degrees)
{
	return oeo_chance_beta(degrees / 2, 0.5, degrees / (degrees + t * t));
}

/* ---- where a rising function reaches a value ---- */

struct target {
	double (*function)(const struct target *target, double x);
	double a, b; /* parameters of the function */
	double value;
};

/* Halve [low, high] until it no longer shrinks. */
static double find(const struct target *target, double low, double high)
{
	for (unsigned i = 0; i < HALVINGS; i++) {
		double middle = low + (high - low) / 2;

		if (middle <= low || middle >= high)
			break;
		if (target->function(target, middle) < target->value)
			low = middle;
		else
			high = middle;
	}
	return high;
}

static double beta_of(const struct target *target, double x)
{
	return oeo_chance_beta(target->a, target->b, x);
}

static double gamma_of(const struct target *target, double x)
{
	return oeo_chance_gamma_lower(target->a, x);
}

static double student_of(const struct target *target, double x)
{
	return -oeo_chance_student_p(x, target->a);
}

double oeo_chance_student_quantile(double p, double degrees)
{
	struct target target = {student_of, degrees, 0, -p};
	double high = 1;

	while (oeo_chance_student_p(high, degrees) > p)
		high *= 2;
	return find(&target, 0, high);
}

struct oeo_interval oeo_chance_poisson(uint64_t count, double alpha)
{
	double n = (double)count;
	double most = n + 20 * sqrt(n + 1) + 100;
	struct target low = {gamma_of, n, 0, alpha / 2};
	struct target high = {gamma_of, n + 1, 0, 1 - alpha / 2};

	return (struct oeo_interval){count == 0 ? 0 : find(&low, 0, most), find(&high, 0, most)};
}

/* P(X >= least) of a binomial of n with this share. */
static double at_least(uint64_t least, uint64_t others, double share)
{
	return least == 0 ? 1 : oeo_chance_beta((double)least, (double)others + 1, share);
}

double oeo_chance_ratio_p(uint64_t before, uint64_t now, double share)
{
	double upper = at_least(now, before, share);
	double lower = at_least(before, now, 1 - share);
	double p = 2 * (upper < lower ? upper : lower);

	return p < 1 ? p : 1;
}

static double odds(double share)
{
	return share < 1 ? share / (1 - share) : HUGE_VAL;
}

struct oeo_interval oeo_chance_ratio(uint64_t before, uint64_t now, double share, double alpha)
{
	struct oeo_interval ratio = {0, HUGE_VAL};
	struct target low = {beta_of, (double)now, (double)before + 1, alpha / 2};
	struct target high = {beta_of, (double)now + 1, (double)before, 1 - alpha / 2};

	/* The odds of the later one are the ratio of the rates times the ratio of the times. */
	if (now > 0)
		ratio.low = odds(find(&low, 0, 1)) / odds(share);
	if (before > 0)
		ratio.high = odds(find(&high, 0, 1)) / odds(share);
	return ratio;
}

double oeo_chance_exceeds(uint64_t before, uint64_t now, double share)
{
	return at_least(now, before, share);
}

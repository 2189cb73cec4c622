/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How often chance alone gives a difference between counts: the few distribution functions that this needs, and the
 * exact tests and intervals made of them. Published numbers only come here; nothing protects privacy by it.
 *
 * Written out because no library of Debian fits: GSL and R's mathlib are GPL (a program that links them could not be
 * under the EUPL alone), Boost's has no C interface for what is needed. Sources: NIST Digital Library of
 * Mathematical Functions (DLMF) 8.7, 8.9, 8.17; the continued fractions by the modified Lentz method (Thompson and
 * Barnett 1986). tests/data/export/chance.csv holds R's values for all of them. Pure functions.
 */
#ifndef OEO_DASHBOARD_EXPORT_CHANCE_H
#define OEO_DASHBOARD_EXPORT_CHANCE_H

#include <stdint.h>

/* Regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 <= x <= 1. */
double oeo_chance_beta(double a, double b, double x);

/* Regularised lower and upper incomplete gamma functions P(a, x) and Q(a, x) for a > 0, x >= 0. */
double oeo_chance_gamma_lower(double a, double x);
double oeo_chance_gamma_upper(double a, double x);

/* Two-sided p-value of Student's t with so many degrees of freedom (> 0), and the t that has this p-value (0 < p < 1). */
double oeo_chance_student_p(double t, double degrees);
double oeo_chance_student_quantile(double p, double degrees);

struct oeo_interval {
	double low;
	double high; /* INFINITY where there is no upper end */
};

/* Exact interval for the mean of a Poisson variable seen once (Garwood 1936); alpha: 0.05 for 95%. */
struct oeo_interval oeo_chance_poisson(uint64_t count, double alpha);

/*
 * Two Poisson counts over two stretches of time: `share` is the part of the time of both that the later one has (above 0,
 * below 1; one half where they are equally long). Given their sum, the later one is binomial with that share if the rates
 * are equal (Przyborowski and Wilenski 1940). The two-sided p-value of that, twice the smaller tail, and the exact
 * interval of the ratio of the rates, now / before (Clopper and Pearson 1934; poisson.test in R). Both counts 0: p-value
 * 1 and 0 .. INFINITY.
 */
double oeo_chance_ratio_p(uint64_t before, uint64_t now, double share);
struct oeo_interval oeo_chance_ratio(uint64_t before, uint64_t now, double share, double alpha);

/*
 * The chance of at least `now` where the earlier counts sum to `before` and all have one rate: binomial with the share of
 * the time of all of them that the last one has.
 */
double oeo_chance_exceeds(uint64_t before, uint64_t now, double share);

#endif

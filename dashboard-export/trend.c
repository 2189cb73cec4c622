/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/trend.h"

#include <math.h>
#include <string.h>

#define LEAST_EARLIER 4 /* points that a dispersion is estimated from */
#define DISPERSION_ALPHA 0.05 /* for shorter series than OEO_TREND_ENOUGH */
#define EARS_QUANTILE 3.090232306167813 /* qnorm(1 - OEO_EARS_ALPHA) */

static double days_of(const struct oeo_point *point)
{
	return (double)(oeo_period_last_day(&point->period) - oeo_period_first_day(&point->period) + 1);
}

/* The part of the time of both that the later one has. */
static double share_of(const struct oeo_point *before, const struct oeo_point *now)
{
	return days_of(now) / (days_of(before) + days_of(now));
}

/* The rate and Pearson's X2 about it of the shown ones of the first n points; how many they are. */
struct spread {
	size_t count;
	double rate; /* a day */
	double pearson;
};

static struct spread spread_of(const struct oeo_point *points, size_t n)
{
	struct spread spread = {0, 0, 0};
	double sum = 0, days = 0;

	for (size_t i = 0; i < n; i++)
		if (points[i].state == OEO_POINT_SHOWN) {
			sum += (double)points[i].value;
			days += days_of(&points[i]);
			spread.count++;
		}
	if (spread.count == 0 || sum == 0)
		return spread;
	spread.rate = sum / days;
	for (size_t i = 0; i < n; i++)
		if (points[i].state == OEO_POINT_SHOWN) {
			double mean = spread.rate * days_of(&points[i]);
			double gap = (double)points[i].value - mean;

			spread.pearson += gap * gap / mean;
		}
	return spread;
}

/* The two numbers, moved towards each other by what rounding may have made of them, and the time of the later one. */
struct pair {
	uint64_t before, now;
	double share;
};

/* Of point number `first` and a later one. */
static struct pair pair_of(const struct oeo_series *series, size_t first, size_t later)
{
	uint64_t before = series->points[first].value;
	uint64_t now = series->points[later].value;
	uint64_t gap = now > before ? now - before : before - now;
	uint64_t half = series->round / 2;
	double share = share_of(&series->points[first], &series->points[later]);

	if (half == 0)
		return (struct pair){before, now, share};
	if (gap <= 2 * half)
		return (struct pair){before, before, share};
	return now > before ? (struct pair){before + half, now - half, share}
			    : (struct pair){before - half, now + half, share};
}

static bool is_comparable(const struct oeo_series *series)
{
	return series->n >= 2 && series->points[series->n - 1].state == OEO_POINT_SHOWN &&
	       series->points[series->n - 2].state == OEO_POINT_SHOWN;
}

static size_t count_shown(const struct oeo_series *series)
{
	size_t n = 0;

	for (size_t i = 0; i < series->n; i++)
		n += series->points[i].state == OEO_POINT_SHOWN ? 1 : 0;
	return n;
}

/* How much more the first points of a series vary than Poisson counts do. */
struct noise {
	double dispersion; /* 0 where there are too few */
	double degrees;
	bool is_over; /* it counts */
};

static struct noise noise_of(const struct oeo_series *series, size_t n_earlier)
{
	struct spread spread = spread_of(series->points, n_earlier);
	struct noise noise = {0, 0, false};

	if (spread.count < LEAST_EARLIER || spread.rate <= 0)
		return noise;
	noise.degrees = (double)(spread.count - 1);
	noise.dispersion = spread.pearson / noise.degrees;
	noise.is_over = noise.dispersion > 1 &&
			(count_shown(series) >= OEO_TREND_ENOUGH ||
			    oeo_chance_gamma_upper(noise.degrees / 2, spread.pearson / 2) < DISPERSION_ALPHA);
	return noise;
}

enum oeo_sureness oeo_trend_sureness(double p)
{
	if (p > OEO_TREND_ALPHA)
		return OEO_SURENESS_NONE;
	if (p > OEO_TREND_ALPHA / 10)
		return OEO_SURENESS_CLEAR;
	return p > OEO_TREND_ALPHA / 100 ? OEO_SURENESS_STRONG : OEO_SURENESS_CERTAIN;
}

/* The logarithm of the ratio needs numbers above zero: a published zero stands as one there. */
static double at_least_one(uint64_t number)
{
	return number == 0 ? 1 : (double)number;
}

/* Of the numbers a day. */
static double ratio_of(const struct pair *pair)
{
	return at_least_one(pair->now) / at_least_one(pair->before) * (1 - pair->share) / pair->share;
}

/* The number and the number a day go the same way. */
static bool is_one_way(const struct oeo_change *change, const struct pair *pair)
{
	double ratio = ratio_of(pair);

	return change->now > change->before ? ratio > 1 : ratio < 1;
}

/* Of the logarithm of the ratio. */
static double deviation_of(const struct noise *noise, const struct pair *pair)
{
	return sqrt(noise->dispersion * (1 / at_least_one(pair->before) + 1 / at_least_one(pair->now)));
}

/* Of two numbers that differ. A dispersion makes this larger only, never smaller. */
static double p_of(const struct noise *noise, const struct pair *pair)
{
	double p = oeo_chance_ratio_p(pair->before, pair->now, pair->share);

	if (!noise->is_over)
		return p;
	return fmax(p, oeo_chance_student_p(log(ratio_of(pair)) / deviation_of(noise, pair), noise->degrees));
}

/* Of the ratio a day. A dispersion makes this wider only. */
static struct oeo_interval interval_of(const struct noise *noise, const struct pair *pair)
{
	struct oeo_interval ratio = oeo_chance_ratio(pair->before, pair->now, pair->share, OEO_TREND_ALPHA);
	double reach;

	if (!noise->is_over)
		return ratio;
	reach = exp(oeo_chance_student_quantile(OEO_TREND_ALPHA, noise->degrees) * deviation_of(noise, pair));
	ratio.low = fmin(ratio.low, ratio_of(pair) / reach);
	ratio.high = fmax(ratio.high, ratio_of(pair) * reach);
	return ratio;
}

/* Everything but the interval. */
static void test_change(
    struct oeo_change *change, const struct oeo_series *series, struct pair *pair, struct noise *noise)
{
	memset(change, 0, sizeof(*change));
	change->p = 1;
	if (!is_comparable(series))
		return;
	*pair = pair_of(series, series->n - 2, series->n - 1);
	*noise = noise_of(series, series->n - 2);
	change->before = series->points[series->n - 2].value;
	change->now = series->points[series->n - 1].value;
	change->is_per_day =
	    days_of(&series->points[series->n - 2]) != days_of(&series->points[series->n - 1]);
	change->dispersion = noise->dispersion;
	change->is_overdispersed = noise->is_over;
	if (pair->before != pair->now && is_one_way(change, pair))
		change->p = p_of(noise, pair);
	change->sureness = oeo_trend_sureness(change->p);
	if (change->sureness == OEO_SURENESS_NONE)
		change->difference = OEO_DIFFERENCE_UNCLEAR;
	else
		change->difference = change->now > change->before ? OEO_DIFFERENCE_MORE : OEO_DIFFERENCE_LESS;
}

void oeo_trend_test(struct oeo_change *change, const struct oeo_series *series)
{
	struct pair pair = {0, 0, 0.5};
	struct noise noise = {0, 0, false};

	test_change(change, series, &pair, &noise);
}

void oeo_trend_change(struct oeo_change *change, const struct oeo_series *series)
{
	struct pair pair = {0, 0, 0.5};
	struct noise noise = {0, 0, false};

	test_change(change, series, &pair, &noise);
	if (change->difference != OEO_DIFFERENCE_UNKNOWN)
		change->ratio = interval_of(&noise, &pair);
}

static double rate_of(const struct oeo_point *point)
{
	return point->state == OEO_POINT_SHOWN ? (double)point->value / days_of(point) : 0;
}

/* Take in point number i, which is shown and comes before the rise. */
static void add_before(struct oeo_rise *rise, const struct oeo_series *series, size_t i)
{
	if (series->points[i].value > rise->highest_before)
		rise->highest_before = series->points[i].value;
	if (rate_of(&series->points[i]) > rate_of(&series->points[rise->highest_at]))
		rise->highest_at = i;
}

/* The same of one that comes after it. */
static void add_after(struct oeo_rise *rise, const struct oeo_series *series, size_t i)
{
	if (series->points[i].value < rise->lowest_after)
		rise->lowest_after = series->points[i].value;
	if (rate_of(&series->points[i]) < rate_of(&series->points[rise->lowest_at]))
		rise->lowest_at = i;
}

/* Of a rise in the numbers: chance counts only where it is one in the numbers a day too. */
static void judge_rise(struct oeo_rise *rise, const struct oeo_series *series)
{
	struct pair pair = pair_of(series, rise->highest_at, rise->lowest_at);
	struct noise noise = noise_of(series, rise->first);

	rise->dispersion = noise.dispersion;
	rise->is_overdispersed = noise.is_over;
	if (rise->highest_before > 0 && pair.now > pair.before && ratio_of(&pair) > 1)
		rise->p = p_of(&noise, &pair);
}

/* Weigh the split of a series before point number `first`; true where it is a rise. */
static bool weigh_split(struct oeo_rise *rise, const struct oeo_series *series, size_t first)
{
	bool is_known_before = false;

	*rise = (struct oeo_rise){.first = first, .lowest_after = UINT64_MAX, .lowest_at = first, .p = 1};
	for (size_t i = 0; i < series->n; i++) {
		const struct oeo_point *point = &series->points[i];

		is_known_before |= i < first && point->state != OEO_POINT_ABSENT;
		if (i >= first && point->state != OEO_POINT_SHOWN)
			return false;
		if (i >= first)
			add_after(rise, series, i);
		else if (point->state == OEO_POINT_SHOWN)
			add_before(rise, series, i);
		else
			rise->has_hidden_before = true;
	}
	if (!is_known_before || rise->lowest_after <= rise->highest_before)
		return false;
	judge_rise(rise, series);
	return true;
}

bool oeo_trend_rise(struct oeo_rise *rise, const struct oeo_series *series, size_t least)
{
	size_t from = series->n > OEO_TREND_RECENT ? series->n - OEO_TREND_RECENT : 1;
	struct oeo_rise other;
	bool is_found = false;

	for (size_t first = from; first + least <= series->n; first++) {
		if (!weigh_split(&other, series, first) ||
		    (is_found && other.lowest_after - other.highest_before <=
				     rise->lowest_after - rise->highest_before))
			continue;
		*rise = other;
		is_found = true;
	}
	return is_found;
}

bool oeo_trend_ears(
    struct oeo_ears *ears, const struct oeo_series *series, size_t at, enum oeo_ears_kind kind)
{
	size_t lag = kind == OEO_EARS_C2 ? 2 : 0;
	const struct oeo_point *first;
	uint64_t sum = 0, value;
	double squares = 0, days = 0, sigma;

	if (at >= series->n || at < OEO_EARS_BASELINE + lag || series->points[at].state != OEO_POINT_SHOWN)
		return false;
	first = &series->points[at - lag - OEO_EARS_BASELINE];
	for (size_t i = 0; i < OEO_EARS_BASELINE; i++) {
		if (first[i].state != OEO_POINT_SHOWN)
			return false;
		sum += first[i].value;
		days += days_of(&first[i]);
	}
	ears->mean = (double)sum / OEO_EARS_BASELINE;
	for (size_t i = 0; i < OEO_EARS_BASELINE; i++)
		squares += ((double)first[i].value - ears->mean) * ((double)first[i].value - ears->mean);
	sigma = sqrt(squares / (OEO_EARS_BASELINE - 1));
	if (sigma < OEO_EARS_LEAST_SIGMA)
		sigma = OEO_EARS_LEAST_SIGMA;
	value = series->points[at].value;
	ears->bound = ears->mean + EARS_QUANTILE * sigma;
	ears->is_alarm = (double)value > ears->bound;
	days += days_of(&series->points[at]);
	ears->p = oeo_chance_exceeds(sum, value, days_of(&series->points[at]) / days);
	ears->is_sure = ears->is_alarm && ears->p <= OEO_TREND_ALPHA;
	return true;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a series of published numbers says, and how sure that is. Hidden points are gaps: nothing is filled in,
 * nothing is said across them.
 *
 * A change is called clear where chance would give one this large at most once in a hundred times. Two ways to
 * reckon chance: the exact Poisson test (chance.h), and, where the points before it vary more than Poisson counts do, also
 * a quasi-Poisson interval with the dispersion of those points and Student's t: R's
 * glm(n ~ group + offset(log(days)), quasipoisson) with every earlier point in one group and the two compared in groups of
 * their own. The less sure of the two counts, so that a dispersion below one is taken as one. It counts from
 * OEO_TREND_ENOUGH shown points on; four earlier ones or more in a shorter series only say something where they vary far
 * too much (Pearson's dispersion test, 5%). Of fewer nothing is known, and the exact test stands alone.
 *
 * EARS C1 and C2 (Hutwagner et al. 2003; R's surveillance::earsC): a point against the mean and standard deviation of
 * the seven right before it (C1) or before the two right before it (C2). C3 adds alarms up over points and is left out.
 *
 * Periods of one cadence are not equally long: February has 28 days and March 31. What is compared is the number a day:
 * the Poisson models have the days as their offset, so equal numbers a day are equal whatever the calendar says. A
 * difference is clear only where the number itself and the number a day go the same way. EARS takes the numbers as they
 * are, as it was published; its guard against low counts reckons by the day.
 *
 * Where the plan rounds, half a step is taken off either number's side of the difference, so that rounding never
 * makes a difference clear. Pure functions.
 */
#ifndef OEO_DASHBOARD_EXPORT_TREND_H
#define OEO_DASHBOARD_EXPORT_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dashboard-export/chance.h"
#include "proto/period.h"

#define OEO_MAX_POINTS 132 /* eleven years of months; of longer series the last ones count */
#define OEO_TREND_ALPHA 0.01
#define OEO_TREND_ENOUGH 8 /* shown points from which a dispersion counts whatever it is */

enum oeo_point_state {
	OEO_POINT_ABSENT, /* no release of this period, or its plan does not have the cell */
	OEO_POINT_HIDDEN,
	OEO_POINT_SHOWN
};

struct oeo_point {
	struct oeo_period period;
	enum oeo_point_state state;
	uint64_t value; /* 0 where not shown */
};

/* Every period of one cadence from the first to the last, oldest first. */
struct oeo_series {
	struct oeo_point points[OEO_MAX_POINTS];
	size_t n;
	unsigned round; /* numbers are rounded to a multiple of this; 0: exact */
};

/* Compared with the period before. UNKNOWN: one of the two is not published, or the tables cannot be compared. */
enum oeo_difference {
	OEO_DIFFERENCE_UNKNOWN,
	OEO_DIFFERENCE_UNCLEAR, /* no more than chance often gives */
	OEO_DIFFERENCE_MORE,
	OEO_DIFFERENCE_LESS
};

/* How sure: chance would give as much at most once in a hundred, a thousand, ten thousand times. */
enum oeo_sureness { OEO_SURENESS_NONE, OEO_SURENESS_CLEAR, OEO_SURENESS_STRONG, OEO_SURENESS_CERTAIN };

struct oeo_change {
	enum oeo_difference difference;
	enum oeo_sureness sureness;
	uint64_t before;
	uint64_t now;
	double p; /* 1 where unknown, and where the number and the number a day go different ways */
	struct oeo_interval ratio; /* 99% interval of now / before, a day */
	bool is_per_day; /* the two periods are not equally long */
	bool is_overdispersed; /* quasi-Poisson too; else exact alone */
	double dispersion; /* of the earlier points; 0 where there are fewer than four */
};

/* The last point against the one right before it. Of an empty series, or where either is not shown: UNKNOWN. */
void oeo_trend_change(struct oeo_change *change, const struct oeo_series *series);

/* The same without the interval of the ratio: some thirty times quicker. */
void oeo_trend_test(struct oeo_change *change, const struct oeo_series *series);

enum oeo_sureness oeo_trend_sureness(double p);

/* A moment from which a series is shown always and lies above all that was shown before. */
struct oeo_rise {
	size_t first; /* the first point after it */
	uint64_t highest_before; /* 0 where nothing was shown before */
	bool has_hidden_before;
	uint64_t lowest_after;
	size_t highest_at, lowest_at; /* the highest number a day before, the lowest after */
	double p; /* how often chance gives as much between these points; 1 where nothing was shown before,
		     or where the numbers a day did not rise above all before */
	bool is_overdispersed; /* p is quasi-Poisson too, with the dispersion of all points before it */
	double dispersion; /* 0 where there are fewer than four */
};

#define OEO_TREND_RECENT 4 /* a rise is news when it began at most this many periods ago */

/* The rise with the largest gap that is at most OEO_TREND_RECENT points old and at least `least` points long; false where
 * there is none. */
bool oeo_trend_rise(struct oeo_rise *rise, const struct oeo_series *series, size_t least);

enum oeo_ears_kind { OEO_EARS_C1 = 1, OEO_EARS_C2 = 2 };

#define OEO_EARS_BASELINE 7
#define OEO_EARS_LEAST_SIGMA 0.5
#define OEO_EARS_ALPHA 0.001

struct oeo_ears {
	double mean; /* of the seven */
	double bound; /* mean + 3.09 standard deviations, of which at least OEO_EARS_LEAST_SIGMA */
	bool is_alarm; /* above the bound */
	bool
	    is_sure; /* an alarm that Poisson counts as low as these would give at most once in a hundred times */
	double p; /* the chance of that */
};

/*
 * Point number `at` of the series. False where nothing can be said: too few points before it (C1 from the 8th, C2
 * from the 10th), or it or one of the seven is not shown.
 */
bool oeo_trend_ears(
    struct oeo_ears *ears, const struct oeo_series *series, size_t at, enum oeo_ears_kind kind);

#endif

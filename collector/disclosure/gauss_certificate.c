/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss_certificate.h"

#define MOST_FACTOR 60
#define MOST_SCALE 24
#define NEAR 1e-5

static bool is_whole(double value, unsigned *whole)
{
	*whole = value <= 0 ? 0 : (unsigned)(value + 0.5);
	return value < MOST_FACTOR + NEAR && value - (double)*whole < NEAR && (double)*whole - value < NEAR;
}

/* The factors, so that the group's own is `times`. A cost of the group itself adds to it: all are scaled down. */
static bool scale(const struct gauss_dual *dual, unsigned times, struct gauss_certificate *certificate)
{
	double own = 1;

	for (size_t i = 0; i < dual->n_columns; i++)
		if (dual->columns[i] == dual->group)
			own += dual->costs[i];
	if (own < NEAR)
		return false;
	certificate->factor = times;
	for (size_t i = 0; i < dual->n_columns; i++) {
		certificate->factors[i] = 0;
		if (dual->columns[i] != dual->group &&
		    !is_whole(dual->costs[i] / own * times, &certificate->factors[i]))
			return false;
	}
	return true;
}

/* Is there too little room for the group to rise by one? */
static bool is_tight(const struct gauss_dual *dual, const struct gauss_certificate *certificate)
{
	uint64_t room = 0;

	for (size_t i = 0; i < dual->n_columns; i++)
		room += certificate->factors[i] * dual->rooms[dual->columns[i]];
	return room < certificate->factor;
}

static void add_row(
    const struct gauss_dual *dual, uint32_t group, unsigned factor, uint64_t *sums, bool wipes)
{
	const struct gauss_row *row = &dual->moves->matrix->rows[group];

	for (size_t t = 0; t < row->n; t++) {
		uint64_t *sum = &sums[row->terms[t].column];

		*sum = wipes ? 0 : oeo_gauss_add(*sum, oeo_gauss_multiply(factor, row->terms[t].factor));
	}
}

static bool is_zero_in(const struct gauss_dual *dual, uint32_t group, const uint64_t *sums)
{
	const struct gauss_row *row = &dual->moves->matrix->rows[group];

	for (size_t t = 0; t < row->n; t++)
		if (sums[row->terms[t].column] != 0)
			return false;
	return true;
}

/* Does the sum stay the same however hidden numbers move? */
static bool is_known(const struct gauss_dual *dual, const struct gauss_certificate *certificate)
{
	bool is_same;

	add_row(dual, dual->group, certificate->factor, certificate->sums, false);
	for (size_t i = 0; i < dual->n_columns; i++)
		if (certificate->factors[i] > 0)
			add_row(dual, dual->columns[i], certificate->factors[i], certificate->sums, false);
	is_same = is_zero_in(dual, dual->group, certificate->sums);
	for (size_t i = 0; i < dual->n_columns && is_same; i++)
		is_same =
		    certificate->factors[i] == 0 || is_zero_in(dual, dual->columns[i], certificate->sums);
	add_row(dual, dual->group, 0, certificate->sums, true);
	for (size_t i = 0; i < dual->n_columns; i++)
		if (certificate->factors[i] > 0)
			add_row(dual, dual->columns[i], 0, certificate->sums, true);
	return is_same;
}

bool oeo_gauss_certificate_find(const struct gauss_dual *dual, struct gauss_certificate *certificate)
{
	for (unsigned times = 1; times <= MOST_SCALE; times++)
		if (scale(dual, times, certificate))
			return is_tight(dual, certificate) && is_known(dual, certificate);
	return false;
}

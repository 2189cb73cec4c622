/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/near.h"

#include <sodium.h>
#include <string.h>

#include "proto/i18n.h"

#define MOST_LETTERS 256 /* of a normalised name */
#define LEAST_PART 4
#define LONG_NAME 6

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/*
 * Letters to insert, remove, replace or change about with their neighbour (restricted Damerau-Levenshtein), row by row:
 * rows[i % 3][j] is the distance of the first i letters of a and the first j of b.
 */
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][MOST_LETTERS + 1];
	size_t n_a = strlen(a);
	size_t n_b = strlen(b);
	unsigned result;

	if (n_a > MOST_LETTERS || n_b > MOST_LETTERS)
		return MOST_LETTERS;
	for (size_t j = 0; j <= n_b; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= n_a; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *above = rows[(i - 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= n_b; j++) {
			row[j] = least(above[j], row[j - 1]) + 1;
			row[j] = least(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], rows[(i - 2) % 3][j - 2] + 1);
		}
	}
	result = rows[n_a % 3][n_b];
	sodium_memzero(rows, sizeof(rows));
	return result;
}

static bool is_part(const char *part, size_t len, const char *whole, size_t whole_len)
{
	return len >= LEAST_PART && len < whole_len &&
	       (memcmp(part, whole, len) == 0 || memcmp(part, whole + whole_len - len, len) == 0);
}

bool oeo_near_names(const char *a, const char *b)
{
	size_t n_a = strlen(a);
	size_t n_b = strlen(b);
	unsigned most = n_a >= LONG_NAME && n_b >= LONG_NAME ? 2 : 1;

	if (n_a == 0 || n_b == 0 || strcmp(a, b) == 0)
		return false;
	return is_part(a, n_a, b, n_b) || is_part(b, n_b, a, n_a) || distance(a, b) <= most;
}

/* "1960-06-05" and "1960-05-06". */
static bool is_day_for_month(const char *a, const char *b)
{
	return strlen(a) == strlen("1960-06-05") && strlen(b) == strlen(a) && memcmp(a, b, 5) == 0 &&
	       memcmp(a + 5, b + 8, 2) == 0 && memcmp(a + 8, b + 5, 2) == 0;
}

bool oeo_near_dates(const char *a, const char *b)
{
	if (a[0] == '\0' || b[0] == '\0' || strcmp(a, b) == 0)
		return false;
	return is_day_for_month(a, b) || distance(a, b) <= 1;
}

static enum oeo_difference compare_field(enum oeo_field_kind kind, const char *a, const char *b)
{
	if (a == NULL || b == NULL || a[0] == '\0' || b[0] == '\0')
		return OEO_DIFFERS_MUCH;
	if (strcmp(a, b) == 0)
		return OEO_DIFFERS_NOT;
	switch (kind) {
	case OEO_FIELD_NAME:
		return oeo_near_names(a, b) ? OEO_DIFFERS_NAME : OEO_DIFFERS_MUCH;
	case OEO_FIELD_DATE:
		return oeo_near_dates(a, b) ? OEO_DIFFERS_DATE : OEO_DIFFERS_MUCH;
	case OEO_FIELD_POSTCODE:
		return OEO_DIFFERS_POSTCODE;
	}
	return OEO_DIFFERS_MUCH;
}

enum oeo_difference oeo_near_compare(const struct oeo_plan *plan, char *const *a, char *const *b)
{
	enum oeo_difference found = plan->n_fields > 0 ? OEO_DIFFERS_NOT : OEO_DIFFERS_MUCH;

	for (size_t i = 0; i < plan->n_fields; i++) {
		enum oeo_difference one = compare_field(plan->fields[i].kind, a[i], b[i]);

		if (one == OEO_DIFFERS_MUCH || (one != OEO_DIFFERS_NOT && found != OEO_DIFFERS_NOT))
			return OEO_DIFFERS_MUCH;
		if (one != OEO_DIFFERS_NOT)
			found = one;
	}
	return found;
}

const char *oeo_difference_text(enum oeo_difference difference)
{
	switch (difference) {
	case OEO_DIFFERS_NAME:
		return _("the name is written a little differently");
	case OEO_DIFFERS_DATE:
		return _("the date of birth differs a little");
	case OEO_DIFFERS_POSTCODE:
		return _("the postcode is another one");
	default:
		return "";
	}
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/day.h"

#include <stddef.h>
#include <string.h>

#include "proto/period.h"

#define FIRST_YEAR 1900 /* of proto/period.h */

/* Up to three numbers with anything but digits between; lens[i]: their digits. */
static size_t read_numbers(const char *text, unsigned numbers[4], size_t lens[4])
{
	size_t n = 0;

	while (*text != '\0' && n < 4) {
		numbers[n] = 0;
		lens[n] = 0;
		for (; *text >= '0' && *text <= '9' && lens[n] < 9; text++, lens[n]++)
			numbers[n] = 10 * numbers[n] + (unsigned)(*text - '0');
		if (lens[n] > 0)
			n++;
		while (*text != '\0' && strchr("-/. ,", *text) != NULL)
			text++;
		if (*text != '\0' && (*text < '0' || *text > '9'))
			return 4;
	}
	return *text == '\0' ? n : 4;
}

struct date {
	unsigned year, month, day;
};

/* As it is written; it need not exist. */
static bool read_date(struct date *date, const char *text)
{
	unsigned numbers[4];
	size_t lens[4];
	size_t n = read_numbers(text, numbers, lens);

	if (n == 1 && lens[0] == 8)
		*date = (struct date){numbers[0] % 10000, numbers[0] / 10000 % 100, numbers[0] / 1000000};
	else if (n == 3 && lens[0] == 4 && lens[1] <= 2 && lens[2] <= 2)
		*date = (struct date){numbers[0], numbers[1], numbers[2]};
	else if (n == 3 && lens[0] <= 2 && lens[1] <= 2 && lens[2] == 4)
		*date = (struct date){numbers[2], numbers[1], numbers[0]};
	else
		return false;
	return true;
}

enum oeo_err oeo_form_read_day(int64_t *day, const char *text)
{
	struct date date;

	if (!read_date(&date, text))
		return OEO_ERR_FORMAT;
	return oeo_day_from_date(day, date.year, date.month, date.day);
}

bool oeo_form_day_is_before_1900(const char *text)
{
	struct date date;

	return read_date(&date, text) && date.year < FIRST_YEAR;
}

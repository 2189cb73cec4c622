/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY_S 86400
#define FIRST_YEAR 2000 /* of a moment that is given */
#define LAST_YEAR 2099

enum oeo_err oeo_clock_parse(struct oeo_clock *clock, const char *text)
{
	struct tm parts;
	struct tm check;
	time_t seconds;
	const char *end;

	memset(&parts, 0, sizeof(parts));
	if (strlen(text) == 10)
		end = strptime(text, "%Y-%m-%d", &parts);
	else
		end = strptime(text, "%Y-%m-%dT%H:%M:%S", &parts);
	if (end == NULL || *end != '\0')
		return OEO_ERR_FORMAT;
	if (parts.tm_year + 1900 < FIRST_YEAR || parts.tm_year + 1900 > LAST_YEAR)
		return OEO_ERR_RANGE;
	check = parts;
	seconds = timegm(&check);
	/* timegm turns 30 February into 1 March; such a date is refused. */
	if (seconds < 0 || check.tm_mday != parts.tm_mday || check.tm_mon != parts.tm_mon)
		return OEO_ERR_FORMAT;
	clock->fixed_s = (int64_t)seconds;
	return OEO_OK;
}

int64_t oeo_clock_now_s(const struct oeo_clock *clock)
{
	return clock->fixed_s >= 0 ? clock->fixed_s : (int64_t)time(NULL);
}

int64_t oeo_clock_today(const struct oeo_clock *clock)
{
	return oeo_clock_now_s(clock) / DAY_S;
}

void oeo_clock_format(char text[OEO_TIME_TEXT_BYTES], int64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm parts;

	if (gmtime_r(&when, &parts) == NULL ||
	    strftime(text, OEO_TIME_TEXT_BYTES, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
		(void)snprintf(text, OEO_TIME_TEXT_BYTES, "?");
}

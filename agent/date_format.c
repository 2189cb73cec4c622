/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/date_format.h"

#include <string.h>

#include "proto/period.h"

enum part { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, FRACTION, HALF_DAY, N_PARTS, LITERAL };

struct token {
	enum part part;
	unsigned len; /* characters of the format */
	char character; /* of a literal */
};

/* The token that begins at format; len 0: none. `mm` behind an hour is minutes. */
static struct token next_token(const char *format, bool has_hour)
{
	struct token token = {LITERAL, 0, format[0]};
	size_t run = strspn(format, (const char[]){format[0], '\0'});

	switch (format[0]) {
	case 'y':
		token.part = YEAR;
		token.len = run == 4 ? 4 : 0;
		break;
	case 'm':
		token.part = has_hour ? MINUTE : MONTH;
		token.len = run == 2 || (run == 1 && !has_hour) ? (unsigned)run : 0;
		break;
	case 'd':
		token.part = DAY;
		token.len = run <= 2 ? (unsigned)run : 0;
		break;
	case 'h':
		token.part = HOUR;
		token.len = run <= 2 ? (unsigned)run : 0;
		break;
	case 's':
		token.part = SECOND;
		token.len = run == 2 ? 2 : 0;
		break;
	case 'f':
		token.part = FRACTION;
		token.len = run == 1 ? 1 : 0;
		break;
	case 'a':
		token.part = HALF_DAY;
		token.len = format[1] == 'm' ? 2 : 0;
		break;
	default:
		token.len = format[0] != '\0' && strchr("-/.:, TZ", format[0]) != NULL ? 1 : 0;
	}
	return token;
}

bool oeo_date_format_is_valid(const char *format)
{
	unsigned count[N_PARTS] = {0};
	bool is_after_variable = false; /* d or m, whose end only a literal tells */

	if (strlen(format) >= OEO_DATE_FORMAT_BYTES)
		return false;
	while (*format != '\0') {
		struct token token = next_token(format, count[HOUR] > 0);

		if (token.len == 0 || (is_after_variable && token.part != LITERAL))
			return false;
		if (token.part != LITERAL && ++count[token.part] > 1)
			return false;
		is_after_variable = token.part != LITERAL && token.len == 1;
		format += token.len;
	}
	return count[YEAR] == 1 && count[MONTH] == 1 && count[DAY] == 1 && count[HOUR] == count[MINUTE] &&
	       count[SECOND] <= count[MINUTE] && count[FRACTION] <= count[SECOND] &&
	       count[HALF_DAY] <= count[HOUR];
}

/* Read least..most digits; 0 characters where there are not so many. */
static unsigned read_digits(const char *text, unsigned least, unsigned most, unsigned *number)
{
	unsigned value = 0;
	unsigned len = 0;

	while (len < most && text[len] >= '0' && text[len] <= '9')
		value = 10 * value + (unsigned)(text[len++] - '0');
	*number = value;
	return len >= least ? len : 0;
}

/* AM or PM; 0 characters where neither stands there. */
static unsigned read_half(const char *text)
{
	bool is_half =
	    strchr("AaPp", text[0]) != NULL && text[0] != '\0' && (text[1] == 'M' || text[1] == 'm');

	return is_half ? 2 : 0;
}

/* The characters of text that the token takes; 0: it does not fit. */
static unsigned read_token(const struct token *token, const char *text, unsigned *value)
{
	switch (token->part) {
	case LITERAL:
		return *text == token->character ? 1 : 0;
	case HALF_DAY:
		return read_half(text);
	case FRACTION:
		return read_digits(text, 1, 9, value);
	default:
		return read_digits(text, token->len, token->len == 1 ? 2 : token->len, value);
	}
}

enum oeo_err oeo_date_read(int64_t *day, const char *format, const char *text)
{
	unsigned values[N_PARTS] = {0};
	unsigned ignored = 0;
	bool has_hour = false;
	bool has_half = false;

	while (*format != '\0') {
		struct token token = next_token(format, has_hour);
		unsigned *value = token.part < N_PARTS ? &values[token.part] : &ignored;
		unsigned len = read_token(&token, text, value);

		if (len == 0)
			return OEO_ERR_FORMAT;
		has_hour = has_hour || token.part == HOUR;
		has_half = has_half || token.part == HALF_DAY;
		format += token.len;
		text += len;
	}
	if (*text != '\0')
		return OEO_ERR_FORMAT;
	if (has_half && (values[HOUR] < 1 || values[HOUR] > 12))
		return OEO_ERR_RANGE;
	if (values[HOUR] > 23 || values[MINUTE] > 59 || values[SECOND] > 60)
		return OEO_ERR_RANGE;
	return oeo_day_from_date(day, values[YEAR], values[MONTH], values[DAY]);
}

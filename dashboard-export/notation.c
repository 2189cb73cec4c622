/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/notation.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proto/i18n.h"

static struct oeo_text text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

static struct oeo_text text_of(const char *format, ...)
{
	struct oeo_text text;
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(text.text, sizeof(text.text), format, arguments) < 0)
		text.text[0] = '\0';
	va_end(arguments);
	return text;
}

struct oeo_text oeo_notation_number(uint64_t number)
{
	char separator = oeo_i18n_lang() == OEO_LANG_EN ? ',' : '.';
	char digits[24];
	struct oeo_text text;
	size_t length, at = 0;

	(void)snprintf(digits, sizeof(digits), "%" PRIu64, number);
	length = strlen(digits);
	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			text.text[at++] = separator;
		text.text[at++] = digits[i];
	}
	text.text[at] = '\0';
	return text;
}

struct oeo_text oeo_notation_tenths(uint64_t tenths)
{
	return text_of("%s%c%u", oeo_notation_number(tenths / 10).text,
	    oeo_i18n_lang() == OEO_LANG_EN ? '.' : ',', (unsigned)(tenths % 10));
}

struct oeo_text oeo_notation_change(uint64_t before, uint64_t now)
{
	if (now > before)
		return text_of("+%s", oeo_notation_number(now - before).text);
	if (now < before)
		return text_of("\u2212%s", oeo_notation_number(before - now).text);
	return text_of("0");
}

struct oeo_text oeo_notation_share(uint64_t part, uint64_t whole)
{
	return text_of("%" PRIu64 "%%", (part * 100 + whole / 2) / whole);
}

static const char *month_name(unsigned month)
{
	static const char *const names[] = {N_("January"), N_("February"), N_("March"), N_("April"),
	    N_("May"), N_("June"), N_("July"), N_("August"), N_("September"), N_("October"), N_("November"),
	    N_("December")};

	return month >= 1 && month <= 12 ? _(names[month - 1]) : "";
}

static const char *quarter_name(unsigned quarter)
{
	static const char *const names[] = {
	    N_("1st quarter"), N_("2nd quarter"), N_("3rd quarter"), N_("4th quarter")};

	return quarter >= 1 && quarter <= 4 ? _(names[quarter - 1]) : "";
}

struct oeo_text oeo_notation_period(const struct oeo_period *period)
{
	switch (period->cadence) {
	case OEO_MONTH:
		return text_of("%s %u", month_name(period->number), period->year);
	case OEO_QUARTER:
		return text_of("%s %u", quarter_name(period->number), period->year);
	case OEO_YEAR:
		break;
	}
	return text_of("%u", period->year);
}

struct oeo_text oeo_notation_period_in_text(const struct oeo_period *period)
{
	if (period->cadence == OEO_QUARTER)
		return text_of(_("the %s of %u"), quarter_name(period->number), period->year);
	return oeo_notation_period(period);
}

struct oeo_text oeo_notation_period_short(const struct oeo_period *period)
{
	switch (period->cadence) {
	case OEO_MONTH:
		return text_of("%s", month_name(period->number));
	case OEO_QUARTER:
		return text_of("%s", quarter_name(period->number));
	case OEO_YEAR:
		break;
	}
	return text_of(_("the whole of %u"), period->year);
}

/* The number that n digits are, 0 where they are not all digits. */
static unsigned read_digits(const char *text, size_t n)
{
	unsigned number = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		number = number * 10 + (unsigned)(text[i] - '0');
	}
	return number;
}

struct date {
	unsigned year, month, day;
};

/* The date that "2026-11-21..." begins with; false where it does not. */
static bool split_date(struct date *date, const char *text)
{
	if (strlen(text) < OEO_DATE_BYTES - 1 || text[4] != '-' || text[7] != '-')
		return false;
	date->year = read_digits(text, 4);
	date->month = read_digits(text + 5, 2);
	date->day = read_digits(text + 8, 2);
	return date->year > 0 && date->month >= 1 && date->month <= 12 && date->day > 0;
}

static struct date date_of_day(int64_t day)
{
	struct date date = {0, 0, 0};
	char text[OEO_DATE_BYTES];

	oeo_day_format(text, day);
	(void)split_date(&date, text);
	return date;
}

struct oeo_text oeo_notation_span(const struct oeo_period *period)
{
	struct date first = date_of_day(oeo_period_first_day(period));
	struct date last = date_of_day(oeo_period_last_day(period));

	return text_of(_("%u %s to %u %s %u"), first.day, month_name(first.month), last.day,
	    month_name(last.month), last.year);
}

struct oeo_text oeo_notation_date(const char *created)
{
	struct date date;

	if (!split_date(&date, created))
		return text_of("%s", created);
	return text_of("%u %s %u", date.day, month_name(date.month), date.year);
}

const char *oeo_notation_unit(enum oeo_unit unit)
{
	switch (unit) {
	case OEO_UNIT_RESIDENTS:
		return _("residents");
	case OEO_UNIT_CONTACTS:
		return _("contacts");
	case OEO_UNIT_CLIENTS:
		return _("clients");
	}
	return "";
}

const char *oeo_notation_questions(void)
{
	return _("questions");
}

const char *oeo_notation_unit_meaning(enum oeo_unit unit)
{
	switch (unit) {
	case OEO_UNIT_RESIDENTS:
		return _("People who asked something. Someone who comes ten times, or to three "
			 "organisations, counts once.");
	case OEO_UNIT_CLIENTS:
		return _("People as an organisation knows them, by its own number. Someone who comes to two "
			 "organisations can count twice.");
	case OEO_UNIT_CONTACTS:
		break;
	}
	return _("People who gave their name count once. Someone who did not counts once for each "
		 "organisation and week, so one person can be in it several times.");
}

const char *oeo_notation_questions_meaning(void)
{
	return _("Every question that was written down. One person can ask several.");
}

struct oeo_text oeo_notation_count(enum oeo_unit unit, uint64_t number)
{
	const char *one = unit == OEO_UNIT_CONTACTS  ? _("1 contact")
			  : unit == OEO_UNIT_CLIENTS ? _("1 client")
						     : _("1 resident");

	if (number == 1)
		return text_of("%s", one);
	return text_of("%s %s", oeo_notation_number(number).text, oeo_notation_unit(unit));
}

const char *oeo_notation_before(enum oeo_cadence cadence)
{
	switch (cadence) {
	case OEO_MONTH:
		return _("the month before");
	case OEO_QUARTER:
		return _("the quarter before");
	case OEO_YEAR:
		break;
	}
	return _("the year before");
}

/* Names of levels that plans commonly have, with their plural. */
struct level_name {
	const char *id;
	const char *one;
	const char *many;
};

/* The name for a level without a label of its own, by its id; else the one whose singular is that label. */
static const struct level_name *find_level(const struct oeo_level *level)
{
	static const struct level_name names[] = {
	    {"theme", N_("theme"), N_("themes")},
	    {"category", N_("category"), N_("categories")},
	    {"area", N_("area"), N_("areas")},
	    {"ward", N_("ward"), N_("wards")},
	    {"district", N_("district"), N_("districts")},
	    {"neighbourhood", N_("neighbourhood"), N_("neighbourhoods")},
	    {"barrier", N_("barrier"), N_("barriers")},
	    {"channel", N_("channel"), N_("channels")},
	    {"result", N_("result"), N_("results")},
	    {"outcome", N_("outcome"), N_("outcomes")},
	    {"group", N_("target group"), N_("target groups")},
	    {"age", N_("age class"), N_("age classes")},
	    {"support", N_("form of support"), N_("forms of support")},
	    {"referrer", N_("referrer"), N_("referrers")},
	    {"referral", N_("referral"), N_("referrals")},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (level->label_nl == NULL && strcmp(names[i].id, level->id) == 0)
			return &names[i];
		if (level->label_nl != NULL && strcmp(_(names[i].one), oeo_level_label(level)) == 0)
			return &names[i];
	}
	return NULL;
}

const char *oeo_notation_level(const struct oeo_level *level)
{
	const struct level_name *name = level->label_nl == NULL ? find_level(level) : NULL;

	return name != NULL ? _(name->one) : oeo_level_label(level);
}

const char *oeo_notation_levels(const struct oeo_level *level)
{
	const struct level_name *name = find_level(level);

	return name != NULL ? _(name->many) : oeo_level_label(level);
}

struct oeo_text oeo_notation_capital(const char *text)
{
	struct oeo_text capital = text_of("%s", text);

	if (capital.text[0] >= 'a' && capital.text[0] <= 'z')
		capital.text[0] = (char)(capital.text[0] - 'a' + 'A');
	return capital;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "keyholder/log_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keyholder/daemon.h"
#include "keyholder/members.h"
#include "keyholder/period_keys.h"
#include "keyholder/quota.h"
#include "proto/i18n.h"

#define DAY_S 86400
#define OUTLIER_FACTOR 3
#define OUTLIER_LEAST_MEMBERS 3

/* What the page is made from. */
struct sources {
	struct oeo_register *reg;
	const struct oeo_home *home;
	struct oeo_plan_set plans;
	struct oeo_member *members;
	size_t n_members;
	struct oeo_period_record *records;
	size_t n_records;
	struct oeo_usage *usage;
	size_t n_usage;
};

static void free_sources(struct sources *sources)
{
	oeo_plan_set_fini(&sources->plans);
	free(sources->members);
	free(sources->records);
	free(sources->usage);
}

static enum oeo_err load_sources(struct sources *sources, struct oeo_note *why)
{
	enum oeo_err err = oeo_plan_set_load(&sources->plans, sources->reg, why);

	if (err == OEO_OK)
		err = oeo_members_list(sources->reg, &sources->members, &sources->n_members);
	if (err == OEO_OK)
		err = oeo_periods_list(sources->reg, &sources->records, &sources->n_records);
	if (err == OEO_OK)
		err = oeo_access_log_usage(sources->reg, &sources->usage, &sources->n_usage);
	return err;
}

static const struct oeo_member *find_member(const struct sources *sources, const char *id)
{
	for (size_t i = 0; i < sources->n_members; i++) {
		if (strcmp(sources->members[i].id, id) == 0)
			return &sources->members[i];
	}
	return NULL;
}

static const struct oeo_plan *find_plan(const struct sources *sources, const struct oeo_log_period *period)
{
	const struct oeo_plan *plan = NULL;

	(void)oeo_plan_set_find(&sources->plans, period->plan, &period->period, &plan);
	return plan;
}

/* The member's line in this period, made where it is not there yet; lines has room for all members. */
static struct oeo_log_line *take_line(
    struct oeo_log_period *period, const struct oeo_usage *usage, const struct sources *sources)
{
	const struct oeo_member *member;
	const struct oeo_plan *plan = find_plan(sources, period);
	struct oeo_log_line *line;

	for (size_t i = 0; i < period->n_lines; i++) {
		if (strcmp(period->lines[i].member, usage->member) == 0)
			return &period->lines[i];
	}
	line = &period->lines[period->n_lines++];
	member = find_member(sources, usage->member);
	(void)snprintf(line->member, sizeof(line->member), "%s", usage->member);
	(void)snprintf(line->name, sizeof(line->name), "%s", member != NULL ? member->name : usage->member);
	line->granted = usage->granted;
	if (member != NULL && member->has_quota)
		line->quota = member->quota + usage->granted;
	else if (plan != NULL)
		line->quota = oeo_plan_quota(plan, period->period.cadence) + usage->granted;
	return line;
}

/* The last day on which nobody wonders that the member asks. What was there before the plan was approved or the member
 * admitted is sent right after that; and the release is made by hand, some time on the deadline day. */
static int64_t last_usual_day(
    const struct sources *sources, const struct oeo_log_period *period, const char *member_id)
{
	const struct oeo_plan *plan = find_plan(sources, period);
	const struct oeo_member *member = find_member(sources, member_id);
	int64_t last = INT64_MAX;
	int64_t began_s = member != NULL ? member->admitted_s : 0;

	if (plan == NULL)
		return last;
	last = oeo_plan_deadline_day(plan, &period->period);
	for (size_t i = 0; i < sources->plans.n; i++) {
		if (sources->plans.items[i].plan == plan && sources->plans.items[i].approved_s > began_s)
			began_s = sources->plans.items[i].approved_s;
	}
	if (began_s / DAY_S + plan->grace_days + plan->window_days > last)
		last = began_s / DAY_S + plan->grace_days + plan->window_days;
	return last;
}

static void add_usage(
    struct oeo_log_period *period, const struct oeo_usage *usage, const struct sources *sources)
{
	struct oeo_log_line *line = take_line(period, usage, sources);
	struct oeo_quota quota = {line->quota, 0, usage->count};

	if (usage->purpose == OEO_PURPOSE_RESIDENT)
		line->residents = usage->count;
	else
		line->cells = usage->count;
	if (usage->last_s > line->last_s)
		line->last_s = usage->last_s;
	line->is_nearly_spent = line->is_nearly_spent || oeo_quota_is_nearly_spent(&quota);
	line->is_late = line->last_s / DAY_S > last_usual_day(sources, period, usage->member);
}

static int compare_numbers(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(((const struct oeo_log_line *)a)->member, ((const struct oeo_log_line *)b)->member);
}

static uint64_t asked(const struct oeo_log_line *line)
{
	return line->residents + line->cells;
}

static enum oeo_err mark_outliers(struct oeo_log_period *period)
{
	uint64_t *numbers;
	uint64_t middle;

	if (period->n_lines < OUTLIER_LEAST_MEMBERS)
		return OEO_OK;
	numbers = oeo_alloc_array(period->n_lines, sizeof(*numbers));
	if (numbers == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < period->n_lines; i++)
		numbers[i] = asked(&period->lines[i]);
	qsort(numbers, period->n_lines, sizeof(*numbers), compare_numbers);
	middle = numbers[(period->n_lines - 1) / 2];
	free(numbers);
	for (size_t i = 0; i < period->n_lines; i++)
		period->lines[i].is_outlier = asked(&period->lines[i]) > OUTLIER_FACTOR * middle;
	return OEO_OK;
}

static enum oeo_err make_period(
    struct oeo_log_period *period, const struct oeo_period_record *record, const struct sources *sources)
{
	enum oeo_err err = oeo_period_parse(&period->period, record->period);

	if (err != OEO_OK)
		return err;
	memcpy(period->plan, record->plan, sizeof(period->plan));
	memcpy(period->text, record->period, sizeof(period->text));
	period->destroyed_s = record->destroyed_s;
	if (record->is_destroyed)
		period->state = OEO_KEYS_DESTROYED;
	else
		period->state = oeo_period_keys_has_file(sources->home, record->plan, record->period)
				    ? OEO_KEYS_IN_USE
				    : OEO_KEYS_LOST;
	period->lines = oeo_alloc_array(sources->n_members, sizeof(*period->lines));
	if (period->lines == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < sources->n_usage; i++) {
		if (strcmp(sources->usage[i].plan, period->plan) == 0 &&
		    strcmp(sources->usage[i].period, period->text) == 0)
			add_usage(period, &sources->usage[i], sources);
	}
	if (period->n_lines > 1)
		qsort(period->lines, period->n_lines, sizeof(*period->lines), compare_lines);
	return mark_outliers(period);
}

static int compare_periods(const void *a, const void *b)
{
	const struct oeo_log_period *x = a;
	const struct oeo_log_period *y = b;
	int by_plan = strcmp(x->plan, y->plan);

	return by_plan != 0 ? by_plan : oeo_period_compare(&y->period, &x->period);
}

static enum oeo_err make_periods(struct oeo_log_page *page, const struct sources *sources)
{
	enum oeo_err err = OEO_OK;

	page->periods = oeo_alloc_array(sources->n_records, sizeof(*page->periods));
	if (page->periods == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; err == OEO_OK && i < sources->n_records; i++)
		err = make_period(&page->periods[page->n_periods++], &sources->records[i], sources);
	if (err == OEO_OK && page->n_periods > 1)
		qsort(page->periods, page->n_periods, sizeof(*page->periods), compare_periods);
	return err;
}

enum oeo_err oeo_log_page_make(struct oeo_log_page *page, struct oeo_register *reg,
    const struct oeo_home *home, const struct oeo_card *keyholder, int64_t now_s, struct oeo_note *why)
{
	struct sources sources = {.reg = reg, .home = home};
	struct oeo_log_page made = {.keyholder = *keyholder, .now_s = now_s};
	int64_t unknown_keys = 0;
	enum oeo_err err = load_sources(&sources, why);

	if (err == OEO_OK)
		err = make_periods(&made, &sources);
	if (err == OEO_OK)
		err = oeo_access_log_refusals(reg, &made.refusals, &made.n_refusals);
	if (err == OEO_OK)
		err = oeo_register_get_number(reg, OEO_FACT_REFUSED_HANDSHAKES, &unknown_keys);
	made.unknown_keys = (uint64_t)unknown_keys;
	free_sources(&sources);
	if (err != OEO_OK) {
		oeo_log_page_fini(&made);
		return err;
	}
	*page = made;
	return OEO_OK;
}

void oeo_log_page_fini(struct oeo_log_page *page)
{
	if (page == NULL)
		return;
	for (size_t i = 0; i < page->n_periods; i++)
		free(page->periods[i].lines);
	free(page->periods);
	free(page->refusals);
	memset(page, 0, sizeof(*page));
}

const char *oeo_log_reason_text(enum oeo_reason reason)
{
	switch (reason) {
	case OEO_REASON_MALFORMED:
		return _("could not be read: another version of the program, or a fault");
	case OEO_REASON_UNKNOWN_MEMBER:
		return _("not admitted (any more)");
	case OEO_REASON_NO_PLAN:
		return _("a plan that you have not approved");
	case OEO_REASON_PERIOD_OUTSIDE:
		return _("a period that is not in the plan");
	case OEO_REASON_PERIOD_NOT_ENDED:
		return _("a period that had not ended yet");
	case OEO_REASON_PERIOD_DESTROYED:
		return _("a period whose keys are destroyed");
	case OEO_REASON_NOT_CANONICAL:
		return _("questions of a wrong form: a fault, or an attempt to mislead");
	case OEO_REASON_QUOTA:
		return _("more than the quota");
	case OEO_REASON_KEYS_LOST:
		return _("a period whose keys are lost here");
	default:
		return _("another reason");
	}
}

void oeo_log_state_text(char *text, size_t size, const struct oeo_log_period *period)
{
	char day[OEO_TIME_TEXT_BYTES];

	oeo_clock_format(day, period->destroyed_s);
	if (period->state == OEO_KEYS_DESTROYED)
		(void)snprintf(text, size, _("keys destroyed on %.10s"), day);
	else
		(void)snprintf(text, size, "%s",
		    period->state == OEO_KEYS_LOST
			? _("keys LOST: run `oeo-keyholder destroy` for this period")
			: _("keys in use"));
}

static void add_remark(char *text, size_t size, const char *remark)
{
	size_t len = strlen(text);

	(void)snprintf(text + len, size - len, "%s%s", len > 0 ? "; " : "", remark);
}

void oeo_log_remarks(char *text, size_t size, const struct oeo_log_line *line)
{
	text[0] = '\0';
	if (line->is_nearly_spent)
		/* xgettext:no-c-format */
		add_remark(text, size, _("80% of the quota or more"));
	if (line->is_outlier)
		add_remark(text, size, _("far more than the other members"));
	if (line->is_late)
		add_remark(text, size, _("asked after the period could be released"));
	if (line->granted > 0)
		add_remark(text, size, _("you raised the quota"));
}

const char *oeo_log_explanation(size_t i)
{
	static const char *const paragraphs[] = {
	    N_("Members ask you to turn sealed names into codes: a resident code per resident and count, and "
	       "a cell code per "
	       "cell of a table. One resident counts in many tables, and they always ask 64 at a time: the "
	       "numbers are not "
	       "numbers of people."),
	    N_("You see who asked, when and how much. You cannot see what was asked or about whom."),
	    N_("The quota is the most a member may ask for one period: twice what the plan expects. Well "
	       "below it is "
	       "normal."),
	    N_("Something marked with (!) is a reason to call, not a proof: ask the member why. Asking far "
	       "more than "
	       "expected, or after the period could be released, can mean that somebody tries whether a "
	       "certain person is "
	       "in the data. Do not raise a quota without a good reason."),
	};

	return i < sizeof(paragraphs) / sizeof(paragraphs[0]) ? _(paragraphs[i]) : NULL;
}

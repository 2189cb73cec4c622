/* SPDX-License-Identifier: EUPL-1.2 */
/* The log page as plain text and as JSON. */
#include <stdio.h>

#include "keyholder/log_page.h"
#include "proto/i18n.h"

static bool is_unusual(const struct oeo_log_line *line)
{
	return line->is_nearly_spent || line->is_outlier || line->is_late;
}

static enum oeo_err append_line(struct oeo_buf *text, const struct oeo_log_line *line)
{
	char remarks[256];
	char last[OEO_TIME_TEXT_BYTES];

	oeo_log_remarks(remarks, sizeof(remarks), line);
	oeo_clock_format(last, line->last_s);
	return oeo_buf_printf(text, "  %-20s %14llu %14llu %10llu   %.10s  %s%s\n", line->member,
	    (unsigned long long)line->residents, (unsigned long long)line->cells,
	    (unsigned long long)line->quota, last, is_unusual(line) ? "(!) " : "", remarks);
}

static enum oeo_err append_period(struct oeo_buf *text, const struct oeo_log_period *period)
{
	char state[160];
	enum oeo_err err;

	oeo_log_state_text(state, sizeof(state), period);
	err = oeo_buf_printf(text, "\n%s (%s): %s\n", period->text, period->plan, state);
	if (err == OEO_OK && period->n_lines > 0)
		err = oeo_buf_printf(text, "  %-20s %14s %14s %10s   %s\n", _("member"), _("resident codes"),
		    _("cell codes"), _("quota"), _("last asked"));
	for (size_t i = 0; err == OEO_OK && i < period->n_lines; i++)
		err = append_line(text, &period->lines[i]);
	return err;
}

static enum oeo_err append_refusals(struct oeo_buf *text, const struct oeo_log_page *page)
{
	char last[OEO_TIME_TEXT_BYTES];
	enum oeo_err err = oeo_buf_printf(text, "\n%s\n", _("Refused"));

	if (err == OEO_OK && page->n_refusals == 0 && page->unknown_keys == 0)
		err = oeo_buf_printf(text, "  %s\n", _("nothing"));
	for (size_t i = 0; err == OEO_OK && i < page->n_refusals; i++) {
		const struct oeo_refusal *refusal = &page->refusals[i];

		oeo_clock_format(last, refusal->last_s);
		err = oeo_buf_printf(text, "  %-20s %10llu x %s %s (%s %.10s)\n",
		    refusal->member[0] != '\0' ? refusal->member : _("(unknown)"),
		    (unsigned long long)refusal->count, refusal->period, oeo_log_reason_text(refusal->reason),
		    _("last on"), last);
	}
	if (err == OEO_OK && page->unknown_keys > 0)
		err = oeo_buf_printf(text,
		    _("  %llu times somebody who is not admitted knocked; nothing was answered\n"),
		    (unsigned long long)page->unknown_keys);
	return err;
}

enum oeo_err oeo_log_page_text(struct oeo_buf *text, const struct oeo_log_page *page)
{
	char now[OEO_TIME_TEXT_BYTES];
	enum oeo_err err;

	oeo_clock_format(now, page->now_s);
	err = oeo_buf_printf(text, _("Log of keyholder %s on %.10s\n"), page->keyholder.name, now);
	if (err == OEO_OK && page->n_periods == 0)
		err = oeo_buf_printf(text, "\n%s\n", _("Nobody has asked anything yet."));
	for (size_t i = 0; err == OEO_OK && i < page->n_periods; i++)
		err = append_period(text, &page->periods[i]);
	if (err == OEO_OK)
		err = append_refusals(text, page);
	if (err == OEO_OK)
		err = oeo_buf_printf(text, "\n%s\n", _("What this means"));
	for (size_t i = 0; err == OEO_OK && oeo_log_explanation(i) != NULL; i++)
		err = oeo_buf_printf(text, "- %s\n", oeo_log_explanation(i));
	return err;
}

/* ---- JSON */

static json_t *line_json(const struct oeo_log_line *line)
{
	char last[OEO_TIME_TEXT_BYTES];

	oeo_clock_format(last, line->last_s);
	return json_pack("{ss ss sI sI sI sI ss sb sb sb}", "member", line->member, "name", line->name,
	    "residents", (json_int_t)line->residents, "cells", (json_int_t)line->cells, "quota",
	    (json_int_t)line->quota, "added", (json_int_t)line->granted, "last", last, "nearly_spent",
	    line->is_nearly_spent, "outlier", line->is_outlier, "late", line->is_late);
}

static json_t *period_json(const struct oeo_log_period *period)
{
	static const char *const states[] = {
	    [OEO_KEYS_IN_USE] = "in-use", [OEO_KEYS_DESTROYED] = "destroyed", [OEO_KEYS_LOST] = "lost"};
	json_t *lines = json_array();

	for (size_t i = 0; i < period->n_lines; i++)
		(void)json_array_append_new(lines, line_json(&period->lines[i]));
	return json_pack("{ss ss ss so}", "plan", period->plan, "period", period->text, "keys",
	    states[period->state], "members", lines);
}

static json_t *refusal_json(const struct oeo_refusal *refusal)
{
	char last[OEO_TIME_TEXT_BYTES];

	oeo_clock_format(last, refusal->last_s);
	return json_pack("{ss ss ss ss sI ss}", "member", refusal->member, "reason",
	    oeo_reason_name(refusal->reason), "plan", refusal->plan, "period", refusal->period, "count",
	    (json_int_t)refusal->count, "last", last);
}

json_t *oeo_log_page_json(const struct oeo_log_page *page)
{
	json_t *periods = json_array();
	json_t *refusals = json_array();

	for (size_t i = 0; i < page->n_periods; i++)
		(void)json_array_append_new(periods, period_json(&page->periods[i]));
	for (size_t i = 0; i < page->n_refusals; i++)
		(void)json_array_append_new(refusals, refusal_json(&page->refusals[i]));
	return json_pack("{ss so so sI}", "keyholder", page->keyholder.id, "periods", periods, "refusals",
	    refusals, "refused_handshakes", (json_int_t)page->unknown_keys);
}

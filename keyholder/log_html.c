/* SPDX-License-Identifier: EUPL-1.2 */
/* The log as one HTML page, well-formed as XML too: tables with captions and headers, marks in words, readable on paper and on a telephone. */
#include <stdio.h>
#include <string.h>

#include "keyholder/log_page.h"
#include "proto/i18n.h"

static const char style[] =
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:0 "
    "auto;padding:1rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse;width:100%}"
    "caption{text-align:left;font-weight:bold;padding:1rem 0 .4rem}"
    "th,td{border-bottom:1px solid #767676;padding:.35rem .6rem;text-align:left;vertical-align:top}"
    ".n{text-align:right;font-variant-numeric:tabular-nums}"
    ".mark{font-weight:bold}"
    ".wide{overflow-x:auto}"
    "@media print{.wide{overflow:visible}tr{break-inside:avoid}}";

/* Append text with the characters that mean something in HTML written out. */
static enum oeo_err append_escaped(struct oeo_buf *html, const char *text)
{
	enum oeo_err err = OEO_OK;

	for (; err == OEO_OK && *text != '\0'; text++) {
		switch (*text) {
		case '&':
			err = oeo_buf_append_text(html, "&amp;");
			break;
		case '<':
			err = oeo_buf_append_text(html, "&lt;");
			break;
		case '>':
			err = oeo_buf_append_text(html, "&gt;");
			break;
		case '"':
			err = oeo_buf_append_text(html, "&quot;");
			break;
		default:
			err = oeo_buf_append(html, text, 1);
		}
	}
	return err;
}

/* Append <tag attributes>text</tag> and a newline; attributes is "" or begins with a space. */
static enum oeo_err append_element(
    struct oeo_buf *html, const char *tag, const char *attributes, const char *text)
{
	enum oeo_err err = oeo_buf_printf(html, "<%s%s>", tag, attributes);

	if (err == OEO_OK)
		err = append_escaped(html, text);
	return err == OEO_OK ? oeo_buf_printf(html, "</%s>\n", tag) : err;
}

static enum oeo_err append_number(struct oeo_buf *html, uint64_t number)
{
	return oeo_buf_printf(html, "<td class=\"n\">%llu</td>\n", (unsigned long long)number);
}

static enum oeo_err append_heads(
    struct oeo_buf *html, const char *const *heads, const char *const *classes, size_t n)
{
	enum oeo_err err = oeo_buf_append_text(html, "<thead><tr>\n");

	for (size_t i = 0; err == OEO_OK && i < n; i++)
		err = append_element(html, "th", classes[i], heads[i]);
	return err == OEO_OK ? oeo_buf_append_text(html, "</tr></thead>\n<tbody>\n") : err;
}

static enum oeo_err append_line(struct oeo_buf *html, const struct oeo_log_line *line)
{
	bool is_marked = line->is_nearly_spent || line->is_outlier || line->is_late;
	char remarks[256];
	char marked[280];
	char last[OEO_TIME_TEXT_BYTES];
	enum oeo_err err = oeo_buf_append_text(html, "<tr>\n");

	oeo_log_remarks(remarks, sizeof(remarks), line);
	(void)snprintf(marked, sizeof(marked), "%s%s", is_marked ? "(!) " : "", remarks);
	oeo_clock_format(last, line->last_s);
	last[10] = '\0';
	if (err == OEO_OK)
		err = append_element(html, "th", " scope=\"row\"", line->name);
	if (err == OEO_OK)
		err = append_number(html, line->residents);
	if (err == OEO_OK)
		err = append_number(html, line->cells);
	if (err == OEO_OK)
		err = append_number(html, line->quota);
	if (err == OEO_OK)
		err = append_element(html, "td", "", last);
	if (err == OEO_OK)
		err = append_element(html, "td", is_marked ? " class=\"mark\"" : "", marked);
	return err == OEO_OK ? oeo_buf_append_text(html, "</tr>\n") : err;
}

static enum oeo_err append_period(struct oeo_buf *html, const struct oeo_log_period *period)
{
	const char *const heads[] = {
	    _("member"), _("resident codes"), _("cell codes"), _("quota"), _("last asked"), _("remarks")};
	static const char *const classes[] = {" scope=\"col\"", " scope=\"col\" class=\"n\"",
	    " scope=\"col\" class=\"n\"", " scope=\"col\" class=\"n\"", " scope=\"col\"", " scope=\"col\""};
	char state[160];
	char caption[256];
	enum oeo_err err = oeo_buf_append_text(html, "<div class=\"wide\" tabindex=\"0\"><table>\n");

	oeo_log_state_text(state, sizeof(state), period);
	(void)snprintf(caption, sizeof(caption), "%s (%s): %s", period->text, period->plan, state);
	if (err == OEO_OK)
		err = append_element(html, "caption", "", caption);
	if (err == OEO_OK)
		err = append_heads(html, heads, classes, sizeof(heads) / sizeof(heads[0]));
	for (size_t i = 0; err == OEO_OK && i < period->n_lines; i++)
		err = append_line(html, &period->lines[i]);
	return err == OEO_OK ? oeo_buf_append_text(html, "</tbody></table></div>\n") : err;
}

static enum oeo_err append_refusal(struct oeo_buf *html, const struct oeo_refusal *refusal)
{
	char last[OEO_TIME_TEXT_BYTES];
	enum oeo_err err = oeo_buf_append_text(html, "<tr>\n");

	oeo_clock_format(last, refusal->last_s);
	last[10] = '\0';
	if (err == OEO_OK)
		err = append_element(html, "th", " scope=\"row\"",
		    refusal->member[0] != '\0' ? refusal->member : _("(unknown)"));
	if (err == OEO_OK)
		err = append_element(html, "td", "", refusal->period);
	if (err == OEO_OK)
		err = append_element(html, "td", "", oeo_log_reason_text(refusal->reason));
	if (err == OEO_OK)
		err = append_number(html, refusal->count);
	if (err == OEO_OK)
		err = append_element(html, "td", "", last);
	return err == OEO_OK ? oeo_buf_append_text(html, "</tr>\n") : err;
}

static enum oeo_err append_refusal_table(struct oeo_buf *html, const struct oeo_log_page *page)
{
	const char *const heads[] = {_("member"), _("period"), _("why"), _("how often"), _("last on")};
	static const char *const classes[] = {" scope=\"col\"", " scope=\"col\"", " scope=\"col\"",
	    " scope=\"col\" class=\"n\"", " scope=\"col\""};
	enum oeo_err err = oeo_buf_append_text(html, "<div class=\"wide\" tabindex=\"0\"><table>\n");

	if (err == OEO_OK)
		err = append_element(html, "caption", "", _("Questions that were not answered"));
	if (err == OEO_OK)
		err = append_heads(html, heads, classes, sizeof(heads) / sizeof(heads[0]));
	for (size_t i = 0; err == OEO_OK && i < page->n_refusals; i++)
		err = append_refusal(html, &page->refusals[i]);
	return err == OEO_OK ? oeo_buf_append_text(html, "</tbody></table></div>\n") : err;
}

static enum oeo_err append_refusals(struct oeo_buf *html, const struct oeo_log_page *page)
{
	char knocked[200];
	enum oeo_err err = append_element(html, "h2", "", _("Refused"));

	if (err == OEO_OK && page->n_refusals > 0)
		err = append_refusal_table(html, page);
	else if (err == OEO_OK && page->unknown_keys == 0)
		err = append_element(html, "p", "", _("nothing"));
	(void)snprintf(knocked, sizeof(knocked),
	    _("  %llu times somebody who is not admitted knocked; nothing was answered\n"),
	    (unsigned long long)page->unknown_keys);
	knocked[strcspn(knocked, "\n")] = '\0';
	if (err == OEO_OK && page->unknown_keys > 0)
		err = append_element(html, "p", "", knocked + strspn(knocked, " "));
	return err;
}

static enum oeo_err append_head(struct oeo_buf *html, const char *title)
{
	enum oeo_err err = oeo_buf_printf(html,
	    "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n",
	    oeo_i18n_lang() == OEO_LANG_EN ? "en" : "nl");

	if (err == OEO_OK)
		err = append_element(html, "title", "", title);
	if (err == OEO_OK)
		err = oeo_buf_printf(html, "<style>%s</style>\n</head>\n<body>\n<main>\n", style);
	return err == OEO_OK ? append_element(html, "h1", "", title) : err;
}

enum oeo_err oeo_log_page_html(struct oeo_buf *html, const struct oeo_log_page *page)
{
	char title[OEO_CARD_NAME_BYTES + 80];
	char now[OEO_TIME_TEXT_BYTES];
	enum oeo_err err;

	oeo_clock_format(now, page->now_s);
	(void)snprintf(title, sizeof(title), _("Log of keyholder %s on %.10s\n"), page->keyholder.name, now);
	title[strcspn(title, "\n")] = '\0';
	err = append_head(html, title);
	if (err == OEO_OK)
		err = append_element(html, "h2", "", _("What this means"));
	for (size_t i = 0; err == OEO_OK && oeo_log_explanation(i) != NULL; i++)
		err = append_element(html, "p", "", oeo_log_explanation(i));
	if (err == OEO_OK)
		err = append_element(html, "h2", "", _("Who asked how much"));
	if (err == OEO_OK && page->n_periods == 0)
		err = append_element(html, "p", "", _("Nobody has asked anything yet."));
	for (size_t i = 0; err == OEO_OK && i < page->n_periods; i++)
		err = append_period(html, &page->periods[i]);
	if (err == OEO_OK)
		err = append_refusals(html, page);
	return err == OEO_OK ? oeo_buf_append_text(html, "</main>\n</body>\n</html>\n") : err;
}

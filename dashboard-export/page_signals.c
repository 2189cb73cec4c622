/* SPDX-License-Identifier: EUPL-1.2 */
/* The signals of the latest period with what the council makes of them, and what was done with earlier ones. */
#include <stdio.h>
#include <string.h>

#include "dashboard-export/flags.h"
#include "dashboard-export/markdown.h"
#include "dashboard-export/page_parts.h"
#include "dashboard-export/sure.h"
#include "proto/i18n.h"

static const char *label_of(const struct oeo_signal_code *code)
{
	return code != NULL ? oeo_i18n_pick(code->label_nl, code->label_en) : "\u2013";
}

/* ---- duiding beside a figure ---- */

static void write_words_of(const struct oeo_page *page, const struct oeo_duiding_item *item)
{
	char text[OEO_DUIDING_TEXT_BYTES + 192];

	if (item->author[0] != '\0')
		(void)snprintf(text, sizeof(text),
		    _("These are the words of %s, not figures of the release."), item->author);
	else
		(void)snprintf(
		    text, sizeof(text), "%s", _("These are somebody's words, not figures of the release."));
	oeo_page_paragraph(page, "note", text);
}

void oeo_page_duiding(const struct oeo_page *page, const struct oeo_duiding_item *item, unsigned level)
{
	char element[8];

	if (item == NULL || item->text[0] == '\0')
		return;
	oeo_html_open(page->html, "aside", "class", "duiding", NULL);
	oeo_html_attribute(page->html, "aria-label", _("Interpretation: %s"), item->title);
	(void)snprintf(element, sizeof(element), "h%u", level);
	oeo_html_open(page->html, element, NULL);
	/* A signal's own heading stands right above. */
	if (item->is_signal)
		oeo_html_text(page->html, _("Interpretation"));
	else
		oeo_html_textf(page->html, _("Interpretation: %s"), item->title);
	oeo_html_close(page->html);
	write_words_of(page, item);
	oeo_markdown_write(page->html, item->text, strlen(item->text), level + 1);
	oeo_html_close(page->html);
}

void oeo_page_duiding_of_codes(
    const struct oeo_page *page, const struct oeo_view_table *table, unsigned level)
{
	if (page->period == NULL || page->view->duiding == NULL ||
	    table != oeo_view_first_table(page->period, 1))
		return;
	for (size_t i = 0; i < table->axes[0].n_codes; i++)
		oeo_page_duiding(
		    page, oeo_duiding_find(page->view->duiding, false, table->axes[0].codes[i].code), level);
}

/* ---- signals ---- */

static void write_pair(const struct oeo_page *page, const char *name, const char *value)
{
	oeo_html_open(page->html, "div", NULL);
	oeo_html_element(page->html, "dt", NULL, name);
	oeo_html_element(page->html, "dd", NULL, value[0] != '\0' ? value : "\u2013");
	oeo_html_close(page->html);
}

static void write_state(const struct oeo_page *page, const struct oeo_duiding_item *item)
{
	oeo_html_open(page->html, "dl", "class", "state", NULL);
	write_pair(page, _("Kind"), label_of(item->type));
	write_pair(page, _("Status"), label_of(item->status));
	write_pair(page, _("Who decides"), item->decider);
	write_pair(page, _("What was done"), item->done);
	oeo_html_close(page->html);
}

static void write_flag(const struct oeo_page *page, const struct oeo_flag *flag)
{
	struct oeo_flag_id id = oeo_flag_id(flag);
	const struct oeo_duiding_item *item = oeo_duiding_find(page->view->duiding, true, id.text);
	struct oeo_sure sure = oeo_sure_p(flag->p);
	char text[OEO_FLAG_TEXT_BYTES];

	oeo_flag_write(text, flag);
	oeo_html_open(page->html, "article", "class", "signal", NULL);
	oeo_html_attribute(page->html, "id", "s-%s", id.text);
	oeo_html_element(page->html, "h3", NULL, text);
	oeo_page_paragraph(page, "sure", sure.text);
	oeo_html_open(page->html, "p", NULL);
	oeo_page_table_link(page, flag->period, flag->table);
	oeo_html_close(page->html);
	if (item != NULL)
		write_state(page, item);
	oeo_page_duiding(page, item, 4);
	oeo_html_close(page->html);
}

static bool is_flag(const struct oeo_flag *flags, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(oeo_flag_id(&flags[i]).text, id) == 0)
			return true;
	return false;
}

static void write_seen(const struct oeo_page *page, const struct oeo_duiding_item *item)
{
	oeo_html_open(page->html, "article", "class", "signal", NULL);
	oeo_html_attribute(page->html, "id", "s-%s", item->id);
	oeo_html_element(page->html, "h3", NULL, item->title);
	write_state(page, item);
	oeo_page_duiding(page, item, 4);
	oeo_html_close(page->html);
}

/* Signals of this period that no figure raised. */
static void write_seen_signals(
    const struct oeo_page *page, const struct oeo_view_period *period, const struct oeo_flag *flags, size_t n)
{
	const struct oeo_duiding *duiding = page->view->duiding;
	bool is_open = false;

	for (size_t i = 0; duiding != NULL && i < duiding->count; i++) {
		const struct oeo_duiding_item *item = &duiding->items[i];

		if (!item->is_signal || strncmp(item->id, period->id, strlen(period->id)) != 0 ||
		    is_flag(flags, n, item->id))
			continue;
		if (!is_open) {
			oeo_page_open_section(page, "seen", _("What people saw themselves"));
			is_open = true;
		}
		write_seen(page, item);
	}
	if (is_open)
		oeo_html_close(page->html);
}

static void write_how(const struct oeo_page *page)
{
	oeo_page_paragraph(page, NULL,
	    _("At most seven changes that deserve a look, found in the figures that are shown, and in no "
	      "others. A "
	      "signal is no conclusion: it asks what is going on. Many figures are compared, so a few would "
	      "stand out "
	      "by chance; those are left out as well as can be."));
}

void oeo_page_signals(const struct oeo_page *page, const struct oeo_view_period *period)
{
	struct oeo_flag flags[OEO_MAX_FLAGS];
	size_t n = 0;

	if (oeo_flags_make(flags, &n, page->view, period) != OEO_OK) {
		oeo_html_fail(page->html);
		return;
	}
	oeo_page_open_section(page, "flags", _("What stands out in the figures"));
	write_how(page);
	if (n == 0)
		oeo_page_paragraph(page, NULL, _("Nothing stands out beyond what chance often gives."));
	for (size_t i = 0; i < n; i++)
		write_flag(page, &flags[i]);
	oeo_html_close(page->html);
	write_seen_signals(page, period, flags, n);
}

enum oeo_err oeo_page_write_signals(struct oeo_buf *out, const struct oeo_view *view)
{
	const struct oeo_view_period *latest = oeo_view_latest(view, view->main);
	struct oeo_page page;
	char heading[192];
	enum oeo_err err = oeo_page_start(&page, view, OEO_SIGNALS_PATH);

	if (err != OEO_OK)
		return err;
	(void)snprintf(
	    heading, sizeof(heading), _("Signals of %s"), oeo_notation_period_in_text(&latest->period).text);
	oeo_page_open_content(&page, view->title, heading, NULL);
	oeo_page_counted(&page);
	oeo_page_signals(&page, latest);
	oeo_html_close(page.html);
	return oeo_page_finish(&page, out);
}

/* ---- feedback ---- */

static void write_feedback_row(const struct oeo_page *page, const struct oeo_duiding_item *item)
{
	oeo_html_open(page->html, "tr", NULL);
	oeo_page_head_cell(page, "row", NULL, item->title);
	oeo_html_element(page->html, "td", NULL, label_of(item->type));
	oeo_html_element(page->html, "td", NULL, label_of(item->status));
	oeo_html_element(page->html, "td", NULL, item->decider[0] != '\0' ? item->decider : "\u2013");
	oeo_html_element(page->html, "td", NULL, item->done[0] != '\0' ? item->done : "\u2013");
	oeo_html_element(
	    page->html, "td", NULL, item->date[0] != '\0' ? oeo_notation_date(item->date).text : "\u2013");
	oeo_html_close(page->html);
}

enum oeo_err oeo_page_write_feedback(struct oeo_buf *out, const struct oeo_view *view)
{
	static const char *const heads[] = {N_("Signal"), N_("Kind"), N_("Status"), N_("Who decides"),
	    N_("What was done"), N_("Last changed")};
	struct oeo_page page;
	enum oeo_err err = oeo_page_start(&page, view, OEO_FEEDBACK_PATH);

	if (err != OEO_OK)
		return err;
	oeo_page_open_content(&page, view->title, _("What was done with signals"), NULL);
	oeo_page_counted(&page);
	oeo_page_open_section(&page, "feedback", _("For the organisations that told of it"));
	oeo_page_paragraph(&page, NULL,
	    _("Every signal so far, the newest first, with who decides on it and what was done."));
	oeo_page_open_table(&page, "list", "feedback-table");
	oeo_page_caption(&page, "feedback-table", _("Signals and what was done"));
	oeo_html_open(page.html, "thead", NULL);
	oeo_html_open(page.html, "tr", NULL);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		oeo_page_head_cell(&page, "col", NULL, _(heads[i]));
	oeo_html_close(page.html);
	oeo_html_close(page.html);
	oeo_html_open(page.html, "tbody", NULL);
	for (size_t i = 0; i < view->duiding->count; i++)
		if (view->duiding->items[i].is_signal)
			write_feedback_row(&page, &view->duiding->items[i]);
	oeo_html_close(page.html);
	oeo_page_close_table(&page);
	oeo_html_close(page.html);
	oeo_html_close(page.html);
	return oeo_page_finish(&page, out);
}

bool oeo_page_has_feedback(const struct oeo_view *view)
{
	for (size_t i = 0; view->duiding != NULL && i < view->duiding->count; i++)
		if (view->duiding->items[i].is_signal)
			return true;
	return false;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/page_parts.h"

#include <stdio.h>
#include <string.h>

#include "dashboard-export/page_provenance.h"
#include "proto/i18n.h"

static void list_item(const struct oeo_page *page, const char *text)
{
	oeo_html_element(page->html, "li", NULL, text);
}

/* ---- what is not shown, and why ---- */

/* The smallest and the largest of a rule in the period's tables. */
struct span {
	unsigned least;
	unsigned most;
};

static void stretch(struct span *span, unsigned value)
{
	if (value < span->least)
		span->least = value;
	if (value > span->most)
		span->most = value;
}

/* The thresholds of the tables that count in one unit; most is 0 where none does. */
struct limits {
	struct span usual;
	struct span sensitive; /* of the tables that have sensitive codes with a higher one */
};

static struct limits limits_of(const struct oeo_view_period *period, enum oeo_unit unit)
{
	struct limits limits = {{UINT32_MAX, 0}, {UINT32_MAX, 0}};

	for (size_t i = 0; i < period->n_tables; i++) {
		const struct oeo_view_table *table = &period->tables[i];

		if (table->unit != unit)
			continue;
		stretch(&limits.usual, table->plan->rules.residents);
		if (oeo_view_sensitive(table) > 0)
			stretch(&limits.sensitive, oeo_view_sensitive(table));
	}
	return limits;
}

static const enum oeo_unit units[] = {OEO_UNIT_RESIDENTS, OEO_UNIT_CLIENTS, OEO_UNIT_CONTACTS};

#define N_UNITS (sizeof(units) / sizeof(units[0]))

static void write_limits(const struct oeo_page *page, enum oeo_unit unit)
{
	struct limits limits = limits_of(page->period, unit);
	const char *word = oeo_notation_unit(unit);
	char text[512];

	if (limits.usual.most == 0)
		return;
	if (limits.usual.least != limits.usual.most ||
	    (limits.sensitive.most > 0 && limits.sensitive.least != limits.sensitive.most))
		(void)snprintf(text, sizeof(text),
		    _("There are fewer %s than its table asks for (see the table below). Then someone could "
		      "be "
		      "recognised."),
		    word);
	else if (limits.sensitive.most == 0)
		(void)snprintf(text, sizeof(text),
		    _("There are fewer than %u %s. Then someone could be recognised."), limits.usual.most,
		    word);
	else
		(void)snprintf(text, sizeof(text),
		    _("There are fewer than %u %s, or fewer than %u for sensitive subjects. Then someone "
		      "could "
		      "be recognised."),
		    limits.usual.most, word, limits.sensitive.most);
	list_item(page, text);
}

/* What one organisation could work out of the others. */
static void write_rest(const struct oeo_page *page, unsigned rest)
{
	char left[64], text[512];

	if (rest < 2)
		return;
	if (rest == 2)
		(void)snprintf(left, sizeof(left), "1");
	else
		(void)snprintf(left, sizeof(left), rest == 3 ? _("%u or %u") : _("%u to %u"), 1, rest - 1);
	(void)snprintf(text, sizeof(text),
	    _("Nearly all of them came to one organisation. Without its own, %s would be left, and it could "
	      "tell who. Where nobody is left, this is no reason for a dot."),
	    left);
	list_item(page, text);
}

static void write_rules(const struct oeo_page *page)
{
	const struct oeo_view_period *period = page->period;
	struct span members = {UINT32_MAX, 0}, rest = {UINT32_MAX, 0}, round = {UINT32_MAX, 0};
	char text[512];

	for (size_t i = 0; i < period->n_tables; i++) {
		stretch(&members, period->tables[i].plan->rules.members);
		stretch(&rest, period->tables[i].plan->rules.rest);
		stretch(&round, period->tables[i].plan->rules.round);
	}
	oeo_html_open(page->html, "ul", NULL);
	for (size_t i = 0; i < N_UNITS; i++)
		write_limits(page, units[i]);
	if (members.most > 1) {
		(void)snprintf(text, sizeof(text),
		    _("The number comes from fewer than %u organisations (in the tables where this is asked "
		      "below). Then an "
		      "organisation would see only its own clients."),
		    members.most);
		list_item(page, text);
	}
	write_rest(page, rest.most);
	list_item(page,
	    _("The number itself may be seen, but together with totals or earlier figures it would give away "
	      "a small number."));
	if (round.most > 1) {
		(void)snprintf(text, sizeof(text), _("Numbers are rounded to a multiple of %u."), round.most);
		list_item(page, text);
	}
	oeo_html_close(page->html);
}

/* True where every resident has one code of the table's only level, and questions are published beside residents. */
static bool is_list_with_questions(const struct oeo_view_period *period, const struct oeo_view_table *table)
{
	const struct oeo_plan *plan = period->source->release.plan.plan;

	return table->n_axes == 1 && table->unit == OEO_UNIT_RESIDENTS && table->plan->publishes_questions &&
	       table->plan->rules.round <= 1 &&
	       plan->dimensions[table->plan->by[0].dimension].computed_from[0] != '\0';
}

/* A dot of residents that anybody can work out to be nought: say what it hides before somebody finds it. */
static void write_noughts(const struct oeo_page *page)
{
	for (size_t i = 0; i < page->period->n_tables; i++) {
		const struct oeo_view_table *table = &page->period->tables[i];

		if (!is_list_with_questions(page->period, table))
			continue;
		oeo_html_open(page->html, "p", NULL);
		oeo_html_textf(page->html,
		    _("%s: every resident is in this list once. Where the figures that are shown already "
		      "make "
		      "up the total, no resident is behind a dot. Then it stands there only because the "
		      "number of questions is not shown."),
		    table->title.text);
		oeo_html_close(page->html);
	}
}

static void write_not_shown_row(const struct oeo_page *page, const struct oeo_view_table *table)
{
	struct oeo_html *html = page->html;
	const struct oeo_rules *rules = &table->plan->rules;

	oeo_html_open(html, "tr", NULL);
	oeo_html_open(html, "th", "scope", "row", NULL);
	oeo_page_table_link(page, page->period, table);
	oeo_html_close(html);
	oeo_html_element(html, "td", "number", oeo_notation_number(oeo_view_shown(table)).text);
	oeo_html_element(html, "td", "number", oeo_notation_number(table->not_shown).text);
	oeo_html_open(html, "td", "class", "number", NULL);
	if (oeo_view_sensitive(table) > 0)
		oeo_html_textf(html, _("%u (sensitive: %u)"), rules->residents, rules->sensitive);
	else
		oeo_html_textf(html, "%u", rules->residents);
	oeo_html_close(html);
	oeo_html_open(html, "td", "class", "number", NULL);
	oeo_html_textf(html, "%u", rules->members);
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_not_shown_table(const struct oeo_page *page)
{
	struct oeo_html *html = page->html;

	oeo_page_open_table(page, "list", "hidden");
	oeo_page_caption(page, "hidden", _("Figures shown and not shown, for each table"));
	oeo_html_open(html, "thead", NULL);
	oeo_html_open(html, "tr", NULL);
	oeo_page_head_cell(page, "col", NULL, _("Table"));
	oeo_page_head_cell(page, "col", "number", _("Shown"));
	oeo_page_head_cell(page, "col", "number", _("Not shown"));
	oeo_page_head_cell(page, "col", "number", _("Shown from this number of people"));
	oeo_page_head_cell(page, "col", "number", _("and of organisations"));
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_open(html, "tbody", NULL);
	for (size_t i = 0; i < page->period->n_tables; i++)
		write_not_shown_row(page, &page->period->tables[i]);
	oeo_html_close(html);
	oeo_page_close_table(page);
}

static void write_hidden(const struct oeo_page *page)
{
	oeo_page_paragraph(page, NULL,
	    _("A dot means: this figure is not shown. It does not say that the number is small. There are "
	      "several reasons, "
	      "and a dot does not tell which one:"));
	write_rules(page);
	write_noughts(page);
	oeo_page_paragraph(page, NULL,
	    _("An empty place in a chart is the same dot. Nothing on this site depends on a figure that is "
	      "not shown: no "
	      "bar, no shade, no order and no sentence."));
	write_not_shown_table(page);
}

/* ---- method ---- */

/* Names of identity fields that plans commonly have; any other keeps its id. */
static const char *field_name(const char *id)
{
	static const char *const names[][2] = {{"birthdate", N_("date of birth")}, {"surname", N_("surname")},
	    {"postcode", N_("postcode")}, {"firstname", N_("first name")}, {"initials", N_("initials")}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i][0], id) == 0)
			return _(names[i][1]);
	return id;
}

static void write_identity(const struct oeo_page *page)
{
	const struct oeo_plan *plan = page->period->source->release.plan.plan;
	char fields[256] = "";
	size_t used = 0;

	for (size_t i = 0; i < plan->n_fields && used < sizeof(fields); i++)
		used += (size_t)snprintf(fields + used, sizeof(fields) - used, "%s%s",
		    i == 0 ? "" : (i + 1 == plan->n_fields ? _(" and ") : ", "),
		    field_name(plan->fields[i].id));
	oeo_html_open(page->html, "p", NULL);
	oeo_html_textf(page->html,
	    _("A resident counts once in each figure, however often they come and at however many "
	      "organisations. Two "
	      "visits are of the same resident where %s are the same; that is compared under seal, not read. "
	      "A change in "
	      "one of them, such as a move, counts as another resident."),
	    fields);
	oeo_html_close(page->html);
}

static void write_walk_in(const struct oeo_page *page)
{
	bool has[4] = {false};

	for (size_t i = 0; i < page->period->n_tables; i++) {
		enum oeo_walk_in kind = page->period->tables[i].plan->walk_in;

		if ((unsigned)kind < sizeof(has) / sizeof(has[0]))
			has[kind] = true;
	}
	if (has[OEO_WALK_IN_PER_WEEK])
		oeo_page_paragraph(page, NULL,
		    _("Someone who comes in without giving a name counts as one contact for each "
		      "organisation and "
		      "week. That is why some tables count contacts."));
	if (has[OEO_WALK_IN_QUESTIONS_ONLY])
		oeo_page_paragraph(page, NULL,
		    has[OEO_WALK_IN_PER_WEEK]
			? _("In the other tables someone without a name counts in the number of questions "
			    "only, not in the number of residents.")
			: _("Someone who comes in without giving a name counts in the number of questions "
			    "only, not in the "
			    "number of residents."));
	if (has[OEO_WALK_IN_REFUSE])
		oeo_page_paragraph(
		    page, NULL, _("Questions of someone who gives no name are not counted in some tables."));
}

/* What is called a clear difference, and how well that can be known from so many periods. */
static void write_chance(const struct oeo_page *page)
{
	size_t n = 0;

	for (const struct oeo_view_period *at = page->period; at != NULL; at = at->earlier)
		n++;
	oeo_page_paragraph(page, NULL,
	    _("Differences with the period before can be chance: other people come each time. We call a "
	      "difference clear "
	      "where two equal rates would give one this large at most once in a hundred times. With many "
	      "figures side by "
	      "side, one of them can still be chance."));
	oeo_page_paragraph(page, NULL,
	    _("For that we reckon as if every resident comes apart from the others (Poisson). Figures often "
	      "go "
	      "up and down more than that. Where the earlier figures of a series show it, a difference must "
	      "be larger before we call it clear (quasi-Poisson). It can be seen from eight figures that are "
	      "shown, or from six where they go up and down a lot."));
	if (n < OEO_TREND_ENOUGH)
		oeo_page_paragraph(page, NULL,
		    _("There are not yet eight periods here. So read a clear difference with some care: "
		      "these "
		      "figures may go up and down by themselves more than we can see."));
	oeo_page_paragraph(page, NULL,
	    _("Not all months, quarters and years are equally long: February has fewer days than March. The "
	      "figures are shown as they were counted; whether a difference is clear is reckoned from the "
	      "number for each day."));
}

/* How signals are found. */
static void write_signals(const struct oeo_page *page)
{
	const struct oeo_view_period *month = oeo_view_latest(page->view, OEO_MONTH);

	oeo_page_paragraph(page, NULL,
	    _("Signals come from the same comparisons, and from a figure that stays above everything shown "
	      "before for two periods or more. All of them are judged together, so that of the signals at "
	      "most one in twenty can be expected to be chance (Benjamini and Hochberg)."));
	if (month != NULL && oeo_view_first_table(month, 1) != NULL)
		oeo_page_paragraph(page, NULL,
		    _("Every theme of a month is also held against seven months before it (EARS C1 and C2). "
		      "Where it lies far above them, and chance would give that at most once in a hundred "
		      "times, it is a signal."));
}

/* From how many on a sealed box opens, for each unit that is counted. */
static void write_opening(const struct oeo_page *page)
{
	for (size_t i = 0; i < N_UNITS; i++) {
		struct limits limits = limits_of(page->period, units[i]);
		char text[512];

		if (limits.usual.most == 0)
			continue;
		(void)snprintf(text, sizeof(text),
		    limits.usual.least == limits.usual.most
			? _("A box opens only when at least %u different %s have been counted in it.")
			: _("A box opens only when at least %u different %s have been counted in it, or more "
			    "where its table asks that."),
		    limits.usual.least, oeo_notation_unit(units[i]));
		list_item(page, text);
	}
}

static void write_method(const struct oeo_page *page)
{
	const struct oeo_release *release = &page->period->source->release;
	char text[512];

	oeo_html_open(page->html, "ol", NULL);
	list_item(page, _("Each organisation keeps its own notes; names and conversations never leave it."));
	(void)snprintf(text, sizeof(text),
	    release->n_keyholders == 1
		? _("Every count goes into a sealed box; its lock is made with %u keyholder, who cannot see "
		    "what it is for.")
		: _("Every count goes into a sealed box; its lock is made with %u keyholders together, who "
		    "cannot see what it is for."),
	    (unsigned)release->n_keyholders);
	list_item(page, text);
	write_opening(page);
	list_item(page,
	    _("What has opened is checked again before it is published, so that nobody can work out a small "
	      "number from the others."));
	list_item(page, _("After publication the keyholders destroy their keys; then nobody can open what "
			  "stayed closed."));
	oeo_html_close(page->html);
	write_identity(page);
	write_walk_in(page);
	write_chance(page);
	write_signals(page);
	oeo_page_paragraph(page, NULL,
	    _("These are people who asked for help. They do not say how many residents have a problem."));
}

const struct oeo_page_section *oeo_page_account_sections(void)
{
	static const struct oeo_page_section sections[] = {
	    {"hidden", N_("What you do not see, and why"), write_hidden},
	    {"method", N_("How these figures are made"), write_method},
	    {"coverage", N_("Who took part"), oeo_page_coverage},
	    {"quality", N_("How complete it is"), oeo_page_quality},
	    {"keys", N_("Who holds the keys"), oeo_page_keys},
	    {"verify", N_("Check it yourself"), oeo_page_verify},
	    {"cite", N_("How to cite"), oeo_page_cite},
	    {"contact", N_("Whom to call"), oeo_page_contact},
	    {"downloads", N_("Downloads"), oeo_page_downloads},
	    {NULL, NULL, NULL},
	};

	return sections;
}

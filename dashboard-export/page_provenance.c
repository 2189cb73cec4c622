/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/page_provenance.h"

#include <stdio.h>
#include <string.h>

#include "proto/i18n.h"

#define SHORT_DIGEST 8 /* bytes of a digest that people compare */

static const struct oeo_release *release_of(const struct oeo_page *page)
{
	return &page->period->source->release;
}

static void head_row(const struct oeo_page *page, const char *first, const char *second, const char *third)
{
	oeo_html_open(page->html, "thead", NULL);
	oeo_html_open(page->html, "tr", NULL);
	oeo_page_head_cell(page, "col", NULL, first);
	oeo_page_head_cell(page, "col", NULL, second);
	if (third != NULL)
		oeo_page_head_cell(page, "col", NULL, third);
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

/* ---- coverage ---- */

static const char *coverage_words(enum oeo_coverage coverage)
{
	switch (coverage) {
	case OEO_COVERAGE_YES:
		return _("yes");
	case OEO_COVERAGE_PARTLY:
		return _("partly");
	case OEO_COVERAGE_NO:
		break;
	}
	return _("no");
}

/* What a dimension is about, for people: the name of its first level. */
static const char *dimension_name(const struct oeo_plan *plan, const char *id)
{
	size_t dimension = oeo_plan_find_dimension(plan, id);

	return dimension == SIZE_MAX ? id : oeo_notation_level(&plan->dimensions[dimension].levels[0]);
}

static void write_member(const struct oeo_page *page, const struct oeo_release_member *member)
{
	const struct oeo_plan *plan = release_of(page)->plan.plan;

	oeo_html_open(page->html, "tr", NULL);
	oeo_page_head_cell(page, "row", NULL, member->name);
	oeo_html_element(page->html, "td", NULL, coverage_words(member->coverage));
	oeo_html_open(page->html, "td", NULL);
	for (size_t i = 0; i < member->n_fed; i++)
		oeo_html_textf(page->html, "%s%s", i > 0 ? ", " : "", dimension_name(plan, member->fed[i]));
	if (member->n_fed == 0)
		oeo_html_text(page->html, "\u2013");
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

void oeo_page_coverage(const struct oeo_page *page)
{
	const struct oeo_release *release = release_of(page);

	oeo_page_paragraph(page, NULL,
	    _("Where an organisation did not take part, or partly, the figures are lower than what really "
	      "came in."));
	oeo_page_open_table(page, "list", "coverage");
	oeo_page_caption(page, "coverage", _("Organisations in this period"));
	head_row(page, _("Organisation"), _("Took part"), _("Records"));
	oeo_html_open(page->html, "tbody", NULL);
	for (size_t i = 0; i < release->n_members; i++)
		write_member(page, &release->members[i]);
	oeo_html_close(page->html);
	oeo_page_close_table(page);
}

/* ---- quality ---- */

static void write_share(const struct oeo_page *page, const char *name, const struct oeo_release_share *share)
{
	oeo_html_open(page->html, "tr", NULL);
	oeo_page_head_cell(page, "row", NULL, name);
	oeo_html_open(page->html, "td", "class", share->is_shown ? NULL : "hidden", NULL);
	if (share->is_shown)
		oeo_html_textf(page->html, _("about %u%%"), share->percent);
	else
		oeo_page_hidden_mark(page);
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

static void write_withheld(const struct oeo_page *page)
{
	for (size_t i = 0; i < page->period->n_tables; i++) {
		const struct oeo_view_table *table = &page->period->tables[i];

		if (table->withheld == 0)
			continue;
		oeo_html_open(page->html, "p", NULL);
		oeo_html_textf(page->html,
		    _("%s: %u figures could not be counted, because what an organisation sent did not fit "
		      "together."),
		    table->title.text, table->withheld);
		oeo_html_close(page->html);
	}
}

void oeo_page_quality(const struct oeo_page *page)
{
	const struct oeo_release *release = release_of(page);

	oeo_page_paragraph(page, NULL,
	    _("Shares of all questions of the period, rounded to 5%. They are shown only where they give "
	      "nobody away."));
	oeo_page_open_table(page, "list", "quality");
	oeo_page_caption(page, "quality", _("Quality of the records"));
	head_row(page, _("Questions"), _("Share"), NULL);
	oeo_html_open(page->html, "tbody", NULL);
	write_share(page, _("without a name, date of birth or postcode"), &release->without_identity);
	write_share(page, _("with something that the code lists do not know"), &release->unmapped);
	write_share(page, _("that came in late and count in this period"), &release->late);
	oeo_html_close(page->html);
	oeo_page_close_table(page);
	write_withheld(page);
}

/* ---- keys ---- */

static void write_hex(const struct oeo_page *page, const uint8_t *bytes, size_t n)
{
	char hex[2 * OEO_DIGEST_BYTES + 1];

	oeo_hex_encode(hex, bytes, n);
	oeo_html_element(page->html, "code", NULL, hex);
}

void oeo_page_keys(const struct oeo_page *page)
{
	const struct oeo_release *release = release_of(page);

	oeo_page_paragraph(page, NULL,
	    _("Each keyholder approved the plan: which tables there are and from which number they are "
	      "shown. Without all "
	      "of them nothing can be sealed or opened."));
	oeo_page_open_table(page, "list", "keys");
	oeo_page_caption(page, "keys", _("Keyholders of this period"));
	head_row(page, _("Keyholder"), _("Public key"), NULL);
	oeo_html_open(page->html, "tbody", NULL);
	for (size_t i = 0; i < release->n_keyholders; i++) {
		oeo_html_open(page->html, "tr", NULL);
		oeo_page_head_cell(page, "row", NULL, release->keyholders[i].name);
		oeo_html_open(page->html, "td", NULL);
		write_hex(page, release->keyholders[i].identity_pk, OEO_IDENTITY_BYTES);
		oeo_html_close(page->html);
		oeo_html_close(page->html);
	}
	oeo_html_close(page->html);
	oeo_page_close_table(page);
	oeo_html_open(page->html, "p", "class", "note", NULL);
	oeo_html_text(page->html, _("Mark of the keys of this period: "));
	write_hex(page, release->key_digest, OEO_DIGEST_BYTES);
	oeo_html_close(page->html);
}

/* ---- verify and cite ---- */

void oeo_page_verify(const struct oeo_page *page)
{
	const struct oeo_view *view = page->view;

	oeo_page_paragraph(page, NULL,
	    page->is_paper
		? _("All figures of this period come from one signed file. It lies with its signature under "
		    "the downloads of the site. Put both in one folder and check them with the program "
		    "minisign:")
		: _("All figures on this page come from one signed file. Put it and its signature (see the "
		    "downloads) in one "
		    "folder and check them with the program minisign:"));
	oeo_html_open(page->html, "pre", NULL);
	oeo_html_open(page->html, "code", NULL);
	oeo_html_textf(
	    page->html, "minisign -V -P %s -m %s-%s.oeorel", view->key.text, view->plan, page->period->id);
	oeo_html_close(page->html);
	oeo_html_close(page->html);
	oeo_html_open(page->html, "p", NULL);
	oeo_html_textf(page->html,
	    view->is_key_given ? _("This is the key of %s that was given when this page was made.")
			       : _("This key stands in the release itself, under the name %s. Compare it "
				   "with the key that the publisher "
				   "gave you in another way, for instance by telephone."),
	    view->publisher);
	oeo_html_close(page->html);
	oeo_html_open(page->html, "p", "class", "note", NULL);
	oeo_html_text(page->html, _("Mark of the release: "));
	write_hex(page, release_of(page)->digest, OEO_DIGEST_BYTES);
	oeo_html_close(page->html);
}

void oeo_page_cite(const struct oeo_page *page)
{
	const struct oeo_release *release = release_of(page);
	char hex[2 * SHORT_DIGEST + 1];

	oeo_hex_encode(hex, release->digest, SHORT_DIGEST);
	oeo_html_open(page->html, "p", "class", "citation", NULL);
	oeo_html_textf(page->html, _("%s. %s, %s. Release %s-%s of %s, mark %s."), release->publisher,
	    page->view->title, page->period->name.text, page->view->plan, page->period->id,
	    oeo_notation_date(release->created).text, hex);
	oeo_html_close(page->html);
	oeo_page_paragraph(page, NULL,
	    _("Name the period with every figure, and say it where a figure is not shown. Do not add up "
	      "figures of several "
	      "periods: the same resident can be in each of them."));
}

/* ---- whom to call ---- */

void oeo_page_contact(const struct oeo_page *page)
{
	const struct oeo_release *release = release_of(page);

	if (page->view->contact != NULL) {
		oeo_html_open(page->html, "p", "class", "contact", NULL);
		oeo_html_text(page->html, _("Questions about these figures: "));
		oeo_html_element(page->html, "strong", NULL, page->view->contact);
		oeo_html_close(page->html);
	}
	oeo_html_open(page->html, "p", NULL);
	oeo_html_textf(page->html,
	    _("About these figures: %s, who published them. About your own questions and what was written "
	      "down about you: the organisation that you went to. The keyholders watch that only enough "
	      "people together are ever opened; they can be asked about that:"),
	    release->publisher);
	oeo_html_close(page->html);
	oeo_html_open(page->html, "ul", NULL);
	for (size_t i = 0; i < release->n_keyholders; i++)
		oeo_html_element(page->html, "li", NULL, release->keyholders[i].name);
	oeo_html_close(page->html);
}

/* ---- downloads ---- */

void oeo_page_downloads(const struct oeo_page *page)
{
	const struct oeo_view_period *period = page->period;
	struct oeo_html *html = page->html;

	oeo_html_open(html, "ul", "class", "downloads", NULL);
	for (size_t i = 0; i < period->n_tables; i++) {
		oeo_html_open(html, "li", NULL);
		oeo_page_link(
		    page, NULL, period->tables[i].title.text, "%s/%s.csv", period->id, period->tables[i].id);
		oeo_html_element(html, "span", "kind", "CSV");
		oeo_html_close(html);
	}
	oeo_html_open(html, "li", NULL);
	oeo_page_link(page, NULL, _("Description of all tables"), "datapackage.json");
	oeo_html_element(html, "span", "kind", "JSON");
	oeo_html_close(html);
	oeo_html_open(html, "li", NULL);
	oeo_page_link(
	    page, NULL, _("The signed release"), "releases/%s-%s.oeorel", page->view->plan, period->id);
	oeo_html_element(html, "span", "kind", "oeorel");
	oeo_html_close(html);
	oeo_html_open(html, "li", NULL);
	oeo_page_link(
	    page, NULL, _("Its signature"), "releases/%s-%s.oeorel.minisig", page->view->plan, period->id);
	oeo_html_element(html, "span", "kind", "minisig");
	oeo_html_close(html);
	oeo_html_close(html);
}

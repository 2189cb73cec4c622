/* SPDX-License-Identifier: EUPL-1.2 */
/* The mirror as a page. */
#include <stdarg.h>
#include <stdio.h>

#include "agent/mirror.h"
#include "agent/paper.h"
#include "proto/i18n.h"
#include "proto/prose.h"

#define LINE_BYTES 512

static void element(struct oeo_html *html, const char *name, const char *class, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void element(struct oeo_html *html, const char *name, const char *class, const char *format, ...)
{
	char text[LINE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	oeo_html_element(html, name, class, text);
}

static unsigned percent(size_t part, size_t whole)
{
	return whole > 0 ? (unsigned)((100 * part + whole / 2) / whole) : 0;
}

/* ---- What deserves a look */

static void write_share(
    struct oeo_html *html, const char *what, size_t part, size_t whole, const char *advice)
{
	char counted[OEO_MIRROR_NUMBER_BYTES];
	char all[OEO_MIRROR_NUMBER_BYTES];

	element(html, "dt", NULL, _("%s: %s of %s (%u%%)"), what, oeo_mirror_format_number(counted, part),
	    oeo_mirror_format_number(all, whole), percent(part, whole));
	if (part > 0)
		oeo_html_element(html, "dd", NULL, advice);
}

static void write_others(struct oeo_html *html, const struct oeo_mirror *mirror)
{
	for (size_t i = 0; i < mirror->n_others; i++) {
		const struct oeo_mirror_other *other = &mirror->others[i];
		const struct oeo_dimension *dimension = other->dimension;
		char what[LINE_BYTES];

		if (other->n_known == 0)
			continue;
		(void)snprintf(what, sizeof(what), _("\"Other\" chosen for %s"),
		    oeo_level_label(&dimension->levels[dimension->n_levels - 1]));
		write_share(html, what, other->n_other, other->n_known,
		    _("\"Other\" tells the municipality nothing. Is there a better choice on the list? If a "
		      "subject keeps coming back, ask the bureau to put it on the list."));
	}
}

static void write_quality(struct oeo_html *html, const struct oeo_mirror *mirror)
{
	char number[OEO_MIRROR_NUMBER_BYTES];

	oeo_html_element(html, "h2", NULL, _("What deserves a look"));
	element(html, "p", NULL, _("Questions registered in this period: %s."),
	    oeo_mirror_format_number(number, mirror->n_questions));
	oeo_html_open(html, "dl", NULL);
	write_share(html, _("Without a resident"), mirror->n_without_identity, mirror->n_questions,
	    _("These count as a question, not as a resident. With name, date of birth and postcode a "
	      "resident "
	      "who comes twice, or also elsewhere, counts once."));
	write_share(html, _("With a value that is not on the list"), mirror->n_unmapped, mirror->n_questions,
	    _("These count as unknown. Add the values to the mapping; oeo-agent import says which ones."));
	write_share(html, _("Came too late for their own period"), mirror->n_late, mirror->n_questions,
	    _("They count in a later period. Importing before the extra days are over avoids that."));
	write_others(html, mirror);
	oeo_html_close(html);
	if (mirror->n_erased > 0)
		element(html, "p", "note",
		    _("Of %s questions the names have been erased already. Your numbers of residents below "
		      "are "
		      "therefore too low; your numbers of questions are right."),
		    oeo_mirror_format_number(number, mirror->n_erased));
}

static void write_suspects(struct oeo_html *html, const struct oeo_mirror *mirror)
{
	oeo_html_element(html, "h2", NULL, _("One resident, two ways of writing the name?"));
	if (mirror->n_suspected == 0) {
		oeo_html_element(html, "p", NULL, _("None found."));
		return;
	}
	oeo_html_element(html, "p", NULL,
	    _("The same date of birth and postcode, and almost the same name. Look these days up in your own "
	      "records. If it is one resident, write the name alike there and import again; if not, leave "
	      "it."));
	oeo_html_open(html, "div", "class", "wide", "tabindex", "0", NULL);
	oeo_html_open(html, "table", NULL);
	element(html, "caption", NULL, _("Pairs: %zu"), mirror->n_suspected);
	oeo_html_open(html, "thead", NULL);
	oeo_html_open(html, "tr", NULL);
	oeo_html_open(html, "th", "scope", "col", NULL);
	oeo_html_text(html, _("A question under the one name"));
	oeo_html_close(html);
	oeo_html_open(html, "th", "scope", "col", NULL);
	oeo_html_text(html, _("and one under the other"));
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_open(html, "tbody", NULL);
	for (size_t i = 0; i < mirror->n_suspects; i++) {
		oeo_html_open(html, "tr", NULL);
		oeo_html_element(html, "td", NULL, mirror->suspects[i].one);
		oeo_html_element(html, "td", NULL, mirror->suspects[i].other);
		oeo_html_close(html);
	}
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_close(html);
}

/* ---- The figures */

static void write_head(struct oeo_html *html, const char *text, const char *class)
{
	oeo_html_open(html, "th", "scope", "col", "class", class, NULL);
	oeo_html_text(html, text);
	oeo_html_close(html);
}

static void write_heads(struct oeo_html *html, const struct oeo_mirror_table *table)
{
	bool has_questions = table->table->publishes_questions;

	oeo_html_open(html, "thead", NULL);
	oeo_html_open(html, "tr", NULL);
	write_head(html, _("Subject"), NULL);
	write_head(html, _("Residents: you"), "n");
	if (table->released != NULL)
		write_head(html, _("Residents: all together"), "n");
	if (has_questions)
		write_head(html, _("Questions: you"), "n");
	if (has_questions && table->released != NULL)
		write_head(html, _("Questions: all together"), "n");
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_number(struct oeo_html *html, uint64_t number)
{
	char text[OEO_MIRROR_NUMBER_BYTES];

	oeo_html_element(html, "td", "n", oeo_mirror_format_number(text, number));
}

static void write_published(struct oeo_html *html, bool is_hidden, uint64_t number)
{
	if (is_hidden)
		oeo_html_element(html, "td", "n", _("not shown"));
	else
		write_number(html, number);
}

static void write_row(
    struct oeo_html *html, const struct oeo_mirror *mirror, const struct oeo_mirror_table *table, size_t i)
{
	const struct oeo_mirror_cell *cell = &table->cells[i];
	bool has_questions = table->table->publishes_questions;
	const struct oeo_release_cell *out = table->released != NULL && cell->cell < table->released->n_cells
						 ? &table->released->cells[cell->cell]
						 : NULL;
	struct oeo_buf label = {0};

	if (oeo_mirror_describe_cell(&label, mirror->plan, table->table, cell->cell) != OEO_OK ||
	    oeo_buf_terminate(&label) != OEO_OK) {
		oeo_html_fail(html);
		oeo_buf_fini(&label);
		return;
	}
	oeo_html_open(html, "tr", NULL);
	oeo_html_open(html, "th", "scope", "row", NULL);
	oeo_html_text(html, (const char *)label.data);
	oeo_html_close(html);
	write_number(html, cell->own_residents);
	if (out != NULL)
		write_published(html, out->is_hidden, out->residents);
	if (has_questions)
		write_number(html, cell->own_questions);
	if (has_questions && out != NULL)
		write_published(html, out->is_hidden || out->hides_questions, out->questions);
	oeo_html_close(html);
	oeo_buf_fini(&label);
}

/* What the table parts questions by, in the plan's own words. */
static void write_caption(struct oeo_html *html, const struct oeo_plan *plan, const struct oeo_table *table)
{
	const char *words[OEO_MAX_BY];
	struct oeo_buf text = {0};
	enum oeo_err err;

	for (size_t i = 0; i < table->n_by; i++)
		words[i] =
		    oeo_level_label(&plan->dimensions[table->by[i].dimension].levels[table->by[i].level]);
	err = table->n_by > 0 ? oeo_prose_join(&text, words, table->n_by)
			      : oeo_buf_append_text(&text, _("All together"));
	if (err == OEO_OK)
		err = oeo_buf_terminate(&text);
	if (err != OEO_OK)
		oeo_html_fail(html);
	else if (table->n_by > 0)
		element(html, "caption", NULL, _("By %s"), (const char *)text.data);
	else
		oeo_html_element(html, "caption", NULL, (const char *)text.data);
	oeo_buf_fini(&text);
}

static void write_table(
    struct oeo_html *html, const struct oeo_mirror *mirror, const struct oeo_mirror_table *table)
{
	if (table->n_cells == 0)
		return;
	oeo_html_open(html, "div", "class", "wide", "tabindex", "0", NULL);
	oeo_html_open(html, "table", NULL);
	write_caption(html, mirror->plan, table->table);
	write_heads(html, table);
	oeo_html_open(html, "tbody", NULL);
	for (size_t i = 0; i < table->n_cells; i++)
		write_row(html, mirror, table, i);
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_figures(struct oeo_html *html, const struct oeo_mirror *mirror)
{
	oeo_html_element(html, "h2", NULL, _("Your figures beside the published ones"));
	if (mirror->release == NULL)
		oeo_html_element(html, "p", NULL,
		    _("No release of this period was given, so only your own figures stand here. With one: "
		      "oeo-agent mirror FILE.oeorel"));
	else
		oeo_html_element(html, "p", NULL,
		    _("\"All together\" is what was published. A resident who came to you and to another "
		      "member "
		      "counts once there. \"Not shown\" means: too few, or too easy to work out. Numbers may "
		      "be "
		      "rounded."));
	for (size_t i = 0; i < mirror->n_tables; i++)
		write_table(html, mirror, &mirror->tables[i]);
}

enum oeo_err oeo_mirror_write_html(struct oeo_buf *out, const struct oeo_mirror *mirror)
{
	struct oeo_html *html = NULL;
	struct oeo_buf title = {0};
	enum oeo_err err = oeo_mirror_write_title(&title, mirror);

	if (err == OEO_OK)
		err = oeo_paper_begin(&html, (const char *)title.data);
	oeo_buf_fini(&title);
	if (err != OEO_OK)
		return err;
	oeo_html_element(html, "p", "note",
	    _("For your own organisation only. Your own numbers here are exact and can be small: do not pass "
	      "this "
	      "page on, and delete it when you have read it."));
	write_quality(html, mirror);
	write_suspects(html, mirror);
	write_figures(html, mirror);
	return oeo_paper_end(html, out);
}

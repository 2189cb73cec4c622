/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "proto/prose.h"

/* ---- The frame */

static void write_head(struct oeo_html *html, const char *title, const char *member)
{
	oeo_html_open(html, "head", NULL);
	oeo_html_void(html, "meta", "charset", "utf-8", NULL);
	oeo_html_void(
	    html, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1", NULL);
	oeo_html_open(html, "title", NULL);
	oeo_html_textf(html, "%s - %s", title, member);
	oeo_html_close(html);
	oeo_html_void(html, "link", "rel", "stylesheet", "href", "/form.css", NULL);
	oeo_html_void(html, "link", "rel", "icon", "href", "/form.svg", "type", "image/svg+xml", NULL);
	oeo_html_open(html, "script", "src", "/form.js", "defer", "defer", NULL);
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_link(struct oeo_html *html, const char *path, const char *text, const char *current)
{
	bool is_current = current != NULL && strcmp(path, current) == 0;

	oeo_html_open(html, "li", NULL);
	oeo_html_open(html, "a", "href", path, "aria-current", is_current ? "page" : NULL, NULL);
	oeo_html_text(html, text);
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_log_out(struct oeo_html *html, const struct oeo_visit *visit)
{
	oeo_html_open(html, "li", NULL);
	oeo_page_form(html, visit, "/logout");
	oeo_page_button(html, "plain", "do", "logout", _("Log out"));
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_menu(struct oeo_html *html, const struct oeo_visit *visit, const char *current)
{
	const struct oeo_desk_place *place = &visit->desk->place;

	oeo_html_open(html, "nav", "aria-label", _("Menu"), NULL);
	oeo_html_open(html, "ul", NULL);
	write_link(html, "/", _("New question"), current);
	write_link(html, "/tally", _("Tally"), current);
	write_link(html, "/entered", _("Entered"), current);
	for (size_t i = 0; i < place->n_pages; i++)
		write_link(html, place->pages[i].path, _(place->pages[i].title), current);
	if (visit->role == OEO_FORM_NOBODY)
		write_link(html, "/login", _("Coordinator"), current);
	else
		write_log_out(html, visit);
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_language(struct oeo_html *html)
{
	bool is_dutch = oeo_i18n_lang() == OEO_LANG_NL;

	oeo_html_open(html, "a", "class", "language", "href",
	    is_dutch ? "/language?to=en" : "/language?to=nl", "lang", is_dutch ? "en" : "nl", "hreflang",
	    is_dutch ? "en" : "nl", NULL);
	oeo_html_text(html, is_dutch ? "English" : "Nederlands");
	oeo_html_close(html);
}

static void write_header(struct oeo_html *html, const struct oeo_visit *visit, const char *current)
{
	oeo_html_open(html, "a", "class", "skip", "href", "#main", NULL);
	oeo_html_text(html, _("To the content"));
	oeo_html_close(html);
	oeo_html_open(html, "header", NULL);
	oeo_html_open(html, "p", "class", "brand", NULL);
	oeo_html_element(html, "strong", NULL, "Ogen en oren");
	oeo_html_element(html, "span", "member", visit->desk->place.card->name);
	oeo_html_close(html);
	write_language(html);
	if (!visit->desk->place.is_remote || visit->role != OEO_FORM_NOBODY)
		write_menu(html, visit, current);
	oeo_html_close(html);
}

enum oeo_err oeo_page_begin(
    struct oeo_visit *visit, struct oeo_html **html, const char *title, const char *path)
{
	enum oeo_err err = oeo_html_new(html);

	if (err != OEO_OK)
		return err;
	oeo_html_open(*html, "html", "lang", oeo_i18n_lang() == OEO_LANG_EN ? "en" : "nl", NULL);
	write_head(*html, title, visit->desk->place.card->name);
	oeo_html_open(*html, "body", NULL);
	write_header(*html, visit, path);
	oeo_html_open(*html, "main", "id", "main", "tabindex", "-1", NULL);
	oeo_html_element(*html, "h1", NULL, title);
	return OEO_OK;
}

static enum oeo_err finish(struct oeo_visit *visit, struct oeo_html *html, unsigned status)
{
	enum oeo_err err = oeo_html_finish(html, &visit->answer->body);

	oeo_html_free(html);
	visit->answer->status = status;
	visit->answer->content_type = "text/html; charset=utf-8";
	return err;
}

enum oeo_err oeo_page_end(struct oeo_visit *visit, struct oeo_html *html, unsigned status)
{
	oeo_html_close(html); /* main */
	return finish(visit, html, status);
}

enum oeo_err oeo_page_end_part(struct oeo_visit *visit, struct oeo_html *html)
{
	return finish(visit, html, 200);
}

/* ---- Parts */

void oeo_page_hidden(struct oeo_html *html, const char *name, const char *value)
{
	oeo_html_void(html, "input", "type", "hidden", "name", name, "value", value, NULL);
}

void oeo_page_form(struct oeo_html *html, const struct oeo_visit *visit, const char *action)
{
	oeo_html_open(html, "form", "method", "post", "action", action, "autocomplete", "off", "novalidate",
	    "novalidate", NULL);
	oeo_page_hidden(html, "token", visit->token);
}

void oeo_page_paragraph(struct oeo_html *html, const char *class, const char *text)
{
	oeo_html_element(html, "p", class, text);
}

void oeo_page_id(char id[OEO_FORM_NAME_BYTES], const char *name)
{
	size_t i = 0;

	for (; name[i] != '\0' && i + 1 < OEO_FORM_NAME_BYTES; i++)
		id[i] = name[i] == '.' ? '-' : name[i];
	id[i] = '\0';
}

void oeo_page_faults(struct oeo_html *html, const char *title, const struct oeo_form_faults *faults)
{
	if (faults->n == 0)
		return;
	oeo_html_open(html, "section", "class", "faults", "id", "faults", "role", "alert", "tabindex", "-1",
	    "autofocus", "autofocus", "aria-labelledby", "faults-title", NULL);
	oeo_html_open(html, "h2", "id", "faults-title", NULL);
	oeo_html_text(html, title);
	oeo_html_close(html);
	oeo_html_open(html, "ul", NULL);
	for (size_t i = 0; i < faults->n; i++) {
		char id[OEO_FORM_NAME_BYTES];

		oeo_page_id(id, faults->items[i].field);
		oeo_html_open(html, "li", NULL);
		if (id[0] != '\0') {
			oeo_html_open(html, "a", NULL);
			oeo_html_attribute(html, "href", "#%s", id);
			oeo_html_text(html, faults->items[i].text);
			oeo_html_close(html);
		} else {
			oeo_html_text(html, faults->items[i].text);
		}
		oeo_html_close(html);
	}
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_beside(
    struct oeo_html *html, const char *id, const char *class, const char *suffix, const char *text)
{
	if (text == NULL)
		return;
	oeo_html_open(html, "p", "class", class, NULL);
	oeo_html_attribute(html, "id", "%s-%s", id, suffix);
	oeo_html_text(html, text);
	oeo_html_close(html);
}

void oeo_page_input(struct oeo_html *html, const struct oeo_page_input *input)
{
	char id[OEO_FORM_NAME_BYTES];
	char told[2 * OEO_FORM_NAME_BYTES + 16] = "";

	oeo_page_id(id, input->name);
	(void)snprintf(told, sizeof(told), "%s%s%s%s", input->hint != NULL ? id : "",
	    input->hint != NULL ? "-hint " : "", input->fault != NULL ? id : "",
	    input->fault != NULL ? "-fault" : "");
	oeo_html_open(html, "div", "class", input->fault != NULL ? "field wrong" : "field", NULL);
	oeo_html_open(html, "label", "for", id, NULL);
	oeo_html_text(html, input->label);
	oeo_html_close(html);
	write_beside(html, id, "hint", "hint", input->hint);
	write_beside(html, id, "fault", "fault", input->fault);
	oeo_html_open(html, "input", "type", input->type, "id", id, "name", input->name, "value",
	    input->value, "inputmode", input->inputmode, "autocomplete", "off", "spellcheck", "false",
	    "aria-describedby", told[0] != '\0' ? told : NULL, "aria-invalid",
	    input->fault != NULL ? "true" : NULL, "autofocus", input->is_first ? "autofocus" : NULL, NULL);
	if (input->size > 0)
		oeo_html_attribute(html, "size", "%u", input->size);
	oeo_html_close_void(html);
	oeo_html_close(html);
}

void oeo_page_button(
    struct oeo_html *html, const char *class, const char *name, const char *value, const char *text)
{
	oeo_html_open(html, "button", "type", "submit", "class", class, "name", name, "value", value, NULL);
	oeo_html_text(html, text);
	oeo_html_close(html);
}

void oeo_page_submit(struct oeo_html *html, const char *value, const char *text)
{
	oeo_html_open(html, "div", "class", "buttons", NULL);
	oeo_page_button(html, "first", "do", value, text);
	oeo_html_close(html);
}

/* ---- Words of the plan */

const char *oeo_page_code(const struct oeo_dimension *dimension, size_t code)
{
	if (code == oeo_dimension_unknown(dimension))
		return _("Do not know");
	return oeo_i18n_pick(dimension->codes[code].label_nl, dimension->codes[code].label_en);
}

void oeo_page_dimension(char text[OEO_LABEL_TEXT_BYTES + 1], const struct oeo_dimension *dimension)
{
	const char *label = oeo_level_label(&dimension->levels[dimension->n_levels - 1]);
	int32_t from = 0, to = 0, len = (int32_t)strlen(label);
	UChar32 first = 0;

	text[0] = '\0';
	if (len == 0)
		return;
	U8_NEXT((const uint8_t *)label, from, len, first);
	if (first < 0 || u_toupper(first) > 0x7FF)
		from = 0; /* as it stands */
	else
		U8_APPEND_UNSAFE((uint8_t *)text, to, (uint32_t)u_toupper(first));
	(void)snprintf(text + to, OEO_LABEL_TEXT_BYTES + 1 - (size_t)to, "%s", label + from);
}

const char *oeo_page_label_of(
    const struct oeo_plan *plan, const struct oeo_question *question, size_t dimension)
{
	const struct oeo_dimension *in = &plan->dimensions[dimension];

	for (size_t i = 0; i < question->n_dimensions; i++) {
		size_t code;

		if (strcmp(question->dimensions[i], in->id) != 0 ||
		    strcmp(question->codes[i], OEO_UNKNOWN) == 0)
			continue;
		code = oeo_dimension_find_code(in, in->n_levels - 1, question->codes[i]);
		return code != SIZE_MAX ? oeo_page_code(in, code) : "";
	}
	return "";
}

void oeo_page_day(struct oeo_html *html, int64_t day)
{
	struct oeo_buf text = {0};

	if (oeo_prose_day(&text, day) != OEO_OK || oeo_buf_terminate(&text) != OEO_OK)
		oeo_html_fail(html);
	else
		oeo_html_text(html, (const char *)text.data);
	oeo_buf_fini(&text);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside agent/form: the frame of a page and the parts that several pages have. */
#ifndef OEO_AGENT_FORM_PAGE_H
#define OEO_AGENT_FORM_PAGE_H

#include "agent/form/visit.h"
#include "proto/html.h"

/* Begin a page: head, menu, the heading. path: which of the menu it is; NULL: none. */
enum oeo_err oeo_page_begin(
    struct oeo_visit *visit, struct oeo_html **html, const char *title, const char *path);

/* End it and make it the answer; frees html, also on failure. */
enum oeo_err oeo_page_end(struct oeo_visit *visit, struct oeo_html *html, unsigned status);

/* The part of a page that JavaScript asks for. */
enum oeo_err oeo_page_end_part(struct oeo_visit *visit, struct oeo_html *html);

/* <form method="post"> with the token. Close it with oeo_html_close. */
void oeo_page_form(struct oeo_html *html, const struct oeo_visit *visit, const char *action);

/* <input type="hidden"> */
void oeo_page_hidden(struct oeo_html *html, const char *name, const char *value);

/* A paragraph of text. */
void oeo_page_paragraph(struct oeo_html *html, const char *class, const char *text);

/* The faults under a title (what was not done), linked to their fields and focused; nothing where there are none. */
void oeo_page_faults(struct oeo_html *html, const char *title, const struct oeo_form_faults *faults);

/* The id of a field in the page, from its name ("d.question" gives "d-question"). */
void oeo_page_id(char id[OEO_FORM_NAME_BYTES], const char *name);

/* A labelled input of one line with its hint and its fault (NULL: none). */
struct oeo_page_input {
	const char *name;
	const char *type;
	const char *label;
	const char *hint;
	const char *value;
	const char *fault;
	const char *inputmode;
	unsigned size; /* characters; 0: as wide as there is room */
	bool is_first; /* the page begins with the cursor in it */
};
void oeo_page_input(struct oeo_html *html, const struct oeo_page_input *input);

/* A button that sends the form. */
void oeo_page_button(
    struct oeo_html *html, const char *class, const char *name, const char *value, const char *text);

/* The one button of a form, below it: <button name="do">. */
void oeo_page_submit(struct oeo_html *html, const char *value, const char *text);

/* What people call a code or level, in the language of the page. Borrowed. */
const char *oeo_page_code(const struct oeo_dimension *dimension, size_t code);

/* The name of a dimension: that of its last level, with a capital. */
void oeo_page_dimension(char text[OEO_LABEL_TEXT_BYTES + 1], const struct oeo_dimension *dimension);

/* The label of a question's code of a dimension; "" where it is unknown or no longer in the plan. Borrowed. */
const char *oeo_page_label_of(
    const struct oeo_plan *plan, const struct oeo_question *question, size_t dimension);

/* 21 November 2026, in the language of the page. */
void oeo_page_day(struct oeo_html *html, int64_t day);

#endif

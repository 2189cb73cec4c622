/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside agent/form: the choices of a plan's dimensions as large buttons, and the search field. */
#ifndef OEO_AGENT_FORM_CHOICES_H
#define OEO_AGENT_FORM_CHOICES_H

#include "agent/form/page.h"

/* The codes of one dimension in the plan's order, so that a digit always means the same; of many, the rest behind "More". */
void oeo_choices_group(struct oeo_html *html, const struct oeo_visit *visit, size_t dimension,
    const struct oeo_form_fields *fields, const struct oeo_form_faults *faults);

/* The search field with what it found (without words: what is usual), and all topics by theme. is_first: the page begins
 * with the cursor in it. */
void oeo_choices_search(struct oeo_html *html, const struct oeo_visit *visit,
    const struct oeo_form_fields *fields, const struct oeo_form_faults *faults, bool is_first);

/* Only what the words find; the part of a page that JavaScript asks for. chosen: the code that stays chosen, "" for none. */
void oeo_choices_found(
    struct oeo_html *html, const struct oeo_visit *visit, const char *words, const char *chosen);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside agent/form: the page on which a question is entered or corrected. */
#ifndef OEO_AGENT_FORM_ENTRY_PAGE_H
#define OEO_AGENT_FORM_ENTRY_PAGE_H

#include "agent/form/page.h"

struct oeo_entry_page {
	const struct oeo_form_fields *fields; /* what stands in the fields */
	const struct oeo_form_faults *faults;
	const char *visit; /* the number of this entry */
	const char *saved; /* record in hex of what was saved just now; NULL: nothing */
	bool is_unknown; /* it holds no name, though one was typed: oeo_entry_is_unknown */
	const char
	    *visitor; /* record in hex of an earlier question of the same visitor; NULL: a new visitor */
	const char *correcting; /* record in hex of the question that is corrected; NULL: a new one */
};

/* Write the page. status: 200, or 422 where there are faults. */
enum oeo_err oeo_entry_page_write(
    struct oeo_visit *visit, const struct oeo_entry_page *page, unsigned status);

/* What a person is told of a question that oeo_entry_is_unknown; static. */
const char *oeo_entry_page_unknown(void);

/* What was saved, in one line: its topic, its day, whether with a name, and in which period it counts where that is not the
 * day's own. */
void oeo_entry_page_describe(
    struct oeo_html *html, const struct oeo_visit *visit, const struct oeo_question *question);

/* And its other choices, those that are known, on a line of their own. The desk has a plan. */
void oeo_entry_page_codes(
    struct oeo_html *html, const struct oeo_visit *visit, const struct oeo_question *question);

#endif

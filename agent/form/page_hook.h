/* SPDX-License-Identifier: EUPL-1.2 */
/* A page that another part of the agent adds to the form: in its menu, in its frame, under its rules of access. */
#ifndef OEO_AGENT_FORM_PAGE_HOOK_H
#define OEO_AGENT_FORM_PAGE_HOOK_H

#include "proto/html.h"

struct oeo_form_page {
	const char *path; /* begins with a slash; GET only */
	const char *title; /* English, marked with N_; in the menu and as heading */
	/* Write what stands below the heading, in the language of oeo_i18n_lang. A failure gives a page that says so. */
	enum oeo_err (*write)(void *context, struct oeo_html *html);
	void *context;
};

#endif

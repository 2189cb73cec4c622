/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside agent/form: what the tally on the screen and that on paper share. */
#ifndef OEO_AGENT_FORM_TALLY_H
#define OEO_AGENT_FORM_TALLY_H

#include "agent/form/page.h"

/* The choices that hold for all marks (channel, area), folded away; fields: what is chosen. */
void oeo_tally_write_common(
    struct oeo_html *html, const struct oeo_visit *visit, const struct oeo_form_fields *fields);

/* Make code the topic of what was posted. */
enum oeo_err oeo_tally_set_topic(struct oeo_visit *visit, const char *code);

/* The plan counts nobody without a name: there is nothing to tally. */
enum oeo_err oeo_tally_refuse(struct oeo_visit *visit);

#endif

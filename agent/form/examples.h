/* SPDX-License-Identifier: EUPL-1.2 */
/* Words to begin with, for the hint under the search field: of the plan in force, and such that each finds something. */
#ifndef OEO_AGENT_FORM_EXAMPLES_H
#define OEO_AGENT_FORM_EXAMPLES_H

#include "agent/form/search.h"

#define OEO_EXAMPLES_MOST 3
#define OEO_EXAMPLE_BYTES 24

/*
 * Choose words of themes that lie far apart: in Dutch a synonym, in English, or where there is none, a word of a label. The
 * same for the same plan and words. Returns how many; fewer where the plan has no words that would do. Uses the language of
 * the page (i18n.h).
 */
size_t oeo_examples_choose(struct oeo_search *search, const struct oeo_dimension *dimension,
    char examples[OEO_EXAMPLES_MOST][OEO_EXAMPLE_BYTES]);

#endif

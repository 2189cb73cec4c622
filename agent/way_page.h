/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The form's page "what leaves this computer?": the way of an example question, of nobody, under the plan of today. It never
 * shows what was entered: whoever looks over a shoulder learns nothing of a resident.
 */
#ifndef OEO_AGENT_WAY_PAGE_H
#define OEO_AGENT_WAY_PAGE_H

#include "agent/agent.h"
#include "agent/form/page_hook.h"

/* The page for a form on this agent, which is borrowed for as long as the form runs. */
struct oeo_form_page oeo_way_page(struct oeo_agent *agent);

#endif

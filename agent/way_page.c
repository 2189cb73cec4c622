/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/way_page.h"

#include "agent/way.h"
#include "proto/i18n.h"

static enum oeo_err write_way(
    struct oeo_html *html, const struct oeo_agent *agent, const struct oeo_plan *plan, int64_t today)
{
	struct oeo_way way = {NULL, 0};
	enum oeo_err err = oeo_way_make_example(&way, plan, today, agent->cards, agent->n_cards);

	if (err != OEO_OK)
		return err;
	oeo_html_element(html, "p", NULL,
	    _("This is the way of one question, from this form to the report. The question is an example, of "
	      "nobody."));
	oeo_html_open(html, "div", "class", "way", NULL);
	oeo_way_write_html(html, &way);
	oeo_html_close(html);
	oeo_way_fini(&way);
	return OEO_OK;
}

/* The plans are read anew: another process may have accepted one since the start. */
static enum oeo_err write_page(void *context, struct oeo_html *html)
{
	const struct oeo_agent *agent = context;
	int64_t today = oeo_clock_today(&agent->clock);
	const struct oeo_plan *plan;
	struct oeo_plans plans = {NULL, 0};
	enum oeo_err err = oeo_plans_load(&plans, agent->ledger, NULL);

	if (err != OEO_OK)
		return err;
	plan = oeo_plans_of_day(&plans, today);
	if (plan != NULL)
		err = write_way(html, agent, plan, today);
	else
		oeo_html_element(html, "p", NULL,
		    _("No plan that holds today has been accepted yet, so nothing leaves this computer."));
	oeo_plans_fini(&plans);
	return err;
}

struct oeo_form_page oeo_way_page(struct oeo_agent *agent)
{
	return (struct oeo_form_page){
	    .path = "/way", .title = N_("What leaves?"), .write = write_page, .context = agent};
}

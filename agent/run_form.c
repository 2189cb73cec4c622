/* SPDX-License-Identifier: EUPL-1.2 */
/* The form at the desk, served by the daemon's loop. */
#include <stdio.h>

#include "agent/run_internal.h"
#include "agent/way_page.h"
#include "proto/log.h"

/* The desk goes on with paper where the form cannot; reading and sending do not wait for it. */
enum oeo_err oeo_run_start_form(struct oeo_daemon *d, struct oeo_note *why)
{
	struct oeo_form_options options;
	enum oeo_err err;

	if (d->wish->form == NULL)
		return OEO_OK;
	d->way = oeo_way_page(&d->agent);
	options = *d->wish->form;
	options.pages = &d->way;
	options.n_pages = 1;
	err = oeo_agent_open(&d->agent, d->wish->home, d->wish->clock, why);
	if (err == OEO_OK)
		err = oeo_form_start(&d->form, &d->agent, &options, why);
	if (err == OEO_ERR_STATE && !d->wish->is_form_required) {
		oeo_log(OEO_LOG_WARNING, OEO_RUN_COMPONENT,
		    "no form: port %u is taken, or another command is writing to the ledger; give another "
		    "port "
		    "with --port, or --no-form, or start again later",
		    d->wish->form->port);
		return OEO_OK;
	}
	if (err == OEO_OK)
		(void)snprintf(d->state.form, sizeof(d->state.form), "%s", oeo_form_url(d->form));
	return err;
}

void oeo_run_stop_form(struct oeo_daemon *d)
{
	oeo_form_stop(d->form);
	d->form = NULL;
	d->state.form[0] = '\0';
}

void oeo_run_serve_form(struct oeo_daemon *d)
{
	if (d->form == NULL || oeo_form_run(d->form) == OEO_OK)
		return;
	oeo_log(OEO_LOG_ERROR, OEO_RUN_COMPONENT, "the form is broken and is stopped; start the daemon anew");
	oeo_run_stop_form(d);
}

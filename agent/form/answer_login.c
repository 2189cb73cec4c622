/* SPDX-License-Identifier: EUPL-1.2 */
/* The password of a desk or of the coordinator. */
#include <stdlib.h>

#include "agent/form/page.h"

static enum oeo_err write_login(
    struct oeo_visit *visit, const struct oeo_form_faults *faults, unsigned status)
{
	struct oeo_html *html = NULL;
	enum oeo_err err = oeo_page_begin(visit, &html, _("Log in"), "/login");

	if (err != OEO_OK)
		return err;
	oeo_page_faults(html, faults);
	oeo_page_paragraph(html, NULL,
	    visit->desk->place.is_remote
		? _("This form is used from several computers. Fill in the password of the desk; the "
		    "coordinator fills "
		    "in that of the coordinator.")
		: _("For the coordinator. You then see what was entered at every desk, and can correct it "
		    "until its "
		    "period is sent. Entering questions needs no password on this computer."));
	oeo_page_form(html, visit, "/login");
	oeo_page_input(html, &(struct oeo_page_input){.name = "password",
				 .type = "password",
				 .label = _("Password"),
				 .fault = oeo_form_fault_of(faults, "password"),
				 .size = 24});
	oeo_html_open(html, "div", "class", "buttons", NULL);
	oeo_page_button(html, "first", "do", "login", _("Log in"));
	oeo_html_close(html);
	oeo_html_close(html);
	return oeo_page_end(visit, html, status);
}

enum oeo_err oeo_form_get_login(struct oeo_visit *visit)
{
	static const struct oeo_form_faults none;

	return write_login(visit, &none, 200);
}

enum oeo_err oeo_form_post_login(struct oeo_visit *visit)
{
	struct oeo_form_faults faults = {.n = 0};
	enum oeo_form_role role = OEO_FORM_NOBODY;
	enum oeo_err err = oeo_form_log_in(&visit->desk->sessions, visit->desk->place.ledger, visit->id,
	    oeo_form_field(&visit->body, "password"), visit->now_s, &role);

	switch (err) {
	case OEO_OK:
		oeo_visit_send_on(visit, "%s", role == OEO_FORM_COORDINATOR ? "/entered" : "/");
		return OEO_OK;
	case OEO_ERR_REFUSED:
		oeo_form_fault_add(&faults, "password",
		    _("This is not the password. The coordinator sets it with: oeo-agent form password"));
		break;
	case OEO_ERR_STATE:
		oeo_form_fault_add(
		    &faults, "password", _("Too many wrong passwords. Wait a minute, and try again."));
		break;
	default:
		return err;
	}
	return write_login(visit, &faults, 422);
}

enum oeo_err oeo_form_post_logout(struct oeo_visit *visit)
{
	oeo_form_log_out(&visit->desk->sessions, visit->id);
	oeo_visit_send_on(visit, "/");
	return OEO_OK;
}

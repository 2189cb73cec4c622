/* SPDX-License-Identifier: EUPL-1.2 */
/* The password of a desk or of the coordinator. */
#include <sodium.h>

#include "agent/form/page.h"

static enum oeo_err write_login(
    struct oeo_visit *visit, const struct oeo_form_faults *faults, unsigned status)
{
	struct oeo_html *html = NULL;
	enum oeo_err err = oeo_page_begin(visit, &html, _("Log in"), "/login");

	if (err != OEO_OK)
		return err;
	oeo_page_faults(html, _("Not logged in yet"), faults);
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
	oeo_page_submit(html, "login", _("Log in"));
	oeo_html_close(html);
	return oeo_page_end(visit, html, status);
}

enum oeo_err oeo_form_get_login(struct oeo_visit *visit)
{
	static const struct oeo_form_faults none;

	return write_login(visit, &none, 200);
}

/* What a page of before may not do is done by none: the session is new, and so is the token. */
static void begin_session(
    struct oeo_visit *visit, const uint8_t session[OEO_FORM_SESSION_BYTES], enum oeo_form_role role)
{
	struct oeo_form_sessions *sessions = &visit->desk->sessions;
	char value[OEO_FORM_SESSION_VALUE_BYTES];
	char known[OEO_FORM_TOKEN_BYTES];

	if (visit->has_session)
		oeo_form_log_out(sessions, visit->session);
	oeo_form_session_write(value, session);
	oeo_visit_set_cookie(visit, OEO_FORM_SESSION_COOKIE, value, OEO_COOKIE_WHILE_OPEN);
	oeo_form_known_write(sessions, known, visit->id);
	oeo_visit_set_cookie(visit, OEO_FORM_KNOWN_COOKIE, known, OEO_COOKIE_YEAR_S);
	sodium_memzero(value, sizeof(value));
	oeo_visit_send_on(visit, "%s", role == OEO_FORM_COORDINATOR ? "/entered" : "/");
}

enum oeo_err oeo_form_post_login(struct oeo_visit *visit)
{
	struct oeo_form_faults faults = {.n = 0};
	struct oeo_form_login login = {
	    visit->id, visit->is_known_desk, oeo_form_field(&visit->body, "password")};
	enum oeo_form_role role = OEO_FORM_NOBODY;
	uint8_t session[OEO_FORM_SESSION_BYTES];
	enum oeo_err err = oeo_form_log_in(
	    &visit->desk->sessions, visit->desk->place.ledger, &login, visit->now_s, session, &role);

	switch (err) {
	case OEO_OK:
		begin_session(visit, session, role);
		return OEO_OK;
	case OEO_ERR_REFUSED:
		oeo_form_fault_add(&faults, "password",
		    _("This is not the password. The coordinator sets it with: oeo-agent form password"));
		break;
	case OEO_ERR_STATE:
		oeo_form_fault_add(&faults, "password",
		    _("Too many wrong passwords. Wait a minute, and try again. A browser in which somebody "
		      "logged "
		      "in before does not wait for others."));
		break;
	default:
		return err;
	}
	return write_login(visit, &faults, 422);
}

enum oeo_err oeo_form_post_logout(struct oeo_visit *visit)
{
	if (visit->has_session)
		oeo_form_log_out(&visit->desk->sessions, visit->session);
	oeo_visit_set_cookie(visit, OEO_FORM_SESSION_COOKIE, "", 0);
	oeo_visit_send_on(visit, "/");
	return OEO_OK;
}

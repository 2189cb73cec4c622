/* SPDX-License-Identifier: EUPL-1.2 */
/* The password of a desk or of the coordinator. */
#include <sodium.h>
#include <stdio.h>

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
				 .size = 24,
				 .is_first = faults->n == 0});
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
static enum oeo_err begin_session(
    struct oeo_visit *visit, const struct oeo_form_opened *opened, enum oeo_form_role known_as)
{
	struct oeo_form_sessions *sessions = &visit->desk->sessions;
	char value[OEO_FORM_SESSION_VALUE_BYTES];
	char known[OEO_FORM_TOKEN_BYTES];
	enum oeo_err err = oeo_form_known_write(sessions, visit->desk->place.ledger, known, visit->id,
	    opened->role > known_as ? opened->role : known_as);

	if (err != OEO_OK)
		return err;
	if (visit->has_session)
		oeo_form_log_out(sessions, visit->session);
	oeo_form_session_write(value, opened->session);
	oeo_visit_set_cookie(visit, OEO_FORM_SESSION_COOKIE, value, OEO_COOKIE_WHILE_OPEN);
	oeo_visit_set_cookie(visit, OEO_FORM_KNOWN_COOKIE, known, OEO_COOKIE_YEAR_S);
	sodium_memzero(value, sizeof(value));
	oeo_visit_send_on(visit, "%s", opened->role == OEO_FORM_COORDINATOR ? "/entered" : "/");
	return OEO_OK;
}

/* Rounded up, to tens of seconds or to minutes. */
static void write_wait(char *text, size_t capacity, int64_t seconds)
{
	if (seconds <= 60)
		(void)snprintf(text, capacity, _("%d seconds"), (int)((seconds + 9) / 10 * 10));
	else
		(void)snprintf(text, capacity, _("%d minutes"), (int)((seconds + 59) / 60));
}

/* Why nobody is logged in; the text holds as long as the buffer does. */
static const char *say_why(const struct oeo_visit *visit, enum oeo_err err, int64_t wait_s, char *buffer)
{
	char wait[64];

	if (err == OEO_ERR_REFUSED && wait_s == 0)
		return _("This is not the password. The coordinator sets it with: oeo-agent form password");
	write_wait(wait, sizeof(wait), wait_s);
	if (err == OEO_ERR_STATE)
		(void)snprintf(buffer, OEO_NOTE_BYTES,
		    _("Too many wrong passwords. Try again in %s. A browser in which somebody logged in "
		      "before does not wait for others."),
		    wait);
	else
		(void)snprintf(buffer, OEO_NOTE_BYTES,
		    visit->desk->place.is_remote
			? _("This is not the password of the desk. The coordinator's password cannot be "
			    "tried "
			    "now, for it was guessed wrong too often. Try that again in %s. Are you the "
			    "coordinator, and can you not wait? Set it anew at the computer of the agent: "
			    "oeo-agent form password --for coordinator")
			: _("The password was guessed wrong too often. Try again in %s. Are you the "
			    "coordinator, and can you not wait? Set the password anew: oeo-agent form "
			    "password --for coordinator"),
		    wait);
	return buffer;
}

enum oeo_err oeo_form_post_login(struct oeo_visit *visit)
{
	struct oeo_form_faults faults = {.n = 0};
	const struct oeo_form_login login = {
	    {visit->id, oeo_visit_known_as(visit)}, oeo_form_field(&visit->body, "password")};
	struct oeo_form_opened opened = {.role = OEO_FORM_NOBODY};
	char why[OEO_NOTE_BYTES];
	enum oeo_err err =
	    oeo_form_log_in(&visit->desk->sessions, visit->desk->place.ledger, &login, visit->now_s, &opened);

	if (err == OEO_OK)
		return begin_session(visit, &opened, login.by.known_as);
	if (err != OEO_ERR_REFUSED && err != OEO_ERR_STATE)
		return err;
	oeo_form_fault_add(&faults, "password", say_why(visit, err, opened.wait_s, why));
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

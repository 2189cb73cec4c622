/* SPDX-License-Identifier: EUPL-1.2 */
/* What was sent and cannot be done just now waits on a page with one button: nothing typed is lost. */
#include <string.h>

#include "agent/form/page.h"

enum oeo_err oeo_visit_begin(struct oeo_visit *visit)
{
	enum oeo_err err = oeo_ledger_begin(visit->desk->place.ledger, NULL);

	visit->is_kept_waiting = err == OEO_ERR_STATE;
	return err;
}

/* The token is given anew; a password is typed again. */
static bool is_carried(const char *name)
{
	return strcmp(name, "token") != 0 && strcmp(name, "password") != 0;
}

/* As it was sent: what answers may have changed visit->body on its way. */
static enum oeo_err write_sent(struct oeo_html *html, const struct oeo_request *request)
{
	struct oeo_form_fields sent = {0};
	enum oeo_err err = oeo_form_fields_parse(&sent, request->body, request->body_len);

	for (size_t i = 0; i < sent.n && err == OEO_OK; i++) {
		if (is_carried(sent.items[i].name))
			oeo_page_hidden(html, sent.items[i].name, sent.items[i].value);
	}
	oeo_form_fields_fini(&sent);
	return err;
}

/* A page with all that was sent: why it was not done, what to do, and the button that does it. */
struct again {
	unsigned status;
	const char *title, *why, *what, *button;
};

static enum oeo_err write_again(struct oeo_visit *visit, const struct again *again)
{
	struct oeo_html *html = NULL;
	enum oeo_err err = oeo_page_begin(visit, &html, again->title, NULL);

	if (err != OEO_OK)
		return err;
	oeo_html_open(html, "div", "role", "status", NULL);
	oeo_page_paragraph(html, NULL, again->why);
	oeo_page_paragraph(html, NULL, again->what);
	oeo_html_close(html);
	oeo_page_form(html, visit, visit->request->path);
	err = write_sent(html, visit->request);
	oeo_html_open(html, "div", "class", "buttons", NULL);
	oeo_html_open(html, "button", "type", "submit", "class", "first", "autofocus", "autofocus", NULL);
	oeo_html_text(html, again->button);
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_close(html);
	if (err == OEO_OK)
		return oeo_page_end(visit, html, again->status);
	oeo_html_free(html);
	return err;
}

enum oeo_err oeo_form_wait(struct oeo_visit *visit)
{
	return write_again(visit,
	    &(struct again){503, _("Just a moment"),
		_("A file is being read in on this computer. Until that is done, usually within a minute, "
		  "nothing else can be saved."),
		_("It has not been saved yet, but nothing is lost: what you filled in waits on this page. "
		  "Wait a "
		  "moment, and press the button."),
		_("Save it now")});
}

enum oeo_err oeo_form_send_again(struct oeo_visit *visit)
{
	return write_again(visit,
	    &(struct again){403, _("Not done yet"),
		_("Somebody logged in or out in this browser after your page was opened."),
		_("Nothing is lost: what you filled in waits on this page. Press the button to do it now."),
		_("Do it now")});
}

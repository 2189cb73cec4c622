/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/form/page.h"
#include "agent/form/visit.h"

#define PATIENCE_MS 1000 /* with another process that writes: desks are served one after the other */
#define PLAN_COLLECTION "plan"

extern const unsigned char oeo_form_css[];
extern const size_t oeo_form_css_bytes;
extern const unsigned char oeo_form_js[];
extern const size_t oeo_form_js_bytes;
extern const unsigned char oeo_form_svg[];
extern const size_t oeo_form_svg_bytes;

/* ---- Opening */

static void forget_plan(struct oeo_desk *desk)
{
	oeo_entry_reader_fini(&desk->reader);
	oeo_search_free(desk->search);
	desk->search = NULL;
	desk->plan = NULL;
	desk->main = SIZE_MAX;
}

static enum oeo_err take_plan(struct oeo_desk *desk, const struct oeo_plan *plan)
{
	enum oeo_err err;

	forget_plan(desk);
	if (plan == NULL || oeo_form_main_dimension(plan) == SIZE_MAX)
		return OEO_OK;
	desk->main = oeo_form_main_dimension(plan);
	err = oeo_entry_reader_init(&desk->reader, plan, desk->place.ledger);
	if (err == OEO_OK)
		err = oeo_search_new(&desk->search, &plan->dimensions[desk->main]);
	if (err == OEO_OK)
		err = oeo_search_add_words(desk->search, desk->place.home);
	if (err == OEO_OK)
		desk->plan = plan;
	else
		forget_plan(desk);
	return err;
}

/* Another process may have accepted a plan; and with the day another plan may begin. */
static enum oeo_err follow_plan(struct oeo_desk *desk, int64_t today)
{
	const struct oeo_plan *plan;
	size_t n = 0;
	enum oeo_err err = oeo_ledger_count(desk->place.ledger, PLAN_COLLECTION, "", &n);

	if (err == OEO_OK && n != desk->n_accepted) {
		forget_plan(desk);
		oeo_plans_fini(&desk->plans);
		err = oeo_plans_load(&desk->plans, desk->place.ledger, NULL);
		desk->n_accepted = err == OEO_OK ? n : 0;
	}
	if (err != OEO_OK)
		return err;
	plan = oeo_plans_of_day(&desk->plans, today);
	return plan != desk->plan ? take_plan(desk, plan) : OEO_OK;
}

static enum oeo_err fill(struct oeo_desk *desk, struct oeo_note *why)
{
	enum oeo_err err = oeo_form_sessions_init(&desk->sessions, desk->place.ledger);

	if (err == OEO_OK)
		err = oeo_usage_load(&desk->usage, desk->place.ledger);
	if (err == OEO_OK)
		err = oeo_journal_load(&desk->journal, desk->place.ledger);
	if (err == OEO_OK)
		err = follow_plan(desk, oeo_clock_today(desk->place.clock));
	if (err == OEO_ERR_STATE)
		return oeo_note_set(why, err,
		    _("Another oeo-agent command is writing to the ledger. Try again in a moment."));
	if (err == OEO_OK)
		err = oeo_ledger_set_patience(desk->place.ledger, PATIENCE_MS);
	if (err != OEO_OK)
		(void)oeo_note_set(
		    why, err, _("The form cannot read the ledger. Put back a backup of the whole folder."));
	return err;
}

enum oeo_err oeo_desk_open(struct oeo_desk **desk, const struct oeo_desk_place *place, struct oeo_note *why)
{
	struct oeo_desk *made = calloc(1, sizeof(*made));
	enum oeo_err err;

	if (made == NULL)
		return OEO_ERR_NOMEM;
	made->place = *place;
	made->main = SIZE_MAX;
	err = fill(made, why);
	if (err != OEO_OK) {
		oeo_desk_close(made);
		return err;
	}
	*desk = made;
	return OEO_OK;
}

void oeo_desk_close(struct oeo_desk *desk)
{
	if (desk == NULL)
		return;
	forget_plan(desk);
	oeo_plans_fini(&desk->plans);
	oeo_usage_fini(&desk->usage);
	oeo_journal_fini(&desk->journal);
	oeo_form_sessions_fini(&desk->sessions);
	free(desk);
}

void oeo_answer_fini(struct oeo_answer *answer)
{
	oeo_buf_wipe(&answer->body);
	oeo_buf_fini(&answer->body);
	memset(answer, 0, sizeof(*answer));
}

/* ---- Whether it may */

/* A name in the browser's address bar that is not ours: another site's page could be behind it. */
static bool is_host_ours(const struct oeo_desk_place *place, const char *host)
{
	for (size_t i = 0; i < place->n_hosts && host != NULL; i++) {
		if (strcmp(host, place->hosts[i]) == 0)
			return true;
	}
	return false;
}

static bool is_origin_ours(const struct oeo_desk_place *place, const char *origin)
{
	const char *scheme = place->is_remote ? "https://" : "http://";

	if (origin == NULL)
		return true; /* the token decides */
	return strncmp(origin, scheme, strlen(scheme)) == 0 && is_host_ours(place, origin + strlen(scheme));
}

static bool is_form_body(const struct oeo_request *request)
{
	static const char type[] = "application/x-www-form-urlencoded";

	return request->content_type != NULL && strncmp(request->content_type, type, sizeof(type) - 1) == 0 &&
	       (request->content_type[sizeof(type) - 1] == '\0' ||
		   request->content_type[sizeof(type) - 1] == ';');
}

enum oeo_err oeo_form_refuse(struct oeo_visit *visit, unsigned status, const char *title, const char *text)
{
	struct oeo_html *html = NULL;
	enum oeo_err err = oeo_page_begin(visit, &html, title, NULL);

	if (err != OEO_OK)
		return err;
	oeo_page_paragraph(html, NULL, text);
	oeo_html_open(html, "p", NULL);
	oeo_html_open(html, "a", "class", "button", "href", "/", NULL);
	oeo_html_text(html, _("To a new question"));
	oeo_html_close(html);
	oeo_html_close(html);
	return oeo_page_end(visit, html, status);
}

struct route {
	const char *path;
	oeo_visit_fn *get;
	oeo_visit_fn *post;
	bool is_open; /* also for who has not given the password of a desk */
	bool needs_plan;
};

static const struct route routes[] = {
    {"/", oeo_form_get_entry, oeo_form_post_entry, false, true},
    {"/search", NULL, oeo_form_post_search, false, true},
    {"/tally", oeo_form_get_tally, oeo_form_post_tally, false, true},
    {"/paper", oeo_form_get_paper, oeo_form_post_paper, false, true},
    {"/sheet", oeo_form_get_sheet, NULL, false, true},
    {"/entered", oeo_form_get_entered, NULL, false, true},
    {"/login", oeo_form_get_login, oeo_form_post_login, true, false},
    {"/logout", NULL, oeo_form_post_logout, true, false},
    {"/language", oeo_form_get_language, NULL, true, false},
};

static const char entered_path[] = "/entered/", removed_path[] = "/removed/"; /* with a record behind */

static bool begins_with(const char *path, const char *beginning)
{
	return strncmp(path, beginning, strlen(beginning)) == 0;
}

static bool takes_posts(const char *path)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++) {
		if (strcmp(path, routes[i].path) == 0)
			return routes[i].post != NULL;
	}
	return begins_with(path, entered_path) || begins_with(path, removed_path);
}

static enum oeo_err refuse_stranger(struct oeo_visit *visit)
{
	return oeo_form_refuse(visit, 403, _("Not from this desk"),
	    _("This page is too old, or your browser does not keep cookies. Nothing was saved. Go "
	      "back with "
	      "your browser, copy what you typed, and open the form anew."));
}

/* Another token than this desk's pages have now. A browser that says that it was a page of ours had it from before somebody
 * logged in or out: what was typed is shown once more, and done when a person says so. */
static enum oeo_err refuse_token(struct oeo_visit *visit)
{
	if (visit->request->origin == NULL || visit->is_new_desk)
		return refuse_stranger(visit);
	if (strcmp(visit->request->path, "/login") == 0) {
		oeo_visit_send_on(visit, "/login");
		return OEO_OK;
	}
	return takes_posts(visit->request->path) ? oeo_form_send_again(visit) : refuse_stranger(visit);
}

/* What was posted, if it may be. *is_refused: the answer stands. */
static enum oeo_err take_body(struct oeo_visit *visit, bool *is_refused)
{
	const struct oeo_request *request = visit->request;
	enum oeo_err err;

	*is_refused = true;
	if (request->body_len > OEO_FORM_BODY_BYTES)
		return oeo_form_refuse(
		    visit, 413, _("Too much"), _("This is more than the form can take at once."));
	if (!is_form_body(request))
		return oeo_form_refuse(
		    visit, 415, _("Not understood"), _("This did not come from the form."));
	err = oeo_form_fields_parse(&visit->body, request->body, request->body_len);
	if (err == OEO_ERR_NOMEM)
		return err;
	if (err != OEO_OK)
		return oeo_form_refuse(visit, 400, _("Not understood"),
		    _("Something in the form cannot be read. Go back with your browser and look at what you "
		      "typed."));
	if (!is_origin_ours(&visit->desk->place, request->origin))
		return refuse_stranger(visit);
	if (!oeo_form_token_fits(&visit->desk->sessions, oeo_form_field(&visit->body, "token"), visit->id,
		visit->has_session ? visit->session : NULL))
		return refuse_token(visit);
	*is_refused = false;
	return OEO_OK;
}

/* ---- Which answer */

static const struct {
	const char *path;
	const char *type;
	const unsigned char *bytes;
	const size_t *len;
} files[] = {
    {"/form.css", "text/css; charset=utf-8", oeo_form_css, &oeo_form_css_bytes},
    {"/form.js", "text/javascript; charset=utf-8", oeo_form_js, &oeo_form_js_bytes},
    {"/form.svg", "image/svg+xml", oeo_form_svg, &oeo_form_svg_bytes},
};

static enum oeo_err answer_file(struct oeo_visit *visit, size_t file)
{
	visit->answer->status = 200;
	visit->answer->content_type = files[file].type;
	visit->answer->is_fixed = true;
	visit->answer->n_cookies = 0;
	return oeo_buf_append(&visit->answer->body, files[file].bytes, *files[file].len);
}

static enum oeo_err answer_hooked(struct oeo_visit *visit, const struct oeo_form_page *page)
{
	struct oeo_html *html = NULL;
	enum oeo_err err = oeo_page_begin(visit, &html, _(page->title), page->path);

	if (err == OEO_OK && page->write(page->context, html) != OEO_OK) {
		oeo_html_free(html);
		return oeo_form_refuse(visit, 500, _(page->title),
		    _("This page cannot be made just now. Try again in a moment."));
	}
	return err == OEO_OK ? oeo_page_end(visit, html, 200) : err;
}

static enum oeo_err refuse_method(struct oeo_visit *visit)
{
	return oeo_form_refuse(visit, 405, _("Not understood"), _("This did not come from the form."));
}

static enum oeo_err not_found(struct oeo_visit *visit)
{
	return oeo_form_refuse(visit, 404, _("Not found"), _("There is no such page."));
}

static enum oeo_err ask_password(struct oeo_visit *visit, bool is_post)
{
	if (is_post)
		return oeo_form_refuse(
		    visit, 403, _("Log in first"), _("Nothing was saved. Log in, and try again."));
	oeo_visit_send_on(visit, "/login");
	return OEO_OK;
}

static bool is_shut(const struct oeo_visit *visit)
{
	return visit->desk->place.is_remote && visit->role == OEO_FORM_NOBODY;
}

static enum oeo_err no_plan(struct oeo_visit *visit)
{
	return oeo_form_refuse(visit, 503, _("No plan yet"),
	    _("This member has not accepted a plan that holds today, so nothing can be counted. Your "
	      "coordinator "
	      "gives: oeo-agent plan show, and then: oeo-agent plan accept"));
}

/* /entered/RECORD and /removed/RECORD */
static enum oeo_err answer_record(struct oeo_visit *visit, bool is_post)
{
	const char *path = visit->request->path;

	if (begins_with(path, entered_path))
		return is_post ? oeo_form_post_correct(visit, path + strlen(entered_path))
			       : oeo_form_get_correct(visit, path + strlen(entered_path));
	if (begins_with(path, removed_path))
		return is_post ? oeo_form_post_remove(visit, path + strlen(removed_path))
			       : refuse_method(visit);
	return not_found(visit);
}

static enum oeo_err answer_route(struct oeo_visit *visit, const struct route *route, bool is_post)
{
	oeo_visit_fn *answer = is_post ? route->post : route->get;

	if (answer == NULL)
		return refuse_method(visit);
	if (!route->is_open && is_shut(visit))
		return ask_password(visit, is_post);
	if (route->needs_plan && visit->desk->plan == NULL)
		return no_plan(visit);
	return answer(visit);
}

static enum oeo_err dispatch(struct oeo_visit *visit, bool is_post)
{
	const struct oeo_desk_place *place = &visit->desk->place;
	const char *path = visit->request->path;

	for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++) {
		if (strcmp(path, routes[i].path) == 0)
			return answer_route(visit, &routes[i], is_post);
	}
	if (is_shut(visit))
		return ask_password(visit, is_post);
	for (size_t i = 0; i < place->n_pages; i++) {
		if (strcmp(path, place->pages[i].path) == 0)
			return is_post ? refuse_method(visit) : answer_hooked(visit, &place->pages[i]);
	}
	if (visit->desk->plan == NULL)
		return no_plan(visit);
	return answer_record(visit, is_post);
}

static enum oeo_err answer_page(struct oeo_visit *visit)
{
	const struct oeo_request *request = visit->request;
	bool is_post = strcmp(request->method, "POST") == 0;
	bool is_refused = false;
	enum oeo_err err = OEO_OK;

	if (!is_post && strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0)
		return refuse_method(visit);
	if (request->query != NULL &&
	    oeo_form_fields_parse(&visit->query, request->query, strlen(request->query)) != OEO_OK)
		return oeo_form_refuse(
		    visit, 400, _("Not understood"), _("This did not come from the form."));
	err = follow_plan(visit->desk, visit->today);
	if (err == OEO_OK && is_post)
		err = take_body(visit, &is_refused);
	if (err != OEO_OK || is_refused)
		return err;
	err = dispatch(visit, is_post);
	return err == OEO_ERR_STATE && visit->is_kept_waiting ? oeo_form_wait(visit) : err;
}

/* An answer to whoever came under a name that is not ours: without a cookie, a token, or any figure. */
static enum oeo_err refuse_host(struct oeo_answer *answer)
{
	answer->status = 421;
	answer->content_type = "text/plain; charset=utf-8";
	answer->n_cookies = 0;
	return oeo_buf_append_text(&answer->body, _("The form does not answer under this name.\n"));
}

static enum oeo_err answer_in_language(struct oeo_visit *visit)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		if (strcmp(visit->request->path, files[i].path) == 0 &&
		    strcmp(visit->request->method, "GET") == 0)
			return answer_file(visit, i);
	}
	oeo_visit_find_desk(visit);
	return answer_page(visit);
}

static enum oeo_err answer_failed(struct oeo_visit *visit)
{
	oeo_buf_wipe(&visit->answer->body);
	visit->answer->location[0] = '\0';
	return oeo_form_refuse(visit, 500, _("Something went wrong"),
	    _("Nothing was saved by this step. Go back with your browser and try again. If this stays so, "
	      "tell your "
	      "coordinator."));
}

enum oeo_err oeo_desk_answer(
    struct oeo_desk *desk, const struct oeo_request *request, struct oeo_answer *answer)
{
	struct oeo_visit visit = {.desk = desk, .request = request, .answer = answer};
	enum oeo_lang own = oeo_i18n_lang();
	enum oeo_err err;

	if (!is_host_ours(&desk->place, request->host))
		return refuse_host(answer);
	visit.now_s = oeo_clock_now_s(desk->place.clock);
	visit.today = oeo_clock_today(desk->place.clock);
	(void)oeo_i18n_switch(oeo_visit_language(&visit));
	err = answer_in_language(&visit);
	if (err != OEO_OK && err != OEO_ERR_NOMEM)
		err = answer_failed(&visit);
	(void)oeo_i18n_switch(own);
	oeo_form_fields_fini(&visit.query);
	oeo_form_fields_fini(&visit.body);
	return err;
}

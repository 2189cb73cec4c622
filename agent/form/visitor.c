/* SPDX-License-Identifier: EUPL-1.2 */
/* Who asks: the cookies of a desk, of a session, of a language. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "agent/form/visit.h"

#define LANGUAGE_COOKIE "oeo_language"

/* The value of a cookie of the header, at most capacity - 1 characters; false where it is not there. */
static bool find_cookie(char *value, size_t capacity, const char *header, const char *name)
{
	size_t name_len = strlen(name);

	while (header != NULL && *header != '\0') {
		size_t len;

		header += strspn(header, " ;");
		len = strcspn(header, ";");
		if (len > name_len && header[name_len] == '=' && strncmp(header, name, name_len) == 0 &&
		    len - name_len - 1 < capacity) {
			memcpy(value, header + name_len + 1, len - name_len - 1);
			value[len - name_len - 1] = '\0';
			return true;
		}
		header += len;
	}
	return false;
}

void oeo_visit_set_cookie(struct oeo_visit *visit, const char *name, const char *value, int seconds)
{
	struct oeo_answer *answer = visit->answer;
	char age[32] = "";

	if (answer->n_cookies == OEO_FORM_MAX_COOKIES)
		return;
	if (seconds != OEO_COOKIE_WHILE_OPEN)
		(void)snprintf(age, sizeof(age), "; Max-Age=%d", seconds);
	(void)snprintf(answer->cookies[answer->n_cookies++], OEO_FORM_COOKIE_BYTES,
	    "%s=%s; Path=/%s; HttpOnly; SameSite=Strict%s", name, value, age,
	    visit->desk->place.is_remote ? "; Secure" : "");
}

static void find_desk(struct oeo_visit *visit)
{
	const struct oeo_form_sessions *sessions = &visit->desk->sessions;
	char value[OEO_FORM_DESK_VALUE_BYTES];

	visit->is_new_desk =
	    !find_cookie(value, sizeof(value), visit->request->cookie, OEO_FORM_DESK_COOKIE) ||
	    !oeo_form_desk_read(sessions, visit->id, value);
	if (visit->is_new_desk) {
		randombytes_buf(visit->id, sizeof(visit->id));
		oeo_form_desk_write(sessions, value, visit->id);
		oeo_visit_set_cookie(visit, OEO_FORM_DESK_COOKIE, value, OEO_COOKIE_YEAR_S);
	}
}

static void find_session(struct oeo_visit *visit)
{
	struct oeo_desk *desk = visit->desk;
	char value[OEO_FORM_SESSION_VALUE_BYTES];

	visit->has_session =
	    find_cookie(value, sizeof(value), visit->request->cookie, OEO_FORM_SESSION_COOKIE) &&
	    oeo_form_session_read(visit->session, value);
	oeo_form_token(&desk->sessions, visit->token, visit->id, visit->has_session ? visit->session : NULL);
	if (visit->has_session)
		visit->role =
		    oeo_form_role_of(&desk->sessions, desk->place.ledger, visit->session, visit->now_s);
}

void oeo_visit_find_desk(struct oeo_visit *visit)
{
	find_desk(visit);
	find_session(visit);
}

enum oeo_form_role oeo_visit_known_as(const struct oeo_visit *visit)
{
	char value[OEO_FORM_TOKEN_BYTES];

	if (!find_cookie(value, sizeof(value), visit->request->cookie, OEO_FORM_KNOWN_COOKIE))
		return OEO_FORM_NOBODY;
	return oeo_form_known_as(&visit->desk->sessions, visit->desk->place.ledger, value, visit->id);
}

enum oeo_lang oeo_visit_language(const struct oeo_visit *visit)
{
	char value[3];

	if (find_cookie(value, sizeof(value), visit->request->cookie, LANGUAGE_COOKIE))
		return strcmp(value, "en") == 0 ? OEO_LANG_EN : OEO_LANG_NL;
	return oeo_i18n_lang();
}

enum oeo_err oeo_form_get_language(struct oeo_visit *visit)
{
	oeo_visit_set_cookie(visit, LANGUAGE_COOKIE,
	    strcmp(oeo_form_field(&visit->query, "to"), "en") == 0 ? "en" : "nl", OEO_COOKIE_YEAR_S);
	oeo_visit_send_on(visit, "/");
	return OEO_OK;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside agent/form: what the desk keeps, and what belongs to one request while it is answered. */
#ifndef OEO_AGENT_FORM_VISIT_H
#define OEO_AGENT_FORM_VISIT_H

#include "agent/form/desk.h"
#include "agent/form/entry.h"
#include "agent/form/search.h"
#include "agent/form/session.h"
#include "agent/form/usage.h"
#include "agent/plans.h"
#include "proto/i18n.h"

#define OEO_DESK_HOURS 24 /* how long a desk may correct */

struct oeo_desk {
	struct oeo_desk_place place;
	struct oeo_plans plans;
	const struct oeo_plan *plan; /* of today, or the newest; NULL: none is accepted */
	size_t n_accepted; /* items in the ledger when plans were loaded */
	struct oeo_entry_reader reader; /* of plan */
	struct oeo_search *search; /* of plan's main dimension */
	size_t main; /* that dimension; SIZE_MAX where plan is NULL */
	struct oeo_usage usage;
	struct oeo_journal journal;
	struct oeo_form_sessions sessions;
};

struct oeo_visit {
	struct oeo_desk *desk;
	const struct oeo_request *request;
	struct oeo_answer *answer;
	struct oeo_form_fields query;
	struct oeo_form_fields body;
	uint8_t id[OEO_DESK_ID_BYTES]; /* of the desk */
	bool is_new_desk; /* it came without its cookie */
	uint8_t session[OEO_FORM_SESSION_BYTES];
	bool has_session; /* came with the cookie of one, which may have ended */
	enum oeo_form_role role;
	char token[OEO_FORM_TOKEN_BYTES];
	int64_t now_s;
	int64_t today;
	bool is_kept_waiting; /* another process is writing: the answer is oeo_form_wait */
};

/* Send the browser on to a path (303). */
void oeo_visit_send_on(struct oeo_visit *visit, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Find out by its cookies which desk asks, in which session and with which token; a new desk gets its cookie. */
void oeo_visit_find_desk(struct oeo_visit *visit);

/* Which password this browser gave before, by its cookie; OEO_FORM_NOBODY: none. */
enum oeo_form_role oeo_visit_known_as(const struct oeo_visit *visit);

/* The language of the visitor's cookie, else the program's own. */
enum oeo_lang oeo_visit_language(const struct oeo_visit *visit);

/* Set a cookie for as long as this (seconds; 0: forget it), or while the browser is open. */
#define OEO_COOKIE_YEAR_S (365 * 24 * 3600)
#define OEO_COOKIE_WHILE_OPEN (-1)
void oeo_visit_set_cookie(struct oeo_visit *visit, const char *name, const char *value, int seconds);

/* Whether this desk may see and correct a line of the journal now. */
bool oeo_visit_may_correct(const struct oeo_visit *visit, const struct oeo_journal_line *line);

/* Load a question that this desk may see. OEO_ERR_NOT_FOUND: no such record in hex, or not this desk's. */
enum oeo_err oeo_visit_load(const struct oeo_visit *visit, const char *hex, struct oeo_question *question);

/* Read the question that the body holds, under the plan of its day. */
enum oeo_err oeo_visit_read(
    struct oeo_visit *visit, struct oeo_question *question, struct oeo_form_faults *faults);

/* What was posted wants a search: its button, or without JavaScript Enter behind words not searched yet. */
bool oeo_visit_is_search(const struct oeo_visit *visit);

/* A fresh number for an entry. */
void oeo_visit_number(char visit[OEO_FORM_VISIT_BYTES]);

/* The plan says that walk-ins are not counted at all. */
bool oeo_visit_refuses_nameless(const struct oeo_plan *plan);

/* Begin a transaction in the ledger. OEO_ERR_STATE: another process, such as an import, is writing; what answers returns it
 * at once, and the visitor gets a page that keeps what was sent. */
enum oeo_err oeo_visit_begin(struct oeo_visit *visit);

/*
 * Put questions into the ledger, with the journal and the counts, in one transaction. Each result goes to results.
 * OEO_ERR_STATE: another process is writing; nothing was stored.
 */
enum oeo_err oeo_visit_store(struct oeo_visit *visit, struct oeo_question *questions, size_t n, bool is_tally,
    enum oeo_put_result *results);

/* ---- What answers (each sets status and body) */

typedef enum oeo_err oeo_visit_fn(struct oeo_visit *visit);

oeo_visit_fn oeo_form_get_entry, oeo_form_post_entry, oeo_form_post_search;
oeo_visit_fn oeo_form_get_tally, oeo_form_post_tally, oeo_form_get_paper, oeo_form_post_paper;
oeo_visit_fn oeo_form_get_sheet, oeo_form_get_entered, oeo_form_get_login, oeo_form_post_login;
oeo_visit_fn oeo_form_post_logout, oeo_form_get_language;

/* With the record in hex behind the path. */
enum oeo_err oeo_form_get_correct(struct oeo_visit *visit, const char *hex);
enum oeo_err oeo_form_post_correct(struct oeo_visit *visit, const char *hex);
enum oeo_err oeo_form_post_remove(struct oeo_visit *visit, const char *hex);

/* A page that says that a file is being read in, with all that was posted and a button to send it again. */
enum oeo_err oeo_form_wait(struct oeo_visit *visit);

/* A page for what was sent from a page of ours that was made before somebody logged in or out: all of it once more, and a button. */
enum oeo_err oeo_form_send_again(struct oeo_visit *visit);

/* A page that says what is the matter. */
enum oeo_err oeo_form_refuse(struct oeo_visit *visit, unsigned status, const char *title, const char *text);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the form does, without HTTP: a request in, an answer out. Every request is checked here (who asks, under which
 * name, with which token), so that a test needs no socket.
 *
 *   GET  /            a new question              POST /            save it, or search without JavaScript
 *   POST /search      what the words find (part of a page)
 *   GET  /tally       the tally                   POST /tally       one mark more, or one back
 *   GET  /paper       marks from a paper sheet    POST /paper       save them
 *   GET  /sheet       the sheet to print
 *   GET  /entered     what was entered            GET/POST /entered/RECORD    correct it;  POST /removed/RECORD
 *   GET  /login       POST /login  POST /logout   GET /language?to=nl|en   GET /form.css  GET /form.js
 */
#ifndef OEO_AGENT_FORM_DESK_H
#define OEO_AGENT_FORM_DESK_H

#include "agent/form/exchange.h"
#include "agent/form/page_hook.h"
#include "agent/ledger.h"
#include "proto/card.h"
#include "proto/clock.h"

#define OEO_FORM_MAX_HOSTS 4
#define OEO_FORM_HOST_BYTES 280

struct oeo_desk;

/* Where the form stands. All borrowed until oeo_desk_close. */
struct oeo_desk_place {
	const struct oeo_home *home;
	struct oeo_ledger *ledger;
	const struct oeo_card *card; /* the member's own */
	const struct oeo_clock *clock;
	const struct oeo_form_page *pages;
	size_t n_pages;
	char hosts[OEO_FORM_MAX_HOSTS][OEO_FORM_HOST_BYTES]; /* what the Host header may say */
	size_t n_hosts;
	bool is_remote; /* other computers reach it: TLS, and a password for everything */
};

/* Open the journal, the counts, the key of the marks and the accepted plans. place is copied. *desk is owned by the caller
 * (oeo_desk_close). */
enum oeo_err oeo_desk_open(struct oeo_desk **desk, const struct oeo_desk_place *place, struct oeo_note *why);
void oeo_desk_close(struct oeo_desk *desk);

/*
 * Answer a request; answer is zero-initialised and freed by the caller with oeo_answer_fini. What the answer calls saved is
 * durable. Changes the process's language for as long as it runs (i18n.h). OEO_ERR_NOMEM: there is no answer.
 */
enum oeo_err oeo_desk_answer(
    struct oeo_desk *desk, const struct oeo_request *request, struct oeo_answer *answer);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The form at the desk: a small web server of the agent, in the agent's own thread and loop. It serves one computer
 * (127.0.0.1) unless a certificate and a password are configured. What is entered is durable in the ledger before the
 * answer is sent.
 *
 * A loop waits for oeo_form_fd to become readable, at most oeo_form_timeout_ms, and then calls oeo_form_run.
 */
#ifndef OEO_AGENT_FORM_FORM_H
#define OEO_AGENT_FORM_FORM_H

#include "agent/agent.h"
#include "agent/form/page_hook.h"

#define OEO_FORM_PORT 7320
#define OEO_FORM_ADDRESS "127.0.0.1"

struct oeo_form;

/* All borrowed until oeo_form_stop. */
struct oeo_form_options {
	const char *address; /* numeric; NULL: OEO_FORM_ADDRESS */
	unsigned port; /* 0: any free one */
	const char *host; /* the name under which other computers reach it; NULL: the address */
	const char *certificate; /* paths of PEM files; both or neither */
	const char *key;
	const struct oeo_form_page *pages; /* further pages in the menu */
	size_t n_pages;
};

/*
 * Begin to listen. The agent's ledger, clock, home and own card are borrowed until oeo_form_stop; its plans are read
 * from the ledger. OEO_ERR_USAGE: another address than 127.0.0.1 without a certificate or without a password (form
 * password), an address that this computer does not have, a port that it may not have, or a certificate that cannot be
 * used; OEO_ERR_STATE: the port is taken (nothing else listens on it while the form does); OEO_ERR_IO, OEO_ERR_NOMEM; why
 * says what to do. *form is owned by the caller (oeo_form_stop).
 */
enum oeo_err oeo_form_start(struct oeo_form **form, struct oeo_agent *agent,
    const struct oeo_form_options *options, struct oeo_note *why);

/* Stop listening and close every connection. form may be NULL. */
void oeo_form_stop(struct oeo_form *form);

/* An epoll descriptor: readable when oeo_form_run has work. Borrowed; never read from it. */
int oeo_form_fd(const struct oeo_form *form);

/* At most this long until oeo_form_run has to be called again; -1: for as long as nothing comes. */
int oeo_form_timeout_ms(const struct oeo_form *form);

/* Answer what has come in; does not wait, but for the disk. OEO_ERR_IO: the server is broken; stop it. */
enum oeo_err oeo_form_run(struct oeo_form *form);

/* Where it listens, such as http://127.0.0.1:7320/ . Borrowed. */
const char *oeo_form_url(const struct oeo_form *form);

#endif

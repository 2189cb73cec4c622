/* SPDX-License-Identifier: EUPL-1.2 */
/* A request to the form and its answer, without what HTTP wraps round them. */
#ifndef OEO_AGENT_FORM_EXCHANGE_H
#define OEO_AGENT_FORM_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/buf.h"

#define OEO_FORM_BODY_BYTES ((size_t)64 * 1024) /* a longer body is refused */
#define OEO_FORM_COOKIE_BYTES 192
#define OEO_FORM_LOCATION_BYTES 512
#define OEO_FORM_MAX_COOKIES 3

/* All borrowed; NULL where the client did not send it. */
struct oeo_request {
	const char *method; /* never NULL */
	const char *path; /* never NULL; as sent, without the query */
	const char *query; /* as sent, behind the '?' */
	const char *host;
	const char *origin;
	const char *cookie;
	const char *content_type;
	const char *body;
	size_t body_len;
};

struct oeo_answer {
	unsigned status;
	const char *content_type; /* static */
	bool is_fixed; /* a file of the program: may be kept by the browser for an hour */
	char location[OEO_FORM_LOCATION_BYTES]; /* "" where it does not send on */
	char cookies[OEO_FORM_MAX_COOKIES][OEO_FORM_COOKIE_BYTES];
	size_t n_cookies;
	struct oeo_buf body; /* may hold an identity: wiped by oeo_answer_fini */
};

/* answer may be zero-initialised. */
void oeo_answer_fini(struct oeo_answer *answer);

#endif

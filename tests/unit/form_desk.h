/* SPDX-License-Identifier: EUPL-1.2 */
/* A desk on a temporary home with the plan of Almelo, a browser's cookie, and requests to it. */
#ifndef OEO_TESTS_FORM_DESK_H
#define OEO_TESTS_FORM_DESK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/form/desk.h"
#include "agent/form/session.h"
#include "proto/i18n.h"
#include "tests/unit/form_world.h"
#include "tests/unit/scratch.h"

#define HOST "127.0.0.1:7320"
#define PLAN OEO_TEST_DIR "/../proto/plans/almelo"

struct desk_world {
	struct scratch scratch;
	struct oeo_agent agent;
	struct oeo_desk *desk;
	struct oeo_desk_place place;
	char cookie[OEO_FORM_COOKIE_BYTES * (OEO_FORM_MAX_COOKIES + 1)]; /* of the browser */
	char token[OEO_FORM_TOKEN_BYTES];
	struct oeo_answer answer; /* the last one */
	const char *text; /* its body, terminated */
};

/* What of the request is not as a browser of this desk would send it; NULL: it is. */
struct oddity {
	const char *host;
	const char *origin;
	const char *cookie;
	const char *type;
};

static inline unsigned ask_oddly(struct desk_world *world, const char *method, const char *path,
    const char *body, const struct oddity *odd)
{
	char only_path[OEO_FORM_LOCATION_BYTES]; /* copies: path may stand in the answer before */
	char only_query[OEO_FORM_LOCATION_BYTES];
	const char *query = strchr(path, '?');
	struct oeo_request request = {
	    .method = method,
	    .path = only_path,
	    .query = query != NULL ? only_query : NULL,
	    .host = odd->host != NULL ? odd->host : HOST,
	    .origin = odd->origin,
	    .cookie = odd->cookie != NULL ? odd->cookie : world->cookie,
	    .content_type = odd->type != NULL ? odd->type : "application/x-www-form-urlencoded",
	    .body = body,
	    .body_len = strlen(body),
	};

	(void)snprintf(only_path, sizeof(only_path), "%.*s",
	    query != NULL ? (int)(query - path) : (int)strlen(path), path);
	(void)snprintf(only_query, sizeof(only_query), "%s", query != NULL ? query + 1 : "");
	oeo_answer_fini(&world->answer);
	assert_int_equal(oeo_desk_answer(world->desk, &request, &world->answer), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&world->answer.body), OEO_OK);
	world->text = (const char *)world->answer.body.data;
	return world->answer.status;
}

static inline unsigned ask(struct desk_world *world, const char *path)
{
	return ask_oddly(world, "GET", path, "", &(struct oddity){.host = NULL});
}

/* POST with the desk's token in front of the body. */
static inline unsigned post(struct desk_world *world, const char *path, const char *body)
{
	char whole[8192];

	(void)snprintf(whole, sizeof(whole), "token=%s&%s", world->token, body);
	return ask_oddly(world, "POST", path, whole, &(struct oddity){.host = NULL});
}

static inline bool says(const struct desk_world *world, const char *text)
{
	return strstr(world->text, text) != NULL;
}

/* The value of the first field of this name in the page. */
static inline void value_of(const struct desk_world *world, const char *name, char *value, size_t capacity)
{
	char before[96];
	const char *at;

	(void)snprintf(before, sizeof(before), "name=\"%s\" value=\"", name);
	at = strstr(world->text, before);
	assert_non_null(at);
	at += strlen(before);
	(void)snprintf(value, capacity, "%.*s", (int)strcspn(at, "\""), at);
}

/* Come as a new browser: take the cookie and the token of the first page. */
static inline void sit_down(struct desk_world *world)
{
	world->cookie[0] = '\0';
	assert_int_equal(ask(world, "/login"), 200);
	assert_int_equal(world->answer.n_cookies, 1);
	(void)snprintf(world->cookie, sizeof(world->cookie), "%.*s",
	    (int)strcspn(world->answer.cookies[0], ";"), world->answer.cookies[0]);
	value_of(world, "token", world->token, sizeof(world->token));
}

/* Post to /login (body: "password=..."), keep the cookies that come back, and take the token of the next page. */
static inline void log_in(struct desk_world *world, const char *body)
{
	char desk[OEO_FORM_COOKIE_BYTES];

	(void)snprintf(desk, sizeof(desk), "%.*s", (int)strcspn(world->cookie, ";"), world->cookie);
	assert_int_equal(post(world, "/login", body), 303);
	assert_int_equal(world->answer.n_cookies, 2);
	(void)snprintf(world->cookie, sizeof(world->cookie), "%s; %.*s; %.*s", desk,
	    (int)strcspn(world->answer.cookies[0], ";"), world->answer.cookies[0],
	    (int)strcspn(world->answer.cookies[1], ";"), world->answer.cookies[1]);
	assert_int_equal(ask(world, "/login"), 200);
	value_of(world, "token", world->token, sizeof(world->token));
}

static inline void open_desk(struct desk_world *world)
{
	struct oeo_note why = {""};

	world->place.home = &world->agent.home;
	world->place.ledger = world->agent.ledger;
	world->place.card = &world->agent.self.card;
	world->place.clock = &world->agent.clock;
	(void)snprintf(world->place.hosts[0], OEO_FORM_HOST_BYTES, HOST);
	world->place.n_hosts = 1;
	assert_int_equal(oeo_desk_open(&world->desk, &world->place, &why), OEO_OK);
}

static inline void set_now(struct desk_world *world, const char *now)
{
	assert_int_equal(oeo_clock_parse(&world->agent.clock, now), OEO_OK);
}

static inline int desk_setup(void **state)
{
	struct desk_world *world = calloc(1, sizeof(*world));
	struct oeo_clock clock = OEO_CLOCK_SYSTEM;
	char home[128];

	assert_non_null(world);
	assert_int_equal(scratch_make(&world->scratch), 0);
	form_world_make(world->scratch.path, PLAN);
	(void)snprintf(home, sizeof(home), "%s/agent", world->scratch.path);
	assert_int_equal(oeo_agent_open(&world->agent, home, clock, NULL), OEO_OK);
	set_now(world, "2026-11-21T10:00:00");
	open_desk(world);
	sit_down(world);
	*state = world;
	return 0;
}

static inline int desk_teardown(void **state)
{
	struct desk_world *world = *state;

	oeo_answer_fini(&world->answer);
	oeo_desk_close(world->desk);
	oeo_agent_close(&world->agent);
	scratch_remove(&world->scratch);
	free(world);
	return 0;
}

static inline size_t count_questions(struct desk_world *world)
{
	size_t n = 0;

	assert_int_equal(oeo_ledger_count(world->agent.ledger, "question", "", &n), OEO_OK);
	return n;
}

/* Save a question without a name; its record in hex goes to hex (33 bytes; may be NULL). */
static inline void enter(struct desk_world *world, const char *visit, const char *codes, char *hex)
{
	char body[512];

	(void)snprintf(body, sizeof(body), "visit=%s&nameless=1&do=save&%s", visit, codes);
	assert_int_equal(post(world, "/", body), 303);
	if (hex != NULL)
		assert_int_equal(sscanf(world->answer.location, "/?saved=%32[0-9a-f]", hex), 1);
}

#define VISIT_1 "00000000000000000000000000000001"
#define VISIT_2 "00000000000000000000000000000002"

#endif

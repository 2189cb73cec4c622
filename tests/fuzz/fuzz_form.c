/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Requests to the form, below HTTP: the first line is "METHOD PATH[?QUERY]", the second the cookie ("-": the desk's own),
 * the third the content type ("-": that of forms), the rest the body, in which TOKEN stands for the desk's token and which
 * is cut at 64 KiB. An answer must be whole: a status, a type, a page that ends, and no text of the request unescaped.
 */
#include <stdint.h>
#include <string.h>

#include "agent/form/desk.h"
#include "agent/form/session.h"
#include "tests/unit/form_world.h"
#include "tests/unit/scratch.h"

#define HOST "127.0.0.1:7320"
#define MARK "<script>zz"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct world {
	struct scratch scratch;
	struct oeo_agent agent;
	struct oeo_desk_place place;
	struct oeo_desk *desk;
	char cookie[OEO_FORM_DESK_VALUE_BYTES + 16];
	char token[OEO_FORM_TOKEN_BYTES];
};

static struct world world;

static void remove_world(void)
{
	oeo_desk_close(world.desk);
	oeo_agent_close(&world.agent);
	scratch_remove(&world.scratch);
}

static void make_world(void)
{
	static const uint8_t desk[OEO_DESK_ID_BYTES] = {7};
	struct oeo_form_sessions sessions;
	char home[128];
	char value[OEO_FORM_DESK_VALUE_BYTES];

	form_insist(scratch_make(&world.scratch) == 0, "a folder");
	form_world_make(world.scratch.path, OEO_TEST_DIR "/../proto/plans/almelo");
	(void)snprintf(home, sizeof(home), "%s/agent", world.scratch.path);
	form_insist(
	    oeo_agent_open(&world.agent, home, (struct oeo_clock){1795255200}, NULL) == OEO_OK, "the agent");
	form_insist(oeo_form_sessions_init(&sessions, world.agent.ledger) == OEO_OK, "the key");
	oeo_form_desk_write(&sessions, value, desk);
	oeo_form_token(&sessions, world.token, desk, NULL);
	oeo_form_sessions_fini(&sessions);
	(void)snprintf(world.cookie, sizeof(world.cookie), OEO_FORM_DESK_COOKIE "=%s", value);
	world.place.home = &world.agent.home;
	world.place.ledger = world.agent.ledger;
	world.place.card = &world.agent.self.card;
	world.place.clock = &world.agent.clock;
	(void)snprintf(world.place.hosts[0], OEO_FORM_HOST_BYTES, HOST);
	world.place.n_hosts = 1;
	form_insist(oeo_desk_open(&world.desk, &world.place, NULL) == OEO_OK, "the desk");
	(void)atexit(remove_world);
}

/* Cut the next line off; it ends with a zero byte, as a header does. */
static char *next_line(char **rest, char *end)
{
	char *line = *rest;
	char *stop = memchr(line, '\n', (size_t)(end - line));

	if (stop == NULL)
		stop = end;
	*rest = stop < end ? stop + 1 : end;
	*stop = '\0';
	return line;
}

/* The body with the token put in. Returns owned. */
static char *fill_token(const char *body, size_t len, size_t *filled)
{
	char *out = malloc(OEO_FORM_BODY_BYTES + 1);
	size_t n = 0;

	form_insist(out != NULL, "memory");
	for (size_t i = 0; i < len && n + OEO_FORM_TOKEN_BYTES < OEO_FORM_BODY_BYTES;) {
		if (len - i >= 5 && memcmp(body + i, "TOKEN", 5) == 0) {
			memcpy(out + n, world.token, sizeof(world.token) - 1);
			n += sizeof(world.token) - 1;
			i += 5;
		} else {
			out[n++] = body[i++];
		}
	}
	*filled = n;
	return out;
}

static void check(const struct oeo_answer *answer)
{
	static const char end[] = "</html>";
	bool is_page = answer->content_type != NULL && strncmp(answer->content_type, "text/html", 9) == 0;

	if (answer->status < 200 || answer->status > 503 || answer->content_type == NULL ||
	    answer->status == 500)
		abort();
	if ((answer->status == 303) != (answer->location[0] == '/') ||
	    strpbrk(answer->location, "\r\n") != NULL)
		abort();
	if (is_page && memmem(answer->body.data, answer->body.len, MARK, sizeof(MARK) - 1) != NULL)
		abort();
	if (is_page && memmem(answer->body.data, answer->body.len, "<body", 5) != NULL &&
	    memmem(answer->body.data, answer->body.len, end, sizeof(end) - 1) == NULL)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct oeo_answer answer = {0};
	struct oeo_request request = {.host = HOST, .origin = "http://" HOST};
	char *copy, *rest, *end, *path, *query;
	size_t len;

	if (world.desk == NULL)
		make_world();
	copy = malloc(size + 1);
	form_insist(copy != NULL, "memory");
	if (size > 0)
		memcpy(copy, data, size);
	end = copy + size;
	*end = '\0';
	rest = copy;
	request.method = next_line(&rest, end);
	path = strchr(request.method, ' ');
	request.cookie = next_line(&rest, end);
	request.content_type = next_line(&rest, end);
	if (path != NULL)
		*path++ = '\0';
	request.path = path != NULL ? path : "/";
	query = path != NULL ? strchr(path, '?') : NULL;
	if (query != NULL)
		*query++ = '\0';
	request.query = query;
	if (strcmp(request.cookie, "-") == 0)
		request.cookie = world.cookie;
	if (strcmp(request.content_type, "-") == 0)
		request.content_type = "application/x-www-form-urlencoded";
	request.body = fill_token(rest, (size_t)(end - rest), &len);
	request.body_len = len;
	if (oeo_desk_answer(world.desk, &request, &answer) == OEO_OK)
		check(&answer);
	oeo_answer_fini(&answer);
	free((char *)request.body);
	free(copy);
	return 0;
}

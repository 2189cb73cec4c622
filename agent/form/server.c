/* SPDX-License-Identifier: EUPL-1.2 */
/* The form's HTTP, over libmicrohttpd without threads of its own: its epoll descriptor stands in the caller's loop. */
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "agent/form/desk.h"
#include "agent/form/form.h"
#include "agent/form/session.h"
#include "proto/i18n.h"
#include "proto/log.h"
#include "proto/private_file.h"

#define COMPONENT "form"
#define MOST_CONNECTIONS 200
#define SILENCE_S 15 /* a connection on which nothing comes is closed */
#define REQUEST_S 30 /* so is one whose request takes longer, however it drips */
#define HEADER_BYTES ((size_t)32 * 1024)
#define HOPELESS_BYTES ((unsigned long long)64 * 1024 * 1024)
#define PEM_BYTES ((size_t)64 * 1024)
#define URL_BYTES 300
#define TLS_PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct oeo_form {
	struct MHD_Daemon *daemon;
	struct oeo_desk *desk;
	char url[URL_BYTES];
	int fd;
};

/* One request while it comes in. */
struct pending {
	struct oeo_buf body; /* reserved at once, so that growing leaves no copies */
	time_t begun;
	bool is_too_long;
};

/* ---- Answering */

static const char *const fixed_headers[][2] = {
    {"Content-Security-Policy",
	"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    /* not no-referrer: with that, browsers say "Origin: null" of our own forms */
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
};

static bool add_header(struct MHD_Response *response, const char *name, const char *value)
{
	return MHD_add_response_header(response, name, value) == MHD_YES;
}

static bool add_headers(struct MHD_Response *response, const struct oeo_answer *answer)
{
	bool is_fine =
	    add_header(response, "Content-Type", answer->content_type) &&
	    add_header(response, "Cache-Control", answer->is_fixed ? "private, max-age=3600" : "no-store");

	for (size_t i = 0; i < sizeof(fixed_headers) / sizeof(*fixed_headers) && is_fine; i++)
		is_fine = add_header(response, fixed_headers[i][0], fixed_headers[i][1]);
	for (size_t i = 0; i < answer->n_cookies && is_fine; i++)
		is_fine = add_header(response, "Set-Cookie", answer->cookies[i]);
	if (answer->location[0] != '\0')
		is_fine = is_fine && add_header(response, "Location", answer->location);
	return is_fine;
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, const struct oeo_answer *answer)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
	    answer->body.len, answer->body.len > 0 ? answer->body.data : (void *)"", MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result = MHD_NO;

	if (response == NULL)
		return MHD_NO;
	if (add_headers(response, answer))
		result = MHD_queue_response(connection, answer->status, response);
	MHD_destroy_response(response);
	return result;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static enum MHD_Result answer_request(struct oeo_form *form, struct MHD_Connection *connection,
    const char *uri, const char *method, const struct pending *pending)
{
	struct oeo_answer answer = {0};
	char path[OEO_FORM_LOCATION_BYTES];
	const char *query = strchr(uri, '?');
	size_t len = query != NULL ? (size_t)(query - uri) : strlen(uri);
	struct oeo_request request = {
	    .method = method,
	    .path = path,
	    .query = query != NULL ? query + 1 : NULL,
	    .host = header(connection, MHD_HTTP_HEADER_HOST),
	    .origin = header(connection, "Origin"),
	    .cookie = header(connection, MHD_HTTP_HEADER_COOKIE),
	    .content_type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE),
	    .body = (const char *)pending->body.data,
	    .body_len = pending->is_too_long ? OEO_FORM_BODY_BYTES + 1 : pending->body.len,
	};
	enum MHD_Result result = MHD_NO;

	(void)snprintf(path, sizeof(path), "%.*s", (int)(len < sizeof(path) ? len : 0), uri);
	if (oeo_desk_answer(form->desk, &request, &answer) == OEO_OK)
		result = send_answer(connection, &answer);
	oeo_answer_fini(&answer);
	return result;
}

/* ---- Coming in */

/* What a request needs besides its body: its URI as it was sent, before libmicrohttpd decodes it. */
struct arriving {
	char *uri; /* owned */
	struct pending pending;
	bool has_begun;
};

static void *on_uri(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct arriving *arriving = calloc(1, sizeof(*arriving));

	(void)context;
	(void)connection;
	if (arriving != NULL)
		arriving->uri = strdup(uri);
	return arriving;
}

static void on_done(
    void *context, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
	struct arriving *arriving = *state;

	(void)context;
	(void)connection;
	(void)why;
	if (arriving == NULL)
		return;
	oeo_buf_wipe(&arriving->pending.body);
	oeo_buf_fini(&arriving->pending.body);
	free(arriving->uri);
	free(arriving);
	*state = NULL;
}

static bool take_piece(struct pending *pending, const char *bytes, size_t len)
{
	if (time(NULL) - pending->begun > REQUEST_S)
		return false;
	if (pending->body.len + len > OEO_FORM_BODY_BYTES)
		pending->is_too_long = true;
	if (pending->is_too_long) {
		/* read to its end and let fall: a connection that is closed on what still comes takes the answer along */
		oeo_buf_wipe(&pending->body);
		return true;
	}
	return oeo_buf_append(&pending->body, bytes, len) == OEO_OK;
}

/* A body so long that its end is not waited for; nor is one whose sender asks before sending it. */
static bool is_hopeless(struct MHD_Connection *connection)
{
	const char *length = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
	const char *waits = header(connection, MHD_HTTP_HEADER_EXPECT);
	unsigned long long bytes = length != NULL ? strtoull(length, NULL, 10) : 0;

	return bytes > HOPELESS_BYTES || (waits != NULL && bytes > OEO_FORM_BODY_BYTES);
}

/* The first of the calls for a request: its headers are there, its body is not. */
static enum MHD_Result begin_request(
    struct oeo_form *form, struct MHD_Connection *connection, const char *method, struct arriving *arriving)
{
	arriving->has_begun = true;
	arriving->pending.begun = time(NULL);
	if (is_hopeless(connection)) {
		arriving->pending.is_too_long = true;
		return answer_request(form, connection, arriving->uri, method, &arriving->pending);
	}
	if (strcmp(method, "POST") == 0 &&
	    oeo_buf_reserve(&arriving->pending.body, OEO_FORM_BODY_BYTES) != OEO_OK)
		return MHD_NO;
	return MHD_YES;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *bytes, size_t *len, void **state)
{
	struct arriving *arriving = *state;

	(void)url;
	(void)version;
	if (arriving == NULL || arriving->uri == NULL)
		return MHD_NO;
	if (!arriving->has_begun)
		return begin_request(context, connection, method, arriving);
	if (*len > 0) {
		bool is_taken = take_piece(&arriving->pending, bytes, *len);

		*len = 0;
		return is_taken ? MHD_YES : MHD_NO;
	}
	return answer_request(context, connection, arriving->uri, method, &arriving->pending);
}

static void on_log(void *context, const char *format, va_list arguments)
{
	/* What libmicrohttpd says may hold what a client sent. */
	(void)context;
	(void)format;
	(void)arguments;
}

/* ---- Starting */

struct listening {
	struct sockaddr_storage address;
	const char *host; /* as given, or the address */
	char written[INET6_ADDRSTRLEN + 2]; /* [::1] */
	bool is_local;
	struct oeo_buf certificate; /* zero-terminated */
	struct oeo_buf key;
};

static void listening_fini(struct listening *listening)
{
	oeo_buf_fini(&listening->certificate);
	oeo_buf_wipe(&listening->key);
	oeo_buf_fini(&listening->key);
}

static enum oeo_err read_address(
    struct listening *listening, const struct oeo_form_options *options, struct oeo_note *why)
{
	const char *text = options->address != NULL ? options->address : OEO_FORM_ADDRESS;
	struct sockaddr_in *v4 = (struct sockaddr_in *)&listening->address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&listening->address;

	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)options->port);
		(void)snprintf(listening->written, sizeof(listening->written), "%.45s", text);
		listening->is_local = strcmp(text, OEO_FORM_ADDRESS) == 0;
	} else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)options->port);
		(void)snprintf(listening->written, sizeof(listening->written), "[%.45s]", text);
	} else {
		return oeo_note_set(why, OEO_ERR_USAGE,
		    _("%s is no address. Give it in numbers, such as 127.0.0.1 or 192.168.1.10."), text);
	}
	listening->host = options->host != NULL ? options->host : listening->written;
	return OEO_OK;
}

static enum oeo_err say_unusable(struct oeo_note *why)
{
	return oeo_note_set(why, OEO_ERR_USAGE, "%s",
	    _("The certificate and its key cannot be used. Both must be PEM files, and the key that of the "
	      "certificate."));
}

static enum oeo_err read_certificate(
    struct listening *listening, const struct oeo_form_options *options, struct oeo_note *why)
{
	enum oeo_err err;

	if (options->certificate == NULL && options->key == NULL)
		return OEO_OK;
	if (options->certificate == NULL || options->key == NULL)
		return oeo_note_set(
		    why, OEO_ERR_USAGE, "%s", _("A certificate needs its key, and a key its certificate."));
	err = oeo_file_read(&listening->certificate, options->certificate, PEM_BYTES, why);
	if (err == OEO_OK)
		err = oeo_private_file_read(&listening->key, options->key, PEM_BYTES, why);
	return err == OEO_ERR_FORMAT ? say_unusable(why) : err;
}

static enum oeo_err check_access(
    const struct listening *listening, struct oeo_ledger *ledger, struct oeo_note *why)
{
	bool has_password = false;
	bool has_certificate = listening->certificate.len > 0;
	enum oeo_err err = oeo_form_has_password(ledger, OEO_FORM_DESK, &has_password);

	if (err != OEO_OK || (listening->is_local && !has_certificate))
		return err;
	if (!has_certificate)
		return oeo_note_set(why, OEO_ERR_USAGE, "%s",
		    _("Other computers may reach the form only with a certificate: --certificate FILE --key "
		      "FILE. "
		      "Without them it listens on 127.0.0.1."));
	if (!has_password)
		return oeo_note_set(why, OEO_ERR_USAGE, "%s",
		    _("Other computers may reach the form only with a password. Set one first: oeo-agent "
		      "form "
		      "password --for desk"));
	return OEO_OK;
}

/*
 * Never with MHD_OPTION_LISTENING_ADDRESS_REUSE: that is SO_REUSEPORT, with which two agents share a port and a question
 * goes to either. Without it libmicrohttpd sets SO_REUSEADDR, so that a port is free as soon as who listened stopped.
 */
static struct MHD_Daemon *start_daemon(struct oeo_form *form, const struct listening *listening)
{
	unsigned flags = MHD_USE_EPOLL | MHD_USE_ERROR_LOG;
	struct MHD_OptionItem tls[] = {
	    {MHD_OPTION_HTTPS_MEM_CERT, 0, listening->certificate.data},
	    {MHD_OPTION_HTTPS_MEM_KEY, 0, listening->key.data},
	    {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)TLS_PRIORITY},
	    {MHD_OPTION_END, 0, NULL},
	};
	struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
	bool has_tls = listening->certificate.len > 0;

	if (has_tls)
		flags |= MHD_USE_TLS;
	if (listening->address.ss_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, form, MHD_OPTION_EXTERNAL_LOGGER, on_log,
	    NULL, MHD_OPTION_SOCK_ADDR, &listening->address, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)MOST_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENCE_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEADER_BYTES, MHD_OPTION_URI_LOG_CALLBACK, on_uri, NULL,
	    MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL, MHD_OPTION_ARRAY, has_tls ? tls : none,
	    MHD_OPTION_END);
}

/* The error of binding to the address, 0 for none: libmicrohttpd does not tell why it cannot listen. */
static int try_address(const struct listening *listening)
{
	int fd = socket(listening->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int one = 1, error = 0;

	if (fd < 0)
		return errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0 ||
	    bind(fd, (const struct sockaddr *)&listening->address, sizeof(listening->address)) != 0)
		error = errno;
	(void)close(fd);
	return error;
}

static enum oeo_err say_why_not(const struct listening *listening, unsigned port, struct oeo_note *why)
{
	switch (try_address(listening)) {
	case EADDRINUSE:
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("Port %u of this computer is taken, perhaps by the form of another agent. Stop that "
		      "one, or give this one another port, such as --port %u"),
		    port, port < 65535 ? port + 1 : OEO_FORM_PORT);
	case EADDRNOTAVAIL:
		return oeo_note_set(why, OEO_ERR_USAGE,
		    _("%s is no address of this computer. Without --address the form listens on 127.0.0.1."),
		    listening->written);
	case EACCES:
		return oeo_note_set(why, OEO_ERR_USAGE,
		    _("Port %u is kept for the system. Choose one from 1024 on, such as --port %u"), port,
		    OEO_FORM_PORT);
	case 0:
		if (listening->certificate.len > 0)
			return say_unusable(why);
		break;
	default:
		break;
	}
	return oeo_note_set(why, OEO_ERR_IO,
	    _("The form cannot listen on %s port %u. Try again, or give another port: --port NUMBER"),
	    listening->written, port);
}

static enum oeo_err listen_on(struct oeo_form *form, const struct listening *listening,
    const struct oeo_form_options *options, struct oeo_note *why)
{
	const union MHD_DaemonInfo *info;

	form->daemon = start_daemon(form, listening);
	if (form->daemon == NULL)
		return say_why_not(listening, options->port, why);
	info = MHD_get_daemon_info(form->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL)
		return OEO_ERR_IO;
	form->fd = info->epoll_fd;
	return OEO_OK;
}

/* "host", or "host:port" where the port is not the scheme's own. */
static void add_host(struct oeo_desk_place *place, const char *host, unsigned port, bool has_tls)
{
	char *to = place->hosts[place->n_hosts++];

	if (port == (has_tls ? 443 : 80))
		(void)snprintf(to, OEO_FORM_HOST_BYTES, "%s", host);
	else
		(void)snprintf(to, OEO_FORM_HOST_BYTES, "%s:%u", host, port);
}

static enum oeo_err open_desk(struct oeo_form *form, struct oeo_agent *agent,
    const struct oeo_form_options *options, const struct listening *listening, struct oeo_note *why)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(form->daemon, MHD_DAEMON_INFO_BIND_PORT);
	bool has_tls = listening->certificate.len > 0;
	struct oeo_desk_place place = {
	    .home = &agent->home,
	    .ledger = agent->ledger,
	    .card = &agent->self.card,
	    .clock = &agent->clock,
	    .pages = options->pages,
	    .n_pages = options->n_pages,
	    .is_remote = has_tls,
	};
	unsigned port = info != NULL ? info->port : 0;

	if (port == 0)
		return OEO_ERR_IO;
	add_host(&place, listening->host, port, has_tls);
	if (options->host != NULL)
		add_host(&place, listening->written, port, has_tls);
	if (listening->is_local)
		add_host(&place, "localhost", port, has_tls);
	(void)snprintf(form->url, sizeof(form->url), "%s://%s/", has_tls ? "https" : "http", place.hosts[0]);
	return oeo_desk_open(&form->desk, &place, why);
}

enum oeo_err oeo_form_start(struct oeo_form **form, struct oeo_agent *agent,
    const struct oeo_form_options *options, struct oeo_note *why)
{
	struct listening listening = {.host = NULL};
	struct oeo_form *made = calloc(1, sizeof(*made));
	enum oeo_err err = made != NULL ? OEO_OK : OEO_ERR_NOMEM;

	if (err == OEO_OK)
		err = read_address(&listening, options, why);
	if (err == OEO_OK)
		err = read_certificate(&listening, options, why);
	if (err == OEO_OK)
		err = check_access(&listening, agent->ledger, why);
	if (err == OEO_OK)
		err = listen_on(made, &listening, options, why);
	if (err == OEO_OK)
		err = open_desk(made, agent, options, &listening, why);
	listening_fini(&listening);
	if (err != OEO_OK) {
		oeo_form_stop(made);
		return err;
	}
	oeo_log(OEO_LOG_INFO, COMPONENT, "ready: listening on %s", made->url);
	*form = made;
	return OEO_OK;
}

void oeo_form_stop(struct oeo_form *form)
{
	if (form == NULL)
		return;
	if (form->daemon != NULL)
		MHD_stop_daemon(form->daemon);
	oeo_desk_close(form->desk);
	free(form);
}

/* ---- In a loop */

int oeo_form_fd(const struct oeo_form *form)
{
	return form->fd;
}

int oeo_form_timeout_ms(const struct oeo_form *form)
{
	MHD_UNSIGNED_LONG_LONG wait = 0;

	if (MHD_get_timeout(form->daemon, &wait) != MHD_YES)
		return -1;
	return wait > 60000 ? 60000 : (int)wait;
}

enum oeo_err oeo_form_run(struct oeo_form *form)
{
	return MHD_run(form->daemon) == MHD_YES ? OEO_OK : OEO_ERR_IO;
}

const char *oeo_form_url(const struct oeo_form *form)
{
	return form->url;
}

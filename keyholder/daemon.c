/* SPDX-License-Identifier: EUPL-1.2 */
#include "keyholder/daemon.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "proto/backup.h"
#include "proto/i18n.h"
#include "proto/log.h"

#define COMPONENT "keyholder"
#define TICK_MS 5000

/* Counts that are in the register already, of all counts of the server. */
struct kept {
	struct oeo_server_counts counts;
};

static enum oeo_err add_number(struct oeo_register *reg, const char *name, uint64_t more)
{
	int64_t value = 0;
	enum oeo_err err = OEO_OK;

	if (more == 0)
		return OEO_OK;
	err = oeo_register_get_number(reg, name, &value);
	return err == OEO_OK ? oeo_register_set_number(reg, name, value + (int64_t)more) : err;
}

static enum oeo_err add_counts(
    struct oeo_register *reg, const struct oeo_server_counts *now, const struct oeo_server_counts *before)
{
	const struct {
		const char *name;
		uint64_t more;
	} facts[] = {
	    {OEO_FACT_REFUSED_HANDSHAKES, now->refused_handshakes - before->refused_handshakes},
	    {OEO_FACT_FAILED_HANDSHAKES, now->failed_handshakes - before->failed_handshakes},
	    {OEO_FACT_REVOKED_MESSAGES, now->revoked_messages - before->revoked_messages},
	    {OEO_FACT_MALFORMED_FRAMES, now->malformed_frames - before->malformed_frames},
	    {OEO_FACT_UNDELIVERED, now->undelivered_replies - before->undelivered_replies},
	};
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < sizeof(facts) / sizeof(facts[0]); i++)
		err = add_number(reg, facts[i].name, facts[i].more);
	return err;
}

/* Put what the socket has counted since the last time into the register. */
static void keep_counts(struct kept *kept, struct oeo_service *service, const struct oeo_server *server)
{
	struct oeo_register *reg = oeo_service_register(service);
	struct oeo_server_counts now;
	enum oeo_err err;

	oeo_server_get_counts(server, &now);
	if (memcmp(&now, &kept->counts, sizeof(now)) == 0)
		return;
	err = oeo_register_begin(reg);
	if (err == OEO_OK)
		err = add_counts(reg, &now, &kept->counts);
	if (err == OEO_OK)
		err = oeo_register_commit(reg);
	if (err == OEO_OK)
		kept->counts = now;
	else
		oeo_register_rollback(reg);
}

static enum oeo_err send_answers(struct oeo_service *service, struct oeo_server *server)
{
	const struct oeo_request *request;
	const uint8_t *bytes;
	size_t len;
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < oeo_service_answers(service); i++) {
		oeo_service_answer(service, i, &request, &bytes, &len);
		if (len > 0 && oeo_server_reply(server, request, bytes, len) != OEO_OK)
			err = OEO_ERR_IO;
	}
	oeo_service_forget(service);
	return err;
}

enum oeo_err oeo_daemon_serve_batch(
    struct oeo_service *service, struct oeo_server *server, int timeout_ms, int wake_fd)
{
	struct oeo_request request;
	enum oeo_err err = oeo_server_receive(server, &request, timeout_ms, wake_fd);

	if (err != OEO_OK && err != OEO_ERR_REFUSED)
		return err;
	while (err == OEO_OK || err == OEO_ERR_REFUSED) {
		oeo_service_take(service, &request);
		if (oeo_service_answers(service) == OEO_SERVICE_BATCH)
			break;
		err = oeo_server_receive(server, &request, 0, -1);
	}
	oeo_service_finish(service);
	return send_answers(service, server);
}

/* A descriptor that is readable once SIGTERM or SIGINT came. */
static int open_signals(void)
{
	sigset_t wanted;

	(void)sigemptyset(&wanted);
	(void)sigaddset(&wanted, SIGTERM);
	(void)sigaddset(&wanted, SIGINT);
	if (sigprocmask(SIG_BLOCK, &wanted, NULL) != 0)
		return -1;
	return signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool is_stopped(int signals)
{
	struct signalfd_siginfo info;

	return read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info);
}

static enum oeo_err serve(struct oeo_service *service, struct oeo_server *server, int signals)
{
	struct kept kept = {{0}};
	enum oeo_err err = OEO_OK;

	while (!is_stopped(signals)) {
		err = oeo_daemon_serve_batch(service, server, TICK_MS, signals);
		if (err != OEO_OK && err != OEO_ERR_AWAY) {
			oeo_log(OEO_LOG_ERROR, COMPONENT, "the socket failed: %s", oeo_err_str(err));
			break;
		}
		err = OEO_OK;
		keep_counts(&kept, service, server);
	}
	keep_counts(&kept, service, server);
	return err;
}

static enum oeo_err note_start(
    struct oeo_service *service, const struct oeo_server *server, const struct oeo_clock *clock)
{
	struct oeo_register *reg = oeo_service_register(service);
	enum oeo_err err = oeo_register_set_number(reg, OEO_FACT_STARTED, oeo_clock_now_s(clock));

	return err == OEO_OK ? oeo_register_set_text(reg, OEO_FACT_ENDPOINT, oeo_server_endpoint(server))
			     : err;
}

enum oeo_err oeo_daemon_run(
    struct oeo_home *home, const struct oeo_clock *clock, const char *endpoint, struct oeo_note *why)
{
	struct oeo_service *service = NULL;
	struct oeo_server *server = NULL;
	int signals = -1;
	enum oeo_err err = oeo_home_lock(home, "run", why);

	if (err == OEO_OK)
		err = oeo_service_open(&service, home, clock, NULL, why);
	if (err != OEO_OK)
		goto cleanup;
	oeo_backup_sweep(home);
	/* Before libzmq starts its threads: they must not take the signals. */
	signals = open_signals();
	if (signals < 0) {
		err = oeo_note_set(why, OEO_ERR_IO, _("cannot wait for signals: %s"), strerror(errno));
		goto cleanup;
	}
	if (endpoint == NULL)
		endpoint = oeo_service_self(service)->card.endpoint;
	err = oeo_server_open(&server, endpoint, oeo_service_self(service), oeo_service_admits, service, why);
	if (err == OEO_OK)
		err = note_start(service, server, clock);
	if (err != OEO_OK)
		goto cleanup;
	oeo_log(OEO_LOG_NOTICE, COMPONENT, "ready: listening on %s", oeo_server_endpoint(server));
	err = serve(service, server, signals);
	oeo_log(OEO_LOG_NOTICE, COMPONENT, "stopped");
cleanup:
	oeo_server_close(server);
	oeo_service_close(service);
	if (signals >= 0)
		(void)close(signals);
	return err;
}

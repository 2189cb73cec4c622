/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bench_form [ENTRIES [FOLDER]]: entries saved through the form over HTTP on loopback, one after another, each synced to
 * the disk before its answer; and the pages that a desk asks for. Percentiles of the time until the answer is there; the
 * processor time of an entry, which other load does not change; and what a bare synced write costs here meanwhile.
 * FOLDER (default /var/tmp) should lie on a real disk.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "agent/form/form.h"
#include "agent/form/visit.h"
#include "tests/unit/form_world.h"

#define PLAN OEO_TEST_DIR "/../proto/plans/almelo"
#define ANSWER_BYTES ((size_t)256 * 1024)

struct server {
	struct oeo_form *form;
	atomic_bool is_ended;
};

struct browser {
	unsigned short port;
	char cookie[128];
	char token[OEO_FORM_TOKEN_BYTES];
	char *answer; /* ANSWER_BYTES */
};

static double now_ms(void)
{
	struct timespec now;

	form_insist(clock_gettime(CLOCK_MONOTONIC, &now) == 0, "the clock");
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double cpu_ms(void)
{
	struct timespec now;

	form_insist(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0, "the clock");
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void *serve(void *context)
{
	struct server *server = context;
	struct pollfd ready = {oeo_form_fd(server->form), POLLIN, 0};

	while (!atomic_load(&server->is_ended)) {
		(void)poll(&ready, 1, 50);
		form_insist(oeo_form_run(server->form) == OEO_OK, "the form");
	}
	return NULL;
}

/* One request on a connection of its own, its whole answer in browser->answer; milliseconds. */
static double ask(struct browser *browser, const char *request)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(browser->port)};
	double begun = now_ms();
	size_t got = 0;
	ssize_t n;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	form_insist(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0, "connecting");
	form_insist(send(fd, request, strlen(request), 0) == (ssize_t)strlen(request), "sending");
	while ((n = recv(fd, browser->answer + got, ANSWER_BYTES - got - 1, 0)) > 0)
		got += (size_t)n;
	browser->answer[got] = '\0';
	(void)close(fd);
	return now_ms() - begun;
}

static double get(struct browser *browser, const char *path)
{
	char request[1024];

	(void)snprintf(request, sizeof(request),
	    "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%hu\r\nConnection: close\r\nCookie: %s\r\n\r\n", path,
	    browser->port, browser->cookie);
	return ask(browser, request);
}

static double post(struct browser *browser, const char *path, const char *body)
{
	char request[2048];

	(void)snprintf(request, sizeof(request),
	    "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%hu\r\nConnection: close\r\nCookie: %s\r\n"
	    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
	    path, browser->port, browser->cookie, strlen(body), body);
	return ask(browser, request);
}

static void sit_down(struct browser *browser)
{
	const char *at;

	(void)get(browser, "/");
	at = strstr(browser->answer, OEO_FORM_DESK_COOKIE "=");
	form_insist(at != NULL, "the cookie");
	(void)snprintf(browser->cookie, sizeof(browser->cookie), "%.*s", (int)strcspn(at, ";"), at);
	at = strstr(browser->answer, "name=\"token\" value=\"");
	form_insist(at != NULL, "the token");
	(void)snprintf(
	    browser->token, sizeof(browser->token), "%.32s", at + strlen("name=\"token\" value=\""));
}

static double save(struct browser *browser, unsigned n)
{
	char visit[OEO_FORM_VISIT_BYTES];
	char body[512];
	double took;

	oeo_visit_number(visit);
	(void)snprintf(body, sizeof(body),
	    "token=%s&visit=%s&do=save&d.question=GS0%u&d.barrier=KN0%u&d.channel=KA01&d.result=UK01&"
	    "f.birthdate=%u-%u-19%02u&f.postcode=7601AB&f.surname=Resident%u",
	    browser->token, visit, n % 8 + 1, n % 9, n % 28 + 1, n % 12 + 1, n % 90 + 10, n);
	took = post(browser, "/", body);
	form_insist(strncmp(browser->answer, "HTTP/1.1 303", 12) == 0, "saving");
	return took;
}

static int compare(const void *a, const void *b)
{
	double one = *(const double *)a;
	double other = *(const double *)b;

	return (one > other) - (one < other);
}

/* Prints and returns the 99th percentile. */
static double tell(const char *what, double *times, unsigned n)
{
	qsort(times, n, sizeof(*times), compare);
	(void)printf("%-34s %6u   median %6.2f ms   99th %6.2f ms   worst %6.2f ms\n", what, n, times[n / 2],
	    times[n * 99 / 100], times[n - 1]);
	return times[n * 99 / 100];
}

/* 4 KiB written and synced, again and again: what the disk and the other load leave. */
static double measure_disk(const char *folder, double *times, unsigned n)
{
	static const char page[4096];
	char path[600];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/probe", folder);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	form_insist(fd >= 0, "a file");
	for (unsigned i = 0; i < n; i++) {
		double begun = now_ms();

		form_insist(
		    pwrite(fd, page, sizeof(page), (off_t)i * 4096) == 4096 && fdatasync(fd) == 0, "writing");
		times[i] = now_ms() - begun;
	}
	(void)close(fd);
	return tell("bare write of 4 KiB, synced", times, n);
}

static void measure(struct browser *browser, const char *folder, unsigned n)
{
	double *times = calloc(n, sizeof(*times));
	double cpu, bare_ms, entry_ms;

	form_insist(times != NULL, "memory");
	bare_ms = measure_disk(folder, times, n);
	cpu = cpu_ms();
	for (unsigned i = 0; i < n; i++)
		times[i] = save(browser, i);
	cpu = cpu_ms() - cpu;
	entry_ms = tell("entry saved, synced and answered", times, n);
	(void)printf("%-34s %6s   %.1f times that of a bare synced write\n", "", "99th", entry_ms / bare_ms);
	(void)printf("%-34s %6u   %.2f ms of processor time each, client and server\n", "", n, cpu / n);
	for (unsigned i = 0; i < n; i++)
		times[i] = get(browser, "/");
	(void)tell("page of a new question", times, n);
	for (unsigned i = 0; i < n; i++) {
		char body[256];

		(void)snprintf(
		    body, sizeof(body), "token=%s&q=ik+kan+mijn+schulden+niet+betalen", browser->token);
		times[i] = post(browser, "/search", body);
	}
	(void)tell("search of a sentence", times, n);
	free(times);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
	(void)info;
	(void)kind;
	(void)place;
	return remove(path);
}

int main(int argc, char **argv)
{
	unsigned n = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 2000;
	struct oeo_form_options options = {.port = 0};
	struct oeo_clock clock = OEO_CLOCK_SYSTEM;
	struct server server = {NULL, false};
	struct browser browser = {.answer = malloc(ANSWER_BYTES)};
	struct oeo_agent agent;
	struct oeo_note why = {""};
	pthread_t thread;
	char folder[512], home[600];

	(void)snprintf(folder, sizeof(folder), "%s/oeo-bench.XXXXXX", argc > 2 ? argv[2] : "/var/tmp");
	form_insist(n > 0 && browser.answer != NULL && mkdtemp(folder) != NULL, "a folder");
	form_world_make(folder, PLAN);
	(void)snprintf(home, sizeof(home), "%s/agent", folder);
	form_insist(oeo_agent_open(&agent, home, clock, &why) == OEO_OK, why.text);
	form_insist(oeo_form_start(&server.form, &agent, &options, &why) == OEO_OK, why.text);
	form_insist(
	    sscanf(oeo_form_url(server.form), "http://127.0.0.1:%hu/", &browser.port) == 1, "the port");
	form_insist(pthread_create(&thread, NULL, serve, &server) == 0, "a thread");
	sit_down(&browser);
	measure(&browser, folder, n);
	atomic_store(&server.is_ended, true);
	(void)pthread_join(thread, NULL);
	oeo_form_stop(server.form);
	oeo_agent_close(&agent);
	free(browser.answer);
	(void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* oeo-keyholder as its operator meets it: the program itself, its output, its exit codes, its files. */
#include "keyholder_world.h"

#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "proto/tally.h"

static struct oeo_note why;
static struct oeo_buf output; /* of the last run, stdout and stderr together */

struct desk {
	struct keyholder_world *world;
	char home[128]; /* of the keyholder under test, empty at the start */
	char member[128]; /* card files */
	char collector[128];
	char plan[128];
	char approval[128];
};

static void write_card(const struct desk *desk, struct oeo_self *self, char path[128])
{
	struct oeo_buf text = {0};

	(void)snprintf(path, 128, "%s/%s.oeocard", desk->world->scratch.path, self->card.id);
	assert_ok(oeo_card_format(&text, &self->card, &why));
	assert_ok(oeo_file_write(path, text.data, text.len, 0644, &why));
	oeo_buf_fini(&text);
}

static void write_plan(const struct desk *desk, const struct oeo_signed_plan *plan, const char *path)
{
	struct oeo_buf bytes = {0};

	(void)desk;
	assert_ok(oeo_signed_plan_pack(&bytes, plan));
	assert_ok(oeo_file_write(path, bytes.data, bytes.len, 0644, &why));
	oeo_buf_fini(&bytes);
}

static int open_desk(void **state)
{
	struct desk *desk = calloc(1, sizeof(*desk));
	struct oeo_signed_plan plan;
	void *world = NULL;

	assert_non_null(desk);
	assert_int_equal(world_open(&world), 0);
	desk->world = world;
	(void)snprintf(desk->home, sizeof(desk->home), "%s/thuis", desk->world->scratch.path);
	(void)snprintf(desk->plan, sizeof(desk->plan), "%s/almelo.oeoplan", desk->world->scratch.path);
	(void)snprintf(
	    desk->approval, sizeof(desk->approval), "%s/ja.oeoapproval", desk->world->scratch.path);
	write_card(desk, &desk->world->members[0], desk->member);
	write_card(desk, &desk->world->collector, desk->collector);
	world_make_plan(&plan, desk->world, NULL);
	write_plan(desk, &plan, desk->plan);
	oeo_signed_plan_fini(&plan);
	*state = desk;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *desk = *state;
	void *world = desk->world;

	(void)world_close(&world);
	oeo_buf_fini(&output);
	free(desk);
	return 0;
}

/* The program's own process: output to fd, nothing to read. */
static void be_program(const struct desk *desk, char **arguments, int fd)
{
	int nothing = open("/dev/null", O_RDONLY);

	if (dup2(nothing, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0 ||
	    chdir(desk->world->scratch.path) != 0)
		_exit(126);
	(void)execv(OEO_KEYHOLDER_PROGRAM, arguments);
	_exit(127);
}

static pid_t start(const struct desk *desk, const char *const *words, int fd)
{
	char *arguments[24] = {(char *)(uintptr_t) "oeo-keyholder"};
	size_t n = 1;
	pid_t child;

	for (; words[n - 1] != NULL && n < 16; n++)
		arguments[n] = (char *)(uintptr_t)words[n - 1];
	arguments[n++] = (char *)(uintptr_t) "--home";
	arguments[n++] = (char *)(uintptr_t)desk->home;
	arguments[n++] = (char *)(uintptr_t) "--now";
	arguments[n++] = (char *)(uintptr_t)WORLD_NOW;
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		be_program(desk, arguments, fd);
	return child;
}

/* Run a command to its end; its exit code. */
static int run(const struct desk *desk, const char *const *words)
{
	char path[128];
	int status = 0;
	pid_t child;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/output", desk->world->scratch.path);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	child = start(desk, words, fd);
	assert_int_equal(waitpid(child, &status, 0), child);
	(void)close(fd);
	output.len = 0;
	assert_ok(oeo_file_read(&output, path, 1 << 20, &why));
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define RUN(desk, ...) run(desk, (const char *const[]){__VA_ARGS__, NULL})

static void assert_says(const char *text)
{
	if (strstr((const char *)output.data, text) == NULL)
		fail_msg("not said: %s\n%s", text, (const char *)output.data);
}

static void init(const struct desk *desk)
{
	assert_int_equal(RUN(desk, "init", "--id", "steunpunt", "--name", "Steunpunt Informele Zorg",
			     "--endpoint", "tcp://127.0.0.1:7302"),
	    0);
}

static void approve(const struct desk *desk)
{
	assert_int_equal(RUN(desk, "plan", "approve", desk->plan, "--collector", desk->collector, "--yes",
			     "--out", desk->approval),
	    0);
}

static void load_self(const struct desk *desk, struct oeo_self *self)
{
	struct oeo_home home;

	assert_ok(oeo_home_open(&home, desk->home, &why));
	assert_ok(oeo_self_load(self, &home, OEO_ROLE_KEYHOLDER, &why));
}

static void test_init_makes_a_card_once(void **state)
{
	const struct desk *desk = *state;
	struct oeo_card card;

	assert_int_equal(RUN(desk, "card"), 1);
	assert_says("init");
	assert_int_equal(RUN(desk, "init", "--id", "steunpunt"), 2);
	init(desk);
	assert_int_equal(RUN(desk, "card"), 0);
	assert_ok(oeo_card_parse(&card, (const char *)output.data, output.len, &why));
	assert_string_equal(card.id, "steunpunt");
	assert_string_equal(card.endpoint, "tcp://127.0.0.1:7302");
	assert_int_equal(
	    RUN(desk, "init", "--id", "ander", "--name", "Ander", "--endpoint", "tcp://127.0.0.1:1"), 1);
	assert_int_equal(RUN(desk, "card"), 0);
	assert_says("steunpunt");
}

static void test_members_are_admitted_shown_and_revoked(void **state)
{
	const struct desk *desk = *state;

	init(desk);
	assert_int_equal(RUN(desk, "admit", desk->member, "--quota", "640"), 0);
	assert_says(desk->world->members[0].card.fingerprint);
	assert_int_equal(RUN(desk, "members"), 0);
	assert_says("lid-0");
	assert_says("640");
	assert_int_equal(RUN(desk, "members", "--json"), 0);
	assert_says("\"revoked\": false");
	assert_int_equal(RUN(desk, "admit", desk->collector), 1);
	assert_int_equal(RUN(desk, "admit", desk->member, "--quota", "63"), 2);
	assert_int_equal(RUN(desk, "admit", desk->member, "--quota", "0x80"), 2);
	assert_int_equal(RUN(desk, "admit", "/nonexistent"), 1);
	assert_int_equal(RUN(desk, "revoke", "lid-0"), 0);
	assert_int_equal(RUN(desk, "revoke", "lid-0"), 1);
	assert_int_equal(RUN(desk, "members", "--json"), 0);
	assert_says("\"revoked\": true");
}

static void test_a_plan_is_shown_approved_and_signed(void **state)
{
	const struct desk *desk = *state;
	struct oeo_approval approval;
	struct oeo_buf text = {0};
	struct oeo_self self = {0};

	init(desk);
	approve(desk);
	assert_says("almelo");
	assert_says(desk->world->collector.card.fingerprint);
	assert_ok(oeo_file_read(&text, desk->approval, 4096, &why));
	assert_ok(oeo_approval_parse(&approval, (const char *)text.data, text.len, &why));
	assert_string_equal(approval.plan, "almelo");
	assert_string_equal(approval.keyholder, "steunpunt");
	load_self(desk, &self);
	assert_ok(oeo_plan_verify(approval.signature, approval.digest, self.card.identity_pk));
	oeo_self_fini(&self);
	oeo_buf_fini(&text);
	approve(desk); /* again: the same */
	assert_int_equal(RUN(desk, "status", "--json"), 0);
	assert_says("\"from\": \"2025-01\"");
}

static void test_a_plan_is_not_approved_without_consent_or_a_right_signature(void **state)
{
	const struct desk *desk = *state;
	struct oeo_signed_plan plan;
	struct oeo_self self = {0};

	init(desk);
	/* No terminal and no --yes. */
	assert_int_equal(RUN(desk, "plan", "approve", desk->plan, "--collector", desk->collector), 1);
	assert_int_equal(RUN(desk, "plan", "approve", desk->plan, "--yes"), 2);
	assert_int_equal(RUN(desk, "plan", "approve", desk->plan, "--collector", desk->member, "--yes"), 2);
	world_make_plan(&plan, desk->world, NULL);
	plan.collector_signature[3] ^= 1;
	write_plan(desk, &plan, desk->plan);
	assert_int_equal(
	    RUN(desk, "plan", "approve", desk->plan, "--collector", desk->collector, "--yes"), 1);
	assert_int_equal(
	    RUN(desk, "plan", "approve", desk->member, "--collector", desk->collector, "--yes"), 1);
	assert_int_equal(RUN(desk, "status", "--json"), 0);
	assert_says("\"plans\": []");
	assert_false(oeo_file_exists(desk->approval));
	oeo_signed_plan_fini(&plan);
	oeo_self_fini(&self);
}

static void test_a_plan_that_does_not_name_this_keyholder_is_not_for_it(void **state)
{
	const struct desk *desk = *state;

	assert_int_equal(
	    RUN(desk, "init", "--id", "vreemd", "--name", "Vreemd", "--endpoint", "tcp://127.0.0.1:7302"), 0);
	assert_int_equal(
	    RUN(desk, "plan", "approve", desk->plan, "--collector", desk->collector, "--yes"), 1);
	assert_says("vreemd");
}

static void test_a_period_is_ended_with_a_statement(void **state)
{
	const struct desk *desk = *state;
	struct oeo_buf text = {0};
	struct oeo_buf message = {0};
	struct oeo_self self = {0};
	uint8_t signature[OEO_SIGNATURE_BYTES];
	char path[192];
	char *line;

	init(desk);
	assert_int_equal(RUN(desk, "destroy", "--period", "2026-Q3", "--yes"), 1);
	approve(desk);
	assert_int_equal(RUN(desk, "destroy", "--yes"), 2);
	assert_int_equal(RUN(desk, "destroy", "--period", "2026-Q4", "--yes"), 1);
	assert_int_equal(RUN(desk, "destroy", "--period", "2024-Q4", "--yes"), 1);
	assert_int_equal(RUN(desk, "destroy", "--period", "2026-Q3", "--plan", "almere", "--yes"), 1);
	/* Of a backup that was cut off; only what ends a period takes it along. */
	(void)snprintf(path, sizeof(path), "%s/backing-up", desk->home);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(RUN(desk, "destroy", "--period", "2026-Q3"), 1);
	assert_true(oeo_file_exists(path));
	assert_int_equal(RUN(desk, "destroy", "--period", "2026-Q3", "--yes"), 0);
	assert_false(oeo_file_exists(path));
	(void)snprintf(
	    path, sizeof(path), "%s/almelo-2026-Q3-steunpunt.oeodestroyed", desk->world->scratch.path);
	assert_ok(oeo_file_read(&text, path, 4096, &why));
	assert_ptr_equal(strstr((const char *)text.data,
			     "oeo: 1\nplan: almelo\nperiod: 2026-Q3\nkeyholder: steunpunt\nsignature: "),
	    text.data);
	line = strstr((char *)text.data, "signature: ") + strlen("signature: ");
	line[strcspn(line, "\n")] = '\0';
	assert_ok(oeo_hex_decode(signature, sizeof(signature), line));
	load_self(desk, &self);
	assert_ok(oeo_destroyed_signature_input(&message, "almelo", "2026-Q3"));
	assert_int_equal(
	    crypto_sign_verify_detached(signature, message.data, message.len, self.card.identity_pk), 0);
	oeo_self_fini(&self);
	oeo_buf_fini(&text);
	oeo_buf_fini(&message);
	assert_int_equal(RUN(desk, "log"), 0);
	assert_says("2026-Q3");
}

static void test_a_quota_is_raised_for_one_period(void **state)
{
	const struct desk *desk = *state;

	init(desk);
	approve(desk);
	assert_int_equal(RUN(desk, "quota", "lid-0", "--period", "2026-Q3", "--add", "64"), 1);
	assert_int_equal(RUN(desk, "admit", desk->member), 0);
	assert_int_equal(RUN(desk, "quota", "lid-0", "--period", "2026-Q3"), 2);
	assert_int_equal(RUN(desk, "quota", "lid-0", "--period", "2026-Q3", "--add", "0"), 2);
	assert_int_equal(RUN(desk, "quota", "lid-0", "--period", "2023", "--add", "64"), 1);
	assert_int_equal(RUN(desk, "quota", "lid-0", "--period", "2026-Q3", "--add", "65"), 0);
	assert_says("128");
	assert_int_equal(RUN(desk, "quota", "lid-0", "--period", "2026-Q3", "--add", "64"), 0);
	assert_says("192");
}

static void test_the_log_is_a_page(void **state)
{
	const struct desk *desk = *state;
	struct oeo_buf html = {0};
	char path[128];

	init(desk);
	(void)snprintf(path, sizeof(path), "%s/log.html", desk->world->scratch.path);
	assert_int_equal(RUN(desk, "log", "--html", path), 0);
	assert_ok(oeo_file_read(&html, path, 1 << 20, &why));
	assert_non_null(strstr((const char *)html.data, "<h1>"));
	assert_int_equal(RUN(desk, "log", "--json"), 0);
	assert_says("\"periods\": []");
	assert_int_equal(RUN(desk, "log", "--html", "/nonexistent/log.html"), 1);
	oeo_buf_fini(&html);
}

static void test_a_backup_restores_all_but_the_period_keys(void **state)
{
	struct desk *desk = *state;
	char backup[128];
	char other[128];
	char before[4096];
	struct stat status;

	init(desk);
	approve(desk);
	assert_int_equal(RUN(desk, "admit", desk->member), 0);
	assert_int_equal(RUN(desk, "card"), 0);
	(void)snprintf(before, sizeof(before), "%s", (const char *)output.data);
	(void)snprintf(backup, sizeof(backup), "%s/kopie", desk->world->scratch.path);
	assert_int_equal(RUN(desk, "backup", backup, "--without-passphrase"), 0);
	assert_int_equal(stat(backup, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(RUN(desk, "backup", backup, "--without-passphrase"), 1); /* never overwritten */
	assert_int_equal(RUN(desk, "restore", backup), 1); /* somebody lives here */
	(void)snprintf(other, sizeof(other), "%s/ander", desk->world->scratch.path);
	(void)snprintf(desk->home, sizeof(desk->home), "%s", other);
	assert_int_equal(RUN(desk, "restore", desk->member), 1);
	assert_int_equal(RUN(desk, "restore", backup), 0);
	assert_int_equal(RUN(desk, "card"), 0);
	assert_string_equal((const char *)output.data, before);
	assert_int_equal(RUN(desk, "members"), 0);
	assert_says("lid-0");
	assert_int_equal(RUN(desk, "status", "--json"), 0);
	assert_says("\"almelo\"");
}

/* The day of the restore cannot be written: no register may stand there that makes keys anew. */
static void test_a_restore_that_is_cut_short_leaves_no_keyholder(void **state)
{
	struct desk *desk = *state;
	char backup[128];
	char path[256];
	sqlite3 *db = NULL;

	init(desk);
	(void)snprintf(backup, sizeof(backup), "%s/kopie", desk->world->scratch.path);
	assert_int_equal(RUN(desk, "backup", backup, "--without-passphrase"), 0);
	assert_int_equal(sqlite3_open(backup, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
			     "CREATE TRIGGER broken BEFORE INSERT ON facts WHEN new.name = 'restored-day'"
			     " BEGIN SELECT RAISE(ABORT, 'broken'); END",
			     NULL, NULL, NULL),
	    SQLITE_OK);
	(void)snprintf(desk->home, sizeof(desk->home), "%s/ander", desk->world->scratch.path);
	assert_int_equal(RUN(desk, "restore", backup), 1);
	(void)snprintf(path, sizeof(path), "%s/keyholder.db", desk->home);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(RUN(desk, "status"), 1);
	/* What is left of it is in nobody's way. */
	assert_int_equal(sqlite3_exec(db, "DROP TRIGGER broken", NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
	assert_int_equal(RUN(desk, "restore", backup), 0);
	assert_int_equal(access(path, F_OK), 0);
	(void)snprintf(path, sizeof(path), "%s/restoring", desk->home);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(RUN(desk, "status"), 0);
}

static void test_it_runs_shows_that_and_stops(void **state)
{
	const struct desk *desk = *state;
	static const char *const words[] = {"run", "--bind", "tcp://127.0.0.1:*", NULL};
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	int status = 0;
	bool is_running = false;
	pid_t child;

	init(desk);
	assert_int_equal(RUN(desk, "status", "--json"), 0);
	assert_says("\"running\": false");
	child = start(desk, words, nothing);
	for (int i = 0; i < 100 && !is_running; i++) {
		(void)usleep(50000);
		assert_int_equal(RUN(desk, "status", "--json"), 0);
		is_running = strstr((const char *)output.data, "\"running\": true") != NULL;
	}
	assert_true(is_running);
	assert_int_equal(RUN(desk, "run"), 1);
	assert_int_equal(kill(child, SIGTERM), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_equal(RUN(desk, "status"), 0);
	(void)close(nothing);
}

static void test_wrong_usage_is_told(void **state)
{
	const struct desk *desk = *state;

	assert_int_equal(RUN(desk, "verzin"), 2);
	assert_int_equal(RUN(desk, "admit"), 2);
	assert_int_equal(RUN(desk, "status", "--nonsense"), 2);
	assert_int_equal(RUN(desk, "status"), 1);
	assert_int_equal(RUN(desk, "run"), 1);
	assert_int_equal(RUN(desk, "destroy", "--help"), 0);
	assert_says("--period");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_init_makes_a_card_once),
	    TEST(test_members_are_admitted_shown_and_revoked),
	    TEST(test_a_plan_is_shown_approved_and_signed),
	    TEST(test_a_plan_is_not_approved_without_consent_or_a_right_signature),
	    TEST(test_a_plan_that_does_not_name_this_keyholder_is_not_for_it),
	    TEST(test_a_period_is_ended_with_a_statement),
	    TEST(test_a_quota_is_raised_for_one_period),
	    TEST(test_the_log_is_a_page),
	    TEST(test_a_backup_restores_all_but_the_period_keys),
	    TEST(test_a_restore_that_is_cut_short_leaves_no_keyholder),
	    TEST(test_it_runs_shows_that_and_stops),
	    TEST(test_wrong_usage_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

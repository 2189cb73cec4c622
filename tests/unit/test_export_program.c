/* SPDX-License-Identifier: EUPL-1.2 */
/* The program oeo-export itself: exit codes, what it prints, and that a refusal leaves nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "export_sample.h"
#include "proto/minisig.h"

struct fixture {
	struct sample sample;
	char release[SAMPLE_PATH_BYTES];
	char key[SAMPLE_PATH_BYTES];
	char out[128];
	char text[8192]; /* what the last run printed */
};

static int setup(void **state)
{
	static struct fixture fixture;
	struct oeo_buf key = {0};

	memset(&fixture, 0, sizeof(fixture));
	sample_init(&fixture.sample, SAMPLE_SMALL);
	sample_make(fixture.release, &fixture.sample, "2026-Q3");
	(void)snprintf(fixture.key, sizeof(fixture.key), "%s/minisign.pub", fixture.sample.folder);
	assert_int_equal(oeo_minisig_public_key(&key, fixture.sample.publisher_pk), OEO_OK);
	sample_write(fixture.key, key.data, key.len);
	oeo_buf_fini(&key);
	(void)snprintf(fixture.out, sizeof(fixture.out), "%s/out", fixture.sample.folder);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	sample_fini(&fixture->sample);
	return 0;
}

/* Run the program with these arguments; stdout and stderr go to fixture->text. Returns its exit code. */
static int run(struct fixture *fixture, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int run(struct fixture *fixture, const char *format, ...)
{
	char command[4096];
	va_list arguments;
	size_t used;
	FILE *output;

	used = (size_t)snprintf(command, sizeof(command), "%s ", OEO_EXPORT_PROGRAM);
	va_start(arguments, format);
	used += (size_t)vsnprintf(command + used, sizeof(command) - used, format, arguments);
	va_end(arguments);
	assert_true(used + 8 < sizeof(command));
	(void)snprintf(command + used, sizeof(command) - used, " 2>&1");
	output = popen(command, "r"); /* NOLINT(cert-env33-c): the test's own command */
	assert_non_null(output);
	used = fread(fixture->text, 1, sizeof(fixture->text) - 1, output);
	fixture->text[used] = '\0';
	return WEXITSTATUS(pclose(output));
}

static void test_site_says_where_to_look_and_what_stands_out(void **state)
{
	struct fixture *fixture = *state;
	char path[256];

	assert_int_equal(
	    run(fixture, "site %s --out %s --key %s", fixture->release, fixture->out, fixture->key), 0);
	(void)snprintf(path, sizeof(path), "%s/index.html", fixture->out);
	assert_true(sample_exists(path));
	assert_non_null(strstr(fixture->text, path));
	assert_non_null(strstr(fixture->text, "zoals opgegeven"));
	assert_non_null(strstr(fixture->text, "\n- Grootste thema: "));
	assert_int_equal(run(fixture, "site %s --out %s --lang en", fixture->release, fixture->out), 0);
	assert_non_null(strstr(fixture->text, "under the name Bureau Test"));
	assert_non_null(strstr(fixture->text, "\n- Largest theme: "));
}

static void test_tokens_may_set_values_and_fetch_nothing(void **state)
{
	static const char *const bad[] = {
	    "@import 'x.css';", ":root { --a: URL(http://x) }", ":root { --a: \\75rl(x) }"};
	static const char *const good = ":root { --utrecht-link-color: #00457c }\n";
	struct fixture *fixture = *state;
	char tokens[280], path[280];

	(void)snprintf(tokens, sizeof(tokens), "%s.tokens.css", fixture->out);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		sample_write(tokens, bad[i], strlen(bad[i]));
		assert_int_not_equal(
		    run(fixture, "site %s --out %s --tokens %s", fixture->release, fixture->out, tokens), 0);
		assert_non_null(strstr(fixture->text, "--tokens"));
		assert_false(sample_exists(fixture->out));
	}
	sample_write(tokens, good, strlen(good));
	assert_int_equal(
	    run(fixture, "site %s --out %s --tokens %s", fixture->release, fixture->out, tokens), 0);
	(void)snprintf(path, sizeof(path), "%s/assets/tokens.css", fixture->out);
	assert_true(sample_exists(path));
}

static void test_contact_is_one_line_of_plain_text(void **state)
{
	/* reversed text, an escape sequence, two lines, nothing, and what is no UTF-8; printf(1) of the shell writes them */
	static const char *const bad[] = {"a\\342\\200\\256b", "a\\033[31mb", "a\\nb", "", "\\377"};
	struct fixture *fixture = *state;
	char command[64], path[280];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)snprintf(command, sizeof(command), "\"$(printf '%s')\"", bad[i]);
		assert_int_equal(
		    run(fixture, "site %s --out %s --contact %s", fixture->release, fixture->out, command),
		    1);
		assert_non_null(strstr(fixture->text, "--contact"));
		assert_false(sample_exists(fixture->out));
	}
	assert_int_equal(run(fixture, "site %s --out %s --contact 'Loket, 0000-000000 <b>'", fixture->release,
			     fixture->out),
	    0);
	(void)snprintf(
	    path, sizeof(path), "grep -q 'Loket, 0000-000000 &lt;b&gt;' %s/account/index.html", fixture->out);
	assert_int_equal(system(path), 0); /* NOLINT(cert-env33-c): the test's own command */
}

static void test_findings_come_as_json_too(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(
	    run(fixture, "site %s --out %s --key %s --json", fixture->release, fixture->out, fixture->key),
	    0);
	assert_non_null(strstr(fixture->text, "\"findings\": ["));
	assert_non_null(strstr(fixture->text, "\"key_given\": true"));
}

static void test_csv_needs_no_site(void **state)
{
	struct fixture *fixture = *state;
	char path[256];

	assert_int_equal(run(fixture, "csv %s --out %s", fixture->release, fixture->out), 0);
	(void)snprintf(path, sizeof(path), "%s/2026-Q3/theme.csv", fixture->out);
	assert_true(sample_exists(path));
}

static void test_refusal_leaves_nothing(void **state)
{
	static const char *const others[] = {"csv", "xlsx", "pdf", "review"};
	struct fixture *fixture = *state;
	char signature[SAMPLE_PATH_BYTES + 16];

	(void)snprintf(signature, sizeof(signature), "%s.minisig", fixture->release);
	assert_int_equal(unlink(signature), 0);
	assert_int_equal(run(fixture, "site %s --out %s", fixture->release, fixture->out), 1);
	assert_non_null(strstr(fixture->text, "is niet ondertekend"));
	assert_false(sample_exists(fixture->out));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_int_equal(
		    run(fixture, "%s %s --out %s", others[i], fixture->release, fixture->out), 1);
		assert_false(sample_exists(fixture->out));
	}
}

static void test_workbook_is_one_file_and_comes_with_the_site(void **state)
{
	struct fixture *fixture = *state;
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/small.xlsx", fixture->out);
	assert_int_equal(run(fixture, "xlsx %s --out %s", fixture->release, fixture->out), 0);
	assert_true(sample_exists(path));
	assert_int_equal(run(fixture, "site %s --out %s", fixture->release, fixture->out), 0);
	assert_true(sample_exists(path));
	assert_int_equal(run(fixture, "xlsx %s --out %s", fixture->release, fixture->out), 0);
	assert_non_null(strstr(fixture->text, "heeft deze bestanden al"));
}

/* review makes the folder; what is written there comes back in the site. */
static void test_what_the_council_writes_gets_into_the_site(void **state)
{
	static const char *const words = "---\nthema: WO\ntitel: Wonen\n---\nVeel vragen over *huur*.\n";
	struct fixture *fixture = *state;
	char path[256], folder[200];
	struct oeo_buf page = {0};

	(void)snprintf(folder, sizeof(folder), "%s/duiding", fixture->sample.folder);
	assert_int_equal(run(fixture, "review %s --out %s", fixture->release, fixture->out), 0);
	(void)snprintf(path, sizeof(path), "%s/thema-WO.md", folder);
	assert_true(sample_exists(path));
	sample_write(path, words, strlen(words));
	assert_int_equal(
	    run(fixture, "site %s --out %s --duiding %s", fixture->release, fixture->out, folder), 0);
	(void)snprintf(path, sizeof(path), "%s/2026-Q3/index.html", fixture->out);
	sample_read(&page, path);
	assert_non_null(strstr((const char *)page.data, "Veel vragen over <em>huur</em>."));
	oeo_buf_fini(&page);
	assert_int_equal(
	    run(fixture, "site %s --out %s --duiding /nonexistent", fixture->release, fixture->out), 1);
	assert_int_equal(run(fixture, "csv %s --out %s --duiding x", fixture->release, fixture->out), 2);
}

static void test_wrong_use_is_told_with_exit_code_2(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(run(fixture, "site"), 2);
	assert_int_equal(run(fixture, "site %s", fixture->release), 2);
	assert_non_null(strstr(fixture->text, "--out"));
	assert_int_equal(
	    run(fixture, "site %s --out %s --key a --publisher-card b", fixture->release, fixture->out), 2);
	assert_int_equal(
	    run(fixture, "site %s --out %s --key %s", fixture->release, fixture->out, fixture->release), 2);
	assert_int_equal(run(fixture, "frobnicate"), 2);
	assert_false(sample_exists(fixture->out));
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FIXTURE(test_site_says_where_to_look_and_what_stands_out),
	    WITH_FIXTURE(test_tokens_may_set_values_and_fetch_nothing),
	    WITH_FIXTURE(test_contact_is_one_line_of_plain_text),
	    WITH_FIXTURE(test_findings_come_as_json_too),
	    WITH_FIXTURE(test_csv_needs_no_site),
	    WITH_FIXTURE(test_refusal_leaves_nothing),
	    WITH_FIXTURE(test_workbook_is_one_file_and_comes_with_the_site),
	    WITH_FIXTURE(test_what_the_council_writes_gets_into_the_site),
	    WITH_FIXTURE(test_wrong_use_is_told_with_exit_code_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

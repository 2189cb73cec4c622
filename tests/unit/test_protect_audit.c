/* SPDX-License-Identifier: EUPL-1.2 */
/* Which outcomes of `protect` the audit checks without being asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "protect_run.h"

static char path[] = "/tmp/oeo-protect-audit-XXXXXX";

/* As many cells as are asked for, the total included; of every hundred one is zero and one small. */
static void write_table(size_t n_cells)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_true(fputs("a,freq\n", file) >= 0);
	for (size_t i = 0; i + 1 < n_cells; i++)
		assert_true(fprintf(file, "c%zu,%d\n", i, i % 100 == 0 ? 0 : i % 100 == 1 ? 3 : 20) > 0);
	assert_int_equal(fclose(file), 0);
}

static bool is_audited(size_t n_cells, const char *zeros, const char *attackers)
{
	struct protect_run run;
	struct oeo_buf text;
	bool audited;

	write_table(n_cells);
	protect_run_init(&run, path);
	protect_run_option(&run, "dims", "a");
	protect_run_option(&run, "freq", "freq");
	protect_run_option(&run, "residents", "5");
	protect_run_option(&run, "zeros", zeros);
	protect_run_option(&run, "attackers", attackers);
	oeo_buf_init(&text);
	if (protect_run_all(&run, &text) != OEO_OK)
		fail_msg("%s", run.why.text);
	audited = run.job.is_audited;
	assert_int_equal(run.job.n_recovered, 0);
	oeo_buf_fini(&text);
	protect_run_fini(&run);
	return audited;
}

static void test_up_to_5000_cells_all_are_audited(void **state)
{
	(void)state;
	assert_true(is_audited(OEO_PROTECT_AUDITED, "hide", "L"));
	assert_false(is_audited(OEO_PROTECT_AUDITED + 1, "hide", "L"));
}

/* With hidden zeros, sums of nested parts that are too small may be left, which only the audit sees. */
static void test_hidden_zeros_are_audited_against_s_and_g(void **state)
{
	(void)state;
	assert_true(is_audited(OEO_PROTECT_AUDITED + 1, "hide", "L,G"));
	assert_true(is_audited(OEO_PROTECT_AUDITED + 1, "hide", "L,S"));
	assert_false(is_audited(2 * OEO_PROTECT_AUDITED, "publish", "L,G"));
}

static int make_path(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_up_to_5000_cells_all_are_audited),
	    cmocka_unit_test(test_hidden_zeros_are_audited_against_s_and_g),
	};

	return cmocka_run_group_tests(tests, make_path, remove_path);
}

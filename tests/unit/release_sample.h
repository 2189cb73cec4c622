/* SPDX-License-Identifier: EUPL-1.2 */
/* One sample release under the plan of Almelo, for the tests of the release file. */
#ifndef OEO_TESTS_UNIT_RELEASE_SAMPLE_H
#define OEO_TESTS_UNIT_RELEASE_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export_sample.h"

static struct sample sample;
static struct oeo_release release;

static inline int set_up(void **state)
{
	(void)state;
	sample_init(&sample, SAMPLE_ALMELO);
	sample_begin(&release, &sample, "2025-Q3");
	sample_fill(&release);
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	oeo_release_fini(&release);
	sample_fini(&sample);
	return 0;
}

static inline void pack(struct oeo_buf *bytes)
{
	oeo_buf_init(bytes);
	assert_int_equal(oeo_release_pack(bytes, &release), OEO_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif

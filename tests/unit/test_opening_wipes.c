/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What opening leaves behind in memory: neither a cell's secret, nor its polynomial, nor the shares that were put
 * together. free is wrapped (collector.cmake) and looks at what it is given; the stack is looked at afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <malloc.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "collector_world.h"

#define PERIOD "2026-Q3"
#define K 5
#define STACK_BYTES ((size_t)1024 * 1024)

void __real_free(void *block);
void __wrap_free(void *block);

static const char *const wo[] = {"WO"};

/* What must not be in memory that is given back; NULL while nothing is watched. */
static const struct world_cell *watched;
static unsigned n_found;

static bool holds_secret(const uint8_t *bytes, size_t len)
{
	/* a_0 and a_1: either one alone would be too much. */
	return memmem(bytes, len, watched->a0, OEO_SCALAR_BYTES) != NULL ||
	       memmem(bytes, len, watched->coefficients + OEO_SCALAR_BYTES, OEO_SCALAR_BYTES) != NULL;
}

void __wrap_free(void *block)
{
	if (block != NULL && watched != NULL && holds_secret(block, malloc_usable_size(block)))
		n_found++;
	__real_free(block);
}

struct run {
	struct world *world;
	struct oeo_opened opened;
	struct oeo_opening_report report;
};

static void *open_cells(void *context)
{
	static const struct oeo_opening_options options = {.n_threads = 1};
	struct run *run = context;

	world_run_opening(run->world, PERIOD, &options, &run->opened, &run->report);
	return NULL;
}

/* Open on a stack that can be looked at when all is done, and look. */
static void open_and_look(struct world *world, const struct world_cell *cell)
{
	struct run run = {.world = world};
	bool is_on_stack;
	pthread_attr_t attributes;
	pthread_t thread;
	uint8_t *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(stack != MAP_FAILED);
	assert_int_equal(pthread_attr_init(&attributes), 0);
	assert_int_equal(pthread_attr_setstack(&attributes, stack, STACK_BYTES), 0);
	n_found = 0;
	watched = cell;
	assert_int_equal(pthread_create(&thread, &attributes, open_cells, &run), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	is_on_stack = holds_secret(stack, STACK_BYTES);
	watched = NULL;
	assert_int_equal(n_found, 0);
	assert_false(is_on_stack);
	/* It was found, or there was nothing to leave. */
	assert_non_null(world_opened_cell(world, &run.opened, "theme", wo, 1));
	oeo_opened_fini(&run.opened);
	oeo_opening_report_fini(&run.report);
	(void)pthread_attr_destroy(&attributes);
	(void)munmap(stack, STACK_BYTES);
}

static void submit(
    struct world *world, const char *member, const struct world_cell *cell, size_t first, size_t n)
{
	struct draft draft;
	char name[32];

	draft_begin(&draft, world, member, PERIOD);
	for (size_t i = first; i < first + n; i++) {
		(void)snprintf(name, sizeof(name), "resident%zu", i);
		draft_add(&draft, cell, name);
	}
	draft_submit(&draft);
}

static void test_opening_leaves_no_secret_in_memory(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);

	submit(world, "m0", cell, 0, K);
	open_and_look(world, cell);
}

/* A member that spoils the first k shares: the secret is found in the second round. */
static void test_the_second_round_leaves_no_secret_in_memory(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	uint8_t x[OEO_X_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];
	struct draft draft;

	draft_begin(&draft, world, "m0", PERIOD);
	for (int i = 0; i < 2 * K; i++) {
		randombytes_buf(x, sizeof(x));
		crypto_core_ristretto255_scalar_random(y);
		draft_add_share(&draft, cell, x, y);
	}
	draft_submit(&draft);
	submit(world, "m1", cell, 0, K);
	open_and_look(world, cell);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_WORLD(test_opening_leaves_no_secret_in_memory),
	    WITH_WORLD(test_the_second_round_leaves_no_secret_in_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

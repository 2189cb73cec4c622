/* SPDX-License-Identifier: EUPL-1.2 */
/* A world and its ingest, to send parts of submissions to. */
#ifndef OEO_TESTS_UNIT_INGEST_BENCH_H
#define OEO_TESTS_UNIT_INGEST_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector_world.h"

#define PERIOD "2026-Q3"
#define MEMBER "m1"

struct bench {
	struct world world;
	struct oeo_ingest *ingest;
	struct draft draft; /* m1's: five residents in theme WO, one in GE; cut small */
};

static const char *const wo[] = {"WO"};
static const char *const ge[] = {"GE"};
static const char *const wo_tel[] = {"WO", "TEL"};

static inline void restart_ingest(struct bench *bench)
{
	oeo_ingest_free(bench->ingest);
	bench->ingest = NULL;
	assert_int_equal(
	    oeo_ingest_new(&bench->ingest, bench->world.store, &bench->world.home, &bench->world.clock, NULL),
	    OEO_OK);
}

static inline int open_bench(void **state)
{
	static struct bench bench;
	char name[16];

	memset(&bench, 0, sizeof(bench));
	world_open(&bench.world, NULL);
	restart_ingest(&bench);
	draft_begin(&bench.draft, &bench.world, MEMBER, PERIOD);
	for (size_t i = 0; i < 5; i++) {
		(void)snprintf(name, sizeof(name), "resident%zu", i);
		draft_add(&bench.draft, world_cell(&bench.world, PERIOD, "theme", wo, 1), name);
	}
	draft_add(&bench.draft, world_cell(&bench.world, PERIOD, "theme", ge, 1), "resident0");
	draft_add_alone(&bench.draft, world_cell(&bench.world, PERIOD, "theme", ge, 1));
	draft_add(&bench.draft, world_cell(&bench.world, PERIOD, "pair", wo_tel, 2), "resident0");
	*state = &bench;
	return 0;
}

static inline int close_bench(void **state)
{
	struct bench *bench = *state;

	oeo_ingest_free(bench->ingest);
	draft_free(&bench->draft);
	world_close(&bench->world);
	return 0;
}

static inline unsigned send(struct bench *bench, const struct oeo_submission_part *part)
{
	return world_send(&bench->world, bench->ingest, MEMBER, part);
}

static inline void send_all(struct bench *bench)
{
	for (size_t i = 0; i < bench->draft.n_parts; i++)
		assert_int_equal(send(bench, &bench->draft.parts[i]), 0);
}

/* next_index and whether it is final; -1 where there is no submission. */
static inline int64_t next_index(struct bench *bench, bool *is_final)
{
	struct oeo_store_submission found;
	enum oeo_err err = oeo_store_find_submission(bench->world.store, MEMBER, PERIOD, &found);

	if (err == OEO_ERR_NOT_FOUND)
		return -1;
	assert_int_equal(err, OEO_OK);
	if (is_final != NULL)
		*is_final = found.is_final;
	return found.next_index;
}

/* A changed copy of a part is refused with this reason and leaves no trace. */
static inline void refuses(struct bench *bench, const struct oeo_submission_part *part, unsigned reason)
{
	int64_t before = next_index(bench, NULL);

	assert_string_equal(oeo_reason_name(send(bench, part)), oeo_reason_name(reason));
	assert_int_equal(next_index(bench, NULL), before);
	/* What is remembered says the same as what is stored. */
	restart_ingest(bench);
	assert_string_equal(oeo_reason_name(send(bench, part)), oeo_reason_name(reason));
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)

#endif

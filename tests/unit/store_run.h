/* SPDX-License-Identifier: EUPL-1.2 */
/* The store of a world on a disk that may fail, and submissions to put into it. */
#ifndef OEO_TESTS_UNIT_STORE_RUN_H
#define OEO_TESTS_UNIT_STORE_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector_world.h"
#include "failing_vfs.h"

#define PERIOD "2026-Q3"
#define MEMBER "m1"
#define K 5

static inline int open_world(void **state)
{
	failing_vfs_fail_at(0);
	return world_setup(state);
}

static inline int close_world(void **state)
{
	failing_vfs_fail_at(0);
	return world_teardown(state);
}

static const char *const wo[] = {"WO"};

/* k + 1 residents in one cell, in parts of two. */
static inline void make_draft(struct draft *draft, struct world *world)
{
	char name[16];

	draft_begin(draft, world, MEMBER, PERIOD);
	for (size_t i = 0; i < K + 1; i++) {
		(void)snprintf(name, sizeof(name), "resident%zu", i);
		draft_add(draft, world_cell(world, PERIOD, "theme", wo, 1), name);
	}
	draft_cut(draft, 2);
}

static inline uint32_t stored_parts(struct world *world)
{
	struct oeo_store_submission found;
	enum oeo_err err = oeo_store_find_submission(world->store, MEMBER, PERIOD, &found);

	if (err == OEO_ERR_NOT_FOUND)
		return 0;
	assert_int_equal(err, OEO_OK);
	return found.next_index;
}

/* One part in a transaction of its own, as the daemon does it. True: committed and so acknowledged. */
static inline bool try_part(
    struct world *world, struct oeo_ingest *ingest, const struct oeo_submission_part *part)
{
	struct oeo_message message;
	struct oeo_buf bytes = {NULL, 0, 0};
	uint8_t digest[OEO_DIGEST_BYTES];
	unsigned reason = 0;
	enum oeo_err err;

	memset(&message, 0, sizeof(message));
	message.kind = OEO_MESSAGE_SUBMISSION;
	message.as.submission = *part;
	assert_int_equal(oeo_message_pack(&bytes, &message), OEO_OK);
	oeo_ingest_digest(digest, bytes.data, bytes.len);
	oeo_buf_fini(&bytes);
	err = oeo_store_begin(world->store, NULL);
	if (err == OEO_OK)
		err = oeo_ingest_part(ingest, MEMBER, part, digest, &reason);
	if (err == OEO_OK)
		err = oeo_store_commit(world->store);
	if (err != OEO_OK) {
		oeo_store_rollback(world->store);
		/* The plans may be unreadable on a dead disk; what is remembered is forgotten in any case. */
		(void)oeo_ingest_refresh(ingest, NULL);
		return false;
	}
	assert_int_equal(reason, 0);
	return true;
}

static inline struct oeo_ingest *new_ingest(struct world *world)
{
	struct oeo_ingest *ingest = NULL;

	assert_int_equal(oeo_ingest_new(&ingest, world->store, &world->home, &world->clock, NULL), OEO_OK);
	return ingest;
}

static inline void expect_open(struct world *world)
{
	struct oeo_opening_report report;
	struct oeo_opened opened;
	const struct oeo_opened_cell *cell;

	world_run_opening(world, PERIOD, NULL, &opened, &report);
	cell = world_opened_cell(world, &opened, "theme", wo, 1);
	assert_non_null(cell);
	assert_int_equal(cell->residents, K + 1);
	assert_int_equal(cell->questions, K + 1);
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

#endif

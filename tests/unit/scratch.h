/* SPDX-License-Identifier: EUPL-1.2 */
/* A folder for one test, removed with all that is in it. */
#ifndef OEO_TESTS_SCRATCH_H
#define OEO_TESTS_SCRATCH_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct scratch {
	char path[64];
};

static inline int scratch_make(struct scratch *scratch)
{
	(void)snprintf(scratch->path, sizeof(scratch->path), "/tmp/oeo-test-XXXXXX");
	return mkdtemp(scratch->path) != NULL ? 0 : -1;
}

static inline int scratch_remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static inline void scratch_remove(struct scratch *scratch)
{
	(void)nftw(scratch->path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The teardown of a test whose state is a struct on the heap that begins with a scratch. */
static inline int scratch_teardown(void **state)
{
	scratch_remove(*state);
	free(*state);
	return 0;
}

#endif

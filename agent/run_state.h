/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the daemon tells of itself to `status`: a small file <home>/run.state of lines "key: value", replaced whole. Not in
 * the ledger, which an import may keep to itself for a while.
 */
#ifndef OEO_AGENT_RUN_STATE_H
#define OEO_AGENT_RUN_STATE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/home.h"

#define OEO_RUN_URL_BYTES 256
#define OEO_RUN_STATE_FRESH_S 180 /* it is written anew every minute */

enum oeo_run_doing { OEO_RUN_STOPPED = 0, OEO_RUN_WAITS = 1, OEO_RUN_IMPORTS = 2, OEO_RUN_PUBLISHES = 3 };

struct oeo_run_state {
	int64_t pid;
	int64_t started_s;
	int64_t next_s; /* when it will be in touch with the collector next */
	enum oeo_run_doing doing;
	unsigned percent; /* of the file that is read */
	char file[NAME_MAX + 1]; /* its name; "" while none is read */
	char inbox[OEO_PATH_BYTES];
	char form[OEO_RUN_URL_BYTES]; /* where the form is; "": none is served */
};

/* Replace the file. OEO_ERR_IO. */
enum oeo_err oeo_run_state_save(const struct oeo_home *home, const struct oeo_run_state *state);

/* Read it. *is_running: that process still lives, and has written lately. OEO_ERR_NOT_FOUND: no daemon ever ran here;
 * OEO_ERR_FORMAT, OEO_ERR_IO. */
enum oeo_err oeo_run_state_load(struct oeo_run_state *state, bool *is_running, const struct oeo_home *home);

#endif

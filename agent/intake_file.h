/* SPDX-License-Identifier: EUPL-1.2 */
/* The file that an intake reads: opened so that no copy of it stays in memory, and looked at afterwards. */
#ifndef OEO_AGENT_INTAKE_FILE_H
#define OEO_AGENT_INTAKE_FILE_H

#include <stdio.h>
#include <time.h>

#include "proto/err.h"

/* Zero-initialised: closed. */
struct oeo_intake_file {
	FILE *stream;
	unsigned long bytes; /* as it was opened; 0 for a pipe */
	struct timespec written; /* when it was changed last, as it was opened */
};

/* Open it for reading. OEO_ERR_NOT_FOUND, OEO_ERR_IO; why says what to do. Close in any case. */
enum oeo_err oeo_intake_file_open(struct oeo_intake_file *file, const char *path, struct oeo_note *why);
void oeo_intake_file_close(struct oeo_intake_file *file);

/* OEO_ERR_STATE: somebody has written on it since it was opened. */
enum oeo_err oeo_intake_file_check(
    const struct oeo_intake_file *file, const char *path, struct oeo_note *why);

#endif

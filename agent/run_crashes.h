/* SPDX-License-Identifier: EUPL-1.2 */
/* How often the process that reads a file was cut off, for each file. For run_files.c. */
#ifndef OEO_AGENT_RUN_CRASHES_H
#define OEO_AGENT_RUN_CRASHES_H

#include <stddef.h>
#include <sys/types.h>

#define OEO_CRASHES_FILES 16 /* that are kept in mind; of more the one longest ago is forgotten */

struct oeo_crashes {
	struct {
		dev_t device;
		ino_t inode;
		unsigned n; /* 0: free */
	} files[OEO_CRASHES_FILES]; /* the latest first */
};

/* Count one more for this file, which stays the same under another name; how many they are now. All 0 is empty. */
unsigned oeo_crashes_count(struct oeo_crashes *crashes, dev_t device, ino_t inode);

/* The file was read, or is given up. */
void oeo_crashes_forget(struct oeo_crashes *crashes, dev_t device, ino_t inode);

#endif

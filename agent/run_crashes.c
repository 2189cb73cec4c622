/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/run_crashes.h"

#include <stdbool.h>
#include <string.h>

/* Its place; where it is not kept in mind, the last one. */
static size_t find(const struct oeo_crashes *crashes, dev_t device, ino_t inode)
{
	size_t i = 0;

	while (i + 1 < OEO_CRASHES_FILES && (crashes->files[i].n == 0 || crashes->files[i].device != device ||
						crashes->files[i].inode != inode))
		i++;
	return i;
}

unsigned oeo_crashes_count(struct oeo_crashes *crashes, dev_t device, ino_t inode)
{
	size_t place = find(crashes, device, inode);
	bool is_known = crashes->files[place].device == device && crashes->files[place].inode == inode;
	unsigned n = is_known ? crashes->files[place].n + 1 : 1;

	memmove(&crashes->files[1], &crashes->files[0], place * sizeof(crashes->files[0]));
	crashes->files[0].device = device;
	crashes->files[0].inode = inode;
	crashes->files[0].n = n;
	return n;
}

void oeo_crashes_forget(struct oeo_crashes *crashes, dev_t device, ino_t inode)
{
	size_t place = find(crashes, device, inode);

	if (crashes->files[place].device == device && crashes->files[place].inode == inode)
		crashes->files[place].n = 0;
}

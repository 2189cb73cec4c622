/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A folder of its own for a conversion, in memory where that can be: what stands in a spreadsheet stands in it as plain text.
 * It is locked while its process lives, so that another one can tell which folders were left behind.
 */
#ifndef OEO_AGENT_CONVERT_FOLDER_H
#define OEO_AGENT_CONVERT_FOLDER_H

#include <stdbool.h>

#include "proto/home.h"

struct oeo_convert_folder {
	char path[OEO_PATH_BYTES]; /* "": there is none */
	int lock; /* an open folder */
};

/* Make one that only its owner may enter; false where that cannot be. Remove it with oeo_convert_folder_remove. */
bool oeo_convert_folder_make(struct oeo_convert_folder *folder);

/* Remove it and all that is in it; nothing where none was made. */
void oeo_convert_folder_remove(struct oeo_convert_folder *folder);

/* Remove the folders of this user that no living process has locked. */
void oeo_convert_sweep(void);

#endif

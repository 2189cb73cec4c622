/* SPDX-License-Identifier: EUPL-1.2 */
/* What a folder holds, compared with the list of an earlier export; used by folder.c only. */
#ifndef OEO_DASHBOARD_EXPORT_FOLDER_LIST_H
#define OEO_DASHBOARD_EXPORT_FOLDER_LIST_H

#include "dashboard-export/folder.h"

/* True for a folder without any entry. */
bool oeo_folder_list_is_empty(const char *path);

#endif

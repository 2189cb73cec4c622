/* SPDX-License-Identifier: EUPL-1.2 */
/* Files that come with the programs: beside the program that runs, in ../share/, in the build tree as when installed. */
#ifndef OEO_PROTO_SHARE_H
#define OEO_PROTO_SHARE_H

#include "proto/home.h"

/* Write the path of <folder of the program>/../share/<name>; whether anything is there is not looked at. OEO_ERR_IO: the
 * system does not tell where the program is; OEO_ERR_RANGE: the path does not fit. path is undefined on failure. */
enum oeo_err oeo_share_path(char path[OEO_PATH_BYTES], const char *name);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/share.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum oeo_err oeo_share_path(char path[OEO_PATH_BYTES], const char *name)
{
	char program[OEO_PATH_BYTES];
	ssize_t read = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;
	int len;

	if (read <= 0)
		return OEO_ERR_IO;
	program[read] = '\0';
	slash = strrchr(program, '/');
	if (slash == NULL)
		return OEO_ERR_IO;
	*slash = '\0';
	len = snprintf(path, OEO_PATH_BYTES, "%s/../share/%s", program, name);
	return len > 0 && len < OEO_PATH_BYTES ? OEO_OK : OEO_ERR_RANGE;
}

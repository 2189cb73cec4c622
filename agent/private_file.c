/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/private_file.h"

#include <string.h>
#include <sys/stat.h>

#include "proto/home.h"
#include "proto/i18n.h"

#define ROOM_BYTES                                                                                           \
	((size_t)256 * 1024) /* more than is read at once: a buffer that grows leaves copies behind */

static enum oeo_err check_mode(const char *path, struct oeo_note *why)
{
	struct stat info;

	if (stat(path, &info) != 0)
		return oeo_note_set(why, OEO_ERR_NOT_FOUND, _("There is no file %s."), path);
	if (!S_ISREG(info.st_mode) || (info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return oeo_note_set(why, OEO_ERR_REFUSED,
		    _("%s: others on this machine can read this file. Run: chmod 600 %s"), path, path);
	return OEO_OK;
}

enum oeo_err oeo_private_file_read(struct oeo_buf *text, const char *path, size_t limit, struct oeo_note *why)
{
	enum oeo_err err = check_mode(path, why);

	if (err == OEO_OK)
		err = oeo_buf_reserve(text, ROOM_BYTES);
	if (err == OEO_OK)
		err = oeo_file_read(text, path, limit, why);
	if (err == OEO_OK && memchr(text->data, '\0', text->len) != NULL)
		err = oeo_note_set(why, OEO_ERR_FORMAT, _("%s is not a text file."), path);
	return err;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/i18n.h"

static enum oeo_err say_unread(const char *path, struct oeo_note *why)
{
	return oeo_note_set(why, errno == ENOENT ? OEO_ERR_NOT_FOUND : OEO_ERR_IO,
	    _("%s: cannot read it: %s"), path, strerror(errno));
}

static enum oeo_err check_kind(int fd, const char *path, struct oeo_note *why)
{
	struct stat info;

	if (fstat(fd, &info) != 0)
		return say_unread(path, why);
	if (!S_ISREG(info.st_mode))
		return oeo_note_set(why, OEO_ERR_FORMAT, _("%s: this is not a file"), path);
	if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return oeo_note_set(why, OEO_ERR_REFUSED,
		    _("%s: others on this machine can read this file. Run: chmod 600 %s"), path, path);
	return OEO_OK;
}

static enum oeo_err read_from(
    int fd, uint8_t *bytes, size_t most, size_t *len, const char *path, struct oeo_note *why)
{
	ssize_t got = 1;

	*len = 0;
	while (got != 0 && *len < most) {
		got = read(fd, bytes + *len, most - *len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return say_unread(path, why);
		*len += (size_t)got;
	}
	if (memchr(bytes, '\0', *len) != NULL)
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, _("%s is not a text file. Save it as plain text (UTF-8)."), path);
	return OEO_OK;
}

enum oeo_err oeo_private_file_read_start(
    uint8_t *bytes, size_t most, size_t *len, const char *path, struct oeo_note *why)
{
	/* O_NONBLOCK: a pipe in its place must not hang the program. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum oeo_err err;

	if (fd < 0)
		return say_unread(path, why);
	err = check_kind(fd, path, why);
	if (err == OEO_OK)
		err = read_from(fd, bytes, most, len, path, why);
	(void)close(fd);
	return err;
}

enum oeo_err oeo_private_file_read(struct oeo_buf *text, const char *path, size_t limit, struct oeo_note *why)
{
	/* All room at once, also for the end: a buffer that grows leaves copies behind. */
	enum oeo_err err = oeo_buf_reserve(text, limit + 2);

	if (err == OEO_OK)
		err = oeo_private_file_read_start(text->data, limit + 1, &text->len, path, why);
	if (err == OEO_OK && text->len > limit)
		err = oeo_note_set(
		    why, OEO_ERR_RANGE, _("%s: larger than %zu bytes; is this the right file?"), path, limit);
	return err == OEO_OK ? oeo_buf_terminate(text) : err;
}

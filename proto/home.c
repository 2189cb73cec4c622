/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/home.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/i18n.h"

#define READ_CHUNK 65536

enum oeo_err oeo_home_path(char path[OEO_PATH_BYTES], const struct oeo_home *home, const char *name)
{
	int len = snprintf(path, OEO_PATH_BYTES, "%s/%s", home->path, name);

	return len > 0 && len < OEO_PATH_BYTES ? OEO_OK : OEO_ERR_RANGE;
}

static enum oeo_err set_path(struct oeo_home *home, const char *path, struct oeo_note *why)
{
	int len = snprintf(home->path, sizeof(home->path), "%s", path);

	home->lock_fd = -1;
	if (len <= 0 || (size_t)len >= sizeof(home->path))
		return oeo_note_set(
		    why, OEO_ERR_USAGE, _("--home: the name of the folder is empty or too long"));
	return OEO_OK;
}

/* mkdir -p, every new folder for the owner alone. */
static int make_folders(char *path)
{
	for (char *p = path + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return -1;
		*p = '/';
	}
	return mkdir(path, 0700) != 0 && errno != EEXIST ? -1 : 0;
}

enum oeo_err oeo_home_create(struct oeo_home *home, const char *path, struct oeo_note *why)
{
	char copy[OEO_PATH_BYTES];
	enum oeo_err err = set_path(home, path, why);

	if (err != OEO_OK)
		return err;
	(void)snprintf(copy, sizeof(copy), "%s", path);
	if (make_folders(copy) != 0)
		return oeo_note_set(why, OEO_ERR_IO,
		    _("%s: cannot make this folder: %s. Choose another one with --home, or make it first."),
		    path, strerror(errno));
	return OEO_OK;
}

enum oeo_err oeo_home_open(struct oeo_home *home, const char *path, struct oeo_note *why)
{
	struct stat info;
	enum oeo_err err = set_path(home, path, why);

	if (err != OEO_OK)
		return err;
	if (stat(path, &info) != 0 && errno == ENOENT)
		return oeo_note_set(why, OEO_ERR_NOT_FOUND,
		    _("%s: there is no such folder. Run `init` first, or point --home at the right folder."),
		    path);
	if (access(path, R_OK | W_OK | X_OK) != 0)
		return oeo_note_set(
		    why, OEO_ERR_IO, _("%s: cannot use this folder: %s"), path, strerror(errno));
	return OEO_OK;
}

enum oeo_err oeo_home_lock(struct oeo_home *home, const char *name, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	char file[64];
	int fd;

	(void)snprintf(file, sizeof(file), "%s.lock", name);
	if (oeo_home_path(path, home, file) != OEO_OK)
		return OEO_ERR_RANGE;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return oeo_note_set(why, OEO_ERR_IO, "%s: %s", path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		(void)close(fd);
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("%s is in use by another process of this program. Wait for it, or stop it first."),
		    home->path);
	}
	oeo_home_close(home);
	home->lock_fd = fd;
	return OEO_OK;
}

void oeo_home_close(struct oeo_home *home)
{
	if (home == NULL || home->lock_fd < 0)
		return;
	(void)close(home->lock_fd);
	home->lock_fd = -1;
}

enum oeo_err oeo_file_read(struct oeo_buf *buf, const char *path, size_t limit, struct oeo_note *why)
{
	size_t start = buf->len;
	enum oeo_err err = OEO_OK;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return oeo_note_set(why, errno == ENOENT ? OEO_ERR_NOT_FOUND : OEO_ERR_IO,
		    _("%s: cannot read it: %s"), path, strerror(errno));
	for (;;) {
		ssize_t got;

		err = oeo_buf_reserve(buf, READ_CHUNK);
		if (err != OEO_OK)
			break;
		got = read(fd, buf->data + buf->len, READ_CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			err =
			    oeo_note_set(why, OEO_ERR_IO, _("%s: cannot read it: %s"), path, strerror(errno));
		if (got <= 0)
			break;
		buf->len += (size_t)got;
		if (buf->len - start > limit) {
			err = oeo_note_set(why, OEO_ERR_RANGE,
			    _("%s: larger than %zu bytes; is this the right file?"), path, limit);
			break;
		}
	}
	(void)close(fd);
	if (err == OEO_OK)
		err = oeo_buf_terminate(buf);
	if (err != OEO_OK)
		buf->len = start;
	return err;
}

static enum oeo_err write_all(int fd, const void *bytes, size_t len)
{
	const uint8_t *rest = bytes;

	while (len > 0) {
		ssize_t put = write(fd, rest, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return OEO_ERR_IO;
		rest += put;
		len -= (size_t)put;
	}
	return fsync(fd) == 0 ? OEO_OK : OEO_ERR_IO;
}

enum oeo_err oeo_folder_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum oeo_err err;

	if (fd < 0)
		return OEO_ERR_IO;
	err = fsync(fd) == 0 ? OEO_OK : OEO_ERR_IO;
	(void)close(fd);
	return err;
}

static enum oeo_err sync_folder_of(const char *path)
{
	char copy[OEO_PATH_BYTES];

	(void)snprintf(copy, sizeof(copy), "%s", path);
	return oeo_folder_sync(dirname(copy));
}

/* Write beside path, sync, then put it in place with a rename, or (is_new) with a link, which fails where a file is. */
static enum oeo_err write_file(
    const char *path, const void *bytes, size_t len, unsigned mode, bool is_new, struct oeo_note *why)
{
	char beside[OEO_PATH_BYTES];
	enum oeo_err err;
	int fd = -1;

	if (snprintf(beside, sizeof(beside), "%s.XXXXXX", path) >= (int)sizeof(beside))
		return oeo_note_set(why, OEO_ERR_RANGE, _("%s: the name is too long"), path);
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return oeo_note_set(why, OEO_ERR_IO, _("%s: cannot write it: %s"), path, strerror(errno));
	err = write_all(fd, bytes, len);
	if (err == OEO_OK && fchmod(fd, (mode_t)mode) != 0)
		err = OEO_ERR_IO;
	if (err == OEO_OK && is_new && link(beside, path) != 0)
		err = errno == EEXIST ? OEO_ERR_EXISTS : OEO_ERR_IO;
	if (err == OEO_OK && !is_new && rename(beside, path) != 0)
		err = OEO_ERR_IO;
	if (err == OEO_ERR_EXISTS)
		(void)oeo_note_set(why, err, _("%s: exists already and is left as it is"), path);
	else if (err != OEO_OK)
		(void)oeo_note_set(why, err, _("%s: cannot write it: %s"), path, strerror(errno));
	if (err != OEO_OK || is_new)
		(void)unlink(beside);
	(void)close(fd);
	if (err == OEO_OK && sync_folder_of(path) != OEO_OK)
		err = oeo_note_set(why, OEO_ERR_IO, _("%s: written, but the disk did not confirm it: %s"),
		    path, strerror(errno));
	return err;
}

enum oeo_err oeo_file_write(
    const char *path, const void *bytes, size_t len, unsigned mode, struct oeo_note *why)
{
	return write_file(path, bytes, len, mode, false, why);
}

enum oeo_err oeo_file_write_new(
    const char *path, const void *bytes, size_t len, unsigned mode, struct oeo_note *why)
{
	return write_file(path, bytes, len, mode, true, why);
}

bool oeo_file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

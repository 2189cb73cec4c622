/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/home.h"
#include "proto/i18n.h"

enum oeo_err oeo_secret_init(struct oeo_secret *secret, size_t len)
{
	secret->bytes = NULL;
	secret->len = 0;
	if (sodium_init() < 0)
		return OEO_ERR_INTERNAL;
	secret->bytes = sodium_malloc(len);
	if (secret->bytes == NULL)
		return OEO_ERR_NOMEM;
	sodium_memzero(secret->bytes, len);
	secret->len = len;
	return OEO_OK;
}

enum oeo_err oeo_secret_init_random(struct oeo_secret *secret, size_t len)
{
	enum oeo_err err = oeo_secret_init(secret, len);

	if (err == OEO_OK)
		randombytes_buf(secret->bytes, len);
	return err;
}

void oeo_secret_fini(struct oeo_secret *secret)
{
	if (secret == NULL)
		return;
	sodium_free(secret->bytes);
	secret->bytes = NULL;
	secret->len = 0;
}

enum oeo_err oeo_secret_save(const struct oeo_secret *secret, const char *path, struct oeo_note *why)
{
	if (secret->bytes == NULL)
		return oeo_note_set(why, OEO_ERR_INTERNAL, "%s", oeo_err_text(OEO_ERR_INTERNAL));
	return oeo_file_write_new(path, secret->bytes, secret->len, 0600, why);
}

static enum oeo_err note_unreadable(const char *path, struct oeo_note *why)
{
	return oeo_note_set(why, OEO_ERR_IO, _("%s: cannot read it: %s"), path, strerror(errno));
}

static enum oeo_err note_damaged(const char *path, size_t len, struct oeo_note *why)
{
	return oeo_note_set(why, OEO_ERR_FORMAT,
	    _("%s: this key file is damaged: it must have %zu bytes. Put it back from your backup."), path,
	    len);
}

static enum oeo_err open_key_file(int *fd, const char *path, struct oeo_note *why)
{
	/* O_NONBLOCK: a pipe in the place of the file must not hang the program; fstat refuses it. */
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd >= 0)
		return OEO_OK;
	if (errno == ENOENT)
		return oeo_note_set(why, OEO_ERR_NOT_FOUND,
		    _("%s: this key file is missing. Run `init` first, or put it back from your backup."),
		    path);
	return note_unreadable(path, why);
}

static enum oeo_err check_key_file(int fd, const char *path, size_t len, struct oeo_note *why)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return note_unreadable(path, why);
	if (!S_ISREG(status.st_mode) || status.st_size < 0 || (uintmax_t)status.st_size != len)
		return note_damaged(path, len, why);
	if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return oeo_note_set(why, OEO_ERR_REFUSED,
		    _("%s: others on this machine can read this key file. Run `chmod 600 %s`, and find out "
		      "who had access."),
		    path, path);
	return OEO_OK;
}

static enum oeo_err read_exactly(int fd, uint8_t *bytes, size_t len, const char *path, struct oeo_note *why)
{
	size_t done = 0;

	while (done < len) {
		ssize_t got = read(fd, bytes + done, len - done);

		if (got > 0)
			done += (size_t)got;
		else if (got == 0)
			return note_damaged(path, len, why);
		else if (errno != EINTR)
			return note_unreadable(path, why);
	}
	return OEO_OK;
}

enum oeo_err oeo_secret_load(struct oeo_secret *secret, const char *path, size_t len, struct oeo_note *why)
{
	struct oeo_secret loaded = {NULL, 0};
	enum oeo_err err;
	int fd = -1;

	err = open_key_file(&fd, path, why);
	if (err != OEO_OK)
		goto cleanup;
	err = check_key_file(fd, path, len, why);
	if (err != OEO_OK)
		goto cleanup;
	err = oeo_secret_init(&loaded, len);
	if (err != OEO_OK) {
		(void)oeo_note_set(why, err, "%s", oeo_err_text(err));
		goto cleanup;
	}
	err = read_exactly(fd, loaded.bytes, len, path, why);
	if (err != OEO_OK)
		goto cleanup;
	*secret = loaded;
	loaded = (struct oeo_secret){NULL, 0};
cleanup:
	oeo_secret_fini(&loaded);
	if (fd >= 0)
		(void)close(fd);
	return err;
}

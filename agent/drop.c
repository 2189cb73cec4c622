/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/drop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/drop_folder.h"
#include "proto/i18n.h"

#define WATCHED (IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR)
#define LOOK_AGAIN_MS 500
#define FOLDER_MODE 0700
#define REPORT_NAME ".report.txt"

/* A file as it was seen last, and since when it is like that. */
struct seen {
	struct oeo_drop_entry entry;
	int64_t since_ms;
};

struct oeo_drop {
	char path[OEO_PATH_BYTES];
	int watch_fd;
	struct seen *seen; /* in the order of oeo_drop_list */
	size_t n_seen;
	struct oeo_drop_entry put_back; /* the last one; it need not be still once more */
};

/* ---- Opening */

static enum oeo_err make_folder(const char *path, const char *name, struct oeo_note *why)
{
	char full[OEO_PATH_BYTES];

	if (!oeo_drop_join(full, path, "", name))
		return oeo_note_set(why, OEO_ERR_RANGE, _("The path %s is too long."), path);
	if (mkdir(full, FOLDER_MODE) != 0 && errno != EEXIST)
		return oeo_note_set(why, OEO_ERR_IO,
		    _("Cannot make the folder %s: %s. Make it yourself, or choose another folder with "
		      "--inbox; the "
		      "user that this program runs as has to be able to write in it."),
		    full, strerror(errno));
	return OEO_OK;
}

static enum oeo_err make_folders(const char *path, struct oeo_note *why)
{
	enum oeo_err err = make_folder(path, "", why);

	if (err == OEO_OK)
		err = make_folder(path, OEO_DROP_BUSY, why);
	if (err == OEO_OK)
		err = make_folder(path, OEO_DROP_DONE, why);
	return err == OEO_OK ? make_folder(path, OEO_DROP_REFUSED, why) : err;
}

static bool fill_file(
    const struct oeo_drop *drop, struct oeo_drop_file *file, const char *folder, const char *name)
{
	char busy[OEO_PATH_BYTES];

	memset(file, 0, sizeof(*file));
	(void)snprintf(file->folder, sizeof(file->folder), "%s", folder);
	(void)snprintf(file->name, sizeof(file->name), "%s", name);
	return oeo_drop_join(busy, drop->path, "", OEO_DROP_BUSY) &&
	       oeo_drop_join(file->path, busy, folder, name) &&
	       oeo_drop_join(file->report, busy, "", REPORT_NAME);
}

/* What an earlier run was reading. */
static enum oeo_err put_all_back(struct oeo_drop *drop, struct oeo_note *why)
{
	char busy[OEO_PATH_BYTES];
	struct oeo_drop_entry *entries = NULL;
	size_t n = 0;
	enum oeo_err err = OEO_ERR_RANGE;

	if (oeo_drop_join(busy, drop->path, "", OEO_DROP_BUSY))
		err = oeo_drop_list(&entries, &n, busy);
	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		struct oeo_drop_file file;

		if (entries[i].is_folder)
			continue;
		err = fill_file(drop, &file, entries[i].folder, entries[i].name) ? OEO_OK : OEO_ERR_RANGE;
		if (err == OEO_OK)
			err = oeo_drop_put_back(drop, &file, why);
	}
	free(entries);
	return err;
}

enum oeo_err oeo_drop_open(struct oeo_drop **drop, const char *path, struct oeo_note *why)
{
	struct oeo_drop *opened = calloc(1, sizeof(*opened));
	enum oeo_err err;

	if (opened == NULL)
		return OEO_ERR_NOMEM;
	opened->watch_fd = -1;
	if (snprintf(opened->path, sizeof(opened->path), "%s", path) >= (int)sizeof(opened->path)) {
		free(opened);
		return oeo_note_set(why, OEO_ERR_RANGE, _("The path %s is too long."), path);
	}
	err = make_folders(path, why);
	if (err == OEO_OK)
		err = put_all_back(opened, why);
	if (err != OEO_OK) {
		oeo_drop_close(opened);
		return err;
	}
	opened->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	*drop = opened;
	return OEO_OK;
}

void oeo_drop_close(struct oeo_drop *drop)
{
	if (drop == NULL)
		return;
	if (drop->watch_fd >= 0)
		(void)close(drop->watch_fd);
	free(drop->seen);
	free(drop);
}

int oeo_drop_fd(const struct oeo_drop *drop)
{
	return drop->watch_fd;
}

/* ---- Looking */

/* The events say only that it is time to look. */
void oeo_drop_forget_news(const struct oeo_drop *drop)
{
	char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));

	while (drop->watch_fd >= 0 && read(drop->watch_fd, events, sizeof(events)) > 0)
		;
}

/* Watching a folder once more changes nothing; where it cannot be watched it is still looked at. */
static void watch(const struct oeo_drop *drop, const struct oeo_drop_entry *entries, size_t n)
{
	char path[OEO_PATH_BYTES];

	if (drop->watch_fd < 0)
		return;
	(void)inotify_add_watch(drop->watch_fd, drop->path, WATCHED);
	for (size_t i = 0; i < n; i++) {
		if (entries[i].is_folder && !entries[i].is_deep &&
		    oeo_drop_join(path, drop->path, "", entries[i].folder))
			(void)inotify_add_watch(drop->watch_fd, path, WATCHED);
	}
}

static const struct seen *find_seen(const struct oeo_drop *drop, const struct oeo_drop_entry *entry)
{
	size_t low = 0;
	size_t high = drop->n_seen;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = oeo_drop_compare_place(&drop->seen[middle].entry, entry);

		if (order == 0)
			return &drop->seen[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* It was complete when it was taken, and nobody has written in it since. */
static bool is_put_back(const struct oeo_drop *drop, const struct oeo_drop_entry *entry)
{
	const struct oeo_drop_entry *before = &drop->put_back;

	return before->is_plain && entry->is_plain && before->device == entry->device &&
	       before->inode == entry->inode && before->bytes == entry->bytes &&
	       before->written_ns == entry->written_ns;
}

static enum oeo_err look(struct oeo_drop *drop, int64_t now_ms, struct oeo_note *why)
{
	struct oeo_drop_entry *entries = NULL;
	struct seen *seen = NULL;
	size_t n = 0;
	enum oeo_err err = oeo_drop_list(&entries, &n, drop->path);

	if (err == OEO_OK && (seen = oeo_alloc_array(n, sizeof(*seen))) == NULL)
		err = OEO_ERR_NOMEM;
	if (err != OEO_OK) {
		free(entries);
		return oeo_note_set(why, err, _("Cannot look into the folder %s."), drop->path);
	}
	watch(drop, entries, n);
	for (size_t i = 0; i < n; i++) {
		const struct seen *before = find_seen(drop, &entries[i]);

		seen[i].entry = entries[i];
		if (is_put_back(drop, &entries[i]))
			seen[i].since_ms = now_ms - OEO_DROP_BLIND_SETTLE_MS;
		else if (before != NULL && oeo_drop_is_same(&before->entry, &entries[i]))
			seen[i].since_ms = before->since_ms;
		else
			seen[i].since_ms = now_ms;
	}
	free(drop->seen);
	drop->seen = seen;
	drop->n_seen = n;
	free(entries);
	return OEO_OK;
}

/* Whether somebody may be writing the file still. */
enum writing { WRITING_NO, WRITING_YES, WRITING_UNKNOWN };

/* A read lease is given only where no process has the file open for writing. */
static enum writing ask_writing(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	enum writing writing = WRITING_UNKNOWN;

	if (fd < 0)
		return WRITING_UNKNOWN;
	if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0)
		writing = WRITING_NO;
	else if (errno == EAGAIN)
		writing = WRITING_YES;
	(void)close(fd); /* gives the lease up */
	return writing;
}

/* *again_ms: when it may be ready where it is not. */
static bool is_ready(const struct oeo_drop *drop, const struct seen *seen, int64_t now_ms, int64_t *again_ms)
{
	char path[OEO_PATH_BYTES];
	enum writing writing;

	if (!seen->entry.is_plain)
		return true;
	if (now_ms - seen->since_ms < OEO_DROP_SETTLE_MS) {
		*again_ms = seen->since_ms + OEO_DROP_SETTLE_MS;
		return false;
	}
	if (!oeo_drop_join(path, drop->path, seen->entry.folder, seen->entry.name))
		return false;
	writing = ask_writing(path);
	if (writing == WRITING_NO)
		return true;
	*again_ms =
	    writing == WRITING_YES ? now_ms + LOOK_AGAIN_MS : seen->since_ms + OEO_DROP_BLIND_SETTLE_MS;
	return writing == WRITING_UNKNOWN && now_ms >= *again_ms;
}

/* The oldest first: a newer export of the same source replaces what it changes. *again_ms counts where there is none. */
static const struct seen *find_oldest(const struct oeo_drop *drop, int64_t now_ms, int64_t *again_ms)
{
	const struct seen *oldest = NULL;

	for (size_t i = 0; i < drop->n_seen; i++) {
		const struct seen *seen = &drop->seen[i];
		int64_t its_ms = now_ms;

		/* Asking whether a file is ready opens it: not for those that are not the oldest. */
		if (seen->entry.is_folder ||
		    (oldest != NULL && oeo_drop_compare_age(&seen->entry, &oldest->entry) > 0))
			continue;
		if (is_ready(drop, seen, now_ms, &its_ms))
			oldest = seen;
		else
			*again_ms = its_ms < *again_ms ? its_ms : *again_ms;
	}
	return oldest;
}

/* ---- Taking and moving */

static enum oeo_err move(const char *from, const char *to, struct oeo_note *why)
{
	if (rename(from, to) != 0)
		return oeo_note_set(
		    why, OEO_ERR_IO, _("Cannot move %s to %s: %s"), from, to, strerror(errno));
	return OEO_OK;
}

static enum oeo_err claim(
    const struct oeo_drop *drop, const struct seen *seen, struct oeo_drop_file *file, struct oeo_note *why)
{
	char from[OEO_PATH_BYTES];
	char busy[OEO_PATH_BYTES];
	enum oeo_err err = OEO_OK;

	if (!fill_file(drop, file, seen->entry.folder, seen->entry.name) ||
	    !oeo_drop_join(from, drop->path, file->folder, file->name) ||
	    !oeo_drop_join(busy, drop->path, "", OEO_DROP_BUSY))
		return oeo_note_set(why, OEO_ERR_RANGE, _("The path %s is too long."), drop->path);
	file->is_plain = seen->entry.is_plain;
	file->device = seen->entry.device;
	file->inode = seen->entry.inode;
	if (file->folder[0] != '\0')
		err = make_folder(busy, file->folder, why);
	return err == OEO_OK ? move(from, file->path, why) : err;
}

enum oeo_err oeo_drop_take(struct oeo_drop *drop, int64_t now_ms, struct oeo_drop_file *file, bool *has_file,
    int64_t *again_ms, struct oeo_note *why)
{
	const struct seen *oldest;
	enum oeo_err err;

	*has_file = false;
	*again_ms = INT64_MAX;
	oeo_drop_forget_news(drop);
	err = look(drop, now_ms, why);
	if (err != OEO_OK)
		return err;
	oldest = find_oldest(drop, now_ms, again_ms);
	if (oldest == NULL)
		return OEO_OK;
	err = claim(drop, oldest, file, why);
	*has_file = err == OEO_OK;
	return err;
}

enum oeo_err oeo_drop_finish(
    struct oeo_drop *drop, const struct oeo_drop_file *file, bool is_done, struct oeo_note *why)
{
	char folder[OEO_PATH_BYTES];
	char path[OEO_PATH_BYTES];
	char report[OEO_PATH_BYTES];
	struct stat said;
	enum oeo_err err = make_folders(drop->path, why);

	if (err != OEO_OK)
		return err;
	if (lstat(file->report, &said) != 0 || said.st_size == 0)
		return oeo_note_set(why, OEO_ERR_IO, _("The report %s could not be written."), file->report);
	if (!oeo_drop_join(folder, drop->path, "", is_done ? OEO_DROP_DONE : OEO_DROP_REFUSED) ||
	    !oeo_drop_find_free(path, report, folder, file->name))
		return oeo_note_set(why, OEO_ERR_RANGE, _("The path %s is too long."), drop->path);
	/* The report first: a file is never there without one. */
	err = move(file->report, report, why);
	if (err == OEO_OK && (err = move(file->path, path, why)) != OEO_OK)
		(void)rename(report, file->report);
	return err == OEO_OK ? oeo_folder_sync(folder) : err;
}

enum oeo_err oeo_drop_put_back(struct oeo_drop *drop, const struct oeo_drop_file *file, struct oeo_note *why)
{
	char folder[OEO_PATH_BYTES];
	char path[OEO_PATH_BYTES];
	char report[OEO_PATH_BYTES];
	enum oeo_err err;

	if (file->folder[0] != '\0' && make_folder(drop->path, file->folder, why) != OEO_OK)
		return OEO_ERR_IO;
	if (!oeo_drop_join(folder, drop->path, "", file->folder) ||
	    !oeo_drop_find_free(path, report, folder, file->name))
		return oeo_note_set(why, OEO_ERR_RANGE, _("The path %s is too long."), drop->path);
	(void)unlink(file->report);
	err = move(file->path, path, why);
	if (err == OEO_OK)
		oeo_drop_describe(&drop->put_back, path);
	return err;
}

/* ---- Telling */

size_t oeo_drop_count_deep(const struct oeo_drop *drop)
{
	size_t n = 0;

	for (size_t i = 0; i < drop->n_seen; i++)
		n += drop->seen[i].entry.is_deep;
	return n;
}

enum oeo_err oeo_drop_find_deep(const char *path, size_t *n, char **first)
{
	struct oeo_drop_entry *entries = NULL;
	size_t n_entries = 0;
	enum oeo_err err = oeo_drop_list(&entries, &n_entries, path);

	*n = 0;
	*first = NULL;
	for (size_t i = 0; i < n_entries && err == OEO_OK; i++) {
		if (!entries[i].is_deep || (*n)++ > 0)
			continue;
		if (asprintf(first, "%s/%s", entries[i].folder, entries[i].name) < 0) {
			*first = NULL;
			err = OEO_ERR_NOMEM;
		}
	}
	free(entries);
	return err;
}

size_t oeo_drop_count(const char *path, const char *folder)
{
	struct oeo_drop_entry *entries = NULL;
	char full[OEO_PATH_BYTES];
	size_t n = 0;
	size_t count = 0;

	if (!oeo_drop_join(full, path, "", folder) || oeo_drop_list(&entries, &n, full) != OEO_OK)
		return 0;
	for (size_t i = 0; i < n; i++)
		count += !entries[i].is_folder && !(folder[0] != '\0' && oeo_drop_is_report(entries, n, i));
	free(entries);
	return count;
}

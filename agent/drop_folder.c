/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/drop_folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/drop.h"

#define REPORT_ENDING ".txt"
#define LONGEST_STEM 200 /* bytes of a name that are kept where it has to be changed */
#define MOST_ALIKE 1000000

struct list {
	struct oeo_drop_entry *entries;
	size_t n;
	size_t capacity;
};

bool oeo_drop_join(char full[OEO_PATH_BYTES], const char *path, const char *folder, const char *name)
{
	int len = snprintf(full, OEO_PATH_BYTES, "%s%s%s%s%s", path, folder[0] != '\0' ? "/" : "", folder,
	    name[0] != '\0' ? "/" : "", name);

	return len > 0 && len < OEO_PATH_BYTES;
}

static bool ends_with(const char *name, const char *ending)
{
	size_t len = strlen(name);
	size_t ending_len = strlen(ending);

	return len > ending_len && strcmp(name + len - ending_len, ending) == 0;
}

static bool is_left_alone(const char *name)
{
	static const char *const endings[] = {"~", ".tmp", ".part", ".partial", ".crdownload", ".filepart"};
	static const char *const names[] = {"Thumbs.db", "desktop.ini"};

	if (name[0] == '.' || strncmp(name, "~$", 2) == 0)
		return true;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (ends_with(name, endings[i]))
			return true;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

static bool is_own_folder(const char *name)
{
	return strcmp(name, OEO_DROP_BUSY) == 0 || strcmp(name, OEO_DROP_DONE) == 0 ||
	       strcmp(name, OEO_DROP_REFUSED) == 0;
}

static enum oeo_err add(struct list *list, const struct oeo_drop_entry *entry)
{
	if (list->n == list->capacity) {
		size_t capacity = list->capacity > 0 ? 2 * list->capacity : 64;
		struct oeo_drop_entry *more;
		size_t bytes;

		if (!oeo_size_mul(capacity, sizeof(*more), &bytes) ||
		    (more = realloc(list->entries, bytes)) == NULL)
			return OEO_ERR_NOMEM;
		list->entries = more;
		list->capacity = capacity;
	}
	list->entries[list->n++] = *entry;
	return OEO_OK;
}

static int64_t in_ns(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

bool oeo_drop_describe(struct oeo_drop_entry *entry, const char *path)
{
	struct stat info;

	memset(entry, 0, sizeof(*entry));
	if (lstat(path, &info) != 0)
		return false;
	entry->is_folder = S_ISDIR(info.st_mode);
	entry->is_plain = S_ISREG(info.st_mode);
	entry->device = info.st_dev;
	entry->inode = info.st_ino;
	entry->bytes = info.st_size;
	entry->written_ns = in_ns(&info.st_mtim);
	entry->changed_ns = in_ns(&info.st_ctim);
	if (entry->changed_ns < entry->written_ns)
		entry->changed_ns = entry->written_ns;
	return true;
}

static enum oeo_err list_folder(struct list *list, const char *path, const char *inside);

static bool holds_something(const char *path)
{
	const struct dirent *found;
	bool holds = false;
	DIR *folder = opendir(path);

	if (folder == NULL)
		return true; /* as far as can be seen */
	while (!holds && (found = readdir(folder)) != NULL)
		holds = !is_left_alone(found->d_name);
	(void)closedir(folder);
	return holds;
}

/* What vanishes between listing and looking is not there. */
static enum oeo_err add_one(struct list *list, const char *path, const char *inside, const char *name)
{
	struct oeo_drop_entry entry;
	char full[OEO_PATH_BYTES];
	size_t at = list->n;
	enum oeo_err err;

	if (!oeo_drop_join(full, path, inside, name) || !oeo_drop_describe(&entry, full))
		return OEO_OK;
	entry.is_deep = entry.is_folder && inside[0] != '\0';
	if (!entry.is_folder || (entry.is_deep && holds_something(full))) {
		(void)snprintf(entry.folder, sizeof(entry.folder), "%s", inside);
		(void)snprintf(entry.name, sizeof(entry.name), "%s", name);
		return add(list, &entry);
	}
	if (entry.is_deep || is_own_folder(name))
		return OEO_OK;
	(void)snprintf(entry.folder, sizeof(entry.folder), "%s", name);
	if (add(list, &entry) != OEO_OK)
		return OEO_ERR_NOMEM;
	/* A sub-folder that cannot be read does not stop the others. */
	err = list_folder(list, path, entry.folder);
	list->entries[at].is_closed = err == OEO_ERR_IO;
	return err == OEO_ERR_NOMEM ? OEO_ERR_NOMEM : OEO_OK;
}

static enum oeo_err list_folder(struct list *list, const char *path, const char *inside)
{
	enum oeo_err err = OEO_OK;
	char full[OEO_PATH_BYTES];
	struct dirent *found;
	DIR *folder;

	if (!oeo_drop_join(full, path, inside, "") || (folder = opendir(full)) == NULL)
		return OEO_ERR_IO;
	while (err == OEO_OK && (found = readdir(folder)) != NULL) {
		if (!is_left_alone(found->d_name))
			err = add_one(list, path, inside, found->d_name);
	}
	(void)closedir(folder);
	return err;
}

static int by_place(const void *a, const void *b)
{
	return oeo_drop_compare_place(a, b);
}

enum oeo_err oeo_drop_list(struct oeo_drop_entry **entries, size_t *n, const char *path)
{
	struct list list = {NULL, 0, 0};
	enum oeo_err err = list_folder(&list, path, "");

	if (err != OEO_OK) {
		free(list.entries);
		return err;
	}
	if (list.n > 1)
		qsort(list.entries, list.n, sizeof(*list.entries), by_place);
	*entries = list.entries;
	*n = list.n;
	return OEO_OK;
}

static int compare_place(const char *a_folder, const char *a_name, const char *b_folder, const char *b_name)
{
	int order = strcmp(a_folder, b_folder);

	return order != 0 ? order : strcmp(a_name, b_name);
}

int oeo_drop_compare_place(const struct oeo_drop_entry *a, const struct oeo_drop_entry *b)
{
	return compare_place(a->folder, a->name, b->folder, b->name);
}

int oeo_drop_compare_age(const struct oeo_drop_entry *a, const struct oeo_drop_entry *b)
{
	if (a->written_ns != b->written_ns)
		return a->written_ns < b->written_ns ? -1 : 1;
	return oeo_drop_compare_place(a, b);
}

bool oeo_drop_is_same(const struct oeo_drop_entry *before, const struct oeo_drop_entry *now)
{
	return before->device == now->device && before->inode == now->inode && before->bytes == now->bytes &&
	       before->changed_ns == now->changed_ns && before->is_plain == now->is_plain;
}

const struct oeo_drop_entry *oeo_drop_find(
    const struct oeo_drop_entry *entries, size_t n, const char *folder, const char *name)
{
	size_t low = 0;
	size_t high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_place(entries[middle].folder, entries[middle].name, folder, name);

		if (order == 0)
			return &entries[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct oeo_drop_entry *oeo_drop_find_report(
    const struct oeo_drop_entry *entries, size_t n, const struct oeo_drop_entry *file)
{
	char name[sizeof(file->name) + sizeof(REPORT_ENDING)];
	const struct oeo_drop_entry *report;

	(void)snprintf(name, sizeof(name), "%s" REPORT_ENDING, file->name);
	report = oeo_drop_find(entries, n, file->folder, name);
	return report != NULL && report->is_plain ? report : NULL;
}

bool oeo_drop_is_report(const struct oeo_drop_entry *entries, size_t n, size_t i)
{
	char name[sizeof(entries->name)];
	const struct oeo_drop_entry *file;

	if (!ends_with(entries[i].name, REPORT_ENDING))
		return false;
	(void)snprintf(name, sizeof(name), "%.*s", (int)(strlen(entries[i].name) - strlen(REPORT_ENDING)),
	    entries[i].name);
	file = oeo_drop_find(entries, n, entries[i].folder, name);
	return file != NULL && !file->is_folder;
}

static bool is_free(const char *path)
{
	struct stat info;

	return lstat(path, &info) != 0;
}

/* "stem-N.csv", the stem cut where it is long; of N 1 the name as it is where it fits. */
static bool make_name(char made[NAME_MAX + 1], const char *name, unsigned number)
{
	const char *dot = strrchr(name, '.');
	size_t stem = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
	size_t kept = stem < LONGEST_STEM ? stem : LONGEST_STEM;
	int len;

	if (number == 1 && strlen(name) + strlen(REPORT_ENDING) <= NAME_MAX)
		len = snprintf(made, NAME_MAX + 1, "%s", name);
	else
		len = snprintf(made, NAME_MAX + 1, "%.*s-%u%.20s", (int)kept, name, number, name + stem);
	return len > 0 && len <= NAME_MAX;
}

bool oeo_drop_find_free(
    char path[OEO_PATH_BYTES], char report[OEO_PATH_BYTES], const char *folder, const char *name)
{
	for (unsigned number = 1; number < MOST_ALIKE; number++) {
		char made[NAME_MAX + 1];
		char report_name[NAME_MAX + 1 + sizeof(REPORT_ENDING)];

		if (!make_name(made, name, number))
			return false;
		(void)snprintf(report_name, sizeof(report_name), "%s" REPORT_ENDING, made);
		if (!oeo_drop_join(path, folder, "", made) || !oeo_drop_join(report, folder, "", report_name))
			return false;
		if (is_free(path) && is_free(report))
			return true;
	}
	return false;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/folder_list.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LIST_LIMIT ((size_t)4 * 1024 * 1024)
#define WORD "oeo-export "
#define DEEPEST 2 /* folders below the export's own */

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

bool oeo_folder_list_is_empty(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	bool is_empty = true;

	if (folder == NULL)
		return false;
	while (is_empty && (entry = readdir(folder)) != NULL)
		is_empty = is_dots(entry->d_name);
	(void)closedir(folder);
	return is_empty;
}

/* True where the list names this file, as a whole line behind the empty one. */
static bool is_listed(const char *files, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = files; *line != '\0';
	     line += strcspn(line, "\n"), line += *line == '\n' ? 1 : 0)
		if (strncmp(line, name, length) == 0 && line[length] == '\n')
			return true;
	return false;
}

static bool holds_only(const char *root, const char *under, const char *files, unsigned depth);

/* One entry of a folder: a listed file, or a folder with listed files only. */
static bool is_ours(const char *root, const char *name, const char *files, unsigned depth)
{
	char path[OEO_PATH_BYTES];
	struct stat status;

	if (snprintf(path, sizeof(path), "%s/%s", root, name) >= (int)sizeof(path) ||
	    lstat(path, &status) != 0)
		return false;
	if (S_ISDIR(status.st_mode))
		return depth < DEEPEST && holds_only(root, name, files, depth + 1);
	return strcmp(name, OEO_FOLDER_LIST) == 0 || is_listed(files, name);
}

/* True where the folder `under` of root ("" for itself) has nothing that the list does not name. */
static bool holds_only(const char *root, const char *under, const char *files, unsigned depth)
{
	char path[OEO_PATH_BYTES];
	const struct dirent *entry;
	bool is_only = true;
	DIR *folder;

	if (snprintf(path, sizeof(path), "%s/%s", root, under) >= (int)sizeof(path))
		return false;
	folder = opendir(path);
	if (folder == NULL)
		return false;
	while (is_only && (entry = readdir(folder)) != NULL) {
		if (is_dots(entry->d_name))
			continue;
		if (snprintf(path, sizeof(path), "%s%s%s", under, under[0] != '\0' ? "/" : "",
			entry->d_name) >= (int)sizeof(path))
			is_only = false;
		else
			is_only = is_ours(root, path, files, depth);
	}
	(void)closedir(folder);
	return is_only;
}

/* Read the list of an earlier export; false where out holds none, or other files beside it. */
static bool read_list(struct oeo_buf *list, const char *out)
{
	char path[OEO_PATH_BYTES];
	const char *files;

	if (snprintf(path, sizeof(path), "%s/%s", out, OEO_FOLDER_LIST) >= (int)sizeof(path) ||
	    !oeo_file_exists(path) || oeo_file_read(list, path, LIST_LIMIT, NULL) != OEO_OK)
		return false;
	files = strstr((const char *)list->data, "\n\n");
	return strncmp((const char *)list->data, WORD, strlen(WORD)) == 0 && files != NULL &&
	       holds_only(out, "", files + 2, 0);
}

struct oeo_folder_kind oeo_folder_kind(const char *out)
{
	struct oeo_folder_kind kind = {""};
	struct oeo_buf list = {0};
	const char *word;
	size_t length;

	if (read_list(&list, out)) {
		word = (const char *)list.data + strlen(WORD);
		length = strcspn(word, "\n");
		if (length < sizeof(kind.text))
			memcpy(kind.text, word, length);
	}
	oeo_buf_fini(&list);
	return kind;
}

bool oeo_folder_holds(const char *out, const char *kind, const char *from)
{
	struct oeo_buf list = {0};
	const char *begin;
	bool is_same = false;

	if (read_list(&list, out) && strcmp(oeo_folder_kind(out).text, kind) == 0) {
		begin = strchr((const char *)list.data, '\n') + 1;
		is_same = strncmp(begin, from, strlen(from)) == 0 && begin[strlen(from)] == '\n';
	}
	oeo_buf_fini(&list);
	return is_same;
}

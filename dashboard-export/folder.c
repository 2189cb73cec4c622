/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dashboard-export/folder_list.h"
#include "proto/i18n.h"

#define FOLDER_MODE 0777 /* and the user's umask */
#define MOST_KEPT 1000

static enum oeo_err failed(struct oeo_note *why, const char *path)
{
	return oeo_note_set(why, OEO_ERR_IO, _("%s: %s; nothing has been changed"), path, strerror(errno));
}

/* ---- removing a tree ---- */

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
	(void)status;
	(void)type;
	(void)at;
	return remove(path);
}

/* Remove a folder of ours with all in it; links are removed, not followed. */
static void remove_tree(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- where it goes ---- */

/* Make the folders above path that are missing. */
static enum oeo_err make_parents(const char *path, struct oeo_note *why)
{
	char part[OEO_PATH_BYTES];

	(void)snprintf(part, sizeof(part), "%s", path);
	for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(part, FOLDER_MODE) != 0 && errno != EEXIST)
			return failed(why, part);
		*slash = '/';
	}
	return OEO_OK;
}

/* Fill folder->path: absolute where it exists ("." has no name to rename), without slashes at its end. */
static enum oeo_err set_path(struct oeo_folder *folder, const char *out, struct oeo_note *why)
{
	char *real = realpath(out, NULL);
	int written = snprintf(folder->path, sizeof(folder->path), "%s", real != NULL ? real : out);
	size_t length = strlen(folder->path);

	free(real);
	if (out[0] == '\0' || written < 0 || (size_t)written >= sizeof(folder->path))
		return oeo_note_set(
		    why, OEO_ERR_RANGE, _("the name of the folder after --out is empty or too long"));
	while (length > 1 && folder->path[length - 1] == '/')
		folder->path[--length] = '\0';
	if (strcmp(folder->path, "/") == 0)
		return oeo_note_set(why, OEO_ERR_RANGE, _("give a folder of its own after --out, not /"));
	return OEO_OK;
}

static enum oeo_err check_present(struct oeo_folder *folder, bool is_forced, struct oeo_note *why)
{
	struct stat status;

	if (lstat(folder->path, &status) != 0)
		return errno == ENOENT ? OEO_OK : failed(why, folder->path);
	if (!S_ISDIR(status.st_mode))
		return oeo_note_set(why, OEO_ERR_EXISTS,
		    _("%s exists and is not a folder; give another one after --out"), folder->path);
	if (oeo_folder_list_is_empty(folder->path) || oeo_folder_kind(folder->path).text[0] != '\0')
		return OEO_OK;
	if (!is_forced)
		return oeo_note_set(why, OEO_ERR_EXISTS,
		    _("%s holds other files than an earlier export; give another folder, or add --force: "
		      "then that folder is "
		      "moved aside and kept"),
		    folder->path);
	folder->is_kept = true;
	return OEO_OK;
}

/* A folder beside the one to come, so that a rename is enough. */
static enum oeo_err make_temporary(struct oeo_folder *folder, struct oeo_note *why)
{
	mode_t mask = umask(0);

	(void)umask(mask);
	(void)snprintf(folder->temporary, sizeof(folder->temporary), "%s.new-XXXXXX", folder->path);
	if (mkdtemp(folder->temporary) == NULL) {
		enum oeo_err err = failed(why, folder->path);

		folder->temporary[0] = '\0';
		return err;
	}
	if (chmod(folder->temporary, FOLDER_MODE & ~mask) != 0)
		return failed(why, folder->temporary);
	return OEO_OK;
}

enum oeo_err oeo_folder_begin(struct oeo_folder *folder, const char *out, const char *kind, const char *from,
    bool is_forced, struct oeo_note *why)
{
	enum oeo_err err;

	memset(folder, 0, sizeof(*folder));
	err = set_path(folder, out, why);
	if (err == OEO_OK)
		err = check_present(folder, is_forced, why);
	if (err == OEO_OK)
		err = make_parents(folder->path, why);
	if (err == OEO_OK)
		err = make_temporary(folder, why);
	if (err == OEO_OK)
		err = oeo_buf_printf(&folder->list, "oeo-export %s\n%s\n", kind, from);
	if (err != OEO_OK)
		oeo_folder_fini(folder);
	return err;
}

/* ---- writing ---- */

static enum oeo_err make_subfolder(const struct oeo_folder *folder, const char *name, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	const char *slash = strchr(name, '/');

	if (slash == NULL)
		return OEO_OK;
	if (snprintf(path, sizeof(path), "%s/%.*s", folder->temporary, (int)(slash - name), name) >=
	    (int)sizeof(path))
		return oeo_note_set(
		    why, OEO_ERR_RANGE, _("the name of the folder after --out is empty or too long"));
	if (mkdir(path, FOLDER_MODE) != 0 && errno != EEXIST)
		return failed(why, path);
	return OEO_OK;
}

/* Write a new file; true where every byte went out. */
static bool write_file(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(path, "wbx");
	bool is_written;

	if (file == NULL)
		return false;
	is_written = len == 0 || fwrite(bytes, 1, len, file) == len;
	return fclose(file) == 0 && is_written;
}

enum oeo_err oeo_folder_add(
    struct oeo_folder *folder, const char *name, char path[OEO_PATH_BYTES], struct oeo_note *why)
{
	enum oeo_err err = make_subfolder(folder, name, why);

	if (err != OEO_OK)
		return err;
	if (snprintf(path, OEO_PATH_BYTES, "%s/%s", folder->temporary, name) >= OEO_PATH_BYTES)
		return oeo_note_set(
		    why, OEO_ERR_RANGE, _("the name of the folder after --out is empty or too long"));
	return oeo_buf_printf(&folder->list, "%s\n", name);
}

enum oeo_err oeo_folder_write(
    struct oeo_folder *folder, const char *name, const void *bytes, size_t len, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_folder_add(folder, name, path, why);

	if (err != OEO_OK)
		return err;
	return write_file(path, bytes, len) ? OEO_OK : failed(why, path);
}

/* ---- putting it in place ---- */

/* A name beside the folder that nothing has yet: "<path>.before", "<path>.before-2", ... */
static bool choose_kept(struct oeo_folder *folder)
{
	struct stat status;

	(void)snprintf(folder->kept, sizeof(folder->kept), "%s.before", folder->path);
	for (unsigned i = 2; i < MOST_KEPT; i++) {
		if (lstat(folder->kept, &status) != 0 && errno == ENOENT)
			return true;
		(void)snprintf(folder->kept, sizeof(folder->kept), "%s.before-%u", folder->path, i);
	}
	return false;
}

/* Move the old folder aside and the new one in; the old one comes back where that fails. */
static enum oeo_err replace_aside(struct oeo_folder *folder, struct oeo_note *why)
{
	enum oeo_err err;

	if (!choose_kept(folder) || rename(folder->path, folder->kept) != 0) {
		err = failed(why, folder->path);
		folder->kept[0] = '\0';
		return err;
	}
	if (rename(folder->temporary, folder->path) == 0)
		return OEO_OK;
	err = failed(why, folder->path);
	(void)rename(folder->kept, folder->path);
	folder->kept[0] = '\0';
	return err;
}

enum oeo_err oeo_folder_commit(struct oeo_folder *folder, struct oeo_note *why)
{
	enum oeo_err err = OEO_OK;
	char list[OEO_PATH_BYTES];

	if (snprintf(list, sizeof(list), "%s/%s", folder->temporary, OEO_FOLDER_LIST) >= (int)sizeof(list) ||
	    !write_file(list, folder->list.data, folder->list.len))
		return failed(why, folder->temporary);
	if (!folder->is_kept && oeo_folder_kind(folder->path).text[0] != '\0' &&
	    renameat2(AT_FDCWD, folder->temporary, AT_FDCWD, folder->path, RENAME_EXCHANGE) == 0) {
		remove_tree(folder->temporary);
	} else if (folder->is_kept || oeo_folder_kind(folder->path).text[0] != '\0') {
		err = replace_aside(folder, why);
		if (err == OEO_OK && !folder->is_kept) {
			remove_tree(folder->kept);
			folder->kept[0] = '\0';
		}
	} else if (rename(folder->temporary, folder->path) != 0) {
		err = failed(why, folder->path);
	}
	if (err == OEO_OK)
		folder->temporary[0] = '\0';
	return err;
}

void oeo_folder_fini(struct oeo_folder *folder)
{
	if (folder == NULL)
		return;
	if (folder->temporary[0] != '\0')
		remove_tree(folder->temporary);
	folder->temporary[0] = '\0';
	oeo_buf_fini(&folder->list);
}

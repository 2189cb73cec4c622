/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/convert_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "oeo-sheet-"
#define PREFIX_BYTES (sizeof(PREFIX) - 1)
#define OPEN_AT_ONCE 16
#define N_PLACES 3
#define MOST_TRIES 8

static void find_places(const char *places[N_PLACES])
{
	places[0] = "/dev/shm";
	places[1] = getenv("TMPDIR");
	places[2] = "/tmp";
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
	(void)info;
	(void)kind;
	(void)walk;
	(void)remove(path);
	return 0;
}

static void remove_tree(const char *path)
{
	(void)nftw(path, remove_one, OPEN_AT_ONCE, FTW_DEPTH | FTW_PHYS);
}

/* Lock the folder at path; -1 where another process has it, it is not this user's, or it is not there (any more). */
static int lock_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat opened;
	struct stat there;

	if (fd < 0)
		return -1;
	if (fstat(fd, &opened) == 0 && opened.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
	    lstat(path, &there) == 0 && there.st_dev == opened.st_dev && there.st_ino == opened.st_ino)
		return fd;
	(void)close(fd);
	return -1;
}

/* Somebody who sweeps may have it between its making and its locking: then another one. */
static bool make_in(struct oeo_convert_folder *folder, const char *place)
{
	for (int i = 0; i < MOST_TRIES; i++) {
		if (snprintf(folder->path, sizeof(folder->path), "%s/" PREFIX "XXXXXX", place) >=
			(int)sizeof(folder->path) ||
		    mkdtemp(folder->path) == NULL)
			return false;
		folder->lock = lock_folder(folder->path);
		if (folder->lock >= 0)
			return true;
		(void)rmdir(folder->path);
	}
	return false;
}

bool oeo_convert_folder_make(struct oeo_convert_folder *folder)
{
	const char *places[N_PLACES];

	find_places(places);
	for (size_t i = 0; i < N_PLACES; i++) {
		if (places[i] != NULL && make_in(folder, places[i]))
			return true;
	}
	folder->path[0] = '\0';
	folder->lock = -1;
	return false;
}

void oeo_convert_folder_remove(struct oeo_convert_folder *folder)
{
	if (folder->path[0] == '\0')
		return;
	remove_tree(folder->path);
	(void)close(folder->lock);
	folder->path[0] = '\0';
	folder->lock = -1;
}

static void sweep_place(const char *place)
{
	DIR *listing = opendir(place);
	const struct dirent *found;

	while (listing != NULL && (found = readdir(listing)) != NULL) {
		struct oeo_convert_folder folder;

		if (strncmp(found->d_name, PREFIX, PREFIX_BYTES) != 0 ||
		    snprintf(folder.path, sizeof(folder.path), "%s/%s", place, found->d_name) >=
			(int)sizeof(folder.path))
			continue;
		folder.lock = lock_folder(folder.path);
		if (folder.lock >= 0)
			oeo_convert_folder_remove(&folder);
	}
	if (listing != NULL)
		(void)closedir(listing);
}

void oeo_convert_sweep(void)
{
	const char *places[N_PLACES];

	find_places(places);
	for (size_t i = 0; i < N_PLACES; i++) {
		if (places[i] != NULL)
			sweep_place(places[i]);
	}
}

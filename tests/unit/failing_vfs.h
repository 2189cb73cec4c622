/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A file system for SQLite on which the n-th write or sync fails, and all after it: a disk that is full or gone. Made the
 * default by failing_vfs_install; counts from failing_vfs_fail_at on.
 */
#ifndef OEO_TESTS_FAILING_VFS_H
#define OEO_TESTS_FAILING_VFS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static sqlite3_vfs *failing_real;
static sqlite3_vfs failing_vfs;
static sqlite3_io_methods failing_methods;
static unsigned long failing_at; /* 0: never */
static unsigned long failing_count; /* writes and syncs since failing_vfs_fail_at */
static unsigned long failing_nameless; /* files that SQLite made in a folder for temporary files */

struct failing_file {
	sqlite3_file base;
	sqlite3_file *real; /* right behind this struct */
};

static inline sqlite3_file *failing_real_of(sqlite3_file *file)
{
	return ((struct failing_file *)(void *)file)->real;
}

static inline bool failing_now(void)
{
	failing_count++;
	return failing_at > 0 && failing_count >= failing_at;
}

static int failing_close(sqlite3_file *file)
{
	return failing_real_of(file)->pMethods->xClose(failing_real_of(file));
}

static int failing_read(sqlite3_file *file, void *bytes, int len, sqlite3_int64 place)
{
	return failing_real_of(file)->pMethods->xRead(failing_real_of(file), bytes, len, place);
}

static int failing_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 place)
{
	if (failing_now())
		return SQLITE_FULL;
	return failing_real_of(file)->pMethods->xWrite(failing_real_of(file), bytes, len, place);
}

static int failing_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return failing_real_of(file)->pMethods->xTruncate(failing_real_of(file), size);
}

static int failing_sync(sqlite3_file *file, int flags)
{
	if (failing_now())
		return SQLITE_IOERR_FSYNC;
	return failing_real_of(file)->pMethods->xSync(failing_real_of(file), flags);
}

static int failing_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return failing_real_of(file)->pMethods->xFileSize(failing_real_of(file), size);
}

static int failing_lock(sqlite3_file *file, int kind)
{
	return failing_real_of(file)->pMethods->xLock(failing_real_of(file), kind);
}

static int failing_unlock(sqlite3_file *file, int kind)
{
	return failing_real_of(file)->pMethods->xUnlock(failing_real_of(file), kind);
}

static int failing_check(sqlite3_file *file, int *result)
{
	return failing_real_of(file)->pMethods->xCheckReservedLock(failing_real_of(file), result);
}

static int failing_control(sqlite3_file *file, int operation, void *argument)
{
	return failing_real_of(file)->pMethods->xFileControl(failing_real_of(file), operation, argument);
}

static int failing_sector(sqlite3_file *file)
{
	return failing_real_of(file)->pMethods->xSectorSize(failing_real_of(file));
}

static int failing_device(sqlite3_file *file)
{
	return failing_real_of(file)->pMethods->xDeviceCharacteristics(failing_real_of(file));
}

static int failing_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **memory)
{
	return failing_real_of(file)->pMethods->xShmMap(failing_real_of(file), page, size, extend, memory);
}

static int failing_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return failing_real_of(file)->pMethods->xShmLock(failing_real_of(file), offset, n, flags);
}

static void failing_shm_barrier(sqlite3_file *file)
{
	failing_real_of(file)->pMethods->xShmBarrier(failing_real_of(file));
}

static int failing_shm_unmap(sqlite3_file *file, int is_deleted)
{
	return failing_real_of(file)->pMethods->xShmUnmap(failing_real_of(file), is_deleted);
}

static int failing_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	struct failing_file *made = (struct failing_file *)(void *)file;
	int code;

	(void)vfs;
	failing_nameless += name == NULL ? 1 : 0;
	made->base.pMethods = NULL;
	made->real = (sqlite3_file *)(void *)(made + 1);
	code = failing_real->xOpen(failing_real, name, made->real, flags, out_flags);
	if (code == SQLITE_OK)
		made->base.pMethods = &failing_methods;
	return code;
}

static inline void failing_vfs_install(void)
{
	failing_methods = (sqlite3_io_methods){2, failing_close, failing_read, failing_write,
	    failing_truncate, failing_sync, failing_size, failing_lock, failing_unlock, failing_check,
	    failing_control, failing_sector, failing_device, failing_shm_map, failing_shm_lock,
	    failing_shm_barrier, failing_shm_unmap, NULL, NULL};
	failing_real = sqlite3_vfs_find(NULL);
	failing_vfs = *failing_real;
	failing_vfs.zName = "failing";
	failing_vfs.pNext = NULL;
	failing_vfs.szOsFile = (int)sizeof(struct failing_file) + failing_real->szOsFile;
	failing_vfs.xOpen = failing_open;
	(void)sqlite3_vfs_register(&failing_vfs, 1);
}

/* From now on the n-th write or sync fails; 0: none does. */
static inline void failing_vfs_fail_at(unsigned long n)
{
	failing_at = n;
	failing_count = 0;
}

/* True where a failure has been met since. */
static inline bool failing_vfs_has_failed(void)
{
	return failing_at > 0 && failing_count >= failing_at;
}

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/* Bytes as a file that has a path and lies in memory. */
#ifndef OEO_TESTS_FUZZ_TEXT_FILE_H
#define OEO_TESTS_FUZZ_TEXT_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct text_file {
	int fd;
	char path[32];
};

static inline void text_file_make(struct text_file *file, const uint8_t *bytes, size_t len)
{
	file->fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (file->fd < 0 || (len > 0 && write(file->fd, bytes, len) != (ssize_t)len))
		abort();
	(void)snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
}

static inline void text_file_remove(struct text_file *file)
{
	(void)close(file->fd);
}

#endif

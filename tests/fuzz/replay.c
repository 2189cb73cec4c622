/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Runs a fuzz target once on every file of the folders and files named on the command line. A corpus
 * without files is a fault: then nothing would have been tested.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	long size;
	int result = 1;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
		goto cleanup;
	rewind(file);
	/* Exactly as long as the input, so that AddressSanitizer sees a read past its end. */
	data = malloc(size > 0 ? (size_t)size : 1);
	if (data == NULL || fread(data, 1, (size_t)size, file) != (size_t)size)
		goto cleanup;
	(void)LLVMFuzzerTestOneInput(data, (size_t)size);
	result = 0;
cleanup:
	if (result != 0)
		(void)fprintf(stderr, "replay: cannot read %s\n", path);
	free(data);
	if (file != NULL)
		(void)fclose(file);
	return result;
}

static int run_directory(const char *path, unsigned *count)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	char name[4096];
	int result = 0;

	if (directory == NULL)
		return 1;
	while (result == 0 && (entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		result = run_file(name);
		(*count)++;
	}
	(void)closedir(directory);
	return result;
}

int main(int argc, char **argv)
{
	unsigned count = 0;
	struct stat info;

	for (int i = 1; i < argc; i++) {
		if (stat(argv[i], &info) != 0)
			return 1;
		if (S_ISDIR(info.st_mode) ? run_directory(argv[i], &count) != 0 : run_file(argv[i]) != 0)
			return 1;
		if (!S_ISDIR(info.st_mode))
			count++;
	}
	(void)printf("replayed %u inputs\n", count);
	return count > 0 ? 0 : 1;
}

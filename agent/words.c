/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/words.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/csv_reader.h"
#include "proto/i18n.h"
#include "proto/share.h"

#define FILE_NAME "synonyms.csv"
#define SHARE "ogen-en-oren/"
#define MAPPINGS "mappings"
#define LIMIT_BYTES ((size_t)1024 * 1024)
#define FILE_MODE 0600

static bool has_columns(struct oeo_csv *csv)
{
	size_t n = 0;
	const char *const *header = oeo_csv_header(csv, &n);

	return n == 2 && strcmp(header[0], "term") == 0 && strcmp(header[1], "code") == 0;
}

typedef enum oeo_err on_line_fn(void *context, const char *term, const char *code);

/* on_line NULL: only look whether it is such a file. A line that cannot be read is passed over. */
static enum oeo_err read_text(
    const struct oeo_buf *text, on_line_fn *on_line, void *context, const char *path, struct oeo_note *why)
{
	static const struct oeo_csv_format format = {',', '"', 0, true, "utf-8"};
	struct oeo_csv_memory memory = {text->data, text->len, 0};
	struct oeo_csv_row row = {0};
	struct oeo_csv *csv = NULL;
	bool is_end = false;
	enum oeo_err err = oeo_csv_open(&csv, &format, oeo_csv_read_memory, &memory, why);

	if (err == OEO_OK && !has_columns(csv))
		err = oeo_note_set(why, OEO_ERR_FORMAT, _("%s: the first line should be: term,code"), path);
	while (err == OEO_OK && on_line != NULL && !is_end) {
		err = oeo_csv_next(csv, &row, &is_end);
		if (err == OEO_OK && !is_end && row.fault == OEO_CSV_FINE)
			err = on_line(context, row.fields[0].text, row.fields[1].text);
	}
	oeo_csv_close(csv);
	return err;
}

enum oeo_err oeo_words_read_file(const struct oeo_words_use *use, const char *path, struct oeo_note *why)
{
	struct oeo_buf text = {0};
	enum oeo_err err = oeo_file_read(&text, path, LIMIT_BYTES, why);

	if (err == OEO_OK)
		err = read_text(&text, use->add, use->context, path, why);
	oeo_buf_fini(&text);
	return err;
}

/* A file that may be missing or be something else. */
static enum oeo_err read_if_good(const struct oeo_words_use *use, const char *path)
{
	enum oeo_err err = oeo_words_read_file(use, path, NULL);

	return err == OEO_ERR_NOMEM ? err : OEO_OK;
}

/* ---- Those of the mappings */

static int is_table(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 4 && strcmp(entry->d_name + len - 4, ".csv") == 0;
}

static enum oeo_err read_remembered(const struct oeo_words_use *use, const char *folder)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_table, alphasort);
	enum oeo_err err = OEO_OK;

	for (int i = 0; i < n; i++) {
		char path[OEO_PATH_BYTES];
		int len = snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);

		if (err == OEO_OK && len > 0 && len < OEO_PATH_BYTES)
			err = read_if_good(use, path);
		free(entries[i]);
	}
	free(entries);
	return err;
}

/* ---- Those that come with the program */

struct fit {
	const struct oeo_words_use *use;
	size_t n; /* lines */
	size_t n_known; /* with a code that the plan has */
};

static enum oeo_err count_line(void *context, const char *term, const char *code)
{
	struct fit *fit = context;

	(void)term;
	fit->n++;
	fit->n_known += fit->use->has(fit->use->context, code);
	return OEO_OK;
}

static enum oeo_err read_own_file(const struct oeo_words_use *use, const char *name)
{
	struct fit fit = {use, 0, 0};
	const struct oeo_words_use counting = {&fit, use->has, count_line};
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_share_path(path, name);

	if (err == OEO_OK)
		err = read_if_good(&counting, path);
	if (err == OEO_OK && fit.n_known > 0 && 10 * fit.n_known >= 9 * fit.n)
		err = read_if_good(use, path);
	return err == OEO_ERR_NOMEM ? err : OEO_OK;
}

static enum oeo_err read_own(const struct oeo_words_use *use)
{
	enum oeo_err err = read_own_file(use, SHARE "synonyms.csv");

	return err == OEO_OK ? read_own_file(use, SHARE "everyday.csv") : err;
}

/* ---- All */

enum oeo_err oeo_words_read(const struct oeo_words_use *use, const struct oeo_home *home)
{
	char path[OEO_PATH_BYTES];
	enum oeo_err err;

	if (home == NULL)
		return read_own(use);
	err = oeo_home_path(path, home, FILE_NAME);
	if (err == OEO_OK && oeo_file_exists(path))
		return read_if_good(use, path);
	if (err == OEO_OK)
		err = oeo_home_path(path, home, MAPPINGS);
	if (err == OEO_OK)
		err = read_remembered(use, path);
	return err == OEO_OK ? read_own(use) : err;
}

enum oeo_err oeo_words_keep(const struct oeo_home *home, const char *path, struct oeo_note *why)
{
	struct oeo_buf text = {0};
	char to[OEO_PATH_BYTES];
	enum oeo_err err = oeo_file_read(&text, path, LIMIT_BYTES, why);

	if (err == OEO_OK)
		err = read_text(&text, NULL, NULL, path, why);
	if (err == OEO_OK)
		err = oeo_home_path(to, home, FILE_NAME);
	if (err == OEO_OK)
		err = oeo_file_write(to, text.data, text.len, FILE_MODE, why);
	oeo_buf_fini(&text);
	return err;
}

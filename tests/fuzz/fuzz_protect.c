/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * `oeo-collector protect` on files and options from anywhere. The input is cut at byte 0x1E (a record separator): options
 * (name=value, one a line), a hierarchy of column a, the table, and a table that is out already. What is refused is told in a
 * sentence; what is written has every number as published or hidden, and none in 1 .. 4.
 */
#include <string.h>

#include "fuzz_text_file.h"
#include "tests/unit/protect_run.h"

#define PARTS 4
#define MOST_DECIDED 60 /* cells: a larger table is read, and not decided on */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct part {
	const uint8_t *bytes;
	size_t len;
};

static void cut(const uint8_t *data, size_t size, struct part parts[PARTS])
{
	const uint8_t *end = data + size;

	for (size_t i = 0; i < PARTS; i++) {
		const uint8_t *stop =
		    i + 1 < PARTS && data < end ? memchr(data, 0x1E, (size_t)(end - data)) : NULL;

		parts[i] = (struct part){data, (size_t)((stop != NULL ? stop : end) - data)};
		data = stop != NULL ? stop + 1 : end;
	}
}

/* Options that exist and are not files. */
static void add_options(struct protect_run *run, char *text)
{
	char *rest = text, *line;

	while ((line = strsep(&rest, "\n")) != NULL && run->cli.n_given + 6 < RUN_OPTIONS) {
		char *name = strsep(&line, "=");
		size_t i = 0;

		while (oeo_protect_options[i].name != NULL && strcmp(oeo_protect_options[i].name, name) != 0)
			i++;
		if (oeo_protect_options[i].name != NULL && strcmp(name, "hier") != 0 &&
		    strcmp(name, "out") != 0 && strcmp(name, "earlier") != 0)
			protect_run_option(run, name, line != NULL ? line : "");
	}
}

static void check_written(const struct oeo_buf *text)
{
	char *rest = (char *)text->data, *line;

	(void)strsep(&rest, "\n");
	while ((line = strsep(&rest, "\n")) != NULL && line[0] != '\0') {
		char *status = strrchr(line, ','), *number;

		if (status == NULL || (strcmp(status, ",published") != 0 && strcmp(status, ",hidden") != 0))
			abort();
		*status = '\0';
		number = strrchr(line, ',');
		if (number == NULL || (strcmp(status + 1, "hidden") == 0) != (number[1] == '\0') ||
		    (number[1] != '\0' && number[2] == '\0' && number[1] >= '1' && number[1] <= '4'))
			abort();
	}
}

static enum oeo_err run_protect(struct protect_run *run, struct oeo_buf *text)
{
	enum oeo_err err = oeo_protect_options_read(&run->job) ? OEO_OK : OEO_ERR_USAGE;

	if (err != OEO_OK)
		return OEO_OK;
	err = oeo_protect_read(&run->job, &run->why);
	if (err == OEO_OK && run->job.cells.problem.n_cells <= MOST_DECIDED)
		err = oeo_protect_decide(&run->job, &run->why);
	else if (err == OEO_OK)
		return OEO_OK;
	if (err == OEO_OK)
		err = oeo_protect_write(&run->job, text);
	if (err == OEO_OK)
		err = oeo_buf_terminate(text);
	if (err == OEO_OK && run->job.rules.residents >= 5)
		check_written(text);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text_file tree, table, earlier;
	struct part parts[PARTS];
	struct protect_run run;
	struct oeo_buf text;
	char options[1024], hierarchy[48];

	cut(data, size, parts);
	if (parts[0].len >= sizeof(options))
		return 0;
	memcpy(options, parts[0].bytes, parts[0].len);
	options[parts[0].len] = '\0';
	text_file_make(&tree, parts[1].bytes, parts[1].len);
	text_file_make(&table, parts[2].bytes, parts[2].len);
	text_file_make(&earlier, parts[3].bytes, parts[3].len);
	protect_run_init(&run, table.path);
	add_options(&run, options);
	(void)snprintf(hierarchy, sizeof(hierarchy), "a=%s", tree.path);
	if (parts[1].len > 0)
		protect_run_option(&run, "hier", hierarchy);
	if (parts[3].len > 0)
		protect_run_option(&run, "earlier", earlier.path);
	oeo_buf_init(&text);
	if (run_protect(&run, &text) != OEO_OK && run.why.text[0] == '\0')
		abort();
	oeo_buf_fini(&text);
	protect_run_fini(&run);
	text_file_remove(&tree);
	text_file_remove(&table);
	text_file_remove(&earlier);
	return 0;
}

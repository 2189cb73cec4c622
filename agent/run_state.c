/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/run_state.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "proto/keylines.h"
#include "proto/text.h"

#define STATE_FILE "run.state"
#define STATE_MODE 0600
#define LIMIT_BYTES 16384
#define NUMBER_BYTES 24
#define NONE "-" /* a value is never empty */

static enum oeo_err format(struct oeo_buf *text, const struct oeo_run_state *state)
{
	char file[NAME_MAX + 1];

	/* A name may hold line feeds. */
	(void)snprintf(file, sizeof(file), "%s", state->file[0] != '\0' ? state->file : NONE);
	oeo_text_clean(file);
	return oeo_buf_printf(text,
	    "oeo: 1\npid: %" PRId64 "\nstarted: %" PRId64 "\nnext: %" PRId64
	    "\ndoing: %d\npercent: %u\nfile: %s\ninbox: %s\nform: %s\n",
	    state->pid, state->started_s, state->next_s, (int)state->doing, state->percent, file,
	    state->inbox, state->form[0] != '\0' ? state->form : NONE);
}

enum oeo_err oeo_run_state_save(const struct oeo_home *home, const struct oeo_run_state *state)
{
	struct oeo_buf text = {0};
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, STATE_FILE);

	if (err == OEO_OK)
		err = format(&text, state);
	if (err == OEO_OK)
		err = oeo_file_write(path, text.data, text.len, STATE_MODE, NULL);
	oeo_buf_fini(&text);
	return err;
}

static enum oeo_err take_number(struct oeo_keylines *lines, const char *key, int64_t *number)
{
	char text[NUMBER_BYTES];
	char *end = NULL;
	enum oeo_err err = oeo_keylines_take(lines, key, text, sizeof(text));

	if (err != OEO_OK)
		return err;
	errno = 0;
	*number = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0' ? OEO_OK : OEO_ERR_FORMAT;
}

static enum oeo_err parse(struct oeo_run_state *state, const struct oeo_buf *text)
{
	struct oeo_keylines lines;
	int64_t numbers[6] = {0};
	static const char *const keys[] = {"oeo", "pid", "started", "next", "doing", "percent"};
	enum oeo_err err =
	    oeo_keylines_begin(&lines, STATE_FILE, (const char *)text->data, text->len, LIMIT_BYTES, NULL);

	memset(state, 0, sizeof(*state));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && err == OEO_OK; i++)
		err = take_number(&lines, keys[i], &numbers[i]);
	if (err == OEO_OK)
		err = oeo_keylines_take(&lines, "file", state->file, sizeof(state->file));
	if (err == OEO_OK)
		err = oeo_keylines_take(&lines, "inbox", state->inbox, sizeof(state->inbox));
	if (err == OEO_OK)
		err = oeo_keylines_take(&lines, "form", state->form, sizeof(state->form));
	if (err == OEO_OK)
		err = oeo_keylines_end(&lines);
	if (err != OEO_OK || numbers[0] != 1 || numbers[4] < OEO_RUN_STOPPED ||
	    numbers[4] > OEO_RUN_PUBLISHES || numbers[5] < 0 || numbers[5] > 100)
		return OEO_ERR_FORMAT;
	state->pid = numbers[1];
	state->started_s = numbers[2];
	state->next_s = numbers[3];
	state->doing = (enum oeo_run_doing)numbers[4];
	state->percent = (unsigned)numbers[5];
	if (strcmp(state->file, NONE) == 0)
		state->file[0] = '\0';
	if (strcmp(state->form, NONE) == 0)
		state->form[0] = '\0';
	return OEO_OK;
}

/* By the machine's own clock, whatever day the program was told to take. */
static bool is_fresh(const char *path)
{
	struct stat info;
	time_t now = time(NULL);

	return stat(path, &info) == 0 && info.st_mtim.tv_sec + OEO_RUN_STATE_FRESH_S >= now;
}

enum oeo_err oeo_run_state_load(struct oeo_run_state *state, bool *is_running, const struct oeo_home *home)
{
	struct oeo_buf text = {0};
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, STATE_FILE);

	if (err == OEO_OK)
		err = oeo_file_read(&text, path, LIMIT_BYTES, NULL);
	if (err == OEO_OK)
		err = parse(state, &text);
	oeo_buf_fini(&text);
	if (err != OEO_OK)
		return err;
	*is_running = state->doing != OEO_RUN_STOPPED && state->pid > 0 && is_fresh(path) &&
		      (kill((pid_t)state->pid, 0) == 0 || errno == EPERM);
	return OEO_OK;
}

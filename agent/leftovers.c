/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/leftovers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/bytes.h"
#include "agent/drop.h"
#include "agent/drop_folder.h"
#include "agent/retention.h"
#include "agent/run.h"
#include "agent/run_state.h"
#include "proto/i18n.h"
#include "proto/text.h"

#define COLLECTION "settings"
#define KEEP_KEY "keep-files"
#define KEEP_WIDTH 4
#define DAY_NS ((int64_t)24 * 3600 * 1000000000)

/* ---- The setting */

enum oeo_err oeo_keep_files_load(unsigned *days, struct oeo_ledger *ledger)
{
	struct oeo_buf value = {0};
	struct oeo_reader reader;
	uint64_t number = 0;
	enum oeo_err err = oeo_ledger_get(ledger, COLLECTION, KEEP_KEY, &value);

	if (err == OEO_OK) {
		reader = (struct oeo_reader){.at = value.data, .left = value.len};
		number = oeo_bytes_take(&reader, KEEP_WIDTH);
		if (!oeo_bytes_is_done(&reader) || number > OEO_KEEP_FILES_MOST)
			err = OEO_ERR_FORMAT;
	}
	oeo_buf_fini(&value);
	if (err != OEO_OK && err != OEO_ERR_NOT_FOUND)
		return err;
	*days = (unsigned)number;
	return OEO_OK;
}

enum oeo_err oeo_keep_files_save(struct oeo_ledger *ledger, unsigned days)
{
	struct oeo_buf value = {0};
	enum oeo_err err = oeo_bytes_put(&value, days, KEEP_WIDTH);

	if (err == OEO_OK)
		err = oeo_ledger_put(ledger, COLLECTION, KEEP_KEY, value.data, value.len);
	oeo_buf_fini(&value);
	return err;
}

/* ---- Counting */

enum oeo_err oeo_leftovers_inbox(char path[OEO_PATH_BYTES], const struct oeo_home *home)
{
	struct oeo_run_state state;
	bool is_running = false;

	if (oeo_run_state_load(&state, &is_running, home) == OEO_OK) {
		(void)snprintf(path, OEO_PATH_BYTES, "%s", state.inbox);
		return OEO_OK;
	}
	return oeo_home_path(path, home, OEO_INBOX_FOLDER);
}

static int64_t day_of(int64_t ns)
{
	return ns >= 0 ? ns / DAY_NS : -1 - (-1 - ns) / DAY_NS;
}

static void count_file(struct oeo_leftover *place, int64_t day, int64_t over_day)
{
	if (place->n == 0 || day < place->first_day)
		place->first_day = day;
	if (place->n == 0 || day > place->last_day)
		place->last_day = day;
	place->n++;
	place->n_over += day <= over_day;
}

/* A folder that cannot be listed: only where it certainly is not there is nothing hidden in it. */
static bool is_closed(const char *path)
{
	return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

/* Those that wait have no reports beside them. */
static enum oeo_err count_folder(
    struct oeo_leftovers *found, enum oeo_leftover_place place, const char *path, const char *folder)
{
	struct oeo_drop_entry *entries = NULL;
	char full[OEO_PATH_BYTES];
	size_t n = 0;
	enum oeo_err err = oeo_drop_join(full, path, "", folder) ? OEO_OK : OEO_ERR_RANGE;

	if (err == OEO_OK)
		err = oeo_drop_list(&entries, &n, full);
	if (err == OEO_ERR_IO) {
		found->places[place].is_closed = found->places[place].is_closed || is_closed(full);
		return OEO_OK;
	}
	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		found->places[place].n_deep += entries[i].is_deep;
		found->places[place].is_closed = found->places[place].is_closed || entries[i].is_closed;
		if (!entries[i].is_folder &&
		    (place == OEO_LEFTOVER_WAITING || !oeo_drop_is_report(entries, n, i)))
			count_file(&found->places[place], day_of(entries[i].written_ns), found->over_day);
	}
	free(entries);
	return err;
}

enum oeo_err oeo_leftovers_find(struct oeo_leftovers *found, const struct oeo_agent *agent)
{
	static const char *const folders[] = {[OEO_LEFTOVER_WAITING] = "",
	    [OEO_LEFTOVER_DONE] = OEO_DROP_DONE,
	    [OEO_LEFTOVER_REFUSED] = OEO_DROP_REFUSED};
	char inbox[OEO_PATH_BYTES];
	enum oeo_err err = oeo_leftovers_inbox(inbox, &agent->home);

	memset(found, 0, sizeof(*found));
	if (err == OEO_OK)
		err = oeo_retention_find_over(&found->over_day, agent->ledger, &agent->plans);
	for (int place = 0; place < OEO_N_LEFTOVERS && err == OEO_OK; place++) {
		if (!oeo_drop_join(found->places[place].path, inbox, "", folders[place]))
			return OEO_ERR_RANGE;
		err = count_folder(found, (enum oeo_leftover_place)place, inbox, folders[place]);
	}
	/* What is being read now lies with what waits. */
	if (err == OEO_OK)
		err = count_folder(found, OEO_LEFTOVER_WAITING, inbox, OEO_DROP_BUSY);
	for (int place = 0; place < OEO_N_LEFTOVERS; place++) {
		found->n += found->places[place].n;
		oeo_text_clean(found->places[place].path);
	}
	return err;
}

/* ---- Telling */

const char *oeo_leftover_name(enum oeo_leftover_place place)
{
	static const char *const names[] = {[OEO_LEFTOVER_WAITING] = "waiting",
	    [OEO_LEFTOVER_DONE] = "done",
	    [OEO_LEFTOVER_REFUSED] = "refused"};

	return names[place];
}

static enum oeo_err print_files(
    struct oeo_buf *text, enum oeo_leftover_place which, const struct oeo_leftover *place)
{
	char first[OEO_DATE_BYTES];
	char last[OEO_DATE_BYTES];

	oeo_day_format(first, place->first_day);
	oeo_day_format(last, place->last_day);
	switch (which) {
	case OEO_LEFTOVER_WAITING:
		return oeo_buf_printf(text, _("  %s: %zu file(s) to be read, written from %s to %s\n"),
		    place->path, place->n, first, last);
	case OEO_LEFTOVER_DONE:
		return oeo_buf_printf(text, _("  %s: %zu file(s) that were read, written from %s to %s\n"),
		    place->path, place->n, first, last);
	default:
		return oeo_buf_printf(text, _("  %s: %zu file(s) that were refused, written from %s to %s\n"),
		    place->path, place->n, first, last);
	}
}

enum oeo_err oeo_leftovers_print(struct oeo_buf *text, const struct oeo_leftovers *found)
{
	enum oeo_err err = OEO_OK;

	for (int i = 0; i < OEO_N_LEFTOVERS && err == OEO_OK; i++) {
		const struct oeo_leftover *place = &found->places[i];

		if (place->is_closed)
			err = oeo_buf_printf(text,
			    _("  %s: you may not look into it, or into a folder in it; have somebody look "
			      "who may\n"),
			    place->path);
		if (err == OEO_OK && place->n > 0)
			err = print_files(text, (enum oeo_leftover_place)i, place);
		if (err == OEO_OK && place->n_deep > 0)
			err = oeo_buf_printf(text,
			    _("  %s: folders in a folder there, of which the files are not counted: %zu\n"),
			    place->path, place->n_deep);
	}
	return err;
}

static json_t *place_to_json(enum oeo_leftover_place which, const struct oeo_leftover *place)
{
	char first[OEO_DATE_BYTES];
	char last[OEO_DATE_BYTES];

	oeo_day_format(first, place->first_day);
	oeo_day_format(last, place->last_day);
	return json_pack("{s:s, s:s, s:b, s:I, s:s?, s:s?, s:I, s:I}", "place", oeo_leftover_name(which),
	    "folder", place->path, "closed", place->is_closed, "files", (json_int_t)place->n, "from",
	    place->n > 0 ? first : NULL, "to", place->n > 0 ? last : NULL, "older_than_names",
	    (json_int_t)place->n_over, "folders_in_folders", (json_int_t)place->n_deep);
}

json_t *oeo_leftovers_to_json(const struct oeo_leftovers *found)
{
	json_t *list = json_array();

	for (int i = 0; i < OEO_N_LEFTOVERS; i++) {
		const struct oeo_leftover *place = &found->places[i];

		if (place->n == 0 && place->n_deep == 0 && !place->is_closed)
			continue;
		if (json_array_append_new(list, place_to_json((enum oeo_leftover_place)i, place)) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

/* ---- Deleting what was read */

/* When it was read: its report was written then, and it was moved then. Not every disk keeps both. */
static bool is_past(
    const struct oeo_drop_entry *file, const struct oeo_drop_entry *report, unsigned days, int64_t now_s)
{
	int64_t read_ns = file->changed_ns > report->changed_ns ? file->changed_ns : report->changed_ns;

	return now_s - read_ns / 1000000000 >= (int64_t)days * 24 * 3600;
}

/* The report last: a file without one would never be deleted. */
static bool delete_both(
    const char *done, const struct oeo_drop_entry *file, const struct oeo_drop_entry *report)
{
	char path[OEO_PATH_BYTES];

	if (!oeo_drop_join(path, done, file->folder, file->name) || unlink(path) != 0)
		return false;
	if (oeo_drop_join(path, done, report->folder, report->name))
		(void)unlink(path);
	return true;
}

enum oeo_err oeo_leftovers_delete_read(
    size_t *n, const char *inbox, unsigned days, int64_t now_s, bool is_done)
{
	struct oeo_drop_entry *entries = NULL;
	char done[OEO_PATH_BYTES];
	size_t n_entries = 0;
	size_t n_past = 0;
	enum oeo_err err = OEO_ERR_RANGE;

	if (oeo_drop_join(done, inbox, "", OEO_DROP_DONE))
		err = oeo_drop_list(&entries, &n_entries, done);
	for (size_t i = 0; i < n_entries && err == OEO_OK; i++) {
		const struct oeo_drop_entry *report;

		if (entries[i].is_folder || entries[i].folder[0] != '\0')
			continue;
		report = oeo_drop_find_report(entries, n_entries, &entries[i]);
		if (report == NULL || !is_past(&entries[i], report, days, now_s))
			continue;
		n_past += !is_done || delete_both(done, &entries[i], report);
	}
	free(entries);
	if (err == OEO_OK)
		*n = n_past;
	return err;
}

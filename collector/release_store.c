/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/release_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/release_build.h"
#include "proto/i18n.h"
#include "proto/minisig.h"

#define FOLDER "releases"

static enum oeo_err store_failed(const struct oeo_store *store, enum oeo_err err, struct oeo_note *why)
{
	return oeo_note_set(why, err, _("The database failed: %s. Try again."), oeo_store_message(store));
}

void oeo_release_version_name(
    char name[OEO_VERSION_NAME_BYTES], const struct oeo_period *period, unsigned version)
{
	char text[OEO_PERIOD_BYTES];

	oeo_period_format(text, period);
	if (version <= 1)
		(void)snprintf(name, OEO_VERSION_NAME_BYTES, "%s", text);
	else
		(void)snprintf(name, OEO_VERSION_NAME_BYTES, "%s.%u", text, version);
}

enum oeo_err oeo_release_path(char path[OEO_PATH_BYTES], const struct oeo_home *home,
    const struct oeo_plan *plan, const struct oeo_period *period, unsigned version)
{
	char text[OEO_VERSION_NAME_BYTES];
	char name[OEO_ID_BYTES + OEO_VERSION_NAME_BYTES + 32];

	oeo_release_version_name(text, period, version);
	(void)snprintf(name, sizeof(name), FOLDER "/%s-%s.oeorel", plan->id, text);
	return oeo_home_path(path, home, name);
}

/* ---- Writing */

static enum oeo_err keep_opened(struct oeo_store *store, const struct oeo_plan *plan,
    const struct oeo_opened *opened, unsigned version, struct oeo_note *why)
{
	struct oeo_buf bytes = {0};
	char name[OEO_VERSION_NAME_BYTES];
	enum oeo_err err = oeo_opened_pack(&bytes, opened, plan);

	oeo_release_version_name(name, &opened->period, version);
	if (err == OEO_OK) {
		err = oeo_store_put_opened(store, name, bytes.data, bytes.len);
		if (err != OEO_OK)
			err = store_failed(store, err, why);
	}
	oeo_buf_fini(&bytes);
	return err;
}

static enum oeo_err make_folder(const struct oeo_home *home, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, FOLDER);

	if (err == OEO_OK && mkdir(path, 0755) != 0 && errno != EEXIST)
		return oeo_note_set(why, OEO_ERR_IO, "%s: %s", path, strerror(errno));
	return err;
}

static enum oeo_err write_files(
    const char *path, const struct oeo_buf *file, const struct oeo_buf *signature, struct oeo_note *why)
{
	char name[OEO_PATH_BYTES];
	int len = snprintf(name, sizeof(name), "%s.minisig", path);
	enum oeo_err err;

	if (len < 0 || (size_t)len >= sizeof(name))
		return OEO_ERR_RANGE;
	if (oeo_file_exists(path))
		return OEO_ERR_EXISTS;
	/* A signature that a crash left without its release is nobody's and gives way. */
	err = oeo_file_write(name, signature->data, signature->len, 0644, why);
	return err == OEO_OK ? oeo_file_write_new(path, file->data, file->len, 0644, why) : err;
}

static enum oeo_err sign(struct oeo_buf *text, const struct oeo_buf *file, const struct oeo_release *release,
    unsigned version, const struct oeo_self *self)
{
	char comment[OEO_ID_BYTES + OEO_VERSION_NAME_BYTES + 64];
	char name[OEO_VERSION_NAME_BYTES];

	oeo_release_version_name(name, &release->period, version);
	(void)snprintf(
	    comment, sizeof(comment), "%s-%s.oeorel %s", release->plan.plan->id, name, release->created);
	return oeo_minisig_sign(text, file->data, file->len, &self->identity_sk, comment);
}

enum oeo_err oeo_release_write(struct oeo_release *release, unsigned version, struct oeo_store *store,
    const struct oeo_home *home, const struct oeo_opened *opened, const struct oeo_self *self,
    struct oeo_note *why)
{
	struct oeo_buf file = {0};
	struct oeo_buf signature = {0};
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_release_path(path, home, release->plan.plan, &release->period, version);

	if (err == OEO_OK)
		err = oeo_release_pack(&file, release);
	if (err == OEO_OK)
		err = sign(&signature, &file, release, version, self);
	if (err == OEO_OK)
		err = make_folder(home, why);
	if (err == OEO_OK)
		err = keep_opened(store, release->plan.plan, opened, version, why);
	if (err == OEO_OK)
		err = write_files(path, &file, &signature, why);
	oeo_buf_fini(&file);
	oeo_buf_fini(&signature);
	return err;
}

/* ---- The mark */

static enum oeo_err list_without(
    char (**without)[OEO_ID_BYTES], size_t *n, struct oeo_store *store, const struct oeo_opened *opened)
{
	struct oeo_store_member *members = NULL;
	size_t n_members = 0;
	enum oeo_err err = oeo_store_load_members(store, &members, &n_members);

	if (err != OEO_OK)
		return err;
	*n = 0;
	*without = oeo_alloc_array(n_members, sizeof(**without));
	for (size_t i = 0; *without != NULL && i < n_members; i++)
		if (!members[i].is_revoked && !oeo_release_has_member(opened, members[i].card.id))
			(void)snprintf((*without)[(*n)++], OEO_ID_BYTES, "%s", members[i].card.id);
	free(members);
	return *without != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

/* A submission that became final while the release was being written is not in it and never will be. */
static enum oeo_err drop_late(
    struct oeo_store *store, const char (*without)[OEO_ID_BYTES], size_t n, const char *period)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < n; i++) {
		err = oeo_store_drop_submission(store, without[i], period);
		if (err == OEO_ERR_NOT_FOUND)
			err = OEO_OK;
	}
	return err;
}

/* Its keys or its reports are gone: it is not corrected any more, or was given up. */
static bool is_closed(const struct oeo_store_period *record)
{
	return record->n_destroyed > 0 || record->is_purged;
}

/* Is every period that contains this one closed? */
static bool is_past(const struct oeo_plan *plan, const struct oeo_period *period,
    const struct oeo_store_period *records, size_t n)
{
	for (unsigned cadence = (unsigned)period->cadence + 1; cadence <= OEO_YEAR; cadence++) {
		struct oeo_period around =
		    oeo_period_of_day((enum oeo_cadence)cadence, oeo_period_first_day(period));
		char text[OEO_PERIOD_BYTES];
		bool is_out =
		    !oeo_plan_has_cadence(plan, (enum oeo_cadence)cadence) || !oeo_plan_covers(plan, &around);

		oeo_period_format(text, &around);
		for (size_t i = 0; !is_out && i < n; i++)
			is_out = strcmp(records[i].period, text) == 0 && is_closed(&records[i]);
		if (!is_out)
			return false;
	}
	return true;
}

/* Will nothing be compared with the opened cells of records[i] any more? */
static bool is_spent(
    const struct oeo_plans *plans, const struct oeo_store_period *records, size_t n, size_t i)
{
	const struct oeo_published *published = oeo_plans_find(plans, records[i].plan_digest);
	struct oeo_period period;

	if (!is_closed(&records[i]))
		return false;
	/* Given up: it was opened, perhaps, but never released. */
	if (!records[i].is_released)
		return true;
	return published != NULL && oeo_period_parse(&period, records[i].period) == OEO_OK &&
	       is_past(published->signed_plan.plan, &period, records, n);
}

/* Of all versions, and of one that was opened and not written. */
static enum oeo_err forget_versions(struct oeo_store *store, const struct oeo_store_period *record)
{
	struct oeo_period period;
	enum oeo_err err = oeo_period_parse(&period, record->period);

	for (unsigned version = 1; err == OEO_OK && version <= record->n_superseded + 2; version++) {
		char name[OEO_VERSION_NAME_BYTES];

		oeo_release_version_name(name, &period, version);
		err = oeo_store_remove_opened(store, name);
	}
	return err;
}

enum oeo_err oeo_release_forget_opened(struct oeo_store *store, const struct oeo_plans *plans)
{
	struct oeo_store_period *records = NULL;
	size_t n = 0;
	enum oeo_err err = oeo_store_load_periods(store, &records, &n);

	for (size_t i = 0; err == OEO_OK && i < n; i++) {
		if (is_spent(plans, records, n, i))
			err = forget_versions(store, &records[i]);
	}
	free(records);
	return err;
}

enum oeo_err oeo_release_mark(const struct oeo_release *release, struct oeo_store *store,
    const struct oeo_plans *plans, const struct oeo_opened *opened, int64_t now_s, struct oeo_note *why)
{
	char(*without)[OEO_ID_BYTES] = NULL;
	char period[OEO_PERIOD_BYTES];
	size_t n = 0;
	enum oeo_err err = oeo_store_begin(store, NULL);

	oeo_period_format(period, &release->period);
	if (err == OEO_OK)
		err = list_without(&without, &n, store, opened);
	if (err == OEO_OK)
		err = drop_late(store, (const char(*)[OEO_ID_BYTES])without, n, period);
	if (err == OEO_OK && release->is_correction)
		err = oeo_store_mark_corrected(store, period, release->corrects, release->digest,
		    (const char(*)[OEO_ID_BYTES])without, n, now_s);
	else if (err == OEO_OK)
		err = oeo_store_mark_released(store, period, release->plan.plan->digest, release->digest,
		    release->key_digest, (const char(*)[OEO_ID_BYTES])without, n, now_s);
	if (err == OEO_OK)
		err = oeo_release_forget_opened(store, plans);
	if (err == OEO_OK)
		err = oeo_store_commit(store);
	else
		oeo_store_rollback(store);
	free(without);
	return err == OEO_OK ? OEO_OK : store_failed(store, err, why);
}

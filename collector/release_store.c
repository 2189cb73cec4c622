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

enum oeo_err oeo_release_path(char path[OEO_PATH_BYTES], const struct oeo_home *home,
    const struct oeo_plan *plan, const struct oeo_period *period)
{
	char text[OEO_PERIOD_BYTES];
	char name[OEO_ID_BYTES + OEO_PERIOD_BYTES + 32];

	oeo_period_format(text, period);
	(void)snprintf(name, sizeof(name), FOLDER "/%s-%s.oeorel", plan->id, text);
	return oeo_home_path(path, home, name);
}

/* ---- Related releases */

static bool contains(const struct oeo_period *whole, const struct oeo_period *part)
{
	return oeo_period_contains(whole, part) && !oeo_period_equal(whole, part);
}

/* Does this release lie in the period, around it, or in another one that is out and around it? */
static bool is_related(const struct oeo_store_period *records, size_t n, const struct oeo_period *period,
    const struct oeo_period *other)
{
	if (oeo_period_equal(period, other))
		return false;
	if (contains(period, other) || contains(other, period))
		return true;
	for (size_t i = 0; i < n; i++) {
		struct oeo_period around;

		if (records[i].is_released && oeo_period_parse(&around, records[i].period) == OEO_OK &&
		    contains(&around, period) && contains(&around, other))
			return true;
	}
	return false;
}

static enum oeo_err load_release(struct oeo_related *item, const struct oeo_home *home,
    const struct oeo_plan *plan, const struct oeo_store_period *record, const struct oeo_self *self,
    struct oeo_note *why)
{
	struct oeo_period period;
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_period_parse(&period, record->period);

	if (err == OEO_OK)
		err = oeo_release_path(path, home, plan, &period);
	if (err == OEO_OK && !oeo_file_exists(path))
		return oeo_note_set(why, OEO_ERR_NOT_FOUND,
		    _("The release of %s is gone: %s. This release has to be compared with it, so put it "
		      "back from a backup "
		      "or from where it was published, with its .minisig."),
		    record->period, path);
	if (err == OEO_OK)
		err = oeo_release_read(&item->release, path, self->card.identity_pk, why);
	if (err == OEO_OK && memcmp(item->release.digest, record->release_digest, OEO_DIGEST_BYTES) != 0)
		return oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("%s is not the release of %s that was made here. Put the right "
		      "file back."),
		    path, record->period);
	return err;
}

static enum oeo_err load_opened(struct oeo_opened *opened, struct oeo_store *store,
    const struct oeo_plan *plan, const char *period, struct oeo_note *why)
{
	struct oeo_buf bytes = {0};
	enum oeo_err err = oeo_store_load_opened(store, period, &bytes);

	if (err == OEO_OK) {
		err = oeo_opened_unpack(opened, plan, bytes.data, bytes.len);
		if (err == OEO_ERR_FORMAT)
			err = oeo_note_set(why, OEO_ERR_FORMAT,
			    _("The opened cells of %s in the database are damaged."), period);
	} else if (err != OEO_ERR_NOT_FOUND) {
		err = store_failed(store, err, why);
	}
	oeo_buf_fini(&bytes);
	return err;
}

static enum oeo_err load_related(struct oeo_related *item, struct oeo_store *store,
    const struct oeo_home *home, const struct oeo_plan *plan, const struct oeo_store_period *record,
    const struct oeo_self *self, struct oeo_note *why)
{
	enum oeo_err err = load_release(item, home, plan, record, self, why);

	if (err != OEO_OK)
		return err;
	err = load_opened(&item->opened, store, plan, record->period, why);
	item->has_opened = err == OEO_OK;
	return err == OEO_ERR_NOT_FOUND ? OEO_OK : err;
}

/* Decisions under two plans cannot be weighed together: cells, codes and thresholds differ, and subtraction would show
 * what either of them hides. Plans that follow each other properly never meet here. */
static enum oeo_err refuse_other_plan(
    const struct oeo_store_period *record, const struct oeo_period *period, struct oeo_note *why)
{
	char text[OEO_PERIOD_BYTES];

	oeo_period_format(text, period);
	return oeo_note_set(why, OEO_ERR_CONFLICT,
	    _("%s was released under another plan and shares questions with %s. Subtracting one from the "
	      "other could show what is hidden, so %s cannot be released. Give it up: let a keyholder "
	      "destroy its keys (oeo-keyholder destroy --period %s), and purge it with the statement."),
	    record->period, text, text, text);
}

static enum oeo_err load_all(struct oeo_related_list *list, struct oeo_store *store,
    const struct oeo_home *home, const struct oeo_plan *plan, const struct oeo_period *period,
    const struct oeo_store_period *records, size_t n, const struct oeo_self *self, struct oeo_note *why)
{
	list->items = oeo_alloc_array(n, sizeof(*list->items));
	list->sources = oeo_alloc_array(n, sizeof(*list->sources));
	if (list->items == NULL || list->sources == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		struct oeo_related *item = &list->items[list->n];
		struct oeo_period other;
		enum oeo_err err;

		if (!records[i].is_released)
			continue;
		if (oeo_period_parse(&other, records[i].period) != OEO_OK)
			return oeo_note_set(
			    why, OEO_ERR_FORMAT, _("The database is damaged: a period has no name."));
		if (!is_related(records, n, period, &other))
			continue;
		if (memcmp(records[i].plan_digest, plan->digest, OEO_DIGEST_BYTES) != 0)
			return refuse_other_plan(&records[i], period, why);
		list->n++;
		err = load_related(item, store, home, plan, &records[i], self, why);
		if (err != OEO_OK)
			return err;
		list->sources[list->n - 1] = (struct oeo_release_source){
		    other, item->has_opened ? &item->opened : NULL, &item->release};
	}
	return OEO_OK;
}

enum oeo_err oeo_related_load(struct oeo_related_list *list, struct oeo_store *store,
    const struct oeo_home *home, const struct oeo_plan *plan, const struct oeo_period *period,
    const struct oeo_self *self, struct oeo_note *why)
{
	struct oeo_store_period *records = NULL;
	size_t n = 0;
	enum oeo_err err = oeo_store_load_periods(store, &records, &n);

	memset(list, 0, sizeof(*list));
	if (err != OEO_OK)
		return store_failed(store, err, why);
	err = load_all(list, store, home, plan, period, records, n, self, why);
	free(records);
	if (err != OEO_OK)
		oeo_related_fini(list);
	return err;
}

void oeo_related_fini(struct oeo_related_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		oeo_release_fini(&list->items[i].release);
		oeo_opened_fini(&list->items[i].opened);
	}
	free(list->items);
	free(list->sources);
	memset(list, 0, sizeof(*list));
}

/* ---- Writing */

static enum oeo_err keep_opened(struct oeo_store *store, const struct oeo_plan *plan,
    const struct oeo_opened *opened, struct oeo_note *why)
{
	struct oeo_buf bytes = {0};
	char period[OEO_PERIOD_BYTES];
	enum oeo_err err = oeo_opened_pack(&bytes, opened, plan);

	oeo_period_format(period, &opened->period);
	if (err == OEO_OK) {
		err = oeo_store_put_opened(store, period, bytes.data, bytes.len);
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
    const struct oeo_self *self)
{
	char comment[OEO_ID_BYTES + OEO_PERIOD_BYTES + 64];
	char period[OEO_PERIOD_BYTES];

	oeo_period_format(period, &release->period);
	(void)snprintf(
	    comment, sizeof(comment), "%s-%s.oeorel %s", release->plan.plan->id, period, release->created);
	return oeo_minisig_sign(text, file->data, file->len, &self->identity_sk, comment);
}

enum oeo_err oeo_release_write(struct oeo_release *release, struct oeo_store *store,
    const struct oeo_home *home, const struct oeo_opened *opened, const struct oeo_self *self,
    struct oeo_note *why)
{
	struct oeo_buf file = {0};
	struct oeo_buf signature = {0};
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_release_path(path, home, release->plan.plan, &release->period);

	if (err == OEO_OK)
		err = oeo_release_pack(&file, release);
	if (err == OEO_OK)
		err = sign(&signature, &file, release, self);
	if (err == OEO_OK)
		err = make_folder(home, why);
	if (err == OEO_OK)
		err = keep_opened(store, release->plan.plan, opened, why);
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

/* Is every period that contains this one out, or given up? */
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
			is_out =
			    strcmp(records[i].period, text) == 0 &&
			    (records[i].is_released || records[i].n_destroyed > 0 || records[i].is_purged);
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

	/* Given up: it was opened, perhaps, but never released. */
	if (!records[i].is_released)
		return records[i].n_destroyed > 0 || records[i].is_purged;
	return published != NULL && oeo_period_parse(&period, records[i].period) == OEO_OK &&
	       is_past(published->signed_plan.plan, &period, records, n);
}

enum oeo_err oeo_release_forget_opened(struct oeo_store *store, const struct oeo_plans *plans)
{
	struct oeo_store_period *records = NULL;
	size_t n = 0;
	enum oeo_err err = oeo_store_load_periods(store, &records, &n);

	for (size_t i = 0; err == OEO_OK && i < n; i++) {
		if (is_spent(plans, records, n, i))
			err = oeo_store_remove_opened(store, records[i].period);
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
	if (err == OEO_OK)
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

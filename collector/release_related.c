/* SPDX-License-Identifier: EUPL-1.2 */
/* The releases that share questions with a period, from the releases' folder. */
#include <stdlib.h>
#include <string.h>

#include "collector/release_store.h"
#include "proto/i18n.h"

static enum oeo_err store_failed(const struct oeo_store *store, enum oeo_err err, struct oeo_note *why)
{
	return oeo_note_set(why, err, _("The database failed: %s. Try again."), oeo_store_message(store));
}

static bool contains(const struct oeo_period *whole, const struct oeo_period *part)
{
	return oeo_period_contains(whole, part) && !oeo_period_equal(whole, part);
}

/* Is this release of the period, in it, around it, or in another one that is out and around it? */
static bool is_related(const struct oeo_store_period *records, size_t n, const struct oeo_period *period,
    const struct oeo_period *other)
{
	if (oeo_period_contains(period, other) || oeo_period_contains(other, period))
		return true;
	for (size_t i = 0; i < n; i++) {
		struct oeo_period around;

		if (records[i].is_released && oeo_period_parse(&around, records[i].period) == OEO_OK &&
		    contains(&around, period) && contains(&around, other))
			return true;
	}
	return false;
}

/* One of the releases of a period: which one, by the digest in the store. */
struct version {
	struct oeo_period period;
	unsigned number;
	const uint8_t *digest;
	char name[OEO_VERSION_NAME_BYTES];
};

static enum oeo_err load_release(struct oeo_related *item, const struct oeo_home *home,
    const struct oeo_plan *plan, const struct version *version, const struct oeo_self *self,
    struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_release_path(path, home, plan, &version->period, version->number);

	if (err == OEO_OK && !oeo_file_exists(path))
		return oeo_note_set(why, OEO_ERR_NOT_FOUND,
		    _("The release of %s is gone: %s. This release has to be compared with it, so put it "
		      "back from a backup "
		      "or from where it was published, with its .minisig."),
		    version->name, path);
	if (err == OEO_OK)
		err = oeo_release_read(&item->release, path, self->card.identity_pk, why);
	if (err == OEO_OK && memcmp(item->release.digest, version->digest, OEO_DIGEST_BYTES) != 0)
		return oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("%s is not the release of %s that was made here. Put the right "
		      "file back."),
		    path, version->name);
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

static enum oeo_err load_version(struct oeo_related *item, struct oeo_store *store,
    const struct oeo_home *home, const struct oeo_plan *plan, const struct version *version,
    const struct oeo_self *self, struct oeo_note *why)
{
	enum oeo_err err = load_release(item, home, plan, version, self, why);

	if (err != OEO_OK)
		return err;
	err = load_opened(&item->opened, store, plan, version->name, why);
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

static enum oeo_err make_room(struct oeo_related_list *list, size_t n)
{
	struct oeo_related *items = realloc(list->items, (list->n + n) * sizeof(*items));

	if (items == NULL)
		return OEO_ERR_NOMEM;
	memset(items + list->n, 0, n * sizeof(*items));
	list->items = items;
	return OEO_OK;
}

/* All releases of one period, the first one first. */
static enum oeo_err load_versions(struct oeo_related_list *list, struct oeo_store *store,
    const struct oeo_home *home, const struct oeo_plan *plan, const struct oeo_store_period *record,
    const struct oeo_self *self, struct oeo_note *why)
{
	uint8_t(*digests)[OEO_DIGEST_BYTES] = NULL;
	struct version version = {.number = 1};
	size_t n = 0;
	enum oeo_err err = oeo_period_parse(&version.period, record->period);

	if (err == OEO_OK)
		err = oeo_store_load_superseded(store, record->period, &digests, &n);
	if (err != OEO_OK)
		return store_failed(store, err, why);
	err = make_room(list, n + 1);
	for (; err == OEO_OK && version.number <= n + 1; version.number++) {
		struct oeo_related *item = &list->items[list->n++];

		item->period = version.period;
		item->version = version.number;
		version.digest = version.number <= n ? digests[version.number - 1] : record->release_digest;
		oeo_release_version_name(version.name, &version.period, version.number);
		err = load_version(item, store, home, plan, &version, self, why);
	}
	free(digests);
	return err;
}

static enum oeo_err load_all(struct oeo_related_list *list, struct oeo_store *store,
    const struct oeo_home *home, const struct oeo_plan *plan, const struct oeo_period *period,
    const struct oeo_store_period *records, size_t n, const struct oeo_self *self, struct oeo_note *why)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < n; i++) {
		struct oeo_period other;

		if (!records[i].is_released)
			continue;
		if (oeo_period_parse(&other, records[i].period) != OEO_OK)
			return oeo_note_set(
			    why, OEO_ERR_FORMAT, _("The database is damaged: a period has no name."));
		if (!is_related(records, n, period, &other))
			continue;
		if (memcmp(records[i].plan_digest, plan->digest, OEO_DIGEST_BYTES) != 0)
			return refuse_other_plan(&records[i], period, why);
		err = load_versions(list, store, home, plan, &records[i], self, why);
	}
	return err;
}

static enum oeo_err list_sources(struct oeo_related_list *list)
{
	list->sources = oeo_alloc_array(list->n, sizeof(*list->sources));
	if (list->sources == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < list->n; i++) {
		const struct oeo_related *item = &list->items[i];

		list->sources[i] = (struct oeo_release_source){
		    item->period, item->has_opened ? &item->opened : NULL, &item->release, item->version};
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
	if (err == OEO_OK)
		err = list_sources(list);
	free(records);
	if (err != OEO_OK)
		oeo_related_fini(list);
	return err;
}

const struct oeo_related *oeo_related_newest(
    const struct oeo_related_list *list, const struct oeo_period *period)
{
	const struct oeo_related *newest = NULL;

	for (size_t i = 0; i < list->n; i++)
		if (oeo_period_equal(&list->items[i].period, period))
			newest = &list->items[i];
	return newest;
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

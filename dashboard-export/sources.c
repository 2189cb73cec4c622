/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/home.h"
#include "proto/i18n.h"

static int compare_sources(const void *left, const void *right)
{
	const struct oeo_source *a = left;
	const struct oeo_source *b = right;

	return oeo_period_compare(&a->release.period, &b->release.period);
}

/* Refuse a release that belongs to another report than the first one. */
static enum oeo_err check_family(
    const struct oeo_source *first, const struct oeo_source *other, struct oeo_note *why)
{
	const struct oeo_plan *a = first->release.plan.plan;
	const struct oeo_plan *b = other->release.plan.plan;

	if (strcmp(a->id, b->id) != 0)
		return oeo_note_set(why, OEO_ERR_REFUSED,
		    _("%s: this release is of plan %s and %s is of plan %s; make one report for each plan"),
		    other->path, b->id, first->path, a->id);
	if (strcmp(a->municipality, b->municipality) != 0)
		return oeo_note_set(why, OEO_ERR_REFUSED,
		    _("%s: this release is of municipality %s and %s is of %s; make one report for each "
		      "municipality"),
		    other->path, b->municipality, first->path, a->municipality);
	if (memcmp(first->release.publisher_pk, other->release.publisher_pk, OEO_IDENTITY_BYTES) != 0)
		return oeo_note_set(why, OEO_ERR_REFUSED,
		    _("%s: another publisher signed this release than %s; ask the publisher of your "
		      "municipality which key "
		      "is theirs and give it with --key"),
		    other->path, first->path);
	return OEO_OK;
}

static bool is_corrected_by(const struct oeo_release *old, const struct oeo_release *new)
{
	return new->is_correction &&oeo_period_equal(&old->period, &new->period) &&
	       memcmp(new->corrects, old->digest, sizeof(old->digest)) == 0;
}

/* True where another source corrects this one; it then takes its place. */
static bool mark_corrected(struct oeo_sources *sources, size_t at)
{
	bool is_corrected = false;

	for (size_t i = 0; i < sources->count; i++)
		if (i != at && is_corrected_by(&sources->items[at].release, &sources->items[i].release)) {
			sources->items[i].is_replacing = true;
			is_corrected = true;
		}
	return is_corrected;
}

/* Leave out the releases that another one corrects. All are looked at before the first is dropped: a correction
 * can be corrected itself. */
static enum oeo_err drop_corrected(struct oeo_sources *sources)
{
	bool *is_dropped = oeo_alloc_array(sources->count, sizeof(*is_dropped));
	size_t kept = 0;

	if (is_dropped == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < sources->count; i++)
		is_dropped[i] = mark_corrected(sources, i);
	for (size_t i = 0; i < sources->count; i++) {
		if (is_dropped[i])
			oeo_release_fini(&sources->items[i].release);
		else
			sources->items[kept++] = sources->items[i];
	}
	sources->count = kept;
	free(is_dropped);
	return OEO_OK;
}

static enum oeo_err check_periods(const struct oeo_sources *sources, struct oeo_note *why)
{
	char period[OEO_PERIOD_BYTES];

	for (size_t i = 1; i < sources->count; i++) {
		const struct oeo_source *a = &sources->items[i - 1];
		const struct oeo_source *b = &sources->items[i];

		if (!oeo_period_equal(&a->release.period, &b->release.period))
			continue;
		oeo_period_format(period, &a->release.period);
		if (memcmp(a->release.digest, b->release.digest, sizeof(a->release.digest)) == 0)
			return oeo_note_set(why, OEO_ERR_CONFLICT,
			    _("%s and %s are the same release of %s; give it once"), a->path, b->path,
			    period);
		return oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("%s and %s are two releases of %s, and neither corrects the other; ask the publisher "
		      "which one holds"),
		    a->path, b->path, period);
	}
	return OEO_OK;
}

/* Make sure that the sentence names the file, and says it plainly where it is the signature that is missing. */
static enum oeo_err explain(const char *path, enum oeo_err err, struct oeo_note *why)
{
	char signature[OEO_PATH_BYTES];
	struct oeo_note plain;

	if (why == NULL || err == OEO_OK)
		return err;
	(void)snprintf(signature, sizeof(signature), "%s.minisig", path);
	if (err == OEO_ERR_NOT_FOUND && oeo_file_exists(path) && !oeo_file_exists(signature))
		return oeo_note_set(why, err,
		    _("%s is not signed: %s.minisig is not beside it; fetch both files from the publisher"),
		    path, path);
	if (strstr(why->text, path) != NULL)
		return err;
	plain = *why;
	return oeo_note_set(why, err, "%s: %s", path, plain.text[0] != '\0' ? plain.text : oeo_err_text(err));
}

enum oeo_err oeo_sources_read(struct oeo_sources *sources, const char *const *paths, size_t n,
    const uint8_t *publisher_pk, struct oeo_note *why)
{
	enum oeo_err err = OEO_OK;

	memset(sources, 0, sizeof(*sources));
	sources->is_key_given = publisher_pk != NULL;
	sources->items = oeo_alloc_array(n, sizeof(*sources->items));
	if (sources->items == NULL)
		return oeo_note_set(why, OEO_ERR_NOMEM, _("out of memory"));
	for (size_t i = 0; i < n; i++) {
		struct oeo_source *source = &sources->items[i];

		source->path = paths[i];
		err = explain(paths[i], oeo_release_read(&source->release, paths[i], publisher_pk, why), why);
		if (err != OEO_OK)
			goto cleanup;
		sources->count++;
		err = check_family(&sources->items[0], source, why);
		if (err != OEO_OK)
			goto cleanup;
	}
	err = drop_corrected(sources);
	if (err != OEO_OK)
		goto cleanup;
	qsort(sources->items, sources->count, sizeof(*sources->items), compare_sources);
	err = check_periods(sources, why);
cleanup:
	if (err != OEO_OK)
		oeo_sources_fini(sources);
	return err;
}

void oeo_sources_fini(struct oeo_sources *sources)
{
	if (sources == NULL)
		return;
	for (size_t i = 0; i < sources->count; i++)
		oeo_release_fini(&sources->items[i].release);
	free(sources->items);
	sources->items = NULL;
	sources->count = 0;
}

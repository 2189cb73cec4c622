/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/audit_sources.h"

#include <stdlib.h>
#include <string.h>

#include "proto/home.h"
#include "proto/i18n.h"

#define SIGNATURE ".minisig"

/* ---- Reading */

struct read_file {
	struct oeo_release release;
	const char *path;
};

static int compare_files(const void *a, const void *b)
{
	const struct read_file *left = a;
	const struct read_file *right = b;
	int order = oeo_period_compare(&left->release.period, &right->release.period);

	if (order == 0)
		order = strcmp(left->release.created, right->release.created);
	if (order != 0)
		return order;
	if (right->release.is_correction &&
	    memcmp(right->release.corrects, left->release.digest, OEO_DIGEST_BYTES) == 0)
		return -1;
	return left->release.is_correction &&
	       memcmp(left->release.corrects, right->release.digest, OEO_DIGEST_BYTES) == 0;
}

static enum oeo_err check_alike(const struct read_file *files, size_t n, struct oeo_note *why)
{
	for (size_t i = 1; i < n; i++) {
		if (memcmp(files[i].release.plan.plan->digest, files[0].release.plan.plan->digest,
			OEO_DIGEST_BYTES) != 0)
			return oeo_note_set(why, OEO_ERR_USAGE,
			    _("%s has another plan than %s. Audit the releases of one plan at a time."),
			    files[i].path, files[0].path);
		if (memcmp(files[i].release.publisher_pk, files[0].release.publisher_pk,
			OEO_IDENTITY_BYTES) != 0)
			return oeo_note_set(why, OEO_ERR_USAGE,
			    _("%s has another publisher than %s. Audit the releases of one publisher at a "
			      "time."),
			    files[i].path, files[0].path);
		if (memcmp(files[i].release.digest, files[i - 1].release.digest, OEO_DIGEST_BYTES) == 0)
			return oeo_note_set(why, OEO_ERR_USAGE,
			    _("%s and %s are the same release. Give each one once."), files[i - 1].path,
			    files[i].path);
	}
	return OEO_OK;
}

/* Who gives all files of a folder gives the signatures too. */
static bool is_signature(const char *path)
{
	size_t len = strlen(path);

	return len >= strlen(SIGNATURE) && strcmp(path + len - strlen(SIGNATURE), SIGNATURE) == 0;
}

static enum oeo_err read_file(struct read_file *file, const char *path, struct oeo_note *why)
{
	file->path = path;
	if (is_signature(path))
		return oeo_note_set(why, OEO_ERR_USAGE,
		    _("%s is a signature and no release. Give the .oeorel files alone; their signatures are "
		      "found "
		      "beside them."),
		    path);
	return oeo_release_read(&file->release, path, NULL, why);
}

static enum oeo_err read_files(struct oeo_audit_sources *sources, struct read_file *files, char *const *paths,
    size_t n, struct oeo_note *why)
{
	size_t n_read = 0;
	enum oeo_err err = OEO_OK;

	for (; err == OEO_OK && n_read < n; n_read++)
		err = read_file(&files[n_read], paths[n_read], why);
	if (err == OEO_OK) {
		qsort(files, n, sizeof(*files), compare_files);
		err = check_alike(files, n, why);
	}
	for (size_t i = 0; i < n_read; i++) {
		sources->releases[i] = files[i].release;
		sources->paths[i] = files[i].path;
	}
	sources->n_releases = n_read;
	return err;
}

/* ---- The problem */

static void choose_sources(struct oeo_audit_sources *sources)
{
	unsigned version = 1;

	for (size_t i = 0; i < sources->n_releases; i++) {
		const struct oeo_release *release = &sources->releases[i];
		bool is_again = i > 0 && oeo_period_equal(&release->period, &sources->releases[i - 1].period);

		version = is_again ? version + 1 : 1;
		sources->release_of[sources->n_sources] = i;
		sources->sources[sources->n_sources++] = (struct oeo_release_source){
		    .period = release->period, .release = release, .version = version};
	}
}

/* How far a rounded number may be from what was counted. */
static uint64_t slack_of(const struct oeo_rules *rules)
{
	return rules->round > 1 ? rules->round / 2 : 0;
}

static enum oeo_err make_decisions(struct oeo_audit_sources *sources)
{
	const struct oeo_release_problem *built = &sources->built;
	size_t n = built->problem.n_cells;

	sources->decisions = oeo_alloc_array(n, sizeof(*sources->decisions));
	sources->slack = oeo_alloc_array(n, sizeof(*sources->slack));
	if (sources->decisions == NULL || sources->slack == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		sources->decisions[i].is_shown = built->cells[i].role == OEO_DISCLOSURE_SHOWN;
		sources->decisions[i].hides_questions = built->cells[i].hides_questions;
	}
	for (size_t i = 0; i < built->margins.n; i++)
		for (size_t j = 0; j < built->sizes[i]; j++)
			if (built->cells[built->first[i] + j].role == OEO_DISCLOSURE_SHOWN)
				sources->slack[built->first[i] + j] =
				    slack_of(&built->margins.items[i].table.rules);
	return OEO_OK;
}

enum oeo_err oeo_audit_sources_read(
    struct oeo_audit_sources *sources, char *const *paths, size_t n_paths, struct oeo_note *why)
{
	struct read_file *files = oeo_alloc_array(n_paths, sizeof(*files));
	enum oeo_err err = OEO_ERR_NOMEM;

	memset(sources, 0, sizeof(*sources));
	sources->releases = oeo_alloc_array(n_paths, sizeof(*sources->releases));
	sources->paths = oeo_alloc_array(n_paths, sizeof(*sources->paths));
	sources->sources = oeo_alloc_array(n_paths, sizeof(*sources->sources));
	sources->release_of = oeo_alloc_array(n_paths, sizeof(*sources->release_of));
	if (files == NULL || sources->releases == NULL || sources->paths == NULL ||
	    sources->sources == NULL || sources->release_of == NULL)
		goto cleanup;
	err = read_files(sources, files, paths, n_paths, why);
	if (err != OEO_OK)
		goto cleanup;
	choose_sources(sources);
	err = oeo_release_problem_build(
	    &sources->built, sources->releases[0].plan.plan, sources->sources, sources->n_sources);
	if (err == OEO_OK)
		err = make_decisions(sources);
cleanup:
	free(files);
	return err;
}

void oeo_audit_sources_fini(struct oeo_audit_sources *sources)
{
	for (size_t i = 0; sources->releases != NULL && i < sources->n_releases; i++)
		oeo_release_fini(&sources->releases[i]);
	oeo_release_problem_fini(&sources->built);
	free(sources->releases);
	free(sources->paths);
	free(sources->sources);
	free(sources->release_of);
	free(sources->decisions);
	free(sources->slack);
	free(sources->parts);
	memset(sources, 0, sizeof(*sources));
}

/* ---- Versions */

static bool is_small(uint64_t a, uint64_t b, uint64_t least)
{
	uint64_t change = a > b ? a - b : b - a;

	return change > 0 && change < least;
}

static size_t compare_tables(const struct oeo_plan *plan, const struct oeo_release_table *later,
    const struct oeo_release_table *earlier)
{
	const struct oeo_table *table = &plan->tables[later->table];
	size_t n_small = 0;

	for (size_t i = 0; table->rules.round <= 1 && i < later->n_cells; i++) {
		if (later->cells[i].is_hidden || earlier->cells[i].is_hidden)
			continue;
		n_small +=
		    is_small(later->cells[i].residents, earlier->cells[i].residents, table->rules.residents);
		n_small +=
		    table->publishes_questions && !later->cells[i].hides_questions &&
		    !earlier->cells[i].hides_questions &&
		    is_small(later->cells[i].questions, earlier->cells[i].questions, table->rules.residents);
	}
	return n_small;
}

enum oeo_err oeo_audit_sources_compare(const struct oeo_audit_sources *sources, size_t *n_small)
{
	size_t n = 0;

	for (size_t i = 0; i < sources->n_releases; i++)
		for (size_t j = 0; j < i; j++)
			for (size_t t = 0;
			     oeo_period_equal(&sources->releases[i].period, &sources->releases[j].period) &&
			     t < sources->releases[i].n_tables;
			     t++)
				n += compare_tables(sources->releases[i].plan.plan,
				    &sources->releases[i].tables[t], &sources->releases[j].tables[t]);
	*n_small = n;
	return OEO_OK;
}

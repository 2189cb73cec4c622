/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/audit_sources.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proto/home.h"
#include "proto/i18n.h"

#define OWN_LIMIT (64u * 1024 * 1024)
#define OWN_FIELDS (OEO_MAX_BY + 4)
#define OWN_FILES 1000

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

static enum oeo_err read_files(struct oeo_audit_sources *sources, struct read_file *files, char *const *paths,
    size_t n, struct oeo_note *why)
{
	size_t n_read = 0;
	enum oeo_err err = OEO_OK;

	for (; err == OEO_OK && n_read < n; n_read++) {
		err = oeo_release_read(&files[n_read].release, paths[n_read], NULL, why);
		files[n_read].path = paths[n_read];
	}
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

/* ---- A member's own figures */

struct own_line {
	char *fields[OWN_FIELDS];
	size_t n;
	const char *path;
	size_t number;
	size_t member; /* whose file it is: 0 for the first one */
};

static bool split_line(struct own_line *line, char *text)
{
	char *at = text;

	text[strcspn(text, "\r")] = '\0';
	for (line->n = 0; at != NULL; line->n++) {
		if (line->n == OWN_FIELDS)
			return false;
		line->fields[line->n] = at;
		at = strchr(at, ',');
		if (at != NULL)
			*at++ = '\0';
	}
	return true;
}

static enum oeo_err parse_number(uint64_t *number, const char *text)
{
	char *end;
	unsigned long long value;

	if (*text < '0' || *text > '9')
		return OEO_ERR_FORMAT;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0' || value > OEO_DISCLOSURE_VALUE_LIMIT)
		return OEO_ERR_FORMAT;
	*number = value;
	return OEO_OK;
}

/* The cell that a line is about: table, period, codes. */
static enum oeo_err find_cell(
    const struct oeo_audit_sources *sources, const struct own_line *line, size_t *cell, struct oeo_note *why)
{
	const struct oeo_plan *plan = sources->releases[0].plan.plan;
	size_t planned = oeo_plan_find_table(plan, line->fields[0]);
	size_t codes[OEO_MAX_BY] = {0};
	struct oeo_period period;
	size_t first = SIZE_MAX;

	if (planned == SIZE_MAX)
		return oeo_note_set(why, OEO_ERR_FORMAT, _("%s:%zu: the plan has no table %s."), line->path,
		    line->number, line->fields[0]);
	if (line->n != plan->tables[planned].n_by + 4)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s:%zu: a line of table %s has %zu fields: table,period,codes,residents,questions."),
		    line->path, line->number, line->fields[0], plan->tables[planned].n_by + 4);
	for (size_t i = 0; oeo_period_parse(&period, line->fields[1]) == OEO_OK && i < sources->n_sources;
	     i++)
		if (oeo_period_equal(&sources->sources[i].period, &period))
			first = oeo_release_problem_first(&sources->built, i, planned);
	if (first == SIZE_MAX)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s:%zu: none of the releases has table %s for %s."), line->path, line->number,
		    line->fields[0], line->fields[1]);
	for (size_t i = 0; i < plan->tables[planned].n_by; i++) {
		const struct oeo_by *by = &plan->tables[planned].by[i];

		codes[i] =
		    oeo_dimension_find_code(&plan->dimensions[by->dimension], by->level, line->fields[2 + i]);
		if (codes[i] == SIZE_MAX)
			return oeo_note_set(why, OEO_ERR_FORMAT,
			    _("%s:%zu: the plan has no code like this in field %zu."), line->path,
			    line->number, 3 + i);
	}
	*cell = first + oeo_table_cell_index(plan, &plan->tables[planned], codes);
	return OEO_OK;
}

/* Is a member's own number larger than the one that was published for all? */
static bool is_too_many(
    const struct oeo_audit_sources *sources, size_t cell, enum oeo_disclosure_measure measure, uint64_t own)
{
	const struct oeo_disclosure_cell *at = &sources->built.cells[cell];

	return oeo_disclosure_shows(&sources->decisions[cell], measure) && at->has_measure[measure] &&
	       own > at->value[measure] + sources->slack[cell];
}

static enum oeo_err add_line(
    struct oeo_audit_sources *sources, const struct own_line *line, struct oeo_note *why)
{
	struct oeo_disclosure_part part = {.member = line->member};
	struct oeo_disclosure_part *parts;
	struct oeo_disclosure_cell *cell;
	size_t index = 0;
	enum oeo_err err = find_cell(sources, line, &index, why);

	if (err != OEO_OK)
		return err;
	err = parse_number(&part.residents, line->fields[line->n - 2]);
	if (err == OEO_OK && line->fields[line->n - 1][0] != '\0')
		err = parse_number(&part.questions, line->fields[line->n - 1]);
	if (err != OEO_OK)
		return oeo_note_set(why, err,
		    _("%s:%zu: residents and questions are whole numbers, 0 or more."), line->path,
		    line->number);
	if (is_too_many(sources, index, OEO_DISCLOSURE_RESIDENTS, part.residents) ||
	    is_too_many(sources, index, OEO_DISCLOSURE_QUESTIONS, part.questions))
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s:%zu: this is more than the release shows for all members together. Give the "
		      "figures "
		      "as they were sent in for this period."),
		    line->path, line->number);
	cell = &sources->built.cells[index];
	parts = &sources->parts[index * sources->built.problem.n_members];
	if (cell->n_parts > 0 && parts[cell->n_parts - 1].member == line->member)
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, _("%s:%zu: this cell was given before."), line->path, line->number);
	if (!cell->has_measure[OEO_DISCLOSURE_QUESTIONS])
		part.questions = 0;
	parts[cell->n_parts++] = part;
	cell->parts = parts;
	return OEO_OK;
}

static enum oeo_err add_file(
    struct oeo_audit_sources *sources, const char *path, size_t member, struct oeo_note *why)
{
	struct oeo_buf text = {0};
	struct own_line line = {.path = path, .member = member};
	enum oeo_err err = oeo_file_read(&text, path, OWN_LIMIT, why);

	if (err == OEO_OK)
		err = oeo_buf_terminate(&text);
	for (char *at = (char *)text.data; err == OEO_OK && at != NULL && *at != '\0';) {
		char *next = strchr(at, '\n');

		if (next != NULL)
			*next++ = '\0';
		line.number++;
		if (*at != '\0' && *at != '\r' && !(line.number == 1 && strncmp(at, "table,", 6) == 0)) {
			if (!split_line(&line, at) || line.n < 4)
				err = oeo_note_set(why, OEO_ERR_FORMAT,
				    _("%s:%zu: a line is table,period,codes,residents,questions."), path,
				    line.number);
			else
				err = add_line(sources, &line, why);
		}
		at = next;
	}
	oeo_buf_fini(&text);
	return err;
}

enum oeo_err oeo_audit_sources_add_own(
    struct oeo_audit_sources *sources, const char *const *paths, size_t n_paths, struct oeo_note *why)
{
	size_t n_cells = sources->built.problem.n_cells;
	enum oeo_err err = OEO_OK;

	if (n_paths > OWN_FILES)
		return oeo_note_set(why, OEO_ERR_USAGE,
		    _("--mine is given %zu times. Give it %d times at most, once for every member."), n_paths,
		    OWN_FILES);
	sources->parts = oeo_alloc_array(n_cells * n_paths, sizeof(*sources->parts));
	if (sources->parts == NULL)
		return OEO_ERR_NOMEM;
	sources->built.problem.n_members = n_paths;
	for (size_t i = 0; err == OEO_OK && i < n_paths; i++)
		err = add_file(sources, paths[i], i, why);
	return err;
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

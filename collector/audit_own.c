/* SPDX-License-Identifier: EUPL-1.2 */
/* A member's own figures, beside the releases: what it could derive with them. */
#include "collector/audit_sources.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proto/home.h"
#include "proto/i18n.h"

#define OWN_LIMIT (64u * 1024 * 1024)
#define OWN_FIELDS (OEO_MAX_BY + 4)
#define OWN_FILES 1000

struct own_line {
	char *fields[OWN_FIELDS];
	size_t n;
	const char *path;
	size_t number;
	size_t member; /* whose file it is: 0 for the first one */
	size_t *lines; /* of every cell: the line that gave it; 0: none did */
	size_t n_without_questions; /* lines so far that leave questions empty, where there are any */
};

/* Spreadsheets of countries that write 1,5 part by semicolons. */
static bool split_line(struct own_line *line, char *text)
{
	char separator = strchr(text, ',') == NULL ? ';' : ',';
	char *at = text;

	for (line->n = 0; at != NULL; line->n++) {
		if (line->n == OWN_FIELDS)
			return false;
		line->fields[line->n] = at;
		at = strchr(at, separator);
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

static enum oeo_err add_line(struct oeo_audit_sources *sources, struct own_line *line, struct oeo_note *why)
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
	if (cell->has_measure[OEO_DISCLOSURE_QUESTIONS] && line->fields[line->n - 1][0] != '\0' &&
	    part.questions < part.residents)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s:%zu: fewer questions than residents. Every resident asked something; leave the "
		      "questions "
		      "empty where you do not know them."),
		    line->path, line->number);
	parts = &sources->parts[index * sources->built.problem.n_members];
	if (cell->n_parts > 0 && parts[cell->n_parts - 1].member == line->member)
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, _("%s:%zu: this cell was given before."), line->path, line->number);
	if (!cell->has_measure[OEO_DISCLOSURE_QUESTIONS])
		part.questions = 0;
	else
		line->n_without_questions += line->fields[line->n - 1][0] == '\0';
	line->lines[index] = line->number;
	parts[cell->n_parts++] = part;
	cell->parts = parts;
	return OEO_OK;
}

/* What a spreadsheet puts before the text. */
static const char *const byte_order_mark = "\xef\xbb\xbf";

static bool is_heading(const struct own_line *line)
{
	return line->number == 1 && strcmp(line->fields[0], "table") == 0;
}

/* *n counts the lines that have figures. */
static enum oeo_err take_line(
    struct oeo_audit_sources *sources, struct own_line *line, char *text, size_t *n, struct oeo_note *why)
{
	line->number++;
	if (*text == '\0')
		return OEO_OK;
	if (!split_line(line, text) || line->n < 4)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s:%zu: a line is table,period,codes,residents,questions."), line->path, line->number);
	if (is_heading(line))
		return OEO_OK;
	(*n)++;
	return add_line(sources, line, why);
}

/* ---- Do they fit each other? */

static uint64_t own_of(const struct oeo_audit_sources *sources, const struct own_line *line, size_t cell,
    enum oeo_disclosure_measure measure)
{
	const struct oeo_disclosure_cell *at = &sources->built.cells[cell];
	const struct oeo_disclosure_part *part =
	    line->lines[cell] > 0 ? &at->parts[at->n_parts - 1] : NULL; /* this member's is the last */

	if (part == NULL)
		return 0;
	return measure == OEO_DISCLOSURE_RESIDENTS ? part->residents : part->questions;
}

/* The margin that a cell is in, where the plan has it; NULL otherwise. */
static const struct oeo_margin *planned_margin(const struct oeo_audit_sources *sources, size_t cell)
{
	const struct oeo_release_problem *built = &sources->built;

	for (size_t i = 0; i < built->margins.n; i++)
		if (cell >= built->first[i] && cell - built->first[i] < built->sizes[i])
			return built->margins.items[i].planned != SIZE_MAX ? &built->margins.items[i] : NULL;
	return NULL;
}

/* A part may not be more than the whole around it, nor may all parts of a sum be: what is not given counts as none. */
static enum oeo_err check_relation(const struct oeo_audit_sources *sources, const struct own_line *line,
    const struct oeo_disclosure_relation *relation, struct oeo_note *why)
{
	const struct oeo_margin *whole = NULL;
	uint64_t sum = 0;

	for (size_t i = 0; i < relation->n_children; i++) {
		size_t cell = relation->children[i];
		uint64_t own = own_of(sources, line, cell, relation->measure), around;
		const struct oeo_margin *part;

		if (own == 0)
			continue;
		whole = whole == NULL ? planned_margin(sources, relation->parent) : whole;
		part = planned_margin(sources, cell);
		if (whole == NULL || part == NULL || part->source != whole->source)
			continue;
		sum = relation->kind == OEO_DISCLOSURE_EQUAL ? sum + own : own;
		around = own_of(sources, line, relation->parent, relation->measure);
		if (sum > around)
			return oeo_note_set(why, OEO_ERR_FORMAT,
			    _("%s:%zu: this is more than the member's number in table %s that it is a part "
			      "of. Give all its figures, totals too, as they were sent in for this period."),
			    line->path, line->lines[cell], whole->table.id);
	}
	return OEO_OK;
}

/* Only what holds by construction: between two periods a resident may have been taken out. */
static enum oeo_err check_sums(
    const struct oeo_audit_sources *sources, const struct own_line *line, struct oeo_note *why)
{
	const struct oeo_disclosure_problem *problem = &sources->built.problem;
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < problem->n_relations && err == OEO_OK; i++) {
		const struct oeo_disclosure_relation *relation = &problem->relations[i];

		if (relation->kind == OEO_DISCLOSURE_VERSION || !relation->is_exact ||
		    (relation->measure == OEO_DISCLOSURE_QUESTIONS && line->n_without_questions > 0))
			continue;
		err = check_relation(sources, line, relation, why);
	}
	return err;
}

/* End the line: at a line feed, a carriage return, or both. The next one, NULL where there is none. */
static char *cut_line(char *text)
{
	char *end = strpbrk(text, "\r\n"), *next;

	if (end == NULL)
		return NULL;
	next = end + (end[0] == '\r' && end[1] == '\n' ? 2 : 1);
	*end = '\0';
	return next;
}

static enum oeo_err add_file(
    struct oeo_audit_sources *sources, const char *path, size_t member, struct oeo_note *why)
{
	struct oeo_buf text = {0};
	struct own_line line = {.path = path, .member = member};
	size_t n = 0;
	enum oeo_err err = oeo_file_read(&text, path, OWN_LIMIT, why);

	line.lines = oeo_alloc_array(sources->built.problem.n_cells, sizeof(*line.lines));
	if (err == OEO_OK && line.lines == NULL)
		err = OEO_ERR_NOMEM;
	if (err == OEO_OK)
		err = oeo_buf_terminate(&text);
	if (err == OEO_OK && strlen((const char *)text.data) != text.len)
		err = oeo_note_set(why, OEO_ERR_FORMAT, _("%s: this is no text file."), path);
	for (char *at = (char *)text.data; err == OEO_OK && at != NULL && *at != '\0';) {
		char *next = cut_line(at);

		if (line.number == 0 && strncmp(at, byte_order_mark, strlen(byte_order_mark)) == 0)
			at += strlen(byte_order_mark);
		err = take_line(sources, &line, at, &n, why);
		at = next;
	}
	if (err == OEO_OK && n == 0)
		err = oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s: there are no figures in it. A line is table,period,codes,residents,questions."),
		    path);
	if (err == OEO_OK)
		err = check_sums(sources, &line, why);
	sources->n_without_questions += line.n_without_questions;
	free(line.lines);
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

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
};

/* Spreadsheets of countries that write 1,5 part by semicolons. */
static bool split_line(struct own_line *line, char *text)
{
	char separator = strchr(text, ',') == NULL ? ';' : ',';
	char *at = text;

	text[strcspn(text, "\r")] = '\0';
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
	if (*text == '\0' || *text == '\r')
		return OEO_OK;
	if (!split_line(line, text) || line->n < 4)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s:%zu: a line is table,period,codes,residents,questions."), line->path, line->number);
	if (is_heading(line))
		return OEO_OK;
	(*n)++;
	return add_line(sources, line, why);
}

static enum oeo_err add_file(
    struct oeo_audit_sources *sources, const char *path, size_t member, struct oeo_note *why)
{
	struct oeo_buf text = {0};
	struct own_line line = {.path = path, .member = member};
	size_t n = 0;
	enum oeo_err err = oeo_file_read(&text, path, OWN_LIMIT, why);

	if (err == OEO_OK)
		err = oeo_buf_terminate(&text);
	if (err == OEO_OK && strlen((const char *)text.data) != text.len)
		err = oeo_note_set(why, OEO_ERR_FORMAT, _("%s: this is no text file."), path);
	for (char *at = (char *)text.data; err == OEO_OK && at != NULL && *at != '\0';) {
		char *next = strchr(at, '\n');

		if (next != NULL)
			*next++ = '\0';
		if (line.number == 0 && strncmp(at, byte_order_mark, strlen(byte_order_mark)) == 0)
			at += strlen(byte_order_mark);
		err = take_line(sources, &line, at, &n, why);
		at = next;
	}
	if (err == OEO_OK && n == 0)
		err = oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s: there are no figures in it. A line is table,period,codes,residents,questions."),
		    path);
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

/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/plan_codes.h"

#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"
#include "proto/plan_csv.h"

#define COLUMNS 5
#define LABEL_UNKNOWN_NL "Onbekend"
#define LABEL_UNKNOWN_EN "Unknown"
#define SHOWN_BYTES 40

/* A line of the list. */
struct row {
	struct oeo_code code; /* level and parent are set when all lines are known */
	char parent[OEO_ID_BYTES];
	size_t line;
	bool is_placed; /* its ancestors are there and it is not too deep */
	size_t index; /* in the dimension's codes */
};

struct list {
	const char *name;
	struct oeo_findings *findings;
	struct row *rows;
	size_t n;
	size_t capacity;
	size_t *sorted; /* indexes of rows, by code and then by line */
};

static bool copy_id(char id[OEO_ID_BYTES], const char *text)
{
	if (!oeo_id_is_valid(text))
		return false;
	memcpy(id, text, strlen(text) + 1);
	return true;
}

static bool read_sensitive(bool *is_sensitive, const char *text)
{
	*is_sensitive = strcmp(text, "yes") == 0;
	return *is_sensitive || text[0] == '\0' || strcmp(text, "no") == 0;
}

/* The next row, zeroed; NULL where memory has run out. */
static struct row *add_row(struct list *list)
{
	struct row *row;

	if (list->n == list->capacity) {
		size_t capacity = list->capacity > 0 ? list->capacity * 2 : 64;
		struct row *rows = realloc(list->rows, capacity * sizeof(*rows));

		if (rows == NULL)
			return NULL;
		list->rows = rows;
		list->capacity = capacity;
	}
	row = &list->rows[list->n];
	memset(row, 0, sizeof(*row));
	return row;
}

static enum oeo_err on_row(void *context, size_t line, char *const *fields)
{
	struct list *list = context;
	struct row *row = add_row(list);
	const char *reason = NULL;

	if (row == NULL)
		return OEO_ERR_NOMEM;
	row->line = line;
	if (list->n >= OEO_MAX_CODES)
		reason = _("this list is too long (at most 10,000 codes).");
	else if (!copy_id(row->code.code, fields[0]))
		reason = _("a code may hold letters, digits, dot, dash and underscore only (at most 32).");
	else if (strcmp(fields[0], OEO_UNKNOWN) == 0)
		reason = _("every dimension has the code onbekend by itself. Remove this line.");
	else if (fields[1][0] != '\0' && !copy_id(row->parent, fields[1]))
		reason = _("the parent is no code. Leave it empty at the first level.");
	else if (!read_sensitive(&row->code.is_sensitive, fields[4]))
		reason = _("write yes or no in the column sensitive, or leave it empty.");
	if (reason != NULL) {
		oeo_findings_add(list->findings, OEO_FINDING_FAULT, list->name, line, "%s", reason);
		return list->n >= OEO_MAX_CODES ? OEO_ERR_RANGE : OEO_OK;
	}
	row->code.label_nl = strdup(fields[2]);
	row->code.label_en = strdup(fields[3]);
	list->n++;
	return row->code.label_nl != NULL && row->code.label_en != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

static int compare_rows(const void *a, const void *b, void *context)
{
	const struct list *list = context;
	size_t first = *(const size_t *)a;
	size_t second = *(const size_t *)b;
	int order = strcmp(list->rows[first].code.code, list->rows[second].code.code);

	if (order != 0)
		return order;
	return first < second ? -1 : first > second;
}

static enum oeo_err sort_rows(struct list *list)
{
	list->sorted = oeo_alloc_array(list->n, sizeof(*list->sorted));
	if (list->sorted == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < list->n; i++)
		list->sorted[i] = i;
	if (list->n > 1)
		qsort_r(list->sorted, list->n, sizeof(*list->sorted), compare_rows, list);
	return OEO_OK;
}

/* The first row with this code, NULL where there is none. */
static struct row *find_row(const struct list *list, const char *code)
{
	size_t low = 0;
	size_t high = list->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(list->rows[list->sorted[middle]].code.code, code) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == list->n || strcmp(list->rows[list->sorted[low]].code.code, code) != 0)
		return NULL;
	return &list->rows[list->sorted[low]];
}

/* The level is the number of ancestors. */
static void place_row(struct list *list, struct row *row, size_t n_levels)
{
	const struct row *above = row;
	unsigned level = 0;

	while (above->parent[0] != '\0') {
		const struct row *next = find_row(list, above->parent);

		if (next == NULL) {
			if (above == row)
				oeo_findings_add(list->findings, OEO_FINDING_FAULT, list->name, row->line,
				    _("the parent \"%s\" is not in this list."), row->parent);
			return;
		}
		if (++level >= n_levels) {
			oeo_findings_add(list->findings, OEO_FINDING_FAULT, list->name, row->line,
			    _("\"%s\" lies deeper than the %zu levels of this dimension, or under itself. "
			      "Look at the column parent."),
			    row->code.code, n_levels);
			return;
		}
		above = next;
	}
	row->code.level = level;
	row->is_placed = true;
}

static enum oeo_err add_unknown(struct oeo_dimension *dimension, unsigned level)
{
	struct oeo_code *code = &dimension->codes[dimension->n_codes];

	memcpy(code->code, OEO_UNKNOWN, sizeof(OEO_UNKNOWN));
	code->level = level;
	code->parent = SIZE_MAX;
	if (level > 0)
		code->parent = dimension->levels[level - 1].first + dimension->levels[level - 1].count - 1;
	dimension->n_codes++;
	code->label_nl = strdup(LABEL_UNKNOWN_NL);
	code->label_en = strdup(LABEL_UNKNOWN_EN);
	return code->label_nl != NULL && code->label_en != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

/* Move the rows of one level, in the order of the file, behind the codes that are there. */
static enum oeo_err fill_level(
    struct oeo_dimension *dimension, struct oeo_lines_of *lines, struct list *list, unsigned level)
{
	dimension->levels[level].first = dimension->n_codes;
	for (size_t i = 0; i < list->n; i++) {
		struct row *row = &list->rows[i];

		if (!row->is_placed || row->code.level != level)
			continue;
		row->index = dimension->n_codes;
		row->code.parent = level == 0 ? SIZE_MAX : find_row(list, row->parent)->index;
		lines->lines[dimension->n_codes] = row->line;
		dimension->codes[dimension->n_codes++] = row->code;
		row->code.label_nl = NULL;
		row->code.label_en = NULL;
	}
	dimension->levels[level].count = dimension->n_codes - dimension->levels[level].first + 1;
	return add_unknown(dimension, level);
}

static enum oeo_err fill_codes(struct oeo_dimension *dimension, struct oeo_lines_of *lines, struct list *list)
{
	enum oeo_err err = sort_rows(list);

	if (err != OEO_OK)
		return err;
	dimension->codes = oeo_alloc_array(list->n + dimension->n_levels, sizeof(*dimension->codes));
	lines->lines = oeo_alloc_array(list->n + dimension->n_levels, sizeof(*lines->lines));
	if (dimension->codes == NULL || lines->lines == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < list->n; i++)
		place_row(list, &list->rows[i], dimension->n_levels);
	for (unsigned level = 0; level < dimension->n_levels && err == OEO_OK; level++)
		err = fill_level(dimension, lines, list, level);
	lines->n = dimension->n_codes;
	return err;
}

enum oeo_err oeo_plan_codes_read(struct oeo_dimension *dimension, struct oeo_lines_of *lines,
    const char *name, const char *text, size_t len, struct oeo_findings *findings)
{
	struct list list = {.name = name, .findings = findings};
	enum oeo_err err =
	    oeo_plan_csv_read(name, text, len, OEO_CODES_HEADER, COLUMNS, on_row, &list, findings);

	if (err == OEO_OK || err == OEO_ERR_RANGE)
		err = fill_codes(dimension, lines, &list);
	for (size_t i = 0; i < list.n; i++) {
		free(list.rows[i].code.label_nl);
		free(list.rows[i].code.label_en);
	}
	free(list.rows);
	free(list.sorted);
	return err;
}

/* A line of a lookup table. */
struct pair {
	struct oeo_lookup lookup;
	size_t line;
};

struct pairs {
	const struct oeo_dimension *dimension;
	const char *name;
	struct oeo_findings *findings;
	struct pair *items;
	size_t n;
};

static enum oeo_err on_pair(void *context, size_t line, char *const *fields)
{
	struct pairs *pairs = context;
	struct pair *items;
	size_t code = oeo_dimension_find_code(pairs->dimension, pairs->dimension->n_levels - 1, fields[1]);

	if (strlen(fields[0]) >= OEO_POSTCODE_BYTES || fields[0][0] == '\0') {
		oeo_findings_add(pairs->findings, OEO_FINDING_FAULT, pairs->name, line,
		    _("the first column is empty or too long (1 to %d characters)."), OEO_POSTCODE_BYTES - 1);
		return OEO_OK;
	}
	if (code == SIZE_MAX || code == oeo_dimension_unknown(pairs->dimension)) {
		oeo_findings_add(pairs->findings, OEO_FINDING_FAULT, pairs->name, line,
		    _("\"%.*s\" is not a code of the level \"%s\"."), SHOWN_BYTES, fields[1],
		    pairs->dimension->levels[pairs->dimension->n_levels - 1].id);
		return OEO_OK;
	}
	if (pairs->n >= OEO_MAX_LOOKUP) {
		oeo_findings_add(
		    pairs->findings, OEO_FINDING_FAULT, pairs->name, line, _("this list is too long."));
		return OEO_ERR_RANGE;
	}
	items = realloc(pairs->items, (pairs->n + 1) * sizeof(*items));
	if (items == NULL)
		return OEO_ERR_NOMEM;
	pairs->items = items;
	memset(&items[pairs->n], 0, sizeof(*items));
	memcpy(items[pairs->n].lookup.key, fields[0], strlen(fields[0]) + 1);
	items[pairs->n].lookup.code = code;
	items[pairs->n++].line = line;
	return OEO_OK;
}

static int compare_pairs(const void *a, const void *b)
{
	const struct pair *first = a;
	const struct pair *second = b;
	int order = strcmp(first->lookup.key, second->lookup.key);

	if (order != 0)
		return order;
	return first->line < second->line ? -1 : first->line > second->line;
}

enum oeo_err oeo_plan_lookup_read(struct oeo_dimension *dimension, struct oeo_lines_of *lines,
    const char *name, const char *text, size_t len, struct oeo_findings *findings)
{
	struct pairs pairs = {.dimension = dimension, .name = name, .findings = findings};
	enum oeo_err err = oeo_plan_csv_read(name, text, len, NULL, 2, on_pair, &pairs, findings);

	if (err != OEO_OK && err != OEO_ERR_RANGE)
		goto cleanup;
	err = OEO_ERR_NOMEM;
	if (pairs.n > 1)
		qsort(pairs.items, pairs.n, sizeof(*pairs.items), compare_pairs);
	dimension->lookup = oeo_alloc_array(pairs.n, sizeof(*dimension->lookup));
	lines->lines = oeo_alloc_array(pairs.n, sizeof(*lines->lines));
	if (dimension->lookup == NULL || lines->lines == NULL)
		goto cleanup;
	for (size_t i = 0; i < pairs.n; i++) {
		dimension->lookup[i] = pairs.items[i].lookup;
		lines->lines[i] = pairs.items[i].line;
	}
	dimension->n_lookup = pairs.n;
	lines->n = pairs.n;
	err = OEO_OK;
cleanup:
	free(pairs.items);
	return err;
}

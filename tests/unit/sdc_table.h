/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The frequency tables of tests/data/sdc as problems of disclosure control: all cells with their margins, over
 * hierarchies, and the sums between them. One measure (residents); the bare threshold as decisions.
 */
#ifndef OEO_TESTS_UNIT_SDC_TABLE_H
#define OEO_TESTS_UNIT_SDC_TABLE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/disclosure.h"

#define SDC_DIR OEO_TEST_DIR "/data/sdc/"
#define SDC_DIMS 4
#define SDC_CODES 600
#define SDC_CODE_BYTES 16
#define SDC_DEPTH 8

struct sdc_dimension {
	const char *name; /* the CSV's column */
	const char *hier[2]; /* files, NULL: all codes under Total */
	char codes[SDC_CODES][SDC_CODE_BYTES]; /* codes[0] is Total */
	size_t parents[2][SDC_CODES]; /* per hierarchy; SIZE_MAX: none */
	size_t n;
};

struct sdc_table {
	const char *file;
	size_t n_dims;
	struct sdc_dimension dims[SDC_DIMS];
	struct oeo_disclosure_problem problem;
	struct oeo_disclosure_cell *cells;
	struct oeo_disclosure_relation *relations;
	size_t *children;
	struct oeo_disclosure_decision *decisions;
};

static inline void *sdc_alloc(size_t n, size_t size)
{
	void *made = calloc(n, size);

	if (made == NULL)
		abort();
	return made;
}

static inline size_t sdc_code(struct sdc_dimension *dimension, const char *code)
{
	for (size_t i = 0; i < dimension->n; i++)
		if (strcmp(dimension->codes[i], code) == 0)
			return i;
	if (dimension->n == SDC_CODES || strlen(code) >= SDC_CODE_BYTES)
		abort();
	memcpy(dimension->codes[dimension->n], code, strlen(code) + 1);
	dimension->parents[0][dimension->n] = SIZE_MAX;
	dimension->parents[1][dimension->n] = SIZE_MAX;
	return dimension->n++;
}

static inline FILE *sdc_open(const char *file, char line[512])
{
	char path[512];
	FILE *in;

	(void)snprintf(path, sizeof(path), "%s%s.csv", SDC_DIR, file);
	in = fopen(path, "r");
	if (in == NULL || fgets(line, 512, in) == NULL)
		abort();
	return in;
}

static inline size_t sdc_split(char *line, char *fields[8])
{
	size_t n = 0;

	line[strcspn(line, "\r\n")] = '\0';
	for (char *at = line; at != NULL && n < 8; n++) {
		fields[n] = at;
		at = strchr(at, ',');
		if (at != NULL)
			*at++ = '\0';
	}
	return n;
}

static inline void sdc_read_hierarchy(struct sdc_dimension *dimension, size_t which)
{
	char line[512];
	char *fields[8];
	FILE *in = sdc_open(dimension->hier[which], line);

	while (fgets(line, sizeof(line), in) != NULL && sdc_split(line, fields) == 2) {
		size_t child = sdc_code(dimension, fields[0]);
		size_t parent = sdc_code(dimension, fields[1]);

		dimension->parents[which][child] = parent;
	}
	(void)fclose(in);
}

static inline size_t sdc_index(const struct sdc_table *table, const size_t at[SDC_DIMS])
{
	size_t index = 0;

	for (size_t d = 0; d < table->n_dims; d++)
		index = index * table->dims[d].n + at[d];
	return index;
}

static inline void sdc_place(const struct sdc_table *table, size_t index, size_t at[SDC_DIMS])
{
	for (size_t d = table->n_dims; d-- > 0;) {
		at[d] = index % table->dims[d].n;
		index /= table->dims[d].n;
	}
}

static inline void sdc_read_codes(struct sdc_table *table, size_t columns[SDC_DIMS])
{
	char line[512];
	char *fields[8];
	FILE *in = sdc_open(table->file, line);
	size_t n = sdc_split(line, fields);

	for (size_t d = 0; d < table->n_dims; d++)
		for (size_t f = 0; f < n; f++)
			if (strcmp(fields[f], table->dims[d].name) == 0)
				columns[d] = f;
	while (fgets(line, sizeof(line), in) != NULL) {
		(void)sdc_split(line, fields);
		for (size_t d = 0; d < table->n_dims; d++)
			(void)sdc_code(&table->dims[d], fields[columns[d]]);
	}
	(void)fclose(in);
}

static inline void sdc_read_counts(struct sdc_table *table, const size_t columns[SDC_DIMS])
{
	char line[512];
	char *fields[8];
	FILE *in = sdc_open(table->file, line);

	while (fgets(line, sizeof(line), in) != NULL) {
		size_t at[SDC_DIMS] = {0};
		size_t n = sdc_split(line, fields);

		for (size_t d = 0; d < table->n_dims; d++)
			at[d] = sdc_code(&table->dims[d], fields[columns[d]]);
		table->cells[sdc_index(table, at)].value[0] += strtoull(fields[n - 1], NULL, 10);
	}
	(void)fclose(in);
}

static inline size_t sdc_depth(const struct sdc_dimension *dimension, size_t h, size_t code)
{
	size_t depth = 0;

	for (; dimension->parents[h][code] != SIZE_MAX; code = dimension->parents[h][code])
		depth++;
	return depth;
}

/* Roll the counts up dimension by dimension, deepest codes first; the first hierarchy fills Total. */
static inline void sdc_roll_up(struct sdc_table *table, size_t d)
{
	const struct sdc_dimension *dimension = &table->dims[d];

	for (size_t h = 0; h < 2; h++) {
		for (size_t depth = SDC_DEPTH; depth > 0; depth--) {
			for (size_t i = 0; i < table->problem.n_cells; i++) {
				size_t at[SDC_DIMS];

				sdc_place(table, i, at);
				if (dimension->parents[h][at[d]] == SIZE_MAX ||
				    sdc_depth(dimension, h, at[d]) != depth ||
				    (h == 1 && dimension->parents[h][at[d]] == 0))
					continue;
				at[d] = dimension->parents[h][at[d]];
				table->cells[sdc_index(table, at)].value[0] += table->cells[i].value[0];
			}
		}
	}
}

static inline void sdc_relate(struct sdc_table *table, size_t *n_children)
{
	for (size_t d = 0; d < table->n_dims; d++) {
		const struct sdc_dimension *dimension = &table->dims[d];

		for (size_t h = 0; h < 2; h++) {
			for (size_t i = 0; i < table->problem.n_cells; i++) {
				size_t first = *n_children;
				size_t at[SDC_DIMS];
				size_t parent;

				sdc_place(table, i, at);
				parent = at[d];
				for (size_t c = 1; c < dimension->n; c++) {
					at[d] = c;
					if (dimension->parents[h][c] == parent)
						table->children[(*n_children)++] = sdc_index(table, at);
				}
				if (*n_children > first)
					table->relations[table->problem.n_relations++] =
					    (struct oeo_disclosure_relation){OEO_DISCLOSURE_EQUAL,
						OEO_DISCLOSURE_RESIDENTS, i, table->children + first,
						*n_children - first, true};
			}
		}
	}
}

/* Read a table whose file, dims[].name and dims[].hier are set; hide what is in 1 .. k - 1. */
static inline void sdc_load(struct sdc_table *table, uint64_t k)
{
	size_t columns[SDC_DIMS] = {0};
	size_t n_children = 0;

	table->problem.n_cells = 1;
	for (size_t d = 0; d < table->n_dims; d++) {
		(void)sdc_code(&table->dims[d], "Total");
		for (size_t h = 0; h < 2; h++)
			if (table->dims[d].hier[h] != NULL)
				sdc_read_hierarchy(&table->dims[d], h);
	}
	sdc_read_codes(table, columns);
	for (size_t d = 0; d < table->n_dims; d++) {
		for (size_t c = 1; c < table->dims[d].n; c++)
			if (table->dims[d].hier[0] == NULL)
				table->dims[d].parents[0][c] = 0;
		table->problem.n_cells *= table->dims[d].n;
	}
	table->cells = sdc_alloc(table->problem.n_cells, sizeof(*table->cells));
	table->decisions = sdc_alloc(table->problem.n_cells, sizeof(*table->decisions));
	table->relations = sdc_alloc(table->problem.n_cells * 2 * table->n_dims, sizeof(*table->relations));
	table->children = sdc_alloc(table->problem.n_cells * 2 * table->n_dims, sizeof(size_t));
	sdc_read_counts(table, columns);
	for (size_t d = 0; d < table->n_dims; d++)
		sdc_roll_up(table, d);
	sdc_relate(table, &n_children);
	for (size_t i = 0; i < table->problem.n_cells; i++) {
		struct oeo_disclosure_cell *cell = &table->cells[i];

		cell->key = i;
		cell->role = OEO_DISCLOSURE_DECIDE;
		cell->state = OEO_DISCLOSURE_OPEN;
		cell->has_measure[0] = true;
		cell->rules = (struct oeo_disclosure_rules){k, 0, 0, 0};
		table->decisions[i].is_shown = cell->value[0] == 0 || cell->value[0] >= k;
		table->decisions[i].reason =
		    table->decisions[i].is_shown ? OEO_DISCLOSURE_NOT_HIDDEN : OEO_DISCLOSURE_PRIMARY;
	}
	table->problem.cells = table->cells;
	table->problem.relations = table->relations;
	table->problem.n_tables = 1;
}

static inline void sdc_free(struct sdc_table *table)
{
	free(table->cells);
	free(table->decisions);
	free(table->relations);
	free(table->children);
}

#endif

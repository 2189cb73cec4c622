/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/protect_cells.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "proto/buf.h"
#include "proto/i18n.h"

#define PARTS_LIMIT ((size_t)1 << 26)

/* For one dimension: of every lowest code, itself and all above it, each once. */
struct ancestors {
	size_t *first; /* of every code, and one more */
	uint32_t *items;
};

/* An inner cell's way up: what to do with every cell above it, itself included. */
struct climber {
	const struct oeo_protect_cells *cells;
	const struct ancestors *ancestors;
	void (*visit)(void *context, size_t place);
	void *context;
};

static bool contains(const uint32_t *items, size_t n, uint32_t item)
{
	for (size_t i = 0; i < n; i++)
		if (items[i] == item)
			return true;
	return false;
}

static size_t list_ancestors(const struct oeo_protect_dimension *dimension, uint32_t code, uint32_t *items)
{
	size_t n = 0;

	items[n++] = code;
	for (size_t h = 0; h < dimension->n_hierarchies; h++) {
		uint32_t up = code;

		while ((up = oeo_protect_dimension_parent(dimension, h, up)) != OEO_PROTECT_NONE)
			if (!contains(items, n, up))
				items[n++] = up;
	}
	return n;
}

/* Is it a code that the table has, at the bottom of all hierarchies? */
static bool is_bottom(const struct oeo_protect_dimension *dimension, uint32_t code)
{
	if (code == OEO_PROTECT_TOTAL || dimension->aliases[code] != code)
		return false;
	for (size_t h = 0; h < dimension->n_hierarchies; h++)
		if (dimension->hierarchies[h].has_children != NULL &&
		    code < dimension->hierarchies[h].n_parents &&
		    dimension->hierarchies[h].has_children[code])
			return false;
	return true;
}

static enum oeo_err init_ancestors(struct ancestors *ancestors, const struct oeo_protect_dimension *dimension)
{
	size_t n = dimension->codes.n, total = 0, length = 0;
	uint32_t *items = oeo_alloc_array(n * dimension->n_hierarchies + 1, sizeof(*items));

	ancestors->first = oeo_alloc_array(n + 1, sizeof(*ancestors->first));
	if (items == NULL || ancestors->first == NULL) {
		free(items);
		return OEO_ERR_NOMEM;
	}
	for (int pass = 0; pass < 2; pass++) {
		total = 0;
		for (uint32_t code = 0; code < n; code++) {
			ancestors->first[code] = total;
			if (!is_bottom(dimension, code))
				continue;
			length = list_ancestors(dimension, code, items);
			if (pass == 1)
				memcpy(ancestors->items + total, items, length * sizeof(*items));
			total += length;
		}
		ancestors->first[n] = total;
		if (pass == 0 && (ancestors->items = oeo_alloc_array(total + 1, sizeof(*items))) == NULL) {
			free(items);
			return OEO_ERR_NOMEM;
		}
	}
	free(items);
	return OEO_OK;
}

static void climb_from(const struct climber *climber, const uint32_t *codes, size_t d, size_t place)
{
	const struct oeo_protect_table *table = climber->cells->table;
	const struct ancestors *ancestors;

	if (d == table->n_dimensions) {
		climber->visit(climber->context, place);
		return;
	}
	ancestors = &climber->ancestors[d];
	for (size_t i = ancestors->first[codes[d]]; i < ancestors->first[codes[d] + 1]; i++)
		climb_from(climber, codes, d + 1,
		    place + table->dimensions[d].ranks[ancestors->items[i]] * climber->cells->strides[d]);
}

static void climb(const struct climber *climber, size_t inner)
{
	climb_from(climber, climber->cells->table->codes + inner * climber->cells->table->n_dimensions, 0, 0);
}

/* Cells */

/* How many places there would be; UINT64_MAX: that or more. */
static uint64_t multiply_codes(const struct oeo_protect_table *table)
{
	uint64_t n = 1;

	for (size_t d = 0; d < table->n_dimensions; d++) {
		if (n > UINT64_MAX / table->dimensions[d].codes.n)
			return UINT64_MAX;
		n *= table->dimensions[d].codes.n;
	}
	return n;
}

enum oeo_err oeo_protect_cells_measure(
    struct oeo_protect_cells *cells, const struct oeo_protect_table *table, struct oeo_note *why)
{
	uint64_t all = multiply_codes(table);
	size_t n = 1;

	cells->table = table;
	if (all > OEO_PROTECT_PLACES_LIMIT)
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("the table would have %" PRIu64 " cells with its margins; %zu is the most. Take fewer "
		      "dimensions or codes."),
		    all, OEO_PROTECT_PLACES_LIMIT);
	for (size_t d = cells->table->n_dimensions; d-- > 0;) {
		cells->strides[d] = n;
		n *= cells->table->dimensions[d].codes.n;
	}
	cells->n_places = n;
	return OEO_OK;
}

static void mark_place(void *context, size_t place)
{
	uint32_t *cell_of = context;

	cell_of[place] = 0;
}

/* The code of a place in dimension d, and whether it is its own alias. */
static uint32_t code_of(const struct oeo_protect_cells *cells, size_t place, size_t d)
{
	const struct oeo_protect_dimension *dimension = &cells->table->dimensions[d];

	return dimension->order[place / cells->strides[d] % dimension->codes.n];
}

static bool is_own_place(const struct oeo_protect_cells *cells, size_t place)
{
	for (size_t d = 0; d < cells->table->n_dimensions; d++) {
		uint32_t code = code_of(cells, place, d);

		if (cells->table->dimensions[d].aliases[code] != code)
			return false;
	}
	return true;
}

uint32_t oeo_protect_cells_at(const struct oeo_protect_cells *cells, size_t place)
{
	size_t own = 0;

	for (size_t d = 0; d < cells->table->n_dimensions; d++)
		own += cells->table->dimensions[d].ranks[code_of(cells, place, d)] * cells->strides[d];
	return cells->cell_of[own];
}

static enum oeo_err number_cells(struct oeo_protect_cells *cells, bool hides_zeros, struct oeo_note *why)
{
	size_t n = 0;

	for (size_t place = 0; place < cells->n_places; place++)
		if (hides_zeros ? is_own_place(cells, place) : cells->cell_of[place] != OEO_PROTECT_NONE)
			cells->cell_of[place] = (uint32_t)n++;
	if (n > OEO_PROTECT_CELLS_LIMIT)
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("the table has %zu cells to decide on; %zu is the most. Take fewer dimensions or "
		      "codes."),
		    n, OEO_PROTECT_CELLS_LIMIT);
	cells->places = oeo_alloc_array(n, sizeof(*cells->places));
	cells->is_single = oeo_alloc_array(n, sizeof(*cells->is_single));
	cells->cells = oeo_alloc_array(n, sizeof(*cells->cells));
	if (n > 0 && (cells->places == NULL || cells->is_single == NULL || cells->cells == NULL))
		return OEO_ERR_NOMEM;
	for (size_t place = 0; place < cells->n_places; place++)
		if (cells->cell_of[place] != OEO_PROTECT_NONE)
			cells->places[cells->cell_of[place]] = place;
	cells->problem.cells = cells->cells;
	cells->problem.n_cells = n;
	cells->problem.n_tables = 1;
	return OEO_OK;
}

struct count_adder {
	struct oeo_protect_cells *cells;
	uint64_t count;
	uint64_t *parts; /* cells times members; NULL: add to the cells */
	size_t member;
};

static void add_count(void *context, size_t place)
{
	struct count_adder *adder = context;
	size_t cell = adder->cells->cell_of[place];

	if (adder->parts != NULL)
		adder->parts[cell * adder->cells->problem.n_members + adder->member] += adder->count;
	else
		adder->cells->cells[cell].value[OEO_DISCLOSURE_RESIDENTS] += adder->count;
}

static void count_cells(struct oeo_protect_cells *cells, const struct climber *climber, bool hides_zeros)
{
	const struct oeo_protect_table *table = cells->table;

	for (size_t i = 0; i < table->n_inner; i++) {
		struct count_adder adder = {.cells = cells, .count = table->counts[i]};
		struct climber adding = *climber;
		size_t place = 0;

		if (table->counts[i] == 0 && !hides_zeros)
			continue;
		adding.visit = add_count;
		adding.context = &adder;
		climb(&adding, i);
		for (size_t d = 0; d < table->n_dimensions; d++)
			place += table->dimensions[d].ranks[table->codes[i * table->n_dimensions + d]] *
				 cells->strides[d];
		cells->is_single[cells->cell_of[place]] =
		    table->singles != NULL ? table->singles[i] == 1 : table->counts[i] == 1;
	}
}

/* Every cell's parts. */
static enum oeo_err count_parts(
    struct oeo_protect_cells *cells, const struct climber *climber, struct oeo_note *why)
{
	const struct oeo_protect_table *table = cells->table;
	size_t n_members = table->members.n, n = 0, filled = 0;
	uint64_t *counts;

	if (n_members == 0)
		return OEO_OK;
	cells->problem.n_members = n_members;
	if (!oeo_size_mul(cells->problem.n_cells, n_members, &n) || n > PARTS_LIMIT)
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("%zu cells times %zu organisations is too much; %zu is the most. Take fewer dimensions "
		      "or "
		      "codes."),
		    cells->problem.n_cells, n_members, PARTS_LIMIT);
	counts = oeo_alloc_array(n + 1, sizeof(*counts));
	if (counts == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < table->n_parts; i++) {
		struct count_adder adder = {cells, table->parts[i].count, counts, table->parts[i].member};
		struct climber adding = *climber;

		adding.visit = add_count;
		adding.context = &adder;
		if (adder.count > 0)
			climb(&adding, table->parts[i].inner);
	}
	for (size_t i = 0; i < n; i++)
		filled += counts[i] > 0;
	cells->parts = oeo_alloc_array(filled + 1, sizeof(*cells->parts));
	if (cells->parts == NULL) {
		free(counts);
		return OEO_ERR_NOMEM;
	}
	filled = 0;
	for (size_t cell = 0; cell < cells->problem.n_cells; cell++) {
		cells->cells[cell].parts = cells->parts + filled;
		for (size_t member = 0; member < n_members; member++)
			if (counts[cell * n_members + member] > 0)
				cells->parts[filled++] = (struct oeo_disclosure_part){
				    member, counts[cell * n_members + member], 0};
		cells->cells[cell].n_parts = (size_t)(cells->parts + filled - cells->cells[cell].parts);
	}
	free(counts);
	return OEO_OK;
}

static void describe_cells(struct oeo_protect_cells *cells, const struct oeo_disclosure_rules *rules)
{
	for (size_t i = 0; i < cells->problem.n_cells; i++) {
		struct oeo_disclosure_cell *cell = &cells->cells[i];

		cell->key = cells->places[i];
		cell->role = OEO_DISCLOSURE_DECIDE;
		cell->state = OEO_DISCLOSURE_OPEN;
		cell->has_measure[OEO_DISCLOSURE_RESIDENTS] = true;
		cell->rules = *rules;
	}
}

/* Relations */

/* Every relation of dimension d and hierarchy h has number parent * width + offset + h. */
struct relater {
	struct oeo_protect_cells *cells;
	size_t offsets[OEO_PROTECT_DIMENSIONS];
	size_t width;
	size_t *counts; /* children of every number; later, the relation that it became */
	size_t n_children;
};

/* Call with every pair of a cell and a cell above it. */
static void each_pair(
    struct relater *relater, void (*visit)(struct relater *relater, size_t number, size_t child))
{
	const struct oeo_protect_cells *cells = relater->cells;

	for (size_t i = 0; i < cells->problem.n_cells; i++) {
		for (size_t d = 0; d < cells->table->n_dimensions; d++) {
			const struct oeo_protect_dimension *dimension = &cells->table->dimensions[d];
			uint32_t code = code_of(cells, cells->places[i], d);

			for (size_t h = 0; h < dimension->n_hierarchies; h++) {
				uint32_t parent = oeo_protect_dimension_parent(dimension, h, code);
				size_t place = cells->places[i];

				if (parent == OEO_PROTECT_NONE)
					continue;
				place = place - dimension->ranks[code] * cells->strides[d] +
					dimension->ranks[parent] * cells->strides[d];
				visit(relater,
				    cells->cell_of[place] * relater->width + relater->offsets[d] + h, i);
			}
		}
	}
}

static void count_pair(struct relater *relater, size_t number, size_t child)
{
	(void)child;
	relater->counts[number]++;
	relater->n_children++;
}

static void add_pair(struct relater *relater, size_t number, size_t child)
{
	struct oeo_protect_cells *cells = relater->cells;
	struct oeo_disclosure_relation *relation = &cells->relations[relater->counts[number]];

	cells->children[relation->children - cells->children + (ptrdiff_t)relation->n_children++] = child;
}

static void place_relations(struct relater *relater, size_t n_numbers, size_t *n_relations)
{
	size_t start = 0, n = 0;

	for (size_t number = 0; number < n_numbers; number++) {
		if (relater->counts[number] == 0)
			continue;
		relater->cells->relations[n] = (struct oeo_disclosure_relation){.kind = OEO_DISCLOSURE_EQUAL,
		    .measure = OEO_DISCLOSURE_RESIDENTS,
		    .parent = number / relater->width,
		    .children = relater->cells->children + start,
		    .is_exact = true};
		start += relater->counts[number];
		relater->counts[number] = n++;
	}
	*n_relations = n;
}

static enum oeo_err relate_cells(struct oeo_protect_cells *cells)
{
	struct relater relater = {.cells = cells};
	size_t n_numbers, n_relations = 0;

	for (size_t d = 0; d < cells->table->n_dimensions; d++) {
		relater.offsets[d] = relater.width;
		relater.width += cells->table->dimensions[d].n_hierarchies;
	}
	if (!oeo_size_mul(cells->problem.n_cells, relater.width, &n_numbers))
		return OEO_ERR_NOMEM;
	relater.counts = oeo_alloc_array(n_numbers + 1, sizeof(*relater.counts));
	if (relater.counts == NULL)
		return OEO_ERR_NOMEM;
	each_pair(&relater, count_pair);
	for (size_t i = 0; i < n_numbers; i++)
		n_relations += relater.counts[i] > 0;
	cells->relations = oeo_alloc_array(n_relations + 1, sizeof(*cells->relations));
	cells->children = oeo_alloc_array(relater.n_children + 1, sizeof(*cells->children));
	if (cells->relations != NULL && cells->children != NULL) {
		place_relations(&relater, n_numbers, &cells->problem.n_relations);
		each_pair(&relater, add_pair);
	}
	cells->problem.relations = cells->relations;
	free(relater.counts);
	return cells->relations != NULL && cells->children != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

/* What is above a cell is a cell: at most OEO_PROTECT_LEVELS steps in every dimension. */
static void keep_place(struct oeo_protect_cells *cells, size_t place)
{
	if (cells->cell_of[place] != OEO_PROTECT_NONE)
		return;
	cells->cell_of[place] = 0;
	for (size_t d = 0; d < cells->table->n_dimensions; d++) {
		const struct oeo_protect_dimension *dimension = &cells->table->dimensions[d];
		uint32_t code = code_of(cells, place, d);

		for (size_t h = 0; h < dimension->n_hierarchies; h++) {
			uint32_t parent = oeo_protect_dimension_parent(dimension, h, code);

			if (parent != OEO_PROTECT_NONE)
				keep_place(cells, place - dimension->ranks[code] * cells->strides[d] +
						      dimension->ranks[parent] * cells->strides[d]);
		}
	}
}

static enum oeo_err fill_cells(struct oeo_protect_cells *cells, const struct climber *climber,
    const struct oeo_disclosure_rules *rules, bool hides_zeros, const bool *kept, struct oeo_note *why)
{
	const struct oeo_protect_table *table = cells->table;
	struct climber marking = *climber;
	enum oeo_err err;

	cells->cell_of = malloc((cells->n_places + 1) * sizeof(*cells->cell_of));
	if (cells->cell_of == NULL)
		return OEO_ERR_NOMEM;
	memset(cells->cell_of, 0xff, cells->n_places * sizeof(*cells->cell_of));
	marking.visit = mark_place;
	marking.context = cells->cell_of;
	for (size_t i = 0; i < table->n_inner; i++)
		if (table->counts[i] > 0)
			climb(&marking, i);
	for (size_t place = 0; kept != NULL && !hides_zeros && place < cells->n_places; place++)
		if (kept[place])
			keep_place(cells, place);
	err = number_cells(cells, hides_zeros, why);
	if (err != OEO_OK)
		return err;
	count_cells(cells, climber, hides_zeros);
	describe_cells(cells, rules);
	err = count_parts(cells, climber, why);
	return err == OEO_OK ? relate_cells(cells) : err;
}

enum oeo_err oeo_protect_cells_init(struct oeo_protect_cells *cells, const struct oeo_protect_table *table,
    const struct oeo_disclosure_rules *rules, bool hides_zeros, struct oeo_note *why)
{
	return oeo_protect_cells_init_with(cells, table, rules, hides_zeros, NULL, why);
}

enum oeo_err oeo_protect_cells_init_with(struct oeo_protect_cells *cells,
    const struct oeo_protect_table *table, const struct oeo_disclosure_rules *rules, bool hides_zeros,
    const bool *kept, struct oeo_note *why)
{
	struct ancestors ancestors[OEO_PROTECT_DIMENSIONS];
	struct climber climber = {.cells = cells, .ancestors = ancestors};
	enum oeo_err err;

	memset(cells, 0, sizeof(*cells));
	memset(ancestors, 0, sizeof(ancestors));
	err = oeo_protect_cells_measure(cells, table, why);
	for (size_t d = 0; d < table->n_dimensions && err == OEO_OK; d++)
		err = init_ancestors(&ancestors[d], &table->dimensions[d]);
	if (err == OEO_OK)
		err = fill_cells(cells, &climber, rules, hides_zeros, kept, why);
	for (size_t d = 0; d < table->n_dimensions; d++) {
		free(ancestors[d].first);
		free(ancestors[d].items);
	}
	return err;
}

void oeo_protect_cells_fini(struct oeo_protect_cells *cells)
{
	free(cells->relations);
	free(cells->children);
	free(cells->parts);
	free(cells->cells);
	free(cells->cell_of);
	free(cells->places);
	free(cells->is_single);
	memset(cells, 0, sizeof(*cells));
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/protect_codes.h"

#include <stdlib.h>
#include <string.h>

#include "collector/protect_csv.h"
#include "proto/buf.h"
#include "proto/i18n.h"
#include "proto/text.h"

#define FIRST_SLOTS 64

/* FNV-1a. */
static size_t hash_text(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return (size_t)(hash ^ (hash >> 29));
}

static size_t find_slot(const struct oeo_protect_names *names, const char *text)
{
	size_t slot = hash_text(text) & (names->n_slots - 1);

	while (names->slots[slot] != 0 && strcmp(names->names[names->slots[slot] - 1], text) != 0)
		slot = (slot + 1) & (names->n_slots - 1);
	return slot;
}

uint32_t oeo_protect_names_find(const struct oeo_protect_names *names, const char *text)
{
	if (names->n_slots == 0)
		return OEO_PROTECT_NONE;
	return names->slots[find_slot(names, text)] - 1; /* an empty slot wraps to OEO_PROTECT_NONE */
}

static enum oeo_err grow_names(struct oeo_protect_names *names)
{
	size_t capacity = names->capacity == 0 ? FIRST_SLOTS / 2 : 2 * names->capacity;
	char **larger = realloc(names->names, capacity * sizeof(*larger));
	uint32_t *slots;

	if (larger == NULL)
		return OEO_ERR_NOMEM;
	names->names = larger;
	slots = oeo_alloc_array(2 * capacity, sizeof(*slots));
	if (slots == NULL)
		return OEO_ERR_NOMEM;
	free(names->slots);
	names->slots = slots;
	names->n_slots = 2 * capacity;
	names->capacity = capacity;
	for (size_t i = 0; i < names->n; i++)
		slots[find_slot(names, names->names[i])] = (uint32_t)i + 1;
	return OEO_OK;
}

enum oeo_err oeo_protect_names_add(struct oeo_protect_names *names, const char *text, uint32_t *number)
{
	uint32_t found = oeo_protect_names_find(names, text);
	char *copy;

	if (found != OEO_PROTECT_NONE) {
		*number = found;
		return OEO_OK;
	}
	if (names->n >= OEO_PROTECT_NAMES_LIMIT)
		return OEO_ERR_RANGE;
	if (names->n == names->capacity && grow_names(names) != OEO_OK)
		return OEO_ERR_NOMEM;
	copy = strdup(text);
	if (copy == NULL)
		return OEO_ERR_NOMEM;
	names->slots[find_slot(names, text)] = (uint32_t)names->n + 1;
	names->names[names->n] = copy;
	*number = (uint32_t)names->n++;
	return OEO_OK;
}

void oeo_protect_names_fini(struct oeo_protect_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->names[i]);
	free(names->names);
	free(names->slots);
	memset(names, 0, sizeof(*names));
}

enum oeo_err oeo_protect_dimension_init(struct oeo_protect_dimension *dimension, const char *name)
{
	uint32_t total;

	memset(dimension, 0, sizeof(*dimension));
	dimension->name = name;
	return oeo_protect_names_add(&dimension->codes, "Total", &total);
}

void oeo_protect_dimension_fini(struct oeo_protect_dimension *dimension)
{
	oeo_protect_names_fini(&dimension->codes);
	for (size_t h = 0; h < dimension->n_hierarchies; h++) {
		free(dimension->hierarchies[h].parents);
		free(dimension->hierarchies[h].has_children);
	}
	free(dimension->hierarchies);
	free(dimension->order);
	free(dimension->ranks);
	free(dimension->aliases);
	memset(dimension, 0, sizeof(*dimension));
}

/* Hierarchies */

struct hierarchy_reader {
	struct oeo_protect_dimension *dimension;
	struct oeo_protect_hierarchy *hierarchy;
	size_t *lines; /* of every code: where it is a child; 0: nowhere */
	size_t *firsts; /* of every code: where it is named first */
	size_t capacity;
};

/* May it be a code? What is refused is not shown: it could do things to a terminal. */
static enum oeo_err check_code(const char *text, struct oeo_note *why)
{
	if (text[0] == '\0')
		return oeo_note_set(why, OEO_ERR_FORMAT, _("an empty code. Every row needs one."));
	if (strlen(text) > OEO_PROTECT_CODE_BYTES)
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, _("a code of more than %d bytes."), OEO_PROTECT_CODE_BYTES);
	if (!oeo_text_is_line(text, strlen(text), 1, OEO_PROTECT_CODE_BYTES))
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("a code that is not plain text, or with a space before or after it. Save the file as "
		      "CSV in UTF-8."));
	return OEO_OK;
}

/* Make room for code in the lists of this hierarchy. */
static enum oeo_err reach_code(struct hierarchy_reader *reader, uint32_t code)
{
	struct oeo_protect_hierarchy *hierarchy = reader->hierarchy;

	if (code >= reader->capacity) {
		size_t capacity = 2 * ((size_t)code + 1);
		uint32_t *parents = realloc(hierarchy->parents, capacity * sizeof(*parents));
		size_t *lines, *firsts;

		if (parents == NULL)
			return OEO_ERR_NOMEM;
		hierarchy->parents = parents;
		lines = realloc(reader->lines, capacity * sizeof(*lines));
		if (lines == NULL)
			return OEO_ERR_NOMEM;
		reader->lines = lines;
		firsts = realloc(reader->firsts, capacity * sizeof(*firsts));
		if (firsts == NULL)
			return OEO_ERR_NOMEM;
		reader->firsts = firsts;
		reader->capacity = capacity;
	}
	for (; hierarchy->n_parents <= code; hierarchy->n_parents++) {
		hierarchy->parents[hierarchy->n_parents] = OEO_PROTECT_NONE;
		reader->lines[hierarchy->n_parents] = 0;
		reader->firsts[hierarchy->n_parents] = 0;
	}
	return OEO_OK;
}

static enum oeo_err add_code(
    struct hierarchy_reader *reader, const char *text, size_t line, uint32_t *code, struct oeo_note *why)
{
	enum oeo_err err = check_code(text, why);

	if (err == OEO_OK)
		err = oeo_protect_names_add(&reader->dimension->codes, text, code);
	if (err == OEO_ERR_RANGE)
		return oeo_note_set(why, err, _("more than %u codes."), OEO_PROTECT_NAMES_LIMIT);
	if (err == OEO_OK)
		err = reach_code(reader, *code);
	if (err == OEO_OK && reader->firsts[*code] == 0)
		reader->firsts[*code] = line;
	return err;
}

static enum oeo_err on_hierarchy_header(
    void *context, size_t line, char *const *fields, size_t n, struct oeo_note *why)
{
	(void)context;
	(void)line;
	if (n != 2 || strcmp(fields[0], "child") != 0 || strcmp(fields[1], "parent") != 0)
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, _("the first line of a hierarchy must be: %s"), "child,parent");
	return OEO_OK;
}

static enum oeo_err on_hierarchy_row(
    void *context, size_t line, char *const *fields, size_t n, struct oeo_note *why)
{
	struct hierarchy_reader *reader = context;
	uint32_t child, parent;
	enum oeo_err err;

	(void)n;
	err = add_code(reader, fields[0], line, &child, why);
	if (err == OEO_OK)
		err = add_code(reader, fields[1], line, &parent, why);
	if (err != OEO_OK)
		return err;
	if (child == OEO_PROTECT_TOTAL)
		return oeo_note_set(why, OEO_ERR_FORMAT, _("Total is the top and cannot have a parent."));
	if (child == parent)
		return oeo_note_set(why, OEO_ERR_FORMAT, _("\"%s\" is its own parent."), fields[0]);
	if (reader->lines[child] != 0 && reader->hierarchy->parents[child] == parent)
		return oeo_note_set(why, OEO_ERR_FORMAT, _("the same row as line %zu. Take one of them out."),
		    reader->lines[child]);
	if (reader->lines[child] != 0)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("\"%s\" has a parent already, in line %zu. A code has one parent; give a second "
		      "grouping as a "
		      "hierarchy of its own."),
		    fields[0], reader->lines[child]);
	reader->hierarchy->parents[child] = parent;
	reader->lines[child] = line;
	return OEO_OK;
}

/* How many steps up from code until there is no parent, or limit; *top is where it ends. */
static size_t climb(const struct oeo_protect_hierarchy *hierarchy, uint32_t code, size_t limit, uint32_t *top)
{
	size_t steps = 0;

	for (; hierarchy->parents[code] != OEO_PROTECT_NONE && steps < limit; steps++)
		code = hierarchy->parents[code];
	*top = code;
	return steps;
}

/* A code that does not lead to Total within OEO_PROTECT_LEVELS: say why. */
static enum oeo_err tell_astray(const struct hierarchy_reader *reader, uint32_t code, struct oeo_note *why)
{
	const struct oeo_protect_hierarchy *hierarchy = reader->hierarchy;
	char *const *names = reader->dimension->codes.names;
	uint32_t top;

	if (climb(hierarchy, code, hierarchy->n_parents, &top) == hierarchy->n_parents)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s:%zu: \"%s\" goes round in a circle and never reaches Total."), hierarchy->file,
		    reader->firsts[code], names[code]);
	if (top == OEO_PROTECT_TOTAL)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s:%zu: \"%s\" is more than %d levels below Total."), hierarchy->file,
		    reader->firsts[code], names[code], OEO_PROTECT_LEVELS);
	return oeo_note_set(why, OEO_ERR_FORMAT,
	    _("%s:%zu: \"%s\" has no parent. Add a row for it; the top is Total."), hierarchy->file,
	    reader->firsts[top], names[top]);
}

/* Every code must lead to Total. */
static enum oeo_err check_tree(const struct hierarchy_reader *reader, struct oeo_note *why)
{
	const struct oeo_protect_hierarchy *hierarchy = reader->hierarchy;

	for (uint32_t i = 1; i < hierarchy->n_parents; i++) {
		uint32_t top;

		if (reader->firsts[i] == 0)
			continue;
		(void)climb(hierarchy, i, OEO_PROTECT_LEVELS, &top);
		if (top != OEO_PROTECT_TOTAL)
			return tell_astray(reader, i, why);
	}
	if (hierarchy->n_parents < 2)
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, _("%s:1: the hierarchy has no rows."), hierarchy->file);
	return OEO_OK;
}

static struct oeo_protect_hierarchy *append_hierarchy(
    struct oeo_protect_dimension *dimension, const char *file)
{
	struct oeo_protect_hierarchy *larger =
	    realloc(dimension->hierarchies, (dimension->n_hierarchies + 1) * sizeof(*larger));

	if (larger == NULL)
		return NULL;
	dimension->hierarchies = larger;
	larger[dimension->n_hierarchies] = (struct oeo_protect_hierarchy){.file = file};
	return &larger[dimension->n_hierarchies++];
}

static enum oeo_err mark_parents(struct oeo_protect_hierarchy *hierarchy)
{
	hierarchy->has_children = oeo_alloc_array(hierarchy->n_parents, sizeof(*hierarchy->has_children));
	if (hierarchy->has_children == NULL)
		return OEO_ERR_NOMEM;
	for (uint32_t i = 1; i < hierarchy->n_parents; i++)
		if (hierarchy->parents[i] != OEO_PROTECT_NONE)
			hierarchy->has_children[hierarchy->parents[i]] = true;
	return OEO_OK;
}

enum oeo_err oeo_protect_dimension_read(
    struct oeo_protect_dimension *dimension, const char *file, struct oeo_note *why)
{
	struct hierarchy_reader reader = {.dimension = dimension};
	enum oeo_err err;

	reader.hierarchy = append_hierarchy(dimension, file);
	if (reader.hierarchy == NULL)
		return OEO_ERR_NOMEM;
	err = oeo_protect_csv_read(file, on_hierarchy_header, on_hierarchy_row, &reader, why);
	if (err == OEO_OK)
		err = check_tree(&reader, why);
	if (err == OEO_OK)
		err = mark_parents(reader.hierarchy);
	free(reader.lines);
	free(reader.firsts);
	return err;
}

enum oeo_err oeo_protect_dimension_code(
    struct oeo_protect_dimension *dimension, const char *text, uint32_t *code, struct oeo_note *why)
{
	uint32_t found = oeo_protect_names_find(&dimension->codes, text);
	enum oeo_err err = found == OEO_PROTECT_NONE ? check_code(text, why) : OEO_OK;

	if (err != OEO_OK)
		return err;
	if (found == OEO_PROTECT_TOTAL)
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("\"%s\" is Total here. Leave margins out of the table: they are worked out."),
		    dimension->name);
	for (size_t h = 0; h < dimension->n_hierarchies; h++) {
		const struct oeo_protect_hierarchy *hierarchy = &dimension->hierarchies[h];

		if (found == OEO_PROTECT_NONE || found >= hierarchy->n_parents ||
		    hierarchy->parents[found] == OEO_PROTECT_NONE)
			return oeo_note_set(why, OEO_ERR_RANGE,
			    _("code \"%s\" of \"%s\" is not in %s. Add a row for it there."), text,
			    dimension->name, hierarchy->file);
		if (hierarchy->has_children[found])
			return oeo_note_set(why, OEO_ERR_RANGE,
			    _("code \"%s\" of \"%s\" has codes below it in %s. Leave margins out of the "
			      "table."),
			    text, dimension->name, hierarchy->file);
	}
	if (found != OEO_PROTECT_NONE) {
		*code = found;
		return OEO_OK;
	}
	err = oeo_protect_names_add(&dimension->codes, text, code);
	if (err == OEO_ERR_RANGE)
		return oeo_note_set(why, err, _("more than %u codes."), OEO_PROTECT_NAMES_LIMIT);
	return err;
}

/* Order and aliases */

static int compare_names(const void *a, const void *b, void *context)
{
	const struct oeo_protect_names *names = context;
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	if (left == OEO_PROTECT_TOTAL || right == OEO_PROTECT_TOTAL)
		return (left != OEO_PROTECT_TOTAL) - (right != OEO_PROTECT_TOTAL);
	return strcmp(names->names[left], names->names[right]);
}

/* Without a file: everything below Total. */
static enum oeo_err add_flat_hierarchy(struct oeo_protect_dimension *dimension)
{
	struct oeo_protect_hierarchy *flat = append_hierarchy(dimension, NULL);

	if (flat == NULL)
		return OEO_ERR_NOMEM;
	flat->parents = oeo_alloc_array(dimension->codes.n, sizeof(*flat->parents));
	if (flat->parents == NULL)
		return OEO_ERR_NOMEM;
	flat->n_parents = dimension->codes.n;
	flat->parents[OEO_PROTECT_TOTAL] = OEO_PROTECT_NONE;
	return OEO_OK;
}

/* A code with one child is that child. children: scratch, the number of children, then the last one. */
static void find_aliases(struct oeo_protect_dimension *dimension,
    const struct oeo_protect_hierarchy *hierarchy, uint32_t *counts, uint32_t *last)
{
	size_t n = dimension->codes.n;

	memset(counts, 0, n * sizeof(*counts));
	for (uint32_t i = 1; i < hierarchy->n_parents; i++) {
		if (hierarchy->parents[i] == OEO_PROTECT_NONE)
			continue;
		counts[hierarchy->parents[i]]++;
		last[hierarchy->parents[i]] = i;
	}
	for (uint32_t i = 0; i < n; i++)
		if (counts[i] == 1 && dimension->aliases[i] == i)
			dimension->aliases[i] = last[i];
}

static void settle(struct oeo_protect_dimension *dimension, uint32_t *places)
{
	size_t n = dimension->codes.n;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t code = i;

		while (dimension->aliases[code] != code)
			code = dimension->aliases[code];
		dimension->aliases[i] = code;
		dimension->order[i] = i;
	}
	qsort_r(dimension->order, n, sizeof(*dimension->order), compare_names, &dimension->codes);
	for (uint32_t i = 0; i < n; i++)
		places[dimension->order[i]] = i;
	for (uint32_t i = 0; i < n; i++)
		dimension->ranks[i] = places[dimension->aliases[i]];
}

enum oeo_err oeo_protect_dimension_close(struct oeo_protect_dimension *dimension)
{
	size_t n = dimension->codes.n;
	uint32_t *counts = oeo_alloc_array(n, sizeof(*counts)), *last = oeo_alloc_array(n, sizeof(*last));
	enum oeo_err err = counts == NULL || last == NULL ? OEO_ERR_NOMEM : OEO_OK;

	if (err == OEO_OK && dimension->n_hierarchies == 0)
		err = add_flat_hierarchy(dimension);
	dimension->order = oeo_alloc_array(n, sizeof(*dimension->order));
	dimension->ranks = oeo_alloc_array(n, sizeof(*dimension->ranks));
	dimension->aliases = oeo_alloc_array(n, sizeof(*dimension->aliases));
	if (dimension->order == NULL || dimension->ranks == NULL || dimension->aliases == NULL)
		err = OEO_ERR_NOMEM;
	if (err == OEO_OK) {
		for (uint32_t i = 0; i < n; i++)
			dimension->aliases[i] = i;
		for (size_t h = 0; h < dimension->n_hierarchies; h++)
			find_aliases(dimension, &dimension->hierarchies[h], counts, last);
		settle(dimension, counts);
	}
	free(counts);
	free(last);
	return err;
}

uint32_t oeo_protect_dimension_parent(const struct oeo_protect_dimension *dimension, size_t h, uint32_t code)
{
	const struct oeo_protect_hierarchy *hierarchy = &dimension->hierarchies[h];

	for (uint32_t up = code; up < hierarchy->n_parents; up = hierarchy->parents[up])
		if (dimension->aliases[up] != code)
			return dimension->aliases[up];
	return OEO_PROTECT_NONE;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "proto/i18n.h"
#include "proto/plan_check.h"
#include "proto/text.h"

/* Names that the published tables use as columns of their own. */
static const char *const reserved[] = {"period", "residents", "questions", "mark", OEO_UNKNOWN};

static void fault(struct oeo_plan_checker *checker, size_t i, const char *key, const char *sentence)
{
	oeo_plan_check_fault(checker, OEO_PART_DIMENSION, i, 0, key, "%s", sentence);
}

static bool is_level_id(const char *id)
{
	size_t len = strlen(id);

	if (!oeo_id_is_valid(id))
		return false;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strcmp(reserved[i], id) == 0)
			return false;
	return len < 6 || strcmp(id + len - 6, "_label") != 0;
}

static bool is_label(const char *text)
{
	return text != NULL && oeo_text_is_line(text, strlen(text), 1, OEO_LABEL_TEXT_BYTES);
}

static bool is_level_labelled(const struct oeo_level *level)
{
	if (level->label_nl == NULL && level->label_en == NULL)
		return true;
	return is_label(level->label_nl) && is_label(level->label_en);
}

/* Level ids are columns of the published tables, so no two levels of the plan share one. */
static bool is_level_repeated(const struct oeo_plan *plan, size_t dimension, size_t level)
{
	const char *id = plan->dimensions[dimension].levels[level].id;

	for (size_t i = 0; i <= dimension; i++) {
		const struct oeo_dimension *other = &plan->dimensions[i];

		for (size_t j = 0; j < other->n_levels && (i < dimension || j < level); j++)
			if (strcmp(other->levels[j].id, id) == 0)
				return true;
	}
	return false;
}

/* True where the levels can be counted. */
static bool check_names(struct oeo_plan_checker *checker, size_t i)
{
	const struct oeo_dimension *dimension = &checker->plan->dimensions[i];
	if (!oeo_id_is_valid(dimension->id))
		fault(checker, i, NULL,
		    _("the name of a dimension may hold letters, digits, dot, dash and underscore only (at "
		      "most 32)."));
	for (size_t j = 0; j < i; j++)
		if (strcmp(dimension->id, checker->plan->dimensions[j].id) == 0)
			fault(checker, i, NULL, _("two dimensions have the same name."));
	if (dimension->n_levels < 1 || dimension->n_levels > OEO_MAX_LEVELS) {
		oeo_plan_check_fault(checker, OEO_PART_DIMENSION, i, 0, "levels",
		    _("a dimension has 1 to %d levels."), OEO_MAX_LEVELS);
		return false;
	}
	for (size_t j = 0; j < dimension->n_levels; j++) {
		if (!is_level_labelled(&dimension->levels[j]))
			oeo_plan_check_fault(checker, OEO_PART_DIMENSION, i, 0, "labels",
			    _("the level \"%s\" needs a label in Dutch and one in English, of 1 to 200 bytes "
			      "on one line."),
			    dimension->levels[j].id);
		if (!is_level_id(dimension->levels[j].id))
			oeo_plan_check_fault(checker, OEO_PART_DIMENSION, i, 0, "levels",
			    _("\"%s\" cannot be the name of a level. Use letters, digits, dot, dash or "
			      "underscore, and not period, residents, questions, mark, onbekend or a name "
			      "that ends in _label."),
			    dimension->levels[j].id);
		else if (is_level_repeated(checker->plan, i, j))
			oeo_plan_check_fault(checker, OEO_PART_DIMENSION, i, 0, "levels",
			    _("the level \"%s\" is there twice. Give every level of the plan a name of its "
			      "own."),
			    dimension->levels[j].id);
	}
	return true;
}

/* Levels lie one behind another, each with codes and "onbekend" as its last, and cover all codes. */
static bool check_levels(struct oeo_plan_checker *checker, size_t i)
{
	const struct oeo_dimension *dimension = &checker->plan->dimensions[i];
	size_t next = 0;

	if (dimension->n_codes > OEO_MAX_CODES) {
		oeo_plan_check_fault(checker, OEO_PART_DIMENSION, i, 0, "codes",
		    _("a dimension has at most %d codes."), OEO_MAX_CODES);
		return false;
	}
	for (size_t j = 0; j < dimension->n_levels; j++) {
		const struct oeo_level *level = &dimension->levels[j];

		if (level->first != next || level->count < 2 || level->count > dimension->n_codes - next) {
			oeo_plan_check_fault(checker, OEO_PART_DIMENSION, i, 0, "codes",
			    _("there are no codes for the level \"%s\"."), level->id);
			return false;
		}
		next += level->count;
		if (strcmp(dimension->codes[next - 1].code, OEO_UNKNOWN) != 0) {
			fault(checker, i, "codes", _("the last code of every level must be onbekend."));
			return false;
		}
	}
	if (next != dimension->n_codes)
		fault(checker, i, "codes", _("there are codes that belong to no level."));
	return next == dimension->n_codes;
}

static bool is_parent_right(const struct oeo_dimension *dimension, size_t level, size_t code, bool is_unknown)
{
	size_t parent = dimension->codes[code].parent;
	const struct oeo_level *above;

	if (level == 0)
		return parent == SIZE_MAX;
	above = &dimension->levels[level - 1];
	if (parent < above->first || parent >= above->first + above->count)
		return false;
	return (parent == above->first + above->count - 1) == is_unknown;
}

static void check_code(struct oeo_plan_checker *checker, size_t i, size_t level_index, size_t j)
{
	const struct oeo_dimension *dimension = &checker->plan->dimensions[i];
	const struct oeo_level *level = &dimension->levels[level_index];
	const struct oeo_code *code = &dimension->codes[j];
	bool is_unknown = j == level->first + level->count - 1;

	if (!oeo_id_is_valid(code->code))
		oeo_plan_check_fault(checker, OEO_PART_CODE, i, j, NULL,
		    _("a code may hold letters, digits, dot, dash and underscore only (at most 32)."));
	else if (!is_unknown && strcmp(code->code, OEO_UNKNOWN) == 0)
		oeo_plan_check_fault(checker, OEO_PART_CODE, i, j, NULL,
		    _("every dimension has the code onbekend by itself. Remove this line."));
	if (code->level != level_index || !is_parent_right(dimension, level_index, j, is_unknown))
		oeo_plan_check_fault(checker, OEO_PART_CODE, i, j, NULL,
		    _("the code \"%s\" does not stand under a code of the level above."), code->code);
	if (!is_label(code->label_nl) || !is_label(code->label_en))
		oeo_plan_check_fault(checker, OEO_PART_CODE, i, j, NULL,
		    _("the code \"%s\" needs a label in Dutch and one in English, of 1 to 200 bytes on one "
		      "line."),
		    code->code);
	if (is_unknown && code->is_sensitive)
		oeo_plan_check_fault(checker, OEO_PART_CODE, i, j, NULL, _("onbekend cannot be sensitive."));
}

static bool is_code_repeated(const struct oeo_dimension *dimension, size_t j)
{
	if (strcmp(dimension->codes[j].code, OEO_UNKNOWN) == 0)
		return false;
	for (size_t other = 0; other < j; other++)
		if (strcmp(dimension->codes[other].code, dimension->codes[j].code) == 0)
			return true;
	return false;
}

static bool has_child(const struct oeo_dimension *dimension, size_t level, size_t code)
{
	const struct oeo_level *below = &dimension->levels[level + 1];

	for (size_t j = below->first; j < below->first + below->count; j++)
		if (dimension->codes[j].parent == code)
			return true;
	return false;
}

static void check_codes(struct oeo_plan_checker *checker, size_t i)
{
	const struct oeo_dimension *dimension = &checker->plan->dimensions[i];

	for (size_t l = 0; l < dimension->n_levels; l++) {
		const struct oeo_level *level = &dimension->levels[l];

		for (size_t j = level->first; j < level->first + level->count; j++) {
			check_code(checker, i, l, j);
			if (is_code_repeated(dimension, j))
				oeo_plan_check_fault(checker, OEO_PART_CODE, i, j, NULL,
				    _("the code \"%s\" is there twice. Remove one of them or give it another "
				      "code."),
				    dimension->codes[j].code);
			if (l + 1 < dimension->n_levels && !has_child(dimension, l, j))
				oeo_plan_check_fault(checker, OEO_PART_CODE, i, j, NULL,
				    _("no code of the level \"%s\" stands under \"%s\". Add one (such as "
				      "\"other\"), or remove this line."),
				    dimension->levels[l + 1].id, dimension->codes[j].code);
		}
	}
}

static bool is_code(const struct oeo_dimension *dimension, const char *code)
{
	for (size_t j = 0; j < dimension->n_codes; j++)
		if (strcmp(dimension->codes[j].code, code) == 0)
			return true;
	return false;
}

static void check_unknown(struct oeo_plan_checker *checker, size_t i)
{
	const struct oeo_dimension *dimension = &checker->plan->dimensions[i];

	if (dimension->n_unknown > OEO_MAX_UNKNOWN) {
		oeo_plan_check_fault(checker, OEO_PART_DIMENSION, i, 0, "unknown",
		    _("at most %d codes for unknown."), OEO_MAX_UNKNOWN);
		return;
	}
	for (size_t j = 0; j < dimension->n_unknown; j++) {
		const char *code = dimension->unknown[j];

		if (!oeo_id_is_valid(code))
			fault(checker, i, "unknown",
			    _("a code may hold letters, digits, dot, dash and underscore only (at most "
			      "32)."));
		else if (is_code(dimension, code))
			oeo_plan_check_fault(checker, OEO_PART_DIMENSION, i, 0, "unknown",
			    _("\"%s\" means unknown here and stands in the code list too. Remove it from one "
			      "of the two."),
			    code);
		for (size_t other = 0; other < j; other++)
			if (strcmp(dimension->unknown[other], code) == 0)
				oeo_plan_check_fault(checker, OEO_PART_DIMENSION, i, 0, "unknown",
				    _("\"%s\" stands here twice."), code);
	}
}

static const struct oeo_identity_field *find_field(const struct oeo_plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->n_fields && i < OEO_MAX_FIELDS; i++)
		if (strcmp(plan->fields[i].id, id) == 0)
			return &plan->fields[i];
	return NULL;
}

/* A key is the beginning of a normalised value. */
static bool is_key(const char *key, unsigned prefix, enum oeo_field_kind kind)
{
	const char *allowed = "abcdefghijklmnopqrstuvwxyz0123456789";

	if (kind == OEO_FIELD_DATE)
		allowed = "0123456789-";
	if (kind == OEO_FIELD_POSTCODE)
		allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	return strlen(key) == prefix && strspn(key, allowed) == prefix;
}

static void check_lookup(struct oeo_plan_checker *checker, size_t i, size_t j, enum oeo_field_kind kind)
{
	const struct oeo_dimension *dimension = &checker->plan->dimensions[i];
	const struct oeo_level *last = &dimension->levels[dimension->n_levels - 1];
	const struct oeo_lookup *lookup = &dimension->lookup[j];

	if (!is_key(lookup->key, dimension->prefix, kind))
		oeo_plan_check_fault(checker, OEO_PART_LOOKUP, i, j, NULL,
		    _("\"%s\" is not what a value of \"%s\" begins with: %u characters are looked up "
		      "(prefix)."),
		    lookup->key, dimension->computed_from, dimension->prefix);
	if (lookup->code < last->first || lookup->code >= last->first + last->count - 1)
		oeo_plan_check_fault(checker, OEO_PART_LOOKUP, i, j, NULL,
		    _("the code behind \"%s\" is not in the code list."), lookup->key);
	if (j > 0 && strcmp(dimension->lookup[j - 1].key, lookup->key) >= 0)
		oeo_plan_check_fault(
		    checker, OEO_PART_LOOKUP, i, j, NULL, _("\"%s\" stands here twice."), lookup->key);
}

static void check_computed(struct oeo_plan_checker *checker, size_t i)
{
	const struct oeo_dimension *dimension = &checker->plan->dimensions[i];
	const struct oeo_identity_field *field;

	if (dimension->computed_from[0] == '\0') {
		if (dimension->n_lookup > 0 || dimension->prefix > 0)
			fault(checker, i, "table",
			    _("table and prefix belong to a dimension with computed_from."));
		return;
	}
	field = find_field(checker->plan, dimension->computed_from);
	if (field == NULL) {
		oeo_plan_check_fault(checker, OEO_PART_DIMENSION, i, 0, "computed_from",
		    _("\"%s\" is not one of the identity fields."), dimension->computed_from);
		return;
	}
	if (dimension->prefix < 1 || dimension->prefix > OEO_POSTCODE_BYTES - 1) {
		oeo_plan_check_fault(checker, OEO_PART_DIMENSION, i, 0, "prefix",
		    _("prefix says how many characters are looked up: 1 to %d."), OEO_POSTCODE_BYTES - 1);
		return;
	}
	if (dimension->n_lookup < 1 || dimension->n_lookup > OEO_MAX_LOOKUP)
		oeo_plan_check_fault(checker, OEO_PART_DIMENSION, i, 0, "table",
		    _("the table has 1 to %d lines."), OEO_MAX_LOOKUP);
	else
		for (size_t j = 0; j < dimension->n_lookup; j++)
			check_lookup(checker, i, j, field->kind);
}

void oeo_plan_check_dimension(struct oeo_plan_checker *checker, size_t i)
{
	if (!check_names(checker, i) || !check_levels(checker, i))
		return;
	check_codes(checker, i);
	check_unknown(checker, i);
	check_computed(checker, i);
}

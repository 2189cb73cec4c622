/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/suggest.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/fold.h"
#include "agent/suggest_name.h"

#define LEAST_CERTAIN 35 /* percent; below, a column is not proposed */
#define MOSTLY 95 /* percent of the cells: a list fits as it is */

static const struct oeo_column *column_at(const struct oeo_suggestion *s, size_t i)
{
	return &s->columns.items[i];
}

static unsigned percent(size_t part, size_t whole)
{
	return whole > 0 ? (unsigned)(100 * part / whole) : 0;
}

static void use(struct oeo_suggestion *s, struct oeo_suggested *place, size_t column, unsigned certainty)
{
	place->column = column;
	place->certainty = certainty < 99 ? certainty : 99; /* a person decides */
	s->is_used[column] = true;
}

/* ---- Dimensions, by values and by name */

/* Filled cells of the column that the matcher finds a code for. Only of a list: free text matches nothing by itself. */
static enum oeo_err count_matched(
    size_t *matched, const struct oeo_column *column, const struct oeo_matcher *matcher)
{
	struct oeo_buf folded = {0};
	enum oeo_err err = OEO_OK;

	*matched = 0;
	for (size_t i = 0; oeo_column_is_list(column) && i < column->n_values && err == OEO_OK; i++) {
		const struct oeo_column_value *value = &column->values[i];
		size_t code = SIZE_MAX;

		err = oeo_matcher_find(matcher, &folded, value->text, strlen(value->text), &code);
		if (err == OEO_OK && code != SIZE_MAX)
			*matched += value->count;
	}
	oeo_buf_wipe(&folded);
	oeo_buf_fini(&folded);
	return err;
}

static enum oeo_err add_terms(struct oeo_matcher *matcher, const struct oeo_dimension *dimension,
    const struct oeo_term *terms, size_t n_terms)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < n_terms && err == OEO_OK; i++) {
		size_t code = oeo_match_find_word(dimension, terms[i].code);

		if (code != SIZE_MAX)
			err = oeo_matcher_add_term(matcher, terms[i].term, code);
	}
	return err;
}

/* A map knows all of it: codes, labels and terms, to write down what each value stands for. */
static enum oeo_err make_matcher(struct oeo_matcher *matcher, enum oeo_match_kind kind,
    const struct oeo_dimension *dimension, const struct oeo_term *terms, size_t n_terms)
{
	enum oeo_err err = oeo_matcher_init(matcher, dimension);

	if (err == OEO_OK && kind != OEO_MATCH_LABEL)
		err = oeo_matcher_add_codes(matcher, dimension);
	if (err == OEO_OK && kind != OEO_MATCH_CODE)
		err = oeo_matcher_add_labels(matcher, dimension);
	if (err == OEO_OK && kind == OEO_MATCH_MAP)
		err = add_terms(matcher, dimension, terms, n_terms);
	oeo_matcher_seal(matcher, NULL);
	if (err != OEO_OK)
		oeo_matcher_fini(matcher);
	return err;
}

/* The best way to read this column as that dimension; on_list is 0 where there is none. */
static enum oeo_err try_kinds(struct oeo_suggested_dimension *best, const struct oeo_column *column,
    const struct oeo_dimension *dimension, const struct oeo_term *terms, size_t n_terms)
{
	static const enum oeo_match_kind kinds[] = {OEO_MATCH_CODE, OEO_MATCH_LABEL, OEO_MATCH_MAP};
	enum oeo_err err = OEO_OK;

	memset(best, 0, sizeof(*best));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && best->on_list < MOSTLY; i++) {
		struct oeo_matcher matcher;
		size_t matched = 0;
		bool is_better;

		err = make_matcher(&matcher, kinds[i], dimension, terms, n_terms);
		if (err == OEO_OK)
			err = count_matched(&matched, column, &matcher);
		if (err != OEO_OK)
			break;
		is_better = best->kind == 0 || percent(matched, column->n_filled) > best->on_list;
		if (is_better) {
			oeo_matcher_fini(&best->matcher);
			*best = (struct oeo_suggested_dimension){.kind = kinds[i],
			    .on_list = percent(matched, column->n_filled),
			    .matcher = matcher};
		} else {
			oeo_matcher_fini(&matcher);
		}
	}
	/* What does not fit as it is has to be written down value by value. */
	if (err == OEO_OK && best->on_list < MOSTLY && best->kind != OEO_MATCH_MAP) {
		oeo_matcher_fini(&best->matcher);
		best->kind = OEO_MATCH_MAP;
		err = make_matcher(&best->matcher, OEO_MATCH_MAP, dimension, terms, n_terms);
	}
	return err;
}

/* Filled cells with a code or a label of a higher level: they say what the column is, though not which code. */
static size_t count_above(const struct oeo_column *column, const struct oeo_dimension *dimension)
{
	struct oeo_matcher matcher;
	struct oeo_dimension above = *dimension;
	size_t most = 0;

	for (size_t level = 1; level < dimension->n_levels; level++) {
		size_t matched = 0;

		above.n_levels = level;
		if (make_matcher(&matcher, OEO_MATCH_LABEL, &above, NULL, 0) != OEO_OK)
			return most;
		if (count_matched(&matched, column, &matcher) == OEO_OK && matched > most)
			most = matched;
		oeo_matcher_fini(&matcher);
	}
	return most;
}

/* Values say more than a name; a name alone will do for a column with few different values. */
static unsigned judge_dimension(const struct oeo_suggested_dimension *tried, const struct oeo_column *column,
    const struct oeo_dimension *dimension)
{
	unsigned named = oeo_name_for_dimension(column->name, dimension);
	unsigned certainty;

	if (column->n_filled == 0 || !oeo_column_is_list(column))
		return 0;
	if (tried->on_list < 30 && 3 * column->n_different <= column->n_filled &&
	    percent(count_above(column, dimension), column->n_filled) >= MOSTLY)
		return 50 + 3 * named / 10;
	if (tried->on_list < 30 && (named < 80 || 3 * column->n_different > column->n_filled))
		return 0;
	certainty = (7 * tried->on_list + 3 * named) / 10;
	return tried->on_list < 30 && certainty < LEAST_CERTAIN ? LEAST_CERTAIN : certainty;
}

/* The best pair of a column and a dimension that are both free yet; certainty 0: no pair is left. */
static enum oeo_err find_best_pair(struct oeo_suggestion *s, const struct oeo_term *terms, size_t n_terms,
    size_t *dimension, struct oeo_suggested_dimension *best)
{
	enum oeo_err err = OEO_OK;

	memset(best, 0, sizeof(*best));
	for (size_t d = 0; d < s->plan->n_dimensions && err == OEO_OK; d++) {
		if (s->plan->dimensions[d].computed_from[0] != '\0' ||
		    s->dimensions[d].place.column != OEO_SUGGEST_NONE)
			continue;
		for (size_t c = 0; c < s->columns.n && err == OEO_OK; c++) {
			struct oeo_suggested_dimension tried;
			unsigned certainty;

			if (s->is_used[c])
				continue;
			err = try_kinds(&tried, column_at(s, c), &s->plan->dimensions[d], terms, n_terms);
			certainty = err == OEO_OK
					? judge_dimension(&tried, column_at(s, c), &s->plan->dimensions[d])
					: 0;
			if (certainty >= LEAST_CERTAIN && certainty > best->place.certainty) {
				oeo_matcher_fini(&best->matcher);
				*best = tried;
				best->place = (struct oeo_suggested){.column = c, .certainty = certainty};
				*dimension = d;
			} else {
				oeo_matcher_fini(&tried.matcher);
			}
		}
	}
	return err;
}

static enum oeo_err find_dimensions(struct oeo_suggestion *s, const struct oeo_term *terms, size_t n_terms)
{
	for (;;) {
		struct oeo_suggested_dimension best;
		size_t dimension = 0;
		enum oeo_err err = find_best_pair(s, terms, n_terms, &dimension, &best);

		if (err != OEO_OK || best.place.certainty == 0) {
			oeo_matcher_fini(&best.matcher);
			return err;
		}
		s->dimensions[dimension] = best;
		use(s, &s->dimensions[dimension].place, best.place.column, best.place.certainty);
	}
}

/* ---- Dates, identity, record */

/* Higher is better; 0: it is no such date. */
static unsigned judge_date(
    const struct oeo_column *column, const struct oeo_suggestion *s, enum oeo_role_name role)
{
	bool is_ambiguous = false;
	unsigned named = oeo_name_for_role(column->name, role);
	unsigned filled = percent(column->n_filled, s->columns.n_rows);

	if (oeo_column_find_date(column, &is_ambiguous) == NULL)
		return 0;
	if (role == OEO_NAME_BIRTHDATE)
		return named > 0 ? (named + filled) / 2 : 0;
	if (oeo_name_for_role(column->name, OEO_NAME_BIRTHDATE) > 0 || filled < 50)
		return 0;
	return (40 + filled / 5 + 2 * named / 5);
}

static void find_date(struct oeo_suggestion *s, struct oeo_suggested *place, enum oeo_role_name role)
{
	unsigned best = 0;
	size_t at = 0;

	for (size_t i = 0; i < s->columns.n; i++) {
		unsigned worth = s->is_used[i] ? 0 : judge_date(column_at(s, i), s, role);

		if (worth > best) {
			best = worth;
			at = i;
		}
	}
	if (best == 0)
		return;
	use(s, place, at, best);
	place->format = oeo_column_find_date(column_at(s, at), &place->is_ambiguous);
	if (place->is_ambiguous)
		place->certainty /= 2;
}

static unsigned judge_text(const struct oeo_column *column, enum oeo_role_name role)
{
	unsigned named = oeo_name_for_role(column->name, role);
	unsigned written = percent(column->n_postcodes, column->n_filled);

	if (column->n_filled == 0)
		return 0;
	if (role == OEO_NAME_POSTCODE)
		return (named + written) / 2 >= 40 || written >= 80 ? (named + written) / 2 : 0;
	return named;
}

static void find_text(struct oeo_suggestion *s, struct oeo_suggested *place, enum oeo_role_name role)
{
	unsigned best = LEAST_CERTAIN - 1;
	size_t at = OEO_SUGGEST_NONE;

	for (size_t i = 0; i < s->columns.n; i++) {
		unsigned worth = s->is_used[i] ? 0 : judge_text(column_at(s, i), role);

		if (worth > best) {
			best = worth;
			at = i;
		}
	}
	if (at != OEO_SUGGEST_NONE)
		use(s, place, at, best);
}

static void find_identity(struct oeo_suggestion *s)
{
	struct oeo_suggested prefix = {.column = OEO_SUGGEST_NONE};

	for (size_t i = 0; i < s->plan->n_fields; i++) {
		if (s->plan->fields[i].kind == OEO_FIELD_DATE)
			find_date(s, &s->fields[i], OEO_NAME_BIRTHDATE);
		else if (s->plan->fields[i].kind == OEO_FIELD_POSTCODE)
			find_text(s, &s->fields[i], OEO_NAME_POSTCODE);
		else
			find_text(s, &s->fields[i], OEO_NAME_SURNAME);
		if (s->plan->fields[i].kind == OEO_FIELD_NAME && s->fields[i].column != OEO_SUGGEST_NONE)
			find_text(s, &prefix, OEO_NAME_PREFIX);
	}
	s->prefix = prefix.column;
}

/* How well it numbers rows: filled in, never the same twice; or called so, and the same in few rows only (is_repeated). */
static unsigned judge_record(
    const struct oeo_column *column, const struct oeo_suggestion *s, bool *is_repeated)
{
	unsigned named = oeo_name_for_role(column->name, OEO_NAME_RECORD);
	bool is_ambiguous = false;

	*is_repeated = column->n_different != s->columns.n_rows;
	if (s->columns.n_rows == 0 || column->n_long > 0)
		return 0;
	if (!*is_repeated)
		return 50 + named / 2;
	if (named < 80 || column->n_filled != s->columns.n_rows ||
	    2 * column->n_different < s->columns.n_rows ||
	    oeo_column_find_date(column, &is_ambiguous) != NULL)
		return 0;
	return named / 2;
}

/* The first such column where none is named so. */
static void find_record(struct oeo_suggestion *s)
{
	unsigned best = 0;
	size_t at = 0;

	for (size_t i = 0; i < s->columns.n; i++) {
		bool is_repeated = false;
		unsigned worth = s->is_used[i] ? 0 : judge_record(column_at(s, i), s, &is_repeated);

		if (worth > best) {
			best = worth;
			at = i;
			s->is_record_repeated = is_repeated;
		}
	}
	if (best > 0)
		use(s, &s->record, at, best);
}

static bool has_member_numbers(const struct oeo_plan *plan)
{
	for (size_t i = 0; i < plan->n_tables; i++) {
		if (plan->tables[i].accepts_member_numbers)
			return true;
	}
	return false;
}

/* ---- The whole */

static void clear_places(struct oeo_suggestion *s)
{
	s->record.column = OEO_SUGGEST_NONE;
	s->date.column = OEO_SUGGEST_NONE;
	s->member_number.column = OEO_SUGGEST_NONE;
	s->prefix = OEO_SUGGEST_NONE;
	for (size_t i = 0; i < OEO_MAX_FIELDS; i++)
		s->fields[i].column = OEO_SUGGEST_NONE;
	for (size_t i = 0; i < OEO_MAX_DIMENSIONS; i++)
		s->dimensions[i].place.column = OEO_SUGGEST_NONE;
}

/* The file's name without its ending, as an id. */
static enum oeo_err name_it(struct oeo_suggestion *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	size_t stem = strcspn(name, ".");
	size_t n = 0;

	for (size_t i = 0; i < stem && n + 1 < sizeof(s->id); i++) {
		unsigned char c = (unsigned char)name[i];

		if (c < 0x80 && isalnum(c))
			s->id[n++] = (char)tolower(c);
		else if (n > 0 && s->id[n - 1] != '-')
			s->id[n++] = '-';
	}
	while (n > 0 && s->id[n - 1] == '-')
		n--;
	s->id[n] = '\0';
	if (n == 0)
		(void)snprintf(s->id, sizeof(s->id), "export");
	s->file = strdup(name);
	return s->file != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

enum oeo_err oeo_suggest(struct oeo_suggestion *suggestion, const char *path, const char *name,
    const struct oeo_plan *plan, const struct oeo_term *terms, size_t n_terms, int64_t today,
    struct oeo_note *why)
{
	struct oeo_suggestion *s = suggestion;
	enum oeo_err err;

	memset(s, 0, sizeof(*s));
	s->plan = plan;
	clear_places(s);
	err = name_it(s, name);
	if (err == OEO_OK)
		err = oeo_shape_find(&s->shape, path, why);
	if (err == OEO_OK)
		err = oeo_columns_read(&s->columns, path, &s->shape, today, why);
	if (err == OEO_OK) {
		find_identity(s);
		s->has_member_numbers = has_member_numbers(plan);
		if (s->has_member_numbers)
			find_text(s, &s->member_number, OEO_NAME_MEMBER_NUMBER);
		find_date(s, &s->date, OEO_NAME_DATE);
		err = find_dimensions(s, terms, n_terms);
		find_record(s);
	}
	if (err != OEO_OK)
		oeo_suggestion_fini(s);
	return err;
}

void oeo_suggestion_fini(struct oeo_suggestion *suggestion)
{
	for (size_t i = 0; i < OEO_MAX_DIMENSIONS; i++)
		oeo_matcher_fini(&suggestion->dimensions[i].matcher);
	oeo_columns_fini(&suggestion->columns);
	free(suggestion->file);
	memset(suggestion, 0, sizeof(*suggestion));
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* From YAML to a mapping; what is read is described in mapping.h. */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/charset.h"
#include "agent/fold.h"
#include "agent/mapping.h"
#include "agent/mapping_synonyms.h"
#include "proto/home.h"
#include "proto/i18n.h"
#include "proto/yaml.h"

#define MAX_SKIP_LINES 1000
#define MAX_MISSING 32
#define MAX_NEVER_READ 256

struct reading {
	const struct oeo_yaml *yaml;
	const struct oeo_plan *plan;
	struct oeo_findings *findings;
	const char *path;
	struct oeo_mapping *mapping;
	enum oeo_err err; /* other than a fault in the file */
};

/* ---- Columns */

static void read_name(struct reading *in, const struct oeo_yaml_node *node, struct oeo_columns *columns)
{
	const char *text;

	if (!oeo_yaml_get_text(in->yaml, node, OEO_COLUMN_NAME_BYTES - 1, &text))
		return;
	if (columns->n == OEO_MAX_JOINED) {
		oeo_yaml_fault(in->yaml, node, _("At most %d columns can be joined."), OEO_MAX_JOINED);
		return;
	}
	memcpy(columns->names[columns->n++], text, strlen(text) + 1);
}

/* `column: A` or `columns: [A, B]` of a map. */
static void read_columns(struct reading *in, const struct oeo_yaml_node *node, struct oeo_columns *columns)
{
	const struct oeo_yaml_node *one = oeo_yaml_find(node, "column");
	const struct oeo_yaml_node *several = oeo_yaml_find(node, "columns");

	columns->line = oeo_yaml_line(node);
	if ((one != NULL) == (several != NULL)) {
		oeo_yaml_fault(in->yaml, node, _("Give either `column: NAME` or `columns: [NAME, NAME]`."));
		return;
	}
	if (one != NULL)
		read_name(in, one, columns);
	else if (oeo_yaml_list(in->yaml, several, 1)) {
		for (size_t i = 0; i < oeo_yaml_count(several); i++)
			read_name(in, oeo_yaml_item(several, i), columns);
	}
}

/* The same, or the name of one column alone. */
static void read_columns_or_name(
    struct reading *in, const struct oeo_yaml_node *node, struct oeo_columns *columns)
{
	static const struct oeo_yaml_key keys[] = {{"column", false}, {"columns", false}, {NULL, false}};

	if (node == NULL)
		return;
	columns->line = oeo_yaml_line(node);
	if (oeo_yaml_is_scalar(node))
		read_name(in, node, columns);
	else if (oeo_yaml_map(in->yaml, node, keys))
		read_columns(in, node, columns);
}

/* ---- Source */

static void read_delimiter(struct reading *in, const struct oeo_yaml_node *node)
{
	const char *text;

	if (!oeo_yaml_get_text(in->yaml, node, 8, &text))
		return;
	if (strcmp(text, "tab") == 0)
		in->mapping->format.delimiter = '\t';
	else if (strlen(text) == 1 && strchr(";,|\t:!#$%&*+/=@^~", text[0]) != NULL)
		in->mapping->format.delimiter = text[0];
	else
		oeo_yaml_fault(
		    in->yaml, node, _("The delimiter is one of ; , | or tab, between quotes: \";\"."));
}

static void read_quote(struct reading *in, const struct oeo_yaml_node *node)
{
	const char *text;

	in->mapping->format.quote = '"';
	if (node == NULL || !oeo_yaml_get_text(in->yaml, node, 8, &text))
		return;
	if (strcmp(text, "none") == 0)
		in->mapping->format.quote = '\0';
	else if (strcmp(text, "\"") == 0 || strcmp(text, "'") == 0)
		in->mapping->format.quote = text[0];
	else
		oeo_yaml_fault(in->yaml, node, _("The quote is '\"', \"'\" or none."));
}

static void read_encoding(struct reading *in, const struct oeo_yaml_node *node)
{
	struct oeo_charset *charset = NULL;
	const char *text;
	enum oeo_err err;

	if (!oeo_yaml_get_text(in->yaml, node, OEO_ENCODING_BYTES - 1, &text))
		return;
	memcpy(in->mapping->format.encoding, text, strlen(text) + 1);
	err = oeo_charset_open(&charset, text);
	oeo_charset_close(charset);
	if (err == OEO_ERR_NOT_FOUND)
		oeo_yaml_fault(in->yaml, node,
		    _("The encoding %s is not known. Usual ones: utf-8, windows-1252."), text);
	else if (err == OEO_ERR_RANGE)
		oeo_yaml_fault(
		    in->yaml, node, _("The encoding %s is not read. Save the file as CSV (UTF-8)."), text);
	else if (err != OEO_OK)
		in->err = err;
}

static void read_source(struct reading *in, const struct oeo_yaml_node *node)
{
	static const struct oeo_yaml_key keys[] = {{"delimiter", true}, {"encoding", true}, {"quote", false},
	    {"skip_lines", false}, {"header", false}, {NULL, false}};
	struct oeo_csv_format *format = &in->mapping->format;
	const struct oeo_yaml_node *skip = oeo_yaml_find(node, "skip_lines");
	const struct oeo_yaml_node *header = oeo_yaml_find(node, "header");

	format->has_header = true;
	if (node == NULL || !oeo_yaml_map(in->yaml, node, keys))
		return;
	read_delimiter(in, oeo_yaml_find(node, "delimiter"));
	read_encoding(in, oeo_yaml_find(node, "encoding"));
	read_quote(in, oeo_yaml_find(node, "quote"));
	if (skip != NULL)
		(void)oeo_yaml_get_number(in->yaml, skip, 0, MAX_SKIP_LINES, &format->skip_lines);
	if (header != NULL)
		(void)oeo_yaml_get_bool(in->yaml, header, &format->has_header);
}

/* ---- Dates and identity */

static void read_date_format(
    struct reading *in, const struct oeo_yaml_node *node, char format[OEO_DATE_FORMAT_BYTES])
{
	const struct oeo_yaml_node *value = oeo_yaml_find(node, "format");
	const char *text;

	if (value == NULL) {
		oeo_yaml_fault(in->yaml, node, _("A date needs its format, such as `format: dd-mm-yyyy`."));
		return;
	}
	if (!oeo_yaml_get_text(in->yaml, value, OEO_DATE_FORMAT_BYTES - 1, &text))
		return;
	if (oeo_date_format_is_valid(text))
		memcpy(format, text, strlen(text) + 1);
	else
		oeo_yaml_fault(in->yaml, value,
		    _("%s is no format of a date. Write the year as yyyy, the month as mm or m, the day as "
		      "dd or d, the time "
		      "as hh:mm or hh:mm:ss, and AM or PM as am."),
		    text);
}

static void read_mapped(
    struct reading *in, const struct oeo_yaml_node *node, struct oeo_mapped_date *mapped, bool is_date)
{
	static const struct oeo_yaml_key date_keys[] = {
	    {"column", false}, {"columns", false}, {"format", false}, {NULL, false}};
	static const struct oeo_yaml_key text_keys[] = {{"column", false}, {"columns", false}, {NULL, false}};

	if (node == NULL || !oeo_yaml_map(in->yaml, node, is_date ? date_keys : text_keys))
		return;
	read_columns(in, node, &mapped->columns);
	if (is_date)
		read_date_format(in, node, mapped->format);
}

static size_t find_field(const struct oeo_plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->n_fields; i++) {
		if (strcmp(plan->fields[i].id, id) == 0)
			return i;
	}
	return SIZE_MAX;
}

static void read_identity(struct reading *in, const struct oeo_yaml_node *node)
{
	if (node != NULL && !oeo_yaml_map(in->yaml, node, NULL))
		return;
	for (size_t i = 0; i < oeo_yaml_count(node); i++) {
		const struct oeo_yaml_node *item = oeo_yaml_item(node, i);
		size_t field = find_field(in->plan, oeo_yaml_key_at(node, i));

		if (field == SIZE_MAX)
			oeo_yaml_fault(in->yaml, item, _("The plan has no identity field %s."),
			    oeo_yaml_key_at(node, i));
		else
			read_mapped(in, item, &in->mapping->fields[field],
			    in->plan->fields[field].kind == OEO_FIELD_DATE);
	}
	for (size_t i = 0; i < in->plan->n_fields; i++) {
		if (in->mapping->fields[i].columns.n == 0)
			oeo_yaml_warn(in->yaml, node,
			    _("%s is not mapped: every row of this source counts as a question without a "
			      "resident."),
			    in->plan->fields[i].id);
	}
}

static bool has_member_numbers(const struct oeo_plan *plan)
{
	for (size_t i = 0; i < plan->n_tables; i++) {
		if (plan->tables[i].accepts_member_numbers)
			return true;
	}
	return false;
}

/* What the plan has no use for is not read. */
static void read_member_number(struct reading *in, const struct oeo_yaml_node *node)
{
	if (node == NULL)
		return;
	if (has_member_numbers(in->plan))
		read_columns_or_name(in, node, &in->mapping->member_number);
	else
		oeo_yaml_warn(in->yaml, node, _("The plan uses no client numbers: this column is not read."));
}

static void read_missing(struct reading *in, const struct oeo_yaml_node *node)
{
	size_t n = oeo_yaml_count(node);

	if (node == NULL || !oeo_yaml_list(in->yaml, node, 1))
		return;
	if (n > MAX_MISSING) {
		oeo_yaml_fault(in->yaml, node, _("At most %d values."), MAX_MISSING);
		return;
	}
	in->mapping->missing = oeo_alloc_array(n, sizeof(*in->mapping->missing));
	if (in->mapping->missing == NULL) {
		in->err = OEO_ERR_NOMEM;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct oeo_buf folded = {0};
		const char *text;

		if (!oeo_yaml_get_text(in->yaml, oeo_yaml_item(node, i), OEO_COLUMN_NAME_BYTES - 1, &text))
			continue;
		if (oeo_fold_text(&folded, text, strlen(text)) == OEO_OK)
			in->mapping->missing[in->mapping->n_missing++] = (char *)folded.data;
		else
			in->err = OEO_ERR_NOMEM;
	}
}

/* ---- Dimensions */

/* A code of the dimension; SIZE_MAX where there is none or it is no such code. */
static size_t read_code(
    struct reading *in, const struct oeo_yaml_node *node, const struct oeo_dimension *dimension)
{
	char id[OEO_ID_BYTES];
	size_t code;

	if (node == NULL || !oeo_yaml_get_id(in->yaml, node, id))
		return SIZE_MAX;
	code = oeo_match_find_word(dimension, id);
	if (code == SIZE_MAX)
		oeo_yaml_fault(
		    in->yaml, node, _("The plan's dimension %s has no code %s."), dimension->id, id);
	return code;
}

static void read_map(struct reading *in, const struct oeo_yaml_node *node,
    const struct oeo_dimension *dimension, struct oeo_matcher *matcher)
{
	if (!oeo_yaml_map(in->yaml, node, NULL))
		return;
	for (size_t i = 0; i < oeo_yaml_count(node); i++) {
		size_t code = read_code(in, oeo_yaml_item(node, i), dimension);

		if (code != SIZE_MAX && in->err == OEO_OK)
			in->err = oeo_matcher_add_term(matcher, oeo_yaml_key_at(node, i), code);
	}
}

/* `always` stands alone: a source that says nothing of the dimension, because it is the same for all its rows. */
static void read_constant(struct reading *in, const struct oeo_yaml_node *node,
    const struct oeo_dimension *dimension, struct oeo_mapped_dimension *mapped)
{
	static const struct oeo_yaml_key keys[] = {{"always", true}, {NULL, false}};

	if (!oeo_yaml_map(in->yaml, node, keys))
		return;
	mapped->always = read_code(in, oeo_yaml_find(node, "always"), dimension);
	mapped->is_constant = mapped->always != SIZE_MAX;
	mapped->columns.line = oeo_yaml_line(node);
}

static void read_synonyms(struct reading *in, const struct oeo_yaml_node *node, size_t index)
{
	struct oeo_mapped_dimension *mapped = &in->mapping->dimensions[index];
	const char *file;

	if (!oeo_yaml_get_text(in->yaml, node, 255, &file))
		return;
	if (file[0] == '/') {
		oeo_yaml_fault(in->yaml, node, _("Name the file as seen from the mapping's own folder."));
		return;
	}
	if (in->err == OEO_OK)
		in->err = oeo_mapping_read_synonyms(&mapped->matcher, &in->mapping->synonyms[index],
		    &in->plan->dimensions[index], in->path, in->mapping->id, file, in->findings);
	if (in->err == OEO_ERR_NOT_FOUND) {
		in->err = OEO_OK;
		oeo_yaml_fault(in->yaml, node, _("There is no file %s beside the mapping."), file);
	}
}

/* `map` and `synonyms` belong to the match of that name and to no other. */
static void check_match_keys(struct reading *in, const struct oeo_yaml_node *node, unsigned kind)
{
	static const struct {
		const char *key;
		unsigned kind;
	} belongs[] = {{"map", OEO_MATCH_MAP}, {"synonyms", OEO_MATCH_SYNONYMS}};

	for (size_t i = 0; i < sizeof(belongs) / sizeof(belongs[0]); i++) {
		const struct oeo_yaml_node *value = oeo_yaml_find(node, belongs[i].key);

		if ((value != NULL) == (kind == belongs[i].kind))
			continue;
		if (value != NULL)
			oeo_yaml_fault(in->yaml, value, _("`%s` belongs to `match: %s`."), belongs[i].key,
			    belongs[i].key);
		else
			oeo_yaml_fault(
			    in->yaml, node, _("`match: %s` needs `%s`."), belongs[i].key, belongs[i].key);
	}
}

static void read_match(struct reading *in, const struct oeo_yaml_node *node, size_t index)
{
	static const char *const kinds[] = {"code", "label", "synonyms", "map", NULL};
	const struct oeo_dimension *dimension = &in->plan->dimensions[index];
	struct oeo_matcher *matcher = &in->mapping->dimensions[index].matcher;
	const char *ambiguous = NULL;
	unsigned kind = 0;

	if (!oeo_yaml_get_choice(in->yaml, oeo_yaml_find(node, "match"), kinds, &kind))
		return;
	kind += OEO_MATCH_CODE;
	check_match_keys(in, node, kind);
	in->err = oeo_matcher_init(matcher, dimension);
	if (in->err == OEO_OK && kind == OEO_MATCH_CODE)
		in->err = oeo_matcher_add_codes(matcher, dimension);
	else if (in->err == OEO_OK && kind != OEO_MATCH_MAP)
		in->err = oeo_matcher_add_labels(matcher, dimension);
	if (kind == OEO_MATCH_MAP && oeo_yaml_find(node, "map") != NULL)
		read_map(in, oeo_yaml_find(node, "map"), dimension, matcher);
	if (kind == OEO_MATCH_SYNONYMS && oeo_yaml_find(node, "synonyms") != NULL)
		read_synonyms(in, oeo_yaml_find(node, "synonyms"), index);
	oeo_matcher_seal(matcher, &ambiguous);
	if (ambiguous != NULL)
		oeo_yaml_fault(in->yaml, node,
		    _("\"%s\" stands for more than one code here. Use `match: map` or codes."), ambiguous);
}

static void read_dimension(struct reading *in, const struct oeo_yaml_node *node, size_t index)
{
	static const struct oeo_yaml_key keys[] = {{"column", false}, {"columns", false}, {"match", true},
	    {"map", false}, {"synonyms", false}, {"otherwise", false}, {NULL, false}};
	struct oeo_mapped_dimension *mapped = &in->mapping->dimensions[index];
	const struct oeo_dimension *dimension = &in->plan->dimensions[index];

	if (dimension->computed_from[0] != '\0') {
		oeo_yaml_fault(in->yaml, node, _("The plan works out %s from %s itself. Take it out here."),
		    dimension->id, dimension->computed_from);
		return;
	}
	if (oeo_yaml_find(node, "always") != NULL) {
		read_constant(in, node, dimension, mapped);
		return;
	}
	if (!oeo_yaml_map(in->yaml, node, keys))
		return;
	read_columns(in, node, &mapped->columns);
	mapped->otherwise = read_code(in, oeo_yaml_find(node, "otherwise"), dimension);
	if (in->err == OEO_OK)
		read_match(in, node, index);
}

static void read_dimensions(struct reading *in, const struct oeo_yaml_node *node)
{
	if (node == NULL || !oeo_yaml_map(in->yaml, node, NULL))
		return;
	for (size_t i = 0; i < oeo_yaml_count(node); i++) {
		const struct oeo_yaml_node *item = oeo_yaml_item(node, i);
		size_t index = oeo_plan_find_dimension(in->plan, oeo_yaml_key_at(node, i));

		if (index == SIZE_MAX || index >= OEO_MAX_DIMENSIONS)
			oeo_yaml_fault(
			    in->yaml, item, _("The plan has no dimension %s."), oeo_yaml_key_at(node, i));
		else
			read_dimension(in, item, index);
	}
}

/* ---- Columns that stay in the source */

static bool is_read(const struct oeo_columns *columns, const char *name)
{
	for (size_t i = 0; i < columns->n; i++) {
		if (strcmp(columns->names[i], name) == 0)
			return true;
	}
	return false;
}

static bool is_read_anywhere(const struct oeo_mapping *mapping, const char *name)
{
	bool found = is_read(&mapping->record, name) || is_read(&mapping->date.columns, name) ||
		     is_read(&mapping->member_number, name);

	for (size_t i = 0; i < OEO_MAX_FIELDS && !found; i++)
		found = is_read(&mapping->fields[i].columns, name);
	for (size_t i = 0; i < OEO_MAX_DIMENSIONS && !found; i++)
		found = is_read(&mapping->dimensions[i].columns, name);
	return found;
}

static void read_never_read(struct reading *in, const struct oeo_yaml_node *node)
{
	struct oeo_mapping *mapping = in->mapping;
	size_t n = oeo_yaml_count(node);

	if (node == NULL || !oeo_yaml_list(in->yaml, node, 1))
		return;
	if (n > MAX_NEVER_READ) {
		oeo_yaml_fault(in->yaml, node, _("At most %d values."), MAX_NEVER_READ);
		return;
	}
	mapping->never_read = oeo_alloc_array(n, sizeof(*mapping->never_read));
	if (mapping->never_read == NULL) {
		in->err = OEO_ERR_NOMEM;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct oeo_columns *columns = &mapping->never_read[mapping->n_never_read];
		const struct oeo_yaml_node *item = oeo_yaml_item(node, i);

		columns->line = oeo_yaml_line(item);
		read_name(in, item, columns);
		if (columns->n == 0)
			continue;
		mapping->n_never_read++;
		if (is_read_anywhere(mapping, columns->names[0]))
			oeo_yaml_fault(in->yaml, item,
			    _("%s is read above. A column is read or never read, not both."),
			    columns->names[0]);
	}
}

/* ---- The whole */

static void read_all(struct reading *in)
{
	static const struct oeo_yaml_key keys[] = {{"mapping", true}, {"source", true}, {"record", true},
	    {"date", true}, {"identity", false}, {"member_number", false}, {"missing", false},
	    {"dimensions", true}, {"never_read", false}, {NULL, false}};
	const struct oeo_yaml_node *root = oeo_yaml_root(in->yaml);

	if (!oeo_yaml_map(in->yaml, root, keys))
		return;
	(void)oeo_yaml_get_id(in->yaml, oeo_yaml_find(root, "mapping"), in->mapping->id);
	read_source(in, oeo_yaml_find(root, "source"));
	read_columns_or_name(in, oeo_yaml_find(root, "record"), &in->mapping->record);
	read_mapped(in, oeo_yaml_find(root, "date"), &in->mapping->date, true);
	read_identity(in, oeo_yaml_find(root, "identity"));
	read_member_number(in, oeo_yaml_find(root, "member_number"));
	read_missing(in, oeo_yaml_find(root, "missing"));
	read_dimensions(in, oeo_yaml_find(root, "dimensions"));
	read_never_read(in, oeo_yaml_find(root, "never_read"));
}

static enum oeo_err finish(struct oeo_mapping **mapping, struct oeo_yaml *yaml, const char *path,
    const struct oeo_plan *plan, struct oeo_findings *findings)
{
	size_t faults_before = findings->faults;
	struct reading in = {yaml, plan, findings, path, calloc(1, sizeof(*in.mapping)), OEO_OK};

	if (in.mapping == NULL)
		return OEO_ERR_NOMEM;
	if (plan->n_fields > OEO_MAX_FIELDS || plan->n_dimensions > OEO_MAX_DIMENSIONS)
		in.err = OEO_ERR_RANGE;
	in.mapping->name = strdup(oeo_yaml_name(yaml));
	if (in.mapping->name == NULL)
		in.err = OEO_ERR_NOMEM;
	if (in.err == OEO_OK)
		read_all(&in);
	if (in.err == OEO_OK && findings->faults > faults_before)
		in.err = OEO_ERR_FORMAT;
	if (in.err == OEO_OK)
		*mapping = in.mapping;
	else
		oeo_mapping_free(in.mapping);
	return in.err;
}

enum oeo_err oeo_mapping_read(struct oeo_mapping **mapping, const char *path, const struct oeo_plan *plan,
    struct oeo_findings *findings)
{
	struct oeo_yaml *yaml = NULL;
	enum oeo_err err = oeo_yaml_read(&yaml, path, findings);

	if (err == OEO_OK)
		err = finish(mapping, yaml, path, plan, findings);
	oeo_yaml_free(yaml);
	return err;
}

enum oeo_err oeo_mapping_parse(struct oeo_mapping **mapping, const char *path, const void *text, size_t len,
    const struct oeo_plan *plan, struct oeo_findings *findings)
{
	const char *slash = strrchr(path, '/');
	struct oeo_yaml *yaml = NULL;
	enum oeo_err err = oeo_yaml_parse(&yaml, slash != NULL ? slash + 1 : path, text, len, findings);

	if (err == OEO_OK)
		err = finish(mapping, yaml, path, plan, findings);
	oeo_yaml_free(yaml);
	return err;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/entry.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/form/day.h"
#include "agent/identity.h"
#include "proto/i18n.h"

#define MAPPING_ID "form"
#define ISO "yyyy-mm-dd"

/* ---- Faults */

void oeo_form_fault_add(struct oeo_form_faults *faults, const char *field, const char *text)
{
	struct oeo_form_fault *fault;

	if (faults->n == OEO_FORM_MAX_FAULTS)
		return;
	fault = &faults->items[faults->n++];
	(void)snprintf(fault->field, sizeof(fault->field), "%s", field);
	fault->text = text;
}

const char *oeo_form_fault_of(const struct oeo_form_faults *faults, const char *field)
{
	for (size_t i = 0; i < faults->n; i++) {
		if (strcmp(faults->items[i].field, field) == 0)
			return faults->items[i].text;
	}
	return NULL;
}

static void add_of(struct oeo_form_faults *faults, const char *prefix, const char *id, const char *text)
{
	char name[OEO_FORM_NAME_BYTES];

	(void)snprintf(name, sizeof(name), "%s%s", prefix, id);
	oeo_form_fault_add(faults, name, text);
}

/* ---- The form as a source */

static bool accepts_numbers(const struct oeo_plan *plan)
{
	for (size_t i = 0; i < plan->n_tables; i++) {
		if (plan->tables[i].accepts_member_numbers)
			return true;
	}
	return false;
}

static bool is_computed(const struct oeo_dimension *dimension)
{
	return dimension->computed_from[0] != '\0';
}

static enum oeo_err write_identity(struct oeo_buf *yaml, const struct oeo_plan *plan)
{
	enum oeo_err err = plan->n_fields > 0 ? oeo_buf_append_text(yaml, "identity:\n") : OEO_OK;

	for (size_t i = 0; i < plan->n_fields && err == OEO_OK; i++) {
		const struct oeo_identity_field *field = &plan->fields[i];

		err = oeo_buf_printf(yaml, "  %s: {column: \"f.%s\"%s}\n", field->id, field->id,
		    field->kind == OEO_FIELD_DATE ? ", format: " ISO : "");
	}
	return err;
}

static enum oeo_err write_dimensions(struct oeo_buf *yaml, const struct oeo_plan *plan)
{
	enum oeo_err err = oeo_buf_append_text(yaml, "dimensions:\n");

	for (size_t i = 0; i < plan->n_dimensions && err == OEO_OK; i++) {
		const struct oeo_dimension *dimension = &plan->dimensions[i];

		if (!is_computed(dimension))
			err = oeo_buf_printf(
			    yaml, "  %s: {column: \"d.%s\", match: code}\n", dimension->id, dimension->id);
	}
	return err;
}

static enum oeo_err write_mapping(struct oeo_buf *yaml, const struct oeo_plan *plan)
{
	enum oeo_err err = oeo_buf_append_text(yaml,
	    "mapping: " MAPPING_ID "\n"
	    "source: {delimiter: \";\", encoding: utf-8, quote: none, skip_lines: 0, header: yes}\n"
	    "record: visit\ndate: {column: day, format: " ISO "}\n");

	if (err == OEO_OK)
		err = write_identity(yaml, plan);
	if (err == OEO_OK && accepts_numbers(plan))
		err = oeo_buf_append_text(yaml, "member_number: {column: number}\n");
	return err == OEO_OK ? write_dimensions(yaml, plan) : err;
}

/* The names of the columns, in the order of oeo_entry_read's row; "visit", "day", identity, dimensions, "number". */
static size_t name_columns(
    char names[OEO_FORM_MAX_COLUMNS][OEO_FORM_NAME_BYTES], const struct oeo_plan *plan, bool has_number)
{
	size_t n = 0;

	(void)snprintf(names[n++], OEO_FORM_NAME_BYTES, "visit");
	(void)snprintf(names[n++], OEO_FORM_NAME_BYTES, "day");
	for (size_t i = 0; i < plan->n_fields; i++)
		(void)snprintf(names[n++], OEO_FORM_NAME_BYTES, "f.%s", plan->fields[i].id);
	for (size_t i = 0; i < plan->n_dimensions; i++) {
		if (!is_computed(&plan->dimensions[i]))
			(void)snprintf(names[n++], OEO_FORM_NAME_BYTES, "d.%s", plan->dimensions[i].id);
	}
	if (has_number)
		(void)snprintf(names[n++], OEO_FORM_NAME_BYTES, "number");
	return n;
}

static enum oeo_err bind(struct oeo_entry_reader *reader)
{
	char names[OEO_FORM_MAX_COLUMNS][OEO_FORM_NAME_BYTES];
	const char *header[OEO_FORM_MAX_COLUMNS];
	size_t n = name_columns(names, reader->plan, reader->has_number);

	for (size_t i = 0; i < n; i++)
		header[i] = names[i];
	return oeo_mapping_bind(reader->mapping, header, n, NULL);
}

enum oeo_err oeo_entry_reader_init(
    struct oeo_entry_reader *reader, const struct oeo_plan *plan, struct oeo_ledger *ledger)
{
	struct oeo_intake_job job = {.plan = plan, .ledger = ledger};
	struct oeo_findings findings = {0};
	struct oeo_buf yaml = {0};
	enum oeo_err err;

	memset(reader, 0, sizeof(*reader));
	reader->plan = plan;
	reader->has_number = accepts_numbers(plan);
	err = write_mapping(&yaml, plan);
	if (err == OEO_OK)
		err = oeo_mapping_parse(&reader->mapping, "form.yaml", yaml.data, yaml.len, plan, &findings);
	if (err == OEO_OK)
		err = bind(reader);
	if (err == OEO_OK)
		err = oeo_row_reader_init(&reader->rows, &job, plan, reader->mapping);
	oeo_buf_fini(&yaml);
	oeo_findings_fini(&findings);
	if (err == OEO_OK)
		return OEO_OK;
	oeo_mapping_free(reader->mapping);
	memset(reader, 0, sizeof(*reader));
	return err == OEO_ERR_NOMEM ? err : OEO_ERR_INTERNAL;
}

void oeo_entry_reader_fini(struct oeo_entry_reader *reader)
{
	if (reader->mapping != NULL)
		oeo_row_reader_fini(&reader->rows);
	oeo_mapping_free(reader->mapping);
	memset(reader, 0, sizeof(*reader));
}

size_t oeo_form_main_dimension(const struct oeo_plan *plan)
{
	for (size_t i = 0; i < plan->n_dimensions; i++) {
		if (!is_computed(&plan->dimensions[i]))
			return i;
	}
	return SIZE_MAX;
}

/* ---- Checking before the reader does */

static bool is_blank(const char *text)
{
	return text[strspn(text, " ")] == '\0';
}

static bool is_nameless(const struct oeo_form_fields *fields)
{
	return strcmp(oeo_form_field(fields, "nameless"), "1") == 0;
}

static const char *missing_text(const struct oeo_identity_field *field)
{
	switch (field->kind) {
	case OEO_FIELD_DATE:
		return _("Fill in the date of birth. Do you not know it? Choose 'Without a name'.");
	case OEO_FIELD_POSTCODE:
		return _("Fill in the postcode. Do you not know it? Choose 'Without a name'.");
	case OEO_FIELD_NAME:
		break;
	}
	return _("Fill in the name. Do you not know it? Choose 'Without a name'.");
}

/* A client number is there instead of the other fields. */
static bool gives_number(const char *number, struct oeo_form_faults *faults)
{
	if (is_blank(number))
		return false;
	if (oeo_identity_is_nothing(NULL, number))
		oeo_form_fault_add(faults, "number",
		    _("Fill in the client number. Do you not know it? Choose 'Without a name'."));
	return true;
}

static void check_identity(const struct oeo_entry_reader *reader, const struct oeo_form_fields *fields,
    struct oeo_form_faults *faults)
{
	if (is_nameless(fields))
		return;
	if (reader->has_number && gives_number(oeo_form_field(fields, "number"), faults))
		return;
	for (size_t i = 0; i < reader->plan->n_fields; i++) {
		const struct oeo_identity_field *field = &reader->plan->fields[i];

		if (oeo_identity_is_nothing(field, oeo_form_field_of(fields, "f.", field->id)))
			add_of(faults, "f.", field->id, missing_text(field));
	}
}

static void check_codes(
    const struct oeo_plan *plan, const struct oeo_form_fields *fields, struct oeo_form_faults *faults)
{
	size_t first = oeo_form_main_dimension(plan);

	for (size_t i = 0; i < plan->n_dimensions; i++) {
		const struct oeo_dimension *dimension = &plan->dimensions[i];
		const char *code = oeo_form_field_of(fields, "d.", dimension->id);

		if (is_computed(dimension))
			continue;
		if (i == first && code[0] == '\0')
			add_of(faults, "d.", dimension->id,
			    _("Choose what the question is about. Type a word in the search field."));
		else if (code[0] != '\0' &&
			 oeo_dimension_find_code(dimension, dimension->n_levels - 1, code) == SIZE_MAX)
			add_of(faults, "d.", dimension->id, _("Choose one of the list, please."));
	}
}

/* ---- The row */

struct row {
	char day[OEO_DATE_BYTES];
	char dates[OEO_MAX_FIELDS][OEO_DATE_BYTES];
	struct oeo_csv_field cells[OEO_FORM_MAX_COLUMNS];
	size_t n;
};

static void set_cell(struct row *row, const char *text)
{
	text += strspn(text, " ");
	row->cells[row->n++] = (struct oeo_csv_field){text, strlen(text)};
}

static const char *refusal_text(enum oeo_refusal_reason reason)
{
	switch (reason) {
	case OEO_REFUSAL_FUTURE:
		return _("This day is still to come. Fill in today or an earlier day.");
	case OEO_REFUSAL_BEFORE_PLAN:
		return _("This day lies before the plan begins; such a question is not counted.");
	case OEO_REFUSAL_AFTER_QUESTION:
		return _("This date of birth lies after the day of the question. Look at the year.");
	case OEO_REFUSAL_NO_POSTCODE:
		return _("This is no postcode. Write it like 1234 AB. Do you not know it? Choose 'Without a "
			 "name'.");
	case OEO_REFUSAL_PART_OF_POSTCODE:
		return _("The two letters of the postcode are missing. Write it like 1234 AB. Do you not "
			 "know them? "
			 "Choose 'Without a name'.");
	case OEO_REFUSAL_BORN_LONG_AGO:
		return _("Nobody is that old. Look at the year of birth. Do you not know it? Choose 'Without "
			 "a name'.");
	case OEO_REFUSAL_NAME_TOO_LONG:
		return _("This name is too long; the family name alone is enough.");
	default:
		return _("This cannot be read. Look at what stands here.");
	}
}

/* Why a text is no day. */
static const char *no_day_text(const char *text, bool is_birth)
{
	int64_t day;

	if (oeo_form_read_day(&day, text) == OEO_ERR_FORMAT)
		return _("Write the date as day, month, year: 31-12-1950");
	if (oeo_form_day_is_before_1900(text))
		return refusal_text(is_birth ? OEO_REFUSAL_BORN_LONG_AGO : OEO_REFUSAL_BEFORE_PLAN);
	return _("This day does not exist. Look at day, month and year.");
}

static const char *iso_day(
    char iso[OEO_DATE_BYTES], const char *text, const char *name, struct oeo_form_faults *faults)
{
	int64_t day = 0;

	if (is_blank(text))
		return "";
	if (oeo_form_read_day(&day, text) != OEO_OK) {
		oeo_form_fault_add(faults, name, no_day_text(text, strcmp(name, "day") != 0));
		return "";
	}
	oeo_day_format(iso, day);
	return iso;
}

static void fill_identity(struct row *row, const struct oeo_entry_reader *reader,
    const struct oeo_form_fields *fields, struct oeo_form_faults *faults)
{
	for (size_t i = 0; i < reader->plan->n_fields; i++) {
		const struct oeo_identity_field *field = &reader->plan->fields[i];
		const char *text = oeo_form_field_of(fields, "f.", field->id);
		char name[OEO_FORM_NAME_BYTES];

		(void)snprintf(name, sizeof(name), "f.%s", field->id);
		if (is_nameless(fields) || oeo_identity_is_nothing(field, text))
			text = "";
		set_cell(
		    row, field->kind == OEO_FIELD_DATE ? iso_day(row->dates[i], text, name, faults) : text);
	}
}

static void fill_row(struct row *row, const struct oeo_entry_reader *reader,
    const struct oeo_form_fields *fields, int64_t today, struct oeo_form_faults *faults)
{
	const char *day = iso_day(row->day, oeo_form_field(fields, "day"), "day", faults);

	if (day[0] == '\0') {
		oeo_day_format(row->day, today);
		day = row->day;
	}
	set_cell(row, oeo_form_field(fields, "visit"));
	set_cell(row, day);
	fill_identity(row, reader, fields, faults);
	for (size_t i = 0; i < reader->plan->n_dimensions; i++) {
		const struct oeo_dimension *dimension = &reader->plan->dimensions[i];

		if (!is_computed(dimension))
			set_cell(row, oeo_form_field_of(fields, "d.", dimension->id));
	}
	if (reader->has_number)
		set_cell(row, is_nameless(fields) ? "" : oeo_form_field(fields, "number"));
}

static void tell_refusal(const struct oeo_row_refusal *refusal, struct oeo_form_faults *faults)
{
	const char *field = "";

	if (refusal->columns != NULL)
		field = refusal->columns->names[refusal->column];
	oeo_form_fault_add(faults, field, refusal_text(refusal->reason));
}

static void keep(struct oeo_question *question, const struct oeo_question *read)
{
	*question = *read;
	(void)snprintf(question->source, sizeof(question->source), MAPPING_ID);
}

static enum oeo_err read_row(struct oeo_entry_reader *reader, const struct row *row, int64_t today,
    struct oeo_question *question, struct oeo_form_faults *faults)
{
	struct oeo_csv_row csv = {
	    .line = 1, .fault = OEO_CSV_FINE, .n_columns = row->n, .fields = row->cells};
	struct oeo_row_refusal refusal = {0};
	struct oeo_read_row read;
	enum oeo_err err;

	reader->rows.today = today;
	err = oeo_row_read(&reader->rows, &csv, &read, &refusal);
	if (err != OEO_OK)
		return err;
	if (refusal.reason != 0)
		tell_refusal(&refusal, faults);
	else
		keep(question, &read.question);
	return OEO_OK;
}

static bool is_visit(const char *visit)
{
	return strlen(visit) == OEO_FORM_VISIT_BYTES - 1 &&
	       strspn(visit, "0123456789abcdef") == OEO_FORM_VISIT_BYTES - 1;
}

/* Where a field stands on the page: its topic, who asks, the other choices, the day. */
static size_t place_of(const struct oeo_plan *plan, const char *field)
{
	for (size_t i = 0; i < plan->n_fields; i++) {
		if (strncmp(field, "f.", 2) == 0 && strcmp(field + 2, plan->fields[i].id) == 0)
			return 1 + i;
	}
	for (size_t i = 0; i < plan->n_dimensions; i++) {
		if (strncmp(field, "d.", 2) == 0 && strcmp(field + 2, plan->dimensions[i].id) == 0)
			return i == oeo_form_main_dimension(plan) ? 0 : 2 + OEO_MAX_FIELDS + i;
	}
	if (strcmp(field, "number") == 0)
		return 1 + OEO_MAX_FIELDS;
	return strcmp(field, "day") == 0 ? SIZE_MAX : 0;
}

/* So that the list of faults leads down the page. */
static void sort_faults(const struct oeo_plan *plan, struct oeo_form_faults *faults)
{
	for (size_t i = 1; i < faults->n; i++) {
		struct oeo_form_fault fault = faults->items[i];
		size_t at = i;

		for (; at > 0 && place_of(plan, faults->items[at - 1].field) > place_of(plan, fault.field);
		     at--)
			faults->items[at] = faults->items[at - 1];
		faults->items[at] = fault;
	}
}

enum oeo_err oeo_entry_read(struct oeo_entry_reader *reader, const struct oeo_form_fields *fields,
    int64_t today, struct oeo_question *question, struct oeo_form_faults *faults)
{
	struct row row = {.n = 0};
	enum oeo_err err = OEO_OK;

	check_codes(reader->plan, fields, faults);
	check_identity(reader, fields, faults);
	if (!is_visit(oeo_form_field(fields, "visit")))
		oeo_form_fault_add(faults, "", _("This page is not complete. Press 'Save' once more."));
	fill_row(&row, reader, fields, today, faults);
	if (faults->n == 0)
		err = read_row(reader, &row, today, question, faults);
	sort_faults(reader->plan, faults);
	sodium_memzero(&row, sizeof(row));
	return err;
}

bool oeo_entry_is_unknown(const struct oeo_entry_reader *reader, const struct oeo_form_fields *fields,
    const struct oeo_question *question)
{
	return reader->plan->n_fields > 0 && !is_nameless(fields) && question->member_number == NULL &&
	       !oeo_question_has_identity(question);
}

/* ---- And back */

static const char *const_text(const char *text)
{
	return text != NULL ? text : "";
}

static enum oeo_err add_with(
    struct oeo_form_fields *fields, const char *prefix, const char *id, const char *value)
{
	char name[OEO_FORM_NAME_BYTES];

	(void)snprintf(name, sizeof(name), "%s%s", prefix, id);
	return oeo_form_fields_add(fields, name, value);
}

/* A stored date of birth is ISO; a person reads day, month, year. */
static enum oeo_err add_field(
    struct oeo_form_fields *fields, const struct oeo_identity_field *field, const char *value)
{
	char text[OEO_DATE_BYTES + 4];
	enum oeo_err err;

	if (field->kind != OEO_FIELD_DATE || strlen(value) != OEO_DATE_BYTES - 1)
		return add_with(fields, "f.", field->id, value);
	(void)snprintf(text, sizeof(text), "%.2s-%.2s-%.4s", value + 8, value + 5, value);
	err = add_with(fields, "f.", field->id, text);
	sodium_memzero(text, sizeof(text));
	return err;
}

enum oeo_err oeo_entry_write_visitor(
    const struct oeo_plan *plan, const struct oeo_question *question, struct oeo_form_fields *fields)
{
	char day[OEO_DATE_BYTES];
	bool is_known = oeo_question_has_identity(question) || question->member_number != NULL;
	enum oeo_err err;

	oeo_day_format(day, question->day);
	err = oeo_form_fields_add(fields, "day", day);
	if (err == OEO_OK && !is_known)
		err = oeo_form_fields_add(fields, "nameless", "1");
	for (size_t i = 0; i < plan->n_fields && i < question->n_fields && err == OEO_OK; i++)
		err = add_field(fields, &plan->fields[i], const_text(question->identity[i]));
	if (err == OEO_OK)
		err = oeo_form_fields_add(fields, "number", const_text(question->member_number));
	return err;
}

enum oeo_err oeo_entry_write(
    const struct oeo_plan *plan, const struct oeo_question *question, struct oeo_form_fields *fields)
{
	enum oeo_err err = oeo_entry_write_visitor(plan, question, fields);

	for (size_t i = 0; i < question->n_dimensions && err == OEO_OK; i++)
		err = add_with(fields, "d.", question->dimensions[i], question->codes[i]);
	return err;
}

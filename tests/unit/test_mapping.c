/* SPDX-License-Identifier: EUPL-1.2 */
#include "intake_fixture.h"

#include "agent/date_format.h"
#include "agent/fold.h"
#include "agent/mapping.h"
#include "failing_alloc.h"

#define FINE_HEAD                                                                                            \
	"mapping: test\n"                                                                                    \
	"source: {delimiter: \";\", encoding: utf-8}\n"                                                      \
	"record: Nr\n"                                                                                       \
	"date: {column: Datum, format: dd-mm-yyyy}\n"                                                        \
	"identity:\n"                                                                                        \
	"  surname: {columns: [Tussen, Naam]}\n"                                                             \
	"  birthdate: {column: Geboren, format: yyyy-mm-dd}\n"                                               \
	"  postcode: {column: Postcode}\n"
#define FINE FINE_HEAD "dimensions:\n  question: {column: Vraag, match: code}\n"

static struct oeo_plan *plan;

static int load_plan(void **state)
{
	struct oeo_findings findings = {0};

	(void)state;
	return sodium_init() >= 0 && oeo_plan_file_read(&plan, OEO_ALMELO "/plan.yaml", &findings) == OEO_OK
		   ? 0
		   : -1;
}

static int free_plan(void **state)
{
	(void)state;
	oeo_plan_free(plan);
	return 0;
}

static struct oeo_mapping *parse(const char *text)
{
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;
	enum oeo_err err = oeo_mapping_parse(
	    &mapping, OEO_ALMELO "/mappings/test.yaml", text, strlen(text), plan, &findings);

	if (err != OEO_OK && findings.count > 0)
		print_error("%s\n", findings.items[0].text);
	assert_int_equal(err, OEO_OK);
	oeo_findings_fini(&findings);
	return mapping;
}

/* The text is refused, and one fault begins with this. */
static void assert_fault(const char *text, const char *wanted)
{
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;
	bool found = false;

	assert_int_equal(
	    oeo_mapping_parse(&mapping, "/nowhere/test.yaml", text, strlen(text), plan, &findings),
	    OEO_ERR_FORMAT);
	assert_null(mapping);
	for (size_t i = 0; i < findings.count; i++)
		found = found || strncmp(findings.items[i].text, wanted, strlen(wanted)) == 0;
	if (!found)
		print_error("wanted: %s\nfound:  %s\n", wanted,
		    findings.count > 0 ? findings.items[0].text : "nothing");
	assert_true(found);
	oeo_findings_fini(&findings);
}

/* FINE with one line replaced by another. */
static void assert_fault_in(const char *line, const char *instead, const char *wanted)
{
	const char *at = strstr(FINE, line);
	char text[2048];

	assert_non_null(at);
	(void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - FINE), FINE, instead, at + strlen(line));
	assert_fault(text, wanted);
}

static const char *find(const struct oeo_mapping *mapping, const char *dimension, const char *value)
{
	size_t index = oeo_plan_find_dimension(plan, dimension);
	struct oeo_buf folded = {0};
	size_t code = 0;

	assert_true(index != SIZE_MAX);
	assert_int_equal(
	    oeo_matcher_find(&mapping->dimensions[index].matcher, &folded, value, strlen(value), &code),
	    OEO_OK);
	oeo_buf_fini(&folded);
	return code == SIZE_MAX ? "-" : plan->dimensions[index].codes[code].code;
}

/* ---- Reading */

static void test_mapping_is_read(void **state)
{
	struct oeo_mapping *mapping = parse(FINE "missing: [Onbekend, \"-\"]\nnever_read: [Toelichting]\n");

	(void)state;
	assert_string_equal(mapping->id, "test");
	assert_int_equal(mapping->format.delimiter, ';');
	assert_int_equal(mapping->format.quote, '"');
	assert_true(mapping->format.has_header);
	assert_string_equal(mapping->record.names[0], "Nr");
	assert_string_equal(mapping->date.format, "dd-mm-yyyy");
	assert_int_equal(mapping->fields[2].columns.n, 2);
	assert_string_equal(mapping->fields[2].columns.names[0], "Tussen");
	assert_string_equal(mapping->fields[0].format, "yyyy-mm-dd");
	assert_int_equal(mapping->n_missing, 2);
	assert_string_equal(mapping->missing[0], "onbekend");
	assert_int_equal(mapping->n_never_read, 1);
	oeo_mapping_free(mapping);
}

static void test_example_of_the_format_is_read(void **state)
{
	struct oeo_mapping *mapping = parse(
	    "mapping: klientenraad\n"
	    "source: {delimiter: \";\", encoding: windows-1252, quote: '\"', skip_lines: 0, header: yes}\n"
	    "record: Registratienr\n"
	    "date: {column: Datum, format: dd-mm-yyyy}\n"
	    "identity:\n"
	    "  surname:   {columns: [Achternaam]}            # several are joined with a space\n"
	    "  birthdate: {column: Geboortedatum, format: dd-mm-yyyy}\n"
	    "  postcode:  {column: Postcode}\n"
	    "dimensions:\n"
	    "  question: {column: Vraag, match: label}       # code | label | synonyms | map\n"
	    "  barrier:  {column: Knelpunt, match: label}\n"
	    "  channel:  {column: Kanaal, match: map, map: {Spreekuur: KA01, balie: KA02}, otherwise: "
	    "onbekend}\n"
	    "  result:   {column: Uitkomst, match: label}\n"
	    "never_read: [Toelichting]\n");

	(void)state;
	assert_string_equal(find(mapping, "channel", "Balie"), "KA02");
	assert_string_equal(find(mapping, "channel", "anders"), "-");
	assert_int_equal(mapping->dimensions[oeo_plan_find_dimension(plan, "channel")].otherwise,
	    oeo_dimension_unknown(&plan->dimensions[oeo_plan_find_dimension(plan, "channel")]));
	assert_int_equal(mapping->dimensions[oeo_plan_find_dimension(plan, "barrier")].otherwise, SIZE_MAX);
	oeo_mapping_free(mapping);
}

static void test_mappings_of_the_plan_are_fine(void **state)
{
	static const char *const names[] = {"klientenraad", "bga", "cosbo", "wmo-adviesraad"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct oeo_findings findings = {0};
		struct oeo_mapping *mapping = NULL;
		char path[OEO_PATH_BYTES];

		(void)snprintf(path, sizeof(path), OEO_ALMELO "/mappings/%s.yaml", names[i]);
		assert_int_equal(oeo_mapping_read(&mapping, path, plan, &findings), OEO_OK);
		assert_int_equal(findings.count, 0);
		assert_string_equal(mapping->id, names[i]);
		oeo_mapping_free(mapping);
		oeo_findings_fini(&findings);
	}
}

static void test_constant_needs_no_column(void **state)
{
	struct oeo_mapping *mapping = parse(FINE "  channel: {always: KA03}\n  barrier: {always: KN99}\n");
	size_t channel = oeo_plan_find_dimension(plan, "channel");
	size_t barrier = oeo_plan_find_dimension(plan, "barrier");

	(void)state;
	assert_true(mapping->dimensions[channel].is_constant);
	assert_int_equal(mapping->dimensions[channel].columns.n, 0);
	assert_string_equal(
	    plan->dimensions[channel].codes[mapping->dimensions[channel].always].code, "KA03");
	/* the plan says that KN99 is unknown */
	assert_int_equal(
	    mapping->dimensions[barrier].always, oeo_dimension_unknown(&plan->dimensions[barrier]));
	assert_false(mapping->dimensions[oeo_plan_find_dimension(plan, "question")].is_constant);
	oeo_mapping_free(mapping);
}

/* ---- Faults, with their line */

static void test_faults_of_the_source_are_named_with_their_line(void **state)
{
	(void)state;
	assert_fault_in("mapping: test", "mapping: de Vries", "test.yaml:1: ");
	assert_fault_in("mapping: test\n", "", "test.yaml:1: ");
	assert_fault_in("delimiter: \";\"", "delimiter: \"a\"", "test.yaml:2: ");
	assert_fault_in("delimiter: \";\"", "delimiter: \";;\"", "test.yaml:2: ");
	assert_fault_in("encoding: utf-8", "encoding: utf-16", "test.yaml:2: ");
	assert_fault_in("encoding: utf-8", "encoding: latijn", "test.yaml:2: ");
	assert_fault_in("encoding: utf-8", "encoding: utf-8, quote: x", "test.yaml:2: ");
	assert_fault_in("encoding: utf-8", "encoding: utf-8, skip_lines: 010", "test.yaml:2: ");
	assert_fault_in("encoding: utf-8", "encoding: utf-8, header: true", "test.yaml:2: ");
	assert_fault_in("encoding: utf-8", "encoding: utf-8, colour: red", "test.yaml:2: ");
}

static void test_faults_of_columns_are_named_with_their_line(void **state)
{
	(void)state;
	assert_fault_in("record: Nr\n", "record: {format: x}\n", "test.yaml:3: ");
	assert_fault_in("record: Nr\n", "record: {columns: [A, B, C, D, E]}\n", "test.yaml:3: ");
	assert_fault_in("{column: Datum, format: dd-mm-yyyy}", "{column: Datum}", "test.yaml:4: ");
	assert_fault_in("format: dd-mm-yyyy}", "format: dd-mm-yy}", "test.yaml:4: ");
	assert_fault_in(
	    "{columns: [Tussen, Naam]}", "{columns: [Tussen, Naam], format: dd-mm-yyyy}", "test.yaml:6: ");
	assert_fault_in("{columns: [Tussen, Naam]}", "{column: Naam, columns: [Naam]}", "test.yaml:6: ");
	assert_fault_in(
	    "postcode: {", "huisnummer: {", "test.yaml:8: The plan has no identity field huisnummer");
}

static void test_faults_of_dimensions_are_named_with_their_line(void **state)
{
	(void)state;
	assert_fault_in("question: {", "theme: {", "test.yaml:10: The plan has no dimension theme");
	assert_fault_in("question: {", "area: {", "test.yaml:10: The plan works out area");
	assert_fault_in("match: code", "match: codes", "test.yaml:10: ");
	assert_fault_in(", match: code", "", "test.yaml:10: ");
	assert_fault_in("match: code", "match: map", "test.yaml:10: ");
	assert_fault_in("match: code", "match: code, map: {a: ZO01}", "test.yaml:10: ");
	assert_fault_in("match: code", "match: map, map: {a: ZO77}",
	    "test.yaml:10: The plan's dimension question has no code");
	assert_fault_in("match: code", "match: map, map: {a: ZO}", "test.yaml:10: ");
	assert_fault_in("match: code", "match: map, map: {Wmo: ZO01, wmo: ZO02}", "test.yaml:10: \"wmo\"");
	assert_fault_in("match: code", "match: code, otherwise: ZO77", "test.yaml:10: ");
	assert_fault_in(
	    "match: code", "match: synonyms, synonyms: none.csv", "test.yaml:10: There is no file none.csv");
	assert_fault_in("match: code", "match: synonyms, synonyms: /etc/passwd", "test.yaml:10: ");
	assert_fault(
	    FINE "  channel: {always: KA77}\n", "test.yaml:11: The plan's dimension channel has no code");
	assert_fault(FINE "  channel: {always: }\n", "test.yaml:11: ");
	assert_fault(FINE "  channel: {always: [KA01]}\n", "test.yaml:11: ");
	assert_fault(FINE "  channel: {always: KA01, column: Kanaal, match: code}\n", "test.yaml:11: ");
	assert_fault(FINE "  channel: {always: KA01, otherwise: KA02}\n", "test.yaml:11: ");
	assert_fault(FINE "  area: {always: KA01}\n", "test.yaml:11: The plan works out area");
	assert_fault(FINE "never_read: [Naam]\n", "test.yaml:11: Naam");
	assert_fault(FINE "never_read: Toelichting\n", "test.yaml:11: ");
}

static void test_all_faults_are_shown_at_once(void **state)
{
	const char text[] = "mapping: test\nsource: {delimiter: x, encoding: utf-16}\nrecord: Nr\n"
			    "date: {column: D, format: x}\ndimensions: {theme: {}}\n";
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;

	(void)state;
	assert_int_equal(
	    oeo_mapping_parse(&mapping, "test.yaml", text, strlen(text), plan, &findings), OEO_ERR_FORMAT);
	assert_int_equal(findings.faults, 4);
	oeo_findings_fini(&findings);
}

static void test_identity_that_is_not_whole_is_warned_of(void **state)
{
	const char text[] = "mapping: t\nsource: {delimiter: \";\", encoding: utf-8}\nrecord: Nr\n"
			    "date: {column: D, format: d-m-yyyy}\nidentity: {surname: {column: N}}\n"
			    "member_number: K\ndimensions: {}\n";
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;

	(void)state;
	assert_int_equal(
	    oeo_mapping_parse(&mapping, "test.yaml", text, strlen(text), plan, &findings), OEO_OK);
	assert_int_equal(findings.faults, 0);
	/* birthdate, postcode, and client numbers that this plan has no use for. */
	assert_int_equal(findings.count, 3);
	assert_int_equal(mapping->member_number.n, 0);
	oeo_mapping_free(mapping);
	oeo_findings_fini(&findings);
}

/* ---- Matching */

static void test_codes_match_in_any_case(void **state)
{
	struct oeo_mapping *mapping = parse(FINE "  barrier: {column: Knelpunt, match: code}\n");

	(void)state;
	assert_string_equal(find(mapping, "question", "ZO01"), "ZO01");
	assert_string_equal(find(mapping, "question", "  zo01\t"), "ZO01");
	assert_string_equal(find(mapping, "question",
				"\xef\xbc\xba\xef\xbc\xaf"
				"01"),
	    "ZO01"); /* full width */
	assert_string_equal(find(mapping, "question", "ZO"), "-");
	assert_string_equal(find(mapping, "question", "ZO011"), "-");
	assert_string_equal(find(mapping, "question", "Hulp bij het huishouden"), "-");
	assert_string_equal(find(mapping, "question", ""), "onbekend");
	assert_string_equal(find(mapping, "question", " \xc2\xa0 "), "onbekend");
	assert_string_equal(find(mapping, "question", "Onbekend"), "onbekend");
	assert_string_equal(find(mapping, "barrier", "kn99"), "onbekend");
	assert_string_equal(find(mapping, "barrier", "KN00"), "KN00");
	oeo_mapping_free(mapping);
}

static void test_labels_match_in_both_languages(void **state)
{
	struct oeo_mapping *mapping = parse(FINE_HEAD
	    "dimensions:\n  question: {column: Vraag, match: label}\n  barrier: {column: K, match: label}\n");

	(void)state;
	assert_string_equal(find(mapping, "question", "Hulp bij het huishouden"), "ZO01");
	assert_string_equal(find(mapping, "question",
				"HULP  BIJ HET\xc2\xa0"
				"Huishouden "),
	    "ZO01");
	assert_string_equal(find(mapping, "question", "domestic help"), "ZO01");
	assert_string_equal(find(mapping, "question", "ZO01"), "-");
	assert_string_equal(find(mapping, "question", "Hulp bij huishouden"), "-");
	assert_string_equal(find(mapping, "barrier", "Onbekend"), "onbekend");
	assert_string_equal(find(mapping, "barrier", "unknown"), "onbekend");
	oeo_mapping_free(mapping);
}

static void test_synonyms_match_beside_labels(void **state)
{
	struct oeo_mapping *mapping = parse(FINE_HEAD
	    "dimensions:\n  question: {column: V, match: synonyms, synonyms: ../codes/synonyms.csv}\n");

	(void)state;
	assert_string_equal(find(mapping, "question", "Thuishulp"), "ZO01");
	assert_string_equal(find(mapping, "question", "WMO-taxi"), "VM01");
	assert_string_equal(find(mapping, "question", "hulp bij het huishouden"), "ZO01");
	assert_string_equal(find(mapping, "question", "hulp"), "-");
	assert_non_null(mapping->synonyms[oeo_plan_find_dimension(plan, "question")]);
	oeo_mapping_free(mapping);
}

static void assert_synonyms_fault(const char *csv, const char *wanted)
{
	char folder[] = "/tmp/oeo-test-mapping-XXXXXX";
	const char text[] =
	    FINE_HEAD "dimensions:\n  question: {column: V, match: synonyms, synonyms: terms.csv}\n";
	char path[OEO_PATH_BYTES];
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;
	enum oeo_err err;

	assert_non_null(mkdtemp(folder));
	(void)snprintf(
	    path, sizeof(path), "%s/test-terms.csv", folder); /* as it is called where it is remembered */
	assert_int_equal(oeo_file_write(path, csv, strlen(csv), 0600, NULL), OEO_OK);
	(void)snprintf(path, sizeof(path), "%s/test.yaml", folder);
	err = oeo_mapping_parse(&mapping, path, text, strlen(text), plan, &findings);
	assert_int_equal(err, wanted == NULL ? OEO_OK : OEO_ERR_FORMAT);
	if (wanted != NULL)
		assert_int_equal(strncmp(findings.items[0].text, wanted, strlen(wanted)), 0);
	oeo_mapping_free(mapping);
	oeo_findings_fini(&findings);
	remove_tree(folder);
}

static void test_faults_in_synonyms_are_named_with_their_line(void **state)
{
	(void)state;
	assert_synonyms_fault("term,code\nthuishulp,ZO01\n\n", NULL);
	assert_synonyms_fault("woord,code\n", "test-terms.csv:1: ");
	assert_synonyms_fault("", "test-terms.csv:1: ");
	assert_synonyms_fault("term,code\nthuishulp,ZO77\n", "test-terms.csv:2: ");
	assert_synonyms_fault("term,code\n\nthuishulp\n", "test-terms.csv:3: ");
	assert_synonyms_fault("term,code\n,ZO01\n", "test-terms.csv:2: ");
	assert_synonyms_fault("term,code\nthuishulp,ZO01\nThuishulp,ZO02\n", "test.yaml:10: \"thuishulp\"");
}

static void test_only_what_is_written_like_a_code_may_be_shown(void **state)
{
	const struct oeo_dimension *question = &plan->dimensions[oeo_plan_find_dimension(plan, "question")];

	(void)state;
	assert_true(oeo_match_looks_like_code(question, "zo99"));
	assert_true(oeo_match_looks_like_code(question, "qq12"));
	assert_false(oeo_match_looks_like_code(question, "zo9"));
	assert_false(oeo_match_looks_like_code(question, "7601aa"));
	assert_false(oeo_match_looks_like_code(question, "jansen"));
	assert_false(oeo_match_looks_like_code(question, "onbekent"));
	assert_false(oeo_match_looks_like_code(question, ""));
}

/* ---- The file's header */

static void test_mapping_is_bound_to_a_header(void **state)
{
	static const char *const header[] = {
	    "Toelichting", "NR", " datum ", "Naam", "Tussen", "Geboren", "Postcode", "Vraag", "Voorletters"};
	struct oeo_mapping *mapping = parse(FINE "never_read: [Toelichting]\n");
	struct oeo_findings findings = {0};
	bool wanted[9];

	(void)state;
	assert_int_equal(oeo_mapping_bind(mapping, header, 9, &findings), OEO_OK);
	assert_int_equal(findings.count, 0);
	assert_int_equal(mapping->record.at[0], 1);
	assert_int_equal(mapping->fields[2].columns.at[0], 4);
	oeo_mapping_wanted(mapping, wanted, 9);
	assert_false(wanted[0]);
	assert_true(wanted[1] && wanted[2] && wanted[3] && wanted[4] && wanted[5] && wanted[6] && wanted[7]);
	assert_false(wanted[8]);
	oeo_mapping_free(mapping);
}

static void test_header_that_does_not_fit_is_told_in_the_mappings_words(void **state)
{
	static const char *const header[] = {
	    "Nr", "Datum", "CANARY", "Tussen", "Geboren", "Postcode", "Postcode", "Vraag"};
	struct oeo_mapping *mapping = parse(FINE "never_read: [Toelichting]\n");
	struct oeo_findings findings = {0};

	(void)state;
	assert_int_equal(oeo_mapping_bind(mapping, header, 8, &findings), OEO_ERR_FORMAT);
	assert_int_equal(findings.faults, 2);
	assert_int_equal(findings.count, 3);
	assert_int_equal(strncmp(findings.items[0].text, "test.yaml:", 10), 0);
	for (size_t i = 0; i < findings.count; i++)
		assert_null(strstr(findings.items[i].text, "CANARY"));
	assert_int_equal(oeo_mapping_bind(mapping, header, 8, NULL), OEO_ERR_FORMAT);
	oeo_mapping_free(mapping);
	oeo_findings_fini(&findings);
}

/* ---- Dates and folding */

static enum oeo_err read_date(const char *format, const char *text, const char *wanted)
{
	char found[OEO_DATE_BYTES];
	int64_t day = 0;
	enum oeo_err err;

	assert_true(oeo_date_format_is_valid(format));
	err = oeo_date_read(&day, format, text);
	if (err == OEO_OK) {
		oeo_day_format(found, day);
		assert_string_equal(found, wanted);
	}
	return err;
}

static void test_dates_are_read_by_their_format(void **state)
{
	(void)state;
	assert_int_equal(read_date("dd-mm-yyyy", "05-06-1960", "1960-06-05"), OEO_OK);
	assert_int_equal(read_date("d-m-yyyy", "5-6-1960", "1960-06-05"), OEO_OK);
	assert_int_equal(read_date("d-m-yyyy", "05-06-1960", "1960-06-05"), OEO_OK);
	assert_int_equal(read_date("d-m-yyyy", "15-12-1960", "1960-12-15"), OEO_OK);
	assert_int_equal(read_date("yyyy-mm-dd", "2024-02-29", "2024-02-29"), OEO_OK);
	assert_int_equal(read_date("yyyy/mm/dd", "2025/01/31", "2025-01-31"), OEO_OK);
	assert_int_equal(read_date("yyyy-mm-ddThh:mm:ss", "2025-01-01T10:01:00", "2025-01-01"), OEO_OK);
	assert_int_equal(read_date("dd-mm-yyyy hh:mm", "31-01-2025 23:59", "2025-01-31"), OEO_OK);
	assert_int_equal(read_date("yyyymmdd", "20250131", "2025-01-31"), OEO_OK);
	assert_int_equal(read_date("m/d/yyyy", "1/31/2025", "2025-01-31"), OEO_OK);
	assert_int_equal(read_date("mm/dd/yyyy hh:mm:ss am", "04/11/2026 11:28:40 PM", "2026-04-11"), OEO_OK);
	assert_int_equal(read_date("mm/dd/yyyy hh:mm:ss am", "04/11/2026 12:00:00 am", "2026-04-11"), OEO_OK);
	assert_int_equal(read_date("m/d/yyyy h:mm am", "4/1/2026 9:05 AM", "2026-04-01"), OEO_OK);
	assert_int_equal(
	    read_date("yyyy-mm-ddThh:mm:ss.fZ", "2026-04-11T23:28:40.000Z", "2026-04-11"), OEO_OK);
	assert_int_equal(read_date("yyyy-mm-dd hh:mm:ss.f", "2026-04-11 23:28:40.5", "2026-04-11"), OEO_OK);
}

static void test_dates_that_are_none_are_refused(void **state)
{
	(void)state;
	assert_int_equal(read_date("dd-mm-yyyy", "", ""), OEO_ERR_FORMAT);
	assert_int_equal(read_date("dd-mm-yyyy", "5-6-1960", ""), OEO_ERR_FORMAT);
	assert_int_equal(read_date("dd-mm-yyyy", "05-06-60", ""), OEO_ERR_FORMAT);
	assert_int_equal(read_date("dd-mm-yyyy", "05/06/1960", ""), OEO_ERR_FORMAT);
	assert_int_equal(read_date("dd-mm-yyyy", "05-06-19600", ""), OEO_ERR_FORMAT);
	assert_int_equal(read_date("dd-mm-yyyy", "05-06-1960 ", ""), OEO_ERR_FORMAT);
	assert_int_equal(read_date("dd-mm-yyyy", "-5-06-1960", ""), OEO_ERR_FORMAT);
	assert_int_equal(read_date("yyyy-mm-ddThh:mm:ss", "2025-01-01", ""), OEO_ERR_FORMAT);
	assert_int_equal(read_date("dd-mm-yyyy", "31-02-2025", ""), OEO_ERR_RANGE);
	assert_int_equal(read_date("dd-mm-yyyy", "29-02-2025", ""), OEO_ERR_RANGE);
	assert_int_equal(read_date("dd-mm-yyyy", "00-01-2025", ""), OEO_ERR_RANGE);
	assert_int_equal(read_date("dd-mm-yyyy", "01-13-2025", ""), OEO_ERR_RANGE);
	assert_int_equal(read_date("dd-mm-yyyy", "31-12-1899", ""), OEO_ERR_RANGE);
	assert_int_equal(read_date("yyyy-mm-ddThh:mm:ss", "2025-01-01T24:00:00", ""), OEO_ERR_RANGE);
	assert_int_equal(read_date("yyyy-mm-ddThh:mm:ss", "2025-01-01T23:60:00", ""), OEO_ERR_RANGE);
	assert_int_equal(read_date("mm/dd/yyyy hh:mm am", "04/11/2026 11:28", ""), OEO_ERR_FORMAT);
	assert_int_equal(read_date("mm/dd/yyyy hh:mm am", "04/11/2026 11:28 XM", ""), OEO_ERR_FORMAT);
	assert_int_equal(read_date("mm/dd/yyyy hh:mm am", "04/11/2026 13:28 PM", ""), OEO_ERR_RANGE);
	assert_int_equal(read_date("mm/dd/yyyy hh:mm am", "04/11/2026 00:28 AM", ""), OEO_ERR_RANGE);
	assert_int_equal(read_date("mm/dd/yyyy hh:mm am", "13/01/2026 01:28 AM", ""), OEO_ERR_RANGE);
	assert_int_equal(read_date("yyyy-mm-ddThh:mm:ss.f", "2026-04-11T23:28:40.", ""), OEO_ERR_FORMAT);
	assert_int_equal(
	    read_date("yyyy-mm-ddThh:mm:ss.f", "2026-04-11T23:28:40.1234567890", ""), OEO_ERR_FORMAT);
}

static void test_formats_that_are_none_are_refused(void **state)
{
	static const char *const formats[] = {"", "dd-mm", "dd-mm-yy", "ddd-mm-yyyy", "dd-mm-yyyy-dd",
	    "mm-mm-yyyy", "dd-mm-yyyyThh", "dd-mm-yyyyT:mm", "hh:mm dd-mm-yyyy", "dmyyyy", "dd.mm.yyyyX",
	    "dd-mm-yyyy hh:mm:ss:ss", "dd-mm-yyyy                      ", "dd-mm-yyyy am",
	    "dd-mm-yyyy hh:mm.f", "dd-mm-yyyy hh:mm:ss.ff", "dd-mm-yyyy hh:mm a"};

	(void)state;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		assert_false(oeo_date_format_is_valid(formats[i]));
}

static void assert_folded(const char *text, const char *wanted)
{
	struct oeo_buf folded = {0};

	assert_int_equal(oeo_fold_text(&folded, text, strlen(text)), OEO_OK);
	assert_string_equal((char *)folded.data, wanted);
	assert_int_equal(folded.len, strlen(wanted));
	oeo_buf_fini(&folded);
}

static void test_text_is_folded(void **state)
{
	struct oeo_buf folded = {0};

	(void)state;
	assert_folded("", "");
	assert_folded("  Hulp\t\n bij  het ", "hulp bij het");
	assert_folded("\xc2\xa0"
		      "Cli\xc3\x8bnt\xe2\x80\x83"
		      "X\xc2\xa0",
	    "cli\xc3\xabnt x");
	assert_folded("Clie\xcc\x88nt", "cli\xc3\xabnt"); /* a combining character */
	assert_folded("STRASSE Stra\xc3\x9f"
		      "e",
	    "strasse strasse");
	assert_folded("\xef\xbb\xbfZO\xe2\x80\x8b"
		      "01",
	    "zo01"); /* invisible ones */
	assert_folded("\xef\xb7\xba",
	    "\xd8\xb5\xd9\x84\xd9\x89 \xd8\xa7\xd9\x84\xd9\x84\xd9\x87 "
	    "\xd8\xb9\xd9\x84\xd9\x8a\xd9\x87 \xd9\x88\xd8\xb3\xd9\x84\xd9\x85"); /* the longest */
	assert_int_equal(oeo_fold_text(&folded, "\xff", 1), OEO_ERR_FORMAT);
	oeo_buf_fini(&folded);
}

static void test_every_failing_allocation_is_an_error(void **state)
{
	const char text[] = FINE_HEAD "missing: [onbekend]\ndimensions:\n  question: {column: V, match: "
				      "synonyms, synonyms: ../codes/synonyms.csv}\n"
				      "never_read: [Toelichting]\n";
	enum oeo_err err = OEO_ERR_NOMEM;
	long n = 0;

	(void)state;
	for (; err != OEO_OK && n < 5000; n++) {
		struct oeo_findings findings = {0};
		struct oeo_mapping *mapping = NULL;

		alloc_fail_after(n);
		err = oeo_mapping_parse(
		    &mapping, OEO_ALMELO "/mappings/test.yaml", text, strlen(text), plan, &findings);
		alloc_fail_never();
		assert_true((err == OEO_OK) == (mapping != NULL));
		oeo_mapping_free(mapping);
		oeo_findings_fini(&findings);
	}
	assert_int_equal(err, OEO_OK);
	assert_true(n > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_mapping_is_read),
	    cmocka_unit_test(test_example_of_the_format_is_read),
	    cmocka_unit_test(test_mappings_of_the_plan_are_fine),
	    cmocka_unit_test(test_constant_needs_no_column),
	    cmocka_unit_test(test_faults_of_the_source_are_named_with_their_line),
	    cmocka_unit_test(test_faults_of_columns_are_named_with_their_line),
	    cmocka_unit_test(test_faults_of_dimensions_are_named_with_their_line),
	    cmocka_unit_test(test_all_faults_are_shown_at_once),
	    cmocka_unit_test(test_identity_that_is_not_whole_is_warned_of),
	    cmocka_unit_test(test_codes_match_in_any_case),
	    cmocka_unit_test(test_labels_match_in_both_languages),
	    cmocka_unit_test(test_synonyms_match_beside_labels),
	    cmocka_unit_test(test_faults_in_synonyms_are_named_with_their_line),
	    cmocka_unit_test(test_only_what_is_written_like_a_code_may_be_shown),
	    cmocka_unit_test(test_mapping_is_bound_to_a_header),
	    cmocka_unit_test(test_header_that_does_not_fit_is_told_in_the_mappings_words),
	    cmocka_unit_test(test_dates_are_read_by_their_format),
	    cmocka_unit_test(test_dates_that_are_none_are_refused),
	    cmocka_unit_test(test_formats_that_are_none_are_refused),
	    cmocka_unit_test(test_text_is_folded),
	    cmocka_unit_test(test_every_failing_allocation_is_an_error),
	};

	return cmocka_run_group_tests_name("mapping", tests, load_plan, free_plan);
}

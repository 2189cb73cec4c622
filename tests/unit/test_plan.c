/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/i18n.h"
#include "proto/oeo.pb-c.h"
#include "proto/plan_file.h"
#include "proto/plan_sign.h"

#define GOOD OEO_TEST_DIR "/data/plans/good.yaml"
#define ALMELO OEO_TEST_DIR "/../proto/plans/almelo/plan.yaml"

static struct oeo_plan *read_plan(const char *path)
{
	struct oeo_findings findings = {0};
	struct oeo_plan *plan = NULL;

	assert_int_equal(oeo_plan_file_read(&plan, path, &findings), OEO_OK);
	oeo_findings_fini(&findings);
	return plan;
}

static void test_bytes_give_the_same_plan_again(void **state)
{
	struct oeo_plan *plan = read_plan(ALMELO);
	struct oeo_plan *again = NULL;

	(void)state;
	assert_int_equal(oeo_plan_parse(&again, plan->bytes.data, plan->bytes.len, NULL), OEO_OK);
	assert_memory_equal(plan->digest, again->digest, OEO_DIGEST_BYTES);
	assert_int_equal(plan->bytes.len, again->bytes.len);
	assert_memory_equal(plan->bytes.data, again->bytes.data, again->bytes.len);
	assert_string_equal(oeo_level_label(&again->dimensions[1].levels[0]), "ward");
	oeo_plan_free(plan);
	oeo_plan_free(again);
}

static void refuse(const uint8_t *bytes, size_t len, enum oeo_err expected)
{
	struct oeo_plan *plan = NULL;
	struct oeo_note why = {""};

	assert_int_equal(oeo_plan_parse(&plan, bytes, len, &why), expected);
	assert_null(plan);
	assert_true(why.text[0] != '\0');
}

static void test_truncated_and_empty_bytes_are_refused(void **state)
{
	struct oeo_plan *plan = read_plan(GOOD);

	(void)state;
	refuse((const uint8_t *)"", 0, OEO_ERR_FORMAT);
	for (size_t len = 1; len < plan->bytes.len; len++) {
		struct oeo_plan *made = NULL;

		assert_int_not_equal(oeo_plan_parse(&made, plan->bytes.data, len, NULL), OEO_OK);
	}
	oeo_plan_free(plan);
}

/* An unknown field, and a field that is written twice: protobuf reads both, and means the same plan. */
static void test_bytes_that_are_not_canonical_are_refused(void **state)
{
	static const uint8_t unknown_field[] = {0xF8, 0x07, 0x01};
	struct oeo_plan *plan = read_plan(GOOD);
	struct oeo_buf bytes = {0};

	(void)state;
	assert_int_equal(oeo_buf_append(&bytes, plan->bytes.data, plan->bytes.len), OEO_OK);
	assert_int_equal(oeo_buf_append(&bytes, unknown_field, sizeof(unknown_field)), OEO_OK);
	refuse(bytes.data, bytes.len, OEO_ERR_FORMAT);
	bytes.len = 0;
	/* format = 1 stands first, as bytes 08 01; a padded varint 08 81 00 means the same. */
	assert_int_equal(plan->bytes.data[0], 0x08);
	assert_int_equal(plan->bytes.data[1], 0x01);
	assert_int_equal(oeo_buf_append(&bytes, "\x08\x81\x00", 3), OEO_OK);
	assert_int_equal(oeo_buf_append(&bytes, plan->bytes.data + 2, plan->bytes.len - 2), OEO_OK);
	refuse(bytes.data, bytes.len, OEO_ERR_FORMAT);
	bytes.len = 0;
	assert_int_equal(oeo_buf_append(&bytes, plan->bytes.data + 2, plan->bytes.len - 2), OEO_OK);
	assert_int_equal(oeo_buf_append(&bytes, plan->bytes.data, 2), OEO_OK);
	refuse(bytes.data, bytes.len, OEO_ERR_FORMAT);
	oeo_buf_fini(&bytes);
	oeo_plan_free(plan);
}

/* Change the message behind the plan, pack it, and expect it to be refused. */
typedef void edit_fn(Oeo__Plan *message);

static void refuse_edited(const struct oeo_plan *plan, edit_fn *edit, enum oeo_err expected)
{
	Oeo__Plan *message = oeo__plan__unpack(NULL, plan->bytes.len, plan->bytes.data);
	uint8_t *bytes;
	size_t len;

	assert_non_null(message);
	edit(message);
	len = oeo__plan__get_packed_size(message);
	bytes = malloc(len);
	assert_non_null(bytes);
	assert_int_equal(oeo__plan__pack(message, bytes), len);
	refuse(bytes, len, expected);
	free(bytes);
	oeo__plan__free_unpacked(message, NULL);
}

static void edit_format(Oeo__Plan *m)
{
	m->format = 2;
}
static void edit_k(Oeo__Plan *m)
{
	m->tables[0]->residents = OEO_LEAST_K - 1;
}
static void edit_plan_k(Oeo__Plan *m)
{
	m->residents = 0;
}
static void edit_sensitive(Oeo__Plan *m)
{
	m->tables[0]->sensitive = m->tables[0]->residents - 1;
}
static void edit_single(Oeo__Plan *m)
{
	free(m->keyholders[1]);
	m->n_keyholders = 1;
}
static void edit_parent(Oeo__Plan *m)
{
	m->dimensions[0]->codes[3]->parent = 9999;
}
static void edit_parent_above(Oeo__Plan *m)
{
	m->dimensions[0]->codes[0]->parent = 1;
}
static void edit_parent_unknown(Oeo__Plan *m)
{
	m->dimensions[0]->codes[3]->parent = 3; /* the level's onbekend */
}
static void edit_level(Oeo__Plan *m)
{
	m->dimensions[0]->codes[0]->level = 7;
}
static void edit_lookup(Oeo__Plan *m)
{
	m->dimensions[1]->lookup[0]->code = 2; /* onbekend */
}
static void edit_lookup_order(Oeo__Plan *m)
{
	Oeo__PlanLookup *first = m->dimensions[1]->lookup[0];

	m->dimensions[1]->lookup[0] = m->dimensions[1]->lookup[1];
	m->dimensions[1]->lookup[1] = first;
}
static void edit_code(Oeo__Plan *m)
{
	m->dimensions[0]->codes[0]->code[0] = '\x1F';
}
static void edit_label(Oeo__Plan *m)
{
	m->dimensions[0]->codes[0]->label_nl[0] = '\x1B';
}
static void edit_label_utf8(Oeo__Plan *m)
{
	m->dimensions[0]->codes[0]->label_nl[0] = (char)0xFF;
}
static void edit_by(Oeo__Plan *m)
{
	m->tables[1]->by[0][0] = 'X';
}
static void edit_from(Oeo__Plan *m)
{
	m->from[5] = '2';
	m->from[6] = '5';
}
static void edit_cadence(Oeo__Plan *m)
{
	m->tables[0]->cadence = 4;
}
static void edit_walk_in(Oeo__Plan *m)
{
	m->tables[0]->walk_in = 0;
}
static void edit_kind(Oeo__Plan *m)
{
	m->fields[0]->kind = 0;
}
static void edit_onbekend(Oeo__Plan *m)
{
	m->dimensions[1]->codes[2]->code[0] = 'O';
}
static void edit_onbekend_sensitive(Oeo__Plan *m)
{
	m->dimensions[1]->codes[2]->sensitive = 1;
}
static void edit_level_label(Oeo__Plan *m)
{
	m->dimensions[0]->level_labels_en[0][0] = '\0';
}

static void test_bytes_are_held_to_the_rules_of_files(void **state)
{
	struct oeo_plan *plan = read_plan(GOOD);

	(void)state;
	refuse_edited(plan, edit_format, OEO_ERR_FORMAT);
	refuse_edited(plan, edit_k, OEO_ERR_RANGE);
	refuse_edited(plan, edit_plan_k, OEO_ERR_RANGE);
	refuse_edited(plan, edit_sensitive, OEO_ERR_RANGE);
	refuse_edited(plan, edit_single, OEO_ERR_RANGE);
	refuse_edited(plan, edit_parent, OEO_ERR_RANGE);
	refuse_edited(plan, edit_parent_above, OEO_ERR_RANGE);
	refuse_edited(plan, edit_parent_unknown, OEO_ERR_RANGE);
	refuse_edited(plan, edit_level, OEO_ERR_FORMAT);
	refuse_edited(plan, edit_lookup, OEO_ERR_RANGE);
	refuse_edited(plan, edit_lookup_order, OEO_ERR_RANGE);
	refuse_edited(plan, edit_code, OEO_ERR_RANGE);
	refuse_edited(plan, edit_label, OEO_ERR_RANGE);
	refuse_edited(plan, edit_label_utf8, OEO_ERR_RANGE);
	refuse_edited(plan, edit_by, OEO_ERR_FORMAT);
	refuse_edited(plan, edit_from, OEO_ERR_FORMAT);
	refuse_edited(plan, edit_cadence, OEO_ERR_FORMAT);
	refuse_edited(plan, edit_walk_in, OEO_ERR_FORMAT);
	refuse_edited(plan, edit_kind, OEO_ERR_RANGE);
	refuse_edited(plan, edit_onbekend, OEO_ERR_RANGE);
	refuse_edited(plan, edit_onbekend_sensitive, OEO_ERR_RANGE);
	refuse_edited(plan, edit_level_label, OEO_ERR_RANGE);
	oeo_plan_free(plan);
}

/* k-1, k, k+1 around the least that any agent accepts. */
static void test_k_below_five_cannot_be_sealed(void **state)
{
	struct oeo_plan *plan = read_plan(GOOD);
	uint8_t digest[OEO_DIGEST_BYTES];
	struct oeo_note why = {""};

	(void)state;
	memcpy(digest, plan->digest, sizeof(digest));
	plan->tables[2].rules.residents = OEO_LEAST_K - 1;
	assert_int_equal(oeo_plan_seal(plan, &why), OEO_ERR_RANGE);
	assert_non_null(strstr(why.text, "residents: 4 is too low"));
	assert_memory_equal(digest, plan->digest, sizeof(digest));
	plan->tables[2].rules.residents = OEO_LEAST_K;
	assert_int_equal(oeo_plan_seal(plan, &why), OEO_OK);
	plan->tables[2].rules.residents = OEO_LEAST_K + 1;
	assert_int_equal(oeo_plan_seal(plan, &why), OEO_OK);
	oeo_plan_free(plan);
}

static void test_cells_and_codes_are_one_to_one(void **state)
{
	struct oeo_plan *plan = read_plan(ALMELO);

	(void)state;
	for (size_t t = 0; t < plan->n_tables; t++) {
		const struct oeo_table *table = &plan->tables[t];
		size_t cells = oeo_table_cells(plan, table);
		size_t before[OEO_MAX_BY] = {0};

		for (size_t cell = 0; cell < cells; cell++) {
			size_t codes[OEO_MAX_BY] = {0};

			oeo_table_cell_codes(plan, table, cell, codes);
			assert_int_equal(oeo_table_cell_index(plan, table, codes), cell);
			/* Each cell has other codes than the one before, and the first dimension never goes back. */
			if (cell > 0) {
				assert_memory_not_equal(codes, before, sizeof(codes));
				assert_true(codes[0] >= before[0]);
			}
			memcpy(before, codes, sizeof(codes));
		}
	}
	oeo_plan_free(plan);
}

static void test_number_of_cells_counts_onbekend(void **state)
{
	struct oeo_plan *plan = read_plan(ALMELO);

	(void)state;
	assert_int_equal(oeo_table_cells(plan, &plan->tables[oeo_plan_find_table(plan, "total")]), 1);
	assert_int_equal(
	    oeo_table_cells(plan, &plan->tables[oeo_plan_find_table(plan, "theme-ward")]), 15 * 13);
	assert_int_equal(oeo_table_cells(plan, &plan->tables[oeo_plan_find_table(plan, "result")]), 8);
	assert_int_equal(oeo_plan_find_table(plan, "no-such-table"), SIZE_MAX);
	oeo_plan_free(plan);
}

static void test_onbekend_is_last_at_each_level_and_its_parent_is_onbekend(void **state)
{
	struct oeo_plan *plan = read_plan(ALMELO);

	(void)state;
	for (size_t i = 0; i < plan->n_dimensions; i++) {
		const struct oeo_dimension *dimension = &plan->dimensions[i];
		size_t unknown = oeo_dimension_unknown(dimension);

		for (size_t level = dimension->n_levels; level-- > 0;) {
			const struct oeo_level *here = &dimension->levels[level];

			assert_string_equal(dimension->codes[unknown].code, OEO_UNKNOWN);
			assert_int_equal(unknown, here->first + here->count - 1);
			assert_int_equal(oeo_dimension_find_code(dimension, level, OEO_UNKNOWN), unknown);
			if (level > 0)
				unknown = oeo_dimension_ancestor(dimension, unknown, level - 1);
		}
	}
	oeo_plan_free(plan);
}

static void test_codes_are_found_at_their_level_only(void **state)
{
	struct oeo_plan *plan = read_plan(ALMELO);
	const struct oeo_dimension *question = &plan->dimensions[oeo_plan_find_dimension(plan, "question")];
	size_t code = oeo_dimension_find_code(question, 1, "GS01");
	struct oeo_by by;

	(void)state;
	assert_int_not_equal(code, SIZE_MAX);
	assert_int_equal(oeo_dimension_find_code(question, 0, "GS01"), SIZE_MAX);
	assert_int_equal(oeo_dimension_find_code(question, 2, "GS01"), SIZE_MAX);
	assert_int_equal(
	    oeo_dimension_ancestor(question, code, 0), oeo_dimension_find_code(question, 0, "GS"));
	assert_int_equal(oeo_dimension_ancestor(question, code, 1), code);
	assert_true(oeo_plan_find_level(plan, "outcome", &by));
	assert_string_equal(plan->dimensions[by.dimension].id, "result");
	assert_int_equal(by.level, 1);
	assert_false(oeo_plan_find_level(plan, "result-group", &by));
	assert_int_equal(oeo_plan_find_dimension(plan, "theme"), SIZE_MAX);
	oeo_plan_free(plan);
}

static void test_a_ward_follows_from_the_postcode(void **state)
{
	struct oeo_plan *plan = read_plan(ALMELO);
	const struct oeo_dimension *area = &plan->dimensions[oeo_plan_find_dimension(plan, "area")];

	(void)state;
	assert_string_equal(area->codes[oeo_dimension_compute(area, "7601AB")].code, "WK014110");
	assert_string_equal(area->codes[oeo_dimension_compute(area, "7612")].code, "WK014121");
	assert_int_equal(oeo_dimension_compute(area, "7613AB"), oeo_dimension_unknown(area));
	assert_int_equal(oeo_dimension_compute(area, "7600ZZ"), oeo_dimension_unknown(area));
	assert_int_equal(oeo_dimension_compute(area, "760"), oeo_dimension_unknown(area));
	assert_int_equal(oeo_dimension_compute(area, ""), oeo_dimension_unknown(area));
	oeo_plan_free(plan);
}

static void test_periods_of_the_plan(void **state)
{
	struct oeo_plan *plan = read_plan(ALMELO);
	struct oeo_period period;
	char day[OEO_DATE_BYTES];

	(void)state;
	assert_int_equal(oeo_plan_base(plan), OEO_MONTH);
	assert_int_equal(oeo_plan_longest(plan), OEO_YEAR);
	assert_true(oeo_plan_has_cadence(plan, OEO_QUARTER));
	assert_int_equal(oeo_period_parse(&period, "2024-12"), OEO_OK);
	assert_false(oeo_plan_covers(plan, &period));
	assert_int_equal(oeo_period_parse(&period, "2025-01"), OEO_OK);
	assert_true(oeo_plan_covers(plan, &period));
	assert_int_equal(oeo_period_parse(&period, "2025"), OEO_OK);
	assert_true(oeo_plan_covers(plan, &period));
	assert_int_equal(oeo_period_parse(&period, "2026-Q3"), OEO_OK);
	oeo_day_format(day, oeo_plan_submission_day(plan, &period));
	assert_string_equal(day, "2026-10-15"); /* 30 September + 14 days of grace, and the day after */
	oeo_day_format(day, oeo_plan_deadline_day(plan, &period));
	assert_string_equal(day, "2026-10-22");
	oeo_plan_free(plan);
}

static void test_a_quarter_that_begins_before_the_plan_is_not_covered(void **state)
{
	struct oeo_plan *plan = read_plan(ALMELO);
	struct oeo_period period;

	(void)state;
	plan->from.number = 2;
	assert_int_equal(oeo_period_parse(&period, "2025-Q1"), OEO_OK);
	assert_false(oeo_plan_covers(plan, &period));
	assert_int_equal(oeo_period_parse(&period, "2025-Q2"), OEO_OK);
	assert_true(oeo_plan_covers(plan, &period));
	oeo_plan_free(plan);
}

/* Month: 2 tables x 200 + 16 cells = 416 -> 448, twice. Quarter: 10 x 600 + 999 = 6,999 -> 7,040. Year: 3 x 2,400 + 2,840 = 10,040 -> 10,048. */
static void test_quota_is_twice_the_forecast_in_whole_groups(void **state)
{
	struct oeo_plan *plan = read_plan(ALMELO);

	(void)state;
	assert_int_equal(oeo_plan_quota(plan, OEO_MONTH), 2 * 448);
	assert_int_equal(oeo_plan_quota(plan, OEO_QUARTER), 2 * 7040);
	assert_int_equal(oeo_plan_quota(plan, OEO_YEAR), 2 * 10048);
	plan->expected_questions = 601; /* a third of it, rounded up, is 201 */
	assert_int_equal(oeo_plan_quota(plan, OEO_MONTH), 2 * 448);
	plan->expected_questions = 649; /* 217: 434 + 16 = 450 */
	assert_int_equal(oeo_plan_quota(plan, OEO_MONTH), 2 * 512);
	oeo_plan_free(plan);
}

static void test_quota_of_a_cadence_without_tables_is_nothing(void **state)
{
	struct oeo_plan *plan = read_plan(ALMELO);

	(void)state;
	for (size_t i = 0; i < plan->n_tables; i++)
		plan->tables[i].cadence = OEO_YEAR;
	assert_int_equal(oeo_plan_quota(plan, OEO_MONTH), 0);
	oeo_plan_free(plan);
}

/* 2 elements of 32 bytes and the longest name, and at least one byte of padding. */
static void test_label_bytes_hold_the_longest_name_of_the_table(void **state)
{
	struct oeo_plan *plan = read_plan(ALMELO);

	(void)state;
	for (size_t t = 0; t < plan->n_tables; t++) {
		const struct oeo_table *table = &plan->tables[t];
		size_t longest = 0;

		for (size_t cell = 0; cell < oeo_table_cells(plan, table); cell++) {
			const char *names[OEO_MAX_BY];
			size_t codes[OEO_MAX_BY];
			struct oeo_buf name = {0};

			oeo_table_cell_codes(plan, table, cell, codes);
			for (size_t i = 0; i < table->n_by; i++)
				names[i] = plan->dimensions[table->by[i].dimension].codes[codes[i]].code;
			assert_int_equal(
			    oeo_cell_name(&name, plan->id, table->rules.residents, table->id,
				table->cadence == OEO_YEAR ? "2026" : "2026-11", names, table->n_by),
			    OEO_OK);
			longest = name.len > longest ? name.len : longest;
			oeo_buf_fini(&name);
		}
		assert_int_equal(oeo_table_label_bytes(plan, table), (64 + longest) / 128 * 128 + 128);
	}
	oeo_plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bytes_give_the_same_plan_again),
	    cmocka_unit_test(test_truncated_and_empty_bytes_are_refused),
	    cmocka_unit_test(test_bytes_that_are_not_canonical_are_refused),
	    cmocka_unit_test(test_bytes_are_held_to_the_rules_of_files),
	    cmocka_unit_test(test_k_below_five_cannot_be_sealed),
	    cmocka_unit_test(test_cells_and_codes_are_one_to_one),
	    cmocka_unit_test(test_number_of_cells_counts_onbekend),
	    cmocka_unit_test(test_onbekend_is_last_at_each_level_and_its_parent_is_onbekend),
	    cmocka_unit_test(test_codes_are_found_at_their_level_only),
	    cmocka_unit_test(test_a_ward_follows_from_the_postcode),
	    cmocka_unit_test(test_periods_of_the_plan),
	    cmocka_unit_test(test_a_quarter_that_begins_before_the_plan_is_not_covered),
	    cmocka_unit_test(test_quota_is_twice_the_forecast_in_whole_groups),
	    cmocka_unit_test(test_quota_of_a_cadence_without_tables_is_nothing),
	    cmocka_unit_test(test_label_bytes_hold_the_longest_name_of_the_table),
	};

	if (!oeo_i18n_init("en"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* The bytes of one question's way, made as for a submission, with keyholders' keys that are thrown away. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "agent/way_internal.h"

/* The first table that parts questions by something; else the first. */
static const struct oeo_table *choose_table(const struct oeo_plan *plan)
{
	for (size_t i = 0; i < plan->n_tables; i++) {
		if (plan->tables[i].n_by > 0)
			return &plan->tables[i];
	}
	return plan->n_tables > 0 ? &plan->tables[0] : NULL;
}

static const char *find_code(
    const struct oeo_plan *plan, const struct oeo_by *by, const struct oeo_question *question)
{
	const struct oeo_dimension *dimension = &plan->dimensions[by->dimension];
	size_t code = oeo_dimension_unknown(dimension);

	for (size_t i = 0; i < question->n_dimensions; i++) {
		size_t found =
		    strcmp(question->dimensions[i], dimension->id) == 0
			? oeo_dimension_find_code(dimension, dimension->n_levels - 1, question->codes[i])
			: SIZE_MAX;

		if (found != SIZE_MAX)
			code = found;
	}
	return dimension->codes[oeo_dimension_ancestor(dimension, code, by->level)].code;
}

static enum oeo_err write_cell_name(
    struct oeo_way_sealed *sealed, const struct oeo_plan *plan, const struct oeo_question *question)
{
	const struct oeo_table *table = sealed->table;
	const char *codes[OEO_MAX_BY];
	char period[OEO_PERIOD_BYTES];

	for (size_t i = 0; i < table->n_by; i++)
		codes[i] = find_code(plan, &table->by[i], question);
	oeo_period_format(period, &sealed->period);
	return oeo_cell_name(
	    &sealed->cell_name, plan->id, table->rules.residents, table->id, period, codes, table->n_by);
}

static enum oeo_err write_resident_name(
    struct oeo_way_sealed *sealed, const struct oeo_plan *plan, const struct oeo_question *question)
{
	struct oeo_name_field fields[OEO_MAX_FIELDS];

	for (size_t i = 0; i < plan->n_fields; i++)
		fields[i] = (struct oeo_name_field){plan->fields[i].id, question->identity[i]};
	return oeo_resident_name(&sealed->resident_name, fields, plan->n_fields);
}

/* One keyholder with a key of its own: what it is asked, and what is made of its answer. */
static enum oeo_err ask(uint8_t blinded[OEO_ELEMENT_BYTES], uint8_t unblinded[OEO_ELEMENT_BYTES],
    uint8_t output[OEO_OUTPUT_BYTES], const struct oeo_buf *input)
{
	uint8_t sk[OEO_SCALAR_BYTES];
	uint8_t pk[OEO_ELEMENT_BYTES];
	uint8_t element[OEO_ELEMENT_BYTES];
	uint8_t evaluated[OEO_ELEMENT_BYTES];
	uint8_t blind[OEO_SCALAR_BYTES];
	uint8_t proof[OEO_PROOF_BYTES];
	enum oeo_err err = oeo_voprf_keypair(sk, pk);

	oeo_voprf_random_blinds(blind, 1);
	if (err == OEO_OK)
		err = oeo_voprf_hash_to_group(element, input->data, input->len);
	if (err == OEO_OK)
		err = oeo_voprf_blind(blinded, element, blind, 1);
	if (err == OEO_OK)
		err = oeo_voprf_evaluate(evaluated, proof, sk, pk, blinded, 1);
	if (err == OEO_OK)
		err = oeo_voprf_verify(pk, blinded, evaluated, 1, proof);
	if (err == OEO_OK)
		err = oeo_voprf_unblind(unblinded, evaluated, blind, 1);
	if (err == OEO_OK)
		err = oeo_voprf_output(output, input->data, input->len, unblinded);
	sodium_memzero(sk, sizeof(sk));
	sodium_memzero(blind, sizeof(blind));
	sodium_memzero(element, sizeof(element));
	return err;
}

static enum oeo_err seal_cell(
    struct oeo_way_sealed *sealed, const struct oeo_plan *plan, uint8_t a0[OEO_SCALAR_BYTES])
{
	uint8_t unblinded[OEO_MAX_KEYHOLDERS * OEO_ELEMENT_BYTES];
	uint8_t outputs[OEO_MAX_KEYHOLDERS * OEO_OUTPUT_BYTES];
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < plan->n_keyholders && err == OEO_OK; i++)
		err = ask(sealed->blinded_cell[i], unblinded + i * OEO_ELEMENT_BYTES,
		    outputs + i * OEO_OUTPUT_BYTES, &sealed->cell_name);
	if (err != OEO_OK)
		return err;
	oeo_tally_cell_secret(a0, outputs, plan->n_keyholders);
	oeo_tally_tag(sealed->tag, a0);
	err = oeo_label_seal(&sealed->label, a0, unblinded, plan->n_keyholders, sealed->cell_name.data,
	    sealed->cell_name.len, oeo_table_label_bytes(plan, sealed->table));
	sodium_memzero(outputs, sizeof(outputs));
	return err;
}

static enum oeo_err find_resident_x(struct oeo_way_sealed *sealed, const struct oeo_plan *plan)
{
	uint8_t unblinded[OEO_ELEMENT_BYTES];
	uint8_t outputs[OEO_MAX_KEYHOLDERS * OEO_OUTPUT_BYTES];
	struct oeo_buf input = {0};
	enum oeo_err err = oeo_share_input(&input, sealed->resident_name.data, sealed->resident_name.len,
	    sealed->cell_name.data, sealed->cell_name.len);

	for (size_t i = 0; i < plan->n_keyholders && err == OEO_OK; i++)
		err = ask(sealed->blinded_resident[i], unblinded, outputs + i * OEO_OUTPUT_BYTES, &input);
	if (err == OEO_OK)
		oeo_tally_share_x(sealed->x, outputs, plan->n_keyholders);
	sodium_memzero(outputs, sizeof(outputs));
	oeo_buf_wipe(&input);
	oeo_buf_fini(&input);
	return err;
}

static enum oeo_err find_walk_in_x(struct oeo_way_sealed *sealed, const struct oeo_question *question)
{
	uint8_t key[OEO_WALK_IN_KEY_BYTES];
	char week[OEO_WEEK_BYTES];

	randombytes_buf(key, sizeof(key));
	oeo_day_format_week(week, question->day);
	return oeo_tally_walk_in_x(sealed->x, key, sealed->cell_name.data, sealed->cell_name.len, week);
}

static enum oeo_err find_point(struct oeo_way_sealed *sealed, const struct oeo_plan *plan,
    const struct oeo_question *question, const uint8_t a0[OEO_SCALAR_BYTES])
{
	unsigned k = sealed->table->rules.residents;
	uint8_t *coefficients = oeo_alloc_array(k, OEO_SCALAR_BYTES);
	enum oeo_err err = coefficients != NULL ? OEO_OK : OEO_ERR_NOMEM;

	if (err == OEO_OK)
		err = sealed->is_walk_in ? find_walk_in_x(sealed, question) : find_resident_x(sealed, plan);
	if (err == OEO_OK) {
		oeo_tally_coefficients(coefficients, a0, k);
		err = oeo_tally_share_y(sealed->y, coefficients, k, sealed->x);
	}
	free(coefficients);
	return err;
}

enum oeo_err oeo_way_seal(
    struct oeo_way_sealed *sealed, const struct oeo_plan *plan, const struct oeo_question *question)
{
	uint8_t a0[OEO_SCALAR_BYTES];
	enum oeo_err err = OEO_OK;

	memset(sealed, 0, sizeof(*sealed));
	sealed->table = choose_table(plan);
	if (sealed->table == NULL || plan->n_keyholders > OEO_MAX_KEYHOLDERS)
		return OEO_ERR_RANGE;
	sealed->period = oeo_period_of_day(sealed->table->cadence, question->day);
	sealed->is_walk_in = question->n_fields != plan->n_fields || !oeo_question_has_identity(question);
	sealed->has_share = !sealed->is_walk_in || sealed->table->walk_in == OEO_WALK_IN_PER_WEEK;
	if (!sealed->is_walk_in)
		err = write_resident_name(sealed, plan, question);
	if (err == OEO_OK)
		err = write_cell_name(sealed, plan, question);
	if (err == OEO_OK)
		err = seal_cell(sealed, plan, a0);
	if (err == OEO_OK && sealed->has_share)
		err = find_point(sealed, plan, question, a0);
	sodium_memzero(a0, sizeof(a0));
	return err;
}

void oeo_way_sealed_fini(struct oeo_way_sealed *sealed)
{
	oeo_buf_wipe(&sealed->resident_name);
	oeo_buf_fini(&sealed->resident_name);
	oeo_buf_fini(&sealed->cell_name);
	oeo_buf_fini(&sealed->label);
	sodium_memzero(sealed, sizeof(*sealed));
}

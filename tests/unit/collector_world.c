/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector_world.h"

#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan_head.h"

const char world_plan_yaml[] = PLAN_HEAD("2026-01") PLAN_THRESHOLDS("5") PLAN_THEMES
    "  channel:\n"
    "    codes: channel.csv\n"
    "    levels: [channel]\n"
    "    labels: {channel: {nl: kanaal, en: channel}}\n"
    "tables:\n"
    "  - {id: total, by: [], cadence: quarter, publish: [residents, questions]}\n"
    "  - {id: theme, by: [theme], cadence: quarter, publish: [residents, questions]}\n"
    "  - {id: pair, by: [theme, channel], cadence: quarter, publish: [residents]}\n"
    "  - {id: month-total, by: [], cadence: month, publish: [residents]}\n";

static const char theme_csv[] =
    "code,parent,label_nl,label_en,sensitive\nWO,,Wonen,Housing,no\nGE,,Geld,Money,no\nZO,,Zorg,Care,no\n";
static const char channel_csv[] =
    "code,parent,label_nl,label_en,sensitive\nTEL,,Telefoon,Telephone,no\nBAL,,Balie,Desk,no\n";

void world_insist(bool is_good, const char *what)
{
	if (is_good)
		return;
	(void)fprintf(stderr, "world: %s failed\n", what);
	abort();
}

static enum oeo_err load_list(void *context, const char *name, struct oeo_buf *text, struct oeo_note *why)
{
	(void)context;
	(void)why;
	return oeo_buf_append_text(text, strstr(name, "theme") != NULL ? theme_csv : channel_csv);
}

static struct oeo_plan *make_plan(const char *yaml)
{
	struct oeo_findings findings;
	struct oeo_plan *plan = NULL;
	enum oeo_err err;

	memset(&findings, 0, sizeof(findings));
	err = oeo_plan_file_parse(&plan, "plan.yaml", yaml, strlen(yaml), load_list, NULL, &findings);
	for (size_t i = 0; i < findings.count; i++) {
		if (findings.items[i].kind == OEO_FINDING_FAULT)
			(void)fprintf(stderr, "%s\n", findings.items[i].text);
	}
	world_insist(err == OEO_OK, "the plan");
	oeo_findings_fini(&findings);
	return plan;
}

static void make_self(struct world *world, struct oeo_self *self, enum oeo_role role, const char *id)
{
	struct oeo_note why = {""};
	struct oeo_home home;
	char path[128];

	/* The collector's home is the folder itself. */
	(void)snprintf(path, sizeof(path), "%s/%s", world->folder, role == OEO_ROLE_COLLECTOR ? "." : id);
	world_insist(oeo_home_create(&home, path, &why) == OEO_OK, "a home");
	if (oeo_self_create(
		&home, role, id, id, role == OEO_ROLE_AGENT ? NULL : "tcp://127.0.0.1:5570", &why) != OEO_OK)
		world_insist(false, why.text);
	world_insist(oeo_self_load(self, &home, role, &why) == OEO_OK, "a card");
}

static void publish_plan(struct world *world, const char *yaml)
{
	struct oeo_signed_plan signed_plan;
	struct oeo_buf packed = {NULL, 0, 0};
	struct oeo_note why = {""};

	world_insist(oeo_signed_plan_make(&signed_plan, make_plan(yaml), &world->self.identity_sk) == OEO_OK,
	    "signing");
	for (size_t i = 0; i < signed_plan.plan->n_keyholders; i++) {
		struct oeo_approval approval;

		memset(&approval, 0, sizeof(approval));
		memcpy(approval.plan, signed_plan.plan->id, OEO_ID_BYTES);
		memcpy(approval.digest, signed_plan.plan->digest, OEO_DIGEST_BYTES);
		memcpy(approval.keyholder, world->keyholders[i].card.id, OEO_ID_BYTES);
		world_insist(oeo_plan_sign(approval.signature, approval.digest,
				 &world->keyholders[i].identity_sk) == OEO_OK,
		    "approving");
		world_insist(oeo_signed_plan_attach(
				 &signed_plan, &approval, &world->keyholders[i].card, &why) == OEO_OK,
		    "attaching");
	}
	world_insist(oeo_signed_plan_pack(&packed, &signed_plan) == OEO_OK, "packing");
	world_insist(oeo_store_put_plan(
			 world->store, signed_plan.plan->digest, true, packed.data, packed.len) == OEO_OK,
	    "storing");
	oeo_buf_fini(&packed);
	oeo_signed_plan_fini(&signed_plan);
}

void world_open(struct world *world, const char *yaml)
{
	struct oeo_note why = {""};
	char id[16];

	world_insist(sodium_init() >= 0, "libsodium");
	memset(world, 0, sizeof(*world));
	(void)snprintf(world->folder, sizeof(world->folder), "/tmp/oeo-collector.XXXXXX");
	world_insist(mkdtemp(world->folder) != NULL, "mkdtemp");
	world_insist(oeo_clock_parse(&world->clock, "2026-11-21") == OEO_OK, "the clock");
	world_insist(oeo_home_create(&world->home, world->folder, &why) == OEO_OK, "the home");
	make_self(world, &world->self, OEO_ROLE_COLLECTOR, "bureau");
	if (oeo_store_create(&world->home, &why) != OEO_OK ||
	    oeo_store_open(&world->store, &world->home, &why) != OEO_OK)
		world_insist(false, why.text);
	for (size_t i = 0; i < WORLD_KEYHOLDERS; i++) {
		(void)snprintf(id, sizeof(id), "kh%zu", i);
		make_self(world, &world->keyholders[i], OEO_ROLE_KEYHOLDER, id);
		world_insist(
		    oeo_keyholders_add(&world->home, &world->keyholders[i].card, false, &why) == OEO_OK,
		    "a keyholder");
	}
	for (size_t i = 0; i < WORLD_MEMBERS; i++) {
		(void)snprintf(id, sizeof(id), "m%zu", i);
		make_self(world, &world->members[i], OEO_ROLE_AGENT, id);
		world_insist(oeo_store_admit(world->store, &world->members[i].card, false, 1000) == OEO_OK,
		    "admitting");
	}
	publish_plan(world, yaml != NULL ? yaml : world_plan_yaml);
	world_insist(oeo_plans_load(&world->plans, world->store, &why) == OEO_OK, "the plans");
	world->plan = world->plans.items[0].signed_plan.plan;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
	(void)info;
	(void)kind;
	(void)place;
	return remove(path);
}

void world_close(struct world *world)
{
	oeo_store_close(world->store);
	oeo_plans_fini(&world->plans);
	oeo_self_fini(&world->self);
	for (size_t i = 0; i < WORLD_KEYHOLDERS; i++)
		oeo_self_fini(&world->keyholders[i]);
	for (size_t i = 0; i < WORLD_MEMBERS; i++)
		oeo_self_fini(&world->members[i]);
	for (size_t i = 0; i < world->n_cells; i++) {
		oeo_buf_fini(&world->cells[i]->name);
		oeo_buf_fini(&world->cells[i]->label);
		free(world->cells[i]->coefficients);
		free(world->cells[i]);
	}
	free(world->cells);
	oeo_home_close(&world->home);
	(void)nftw(world->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	memset(world, 0, sizeof(*world));
}

int world_setup(void **state)
{
	static struct world world;

	world_open(&world, NULL);
	*state = &world;
	return 0;
}

int world_teardown(void **state)
{
	world_close(*state);
	return 0;
}

bool world_file_holds(const struct world *world, const char *name, const uint8_t *bytes, size_t len)
{
	struct oeo_buf content = {NULL, 0, 0};
	char path[OEO_PATH_BYTES];
	bool found;

	(void)snprintf(path, sizeof(path), "%s/%s", world->folder, name);
	if (oeo_file_read(&content, path, 256u << 20, NULL) != OEO_OK)
		return false;
	found = content.len > 0 && memmem(content.data, content.len, bytes, len) != NULL;
	oeo_buf_fini(&content);
	return found;
}

bool world_home_holds(const struct world *world, const uint8_t *bytes, size_t len)
{
	return world_file_holds(world, "collector.sqlite", bytes, len) ||
	       world_file_holds(world, "collector.sqlite-wal", bytes, len);
}

void world_restart(struct world *world)
{
	struct oeo_note why = {""};

	oeo_store_close(world->store);
	world->store = NULL;
	world_insist(oeo_store_open(&world->store, &world->home, &why) == OEO_OK, "opening the store again");
}

/* ---- Keys */

static void sign_keys(
    const struct world *world, const char *period, size_t which, struct oeo_period_keys *keys)
{
	const struct oeo_self *keyholder = &world->keyholders[which];
	struct oeo_buf message = {NULL, 0, 0};

	memcpy(keys->keyholder, keyholder->card.id, OEO_ID_BYTES);
	world_insist(oeo_key_signature_input(
			 &message, world->plan->id, period, keys->resident_pk, keys->cell_pk) == OEO_OK,
	    "the keys' message");
	world_insist(crypto_sign_ed25519_detached(
			 keys->signature, NULL, message.data, message.len, keyholder->identity_sk.bytes) == 0,
	    "signing keys");
	oeo_buf_fini(&message);
}

static void digest_keys(const struct world *world, const char *period, const struct oeo_period_keys *keys,
    uint8_t digest[OEO_DIGEST_BYTES])
{
	uint8_t identity[WORLD_KEYHOLDERS * 32];
	uint8_t resident[WORLD_KEYHOLDERS * 32];
	uint8_t cell[WORLD_KEYHOLDERS * 32];
	size_t n = world->plan->n_keyholders;

	for (size_t i = 0; i < n; i++) {
		memcpy(identity + i * 32, world->keyholders[i].card.identity_pk, 32);
		memcpy(resident + i * 32, keys[i].resident_pk, 32);
		memcpy(cell + i * 32, keys[i].cell_pk, 32);
	}
	world_insist(oeo_key_digest(digest, world->plan->id, period, identity, resident, cell, n) == OEO_OK,
	    "the key digest");
}

const struct world_keys *world_keys_of(struct world *world, const char *period)
{
	struct world_keys *keys;

	for (size_t i = 0; i < world->n_keys; i++) {
		if (strcmp(world->keys[i].period, period) == 0)
			return &world->keys[i];
	}
	world_insist(world->n_keys < WORLD_PERIODS, "room for keys");
	keys = &world->keys[world->n_keys++];
	(void)snprintf(keys->period, sizeof(keys->period), "%s", period);
	for (size_t i = 0; i < WORLD_KEYHOLDERS; i++) {
		world_insist(
		    oeo_voprf_keypair(keys->resident_sk[i], keys->signed_keys[i].resident_pk) == OEO_OK,
		    "a key");
		world_insist(
		    oeo_voprf_keypair(keys->cell_sk[i], keys->signed_keys[i].cell_pk) == OEO_OK, "a key");
		sign_keys(world, period, i, &keys->signed_keys[i]);
	}
	digest_keys(world, period, keys->signed_keys, keys->digest);
	return keys;
}

void world_other_keys(struct world *world, const char *period, size_t which, struct oeo_period_keys *keys,
    uint8_t digest[OEO_DIGEST_BYTES])
{
	uint8_t sk[OEO_SCALAR_BYTES];

	memcpy(keys, world_keys_of(world, period)->signed_keys, WORLD_KEYHOLDERS * sizeof(*keys));
	world_insist(oeo_voprf_keypair(sk, keys[which].resident_pk) == OEO_OK, "a key");
	sign_keys(world, period, which, &keys[which]);
	digest_keys(world, period, keys, digest);
}

/* ---- Cells and shares */

/* N and output of one input under one key. */
static void evaluate(const uint8_t *sk, const void *input, size_t len, uint8_t *unblinded, uint8_t *output)
{
	uint8_t element[OEO_ELEMENT_BYTES];

	world_insist(oeo_voprf_hash_to_group(element, input, len) == OEO_OK, "hashing to the group");
	world_insist(crypto_scalarmult_ristretto255(unblinded, sk, element) == 0, "evaluating");
	world_insist(oeo_voprf_output(output, input, len, unblinded) == OEO_OK, "the output");
}

static void seal_cell(
    struct world *world, struct world_cell *cell, const uint8_t *unblinded, const uint8_t *outputs)
{
	const struct oeo_table *table = &world->plan->tables[cell->table];
	unsigned k = table->rules.residents;

	oeo_tally_cell_secret(cell->a0, outputs, world->plan->n_keyholders);
	oeo_tally_tag(cell->tag, cell->a0);
	cell->coefficients = oeo_alloc_array(k, OEO_SCALAR_BYTES);
	world_insist(cell->coefficients != NULL, "memory");
	oeo_tally_coefficients(cell->coefficients, cell->a0, k);
	world_insist(
	    oeo_label_seal(&cell->label, cell->a0, unblinded, world->plan->n_keyholders, cell->name.data,
		cell->name.len, oeo_table_label_bytes(world->plan, table)) == OEO_OK,
	    "a label");
}

static struct world_cell *add_cell(struct world *world, const char *table, const struct oeo_buf *name)
{
	struct world_cell *cell = calloc(1, sizeof(*cell));
	struct world_cell **more = realloc(world->cells, (world->n_cells + 1) * sizeof(struct world_cell *));

	world_insist(cell != NULL && more != NULL, "memory");
	world->cells = more;
	world->cells[world->n_cells++] = cell;
	cell->table = (uint32_t)oeo_plan_find_table(world->plan, table);
	world_insist(cell->table < world->plan->n_tables, "finding the table");
	cell->name = *name;
	return cell;
}

static void name_cell(const struct world *world, struct oeo_buf *name, const char *period, const char *table,
    const char *const *codes, size_t n)
{
	size_t number = oeo_plan_find_table(world->plan, table);

	world_insist(number < world->plan->n_tables, "finding the table");
	world_insist(oeo_cell_name(name, world->plan->id, world->plan->tables[number].rules.residents, table,
			 period, codes, n) == OEO_OK,
	    "the cell's name");
}

const struct world_cell *world_cell(
    struct world *world, const char *period, const char *table, const char *const *codes, size_t n)
{
	const struct world_keys *keys = world_keys_of(world, period);
	uint8_t unblinded[WORLD_KEYHOLDERS * OEO_ELEMENT_BYTES];
	uint8_t outputs[WORLD_KEYHOLDERS * OEO_OUTPUT_BYTES];
	struct oeo_buf name = {NULL, 0, 0};
	struct world_cell *cell;

	name_cell(world, &name, period, table, codes, n);
	for (size_t i = 0; i < world->n_cells; i++) {
		if (world->cells[i]->name.len == name.len &&
		    memcmp(world->cells[i]->name.data, name.data, name.len) == 0) {
			oeo_buf_fini(&name);
			return world->cells[i];
		}
	}
	cell = add_cell(world, table, &name);
	for (size_t i = 0; i < world->plan->n_keyholders; i++)
		evaluate(keys->cell_sk[i], name.data, name.len, unblinded + i * OEO_ELEMENT_BYTES,
		    outputs + i * OEO_OUTPUT_BYTES);
	seal_cell(world, cell, unblinded, outputs);
	return cell;
}

const struct world_cell *world_forged_cell(
    struct world *world, const char *period, const char *table, const char *const *codes, size_t n)
{
	uint8_t unblinded[WORLD_KEYHOLDERS * OEO_ELEMENT_BYTES];
	uint8_t outputs[WORLD_KEYHOLDERS * OEO_OUTPUT_BYTES];
	struct oeo_buf name = {NULL, 0, 0};
	struct world_cell *cell;

	name_cell(world, &name, period, table, codes, n);
	cell = add_cell(world, table, &name);
	for (size_t i = 0; i < world->plan->n_keyholders; i++) {
		crypto_core_ristretto255_random(unblinded + i * OEO_ELEMENT_BYTES);
		world_insist(oeo_voprf_output(outputs + i * OEO_OUTPUT_BYTES, name.data, name.len,
				 unblinded + i * OEO_ELEMENT_BYTES) == OEO_OK,
		    "the output");
	}
	seal_cell(world, cell, unblinded, outputs);
	/* It is not what the next one asks for by name. */
	cell->name.data[0] = 'X';
	return cell;
}

void world_share(struct world *world, const char *period, const struct world_cell *cell, const char *resident,
    uint8_t x[OEO_X_BYTES], uint8_t y[OEO_SCALAR_BYTES])
{
	const struct world_keys *keys = world_keys_of(world, period);
	const struct oeo_name_field field = {"surname", resident};
	uint8_t outputs[WORLD_KEYHOLDERS * OEO_OUTPUT_BYTES];
	uint8_t unblinded[OEO_ELEMENT_BYTES];
	struct oeo_buf name = {NULL, 0, 0};
	struct oeo_buf input = {NULL, 0, 0};

	world_insist(oeo_resident_name(&name, &field, 1) == OEO_OK, "the resident's name");
	world_insist(oeo_share_input(&input, name.data, name.len, cell->name.data, cell->name.len) == OEO_OK,
	    "the share's input");
	for (size_t i = 0; i < world->plan->n_keyholders; i++)
		evaluate(
		    keys->resident_sk[i], input.data, input.len, unblinded, outputs + i * OEO_OUTPUT_BYTES);
	oeo_tally_share_x(x, outputs, world->plan->n_keyholders);
	world_insist(oeo_tally_share_y(y, cell->coefficients,
			 world->plan->tables[cell->table].rules.residents, x) == OEO_OK,
	    "y");
	oeo_buf_fini(&name);
	oeo_buf_fini(&input);
}

/* ---- Opening */

void world_run_opening(struct world *world, const char *period, const struct oeo_opening_options *options,
    struct oeo_opened *opened, struct oeo_opening_report *report)
{
	struct oeo_period parsed;
	struct oeo_note why = {""};

	world_insist(oeo_period_parse(&parsed, period) == OEO_OK, "the period");
	if (oeo_opening_run(
		opened, report, world->store, &world->home, world->plan, &parsed, options, &why) != OEO_OK)
		world_insist(false, why.text);
}

const struct oeo_opened_cell *world_opened_cell(const struct world *world, const struct oeo_opened *opened,
    const char *table, const char *const *codes, size_t n)
{
	size_t number = oeo_plan_find_table(world->plan, table);
	const struct oeo_table *its = &world->plan->tables[number];
	size_t indexes[OEO_MAX_BY] = {0};
	size_t cell;

	for (size_t i = 0; i < n; i++)
		indexes[i] = oeo_dimension_find_code(
		    &world->plan->dimensions[its->by[i].dimension], its->by[i].level, codes[i]);
	cell = oeo_table_cell_index(world->plan, its, indexes);
	for (size_t t = 0; t < opened->n_tables; t++) {
		for (size_t c = 0; opened->tables[t].table == number && c < opened->tables[t].n_cells; c++) {
			if (opened->tables[t].cells[c].cell == cell)
				return &opened->tables[t].cells[c];
		}
	}
	return NULL;
}

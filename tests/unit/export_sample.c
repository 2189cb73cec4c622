/* SPDX-License-Identifier: EUPL-1.2 */
#include "export_sample.h"

#include <ftw.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/i18n.h"
#include "proto/minisig.h"
#include "proto/plan_file.h"

#define MUST(condition) must((condition), #condition, __LINE__)

static void must(bool is_true, const char *what, int line)
{
	if (is_true)
		return;
	(void)fprintf(stderr, "export_sample.c:%d: %s\n", line, what);
	abort();
}

static void make_key(struct oeo_secret *key, uint8_t pk[OEO_IDENTITY_BYTES])
{
	MUST(oeo_secret_init(key, crypto_sign_SECRETKEYBYTES) == OEO_OK);
	MUST(crypto_sign_keypair(pk, key->bytes) == 0);
}

void sample_init(struct sample *sample, const char *plan)
{
	struct oeo_findings findings = {0};
	struct oeo_plan *made = NULL;
	char path[SAMPLE_PATH_BYTES];

	MUST(sodium_init() >= 0);
	memset(sample, 0, sizeof(*sample));
	(void)snprintf(sample->folder, sizeof(sample->folder), "/tmp/oeo-export-test-XXXXXX");
	MUST(mkdtemp(sample->folder) != NULL);
	(void)snprintf(path, sizeof(path), "%s%s", plan[0] == '/' ? "" : OEO_TEST_DIR "/", plan);
	MUST(oeo_plan_file_read(&made, path, &findings) == OEO_OK);
	MUST(oeo_buf_append(&sample->plan, made->bytes.data, made->bytes.len) == OEO_OK);
	oeo_plan_free(made);
	oeo_findings_fini(&findings);
	make_key(&sample->publisher_key, sample->publisher_pk);
	for (size_t i = 0; i < SAMPLE_KEYHOLDERS; i++)
		make_key(&sample->keyholder_keys[i], sample->keyholder_pks[i]);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
	(void)status;
	(void)type;
	(void)at;
	return remove(path);
}

void sample_fini(struct sample *sample)
{
	MUST(nftw(sample->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0);
	oeo_buf_fini(&sample->plan);
	oeo_secret_fini(&sample->publisher_key);
	for (size_t i = 0; i < SAMPLE_KEYHOLDERS; i++)
		oeo_secret_fini(&sample->keyholder_keys[i]);
}

/* The keyholders' approvals of the release's plan. */
static void approve(struct oeo_release *release, const struct sample *sample)
{
	struct oeo_signed_plan *plan = &release->plan;

	MUST(plan->plan->n_keyholders == SAMPLE_KEYHOLDERS);
	release->keyholders = calloc(SAMPLE_KEYHOLDERS, sizeof(*release->keyholders));
	MUST(release->keyholders != NULL);
	release->n_keyholders = SAMPLE_KEYHOLDERS;
	for (size_t i = 0; i < SAMPLE_KEYHOLDERS; i++) {
		struct oeo_card card = {.role = OEO_ROLE_KEYHOLDER};
		struct oeo_approval approval = {{0}, {0}, {0}, {0}};

		memcpy(card.id, plan->plan->keyholders[i], sizeof(card.id));
		memcpy(card.identity_pk, sample->keyholder_pks[i], sizeof(card.identity_pk));
		memcpy(approval.plan, plan->plan->id, sizeof(approval.plan));
		memcpy(approval.digest, plan->plan->digest, sizeof(approval.digest));
		memcpy(approval.keyholder, card.id, sizeof(approval.keyholder));
		MUST(
		    oeo_plan_sign(approval.signature, approval.digest, &sample->keyholder_keys[i]) == OEO_OK);
		MUST(oeo_signed_plan_attach(plan, &approval, &card, NULL) == OEO_OK);
		memcpy(release->keyholders[i].id, card.id, sizeof(card.id));
		(void)snprintf(release->keyholders[i].name, OEO_CARD_NAME_BYTES, "Keyholder %zu", i + 1);
		memcpy(release->keyholders[i].identity_pk, card.identity_pk, OEO_IDENTITY_BYTES);
	}
}

static void add_members(struct oeo_release *release)
{
	static const char *const ids[] = {"first", "second"};
	static const char *const names[] = {"First organisation", "Second organisation"};

	release->members = calloc(2, sizeof(*release->members));
	MUST(release->members != NULL);
	release->n_members = 2;
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(release->members[i].id, OEO_ID_BYTES, "%s", ids[i]);
		(void)snprintf(release->members[i].name, OEO_CARD_NAME_BYTES, "%s", names[i]);
		release->members[i].coverage = i == 0 ? OEO_COVERAGE_YES : OEO_COVERAGE_PARTLY;
		memcpy(release->members[i].fed[0], release->plan.plan->dimensions[0].id, OEO_ID_BYTES);
		release->members[i].n_fed = 1;
	}
}

static void add_tables(struct oeo_release *release)
{
	const struct oeo_plan *plan = release->plan.plan;

	release->tables = calloc(plan->n_tables, sizeof(*release->tables));
	MUST(release->tables != NULL);
	for (size_t i = 0; i < plan->n_tables; i++) {
		struct oeo_release_table *table = &release->tables[release->n_tables];

		if (plan->tables[i].cadence != release->period.cadence)
			continue;
		table->table = i;
		table->n_cells = oeo_table_cells(plan, &plan->tables[i]);
		table->not_shown = table->n_cells;
		table->cells = calloc(table->n_cells, sizeof(*table->cells));
		MUST(table->cells != NULL);
		for (size_t cell = 0; cell < table->n_cells; cell++)
			table->cells[cell].is_hidden = true;
		release->n_tables++;
	}
}

void sample_begin(struct oeo_release *release, const struct sample *sample, const char *period)
{
	struct oeo_plan *plan = NULL;

	memset(release, 0, sizeof(*release));
	MUST(oeo_plan_parse(&plan, sample->plan.data, sample->plan.len, NULL) == OEO_OK);
	MUST(oeo_signed_plan_make(&release->plan, plan, &sample->publisher_key) == OEO_OK);
	MUST(oeo_period_parse(&release->period, period) == OEO_OK);
	approve(release, sample);
	add_members(release);
	add_tables(release);
	(void)snprintf(release->software, sizeof(release->software), "test");
	(void)snprintf(release->created, sizeof(release->created), SAMPLE_CREATED);
	(void)snprintf(release->publisher, sizeof(release->publisher), "Bureau Test");
	memcpy(release->publisher_pk, sample->publisher_pk, OEO_IDENTITY_BYTES);
}

static void show_cell(struct oeo_release_table *table, size_t cell, uint64_t residents, uint64_t questions)
{
	if (table->cells[cell].is_hidden)
		table->not_shown--;
	table->cells[cell] = (struct oeo_release_cell){false, residents, questions, false};
}

static struct oeo_release_table *find_table(struct oeo_release *release, const char *id)
{
	for (size_t i = 0; i < release->n_tables; i++)
		if (strcmp(release->plan.plan->tables[release->tables[i].table].id, id) == 0)
			return &release->tables[i];
	return NULL;
}

void sample_show(struct oeo_release *release, const char *id, uint64_t residents, uint64_t questions, ...)
{
	const struct oeo_plan *plan = release->plan.plan;
	struct oeo_release_table *table = find_table(release, id);
	size_t codes[OEO_MAX_BY];
	va_list names;

	MUST(table != NULL);
	va_start(names, questions);
	for (size_t i = 0; i < plan->tables[table->table].n_by; i++) {
		const struct oeo_by *by = &plan->tables[table->table].by[i];

		codes[i] = oeo_dimension_find_code(
		    &plan->dimensions[by->dimension], by->level, va_arg(names, const char *));
		MUST(codes[i] != SIZE_MAX);
	}
	va_end(names);
	show_cell(
	    table, oeo_table_cell_index(plan, &plan->tables[table->table], codes), residents, questions);
}

/* A number that only depends on its arguments, without any pattern to see. */
static uint64_t spread(uint64_t a, uint64_t b)
{
	uint64_t x = a * 0x9E3779B97F4A7C15u + b * 0xC2B2AE3D27D4EB4Fu;

	x ^= x >> 29;
	x *= 0xBF58476D1CE4E5B9u;
	return x ^ (x >> 32);
}

void sample_fill(struct oeo_release *release)
{
	const struct oeo_plan *plan = release->plan.plan;
	uint64_t time = release->period.year * 12 + release->period.number * 3;

	for (size_t t = 0; t < release->n_tables; t++) {
		struct oeo_release_table *table = &release->tables[t];
		const struct oeo_table *kind = &plan->tables[table->table];
		uint64_t size = 2 * 1000 / table->n_cells + 8;

		for (size_t cell = 0; cell < table->n_cells; cell++) {
			uint64_t base = size * (20 + spread(t, cell) % 180) / 100;
			uint64_t residents = base + base * (spread(time, cell + t) % 30) / 100;

			if (residents >= kind->rules.residents)
				show_cell(table, cell, residents,
				    kind->publishes_questions ? residents + residents / 3 : 0);
		}
	}
}

void sample_write(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(path, "wb");

	MUST(file != NULL);
	MUST(fwrite(bytes, 1, len, file) == len);
	MUST(fclose(file) == 0);
}

void sample_read(struct oeo_buf *bytes, const char *path)
{
	MUST(oeo_file_read(bytes, path, 64u * 1024 * 1024, NULL) == OEO_OK);
}

bool sample_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

void sample_save(
    char path[SAMPLE_PATH_BYTES], struct oeo_release *release, const struct sample *sample, const char *name)
{
	struct oeo_buf bytes = {0}, signature = {0};
	char beside[SAMPLE_PATH_BYTES + 16];

	(void)snprintf(path, SAMPLE_PATH_BYTES, "%s/%s.oeorel", sample->folder, name);
	(void)snprintf(beside, sizeof(beside), "%s.minisig", path);
	MUST(oeo_release_pack(&bytes, release) == OEO_OK);
	MUST(oeo_minisig_sign(&signature, bytes.data, bytes.len, &sample->publisher_key, "test") == OEO_OK);
	sample_write(path, bytes.data, bytes.len);
	sample_write(beside, signature.data, signature.len);
	oeo_buf_fini(&bytes);
	oeo_buf_fini(&signature);
	oeo_release_fini(release);
}

void sample_make(char path[SAMPLE_PATH_BYTES], const struct sample *sample, const char *period)
{
	struct oeo_release release;

	sample_begin(&release, sample, period);
	sample_fill(&release);
	sample_save(path, &release, sample, period);
}

/* ---- several releases ---- */

static int set_report_up(void **state, const char *plan)
{
	static struct sample_report report;

	memset(&report, 0, sizeof(report));
	MUST(oeo_i18n_init("nl"));
	sample_init(&report.sample, plan);
	*state = &report;
	return 0;
}

int sample_report_setup(void **state)
{
	return set_report_up(state, SAMPLE_SMALL);
}

int sample_report_setup_almelo(void **state)
{
	return set_report_up(state, SAMPLE_ALMELO);
}

int sample_report_teardown(void **state)
{
	struct sample_report *report = *state;

	oeo_view_fini(&report->view);
	oeo_wards_fini(&report->wards);
	oeo_sources_fini(&report->sources);
	sample_fini(&report->sample);
	return 0;
}

void sample_report_add(struct sample_report *report, struct oeo_release *release)
{
	char period[OEO_PERIOD_BYTES];

	MUST(report->n < SAMPLE_MOST_RELEASES);
	oeo_period_format(period, &release->period);
	sample_save(report->paths[report->n], release, &report->sample, period);
	report->n++;
}

void sample_report_add_cells(
    struct sample_report *report, const char *period, uint64_t total, const char *table, ...)
{
	struct oeo_release release;
	const char *code;
	va_list cells;

	sample_begin(&release, &report->sample, period);
	if (total > 0)
		sample_show(&release, release.period.cadence == OEO_MONTH ? "month-total" : "total", total,
		    release.period.cadence == OEO_MONTH ? 0 : total + total / 3, NULL);
	va_start(cells, table);
	while ((code = va_arg(cells, const char *)) != NULL) {
		unsigned residents = va_arg(cells, unsigned);
		const struct oeo_release_table *found = find_table(&release, table);
		bool has_questions;

		MUST(found != NULL);
		has_questions = release.plan.plan->tables[found->table].publishes_questions;
		if (residents > 0)
			sample_show(
			    &release, table, residents, has_questions ? residents + 5 : 0, code, NULL);
	}
	va_end(cells);
	sample_report_add(report, &release);
}

void sample_report_open(struct sample_report *report)
{
	const char *paths[SAMPLE_MOST_RELEASES];
	struct oeo_note why = {""};

	for (size_t i = 0; i < report->n; i++)
		paths[i] = report->paths[i];
	if (oeo_sources_read(&report->sources, paths, report->n, report->sample.publisher_pk, &why) != OEO_OK)
		(void)fprintf(stderr, "%s\n", why.text);
	MUST(report->sources.count > 0);
	MUST(oeo_view_make(&report->view, &report->sources, &report->wards) == OEO_OK);
}

struct oeo_view_table *sample_report_table(struct sample_report *report, size_t period, const char *id)
{
	struct oeo_view_period *at = &report->view.periods[period];

	for (size_t i = 0; i < at->n_tables; i++)
		if (strcmp(at->tables[i].id, id) == 0)
			return &at->tables[i];
	MUST(false);
	return NULL;
}

static void copy_file(const char *from, const char *folder, const char *tail)
{
	struct oeo_buf bytes = {0};
	char source[SAMPLE_PATH_BYTES + 16], target[2 * SAMPLE_PATH_BYTES];

	(void)snprintf(source, sizeof(source), "%s%s", from, tail);
	(void)snprintf(target, sizeof(target), "%s%s%s", folder, strrchr(from, '/'), tail);
	sample_read(&bytes, source);
	sample_write(target, bytes.data, bytes.len);
	oeo_buf_fini(&bytes);
}

void sample_report_copy(const struct sample_report *report, const char *folder)
{
	for (size_t i = 0; i < report->n; i++) {
		copy_file(report->paths[i], folder, "");
		copy_file(report->paths[i], folder, ".minisig");
	}
}

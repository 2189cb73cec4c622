/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Releases under the world's plan from cells that the test names: opened, built, signed and written as the command does
 * it, without submissions. Two members, m0 and m1, have half of each cell.
 */
#ifndef OEO_TESTS_UNIT_RELEASE_MADE_H
#define OEO_TESTS_UNIT_RELEASE_MADE_H

#include "release_world.h"

#include "collector/release_build.h"
#include "plan_head.h"

#define MADE_MOST 24

/* Theme and total by month, quarter and year, both measures everywhere. k = 5, rest = 3. */
static const char made_yaml[] = PLAN_HEAD("2026-01") PLAN_THRESHOLDS("5") PLAN_THEMES
    "tables:\n"
    "  - {id: month-total, by: [], cadence: month, publish: [residents, questions]}\n"
    "  - {id: month-theme, by: [theme], cadence: month, publish: [residents, questions]}\n"
    "  - {id: total, by: [], cadence: quarter, publish: [residents, questions]}\n"
    "  - {id: theme, by: [theme], cadence: quarter, publish: [residents, questions]}\n"
    "  - {id: year-total, by: [], cadence: year, publish: [residents, questions]}\n"
    "  - {id: year-theme, by: [theme], cadence: year, publish: [residents, questions]}\n";

/* What is out so far. */
static struct {
	struct oeo_opened opened[MADE_MOST];
	struct oeo_release releases[MADE_MOST];
	struct oeo_release_source sources[MADE_MOST];
	char paths[MADE_MOST][OEO_PATH_BYTES];
	size_t n;
} made;

static inline int open_made(void **state)
{
	(void)state;
	memset(&made, 0, sizeof(made));
	return open_world_of(made_yaml);
}

static inline int close_made(void **state)
{
	for (size_t i = 0; i < MADE_MOST; i++) {
		oeo_release_fini(&made.releases[i]);
		oeo_opened_fini(&made.opened[i]);
	}
	return close_world(state);
}

/* ---- Cells */

/* What was asked about one theme: residents, questions. */
struct made_theme {
	const char *code;
	uint64_t residents;
	uint64_t questions;
};

/* Two asked about care: too few to open, and their questions would be the total less the other themes. */
static const struct made_theme july[] = {{"WO", 15, 30}, {"GE", 16, 34}, {"ZO", 2, 2}, {NULL, 0, 0}};
static const struct made_theme august[] = {{"WO", 40, 60}, {"GE", 10, 20}, {NULL, 0, 0}};
static const struct made_theme third_quarter[] = {
    {"WO", 95, 150}, {"GE", 36, 74}, {"ZO", 2, 2}, {NULL, 0, 0}};
static const struct made_theme other_quarter[] = {{"WO", 20, 30}, {"GE", 10, 15}, {NULL, 0, 0}};
static const struct made_theme year[] = {{"WO", 155, 240}, {"GE", 66, 119}, {"ZO", 2, 2}, {NULL, 0, 0}};

static inline size_t made_code(const char *code)
{
	size_t found = oeo_dimension_find_code(&world.plan->dimensions[0], 0, code);

	assert_int_not_equal(found, SIZE_MAX);
	return found;
}

static inline void made_put(
    struct oeo_opened_table *table, size_t cell, uint64_t residents, uint64_t questions)
{
	struct oeo_opened_cell *to = &table->cells[table->n_cells];

	if (residents < world.plan->tables[table->table].rules.residents)
		return;
	*to = (struct oeo_opened_cell){cell, OEO_CELL_OPEN, residents, questions, NULL, 2};
	to->contributions = oeo_alloc_array(2, sizeof(*to->contributions));
	assert_non_null(to->contributions);
	to->contributions[0] = (struct oeo_contribution){0, residents / 2, questions / 2};
	to->contributions[1] =
	    (struct oeo_contribution){1, residents - residents / 2, questions - questions / 2};
	table->n_cells++;
}

/* The themes by code, ended by one without; the total is their sum: nobody asks about two. */
static inline void made_open(struct oeo_opened *opened, const char *period, const struct made_theme *themes)
{
	struct made_theme total = {0};

	for (size_t i = 0; themes[i].code != NULL; i++) {
		total.residents += themes[i].residents;
		total.questions += themes[i].questions;
	}
	memset(opened, 0, sizeof(*opened));
	assert_int_equal(oeo_period_parse(&opened->period, period), OEO_OK);
	opened->members = oeo_alloc_array(2, sizeof(*opened->members));
	opened->tables = oeo_alloc_array(2, sizeof(*opened->tables));
	assert_true(opened->members != NULL && opened->tables != NULL);
	opened->n_members = 2;
	for (size_t m = 0; m < 2; m++)
		(void)snprintf(opened->members[m], OEO_ID_BYTES, "m%zu", m);
	for (size_t t = 0; t < world.plan->n_tables; t++) {
		struct oeo_opened_table *table = &opened->tables[opened->n_tables];

		if (world.plan->tables[t].cadence != opened->period.cadence)
			continue;
		opened->n_tables++;
		table->table = t;
		table->cells = oeo_alloc_array(4, sizeof(*table->cells));
		assert_non_null(table->cells);
		if (world.plan->tables[t].n_by == 0)
			made_put(table, 0, total.residents, total.questions);
		for (size_t i = 0; world.plan->tables[t].n_by > 0 && themes[i].code != NULL; i++)
			made_put(table, made_code(themes[i].code), themes[i].residents, themes[i].questions);
	}
}

/* ---- Releases */

static inline enum oeo_err made_build(struct oeo_release *release, const struct oeo_opened *opened,
    const struct oeo_release_source *related, size_t n_related)
{
	struct oeo_store_member *members = NULL;
	struct oeo_card *keyholders = NULL;
	struct oeo_release_facts facts = {.plan = &world.plans.items[0].signed_plan,
	    .opened = opened,
	    .related = related,
	    .n_related = n_related,
	    .self = &world.self.card,
	    .now_s = 1792000000 + 60 * (int64_t)made.n};
	enum oeo_err err;

	assert_int_equal(oeo_store_load_members(world.store, &members, &facts.n_members), OEO_OK);
	assert_int_equal(oeo_keyholders_load(&keyholders, &facts.n_keyholders, &world.home, NULL), OEO_OK);
	facts.members = members;
	facts.keyholders = keyholders;
	err = oeo_release_build(release, &facts, NULL);
	free(members);
	free(keyholders);
	return err;
}

/* The number of releases of this period that are out. */
static inline unsigned made_versions(const struct oeo_period *period)
{
	unsigned n = 0;

	for (size_t i = 0; i < made.n; i++)
		n += oeo_period_equal(&made.sources[i].period, period);
	return n;
}

/* Write what was built as the newest release, and read it back from its file. */
static inline const struct oeo_release *made_keep(struct oeo_release *release)
{
	size_t i = made.n;
	unsigned version = made_versions(&made.opened[i].period) + 1;

	for (size_t j = 0; j < i; j++) {
		if (!oeo_period_equal(&made.sources[j].period, &release->period))
			continue;
		release->is_correction = true;
		memcpy(release->corrects, made.releases[j].digest, OEO_DIGEST_BYTES);
	}
	assert_int_equal(
	    oeo_release_write(release, version, world.store, &world.home, &made.opened[i], &world.self, NULL),
	    OEO_OK);
	assert_int_equal(
	    oeo_release_path(made.paths[i], &world.home, world.plan, &release->period, version), OEO_OK);
	assert_int_equal(
	    oeo_release_read(&made.releases[i], made.paths[i], world.self.card.identity_pk, NULL), OEO_OK);
	made.sources[i] =
	    (struct oeo_release_source){release->period, &made.opened[i], &made.releases[i], version};
	made.n++;
	return &made.releases[i];
}

/* Release a period on top of all that is out. */
static inline const struct oeo_release *made_release(const char *period, const struct made_theme *themes)
{
	struct oeo_release release = {0};
	const struct oeo_release *kept;

	assert_true(made.n < MADE_MOST);
	made_open(&made.opened[made.n], period, themes);
	assert_int_equal(made_build(&release, &made.opened[made.n], made.sources, made.n), OEO_OK);
	kept = made_keep(&release);
	oeo_release_fini(&release);
	return kept;
}

/* The cell of this theme, or (code NULL) the total. */
static inline const struct oeo_release_cell *made_cell(const struct oeo_release *release, const char *code)
{
	for (size_t t = 0; t < release->n_tables; t++)
		if ((release->plan.plan->tables[release->tables[t].table].n_by == 0) == (code == NULL))
			return &release->tables[t].cells[code != NULL ? made_code(code) : 0];
	fail();
	return NULL;
}

static inline bool made_hides_questions(const struct oeo_release *release, const char *code)
{
	return !made_cell(release, code)->is_hidden && made_cell(release, code)->hides_questions;
}

static inline bool made_is_whole(const struct oeo_release *release, const char *code)
{
	return !made_cell(release, code)->is_hidden && !made_cell(release, code)->hides_questions;
}

#endif

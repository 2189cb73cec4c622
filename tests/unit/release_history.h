/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A made-up partnership under a small plan, and all that it has released: opened cells are counted from made-up
 * residents, releases are built on those that are out, corrected, and kept. For the tests of sequences of releases.
 */
#ifndef OEO_TESTS_UNIT_RELEASE_HISTORY_H
#define OEO_TESTS_UNIT_RELEASE_HISTORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/release_correct.h"
#include "plan_head.h"
#include "release_attack.h"
#include "scratch.h"

#define ALL 15u /* all four members */
#define MOST 40

static const char head[] =
    PLAN_HEAD("2025-01") PLAN_THRESHOLDS("7") PLAN_THEMES "  area:\n"
							  "    codes: area.csv\n"
							  "    levels: [ward]\n"
							  "    labels: {ward: {nl: wijk, en: ward}}\n"
							  "    computed_from: postcode\n"
							  "    table: postcode.csv\n"
							  "    prefix: 4\n"
							  "tables:\n";
static const char *const tables[] = {
    "  - {id: total, by: [], cadence: quarter, publish: [residents, questions]}\n",
    "  - {id: theme, by: [theme], cadence: quarter, publish: [residents, questions]}\n",
    "  - {id: ward, by: [ward], cadence: quarter, publish: [residents], members: 2}\n",
    "  - {id: pair, by: [theme, ward], cadence: quarter, publish: [residents], members: 2}\n",
    "  - {id: month-total, by: [], cadence: month, publish: [residents, questions]}\n",
    "  - {id: month-theme, by: [theme], cadence: month, publish: [residents]}\n",
    "  - {id: year-total, by: [], cadence: year, publish: [residents]}\n",
    "  - {id: year-theme, by: [theme], cadence: year, publish: [residents]}\n",
};
#define N_TABLES (sizeof(tables) / sizeof(tables[0]))

static struct scratch scratch;

static inline void write_text(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", scratch.path, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* A plan with the tables in this order (is_turned: backwards); has_asked: every one publishes questions too. */
static inline void write_plan(const char *name, bool is_turned, bool has_asked)
{
	static const char residents[] = "publish: [residents]";
	char text[4096];
	size_t len = (size_t)snprintf(text, sizeof(text), "%s", head);

	for (size_t i = 0; i < N_TABLES; i++) {
		const char *table = tables[is_turned ? N_TABLES - 1 - i : i];
		const char *rest = strstr(table, residents);

		if (!has_asked || rest == NULL)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", table);
		else
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    "%.*spublish: [residents, questions]%s", (int)(rest - table), table,
			    rest + strlen(residents));
	}
	assert_true(len < sizeof(text));
	write_text(name, text);
}

static inline int open_scratch(void **state)
{
	(void)state;
	assert_int_equal(scratch_make(&scratch), 0);
	write_text("theme.csv",
	    "code,parent,label_nl,label_en,sensitive\nWO,,Wonen,Housing,no\nGE,,Geld,Money,no\n"
	    "ZO,,Zorg,Care,yes\nWE,,Werk,Work,no\n");
	write_text("area.csv", "code,parent,label_nl,label_en,sensitive\nN,,Noord,North,no\nZ,,Zuid,South,"
			       "no\nO,,Oost,East,no\n");
	write_text("postcode.csv", "key,code\n7601,N\n7602,Z\n7603,O\n");
	write_plan("plan.yaml", false, false);
	write_plan("turned.yaml", true, false);
	write_plan("asked.yaml", false, true);
	return 0;
}

static inline int close_scratch(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static inline struct oeo_plan *read_plan(const char *name)
{
	char path[128];
	struct oeo_plan *plan;

	(void)snprintf(path, sizeof(path), "%s/%s", scratch.path, name);
	plan = counted_plan(path);
	assert_non_null(plan);
	return plan;
}

/* ---- A partnership and what it has released */

struct history {
	struct counted town;
	struct oeo_signed_plan signed_plan; /* borrows the plan */
	struct oeo_card keyholders[2];
	struct oeo_card self;
	struct oeo_store_member members[COUNTED_MEMBERS];
	struct oeo_store_submission submissions[COUNTED_MEMBERS];
	struct oeo_opened opened[MOST];
	struct oeo_release releases[MOST];
	struct oeo_release_source sources[MOST];
	struct attack_release attacked[MOST];
	size_t n;
	size_t n_refused; /* corrections */
};

static inline void init_history(struct history *history, const char *plan, uint64_t seed, size_t n_questions)
{
	memset(history, 0, sizeof(*history));
	counted_init(&history->town, read_plan(plan), seed, n_questions, n_questions / 2 + 4, 181);
	history->signed_plan.plan = history->town.plan;
	for (size_t i = 0; i < 2; i++)
		(void)snprintf(history->keyholders[i].id, OEO_ID_BYTES, "kh%zu", i);
	for (size_t m = 0; m < COUNTED_MEMBERS; m++) {
		(void)snprintf(history->members[m].card.id, OEO_ID_BYTES, "member-%zu", m);
		(void)snprintf(history->submissions[m].member, OEO_ID_BYTES, "member-%zu", m);
		history->submissions[m].is_final = true;
		history->submissions[m].closing.coverage = OEO_COVERAGE_YES;
	}
}

static inline void fini_history(struct history *history)
{
	for (size_t i = 0; i < history->n; i++) {
		oeo_release_fini(&history->releases[i]);
		oeo_opened_fini(&history->opened[i]);
		free(history->attacked[i].rows.questions);
	}
	counted_fini(&history->town);
}

/* The questions of these members; those of `repaired` with the next theme. */
static inline struct counted count_those(const struct counted *town, unsigned present, size_t repaired)
{
	struct counted those = {town->plan, oeo_alloc_array(town->n_questions, sizeof(*those.questions)), 0};

	for (size_t i = 0; i < town->n_questions; i++) {
		struct counted_question question = town->questions[i];

		if ((present >> question.member & 1) == 0)
			continue;
		if (question.member == repaired)
			question.codes[0] = counted_code(&town->plan->dimensions[0],
			    (question.codes[0] - counted_code(&town->plan->dimensions[0], 0) + 1) % 4);
		those.questions[those.n_questions++] = question;
	}
	return those;
}

static inline void spoil(struct oeo_opened *opened, uint64_t *state)
{
	/* Not the total: its questions follow from the months that are out. */
	struct oeo_opened_table *table =
	    &opened->tables[opened->n_tables > 1 ? 1 + counted_random(state) % (opened->n_tables - 1) : 0];

	if (counted_random(state) % 2 == 0 || table->n_cells == 0) {
		table->n_blocked = 1;
	} else {
		struct oeo_opened_cell *cell = &table->cells[counted_random(state) % table->n_cells];

		cell->state = OEO_CELL_WITHHELD;
		cell->residents = 0;
		cell->questions = 0;
		cell->n_contributions = 0;
	}
}

static inline bool are_related(const struct oeo_period *a, const struct oeo_period *b)
{
	return oeo_period_first_day(a) <= oeo_period_last_day(b) &&
	       oeo_period_first_day(b) <= oeo_period_last_day(a);
}

/* All that are out and share a year: as in the collector, where one around both is out. */
static inline size_t list_related(
    const struct history *history, const struct oeo_period *period, struct oeo_release_source related[MOST])
{
	bool has_around = false;
	size_t n = 0;

	for (size_t i = 0; i < history->n; i++)
		has_around = has_around || (history->sources[i].period.cadence == OEO_YEAR);
	for (size_t i = 0; i < history->n; i++) {
		bool is_near = are_related(&history->sources[i].period, period);

		for (size_t j = 0; j < history->n; j++)
			is_near = is_near || (oeo_period_contains(&history->sources[j].period, period) &&
						 oeo_period_contains(&history->sources[j].period,
						     &history->sources[i].period));
		if (is_near || has_around)
			related[n++] = history->sources[i];
	}
	return n;
}

static inline enum oeo_err build(struct oeo_release *release, const struct history *history,
    const struct oeo_opened *opened, const struct oeo_release_source *related, size_t n_related)
{
	const struct oeo_release_facts facts = {&history->signed_plan, opened, related, n_related,
	    history->members, COUNTED_MEMBERS, history->submissions, COUNTED_MEMBERS, history->keyholders, 2,
	    &history->self, 1767225600 + 86400 * (int64_t)history->n, NULL, NULL, NULL};

	return oeo_release_build(release, &facts, NULL);
}

static inline void keep(struct history *history, struct counted those, unsigned present)
{
	size_t i = history->n++;
	unsigned version = 1;

	for (size_t j = 0; j < i; j++)
		version += oeo_period_equal(&history->opened[j].period, &history->opened[i].period);
	history->sources[i] = (struct oeo_release_source){
	    history->opened[i].period, &history->opened[i], &history->releases[i], version};
	history->attacked[i] = (struct attack_release){&history->releases[i], those, present};
}

static inline void drop(struct history *history, struct counted those)
{
	oeo_opened_fini(&history->opened[history->n]);
	free(those.questions);
}

/* Count, open, and build on what is out; 1: the correction is refused. */
static inline void release_one(
    struct history *history, const char *period, unsigned present, bool is_spoilt, uint64_t *state)
{
	struct oeo_release_source related[MOST];
	struct counted those = count_those(&history->town, present, SIZE_MAX);
	size_t i = history->n;
	size_t n;

	counted_open(&history->opened[i], &those, period);
	if (is_spoilt)
		spoil(&history->opened[i], state);
	n = list_related(history, &history->opened[i].period, related);
	assert_int_equal(build(&history->releases[i], history, &history->opened[i], related, n), OEO_OK);
	keep(history, those, present);
}

/* True where the correction was allowed and is out. */
static inline bool correct_one(struct history *history, const char *period, unsigned present, size_t repaired)
{
	struct oeo_release_source related[MOST];
	struct counted those = count_those(&history->town, present, repaired);
	struct oeo_correction correction;
	struct oeo_correction_side later;
	size_t i = history->n;
	size_t n;
	bool is_allowed = false;

	counted_open(&history->opened[i], &those, period);
	n = list_related(history, &history->opened[i].period, related);
	if (build(&history->releases[i], history, &history->opened[i], related, n) != OEO_OK) {
		history->n_refused++;
		drop(history, those);
		return false;
	}
	later = (struct oeo_correction_side){&history->releases[i], &history->opened[i]};
	assert_int_equal(oeo_correction_weigh(&correction, related, n, &later), OEO_OK);
	is_allowed = oeo_correction_is_allowed(&correction);
	oeo_correction_fini(&correction);
	if (is_allowed) {
		keep(history, those, present);
		return true;
	}
	history->n_refused++;
	oeo_release_fini(&history->releases[i]);
	drop(history, those);
	return false;
}

static const char *const half_year[] = {
    "2025-01", "2025-02", "2025-03", "2025-Q1", "2025-04", "2025-05", "2025-06", "2025-Q2", "2025"};
#define N_HALF_YEAR (sizeof(half_year) / sizeof(half_year[0]))

static struct history history;

#endif

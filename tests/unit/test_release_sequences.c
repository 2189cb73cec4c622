/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Random sequences of releases: months, quarters and a year, members that come late, corrections, cells that do not
 * open; and a reader who kept them all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/release_correct.h"
#include "release_attack.h"
#include "scratch.h"
#include "thorough.h"

#define ALL 15u /* all four members */
#define MOST 40

static const char head[] = "plan: proef\n"
			   "title: {nl: Proef, en: Trial}\n"
			   "municipality: GM0141\n"
			   "from: 2025-01\n"
			   "icu: 72\n"
			   "expected_questions: 100\n"
			   "grace_days: 14\n"
			   "window_days: 7\n"
			   "keyholders: [kh0, kh1]\n"
			   "identity:\n"
			   "  fields: [birthdate, postcode, surname]\n"
			   "  member_number: no\n"
			   "  walk_in: questions-only\n"
			   "thresholds: {residents: 5, members: 1, rest: 3, round: 0, sensitive: 7}\n"
			   "dimensions:\n"
			   "  question:\n"
			   "    codes: theme.csv\n"
			   "    levels: [theme]\n"
			   "    labels: {theme: {nl: thema, en: theme}}\n"
			   "  area:\n"
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

static void write_text(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", scratch.path, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int open_scratch(void **state)
{
	char text[4096];

	(void)state;
	assert_int_equal(scratch_make(&scratch), 0);
	write_text("theme.csv",
	    "code,parent,label_nl,label_en,sensitive\nWO,,Wonen,Housing,no\nGE,,Geld,Money,no\n"
	    "ZO,,Zorg,Care,yes\nWE,,Werk,Work,no\n");
	write_text("area.csv", "code,parent,label_nl,label_en,sensitive\nN,,Noord,North,no\nZ,,Zuid,South,"
			       "no\nO,,Oost,East,no\n");
	write_text("postcode.csv", "key,code\n7601,N\n7602,Z\n7603,O\n");
	for (size_t turn = 0; turn < 2; turn++) {
		size_t len = (size_t)snprintf(text, sizeof(text), "%s", head);

		for (size_t i = 0; i < N_TABLES; i++)
			len += (size_t)snprintf(
			    text + len, sizeof(text) - len, "%s", tables[turn == 0 ? i : N_TABLES - 1 - i]);
		write_text(turn == 0 ? "plan.yaml" : "turned.yaml", text);
	}
	return 0;
}

static int close_scratch(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static struct oeo_plan *read_plan(const char *name)
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

static void init_history(struct history *history, const char *plan, uint64_t seed, size_t n_questions)
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

static void fini_history(struct history *history)
{
	for (size_t i = 0; i < history->n; i++) {
		oeo_release_fini(&history->releases[i]);
		oeo_opened_fini(&history->opened[i]);
		free(history->attacked[i].rows.questions);
	}
	counted_fini(&history->town);
}

/* The questions of these members; those of `repaired` with the next theme. */
static struct counted count_those(const struct counted *town, unsigned present, size_t repaired)
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

static void spoil(struct oeo_opened *opened, uint64_t *state)
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

static bool are_related(const struct oeo_period *a, const struct oeo_period *b)
{
	return oeo_period_first_day(a) <= oeo_period_last_day(b) &&
	       oeo_period_first_day(b) <= oeo_period_last_day(a);
}

/* All that are out and share a year: as in the collector, where one around both is out. */
static size_t list_related(
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

static enum oeo_err build(struct oeo_release *release, const struct history *history,
    const struct oeo_opened *opened, const struct oeo_release_source *related, size_t n_related)
{
	const struct oeo_release_facts facts = {&history->signed_plan, opened, related, n_related,
	    history->members, COUNTED_MEMBERS, history->submissions, COUNTED_MEMBERS, history->keyholders, 2,
	    &history->self, 1767225600 + 86400 * (int64_t)history->n, NULL, NULL, NULL};

	return oeo_release_build(release, &facts, NULL);
}

static void keep(struct history *history, struct counted those, unsigned present)
{
	size_t i = history->n++;
	unsigned version = 1;

	for (size_t j = 0; j < i; j++)
		version += oeo_period_equal(&history->opened[j].period, &history->opened[i].period);
	history->sources[i] = (struct oeo_release_source){
	    history->opened[i].period, &history->opened[i], &history->releases[i], version};
	history->attacked[i] = (struct attack_release){&history->releases[i], those, present};
}

static void drop(struct history *history, struct counted those)
{
	oeo_opened_fini(&history->opened[history->n]);
	free(those.questions);
}

/* Count, open, and build on what is out; 1: the correction is refused. */
static void release_one(
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

static size_t newest_of(const struct history *history, const char *period)
{
	struct oeo_period wanted;
	size_t newest = SIZE_MAX;

	assert_int_equal(oeo_period_parse(&wanted, period), OEO_OK);
	for (size_t i = 0; i < history->n; i++)
		if (oeo_period_equal(&wanted, &history->opened[i].period))
			newest = i;
	return newest;
}

/* True where the correction was allowed and is out. */
static bool correct_one(struct history *history, const char *period, unsigned present, size_t repaired)
{
	struct oeo_release_source related[MOST];
	struct counted those = count_those(&history->town, present, repaired);
	struct oeo_correction correction;
	struct oeo_correction_side earlier;
	struct oeo_correction_side later;
	size_t i = history->n;
	size_t old = newest_of(history, period);
	size_t n;
	bool is_allowed = false;

	counted_open(&history->opened[i], &those, period);
	n = list_related(history, &history->opened[i].period, related);
	if (build(&history->releases[i], history, &history->opened[i], related, n) != OEO_OK) {
		history->n_refused++;
		drop(history, those);
		return false;
	}
	earlier = (struct oeo_correction_side){&history->releases[old], &history->opened[old]};
	later = (struct oeo_correction_side){&history->releases[i], &history->opened[i]};
	assert_int_equal(oeo_correction_weigh(&correction, &earlier, &later), OEO_OK);
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

/* ---- Sequences */

struct tally {
	struct attack_result all;
	size_t n_releases;
	size_t n_corrections;
	size_t n_refused;
	size_t n_broken;
};

static bool is_broken(const struct attack_result *result)
{
	return result->n_linear + result->n_bounds + result->n_member + result->n_groups + result->n_changes >
	       0;
}

static void add_result(struct tally *tally, const struct history *history, const struct attack_result *result)
{
	tally->all.n_hidden += result->n_hidden;
	tally->all.n_shown += result->n_shown;
	tally->all.n_linear += result->n_linear;
	tally->all.n_bounds += result->n_bounds;
	tally->all.n_member += result->n_member;
	tally->all.n_groups += result->n_groups;
	tally->all.n_changes += result->n_changes;
	tally->all.n_wrong += result->n_wrong;
	tally->n_releases += history->n;
	tally->n_refused += history->n_refused;
	tally->n_broken += is_broken(result);
}

static void tell_tally(const char *what, const struct tally *tally)
{
	print_message(
	    "%s: %zu releases, %zu of them corrections, %zu corrections refused; numbers shown %zu, hidden "
	    "%zu; recovered: linear %zu, bounds %zu, by a member %zu, small sums %zu, small changes %zu\n",
	    what, tally->n_releases, tally->n_corrections, tally->n_refused, tally->all.n_shown,
	    tally->all.n_hidden, tally->all.n_linear, tally->all.n_bounds, tally->all.n_member,
	    tally->all.n_groups, tally->all.n_changes);
}

static const char *const half_year[] = {
    "2025-01", "2025-02", "2025-03", "2025-Q1", "2025-04", "2025-05", "2025-06", "2025-Q2", "2025"};
#define N_HALF_YEAR (sizeof(half_year) / sizeof(half_year[0]))

static struct history history;

/* Corrections of one that is out: a member that was not in, or one that had its themes wrong. */
static size_t correct_some(uint64_t *state, unsigned present[N_HALF_YEAR], size_t n_out)
{
	size_t n = 0;

	for (size_t tries = 0; tries < 2; tries++) {
		size_t which = counted_random(state) % n_out;
		size_t member = counted_random(state) % COUNTED_MEMBERS;
		bool is_late = (present[which] >> member & 1) == 0;
		bool is_out;

		is_out = correct_one(
		    &history, half_year[which], present[which] | 1u << member, is_late ? SIZE_MAX : member);
		if (is_out && is_late)
			present[which] |= 1u << member;
		n += is_out;
	}
	return n;
}

static void run_sequence(struct tally *tally, uint64_t seed, bool has_faults, bool has_corrections)
{
	unsigned present[N_HALF_YEAR];
	uint64_t state = seed * 7919;
	struct attack_result result;

	init_history(&history, "plan.yaml", seed, 30 + counted_random(&state) % 300);
	for (size_t i = 0; i < N_HALF_YEAR; i++) {
		bool is_late = has_corrections && counted_random(&state) % 3 == 0;

		present[i] = is_late ? ALL & ~(1u << (counted_random(&state) % COUNTED_MEMBERS)) : ALL;
		release_one(&history, half_year[i], present[i], has_faults && counted_random(&state) % 6 == 0,
		    &state);
		if (has_corrections && i >= 2 && counted_random(&state) % 3 == 0)
			tally->n_corrections += correct_some(&state, present, i + 1);
	}
	result = attack_run(history.town.plan, history.attacked, history.n);
	add_result(tally, &history, &result);
	if (is_broken(&result))
		print_message("seed %llu: linear %zu, bounds %zu, member %zu, groups %zu, changes %zu\n",
		    (unsigned long long)seed, result.n_linear, result.n_bounds, result.n_member,
		    result.n_groups, result.n_changes);
	fini_history(&history);
}

static void test_nobody_works_anything_out_of_a_sequence(void **state)
{
	struct tally tally = {0};

	(void)state;
	for (uint64_t seed = 1; seed <= thorough(400); seed++)
		run_sequence(&tally, seed, false, false);
	tell_tally("in order", &tally);
	assert_int_equal(tally.all.n_wrong, 0);
	assert_int_equal(tally.n_broken, 0);
}

static void test_nor_of_one_with_cells_that_did_not_open(void **state)
{
	struct tally tally = {0};

	(void)state;
	for (uint64_t seed = 1000; seed < 1000 + thorough(300); seed++)
		run_sequence(&tally, seed, true, false);
	tell_tally("with faults", &tally);
	assert_int_equal(tally.n_broken, 0);
}

static void test_nor_of_one_with_corrections(void **state)
{
	struct tally tally = {0};

	(void)state;
	for (uint64_t seed = 2000; seed < 2000 + thorough(400); seed++)
		run_sequence(&tally, seed, false, true);
	tell_tally("with corrections", &tally);
	assert_true(tally.n_corrections > 5);
	assert_int_equal(tally.n_broken, 0);
}

/* The attack must see what a bare threshold gives away, or it would be worth nothing. */
static void test_the_attack_breaks_a_bare_threshold(void **state)
{
	size_t n_broken = 0;

	(void)state;
	for (uint64_t seed = 300; seed < 320; seed++) {
		uint64_t random = seed;
		struct attack_result result;

		init_history(&history, "plan.yaml", seed, 120);
		for (size_t i = 0; i < 4; i++)
			release_one(&history, half_year[i], ALL, false, &random);
		for (size_t i = 0; i < 4; i++)
			for (size_t t = 0; t < history.releases[i].n_tables; t++)
				for (size_t c = 0; c < history.opened[i].tables[t].n_cells; c++) {
					const struct oeo_opened_cell *from =
					    &history.opened[i].tables[t].cells[c];

					history.releases[i].tables[t].cells[from->cell] =
					    (struct oeo_release_cell){
						false, from->residents, from->questions, false};
				}
		result = attack_run(history.town.plan, history.attacked, history.n);
		n_broken += is_broken(&result);
		fini_history(&history);
	}
	print_message("bare threshold: broken %zu of 20\n", n_broken);
	assert_true(n_broken > 15);
}

/* ---- One resident more */

/* Whatever one resident more changes: the new releases are as safe as the old ones, together with nothing else. */
static void test_one_resident_more_is_no_danger(void **state)
{
	size_t n_changed = 0;

	(void)state;
	for (uint64_t seed = 400; seed < 440; seed++) {
		uint64_t random = seed;
		uint64_t shown[2] = {0, 0};

		for (size_t turn = 0; turn < 2; turn++) {
			struct attack_result result;

			init_history(&history, "plan.yaml", seed, 60 + seed % 90);
			if (turn == 0)
				history.town.n_questions--;
			for (size_t i = 0; i < 4; i++)
				release_one(&history, half_year[i], ALL, false, &random);
			result = attack_run(history.town.plan, history.attacked, history.n);
			assert_false(is_broken(&result));
			assert_int_equal(result.n_wrong, 0);
			shown[turn] = result.n_shown;
			fini_history(&history);
		}
		n_changed += shown[0] != shown[1];
	}
	print_message("one question more changed what is shown in %zu of 40\n", n_changed);
	assert_true(n_changed > 0);
}

/* ---- The order of what goes in */

static void reverse_members(struct oeo_opened *opened)
{
	for (size_t i = 0; i < COUNTED_MEMBERS; i++)
		(void)snprintf(opened->members[i], OEO_ID_BYTES, "member-%zu", COUNTED_MEMBERS - 1 - i);
	for (size_t t = 0; t < opened->n_tables; t++)
		for (size_t c = 0; c < opened->tables[t].n_cells; c++)
			for (size_t i = 0; i < opened->tables[t].cells[c].n_contributions; i++) {
				struct oeo_contribution *part = &opened->tables[t].cells[c].contributions[i];

				part->member = COUNTED_MEMBERS - 1 - part->member;
			}
}

static void assert_same_cells(const struct oeo_release *a, const struct oeo_release *b)
{
	assert_int_equal(a->n_tables, b->n_tables);
	for (size_t t = 0; t < a->n_tables; t++) {
		const struct oeo_release_table *table =
		    oeo_release_table(b, a->plan.plan->tables[a->tables[t].table].id);

		assert_non_null(table);
		for (size_t c = 0; c < table->n_cells; c++) {
			assert_int_equal(table->cells[c].is_hidden, a->tables[t].cells[c].is_hidden);
			assert_int_equal(table->cells[c].residents, a->tables[t].cells[c].residents);
			assert_int_equal(table->cells[c].questions, a->tables[t].cells[c].questions);
		}
	}
}

static void shuffle_questions(struct counted *town, uint64_t *state)
{
	for (size_t i = town->n_questions; i > 1; i--) {
		size_t j = counted_random(state) % i;
		struct counted_question kept = town->questions[i - 1];

		town->questions[i - 1] = town->questions[j];
		town->questions[j] = kept;
	}
}

static void test_order_of_rows_tables_members_and_releases_does_not_matter(void **state)
{
	static struct history turned;

	(void)state;
	for (uint64_t seed = 500; seed < 520; seed++) {
		struct oeo_release_source related[MOST];
		struct oeo_release_source backwards[MOST];
		uint64_t random = seed;

		init_history(&history, "plan.yaml", seed, 150);
		init_history(&turned, "turned.yaml", seed, 150);
		shuffle_questions(&turned.town, &random);
		for (size_t i = 0; i < N_HALF_YEAR; i++) {
			struct counted those = count_those(&turned.town, ALL, SIZE_MAX);
			size_t n;

			release_one(&history, half_year[i], ALL, false, &random);
			counted_open(&turned.opened[i], &those, half_year[i]);
			reverse_members(&turned.opened[i]);
			n = list_related(&turned, &turned.opened[i].period, related);
			for (size_t j = 0; j < n; j++)
				backwards[j] = related[n - 1 - j];
			assert_int_equal(
			    build(&turned.releases[i], &turned, &turned.opened[i], backwards, n), OEO_OK);
			keep(&turned, those, ALL);
			assert_same_cells(&history.releases[i], &turned.releases[i]);
		}
		fini_history(&history);
		fini_history(&turned);
	}
}

static void test_same_data_gives_the_same_bytes(void **state)
{
	(void)state;
	for (uint64_t seed = 600; seed < 610; seed++) {
		struct oeo_buf bytes[2] = {{0}, {0}};
		uint64_t random = seed;

		for (size_t turn = 0; turn < 2; turn++) {
			init_history(&history, "plan.yaml", seed, 150);
			for (size_t i = 0; i < 4; i++) {
				struct oeo_release *release = &history.releases[i];

				release_one(&history, half_year[i], ALL, false, &random);
				for (size_t t = 0; t < release->n_tables; t++)
					assert_int_equal(
					    oeo_buf_append(&bytes[turn], release->tables[t].cells,
						release->tables[t].n_cells *
						    sizeof(*release->tables[t].cells)),
					    OEO_OK);
			}
			fini_history(&history);
		}
		assert_int_equal(bytes[0].len, bytes[1].len);
		assert_memory_equal(bytes[0].data, bytes[1].data, bytes[0].len);
		oeo_buf_fini(&bytes[0]);
		oeo_buf_fini(&bytes[1]);
	}
}

/* ---- The pattern from quarter to quarter */

static bool meets_rules(
    const struct oeo_plan *plan, const struct oeo_table *table, const struct oeo_opened_cell *cell)
{
	size_t codes[OEO_MAX_BY];
	uint64_t k = table->rules.residents;
	size_t n_members = 0;

	oeo_table_cell_codes(plan, table, cell->cell, codes);
	for (size_t i = 0; i < table->n_by; i++)
		if (plan->dimensions[table->by[i].dimension].codes[codes[i]].is_sensitive)
			k = table->rules.sensitive;
	for (size_t i = 0; i < cell->n_contributions; i++) {
		n_members += cell->contributions[i].residents > 0;
		if (attack_is_few(
			(int64_t)(cell->residents - cell->contributions[i].residents), table->rules.rest))
			return false;
	}
	return cell->residents >= k && n_members >= table->rules.members;
}

/* Which cells of a table meet their rules by themselves. */
static void mark_eligible(
    bool *is_eligible, const struct oeo_plan *plan, const struct oeo_opened_table *opened)
{
	memset(is_eligible, 0, 64 * sizeof(*is_eligible));
	for (size_t i = 0; i < opened->n_cells; i++)
		is_eligible[opened->cells[i].cell] =
		    meets_rules(plan, &plan->tables[opened->table], &opened->cells[i]);
}

/* Of the cells that could be shown in both quarters, those that are in one of them. */
static void compare_quarters(size_t a, size_t b, size_t *n_both, size_t *n_changed)
{
	for (size_t t = 0; t < history.releases[a].n_tables; t++) {
		const struct oeo_release_table *first = &history.releases[a].tables[t];
		const struct oeo_release_table *second = &history.releases[b].tables[t];
		bool is_eligible[2][64];

		mark_eligible(is_eligible[0], history.town.plan, &history.opened[a].tables[t]);
		mark_eligible(is_eligible[1], history.town.plan, &history.opened[b].tables[t]);
		for (size_t c = 0; c < first->n_cells; c++) {
			if (!is_eligible[0][c] || !is_eligible[1][c])
				continue;
			(*n_both)++;
			*n_changed += first->cells[c].is_hidden != second->cells[c].is_hidden;
		}
	}
}

static void test_the_pattern_changes_little_from_quarter_to_quarter(void **state)
{
	size_t n_both = 0;
	size_t n_changed = 0;

	(void)state;
	for (uint64_t seed = 700; seed < 760; seed++) {
		uint64_t random = seed;

		init_history(&history, "plan.yaml", seed, 300);
		for (size_t i = 0; i < N_HALF_YEAR - 1; i++)
			release_one(&history, half_year[i], ALL, false, &random);
		compare_quarters(3, 7, &n_both, &n_changed);
		fini_history(&history);
	}
	print_message(
	    "cells that could be shown in both quarters: %zu, of these shown in one only: %zu (%zu %%)\n",
	    n_both, n_changed, 100 * n_changed / n_both);
	assert_true(n_both > 500);
	assert_true(n_changed * 100 <= n_both * 20);
}

int main(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test(test_nobody_works_anything_out_of_a_sequence),
	    cmocka_unit_test(test_nor_of_one_with_cells_that_did_not_open),
	    cmocka_unit_test(test_nor_of_one_with_corrections),
	    cmocka_unit_test(test_the_attack_breaks_a_bare_threshold),
	    cmocka_unit_test(test_one_resident_more_is_no_danger),
	    cmocka_unit_test(test_order_of_rows_tables_members_and_releases_does_not_matter),
	    cmocka_unit_test(test_same_data_gives_the_same_bytes),
	    cmocka_unit_test(test_the_pattern_changes_little_from_quarter_to_quarter),
	};

	return cmocka_run_group_tests(all, open_scratch, close_scratch);
}

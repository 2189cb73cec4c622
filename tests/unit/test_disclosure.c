/* SPDX-License-Identifier: EUPL-1.2 */
/* Disclosure control rule by rule, at its boundaries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "collector/disclosure/disclosure.h"

#define MOST 32
#define K 5
#define REST 3
#define RESIDENTS OEO_DISCLOSURE_RESIDENTS
#define QUESTIONS OEO_DISCLOSURE_QUESTIONS

/* A small problem, built cell by cell. Two members; what is said of a cell is member 0's part, the rest is member 1's. */
static struct {
	struct oeo_disclosure_problem problem;
	struct oeo_disclosure_cell cells[MOST];
	struct oeo_disclosure_part parts[MOST][3];
	struct oeo_disclosure_relation relations[MOST];
	size_t children[MOST][MOST];
	struct oeo_disclosure_decision decisions[MOST];
	struct oeo_disclosure_count count;
} made;

static int begin(void **state)
{
	(void)state;
	memset(&made, 0, sizeof(made));
	made.problem.cells = made.cells;
	made.problem.relations = made.relations;
	made.problem.n_members = 3;
	made.problem.n_tables = 1;
	return 0;
}

/* An open cell with residents only, half of them from each of two members; more detail with the functions below. */
static size_t open_cell(uint64_t residents)
{
	size_t i = made.problem.n_cells++;
	struct oeo_disclosure_cell *cell = &made.cells[i];

	cell->key = i;
	cell->role = OEO_DISCLOSURE_DECIDE;
	cell->state = OEO_DISCLOSURE_OPEN;
	cell->has_measure[RESIDENTS] = true;
	cell->value[RESIDENTS] = residents;
	cell->rules = (struct oeo_disclosure_rules){K, 1, REST, K};
	cell->parts = made.parts[i];
	cell->n_parts = 2;
	made.parts[i][0] = (struct oeo_disclosure_part){0, residents / 2, 0};
	made.parts[i][1] = (struct oeo_disclosure_part){1, residents - residents / 2, 0};
	return i;
}

static size_t unopened_cell(void)
{
	size_t i = open_cell(0);

	made.cells[i].state = OEO_DISCLOSURE_UNOPENED;
	made.cells[i].n_parts = 0;
	return i;
}

static void add_questions(size_t i, uint64_t questions)
{
	made.cells[i].has_measure[QUESTIONS] = true;
	made.cells[i].value[QUESTIONS] = made.cells[i].state == OEO_DISCLOSURE_OPEN ? questions : 0;
	made.parts[i][0].questions = questions / 2;
	made.parts[i][1].questions = questions - questions / 2;
}

/* Member 0's own part of a cell; member 1 has what the total leaves. */
static void set_own(size_t i, uint64_t own)
{
	made.parts[i][0].residents = own;
	made.parts[i][1].residents = made.cells[i].value[RESIDENTS] - own;
}

static size_t relate(
    enum oeo_disclosure_kind kind, enum oeo_disclosure_measure measure, size_t parent, size_t n, ...)
{
	size_t r = made.problem.n_relations++;
	va_list children;

	va_start(children, n);
	for (size_t i = 0; i < n; i++)
		made.children[r][i] = va_arg(children, size_t);
	va_end(children);
	made.relations[r] =
	    (struct oeo_disclosure_relation){kind, measure, parent, made.children[r], n, true};
	return r;
}

static void decide(void)
{
	assert_int_equal(
	    oeo_disclosure_decide(&made.problem, made.decisions, &made.count), OEO_DISCLOSURE_OK);
	assert_int_equal(oeo_disclosure_verify(&made.problem, made.decisions, NULL), OEO_DISCLOSURE_OK);
}

static bool is_shown(size_t i)
{
	return made.decisions[i].is_shown;
}

/* Shown in all its measures. */
static bool is_whole(size_t i)
{
	return is_shown(i) && !made.decisions[i].hides_questions;
}

static bool is_alone_shown(void)
{
	decide();
	return is_shown(0);
}

/* ---- Primary rules */

static void test_fewer_than_k_residents_are_hidden(void **state)
{
	size_t cell = open_cell(K - 1);

	(void)state;
	assert_false(is_alone_shown());
	assert_int_equal(made.decisions[cell].reason, OEO_DISCLOSURE_PRIMARY);
	for (uint64_t residents = K; residents <= K + 1; residents++) {
		made.cells[cell].value[RESIDENTS] = residents;
		made.parts[cell][0].residents = residents;
		made.cells[cell].n_parts = 1;
		assert_true(is_alone_shown());
		assert_int_equal(made.decisions[cell].reason, OEO_DISCLOSURE_NOT_HIDDEN);
	}
}

static void test_a_sensitive_cell_has_its_own_k(void **state)
{
	size_t cell = open_cell(14);

	(void)state;
	made.cells[cell].rules.residents = 15;
	assert_false(is_alone_shown());
	made.cells[cell].rules.residents = 14;
	assert_true(is_alone_shown());
}

static void test_fewer_than_m_members_hide_a_cell(void **state)
{
	size_t cell = open_cell(20);

	(void)state;
	made.cells[cell].rules.members = 3;
	assert_false(is_alone_shown());
	made.cells[cell].rules.members = 2;
	assert_true(is_alone_shown());
	/* A member that reported questions without residents is none of them. */
	set_own(cell, 20);
	assert_false(is_alone_shown());
}

static void test_rest_holds_for_every_contributor(void **state)
{
	size_t cell = open_cell(20);

	(void)state;
	for (uint64_t others = 0; others <= REST + 1; others++) {
		set_own(cell, 20 - others);
		assert_int_equal(is_alone_shown(), others == 0 || others >= REST);
		set_own(cell, others);
		assert_int_equal(is_alone_shown(), others == 0 || others >= REST);
	}
	/* Not by who sent most: the third of three is the one who could see the others' two. */
	made.cells[cell].n_parts = 3;
	made.parts[cell][0] = (struct oeo_disclosure_part){0, 1, 0};
	made.parts[cell][1] = (struct oeo_disclosure_part){1, 2, 0};
	made.parts[cell][2] = (struct oeo_disclosure_part){2, 18, 0};
	assert_false(is_alone_shown());
	made.parts[cell][2].residents = 17;
	assert_true(is_alone_shown());
}

static void test_rest_holds_for_questions_too(void **state)
{
	size_t cell = open_cell(20);

	(void)state;
	add_questions(cell, 40);
	for (uint64_t others = 0; others <= REST; others++) {
		made.parts[cell][0].questions = 40 - others;
		made.parts[cell][1].questions = others;
		assert_int_equal(is_alone_shown(), others == 0 || others >= REST);
	}
}

static void test_counts_are_of_cells_to_be_decided(void **state)
{
	(void)state;
	(void)open_cell(20);
	(void)open_cell(2);
	(void)unopened_cell();
	made.cells[open_cell(9)].role = OEO_DISCLOSURE_SHOWN;
	decide();
	assert_int_equal(made.count.shown, 1);
	assert_int_equal(made.count.hidden, 2);
}

/* ---- Remainders */

static void test_one_hidden_part_of_a_shown_sum_takes_another_with_it(void **state)
{
	size_t total = open_cell(40);
	size_t large = open_cell(20);
	size_t small = open_cell(12);
	size_t hidden = unopened_cell();
	size_t other = unopened_cell();

	(void)state;
	made.cells[total].value[RESIDENTS] = 36;
	made.cells[total].priority = 1;
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, total, (size_t)4, large, small, hidden, other);
	decide();
	assert_true(is_shown(total));
	assert_true(is_shown(large));
	assert_false(is_shown(small)); /* the smallest loss */
	assert_int_equal(made.decisions[small].reason, OEO_DISCLOSURE_SECONDARY);
}

/* Three unopened parts (with two, one person in one of them would know the other): is what is left for them safe by itself? */
static bool is_remainder_safe(uint64_t remainder, uint64_t own_of_it)
{
	size_t total;
	size_t part;
	size_t first;
	size_t second;
	size_t third;

	(void)begin(NULL);
	total = open_cell(20 + remainder);
	part = open_cell(20);
	first = unopened_cell();
	second = unopened_cell();
	third = unopened_cell();
	made.cells[total].priority = 1;
	set_own(part, 10);
	set_own(total, 10 + own_of_it);
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, total, (size_t)4, part, first, second, third);
	decide();
	return is_shown(part) && is_shown(total);
}

static void test_one_person_in_an_unopened_part_learns_no_other(void **state)
{
	size_t total = open_cell(60);
	size_t parts[] = {open_cell(30), open_cell(18), open_cell(12)};
	size_t hidden = unopened_cell();

	(void)state;
	made.cells[total].priority = 1;
	made.cells[total].value[RESIDENTS] = 61;
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, total, (size_t)4, parts[0], parts[1], parts[2], hidden);
	decide();
	assert_true(is_shown(total));
	assert_int_equal(is_shown(parts[0]) + is_shown(parts[1]) + is_shown(parts[2]), 1);
	assert_false(is_shown(parts[2]));
	made.decisions[parts[0]].is_shown = true;
	made.decisions[parts[1]].is_shown = true;
	assert_int_equal(oeo_disclosure_verify(&made.problem, made.decisions, NULL), OEO_DISCLOSURE_UNSAFE);
}

static void test_a_remainder_of_one_to_k_minus_one_is_never_left(void **state)
{
	(void)state;
	for (uint64_t remainder = 1; remainder <= K - 1; remainder++)
		assert_false(is_remainder_safe(remainder, 0));
	assert_true(is_remainder_safe(0, 0));
	assert_true(is_remainder_safe(K, 0));
	assert_true(is_remainder_safe(K + 1, 0));
}

static void test_a_remainder_stands_without_any_one_member(void **state)
{
	(void)state;
	for (uint64_t others = 1; others < REST; others++) {
		assert_false(is_remainder_safe(10, 10 - others));
		assert_false(is_remainder_safe(10, others));
	}
	assert_true(is_remainder_safe(10, 10 - REST));
	assert_true(is_remainder_safe(10, REST));
	assert_true(is_remainder_safe(10, 10));
}

static void test_a_remainder_of_questions_needs_a_cell_that_meets_every_rule(void **state)
{
	size_t total = open_cell(60);
	size_t part = open_cell(20);
	size_t other = open_cell(30);
	size_t first = unopened_cell();
	size_t second = unopened_cell();

	(void)state;
	made.cells[total].priority = 1;
	add_questions(total, 150);
	add_questions(part, 50);
	add_questions(other, 60);
	add_questions(first, 0);
	add_questions(second, 0);
	relate(OEO_DISCLOSURE_EQUAL, QUESTIONS, total, (size_t)4, part, other, first, second);
	decide();
	/* Forty questions over two unopened cells could be those of one person. */
	assert_true(is_whole(total));
	assert_true(is_whole(other));
	/* That takes its questions alone: residents over themes do not add up. */
	assert_true(is_shown(part));
	assert_false(is_whole(part));
	assert_int_equal(made.decisions[part].reason, OEO_DISCLOSURE_SECONDARY);
	assert_int_equal(made.count.shown, 2);
	assert_int_equal(made.count.hidden, 3);
}

static void test_a_hidden_sum_of_shown_parts_takes_a_part_with_it(void **state)
{
	size_t total = open_cell(22);
	size_t first = open_cell(10);
	size_t second = open_cell(12);

	(void)state;
	set_own(total, 21); /* the others' one */
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, total, (size_t)2, first, second);
	decide();
	assert_false(is_shown(total));
	assert_int_equal(made.decisions[total].reason, OEO_DISCLOSURE_PRIMARY);
	assert_false(is_shown(first) && is_shown(second));
}

/* ---- Zeros */

static void test_an_unopened_cell_is_zero_only_where_nothing_is_left_for_it(void **state)
{
	size_t total = open_cell(32);
	size_t first = open_cell(20);
	size_t second = open_cell(12);
	size_t empty = unopened_cell();

	(void)state;
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, total, (size_t)3, first, second, empty);
	decide();
	assert_true(is_shown(empty));
	made.cells[empty].is_rounded = true;
	decide();
	assert_false(is_shown(empty));
	made.cells[empty].is_rounded = false;
	made.cells[empty].state = OEO_DISCLOSURE_UNBOUNDED;
	decide();
	assert_false(is_shown(empty));
	made.cells[empty].state = OEO_DISCLOSURE_UNOPENED;
	made.cells[first].is_rounded = true;
	decide();
	assert_false(is_shown(empty));
}

static void test_a_zero_takes_every_measure(void **state)
{
	size_t total = open_cell(32);
	size_t first = open_cell(20);
	size_t second = open_cell(12);
	size_t empty = unopened_cell();

	(void)state;
	add_questions(total, 100);
	add_questions(first, 50);
	add_questions(second, 50);
	add_questions(empty, 0);
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, total, (size_t)3, first, second, empty);
	decide();
	assert_false(is_shown(empty)); /* no residents, but questions without a name perhaps */
	relate(OEO_DISCLOSURE_EQUAL, QUESTIONS, total, (size_t)3, first, second, empty);
	decide();
	assert_true(is_shown(empty));
}

static void test_what_may_have_been_withdrawn_proves_no_zero(void **state)
{
	size_t total = open_cell(32);
	size_t first = open_cell(20);
	size_t second = open_cell(12);
	size_t empty = unopened_cell();
	size_t relation = relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, total, (size_t)3, first, second, empty);

	(void)state;
	made.relations[relation].is_exact = false;
	decide();
	assert_false(is_shown(empty));
	assert_true(is_shown(first) && is_shown(second));
}

/* ---- Sets within sets */

static void test_a_set_minus_one_within_it_is_zero_or_r(void **state)
{
	size_t around = open_cell(20);
	size_t within = open_cell(20);
	size_t other = open_cell(19);

	(void)state;
	made.cells[around].priority = 1;
	relate(OEO_DISCLOSURE_COVER, RESIDENTS, around, (size_t)2, within, other);
	for (uint64_t difference = 0; difference <= REST + 1; difference++) {
		made.cells[within].value[RESIDENTS] = 20 - difference;
		set_own(within, 8);
		made.cells[other].value[RESIDENTS] = 10;
		set_own(other, 5);
		decide();
		assert_true(is_shown(around));
		assert_int_equal(is_shown(within), difference == 0 || difference >= REST);
	}
}

static void test_differences_reach_through_several_steps(void **state)
{
	size_t quarter = open_cell(30);
	size_t theme = unopened_cell();
	size_t month = open_cell(28);

	(void)state;
	made.cells[quarter].priority = 1;
	relate(OEO_DISCLOSURE_WITHIN, RESIDENTS, quarter, (size_t)1, theme);
	relate(OEO_DISCLOSURE_WITHIN, RESIDENTS, theme, (size_t)1, month);
	decide();
	assert_true(is_shown(quarter));
	assert_false(is_shown(month));
}

static void test_a_hidden_set_between_two_equal_ones_is_not_left(void **state)
{
	size_t year = open_cell(20);
	size_t quarter = open_cell(20);
	size_t month = open_cell(20);

	(void)state;
	made.cells[year].priority = 2;
	made.cells[quarter].rules.members = 3;
	relate(OEO_DISCLOSURE_WITHIN, RESIDENTS, year, (size_t)1, quarter);
	relate(OEO_DISCLOSURE_WITHIN, RESIDENTS, quarter, (size_t)1, month);
	decide();
	assert_false(is_shown(quarter));
	assert_false(is_shown(year) && is_shown(month));
}

/* A theme that everybody asked about: its wards are the wards themselves. */
static void test_equal_sets_have_equal_parts(void **state)
{
	size_t total = open_cell(30);
	size_t ward_a = open_cell(18);
	size_t ward_b = open_cell(12);
	size_t theme = open_cell(30);
	size_t theme_a = open_cell(18);
	size_t theme_b = open_cell(12);

	(void)state;
	made.cells[total].priority = 3;
	made.cells[theme].priority = 2;
	made.cells[ward_b].rules.members = 3;
	made.cells[ward_a].rules.members = 3;
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, total, (size_t)2, ward_a, ward_b);
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, theme, (size_t)2, theme_a, theme_b);
	relate(OEO_DISCLOSURE_WITHIN, RESIDENTS, total, (size_t)1, theme);
	relate(OEO_DISCLOSURE_WITHIN, RESIDENTS, ward_a, (size_t)1, theme_a);
	relate(OEO_DISCLOSURE_WITHIN, RESIDENTS, ward_b, (size_t)1, theme_b);
	decide();
	assert_false(is_shown(ward_a) || is_shown(ward_b));
	assert_false((is_shown(theme_a) || is_shown(theme_b)) && is_shown(total) && is_shown(theme));
}

/* ---- Over time */

static void test_what_is_out_stays_and_what_comes_later_gives_way(void **state)
{
	size_t quarter = open_cell(30);
	size_t month = open_cell(28);

	(void)state;
	made.cells[month].role = OEO_DISCLOSURE_SHOWN;
	relate(OEO_DISCLOSURE_WITHIN, RESIDENTS, quarter, (size_t)1, month);
	decide();
	assert_true(is_shown(month));
	assert_false(is_shown(quarter));
}

static void test_a_month_that_was_hidden_does_not_come_out_with_the_quarter(void **state)
{
	size_t quarter = open_cell(40);
	size_t months[3] = {open_cell(14), open_cell(16), unopened_cell()};

	(void)state;
	add_questions(quarter, 60);
	for (size_t i = 0; i < 3; i++) {
		add_questions(months[i], i == 2 ? 0 : 20);
		made.cells[months[i]].role = i == 2 ? OEO_DISCLOSURE_HIDDEN : OEO_DISCLOSURE_SHOWN;
	}
	made.relations[relate(OEO_DISCLOSURE_EQUAL, QUESTIONS, quarter, (size_t)3, months[0], months[1],
			   months[2])]
	    .is_exact = false;
	decide();
	assert_true(is_shown(quarter));
	assert_false(is_whole(quarter));
}

static void test_what_was_withdrawn_is_hidden_unless_it_is_many(void **state)
{
	(void)state;
	for (uint64_t gone = 0; gone <= K + 1; gone++) {
		size_t quarter;
		size_t first;
		size_t second;
		size_t relation;

		(void)begin(NULL);
		quarter = open_cell(40);
		first = open_cell(30);
		second = open_cell(30);
		add_questions(quarter, 100 - gone);
		add_questions(first, 50);
		add_questions(second, 50);
		made.parts[quarter][0].questions = 50;
		made.parts[quarter][1].questions = 50 - gone;
		made.cells[first].role = OEO_DISCLOSURE_SHOWN;
		made.cells[second].role = OEO_DISCLOSURE_SHOWN;
		relation = relate(OEO_DISCLOSURE_EQUAL, QUESTIONS, quarter, (size_t)2, first, second);
		made.relations[relation].is_exact = false;
		decide();
		assert_int_equal(is_whole(quarter), gone == 0 || gone >= K);
		assert_true(is_shown(quarter));
	}
}

static void test_two_versions_differ_by_nothing_or_by_what_may_be_shown(void **state)
{
	(void)state;
	for (uint64_t change = 0; change <= K + 1; change++) {
		for (uint64_t own = 0; own <= change; own++) {
			uint64_t others = change - own;
			size_t earlier;
			size_t later;

			(void)begin(NULL);
			earlier = open_cell(20);
			later = open_cell(20 + change);
			set_own(later, 10 + own);
			made.cells[earlier].role = OEO_DISCLOSURE_SHOWN;
			relate(OEO_DISCLOSURE_VERSION, RESIDENTS, later, (size_t)1, earlier);
			decide();
			assert_int_equal(is_shown(later),
			    change == 0 || (change >= K && (own == 0 || others == 0 || others >= REST) &&
					       (others == 0 || own == 0 || own >= REST)));
		}
	}
}

/* What was unsafe before anything is decided is not held against what has nothing to do with it. */
static void test_what_is_given_away_already_does_not_hide_the_rest(void **state)
{
	size_t total = open_cell(30);
	size_t shown = open_cell(28);
	size_t hidden = open_cell(2);
	size_t later = open_cell(60);

	(void)state;
	made.cells[total].role = OEO_DISCLOSURE_SHOWN;
	made.cells[shown].role = OEO_DISCLOSURE_SHOWN;
	made.cells[hidden].role = OEO_DISCLOSURE_HIDDEN;
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, total, (size_t)2, shown, hidden);
	relate(OEO_DISCLOSURE_WITHIN, RESIDENTS, later, (size_t)1, total);
	decide();
	assert_true(is_shown(later));
}

/* ---- Elimination: no relation alone gives anything away */

static void test_numbers_that_follow_from_several_relations_together_are_protected(void **state)
{
	/* Rows a b | c d | e f, columns over three; a, b, c, d hidden in a ring, and e f open with f hidden too. */
	size_t total = open_cell(180);
	size_t rows[3];
	size_t columns[2];
	size_t inner[3][2];

	(void)state;
	for (size_t i = 0; i < 3; i++)
		rows[i] = open_cell(60);
	for (size_t j = 0; j < 2; j++)
		columns[j] = open_cell(90);
	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < 2; j++)
			inner[i][j] = open_cell(30);
	made.cells[total].priority = 9;
	for (size_t i = 0; i < 3; i++)
		made.cells[rows[i]].priority = 5;
	for (size_t j = 0; j < 2; j++)
		made.cells[columns[j]].priority = 5;
	made.cells[inner[0][0]].rules.members = 3;
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, total, (size_t)3, rows[0], rows[1], rows[2]);
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, total, (size_t)2, columns[0], columns[1]);
	for (size_t i = 0; i < 3; i++)
		relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, rows[i], (size_t)2, inner[i][0], inner[i][1]);
	for (size_t j = 0; j < 2; j++)
		relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, columns[j], (size_t)3, inner[0][j], inner[1][j],
		    inner[2][j]);
	decide();
	assert_false(is_shown(inner[0][0]));
	assert_int_equal(made.count.hidden, 4); /* a ring of four is the least */
	assert_true(is_shown(total) && is_shown(rows[0]) && is_shown(columns[0]));
}

/* ---- The verification by itself */

static enum oeo_disclosure_attack attack_found(void)
{
	struct oeo_disclosure_finding finding = {OEO_DISCLOSURE_NO_ATTACK, 0};

	assert_int_equal(
	    oeo_disclosure_verify(&made.problem, made.decisions, &finding), OEO_DISCLOSURE_UNSAFE);
	return finding.attack;
}

static void show(size_t i)
{
	made.decisions[i].is_shown = true;
}

static void test_verification_names_the_attack(void **state)
{
	size_t total = open_cell(30);
	size_t first = open_cell(16);
	size_t second = open_cell(14);
	size_t small;

	(void)state;
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, total, (size_t)2, first, second);
	show(total);
	show(first);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_LINEAR);

	(void)begin(NULL);
	memset(made.decisions, 0, sizeof(made.decisions));
	small = open_cell(K - 1);
	show(small);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_RULE);

	(void)begin(NULL);
	small = unopened_cell();
	show(small);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_ZERO);

	(void)begin(NULL);
	total = open_cell(20);
	first = open_cell(19);
	relate(OEO_DISCLOSURE_WITHIN, RESIDENTS, total, (size_t)1, first);
	show(total);
	show(first);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_DIFFERENCE);

	(void)begin(NULL);
	total = open_cell(20);
	first = unopened_cell();
	second = open_cell(20);
	relate(OEO_DISCLOSURE_WITHIN, RESIDENTS, total, (size_t)1, first);
	relate(OEO_DISCLOSURE_WITHIN, RESIDENTS, first, (size_t)1, second);
	show(total);
	show(second);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_BOUNDS);

	(void)begin(NULL);
	total = open_cell(24);
	first = open_cell(20);
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, total, (size_t)3, first, unopened_cell(), unopened_cell());
	made.cells[2].rules.reach = 0;
	made.cells[3].rules.reach = 0;
	show(total);
	show(first);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_GROUP);

	(void)begin(NULL);
	first = open_cell(20);
	second = open_cell(21);
	made.cells[first].role = OEO_DISCLOSURE_SHOWN;
	relate(OEO_DISCLOSURE_VERSION, RESIDENTS, second, (size_t)1, first);
	show(first);
	show(second);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_TIME);
}

static void test_verification_holds_to_what_is_out(void **state)
{
	size_t cell = open_cell(20);

	(void)state;
	made.cells[cell].role = OEO_DISCLOSURE_SHOWN;
	made.decisions[cell].is_shown = false; /* it is out: nobody can hide it now */
	assert_int_equal(attack_found(), OEO_DISCLOSURE_RULE);
	made.cells[cell].role = OEO_DISCLOSURE_LATENT;
	show(cell);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_RULE);
}

/* ---- Malformed problems */

static void expect_invalid(void)
{
	struct oeo_disclosure_decision before = {true, OEO_DISCLOSURE_SECONDARY, false};

	made.decisions[0] = before;
	assert_int_equal(oeo_disclosure_decide(&made.problem, made.decisions, NULL), OEO_DISCLOSURE_INVALID);
	assert_memory_equal(&made.decisions[0], &before, sizeof(before));
	(void)begin(NULL);
}

static void test_malformed_problems_are_refused(void **state)
{
	(void)state;
	(void)open_cell(9);
	made.cells[open_cell(9)].key = 0;
	expect_invalid();
	made.cells[open_cell(9)].table = 1;
	expect_invalid();
	made.parts[open_cell(9)][0].member = 3;
	expect_invalid();
	made.parts[open_cell(9)][1].member = 0;
	expect_invalid();
	made.parts[open_cell(9)][0].residents = 10;
	expect_invalid();
	made.cells[unopened_cell()].value[0] = 1;
	expect_invalid();
	made.cells[open_cell(9)].value[0] = OEO_DISCLOSURE_VALUE_LIMIT + 1;
	expect_invalid();
	(void)open_cell(9);
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, 0, (size_t)1, (size_t)1);
	expect_invalid();
	(void)open_cell(9);
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, 0, (size_t)1, (size_t)0);
	expect_invalid();
	(void)open_cell(9);
	(void)open_cell(9);
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, 0, (size_t)2, (size_t)1, (size_t)1);
	expect_invalid();
	(void)open_cell(9);
	(void)open_cell(9);
	relate(OEO_DISCLOSURE_EQUAL, QUESTIONS, 0, (size_t)1, (size_t)1);
	expect_invalid();
	(void)open_cell(9);
	(void)open_cell(9);
	relate(OEO_DISCLOSURE_WITHIN, RESIDENTS, 0, (size_t)1, (size_t)1);
	relate(OEO_DISCLOSURE_WITHIN, RESIDENTS, 1, (size_t)1, (size_t)0);
	expect_invalid();
	(void)open_cell(9);
	(void)open_cell(9);
	relate(OEO_DISCLOSURE_EQUAL, RESIDENTS, 0, (size_t)0);
	expect_invalid();
}

static void test_nothing_to_decide_is_fine(void **state)
{
	(void)state;
	made.problem.n_members = 0;
	assert_int_equal(oeo_disclosure_decide(&made.problem, made.decisions, NULL), OEO_DISCLOSURE_OK);
	assert_int_equal(oeo_disclosure_verify(&made.problem, made.decisions, NULL), OEO_DISCLOSURE_OK);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_fewer_than_k_residents_are_hidden),
	    TEST(test_a_sensitive_cell_has_its_own_k),
	    TEST(test_fewer_than_m_members_hide_a_cell),
	    TEST(test_rest_holds_for_every_contributor),
	    TEST(test_rest_holds_for_questions_too),
	    TEST(test_counts_are_of_cells_to_be_decided),
	    TEST(test_one_hidden_part_of_a_shown_sum_takes_another_with_it),
	    TEST(test_one_person_in_an_unopened_part_learns_no_other),
	    TEST(test_a_remainder_of_one_to_k_minus_one_is_never_left),
	    TEST(test_a_remainder_stands_without_any_one_member),
	    TEST(test_a_remainder_of_questions_needs_a_cell_that_meets_every_rule),
	    TEST(test_a_hidden_sum_of_shown_parts_takes_a_part_with_it),
	    TEST(test_an_unopened_cell_is_zero_only_where_nothing_is_left_for_it),
	    TEST(test_a_zero_takes_every_measure),
	    TEST(test_what_may_have_been_withdrawn_proves_no_zero),
	    TEST(test_a_set_minus_one_within_it_is_zero_or_r),
	    TEST(test_differences_reach_through_several_steps),
	    TEST(test_a_hidden_set_between_two_equal_ones_is_not_left),
	    TEST(test_equal_sets_have_equal_parts),
	    TEST(test_what_is_out_stays_and_what_comes_later_gives_way),
	    TEST(test_a_month_that_was_hidden_does_not_come_out_with_the_quarter),
	    TEST(test_what_was_withdrawn_is_hidden_unless_it_is_many),
	    TEST(test_two_versions_differ_by_nothing_or_by_what_may_be_shown),
	    TEST(test_what_is_given_away_already_does_not_hide_the_rest),
	    TEST(test_numbers_that_follow_from_several_relations_together_are_protected),
	    TEST(test_verification_names_the_attack),
	    TEST(test_verification_holds_to_what_is_out),
	    TEST(test_malformed_problems_are_refused),
	    TEST(test_nothing_to_decide_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

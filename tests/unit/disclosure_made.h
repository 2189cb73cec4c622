/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A small problem that a test makes cell by cell (audit_made.h), decided and verified. Three members; what is said of a
 * cell is member 0's part, the rest is member 1's. cmocka.h stands before this.
 */
#ifndef OEO_TESTS_UNIT_DISCLOSURE_MADE_H
#define OEO_TESTS_UNIT_DISCLOSURE_MADE_H

#include "audit_made.h"

static struct oeo_disclosure_count count; /* of the last decision */

static inline int begin_three(void **state)
{
	(void)begin(state);
	made.problem.n_members = 3;
	return 0;
}

#define TEST(name) cmocka_unit_test_setup(name, begin_three)

/* An open cell with residents only, half of them from each of two members; more detail with the functions below. */
static inline size_t open_cell(uint64_t residents)
{
	size_t i = hidden(residents);

	made.cells[i].rules.reach = K;
	made.cells[i].parts = made.parts[i];
	made.cells[i].n_parts = 2;
	made.parts[i][0] = (struct oeo_disclosure_part){0, residents / 2, 0};
	made.parts[i][1] = (struct oeo_disclosure_part){1, residents - residents / 2, 0};
	return i;
}

static inline size_t unopened_cell(void)
{
	size_t i = open_cell(0);

	made.cells[i].state = OEO_DISCLOSURE_UNOPENED;
	made.cells[i].n_parts = 0;
	return i;
}

static inline void add_questions(size_t i, uint64_t questions)
{
	made.cells[i].has_measure[Q] = true;
	made.cells[i].value[Q] = made.cells[i].state == OEO_DISCLOSURE_OPEN ? questions : 0;
	made.parts[i][0].questions = questions / 2;
	made.parts[i][1].questions = questions - questions / 2;
}

/* Member 0's own residents of a cell; member 1 has what the total leaves. */
static inline void set_residents(size_t i, uint64_t own)
{
	made.parts[i][0].residents = own;
	made.parts[i][1].residents = made.cells[i].value[R] - own;
}

/* The relation made last is one of questions. */
#define RELATE_QUESTIONS(kind, parent, ...)                                                                  \
	do {                                                                                                 \
		RELATE(kind, parent, __VA_ARGS__);                                                           \
		made.relations[made.problem.n_relations - 1].measure = Q;                                    \
	} while (0)

static inline void decide(void)
{
	assert_int_equal(oeo_disclosure_decide(&made.problem, made.decisions, &count), OEO_DISCLOSURE_OK);
	assert_int_equal(oeo_disclosure_verify(&made.problem, made.decisions, NULL), OEO_DISCLOSURE_OK);
}

static inline bool is_shown(size_t i)
{
	return made.decisions[i].is_shown;
}

/* Shown in all its measures. */
static inline bool is_whole(size_t i)
{
	return is_shown(i) && !made.decisions[i].hides_questions;
}

#endif

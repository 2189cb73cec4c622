/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Two worlds whose hidden cells differ while everything published agrees: who takes part, releases as the collector builds
 * them, and comparing what is exported. For the tests that nothing leaks beside the numbers.
 */
#ifndef OEO_TESTS_UNIT_LEAK_WORLD_H
#define OEO_TESTS_UNIT_LEAK_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/release_build.h"
#include "counted.h"
#include "export_sample.h"

#define LEAK_NOW_S 1795255200

struct leak_people {
	struct sample sample;
	struct oeo_release shell; /* lends the signed plan */
	struct oeo_card keyholders[SAMPLE_KEYHOLDERS];
	struct oeo_card self;
	struct oeo_store_member members[COUNTED_MEMBERS];
	struct oeo_store_submission submissions[COUNTED_MEMBERS];
};

/* plan as in sample_init; period: any that the plan has. */
static inline void leak_people_init(struct leak_people *people, const char *plan_path, const char *period)
{
	const struct oeo_plan *plan;

	memset(people, 0, sizeof(*people));
	sample_init(&people->sample, plan_path);
	sample_begin(&people->shell, &people->sample, period);
	plan = people->shell.plan.plan;

	for (size_t i = 0; i < SAMPLE_KEYHOLDERS; i++) {
		people->keyholders[i].role = OEO_ROLE_KEYHOLDER;
		(void)snprintf(people->keyholders[i].id, OEO_ID_BYTES, "%s", plan->keyholders[i]);
		(void)snprintf(people->keyholders[i].name, OEO_CARD_NAME_BYTES, "Keyholder %zu", i + 1);
		memcpy(
		    people->keyholders[i].identity_pk, people->sample.keyholder_pks[i], OEO_IDENTITY_BYTES);
	}
	(void)snprintf(people->self.name, OEO_CARD_NAME_BYTES, "Bureau Test");
	memcpy(people->self.identity_pk, people->sample.publisher_pk, OEO_IDENTITY_BYTES);
	for (size_t m = 0; m < COUNTED_MEMBERS; m++) {
		(void)snprintf(people->members[m].card.id, OEO_ID_BYTES, "member-%zu", m);
		(void)snprintf(people->members[m].card.name, OEO_CARD_NAME_BYTES, "Member %zu", m);
		(void)snprintf(people->submissions[m].member, OEO_ID_BYTES, "member-%zu", m);
		people->submissions[m].is_final = true;
		people->submissions[m].closing.coverage = OEO_COVERAGE_YES;
		people->submissions[m].closing.questions = 300;
	}
}

static inline void leak_people_fini(struct leak_people *people)
{
	oeo_release_fini(&people->shell);
	sample_fini(&people->sample);
}

static inline void leak_build(struct oeo_release *release, const struct leak_people *people,
    const struct oeo_opened *opened, const struct oeo_release_source *related, size_t n_related,
    int64_t now_s)
{
	struct oeo_release_facts facts = {.plan = &people->shell.plan,
	    .opened = opened,
	    .related = related,
	    .n_related = n_related,
	    .members = people->members,
	    .n_members = COUNTED_MEMBERS,
	    .submissions = people->submissions,
	    .n_submissions = COUNTED_MEMBERS,
	    .keyholders = people->keyholders,
	    .n_keyholders = SAMPLE_KEYHOLDERS,
	    .self = &people->self,
	    .now_s = now_s};
	struct oeo_note why = {""};

	if (oeo_release_build(release, &facts, &why) != OEO_OK)
		fail_msg("%s", why.text);
}

/* Tables whose cells are bound to others by no sum: no exclusive dimension, no questions. */
static inline bool leak_is_free(const struct oeo_plan *plan, const struct oeo_table *table)
{
	for (size_t i = 0; i < table->n_by; i++)
		if (plan->dimensions[table->by[i].dimension].computed_from[0] != '\0')
			return false;
	return !table->publishes_questions && table->n_by > 0;
}

enum leak_change { LEAK_MORE_RESIDENTS, LEAK_STAYS_SHUT };

/* One more resident in an opened cell, or none of it opened at all. */
static inline void leak_change_cell(struct oeo_opened_table *table, size_t at, enum leak_change change)
{
	struct oeo_opened_cell *cell = &table->cells[at];

	if (change == LEAK_MORE_RESIDENTS) {
		cell->residents++;
		cell->questions++;
		cell->contributions[0].residents++;
		cell->contributions[0].questions++;
		return;
	}
	free(cell->contributions);
	table->n_cells--;
	memmove(cell, cell + 1, (table->n_cells - at) * sizeof(*cell));
}

/* All published cells agree: shown and hidden ones, and the numbers. */
static inline bool leak_agree(const struct oeo_release *one, const struct oeo_release *other)
{
	for (size_t t = 0; t < one->n_tables; t++)
		for (size_t i = 0; i < one->tables[t].n_cells; i++)
			if (one->tables[t].cells[i].is_hidden != other->tables[t].cells[i].is_hidden ||
			    one->tables[t].cells[i].residents != other->tables[t].cells[i].residents ||
			    one->tables[t].cells[i].questions != other->tables[t].cells[i].questions)
				return false;
	return true;
}

static inline void leak_copy_opened(
    struct oeo_opened *to, const struct oeo_opened *from, const struct oeo_plan *plan)
{
	struct oeo_buf bytes = {0};

	assert_int_equal(oeo_opened_pack(&bytes, from, plan), OEO_OK);
	assert_int_equal(oeo_opened_unpack(to, plan, bytes.data, bytes.len), OEO_OK);
	oeo_buf_fini(&bytes);
}

static inline void leak_assert_same_bytes(const struct oeo_buf *one, const struct oeo_buf *other)
{
	assert_int_equal(one->len, other->len);
	assert_memory_equal(one->data, other->data, one->len);
}

/* 0 where <folder>/one-<what> and <folder>/other-<what> hold the same files. */
static inline int leak_diff(const char *folder, const char *what, const char *options)
{
	char command[3 * SAMPLE_PATH_BYTES];

	(void)snprintf(command, sizeof(command), "diff -r %s %s/one-%s %s/other-%s", options, folder, what,
	    folder, what);
	return system(command); /* NOLINT(cert-env33-c): a test, of paths of its own */
}

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/* The form's search over the first dimension of a plan. */
#ifndef OEO_TESTS_FORM_WORDS_H
#define OEO_TESTS_FORM_WORDS_H

#include "tests/unit/intake_fixture.h"

#include "agent/form/search.h"

struct world {
	struct fixture fixture;
	struct oeo_search *search;
	const struct oeo_dimension *dimension;
};

/* Search the plan of the fixture, with the words that there are. */
static inline void open_search(struct world *world)
{
	world->dimension = &world->fixture.plan->dimensions[0];
	assert_int_equal(oeo_search_new(&world->search, world->dimension), OEO_OK);
	assert_int_equal(oeo_search_add_words(world->search, &world->fixture.home), OEO_OK);
}

static inline int teardown(void **state)
{
	struct world *world = *state;

	oeo_search_free(world->search);
	fixture_close(&world->fixture);
	free(world);
	return 0;
}

/* At which place (from 0) the words find the code; SIZE_MAX: they do not. */
static inline size_t place_of(
    struct world *world, const char *words, const char *code, const struct oeo_usage *usage)
{
	struct oeo_found found[OEO_SEARCH_MOST];
	size_t n = 0;

	assert_int_equal(oeo_search_find(world->search, words, usage, found, &n), OEO_OK);
	assert_true(n <= OEO_SEARCH_MOST);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(world->dimension->codes[found[i].code].code, code) == 0)
			return i;
	}
	return SIZE_MAX;
}

#endif

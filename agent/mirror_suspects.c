/* SPDX-License-Identifier: EUPL-1.2 */
/* Residents that may be one and the same: same date of birth and postcode, names that are near (mirror.h). */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "agent/closed.h"
#include "agent/mirror.h"
#include "agent/near.h"

/* One way of writing a resident, with a question under it. Personal data. */
struct way {
	char *identity[OEO_MAX_FIELDS]; /* owned */
	char *rest; /* owned; all fields but names, to sort by */
	char *where; /* owned; day and subject */
};

struct looking {
	const struct oeo_mirror *mirror;
	struct way *ways;
	size_t n;
	size_t capacity;
};

static void wipe_text(char *text)
{
	if (text == NULL)
		return;
	sodium_memzero(text, strlen(text));
	free(text);
}

static void way_fini(struct way *way)
{
	for (size_t i = 0; i < OEO_MAX_FIELDS; i++)
		wipe_text(way->identity[i]);
	wipe_text(way->rest);
	free(way->where);
	memset(way, 0, sizeof(*way));
}

static char *write_where(const struct oeo_plan *plan, const struct oeo_question *question)
{
	struct oeo_buf text = {0};
	char date[OEO_DATE_BYTES];
	enum oeo_err err;

	oeo_day_format(date, question->day);
	err = oeo_buf_printf(&text, "%s ", date);
	if (err == OEO_OK)
		err = oeo_question_describe(&text, plan, question);
	if (err == OEO_OK)
		err = oeo_buf_terminate(&text);
	if (err != OEO_OK)
		oeo_buf_fini(&text);
	return (char *)text.data;
}

static char *write_rest(const struct oeo_plan *plan, const struct oeo_question *question)
{
	size_t bytes = 1;
	char *rest;

	for (size_t i = 0; i < plan->n_fields; i++)
		bytes += strlen(question->identity[i]) + 1;
	rest = calloc(1, bytes);
	for (size_t i = 0; i < plan->n_fields && rest != NULL; i++) {
		if (plan->fields[i].kind == OEO_FIELD_NAME)
			continue;
		(void)strcat(rest, question->identity[i]);
		(void)strcat(rest, "|");
	}
	return rest;
}

static enum oeo_err fill_way(
    struct way *way, const struct oeo_plan *plan, const struct oeo_question *question)
{
	memset(way, 0, sizeof(*way));
	for (size_t i = 0; i < plan->n_fields; i++) {
		way->identity[i] = strdup(question->identity[i]);
		if (way->identity[i] == NULL)
			return OEO_ERR_NOMEM;
	}
	way->rest = write_rest(plan, question);
	way->where = write_where(plan, question);
	return way->rest != NULL && way->where != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

static enum oeo_err grow(struct looking *looking)
{
	size_t wanted = looking->capacity > 0 ? looking->capacity * 2 : 256;
	struct way *ways;
	size_t bytes;

	if (!oeo_size_mul(wanted, sizeof(*ways), &bytes))
		return OEO_ERR_NOMEM;
	ways = realloc(looking->ways, bytes); /* holds pointers only */
	if (ways == NULL)
		return OEO_ERR_NOMEM;
	looking->ways = ways;
	looking->capacity = wanted;
	return OEO_OK;
}

static enum oeo_err on_question(void *context, const struct oeo_question *question)
{
	struct looking *looking = context;
	const struct oeo_plan *plan = looking->mirror->plan;
	enum oeo_err err = OEO_OK;

	if (!oeo_period_contains(&looking->mirror->period, &question->base) ||
	    question->n_fields != plan->n_fields || !oeo_question_has_identity(question))
		return OEO_OK;
	if (looking->n == looking->capacity)
		err = grow(looking);
	if (err == OEO_OK)
		err = fill_way(&looking->ways[looking->n++], plan, question);
	return err;
}

static int compare_ways(const void *a, const void *b)
{
	const struct way *x = a;
	const struct way *y = b;
	int order = strcmp(x->rest, y->rest);

	for (size_t i = 0; i < OEO_MAX_FIELDS && order == 0 && x->identity[i] != NULL; i++)
		order = strcmp(x->identity[i], y->identity[i]);
	return order != 0 ? order : strcmp(x->where, y->where);
}

static enum oeo_err keep(struct oeo_mirror *mirror, const struct way *one, const struct way *other)
{
	struct oeo_mirror_suspect *suspect;

	mirror->n_suspected++;
	if (mirror->n_suspects == OEO_MIRROR_MAX_SUSPECTS)
		return OEO_OK;
	suspect = &mirror->suspects[mirror->n_suspects++];
	suspect->one = strdup(one->where);
	suspect->other = strdup(other->where);
	return suspect->one != NULL && suspect->other != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

static bool is_same_way(const struct oeo_plan *plan, const struct way *a, const struct way *b)
{
	return oeo_near_compare(plan, a->identity, b->identity) == OEO_DIFFERS_NOT;
}

/* Each pair of different ways once, by the first question of each. */
static enum oeo_err compare_with_following(
    struct oeo_mirror *mirror, const struct looking *looking, size_t at)
{
	const struct way *ways = looking->ways;
	enum oeo_err err = OEO_OK;

	if (at > 0 && is_same_way(mirror->plan, &ways[at - 1], &ways[at]))
		return OEO_OK;
	for (size_t i = at + 1; i < looking->n && err == OEO_OK && strcmp(ways[i].rest, ways[at].rest) == 0;
	     i++) {
		if (is_same_way(mirror->plan, &ways[i - 1], &ways[i]))
			continue;
		if (oeo_near_compare(mirror->plan, ways[at].identity, ways[i].identity) == OEO_DIFFERS_NAME)
			err = keep(mirror, &ways[at], &ways[i]);
	}
	return err;
}

enum oeo_err oeo_mirror_find_suspects(struct oeo_mirror *mirror, struct oeo_ledger *ledger)
{
	struct looking looking = {.mirror = mirror};
	enum oeo_err err = oeo_ledger_each_question(ledger, on_question, &looking);

	mirror->suspects = oeo_alloc_array(OEO_MIRROR_MAX_SUSPECTS, sizeof(*mirror->suspects));
	if (err == OEO_OK && mirror->suspects == NULL)
		err = OEO_ERR_NOMEM;
	if (err == OEO_OK && looking.n > 1)
		qsort(looking.ways, looking.n, sizeof(*looking.ways), compare_ways);
	for (size_t i = 0; i < looking.n && err == OEO_OK; i++)
		err = compare_with_following(mirror, &looking, i);
	for (size_t i = 0; i < looking.n; i++)
		way_fini(&looking.ways[i]);
	free(looking.ways);
	return err;
}

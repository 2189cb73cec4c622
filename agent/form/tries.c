/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/tries.h"

#include <sodium.h>
#include <string.h>

#define MOST_WRONG 5
#define CLOSED_S 60
#define STRANGERS_EACH_S 6
#define STRANGERS_AT_ONCE 20
#define MOST_GUESSES 10
#define GUESS_GONE_S 3600
#define LONGEST_WAIT_S 3600

static int64_t left_of(int64_t until_s, int64_t now_s)
{
	return until_s > now_s ? until_s - now_s : 0;
}

enum oeo_err oeo_form_tries_follow(struct oeo_form_tries *tries, struct oeo_ledger *ledger)
{
	uint8_t mark[OEO_FORM_PASSWORD_MARK_BYTES] = {0}; /* of none */
	enum oeo_err err = oeo_form_password_mark(ledger, OEO_FORM_COORDINATOR, mark);

	if (err != OEO_OK && err != OEO_ERR_NOT_FOUND)
		return err;
	if (sodium_memcmp(mark, tries->password, sizeof(mark)) != 0) {
		memset(tries, 0, sizeof(*tries));
		memcpy(tries->password, mark, sizeof(mark));
	}
	return OEO_OK;
}

/* ---- A browser's own, and the strangers' */

static size_t find(const struct oeo_form_tries *tries, const uint8_t desk[OEO_DESK_ID_BYTES])
{
	size_t i = 0;

	while (i < OEO_FORM_MAX_WRONG &&
	       (tries->wrong[i].n == 0 || sodium_memcmp(tries->wrong[i].desk, desk, OEO_DESK_ID_BYTES) != 0))
		i++;
	return i;
}

int64_t oeo_form_tries_wait_s(
    const struct oeo_form_tries *tries, const struct oeo_form_trier *trier, int64_t now_s)
{
	const int64_t at_once_s = (int64_t)(STRANGERS_AT_ONCE - 1) * STRANGERS_EACH_S;
	size_t at = find(tries, trier->desk);
	int64_t wait_s = 0, others_s;

	if (at < OEO_FORM_MAX_WRONG && tries->wrong[at].n >= MOST_WRONG)
		wait_s = left_of(tries->wrong[at].last_s + CLOSED_S, now_s);
	if (trier->known_as != OEO_FORM_NOBODY)
		return wait_s;
	others_s = left_of(tries->strangers_s - at_once_s, now_s);
	return wait_s > others_s ? wait_s : others_s;
}

/* The desk's own place, a free one, or that of who was wrong longest ago. */
static struct oeo_form_wrong *find_place(struct oeo_form_tries *tries, const uint8_t desk[OEO_DESK_ID_BYTES])
{
	size_t at = find(tries, desk);
	struct oeo_form_wrong *oldest = &tries->wrong[0];

	if (at < OEO_FORM_MAX_WRONG)
		return &tries->wrong[at];
	for (size_t i = 0; i < OEO_FORM_MAX_WRONG; i++) {
		struct oeo_form_wrong *place = &tries->wrong[i];

		if (place->n == 0 || (oldest->n > 0 && place->last_s < oldest->last_s))
			oldest = place;
	}
	oldest->n = 0;
	memcpy(oldest->desk, desk, OEO_DESK_ID_BYTES);
	return oldest;
}

/* ---- The coordinator's password */

static size_t count_of(const struct oeo_form_trier *trier)
{
	return trier->known_as == OEO_FORM_COORDINATOR ? 1 : 0;
}

int64_t oeo_form_tries_coordinator_wait_s(
    const struct oeo_form_tries *tries, const struct oeo_form_trier *trier, int64_t now_s)
{
	const struct oeo_form_guesses *guesses = &tries->guesses[count_of(trier)];
	int64_t n = (left_of(guesses->gone_s, now_s) + GUESS_GONE_S - 1) / GUESS_GONE_S;
	int64_t wait_s = CLOSED_S;

	if (n < MOST_GUESSES)
		return 0;
	for (int64_t i = MOST_GUESSES; i < n && wait_s < LONGEST_WAIT_S; i++)
		wait_s *= 2;
	if (wait_s > LONGEST_WAIT_S)
		wait_s = LONGEST_WAIT_S;
	return left_of(guesses->last_s + wait_s, now_s);
}

static void note_guess(struct oeo_form_guesses *guesses, int64_t now_s)
{
	guesses->gone_s = (guesses->gone_s > now_s ? guesses->gone_s : now_s) + GUESS_GONE_S;
	guesses->last_s = now_s;
}

/* ---- How it ended */

void oeo_form_tries_note_wrong(struct oeo_form_tries *tries, const struct oeo_form_trier *trier,
    bool was_tried_as_coordinator, int64_t now_s)
{
	struct oeo_form_wrong *wrong = find_place(tries, trier->desk);

	if (now_s - wrong->last_s >= CLOSED_S)
		wrong->n = 0; /* its minute is over */
	wrong->n++;
	wrong->last_s = now_s;
	if (was_tried_as_coordinator)
		note_guess(&tries->guesses[count_of(trier)], now_s);
	if (trier->known_as != OEO_FORM_NOBODY)
		return;
	if (tries->strangers_s < now_s)
		tries->strangers_s = now_s;
	tries->strangers_s += STRANGERS_EACH_S;
}

void oeo_form_tries_note_right(
    struct oeo_form_tries *tries, const struct oeo_form_trier *trier, enum oeo_form_role role)
{
	size_t at = find(tries, trier->desk);

	/* Who knows the desk's password may be guessing the coordinator's in between. */
	if (role != OEO_FORM_COORDINATOR)
		return;
	tries->guesses[count_of(trier)] = (struct oeo_form_guesses){0, 0};
	if (at < OEO_FORM_MAX_WRONG)
		tries->wrong[at].n = 0;
}

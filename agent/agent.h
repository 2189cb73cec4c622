/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What most commands of the agent work with: its home, own keys, the cards it joined, the ledger and the accepted
 * plans, opened together and closed together.
 */
#ifndef OEO_AGENT_AGENT_H
#define OEO_AGENT_AGENT_H

#include "agent/ledger.h"
#include "agent/plans.h"
#include "proto/card.h"
#include "proto/cli.h"
#include "proto/clock.h"
#include "proto/home.h"

#define OEO_CARDS_FOLDER "cards"

struct oeo_agent {
	struct oeo_home home;
	struct oeo_self self;
	struct oeo_card *cards; /* owned; the collector's and the keyholders' */
	size_t n_cards;
	struct oeo_ledger *ledger; /* owned */
	struct oeo_plans plans;
	struct oeo_clock clock;
};

/* Open everything in the home at path; why says what to do (init first). Free with oeo_agent_close. */
enum oeo_err oeo_agent_open(
    struct oeo_agent *agent, const char *path, struct oeo_clock clock, struct oeo_note *why);
void oeo_agent_close(struct oeo_agent *agent);

/* As oeo_cli_error; where nothing is said in why of a value in the ledger that was changed outside, what to do about that. For
 * commands that check nothing else that can fail so. */
enum oeo_exit oeo_agent_error(const struct oeo_cli *cli, enum oeo_err err, struct oeo_note *why);

/* The joined collector's card, NULL where none was joined. Borrowed. */
const struct oeo_card *oeo_agent_collector(const struct oeo_agent *agent);

/* The joined card of this id and role, NULL where there is none. Borrowed. */
const struct oeo_card *oeo_agent_card(const struct oeo_agent *agent, enum oeo_role role, const char *id);

/* When a party was last reached (seconds since 1970, 0: never) and since when it is silent (0: it is not). */
struct oeo_contact {
	int64_t reached_s;
	int64_t silent_s;
};

enum oeo_err oeo_contact_load(
    struct oeo_contact *contact, struct oeo_ledger *ledger, const struct oeo_card *card);

/* Note that the party was reached now, or that it was silent (in the open transaction, if one is). */
enum oeo_err oeo_contact_note(
    struct oeo_ledger *ledger, const struct oeo_card *card, bool was_reached, int64_t now_s);

#endif

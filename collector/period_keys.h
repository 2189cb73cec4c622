/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keyholders' keys of a period as part 0 of a submission carries them: signed, complete, in the plan's order,
 * and the same for everyone. Pure functions.
 */
#ifndef OEO_COLLECTOR_PERIOD_KEYS_H
#define OEO_COLLECTOR_PERIOD_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/store.h"
#include "proto/plan.h"
#include "proto/wire.h"

/* True where the part carries one set per keyholder of the plan, in order, each validly signed under that
 * keyholder's card (cards, n_cards) for the part's plan and period, and key_digest is theirs. */
bool oeo_period_keys_are_signed(const struct oeo_submission_part *part, const struct oeo_plan *plan,
    const struct oeo_card *cards, size_t n_cards);

/* True where the part's keys differ from those of the period; *which: the first keyholder whose keys do. */
bool oeo_period_keys_differ(
    const struct oeo_store_period *record, const struct oeo_submission_part *part, size_t *which);

/* True where the statement says, validly signed under the card of a keyholder of the plan, that its keys of the
 * period are destroyed. */
bool oeo_destroyed_is_signed(const struct oeo_destroyed *destroyed, const struct oeo_plan *plan,
    const char *period, const struct oeo_card *cards, size_t n_cards);

#endif

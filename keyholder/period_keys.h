/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A period's two private keys, in one file <home>/periods/<plan>/<period>.key (resident scalar || cell scalar, 64
 * bytes, mode 0600), outside of what `backup` takes. Made at first use, random and independent; on disk before
 * anything is answered with them; never made a second time for a period that the register knows.
 *
 * A period is one of: unknown (no record, no file), in use (both), lost (a record, no file), destroyed. A file
 * without a record is left by a crash before the first answer, and is taken into use.
 */
#ifndef OEO_KEYHOLDER_PERIOD_KEYS_H
#define OEO_KEYHOLDER_PERIOD_KEYS_H

#include "keyholder/periods.h"
#include "proto/card.h"
#include "proto/period.h"
#include "proto/secret.h"
#include "proto/wire.h"

struct oeo_opened_keys {
	struct oeo_secret scalars; /* resident || cell */
	uint8_t resident_pk[OEO_ELEMENT_BYTES];
	uint8_t cell_pk[OEO_ELEMENT_BYTES];
};

/*
 * Open the keys of a period, making them where the period is unknown; the new record is part of the caller's
 * transaction. The caller has checked that the period is covered by plan and has ended. Free with
 * oeo_opened_keys_fini.
 * OEO_ERR_REFUSED: *reason says why: OEO_REASON_PERIOD_DESTROYED (then *record is filled, with the statement) or
 * OEO_REASON_KEYS_LOST. Other errors: the disk or the register failed, why says how. Syncs where it makes keys.
 */
enum oeo_err oeo_period_keys_open(struct oeo_opened_keys *keys, struct oeo_register *reg,
    const struct oeo_home *home, const char *plan, const struct oeo_period *period, int64_t now_s,
    enum oeo_reason *reason, struct oeo_period_record *record, struct oeo_note *why);
void oeo_opened_keys_fini(struct oeo_opened_keys *keys);

/* The scalar of a purpose; borrowed. */
const uint8_t *oeo_opened_keys_scalar(const struct oeo_opened_keys *keys, enum oeo_purpose purpose);

/* What the keyholder publishes of the keys, signed with its identity key. */
enum oeo_err oeo_period_keys_sign(struct oeo_period_keys *signed_keys, const struct oeo_opened_keys *keys,
    const struct oeo_self *self, const char *plan, const char *period);

/*
 * End a period: record and sign that its keys are gone, then overwrite (where that means anything), unlink and sync.
 * Also for a period whose keys are lost or were never made: it never gets any. Again: the same statement, and the file
 * is looked for again. *record is filled with the statement. OEO_ERR_IO: recorded, but the file is still there; why
 * says which.
 */
enum oeo_err oeo_period_keys_destroy(struct oeo_period_record *record, struct oeo_register *reg,
    const struct oeo_home *home, const struct oeo_self *self, const char *plan,
    const struct oeo_period *period, int64_t now_s, struct oeo_note *why);

/* True where the period's key file is there. */
bool oeo_period_keys_has_file(const struct oeo_home *home, const char *plan, const char *period);

/* Remove halves of key files that a crash left beside the whole ones; for the daemon, before it answers. */
void oeo_period_keys_sweep(const struct oeo_home *home, const char *plan);

/* After `restore`: periods that ended before this day may have had keys that the backup does not know of; they count
 * as lost unless the register knows them. 0: never restored. */
#define OEO_FACT_RESTORED_DAY "restored-day"

#endif

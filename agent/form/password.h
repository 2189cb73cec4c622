/* SPDX-License-Identifier: EUPL-1.2 */
/* The passwords of the form, kept as Argon2id hashes in the ledger (collection "form"); how often one is tried: tries.h. */
#ifndef OEO_AGENT_FORM_PASSWORD_H
#define OEO_AGENT_FORM_PASSWORD_H

#include "agent/form/journal.h"

#define OEO_FORM_LEAST_PASSWORD 10 /* characters */
#define OEO_FORM_MOST_PASSWORD 200
#define OEO_FORM_PASSWORD_MARK_BYTES 16

enum oeo_form_role { OEO_FORM_NOBODY = 0, OEO_FORM_DESK = 1, OEO_FORM_COORDINATOR = 2 };

/* Keep the password of a role (its hash); OEO_ERR_RANGE: too short or too long. */
enum oeo_err oeo_form_set_password(struct oeo_ledger *ledger, enum oeo_form_role role, const char *password);
enum oeo_err oeo_form_has_password(struct oeo_ledger *ledger, enum oeo_form_role role, bool *has_password);

/* Which password a role has now, without telling it: another one has another mark. OEO_ERR_NOT_FOUND: it has none. */
enum oeo_err oeo_form_password_mark(
    struct oeo_ledger *ledger, enum oeo_form_role role, uint8_t mark[OEO_FORM_PASSWORD_MARK_BYTES]);

/*
 * Which role a password opens; OEO_ERR_REFUSED: none. With may_be_coordinator false it opens the coordinator's in no case.
 * Takes as long (tens of milliseconds) whether it fits one, both or neither, and whether they are set at all.
 */
enum oeo_err oeo_form_try_password(
    struct oeo_ledger *ledger, const char *password, bool may_be_coordinator, enum oeo_form_role *role);

#endif

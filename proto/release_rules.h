/* SPDX-License-Identifier: EUPL-1.2 */
/* What holds for every release, checked when one is packed and when one is read. Used by release_*.c only. */
#ifndef OEO_PROTO_RELEASE_RULES_H
#define OEO_PROTO_RELEASE_RULES_H

#include "proto/release.h"

#define OEO_RELEASE_FORMAT 1

/* Check all members of a release whose plan is set. OEO_ERR_FORMAT with what is wrong in why (may be NULL). */
enum oeo_err oeo_release_check(const struct oeo_release *release, struct oeo_note *why);

#endif

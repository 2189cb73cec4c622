/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The mappings that the agent remembers: <home>/mappings/<id>.yaml, with their files of synonyms beside them as
 * <id>-<name>. A mapping given at an import is copied there, so that the next import of that source needs none and a backup
 * of the home holds it.
 */
#ifndef OEO_AGENT_MAPPING_STORE_H
#define OEO_AGENT_MAPPING_STORE_H

#include "agent/mapping.h"
#include "proto/home.h"

/* Copy the mapping that was read from path, replacing an earlier one of its id. *is_new: there was none, or another one. */
enum oeo_err oeo_mapping_remember(const struct oeo_home *home, const struct oeo_mapping *mapping,
    const char *path, bool *is_new, struct oeo_note *why);

/*
 * Read the remembered mapping whose columns are all in the file's header. OEO_ERR_NOT_FOUND: none is; OEO_ERR_CONFLICT:
 * several are; why then says what to do, and where only some columns are missing, which, and of which mapping. Mappings with faults are passed over; their faults are in findings.
 */
enum oeo_err oeo_mapping_choose(struct oeo_mapping **mapping, const struct oeo_home *home,
    const struct oeo_plan *plan, const char *file, struct oeo_findings *findings, struct oeo_note *why);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/* The file of synonyms of a mapping: UTF-8 CSV with the columns term and code. */
#ifndef OEO_AGENT_MAPPING_SYNONYMS_H
#define OEO_AGENT_MAPPING_SYNONYMS_H

#include "agent/match.h"
#include "proto/findings.h"

/*
 * Add the terms of the file to the matcher. It is looked for beside the mapping (whose path this is) as `file`, then as
 * `<mapping_id>-<last part of file>`; *path returns owned where it was. Faults go to findings with file:line. OEO_ERR_NOT_FOUND:
 * neither is there; OEO_ERR_IO, OEO_ERR_NOMEM.
 */
enum oeo_err oeo_mapping_read_synonyms(struct oeo_matcher *matcher, char **path,
    const struct oeo_dimension *dimension, const char *mapping_path, const char *mapping_id, const char *file,
    struct oeo_findings *findings);

#endif

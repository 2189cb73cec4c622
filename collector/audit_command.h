/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * `oeo-collector audit RELEASE... [--mine FILE]... [--verdicts] [--json]`: what a reader of these files can derive, from
 * the files alone: no home, no database. A member that adds its own figures sees what it could derive itself.
 */
#ifndef OEO_COLLECTOR_AUDIT_COMMAND_H
#define OEO_COLLECTOR_AUDIT_COMMAND_H

#include "proto/cli.h"

/* Exit 0: nothing can be derived that should not be; 1: something can, or the files cannot be read; 2: usage. */
enum oeo_exit oeo_audit_command(struct oeo_cli *cli);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/* The subcommands around what is kept of residents, and for how long. */
#ifndef OEO_AGENT_COMMANDS_RIGHTS_H
#define OEO_AGENT_COMMANDS_RIGHTS_H

#include "proto/cli.h"

/* withdraw [--file FILE] [--yes]: OEO_EXIT_FAILED where nothing was found or nothing was taken out. */
extern const struct oeo_option oeo_agent_withdraw_options[];
enum oeo_exit oeo_agent_withdraw(struct oeo_cli *cli);

/* backup FILE [--passphrase-file FILE | --without-passphrase]: everything of this agent in one file, under a passphrase; its
 * options are oeo_backup_options. */
enum oeo_exit oeo_agent_backup(struct oeo_cli *cli);

/* restore FILE [--passphrase-file FILE] [--complete]: into an empty home. Without --complete nothing new is sent before files were imported again:
 * what came into the ledger after the backup is not in it. */
extern const struct oeo_option oeo_agent_restore_options[];
enum oeo_exit oeo_agent_restore(struct oeo_cli *cli);

/* settings [--keep-identity year|quarter|month] [--keep-files DAYS|always] [--yes]: set it, erase what need not be kept any more, and show what there
 * is. OEO_EXIT_FAILED where the answer was no. */
extern const struct oeo_option oeo_agent_settings_options[];
enum oeo_exit oeo_agent_settings(struct oeo_cli *cli);

#endif

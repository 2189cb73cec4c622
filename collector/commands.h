/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The subcommands of oeo-collector, one function each (main.c has the table; `release` is in release.h), and
 * what they share: the open home.
 */
#ifndef OEO_COLLECTOR_COMMANDS_H
#define OEO_COLLECTOR_COMMANDS_H

#include "collector/plans.h"
#include "collector/store.h"
#include "proto/cli.h"
#include "proto/home.h"

/* A command's home and store. */
struct oeo_collector {
	struct oeo_home home;
	struct oeo_store *store;
};

/* Open both; on failure why says what to do. Free with oeo_collector_close, on failure too. */
enum oeo_err oeo_collector_open(
    struct oeo_collector *collector, const struct oeo_cli *cli, struct oeo_note *why);
void oeo_collector_close(struct oeo_collector *collector);

enum oeo_exit oeo_init_command(struct oeo_cli *cli);
enum oeo_exit oeo_card_command(struct oeo_cli *cli);
enum oeo_exit oeo_admit_command(struct oeo_cli *cli);
enum oeo_exit oeo_revoke_command(struct oeo_cli *cli);
enum oeo_exit oeo_members_command(struct oeo_cli *cli);
enum oeo_exit oeo_plan_check_command(struct oeo_cli *cli);
enum oeo_exit oeo_plan_publish_command(struct oeo_cli *cli);
enum oeo_exit oeo_plan_attach_command(struct oeo_cli *cli);
enum oeo_exit oeo_run_command(struct oeo_cli *cli);
enum oeo_exit oeo_status_command(struct oeo_cli *cli);
enum oeo_exit oeo_reopen_command(struct oeo_cli *cli);
enum oeo_exit oeo_purge_command(struct oeo_cli *cli);
enum oeo_exit oeo_backup_command(struct oeo_cli *cli);
extern const struct oeo_option oeo_restore_options[];
enum oeo_exit oeo_restore_command(struct oeo_cli *cli);

#endif

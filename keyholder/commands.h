/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The subcommands of oeo-keyholder, one function each, for the table in main.c. They share the opening of home and
 * register. Commands work beside a running daemon: what they change it sees at the next message.
 */
#ifndef OEO_KEYHOLDER_COMMANDS_H
#define OEO_KEYHOLDER_COMMANDS_H

#include "keyholder/plans.h"
#include "keyholder/register.h"
#include "proto/cli.h"

enum oeo_exit oeo_command_init(struct oeo_cli *cli);
enum oeo_exit oeo_command_card(struct oeo_cli *cli);
enum oeo_exit oeo_command_admit(struct oeo_cli *cli);
enum oeo_exit oeo_command_quota(struct oeo_cli *cli);
enum oeo_exit oeo_command_revoke(struct oeo_cli *cli);
enum oeo_exit oeo_command_members(struct oeo_cli *cli);
enum oeo_exit oeo_command_plan_approve(struct oeo_cli *cli);
enum oeo_exit oeo_command_run(struct oeo_cli *cli);
enum oeo_exit oeo_command_status(struct oeo_cli *cli);
enum oeo_exit oeo_command_log(struct oeo_cli *cli);
enum oeo_exit oeo_command_destroy(struct oeo_cli *cli);
enum oeo_exit oeo_command_backup(struct oeo_cli *cli);
enum oeo_exit oeo_command_restore(struct oeo_cli *cli);

/* Open home and register of the command line. On success close with oeo_register_close and oeo_home_close. */
enum oeo_err oeo_commands_open(
    const struct oeo_cli *cli, struct oeo_home *home, struct oeo_register **reg, struct oeo_note *why);

/*
 * The period of --period within an approved plan (of --plan, where plans of several ids are approved; else the only
 * one). *plan is borrowed from set. OEO_ERR_USAGE: missing or not a period, OEO_ERR_NOT_FOUND: no such plan,
 * OEO_ERR_RANGE: outside of it; why says what to do.
 */
enum oeo_err oeo_commands_find_period(const struct oeo_cli *cli, const struct oeo_plan_set *set,
    struct oeo_period *period, const struct oeo_plan **plan, struct oeo_note *why);

#endif

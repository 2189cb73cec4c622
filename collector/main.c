/* SPDX-License-Identifier: EUPL-1.2 */
/* oeo-collector: takes sealed submissions in, and releases what the rules let through. */
#include <stddef.h>
#include <stdint.h>

#include "collector/audit_command.h"
#include "collector/commands.h"
#include "collector/protect.h"
#include "collector/release.h"
#include "proto/backup_command.h"
#include "proto/i18n.h"

static const struct oeo_option init_options[] = {
    {"id", N_("ID"), N_("short name of this collector: letters, digits, dots, dashes")},
    {"name", N_("NAME"), N_("name that people read in the report")},
    {"endpoint", N_("ADDRESS"), N_("where agents reach it: tcp://host:port")},
    {NULL, NULL, NULL},
};

static const struct oeo_option admit_options[] = {
    {"replace", NULL, N_("put this card in the place of the one that the member had")},
    {NULL, NULL, NULL},
};

static const struct oeo_option yes_options[] = {
    {"yes", NULL, N_("do not ask")},
    {NULL, NULL, NULL},
};

static const struct oeo_option check_options[] = {
    {"members", N_("ID,ID,..."), N_("members to reckon with, where they are not admitted yet")},
    {NULL, NULL, NULL},
};

static const struct oeo_option publish_options[] = {
    {"out", N_("FILE"), N_("file for the keyholders: NAME.oeoplan")},
    {NULL, NULL, NULL},
};

static const struct oeo_option attach_options[] = {
    {"keyholder", N_("CARD"), N_("the keyholder's card, the first time")},
    {"replace", NULL, N_("the card takes the place of the one that is known")},
    {NULL, NULL, NULL},
};

static const struct oeo_option run_options[] = {
    {"bind", N_("ADDRESS"), N_("listen here and not on the endpoint of the own card: tcp://0.0.0.0:5570")},
    {NULL, NULL, NULL},
};

static const struct oeo_option purge_options[] = {
    {"period", N_("PERIOD"), N_("2026, 2026-Q4 or 2026-11")},
    {"statement", N_("FILE"),
	N_("a keyholder's statement that its keys are destroyed; once for each keyholder")},
    {NULL, NULL, NULL},
};

static const struct oeo_option release_options[] = {
    {"period", N_("PERIOD"), N_("2026, 2026-Q4 or 2026-11")},
    {"correct", NULL, N_("correct a release that is out, after members submitted it anew")},
    {"yes", NULL, N_("do not ask")},
    {NULL, NULL, NULL},
};

static const struct oeo_option audit_options[] = {
    {"mine", N_("FILE"),
	N_("a member's own figures: table,period,codes,residents,questions; may be repeated, once a member")},
    {"verdicts", NULL, N_("verdicts alone, no intervals: quicker")},
    {"each", NULL, N_("also the interval of every number that is not shown")},
    {NULL, NULL, NULL},
};

static const struct oeo_command commands[] = {
    {"init", "", N_("Make the keys, the card and the database of a new collector."), init_options, 0, 0,
	oeo_init_command},
    {"card", "", N_("Print the card that agents join."), NULL, 0, 0, oeo_card_command},
    {"admit", "CARD", N_("Admit a member organisation by its agent's card."), admit_options, 1, 1,
	oeo_admit_command},
    {"revoke", "MEMBER", N_("Let a member go; its reports that are not released are dropped."), yes_options,
	1, 1, oeo_revoke_command},
    {"members", "", N_("List the members."), NULL, 0, 0, oeo_members_command},
    {"plan check", "FILE", N_("Check a plan and tell what it will publish."), check_options, 1, 1,
	oeo_plan_check_command},
    {"plan publish", "FILE", N_("Sign a plan and write the file that keyholders approve."), publish_options,
	1, 1, oeo_plan_publish_command},
    {"plan attach", "APPROVAL", N_("Add a keyholder's approval to a plan."), attach_options, 1, 1,
	oeo_plan_attach_command},
    {"run", "", N_("Take submissions in until stopped."), run_options, 0, 0, oeo_run_command},
    {"status", "", N_("Tell who reports, what is due and what needs attention."), NULL, 0, 0,
	oeo_status_command},
    {"reopen", "MEMBER PERIOD", N_("Drop a member's submission of a period, so that it can be made anew."),
	yes_options, 2, 2, oeo_reopen_command},
    {"release", "", N_("Open, protect, sign and write the release of a period."), release_options, 0, 0,
	oeo_release_command},
    {"purge", "", N_("Delete the reports of a released or destroyed period."), purge_options, 0, 0,
	oeo_purge_command},
    {"protect", "TABLE.csv",
	N_("Hide the small numbers of any table of counts, and what would give them away. The summary stays "
	   "inside."),
	oeo_protect_options, 1, 1, oeo_protect_command},
    {"audit", "RELEASE...", N_("Tell what a reader of releases can derive, from the files alone."),
	audit_options, 1, SIZE_MAX, oeo_audit_command},
    {"backup", N_("FILE"), N_("Write a copy of everything but the period keys."), oeo_backup_options, 1, 1,
	oeo_backup_command},
    {"restore", N_("FILE"), N_("Put a backup back into an empty folder."), oeo_restore_options, 1, 1,
	oeo_restore_command},
    {NULL, NULL, NULL, NULL, 0, 0, NULL},
};

static const struct oeo_program program = {
    "oeo-collector",
    N_("takes sealed submissions in and makes releases of them"),
    "/var/lib/oeo/collector",
    commands,
};

int main(int argc, char **argv)
{
	return oeo_cli_main(&program, argc, argv);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* init, card, admit, quota, revoke, members. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keyholder/access_log.h"
#include "keyholder/commands.h"
#include "keyholder/members.h"
#include "keyholder/print.h"
#include "keyholder/quota.h"
#include "proto/i18n.h"

enum oeo_exit oeo_command_init(struct oeo_cli *cli)
{
	const char *id = oeo_cli_value(cli, "id");
	const char *name = oeo_cli_value(cli, "name");
	const char *endpoint = oeo_cli_value(cli, "endpoint");
	struct oeo_home home;
	struct oeo_note why = {""};
	enum oeo_err err;

	if (id == NULL || name == NULL || endpoint == NULL)
		return oeo_cli_usage(cli, "%s",
		    _("init needs --id, --name and --endpoint, for example: --id wmo-adviesraad --name \"Wmo "
		      "Adviesraad\" "
		      "--endpoint tcp://keys.example.nl:7302"));
	err = oeo_home_create(&home, cli->home, &why);
	if (err == OEO_OK)
		err = oeo_register_create(&home, &why);
	if (err == OEO_OK)
		err = oeo_self_create(&home, OEO_ROLE_KEYHOLDER, id, name, endpoint, &why);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr,
	    _("Keyholder \"%s\" is ready in %s.\n"
	      "Next: run `oeo-keyholder card` and send what it prints to the collector and to every member. "
	      "Read the\n"
	      "fingerprint out to them by telephone.\n"),
	    id, cli->home);
	return OEO_EXIT_OK;
}

static enum oeo_exit print_card_json(struct oeo_cli *cli, const struct oeo_card *card)
{
	json_t *root = json_pack("{ss ss ss ss ss}", "role", oeo_role_name(card->role), "id", card->id,
	    "name", card->name, "endpoint", card->endpoint, "fingerprint", card->fingerprint);

	return oeo_print_json(cli, root);
}

enum oeo_exit oeo_command_card(struct oeo_cli *cli)
{
	struct oeo_home home;
	struct oeo_self self = {0};
	struct oeo_buf text = {0};
	struct oeo_note why = {""};
	enum oeo_err err = oeo_home_open(&home, cli->home, &why);
	enum oeo_exit result;

	if (err == OEO_OK)
		err = oeo_self_load(&self, &home, OEO_ROLE_KEYHOLDER, &why);
	if (err == OEO_OK)
		err = oeo_card_format(&text, &self.card, &why);
	if (err != OEO_OK)
		result = oeo_cli_error(cli, err, &why);
	else if (cli->is_json)
		result = print_card_json(cli, &self.card);
	else
		result = oeo_print_text(cli, &text);
	oeo_buf_fini(&text);
	oeo_self_fini(&self);
	return result;
}

enum oeo_exit oeo_command_admit(struct oeo_cli *cli)
{
	struct oeo_home home;
	struct oeo_register *reg = NULL;
	struct oeo_card card;
	struct oeo_note why = {""};
	unsigned long number = 0;
	uint64_t quota;
	enum oeo_err err;

	if (!oeo_cli_number(cli, "quota", OEO_GROUP_SIZE, OEO_QUOTA_MOST, &number))
		return OEO_EXIT_USAGE;
	quota = number;
	err = oeo_commands_open(cli, &home, &reg, &why);
	if (err == OEO_OK)
		err = oeo_card_read(&card, cli->arguments[0], &why);
	if (err == OEO_OK)
		err = oeo_members_admit(reg, &card, oeo_cli_value(cli, "quota") != NULL ? &quota : NULL,
		    oeo_clock_now_s(&cli->clock), &why);
	oeo_register_close(reg);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr,
	    _("Admitted: %s (%s).\n"
	      "Fingerprint: %s\n"
	      "Call the member and have them read their fingerprint out. If it is not this one, run at "
	      "once:\n"
	      "oeo-keyholder revoke %s\n"),
	    card.name, card.id, card.fingerprint, card.id);
	return OEO_EXIT_OK;
}

/* Whole groups only: a member always asks 64 at a time. */
static uint64_t round_up(uint64_t n)
{
	return (n + OEO_GROUP_SIZE - 1) / OEO_GROUP_SIZE * OEO_GROUP_SIZE;
}

static enum oeo_err check_member(struct oeo_register *reg, const char *id, struct oeo_note *why)
{
	struct oeo_member *members = NULL;
	size_t n = 0;
	bool is_known = false;
	enum oeo_err err = oeo_members_list(reg, &members, &n);

	for (size_t i = 0; i < n; i++)
		is_known = is_known || strcmp(members[i].id, id) == 0;
	free(members);
	if (err == OEO_OK && !is_known)
		err = oeo_note_set(why, OEO_ERR_NOT_FOUND,
		    _("No member \"%s\" is known here. `oeo-keyholder members` shows who is."), id);
	return err;
}

enum oeo_exit oeo_command_quota(struct oeo_cli *cli)
{
	struct oeo_home home;
	struct oeo_register *reg = NULL;
	struct oeo_plan_set set = {NULL, 0};
	const struct oeo_plan *plan = NULL;
	struct oeo_period period;
	struct oeo_note why = {""};
	unsigned long number = 0;
	uint64_t total = 0;
	enum oeo_err err;

	if (!oeo_cli_number(cli, "add", 1, OEO_QUOTA_MOST, &number))
		return OEO_EXIT_USAGE;
	if (number == 0)
		return oeo_cli_usage(cli, "%s", _("say how many to add with --add N"));
	err = oeo_commands_open(cli, &home, &reg, &why);
	if (err == OEO_OK)
		err = oeo_plan_set_load(&set, reg, &why);
	if (err == OEO_OK)
		err = oeo_commands_find_period(cli, &set, &period, &plan, &why);
	if (err == OEO_OK)
		err = check_member(reg, cli->arguments[0], &why);
	if (err == OEO_OK)
		err = oeo_access_log_grant(
		    reg, cli->arguments[0], plan->id, oeo_cli_value(cli, "period"), round_up(number));
	if (err == OEO_OK)
		err = oeo_access_log_granted(
		    reg, cli->arguments[0], plan->id, oeo_cli_value(cli, "period"), &total);
	if (err == OEO_OK)
		(void)fprintf(stderr,
		    _("Member %s may now ask %llu more for %s than was forecast (%llu added in all).\n"),
		    cli->arguments[0], (unsigned long long)total, oeo_cli_value(cli, "period"),
		    (unsigned long long)total);
	oeo_plan_set_fini(&set);
	oeo_register_close(reg);
	return oeo_cli_error(cli, err, &why);
}

enum oeo_exit oeo_command_revoke(struct oeo_cli *cli)
{
	struct oeo_home home;
	struct oeo_register *reg = NULL;
	struct oeo_note why = {""};
	enum oeo_err err = oeo_commands_open(cli, &home, &reg, &why);

	if (err == OEO_OK)
		err = oeo_members_revoke(reg, cli->arguments[0], oeo_clock_now_s(&cli->clock), &why);
	oeo_register_close(reg);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr,
	    _("Member %s is not answered any more, from this moment. Tell the collector's operator, who "
	      "keeps a list of "
	      "their own.\n"),
	    cli->arguments[0]);
	return OEO_EXIT_OK;
}

static json_t *member_json(const struct oeo_member *member)
{
	char since[OEO_TIME_TEXT_BYTES];
	json_t *object;

	oeo_clock_format(since, member->admitted_s);
	object = json_pack("{ss ss ss ss sb}", "id", member->id, "name", member->name, "fingerprint",
	    member->fingerprint, "admitted", since, "revoked", member->revoked_s != 0);
	if (object != NULL && member->has_quota)
		(void)json_object_set_new(object, "quota", json_integer((json_int_t)member->quota));
	return object;
}

static enum oeo_exit print_members_json(struct oeo_cli *cli, const struct oeo_member *members, size_t n)
{
	json_t *root = json_array();

	for (size_t i = 0; i < n; i++)
		(void)json_array_append_new(root, member_json(&members[i]));
	return oeo_print_json(cli, root);
}

static void print_members(const struct oeo_member *members, size_t n)
{
	char since[OEO_TIME_TEXT_BYTES];

	if (n == 0)
		(void)printf("%s\n", _("No member has been admitted yet. Run: oeo-keyholder admit CARD"));
	for (size_t i = 0; i < n; i++) {
		oeo_clock_format(
		    since, members[i].revoked_s != 0 ? members[i].revoked_s : members[i].admitted_s);
		(void)printf("%-20s %s\n", members[i].id, members[i].name);
		(void)printf("  %s: %s\n", _("fingerprint"), members[i].fingerprint);
		(void)printf(
		    "  %s %.10s\n", members[i].revoked_s != 0 ? _("revoked on") : _("admitted on"), since);
		if (members[i].has_quota)
			(void)printf("  %s: %llu\n", _("quota of its own per period and purpose"),
			    (unsigned long long)members[i].quota);
	}
}

enum oeo_exit oeo_command_members(struct oeo_cli *cli)
{
	struct oeo_home home;
	struct oeo_register *reg = NULL;
	struct oeo_member *members = NULL;
	size_t n = 0;
	struct oeo_note why = {""};
	enum oeo_exit result = OEO_EXIT_OK;
	enum oeo_err err = oeo_commands_open(cli, &home, &reg, &why);

	if (err == OEO_OK)
		err = oeo_members_list(reg, &members, &n);
	if (err != OEO_OK)
		result = oeo_cli_error(cli, err, &why);
	else if (cli->is_json)
		result = print_members_json(cli, members, n);
	else
		print_members(members, n);
	free(members);
	oeo_register_close(reg);
	return result;
}

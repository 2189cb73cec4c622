/* SPDX-License-Identifier: EUPL-1.2 */
/* Members: admit, revoke, members. They act at once on a daemon that runs. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/commands.h"
#include "proto/i18n.h"

/* How many members are admitted; *is_in: this one among them. */
static enum oeo_err count_members(struct oeo_store *store, const char *id, size_t *n, bool *is_in)
{
	struct oeo_store_member *members = NULL;
	size_t n_members = 0;
	enum oeo_err err = oeo_store_load_members(store, &members, &n_members);

	*n = 0;
	*is_in = false;
	for (size_t i = 0; err == OEO_OK && i < n_members; i++) {
		if (members[i].is_revoked)
			continue;
		(*n)++;
		*is_in = *is_in || strcmp(members[i].card.id, id) == 0;
	}
	free(members);
	return err;
}

/* Where contacts without identity count per week, the thresholds reckon with so many members and no more. */
static enum oeo_err check_room(
    struct oeo_store *store, const struct oeo_card *card, const struct oeo_clock *clock, struct oeo_note *why)
{
	struct oeo_plans plans = {NULL, 0};
	bool is_in = false;
	size_t n = 0;
	unsigned most;
	enum oeo_err err = oeo_plans_load(&plans, store, why);

	if (err != OEO_OK)
		return err;
	most = oeo_plans_most_members(&plans, oeo_clock_today(clock));
	oeo_plans_fini(&plans);
	err = count_members(store, card->id, &n, &is_in);
	if (err != OEO_OK)
		return oeo_note_set(why, err, _("The members cannot be read: %s."), oeo_store_message(store));
	if (most > 0 && n >= most && !is_in)
		return oeo_note_set(why, OEO_ERR_REFUSED,
		    _("%s cannot be admitted: the plan in force counts walk-ins per week and reckons with at "
		      "most %u members (walk_in_members), and there are %zu. Publish a plan with more "
		      "walk_in_members and the thresholds that go with it, and admit the member when that "
		      "plan has begun."),
		    card->id, most, n);
	return OEO_OK;
}

/* One transaction, so that two commands cannot both take the last place. */
static enum oeo_err store_member(struct oeo_store *store, const struct oeo_card *card, bool is_replaced,
    const struct oeo_clock *clock, struct oeo_note *why)
{
	enum oeo_err err = oeo_store_begin(store, NULL);

	if (err != OEO_OK)
		return err;
	err = check_room(store, card, clock, why);
	if (err == OEO_OK)
		err = oeo_store_admit(store, card, is_replaced, oeo_clock_now_s(clock));
	if (err == OEO_OK)
		return oeo_store_commit(store);
	oeo_store_rollback(store);
	return err;
}

static enum oeo_err admit(
    struct oeo_store *store, const struct oeo_card *card, const struct oeo_cli *cli, struct oeo_note *why)
{
	bool is_replaced = oeo_cli_value(cli, "replace") != NULL;
	enum oeo_err err;

	if (card->role != OEO_ROLE_AGENT)
		return oeo_note_set(why, OEO_ERR_REFUSED,
		    _("This is the card of a %s. Only agents are admitted here; a keyholder's card goes with "
		      "`plan attach "
		      "--keyholder`."),
		    oeo_role_name(card->role));
	err = store_member(store, card, is_replaced, &cli->clock, why);
	if (err == OEO_ERR_REFUSED)
		return err;
	if (err == OEO_ERR_EXISTS)
		return oeo_note_set(
		    why, OEO_OK, _("%s was admitted already; nothing has changed."), card->id);
	if (err == OEO_ERR_CONFLICT)
		return oeo_note_set(why, err,
		    _("%s cannot be admitted: another card has this id or this key. Compare the fingerprint "
		      "by "
		      "telephone; if this card is right, give --replace."),
		    card->id);
	if (err != OEO_OK)
		return oeo_note_set(
		    why, err, _("The member could not be stored: %s."), oeo_store_message(store));
	return oeo_note_set(why, OEO_OK,
	    _("%s (%s) is admitted.\nFingerprint: %s\nRead it out to the member by telephone; if it differs: "
	      "oeo-collector "
	      "revoke %s"),
	    card->id, card->name, card->fingerprint, card->id);
}

enum oeo_exit oeo_admit_command(struct oeo_cli *cli)
{
	struct oeo_collector collector;
	struct oeo_note why = {""};
	struct oeo_card card;
	enum oeo_err err = oeo_collector_open(&collector, cli, &why);

	if (err == OEO_OK)
		err = oeo_card_read(&card, cli->arguments[0], &why);
	if (err == OEO_OK)
		err = admit(collector.store, &card, cli, &why);
	oeo_collector_close(&collector);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr, "%s\n", why.text);
	return OEO_EXIT_OK;
}

enum oeo_exit oeo_revoke_command(struct oeo_cli *cli)
{
	const char *member = cli->arguments[0];
	struct oeo_collector collector;
	struct oeo_note why = {""};
	size_t n_dropped = 0;
	enum oeo_err err = oeo_collector_open(&collector, cli, &why);

	/* In a script a revocation must not wait for anybody. */
	if (err == OEO_OK && isatty(STDIN_FILENO) &&
	    !oeo_cli_confirm(cli, _("Let this member go and drop its reports that are not released?"))) {
		oeo_collector_close(&collector);
		return OEO_EXIT_FAILED;
	}
	if (err == OEO_OK) {
		err = oeo_store_revoke(collector.store, member, &n_dropped);
		if (err == OEO_ERR_NOT_FOUND)
			(void)oeo_note_set(&why, err,
			    _("%s is not a member here (any more). `oeo-collector members` lists them."),
			    member);
		else if (err != OEO_OK)
			(void)oeo_note_set(&why, err, _("The member could not be revoked: %s."),
			    oeo_store_message(collector.store));
	}
	oeo_collector_close(&collector);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr,
	    _("%s is revoked; %zu of its submissions are dropped. Tell the keyholders, who keep lists of "
	      "their own.\n"),
	    member, n_dropped);
	return OEO_EXIT_OK;
}

/* ---- members */

static json_t *member_json(const struct oeo_store_member *member)
{
	char admitted[OEO_TIME_TEXT_BYTES];

	oeo_clock_format(admitted, member->admitted_s);
	return json_pack("{s:s, s:s, s:s, s:s, s:b}", "id", member->card.id, "name", member->card.name,
	    "fingerprint", member->card.fingerprint, "admitted", admitted, "revoked",
	    (int)member->is_revoked);
}

static int print_json(json_t *root)
{
	int result = root == NULL ? -1 : json_dumpf(root, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);

	json_decref(root);
	return result == 0 && printf("\n") > 0 ? 0 : -1;
}

static int print_members_json(const struct oeo_store_member *members, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < n; i++) {
		if (json_array_append_new(list, member_json(&members[i])) != 0) {
			json_decref(list);
			return -1;
		}
	}
	return print_json(json_pack("{s:o}", "members", list));
}

static int print_members(const struct oeo_store_member *members, size_t n)
{
	if (n == 0)
		(void)printf("%s\n", _("No members yet. Admit their cards with `oeo-collector admit CARD`."));
	for (size_t i = 0; i < n; i++)
		(void)printf("%-24s %s%s\n%-24s %s\n", members[i].card.id, members[i].card.name,
		    members[i].is_revoked ? _(" (revoked)") : "", "", members[i].card.fingerprint);
	return fflush(stdout);
}

enum oeo_exit oeo_members_command(struct oeo_cli *cli)
{
	struct oeo_store_member *members = NULL;
	struct oeo_collector collector;
	struct oeo_note why = {""};
	size_t n = 0;
	enum oeo_err err = oeo_collector_open(&collector, cli, &why);

	if (err == OEO_OK) {
		err = oeo_store_load_members(collector.store, &members, &n);
		if (err != OEO_OK)
			(void)oeo_note_set(&why, err, _("The members cannot be read: %s."),
			    oeo_store_message(collector.store));
	}
	if (err == OEO_OK && (cli->is_json ? print_members_json(members, n) : print_members(members, n)) != 0)
		err = oeo_note_set(&why, OEO_ERR_IO, _("cannot write the list"));
	free(members);
	oeo_collector_close(&collector);
	return oeo_cli_error(cli, err, &why);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* The plan on its way: check, publish (sign), attach (keyholders' approvals). */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/commands.h"
#include "proto/i18n.h"
#include "proto/plan_file.h"
#include "proto/plan_sign.h"

#define MOST_MEMBERS 512

/* ---- Members to reckon with: those of --members, or those admitted here */

struct member_list {
	char ids[MOST_MEMBERS][OEO_ID_BYTES];
	const char *pointers[MOST_MEMBERS];
	size_t n;
};

static void add_member(struct member_list *list, const char *id, size_t len)
{
	if (list->n == MOST_MEMBERS || len == 0 || len >= OEO_ID_BYTES)
		return;
	memcpy(list->ids[list->n], id, len);
	list->ids[list->n][len] = '\0';
	list->pointers[list->n] = list->ids[list->n];
	list->n++;
}

static void split_members(struct member_list *list, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, ", ");

		add_member(list, text, len);
		text += len + (text[len] != '\0' ? 1 : 0);
	}
}

static enum oeo_err admitted_members(struct member_list *list, struct oeo_store *store, struct oeo_note *why)
{
	struct oeo_store_member *members = NULL;
	size_t n = 0;
	enum oeo_err err = oeo_store_load_members(store, &members, &n);

	if (err != OEO_OK)
		return oeo_note_set(why, err, _("The members cannot be read: %s."), oeo_store_message(store));
	for (size_t i = 0; i < n; i++) {
		if (!members[i].is_revoked)
			add_member(list, members[i].card.id, strlen(members[i].card.id));
	}
	free(members);
	return OEO_OK;
}

/* ---- Findings */

static void print_findings(const struct oeo_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		(void)fprintf(stderr, "%s: %s\n",
		    findings->items[i].kind == OEO_FINDING_FAULT ? _("fault") : _("warning"),
		    findings->items[i].text);
	if (findings->dropped > 0)
		(void)fprintf(stderr, _("and %zu more\n"), findings->dropped);
}

static enum oeo_exit print_findings_json(const struct oeo_findings *findings, const struct oeo_plan *plan)
{
	json_t *list = json_array();
	json_t *root;
	int failed = list == NULL;
	char digest[2 * OEO_DIGEST_BYTES + 1] = "";

	for (size_t i = 0; !failed && i < findings->count; i++)
		failed = json_array_append_new(
			     list, json_pack("{s:s, s:s}", "kind",
				       findings->items[i].kind == OEO_FINDING_FAULT ? "fault" : "warning",
				       "text", findings->items[i].text)) != 0;
	if (plan != NULL)
		oeo_hex_encode(digest, plan->digest, OEO_DIGEST_BYTES);
	root = json_pack("{s:b, s:s, s:s, s:o}", "ok", findings->faults == 0, "plan",
	    plan != NULL ? plan->id : "", "digest", digest, "findings", list);
	failed = failed || root == NULL || json_dumpf(root, stdout, JSON_INDENT(2)) != 0 || printf("\n") < 0;
	json_decref(root);
	return failed || findings->faults > 0 ? OEO_EXIT_FAILED : OEO_EXIT_OK;
}

/* Read and review; OEO_OK with faults in findings means: look at them. */
static enum oeo_err read_plan(struct oeo_plan **plan, const char *path, const struct member_list *members,
    struct oeo_findings *findings)
{
	enum oeo_err err = oeo_plan_file_read(plan, path, findings);

	if ((err == OEO_ERR_FORMAT || err == OEO_ERR_RANGE) && findings->faults > 0)
		return OEO_OK;
	return err == OEO_OK ? oeo_plan_review(*plan, members->pointers, members->n, findings) : err;
}

static enum oeo_err print_plan(const struct oeo_plan *plan)
{
	struct oeo_buf text = {NULL, 0, 0};
	enum oeo_err err = oeo_plan_describe(&text, plan);

	if (err == OEO_OK && fwrite(text.data, 1, text.len, stdout) != text.len)
		err = OEO_ERR_IO;
	oeo_buf_fini(&text);
	return err;
}

static enum oeo_exit show_check(
    const struct oeo_cli *cli, const struct oeo_plan *plan, const struct oeo_findings *findings)
{
	size_t faults = findings->faults;

	if (cli->is_json)
		return print_findings_json(findings, plan);
	print_findings(findings);
	if (faults == 0 && print_plan(plan) != OEO_OK)
		return oeo_cli_fail(cli, _("cannot show the plan"));
	if (faults > 0)
		return oeo_cli_fail(cli, _("%zu faults. Mend them and check again."), faults);
	return OEO_EXIT_OK;
}

enum oeo_exit oeo_plan_check_command(struct oeo_cli *cli)
{
	struct member_list *members = calloc(1, sizeof(*members));
	const char *given = oeo_cli_value(cli, "members");
	struct oeo_findings findings = {NULL, 0, 0, 0};
	struct oeo_collector collector;
	struct oeo_plan *plan = NULL;
	struct oeo_note why = {""};
	enum oeo_exit result;
	enum oeo_err err;

	if (members == NULL)
		return oeo_cli_error(cli, OEO_ERR_NOMEM, &why);
	/* A plan can be checked before there is a collector. */
	if (given != NULL)
		split_members(members, given);
	else if (oeo_collector_open(&collector, cli, NULL) == OEO_OK)
		(void)admitted_members(members, collector.store, NULL);
	if (given == NULL)
		oeo_collector_close(&collector);
	err = read_plan(&plan, cli->arguments[0], members, &findings);
	if (err != OEO_OK) {
		print_findings(&findings);
		result = oeo_cli_error(cli, err, &why);
	} else {
		result = show_check(cli, plan, &findings);
	}
	oeo_findings_fini(&findings);
	oeo_plan_free(plan);
	free(members);
	return result;
}

/* ---- publish */

static const char *period_word(enum oeo_cadence cadence)
{
	switch (cadence) {
	case OEO_MONTH:
		return _("month");
	case OEO_QUARTER:
		return _("quarter");
	case OEO_YEAR:
		return _("year");
	}
	return "?";
}

/* A changed plan keeps the id, begins in the future, after every plan that is in force, with a period of the longest
 * cadence that it or the plan before it has. Asked when it is signed, and again when it comes into force. */
static enum oeo_err check_change(const struct oeo_plan *plan, const struct oeo_plans *plans,
    const struct oeo_clock *clock, struct oeo_note *why)
{
	const struct oeo_published *newest = oeo_plans_newest(plans);
	const struct oeo_plan *present;
	struct oeo_period longest;
	enum oeo_cadence cadence;
	char from[OEO_PERIOD_BYTES];
	int64_t first = oeo_period_first_day(&plan->from);

	if (newest == NULL)
		return OEO_OK;
	present = newest->signed_plan.plan;
	oeo_period_format(from, &plan->from);
	cadence = oeo_plan_longest_of_two(plan, present);
	longest = oeo_period_of_day(cadence, first);
	if (memcmp(present->digest, plan->digest, OEO_DIGEST_BYTES) == 0)
		return oeo_note_set(why, OEO_ERR_EXISTS, _("This very plan is in force already."));
	if (strcmp(present->id, plan->id) != 0)
		return oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("This collector works under the plan %s. A changed plan keeps that name; another plan "
		      "needs a collector "
		      "of its own."),
		    present->id);
	if (first <= oeo_clock_today(clock) || first <= oeo_period_first_day(&present->from))
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("from: %s: a changed plan begins in the future and after the plan that is in force."),
		    from);
	if (oeo_period_first_day(&longest) != first)
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("from: %s: a changed plan begins with a whole %s, the longest period of its tables and "
		      "of those in force."),
		    from, period_word(cadence));
	return OEO_OK;
}

/* Plans that never came into force make room for this one. */
static enum oeo_err store_plan(struct oeo_store *store, const struct oeo_plans *plans,
    const struct oeo_signed_plan *signed_plan, const struct oeo_buf *packed)
{
	enum oeo_err err = oeo_store_begin(store, NULL);

	if (err != OEO_OK)
		return err;
	for (size_t i = 0; err == OEO_OK && i < plans->n; i++) {
		if (!plans->items[i].is_in_force)
			err = oeo_store_remove_plan(store, plans->items[i].signed_plan.plan->digest);
	}
	if (err == OEO_OK)
		err = oeo_store_put_plan(store, signed_plan->plan->digest, false, packed->data, packed->len);
	if (err == OEO_OK)
		return oeo_store_commit(store);
	oeo_store_rollback(store);
	return err;
}

/* Takes *plan over. */
static enum oeo_err publish(struct oeo_collector *collector, struct oeo_plan **plan, const char *out,
    const struct oeo_cli *cli, struct oeo_note *why)
{
	struct oeo_signed_plan signed_plan;
	struct oeo_plans plans = {NULL, 0};
	struct oeo_buf packed = {NULL, 0, 0};
	struct oeo_self self;
	enum oeo_err err;

	memset(&self, 0, sizeof(self));
	memset(&signed_plan, 0, sizeof(signed_plan));
	err = oeo_self_load(&self, &collector->home, OEO_ROLE_COLLECTOR, why);
	if (err == OEO_OK)
		err = oeo_plans_load(&plans, collector->store, why);
	if (err == OEO_OK)
		err = check_change(*plan, &plans, &cli->clock, why);
	if (err == OEO_OK)
		err = oeo_signed_plan_make(&signed_plan, *plan, &self.identity_sk);
	if (err == OEO_OK) {
		*plan = NULL;
		err = oeo_signed_plan_pack(&packed, &signed_plan);
	}
	if (err == OEO_OK) {
		err = store_plan(collector->store, &plans, &signed_plan, &packed);
		if (err != OEO_OK)
			(void)oeo_note_set(why, err, _("The plan could not be stored: %s."),
			    oeo_store_message(collector->store));
	}
	if (err == OEO_OK)
		err = oeo_file_write(out, packed.data, packed.len, 0644, why);
	oeo_buf_fini(&packed);
	oeo_signed_plan_fini(&signed_plan);
	oeo_plans_fini(&plans);
	oeo_self_fini(&self);
	return err;
}

static enum oeo_exit publish_checked(struct oeo_cli *cli, struct oeo_collector *collector,
    struct oeo_plan **plan, const struct oeo_findings *findings)
{
	const char *out = oeo_cli_value(cli, "out");
	struct oeo_note why = {""};
	enum oeo_err err;

	print_findings(findings);
	if (findings->faults > 0)
		return oeo_cli_fail(cli,
		    _("The plan has faults and is not signed. `oeo-collector plan check` explains them."));
	err = publish(collector, plan, out, cli, &why);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr,
	    _("%s is signed. Send it to every keyholder of the plan, and add what they send back with "
	      "`oeo-collector plan "
	      "attach`.\n"),
	    out);
	return OEO_EXIT_OK;
}

enum oeo_exit oeo_plan_publish_command(struct oeo_cli *cli)
{
	struct member_list *members;
	struct oeo_findings findings = {NULL, 0, 0, 0};
	struct oeo_collector collector;
	struct oeo_plan *plan = NULL;
	struct oeo_note why = {""};
	enum oeo_exit result;
	enum oeo_err err;

	if (oeo_cli_value(cli, "out") == NULL)
		return oeo_cli_usage(cli, _("plan publish needs --out FILE.oeoplan"));
	members = calloc(1, sizeof(*members));
	if (members == NULL)
		return oeo_cli_error(cli, OEO_ERR_NOMEM, &why);
	err = oeo_collector_open(&collector, cli, &why);
	if (err == OEO_OK)
		err = admitted_members(members, collector.store, &why);
	if (err == OEO_OK)
		err = read_plan(&plan, cli->arguments[0], members, &findings);
	if (err == OEO_OK)
		result = publish_checked(cli, &collector, &plan, &findings);
	else
		result = oeo_cli_error(cli, err, &why);
	oeo_findings_fini(&findings);
	oeo_plan_free(plan);
	oeo_collector_close(&collector);
	free(members);
	return result;
}

/* ---- attach */

static enum oeo_err read_approval(struct oeo_approval *approval, const char *path, struct oeo_note *why)
{
	struct oeo_buf text = {NULL, 0, 0};
	struct oeo_note reason = {""};
	enum oeo_err err = oeo_file_read(&text, path, OEO_CARD_LIMIT, why);

	if (err == OEO_OK) {
		err = oeo_approval_parse(approval, (const char *)text.data, text.len, &reason);
		if (err != OEO_OK)
			(void)oeo_note_set(why, err, "%s: %s", path, reason.text);
	}
	oeo_buf_fini(&text);
	return err;
}

/* The keyholder's card: the one given (and then remembered), or the one that is known. */
static enum oeo_err take_keyholder(struct oeo_card *card, const struct oeo_home *home, const char *id,
    const struct oeo_cli *cli, struct oeo_note *why)
{
	const char *path = oeo_cli_value(cli, "keyholder");
	struct oeo_card *known = NULL;
	const struct oeo_card *found;
	size_t n = 0;
	enum oeo_err err;

	if (path != NULL) {
		err = oeo_card_read(card, path, why);
		if (err == OEO_OK && (card->role != OEO_ROLE_KEYHOLDER || strcmp(card->id, id) != 0))
			err = oeo_note_set(why, OEO_ERR_CONFLICT,
			    _("%s is not the card of keyholder %s, who made this approval."), path, id);
		if (err == OEO_OK)
			err = oeo_keyholders_add(home, card, oeo_cli_value(cli, "replace") != NULL, why);
		return err;
	}
	err = oeo_keyholders_load(&known, &n, home, why);
	found = err == OEO_OK ? oeo_keyholders_find(known, n, id) : NULL;
	if (err == OEO_OK && found == NULL)
		err = oeo_note_set(why, OEO_ERR_USAGE,
		    _("The card of keyholder %s is not known yet: give it with --keyholder "
		      "CARD."),
		    id);
	if (err == OEO_OK)
		*card = *found;
	free(known);
	return err;
}

/* True where every keyholder's approval is there; all signatures are then checked once more, all together. */
static enum oeo_err check_complete(const struct oeo_signed_plan *signed_plan, const struct oeo_home *home,
    bool *is_complete, struct oeo_note *why)
{
	struct oeo_card *cards = NULL;
	struct oeo_card *all = NULL;
	struct oeo_self self;
	size_t n = 0;
	enum oeo_err err;

	*is_complete = signed_plan->n_approvals == signed_plan->plan->n_keyholders;
	if (!*is_complete)
		return OEO_OK;
	memset(&self, 0, sizeof(self));
	err = oeo_self_load(&self, home, OEO_ROLE_COLLECTOR, why);
	if (err == OEO_OK)
		err = oeo_keyholders_load(&cards, &n, home, why);
	if (err == OEO_OK) {
		all = oeo_alloc_array(n + 1, sizeof(*all));
		err = all == NULL ? OEO_ERR_NOMEM : OEO_OK;
	}
	if (err == OEO_OK) {
		if (n > 0)
			memcpy(all, cards, n * sizeof(*all));
		all[n] = self.card;
		err = oeo_signed_plan_verify(signed_plan, all, n + 1, why);
	}
	free(all);
	free(cards);
	oeo_self_fini(&self);
	return err;
}

/* Time has passed since it was signed: it may have begun, and members may have come. */
static enum oeo_err check_in_time(const struct oeo_plan *plan, const struct oeo_plans *plans,
    const struct oeo_clock *clock, struct oeo_note *why)
{
	const struct oeo_published *newest = oeo_plans_newest(plans);
	char from[OEO_PERIOD_BYTES];

	oeo_period_format(from, &plan->from);
	if (newest != NULL && oeo_period_first_day(&plan->from) <= oeo_clock_today(clock))
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("This approval completes the plan too late: it begins with %s, which has begun, and "
		      "what "
		      "is in for that belongs to the plan in force. Publish it anew with a later `from` "
		      "(oeo-collector plan publish)."),
		    from);
	return check_change(plan, plans, clock, why);
}

static enum oeo_err check_members(const struct oeo_plan *plan, struct oeo_store *store, struct oeo_note *why)
{
	struct oeo_store_member *members = NULL;
	size_t n_members = 0;
	size_t n = 0;
	enum oeo_err err = oeo_store_load_members(store, &members, &n_members);

	if (err != OEO_OK)
		return oeo_note_set(why, err, _("The members cannot be read: %s."), oeo_store_message(store));
	for (size_t i = 0; i < n_members; i++)
		n += members[i].is_revoked ? 0 : 1;
	free(members);
	if (plan->walk_in_members == 0 || n <= plan->walk_in_members)
		return OEO_OK;
	return oeo_note_set(why, OEO_ERR_RANGE,
	    _("The plan cannot come into force: it counts walk-ins per week and reckons with at most %u "
	      "members (walk_in_members), and %zu are admitted. Raise walk_in_members and the thresholds "
	      "that "
	      "go with it, and publish it anew (oeo-collector plan publish)."),
	    plan->walk_in_members, n);
}

static enum oeo_err attach_to(struct oeo_collector *collector, const struct oeo_plans *plans,
    const struct oeo_published *item, const struct oeo_approval *approval, const struct oeo_card *card,
    const struct oeo_clock *clock, bool *is_complete, struct oeo_note *why)
{
	struct oeo_signed_plan signed_plan;
	struct oeo_buf packed = {NULL, 0, 0};
	enum oeo_err err;

	memset(&signed_plan, 0, sizeof(signed_plan));
	err = oeo_signed_plan_unpack(&signed_plan, item->packed.data, item->packed.len, why);
	if (err == OEO_OK)
		err = oeo_signed_plan_attach(&signed_plan, approval, card, why);
	if (err == OEO_OK)
		err = check_complete(&signed_plan, &collector->home, is_complete, why);
	if (err == OEO_OK && *is_complete && !item->is_in_force)
		err = check_in_time(signed_plan.plan, plans, clock, why);
	if (err == OEO_OK && *is_complete && !item->is_in_force)
		err = check_members(signed_plan.plan, collector->store, why);
	if (err == OEO_OK)
		err = oeo_signed_plan_pack(&packed, &signed_plan);
	if (err == OEO_OK) {
		err = oeo_store_put_plan(collector->store, approval->digest,
		    *is_complete || item->is_in_force, packed.data, packed.len);
		if (err != OEO_OK)
			(void)oeo_note_set(why, err, _("The approval could not be stored: %s."),
			    oeo_store_message(collector->store));
	}
	oeo_buf_fini(&packed);
	oeo_signed_plan_fini(&signed_plan);
	return err;
}

static enum oeo_err attach(struct oeo_collector *collector, const struct oeo_approval *approval,
    const struct oeo_cli *cli, bool *is_complete, struct oeo_note *why)
{
	struct oeo_plans plans = {NULL, 0};
	const struct oeo_published *item;
	struct oeo_card card;
	enum oeo_err err = oeo_plans_load(&plans, collector->store, why);

	if (err != OEO_OK)
		return err;
	item = oeo_plans_find(&plans, approval->digest);
	if (item == NULL)
		err = oeo_note_set(why, OEO_ERR_NOT_FOUND,
		    _("This approval is of another version of the plan. Send the keyholder the file of the "
		      "last `plan publish`."));
	if (err == OEO_OK)
		err = take_keyholder(&card, &collector->home, approval->keyholder, cli, why);
	if (err == OEO_OK)
		err = attach_to(collector, &plans, item, approval, &card, &cli->clock, is_complete, why);
	oeo_plans_fini(&plans);
	return err;
}

enum oeo_exit oeo_plan_attach_command(struct oeo_cli *cli)
{
	struct oeo_collector collector;
	struct oeo_approval approval;
	struct oeo_note why = {""};
	bool is_complete = false;
	enum oeo_err err = oeo_collector_open(&collector, cli, &why);

	if (err == OEO_OK)
		err = read_approval(&approval, cli->arguments[0], &why);
	if (err == OEO_OK)
		err = attach(&collector, &approval, cli, &is_complete, &why);
	oeo_collector_close(&collector);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr, _("The approval of %s is added.\n"), approval.keyholder);
	(void)fprintf(stderr, "%s\n",
	    is_complete ? _("Every keyholder has approved: the plan is in force, and agents can accept it.")
			: _("Other keyholders have still to approve. `oeo-collector status` tells which."));
	return OEO_EXIT_OK;
}

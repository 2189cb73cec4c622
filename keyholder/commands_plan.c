/* SPDX-License-Identifier: EUPL-1.2 */
/* plan approve: show what will be published in plain words, check who signed, sign. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keyholder/commands.h"
#include "keyholder/members.h"
#include "keyholder/print.h"
#include "proto/i18n.h"
#include "proto/plan_file.h"

struct approval_work {
	struct oeo_home home;
	struct oeo_register *reg;
	struct oeo_self self;
	struct oeo_card collector;
	struct oeo_signed_plan signed_plan;
};

static enum oeo_err read_plan(struct oeo_signed_plan *signed_plan, const char *path, struct oeo_note *why)
{
	struct oeo_buf bytes = {0};
	enum oeo_err err = oeo_file_read(&bytes, path, OEO_PLAN_FILE_LIMIT, why);

	if (err == OEO_OK)
		err = oeo_signed_plan_unpack(signed_plan, bytes.data, bytes.len, why);
	oeo_buf_fini(&bytes);
	return err;
}

static bool is_keyholder(const struct oeo_plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->n_keyholders; i++) {
		if (strcmp(plan->keyholders[i], id) == 0)
			return true;
	}
	return false;
}

/* Who signed, and whether it is for this keyholder to approve. */
static enum oeo_err check_plan(
    const struct oeo_cli *cli, const struct approval_work *work, struct oeo_note *why)
{
	const struct oeo_plan *plan = work->signed_plan.plan;

	if (work->collector.role != OEO_ROLE_COLLECTOR)
		return oeo_note_set(why, OEO_ERR_USAGE,
		    _("--collector is the card of a %s. Give the card that `oeo-collector card` prints."),
		    oeo_role_name(work->collector.role));
	if (oeo_plan_verify(
		work->signed_plan.collector_signature, plan->digest, work->collector.identity_pk) != OEO_OK)
		return oeo_note_set(why, OEO_ERR_CRYPTO,
		    _("This plan was not signed by the collector on that card, or was changed afterwards. Do "
		      "not approve "
		      "it; call the collector's operator."));
	if (!is_keyholder(plan, work->self.card.id))
		return oeo_note_set(why, OEO_ERR_REFUSED,
		    _("This plan does not name you (%s) as a keyholder. There is nothing for you to "
		      "approve."),
		    work->self.card.id);
	if (plan->id[0] == '.')
		return oeo_note_set(why, OEO_ERR_REFUSED, _("The id of a plan may not begin with a dot."));
	return oeo_plans_check(work->reg, plan, &work->collector, oeo_clock_today(&cli->clock), why);
}

/* Append the findings of a review; a fault is an error. */
static enum oeo_err append_review(
    struct oeo_buf *text, struct oeo_register *reg, const struct oeo_plan *plan, struct oeo_note *why)
{
	struct oeo_findings findings = {0};
	struct oeo_member *members = NULL;
	const char **ids = NULL;
	size_t n_members = 0;
	size_t n = 0;
	enum oeo_err err = oeo_members_list(reg, &members, &n_members);

	ids = oeo_alloc_array(n_members, sizeof(*ids));
	if (err == OEO_OK && ids == NULL)
		err = OEO_ERR_NOMEM;
	for (size_t i = 0; err == OEO_OK && i < n_members; i++) {
		if (members[i].revoked_s == 0)
			ids[n++] = members[i].id;
	}
	if (err == OEO_OK)
		err = oeo_plan_review(plan, n > 0 ? ids : NULL, n, &findings);
	if (err == OEO_OK && findings.count > 0)
		err = oeo_buf_printf(text, "\n%s\n", _("What you should know:"));
	for (size_t i = 0; err == OEO_OK && i < findings.count; i++) {
		err = oeo_buf_printf(text, "- %s\n", findings.items[i].text);
		if (err == OEO_OK && findings.items[i].kind == OEO_FINDING_FAULT)
			err = oeo_note_set(why, OEO_ERR_REFUSED,
			    _("This plan has a fault and cannot be approved: %s"), findings.items[i].text);
	}
	oeo_findings_fini(&findings);
	free(ids);
	free(members);
	return err;
}

static enum oeo_err describe(struct oeo_buf *text, const struct approval_work *work, struct oeo_note *why)
{
	char digest[2 * OEO_DIGEST_BYTES + 1];
	enum oeo_err err = oeo_plan_describe(text, work->signed_plan.plan);

	if (err == OEO_OK)
		err = append_review(text, work->reg, work->signed_plan.plan, why);
	oeo_hex_encode(digest, work->signed_plan.plan->digest, OEO_DIGEST_BYTES);
	if (err == OEO_OK)
		err = oeo_buf_printf(text,
		    _("\nSigned by: %s\nCollector's fingerprint: %s\nPlan's digest: %s\n"),
		    work->collector.name, work->collector.fingerprint, digest);
	return err;
}

static enum oeo_err write_approval(
    const struct oeo_cli *cli, const struct approval_work *work, struct oeo_note *why)
{
	const struct oeo_plan *plan = work->signed_plan.plan;
	char named[2 * OEO_ID_BYTES + 32];
	const char *path = oeo_cli_value(cli, "out");
	struct oeo_approval approval = {0};
	struct oeo_buf text = {0};
	enum oeo_err err;

	(void)snprintf(approval.plan, sizeof(approval.plan), "%s", plan->id);
	(void)snprintf(approval.keyholder, sizeof(approval.keyholder), "%s", work->self.card.id);
	memcpy(approval.digest, plan->digest, OEO_DIGEST_BYTES);
	if (path == NULL) {
		(void)snprintf(named, sizeof(named), "%s-%s.oeoapproval", plan->id, work->self.card.id);
		path = named;
	}
	err = oeo_plan_sign(approval.signature, plan->digest, &work->self.identity_sk);
	if (err == OEO_OK)
		err = oeo_approval_format(&text, &approval);
	if (err == OEO_OK)
		err = oeo_file_write(path, text.data, text.len, 0644, why);
	if (err == OEO_OK)
		(void)fprintf(
		    stderr, _("Approved. Send this file back to the collector's operator: %s\n"), path);
	oeo_buf_fini(&text);
	return err;
}

static enum oeo_err load_work(struct approval_work *work, const struct oeo_cli *cli, struct oeo_note *why)
{
	const char *card = oeo_cli_value(cli, "collector");
	enum oeo_err err;

	if (card == NULL)
		return oeo_note_set(why, OEO_ERR_USAGE,
		    _("Give the collector's card, which you compared by telephone: --collector CARD"));
	err = oeo_commands_open(cli, &work->home, &work->reg, why);
	if (err == OEO_OK)
		err = oeo_self_load(&work->self, &work->home, OEO_ROLE_KEYHOLDER, why);
	if (err == OEO_OK)
		err = oeo_card_read(&work->collector, card, why);
	if (err == OEO_OK)
		err = read_plan(&work->signed_plan, cli->arguments[0], why);
	return err;
}

enum oeo_exit oeo_command_plan_approve(struct oeo_cli *cli)
{
	struct approval_work work = {0};
	struct oeo_buf text = {0};
	struct oeo_note why = {""};
	bool is_refused = false;
	enum oeo_err err = load_work(&work, cli, &why);

	if (err == OEO_OK)
		err = check_plan(cli, &work, &why);
	if (err == OEO_OK)
		err = describe(&text, &work, &why);
	if (err == OEO_OK && oeo_print_text(cli, &text) != OEO_EXIT_OK)
		err = OEO_ERR_IO;
	if (err == OEO_OK)
		is_refused =
		    !oeo_cli_confirm(cli, _("Do you approve that this, and nothing else, is published?"));
	if (err == OEO_OK && !is_refused)
		err = oeo_plans_keep(
		    work.reg, &work.signed_plan, &work.collector, oeo_clock_now_s(&cli->clock), &why);
	if (err == OEO_OK && !is_refused)
		err = write_approval(cli, &work, &why);
	if (is_refused)
		(void)fprintf(stderr, "%s\n", _("Not approved. Nothing was kept or signed."));
	oeo_buf_fini(&text);
	oeo_signed_plan_fini(&work.signed_plan);
	oeo_self_fini(&work.self);
	oeo_register_close(work.reg);
	return is_refused ? OEO_EXIT_FAILED : oeo_cli_error(cli, err, &why);
}

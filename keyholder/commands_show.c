/* SPDX-License-Identifier: EUPL-1.2 */
/* status and log. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keyholder/commands.h"
#include "keyholder/daemon.h"
#include "keyholder/log_page.h"
#include "keyholder/members.h"
#include "keyholder/print.h"
#include "proto/i18n.h"

/* What status tells. */
struct status {
	struct oeo_log_page page;
	struct oeo_plan_set plans;
	struct oeo_member *members; /* owned */
	size_t n_members;
	size_t n_admitted; /* of them, not revoked */
	bool is_running;
	char endpoint[OEO_ENDPOINT_BYTES];
	int64_t started_s;
	int64_t refused_handshakes;
	int64_t failed_handshakes;
	int64_t revoked_messages;
	int64_t malformed_frames;
	int64_t undelivered;
	uint64_t refusals;
};

static bool is_running(const struct oeo_home *home)
{
	struct oeo_home probe = *home;
	enum oeo_err err;

	probe.lock_fd = -1;
	err = oeo_home_lock(&probe, "run", NULL);
	oeo_home_close(&probe);
	return err == OEO_ERR_STATE;
}

static enum oeo_err read_facts(struct status *status, struct oeo_register *reg)
{
	const struct {
		const char *name;
		int64_t *value;
	} facts[] = {
	    {OEO_FACT_STARTED, &status->started_s},
	    {OEO_FACT_REFUSED_HANDSHAKES, &status->refused_handshakes},
	    {OEO_FACT_FAILED_HANDSHAKES, &status->failed_handshakes},
	    {OEO_FACT_REVOKED_MESSAGES, &status->revoked_messages},
	    {OEO_FACT_MALFORMED_FRAMES, &status->malformed_frames},
	    {OEO_FACT_UNDELIVERED, &status->undelivered},
	};
	enum oeo_err err =
	    oeo_register_get_text(reg, OEO_FACT_ENDPOINT, status->endpoint, sizeof(status->endpoint));

	for (size_t i = 0; err == OEO_OK && i < sizeof(facts) / sizeof(facts[0]); i++)
		err = oeo_register_get_number(reg, facts[i].name, facts[i].value);
	return err;
}

static enum oeo_err read_members(struct status *status, struct oeo_register *reg)
{
	enum oeo_err err = oeo_members_list(reg, &status->members, &status->n_members);

	for (size_t i = 0; i < status->n_members; i++)
		status->n_admitted += status->members[i].revoked_s == 0 ? 1 : 0;
	return err;
}

static enum oeo_err load_page(struct oeo_log_page *page, const struct oeo_cli *cli, struct oeo_home *home,
    struct oeo_register **reg, struct oeo_note *why)
{
	struct oeo_self self = {0};
	enum oeo_err err = oeo_commands_open(cli, home, reg, why);

	if (err == OEO_OK)
		err = oeo_self_load(&self, home, OEO_ROLE_KEYHOLDER, why);
	if (err == OEO_OK)
		err = oeo_log_page_make(page, *reg, home, &self.card, oeo_clock_now_s(&cli->clock), why);
	oeo_self_fini(&self);
	return err;
}

static enum oeo_err load_status(struct status *status, const struct oeo_cli *cli, struct oeo_note *why)
{
	struct oeo_home home;
	struct oeo_register *reg = NULL;
	enum oeo_err err = load_page(&status->page, cli, &home, &reg, why);

	if (err == OEO_OK)
		err = oeo_plan_set_load(&status->plans, reg, why);
	if (err == OEO_OK)
		err = read_members(status, reg);
	if (err == OEO_OK)
		err = read_facts(status, reg);
	if (err == OEO_OK)
		status->is_running = is_running(&home);
	for (size_t i = 0; i < status->page.n_refusals; i++)
		status->refusals += status->page.refusals[i].count;
	oeo_register_close(reg);
	return err;
}

static void print_plans(const struct oeo_plan_set *plans)
{
	char approved[OEO_TIME_TEXT_BYTES];
	char from[OEO_PERIOD_BYTES];

	if (plans->n == 0)
		(void)printf("%s\n",
		    _("No plan approved yet. Next: oeo-keyholder plan approve FILE --collector CARD"));
	for (size_t i = 0; i < plans->n; i++) {
		oeo_clock_format(approved, plans->items[i].approved_s);
		oeo_period_format(from, &plans->items[i].plan->from);
		(void)printf(_("Plan %s from %s on, approved on %.10s, of %s\n"), plans->items[i].plan->id,
		    from, approved, plans->items[i].collector);
	}
}

/* Periods whose keys still live in which a member asked unusually. */
static size_t count_unusual(const struct oeo_log_page *page, const char *member)
{
	size_t n = 0;

	for (size_t i = 0; i < page->n_periods; i++) {
		const struct oeo_log_period *period = &page->periods[i];

		for (size_t j = 0; period->state == OEO_KEYS_IN_USE && j < period->n_lines; j++) {
			const struct oeo_log_line *line = &period->lines[j];

			if (strcmp(line->member, member) == 0 &&
			    (line->is_nearly_spent || line->is_outlier || line->is_late))
				n++;
		}
	}
	return n;
}

/* What the operator has to do something about. Returns how many lines. */
static unsigned print_tasks(const struct status *status)
{
	unsigned n = 0;

	if (!status->is_running && ++n > 0)
		(void)printf("- %s\n",
		    _("The keyholder is not running: members cannot seal anything. Run: oeo-keyholder run"));
	if (status->n_admitted == 0 && ++n > 0)
		(void)printf("- %s\n", _("No member is admitted. Run: oeo-keyholder admit CARD"));
	for (size_t i = 0; i < status->page.n_periods; i++) {
		const struct oeo_log_period *period = &status->page.periods[i];

		if (period->state == OEO_KEYS_LOST && ++n > 0)
			(void)printf(_("- The keys of %s are lost. Run: oeo-keyholder destroy --period %s\n"),
			    period->text, period->text);
	}
	for (size_t i = 0; i < status->n_members; i++) {
		size_t n_unusual = count_unusual(&status->page, status->members[i].id);

		if (n_unusual > 0 && ++n > 0)
			(void)printf(_("- %s asked unusually much or late (%zu periods): see oeo-keyholder "
				       "log, and call them\n"),
			    status->members[i].id, n_unusual);
	}
	return n;
}

static void print_counts(const struct status *status)
{
	const struct {
		const char *text;
		int64_t count;
	} counts[] = {
	    {_("questions refused by name"), (int64_t)status->refusals},
	    {_("connections of keys that are not admitted"), status->refused_handshakes},
	    {_("connections that failed"), status->failed_handshakes},
	    {_("messages of revoked members"), status->revoked_messages},
	    {_("malformed messages"), status->malformed_frames},
	    {_("answers that nobody took"), status->undelivered},
	};
	bool is_any = false;

	(void)printf("%s\n", _("Refused or failed so far:"));
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (counts[i].count > 0)
			(void)printf("- %s: %lld\n", counts[i].text, (long long)counts[i].count);
		is_any = is_any || counts[i].count > 0;
	}
	if (!is_any)
		(void)printf("- %s\n", _("nothing"));
}

static void print_status(const struct status *status)
{
	char started[OEO_TIME_TEXT_BYTES];
	size_t n_open = 0;

	for (size_t i = 0; i < status->page.n_periods; i++)
		n_open += status->page.periods[i].state == OEO_KEYS_IN_USE ? 1 : 0;
	oeo_clock_format(started, status->started_s);
	if (status->is_running)
		(void)printf(_("Running at %s since %s\n"), status->endpoint, started);
	else
		(void)printf("%s\n", _("Not running"));
	print_plans(&status->plans);
	(void)printf(_("Members admitted: %zu\n"), status->n_admitted);
	(void)printf(_("Periods with keys: %zu\n"), n_open);
	print_counts(status);
	(void)printf("\n%s\n", _("What to do:"));
	if (print_tasks(status) == 0)
		(void)printf("- %s\n", _("nothing"));
}

static json_t *plans_json(const struct oeo_plan_set *plans)
{
	json_t *list = json_array();

	for (size_t i = 0; i < plans->n; i++) {
		char digest[2 * OEO_DIGEST_BYTES + 1];
		char from[OEO_PERIOD_BYTES];

		oeo_hex_encode(digest, plans->items[i].plan->digest, OEO_DIGEST_BYTES);
		oeo_period_format(from, &plans->items[i].plan->from);
		(void)json_array_append_new(list,
		    json_pack("{ss ss ss}", "id", plans->items[i].plan->id, "from", from, "digest", digest));
	}
	return list;
}

static json_t *status_json(const struct status *status)
{
	json_t *counts = json_pack("{sI sI sI sI sI sI}", "questions", (json_int_t)status->refusals,
	    "handshakes", (json_int_t)status->refused_handshakes, "failed_handshakes",
	    (json_int_t)status->failed_handshakes, "revoked_messages", (json_int_t)status->revoked_messages,
	    "malformed_frames", (json_int_t)status->malformed_frames, "undelivered_replies",
	    (json_int_t)status->undelivered);

	return json_pack("{ss sb ss sI so so so}", "keyholder", status->page.keyholder.id, "running",
	    status->is_running, "endpoint", status->endpoint, "members", (json_int_t)status->n_admitted,
	    "plans", plans_json(&status->plans), "refused", counts, "log", oeo_log_page_json(&status->page));
}

enum oeo_exit oeo_command_status(struct oeo_cli *cli)
{
	struct status status = {0};
	struct oeo_note why = {""};
	enum oeo_exit result = OEO_EXIT_OK;
	enum oeo_err err = load_status(&status, cli, &why);

	if (err != OEO_OK)
		result = oeo_cli_error(cli, err, &why);
	else if (cli->is_json)
		result = oeo_print_json(cli, status_json(&status));
	else
		print_status(&status);
	free(status.members);
	oeo_plan_set_fini(&status.plans);
	oeo_log_page_fini(&status.page);
	return result;
}

static enum oeo_exit print_log(struct oeo_cli *cli, const struct oeo_log_page *page)
{
	const char *path = oeo_cli_value(cli, "html");
	struct oeo_buf out = {0};
	struct oeo_note why = {""};
	enum oeo_exit result;
	enum oeo_err err;

	if (cli->is_json && path == NULL)
		return oeo_print_json(cli, oeo_log_page_json(page));
	err = path != NULL ? oeo_log_page_html(&out, page) : oeo_log_page_text(&out, page);
	if (err == OEO_OK && path != NULL)
		err = oeo_file_write(path, out.data, out.len, 0644, &why);
	if (err != OEO_OK)
		result = oeo_cli_error(cli, err, &why);
	else if (path == NULL)
		result = oeo_print_text(cli, &out);
	else
		result = OEO_EXIT_OK;
	oeo_buf_fini(&out);
	return result;
}

enum oeo_exit oeo_command_log(struct oeo_cli *cli)
{
	struct oeo_home home;
	struct oeo_register *reg = NULL;
	struct oeo_log_page page = {0};
	struct oeo_note why = {""};
	enum oeo_err err = load_page(&page, cli, &home, &reg, &why);
	enum oeo_exit result = err == OEO_OK ? print_log(cli, &page) : oeo_cli_error(cli, err, &why);

	oeo_log_page_fini(&page);
	oeo_register_close(reg);
	return result;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* destroy: end a period, with a signed statement for the collector. */
#include <stdio.h>
#include <string.h>

#include "keyholder/commands.h"
#include "keyholder/period_keys.h"
#include "proto/backup.h"
#include "proto/i18n.h"

struct ending {
	struct oeo_home home;
	struct oeo_register *reg;
	struct oeo_self self;
	struct oeo_plan_set plans;
	const struct oeo_plan *plan;
	struct oeo_period period;
	char period_text[OEO_PERIOD_BYTES];
};

static enum oeo_err load_ending(struct ending *ending, const struct oeo_cli *cli, struct oeo_note *why)
{
	enum oeo_err err = oeo_commands_open(cli, &ending->home, &ending->reg, why);

	if (err == OEO_OK)
		err = oeo_self_load(&ending->self, &ending->home, OEO_ROLE_KEYHOLDER, why);
	if (err == OEO_OK)
		err = oeo_plan_set_load(&ending->plans, ending->reg, why);
	if (err == OEO_OK)
		err = oeo_commands_find_period(cli, &ending->plans, &ending->period, &ending->plan, why);
	if (err != OEO_OK)
		return err;
	oeo_period_format(ending->period_text, &ending->period);
	if (oeo_period_last_day(&ending->period) >= oeo_clock_today(&cli->clock))
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("Period %s has not ended yet: it has no keys that could be destroyed."),
		    ending->period_text);
	return OEO_OK;
}

static void explain(const struct ending *ending)
{
	(void)fprintf(stderr,
	    _("This ends period %s of plan \"%s\" for good:\n"
	      "- what stayed hidden below the threshold can never be opened any more, by anybody;\n"
	      "- nobody can test any more whether a person was in the data;\n"
	      "- if the period has not been released yet, it never will be.\n"),
	    ending->period_text, ending->plan->id);
	if (!oeo_period_keys_has_file(&ending->home, ending->plan->id, ending->period_text))
		(void)fprintf(stderr, "%s\n",
		    _("There is no key file of this period here (not made, lost, or destroyed before). The "
		      "statement is "
		      "made all the same."));
}

static enum oeo_err format_statement(
    struct oeo_buf *text, const struct oeo_period_record *record, const char *keyholder)
{
	char signature[2 * OEO_SIGNATURE_BYTES + 1];

	oeo_hex_encode(signature, record->statement, OEO_SIGNATURE_BYTES);
	return oeo_buf_printf(text, "oeo: 1\nplan: %s\nperiod: %s\nkeyholder: %s\nsignature: %s\n",
	    record->plan, record->period, keyholder, signature);
}

static enum oeo_err write_statement(const struct oeo_cli *cli, const struct ending *ending,
    const struct oeo_period_record *record, struct oeo_note *why)
{
	char named[2 * OEO_ID_BYTES + OEO_PERIOD_BYTES + 32];
	const char *path = oeo_cli_value(cli, "out");
	struct oeo_buf text = {0};
	enum oeo_err err = format_statement(&text, record, ending->self.card.id);

	if (path == NULL) {
		(void)snprintf(named, sizeof(named), "%s-%s-%s.oeodestroyed", record->plan, record->period,
		    ending->self.card.id);
		path = named;
	}
	if (err == OEO_OK)
		err = oeo_file_write(path, text.data, text.len, 0644, why);
	if (err == OEO_OK)
		(void)fprintf(stderr,
		    _("The keys of %s are gone. Send this signed statement to the collector's operator: %s\n"
		      "A disk, and above all an SSD or a snapshot, may keep old bytes for a while: see the "
		      "guide.\n"),
		    record->period, path);
	oeo_buf_fini(&text);
	return err;
}

enum oeo_exit oeo_command_destroy(struct oeo_cli *cli)
{
	struct ending ending = {0};
	struct oeo_period_record record;
	struct oeo_note why = {""};
	bool is_refused = false;
	enum oeo_err err = load_ending(&ending, cli, &why);

	if (err == OEO_OK) {
		explain(&ending);
		is_refused = !oeo_cli_confirm(cli, _("End this period now?"));
	}
	if (err == OEO_OK && !is_refused)
		err = oeo_period_keys_destroy(&record, ending.reg, &ending.home, &ending.self,
		    ending.plan->id, &ending.period, oeo_clock_now_s(&cli->clock), &why);
	if (err == OEO_OK && !is_refused)
		oeo_backup_sweep(&ending.home);
	if (err == OEO_OK && !is_refused)
		err = write_statement(cli, &ending, &record, &why);
	if (is_refused)
		(void)fprintf(stderr, "%s\n", _("Nothing was destroyed."));
	oeo_plan_set_fini(&ending.plans);
	oeo_self_fini(&ending.self);
	oeo_register_close(ending.reg);
	return is_refused ? OEO_EXIT_FAILED : oeo_cli_error(cli, err, &why);
}

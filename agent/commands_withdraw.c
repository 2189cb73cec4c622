/* SPDX-License-Identifier: EUPL-1.2 */
/* withdraw: one resident's questions out of the ledger. The identity comes from the terminal or a file, never from the
 * command line, where others could read it and the shell would remember it. */
#include <errno.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/closed.h"
#include "agent/commands_rights.h"
#include "agent/identity_field.h"
#include "agent/leftovers.h"
#include "agent/withdraw.h"
#include "proto/backup.h"
#include "proto/i18n.h"
#include "proto/text.h"

#define ANSWER_BYTES 512
#define MOST_TRIES 3

const struct oeo_option oeo_agent_withdraw_options[] = {
    {"file", "FILE", N_("read who it is about from this file (mode 600) instead of asking")},
    {"yes", NULL, N_("take the questions out without asking")},
    {NULL, NULL, NULL},
};

/* What the command works with. */
struct withdrawal {
	const struct oeo_cli *cli;
	struct oeo_agent agent;
	struct oeo_person person;
	struct oeo_found_questions found;
};

/* ---- Who */

static void print_prompt(const struct oeo_identity_field *field)
{
	const char *label = oeo_identity_field_label(field);

	if (field->kind == OEO_FIELD_DATE)
		(void)fprintf(stderr, _("%s (like 5-6-1960): "), label);
	else if (field->kind == OEO_FIELD_POSTCODE)
		(void)fprintf(stderr, _("%s (like 7601 AA): "), label);
	else if (strcmp(field->id, "surname") == 0)
		(void)fprintf(stderr, _("%s, with what stands before it (like van den Berg): "), label);
	else
		(void)fprintf(stderr, "%s: ", label);
}

/* A line of the terminal, without its end. OEO_ERR_USAGE: there is none, or it is too long. */
static enum oeo_err read_answer(char answer[ANSWER_BYTES], struct oeo_note *why)
{
	size_t len;

	if (fgets(answer, ANSWER_BYTES, stdin) == NULL)
		return oeo_note_set(why, OEO_ERR_USAGE, _("Nothing was typed; nothing has changed."));
	len = strcspn(answer, "\r\n");
	if (answer[len] == '\0' && len == ANSWER_BYTES - 1)
		return oeo_note_set(why, OEO_ERR_USAGE, _("This is too long; nothing has changed."));
	answer[len] = '\0';
	return OEO_OK;
}

static enum oeo_err ask_field(
    struct withdrawal *w, const char *field, const struct oeo_identity_field *of, struct oeo_note *why)
{
	char answer[ANSWER_BYTES] = "";
	enum oeo_err err = OEO_ERR_FORMAT;

	for (int i = 0; i < MOST_TRIES && (err == OEO_ERR_FORMAT || err == OEO_ERR_RANGE); i++) {
		if (i > 0)
			(void)fprintf(stderr, "%s\n", why->text);
		if (of != NULL)
			print_prompt(of);
		else
			(void)fprintf(stderr, "%s: ", _("Your own client number"));
		err = read_answer(answer, why);
		if (err == OEO_OK)
			err = oeo_person_set(&w->person, field, answer, why);
	}
	sodium_memzero(answer, sizeof(answer));
	return err;
}

static enum oeo_err ask_person(struct withdrawal *w, struct oeo_note *why)
{
	enum oeo_err err = OEO_OK;

	if (!isatty(STDIN_FILENO))
		return oeo_note_set(why, OEO_ERR_USAGE,
		    _("This asks who it is about: run it in a terminal, or give --file FILE."));
	/* What is typed is to stand nowhere but in the answer. */
	(void)setvbuf(stdin, NULL, _IONBF, 0);
	(void)fprintf(stderr, "%s\n",
	    _("Whose questions have to go? Type what stands in your own records. What you do not have you "
	      "pass "
	      "over with Enter. What you type is not kept."));
	for (size_t i = 0; i < w->person.n_fields && err == OEO_OK; i++)
		err = ask_field(w, w->person.fields[i].id, &w->person.fields[i], why);
	if (err == OEO_OK && w->person.takes_number)
		err = ask_field(w, OEO_NUMBER_FIELD, NULL, why);
	/* What was typed further is a resident too: the shell would take it for a command, and remember it. */
	(void)tcflush(STDIN_FILENO, TCIFLUSH);
	return err;
}

static enum oeo_err get_person(struct withdrawal *w, struct oeo_note *why)
{
	const char *file = oeo_cli_value(w->cli, "file");
	enum oeo_err err = oeo_person_init(&w->person, &w->agent.plans, why);

	if (err == OEO_OK)
		err = file != NULL ? oeo_person_read(&w->person, file, why) : ask_person(w, why);
	if (err == OEO_OK && !oeo_person_is_complete(&w->person, &w->agent.plans))
		err = oeo_note_set(why, OEO_ERR_USAGE,
		    _("That is not enough to find somebody: name, date of birth and postcode are all needed, "
		      "as the plan asks them, or your own client number."));
	return err;
}

/* ---- What was found */

static void print_item(const struct oeo_found_question *item)
{
	char date[OEO_DATE_BYTES];

	oeo_day_format(date, item->day);
	(void)printf("  %s  %s", date, item->what);
	if (item->difference != OEO_DIFFERS_NOT)
		(void)printf(" (%s)", oeo_difference_text(item->difference));
	(void)printf("\n");
}

static void print_items(const struct oeo_found_questions *found, bool is_own)
{
	for (size_t i = 0; i < found->n; i++) {
		if ((found->items[i].difference == OEO_DIFFERS_NOT) == is_own)
			print_item(&found->items[i]);
	}
}

/* Nothing of what was typed is repeated: it stands on the screen already, and in no file after that. */
static void print_advice(const struct oeo_person *person)
{
	(void)printf("\n%s\n%s\n%s\n%s\n", _("Nothing was found. What you can try:"),
	    _("  - Look up in your own records how the name was spelled when the question came in. Try the "
	      "maiden "
	      "name or the partner's name too."),
	    _("  - Type the postcode of that time: the resident may have moved. Check the date of birth."),
	    _("  - Ask the resident whether another organisation had the question: every organisation takes "
	      "out "
	      "its own."));
	if (person->takes_number)
		(void)printf("%s\n", _("  - Try your own client number alone."));
	(void)printf(
	    "%s\n", _("  - Questions without a name, or whose name is not kept any more, cannot be found. "
		      "How long names are kept: oeo-agent settings"));
}

static void print_found(const struct oeo_found_questions *found, const struct oeo_person *person)
{
	(void)printf(_("Questions of this resident: %zu\n"), found->n_own);
	print_items(found, true);
	if (found->n > found->n_own) {
		(void)printf("\n%s\n",
		    _("Almost the same, but not quite. If one of these is the same resident in your own "
		      "records, run this once more with what stands there:"));
		print_items(found, false);
	}
	if (found->n_own == 0)
		print_advice(person);
	(void)printf("\n");
}

/* What has left already, and why it stays. */
static enum oeo_err print_left(const struct withdrawal *w, struct oeo_note *why)
{
	struct oeo_period_record *records = NULL;
	size_t n = 0;
	enum oeo_err err = oeo_withdraw_list_left(&records, &n, &w->agent, &w->found);

	if (err == OEO_OK && n > 0)
		(void)printf("%s\n", _("What cannot be taken back any more:"));
	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		oeo_period_explain_closed(why, &w->agent.plans, &records[i]);
		(void)printf("  - %s\n", why->text);
		why->text[0] = '\0';
	}
	free(records);
	return err;
}

static void print_done(const struct withdrawal *w)
{
	(void)printf(_("Taken out: %zu. These questions count in nothing that is still to be sent, and an "
		       "import of the same rows leaves them out.\n"),
	    w->found.n_own);
	(void)printf("%s\n", _("Questions without a name, or whose name is not kept any more, cannot be "
			       "found; and a new row in your "
			       "export counts again: put the objection in your own records too."));
	(void)printf(
	    "%s\n", _("Backups that were made before still hold the resident: make a new one, and delete "
		      "the old ones."));
	if (oeo_cli_value(w->cli, "file") != NULL)
		(void)printf(_("Now delete %s.\n"), oeo_cli_value(w->cli, "file"));
}

/* What the count leaves out. */
static enum oeo_err print_uncounted(const struct oeo_home *home)
{
	char inbox[OEO_PATH_BYTES];
	enum oeo_err err = oeo_leftovers_inbox(inbox, home);

	if (err != OEO_OK || (access(inbox, F_OK) != 0 && errno == ENOENT))
		return err;
	oeo_text_clean(inbox);
	(void)printf(_("Copies that editors and copying programs leave (like export.csv~, *.tmp, *.part, and "
		       "hidden files) are not counted: look for them in %s and its folders yourself.\n"),
	    inbox);
	return OEO_OK;
}

/* Exports that the ledger's rules do not reach. They are told, not searched: a name in a file may be spelled in many ways. */
static enum oeo_err print_leftovers(const struct withdrawal *w)
{
	struct oeo_leftovers found;
	struct oeo_buf text = {0};
	unsigned days = 0;
	enum oeo_err err = oeo_leftovers_find(&found, &w->agent);

	if (err == OEO_OK)
		err = oeo_leftovers_print(&text, &found);
	if (err == OEO_OK)
		err = oeo_keep_files_load(&days, w->agent.ledger);
	if (err == OEO_OK && text.len > 0) {
		(void)printf("%s\n%.*s%s\n",
		    _("The resident may still stand in these files, which are no part of the ledger:"),
		    (int)text.len, (const char *)text.data,
		    _("Look the resident up in them. Delete the files that you do not need any more (what "
		      "was read is "
		      "in the ledger), and take the rows out of what is still to be read."));
		if (days == 0)
			(void)printf(
			    "%s\n", _("To have files deleted by themselves some time after they were read: "
				      "oeo-agent settings --keep-files DAYS"));
	}
	oeo_buf_fini(&text);
	return err == OEO_OK ? print_uncounted(&w->agent.home) : err;
}

/* ---- For programs */

static json_t *item_to_json(const struct oeo_found_question *item)
{
	char date[OEO_DATE_BYTES];
	char base[OEO_PERIOD_BYTES];

	oeo_day_format(date, item->day);
	oeo_period_format(base, &item->base);
	return json_pack("{s:s, s:s, s:s}", "date", date, "counts_in", base, "about", item->what);
}

static json_t *left_to_json(const struct withdrawal *w)
{
	struct oeo_period_record *records = NULL;
	json_t *list = json_array();
	size_t n = 0;

	if (oeo_withdraw_list_left(&records, &n, &w->agent, &w->found) != OEO_OK) {
		json_decref(list);
		return NULL;
	}
	for (size_t i = 0; i < n && list != NULL; i++) {
		struct oeo_note note = {""};
		char period[OEO_PERIOD_BYTES];

		oeo_period_format(period, &records[i].period);
		oeo_period_explain_closed(&note, &w->agent.plans, &records[i]);
		if (json_array_append_new(
			list, json_pack("{s:s, s:s}", "period", period, "why", note.text)) != 0) {
			json_decref(list);
			list = NULL;
		}
	}
	free(records);
	return list;
}

/* Those that are the resident's own, or those that are almost so. NULL: out of memory. */
static json_t *items_to_json(const struct oeo_found_questions *found, bool is_own)
{
	json_t *list = json_array();

	for (size_t i = 0; i < found->n && list != NULL; i++) {
		if ((found->items[i].difference == OEO_DIFFERS_NOT) != is_own ||
		    json_array_append_new(list, item_to_json(&found->items[i])) == 0)
			continue;
		json_decref(list);
		list = NULL;
	}
	return list;
}

static enum oeo_err print_json(const struct withdrawal *w, bool is_done)
{
	struct oeo_leftovers leftovers;
	json_t *json;
	int result = -1;
	enum oeo_err err = oeo_leftovers_find(&leftovers, &w->agent);

	if (err != OEO_OK)
		return err;
	json = json_pack("{s:b, s:o, s:o, s:o, s:o}", "withdrawn", is_done, "questions",
	    items_to_json(&w->found, true), "near", items_to_json(&w->found, false), "cannot_be_taken_back",
	    left_to_json(w), "files", oeo_leftovers_to_json(&leftovers));
	if (json != NULL)
		result = json_dumpf(json, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	json_decref(json);
	return result == 0 && printf("\n") > 0 ? OEO_OK : OEO_ERR_NOMEM;
}

/* ---- The command */

/* *is_done: false where the answer was no. */
static enum oeo_err take_out(struct withdrawal *w, bool *is_done, struct oeo_note *why)
{
	enum oeo_err err;

	*is_done = false;
	if (!oeo_cli_confirm(w->cli, _("Take these questions out of the ledger, for good?")))
		return OEO_OK;
	err = oeo_withdraw_remove(&w->agent, &w->found, why);
	*is_done = err == OEO_OK;
	oeo_backup_sweep(&w->agent.home);
	if (err == OEO_OK && oeo_ledger_compact(w->agent.ledger, NULL) != OEO_OK)
		(void)fprintf(stderr, "%s\n",
		    _("The ledger is in use: what was taken out is overwritten on the disk when that ends."));
	return err;
}

static enum oeo_err withdraw(struct withdrawal *w, bool *is_done, struct oeo_note *why)
{
	enum oeo_err err = get_person(w, why);

	if (err == OEO_OK)
		err = oeo_withdraw_find(&w->found, &w->agent, &w->person);
	if (err != OEO_OK)
		return err;
	if (!w->cli->is_json)
		print_found(&w->found, &w->person);
	(void)fflush(stdout);
	if (w->found.n_own > 0)
		err = take_out(w, is_done, why);
	if (err == OEO_OK && w->cli->is_json)
		return print_json(w, *is_done);
	if (err == OEO_OK && *is_done)
		print_done(w);
	if (err == OEO_OK && w->found.n_own > 0)
		err = print_left(w, why);
	return err == OEO_OK && (*is_done || w->found.n_own == 0) ? print_leftovers(w) : err;
}

enum oeo_exit oeo_agent_withdraw(struct oeo_cli *cli)
{
	struct withdrawal w = {.cli = cli};
	struct oeo_note why = {""};
	bool is_done = false;
	enum oeo_err err = oeo_agent_open(&w.agent, cli->home, cli->clock, &why);

	if (err != OEO_OK)
		return oeo_agent_error(cli, err, &why);
	/* What is being sealed now must not be pulled away. */
	err = oeo_home_lock(&w.agent.home, "publish", &why);
	if (err == OEO_OK)
		err = withdraw(&w, &is_done, &why);
	oeo_found_questions_fini(&w.found);
	oeo_person_fini(&w.person);
	oeo_agent_close(&w.agent);
	if (err != OEO_OK)
		return oeo_agent_error(cli, err, &why);
	return is_done ? OEO_EXIT_OK : OEO_EXIT_FAILED;
}

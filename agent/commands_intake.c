/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/commands_intake.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/closed.h"
#include "agent/commands_mirror.h"
#include "agent/convert.h"
#include "agent/convert_folder.h"
#include "agent/intake_print.h"
#include "agent/intake_session.h"
#include "agent/mapping_store.h"
#include "agent/patience.h"
#include "agent/plans.h"
#include "agent/retention.h"
#include "proto/backup.h"
#include "proto/i18n.h"

#define PROGRESS_MS 250

const struct oeo_option oeo_agent_preview_options[] = {
    {"mapping", "FILE", N_("how the columns of the file are read; remembered ones are found by themselves")},
    {"plan", "FILE", N_("a plan.yaml instead of the accepted plan, to try a mapping before joining")},
    {"sheet", N_("NAME"), N_("of a spreadsheet, the sheet of this name; without it the first")},
    {"format", "csv|jsonl", N_("how FILE is written; without it this follows from the file")},
    {"way", NULL, N_("instead of a file, show what becomes of one example question, and who gets what")},
    {"html", "FILE", N_("with --way: write it as a page to FILE")},
    {NULL, NULL, NULL},
};

const struct oeo_option oeo_agent_import_options[] = {
    {"mapping", "FILE", N_("how the columns of the file are read; needed the first time, then remembered")},
    {"sheet", N_("NAME"), N_("of a spreadsheet, the sheet of this name; without it the first")},
    {"format", "csv|jsonl", N_("how FILE is written; without it this follows from the file")},
    {"remove-missing", NULL,
	N_("show the rows of earlier exports that FILE does not have any more, and take them out after "
	   "asking")},
    {"yes", NULL, N_("take them out without asking")},
    {"reopen", NULL,
	N_("take changes over also where a period has been fixed for sending and nothing has left yet")},
    {"report", "FILE",
	N_("write all messages to FILE and the bytes read to standard output; status 75: try again later")},
    {NULL, NULL, NULL},
};

/* A spreadsheet or JSON Lines is read as CSV in memory; --format only where the command has it. */
static enum oeo_err open_source(
    struct oeo_source *source, const struct oeo_cli *cli, const char *file, struct oeo_note *why)
{
	const char *format = oeo_cli_value(cli, "format");

	*source = (struct oeo_source){file, file, -1, ""};
	if (format != NULL && strcmp(format, "csv") != 0 && strcmp(format, "jsonl") != 0)
		return oeo_note_set(why, OEO_ERR_USAGE, "%s", _("--format: csv or jsonl"));
	return oeo_source_open(source, file, format, oeo_cli_value(cli, "sheet"), why);
}

/* A file's mapping as it reads under the accepted plans: under the first one that it fits, and the others. */
struct readings {
	const struct oeo_plan *plan;
	struct oeo_mapping *mapping;
	struct oeo_intake_part *others;
	size_t n_others;
};

static void readings_fini(struct readings *readings)
{
	oeo_mapping_free(readings->mapping);
	for (size_t i = 0; i < readings->n_others; i++)
		oeo_mapping_free(readings->others[i].mapping);
	free(readings->others);
}

static enum oeo_err find_mapping(struct oeo_mapping **mapping, const struct oeo_intake_session *session,
    const struct oeo_plan *plan, const char *given, const char *file, bool is_quiet, struct oeo_note *why)
{
	struct oeo_findings findings = {0};
	enum oeo_err err;

	if (given != NULL)
		err = oeo_mapping_read(mapping, given, plan, &findings);
	else if (session->has_home)
		err = oeo_mapping_choose(mapping, &session->home, plan, file, &findings, why);
	else
		err = oeo_note_set(why, OEO_ERR_USAGE, _("Name the mapping of this file: --mapping FILE"));
	/* The faults of remembered mappings matter only where none fits. */
	if (!is_quiet && (err != OEO_OK || given != NULL))
		oeo_intake_print_findings(&findings);
	if (err != OEO_OK && given != NULL && why->text[0] == '\0')
		(void)oeo_note_set(
		    why, err, _("The mapping %s cannot be used; see above what to change."), given);
	oeo_findings_fini(&findings);
	return err;
}

/* True where some day belongs to this plan: no other one that was accepted later begins with it. */
static bool is_of_a_day(const struct oeo_intake_session *session, const struct oeo_plan *plan)
{
	return oeo_plans_of_day(&session->plans, oeo_period_first_day(&plan->from)) == plan;
}

static bool is_misfit(enum oeo_err err)
{
	return err == OEO_ERR_FORMAT || err == OEO_ERR_NOT_FOUND;
}

static enum oeo_err add_other(struct readings *readings, const struct oeo_intake_session *session,
    const struct oeo_plan *plan, const char *given, const char *file, struct oeo_note *why)
{
	struct oeo_note misfit = {""};
	struct oeo_intake_part *other = &readings->others[readings->n_others++];
	enum oeo_err err = find_mapping(&other->mapping, session, plan, given, file, true, &misfit);

	other->plan = plan;
	if (err == OEO_OK || is_misfit(err))
		return OEO_OK;
	*why = misfit;
	return err;
}

/* The mapping has to fit one plan at least. Rows under a plan that it does not fit are refused, one by one. */
static enum oeo_err find_readings(struct readings *readings, const struct oeo_intake_session *session,
    const char *given, const char *file, struct oeo_note *why)
{
	struct oeo_note misfit = {""};
	enum oeo_err err = find_mapping(&readings->mapping, session, session->plan, given, file,
	    session->plans.n > 1, session->plans.n > 1 ? &misfit : why);

	readings->plan = session->plan;
	for (size_t i = session->plans.n; i > 0 && is_misfit(err); i--) {
		readings->plan = session->plans.items[i - 1].plan;
		if (is_of_a_day(session, readings->plan))
			err = find_mapping(
			    &readings->mapping, session, readings->plan, given, file, true, &misfit);
	}
	if (err != OEO_OK && session->plans.n > 1) /* once more, for what there is to say */
		return find_mapping(&readings->mapping, session, session->plan, given, file, false, why);
	readings->others =
	    err == OEO_OK ? oeo_alloc_array(session->plans.n, sizeof(*readings->others)) : NULL;
	if (err == OEO_OK && readings->others == NULL)
		err = OEO_ERR_NOMEM;
	for (size_t i = 0; i < session->plans.n && err == OEO_OK; i++) {
		const struct oeo_plan *plan = session->plans.items[i].plan;

		if (plan != readings->plan && is_of_a_day(session, plan))
			err = add_other(readings, session, plan, given, file, why);
	}
	return err;
}

/* Where the progress of a file goes: to the terminal, or, with --report, to what was standard output, a line at a time. */
struct progress {
	const char *file;
	int fd; /* -1: the terminal */
	int64_t told_ms;
};

static void show_progress(void *context, unsigned long done, unsigned long total)
{
	struct progress *progress = context;
	int64_t now_ms = oeo_monotonic_ms();

	if (progress->fd < 0) {
		oeo_cli_progress(progress->file, done, total);
	} else if (now_ms - progress->told_ms >= PROGRESS_MS) {
		progress->told_ms = now_ms;
		(void)dprintf(progress->fd, "%lu %lu\n", done, total);
	}
}

/* From here on everything that is said stands in the report; *progress_fd is what was standard output. */
static enum oeo_err divert_output(const char *path, int *progress_fd, struct oeo_note *why)
{
	int report = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

	*progress_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (report < 0 || *progress_fd < 0 || dup2(report, STDOUT_FILENO) < 0 ||
	    dup2(report, STDERR_FILENO) < 0) {
		(void)oeo_note_set(why, OEO_ERR_IO, _("Cannot write the report %s."), path);
		if (report >= 0)
			(void)close(report);
		return OEO_ERR_IO;
	}
	(void)close(report);
	return OEO_OK;
}

static enum oeo_err read_file(struct oeo_intake_report *report, const struct oeo_intake_session *session,
    const struct oeo_cli *cli, const struct readings *readings, const char *file, bool is_preview,
    struct oeo_note *why)
{
	struct progress progress = {file, session->progress_fd, 0};
	struct oeo_findings findings = {0};
	struct oeo_intake_job job = {.plan = readings->plan,
	    .mapping = readings->mapping,
	    .plans = session->has_plans ? &session->plans : NULL,
	    .others = readings->others,
	    .n_others = readings->n_others,
	    .path = file,
	    .ledger = session->ledger,
	    .is_preview = is_preview,
	    .today = oeo_clock_today(&cli->clock),
	    .progress = show_progress,
	    .progress_context = &progress};
	enum oeo_err err = oeo_intake_read(report, &job, &findings, why);

	oeo_intake_print_findings(&findings);
	if (err == OEO_ERR_FORMAT && why->text[0] == '\0')
		(void)oeo_note_set(
		    why, err, _("%s does not fit the mapping; see above what to change."), file);
	oeo_findings_fini(&findings);
	return err;
}

static bool has_taken_something(const struct oeo_intake_report *report)
{
	return report->n_taken > 0 || report->n_rows == 0;
}

/* What was printed has to be out: a full disk behind a redirection is an error. */
static enum oeo_exit finish_output(const struct oeo_cli *cli)
{
	struct oeo_note why = {""};

	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return OEO_EXIT_OK;
	return oeo_cli_error(cli, oeo_note_set(&why, OEO_ERR_IO, _("Cannot write the result.")), &why);
}

static enum oeo_exit print_json(const struct oeo_cli *cli, json_t *json)
{
	int result = 0;

	if (json == NULL)
		return oeo_cli_error(cli, OEO_ERR_NOMEM, &(struct oeo_note){""});
	result = json_dumpf(json, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	json_decref(json);
	(void)printf("\n");
	return result == 0 || ferror(stdout) != 0 ? finish_output(cli) : OEO_EXIT_FAILED;
}

/* ---- preview */

static enum oeo_exit show_preview(
    const struct oeo_cli *cli, const struct oeo_intake_report *report, const char *file)
{
	enum oeo_exit result;

	if (cli->is_json) {
		result = print_json(cli, oeo_intake_to_json(report, file, true));
	} else {
		oeo_intake_print_preview(report, oeo_source_shown(file));
		result = finish_output(cli);
	}
	return result == OEO_EXIT_OK && !has_taken_something(report) ? OEO_EXIT_FAILED : result;
}

static enum oeo_exit preview_file(struct oeo_cli *cli)
{
	struct oeo_intake_report report = {0};
	struct readings readings = {0};
	struct oeo_intake_session session = {.progress_fd = -1};
	struct oeo_note why = {""};
	enum oeo_exit result;
	struct oeo_source source = {NULL, NULL, -1, ""};
	const char *file = cli->arguments[0];
	enum oeo_err err = oeo_intake_session_open(&session, cli, oeo_cli_value(cli, "plan"), &why);

	if (err == OEO_OK)
		err = open_source(&source, cli, file, &why);
	if (err == OEO_OK)
		err = find_readings(&readings, &session, oeo_cli_value(cli, "mapping"), source.path, &why);
	if (err == OEO_OK)
		err = read_file(&report, &session, cli, &readings, source.path, true, &why);
	oeo_source_name_in(&source, &why);
	result = err == OEO_OK ? show_preview(cli, &report, file) : oeo_agent_error(cli, err, &why);
	oeo_intake_report_fini(&report);
	readings_fini(&readings);
	oeo_source_close(&source);
	oeo_intake_session_close(&session);
	return result;
}

enum oeo_exit oeo_agent_preview(struct oeo_cli *cli)
{
	if (oeo_cli_value(cli, "way") != NULL)
		return oeo_agent_way(cli);
	if (cli->n_arguments == 0)
		return oeo_cli_usage(cli, "%s", _("preview needs a FILE, or --way for an example"));
	return preview_file(cli);
}

/* ---- import */

/* Who gives --report wants to know whether the same file may be read later. */
static enum oeo_exit fail_import(const struct oeo_cli *cli, enum oeo_err err, struct oeo_note *why)
{
	enum oeo_exit result = oeo_agent_error(cli, err, why);
	bool is_passing = err == OEO_ERR_STATE || err == OEO_ERR_NOMEM || err == OEO_ERR_IO;

	return is_passing && oeo_cli_value(cli, "report") != NULL ? OEO_EXIT_LATER : result;
}

static enum oeo_err remember(const struct oeo_intake_session *session, const struct oeo_mapping *mapping,
    const char *path, struct oeo_note *why)
{
	bool is_new = false;
	enum oeo_err err = oeo_mapping_remember(&session->home, mapping, path, &is_new, why);

	if (err == OEO_OK && is_new)
		(void)fprintf(stderr,
		    _("Mapping %s is remembered: the next file with these columns needs no --mapping.\n"),
		    mapping->id);
	return err;
}

static bool removes_missing(const struct oeo_cli *cli)
{
	return oeo_cli_value(cli, "remove-missing") != NULL;
}

/* What the file does not have any more, where the coordinator asked for it; and why changes came too late. */
static enum oeo_err settle(const struct oeo_cli *cli, struct oeo_intake_session *session,
    const struct oeo_intake_report *report, size_t *n_removed, struct oeo_note *why)
{
	const struct oeo_corrections *corrections = &report->corrections;
	enum oeo_err err =
	    oeo_retention_enforce(session->ledger, &session->plans, report->n_restored > 0, NULL, why);

	oeo_backup_sweep(&session->home);
	if (err == OEO_OK && !cli->is_json)
		err = oeo_corrections_print_closed(corrections, session->ledger, &session->plans);
	if (err != OEO_OK || !removes_missing(cli))
		return err;
	(void)fflush(stdout);
	err = oeo_corrections_remove(
	    cli, corrections, &session->home, session->ledger, &session->plans, n_removed, why);
	if (err == OEO_OK)
		(void)fprintf(stderr, _("Taken out of the ledger: %zu\n"), *n_removed);
	return err;
}

/* A report lies beside the file: where the program found it says nothing to who reads that. */
static const char *name_to_show(const struct oeo_cli *cli, const char *file)
{
	const char *slash = strrchr(file, '/');

	return oeo_cli_value(cli, "report") != NULL && slash != NULL ? slash + 1 : file;
}

static enum oeo_err append_json(json_t *list, const struct oeo_intake_report *report, const char *name)
{
	return json_array_append_new(list, oeo_intake_to_json(report, name, false)) == 0 ? OEO_OK
											 : OEO_ERR_NOMEM;
}

/* Import one file; its report goes to stdout, or to list where that is not NULL. */
static enum oeo_exit import_file(
    const struct oeo_cli *cli, struct oeo_intake_session *session, const char *file, json_t *list)
{
	const char *given = oeo_cli_value(cli, "mapping");
	const char *name = name_to_show(cli, file);
	struct oeo_intake_report report = {0};
	struct readings readings = {0};
	struct oeo_note why = {""};
	enum oeo_exit result = OEO_EXIT_OK;
	size_t n_removed = 0;
	struct oeo_source source;
	enum oeo_err err = open_source(&source, cli, file, &why);

	source.name = name;
	if (err == OEO_OK)
		err = find_readings(&readings, session, given, source.path, &why);
	if (err == OEO_OK)
		err = read_file(&report, session, cli, &readings, source.path, false, &why);
	if (err == OEO_OK && list == NULL)
		oeo_intake_print_import(&report, oeo_source_shown(name), removes_missing(cli));
	else if (err == OEO_OK)
		err = append_json(list, &report, name);
	if (err == OEO_OK && !has_taken_something(&report))
		result = OEO_EXIT_FAILED;
	else if (err == OEO_OK && given != NULL)
		err = remember(session, readings.mapping, given, &why);
	if (err == OEO_OK)
		err = settle(cli, session, &report, &n_removed, &why);
	if (list != NULL && removes_missing(cli))
		(void)json_object_set_new(json_array_get(list, json_array_size(list) - 1), "removed",
		    json_integer((json_int_t)n_removed));
	oeo_source_name_in(&source, &why);
	if (err != OEO_OK)
		result = fail_import(cli, err, &why);
	oeo_intake_report_fini(&report);
	readings_fini(&readings);
	oeo_source_close(&source);
	return result;
}

/* What is fixed and has not left is made anew of the questions as they stand after the import. */
static enum oeo_err reopen_periods(struct oeo_intake_session *session, struct oeo_note *why)
{
	size_t n = 0;
	enum oeo_err err =
	    oeo_period_discard_unsent(&session->home, session->ledger, &session->plans, &n, why);

	if (err == OEO_OK)
		(void)fprintf(stderr, _("Periods that are fixed anew at the next publish: %zu\n"), n);
	return err;
}

static enum oeo_exit import_files(struct oeo_cli *cli)
{
	json_t *list = cli->is_json ? json_array() : NULL;
	const char *report = oeo_cli_value(cli, "report");
	struct oeo_intake_session session = {.progress_fd = -1};
	struct oeo_note why = {""};
	enum oeo_exit result = OEO_EXIT_OK;
	enum oeo_err err = report != NULL ? divert_output(report, &session.progress_fd, &why) : OEO_OK;

	cli->is_report = report != NULL;
	oeo_convert_sweep();
	if (err == OEO_OK)
		err = oeo_intake_session_open(&session, cli, NULL, &why);
	if (err == OEO_OK && oeo_cli_value(cli, "reopen") != NULL)
		err = reopen_periods(&session, &why);
	if (err != OEO_OK)
		result = fail_import(cli, err, &why);
	for (size_t i = 0; i < cli->n_arguments && err == OEO_OK; i++) {
		enum oeo_exit one = import_file(cli, &session, cli->arguments[i], list);

		if (one != OEO_EXIT_OK)
			result = one;
	}
	if (list != NULL && err != OEO_OK)
		json_decref(list);
	else if ((list != NULL ? print_json(cli, list) : finish_output(cli)) != OEO_EXIT_OK)
		result = report != NULL ? OEO_EXIT_LATER : OEO_EXIT_FAILED;
	if (report != NULL && ferror(stderr) != 0)
		result = OEO_EXIT_LATER;
	oeo_intake_session_close(&session);
	if (session.progress_fd >= 0)
		(void)close(session.progress_fd);
	return result;
}

enum oeo_exit oeo_agent_import(struct oeo_cli *cli)
{
	if (cli->n_arguments > 1 && oeo_cli_value(cli, "remove-missing") != NULL)
		return oeo_cli_usage(cli, "%s",
		    _("--remove-missing takes one FILE, the whole export: what is missing in one part of it "
		      "may "
		      "stand in another"));
	return import_files(cli);
}

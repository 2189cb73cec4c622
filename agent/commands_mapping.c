/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/commands_mapping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/convert.h"
#include "agent/intake.h"
#include "agent/intake_print.h"
#include "agent/intake_session.h"
#include "agent/suggest.h"
#include "agent/words.h"
#include "proto/i18n.h"

#define LIMIT_BYTES ((size_t)1024 * 1024)
#define MAPPING_MODE 0600
#define OPEN "???" /* in a proposal: to be completed */

const struct oeo_option oeo_agent_suggest_options[] = {
    {"plan", "FILE", N_("a plan.yaml instead of the accepted plan, to try a mapping before joining")},
    {"synonyms", "FILE",
	N_("words and the codes they stand for, CSV term,code; else those that the form's search knows")},
    {"sheet", N_("NAME"), N_("of a spreadsheet, the sheet of this name; without it the first")},
    {"out", "FILE", N_("write the mapping to FILE instead of to standard output")},
    {NULL, NULL, NULL},
};

const struct oeo_option oeo_agent_check_options[] = {
    {"sheet", N_("NAME"), N_("of a spreadsheet, the sheet of this name; without it the first")},
    {"plan", "FILE", N_("a plan.yaml instead of the accepted plan, to try a mapping before joining")},
    {NULL, NULL, NULL},
};

/* ---- Synonyms */

struct terms {
	const struct oeo_plan *plan;
	struct oeo_term *items;
	size_t n;
};

static void terms_fini(struct terms *terms)
{
	for (size_t i = 0; i < terms->n; i++)
		free(terms->items[i].term);
	free(terms->items);
}

/* In any dimension; `onbekend` is no code of its own. */
static bool plan_has(const void *context, const char *code)
{
	const struct oeo_plan *plan = ((const struct terms *)context)->plan;

	for (size_t i = 0; i < plan->n_dimensions; i++) {
		size_t at = oeo_match_find_word(&plan->dimensions[i], code);

		if (at != SIZE_MAX && at != oeo_dimension_unknown(&plan->dimensions[i]))
			return true;
	}
	return false;
}

static enum oeo_err add_term(void *context, const char *term, const char *code)
{
	struct terms *terms = context;
	struct oeo_term *more;

	if (term[0] == '\0' || strlen(code) >= OEO_ID_BYTES)
		return OEO_OK;
	more = realloc(terms->items, (terms->n + 1) * sizeof(*more));
	if (more == NULL)
		return OEO_ERR_NOMEM;
	terms->items = more;
	more[terms->n].term = strdup(term);
	if (more[terms->n].term == NULL)
		return OEO_ERR_NOMEM;
	(void)snprintf(more[terms->n].code, OEO_ID_BYTES, "%s", code);
	terms->n++;
	return OEO_OK;
}

/* The file that is given; else what the form's search uses. */
static enum oeo_err find_terms(struct terms *terms, const struct oeo_cli *cli,
    const struct oeo_intake_session *session, struct oeo_note *why)
{
	const struct oeo_words_use use = {terms, plan_has, add_term};
	const char *given = oeo_cli_value(cli, "synonyms");

	terms->plan = session->plan;
	if (given != NULL)
		return oeo_words_read_file(&use, given, why);
	return oeo_words_read(&use, session->has_home ? &session->home : NULL);
}

/* ---- suggest */

static enum oeo_err write_suggestion(
    const struct oeo_cli *cli, const struct oeo_suggestion *suggestion, struct oeo_note *why)
{
	const char *out = oeo_cli_value(cli, "out");
	struct oeo_buf text = {0};
	enum oeo_err err = oeo_suggest_write(&text, suggestion);

	if (err == OEO_OK && out != NULL)
		err = oeo_file_write_new(out, text.data, text.len, MAPPING_MODE, why);
	else if (err == OEO_OK && (fwrite(text.data, 1, text.len, stdout) != text.len || fflush(stdout) != 0))
		err = oeo_note_set(why, OEO_ERR_IO, _("Cannot write the result."));
	oeo_buf_fini(&text);
	return err;
}

enum oeo_exit oeo_agent_mapping_suggest(struct oeo_cli *cli)
{
	struct oeo_intake_session session = {.progress_fd = -1};
	struct oeo_suggestion suggestion = {0};
	struct oeo_source source = {NULL, NULL, -1, ""};
	struct terms terms = {NULL, NULL, 0};
	struct oeo_note why = {""};
	enum oeo_err err = oeo_intake_session_open(&session, cli, oeo_cli_value(cli, "plan"), &why);

	if (err == OEO_OK)
		err = find_terms(&terms, cli, &session, &why);
	if (err == OEO_OK)
		err = oeo_source_open(&source, cli->arguments[0], NULL, oeo_cli_value(cli, "sheet"), &why);
	if (err == OEO_OK)
		err = oeo_suggest(&suggestion, source.path, cli->arguments[0], session.plan, terms.items,
		    terms.n, oeo_clock_today(&cli->clock), &why);
	if (err == OEO_OK) {
		err = write_suggestion(cli, &suggestion, &why);
		oeo_suggestion_fini(&suggestion);
	}
	oeo_source_name_in(&source, &why);
	oeo_source_close(&source);
	terms_fini(&terms);
	oeo_intake_session_close(&session);
	return oeo_agent_error(cli, err, &why);
}

/* ---- check */

/* True where a place to complete stands in the line, before what is a comment. */
static bool is_open_line(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t'))
			return false;
		if (len - i >= sizeof(OPEN) - 1 && memcmp(line + i, OPEN, sizeof(OPEN) - 1) == 0)
			return true;
	}
	return false;
}

/* A proposal that was not completed is told line by line. */
static enum oeo_err find_open_lines(const char *path, struct oeo_note *why)
{
	struct oeo_buf text = {0};
	size_t n_open = 0;
	size_t number = 1;
	enum oeo_err err = oeo_file_read(&text, path, LIMIT_BYTES, why);

	for (size_t at = 0; err == OEO_OK && at < text.len; number++) {
		const char *line = (const char *)text.data + at;
		const char *end = memchr(line, '\n', text.len - at);
		size_t len = end != NULL ? (size_t)(end - line) : text.len - at;

		if (is_open_line(line, len)) {
			(void)printf(
			    _("- line %zu has to be completed: put what it should be in the place of ???\n"),
			    number);
			n_open++;
		}
		at += len + 1;
	}
	oeo_buf_fini(&text);
	if (err == OEO_OK && n_open > 0)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("The mapping %s is not complete yet; see above which lines."), path);
	return err;
}

/* Says what the source does not give; how many things a person should look at. A dimension may be left out. */
static size_t tell_missing(const struct oeo_mapping *mapping, const struct oeo_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_fields; i++) {
		if (mapping->fields[i].columns.n > 0)
			continue;
		(void)printf(
		    _("- identity: %s is not mapped; every row counts as a question without a resident\n"),
		    plan->fields[i].id);
		n++;
	}
	for (size_t i = 0; i < plan->n_dimensions; i++) {
		if (plan->dimensions[i].computed_from[0] != '\0' || mapping->dimensions[i].columns.n > 0 ||
		    mapping->dimensions[i].is_constant)
			continue;
		(void)printf(_("- left out: dimension %s is not mapped; all rows are unknown there\n"),
		    plan->dimensions[i].id);
	}
	return n;
}

static void tell_unmapped(const struct oeo_intake_report *report, size_t dimension)
{
	const struct oeo_intake_dimension *of = &report->dimensions[dimension];
	size_t rows = 0;

	for (size_t i = 0; i < of->n_unmapped; i++)
		rows += of->unmapped[i].count;
	if (rows > 0)
		(void)printf(_("- column %s: %zu rows have a value without a code; `mapping suggest` and "
			       "`preview` show "
			       "what may be shown of them\n"),
		    report->mapping->dimensions[dimension].columns.names[0], rows);
}

static enum oeo_err check_file(const struct oeo_cli *cli, struct oeo_mapping *mapping,
    const struct oeo_plan *plan, const struct oeo_source *source, size_t *n_missing, struct oeo_note *why)
{
	struct oeo_intake_report report = {0};
	struct oeo_findings findings = {0};
	struct oeo_intake_job job = {.plan = plan,
	    .mapping = mapping,
	    .path = source->path,
	    .is_preview = true,
	    .today = oeo_clock_today(&cli->clock)};
	enum oeo_err err = oeo_intake_read(&report, &job, &findings, why);

	oeo_intake_print_findings(&findings);
	oeo_findings_fini(&findings);
	if (err == OEO_ERR_FORMAT && why->text[0] == '\0')
		(void)oeo_note_set(
		    why, err, _("%s does not fit the mapping; see above what to change."), source->name);
	if (err != OEO_OK)
		return err;
	(void)printf(_("Rows: %zu, taken: %zu, refused: %zu, with a value without a code: %zu\n"),
	    report.n_rows, report.n_taken, report.n_refused, report.n_unmapped);
	if (report.n_same > 0)
		(void)printf(
		    _("- same question, one more supporter: %zu rows; each question counts once. If every "
		      "row is a question of its own, number them by another column.\n"),
		    report.n_same);
	for (size_t i = 0; i < plan->n_dimensions; i++)
		tell_unmapped(&report, i);
	if (report.n_refused > 0)
		(void)printf(
		    _("- refused rows: oeo-agent preview %s --mapping MAPPING lists them with the reason\n"),
		    source->name);
	*n_missing += report.n_refused > 0 ? 1 : 0;
	*n_missing += report.n_unmapped > 0 || report.n_rows == 0 ? 1 : 0;
	oeo_intake_report_fini(&report);
	return OEO_OK;
}

static enum oeo_err check(const struct oeo_cli *cli, const struct oeo_intake_session *session,
    size_t *n_missing, struct oeo_note *why)
{
	const char *path = cli->arguments[0];
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;
	enum oeo_err err = find_open_lines(path, why);

	if (err != OEO_OK)
		return err;
	err = oeo_mapping_read(&mapping, path, session->plan, &findings);
	oeo_intake_print_findings(&findings);
	oeo_findings_fini(&findings);
	if (err != OEO_OK)
		return oeo_note_set(
		    why, err, _("The mapping %s cannot be used; see above what to change."), path);
	(void)printf(_("Mapping %s under plan %s:\n"), mapping->id, session->plan->id);
	*n_missing = tell_missing(mapping, session->plan);
	if (cli->n_arguments > 1) {
		struct oeo_source source;

		err = oeo_source_open(&source, cli->arguments[1], NULL, oeo_cli_value(cli, "sheet"), why);
		if (err == OEO_OK)
			err = check_file(cli, mapping, session->plan, &source, n_missing, why);
		oeo_source_name_in(&source, why);
		oeo_source_close(&source);
	}
	if (err == OEO_OK && *n_missing == 0)
		(void)printf("%s\n", _("Nothing has to be completed."));
	oeo_mapping_free(mapping);
	return err;
}

enum oeo_exit oeo_agent_mapping_check(struct oeo_cli *cli)
{
	struct oeo_intake_session session = {.progress_fd = -1};
	struct oeo_note why = {""};
	size_t n_missing = 0;
	enum oeo_err err = oeo_intake_session_open(&session, cli, oeo_cli_value(cli, "plan"), &why);

	if (err == OEO_OK)
		err = check(cli, &session, &n_missing, &why);
	oeo_intake_session_close(&session);
	if (err != OEO_OK)
		return oeo_agent_error(cli, err, &why);
	return n_missing > 0 ? OEO_EXIT_FAILED : OEO_EXIT_OK;
}

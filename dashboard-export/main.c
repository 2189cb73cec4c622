/* SPDX-License-Identifier: EUPL-1.2 */
/* oeo-export: reports from signed releases, and from nothing else. */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard-export/duiding_write.h"
#include "dashboard-export/highlights.h"
#include "dashboard-export/output.h"
#include "dashboard-export/publisher.h"
#include "dashboard-export/sources.h"
#include "dashboard-export/view.h"
#include "proto/cli.h"
#include "proto/i18n.h"
#include "proto/text.h"

/* The key that must have signed: 1 given, 0 not given, -1 wrong (the user has been told). */
static int read_publisher(const struct oeo_cli *cli, uint8_t publisher_pk[OEO_IDENTITY_BYTES])
{
	const char *key = oeo_cli_value(cli, "key");
	const char *card = oeo_cli_value(cli, "publisher-card");
	struct oeo_note why = {""};
	enum oeo_err err;

	if (key != NULL && card != NULL) {
		(void)oeo_cli_usage(cli, "%s", _("give --key or --publisher-card, not both"));
		return -1;
	}
	if (key == NULL && card == NULL)
		return 0;
	err = key != NULL ? oeo_publisher_read_key(publisher_pk, key, &why)
			  : oeo_publisher_read_card(publisher_pk, card, &why);
	if (err == OEO_OK)
		return 1;
	(void)oeo_cli_error(cli, err, &why);
	return -1;
}

static void print_key(const struct oeo_view *view)
{
	if (view->is_key_given)
		(void)fprintf(stderr, _("All signatures are right: key %s, as given.\n"), view->key.text);
	else
		(void)fprintf(stderr,
		    _("All signatures fit the key in the releases: %s, under the name %s.\nCompare it with "
		      "the key that the "
		      "publisher gave you, or give that with --key or --publisher-card.\n"),
		    view->key.text, view->publisher);
}

static enum oeo_exit print_json(const struct oeo_cli *cli, const struct oeo_view *view, const char *out,
    const struct oeo_highlight *highlights, size_t n)
{
	json_t *document = json_pack("{s:s, s:s, s:s, s:b, s:i}", "out", out, "publisher", view->publisher,
	    "key", view->key.text, "key_given", view->is_key_given, "periods", (int)view->n_periods);
	json_t *findings = json_array();
	int is_failed = document == NULL;

	for (size_t i = 0; i < n; i++)
		is_failed |= json_array_append_new(findings, json_string(highlights[i].text));
	if (is_failed || json_object_set_new(document, "findings", findings) != 0 ||
	    json_dumpf(document, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) != 0 || printf("\n") < 0) {
		json_decref(document);
		return oeo_cli_fail(cli, "%s", oeo_err_text(OEO_ERR_NOMEM));
	}
	json_decref(document);
	return OEO_EXIT_OK;
}

/* What was made, where to look, and what stands out. */
static enum oeo_exit print_result(const struct oeo_cli *cli, const struct oeo_view *view,
    const struct oeo_output_result *result, enum oeo_output_kind kind, const char *out)
{
	struct oeo_highlight highlights[OEO_MAX_HIGHLIGHTS];
	const struct oeo_view_period *latest = oeo_view_latest(view, view->main);
	size_t n = 0;

	if ((kind == OEO_OUTPUT_SITE || kind == OEO_OUTPUT_REVIEW) && latest != NULL &&
	    oeo_highlights_make(highlights, &n, view, latest) != OEO_OK)
		return oeo_cli_fail(cli, "%s", oeo_err_str(OEO_ERR_NOMEM));
	print_key(view);
	if (result->kept[0] != '\0')
		(void)fprintf(stderr, _("The folder that was there is now %s.\n"), result->kept);
	if (cli->is_json)
		return print_json(cli, view, out, highlights, n);
	if (kind == OEO_OUTPUT_SITE || kind == OEO_OUTPUT_REVIEW)
		(void)printf(
		    _("The report is made, periods: %zu. Open %s/index.html\n"), view->n_periods, out);
	else if (result->is_present)
		(void)printf(_("%s has these files already: they came with the site.\n"), out);
	else if (kind == OEO_OUTPUT_PDF)
		(void)printf(_("The report on paper is made: %s/%s-%s.pdf\n"), out, view->plan, latest->id);
	else if (kind == OEO_OUTPUT_XLSX)
		(void)printf(_("The workbook is made, periods: %zu. Open %s/%s.xlsx\n"), view->n_periods, out,
		    view->plan);
	else
		(void)printf(_("The CSV files are made, periods: %zu. They are in %s; datapackage.json "
			       "describes them.\n"),
		    view->n_periods, out);
	for (size_t i = 0; i < n; i++)
		(void)printf("- %s\n", highlights[i].text);
	return fflush(stdout) == 0 ? OEO_EXIT_OK : OEO_EXIT_FAILED;
}

/* The wards' inhabitants and shapes: the folder given, else what came with the program for this municipality. */
static enum oeo_err read_wards(struct oeo_wards *wards, const struct oeo_cli *cli,
    const struct oeo_sources *sources, struct oeo_note *why)
{
	const char *folder = oeo_cli_value(cli, "wards");

	if (folder != NULL)
		return oeo_wards_read(wards, folder, why);
	return oeo_wards_read_own(wards, sources->items[0].release.plan.plan->municipality, why);
}

#define TOKENS_LIMIT ((size_t)256 * 1024)

/* Tokens are values only: a style sheet that fetches something would make a page ask other sites. */
static bool is_fetching(const char *text)
{
	static const char *const signs[] = {"@import", "url(", "image(", "image-set(", "src(", "\\"};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strcasestr(text, signs[i]) != NULL)
			return true;
	return false;
}

static enum oeo_err read_tokens(struct oeo_buf *tokens, const struct oeo_cli *cli, struct oeo_note *why)
{
	const char *path = oeo_cli_value(cli, "tokens");
	enum oeo_err err;

	if (path == NULL)
		return OEO_OK;
	err = oeo_file_read(tokens, path, TOKENS_LIMIT, why);
	if (err != OEO_OK)
		return err;
	if (memchr(tokens->data, 0, tokens->len) != NULL || is_fetching((const char *)tokens->data))
		return oeo_note_set(why, OEO_ERR_FORMAT, "%s",
		    _("the file after --tokens is no style sheet of tokens: it may only set values, and "
		      "fetch "
		      "nothing (no url, no @import)"));
	return OEO_OK;
}

#define CONTACT_LIMIT 300

/* Whom readers can ask: one line, as it was given. It stands on pages and on paper. */
static enum oeo_err read_contact(const char **contact, const struct oeo_cli *cli, struct oeo_note *why)
{
	const char *text = oeo_cli_value(cli, "contact");

	if (text != NULL && !oeo_text_is_line(text, strlen(text), 1, CONTACT_LIMIT))
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("what stands after --contact must be one line of plain text, of at most %d bytes, "
		      "such as 'Bureau Sociaal, 0546-000000, post@example.org'"),
		    CONTACT_LIMIT);
	*contact = text;
	return OEO_OK;
}

/* Everything a report is made of, in the order in which it is read and taken down. */
struct material {
	struct oeo_sources sources;
	struct oeo_wards wards;
	struct oeo_duiding duiding;
	struct oeo_buf tokens;
	struct oeo_view view;
};

static void free_material(struct material *material)
{
	oeo_view_fini(&material->view);
	oeo_buf_fini(&material->tokens);
	oeo_duiding_fini(&material->duiding);
	oeo_wards_fini(&material->wards);
	oeo_sources_fini(&material->sources);
}

/* The folder of the council's words: as given, or "duiding" beside the concept. "" where there is none. */
static void choose_duiding(char folder[OEO_PATH_BYTES], const struct oeo_cli *cli, enum oeo_output_kind kind)
{
	const char *given =
	    kind == OEO_OUTPUT_CSV || kind == OEO_OUTPUT_XLSX ? NULL : oeo_cli_value(cli, "duiding");
	const char *out = oeo_cli_value(cli, "out");
	const char *slash = strrchr(out, '/');

	if (given != NULL)
		(void)snprintf(folder, OEO_PATH_BYTES, "%s", given);
	else if (kind == OEO_OUTPUT_REVIEW)
		(void)snprintf(
		    folder, OEO_PATH_BYTES, "%.*sduiding", slash != NULL ? (int)(slash - out + 1) : 0, out);
	else
		folder[0] = '\0';
}

static enum oeo_err read_duiding(
    struct material *material, const struct oeo_cli *cli, enum oeo_output_kind kind, struct oeo_note *why)
{
	char folder[OEO_PATH_BYTES];
	size_t made = 0;
	enum oeo_err err = OEO_OK;

	choose_duiding(folder, cli, kind);
	if (folder[0] == '\0')
		return OEO_OK;
	if (kind == OEO_OUTPUT_REVIEW) {
		err = oeo_duiding_write_missing(&made, folder, &material->view, why);
		if (err == OEO_OK)
			(void)fprintf(stderr, _("Write what you make of it in %s; new files there: %zu.\n"),
			    folder, made);
	}
	if (err == OEO_OK)
		err = oeo_duiding_read(&material->duiding, folder, why);
	if (err == OEO_OK)
		err = oeo_duiding_check(&material->duiding, &material->view, why);
	if (err == OEO_OK)
		material->view.duiding = &material->duiding;
	return err;
}

static enum oeo_err read_material(struct material *material, const struct oeo_cli *cli,
    enum oeo_output_kind kind, const uint8_t *publisher_pk, struct oeo_note *why)
{
	enum oeo_err err = oeo_sources_read(
	    &material->sources, (const char *const *)cli->arguments, cli->n_arguments, publisher_pk, why);

	if (err == OEO_OK)
		err = read_wards(&material->wards, cli, &material->sources, why);
	if (err == OEO_OK)
		err = oeo_view_make(&material->view, &material->sources, &material->wards);
	if (err == OEO_OK)
		err = read_duiding(material, cli, kind, why);
	if (err == OEO_OK && (kind == OEO_OUTPUT_SITE || kind == OEO_OUTPUT_REVIEW))
		err = read_tokens(&material->tokens, cli, why);
	if (err == OEO_OK && kind != OEO_OUTPUT_CSV && kind != OEO_OUTPUT_XLSX)
		err = read_contact(&material->view.contact, cli, why);
	if (err == OEO_OK && material->tokens.len > 0)
		material->view.tokens = &material->tokens;
	material->view.is_concept = kind == OEO_OUTPUT_REVIEW;
	return err;
}

static enum oeo_exit run_export(struct oeo_cli *cli, enum oeo_output_kind kind)
{
	const char *out = oeo_cli_value(cli, "out");
	uint8_t publisher_pk[OEO_IDENTITY_BYTES];
	struct material material = {0};
	struct oeo_output_options options = {oeo_cli_value(cli, "force") != NULL, oeo_cli_progress};
	struct oeo_output_result result;
	struct oeo_note why = {""};
	enum oeo_exit code = OEO_EXIT_OK;
	enum oeo_err err;
	int given;

	if (out == NULL)
		return oeo_cli_usage(cli, "%s", _("say with --out where the result must go"));
	given = read_publisher(cli, publisher_pk);
	if (given < 0)
		return OEO_EXIT_USAGE;
	err = read_material(&material, cli, kind, given == 1 ? publisher_pk : NULL, &why);
	if (err == OEO_OK)
		err = oeo_output_write(&result, kind, &material.view, out, &options, &why);
	code = err == OEO_OK ? print_result(cli, &material.view, &result, kind, out)
			     : oeo_cli_error(cli, err, &why);
	free_material(&material);
	return code;
}

static enum oeo_exit run_site(struct oeo_cli *cli)
{
	return run_export(cli, OEO_OUTPUT_SITE);
}

static enum oeo_exit run_pdf(struct oeo_cli *cli)
{
	return run_export(cli, OEO_OUTPUT_PDF);
}

static enum oeo_exit run_review(struct oeo_cli *cli)
{
	return run_export(cli, OEO_OUTPUT_REVIEW);
}

static enum oeo_exit run_csv(struct oeo_cli *cli)
{
	return run_export(cli, OEO_OUTPUT_CSV);
}

static enum oeo_exit run_xlsx(struct oeo_cli *cli)
{
	return run_export(cli, OEO_OUTPUT_XLSX);
}

#define DATA_OPTIONS                                                                                         \
	{"out", N_("DIR"), N_("folder for the result; an earlier export in it is replaced")},                \
	    {"key", N_("FILE"), N_("the publisher's public key (minisign.pub)")},                            \
	    {"publisher-card", N_("CARD"), N_("or the publisher's card")},                                   \
	    {"wards", N_("DIR"),                                                                             \
		N_("inhabitants and shapes of the wards, where they do not come with the program")},         \
	{                                                                                                    \
		"force", NULL, N_("also where the folder holds other files: it is moved aside and kept")     \
	}

int main(int argc, char **argv)
{
	static const struct oeo_option data_options[] = {DATA_OPTIONS, {NULL, NULL, NULL}};
#define DUIDING                                                                                              \
	{                                                                                                    \
		"duiding", N_("DIR"), N_("the council's words, as review made the folder")                   \
	}
#define CONTACT                                                                                              \
	{                                                                                                    \
		"contact", N_("TEXT"), N_("whom readers can ask: name, telephone, mail, on one line")        \
	}
	static const struct oeo_option report_options[] = {
	    DATA_OPTIONS, DUIDING, CONTACT, {NULL, NULL, NULL}};
	static const struct oeo_option site_options[] = {DATA_OPTIONS, DUIDING, CONTACT,
	    {"tokens", N_("FILE"),
		N_("a municipality's own design tokens (CSS), for its own colours and letters")},
	    {NULL, NULL, NULL}};
	static const struct oeo_command commands[] = {
	    {"site", "RELEASE... --out DIR", N_("make a site from releases: pages, charts and CSV files"),
		site_options, 1, SIZE_MAX, run_site},
	    {"review", "RELEASE... --out DIR",
		N_("make a concept of the site for the council, and the files to write its words in"),
		site_options, 1, SIZE_MAX, run_review},
	    {"pdf", "RELEASE... --out DIR",
		N_("make the report of the latest period on paper (needs WeasyPrint)"), report_options, 1,
		SIZE_MAX, run_pdf},
	    {"xlsx", "RELEASE... --out DIR", N_("make a workbook from releases, for a spreadsheet program"),
		data_options, 1, SIZE_MAX, run_xlsx},
	    {"csv", "RELEASE... --out DIR", N_("make CSV files from releases, with their description"),
		data_options, 1, SIZE_MAX, run_csv},
	    {NULL, NULL, NULL, NULL, 0, 0, NULL},
	};
	static const struct oeo_program program = {
	    .name = "oeo-export",
	    .summary = N_("makes reports from signed releases"),
	    .default_home = NULL,
	    .commands = commands,
	};

	return oeo_cli_main(&program, argc, argv);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* oeo-export: reports from signed releases, and from nothing else. */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "dashboard-export/highlights.h"
#include "dashboard-export/output.h"
#include "dashboard-export/publisher.h"
#include "dashboard-export/sources.h"
#include "dashboard-export/view.h"
#include "proto/cli.h"
#include "proto/i18n.h"

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
		return oeo_cli_fail(cli, "%s", oeo_err_str(OEO_ERR_NOMEM));
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
	size_t n = kind == OEO_OUTPUT_SITE && latest != NULL ? oeo_highlights_make(highlights, latest) : 0;

	print_key(view);
	if (result->kept[0] != '\0')
		(void)fprintf(stderr, _("The folder that was there is now %s.\n"), result->kept);
	if (cli->is_json)
		return print_json(cli, view, out, highlights, n);
	if (kind == OEO_OUTPUT_SITE)
		(void)printf(
		    _("The report is made, periods: %zu. Open %s/index.html\n"), view->n_periods, out);
	else if (result->is_present)
		(void)printf(_("%s has these files already: they came with the site.\n"), out);
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

static enum oeo_exit run_export(struct oeo_cli *cli, enum oeo_output_kind kind)
{
	const char *out = oeo_cli_value(cli, "out");
	uint8_t publisher_pk[OEO_IDENTITY_BYTES];
	struct oeo_sources sources = {0};
	struct oeo_wards wards = {0};
	struct oeo_view view = {0};
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
	err = oeo_sources_read(&sources, (const char *const *)cli->arguments, cli->n_arguments,
	    given == 1 ? publisher_pk : NULL, &why);
	if (err == OEO_OK)
		err = read_wards(&wards, cli, &sources, &why);
	if (err == OEO_OK)
		err = oeo_view_make(&view, &sources, &wards);
	if (err == OEO_OK)
		err = oeo_output_write(&result, kind, &view, out, oeo_cli_value(cli, "force") != NULL, &why);
	code = err == OEO_OK ? print_result(cli, &view, &result, kind, out) : oeo_cli_error(cli, err, &why);
	oeo_view_fini(&view);
	oeo_wards_fini(&wards);
	oeo_sources_fini(&sources);
	return code;
}

static enum oeo_exit run_site(struct oeo_cli *cli)
{
	return run_export(cli, OEO_OUTPUT_SITE);
}

static enum oeo_exit run_csv(struct oeo_cli *cli)
{
	return run_export(cli, OEO_OUTPUT_CSV);
}

static enum oeo_exit run_xlsx(struct oeo_cli *cli)
{
	return run_export(cli, OEO_OUTPUT_XLSX);
}

int main(int argc, char **argv)
{
	static const struct oeo_option options[] = {
	    {"out", N_("DIR"), N_("folder for the result; an earlier export in it is replaced")},
	    {"key", N_("FILE"), N_("the publisher's public key (minisign.pub)")},
	    {"publisher-card", N_("CARD"), N_("or the publisher's card")},
	    {"wards", N_("DIR"),
		N_("inhabitants and shapes of the wards, where they do not come with the program")},
	    {"force", NULL, N_("also where the folder holds other files: it is moved aside and kept")},
	    {NULL, NULL, NULL},
	};
	static const struct oeo_command commands[] = {
	    {"site", "RELEASE... --out DIR", N_("make a site from releases: pages, charts and CSV files"),
		options, 1, SIZE_MAX, run_site},
	    {"xlsx", "RELEASE... --out DIR", N_("make a workbook from releases, for a spreadsheet program"),
		options, 1, SIZE_MAX, run_xlsx},
	    {"csv", "RELEASE... --out DIR", N_("make CSV files from releases, with their description"),
		options, 1, SIZE_MAX, run_csv},
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

/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/output.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dashboard-export/csv.h"
#include "dashboard-export/datapackage.h"
#include "dashboard-export/feed.h"
#include "dashboard-export/page.h"
#include "dashboard-export/pdf.h"
#include "dashboard-export/style.h"
#include "dashboard-export/xlsx.h"
#include "proto/i18n.h"
#include "proto/minisig.h"

#define NAME_BYTES 160
#define SIGNATURE_LIMIT 4096

/* Write what `made` says was appended to bytes, and empty it for the next file. */
static enum oeo_err put(struct oeo_folder *folder, const char *name, struct oeo_buf *bytes, enum oeo_err made,
    struct oeo_note *why)
{
	enum oeo_err err = made;

	if (err == OEO_OK)
		err = oeo_folder_write(folder, name, bytes->data, bytes->len, why);
	else
		err = oeo_note_set(why, err, _("%s could not be made: %s"), name, oeo_err_text(err));
	bytes->len = 0;
	return err;
}

static void tell(const struct oeo_output_options *options, const char *what, size_t done, size_t total)
{
	if (options->progress != NULL)
		options->progress(what, done, total);
}

/* ---- CSV and data package ---- */

static enum oeo_err put_tables(struct oeo_folder *folder, const struct oeo_view_period *period,
    struct oeo_buf *bytes, struct oeo_note *why)
{
	char name[NAME_BYTES];
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < period->n_tables; i++) {
		(void)snprintf(name, sizeof(name), "%s/%s.csv", period->id, period->tables[i].id);
		err = put(folder, name, bytes, oeo_csv_write_table(bytes, period, &period->tables[i]), why);
	}
	return err;
}

static enum oeo_err put_codes(
    struct oeo_folder *folder, const struct oeo_view *view, struct oeo_buf *bytes, struct oeo_note *why)
{
	const struct oeo_view_axis **levels = NULL;
	size_t n = 0;
	char name[NAME_BYTES];
	enum oeo_err err = oeo_datapackage_levels(&levels, &n, view);

	for (size_t i = 0; err == OEO_OK && i < n; i++) {
		(void)snprintf(name, sizeof(name), OEO_CODES_FOLDER "/%s.csv", levels[i]->id);
		err = put(folder, name, bytes, oeo_csv_write_codes(bytes, view, levels[i]->id), why);
	}
	free(levels);
	return err;
}

static enum oeo_err put_data(struct oeo_folder *folder, const struct oeo_view *view, bool has_releases,
    struct oeo_buf *bytes, const struct oeo_output_options *options, struct oeo_note *why)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < view->n_periods; i++) {
		err = put_tables(folder, &view->periods[i], bytes, why);
		tell(options, _("CSV files"), i + 1, view->n_periods);
	}
	if (err == OEO_OK)
		err = put_codes(folder, view, bytes, why);
	if (err == OEO_OK)
		err = put(
		    folder, "datapackage.json", bytes, oeo_datapackage_write(bytes, view, has_releases), why);
	return err;
}

static enum oeo_err put_workbook(struct oeo_folder *folder, const struct oeo_view *view,
    const struct oeo_output_options *options, struct oeo_note *why)
{
	char name[NAME_BYTES], path[OEO_PATH_BYTES];
	enum oeo_err err;

	(void)snprintf(name, sizeof(name), "%s.xlsx", view->plan);
	err = oeo_folder_add(folder, name, path, why);
	return err == OEO_OK ? oeo_xlsx_write(path, folder->temporary, view, options->progress, why) : err;
}

/* The page that the PDF is made from lies in the folder only as long as that takes. */
static enum oeo_err put_paper(
    struct oeo_folder *folder, const struct oeo_view *view, struct oeo_buf *bytes, struct oeo_note *why)
{
	char html[OEO_PATH_BYTES], pdf[OEO_PATH_BYTES], name[NAME_BYTES];
	enum oeo_err err = oeo_pdf_write_page(bytes, view);

	(void)snprintf(name, sizeof(name), "%s-%s.pdf", view->plan, oeo_view_latest(view, view->main)->id);
	if (err == OEO_OK)
		err = oeo_folder_add(folder, name, pdf, why);
	if (err != OEO_OK)
		return err;
	if (snprintf(html, sizeof(html), "%s/report.html", folder->temporary) >= (int)sizeof(html))
		return OEO_ERR_RANGE;
	err = oeo_file_write_new(html, bytes->data, bytes->len, 0600, why);
	if (err == OEO_OK)
		err = oeo_pdf_run(html, pdf, why);
	(void)unlink(html);
	return err;
}

/* ---- the signed releases ---- */

/* What lies on the disk now must be what was checked when it was read. */
static enum oeo_err check_copy(const struct oeo_source *source, const struct oeo_buf *bytes,
    const struct oeo_buf *signature, struct oeo_note *why)
{
	uint8_t digest[OEO_DIGEST_BYTES];

	if (crypto_generichash(digest, sizeof(digest), bytes->data, bytes->len, NULL, 0) != 0 ||
	    sodium_memcmp(digest, source->release.digest, sizeof(digest)) != 0 ||
	    oeo_minisig_verify((const char *)signature->data, signature->len, bytes->data, bytes->len,
		source->release.publisher_pk) != OEO_OK)
		return oeo_note_set(
		    why, OEO_ERR_CRYPTO, _("%s changed while it was read; try again"), source->path);
	return OEO_OK;
}

static enum oeo_err put_release(struct oeo_folder *folder, const struct oeo_view *view,
    const struct oeo_view_period *period, struct oeo_note *why)
{
	struct oeo_buf bytes = {0}, signature = {0};
	char path[OEO_PATH_BYTES], name[NAME_BYTES];
	enum oeo_err err = oeo_file_read(&bytes, period->source->path, OEO_RELEASE_LIMIT, why);

	(void)snprintf(path, sizeof(path), "%s.minisig", period->source->path);
	if (err == OEO_OK)
		err = oeo_file_read(&signature, path, SIGNATURE_LIMIT, why);
	if (err == OEO_OK)
		err = check_copy(period->source, &bytes, &signature, why);
	(void)snprintf(name, sizeof(name), "releases/%s-%s.oeorel", view->plan, period->id);
	if (err == OEO_OK)
		err = oeo_folder_write(folder, name, bytes.data, bytes.len, why);
	(void)snprintf(name, sizeof(name), "releases/%s-%s.oeorel.minisig", view->plan, period->id);
	if (err == OEO_OK)
		err = oeo_folder_write(folder, name, signature.data, signature.len, why);
	oeo_buf_fini(&bytes);
	oeo_buf_fini(&signature);
	return err;
}

/* ---- pages ---- */

/* Style sheets and the script. */
static enum oeo_err put_assets(struct oeo_folder *folder, const struct oeo_view *view, struct oeo_note *why)
{
	enum oeo_err err = oeo_folder_write(folder, OEO_STYLE_PATH, oeo_style, oeo_style_bytes, why);

	if (err == OEO_OK)
		err = oeo_folder_write(folder, OEO_SCRIPT_PATH, oeo_script, oeo_script_bytes, why);
	if (err == OEO_OK && view->tokens != NULL)
		err = oeo_folder_write(folder, OEO_TOKENS_PATH, view->tokens->data, view->tokens->len, why);
	return err;
}

static enum oeo_err put_themes(struct oeo_folder *folder, const struct oeo_view *view,
    const struct oeo_site_map *map, struct oeo_buf *bytes, struct oeo_note *why)
{
	enum oeo_err err = put(folder, OEO_THEMES_PATH, bytes, oeo_page_write_themes(bytes, view), why);

	for (size_t i = 0; err == OEO_OK && i < map->themes->n_cells; i++) {
		struct oeo_site_path path = oeo_site_theme_path(map->themes->axes[0].codes[i].code);

		err = put(folder, path.text, bytes, oeo_page_write_theme(bytes, view, i), why);
	}
	return err;
}

static enum oeo_err put_page(struct oeo_folder *folder, const struct oeo_view *view,
    const struct oeo_site_map *map, const struct oeo_site_page *page, struct oeo_buf *bytes,
    struct oeo_note *why)
{
	switch (page->kind) {
	case OEO_SITE_SHORT:
		return put(folder, page->path, bytes, oeo_page_write_index(bytes, view), why);
	case OEO_SITE_THEMES:
		return put_themes(folder, view, map, bytes, why);
	case OEO_SITE_AREA:
	case OEO_SITE_DIMENSION:
		return put(folder, page->path, bytes, oeo_page_write_subject(bytes, view, page), why);
	case OEO_SITE_TRENDS:
		return put(folder, page->path, bytes, oeo_page_write_trends(bytes, view), why);
	case OEO_SITE_SIGNALS:
		return put(folder, page->path, bytes, oeo_page_write_signals(bytes, view), why);
	case OEO_SITE_FEEDBACK:
		return put(folder, page->path, bytes, oeo_page_write_feedback(bytes, view), why);
	case OEO_SITE_ACCOUNT:
		return put(folder, page->path, bytes, oeo_page_write_account(bytes, view), why);
	case OEO_SITE_DOWNLOADS:
		return put(folder, page->path, bytes, oeo_page_write_downloads(bytes, view), why);
	}
	return OEO_ERR_INTERNAL;
}

static enum oeo_err put_site(struct oeo_folder *folder, const struct oeo_view *view, struct oeo_buf *bytes,
    const struct oeo_output_options *options, struct oeo_note *why)
{
	struct oeo_site_map map = {0};
	enum oeo_err err = oeo_site_map_make(&map, view);

	for (size_t i = 0; err == OEO_OK && i < map.n_pages; i++) {
		err = put_page(folder, view, &map, &map.pages[i], bytes, why);
		tell(options, _("Pages"), i + 1, map.n_pages);
	}
	oeo_site_map_fini(&map);
	return err;
}

static enum oeo_err put_periods(struct oeo_folder *folder, const struct oeo_view *view, struct oeo_buf *bytes,
    const struct oeo_output_options *options, struct oeo_note *why)
{
	char name[NAME_BYTES];
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < view->n_periods; i++) {
		const struct oeo_view_period *period = &view->periods[i];

		(void)snprintf(name, sizeof(name), "%s/index.html", period->id);
		err = put(folder, name, bytes, oeo_page_write_period(bytes, view, period), why);
		if (err == OEO_OK)
			err = put_release(folder, view, period, why);
		tell(options, _("Periods"), i + 1, view->n_periods);
	}
	return err;
}

static enum oeo_err put_pages(struct oeo_folder *folder, const struct oeo_view *view, struct oeo_buf *bytes,
    const struct oeo_output_options *options, struct oeo_note *why)
{
	enum oeo_err err = put_assets(folder, view, why);

	if (err == OEO_OK)
		err = put_site(folder, view, bytes, options, why);
	if (err == OEO_OK)
		err = put(folder, OEO_FEED_PATH, bytes, oeo_feed_write(bytes, view), why);
	return err == OEO_OK ? put_periods(folder, view, bytes, options, why) : err;
}

/* What the export is made from, for the folder's list. */
static enum oeo_err write_from(struct oeo_buf *from, const struct oeo_view *view)
{
	enum oeo_err err = oeo_buf_printf(from, "lang %s\n", oeo_i18n_lang() == OEO_LANG_EN ? "en" : "nl");
	char hex[2 * OEO_DIGEST_BYTES + 1];

	for (size_t i = 0; err == OEO_OK && i < view->n_periods; i++) {
		oeo_hex_encode(hex, view->periods[i].source->release.digest, OEO_DIGEST_BYTES);
		err = oeo_buf_printf(from, "release %s\n", hex);
	}
	if (err == OEO_OK && view->duiding != NULL) {
		oeo_hex_encode(hex, view->duiding->digest, OEO_DIGEST_BYTES);
		err = oeo_buf_printf(from, "duiding %s\n", hex);
	}
	if (err == OEO_OK && view->wards != NULL && view->wards->count > 0) {
		oeo_hex_encode(hex, view->wards->digest, OEO_DIGEST_BYTES);
		err = oeo_buf_printf(from, "wards %s\n", hex);
	}
	if (err == OEO_OK && view->tokens != NULL) {
		uint8_t digest[OEO_DIGEST_BYTES];

		if (crypto_generichash(
			digest, sizeof(digest), view->tokens->data, view->tokens->len, NULL, 0) != 0)
			return OEO_ERR_INTERNAL;
		oeo_hex_encode(hex, digest, OEO_DIGEST_BYTES);
		err = oeo_buf_printf(from, "tokens %s\n", hex);
	}
	return err == OEO_OK ? oeo_buf_terminate(from) : err;
}

/* Data into the folder of a site: it has them already, or it is the site of something else. */
static enum oeo_err check_site(
    bool *is_present, const char *out, const char *from, bool is_forced, struct oeo_note *why)
{
	*is_present = oeo_folder_holds(out, "site", from);
	if (*is_present || is_forced || strcmp(oeo_folder_kind(out).text, "site") != 0)
		return OEO_OK;
	return oeo_note_set(why, OEO_ERR_EXISTS,
	    _("%s holds a site made from other releases; make the site again (it has these files too), or "
	      "give another "
	      "folder"),
	    out);
}

enum oeo_err oeo_output_write(struct oeo_output_result *result, enum oeo_output_kind kind,
    const struct oeo_view *view, const char *out, const struct oeo_output_options *options,
    struct oeo_note *why)
{
	struct oeo_folder folder = {0};
	struct oeo_buf bytes = {0}, from = {0};
	static const char *const names[] = {"", "site", "csv", "xlsx", "pdf", "review"};
	static const struct oeo_output_options usual = {false, NULL};
	const struct oeo_output_options *chosen = options != NULL ? options : &usual;
	bool is_forced = chosen->is_forced;
	bool is_site = kind == OEO_OUTPUT_SITE || kind == OEO_OUTPUT_REVIEW;
	enum oeo_err err = write_from(&from, view);

	memset(result, 0, sizeof(*result));
	if (err == OEO_OK && !is_site && kind != OEO_OUTPUT_PDF)
		err = check_site(&result->is_present, out, (const char *)from.data, is_forced, why);
	if (err != OEO_OK || result->is_present)
		goto cleanup;
	err = oeo_folder_begin(&folder, out, names[kind], (const char *)from.data, is_forced, why);
	if (err == OEO_OK && is_site)
		err = put_pages(&folder, view, &bytes, chosen, why);
	if (err == OEO_OK && kind == OEO_OUTPUT_PDF)
		err = put_paper(&folder, view, &bytes, why);
	if (err == OEO_OK && (is_site || kind == OEO_OUTPUT_CSV))
		err = put_data(&folder, view, is_site, &bytes, chosen, why);
	if (err == OEO_OK && (is_site || kind == OEO_OUTPUT_XLSX))
		err = put_workbook(&folder, view, chosen, why);
	if (err == OEO_OK)
		err = oeo_folder_commit(&folder, why);
	if (err == OEO_OK)
		(void)snprintf(result->kept, sizeof(result->kept), "%s", folder.kept);
cleanup:
	oeo_folder_fini(&folder);
	oeo_buf_fini(&bytes);
	oeo_buf_fini(&from);
	return err;
}

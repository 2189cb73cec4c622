/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/paper.h"

#include "proto/home.h"
#include "proto/i18n.h"

static const char style[] =
    ":root{color-scheme:light dark;--line:#767676;--soft:#eef3f6;--ink:#1a1a1a;--paper:#fff;--accent:#0b5563}"
    "@media(prefers-color-scheme:dark){:root{--line:#8a8a8a;--soft:#22303a;--ink:#f0f0f0;--paper:#14191d;"
    "--accent:#8fd3e0}}"
    "body{font:1.1rem/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:0}"
    "main{max-width:62rem;margin:0 auto;padding:1rem 1.2rem 4rem}"
    "h1{font-size:1.7rem;line-height:1.2;margin:.6rem 0 .3rem}h2{font-size:1.25rem;margin:2.2rem 0 .3rem;"
    "color:var(--accent)}h3{font-size:1.05rem;margin:1.4rem 0 .2rem}"
    "p,ul,ol{max-width:42rem}.lead{font-size:1.15rem}.note{background:var(--soft);padding:.6rem .9rem;"
    "border-left:.3rem solid var(--accent)}"
    "table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:600;padding:.9rem 0 .3rem}"
    "th,td{border-bottom:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top}"
    "tbody th{font-weight:400}.n{text-align:right;font-variant-numeric:tabular-nums}"
    ".wide{overflow-x:auto}code,.bytes{font-family:ui-monospace,monospace;font-size:.9rem;overflow-wrap:"
    "anywhere}"
    "dt{font-weight:600;margin-top:.5rem}dd{margin:0 0 .3rem 1rem;overflow-wrap:anywhere}"
    "@media print{body{font-size:10pt}main{max-width:none;padding:0}th,td{padding:.1rem .4rem}.wide{overflow:visible}"
    "tr,h2,h3{break-inside:avoid}h2,h3{break-after:avoid}}";

enum oeo_err oeo_paper_begin(struct oeo_html **html, const char *title)
{
	enum oeo_err err = oeo_html_new(html);

	if (err != OEO_OK)
		return err;
	oeo_html_open(*html, "html", "lang", oeo_i18n_lang() == OEO_LANG_EN ? "en" : "nl", NULL);
	oeo_html_open(*html, "head", NULL);
	oeo_html_void(*html, "meta", "charset", "utf-8", NULL);
	oeo_html_void(
	    *html, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1", NULL);
	oeo_html_element(*html, "title", NULL, title);
	oeo_html_element(*html, "style", NULL, style);
	oeo_html_close(*html);
	oeo_html_open(*html, "body", NULL);
	oeo_html_open(*html, "main", NULL);
	oeo_html_element(*html, "h1", NULL, title);
	return OEO_OK;
}

enum oeo_err oeo_paper_end(struct oeo_html *html, struct oeo_buf *out)
{
	enum oeo_err err;

	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_close(html);
	err = oeo_html_finish(html, out);
	oeo_html_free(html);
	return err;
}

enum oeo_err oeo_paper_save(const char *path, const struct oeo_buf *bytes, struct oeo_note *why)
{
	return oeo_file_write(path, bytes->data, bytes->len, 0600, why);
}

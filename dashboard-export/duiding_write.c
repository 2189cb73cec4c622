/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/duiding_write.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "dashboard-export/flags.h"
#include "proto/i18n.h"

#define FOLDER_MODE 0777 /* and the user's umask */
#define FILE_MODE 0644

static enum oeo_err append_codes(
    struct oeo_buf *out, const char *heading, const struct oeo_signal_code *codes)
{
	enum oeo_err err = oeo_buf_printf(out, "\n%s\n\n", heading);

	for (; err == OEO_OK && codes->code != NULL; codes++)
		err = oeo_buf_printf(
		    out, "- %s: %s\n", codes->code, oeo_i18n_pick(codes->label_nl, codes->label_en));
	return err;
}

static enum oeo_err write_readme(const char *folder, struct oeo_note *why)
{
	struct oeo_buf text = {0};
	char path[OEO_PATH_BYTES];
	enum oeo_err err =
	    oeo_buf_append_text(&text, _("# Duiding\n\nIn this folder you write what you make of the "
					 "figures. Each file is plain text with a head "
					 "between two lines `---`; below it you write, with an empty line "
					 "between paragraphs. `*this*` becomes "
					 "slanted, `- ` begins a list. A file without text below its head "
					 "does not show in the report.\n\n"
					 "`thema-...md` is about a theme, `signaal-...md` about a signal. "
					 "For a signal of your own, copy a file "
					 "and give it a name such as `signaal-2026-Q3-wachtlijst.md`, with "
					 "the same name behind `signaal:`.\n\n"
					 "The lines of the head: `titel` (what the signal is), `auteur` "
					 "(whose words these are), `datum` "
					 "(2026-11-21), and for a signal `type`, `status`, `beslist` (who "
					 "decides) and `gedaan` (what was done "
					 "with it: that is what the organisations read back).\n\nNever write "
					 "about one person. The figures "
					 "themselves cannot be changed here.\n"));

	if (err == OEO_OK)
		err = append_codes(&text, "type:", oeo_signal_types());
	if (err == OEO_OK)
		err = append_codes(&text, "status:", oeo_signal_statuses());
	(void)snprintf(path, sizeof(path), "%s/LEESMIJ.md", folder);
	if (err == OEO_OK)
		err = oeo_file_write(path, text.data, text.len, FILE_MODE, why);
	oeo_buf_fini(&text);
	return err;
}

/* Write a file that is not there yet. */
static enum oeo_err write_new(
    size_t *made, const char *folder, const char *name, const struct oeo_buf *text, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	enum oeo_err err;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		return OEO_ERR_RANGE;
	err = oeo_file_write_new(path, text->data, text->len, FILE_MODE, why);
	if (err == OEO_ERR_EXISTS)
		return OEO_OK;
	*made += err == OEO_OK ? 1 : 0;
	return err;
}

static enum oeo_err write_theme(
    size_t *made, const char *folder, const struct oeo_view_code *theme, struct oeo_note *why)
{
	struct oeo_buf text = {0};
	char name[OEO_DUIDING_ID_BYTES + 16];
	enum oeo_err err = oeo_buf_printf(
	    &text, "---\nthema: %s\ntitel: %s\nauteur:\ndatum:\n---\n", theme->code, theme->label);

	(void)snprintf(name, sizeof(name), "thema-%s.md", theme->code);
	if (err == OEO_OK)
		err = write_new(made, folder, name, &text, why);
	oeo_buf_fini(&text);
	return err;
}

/* What kind of signal a flag most likely is; the council decides. */
static const char *type_of(const struct oeo_flag *flag, const struct oeo_view_period *period)
{
	const struct oeo_view_table *themes = oeo_view_first_table(period, 1);

	if (flag->kind == OEO_FLAG_LESS || themes == NULL || flag->table->n_axes == 0 ||
	    strcmp(flag->table->axes[0].id, themes->axes[0].id) != 0)
		return "ST90";
	return "ST01";
}

static enum oeo_err write_signal(size_t *made, const char *folder, const struct oeo_flag *flag,
    const struct oeo_view_period *period, struct oeo_note *why)
{
	struct oeo_buf text = {0};
	struct oeo_flag_id id = oeo_flag_id(flag);
	char name[OEO_DUIDING_ID_BYTES + 16], sentence[OEO_FLAG_TEXT_BYTES];
	enum oeo_err err;

	oeo_flag_write(sentence, flag);
	err = oeo_buf_printf(&text,
	    "---\nsignaal: %s\ntitel: %s\nauteur:\ntype: %s\nstatus: SS1\nbeslist:\ngedaan:\ndatum:\n---\n",
	    id.text, sentence, type_of(flag, period));
	(void)snprintf(name, sizeof(name), "signaal-%s.md", id.text);
	if (err == OEO_OK)
		err = write_new(made, folder, name, &text, why);
	oeo_buf_fini(&text);
	return err;
}

enum oeo_err oeo_duiding_write_missing(
    size_t *made, const char *folder, const struct oeo_view *view, struct oeo_note *why)
{
	const struct oeo_view_period *latest = oeo_view_latest(view, view->main);
	const struct oeo_view_table *themes = oeo_view_first_table(latest, 1);
	struct oeo_flag flags[OEO_MAX_FLAGS];
	size_t n = 0;
	enum oeo_err err;

	*made = 0;
	if (mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST)
		return oeo_note_set(why, OEO_ERR_IO, "%s: %s", folder, strerror(errno));
	err = write_readme(folder, why);
	for (size_t i = 0; err == OEO_OK && themes != NULL && i < themes->axes[0].n_codes; i++)
		if (strcmp(themes->axes[0].codes[i].code, OEO_UNKNOWN) != 0)
			err = write_theme(made, folder, &themes->axes[0].codes[i], why);
	if (err == OEO_OK)
		err = oeo_flags_make(flags, &n, view, latest);
	for (size_t i = 0; err == OEO_OK && i < n; i++)
		err = write_signal(made, folder, &flags[i], latest, why);
	return err;
}

static bool has_code(const struct oeo_view_axis *axis, const char *code)
{
	for (size_t i = 0; i < axis->n_codes; i++)
		if (strcmp(axis->codes[i].code, code) == 0)
			return true;
	return false;
}

enum oeo_err oeo_duiding_check(
    const struct oeo_duiding *duiding, const struct oeo_view *view, struct oeo_note *why)
{
	const struct oeo_view_table *themes = oeo_view_first_table(oeo_view_latest(view, view->main), 1);

	for (size_t i = 0; i < duiding->count; i++)
		if (!duiding->items[i].is_signal &&
		    (themes == NULL || !has_code(&themes->axes[0], duiding->items[i].id)))
			return oeo_note_set(why, OEO_ERR_FORMAT,
			    _("thema-%s.md: the plan has no theme with this code; remove the file or correct "
			      "its name"),
			    duiding->items[i].id);
	return OEO_OK;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Duiding: what the council makes of the figures, in a folder of Markdown files beside the releases. It stands next to
 * figures in the report, marked as somebody's words; no figure, chart or data file changes by it.
 *
 *   thema-<code>.md      about a code of the first table with one level (a theme)
 *   signaal-<id>.md      about a signal: a flag (flags.h), or one that people saw themselves
 *
 * Each begins with a head of `key: value` lines between two lines `---`, then the text:
 *
 *   thema: / signaal:    the code or id, as in the file's name; first
 *   titel:               a sentence: what the signal is (needed for a signal)
 *   auteur:              whose words these are
 *   type:                ST01 ..; status: SS1 ..; beslist: who decides; gedaan: what was done       (signals only)
 *   datum:               2026-11-21, when it was last changed
 *
 * Empty values may stand there. Refused with file:line: an unknown or repeated key, an unknown code, text that is no
 * UTF-8 or has control characters, a file larger than 64 KiB. Files with other names (LEESMIJ.md) are left alone.
 */
#ifndef OEO_DASHBOARD_EXPORT_DUIDING_H
#define OEO_DASHBOARD_EXPORT_DUIDING_H

#include <stdbool.h>

#include "proto/home.h"
#include "proto/plan.h"

#define OEO_DUIDING_TEXT_BYTES 512
#define OEO_DUIDING_ID_BYTES 192

/* A code of a list with labels in both languages. */
struct oeo_signal_code {
	const char *code;
	const char *label_nl, *label_en;
};

/* What a signal is about, and how far it has come: from noticed (SS1) to fed back (SS8) or closed (SS9). Both lists end
 * with code == NULL. */
const struct oeo_signal_code *oeo_signal_types(void);
const struct oeo_signal_code *oeo_signal_statuses(void);

struct oeo_duiding_item {
	bool is_signal;
	char id[OEO_DUIDING_ID_BYTES];
	char title[OEO_DUIDING_TEXT_BYTES];
	char author[OEO_DUIDING_TEXT_BYTES];
	const struct oeo_signal_code *type; /* NULL where not said */
	const struct oeo_signal_code *status; /* of a signal; SS1 where not said; NULL of a theme */
	char decider[OEO_DUIDING_TEXT_BYTES];
	char done[OEO_DUIDING_TEXT_BYTES];
	char date[OEO_DATE_BYTES];
	char *text; /* Markdown; owned; "" where nothing has been written yet */
};

struct oeo_duiding {
	struct oeo_duiding_item *items; /* themes first, then signals, each by id */
	size_t count;
	uint8_t digest[OEO_DIGEST_BYTES]; /* of all files read */
};

/* Read the folder. OEO_ERR_NOT_FOUND: there is none; OEO_ERR_FORMAT, with file:line in why. Free with
 * oeo_duiding_fini. */
enum oeo_err oeo_duiding_read(struct oeo_duiding *duiding, const char *folder, struct oeo_note *why);

/* Read one file of this name. Used by oeo_duiding_read and the fuzz target; item is filled on OEO_OK (free item->text). */
enum oeo_err oeo_duiding_parse(
    struct oeo_duiding_item *item, const char *name, const char *text, size_t len, struct oeo_note *why);

/* duiding may be NULL or zeroed. */
void oeo_duiding_fini(struct oeo_duiding *duiding);

/* The item of this theme or signal; NULL where there is none. duiding may be NULL. */
const struct oeo_duiding_item *oeo_duiding_find(
    const struct oeo_duiding *duiding, bool is_signal, const char *id);

#endif

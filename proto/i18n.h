/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What people read, in Dutch (default) or English. Messages are written in English in the source, as
 * _("..."), and looked up in the catalogue `oeo`, which the build makes of every folder's locale/nl.po.
 */
#ifndef OEO_PROTO_I18N_H
#define OEO_PROTO_I18N_H

#include <libintl.h>

#define OEO_TEXT_DOMAIN "oeo"
#define _(text) dgettext(OEO_TEXT_DOMAIN, text)
#define N_(text) text /* marks a text for translation where it cannot be looked up yet (tables) */

enum oeo_lang { OEO_LANG_NL, OEO_LANG_EN };

/*
 * Choose the language: "nl" or "en"; NULL takes the environment's OEO_LANG, and Dutch without it. Sets
 * LC_ALL=C.UTF-8 and LANGUAGE of this process and finds the catalogue beside the program
 * (../share/locale). False: an unknown language; then nothing has changed.
 */
_Bool oeo_i18n_init(const char *lang);

/* The language chosen; Dutch before oeo_i18n_init. */
enum oeo_lang oeo_i18n_lang(void);

/*
 * Speak another language from here on, for one answer of a server that people of both languages use: call it before and
 * again, with the former language, behind it. For one thread; texts that were returned before stay valid. False: the
 * environment could not be set, and nothing has changed.
 */
_Bool oeo_i18n_switch(enum oeo_lang lang);

/* The one of two texts that fits the language (labels of the plan); the other where it is empty. */
const char *oeo_i18n_pick(const char *nl, const char *en);

#endif

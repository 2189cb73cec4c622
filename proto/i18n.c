/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/i18n.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "proto/share.h"

static enum oeo_lang chosen = OEO_LANG_NL;

static void bind_catalogue(void)
{
	char directory[OEO_PATH_BYTES];

	if (oeo_share_path(directory, "locale") != OEO_OK)
		return;
	(void)bindtextdomain(OEO_TEXT_DOMAIN, directory);
	(void)bind_textdomain_codeset(OEO_TEXT_DOMAIN, "UTF-8");
}

_Bool oeo_i18n_init(const char *lang)
{
	if (lang == NULL)
		lang = getenv("OEO_LANG");
	if (lang == NULL || lang[0] == '\0')
		lang = "nl";
	if (strcmp(lang, "nl") != 0 && strcmp(lang, "en") != 0)
		return 0;
	chosen = strcmp(lang, "en") == 0 ? OEO_LANG_EN : OEO_LANG_NL;
	/* Debian has no other locale than C.UTF-8; gettext follows LANGUAGE under it. */
	if (setenv("LC_ALL", "C.UTF-8", 1) != 0 || setenv("LANGUAGE", lang, 1) != 0)
		return 0;
	(void)setlocale(LC_ALL, "C.UTF-8");
	bind_catalogue();
	return 1;
}

/* gettext remembers what it found; naming the domain anew makes it forget. */
_Bool oeo_i18n_switch(enum oeo_lang lang)
{
	if (lang == chosen)
		return 1;
	if (setenv("LANGUAGE", lang == OEO_LANG_EN ? "en" : "nl", 1) != 0 ||
	    textdomain(OEO_TEXT_DOMAIN) == NULL)
		return 0;
	chosen = lang;
	return 1;
}

enum oeo_lang oeo_i18n_lang(void)
{
	return chosen;
}

const char *oeo_i18n_pick(const char *nl, const char *en)
{
	const char *first = chosen == OEO_LANG_EN ? en : nl;
	const char *second = chosen == OEO_LANG_EN ? nl : en;

	if (first != NULL && first[0] != '\0')
		return first;
	return second != NULL ? second : "";
}

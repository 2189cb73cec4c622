/* SPDX-License-Identifier: EUPL-1.2 */
/* Other parties' cards in a folder of the home (card.h, oeo_cards). */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "proto/card.h"
#include "proto/i18n.h"

#define SUFFIX ".oeocard"
#define CARD_MODE 0644
#define MOST_CARDS 10000

static enum oeo_err make_folder(
    char path[OEO_PATH_BYTES], const struct oeo_home *home, const char *folder, struct oeo_note *why)
{
	enum oeo_err err = oeo_home_path(path, home, folder);

	if (err == OEO_OK && mkdir(path, 0700) != 0 && errno != EEXIST)
		return oeo_note_set(
		    why, OEO_ERR_IO, _("%s: cannot make this folder: %s."), path, strerror(errno));
	return err;
}

static enum oeo_err card_path(
    char path[OEO_PATH_BYTES], const struct oeo_home *home, const char *folder, const char *id)
{
	char name[OEO_PATH_BYTES];
	int len = snprintf(name, sizeof(name), "%s/%s" SUFFIX, folder, id);

	if (len <= 0 || (size_t)len >= sizeof(name))
		return OEO_ERR_RANGE;
	return oeo_home_path(path, home, name);
}

/* OEO_OK: there is no such card or it is the same; OEO_ERR_CONFLICT: another one. */
static enum oeo_err check_present(const struct oeo_card *card, const char *path, struct oeo_note *why)
{
	struct oeo_card present;
	enum oeo_err err;

	if (!oeo_file_exists(path))
		return OEO_OK;
	err = oeo_card_read(&present, path, why);
	if (err != OEO_OK)
		return err;
	if (strcmp(present.fingerprint, card->fingerprint) == 0)
		return OEO_OK;
	return oeo_note_set(why, OEO_ERR_CONFLICT,
	    _("Another card of \"%s\" is known here already. Read both fingerprints out to each other by "
	      "telephone; if the new one is right, give --replace."),
	    card->id);
}

enum oeo_err oeo_cards_add(const struct oeo_home *home, const char *folder, const struct oeo_card *card,
    bool is_replaced, struct oeo_note *why)
{
	struct oeo_card copy = *card;
	struct oeo_buf text = {0};
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_card_format(&text, &copy, why);

	if (err == OEO_OK)
		err = make_folder(path, home, folder, why);
	if (err == OEO_OK)
		err = card_path(path, home, folder, card->id);
	if (err == OEO_OK && !is_replaced)
		err = check_present(&copy, path, why);
	if (err == OEO_OK)
		err = oeo_file_write(path, text.data, text.len, CARD_MODE, why);
	oeo_buf_fini(&text);
	return err;
}

static bool is_card_file(const char *name)
{
	size_t len = strlen(name);

	return len > strlen(SUFFIX) && strcmp(name + len - strlen(SUFFIX), SUFFIX) == 0;
}

static int compare_cards(const void *a, const void *b)
{
	return strcmp(((const struct oeo_card *)a)->id, ((const struct oeo_card *)b)->id);
}

/* Append the card in this file to the array. */
static enum oeo_err load_one(
    struct oeo_card **cards, size_t *n, const char *folder, const char *name, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	struct oeo_card *more;
	enum oeo_err err;
	int len = snprintf(path, sizeof(path), "%s/%s", folder, name);

	if (len <= 0 || (size_t)len >= sizeof(path) || *n >= MOST_CARDS)
		return OEO_ERR_RANGE;
	more = realloc(*cards, (*n + 1) * sizeof(*more));
	if (more == NULL)
		return OEO_ERR_NOMEM;
	*cards = more;
	err = oeo_card_read(&more[*n], path, why);
	if (err == OEO_OK)
		(*n)++;
	return err;
}

static enum oeo_err load_all(
    struct oeo_card **cards, size_t *n, DIR *directory, const char *path, struct oeo_note *why)
{
	enum oeo_err err = OEO_OK;

	while (err == OEO_OK) {
		const struct dirent *entry;

		errno = 0;
		entry = readdir(directory);
		if (entry == NULL)
			return errno == 0 ? OEO_OK
					  : oeo_note_set(why, OEO_ERR_IO,
						_("%s: cannot read this folder: %s."), path, strerror(errno));
		if (is_card_file(entry->d_name))
			err = load_one(cards, n, path, entry->d_name, why);
	}
	return err;
}

enum oeo_err oeo_cards_load(
    struct oeo_card **cards, size_t *n, const struct oeo_home *home, const char *folder, struct oeo_note *why)
{
	struct oeo_card *made = NULL;
	size_t count = 0;
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, folder);
	DIR *directory = err == OEO_OK ? opendir(path) : NULL;

	if (directory != NULL) {
		err = load_all(&made, &count, directory, path, why);
		(void)closedir(directory);
	} else if (err == OEO_OK && errno != ENOENT) {
		err = oeo_note_set(
		    why, OEO_ERR_IO, _("%s: cannot read this folder: %s."), path, strerror(errno));
	}
	if (err != OEO_OK) {
		free(made);
		return err;
	}
	if (count > 1)
		qsort(made, count, sizeof(*made), compare_cards);
	*cards = made;
	*n = count;
	return OEO_OK;
}

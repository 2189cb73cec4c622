/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/mapping_store.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/intake.h"
#include "proto/i18n.h"

#define FOLDER "mappings"
#define ENDING ".yaml"
#define LIMIT_BYTES ((size_t)1024 * 1024)
#define FILE_MODE 0600

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* "<home>/mappings/<id><joint><name>" */
static enum oeo_err stored_path(char path[OEO_PATH_BYTES], const struct oeo_home *home, const char *id,
    const char *joint, const char *name)
{
	char inside[512];
	int len = snprintf(inside, sizeof(inside), FOLDER "/%s%s%s", id, joint, name);

	if (len < 0 || (size_t)len >= sizeof(inside))
		return OEO_ERR_RANGE;
	return oeo_home_path(path, home, inside);
}

static enum oeo_err make_folder(const struct oeo_home *home, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, FOLDER);

	if (err == OEO_OK && mkdir(path, 0700) != 0 && errno != EEXIST)
		return oeo_note_set(why, OEO_ERR_IO, _("Cannot make the folder %s."), path);
	return err;
}

/* Copy a file unless the copy has the same bytes. */
static enum oeo_err copy_file(const char *from, const char *to, bool *is_new, struct oeo_note *why)
{
	struct oeo_buf text = {0};
	struct oeo_buf stored = {0};
	enum oeo_err err = oeo_file_read(&text, from, LIMIT_BYTES, why);

	if (err != OEO_OK)
		goto cleanup;
	if (oeo_file_read(&stored, to, LIMIT_BYTES, NULL) == OEO_OK && stored.len == text.len &&
	    memcmp(stored.data, text.data, text.len) == 0)
		goto cleanup;
	err = oeo_file_write(to, text.data, text.len, FILE_MODE, why);
	*is_new = err == OEO_OK;
cleanup:
	oeo_buf_fini(&text);
	oeo_buf_fini(&stored);
	return err;
}

/* What is remembered under its own name already ("<id>-synonyms.csv") keeps it. */
static enum oeo_err copy_synonyms(const struct oeo_home *home, const struct oeo_mapping *mapping,
    const char *from, bool *is_new, struct oeo_note *why)
{
	char to[OEO_PATH_BYTES];
	const char *name = last_part(from);
	size_t id_len = strlen(mapping->id);
	enum oeo_err err;

	if (strncmp(name, mapping->id, id_len) == 0 && name[id_len] == '-')
		name += id_len + 1;
	err = stored_path(to, home, mapping->id, "-", name);
	return err == OEO_OK ? copy_file(from, to, is_new, why) : err;
}

enum oeo_err oeo_mapping_remember(const struct oeo_home *home, const struct oeo_mapping *mapping,
    const char *path, bool *is_new, struct oeo_note *why)
{
	char to[OEO_PATH_BYTES];
	enum oeo_err err = make_folder(home, why);

	*is_new = false;
	/* The synonyms first: a mapping is never there without what it needs. */
	for (size_t i = 0; i < OEO_MAX_DIMENSIONS && err == OEO_OK; i++) {
		if (mapping->synonyms[i] != NULL)
			err = copy_synonyms(home, mapping, mapping->synonyms[i], is_new, why);
	}
	if (err == OEO_OK)
		err = stored_path(to, home, mapping->id, "", ENDING);
	if (err == OEO_OK)
		err = copy_file(path, to, is_new, why);
	return err;
}

/* ---- Choosing */

static int is_mapping_file(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > strlen(ENDING) &&
	       strcmp(entry->d_name + len - strlen(ENDING), ENDING) == 0;
}

/* One file, and which of the remembered mappings fit it. */
struct choice {
	const struct oeo_plan *plan;
	const char *file;
	struct oeo_findings *findings;
	struct oeo_mapping *chosen; /* the first that fits, owned */
	size_t n_fitting;
	char nearest[OEO_ID_BYTES]; /* the mapping that misses least, where none fits; "": none comes near */
	struct oeo_misfit misfit; /* of that one */
	bool was_readable; /* as the source of some mapping */
	struct oeo_note unreadable; /* else: why not */
};

/* Most of what the mapping reads is there: the file is one of its source, and its first row is a header. */
static bool is_near(const struct oeo_misfit *misfit)
{
	return 2 * misfit->n_found > misfit->n_wanted;
}

static size_t n_missing(const struct oeo_misfit *misfit)
{
	return misfit->n_wanted - misfit->n_found;
}

/* Takes what misfit owns, or frees it. */
static void keep_nearest(struct choice *choice, const struct oeo_mapping *mapping, struct oeo_misfit *misfit)
{
	if (!is_near(misfit) ||
	    (choice->nearest[0] != '\0' && n_missing(misfit) >= n_missing(&choice->misfit))) {
		oeo_misfit_fini(misfit);
		return;
	}
	oeo_misfit_fini(&choice->misfit);
	choice->misfit = *misfit;
	memcpy(choice->nearest, mapping->id, OEO_ID_BYTES);
}

/* A mapping with faults does not count. */
static enum oeo_err try_mapping(struct choice *choice, const char *path)
{
	struct oeo_mapping *mapping = NULL;
	struct oeo_misfit misfit = {0};
	struct oeo_note unreadable = {""};
	enum oeo_err err = oeo_mapping_read(&mapping, path, choice->plan, choice->findings);

	if (err != OEO_OK)
		return err == OEO_ERR_NOMEM ? err : OEO_OK;
	if (oeo_intake_fits(mapping, choice->file, &misfit, &unreadable)) {
		if (choice->n_fitting++ == 0) {
			choice->chosen = mapping;
			mapping = NULL;
		}
	} else {
		keep_nearest(choice, mapping, &misfit);
	}
	if (unreadable.text[0] == '\0')
		choice->was_readable = true;
	else
		choice->unreadable = unreadable;
	oeo_mapping_free(mapping);
	return OEO_OK;
}

static enum oeo_err try_all(struct choice *choice, const char *folder)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_mapping_file, alphasort);
	enum oeo_err err = OEO_OK;

	for (int i = 0; i < n; i++) {
		char path[OEO_PATH_BYTES];
		int len = snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);

		if (err == OEO_OK && len > 0 && len < OEO_PATH_BYTES)
			err = try_mapping(choice, path);
		free(entries[i]);
	}
	free(entries);
	return err;
}

/* A column has been renamed, or left out: what happens most. */
static enum oeo_err tell_nearest(
    const struct choice *choice, const struct oeo_home *home, struct oeo_note *why)
{
	const struct oeo_misfit *misfit = &choice->misfit;
	char path[OEO_PATH_BYTES];
	enum oeo_err err = stored_path(path, home, choice->nearest, "", ENDING);

	if (err != OEO_OK)
		return err;
	return oeo_note_set(why, OEO_ERR_NOT_FOUND,
	    _("%s is not read: it misses a column of mapping %s, which fits for the rest. Missing: %s. "
	      "Columns that the mapping does not know: %s. Was a column renamed? Give it its old name in the "
	      "export, or write the new name in %s. Then read the file in again."),
	    choice->file, choice->nearest, (const char *)misfit->missing.data,
	    misfit->spare.len > 0 ? (const char *)misfit->spare.data : _("none"), path);
}

static enum oeo_err judge(const struct choice *choice, const struct oeo_home *home, struct oeo_note *why)
{
	if (choice->n_fitting > 1)
		return oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("More than one remembered mapping has the columns of %s. Name one: --mapping FILE; in "
		      "the "
		      "drop folder, lay the file in a sub-folder that has the mapping's name."),
		    choice->file);
	if (choice->n_fitting == 1)
		return OEO_OK;
	if (!choice->was_readable && choice->unreadable.text[0] != '\0')
		return oeo_note_set(why, OEO_ERR_NOT_FOUND, "%s: %s", choice->file, choice->unreadable.text);
	if (choice->nearest[0] != '\0')
		return tell_nearest(choice, home, why);
	return oeo_note_set(why, OEO_ERR_NOT_FOUND,
	    _("No remembered mapping has the columns of %s. Name one: oeo-agent import FILE --mapping "
	      "MAPPING. To "
	      "make one: oeo-agent mapping suggest FILE"),
	    choice->file);
}

enum oeo_err oeo_mapping_choose(struct oeo_mapping **mapping, const struct oeo_home *home,
    const struct oeo_plan *plan, const char *file, struct oeo_findings *findings, struct oeo_note *why)
{
	struct choice choice = {.plan = plan, .file = file, .findings = findings};
	char folder[OEO_PATH_BYTES];
	enum oeo_err err;

	if (!oeo_file_exists(file))
		return oeo_note_set(why, OEO_ERR_NOT_FOUND, _("There is no file %s."), file);
	err = oeo_home_path(folder, home, FOLDER);
	if (err == OEO_OK)
		err = try_all(&choice, folder);
	if (err == OEO_OK)
		err = judge(&choice, home, why);
	if (err == OEO_OK)
		*mapping = choice.chosen;
	else
		oeo_mapping_free(choice.chosen);
	oeo_misfit_fini(&choice.misfit);
	return err;
}

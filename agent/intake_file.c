/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/intake_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/intake.h"
#include "proto/i18n.h"

enum oeo_err oeo_intake_file_open(struct oeo_intake_file *file, const char *path, struct oeo_note *why)
{
	struct stat info;

	memset(file, 0, sizeof(*file));
	file->stream = fopen(path, "rbe");
	if (file->stream == NULL)
		return oeo_note_set(why, errno == ENOENT ? OEO_ERR_NOT_FOUND : OEO_ERR_IO,
		    errno == ENOENT ? _("There is no file %s.") : _("Cannot read %s. May you read it?"),
		    path);
	if (fstat(fileno(file->stream), &info) != 0 || S_ISDIR(info.st_mode))
		return oeo_note_set(why, OEO_ERR_IO, _("%s is not a file."), path);
	/* Read in large pieces into the reader's own window: no copy is left in a buffer that nobody wipes. */
	(void)setvbuf(file->stream, NULL, _IONBF, 0);
	file->bytes = info.st_size > 0 ? (unsigned long)info.st_size : 0;
	file->written = info.st_mtim;
	return OEO_OK;
}

void oeo_intake_file_close(struct oeo_intake_file *file)
{
	if (file->stream != NULL)
		(void)fclose(file->stream);
	file->stream = NULL;
}

/* What somebody writes on while it is read is read anew later, whole. */
enum oeo_err oeo_intake_file_check(const struct oeo_intake_file *file, const char *path, struct oeo_note *why)
{
	struct stat info;

	if (fstat(fileno(file->stream), &info) != 0)
		return OEO_ERR_IO;
	if (!S_ISREG(info.st_mode) ||
	    (info.st_size == (off_t)file->bytes && info.st_mtim.tv_sec == file->written.tv_sec &&
		info.st_mtim.tv_nsec == file->written.tv_nsec))
		return OEO_OK;
	return oeo_note_set(why, OEO_ERR_STATE,
	    _("%s was changed while it was read. Nothing of it is stored; read it again when it is "
	      "complete."),
	    path);
}

bool oeo_intake_fits(
    struct oeo_mapping *mapping, const char *path, struct oeo_misfit *misfit, struct oeo_note *why)
{
	struct oeo_intake_file file = {0};
	struct oeo_csv *csv = NULL;
	const char *const *header;
	size_t n = 0;
	bool fits = false;

	if (oeo_intake_file_open(&file, path, why) == OEO_OK &&
	    oeo_csv_open(&csv, &mapping->format, oeo_csv_read_file, file.stream, why) == OEO_OK) {
		header = oeo_csv_header(csv, &n);
		fits = oeo_mapping_bind(mapping, header, n, NULL) == OEO_OK;
		if (!fits && oeo_mapping_compare(mapping, header, n, misfit) != OEO_OK)
			misfit->n_found = 0;
	}
	oeo_csv_close(csv);
	oeo_intake_file_close(&file);
	return fits;
}

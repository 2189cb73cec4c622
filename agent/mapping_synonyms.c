/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/mapping_synonyms.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/csv_reader.h"
#include "proto/home.h"
#include "proto/i18n.h"

#define LIMIT_BYTES ((size_t)1024 * 1024)

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static bool find_file(
    char path[OEO_PATH_BYTES], const char *mapping_path, const char *mapping_id, const char *file)
{
	int folder = (int)(last_part(mapping_path) - mapping_path);
	int len = snprintf(path, OEO_PATH_BYTES, "%.*s%s", folder, mapping_path, file);

	if (len > 0 && len < OEO_PATH_BYTES && oeo_file_exists(path))
		return true;
	len = snprintf(path, OEO_PATH_BYTES, "%.*s%s-%s", folder, mapping_path, mapping_id, last_part(file));
	return len > 0 && len < OEO_PATH_BYTES && oeo_file_exists(path);
}

static enum oeo_err read_row(struct oeo_matcher *matcher, const struct oeo_dimension *dimension,
    const struct oeo_csv_row *row, const char *name, struct oeo_findings *findings)
{
	size_t code;

	if (row->fault == OEO_CSV_EMPTY)
		return OEO_OK;
	if (row->fault != OEO_CSV_FINE || row->fields[0].len == 0) {
		oeo_findings_add(findings, OEO_FINDING_FAULT, name, row->line,
		    _("This line cannot be read. It should hold a term and a code, with a comma between "
		      "them."));
		return OEO_OK;
	}
	code = oeo_match_find_word(dimension, row->fields[1].text);
	if (code != SIZE_MAX)
		return oeo_matcher_add_term(matcher, row->fields[0].text, code);
	oeo_findings_add(findings, OEO_FINDING_FAULT, name, row->line,
	    _("The plan's dimension %s has no code %s."), dimension->id, row->fields[1].text);
	return OEO_OK;
}

static bool is_header(struct oeo_csv *csv)
{
	size_t n = 0;
	const char *const *header = oeo_csv_header(csv, &n);

	return n == 2 && strcmp(header[0], "term") == 0 && strcmp(header[1], "code") == 0;
}

static enum oeo_err read_terms(struct oeo_matcher *matcher, const struct oeo_dimension *dimension,
    const char *name, const struct oeo_buf *text, struct oeo_findings *findings)
{
	static const struct oeo_csv_format format = {',', '"', 0, true, "utf-8"};
	struct oeo_csv_memory memory = {text->data, text->len, 0};
	struct oeo_csv_row row = {0};
	struct oeo_csv *csv = NULL;
	struct oeo_note why = {""};
	bool is_end = false;
	enum oeo_err err = oeo_csv_open(&csv, &format, oeo_csv_read_memory, &memory, &why);

	if (err == OEO_ERR_FORMAT || (err == OEO_OK && !is_header(csv))) {
		oeo_findings_add(
		    findings, OEO_FINDING_FAULT, name, 1, _("The first line should be: term,code"));
		err = OEO_OK;
		is_end = true;
	}
	while (err == OEO_OK && !is_end) {
		err = oeo_csv_next(csv, &row, &is_end);
		if (err == OEO_OK && !is_end)
			err = read_row(matcher, dimension, &row, name, findings);
	}
	oeo_csv_close(csv);
	return err;
}

enum oeo_err oeo_mapping_read_synonyms(struct oeo_matcher *matcher, char **path,
    const struct oeo_dimension *dimension, const char *mapping_path, const char *mapping_id, const char *file,
    struct oeo_findings *findings)
{
	struct oeo_buf text = {0};
	char found[OEO_PATH_BYTES];
	char *copy = NULL;
	enum oeo_err err;

	if (!find_file(found, mapping_path, mapping_id, file))
		return OEO_ERR_NOT_FOUND;
	err = oeo_file_read(&text, found, LIMIT_BYTES, NULL);
	if (err == OEO_ERR_RANGE) {
		oeo_findings_add(
		    findings, OEO_FINDING_FAULT, last_part(found), 0, _("The file is larger than 1 MiB."));
		err = OEO_OK;
	} else if (err == OEO_OK) {
		err = read_terms(matcher, dimension, last_part(found), &text, findings);
	}
	oeo_buf_fini(&text);
	if (err == OEO_OK && (copy = strdup(found)) == NULL)
		err = OEO_ERR_NOMEM;
	if (err == OEO_OK)
		*path = copy;
	return err;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/mapping.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/fold.h"
#include "proto/i18n.h"
#include "proto/text.h"

void oeo_mapping_free(struct oeo_mapping *mapping)
{
	if (mapping == NULL)
		return;
	for (size_t i = 0; i < OEO_MAX_DIMENSIONS; i++) {
		oeo_matcher_fini(&mapping->dimensions[i].matcher);
		free(mapping->synonyms[i]);
	}
	for (size_t i = 0; i < mapping->n_missing; i++)
		free(mapping->missing[i]);
	free(mapping->missing);
	free(mapping->never_read);
	free(mapping->name);
	free(mapping);
}

/* Walk over all columns that are read; ends with NULL. */
static const struct oeo_columns *columns_at(const struct oeo_mapping *mapping, size_t i)
{
	if (i == 0)
		return &mapping->record;
	if (i == 1)
		return &mapping->date.columns;
	if (i == 2)
		return &mapping->member_number;
	i -= 3;
	if (i < OEO_MAX_FIELDS)
		return &mapping->fields[i].columns;
	i -= OEO_MAX_FIELDS;
	return i < OEO_MAX_DIMENSIONS ? &mapping->dimensions[i].columns : NULL;
}

/* ---- Binding to a header */

struct header {
	char **names; /* folded */
	size_t n;
};

static void header_fini(struct header *header)
{
	for (size_t i = 0; header->names != NULL && i < header->n; i++)
		free(header->names[i]);
	free(header->names);
}

static enum oeo_err header_init(struct header *header, const char *const *names, size_t n)
{
	header->n = n;
	header->names = oeo_alloc_array(n, sizeof(*header->names));
	if (header->names == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		struct oeo_buf folded = {0};
		enum oeo_err err = oeo_fold_text(&folded, names[i], strlen(names[i]));

		if (err != OEO_OK) {
			oeo_buf_fini(&folded);
			return err;
		}
		header->names[i] = (char *)folded.data;
	}
	return OEO_OK;
}

/* How often the name stands in the header, and where first. */
static enum oeo_err find_name(const struct header *header, const char *name, size_t *at, size_t *count)
{
	struct oeo_buf folded = {0};
	enum oeo_err err = oeo_fold_text(&folded, name, strlen(name));

	*count = 0;
	for (size_t i = 0; i < header->n && err == OEO_OK; i++) {
		if (strcmp(header->names[i], (const char *)folded.data) != 0)
			continue;
		if ((*count)++ == 0)
			*at = i;
	}
	oeo_buf_fini(&folded);
	return err;
}

/* Of a mapping that may be changed, so may its columns. */
static struct oeo_columns *own_columns_at(struct oeo_mapping *mapping, size_t i)
{
	return (struct oeo_columns *)columns_at(mapping, i);
}

static enum oeo_err bind_columns(const struct oeo_mapping *mapping, struct oeo_columns *columns,
    const struct header *header, struct oeo_findings *findings, bool *is_bound)
{
	for (size_t i = 0; i < columns->n; i++) {
		size_t count = 0;
		enum oeo_err err = find_name(header, columns->names[i], &columns->at[i], &count);

		if (err != OEO_OK)
			return err;
		if (count == 0)
			oeo_findings_add(findings, OEO_FINDING_FAULT, mapping->name, columns->line,
			    _("The file has no column %s. Is it written otherwise, or is `skip_lines` or "
			      "`delimiter` wrong?"),
			    columns->names[i]);
		else if (count > 1)
			oeo_findings_add(findings, OEO_FINDING_FAULT, mapping->name, columns->line,
			    _("The file has more than one column %s. Give each column a name of its own."),
			    columns->names[i]);
		*is_bound = *is_bound && count == 1;
	}
	return OEO_OK;
}

static enum oeo_err check_never_read(
    const struct oeo_mapping *mapping, const struct header *header, struct oeo_findings *findings)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < mapping->n_never_read && err == OEO_OK; i++) {
		const struct oeo_columns *columns = &mapping->never_read[i];
		size_t count = 0;
		size_t at;

		err = find_name(header, columns->names[0], &at, &count);
		if (err == OEO_OK && count == 0)
			oeo_findings_add(findings, OEO_FINDING_WARNING, mapping->name, columns->line,
			    _("The file has no column %s, which the mapping says is never read. Is it "
			      "written otherwise?"),
			    columns->names[0]);
	}
	return err;
}

enum oeo_err oeo_mapping_bind(
    struct oeo_mapping *mapping, const char *const *names, size_t n, struct oeo_findings *findings)
{
	struct oeo_findings ignored = {0};
	struct header header = {0};
	enum oeo_err err = header_init(&header, names, n);
	bool is_bound = true;

	if (findings == NULL)
		findings = &ignored;
	for (size_t i = 0; err == OEO_OK && columns_at(mapping, i) != NULL; i++)
		err = bind_columns(mapping, own_columns_at(mapping, i), &header, findings, &is_bound);
	if (err == OEO_OK)
		err = check_never_read(mapping, &header, findings);
	header_fini(&header);
	oeo_findings_fini(&ignored);
	if (err == OEO_OK && !is_bound)
		err = OEO_ERR_FORMAT;
	return err;
}

/* ---- Comparing with a header that does not fit */

void oeo_misfit_fini(struct oeo_misfit *misfit)
{
	oeo_buf_fini(&misfit->missing);
	oeo_buf_fini(&misfit->spare);
}

static enum oeo_err append_name(struct oeo_buf *names, const char *name)
{
	return oeo_buf_printf(names, "%s%s", names->len > 0 ? ", " : "", name);
}

static enum oeo_err find_columns(
    const struct header *header, const struct oeo_columns *columns, struct oeo_misfit *misfit)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < columns->n && err == OEO_OK; i++) {
		size_t count = 0;
		size_t at;

		err = find_name(header, columns->names[i], &at, &count);
		misfit->n_wanted++;
		misfit->n_found += count > 0;
		if (err == OEO_OK && count == 0)
			err = append_name(&misfit->missing, columns->names[i]);
	}
	return err;
}

static bool has_name(const struct oeo_columns *columns, const char *folded)
{
	struct oeo_buf name = {0};
	bool has = false;

	for (size_t i = 0; i < columns->n && !has; i++) {
		name.len = 0;
		has = oeo_fold_text(&name, columns->names[i], strlen(columns->names[i])) == OEO_OK &&
		      strcmp((const char *)name.data, folded) == 0;
	}
	oeo_buf_fini(&name);
	return has;
}

static bool knows_column(const struct oeo_mapping *mapping, const char *folded)
{
	const struct oeo_columns *columns;

	for (size_t i = 0; (columns = columns_at(mapping, i)) != NULL; i++) {
		if (has_name(columns, folded))
			return true;
	}
	for (size_t i = 0; i < mapping->n_never_read; i++) {
		if (has_name(&mapping->never_read[i], folded))
			return true;
	}
	return false;
}

enum oeo_err oeo_mapping_compare(
    const struct oeo_mapping *mapping, const char *const *names, size_t n, struct oeo_misfit *misfit)
{
	const struct oeo_columns *columns;
	struct header header = {0};
	enum oeo_err err = header_init(&header, names, n);

	for (size_t i = 0; err == OEO_OK && (columns = columns_at(mapping, i)) != NULL; i++)
		err = find_columns(&header, columns, misfit);
	for (size_t i = 0; err == OEO_OK && i < n; i++) {
		if (names[i][0] != '\0' && !knows_column(mapping, header.names[i]))
			err = append_name(&misfit->spare, names[i]);
	}
	if (err == OEO_OK)
		err = oeo_buf_terminate(&misfit->missing);
	if (err == OEO_OK)
		err = oeo_buf_terminate(&misfit->spare);
	if (err == OEO_OK)
		oeo_text_clean((char *)misfit->spare.data);
	header_fini(&header);
	return err;
}

void oeo_mapping_wanted(const struct oeo_mapping *mapping, bool *wanted, size_t n)
{
	const struct oeo_columns *columns;

	memset(wanted, false, n * sizeof(*wanted));
	for (size_t i = 0; (columns = columns_at(mapping, i)) != NULL; i++) {
		for (size_t j = 0; j < columns->n; j++) {
			if (columns->at[j] < n)
				wanted[columns->at[j]] = true;
		}
	}
}

const struct oeo_columns *oeo_mapping_find_column(const struct oeo_mapping *mapping, size_t at, size_t *which)
{
	const struct oeo_columns *columns;

	for (size_t i = 0; (columns = columns_at(mapping, i)) != NULL; i++) {
		for (*which = 0; *which < columns->n; (*which)++) {
			if (columns->at[*which] == at)
				return columns;
		}
	}
	return NULL;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A mapping: how one source's columns become questions of the plan. Written as YAML (one file per source) and checked
 * against the plan; every fault is reported with file:line.
 *
 *   mapping: klientenraad                       id; record numbers are remembered under it
 *   source: {delimiter: ";", encoding: windows-1252, quote: '"', skip_lines: 0, header: yes}
 *   record: Registratienr                       what numbers a row: a column, or {columns: [A, B]}
 *   date: {column: Datum, format: dd-mm-yyyy}   see date_format.h
 *   identity:                                   the plan's fields; what is left out is missing
 *     surname:   {columns: [tussenvoegsel, achternaam]}       joined with a space
 *     birthdate: {column: Geboortedatum, format: dd-mm-yyyy}
 *     postcode:  {column: Postcode}
 *   member_number: {column: Klantnr}            optional: the member's own client number
 *   missing: [onbekend, "-"]                    optional: what stands for "not given" in identity columns
 *   dimensions:                                 what is left out is `onbekend`, shown as coverage
 *     question: {column: Vraag, match: label}                  code | label | synonyms | map
 *     theme2:   {column: Onderwerp, match: synonyms, synonyms: synonyms.csv}     labels, and the terms of the file
 *     channel:  {column: Kanaal, match: map, map: {balie: KA02}, otherwise: onbekend}
 *     support:  {always: SV07}                     no column: every row of this source has this code
 *   never_read: [Toelichting]                   never leaves the reader; nor does any other column that is not named
 *
 * quote may be none; delimiter one character or tab; header: no makes the columns "1", "2", ... The file of synonyms is
 * UTF-8 CSV, term,code; it is looked for beside the mapping as written, then as <mapping>-<its last part>.
 */
#ifndef OEO_AGENT_MAPPING_H
#define OEO_AGENT_MAPPING_H

#include "agent/csv_reader.h"
#include "agent/date_format.h"
#include "agent/ledger.h"
#include "agent/match.h"
#include "proto/findings.h"

#define OEO_MAX_JOINED 4
#define OEO_COLUMN_NAME_BYTES 128

/* Columns whose contents are joined with a space. */
struct oeo_columns {
	char names[OEO_MAX_JOINED][OEO_COLUMN_NAME_BYTES];
	size_t n; /* 0: the source does not have it */
	size_t line; /* in the mapping file */
	size_t at[OEO_MAX_JOINED]; /* in the file's header, set by oeo_mapping_bind */
};

struct oeo_mapped_date {
	struct oeo_columns columns;
	char format[OEO_DATE_FORMAT_BYTES]; /* "" where the field is no date */
};

struct oeo_mapped_dimension {
	struct oeo_columns columns;
	struct oeo_matcher matcher;
	size_t otherwise; /* index in the dimension's codes; SIZE_MAX: not given */
	bool is_constant; /* no columns: every row has the code at always */
	size_t always;
};

struct oeo_mapping {
	char id[OEO_ID_BYTES];
	char *name; /* of the file, for faults */
	struct oeo_csv_format format;
	struct oeo_columns record;
	struct oeo_mapped_date date;
	struct oeo_mapped_date fields[OEO_MAX_FIELDS]; /* by the plan's identity fields */
	struct oeo_columns member_number;
	struct oeo_mapped_dimension dimensions[OEO_MAX_DIMENSIONS]; /* by the plan's dimensions */
	char **missing; /* folded */
	size_t n_missing;
	struct oeo_columns *never_read; /* one name each */
	size_t n_never_read;
	char *synonyms[OEO_MAX_DIMENSIONS]; /* paths of the files of synonyms; NULL where there is none */
};

/*
 * Read a mapping for this plan (borrowed for the call). OEO_OK: *mapping is owned by the caller (oeo_mapping_free),
 * findings holds warnings only. OEO_ERR_FORMAT: findings has at least one fault. OEO_ERR_NOT_FOUND, OEO_ERR_IO,
 * OEO_ERR_NOMEM. *mapping is untouched on failure. findings is borrowed until the end of the call.
 */
enum oeo_err oeo_mapping_read(struct oeo_mapping **mapping, const char *path, const struct oeo_plan *plan,
    struct oeo_findings *findings);

/* The same from memory. path stands for the file: faults name its last part, synonyms are looked for beside it. */
enum oeo_err oeo_mapping_parse(struct oeo_mapping **mapping, const char *path, const void *text, size_t len,
    const struct oeo_plan *plan, struct oeo_findings *findings);

/* mapping may be NULL. */
void oeo_mapping_free(struct oeo_mapping *mapping);

/*
 * Find the mapping's columns in a header (compared as fold.h does). OEO_ERR_FORMAT: a column is not there or there
 * twice; findings says which, by the mapping's own words and never the file's. A never_read column that is not there is a
 * warning. findings may be NULL.
 */
enum oeo_err oeo_mapping_bind(
    struct oeo_mapping *mapping, const char *const *header, size_t n, struct oeo_findings *findings);

/* How a header that does not have all of a mapping's columns compares with it. */
struct oeo_misfit {
	size_t n_wanted; /* columns that the mapping reads */
	size_t n_found; /* of those, how many the header has */
	struct oeo_buf missing; /* the others, by the mapping's words: "A, B" */
	struct oeo_buf
	    spare; /* columns that the mapping neither reads nor names as never read, by the file's words, safe to show */
};

void oeo_misfit_fini(struct oeo_misfit *misfit);

/* Compare; *misfit is zero-initialised, and filled as far as it goes on failure. The file's words are a header's only where
 * much of the mapping is found; else they may be a row's, not to be shown. OEO_ERR_NOMEM, OEO_ERR_INTERNAL (ICU). */
enum oeo_err oeo_mapping_compare(
    const struct oeo_mapping *mapping, const char *const *header, size_t n, struct oeo_misfit *misfit);

/* Set wanted[i] for the columns that are read, after oeo_mapping_bind; n is the header's. */
void oeo_mapping_wanted(const struct oeo_mapping *mapping, bool *wanted, size_t n);

/* The columns of the mapping (borrowed) that the file's column `at` belongs to, and *which of them; NULL: not read. */
const struct oeo_columns *oeo_mapping_find_column(
    const struct oeo_mapping *mapping, size_t at, size_t *which);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Names of residents and cells as the sealed tally hashes them (PROTOCOL.md, Notation and names), and the
 * normalisation that makes two members write one resident alike. Everything here is personal data or
 * names a cell: callers keep it out of logs and wipe it.
 *
 *   resident name = "oeo1" US "resident" US field "=" value US field "=" value ...
 *                 | "oeo1" US "member" US member-id US number
 *   cell name     = "oeo1" US plan-id US k US table-id US period US code US code ...
 */
#ifndef OEO_PROTO_NAMES_H
#define OEO_PROTO_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/buf.h"
#include "proto/err.h"

#define OEO_ID_BYTES 33 /* plan, table, member, field and code: 1..32 of [A-Za-z0-9._-], and the zero byte */
#define OEO_US 0x1F
#define OEO_POSTCODE_BYTES 9

/* True for 1..32 characters of [A-Za-z0-9._-]. */
bool oeo_id_is_valid(const char *id);

/* The transliterator of names (ICU; opening it takes milliseconds, so keep one). One thread at a time. */
struct oeo_normaliser;

/* OEO_ERR_NOMEM, OEO_ERR_INTERNAL (ICU lacks the rules). Free with oeo_normaliser_free. */
enum oeo_err oeo_normaliser_new(struct oeo_normaliser **normaliser);
void oeo_normaliser_free(struct oeo_normaliser *normaliser);

/* The major version of the ICU in use, to compare with the plan's. */
unsigned oeo_icu_major(void);

/*
 * Normalise a person's name or a client number: `Any-Latin; Latin-ASCII; Lower; [^a-z0-9] Remove`.
 * text is UTF-8 (OEO_ERR_FORMAT where it is not). The result is appended to out; it may be empty, which
 * means missing. OEO_ERR_RANGE: longer than 256 bytes in or out.
 */
enum oeo_err oeo_normalise_name(
    struct oeo_buf *out, struct oeo_normaliser *normaliser, const char *text, size_t len);

/* Upper case without spaces. OEO_ERR_FORMAT unless [0-9A-Z]{4,8} is left; empty or blank gives "" and OEO_OK. */
enum oeo_err oeo_normalise_postcode(char postcode[OEO_POSTCODE_BYTES], const char *text, size_t len);

struct oeo_name_field {
	const char *field; /* oeo_id_is_valid */
	const char *value; /* normalised, not empty, without US or control characters */
};

/* Append the resident name of these identity fields, in the plan's order. OEO_ERR_FORMAT for a field or
 * value that may not reach a name. n >= 1. */
enum oeo_err oeo_resident_name(struct oeo_buf *name, const struct oeo_name_field *fields, size_t n);

/* Append the resident name of a member's own client number (normalised). OEO_ERR_FORMAT as above. */
enum oeo_err oeo_member_name(struct oeo_buf *name, const char *member, const char *number);

/* Append the cell name. k is written in decimal; codes may be NULL where n is 0. OEO_ERR_FORMAT for an id
 * or code that is not valid, OEO_ERR_RANGE for k == 0. */
enum oeo_err oeo_cell_name(struct oeo_buf *name, const char *plan, unsigned k, const char *table,
    const char *period, const char *const *codes, size_t n);

/* Append what the resident key evaluates: I2OSP(len(resident name), 2) || resident name || cell name.
 * OEO_ERR_RANGE where a name is longer than 65,535 bytes. */
enum oeo_err oeo_share_input(struct oeo_buf *input, const void *resident_name, size_t resident_len,
    const void *cell_name, size_t cell_len);

#endif

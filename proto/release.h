/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The release file <plan>-<period>.oeorel: what the gate let through for one period, immutable. A ReleaseHeader
 * and then one ReleaseTable per table of the period's cadence, in the plan's order, each preceded by its
 * length as a varint (protobuf's delimited form). Signed by <plan>-<period>.oeorel.minisig (minisig.h), where the
 * minisign program looks for it.
 *
 * Refused when reading: unknown format, wrong order or number of tables, a table whose cells are not the
 * plan's, a cell whose questions are shown and whose residents are not, a not_shown that is not the number of
 * cells that do not show all, bytes behind the last table, a plan whose digest is not the header's.
 */
#ifndef OEO_PROTO_RELEASE_H
#define OEO_PROTO_RELEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/buf.h"
#include "proto/plan_sign.h"
#include "proto/wire.h"

#define OEO_RELEASE_LIMIT (256u * 1024 * 1024)
/* Who may try to work out a hidden number; what the letters stand for is told in docs/PRIVACY.md. */
#define OEO_RELEASE_ATTACKERS "LPQSOGT"

struct oeo_release_cell {
	bool is_hidden; /* in all measures */
	uint64_t residents; /* 0 where hidden */
	uint64_t questions; /* 0 where hidden or not published */
	bool hides_questions; /* the table publishes questions, and of this cell residents alone */
};

struct oeo_release_table {
	size_t table; /* index in the plan's tables */
	struct oeo_release_cell *cells; /* oeo_table_cells() of them, in cell order */
	size_t n_cells;
	uint64_t
	    not_shown; /* cells that do not show all that the table publishes: hidden, or without their questions */
	unsigned withheld;
};

struct oeo_release_member {
	char id[OEO_ID_BYTES];
	char name[OEO_CARD_NAME_BYTES];
	enum oeo_coverage coverage;
	char fed[OEO_MAX_FED][OEO_ID_BYTES];
	size_t n_fed;
};

struct oeo_release_keyholder {
	char id[OEO_ID_BYTES];
	char name[OEO_CARD_NAME_BYTES];
	uint8_t identity_pk[OEO_IDENTITY_BYTES];
};

struct oeo_release_share {
	bool is_shown;
	unsigned percent; /* a multiple of 5, 0..100 */
};

struct oeo_release {
	struct oeo_signed_plan plan; /* owned */
	struct oeo_period period;
	uint8_t key_digest[OEO_DIGEST_BYTES];
	struct oeo_release_keyholder *keyholders;
	size_t n_keyholders;
	struct oeo_release_member *members;
	size_t n_members;
	struct oeo_release_share without_identity;
	struct oeo_release_share unmapped;
	struct oeo_release_share late;
	char software[OEO_CARD_NAME_BYTES];
	char created[32];
	char publisher[OEO_CARD_NAME_BYTES];
	uint8_t publisher_pk[OEO_IDENTITY_BYTES];
	bool is_correction;
	uint8_t corrects[OEO_DIGEST_BYTES];
	/* Letters of the attackers that find nothing, by the collector's audit before it wrote this: all of
	 * OEO_RELEASE_ATTACKERS, also one that does not apply, for whether it does depends on cells that are not shown.
	 * Empty: not recorded, as in releases of older versions. */
	char withstood[sizeof(OEO_RELEASE_ATTACKERS)];
	struct oeo_release_table *tables;
	size_t n_tables;
	uint8_t digest[OEO_DIGEST_BYTES]; /* BLAKE2b-256 of the file; set when read or packed */
};

/* Append the file's bytes and set release->digest. OEO_ERR_RANGE: a member is out of bounds. */
enum oeo_err oeo_release_pack(struct oeo_buf *out, struct oeo_release *release);

/* Read the file's bytes. OEO_ERR_FORMAT with what is wrong in why. Free with oeo_release_fini. */
enum oeo_err oeo_release_unpack(
    struct oeo_release *release, const uint8_t *bytes, size_t len, struct oeo_note *why);

/*
 * Read path and <path>.minisig and check, in this order: the signature under publisher_pk (NULL: the key that the
 * release itself names, for a first look; the caller then says which key that was), the bytes, and the
 * plan's approvals by the keyholders named in the release. OEO_ERR_CRYPTO, OEO_ERR_FORMAT, OEO_ERR_NOT_FOUND.
 */
enum oeo_err oeo_release_read(
    struct oeo_release *release, const char *path, const uint8_t *publisher_pk, struct oeo_note *why);

void oeo_release_fini(struct oeo_release *release);

/* The table of this id in the release, NULL where there is none. Borrowed. */
const struct oeo_release_table *oeo_release_table(const struct oeo_release *release, const char *id);

#endif

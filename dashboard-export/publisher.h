/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whose releases are taken: the publisher's public key from a minisign key file or from its card, and the form
 * in which people compare it.
 */
#ifndef OEO_DASHBOARD_EXPORT_PUBLISHER_H
#define OEO_DASHBOARD_EXPORT_PUBLISHER_H

#include "proto/card.h"

/* Base64 of "Ed" || key id || key, as in the second line of minisign.pub and after `minisign -P`; 56 characters. */
struct oeo_publisher_key {
	char text[64];
};

/* Read a public key file of minisign (two lines). OEO_ERR_FORMAT: it is none. */
enum oeo_err oeo_publisher_read_key(
    uint8_t publisher_pk[OEO_IDENTITY_BYTES], const char *path, struct oeo_note *why);

/* Take the key from a collector's card. OEO_ERR_FORMAT: no card; OEO_ERR_RANGE: another role's. */
enum oeo_err oeo_publisher_read_card(
    uint8_t publisher_pk[OEO_IDENTITY_BYTES], const char *path, struct oeo_note *why);

/* Write the key as minisign writes it. OEO_ERR_NOMEM. */
enum oeo_err oeo_publisher_format_key(
    struct oeo_publisher_key *key, const uint8_t publisher_pk[OEO_IDENTITY_BYTES]);

#endif

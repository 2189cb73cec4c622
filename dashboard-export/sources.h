/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The releases that a report is made from: read, their signatures checked, of one plan, municipality and
 * publisher, at most one for each period. Nothing else is ever read for a report.
 */
#ifndef OEO_DASHBOARD_EXPORT_SOURCES_H
#define OEO_DASHBOARD_EXPORT_SOURCES_H

#include "proto/release.h"

struct oeo_source {
	const char *path; /* borrowed from the caller of oeo_sources_read */
	struct oeo_release release; /* owned */
	bool is_replacing; /* the release that it corrects was given too, and is left out */
};

/* Sorted by oeo_period_compare. */
struct oeo_sources {
	struct oeo_source *items;
	size_t count;
	bool is_key_given; /* false: the signatures were checked with the key in the releases themselves */
};

/*
 * Read n >= 1 release files with the .minisig beside each. publisher_pk: the key that must have signed them all;
 * NULL takes the key in the first release, and is_key_given says so. Refused, with a sentence that names the file:
 * what oeo_release_read refuses (unsigned, altered, truncated), another plan, municipality or publisher
 * (OEO_ERR_REFUSED), and two releases of one period of which neither corrects the other (OEO_ERR_CONFLICT). On
 * failure *sources is empty. Free with oeo_sources_fini.
 */
enum oeo_err oeo_sources_read(struct oeo_sources *sources, const char *const *paths, size_t n,
    const uint8_t *publisher_pk, struct oeo_note *why);

/* sources may be NULL or empty. */
void oeo_sources_fini(struct oeo_sources *sources);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Inhabitants and shapes of wards: public statistics that a report sets its figures against. They come from a folder
 * and not from a release, because they change at another pace than plans and nobody signs them:
 *
 *   wards.csv       code,label,inhabitants        one line a ward; the code as in the plan (WK014110)
 *   wards.geojson   the shapes, coordinates in metres (EPSG:28992), property wijkcode; optional
 *   source.txt      one line: whose figures these are, for the report; optional
 *
 * Those of the plans that come with the program lie in share/ogen-en-oren/wards/<municipality>/ beside it.
 */
#ifndef OEO_DASHBOARD_EXPORT_WARDS_H
#define OEO_DASHBOARD_EXPORT_WARDS_H

#include "proto/home.h"
#include "proto/plan.h"

struct oeo_ward {
	char code[OEO_ID_BYTES];
	uint64_t inhabitants;
};

/* A place on the national grid (EPSG:28992), in metres. */
struct oeo_place {
	int32_t x;
	int32_t y;
};

struct oeo_ring {
	struct oeo_place *places; /* the last is the first again */
	size_t n;
};

struct oeo_shape {
	char code[OEO_ID_BYTES];
	struct oeo_ring *rings;
	size_t n;
};

struct oeo_wards {
	struct oeo_ward *items; /* sorted by code */
	size_t count;
	struct oeo_shape *shapes; /* sorted by code */
	size_t n_shapes;
	char folder[OEO_PATH_BYTES]; /* where it came from */
	char source[256]; /* "" where not said */
	uint8_t digest[OEO_DIGEST_BYTES]; /* BLAKE2b-256 of wards.csv, wards.geojson and source.txt */
};

/* Read the folder. OEO_ERR_NOT_FOUND: it has no wards.csv; OEO_ERR_FORMAT with file:line in why. Free with
 * oeo_wards_fini. */
enum oeo_err oeo_wards_read(struct oeo_wards *wards, const char *folder, struct oeo_note *why);

/* The same from the folder that came with the program; no wards (count 0) and OEO_OK where there is none. */
enum oeo_err oeo_wards_read_own(struct oeo_wards *wards, const char *municipality, struct oeo_note *why);

/* wards may be NULL or zeroed. */
void oeo_wards_fini(struct oeo_wards *wards);

/* Inhabitants of a ward; 0 where it is not known. wards may be NULL. */
uint64_t oeo_wards_inhabitants(const struct oeo_wards *wards, const char *code);

/* The shape of a ward; NULL where there is none. wards may be NULL. */
const struct oeo_shape *oeo_wards_shape(const struct oeo_wards *wards, const char *code);

#endif

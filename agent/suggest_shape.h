/* SPDX-License-Identifier: EUPL-1.2 */
/* How an unknown file is written: encoding, delimiter, quote, lines above the header, whether there is one. */
#ifndef OEO_AGENT_SUGGEST_SHAPE_H
#define OEO_AGENT_SUGGEST_SHAPE_H

#include "agent/csv_reader.h"

struct oeo_shape {
	struct oeo_csv_format format;
	bool is_encoding_sure; /* false: bytes that fit several encodings */
	size_t n_columns;
	unsigned regular; /* percent of the first lines that have so many columns */
};

/*
 * Look at the first MiB of the file, and at all its bytes for the encoding. OEO_ERR_FORMAT: it is empty, no table, or a
 * kind that is not read; why says what to do. OEO_ERR_NOT_FOUND, OEO_ERR_IO, OEO_ERR_NOMEM.
 */
enum oeo_err oeo_shape_find(struct oeo_shape *shape, const char *path, struct oeo_note *why);

#endif

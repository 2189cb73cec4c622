/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is wrong with a file that people write (plan, code list, mapping), collected while reading goes on,
 * so that one run shows everything. A finding is one sentence in the chosen language that begins with
 * file:line and says what to do. Never holds cell content of an intake file.
 */
#ifndef OEO_PROTO_FINDINGS_H
#define OEO_PROTO_FINDINGS_H

#include <stddef.h>

#include "proto/err.h"

/* More than this many are counted in `dropped` and not kept. */
#define OEO_MAX_FINDINGS 200

enum oeo_finding_kind { OEO_FINDING_FAULT = 1, OEO_FINDING_WARNING = 2 };

struct oeo_finding {
	enum oeo_finding_kind kind;
	char *text; /* "plan.yaml:12: ..." in the chosen language */
	char *file; /* NULL where it is about no file */
	size_t line; /* 0 where it is about no line */
};

/* A zero-initialised struct is empty. faults counts every fault ever added, kept or not, so that a
 * fault that could not be written down (memory, limit) still stops the reader. */
struct oeo_findings {
	struct oeo_finding *items;
	size_t count;
	size_t faults;
	size_t dropped;
};

/* Append "<file>:<line>: <text>"; "<file>: <text>" where line is 0; the text alone where file is NULL. */
void oeo_findings_add(struct oeo_findings *findings, enum oeo_finding_kind kind, const char *file,
    size_t line, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Bring them in the order of the files (by name) and lines; what is about no file comes last. Findings of one
 * line keep their order. */
void oeo_findings_sort(struct oeo_findings *findings);

/* Free all and leave it empty; findings may be NULL. */
void oeo_findings_fini(struct oeo_findings *findings);

#endif

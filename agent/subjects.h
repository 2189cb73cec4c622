/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who stands behind the reports of a snapshot: resident names and, for walk-ins, ISO weeks, each once, by
 * number in the order of their first coming. Personal data: wiped when freed, never logged.
 */
#ifndef OEO_AGENT_SUBJECTS_H
#define OEO_AGENT_SUBJECTS_H

#include <sodium.h>

#include "proto/buf.h"

enum oeo_subject_kind { OEO_SUBJECT_RESIDENT = 1, OEO_SUBJECT_WEEK = 2 };

struct oeo_subject {
	enum oeo_subject_kind kind;
	uint8_t *name; /* owned; as names.h writes it, or "2026-W45"; a zero byte behind it */
	size_t len;
};

struct oeo_subjects {
	struct oeo_subject *items;
	size_t n;
	size_t capacity;
	uint32_t *slots; /* open addressing, number + 1; 0: free */
	size_t n_slots; /* a power of two */
	uint8_t hash_key[crypto_shorthash_KEYBYTES];
};

void oeo_subjects_init(struct oeo_subjects *subjects);
void oeo_subjects_fini(struct oeo_subjects *subjects);

/* The number of this subject, adding it where it is new. name is copied. OEO_ERR_RANGE above 2^31 subjects. */
enum oeo_err oeo_subjects_add(struct oeo_subjects *subjects, enum oeo_subject_kind kind, const void *name,
    size_t len, uint32_t *number);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The form in which the ledger stores a question, all numbers big-endian:
 *
 *   u8 2 (version) | record hash [16] | i64 day | u8 cadence, u16 year, u8 number of the base period |
 *   u8 flags (1 late, 2 unmapped, 4 has a member number, 8 identity erased) | text member number | text source |
 *   u8 fields | text each | u8 dimensions | (text id, text code) each | zeros up to a multiple of 256
 *
 * text = u16 length and that many bytes. The zeros keep the size of a stored value from telling its codes. Version 1 had
 * no source.
 */
#ifndef OEO_AGENT_QUESTION_RECORD_H
#define OEO_AGENT_QUESTION_RECORD_H

#include "agent/ledger.h"

/* Append the question. OEO_ERR_RANGE: too many fields or dimensions, or a text above 65,535 bytes; OEO_ERR_NOMEM. The caller
 * wipes out. */
enum oeo_err oeo_question_write(struct oeo_buf *out, const struct oeo_question *question);

/* Read one. On success the caller frees it with oeo_question_fini. OEO_ERR_FORMAT: written by another version, or by a
 * fault of ours (the value was authenticated); OEO_ERR_NOMEM. */
enum oeo_err oeo_question_read(struct oeo_question *question, const uint8_t *value, size_t len);

#endif

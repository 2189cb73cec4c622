/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Dates as a source writes them. A format is the date with each digit as a letter: yyyy, mm or m, dd or d (one letter:
 * one or two digits), in any order, and if the source has a time too, hh:mm or hh:mm:ss behind it (h: one or two digits);
 * f is a fraction of a second, one to nine digits; am stands for AM or PM, in capitals or not; between them the characters
 * - / . : , space, T and Z stand for themselves:
 *
 *   dd-mm-yyyy   d-m-yyyy   yyyy-mm-dd   yyyy/mm/dd   yyyy-mm-ddThh:mm:ss.f   dd-mm-yyyy hh:mm   mm/dd/yyyy hh:mm:ss am
 */
#ifndef OEO_AGENT_DATE_FORMAT_H
#define OEO_AGENT_DATE_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/err.h"

#define OEO_DATE_FORMAT_BYTES 32

/* True where format is one; false also for more than 31 characters. */
bool oeo_date_format_is_valid(const char *format);

/* Read text, all of it, by a valid format. OEO_ERR_FORMAT: not written so. OEO_ERR_RANGE: a day or time that does not
 * exist (30 February), or a year outside 1900..9999. *day counts from 1970-01-01. */
enum oeo_err oeo_date_read(int64_t *day, const char *format, const char *text);

#endif

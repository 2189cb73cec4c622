/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside agent/form: days as people write them. Pure functions. */
#ifndef OEO_AGENT_FORM_DAY_H
#define OEO_AGENT_FORM_DAY_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/err.h"

/*
 * Read a date as people write it: 3-4-1951, 03/04/1951, 3 4 1951, 03041951, 1951-04-03. OEO_ERR_FORMAT; OEO_ERR_RANGE: no
 * such day, or one in a year before 1900 or after 9999.
 */
enum oeo_err oeo_form_read_day(int64_t *day, const char *text);

/* Whether it is a date, written so, whose year is before 1900; the day itself need not exist. */
bool oeo_form_day_is_before_1900(const char *text);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/* The report of a file (intake.h) while it is filled, row by row. Nothing here keeps what stands in a cell. */
#ifndef OEO_AGENT_INTAKE_REPORT_H
#define OEO_AGENT_INTAKE_REPORT_H

#include "agent/intake_row.h"

/* An empty report, with one in it for each of the job's other plans. Free with oeo_intake_report_fini in any case.
 * OEO_ERR_NOMEM. */
enum oeo_err oeo_intake_report_init(struct oeo_intake_report *report, const struct oeo_intake_job *job);

/* Count a row that was refused. */
void oeo_intake_report_refuse(struct oeo_intake_report *report, const struct oeo_row_refusal *refusal);

/* Count a question that was taken, with what the ledger made of it. */
void oeo_intake_report_row(
    struct oeo_intake_report *report, const struct oeo_read_row *read, enum oeo_put_result result);

/* Count its codes, in the report of its plan. */
void oeo_intake_report_codes(struct oeo_intake_report *report, const struct oeo_read_row *read);

/* Count a further row of a question; difference is kept where there is one. OEO_ERR_NOMEM. */
enum oeo_err oeo_intake_report_same(
    struct oeo_intake_report *report, const struct oeo_row_difference *difference, bool has_filled);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The bounds of all unknowns of a component with as few programs as may be: one program moves many numbers at once, and
 * only what that leaves open gets one of its own.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_AUDIT_SETTLE_H
#define OEO_COLLECTOR_DISCLOSURE_AUDIT_SETTLE_H

#include "collector/disclosure/audit_program.h"

/* Work out the bounds of all targets under the present view, as far as wanted. */
enum oeo_audit_err oeo_audit_settle_bounds(struct audit_program *program);

/* Gather points that show what stays free where one number is taken as known. is_low (n): the numbers that will be; in
 * the end those of which no point above their own was found. */
enum oeo_audit_err oeo_audit_settle_pins(struct audit_program *program, bool *is_low);

#endif

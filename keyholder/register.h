/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keyholder's register (<home>/keyholder.db, SQLite): admitted members and their quotas, approved plans,
 * which periods have or had keys, and the access log. Keys never stand in it. The daemon and the commands
 * open it side by side; a change is seen by the others at their next question.
 *
 * This header opens it and groups changes; members.h, plans.h, periods.h and access_log.h say what is in it.
 * One thread at a time.
 */
#ifndef OEO_KEYHOLDER_REGISTER_H
#define OEO_KEYHOLDER_REGISTER_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/home.h"

#define OEO_REGISTER_FILE "keyholder.db"

struct oeo_register;

/* Make an empty register in the home where there is none; OEO_OK also where there is one. */
enum oeo_err oeo_register_create(const struct oeo_home *home, struct oeo_note *why);

/* Open it. OEO_ERR_NOT_FOUND says to run init, OEO_ERR_FORMAT that it is damaged or of a newer version. Free with
 * oeo_register_close. */
enum oeo_err oeo_register_open(struct oeo_register **reg, const struct oeo_home *home, struct oeo_note *why);
void oeo_register_close(struct oeo_register *reg);

/*
 * Group changes: BEGIN IMMEDIATE (waits at most 10 s for another process), then commit (durable on disk when it
 * returns) or rollback. Without begin, every change is durable by itself. OEO_ERR_STATE: the register is in use;
 * OEO_ERR_IO: disk full or broken. A commit that fails has changed nothing and is to be rolled back.
 */
enum oeo_err oeo_register_begin(struct oeo_register *reg);
enum oeo_err oeo_register_commit(struct oeo_register *reg);
void oeo_register_rollback(struct oeo_register *reg);

/* Small facts under a name: when the daemon started, how much was refused. An absent number is 0, an absent text "". */
enum oeo_err oeo_register_set_number(struct oeo_register *reg, const char *name, int64_t value);
enum oeo_err oeo_register_get_number(struct oeo_register *reg, const char *name, int64_t *value);
enum oeo_err oeo_register_set_text(struct oeo_register *reg, const char *name, const char *value);
enum oeo_err oeo_register_get_text(struct oeo_register *reg, const char *name, char *value, size_t size);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The commands `backup FILE` and `restore FILE`, which every program with a home has: a passphrase from the terminal or from
 * --passphrase-file, or --without-passphrase, and what people are told. A program says what it consists of and what is
 * particular to it.
 */
#ifndef OEO_PROTO_BACKUP_COMMAND_H
#define OEO_PROTO_BACKUP_COMMAND_H

#include "proto/backup.h"
#include "proto/cli.h"

struct oeo_backup_program {
	const struct oeo_backup_content *content;
	/* Open what is kept in the home and close it: what does not fit is found now, and not when the backup is needed. */
	enum oeo_err (*check)(struct oeo_cli *cli, struct oeo_note *why);
	oeo_backup_finish_fn *finish; /* its context is the struct oeo_cli; may be NULL */
	const char *written; /* marked with N_: what is in the file, and what to do with it */
	const char *restored; /* marked with N_: what to do next */
	const char *restored_complete; /* the same after --complete; NULL where there is no such option */
};

/* The options of `backup`; and the help of --passphrase-file, which the options of a `restore` have too. */
extern const struct oeo_option oeo_backup_options[];
extern const char oeo_backup_passphrase_help[];

/* OEO_EXIT_USAGE: neither a terminal nor an option says what the passphrase is. */
enum oeo_exit oeo_backup_run(struct oeo_cli *cli, const struct oeo_backup_program *program);
enum oeo_exit oeo_backup_run_restore(struct oeo_cli *cli, const struct oeo_backup_program *program);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/* What one run of `oeo-collector protect` has in hand, from the command line to the summary. */
#ifndef OEO_COLLECTOR_PROTECT_JOB_H
#define OEO_COLLECTOR_PROTECT_JOB_H

#include "collector/disclosure/disclosure.h"
#include "collector/protect_cells.h"
#include "collector/protect_table.h"
#include "proto/buf.h"
#include "proto/cli.h"

/* Tables of this many cells are audited without asking: it takes a second or so. */
#define OEO_PROTECT_AUDITED 5000

struct oeo_protect_job {
	const struct oeo_cli *cli;
	char *dimension_names; /* the list of --dims, cut up; owned */
	struct oeo_protect_table table;
	struct oeo_protect_cells cells;
	struct oeo_disclosure_rules rules;
	bool hides_zeros;
	unsigned attackers; /* OEO_DISCLOSURE_ATTACK_... */
	struct oeo_disclosure_decision *decisions;
	unsigned *helped; /* of every cell: the round of the audit that had it hidden; 0: none */
	/* For the summary. */
	size_t n_primary;
	size_t n_secondary;
	uint64_t hidden_sum;
	size_t n_recovered;
	size_t n_out_already; /* cells below the rules that an earlier release shows */
	size_t n_changed; /* shown earlier, hidden now because they changed by too little */
	bool is_audited;
	double seconds; /* that deciding took */
};

/* Read the options into job, which is zero but for cli. False after having told the user. */
bool oeo_protect_options_read(struct oeo_protect_job *job);

/* Read the --hier files, which the options were checked for. As oeo_protect_dimension_read. */
enum oeo_err oeo_protect_hierarchies_read(struct oeo_protect_job *job, struct oeo_note *why);

/*
 * Read --earlier files, after the cells are there: what they show is known, what they hide stays hidden, and a number
 * that changed by too little is hidden. OEO_ERR_FORMAT, OEO_ERR_RANGE, OEO_ERR_NOT_FOUND, OEO_ERR_IO, OEO_ERR_NOMEM
 * with why; OEO_ERR_REFUSED: a change to zero cannot be hidden where zeros are published.
 */
enum oeo_err oeo_protect_earlier_read(struct oeo_protect_job *job, const char *file, struct oeo_note *why);

/* Read all files that the options name into table and cells. As the functions above, and oeo_protect_table_read and
 * oeo_protect_cells_init. */
enum oeo_err oeo_protect_read(struct oeo_protect_job *job, struct oeo_note *why);

/* Decide, audit (where asked for, and always up to OEO_PROTECT_AUDITED cells), and count. OEO_ERR_REFUSED: not safe. */
enum oeo_err oeo_protect_decide(struct oeo_protect_job *job, struct oeo_note *why);

/*
 * Have the decisions checked by the audit. Where it works hidden numbers out: OEO_ERR_REFUSED, and beside them *n_more cells
 * become ones that stay hidden when the decisions are made again; they are marked with round (1 ..) in helped.
 * OEO_ERR_INTERNAL, OEO_ERR_NOMEM.
 */
enum oeo_err oeo_protect_audit(
    struct oeo_protect_job *job, unsigned round, size_t *n_more, struct oeo_note *why);

/* Is this cell shown in what is written? */
bool oeo_protect_is_shown(const struct oeo_protect_job *job, size_t cell);

/* Write all cells to out as CSV. OEO_ERR_NOMEM. */
enum oeo_err oeo_protect_write(const struct oeo_protect_job *job, struct oeo_buf *out);

/* Write the summary to stderr, as text or (--json) JSON. */
enum oeo_err oeo_protect_tell(const struct oeo_protect_job *job, bool is_safe);

void oeo_protect_job_fini(struct oeo_protect_job *job);

#endif

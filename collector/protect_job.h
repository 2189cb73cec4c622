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

/* A table that is out already, by place: of places whose codes are the same as others, the first one. */
#define OEO_PROTECT_HIDDEN UINT64_MAX
struct oeo_protect_earlier {
	uint64_t *before; /* what it shows; OEO_PROTECT_HIDDEN; 0 where it has no such code */
};

struct oeo_protect_job {
	const struct oeo_cli *cli;
	char *dimension_names; /* the list of --dims, cut up; owned */
	struct oeo_protect_table table;
	struct oeo_protect_cells cells;
	struct oeo_disclosure_rules rules;
	bool hides_zeros;
	unsigned attackers; /* OEO_DISCLOSURE_ATTACK_... */
	struct oeo_disclosure_decision *decisions;
	struct oeo_protect_earlier *earlier; /* until it is applied */
	size_t n_earlier;
	int64_t *
	    changes; /* of every cell, file by file: what was added since; means nothing where that hides it */
	unsigned *helped; /* of every cell: the round of the audit that had it hidden; 0: none */
	/* For the summary. */
	size_t n_primary;
	size_t n_secondary;
	uint64_t hidden_sum;
	size_t n_recovered;
	size_t n_out_already; /* cells below the rules that an earlier release shows */
	size_t n_changed; /* shown earlier, hidden now because of how they changed */
	bool has_kept_zeros; /* zeros that are hidden, though others are published */
	bool is_audited;
	double seconds; /* that deciding took */
};

/* Read the options into job, which is zero but for cli. False after having told the user. */
bool oeo_protect_options_read(struct oeo_protect_job *job);

/* Read the --hier files, which the options were checked for. As oeo_protect_dimension_read. */
enum oeo_err oeo_protect_hierarchies_read(struct oeo_protect_job *job, struct oeo_note *why);

/*
 * Read the --earlier files, after the table and before its cells are there. OEO_ERR_FORMAT, OEO_ERR_RANGE,
 * OEO_ERR_NOT_FOUND, OEO_ERR_IO with why, OEO_ERR_NOMEM.
 */
enum oeo_err oeo_protect_earlier_read(struct oeo_protect_job *job, struct oeo_note *why);

/* The places whose number matters even where it is 0 now: hidden earlier, or more than 0. NULL: out of memory. To be freed. */
bool *oeo_protect_earlier_kept(const struct oeo_protect_job *job);

/*
 * Give the cells what is known of them: what any file hides stays hidden, a number that changed by too little is hidden, and
 * what is as all files show it is out already. OEO_ERR_NOMEM.
 */
enum oeo_err oeo_protect_earlier_apply(struct oeo_protect_job *job);

/* Let go of what the files say; nothing where that was done. */
void oeo_protect_earlier_free(struct oeo_protect_job *job);

/*
 * Look at what the decisions tell about changes since each earlier file: what changed in the hidden cells of a sum, together,
 * also where one, some or all of them are replaced by their own hidden parts, may not be above 0 and below the threshold.
 * Hides changed cells until it is not, for the decisions to be made again: *n_more, 0 where all is well. all: hides all that
 * changed. Of replacements of several parts at once the first OEO_PROTECT_WAYS outcomes are looked at. OEO_ERR_NOMEM;
 * OEO_ERR_REFUSED: there is nothing left to hide.
 */
#define OEO_PROTECT_WAYS 64
enum oeo_err oeo_protect_changes_hide(
    struct oeo_protect_job *job, bool all, size_t *n_more, struct oeo_note *why);

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

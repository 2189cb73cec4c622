/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/protect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "collector/disclosure/gauss.h"
#include "collector/disclosure/solver_clp.h"
#include "collector/protect_job.h"
#include "proto/home.h"
#include "proto/i18n.h"

#define MOST_ROUNDS 40

static double now_s(void)
{
	struct timespec now = {0, 0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void count_hidden(struct oeo_protect_job *job)
{
	for (size_t place = 0; place < job->cells.n_places; place++) {
		uint32_t cell = oeo_protect_cells_at(&job->cells, place);

		if (cell == OEO_PROTECT_NONE || oeo_protect_is_shown(job, cell))
			continue;
		job->hidden_sum += job->cells.cells[cell].value[OEO_DISCLOSURE_RESIDENTS];
		if (job->decisions[cell].is_shown)
			job->n_out_already++;
		if (job->decisions[cell].reason == OEO_DISCLOSURE_SECONDARY || job->helped[cell] != 0)
			job->n_secondary++;
		else
			job->n_primary++;
	}
}

/* Sums of nested parts in which zeros are hidden may be left too small against S and G: only the audit sees all of those. */
static bool needs_audit(const struct oeo_protect_job *job)
{
	const unsigned sums = OEO_DISCLOSURE_ATTACK_S | OEO_DISCLOSURE_ATTACK_G;

	return oeo_cli_value(job->cli, "audit") != NULL ||
	       job->cells.problem.n_cells <= OEO_PROTECT_AUDITED ||
	       ((job->hides_zeros || job->has_kept_zeros) && (job->attackers & sums) != 0);
}

/* Nothing tells how long it will take: that depends on how the numbers hang together. */
static void tell_begin(const struct oeo_protect_job *job)
{
	if (job->cells.problem.n_cells > OEO_PROTECT_AUDITED && !job->cli->is_json &&
	    isatty(STDERR_FILENO) == 1)
		(void)fprintf(stderr,
		    _("Working out what to hide of %zu numbers. This may take minutes, and hours where most "
		      "of tens of thousands are not zero. Ctrl-C stops it; then nothing is written.\n"),
		    job->cells.problem.n_cells);
}

static enum oeo_err suppress(struct oeo_protect_job *job, struct oeo_note *why)
{
	struct oeo_disclosure_attackers attackers = {
	    .mask = job->attackers, .is_single = job->cells.is_single, .solver = oeo_solver_clp()};

	switch (oeo_disclosure_suppress(&job->cells.problem, &attackers, job->decisions, NULL)) {
	case OEO_DISCLOSURE_OK:
		return OEO_OK;
	case OEO_DISCLOSURE_NOMEM:
		return oeo_note_set(why, OEO_ERR_NOMEM,
		    _("out of memory with %zu cells to decide on. Take fewer dimensions or codes."),
		    job->cells.problem.n_cells);
	case OEO_DISCLOSURE_UNSAFE:
		return oeo_note_set(why, OEO_ERR_REFUSED,
		    _("no way was found to hide the small numbers from everyone. Publish a coarser table: "
		      "fewer dimensions, or codes taken together."));
	case OEO_DISCLOSURE_INVALID:
	case OEO_DISCLOSURE_INTERRUPTED:
	case OEO_DISCLOSURE_SOLVER:
		break;
	}
	return OEO_ERR_INTERNAL;
}

/* Decide, and have the audit try what comes of it. *n_more: what it finds can be hidden in a next round. */
static enum oeo_err decide_once(
    struct oeo_protect_job *job, unsigned round, size_t *n_more, struct oeo_note *why)
{
	bool is_audited = needs_audit(job);
	struct oeo_note audit_why = {{0}};
	enum oeo_err made = suppress(job, why), err;

	*n_more = 0;
	if (!is_audited || (made != OEO_OK && made != OEO_ERR_REFUSED))
		return made;
	err = oeo_protect_audit(job, round, n_more, made == OEO_OK ? why : &audit_why);
	return err == OEO_OK ? made : err;
}

/* What the audit still finds, and changes that still tell too much, the next round hides; in the end all changes. */
static enum oeo_err decide(struct oeo_protect_job *job, struct oeo_note *why)
{
	enum oeo_err err = OEO_ERR_REFUSED;
	size_t n_more = 1;

	for (unsigned round = 1; n_more > 0 && round <= MOST_ROUNDS; round++) {
		err = decide_once(job, round, &n_more, why);
		if (err == OEO_OK)
			err = oeo_protect_changes_hide(job, round > MOST_ROUNDS / 4, &n_more, why);
		else if (err != OEO_ERR_REFUSED)
			return err;
	}
	if (err == OEO_OK && n_more > 0)
		return oeo_note_set(why, OEO_ERR_REFUSED,
		    _("no way was found to hide the small numbers from everyone. Publish a coarser table: "
		      "fewer dimensions, or codes taken together."));
	return err;
}

/* Where all that changed is hidden and that is not enough: what is as it was may be hidden beside it. How many there are. */
static size_t free_shown(struct oeo_protect_job *job)
{
	size_t n = 0;

	for (size_t i = 0; i < job->cells.problem.n_cells; i++) {
		struct oeo_disclosure_cell *cell = &job->cells.cells[i];

		if (cell->role != OEO_DISCLOSURE_SHOWN ||
		    cell->value[OEO_DISCLOSURE_RESIDENTS] < job->rules.residents)
			continue;
		cell->role = OEO_DISCLOSURE_DECIDE;
		n++;
	}
	return n;
}

enum oeo_err oeo_protect_decide(struct oeo_protect_job *job, struct oeo_note *why)
{
	size_t n = job->cells.problem.n_cells + 1;
	double start = now_s();
	enum oeo_err err;

	job->decisions = oeo_alloc_array(n, sizeof(*job->decisions));
	job->helped = oeo_alloc_array(n, sizeof(*job->helped));
	if (job->decisions == NULL || job->helped == NULL)
		return OEO_ERR_NOMEM;
	tell_begin(job);
	err = decide(job, why);
	if (err == OEO_ERR_REFUSED && free_shown(job) > 0)
		err = decide(job, why);
	job->seconds = now_s() - start;
	if (err == OEO_OK || err == OEO_ERR_REFUSED)
		count_hidden(job);
	return err;
}

static enum oeo_err write_out(
    const struct oeo_protect_job *job, const struct oeo_buf *text, struct oeo_note *why)
{
	const char *path = oeo_cli_value(job->cli, "out");

	if (path != NULL)
		return oeo_file_write(path, text->data, text->len, 0644, why);
	if (fwrite(text->data, 1, text->len, stdout) != text->len || fflush(stdout) != 0)
		return oeo_note_set(
		    why, OEO_ERR_IO, _("the table could not be written: %s."), strerror(errno));
	return OEO_OK;
}

static enum oeo_err make_cells(struct oeo_protect_job *job, struct oeo_note *why)
{
	bool *kept = job->n_earlier > 0 ? oeo_protect_earlier_kept(job) : NULL;
	enum oeo_err err = job->n_earlier > 0 && kept == NULL ? OEO_ERR_NOMEM : OEO_OK;

	if (err == OEO_OK)
		err = oeo_protect_cells_init_with(
		    &job->cells, &job->table, &job->rules, job->hides_zeros, kept, why);
	if (err == OEO_OK)
		err = oeo_protect_earlier_apply(job);
	free(kept);
	return err;
}

enum oeo_err oeo_protect_read(struct oeo_protect_job *job, struct oeo_note *why)
{
	enum oeo_err err = oeo_protect_hierarchies_read(job, why);

	if (err == OEO_OK)
		err = oeo_protect_table_read(&job->table, job->cli->arguments[0], why);
	if (err == OEO_OK)
		err = oeo_protect_earlier_read(job, why);
	return err == OEO_OK ? make_cells(job, why) : err;
}

static enum oeo_err protect(struct oeo_protect_job *job, struct oeo_note *why)
{
	struct oeo_buf text;
	enum oeo_err err = oeo_protect_read(job, why), told;

	if (err != OEO_OK)
		return err;
	err = oeo_protect_decide(job, why);
	if (err != OEO_OK && err != OEO_ERR_REFUSED)
		return err;
	oeo_buf_init(&text);
	if (err == OEO_OK)
		err = oeo_protect_write(job, &text);
	if (err == OEO_OK)
		err = write_out(job, &text, why);
	oeo_buf_fini(&text);
	told = err == OEO_OK || err == OEO_ERR_REFUSED ? oeo_protect_tell(job, err == OEO_OK) : OEO_OK;
	return err == OEO_OK ? told : err;
}

/*
 * Elimination may fill in a large table beyond what can be foreseen: have the allocation fail, so that it can be told,
 * before the machine runs out. Not where a sanitizer reserves more than there is.
 */
static void limit_memory(void)
{
#ifndef __SANITIZE_ADDRESS__
	long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
	struct rlimit limit;

	if (pages <= 0 || page_bytes <= 0 || getrlimit(RLIMIT_DATA, &limit) != 0)
		return;
	if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur / (rlim_t)page_bytes < (rlim_t)pages)
		return;
	limit.rlim_cur = (rlim_t)pages / 8 * 7 * (rlim_t)page_bytes;
	(void)setrlimit(RLIMIT_DATA, &limit); /* without it, the worst is what would have been */
#endif
}

enum oeo_exit oeo_protect_command(struct oeo_cli *cli)
{
	struct oeo_protect_job job;
	struct oeo_note why;
	enum oeo_exit code = OEO_EXIT_OK;
	enum oeo_err err;

	limit_memory();
	memset(&job, 0, sizeof(job));
	job.cli = cli;
	why.text[0] = '\0';
	if (!oeo_protect_options_read(&job)) {
		oeo_protect_job_fini(&job);
		return OEO_EXIT_USAGE;
	}
	err = protect(&job, &why);
	if (err != OEO_OK)
		code = oeo_cli_error(cli, err, &why);
	oeo_protect_job_fini(&job);
	return code;
}

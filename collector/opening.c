/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/opening.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/opening_internal.h"
#include "proto/i18n.h"

#define PARTITION_REPORTS 1048576
#define PARTITION_BUCKETS 200000 /* about 60 MB with their labels */
#define MOST_THREADS 16

void oeo_opening_report_fini(struct oeo_opening_report *report)
{
	if (report == NULL)
		return;
	free(report->members);
	memset(report, 0, sizeof(*report));
}

static void close_opening(struct oeo_opening *opening)
{
	for (size_t i = 0; opening->partitions != NULL && i < opening->n_partitions; i++)
		free(opening->partitions[i].failed);
	for (size_t i = 0; i < opening->n_finds; i++)
		free(opening->finds[i].contributions);
	free(opening->partitions);
	free(opening->queue);
	free(opening->proven);
	free(opening->finds);
	free(opening->blocked);
	free(opening->members);
	oeo_opening_report_fini(&opening->report);
	oeo_spill_close(opening->spill);
	(void)pthread_mutex_destroy(&opening->lock);
}

/* ---- Getting ready */

/* Twice as many partitions as hold all reports: the keyed hash does not share out evenly, and the largest must
 * still fit. */
static size_t choose_partitions(const struct oeo_opening *opening, uint64_t n_reports, uint64_t n_buckets)
{
	uint64_t by_reports = n_reports / (opening->partition_reports / 2 + 1) + 1;
	uint64_t by_buckets = n_buckets / PARTITION_BUCKETS + 1;
	uint64_t n = by_reports > by_buckets ? by_reports : by_buckets;

	return n < OEO_OPENING_PARTITIONS ? (size_t)n : OEO_OPENING_PARTITIONS;
}

/* Members whose final part is in, and how much they sent. */
static enum oeo_err count_submissions(
    struct oeo_opening *opening, struct oeo_store *store, uint64_t *n_reports, uint64_t *n_buckets)
{
	struct oeo_store_submission *submissions = NULL;
	size_t n = 0;
	enum oeo_err err = oeo_store_load_submissions(store, opening->period_text, &submissions, &n);

	if (err == OEO_OK) {
		opening->members = oeo_alloc_array(n, sizeof(*opening->members));
		err = opening->members != NULL ? OEO_OK : OEO_ERR_NOMEM;
	}
	for (size_t i = 0; err == OEO_OK && i < n; i++) {
		if (!submissions[i].is_final)
			continue;
		memcpy(opening->members[opening->n_members++], submissions[i].member, OEO_ID_BYTES);
		*n_reports += submissions[i].n_reports;
		*n_buckets += submissions[i].n_buckets;
	}
	free(submissions);
	return err;
}

static enum oeo_err make_report(struct oeo_opening *opening)
{
	opening->report.members = oeo_alloc_array(opening->n_members, sizeof(*opening->report.members));
	opening->proven = oeo_alloc_array(opening->n_members, sizeof(*opening->proven));
	opening->blocked = oeo_alloc_array(opening->plan->n_tables, sizeof(*opening->blocked));
	if (opening->report.members == NULL || opening->proven == NULL || opening->blocked == NULL)
		return OEO_ERR_NOMEM;
	opening->report.n_members = opening->n_members;
	for (size_t i = 0; i < opening->n_members; i++)
		memcpy(opening->report.members[i].member, opening->members[i], OEO_ID_BYTES);
	return OEO_OK;
}

static enum oeo_err prepare(struct oeo_opening *opening, struct oeo_store *store, const struct oeo_home *home)
{
	uint64_t n_buckets = 0;
	enum oeo_err err = count_submissions(opening, store, &opening->n_reports, &n_buckets);

	if (err != OEO_OK)
		return err;
	opening->report.n_reports = opening->n_reports;
	opening->n_partitions = choose_partitions(opening, opening->n_reports, n_buckets);
	opening->partitions = oeo_alloc_array(opening->n_partitions, sizeof(*opening->partitions));
	opening->queue = oeo_alloc_array(opening->n_partitions, sizeof(*opening->queue));
	if (opening->partitions == NULL || opening->queue == NULL)
		return OEO_ERR_NOMEM;
	randombytes_buf(opening->hash_key, sizeof(opening->hash_key));
	err = make_report(opening);
	return err == OEO_OK ? oeo_spill_open(&opening->spill, home, 2 * opening->n_partitions) : err;
}

/* ---- Threads */

static void tell_progress(const struct oeo_opening *opening, uint64_t done)
{
	if (opening->options != NULL && opening->options->progress != NULL)
		opening->options->progress(opening->options->context,
		    (unsigned long)(opening->n_reports + done), (unsigned long)(2 * opening->n_reports));
}

/* The next partition; false where none is left or another thread has failed. */
static bool take_next(struct oeo_opening *opening, size_t *number)
{
	bool has_next;

	(void)pthread_mutex_lock(&opening->lock);
	has_next = opening->err == OEO_OK && opening->next < opening->n_queue;
	if (has_next)
		*number = opening->queue[opening->next++];
	(void)pthread_mutex_unlock(&opening->lock);
	return has_next;
}

static uint64_t note_done(struct oeo_opening *opening, size_t number, enum oeo_err err)
{
	uint64_t done;

	(void)pthread_mutex_lock(&opening->lock);
	if (opening->err == OEO_OK)
		opening->err = err;
	if (!opening->is_second_round)
		opening->n_done += opening->partitions[number].n_reports;
	done = opening->n_done;
	(void)pthread_mutex_unlock(&opening->lock);
	return done;
}

static void *work(void *context)
{
	struct oeo_opening *opening = context;
	size_t number;

	while (take_next(opening, &number))
		(void)note_done(opening, number, oeo_opening_partition(opening, number));
	return NULL;
}

/* The calling thread works as the others do, and tells how far it all is. */
static void work_and_tell(struct oeo_opening *opening)
{
	size_t number;

	while (take_next(opening, &number))
		tell_progress(opening, note_done(opening, number, oeo_opening_partition(opening, number)));
}

static size_t choose_threads(const struct oeo_opening *opening)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = processors > 0 ? (size_t)processors : 1;

	if (opening->options != NULL && opening->options->n_threads > 0)
		n = opening->options->n_threads;
	if (n > MOST_THREADS)
		n = MOST_THREADS;
	return n < opening->n_queue ? n : opening->n_queue;
}

static enum oeo_err work_off(struct oeo_opening *opening)
{
	pthread_t threads[MOST_THREADS];
	size_t wanted = choose_threads(opening);
	size_t n = 0;

	opening->next = 0;
	/* Where no thread can be had, the calling one does it all. */
	while (n + 1 < wanted && pthread_create(&threads[n], NULL, work, opening) == 0)
		n++;
	work_and_tell(opening);
	for (size_t i = 0; i < n; i++)
		(void)pthread_join(threads[i], NULL);
	return opening->err;
}

static int compare_sizes(const void *a, const void *b, void *context)
{
	const struct oeo_opening_share_out *partitions = context;
	uint64_t one = partitions[*(const size_t *)a].n_reports;
	uint64_t other = partitions[*(const size_t *)b].n_reports;

	return (one < other) - (one > other);
}

static enum oeo_err first_round(struct oeo_opening *opening)
{
	for (size_t i = 0; i < opening->n_partitions; i++)
		opening->queue[opening->n_queue++] = i;
	qsort_r(
	    opening->queue, opening->n_queue, sizeof(*opening->queue), compare_sizes, opening->partitions);
	return work_off(opening);
}

static enum oeo_err second_round(struct oeo_opening *opening)
{
	opening->is_second_round = true;
	opening->n_queue = 0;
	for (size_t i = 0; i < opening->n_partitions; i++) {
		if (opening->partitions[i].n_failed > 0)
			opening->queue[opening->n_queue++] = i;
	}
	for (size_t i = 0; i < opening->n_members; i++)
		opening->proven[i] = opening->report.members[i].bad_shares;
	return opening->n_queue > 0 ? work_off(opening) : OEO_OK;
}

/* ---- The whole */

static enum oeo_err fill_head(struct oeo_opened *opened, struct oeo_opening *opening, struct oeo_store *store)
{
	struct oeo_store_period record;
	enum oeo_err err = oeo_store_find_period(store, opening->period_text, &record);

	if (err != OEO_OK)
		return err;
	if (record.is_purged)
		return OEO_ERR_STATE;
	opened->period = opening->period;
	memcpy(opened->key_digest, record.key_digest, OEO_DIGEST_BYTES);
	return OEO_OK;
}

static enum oeo_err run(struct oeo_opened *opened, struct oeo_opening *opening, struct oeo_store *store,
    const struct oeo_home *home)
{
	enum oeo_err err = fill_head(opened, opening, store);

	if (err == OEO_OK)
		err = prepare(opening, store, home);
	if (err == OEO_OK)
		err = oeo_opening_scan(opening, store);
	if (err == OEO_OK)
		err = first_round(opening);
	if (err == OEO_OK)
		err = second_round(opening);
	if (err == OEO_OK)
		err = oeo_opening_merge(opened, opening);
	if (err != OEO_OK)
		return err;
	opened->members = opening->members;
	opened->n_members = opening->n_members;
	opening->members = NULL;
	return OEO_OK;
}

static enum oeo_err explain(
    enum oeo_err err, const struct oeo_store *store, const char *period, struct oeo_note *why)
{
	switch (err) {
	case OEO_ERR_STATE:
		return oeo_note_set(
		    why, err, _("The reports of %s have been purged; it cannot be opened any more."), period);
	case OEO_ERR_NOT_FOUND:
		return oeo_note_set(why, err, _("Nothing has been submitted for %s."), period);
	case OEO_ERR_CONFLICT:
		return oeo_note_set(why, err, _("A submission for %s came in just now. Try again."), period);
	default:
		return oeo_note_set(why, err,
		    _("The cells of %s could not be opened: %s. Is the disk full? (%s)"), period,
		    oeo_err_text(err), oeo_store_message(store));
	}
}

enum oeo_err oeo_opening_run(struct oeo_opened *opened, struct oeo_opening_report *report,
    struct oeo_store *store, const struct oeo_home *home, const struct oeo_plan *plan,
    const struct oeo_period *period, const struct oeo_opening_options *options, struct oeo_note *why)
{
	struct oeo_opening opening;
	struct oeo_opened made;
	enum oeo_err err;

	memset(&opening, 0, sizeof(opening));
	memset(&made, 0, sizeof(made));
	opening.plan = plan;
	opening.period = *period;
	opening.options = options;
	opening.partition_reports = options != NULL && options->partition_reports > 0
					? options->partition_reports
					: PARTITION_REPORTS;
	oeo_period_format(opening.period_text, period);
	if (pthread_mutex_init(&opening.lock, NULL) != 0)
		return OEO_ERR_NOMEM;
	err = run(&made, &opening, store, home);
	if (err == OEO_OK) {
		*opened = made;
		*report = opening.report;
		memset(&opening.report, 0, sizeof(opening.report));
	} else {
		(void)explain(err, store, opening.period_text, why);
		oeo_opened_fini(&made);
	}
	close_opening(&opening);
	return err;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Opening: reports per second from a stored quarter to opened cells, every share verified, k = 10, with one thread and
 * with two; bytes per report in the database; the most memory the process ever held.
 *
 *   bench_opening [REPORTS [FOLDER [RUNS]]]      default 2,000,000 in /tmp, 3 runs
 *
 * A tenth of the reports falls in one cell (the total), three tenths in 2,000 cells, the rest in cells of about
 * 100 residents. Four members; every share is on its cell's polynomial; x is random, as a VOPRF's output is.
 */
#include "bench_world.h"

#include "collector/opening.h"

#define K 10
#define PAIR_RESIDENTS 100

struct cells {
	struct oeo_bucket *buckets; /* by tag */
	uint8_t *coefficients;
	struct oeo_buf *labels;
	size_t *rank; /* cell number to place in buckets */
	size_t n;
};

static size_t *sort_of;
static const struct oeo_bucket *sort_buckets;

static int compare_tags(const void *a, const void *b)
{
	return memcmp(
	    sort_buckets[*(const size_t *)a].tag, sort_buckets[*(const size_t *)b].tag, OEO_TAG_BYTES);
}

static void make_cell(const struct bench_world *world, struct cells *cells, size_t i)
{
	struct oeo_bucket *bucket = &cells->buckets[i];
	char one[16];
	char two[16];
	const char *codes[2] = {one, two};
	size_t n_by = i == 0 ? 0 : i <= 2000 ? 1 : 2;
	size_t number = n_by == 2 ? i - 2001 : i - 1;

	(void)snprintf(one, sizeof(one), "a%zu", n_by == 2 ? number / 200 : number);
	(void)snprintf(two, sizeof(two), "b%zu", number % 200);
	bucket->table = (uint32_t)n_by;
	bench_cell(world, n_by, codes, n_by, bucket->tag, cells->coefficients + i * K * OEO_SCALAR_BYTES,
	    &cells->labels[i]);
	bucket->label = cells->labels[i].data;
	bucket->label_len = cells->labels[i].len;
}

static void make_cells(const struct bench_world *world, struct cells *cells, size_t n_reports)
{
	size_t n_pair = n_reports * 6 / 10 / PAIR_RESIDENTS;

	cells->n = 1 + 2000 + (n_pair > 400000 ? 400000 : n_pair);
	cells->buckets = oeo_alloc_array(cells->n, sizeof(*cells->buckets));
	cells->coefficients = oeo_alloc_array(cells->n * K, OEO_SCALAR_BYTES);
	cells->labels = oeo_alloc_array(cells->n, sizeof(*cells->labels));
	cells->rank = oeo_alloc_array(cells->n, sizeof(*cells->rank));
	sort_of = oeo_alloc_array(cells->n, sizeof(*sort_of));
	bench_insist(cells->buckets != NULL && cells->coefficients != NULL && cells->labels != NULL &&
			 cells->rank != NULL && sort_of != NULL,
	    "memory");
	for (size_t i = 0; i < cells->n; i++) {
		make_cell(world, cells, i);
		sort_of[i] = i;
	}
	sort_buckets = cells->buckets;
	qsort(sort_of, cells->n, sizeof(*sort_of), compare_tags);
	for (size_t i = 0; i < cells->n; i++)
		cells->rank[sort_of[i]] = i;
}

static void free_cells(struct cells *cells)
{
	for (size_t i = 0; i < cells->n; i++)
		oeo_buf_fini(&cells->labels[i]);
	free(cells->buckets);
	free(cells->coefficients);
	free(cells->labels);
	free(cells->rank);
	free(sort_of);
}

static void put(struct bench_world *world, const char *member, struct oeo_submission_part *part)
{
	uint8_t digest[OEO_DIGEST_BYTES] = {0};

	bench_insist(oeo_store_put_part(world->store, member, part, digest, 20000) == OEO_OK, "storing");
	part->index++;
}

static void put_buckets(struct bench_world *world, const struct cells *cells, const char *member,
    struct oeo_submission_part *part)
{
	struct oeo_bucket *some = oeo_alloc_array(OEO_MAX_BUCKETS, sizeof(*some));

	bench_insist(some != NULL, "memory");
	for (size_t i = 0; i < cells->n; i += OEO_MAX_BUCKETS) {
		size_t n = cells->n - i < OEO_MAX_BUCKETS ? cells->n - i : OEO_MAX_BUCKETS;

		for (size_t j = 0; j < n; j++)
			some[j] = cells->buckets[sort_of[i + j]];
		part->buckets = some;
		part->n_buckets = n;
		put(world, member, part);
	}
	part->buckets = NULL;
	part->n_buckets = 0;
	free(some);
}

static void write_report(const struct cells *cells, uint8_t *record)
{
	uint32_t die = randombytes_uniform(10);
	size_t cell = die == 0  ? 0
		      : die < 4 ? 1 + randombytes_uniform(2000)
				: 2001 + randombytes_uniform((uint32_t)(cells->n - 2001));
	uint8_t x[OEO_X_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];

	randombytes_buf(x, sizeof(x));
	bench_insist(oeo_tally_share_y(y, cells->coefficients + cell * K * OEO_SCALAR_BYTES, K, x) == OEO_OK,
	    "a share");
	oeo_report_write(record, (uint32_t)cells->rank[cell], x, y);
}

static void put_reports(struct bench_world *world, const struct cells *cells, const char *member,
    struct oeo_submission_part *part, size_t n)
{
	uint8_t *records = oeo_alloc_array(OEO_MAX_REPORTS, OEO_REPORT_BYTES);

	bench_insist(records != NULL, "memory");
	while (n > 0) {
		part->n_reports = n < OEO_MAX_REPORTS ? n : OEO_MAX_REPORTS;
		part->reports = records;
		for (size_t i = 0; i < part->n_reports; i++)
			write_report(cells, records + i * OEO_REPORT_BYTES);
		n -= part->n_reports;
		part->is_final = n == 0;
		part->closing.coverage = OEO_COVERAGE_YES;
		put(world, member, part);
	}
	free(records);
}

static void fill(struct bench_world *world, const struct cells *cells, size_t n_reports)
{
	bench_insist(oeo_store_put_keys(world->store, BENCH_PERIOD, world->plan->digest, world->key_digest,
			 &world->keys, 1) == OEO_OK,
	    "the keys");
	for (size_t m = 0; m < BENCH_MEMBERS; m++) {
		struct oeo_submission_part part;
		char member[8];

		memset(&part, 0, sizeof(part));
		memcpy(part.plan_digest, world->plan->digest, OEO_DIGEST_BYTES);
		memcpy(part.key_digest, world->key_digest, OEO_DIGEST_BYTES);
		memcpy(part.period, BENCH_PERIOD, sizeof(BENCH_PERIOD));
		(void)snprintf(member, sizeof(member), "m%zu", m);
		bench_insist(oeo_store_begin(world->store, NULL) == OEO_OK, "beginning");
		put_buckets(world, cells, member, &part);
		put_reports(world, cells, member, &part, n_reports / BENCH_MEMBERS);
		bench_insist(oeo_store_commit(world->store) == OEO_OK, "committing");
	}
}

/* Wall and processor seconds of one opening. */
static void open_once(
    struct bench_world *world, size_t n_threads, double *wall, double *cpu, size_t n_reports)
{
	const struct oeo_opening_options options = {n_threads, 0, NULL, NULL};
	struct oeo_opening_report report;
	struct oeo_opened opened;
	struct oeo_period period;
	struct oeo_note why = {""};
	double start = bench_now();
	double start_cpu = bench_cpu();

	bench_insist(oeo_period_parse(&period, BENCH_PERIOD) == OEO_OK, "the period");
	if (oeo_opening_run(
		&opened, &report, world->store, &world->home, world->plan, &period, &options, &why) != OEO_OK)
		bench_insist(false, why.text);
	*wall = bench_now() - start;
	*cpu = bench_cpu() - start_cpu;
	bench_insist(
	    report.n_reports == n_reports && report.n_opened == report.n_tags && report.n_bad_shares == 0,
	    "opening every cell");
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
}

static void measure(struct bench_world *world, size_t n_threads, size_t runs, size_t n_reports)
{
	double *walls = oeo_alloc_array(runs, sizeof(*walls));
	double *cpus = oeo_alloc_array(runs, sizeof(*cpus));
	double wall;
	double cpu;

	bench_insist(walls != NULL && cpus != NULL, "memory");
	for (size_t i = 0; i < runs; i++)
		open_once(world, n_threads, &walls[i], &cpus[i], n_reports);
	wall = bench_median(walls, runs);
	cpu = bench_median(cpus, runs);
	(void)printf(
	    "opening, %zu thread%s: %.0f reports/s (%.2f s; median of %zu), %.0f per second of processor\n",
	    n_threads, n_threads == 1 ? "" : "s", (double)n_reports / wall, wall, runs,
	    (double)n_reports / cpu);
	free(walls);
	free(cpus);
}

static double database_bytes(const struct bench_world *world)
{
	char path[OEO_PATH_BYTES];
	struct stat info;

	(void)snprintf(path, sizeof(path), "%s/collector.sqlite", world->folder);
	bench_insist(oeo_store_compact(world->store) == OEO_OK && stat(path, &info) == 0, "the size");
	return (double)info.st_size;
}

int main(int argc, char **argv)
{
	size_t n_reports = argc > 1 ? strtoul(argv[1], NULL, 10) : 2000000;
	const char *folder = argc > 2 ? argv[2] : "/tmp";
	size_t runs = argc > 3 ? strtoul(argv[3], NULL, 10) : 3;
	struct bench_world world;
	struct cells cells = {NULL, NULL, NULL, NULL, 0};
	size_t n_cells;

	bench_insist(
	    n_reports >= 100000 && n_reports % BENCH_MEMBERS == 0 && runs > 0, "reading the arguments");
	bench_open(&world, folder);
	make_cells(&world, &cells, n_reports);
	fill(&world, &cells, n_reports);
	n_cells = cells.n;
	free_cells(&cells);
	(void)printf("opening: %zu reports of %d members in %zu cells, k = %d; %.1f bytes per report in the "
		     "database\n",
	    n_reports, BENCH_MEMBERS, n_cells, K, database_bytes(&world) / (double)n_reports);
	measure(&world, 1, runs, n_reports);
	measure(&world, 2, runs, n_reports);
	(void)printf("opening: %ld MB of memory at most, making the reports included\n", bench_peak_mb());
	bench_close(&world);
	return 0;
}

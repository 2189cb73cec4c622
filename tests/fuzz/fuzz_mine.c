/* SPDX-License-Identifier: EUPL-1.2 */
/* A member's own figures (`oeo-collector audit --mine`) from anywhere, beside a small release. */
#include <string.h>

#include <sodium.h>

#include "collector/audit_sources.h"
#include "fuzz_text_file.h"
#include "proto/buf.h"
#include "proto/home.h"

#define RELEASE_LIMIT ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As oeo_audit_sources_read makes it, without signatures. */
static void open_sources(struct oeo_audit_sources *sources)
{
	struct oeo_buf bytes = {0};
	struct oeo_note why;

	memset(sources, 0, sizeof(*sources));
	sources->releases = oeo_alloc_array(1, sizeof(*sources->releases));
	sources->sources = oeo_alloc_array(1, sizeof(*sources->sources));
	if (sodium_init() < 0 || sources->releases == NULL || sources->sources == NULL ||
	    oeo_file_read(&bytes, SMALL_RELEASE, RELEASE_LIMIT, &why) != OEO_OK ||
	    oeo_release_unpack(&sources->releases[0], bytes.data, bytes.len, &why) != OEO_OK)
		abort();
	oeo_buf_fini(&bytes);
	sources->n_releases = 1;
	sources->n_sources = 1;
	sources->sources[0] = (struct oeo_release_source){
	    .period = sources->releases[0].period, .release = &sources->releases[0]};
	if (oeo_release_problem_build(&sources->built, sources->releases[0].plan.plan, sources->sources, 1) !=
	    OEO_OK)
		abort();
	sources->decisions = oeo_alloc_array(sources->built.problem.n_cells, sizeof(*sources->decisions));
	sources->slack = oeo_alloc_array(sources->built.problem.n_cells, sizeof(*sources->slack));
	if (sources->decisions == NULL || sources->slack == NULL)
		abort();
	for (size_t i = 0; i < sources->built.problem.n_cells; i++) {
		sources->decisions[i].is_shown = sources->built.cells[i].role == OEO_DISCLOSURE_SHOWN;
		sources->decisions[i].hides_questions = sources->built.cells[i].hides_questions;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct oeo_audit_sources sources;
	struct text_file file;
	struct oeo_note why = {{0}};
	const char *path = file.path;
	enum oeo_err err;

	open_sources(&sources);
	text_file_make(&file, data, size);
	err = oeo_audit_sources_add_own(&sources, &path, 1, &why);
	if (err != OEO_OK && err != OEO_ERR_NOMEM && why.text[0] == '\0')
		abort();
	for (size_t i = 0; err == OEO_OK && i < sources.built.problem.n_cells; i++)
		if (sources.built.cells[i].n_parts > 1)
			abort();
	text_file_remove(&file);
	oeo_audit_sources_fini(&sources);
	return 0;
}

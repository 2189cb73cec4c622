/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A whole export in a folder: the site (pages, style sheet, CSV, data package, workbook, the signed releases), or the
 * CSV with its data package or the workbook alone.
 */
#ifndef OEO_DASHBOARD_EXPORT_OUTPUT_H
#define OEO_DASHBOARD_EXPORT_OUTPUT_H

#include "dashboard-export/folder.h"
#include "dashboard-export/view.h"

enum oeo_output_kind {
	OEO_OUTPUT_SITE = 1,
	OEO_OUTPUT_CSV,
	OEO_OUTPUT_XLSX,
	OEO_OUTPUT_PDF,
	OEO_OUTPUT_REVIEW /* the site as a concept; view->is_concept is set */
};

struct oeo_output_options {
	bool is_forced; /* also where out holds other files */
	/* May be NULL. Called now and then while it is written; done == total ends it. */
	void (*progress)(const char *what, unsigned long done, unsigned long total);
};

struct oeo_output_result {
	bool
	    is_present; /* not the site: out is the site of these very releases, which has the files already */
	char kept[OEO_PATH_BYTES]; /* where the folder that was there has been moved to; "" where none */
};

/*
 * Write the export of view to the folder out (options NULL: not forced, no progress), whole or not at all (folder.h). OEO_ERR_EXISTS: out holds other
 * files, or (not the site) the site of other releases; OEO_ERR_CRYPTO: a release changed while it was copied; OEO_ERR_IO,
 * OEO_ERR_NOMEM. On failure out is as it was.
 */
enum oeo_err oeo_output_write(struct oeo_output_result *result, enum oeo_output_kind kind,
    const struct oeo_view *view, const char *out, const struct oeo_output_options *options,
    struct oeo_note *why);

#endif

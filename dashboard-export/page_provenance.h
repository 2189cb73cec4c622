/* SPDX-License-Identifier: EUPL-1.2 */
/* Where a period's figures come from: sections that page_account.c lists. Each writes the body of its section. */
#ifndef OEO_DASHBOARD_EXPORT_PAGE_PROVENANCE_H
#define OEO_DASHBOARD_EXPORT_PAGE_PROVENANCE_H

#include "dashboard-export/page_parts.h"

/* Which organisations took part (yes, partly, no) and what each of them records. */
void oeo_page_coverage(const struct oeo_page *page);

/* Shares of questions without a name, unmapped and late, where the release shows them. */
void oeo_page_quality(const struct oeo_page *page);

/* The keyholders and their public keys. */
void oeo_page_keys(const struct oeo_page *page);

/* How to check the signature with minisign, and whose key it is. */
void oeo_page_verify(const struct oeo_page *page);

void oeo_page_cite(const struct oeo_page *page);

/* Whom to ask: about the figures (as given with the report), about oneself, and about the keys. */
void oeo_page_contact(const struct oeo_page *page);

/* The CSV files, the data package and the release itself. */
void oeo_page_downloads(const struct oeo_page *page);

#endif

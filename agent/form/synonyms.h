/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The words by which people call a topic: <home>/synonyms.csv, UTF-8 CSV with the columns term and code, kept by
 * `oeo-agent form --synonyms FILE`. Without that file: those of the remembered mappings (mapping_store.h), and those that
 * come with the program (share/ogen-en-oren/: synonyms.csv, as intake forms say it, and everyday.csv, as residents do) where
 * the plan has their codes: of nine in ten of a file's lines, so that a plan that uses a few of the codes for something else
 * is not searched by it.
 */
#ifndef OEO_AGENT_FORM_SYNONYMS_H
#define OEO_AGENT_FORM_SYNONYMS_H

#include "agent/form/search.h"
#include "proto/home.h"

/* Add what the files hold to the search; no file is no error, nor is a line that cannot be read. OEO_ERR_NOMEM. */
enum oeo_err oeo_form_synonyms_read(struct oeo_search *search, const struct oeo_home *home);

/* Copy a file there. OEO_ERR_FORMAT: its first line is not `term,code`; OEO_ERR_NOT_FOUND, OEO_ERR_IO; why says so. */
enum oeo_err oeo_form_synonyms_keep(const struct oeo_home *home, const char *path, struct oeo_note *why);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The words by which people call a topic, for the form's search and for a proposal of a mapping: <home>/synonyms.csv, UTF-8
 * CSV with the columns term and code, kept by `oeo-agent form --synonyms FILE`. Without that file: those of the remembered
 * mappings (mapping_store.h), and those that come with the program (share/ogen-en-oren/: synonyms.csv, as intake forms say
 * it, and everyday.csv, as residents do) where the plan has their codes: of nine in ten of a file's lines, so that a plan
 * that uses a few of the codes for something else is not searched by it.
 */
#ifndef OEO_AGENT_WORDS_H
#define OEO_AGENT_WORDS_H

#include <stdbool.h>

#include "proto/home.h"

/* What uses the words. */
struct oeo_words_use {
	void *context;
	bool (*has)(const void *context, const char *code); /* whether the plan has this code */
	enum oeo_err (*add)(void *context, const char *term, const char *code); /* of any code; borrowed */
};

/*
 * Add all words. home NULL: only those that come with the program. No file is no error, nor is a line that cannot be read.
 * OEO_ERR_NOMEM, and what add returns.
 */
enum oeo_err oeo_words_read(const struct oeo_words_use *use, const struct oeo_home *home);

/* Add the words of this file. OEO_ERR_FORMAT: its first line is not `term,code`; OEO_ERR_NOT_FOUND, OEO_ERR_IO; why says so.
 * OEO_ERR_NOMEM, and what add returns; what was added before stays. */
enum oeo_err oeo_words_read_file(const struct oeo_words_use *use, const char *path, struct oeo_note *why);

/* Copy a file into the home. OEO_ERR_FORMAT: its first line is not `term,code`; OEO_ERR_NOT_FOUND, OEO_ERR_IO; why says so. */
enum oeo_err oeo_words_keep(const struct oeo_home *home, const char *path, struct oeo_note *why);

#endif

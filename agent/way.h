/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One question's way: what is typed, what stays on this machine, what each keyholder and the collector get, and what is
 * published. The bytes are real, made by the functions that seal a submission, but with keys that are made for the occasion and
 * thrown away: nobody is asked and nothing is sent. It says so.
 *
 * The result is a list of blocks, written in the chosen language when it was made, that goes to a page or to the terminal.
 */
#ifndef OEO_AGENT_WAY_H
#define OEO_AGENT_WAY_H

#include <jansson.h>

#include "agent/ledger.h"
#include "proto/card.h"
#include "proto/html.h"

enum oeo_way_kind {
	OEO_WAY_HEADING = 1,
	OEO_WAY_TEXT,
	OEO_WAY_PAIR, /* a name and a value */
	OEO_WAY_BYTES /* a name, how many bytes, and these in hexadecimal */
};

struct oeo_way_block {
	enum oeo_way_kind kind;
	char *name; /* owned; NULL but for the last two */
	char *text; /* owned */
};

struct oeo_way {
	struct oeo_way_block *blocks; /* owned */
	size_t n;
};

/* What somebody typed, as it was typed; borrowed. */
struct oeo_way_typed {
	const char *label;
	const char *value;
};

/*
 * The way of a question (with or without a resident) under the plan. typed: what led to it; cards: of the keyholders, for
 * their names (n_cards may be 0). OEO_ERR_RANGE: the plan has no table. *way is freed with oeo_way_fini; it holds what was
 * typed, so treat it like that.
 */
enum oeo_err oeo_way_make(struct oeo_way *way, const struct oeo_plan *plan,
    const struct oeo_question *question, const struct oeo_way_typed *typed, size_t n_typed,
    const struct oeo_card *cards, size_t n_cards);

/* The same of an example, of nobody, on this day. */
enum oeo_err oeo_way_make_example(struct oeo_way *way, const struct oeo_plan *plan, int64_t today,
    const struct oeo_card *cards, size_t n_cards);
void oeo_way_fini(struct oeo_way *way);

/* Write it into the open element of a page: <h2>, <p> and <dl>, no ids, no scripts. Bytes are in <code>. */
void oeo_way_write_html(struct oeo_html *html, const struct oeo_way *way);

/* Append it as text, wrapped at 78 columns. OEO_ERR_NOMEM. */
enum oeo_err oeo_way_write_text(struct oeo_buf *out, const struct oeo_way *way);

/* The same as {"blocks": [{"kind": "heading" | "text" | "pair" | "bytes", "name", "text"}, ...]}, name with the last two
 * alone, in order. Returns owned; NULL: out of memory. */
json_t *oeo_way_to_json(const struct oeo_way *way);

#endif

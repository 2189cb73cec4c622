/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How often each topic was chosen lately in this form, so that the usual ones stand first. A choice counts less with
 * every later one, so the order follows what people ask now, without jumping about. The other choices are not counted:
 * they stand as the plan has them, so that a digit always chooses the same. Kept in the ledger (collection "form", key
 * "usage").
 */
#ifndef OEO_AGENT_FORM_USAGE_H
#define OEO_AGENT_FORM_USAGE_H

#include "agent/ledger.h"

struct oeo_usage_count {
	char dimension[OEO_ID_BYTES];
	char code[OEO_ID_BYTES];
	uint32_t weight; /* never 0 */
};

struct oeo_usage {
	struct oeo_usage_count *counts; /* owned */
	size_t n;
	size_t capacity;
};

/* Load it; none yet is no error. A zero-initialised struct is empty. Free with oeo_usage_fini. */
enum oeo_err oeo_usage_load(struct oeo_usage *usage, struct oeo_ledger *ledger);
void oeo_usage_fini(struct oeo_usage *usage);

/* Count the code of a question in this dimension, that of the topics (`onbekend` not); what was counted of another one
 * goes. OEO_ERR_NOMEM. And store the counts in the open transaction. */
enum oeo_err oeo_usage_count(
    struct oeo_usage *usage, const struct oeo_dimension *dimension, const struct oeo_question *question);
enum oeo_err oeo_usage_store(const struct oeo_usage *usage, struct oeo_ledger *ledger);

/* 0: not chosen lately. */
uint32_t oeo_usage_weight(const struct oeo_usage *usage, const char *dimension, const char *code);

/*
 * The codes of a dimension's last level (without `onbekend`) in the order in which they are shown: those chosen lately,
 * most often first, then the others as the plan has them. order has room for the level's count - 1. Returns how many of
 * them were chosen lately.
 */
size_t oeo_usage_order(const struct oeo_usage *usage, const struct oeo_dimension *dimension, size_t *order);

#endif

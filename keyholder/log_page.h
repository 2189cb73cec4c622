/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The log as a council can read it: per period and member how much was asked of which quota, what stands out, and what
 * was refused. The numbers are those of blinded questions; they are not counts of residents, and nothing of what was
 * asked is known here.
 */
#ifndef OEO_KEYHOLDER_LOG_PAGE_H
#define OEO_KEYHOLDER_LOG_PAGE_H

#include <jansson.h>

#include "keyholder/access_log.h"
#include "keyholder/plans.h"
#include "proto/card.h"
#include "proto/clock.h"
#include "proto/home.h"

enum oeo_key_state { OEO_KEYS_IN_USE = 1, OEO_KEYS_DESTROYED, OEO_KEYS_LOST };

/* One member in one period. */
struct oeo_log_line {
	char member[OEO_ID_BYTES];
	char name[OEO_CARD_NAME_BYTES];
	uint64_t residents; /* elements asked */
	uint64_t cells;
	uint64_t quota; /* of either purpose, what was added included */
	uint64_t granted; /* of which the operator added */
	int64_t last_s;
	bool is_nearly_spent; /* 80 % or more of the quota */
	bool is_outlier; /* more than three times the middle one of at least three members */
	/* Asked after the period's deadline, or, where plan or member came later than that, after the same number
	 * of days from then. */
	bool is_late;
};

struct oeo_log_period {
	char plan[OEO_ID_BYTES];
	char text[OEO_PERIOD_BYTES];
	struct oeo_period period;
	enum oeo_key_state state;
	int64_t destroyed_s;
	struct oeo_log_line *lines; /* owned; sorted by member */
	size_t n_lines;
};

struct oeo_log_page {
	struct oeo_card keyholder;
	int64_t now_s;
	struct oeo_log_period *periods; /* owned; newest first */
	size_t n_periods;
	struct oeo_refusal *refusals; /* owned */
	size_t n_refusals;
	uint64_t unknown_keys; /* handshakes of keys that are not admitted */
};

/* Make the page from the register. Free with oeo_log_page_fini, which takes an empty page too. */
enum oeo_err oeo_log_page_make(struct oeo_log_page *page, struct oeo_register *reg,
    const struct oeo_home *home, const struct oeo_card *keyholder, int64_t now_s, struct oeo_note *why);
void oeo_log_page_fini(struct oeo_log_page *page);

/* What a refusal means, in plain words and the chosen language; static. */
const char *oeo_log_reason_text(enum oeo_reason reason);

/* "in use", "destroyed on 2026-11-21", "lost" in the chosen language. */
void oeo_log_state_text(char *text, size_t size, const struct oeo_log_period *period);

/* What stands out in a line, in the chosen language; "" where nothing does. */
void oeo_log_remarks(char *text, size_t size, const struct oeo_log_line *line);

/* Append the page as plain text, as one HTML page (no scripts, nothing loaded from elsewhere), or make it JSON (NULL:
 * out of memory). */
enum oeo_err oeo_log_page_text(struct oeo_buf *text, const struct oeo_log_page *page);
enum oeo_err oeo_log_page_html(struct oeo_buf *html, const struct oeo_log_page *page);
json_t *oeo_log_page_json(const struct oeo_log_page *page);

/* What the numbers mean, paragraph by paragraph, in the chosen language; NULL behind the last. */
const char *oeo_log_explanation(size_t i);

#endif

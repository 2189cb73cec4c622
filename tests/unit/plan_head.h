/* SPDX-License-Identifier: EUPL-1.2 */
/* What several tests' plans say before their tables, in three parts that follow one another. */
#ifndef OEO_TESTS_UNIT_PLAN_HEAD_H
#define OEO_TESTS_UNIT_PLAN_HEAD_H

/* Up to who counts without a name; from: a text such as "2026-01". */
#define PLAN_HEAD(from)                                                                                      \
	"plan: proef\n"                                                                                      \
	"title: {nl: Proef, en: Trial}\n"                                                                    \
	"municipality: GM0141\n"                                                                             \
	"from: " from "\n"                                                                                   \
	"icu: 72\n"                                                                                          \
	"expected_questions: 100\n"                                                                          \
	"grace_days: 14\n"                                                                                   \
	"window_days: 7\n"                                                                                   \
	"keyholders: [kh0, kh1]\n"                                                                           \
	"identity:\n"                                                                                        \
	"  fields: [birthdate, postcode, surname]\n"                                                         \
	"  member_number: no\n"                                                                              \
	"  walk_in: questions-only\n"

/* sensitive: a text such as "5". */
#define PLAN_THRESHOLDS(sensitive)                                                                           \
	"thresholds: {residents: 5, members: 1, rest: 3, round: 0, sensitive: " sensitive "}\n"

/* The first dimension; more may follow. */
#define PLAN_THEMES                                                                                          \
	"dimensions:\n"                                                                                      \
	"  question:\n"                                                                                      \
	"    codes: theme.csv\n"                                                                             \
	"    levels: [theme]\n"                                                                              \
	"    labels: {theme: {nl: thema, en: theme}}\n"

#endif

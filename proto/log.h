/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One line per event on stderr, in the form `component: what: why`, with a journald level prefix
 * (<3>..<7>) where stderr goes to the journal (JOURNAL_STREAM set). English only: for operators and
 * their tools; what a person at a terminal reads goes through i18n.h.
 * Never pass an identity, free text, a key, a cell's codes or a number that the gate hides.
 */
#ifndef OEO_PROTO_LOG_H
#define OEO_PROTO_LOG_H

enum oeo_log_level {
	OEO_LOG_ERROR = 3,
	OEO_LOG_WARNING = 4,
	OEO_LOG_NOTICE = 5,
	OEO_LOG_INFO = 6,
	OEO_LOG_DEBUG = 7
};

/* Set the least important level that is written; OEO_LOG_INFO at the start. Process-wide. */
void oeo_log_set_level(enum oeo_log_level level);

void oeo_log(enum oeo_log_level level, const char *component, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif

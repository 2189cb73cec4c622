/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static enum oeo_log_level least = OEO_LOG_INFO;

void oeo_log_set_level(enum oeo_log_level level)
{
	least = level;
}

void oeo_log(enum oeo_log_level level, const char *component, const char *format, ...)
{
	char line[1024];
	va_list arguments;

	if (level > least)
		return;
	va_start(arguments, format);
	if (vsnprintf(line, sizeof(line), format, arguments) < 0)
		line[0] = '\0';
	va_end(arguments);
	if (getenv("JOURNAL_STREAM") != NULL)
		(void)fprintf(stderr, "<%d>%s: %s\n", (int)level, component, line);
	else
		(void)fprintf(stderr, "%s: %s\n", component, line);
}

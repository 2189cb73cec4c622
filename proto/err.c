/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/err.h"

#include <stdarg.h>
#include <stdio.h>

const char *oeo_err_str(enum oeo_err err)
{
	switch (err) {
	case OEO_OK:
		return "ok";
	case OEO_ERR_NOMEM:
		return "out of memory";
	case OEO_ERR_IO:
		return "input/output failed";
	case OEO_ERR_FORMAT:
		return "malformed";
	case OEO_ERR_RANGE:
		return "out of range";
	case OEO_ERR_CRYPTO:
		return "authentication failed";
	case OEO_ERR_NOT_FOUND:
		return "not found";
	case OEO_ERR_EXISTS:
		return "exists already";
	case OEO_ERR_CONFLICT:
		return "conflict";
	case OEO_ERR_REFUSED:
		return "refused";
	case OEO_ERR_AWAY:
		return "peer away";
	case OEO_ERR_STATE:
		return "not now";
	case OEO_ERR_USAGE:
		return "usage";
	case OEO_ERR_INTERNAL:
		return "internal fault";
	}
	return "unknown error";
}

enum oeo_err oeo_note_set(struct oeo_note *note, enum oeo_err err, const char *format, ...)
{
	va_list arguments;

	if (note == NULL)
		return err;
	va_start(arguments, format);
	if (vsnprintf(note->text, sizeof(note->text), format, arguments) < 0)
		note->text[0] = '\0';
	va_end(arguments);
	return err;
}

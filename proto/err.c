/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/err.h"

#include <stdarg.h>
#include <stdio.h>

#include "proto/i18n.h"

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

const char *oeo_err_text(enum oeo_err err)
{
	switch (err) {
	case OEO_OK:
		return _("it went well");
	case OEO_ERR_NOMEM:
		return _("too little memory is free");
	case OEO_ERR_IO:
		return _("reading or writing failed");
	case OEO_ERR_FORMAT:
		return _("it is not in the form that was expected");
	case OEO_ERR_RANGE:
		return _("a value is outside what is allowed");
	case OEO_ERR_CRYPTO:
		return _("a signature or a key is not right");
	case OEO_ERR_NOT_FOUND:
		return _("it is not there");
	case OEO_ERR_EXISTS:
		return _("it is there already");
	case OEO_ERR_CONFLICT:
		return _("it does not fit with what was stored before");
	case OEO_ERR_REFUSED:
		return _("it was refused");
	case OEO_ERR_AWAY:
		return _("the other computer does not answer");
	case OEO_ERR_STATE:
		return _("something else has to be done first");
	case OEO_ERR_USAGE:
		return _("the command or a setting is not right");
	case OEO_ERR_INTERNAL:
		return _("this program has a fault; please report it");
	}
	return _("an unknown fault");
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

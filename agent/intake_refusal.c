/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "agent/intake_print.h"
#include "proto/i18n.h"

const char *oeo_refusal_name(enum oeo_refusal_reason reason)
{
	switch (reason) {
	case OEO_REFUSAL_EMPTY:
		return "empty";
	case OEO_REFUSAL_NUL:
		return "zero-byte";
	case OEO_REFUSAL_ENCODING:
		return "encoding";
	case OEO_REFUSAL_TOO_FEW:
		return "too-few-columns";
	case OEO_REFUSAL_TOO_MANY:
		return "too-many-columns";
	case OEO_REFUSAL_QUOTE:
		return "unclosed-quote";
	case OEO_REFUSAL_TOO_LONG:
		return "too-long";
	case OEO_REFUSAL_NO_RECORD:
		return "no-record-number";
	case OEO_REFUSAL_REPEATED:
		return "repeated-record-number";
	case OEO_REFUSAL_NO_DATE:
		return "no-date";
	case OEO_REFUSAL_NO_SUCH_DAY:
		return "no-such-day";
	case OEO_REFUSAL_FUTURE:
		return "future";
	case OEO_REFUSAL_BEFORE_PLAN:
		return "before-plan";
	case OEO_REFUSAL_AFTER_QUESTION:
		return "born-after-question";
	case OEO_REFUSAL_NO_POSTCODE:
		return "no-postcode";
	case OEO_REFUSAL_NAME_TOO_LONG:
		return "name-too-long";
	case OEO_REFUSAL_PART_OF_POSTCODE:
		return "part-of-postcode";
	case OEO_REFUSAL_BORN_LONG_AGO:
		return "born-long-ago";
	case OEO_REFUSAL_OTHER_PLAN:
		return "mapping-of-another-plan";
	}
	return "unknown";
}

/* The format of the date that these columns hold. */
static const char *format_of(const struct oeo_mapping *mapping, const struct oeo_columns *columns)
{
	if (columns == &mapping->date.columns)
		return mapping->date.format;
	for (size_t i = 0; i < OEO_MAX_FIELDS; i++) {
		if (columns == &mapping->fields[i].columns)
			return mapping->fields[i].format;
	}
	return "";
}

static enum oeo_err describe_row(struct oeo_buf *text, const struct oeo_row_refusal *refusal)
{
	switch (refusal->reason) {
	case OEO_REFUSAL_EMPTY:
		return oeo_buf_append_text(text, _("empty line"));
	case OEO_REFUSAL_NUL:
		return oeo_buf_append_text(text, _("holds a zero byte; the file may be damaged"));
	case OEO_REFUSAL_TOO_FEW:
		return oeo_buf_printf(text, _("too few columns (%zu)"), refusal->number);
	case OEO_REFUSAL_TOO_MANY:
		return oeo_buf_printf(text, _("too many columns (%zu)"), refusal->number);
	case OEO_REFUSAL_QUOTE:
		return oeo_buf_append_text(
		    text, _("a quotation mark opens here and is not closed where it should be"));
	case OEO_REFUSAL_TOO_LONG:
		return oeo_buf_append_text(text, _("longer than 64 KiB"));
	default:
		return OEO_ERR_INTERNAL;
	}
}

static enum oeo_err describe_cell(
    struct oeo_buf *text, const struct oeo_row_refusal *refusal, const struct oeo_mapping *mapping)
{
	switch (refusal->reason) {
	case OEO_REFUSAL_ENCODING:
		return oeo_buf_printf(
		    text, _("does not fit the encoding %s of the mapping"), mapping->format.encoding);
	case OEO_REFUSAL_NO_RECORD:
		return oeo_buf_append_text(text, _("no record number"));
	case OEO_REFUSAL_REPEATED:
		return oeo_buf_printf(text,
		    _("the same record number as line %zu, but another day or another resident"),
		    refusal->number);
	case OEO_REFUSAL_NO_DATE:
		return oeo_buf_printf(text, _("no date written as %s"), format_of(mapping, refusal->columns));
	case OEO_REFUSAL_NO_SUCH_DAY:
		return oeo_buf_append_text(text, _("this date or time does not exist"));
	case OEO_REFUSAL_FUTURE:
		return oeo_buf_append_text(text, _("the date lies in the future"));
	case OEO_REFUSAL_BEFORE_PLAN:
		return oeo_buf_append_text(text, _("the date lies before the plan begins"));
	case OEO_REFUSAL_AFTER_QUESTION:
		return oeo_buf_append_text(text, _("the birth date lies after the question"));
	case OEO_REFUSAL_NO_POSTCODE:
		return oeo_buf_append_text(text, _("no postcode"));
	case OEO_REFUSAL_PART_OF_POSTCODE:
		return oeo_buf_append_text(
		    text, _("the letters of the postcode are missing: a resident would count twice"));
	case OEO_REFUSAL_BORN_LONG_AGO:
		return oeo_buf_append_text(text, _("born more than 120 years before the question"));
	case OEO_REFUSAL_NAME_TOO_LONG:
		return oeo_buf_append_text(text, _("too long for a name"));
	case OEO_REFUSAL_OTHER_PLAN:
		return oeo_buf_append_text(
		    text, _("the mapping has codes that the plan of this day does not have; use a mapping "
			    "for that plan"));
	default:
		return describe_row(text, refusal);
	}
}

enum oeo_err oeo_refusal_describe(
    struct oeo_buf *text, const struct oeo_row_refusal *refusal, const struct oeo_mapping *mapping)
{
	enum oeo_err err = OEO_OK;

	if (refusal->columns != NULL)
		err = oeo_buf_printf(text, _("column %s: "), refusal->columns->names[refusal->column]);
	return err == OEO_OK ? describe_cell(text, refusal, mapping) : err;
}

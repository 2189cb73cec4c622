/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/statement.h"

#include <string.h>

#include "proto/i18n.h"
#include "proto/keylines.h"
#include "proto/period.h"

static enum oeo_err take_id(struct oeo_keylines *lines, const char *key, char id[OEO_ID_BYTES])
{
	enum oeo_err err = oeo_keylines_take(lines, key, id, OEO_ID_BYTES);

	if (err == OEO_OK && !oeo_id_is_valid(id))
		err =
		    oeo_keylines_refuse(lines, _("this is not an id. Ask the keyholder for the file again."));
	return err;
}

static enum oeo_err take_period(struct oeo_keylines *lines, char text[OEO_PERIOD_BYTES])
{
	struct oeo_period period;
	enum oeo_err err = oeo_keylines_take(lines, "period", text, OEO_PERIOD_BYTES);

	if (err == OEO_OK && oeo_period_parse(&period, text) != OEO_OK)
		err = oeo_keylines_refuse(
		    lines, _("this is not a period. Ask the keyholder for the file again."));
	return err;
}

static enum oeo_err take_signature(struct oeo_keylines *lines, uint8_t signature[OEO_SIGNATURE_BYTES])
{
	char hex[2 * OEO_SIGNATURE_BYTES + 1];
	enum oeo_err err = oeo_keylines_take(lines, "signature", hex, sizeof(hex));

	if (err == OEO_OK && oeo_hex_decode(signature, OEO_SIGNATURE_BYTES, hex) != OEO_OK)
		err = oeo_keylines_refuse(
		    lines, _("this is not a signature. Ask the keyholder for the file again."));
	return err;
}

enum oeo_err oeo_statement_parse(
    struct oeo_statement *statement, const char *text, size_t len, struct oeo_note *why)
{
	struct oeo_statement made;
	struct oeo_keylines lines;
	char format[8];
	enum oeo_err err = oeo_keylines_begin(&lines, _("statement"), text, len, OEO_STATEMENT_LIMIT, why);

	memset(&made, 0, sizeof(made));
	if (err == OEO_OK)
		err = oeo_keylines_take(&lines, "oeo", format, sizeof(format));
	if (err == OEO_OK && strcmp(format, "1") != 0)
		err = oeo_keylines_refuse(&lines, _("this file is of another version of the program."));
	if (err == OEO_OK)
		err = take_id(&lines, "plan", made.plan);
	if (err == OEO_OK)
		err = take_period(&lines, made.period);
	if (err == OEO_OK)
		err = take_id(&lines, "keyholder", made.destroyed.keyholder);
	if (err == OEO_OK)
		err = take_signature(&lines, made.destroyed.signature);
	if (err == OEO_OK)
		err = oeo_keylines_end(&lines);
	if (err == OEO_OK)
		*statement = made;
	return err;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* The approval file (plan_sign.h). */
#include <string.h>

#include "proto/i18n.h"
#include "proto/keylines.h"
#include "proto/plan_sign.h"

#define FORMAT "1"
#define APPROVAL_LIMIT 1024

enum oeo_err oeo_approval_format(struct oeo_buf *text, const struct oeo_approval *approval)
{
	char digest[2 * OEO_DIGEST_BYTES + 1];
	char signature[2 * OEO_SIGNATURE_BYTES + 1];

	if (!oeo_id_is_valid(approval->plan) || !oeo_id_is_valid(approval->keyholder))
		return OEO_ERR_RANGE;
	oeo_hex_encode(digest, approval->digest, OEO_DIGEST_BYTES);
	oeo_hex_encode(signature, approval->signature, OEO_SIGNATURE_BYTES);
	return oeo_buf_printf(text, "oeo: " FORMAT "\nplan: %s\ndigest: %s\nkeyholder: %s\nsignature: %s\n",
	    approval->plan, digest, approval->keyholder, signature);
}

static enum oeo_err take_id(struct oeo_keylines *lines, const char *key, char id[OEO_ID_BYTES])
{
	enum oeo_err err = oeo_keylines_take(lines, key, id, OEO_ID_BYTES);

	if (err == OEO_OK && !oeo_id_is_valid(id))
		err = oeo_keylines_refuse(
		    lines, _("this line holds a character that is not allowed. Ask for the file again."));
	return err;
}

static enum oeo_err take_hex(struct oeo_keylines *lines, const char *key, uint8_t *bytes, size_t len)
{
	char value[2 * OEO_SIGNATURE_BYTES + 1];
	enum oeo_err err = oeo_keylines_take(lines, key, value, sizeof(value));

	if (err != OEO_OK)
		return err;
	if (strspn(value, "0123456789abcdef") != 2 * len || oeo_hex_decode(bytes, len, value) != OEO_OK)
		return oeo_keylines_refuse(lines, _("this line is not made of digits 0-9 and a-f, or is too "
						    "short. Ask for the file again."));
	return OEO_OK;
}

enum oeo_err oeo_approval_parse(
    struct oeo_approval *approval, const char *text, size_t len, struct oeo_note *why)
{
	struct oeo_approval made;
	struct oeo_keylines lines;
	char format[8];
	enum oeo_err err = oeo_keylines_begin(&lines, _("approval"), text, len, APPROVAL_LIMIT, why);

	memset(&made, 0, sizeof(made));
	if (err == OEO_OK)
		err = oeo_keylines_take(&lines, "oeo", format, sizeof(format));
	if (err == OEO_OK && strcmp(format, FORMAT) != 0)
		err = oeo_keylines_refuse(&lines,
		    _("this file is of another version. Install the newest version of this program."));
	if (err == OEO_OK)
		err = take_id(&lines, "plan", made.plan);
	if (err == OEO_OK)
		err = take_hex(&lines, "digest", made.digest, OEO_DIGEST_BYTES);
	if (err == OEO_OK)
		err = take_id(&lines, "keyholder", made.keyholder);
	if (err == OEO_OK)
		err = take_hex(&lines, "signature", made.signature, OEO_SIGNATURE_BYTES);
	if (err == OEO_OK)
		err = oeo_keylines_end(&lines);
	if (err == OEO_OK)
		*approval = made;
	return err;
}

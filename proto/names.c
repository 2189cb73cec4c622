/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/names.h"

#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>
#include <unicode/uversion.h>

#define MAX_TEXT_BYTES 256
/* Room for what the first rules make of it (a Hangul syllable becomes six letters); ICU refuses more. */
#define MAX_UNITS 4096
#define MAX_NAME_BYTES 65535

static const char id_characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

struct oeo_normaliser {
	UTransliterator *transliterator;
};

bool oeo_id_is_valid(const char *id)
{
	size_t len = strspn(id, id_characters);

	return len >= 1 && len < OEO_ID_BYTES && id[len] == '\0';
}

enum oeo_err oeo_normaliser_new(struct oeo_normaliser **normaliser)
{
	static const UChar rules[] = u"Any-Latin; Latin-ASCII; Lower; [^a-z0-9] Remove";
	struct oeo_normaliser *made = calloc(1, sizeof(*made));
	UErrorCode status = U_ZERO_ERROR;

	if (made == NULL)
		return OEO_ERR_NOMEM;
	made->transliterator = utrans_openU(rules, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
	if (U_FAILURE(status)) {
		oeo_normaliser_free(made);
		return status == U_MEMORY_ALLOCATION_ERROR ? OEO_ERR_NOMEM : OEO_ERR_INTERNAL;
	}
	*normaliser = made;
	return OEO_OK;
}

void oeo_normaliser_free(struct oeo_normaliser *normaliser)
{
	if (normaliser == NULL)
		return;
	if (normaliser->transliterator != NULL)
		utrans_close(normaliser->transliterator);
	free(normaliser);
}

unsigned oeo_icu_major(void)
{
	UVersionInfo version;

	u_getVersion(version);
	return version[0];
}

/* Append UTF-16 that holds [a-z0-9] only. */
static enum oeo_err append_ascii(struct oeo_buf *out, const UChar *units, size_t n)
{
	enum oeo_err err;

	if (n > MAX_TEXT_BYTES)
		return OEO_ERR_RANGE;
	for (size_t i = 0; i < n; i++)
		if (!((units[i] >= u'a' && units[i] <= u'z') || (units[i] >= u'0' && units[i] <= u'9')))
			return OEO_ERR_INTERNAL;
	err = oeo_buf_reserve(out, n);
	if (err != OEO_OK)
		return err;
	for (size_t i = 0; i < n; i++)
		out->data[out->len++] = (uint8_t)units[i];
	return OEO_OK;
}

static enum oeo_err icu_error(UErrorCode status)
{
	switch (status) {
	case U_INVALID_CHAR_FOUND:
		return OEO_ERR_FORMAT;
	case U_BUFFER_OVERFLOW_ERROR:
		return OEO_ERR_RANGE;
	case U_MEMORY_ALLOCATION_ERROR:
		return OEO_ERR_NOMEM;
	default:
		return OEO_ERR_INTERNAL;
	}
}

enum oeo_err oeo_normalise_name(
    struct oeo_buf *out, struct oeo_normaliser *normaliser, const char *text, size_t len)
{
	UChar units[MAX_UNITS];
	UErrorCode status = U_ZERO_ERROR;
	enum oeo_err err;
	int32_t n = 0;
	int32_t limit;

	if (len == 0)
		return OEO_OK;
	if (len > MAX_TEXT_BYTES)
		return OEO_ERR_RANGE;
	u_strFromUTF8(units, MAX_UNITS, &n, text, (int32_t)len, &status);
	limit = n;
	if (U_SUCCESS(status))
		utrans_transUChars(normaliser->transliterator, units, &n, MAX_UNITS, 0, &limit, &status);
	err = U_SUCCESS(status) ? append_ascii(out, units, (size_t)n) : icu_error(status);
	sodium_memzero(units, sizeof(units));
	return err;
}

enum oeo_err oeo_normalise_postcode(char postcode[OEO_POSTCODE_BYTES], const char *text, size_t len)
{
	char read[OEO_POSTCODE_BYTES] = {0};
	size_t n = 0;
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < len && err == OEO_OK; i++) {
		char c = text[i];

		if (c == ' ' || c == '\t')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (n == OEO_POSTCODE_BYTES - 1 || !((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
			err = OEO_ERR_FORMAT;
		else
			read[n++] = c;
	}
	if (err == OEO_OK && n > 0 && n < 4)
		err = OEO_ERR_FORMAT;
	if (err == OEO_OK)
		memcpy(postcode, read, sizeof(read));
	sodium_memzero(read, sizeof(read));
	return err;
}

/* A value may not be empty, nor hold US or another control character: it would make two names one. */
static bool is_value(const char *value)
{
	if (value[0] == '\0')
		return false;
	for (const char *c = value; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7F)
			return false;
	return true;
}

static enum oeo_err append_part(struct oeo_buf *name, const char *part)
{
	static const uint8_t us = OEO_US;
	enum oeo_err err = oeo_buf_append(name, &us, 1);

	return err != OEO_OK ? err : oeo_buf_append_text(name, part);
}

/* A name is appended whole or not at all. */
static enum oeo_err undo_unless_ok(struct oeo_buf *name, size_t len, enum oeo_err err)
{
	if (err != OEO_OK && name->len > len) {
		sodium_memzero(name->data + len, name->len - len);
		name->len = len;
	}
	return err;
}

enum oeo_err oeo_resident_name(struct oeo_buf *name, const struct oeo_name_field *fields, size_t n)
{
	size_t before = name->len;
	enum oeo_err err;

	if (n == 0)
		return OEO_ERR_FORMAT;
	for (size_t i = 0; i < n; i++)
		if (!oeo_id_is_valid(fields[i].field) || !is_value(fields[i].value))
			return OEO_ERR_FORMAT;
	err = oeo_buf_append_text(name, "oeo1");
	if (err == OEO_OK)
		err = append_part(name, "resident");
	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		err = append_part(name, fields[i].field);
		if (err == OEO_OK)
			err = oeo_buf_append_text(name, "=");
		if (err == OEO_OK)
			err = oeo_buf_append_text(name, fields[i].value);
	}
	return undo_unless_ok(name, before, err);
}

enum oeo_err oeo_member_name(struct oeo_buf *name, const char *member, const char *number)
{
	size_t before = name->len;
	enum oeo_err err;

	if (!oeo_id_is_valid(member) || !is_value(number))
		return OEO_ERR_FORMAT;
	err = oeo_buf_append_text(name, "oeo1");
	if (err == OEO_OK)
		err = append_part(name, "member");
	if (err == OEO_OK)
		err = append_part(name, member);
	if (err == OEO_OK)
		err = append_part(name, number);
	return undo_unless_ok(name, before, err);
}

enum oeo_err oeo_cell_name(struct oeo_buf *name, const char *plan, unsigned k, const char *table,
    const char *period, const char *const *codes, size_t n)
{
	size_t before = name->len;
	enum oeo_err err;

	if (!oeo_id_is_valid(plan) || !oeo_id_is_valid(table) || !oeo_id_is_valid(period))
		return OEO_ERR_FORMAT;
	for (size_t i = 0; i < n; i++)
		if (!oeo_id_is_valid(codes[i]))
			return OEO_ERR_FORMAT;
	if (k == 0)
		return OEO_ERR_RANGE;
	err = oeo_buf_append_text(name, "oeo1");
	if (err == OEO_OK)
		err = append_part(name, plan);
	if (err == OEO_OK)
		err = oeo_buf_printf(name, "%c%u", OEO_US, k);
	if (err == OEO_OK)
		err = append_part(name, table);
	if (err == OEO_OK)
		err = append_part(name, period);
	for (size_t i = 0; i < n && err == OEO_OK; i++)
		err = append_part(name, codes[i]);
	return undo_unless_ok(name, before, err);
}

enum oeo_err oeo_share_input(struct oeo_buf *input, const void *resident_name, size_t resident_len,
    const void *cell_name, size_t cell_len)
{
	size_t before = input->len;
	uint8_t prefix[2];
	enum oeo_err err;

	if (resident_len > MAX_NAME_BYTES || cell_len > MAX_NAME_BYTES)
		return OEO_ERR_RANGE;
	prefix[0] = (uint8_t)(resident_len >> 8);
	prefix[1] = (uint8_t)(resident_len & 0xFF);
	err = oeo_buf_append(input, prefix, sizeof(prefix));
	if (err == OEO_OK)
		err = oeo_buf_append(input, resident_name, resident_len);
	if (err == OEO_OK)
		err = oeo_buf_append(input, cell_name, cell_len);
	return undo_unless_ok(input, before, err);
}

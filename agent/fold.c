/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/fold.h"

#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#define LIMIT_BYTES 65536

static bool is_ascii(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] > 0x7F)
			return false;
	}
	return true;
}

static bool is_ascii_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The same as below for the characters that almost all cells are made of. */
static enum oeo_err fold_ascii(struct oeo_buf *folded, const char *text, size_t len)
{
	enum oeo_err err = oeo_buf_reserve(folded, len + 1);
	bool is_gap = false;

	if (err != OEO_OK)
		return err;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (is_ascii_space(c)) {
			is_gap = folded->len > 0;
			continue;
		}
		if (is_gap)
			folded->data[folded->len++] = ' ';
		is_gap = false;
		folded->data[folded->len++] = (uint8_t)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	return OEO_OK;
}

/* In place; the result is never longer. No white space lies outside the BMP, so code units will do. */
static int32_t fold_spaces(UChar *wide, int32_t len)
{
	int32_t out = 0;
	bool is_gap = false;

	for (int32_t i = 0; i < len; i++) {
		UChar c = wide[i];

		if (u_isUWhiteSpace(c)) {
			is_gap = out > 0;
			continue;
		}
		if (is_gap)
			wide[out++] = u' ';
		is_gap = false;
		wide[out++] = c;
	}
	return out;
}

static enum oeo_err from_icu(UErrorCode status)
{
	if (U_SUCCESS(status))
		return OEO_OK;
	return status == U_MEMORY_ALLOCATION_ERROR ? OEO_ERR_NOMEM : OEO_ERR_FORMAT;
}

/* One character becomes at most 18 code units under NFKC_Casefold (U+FDFA). */
static enum oeo_err fold_wide(struct oeo_buf *folded, UChar *wide, const char *text, int32_t len)
{
	int32_t capacity = 18 * len + 1;
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *normalizer = unorm2_getNFKCCasefoldInstance(&status);
	UChar *result = wide + len + 1;
	int32_t written = 0;
	enum oeo_err err;

	(void)u_strFromUTF8(wide, len + 1, &written, text, len, &status);
	written = unorm2_normalize(normalizer, wide, written, result, capacity, &status);
	err = from_icu(status);
	if (err != OEO_OK)
		return err;
	written = fold_spaces(result, written);
	err = oeo_buf_reserve(folded, 3 * (size_t)written + 1);
	if (err != OEO_OK)
		return err;
	(void)u_strToUTF8((char *)folded->data, (int32_t)folded->capacity, &len, result, written, &status);
	folded->len = (size_t)len;
	return from_icu(status);
}

enum oeo_err oeo_fold_text(struct oeo_buf *folded, const char *text, size_t len)
{
	UChar *wide;
	enum oeo_err err;

	folded->len = 0;
	if (len > LIMIT_BYTES)
		return OEO_ERR_RANGE;
	if (is_ascii(text, len)) {
		err = fold_ascii(folded, text, len);
	} else {
		wide = oeo_alloc_array(19 * len + 2, sizeof(*wide));
		err = wide != NULL ? fold_wide(folded, wide, text, (int32_t)len) : OEO_ERR_NOMEM;
		free(wide);
	}
	return err == OEO_OK ? oeo_buf_terminate(folded) : err;
}

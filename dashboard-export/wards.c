/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/wards_shapes.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"
#include "proto/plan_csv.h"
#include "proto/share.h"

#define MOST_WARDS 10000
#define MOST_INHABITANTS 20000000u
#define FILE_LIMIT ((size_t)16 * 1024 * 1024)

struct reading {
	struct oeo_wards *wards;
	struct oeo_findings *findings;
	const char *name;
};

/* Digits without a leading zero, at most MOST_INHABITANTS; false otherwise. */
static bool read_number(uint64_t *number, const char *text)
{
	uint64_t value = 0;

	if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0'))
		return false;
	for (; *text != '\0'; text++) {
		if (!isdigit((unsigned char)*text))
			return false;
		value = value * 10 + (uint64_t)(*text - '0');
		if (value > MOST_INHABITANTS)
			return false;
	}
	*number = value;
	return true;
}

static enum oeo_err on_row(void *context, size_t line, char *const *fields)
{
	struct reading *reading = context;
	struct oeo_wards *wards = reading->wards;
	struct oeo_ward *ward = &wards->items[wards->count];

	if (wards->count == MOST_WARDS)
		return OEO_ERR_RANGE;
	if (!oeo_id_is_valid(fields[0]) || !read_number(&ward->inhabitants, fields[2])) {
		oeo_findings_add(reading->findings, OEO_FINDING_FAULT, reading->name, line, "%s",
		    _("a ward needs a code and its number of inhabitants, in digits"));
		return OEO_OK;
	}
	(void)snprintf(ward->code, sizeof(ward->code), "%s", fields[0]);
	wards->count++;
	return OEO_OK;
}

static int compare_wards(const void *left, const void *right)
{
	return strcmp(((const struct oeo_ward *)left)->code, ((const struct oeo_ward *)right)->code);
}

/* Sort, and find a code that stands twice. */
static enum oeo_err settle(struct oeo_wards *wards, const char *name, struct oeo_note *why)
{
	qsort(wards->items, wards->count, sizeof(*wards->items), compare_wards);
	for (size_t i = 1; i < wards->count; i++)
		if (strcmp(wards->items[i - 1].code, wards->items[i].code) == 0)
			return oeo_note_set(why, OEO_ERR_FORMAT, _("%s: ward %s stands in it twice"), name,
			    wards->items[i].code);
	return OEO_OK;
}

static enum oeo_err read_list(struct oeo_wards *wards, const struct oeo_buf *text, struct oeo_note *why)
{
	struct oeo_findings findings = {0};
	struct reading reading = {wards, &findings, "wards.csv"};
	enum oeo_err err;

	wards->items = oeo_alloc_array(MOST_WARDS, sizeof(*wards->items));
	if (wards->items == NULL)
		return OEO_ERR_NOMEM;
	err = oeo_plan_csv_read(reading.name, (const char *)text->data, text->len, "code,label,inhabitants",
	    3, on_row, &reading, &findings);
	if (findings.count > 0)
		err = oeo_note_set(why, OEO_ERR_FORMAT, "%s/%s:%zu: %s", wards->folder,
		    findings.items[0].file, findings.items[0].line, findings.items[0].text);
	oeo_findings_fini(&findings);
	return err == OEO_OK ? settle(wards, reading.name, why) : err;
}

/* Read a file of the folder into text and take it up in the digest; a missing one is empty where that is allowed. */
static enum oeo_err read_file(struct oeo_buf *text, const struct oeo_wards *wards, const char *name,
    bool is_needed, crypto_generichash_state *digest, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES + 32];
	uint64_t length;

	(void)snprintf(path, sizeof(path), "%s/%s", wards->folder, name);
	if (is_needed || oeo_file_exists(path)) {
		enum oeo_err err = oeo_file_read(text, path, FILE_LIMIT, why);

		if (err != OEO_OK)
			return err;
	}
	length = text->len;
	if (crypto_generichash_update(digest, (const uint8_t *)&length, sizeof(length)) != 0 ||
	    crypto_generichash_update(digest, text->data, text->len) != 0)
		return OEO_ERR_INTERNAL;
	return OEO_OK;
}

enum oeo_err oeo_wards_read(struct oeo_wards *wards, const char *folder, struct oeo_note *why)
{
	struct oeo_buf list = {0}, shapes = {0}, source = {0};
	crypto_generichash_state digest;
	enum oeo_err err = OEO_ERR_INTERNAL;

	memset(wards, 0, sizeof(*wards));
	if (snprintf(wards->folder, sizeof(wards->folder), "%s", folder) >= (int)sizeof(wards->folder))
		return oeo_note_set(
		    why, OEO_ERR_RANGE, _("the name of the folder after --wards is too long"));
	if (crypto_generichash_init(&digest, NULL, 0, OEO_DIGEST_BYTES) == 0)
		err = read_file(&list, wards, "wards.csv", true, &digest, why);
	if (err == OEO_OK)
		err = read_file(&shapes, wards, "wards.geojson", false, &digest, why);
	if (err == OEO_OK)
		err = read_file(&source, wards, "source.txt", false, &digest, why);
	if (err == OEO_OK && crypto_generichash_final(&digest, wards->digest, sizeof(wards->digest)) != 0)
		err = OEO_ERR_INTERNAL;
	if (err == OEO_OK)
		err = read_list(wards, &list, why);
	if (err == OEO_OK && shapes.len > 0)
		err = oeo_wards_parse_shapes(wards, &shapes, why);
	if (err == OEO_OK && source.len > 0)
		(void)snprintf(wards->source, sizeof(wards->source), "%.*s",
		    (int)strcspn((const char *)source.data, "\r\n"), (const char *)source.data);
	oeo_buf_fini(&list);
	oeo_buf_fini(&shapes);
	oeo_buf_fini(&source);
	if (err != OEO_OK)
		oeo_wards_fini(wards);
	return err;
}

enum oeo_err oeo_wards_read_own(struct oeo_wards *wards, const char *municipality, struct oeo_note *why)
{
	char name[OEO_ID_BYTES + 64], folder[OEO_PATH_BYTES], list[OEO_PATH_BYTES + 32];

	memset(wards, 0, sizeof(*wards));
	(void)snprintf(name, sizeof(name), "ogen-en-oren/wards/%s", municipality);
	if (oeo_share_path(folder, name) != OEO_OK)
		return OEO_OK;
	(void)snprintf(list, sizeof(list), "%s/wards.csv", folder);
	return oeo_file_exists(list) ? oeo_wards_read(wards, folder, why) : OEO_OK;
}

void oeo_wards_fini(struct oeo_wards *wards)
{
	if (wards == NULL)
		return;
	oeo_wards_free_shapes(wards);
	free(wards->items);
	memset(wards, 0, sizeof(*wards));
}

uint64_t oeo_wards_inhabitants(const struct oeo_wards *wards, const char *code)
{
	struct oeo_ward key;
	const struct oeo_ward *found;

	if (wards == NULL || wards->count == 0)
		return 0;
	(void)snprintf(key.code, sizeof(key.code), "%s", code);
	found = bsearch(&key, wards->items, wards->count, sizeof(key), compare_wards);
	return found != NULL ? found->inhabitants : 0;
}

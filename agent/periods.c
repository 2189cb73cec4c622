/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/periods.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/bytes.h"
#include "proto/i18n.h"

#define COLLECTION "period"
#define RECORD_FORMAT 1

enum { FLAG_SENT = 1, FLAG_TOLD = 2, FLAG_OTHER_KEYS = 4, FLAG_GONE = 8 };

static unsigned pack_flags(const struct oeo_period_record *record)
{
	return (record->is_sent ? FLAG_SENT : 0u) | (record->is_told ? FLAG_TOLD : 0u) |
	       (record->has_other_keys ? FLAG_OTHER_KEYS : 0u) | (record->is_gone ? FLAG_GONE : 0u);
}

static enum oeo_err write_record(struct oeo_buf *out, const struct oeo_period_record *record)
{
	const struct {
		uint64_t number;
		unsigned width;
	} numbers[] = {{RECORD_FORMAT, 1}, {record->stage, 1}, {pack_flags(record), 1}, {record->reason, 2},
	    {record->n_parts, 4}, {record->n_pairs, 8}, {record->n_cells, 8}, {(uint64_t)record->frozen_s, 8},
	    {(uint64_t)record->final_s, 8}, {record->n_destroyed, 4}};
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]) && err == OEO_OK; i++)
		err = oeo_bytes_put(out, numbers[i].number, numbers[i].width);
	if (err == OEO_OK)
		err = oeo_buf_append(out, record->plan_digest, OEO_DIGEST_BYTES);
	if (err == OEO_OK)
		err = oeo_bytes_put_block(out, record->refused_by, strlen(record->refused_by));
	return err;
}

static void read_flags(struct oeo_period_record *record, unsigned flags)
{
	record->is_sent = (flags & FLAG_SENT) != 0;
	record->is_told = (flags & FLAG_TOLD) != 0;
	record->has_other_keys = (flags & FLAG_OTHER_KEYS) != 0;
	record->is_gone = (flags & FLAG_GONE) != 0;
}

static enum oeo_err read_record(struct oeo_period_record *record, const uint8_t *value, size_t len)
{
	struct oeo_reader reader = {value, len, false};
	const uint8_t *bytes;
	uint64_t format = oeo_bytes_take(&reader, 1);

	record->stage = (enum oeo_stage)oeo_bytes_take(&reader, 1);
	read_flags(record, (unsigned)oeo_bytes_take(&reader, 1));
	record->reason = (unsigned)oeo_bytes_take(&reader, 2);
	record->n_parts = (uint32_t)oeo_bytes_take(&reader, 4);
	record->n_pairs = oeo_bytes_take(&reader, 8);
	record->n_cells = oeo_bytes_take(&reader, 8);
	record->frozen_s = (int64_t)oeo_bytes_take(&reader, 8);
	record->final_s = (int64_t)oeo_bytes_take(&reader, 8);
	record->n_destroyed = (uint32_t)oeo_bytes_take(&reader, 4);
	bytes = oeo_bytes_take_raw(&reader, OEO_DIGEST_BYTES);
	if (bytes != NULL)
		memcpy(record->plan_digest, bytes, OEO_DIGEST_BYTES);
	bytes = oeo_bytes_take_block(&reader, &len);
	if (bytes != NULL && len < OEO_ID_BYTES)
		memcpy(record->refused_by, bytes, len);
	if (format != RECORD_FORMAT || len >= OEO_ID_BYTES || !oeo_bytes_is_done(&reader))
		return OEO_ERR_FORMAT;
	return OEO_OK;
}

enum oeo_err oeo_period_record_load(
    struct oeo_period_record *record, struct oeo_ledger *ledger, const struct oeo_period *period)
{
	struct oeo_period_record made;
	struct oeo_buf value = {0};
	char key[OEO_PERIOD_BYTES];
	enum oeo_err err;

	memset(&made, 0, sizeof(made));
	made.period = *period;
	oeo_period_format(key, period);
	err = oeo_ledger_get(ledger, COLLECTION, key, &value);
	if (err == OEO_OK)
		err = read_record(&made, value.data, value.len);
	else if (err == OEO_ERR_NOT_FOUND)
		err = OEO_OK;
	if (err == OEO_OK)
		*record = made;
	oeo_buf_fini(&value);
	return err;
}

enum oeo_err oeo_period_record_save(struct oeo_ledger *ledger, const struct oeo_period_record *record)
{
	struct oeo_buf value = {0};
	char key[OEO_PERIOD_BYTES];
	enum oeo_err err = write_record(&value, record);

	oeo_period_format(key, &record->period);
	if (err == OEO_OK)
		err = oeo_ledger_put(ledger, COLLECTION, key, value.data, value.len);
	oeo_buf_fini(&value);
	return err;
}

static enum oeo_err on_record(void *context, const char *key, const uint8_t *value, size_t len)
{
	struct oeo_buf *list = context;
	struct oeo_period_record record;
	enum oeo_err err;

	memset(&record, 0, sizeof(record));
	err = oeo_period_parse(&record.period, key);
	if (err == OEO_OK)
		err = read_record(&record, value, len);
	if (err == OEO_OK)
		err = oeo_buf_append(list, &record, sizeof(record));
	return err;
}

static int compare_records(const void *a, const void *b)
{
	return oeo_period_compare(
	    &((const struct oeo_period_record *)a)->period, &((const struct oeo_period_record *)b)->period);
}

enum oeo_err oeo_period_records_load(struct oeo_period_record **records, size_t *n, struct oeo_ledger *ledger)
{
	struct oeo_buf list = {0};
	enum oeo_err err = oeo_ledger_each(ledger, COLLECTION, "", on_record, &list);

	if (err != OEO_OK) {
		oeo_buf_fini(&list);
		return err;
	}
	*n = list.len / sizeof(struct oeo_period_record);
	*records =
	    (struct oeo_period_record *)(void *)list.data; /* from malloc, so aligned; the caller owns it */
	if (*n > 1)
		qsort(*records, *n, sizeof(**records), compare_records);
	return OEO_OK;
}

/* ---- Deleting */

void oeo_period_prefix(char prefix[OEO_ITEM_KEY_BYTES], const struct oeo_period *period)
{
	char text[OEO_PERIOD_BYTES];

	oeo_period_format(text, period);
	(void)snprintf(prefix, OEO_ITEM_KEY_BYTES, "%s/", text);
}

enum oeo_err oeo_period_delete_caches(struct oeo_ledger *ledger, const struct oeo_period *period)
{
	char prefix[OEO_ITEM_KEY_BYTES];
	char key[OEO_PERIOD_BYTES];
	enum oeo_err err;

	oeo_period_format(key, period);
	oeo_period_prefix(prefix, period);
	err = oeo_ledger_remove(ledger, OEO_SNAPSHOT_COLLECTION, key);
	if (err == OEO_OK)
		err = oeo_ledger_remove_prefix(ledger, OEO_SEALED_COLLECTION, prefix);
	if (err == OEO_OK)
		err = oeo_ledger_remove_prefix(ledger, OEO_PART_COLLECTION, prefix);
	return err;
}

enum oeo_err oeo_period_is_held(struct oeo_ledger *ledger, const struct oeo_period *base, bool *is_held)
{
	struct oeo_period_record *records = NULL;
	size_t n = 0;
	enum oeo_err err = oeo_period_records_load(&records, &n, ledger);

	if (err != OEO_OK)
		return err;
	*is_held = false;
	for (size_t i = 0; i < n; i++) {
		if (records[i].period.cadence > base->cadence &&
		    oeo_period_contains(&records[i].period, base) && records[i].stage != OEO_STAGE_MISSED &&
		    records[i].stage != OEO_STAGE_LOST)
			*is_held = true;
	}
	free(records);
	return OEO_OK;
}

static enum oeo_err discard(
    struct oeo_ledger *ledger, const struct oeo_plan *plan, const struct oeo_period *period)
{
	char key[OEO_PERIOD_BYTES];
	bool is_held = true;
	enum oeo_err err = oeo_period_delete_caches(ledger, period);

	oeo_period_format(key, period);
	if (err == OEO_OK)
		err = oeo_ledger_remove(ledger, COLLECTION, key);
	if (err == OEO_OK && period->cadence == oeo_plan_base(plan))
		err = oeo_period_is_held(ledger, period, &is_held);
	if (err == OEO_OK && !is_held)
		err = oeo_ledger_reopen_base(ledger, period);
	return err;
}

enum oeo_err oeo_period_discard(struct oeo_ledger *ledger, const struct oeo_plan *plan,
    const struct oeo_period *period, struct oeo_note *why)
{
	struct oeo_period_record record;
	char text[OEO_PERIOD_BYTES];
	enum oeo_err err = oeo_period_record_load(&record, ledger, period);

	oeo_period_format(text, period);
	if (err != OEO_OK)
		return err;
	if (record.is_sent || record.stage > OEO_STAGE_READY)
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("The submission of %s has left already; it cannot be thrown away any more."), text);
	return discard(ledger, plan, period);
}

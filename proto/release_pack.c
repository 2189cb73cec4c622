/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/release.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/oeo.pb-c.h"
#include "proto/release_rules.h"

#define VARINT_BYTES 10

static ProtobufCBinaryData borrow(const void *bytes, size_t len)
{
	/* protobuf-c has no const: packing only reads. */
	return (ProtobufCBinaryData){.len = len, .data = (uint8_t *)(uintptr_t)bytes};
}

static char *borrow_text(const char *text)
{
	return (char *)(uintptr_t)text;
}

static enum oeo_err append_delimited(struct oeo_buf *out, const ProtobufCMessage *message)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t varint[VARINT_BYTES];
	size_t n = 0;
	size_t left = size;
	enum oeo_err err;

	do {
		varint[n++] = (uint8_t)((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
		left >>= 7;
	} while (left > 0);
	err = oeo_buf_append(out, varint, n);
	if (err == OEO_OK)
		err = oeo_buf_reserve(out, size);
	if (err != OEO_OK)
		return err;
	(void)protobuf_c_message_pack(message, out->data + out->len);
	out->len += size;
	return OEO_OK;
}

/* The arrays of messages that a header points to. */
struct parts {
	Oeo__ReleaseKeyholder *keyholders;
	Oeo__ReleaseKeyholder **keyholder_list;
	Oeo__ReleaseMember *members;
	Oeo__ReleaseMember **member_list;
	char **fed; /* OEO_MAX_FED per member */
	Oeo__ReleaseShare shares[3];
	struct oeo_buf plan;
	char period[OEO_PERIOD_BYTES];
};

static void free_parts(struct parts *parts)
{
	free(parts->keyholders);
	free(parts->keyholder_list);
	free(parts->members);
	free(parts->member_list);
	free(parts->fed);
	oeo_buf_fini(&parts->plan);
}

static enum oeo_err allocate_parts(struct parts *parts, const struct oeo_release *release)
{
	size_t n_fed;

	if (!oeo_size_mul(release->n_members, OEO_MAX_FED, &n_fed))
		return OEO_ERR_NOMEM;
	parts->keyholders = oeo_alloc_array(release->n_keyholders, sizeof(*parts->keyholders));
	parts->keyholder_list = oeo_alloc_array(release->n_keyholders, sizeof(*parts->keyholder_list));
	parts->members = oeo_alloc_array(release->n_members, sizeof(*parts->members));
	parts->member_list = oeo_alloc_array(release->n_members, sizeof(*parts->member_list));
	parts->fed = oeo_alloc_array(n_fed, sizeof(*parts->fed));
	if (parts->keyholders == NULL || parts->keyholder_list == NULL || parts->members == NULL ||
	    parts->member_list == NULL || parts->fed == NULL)
		return OEO_ERR_NOMEM;
	return oeo_signed_plan_pack(&parts->plan, &release->plan);
}

static void fill_keyholders(struct parts *parts, const struct oeo_release *release)
{
	for (size_t i = 0; i < release->n_keyholders; i++) {
		Oeo__ReleaseKeyholder *keyholder = &parts->keyholders[i];

		oeo__release_keyholder__init(keyholder);
		keyholder->id = borrow_text(release->keyholders[i].id);
		keyholder->name = borrow_text(release->keyholders[i].name);
		keyholder->identity_pk = borrow(release->keyholders[i].identity_pk, OEO_IDENTITY_BYTES);
		parts->keyholder_list[i] = keyholder;
	}
}

static void fill_members(struct parts *parts, const struct oeo_release *release)
{
	for (size_t i = 0; i < release->n_members; i++) {
		const struct oeo_release_member *from = &release->members[i];
		Oeo__ReleaseMember *member = &parts->members[i];

		oeo__release_member__init(member);
		member->id = borrow_text(from->id);
		member->name = borrow_text(from->name);
		member->coverage = (uint32_t)from->coverage;
		member->n_fed = from->n_fed;
		member->fed = parts->fed + i * OEO_MAX_FED;
		for (size_t j = 0; j < from->n_fed; j++)
			member->fed[j] = borrow_text(from->fed[j]);
		parts->member_list[i] = member;
	}
}

static Oeo__ReleaseShare *fill_share(Oeo__ReleaseShare *share, const struct oeo_release_share *from)
{
	oeo__release_share__init(share);
	share->shown = from->is_shown;
	share->percent = from->is_shown ? from->percent : 0;
	return share;
}

static enum oeo_err pack_header(struct oeo_buf *out, const struct oeo_release *release)
{
	Oeo__ReleaseHeader header = OEO__RELEASE_HEADER__INIT;
	struct parts parts = {0};
	enum oeo_err err = allocate_parts(&parts, release);

	if (err != OEO_OK)
		goto cleanup;
	fill_keyholders(&parts, release);
	fill_members(&parts, release);
	oeo_period_format(parts.period, &release->period);
	header.format = OEO_RELEASE_FORMAT;
	header.signed_plan = borrow(parts.plan.data, parts.plan.len);
	header.plan_digest = borrow(release->plan.plan->digest, OEO_DIGEST_BYTES);
	header.period = parts.period;
	header.key_digest = borrow(release->key_digest, OEO_DIGEST_BYTES);
	header.keyholders = parts.keyholder_list;
	header.n_keyholders = release->n_keyholders;
	header.members = parts.member_list;
	header.n_members = release->n_members;
	header.without_identity = fill_share(&parts.shares[0], &release->without_identity);
	header.unmapped = fill_share(&parts.shares[1], &release->unmapped);
	header.late = fill_share(&parts.shares[2], &release->late);
	header.software = borrow_text(release->software);
	header.created = borrow_text(release->created);
	header.publisher = borrow_text(release->publisher);
	header.publisher_pk = borrow(release->publisher_pk, OEO_IDENTITY_BYTES);
	if (release->is_correction)
		header.corrects = borrow(release->corrects, OEO_DIGEST_BYTES);
	header.tables = (uint32_t)release->n_tables;
	header.withstood = borrow_text(release->withstood);
	err = append_delimited(out, &header.base);
cleanup:
	free_parts(&parts);
	return err;
}

static enum oeo_err pack_table(
    struct oeo_buf *out, const struct oeo_plan *plan, const struct oeo_release_table *table)
{
	const struct oeo_table *planned = &plan->tables[table->table];
	Oeo__ReleaseTable message = OEO__RELEASE_TABLE__INIT;
	uint64_t *residents = oeo_alloc_array(table->n_cells, sizeof(*residents));
	uint64_t *questions = oeo_alloc_array(table->n_cells, sizeof(*questions));
	enum oeo_err err = OEO_ERR_NOMEM;

	if (residents == NULL || questions == NULL)
		goto cleanup;
	for (size_t i = 0; i < table->n_cells; i++) {
		const struct oeo_release_cell *cell = &table->cells[i];

		residents[i] = cell->is_hidden ? 0 : cell->residents + 1;
		questions[i] = cell->is_hidden || cell->hides_questions ? 0 : cell->questions + 1;
	}
	message.id = borrow_text(planned->id);
	message.residents = residents;
	message.n_residents = table->n_cells;
	message.questions = questions;
	message.n_questions = planned->publishes_questions ? table->n_cells : 0;
	message.not_shown = table->not_shown;
	message.withheld = table->withheld;
	err = append_delimited(out, &message.base);
cleanup:
	free(residents);
	free(questions);
	return err;
}

enum oeo_err oeo_release_pack(struct oeo_buf *out, struct oeo_release *release)
{
	size_t before = out->len;
	enum oeo_err err = oeo_release_check(release, NULL) == OEO_OK ? OEO_OK : OEO_ERR_RANGE;

	if (err == OEO_OK)
		err = pack_header(out, release);
	for (size_t i = 0; err == OEO_OK && i < release->n_tables; i++)
		err = pack_table(out, release->plan.plan, &release->tables[i]);
	if (err == OEO_OK && out->len - before > OEO_RELEASE_LIMIT)
		err = OEO_ERR_RANGE;
	if (err == OEO_OK && crypto_generichash(release->digest, OEO_DIGEST_BYTES, out->data + before,
				 out->len - before, NULL, 0) != 0)
		err = OEO_ERR_INTERNAL;
	if (err != OEO_OK)
		out->len = before;
	return err;
}

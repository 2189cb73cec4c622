/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/release.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"
#include "proto/oeo.pb-c.h"
#include "proto/release_rules.h"

/* What is left of the file. */
struct rest {
	const uint8_t *bytes;
	size_t len;
};

static enum oeo_err malformed(struct oeo_note *why)
{
	return oeo_note_set(
	    why, OEO_ERR_FORMAT, _("this is not a release file of Ogen en Oren, or it is damaged"));
}

/* Take the next length-delimited message's bytes. The shortest encoding of a length only. */
static bool take_delimited(struct rest *message, struct rest *rest)
{
	uint64_t len = 0;
	size_t n = 0;

	do {
		if (n >= rest->len || n >= 5)
			return false;
		len |= (uint64_t)(rest->bytes[n] & 0x7f) << (7 * n);
	} while ((rest->bytes[n++] & 0x80) != 0);
	if ((n > 1 && rest->bytes[n - 1] == 0) || len > rest->len - n)
		return false;
	message->bytes = rest->bytes + n;
	message->len = (size_t)len;
	rest->bytes += n + len;
	rest->len -= n + len;
	return true;
}

static bool copy_bytes(uint8_t *to, size_t len, const ProtobufCBinaryData *from)
{
	if (from->len != len)
		return false;
	memcpy(to, from->data, len);
	return true;
}

static bool copy_text(char *to, size_t capacity, const char *from)
{
	size_t len = strlen(from);

	if (len >= capacity)
		return false;
	memcpy(to, from, len + 1);
	return true;
}

static bool copy_share(struct oeo_release_share *to, const Oeo__ReleaseShare *from)
{
	if (from == NULL)
		return false;
	to->is_shown = from->shown;
	to->percent = from->percent;
	return true;
}

static enum oeo_err copy_keyholders(struct oeo_release *release, const Oeo__ReleaseHeader *header)
{
	release->keyholders = oeo_alloc_array(header->n_keyholders, sizeof(*release->keyholders));
	if (release->keyholders == NULL)
		return OEO_ERR_NOMEM;
	release->n_keyholders = header->n_keyholders;
	for (size_t i = 0; i < header->n_keyholders; i++) {
		struct oeo_release_keyholder *to = &release->keyholders[i];
		const Oeo__ReleaseKeyholder *from = header->keyholders[i];

		if (!copy_text(to->id, sizeof(to->id), from->id) ||
		    !copy_text(to->name, sizeof(to->name), from->name) ||
		    !copy_bytes(to->identity_pk, sizeof(to->identity_pk), &from->identity_pk))
			return OEO_ERR_FORMAT;
	}
	return OEO_OK;
}

static enum oeo_err copy_members(struct oeo_release *release, const Oeo__ReleaseHeader *header)
{
	release->members = oeo_alloc_array(header->n_members, sizeof(*release->members));
	if (release->members == NULL)
		return OEO_ERR_NOMEM;
	release->n_members = header->n_members;
	for (size_t i = 0; i < header->n_members; i++) {
		struct oeo_release_member *to = &release->members[i];
		const Oeo__ReleaseMember *from = header->members[i];

		if (!copy_text(to->id, sizeof(to->id), from->id) ||
		    !copy_text(to->name, sizeof(to->name), from->name) || from->n_fed > OEO_MAX_FED ||
		    from->coverage > OEO_COVERAGE_NO)
			return OEO_ERR_FORMAT;
		to->coverage = (enum oeo_coverage)from->coverage;
		to->n_fed = from->n_fed;
		for (size_t j = 0; j < from->n_fed; j++) {
			if (!copy_text(to->fed[j], sizeof(to->fed[j]), from->fed[j]))
				return OEO_ERR_FORMAT;
		}
	}
	return OEO_OK;
}

static enum oeo_err copy_header(
    struct oeo_release *release, const Oeo__ReleaseHeader *header, struct oeo_note *why)
{
	uint8_t plan_digest[OEO_DIGEST_BYTES];
	enum oeo_err err;

	if (header->format != OEO_RELEASE_FORMAT)
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, _("this release has a format that this version does not know"));
	err = oeo_signed_plan_unpack(&release->plan, header->signed_plan.data, header->signed_plan.len, why);
	if (err != OEO_OK)
		return err;
	if (!copy_bytes(plan_digest, sizeof(plan_digest), &header->plan_digest) ||
	    memcmp(plan_digest, release->plan.plan->digest, sizeof(plan_digest)) != 0)
		return oeo_note_set(why, OEO_ERR_FORMAT, _("the release carries another plan than it names"));
	if (oeo_period_parse(&release->period, header->period) != OEO_OK ||
	    !copy_bytes(release->key_digest, OEO_DIGEST_BYTES, &header->key_digest) ||
	    !copy_share(&release->without_identity, header->without_identity) ||
	    !copy_share(&release->unmapped, header->unmapped) || !copy_share(&release->late, header->late) ||
	    !copy_text(release->withstood, sizeof(release->withstood), header->withstood) ||
	    !copy_text(release->software, sizeof(release->software), header->software) ||
	    !copy_text(release->created, sizeof(release->created), header->created) ||
	    !copy_text(release->publisher, sizeof(release->publisher), header->publisher) ||
	    !copy_bytes(release->publisher_pk, OEO_IDENTITY_BYTES, &header->publisher_pk))
		return malformed(why);
	release->is_correction = header->corrects.len > 0;
	if (release->is_correction && !copy_bytes(release->corrects, OEO_DIGEST_BYTES, &header->corrects))
		return malformed(why);
	err = copy_keyholders(release, header);
	if (err == OEO_OK)
		err = copy_members(release, header);
	return err == OEO_ERR_FORMAT ? malformed(why) : err;
}

static enum oeo_err unpack_header(
    struct oeo_release *release, size_t *n_tables, struct rest *rest, struct oeo_note *why)
{
	struct rest message;
	Oeo__ReleaseHeader *header;
	enum oeo_err err;

	if (!take_delimited(&message, rest))
		return malformed(why);
	header = oeo__release_header__unpack(NULL, message.len, message.bytes);
	if (header == NULL)
		return malformed(why);
	err = copy_header(release, header, why);
	*n_tables = header->tables;
	oeo__release_header__free_unpacked(header, NULL);
	return err;
}

static enum oeo_err copy_table(
    struct oeo_release_table *to, const struct oeo_plan *plan, const Oeo__ReleaseTable *from)
{
	const struct oeo_table *planned;
	size_t n_cells;

	to->table = oeo_plan_find_table(plan, from->id);
	if (to->table == SIZE_MAX)
		return OEO_ERR_FORMAT;
	planned = &plan->tables[to->table];
	n_cells = oeo_table_cells(plan, planned);
	if (from->n_residents != n_cells || from->n_questions != (planned->publishes_questions ? n_cells : 0))
		return OEO_ERR_FORMAT;
	to->cells = oeo_alloc_array(n_cells, sizeof(*to->cells));
	if (to->cells == NULL)
		return OEO_ERR_NOMEM;
	to->n_cells = n_cells;
	to->not_shown = from->not_shown;
	to->withheld = from->withheld;
	for (size_t i = 0; i < n_cells; i++) {
		struct oeo_release_cell *cell = &to->cells[i];

		cell->is_hidden = from->residents[i] == 0;
		cell->residents = cell->is_hidden ? 0 : from->residents[i] - 1;
		if (!planned->publishes_questions)
			continue;
		if (cell->is_hidden && from->questions[i] != 0)
			return OEO_ERR_FORMAT;
		cell->hides_questions = !cell->is_hidden && from->questions[i] == 0;
		cell->questions = from->questions[i] == 0 ? 0 : from->questions[i] - 1;
	}
	return OEO_OK;
}

static enum oeo_err unpack_table(
    struct oeo_release_table *table, const struct oeo_plan *plan, struct rest *rest, struct oeo_note *why)
{
	struct rest message;
	Oeo__ReleaseTable *packed;
	enum oeo_err err;

	if (!take_delimited(&message, rest))
		return malformed(why);
	packed = oeo__release_table__unpack(NULL, message.len, message.bytes);
	if (packed == NULL)
		return malformed(why);
	err = copy_table(table, plan, packed);
	oeo__release_table__free_unpacked(packed, NULL);
	return err == OEO_ERR_FORMAT ? malformed(why) : err;
}

static enum oeo_err unpack_tables(
    struct oeo_release *release, size_t n_tables, struct rest *rest, struct oeo_note *why)
{
	enum oeo_err err = OEO_OK;

	if (n_tables > release->plan.plan->n_tables)
		return malformed(why);
	release->tables = oeo_alloc_array(n_tables, sizeof(*release->tables));
	if (release->tables == NULL)
		return OEO_ERR_NOMEM;
	release->n_tables = n_tables;
	for (size_t i = 0; err == OEO_OK && i < n_tables; i++)
		err = unpack_table(&release->tables[i], release->plan.plan, rest, why);
	if (err == OEO_OK && rest->len > 0)
		return oeo_note_set(why, OEO_ERR_FORMAT, _("the release has bytes behind its last table"));
	return err;
}

enum oeo_err oeo_release_unpack(
    struct oeo_release *release, const uint8_t *bytes, size_t len, struct oeo_note *why)
{
	struct oeo_release made = {0};
	struct rest rest = {bytes, len};
	size_t n_tables = 0;
	enum oeo_err err;

	if (len > OEO_RELEASE_LIMIT)
		return malformed(why);
	err = unpack_header(&made, &n_tables, &rest, why);
	if (err == OEO_OK)
		err = unpack_tables(&made, n_tables, &rest, why);
	if (err == OEO_OK)
		err = oeo_release_check(&made, why);
	if (err == OEO_OK && crypto_generichash(made.digest, OEO_DIGEST_BYTES, bytes, len, NULL, 0) != 0)
		err = OEO_ERR_INTERNAL;
	if (err == OEO_OK)
		*release = made;
	else
		oeo_release_fini(&made);
	return err;
}

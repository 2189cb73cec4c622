/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/release.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/home.h"
#include "proto/i18n.h"
#include "proto/minisig.h"

#define SIGNATURE_LIMIT 4096

void oeo_release_fini(struct oeo_release *release)
{
	if (release == NULL)
		return;
	oeo_signed_plan_fini(&release->plan);
	free(release->keyholders);
	free(release->members);
	for (size_t i = 0; i < release->n_tables; i++)
		free(release->tables[i].cells);
	free(release->tables);
	memset(release, 0, sizeof(*release));
}

const struct oeo_release_table *oeo_release_table(const struct oeo_release *release, const char *id)
{
	for (size_t i = 0; i < release->n_tables; i++) {
		if (strcmp(release->plan.plan->tables[release->tables[i].table].id, id) == 0)
			return &release->tables[i];
	}
	return NULL;
}

/* The signature lies beside the release, where the minisign program looks for it. */
static enum oeo_err read_signature(struct oeo_buf *text, const char *path, struct oeo_note *why)
{
	char name[OEO_PATH_BYTES];
	int len = snprintf(name, sizeof(name), "%s.minisig", path);
	enum oeo_err err;

	if (len < 0 || (size_t)len >= sizeof(name))
		return oeo_note_set(why, OEO_ERR_RANGE, _("the path of the release is too long"));
	err = oeo_file_read(text, name, SIGNATURE_LIMIT, why);
	if (err == OEO_ERR_NOT_FOUND)
		return oeo_note_set(why, OEO_ERR_NOT_FOUND,
		    _("%s is not signed: %s is not beside it; fetch both files from the publisher"), path,
		    name);
	return err;
}

/* With the file's name in the note. is_checked: the signature fits, so what is wrong was signed; else nothing can be said but
 * that these are not the publisher's bytes, or not for this version. */
static enum oeo_err unpack_file(struct oeo_release *release, const struct oeo_buf *file, const char *path,
    bool is_checked, struct oeo_note *why)
{
	struct oeo_note fault = {""};
	enum oeo_err err = oeo_release_unpack(release, file->data, file->len, &fault);

	if (err != OEO_OK && err != OEO_ERR_NOMEM && !is_checked)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s cannot be read: it is damaged, was changed after it was signed, or was made by a "
		      "newer version of this program; fetch it and its signature again from the publisher"),
		    path);
	return err == OEO_ERR_FORMAT ? oeo_note_set(why, err, "%s: %s", path, fault.text) : err;
}

static enum oeo_err check_signature(const struct oeo_buf *text, const struct oeo_buf *file, const uint8_t *pk,
    const char *path, struct oeo_note *why)
{
	enum oeo_err err = oeo_minisig_verify((const char *)text->data, text->len, file->data, file->len, pk);

	if (err == OEO_ERR_FORMAT)
		return oeo_note_set(why, err,
		    _("%s.minisig is not a signature file; fetch it again from the publisher"), path);
	if (err == OEO_ERR_CRYPTO)
		return oeo_note_set(why, err,
		    _("the signature of %s does not fit: the file was changed or is not by this publisher; "
		      "do not use it"),
		    path);
	return err;
}

/* The keyholders' and the publisher's signatures under the plan, by the keys that the release names. */
static enum oeo_err check_approvals(const struct oeo_release *release, struct oeo_note *why)
{
	struct oeo_card *cards = oeo_alloc_array(release->n_keyholders + 1, sizeof(*cards));
	enum oeo_err err;

	if (cards == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < release->n_keyholders; i++) {
		cards[i].role = OEO_ROLE_KEYHOLDER;
		memcpy(cards[i].id, release->keyholders[i].id, sizeof(cards[i].id));
		memcpy(cards[i].name, release->keyholders[i].name, sizeof(cards[i].name));
		memcpy(
		    cards[i].identity_pk, release->keyholders[i].identity_pk, sizeof(cards[i].identity_pk));
	}
	cards[release->n_keyholders].role = OEO_ROLE_COLLECTOR;
	(void)snprintf(cards[release->n_keyholders].id, OEO_ID_BYTES, "collector");
	memcpy(cards[release->n_keyholders].identity_pk, release->publisher_pk, OEO_IDENTITY_BYTES);
	err = oeo_signed_plan_verify(&release->plan, cards, release->n_keyholders + 1, why);
	free(cards);
	return err;
}

enum oeo_err oeo_release_read(
    struct oeo_release *release, const char *path, const uint8_t *publisher_pk, struct oeo_note *why)
{
	struct oeo_buf file = {0};
	struct oeo_buf signature = {0};
	struct oeo_release made = {0};
	enum oeo_err err = oeo_file_read(&file, path, OEO_RELEASE_LIMIT, why);

	if (err == OEO_OK)
		err = read_signature(&signature, path, why);
	if (err == OEO_OK && publisher_pk != NULL)
		err = check_signature(&signature, &file, publisher_pk, path, why);
	if (err == OEO_OK)
		err = unpack_file(&made, &file, path, publisher_pk != NULL, why);
	if (err == OEO_OK && publisher_pk == NULL)
		err = check_signature(&signature, &file, made.publisher_pk, path, why);
	if (err == OEO_OK && publisher_pk != NULL &&
	    memcmp(publisher_pk, made.publisher_pk, OEO_IDENTITY_BYTES) != 0)
		err = oeo_note_set(why, OEO_ERR_CRYPTO,
		    _("%s names another publisher's key than the one that signed it"), path);
	if (err == OEO_OK)
		err = check_approvals(&made, why);
	if (err == OEO_OK)
		*release = made;
	else
		oeo_release_fini(&made);
	oeo_buf_fini(&file);
	oeo_buf_fini(&signature);
	return err;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* Who is behind the numbers, and how good they are, in the form that tells nothing of one member or resident. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/release_build.h"

#define FEWEST_MEMBERS 2

bool oeo_release_has_member(const struct oeo_opened *opened, const char *member)
{
	for (size_t i = 0; i < opened->n_members; i++)
		if (strcmp(opened->members[i], member) == 0)
			return true;
	return false;
}

static const struct oeo_store_submission *find_submission(
    const struct oeo_release_facts *facts, const char *member)
{
	for (size_t i = 0; i < facts->n_submissions; i++)
		if (facts->submissions[i].is_final && strcmp(facts->submissions[i].member, member) == 0)
			return &facts->submissions[i];
	return NULL;
}

static void copy_member(
    struct oeo_release_member *to, const struct oeo_release_facts *facts, const struct oeo_store_member *from)
{
	const struct oeo_store_submission *submission = oeo_release_has_member(facts->opened, from->card.id)
							    ? find_submission(facts, from->card.id)
							    : NULL;

	(void)snprintf(to->id, sizeof(to->id), "%s", from->card.id);
	(void)snprintf(to->name, sizeof(to->name), "%s", from->card.name);
	to->coverage = OEO_COVERAGE_NO;
	if (submission == NULL)
		return;
	to->coverage = submission->closing.coverage;
	to->n_fed = submission->closing.n_fed;
	memcpy(to->fed, submission->closing.fed, sizeof(to->fed));
}

enum oeo_err oeo_release_add_members(struct oeo_release *release, const struct oeo_release_facts *facts)
{
	release->members = oeo_alloc_array(facts->n_members, sizeof(*release->members));
	if (release->members == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < facts->n_members; i++) {
		const struct oeo_store_member *member = &facts->members[i];

		if (!member->is_revoked || oeo_release_has_member(facts->opened, member->card.id))
			copy_member(&release->members[release->n_members++], facts, member);
	}
	return OEO_OK;
}

static struct oeo_release_share make_share(uint64_t part, uint64_t total, uint64_t least)
{
	struct oeo_release_share share = {false, 0};

	if (part > total || part < least || total - part < least || total == 0 || total > UINT64_MAX / 200)
		return share;
	share.is_shown = true;
	share.percent = (unsigned)(5 * ((part * 200 + 5 * total) / (10 * total)));
	return share;
}

void oeo_release_add_quality(
    struct oeo_release *release, const struct oeo_release_facts *facts, uint64_t least)
{
	struct oeo_closing sum = {0};
	size_t n_members = 0;

	for (size_t i = 0; i < facts->n_submissions; i++) {
		const struct oeo_store_submission *submission = &facts->submissions[i];

		if (!submission->is_final || submission->closing.questions == 0 ||
		    !oeo_release_has_member(facts->opened, submission->member))
			continue;
		n_members++;
		sum.questions += submission->closing.questions;
		sum.without_identity += submission->closing.without_identity;
		sum.unmapped += submission->closing.unmapped;
		sum.late += submission->closing.late;
	}
	if (n_members < FEWEST_MEMBERS)
		return;
	release->without_identity = make_share(sum.without_identity, sum.questions, least);
	release->unmapped = make_share(sum.unmapped, sum.questions, least);
	release->late = make_share(sum.late, sum.questions, least);
}

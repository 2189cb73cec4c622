/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "proto/i18n.h"
#include "proto/plan_file.h"
#include "proto/plan_sign.h"

#define GOOD OEO_TEST_DIR "/data/plans/good.yaml"
#define OTHER OEO_TEST_DIR "/data/plans/least-k.yaml" /* the same id, another digest */

/* A collector and the two keyholders of the plan, with keys made from a seed. */
struct world {
	struct oeo_card cards[3]; /* collector, raad, steunpunt */
	struct oeo_secret keys[3];
	struct oeo_signed_plan signed_plan;
};

static struct oeo_plan *read_plan(const char *path)
{
	struct oeo_findings findings = {0};
	struct oeo_plan *plan = NULL;

	assert_int_equal(oeo_plan_file_read(&plan, path, &findings), OEO_OK);
	oeo_findings_fini(&findings);
	return plan;
}

static void make_party(struct world *world, size_t i, enum oeo_role role, const char *id)
{
	uint8_t seed[crypto_sign_SEEDBYTES] = {(uint8_t)(i + 1)};
	struct oeo_card *card = &world->cards[i];

	card->role = role;
	(void)snprintf(card->id, sizeof(card->id), "%s", id);
	assert_int_equal(oeo_secret_init(&world->keys[i], crypto_sign_SECRETKEYBYTES), OEO_OK);
	assert_int_equal(crypto_sign_seed_keypair(card->identity_pk, world->keys[i].bytes, seed), 0);
}

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	if (world == NULL)
		return 1;
	*state = world;
	make_party(world, 0, OEO_ROLE_COLLECTOR, "almelo");
	make_party(world, 1, OEO_ROLE_KEYHOLDER, "raad");
	make_party(world, 2, OEO_ROLE_KEYHOLDER, "steunpunt");
	return oeo_signed_plan_make(&world->signed_plan, read_plan(GOOD), &world->keys[0]) != OEO_OK;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	oeo_signed_plan_fini(&world->signed_plan);
	for (size_t i = 0; i < 3; i++)
		oeo_secret_fini(&world->keys[i]);
	free(world);
	return 0;
}

static struct oeo_approval approve(const struct world *world, size_t keyholder)
{
	struct oeo_approval approval;

	memset(&approval, 0, sizeof(approval));
	memcpy(approval.plan, world->signed_plan.plan->id, sizeof(approval.plan));
	memcpy(approval.digest, world->signed_plan.plan->digest, OEO_DIGEST_BYTES);
	memcpy(approval.keyholder, world->cards[keyholder].id, sizeof(approval.keyholder));
	assert_int_equal(oeo_plan_sign(approval.signature, approval.digest, &world->keys[keyholder]), OEO_OK);
	return approval;
}

static void attach(struct world *world, size_t keyholder)
{
	struct oeo_approval approval = approve(world, keyholder);

	assert_int_equal(
	    oeo_signed_plan_attach(&world->signed_plan, &approval, &world->cards[keyholder], NULL), OEO_OK);
}

static enum oeo_err verify(const struct world *world, const char *word)
{
	struct oeo_note why = {""};
	enum oeo_err err = oeo_signed_plan_verify(&world->signed_plan, world->cards, 3, &why);

	if (word != NULL && strstr(why.text, word) == NULL)
		assert_string_equal(why.text, word);
	return err;
}

/* Straight from PROTOCOL.md: Ed25519 over "oeo1 plan" 0x1F and the digest. */
static void test_the_signed_bytes_are_purpose_and_digest(void **state)
{
	struct world *world = *state;
	uint8_t message[10 + OEO_DIGEST_BYTES] = "oeo1 plan\x1F";

	memcpy(message + 10, world->signed_plan.plan->digest, OEO_DIGEST_BYTES);
	assert_int_equal(crypto_sign_verify_detached(world->signed_plan.collector_signature, message,
			     sizeof(message), world->cards[0].identity_pk),
	    0);
}

static void test_a_plan_is_valid_with_all_signatures_only(void **state)
{
	struct world *world = *state;

	assert_int_equal(verify(world, "\"raad\" has not approved"), OEO_ERR_STATE);
	attach(world, 2);
	assert_int_equal(verify(world, "\"raad\" has not approved"), OEO_ERR_STATE);
	attach(world, 1);
	assert_int_equal(verify(world, NULL), OEO_OK);
}

static void test_an_approval_is_attached_once(void **state)
{
	struct world *world = *state;

	attach(world, 1);
	attach(world, 1);
	assert_int_equal(world->signed_plan.n_approvals, 1);
}

static void test_missing_cards_are_named(void **state)
{
	struct world *world = *state;
	struct oeo_note why = {""};

	attach(world, 1);
	attach(world, 2);
	assert_int_equal(
	    oeo_signed_plan_verify(&world->signed_plan, world->cards, 2, &why), OEO_ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "\"steunpunt\""));
	assert_int_equal(
	    oeo_signed_plan_verify(&world->signed_plan, world->cards + 1, 2, &why), OEO_ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "collector"));
	assert_int_equal(oeo_signed_plan_verify(&world->signed_plan, NULL, 0, &why), OEO_ERR_NOT_FOUND);
}

/* A card with the right id and the wrong role or key does not stand for the keyholder. */
static void test_another_partys_card_does_not_verify(void **state)
{
	struct world *world = *state;

	attach(world, 1);
	attach(world, 2);
	world->cards[1].role = OEO_ROLE_AGENT;
	assert_int_equal(verify(world, "\"raad\" is missing"), OEO_ERR_NOT_FOUND);
	world->cards[1].role = OEO_ROLE_KEYHOLDER;
	world->cards[1].identity_pk[0] ^= 1;
	assert_int_equal(verify(world, "\"raad\" is not right"), OEO_ERR_CRYPTO);
	world->cards[1].identity_pk[0] ^= 1;
	world->cards[0].identity_pk[0] ^= 1;
	assert_int_equal(verify(world, "not signed by the collector"), OEO_ERR_CRYPTO);
}

static void test_a_forged_signature_does_not_verify(void **state)
{
	struct world *world = *state;

	attach(world, 1);
	attach(world, 2);
	for (size_t i = 0; i < OEO_SIGNATURE_BYTES; i++) {
		world->signed_plan.approvals[0].signature[i] ^= 1;
		assert_int_equal(verify(world, NULL), OEO_ERR_CRYPTO);
		world->signed_plan.approvals[0].signature[i] ^= 1;
		world->signed_plan.collector_signature[i] ^= 0x80;
		assert_int_equal(verify(world, NULL), OEO_ERR_CRYPTO);
		world->signed_plan.collector_signature[i] ^= 0x80;
	}
	assert_int_equal(verify(world, NULL), OEO_OK);
}

static void refuse_attach(struct world *world, const struct oeo_approval *approval, size_t card,
    enum oeo_err expected, const char *word)
{
	struct oeo_note why = {""};

	assert_int_equal(
	    oeo_signed_plan_attach(&world->signed_plan, approval, &world->cards[card], &why), expected);
	assert_non_null(strstr(why.text, word));
	assert_int_equal(world->signed_plan.n_approvals, 0);
}

static void test_approvals_that_do_not_fit_are_not_attached(void **state)
{
	struct world *world = *state;
	struct oeo_plan *other = read_plan(OTHER);
	struct oeo_approval approval = approve(world, 1);

	memcpy(approval.digest, other->digest, OEO_DIGEST_BYTES);
	assert_int_equal(oeo_plan_sign(approval.signature, approval.digest, &world->keys[1]), OEO_OK);
	refuse_attach(world, &approval, 1, OEO_ERR_CONFLICT, "another plan, or for an earlier version");
	approval = approve(world, 1);
	approval.plan[0] = 'K';
	refuse_attach(world, &approval, 1, OEO_ERR_CONFLICT, "another plan");
	approval = approve(world, 1);
	memcpy(approval.keyholder, "gemeente", sizeof("gemeente"));
	refuse_attach(world, &approval, 1, OEO_ERR_NOT_FOUND, "not a keyholder of this plan");
	approval = approve(world, 1);
	refuse_attach(world, &approval, 2, OEO_ERR_CRYPTO, "Give its own card");
	/* Signed by the other keyholder in this one's name. */
	assert_int_equal(oeo_plan_sign(approval.signature, approval.digest, &world->keys[2]), OEO_OK);
	refuse_attach(world, &approval, 1, OEO_ERR_CRYPTO, "is not right");
	oeo_plan_free(other);
}

static void test_a_signature_over_another_digest_is_refused(void **state)
{
	struct world *world = *state;
	uint8_t signature[OEO_SIGNATURE_BYTES];
	uint8_t digest[OEO_DIGEST_BYTES] = {1, 2, 3};

	assert_int_equal(oeo_plan_sign(signature, digest, &world->keys[1]), OEO_OK);
	assert_int_equal(oeo_plan_verify(signature, digest, world->cards[1].identity_pk), OEO_OK);
	digest[31] ^= 1;
	assert_int_equal(oeo_plan_verify(signature, digest, world->cards[1].identity_pk), OEO_ERR_CRYPTO);
	digest[31] ^= 1;
	assert_int_equal(oeo_plan_verify(signature, digest, world->cards[2].identity_pk), OEO_ERR_CRYPTO);
}

static void test_a_key_of_another_length_does_not_sign(void **state)
{
	uint8_t signature[OEO_SIGNATURE_BYTES];
	uint8_t digest[OEO_DIGEST_BYTES] = {0};
	struct oeo_secret key = {0};

	(void)state;
	assert_int_equal(oeo_plan_sign(signature, digest, &key), OEO_ERR_INTERNAL);
	assert_int_equal(oeo_secret_init(&key, 32), OEO_OK);
	assert_int_equal(oeo_plan_sign(signature, digest, &key), OEO_ERR_INTERNAL);
	oeo_secret_fini(&key);
}

static void test_a_signed_plan_survives_its_file(void **state)
{
	struct world *world = *state;
	struct oeo_signed_plan again;
	struct oeo_buf bytes = {0};

	attach(world, 2);
	attach(world, 1);
	assert_int_equal(oeo_signed_plan_pack(&bytes, &world->signed_plan), OEO_OK);
	assert_int_equal(oeo_signed_plan_unpack(&again, bytes.data, bytes.len, NULL), OEO_OK);
	assert_memory_equal(again.plan->digest, world->signed_plan.plan->digest, OEO_DIGEST_BYTES);
	assert_int_equal(again.n_approvals, 2);
	assert_string_equal(again.approvals[0].keyholder, "steunpunt");
	assert_int_equal(oeo_signed_plan_verify(&again, world->cards, 3, NULL), OEO_OK);
	oeo_signed_plan_fini(&again);
	oeo_buf_fini(&bytes);
}

static void test_damaged_files_are_refused(void **state)
{
	struct world *world = *state;
	struct oeo_signed_plan again;
	struct oeo_note why = {""};
	struct oeo_buf bytes = {0};

	attach(world, 1);
	assert_int_equal(oeo_signed_plan_pack(&bytes, &world->signed_plan), OEO_OK);
	for (size_t len = 0; len < bytes.len; len += 7) {
		enum oeo_err err = oeo_signed_plan_unpack(&again, bytes.data, len, &why);

		/* Cut off right before the approval it is still a plan, that nobody has approved. */
		if (err == OEO_OK) {
			assert_int_equal(again.n_approvals, 0);
			oeo_signed_plan_fini(&again);
		}
	}
	assert_int_equal(oeo_signed_plan_unpack(&again, (const uint8_t *)"x", 1, &why), OEO_ERR_FORMAT);
	assert_non_null(strstr(why.text, ".oeoplan"));
	oeo_buf_fini(&bytes);
}

static void test_an_approval_by_a_stranger_or_twice_is_refused_in_a_file(void **state)
{
	struct world *world = *state;
	struct oeo_signed_plan again;
	struct oeo_buf bytes = {0};

	attach(world, 1);
	attach(world, 2);
	memcpy(world->signed_plan.approvals[1].keyholder, "raad", sizeof("raad"));
	assert_int_equal(oeo_signed_plan_pack(&bytes, &world->signed_plan), OEO_OK);
	assert_int_equal(oeo_signed_plan_unpack(&again, bytes.data, bytes.len, NULL), OEO_ERR_FORMAT);
	bytes.len = 0;
	memcpy(world->signed_plan.approvals[1].keyholder, "gemeente", sizeof("gemeente"));
	assert_int_equal(oeo_signed_plan_pack(&bytes, &world->signed_plan), OEO_OK);
	assert_int_equal(oeo_signed_plan_unpack(&again, bytes.data, bytes.len, NULL), OEO_ERR_FORMAT);
	oeo_buf_fini(&bytes);
}

static void refuse_approval(const char *text, const char *from, const char *to, const char *begins)
{
	const char *place = strstr(text, from);
	struct oeo_approval approval;
	struct oeo_buf changed = {0};
	struct oeo_note why = {""};

	assert_non_null(place);
	assert_int_equal(
	    oeo_buf_printf(&changed, "%.*s%s%s", (int)(place - text), text, to, place + strlen(from)),
	    OEO_OK);
	assert_int_equal(
	    oeo_approval_parse(&approval, (const char *)changed.data, changed.len, &why), OEO_ERR_FORMAT);
	if (strncmp(why.text, begins, strlen(begins)) != 0)
		assert_string_equal(why.text, begins);
	oeo_buf_fini(&changed);
}

static void test_an_approval_survives_its_file_and_no_other_text_is_one(void **state)
{
	struct world *world = *state;
	struct oeo_approval approval = approve(world, 1);
	struct oeo_approval again;
	struct oeo_buf text = {0};

	assert_int_equal(oeo_approval_format(&text, &approval), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	assert_int_equal(oeo_approval_parse(&again, (const char *)text.data, text.len, NULL), OEO_OK);
	assert_memory_equal(&approval, &again, sizeof(approval));
	for (size_t len = 0; len < text.len; len++)
		assert_int_equal(
		    oeo_approval_parse(&again, (const char *)text.data, len, NULL), OEO_ERR_FORMAT);
	refuse_approval(
	    (const char *)text.data, "oeo: 1", "oeo: 2", "approval:1: this file is of another version");
	refuse_approval((const char *)text.data, "plan: klein\n", "", "approval:2: the line \"plan: ...\"");
	refuse_approval(
	    (const char *)text.data, "plan: klein", "plan: klein plan", "approval:2: this line holds");
	refuse_approval(
	    (const char *)text.data, "digest: ", "digest: 0", "approval:3: this line is not made of");
	refuse_approval(
	    (const char *)text.data, "keyholder: raad", "keyholder: ", "approval:4: the value on this line");
	refuse_approval(
	    (const char *)text.data, "signature: ", "signature: F", "approval:5: the value on this line");
	refuse_approval((const char *)text.data, "keyholder: raad\n", "keyholder: raad\r\n",
	    "approval:4: the file has the line ends");
	assert_int_equal(oeo_buf_append_text(&text, "more: 1\n"), OEO_OK);
	assert_int_equal(oeo_approval_parse(&again, (const char *)text.data, text.len, NULL), OEO_ERR_FORMAT);
	oeo_buf_fini(&text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_the_signed_bytes_are_purpose_and_digest),
	    TEST(test_a_plan_is_valid_with_all_signatures_only),
	    TEST(test_an_approval_is_attached_once),
	    TEST(test_missing_cards_are_named),
	    TEST(test_another_partys_card_does_not_verify),
	    TEST(test_a_forged_signature_does_not_verify),
	    TEST(test_approvals_that_do_not_fit_are_not_attached),
	    TEST(test_a_signature_over_another_digest_is_refused),
	    cmocka_unit_test(test_a_key_of_another_length_does_not_sign),
	    TEST(test_a_signed_plan_survives_its_file),
	    TEST(test_damaged_files_are_refused),
	    TEST(test_an_approval_by_a_stranger_or_twice_is_refused_in_a_file),
	    TEST(test_an_approval_survives_its_file_and_no_other_text_is_one),
	};

	if (sodium_init() < 0 || !oeo_i18n_init("en"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

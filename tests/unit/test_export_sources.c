/* SPDX-License-Identifier: EUPL-1.2 */
/* Which releases are taken: signed, whole, of one publisher and plan, one for each period. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dashboard-export/publisher.h"
#include "export_sample.h"
#include "proto/i18n.h"
#include "proto/minisig.h"

struct fixture {
	struct sample sample;
	char first[SAMPLE_PATH_BYTES];
	char second[SAMPLE_PATH_BYTES];
};

static int setup(void **state)
{
	static struct fixture fixture;

	assert_true(oeo_i18n_init("nl"));
	sample_init(&fixture.sample, SAMPLE_SMALL);
	sample_make(fixture.first, &fixture.sample, "2026-Q2");
	sample_make(fixture.second, &fixture.sample, "2026-Q3");
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	sample_fini(&fixture->sample);
	return 0;
}

/* Read these two files; says how that ended. */
static enum oeo_err read_two(
    const char *first, const char *second, const uint8_t *publisher_pk, struct oeo_note *why)
{
	const char *paths[] = {first, second};
	struct oeo_sources sources;
	enum oeo_err err = oeo_sources_read(&sources, paths, 2, publisher_pk, why);

	if (err != OEO_OK)
		assert_int_equal(sources.count, 0);
	oeo_sources_fini(&sources);
	return err;
}

static void signature_path(char path[SAMPLE_PATH_BYTES + 16], const char *release)
{
	(void)snprintf(path, SAMPLE_PATH_BYTES + 16, "%s.minisig", release);
}

/* Change one byte of a file, or cut its last `cut` bytes off. */
static void spoil(const char *path, size_t at, size_t cut)
{
	struct oeo_buf bytes = {0};

	sample_read(&bytes, path);
	assert_true(at < bytes.len && cut < bytes.len);
	if (cut == 0)
		bytes.data[at] ^= 1;
	sample_write(path, bytes.data, bytes.len - cut);
	oeo_buf_fini(&bytes);
}

static void test_signed_releases_are_read_in_the_order_of_their_periods(void **state)
{
	struct fixture *fixture = *state;
	const char *paths[] = {fixture->second, fixture->first};
	struct oeo_sources sources;

	assert_int_equal(oeo_sources_read(&sources, paths, 2, fixture->sample.publisher_pk, NULL), OEO_OK);
	assert_true(sources.is_key_given);
	assert_int_equal(sources.count, 2);
	assert_string_equal(sources.items[0].path, fixture->first);
	assert_int_equal(sources.items[1].release.period.number, 3);
	oeo_sources_fini(&sources);
}

static void test_without_a_key_the_releases_own_key_is_taken_and_said(void **state)
{
	struct fixture *fixture = *state;
	const char *paths[] = {fixture->first};
	struct oeo_sources sources;

	assert_int_equal(oeo_sources_read(&sources, paths, 1, NULL, NULL), OEO_OK);
	assert_false(sources.is_key_given);
	oeo_sources_fini(&sources);
}

static void test_unsigned_release_is_refused(void **state)
{
	struct fixture *fixture = *state;
	char signature[SAMPLE_PATH_BYTES + 16];
	struct oeo_note why = {""};

	signature_path(signature, fixture->second);
	assert_int_equal(unlink(signature), 0);
	assert_int_equal(
	    read_two(fixture->first, fixture->second, fixture->sample.publisher_pk, &why), OEO_ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "is niet ondertekend"));
	assert_non_null(strstr(why.text, fixture->second));
	assert_int_equal(read_two(fixture->first, fixture->second, NULL, &why), OEO_ERR_NOT_FOUND);
}

static void test_missing_release_is_not_called_unsigned(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_note why = {""};

	assert_int_equal(unlink(fixture->second), 0);
	assert_int_equal(read_two(fixture->first, fixture->second, NULL, &why), OEO_ERR_NOT_FOUND);
	assert_null(strstr(why.text, "is niet ondertekend"));
	assert_non_null(strstr(why.text, fixture->second));
}

static void test_altered_release_is_refused_with_and_without_a_key(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_buf bytes = {0};
	struct oeo_note why = {""};

	sample_read(&bytes, fixture->second);
	spoil(fixture->second, bytes.len - 3, 0);
	oeo_buf_fini(&bytes);
	assert_int_equal(
	    read_two(fixture->first, fixture->second, fixture->sample.publisher_pk, &why), OEO_ERR_CRYPTO);
	assert_non_null(strstr(why.text, fixture->second));
	assert_int_not_equal(read_two(fixture->first, fixture->second, NULL, &why), OEO_OK);
}

/* Wherever it was altered: in the header, in the plan that it carries, in a table. */
static void test_altered_release_without_a_key_is_called_altered(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_buf bytes = {0};

	sample_read(&bytes, fixture->second);
	for (size_t i = 1; i < 20; i++) {
		size_t at = bytes.len * i / 20;
		struct oeo_note why = {""};

		bytes.data[at] ^= 0x55;
		sample_write(fixture->second, bytes.data, bytes.len);
		bytes.data[at] ^= 0x55;
		assert_int_not_equal(read_two(fixture->first, fixture->second, NULL, &why), OEO_OK);
		assert_non_null(strstr(why.text, fixture->second));
		assert_true(strstr(why.text, "na het ondertekenen veranderd") != NULL ||
			    strstr(why.text, "de handtekening van") != NULL);
	}
	oeo_buf_fini(&bytes);
}

static void test_truncated_release_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_note why = {""};

	spoil(fixture->second, 0, 1);
	assert_int_equal(
	    read_two(fixture->first, fixture->second, fixture->sample.publisher_pk, &why), OEO_ERR_CRYPTO);
	assert_int_not_equal(read_two(fixture->first, fixture->second, NULL, &why), OEO_OK);
	assert_non_null(strstr(why.text, fixture->second));
}

static void test_truncated_signature_is_refused(void **state)
{
	struct fixture *fixture = *state;
	char signature[SAMPLE_PATH_BYTES + 16];

	signature_path(signature, fixture->second);
	spoil(signature, 0, 40);
	assert_int_not_equal(
	    read_two(fixture->first, fixture->second, fixture->sample.publisher_pk, NULL), OEO_OK);
}

static void test_another_publishers_key_is_refused(void **state)
{
	struct fixture *fixture = *state;
	uint8_t other[OEO_IDENTITY_BYTES];

	memcpy(other, fixture->sample.publisher_pk, sizeof(other));
	other[0] ^= 1;
	assert_int_equal(read_two(fixture->first, fixture->second, other, NULL), OEO_ERR_CRYPTO);
}

static void test_releases_of_two_publishers_are_refused(void **state)
{
	struct fixture *fixture = *state;
	struct sample other;
	char foreign[SAMPLE_PATH_BYTES];
	struct oeo_note why = {""};

	sample_init(&other, SAMPLE_SMALL);
	sample_make(foreign, &other, "2026-Q3");
	assert_int_equal(read_two(fixture->first, foreign, NULL, &why), OEO_ERR_REFUSED);
	assert_non_null(strstr(why.text, "andere uitgever"));
	assert_int_equal(
	    read_two(fixture->first, foreign, fixture->sample.publisher_pk, &why), OEO_ERR_CRYPTO);
	sample_fini(&other);
}

static void test_releases_of_two_plans_are_refused(void **state)
{
	struct fixture *fixture = *state;
	struct sample other;
	char foreign[SAMPLE_PATH_BYTES];
	struct oeo_note why = {""};

	sample_init(&other, SAMPLE_ALMELO);
	sample_make(foreign, &other, "2026-Q3");
	assert_int_equal(read_two(fixture->first, foreign, NULL, &why), OEO_ERR_REFUSED);
	assert_non_null(strstr(why.text, "almelo"));
	assert_non_null(strstr(why.text, "small"));
	sample_fini(&other);
}

static void test_two_releases_of_one_period_are_refused(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_release release;
	char again[SAMPLE_PATH_BYTES];
	struct oeo_note why = {""};

	sample_begin(&release, &fixture->sample, "2026-Q3");
	sample_save(again, &release, &fixture->sample, "again");
	assert_int_equal(read_two(fixture->second, again, NULL, &why), OEO_ERR_CONFLICT);
	assert_non_null(strstr(why.text, "2026-Q3"));
	assert_int_equal(read_two(fixture->second, fixture->second, NULL, &why), OEO_ERR_CONFLICT);
}

/* A release of 2026-Q3 that corrects the one with this digest. */
static void make_correction(char path[SAMPLE_PATH_BYTES], const struct sample *sample,
    const uint8_t digest[OEO_DIGEST_BYTES], const char *name)
{
	struct oeo_release release;

	sample_begin(&release, sample, "2026-Q3");
	sample_show(&release, "total", 77, 80, NULL);
	(void)snprintf(
	    release.created, sizeof(release.created), "2026-12-%02zuT00:00:00Z", strlen(name) % 28 + 1);
	release.is_correction = true;
	memcpy(release.corrects, digest, OEO_DIGEST_BYTES);
	sample_save(path, &release, sample, name);
}

static void digest_of(uint8_t digest[OEO_DIGEST_BYTES], const char *path)
{
	struct oeo_sources sources;

	assert_int_equal(oeo_sources_read(&sources, &path, 1, NULL, NULL), OEO_OK);
	memcpy(digest, sources.items[0].release.digest, OEO_DIGEST_BYTES);
	oeo_sources_fini(&sources);
}

static void test_a_correction_takes_the_place_of_what_it_corrects(void **state)
{
	struct fixture *fixture = *state;
	uint8_t digest[OEO_DIGEST_BYTES];
	char better[SAMPLE_PATH_BYTES], best[SAMPLE_PATH_BYTES];
	const char *paths[3];
	struct oeo_sources sources;

	digest_of(digest, fixture->second);
	make_correction(better, &fixture->sample, digest, "better");
	digest_of(digest, better);
	make_correction(best, &fixture->sample, digest, "best");
	paths[0] = best;
	paths[1] = fixture->second;
	paths[2] = better;
	assert_int_equal(oeo_sources_read(&sources, paths, 3, NULL, NULL), OEO_OK);
	assert_int_equal(sources.count, 1);
	assert_string_equal(sources.items[0].path, best);
	assert_true(sources.items[0].is_replacing);
	oeo_sources_fini(&sources);
}

static void test_a_correction_of_something_else_does_not_help(void **state)
{
	struct fixture *fixture = *state;
	uint8_t digest[OEO_DIGEST_BYTES];
	char other[SAMPLE_PATH_BYTES];

	digest_of(digest, fixture->first);
	make_correction(other, &fixture->sample, digest, "other");
	assert_int_equal(read_two(fixture->second, other, NULL, NULL), OEO_ERR_CONFLICT);
}

static void test_publisher_key_is_read_from_a_minisign_file(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_buf text = {0};
	uint8_t pk[OEO_IDENTITY_BYTES] = {0};
	struct oeo_publisher_key key;
	char path[SAMPLE_PATH_BYTES];
	struct oeo_note why = {""};

	(void)snprintf(path, sizeof(path), "%s/minisign.pub", fixture->sample.folder);
	assert_int_equal(oeo_minisig_public_key(&text, fixture->sample.publisher_pk), OEO_OK);
	sample_write(path, text.data, text.len);
	assert_int_equal(oeo_publisher_read_key(pk, path, &why), OEO_OK);
	assert_memory_equal(pk, fixture->sample.publisher_pk, sizeof(pk));
	assert_int_equal(oeo_publisher_format_key(&key, pk), OEO_OK);
	assert_int_equal(strlen(key.text), 56);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	assert_non_null(strstr((const char *)text.data, key.text));
	sample_write(path, text.data, text.len - 10);
	assert_int_equal(oeo_publisher_read_key(pk, path, &why), OEO_ERR_FORMAT);
	sample_write(path, "one line", 8);
	assert_int_equal(oeo_publisher_read_key(pk, path, &why), OEO_ERR_FORMAT);
	sample_write(path, "", 0);
	assert_int_equal(oeo_publisher_read_key(pk, path, &why), OEO_ERR_FORMAT);
	oeo_buf_fini(&text);
}

static void test_publisher_key_is_read_from_a_collectors_card_only(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_card card = {.role = OEO_ROLE_COLLECTOR, .id = "bureau", .name = "Bureau"};
	struct oeo_buf text = {0};
	uint8_t pk[OEO_IDENTITY_BYTES] = {0};
	char path[SAMPLE_PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/c.oeocard", fixture->sample.folder);
	(void)snprintf(card.endpoint, sizeof(card.endpoint), "tcp://127.0.0.1:7000");
	memcpy(card.identity_pk, fixture->sample.publisher_pk, sizeof(pk));
	memcpy(card.curve_pk, fixture->sample.publisher_pk, sizeof(pk));
	assert_int_equal(oeo_card_format(&text, &card, NULL), OEO_OK);
	sample_write(path, text.data, text.len);
	assert_int_equal(oeo_publisher_read_card(pk, path, NULL), OEO_OK);
	assert_memory_equal(pk, fixture->sample.publisher_pk, sizeof(pk));
	card.role = OEO_ROLE_KEYHOLDER;
	text.len = 0;
	assert_int_equal(oeo_card_format(&text, &card, NULL), OEO_OK);
	sample_write(path, text.data, text.len);
	assert_int_equal(oeo_publisher_read_card(pk, path, NULL), OEO_ERR_RANGE);
	oeo_buf_fini(&text);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FIXTURE(test_signed_releases_are_read_in_the_order_of_their_periods),
	    WITH_FIXTURE(test_without_a_key_the_releases_own_key_is_taken_and_said),
	    WITH_FIXTURE(test_unsigned_release_is_refused),
	    WITH_FIXTURE(test_missing_release_is_not_called_unsigned),
	    WITH_FIXTURE(test_altered_release_is_refused_with_and_without_a_key),
	    WITH_FIXTURE(test_altered_release_without_a_key_is_called_altered),
	    WITH_FIXTURE(test_truncated_release_is_refused),
	    WITH_FIXTURE(test_truncated_signature_is_refused),
	    WITH_FIXTURE(test_another_publishers_key_is_refused),
	    WITH_FIXTURE(test_releases_of_two_publishers_are_refused),
	    WITH_FIXTURE(test_releases_of_two_plans_are_refused),
	    WITH_FIXTURE(test_two_releases_of_one_period_are_refused),
	    WITH_FIXTURE(test_a_correction_takes_the_place_of_what_it_corrects),
	    WITH_FIXTURE(test_a_correction_of_something_else_does_not_help),
	    WITH_FIXTURE(test_publisher_key_is_read_from_a_minisign_file),
	    WITH_FIXTURE(test_publisher_key_is_read_from_a_collectors_card_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>
#include <zmq.h>

#include "proto/card.h"
#include "proto/i18n.h"

static struct oeo_card sample_card(enum oeo_role role)
{
	struct oeo_card card;

	memset(&card, 0, sizeof(card));
	card.role = role;
	(void)snprintf(card.id, sizeof(card.id), "wmo-adviesraad");
	(void)snprintf(card.name, sizeof(card.name), "Wmo Adviesraad \xe2\x80\x98t Caf\xc3\xa9");
	for (size_t i = 0; i < OEO_CURVE_BYTES; i++)
		card.curve_pk[i] = (uint8_t)(i * 7 + 1);
	if (role == OEO_ROLE_AGENT)
		return card;
	(void)snprintf(card.endpoint, sizeof(card.endpoint), "tcp://raad.example.nl:5571");
	for (size_t i = 0; i < OEO_IDENTITY_BYTES; i++)
		card.identity_pk[i] = (uint8_t)(255 - i);
	return card;
}

static char *format_card(struct oeo_card *card)
{
	struct oeo_buf text = {0};

	assert_int_equal(oeo_card_format(&text, card, NULL), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	return (char *)text.data;
}

static void refuse(const char *text, size_t len, const char *begins)
{
	struct oeo_card card;
	struct oeo_note why = {""};

	memset(&card, 0x55, sizeof(card));
	assert_int_equal(oeo_card_parse(&card, text, len, &why), OEO_ERR_FORMAT);
	if (strncmp(why.text, begins, strlen(begins)) != 0)
		assert_string_equal(why.text, begins);
	assert_int_equal(card.id[0], 0x55); /* untouched */
}

/* The card with the first occurrence of a text replaced; its fingerprint is made right again where is_signed. */
static void refuse_changed(
    const char *text, const char *from, const char *to, bool is_signed, const char *begins)
{
	const char *place = strstr(text, from);
	struct oeo_buf changed = {0};

	assert_non_null(place);
	assert_int_equal(
	    oeo_buf_printf(&changed, "%.*s%s%s", (int)(place - text), text, to, place + strlen(from)),
	    OEO_OK);
	assert_int_equal(oeo_buf_terminate(&changed), OEO_OK);
	if (is_signed) {
		char *line = strstr((char *)changed.data, "fingerprint: ");
		uint8_t hash[32];
		char hex[41];

		assert_non_null(line);
		assert_int_equal(crypto_generichash(hash, sizeof(hash), changed.data,
				     (size_t)(line - (char *)changed.data), NULL, 0),
		    0);
		oeo_hex_encode(hex, hash, 20);
		line += strlen("fingerprint: ");
		for (size_t i = 0; i < 40; i++)
			line[i + i / 4] = hex[i];
	}
	refuse((const char *)changed.data, changed.len, begins);
	oeo_buf_fini(&changed);
}

static void test_a_card_survives_writing_and_reading(void **state)
{
	(void)state;
	for (int role = OEO_ROLE_AGENT; role <= OEO_ROLE_COLLECTOR; role++) {
		struct oeo_card card = sample_card((enum oeo_role)role);
		struct oeo_card again;
		char *text = format_card(&card);

		assert_int_equal(oeo_card_parse(&again, text, strlen(text), NULL), OEO_OK);
		assert_memory_equal(&card, &again, sizeof(card));
		assert_int_equal(strlen(again.fingerprint), OEO_FINGERPRINT_BYTES - 1);
		free(text);
	}
}

/* Pinned: a fingerprint that is read out by telephone must never change with the program. */
static void test_the_text_of_a_card_is_pinned(void **state)
{
	struct oeo_card card = sample_card(OEO_ROLE_AGENT);
	char *text = format_card(&card);

	(void)state;
	assert_string_equal(text, "oeo: 1\n"
				  "role: agent\n"
				  "id: wmo-adviesraad\n"
				  "name: Wmo Adviesraad \xe2\x80\x98t Caf\xc3\xa9\n"
				  "curve: 0sfhK9v9c<iy38frA%3GAD($/JG/{bSJ->C-MV/+\n"
				  "fingerprint: 3dfc c465 109c 3677 f477 0298 79ef 5e20 9577 5b53\n");
	free(text);
}

static void test_order_and_number_of_lines_are_fixed(void **state)
{
	struct oeo_card card = sample_card(OEO_ROLE_KEYHOLDER);
	char *text = format_card(&card);

	(void)state;
	refuse("", 0, "card:1: the line \"oeo: ...\" is expected here.");
	refuse_changed(text, "role: keyholder\nid: wmo-adviesraad\n", "id: wmo-adviesraad\nrole: keyholder\n",
	    true, "card:2: the line \"role: ...\"");
	refuse_changed(text, "id: wmo-adviesraad\n", "", true, "card:3: the line \"id: ...\"");
	refuse_changed(
	    text, "endpoint: tcp://raad.example.nl:5571\n", "", true, "card:5: the line \"endpoint: ...\"");
	refuse_changed(text, "identity: ", "identiteit: ", true, "card:7: the line \"identity: ...\"");
	refuse_changed(text, "id: ", "id:", true, "card:3: the line");
	refuse_changed(text, "curve: ", "colour: red\ncurve: ", true, "card:6: the line \"curve: ...\"");
	refuse_changed(text, "role: keyholder", "role: agent", true, "card:5: the line \"curve: ...\"");
	free(text);
}

static void test_nothing_follows_the_fingerprint_and_its_line_ends(void **state)
{
	struct oeo_card card = sample_card(OEO_ROLE_AGENT);
	char *text = format_card(&card);
	size_t len = strlen(text);
	struct oeo_buf more = {0};

	(void)state;
	refuse(text, len - 1, "card:6: the line \"fingerprint: ...\"");
	assert_int_equal(oeo_buf_printf(&more, "%s\n", text), OEO_OK);
	refuse((const char *)more.data, more.len, "card:7: nothing may follow here.");
	oeo_buf_fini(&more);
	/* Truncated anywhere, a card is no card. */
	for (size_t i = 0; i < len; i++)
		refuse(text, i, "card:");
	free(text);
}

static void test_a_changed_card_has_another_fingerprint(void **state)
{
	struct oeo_card card = sample_card(OEO_ROLE_KEYHOLDER);
	char *text = format_card(&card);

	(void)state;
	refuse_changed(text, "id: wmo", "id: wmO", false, "card:8: the fingerprint does not fit");
	refuse_changed(text, "5571", "5572", false, "card:8: the fingerprint does not fit");
	refuse_changed(text, "name: W", "name: V", false, "card:8: the fingerprint does not fit");
	free(text);
}

static void test_windows_line_ends_get_a_helpful_word(void **state)
{
	struct oeo_card card = sample_card(OEO_ROLE_AGENT);
	char *text = format_card(&card);

	(void)state;
	refuse_changed(text, "role: agent\n", "role: agent\r\n", false,
	    "card:2: the file has the line ends of Windows.");
	free(text);
}

static void test_values_are_checked(void **state)
{
	struct oeo_card card = sample_card(OEO_ROLE_KEYHOLDER);
	char *text = format_card(&card);
	char curve[OEO_CURVE_Z85_BYTES];
	char line[64];

	(void)state;
	refuse_changed(text, "oeo: 1", "oeo: 2", true, "card:1: this card is of another version.");
	refuse_changed(text, "role: keyholder", "role: boss", true, "card:2: the role is not");
	refuse_changed(text, "id: wmo-adviesraad", "id: wmo adviesraad", true, "card:3: the id may hold");
	refuse_changed(text, "id: wmo-adviesraad", "id: abcdefghijklmnopqrstuvwxyz0123456", true,
	    "card:3: the value on this line");
	refuse_changed(text, "name: W", "name: \x1b[31mW", true, "card:4: the name holds characters");
	refuse_changed(text, "name: W", "name: \xe2\x80\xaeW", true, "card:4: the name holds characters");
	refuse_changed(text, "name: W", "name: \xffW", true, "card:4: the name holds characters");
	refuse_changed(text, "name: W", "name:  W", true, "card:4: the name holds characters");
	assert_non_null(zmq_z85_encode(curve, card.curve_pk, OEO_CURVE_BYTES));
	(void)snprintf(line, sizeof(line), "curve: %s", curve);
	refuse_changed(text, line, "curve: 0123456789", true, "card:6: the CURVE key");
	line[7] = '"'; /* not a character of Z85 */
	refuse_changed(text, curve, line + 7, true, "card:6: the CURVE key");
	memset(line + 7, '#', 5); /* above 2^32 - 1 */
	refuse_changed(text, curve, line + 7, true, "card:6: the CURVE key");
	refuse_changed(text, "identity: ff", "identity: FF", true, "card:7: the identity key");
	refuse_changed(text, "identity: ff", "identity: gg", true, "card:7: the identity key");
	refuse_changed(text, "identity: ff", "identity: ", true, "card:7: the identity key");
	free(text);
}

static void test_endpoints_are_tcp_host_and_port(void **state)
{
	static const char *const good[] = {"tcp://127.0.0.1:1", "tcp://raad.nl:65535", "tcp://[::1]:5570"};
	static const char *const bad[] = {"tcp://127.0.0.1", "tcp://127.0.0.1:0", "tcp://a:65536",
	    "tcp://a:01", "tcp://:5570", "ipc:///tmp/x", "tcp://a b:1", "tcp://*:5570", "tcp://a:*",
	    "tcp://[::1:1", "tcp://a/b:1", "tcp://-a:1", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]) + sizeof(bad) / sizeof(bad[0]); i++) {
		bool is_good = i < sizeof(good) / sizeof(good[0]);
		struct oeo_card card = sample_card(OEO_ROLE_COLLECTOR);
		struct oeo_buf text = {0};

		(void)snprintf(card.endpoint, sizeof(card.endpoint), "%s",
		    is_good ? good[i] : bad[i - sizeof(good) / sizeof(good[0])]);
		assert_int_equal(oeo_card_format(&text, &card, NULL), is_good ? OEO_OK : OEO_ERR_RANGE);
		assert_true((text.len > 0) == is_good);
		oeo_buf_fini(&text);
	}
}

static void test_an_agent_with_an_endpoint_is_not_written(void **state)
{
	struct oeo_card card = sample_card(OEO_ROLE_AGENT);
	struct oeo_buf text = {0};

	(void)state;
	(void)snprintf(card.endpoint, sizeof(card.endpoint), "tcp://a:1");
	assert_int_equal(oeo_card_format(&text, &card, NULL), OEO_ERR_RANGE);
	oeo_buf_fini(&text);
}

struct folder {
	char path[64];
	struct oeo_home home;
};

static int set_up(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));

	if (folder == NULL)
		return 1;
	*state = folder;
	(void)snprintf(folder->path, sizeof(folder->path), "/tmp/oeo-card-XXXXXX");
	if (mkdtemp(folder->path) == NULL)
		return 1;
	return oeo_home_create(&folder->home, folder->path, NULL) != OEO_OK;
}

static int tear_down(void **state)
{
	struct folder *folder = *state;
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", folder->path);
	free(folder);
	return system(command) != 0;
}

static void home_file(char path[OEO_PATH_BYTES], const struct folder *folder, const char *name)
{
	assert_int_equal(oeo_home_path(path, &folder->home, name), OEO_OK);
}

static void test_own_keys_are_made_once_and_fit_the_card(void **state)
{
	struct folder *folder = *state;
	struct oeo_self self;
	struct oeo_note why = {""};
	uint8_t digest[32] = {7};
	uint8_t signature[64];

	assert_int_equal(oeo_self_load(&self, &folder->home, OEO_ROLE_KEYHOLDER, &why), OEO_ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "init"));
	assert_int_equal(oeo_self_create(&folder->home, OEO_ROLE_KEYHOLDER, "raad", "De raad",
			     "tcp://127.0.0.1:5571", NULL),
	    OEO_OK);
	assert_int_equal(oeo_self_create(&folder->home, OEO_ROLE_KEYHOLDER, "raad", "De raad",
			     "tcp://127.0.0.1:5571", &why),
	    OEO_ERR_EXISTS);
	assert_int_equal(oeo_self_load(&self, &folder->home, OEO_ROLE_KEYHOLDER, NULL), OEO_OK);
	assert_string_equal(self.card.id, "raad");
	assert_int_equal(
	    crypto_sign_detached(signature, NULL, digest, sizeof(digest), self.identity_sk.bytes), 0);
	assert_int_equal(
	    crypto_sign_verify_detached(signature, digest, sizeof(digest), self.card.identity_pk), 0);
	oeo_self_fini(&self);
	assert_int_equal(oeo_self_load(&self, &folder->home, OEO_ROLE_COLLECTOR, &why), OEO_ERR_CONFLICT);
}

/* libzmq makes its CURVE keys with the same function, so both reckon one public key from a secret one. */
static void test_curve_keys_are_those_of_libzmq(void **state)
{
	struct folder *folder = *state;
	struct oeo_self self;
	char secret[OEO_CURVE_Z85_BYTES];
	char public[OEO_CURVE_Z85_BYTES];
	uint8_t public_pk[OEO_CURVE_BYTES];
	uint8_t secret_sk[OEO_CURVE_BYTES];
	uint8_t computed[OEO_CURVE_BYTES];

	assert_int_equal(oeo_self_create(&folder->home, OEO_ROLE_AGENT, "bga", "BGA", NULL, NULL), OEO_OK);
	assert_int_equal(oeo_self_load(&self, &folder->home, OEO_ROLE_AGENT, NULL), OEO_OK);
	assert_null(self.identity_sk.bytes);
	assert_non_null(zmq_z85_encode(secret, self.curve_sk.bytes, OEO_CURVE_BYTES));
	assert_int_equal(zmq_curve_public(public, secret), 0);
	assert_non_null(zmq_z85_decode(public_pk, public));
	assert_memory_equal(public_pk, self.card.curve_pk, OEO_CURVE_BYTES);
	oeo_self_fini(&self);
	assert_int_equal(zmq_curve_keypair(public, secret), 0);
	assert_non_null(zmq_z85_decode(public_pk, public));
	assert_non_null(zmq_z85_decode(secret_sk, secret));
	assert_int_equal(crypto_scalarmult_base(computed, secret_sk), 0);
	assert_memory_equal(public_pk, computed, OEO_CURVE_BYTES);
}

static void test_key_files_are_for_the_owner_alone(void **state)
{
	struct folder *folder = *state;
	char path[OEO_PATH_BYTES];
	struct stat info;

	assert_int_equal(
	    oeo_self_create(&folder->home, OEO_ROLE_COLLECTOR, "c", "C", "tcp://127.0.0.1:5570", NULL),
	    OEO_OK);
	home_file(path, folder, "curve.key");
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_int_equal(info.st_size, 32);
	home_file(path, folder, "identity.key");
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_int_equal(info.st_size, 64);
}

static void test_an_init_that_was_cut_short_goes_on_with_its_keys(void **state)
{
	struct folder *folder = *state;
	struct oeo_self first;
	struct oeo_self second;
	char path[OEO_PATH_BYTES];

	assert_int_equal(oeo_self_create(&folder->home, OEO_ROLE_AGENT, "bga", "BGA", NULL, NULL), OEO_OK);
	assert_int_equal(oeo_self_load(&first, &folder->home, OEO_ROLE_AGENT, NULL), OEO_OK);
	home_file(path, folder, "self.oeocard");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(oeo_self_create(&folder->home, OEO_ROLE_AGENT, "bga", "BGA", NULL, NULL), OEO_OK);
	assert_int_equal(oeo_self_load(&second, &folder->home, OEO_ROLE_AGENT, NULL), OEO_OK);
	assert_memory_equal(&first.card, &second.card, sizeof(first.card));
	oeo_self_fini(&first);
	oeo_self_fini(&second);
}

static void test_wrong_words_make_no_keys(void **state)
{
	struct folder *folder = *state;
	struct oeo_note why = {""};
	char path[OEO_PATH_BYTES];

	assert_int_equal(
	    oeo_self_create(&folder->home, OEO_ROLE_AGENT, "no good", "X", NULL, &why), OEO_ERR_RANGE);
	assert_true(why.text[0] != '\0');
	assert_int_equal(
	    oeo_self_create(&folder->home, OEO_ROLE_COLLECTOR, "c", "X", "localhost", &why), OEO_ERR_RANGE);
	home_file(path, folder, "curve.key");
	assert_false(oeo_file_exists(path));
}

static void test_keys_of_another_backup_are_noticed(void **state)
{
	struct folder *folder = *state;
	struct oeo_self self;
	struct oeo_secret other;
	struct oeo_note why = {""};
	char path[OEO_PATH_BYTES];

	assert_int_equal(oeo_self_create(&folder->home, OEO_ROLE_AGENT, "bga", "BGA", NULL, NULL), OEO_OK);
	home_file(path, folder, "curve.key");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(oeo_secret_init_random(&other, 32), OEO_OK);
	assert_int_equal(oeo_secret_save(&other, path, NULL), OEO_OK);
	oeo_secret_fini(&other);
	assert_int_equal(oeo_self_load(&self, &folder->home, OEO_ROLE_AGENT, &why), OEO_ERR_CONFLICT);
	assert_non_null(strstr(why.text, "backup"));
}

static void test_cards_of_others_are_kept_sorted_and_not_replaced_unasked(void **state)
{
	struct folder *folder = *state;
	struct oeo_card card = sample_card(OEO_ROLE_KEYHOLDER);
	struct oeo_card *cards = NULL;
	struct oeo_note why = {""};
	size_t n = 99;

	assert_int_equal(oeo_cards_load(&cards, &n, &folder->home, "cards", NULL), OEO_OK);
	assert_int_equal(n, 0);
	free(cards);
	assert_int_equal(oeo_cards_add(&folder->home, "cards", &card, false, NULL), OEO_OK);
	assert_int_equal(oeo_cards_add(&folder->home, "cards", &card, false, NULL), OEO_OK);
	card.curve_pk[0] ^= 1;
	assert_int_equal(oeo_cards_add(&folder->home, "cards", &card, false, &why), OEO_ERR_CONFLICT);
	assert_non_null(strstr(why.text, "--replace"));
	assert_int_equal(oeo_cards_add(&folder->home, "cards", &card, true, NULL), OEO_OK);
	(void)snprintf(card.id, sizeof(card.id), ".a");
	assert_int_equal(oeo_cards_add(&folder->home, "cards", &card, false, NULL), OEO_OK);
	assert_int_equal(oeo_cards_load(&cards, &n, &folder->home, "cards", NULL), OEO_OK);
	assert_int_equal(n, 2);
	assert_string_equal(cards[0].id, ".a");
	assert_string_equal(cards[1].id, "wmo-adviesraad");
	assert_int_equal(cards[1].curve_pk[0], card.curve_pk[0]);
	free(cards);
}

static void test_a_damaged_card_in_the_folder_is_told_with_its_file(void **state)
{
	struct folder *folder = *state;
	struct oeo_card card = sample_card(OEO_ROLE_KEYHOLDER);
	struct oeo_card *cards = NULL;
	struct oeo_note why = {""};
	char path[OEO_PATH_BYTES];
	size_t n = 0;

	assert_int_equal(oeo_cards_add(&folder->home, "cards", &card, false, NULL), OEO_OK);
	home_file(path, folder, "cards/broken.oeocard");
	assert_int_equal(oeo_file_write(path, "oeo: 1\n", 7, 0644, NULL), OEO_OK);
	assert_int_equal(oeo_cards_load(&cards, &n, &folder->home, "cards", &why), OEO_ERR_FORMAT);
	assert_null(cards);
	assert_non_null(strstr(why.text, "broken.oeocard:2: "));
}

#define HOME_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_card_survives_writing_and_reading),
	    cmocka_unit_test(test_the_text_of_a_card_is_pinned),
	    cmocka_unit_test(test_order_and_number_of_lines_are_fixed),
	    cmocka_unit_test(test_nothing_follows_the_fingerprint_and_its_line_ends),
	    cmocka_unit_test(test_a_changed_card_has_another_fingerprint),
	    cmocka_unit_test(test_windows_line_ends_get_a_helpful_word),
	    cmocka_unit_test(test_values_are_checked),
	    cmocka_unit_test(test_endpoints_are_tcp_host_and_port),
	    cmocka_unit_test(test_an_agent_with_an_endpoint_is_not_written),
	    HOME_TEST(test_own_keys_are_made_once_and_fit_the_card),
	    HOME_TEST(test_curve_keys_are_those_of_libzmq),
	    HOME_TEST(test_key_files_are_for_the_owner_alone),
	    HOME_TEST(test_an_init_that_was_cut_short_goes_on_with_its_keys),
	    HOME_TEST(test_wrong_words_make_no_keys),
	    HOME_TEST(test_keys_of_another_backup_are_noticed),
	    HOME_TEST(test_cards_of_others_are_kept_sorted_and_not_replaced_unasked),
	    HOME_TEST(test_a_damaged_card_in_the_folder_is_told_with_its_file),
	};

	if (sodium_init() < 0 || !oeo_i18n_init("en"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

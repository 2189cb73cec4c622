/* SPDX-License-Identifier: EUPL-1.2 */
/* The form's own socket: a port is one form's, and free again as soon as that stopped. */
#include "tests/unit/form_desk.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/form/form.h"

static unsigned port_of(const struct oeo_form *form)
{
	unsigned port = 0;

	assert_int_equal(sscanf(oeo_form_url(form), "http://127.0.0.1:%u/", &port), 1);
	return port;
}

static struct oeo_form *start(struct desk_world *world, unsigned port)
{
	struct oeo_form *form = NULL;

	assert_int_equal(
	    oeo_form_start(&form, &world->agent, &(struct oeo_form_options){.port = port}, NULL), OEO_OK);
	return form;
}

/* Try to start one that may not; what it says goes to why. */
static enum oeo_err refuse(
    struct desk_world *world, const struct oeo_form_options *options, struct oeo_note *why)
{
	struct oeo_form *form = NULL;
	enum oeo_err err = oeo_form_start(&form, &world->agent, options, why);

	assert_null(form);
	return err;
}

static void test_a_port_that_another_form_has_is_refused_and_named(void **state)
{
	struct desk_world *world = *state;
	struct oeo_form *form = start(world, 0);
	unsigned port = port_of(form);
	struct oeo_note why = {""};
	char named[32];

	assert_int_equal(refuse(world, &(struct oeo_form_options){.port = port}, &why), OEO_ERR_STATE);
	(void)snprintf(named, sizeof(named), "Poort %u ", port);
	assert_non_null(strstr(why.text, named));
	assert_non_null(strstr(why.text, "--port "));
	oeo_form_stop(form);
}

/* Whoever closes a connection first keeps its port for a while; the form that stops is the first. */
static void test_a_form_that_stopped_starts_again_on_its_port_at_once(void **state)
{
	struct desk_world *world = *state;
	struct oeo_form *form = start(world, 0);
	unsigned port = port_of(form);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char byte;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(oeo_form_run(form), OEO_OK);
	oeo_form_stop(form);
	assert_int_equal(read(fd, &byte, 1), 0);
	assert_int_equal(close(fd), 0);
	form = start(world, port);
	assert_int_equal(port_of(form), port);
	oeo_form_stop(form);
}

static void test_an_address_of_elsewhere_and_a_bad_certificate_are_told_apart(void **state)
{
	struct desk_world *world = *state;
	char pem[160];
	struct oeo_form_options options = {.certificate = pem, .key = pem};
	struct oeo_note why = {""};

	(void)snprintf(pem, sizeof(pem), "%s/no.pem", world->scratch.path);
	assert_int_equal(oeo_file_write(pem, "no certificate\n", 15, 0600, NULL), OEO_OK);
	assert_int_equal(
	    oeo_form_set_password(world->agent.ledger, OEO_FORM_DESK, "een lang wachtwoord"), OEO_OK);
	assert_int_equal(refuse(world, &options, &why), OEO_ERR_USAGE);
	assert_non_null(strstr(why.text, "certificaat"));
	options.address = "192.0.2.1"; /* RFC 5737: nobody's */
	assert_int_equal(refuse(world, &options, &why), OEO_ERR_USAGE);
	assert_non_null(strstr(why.text, "192.0.2.1 is geen adres van deze computer"));
}

/* Also where the certificate itself may be read by all, as certificates may. */
static void test_a_key_that_others_can_read_is_refused(void **state)
{
	static const unsigned open_modes[] = {0640, 0604, 0620, 0601};
	struct desk_world *world = *state;
	char certificate[160];
	char key[160];
	struct oeo_form_options options = {.certificate = certificate, .key = key};
	struct oeo_note why = {""};

	(void)snprintf(certificate, sizeof(certificate), "%s/cert.pem", world->scratch.path);
	(void)snprintf(key, sizeof(key), "%s/key.pem", world->scratch.path);
	assert_int_equal(oeo_file_write(certificate, "no certificate\n", 15, 0644, NULL), OEO_OK);
	assert_int_equal(
	    oeo_form_set_password(world->agent.ledger, OEO_FORM_DESK, "een lang wachtwoord"), OEO_OK);
	for (size_t i = 0; i < sizeof(open_modes) / sizeof(open_modes[0]); i++) {
		assert_int_equal(oeo_file_write(key, "no key\n", 7, open_modes[i], NULL), OEO_OK);
		assert_int_equal(refuse(world, &options, &why), OEO_ERR_REFUSED);
		assert_non_null(strstr(why.text, "chmod 600"));
		assert_non_null(strstr(why.text, key));
	}
	assert_int_equal(oeo_file_write(key, "no key\n", 7, 0600, NULL), OEO_OK);
	assert_int_equal(refuse(world, &options, &why), OEO_ERR_USAGE);
	assert_int_equal(oeo_file_write(key, "no\0text\n", 8, 0600, NULL), OEO_OK);
	assert_int_equal(refuse(world, &options, &why), OEO_ERR_USAGE);
	assert_non_null(strstr(why.text, "PEM"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, desk_setup, desk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_port_that_another_form_has_is_refused_and_named),
	    TEST(test_a_form_that_stopped_starts_again_on_its_port_at_once),
	    TEST(test_an_address_of_elsewhere_and_a_bad_certificate_are_told_apart),
	    TEST(test_a_key_that_others_can_read_is_refused),
	};

	(void)oeo_i18n_init("nl");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

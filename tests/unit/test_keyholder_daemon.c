/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The keyholder as it runs: a process with the real loop, its socket on 127.0.0.1, and an agent's side here: blinding,
 * asking, verifying proofs, unblinding.
 */
#include "keyholder_world.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "keyholder/daemon.h"
#include "proto/tally.h"

#define PATIENCE_MS 10000
#define GROUPS 12

static struct oeo_note why;

struct running {
	struct keyholder_world *world;
	pid_t daemon;
	struct oeo_card card; /* the keyholder's, with the port that it took */
};

static void be_daemon(struct keyholder_world *world)
{
	enum oeo_err err = oeo_daemon_run(&world->home, &world->clock, "tcp://127.0.0.1:*", &why);

	oeo_home_close(&world->home);
	_exit(err == OEO_OK ? 0 : 1);
}

/* Wait until the daemon has written where it listens. */
static void find_endpoint(struct running *running)
{
	char endpoint[OEO_ENDPOINT_BYTES] = "";

	for (int i = 0; i < 200 && endpoint[0] == '\0'; i++) {
		assert_ok(oeo_register_get_text(
		    running->world->reg, OEO_FACT_ENDPOINT, endpoint, sizeof(endpoint)));
		(void)usleep(50000);
	}
	assert_string_not_equal(endpoint, "");
	(void)snprintf(running->card.endpoint, sizeof(running->card.endpoint), "%s", endpoint);
}

static void start(struct running *running)
{
	struct keyholder_world *world = running->world;

	assert_ok(oeo_register_set_text(world->reg, OEO_FACT_ENDPOINT, ""));
	/* SQLite's connections do not cross a fork. */
	oeo_register_close(world->reg);
	world->reg = NULL;
	running->daemon = fork();
	assert_true(running->daemon >= 0);
	if (running->daemon == 0)
		be_daemon(world);
	assert_ok(oeo_register_open(&world->reg, &world->home, &why));
	running->card = world->self.card;
	find_endpoint(running);
}

/* Send the signal and return the exit status. */
static int stop(struct running *running, int signal_number)
{
	int status = 0;

	assert_int_equal(kill(running->daemon, signal_number), 0);
	assert_int_equal(waitpid(running->daemon, &status, 0), running->daemon);
	running->daemon = 0;
	return status;
}

static int open_running(void **state)
{
	struct running *running = calloc(1, sizeof(*running));
	void *world = NULL;

	assert_non_null(running);
	assert_int_equal(world_open(&world), 0);
	running->world = world;
	start(running);
	*state = running;
	return 0;
}

static int close_running(void **state)
{
	struct running *running = *state;
	void *world = running->world;

	if (running->daemon > 0)
		(void)stop(running, SIGKILL);
	(void)world_close(&world);
	free(running);
	return 0;
}

static struct oeo_client *connect_as(const struct running *running, size_t member)
{
	struct oeo_client *client = NULL;

	assert_ok(oeo_client_open(&client, &running->card, &running->world->members[member], &why));
	return client;
}

static void send_message(struct oeo_client *client, const struct oeo_message *message)
{
	struct oeo_buf bytes = {0};

	assert_ok(oeo_message_pack(&bytes, message));
	assert_ok(oeo_client_send(client, bytes.data, bytes.len));
	oeo_buf_fini(&bytes);
}

/* The next answer. Free with oeo_message_fini; bytes keeps what it borrows. */
static void receive_message(struct oeo_client *client, struct oeo_message *message, struct oeo_buf *bytes)
{
	size_t index;

	assert_ok(oeo_client_receive(&client, 1, &index, bytes, PATIENCE_MS));
	assert_ok(oeo_message_unpack(message, OEO_FROM_KEYHOLDER, bytes->data, bytes->len));
}

static void fetch_keys(struct oeo_client *client, const char *period, struct oeo_period_keys *keys)
{
	struct question question;
	struct oeo_message answer;
	struct oeo_buf bytes = {0};

	question_keys(&question, period);
	send_message(client, &question.message);
	receive_message(client, &answer, &bytes);
	assert_int_equal(answer.kind, OEO_MESSAGE_KEYS);
	*keys = answer.as.keys;
	oeo_message_fini(&answer);
	oeo_buf_fini(&bytes);
}

static void expect_refusal(struct oeo_client *client, const struct question *question, enum oeo_reason reason)
{
	struct oeo_message answer;
	struct oeo_buf bytes = {0};

	send_message(client, &question->message);
	receive_message(client, &answer, &bytes);
	assert_int_equal(answer.kind, OEO_MESSAGE_REFUSAL);
	assert_string_equal(oeo_reason_name(answer.as.refusal.reason), oeo_reason_name(reason));
	assert_true(answer.request == question->message.request);
	oeo_message_fini(&answer);
	oeo_buf_fini(&bytes);
}

/* One group of 64 names, blinded as an agent does it; the outputs of all verified answers are the same for the same
 * name, whoever asks. */
static void evaluate_names(struct oeo_client *client, const struct oeo_period_keys *keys, uint8_t *outputs)
{
	static const char name[] = "oeo1\x1f"
				   "cell\x1f"
				   "almelo";
	uint8_t points[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES];
	uint8_t blinds[OEO_GROUP_SIZE * OEO_SCALAR_BYTES];
	uint8_t unblinded[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES];
	struct question question;
	struct oeo_message answer;
	struct oeo_buf bytes = {0};

	question_evaluate(&question, "2026-Q3", OEO_PURPOSE_CELL);
	for (size_t i = 0; i < OEO_GROUP_SIZE; i++)
		assert_ok(
		    oeo_voprf_hash_to_group(points + i * OEO_ELEMENT_BYTES, name, sizeof(name) - i % 4));
	oeo_voprf_random_blinds(blinds, OEO_GROUP_SIZE);
	assert_ok(oeo_voprf_blind(question.blinded, points, blinds, OEO_GROUP_SIZE));
	send_message(client, &question.message);
	receive_message(client, &answer, &bytes);
	assert_int_equal(answer.kind, OEO_MESSAGE_EVALUATED);
	assert_ok(oeo_voprf_verify(keys->cell_pk, question.blinded, answer.as.evaluated.elements,
	    OEO_GROUP_SIZE, answer.as.evaluated.proof));
	assert_ok(oeo_voprf_unblind(unblinded, answer.as.evaluated.elements, blinds, OEO_GROUP_SIZE));
	for (size_t i = 0; i < OEO_GROUP_SIZE; i++)
		assert_ok(oeo_voprf_output(outputs + i * OEO_OUTPUT_BYTES, name, sizeof(name) - i % 4,
		    unblinded + i * OEO_ELEMENT_BYTES));
	oeo_message_fini(&answer);
	oeo_buf_fini(&bytes);
}

static void test_64_elements_are_evaluated_and_verify(void **state)
{
	struct running *running = *state;
	struct oeo_client *first = connect_as(running, 0);
	struct oeo_client *second = connect_as(running, 1);
	struct oeo_period_keys keys;
	struct oeo_period_keys same;
	struct oeo_buf message = {0};
	uint8_t outputs[OEO_GROUP_SIZE * OEO_OUTPUT_BYTES];
	uint8_t others[OEO_GROUP_SIZE * OEO_OUTPUT_BYTES];

	fetch_keys(first, "2026-Q3", &keys);
	fetch_keys(second, "2026-Q3", &same);
	assert_memory_equal(&keys, &same, sizeof(keys));
	assert_ok(oeo_key_signature_input(&message, "almelo", "2026-Q3", keys.resident_pk, keys.cell_pk));
	assert_int_equal(crypto_sign_verify_detached(keys.signature, message.data, message.len,
			     running->world->self.card.identity_pk),
	    0);
	evaluate_names(first, &keys, outputs);
	evaluate_names(second, &keys, others);
	assert_memory_equal(outputs, others, sizeof(outputs));
	assert_memory_equal(outputs, outputs + 4 * OEO_OUTPUT_BYTES, OEO_OUTPUT_BYTES);
	assert_memory_not_equal(outputs, outputs + OEO_OUTPUT_BYTES, OEO_OUTPUT_BYTES);
	assert_int_equal(world_used(running->world, 0, "2026-Q3", OEO_PURPOSE_CELL), OEO_GROUP_SIZE);
	oeo_buf_fini(&message);
	oeo_client_close(first);
	oeo_client_close(second);
}

static void test_many_groups_in_flight_are_all_answered(void **state)
{
	struct running *running = *state;
	struct oeo_client *client = connect_as(running, 0);
	struct oeo_period_keys keys;
	struct question *questions = calloc(GROUPS, sizeof(*questions));
	bool is_answered[GROUPS] = {false};

	assert_non_null(questions);
	fetch_keys(client, "2026-09", &keys);
	for (uint64_t i = 0; i < GROUPS; i++) {
		question_evaluate(&questions[i], "2026-09", OEO_PURPOSE_RESIDENT);
		questions[i].message.request = 1000 + i;
		send_message(client, &questions[i].message);
	}
	for (unsigned n = 0; n < GROUPS; n++) {
		struct oeo_message answer;
		struct oeo_buf bytes = {0};

		receive_message(client, &answer, &bytes);
		assert_int_equal(answer.kind, OEO_MESSAGE_EVALUATED);
		assert_in_range(answer.request, 1000, 1000 + GROUPS - 1);
		assert_false(is_answered[answer.request - 1000]);
		is_answered[answer.request - 1000] = true;
		assert_ok(oeo_voprf_verify(keys.resident_pk, questions[answer.request - 1000].blinded,
		    answer.as.evaluated.elements, OEO_GROUP_SIZE, answer.as.evaluated.proof));
		oeo_message_fini(&answer);
		oeo_buf_fini(&bytes);
	}
	assert_int_equal(
	    world_used(running->world, 0, "2026-09", OEO_PURPOSE_RESIDENT), GROUPS * OEO_GROUP_SIZE);
	free(questions);
	oeo_client_close(client);
}

static void test_a_revoke_acts_on_an_open_connection(void **state)
{
	struct running *running = *state;
	struct oeo_client *client = connect_as(running, 0);
	struct oeo_period_keys keys;
	struct question question;

	fetch_keys(client, "2026-Q3", &keys);
	assert_ok(oeo_members_revoke(running->world->reg, "lid-0", 1000, &why));
	question_evaluate(&question, "2026-Q3", OEO_PURPOSE_CELL);
	expect_refusal(client, &question, OEO_REASON_UNKNOWN_MEMBER);
	assert_int_equal(world_used(running->world, 0, "2026-Q3", OEO_PURPOSE_CELL), 0);
	/* Admitted again: served on the same connection. */
	assert_ok(oeo_members_admit(running->world->reg, &running->world->members[0].card, NULL, 1001, &why));
	fetch_keys(client, "2026-Q3", &keys);
	oeo_client_close(client);
}

static void test_a_stranger_gets_nothing_until_it_is_admitted(void **state)
{
	struct running *running = *state;
	struct oeo_client *client = connect_as(running, 2);
	struct question question;
	struct oeo_message answer;
	struct oeo_buf bytes = {0};
	size_t index;
	int64_t knocked = 0;

	question_keys(&question, "2026-Q3");
	send_message(client, &question.message);
	assert_int_equal(oeo_client_receive(&client, 1, &index, &bytes, 700), OEO_ERR_AWAY);
	assert_int_equal(oeo_client_get_state(client), OEO_CLIENT_REFUSED);
	assert_ok(oeo_members_admit(running->world->reg, &running->world->members[2].card, NULL, 1000, &why));
	/* It tries again by itself; the question has to be asked again. */
	for (int i = 0; i < 10 && oeo_client_get_state(client) != OEO_CLIENT_READY; i++)
		assert_int_equal(oeo_client_receive(&client, 1, &index, &bytes, 500), OEO_ERR_AWAY);
	send_message(client, &question.message);
	receive_message(client, &answer, &bytes);
	assert_int_equal(answer.kind, OEO_MESSAGE_KEYS);
	oeo_message_fini(&answer);
	assert_int_equal(WEXITSTATUS(stop(running, SIGTERM)), 0);
	assert_ok(oeo_register_get_number(running->world->reg, OEO_FACT_REFUSED_HANDSHAKES, &knocked));
	assert_true(knocked >= 1);
	oeo_buf_fini(&bytes);
	oeo_client_close(client);
}

static void test_it_stops_when_asked_and_starts_with_the_same_keys(void **state)
{
	struct running *running = *state;
	struct oeo_client *client = connect_as(running, 0);
	struct oeo_period_keys before;
	struct oeo_period_keys after;
	char path[OEO_PATH_BYTES];
	int status;

	fetch_keys(client, "2026-Q3", &before);
	status = stop(running, SIGTERM);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	oeo_client_close(client);
	/* Of a restore that was cut off before somebody gave init. */
	assert_ok(oeo_home_path(path, &running->world->home, "restoring"));
	assert_int_equal(mkdir(path, 0700), 0);
	start(running);
	assert_false(oeo_file_exists(path));
	client = connect_as(running, 0);
	fetch_keys(client, "2026-Q3", &after);
	assert_memory_equal(&before, &after, sizeof(after));
	/* Killed in the middle of its life, the same. */
	status = stop(running, SIGKILL);
	assert_true(WIFSIGNALED(status));
	oeo_client_close(client);
	start(running);
	client = connect_as(running, 0);
	fetch_keys(client, "2026-Q3", &after);
	assert_memory_equal(&before, &after, sizeof(after));
	oeo_client_close(client);
}

static void test_a_second_daemon_on_one_home_is_refused(void **state)
{
	struct running *running = *state;

	assert_int_equal(
	    oeo_daemon_run(&running->world->home, &running->world->clock, "tcp://127.0.0.1:*", &why),
	    OEO_ERR_STATE);
	assert_string_not_equal(why.text, "");
}

static void test_an_address_in_use_is_told(void **state)
{
	struct running *running = *state;
	char taken[OEO_ENDPOINT_BYTES];
	int status = stop(running, SIGTERM);
	struct oeo_server *other = NULL;

	(void)status;
	(void)snprintf(taken, sizeof(taken), "%s", running->card.endpoint);
	assert_ok(oeo_server_open(&other, taken, &running->world->self, oeo_service_admits, NULL, &why));
	assert_int_equal(
	    oeo_daemon_run(&running->world->home, &running->world->clock, taken, &why), OEO_ERR_IO);
	assert_non_null(strstr(why.text, taken));
	oeo_server_close(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_running, close_running)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_64_elements_are_evaluated_and_verify),
	    TEST(test_many_groups_in_flight_are_all_answered),
	    TEST(test_a_revoke_acts_on_an_open_connection),
	    TEST(test_a_stranger_gets_nothing_until_it_is_admitted),
	    TEST(test_it_stops_when_asked_and_starts_with_the_same_keys),
	    TEST(test_a_second_daemon_on_one_home_is_refused),
	    TEST(test_an_address_in_use_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

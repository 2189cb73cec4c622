/* SPDX-License-Identifier: EUPL-1.2 */
/* One resident's questions taken out of the ledger. */
#include "rights_fixture.h"

#include "agent/closed.h"
#include "agent/withdraw.h"

static void name_person(struct oeo_person *person, struct rights_world *world, const char *surname,
    const char *birthdate, const char *postcode)
{
	assert_int_equal(oeo_person_init(person, &world->agent.plans, NULL), OEO_OK);
	assert_int_equal(oeo_person_set(person, "surname", surname, NULL), OEO_OK);
	assert_int_equal(oeo_person_set(person, "birthdate", birthdate, NULL), OEO_OK);
	assert_int_equal(oeo_person_set(person, "postcode", postcode, NULL), OEO_OK);
}

/* What is found, as "days of the own ones | days of near ones with what differs". */
static const char *find(struct rights_world *world, struct oeo_person *person)
{
	static char text[512];
	struct oeo_found_questions found = {0};
	size_t at = 0;

	assert_int_equal(oeo_withdraw_find(&found, &world->agent, person), OEO_OK);
	for (int own = 1; own >= 0; own--) {
		for (size_t i = 0; i < found.n; i++) {
			char day[OEO_DATE_BYTES];

			if ((found.items[i].difference == OEO_DIFFERS_NOT) != own)
				continue;
			oeo_day_format(day, found.items[i].day);
			at += (size_t)snprintf(
			    text + at, sizeof(text) - at, "%s/%d ", day, (int)found.items[i].difference);
		}
		at += (size_t)snprintf(text + at, sizeof(text) - at, own ? "| " : "");
	}
	oeo_found_questions_fini(&found);
	oeo_person_fini(person);
	return text;
}

static void fill(struct rights_world *world)
{
	put_question(&world->fixture, "1", "2025-01-10", "zandstra", "7601AA", "W1", NULL);
	put_question(&world->fixture, "2", "2025-02-11", "zandstra", "7601AA", "Z1", NULL);
	put_question(&world->fixture, "3", "2025-02-12", "zandtstra", "7601AA", "Z1", NULL);
	put_question(&world->fixture, "4", "2025-02-13", "zandstra", "7602BB", "Z1", NULL);
	put_question(&world->fixture, "5", "2025-02-14", "bakker", "7601AA", "Z1", NULL);
	put_question(&world->fixture, "6", "2025-02-15", "", "", "Z1", "4711");
	put_question(&world->fixture, "7", "2025-03-16", "", "", "Z2", NULL);
}

static void test_finds_the_resident_as_the_plan_normalises(void **state)
{
	struct rights_world *world = *state;
	struct oeo_person person;

	fill(world);
	name_person(&person, world, " ZÁNDSTRA", "5-6-1960", "7601 aa");
	assert_string_equal(find(world, &person), "2025-01-10/1 2025-02-11/1 | 2025-02-12/2 2025-02-13/4 ");
	name_person(&person, world, "Zandstra", "1960-06-05", "7602bb");
	assert_string_equal(find(world, &person), "2025-02-13/1 | 2025-01-10/4 2025-02-11/4 ");
	name_person(&person, world, "Niemand", "1960-06-05", "7601AA");
	assert_string_equal(find(world, &person), "| ");
}

static void test_finds_by_client_number(void **state)
{
	struct rights_world *world = *state;
	struct oeo_person person;

	fill(world);
	assert_int_equal(oeo_person_init(&person, &world->agent.plans, NULL), OEO_OK);
	assert_true(person.takes_number);
	assert_false(oeo_person_is_complete(&person, &world->agent.plans));
	assert_int_equal(oeo_person_set(&person, "number", "47-11", NULL), OEO_OK);
	assert_true(oeo_person_is_complete(&person, &world->agent.plans));
	assert_string_equal(find(world, &person), "2025-02-15/1 | ");
}

static void test_nothing_is_found_by_nothing(void **state)
{
	struct rights_world *world = *state;
	struct oeo_person person;

	fill(world);
	name_person(&person, world, "--", "", "");
	assert_false(oeo_person_is_complete(&person, &world->agent.plans));
	assert_string_equal(find(world, &person), "| ");
}

static void test_what_cannot_be_read_is_refused_without_its_text(void **state)
{
	struct rights_world *world = *state;
	struct oeo_person person;
	struct oeo_note why = {""};

	assert_int_equal(oeo_person_init(&person, &world->agent.plans, NULL), OEO_OK);
	assert_int_equal(oeo_person_set(&person, "birthdate", "gisteren", &why), OEO_ERR_FORMAT);
	assert_null(strstr(why.text, "gisteren"));
	assert_int_equal(oeo_person_set(&person, "birthdate", "30-2-1960", &why), OEO_ERR_RANGE);
	assert_int_equal(
	    oeo_person_set(&person, "postcode", "hier", &why), OEO_OK); /* four letters are one */
	assert_int_equal(oeo_person_set(&person, "postcode", "om de hoek links", &why), OEO_ERR_FORMAT);
	assert_null(strstr(why.text, "hoek"));
	assert_int_equal(oeo_person_set(&person, "shoe", "44", &why), OEO_ERR_NOT_FOUND);
	assert_non_null(
	    strstr(why.text, "Date of birth (birthdate), Postcode (postcode), Family name (surname)"));
	assert_null(strstr(why.text, "shoe"));
	assert_int_equal(oeo_person_set(&person, "", "44", &why), OEO_ERR_NOT_FOUND);
	oeo_person_fini(&person);
}

static enum oeo_err read_person(
    struct rights_world *world, const char *text, unsigned mode, const char *wanted)
{
	struct oeo_person person;
	struct oeo_note why = {""};
	char path[OEO_PATH_BYTES];
	enum oeo_err err;

	assert_int_equal(oeo_home_path(path, &world->fixture.home, "who.txt"), OEO_OK);
	(void)unlink(path);
	assert_int_equal(oeo_file_write(path, text, strlen(text), mode, NULL), OEO_OK);
	assert_int_equal(oeo_person_init(&person, &world->agent.plans, NULL), OEO_OK);
	err = oeo_person_read(&person, path, &why);
	if (err == OEO_OK)
		assert_string_equal(person.values[2], wanted);
	else if (wanted != NULL)
		assert_non_null(strstr(why.text, wanted));
	oeo_person_fini(&person);
	return err;
}

static void test_file_is_read_where_only_its_owner_may(void **state)
{
	struct rights_world *world = *state;
	const char *good = "# wie\r\nsurname:  de Vries \r\n\nbirthdate: 5-6-1960\npostcode: 7601 AA";

	assert_int_equal(read_person(world, good, 0600, "devries"), OEO_OK);
	assert_int_equal(read_person(world, good, 0640, "chmod 600"), OEO_ERR_REFUSED);
	assert_int_equal(read_person(world, good, 0604, "chmod 600"), OEO_ERR_REFUSED);
	assert_int_equal(
	    read_person(world, "surname: de Vries\ndate: 1", 0600, "who.txt:2"), OEO_ERR_NOT_FOUND);
	assert_int_equal(read_person(world, "de Vries", 0600, "who.txt:1"), OEO_ERR_FORMAT);
}

static void test_file_may_name_the_fields_as_the_form_does(void **state)
{
	struct rights_world *world = *state;
	const char *mark = "\xEF\xBB\xBF"
			   "Achternaam: de Vries\r\nGEBOORTEDATUM : 05-06-1960\r\n Postcode:7601aa\r\n";

	assert_int_equal(read_person(world, mark, 0600, "devries"), OEO_OK);
	assert_int_equal(
	    read_person(world, "Family name: de Vries\nDate of birth: 5-6-1960", 0600, "devries"), OEO_OK);
	assert_int_equal(
	    read_person(world, "achternaam: de Vries\nsurname: Bakker\n", 0600, "who.txt:2"), OEO_ERR_FORMAT);
	assert_int_equal(read_person(world, "postcode: 7601AA\ntussenvoegsel: de\n", 0600, "who.txt:2"),
	    OEO_ERR_NOT_FOUND);
	assert_int_equal(read_person(world, ": de Vries\n", 0600, "Family name"), OEO_ERR_NOT_FOUND);
}

static void test_the_client_number_has_its_dutch_name(void **state)
{
	struct rights_world *world = *state;
	struct oeo_person person;

	assert_int_equal(oeo_person_init(&person, &world->agent.plans, NULL), OEO_OK);
	assert_int_equal(oeo_person_set(&person, "Uw eigen cliëntnummer", "47-11", NULL), OEO_OK);
	assert_string_equal(person.number, "4711");
	assert_int_equal(oeo_person_set(&person, "klantnr", "47-12", NULL), OEO_OK);
	assert_string_equal(person.number, "4712");
	oeo_person_fini(&person);
}

static void withdraw(struct rights_world *world, const char *surname)
{
	struct oeo_person person;
	struct oeo_found_questions found = {0};

	name_person(&person, world, surname, "1960-06-05", "7601AA");
	assert_int_equal(oeo_withdraw_find(&found, &world->agent, &person), OEO_OK);
	assert_true(found.n_own > 0);
	assert_int_equal(oeo_withdraw_remove(&world->agent, &found, NULL), OEO_OK);
	oeo_found_questions_fini(&found);
	oeo_person_fini(&person);
}

static void test_only_the_resident_s_questions_go_and_stay_out(void **state)
{
	struct rights_world *world = *state;
	struct oeo_question again = {.n_fields = 3, .n_dimensions = 1};
	enum oeo_put_result result = OEO_PUT_KNOWN;

	fill(world);
	withdraw(world, "zandstra");
	assert_int_equal(count_items(world->fixture.ledger, "question"), 5);
	oeo_ledger_record_hash(world->fixture.ledger, again.record, "test", "1");
	assert_int_equal(oeo_day_parse(&again.day, "2025-01-10"), OEO_OK);
	again.identity[0] = strdup("1960-06-05");
	again.identity[1] = strdup("7601AA");
	again.identity[2] = strdup("zandstra");
	strcpy(again.dimensions[0], "question");
	strcpy(again.codes[0], "W1");
	assert_int_equal(
	    oeo_ledger_put_question(world->fixture.ledger, world->fixture.plan, &again, &result), OEO_OK);
	assert_int_equal(result, OEO_PUT_WITHDRAWN);
	assert_int_equal(count_items(world->fixture.ledger, "question"), 5);
	/* Another record of the same resident is a new question. */
	oeo_ledger_record_hash(world->fixture.ledger, again.record, "test", "new");
	assert_int_equal(
	    oeo_ledger_put_question(world->fixture.ledger, world->fixture.plan, &again, &result), OEO_OK);
	assert_int_equal(result, OEO_PUT_ADDED);
	oeo_question_fini(&again);
}

static void test_what_is_frozen_and_not_sent_is_made_anew(void **state)
{
	struct rights_world *world = *state;
	struct oeo_period january = a_period("2025-01");
	bool is_closed = true;

	fill(world);
	freeze_period(world, "2025-01", OEO_STAGE_READY, false);
	freeze_period(world, "2025-02", OEO_STAGE_FROZEN, false);
	freeze_period(world, "2025-03", OEO_STAGE_FROZEN, false);
	freeze_period(world, "2025-Q1", OEO_STAGE_FROZEN, false);
	withdraw(world, "bakker"); /* of February */
	assert_int_equal(stage_of(world, "2025-01"), OEO_STAGE_READY);
	assert_int_equal(stage_of(world, "2025-02"), OEO_STAGE_NONE);
	assert_int_equal(stage_of(world, "2025-03"), OEO_STAGE_FROZEN);
	assert_int_equal(stage_of(world, "2025-Q1"), OEO_STAGE_NONE);
	assert_int_equal(count_items(world->fixture.ledger, OEO_SNAPSHOT_COLLECTION), 2);
	assert_int_equal(oeo_ledger_is_closed(world->fixture.ledger, &january, &is_closed), OEO_OK);
	assert_true(is_closed);
	january = a_period("2025-02");
	assert_int_equal(oeo_ledger_is_closed(world->fixture.ledger, &january, &is_closed), OEO_OK);
	assert_false(is_closed);
}

static void test_what_has_left_stays_and_is_explained(void **state)
{
	struct rights_world *world = *state;
	struct oeo_period_record *records = NULL;
	struct oeo_found_questions found = {0};
	struct oeo_person person;
	struct oeo_note note;
	size_t n = 0;

	fill(world);
	freeze_period(world, "2025-01", OEO_STAGE_SUBMITTED, true);
	freeze_period(world, "2025-02", OEO_STAGE_READY, true); /* its first message may have left */
	freeze_period(world, "2025-03", OEO_STAGE_SUBMITTED, true); /* holds another's questions */
	freeze_period(world, "2025-Q1", OEO_STAGE_READY, false);
	name_person(&person, world, "zandstra", "1960-06-05", "7601AA");
	assert_int_equal(oeo_withdraw_find(&found, &world->agent, &person), OEO_OK);
	assert_int_equal(oeo_withdraw_remove(&world->agent, &found, NULL), OEO_OK);
	assert_int_equal(oeo_withdraw_list_left(&records, &n, &world->agent, &found), OEO_OK);
	assert_int_equal(n, 2);
	oeo_period_explain_closed(&note, &world->agent.plans, &records[0]);
	assert_non_null(strstr(note.text, "2025-01"));
	assert_non_null(strstr(note.text, "2025-02-22")); /* the end, 14 days, a window of 7 */
	assert_int_equal(stage_of(world, "2025-01"), OEO_STAGE_SUBMITTED);
	assert_int_equal(stage_of(world, "2025-02"), OEO_STAGE_READY);
	assert_int_equal(stage_of(world, "2025-Q1"), OEO_STAGE_NONE); /* counts without them */
	assert_int_equal(count_items(world->fixture.ledger, "question"), 5);
	free(records);
	oeo_found_questions_fini(&found);
	oeo_person_fini(&person);
}

static void test_nothing_of_the_resident_is_left_in_the_files(void **state)
{
	struct rights_world *world = *state;
	struct oeo_home *home = &world->fixture.home;
	char key[2 * OEO_RECORD_HASH_BYTES + 1];
	uint8_t record[OEO_RECORD_HASH_BYTES];
	struct stat info;
	char path[OEO_PATH_BYTES];

	fill(world);
	oeo_ledger_record_hash(world->fixture.ledger, record, "test", "5");
	oeo_hex_encode(key, record, sizeof(record));
	withdraw(world, "bakker");
	assert_int_equal(oeo_ledger_compact(world->fixture.ledger, NULL), OEO_OK);
	assert_int_equal(oeo_home_path(path, home, "ledger.db-wal"), OEO_OK);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_size, 0);
	assert_false(folder_holds(home->path, "bakker"));
	assert_int_equal(oeo_ledger_count(world->fixture.ledger, "question", key, &(size_t){0}), OEO_OK);
	/* The record's key stands once, among the withdrawn ones. */
	assert_true(folder_holds(home->path, key));
	assert_int_equal(count_items(world->fixture.ledger, "withdrawn"), 1);
}

#define RIGHTS_TEST(name) cmocka_unit_test_setup_teardown(name, rights_setup, rights_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    RIGHTS_TEST(test_finds_the_resident_as_the_plan_normalises),
	    RIGHTS_TEST(test_finds_by_client_number),
	    RIGHTS_TEST(test_nothing_is_found_by_nothing),
	    RIGHTS_TEST(test_what_cannot_be_read_is_refused_without_its_text),
	    RIGHTS_TEST(test_file_is_read_where_only_its_owner_may),
	    RIGHTS_TEST(test_file_may_name_the_fields_as_the_form_does),
	    RIGHTS_TEST(test_the_client_number_has_its_dutch_name),
	    RIGHTS_TEST(test_only_the_resident_s_questions_go_and_stay_out),
	    RIGHTS_TEST(test_what_is_frozen_and_not_sent_is_made_anew),
	    RIGHTS_TEST(test_what_has_left_stays_and_is_explained),
	    RIGHTS_TEST(test_nothing_of_the_resident_is_left_in_the_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* The bytes of a release: what is packed is read, and everything else is refused. */
#include "release_sample.h"

#include "proto/oeo.pb-c.h"
#include "release_same.h"

static enum oeo_err unpack(const uint8_t *bytes, size_t len)
{
	struct oeo_release read = {0};
	struct oeo_note why = {""};
	enum oeo_err err = oeo_release_unpack(&read, bytes, len, &why);

	if (err == OEO_OK)
		oeo_release_fini(&read);
	else
		assert_true(why.text[0] != '\0');
	return err;
}

/* Hide the questions of a cell that is shown, in the second table, which publishes them; returns which. */
static size_t hide_questions(void)
{
	struct oeo_release_table *table = &release.tables[1];
	size_t cell = 0;

	assert_true(release.plan.plan->tables[table->table].publishes_questions);
	while (table->cells[cell].is_hidden || table->cells[cell].questions == 0)
		cell++;
	table->cells[cell].hides_questions = true;
	table->cells[cell].questions = 0;
	table->not_shown++;
	return cell;
}

static void test_what_is_packed_is_read(void **state)
{
	struct oeo_release read = {0};
	struct oeo_buf bytes;

	(void)state;
	release.late = (struct oeo_release_share){true, 15};
	release.is_correction = true;
	memset(release.corrects, 7, sizeof(release.corrects));
	(void)hide_questions();
	pack(&bytes);
	assert_int_equal(oeo_release_unpack(&read, bytes.data, bytes.len, NULL), OEO_OK);
	assert_true(oeo_period_equal(&read.period, &release.period));
	assert_memory_equal(read.digest, release.digest, OEO_DIGEST_BYTES);
	assert_memory_equal(read.plan.plan->digest, release.plan.plan->digest, OEO_DIGEST_BYTES);
	assert_memory_equal(read.key_digest, release.key_digest, OEO_DIGEST_BYTES);
	assert_memory_equal(read.corrects, release.corrects, OEO_DIGEST_BYTES);
	assert_true(read.is_correction && read.late.is_shown && !read.unmapped.is_shown);
	assert_int_equal(read.late.percent, 15);
	assert_string_equal(read.created, release.created);
	assert_string_equal(read.publisher, release.publisher);
	assert_int_equal(read.n_members, release.n_members);
	assert_int_equal(read.n_keyholders, release.n_keyholders);
	assert_same_cells(&read, &release);
	oeo_release_fini(&read);
	oeo_buf_fini(&bytes);
}

static void test_a_table_is_found_by_its_id(void **state)
{
	(void)state;
	assert_ptr_equal(oeo_release_table(&release, "total"), &release.tables[0]);
	assert_null(oeo_release_table(&release, "month-total"));
	assert_null(oeo_release_table(&release, ""));
}

static void test_every_cut_and_every_tail_is_refused(void **state)
{
	struct oeo_buf bytes;

	(void)state;
	pack(&bytes);
	for (size_t len = 0; len < bytes.len; len += len < 64 || len + 64 > bytes.len ? 1 : 97)
		assert_int_equal(unpack(bytes.data, len), OEO_ERR_FORMAT);
	assert_int_equal(oeo_buf_append(&bytes, "", 1), OEO_OK);
	assert_int_equal(unpack(bytes.data, bytes.len), OEO_ERR_FORMAT);
	oeo_buf_fini(&bytes);
}

/* ---- What pack refuses */

static void test_what_may_not_be_is_not_packed(void **state)
{
	struct oeo_release_table *table = &release.tables[1];
	struct oeo_release_cell kept;
	struct oeo_buf bytes = {0};
	size_t shown = 0;

	(void)state;
	while (table->cells[shown].is_hidden)
		shown++;
	kept = table->cells[shown];
	table->not_shown++;
	assert_int_equal(oeo_release_pack(&bytes, &release), OEO_ERR_RANGE);
	table->not_shown--;
	table->cells[shown].is_hidden = true;
	table->not_shown++;
	assert_int_equal(
	    oeo_release_pack(&bytes, &release), OEO_ERR_RANGE); /* hidden, but its number is still there */
	table->not_shown--;
	table->cells[shown] = kept;
	table->withheld = (unsigned)table->not_shown + 1;
	assert_int_equal(oeo_release_pack(&bytes, &release), OEO_ERR_RANGE);
	table->withheld = 0;
	release.late = (struct oeo_release_share){true, 7};
	assert_int_equal(oeo_release_pack(&bytes, &release), OEO_ERR_RANGE);
	release.late = (struct oeo_release_share){true, 105};
	assert_int_equal(oeo_release_pack(&bytes, &release), OEO_ERR_RANGE);
	release.late = (struct oeo_release_share){false, 5};
	assert_int_equal(oeo_release_pack(&bytes, &release), OEO_ERR_RANGE);
	release.late = (struct oeo_release_share){false, 0};
	(void)snprintf(release.created, sizeof(release.created), "yesterday");
	assert_int_equal(oeo_release_pack(&bytes, &release), OEO_ERR_RANGE);
	assert_int_equal(bytes.len, 0);
	oeo_buf_fini(&bytes);
}

static void test_questions_are_hidden_alone_of_a_shown_cell_that_has_them(void **state)
{
	struct oeo_release_table *table = &release.tables[1];
	struct oeo_release_cell *cell = &table->cells[hide_questions()];
	struct oeo_buf bytes = {0};

	(void)state;
	assert_int_equal(oeo_release_pack(&bytes, &release), OEO_OK);
	table->not_shown--;
	assert_int_equal(oeo_release_pack(&bytes, &release), OEO_ERR_RANGE);
	table->not_shown++;
	cell->questions = 1;
	assert_int_equal(oeo_release_pack(&bytes, &release), OEO_ERR_RANGE);
	cell->questions = 0;
	cell->residents = 0;
	cell->is_hidden = true;
	assert_int_equal(oeo_release_pack(&bytes, &release), OEO_ERR_RANGE);
	cell->hides_questions = false;
	assert_int_equal(oeo_release_pack(&bytes, &release), OEO_OK);
	for (table = release.tables; release.plan.plan->tables[table->table].publishes_questions;)
		table++;
	for (cell = table->cells; cell->is_hidden;)
		cell++;
	cell->hides_questions = true;
	table->not_shown++;
	assert_int_equal(oeo_release_pack(&bytes, &release), OEO_ERR_RANGE);
	oeo_buf_fini(&bytes);
}

static void test_members_are_sorted_and_once(void **state)
{
	struct oeo_buf bytes = {0};
	struct oeo_release_member kept = release.members[0];

	(void)state;
	release.members[0] = release.members[1];
	assert_int_equal(oeo_release_pack(&bytes, &release), OEO_ERR_RANGE);
	release.members[1] = kept;
	assert_int_equal(oeo_release_pack(&bytes, &release), OEO_ERR_RANGE);
	oeo_buf_fini(&bytes);
}

/* ---- Files that another program could have written */

struct part {
	const uint8_t *bytes;
	size_t len;
};

/* The delimited messages of a file. */
static size_t split(struct part *parts, size_t most, const struct oeo_buf *file)
{
	size_t at = 0;
	size_t n = 0;

	while (at < file->len && n < most) {
		size_t len = 0;

		for (unsigned shift = 0;; shift += 7) {
			len |= (size_t)(file->data[at] & 0x7f) << shift;
			if ((file->data[at++] & 0x80) == 0)
				break;
		}
		parts[n++] = (struct part){file->data + at, len};
		at += len;
	}
	return n;
}

static void append_message(struct oeo_buf *out, const ProtobufCMessage *message)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	size_t left = size;

	do {
		uint8_t byte = (uint8_t)((left & 0x7f) | (left > 0x7f ? 0x80 : 0));

		assert_int_equal(oeo_buf_append(out, &byte, 1), OEO_OK);
		left >>= 7;
	} while (left > 0);
	assert_int_equal(oeo_buf_reserve(out, size), OEO_OK);
	(void)protobuf_c_message_pack(message, out->data + out->len);
	out->len += size;
}

#define MOST_PARTS 32

/* Write the file again with its header and its tables as the edits leave them, and read it. */
static enum oeo_err read_edited(
    void (*edit_header)(Oeo__ReleaseHeader *), void (*edit_tables)(Oeo__ReleaseTable **))
{
	struct part parts[MOST_PARTS] = {{NULL, 0}};
	Oeo__ReleaseTable *tables[MOST_PARTS] = {NULL};
	Oeo__ReleaseHeader *header;
	struct oeo_buf bytes;
	struct oeo_buf edited = {0};
	enum oeo_err err;
	size_t n;

	pack(&bytes);
	n = split(parts, MOST_PARTS, &bytes);
	header = oeo__release_header__unpack(NULL, parts[0].len, parts[0].bytes);
	assert_non_null(header);
	for (size_t i = 1; i < n; i++)
		tables[i - 1] = oeo__release_table__unpack(NULL, parts[i].len, parts[i].bytes);
	if (edit_header != NULL)
		edit_header(header);
	if (edit_tables != NULL)
		edit_tables(tables);
	append_message(&edited, &header->base);
	for (size_t i = 1; i < n; i++)
		append_message(&edited, &tables[i - 1]->base);
	err = unpack(edited.data, edited.len);
	oeo__release_header__free_unpacked(header, NULL);
	for (size_t i = 1; i < n; i++)
		oeo__release_table__free_unpacked(tables[i - 1], NULL);
	oeo_buf_fini(&bytes);
	oeo_buf_fini(&edited);
	return err;
}

static void other_format(Oeo__ReleaseHeader *header)
{
	header->format = 2;
}

static void other_plan_digest(Oeo__ReleaseHeader *header)
{
	header->plan_digest.data[5] ^= 1;
}

static void short_key_digest(Oeo__ReleaseHeader *header)
{
	header->key_digest.len = 31;
}

static void other_period(Oeo__ReleaseHeader *header)
{
	header->period[0] = '1';
}

static void more_tables(Oeo__ReleaseHeader *header)
{
	header->tables++;
}

static void fewer_tables(Oeo__ReleaseHeader *header)
{
	header->tables--;
}

static void many_tables(Oeo__ReleaseHeader *header)
{
	header->tables = UINT32_MAX;
}

static void control_character(Oeo__ReleaseHeader *header)
{
	header->publisher[0] = '\x1b';
}

static void strange_coverage(Oeo__ReleaseHeader *header)
{
	header->members[0]->coverage = 9;
}

static void other_keyholder(Oeo__ReleaseHeader *header)
{
	header->keyholders[0]->id[0] = 'x';
}

static void strange_share(Oeo__ReleaseHeader *header)
{
	header->late->shown = 1;
	header->late->percent = 3;
}

static void test_headers_that_do_not_fit_are_refused(void **state)
{
	(void)state;
	assert_int_equal(read_edited(NULL, NULL), OEO_OK);
	assert_int_equal(read_edited(other_format, NULL), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(other_plan_digest, NULL), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(short_key_digest, NULL), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(other_period, NULL), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(more_tables, NULL), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(fewer_tables, NULL), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(many_tables, NULL), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(control_character, NULL), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(strange_coverage, NULL), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(other_keyholder, NULL), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(strange_share, NULL), OEO_ERR_FORMAT);
}

static void swap_tables(Oeo__ReleaseTable **tables)
{
	Oeo__ReleaseTable *kept = tables[0];

	tables[0] = tables[1];
	tables[1] = kept;
}

static void unknown_table(Oeo__ReleaseTable **tables)
{
	tables[0]->id[0] = 'x';
}

static void one_cell_less(Oeo__ReleaseTable **tables)
{
	tables[1]->n_residents--;
}

static void no_questions(Oeo__ReleaseTable **tables)
{
	tables[1]->n_questions = 0;
}

/* The first table is the total, which is shown. */
static void shown_in_one_measure(Oeo__ReleaseTable **tables)
{
	tables[0]->questions[0] = 0;
}

static void shown_without_questions(Oeo__ReleaseTable **tables)
{
	tables[0]->questions[0] = 0;
	tables[0]->not_shown++;
}

static void shown_without_residents(Oeo__ReleaseTable **tables)
{
	tables[0]->residents[0] = 0;
	tables[0]->not_shown++;
}

static void wrong_count(Oeo__ReleaseTable **tables)
{
	tables[1]->not_shown++;
}

static void too_many_withheld(Oeo__ReleaseTable **tables)
{
	tables[1]->withheld = (uint32_t)tables[1]->not_shown + 1;
}

static void test_tables_that_do_not_fit_are_refused(void **state)
{
	(void)state;
	assert_false(release.tables[0].cells[0].is_hidden);
	assert_int_equal(read_edited(NULL, swap_tables), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(NULL, unknown_table), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(NULL, one_cell_less), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(NULL, no_questions), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(NULL, shown_in_one_measure), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(NULL, shown_without_questions), OEO_OK);
	assert_int_equal(read_edited(NULL, shown_without_residents), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(NULL, wrong_count), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(NULL, too_many_withheld), OEO_ERR_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_what_is_packed_is_read),
	    TEST(test_a_table_is_found_by_its_id),
	    TEST(test_every_cut_and_every_tail_is_refused),
	    TEST(test_what_may_not_be_is_not_packed),
	    TEST(test_questions_are_hidden_alone_of_a_shown_cell_that_has_them),
	    TEST(test_members_are_sorted_and_once),
	    TEST(test_headers_that_do_not_fit_are_refused),
	    TEST(test_tables_that_do_not_fit_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

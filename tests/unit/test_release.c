/* SPDX-License-Identifier: EUPL-1.2 */
/* The release file: what is written is read, and everything else is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "export_sample.h"
#include "proto/minisig.h"
#include "proto/oeo.pb-c.h"

static struct sample sample;
static struct oeo_release release;

static int set_up(void **state)
{
	(void)state;
	sample_init(&sample, SAMPLE_ALMELO);
	sample_begin(&release, &sample, "2025-Q3");
	sample_fill(&release);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	oeo_release_fini(&release);
	sample_fini(&sample);
	return 0;
}

static void pack(struct oeo_buf *bytes)
{
	oeo_buf_init(bytes);
	assert_int_equal(oeo_release_pack(bytes, &release), OEO_OK);
}

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

static void test_what_is_packed_is_read(void **state)
{
	struct oeo_release read = {0};
	struct oeo_buf bytes;

	(void)state;
	release.late = (struct oeo_release_share){true, 15};
	release.is_correction = true;
	memset(release.corrects, 7, sizeof(release.corrects));
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
	assert_int_equal(read.n_tables, release.n_tables);
	for (size_t t = 0; t < read.n_tables; t++) {
		assert_int_equal(read.tables[t].not_shown, release.tables[t].not_shown);
		for (size_t c = 0; c < read.tables[t].n_cells; c++) {
			assert_int_equal(
			    read.tables[t].cells[c].is_hidden, release.tables[t].cells[c].is_hidden);
			assert_int_equal(
			    read.tables[t].cells[c].residents, release.tables[t].cells[c].residents);
			assert_int_equal(
			    read.tables[t].cells[c].questions, release.tables[t].cells[c].questions);
		}
	}
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
	assert_int_equal(read_edited(NULL, wrong_count), OEO_ERR_FORMAT);
	assert_int_equal(read_edited(NULL, too_many_withheld), OEO_ERR_FORMAT);
}

/* ---- Files */

static void write_release(char path[SAMPLE_PATH_BYTES], const struct oeo_secret *key)
{
	struct oeo_buf bytes;
	struct oeo_buf text = {0};
	char name[SAMPLE_PATH_BYTES + 16];

	pack(&bytes);
	assert_int_equal(oeo_minisig_sign(&text, bytes.data, bytes.len, key, "x"), OEO_OK);
	(void)snprintf(path, SAMPLE_PATH_BYTES, "%s/almelo-2025-Q3.oeorel", sample.folder);
	(void)snprintf(name, sizeof(name), "%s.minisig", path);
	assert_int_equal(oeo_file_write(path, bytes.data, bytes.len, 0600, NULL), OEO_OK);
	assert_int_equal(oeo_file_write(name, text.data, text.len, 0600, NULL), OEO_OK);
	oeo_buf_fini(&bytes);
	oeo_buf_fini(&text);
}

static void test_a_signed_file_is_read_with_and_without_the_key(void **state)
{
	struct oeo_release read = {0};
	char path[SAMPLE_PATH_BYTES];

	(void)state;
	write_release(path, &sample.publisher_key);
	assert_int_equal(oeo_release_read(&read, path, sample.publisher_pk, NULL), OEO_OK);
	oeo_release_fini(&read);
	assert_int_equal(oeo_release_read(&read, path, NULL, NULL), OEO_OK);
	assert_memory_equal(read.publisher_pk, sample.publisher_pk, OEO_IDENTITY_BYTES);
	oeo_release_fini(&read);
}

static void test_other_signer_other_bytes_and_no_signature_are_refused(void **state)
{
	struct oeo_release read = {0};
	struct oeo_buf bytes = {0};
	char path[SAMPLE_PATH_BYTES];
	char name[SAMPLE_PATH_BYTES + 16];

	(void)state;
	write_release(path, &sample.keyholder_keys[0]);
	assert_int_equal(oeo_release_read(&read, path, sample.publisher_pk, NULL), OEO_ERR_CRYPTO);
	assert_int_equal(oeo_release_read(&read, path, NULL, NULL), OEO_ERR_CRYPTO);
	/* Signed by the key that is asked for, but it names another one. */
	assert_int_equal(oeo_release_read(&read, path, sample.keyholder_pks[0], NULL), OEO_ERR_CRYPTO);

	write_release(path, &sample.publisher_key);
	assert_int_equal(oeo_file_read(&bytes, path, OEO_RELEASE_LIMIT, NULL), OEO_OK);
	bytes.data[bytes.len - 1] ^= 1;
	assert_int_equal(oeo_file_write(path, bytes.data, bytes.len, 0600, NULL), OEO_OK);
	assert_int_equal(oeo_release_read(&read, path, sample.publisher_pk, NULL), OEO_ERR_CRYPTO);
	oeo_buf_fini(&bytes);

	write_release(path, &sample.publisher_key);
	(void)snprintf(name, sizeof(name), "%s.minisig", path);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(oeo_release_read(&read, path, sample.publisher_pk, NULL), OEO_ERR_NOT_FOUND);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(oeo_release_read(&read, path, sample.publisher_pk, NULL), OEO_ERR_NOT_FOUND);
}

static void test_a_keyholder_who_did_not_approve_is_noticed(void **state)
{
	struct oeo_release read = {0};
	char path[SAMPLE_PATH_BYTES];

	(void)state;
	release.keyholders[0].identity_pk[3] ^= 1;
	write_release(path, &sample.publisher_key);
	assert_int_equal(oeo_release_read(&read, path, sample.publisher_pk, NULL), OEO_ERR_CRYPTO);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_what_is_packed_is_read),
	    TEST(test_a_table_is_found_by_its_id),
	    TEST(test_every_cut_and_every_tail_is_refused),
	    TEST(test_what_may_not_be_is_not_packed),
	    TEST(test_members_are_sorted_and_once),
	    TEST(test_headers_that_do_not_fit_are_refused),
	    TEST(test_tables_that_do_not_fit_are_refused),
	    TEST(test_a_signed_file_is_read_with_and_without_the_key),
	    TEST(test_other_signer_other_bytes_and_no_signature_are_refused),
	    TEST(test_a_keyholder_who_did_not_approve_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

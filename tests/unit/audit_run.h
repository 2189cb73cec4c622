/* SPDX-License-Identifier: EUPL-1.2 */
/* `oeo-collector audit` as main runs it, on release files of the world, and what it said. */
#ifndef OEO_TESTS_UNIT_AUDIT_RUN_H
#define OEO_TESTS_UNIT_AUDIT_RUN_H

#include "release_world.h"

#include <jansson.h>

#include "collector/audit_command.h"
#include "proto/minisig.h"

/* Where the last audit wrote. */
static inline const char *audit_output(void)
{
	static char path[OEO_PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/audit.txt", world.folder);
	return path;
}

static inline enum oeo_exit audit_as(
    char **paths, size_t n, const struct oeo_given *given, size_t n_given, bool is_json)
{
	static const struct oeo_option options[] = {
	    {"mine", "FILE", ""}, {"verdicts", NULL, ""}, {"each", NULL, ""}, {NULL, NULL, NULL}};
	static const struct oeo_command command = {"audit", "", "", options, 1, SIZE_MAX, oeo_audit_command};
	static const struct oeo_program program = {"oeo-collector", "", NULL, &command};
	const char *values[] = {NULL, NULL, NULL};
	struct oeo_cli cli = {.program = &program,
	    .command = &command,
	    .is_json = is_json,
	    .arguments = paths,
	    .n_arguments = n,
	    .values = values,
	    .given = given,
	    .n_given = n_given};
	char told[OEO_PATH_BYTES];
	enum oeo_exit result;
	int out;
	int err;

	/* What goes wrong is where said() looks. */
	(void)snprintf(told, sizeof(told), "%s/said.txt", world.folder);
	for (size_t i = 0; i < n_given; i++)
		values[given[i].option] = given[i].value;
	(void)unlink(audit_output());
	out = redirect(STDOUT_FILENO, audit_output());
	err = redirect(STDERR_FILENO, told);
	result = cli.command->run(&cli);
	restore(STDERR_FILENO, err);
	restore(STDOUT_FILENO, out);
	return result;
}

static inline enum oeo_exit audit_files(char **paths, size_t n, const char *mine, bool is_json)
{
	struct oeo_given given = {0, mine};

	return audit_as(paths, n, &given, mine != NULL, is_json);
}

static inline json_t *read_output(void)
{
	json_t *json = json_load_file(audit_output(), 0, NULL);

	assert_non_null(json);
	return json;
}

static inline const char *verdict_of(const json_t *json, const char *attacker)
{
	const json_t *verdict =
	    json_object_get(json_object_get(json_object_get(json, "attackers"), attacker), "verdict");

	return json_string_value(verdict);
}

/* Sign what a test made of a release, as a publisher would that does not protect. */
static inline void write_signed(const char *path, struct oeo_release *release)
{
	struct oeo_buf bytes = {0};
	struct oeo_buf signature = {0};
	char name[OEO_PATH_BYTES + 16];

	assert_int_equal(oeo_release_pack(&bytes, release), OEO_OK);
	assert_int_equal(oeo_file_write(path, bytes.data, bytes.len, 0600, NULL), OEO_OK);
	assert_int_equal(
	    oeo_minisig_sign(&signature, bytes.data, bytes.len, &world.self.identity_sk, "test"), OEO_OK);
	(void)snprintf(name, sizeof(name), "%s.minisig", path);
	assert_int_equal(oeo_file_write(name, signature.data, signature.len, 0600, NULL), OEO_OK);
	oeo_buf_fini(&bytes);
	oeo_buf_fini(&signature);
}

static inline void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

#endif

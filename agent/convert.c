/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/convert.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/convert_internal.h"
#include "proto/i18n.h"

#define CHUNK_BYTES 65536

enum kind { KIND_PLAIN, KIND_SHEET, KIND_JSON_LINES };

static bool ends_with(const char *name, const char *ending)
{
	size_t len = strlen(name);
	size_t ending_len = strlen(ending);

	return len > ending_len && strcasecmp(name + len - ending_len, ending) == 0;
}

static enum kind find_kind(FILE *file, const char *name, const char *format)
{
	char bytes[4] = {0};
	size_t got;

	if (format != NULL)
		return strcmp(format, "jsonl") == 0 ? KIND_JSON_LINES : KIND_PLAIN;
	got = fread(bytes, 1, sizeof(bytes), file);
	rewind(file);
	if (got == sizeof(bytes) &&
	    (memcmp(bytes, "PK\x03\x04", 4) == 0 || memcmp(bytes, "\xD0\xCF\x11\xE0", 4) == 0))
		return KIND_SHEET;
	return ends_with(name, ".jsonl") || ends_with(name, ".ndjson") ? KIND_JSON_LINES : KIND_PLAIN;
}

enum oeo_err oeo_convert_copy(FILE *out, FILE *in)
{
	char bytes[CHUNK_BYTES];
	size_t got;

	while ((got = fread(bytes, 1, sizeof(bytes), in)) > 0) {
		if (fwrite(bytes, 1, got, out) != got)
			break;
	}
	sodium_memzero(bytes, sizeof(bytes));
	return ferror(in) != 0 || ferror(out) != 0 ? OEO_ERR_IO : OEO_OK;
}

/* A file in memory. *fd stays open when the stream is closed. */
static FILE *open_memory(int *fd)
{
	int second;
	FILE *file = NULL;

	*fd = memfd_create("oeo", MFD_CLOEXEC);
	if (*fd < 0)
		return NULL;
	second = dup(*fd);
	if (second >= 0 && (file = fdopen(second, "w+be")) == NULL)
		(void)close(second);
	return file;
}

/* Run the conversion with its result in memory. */
static enum oeo_err convert(
    struct oeo_source *source, FILE *in, enum kind kind, const char *sheet, struct oeo_note *why)
{
	FILE *out = open_memory(&source->fd);
	enum oeo_err err;

	if (out == NULL)
		return oeo_note_set(why, OEO_ERR_NOMEM, _("There is not enough memory."));
	if (kind == KIND_SHEET)
		err = oeo_convert_sheet(out, source->path, sheet, why);
	else if (kind == KIND_JSON_LINES)
		err = oeo_convert_json_lines(out, in, why);
	else
		err = oeo_convert_copy(out, in);
	if (fclose(out) != 0 && err == OEO_OK)
		err = oeo_note_set(why, OEO_ERR_NOMEM, _("There is not enough memory."));
	(void)snprintf(source->memory_path, sizeof(source->memory_path), "/proc/self/fd/%d", source->fd);
	if (err == OEO_OK)
		source->path = source->memory_path;
	return err;
}

/* Standard input can be read once: the whole of it first. */
static enum oeo_err open_input(struct oeo_source *source, const char *format, struct oeo_note *why)
{
	struct oeo_source raw = {source->name, source->name, -1, ""};
	enum oeo_err err = convert(&raw, stdin, KIND_PLAIN, NULL, why);
	FILE *in = err == OEO_OK ? fopen(raw.path, "rbe") : NULL;

	if (err == OEO_OK && in == NULL)
		err = OEO_ERR_IO;
	source->path = raw.path;
	if (err == OEO_OK)
		err = convert(source, in, find_kind(in, source->name, format), NULL, why);
	if (in != NULL)
		(void)fclose(in);
	oeo_source_close(&raw);
	return err;
}

enum oeo_err oeo_source_open(
    struct oeo_source *source, const char *name, const char *format, const char *sheet, struct oeo_note *why)
{
	enum oeo_err err = OEO_OK;
	enum kind kind;
	FILE *in;

	*source = (struct oeo_source){name, name, -1, ""};
	if (strcmp(name, "-") == 0)
		return open_input(source, format, why);
	in = fopen(name, "rbe");
	if (in == NULL)
		return OEO_OK;
	kind = find_kind(in, name, format);
	if (sheet != NULL && kind != KIND_SHEET)
		err = oeo_note_set(why, OEO_ERR_USAGE, _("%s is no spreadsheet: leave --sheet out."), name);
	else if (kind != KIND_PLAIN)
		err = convert(source, in, kind, sheet, why);
	(void)fclose(in);
	return err;
}

void oeo_source_close(struct oeo_source *source)
{
	if (source->fd >= 0)
		(void)close(source->fd);
	source->fd = -1;
}

const char *oeo_source_shown(const char *name)
{
	return strcmp(name, "-") == 0 ? _("standard input") : name;
}

void oeo_source_name_in(const struct oeo_source *source, struct oeo_note *note)
{
	struct oeo_note whole;
	char *at;

	if (source->path == NULL || strcmp(source->path, source->name) == 0)
		return;
	at = strstr(note->text, source->path);
	if (at == NULL)
		return;
	*at = '\0';
	(void)oeo_note_set(
	    &whole, OEO_OK, "%s%s%s", note->text, oeo_source_shown(source->name), at + strlen(source->path));
	*note = whole;
}

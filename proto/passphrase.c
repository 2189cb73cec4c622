/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/passphrase.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proto/i18n.h"
#include "proto/private_file.h"
#include "proto/terminal.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define LINE_BYTES (OEO_PASSPHRASE_BYTES + 8) /* with a mark and the end of the line */

static size_t count_characters(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xC0) != 0x80;
	return n;
}

/* Take it over from a line that ends with a zero. */
static enum oeo_err take(struct oeo_secret *passphrase, const char *text, bool is_new, struct oeo_note *why)
{
	struct oeo_secret taken = {NULL, 0};
	size_t len = strlen(text);
	enum oeo_err err;

	if (is_new && count_characters(text) < OEO_PASSPHRASE_LEAST)
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("This passphrase is too short: take at least %d characters, for instance four words "
		      "that "
		      "have nothing to do with each other."),
		    OEO_PASSPHRASE_LEAST);
	if (len > OEO_PASSPHRASE_BYTES)
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("This passphrase is too long: take at most %d bytes."), OEO_PASSPHRASE_BYTES);
	err = oeo_secret_init(&taken, len);
	if (err != OEO_OK)
		return err;
	memcpy(taken.bytes, text, len);
	*passphrase = taken;
	return OEO_OK;
}

/* ---- The terminal */

static enum oeo_err ask_line(struct oeo_secret *line, const char *question, struct oeo_note *why)
{
	enum oeo_err err = oeo_secret_init(line, LINE_BYTES);

	if (err == OEO_OK &&
	    (!oeo_terminal_ask_hidden((char *)line->bytes, line->len, question) || line->bytes[0] == '\0'))
		err = oeo_note_set(why, OEO_ERR_USAGE,
		    _("No passphrase was typed. Run this in a terminal, or give --passphrase-file FILE."));
	return err;
}

enum oeo_err oeo_passphrase_ask(struct oeo_secret *passphrase, bool is_new, struct oeo_note *why)
{
	struct oeo_secret line = {NULL, 0};
	struct oeo_secret again = {NULL, 0};
	enum oeo_err err;

	if (is_new && isatty(STDIN_FILENO) != 0)
		(void)fprintf(stderr, "%s\n",
		    _("Choose a passphrase for this file: four words that have nothing to do with each other "
		      "are good. Without it nobody can read the file, not even you: write it down and keep "
		      "it, but not beside the file."));
	err = ask_line(
	    &line, is_new ? _("Passphrase (it is not shown): ") : _("Passphrase of the backup: "), why);
	if (err == OEO_OK && is_new)
		err = ask_line(&again, _("The same once more: "), why);
	if (err == OEO_OK && is_new && sodium_memcmp(line.bytes, again.bytes, line.len) != 0)
		err = oeo_note_set(
		    why, OEO_ERR_FORMAT, _("These two are not the same. Nothing was written; try again."));
	if (err == OEO_OK)
		err = take(passphrase, (const char *)line.bytes, is_new, why);
	oeo_secret_fini(&line);
	oeo_secret_fini(&again);
	return err;
}

/* ---- A file */

/* The first line of what was read, without its end and the mark of some editors; ends with a zero. */
static const char *first_line(struct oeo_secret *text)
{
	char *line = (char *)text->bytes;

	if (strncmp(line, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0)
		line += strlen(BYTE_ORDER_MARK);
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

enum oeo_err oeo_passphrase_read(
    struct oeo_secret *passphrase, const char *path, bool is_new, struct oeo_note *why)
{
	struct oeo_secret text = {NULL, 0};
	size_t len = 0;
	enum oeo_err err = oeo_secret_init(&text, LINE_BYTES); /* zeros */

	if (err == OEO_OK)
		err = oeo_private_file_read_start(text.bytes, text.len - 1, &len, path, why);
	if (err == OEO_ERR_REFUSED)
		(void)oeo_note_set(why, err,
		    _("%s: others on this machine can read this passphrase. Run `chmod 600 %s`, or take "
		      "another "
		      "passphrase if somebody had access."),
		    path, path);
	if (err == OEO_OK && first_line(&text)[0] == '\0')
		err = oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s: the first line is empty; the passphrase has to stand there."), path);
	if (err == OEO_OK)
		err = take(passphrase, first_line(&text), is_new, why);
	oeo_secret_fini(&text);
	return err;
}

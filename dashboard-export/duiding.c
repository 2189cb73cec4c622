/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/duiding.h"

#include <dirent.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"
#include "proto/text.h"

#define FILE_LIMIT ((size_t)64 * 1024)
#define MOST_FILES 2000
#define THEME_NAME "thema-"
#define SIGNAL_NAME "signaal-"
#define ENDING ".md"

/* A file while it is read. */
struct reading {
	const char *name;
	const char *rest;
	size_t line; /* of rest, from 1 */
	struct oeo_duiding_item *item;
	unsigned seen; /* keys, a bit each */
	struct oeo_note *why;
};

static enum oeo_err fault(const struct reading *reading, const char *sentence)
{
	return oeo_note_set(
	    reading->why, OEO_ERR_FORMAT, "%s:%zu: %s", reading->name, reading->line, sentence);
}

/* ---- keys ---- */

static enum oeo_err copy_line(const struct reading *reading, char *to, size_t size, const char *value)
{
	if (value[0] != '\0' && !oeo_text_is_line(value, strlen(value), 1, size - 1))
		return fault(reading, _("this is too long, or has characters that cannot be shown"));
	(void)snprintf(to, size, "%s", value);
	return OEO_OK;
}

static enum oeo_err find_code(const struct reading *reading, const struct oeo_signal_code **found,
    const struct oeo_signal_code *codes, const char *value)
{
	if (value[0] == '\0')
		return OEO_OK;
	for (; codes->code != NULL; codes++)
		if (strcmp(codes->code, value) == 0) {
			*found = codes;
			return OEO_OK;
		}
	return fault(reading, _("this code does not exist; LEESMIJ.md in the same folder lists the codes"));
}

static enum oeo_err set_id(struct reading *reading, const char *value)
{
	if (strcmp(reading->item->id, value) == 0)
		return OEO_OK;
	return fault(reading, _("the name of the file says another theme or signal than its first line"));
}

static enum oeo_err set_date(struct reading *reading, const char *value)
{
	int64_t day;

	if (value[0] != '\0' && oeo_day_parse(&day, value) != OEO_OK)
		return fault(reading, _("write a date as 2026-11-21"));
	(void)snprintf(reading->item->date, sizeof(reading->item->date), "%s", value);
	return OEO_OK;
}

enum key {
	KEY_THEME,
	KEY_SIGNAL,
	KEY_TITLE,
	KEY_AUTHOR,
	KEY_DATE,
	KEY_TYPE,
	KEY_STATUS,
	KEY_DECIDER,
	KEY_DONE,
	KEYS
};

static enum key find_key(const char *word, size_t length)
{
	static const char *const keys[] = {
	    "thema", "signaal", "titel", "auteur", "datum", "type", "status", "beslist", "gedaan"};

	for (size_t i = 0; i < KEYS; i++)
		if (strlen(keys[i]) == length && strncmp(keys[i], word, length) == 0)
			return (enum key)i;
	return KEYS;
}

/* Which keys may stand in a file of this kind. */
static bool is_fitting(enum key key, bool is_signal)
{
	if (key == KEYS || key == (is_signal ? KEY_THEME : KEY_SIGNAL))
		return false;
	return is_signal || key < KEY_TYPE;
}

static enum oeo_err set_key(struct reading *reading, enum key key, const char *value)
{
	struct oeo_duiding_item *item = reading->item;

	switch (key) {
	case KEY_THEME:
	case KEY_SIGNAL:
		return set_id(reading, value);
	case KEY_TITLE:
		return copy_line(reading, item->title, sizeof(item->title), value);
	case KEY_AUTHOR:
		return copy_line(reading, item->author, sizeof(item->author), value);
	case KEY_DATE:
		return set_date(reading, value);
	case KEY_TYPE:
		return find_code(reading, &item->type, oeo_signal_types(), value);
	case KEY_STATUS:
		return find_code(reading, &item->status, oeo_signal_statuses(), value);
	case KEY_DECIDER:
		return copy_line(reading, item->decider, sizeof(item->decider), value);
	case KEY_DONE:
		return copy_line(reading, item->done, sizeof(item->done), value);
	case KEYS:
		break;
	}
	return OEO_ERR_INTERNAL;
}

/* ---- the head ---- */

/* Take the next line without its end; false at the end of the text or where the line does not fit. */
static bool take_line(struct reading *reading, char *line, size_t size)
{
	size_t length = strcspn(reading->rest, "\n");

	if (reading->rest[0] == '\0' || length >= size)
		return false;
	memcpy(line, reading->rest, length);
	line[length] = '\0';
	if (length > 0 && line[length - 1] == '\r')
		line[length - 1] = '\0';
	reading->rest += length + (reading->rest[length] == '\n' ? 1 : 0);
	reading->line++;
	return true;
}

static void trim_end(char *text)
{
	size_t length = strlen(text);

	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		text[--length] = '\0';
}

static enum oeo_err read_key(struct reading *reading, char *line)
{
	size_t length = strcspn(line, ":");
	enum key key = find_key(line, length);
	char *value = line + length;

	if (*value != ':' || !is_fitting(key, reading->item->is_signal))
		return fault(
		    reading, _("this line is not known here; LEESMIJ.md in the same folder says which are"));
	if ((reading->seen & (1u << key)) != 0)
		return fault(reading, _("this line stands here twice"));
	reading->seen |= 1u << key;
	value++;
	value += strspn(value, " \t");
	trim_end(value);
	return set_key(reading, key, value);
}

static enum oeo_err read_head(struct reading *reading)
{
	char line[OEO_DUIDING_TEXT_BYTES + 32];
	enum oeo_err err = OEO_OK;

	if (!take_line(reading, line, sizeof(line)) || strcmp(line, "---") != 0)
		return fault(reading, _("the file has to begin with a line of three dashes: ---"));
	while (err == OEO_OK) {
		if (!take_line(reading, line, sizeof(line)))
			return fault(reading,
			    _("a line is too long, or the head does not end with three dashes: ---"));
		if (strcmp(line, "---") == 0)
			break;
		err = read_key(reading, line);
	}
	if (err == OEO_OK && (reading->seen & (1u << KEY_THEME | 1u << KEY_SIGNAL)) == 0)
		return fault(reading, _("the head has to say which theme or signal this is about"));
	if (err == OEO_OK && reading->item->is_signal && reading->item->title[0] == '\0')
		return fault(reading, _("a signal needs a title: a sentence that says what it is"));
	return err;
}

/* Line ends and tabs are the only control characters. */
static bool is_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)text[i] < 0x20 && strchr("\n\r\t", text[i]) == NULL) || text[i] == '\0' ||
		    text[i] == 0x7F)
			return false;
	return oeo_text_is_utf8(text, len);
}

/* "signaal-X.md" gives X; false for another name. */
static bool read_name(struct oeo_duiding_item *item, const char *name)
{
	size_t length = strlen(name);
	const char *begin;

	item->is_signal = strncmp(name, SIGNAL_NAME, strlen(SIGNAL_NAME)) == 0;
	begin = name + strlen(item->is_signal ? SIGNAL_NAME : THEME_NAME);
	if ((!item->is_signal && strncmp(name, THEME_NAME, strlen(THEME_NAME)) != 0) ||
	    length < strlen(ENDING) || strcmp(name + length - strlen(ENDING), ENDING) != 0)
		return false;
	length = (size_t)(name + length - strlen(ENDING) - begin);
	if (length == 0 || length >= sizeof(item->id) ||
	    strspn(begin, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") < length)
		return false;
	memcpy(item->id, begin, length);
	item->id[length] = '\0';
	return true;
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

enum oeo_err oeo_duiding_parse(
    struct oeo_duiding_item *item, const char *name, const char *text, size_t len, struct oeo_note *why)
{
	struct oeo_duiding_item made = {0};
	struct reading reading = {.name = name, .item = &made, .why = why};
	char *copy = NULL;
	enum oeo_err err;

	if (!read_name(&made, name))
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, _("%s: this is not the name of a file with duiding"), name);
	if (len > FILE_LIMIT || !is_plain(text, len))
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s: the file is too long or is not plain text; save it as plain text (UTF-8)"), name);
	copy = calloc(len + 1, 1);
	if (copy == NULL)
		return OEO_ERR_NOMEM;
	memcpy(copy, text, len);
	reading.rest = copy;
	err = read_head(&reading);
	if (err == OEO_OK && made.is_signal && made.status == NULL)
		made.status = oeo_signal_statuses();
	if (err == OEO_OK) {
		made.text = strdup(is_blank(reading.rest) ? "" : reading.rest);
		err = made.text != NULL ? OEO_OK : OEO_ERR_NOMEM;
	}
	if (err == OEO_OK)
		*item = made;
	free(copy);
	return err;
}

/* ---- the folder ---- */

static int is_duiding(const struct dirent *entry)
{
	struct oeo_duiding_item item;

	return read_name(&item, entry->d_name) ? 1 : 0;
}

static int compare_entries(const struct dirent **left, const struct dirent **right)
{
	return strcmp((*right)->d_name, (*left)->d_name);
}

/* Themes first, by code; then signals, the newest first: their ids begin with a period. */
static int compare_items(const void *left, const void *right)
{
	const struct oeo_duiding_item *a = left;
	const struct oeo_duiding_item *b = right;

	if (a->is_signal != b->is_signal)
		return a->is_signal ? 1 : -1;
	return a->is_signal ? strcmp(b->id, a->id) : strcmp(a->id, b->id);
}

static enum oeo_err read_file(struct oeo_duiding *duiding, const char *folder, const char *name,
    crypto_generichash_state *digest, struct oeo_note *why)
{
	struct oeo_buf text = {0};
	char path[OEO_PATH_BYTES];
	enum oeo_err err = OEO_ERR_RANGE;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) < (int)sizeof(path))
		err = oeo_file_read(&text, path, FILE_LIMIT + 1, why);
	if (err == OEO_OK &&
	    (crypto_generichash_update(digest, (const uint8_t *)name, strlen(name) + 1) != 0 ||
		crypto_generichash_update(digest, text.data, text.len) != 0 ||
		crypto_generichash_update(digest, (const uint8_t *)"", 1) != 0))
		err = OEO_ERR_INTERNAL;
	if (err == OEO_OK)
		err = oeo_duiding_parse(
		    &duiding->items[duiding->count], name, (const char *)text.data, text.len, why);
	if (err == OEO_OK)
		duiding->count++;
	oeo_buf_fini(&text);
	return err;
}

static enum oeo_err read_files(
    struct oeo_duiding *duiding, const char *folder, struct dirent **entries, size_t n, struct oeo_note *why)
{
	crypto_generichash_state digest;
	enum oeo_err err = OEO_OK;

	if (n > MOST_FILES)
		return oeo_note_set(why, OEO_ERR_RANGE, _("%s has too many files with duiding"), folder);
	duiding->items = oeo_alloc_array(n + 1, sizeof(*duiding->items));
	if (duiding->items == NULL)
		return OEO_ERR_NOMEM;
	if (crypto_generichash_init(&digest, NULL, 0, sizeof(duiding->digest)) != 0)
		return OEO_ERR_INTERNAL;
	for (size_t i = 0; err == OEO_OK && i < n; i++)
		err = read_file(duiding, folder, entries[i]->d_name, &digest, why);
	if (err == OEO_OK && crypto_generichash_final(&digest, duiding->digest, sizeof(duiding->digest)) != 0)
		err = OEO_ERR_INTERNAL;
	qsort(duiding->items, duiding->count, sizeof(*duiding->items), compare_items);
	return err;
}

enum oeo_err oeo_duiding_read(struct oeo_duiding *duiding, const char *folder, struct oeo_note *why)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_duiding, compare_entries);
	enum oeo_err err;

	memset(duiding, 0, sizeof(*duiding));
	if (n < 0)
		return oeo_note_set(
		    why, OEO_ERR_NOT_FOUND, _("%s: there is no such folder with duiding"), folder);
	err = read_files(duiding, folder, entries, (size_t)n, why);
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	if (err != OEO_OK)
		oeo_duiding_fini(duiding);
	return err;
}

void oeo_duiding_fini(struct oeo_duiding *duiding)
{
	if (duiding == NULL)
		return;
	for (size_t i = 0; i < duiding->count; i++)
		free(duiding->items[i].text);
	free(duiding->items);
	memset(duiding, 0, sizeof(*duiding));
}

const struct oeo_duiding_item *oeo_duiding_find(
    const struct oeo_duiding *duiding, bool is_signal, const char *id)
{
	for (size_t i = 0; duiding != NULL && i < duiding->count; i++)
		if (duiding->items[i].is_signal == is_signal && strcmp(duiding->items[i].id, id) == 0)
			return &duiding->items[i];
	return NULL;
}

/* SPDX-License-Identifier: EUPL-1.2 */
/* The words of one question's way. */
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/way_internal.h"
#include "proto/i18n.h"
#include "proto/prose.h"

#define TEXT_BYTES 1024
#define MOST_BYTES_SHOWN 48

/* Blocks that are being added; the first failure stays. */
struct writing {
	struct oeo_buf blocks;
	enum oeo_err err;
};

static void wipe_text(char *text)
{
	if (text == NULL)
		return;
	sodium_memzero(text, strlen(text));
	free(text);
}

static void add(struct writing *writing, enum oeo_way_kind kind, const char *name, const char *text)
{
	struct oeo_way_block block = {.kind = kind};

	if (writing->err != OEO_OK)
		return;
	block.name = name != NULL ? strdup(name) : NULL;
	block.text = strdup(text);
	if ((name != NULL && block.name == NULL) || block.text == NULL)
		writing->err = OEO_ERR_NOMEM;
	else
		writing->err = oeo_buf_append(&writing->blocks, &block, sizeof(block));
	if (writing->err != OEO_OK) {
		wipe_text(block.name);
		wipe_text(block.text);
	}
}

static void say(struct writing *writing, enum oeo_way_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void say(struct writing *writing, enum oeo_way_kind kind, const char *format, ...)
{
	char text[TEXT_BYTES];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	add(writing, kind, NULL, text);
	sodium_memzero(text, sizeof(text));
}

/* "32 bytes: 0a1b..."; the first ones where there are many. */
static void add_bytes(struct writing *writing, const char *name, const uint8_t *bytes, size_t len)
{
	size_t shown = len < MOST_BYTES_SHOWN ? len : MOST_BYTES_SHOWN;
	char hex[2 * MOST_BYTES_SHOWN + 1];
	char text[2 * MOST_BYTES_SHOWN + 64];

	oeo_hex_encode(hex, bytes, shown);
	(void)snprintf(text, sizeof(text), _("%zu bytes: %s%s"), len, hex, shown < len ? " ..." : "");
	add(writing, OEO_WAY_BYTES, name, text);
}

/* A name as it is hashed, its separators written as a bar. */
static void add_name(struct writing *writing, const char *label, const struct oeo_buf *name)
{
	char text[TEXT_BYTES];
	size_t len = name->len < sizeof(text) - 1 ? name->len : sizeof(text) - 1;

	memcpy(text, name->data, len);
	text[len] = '\0';
	for (size_t i = 0; i < len; i++) {
		if (text[i] == OEO_US)
			text[i] = '|';
	}
	add(writing, OEO_WAY_PAIR, label, text);
	sodium_memzero(text, sizeof(text));
}

/* ---- Its stations */

static void tell_typed(struct writing *writing, const struct oeo_way_typed *typed, size_t n)
{
	say(writing, OEO_WAY_HEADING, "%s", _("1. What is typed"));
	for (size_t i = 0; i < n; i++)
		add(writing, OEO_WAY_PAIR, typed[i].label, typed[i].value);
}

static void tell_staying(struct writing *writing, const struct oeo_way_sealed *sealed)
{
	say(writing, OEO_WAY_HEADING, "%s", _("2. What stays on this computer"));
	say(writing, OEO_WAY_TEXT, "%s",
	    _("The ledger keeps the day and the codes, encrypted; free text is not kept at all. Who it was "
	      "is kept as long as it is needed, usually until the year has been sent in, in this form:"));
	if (sealed->is_walk_in)
		say(writing, OEO_WAY_TEXT, "%s", _("Nothing: this question has no resident."));
	else
		add_name(writing, _("The resident, spelt in one way"), &sealed->resident_name);
	add_name(writing, _("What it is about, in one of the tables"), &sealed->cell_name);
	say(writing, OEO_WAY_TEXT, "%s",
	    _("Neither of these two lines leaves this computer. Only what is made of them below does."));
}

static const char *name_keyholder(
    const struct oeo_plan *plan, size_t which, const struct oeo_card *cards, size_t n_cards)
{
	for (size_t i = 0; i < n_cards; i++) {
		if (cards[i].role == OEO_ROLE_KEYHOLDER && strcmp(cards[i].id, plan->keyholders[which]) == 0)
			return cards[i].name;
	}
	return plan->keyholders[which];
}

static void tell_keyholders(struct writing *writing, const struct oeo_plan *plan,
    const struct oeo_way_sealed *sealed, const struct oeo_card *cards, size_t n_cards)
{
	char name[TEXT_BYTES];

	say(writing, OEO_WAY_HEADING, "%s", _("3. What each keyholder gets"));
	say(writing, OEO_WAY_TEXT, _("After the period, always %d such numbers at once:"), OEO_GROUP_SIZE);
	for (size_t i = 0; i < plan->n_keyholders; i++) {
		const char *keyholder = name_keyholder(plan, i, cards, n_cards);

		(void)snprintf(name, sizeof(name), _("%s, of the subject"), keyholder);
		add_bytes(writing, name, sealed->blinded_cell[i], OEO_ELEMENT_BYTES);
		(void)snprintf(name, sizeof(name), _("%s, of the resident with the subject"), keyholder);
		if (!sealed->is_walk_in)
			add_bytes(writing, name, sealed->blinded_resident[i], OEO_ELEMENT_BYTES);
	}
	say(writing, OEO_WAY_TEXT, "%s",
	    _("Each is multiplied with a fresh random number that only this computer knows. A keyholder "
	      "cannot see "
	      "who or what it is about, not even whether it is the same as before. It computes with its own "
	      "key "
	      "and writes down that this organisation asked, when, and how many."));
}

static void tell_collector(
    struct writing *writing, const struct oeo_plan *plan, const struct oeo_way_sealed *sealed)
{
	unsigned k = sealed->table->rules.residents;

	say(writing, OEO_WAY_HEADING, "%s", _("4. What the bureau gets"));
	add(writing, OEO_WAY_PAIR, _("The table"), sealed->table->id);
	add_bytes(writing, _("A label without a name, the same for all who were told the same"), sealed->tag,
	    OEO_TAG_BYTES);
	add_bytes(writing, _("The subject, locked"), sealed->label.data, sealed->label.len);
	if (sealed->has_share) {
		add_bytes(writing, _("A piece of the key, its place"), sealed->x, OEO_X_BYTES);
		add_bytes(writing, _("A piece of the key, its value"), sealed->y, OEO_SCALAR_BYTES);
		say(writing, OEO_WAY_TEXT,
		    _("Who it was is not in it. The lock opens only with pieces of at least %u different "
		      "residents. Of fewer, the bureau cannot read what it is about; it does see from which "
		      "organisation each piece comes, and how many have the same label."),
		    k);
	} else {
		say(writing, OEO_WAY_TEXT,
		    _("Without a resident there is no piece of the key: it is counted only where at least %u "
		      "residents with a name say the same."),
		    k);
	}
	say(writing, OEO_WAY_TEXT,
	    _("The same goes for each of the %zu tables of the plan that it counts in, each time with other "
	      "numbers; and all of a period is shuffled before it is sent."),
	    plan->n_tables);
}

static void tell_published(struct writing *writing, const struct oeo_way_sealed *sealed)
{
	say(writing, OEO_WAY_HEADING, "%s", _("5. What is published"));
	say(writing, OEO_WAY_TEXT,
	    _("A number per subject, of at least %u residents of all organisations together, or \"not "
	      "shown\". After "
	      "that the keyholders destroy the keys of the period and the bureau deletes the pieces."),
	    sealed->table->rules.residents);
	say(writing, OEO_WAY_TEXT, "%s",
	    _("What this does not protect from: all keyholders together with the bureau could find out more. "
	      "That is why at least one of them has to be independent of the others and of the "
	      "municipality."));
}

/* ---- The whole */

enum oeo_err oeo_way_make(struct oeo_way *way, const struct oeo_plan *plan,
    const struct oeo_question *question, const struct oeo_way_typed *typed, size_t n_typed,
    const struct oeo_card *cards, size_t n_cards)
{
	struct writing writing = {.err = OEO_OK};
	struct oeo_way_sealed sealed;
	enum oeo_err err = oeo_way_seal(&sealed, plan, question);

	memset(way, 0, sizeof(*way));
	if (err == OEO_OK) {
		say(&writing, OEO_WAY_TEXT, "%s",
		    _("The bytes below are real, made just now, but with example keys that are thrown away: "
		      "no "
		      "keyholder was asked and nothing was sent."));
		tell_typed(&writing, typed, n_typed);
		tell_staying(&writing, &sealed);
		tell_keyholders(&writing, plan, &sealed, cards, n_cards);
		tell_collector(&writing, plan, &sealed);
		tell_published(&writing, &sealed);
	}
	oeo_way_sealed_fini(&sealed);
	/* From malloc, so aligned; the caller owns it. */
	way->blocks = (struct oeo_way_block *)(void *)writing.blocks.data;
	way->n = writing.blocks.len / sizeof(*way->blocks);
	if (err == OEO_OK)
		err = writing.err;
	if (err != OEO_OK)
		oeo_way_fini(way);
	return err;
}

void oeo_way_fini(struct oeo_way *way)
{
	for (size_t i = 0; i < way->n; i++) {
		wipe_text(way->blocks[i].name);
		wipe_text(way->blocks[i].text);
	}
	free(way->blocks);
	memset(way, 0, sizeof(*way));
}

/* ---- Writing it */

static bool is_pair(const struct oeo_way_block *block)
{
	return block->kind == OEO_WAY_PAIR || block->kind == OEO_WAY_BYTES;
}

static void write_pair(struct oeo_html *html, const struct oeo_way_block *block)
{
	oeo_html_element(html, "dt", NULL, block->name);
	oeo_html_open(html, "dd", NULL);
	if (block->kind == OEO_WAY_BYTES)
		oeo_html_element(html, "code", NULL, block->text);
	else
		oeo_html_text(html, block->text);
	oeo_html_close(html);
}

void oeo_way_write_html(struct oeo_html *html, const struct oeo_way *way)
{
	for (size_t i = 0; i < way->n; i++) {
		const struct oeo_way_block *block = &way->blocks[i];

		if (is_pair(block) && (i == 0 || !is_pair(block - 1)))
			oeo_html_open(html, "dl", NULL);
		if (is_pair(block))
			write_pair(html, block);
		else
			oeo_html_element(
			    html, block->kind == OEO_WAY_HEADING ? "h2" : "p", NULL, block->text);
		if (is_pair(block) && (i + 1 == way->n || !is_pair(block + 1)))
			oeo_html_close(html);
	}
}

enum oeo_err oeo_way_write_text(struct oeo_buf *out, const struct oeo_way *way)
{
	struct oeo_prose prose = {out, OEO_OK};
	char line[TEXT_BYTES];

	for (size_t i = 0; i < way->n; i++) {
		const struct oeo_way_block *block = &way->blocks[i];

		if (block->kind == OEO_WAY_HEADING) {
			oeo_prose_heading(&prose, block->text);
		} else if (block->kind == OEO_WAY_TEXT) {
			oeo_prose_paragraph(&prose, "%s", block->text);
		} else {
			(void)snprintf(line, sizeof(line), "%s: %s", block->name, block->text);
			oeo_prose_item(&prose, 0, line);
			if (i + 1 == way->n || !is_pair(block + 1))
				oeo_prose_gap(&prose);
		}
	}
	sodium_memzero(line, sizeof(line));
	return prose.err;
}

static const char *name_kind(enum oeo_way_kind kind)
{
	switch (kind) {
	case OEO_WAY_HEADING:
		return "heading";
	case OEO_WAY_TEXT:
		return "text";
	case OEO_WAY_PAIR:
		return "pair";
	case OEO_WAY_BYTES:
		break;
	}
	return "bytes";
}

json_t *oeo_way_to_json(const struct oeo_way *way)
{
	json_t *blocks = json_array();

	for (size_t i = 0; i < way->n; i++) {
		const struct oeo_way_block *block = &way->blocks[i];

		if (json_array_append_new(
			blocks, json_pack("{s:s, s:s*, s:s}", "kind", name_kind(block->kind), "name",
				    block->name, "text", block->text)) != 0) {
			json_decref(blocks);
			return NULL;
		}
	}
	return json_pack("{s:o}", "blocks", blocks);
}

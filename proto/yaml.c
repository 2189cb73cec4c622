/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libyaml's events into a tree of our own. Events and not its document API, because that resolves aliases
 * and forgets anchors and tags, which are to be refused with their line.
 */
#include "proto/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "proto/buf.h"
#include "proto/home.h"
#include "proto/i18n.h"
#include "proto/text.h"
#include "proto/yaml_node.h"

#define MOST_DEPTH 16
#define MOST_ENTRIES 10000
#define SHOWN_BYTES 40

struct builder {
	yaml_parser_t parser;
	const char *name;
	const char *text;
	size_t len;
	struct oeo_findings *findings;
	enum oeo_err err; /* first thing that ends the reading */
};

static void free_node(struct oeo_yaml_node *node)
{
	if (node == NULL)
		return;
	for (size_t i = 0; i < node->count; i++) {
		free(node->entries[i].key);
		free_node(node->entries[i].value);
	}
	free(node->entries);
	free(node->text);
	free(node);
}

/* The line of a byte; libyaml reads ahead, so that its mark is of no use where the bytes are no text. */
static size_t line_of(const struct builder *builder, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset && i < builder->len; i++)
		if (builder->text[i] == '\n')
			line++;
	return line;
}

static bool next_event(struct builder *builder, yaml_event_t *event)
{
	const yaml_parser_t *parser = &builder->parser;

	if (yaml_parser_parse(&builder->parser, event) != 0)
		return true;
	if (parser->error == YAML_MEMORY_ERROR) {
		builder->err = OEO_ERR_NOMEM;
		return false;
	}
	builder->err = OEO_ERR_FORMAT;
	if (parser->error == YAML_READER_ERROR)
		oeo_findings_add(builder->findings, OEO_FINDING_FAULT, builder->name,
		    line_of(builder, parser->problem_offset),
		    _("there is a character here that is not allowed. Save the file as plain text in "
		      "UTF-8."));
	else
		oeo_findings_add(builder->findings, OEO_FINDING_FAULT, builder->name,
		    parser->problem_mark.line + 1,
		    _("this is not valid YAML (%s). Look at the indentation, brackets and quotes here and on "
		      "the line above."),
		    parser->problem != NULL ? parser->problem : "?");
	return false;
}

static void fault(struct builder *builder, const yaml_event_t *event, const char *text)
{
	if (builder->err == OEO_OK)
		builder->err = OEO_ERR_FORMAT;
	oeo_findings_add(
	    builder->findings, OEO_FINDING_FAULT, builder->name, event->start_mark.line + 1, "%s", text);
}

static struct oeo_yaml_node *new_node(
    struct builder *builder, enum oeo_yaml_kind kind, const yaml_event_t *event)
{
	struct oeo_yaml_node *node = calloc(1, sizeof(*node));

	if (node == NULL) {
		builder->err = OEO_ERR_NOMEM;
		return NULL;
	}
	node->kind = kind;
	node->line = event->start_mark.line + 1;
	return node;
}

/* Tabs may stand in a scalar (a delimiter); other control characters and NUL may not. */
static bool is_allowed_text(const char *text, size_t len)
{
	if (strlen(text) != len || !oeo_text_is_utf8(text, len))
		return false;
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7F)
			return false;
	return true;
}

static char *scalar_text(struct builder *builder, const yaml_event_t *event)
{
	const char *value = (const char *)event->data.scalar.value;
	char *text;

	if (event->data.scalar.anchor != NULL)
		fault(builder, event, _("anchors (&name) are not allowed. Write the value out in full."));
	else if (event->data.scalar.tag != NULL)
		fault(builder, event, _("tags (!name) are not allowed. Write only the value."));
	else if (!is_allowed_text(value, event->data.scalar.length))
		fault(builder, event,
		    _("this value holds a line break or control character. Write it on one line."));
	text = strdup(value);
	if (text == NULL)
		builder->err = OEO_ERR_NOMEM;
	return text;
}

static bool add_entry(struct builder *builder, struct oeo_yaml_node *node, char *key, size_t key_line,
    struct oeo_yaml_node *value)
{
	if (node->count == node->capacity) {
		size_t capacity = node->capacity > 0 ? node->capacity * 2 : 8;
		struct oeo_yaml_entry *entries = realloc(node->entries, capacity * sizeof(*entries));

		if (entries == NULL) {
			builder->err = OEO_ERR_NOMEM;
			return false;
		}
		node->entries = entries;
		node->capacity = capacity;
	}
	node->entries[node->count].key = key;
	node->entries[node->count].key_line = key_line;
	node->entries[node->count].value = value;
	value->key = key;
	node->count++;
	return true;
}

static void check_duplicate(
    struct builder *builder, const struct oeo_yaml_node *node, const char *key, size_t line)
{
	for (size_t i = 0; i < node->count; i++) {
		if (strcmp(node->entries[i].key, key) != 0)
			continue;
		builder->err = OEO_ERR_FORMAT;
		oeo_findings_add(builder->findings, OEO_FINDING_FAULT, builder->name, line,
		    _("\"%.*s\" stands here for the second time; the first is on line %zu. Remove one of "
		      "them."),
		    SHOWN_BYTES, key, node->entries[i].key_line);
		return;
	}
}

static struct oeo_yaml_node *build(struct builder *builder, const yaml_event_t *event, unsigned depth);

/* Read one item of a list, or the value of key in a map; takes key. False where reading has to end. */
static bool build_entry(struct builder *builder, struct oeo_yaml_node *node, char *key, size_t key_line,
    const yaml_event_t *event, unsigned depth)
{
	struct oeo_yaml_node *value = NULL;

	if (node->count >= MOST_ENTRIES) {
		fault(builder, event, _("this list is too long (at most 10,000 entries)."));
		goto cleanup;
	}
	value = build(builder, event, depth + 1);
	if (value == NULL || !add_entry(builder, node, key, key_line, value))
		goto cleanup;
	return true;
cleanup:
	free_node(value);
	free(key);
	return false;
}

static bool build_map_entry(
    struct builder *builder, struct oeo_yaml_node *node, const yaml_event_t *key_event, unsigned depth)
{
	yaml_event_t event;
	size_t line = key_event->start_mark.line + 1;
	char *key;
	bool is_good;

	if (key_event->type != YAML_SCALAR_EVENT) {
		fault(builder, key_event,
		    _("a name and a colon are expected here, such as \"codes: list.csv\""));
		return false;
	}
	key = scalar_text(builder, key_event);
	if (key == NULL)
		return false;
	check_duplicate(builder, node, key, line);
	if (!next_event(builder, &event)) {
		free(key);
		return false;
	}
	is_good = build_entry(builder, node, key, line, &event, depth);
	yaml_event_delete(&event);
	return is_good;
}

/* Read the entries up to the end of the list or map. */
static bool build_entries(struct builder *builder, struct oeo_yaml_node *node, unsigned depth)
{
	yaml_event_type_t end = node->kind == OEO_YAML_MAP ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
	bool is_good = true;

	while (is_good) {
		yaml_event_t event;

		if (!next_event(builder, &event))
			return false;
		if (event.type == end) {
			yaml_event_delete(&event);
			return true;
		}
		if (node->kind == OEO_YAML_MAP)
			is_good = build_map_entry(builder, node, &event, depth);
		else
			is_good = build_entry(builder, node, NULL, 0, &event, depth);
		yaml_event_delete(&event);
	}
	return false;
}

static struct oeo_yaml_node *build_collection(
    struct builder *builder, const yaml_event_t *event, unsigned depth)
{
	bool is_map = event->type == YAML_MAPPING_START_EVENT;
	const void *anchor = is_map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
	const void *tag = is_map ? event->data.mapping_start.tag : event->data.sequence_start.tag;
	struct oeo_yaml_node *node;

	if (depth >= MOST_DEPTH) {
		fault(builder, event, _("brackets or indentation go too deep here (at most 16 levels)."));
		return NULL;
	}
	if (anchor != NULL)
		fault(builder, event, _("anchors (&name) are not allowed. Write the value out in full."));
	if (tag != NULL)
		fault(builder, event, _("tags (!name) are not allowed. Write only the value."));
	node = new_node(builder, is_map ? OEO_YAML_MAP : OEO_YAML_LIST, event);
	if (node != NULL && !build_entries(builder, node, depth)) {
		free_node(node);
		return NULL;
	}
	return node;
}

/* The node that begins with event; NULL where reading has to end (builder->err says why). */
static struct oeo_yaml_node *build(struct builder *builder, const yaml_event_t *event, unsigned depth)
{
	struct oeo_yaml_node *node;

	switch (event->type) {
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
		return build_collection(builder, event, depth);
	case YAML_ALIAS_EVENT:
		fault(builder, event, _("references (*name) are not allowed. Write the value out in full."));
		return new_node(builder, OEO_YAML_LIST, event);
	default:
		break;
	}
	if (event->type != YAML_SCALAR_EVENT) {
		fault(builder, event, _("a value is expected here."));
		return NULL;
	}
	node = new_node(builder, OEO_YAML_SCALAR, event);
	if (node == NULL)
		return NULL;
	node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	node->text = scalar_text(builder, event);
	if (node->text == NULL) {
		free_node(node);
		return NULL;
	}
	return node;
}

/* Skip the events that begin and end a stream and a document, so that *event is of another type. */
static bool next_content(struct builder *builder, yaml_event_t *event, yaml_event_type_t skipped)
{
	if (!next_event(builder, event))
		return false;
	if (event->type != skipped)
		return true;
	yaml_event_delete(event);
	return next_content(builder, event, skipped);
}

static void check_end(struct builder *builder)
{
	yaml_event_t event;

	if (!next_content(builder, &event, YAML_DOCUMENT_END_EVENT))
		return;
	if (event.type != YAML_STREAM_END_EVENT)
		fault(builder, &event,
		    _("the file goes on after its end. Remove the line with --- or ... and what follows."));
	yaml_event_delete(&event);
}

static struct oeo_yaml_node *build_document(struct builder *builder)
{
	struct oeo_yaml_node *root = NULL;
	yaml_event_t event;

	if (!next_content(builder, &event, YAML_STREAM_START_EVENT))
		return NULL;
	if (event.type == YAML_STREAM_END_EVENT) {
		fault(builder, &event, _("the file is empty."));
		yaml_event_delete(&event);
		return NULL;
	}
	yaml_event_delete(&event);
	if (!next_event(builder, &event))
		return NULL;
	root = build(builder, &event, 0);
	yaml_event_delete(&event);
	if (root != NULL)
		check_end(builder);
	return root;
}

enum oeo_err oeo_yaml_parse(
    struct oeo_yaml **yaml, const char *name, const void *text, size_t len, struct oeo_findings *findings)
{
	struct builder builder = {
	    .name = name, .text = text, .len = len, .findings = findings, .err = OEO_OK};
	struct oeo_yaml *made = calloc(1, sizeof(*made));

	if (made == NULL || yaml_parser_initialize(&builder.parser) == 0) {
		free(made);
		return OEO_ERR_NOMEM;
	}
	made->findings = findings;
	made->name = strdup(name);
	if (made->name == NULL)
		builder.err = OEO_ERR_NOMEM;
	yaml_parser_set_encoding(&builder.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&builder.parser, text, len);
	if (builder.err == OEO_OK)
		made->root = build_document(&builder);
	yaml_parser_delete(&builder.parser);
	if (builder.err == OEO_OK && made->root == NULL)
		builder.err = OEO_ERR_INTERNAL;
	if (builder.err != OEO_OK) {
		oeo_yaml_free(made);
		return builder.err;
	}
	*yaml = made;
	return OEO_OK;
}

enum oeo_err oeo_yaml_read(struct oeo_yaml **yaml, const char *path, struct oeo_findings *findings)
{
	const char *slash = strrchr(path, '/');
	struct oeo_buf text = {0};
	struct oeo_note why = {""};
	enum oeo_err err = oeo_file_read(&text, path, OEO_YAML_LIMIT, &why);

	if (err != OEO_OK)
		oeo_findings_add(findings, OEO_FINDING_FAULT, NULL, 0, "%s", why.text);
	else
		err = oeo_yaml_parse(yaml, slash != NULL ? slash + 1 : path, text.data, text.len, findings);
	oeo_buf_fini(&text);
	return err;
}

void oeo_yaml_free(struct oeo_yaml *yaml)
{
	if (yaml == NULL)
		return;
	free_node(yaml->root);
	free(yaml->name);
	free(yaml);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proto/buf.h"
#include "proto/i18n.h"
#include "proto/names.h"
#include "proto/yaml_node.h"

#define SENTENCE_BYTES 1024
#define SHOWN_BYTES 40
#define MOST_DIGITS 9 /* fits an unsigned of 32 bits */

const struct oeo_yaml_node *oeo_yaml_root(const struct oeo_yaml *yaml)
{
	return yaml->root;
}

size_t oeo_yaml_line(const struct oeo_yaml_node *node)
{
	return node != NULL ? node->line : 0;
}

const char *oeo_yaml_name(const struct oeo_yaml *yaml)
{
	return yaml->name;
}

void oeo_yaml_fault(const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, const char *format, ...)
{
	char sentence[SENTENCE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(sentence, sizeof(sentence), format, arguments) < 0)
		sentence[0] = '\0';
	va_end(arguments);
	oeo_findings_add(yaml->findings, OEO_FINDING_FAULT, yaml->name, oeo_yaml_line(node), "%s", sentence);
}

void oeo_yaml_warn(const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, const char *format, ...)
{
	char sentence[SENTENCE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(sentence, sizeof(sentence), format, arguments) < 0)
		sentence[0] = '\0';
	va_end(arguments);
	oeo_findings_add(
	    yaml->findings, OEO_FINDING_WARNING, yaml->name, oeo_yaml_line(node), "%s", sentence);
}

bool oeo_yaml_is_map(const struct oeo_yaml_node *node)
{
	return node != NULL && node->kind == OEO_YAML_MAP;
}

bool oeo_yaml_is_list(const struct oeo_yaml_node *node)
{
	return node != NULL && node->kind == OEO_YAML_LIST;
}

bool oeo_yaml_is_scalar(const struct oeo_yaml_node *node)
{
	return node != NULL && node->kind == OEO_YAML_SCALAR;
}

static bool is_known(const struct oeo_yaml_key *keys, const char *name)
{
	for (; keys->name != NULL; keys++)
		if (strcmp(keys->name, name) == 0)
			return true;
	return false;
}

/* "a, b, c" of a table of keys or of words, for a person who has to choose one. */
static void list_keys(char *list, size_t size, const struct oeo_yaml_key *keys)
{
	size_t used = 0;

	list[0] = '\0';
	for (const struct oeo_yaml_key *key = keys; key->name != NULL && used < size; key++)
		used +=
		    (size_t)snprintf(list + used, size - used, "%s%s", key == keys ? "" : ", ", key->name);
}

static void list_words(char *list, size_t size, const char *const *words)
{
	size_t used = 0;

	list[0] = '\0';
	for (size_t i = 0; words[i] != NULL && used < size; i++)
		used += (size_t)snprintf(list + used, size - used, "%s%s", i == 0 ? "" : ", ", words[i]);
}

static void check_keys(
    const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, const struct oeo_yaml_key *keys)
{
	char list[SENTENCE_BYTES / 2];

	list_keys(list, sizeof(list), keys);
	for (size_t i = 0; i < node->count; i++)
		if (!is_known(keys, node->entries[i].key))
			oeo_findings_add(yaml->findings, OEO_FINDING_FAULT, yaml->name,
			    node->entries[i].key_line, _("\"%.*s\" is not known here. Possible are: %s."),
			    SHOWN_BYTES, node->entries[i].key, list);
	for (const struct oeo_yaml_key *key = keys; key->name != NULL; key++)
		if (key->is_required && oeo_yaml_find(node, key->name) == NULL)
			oeo_yaml_fault(yaml, node, _("\"%s\" is missing here. Add it."), key->name);
}

const struct oeo_yaml_node *oeo_yaml_find(const struct oeo_yaml_node *node, const char *key)
{
	if (!oeo_yaml_is_map(node))
		return NULL;
	for (size_t i = 0; i < node->count; i++)
		if (strcmp(node->entries[i].key, key) == 0)
			return node->entries[i].value;
	return NULL;
}

size_t oeo_yaml_count(const struct oeo_yaml_node *node)
{
	return node != NULL ? node->count : 0;
}

const struct oeo_yaml_node *oeo_yaml_item(const struct oeo_yaml_node *node, size_t i)
{
	return i < oeo_yaml_count(node) ? node->entries[i].value : NULL;
}

const char *oeo_yaml_key_at(const struct oeo_yaml_node *node, size_t i)
{
	return i < oeo_yaml_count(node) ? node->entries[i].key : NULL;
}

/* A fault of one value, with its key in front: a line may hold several. */
static void value_fault(const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

static void value_fault(
    const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, const char *format, ...)
{
	char sentence[SENTENCE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(sentence, sizeof(sentence), format, arguments) < 0)
		sentence[0] = '\0';
	va_end(arguments);
	if (node->key != NULL)
		oeo_yaml_fault(yaml, node, "%.*s: %s", SHOWN_BYTES, node->key, sentence);
	else
		oeo_yaml_fault(yaml, node, "%s", sentence);
}

bool oeo_yaml_map(
    const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, const struct oeo_yaml_key *keys)
{
	if (node == NULL)
		return false;
	if (node->kind != OEO_YAML_MAP) {
		value_fault(yaml, node, _("lines \"name: value\" (or {name: value}) are expected here."));
		return false;
	}
	if (keys != NULL)
		check_keys(yaml, node, keys);
	return true;
}

bool oeo_yaml_list(const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, size_t least)
{
	if (node == NULL)
		return false;
	if (node->kind != OEO_YAML_LIST) {
		value_fault(yaml, node, _("a list is expected here, such as [a, b]."));
		return false;
	}
	if (node->count < least) {
		value_fault(yaml, node, _("this list is too short; it needs %zu or more."), least);
		return false;
	}
	return true;
}

static bool is_scalar(const struct oeo_yaml *yaml, const struct oeo_yaml_node *node)
{
	if (node == NULL)
		return false;
	if (node->kind != OEO_YAML_SCALAR)
		value_fault(yaml, node, _("one value is expected here, not a list or a group."));
	else if (node->text[0] == '\0')
		value_fault(yaml, node, _("the value is missing here."));
	else
		return true;
	return false;
}

bool oeo_yaml_get_text(
    const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, size_t most, const char **text)
{
	if (!is_scalar(yaml, node))
		return false;
	if (strlen(node->text) > most) {
		value_fault(yaml, node, _("this text is too long (at most %zu characters)."), most);
		return false;
	}
	*text = node->text;
	return true;
}

bool oeo_yaml_get_id(const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, char *id)
{
	if (!is_scalar(yaml, node))
		return false;
	if (!oeo_id_is_valid(node->text)) {
		value_fault(yaml, node,
		    _("\"%.*s\" cannot be used as a short name. Use 1 to 32 letters a-z, digits, dot, dash "
		      "or underscore."),
		    SHOWN_BYTES, node->text);
		return false;
	}
	(void)memcpy(id, node->text, strlen(node->text) + 1);
	return true;
}

static bool is_number(const struct oeo_yaml_node *node)
{
	size_t len = strlen(node->text);

	if (!node->is_plain || len > MOST_DIGITS || (len > 1 && node->text[0] == '0'))
		return false;
	return strspn(node->text, "0123456789") == len;
}

bool oeo_yaml_get_number(const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, unsigned least,
    unsigned most, unsigned *number)
{
	unsigned value = 0;

	if (!is_scalar(yaml, node))
		return false;
	if (is_number(node)) {
		for (const char *digit = node->text; *digit != '\0'; digit++)
			value = value * 10 + (unsigned)(*digit - '0');
		if (value >= least && value <= most) {
			*number = value;
			return true;
		}
	}
	value_fault(yaml, node,
	    _("\"%.*s\" is not a number from %u to %u. Write digits only, without a zero in front."),
	    SHOWN_BYTES, node->text, least, most);
	return false;
}

bool oeo_yaml_get_bool(const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, bool *value)
{
	if (!is_scalar(yaml, node))
		return false;
	if (node->is_plain && strcmp(node->text, "yes") == 0)
		*value = true;
	else if (node->is_plain && strcmp(node->text, "no") == 0)
		*value = false;
	else {
		value_fault(yaml, node, _("write yes or no here, not \"%.*s\""), SHOWN_BYTES, node->text);
		return false;
	}
	return true;
}

bool oeo_yaml_get_choice(
    const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, const char *const *words, unsigned *choice)
{
	char list[SENTENCE_BYTES / 2];

	if (!is_scalar(yaml, node))
		return false;
	for (unsigned i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], node->text) == 0) {
			*choice = i;
			return true;
		}
	}
	list_words(list, sizeof(list), words);
	value_fault(yaml, node, _("\"%.*s\" is not possible here. Choose one of: %s."), SHOWN_BYTES,
	    node->text, list);
	return false;
}

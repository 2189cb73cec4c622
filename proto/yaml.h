/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A strict reader for the small part of YAML in which plans and mappings are written: maps, lists and
 * scalars. Refused with file:line: anchors and aliases, tags, several documents, duplicate keys, keys that
 * are no text, control characters (but the tab, for a delimiter), nesting above 16, more than 1 MiB.
 * Integers are [0-9]+ without a leading zero; truth is yes or no; everything else is text as it stands.
 *
 * How to use it: parse, then walk. oeo_yaml_map checks a map against a table of its keys (unknown and
 * missing ones become faults); the oeo_yaml_get_* functions read one value and add a fault where it is
 * not what they want. All of them take a NULL node as "absent, already reported" and then return false
 * silently, so that reading goes on after a fault and shows them all; at the end, look at findings->faults.
 */
#ifndef OEO_PROTO_YAML_H
#define OEO_PROTO_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/err.h"
#include "proto/findings.h"

#define OEO_YAML_LIMIT ((size_t)1024 * 1024)

/* A document, and a node that lives as long as it. */
struct oeo_yaml;
struct oeo_yaml_node;

/*
 * Read the file. Faults go to findings, which is borrowed until oeo_yaml_free and to which the functions
 * below add; they name the file by the last part of its path. On any fault of syntax *yaml is untouched
 * and the result OEO_ERR_FORMAT. OEO_ERR_NOT_FOUND, OEO_ERR_IO, OEO_ERR_NOMEM: findings says so too.
 */
enum oeo_err oeo_yaml_read(struct oeo_yaml **yaml, const char *path, struct oeo_findings *findings);

/* The same from memory; name stands for the file in faults and is copied. */
enum oeo_err oeo_yaml_parse(
    struct oeo_yaml **yaml, const char *name, const void *text, size_t len, struct oeo_findings *findings);

/* yaml may be NULL. */
void oeo_yaml_free(struct oeo_yaml *yaml);

/* The node of the whole document, never NULL. */
const struct oeo_yaml_node *oeo_yaml_root(const struct oeo_yaml *yaml);

/* Line of the node (from 1) and the file's name, to report faults of other kinds. node may be NULL: 0. */
size_t oeo_yaml_line(const struct oeo_yaml_node *node);
const char *oeo_yaml_name(const struct oeo_yaml *yaml);

/* Add a fault or warning at the node (the whole file where it is NULL). */
void oeo_yaml_fault(const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void oeo_yaml_warn(const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* One key that a map may have. A table of them ends with name == NULL. */
struct oeo_yaml_key {
	const char *name;
	bool is_required;
};

/* Check that node is a map with keys from the table only (keys NULL: free keys). False where it is not a
 * map; true also after faults about its keys, so that the rest can be read. */
bool oeo_yaml_map(
    const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, const struct oeo_yaml_key *keys);

/* Check that node is a list of at least `least` items. False (with a fault) otherwise. */
bool oeo_yaml_list(const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, size_t least);

/* What kind a node is, without a fault, for places that take several; false for NULL. */
bool oeo_yaml_is_map(const struct oeo_yaml_node *node);
bool oeo_yaml_is_list(const struct oeo_yaml_node *node);
bool oeo_yaml_is_scalar(const struct oeo_yaml_node *node);

/* The value of key in a map; NULL where it is absent, node is NULL or not a map. */
const struct oeo_yaml_node *oeo_yaml_find(const struct oeo_yaml_node *node, const char *key);

/* Number of items of a list or entries of a map; 0 for anything else. Item i; key i of a map (NULL for a list). */
size_t oeo_yaml_count(const struct oeo_yaml_node *node);
const struct oeo_yaml_node *oeo_yaml_item(const struct oeo_yaml_node *node, size_t i);
const char *oeo_yaml_key_at(const struct oeo_yaml_node *node, size_t i);

/* Text of 1..most bytes, borrowed from yaml. An empty value is a fault. */
bool oeo_yaml_get_text(
    const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, size_t most, const char **text);

/* Text that is oeo_id_is_valid, copied to id (OEO_ID_BYTES). */
bool oeo_yaml_get_id(const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, char *id);

/* An unquoted [0-9]+ without leading zero, within [least, most]. */
bool oeo_yaml_get_number(const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, unsigned least,
    unsigned most, unsigned *number);

/* An unquoted yes or no. */
bool oeo_yaml_get_bool(const struct oeo_yaml *yaml, const struct oeo_yaml_node *node, bool *value);

/* One of the words (ends with NULL); *choice is its index. */
bool oeo_yaml_get_choice(const struct oeo_yaml *yaml, const struct oeo_yaml_node *node,
    const char *const *words, unsigned *choice);

#endif

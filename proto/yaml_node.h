/* SPDX-License-Identifier: EUPL-1.2 */
/* The tree that yaml.c builds and yaml_get.c reads; nobody else includes this. */
#ifndef OEO_PROTO_YAML_NODE_H
#define OEO_PROTO_YAML_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/findings.h"

enum oeo_yaml_kind { OEO_YAML_SCALAR, OEO_YAML_LIST, OEO_YAML_MAP };

struct oeo_yaml_entry {
	char *key; /* NULL in a list */
	size_t key_line;
	struct oeo_yaml_node *value;
};

struct oeo_yaml_node {
	enum oeo_yaml_kind kind;
	size_t line;
	const char *key; /* of the map it stands in, borrowed from there; NULL elsewhere */
	char *text; /* of a scalar */
	bool is_plain; /* not quoted */
	struct oeo_yaml_entry *entries;
	size_t count;
	size_t capacity;
};

struct oeo_yaml {
	char *name;
	struct oeo_yaml_node *root;
	struct oeo_findings *findings; /* borrowed */
};

#endif

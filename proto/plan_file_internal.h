/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reading plan.yaml, part by part. Where a value cannot be read, a fault is told and a harmless value is
 * put in its place, so that plan_check.h does not tell it again. Inside proto/plan_file*.c only.
 */
#ifndef OEO_PROTO_PLAN_FILE_INTERNAL_H
#define OEO_PROTO_PLAN_FILE_INTERNAL_H

#include "proto/plan_codes.h"
#include "proto/plan_file.h"
#include "proto/yaml.h"

/* Where a dimension's lists came from. */
struct oeo_plan_lists {
	const char *codes_name; /* borrowed from yaml; NULL where the list could not be read */
	struct oeo_lines_of codes;
	const char *lookup_name;
	struct oeo_lines_of lookup;
	bool is_broken; /* a list is missing: that it has no codes is told already */
};

struct oeo_plan_reader {
	const struct oeo_yaml *yaml;
	const struct oeo_yaml_node *root;
	struct oeo_findings *findings;
	oeo_plan_load_fn *load;
	void *context;
	struct oeo_plan *plan;
	struct oeo_plan_lists *lists; /* one per dimension of the plan */
	bool has_from;
	/* what tables take over */
	struct oeo_rules rules;
	enum oeo_walk_in walk_in;
	bool accepts_member_numbers;
};

/* Each: OEO_OK also after faults; OEO_ERR_NOMEM. In this order. */
enum oeo_err oeo_plan_file_head(struct oeo_plan_reader *reader);
enum oeo_err oeo_plan_file_identity(struct oeo_plan_reader *reader);
enum oeo_err oeo_plan_file_dimensions(struct oeo_plan_reader *reader);
enum oeo_err oeo_plan_file_tables(struct oeo_plan_reader *reader);

bool oeo_plan_file_walk_in(
    struct oeo_plan_reader *reader, const struct oeo_yaml_node *node, enum oeo_walk_in *walk_in);

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "proto/i18n.h"
#include "proto/plan_describe_internal.h"

static void keep(struct oeo_prose *prose, enum oeo_err err)
{
	if (prose->err == OEO_OK)
		prose->err = err;
}

static enum oeo_err put_subject(
    struct oeo_buf *line, const struct oeo_plan *plan, const struct oeo_table *table)
{
	const char *labels[OEO_MAX_BY];
	enum oeo_err err;

	if (table->n_by == 0)
		return oeo_buf_append_text(line, _("everything together"));
	for (size_t i = 0; i < table->n_by; i++)
		labels[i] =
		    oeo_level_label(&plan->dimensions[table->by[i].dimension].levels[table->by[i].level]);
	err = oeo_buf_append_text(line, _("per "));
	return err == OEO_OK ? oeo_prose_join(line, labels, table->n_by) : err;
}

/* What is counted: contacts and clients are not residents, and are never called so. */
static const char *counted(const struct oeo_table *table)
{
	if (table->walk_in == OEO_WALK_IN_PER_WEEK)
		return table->publishes_questions ? _("contacts and questions") : _("contacts");
	if (table->accepts_member_numbers)
		return table->publishes_questions ? _("clients and questions") : _("clients");
	return table->publishes_questions ? _("residents and questions") : _("residents");
}

/* What this table asks beyond what most ask. */
static enum oeo_err put_rules(
    struct oeo_buf *line, const struct oeo_table *table, const struct oeo_rules *common)
{
	enum oeo_err err = OEO_OK;

	if (table->rules.residents > common->residents)
		err = oeo_buf_printf(line, _("; from %u on"), table->rules.residents);
	if (err == OEO_OK && table->rules.members > common->members)
		err = oeo_buf_printf(line, _("; from at least %u organisations"), table->rules.members);
	if (err == OEO_OK && table->rules.rest > common->rest)
		err = oeo_buf_printf(
		    line, _("; the others together have nobody or at least %u"), table->rules.rest);
	if (err == OEO_OK && table->rules.sensitive > common->sensitive)
		err = oeo_buf_printf(line, _("; sensitive subjects from %u on"), table->rules.sensitive);
	if (err == OEO_OK && table->walk_in == OEO_WALK_IN_REFUSE)
		err = oeo_buf_append_text(line, _("; all personal data needed"));
	return err;
}

static void describe_table(struct oeo_prose *prose, const struct oeo_plan *plan,
    const struct oeo_table *table, const struct oeo_rules *common)
{
	struct oeo_buf line = {0};
	enum oeo_err err = put_subject(&line, plan, table);

	if (err == OEO_OK)
		err = oeo_buf_printf(&line, ": %s", counted(table));
	if (err == OEO_OK)
		err = put_rules(&line, table, common);
	if (err == OEO_OK)
		err = oeo_buf_terminate(&line);
	if (err == OEO_OK)
		oeo_prose_item(prose, 0, (const char *)line.data);
	keep(prose, err);
	oeo_buf_fini(&line);
}

static void describe_cadence(struct oeo_prose *prose, const struct oeo_plan *plan, enum oeo_cadence cadence,
    const char *words, const struct oeo_rules *common)
{
	if (!oeo_plan_has_cadence(plan, cadence))
		return;
	keep(prose, oeo_buf_printf(prose->out, "%s\n", words));
	for (size_t i = 0; i < plan->n_tables; i++)
		if (plan->tables[i].cadence == cadence)
			describe_table(prose, plan, &plan->tables[i], common);
	oeo_prose_gap(prose);
}

void oeo_plan_describe_tables(struct oeo_prose *prose, const struct oeo_plan *plan)
{
	struct oeo_rules common = oeo_plan_common_rules(plan);

	oeo_prose_heading(prose, _("What will be published"));
	describe_cadence(prose, plan, OEO_MONTH, _("Every month:"), &common);
	describe_cadence(prose, plan, OEO_QUARTER, _("Every quarter:"), &common);
	describe_cadence(prose, plan, OEO_YEAR, _("Every year:"), &common);
}

static enum oeo_err put_code(struct oeo_buf *line, const struct oeo_code *code, bool is_first)
{
	return oeo_buf_printf(line, "%s%s%s", is_first ? "" : "; ",
	    oeo_i18n_pick(code->label_nl, code->label_en), code->is_sensitive ? "*" : "");
}

/* The codes of a level under one parent, "onbekend" left out; SIZE_MAX: all of the first level. */
static void describe_under(struct oeo_prose *prose, const struct oeo_dimension *dimension, size_t level,
    size_t parent, const char *lead)
{
	const struct oeo_level *below = &dimension->levels[level];
	struct oeo_buf line = {0};
	bool is_first = true;
	enum oeo_err err = oeo_buf_append_text(&line, lead);

	for (size_t i = below->first; i < below->first + below->count - 1 && err == OEO_OK; i++) {
		if (dimension->codes[i].parent != parent)
			continue;
		err = put_code(&line, &dimension->codes[i], is_first);
		is_first = false;
	}
	if (err == OEO_OK)
		err = oeo_buf_terminate(&line);
	if (err == OEO_OK)
		oeo_prose_item(prose, (unsigned)(level > 0 ? level - 1 : 0), (const char *)line.data);
	keep(prose, err);
	oeo_buf_fini(&line);
}

static void describe_tree(
    struct oeo_prose *prose, const struct oeo_dimension *dimension, size_t level, size_t parent);

/* One code with what stands under it. */
static void describe_branch(struct oeo_prose *prose, const struct oeo_dimension *dimension, size_t code)
{
	size_t level = dimension->codes[code].level;
	struct oeo_buf lead = {0};
	enum oeo_err err = put_code(&lead, &dimension->codes[code], true);

	if (err == OEO_OK)
		err = oeo_buf_append_text(&lead, ": ");
	if (err == OEO_OK)
		err = oeo_buf_terminate(&lead);
	keep(prose, err);
	if (err == OEO_OK && level + 2 == dimension->n_levels) {
		describe_under(prose, dimension, level + 1, code, (const char *)lead.data);
	} else if (err == OEO_OK) {
		oeo_prose_item(prose, (unsigned)level, (const char *)lead.data);
		describe_tree(prose, dimension, level + 1, code);
	}
	oeo_buf_fini(&lead);
}

static void describe_tree(
    struct oeo_prose *prose, const struct oeo_dimension *dimension, size_t level, size_t parent)
{
	const struct oeo_level *here = &dimension->levels[level];

	if (level + 1 == dimension->n_levels) {
		describe_under(prose, dimension, level, parent, "");
		return;
	}
	for (size_t i = here->first; i < here->first + here->count - 1; i++)
		if (dimension->codes[i].parent == parent)
			describe_branch(prose, dimension, i);
}

/* "thema (14) > categorie (114)" */
static void describe_levels(struct oeo_prose *prose, const struct oeo_dimension *dimension)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < dimension->n_levels && err == OEO_OK; i++)
		err = oeo_buf_printf(prose->out, "%s%s (%zu)", i == 0 ? "" : " > ",
		    oeo_level_label(&dimension->levels[i]), dimension->levels[i].count - 1);
	if (err == OEO_OK)
		err = oeo_buf_append_text(prose->out, ":\n");
	keep(prose, err);
}

void oeo_plan_describe_lists(struct oeo_prose *prose, const struct oeo_plan *plan)
{
	if (plan->n_dimensions == 0)
		return;
	oeo_prose_heading(prose, _("The lists"));
	oeo_prose_paragraph(prose,
	    _("Every list also has \"unknown\", for questions of which the program does not know it."));
	for (size_t i = 0; i < plan->n_dimensions; i++) {
		describe_levels(prose, &plan->dimensions[i]);
		describe_tree(prose, &plan->dimensions[i], 0, SIZE_MAX);
		oeo_prose_gap(prose);
	}
}

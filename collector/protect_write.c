/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "collector/disclosure/gauss.h"
#include "collector/protect_job.h"
#include "proto/i18n.h"

static enum oeo_err write_field(struct oeo_buf *out, const char *text)
{
	enum oeo_err err;

	if (strpbrk(text, ",\"\r\n") == NULL && text[0] != ' ' &&
	    (text[0] == '\0' || text[strlen(text) - 1] != ' '))
		return oeo_buf_append_text(out, text);
	err = oeo_buf_append_text(out, "\"");
	for (; *text != '\0' && err == OEO_OK; text++) {
		if (*text == '"')
			err = oeo_buf_append_text(out, "\"");
		if (err == OEO_OK)
			err = oeo_buf_append(out, text, 1);
	}
	return err == OEO_OK ? oeo_buf_append_text(out, "\"") : err;
}

static enum oeo_err write_header(const struct oeo_protect_table *table, struct oeo_buf *out)
{
	enum oeo_err err = OEO_OK;

	for (size_t d = 0; d < table->n_dimensions && err == OEO_OK; d++) {
		err = write_field(out, table->dimensions[d].name);
		if (err == OEO_OK)
			err = oeo_buf_append_text(out, ",");
	}
	if (err == OEO_OK)
		err = write_field(out, table->frequency);
	return err == OEO_OK ? oeo_buf_append_text(out, ",status\n") : err;
}

static enum oeo_err write_codes(const struct oeo_protect_cells *cells, size_t place, struct oeo_buf *out)
{
	const struct oeo_protect_table *table = cells->table;
	enum oeo_err err = OEO_OK;

	for (size_t d = 0; d < table->n_dimensions && err == OEO_OK; d++) {
		const struct oeo_protect_dimension *dimension = &table->dimensions[d];
		uint32_t code = dimension->order[place / cells->strides[d] % dimension->codes.n];

		err = write_field(out, dimension->codes.names[code]);
		if (err == OEO_OK)
			err = oeo_buf_append_text(out, ",");
	}
	return err;
}

bool oeo_protect_is_shown(const struct oeo_protect_job *job, size_t cell)
{
	uint64_t value = job->cells.cells[cell].value[OEO_DISCLOSURE_RESIDENTS];

	/* What is out already is known, but a number below today's rules is not written again. */
	return job->decisions[cell].is_shown &&
	       (value >= job->rules.residents || (value == 0 && !job->hides_zeros));
}

enum oeo_err oeo_protect_write(const struct oeo_protect_job *job, struct oeo_buf *out)
{
	const struct oeo_protect_cells *cells = &job->cells;
	enum oeo_err err = write_header(&job->table, out);

	for (size_t place = 0; place < cells->n_places && err == OEO_OK; place++) {
		uint32_t cell = oeo_protect_cells_at(cells, place);

		err = write_codes(cells, place, out);
		if (err != OEO_OK)
			break;
		if (cell == OEO_PROTECT_NONE)
			err = oeo_buf_append_text(out, "0,published\n");
		else if (oeo_protect_is_shown(job, cell))
			err = oeo_buf_printf(out, "%" PRIu64 ",published\n",
			    cells->cells[cell].value[OEO_DISCLOSURE_RESIDENTS]);
		else
			err = oeo_buf_append_text(out, ",hidden\n");
	}
	return err;
}

/* Summary */

static void letters(unsigned mask, char text[16])
{
	static const char names[] = "LPQSOG";
	size_t n = 0;

	for (size_t i = 0; names[i] != '\0'; i++) {
		if ((mask & (1u << i)) == 0)
			continue;
		if (n > 0)
			text[n++] = ',';
		text[n++] = names[i];
	}
	text[n] = '\0';
}

static enum oeo_err tell_json(const struct oeo_protect_job *job, const char *attackers, bool is_safe)
{
	json_t *recovered =
	    is_safe || job->is_audited ? json_integer((json_int_t)job->n_recovered) : json_null();
	json_t *root = json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:s,s:b,s:o,s:b,s:f}", "cells",
	    (json_int_t)job->cells.n_places, "primary", (json_int_t)job->n_primary, "secondary",
	    (json_int_t)job->n_secondary, "hidden", (json_int_t)(job->n_primary + job->n_secondary),
	    "hidden_sum", (json_int_t)job->hidden_sum, "out_already", (json_int_t)job->n_out_already,
	    "changed", (json_int_t)job->n_changed, "attackers", attackers, "audited", job->is_audited,
	    "recovered", recovered, "safe", is_safe, "seconds", job->seconds);
	int failed;

	if (root == NULL)
		return OEO_ERR_NOMEM;
	failed = json_dumpf(root, stderr, JSON_REAL_PRECISION(6));
	json_decref(root);
	return failed != 0 || fputc('\n', stderr) == EOF ? OEO_ERR_IO : OEO_OK;
}

static bool tell_counts(const struct oeo_protect_job *job)
{
	if (fprintf(stderr,
		_("%zu cells; hidden: %zu because they are too small, %zu to protect those; together they "
		  "count %" PRIu64 ".\n"),
		job->cells.n_places, job->n_primary, job->n_secondary, job->hidden_sum) < 0)
		return false;
	if (job->n_out_already > 0 &&
	    fprintf(stderr, _("%zu numbers below today's rules are out already in an earlier release.\n"),
		job->n_out_already) < 0)
		return false;
	return job->n_changed == 0 || fprintf(stderr,
					  _("%zu numbers are hidden because they changed since an earlier "
					    "release, and the change would "
					    "tell too much.\n"),
					  job->n_changed) >= 0;
}

static bool tell_attackers(const struct oeo_protect_job *job, const char *attackers, bool is_safe)
{
	if (is_safe && !job->is_audited &&
	    fprintf(stderr, _("More than %d cells: not checked by the audit. --audit does that.\n"),
		OEO_PROTECT_AUDITED) < 0)
		return false;
	if (!is_safe && !job->is_audited)
		return fprintf(
			   stderr, _("Attackers tried: %s. It took %.2f s.\n"), attackers, job->seconds) >= 0;
	return fprintf(stderr, _("Attackers tried: %s. Hidden numbers worked out: %zu. It took %.2f s.\n"),
		   attackers, job->n_recovered, job->seconds) >= 0;
}

enum oeo_err oeo_protect_tell(const struct oeo_protect_job *job, bool is_safe)
{
	char attackers[16];

	letters(job->attackers, attackers);
	if (job->cli->is_json)
		return tell_json(job, attackers, is_safe);
	return tell_counts(job) && tell_attackers(job, attackers, is_safe) ? OEO_OK : OEO_ERR_IO;
}

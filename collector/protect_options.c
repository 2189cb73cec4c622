/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/disclosure/gauss.h"
#include "collector/protect.h"
#include "collector/protect_job.h"
#include "proto/i18n.h"

#define DEFAULT_ATTACKERS                                                                                    \
	(OEO_DISCLOSURE_ATTACK_L | OEO_DISCLOSURE_ATTACK_P | OEO_DISCLOSURE_ATTACK_Q |                       \
	    OEO_DISCLOSURE_ATTACK_S | OEO_DISCLOSURE_ATTACK_O | OEO_DISCLOSURE_ATTACK_G)
#define RESIDENTS_LIMIT 1000000000ul

const struct oeo_option oeo_protect_options[] = {
    {"dims", N_("NAME,NAME,..."), N_("columns that say what is counted")},
    {"freq", N_("NAME"), N_("column with the counts")},
    {"hier", N_("NAME=FILE"),
	N_("codes above the codes of a column: child,parent, at the top Total; may be repeated")},
    {"contributors", N_("NAME"), N_("column with the number of people or organisations behind a count")},
    {"by-member", N_("NAME"), N_("column with the organisation that a row comes from")},
    {"residents", N_("NUMBER"), N_("counts below this are hidden")},
    {"rest", N_("NUMBER"), N_("what others than one organisation count may not be above 0 and below this")},
    {"zeros", N_("publish|hide"), N_("publish zeros, or hide them as the other small counts")},
    {"attackers", N_("L,P,Q,S,O,G"), N_("whom to protect against; without it, all that apply")},
    {"audit", NULL, N_("have a large table checked by the audit as well; small ones always are")},
    {"earlier", N_("FILE"), N_("a protected table that is out already, whole; give all that are")},
    {"out", N_("FILE"), N_("write here and not to the screen")},
    {NULL, NULL, NULL},
};

/* Tell the user; false. */
__attribute__((format(printf, 2, 3))) static bool tell_usage(
    const struct oeo_cli *cli, const char *format, ...)
{
	char text[OEO_NOTE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	(void)oeo_cli_usage(cli, "%s", text);
	return false;
}

static bool add_dimension(struct oeo_protect_job *job, const char *name)
{
	struct oeo_protect_table *table = &job->table;

	for (size_t d = 0; d < table->n_dimensions; d++)
		if (strcmp(table->dimensions[d].name, name) == 0)
			return tell_usage(job->cli, _("--dims names \"%s\" twice."), name);
	if (name[0] == '\0' || strcmp(name, "status") == 0)
		return tell_usage(job->cli, _("--dims cannot have a column \"%s\"."), name);
	if (table->n_dimensions == OEO_PROTECT_DIMENSIONS)
		return tell_usage(job->cli, _("--dims has too many columns, from \"%s\" on."), name);
	if (oeo_protect_dimension_init(&table->dimensions[table->n_dimensions++], name) != OEO_OK) {
		(void)oeo_cli_error(job->cli, OEO_ERR_NOMEM, NULL);
		return false;
	}
	return true;
}

static bool read_dimensions(struct oeo_protect_job *job)
{
	const char *list = oeo_cli_value(job->cli, "dims");
	char *rest, *name;

	if (list == NULL)
		return tell_usage(job->cli, _("say which columns to take: %s"), "--dims NAME,NAME,...");
	job->dimension_names = strdup(list);
	if (job->dimension_names == NULL) {
		(void)oeo_cli_error(job->cli, OEO_ERR_NOMEM, NULL);
		return false;
	}
	rest = job->dimension_names;
	while ((name = strsep(&rest, ",")) != NULL)
		if (!add_dimension(job, name))
			return false;
	return true;
}

/* Is it the name of a count, and of the organisations too? */
static bool is_other_column(const struct oeo_protect_job *job, const char *const *column)
{
	const struct oeo_protect_table *table = &job->table;

	return column == &table->member &&
	       (strcmp(*column, table->frequency) == 0 ||
		   (table->contributors != NULL && strcmp(*column, table->contributors) == 0));
}

/* A column that is not one of the others. */
static bool read_column(struct oeo_protect_job *job, const char *option, const char **column)
{
	*column = oeo_cli_value(job->cli, option);
	if (*column == NULL)
		return true;
	for (size_t d = 0; d < job->table.n_dimensions; d++)
		if (strcmp(job->table.dimensions[d].name, *column) == 0)
			return tell_usage(job->cli, _("\"%s\" is in --dims already."), *column);
	if (strcmp(*column, "status") == 0 || (*column)[0] == '\0' || is_other_column(job, column))
		return tell_usage(job->cli, _("the name of a column is missing or taken: \"%s\"."), *column);
	return true;
}

/* The dimension of a --hier, NULL where there is none; *file is what stands behind its name. */
static struct oeo_protect_dimension *find_dimension(
    struct oeo_protect_job *job, const char *given, const char **file)
{
	const char *equals = strchr(given, '=');

	for (size_t d = 0; equals != NULL && d < job->table.n_dimensions; d++) {
		const char *name = job->table.dimensions[d].name;

		if (strlen(name) != (size_t)(equals - given) ||
		    strncmp(name, given, (size_t)(equals - given)) != 0)
			continue;
		*file = equals + 1;
		return &job->table.dimensions[d];
	}
	return NULL;
}

static bool check_hierarchies(struct oeo_protect_job *job)
{
	const char *given, *file = NULL;

	for (size_t i = 0; (given = oeo_cli_nth_value(job->cli, "hier", i)) != NULL; i++) {
		const char *equals = strchr(given, '=');

		if (equals == NULL || equals[1] == '\0')
			return tell_usage(job->cli, _("--hier is NAME=FILE, not \"%s\"."), given);
		if (find_dimension(job, given, &file) == NULL)
			return tell_usage(job->cli, _("--hier %s: no such column in --dims."), given);
	}
	return true;
}

enum oeo_err oeo_protect_hierarchies_read(struct oeo_protect_job *job, struct oeo_note *why)
{
	enum oeo_err err = OEO_OK;
	const char *given;

	for (size_t i = 0; err == OEO_OK && (given = oeo_cli_nth_value(job->cli, "hier", i)) != NULL; i++) {
		const char *file = NULL;
		struct oeo_protect_dimension *dimension = find_dimension(job, given, &file);

		err = oeo_protect_dimension_read(dimension, file, why);
	}
	return err;
}

static bool is_same_file(const struct stat *out, const char *path)
{
	struct stat other;

	return stat(path, &other) == 0 && other.st_dev == out->st_dev && other.st_ino == out->st_ino;
}

/* --out replaces a file, so it may not be one that is read, nor anything but a file. */
static bool check_out(struct oeo_protect_job *job)
{
	const char *path = oeo_cli_value(job->cli, "out"), *given, *file = NULL;
	struct stat out;
	bool is_read;

	if (path == NULL || stat(path, &out) != 0)
		return true;
	if (!S_ISREG(out.st_mode))
		return tell_usage(job->cli,
		    _("--out %s is not an ordinary file. Without --out the table goes to the screen."), path);
	is_read = is_same_file(&out, job->cli->arguments[0]);
	for (size_t i = 0; (given = oeo_cli_nth_value(job->cli, "hier", i)) != NULL; i++)
		is_read = is_read || (find_dimension(job, given, &file) != NULL && is_same_file(&out, file));
	for (size_t i = 0; (given = oeo_cli_nth_value(job->cli, "earlier", i)) != NULL; i++)
		is_read = is_read || is_same_file(&out, given);
	return !is_read ||
	       tell_usage(job->cli, _("--out %s is a file to be read. Write to another one."), path);
}

static bool read_attackers(struct oeo_protect_job *job)
{
	static const char names[] = "LPQSOG";
	const char *list = oeo_cli_value(job->cli, "attackers");

	job->attackers = list == NULL ? DEFAULT_ATTACKERS : 0;
	for (const char *c = list; c != NULL; c += 2) {
		const char *found = *c == '\0' ? NULL : strchr(names, *c);

		if (found == NULL || (c[1] != ',' && c[1] != '\0'))
			return tell_usage(
			    job->cli, _("--attackers is a list of L, P, Q, S, O and G, not \"%s\"."), list);
		job->attackers |= 1u << (found - names);
		if (c[1] == '\0')
			break;
	}
	if (list != NULL && (job->attackers & OEO_DISCLOSURE_ATTACK_O) != 0 && job->table.member == NULL)
		return tell_usage(job->cli, _("attacker %s needs --by-member."), "O");
	if (list != NULL && (job->attackers & OEO_DISCLOSURE_ATTACK_Q) != 0 && job->hides_zeros)
		return tell_usage(job->cli, _("attacker %s does not apply where zeros are hidden."), "Q");
	if (job->table.member == NULL)
		job->attackers &= ~OEO_DISCLOSURE_ATTACK_O;
	if (job->hides_zeros)
		job->attackers &= ~OEO_DISCLOSURE_ATTACK_Q;
	return true;
}

static bool read_rules(struct oeo_protect_job *job)
{
	const char *zeros = oeo_cli_value(job->cli, "zeros");
	unsigned long residents = 0, rest = 0;

	if (oeo_cli_value(job->cli, "residents") == NULL)
		return tell_usage(job->cli, _("say below which count to hide: %s"), "--residents NUMBER");
	if (!oeo_cli_number(job->cli, "residents", 2, RESIDENTS_LIMIT, &residents) ||
	    !oeo_cli_number(job->cli, "rest", 1, RESIDENTS_LIMIT, &rest))
		return false;
	if (rest > 0 && job->table.member == NULL)
		return tell_usage(job->cli, _("%s needs --by-member."), "--rest");
	if (rest == 0 && job->table.member != NULL)
		return tell_usage(job->cli,
		    _("--by-member needs --rest: how few the others may not be, for instance --rest 3."));
	if (zeros != NULL && strcmp(zeros, "publish") != 0 && strcmp(zeros, "hide") != 0)
		return tell_usage(job->cli, _("--zeros is publish or hide, not \"%s\"."), zeros);
	job->hides_zeros = zeros != NULL && strcmp(zeros, "hide") == 0;
	job->rules.residents = residents;
	job->rules.rest = rest;
	return true;
}

bool oeo_protect_options_read(struct oeo_protect_job *job)
{
	struct oeo_protect_table *table = &job->table;

	if (!read_dimensions(job))
		return false;
	if (oeo_cli_value(job->cli, "freq") == NULL)
		return tell_usage(job->cli, _("say which column has the counts: %s"), "--freq NAME");
	if (!read_column(job, "freq", &table->frequency) ||
	    !read_column(job, "contributors", &table->contributors) ||
	    !read_column(job, "by-member", &table->member) || !read_rules(job) || !read_attackers(job))
		return false;
	return check_hierarchies(job) && check_out(job);
}

void oeo_protect_job_fini(struct oeo_protect_job *job)
{
	free(job->decisions);
	free(job->helped);
	free(job->changes);
	oeo_protect_earlier_free(job);
	oeo_protect_cells_fini(&job->cells);
	oeo_protect_table_fini(&job->table);
	free(job->dimension_names);
}

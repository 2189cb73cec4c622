/* SPDX-License-Identifier: EUPL-1.2 */
/* preview --way: one example question's way. */
#include <stdio.h>
#include <stdlib.h>

#include "agent/agent.h"
#include "agent/commands_mirror.h"
#include "agent/intake_session.h"
#include "agent/paper.h"
#include "agent/way.h"
#include "proto/i18n.h"

static enum oeo_err save_page(const char *path, const struct oeo_way *way, struct oeo_note *why)
{
	struct oeo_html *html = NULL;
	struct oeo_buf out = {0};
	enum oeo_err err = oeo_paper_begin(&html, _("What leaves this computer? The way of one question"));

	if (err != OEO_OK)
		return err;
	oeo_way_write_html(html, way);
	err = oeo_paper_end(html, &out);
	if (err == OEO_OK)
		err = oeo_paper_save(path, &out, why);
	if (err == OEO_OK)
		(void)fprintf(stderr, _("Written to %s, for this machine only.\n"), path);
	oeo_buf_fini(&out);
	return err;
}

static enum oeo_err print(const struct oeo_way *way)
{
	struct oeo_buf out = {0};
	enum oeo_err err = oeo_way_write_text(&out, way);

	if (err == OEO_OK && (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0))
		err = OEO_ERR_IO;
	oeo_buf_fini(&out);
	return err;
}

static enum oeo_err show(const struct oeo_cli *cli, const struct oeo_way *way, struct oeo_note *why)
{
	const char *path = oeo_cli_value(cli, "html");
	enum oeo_err err = path != NULL ? save_page(path, way, why) : OEO_OK;

	if (err == OEO_OK && cli->is_json)
		err = oeo_agent_print_shown(oeo_way_to_json(way));
	else if (err == OEO_OK && path == NULL)
		err = print(way);
	return err;
}

/* The cards tell the keyholders' names; a preview before `join` does without. */
static void load_cards(const struct oeo_intake_session *session, struct oeo_card **cards, size_t *n_cards)
{
	if (!session->has_home ||
	    oeo_cards_load(cards, n_cards, &session->home, OEO_CARDS_FOLDER, NULL) != OEO_OK)
		*n_cards = 0;
}

enum oeo_exit oeo_agent_way(struct oeo_cli *cli)
{
	struct oeo_intake_session session = {.progress_fd = -1};
	struct oeo_card *cards = NULL;
	struct oeo_way way = {NULL, 0};
	struct oeo_note why = {""};
	size_t n_cards = 0;
	enum oeo_err err;

	if (cli->n_arguments > 0)
		return oeo_cli_usage(cli, "%s", _("--way shows an example of nobody; leave FILE out"));
	err = oeo_intake_session_open(&session, cli, oeo_cli_value(cli, "plan"), &why);
	if (err == OEO_OK) {
		load_cards(&session, &cards, &n_cards);
		err = oeo_way_make_example(&way, session.plan, oeo_clock_today(&cli->clock), cards, n_cards);
	}
	if (err == OEO_OK)
		err = show(cli, &way, &why);
	oeo_way_fini(&way);
	free(cards);
	oeo_intake_session_close(&session);
	return oeo_agent_error(cli, err, &why);
}

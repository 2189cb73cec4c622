/* SPDX-License-Identifier: EUPL-1.2 */
#include "keyholder/print.h"

#include <stdio.h>

#include "proto/i18n.h"

static enum oeo_exit flush(struct oeo_cli *cli, bool is_written)
{
	if (!is_written || fflush(stdout) != 0)
		return oeo_cli_fail(cli, "%s", _("the output could not be written"));
	return OEO_EXIT_OK;
}

enum oeo_exit oeo_print_text(struct oeo_cli *cli, const struct oeo_buf *text)
{
	return flush(cli, text->len == 0 || fwrite(text->data, 1, text->len, stdout) == text->len);
}

enum oeo_exit oeo_print_json(struct oeo_cli *cli, json_t *root)
{
	bool is_written =
	    root != NULL && json_dumpf(root, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF;

	json_decref(root);
	return flush(cli, is_written);
}

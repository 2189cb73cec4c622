/* SPDX-License-Identifier: EUPL-1.2 */
/* A file with the council's words from anywhere: read without harm, and as a page well-formed and without scripts. */
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard-export/duiding.h"
#include "dashboard-export/markdown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_page(const struct oeo_buf *page)
{
	xmlDocPtr document = xmlReadMemory((const char *)page->data, (int)page->len, NULL, "UTF-8",
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
	xmlXPathContextPtr context;
	xmlXPathObjectPtr found;

	if (document == NULL)
		abort();
	context = xmlXPathNewContext(document);
	if (context == NULL)
		abort();
	found = xmlXPathEvalExpression(BAD_CAST
	    "//script | //style | //img | //@*[name() != 'href' and name() != 'rel'] | "
	    "//@href[not(starts-with(., 'https://') or starts-with(., 'mailto:'))]",
	    context);
	if (found == NULL || xmlXPathNodeSetGetLength(found->nodesetval) != 0)
		abort();
	xmlXPathFreeObject(found);
	xmlXPathFreeContext(context);
	xmlFreeDoc(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"signaal-2026-Q3-theme-WO.md", "thema-WO.md"};
	struct oeo_duiding_item item;
	struct oeo_note why;

	for (size_t i = 0; i < 2; i++) {
		struct oeo_buf page = {0};
		struct oeo_html *html = NULL;

		if (oeo_duiding_parse(&item, names[i], (const char *)data, size, &why) != OEO_OK)
			continue;
		if (oeo_html_new(&html) != OEO_OK)
			abort();
		oeo_html_open(html, "div", NULL);
		oeo_markdown_write(html, item.text, strlen(item.text), 3);
		oeo_html_close(html);
		if (oeo_html_finish(html, &page) != OEO_OK)
			abort();
		check_page(&page);
		oeo_html_free(html);
		oeo_buf_fini(&page);
		free(item.text);
	}
	return 0;
}

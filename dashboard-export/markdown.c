/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/markdown.h"

#include <cmark.h>
#include <stdio.h>
#include <string.h>

#define SMALLEST_HEADING 6

static bool is_allowed(const char *address)
{
	return address != NULL &&
	       (strncmp(address, "https://", 8) == 0 || strncmp(address, "mailto:", 7) == 0);
}

/* The element of a node that has children; NULL where it has none of its own. */
static const char *element_of(cmark_node *node)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_BLOCK_QUOTE:
		return "blockquote";
	case CMARK_NODE_LIST:
		return cmark_node_get_list_type(node) == CMARK_ORDERED_LIST ? "ol" : "ul";
	case CMARK_NODE_ITEM:
		return "li";
	case CMARK_NODE_PARAGRAPH:
		return "p";
	case CMARK_NODE_EMPH:
		return "em";
	case CMARK_NODE_STRONG:
		return "strong";
	default:
		return NULL;
	}
}

static void open_heading(struct oeo_html *html, cmark_node *node, unsigned level)
{
	unsigned number = level + (unsigned)cmark_node_get_heading_level(node) - 1;
	char element[8];

	(void)snprintf(
	    element, sizeof(element), "h%u", number < SMALLEST_HEADING ? number : SMALLEST_HEADING);
	oeo_html_open(html, element, NULL);
}

static void write_text(struct oeo_html *html, cmark_node *node)
{
	const char *text = cmark_node_get_literal(node);

	if (text != NULL)
		oeo_html_text(html, text);
}

static void write_code(struct oeo_html *html, cmark_node *node, bool is_block)
{
	if (is_block)
		oeo_html_open(html, "pre", NULL);
	oeo_html_open(html, "code", NULL);
	write_text(html, node);
	oeo_html_close(html);
	if (is_block)
		oeo_html_close(html);
}

static void write_paragraph_of_source(struct oeo_html *html, cmark_node *node)
{
	oeo_html_open(html, "p", NULL);
	write_text(html, node);
	oeo_html_close(html);
}

/* A node without children. */
static void write_leaf(struct oeo_html *html, cmark_node *node)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
	case CMARK_NODE_HTML_INLINE:
		write_text(html, node);
		break;
	case CMARK_NODE_SOFTBREAK:
		oeo_html_text(html, " ");
		break;
	case CMARK_NODE_LINEBREAK:
		oeo_html_void(html, "br", NULL);
		break;
	case CMARK_NODE_THEMATIC_BREAK:
		oeo_html_void(html, "hr", NULL);
		break;
	case CMARK_NODE_CODE:
		write_code(html, node, false);
		break;
	case CMARK_NODE_CODE_BLOCK:
		write_code(html, node, true);
		break;
	case CMARK_NODE_HTML_BLOCK:
		write_paragraph_of_source(html, node);
		break;
	default:
		break;
	}
}

/* A paragraph in a tight list has no element of its own. */
static bool is_tight(cmark_node *node)
{
	cmark_node *item = cmark_node_parent(node);
	cmark_node *list = item != NULL ? cmark_node_parent(item) : NULL;

	return cmark_node_get_type(node) == CMARK_NODE_PARAGRAPH && list != NULL &&
	       cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list) != 0;
}

static void enter(struct oeo_html *html, cmark_node *node, unsigned level)
{
	const char *element = element_of(node);

	if (cmark_node_get_type(node) == CMARK_NODE_HEADING)
		open_heading(html, node, level);
	else if (cmark_node_get_type(node) == CMARK_NODE_LINK && is_allowed(cmark_node_get_url(node)))
		oeo_html_open(html, "a", "href", cmark_node_get_url(node), "rel", "noreferrer", NULL);
	else if (element != NULL && !is_tight(node))
		oeo_html_open(html, element, NULL);
	else
		write_leaf(html, node);
}

static void leave(struct oeo_html *html, cmark_node *node)
{
	bool has_element = element_of(node) != NULL && !is_tight(node);

	if (has_element || cmark_node_get_type(node) == CMARK_NODE_HEADING ||
	    (cmark_node_get_type(node) == CMARK_NODE_LINK && is_allowed(cmark_node_get_url(node))))
		oeo_html_close(html);
}

void oeo_markdown_write(struct oeo_html *html, const char *text, size_t len, unsigned level)
{
	cmark_node *document = cmark_parse_document(text, len, CMARK_OPT_DEFAULT);
	cmark_iter *at = document != NULL ? cmark_iter_new(document) : NULL;
	cmark_event_type event;

	if (at == NULL) {
		oeo_html_fail(html);
		cmark_node_free(document);
		return;
	}
	while ((event = cmark_iter_next(at)) != CMARK_EVENT_DONE) {
		if (event == CMARK_EVENT_ENTER)
			enter(html, cmark_iter_get_node(at), level);
		else
			leave(html, cmark_iter_get_node(at));
	}
	cmark_iter_free(at);
	cmark_node_free(document);
}

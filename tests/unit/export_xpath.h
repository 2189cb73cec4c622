/* SPDX-License-Identifier: EUPL-1.2 */
/* What an XPath expression finds in a document, for the tests of pages, workbooks and feeds. */
#ifndef OEO_TESTS_EXPORT_XPATH_H
#define OEO_TESTS_EXPORT_XPATH_H

#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <stdio.h>
#include <stdlib.h>

/* How many nodes; prefix and address of one namespace, both NULL for none. Takes the document. Ends the test where
 * there is no document or the expression is wrong. */
static inline int xpath_count(xmlDocPtr document, const char *path, const char *prefix, const char *address)
{
	xmlXPathContextPtr context = document != NULL ? xmlXPathNewContext(document) : NULL;
	xmlXPathObjectPtr found = NULL;
	int n;

	if (context != NULL &&
	    (prefix == NULL || xmlXPathRegisterNs(context, BAD_CAST prefix, BAD_CAST address) == 0))
		found = xmlXPathEvalExpression(BAD_CAST path, context);
	if (found == NULL) {
		(void)fprintf(stderr, "export_xpath.h: %s\n", path);
		abort();
	}
	n = xmlXPathNodeSetGetLength(found->nodesetval);
	xmlXPathFreeObject(found);
	xmlXPathFreeContext(context);
	xmlFreeDoc(document);
	return n;
}

#endif

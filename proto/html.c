/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/html.h"

#include <libxml/xmlwriter.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/text.h"

#define DOCTYPE "<!DOCTYPE html>\n"

struct oeo_html {
	xmlBufferPtr buffer;
	xmlTextWriterPtr writer;
	struct oeo_buf formatted; /* the last text that was written as printf does */
	struct oeo_buf allowed; /* the last text that XML did not allow as it was */
	bool is_failed;
};

/* Remember that a call of the writer failed (it returns a negative number then). */
static void check(struct oeo_html *html, int result)
{
	if (result < 0)
		html->is_failed = true;
}

enum oeo_err oeo_html_new(struct oeo_html **html)
{
	struct oeo_html *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return OEO_ERR_NOMEM;
	made->buffer = xmlBufferCreate();
	if (made->buffer != NULL)
		made->writer = xmlNewTextWriterMemory(made->buffer, 0);
	if (made->writer == NULL) {
		oeo_html_free(made);
		return OEO_ERR_NOMEM;
	}
	xmlBufferSetAllocationScheme(made->buffer, XML_BUFFER_ALLOC_DOUBLEIT);
	check(made, xmlTextWriterWriteRaw(made->writer, BAD_CAST DOCTYPE));
	*html = made;
	return OEO_OK;
}

void oeo_html_free(struct oeo_html *html)
{
	if (html == NULL)
		return;
	if (html->writer != NULL)
		xmlFreeTextWriter(html->writer);
	if (html->buffer != NULL)
		xmlBufferFree(html->buffer);
	oeo_buf_fini(&html->formatted);
	oeo_buf_fini(&html->allowed);
	free(html);
}

/* Every text and every value goes to the writer through here; NULL: the page has failed. */
static const xmlChar *allow(struct oeo_html *html, const char *text)
{
	const char *allowed =
	    text != NULL && !html->is_failed ? oeo_text_for_xml(text, &html->allowed) : NULL;

	if (allowed == NULL)
		html->is_failed = true;
	return BAD_CAST allowed;
}

static const char *format_text(struct oeo_html *html, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static const char *format_text(struct oeo_html *html, const char *format, va_list arguments)
{
	html->formatted.len = 0;
	if (oeo_buf_vprintf(&html->formatted, format, arguments) != OEO_OK ||
	    oeo_buf_terminate(&html->formatted) != OEO_OK)
		return NULL;
	return (const char *)html->formatted.data;
}

static void write_attribute(struct oeo_html *html, const char *name, const char *value)
{
	const xmlChar *allowed = allow(html, value);

	if (allowed != NULL)
		check(html, xmlTextWriterWriteAttribute(html->writer, BAD_CAST name, allowed));
}

static void write_attributes(struct oeo_html *html, va_list attributes)
{
	const char *name, *value;

	while ((name = va_arg(attributes, const char *)) != NULL) {
		value = va_arg(attributes, const char *);
		if (value != NULL)
			write_attribute(html, name, value);
	}
}

static void start_element(struct oeo_html *html, const char *element, va_list attributes)
{
	if (html->is_failed)
		return;
	check(html, xmlTextWriterStartElement(html->writer, BAD_CAST element));
	write_attributes(html, attributes);
}

void oeo_html_open(struct oeo_html *html, const char *element, ...)
{
	va_list attributes;

	va_start(attributes, element);
	start_element(html, element, attributes);
	va_end(attributes);
}

void oeo_html_attribute(struct oeo_html *html, const char *name, const char *format, ...)
{
	va_list arguments;

	if (html->is_failed)
		return;
	va_start(arguments, format);
	write_attribute(html, name, format_text(html, format, arguments));
	va_end(arguments);
}

void oeo_html_void(struct oeo_html *html, const char *element, ...)
{
	va_list attributes;

	va_start(attributes, element);
	start_element(html, element, attributes);
	va_end(attributes);
	oeo_html_close_void(html);
}

void oeo_html_text(struct oeo_html *html, const char *text)
{
	const xmlChar *allowed = allow(html, text);

	if (allowed != NULL)
		check(html, xmlTextWriterWriteString(html->writer, allowed));
}

void oeo_html_textf(struct oeo_html *html, const char *format, ...)
{
	va_list arguments;

	if (html->is_failed)
		return;
	va_start(arguments, format);
	oeo_html_text(html, format_text(html, format, arguments));
	va_end(arguments);
}

void oeo_html_close(struct oeo_html *html)
{
	if (!html->is_failed)
		check(html, xmlTextWriterFullEndElement(html->writer));
}

void oeo_html_close_void(struct oeo_html *html)
{
	if (!html->is_failed)
		check(html, xmlTextWriterEndElement(html->writer));
}

void oeo_html_element(struct oeo_html *html, const char *element, const char *class, const char *text)
{
	oeo_html_open(html, element, "class", class, NULL);
	oeo_html_text(html, text);
	oeo_html_close(html);
}

void oeo_html_fail(struct oeo_html *html)
{
	html->is_failed = true;
}

enum oeo_err oeo_html_finish(struct oeo_html *html, struct oeo_buf *out)
{
	int length;

	check(html, xmlTextWriterEndDocument(html->writer));
	check(html, xmlTextWriterFlush(html->writer));
	if (html->is_failed)
		return OEO_ERR_INTERNAL;
	length = xmlBufferLength(html->buffer);
	if (length < 0)
		return OEO_ERR_INTERNAL;
	return oeo_buf_append(out, xmlBufferContent(html->buffer), (size_t)length);
}

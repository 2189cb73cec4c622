/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/feed.h"

#include <libxml/xmlwriter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"
#include "proto/text.h"

#define NAMESPACE "http://www.w3.org/2005/Atom"
#define MOST_ENTRIES 50

/* The writer and what went wrong so far (negative results of its calls). */
struct feed {
	xmlTextWriterPtr writer;
	struct oeo_buf allowed; /* the last text that XML did not allow as it was */
	bool is_failed;
};

static void check(struct feed *feed, int result)
{
	feed->is_failed |= result < 0;
}

static void element(struct feed *feed, const char *name, const char *text)
{
	const char *allowed = oeo_text_for_xml(text, &feed->allowed);

	check(feed,
	    allowed != NULL ? xmlTextWriterWriteElement(feed->writer, BAD_CAST name, BAD_CAST allowed) : -1);
}

/* A URN of a digest: a UUID of version 8 (RFC 9562), whose other bits are ours to choose. */
static void write_id(struct feed *feed, const uint8_t digest[OEO_DIGEST_BYTES])
{
	uint8_t bytes[16];
	char hex[33], id[64];

	memcpy(bytes, digest, sizeof(bytes));
	bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x80);
	bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
	oeo_hex_encode(hex, bytes, sizeof(bytes));
	(void)snprintf(
	    id, sizeof(id), "urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
	element(feed, "id", id);
}

static void write_link(
    struct feed *feed, const char *relation, const char *type, const char *folder, const char *file)
{
	char href[160];

	(void)snprintf(href, sizeof(href), "%s%s", folder, file);
	check(feed, xmlTextWriterStartElement(feed->writer, BAD_CAST "link"));
	check(feed, xmlTextWriterWriteAttribute(feed->writer, BAD_CAST "rel", BAD_CAST relation));
	check(feed, xmlTextWriterWriteAttribute(feed->writer, BAD_CAST "type", BAD_CAST type));
	check(feed, xmlTextWriterWriteAttribute(feed->writer, BAD_CAST "href", BAD_CAST href));
	check(feed, xmlTextWriterEndElement(feed->writer));
}

static void write_entry(struct feed *feed, const struct oeo_view *view, const struct oeo_view_period *period)
{
	const struct oeo_release *release = &period->source->release;
	char title[384];

	(void)snprintf(title, sizeof(title), "%s, %s%s", view->title, period->name.text,
	    release->is_correction ? _(" (correction)") : "");
	check(feed, xmlTextWriterStartElement(feed->writer, BAD_CAST "entry"));
	write_id(feed, release->digest);
	element(feed, "title", title);
	element(feed, "updated", release->created);
	write_link(feed, "alternate", "text/html", period->id, "/index.html");
	check(feed, xmlTextWriterEndElement(feed->writer));
}

/* The feed itself stays the same feed through all releases of a plan by a publisher. */
static void write_head(struct feed *feed, const struct oeo_view *view)
{
	const struct oeo_view_period *last = &view->periods[view->n_periods - 1];
	const char *updated = last->source->release.created;

	for (size_t i = 0; i < view->n_periods; i++)
		if (strcmp(view->periods[i].source->release.created, updated) > 0)
			updated = view->periods[i].source->release.created;
	write_id(feed, last->source->release.publisher_pk);
	element(feed, "title", view->title);
	element(feed, "updated", updated);
	check(feed, xmlTextWriterStartElement(feed->writer, BAD_CAST "author"));
	element(feed, "name", view->publisher);
	check(feed, xmlTextWriterEndElement(feed->writer));
	write_link(feed, "self", "application/atom+xml", "", OEO_FEED_PATH);
	write_link(feed, "alternate", "text/html", "", "index.html");
}

enum oeo_err oeo_feed_write(struct oeo_buf *out, const struct oeo_view *view)
{
	xmlBufferPtr buffer = xmlBufferCreate();
	struct feed feed = {.writer = buffer != NULL ? xmlNewTextWriterMemory(buffer, 0) : NULL};
	enum oeo_err err = OEO_ERR_NOMEM;

	if (feed.writer == NULL)
		goto cleanup;
	check(&feed, xmlTextWriterStartDocument(feed.writer, NULL, "UTF-8", NULL));
	check(&feed, xmlTextWriterStartElementNS(feed.writer, NULL, BAD_CAST "feed", BAD_CAST NAMESPACE));
	check(&feed, xmlTextWriterWriteAttribute(feed.writer, BAD_CAST "xml:lang",
			 BAD_CAST(oeo_i18n_lang() == OEO_LANG_EN ? "en" : "nl")));
	write_head(&feed, view);
	for (size_t i = view->n_periods; i > 0 && view->n_periods - i < MOST_ENTRIES; i--)
		write_entry(&feed, view, &view->periods[i - 1]);
	check(&feed, xmlTextWriterEndDocument(feed.writer));
	check(&feed, xmlTextWriterFlush(feed.writer));
	err = feed.is_failed ? OEO_ERR_INTERNAL
			     : oeo_buf_append(out, xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer));
cleanup:
	if (feed.writer != NULL)
		xmlFreeTextWriter(feed.writer);
	if (buffer != NULL)
		xmlBufferFree(buffer);
	oeo_buf_fini(&feed.allowed);
	return err;
}

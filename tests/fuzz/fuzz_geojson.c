/* SPDX-License-Identifier: EUPL-1.2 */
/* Borders of wards from anywhere: read without harm, refused with a reason, and drawn as well-formed SVG. */
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard-export/chart_map.h"
#include "dashboard-export/wards_shapes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_page(struct oeo_html *html)
{
	struct oeo_buf page = {0};
	xmlDocPtr document;

	if (oeo_html_finish(html, &page) != OEO_OK)
		abort();
	document = xmlReadMemory((const char *)page.data, (int)page.len, NULL, "UTF-8",
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
	if (document == NULL)
		abort();
	xmlFreeDoc(document);
	oeo_buf_fini(&page);
}

/* Every ward as an area, one shown and the next not. */
static void draw(const struct oeo_wards *wards)
{
	struct oeo_map_area *areas = oeo_alloc_array(wards->n_shapes, sizeof(*areas));
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
	const struct oeo_shape **shapes = oeo_alloc_array(wards->n_shapes, sizeof(shapes[0]));
	struct oeo_html *html = NULL;

	if (areas == NULL || shapes == NULL || oeo_html_new(&html) != OEO_OK)
		abort();
	for (size_t i = 0; i < wards->n_shapes; i++) {
		shapes[i] = oeo_wards_shape(wards, wards->shapes[i].code);
		if (shapes[i] != &wards->shapes[i])
			abort();
		areas[i] = (struct oeo_map_area){.shapes = &shapes[i],
		    .n_shapes = 1,
		    .code = wards->shapes[i].code,
		    .label = wards->shapes[i].code,
		    .is_shown = i % 2 == 0,
		    .text = {"1"},
		    .shade = 1};
	}
	oeo_html_open(html, "div", NULL);
	oeo_chart_map(html, "map", "Wards", "A map", areas, wards->n_shapes);
	oeo_html_close(html);
	check_page(html);
	oeo_html_free(html);
	free(areas);
	free(shapes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct oeo_wards wards = {.folder = "wards"};
	struct oeo_buf text = {.data = (uint8_t *)data, .len = size};
	struct oeo_note why = {""};

	switch (oeo_wards_parse_shapes(&wards, &text, &why)) {
	case OEO_OK:
		draw(&wards);
		break;
	case OEO_ERR_FORMAT:
		if (strstr(why.text, "wards.geojson") == NULL)
			abort();
		break;
	default:
		abort();
	}
	oeo_wards_free_shapes(&wards);
	return 0;
}

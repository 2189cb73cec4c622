/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/chart_map.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "dashboard-export/chart_parts.h"

#define WIDTH 1000 /* units of the drawing */
#define MARGIN 6
#define MOST_NAMED 16 /* areas; with more of them their names do not fit on the map */
#define GRID 20 /* places tried for a label, each way */

/* The part of the country that is drawn. */
struct frame {
	int32_t west, east, south, north;
	int64_t height; /* of the drawing, in units */
};

struct edge {
	struct oeo_place from, to; /* from before to */
};

static void stretch(struct frame *frame, const struct oeo_place *place)
{
	frame->west = place->x < frame->west ? place->x : frame->west;
	frame->east = place->x > frame->east ? place->x : frame->east;
	frame->south = place->y < frame->south ? place->y : frame->south;
	frame->north = place->y > frame->north ? place->y : frame->north;
}

/* False where there is nothing to draw. */
static bool make_frame(struct frame *frame, const struct oeo_map_area *areas, size_t n)
{
	*frame = (struct frame){INT32_MAX, INT32_MIN, INT32_MAX, INT32_MIN, 0};
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < areas[i].n_shapes; j++)
			for (size_t r = 0; r < areas[i].shapes[j]->n; r++)
				for (size_t p = 0; p < areas[i].shapes[j]->rings[r].n; p++)
					stretch(frame, &areas[i].shapes[j]->rings[r].places[p]);
	if (frame->west >= frame->east || frame->south >= frame->north)
		return false;
	frame->height =
	    (int64_t)(frame->north - frame->south) * (WIDTH - 2 * MARGIN) / (frame->east - frame->west) +
	    (int64_t)2 * MARGIN;
	return true;
}

static int64_t x_of(const struct frame *frame, int32_t x)
{
	return MARGIN + (int64_t)(x - frame->west) * (WIDTH - 2 * MARGIN) / (frame->east - frame->west);
}

static int64_t y_of(const struct frame *frame, int32_t y)
{
	return MARGIN + (int64_t)(frame->north - y) * (WIDTH - 2 * MARGIN) / (frame->east - frame->west);
}

static enum oeo_err append_place(
    struct oeo_buf *path, const struct frame *frame, char command, const struct oeo_place *place)
{
	return oeo_buf_printf(
	    path, "%c%" PRId64 " %" PRId64, command, x_of(frame, place->x), y_of(frame, place->y));
}

static enum oeo_err append_rings(
    struct oeo_buf *path, const struct frame *frame, const struct oeo_map_area *area)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < area->n_shapes; i++)
		for (size_t r = 0; r < area->shapes[i]->n; r++) {
			const struct oeo_ring *ring = &area->shapes[i]->rings[r];

			for (size_t p = 0; err == OEO_OK && p + 1 < ring->n; p++)
				err = append_place(path, frame, p == 0 ? 'M' : 'L', &ring->places[p]);
			if (err == OEO_OK)
				err = oeo_buf_append_text(path, "Z");
		}
	return err;
}

/* ---- outlines ---- */

static int compare_places(const struct oeo_place *left, const struct oeo_place *right)
{
	if (left->x != right->x)
		return left->x < right->x ? -1 : 1;
	if (left->y != right->y)
		return left->y < right->y ? -1 : 1;
	return 0;
}

static int compare_edges(const void *left, const void *right)
{
	const struct edge *one = left, *other = right;
	int from = compare_places(&one->from, &other->from);

	return from != 0 ? from : compare_places(&one->to, &other->to);
}

/* All edges of the area, sorted. *edges returns owned. */
static size_t collect_edges(struct edge **edges, const struct oeo_map_area *area)
{
	size_t room = 0, n = 0;

	for (size_t i = 0; i < area->n_shapes; i++)
		for (size_t r = 0; r < area->shapes[i]->n; r++)
			room += area->shapes[i]->rings[r].n;
	*edges = oeo_alloc_array(room + 1, sizeof(**edges));
	if (*edges == NULL)
		return 0;
	for (size_t i = 0; i < area->n_shapes; i++)
		for (size_t r = 0; r < area->shapes[i]->n; r++)
			for (size_t p = 0; p + 1 < area->shapes[i]->rings[r].n; p++) {
				const struct oeo_place *at = &area->shapes[i]->rings[r].places[p];
				bool is_turned = compare_places(&at[0], &at[1]) > 0;

				(*edges)[n++] = (struct edge){at[is_turned ? 1 : 0], at[is_turned ? 0 : 1]};
			}
	qsort(*edges, n, sizeof(**edges), compare_edges);
	return n;
}

/* The edges that only one ward of the area has. */
static enum oeo_err append_outline(
    struct oeo_buf *path, const struct frame *frame, const struct oeo_map_area *area)
{
	struct edge *edges = NULL;
	size_t n = collect_edges(&edges, area);
	enum oeo_err err = edges != NULL ? OEO_OK : OEO_ERR_NOMEM;

	for (size_t i = 0; err == OEO_OK && i < n; i++) {
		if ((i > 0 && compare_edges(&edges[i], &edges[i - 1]) == 0) ||
		    (i + 1 < n && compare_edges(&edges[i], &edges[i + 1]) == 0))
			continue;
		err = append_place(path, frame, 'M', &edges[i].from);
		if (err == OEO_OK)
			err = append_place(path, frame, 'L', &edges[i].to);
	}
	free(edges);
	return err;
}

/* ---- labels ---- */

/* The box around an area. */
static struct frame box_of(const struct oeo_map_area *area)
{
	struct frame box;

	(void)make_frame(&box, area, 1);
	return box;
}

/* How far a place lies from the edge from a to b, squared; across counts half, because labels are wide. */
static double distance_to(const struct oeo_place *place, const struct oeo_place *a, const struct oeo_place *b)
{
	double dx = (b->x - a->x) / 2.0, dy = b->y - a->y;
	double px = (place->x - a->x) / 2.0, py = place->y - a->y;
	double length = dx * dx + dy * dy;
	double part = length > 0 ? (px * dx + py * dy) / length : 0;

	part = part < 0 ? 0 : (part > 1 ? 1 : part);
	return (px - part * dx) * (px - part * dx) + (py - part * dy) * (py - part * dy);
}

/* How much room a label has around this place, squared; below 0 where it lies outside the area. */
static double room_around(const struct oeo_map_area *area, const struct oeo_place *place)
{
	double nearest = -1;
	bool is_inside = false;

	for (size_t i = 0; i < area->n_shapes; i++)
		for (size_t r = 0; r < area->shapes[i]->n; r++)
			for (size_t p = 0; p + 1 < area->shapes[i]->rings[r].n; p++) {
				const struct oeo_place *a = &area->shapes[i]->rings[r].places[p], *b = a + 1;
				double distance = distance_to(place, a, b);

				if (nearest < 0 || distance < nearest)
					nearest = distance;
				if ((a->y > place->y) != (b->y > place->y) &&
				    place->x - a->x <
					(double)(b->x - a->x) * (place->y - a->y) / (b->y - a->y))
					is_inside = !is_inside;
			}
	return is_inside ? nearest : -1;
}

/* Where the area has the most room, of GRID by GRID places. */
static struct oeo_place middle_of(const struct oeo_map_area *area)
{
	struct frame box = box_of(area);
	struct oeo_place best = {box.west / 2 + box.east / 2, box.south / 2 + box.north / 2};
	double most = room_around(area, &best);

	for (int i = 1; i < GRID * GRID; i++) {
		struct oeo_place place = {box.west + (box.east - box.west) / GRID * (i % GRID),
		    box.south + (box.north - box.south) / GRID * (i / GRID)};
		double room = room_around(area, &place);

		if (room > most) {
			most = room;
			best = place;
		}
	}
	return best;
}

static void write_words(struct oeo_html *html, const struct frame *frame, const struct oeo_map_area *area,
    const struct oeo_place *middle)
{
	oeo_html_open(html, "tspan", "class", "value", NULL);
	oeo_html_text(html, area->is_shown ? area->text.text : ".");
	oeo_html_close(html);
	oeo_html_open(html, "tspan", "class", "name", "dy", "1.1em", NULL);
	oeo_html_attribute(html, "x", "%" PRId64, x_of(frame, middle->x));
	oeo_html_text(html, area->label);
	oeo_html_close(html);
}

/* The number of the area in the list beside the map; without a style sheet not beside the words. */
static void write_number(struct oeo_html *html, const struct frame *frame, const struct oeo_place *middle,
    size_t number, bool is_alone)
{
	oeo_html_open(html, "tspan", "class", "number", "dominant-baseline", is_alone ? "central" : NULL,
	    "display", is_alone ? NULL : "none", NULL);
	oeo_html_attribute(html, "x", "%" PRId64, x_of(frame, middle->x));
	oeo_html_attribute(html, "y", "%" PRId64, y_of(frame, middle->y));
	oeo_html_textf(html, "%zu", number);
	oeo_html_close(html);
}

/* is_many: there is room for a number only. */
static void write_label(struct oeo_html *html, const struct frame *frame, const struct oeo_map_area *area,
    size_t number, bool is_many)
{
	struct oeo_place middle = middle_of(area);

	oeo_html_open(
	    html, "text", "class", area->is_shown ? "place" : "place hidden", "text-anchor", "middle", NULL);
	oeo_html_attribute(html, "x", "%" PRId64, x_of(frame, middle.x));
	oeo_html_attribute(html, "y", "%" PRId64, y_of(frame, middle.y));
	if (!is_many)
		write_words(html, frame, area, &middle);
	write_number(html, frame, &middle, number, is_many);
	oeo_html_close(html);
}

/* ---- the map ---- */

/* Diagonal lines for what is not shown. */
static void write_hatch(struct oeo_html *html, const char *id)
{
	oeo_html_open(html, "defs", NULL);
	oeo_html_open(html, "pattern", "patternUnits", "userSpaceOnUse", "width", "14", "height", "14",
	    "patternTransform", "rotate(45)", NULL);
	oeo_html_attribute(html, "id", "%s-hatch", id);
	oeo_html_open(
	    html, "rect", "class", "ground", "width", "14", "height", "14", "fill", "#ffffff", NULL);
	oeo_html_close(html);
	oeo_html_open(html, "rect", "class", "hatch", "width", "3", "height", "14", "fill", "#8a8a8a", NULL);
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_path(struct oeo_html *html, const char *id, const struct oeo_map_area *area,
    const struct oeo_buf *path, const char *fill)
{
	oeo_html_open(html, "path", "fill-rule", "evenodd", "fill", fill, NULL);
	if (area->is_shown)
		oeo_html_attribute(html, "class", "area m%u", area->shade);
	else
		oeo_html_attribute(html, "class", "area unseen");
	oeo_html_attribute(html, "data-code", "%s", area->code);
	if (fill == NULL)
		oeo_html_attribute(html, "fill", "url(#%s-hatch)", id);
	oeo_html_attribute(html, "d", "%.*s", (int)path->len, (const char *)path->data);
	oeo_html_open(html, "title", NULL);
	oeo_html_textf(html, "%s: %s", area->label, area->is_shown ? area->text.text : ".");
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_area(
    struct oeo_html *html, const char *id, const struct frame *frame, const struct oeo_map_area *area)
{
	static const char *const fills[] = {"#ffffff", "#eef6f6", "#cfe5e6", "#a3cfd1", "#2f7f88"};
	struct oeo_buf path = {0};

	if (append_rings(&path, frame, area) != OEO_OK)
		oeo_html_fail(html);
	else
		write_path(html, id, area, &path, area->is_shown ? fills[area->shade] : NULL);
	path.len = 0;
	if (append_outline(&path, frame, area) != OEO_OK)
		oeo_html_fail(html);
	else if (path.len > 0) {
		oeo_html_open(html, "path", "class", "outline", "fill", "none", "stroke", "#555555", NULL);
		oeo_html_attribute(html, "d", "%.*s", (int)path.len, (const char *)path.data);
		oeo_html_close(html);
	}
	oeo_buf_fini(&path);
}

bool oeo_chart_map_has_many(const struct oeo_map_area *areas, size_t n)
{
	size_t drawn = 0;

	for (size_t i = 0; i < n; i++)
		drawn += areas[i].n_shapes > 0 ? 1 : 0;
	return drawn > MOST_NAMED;
}

void oeo_chart_map(struct oeo_html *html, const char *id, const char *title, const char *desc,
    const struct oeo_map_area *areas, size_t n)
{
	bool is_many = oeo_chart_map_has_many(areas, n);
	struct frame frame;
	size_t number = 0;

	if (!make_frame(&frame, areas, n))
		return;
	oeo_html_open(
	    html, "svg", "role", "img", "class", is_many ? "map many" : "map", "font-size", "22", NULL);
	oeo_html_attribute(html, "viewBox", "0 0 %d %" PRId64, WIDTH, frame.height);
	oeo_html_attribute(html, "aria-labelledby", "%s-title %s-desc", id, id);
	oeo_chart_title(html, id, title);
	oeo_chart_open_desc(html, id);
	oeo_html_text(html, desc);
	oeo_html_close(html);
	write_hatch(html, id);
	for (size_t i = 0; i < n; i++)
		if (areas[i].n_shapes > 0)
			write_area(html, id, &frame, &areas[i]);
	for (size_t i = 0; i < n; i++)
		if (areas[i].n_shapes > 0)
			write_label(html, &frame, &areas[i], ++number, is_many);
	oeo_html_close(html);
}

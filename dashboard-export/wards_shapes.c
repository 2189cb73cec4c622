/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/wards_shapes.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"

/* The national grid (EPSG:28992), in metres, with room around the country. Degrees lie far outside of it. */
#define WEST (-20000.0)
#define EAST 310000.0
#define SOUTH 270000.0
#define NORTH 660000.0
#define MOST_PLACES 2000000 /* of all shapes; a whole country of wards has fewer */

/* What is being read, and why it was refused. */
struct reader {
	size_t places; /* so far */
	const char *fault; /* translated */
};

static enum oeo_err refuse(struct reader *reader, const char *fault)
{
	reader->fault = fault;
	return OEO_ERR_FORMAT;
}

static enum oeo_err read_place(struct reader *reader, struct oeo_place *place, const json_t *from)
{
	const json_t *x = json_array_get(from, 0), *y = json_array_get(from, 1);
	double east = json_number_value(x), north = json_number_value(y);

	if (!json_is_number(x) || !json_is_number(y))
		return refuse(reader, _("a place is two numbers"));
	if (!(east >= WEST && east <= EAST && north >= SOUTH && north <= NORTH))
		return refuse(
		    reader, _("a place lies outside the country: coordinates are metres of the national grid "
			      "(EPSG:28992), not degrees"));
	place->x = (int32_t)lround(east);
	place->y = (int32_t)lround(north);
	return OEO_OK;
}

static bool is_same(const struct oeo_place *one, const struct oeo_place *other)
{
	return one->x == other->x && one->y == other->y;
}

static enum oeo_err add_ring(struct reader *reader, struct oeo_shape *shape, const json_t *from)
{
	struct oeo_ring *ring = &shape->rings[shape->n];
	size_t n = json_array_size(from);
	enum oeo_err err = OEO_OK;

	if (n < 4)
		return refuse(
		    reader, _("a ring has four places or more, of which the last is the first again"));
	reader->places += n;
	if (reader->places > MOST_PLACES)
		return refuse(reader, _("there are too many places in it; simplify the borders first"));
	ring->places = oeo_alloc_array(n, sizeof(*ring->places));
	if (ring->places == NULL)
		return OEO_ERR_NOMEM;
	shape->n++;
	ring->n = n;
	for (size_t i = 0; err == OEO_OK && i < n; i++)
		err = read_place(reader, &ring->places[i], json_array_get(from, i));
	if (err == OEO_OK && !is_same(&ring->places[0], &ring->places[n - 1]))
		err =
		    refuse(reader, _("a ring has four places or more, of which the last is the first again"));
	return err;
}

/* The polygons of a geometry: one, or several. */
static const json_t *polygon_of(const json_t *geometry, size_t i)
{
	const char *type = json_string_value(json_object_get(geometry, "type"));
	const json_t *coordinates = json_object_get(geometry, "coordinates");

	if (type != NULL && strcmp(type, "Polygon") == 0)
		return i == 0 ? coordinates : NULL;
	return type != NULL && strcmp(type, "MultiPolygon") == 0 ? json_array_get(coordinates, i) : NULL;
}

static enum oeo_err read_rings(struct reader *reader, struct oeo_shape *shape, const json_t *geometry)
{
	enum oeo_err err = OEO_OK;
	size_t room = 0;

	for (size_t i = 0; polygon_of(geometry, i) != NULL; i++)
		room += json_array_size(polygon_of(geometry, i));
	if (room == 0)
		return refuse(reader, _("its geometry is no Polygon or MultiPolygon"));
	shape->rings = oeo_alloc_array(room, sizeof(*shape->rings));
	if (shape->rings == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; err == OEO_OK && polygon_of(geometry, i) != NULL; i++) {
		const json_t *polygon = polygon_of(geometry, i);

		for (size_t j = 0; err == OEO_OK && j < json_array_size(polygon); j++)
			err = add_ring(reader, shape, json_array_get(polygon, j));
	}
	return err;
}

static enum oeo_err read_shape(struct reader *reader, struct oeo_shape *shape, const json_t *feature)
{
	const char *code =
	    json_string_value(json_object_get(json_object_get(feature, "properties"), "wijkcode"));

	if (code == NULL || !oeo_id_is_valid(code))
		return refuse(reader, _("it has no property wijkcode with a code as in the plan"));
	(void)snprintf(shape->code, sizeof(shape->code), "%s", code);
	return read_rings(reader, shape, json_object_get(feature, "geometry"));
}

static int compare_shapes(const void *left, const void *right)
{
	return strcmp(((const struct oeo_shape *)left)->code, ((const struct oeo_shape *)right)->code);
}

/* Sort, and find a ward that stands twice. */
static enum oeo_err settle(struct oeo_wards *wards, struct oeo_note *why)
{
	qsort(wards->shapes, wards->n_shapes, sizeof(*wards->shapes), compare_shapes);
	for (size_t i = 1; i < wards->n_shapes; i++)
		if (compare_shapes(&wards->shapes[i - 1], &wards->shapes[i]) == 0)
			return oeo_note_set(why, OEO_ERR_FORMAT,
			    _("%s/wards.geojson: ward %s stands in it twice"), wards->folder,
			    wards->shapes[i].code);
	return OEO_OK;
}

static enum oeo_err read_features(struct oeo_wards *wards, const json_t *features, struct oeo_note *why)
{
	struct reader reader = {0, NULL};
	enum oeo_err err = OEO_OK;
	size_t n = json_array_size(features);

	wards->shapes = oeo_alloc_array(n, sizeof(*wards->shapes));
	if (wards->shapes == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; err == OEO_OK && i < n; i++)
		err = read_shape(&reader, &wards->shapes[wards->n_shapes++], json_array_get(features, i));
	if (err == OEO_ERR_FORMAT)
		return oeo_note_set(why, err, _("%s/wards.geojson: feature %zu: %s"), wards->folder,
		    wards->n_shapes, reader.fault);
	return err == OEO_OK ? settle(wards, why) : err;
}

enum oeo_err oeo_wards_parse_shapes(struct oeo_wards *wards, const struct oeo_buf *text, struct oeo_note *why)
{
	json_error_t fault;
	json_t *document = json_loadb((const char *)text->data, text->len, JSON_REJECT_DUPLICATES, &fault);
	const json_t *features = json_object_get(document, "features");
	enum oeo_err err;

	if (document == NULL)
		err = oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s/wards.geojson:%d: this is not JSON; save the borders as GeoJSON"), wards->folder,
		    fault.line);
	else if (json_array_size(features) == 0)
		err = oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s/wards.geojson holds no wards: it needs a list \"features\" of Polygons or "
		      "MultiPolygons "
		      "in metres, with the property wijkcode"),
		    wards->folder);
	else
		err = read_features(wards, features, why);
	json_decref(document);
	return err;
}

void oeo_wards_free_shapes(struct oeo_wards *wards)
{
	for (size_t i = 0; i < wards->n_shapes; i++) {
		for (size_t j = 0; j < wards->shapes[i].n; j++)
			free(wards->shapes[i].rings[j].places);
		free(wards->shapes[i].rings);
	}
	free(wards->shapes);
	wards->shapes = NULL;
	wards->n_shapes = 0;
}

const struct oeo_shape *oeo_wards_shape(const struct oeo_wards *wards, const char *code)
{
	struct oeo_shape key;

	if (wards == NULL || wards->n_shapes == 0)
		return NULL;
	(void)snprintf(key.code, sizeof(key.code), "%s", code);
	return bsearch(&key, wards->shapes, wards->n_shapes, sizeof(key), compare_shapes);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/wards_shapes.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"

#define FURTHEST 10000000.0 /* metres from the grid's origin; wider than the country by far */

static bool read_place(struct oeo_place *place, const json_t *from)
{
	double x = json_number_value(json_array_get(from, 0));
	double y = json_number_value(json_array_get(from, 1));

	if (!json_is_number(json_array_get(from, 0)) || !json_is_number(json_array_get(from, 1)) ||
	    !(fabs(x) < FURTHEST) || !(fabs(y) < FURTHEST))
		return false;
	place->x = (int32_t)lround(x);
	place->y = (int32_t)lround(y);
	return true;
}

static enum oeo_err add_ring(struct oeo_shape *shape, const json_t *from)
{
	struct oeo_ring *ring = &shape->rings[shape->n];
	size_t n = json_array_size(from);

	if (n < 4)
		return OEO_ERR_FORMAT;
	ring->places = oeo_alloc_array(n, sizeof(*ring->places));
	if (ring->places == NULL)
		return OEO_ERR_NOMEM;
	shape->n++;
	ring->n = n;
	for (size_t i = 0; i < n; i++)
		if (!read_place(&ring->places[i], json_array_get(from, i)))
			return OEO_ERR_FORMAT;
	return OEO_OK;
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

static enum oeo_err read_shape(struct oeo_shape *shape, const json_t *feature)
{
	const json_t *geometry = json_object_get(feature, "geometry");
	const char *code =
	    json_string_value(json_object_get(json_object_get(feature, "properties"), "wijkcode"));
	enum oeo_err err = OEO_OK;
	size_t room = 0;

	if (code == NULL || !oeo_id_is_valid(code) || !json_is_array(polygon_of(geometry, 0)))
		return OEO_ERR_FORMAT;
	(void)snprintf(shape->code, sizeof(shape->code), "%s", code);
	for (size_t i = 0; polygon_of(geometry, i) != NULL; i++)
		room += json_array_size(polygon_of(geometry, i));
	shape->rings = oeo_alloc_array(room, sizeof(*shape->rings));
	if (shape->rings == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; polygon_of(geometry, i) != NULL; i++)
		for (size_t j = 0; err == OEO_OK && j < json_array_size(polygon_of(geometry, i)); j++)
			err = add_ring(shape, json_array_get(polygon_of(geometry, i), j));
	return err;
}

static int compare_shapes(const void *left, const void *right)
{
	return strcmp(((const struct oeo_shape *)left)->code, ((const struct oeo_shape *)right)->code);
}

enum oeo_err oeo_wards_parse_shapes(struct oeo_wards *wards, const struct oeo_buf *text, struct oeo_note *why)
{
	json_t *document = json_loadb((const char *)text->data, text->len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *features = json_object_get(document, "features");
	enum oeo_err err = json_is_array(features) ? OEO_OK : OEO_ERR_FORMAT;

	if (err == OEO_OK) {
		wards->shapes = oeo_alloc_array(json_array_size(features) + 1, sizeof(*wards->shapes));
		err = wards->shapes != NULL ? OEO_OK : OEO_ERR_NOMEM;
	}
	for (size_t i = 0; err == OEO_OK && i < json_array_size(features); i++)
		err = read_shape(&wards->shapes[wards->n_shapes++], json_array_get(features, i));
	if (err == OEO_OK)
		qsort(wards->shapes, wards->n_shapes, sizeof(*wards->shapes), compare_shapes);
	if (err == OEO_ERR_FORMAT)
		(void)oeo_note_set(why, err,
		    _("%s/wards.geojson holds no wards: it needs Polygons or MultiPolygons in metres, with "
		      "the property wijkcode"),
		    wards->folder);
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

/* SPDX-License-Identifier: EUPL-1.2 */
/* How sure a change is, in a sentence for people, in the chosen language. Pure functions of published numbers. */
#ifndef OEO_DASHBOARD_EXPORT_SURE_H
#define OEO_DASHBOARD_EXPORT_SURE_H

#include "dashboard-export/trend.h"

struct oeo_sure {
	char text[320];
};

/*
 * "Door toeval komt zo'n verschil hooguit 1 op de 1.000 keer voor. Het gaat om 10% tot 40% meer." or "Zo'n verschil
 * geeft toeval ook vaak." or, where the series itself says so, "Dit cijfer gaat vaker zo ver op en neer." "" where the
 * change is unknown.
 */
struct oeo_sure oeo_sure_change(const struct oeo_change *change);

/* The same for a difference that was only tested: nothing about its size. */
struct oeo_sure oeo_sure_p(double p);

/* "no clear difference", "clearly more", "clearly fewer"; "" where unknown. */
const char *oeo_sure_words(enum oeo_difference difference);

#endif

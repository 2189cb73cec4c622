/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The style sheet and the script of the site, assets/oeo.css and oeo.js, embedded by the build (embed.cmake).
 */
#ifndef OEO_DASHBOARD_EXPORT_STYLE_H
#define OEO_DASHBOARD_EXPORT_STYLE_H

#include <stddef.h>

extern const unsigned char oeo_style[];
extern const size_t oeo_style_bytes;

extern const unsigned char oeo_script[];
extern const size_t oeo_script_bytes;

/* The style of the report on paper (assets/report.css). */
extern const unsigned char oeo_report_style[];
extern const size_t oeo_report_style_bytes;

#endif

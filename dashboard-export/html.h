/* SPDX-License-Identifier: EUPL-1.2 */
/* The pages' writer is shared with the agent's form. */
#ifndef OEO_DASHBOARD_EXPORT_HTML_H
#define OEO_DASHBOARD_EXPORT_HTML_H

#include "proto/html.h"

#endif

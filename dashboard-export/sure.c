/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/sure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "proto/i18n.h"

#define MOST_PERCENT 900 /* above it only the lower end says something */

const char *oeo_sure_words(enum oeo_difference difference)
{
	switch (difference) {
	case OEO_DIFFERENCE_MORE:
		return _("clearly more");
	case OEO_DIFFERENCE_LESS:
		return _("clearly fewer");
	case OEO_DIFFERENCE_UNCLEAR:
		return _("no clear difference");
	case OEO_DIFFERENCE_UNKNOWN:
		break;
	}
	return "";
}

struct oeo_sure oeo_sure_p(double p)
{
	struct oeo_sure sure;
	const char *text = _("Chance often gives a difference this large.");

	switch (oeo_trend_sureness(p)) {
	case OEO_SURENESS_CLEAR:
		text = _("Chance alone gives a difference this large at most once in 100 times.");
		break;
	case OEO_SURENESS_STRONG:
		text = _("Chance alone gives a difference this large at most once in 1,000 times.");
		break;
	case OEO_SURENESS_CERTAIN:
		text = _("Chance alone gives a difference this large at most once in 10,000 times.");
		break;
	case OEO_SURENESS_NONE:
		break;
	}
	(void)snprintf(sure.text, sizeof(sure.text), "%s", text);
	return sure;
}

/* Whole per cents of change. The interval is only ever widened by it: its near end down, its far end up. */
static unsigned near_percent(double ratio)
{
	return (unsigned)fmin(fabs(ratio - 1) * 100, MOST_PERCENT);
}

static unsigned far_percent(double ratio)
{
	return (unsigned)fmin(ceil(fabs(ratio - 1) * 100), MOST_PERCENT + 1);
}

static void add_size(struct oeo_sure *sure, const struct oeo_change *change)
{
	bool is_more = change->difference == OEO_DIFFERENCE_MORE;
	bool is_per_day = change->is_per_day;
	unsigned least = near_percent(is_more ? change->ratio.low : change->ratio.high);
	unsigned most = far_percent(is_more ? change->ratio.high : change->ratio.low);
	size_t used = strlen(sure->text);
	char *rest = sure->text + used;
	size_t room = sizeof(sure->text) - used;

	if (least < 1)
		return;
	if (most > MOST_PERCENT)
		(void)snprintf(rest, room,
		    is_per_day ? _(" For each day it is at least %u%% more.")
			       : _(" It is at least %u%% more."),
		    least);
	else if (is_more)
		(void)snprintf(rest, room,
		    is_per_day ? _(" For each day it is %u%% to %u%% more.") : _(" It is %u%% to %u%% more."),
		    least, most);
	else
		(void)snprintf(rest, room,
		    is_per_day ? _(" For each day it is %u%% to %u%% fewer.")
			       : _(" It is %u%% to %u%% fewer."),
		    least, most);
}

struct oeo_sure oeo_sure_change(const struct oeo_change *change)
{
	struct oeo_sure sure = {""};

	if (change->difference == OEO_DIFFERENCE_UNKNOWN)
		return sure;
	if (change->difference == OEO_DIFFERENCE_UNCLEAR && change->is_overdispersed) {
		(void)snprintf(
		    sure.text, sizeof(sure.text), "%s", _("This figure goes up and down as far more often."));
		return sure;
	}
	sure = oeo_sure_p(change->p);
	if (change->difference != OEO_DIFFERENCE_UNCLEAR)
		add_size(&sure, change);
	return sure;
}

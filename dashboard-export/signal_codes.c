/* SPDX-License-Identifier: EUPL-1.2 */
/* Phases of a signalling process after beleidssignalen.be (phases 1 to 8), and kinds of signals after the same. */
#include <stddef.h>

#include "dashboard-export/duiding.h"

const struct oeo_signal_code *oeo_signal_types(void)
{
	static const struct oeo_signal_code types[] = {
	    {"ST01", "Toename van een thema", "Rising theme"},
	    {"ST02", "Nieuw thema", "New theme"},
	    {"ST03", "Knelpunt in wet of beleid", "Barrier in law or policy"},
	    {"ST04", "Knelpunt in uitvoering", "Barrier in execution"},
	    {"ST05", "Ontbrekend aanbod", "Missing provision"},
	    {"ST06", "Knelpunt in samenwerking", "Barrier in cooperation"},
	    {"ST07", "Nieuwe risicogroep", "New risk group"},
	    {"ST08", "Goed voorbeeld", "Good practice"},
	    {"ST90", "Signaal anders", "Other"},
	    {NULL, NULL, NULL},
	};

	return types;
}

const struct oeo_signal_code *oeo_signal_statuses(void)
{
	static const struct oeo_signal_code statuses[] = {
	    {"SS1", "Opgemerkt", "Noticed"},
	    {"SS2", "Verzameld", "Collected"},
	    {"SS3", "Gebundeld", "Bundled"},
	    {"SS4", "Geduid", "Interpreted"},
	    {"SS5", "Gerapporteerd", "Reported"},
	    {"SS6", "Besluit genomen", "Decision taken"},
	    {"SS7", "Actie loopt", "Action under way"},
	    {"SS8", "Teruggekoppeld aan melders", "Fed back to reporters"},
	    {"SS9", "Afgesloten zonder actie", "Closed without action"},
	    {NULL, NULL, NULL},
	};

	return statuses;
}

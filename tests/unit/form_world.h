/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An agent's home in which a plan is accepted, as `plan accept` would leave it: for the tests, the bench and the browser
 * tests of the form. What fails ends the program: then there is nothing to test.
 */
#ifndef OEO_TESTS_FORM_WORLD_H
#define OEO_TESTS_FORM_WORLD_H

#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "proto/plan_file.h"

static inline void form_insist(bool is_good, const char *what)
{
	if (is_good)
		return;
	(void)fprintf(stderr, "form_world: %s failed\n", what);
	exit(1);
}

/* A card whose key nobody needs: an accepted plan is not checked again. */
static inline void form_world_self(
    struct oeo_self *self, enum oeo_role role, const char *id, const char *folder)
{
	struct oeo_home home;
	char path[OEO_PATH_BYTES];
	bool is_agent = role == OEO_ROLE_AGENT;

	(void)snprintf(path, sizeof(path), is_agent ? "%s" : "%s/../%s", folder, id);
	form_insist(oeo_home_create(&home, is_agent ? folder : path, NULL) == OEO_OK, "a home");
	form_insist(oeo_self_create(&home, role, id, is_agent ? "Klientenraad" : id,
			is_agent ? NULL : "tcp://127.0.0.1:5570", NULL) == OEO_OK,
	    "a card");
	form_insist(oeo_self_load(self, &home, role, NULL) == OEO_OK, "a card");
	oeo_home_close(&home);
}

/* Accept the plan of this folder (proto/plans/almelo) in the ledger. */
static inline void form_world_accept(struct oeo_ledger *ledger, const char *plan_folder, const char *folder)
{
	struct oeo_signed_plan made;
	struct oeo_plans plans = {NULL, 0};
	struct oeo_findings findings = {0};
	struct oeo_self collector;
	struct oeo_plan *plan = NULL;
	char path[OEO_PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/plan.yaml", plan_folder);
	form_insist(oeo_plan_file_read(&plan, path, &findings) == OEO_OK, "the plan");
	oeo_findings_fini(&findings);
	form_world_self(&collector, OEO_ROLE_COLLECTOR, "bureau", folder);
	form_insist(oeo_signed_plan_make(&made, plan, &collector.identity_sk) == OEO_OK, "signing");
	form_insist(oeo_plans_accept(&plans, ledger, &made, NULL) == OEO_OK, "accepting");
	oeo_signed_plan_fini(&made);
	oeo_self_fini(&collector);
}

/* Make everything in <folder>/agent. */
static inline void form_world_make(const char *folder, const char *plan_folder)
{
	struct oeo_self self;
	struct oeo_home home;
	struct oeo_ledger *ledger = NULL;
	char path[OEO_PATH_BYTES - 300];

	form_insist(sodium_init() >= 0, "libsodium");
	(void)snprintf(path, sizeof(path), "%s/agent", folder);
	form_world_self(&self, OEO_ROLE_AGENT, "klientenraad", path);
	oeo_self_fini(&self);
	form_insist(oeo_home_open(&home, path, NULL) == OEO_OK, "the home");
	form_insist(oeo_ledger_create(&home, NULL) == OEO_OK, "the ledger");
	form_insist(oeo_ledger_open(&ledger, &home, NULL) == OEO_OK, "the ledger");
	form_world_accept(ledger, plan_folder, path);
	oeo_ledger_close(ledger);
	oeo_home_close(&home);
}

#endif

/* SPDX-License-Identifier: EUPL-1.2 */
/* Connections that cannot be opened, as where a process has no descriptor left. The test is linked with
 * --wrap=oeo_client_open. */
#ifndef OEO_TESTS_FAILING_CLIENT_H
#define OEO_TESTS_FAILING_CLIENT_H

#include <stdatomic.h>

#include "proto/link.h"

static atomic_bool client_open_fails;

enum oeo_err __real_oeo_client_open(struct oeo_client **client, const struct oeo_card *server,
    const struct oeo_self *self, struct oeo_note *why);
enum oeo_err __wrap_oeo_client_open(struct oeo_client **client, const struct oeo_card *server,
    const struct oeo_self *self, struct oeo_note *why);

enum oeo_err __wrap_oeo_client_open(struct oeo_client **client, const struct oeo_card *server,
    const struct oeo_self *self, struct oeo_note *why)
{
	if (atomic_load(&client_open_fails))
		return oeo_note_set(why, OEO_ERR_IO, "no connection can be opened");
	return __real_oeo_client_open(client, server, self, why);
}

#endif

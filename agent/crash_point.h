/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Named moments at which a test build can be made to die as by a power cut: OEO_CRASH_AT=name, or
 * OEO_CRASH_AT=name:N for the N-th time that the moment is passed. Nothing outside test builds.
 *
 *   keys-seen            period keys of all keyholders verified, nothing stored yet
 *   snapshot-unsaved     snapshot made, before its transaction is committed
 *   snapshot-saved       right after
 *   group-answered       a group's proof verified, before it is stored
 *   group-stored         groups stored
 *   submission-unsaved   messages made, before their transaction is committed
 *   submission-saved     right after
 *   sending-marked       the period is marked as being sent, nothing has left yet
 *   part-sent            a message was handed to the socket
 *   part-acknowledged    an acknowledgement was read
 *   final-acknowledged   the last one was read, before that is stored
 *   release-seen         a release was told, before the caches are deleted
 *   release-done         caches deleted, not yet reported
 */
#ifndef OEO_AGENT_CRASH_POINT_H
#define OEO_AGENT_CRASH_POINT_H

#if OEO_TEST_HOOKS
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline void oeo_crash_point(const char *name)
{
	static unsigned long passed; /* a point is used in one file, so that each file counts its own */
	const char *at = getenv("OEO_CRASH_AT");
	size_t len = strlen(name);
	unsigned long wanted;

	if (at == NULL || strncmp(at, name, len) != 0 || (at[len] != '\0' && at[len] != ':'))
		return;
	wanted = at[len] == ':' ? strtoul(at + len + 1, NULL, 10) : 1;
	if (++passed >= wanted)
		(void)kill(getpid(), SIGKILL);
}
#else
static inline void oeo_crash_point(const char *name)
{
	(void)name;
}
#endif

#endif

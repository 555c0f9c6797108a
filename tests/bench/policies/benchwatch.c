// SPDX-License-Identifier: BSD-2-Clause
/*
 * benchwatch: the least that a policy can do, for tools/bench to measure what
 * the monitor around it costs.
 *
 *	benchwatch.mmio=RANGES   allow these device accesses
 *	benchwatch.log=RANGES    the same, with an audit record of each
 *	benchwatch.call=RANGES   allow these system calls
 *	benchwatch.logcall=RANGES
 */
#include "lib.h"
#include "vigil/policy.h"

static bool log, calls;
static const char *ranges;

static enum verdict benchwatch_event(struct event *ev)
{
	ev->log = log;
	return ALLOW;
}

static int benchwatch_option(const char *key, const char *value)
{
	log = !strncmp(key, "log", 3);
	calls = strcmp(key, "log") && strcmp(key, "mmio");
	ranges = value;
	return !calls || !strcmp(key, "call") || !strcmp(key, "logcall") ? 0 : -1;
}

static int benchwatch_init(void);

VIGIL_POLICY(benchwatch)
= {
	.name = "benchwatch",
	.option = benchwatch_option,
	.init = benchwatch_init,
	.on_event = benchwatch_event,
};

static int benchwatch_init(void)
{
	if (!ranges)
		return 0;
	return calls ? vigil_watch_list(&benchwatch, EV_SYSCALL, ACC_SVC, ranges)
		     : vigil_watch_list(&benchwatch, EV_MMIO, ACC_READ | ACC_WRITE, ranges);
}

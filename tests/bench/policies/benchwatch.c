// SPDX-License-Identifier: BSD-2-Clause
/*
 * The least that policies can do, for tools/bench to measure what the monitor around them costs.
 *
 *	benchwatch.mmio=RANGES   allow these device accesses
 *	benchlog.mmio=RANGES     the same, with an audit record of each
 *	benchwatch.call=RANGES   allow these system calls; benchlog as well
 */
#include "lib.h"
#include "vigil/policy.h"

static const char *watched, *logged;
static bool calls;

static enum verdict watch_event(struct event *ev)
{
	(void)ev;
	return ALLOW;
}

static enum verdict log_event(struct event *ev)
{
	ev->log = true;
	return ALLOW;
}

static int watch_option(const char *key, const char *value)
{
	watched = value;
	calls = !strcmp(key, "call");
	return calls || !strcmp(key, "mmio") ? 0 : -1;
}

static int log_option(const char *key, const char *value)
{
	logged = value;
	calls = !strcmp(key, "call");
	return calls || !strcmp(key, "mmio") ? 0 : -1;
}

static int watch_init(void);
static int log_init(void);

VIGIL_POLICY(benchwatch)
= {
	.name = "benchwatch",
	.option = watch_option,
	.init = watch_init,
	.on_event = watch_event,
};

VIGIL_POLICY(benchlog)
= {
	.name = "benchlog",
	.option = log_option,
	.init = log_init,
	.on_event = log_event,
};

static int watch_init(void)
{
	return watched ? vigil_watch_list(&benchwatch, calls ? EV_SYSCALL : EV_MMIO, ACC_READ, watched) : 0;
}

static int log_init(void)
{
	return logged ? vigil_watch_list(&benchlog, calls ? EV_SYSCALL : EV_MMIO, ACC_READ, logged) : 0;
}

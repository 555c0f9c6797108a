// SPDX-License-Identifier: BSD-2-Clause
/*
 * The least that policies can do, for tools/bench to measure what the monitor around them costs.
 *
 *	benchwatch.mmio=RANGES   allow these device accesses
 *	benchwatch.reg=NAMES     and writes of these registers
 *	benchlog.mmio=RANGES     the same, with an audit record of each
 */
#include "lib.h"
#include "vigil/policy.h"

static const char *watched, *registers, *logged;

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
	if (!strcmp(key, "mmio"))
		watched = value;
	else if (!strcmp(key, "reg"))
		registers = value;
	else
		return -1;
	return 0;
}

static int log_option(const char *key, const char *value)
{
	logged = value;
	return strcmp(key, "mmio") ? -1 : 0;
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
	if (registers && vigil_watch_list(&benchwatch, EV_SYSREG, ACC_WRITE, registers))
		return -1;
	return watched ? vigil_watch_list(&benchwatch, EV_MMIO, ACC_READ, watched) : 0;
}

static int log_init(void)
{
	return logged ? vigil_watch_list(&benchlog, EV_MMIO, ACC_READ, logged) : 0;
}

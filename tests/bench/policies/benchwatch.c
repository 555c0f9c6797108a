// SPDX-License-Identifier: BSD-2-Clause
/*
 * The least that policies can do, for tools/bench to measure what the monitor around them costs.
 *
 *	benchwatch.mmio=RANGES   allow these device accesses
 *	benchwatch.reg=NAMES     these registers' writes
 *	benchwatch.call=RANGES   these system calls
 *	benchlog.mmio=RANGES     the same, with an audit record of each
 */
#include "vigil/policy.h"

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

static int bench_option(const struct policy *self, const char *key, const char *value)
{
	if (!strcmp(key, "mmio"))
		return vigil_watch_list(self, EV_MMIO, ACC_READ, value);
	if (!strcmp(key, "reg"))
		return vigil_watch_list(self, EV_SYSREG, ACC_WRITE, value);
	if (!strcmp(key, "call"))
		return vigil_watch_list(self, EV_SYSCALL, ACC_SVC, value);
	return -1;
}

VIGIL_POLICY(benchwatch, .option = bench_option, .on_event = watch_event);

VIGIL_POLICY(benchlog, .option = bench_option, .on_event = log_event);

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

static int take(const struct policy *policy, const char *key, const char *value)
{
	if (!strcmp(key, "mmio"))
		return vigil_watch_list(policy, EV_MMIO, ACC_READ, value);
	if (!strcmp(key, "reg"))
		return vigil_watch_list(policy, EV_SYSREG, ACC_WRITE, value);
	if (!strcmp(key, "call"))
		return vigil_watch_list(policy, EV_SYSCALL, ACC_SVC, value);
	return -1;
}

static int watch_option(const char *key, const char *value);
static int log_option(const char *key, const char *value);

VIGIL_POLICY(benchwatch, .option = watch_option, .on_event = watch_event);

VIGIL_POLICY(benchlog, .option = log_option, .on_event = log_event);

static int watch_option(const char *key, const char *value)
{
	return take(&benchwatch_policy, key, value);
}

static int log_option(const char *key, const char *value)
{
	return take(&benchlog_policy, key, value);
}

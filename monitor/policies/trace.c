// SPDX-License-Identifier: BSD-2-Clause
/*
 * trace: an audit record of each system call, with its name and argument registers.
 *
 *	trace.calls=all   or names and numbers: openat,execve,0xf0000-0xf000f
 *	trace.rate=N      so many a second at most; the others are counted
 */
#include "vigil/policy.h"

static u64 most = ~0u;
static u32 suppressed;

static enum verdict trace_event(struct event *ev)
{
	static u64 rate[2];

	ev->log = vigil_rate(rate, (u32)most);
	__atomic_fetch_add(&suppressed, !ev->log, __ATOMIC_RELAXED);
	return ALLOW;
}

static void trace_off(void)
{
	if (suppressed)
		vigil_print("trace suppressed=%u", suppressed);
}

static int trace_option(const struct policy *self, const char *key, const char *value)
{
	if (!strcmp(key, "calls"))
		return vigil_watch_list(self, EV_SYSCALL, ACC_SVC, value);
	value = strcmp(key, "rate") ? NULL : parse_u64(value, &most);
	return value && !*value && most <= ~0u ? 0 : -1;
}

VIGIL_POLICY(trace, .option = trace_option, .on_event = trace_event, .off = trace_off,
	     .calls = vigil_calls);

// SPDX-License-Identifier: BSD-2-Clause
/*
 * trace: an audit record of each system call, with its name and argument registers.
 *
 *	trace.calls=all   or names and numbers: openat,execve,0xf0000-0xf000f
 *	trace.rate=N      so many a second at most; the others are counted
 */
#include "lib.h"
#include "vigil/policy.h"

static const char *calls;
static u64 most = ~0u;
static struct vigil_rate rate;
static u32 suppressed;

static enum verdict trace_event(struct event *ev)
{
	ev->log = vigil_rate(&rate, (u32)most);
	if (!ev->log)
		__atomic_fetch_add(&suppressed, 1, __ATOMIC_RELAXED);
	return ALLOW;
}

static int trace_option(const char *key, const char *value)
{
	if (!strcmp(key, "calls")) {
		calls = strcmp(value, "all") ? value : "0-0xffffffff";
		return 0;
	}
	if (strcmp(key, "rate"))
		return -1;
	value = parse_u64(value, &most);
	return value && !*value && most <= ~0u ? 0 : -1;
}

static void trace_off(void)
{
	if (suppressed)
		printk("@vigil trace suppressed=%u", suppressed);
}

static int trace_init(void);

VIGIL_POLICY(trace)
= {
	.name = "trace",
	.option = trace_option,
	.init = trace_init,
	.on_event = trace_event,
	.off = trace_off,
	.call_name = vigil_call_name,
};

static int trace_init(void)
{
	return calls ? vigil_watch_calls(&trace, calls) : 0;
}

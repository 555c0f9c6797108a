// SPDX-License-Identifier: BSD-2-Clause
/*
 * callprobe: a verdict by each system call's number, for tests/guest/calls.c. Does nothing
 * without callprobe.on=1.
 */
#include "vigil/policy.h"

static bool on;

static enum verdict callprobe_event(struct event *ev)
{
	ev->log = ev->nr != 309;
	switch (ev->nr) {
	case 301:
		return DENY;
	case 302:
		ev->value = 13;
		return DENY;
	case 303:
		return KILL;
	case 305:
		return HALT;
	case 304:
		for (u32 i = 0; i < 7; i++)
			ev->arg[i] = 0x100 + i;
		ev->replace = true;
		return ALLOW;
	default:
		return ALLOW;
	}
}

static int callprobe_option(const struct policy *self, const char *key, const char *value)
{
	(void)self;
	on = !strcmp(key, "on") && !strcmp(value, "1");
	return on ? 0 : -1;
}

/* The last is behind what is filtered by a table. */
static int callprobe_init(const struct policy *self)
{
	return on ? vigil_watch_list(self, EV_SYSCALL, ACC_SVC, "300-309,0xf0002,set_tls") : 0;
}

VIGIL_POLICY(callprobe, .option = callprobe_option, .init = callprobe_init,
	     .on_event = callprobe_event, .calls = vigil_calls);

// SPDX-License-Identifier: BSD-2-Clause
/*
 * guard: deny writes to device registers and to ranges of memory.
 *
 *	guard.mmio=RANGES     writes are dropped, reads go through
 *	guard.memory=RANGES   writes abort, as on read-only memory
 *	guard.action=deny     or kill, or halt
 */
#include "vigil/policy.h"

static enum verdict action = DENY;

static enum verdict guard_event(struct event *ev)
{
	(void)ev; /* only what is guarded gets here */
	return action;
}

static int guard_option(const struct policy *self, const char *key, const char *value)
{
	static const char actions[][5] = {"", "deny", "kill", "halt"};

	if (!strcmp(key, "mmio"))
		return vigil_watch_list(self, EV_MMIO, ACC_WRITE, value);
	if (!strcmp(key, "memory"))
		return vigil_watch_list(self, EV_MEMORY, ACC_WRITE, value);
	for (action = HALT; action > ALLOW && strcmp(value, actions[action]); action--)
		;
	return action > ALLOW && !strcmp(key, "action") ? 0 : -1;
}

VIGIL_POLICY(guard, .option = guard_option, .on_event = guard_event);

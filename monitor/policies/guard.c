// SPDX-License-Identifier: BSD-2-Clause
/*
 * guard: deny writes to device registers and to ranges of memory.
 *
 *	guard.mmio=RANGES     writes are dropped, reads go through
 *	guard.memory=RANGES   writes abort, as on read-only memory
 *	guard.action=deny     or kill, or halt
 */
#include "lib.h"
#include "vigil/policy.h"

static const char *mmio, *memory;
static enum verdict action = DENY;

static enum verdict guard_event(struct event *ev)
{
	(void)ev; /* only what is guarded gets here */
	return action;
}

static int guard_option(const char *key, const char *value)
{
	static const char *const actions[] = {"", "deny", "kill", "halt"};

	if (!strcmp(key, "mmio")) {
		mmio = value;
		return 0;
	}
	if (!strcmp(key, "memory")) {
		memory = value;
		return 0;
	}
	for (u32 i = DENY; i <= HALT; i++)
		if (!strcmp(key, "action") && !strcmp(value, actions[i])) {
			action = (enum verdict)i;
			return 0;
		}
	return -1;
}

static int guard_init(void);

VIGIL_POLICY(guard)
= {
	.name = "guard",
	.option = guard_option,
	.init = guard_init,
	.on_event = guard_event,
};

static int guard_init(void)
{
	if (mmio && vigil_watch_list(&guard, EV_MMIO, ACC_WRITE, mmio))
		return -1;
	if (memory && vigil_watch_list(&guard, EV_MEMORY, ACC_WRITE, memory))
		return -1;
	return 0;
}

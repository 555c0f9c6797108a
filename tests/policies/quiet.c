// SPDX-License-Identifier: BSD-2-Clause
/*
 * quiet: allows what it watches, and has nothing logged. The guest must not notice.
 *
 *	quiet.mmio=RANGES, quiet.memory=RANGES
 */
#include "vigil/policy.h"

static const char *mmio, *memory;

static enum verdict quiet_event(struct event *ev)
{
	(void)ev;
	return ALLOW;
}

static int quiet_option(const struct policy *self, const char *key, const char *value)
{
	(void)self;
	if (!strcmp(key, "mmio"))
		mmio = value;
	else if (!strcmp(key, "memory"))
		memory = value;
	else
		return -1;
	return 0;
}

static int quiet_init(const struct policy *self)
{
	const u8 access = ACC_READ | ACC_WRITE;

	if (mmio && vigil_watch_list(self, EV_MMIO, access, mmio))
		return -1;
	return memory ? vigil_watch_list(self, EV_MEMORY, access, memory) : 0;
}

VIGIL_POLICY(quiet, .option = quiet_option, .init = quiet_init, .on_event = quiet_event);

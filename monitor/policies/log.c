// SPDX-License-Identifier: BSD-2-Clause
/*
 * log: write an audit record of all that it is asked to watch, allow it all.
 *
 *	log.mmio=RANGES   device accesses
 *	log.read=RANGES   reads of memory; also log.write, log.exec
 *	log.call=all      firmware and hypervisor calls, or RANGES of them
 *	log.reg=NAMES     control registers, or all
 */
#include "vigil/policy.h"

static enum verdict log_event(struct event *ev)
{
	ev->log = true;
	return ALLOW;
}

static int log_option(const struct policy *self, const char *key, const char *value)
{
	static const struct {
		char name[6];
		u8 kind, access;
	} keys[] = {
		{"mmio", EV_MMIO, ACC_READ | ACC_WRITE}, {"read", EV_MEMORY, ACC_READ},
		{"write", EV_MEMORY, ACC_WRITE},	 {"exec", EV_MEMORY, ACC_EXEC},
		{"call", EV_CALL, ACC_SMC | ACC_HVC},	 {"reg", EV_SYSREG, ACC_READ | ACC_WRITE},
	};

	for (u32 i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(key, keys[i].name))
			return vigil_watch_list(self, keys[i].kind, keys[i].access, value);
	return -1;
}

VIGIL_POLICY(log, .option = log_option, .on_event = log_event);

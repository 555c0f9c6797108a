// SPDX-License-Identifier: BSD-2-Clause
/*
 * rtcguard: the guest's real-time clock is not set back before a given time.
 *
 *	rtcguard.after=SECONDS   since 1970; the default is 2024-01-01
 */
#include "vigil/policy.h"

#define RTC_LOAD 0x09010008 /* RTCLR, the PL031's load register, on QEMU's virt */

static u64 after = 1704067200;

static const struct watch watches[] = {
	{.lo = RTC_LOAD, .hi = RTC_LOAD + 3, .kind = EV_MMIO, .access = ACC_WRITE},
	{.access = 0},
};

static int rtcguard_option(const struct policy *self, const char *key, const char *value)
{
	const char *end = strcmp(key, "after") ? NULL : parse_u64(value, &after);

	(void)self;
	return end && !*end ? 0 : -1;
}

static enum verdict rtcguard_event(struct event *ev)
{
	ev->log = true;
	return ev->value < after ? DENY : ALLOW;
}

VIGIL_POLICY(rtcguard, .watches = watches, .option = rtcguard_option, .on_event = rtcguard_event);

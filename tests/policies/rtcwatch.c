// SPDX-License-Identifier: BSD-2-Clause
/*
 * rtcwatch: a policy outside the tree, of the size that docs/policy.md talks
 * about. The guest's clock says what the policy says, and cannot be set.
 * Does nothing unless told the time: rtcwatch.time=NUMBER.
 */
#include "vigil/policy.h"

#define RTC 0x9010000ull

static u64 now;

static enum verdict rtc_event(struct event *ev)
{
	ev->log = true;
	if (ev->access == ACC_WRITE)
		return ev->ipa == RTC + 8 ? DENY : ALLOW;
	ev->replace = ev->ipa == RTC;
	if (ev->replace)
		ev->value = now;
	return ALLOW;
}

static int rtc_option(const struct policy *self, const char *key, const char *value)
{
	const char *end = strcmp(key, "time") ? NULL : parse_u64(value, &now);

	(void)self;
	return end && !*end ? 0 : -1;
}

static int rtc_init(const struct policy *self)
{
	static const struct watch clock = {RTC, RTC + 15, EV_MMIO, ACC_READ | ACC_WRITE};

	return now ? vigil_watch(self, &clock) : 0;
}

VIGIL_POLICY(rtcwatch, .option = rtc_option, .init = rtc_init, .on_event = rtc_event);

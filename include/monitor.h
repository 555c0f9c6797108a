/* SPDX-License-Identifier: BSD-2-Clause */
/* The monitor as the architecture and the boot code see it. */
#ifndef MONITOR_H
#define MONITOR_H

#include "vigil/policy.h"

extern const struct policy __policies_start[], __policies_end[];

#define for_each_policy(p) for (const struct policy *p = __policies_start; p < __policies_end; p++)

/* One bit an enum event_kind: somebody watches it. */
extern u32 monitor_wanted;

/* The operator's dry run: nothing is denied, what would be is logged. */
extern bool monitor_dry_run;

static inline bool monitor_wants(enum event_kind kind)
{
	return monitor_wanted & BIT(kind);
}

/*
 * Ask the policies that watch what this event is about. Fills verdict, would, by (NULL if nobody
 * watches it), log, replace and value; and for an address, whether it is EV_MMIO or EV_MEMORY.
 * Any CPU; takes no lock.
 */
void monitor_ask(struct event *ev);

/* The monitor's own refusal: always logged, whatever the mode. */
void monitor_refuse(struct event *ev);

/*
 * The accesses (ACC_ bits) that some policy watches in these addresses. *whole becomes false if
 * one of them watches only a part. Any CPU.
 */
u32 monitor_watched(u64 lo, u64 hi, bool *whole);

/*
 * Take `len` bytes of "policy.key=value". Returns 0, or -1 if no such policy
 * is linked in or it does not understand. Boot CPU only.
 */
int monitor_option(const char *name, size_t len, const char *key, const char *value);

/* Run static watches and init() of each policy; stops the boot on failure. */
void monitor_init(void);

#endif

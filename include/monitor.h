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
 * Ask the policies that watch [lo, hi] for this kind and access. Fills
 * ev->verdict, would, by, log, replace and value; returns the verdict.
 * Any CPU; takes no lock.
 */
enum verdict monitor_ask(struct event *ev, u64 lo, u64 hi);

/* The monitor's own refusal: always logged, whatever the mode. */
void monitor_refuse(struct event *ev);

/*
 * The accesses (ACC_ bits) of `kind` that some policy watches in [lo, hi]. If `whole` is given,
 * it becomes false if one of them watches only a part of that. Any CPU.
 */
u32 monitor_watched(enum event_kind kind, u64 lo, u64 hi, bool *whole);

/*
 * Take `len` bytes of "policy.key=value". Returns 0, or -1 if no such policy
 * is linked in or it does not understand. Boot CPU only.
 */
int monitor_option(const char *name, size_t len, const char *key, const char *value);

/* Run static watches and init() of each policy; stops the boot on failure. */
void monitor_init(void);

/* A hash of the policies' names and the options, for the log's header. */
u32 monitor_hash(u32 hash, const char *text);

#endif

// SPDX-License-Identifier: BSD-2-Clause
/* Events in, policies asked, verdict out. */
#include "arch.h"
#include "lib.h"
#include "monitor.h"

#define MAX_WATCHES 64

/* A policy's watch; free when `access` is 0. */
struct slot {
	struct watch watch;
	const struct policy *policy;
};

static struct slot slots[EV_KINDS][MAX_WATCHES];
static u32 slots_used[EV_KINDS]; /* none is in use from here on */
static struct spinlock lock;

u32 monitor_wanted;
bool monitor_dry_run;

/* Execution is also stopped where only reads are watched. */
static u32 matching(u32 access)
{
	return access == ACC_EXEC ? ACC_EXEC | ACC_READ : access;
}

static bool hits(const struct watch *w, u64 lo, u64 hi, u32 access)
{
	return w->lo <= hi && w->hi >= lo && (w->access & access);
}

u32 monitor_watched(enum event_kind kind, u64 lo, u64 hi)
{
	u32 access = 0;

	for (u32 i = 0; i < slots_used[kind]; i++)
		if (hits(&slots[kind][i].watch, lo, hi, ACC_ANY))
			access |= slots[kind][i].watch.access;
	return access;
}

static void settle(struct event *ev, enum verdict worst)
{
	ev->verdict = (u8)worst;
	ev->would = (u8)worst;
	if (likely(worst == ALLOW))
		return;
	ev->log = true;
	if (monitor_dry_run) {
		ev->verdict = ALLOW;
		ev->replace = false;
	}
}

enum verdict monitor_ask(struct event *ev, u64 lo, u64 hi)
{
	const struct slot *slot = slots[ev->kind];
	const struct slot *end = slot + slots_used[ev->kind];
	const struct policy *last = NULL;
	u32 access = matching(ev->access);
	enum verdict worst = ALLOW;

	for (; slot < end; slot++) {
		enum verdict v;

		if (!hits(&slot->watch, lo, hi, access) ||
		    slot->policy == last)
			continue;
		last = slot->policy;
		v = last->on_event(ev);
		if (v > HALT)
			v = HALT; /* not a verdict: fail closed */
		if (v > worst || !ev->by)
			ev->by = last;
		if (v > worst)
			worst = v;
	}
	settle(ev, worst);
	return (enum verdict)ev->verdict;
}

void monitor_refuse(struct event *ev)
{
	ev->verdict = DENY;
	ev->would = DENY;
	ev->by = NULL;
	ev->log = true;
}

static struct slot *find_slot(u32 kind, const struct policy *policy,
			      const struct watch *watch)
{
	for (u32 i = 0; i < MAX_WATCHES; i++) {
		struct slot *s = &slots[kind][i];

		if (!watch ? !s->watch.access
			   : s->watch.access == watch->access &&
				     s->policy == policy &&
				     s->watch.lo == watch->lo &&
				     s->watch.hi == watch->hi)
			return s;
	}
	return NULL;
}

/* Stage 2 follows the watches that are addresses. */
static int apply(const struct watch *watch)
{
	if (watch->kind != EV_MMIO && watch->kind != EV_MEMORY)
		return 0;
	return arch_apply_watches(watch->lo, watch->hi);
}

/* On failure the range is applied anew without the watch: nothing changed. */
static int set_watch(const struct policy *policy, const struct watch *watch)
{
	struct slot *s = find_slot(watch->kind, NULL, NULL);
	u32 index;

	if (!s)
		return -1;
	index = (u32)(s - slots[watch->kind]);
	s->policy = policy;
	s->watch = *watch;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	slots_used[watch->kind] = MAX(slots_used[watch->kind], index + 1);
	if (apply(watch)) {
		s->watch.access = 0;
		return -1;
	}
	monitor_wanted |= BIT(watch->kind);
	return 0;
}

int vigil_watch(const struct policy *policy, const struct watch *watch)
{
	int ret;

	if (watch->kind >= EV_KINDS || watch->lo > watch->hi ||
	    !(watch->access & ACC_ANY) || !arch_may_watch(watch))
		return -1;
	spin_lock(&lock);
	ret = set_watch(policy, watch);
	spin_unlock(&lock);
	return ret;
}

int vigil_unwatch(const struct policy *policy, const struct watch *watch)
{
	struct slot *s;

	if (watch->kind >= EV_KINDS)
		return -1;
	spin_lock(&lock);
	s = find_slot(watch->kind, policy, watch);
	if (s) {
		s->watch.access = 0;
		apply(watch);
	}
	spin_unlock(&lock);
	return s ? 0 : -1;
}

int monitor_option(const char *name, size_t len, const char *key,
		   const char *value)
{
	for_each_policy(p)
		if (strlen(p->name) == len && !strncmp(p->name, name, len))
			return p->option ? p->option(key, value) : -1;
	return -1;
}

void monitor_init(void)
{
	for_each_policy(p) {
		for (const struct watch *w = p->watches; w && w->access; w++)
			if (vigil_watch(p, w))
				stop("policy %s: cannot watch %llx-%llx",
				     p->name, w->lo, w->hi);
		if (p->init && p->init())
			stop("policy %s does not start with these options",
			     p->name);
	}
}

/* FNV-1a, 32 bits: tells configurations apart, it does not authenticate. */
u32 monitor_hash(u32 hash, const char *text)
{
	hash ^= 0x811c9dc5;
	for (; *text; text++)
		hash = (hash ^ (u8)*text) * 0x01000193;
	return hash;
}

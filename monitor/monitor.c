// SPDX-License-Identifier: BSD-2-Clause
/* Events in, policies asked, verdict out. */
#include "monitor.h"

#define MAX_WATCHES 64

/* A policy's watch; free when `access` is 0. */
struct slot {
	struct watch watch;
	const struct policy *policy;
};

/* By kind; those of addresses are one list, for an address is either a device's or memory's. */
static struct list {
	u32 used; /* no slot is in use from here on */
	struct slot slot[MAX_WATCHES];
} lists[EV_KINDS];

static struct spinlock lock;

u32 monitor_wanted;
bool monitor_dry_run;

static u32 list_of(u32 kind)
{
	return kind == EV_MEMORY ? EV_MMIO : kind;
}

u32 __cold monitor_watched(u64 lo, u64 hi, bool *whole)
{
	const struct slot *slot = lists[EV_MMIO].slot, *end = slot + lists[EV_MMIO].used;
	u32 access = 0;

	for (; slot < end; slot++) {
		const struct watch *w = &slot->watch;

		if (!w->access || w->lo > hi || w->hi < lo)
			continue;
		access |= w->access;
		if (w->lo > lo || w->hi < hi)
			*whole = false;
	}
	return access;
}

u8 __cold monitor_watcher(enum event_kind kind, u32 nr)
{
	const struct slot *slot = lists[kind].slot;
	u8 found = 0;

	for (u32 i = 0; i < lists[kind].used; i++, slot++) {
		if (!slot->watch.access || slot->watch.lo > nr || slot->watch.hi < nr)
			continue;
		found = found ? WATCHED_BY_MANY : (u8)(i + 1);
	}
	return found;
}

static void settle(struct event *ev, u64 given)
{
	ev->log = true;
	if (!monitor_dry_run) {
		ev->verdict = ev->would;
		return;
	}
	ev->replace = false;
	ev->value = given;
}

void monitor_ask(struct event *ev)
{
	const struct list *list = &lists[ev->kind];
	u64 given = ev->value, lo = ev->nr, hi = lo;

	if (ev->kind == EV_MMIO) {
		lo = ev->ipa;
		hi = lo + ev->size - 1;
	}
	for (const struct slot *slot = list->slot; slot < list->slot + list->used; slot++) {
		enum verdict v;

		if (!(slot->watch.access & ev->access) || slot->watch.lo > hi ||
		    slot->watch.hi < lo)
			continue;
		ev->kind = slot->watch.kind;
		v = slot->policy->on_event(ev);
		if (v >= ev->would) {
			ev->would = v > HALT ? HALT : (u8)v; /* no verdict: fail closed */
			ev->by = slot->policy;
		}
	}
	if (unlikely(ev->would != ALLOW))
		settle(ev, given);
}

void monitor_ask_one(struct event *ev, u32 watcher)
{
	const struct policy *policy = lists[ev->kind].slot[watcher - 1].policy;
	u64 given = ev->value;
	enum verdict v = policy->on_event(ev);

	ev->by = policy;
	if (likely(v == ALLOW))
		return;
	ev->would = v > HALT ? HALT : (u8)v; /* no verdict: fail closed */
	settle(ev, given);
}

void monitor_refuse(struct event *ev)
{
	ev->verdict = DENY;
	ev->would = DENY;
	ev->by = NULL;
	ev->log = true;
}

/* The policy's slot for just this watch; or without a policy, a free one. */
static struct slot *__cold find_slot(const struct policy *policy, const struct watch *watch)
{
	struct slot *s = lists[list_of(watch->kind)].slot;

	for (u32 i = 0; i < MAX_WATCHES; i++, s++)
		if (policy ? s->policy == policy && !memcmp(&s->watch, watch, sizeof(*watch))
			   : !s->watch.access)
			return s;
	return NULL;
}

/* As the slots have it: what may not be read cannot be executed either. */
static struct watch normal(const struct watch *watch)
{
	struct watch w;

	memset(&w, 0, sizeof(w));
	w.lo = watch->lo;
	w.hi = watch->hi;
	w.kind = watch->kind;
	w.access = watch->access & ACC_ANY;
	if (w.kind == EV_MEMORY && (w.access & ACC_READ))
		w.access |= ACC_EXEC;
	return w;
}

/* Under the lock. On failure the slot is free again, and nothing has changed. */
static int __cold set_watch(const struct policy *policy, const struct watch *watch)
{
	struct slot *s = find_slot(NULL, watch);
	struct list *list = &lists[list_of(watch->kind)];

	if (!s)
		return -1;
	/* monitor_ask() takes no lock: `access` makes the slot count, once it is whole. */
	s->policy = policy;
	s->watch = *watch;
	s->watch.access = 0;
	list->used = MAX(list->used, (u32)(s - list->slot) + 1);
	__atomic_store_n(&s->watch.access, watch->access, __ATOMIC_RELEASE);
	if (arch_apply_watch(watch)) {
		s->watch.access = 0;
		arch_apply_watch(watch);
		return -1;
	}
	monitor_wanted |= BIT(watch->kind);
	return 0;
}

int __cold vigil_watch(const struct policy *policy, const struct watch *watch)
{
	struct watch w = normal(watch);
	int ret;

	if (w.kind >= EV_KINDS || w.lo > w.hi || !w.access || !arch_may_watch(&w))
		return -1;
	spin_lock(&lock);
	ret = set_watch(policy, &w);
	spin_unlock(&lock);
	return ret;
}

int __cold vigil_unwatch(const struct policy *policy, const struct watch *watch)
{
	struct watch w = normal(watch);
	struct slot *s = NULL;

	spin_lock(&lock);
	if (w.kind < EV_KINDS && w.access)
		s = find_slot(policy, &w);
	if (s) {
		s->watch.access = 0;
		arch_apply_watch(&w);
	}
	spin_unlock(&lock);
	return s ? 0 : -1;
}

int __cold monitor_option(const char *name, size_t len, const char *key, const char *value)
{
	for_each_policy (p)
		if (strlen(p->name) == len && !strncmp(p->name, name, len))
			return p->option ? p->option(key, value) : -1;
	return -1;
}

void __cold monitor_init(void)
{
	audit_init();
	for_each_policy (p) {
		for (const struct watch *w = p->watches; w && w->access; w++)
			if (vigil_watch(p, w))
				stop("policy %s: cannot watch %llx-%llx", p->name, w->lo, w->hi);
		if (p->init && p->init())
			stop("policy %s does not start with these options", p->name);
	}
}

// SPDX-License-Identifier: BSD-2-Clause
/* Events in, policies asked, verdict out. */
#include "monitor.h"

#define MAX_WATCHES 64

/* A policy's watch; free when `access` is 0. A list ends with a slot that never was used. */
struct slot {
	struct watch watch;
	u64 span; /* hi - lo */
	const struct policy *policy;
};

/* By kind; those of addresses are one list, for an address is either a device's or memory's. */
static struct slot lists[EV_KINDS][MAX_WATCHES + 1];
#define LIST(kind) lists[(kind) == EV_MEMORY ? EV_MMIO : (kind)]

static struct spinlock lock;

/* The guest's map is there, and follows. Until then watches are taken as they come. */
static bool mapped;

u32 monitor_wanted;
bool monitor_dry_run;

u32 __cold monitor_watched(enum event_kind kind, u64 lo, u64 hi)
{
	u32 access = 0;

	for (const struct slot *slot = LIST(kind); slot->policy; slot++) {
		const struct watch *w = &slot->watch;

		if (w->access && w->lo <= hi && w->hi >= lo)
			access |= w->access | (w->lo > lo || w->hi < hi ? ACC_PARTLY : 0);
	}
	return access;
}

const struct policy *__cold monitor_watcher(enum event_kind kind, u32 access, u32 nr)
{
	const struct policy *by = NULL;

	for (const struct slot *slot = LIST(kind); slot->policy; slot++) {
		const struct watch *w = &slot->watch;

		if ((w->access & access) && w->lo <= nr && w->hi >= nr)
			by = by && by != slot->policy ? &monitor_all : slot->policy;
	}
	return by;
}

u32 monitor_settle(struct event *ev, enum verdict verdict)
{
	u32 outcome = MIN(verdict, HALT); /* no verdict: fail closed */

	ev->settled |= 1 | outcome << 16 | outcome << 24; /* log, verdict, would */
	if (unlikely(monitor_dry_run)) {
		ev->verdict = ALLOW;
		ev->replace = false;
	}
	return 1;
}

/* Policies answer in the order of their watches; the strictest verdict wins. */
static __force_inline u32 ask(struct event *ev, const struct slot *slot, bool address)
{
	const struct policy *by = NULL;
	enum verdict worst = ALLOW;

	do {
		u64 into = address ? ev->ipa - slot->watch.lo : ev->nr - (u32)slot->watch.lo;
		enum verdict v;

		/* An access may also begin before the watch, and reach into it. */
		if (!(slot->watch.access & ev->access) ||
		    (into > slot->span && (!address || -into >= ev->size)))
			continue;
		ev->kind = (u8)slot->watch.kind;
		v = slot->policy->on_event(ev);
		if (v >= worst) {
			worst = v;
			by = slot->policy;
		}
	} while ((++slot)->policy);
	ev->by = by;
	if (likely(worst == ALLOW))
		return by ? ev->settled | ev->kind : 1;
	return monitor_settle(ev, worst);
}

u32 monitor_ask_address(struct event *ev)
{
	return ask(ev, lists[EV_MMIO], true);
}

/* What comes of it is in the event already. */
static enum verdict ask_all(struct event *ev)
{
	ask(ev, lists[ev->kind], false);
	return ALLOW;
}

const struct policy monitor_all = {.on_event = ask_all};

void monitor_refuse(struct event *ev)
{
	ev->would = ev->verdict = DENY;
	ev->by = NULL;
	audit_event(ev);
}

/* Set a watch, in a slot that is free; or take it back, from the one that has it. */
int __cold vigil_change(bool set, const struct policy *policy, const struct watch *watch)
{
	struct watch w = *watch;
	struct slot *s, *end;
	int ret = -1;

	w.access &= ACC_ANY;
	/* What may not be read cannot be executed either. */
	if (w.kind == EV_MEMORY && (w.access & ACC_READ))
		w.access |= ACC_EXEC;
	if (w.kind >= EV_KINDS || w.lo > w.hi || !w.access ||
	    (set && mapped && !arch_may_watch(&w)))
		return -1;
	spin_lock(&lock);
	s = LIST(w.kind);
	end = s + MAX_WATCHES;
	while (s < end &&
	       (set ? s->watch.access : s->policy != policy || memcmp(&s->watch, &w, sizeof(w))))
		s++;
	if (s < end) {
		/* ask() takes no lock: `access` makes the slot count, once it is whole. */
		s->watch = (struct watch){w.lo, w.hi, w.kind, 0};
		s->span = w.hi - w.lo;
		__atomic_store_n(&s->policy, policy, __ATOMIC_RELEASE);
		__atomic_store_n(&s->watch.access, set ? w.access : 0, __ATOMIC_RELEASE);
		monitor_wanted |= BIT(w.kind);
		ret = mapped ? arch_apply_watch(&w) : 0;
		if (ret) {
			s->watch.access = 0;
			arch_apply_watch(&w);
		}
	}
	spin_unlock(&lock);
	return ret;
}

int __cold monitor_option(const char *name, size_t len, const char *key, const char *value)
{
	for_each_policy (p)
		if (strlen(p->name) == len && !strncmp(p->name, name, len))
			return p->option ? p->option(p, key, value) : -1;
	return -1;
}

void __cold monitor_init(void)
{
	audit_init();
	for_each_policy (p) {
		for (const struct watch *w = p->watches; w && w->access; w++)
			if (vigil_watch(p, w))
				stop("policy %s has too many watches", p->name);
		if (p->init && p->init(p))
			stop("policy %s does not start with these options", p->name);
	}
	for (const struct slot *s = lists[0]; s <= &lists[EV_KINDS - 1][MAX_WATCHES]; s++)
		if (s->watch.access && !arch_may_watch(&s->watch))
			stop("policy %s: cannot watch %llx-%llx", s->policy->name, s->watch.lo,
			     s->watch.hi);
	mapped = true;
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * The rings. Each CPU has one for allowed events and one for the rest, so
 * that a flood of the former cannot crowd out the latter.
 */
#include "monitor.h"

#define RECORDS 512 /* a power of two, for the indices wrap */

/* A CPU's for what is allowed, then its other one. */
static struct ring {
	struct spinlock lock;
	u32 head; /* records ever put; the index is this modulo RECORDS */
	u32 tail; /* records ever taken */
	struct record records[RECORDS];
} rings[AUDIT_RECORDS / RECORDS] __section(".noinit");

static u32 sequence;
enum overflow audit_overflow;
u32 audit_silent;
struct audit_counters audit_counters;

void __cold audit_init(void)
{
	for (struct ring *r = rings; r < rings + ARRAY_SIZE(rings); r++)
		memset(r, 0, offsetof(struct ring, records));
}

/* Whether two events of one `va` or `nr` are alike, as far as their kind fills them. */
static bool same(const struct event *a, const struct event *b)
{
	const u64 *x = (const u64 *)a, *y = (const u64 *)b;
	const u64 *end = a->kind > EV_SYSREG ? (const u64 *)(a + 1) : (const u64 *)&a->va;

	while (x < end)
		if (*x++ != *y++)
			return false;
	return true;
}

/* An event is copied as halves: those the compiler moves by LDM and STM, not by a call. */
struct half {
	u32 word[sizeof(struct event) / 8];
};

/*
 * Take the oldest record of all. What had a number when `sequence` was read got it under its
 * ring's lock, so it is there to be seen once that lock has been had.
 */
bool __cold audit_take(struct record *out)
{
	u32 given = __atomic_load_n(&sequence, __ATOMIC_ACQUIRE), newest = given, by;
	struct ring *oldest = NULL;

	for (struct ring *r = rings; r < rings + ARRAY_SIZE(rings); r++) {
		const struct record *rec = &r->records[r->tail % RECORDS];

		spin_lock(&r->lock);
		audit_counters.high = MAX(audit_counters.high, r->head - r->tail);
		if (r->head != r->tail && (s32)(newest - rec->seq) >= 0) {
			newest = rec->seq;
			oldest = r;
		}
		spin_unlock(&r->lock);
	}
	if (!oldest) {
		audit_counters.settled = given;
		return false;
	}
	spin_lock(&oldest->lock);
	*out = oldest->records[oldest->tail++ % RECORDS];
	spin_unlock(&oldest->lock);
	audit_counters.repeats += out->repeats;
	by = out->ev.by ? MIN((u32)(out->ev.by - __policies_start) + 1, COUNTED - 1) : 0;
	audit_counters.by[by][out->ev.kind]++;
	audit_counters.cpu[out->ev.cpu]++;
	return true;
}

/*
 * The ring is more than half full: the guest neither idles nor takes interrupts. With it full, what
 * may not be dropped waits for the port. Returns true if the guest is to be halted for that.
 */
static bool __cold make_room(struct ring *r)
{
	bool deny = (r - rings) % 2, full = r->head - r->tail == RECORDS;
	bool keep = deny || audit_overflow != OVERFLOW_DROP;

	if (!full)
		audit_drain(1, false);
	while (keep && r->head - r->tail == RECORDS)
		audit_drain(1, true);
	return full && !deny && audit_overflow == OVERFLOW_HALT;
}

static void __noinline put(struct event *ev, struct ring *r)
{
	u32 head = r->head, fill = head - r->tail;
	struct record *rec = &r->records[(head - 1) % RECORDS];
	bool halt;

	vigil_identify(ev);
	halt = unlikely(fill > RECORDS / 2) && make_room(r);
	spin_lock(&r->lock);
	fill = head - r->tail;
	if (fill && rec->ev.va == ev->va && same(&rec->ev, ev)) {
		rec->repeats++;
	} else if (likely(fill < RECORDS)) {
		rec = &r->records[head % RECORDS];
		((struct half *)&rec->ev)[0] = ((const struct half *)ev)[0];
		((struct half *)&rec->ev)[1] = ((const struct half *)ev)[1];
		rec->time = counter();
		rec->repeats = 0;
		/* Given before anything can be lost, so that a gap proves a loss. */
		rec->seq = __atomic_add_fetch(&sequence, 1, __ATOMIC_RELAXED);
		r->head = head + 1;
	} else {
		__atomic_add_fetch(&sequence, 1, __ATOMIC_RELAXED);
		__atomic_add_fetch(&audit_counters.dropped, 1, __ATOMIC_RELAXED);
	}
	spin_unlock(&r->lock);
	arch_want_drain();
	if (unlikely(halt))
		arch_halt();
}

/* Policies print: not before the line that is on its way has ended. */
void __cold monitor_off(void)
{
	audit_flush();
	for_each_policy (p)
		if (p->off)
			p->off();
}

void audit_event(struct event *ev)
{
	put(ev, &rings[ev->cpu * 2 + (ev->settled > 0xffff)]);
}

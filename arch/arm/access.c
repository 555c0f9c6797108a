// SPDX-License-Identifier: BSD-2-Clause
/* One access of the guest to what stage 2 keeps from it: ask, do it, log. */
#include "trap.h"

static inline enum outcome perform(struct event *ev)
{
	enum window kind = ev->kind == EV_MMIO ? WINDOW_DEVICE : WINDOW_RAM;
	uintptr_t va = window_map(kind, ev->ipa);
	u32 size = ev->size, failed;

	/* Nothing reaches from what is the guest's into what is not. */
	if (unlikely(size == 8 && memmap_type(ev->ipa) != memmap_type(ev->ipa + 4)))
		return ABORTED;
	/* LDRD and STRD need a word's alignment, on any memory (A3.2.1). */
	if (unlikely(va & (MIN(size, 4u) - 1)) && (kind == WINDOW_DEVICE || size == 8))
		return ABORTED;
	failed = ev->access == ACC_WRITE ? guarded_store(va, size, &ev->value)
					 : guarded_load(va, size, &ev->value);
	return failed ? ABORTED : DONE;
}

void access_classify(struct event *ev)
{
	enum region_type type = memmap_type(ev->ipa);

	ev->kind = type == REGION_DEVICE ? EV_MMIO : EV_MEMORY;
	ev->absent = type != REGION_DEVICE && type != REGION_RAM;
}

/* Nobody watches it: a neighbour in its page is, or there is nothing here. */
static enum outcome __cold unwatched(struct event *ev)
{
	access_classify(ev);
	if (!ev->absent && perform(ev) == DONE)
		return DONE;
	monitor_refuse(ev);
	event_finish(ev);
	return ABORTED;
}

/* Denied, replaced or logged. */
static enum outcome settled(struct event *ev)
{
	enum outcome done = DONE;

	if (ev->verdict == DENY)
		done = ev->kind == EV_MMIO ? DONE : ABORTED;
	else if (ev->verdict != ALLOW)
		done = KILLED;
	else if (!ev->replace || ev->access == ACC_WRITE)
		done = perform(ev);
	if (unlikely(done == ABORTED && ev->verdict == ALLOW))
		monitor_refuse(ev);
	event_finish(ev);
	return done;
}

enum outcome access_one(struct event *ev)
{
	monitor_ask(ev);
	if (unlikely(!ev->by))
		return unwatched(ev);
	if (unlikely(ev->settled) || unlikely(perform(ev) != DONE))
		return settled(ev);
	return DONE;
}

void access_abort(struct frame *f, enum outcome done, u32 va, u32 fsr, bool write)
{
	if (done == KILLED)
		inject_undef(f);
	else
		inject_abort(f, va, fsr, false, write);
}

void __cold refuse_access(struct frame *f, u32 va, phys_addr ipa, bool write)
{
	struct event ev;

	access_start(&ev, f, va, ipa, 0, write);
	access_classify(&ev);
	monitor_refuse(&ev);
	event_finish(&ev);
	inject_abort(f, va, guest_fsr(STATUS_EXTERNAL), false, write);
}

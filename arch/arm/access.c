// SPDX-License-Identifier: BSD-2-Clause
/* One access of the guest to what stage 2 keeps from it: ask, do it, log. */
#include "access.h"
#include "hypmap.h"
#include "memmap.h"
#include "monitor.h"

static enum outcome perform(phys_addr ipa, u32 size, bool write, u64 *value, enum window kind)
{
	uintptr_t va = (uintptr_t)window_map(kind, ipa);

	/* LDRD and STRD fault when unaligned, on any memory (A3.2.1). */
	if (unlikely(kind == WINDOW_DEVICE ? va & (size - 1) : size == 8 && va % 4))
		return ABORTED;
	if (write ? guarded_store(va, size, value) : guarded_load(va, size, value))
		return ABORTED;
	return DONE;
}

static enum outcome carry_out(struct event *ev)
{
	bool device = ev->kind == EV_MMIO, write = ev->access == ACC_WRITE;
	enum outcome done = DONE;

	if (unlikely(ev->verdict >= KILL))
		return KILLED;
	if (ev->verdict == DENY)
		return device ? DONE : ABORTED;
	if (ev->absent)
		done = ABORTED;
	else if (write || !ev->replace)
		done = perform(ev->ipa, ev->size, write, &ev->value,
			       device ? WINDOW_DEVICE : WINDOW_RAM);
	if (unlikely(done == ABORTED))
		monitor_refuse(ev);
	return done;
}

enum outcome access_one(struct frame *f, const struct work *w, u32 va, phys_addr ipa, u32 size,
			u64 *value)
{
	enum outcome done;
	struct event ev;

	memory_event(&ev, f, w->write ? ACC_WRITE : ACC_READ, va, ipa);
	ev.size = (u8)size;
	ev.value = *value;
	monitor_ask(&ev, ipa, ipa + size - 1);
	done = carry_out(&ev);
	event_finish(&ev);
	*value = ev.value;
	return done;
}

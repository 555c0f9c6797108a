// SPDX-License-Identifier: BSD-2-Clause
/* Stage 2 aborts: what the guest may not do by itself is asked about, done for it, and logged. */
#include "trap.h"

/*
 * A store-exclusive traps only where the load before it ran natively: on a page that is kept from
 * writes alone. Whether anybody has stored there since that load is seen by a tag a CPU, which
 * emulate.c sets when a store-exclusive fails, and any store to the address clears: if it still
 * stands at the next try, nobody has. The lock makes its check and the store one step.
 */
static enum outcome perform(struct event *ev)
{
	static struct spinlock lock;
	bool device = ev->kind == EV_MMIO;
	u32 size = ev->size, misaligned = (u32)ev->ipa & (MIN(size, 4u) - 1);
	uintptr_t va = window_map(device ? WINDOW_DEVICE : WINDOW_RAM, ev->ipa);
	u32 tag = exclusive_tag(ev->ipa), end = exclusive_tag(ev->ipa + size - 1);
	u64 done = LOST;

	/*
	 * LDRD and STRD need a word's alignment, on any memory (A3.2.1). And nothing reaches from
	 * what is the guest's into what is not.
	 */
	if ((misaligned && (device || size == 8)) ||
	    ((misaligned || size == 8) && memmap_type(ev->ipa) != memmap_type(ev->ipa + size - 1)))
		return FAILED;
	/* The guest may have it uncached: nothing of it stays in our cache (A3.5.7). */
	if (!device)
		arch_clean(va, size);
	if (ev->access == ACC_READ) {
		done = size == 8 ? guarded_load8(va, &ev->value) : guarded_load(va, size);
		if (size < 8)
			ev->value = (u32)done;
		return done >> 32 ? FAILED : DONE;
	}
	spin_lock(&lock);
	if (!ev->exclusive || this_cpu()->excl == tag) {
		done = guarded_store(va, size, ev->value) >> 32 ? FAILED : DONE;
		if (!device)
			arch_clean(va, size);
		/* Against that of emulate(): a CPU that sets its tag too late loads what is new. */
		dsb();
		for (u32 i = 0; i < cpu_count; i++)
			if (cpus[i].excl == tag || cpus[i].excl == end)
				cpus[i].excl = 0;
	}
	spin_unlock(&lock);
	return (enum outcome)done;
}

/* An address that nobody watches: its kind, and `absent`. */
static void classify(struct event *ev)
{
	enum region_type type = memmap_type(ev->ipa);

	ev->kind = type == REGION_DEVICE ? EV_MMIO : EV_MEMORY;
	ev->absent = type != REGION_DEVICE && type != REGION_RAM;
}

/* Log it, as refused if it was allowed and failed; what failed ends in an exception. */
static void conclude(struct frame *f, u32 hsr, struct event *ev, bool failed)
{
	if (unlikely(failed && ev->verdict == ALLOW))
		monitor_refuse(ev);
	else
		event_finish(ev);
	if (failed && ev->verdict >= KILL && !ev->walk)
		inject_undef(f);
	else if (failed)
		inject_abort(f, hsr, ev->va, guest_fsr(ev->walk ? STATUS_WALK(hsr) : STATUS_ABORT));
}

enum outcome __noinline access_settle(struct frame *f, u32 hsr, struct event *ev)
{
	enum outcome done = DONE;

	/* The monitor's own port, which nobody else watches. */
	if (ev->ipa / PAGE_SIZE == console_page) {
		ev->value = console_access(ev->ipa % PAGE_SIZE, MIN(ev->size, 4u),
					   ev->access == ACC_WRITE, (u32)ev->value);
		write_sr64(SR64_CNTVOFF, guest_delay); /* it may have waited through a stop */
		return DONE;
	}
	/* Nobody watches it: a neighbour in its page is, or there is nothing here. */
	if (unlikely(!ev->by))
		classify(ev);
	if (ev->verdict != ALLOW || ev->absent) {
		done = ev->verdict == DENY && ev->kind == EV_MMIO ? DONE : FAILED;
	} else if (ev->access == ACC_WRITE || !ev->replace) {
		if (ev->would != ALLOW && ev->access == ACC_WRITE)
			ev->value = ev->arg[0] | (ev->size == 8 ? (u64)ev->arg[1] << 32 : 0);
		done = perform(ev);
	}
	conclude(f, hsr, ev, done == FAILED);
	return done;
}

/*
 * What the syndrome does not say all about, execution, and table walks. The guest's page-table
 * walker can neither be given a value nor be let through: what it may not read is refused, whatever
 * the policies say.
 */
void __cold trap_abort(struct frame *f, u32 hsr)
{
	bool walk = hsr & ISS_S1PTW, fetch = HSR_IS_FETCH(hsr);
	u32 va = fetch ? read_sr(SR_HIFAR) : read_sr(SR_HDFAR), fault = hsr & ISS_FSC;
	u32 access = walk ? ACC_READ : fetch ? ACC_EXEC : ACC_READ + ISS_WNR(hsr);
	phys_addr ipa = hpfar(va);
	struct event ev;
	u64 leaf;

	if (fault == FSC_PERMISSION && !walk)
		ipa = guest_translate(va, guest_pl1(f), access == ACC_WRITE);
	if (ipa & NO_IPA)
		return;
	leaf = stage2_lookup(ipa);
	if (access == ACC_EXEC && leaf & S2_XN)
		leaf = 0;
	/* If it is one of stage 2's faults; unless another CPU has opened the page since. */
	if (fault - FSC_TRANSLATION <= FSC_PERMISSION - FSC_TRANSLATION &&
	    (leaf & (access == ACC_WRITE ? S2_WRITE : S2_READ) ||
	     (!walk && !fetch && emulate(f, hsr, va, ipa))))
		return;
	/* A size that is unknown, or not the guest's to choose, is 0. */
	event_start(&ev, f, EV_MMIO, access, access == ACC_EXEC ? 4 : 0, va);
	ev.ipa = ipa;
	ev.by = NULL;
	ev.value = 0;
	if (walk || fetch)
		monitor_ask_address(&ev);
	if (!ev.by)
		classify(&ev);
	if (walk)
		ev.kind = EV_MEMORY;
	ev.walk = walk;
	conclude(f, hsr, &ev,
		 ev.verdict != ALLOW || access != ACC_EXEC || ev.kind == EV_MMIO || ev.absent ||
			 stage2_update(ipa, ipa, true));
}

/* The guest's console, which is the monitor's port: for each character, there is no more to it. */
void trap_port(struct frame *f, u32 hsr)
{
	u32 offset = read_sr(SR_HDFAR) % PAGE_SIZE, *reg = &f->r[ISS_SRT(hsr) & 7];

	if (unlikely((hsr & (ISS_ISV | ISS_SSE | ISS_SRT_HIGH)) != ISS_ISV ||
		     f->cpsr & (CPSR_E | CPSR_T))) {
		trap_abort(f, hsr);
		return;
	}
	*reg = console_access(offset, BIT(ISS_SAS(hsr)), ISS_WNR(hsr), *reg);
	write_sr64(SR64_CNTVOFF, guest_delay); /* it may have waited through a stop */
	f->pc += 4;
}

/*
 * The syndrome does for an aligned A32 access of little-endian data. In Thumb state, a store's
 * SRT may be wrong on Cortex-A15 (erratum 766422).
 */
void trap_data_abort(struct frame *f, u32 hsr, u32 fault)
{
	u32 va = read_sr(SR_HDFAR), size = BIT(ISS_SAS(hsr)), write = ISS_WNR(hsr), special;
	phys_addr ipa = NO_IPA;
	struct event ev;
	u64 value;

	if (likely(fault == FSC_TRANSLATION))
		ipa = hpfar(va);
	else if (likely(fault == FSC_PERMISSION))
		ipa = guest_translate(va, guest_pl1(f), write);
	if (unlikely(!(hsr & ISS_ISV) || ipa & NO_IPA || (f->cpsr & (CPSR_E | CPSR_T)) ||
		     va & (size - 1))) {
		trap_abort(f, hsr);
		return;
	}
	event_start(&ev, f, EV_MMIO, ACC_READ + write, size, va);
	ev.ipa = ipa;
	ev.value = 0;
	if (write) {
		ev.value = guest_reg(f, ISS_SRT(hsr)) & (u32)(BITLL(8 * size) - 1);
		ev.arg[0] = (u32)ev.value;
	}
	special = monitor_ask_address(&ev);
	if (special && ev.verdict == DENY && ev.kind == EV_MEMORY) {
		audit_event(&ev);
		inject_abort(f, hsr, va, guest_fsr(STATUS_ABORT));
		return;
	}
	if (unlikely(special)) {
		if (access_settle(f, hsr, &ev) != DONE)
			return;
		value = ev.value;
	} else {
		uintptr_t at = window_map(WINDOW_DEVICE, ev.ipa);

		value = write ? guarded_store(at, size, ev.value) : guarded_load(at, size);
		if (unlikely(value >> 32)) {
			conclude(f, hsr, &ev, true);
			return;
		}
	}
	f->pc += 4;
	if (write)
		return;
	if (likely(!(hsr & (ISS_SSE | ISS_SRT_HIGH))))
		f->r[ISS_SRT(hsr)] = (u32)value;
	else
		guest_set_reg(f, ISS_SRT(hsr), memory_order(f, (u32)value, ev.size, hsr & ISS_SSE));
}

u64 vigil_translate(u32 va, bool write)
{
	phys_addr ipa = guest_translate(va, 1, write);

	return ipa & NO_IPA ? VIGIL_NOWHERE : ipa;
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Loads and stores that the syndrome does not describe: LDM and STM, LDRD and STRD, write-back,
 * exclusives, and accesses that cross a page.
 */
#include "cpu.h"
#include "decode.h"
#include "hypmap.h"
#include "memmap.h"
#include "stage2.h"
#include "trap.h"

/*
 * Exclusives whose load was emulated get a software monitor: a tag a CPU, which emulated stores
 * to the address clear. The lock makes that, and a store-exclusive's check and store, one step.
 * Until the first exclusive there is no tag, and stores with a good syndrome need not come here.
 */
bool emulate_stores;
static struct spinlock exclusive_lock;

/* An instruction on its way: nothing of the guest's changes until it is done. */
struct work {
	struct insn in;
	u32 loaded[16];
	u32 loads; /* bits of loaded[] that count */
	u32 far;   /* where an abort is to be reported, and as what */
	u32 fsr;
};

enum fetch { FETCHED, RETRY, UNREADABLE };

/* Read the instruction at the PC, as decode.h wants it. */
static enum fetch fetch(const struct frame *f, u32 *opcode)
{
	bool thumb = f->cpsr & CPSR_T;
	u16 half[2] = {0, 0};

	for (u32 i = 0; i < 2 && (!i || !thumb || thumb_is_wide(half[0])); i++) {
		phys_addr ipa;
		void *p;

		/* Paged out since: the guest takes that abort by itself. */
		if (guest_translate(f->pc + 2 * i, guest_user(f), false, &ipa))
			return RETRY;
		if (memmap_type(ipa) != REGION_RAM)
			return UNREADABLE;
		p = window_map(WINDOW_RAM, ipa);
		/*
		 * Written with the guest's cache off, it is in memory and may be stale in ours
		 * (A3.5.7: mismatched attributes).
		 */
		if (!(read_sr(SR_SCTLR) & SCTLR_C)) {
			write_sr(SR_DCCIMVAC, (uintptr_t)p);
			dsb();
		}
		half[i] = *(volatile u16 *)p;
	}
	if (!thumb)
		*opcode = half[0] | (u32)half[1] << 16;
	else
		*opcode = thumb_is_wide(half[0]) ? (u32)half[0] << 16 | half[1] : half[0];
	return FETCHED;
}

static u64 tag_of(phys_addr ipa)
{
	return BITLL(63) | ipa >> 3;
}

static void clear_tags(phys_addr ipa)
{
	for (u32 i = 0; i < cpu_count; i++)
		if (cpus[i].excl == tag_of(ipa))
			cpus[i].excl = 0;
}

/* One element, by bytes where it crosses a page. */
static enum outcome element(struct frame *f, struct work *w, u32 va, u64 *value)
{
	bool write = !w->in.load, user = w->in.user || guest_user(f);
	u32 size = w->in.size, step = va % PAGE_SIZE + size > PAGE_SIZE ? 1 : size;
	enum outcome done = DONE;

	for (u32 i = 0; i < size && done == DONE; i += step) {
		u64 part = *value >> (8 * i);
		phys_addr ipa;

		w->far = va + i;
		w->fsr = guest_translate(va + i, user, write, &ipa);
		if (w->fsr)
			return ABORTED;
		w->fsr = guest_fsr(STATUS_EXTERNAL);
		if (step == 1)
			part &= 0xff;
		done = access_one(f, va + i, ipa, step, write, &part);
		if (write)
			clear_tags(ipa);
		else if (done == DONE)
			*value |= part << (8 * i);
	}
	return done;
}

static enum outcome transfer(struct frame *f, struct work *w)
{
	const struct insn *in = &w->in;
	u32 list = in->block ? in->list : BIT(in->rt), va = in->addr, half = MIN(in->size, 4u);
	enum outcome done = DONE;

	for (u32 rt = 0; rt < 16 && done == DONE; rt++) {
		u64 value = 0;

		if (!(list & BIT(rt)))
			continue;
		if (!in->load)
			value = stored_value(f, rt, half);
		if (!in->load && in->size == 8)
			value |= (u64)stored_value(f, in->rt2, half) << 32;
		done = element(f, w, va, &value);
		va += in->size;
		w->loads |= in->load ? BIT(rt) : 0;
		w->loaded[rt] = loaded_value(f, (u32)value, half, in->sign);
		if (in->load && in->size == 8) {
			w->loads |= BIT(in->rt2);
			w->loaded[in->rt2] = loaded_value(f, (u32)(value >> 32), half, false);
		}
	}
	return done;
}

/*
 * The very first load-exclusive sets no tag, for another CPU may be past the check of
 * emulate_stores: its store-exclusive fails, and the guest tries again. Where the load ran
 * natively, on a page that is only protected from writes, there is no tag either: from then on
 * the page's reads are emulated too.
 */
static enum outcome exclusive(struct frame *f, struct work *w)
{
	const struct insn *in = &w->in;
	struct cpu *cpu = this_cpu();
	enum outcome done;
	phys_addr ipa;

	w->far = in->addr;
	w->fsr = guest_translate(in->addr, guest_user(f), !in->load, &ipa);
	if (!w->fsr && in->addr & (in->size - 1u))
		w->fsr = guest_fsr(STATUS_ALIGNMENT);
	if (w->fsr)
		return ABORTED;
	if (in->load) {
		done = transfer(f, w);
		cpu->excl = emulate_stores ? tag_of(ipa) : 0;
		emulate_stores = true;
		return done;
	}
	w->loaded[in->rd] = cpu->excl != tag_of(ipa);
	if (w->loaded[in->rd] && (stage2_lookup(ipa) & S2_READ))
		stage2_change(ipa, 0, S2_READ | S2_WRITE);
	cpu->excl = 0;
	done = w->loaded[in->rd] ? DONE : transfer(f, w);
	w->loads = BIT(in->rd);
	return done;
}

static void commit(struct frame *f, const struct work *w)
{
	guest_skip(f, w->in.len);
	if (w->in.wback)
		guest_set_reg(f, w->in.rn, w->in.wb_value);
	for (u32 n = 0; n < 16; n++)
		if (w->loads & BIT(n))
			guest_set_reg(f, n, w->loaded[n]);
}

static enum outcome execute(struct frame *f, struct work *w)
{
	bool lock = w->in.excl || (emulate_stores && !w->in.load);
	enum outcome done;

	if (lock)
		spin_lock(&exclusive_lock);
	done = w->in.excl ? exclusive(f, w) : transfer(f, w);
	if (lock)
		spin_unlock(&exclusive_lock);
	return done;
}

void emulate(struct frame *f, u32 va, bool write)
{
	struct work w = {.loads = 0};
	u32 regs[16], opcode;
	enum fetch fetched = fetch(f, &opcode);
	phys_addr ipa = 0;

	if (fetched == RETRY)
		return;
	for (u32 n = 0; n < 16; n++)
		regs[n] = guest_reg(f, n);
	if (fetched == UNREADABLE || arm_decode(opcode, f->cpsr & CPSR_T, regs, f->cpsr, &w.in) ||
	    w.in.load == write) {
		guest_translate(va, guest_user(f), write, &ipa);
		refuse_data(f, va, ipa, write);
		return;
	}
	/* Another CPU has put another instruction here: run that. */
	if (va - w.in.addr >= (u32)w.in.size * w.in.count)
		return;
	switch (execute(f, &w)) {
	case DONE:
		commit(f, &w);
		break;
	case ABORTED:
		abort_data(f, w.far, write, w.fsr);
		break;
	case KILLED:
		inject_undef(f);
	}
}

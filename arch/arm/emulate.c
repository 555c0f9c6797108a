// SPDX-License-Identifier: BSD-2-Clause
/* Loads and stores whose syndrome does not say it all: by the instruction itself. */
#include "trap.h"

/* An instruction on its way: nothing of the guest's registers changes until all is done. */
struct work {
	struct insn in;
	u32 far; /* for an abort: address and status */
	u32 fsr;
	u32 loads; /* bits of loaded[] that count */
	u32 loaded[16];
};

/*
 * Read the instruction at the PC, as decode.h wants it; ~0, which is no load or store, where it
 * cannot be read. False if it has been paged out: the guest takes that abort by itself.
 */
static bool fetch(const struct frame *f, u32 *opcode)
{
	bool thumb = f->cpsr & CPSR_T;
	u32 half[2] = {0, 0};

	for (u32 i = 0; i < 2 && (!i || !thumb || thumb_is_wide((u16)half[0])); i++) {
		phys_addr ipa = guest_translate(f->pc + 2 * i, guest_pl1(f), false);
		uintptr_t p;

		if (ipa & NO_IPA)
			return false;
		*opcode = ~0u;
		if (memmap_type(ipa) != REGION_RAM)
			return true;
		p = window_map(WINDOW_RAM, ipa);
		/*
		 * Written with the guest's cache off, it is in memory and may be stale in ours
		 * (A3.5.7: mismatched attributes).
		 */
		if (!(read_sr(SR_SCTLR) & SCTLR_C)) {
			write_sr(SR_DCCIMVAC, p);
			dsb();
		}
		half[i] = *(volatile u16 *)p;
	}
	if (thumb)
		*opcode = thumb_is_wide((u16)half[0]) ? half[0] << 16 | half[1] : half[0];
	else
		*opcode = half[1] << 16 | half[0];
	return true;
}

/* The lowest `size` bytes of a register, as they stand in memory; and the way back. */
static u32 in_memory_order(const struct frame *f, u32 value, u32 size)
{
	u32 unused = 32 - 8 * size;

	return f->cpsr & CPSR_E ? __builtin_bswap32(value) >> unused : value << unused >> unused;
}

/* One element, by bytes where it crosses a page. */
static enum outcome element(struct frame *f, struct work *w, u32 va, u64 *value)
{
	bool write = !w->in.load;
	u32 pl1 = w->in.user ? 0 : guest_pl1(f), size = w->in.size,
	    step = va % PAGE_SIZE + size > PAGE_SIZE ? 1 : size;
	enum outcome done = DONE;

	for (u32 i = 0; i < size && done == DONE; i += step) {
		phys_addr ipa = guest_translate(va + i, pl1, write);
		struct event ev;

		w->far = va + i;
		w->fsr = (u32)ipa;
		if (ipa & NO_IPA)
			return ABORTED;
		w->fsr = external_fsr();
		access_start(&ev, f, va + i, ipa, step, write);
		ev.exclusive = w->in.excl;
		if (write)
			ev.value = step == 1 ? *value >> (8 * i) & 0xff : *value;
		done = access_one(&ev);
		if (!write)
			*value |= ev.value << (8 * i);
	}
	return done;
}

/* All its elements; a register more to each where they are of 8 bytes. */
static enum outcome transfer(struct frame *f, struct work *w)
{
	u32 list = w->in.block ? w->in.list : BIT(w->in.rt), va = w->in.addr;
	u32 size = MIN(w->in.size, 4u);
	enum outcome done = DONE;

	for (; list && done == DONE; list &= list - 1, va += w->in.size) {
		u32 rt[2] = {(u32)__builtin_ctz(list), w->in.rt2};
		u64 value = 0;

		/* A2.3: STR and STM store the PC with 8 added. */
		for (u32 i = 0; !w->in.load && i * 4 < w->in.size; i++)
			value |= (u64)in_memory_order(
					 f, guest_reg(f, rt[i]) + (rt[i] == 15 ? 8 : 0), size)
				 << (32 * i);
		done = element(f, w, va, &value);
		for (u32 i = 0; w->in.load && i * 4 < w->in.size; i++) {
			u32 loaded = in_memory_order(f, (u32)(value >> (32 * i)), size);

			w->loaded[rt[i]] = w->in.sign ? sign_extend(loaded, size) : loaded;
			w->loads |= BIT(rt[i]);
		}
	}
	return done;
}

/*
 * A store-exclusive, see access.c. The tag is a thread's, by its stack and tables: with a tag that
 * is not its own, one whose load came before an interrupt would not see the stores before the tag.
 * What never succeeds is one whose load was refused: there is no load to run natively.
 */
static enum outcome store_exclusive(struct frame *f, struct work *w, phys_addr ipa)
{
	u32 tag = exclusive_tag(ipa), by = guest_reg(f, 13) ^ (u32)read_sr64(SR64_TTBR0);
	struct cpu *cpu = this_cpu();
	enum outcome done = LOST;

	if (w->in.addr & (w->in.size - 1u)) {
		w->fsr = guest_fsr(STATUS_ALIGNMENT);
		return ABORTED;
	}
	if (cpu->excl == tag && cpu->excl_by == by)
		done = transfer(f, w);
	if (done == LOST) {
		cpu->excl = tag;
		cpu->excl_by = by;
		dsb();
	}
	w->loaded[w->in.rd] = done == LOST;
	w->loads = BIT(w->in.rd);
	return done == LOST ? DONE : done;
}

void emulate(struct frame *f, u32 va, phys_addr ipa, bool write)
{
	struct work w = {.far = va};
	u32 regs[16], opcode;
	enum outcome done;

	if (!fetch(f, &opcode))
		return;
	for (u32 n = 0; n < 16; n++)
		regs[n] = guest_reg(f, n);
	if (arm_decode(opcode, f->cpsr & CPSR_T, regs, f->cpsr, &w.in) || w.in.load == write ||
	    (w.in.excl && !(stage2_lookup(ipa) & S2_READ))) {
		refuse_access(f, va, ipa, write);
		return;
	}
	/* Another CPU has put another instruction here since, or opened the page: run that. */
	if (va - w.in.addr >= (u32)w.in.size * w.in.count || (w.in.excl && w.in.load))
		return;
	done = w.in.excl ? store_exclusive(f, &w, ipa) : transfer(f, &w);
	if (done != DONE) {
		access_abort(f, done, w.far, w.fsr, !w.in.load);
		return;
	}
	guest_skip(f, w.in.len);
	if (w.in.wback)
		guest_set_reg(f, w.in.rn, w.in.wb_value);
	for (u32 loads = w.loads; loads; loads &= loads - 1) {
		u32 rt = (u32)__builtin_ctz(loads);

		guest_set_reg(f, rt, w.loaded[rt]);
	}
}

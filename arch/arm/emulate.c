// SPDX-License-Identifier: BSD-2-Clause
/* Loads and stores whose syndrome does not say it all: by the instruction itself. */
#include "trap.h"

/*
 * Read the instruction at the PC, as decode.h wants it; ~0, which is no load or store, where it
 * cannot be read. False if it has been paged out: the guest takes that abort by itself.
 */
bool guest_fetch(const struct frame *f, u32 *opcode)
{
	bool thumb = f->cpsr & CPSR_T;
	u32 half[2] = {0, 0};

	for (u32 i = 0; i < 2 && (!i || !thumb || THUMB_IS_WIDE(half[0])); i++) {
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
		*opcode = THUMB_IS_WIDE(half[0]) ? half[0] << 16 | half[1] : half[0];
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

/* One element, by bytes where it crosses a page. What aborts does so at *far, with *fsr. */
static enum outcome element(struct frame *f, const struct insn *in, u64 *value, u32 *far, u32 *fsr)
{
	u32 pl1 = in->user ? 0 : guest_pl1(f), va = *far, size = in->size;
	u32 step = va % PAGE_SIZE + size > PAGE_SIZE ? 1 : size;
	enum outcome done = DONE;

	for (u32 i = 0; i < size && done == DONE; i += step) {
		phys_addr ipa = guest_translate(va + i, pl1, !in->load);
		struct event ev;

		*far = va + i;
		*fsr = ipa & NO_IPA ? (u32)ipa : external_fsr();
		if (ipa & NO_IPA)
			return ABORTED;
		access_start(&ev, f, va + i, ipa, step, !in->load);
		ev.exclusive = in->excl;
		if (!in->load)
			ev.value = step == 1 ? *value >> (8 * i) & 0xff : *value;
		done = access_one(&ev);
		if (in->load)
			*value |= ev.value << (8 * i);
	}
	return done;
}

/* All elements, a register each, or two if they are of 8 bytes. Loads go to regs[]. */
static enum outcome transfer(struct frame *f, const struct insn *in, u32 *regs, u32 *far, u32 *fsr)
{
	u32 size = MIN(in->size, 4u), va = in->addr;
	enum outcome done = DONE;

	for (u32 list = in->list; list && done == DONE; list &= list - 1, va += in->size) {
		u32 rt[2] = {(u32)__builtin_ctz(list), in->rt2};
		u64 value = 0;

		/* A2.3: STR and STM store the PC with 8 added. */
		for (u32 i = 0; !in->load && i * 4 < in->size; i++)
			value |= (u64)in_memory_order(f, regs[rt[i]] + (rt[i] == 15 ? 8 : 0), size)
				 << (32 * i);
		*far = va;
		done = element(f, in, &value, far, fsr);
		for (u32 i = 0; in->load && i * 4 < in->size; i++) {
			u32 loaded = in_memory_order(f, (u32)(value >> (32 * i)), size);

			regs[rt[i]] = in->sign ? sign_extend(loaded, size) : loaded;
		}
	}
	return done;
}

/*
 * Nothing of the guest's registers changes until all is done. A store-exclusive fails once, and
 * leaves its tag: see access.c. The tag is a thread's, by its stack and tables: with a tag that
 * is not its own, one whose load came before an interrupt would not see the stores before the
 * tag. One whose load was refused never succeeds: there is no load to run natively.
 */
void emulate(struct frame *f, u32 va, phys_addr ipa, bool write)
{
	u32 regs[16], opcode, changed, far = va, fsr = guest_fsr(STATUS_ALIGNMENT);
	u32 tag = exclusive_tag(ipa), by = guest_reg(f, 13) ^ (u32)read_sr64(SR64_TTBR0);
	struct cpu *cpu = this_cpu();
	enum outcome done = LOST;
	struct insn in;

	if (!guest_fetch(f, &opcode))
		return;
	for (u32 n = 0; n < 16; n++)
		regs[n] = guest_reg(f, n);
	if (arm_decode(opcode, f->cpsr & CPSR_T, regs, f->cpsr, &in) || in.load == write ||
	    (in.excl && !(stage2_lookup(ipa) & S2_READ))) {
		refuse_access(f, va, ipa, write);
		return;
	}
	/* Another CPU has put another instruction here since, or opened the page: run that. */
	if (va - in.addr >= (u32)in.size * in.count || (in.excl && in.load))
		return;
	if (in.excl && in.addr & (in.size - 1u))
		done = ABORTED;
	else if (!in.excl || (cpu->excl == tag && cpu->excl_by == by))
		done = transfer(f, &in, regs, &far, &fsr);
	if (done > LOST) {
		access_abort(f, done, far, fsr, write);
		return;
	}
	changed = in.load ? in.list | (in.size == 8 ? BIT(in.rt2) : 0) : 0;
	if (in.wback) {
		regs[in.rn] = in.wb_value;
		changed |= BIT(in.rn);
	}
	if (in.excl) {
		if (done == LOST) {
			cpu->excl = tag;
			cpu->excl_by = by;
			dsb();
		}
		regs[in.rd] = done == LOST;
		changed = BIT(in.rd);
	}
	guest_skip(f, in.len);
	for (; changed; changed &= changed - 1)
		guest_set_reg(f, (u32)__builtin_ctz(changed), regs[__builtin_ctz(changed)]);
}

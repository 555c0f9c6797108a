// SPDX-License-Identifier: BSD-2-Clause
/* Loads and stores whose syndrome does not say it all: by the instruction itself. */
#include "trap.h"

u64 ram_load(enum window kind, phys_addr ipa, u32 size)
{
	uintptr_t at;

	if (memmap_type(ipa) != REGION_RAM)
		return ~0ull;
	at = window_map(kind, ipa);
	arch_clean(at, size);
	return guarded_load(at, size);
}

/*
 * Read the instruction at the PC, as decode.h wants it; ones, which are no load or store, where it
 * cannot be read. False if it has been paged out: the guest takes that abort by itself.
 */
bool guest_fetch(const struct frame *f, u32 *opcode)
{
	bool thumb = f->cpsr & CPSR_T;
	u32 half = 0;

	/* From 0x1d on, the five upper bits of a T32 halfword say that there is another (A6.1). */
	for (u32 i = 0; i < 2 && (!i || !thumb || half >> 11 >= 0x1d); i++) {
		phys_addr ipa = guest_translate(f->pc + 2 * i, guest_pl1(f), false);
		u32 first = half;

		if (ipa & NO_IPA)
			return false;
		half = (u32)ram_load(WINDOW_RAM, ipa, sizeof(u16));
		*opcode = thumb ? first << 16 | half : half << 16 | first;
	}
	return true;
}

/*
 * All elements, a register each, or two if they are of 8 bytes; by bytes where one crosses a
 * page. Loads go to regs[]. What fails ends in an exception.
 */
static enum outcome transfer(struct frame *f, u32 hsr, const struct insn *in, u32 *regs)
{
	u32 pl1 = in->user ? 0 : guest_pl1(f), va = in->addr, size = in->size;
	enum outcome done = DONE;

	for (u32 list = in->list; list && done == DONE; list &= list - 1, va += size) {
		u32 rt[2] = {(u32)__builtin_ctz(list), in->rt2}, part = MIN(size, 4u);
		u32 step = va % PAGE_SIZE + size > PAGE_SIZE ? 1 : size;
		u64 value = 0;

		/* A2.3: STR and STM store the PC of the next instruction but one. */
		for (u32 i = 0; !in->load && i * 4 < size; i++)
			value |= (u64)memory_order(f, regs[rt[i]] + (rt[i] == 15 ? 4 : 0), part, 0)
				 << (32 * i);
		for (u32 i = 0; i < size && done == DONE; i += step) {
			phys_addr ipa = guest_translate(va + i, pl1, !in->load);
			struct event ev;

			if (ipa & NO_IPA) {
				inject_abort(f, hsr, va + i, (u32)ipa);
				return FAILED;
			}
			event_start(&ev, f, EV_MMIO, ACC_READ + !in->load, step, va + i);
			ev.ipa = ipa;
			ev.exclusive = in->excl;
			ev.value = in->load ? 0 : step == 1 ? value >> (8 * i) & 0xff : value;
			__builtin_memcpy(ev.arg, &ev.value, sizeof(ev.value));
			monitor_ask_address(&ev);
			done = access_settle(f, hsr, &ev);
			if (in->load)
				value |= ev.value << (8 * i);
		}
		for (u32 i = 0; in->load && i * 4 < size; i++)
			regs[rt[i]] = memory_order(f, (u32)(value >> (32 * i)), part, in->sign);
	}
	return done;
}

/*
 * Nothing of the guest's registers changes until all is done. A store-exclusive fails once, and
 * leaves its tag: see access.c. The tag is a thread's, by its stack and tables: with a tag that
 * is not its own, one whose load came before an interrupt would not see the stores before the
 * tag. One whose load was refused never succeeds: there is no load to run natively.
 */
bool emulate(struct frame *f, u32 hsr, u32 va, phys_addr ipa)
{
	u32 tag = exclusive_tag(ipa), by = guest_reg(f, 13) ^ (u32)read_sr64(REG_TTBR0);
	bool thumb = f->cpsr & CPSR_T;
	struct cpu *cpu = this_cpu();
	enum outcome done = LOST;
	u32 regs[16], opcode;
	struct insn in;

	if (!guest_fetch(f, &opcode))
		return true;
	for (u32 n = 0; n < 15; n++)
		regs[n] = guest_reg(f, n);
	regs[15] = f->pc;
	if (arm_decode(opcode, thumb, regs, f->cpsr, &in) || in.load == ISS_WNR(hsr) ||
	    (in.excl && !(stage2_lookup(ipa) & S2_READ)))
		return false;
	/* Another CPU has put another instruction here since, or opened the page: run that. */
	if (va - in.addr >= in.size * (u32)__builtin_popcount(in.list) || (in.excl && in.load))
		return true;
	if (in.excl && in.addr & (in.size - 1u)) {
		inject_abort(f, hsr, va, guest_fsr(STATUS_ALIGNMENT));
		return true;
	}
	/* Where it goes next, bit 0: in Thumb state; unless it loads that. */
	regs[15] = (f->pc + in.len) | thumb;
	if (!in.excl || (cpu->excl == tag && cpu->excl_by == by))
		done = transfer(f, hsr, &in, regs);
	if (done == FAILED)
		return true;
	if (in.wback)
		regs[in.rn] = in.wb_value;
	if (in.excl)
		regs[in.rd] = done == LOST;
	if (done == LOST) {
		cpu->excl = tag;
		cpu->excl_by = by;
		dsb();
	}
	for (u32 left = in.changed & 0x7fff; left; left &= left - 1)
		guest_set_reg(f, (u32)__builtin_ctz(left), regs[__builtin_ctz(left)]);
	f->cpsr = cpsr_it_advance(f->cpsr);
	guest_jump(f, regs[15]);
	return true;
}

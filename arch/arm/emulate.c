// SPDX-License-Identifier: BSD-2-Clause
/* Loads and stores carried out for the guest, by the syndrome or by the instruction itself. */
#include "trap.h"

/*
 * A store-exclusive traps only where the load before it ran natively: on a page that is kept from
 * writes alone. Whether anybody has stored there since that load is seen by a tag a CPU, set when
 * a store-exclusive fails, and cleared by all emulated stores to the address: if it still stands
 * at the next try, nobody has. The lock makes its check and the store one step. Until the first
 * of them there is no tag, and stores with a good syndrome need not come here.
 */
bool emulate_stores;
static struct spinlock exclusive_lock;

/* An instruction on its way: nothing of the guest's registers changes until all is done. */
struct work {
	struct insn in;
	u32 va; /* where it was stopped */
	phys_addr ipa;
	u32 far; /* for an abort: address and status */
	u32 fsr;
	u32 loads; /* bits of loaded[] that count */
	u32 loaded[16];
};

/*
 * Read the instruction at the PC, as decode.h wants it; ~0, which is no load or store, where it
 * cannot be read. False if it has been paged out: the guest takes that abort by itself.
 */
bool guest_fetch(const struct frame *f, u32 *opcode)
{
	bool thumb = f->cpsr & CPSR_T;
	u16 half[2] = {0, 0};

	for (u32 i = 0; i < 2 && (!i || !thumb || thumb_is_wide(half[0])); i++) {
		phys_addr ipa;
		uintptr_t p;

		if (guest_translate(f->pc + 2 * i, guest_user(f), false, &ipa))
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
	if (!thumb)
		*opcode = half[0] | (u32)half[1] << 16;
	else
		*opcode = thumb_is_wide(half[0]) ? (u32)half[0] << 16 | half[1] : half[0];
	return true;
}

/* The lowest `size` bytes of a register, as they stand in memory; and the way back. */
static u32 in_memory_order(const struct frame *f, u32 value, u32 size)
{
	u32 unused = 32 - 8 * size;

	return unlikely(f->cpsr & CPSR_E) ? __builtin_bswap32(value) >> unused
					  : value << unused >> unused;
}

static u32 stored_value(const struct frame *f, u32 rt, u32 size)
{
	/* A2.3: what STR and STM store of the PC */
	return in_memory_order(f, guest_reg(f, rt) + (rt == 15 ? 8 : 0), size);
}

static void load(const struct frame *f, struct work *w, u32 rt, u32 value, u32 size)
{
	value = in_memory_order(f, value, size);
	w->loaded[rt] = w->in.sign ? sign_extend(value, size) : value;
	w->loads |= BIT(rt);
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
		struct event ev;
		phys_addr ipa;

		w->far = va + i;
		w->fsr = guest_translate(va + i, user, write, &ipa);
		if (w->fsr)
			return ABORTED;
		w->fsr = guest_fsr(STATUS_EXTERNAL);
		access_start(&ev, f, va + i, ipa, step, write);
		if (write)
			ev.value = step == 1 ? *value >> (8 * i) & 0xff : *value;
		done = access_one(&ev);
		if (write)
			clear_tags(ipa);
		else
			*value |= ev.value << (8 * i);
	}
	return done;
}

static enum outcome transfer(struct frame *f, struct work *w)
{
	u32 list = w->in.block ? w->in.list : BIT(w->in.rt), va = w->in.addr;
	u32 size = MIN(w->in.size, 4u);
	enum outcome done = DONE;

	for (; list && done == DONE; list &= list - 1, va += w->in.size) {
		u32 rt = (u32)__builtin_ctz(list);
		u64 value = w->in.load ? 0 : stored_value(f, rt, size);

		if (!w->in.load && w->in.size == 8)
			value |= (u64)stored_value(f, w->in.rt2, size) << 32;
		done = element(f, w, va, &value);
		if (!w->in.load)
			continue;
		load(f, w, rt, (u32)value, size);
		if (w->in.size == 8)
			load(f, w, w->in.rt2, (u32)(value >> 32), size);
	}
	return done;
}

/*
 * The very first sets no tag, for another CPU may be past the check of emulate_stores. What never
 * succeeds is a store-exclusive whose load was refused: there is no load to run natively.
 */
static enum outcome store_exclusive(struct frame *f, struct work *w)
{
	struct cpu *cpu = this_cpu();
	bool tagged = cpu->excl == tag_of(w->ipa);
	enum outcome done = DONE;

	if (w->in.addr & (w->in.size - 1u)) {
		w->fsr = guest_fsr(STATUS_ALIGNMENT);
		return ABORTED;
	}
	if (tagged)
		done = transfer(f, w); /* clears the tag */
	else if (emulate_stores)
		cpu->excl = tag_of(w->ipa);
	emulate_stores = true;
	w->loaded[w->in.rd] = !tagged;
	w->loads = BIT(w->in.rd);
	return done;
}

static void commit(struct frame *f, const struct work *w)
{
	guest_skip(f, w->in.len);
	if (w->in.wback)
		guest_set_reg(f, w->in.rn, w->in.wb_value);
	for (u32 loads = w->loads; loads; loads &= loads - 1) {
		u32 rt = (u32)__builtin_ctz(loads);

		guest_set_reg(f, rt, w->loaded[rt]);
	}
}

static void execute(struct frame *f, struct work *w)
{
	bool lock = w->in.excl || (!w->in.load && emulate_stores);
	enum outcome done;

	if (lock)
		spin_lock(&exclusive_lock);
	done = w->in.excl ? store_exclusive(f, w) : transfer(f, w);
	if (lock)
		spin_unlock(&exclusive_lock);
	if (done == DONE)
		commit(f, w);
	else
		access_abort(f, done, w->far, w->fsr, !w->in.load);
}

void emulate(struct frame *f, u32 va, phys_addr ipa, bool write)
{
	struct work w = {.va = va, .ipa = ipa, .far = va};
	u32 regs[16], opcode;

	if (!guest_fetch(f, &opcode))
		return;
	for (u32 n = 0; n < 16; n++)
		regs[n] = guest_reg(f, n);
	if (arm_decode(opcode, f->cpsr & CPSR_T, regs, f->cpsr, &w.in) || w.in.load == write ||
	    (w.in.excl && !(stage2_lookup(ipa) & S2_READ)))
		refuse_access(f, va, ipa, write);
	/* Else another CPU has put another instruction here since: run that. */
	else if (va - w.in.addr < (u32)w.in.size * w.in.count)
		execute(f, &w);
}

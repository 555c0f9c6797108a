// SPDX-License-Identifier: BSD-2-Clause
/*
 * Loads and stores that the syndrome does not describe: LDM and STM, LDRD and
 * STRD, write-back, exclusives, and accesses that cross a page.
 */
#include "cpu.h"
#include "decode.h"
#include "hypmap.h"
#include "memmap.h"
#include "stage2.h"
#include "trap.h"

/*
 * Exclusives whose load was emulated get a software monitor: a tag a CPU,
 * which emulated stores to the address clear. The lock makes that, and a
 * store-exclusive's check and store, one step. Until the first exclusive
 * there is no tag, and stores with a good syndrome need not come here.
 */
bool emulate_stores;
static struct spinlock exclusive_lock;

enum fetch { FETCHED, RETRY, UNREADABLE };

/* Read the instruction at the PC, as decode.h wants it. */
static enum fetch fetch(const struct frame *f, u32 *opcode)
{
	bool thumb = f->cpsr & CPSR_T;
	u16 half[2] = { 0, 0 };

	for (u32 i = 0; i < 2; i++) {
		u32 va = f->pc + 2 * i;
		phys_addr ipa;
		void *p;

		if (i && thumb && !thumb_is_wide(half[0]))
			break;
		/* Paged out since: the guest takes that abort by itself. */
		if (guest_translate(va, guest_user(f), false, &ipa))
			return RETRY;
		if (memmap_type(ipa) != REGION_RAM)
			return UNREADABLE;
		p = window_map(WINDOW_RAM, ipa);
		/*
		 * Written with the guest's cache off, it is in memory and may
		 * be stale in ours (A3.5.7: mismatched attributes).
		 */
		if (!(read_sr(SR_SCTLR) & SCTLR_C)) {
			write_sr(SR_DCCIMVAC, (uintptr_t)p);
			dsb();
		}
		half[i] = *(volatile u16 *)p;
	}
	if (!thumb)
		*opcode = half[0] | (u32)half[1] << 16;
	else if (thumb_is_wide(half[0]))
		*opcode = (u32)half[0] << 16 | half[1];
	else
		*opcode = half[0];
	return FETCHED;
}

static u32 swap(u32 value, u32 size)
{
	return __builtin_bswap32(value) >> (32 - 8 * size);
}

/* Registers to bytes in memory order, and back. */
static u64 to_memory(const struct frame *f, const struct insn *in, u32 rt)
{
	u32 size = MIN(in->size, 4u), v[2] = { 0, 0 };

	for (u32 i = 0; i < in->size / size; i++) {
		u32 n = i ? in->rt2 : rt;

		v[i] = guest_reg(f, n);
		if (n == 15)
			v[i] += 8; /* A2.3: what STR and STM store of the PC */
		if (size < 4)
			v[i] &= BIT(8 * size) - 1;
		if (f->cpsr & CPSR_E)
			v[i] = swap(v[i], size);
	}
	return v[0] | (u64)v[1] << 32;
}

/* What an instruction loads, kept back until nothing can abort any more. */
struct loaded {
	u32 value[16];
	u32 mask;
};

static void from_memory(const struct frame *f, const struct insn *in, u32 rt,
			u64 value, struct loaded *out)
{
	u32 size = MIN(in->size, 4u);

	for (u32 i = 0; i < in->size / size; i++) {
		u32 v = (u32)(value >> (32 * i)), n = i ? in->rt2 : rt;

		if (f->cpsr & CPSR_E)
			v = swap(v, size);
		if (in->sign)
			v = (u32)((s32)(v << (32 - 8 * size)) >>
				  (32 - 8 * size));
		out->value[n] = v;
		out->mask |= BIT(n);
	}
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

/* Where an abort is to be reported, and as what. */
struct fault {
	u32 fsr;
	u32 far;
};

/* One element, by bytes where it crosses a page. */
static enum outcome element(struct frame *f, const struct insn *in, u32 va,
			    u64 *value, struct fault *fault)
{
	bool user = in->user || guest_user(f);
	u32 step = in->size;
	enum outcome done = DONE;

	if (va % PAGE_SIZE + in->size > PAGE_SIZE)
		step = 1;
	for (u32 i = 0; i < in->size && done == DONE; i += step) {
		u64 part = *value >> (8 * i);
		phys_addr ipa;

		fault->far = va + i;
		fault->fsr = guest_translate(va + i, user, !in->load, &ipa);
		if (fault->fsr)
			return ABORTED;
		fault->fsr = guest_fsr(STATUS_EXTERNAL);
		if (step == 1)
			part &= 0xff;
		done = access_one(f, va + i, ipa, step, !in->load, &part);
		if (!in->load)
			clear_tags(ipa);
		else if (done == DONE)
			*value |= part << (8 * i);
	}
	return done;
}

static enum outcome transfer(struct frame *f, const struct insn *in,
			     struct fault *fault, struct loaded *out)
{
	u32 list = in->block ? in->list : BIT(in->rt), va = in->addr;
	enum outcome done = DONE;

	for (u32 rt = 0; rt < 16 && done == DONE; rt++) {
		u64 value;

		if (!(list & BIT(rt)))
			continue;
		value = in->load ? 0 : to_memory(f, in, rt);
		done = element(f, in, va, &value, fault);
		if (done == DONE && in->load)
			from_memory(f, in, rt, value, out);
		va += in->size;
	}
	return done;
}

/*
 * Load-exclusive and store-exclusive. The very first load sets no tag, for
 * another CPU may be past the check of emulate_stores: its store-exclusive
 * fails, and the guest tries again. Where the load ran natively, on a page
 * that is only protected from writes, there is no tag either: from then on
 * the page's reads are emulated too.
 */
static enum outcome exclusive(struct frame *f, const struct insn *in,
			      struct fault *fault, struct loaded *out)
{
	struct cpu *cpu = this_cpu();
	enum outcome done = DONE;
	phys_addr ipa;

	fault->far = in->addr;
	fault->fsr = guest_translate(in->addr, guest_user(f), !in->load, &ipa);
	if (fault->fsr)
		return ABORTED;
	if (in->addr % in->size) {
		fault->fsr = guest_fsr(0x21);
		return ABORTED;
	}
	if (in->load) {
		done = transfer(f, in, fault, out);
		cpu->excl = emulate_stores ? tag_of(ipa) : 0;
		emulate_stores = true;
		return done;
	}
	out->mask = BIT(in->rd);
	out->value[in->rd] = cpu->excl != tag_of(ipa);
	if (out->value[in->rd]) {
		if (stage2_lookup(ipa) & S2_READ)
			stage2_trap_reads(ALIGN_DOWN(ipa, PAGE_SIZE));
		cpu->excl = 0;
		return DONE;
	}
	return transfer(f, in, fault, out);
}

static void commit(struct frame *f, const struct insn *in,
		   const struct loaded *out)
{
	guest_skip(f, in->len);
	if (in->wback)
		guest_set_reg(f, in->rn, in->wb_value);
	for (u32 n = 0; n < 16; n++)
		if (out->mask & BIT(n))
			guest_set_reg(f, n, out->value[n]);
}

static enum outcome execute(struct frame *f, const struct insn *in,
			    struct fault *fault)
{
	bool lock = in->excl || (emulate_stores && !in->load);
	struct loaded out = { .mask = 0 };
	enum outcome done;

	if (lock)
		spin_lock(&exclusive_lock);
	if (in->excl)
		done = exclusive(f, in, fault, &out);
	else
		done = transfer(f, in, fault, &out);
	if (lock)
		spin_unlock(&exclusive_lock);
	if (done == DONE)
		commit(f, in, &out);
	return done;
}

void emulate(struct frame *f, u32 va, bool write)
{
	u32 regs[16], opcode;
	struct fault fault;
	enum fetch fetched = fetch(f, &opcode);
	struct insn in;
	phys_addr ipa = 0;

	if (fetched == RETRY)
		return;
	for (u32 n = 0; n < 16; n++)
		regs[n] = guest_reg(f, n);
	if (fetched == UNREADABLE ||
	    arm_decode(opcode, f->cpsr & CPSR_T, regs, f->cpsr, &in) ||
	    in.load == write) {
		guest_translate(va, guest_user(f), write, &ipa);
		refuse_data(f, va, ipa, write);
		return;
	}
	/* Another CPU has put another instruction here: run that. */
	if (va - in.addr >= (u32)in.size * in.count)
		return;
	switch (execute(f, &in, &fault)) {
	case DONE:
		break;
	case ABORTED:
		inject_data_abort(f, fault.far,
				  fault.fsr | (write ? FSR_WRITE : 0));
		break;
	case KILLED:
		inject_undef(f);
		break;
	}
}

// SPDX-License-Identifier: BSD-2-Clause
/* Traps that belong to no file of their own; vectors.S has them by exception class. */
#include "trap.h"

void __cold refuse(const struct frame *f, u32 kind, u32 access, u32 size, u32 nr, u64 value)
{
	struct event ev;

	event_start(&ev, f, kind, access, size, nr);
	memset(ev.arg, 0, sizeof(ev.arg));
	ev.value = value;
	monitor_refuse(&ev);
}

bool __cold trap_skipped(struct frame *f, u32 hsr)
{
	u32 it = cpsr_it(f->cpsr), cond = hsr & BIT(24) ? hsr >> 20 & 0xf : it ? it >> 4 : 0xe;
	bool skipped = !cond_passed(cond, f->cpsr);

	if (skipped)
		guest_skip(f, HSR_LEN(hsr));
	return skipped;
}

/* Unknown means: log it, give the guest the exception, go on. */
void trap_other(struct frame *f, u32 hsr)
{
	u32 class = HSR_EC(hsr);

	if (class == 0x13) {
		guest_skip(f, 4); /* as HVC, but that the PC is at it */
		trap_hvc(f, hsr);
	} else if (class - 1 < 0xf && trap_skipped(f, hsr)) {
		return;
	} else if (class == 0x05 && !(hsr >> 14 & 7)) { /* opc1: 1 is trace */
		trap_cp14(f, hsr);
	} else if (class == 0x01) {
		cpu_idle();
		guest_skip(f, HSR_LEN(hsr));
	} else {
		refuse(f, EV_SYSREG, ACC_EXEC, 4, hsr, 0);
		inject_undef(f);
	}
}

void hyp_fault(struct frame *f)
{
	extern char guarded_start[], guarded_end[];
	static u32 panics;
	u32 hsr = read_sr(SR_HSR), image = (uintptr_t)__start, lr = f->r[13];

	/* A data abort of our own, where it may be. */
	if (HSR_EC(hsr) == 0x25 && f->pc >= (u32)guarded_start && f->pc < (u32)guarded_end) {
		guest_jump(f, lr);	 /* to whoever called, in its state */
		f->r[0] = f->r[1] = ~0u; /* as an instruction, none */
		return;
	}
	if (!image_payload)
		stop("abort at %08x reading %08x: is r2 a device tree?", f->pc, read_sr(SR_HDFAR));
	if (__atomic_add_fetch(&panics, 1, __ATOMIC_RELAXED) > 1)
		arch_park();
	panic("exception in Hyp mode at image + %x, LR + %x, HSR %08x, HDFAR %08x", f->pc - image,
	      lr - image, hsr, read_sr(SR_HDFAR));
}

void vigil_identify(struct event *ev)
{
	ev->ttbr0 = read_sr64(REG_TTBR0);
	ev->contextidr = read_sr(REG_CONTEXTIDR);
	ev->tpidruro = read_sr(SR_TPIDRURO);
}

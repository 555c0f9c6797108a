// SPDX-License-Identifier: BSD-2-Clause
/* Traps that belong to no file of their own; vectors.S has them by exception class. */
#include "trap.h"

void __cold refuse(const struct frame *f, u32 kind, u32 access, u32 nr, u32 value)
{
	struct event ev;

	event_start(&ev, f, kind, access, 4);
	memset(ev.arg, 0, sizeof(ev.arg));
	ev.nr = nr;
	ev.old = 0;
	ev.value = value;
	monitor_refuse(&ev);
}

/* Unknown means: log it, give the guest the exception, go on. */
void trap_unknown(struct frame *f, u32 hsr)
{
	refuse(f, EV_SYSREG, ACC_EXEC, hsr, 0);
	inject_undef(f);
}

/*
 * The classes below 0x10. An instruction that fails its condition may trap all the same: HSR's
 * CV and COND tell, or without CV, a Thumb IT block.
 */
bool condition_fails(struct frame *f, u32 hsr)
{
	u32 it = f->cpsr & CPSR_T ? cpsr_it(f->cpsr) : 0;
	u32 cond = it ? it >> 4 : 0xe;

	if (hsr & BIT(24))
		cond = (hsr >> 20) & 0xf;
	if (cond_passed(cond, f->cpsr))
		return false;
	guest_skip(f, hsr_len(hsr));
	return true;
}

void trap_conditional(struct frame *f, u32 hsr)
{
	if (condition_fails(f, hsr))
		return;
	if (HSR_EC(hsr) == 0x05 && !(hsr >> 14 & 7)) /* opc1: 1 is trace */
		trap_cp14(f, hsr);
	else if (HSR_EC(hsr) != 0x01)
		trap_unknown(f, hsr);
	/*
	 * WFI: with nothing left to send, the guest executes it for real. Else it completes at
	 * once, as A8.8.425 allows, and an idle guest comes back.
	 */
	else if (cpu_drain_step())
		guest_skip(f, hsr_len(hsr));
}

void trap_irq(struct frame *f)
{
	(void)f; /* it stays pending, and is the guest's to take */
	cpu_drain_step();
}

void hyp_fault(struct frame *f)
{
	extern u32 image_payload; /* 0 in head.S's first pass */
	extern char guarded_start[], guarded_end[];
	static u32 panics;
	u32 hsr = read_sr(SR_HSR), image = (uintptr_t)__start, lr = f->r[13];

	if (HSR_EC(hsr) == 0x25 &&
	    f->pc - (u32)guarded_start < (u32)(guarded_end - guarded_start)) {
		f->pc = lr;
		f->r[1] = 1;
		return;
	}
	if (!image_payload)
		stop("abort at %08x reading %08x: is r2 a device tree?", f->pc, read_sr(SR_HDFAR));
	if (atomic_inc(&panics) > 1)
		arch_park();
	panic("exception in Hyp mode at image + %x, LR + %x, HSR %08x, HDFAR %08x", f->pc - image,
	      lr - image, hsr, read_sr(SR_HDFAR));
}

void vigil_identify(struct event *ev)
{
	ev->ttbr0 = read_sr64(SR64_TTBR0);
	ev->contextidr = read_sr(SR_CONTEXTIDR);
	ev->tpidruro = read_sr(SR_TPIDRURO);
}

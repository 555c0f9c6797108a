// SPDX-License-Identifier: BSD-2-Clause
/* Traps from the guest: by exception class to the file that knows it. */
#include "trap.h"

void __cold refuse(const struct frame *f, u32 kind, u32 access, u32 nr, u32 value)
{
	struct event ev;

	event_start(&ev, f, kind, access, 4);
	memset(ev.arg, 0, sizeof(ev.arg));
	ev.nr = nr;
	ev.value = value;
	monitor_refuse(&ev);
	event_finish(&ev);
}

/* Unknown means: log it, give the guest the exception, go on. */
static void __cold trap_unknown(struct frame *f, u32 hsr)
{
	refuse(f, EV_SYSREG, ACC_EXEC, hsr, 0);
	inject_undef(f);
}

static void trap_wfi(struct frame *f, u32 hsr)
{
	/*
	 * Nothing left to send: the guest executes its WFI for real. Else it completes at once,
	 * as A8.8.425 allows, and an idle guest comes back.
	 */
	if (cpu_drain_step())
		guest_skip(f, hsr_len(hsr));
}

/*
 * The classes below 0x10. An instruction that fails its condition may trap all the same: HSR's
 * CV and COND tell, or without CV, a Thumb IT block.
 */
static void __attribute__((noinline)) trap_conditional(struct frame *f, u32 hsr)
{
	u32 it = f->cpsr & CPSR_T ? cpsr_it(f->cpsr) : 0;
	u32 cond = it ? it >> 4 : 0xe;

	if (hsr & BIT(24))
		cond = (hsr >> 20) & 0xf;
	if (!cond_passed(cond, f->cpsr))
		guest_skip(f, hsr_len(hsr));
	else if (HSR_EC(hsr) == 0x01)
		trap_wfi(f, hsr);
	else if (HSR_EC(hsr) == 0x03)
		trap_cp15(f, hsr);
	else if (HSR_EC(hsr) == 0x05 && !(hsr >> 14 & 7)) /* opc1: 1 is trace */
		trap_cp14(f, hsr);
	else
		trap_unknown(f, hsr);
}

/* By HSR.EC, ARM ARM B3.13.6. */
void trap(struct frame *f, u32 hsr)
{
	u32 ec = HSR_EC(hsr);

	/* By how often they come. */
	if (ec == 0x20 && (hsr & 0x3f) == 0x22) /* ISS.IFSC: a debug event */
		trap_debug(f);
	else if (ec == 0x24)
		trap_data_abort(f, hsr);
	else if (ec == 0x12)
		trap_hvc(f, hsr);
	else if (ec == 0x13)
		trap_smc(f, hsr);
	else if (ec == 0x20)
		trap_prefetch_abort(f, hsr);
	else if (ec - 1 < 0x0f)
		trap_conditional(f, hsr);
	else
		trap_unknown(f, hsr);
}

void trap_irq(struct frame *f)
{
	(void)f; /* it stays pending, and is the guest's to take */
	cpu_drain_step();
}

void hyp_fault(struct frame *f)
{
	extern char guarded_start[], guarded_end[];
	extern u32 image_payload; /* 0 in head.S's first pass */
	static u32 panics;
	u32 hsr = read_sr(SR_HSR), image = (uintptr_t)__start;

	if (HSR_EC(hsr) == 0x25 && f->pc >= (uintptr_t)guarded_start &&
	    f->pc < (uintptr_t)guarded_end) {
		f->pc = (uintptr_t)guarded_end;
		return;
	}
	if (!image_payload)
		stop("abort at %08x reading %08x: is r2 a device tree?", f->pc, read_sr(SR_HDFAR));
	if (atomic_inc(&panics) > 1)
		arch_park();
	panic("exception in Hyp mode at image + %x, LR + %x, HSR %08x, HDFAR %08x", f->pc - image,
	      f->r[13] - image, hsr, read_sr(SR_HDFAR));
}

void vigil_identify(struct event *ev)
{
	ev->ttbr0 = read_sr64(SR64_TTBR0);
	ev->contextidr = read_sr(SR_CONTEXTIDR);
	ev->tpidruro = read_sr(SR_TPIDRURO);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Traps from the guest: by exception class to the file that knows it. */
#include "audit.h"
#include "cpu.h"
#include "decode.h"
#include "layout.h"
#include "lib.h"
#include "monitor.h"

/* Unknown means: log it, give the guest the exception, go on. */
static void trap_unknown(struct frame *f, u32 hsr)
{
	struct event ev;

	event_start(&ev, f, EV_SYSREG, ACC_EXEC);
	ev.nr = hsr;
	monitor_refuse(&ev);
	event_finish(&ev);
	inject_undef(f);
}

/* HSR.EC, ARM ARM B3.13.6. No slot is empty. */
static void (*const handlers[64])(struct frame *f, u32 hsr) = {
	[0x00] = trap_unknown,
	[0x01] = trap_wfi,
	[0x02] = trap_unknown,
	[0x03] = trap_cp15,
	[0x04 ... 0x11] = trap_unknown,
	[0x12] = trap_hvc,
	[0x13] = trap_smc,
	[0x14 ... 0x1f] = trap_unknown,
	[0x20] = trap_prefetch_abort,
	[0x21 ... 0x23] = trap_unknown,
	[0x24] = trap_data_abort,
	[0x25 ... 0x3f] = trap_unknown,
};

/* By HSR's CV and COND; without CV, a Thumb IT block has the condition. */
static bool trap_executes(const struct frame *f, u32 hsr)
{
	u32 it = f->cpsr & CPSR_T ? cpsr_it(f->cpsr) : 0;

	if (hsr & BIT(24))
		return cond_passed((hsr >> 20) & 0xf, f->cpsr);
	return !it || cond_passed(it >> 4, f->cpsr);
}

void trap(struct frame *f)
{
	u32 hsr = read_sr(SR_HSR);
	u32 ec = HSR_EC(hsr);

	/*
	 * An instruction that fails its condition may trap all the same; only the classes
	 * below 0x10 have the fields that tell.
	 */
	if (ec - 1 < 0x0f && !trap_executes(f, hsr))
		guest_skip(f, hsr_len(hsr));
	else
		handlers[ec](f, hsr);
}

void trap_irq(struct frame *f)
{
	(void)f; /* it stays pending, and is the guest's to take */
	cpu_drain_step();
}

void trap_wfi(struct frame *f, u32 hsr)
{
	/*
	 * Nothing left to send: the guest executes its WFI for real. Else it completes at once,
	 * as A8.8.425 allows, and an idle guest comes back.
	 */
	if (cpu_drain_step())
		guest_skip(f, hsr_len(hsr));
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

void event_start(struct event *ev, const struct frame *f, u32 kind, u32 access)
{
	memset(ev, 0, sizeof(*ev));
	ev->kind = (u8)kind;
	ev->access = (u8)access;
	ev->cpu = (u8)this_cpu()->index;
	ev->pc = f->pc;
	ev->cpsr = f->cpsr;
	ev->ttbr0 = read_sr64(SR64_TTBR0);
	ev->contextidr = read_sr(SR_CONTEXTIDR);
	ev->tpidruro = read_sr(SR_TPIDRURO);
}

void event_finish(const struct event *ev)
{
	if (ev->log)
		audit_event(ev);
	if (unlikely(ev->verdict == HALT))
		arch_halt();
}

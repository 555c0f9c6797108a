// SPDX-License-Identifier: BSD-2-Clause
/* Traps from the guest: by exception class to the file that knows it. */
#include "audit.h"
#include "cpu.h"
#include "decode.h"
#include "layout.h"
#include "lib.h"
#include "monitor.h"

typedef void trap_handler(struct frame *f, u32 hsr);

/* Unknown means: log it, give the guest the exception, go on. */
static void trap_unknown(struct frame *f, u32 hsr)
{
	struct event ev;

	event_start(&ev, f, EV_SYSREG);
	ev.nr = hsr;
	ev.access = ACC_EXEC;
	monitor_refuse(&ev);
	event_finish(&ev);
	inject_undef(f);
}

/* HSR.EC, ARM ARM B3.13.6. No slot is empty. */
static trap_handler *const handlers[64] = {
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

/* HSR[24] CV and [23:20] COND. Without CV, a Thumb IT block has it. */
static bool trap_executes(const struct frame *f, u32 hsr)
{
	u32 it = cpsr_it(f->cpsr);

	if (hsr & BIT(24))
		return cond_passed((hsr >> 20) & 0xf, f->cpsr);
	if ((f->cpsr & CPSR_T) && it)
		return cond_passed(it >> 4, f->cpsr);
	return true;
}

void trap(struct frame *f);
void trap(struct frame *f)
{
	u32 hsr = read_sr(SR_HSR);
	u32 ec = HSR_EC(hsr);

	/*
	 * An instruction that fails its condition may trap all the same; only
	 * classes below 0x10 have the fields that tell.
	 */
	if (ec - 1 < 0x0f && !trap_executes(f, hsr))
		guest_skip(f, hsr_len(hsr));
	else
		handlers[ec](f, hsr);
}

void trap_irq(void);
void trap_irq(void)
{
	cpu_drain_step();
}

void trap_wfi(struct frame *f, u32 hsr)
{
	/*
	 * Nothing left to send: the guest executes its WFI for real. Else it
	 * completes at once, as A8.8.425 allows, and an idle guest comes back.
	 */
	if (cpu_drain_step())
		guest_skip(f, hsr_len(hsr));
}

void hyp_fault(struct frame *f, u32 vector);
void hyp_fault(struct frame *f, u32 vector)
{
	extern char guarded_start[], guarded_end[], guarded_fixup[];
	static const char *const names[] = { "reset",  "undefined instruction",
					     "HVC",    "prefetch abort",
					     "data abort", "", "", "FIQ" };
	static u32 panics;

	if (vector == 4 && f->pc >= (uintptr_t)guarded_start &&
	    f->pc < (uintptr_t)guarded_end) {
		f->pc = (uintptr_t)guarded_fixup;
		return;
	}
	if (atomic_inc(&panics) > 1)
		arch_park();
	panic("%s in Hyp mode at %08x (image + %x), LR %08x, HSR %08x, HDFAR %08x",
	      names[vector & 7], f->pc, f->pc - (u32)(uintptr_t)__start, f->lr_usr - (u32)(uintptr_t)__start,
	      read_sr(SR_HSR), read_sr(SR_HDFAR));
}

void event_start(struct event *ev, const struct frame *f, enum event_kind kind)
{
	memset(ev, 0, offsetof(struct event, contextidr));
	ev->kind = (u8)kind;
	ev->cpu = (u8)this_cpu()->index;
	ev->pc = f->pc;
	ev->cpsr = f->cpsr;
	ev->contextidr = read_sr(SR_CONTEXTIDR);
	ev->tpidruro = read_sr(SR_TPIDRURO);
	ev->ttbr0 = read_sr64(SR64_TTBR0);
	ev->by = NULL;
}

void event_finish(const struct event *ev)
{
	if (ev->log)
		audit_event(ev);
	if (unlikely(ev->verdict == HALT))
		arch_halt();
}

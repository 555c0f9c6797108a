// SPDX-License-Identifier: BSD-2-Clause
/* Firmware and hypervisor calls: nothing reaches the firmware unmediated. */
#include "lib.h"
#include "monitor.h"
#include "psci.h"
#include "trap.h"

static void __attribute__((noinline))
watched_call(struct frame *f, u32 conduit, u32 pc)
{
	struct event ev;

	event_start(&ev, f, EV_CALL);
	ev.pc = pc;
	ev.access = (u8)conduit;
	ev.size = 4;
	ev.nr = f->r[0];
	memcpy(ev.arg, &f->r[1], 6 * sizeof(u32));
	ev.value = SMCCC_NOT_SUPPORTED;
	monitor_ask(&ev, ev.nr, ev.nr);
	/* Before the call, for it may not return. */
	event_finish(&ev);
	switch (ev.verdict) {
	case ALLOW:
		if (ev.replace)
			f->r[0] = (u32)ev.value;
		else if (!psci_call(f))
			f->r[0] = SMCCC_NOT_SUPPORTED;
		break;
	case DENY:
		f->r[0] = (u32)ev.value;
		break;
	default:
		f->pc = pc;
		inject_undef(f);
	}
}

static void call(struct frame *f, u32 conduit, u32 pc)
{
	/* Both are UNDEFINED in User mode, and never get here from it. */
	if (unlikely(monitor_wants(EV_CALL)))
		watched_call(f, conduit, pc);
	else if (!psci_call(f))
		f->r[0] = SMCCC_NOT_SUPPORTED;
}

void trap_hvc(struct frame *f, u32 hsr)
{
	(void)hsr;
	call(f, ACC_HVC, f->pc - 4); /* the PC is past it, B1.8.9 */
}

void trap_smc(struct frame *f, u32 hsr)
{
	u32 pc = f->pc;

	(void)hsr;
	guest_skip(f, 4);
	call(f, ACC_SMC, pc);
}

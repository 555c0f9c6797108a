// SPDX-License-Identifier: BSD-2-Clause
/* Firmware and hypervisor calls: nothing reaches the firmware unmediated. */
#include "trap.h"

static void __cold watched_call(struct frame *f, u32 conduit, u32 pc)
{
	struct event ev;

	event_start(&ev, f, EV_CALL, conduit, 4);
	ev.pc = pc;
	ev.nr = f->r[0];
	memcpy(ev.arg, &f->r[1], sizeof(ev.arg)); /* r1 to r8 */
	ev.value = SMCCC_NOT_SUPPORTED;
	monitor_ask_number(&ev);
	event_finish(&ev); /* before the call, for it may not return */
	if (ev.verdict >= KILL) {
		f->pc = pc;
		inject_undef(f);
	} else {
		f->r[0] = ev.verdict == DENY || ev.replace ? (u32)ev.value : psci_call(f->r);
	}
}

/* Both are UNDEFINED in User mode, and never get here from it. */
static void call(struct frame *f, u32 conduit, u32 pc)
{
	if (unlikely(monitor_wants(EV_CALL)))
		watched_call(f, conduit, pc);
	else
		f->r[0] = psci_call(f->r);
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

// SPDX-License-Identifier: BSD-2-Clause
/* Firmware and hypervisor calls: nothing reaches the firmware unmediated. */
#include "trap.h"

static u32 __cold watched_call(struct frame *f, u32 hsr)
{
	struct event ev;

	event_start(&ev, f, EV_CALL, HSR_EC(hsr) == 0x13 ? ACC_SMC : ACC_HVC, 4, f->r[0]);
	ev.pc = f->pc - 4;
	memcpy(ev.arg, &f->r[1], sizeof(ev.arg)); /* r1 to r7 */
	ev.value = SMCCC_NOT_SUPPORTED;
	monitor_ask_number(&ev, &monitor_all);
	event_finish(&ev); /* before the call, for it may not return */
	if (ev.verdict >= KILL) {
		f->pc = ev.pc;
		inject_undef(f);
		return f->r[0];
	}
	return ev.verdict == DENY || ev.replace ? (u32)ev.value : psci_call(f->r);
}

/* The PC is past it (B1.8.9). Both are UNDEFINED in User mode, and never get here from it. */
void trap_hvc(struct frame *f, u32 hsr)
{
	if (unlikely((hsr & 0xffff) == VECTOR_HVC) && option_svc == 'v' &&
	    (f->pc - 4 - (u32)hvc_vector.at) % PAGE_SIZE == 0) {
		f->pc -= 4;
		trap_debug(f, STATUS_DEBUG);
		return;
	}
	f->r[0] = unlikely(monitor_wants(EV_CALL)) ? watched_call(f, hsr) : psci_call(f->r);
}

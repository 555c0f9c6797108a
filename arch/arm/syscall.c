// SPDX-License-Identifier: BSD-2-Clause
/*
 * System calls by Linux' conventions, and the instructions that an exception vector holds. Pure
 * logic; it also builds on the host.
 */
#include "trap.h"

#define OABI_BASE    0x900000u
#define OABI_SYSCALL 113u /* syscall(): the number of the call to make, then its arguments */

const struct policy *call_watchers[CALLS_FILTERED + 1];

/*
 * An old-ABI call has its number in the instruction, and a kernel that knows both ABIs tells
 * them by that. Such a kernel takes none from Thumb state; in pure EABI the instruction says
 * nothing. Only the old ABI has syscall(), which makes any call but itself. If the instruction is
 * gone since, there is no call.
 */
static enum verdict ask_oabi(struct event *ev)
{
	const struct frame caller = {.pc = ev->pc, .cpsr = ev->cpsr};
	u32 opcode = 0, immediate, called = ev->arg[0] & ~OABI_BASE;

	ev->absent = !(ev->cpsr & CPSR_T) && !guest_fetch(&caller, &opcode);
	ev->replace = ev->absent;
	immediate = opcode & 0xffffff;
	if (immediate)
		ev->nr = immediate ^ OABI_BASE;
	if (immediate == (OABI_BASE | OABI_SYSCALL) && called != OABI_SYSCALL) {
		ev->nr = called;
		memmove(&ev->arg[0], &ev->arg[1], 6 * sizeof(u32));
		ev->arg[6] = 0;
		ev->indirect = true;
	}
	if (!ev->absent)
		monitor_ask_number(ev, &monitor_all);
	return ALLOW;
}

void syscall_filter(u64 lo, u64 hi)
{
	static const struct policy oabi = {.on_event = ask_oabi};

	/* Any number in r7 may be any call of the old ABI. */
	call_watchers[CALLS_FILTERED] = option_oabi ? &oabi : &monitor_all;
	for (u32 nr = (u32)MIN(lo, CALLS_FILTERED); nr < CALLS_FILTERED && nr <= hi; nr++)
		call_watchers[nr] = option_oabi ? &oabi : monitor_watcher(EV_SYSCALL, ACC_SVC, nr);
}

bool vector_decode(u32 op, bool thumb, u32 pc, u32 *addr)
{
	u32 base = ALIGN_DOWN(pc + (thumb ? 4 : 8), 4), imm = op & 0xfff;

	/* It is alike in both, but for its upper half. */
	*addr = op & BIT(23) ? base + imm : base - imm;
	return (op & 0xff7ff000) == (thumb ? 0xf85ff000 : 0xe51ff000) && *addr % 4 == 0;
}

// SPDX-License-Identifier: BSD-2-Clause
/* With tests/policies/callprobe.c: system calls of the old ABI. */
#include "calls.h"

void svc_old(void), svc_old_indirect(void);
__asm__(".text\n.syntax unified\n.arm\n"
	"svc_old: svc #0x90012c\n b form_done\n"	    /* 300 */
	"svc_old_indirect: svc #0x900071\n b form_done\n"); /* 113: syscall() */

/* With calls=oabi: the number is in the instruction, unless that says 0. */
GROUP(oabi)
{
	struct result out;

	expect(300, "allow", svc_old);
	reaches("old ABI", svc_old, 5, 0);
	expect(300, "allow", svc_arm);
	reaches("EABI", svc_arm, 300, 0);
	expect(301, "deny", svc_thumb);
	call(svc_thumb, 301, USR, &out);
	check(out.exc == EXC_NONE && out.r[0] == -1u, "Thumb", "exception %u", out.exc);
	reaches("old ABI, not watched", svc_old_indirect, 300, 0);
	/* syscall(301, ...): r0 is the number. */
	for (u32 nr = 300; nr <= 304; nr += 4) {
		struct regs in = {.r = {0x900000 + nr, 1, 2, 3, 4, 5, 6}, .cpsr = USR | MASKED};

		print("expect 1 syscall svc allow nr=%x args=%s by=callprobe\n", nr,
		      nr == 300 ? "1,2,3,4,5,6,0" : "100,101,102,103,104,105,106");
		out = (struct result){0};
		run_code(&in, &out, (u32)svc_old_indirect);
		check(out.exc == EXC_SVC && out.r[0] == 0x900000 + nr &&
			      out.r[1] == (nr == 300 ? 1 : 0x100) &&
			      out.r[6] == (nr == 300 ? 6 : 0x105),
		      "syscall()", "exception %u r0 %x r1 %x", out.exc, out.r[0], out.r[1]);
	}
}

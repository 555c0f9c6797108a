// SPDX-License-Identifier: BSD-2-Clause
/* Control registers that are trapped whatever the policies. */
#include "trap.h"

/* HSR.ISS of an MCR or MRC, ARM ARM B3.13.6. */
#define ISS_READ		  BIT(0)
#define REG(opc1, crn, crm, opc2) ((opc1) << 14 | (crn) << 10 | (crm) << 1 | (opc2) << 17)
#define REG_MASK		  REG(7, 15, 15, 7)

void trap_cp15(struct frame *f, u32 hsr)
{
	u32 reg = hsr & REG_MASK, rt = hsr >> 5 & 0xf, now = 0;
	bool read = hsr & ISS_READ, allowed = guest_pl1(f) && rt != 15;
	struct event ev;

	event_start(&ev, f, EV_SYSREG, read ? ACC_READ : ACC_WRITE, 4);
	ev.value = read ? 0 : guest_reg(f, rt);
	if (reg == REG(0, 1, 0, 1)) /* ACTLR: many kernels set its SMP bit, as firmware has */
		now = read_sr(SR_ACTLR);
	else if (reg == REG(1, 9, 0, 2) && read) /* L2CTLR: the count of CPUs */
		now = read_sr(SR_L2CTLR);
	else if (reg == REG(4, 15, 0, 0) && read) /* CBAR: where the GIC is */
		now = read_sr(SR_CBAR);
	else
		allowed = false;
	/* A write that would change ACTLR is dropped, as hardware may (B4.1.1). */
	if (!allowed || (!read && ev.value != now)) {
		memset(ev.arg, 0, sizeof(ev.arg));
		ev.nr = reg;
		ev.old = now;
		monitor_refuse(&ev);
	}
	if (!allowed) {
		inject_undef(f);
		return;
	}
	if (read)
		guest_set_reg(f, rt, now);
	guest_skip(f, HSR_LEN(hsr));
}

// SPDX-License-Identifier: BSD-2-Clause
/* Control registers that are trapped whatever the policies. */
#include "trap.h"

/* HSR.ISS of an MCR or MRC, ARM ARM B3.13.6. */
#define ISS_READ		  BIT(0)
#define ISS_RT(i)		  (((i) >> 5) & 0xf)
#define ISS_CRN(i)		  (((i) >> 10) & 0xf)
#define REG(opc1, crn, crm, opc2) ((opc1) << 14 | (crn) << 10 | (crm) << 1 | (opc2) << 17)
#define REG_MASK		  REG(7, 15, 15, 7)

#define ACCESS(reg) (read ? (void)(*value = read_sr(reg)) : (void)write_sr(reg, *value))

/* Returns false if this mode has no such register, or it is not for the guest. */
static bool access_register(u32 reg, bool read, bool user, u32 *value)
{
	if (user && reg != REG(0, 13, 0, 2) && !(reg == REG(0, 13, 0, 3) && read))
		return false;
	switch (reg) {
	case REG(0, 1, 0, 1): /* ACTLR; many kernels set its SMP bit, as firmware has */
		if (!read && *value != read_sr(SR_ACTLR))
			return false;
		*value = read_sr(SR_ACTLR);
		return true;
	case REG(4, 15, 0, 0): /* CBAR: where the GIC is */
		*value = read_sr(SR_CBAR);
		return read;
	case REG(1, 9, 0, 2): /* L2CTLR: the count of CPUs */
		*value = read_sr(SR_L2CTLR);
		return read;
	case REG(0, 12, 0, 0): /* VBAR, and what is with it: trapped for svc.c */
		ACCESS(SR_VBAR);
		if (!read)
			svc_arm();
		return true;
	case REG(0, 12, 1, 0):
		*value = read_sr(SR_ISR);
		return read;
	/* Context and thread registers: trapped only while the log is drained. */
	case REG(0, 13, 0, 0): /* FCSEIDR: zero, writes ignored (B8.3) */
		*value = 0;
		return true;
	case REG(0, 13, 0, 1):
		ACCESS(SR_CONTEXTIDR);
		return true;
	case REG(0, 13, 0, 2):
		ACCESS(SR_TPIDRURW);
		return true;
	case REG(0, 13, 0, 3):
		ACCESS(SR_TPIDRURO);
		return true;
	case REG(0, 13, 0, 4):
		ACCESS(SR_TPIDRPRW);
		return true;
	default:
		return false;
	}
}

void trap_cp15(struct frame *f, u32 hsr)
{
	u32 reg = hsr & REG_MASK, rt = ISS_RT(hsr);
	bool read = hsr & ISS_READ, user = guest_user(f);
	u32 value = read ? 0 : guest_reg(f, rt);
	bool known = rt != 15 && access_register(reg, read, user, &value);

	if (ISS_CRN(hsr) == 13)
		cpu_drain_rearm();
	if (!known) {
		refuse(f, EV_SYSREG, read ? ACC_READ : ACC_WRITE, reg, value);
		/* A write of ACTLR is dropped, as hardware may (B4.1.1). */
		if (reg != REG(0, 1, 0, 1) || read || user) {
			inject_undef(f);
			return;
		}
	}
	if (read)
		guest_set_reg(f, rt, value);
	guest_skip(f, hsr_len(hsr));
}

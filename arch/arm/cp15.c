// SPDX-License-Identifier: BSD-2-Clause
/* Control registers that are trapped whatever the policies. */
#include "cpu.h"
#include "monitor.h"
#include "trap.h"

/* HSR.ISS of an MCR or MRC, ARM ARM B3.13.6. */
#define ISS_READ    BIT(0)
#define ISS_CRM(i)  (((i) >> 1) & 0xf)
#define ISS_RT(i)   (((i) >> 5) & 0xf)
#define ISS_CRN(i)  (((i) >> 10) & 0xf)
#define ISS_OPC1(i) (((i) >> 14) & 7)
#define ISS_OPC2(i) (((i) >> 17) & 7)

#define REG(opc1, crn, crm, opc2)                                              \
	((opc1) << 14 | (crn) << 10 | (crm) << 1 | (opc2) << 17)
#define REG_MASK REG(7, 15, 15, 7)

/* Thread and context registers: trapped only while the log is drained. */
#define C13(reg)                                                               \
	do {                                                                   \
		if (hsr & ISS_READ)                                            \
			*value = read_sr(reg);                                 \
		else                                                           \
			write_sr(reg, *value);                                 \
		return true;                                                   \
	} while (0)

/* Returns false if this mode has no such register. */
static bool access_c13(u32 hsr, bool user, u32 *value)
{
	if (user && !(ISS_OPC2(hsr) == 2 ||
		      (ISS_OPC2(hsr) == 3 && (hsr & ISS_READ))))
		return false;
	switch (hsr & REG_MASK) {
	case REG(0, 13, 0, 1):
		C13(SR_CONTEXTIDR);
	case REG(0, 13, 0, 2):
		C13(SR_TPIDRURW);
	case REG(0, 13, 0, 3):
		C13(SR_TPIDRURO);
	case REG(0, 13, 0, 4):
		C13(SR_TPIDRPRW);
	default:
		return false;
	}
}

static void refuse_register(const struct frame *f, u32 hsr, u32 value)
{
	struct event ev;

	event_start(&ev, f, EV_SYSREG);
	ev.nr = hsr & REG_MASK;
	ev.access = hsr & ISS_READ ? ACC_READ : ACC_WRITE;
	ev.size = 4;
	ev.value = value;
	monitor_refuse(&ev);
	event_finish(&ev);
}

void trap_cp15(struct frame *f, u32 hsr)
{
	u32 rt = ISS_RT(hsr);
	u32 value = hsr & ISS_READ ? 0 : guest_reg(f, rt);
	bool known = false;

	switch (hsr & (REG_MASK | ISS_READ)) {
	case REG(0, 1, 0, 1) | ISS_READ:
		value = read_sr(SR_ACTLR);
		known = true;
		break;
	case REG(0, 1, 0, 1):
		/* Many kernels set the SMP bit, which firmware has set. */
		if (value != read_sr(SR_ACTLR))
			refuse_register(f, hsr, value);
		known = true;
		break;
	case REG(1, 9, 0, 2) | ISS_READ:
		value = read_sr(SR_L2CTLR);
		known = true;
		break;
	default:
		if (ISS_CRN(hsr) == 13) {
			known = access_c13(hsr, guest_user(f), &value);
			cpu_drain_rearm();
		}
	}
	if ((known && guest_user(f) && ISS_CRN(hsr) != 13) || rt == 15)
		known = false;
	if (!known) {
		if (ISS_CRN(hsr) != 13)
			refuse_register(f, hsr, value);
		inject_undef(f);
		return;
	}
	if (hsr & ISS_READ)
		guest_set_reg(f, rt, value);
	guest_skip(f, hsr_len(hsr));
}

// SPDX-License-Identifier: BSD-2-Clause
/* Control registers: EV_SYSREG, and those that are closed whatever the policies. */
#include "trap.h"

/* HSR.ISS of an MCR or MRC, and of an MCRR or MRRC, ARM ARM B3.13.6. */
#define ISS_READ     BIT(0)
#define ISS_RT2(hsr) ((hsr) >> 10 & 0xf)

/* The table's last two columns. Traps: HSTR's bits in the lower half, HCR's in the upper. */
#define RO    ACC_READ
#define WO    ACC_WRITE
#define RW    (RO | WO)
#define RW64  (RW | WIDE)
#define WIDE  BIT(7)
#define T(n)  BIT(n)
#define TIDCP BIT(20)
#define TAC   BIT(21)
#define TSW   BIT(22)
#define TVM   BIT(26)

/*
 * RO or WO what the guest may, by MRC and MCR; with WIDE and if it is so, by MRRC and MCRR, which
 * number() has numbered alike. A write takes effect for the guest with the eret, which synchronizes
 * the context (A3.8.3).
 */
#define NATIVE(name, opc1, crn, crm, opc2, access, ...)                            \
	static u64 native_##name(u32 how, u64 value)                               \
	{                                                                          \
		bool wide = (access)&WIDE && how & WIDE;                           \
		if (how & RO)                                                      \
			return wide ? read_sr64(REG_##name) : read_sr(REG_##name); \
		if (wide)                                                          \
			write_sr64(REG_##name, value);                             \
		else                                                               \
			write_sr(REG_##name, value);                               \
		return value;                                                      \
	}
VIGIL_REGISTERS(NATIVE)

/* Where a row is, by its number. Two that met would not compile: an initializer overridden. */
#define SLOT(nr) ((nr)*317 >> 7 & 63)
#define ROW(name, opc1, crn, crm, opc2, access, trap) \
	[SLOT(REG_##name)] = {REG_##name, access, trap, native_##name},

static const struct row {
	u32 nr, access, trap;
	u64 (*native)(u32 how, u64 value);
} rows[64] = {VIGIL_REGISTERS(ROW)};

u64 vigil_register(u32 nr)
{
	const struct row *row = &rows[SLOT(nr)];

	return row->nr == nr && row->access & RO ? row->native(row->access & ~WO, 0) : 0;
}

/*
 * TVM traps the writes of half the table, and no reads, of which Linux has one of SCTLR in most
 * exceptions. But it writes DACR there as well: only a watch of DACR's writes, or of CONTEXTIDR's,
 * which nothing else traps alone, makes TVM the cheaper one.
 */
u32 cp15_traps(void)
{
	u32 traps = monitor_wants(EV_SYSCALL) ? T(12) : 0, writes = 0; /* VBAR is for svc.c */

	for (const struct row *row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		u32 access = monitor_watched(EV_SYSREG, row->nr, row->nr);
		u32 trap = row->trap == TVM ? TVM : row->trap & ~TVM;

		if (access == ACC_WRITE && row->trap & TVM)
			writes |= row->nr == REG_DACR ? TVM : trap;
		else if (access)
			traps |= trap;
	}
	return traps | ((traps | writes) & TVM ? TVM : writes);
}

/* HSTR.Tn traps an MCRR by its CRm (B1.14.12); all of TLB maintenance is one register here. */
static u32 number(u32 hsr, u32 wide)
{
	u32 crm = hsr >> 1 & 0xf, opc1_crn = hsr >> 10 & 0x7f;

	if (wide)
		return VIGIL_REG(0, crm, 0, hsr >> 16 & 0xf);
	return opc1_crn == 8 ? REG_TLBI : VIGIL_REG(0, opc1_crn, crm, hsr >> 17 & 7);
}

void trap_cp15(struct frame *f, u32 hsr)
{
	u32 wide = HSR_EC(hsr) & 4 ? WIDE : 0, access = hsr & ISS_READ ? RO : WO;
	u32 nr = number(hsr, wide);
	const struct row *row = &rows[SLOT(nr)];
	struct event ev;
	u64 given;

	if (unlikely((hsr & HSR_ALWAYS) != HSR_ALWAYS) && trap_skipped(f, hsr))
		return;
	event_start(&ev, f, EV_SYSREG, access, wide ? 8 : 4, nr);
	ev.value = access == RO ? 0 : guest_reg(f, ISS_RT(hsr));
	if (unlikely(wide && access == WO))
		ev.value |= (u64)guest_reg(f, ISS_RT2(hsr)) << 32;
	/* UNPREDICTABLE: a read into the PC (A8.8.107, A8.8.108). */
	if (unlikely(row->nr != nr || ((access | wide) & ~row->access) || !guest_pl1(f) ||
		     (access == RO && (ISS_RT(hsr) == 15 || (wide && ISS_RT2(hsr) == 15))))) {
		monitor_refuse(&ev);
		inject_undef(f);
		return;
	}
	if (row->access & RO)
		ev.old = row->native(RO | wide, 0);
	if (access == RO)
		ev.value = ev.old;
	given = ev.value;
	if (unlikely(monitor_ask_number(&ev, &monitor_all))) {
		if (ev.verdict == ALLOW && ev.would != ALLOW) /* a dry run */
			ev.value = given;
		else if (ev.verdict == DENY && access == RO && !ev.replace)
			ev.value = 0;
		event_finish(&ev);
		if (ev.verdict >= KILL) {
			inject_undef(f);
			return;
		}
	}
	if (unlikely(access == RO)) {
		guest_set_reg(f, ISS_RT(hsr), (u32)ev.value);
		if (wide)
			guest_set_reg(f, ISS_RT2(hsr), (u32)(ev.value >> 32));
	} else if (likely(ev.verdict == ALLOW) && likely(nr != REG_ACTLR)) {
		/* HCR.SWIO is not for Hyp mode: DCISW could lose the monitor's lines here. */
		if (unlikely(nr == REG_DCISW))
			row = &rows[SLOT(REG_DCCISW)];
		row->native(WO | wide, ev.value);
		if (unlikely(nr == REG_VBAR) && monitor_wants(EV_SYSCALL))
			svc_arm();
	} else if (ev.verdict == ALLOW && ev.value != ev.old) {
		monitor_refuse(&ev); /* of ACTLR: it is dropped, as hardware may (B4.1.1) */
	}
	guest_skip(f, 4);
}

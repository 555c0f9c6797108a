// SPDX-License-Identifier: BSD-2-Clause
/* Control registers: EV_SYSREG, and those that are closed whatever the policies. */
#include "trap.h"

/* HSR.ISS of an MCR or MRC, and of an MCRR or MRRC, ARM ARM B3.13.6. */
#define ISS_READ     BIT(0)
#define ISS_RT(hsr)  ((hsr) >> 5 & 0xf)
#define ISS_RT2(hsr) ((hsr) >> 10 & 0xf)

/* The table's last two columns. Traps: HSTR's bits in the lower half, HCR's in the upper. */
#define RO    ACC_READ
#define WO    ACC_WRITE
#define RW    (RO | WO)
#define T(n)  BIT(n)
#define TIDCP BIT(20)
#define TAC   BIT(21)
#define TSW   BIT(22)
#define TVM   BIT(26)

/* Where a row is, by its number. Two that met would not compile: see native(). */
#define SLOT(nr) ((nr)*39 >> 5 & 63)
#define ROW(name, opc1, crn, crm, opc2, access, trap) \
	[SLOT(REG_##name)] = {REG_##name, access, trap},

static const struct row {
	u16 nr;
	u8 access;
	u32 trap;
} rows[64] = {VIGIL_REGISTERS(ROW)};

#define CASE(name, opc1, crn, crm, opc2, ...)                                               \
	case SLOT(REG_##name):                                                              \
		if (!write)                                                                 \
			return read_sr("p15, " #opc1 ", %0, c" #crn ", c" #crm ", " #opc2); \
		write_sr("p15, " #opc1 ", %0, c" #crn ", c" #crm ", " #opc2, value);        \
		break;
#define CASE64(name)                                   \
	case SLOT(REG_##name) | 64:                    \
		if (!write)                            \
			return read_sr64(SR64_##name); \
		write_sr64(SR64_##name, value);        \
		break;

/*
 * Access what the guest may: the caller has looked at the row. A write takes effect for the guest
 * with the eret, which synchronizes the context (A3.8.3).
 */
static u64 native(u32 nr, bool wide, bool write, u64 value)
{
	/* HCR.SWIO is not for Hyp mode: invalidation alone could lose the monitor's lines. */
	if (nr == REG_DCISW)
		nr = REG_DCCISW;
	switch (SLOT(nr) | wide << 6) {
		VIGIL_REGISTERS(CASE)
		CASE64(TTBR0)
		CASE64(TTBR1)
	}
	return 0;
}

/* What may be done with this register; nothing if it is not in the table. */
static u32 access_of(u32 nr)
{
	const struct row *row = &rows[SLOT(nr)];

	return row->nr == nr ? row->access : 0;
}

static bool is_wide(u32 nr)
{
	return nr == REG_TTBR0 || nr == REG_TTBR1;
}

u64 vigil_register(u32 nr)
{
	return access_of(nr) & RO ? native(nr, is_wide(nr), false, 0) : 0;
}

/*
 * TVM traps what writes there are to a third of the table and no reads, of which Linux has one of
 * SCTLR and of DACR in each exception. But it writes DACR and CONTEXTIDR as often: it takes a watch
 * of these to make TVM the cheaper one.
 */
u32 cp15_traps(void)
{
	u32 traps = 0, writes = 0;
	bool whole;

	for (const struct row *row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		u32 access = monitor_watched(EV_SYSREG, row->nr, row->nr, &whole);

		if (access && row->trap == TVM)
			traps |= TVM;
		else if (access == ACC_WRITE && row->trap & TVM)
			writes |= row->nr == REG_DACR ? TVM : row->trap & ~TVM;
		else if (access)
			traps |= row->trap & ~TVM;
	}
	return traps | ((traps | writes) & TVM ? TVM : writes);
}

/* HSTR.Tn traps an MCRR by its CRm (B1.14.12); all of TLB maintenance is one register here. */
static u32 number(u32 hsr, bool wide)
{
	u32 crm = hsr >> 1 & 0xf, opc1_crn = hsr >> 10 & 0x7f;

	if (wide)
		return VIGIL_REG(0, crm, 0, hsr >> 16 & 0xf);
	return opc1_crn == 8 ? REG_TLBI : VIGIL_REG(0, opc1_crn, crm, hsr >> 17 & 7);
}

void trap_cp15(struct frame *f, u32 hsr)
{
	bool wide = HSR_EC(hsr) == 0x04, read = hsr & ISS_READ;
	u32 nr = number(hsr, wide), rt = ISS_RT(hsr), rt2 = wide ? ISS_RT2(hsr) : 0;
	u32 access = read ? RO : WO, may = access_of(nr);
	u64 given;
	struct event ev;

	event_start(&ev, f, EV_SYSREG, access, wide ? 8 : 4);
	ev.nr = nr;
	ev.old = 0;
	if (!read)
		ev.value = guest_reg(f, rt) | (wide ? (u64)guest_reg(f, rt2) << 32 : 0);
	/* UNPREDICTABLE, with the PC (A8.8.98, A8.8.107) */
	if (!(may & access) || (wide && !is_wide(nr)) || !guest_pl1(f) || rt == 15 || rt2 == 15) {
		monitor_refuse(&ev);
		inject_undef(f);
		return;
	}
	if (may & RO)
		ev.old = native(nr, wide, false, 0);
	given = read ? ev.old : ev.value;
	if (monitor_wants(EV_SYSREG))
		monitor_ask_number(&ev);
	/* A read has no value before it is done; in a dry run, a policy's does not count. */
	if (ev.verdict == ALLOW && (read ? !ev.replace : ev.would != ALLOW))
		ev.value = given;
	event_finish(&ev);
	if (ev.verdict >= KILL) {
		inject_undef(f);
		return;
	}
	if (read) {
		guest_set_reg(f, rt, (u32)ev.value);
		if (wide)
			guest_set_reg(f, rt2, (u32)(ev.value >> 32));
	} else if (ev.verdict == ALLOW && nr != REG_ACTLR) {
		native(nr, wide, true, ev.value);
	} else if (ev.verdict == ALLOW && ev.value != ev.old) {
		/* As hardware may, a write that would change it is dropped (B4.1.1). */
		monitor_refuse(&ev);
	}
	guest_skip(f, hsr_len(hsr));
}

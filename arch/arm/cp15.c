// SPDX-License-Identifier: BSD-2-Clause
/* Control registers: EV_SYSREG, and those that are closed whatever the policies. */
#include "trap.h"

/* HSR.ISS of an MCR or MRC, and of an MCRR or MRRC, ARM ARM B3.13.6. */
#define ISS_READ BIT(0)

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
 * Access what the guest may: by MRC and MCR; if both are so, MRRC and MCRR, which number() has
 * numbered alike. A write takes effect for the guest with the eret, which synchronizes the context
 * (A3.8.3).
 */
#define NATIVE(name, opc1, crn, crm, opc2, access, ...)                                     \
	static u64 native_##name(bool write, u32 wide, u64 value)                           \
	{                                                                                   \
		if (!write)                                                                 \
			return (access)&wide ? read_sr64(REG_##name) : read_sr(REG_##name); \
		if ((access)&wide)                                                          \
			write_sr64(REG_##name, value);                                      \
		else                                                                        \
			write_sr(REG_##name, value);                                        \
		return value;                                                               \
	}
VIGIL_REGISTERS(NATIVE)

/* Where a row is, by its number. Two that met would not compile: an initializer overridden. */
#define SLOT(nr) ((nr)*317 >> 7 & 63)
#define ROW(name, opc1, crn, crm, opc2, access, trap) \
	[SLOT(REG_##name)] = {REG_##name, access, trap, native_##name},

static const struct row {
	u16 nr;
	u8 access;
	u32 trap;
	u64 (*native)(bool write, u32 wide, u64 value);
} rows[64] = {VIGIL_REGISTERS(ROW)};

u64 vigil_register(u32 nr)
{
	const struct row *row = &rows[SLOT(nr)];

	return row->nr == nr && row->access & RO ? row->native(false, row->access & WIDE, 0) : 0;
}

/* Whom to ask of a write: see monitor_watcher(). */
static const struct policy *writers[ARRAY_SIZE(rows)];

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

		writers[row - rows] = monitor_watcher(EV_SYSREG, ACC_WRITE, row->nr);
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

/* What becomes of a write that is allowed. */
static inline void write_register(struct event *ev, const struct row *row, u32 wide)
{
	/* As hardware may, a write of ACTLR that would change it is dropped (B4.1.1). */
	if (unlikely(ev->nr == REG_ACTLR)) {
		if (ev->value != ev->old)
			monitor_refuse(ev);
		return;
	}
	/* HCR.SWIO is not for Hyp mode: DCISW could lose the monitor's lines here. */
	if (unlikely(ev->nr == REG_DCISW))
		row = &rows[SLOT(REG_DCCISW)];
	row->native(true, wide, ev->value);
	if (unlikely(ev->nr == REG_VBAR) && monitor_wants(EV_SYSCALL))
		svc_arm();
}

void trap_cp15(struct frame *f, u32 hsr)
{
	u32 wide = HSR_EC(hsr) == 0x03 ? 0 : WIDE, read = hsr & ISS_READ;
	u32 nr = number(hsr, wide), slot = SLOT(nr), rt = hsr >> 5 & 0xf, rt2 = hsr >> 10 & 0xf;
	u32 need = (read ? RO : WO) | wide;
	const struct row *row = &rows[slot];
	const struct policy *watcher = read ? &monitor_all : writers[slot];
	struct event ev;
	u64 given = 0;

	if (unlikely((hsr & HSR_ALWAYS) != HSR_ALWAYS) && trap_skipped(f, hsr))
		return;
	event_start(&ev, f, EV_SYSREG, read ? ACC_READ : ACC_WRITE, wide ? 8 : 4, nr);
	if (likely(!read))
		given = guest_reg(f, rt) | (wide ? (u64)guest_reg(f, rt2) << 32 : 0);
	ev.value = given;
	/* UNPREDICTABLE: a read into the PC (A8.8.107, A8.8.108). */
	if (unlikely(row->nr != nr || (need & ~row->access) || !guest_pl1(f) ||
		     (read && (rt == 15 || (wide && rt2 == 15))))) {
		monitor_refuse(&ev);
		inject_undef(f);
		return;
	}
	if (row->access & RO)
		ev.old = row->native(false, wide, 0);
	if (read)
		ev.value = given = ev.old;
	if (likely(watcher) && unlikely(monitor_ask_number(&ev, watcher))) {
		if (ev.verdict == ALLOW && ev.would != ALLOW) /* a dry run */
			ev.value = given;
		else if (ev.verdict == DENY && read && !ev.replace)
			ev.value = 0;
		event_finish(&ev);
		if (ev.verdict >= KILL) {
			inject_undef(f);
			return;
		}
	}
	if (unlikely(read)) {
		guest_set_reg(f, rt, (u32)ev.value);
		if (wide)
			guest_set_reg(f, rt2, (u32)(ev.value >> 32));
	} else if (likely(ev.verdict == ALLOW)) {
		write_register(&ev, row, wide);
	}
	guest_skip(f, HSR_LEN(hsr));
}

// SPDX-License-Identifier: BSD-2-Clause
/* Control registers: EV_SYSREG, and those that are closed whatever the policies. */
#include "trap.h"

/* HSR.ISS of an MCR or MRC, and of an MCRR or MRRC, ARM ARM B3.13.6. */
#define ISS_READ     BIT(0)
#define ISS_RT2(hsr) ((hsr) >> 10 & 0xf)

/* The table's columns: traps are HSTR's bits in the lower half, HCR's in the upper; or HDCR.TPM. */
enum { RO = ACC_READ, WO = ACC_WRITE, RW = RO | WO, WIDE = BIT(7), DROP = BIT(8) };
enum { TIDCP = BIT(20), TAC = BIT(21), TSW = BIT(22), TVM = BIT(26) };
#define T(n) BIT(n)
#define TPM  BIT(31)

/* What User mode may, if PMUSERENR.EN lets it (C12.8). */
#define USER(access) ((access) << 9)

/*
 * Behind PMXEVTYPER and PMXEVCNTR is what PMSELR selects. If there is no such counter, an access is
 * UNPREDICTABLE (C12.8), which here could be an exception: it is not made.
 */
#define SELECTED (read_sr(REG_PMSELR) & 0x1f)
static __force_inline bool there(u32 nr)
{
	return (nr != REG_PMXEVTYPER && nr != REG_PMXEVCNTR) ||
	       SELECTED < (read_sr(REG_PMCR) >> 11 & 0x1f) ||
	       (SELECTED == 0x1f && nr == REG_PMXEVTYPER);
}

/*
 * RO or WO what the guest may, by MRC and MCR; with WIDE by MRRC and MCRR as well, which
 * trap_cp15_any() numbers alike. A write takes effect for the guest with the eret, which
 * synchronizes the context (A3.8.3); with DROP it has none. HCR.SWIO is not for Hyp mode: DCISW
 * could lose the monitor's lines here.
 */
#define NATIVE(name, opc1, crn, crm, opc2, access, ...)                                           \
	static u32 read_##name(void)                                                              \
	{                                                                                         \
		return (access)&RO && there(REG_##name) ? read_sr(REG_##name) : 0;                \
	}                                                                                         \
	static void write_##name(u32 value)                                                       \
	{                                                                                         \
		if (there(REG_##name))                                                            \
			write_sr(REG_##name == REG_DCISW ? REG_DCCISW : REG_##name, value);       \
		if ((REG_##name == REG_VBAR || (REG_##name == REG_TTBR0 && option_svc == 'v')) && \
		    monitor_wants(EV_SYSCALL))                                                    \
			svc_arm();                                                                \
	}
VIGIL_REGISTERS(NATIVE)

/* HSR of a register's MCR: unconditional, from r0. */
#define MCR(nr) \
	(0x03u << 26 | BIT(25) | HSR_ALWAYS | ((nr)&7) << 17 | (nr) >> 7 << 10 | ((nr)&0x78) >> 2)

/* Where a row is, by that. Two that met would not compile: an initializer overridden. */
#define SLOT(mcr) ((mcr)*16819 >> 15 & 63)
#define ROW(name, opc1, crn, crm, opc2, access, trap) \
	[SLOT(MCR(REG_##name))] = {0, REG_##name, access, trap, read_##name, write_##name, 0, 0},

static struct row {
	u32 mcr; /* as above, or 0 if there is more to it than to do it */
	u32 nr, access, trap;
	u32 (*read)(void);
	void (*write)(u32 value);
	const struct policy *reader, *writer;
} rows[64] = {VIGIL_REGISTERS(ROW)};

void cp15_filter(void)
{
	for (struct row *row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		row->mcr = (row->access & (WO | DROP)) == WO ? MCR(row->nr) : 0;
		/* Of a neighbour that nobody watches all are asked, and none answers. */
		row->reader = monitor_watcher(EV_SYSREG, ACC_READ, row->nr) ?: &monitor_all;
		row->writer = monitor_watcher(EV_SYSREG, ACC_WRITE, row->nr) ?: &monitor_all;
	}
}

/* The two that are wide. */
#define TTBR(nr, op, ...) \
	((nr) == REG_TTBR0 ? op(REG_TTBR0, ##__VA_ARGS__) : op(REG_TTBR1, ##__VA_ARGS__))

u64 vigil_register(u32 nr)
{
	const struct row *row = &rows[SLOT(MCR(nr))];

	if (row->nr != nr || !(row->access & RO))
		return 0;
	return row->access & WIDE ? TTBR(nr, read_sr64) : row->read();
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

/* A verdict, or a record. True if it goes on, with the event's value instead of this one. */
static bool __cold settled(struct frame *f, struct event *ev, u64 given)
{
	if (ev->verdict == ALLOW && ev->would != ALLOW) /* a dry run */
		ev->value = given;
	else if (ev->verdict == DENY && ev->access == RO && !ev->replace)
		ev->value = 0;
	if (ev->verdict >= KILL)
		*(u64 *)&f->pc = *(u64 *)&ev->pc; /* back at it */
	event_finish(ev);
	if (ev->verdict >= KILL)
		inject_undef(f);
	return ev->verdict < (ev->access == RO ? KILL : DENY);
}

/* An access that the table allows. The short way knows `how`, and has less of this. */
static __force_inline void carry_out(struct frame *f, u32 hsr, const struct row *row, u32 how,
				     u64 value)
{
	u32 wide = how & WIDE;
	u64 old = wide ? TTBR(row->nr, read_sr64) : row->read();
	struct event ev;

	event_start(&ev, f, EV_SYSREG, how & RW, wide ? 8 : 4, row->nr);
	ev.old = old;
	ev.value = how & RO ? old : value;
	guest_skip(f, 4);
	if (unlikely(monitor_ask_number(&ev, how & RO ? row->reader : row->writer)) &&
	    !settled(f, &ev, how & RO ? old : value))
		return;
	if (how & RO) {
		guest_set_reg(f, ISS_RT(hsr), (u32)ev.value);
		if (wide)
			guest_set_reg(f, ISS_RT2(hsr), (u32)(ev.value >> 32));
	} else if (wide) {
		TTBR(row->nr, write_sr64, ev.value);
		if (option_svc == 'v' && monitor_wants(EV_SYSCALL))
			svc_arm();
	} else if (!(how & DROP)) {
		row->write((u32)ev.value);
	} else if (ev.value != ev.old) {
		monitor_refuse(&ev); /* as hardware may (B4.1.1) */
	}
}

void trap_cp15(struct frame *f, u32 hsr)
{
	u32 mcr = hsr & ~(7u << 5); /* of r0 to r7 */
	/* As a number, for else GCC finds it anew after each call. */
	const struct row *row = (const struct row *)((uintptr_t)rows + SLOT(mcr) * sizeof(*row));

	if (likely(row->mcr == mcr) && likely(guest_pl1(f)))
		carry_out(f, hsr, row, WO, f->r[hsr >> 5 & 7]);
	else
		trap_cp15_any(f, hsr);
}

void __cold trap_cp15_any(struct frame *f, u32 hsr)
{
	u32 wide = HSR_EC(hsr) & 4 ? WIDE : 0, access = hsr & ISS_READ ? RO : WO;
	u32 crm = hsr >> 1 & 0xf, opc1_crn = hsr >> 10 & 0x7f;
	/* HSTR.Tn traps an MCRR by its CRm (B1.14.12); TLB maintenance is one register here. */
	u32 nr = wide		 ? VIGIL_REG(0, crm, 0, hsr >> 16 & 0xf)
		 : opc1_crn == 8 ? REG_TLBI
				 : VIGIL_REG(0, opc1_crn, crm, hsr >> 17 & 7);
	const struct row *row = &rows[SLOT(MCR(nr))];
	u64 value = access == RO ? 0 : guest_reg(f, ISS_RT(hsr));
	u32 may = row->access;

	if ((hsr & HSR_ALWAYS) != HSR_ALWAYS && trap_skipped(f, hsr))
		return;
	if (wide && access == WO)
		value |= (u64)guest_reg(f, ISS_RT2(hsr)) << 32;
	/* Undefined there, or trapped first: that is IMPLEMENTATION DEFINED (B1.14). */
	if (!guest_pl1(f))
		may = nr == REG_PMUSERENR || read_sr(REG_PMUSERENR) & 1 ? may / USER(1) : 0;
	/* UNPREDICTABLE: a read into the PC (A8.8.107, A8.8.108). */
	if (row->nr != nr || ((access | wide) & ~may) ||
	    (access == RO && (ISS_RT(hsr) == 15 || (wide && ISS_RT2(hsr) == 15)))) {
		refuse(f, EV_SYSREG, access, wide ? 8 : 4, nr, value);
		inject_undef(f);
		return;
	}
	carry_out(f, hsr, row, access | wide | (row->access & DROP), value);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Control registers that are closed, and what must work as it always did. */
#include "guest.h"

/* A register access as code: 1 reads into r0, 0 writes r0. */
#define REGISTER(name, insn) \
	extern void name(void); \
	__asm__(".text\n.arm\n" #name ": " insn "\n b form_done\n")

REGISTER(mrc_c15, "mrc p15, 0, r0, c15, c0, 0");
REGISTER(mcr_c15, "mcr p15, 0, r0, c15, c0, 0");
REGISTER(mrc_cbar, "mrc p15, 4, r0, c15, c0, 0");
REGISTER(mrc_c9, "mrc p15, 0, r0, c9, c0, 0");
REGISTER(mcr_c9, "mcr p15, 1, r0, c9, c5, 3");
REGISTER(mrc_c11, "mrc p15, 0, r0, c11, c0, 0");
REGISTER(mcr_c11, "mcr p15, 0, r0, c11, c1, 0");
REGISTER(mrc_c10, "mrc p15, 0, r0, c10, c1, 0");
REGISTER(mrc_actlr, "mrc p15, 0, r0, c1, c0, 1");
REGISTER(mcr_actlr, "mcr p15, 0, r0, c1, c0, 1");
REGISTER(mrc_l2ctlr, "mrc p15, 1, r0, c9, c0, 2");
REGISTER(mcr_l2ctlr, "mcr p15, 1, r0, c9, c0, 2");
REGISTER(mrc_trace, "mrc p14, 1, r0, c0, c1, 0");
REGISTER(mcr_trace, "mcr p14, 1, r0, c0, c4, 0");
REGISTER(mrc_hcr, "mrc p15, 4, r0, c1, c1, 0");
REGISTER(mcr_hvbar, "mcr p15, 4, r0, c12, c0, 0");
REGISTER(mrrc_vttbr, "mrrc p15, 6, r0, r1, c2");
REGISTER(svc_insn, "svc #0x42");
REGISTER(bkpt_insn, "bkpt #0x1234");
REGISTER(udf_insn, ".inst 0xe7f000f0");
REGISTER(cps_hyp, "mrs r0, cpsr\n bic r0, #0x1f\n orr r0, #0x1a\n msr cpsr_c, r0");
REGISTER(swp_insn, ".inst 0xe1010093");

static u32 reg_number(u32 opc1, u32 crn, u32 crm, u32 opc2)
{
	return opc1 << 11 | crn << 7 | crm << 3 | opc2;
}

static void undefined(const char *name, void (*code)(void), u32 mode)
{
	struct result out;

	run_at((u32)code, 0x55, mode, &out);
	check(out.exc == EXC_UNDEF && out.pc == (u32)code + 4, name, "exception %u LR %x", out.exc,
	      out.pc);
}

GROUP(cp15)
{
	/* op1, CRn, CRm, op2 of those that the monitor is to log. */
	static const struct {
		const char *name;
		void (*code)(void);
		u8 write, opc1, crn, crm, opc2;
	} closed[] = {
		{"mrc c15", mrc_c15, 0, 0, 15, 0, 0},	{"mcr c15", mcr_c15, 1, 0, 15, 0, 0},
		{"mrc c9 c0", mrc_c9, 0, 0, 9, 0, 0},
		{"mcr c9 c5", mcr_c9, 1, 1, 9, 5, 3},	{"mrc c11", mrc_c11, 0, 0, 11, 0, 0},
		{"mcr c11", mcr_c11, 1, 0, 11, 1, 0},	{"mrc c10 c1", mrc_c10, 0, 0, 10, 1, 0},
	};
	struct result out;
	u32 actlr, l2ctlr;
	bool traps;

	/*
	 * QEMU has HCR.TIDCP from 8.1 on: before, all but c15 is undefined
	 * without a trap, or like L2CTLR constant, and there is nothing to test.
	 */
	run_at((u32)mcr_l2ctlr, 0, SVC, &out);
	traps = out.exc == EXC_UNDEF;
	if (traps)
		print("expect 1 sysreg w4 deny reg=L2CTLR\n");
	for (u32 i = 0; i < ARRAY_SIZE(closed); i++) {
		if (!traps && closed[i].crn != 15)
			continue;
		print("expect 1 sysreg %c4 deny reg=%08x mode=svc by=vigil\n",
		      closed[i].write ? 'w' : 'r',
		      reg_number(closed[i].opc1, closed[i].crn, closed[i].crm, closed[i].opc2));
		undefined(closed[i].name, closed[i].code, SVC);
	}
	/* ACTLR: reads, and takes no other value. */
	run_at((u32)mrc_actlr, 0, SVC, &out);
	actlr = out.r[0];
	check(!out.exc, "ACTLR reads", "exception %u", out.exc);
	print("expect 1 sysreg w4 deny reg=ACTLR val=80 old=%x mode=svc by=vigil\n", actlr);
	run_at((u32)mcr_actlr, 0, SVC, &out);
	check(!out.exc, "ACTLR write is dropped", "exception %u", out.exc);
	check(MRC(15, 0, 1, 0, 1) == actlr, "ACTLR is the same", "%x", MRC(15, 0, 1, 0, 1));
	MCR(15, 0, 1, 0, 1, actlr); /* the same value: nothing to report */
	run_at((u32)mrc_l2ctlr, 0, SVC, &out);
	l2ctlr = out.r[0];
	check(!out.exc && (l2ctlr >> 24 & 3) == cpu_total - 1, "L2CTLR", "%x, exception %u", l2ctlr,
	      out.exc);
	run_at((u32)mrc_cbar, 0, SVC, &out);
	check(!out.exc && out.r[0] == 0x08000000, "CBAR", "%x, exception %u", out.r[0], out.exc);
	/* User mode has none of them. Whether that is logged is left open. */
	print("expect * sysreg r4 deny mode=usr\n");
	undefined("ACTLR of User mode", mrc_actlr, USR);
	undefined("L2CTLR of User mode", mrc_l2ctlr, USR);
	undefined("c15 of User mode", mrc_c15, USR);
	print("expect * sysreg w4 deny mode=usr\n");
	undefined("ACTLR write of User mode", mcr_actlr, USR);
	/* Hyp's own are undefined here, trapped or not. */
	print("expect * sysreg x0 deny\n");
	undefined("HCR", mrc_hcr, SVC);
	undefined("HVBAR", mcr_hvbar, SVC);
	undefined("VTTBR", mrrc_vttbr, SVC);
	undefined("trace registers", mrc_trace, SVC);
	undefined("trace register write", mcr_trace, SVC);
}

/* Clean, invalidate, or both, by set and way: the loop that every OS has. */
#define SET_WAY(name, crm)                                                            \
	static void name(void)                                                        \
	{                                                                             \
		u32 ccsidr, line, sets, ways, shift;                                  \
                                                                                      \
		MCR(15, 2, 0, 0, 0, 0); /* CSSELR: level 1, data */                   \
		isb();                                                                \
		ccsidr = MRC(15, 1, 0, 0, 0);                                         \
		line = (ccsidr & 7) + 4;                                              \
		ways = ccsidr >> 3 & 0x3ff;                                           \
		sets = ccsidr >> 13 & 0x7fff;                                         \
		shift = ways ? (u32)__builtin_clz(ways) : 0;                          \
		for (u32 w = 0; w <= ways; w++)                                       \
			for (u32 s = 0; s <= sets; s++)                               \
				MCR(15, 0, 7, crm, 2, w << shift | s << line);        \
		dsb();                                                                \
	}
SET_WAY(invalidate_sw, 6)
SET_WAY(clean_sw, 10)
SET_WAY(clean_invalidate_sw, 14)

/* log.reg=DCISW,DCCSW,DCCISW, where they trap: what they are about is the first line of level 1. */
GROUP(set_way)
{
	static const char *const names[] = {"DCISW", "DCCSW", "DCCISW"};

	MCR(15, 2, 0, 0, 0, 0); /* CSSELR */
	isb();
	for (u32 i = 0; i < 64; i++) {
		u32 at = 0x41080000 + i * 64, value = i << 6;

		poke(at, 0x5eed + i);
		if (option("traps", 0))
			print("expect 1 sysreg w4 allow reg=%s val=%x old=0 mode=svc by=log\n",
			      names[i % 3], value);
		if (i % 3 == 0)
			MCR(15, 0, 7, 6, 2, value);
		else if (i % 3 == 1)
			MCR(15, 0, 7, 10, 2, value);
		else
			MCR(15, 0, 7, 14, 2, value);
		dsb();
		/* Invalidated is nothing that was not cleaned. */
		check(peek(at) == 0x5eed + i, names[i % 3], "%x", peek(at));
	}
}

#define GICD 0x08000000u
#define GICC 0x08010000u

GROUP(native)
{
	struct result out;
	u32 count, mpidr = MRC(15, 0, 0, 0, 5), then;

	check((MRC(15, 0, 0, 0, 0) & 0xff0ffff0) == 0x410fc0f0, "MIDR", "%x", MRC(15, 0, 0, 0, 0));
	check((mpidr & 0x80ffffff) == 0x80000000, "MPIDR", "%x", mpidr);
	check(MRC(15, 0, 1, 0, 0) & 0x00c50078, "SCTLR", "%x", MRC(15, 0, 1, 0, 0));

	/* Exceptions of its own are the guest's. */
	run_at((u32)svc_insn, 0, USR, &out);
	check(out.exc == EXC_SVC && out.pc == (u32)svc_insn + 4 && (out.spsr & 0x1f) == USR, "svc",
	      "%u %x %x", out.exc, out.pc, out.spsr);
	run_at((u32)svc_insn, 0, SVC, &out);
	check(out.exc == EXC_SVC, "svc of SVC mode", "%u", out.exc);
	run_at((u32)bkpt_insn, 0, SVC, &out);
	check(out.exc == EXC_PREFETCH && (out.ifsr & 0x3f) == (mmu_long ? 0x22 : 0x02) &&
		      out.pc == (u32)bkpt_insn + 4,
	      "bkpt", "%u IFSR %x LR %x", out.exc, out.ifsr, out.pc);
	undefined("udf", udf_insn, SVC);
	undefined("udf of User mode", udf_insn, USR);

	/* No way up: neither by CPSR nor by Hyp's own instructions. */
	run_at((u32)cps_hyp, 0, SVC, &out);
	check((out.cpsr & 0x1f) != 0x1a, "no Hyp mode by MSR", "CPSR %x", out.cpsr);

	/* Caches. */
	poke(0x41080000, 0x5eed);
	clean_sw();
	clean_invalidate_sw();
	/* May lose what is not clean on hardware, never what is not its own. */
	invalidate_sw();
	check(peek(0x41080000) == 0x5eed, "set/way", "%x", peek(0x41080000));
	check(smc(0x84000000, 0, 0, 0) >= 2, "the monitor after them", "-");

	/* The counter and the timer. */
	check(MRC(15, 0, 14, 0, 0) == 62500000, "CNTFRQ", "%u", MRC(15, 0, 14, 0, 0));
	__asm__ volatile("isb\n mrrc p15, 0, %0, %1, c14" : "=r"(count), "=r"(then));
	do
		__asm__ volatile("isb\n mrrc p15, 0, %0, %1, c14" : "=r"(out.r[0]), "=r"(then));
	while (out.r[0] == count);
	__asm__ volatile("isb\n mrrc p15, 1, %0, %1, c14" : "=r"(out.r[1]), "=r"(then));
	check(out.r[1] - count < 0x40000000, "CNTVCT is near CNTPCT", "%x %x", out.r[1], count);

	/*
	 * The GIC, and an interrupt: the virtual timer's (27), seen pending by
	 * its interface, then taken, then waited for.
	 */
	check(peek(GICD + 4) & 0x1f, "GICD_TYPER", "%x", peek(GICD + 4));
	poke(GICD, 1);
	poke(GICD + 0x100, 1u << 27);
	poke(GICC + 4, 0xff);
	poke(GICC, 1);
	for (u32 mask = 0; mask < 2; mask++) {
		MCR(15, 0, 14, 3, 0, 10000); /* CNTV_TVAL */
		MCR(15, 0, 14, 3, 1, 1);     /* CNTV_CTL */
		isb();
		/* With IRQs masked: WFI ends when one is pending. */
		while (!(MRC(15, 0, 12, 1, 0) & 0x80))
			wfi();
		if (mask) {
			struct regs in = {.cpsr = SVC | 0x140}; /* A and F masked */

			out = (struct result){0};
			run_code(&in, &out, (u32)udf_insn);
			check(out.exc == EXC_IRQ, "IRQ is taken", "exception %u", out.exc);
		}
		out.r[0] = peek(GICC + 0xc);
		check((out.r[0] & 0x3ff) == 27, "timer's interrupt", "IAR %x", out.r[0]);
		MCR(15, 0, 14, 3, 1, 0);
		poke(GICC + 0x10, out.r[0]);
	}

	/* SWP is a store that is not emulated: refused, if it runs at all. */
	run_at((u32)swp_insn, 0x41080000, SVC, &out);
	check(!out.exc || out.exc == EXC_UNDEF, "swp on plain RAM", "exception %u", out.exc);
}

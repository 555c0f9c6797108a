// SPDX-License-Identifier: BSD-2-Clause
/* The performance monitors: control registers that User mode may have as well. */
#include "guest.h"

#define REGISTER(name, insn)    \
	extern void name(void); \
	__asm__(".text\n.arm\n" #name ": " insn "\n b form_done\n")

REGISTER(mrc_pmcr, "mrc p15, 0, r0, c9, c12, 0");
REGISTER(mrc_pmuserenr, "mrc p15, 0, r0, c9, c14, 0");
REGISTER(mcr_pmuserenr, "mcr p15, 0, r1, c9, c14, 0");
REGISTER(mcr_pmselr, "mcr p15, 0, r1, c9, c12, 5");
REGISTER(mrc_pmxevcntr, "mrc p15, 0, r0, c9, c13, 2");
REGISTER(mrc_pmccntr, "mrc p15, 0, r0, c9, c13, 0");
REGISTER(mrc_pmintenset, "mrc p15, 0, r0, c9, c14, 1");
REGISTER(mcr_pmintenclr, "mcr p15, 0, r1, c9, c14, 2");
REGISTER(mrc_pmceid0, "mrc p15, 0, r0, c9, c12, 6");
REGISTER(mcr_pmceid0, "mcr p15, 0, r1, c9, c12, 6");
REGISTER(mrc_pmswinc, "mrc p15, 0, r0, c9, c12, 4");

static void undefined(const char *name, void (*code)(void), u32 mode)
{
	struct result out;

	run_at((u32)code, 0x55, mode, &out);
	check(out.exc == EXC_UNDEF && out.pc == (u32)code + 4, name, "exception %u LR %x", out.exc,
	      out.pc);
}

#define WRITE "expect 1 sysreg w4 allow reg=%s val=%x old=%x mode=%s by=log\n"
#define READ  "expect 1 sysreg r4 allow reg=%s val=%x old=%x mode=%s by=log\n"

static void read(const char *name, void (*code)(void), u32 value, const char *mode)
{
	struct result out;

	print(READ, name, value, value, mode);
	run_at((u32)code, 0, *mode == 'u' ? USR : SVC, &out);
	check(!out.exc && out.r[0] == value, name, "%x, exception %u", out.r[0], out.exc);
}

/* What they are at a reset is left open. */
static void reset(void)
{
	MCR(15, 0, 9, 12, 2, ~0); /* PMCNTENCLR */
	MCR(15, 0, 9, 14, 2, ~0); /* PMINTENCLR */
	MCR(15, 0, 9, 12, 3, ~0); /* PMOVSR */
	print("expect 2 sysreg w4 allow mode=svc by=log\n");
	MCR(15, 0, 9, 14, 0, 0); /* PMUSERENR */
	MCR(15, 0, 9, 12, 5, 0); /* PMSELR */
}

/* Two counters, by PMSELR: of software's increments, in Hyp mode as well, and of instructions. */
static void counters(u32 pmcr)
{
	print("expect 2 sysreg w4 allow mode=svc by=log\n");
	MCR(15, 0, 9, 13, 1, 0x08000000);
	MCR(15, 0, 9, 13, 2, 0);
	print(WRITE, "PMSELR", 1, 0, "svc");
	MCR(15, 0, 9, 12, 5, 1);
	print("expect 2 sysreg w4 allow mode=svc by=log\n");
	MCR(15, 0, 9, 13, 1, 8);
	MCR(15, 0, 9, 13, 2, 0x1234);
	print(WRITE, "PMXEVCNTR", 0x2345, 0x1234, "svc");
	MCR(15, 0, 9, 13, 2, 0x2345);
	print(WRITE, "PMSELR", 0, 1, "svc");
	MCR(15, 0, 9, 12, 5, 0);
	print(READ, "PMXEVTYPER", 0x08000000, 0x08000000, "svc");
	check(MRC(15, 0, 9, 13, 1) == 0x08000000, "PMXEVTYPER", "-");
	print(WRITE, "PMCNTENSET", 1, 0, "svc");
	MCR(15, 0, 9, 12, 1, 1);
	print(WRITE, "PMCR", pmcr | 1, pmcr, "svc");
	MCR(15, 0, 9, 12, 0, pmcr | 1);
	MCR(15, 0, 9, 12, 4, 1); /* PMSWINC */
	read("PMXEVCNTR", mrc_pmxevcntr, 1, "svc");
	print(WRITE, "PMCR", pmcr, pmcr | 1, "svc");
	MCR(15, 0, 9, 12, 0, pmcr);
	MCR(15, 0, 9, 12, 2, 1);
	/* Of none that is there: nothing, and no harm done. */
	print(WRITE, "PMSELR", 30, 0, "svc");
	MCR(15, 0, 9, 12, 5, 30);
	print(WRITE, "PMXEVTYPER", 8, 0, "svc");
	MCR(15, 0, 9, 13, 1, 8);
	read("PMXEVCNTR", mrc_pmxevcntr, 0, "svc");
	print(WRITE, "PMSELR", 0, 30, "svc");
	MCR(15, 0, 9, 12, 5, 0);
}

/* One bit set by one register, and cleared by another. */
static void pairs(void)
{
	struct result out;

	print(WRITE, "PMINTENSET", 2, 0, "svc");
	MCR(15, 0, 9, 14, 1, 2);
	check(MRC(15, 0, 9, 14, 2) == 2, "PMINTENCLR", "%x", MRC(15, 0, 9, 14, 2));
	MCR(15, 0, 9, 14, 2, 2);
	read("PMINTENSET", mrc_pmintenset, 0, "svc");
	MCR(15, 0, 9, 14, 3, 1);
	check(MRC(15, 0, 9, 12, 3) == 1, "PMOVSSET", "%x", MRC(15, 0, 9, 12, 3));
	MCR(15, 0, 9, 12, 3, 1);
	check(MRC(15, 0, 9, 14, 3) == 0, "PMOVSR", "%x", MRC(15, 0, 9, 14, 3));
	/* QEMU's Cortex-A15 lacks this one. */
	run_at((u32)mrc_pmceid0, 0, SVC, &out);
	check(!out.exc || out.exc == EXC_UNDEF, "PMCEID0", "exception %u", out.exc);
	print("expect * sysreg w4 deny mode=svc by=vigil\n");
	undefined("write of PMCEID0", mcr_pmceid0, SVC);
	print("expect * sysreg r4 deny mode=svc by=vigil\n");
	undefined("read of PMSWINC", mrc_pmswinc, SVC);
}

/* It may always read PMUSERENR, which says whether it has the others; interrupts it never has. */
static void user(void)
{
	struct result out;

	read("PMUSERENR", mrc_pmuserenr, 0, "usr");
	print("expect * sysreg r4 deny mode=usr by=vigil\n");
	undefined("PMCR of User mode", mrc_pmcr, USR);
	undefined("PMCCNTR of User mode", mrc_pmccntr, USR);
	print(WRITE, "PMUSERENR", 1, 0, "svc");
	MCR(15, 0, 9, 14, 0, 1);
	read("PMUSERENR", mrc_pmuserenr, 1, "usr");
	print(WRITE, "PMSELR", 1, 0, "usr");
	run_at((u32)mcr_pmselr, 1, USR, &out);
	check(!out.exc, "PMSELR of User mode", "exception %u", out.exc);
	read("PMXEVCNTR", mrc_pmxevcntr, 0x2345, "usr");
	run_at((u32)mrc_pmccntr, 0, USR, &out);
	check(!out.exc, "PMCCNTR beside it", "exception %u", out.exc);
	print("expect * sysreg w4 deny mode=usr by=vigil\n");
	undefined("PMUSERENR write of User mode", mcr_pmuserenr, USR);
	undefined("PMINTENCLR of User mode", mcr_pmintenclr, USR);
	print("expect * sysreg r4 deny mode=usr by=vigil\n");
	undefined("PMINTENSET of User mode", mrc_pmintenset, USR);
	print(WRITE, "PMUSERENR", 0, 1, "svc");
	MCR(15, 0, 9, 14, 0, 0);
}

/* log.reg=PMCR,PMCNTENSET,PMSELR,PMXEVTYPER,PMXEVCNTR,PMUSERENR,PMINTENSET; the others beside. */
GROUP(monitors)
{
	u32 pmcr, n;

	reset();
	print("expect 1 sysreg r4 allow reg=PMCR mode=svc by=log\n");
	pmcr = MRC(15, 0, 9, 12, 0);
	n = pmcr >> 11 & 0x1f;
	check(n >= 2 && n < 30, "PMCR.N", "%u", n);
	counters(pmcr);
	pairs();
	user();
}

// SPDX-License-Identifier: BSD-2-Clause
/* Firmware and hypervisor calls, and other CPUs by them. */
#include "guest.h"

#define PSCI_VERSION	   0x84000000u
#define PSCI_CPU_SUSPEND   0x84000001u
#define PSCI_CPU_OFF	   0x84000002u
#define PSCI_CPU_ON	   0x84000003u
#define PSCI_AFFINITY_INFO 0x84000004u
#define PSCI_MIGRATE_TYPE  0x84000006u
#define PSCI_FEATURES	   0x8400000au

#define NOT_SUPPORTED  0xffffffffu
#define INVALID_PARAMS 0xfffffffeu
#define ALREADY_ON     0xfffffffcu

extern void code_smc_thumb(void), code_hvc_thumb(void), code_smc(void), code_hvc(void),
	code_hvc_imm(void), code_smc_eq(void), code_smc_ne(void), code_smc_it(void);
__asm__(".text\n.syntax unified\n.arch_extension virt\n.arch_extension sec\n.arm\n"
	"code_smc: smc #0\n b form_done\n"
	"code_hvc: hvc #0\n b form_done\n"
	"code_hvc_imm: hvc #0x1234\n b form_done\n"
	"code_smc_eq: cmp r0, r0\n smceq #0\n b form_done\n"
	"code_smc_ne: cmp r0, r0\n smcne #0\n b form_done\n"
	".thumb\n.balign 4\n.thumb_func\n"
	"code_smc_thumb: smc #0\n b 1f\n.balign 4\n1: bx pc\n nop\n.arm\n b form_done\n"
	".thumb\n.balign 4\n.thumb_func\n"
	"code_hvc_thumb: hvc #0\n b 1f\n.balign 4\n1: bx pc\n nop\n.arm\n b form_done\n"
	".thumb\n.balign 4\n.thumb_func\n"
	"code_smc_it: cmp r0, r0\n ite ne\n addne r5, #1\n smceq #0\n add r6, #1\n"
	".balign 4\n bx pc\n nop\n.arm\n b form_done\n.balign 4\n");

/* Each call is one line of the log, if all calls are logged. */
static void expect_call(bool is_smc, u32 nr)
{
	if (option_is("quiet", "1"))
		return;
	print("expect 1 call %s allow nr=%x mode=svc\n", is_smc ? "smc" : "hvc", nr);
}

static u32 call(u32 nr, u32 a, u32 b, u32 c)
{
	print("expect 1 call smc allow nr=%x args=%x,%x,%x mode=svc by=log\n", nr, a, b, c);
	return smc(nr, a, b, c);
}

static void gives(const char *name, u32 have, u32 want)
{
	check(have == want, name, "%x, not %x", have, want);
}

/* A call from a piece of code: r0 is the answer, r4 to r14 are kept. */
static void from_code(const char *name, void (*code)(void), u32 nr, u32 mode, u32 want)
{
	struct regs in = {.cpsr = mode | MASKED};
	struct result out = {0};

	for (u32 i = 0; i < 15; i++)
		in.r[i] = 0x1010101 * i;
	in.r[0] = nr;
	run_code(&in, &out, (u32)code);
	for (u32 i = 4; i < 15; i++)
		if (out.r[i] != in.r[i] && !(i == 6 && code == code_smc_it))
			check(false, name, "r%u is %x", i, out.r[i]);
	if (code == code_smc_it)
		gives("ITSTATE after smc", out.r[6], in.r[6] + 1);
	check(!out.exc && out.r[0] == want, name, "r0 %x, exception %u", out.r[0], out.exc);
}

static void calls(void)
{
	static const u32 unknown[] = {0,	  1,	      0x80000000, 0x84000013, 0x8400001f,
				      0x84000020, 0xc4000003, 0xffffffff, 0x83000000, 0x84000003 + 0x20,
				      0x95c1ba5e, 0xbf00ff01};
	struct result out;
	u32 version;

	expect_call(true, PSCI_VERSION);
	version = smc(PSCI_VERSION, 0, 0, 0);
	check(version >= 2 && version < 0x20000, "PSCI version", "%x", version);
	for (u32 i = 0; i < ARRAY_SIZE(unknown); i++) {
		expect_call(true, unknown[i]);
		gives("unknown SMC", smc(unknown[i], 1, 2, 3), NOT_SUPPORTED);
		expect_call(false, unknown[i]);
		gives("unknown HVC", hvc(unknown[i], 1, 2, 3), NOT_SUPPORTED);
	}
	expect_call(false, PSCI_VERSION);
	gives("PSCI version by HVC", hvc(PSCI_VERSION, 0, 0, 0), version);
	/* In each way to say it. */
	expect_call(true, PSCI_VERSION);
	from_code("smc", code_smc, PSCI_VERSION, SVC, version);
	expect_call(false, PSCI_VERSION);
	from_code("hvc", code_hvc, PSCI_VERSION, SVC, version);
	expect_call(false, 0x77);
	from_code("hvc #0x1234", code_hvc_imm, 0x77, SVC, NOT_SUPPORTED);
	expect_call(true, PSCI_VERSION);
	from_code("smc, Thumb", code_smc_thumb, PSCI_VERSION, SVC, version);
	expect_call(false, PSCI_VERSION);
	from_code("hvc, Thumb", code_hvc_thumb, PSCI_VERSION, SVC, version);
	expect_call(true, PSCI_VERSION);
	from_code("smceq", code_smc_eq, PSCI_VERSION, SVC, version);
	from_code("smcne", code_smc_ne, PSCI_VERSION, SVC, PSCI_VERSION);
	expect_call(true, PSCI_VERSION);
	from_code("smceq in an IT block", code_smc_it, PSCI_VERSION, SVC, version);
	/* Neither is for User mode. */
	run_at((u32)code_smc, 0, USR, &out);
	gives("smc of User mode", out.exc, EXC_UNDEF);
	run_at((u32)code_hvc, 0, USR, &out);
	gives("hvc of User mode", out.exc, EXC_UNDEF);
	check(out.pc == (u32)code_hvc + 4, "its LR", "%x", out.pc);
}

GROUP(firmware_quiet)
{
	u32 version = smc(PSCI_VERSION, 0, 0, 0);

	gives("unknown SMC", smc(0x12345678, 1, 2, 3), NOT_SUPPORTED);
	gives("unknown HVC", hvc(0x12345678, 1, 2, 3), NOT_SUPPORTED);
	from_code("hvc, Thumb", code_hvc_thumb, PSCI_VERSION, SVC, version);
	from_code("smc, Thumb", code_smc_thumb, PSCI_VERSION, SVC, version);
	from_code("smceq in an IT block", code_smc_it, PSCI_VERSION, SVC, version);
}

GROUP(firmware)
{
	calls();
	gives("PSCI_FEATURES of CPU_ON", call(PSCI_FEATURES, PSCI_CPU_ON, 0, 0), 0);
	gives("PSCI_FEATURES of nothing", call(PSCI_FEATURES, 0x8400001e, 0, 0), NOT_SUPPORTED);
	/* What is not carried out must not be promised. */
	gives("PSCI_FEATURES of SYSTEM_SUSPEND", call(PSCI_FEATURES, 0x8400000e, 0, 0),
	      NOT_SUPPORTED);
	gives("MIGRATE_INFO_TYPE", call(PSCI_MIGRATE_TYPE, 0, 0, 0), 2);
	gives("AFFINITY_INFO of this CPU", call(PSCI_AFFINITY_INFO, 0, 0, 0), 0);
	gives("AFFINITY_INFO of CPU 1", call(PSCI_AFFINITY_INFO, 1, 0, 0), 1);
	gives("AFFINITY_INFO of none", call(PSCI_AFFINITY_INFO, 0x700, 0, 0), INVALID_PARAMS);
	gives("CPU_ON of none", call(PSCI_CPU_ON, 0x700, (u32)secondary_arm, 0), INVALID_PARAMS);
	gives("CPU_ON beyond the last", call(PSCI_CPU_ON, cpu_total, (u32)secondary_arm, 0),
	      INVALID_PARAMS);
	gives("CPU_ON with other bits", call(PSCI_CPU_ON, 0x80000001, (u32)secondary_arm, 0),
	      INVALID_PARAMS);
	gives("CPU_ON of this CPU", call(PSCI_CPU_ON, 0, (u32)secondary_arm, 0), ALREADY_ON);
	print("expect 1 call smc allow nr=%x\n", PSCI_SYSTEM_OFF);
}

/* ---- other CPUs ---- */

#define COUNTER	 0x41000000u /* log.write */
#define ROUNDS	 2000u

static volatile u32 go;

static u32 virt(u32 ipa)
{
	return mmu_on ? ipa | ALIAS : ipa;
}

/* Returns false when it had to give up. */
static bool add_one(u32 addr)
{
	u32 fail, v, tries = 0;

	do {
		__asm__ volatile("ldrex %0, [%2]\n add %0, #1\n strex %1, %0, [%2]"
				 : "=&r"(v), "=&r"(fail)
				 : "r"(addr)
				 : "memory");
	} while (fail && ++tries < 10000);
	return !fail;
}

static void hammer(u32 cpu)
{
	(void)cpu;
	while (!go)
		;
	/* By its address: the MMU of this CPU is off. */
	for (u32 i = 0; i < ROUNDS && add_one(COUNTER); i++)
		;
	dsb();
	mailbox[cpu].here = 3;
}

static void stay(u32 cpu)
{
	mailbox[cpu].here = 2;
	while (mailbox[cpu].here == 2)
		;
}

static void wait_off(u32 cpu)
{
	while (smc(PSCI_AFFINITY_INFO, cpu, 0, 0) != 1)
		;
}

static void check_entry(const char *name, u32 cpu, u32 thumb)
{
	const struct mailbox *m = &mailbox[cpu];

	check((m->cpsr & 0x1ff) == (SVC | MASKED | thumb << 5), name, "CPSR %x", m->cpsr);
	gives("its context", m->context, 0xc0ffee00 + cpu);
	gives("its MPIDR", m->hyp & 0xffffff, cpu);
	check(!(m->sctlr & 5), "its MMU and cache are off", "SCTLR %x", m->sctlr);
}

GROUP(smp)
{
	u32 cpus = cpu_total;

	for (u32 round = 0; round < 3; round++)
		for (u32 cpu = 1; cpu < cpus; cpu++) {
			bool thumb = (round + cpu) & 1;

			gives("CPU_ON",
			      cpu_on(cpu, thumb ? secondary_thumb : secondary_arm, stay), 0);
			while (mailbox[cpu].here != 2)
				;
			check_entry(thumb ? "entered in Thumb" : "entered in ARM", cpu, thumb);
			gives("AFFINITY_INFO", smc(PSCI_AFFINITY_INFO, cpu, 0, 0), 0);
			gives("CPU_ON twice",
			      smc(PSCI_CPU_ON, cpu, (u32)secondary_arm, 0), ALREADY_ON);
			mailbox[cpu].here = 3;
			wait_off(cpu);
			gives("AFFINITY_INFO after CPU_OFF", smc(PSCI_AFFINITY_INFO, cpu, 0, 0), 1);
		}

	/* Into the monitor: the CPU is to abort in the guest, not run there. */
	gives("CPU_ON into the monitor", smc(PSCI_CPU_ON, 1, memory_end, 0), 0);

	/* All CPUs but that one add to one counter on a page that traps. */
	poke(virt(COUNTER), 0);
	for (u32 cpu = 2; cpu < cpus; cpu++)
		gives("CPU_ON", cpu_on(cpu, secondary_arm, hammer), 0);
	for (u32 cpu = 2; cpu < cpus; cpu++)
		while (!mailbox[cpu].here)
			;
	go = 1;
	for (u32 i = 0; i < ROUNDS && add_one(virt(COUNTER)); i++)
		;
	for (u32 cpu = 2; cpu < cpus; cpu++) {
		while (mailbox[cpu].here != 3)
			;
		/* Before a word is said: while a CPU goes off, it sends from the log. */
		wait_off(cpu);
	}
	gives("sum of all CPUs", peek(virt(COUNTER)), (cpus - 1) * ROUNDS);
}

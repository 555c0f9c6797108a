// SPDX-License-Identifier: BSD-2-Clause
/* One CPU: its controls, the guest's reset state, locks and caches. */
#include "trap.h"

struct cpu cpus[MAX_CPUS];
u32 cpu_count;
static bool halted;

_Static_assert(sizeof(struct cpu) == CPU_SIZE, "head.S steps by CPU_SIZE");

u32 cpu_index(void)
{
	return this_cpu()->index;
}

u64 counter(void)
{
	return read_sr64(SR64_CNTPCT);
}

u32 counter_hz(void)
{
	return read_sr(SR_CNTFRQ);
}

void arch_clean(uintptr_t lo, size_t size)
{
	/* CTR.DminLine: log2 of the words in the smallest line, B4.1.42. */
	uintptr_t line = 4u << ((read_sr(SR_CTR) >> 16) & 0xf);

	for (uintptr_t p = ALIGN_DOWN(lo, line); p < lo + size; p += line)
		write_sr(SR_DCCIMVAC, p);
	dsb();
}

void stage2_flush(void)
{
	dsb_ishst();
	write_sr(SR_TLBIALLNSNHIS, 0);
	dsb_ish();
	isb();
}

void arch_add_cpu(u32 mpidr)
{
	u32 self = read_sr(SR_MPIDR) & MPIDR_AFFINITY;
	struct cpu *cpu = &cpus[cpu_count];

	if (cpu_count == MAX_CPUS) {
		printk("vigil: CPU %x is more than %u, it stays off", mpidr, MAX_CPUS);
		return;
	}
	cpu->index = cpu_count++;
	cpu->mpidr = mpidr & MPIDR_AFFINITY;
	cpu->windows = (uintptr_t)__windows + cpu->index * WINDOWS * PAGE_SIZE;
	/* The boot CPU has index 0, whatever the tree's order. */
	if (cpu->mpidr == self && cpu->index) {
		cpu->mpidr = cpus[0].mpidr;
		cpus[0].mpidr = self;
	}
}

u32 arch_cpu_count(void)
{
	return cpu_count;
}

/* What has a reset value that a kernel may rely on (B3.17); VPIDR and VMPIDR are as without us. */
static void reset_guest(void)
{
	write_sr(SR_SCTLR, 0x00c50078);
	write_sr(SR_TTBCR, 0);
	write_sr(SR_CPACR, 0);
	write_sr(SR_CNTV_CTL, 0);
	write_sr(SR_CNTP_CTL, 0);
	write_sr(SR_VPIDR, read_sr(SR_MIDR));
	write_sr(SR_VMPIDR, read_sr(SR_MPIDR));
}

/* VBAR is trapped for svc.c to follow. */
static u32 hstr(void)
{
	return HSTR_T15 | (monitor_wants(EV_SYSCALL) ? HSTR_T12 : 0);
}

static void set_controls(void)
{
	/* VFP and NEON are the guest's; trace and implementation-defined c15 are nobody's. */
	write_sr(SR_HCPTR, HCPTR_RES1 | HCPTR_TTA);
	write_sr(SR_HSTR, hstr());
	/* All performance counters are the guest's: HPMN = PMCR.N. */
	write_sr(SR_HDCR, (read_sr(SR_PMCR) >> 11) & 0x1f);
	write_sr(SR_CNTHCTL, 3); /* PL1PCTEN, PL1PCEN */
	write_sr(SR_CNTHP_CTL, 0);
	write_sr64(SR64_CNTVOFF, 0);
	/* 40 bits from level 1, walks inner shareable write-back (B4.1.174) */
	write_sr(SR_VTCR, 0x80003558);
	write_sr64(SR64_VTTBR, stage2_vttbr());
	/*
	 * SWIO turns invalidation by set/way into clean and invalidate: what the guest may do to
	 * the caches cannot lose the monitor's lines, so there is no need to trap it.
	 */
	write_sr(SR_HCR, HCR_VM | HCR_SWIO | HCR_TSC | HCR_TIDCP | HCR_TAC);
}

/* Each CPU proves what is promised before the guest runs on it. */
void cpu_start_guest(u32 entry, u32 r0, u32 r1, u32 r2)
{
	phys_addr home = (uintptr_t)__start;
	struct frame f = {
		.pc = entry & ~1u,
		.cpsr = MODE_SVC | PSR_A | PSR_I | PSR_F | (entry & 1 ? CPSR_T : 0),
		.r = {r0, r1, r2},
	};

	if (!stage2_excludes(home, home + MONITOR_SIZE - 1))
		panic("stage 2 maps the monitor's memory");
	if (hypmap_is_wx())
		panic("Hyp mode's map has pages writable and executable");
	reset_guest();
	set_controls();
	write_sr(SR_ICIALLU, 0);
	write_sr(SR_BPIALL, 0);
	svc_start(&f);
	stage2_flush();
	guest_enter(&f);
}

/*
 * Records wait, and a trap is no time to send them. An idle guest comes by with its next WFI; a
 * busy one with its next interrupt, which is taken to Hyp mode, left pending, and then taken by
 * the guest itself.
 */
void arch_want_drain(void)
{
	struct cpu *cpu = this_cpu();

	if (cpu->draining)
		return;
	cpu->draining = 1;
	write_sr(SR_HCR, read_sr(SR_HCR) | HCR_TWI | HCR_IMO);
}

bool cpu_drain_step(void)
{
	struct cpu *cpu = this_cpu();
	u32 hcr = read_sr(SR_HCR) & ~HCR_IMO;
	bool more = audit_drain(DRAIN_LINES);

	/*
	 * If something is left: until the guest has acknowledged the interrupt, Hyp mode must not
	 * be sent it again. Kernels keep per-CPU data in c13, so its next use is the time to look.
	 */
	write_sr(SR_HSTR, more ? hstr() | HSTR_T13 : hstr());
	write_sr(SR_HCR, more ? hcr : hcr & ~HCR_TWI);
	cpu->draining = more;
	return more;
}

void cpu_drain_rearm(void)
{
	if (read_sr(SR_ISR) & PSR_I)
		return;
	write_sr(SR_HSTR, hstr());
	write_sr(SR_HCR, read_sr(SR_HCR) | HCR_IMO);
}

void arch_park(void)
{
	for (;;)
		wfi();
}

void cpu_park_if_halted(void)
{
	if (unlikely(halted))
		arch_park();
}

void arch_halt(void)
{
	halted = true;
	stage2_revoke();
	audit_flush();
	printk("@vigil halt cpu=%u", cpu_index());
	arch_park();
}

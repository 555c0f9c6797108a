// SPDX-License-Identifier: BSD-2-Clause
/* One CPU: its controls, the guest's reset state, locks and caches. */
#include "trap.h"

struct cpu cpus[MAX_CPUS];
u32 cpu_count;

_Static_assert(sizeof(struct cpu) == CPU_SIZE, "head.S steps by CPU_SIZE");

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
	dsb(ishst);
	write_sr(SR_TLBIALLNSNHIS, 0);
	dsb(ish);
	isb();
}

void arch_add_cpu(u32 mpidr)
{
	u32 self = read_sr(SR_MPIDR) & MPIDR_AFFINITY;
	struct cpu *cpu = &cpus[cpu_count];

	if (cpu_count == MAX_CPUS) {
		format(NULL, 0, "vigil: CPU %x is more than %u, it stays off\r\n", mpidr, MAX_CPUS);
		return;
	}
	cpu->index = cpu_count++;
	cpu->mpidr = mpidr & MPIDR_AFFINITY;
	cpu->windows = (uintptr_t)__windows + cpu->index * WINDOWS * PAGE_SIZE;
	memset(cpu->window, 0xff, sizeof(cpu->window)); /* no page: 0 is one */
	/* The boot CPU has index 0, whatever the tree's order. */
	if (cpu->mpidr == self && cpu->index) {
		cpu->mpidr = cpus[0].mpidr;
		cpus[0].mpidr = self;
	}
}

void cpu_start_guest(u32 entry, u32 r0, u32 r1, u32 r2)
{
	u32 traps = cp15_traps();
	struct frame f = {
		.pc = entry & ~1u,
		.cpsr = MODE_SVC | PSR_A | PSR_I | PSR_F | (entry & 1 ? CPSR_T : 0),
		.r = {r0, r1, r2},
	};

	this_cpu()->frame = &f; /* to be shown, if the guest is stopped just now */
	/* What has a reset value that a kernel may rely on (B3.17); both IDs are as without us. */
	write_sr(REG_SCTLR, 0x00c50078);
	write_sr(REG_TTBCR, 0);
	write_sr(REG_CPACR, 0);
	write_sr(SR_CNTV_CTL, 0);
	write_sr(SR_CNTP_CTL, 0);
	write_sr(SR_VPIDR, read_sr(SR_MIDR));
	write_sr(SR_VMPIDR, read_sr(SR_MPIDR));
	/* VFP and NEON are the guest's; trace and implementation-defined c15 are nobody's. */
	write_sr(SR_HCPTR, 0x001033ff); /* TTA; the coprocessors that are not there */
	write_sr(SR_HSTR, BIT(15) | (traps & 0xffff));
	/* All performance counters are the guest's: HPMN = PMCR.N. TPM, if they are watched. */
	write_sr(SR_HDCR, (read_sr(REG_PMCR) >> 11 & 0x1f) | traps >> 31 << 6);
	write_sr(SR_CNTHCTL, 3); /* PL1PCTEN, PL1PCEN */
	write_sr(SR_CNTHP_CTL, 0);
	/* 40 bits from level 1, walks inner shareable write-back (B4.1.174) */
	write_sr(SR_VTCR, 0x80003558);
	write_sr64(SR64_VTTBR, (uintptr_t)stage2_root | BITLL(48)); /* VMID 1 */
	/*
	 * SWIO turns invalidation by set/way into clean and invalidate: what the guest may do to
	 * the caches cannot lose the monitor's lines, so there is no need to trap it.
	 */
	/* VM, SWIO, TSC, TIDCP, TAC; TWI, whether it stays shows at the first WFI */
	write_sr(SR_HCR, 0x00380003 | (traps & 0x7fff0000) | HCR_TWI);
	write_sr(SR_ICIALLUIS, 0);
	write_sr(SR_BPIALLIS, 0);
	if (!stage2_excludes((uintptr_t)__start, (uintptr_t)__start + MONITOR_SIZE - 1))
		panic("stage 2 maps the monitor's memory");
	if (monitor_wants(EV_SYSCALL))
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
	write_sr(SR_HCR, read_sr(SR_HCR) | HCR_TWI | HCR_IMO);
}

bool cpu_drain_step(void)
{
	u32 hcr = read_sr(SR_HCR) & ~(HCR_TWI | HCR_IMO);
	bool more = audit_drain(DRAIN_LINES, false);

	write_sr64(SR64_CNTVOFF, guest_delay); /* the guest may have been stopped meanwhile */
	/* With IMO still on, Hyp mode would be sent the same interrupt again. */
	write_sr(SR_HCR, more || tag_is_on || console_page != CONSOLE_SHARED ? hcr | HCR_TWI : hcr);
	return more;
}

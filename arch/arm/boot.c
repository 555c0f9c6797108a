// SPDX-License-Identifier: BSD-2-Clause
/* The architecture's last words in the boot, and what of the guest may be watched. */
#include "trap.h"

void arch_start_guest(u32 entry, u32 machine, u32 fdt)
{
	u32 self = read_sr(SR_MPIDR) & MPIDR_AFFINITY;

	if (!cpu_count || cpus[0].mpidr != self)
		stop("this CPU (%x) is not in the device tree's /cpus", self);
	if (!counter_hz())
		stop("no generic timer frequency: the firmware has not set CNTFRQ");
	cpus[0].on = true;
	/* Once, and from now on as watches come and go: they know no lock but the watches' own. */
	cp15_filter();
	syscall_filter(0, CALLS_FILTERED);
	hypmap_seal();
	/* What a CPU that comes up reads with its cache off. */
	arch_clean((uintptr_t)__start, (size_t)(__bss_end - __start));
	if (platform.flags)
		cpu_gather();
	cpu_start_guest(entry, 0, machine, fdt);
}

bool arch_may_watch(const struct watch *watch)
{
	u64 lo = watch->lo, hi = watch->hi, part = (lo | (hi + 1)) % PAGE_SIZE;
	bool early = !cpus[0].frame; /* never again, even once that CPU is off */

	if (watch->kind == EV_MMIO)
		return memmap_within(lo, hi, REGION_DEVICE) &&
		       (console_page < lo / PAGE_SIZE || console_page > hi / PAGE_SIZE);
	/* Traps of registers are set when a CPU starts: it is too late for the first one. */
	if (watch->kind == EV_SYSREG || watch->kind == EV_CALL)
		return early || watch->kind == EV_CALL;
	/* Each CPU arms its breakpoint before the guest runs on it, or not at all. */
	if (watch->kind == EV_SYSCALL)
		return watch->access == ACC_SVC && (early || monitor_wants(EV_SYSCALL));
	/* Only writes can be done for the guest, and so be told apart within a page. */
	return memmap_within(lo, hi, REGION_RAM) && (watch->access == ACC_WRITE || !part);
}

int arch_apply_watch(const struct watch *watch)
{
	if (watch->kind == EV_SYSREG)
		cp15_filter();
	if (watch->kind == EV_SYSCALL)
		syscall_filter(watch->lo, watch->hi);
	return watch->kind <= EV_MEMORY ? stage2_update(watch->lo, watch->hi, false) : 0;
}

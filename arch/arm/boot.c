// SPDX-License-Identifier: BSD-2-Clause
/* The architecture's part of the boot, in core/boot.c's order. */
#include "boot.h"
#include "cpu.h"
#include "vigil/policy.h"
#include "hypmap.h"
#include "layout.h"
#include "lib.h"
#include "memmap.h"
#include "psci.h"
#include "stage2.h"

void arch_add_cpu(u32 mpidr)
{
	cpu_add(mpidr);
}

u32 arch_cpu_count(void)
{
	return cpu_count;
}

void arch_firmware(u32 cpu_on, u32 cpu_off, u32 cpu_suspend)
{
	struct psci_ids ids = { cpu_suspend, cpu_off, cpu_on };

	psci_init(true, &ids);
}

void arch_map_for_boot(void)
{
	hypmap_init();
}

void arch_build_guest_map(void)
{
	stage2_build();
}

void arch_clean(uintptr_t lo, size_t size)
{
	cache_clean(lo, size);
}

void cpu_prove(void)
{
	phys_addr home = (uintptr_t)__start;

	if (!stage2_excludes(home, home + MONITOR_SIZE - 1))
		panic("stage 2 maps the monitor's memory");
	if (hypmap_wx_pages())
		panic("Hyp mode's map has pages writable and executable");
}

void arch_start_guest(u32 entry, u32 machine, u32 fdt)
{
	u32 self = read_sr(SR_MPIDR) & MPIDR_AFFINITY;

	if (!cpu_count || cpus[0].mpidr != self)
		stop("this CPU (%x) is not in the device tree's /cpus", self);
	if (!counter_hz())
		stop("the firmware has not set CNTFRQ");
	cpus[0].state = CPU_ON;
	hypmap_seal();
	/* What a CPU that comes up reads with its cache off. */
	cache_clean((uintptr_t)__start, (size_t)(__bss_end - __start));
	cpu_prove();
	cpu_init_guest();
	cpu_enter_guest(entry, 0, machine, fdt);
}

bool arch_may_watch(const struct watch *watch)
{
	switch (watch->kind) {
	case EV_MMIO:
		return memmap_within(watch->lo, watch->hi, REGION_DEVICE);
	case EV_MEMORY:
		if ((watch->access & ACC_EXEC) &&
		    (watch->lo % PAGE_SIZE || (watch->hi + 1) % PAGE_SIZE))
			return false;
		return memmap_within(watch->lo, watch->hi, REGION_RAM);
	default:
		return true;
	}
}

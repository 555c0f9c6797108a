// SPDX-License-Identifier: BSD-2-Clause
/*
 * CPUs without PSCI, as ARM's boards leave them: in a WFI, to go, in Hyp mode, where a flags
 * register says. Before the guest runs, all are taken from there; they wait here for the guest to
 * write that register, which is its own: what it writes is where a CPU starts in the guest.
 */
#include "cpu.h"

/* GICv2, from the CPU's private peripherals on. */
#define GICD_CTLR (platform.gic + 0x1000)
#define GICD_SGIR (platform.gic + 0x1f00)

static volatile u32 *device(u32 address)
{
	return (volatile u32 *)window_map(WINDOW_DEVICE, address);
}

void cpu_gather(void)
{
	u64 end = counter() + 5ull * counter_hz(); /* far over the time that a CPU takes */

	if (!platform.flags)
		return;
	device(platform.flags)[1] = ~0u; /* clears */
	*device(platform.flags) = (uintptr_t)secondary_entry;
	*device(GICD_CTLR) = 1;
	dsb();
	*device(GICD_SGIR) = BIT(24); /* SGI 0, to all others */
	for (u32 i = 1; i < cpu_count; i++)
		while (!*(volatile bool *)&cpus[i].on)
			if (counter() > end)
				stop("CPU %x does not come: is it there, and in Hyp mode?",
				     cpus[i].mpidr);
	*device(GICD_CTLR) = 0;
	device(platform.flags)[1] = ~0u;
}

void cpu_park(struct cpu *cpu)
{
	if (!platform.flags)
		return;
	/* GICC_EOIR, of what GICC_IAR says */
	*device(platform.gic + 0x2010) = *device(platform.gic + 0x200c);
	cpu->on = true;
	while (!(cpu->entry = *device(platform.flags)) || cpu->entry == (uintptr_t)secondary_entry)
		wfi();
}

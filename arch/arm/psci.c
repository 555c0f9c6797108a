// SPDX-License-Identifier: BSD-2-Clause
/*
 * How CPUs start. By PSCI, ARM DEN 0022: a CPU that the firmware starts enters Hyp mode at the
 * address it is given, so that address is never the guest's.
 *
 * Or without, as ARM's boards leave them: in a WFI, to go, in Hyp mode, where a flags register
 * says. Before the guest runs, all are taken from there; they wait here for the guest to write that
 * register, which is its own: what it writes is where a CPU starts in the guest.
 */
#include "cpu.h"

enum { PSCI_SUCCESS, PSCI_INVALID_PARAM = -2, PSCI_ALREADY_ON = -4 };

struct firmware firmware = {false, PSCI_CPU_ON, PSCI_CPU_OFF, PSCI_CPU_SUSPEND};

/*
 * A CPU that is on, or on its way, keeps what it was told. Once it has come it may go off at any
 * time, so only the firmware's refusal takes `on` back here.
 */
static u32 cpu_on(u32 mpidr, u32 entry, u32 context)
{
	struct cpu *cpu = cpus;
	u32 ret;

	while (cpu < cpus + cpu_count && cpu->mpidr != mpidr)
		cpu++;
	if (cpu == cpus + cpu_count)
		return PSCI_INVALID_PARAM;
	if (__atomic_exchange_n(&cpu->on, true, __ATOMIC_ACQUIRE))
		return PSCI_ALREADY_ON;
	cpu->entry = entry;
	cpu->context = context;
	/* It reads its slot before its cache is on. */
	arch_clean((uintptr_t)cpu, sizeof(*cpu));
	ret = smc_call(firmware.on, mpidr, (uintptr_t)secondary_entry, 0);
	if (ret != PSCI_SUCCESS)
		cpu->on = false;
	return ret;
}

/* GICv2, from the CPU's private peripherals on. */
#define GICD_CTLR (platform.gic + 0x1000)

static volatile u32 *device(u32 address)
{
	return (volatile u32 *)window_map(WINDOW_DEVICE, address);
}

void cpu_gather(void)
{
	u64 end = counter() + 5ull * counter_hz(); /* far over the time that a CPU takes */

	device(platform.flags)[1] = ~0u; /* clears */
	*device(platform.flags) = (uintptr_t)secondary_entry;
	*device(GICD_CTLR) = 1;
	dsb();
	*device(platform.gic + 0x1f00) = BIT(24); /* GICD_SGIR: SGI 0, to all others */
	for (u32 i = 1; i < cpu_count; i++)
		while (!*(volatile bool *)&cpus[i].on)
			if (counter() > end)
				stop("CPU %x does not come: is it in Hyp mode?", cpus[i].mpidr);
	*device(GICD_CTLR) = 0;
	device(platform.flags)[1] = ~0u;
}

void cpu_secondary(void)
{
	struct cpu *cpu = this_cpu();

	if (platform.flags) {
		/* GICC_EOIR, of what GICC_IAR says */
		*device(platform.gic + 0x2010) = *device(platform.gic + 0x200c);
		cpu->on = true;
		while (!(cpu->entry = *device(platform.flags)) ||
		       cpu->entry == (uintptr_t)secondary_entry)
			wfi();
	}
	cpu_start_guest(cpu->entry, cpu->context, 0, 0);
}

/* Of 1.0, all but MIGRATE, MIGRATE_INFO_UP_CPU and what came later; as bits of the last digit. */
static bool is_offered(u32 id)
{
	return id - PSCI_VERSION < 16 && (0x75f >> (id & 15) & 1);
}

u32 psci_call(const u32 *r)
{
	u32 id = r[0], ret;

	/* By far the most calls are none of these. */
	if (firmware.fixed ? !is_offered(id) : !id)
		return SMCCC_NOT_SUPPORTED;
	if (id == firmware.on)
		return cpu_on(r[1], r[2], r[3]);
	if (id == firmware.off) {
		audit_drain(DRAIN_LINES, false);
		this_cpu()->running = this_cpu()->on = false; /* nor does a stop wait for it */
		ret = smc_call(id, 0x10000, 0, 0);	      /* 0.1 wants a power state: down */
		this_cpu()->running = this_cpu()->on = true;  /* only if the firmware has refused */
		return ret;
	}
	if (id == firmware.suspend) {
		/* A power-down may be answered by a standby (5.4.5), that one by an early end. */
		cpu_idle();
		return PSCI_SUCCESS;
	}
	if (!firmware.fixed || (id == PSCI_FEATURES && !is_offered(r[1])))
		return SMCCC_NOT_SUPPORTED;
	if (id == PSCI_SYSTEM_OFF || id == PSCI_SYSTEM_RESET)
		monitor_off();
	return smc_call(id, r[1], r[2], 0);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * PSCI, ARM DEN 0022. A CPU that the firmware starts enters Hyp mode at the address it is given,
 * so that address is never the guest's.
 */
#include "cpu.h"

#define PSCI_VERSION	  0x84000000u
#define PSCI_CPU_SUSPEND  0x84000001u
#define PSCI_CPU_OFF	  0x84000002u
#define PSCI_CPU_ON	  0x84000003u
#define PSCI_SYSTEM_OFF	  0x84000008u
#define PSCI_SYSTEM_RESET 0x84000009u
#define PSCI_FEATURES	  0x8400000au

/* Of 1.0, all but MIGRATE, MIGRATE_INFO_UP_CPU and what came later; as bits of the last digit. */
#define OFFERED 0x75fu

#define PSCI_SUCCESS	   0u
#define PSCI_INVALID_PARAM ((u32)-2)
#define PSCI_ALREADY_ON	   ((u32)-4)
#define PSCI_ON_PENDING	   ((u32)-5)

/* What the firmware knows its functions as: 0.1 has them in the device tree, else fixed. */
static struct firmware {
	bool fixed;
	u32 on, off, suspend;
} fw;
static struct spinlock lock;

void arch_firmware(bool fixed, u32 cpu_on, u32 cpu_off, u32 cpu_suspend)
{
	fw = (struct firmware){false, cpu_on, cpu_off, cpu_suspend};
	if (fixed)
		fw = (struct firmware){true, PSCI_CPU_ON, PSCI_CPU_OFF, PSCI_CPU_SUSPEND};
}

static u32 cpu_on(u32 mpidr, u32 entry, u32 context)
{
	struct cpu *cpu = cpus;
	u32 ret;

	while (cpu < cpus + cpu_count && cpu->mpidr != mpidr)
		cpu++;
	if (cpu == cpus + cpu_count)
		return PSCI_INVALID_PARAM;
	spin_lock(&lock);
	if (cpu->state == CPU_OFF) {
		cpu->entry = entry;
		cpu->context = context;
		/* It reads its slot before its cache is on. */
		arch_clean((uintptr_t)cpu, sizeof(*cpu));
		ret = smc_call(fw.on, mpidr, (uintptr_t)secondary_entry, 0);
		if (ret == PSCI_SUCCESS)
			cpu->state = CPU_PENDING;
	} else {
		ret = cpu->state == CPU_ON ? PSCI_ALREADY_ON : PSCI_ON_PENDING;
	}
	spin_unlock(&lock);
	return ret;
}

static void set_state(enum cpu_state state)
{
	spin_lock(&lock);
	this_cpu()->state = state;
	spin_unlock(&lock);
}

void cpu_secondary(void)
{
	struct cpu *cpu = this_cpu();

	cpu->excl = 0;
	cpu->draining = false;
	set_state(CPU_ON); /* no sooner than cpu_on() has let go of the lock */
	cpu_start_guest(cpu->entry, cpu->context, 0, 0);
}

static bool is_offered(u32 id)
{
	return id - PSCI_VERSION < 16 && (OFFERED >> (id & 15) & 1);
}

u32 psci_call(const u32 *r)
{
	u32 id = r[0], ret;

	/* By far the most calls are none of these. */
	if (fw.fixed ? !is_offered(id) : !id)
		return SMCCC_NOT_SUPPORTED;
	if (id == fw.on)
		return cpu_on(r[1], r[2], r[3]);
	if (id == fw.off) {
		audit_drain(DRAIN_LINES);
		set_state(CPU_OFF);
		ret = smc_call(id, 0x10000, 0, 0); /* 0.1 wants a power state: down */
		set_state(CPU_ON);		   /* only if the firmware has refused */
		return ret;
	}
	if (id == fw.suspend) {
		/* A power-down may be answered by a standby (5.4.5), that one by an early end. */
		if (!cpu_drain_step())
			wfi();
		return PSCI_SUCCESS;
	}
	if (!fw.fixed || (id == PSCI_FEATURES && !is_offered(r[1])))
		return SMCCC_NOT_SUPPORTED;
	if (id == PSCI_SYSTEM_OFF || id == PSCI_SYSTEM_RESET)
		audit_flush();
	return smc_call(id, r[1], r[2], 0);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * PSCI, ARM DEN 0022. A CPU that the firmware starts enters Hyp mode at the address it is given,
 * so that address is never the guest's.
 */
#include "cpu.h"

#define PSCI_VERSION	   0x84000000u
#define PSCI_CPU_SUSPEND   0x84000001u
#define PSCI_CPU_OFF	   0x84000002u
#define PSCI_CPU_ON	   0x84000003u
#define PSCI_AFFINITY_INFO 0x84000004u
#define PSCI_MIGRATE	   0x84000005u
#define PSCI_MIGRATE_TYPE  0x84000006u
#define PSCI_SYSTEM_OFF	   0x84000008u
#define PSCI_SYSTEM_RESET  0x84000009u
#define PSCI_FEATURES	   0x8400000au

#define PSCI_SUCCESS	     0u
#define PSCI_INVALID_PARAM   ((u32)-2)
#define PSCI_ALREADY_ON	     ((u32)-4)
#define PSCI_ON_PENDING	     ((u32)-5)
#define MIGRATE_NOT_REQUIRED 2u

/* What the firmware knows its functions as: 0.1 has them in the device tree, else fixed. */
static struct {
	bool fixed;
	u32 on, off, suspend;
} ids;
static struct spinlock lock;

void arch_firmware(bool fixed, u32 cpu_on, u32 cpu_off, u32 cpu_suspend)
{
	ids.fixed = fixed;
	ids.on = fixed ? PSCI_CPU_ON : cpu_on;
	ids.off = fixed ? PSCI_CPU_OFF : cpu_off;
	ids.suspend = fixed ? PSCI_CPU_SUSPEND : cpu_suspend;
}

static struct cpu *cpu_by_mpidr(u32 mpidr)
{
	for (u32 i = 0; i < cpu_count; i++)
		if (cpus[i].mpidr == mpidr)
			return &cpus[i];
	return NULL;
}

static u32 start_cpu(struct cpu *cpu, u32 entry, u32 context)
{
	u32 ret;

	if (cpu->state != CPU_OFF)
		return cpu->state == CPU_ON ? PSCI_ALREADY_ON : PSCI_ON_PENDING;
	cpu->entry = entry;
	cpu->context = context;
	cpu->state = CPU_PENDING;
	/* It reads its slot before its cache is on. */
	arch_clean((uintptr_t)cpu, sizeof(*cpu));
	ret = smc_call(ids.on, cpu->mpidr, (uintptr_t)secondary_entry, 0);
	if (ret != PSCI_SUCCESS)
		cpu->state = CPU_OFF;
	return ret;
}

static u32 cpu_on(u32 mpidr, u32 entry, u32 context)
{
	struct cpu *cpu = cpu_by_mpidr(mpidr);
	u32 ret;

	if (!cpu)
		return PSCI_INVALID_PARAM;
	spin_lock(&lock);
	ret = start_cpu(cpu, entry, context);
	spin_unlock(&lock);
	return ret;
}

void cpu_secondary(void)
{
	struct cpu *cpu = this_cpu();

	cpu->excl = 0;
	cpu->draining = 0;
	spin_lock(&lock);
	cpu->state = CPU_ON;
	spin_unlock(&lock);
	cpu_start_guest(cpu->entry, cpu->context, 0, 0);
}

static void set_state(struct cpu *cpu, enum cpu_state state)
{
	spin_lock(&lock);
	cpu->state = state;
	spin_unlock(&lock);
}

static u32 cpu_off(void)
{
	u32 ret;

	audit_drain(DRAIN_LINES);
	set_state(this_cpu(), CPU_OFF);
	ret = smc_call(ids.off, 0x10000, 0, 0); /* 0.1 wants a power state: down */
	set_state(this_cpu(), CPU_ON);		/* only if the firmware has refused */
	return ret;
}

u32 psci_call(const u32 *r)
{
	u32 id = r[0];

	/* By far the most calls are none of these. */
	if (ids.fixed ? id >> 5 != PSCI_VERSION >> 5 : !id)
		return SMCCC_NOT_SUPPORTED;
	if (id == ids.on)
		return cpu_on(r[1], r[2], r[3]);
	if (id == ids.off)
		return cpu_off();
	if (id == ids.suspend) {
		wfi(); /* a power-down may be answered by a standby (5.4.5) */
		return PSCI_SUCCESS;
	}
	switch (ids.fixed ? id : 0) {
	case PSCI_VERSION:
	case PSCI_AFFINITY_INFO:
		return smc_call(id, r[1], r[2], 0);
	case PSCI_MIGRATE_TYPE:
		return MIGRATE_NOT_REQUIRED;
	case PSCI_FEATURES:
		/* System suspend and what is newer than PSCI 1.0 are not offered. */
		if (r[1] - PSCI_VERSION <= PSCI_FEATURES - PSCI_VERSION && r[1] != PSCI_MIGRATE)
			return smc_call(id, r[1], 0, 0);
		return SMCCC_NOT_SUPPORTED;
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
		monitor_off();
		return smc_call(id, 0, 0, 0);
	default:
		return SMCCC_NOT_SUPPORTED;
	}
}

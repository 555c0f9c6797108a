// SPDX-License-Identifier: BSD-2-Clause
/*
 * PSCI, ARM DEN 0022. A CPU that the firmware starts enters Hyp mode at the
 * address it is given, so that address is never the guest's.
 */
#include "audit.h"
#include "cpu.h"
#include "psci.h"

#define PSCI_VERSION	    0x84000000u
#define PSCI_CPU_SUSPEND    0x84000001u
#define PSCI_CPU_OFF	    0x84000002u
#define PSCI_CPU_ON	    0x84000003u
#define PSCI_AFFINITY_INFO  0x84000004u
#define PSCI_MIGRATE_TYPE   0x84000006u
#define PSCI_SYSTEM_OFF	    0x84000008u
#define PSCI_SYSTEM_RESET   0x84000009u
#define PSCI_FEATURES	    0x8400000au
#define PSCI_SYSTEM_RESET2  0x84000012u

#define PSCI_SUCCESS	     0
#define PSCI_INVALID_PARAM   ((u32)-2)
#define PSCI_DENIED	     ((u32)-3)
#define PSCI_ALREADY_ON	     ((u32)-4)
#define PSCI_ON_PENDING	     ((u32)-5)
#define MIGRATE_NOT_REQUIRED 2

static bool psci_present;
static struct psci_ids ids;
static u32 version;
static struct spinlock lock;

void psci_init(bool present, const struct psci_ids *v01)
{
	psci_present = present;
	ids = *v01;
	if (present && !ids.cpu_on)
		version = smc_call(PSCI_VERSION, 0, 0, 0);
}

/* Both generations of identifiers to the newer one; 0 if it is not PSCI. */
static u32 function_of(u32 id)
{
	if (!psci_present)
		return 0;
	if (!ids.cpu_on)
		return id >> 5 == PSCI_VERSION >> 5 ? id : 0;
	if (id == ids.cpu_on)
		return PSCI_CPU_ON;
	if (id == ids.cpu_off && ids.cpu_off)
		return PSCI_CPU_OFF;
	if (id == ids.cpu_suspend && ids.cpu_suspend)
		return PSCI_CPU_SUSPEND;
	return 0;
}

static struct cpu *cpu_by_mpidr(u32 mpidr)
{
	for (u32 i = 0; i < cpu_count; i++)
		if (cpus[i].mpidr == mpidr)
			return &cpus[i];
	return NULL;
}

static u32 cpu_on(u32 mpidr, u32 entry, u32 context)
{
	struct cpu *cpu = cpu_by_mpidr(mpidr);
	u32 ret;

	if (!cpu)
		return PSCI_INVALID_PARAM;
	spin_lock(&lock);
	if (cpu->state != CPU_OFF) {
		ret = cpu->state == CPU_ON ? PSCI_ALREADY_ON : PSCI_ON_PENDING;
	} else {
		cpu->entry = entry;
		cpu->context = context;
		cpu->state = CPU_PENDING;
		/* It reads its slot before its cache is on. */
		cache_clean((uintptr_t)cpu, sizeof(*cpu));
		ret = smc_call(ids.cpu_on ? ids.cpu_on : PSCI_CPU_ON, mpidr,
			       (uintptr_t)secondary_entry, 0);
		if (ret != PSCI_SUCCESS)
			cpu->state = CPU_OFF;
	}
	spin_unlock(&lock);
	return ret;
}

void cpu_secondary(void)
{
	struct cpu *cpu = this_cpu();
	u32 entry, context;

	spin_lock(&lock);
	entry = cpu->entry;
	context = cpu->context;
	cpu->state = CPU_ON;
	cpu->window[0] = 0;
	cpu->window[1] = 0;
	cpu->excl = 0;
	cpu->draining = 0;
	spin_unlock(&lock);
	cpu_prove();
	cpu_init_guest();
	cpu_enter_guest(entry, context, 0, 0);
}

static u32 cpu_off(void)
{
	struct cpu *cpu = this_cpu();
	u32 ret;

	audit_drain(DRAIN_LINES);
	spin_lock(&lock);
	cpu->state = CPU_OFF;
	spin_unlock(&lock);
	ret = smc_call(ids.cpu_on ? ids.cpu_off : PSCI_CPU_OFF, 0x10000, 0, 0);
	/* It returns only when the firmware has refused. */
	spin_lock(&lock);
	cpu->state = CPU_ON;
	spin_unlock(&lock);
	return ret;
}

/* The functions that psci_call() passes on or carries out itself. */
static bool has_feature(u32 id)
{
	static const u32 known[] = { PSCI_VERSION,	PSCI_CPU_SUSPEND,
				     PSCI_CPU_OFF,	PSCI_CPU_ON,
				     PSCI_AFFINITY_INFO, PSCI_MIGRATE_TYPE,
				     PSCI_SYSTEM_OFF,	PSCI_SYSTEM_RESET,
				     PSCI_FEATURES };

	for (u32 i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i] == id)
			return true;
	return false;
}

bool psci_call(struct frame *f)
{
	u32 id = function_of(f->r[0]), *r = f->r;

	switch (id) {
	case 0:
		return false;
	case PSCI_VERSION:
		r[0] = version;
		return true;
	case PSCI_CPU_SUSPEND:
		/* A power-down may be answered by a standby (5.4.5). */
		wfi();
		r[0] = PSCI_SUCCESS;
		return true;
	case PSCI_CPU_OFF:
		r[0] = cpu_off();
		return true;
	case PSCI_CPU_ON:
		r[0] = cpu_on(r[1], r[2], r[3]);
		return true;
	case PSCI_AFFINITY_INFO:
		r[0] = smc_call(id, r[1], r[2], 0);
		return true;
	case PSCI_MIGRATE_TYPE:
		r[0] = MIGRATE_NOT_REQUIRED;
		return true;
	case PSCI_FEATURES:
		r[0] = has_feature(r[1]) ? smc_call(id, r[1], 0, 0)
					 : SMCCC_NOT_SUPPORTED;
		return true;
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
		audit_flush();
		r[0] = smc_call(id, 0, 0, 0);
		return true;
	default:
		r[0] = SMCCC_NOT_SUPPORTED;
		return true;
	}
}

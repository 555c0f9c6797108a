/* SPDX-License-Identifier: BSD-2-Clause */
/* Per-CPU state, and the CPU's own controls. */
#ifndef ARM_CPU_H
#define ARM_CPU_H

#include "arch.h"
#include "sysreg.h"
#include "trap.h"

enum cpu_state { CPU_OFF, CPU_PENDING, CPU_ON };

/* head.S knows the first two members and the size. */
struct cpu {
	u32 index;
	u32 mpidr; /* affinity fields */
	u32 state; /* enum cpu_state, under psci.c's lock */
	u32 entry; /* where the guest wants it to start, bit 0: Thumb */
	u32 context;
	u32 draining; /* the traps of arch_want_drain() are on */
	u64 excl;     /* what an emulated load-exclusive has tagged, or 0 */
	/* The page that each window shows, and as what; see hypmap.c. */
	u64 window[2];
};

extern struct cpu cpus[MAX_CPUS];
extern u32 cpu_count;

static inline struct cpu *this_cpu(void)
{
	return (struct cpu *)read_sr(SR_HTPIDR);
}

/* Fill cpus[] from the device tree's list of MPIDR values; CPU 0 is this. */
void cpu_add(u32 mpidr);

/* Set Hyp's control registers and the guest's reset state on this CPU. */
void cpu_init_guest(void);

/* Walk the maps: the monitor is not the guest's, and W^X. Panics if not. */
void cpu_prove(void);

/* Start the guest here: PC in `entry`, arguments in r0 to r2. */
void __noreturn cpu_enter_guest(u32 entry, u32 r0, u32 r1, u32 r2);

/*
 * Send some of the audit log, at a trap that arch_want_drain() has armed.
 * Returns true if something is left; else those traps are off again.
 */
bool cpu_drain_step(void);

/* A guest's access to CP15 c13 that arch_want_drain() has trapped is done. */
void cpu_drain_rearm(void);

/* Where CPUs end up after arch_halt(): each comes here by its next fetch. */
void cpu_park_if_halted(void);

/* Called from head.S on a CPU that the firmware has started. */
void __noreturn cpu_secondary(void);

/* Clean (and invalidate) by address to the point of coherency. */
void cache_clean(uintptr_t lo, size_t size);

/* vectors.S and head.S */
extern char hyp_vectors[];
void __noreturn guest_enter(struct frame *f);
void secondary_entry(void);
u32 smc_call(u32 r0, u32 r1, u32 r2, u32 r3);

/*
 * Access of 1, 2, 4 or 8 bytes that may abort; returns 0, or 1 after an
 * external abort, with *value untouched.
 */
u32 guarded_load(uintptr_t addr, u32 size, u64 *value);
u32 guarded_store(uintptr_t addr, u32 size, const u64 *value);

#endif

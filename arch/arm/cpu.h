/* SPDX-License-Identifier: BSD-2-Clause */
/* Per-CPU state, and the CPU's own controls. */
#ifndef ARM_CPU_H
#define ARM_CPU_H

#include "arch.h"
#include "sysreg.h"

enum cpu_state { CPU_OFF, CPU_PENDING, CPU_ON };

/* head.S knows the first two members and the size. */
struct cpu {
	u32 index;
	u32 mpidr; /* affinity fields */
	u32 state; /* enum cpu_state, under psci.c's lock */
	u32 entry; /* where the guest wants it to start, bit 0: Thumb */
	u32 context;
	u32 windows;   /* address of its two window pages */
	u32 draining;  /* the traps of arch_want_drain() are on */
	u64 excl;      /* what an emulated load-exclusive has tagged, or 0 */
	u32 window[2]; /* the number of the page that each shows; see hypmap.h */
};

extern struct cpu cpus[MAX_CPUS];
extern u32 cpu_count;

static inline struct cpu *this_cpu(void)
{
	return (struct cpu *)read_sr(SR_HTPIDR);
}

/* Prove the maps, set Hyp's controls and reset state, and start the guest on this CPU. */
void __noreturn cpu_start_guest(u32 entry, u32 r0, u32 r1, u32 r2);

/*
 * Send some of the audit log, at a trap that arch_want_drain() has armed. Returns true if
 * something is left; else those traps are off again.
 */
bool cpu_drain_step(void);

/* A guest's access to CP15 c13 that cpu_drain_step() has trapped is done. */
void cpu_drain_rearm(void);

/* Where CPUs end up after arch_halt(): each comes here by its next fetch. */
void cpu_park_if_halted(void);

/* Called from head.S on a CPU that the firmware has started. */
void __noreturn cpu_secondary(void);

/* head.S and vectors.S */
void secondary_entry(void);
struct frame;
void __noreturn guest_enter(struct frame *f);
u32 smc_call(u32 r0, u32 r1, u32 r2, u32 r3);

#endif

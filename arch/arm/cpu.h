/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine: CPUs, their maps, the firmware. */
#pragma once

#include "core.h"
#include "monitor.h"
#include "sysreg.h"

/* Per-CPU state, and the CPU's own controls. */

/* What a CPU's windows show: for svc.c alone, where its vector and the word behind it are. */
enum window { WINDOW_DEVICE, WINDOW_RAM, WINDOW_VECTOR, WINDOW_LITERAL, WINDOWS };

enum cpu_state { CPU_OFF, CPU_PENDING, CPU_ON };

/* How the guest's SVC vector was followed last: svc.c does so again while nothing changes. */
struct vector {
	u32 pc;	    /* where it is; odd if nothing is known */
	u32 sctlr;  /* as it was then */
	u32 word;   /* address of the word that it jumps by; a branch: of itself */
	u32 opcode; /* the instruction and that word, as they are in memory, */
	u32 target;
	const u32 *opcode_at; /* and where, in windows */
	const u32 *word_at;
	u32 to;	    /* what the PC becomes */
	u64 par[2]; /* translations of pc and word */
	u32 entry;  /* the guest's, while the breakpoint is tested, else 0 */
};

/* head.S knows the first two members and the size. */
struct cpu {
	u32 index;
	u32 mpidr; /* affinity fields */
	u32 state; /* enum cpu_state, under psci.c's lock */
	u32 entry; /* where the guest wants it to start, bit 0: Thumb */
	u32 context;
	u32 windows;	     /* address of its window pages */
	u32 draining;	     /* the traps of arch_want_drain() are on */
	u64 excl;	     /* what an emulated load-exclusive has tagged, or 0 */
	u32 window[WINDOWS]; /* the number of the page that each shows */
	struct vector vector;
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

/* Hyp mode's own map: the monitor, and nothing else once the guest runs. */

/* Drop all but the monitor. From here on, windows are the only way out. */
void hypmap_seal(void);

/* True if a page of the sealed map is both writable and executable. */
bool hypmap_is_wx(void);

/* Point this CPU's window to another page. */
void window_move(struct cpu *cpu, enum window kind, u32 page);

/*
 * Show the page of `pa` in this CPU's window, as Device or Normal memory. Returns the address of
 * `pa` there; valid until the next call for the same window on this CPU.
 */
static inline uintptr_t window_map(enum window kind, phys_addr pa)
{
	struct cpu *cpu = this_cpu();
	u32 page = (u32)(pa / PAGE_SIZE);

	if (unlikely(cpu->window[kind] != page))
		window_move(cpu, kind, page);
	return cpu->windows + kind * PAGE_SIZE + pa % PAGE_SIZE;
}

/* head.S: turn the MMU on with hypmap_root. */
void hyp_mmu_on(void);

/* Stage 2: what of the physical address space the guest sees. */

#define IPA_BITS 40

#define S2_READ	 BITLL(6) /* HAP[2:1] (ARM ARM B3.6.2) */
#define S2_WRITE BITLL(7)
#define S2_XN	 BITLL(54)

/* Walk the whole map: true if no entry leads into [lo, hi]. */
bool stage2_excludes(phys_addr lo, phys_addr hi);

/* The leaf descriptor that maps this address; 0 for none. Any CPU, takes no lock. */
u64 stage2_lookup(phys_addr addr);

/*
 * Recompute [lo, hi] from memmap and the watches. Either whole, or -1 and nothing is changed.
 * Any CPU; TLBs are clean on return.
 */
int stage2_update(phys_addr lo, phys_addr hi);

/*
 * Set and clear attributes of a page, until its next stage2_update(). Returns 0, or -1 if it is
 * not mapped, or no table is left to have it as a page.
 */
int stage2_change(phys_addr page, u64 set, u64 clear);

/* Take the whole map away, for good: every CPU traps at its next access. */
void stage2_revoke(void);

/* VTTBR for this map. */
u64 stage2_vttbr(void);

/* Empty all TLBs of the guest's translations on every CPU: ARMv7 has none by IPA (B4.2.2). */
void stage2_flush(void);

/* The firmware's Power State Coordination Interface, mediated. */

#define SMCCC_NOT_SUPPORTED 0xffffffffu

/*
 * A guest's call with these r0-r3, and its result: NOT_SUPPORTED for all that is not PSCI. It
 * does not return if the CPU or the machine is off after it.
 */
u32 psci_call(const u32 *r);

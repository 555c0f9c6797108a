/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine: CPUs, their maps, the firmware. */
#pragma once

#include "core.h"
#include "sysreg.h"

/* Per-CPU state, and the CPU's own controls. */

/* What a CPU's windows show: for svc.c alone, where its vector and the word behind it are. */
enum window { WINDOW_DEVICE, WINDOW_RAM, WINDOW_VECTOR, WINDOW_LITERAL, WINDOWS };

/*
 * How the guest's SVC vector was followed last: svc.c does so again while nothing changes. Of two
 * words: the instruction, and the one that it loads.
 */
struct vector {
	u32 sctlr;	  /* as it was then */
	u32 to;		  /* what the PC becomes; during the self-test, the guest's entry */
	u32 va[2];	  /* where the words are; the first is odd if nothing is known; */
	const u32 *at[2]; /* in windows, */
	u64 par[2];	  /* by these translations, */
	u32 seen[2];	  /* and what they are, as in memory */
};

/* head.S knows where mpidr is, and the size. */
struct cpu {
	u32 index;
	u32 mpidr;		   /* affinity fields */
	bool on, running, to_show; /* or started; not come to a stop yet; asked for its registers */
	u32 entry;		   /* where the guest wants it to start, bit 0: Thumb */
	u32 context;
	u32 windows;	     /* address of its window pages */
	u32 excl, excl_by;   /* tag of the last store-exclusive that failed, or 0; and who tried */
	u32 window[WINDOWS]; /* the number of the page that each shows */
	struct frame *frame; /* where vectors.S puts each trap's */
	struct vector vector;
};

extern struct cpu cpus[MAX_CPUS];

static inline struct cpu *this_cpu(void)
{
	struct cpu *cpu;

	/* HTPIDR. Not volatile: it never changes. */
	__asm__("mrc p15, 4, %0, c13, c0, 2" : "=r"(cpu));
	return cpu;
}

/*
 * Each CPU proves what is promised of the maps, before the guest runs on it. Then set Hyp's
 * controls and the guest's reset state, and start it.
 */
void __noreturn cpu_start_guest(u32 entry, u32 r0, u32 r1, u32 r2);

/*
 * Send some of the audit log, and listen to the operator: at a trap that arch_want_drain() has
 * armed, when the guest idles, and while it is stopped. Interrupts are the guest's again. Returns
 * true if something is left; WFI still traps then, and where the guest is to come by for good.
 */
bool cpu_drain_step(void);

/*
 * The guest's WFI. With something left to send it completes at once, as A8.8.425 allows, and an
 * idle guest comes back; else it is waited here, for the same interrupts.
 */
void cpu_idle(void);

/* What the watches of registers take: HSTR's bits, in the upper half HCR's, topmost HDCR.TPM. */
u32 cp15_traps(void);

/* Registers are watched, or no longer are. */
void cp15_filter(void);

/* Called from head.S on a CPU that the firmware has started. */
void __noreturn cpu_secondary(void);

/* head.S and vectors.S */
void secondary_entry(void);
void __noreturn guest_enter(struct frame *f);
u32 smc_call(u32 r0, u32 r1, u32 r2, u32 r3);

/* Hyp mode's own map: the monitor, and nothing else once the guest runs. */

/* Drop all but the monitor. From here on, windows are the only way out. */
void hypmap_seal(void);

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

/* Descriptors of both maps: a block or any entry; a table or, at level 3, a page. */
#define DESC_VALID BITLL(0)
#define DESC_TABLE (BITLL(0) | BITLL(1))

#define S2_READ	 BITLL(6) /* HAP[2:1] (ARM ARM B3.6.2) */
#define S2_WRITE BITLL(7)
#define S2_XN	 BITLL(54)

/* Walk the whole map: true if no entry leads into [lo, hi]. */
bool stage2_excludes(phys_addr lo, phys_addr hi);

/*
 * The leaf descriptor that maps this address; 0 for none. Any CPU; waits for a change that is on
 * its way, in whose midst there may be no entry.
 */
u64 stage2_lookup(phys_addr addr);

/*
 * Recompute [lo, hi] from memmap and the watches. Either whole, or -1 when no table is left: once
 * the watch is taken back, the next update undoes what there is. To `open` has it readable and
 * executable, whatever the watches say, until it is next updated; -1 if it is not all RAM. Any
 * CPU; TLBs are clean on return.
 */
int stage2_update(phys_addr lo, phys_addr hi, bool open);

/* What the guest's time is behind the counter by: it stands still while the guest is stopped. */
extern u64 guest_delay;

/* Take the whole map away, or give it back: without it, every CPU traps at its next fetch. */
void stage2_stop(bool stop);

/* Wait while the guest is stopped. */
void cpu_wait(void);

/* Level 1, for VTTBR. */
extern u64 stage2_root[], stage2_kept[]; /* the second while the guest is stopped */

/* Empty all TLBs of the guest's translations on every CPU: ARMv7 has none by IPA (B4.2.2). */
void stage2_flush(void);

/* The firmware's Power State Coordination Interface, mediated. */

#define SMCCC_NOT_SUPPORTED 0xffffffffu

/* Function identifiers of PSCI, from 0.2 on. */
enum { PSCI_VERSION = 0x84000000, PSCI_CPU_SUSPEND, PSCI_CPU_OFF, PSCI_CPU_ON };
enum { PSCI_SYSTEM_OFF = 0x84000008, PSCI_SYSTEM_RESET, PSCI_FEATURES };

/*
 * A guest's call with these r0-r3, and its result: NOT_SUPPORTED for all that is not PSCI. It
 * does not return if the CPU or the machine is off after it.
 */
u32 psci_call(const u32 *r);

/* Where there is no PSCI: take the CPUs from the firmware. */
void cpu_gather(void);

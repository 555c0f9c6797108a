/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage 2: what of the physical address space the guest sees. */
#ifndef ARM_STAGE2_H
#define ARM_STAGE2_H

#include "types.h"

#define IPA_BITS 40

/* Build the identity map of memmap's RAM and devices. Stops if it can't. */
void stage2_build(void);

/*
 * Walk the whole map: true if no entry leads into [lo, hi]. The same code
 * runs in the unit tests.
 */
bool stage2_excludes(phys_addr lo, phys_addr hi);

/* The leaf descriptor that maps this address; 0 for none. */
u64 stage2_lookup(phys_addr addr);

/*
 * Recompute [lo, hi] from memmap and the watches. Either whole, or -1 and
 * nothing is changed. Any CPU; TLBs are clean on return.
 */
int stage2_update(phys_addr lo, phys_addr hi);

/*
 * Let the guest execute in this page, or stop it from reading there. For
 * abort.c; undone by the next stage2_update() of the page.
 */
int stage2_grant_exec(phys_addr page);
int stage2_trap_reads(phys_addr page);

/* Take the whole map away: every CPU traps at its next access. */
void stage2_revoke(void);

/* VTTBR for this map. */
u64 stage2_vttbr(void);

#define S2_READ	 BITLL(6) /* HAP[2:1] (ARM ARM B3.6.2) */
#define S2_WRITE BITLL(7)
#define S2_XN	 BITLL(54)

#endif

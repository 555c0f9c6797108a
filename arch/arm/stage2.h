/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage 2: what of the physical address space the guest sees. */
#ifndef ARM_STAGE2_H
#define ARM_STAGE2_H

#include "types.h"

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

#endif

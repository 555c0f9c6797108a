/* SPDX-License-Identifier: BSD-2-Clause */
/* What stage2.c asks of the hardware; the unit tests have their own. */
#ifndef ARM_STAGE2_ARCH_H
#define ARM_STAGE2_ARCH_H

#include "types.h"

/* The physical address of a table. */
phys_addr stage2_phys(const void *table);

/* Make entries visible to walkers that do not look into the cache. */
void stage2_clean(const void *entry, size_t size);

/* Order earlier stores before later ones, for the walkers. */
void stage2_barrier(void);

/*
 * Empty all TLBs of the guest's translations, on every CPU, and wait for it.
 * There is no invalidation by IPA in ARMv7 (B4.2.2).
 */
void stage2_flush(void);

#endif

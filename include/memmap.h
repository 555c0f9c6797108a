/* SPDX-License-Identifier: BSD-2-Clause */
/* What is where in the guest-physical address space, from the device tree. */
#ifndef MEMMAP_H
#define MEMMAP_H

#include "types.h"

/*
 * In order of precedence: where regions overlap, the last one counts. What is
 * withheld is a device that the guest does not get.
 */
enum region_type { REGION_NONE, REGION_DEVICE, REGION_RAM, REGION_WITHHELD, REGION_MONITOR };

#define MAX_REGIONS 384

struct region {
	phys_addr lo;
	phys_addr hi; /* inclusive */
	enum region_type type;
};

extern struct region memmap[MAX_REGIONS];
extern u32 memmap_count;

/* Add a region; merges it with a neighbour of its type. Stops if full. */
void memmap_add(phys_addr lo, phys_addr hi, enum region_type type);

/* What is at this address. */
enum region_type memmap_type(phys_addr addr);

/*
 * True if every byte of [lo, hi] is of this type. Overlaps with a region of
 * higher precedence make it false.
 */
bool memmap_within(phys_addr lo, phys_addr hi, enum region_type type);

/* True if any byte of [lo, hi] is of this type. */
bool memmap_touches(phys_addr lo, phys_addr hi, enum region_type type);

#endif

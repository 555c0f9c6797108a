// SPDX-License-Identifier: BSD-2-Clause
/* The regions, sorted by address. They never overlap, and neighbours of one type are merged. */
#include "core.h"

struct region memmap[MAX_REGIONS] __section(".noinit");
u32 memmap_count;

/* The first region that ends at or above `addr`. */
static u32 first_from(phys_addr addr)
{
	u32 i = 0;

	while (i < memmap_count && memmap[i].hi < addr)
		i++;
	return i;
}

/* Behind all others, up to `end`; nothing if that is not above `lo`. */
static void append(phys_addr lo, phys_addr end, enum region_type type)
{
	struct region *last = memmap + memmap_count - 1;

	if (lo >= end)
		return;
	if (memmap_count && last->hi + 1 == lo && last->type == type)
		last->hi = end - 1;
	else if (memmap_count == MAX_REGIONS)
		stop("the device tree has more than %u regions", MAX_REGIONS);
	else
		memmap[memmap_count++] = (struct region){lo, end - 1, type};
}

void memmap_add(phys_addr lo, phys_addr hi, enum region_type type)
{
	static struct region old[MAX_REGIONS] __section(".noinit");
	phys_addr end = MIN(hi, BITLL(40) - 1) + 1;
	u32 count = memmap_count;

	memcpy(old, memmap, count * sizeof(*old));
	memmap_count = 0;
	for (const struct region *r = old; r < old + count; r++) {
		phys_addr r_end = r->hi + 1;

		append(lo, MIN(end, r->lo), type);
		/* What they have in common, if anything, is the higher type's. */
		append(r->lo, MIN(lo, r_end), r->type);
		append(MAX(lo, r->lo), MIN(end, r_end), MAX(type, r->type));
		append(MAX(end, r->lo), r_end, r->type);
		lo = MAX(lo, MIN(end, r_end));
	}
	append(lo, end, type);
}

enum region_type memmap_type(phys_addr addr)
{
	u32 i = first_from(addr);

	return i < memmap_count && memmap[i].lo <= addr ? memmap[i].type : REGION_NONE;
}

bool memmap_within(phys_addr lo, phys_addr hi, enum region_type type)
{
	return memmap_type(lo) == type && memmap[first_from(lo)].hi >= hi;
}

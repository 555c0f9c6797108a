// SPDX-License-Identifier: BSD-2-Clause
/* The regions, sorted by address; they never overlap. */
#include "lib.h"
#include "memmap.h"

struct region memmap[MAX_REGIONS];
u32 memmap_count;

/* The first region that ends at or above `addr`. */
static u32 first_from(phys_addr addr)
{
	u32 lo = 0, hi = memmap_count;

	while (lo < hi) {
		u32 mid = (lo + hi) / 2;

		if (memmap[mid].hi < addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void remove_region(u32 i)
{
	memmap_count--;
	memmove(&memmap[i], &memmap[i + 1], (memmap_count - i) * sizeof(memmap[0]));
}

static void insert(phys_addr lo, phys_addr hi, enum region_type type)
{
	u32 i = first_from(lo);

	if (i && memmap[i - 1].type == type && memmap[i - 1].hi + 1 == lo) {
		lo = memmap[--i].lo;
		remove_region(i);
	}
	if (i < memmap_count && memmap[i].type == type && memmap[i].lo == hi + 1) {
		hi = memmap[i].hi;
		remove_region(i);
	}
	if (memmap_count == MAX_REGIONS)
		stop("the device tree has more than %u regions", MAX_REGIONS);
	memmove(&memmap[i + 1], &memmap[i], (memmap_count - i) * sizeof(memmap[0]));
	memmap[i] = (struct region){lo, hi, type};
	memmap_count++;
}

void memmap_add(phys_addr lo, phys_addr hi, enum region_type type)
{
	while (lo <= hi) {
		u32 i = first_from(lo);
		struct region old;

		if (i == memmap_count || memmap[i].lo > hi) {
			insert(lo, hi, type);
			return;
		}
		old = memmap[i];
		if (old.type >= type) {
			/* It stays; this one goes around it. */
			if (old.lo > lo)
				insert(lo, old.lo - 1, type);
			lo = old.hi + 1;
			continue;
		}
		remove_region(i);
		if (old.lo < lo)
			insert(old.lo, lo - 1, old.type);
		if (old.hi > hi)
			insert(hi + 1, old.hi, old.type);
	}
}

enum region_type memmap_type(phys_addr addr)
{
	u32 i = first_from(addr);

	return i < memmap_count && memmap[i].lo <= addr ? memmap[i].type : REGION_NONE;
}

bool memmap_within(phys_addr lo, phys_addr hi, enum region_type type)
{
	for (u32 i = first_from(lo); i < memmap_count; i++) {
		if (memmap[i].lo > lo || memmap[i].type != type)
			return false;
		if (memmap[i].hi >= hi)
			return true;
		lo = memmap[i].hi + 1;
	}
	return false;
}

bool memmap_touches(phys_addr lo, phys_addr hi, enum region_type type)
{
	for (u32 i = first_from(lo); i < memmap_count; i++) {
		if (memmap[i].lo > hi)
			return false;
		if (memmap[i].type == type)
			return true;
	}
	return false;
}

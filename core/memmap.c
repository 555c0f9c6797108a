// SPDX-License-Identifier: BSD-2-Clause
/* The regions, sorted by address. They never overlap, and neighbours of one type are merged. */
#include "core.h"

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

/* Have `to` entries in place of the `from` at index `i`. */
static void resize(u32 i, u32 from, u32 to)
{
	if (memmap_count - from + to > MAX_REGIONS)
		stop("the device tree has more than %u regions", MAX_REGIONS);
	memmove(&memmap[i + to], &memmap[i + from], (memmap_count - i - from) * sizeof(memmap[0]));
	memmap_count += to - from;
}

/* Where there is nothing yet. */
static void insert(phys_addr lo, phys_addr hi, enum region_type type)
{
	u32 first = first_from(lo), last = first;

	if (lo && memmap_type(lo - 1) == type)
		lo = memmap[--first].lo;
	if (memmap_type(hi + 1) == type)
		hi = memmap[last++].hi;
	resize(first, last - first, 1);
	memmap[first] = (struct region){lo, hi, type};
}

void memmap_add(phys_addr lo, phys_addr hi, enum region_type type)
{
	hi = MIN(hi, BITLL(40) - 1);
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
		resize(i, 1, 0);
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
	return memmap_type(lo) == type && memmap[first_from(lo)].hi >= hi;
}

bool memmap_touches(phys_addr lo, phys_addr hi, enum region_type type)
{
	for (u32 i = first_from(lo); i < memmap_count && memmap[i].lo <= hi; i++)
		if (memmap[i].type == type)
			return true;
	return false;
}

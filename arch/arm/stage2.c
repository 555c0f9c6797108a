// SPDX-License-Identifier: BSD-2-Clause
/*
 * Stage 2 tables: an identity map of RAM and devices, less what is watched. Every entry is
 * computed from memmap and the watches by leaf_for(), which cannot answer with the monitor's
 * memory.
 */
#include "cpu.h"

/* Long-descriptor format, stage 2 (ARM ARM B3.6.2). */
#define DESC_ADDR   0xfffffff000ull
#define ATTR_DEVICE (BITLL(10) | BITLL(2) | S2_XN)	  /* AF */
#define ATTR_NORMAL (BITLL(10) | 0xfull << 2 | 3ull << 8) /* write-back, inner shareable */

/* Level 1 has two concatenated tables for 40 bits (B3.6.5). */
enum { IPA_BITS = 40, ROOT_ENTRIES = 1024, TABLES = 64 };

u64 stage2_root[ROOT_ENTRIES] __aligned(8192) __section(".noinit");
u64 stage2_kept[ROOT_ENTRIES] __aligned(8192) __section(".noinit");
static u64 pool[TABLES][512] __aligned(PAGE_SIZE) __section(".noinit");
static u32 pool_used;
static struct spinlock lock; /* of all the above, and of changes to what is below */
bool guest_stopped;
u64 guest_delay;

/* The entry that maps this page, by the walk that hardware does. It maps 1 << *order pages. */
static u64 *find_leaf(phys_addr addr, u32 *order)
{
	u32 page = (u32)(addr / PAGE_SIZE), n = 18;
	u64 *entry = &stage2_root[page >> n & (ROOT_ENTRIES - 1)];

	while (n && (*entry & DESC_TABLE) == DESC_TABLE) {
		u64 *table = (u64 *)(uintptr_t)(*entry & DESC_ADDR);

		n -= 9;
		entry = &table[page >> n & 511];
	}
	*order = n;
	return entry;
}

/*
 * The leaf for [lo, hi], which is one entry; `r` is the first region that ends in or behind it.
 * Returns false if it takes a table: pages always have a leaf, 0 where there is nothing for the
 * guest. A device's page that it shares with RAM or with what is withheld is emulated, and so is
 * one that is watched.
 */
static bool leaf_for(const struct region *r, phys_addr lo, phys_addr hi, bool open, u64 *leaf)
{
	bool page = hi - lo < PAGE_SIZE, inside, ram, device;
	u32 types = 0, watched;

	for (const struct region *s = r; s < memmap + memmap_count && s->lo <= hi; s++)
		types |= BIT(s->type);
	inside = types && r->lo <= lo && hi <= r->hi;
	ram = inside && types == BIT(REGION_RAM);
	device = (inside || page) && types == BIT(REGION_DEVICE);
	*leaf = 0;
	if (!ram && !device)
		return page || !(types & (BIT(REGION_RAM) | BIT(REGION_DEVICE)));
	/* The monitor's port has a fault of its own: the access flag is not set (B3.7.4). */
	if (lo / PAGE_SIZE <= console_page && hi / PAGE_SIZE >= console_page) {
		*leaf = page ? lo | DESC_TABLE : 0;
		return page;
	}
	watched = monitor_watched(EV_MEMORY, lo, hi);
	if (open && (watched & (ACC_READ | ACC_EXEC)))
		watched = (watched & ACC_WRITE) | ACC_PARTLY;
	if (ram || !watched)
		*leaf = lo | (page ? DESC_TABLE : DESC_VALID) | (ram ? ATTR_NORMAL : ATTR_DEVICE) |
			(watched & ACC_READ ? 0 : S2_READ) |
			(watched & (ACC_READ | ACC_WRITE) ? 0 : S2_WRITE) |
			(watched & ACC_EXEC ? S2_XN : 0);
	return page || !(watched & ACC_PARTLY);
}

/* A table for what this entry maps; whole, before an entry leads to it. */
static u64 split(u64 leaf, u32 order)
{
	u64 *table = pool[pool_used++], step = leaf ? (u64)PAGE_SIZE << (order - 9) : 0;

	if (leaf && order == 9)
		leaf |= DESC_TABLE;
	for (u32 i = 0; i < 512; i++, leaf += step)
		table[i] = leaf;
	arch_clean((uintptr_t)table, PAGE_SIZE);
	return (uintptr_t)table | DESC_TABLE;
}

/*
 * No change, and no look, while the guest is stopped: all of level 1 is invalid then. A CPU
 * that has been stopped comes here before it goes on, and has the guest's time.
 */
static void acquire(void)
{
	for (spin_lock(&lock); guest_stopped; spin_lock(&lock)) {
		spin_unlock(&lock);
		cpu_wait();
	}
	write_sr64(SR64_CNTVOFF, guest_delay);
	this_cpu()->running = true;
}

/*
 * Tables are only needed to have a watch, at the two ends of its range. Taking it back needs none
 * and succeeds, be it after a failure here.
 */
int stage2_update(phys_addr lo, phys_addr hi, bool open)
{
	const struct region *r = memmap; /* sorted, and without overlaps */
	int ret = hi < lo || hi >= BITLL(IPA_BITS) ? -1 : 0;

	acquire();
	while (!ret && lo <= hi) {
		u32 order;
		u64 *entry = find_leaf(lo, &order), size = (u64)PAGE_SIZE << order, desc;
		phys_addr base = ALIGN_DOWN(lo, size);

		while (r < memmap + memmap_count && r->hi < base)
			r++;
		if (leaf_for(r, base, base + size - 1, open, &desc)) {
			lo = base + size;
			ret = open && (desc & (S2_READ | S2_XN)) != S2_READ ? -1 : 0;
		} else {
			ret = pool_used < TABLES ? 0 : -1;
			desc = ret ? *entry : split(*entry, order); /* and again, a level down */
		}
		if (*entry == desc)
			continue;
		/* Break before make (B3.10.1). */
		if (*entry) {
			*(volatile u64 *)entry = 0;
			arch_clean((uintptr_t)entry, sizeof(*entry));
			stage2_flush();
		}
		*(volatile u64 *)entry = desc;
		arch_clean((uintptr_t)entry, sizeof(*entry));
	}
	stage2_flush();
	spin_unlock(&lock);
	return ret;
}

void arch_build_guest_map(void)
{
	memset(stage2_root, 0, sizeof(stage2_root));
	arch_clean((uintptr_t)stage2_root, sizeof(stage2_root));
	for (u32 i = 0; i < memmap_count; i++)
		if (stage2_update(memmap[i].lo, memmap[i].hi, false))
			stop("the memory map is too scattered for %u tables", TABLES);
}

u64 stage2_lookup(phys_addr addr)
{
	u32 order;
	u64 leaf;

	acquire();
	leaf = *find_leaf(addr, &order);
	spin_unlock(&lock);
	return leaf;
}

/* By where the entries lead, not by where they stand. */
bool stage2_excludes(phys_addr lo, phys_addr hi)
{
	bool excluded = true;
	u32 order;

	acquire();
	for (phys_addr addr = 0; addr < BITLL(IPA_BITS); addr += (u64)PAGE_SIZE << order) {
		u64 leaf = *find_leaf(addr, &order);
		u32 page = (u32)((leaf & DESC_ADDR) / PAGE_SIZE);

		if (leaf && page <= hi / PAGE_SIZE && page + BIT(order) > lo / PAGE_SIZE)
			excluded = false;
	}
	spin_unlock(&lock);
	return excluded;
}

void stage2_stop(bool stop)
{
	static u64 since;

	/* Each CPU is to come to a stop, if it does within a second, or it keeps its own time. */
	for (u32 i = 0; guest_stopped && !stop && i < cpu_count; i++)
		while (*(volatile bool *)&cpus[i].running && counter() - since < HZ)
			;
	spin_lock(&lock);
	if (stop != guest_stopped) {
		if (stop)
			memcpy(stage2_kept, stage2_root, sizeof(stage2_root));
		else
			guest_delay += counter() - since;
		/* The low word of an entry, which alone changes, is written in one piece. */
		for (u32 i = 0; i < ROOT_ENTRIES; i++)
			*(volatile u32 *)&stage2_root[i] = stop ? 0 : (u32)stage2_kept[i];
		arch_clean((uintptr_t)stage2_root, sizeof(stage2_root));
		stage2_flush();
		/* From here on no CPU runs it: it has seen no later time. */
		since = counter();
		__atomic_store_n(&guest_stopped, stop, __ATOMIC_RELEASE);
	}
	spin_unlock(&lock);
}

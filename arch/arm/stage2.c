// SPDX-License-Identifier: BSD-2-Clause
/*
 * Stage 2 tables: an identity map of RAM and devices, less what is watched. Every entry is
 * computed from memmap and the watches by leaf_for(), which cannot answer with the monitor's
 * memory.
 */
#include "cpu.h"

/* Long-descriptor format, stage 2 (ARM ARM B3.6.2). */
#define DESC_VALID  BITLL(0)
#define DESC_TABLE  (BITLL(0) | BITLL(1)) /* at level 3: a page */
#define DESC_ADDR   0xfffffff000ull
#define ATTR_NORMAL (0xfull << 2 | 3ull << 8) /* write-back, inner shareable */
#define ATTR_DEVICE (0x1ull << 2)
#define ATTR_AF	    BITLL(10)

/* Level 1 has two concatenated tables for 40 bits (B3.6.5). */
#define ROOT_ENTRIES 1024
#define TABLES	     64

static u64 root[ROOT_ENTRIES] __aligned(8192) __section(".noinit");
static u64 pool[TABLES][512] __aligned(PAGE_SIZE) __section(".noinit");
static u32 pool_used;
static bool revoked, may_split; /* under the lock */
static struct spinlock lock;

static u32 shift_of(u32 level)
{
	return 39 - 9 * level;
}

static u64 *table_of(u64 desc)
{
	return (u64 *)(uintptr_t)(desc & DESC_ADDR);
}

static bool is_table(u64 desc, u32 level)
{
	return level < 3 && (desc & DESC_TABLE) == DESC_TABLE;
}

/* A device's page; what shares it with RAM or with what is withheld is emulated. */
static bool device_page(phys_addr lo, phys_addr hi)
{
	return memmap_touches(lo, hi, REGION_DEVICE) && !memmap_touches(lo, hi, REGION_WITHHELD) &&
	       !memmap_touches(lo, hi, REGION_MONITOR) && !memmap_touches(lo, hi, REGION_RAM);
}

/*
 * The leaf for [lo, hi], which is one entry of `level`. Returns false if it takes a table: pages
 * always have a leaf, 0 where there is nothing for the guest.
 */
static bool leaf_for(phys_addr lo, phys_addr hi, u32 level, u64 *leaf)
{
	bool page = level == 3, whole = true;
	u32 watched;

	*leaf = 0;
	if (memmap_within(lo, hi, REGION_RAM)) {
		watched = monitor_watched(lo, hi, &whole);
		*leaf = lo | ATTR_NORMAL | ATTR_AF | S2_READ | S2_WRITE;
		if (watched & (ACC_WRITE | ACC_READ))
			*leaf &= ~S2_WRITE;
		if (watched & ACC_READ)
			*leaf &= ~S2_READ;
		if (watched & ACC_EXEC)
			*leaf |= S2_XN;
	} else if (page ? device_page(lo, hi) : memmap_within(lo, hi, REGION_DEVICE)) {
		if (monitor_watched(lo, hi, &whole))
			return page || whole;
		*leaf = lo | ATTR_DEVICE | ATTR_AF | S2_READ | S2_WRITE | S2_XN;
	} else {
		return page || (!memmap_touches(lo, hi, REGION_RAM) &&
				!memmap_touches(lo, hi, REGION_DEVICE));
	}
	*leaf |= page ? DESC_TABLE : DESC_VALID;
	return page || whole;
}

/* Break before make (B3.10.1); the table behind a new entry is whole before it is seen. */
static void set_entry(u64 *entry, u64 desc)
{
	if (*entry & DESC_VALID) {
		*(volatile u64 *)entry = 0;
		arch_clean((uintptr_t)entry, sizeof(*entry));
		stage2_flush();
	}
	*(volatile u64 *)entry = desc;
	arch_clean((uintptr_t)entry, sizeof(*entry));
}

static u64 split(u64 block, u32 level)
{
	u64 *table = pool[pool_used++];

	for (u64 i = 0; i < 512; i++) {
		table[i] = block ? block + (i << shift_of(level + 1)) : 0;
		if (block && level == 2)
			table[i] |= DESC_TABLE;
	}
	arch_clean((uintptr_t)table, PAGE_SIZE);
	return (uintptr_t)table | DESC_TABLE;
}

static void update_table(u64 *table, u32 level, phys_addr base, phys_addr lo, phys_addr hi)
{
	u64 size = BITLL(shift_of(level));
	u64 *entry = table + (lo > base ? (lo - base) / size : 0);

	for (base += (u64)(entry - table) * size; base <= hi; base += size, entry++) {
		u64 leaf;

		if (!is_table(*entry, level) && leaf_for(base, base + size - 1, level, &leaf)) {
			if (*entry != leaf)
				set_entry(entry, leaf);
		} else {
			if (!is_table(*entry, level) && !may_split)
				continue;
			if (!is_table(*entry, level))
				set_entry(entry, split(*entry, level));
			update_table(table_of(*entry), level + 1, base, lo,
				     MIN(hi, base + size - 1));
		}
	}
}

/*
 * Tables are only ever needed at the two ends of a range, for what is between is of one kind:
 * with those at hand, a change happens whole. Without, what needs none still does, for taking a
 * watch back needs none.
 */
static int update(phys_addr lo, phys_addr hi)
{
	if (revoked || hi < lo || hi >= BITLL(IPA_BITS))
		return -1;
	may_split = pool_used + 4 <= TABLES;
	update_table(root, 1, 0, lo, hi);
	return may_split ? 0 : -1;
}

int stage2_update(phys_addr lo, phys_addr hi)
{
	int ret;

	spin_lock(&lock);
	ret = update(lo, hi);
	stage2_flush();
	spin_unlock(&lock);
	return ret;
}

static void clear_root(void)
{
	memset(root, 0, sizeof(root));
	arch_clean((uintptr_t)root, sizeof(root));
}

void arch_build_guest_map(void)
{
	clear_root();
	for (u32 i = 0; i < memmap_count; i++)
		if (update(memmap[i].lo, memmap[i].hi))
			stop("the memory map is too scattered for %u tables", TABLES);
	stage2_flush();
}

static u64 *find_leaf(phys_addr addr, u32 *level)
{
	u64 *entry = &root[addr >> shift_of(1) & (ROOT_ENTRIES - 1)];

	for (*level = 1; is_table(*entry, *level);)
		entry = &table_of(*entry)[addr >> shift_of(++*level) & 511];
	return entry;
}

u64 stage2_lookup(phys_addr addr)
{
	u32 level;
	u64 leaf = *(volatile u64 *)find_leaf(addr, &level);

	return leaf & DESC_VALID ? leaf : 0;
}

static bool table_excludes(const u64 *table, u32 level, u32 entries, phys_addr lo, phys_addr hi)
{
	for (u32 i = 0; i < entries; i++) {
		u64 desc = table[i], base = desc & DESC_ADDR;

		if (is_table(desc, level)) {
			if (!table_excludes(table_of(desc), level + 1, 512, lo, hi))
				return false;
		} else if ((desc & DESC_VALID) && base <= hi &&
			   base + BITLL(shift_of(level)) > lo) {
			return false;
		}
	}
	return true;
}

bool stage2_excludes(phys_addr lo, phys_addr hi)
{
	return table_excludes(root, 1, ROOT_ENTRIES, lo, hi);
}

int stage2_change(phys_addr page, u64 set, u64 clear)
{
	int ret = -1;
	u32 level;
	u64 *entry;

	spin_lock(&lock);
	entry = find_leaf(page, &level);
	for (; level < 3 && (*entry & DESC_VALID) && pool_used < TABLES;
	     entry = find_leaf(page, &level))
		set_entry(entry, split(*entry, level));
	if (level == 3 && (*entry & DESC_VALID)) {
		set_entry(entry, (*entry | set) & ~clear);
		stage2_flush();
		ret = 0;
	}
	spin_unlock(&lock);
	return ret;
}

void stage2_revoke(void)
{
	spin_lock(&lock);
	revoked = true;
	clear_root();
	stage2_flush();
	spin_unlock(&lock);
}

u64 stage2_vttbr(void)
{
	return (uintptr_t)root | BITLL(48); /* VMID 1 */
}

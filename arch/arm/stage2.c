// SPDX-License-Identifier: BSD-2-Clause
/*
 * Stage 2 tables: an identity map of RAM and devices, less what is watched.
 * Every entry is computed from memmap and the watches by leaf_for(), which
 * cannot answer with the monitor's memory.
 */
#include "arch.h"
#include "lib.h"
#include "memmap.h"
#include "monitor.h"
#include "stage2.h"
#include "stage2_arch.h"

/* Long-descriptor format, stage 2 (ARM ARM B3.6.2). */
#define DESC_VALID  BITLL(0)
#define DESC_TABLE  (BITLL(0) | BITLL(1))
#define DESC_PAGE   (BITLL(0) | BITLL(1))
#define DESC_ADDR   0xfffffff000ull
#define ATTR_NORMAL (0xfull << 2 | 3ull << 8) /* write-back, inner shareable */
#define ATTR_DEVICE (0x1ull << 2)
#define ATTR_AF	    BITLL(10)

#define S2_ALL (S2_READ | S2_WRITE)

/* Level 1 has two concatenated tables for 40 bits (B3.6.5). */
#define ROOT_ENTRIES 1024
#define TABLES	     64

static u64 root[ROOT_ENTRIES] __aligned(8192) __section(".noinit");
static u64 pool[TABLES][512] __aligned(PAGE_SIZE) __section(".noinit");
static u32 pool_used;
static bool revoked;
static struct spinlock lock;

static u32 shift_of(u32 level)
{
	return 39 - 9 * level;
}

static u64 *table_of(u64 desc)
{
	return pool[((desc & DESC_ADDR) - stage2_phys(pool)) / PAGE_SIZE];
}

static bool is_table(u64 desc, u32 level)
{
	return level < 3 && (desc & DESC_TABLE) == DESC_TABLE;
}

static void set_entry(u64 *entry, u64 desc)
{
	*(volatile u64 *)entry = desc;
	stage2_clean(entry, sizeof(*entry));
}

/* Some byte of the page is a device's that is the guest's. */
static bool device_page(phys_addr lo, phys_addr hi)
{
	return memmap_touches(lo, hi, REGION_DEVICE) &&
	       !memmap_touches(lo, hi, REGION_WITHHELD) &&
	       !memmap_touches(lo, hi, REGION_MONITOR) &&
	       !memmap_touches(lo, hi, REGION_RAM);
}

/*
 * The leaf for [lo, hi], of that level's size. Returns false if it cannot be
 * one leaf. Pages always can.
 */
static bool leaf_for(phys_addr lo, phys_addr hi, bool page, u64 *leaf)
{
	u32 watched;

	*leaf = 0;
	if (memmap_within(lo, hi, REGION_RAM)) {
		watched = monitor_watched(EV_MEMORY, lo, hi);
		if (watched && !page)
			return false;
		*leaf = lo | DESC_VALID | ATTR_NORMAL | ATTR_AF | S2_ALL;
		if (watched & ACC_WRITE)
			*leaf &= ~S2_WRITE;
		if (watched & ACC_READ)
			*leaf &= ~S2_ALL;
		if (watched & ACC_EXEC)
			*leaf |= S2_XN;
		return true;
	}
	if (page ? device_page(lo, hi) : memmap_within(lo, hi, REGION_DEVICE)) {
		watched = monitor_watched(EV_MMIO, lo, hi);
		if (watched && !page)
			return false;
		if (!watched)
			*leaf = lo | DESC_VALID | ATTR_DEVICE | ATTR_AF |
				S2_ALL | S2_XN;
		return true;
	}
	return page || (!memmap_touches(lo, hi, REGION_RAM) &&
			!memmap_touches(lo, hi, REGION_DEVICE));
}

static u64 split(u64 block, u32 level, u64 *table)
{
	u64 step = BITLL(shift_of(level + 1));

	for (u32 i = 0; i < 512; i++) {
		table[i] = block ? block + i * step : 0;
		if (block && level + 1 == 3)
			table[i] |= DESC_PAGE;
	}
	stage2_clean(table, PAGE_SIZE);
	return stage2_phys(table) | DESC_TABLE;
}

struct change {
	phys_addr lo, hi;
	bool commit;
	u32 tables; /* that it takes */
};

static void update_table(struct change *c, u64 *table, u32 level,
			 phys_addr base);

/* One entry that covers [lo, hi]. `table` is NULL when only counting. */
static void update_entry(struct change *c, u64 *entry, u32 level, phys_addr lo,
			 phys_addr hi)
{
	u64 old = entry ? *entry : 0, leaf;

	if (!is_table(old, level) && leaf_for(lo, hi, level == 3, &leaf)) {
		if (level == 3 && leaf)
			leaf |= DESC_PAGE;
		if (!c->commit || leaf == old)
			return;
		/* Break before make, B3.10.1. */
		if (old & DESC_VALID) {
			set_entry(entry, 0);
			stage2_flush();
		}
		set_entry(entry, leaf);
		return;
	}
	if (is_table(old, level)) {
		update_table(c, table_of(old), level + 1, lo);
		return;
	}
	if (!c->commit) {
		c->tables++;
		update_table(c, NULL, level + 1, lo);
		return;
	}
	leaf = split(old, level, pool[pool_used++]);
	if (old & DESC_VALID) {
		set_entry(entry, 0);
		stage2_flush();
	}
	/* The table is whole before the walker can reach it. */
	stage2_barrier();
	set_entry(entry, leaf);
	update_table(c, table_of(leaf), level + 1, lo);
}

static void update_table(struct change *c, u64 *table, u32 level,
			 phys_addr base)
{
	u64 size = BITLL(shift_of(level));
	u32 entries = level == 1 ? ROOT_ENTRIES : 512;
	u32 first = c->lo > base ? (u32)((c->lo - base) / size) : 0;

	for (u32 i = first; i < entries && base + i * size <= c->hi; i++)
		update_entry(c, table ? &table[i] : NULL, level,
			     base + i * size, base + (i + 1) * size - 1);
}

/* Count first, so that it either happens whole or changes nothing. */
static int update(phys_addr lo, phys_addr hi)
{
	struct change c = { .lo = ALIGN_DOWN(lo, PAGE_SIZE),
			    .hi = ALIGN_UP(hi + 1, PAGE_SIZE) - 1 };

	update_table(&c, root, 1, 0);
	if (pool_used + c.tables > TABLES)
		return -1;
	c.commit = true;
	update_table(&c, root, 1, 0);
	return 0;
}

int stage2_update(phys_addr lo, phys_addr hi)
{
	int ret;

	if (hi < lo || hi >= BITLL(IPA_BITS))
		return -1;
	spin_lock(&lock);
	ret = revoked ? -1 : update(lo, hi);
	stage2_flush();
	spin_unlock(&lock);
	return ret;
}

void stage2_build(void)
{
	memset(root, 0, sizeof(root));
	stage2_clean(root, sizeof(root));
	pool_used = 0;
	for (u32 i = 0; i < memmap_count; i++)
		if (update(memmap[i].lo, memmap[i].hi))
			stop("the memory map is too scattered for %u tables",
			     TABLES);
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

static bool table_excludes(const u64 *table, u32 level, u32 entries,
			   phys_addr lo, phys_addr hi)
{
	u64 size = BITLL(shift_of(level));

	for (u32 i = 0; i < entries; i++) {
		u64 base = table[i] & DESC_ADDR;

		if (!(table[i] & DESC_VALID))
			continue;
		if (is_table(table[i], level)
			    ? !table_excludes(table_of(table[i]), level + 1,
					      512, lo, hi)
			    : base <= hi && base + size > lo)
			return false;
	}
	return true;
}

bool stage2_excludes(phys_addr lo, phys_addr hi)
{
	return table_excludes(root, 1, ROOT_ENTRIES, lo, hi);
}

/* Change the attributes of a RAM page that has a level 3 entry. */
static int change_page(phys_addr page, u64 set, u64 clear)
{
	u32 level;
	u64 *entry, old;

	spin_lock(&lock);
	entry = find_leaf(page, &level);
	old = *entry;
	if (level == 3 && (old & DESC_VALID)) {
		set_entry(entry, 0);
		stage2_flush();
		set_entry(entry, (old | set) & ~clear);
		stage2_flush();
	}
	spin_unlock(&lock);
	return level == 3 && (old & DESC_VALID) ? 0 : -1;
}

int stage2_grant_exec(phys_addr page)
{
	return change_page(page, S2_READ, S2_XN);
}

int stage2_trap_reads(phys_addr page)
{
	return change_page(page, 0, S2_ALL);
}

void stage2_revoke(void)
{
	spin_lock(&lock);
	revoked = true;
	memset(root, 0, sizeof(root));
	stage2_clean(root, sizeof(root));
	stage2_flush();
	spin_unlock(&lock);
}

u64 stage2_vttbr(void)
{
	return stage2_phys(root) | 1ull << 48; /* VMID 1 */
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * Stage 2 over a board like QEMU's virt: its tables, walked here as hardware would, next to a
 * model that knows only regions and watches. Each write to a table is checked as it is made
 * visible: break before make, ARM ARM B3.10.1.
 */
#include "fake_arch.h"
#include "core.h"
#include "monitor.h"
#include "cpu.h"

#define RAM_LO	   0x40000000ull
#define RAM_HI	   0x7fffffffull
#define MONITOR_LO 0x7fe00000ull
#define LAST	   (BITLL(40) - 1)
#define UART	   0x09000000ull
#define PCI	   0x10000000ull
#define HIGH	   0x8000000000ull

static const struct region board[] = {
	{0x08000000, 0x08000fff, REGION_DEVICE}, /* GICD */
	{0x08010000, 0x08011fff, REGION_DEVICE}, /* GICC */
	{0x08030000, 0x08031fff, REGION_WITHHELD},
	{UART, UART + 0xfff, REGION_DEVICE},
	{0x09010000, 0x09010fff, REGION_DEVICE},
	{0x09020000, 0x09020017, REGION_WITHHELD}, /* fw_cfg, and a neighbour in its page */
	{0x09020800, 0x090208ff, REGION_DEVICE},
	{0x0a000010, 0x0a00001f, REGION_DEVICE}, /* alone, but less than a page */
	{0x0b000ff0, 0x0b00100f, REGION_DEVICE}, /* over two pages */
	{PCI, 0x3effffff, REGION_DEVICE},
	{0x3ffff800, 0x3fffffff, REGION_DEVICE}, /* right before RAM */
	{RAM_LO, RAM_HI, REGION_RAM},
	{0x50000800, 0x500008ff, REGION_WITHHELD}, /* within RAM */
	{MONITOR_LO, RAM_HI, REGION_MONITOR},
	{0x4010000000, 0x401fffffff, REGION_DEVICE},
	{HIGH, LAST, REGION_DEVICE},
};

static const struct policy dummy = {.name = "dummy"};

/* What has been watched, for the model. */
#define MAX_MODEL 64
static struct watch watches[MAX_MODEL];

/* The tables as the walker may have seen them. */
#define MAX_TABLES 80
static struct seen {
	u64 at;
	u64 entry[512];
	bool broken[512]; /* made invalid, not flushed yet */
} seen[MAX_TABLES];
static u32 seen_count;

static struct seen *find_seen(u64 at)
{
	for (u32 i = 0; i < seen_count; i++)
		if (seen[i].at == at)
			return &seen[i];
	return NULL;
}

static void see_entry(struct seen *t, u32 i)
{
	u64 old = t->entry[i], new = ((u64 *)(uintptr_t)t->at)[i];

	if ((old & 1) && (new & 1) && old != new)
		fail_msg("entry %#llx: %#llx becomes %#llx without a break",
			 (unsigned long long)t->at + i * 8, (unsigned long long)old,
			 (unsigned long long)new);
	if ((new & 1) && t->broken[i])
		fail_msg("entry %#llx: made before a flush", (unsigned long long)t->at + i * 8);
	if ((old & 1) && !(new & 1))
		t->broken[i] = true;
	/* Level 3 has no tables: its addresses are pages'. */
	if ((new & 3) == 3 && find_seen(new & 0xfffffff000ull) == NULL &&
	    (new & 0xfffffff000ull) < 0x8000000)
		fail_msg("a table that has not been made visible itself");
	t->entry[i] = new;
}

static void on_clean(uintptr_t lo, size_t size)
{
	for (uintptr_t page = ALIGN_DOWN(lo, PAGE_SIZE); page < lo + size; page += PAGE_SIZE) {
		struct seen *t = find_seen(page);
		u32 first = lo > page ? (u32)(lo - page) / 8 : 0;
		u32 end = (u32)(MIN(lo + size, page + PAGE_SIZE) - page) / 8;

		if (!t) {
			/* A new table: all of it, before an entry leads to it. */
			assert_true(first == 0 && end == 512);
			assert_in_range(seen_count, 0, MAX_TABLES - 1);
			t = &seen[seen_count++];
			memset(t, 0, sizeof(*t));
			t->at = page;
			memcpy(t->entry, (void *)page, PAGE_SIZE);
			continue;
		}
		for (u32 i = first; i < end; i++)
			see_entry(t, i);
	}
}

static void on_flush(void)
{
	for (u32 i = 0; i < seen_count; i++)
		memset(seen[i].broken, 0, sizeof(seen[i].broken));
}

/* Nothing has been written that was not cleaned, and nothing broken waits for a flush. */
static void check_visible(void)
{
	for (u32 i = 0; i < seen_count; i++) {
		assert_memory_equal(seen[i].entry, (void *)(uintptr_t)seen[i].at, PAGE_SIZE);
		for (u32 j = 0; j < 512; j++)
			assert_false(seen[i].broken[j]);
	}
}

/* The walk that VTCR asks for: 40 bits from level 1. Returns the leaf and its level, or 0. */
static u64 walk(u64 ipa, u32 *level)
{
	u64 *table = stage2_root;
	u64 desc = table[ipa >> 30];

	for (*level = 1; *level < 3 && (desc & 3) == 3;) {
		table = (u64 *)(uintptr_t)(desc & 0xfffffff000ull);
		desc = table[ipa >> (39 - 9 * ++*level) & 511];
	}
	if (!(desc & 1))
		return 0;
	/* A block at levels 1 and 2, a page at 3. */
	assert_int_equal(desc & 3, *level == 3 ? 3 : 1);
	return desc;
}

enum { R = 1, W = 2, X = 4, DEVICE = 8 };

static u32 mapping(u64 ipa)
{
	u32 level, got = 0;
	u64 leaf = walk(ipa, &level), mask;

	assert_hex(stage2_lookup(ipa), leaf);
	if (!leaf)
		return 0;
	mask = BITLL(39 - 9 * level) - 1;
	assert_hex(leaf & 0xfffffff000ull & ~mask, ipa & ~mask);
	assert_true(leaf & BITLL(10)); /* access flag, or each access would fault */
	got |= leaf & BITLL(6) ? R : 0;
	got |= leaf & BITLL(7) ? W : 0;
	/* Execution needs read permission. */
	got |= (leaf & BITLL(6)) && !(leaf & BITLL(54)) ? X : 0;
	if ((leaf >> 2 & 0xf) == 0xf)
		assert_int_equal(leaf >> 8 & 3, 3); /* inner shareable */
	else
		assert_int_equal(leaf >> 2 & 0xf, 1); /* Device */
	got |= (leaf >> 2 & 0xf) == 0xf ? 0 : DEVICE;
	return got;
}

static enum region_type type_in_board(u64 addr)
{
	enum region_type type = REGION_NONE;

	for (size_t i = 0; i < ARRAY_SIZE(board); i++)
		if (board[i].lo <= addr && addr <= board[i].hi)
			type = MAX(type, board[i].type);
	return type;
}

static bool is_mixed(u64 lo, u64 hi)
{
	for (size_t i = 0; i < ARRAY_SIZE(board); i++)
		if ((board[i].lo > lo && board[i].lo <= hi) ||
		    (board[i].hi >= lo && board[i].hi < hi))
			return true;
	return false;
}

static u32 watched_in_model(u64 lo, u64 hi)
{
	u32 access = 0;

	for (u32 i = 0; i < MAX_MODEL; i++)
		if (watches[i].access && watches[i].lo <= hi && lo <= watches[i].hi)
			access |= watches[i].access;
	return access;
}

static u32 expected(u64 ipa)
{
	u64 lo = ALIGN_DOWN(ipa, PAGE_SIZE), hi = lo + PAGE_SIZE - 1;
	bool device = false, ram = true, other = false;
	u32 access = watched_in_model(lo, hi);

	/* Each byte at which something may begin or end, where anything does. */
	for (u64 a = lo; a <= hi; a += is_mixed(lo, hi) ? 8 : PAGE_SIZE) {
		enum region_type type = type_in_board(a);

		device |= type == REGION_DEVICE;
		ram &= type == REGION_RAM;
		other |= type != REGION_DEVICE && type != REGION_NONE;
	}
	if (ram) {
		u32 may = R | W | X;

		if (access & ACC_WRITE)
			may &= ~W;
		if (access & ACC_READ)
			may = 0;
		if (access & ACC_EXEC)
			may &= ~X;
		return may;
	}
	return device && !other && !access ? R | W | DEVICE : 0;
}

static void check_page(u64 ipa)
{
	u32 got = mapping(ipa), want = expected(ipa);

	/* What may be written and not read does not occur. */
	if (!(got & R) && got)
		fail_msg("%#llx: mapped as %x", (unsigned long long)ipa, got);
	if (got != want && !(want == 0 && !(got & (R | W | X))))
		fail_msg("%#llx: mapped as %x, not %x", (unsigned long long)ipa, got, want);
}

static void check_range(u64 lo, u64 hi)
{
	for (u64 ipa = ALIGN_DOWN(lo, PAGE_SIZE); ipa <= hi; ipa += PAGE_SIZE)
		check_page(ipa);
}

/* Pages around all ends of regions and of large blocks, and some of anywhere. */
static void check_map(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(board); i++)
		for (int64_t d = -2; d <= 2; d++) {
			check_page((board[i].lo + d * PAGE_SIZE) & LAST);
			check_page((board[i].hi + d * PAGE_SIZE) & LAST);
		}
	for (u32 i = 0; i < 2000; i++) {
		check_page(((u64)fake_random() << 32 | fake_random()) & LAST);
		check_page(fake_random());
		check_page(RAM_LO + fake_random_below(0x40000000));
	}
	check_visible();
	assert_true(stage2_excludes(MONITOR_LO, RAM_HI));
}

static int build(void **state)
{
	fake_reset(state);
	memset(watches, 0, sizeof(watches));
	seen_count = 0;
	for (size_t i = 0; i < ARRAY_SIZE(board); i++)
		memmap_add(board[i].lo, board[i].hi, board[i].type);
	fake.on_clean = on_clean;
	fake.on_flush = on_flush;
	monitor_init();
	arch_build_guest_map();
	return 0;
}

static int watch(u64 lo, u64 hi, u32 access)
{
	enum region_type type = type_in_board(lo);
	struct watch w = {.lo = lo, .hi = hi, .access = (u8)access};
	u32 i = 0;
	int ret;

	w.kind = type == REGION_RAM ? EV_MEMORY : EV_MMIO;
	ret = vigil_watch(&dummy, &w);
	while (i < MAX_MODEL && watches[i].access)
		i++;
	if (ret)
		return ret;
	assert_in_range(i, 0, MAX_MODEL - 1);
	watches[i] = w;
	return 0;
}

static int unwatch(u64 lo, u64 hi, u32 access)
{
	struct watch w = {.lo = lo, .hi = hi, .access = (u8)access};

	for (u32 i = 0; i < MAX_MODEL; i++)
		if (watches[i].access == access && watches[i].lo == lo && watches[i].hi == hi) {
			w = watches[i];
			watches[i].access = 0;
			break;
		}
	return vigil_unwatch(&dummy, &w);
}

static void whole_map(void **state)
{
	(void)state;
	check_map();
	check_range(0, RAM_HI + 0x400000); /* every page there is below 4 GiB */
	assert_int_equal(mapping(RAM_LO), R | W | X);
	assert_int_equal(mapping(UART), R | W | DEVICE);
	assert_int_equal(mapping(0x0a000000), R | W | DEVICE);
	assert_int_equal(mapping(HIGH), R | W | DEVICE);
	assert_int_equal(mapping(LAST), R | W | DEVICE);
	assert_int_equal(mapping(0x4010000000), R | W | DEVICE);
	assert_int_equal(mapping(0x0), 0);
	/* What is not a device's alone is emulated. */
	assert_int_equal(mapping(0x09020000), 0);
	assert_int_equal(mapping(0x50000000), 0);
}

/* Large blocks, where there can be. */
static void blocks(void **state)
{
	u32 level;

	(void)state;
	walk(HIGH + 0x12345678, &level);
	assert_int_equal(level, 1);
	walk(0x60000000, &level);
	assert_int_equal(level, 2);
	walk(PCI, &level);
	assert_int_equal(level, 2);
	walk(UART, &level);
	assert_int_equal(level, 3);
	/* Two tables at level 1. */
	assert_hex((uintptr_t)stage2_root & 0x1fff, 0);
}

static u64 mapped_bytes(const u64 *table, u32 level, u32 entries, u64 base)
{
	u64 total = 0, size = BITLL(39 - 9 * level);

	for (u32 i = 0; i < entries; i++, base += size) {
		u64 desc = table[i];

		if (!(desc & 1))
			continue;
		if (level < 3 && (desc & 2)) {
			total += mapped_bytes((u64 *)(uintptr_t)(desc & 0xfffffff000ull), level + 1,
					      512, base);
			continue;
		}
		/* Identity, and never the monitor: all leaves there are. */
		assert_hex(desc & 0xfffffff000ull, base);
		assert_false(base <= RAM_HI && base + size > MONITOR_LO);
		total += size;
	}
	return total;
}

static u64 all_mapped(void)
{
	return mapped_bytes(stage2_root, 1, 1024, 0);
}

static void nothing_else(void **state)
{
	u64 ram = MONITOR_LO - RAM_LO - PAGE_SIZE; /* less the page with a hole */
	u64 small = 1 + 2 + 1 + 1 + 1 + 2 + 1;	   /* pages of other devices */

	(void)state;
	assert_hex(all_mapped(),
		   ram + small * PAGE_SIZE + (0x3f000000 - PCI) + 0x10000000 + (LAST + 1 - HIGH));
}

static void excludes(void **state)
{
	(void)state;
	assert_true(stage2_excludes(MONITOR_LO, RAM_HI));
	assert_true(stage2_excludes(0, 0x07ffffff));
	assert_false(stage2_excludes(MONITOR_LO - 1, RAM_HI));
	assert_false(stage2_excludes(MONITOR_LO - PAGE_SIZE, MONITOR_LO - 1));
	assert_false(stage2_excludes(0, LAST));
	assert_false(stage2_excludes(UART + 8, UART + 8));
	assert_false(stage2_excludes(LAST, LAST));
	assert_true(stage2_excludes(0x80000000, 0x400fffffff));
}

static void watch_pages(void **state)
{
	u32 level;

	(void)state;
	assert_int_equal(watch(0x60001000, 0x60001fff, ACC_WRITE), 0);
	assert_int_equal(watch(0x60003000, 0x60003fff, ACC_READ), 0);
	assert_int_equal(watch(0x60005000, 0x60005fff, ACC_EXEC), 0);
	assert_int_equal(watch(0x60007000, 0x60007fff, ACC_ANY), 0);
	assert_int_equal(mapping(0x60001000), R | X);
	assert_int_equal(mapping(0x60003000), 0);
	assert_int_equal(mapping(0x60005000), R | W);
	assert_int_equal(mapping(0x60007000), 0);
	walk(0x60001000, &level);
	assert_int_equal(level, 3);
	walk(0x60200000, &level);
	assert_int_equal(level, 2);
	check_range(0x5fe00000, 0x60400000);
	check_map();
}

static void watch_blocks(void **state)
{
	u32 level;

	(void)state;
	assert_int_equal(watch(0x60000000, 0x601fffff, ACC_WRITE), 0);
	assert_int_equal(watch(0x60200000, 0x605fffff, ACC_EXEC), 0);
	assert_int_equal(mapping(0x60000000), R | X);
	assert_int_equal(mapping(0x60400000), R | W);
	walk(0x60000000, &level);
	assert_int_equal(level, 2);
	walk(0x60200000, &level);
	assert_int_equal(level, 2);
	check_range(0x5fe00000, 0x60800000);
	check_map();
}

/* 2 MiB that are not aligned are pages at both ends. */
static void watch_across(void **state)
{
	(void)state;
	assert_int_equal(watch(0x5fff0000, 0x602effff, ACC_WRITE), 0);
	check_range(0x5fc00000, 0x60600000);
	check_map();
}

static void watch_bytes(void **state)
{
	(void)state;
	/* The whole page traps; monitor_ask_address() sorts it out. */
	assert_int_equal(watch(0x60001ffc, 0x60002003, ACC_WRITE), 0);
	assert_int_equal(mapping(0x60001000), R | X);
	assert_int_equal(mapping(0x60002000), R | X);
	check_range(0x60000000, 0x60200000);
	assert_int_equal(watch(UART, UART + 3, ACC_WRITE), 0);
	assert_int_equal(mapping(UART), 0);
	assert_int_equal(watch(0x0b000ff8, 0x0b000fff, ACC_READ), 0);
	assert_int_equal(mapping(0x0b000000), 0);
	assert_int_equal(mapping(0x0b001000), R | W | DEVICE);
	assert_int_equal(watch(HIGH + 0x10000000, HIGH + 0x10000003, ACC_READ), 0);
	assert_int_equal(mapping(HIGH + 0x10000000), 0);
	assert_int_equal(mapping(HIGH + 0x10001000), R | W | DEVICE);
	check_range(HIGH + 0xfe00000, HIGH + 0x10400000);
	check_map();
}

static void whole_block_of_devices(void **state)
{
	u32 level;

	(void)state;
	assert_int_equal(watch(PCI, PCI + 0x1fffff, ACC_READ | ACC_WRITE), 0);
	assert_int_equal(walk(PCI, &level), 0);
	assert_int_equal(level, 2);
	check_range(PCI, PCI + 0x400000);
	assert_int_equal(watch(HIGH, HIGH + BITLL(31) - 1, ACC_ANY), 0);
	assert_int_equal(walk(HIGH, &level), 0);
	assert_int_equal(level, 1);
	check_map();
	assert_int_equal(unwatch(HIGH, HIGH + BITLL(31) - 1, ACC_ANY), 0);
	assert_int_equal(unwatch(PCI, PCI + 0x1fffff, ACC_READ | ACC_WRITE), 0);
	check_map();
}

static void not_the_guests(void **state)
{
	u64 before = all_mapped();

	(void)state;
	assert_int_equal(watch(MONITOR_LO, MONITOR_LO + 0xfff, ACC_WRITE), -1);
	assert_int_equal(watch(RAM_LO, RAM_HI, ACC_WRITE), -1);
	assert_int_equal(watch(0x0, 0xfff, ACC_READ), -1);
	assert_int_equal(watch(UART, UART + 0x1000, ACC_READ), -1);
	assert_int_equal(watch(0x09020000, 0x09020003, ACC_READ), -1);
	assert_int_equal(watch(0x08030000, 0x08030fff, ACC_READ), -1);
	assert_int_equal(watch(LAST - 3, LAST + 1, ACC_READ), -1);
	assert_int_equal(watch(0x60000800, 0x60001fff, ACC_EXEC), -1);
	assert_int_equal(watch(0x60001000, 0x600017ff, ACC_EXEC), -1);
	assert_int_equal(watch(0x60001000, 0x600017ff, ACC_READ), -1);
	assert_hex(all_mapped(), before);
	check_map();
}

static void unwatch_restores(void **state)
{
	(void)state;
	assert_int_equal(watch(0x60001000, 0x60002fff, ACC_WRITE), 0);
	assert_int_equal(watch(0x60002000, 0x60003fff, ACC_EXEC), 0);
	assert_int_equal(watch(UART, UART + 3, ACC_READ), 0);
	check_map();
	assert_int_equal(unwatch(0x60001000, 0x60002fff, ACC_WRITE), 0);
	assert_int_equal(mapping(0x60001000), R | W | X);
	assert_int_equal(mapping(0x60002000), R | W);
	assert_int_equal(unwatch(0x60002000, 0x60003fff, ACC_EXEC), 0);
	assert_int_equal(unwatch(UART, UART + 3, ACC_READ), 0);
	assert_int_equal(unwatch(UART, UART + 3, ACC_READ), -1);
	check_range(0x60000000, 0x60400000);
	check_map();
}

/* One page of each block takes a table, until there is none. Returns how many. */
static u32 exhaust(void)
{
	for (u32 i = 0;; i++) {
		u64 lo = 0x52000000 + i * 0x200000ull + 0x5000;

		assert_in_range(i, 0, 63);
		if (watch(lo, lo + 0xfff, ACC_WRITE))
			return i;
	}
}

/* It may be of pages now, but all alike. */
static void all_or_nothing(void **state)
{
	u32 count;
	u64 next;

	(void)state;
	count = exhaust();
	assert_in_range(count, 16, 63);
	next = 0x52000000 + count * 0x200000ull;
	check_range(next, next + 0x1fffff);
	check_map();
	/* It is not half there for the monitor either. */
	{
		assert_int_equal(monitor_watched(EV_MEMORY, next, next + 0x1fffff), 0);
	}
	/* Both ends at once. */
	assert_int_equal(watch(next + 0x1000, next + 0x7f0fff, ACC_READ), -1);
	check_range(next, next + 0x9fffff);
	check_map();
}

/* What has its tables needs no more. */
static void unwatch_when_exhausted(void **state)
{
	u32 count;

	(void)state;
	count = exhaust();
	assert_in_range(count, 16, 63);
	assert_int_equal(unwatch(0x52005000, 0x52005fff, ACC_WRITE), 0);
	check_range(0x52000000, 0x521fffff);
	check_map();
}

static void watch_where_tables_are_when_exhausted(void **state)
{
	(void)state;
	exhaust();
	/* Refused or done, but one of both. */
	watch(0x52007000, 0x52007fff, ACC_WRITE);
	check_range(0x52000000, 0x521fffff);
	check_map();
}

static int open_at(u64 addr)
{
	return stage2_update(addr, addr, true);
}

static void open_page(void **state)
{
	u32 level;

	(void)state;
	assert_int_equal(watch(0x60003000, 0x60003fff, ACC_ANY), 0);
	assert_int_equal(watch(0x60400000, 0x605fffff, ACC_EXEC), 0);
	assert_int_equal(mapping(0x60003000), 0);
	assert_int_equal(open_at(0x60003ffc), 0);
	check_visible();
	/* What it may be written is still by the watches. */
	assert_int_equal(mapping(0x60003000), R | X);
	walk(0x60003000, &level);
	assert_int_equal(level, 3);
	/* Out of a block; all around is as it was. */
	walk(0x60405000, &level);
	assert_int_equal(level, 2);
	assert_int_equal(open_at(0x60405000), 0);
	assert_int_equal(mapping(0x60405000), R | W | X);
	assert_int_equal(open_at(0x60407000), 0);
	assert_int_equal(mapping(0x60405000), R | W | X);
	walk(0x60405000, &level);
	assert_int_equal(level, 3);
	check_range(0x60000000, 0x60002fff);
	check_range(0x60004000, 0x60404fff);
	check_range(0x60406000, 0x60406fff);
	check_range(0x60408000, 0x607fffff);
	/* The next update is by the watches again. */
	assert_int_equal(stage2_update(0x60003000, 0x60003000, false), 0);
	assert_int_equal(stage2_update(0x60400000, 0x60407fff, false), 0);
	check_range(0x60000000, 0x607fffff);
	/* What is open as it is stays a block. */
	assert_int_equal(open_at(0x60801000), 0);
	assert_int_equal(mapping(0x60801000), R | W | X);
	walk(0x60801000, &level);
	assert_int_equal(level, 2);
	/* Devices, what is not mapped, what a hole is in. */
	assert_int_equal(open_at(UART), -1);
	assert_int_equal(open_at(HIGH + 0x5000), -1);
	assert_int_equal(open_at(0x50000000), -1);
	assert_int_equal(open_at(MONITOR_LO), -1);
	assert_int_equal(open_at(RAM_HI), -1);
	assert_int_equal(open_at(0), -1);
	check_map();
}

static void open_when_exhausted(void **state)
{
	u32 count = 0, level;

	(void)state;
	assert_int_equal(watch(0x52000000, 0x59ffffff, ACC_EXEC), 0);
	while (!open_at(0x52005000 + count * 0x200000ull))
		assert_in_range(++count, 0, 63);
	assert_in_range(count, 16, 63);
	check_visible();
	/* All or nothing: still the block that it was. */
	walk(0x52000000 + count * 0x200000ull, &level);
	assert_int_equal(level, 2);
	check_range(0x52000000 + count * 0x200000ull, 0x521fffff + count * 0x200000ull);
	/* What has its tables needs no more. */
	assert_int_equal(open_at(0x52007000), 0);
	assert_int_equal(mapping(0x52007000), R | W | X);
}

/* What hardware sees while the guest is stopped: nothing. Not by stage2_lookup(), which waits. */
static u32 mapped_now(void)
{
	u32 level, n = 0;

	for (u64 at = 0; at <= LAST; at += BITLL(30))
		n += walk(at, &level) != 0;
	for (u64 at = RAM_LO; at < RAM_HI; at += 0x100000)
		n += walk(at, &level) != 0;
	return n + (walk(UART, &level) != 0);
}

static void stop_and_go(void **state)
{
	static u64 before[1024];
	u64 whole;

	(void)state;
	fake.step = 0;
	watch(UART, UART + 3, ACC_READ);
	watch(0x60001000, 0x60001fff, ACC_WRITE);
	whole = all_mapped();
	memcpy(before, stage2_root, sizeof(before));
	for (u32 i = 0; i < 3; i++) {
		u32 flushes = fake.flushes;

		stage2_stop(true);
		assert_true(guest_stopped && fake.flushes > flushes);
		check_visible();
		assert_int_equal(mapped_now(), 0);
		/* A second time it is no news. */
		fake.counter += 100;
		stage2_stop(true);
		check_visible();
		assert_int_equal(mapped_now(), 0);
		fake.counter += 23;
		flushes = fake.flushes;
		stage2_stop(false);
		assert_true(!guest_stopped && fake.flushes > flushes);
		assert_memory_equal(before, stage2_root, sizeof(before));
		assert_hex(all_mapped(), whole);
		check_map();
		assert_int_equal(guest_delay, 123 * (i + 1));
		stage2_stop(false);
		assert_memory_equal(before, stage2_root, sizeof(before));
		assert_int_equal(guest_delay, 123 * (i + 1));
	}
	assert_int_equal(fake.waits, 0);
}

/* Others may still be on their way to it: they are waited for, and not for ever. */
static void going_on_waits(void **state)
{
	(void)state;
	cpu_count = 2;
	stage2_stop(true);
	cpus[0].running = cpus[1].running = false;
	stage2_stop(false);
	assert_in_range(guest_delay, 1, 100);
	stage2_stop(true);
	cpus[1].running = true;
	stage2_stop(false);
	assert_false(guest_stopped);
	assert_in_range(guest_delay, fake.hz, 2 * fake.hz);
	check_map();
}

static void go_on(void)
{
	assert_true(guest_stopped);
	assert_int_equal(mapped_now(), 0);
	stage2_stop(false);
}

/* The second time that it is asked. */
static void go_on_later(void)
{
	if (fake.waits % 2 == 0)
		go_on();
}

/* Whoever looks at the map, or changes it, waits; and finds it whole. */
static void stopped_lookups(void **state)
{
	u64 whole = all_mapped(), leaf = stage2_lookup(UART);

	(void)state;
	fake.on_wait = go_on;
	stage2_stop(true);
	assert_hex(stage2_lookup(UART), leaf);
	assert_int_equal(fake.waits, 1);
	stage2_stop(true);
	assert_true(stage2_excludes(MONITOR_LO, RAM_HI));
	assert_int_equal(fake.waits, 2);
	stage2_stop(true);
	assert_int_equal(watch(0x60001000, 0x60001fff, ACC_WRITE), 0);
	assert_int_equal(fake.waits, 3);
	check_map();
	stage2_stop(true);
	assert_int_equal(unwatch(0x60001000, 0x60001fff, ACC_WRITE), 0);
	check_map();
	stage2_stop(true);
	assert_int_equal(open_at(0x60001000), 0);
	assert_int_equal(fake.waits, 5);
	assert_hex(all_mapped(), whole);
	/* Stopped again before it came to that. */
	fake.on_wait = go_on_later;
	fake.waits = 0;
	stage2_stop(true);
	assert_hex(stage2_lookup(UART), leaf);
	assert_int_equal(fake.waits, 2);
	check_map();
}

static void flushed_on_return(void **state)
{
	u32 flushes = fake.flushes;

	(void)state;
	assert_int_equal(watch(0x60001000, 0x60001fff, ACC_WRITE), 0);
	assert_true(fake.flushes > flushes);
	flushes = fake.flushes;
	assert_int_equal(unwatch(0x60001000, 0x60001fff, ACC_WRITE), 0);
	assert_true(fake.flushes > flushes);
	flushes = fake.flushes;
	assert_int_equal(open_at(0x60001000), 0);
	assert_true(fake.flushes > flushes);
}

static void bad_updates(void **state)
{
	(void)state;
	assert_int_equal(stage2_update(0x60001000, 0x60000fff, false), -1);
	assert_int_equal(stage2_update(0, LAST + 1, false), -1);
	assert_int_equal(stage2_update(0, UINT64_MAX, false), -1);
	check_map();
}

/* At a few places; or `anywhere`, where there are not tables for all. */
static void random_watch(bool anywhere)
{
	static const u64 bases[] = {0x52000000, 0x60000000, 0x4fe00000,
				    PCI,	0x3ee00000, HIGH - 0x200000};
	u64 lo = anywhere ? RAM_LO + fake_random_below(MONITOR_LO - RAM_LO)
			  : bases[fake_random_below(ARRAY_SIZE(bases))] +
				    fake_random_below(0x600000);
	u64 hi = lo + fake_random_below(1u << fake_random_below(23));
	u32 access = 1 + fake_random_below(7);

	switch (fake_random_below(4)) {
	case 0: /* whole blocks */
		lo = ALIGN_DOWN(lo, 2 * MIB);
		hi = ALIGN_UP(hi + 1, 2 * MIB) - 1;
		break;
	case 1: /* bytes */
		break;
	default:
		lo = ALIGN_DOWN(lo, PAGE_SIZE);
		hi = ALIGN_UP(hi + 1, PAGE_SIZE) - 1;
	}
	watch(lo, hi, access);
	check_range(lo > 0x3000 ? lo - 0x3000 : 0, hi + 0x3000);
}

static void random_sequences(void **state)
{
	for (u32 n = 0; n < 24; n++) {
		u64 whole = 0;

		build(state);
		fake_seed(n);
		whole = all_mapped();
		for (u32 step = 0; step < 150; step++) {
			u32 i = fake_random_below(MAX_MODEL);
			struct watch w = watches[i];

			if (w.access && fake_random_below(3) == 0) {
				assert_int_equal(unwatch(w.lo, w.hi, w.access), 0);
				check_range(w.lo, w.hi);
			} else {
				random_watch(n % 2);
			}
			check_visible();
		}
		check_map();
		for (u32 i = 0; i < MAX_MODEL; i++)
			if (watches[i].access)
				assert_int_equal(
					unwatch(watches[i].lo, watches[i].hi, watches[i].access),
					0);
		check_map();
		assert_hex(all_mapped(), whole);
	}
}

static void scattered(void **state)
{
	fake_reset(state);
	memmap_count = 0;
	for (u64 i = 0; i < 70; i++)
		memmap_add(i << 30, (i << 30) + 0xfff, REGION_DEVICE);
	assert_stops(arch_build_guest_map(), "the memory map is too scattered for 64 tables");
}

#define BUILT(name) cmocka_unit_test_setup(name, build)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BUILT(whole_map),
		BUILT(blocks),
		BUILT(nothing_else),
		BUILT(excludes),
		BUILT(watch_pages),
		BUILT(watch_blocks),
		BUILT(watch_across),
		BUILT(watch_bytes),
		BUILT(whole_block_of_devices),
		BUILT(not_the_guests),
		BUILT(unwatch_restores),
		BUILT(all_or_nothing),
		BUILT(unwatch_when_exhausted),
		BUILT(watch_where_tables_are_when_exhausted),
		BUILT(open_page),
		BUILT(open_when_exhausted),
		BUILT(stop_and_go),
		BUILT(going_on_waits),
		BUILT(stopped_lookups),
		BUILT(flushed_on_return),
		BUILT(bad_updates),
		BUILT(random_sequences),
		TEST(scattered),
	};

	return cmocka_run_group_tests_name("stage2", tests, NULL, NULL);
}

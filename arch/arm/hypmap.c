// SPDX-License-Identifier: BSD-2-Clause
#include "cpu.h"

/* Long-descriptor format, Hyp stage 1 (ARM ARM B3.6). AP[1] is one in this regime. */
#define DESC_BLOCK BITLL(0)
#define DESC_TABLE (BITLL(0) | BITLL(1)) /* at level 3: a page */
#define DESC_RO	   BITLL(7)
#define DESC_XN	   BITLL(54)
#define DEVICE	   (BITLL(6) | BITLL(10))	   /* AF; HMAIR0 attribute 0 */
#define NORMAL	   (DEVICE | BITLL(2) | 3ull << 8) /* attribute 1, inner shareable */
#define PAGE_RX	   (DESC_TABLE | NORMAL | DESC_RO)
#define PAGE_RO	   (DESC_TABLE | NORMAL | DESC_RO | DESC_XN)
#define PAGE_RW	   (DESC_TABLE | NORMAL | DESC_XN)
#define PAGE_IO	   (DESC_TABLE | DEVICE | DESC_XN)

#define HOME ((uintptr_t)__start >> 21)

/*
 * Level 1 is four entries of 1 GB; level 2 maps RAM by 2 MB for the boot, and then only the
 * monitor's own 2 MB, which level 3 holds page by page.
 */
u64 hypmap_root[4] __aligned(32);
static u64 level2[2048] __aligned(PAGE_SIZE) __section(".noinit");
static u64 level3[512] __aligned(PAGE_SIZE) __section(".noinit");

static u64 *page_entry(const void *va)
{
	return &level3[((uintptr_t)va / PAGE_SIZE) % 512];
}

static void map_pages(const char *lo, const char *hi, u64 attributes)
{
	for (; lo < hi; lo += PAGE_SIZE)
		*page_entry(lo) = attributes ? (uintptr_t)lo | attributes : 0;
}

static void map_blocks(const struct region *ram)
{
	for (u64 i = ALIGN_UP(ram->lo, 2 * MIB) >> 21; i < ARRAY_SIZE(level2); i++) {
		if (((i + 1) << 21) - 1 > ram->hi)
			return;
		level2[i] = i << 21 | DESC_BLOCK | NORMAL | DESC_XN;
	}
}

void arch_map_for_boot(void)
{
	memset(level3, 0, sizeof(level3));
	map_pages(__start, __text_end, PAGE_RX);
	map_pages(__text_end, __ro_end, PAGE_RO);
	map_pages(__ro_end, __windows, PAGE_RW);
	for (char *guard = __stacks; guard < __windows; guard += STACK_SLOT)
		map_pages(guard, guard + STACK_SLOT - STACK_SIZE, 0);
	*page_entry(__uart_page) = ALIGN_DOWN(platform.uart_base, PAGE_SIZE) | PAGE_IO;
	/* RAM only: the CPU may read ahead in Normal memory, which a device would notice. */
	memset(level2, 0, sizeof(level2));
	for (u32 i = 0; i < memmap_count; i++)
		if (memmap[i].type == REGION_RAM)
			map_blocks(&memmap[i]);
	level2[HOME] = (uintptr_t)level3 | DESC_TABLE;
	for (u32 i = 0; i < ARRAY_SIZE(hypmap_root); i++)
		hypmap_root[i] = (uintptr_t)&level2[i * 512] | DESC_TABLE;
	hyp_mmu_on();
	console_move((uintptr_t)__uart_page + platform.uart_base % PAGE_SIZE);
}

void hypmap_seal(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(level2); i++)
		if (i != HOME)
			level2[i] = 0;
	/*
	 * B3.10.1: the walker must see the tables before the TLB is emptied. They are cleaned,
	 * for a CPU that comes up walks them before its cache is on.
	 */
	arch_clean((uintptr_t)hypmap_root, sizeof(hypmap_root));
	arch_clean((uintptr_t)level2, sizeof(level2));
	arch_clean((uintptr_t)level3, sizeof(level3));
	write_sr(SR_TLBIALLHIS, 0);
	dsb();
	isb();
}

bool hypmap_is_wx(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(level3); i++)
		if ((level3[i] & 1) && !(level3[i] & (DESC_RO | DESC_XN)))
			return true;
	return false;
}

void window_move(struct cpu *cpu, enum window kind, u32 page)
{
	char *va = __windows + (cpu->index * WINDOWS + kind) * PAGE_SIZE;

	/*
	 * Break before make (B3.10.1). Only this CPU uses the address, so the local TLB is the
	 * only one with something to lose.
	 */
	*page_entry(va) = 0;
	dsb_ishst();
	write_sr(SR_TLBIMVAH, (uintptr_t)va);
	dsb_ish();
	*page_entry(va) = (u64)page << 12 | (kind == WINDOW_DEVICE ? PAGE_IO : PAGE_RW);
	dsb_ishst();
	isb();
	cpu->window[kind] = page;
}

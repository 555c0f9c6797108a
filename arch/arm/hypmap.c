// SPDX-License-Identifier: BSD-2-Clause
#include "arch.h"
#include "boot.h"
#include "console.h"
#include "cpu.h"
#include "hypmap.h"
#include "layout.h"
#include "lib.h"
#include "memmap.h"
#include "platform.h"

/* Long-descriptor format, Hyp stage 1 (ARM ARM B3.6). */
#define DESC_BLOCK  BITLL(0)
#define DESC_TABLE  (BITLL(0) | BITLL(1))
#define DESC_PAGE   (BITLL(0) | BITLL(1))
#define DESC_DEVICE (0ull << 2)		   /* HMAIR0 attribute 0 */
#define DESC_NORMAL (BITLL(2) | 3ull << 8) /* attribute 1, inner shareable */
#define DESC_AP1    BITLL(6)		   /* as one in Hyp mode's regime */
#define DESC_RO	    BITLL(7)
#define DESC_AF	    BITLL(10)
#define DESC_XN	    BITLL(54)
#define DESC_ADDR   0xfffffff000ull

#define LEAF	(DESC_AP1 | DESC_AF)
#define PAGE_RX (DESC_PAGE | LEAF | DESC_NORMAL | DESC_RO)
#define PAGE_RO (PAGE_RX | DESC_XN)
#define PAGE_RW (DESC_PAGE | LEAF | DESC_NORMAL | DESC_XN)
#define PAGE_IO (DESC_PAGE | LEAF | DESC_DEVICE | DESC_XN)

/*
 * Level 1 is four entries of 1 GB, level 2 maps all 4 GB for the boot and
 * then only the monitor's 2 MB, which level 3 holds page by page.
 */
static u64 level1[4] __aligned(32);
static u64 level2[4][512] __aligned(PAGE_SIZE) __section(".noinit");
static u64 level3[512] __aligned(PAGE_SIZE) __section(".noinit");

u64 hypmap_httbr;

void hyp_mmu_on(u64 httbr);

static u64 *page_entry(const void *va)
{
	return &level3[((uintptr_t)va / PAGE_SIZE) % 512];
}

static void map_pages(const char *lo, const char *hi, u64 attributes)
{
	for (; lo < hi; lo += PAGE_SIZE)
		*page_entry(lo) = (uintptr_t)lo | attributes;
}

static void map_monitor(void)
{
	memset(level3, 0, sizeof(level3));
	map_pages(__start, __text_end, PAGE_RX);
	map_pages(__text_end, __ro_end, PAGE_RO);
	map_pages(__ro_end, __windows, PAGE_RW);
	for (u32 i = 0; i <= MAX_CPUS; i++)
		for (u32 j = 0; j < STACK_SLOT - STACK_SIZE; j += PAGE_SIZE)
			*page_entry(__stacks + i * STACK_SLOT + j) = 0;
	*page_entry(__uart_page) = ALIGN_DOWN(platform.uart_base, PAGE_SIZE) | PAGE_IO;
}

void arch_map_for_boot(void)
{
	uintptr_t home = (uintptr_t)__start;

	map_monitor();
	/*
	 * RAM only: a Normal mapping lets the CPU read ahead, which a device
	 * would take for an access.
	 */
	for (u32 i = 0; i < 4; i++) {
		for (u32 j = 0; j < 512; j++) {
			phys_addr block = (u64)i << 30 | (u64)j << 21;

			level2[i][j] = 0;
			if (memmap_within(block, block + 2 * MIB - 1, REGION_RAM))
				level2[i][j] = block | DESC_BLOCK | LEAF | DESC_NORMAL | DESC_XN;
		}
		level1[i] = (uintptr_t)level2[i] | DESC_TABLE;
	}
	level2[home >> 30][(home >> 21) % 512] = (uintptr_t)level3 | DESC_TABLE;
	hypmap_httbr = (uintptr_t)level1;
	hyp_mmu_on(hypmap_httbr);
	console_move((uintptr_t)__uart_page + platform.uart_base % PAGE_SIZE);
}

void hypmap_seal(void)
{
	uintptr_t home = (uintptr_t)__start;

	for (u32 i = 0; i < 4; i++)
		if (i != home >> 30)
			level1[i] = 0;
	for (u32 j = 0; j < 512; j++)
		if (j != (home >> 21) % 512)
			level2[home >> 30][j] = 0;
	/*
	 * B3.10.1: the walker must see the tables before the TLB is emptied.
	 * They are cleaned as well, for a CPU that comes up walks them from
	 * its first instruction with the MMU on.
	 */
	dsb();
	arch_clean((uintptr_t)level1, sizeof(level1));
	arch_clean((uintptr_t)level2, sizeof(level2));
	arch_clean((uintptr_t)level3, sizeof(level3));
	write_sr(SR_TLBIALLHIS, 0);
	dsb();
	isb();
}

u32 hypmap_wx_pages(void)
{
	u32 found = 0;

	for (u32 i = 0; i < 512; i++)
		if ((level3[i] & 1) && !(level3[i] & (DESC_RO | DESC_XN)))
			found++;
	return found;
}

void *window_map(enum window kind, phys_addr pa)
{
	struct cpu *cpu = this_cpu();
	char *va = __windows + (cpu->index * 2 + kind) * PAGE_SIZE;
	u64 desc = (pa & DESC_ADDR) | (kind == WINDOW_DEVICE ? PAGE_IO : PAGE_RW);

	if (cpu->window[kind] != desc) {
		u64 *entry = page_entry(va);

		/*
		 * Break before make (B3.10.1). Only this CPU uses the address,
		 * so the local TLB is the only one with something to lose.
		 */
		*entry = 0;
		dsb_ishst();
		write_sr(SR_TLBIMVAH, (uintptr_t)va);
		dsb_ish();
		*entry = desc;
		dsb_ishst();
		isb();
		cpu->window[kind] = desc;
	}
	return va + pa % PAGE_SIZE;
}

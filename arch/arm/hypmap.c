// SPDX-License-Identifier: BSD-2-Clause
#include "cpu.h"

/* Long-descriptor format, Hyp stage 1 (ARM ARM B3.6). AP[1] is one in this regime. */
#define DESC_RO BITLL(7)
#define DESC_XN BITLL(54)
#define DEVICE	(BITLL(6) | BITLL(10))		/* AF; HMAIR0 attribute 0 */
#define NORMAL	(DEVICE | BITLL(2) | 3ull << 8) /* attribute 1, inner shareable */
#define PAGE_RX (DESC_TABLE | NORMAL | DESC_RO)
#define PAGE_RO (DESC_TABLE | NORMAL | DESC_RO | DESC_XN)
#define PAGE_RW (DESC_TABLE | NORMAL | DESC_XN)
#define PAGE_IO (DESC_TABLE | DEVICE | DESC_XN)

#define HOME ((uintptr_t)__start >> 21)

/*
 * Level 1 is four entries of 1 GB; level 2 maps RAM by 2 MB for the boot, and then only the
 * monitor's own 2 MB, which level 3 holds page by page.
 */
u64 hypmap_root[4] __aligned(32);
static u64 level2[2048 + 512] __aligned(PAGE_SIZE);
#define LEVEL3 (level2 + 2048)
/* Volatile: written in one piece (A3.5.3), for the walker may look at any time. */
#define PAGE_ENTRY(va) (*(volatile u64 *)&LEVEL3[(uintptr_t)(va) / PAGE_SIZE % 512])

void arch_map_for_boot(void)
{
	/* All but the stacks' guards, the lower halves of their slots. */
	for (char *p = __start; p < __windows; p += PAGE_SIZE)
		if (p < __stacks || (uintptr_t)p & STACK_SIZE)
			PAGE_ENTRY(p) = (uintptr_t)p | (p < __text_end ? PAGE_RX
							: p < __ro_end ? PAGE_RO
								       : PAGE_RW);
	/* RAM only: the CPU may read ahead in Normal memory, which a device would notice. */
	for (const struct region *r = memmap; r < memmap + memmap_count; r++)
		for (u64 pa = ALIGN_UP(r->lo, 2 * MIB);
		     r->type == REGION_RAM && pa + 2 * MIB - 1 <= MIN(r->hi, ~0u); pa += 2 * MIB)
			level2[pa >> 21] = pa | DESC_VALID | NORMAL | DESC_XN;
	level2[HOME] = (uintptr_t)LEVEL3 | DESC_TABLE;
	for (u32 i = 0; i < ARRAY_SIZE(hypmap_root); i++)
		hypmap_root[i] = (uintptr_t)&level2[i * 512] | DESC_TABLE;
	hyp_mmu_on();
	arch_map_port(platform.uart_base);
}

/* By the steps of a window, with which it has in common that one CPU uses it. */
void arch_map_port(u32 base)
{
	window_move(&(struct cpu){.windows = (uintptr_t)__uart_page}, WINDOW_DEVICE, base >> 12);
	console_port = (uintptr_t)__uart_page + base % PAGE_SIZE;
}

void hypmap_seal(void)
{
	memset(level2, 0, HOME * sizeof(*level2));
	memset(&level2[HOME + 1], 0, (2048 - HOME - 1) * sizeof(*level2));
	/*
	 * B3.10.1: the walker must see the tables before the TLB is emptied. They are cleaned,
	 * for a CPU that comes up walks them before its cache is on.
	 */
	arch_clean((uintptr_t)level2, sizeof(level2));
	write_sr(SR_TLBIALLHIS, 0);
	dsb();
	isb();
}

void window_move(struct cpu *cpu, enum window kind, u32 page)
{
	uintptr_t va = cpu->windows + kind * PAGE_SIZE;

	/*
	 * Break before make (B3.10.1). Only this CPU uses the address, so the local TLB is the
	 * only one with something to lose.
	 */
	PAGE_ENTRY(va) = 0;
	dsb(ishst);
	write_sr(SR_TLBIMVAH, va);
	dsb(ish);
	PAGE_ENTRY(va) = (u64)page << 12 | (kind == WINDOW_DEVICE ? PAGE_IO : PAGE_RW);
	dsb(ishst);
	isb();
	cpu->window[kind] = page;
}

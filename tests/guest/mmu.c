// SPDX-License-Identifier: BSD-2-Clause
/*
 * Stage 1 in both formats. All that is below 2 GiB is there twice: at its
 * address, and ALIAS above it, so that virtual and physical ones differ.
 */
#include "guest.h"

#define SCTLR_M	 0x1
#define SCTLR_C	 0x4
#define SCTLR_I	 0x1000
#define RAM_BASE 0x40000000u

static u32 sections[4096] __attribute__((aligned(16384)));
static u64 level1[4] __attribute__((aligned(32)));
static u64 level2[4][512] __attribute__((aligned(4096)));

bool mmu_on, mmu_long;

void mmu_flush(void)
{
	dsb();
	MCR(15, 0, 8, 7, 0, 0); /* TLBIALL */
	dsb();
	isb();
}

static void fill_short(void)
{
	for (u32 i = 0; i < 4096; i++) {
		u32 pa = (i << 20) & ~ALIAS;

		/* Domain 0, full access; shareable write-back, or device and XN. */
		sections[i] = pa | 0xc02 | (pa >= RAM_BASE ? 0x1100c : 0x14);
	}
	MCR(15, 0, 2, 0, 2, 0); /* TTBCR */
	MCR(15, 0, 3, 0, 0, 1); /* DACR: client */
	MCR(15, 0, 2, 0, 0, (u32)sections);
	MCR(15, 0, 2, 0, 1, (u32)sections);
}

static void fill_long(void)
{
	for (u32 i = 0; i < 2048; i++) {
		u32 pa = (i << 21) & ~ALIAS;

		/* AF, inner shareable, any access; MAIR 1: write-back, 0: device. */
		level2[i / 512][i % 512] =
			pa | 0x741 | (pa >= RAM_BASE ? 0x4 : 1ull << 54);
	}
	for (u32 i = 0; i < 4; i++)
		level1[i] = (u32)level2[i] | 3;
	MCR(15, 0, 2, 0, 2, 0x80000000u); /* TTBCR.EAE */
	MCR(15, 0, 10, 2, 0, 0xff04);	  /* MAIR0 */
	__asm__ volatile("mcrr p15, 0, %0, %1, c2" ::"r"((u32)level1), "r"(0));
	__asm__ volatile("mcrr p15, 1, %0, %1, c2" ::"r"((u32)level1), "r"(0));
}

void mmu_init(void)
{
	mmu_long = option_is("mmu", "long");
	mmu_on = mmu_long || option_is("mmu", "short");
	if (!mmu_on)
		return;
	if (mmu_long)
		fill_long();
	else
		fill_short();
	mmu_flush();
	MCR(15, 0, 7, 5, 0, 0); /* ICIALLU */
	MCR(15, 0, 1, 0, 0, MRC(15, 0, 1, 0, 0) | SCTLR_M | SCTLR_C | SCTLR_I);
	isb();
}

void mmu_table(u32 va, u32 table)
{
	if (mmu_long)
		level2[va >> 30][va >> 21 & 511] = table | 3;
	else
		sections[va >> 20] = table | 1;
	mmu_flush();
}

void mmu_read_only(u32 va)
{
	if (mmu_long)
		level2[va >> 30][va >> 21 & 511] |= 0x80; /* AP[2] */
	else
		sections[va >> 20] |= 0x8000; /* APX */
	mmu_flush();
}

void mmu_section(u32 va, u32 pa)
{
	if (mmu_long)
		level2[va >> 30][va >> 21 & 511] = pa | 0x745;
	else
		sections[va >> 20] = pa | 0x11c0e;
	mmu_flush();
}

void mmu_ttbr1(u32 base)
{
	if (mmu_long) {
		__asm__ volatile("mcrr p15, 1, %0, %1, c2" ::"r"(base), "r"(0));
		MCR(15, 0, 2, 0, 2, 0x80010001u); /* T0SZ 1, T1SZ 1: half each */
	} else {
		MCR(15, 0, 2, 0, 1, base);
		MCR(15, 0, 2, 0, 2, 1); /* N = 1: the upper half by TTBR1 */
	}
	mmu_flush();
}

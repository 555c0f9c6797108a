/* SPDX-License-Identifier: BSD-2-Clause */
/* Hyp mode's own map: the monitor, and nothing else once the guest runs. */
#ifndef ARM_HYPMAP_H
#define ARM_HYPMAP_H

#include "cpu.h"

/* Drop all but the monitor. From here on, windows are the only way out. */
void hypmap_seal(void);

/* True if a page of the sealed map is both writable and executable. */
bool hypmap_is_wx(void);

enum window { WINDOW_DEVICE, WINDOW_RAM };

/* Long-descriptor format, Hyp stage 1 (ARM ARM B3.6). AP[1] is one in this regime. */
#define DESC_TABLE (BITLL(0) | BITLL(1)) /* at level 3: a page */
#define DESC_RO	   BITLL(7)
#define DESC_XN	   BITLL(54)
#define DEVICE	   (BITLL(6) | BITLL(10))	   /* AF; HMAIR0 attribute 0 */
#define NORMAL	   (DEVICE | BITLL(2) | 3ull << 8) /* attribute 1, inner shareable */
#define PAGE_RW	   (DESC_TABLE | NORMAL | DESC_XN)
#define PAGE_IO	   (DESC_TABLE | DEVICE | DESC_XN)

/* Point this CPU's window to another page. */
void window_move(struct cpu *cpu, enum window kind, u64 desc);

/*
 * Show the page of `pa` in this CPU's window, as Device or Normal memory. Returns the address of
 * `pa` there; valid until the next call for the same window on this CPU.
 */
static inline uintptr_t window_map(enum window kind, phys_addr pa)
{
	struct cpu *cpu = this_cpu();
	u64 desc = ALIGN_DOWN(pa, PAGE_SIZE) | (kind == WINDOW_DEVICE ? PAGE_IO : PAGE_RW);

	if (cpu->window[kind] != desc)
		window_move(cpu, kind, desc);
	return cpu->windows + kind * PAGE_SIZE + pa % PAGE_SIZE;
}

/* head.S: turn the MMU on with hypmap_root. */
void hyp_mmu_on(void);

#endif

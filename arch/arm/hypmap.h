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

/* Point this CPU's window to another page. */
void window_move(struct cpu *cpu, enum window kind, u32 page);

/*
 * Show the page of `pa` in this CPU's window, as Device or Normal memory. Returns the address of
 * `pa` there; valid until the next call for the same window on this CPU.
 */
static inline uintptr_t window_map(enum window kind, phys_addr pa)
{
	struct cpu *cpu = this_cpu();
	u32 page = (u32)(pa / PAGE_SIZE);

	if (unlikely(cpu->window[kind] != page))
		window_move(cpu, kind, page);
	return cpu->windows + kind * PAGE_SIZE + pa % PAGE_SIZE;
}

/* head.S: turn the MMU on with hypmap_root. */
void hyp_mmu_on(void);

#endif

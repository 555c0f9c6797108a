/* SPDX-License-Identifier: BSD-2-Clause */
/* Hyp mode's own map: the monitor, and nothing else once the guest runs. */
#ifndef ARM_HYPMAP_H
#define ARM_HYPMAP_H

#include "types.h"

/* Drop all but the monitor. From here on, windows are the only way out. */
void hypmap_seal(void);

/* What head.S puts into HTTBR on a CPU that comes up. */
extern u64 hypmap_httbr;

enum window { WINDOW_DEVICE, WINDOW_RAM };

/*
 * Show the page of `pa` in this CPU's window, as Device or Normal memory.
 * Returns the address of `pa` there; valid until the next call for the same
 * window on this CPU.
 */
void *window_map(enum window kind, phys_addr pa);

/* Count pages of the sealed map that are both writable and executable. */
u32 hypmap_wx_pages(void);

#endif

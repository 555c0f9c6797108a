/* SPDX-License-Identifier: BSD-2-Clause */
/* The image in memory, as uImage.lds lays it out. */
#pragma once

/* All memory that the monitor takes from the guest, and its alignment. */
#define MONITOR_SIZE 0x200000

/* A guard and the stack above it; vectors.S tells them apart by bit 13. */
#define STACK_SLOT 0x4000
#define STACK_SIZE 0x2000
/* The first stack pointer in a slot: below its end, so that bit 13 is set. */
#define STACK_TOP (STACK_SLOT - 64)

/* sizeof(struct cpu), for head.S. */
#define CPU_SIZE 104

#ifndef __ASSEMBLER__
extern char __start[], __text_end[], __ro_end[], __image_end[], __bss_end[];
extern char __windows[], __uart_page[], __stacks[];
extern const u32 __rel_start[], __rel_end[];
/* Where the payload is; 0 in head.S's first pass. */
extern u32 image_payload;
#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmio_allow, mmio_log: read the identification registers of the PL031 clock,
 * which are constant. Never one twice in a row, so that no record is folded
 * into the one before it.
 */
	.macro	prepare
	movw	r0, #0x0fe0
	movt	r0, #0x0901
	and	r1, r4, #7
	add	r0, r0, r1, lsl #2
	.endm
	.macro	operation
	ldr	r1, [r0]
	.endm
	.macro	landing
	mark
	.endm
#include "guest.inc"
aborted: b	.

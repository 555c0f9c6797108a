/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console_char: send a character on the port that the monitor owns, its status looked at first,
 * as Linux' console does: both trap.
 */
	.macro	prepare
	movw	r0, #0x0000
	movt	r0, #0x0900
	mov	r1, #'a'
	.endm
	.macro	operation
	ldr	r2, [r0, #0x18]		@ UARTFR
	strb	r1, [r0]
	.endm
	.macro	landing
	mark
	.endm
#include "guest.inc"
aborted: b	.

/* SPDX-License-Identifier: BSD-2-Clause */
/* console_char: send a character on the port that the monitor owns. */
	.macro	prepare
	movw	r0, #0x0000
	movt	r0, #0x0900
	mov	r1, #'a'
	.endm
	.macro	operation
	strb	r1, [r0]		@ UARTDR
	.endm
	.macro	landing
	mark
	.endm
#include "guest.inc"
aborted: b	.

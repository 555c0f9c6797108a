/* SPDX-License-Identifier: BSD-2-Clause */
/* console_look: the status of the port that the monitor owns, as a kernel polls it. */
	.macro	prepare
	movw	r0, #0x0000
	movt	r0, #0x0900
	.endm
	.macro	operation
	ldr	r2, [r0, #0x18]		@ UARTFR
	.endm
	.macro	landing
	mark
	.endm
#include "guest.inc"
aborted: b	.

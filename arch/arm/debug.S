/* SPDX-License-Identifier: BSD-2-Clause */
/* What svc.c needs of the debug registers that C cannot say: their number is part of the name. */
	.syntax	unified
	.arm
	.text

/* Disable breakpoints r0 to 0 and watchpoints r1 to 0: what a reset leaves is UNKNOWN. */
	.global	debug_clear
	.type	debug_clear, %function
debug_clear:
	mov	r2, #0
	rsb	r0, r0, #15
	add	pc, pc, r0, lsl #2
	nop
	.irp	n, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0
	mcr	p14, 0, r2, c0, c\n, 5	@ DBGBCR
	.endr
	rsb	r1, r1, #15
	add	pc, pc, r1, lsl #2
	nop
	.irp	n, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0
	mcr	p14, 0, r2, c0, c\n, 7	@ DBGWCR
	.endr
	bx	lr

/* For the self-test, run by the guest's CPU: this traps by itself if no breakpoint fires. */
	.global	debug_stub
debug_stub:
	mrc	p14, 0, r0, c0, c0, 0	@ DBGDIDR
	b	debug_stub

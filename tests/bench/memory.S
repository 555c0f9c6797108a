/* SPDX-License-Identifier: BSD-2-Clause */
/* mem_deny: write to RAM that guard.memory protects, never one word twice. */
	.macro	prepare
	mov	r0, #0x41000000
	add	r0, r0, r4, lsl #2
	.endm
	.macro	operation
	str	r0, [r0]
	.endm
	.macro	landing
	b	.		@ the write was not denied
	.endm
#include "guest.inc"
	/* The write has not been made: go on behind it, as if it returned. */
aborted:
	mrs	r1, spsr
	ldr	r2, =next
	msr	cpsr_c, r1
	bx	r2

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * syscall_out, syscall_allow, syscall_log: a system call from User mode, to a vector like
 * Linux', and back to User mode by what stands behind the marker. Arguments differ from one
 * repetition to the next, so that no record is folded into the one before it.
 */
	.macro	prepare
	mov	r7, #39			@ mkdir
	mov	r0, r4
	cps	#0x10
	.endm
	.macro	operation
	svc	#0
	.endm
	.macro	landing
	b	.
	.endm
#include "guest.inc"
aborted: b	.
	/* Behind the marker, at the vector's target. */
	.global	called
called:
	mark
	b	next

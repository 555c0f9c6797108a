/* SPDX-License-Identifier: BSD-2-Clause */
/* hvc_roundtrip: a hypervisor call that nobody knows. */
	.macro	prepare
	movw	r0, #0xabcd		@ of an owner that SMCCC reserves
	movt	r0, #0x8700
	.endm
	.macro	operation
	hvc	#0
	.endm
	.macro	landing
	mark
	.endm
#include "guest.inc"
aborted: b	.

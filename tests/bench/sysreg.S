/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysreg_allow: write DACR, as Linux does around each access to user memory.
 */
	.macro	prepare
	mvn	r1, #0
	.endm
	.macro	operation
	mcr	p15, 0, r1, c3, c0, 0
	.endm
	.macro	landing
	mark
	.endm
#include "guest.inc"
aborted: b	.

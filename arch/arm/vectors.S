/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Into Hyp mode and back. One guest means that nothing but the core registers is switched:
 * banked and CP15 state stay where they are.
 */
#include "layout.h"

	.syntax	unified
	.arch_extension sec
	.arm

	.macro	enter
	push	{r0-r12, lr}
	mrs	r0, elr_hyp
	mrs	r1, spsr
	push	{r0, r1}
	mov	r0, sp
	.endm

	.macro	function name
	.global	\name
	.type	\name, %function
\name:
	.endm

	.section .vectors, "ax"
	.align	5
	.global	hyp_vectors
hyp_vectors:
	.rept	5			@ reset, undefined, HVC, both aborts of our own
	b	hyp_own
	.endr
	b	hyp_trap
	b	hyp_irq
	b	hyp_own			@ FIQ

hyp_irq:
	enter
	bl	trap_irq
	b	resume

	/*
	 * What Hyp mode does not expect of itself. A stack that has run into its guard cannot
	 * take the frame: bit 13 tells (layout.h).
	 */
hyp_own:
	sub	sp, sp, #256
	tst	sp, #0x2000
	add	sp, sp, #256
	ldreq	sp, =__stacks + 8 * STACK_SLOT + STACK_TOP
	enter
	bl	hyp_fault
	b	resume

	function guest_enter		@ r0: struct frame
	mov	sp, r0
	b	resume

	.macro	classes count, handler
	.rept	\count
	b	\handler
	.endr
	.endm

hyp_trap:
	enter
	mrc	p15, 4, r1, c5, c2, 0	@ HSR
	lsr	r2, r1, #26		@ by class, ARM ARM B3.13.6: no slot is empty
	adr	lr, resume
	add	pc, pc, r2, lsl #2
	nop
	classes	1, trap_unknown
	classes	2, trap_conditional	@ 0x01
	classes	2, trap_cp15		@ 0x03: MCR, MRC; 0x04: MCRR, MRRC
	classes	11, trap_conditional	@ to 0x0f
	classes	2, trap_unknown
	classes	1, trap_hvc		@ 0x12
	classes	1, trap_smc		@ 0x13
	classes	12, trap_unknown
	classes	1, trap_debug		@ 0x20, prefetch aborts as well
	classes	3, trap_unknown
	classes	1, trap_data_abort	@ 0x24
	classes	27, trap_unknown
resume:
	pop	{r0, r1}
	msr	elr_hyp, r0
	msr	spsr_cxsf, r1
	pop	{r0-r12, lr}
	clrex				@ ARM ARM A3.4.4: not left to chance
	eret

	function smc_call		@ PSCI 0.1 firmware is older than SMCCC: keep all
	push	{r4-r12, lr}
	smc	#0
	pop	{r4-r12, pc}

/*
 * Accesses on behalf of the guest. An external abort in [guarded_start, guarded_end) makes
 * hyp_fault() return from them with r1 = 1. r0: address; r1: size, or where 8 bytes go; r2: value.
 */
	.global	guarded_start, guarded_end
guarded_start:
	function guarded_load
	cmp	r1, #4
	ldreq	r0, [r0]
	beq	1f
	cmp	r1, #2
	ldrheq	r0, [r0]
	ldrbne	r0, [r0]
1:	mov	r1, #0
	bx	lr
	function guarded_store
	cmp	r1, #4
	streq	r2, [r0]
	beq	1b
	cmp	r1, #2
	strheq	r2, [r0]
	strbne	r2, [r0]
	b	1b
	function guarded_load8
	ldrd	r2, r3, [r0]
	strd	r2, r3, [r1]
	b	1b
	function guarded_store8
	strd	r2, r3, [r0]
	b	1b
guarded_end:

	.macro	clear	last, op2
	rsb	r2, \last, #15
	add	pc, pc, r2, lsl #2
	nop
	.irp	n, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0
	mcr	p14, 0, r3, c0, c\n, \op2
	.endr
	.endm

/* Disable breakpoints r0 to 0 and watchpoints r1 to 0: what a reset leaves is UNKNOWN. */
	function debug_clear
	mov	r3, #0
	clear	r0, 5			@ DBGBCR
	clear	r1, 7			@ DBGWCR
	bx	lr

/* For the self-test, run by the guest's CPU: this traps by itself if no breakpoint fires. */
	function debug_stub
	mrc	p14, 0, r0, c0, c0, 0	@ DBGDIDR
	b	debug_stub

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

	.global	guest_enter
	.type	guest_enter, %function
guest_enter:				@ r0: struct frame
	mov	sp, r0
	b	resume

hyp_trap:
	enter
	mrc	p15, 4, r1, c5, c2, 0	@ HSR
	bl	trap
resume:
	pop	{r0, r1}
	msr	elr_hyp, r0
	msr	spsr_cxsf, r1
	pop	{r0-r12, lr}
	clrex				@ ARM ARM A3.4.4: not left to chance
	eret

	.global	smc_call
	.type	smc_call, %function
smc_call:				@ PSCI 0.1 firmware is older than SMCCC: keep all
	push	{r4-r12, lr}
	smc	#0
	pop	{r4-r12, pc}

/*
 * Accesses on behalf of the guest. An external abort in [guarded_start, guarded_end) makes
 * hyp_fault() resume at guarded_end. r0: address, r1: size, r2: value.
 */
	.global	guarded_start, guarded_end, guarded_load, guarded_store
	.type	guarded_load, %function
	.type	guarded_store, %function
guarded_start:
guarded_load:
	mov	r12, #0
	cmp	r1, #4
	ldreq	r3, [r0]
	beq	1f
	ldrdhi	r0, r1, [r0]
	movhi	r3, r0
	movhi	r12, r1
	bhi	1f
	cmp	r1, #2
	ldrheq	r3, [r0]
	ldrbne	r3, [r0]
1:	stm	r2, {r3, r12}
	mov	r0, #0
	bx	lr
guarded_store:
	ldm	r2, {r2, r3}
	cmp	r1, #4
	streq	r2, [r0]
	strdhi	r2, r3, [r0]
	bhs	1f
	cmp	r1, #2
	strheq	r2, [r0]
	strbne	r2, [r0]
1:	mov	r0, #0
	bx	lr
guarded_end:
	mov	r0, #1
	bx	lr

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Into Hyp mode and back. One guest means that nothing but the core registers
 * is switched: banked and CP15 state stay where they are.
 */
#include "layout.h"

	.syntax	unified
	.arch	armv7ve
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
	b	hyp_reset
	b	hyp_undef
	b	hyp_svc
	b	hyp_prefetch_abort
	b	hyp_data_abort
	b	hyp_trap
	b	hyp_irq
	b	hyp_fiq

hyp_trap:
	enter
	bl	trap
resume:
	pop	{r0, r1}
	msr	elr_hyp, r0
	msr	spsr_cxsf, r1
	pop	{r0-r12, lr}
	clrex				@ ARM ARM A3.4.4: not left to chance
	eret

hyp_irq:
	enter
	bl	trap_irq
	b	resume

	/*
	 * What Hyp mode itself does not expect. A stack that has run into its
	 * guard cannot take the frame: bit 13 tells (layout.h).
	 */
	.macro	own	name, number
\name:	sub	sp, sp, #256
	tst	sp, #0x2000
	add	sp, sp, #256
	ldreq	sp, =__stacks + 8 * STACK_SLOT + STACK_TOP
	enter
	mov	r1, #\number
	bl	hyp_fault
	b	resume
	.endm

	own	hyp_reset, 0
	own	hyp_undef, 1
	own	hyp_svc, 2
	own	hyp_prefetch_abort, 3
	own	hyp_data_abort, 4
	own	hyp_fiq, 7

	.text
	.global	guest_enter
guest_enter:
	mov	sp, r0
	b	resume

	/* u32 smc_call(u32 r0, u32 r1, u32 r2, u32 r3); r4-r11 are kept by
	 * SMCCC, but PSCI 0.1 firmware is older than that. */
	.global	smc_call
smc_call:
	push	{r4-r12, lr}
	.arch_extension sec
	smc	#0
	pop	{r4-r12, pc}

/*
 * Accesses on behalf of the guest. An external abort in [guarded_start,
 * guarded_end) makes hyp_fault() resume at guarded_fixup.
 */
	.global	guarded_start, guarded_end, guarded_fixup
	.global	guarded_load, guarded_store
guarded_start:
guarded_load:				@ r0: address, r1: size, r2: value
	mov	r12, #0
	cmp	r1, #4
	ldreq	r3, [r0]
	beq	1f
	bhi	2f
	cmp	r1, #2
	ldrheq	r3, [r0]
	ldrbne	r3, [r0]
	b	1f
2:	ldrd	r0, r1, [r0]
	mov	r3, r0
	mov	r12, r1
1:	stm	r2, {r3, r12}
	mov	r0, #0
	bx	lr
guarded_store:
	ldm	r2, {r2, r3}
	cmp	r1, #4
	streq	r2, [r0]
	beq	1f
	bhi	2f
	cmp	r1, #2
	strheq	r2, [r0]
	strbne	r2, [r0]
	b	1f
2:	strd	r2, r3, [r0]
1:	mov	r0, #0
	bx	lr
guarded_end:
guarded_fixup:
	mov	r0, #1
	bx	lr

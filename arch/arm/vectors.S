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
	adr	lr, resume		@ where the handler returns to
	.endm

	.macro	function name
	.global	\name
	.type	\name, %function
\name:
	.endm

	/* A branch for this class, and for those before it that have none. */
	.macro	class ec, handler
	.rept	\ec - (. - classes) / 4
	b	trap_other
	.endr
	b	\handler
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

	/*
	 * What Hyp mode does not expect of itself. A stack that has run into its guard cannot
	 * take the frame: bit 13 tells (layout.h). The last vector, for FIQ, is here.
	 */
hyp_own:
	sub	sp, sp, #256
	tst	sp, #0x2000
	add	sp, sp, #256
	ldreq	sp, =__stacks + 8 * STACK_SLOT + STACK_TOP
	enter
	b	hyp_fault

hyp_irq:				@ it stays pending, and is the guest's to take
	enter
	b	cpu_drain_step

hyp_trap:
	enter
	mrc	p15, 4, r1, c5, c2, 0	@ HSR
	lsr	r2, r1, #26		@ by class, ARM ARM B3.13.6
	add	pc, pc, r2, lsl #2	@ which reads as two instructions on
	nop
classes:
	class	0x03, trap_cp15		@ MCR, MRC
	class	0x04, trap_cp15_any	@ MCRR, MRRC
	class	0x12, trap_hvc
	class	0x20, trap_debug	@ prefetch aborts, debug events with them
	class	0x24, data_abort
	class	0x3f, trap_other

data_abort:
	and	r2, r1, #0xbc		@ HSR.S1PTW; FSC, less its level
	cmp	r2, #0x08		@ the access flag: the monitor's own port
	bne	trap_data_abort
	b	trap_port

	function guest_enter		@ r0: struct frame
	mov	sp, r0
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
 * hyp_fault() return from them with ~0. r0: address; r1: size, or where 8 bytes go; r2, r3: value.
 */
	.global	guarded_start, guarded_end
guarded_start:
	function port_load
	ldr	r0, [r0]
	bx	lr
	function guarded_load
	cmp	r1, #2
	ldrgt	r0, [r0]
	ldrheq	r0, [r0]
	ldrblt	r0, [r0]
1:	mov	r1, #0
	bx	lr
	function guarded_load8
	ldrd	r2, r3, [r0]
	strd	r2, r3, [r1]
	b	1b
	function guarded_store
	cmp	r1, #4
	streq	r2, [r0]
	moveq	r1, #0
	bxeq	lr
	strdhi	r2, r3, [r0]
	bhi	1b
	cmp	r1, #2
	strheq	r2, [r0]
	strbne	r2, [r0]
	b	1b
guarded_end:

/*
 * Disable all breakpoints and watchpoints: what a reset leaves is UNKNOWN. The first instruction is
 * run by the guest's CPU as well, for the self-test: there it traps, if no breakpoint fires.
 */
	function debug_clear
	mrc	p14, 0, r0, c0, c0, 0	@ DBGDIDR: the last of each
	lsr	r1, r0, #28
	ubfx	r0, r0, #24, #4
	mov	r3, #0
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	cmp	r0, #\n
	mcrhs	p14, 0, r3, c0, c\n, 5	@ DBGBCR
	cmp	r1, #\n
	mcrhs	p14, 0, r3, c0, c\n, 7	@ DBGWCR
	.endr
	bx	lr

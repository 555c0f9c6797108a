/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest.h"

	.syntax	unified
	.arch	armv7ve
	.arch_extension virt
	.arch_extension sec
	.arm

	.section .head, "ax"
	.globl	_start
_start:
	ldr	r3, =entry_regs
	stmia	r3!, {r0-r2}
	mrs	r4, cpsr
	str	r4, [r3], #4
	mrc	p15, 0, r4, c1, c0, 0
	str	r4, [r3]
	ldr	sp, =stacks + STACK_SIZE
	ldr	r4, =vectors
	mcr	p15, 0, r4, c12, c0, 0
	ldr	r4, =bss_start
	ldr	r5, =bss_end
	mov	r6, #0
1:	cmp	r4, r5
	strlo	r6, [r4], #4
	blo	1b
	bl	main
	b	.

	.data
	.globl	entry_regs
entry_regs:
	.space	20			@ r0, r1, r2, CPSR, SCTLR
	.text

/* void run_code(in, out, code): never comes back but by form_done or a vector. */
	.globl	run_code
run_code:
	push	{r4-r11, lr}
	ldr	r3, =state
	str	sp, [r3]
	str	r1, [r3, #4]
	str	r3, [r3, #8]		@ active: not 0
	ldr	r3, =target
	str	r2, [r3]
	mov	r3, r0
	ldr	r1, [r3, #OUT_CPSR]
	and	r2, r1, #0x1f
	cmp	r2, #USR
	orreq	r2, r1, #SYS		@ shares User's SP and LR
	movne	r2, r1
	msr	cpsr_fsxc, r2
	ldr	sp, [r3, #OUT_SP]
	ldr	lr, [r3, #OUT_LR]
	msr	cpsr_fsxc, r1
	mov	r0, r3
	ldm	r0, {r0-r12}
	ldr	pc, target
target:
	.word	0

/* The end of what was run: in any mode, in ARM state. */
	.globl	form_done
form_done:
	mcr	p15, 0, r0, c13, c0, 2	@ TPIDRURW, for want of a register
	setend	le
	ldr	r0, =state
	ldr	r0, [r0, #4]
	add	r0, r0, #4
	stm	r0, {r1-r12}
	sub	r0, r0, #4
	str	sp, [r0, #OUT_SP]
	str	lr, [r0, #OUT_LR]
	mrs	r1, cpsr
	str	r1, [r0, #OUT_CPSR]
	mrc	p15, 0, r1, c13, c0, 2
	str	r1, [r0]
	mrs	r1, cpsr
	and	r1, r1, #0x1f
	cmp	r1, #USR
	bne	back
	mov	r7, #0			@ no call that any policy asks for
	svc	#0
from_user:
back:
	cps	#SVC
	ldr	r0, =state
	mov	r1, #0
	str	r1, [r0, #8]
	ldr	sp, [r0]
	pop	{r4-r11, pc}

	.macro	vector number
	mcr	p15, 0, r0, c13, c0, 2
	mov	r0, #\number
	b	exception
	.endm

	.balign	32
	.globl	vectors
vectors:
	b	.
	b	vector_undef
	ldr	pc, =vector_svc		@ the monitor follows nothing else
	b	vector_prefetch
	b	vector_data
	b	.
	b	vector_irq
	b	vector_fiq
vector_undef:
	vector	EXC_UNDEF
vector_svc:
	vector	EXC_SVC
vector_prefetch:
	vector	EXC_PREFETCH
vector_data:
	vector	EXC_DATA
vector_irq:
	vector	EXC_IRQ
vector_fiq:
	vector	EXC_FIQ
exception:
	mcr	p15, 0, r1, c13, c0, 4	@ TPIDRPRW
	ldr	r1, =state
	ldr	r1, [r1, #8]
	cmp	r1, #0
	beq	unexpected
	ldr	r1, =from_user
	cmp	lr, r1
	cmpeq	r0, #EXC_SVC
	beq	back
	ldr	r1, =state
	ldr	r1, [r1, #4]
	str	r0, [r1, #OUT_EXC]
	str	lr, [r1, #OUT_PC]
	mrs	r0, cpsr
	str	r0, [r1, #OUT_ENTRY]
	mrs	r0, spsr
	str	r0, [r1, #OUT_SPSR]
	str	r0, [r1, #OUT_CPSR]
	mrc	p15, 0, r0, c5, c0, 0
	str	r0, [r1, #OUT_DFSR]
	mrc	p15, 0, r0, c6, c0, 0
	str	r0, [r1, #OUT_DFAR]
	mrc	p15, 0, r0, c5, c0, 1
	str	r0, [r1, #OUT_IFSR]
	mrc	p15, 0, r0, c6, c0, 2
	str	r0, [r1, #OUT_IFAR]
	mrc	p15, 0, r0, c13, c0, 4
	str	r0, [r1, #4]
	mrc	p15, 0, r0, c13, c0, 2
	str	r0, [r1]
	add	r1, r1, #8
	stm	r1!, {r2-r7}
	/* The rest may be banked: have a look from where it was. */
	mrs	r2, spsr
	and	r2, r2, #0x1f
	cmp	r2, #USR
	moveq	r2, #SYS
	orr	r2, r2, #MASKED
	msr	cpsr_c, r2
	stm	r1!, {r8-r12}
	str	sp, [r1], #4
	str	lr, [r1]
	b	back

unexpected:
	mov	r1, lr
	mrs	r2, spsr
	mrc	p15, 0, r3, c5, c0, 0
	mrc	p15, 0, r4, c6, c0, 0
	cps	#SVC
	ldr	sp, =panic_stack
	push	{r4, lr}
	bl	unexpected_exception
	b	.

/* A CPU that the firmware has started. */
	.thumb
	.globl	secondary_thumb
	.thumb_func
secondary_thumb:
	movs	r7, #1			@ seen in the mailbox: it was in Thumb state
	adr	r6, 1f
	bx	r6
	.balign	4
1:	.arm
	b	2f
	.globl	secondary_arm
secondary_arm:
	mov	r7, #0
2:	mov	r5, r0
	mrs	r4, cpsr
	mrc	p15, 0, r6, c1, c0, 0
	mrc	p15, 0, r1, c0, c0, 5
	and	r0, r1, #7
	ldr	sp, =stacks + STACK_SIZE
	add	sp, sp, r0, lsl #14
	ldr	r2, =vectors
	mcr	p15, 0, r2, c12, c0, 0
	ldr	r2, =mailbox
	mov	r3, #24
	mla	r2, r0, r3, r2
	orr	r4, r4, r7, lsl #5
	str	r4, [r2, #4]
	str	r5, [r2, #8]
	str	r6, [r2, #12]
	str	r1, [r2, #16]
	dsb
	mov	r3, #1
	str	r3, [r2]
	dsb
	sev
	bl	secondary_main
	b	.

	.globl	smc
smc:
	push	{r4-r7}
	mov	r4, #0x44
	mov	r5, #0x55
	mov	r6, #0x66
	smc	#0
	pop	{r4-r7}
	bx	lr
	.globl	hvc
hvc:
	hvc	#0
	bx	lr

	.globl	peek
peek:	ldr	r0, [r0]
	bx	lr
	.globl	poke
poke:	str	r1, [r0]
	bx	lr

	.macro	code name, insn:vararg
	.globl	\name
\name:	\insn
	b	form_done
	.endm
	code	code_ldr, ldr r0, [r1]
	code	code_str, str r0, [r1]
	code	code_strb, strb r0, [r1]
	code	code_bx, bx r1
	code	code_ldrd, ldrd r2, r3, [r1]
	code	code_strd, strd r2, r3, [r1]
	.ltorg

	.bss
	.balign	4
state:
	.space	12			@ SP, where to write, whether active
	.space	1024
	.balign	8
panic_stack:

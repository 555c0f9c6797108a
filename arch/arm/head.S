/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry from U-Boot, from the firmware for the other CPUs, and the turning
 * on of Hyp mode's MMU.
 *
 * The image runs where U-Boot left it, to find room, and then in that room.
 * Until it has found some, nothing outside the loaded image is written, for a
 * ramdisk may begin right behind it.
 */
#include "layout.h"

	.syntax	unified
	.arm
	.global	__start, image_payload, secondary_entry, hyp_mmu_on, arch_park

	.section .head, "ax"
__start:
	mov	r9, r1			@ machine type, for the guest
	mov	r10, r2			@ device tree
	cpsid	aif
	adr	r0, __start
	mov	r1, r0
	ldr	sp, =early_stack_end
	add	sp, sp, r0		@ not relocated yet; linked at 0
	bl	place_relocate
	mrs	r0, cpsr
	mrc	p15, 0, r1, c0, c1, 1	@ ID_PFR1
	bl	place_check_mode
	ldr	r0, =hyp_vectors
	mcr	p15, 4, r0, c12, c0, 0	@ HVBAR
	isb
	mov	r0, r10
	bl	place_monitor		@ r0: the copy's base
	/* New code in memory: ARM ARM B2.2.9. The data cache is off. */
	dsb
	mcr	p15, 0, r0, c7, c5, 0	@ ICIALLU
	mcr	p15, 0, r0, c7, c5, 6	@ BPIALL
	dsb
	isb
	add	r0, r0, #(placed - __start)
	bx	r0

	/* Second pass, at home. The vectors are the first's until the MMU is on. */
placed:
	ldr	sp, =__stacks + STACK_TOP
	ldr	r0, =cpus
	mcr	p15, 4, r0, c13, c0, 2	@ HTPIDR
	mov	r0, r10
	mov	r1, r9
	ldr	r2, image_payload
	bl	boot_main

image_payload:
	.word	0			@ where the payload is, once placed

	.data
	.align	3
	.space	1536
early_stack_end:

/*
 * A CPU that the firmware has started: Hyp mode, MMU off. It knows itself by
 * its MPIDR, for PSCI 0.1 passes no context.
 */
	.text
secondary_entry:
	cpsid	aif
	mrs	r0, cpsr
	and	r0, r0, #0x1f
	cmp	r0, #0x1a		@ Hyp; else there is no way on
	bne	arch_park
	mrc	p15, 0, r0, c0, c0, 5	@ MPIDR
	bic	r0, r0, #0xff000000
	ldr	r1, =cpus
	ldr	sp, =__stacks + STACK_TOP
	ldr	r2, =cpu_count
	ldr	r2, [r2]
1:	ldr	r3, [r1, #4]
	cmp	r3, r0
	beq	2f
	add	r1, r1, #CPU_SIZE
	add	sp, sp, #STACK_SLOT
	subs	r2, r2, #1
	bne	1b			@ nor is there one for a CPU that the tree has not
	.type	arch_park, %function
arch_park:
	wfi
	b	arch_park
2:	mcr	p15, 4, r1, c13, c0, 2	@ HTPIDR
	bl	hyp_mmu_on
	bl	cpu_secondary

/* The map is an identity, so execution goes on. WXN: writable is never executable (B4.1.76). */
	.type	hyp_mmu_on, %function
hyp_mmu_on:
	ldr	r0, =hyp_vectors
	mcr	p15, 4, r0, c12, c0, 0	@ HVBAR
	ldr	r0, =0x0000ff04		@ 0: Device, 1: Normal write-back
	mcr	p15, 4, r0, c10, c2, 0	@ HMAIR0
	ldr	r0, =0x80803500		@ T0SZ 0, walks inner shareable WBWA
	mcr	p15, 4, r0, c2, c0, 2	@ HTCR
	ldr	r0, =hypmap_root
	mov	r1, #0
	mcrr	p15, 4, r0, r1, c2	@ HTTBR
	mcr	p15, 4, r0, c8, c7, 0	@ TLBIALLH
	mcr	p15, 0, r0, c7, c5, 0	@ ICIALLU
	mcr	p15, 0, r0, c7, c5, 6	@ BPIALL
	dsb
	isb
	ldr	r0, =0x30cd187d		@ RES1, I, C, M, WXN
	mcr	p15, 4, r0, c1, c0, 0	@ HSCTLR
	isb
	bx	lr

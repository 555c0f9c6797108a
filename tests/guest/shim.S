/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What runs before the monitor, in the same uImage, to start it as no good
 * boot loader would. 64 bytes, so that the monitor is as aligned as U-Boot's
 * 64 byte header leaves it.
 */
	.syntax	unified
	.arch	armv7ve
	.arch_extension virt
	.arm
	.text
	.globl	_start
_start:
#if defined(SHIM_svc)
	/* From Hyp mode down to SVC. */
	ldr	r3, =0x1d3
	msr	spsr_cxsf, r3
	adr	r3, end
	msr	elr_hyp, r3
	eret
#elif defined(SHIM_r2)
	/* With an r2 that the test patches into the second word. */
	b	1f
	.word	0
1:	ldr	r2, _start + 4
#elif defined(SHIM_tree)
	/*
	 * With a device tree that U-Boot has not touched: the test appends it
	 * to the image's end, and patches its distance into the second word.
	 */
	b	1f
	.word	0
1:	ldr	r2, _start + 4
	adr	r3, _start
	add	r2, r2, r3
#elif defined(SHIM_timer)
	/* As firmware that has not set CNTFRQ: without secure mode it is Hyp's to write. */
	mov	r3, #0
	mcr	p15, 0, r3, c14, c0, 0
#endif
	b	end
	.ltorg
	.balign	64
end:

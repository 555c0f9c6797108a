/* SPDX-License-Identifier: BSD-2-Clause */
/* memcpy() and memset(): eight words at a time, for records are copied. */
	.syntax	unified
	.arch	armv7ve
	.arm
	.text

	.global	memcpy
memcpy:					@ r0: to, r1: from, r2: bytes
	mov	r12, r0
	orr	r3, r0, r1
	tst	r3, #3
	bne	3f
	push	{r4-r10}
1:	subs	r2, r2, #32
	ldmhs	r1!, {r3-r10}
	stmhs	r12!, {r3-r10}
	bhi	1b
	pop	{r4-r10}
	bxeq	lr
	add	r2, r2, #32
2:	subs	r2, r2, #4
	ldrhs	r3, [r1], #4
	strhs	r3, [r12], #4
	bhi	2b
	bxeq	lr
	add	r2, r2, #4
3:	subs	r2, r2, #1
	ldrbhs	r3, [r1], #1
	strbhs	r3, [r12], #1
	bhi	3b
	bx	lr

	.global	memset
memset:					@ r0: at, r1: byte, r2: bytes
	mov	r12, r0
	and	r1, r1, #0xff
	tst	r0, #3
	bne	3f
	orr	r3, r1, r1, lsl #8
	orr	r3, r3, r3, lsl #16
1:	subs	r2, r2, #4
	strhs	r3, [r12], #4
	bhi	1b
	bxeq	lr
	add	r2, r2, #4
3:	subs	r2, r2, #1
	strbhs	r1, [r12], #1
	bhi	3b
	bx	lr

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forms of access. An instruction, then what it does to memory: r or w,
 * element size, offset of the first element, how many. `base` is the register
 * that gets the target's address, `boff` added to it. r2 is 8, Z and N are as
 * in forms.c: EQ passes, NE fails. `pre` and `post` stand around it.
 */
#include "guest.h"

	.syntax	unified
	.arch	armv7ve
	.fpu	vfpv3-d16

	.macro	form thumb, insn, rw, size, off, count, base, boff, flags, pre, post
	.pushsection .rodata.names, "a"
77:	.asciz	"\thumb: \pre \insn"
	.popsection
	.text
	.balign	4
	.if	\flags & F_THUMB
	.thumb
	.thumb_func
	.else
	.arm
	.endif
78:	\pre
79:	\insn
	\post
	.if	\flags & F_THUMB
	.balign	4
	bx	pc
	nop
	.arm
	.endif
	b	form_done
	.ltorg
	.pushsection .rodata.forms, "a"
	.word	77b
	.word	78b + (\flags & F_THUMB)
	.word	79b
	.hword	\flags
	.byte	\base
	.ifc	\rw, w
	.byte	1
	.else
	.byte	0
	.endif
	.byte	\size, \count
	.hword	\off, \boff
	.balign	4
	.popsection
	.endm

	.macro	A insn, rw, size, off, count=1, base=1, boff=0, flags=0, pre, post
	form	A32, "\insn", \rw, \size, \off, \count, \base, \boff, (\flags), "\pre", "\post"
	.endm
	.macro	T insn, rw, size, off, count=1, base=1, boff=0, flags=0, pre, post
	form	T32, "\insn", \rw, \size, \off, \count, \base, \boff, (\flags+F_THUMB), "\pre", "\post"
	.endm

	.pushsection .rodata.forms, "a"
	.balign	4
	.globl	forms
forms:
	.popsection

	/* With a syndrome. */
	A	"ldr r0, [r1]", r, 4, 0
	A	"str r0, [r1]", w, 4, 0
	A	"ldrb r3, [r1, #3]", r, 1, 3
	A	"strb r3, [r1, #1]", w, 1, 1
	A	"ldrh r3, [r1, #2]", r, 2, 2
	A	"strh r3, [r1, #2]", w, 2, 2
	A	"ldrsb r3, [r1, #0]", r, 1, 0
	A	"ldrsb r3, [r1, #3]", r, 1, 3
	A	"ldrsh r3, [r1, #0]", r, 2, 0
	A	"ldrsh r3, [r1, #2]", r, 2, 2
	A	"ldr r1, [r1, #4]", r, 4, 4, flags=F_INTO
	A	"str r1, [r0, #4]", w, 4, 4, base=0
	A	"ldr r7, [r1, r2]", r, 4, 8
	A	"str r7, [r1, r2, lsl #1]", w, 4, 16
	A	"ldr r7, [r1, -r2, lsr #1]", r, 4, 0, boff=4
	/* Write-back. */
	A	"ldr r0, [r1, #4]!", r, 4, 4
	A	"str r0, [r1, #4]!", w, 4, 4
	A	"ldr r0, [r1], #4", r, 4, 0
	A	"str r0, [r1], #-4", w, 4, 0
	A	"ldrb r0, [r1], #1", r, 1, 0
	A	"strb r0, [r1, #-1]!", w, 1, 3, boff=4
	A	"ldrh r0, [r1], r2", r, 2, 0
	A	"strh r0, [r1], -r2", w, 2, 0
	A	"ldrsb r0, [r1, #1]!", r, 1, 1
	A	"ldrsh r0, [r1, #2]!", r, 2, 2
	A	"str r0, [r1, r2]!", w, 4, 8
	A	"ldr r0, [r1], r2, lsl #2", r, 4, 0
	A	"ldr r0, [r1, r2, ror #1]!", r, 4, 4
	A	"ldr r0, [r1, r2, asr #3]", r, 4, 0, boff=-1
	A	"push {r0}", w, 4, 4, base=13, boff=8, flags=F_BANKED
	A	"pop {r0}", r, 4, 8, base=13, boff=8, flags=F_BANKED
	/* Several registers. */
	A	"ldmia r1, {r3-r6}", r, 4, 0, 4
	A	"stmia r1, {r3-r6}", w, 4, 0, 4
	A	"ldmia r1!, {r3, r5, r7, lr}", r, 4, 0, 4, flags=F_BANKED
	A	"stmia r1!, {r3, r5, sp, lr}", w, 4, 0, 4, flags=F_BANKED
	A	"ldmib r1, {r0, r3}", r, 4, 4, 2
	A	"stmib r1!, {r0, r3}", w, 4, 4, 2
	A	"ldmda r1, {r0, r3}", r, 4, 4, 2, boff=8
	A	"stmda r1!, {r0, r3}", w, 4, 4, 2, boff=8
	A	"ldmdb r1!, {r0, r3-r5}", r, 4, 0, 4, boff=16
	A	"stmdb r1!, {r0, r3-r5}", w, 4, 0, 4, boff=16
	A	"stmia r1!, {r1, r3}", w, 4, 0, 2, flags=F_INTO
	A	"stmia r4, {r8-r12, lr}", w, 4, 0, 6, base=4, flags=F_BANKED
	A	"ldmia r4, {r8-r12, lr}", r, 4, 0, 6, base=4, flags=F_BANKED
	A	"ldm r1, {r1, r3}", r, 4, 0, 2, flags=F_INTO
	/* Doublewords. */
	A	"ldrd r4, r5, [r1]", r, 8, 0
	A	"strd r4, r5, [r1, #8]", w, 8, 8
	A	"ldrd r4, r5, [r1, #8]!", r, 8, 8
	A	"strd r4, r5, [r1], #8", w, 8, 0
	A	"ldrd r6, r7, [r1, r2]", r, 8, 8
	A	"strd r6, r7, [r1, r2]", w, 8, 8
	A	"ldrd r6, r7, [r1], -r2", r, 8, 0
	A	"ldrd r10, r11, [r1]", r, 8, 0, flags=F_BANKED
	A	"strd r10, r11, [r1]", w, 8, 0, flags=F_BANKED
	A	"ldrd r12, sp, [r1]", r, 8, 0, flags=F_BANKED
	A	"strd r12, sp, [r1]", w, 8, 0, flags=F_BANKED
	/* Banked registers, as base and as datum. */
	A	"ldr sp, [r1]", r, 4, 0, flags=F_BANKED
	A	"str sp, [r1]", w, 4, 0, flags=F_BANKED
	A	"ldr lr, [r1]", r, 4, 0, flags=F_BANKED
	A	"str lr, [r1]", w, 4, 0, flags=F_BANKED
	A	"ldr r8, [r1]", r, 4, 0, flags=F_BANKED
	A	"str r12, [r1]", w, 4, 0, flags=F_BANKED
	A	"ldr r12, [r9, #4]", r, 4, 4, base=9, flags=F_BANKED
	A	"str r0, [r11], #4", w, 4, 0, base=11, flags=F_BANKED
	A	"ldr r0, [sp, #4]!", r, 4, 4, base=13, flags=F_BANKED
	A	"str lr, [sp, #-4]!", w, 4, 0, base=13, boff=4, flags=F_BANKED
	A	"ldr r10, [lr], #4", r, 4, 0, base=14, flags=F_BANKED
	A	"strb r8, [lr]", w, 1, 0, base=14, flags=F_BANKED
	A	"ldrsh r10, [sp, #2]", r, 2, 2, base=13, flags=F_BANKED
	/* The PC. */
	A	"ldr pc, [r1, #4]", r, 4, 4, flags=F_PC
	A	"ldr pc, [r1], #4", r, 4, 0, flags=F_PC
	A	"ldmia r1!, {r3, pc}", r, 4, 0, 2, flags=F_PC
	A	"pop {r3, r4, pc}", r, 4, 0, 3, base=13, flags=F_PC+F_BANKED
	A	"str pc, [r1]", w, 4, 0
	A	"stmia r1, {r0, pc}", w, 4, 0, 2
	/* Unprivileged. */
	A	"ldrt r0, [r1], #4", r, 4, 0
	A	"strt r0, [r1], #4", w, 4, 0
	A	"ldrbt r0, [r1], #1", r, 1, 0
	A	"strbt r0, [r1], r2", w, 1, 0
	A	"ldrht r0, [r1], #2", r, 2, 0
	A	"strht r0, [r1], #2", w, 2, 0
	A	"ldrsbt r0, [r1], #1", r, 1, 0
	A	"ldrsht r0, [r1], #2", r, 2, 0
	/* Conditional. */
	A	"ldreq r0, [r1]", r, 4, 0
	A	"streq r0, [r1]", w, 4, 0
	A	"ldrne r0, [r1]", r, 4, 0, 0, flags=F_FAILS
	A	"strne r0, [r1], #4", w, 4, 0, 0, flags=F_FAILS
	A	"stmlt r1!, {r3, r4}", w, 4, 0, 0, flags=F_FAILS
	A	"ldmge r1!, {r3, r4}", r, 4, 0, 2
	A	"strdeq r4, r5, [r1]", w, 8, 0
	/* Big-endian data. */
	A	"ldr r0, [r1]", r, 4, 0, pre="setend be"
	A	"str r0, [r1]", w, 4, 0, pre="setend be"
	A	"ldrh r0, [r1]", r, 2, 0, pre="setend be"
	A	"strh r0, [r1]", w, 2, 0, pre="setend be"
	A	"ldrsh r0, [r1, #2]", r, 2, 2, pre="setend be"
	A	"ldrb r0, [r1, #1]", r, 1, 1, pre="setend be"
	A	"strb r0, [r1, #1]", w, 1, 1, pre="setend be"
	A	"ldrd r4, r5, [r1]", r, 8, 0, pre="setend be"
	A	"strd r4, r5, [r1]", w, 8, 0, pre="setend be"
	A	"ldmia r1!, {r3-r5}", r, 4, 0, 3, pre="setend be"
	A	"stmia r1!, {r3-r5}", w, 4, 0, 3, pre="setend be"
	A	"str r0, [r1, #4]!", w, 4, 4, pre="setend be"

	/* Thumb, 16 bits. */
	T	"ldr r0, [r1, #4]", r, 4, 4
	T	"str r0, [r1, #4]", w, 4, 4
	T	"ldrb r0, [r1, #3]", r, 1, 3
	T	"strb r0, [r1, #3]", w, 1, 3
	T	"ldrh r0, [r1, #2]", r, 2, 2
	T	"strh r0, [r1, #2]", w, 2, 2
	T	"ldrsb r0, [r1, r2]", r, 1, 8
	T	"ldrsh r0, [r1, r2]", r, 2, 8
	T	"str r3, [r1, r2]", w, 4, 8
	T	"strh r3, [r1, r2]", w, 2, 8
	T	"ldr r0, [sp, #4]", r, 4, 4, base=13, flags=F_BANKED
	T	"str r0, [sp, #4]", w, 4, 4, base=13, flags=F_BANKED
	T	"push {r0, r3, lr}", w, 4, 0, 3, base=13, boff=12, flags=F_BANKED
	T	"pop {r0, r3}", r, 4, 0, 2, base=13, flags=F_BANKED
	T	"ldmia r1!, {r3, r4}", r, 4, 0, 2
	T	"stmia r1!, {r3, r4}", w, 4, 0, 2
	T	"ldmia r1, {r1, r3}", r, 4, 0, 2, flags=F_INTO
	T	"pop {r0, pc}", r, 4, 0, 2, base=13, flags=F_PC
	/* Thumb, 32 bits. */
	T	"ldr.w r8, [r1, #12]", r, 4, 12, flags=F_BANKED
	T	"str.w r8, [r1, #12]", w, 4, 12, flags=F_BANKED
	T	"ldr.w lr, [r1]", r, 4, 0, flags=F_BANKED
	T	"str.w lr, [r1]", w, 4, 0, flags=F_BANKED
	T	"ldr.w sp, [r1]", r, 4, 0, flags=F_BANKED
	T	"str.w sp, [r1]", w, 4, 0, flags=F_BANKED
	T	"ldr r0, [r1, #-4]", r, 4, 0, boff=4
	T	"str r0, [r1, #-4]", w, 4, 0, boff=4
	T	"ldr r0, [r1, #4]!", r, 4, 4
	T	"str r0, [r1, #4]!", w, 4, 4
	T	"ldr r0, [r1], #-4", r, 4, 0
	T	"strb r0, [r1], #1", w, 1, 0
	T	"ldrsb r0, [r1], #1", r, 1, 0
	T	"ldrsh.w r0, [r1, #6]", r, 2, 6
	T	"ldrh r0, [r1, #2]!", r, 2, 2
	T	"strh.w r10, [r1, r2, lsl #1]", w, 2, 16, flags=F_BANKED
	T	"ldr.w r10, [r1, r2, lsl #1]", r, 4, 16, flags=F_BANKED
	T	"ldrt r0, [r1, #4]", r, 4, 4
	T	"strt r0, [r1, #4]", w, 4, 4
	T	"ldrsht r0, [r1, #2]", r, 2, 2
	T	"ldrd r3, r7, [r1, #8]", r, 8, 8
	T	"strd r3, r7, [r1, #8]", w, 8, 8
	T	"ldrd r3, r7, [r1], #8", r, 8, 0
	T	"strd r7, r3, [r1, #-8]!", w, 8, 0, boff=8
	T	"ldmia.w r1!, {r3, r8, lr}", r, 4, 0, 3, flags=F_BANKED
	T	"stmia.w r1!, {r3, r8, lr}", w, 4, 0, 3, flags=F_BANKED
	T	"ldmdb r1!, {r3, r8, lr}", r, 4, 0, 3, boff=12
	T	"stmdb r1, {r3, r8, lr}", w, 4, 0, 3, boff=12
	T	"push.w {r0, r8, lr}", w, 4, 0, 3, base=13, boff=12, flags=F_BANKED
	T	"pop.w {r0, r8, lr}", r, 4, 0, 3, base=13, flags=F_BANKED
	T	"ldr.w pc, [r1, #4]", r, 4, 4, flags=F_PC
	T	"ldr r0, [r1]", r, 4, 0, pre="setend be"
	T	"str.w r8, [r1]", w, 4, 0, pre="setend be"
	T	"strd r4, r5, [r1]", w, 8, 0, pre="setend be"
	/* IT blocks: what follows tells whether ITSTATE has moved on. */
	T	"ldreq r0, [r1]", r, 4, 0, pre="itete eq", post="addne r3, #1; addeq r4, #1; addne r5, #1"
	T	"streq r0, [r1, #4]", w, 4, 4, pre="itete eq", post="addne r3, #1; addeq r4, #1; addne r5, #1"
	T	"ldrne r0, [r1]", r, 4, 0, 0, pre="ite ne", post="addeq r3, #1", flags=F_FAILS
	T	"strne.w r8, [r1]", w, 4, 0, 0, pre="itee ne", post="addeq r3, #1; addeq r4, #1", flags=F_FAILS
	T	"ldmiaeq r1!, {r3, r4}", r, 4, 0, 2, pre="itt eq", post="addeq r5, #1"
	T	"strdeq r4, r5, [r1], #8", w, 8, 0, pre="ite eq", post="addne r3, #1"
	T	"streq r0, [r1], #4", w, 4, 0, pre="it eq"
	T	"ldreq r0, [r1, #4]!", r, 4, 4, pre="ittt eq; addeq r6, #1", post="addeq r3, #1"
	T	"ldreq pc, [r1, #4]", r, 4, 4, pre="it eq", flags=F_PC

	/* Unaligned, which RAM allows and a device does not. */
	A	"ldr r0, [r1, #1]", r, 4, 1, flags=F_RAM
	A	"str r0, [r1, #3]", w, 4, 3, flags=F_RAM
	A	"ldrh r0, [r1, #3]", r, 2, 3, flags=F_RAM
	A	"ldrsh r0, [r1, #1]", r, 2, 1, flags=F_RAM
	A	"strh r0, [r1, #5]", w, 2, 5, flags=F_RAM
	A	"ldr r0, [r1, #2]!", r, 4, 2, flags=F_RAM
	T	"str.w r8, [r1, #2]", w, 4, 2, flags=F_RAM
	A	"ldr r0, [r1, #1]", r, 4, 1, flags=F_RAM, pre="setend be"
	A	"str r0, [r1, #1]", w, 4, 1, flags=F_RAM, pre="setend be"
	A	"ldrd r4, r5, [r1, #4]", r, 8, 4, flags=F_RAM
	A	"strd r4, r5, [r1, #4]", w, 8, 4, flags=F_RAM

	/* What is not emulated. */
	A	"vldr d0, [r1]", r, 0, 0, flags=F_REFUSED
	A	"vstr s1, [r1]", w, 0, 0, flags=F_REFUSED
	A	"vldmia r1!, {d0-d1}", r, 0, 0, flags=F_REFUSED
	T	"vldr d0, [r1]", r, 0, 0, flags=F_REFUSED

	.pushsection .rodata.forms, "a"
	.globl	forms_end
forms_end:
	.popsection

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Section numbers are those of the ARM ARM, DDI 0406C. What its encoding pages call UNPREDICTABLE
 * does the obvious, as the guest could have done by other instructions: a should-be bit with the
 * other value is ignored, where no other instruction has it; an offset is that of before the
 * instruction; a base that is loaded is not written back, and STM stores the old one. Refused are
 * an empty list, and a branch by other than a word or from within an IT block. What is UNDEFINED
 * never aborts, and is decoded as its neighbours are.
 */
#include "decode.h"

enum { SP = 13, LR, PC };

#define BITS(op, low, width) ((op) >> (low) & (BIT(width) - 1))
#define REG(op, low)	     BITS(op, low, 4)

/*
 * How the base is indexed, by P, U and W where most encodings have them: access with the offset,
 * not only write it back; add the offset; write it back.
 */
enum { PRE = BIT(24), UP = BIT(23), WBACK = BIT(21), ADD = PRE | UP };

/*
 * PUW: P, U and W are the opcode's. BASE, in T16: the base is r, and the data register is in bits
 * [10:8]. With an element's size: LOAD, a load although its L bit is clear; SIGN.
 */
enum { PUW = 1, EXCL = 2, LOAD = 16, SIGN = 32 };
#define BASE(r) ((r) << 8)

/*
 * What is in a form's field: an immediate offset, as it is (IMM), in units of an element or a
 * word (SCALED), or with P, U and W in bits [10:8] (IMM8, where ADD is LDRT and the like); a
 * register that is the offset (RM; in A32, bit 22 makes it the low half of an immediate), or the
 * offset but for a shift by bits [5:4] (RM_LSL) or by bits [11:5] (RM_SHIFT); or the list of LDM
 * and STM.
 */
enum { IMM, SCALED, IMM8, RM, RM_LSL, RM_SHIFT, LIST };

/*
 * Encodings of a kind. The first that matches counts; the last, all 0, matches anything. Two bits
 * of the opcode, from `at` up, choose what an element is: 0 for what is not for us.
 */
struct form {
	u32 mask, match, flags;
	u8 at, what[4];
	u8 kind, low, width; /* of the field */
};

static const struct form a32_forms[] = {
	{0xf0000000, 0xf0000000, 0, 0, {0}, 0, 0, 0}, /* A5.7: unconditional, PLD and others */
	/* A5.3: LDR, STR, LDRB, STRB, and with T; A5.5: LDM, STM, without ^ */
	{0x0e000000, 0x04000000, PUW, 22, {4, 1, 4, 1}, IMM, 0, 12},
	{0x0e000010, 0x06000000, PUW, 22, {4, 1, 4, 1}, RM_SHIFT, 0, 4},
	{0x0e000000, 0x08000000, PUW, 22, {4, 0, 4, 0}, LIST, 0, 16},
	/* A5.2.10: LDREX, STREX, and with D, B, H */
	{0x0f800ff0, 0x01800f90, ADD | EXCL, 21, {4, 8, 1, 2}, IMM, 0, 0},
	/* A5.2.8, A5.2.9: STRH, LDRD, STRD; LDRH, LDRSB, LDRSH; and with T */
	{0x0e100090, 0x00000090, PUW, 5, {0, 2, 8 | LOAD, 8}, RM, 0, 4},
	{0x0e100090, 0x00100090, PUW, 5, {0, 2, 1 | SIGN, 2 | SIGN}, RM, 0, 4},
	{0},
};

/* Bit 24 of the single ones is their sign. */
static const struct form t32_forms[] = {
	{0xfe400000, 0xe8000000, PUW, 23, {0, 4, 4, 0}, LIST, 0, 16}, /* A6.3.5: LDM, STM */
	{0xff400000, 0xe9400000, PUW, 0, {8, 8, 8, 8}, SCALED, 0, 8}, /* A6.3.6: LDRD, STRD */
	{0xff600000, 0xe8600000, PUW, 0, {8, 8, 8, 8}, SCALED, 0, 8}, /* with W and not P */
	{0xffe00000, 0xe8400000, ADD | EXCL, 0, {4, 4, 4, 4}, SCALED, 0, 8}, /* LDREX, STREX */
	{0xffe000c0, 0xe8c00040, ADD | EXCL, 4, {1, 2, 0, 8}, IMM, 0, 0},    /* with B, H, D */
	{0xff100000, 0xf9000000, 0, 0, {0}, 0, 0, 0},		     /* A7.7: VST1 and others */
	{0xfe8f0000, 0xf80f0000, PRE, 21, {1, 2, 4, 0}, IMM, 0, 12}, /* A6.3.7 to 10: literal, U = 0
								      */
	{0xfe800000, 0xf8800000, ADD, 21, {1, 2, 4, 0}, IMM, 0, 12}, /* immediate; literal */
	{0xfe800800, 0xf8000800, 0, 21, {1, 2, 4, 0}, IMM8, 0, 8},
	{0xfe800fc0, 0xf8000000, ADD, 21, {1, 2, 4, 0}, RM_LSL, 0, 4},
	{0},
};

static const struct form t16_forms[] = {
	{0xf800, 0x4800, ADD | BASE(PC), 0, {4, 4, 4, 4}, SCALED, 0, 8}, /* A6.2: LDR (literal) */
	/* A6.2.4: STR, STRH, STRB, LDRSB; LDR, LDRH, LDRB, LDRSH; immediates, the last from SP */
	{0xf800, 0x5000, ADD, 9, {4, 2, 1, 1 | LOAD | SIGN}, RM, 6, 3},
	{0xf800, 0x5800, ADD, 9, {4, 2, 1, 2 | SIGN}, RM, 6, 3},
	{0xe000, 0x6000, ADD, 11, {4, 4, 1, 1}, SCALED, 6, 5},
	{0xf000, 0x8000, ADD, 0, {2, 2, 2, 2}, SCALED, 6, 5},
	{0xf000, 0x9000, ADD | BASE(SP), 0, {4, 4, 4, 4}, SCALED, 0, 8},
	{0xfe00, 0xb400, PRE | WBACK | BASE(SP), 0, {4, 4, 4, 4}, LIST, 0, 9}, /* A6.2.5: PUSH */
	{0xfe00, 0xbc00, UP | WBACK | BASE(SP), 0, {4, 4, 4, 4}, LIST, 0, 9},  /* POP */
	{0xf000, 0xc000, UP | WBACK, 0, {4, 4, 4, 4}, LIST, 0, 8},	       /* A6.2: LDM, STM */
	{0},
};

/* What the field stands for. */
static u32 operand(const struct form *form, u32 op, u32 size, const u32 regs[16], u32 cpsr)
{
	u32 field = BITS(op, form->low, form->width), value = regs[field & 15], n = BITS(op, 7, 5);
	u32 shift = BITS(op, 5, 2);

	if (form->kind == SCALED)
		return field * MIN(size, 4u);
	if (form->kind == RM_LSL)
		return value << BITS(op, 4, 2);
	if (form->kind == RM)
		return op & BIT(22) ? BITS(op, 8, 4) << 4 | field : value;
	if (form->kind != RM_SHIFT)
		return field;
	/* An immediate shift (A8.4.3), where an amount of 0 has meanings of its own. */
	if (shift == 0)
		return value << n;
	if (shift == 1)
		return n ? value >> n : 0;
	if (shift == 2) /* by 32 it gives what it gives by 31 */
		return (u32)((s32)value >> (n ? n : 31));
	return n ? value >> n | value << (32 - n) : value >> 1 | (cpsr & BIT(29)) << 2;
}

int arm_decode(u32 op, bool thumb, const u32 regs[16], u32 cpsr, struct insn *out)
{
	bool narrow = thumb && !(op >> 16), block, up, pre;
	const struct form *form = narrow ? t16_forms : thumb ? t32_forms : a32_forms;
	u32 what, rn, rt, base, value, index;

	while ((op & form->mask) != form->match)
		form++;
	what = form->what[BITS(op, form->at, 2)];
	if (!what)
		return -1;
	block = form->kind == LIST;

	/* The registers, and what is done with them. Those that it has not are anything. */
	*out = (struct insn){.len = narrow ? 2 : 4, .size = what & 15};
	out->load = what & LOAD || op & (narrow ? BIT(11) : BIT(20));
	out->sign = what & SIGN || op >> 24 == 0xf9;
	out->excl = form->flags & EXCL;
	out->rn = REG(op, 16);
	rt = REG(op, !thumb && out->excl && !out->load ? 0 : 12);
	out->rt2 = (u8)(thumb ? REG(op, 8) : rt | 1);
	out->rd = REG(op, !thumb ? 12 : out->size == 4 ? 8 : 0);
	if (narrow) {
		rn = REG(form->flags, 8);
		out->rn = (u8)(rn ? rn : BITS(op, block ? 8 : 3, 3));
		rt = BITS(op, rn ? 8 : 0, 3);
	}
	value = operand(form, op, out->size, regs, cpsr);
	if (narrow && block && value & BIT(8)) /* LR for PUSH, PC for POP */
		value ^= BIT(8) | BIT(out->load ? PC : LR);
	out->list = (u16)(block ? value : BIT(rt));

	base = regs[out->rn];
	if (out->rn == PC) /* reads ahead of the instruction, and aligned */
		base = ALIGN_DOWN(base + (thumb ? 4 : 8), 4);
	index = form->flags & PUW ? op : form->flags;
	if (form->kind == IMM8)
		index = BITS(op, 9, 2) << 23 | BITS(op, 8, 1) << 21;
	up = index & UP;
	pre = index & PRE;
	if (block)
		value = 4u * (u32)__builtin_popcount(out->list);
	out->wb_value = up ? base + value : base - value;
	out->addr = pre ? out->wb_value : base;
	if (block)
		out->addr = (up ? base : out->wb_value) + (up == pre ? 4 : 0);
	/* After-indexing always writes back, so that A32 has W mark LDRT and STRT. */
	out->user = thumb ? form->kind == IMM8 && index == ADD : !block && !pre && index & WBACK;
	out->wback = (index & WBACK || !(block || pre)) && !(out->load && out->list & BIT(out->rn));
	out->changed = (u16)((out->load ? out->list : 0) |
			     (out->load && out->size == 8 ? BIT(out->rt2) : 0) |
			     (out->excl && !out->load ? BIT(out->rd) : 0) |
			     (out->wback ? BIT(out->rn) : 0));
	/* PLD has the bits of a load to PC, but that of a word. */
	return -(!out->list || (out->changed & BIT(PC) && (out->size != 4 || cpsr_it(cpsr) & 7)));
}

bool cond_passed(u32 cond, u32 cpsr)
{
	/* A8.3: EQ, CS, MI, VS, HI, GE, GT, AL; bit n is for NZCV = n. */
	static const u16 pass[] = {0xf0f0, 0xcccc, 0xff00, 0xaaaa, 0x0c0c, 0xaa55, 0x0a05, 0xffff};

	return (pass[cond >> 1] >> (cpsr >> 28) & 1) != (cond & 1 && cond != 0xf);
}

u32 cpsr_it(u32 cpsr)
{
	return (cpsr >> 8 & 0xfc) | (cpsr >> 25 & 3);
}

u32 cpsr_it_advance(u32 cpsr)
{
	u32 it = cpsr_it(cpsr);

	it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
	return (cpsr & ~0x0600fc00u) | (it & 0xfc) << 8 | (it & 3) << 25;
}

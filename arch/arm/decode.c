/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Section numbers are those of the ARM ARM, DDI 0406C. What its encoding pages call UNPREDICTABLE
 * is refused by registers_allowed() and block(), or else does the obvious: a should-be bit with
 * the other value is ignored, where no other instruction has it; an offset is that of before the
 * instruction; LDM does not write back a base that it loads, and STM stores the old one.
 */
#include "decode.h"

#define SP 13u
#define LR 14u
#define PC 15u

#define BITS(op, low, width) ((op) >> (low) & (BIT(width) - 1))
#define REG(op, low)	     BITS(op, low, 4)

/* How the base is indexed, by P, U and W where most encodings have them. */
#define PRE   BIT(24) /* access with the offset, not only write it back */
#define UP    BIT(23) /* add the offset */
#define WBACK BIT(21)
#define ADD   (PRE | UP)

/*
 * PUW: P, U and W are the opcode's. LOAD: a load although its L bit is clear. USER: LDRT and the
 * like in Thumb. BASE, in T16: the base is r, and the data register is in bits [10:8].
 */
enum { PUW = 1, LOAD = 2, SIGN = 4, EXCL = 8, USER = 16 };
#define BASE(r) ((r) << 8)

/*
 * What is in a form's field: an immediate offset, as it is (IMM), in units of an element or a
 * word (SCALED), or with P, U and W in bits [10:8] (IMM8); a register that is the offset (RM; in
 * A32, bit 22 makes it the low half of an immediate), or the offset but for a shift by bits [5:4]
 * (RM_LSL) or by bits [11:5] (RM_SHIFT); or the list of LDM and STM.
 */
enum { REFUSED, IMM, SCALED, IMM8, RM, RM_LSL, RM_SHIFT, LIST };

/* One encoding. The first that matches counts; the last, all 0, matches anything. */
struct form {
	u32 mask, match, flags;
	u8 size;	     /* of an element; 0 if it is in bits [22:21], and SIGN in bit 24 */
	u8 kind, low, width; /* of the field */
};

static const struct form a32_forms[] = {
	{0xf0000000, 0xf0000000, 0, 0, REFUSED, 0, 0}, /* A5.7: unconditional, PLD and others */
	{0x0e400000, 0x04000000, PUW, 4, IMM, 0, 12},  /* A5.3: LDR, STR, LDRT, STRT (immediate) */
	{0x0e400000, 0x04400000, PUW, 1, IMM, 0, 12},  /* LDRB, STRB, LDRBT, STRBT (immediate) */
	{0x0e400010, 0x06000000, PUW, 4, RM_SHIFT, 0, 4}, /* LDR, STR, LDRT, STRT (register) */
	{0x0e400010, 0x06400000, PUW, 1, RM_SHIFT, 0, 4}, /* LDRB, STRB, LDRBT, STRBT (register) */
	{0x0e0000f0, 0x000000b0, PUW, 2, RM, 0, 4}, /* A5.2.8, A5.2.9: LDRH, STRH, LDRHT, STRHT */
	{0x0e1000f0, 0x000000d0, PUW | LOAD, 8, RM, 0, 4},  /* LDRD */
	{0x0e1000f0, 0x000000f0, PUW, 8, RM, 0, 4},	    /* STRD */
	{0x0e1000f0, 0x001000d0, PUW | SIGN, 1, RM, 0, 4},  /* LDRSB, LDRSBT */
	{0x0e1000f0, 0x001000f0, PUW | SIGN, 2, RM, 0, 4},  /* LDRSH, LDRSHT */
	{0x0fe00ff0, 0x01800f90, ADD | EXCL, 4, IMM, 0, 0}, /* A5.2.10: LDREX, STREX */
	{0x0fe00ff0, 0x01a00f90, ADD | EXCL, 8, IMM, 0, 0}, /* LDREXD, STREXD */
	{0x0fe00ff0, 0x01c00f90, ADD | EXCL, 1, IMM, 0, 0}, /* LDREXB, STREXB */
	{0x0fe00ff0, 0x01e00f90, ADD | EXCL, 2, IMM, 0, 0}, /* LDREXH, STREXH */
	{0x0e400000, 0x08000000, PUW, 4, LIST, 0, 16},	    /* A5.5: LDM, STM, without ^ */
	{0},
};

static const struct form t32_forms[] = {
	{0xffc02000, 0xe8800000, PUW, 4, LIST, 0, 16},	       /* A6.3.5: LDM, STM, POP */
	{0xffc02000, 0xe9000000, PUW, 4, LIST, 0, 16},	       /* LDMDB, STMDB, PUSH */
	{0xff400000, 0xe9400000, PUW, 8, SCALED, 0, 8},	       /* A6.3.6: LDRD, STRD, with P */
	{0xff600000, 0xe8600000, PUW, 8, SCALED, 0, 8},	       /* LDRD, STRD, with W */
	{0xffe00000, 0xe8400000, ADD | EXCL, 4, SCALED, 0, 8}, /* LDREX, STREX */
	{0xffe00ff0, 0xe8c00f40, ADD | EXCL, 1, IMM, 0, 0},    /* LDREXB, STREXB */
	{0xffe00ff0, 0xe8c00f50, ADD | EXCL, 2, IMM, 0, 0},    /* LDREXH, STREXH */
	{0xffe000f0, 0xe8c00070, ADD | EXCL, 8, IMM, 0, 0},    /* LDREXD, STREXD */
	{0xff100000, 0xf9000000, 0, 0, REFUSED, 0, 0},	       /* A7.7: VST1 and others */
	{0xff600000, 0xf9400000, 0, 0, REFUSED, 0, 0}, /* undefined: LDR that would extend a word */
	{0xfe600000, 0xf8600000, 0, 0, REFUSED, 0, 0}, /* undefined: LDR, STR of eight bytes */
	{0xfe8f0000, 0xf80f0000, PRE, 0, IMM, 0, 12},  /* A6.3.7 to A6.3.10: (literal), U = 0 */
	{0xfe800000, 0xf8800000, ADD, 0, IMM, 0, 12},  /* (immediate) of 12 bits; (literal) */
	{0xfe800d00, 0xf8000800, 0, 0, REFUSED, 0, 0}, /* undefined: neither P nor W */
	{0xfe800f00, 0xf8000e00, ADD | USER, 0, IMM, 0, 8}, /* LDRT to LDRSHT, STRT to STRHT */
	{0xfe800800, 0xf8000800, 0, 0, IMM8, 0, 8},	    /* (immediate) of 8 bits */
	{0xfe800fc0, 0xf8000000, ADD, 0, RM_LSL, 0, 4},	    /* (register) */
	{0},
};

static const struct form t16_forms[] = {
	{0xf800, 0x4800, ADD | BASE(PC), 4, SCALED, 0, 8},	 /* A6.2: LDR (literal) */
	{0xf600, 0x5000, ADD, 4, RM, 6, 3},			 /* A6.2.4: LDR, STR (register) */
	{0xf600, 0x5200, ADD, 2, RM, 6, 3},			 /* LDRH, STRH (register) */
	{0xf600, 0x5400, ADD, 1, RM, 6, 3},			 /* LDRB, STRB (register) */
	{0xfe00, 0x5600, ADD | LOAD | SIGN, 1, RM, 6, 3},	 /* LDRSB (register) */
	{0xfe00, 0x5e00, ADD | SIGN, 2, RM, 6, 3},		 /* LDRSH (register) */
	{0xf000, 0x6000, ADD, 4, SCALED, 6, 5},			 /* LDR, STR (immediate) */
	{0xf000, 0x7000, ADD, 1, SCALED, 6, 5},			 /* LDRB, STRB (immediate) */
	{0xf000, 0x8000, ADD, 2, SCALED, 6, 5},			 /* LDRH, STRH (immediate) */
	{0xf000, 0x9000, ADD | BASE(SP), 4, SCALED, 0, 8},	 /* LDR, STR (immediate), from SP */
	{0xfe00, 0xb400, PRE | WBACK | BASE(SP), 4, LIST, 0, 9}, /* A6.2.5: PUSH */
	{0xfe00, 0xbc00, UP | WBACK | BASE(SP), 4, LIST, 0, 9},	 /* POP */
	{0xf000, 0xc000, UP | WBACK, 4, LIST, 0, 8},		 /* A6.2: LDM, STM */
	{0},
};

/* The offset, or the list. */
static u32 operand(const struct form *form, u32 op, const u32 regs[16], u32 cpsr)
{
	u32 field = BITS(op, form->low, form->width), value = regs[field & 15], n = BITS(op, 7, 5);

	if (form->kind == SCALED)
		return field * MIN(form->size, 4u);
	if (form->kind == RM_LSL)
		return value << BITS(op, 4, 2);
	if (form->kind == RM)
		return op & BIT(22) ? BITS(op, 8, 4) << 4 | field : value;
	if (form->kind != RM_SHIFT)
		return field;
	/* An immediate shift (A8.4.3), where an amount of 0 has meanings of its own. */
	switch (BITS(op, 5, 2)) {
	case 0:
		return value << n;
	case 1:
		return n ? value >> n : 0;
	case 2: /* by 32 it gives what it gives by 31 */
		return (u32)((s32)value >> (n ? n : 31));
	default:
		return n ? value >> n | value << (32 - n) : value >> 1 | (cpsr & BIT(29)) << 2;
	}
}

/* All but the address. Registers that the instruction has not are set to anything. */
static void set_fields(const struct form *form, u32 op, bool thumb, bool narrow, struct insn *out)
{
	u8 base = REG(form->flags, 8);

	out->len = narrow ? 2 : 4;
	out->block = form->kind == LIST;
	out->load = form->flags & LOAD || op & (narrow ? BIT(11) : BIT(20));
	out->excl = form->flags & EXCL;
	out->size = (u8)(form->size ? form->size : BIT(BITS(op, 21, 2)));
	out->sign = form->size ? form->flags & SIGN : op & BIT(24);
	out->rn = REG(op, 16);
	out->rt = REG(op, !thumb && out->excl && !out->load ? 0 : 12);
	out->rt2 = thumb ? REG(op, 8) : out->rt | 1;
	out->rd = REG(op, !thumb ? 12 : out->size == 4 ? 8 : 0);
	if (narrow) {
		out->rn = (u8)(base ? base : BITS(op, out->block ? 8 : 3, 3));
		out->rt = BITS(op, base ? 8 : 0, 3);
	}
}

/* The register rules of A8.8 for everything but LDM and STM; `branch` if PC may be loaded. */
static bool registers_allowed(const struct insn *out, bool thumb, bool branch)
{
	bool plain = out->size == 4 && !out->excl;
	bool pc_data = plain && (out->load ? branch && !out->user : !thumb);
	bool sp_data = !thumb || (plain && !out->user);
	u32 barred = (pc_data ? 0 : BIT(PC)) | (sp_data ? 0 : BIT(SP));
	bool pair = out->size == 8;
	u32 data = BIT(out->rt) | (pair ? BIT(out->rt2) : 0);

	/* In A32 the registers are the same if the first is odd. */
	if (pair && (out->user || (out->rt == out->rt2 && (out->load || !thumb))))
		return false;
	if (out->excl && !out->load && BIT(out->rd) & (barred | data | BIT(out->rn)))
		return false;
	if (out->rn == PC && (out->wback || out->excl || (thumb && !out->load)))
		return false;
	return !(data & barred) && !(out->wback && data & BIT(out->rn));
}

/* LDM and STM: UP is for IA and IB, PRE for IB and DB. */
static bool block(struct insn *out, u32 list, u32 index, u32 base, bool branch)
{
	bool up = index & UP, pre = index & PRE;

	if (out->len == 2 && list & BIT(8)) /* LR for PUSH, PC for POP */
		list ^= BIT(8) | BIT(out->load ? PC : LR);
	for (u32 left = list; left; left &= left - 1)
		out->count++;
	out->list = (u16)list;
	out->wb_value = up ? base + 4u * out->count : base - 4u * out->count;
	out->addr = (up ? base : out->wb_value) + (up == pre ? 4 : 0);
	/* A base that is loaded stays as loaded; 16-bit LDM has no other W bit. */
	out->wback = index & WBACK && !(out->load && list & BIT(out->rn));
	return list && out->rn != PC && (branch || !(out->load && list & BIT(PC)));
}

int arm_decode(u32 opcode, bool thumb, const u32 regs[16], u32 cpsr, struct insn *out)
{
	bool narrow = thumb && !(opcode >> 16);
	bool branch = !(cpsr_it(cpsr) & 7); /* nothing of an IT block is left */
	const struct form *form = narrow ? t16_forms : thumb ? t32_forms : a32_forms;
	u32 base, value, index;

	while ((opcode & form->mask) != form->match)
		form++;
	if (form->kind == REFUSED)
		return -1;
	*out = (struct insn){0};
	set_fields(form, opcode, thumb, narrow, out);
	base = regs[out->rn];
	value = operand(form, opcode, regs, cpsr);
	index = form->flags & PUW ? opcode : form->flags;
	if (out->block)
		return block(out, value, index, base, branch) ? 0 : -1;

	if (form->kind == IMM8)
		index = BITS(opcode, 9, 2) << 23 | BITS(opcode, 8, 1) << 21;
	if (out->rn == PC) /* reads ahead of the instruction, and aligned */
		base = ALIGN_DOWN(base + (thumb ? 4 : 8), 4);
	out->count = 1;
	out->list = (u16)BIT(out->rt);
	out->wb_value = index & UP ? base + value : base - value;
	out->addr = index & PRE ? out->wb_value : base;
	/* After-indexing always writes back, so that A32 has W mark LDRT and STRT. */
	out->wback = !(index & PRE) || index & WBACK;
	out->user = form->flags & USER || (!thumb && (index & (PRE | WBACK)) == WBACK);
	return registers_allowed(out, thumb, branch) ? 0 : -1;
}

bool cond_passed(u32 cond, u32 cpsr)
{
	/* A8.3: EQ, CS, MI, VS, HI, GE, GT, AL; bit n is for NZCV = n. */
	static const u16 passes[] = {0xf0f0, 0xcccc, 0xff00, 0xaaaa,
				     0x0c0c, 0xaa55, 0x0a05, 0xffff};
	bool pass = passes[BITS(cond, 1, 3)] >> (cpsr >> 28) & 1;

	return pass != (cond & 1 && cond != 0xf);
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

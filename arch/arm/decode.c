/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Section numbers are those of the ARM ARM, DDI 0406C. What its encoding pages call UNPREDICTABLE
 * is refused, should-be bits with the other value included: a guest gets no behaviour here that
 * a core might not give it.
 */
#include "decode.h"

#define SP 13u
#define LR 14u
#define PC 15u

#define BITS(op, low, width) ((op) >> (low) & (BIT(width) - 1))
#define REG(op, low)	     BITS(op, low, 4)

/* Of every A32 encoding here, and of the T32 ones for blocks and pairs. */
#define PRE	  BIT(24)
#define UP	  BIT(23)
#define WRITEBACK BIT(21)
#define LOAD	  BIT(20)

/* What an instruction is decoded against. */
struct context {
	const u32 *regs;
	u32 cpsr;
	bool thumb;
};

struct form {
	bool thumb;
	u32 mask, match;
	bool (*decode)(const struct context *ctx, u32 op, struct insn *out);
};

/* The register rules of A8.8 for everything but LDM and STM. */
static bool registers_allowed(const struct insn *out, bool thumb)
{
	bool plain = out->size == 4 && !out->excl;
	bool pc_data = plain && (out->load ? !out->user : !thumb);
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

/* Finish what transfers one element; `how` is of PRE, UP and WRITEBACK. */
static bool single(const struct context *ctx, u32 how, u32 offset, struct insn *out)
{
	u32 base = ctx->regs[out->rn];

	if (out->rn == PC) /* reads ahead of the instruction, and aligned */
		base = ALIGN_DOWN(base + (ctx->thumb ? 4 : 8), 4);
	out->count = 1;
	out->wb_value = how & UP ? base + offset : base - offset;
	out->addr = how & PRE ? out->wb_value : base;
	/* Post-indexing always writes back: A32 has W mark LDRT and STRT. */
	out->wback = !(how & PRE) || how & WRITEBACK;
	if (!ctx->thumb)
		out->user = (how & (PRE | WRITEBACK)) == WRITEBACK;
	return registers_allowed(out, ctx->thumb);
}

/* LDM and STM (A5.5, A6.3.5) */
static bool block(const struct context *ctx, u32 op, struct insn *out)
{
	bool wide = ctx->thumb && out->len == 4;
	u32 base = ctx->regs[out->rn];
	u32 own = BIT(out->rn);
	u32 bytes;

	out->block = true;
	out->size = 4;
	out->list = (u16)op;
	for (u32 left = out->list; left; left &= left - 1)
		out->count++;
	bytes = 4u * out->count;
	out->wback = op & WRITEBACK;
	out->wb_value = op & UP ? base + bytes : base - bytes;
	out->addr = op & UP ? base : out->wb_value;
	out->addr += !(op & UP) == !(op & PRE) ? 4 : 0; /* IB and DA */

	/* Wide ones are for two registers or more, but not PC with LR. */
	if (out->rn == PC || !out->count || (wide && (out->count == 1 || out->list >> 14 == 3)))
		return false;
	/*
	 * A base that is also in the list: a load would have two values for it. A store is sure to
	 * store the old one if that comes first, but 32-bit Thumb encodings do not promise it.
	 */
	return !(out->wback && out->list & own && (out->load || wide || out->list & (own - 1)));
}

/* An immediate shift (A8.4.3): an amount of 0 has meanings of its own. */
static u32 shifted(u32 value, u32 op, u32 cpsr)
{
	u32 n = BITS(op, 7, 5);

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

/* LDR, STR, LDRB, STRB (A5.3) */
static bool a32_word_byte(const struct context *ctx, u32 op, struct insn *out)
{
	u32 offset = BITS(op, 0, 12);

	if (op & BIT(25))
		offset = shifted(ctx->regs[REG(op, 0)], op, ctx->cpsr);
	out->size = op & BIT(22) ? 1 : 4;
	return single(ctx, op, offset, out);
}

/* Halfwords, signed bytes and pairs (A5.2.8, A5.2.9) */
static bool a32_extra(const struct context *ctx, u32 op, struct insn *out)
{
	/* By the L bit, which LDRD has clear, then by bits [6:5]. */
	static const u8 sizes[2][4] = {{0, 2, 8, 8}, {0, 2, 1, 2}};
	u32 kind = BITS(op, 5, 2);
	u32 rm = REG(op, 0);
	bool imm = op & BIT(22);
	u32 offset = imm ? BITS(op, 8, 4) << 4 | rm : ctx->regs[rm];

	out->size = sizes[out->load][kind];
	out->sign = out->load && kind > 1;
	out->load = out->load || kind == 2;
	out->rt2 = out->rt | 1;
	if (!imm && out->size == 8 && out->load && (rm | 1) == out->rt2)
		return false;
	return single(ctx, op, offset, out);
}

/* LDREX and STREX (A5.2.10) */
static bool a32_exclusive(const struct context *ctx, u32 op, struct insn *out)
{
	out->excl = true;
	out->size = (u8)BIT(BITS(op, 21, 2) ^ 2);
	if (!out->load) {
		out->rd = out->rt;
		out->rt = REG(op, 0);
	}
	out->rt2 = out->rt | 1;
	return single(ctx, PRE | UP, 0, out);
}

static bool t32_exclusive(const struct context *ctx, u32 op, struct insn *out)
{
	bool word = !(op & BIT(23)); /* the only one with an offset */

	out->excl = true;
	out->size = (u8)(word ? 4 : BIT(BITS(op, 4, 2)));
	out->rt2 = REG(op, 8);
	out->rd = word ? out->rt2 : REG(op, 0);
	return single(ctx, PRE | UP, word ? BITS(op, 0, 8) * 4 : 0, out);
}

static bool t32_pair(const struct context *ctx, u32 op, struct insn *out)
{
	out->size = 8;
	out->rt2 = REG(op, 8);
	return single(ctx, op, BITS(op, 0, 8) * 4, out);
}

/* One register (A6.3.7 to A6.3.10); preloads are loads of a narrow r15. */
static bool t32_single(const struct context *ctx, u32 op, struct insn *out)
{
	u32 rm = REG(op, 0);
	u32 how = PRE | (op & UP);
	u32 offset = BITS(op, 0, 12);

	out->size = (u8)BIT(BITS(op, 21, 2));
	out->sign = op & BIT(24);
	if (out->rn == PC || op & UP)
		return single(ctx, how, offset, out);
	if (op & BIT(11)) {
		how = BITS(op, 9, 2) << 23 | BITS(op, 8, 1) << 21;
		out->user = how == (PRE | UP);
		return how & (PRE | WRITEBACK) && single(ctx, how, BITS(op, 0, 8), out);
	}
	offset = ctx->regs[rm] << BITS(op, 4, 2);
	return !BITS(op, 6, 5) && rm != SP && rm != PC && single(ctx, PRE | UP, offset, out);
}

/* The first match counts. Should-be bits are in the masks. */
static const struct form forms[] = {
	{false, 0xf0000000, 0xf0000000, NULL}, /* PLD, RFE and others */
	{false, 0x0e000000, 0x04000000, a32_word_byte},
	{false, 0x0e00001f, 0x0600000f, NULL}, /* a PC as the offset */
	{false, 0x0e000010, 0x06000000, a32_word_byte},
	{false, 0x0f900ff0, 0x01800f90, a32_exclusive}, /* not STL, LDA */
	{false, 0x0f900fff, 0x01900f9f, a32_exclusive},
	{false, 0x0e0000f0, 0x00000090, NULL},	    /* multiplies, SWP */
	{false, 0x0e400090, 0x00400090, a32_extra}, /* immediate offset */
	{false, 0x0e40009f, 0x0000009f, NULL},
	{false, 0x0e400f90, 0x00000090, a32_extra},
	{false, 0x0e400000, 0x08000000, block}, /* without ^ */
	{true, 0xffd0a000, 0xe8800000, block},	/* STM, STMDB */
	{true, 0xffd0a000, 0xe9000000, block},
	{true, 0xffd02000, 0xe8900000, block}, /* LDM, LDMDB */
	{true, 0xffd02000, 0xe9100000, block},
	{true, 0xff400000, 0xe9400000, t32_pair}, /* P or W is set */
	{true, 0xff600000, 0xe8600000, t32_pair},
	{true, 0xfff00000, 0xe8400000, t32_exclusive}, /* STREX, LDREX */
	{true, 0xfff00f00, 0xe8500f00, t32_exclusive},
	{true, 0xfff00fe0, 0xe8c00f40, t32_exclusive}, /* bytes, halves */
	{true, 0xfff00fef, 0xe8d00f4f, t32_exclusive},
	{true, 0xfff000f0, 0xe8c00070, t32_exclusive}, /* pairs */
	{true, 0xfff000ff, 0xe8d0007f, t32_exclusive},
	{true, 0xff600000, 0xf8400000, t32_single}, /* LDR, STR */
	{true, 0xff500000, 0xf8000000, t32_single}, /* STRB, STRH */
	{true, 0xfe500000, 0xf8100000, t32_single}, /* LDRB, LDRSH, ... */
};

/* The 32-bit twin of a 16-bit load or store. Others give what none has. */
static u32 widen(u32 op)
{
	/* Its first halfword, by op[15:11] and by op[11:9]. */
	static const u16 twins[32] = {
		[9] = 0xf8df,  [12] = 0xf8c0, [13] = 0xf8d0, [14] = 0xf880, [15] = 0xf890,
		[16] = 0xf8a0, [17] = 0xf8b0, [18] = 0xf8cd, [19] = 0xf8dd, [22] = 0xe92d,
		[23] = 0xe8bd, [24] = 0xe880, [25] = 0xe890};
	static const u16 by_register[] = {0xf840, 0xf820, 0xf800, 0xf910,
					  0xf850, 0xf830, 0xf810, 0xf930};
	u32 major = op >> 12;
	u32 twin = (u32)twins[op >> 11] << 16;
	u32 low_regs = BITS(op, 0, 3) << 12 | BITS(op, 3, 3) << 16;
	u32 r8 = BITS(op, 8, 3);
	u32 imm8 = BITS(op, 0, 8);

	if (major == 5)
		return (u32)by_register[BITS(op, 9, 3)] << 16 | low_regs | BITS(op, 6, 3);
	if (major >= 6 && major <= 8)
		return twin | low_regs | BITS(op, 6, 5) << BITS(twin, 21, 2);
	if (major == 0xb && BITS(op, 9, 2) == 2) /* LR pushed or PC popped */
		return twin | imm8 | (r8 & 1) << (twin & LOAD ? PC : LR);
	if (major == 0xc) /* LDM writes back if its base is not in the list */
		return twin | r8 << 16 | imm8 | (twin & LOAD && imm8 & BIT(r8) ? 0 : WRITEBACK);
	/* relative to PC and SP */
	return major == 4 || major == 9 ? twin | r8 << 12 | imm8 << 2 : 0;
}

int arm_decode(u32 opcode, bool thumb, const u32 regs[16], u32 cpsr, struct insn *out)
{
	const struct context ctx = {regs, cpsr, thumb};
	bool narrow = thumb && opcode >> 16 == 0;
	u32 op = narrow ? widen(opcode) : opcode;
	const struct form *form = forms;
	bool loads_pc;

	while ((op & form->mask) != form->match || form->thumb != thumb)
		if (++form == forms + ARRAY_SIZE(forms))
			return -1;
	*out = (struct insn){.rn = REG(op, 16), .rt = REG(op, 12), .load = op & LOAD};
	out->len = narrow ? 2 : 4;
	if (!form->decode || !form->decode(&ctx, op, out))
		return -1;

	/* A branch must have an aligned source and end its IT block. */
	loads_pc = out->load && (out->block ? out->list & BIT(PC) : out->rt == PC);
	return loads_pc && (out->addr & 3 || cpsr_it(cpsr) & 7) ? -1 : 0;
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

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Section numbers are those of the ARM ARM, DDI 0406C. What its encoding
 * pages call UNPREDICTABLE is refused, should-be bits with the other value
 * included: a guest gets no behaviour here that a core might not give it.
 */
#include "decode.h"

#define SP 13u
#define LR 14u
#define PC 15u

#define CPSR_C	BIT(29)
#define CPSR_IT 0x0600fc00u

/* What an instruction is decoded against. */
struct context {
	const u32 *regs;
	u32 cpsr;
	bool thumb;
};

struct access {
	u8 size;
	bool load;
	bool sign;
};

static u32 bits(u32 op, u32 low, u32 width)
{
	return (op >> low) & (BIT(width) - 1);
}

static u8 reg(u32 op, u32 low)
{
	return (u8)bits(op, low, 4);
}

static u32 negate_unless(bool add, u32 offset)
{
	return add ? offset : 0 - offset;
}

static void set_access(struct insn *out, struct access access)
{
	out->size = access.size;
	out->load = access.load;
	out->sign = access.sign;
}

/* The PC reads ahead of the instruction, and aligned where it is a base. */
static u32 base_value(const struct context *ctx, u32 rn)
{
	if (rn != PC)
		return ctx->regs[rn];
	return ALIGN_DOWN(ctx->regs[PC] + (ctx->thumb ? 4 : 8), 4);
}

/* Immediate shifts (A8.4.3), where an amount of 0 has a meaning of its own. */
static u32 shifted(u32 value, u32 op, u32 cpsr)
{
	u32 n = bits(op, 7, 5);

	switch (bits(op, 5, 2)) {
	case 0:
		return value << n;
	case 1:
		return n ? value >> n : 0;
	case 2: /* by 32 it gives what it gives by 31 */
		return (u32)((s32)value >> (n ? n : 31));
	default:
		if (n)
			return value >> n | value << (32 - n);
		return value >> 1 | (cpsr & CPSR_C ? BIT(31) : 0);
	}
}

/* The register rules of A8.8 for everything but LDM and STM. */
static bool registers_allowed(const struct insn *out, bool thumb)
{
	bool plain = out->size == 4 && !out->excl;
	bool pc_data = plain && (out->load ? !out->user : !thumb);
	bool sp_data = !thumb || (plain && !out->user);
	u32 data = BIT(out->rt);

	if (out->size == 8) {
		/* A32 names only the first, even, register of a pair. */
		if (!thumb && (out->user || out->rt & 1))
			return false;
		if (out->load && out->rt == out->rt2)
			return false;
		data |= BIT(out->rt2);
	}
	if (out->excl && !out->load) {
		if (BIT(out->rd) & (data | BIT(out->rn)))
			return false;
		data |= BIT(out->rd);
	}
	if ((!pc_data && data & BIT(PC)) || (!sp_data && data & BIT(SP)))
		return false;
	if (out->rn == PC)
		return !out->wback && !out->excl && (out->load || !thumb);
	return !(out->wback && data & BIT(out->rn));
}

/* Finish a transfer of one element, with the offset from its base. */
static int single(const struct context *ctx, struct insn *out, u32 offset,
		  bool pre)
{
	u32 base = base_value(ctx, out->rn);

	out->count = 1;
	out->wb_value = base + offset;
	out->addr = pre ? out->wb_value : base;
	return registers_allowed(out, ctx->thumb) ? 0 : -1;
}

/* Finish LDM or STM: `up` for IA and IB, `before` for IB and DB. */
static int block(const struct context *ctx, struct insn *out, u32 list, bool up,
		 bool before)
{
	u32 base = ctx->regs[out->rn];
	u32 below = list & (BIT(out->rn) - 1);
	u32 left;

	if (!list || out->rn == PC)
		return -1;
	/*
	 * A base that is also in the list: a load would have two values for
	 * it. A store is sure to store the old one if it is stored first,
	 * which the 32-bit Thumb encodings do not promise.
	 */
	if (out->wback && list & BIT(out->rn) &&
	    (out->load || below || (ctx->thumb && out->len == 4)))
		return -1;

	out->block = true;
	out->size = 4;
	out->list = (u16)list;
	for (left = list; left; left &= left - 1)
		out->count++;
	out->wb_value = base + negate_unless(up, 4u * out->count);
	out->addr = (up ? base : out->wb_value) + (up == before ? 4 : 0);
	return 0;
}

static int a32_single(const struct context *ctx, u32 op, u32 offset,
		      struct insn *out)
{
	bool pre = op & BIT(24);

	/* After-indexing always writes back, so there W marks LDRT and STRT. */
	out->wback = !pre || op & BIT(21);
	out->user = !pre && op & BIT(21);
	return single(ctx, out, negate_unless(op & BIT(23), offset), pre);
}

/* LDR, STR, LDRB, STRB (A5.3) */
static int a32_word_byte(const struct context *ctx, u32 op, struct insn *out)
{
	u32 offset = bits(op, 0, 12);

	if (op & BIT(25)) {
		if (reg(op, 0) == PC)
			return -1;
		offset = shifted(ctx->regs[reg(op, 0)], op, ctx->cpsr);
	}
	out->size = op & BIT(22) ? 1 : 4;
	return a32_single(ctx, op, offset, out);
}

/* Halfwords, signed bytes and pairs (A5.2.8, A5.2.9) */
static int a32_extra(const struct context *ctx, u32 op, struct insn *out)
{
	/* By the L bit, then by bits [6:5]; a pair loads with L = 0. */
	static const struct access accesses[2][4] = {
		{{0}, {2, false, false}, {8, true, false}, {8, false, false}},
		{{0}, {2, true, false}, {1, true, true}, {2, true, true}},
	};
	u32 rm = reg(op, 0);
	u32 offset = bits(op, 8, 4) << 4 | rm;

	set_access(out, accesses[bits(op, 20, 1)][bits(op, 5, 2)]);
	out->rt2 = out->rt | 1;
	if (!(op & BIT(22))) {
		if (rm == PC || bits(op, 8, 4))
			return -1;
		if (out->size == 8 && out->load && (rm | 1) == out->rt2)
			return -1;
		offset = ctx->regs[rm];
	}
	return a32_single(ctx, op, offset, out);
}

/* LDREX and STREX (A5.2.10); ARMv8's LDA and STL differ in bits [11:8] */
static int a32_exclusive(const struct context *ctx, u32 op, struct insn *out)
{
	static const u8 sizes[] = {4, 8, 1, 2};

	if (bits(op, 23, 2) != 3 || bits(op, 8, 4) != 0xf)
		return -1;
	out->excl = true;
	out->size = sizes[bits(op, 21, 2)];
	if (!out->load) {
		out->rd = out->rt;
		out->rt = reg(op, 0);
	} else if (reg(op, 0) != 0xf) {
		return -1;
	}
	out->rt2 = out->rt | 1;
	return single(ctx, out, 0, true);
}

static int decode_a32(const struct context *ctx, u32 op, struct insn *out)
{
	if (bits(op, 28, 4) == 0xf) /* PLD, RFE and other unconditional ones */
		return -1;

	switch (bits(op, 25, 3)) {
	case 0:
		if ((op & 0x90) != 0x90)
			return -1;
		return op & 0x60 ? a32_extra(ctx, op, out)
				 : a32_exclusive(ctx, op, out);
	case 3:
		if (op & BIT(4)) /* media instructions */
			return -1;
		/* fall through */
	case 2:
		return a32_word_byte(ctx, op, out);
	case 4:
		if (op & BIT(22)) /* ^ */
			return -1;
		out->wback = op & BIT(21);
		return block(ctx, out, bits(op, 0, 16), op & BIT(23),
			     op & BIT(24));
	default:
		return -1;
	}
}

/* LDM, STM and the wide PUSH and POP (A6.3.5) */
static int t32_block(const struct context *ctx, u32 op, struct insn *out)
{
	u32 list = bits(op, 0, 16);
	u32 pc_lr = list & (BIT(PC) | BIT(LR));
	bool up = op & BIT(23);
	bool before = op & BIT(24);

	if (up == before) /* SRS and RFE */
		return -1;
	if (!(list & (list - 1)) || list & BIT(SP))
		return -1;
	if (out->load ? pc_lr == (BIT(PC) | BIT(LR)) : pc_lr & BIT(PC))
		return -1;
	out->wback = op & BIT(21);
	return block(ctx, out, list, up, before);
}

/* Pairs and exclusives (A6.3.6). Its table branches are refused. */
static int t32_pair_exclusive(const struct context *ctx, u32 op,
			      struct insn *out)
{
	static const u8 sizes[] = {1, 2, 0, 8};
	u32 offset = bits(op, 0, 8) * 4;

	out->rt2 = reg(op, 8);
	if (op & (BIT(24) | BIT(21))) {
		out->size = 8;
		out->wback = op & BIT(21);
		offset = negate_unless(op & BIT(23), offset);
		return single(ctx, out, offset, op & BIT(24));
	}

	out->excl = true;
	if (op & BIT(23)) {
		out->size = sizes[bits(op, 4, 2)];
		out->rd = reg(op, 0);
		offset = 0;
		if (!out->size || bits(op, 6, 2) != 1)
			return -1;
		if (out->size != 8 && out->rt2 != 0xf)
			return -1;
	} else {
		out->size = 4;
		out->rd = reg(op, 8);
	}
	if (out->load && out->rd != 0xf)
		return -1;
	return single(ctx, out, offset, true);
}

/* One register (A6.3.7 to A6.3.10); preloads are loads of a narrow r15. */
static int t32_single(const struct context *ctx, u32 op, struct insn *out)
{
	u32 offset = bits(op, 0, 12);
	u32 log_size = bits(op, 21, 2);
	bool pre = true;

	out->sign = op & BIT(24);
	if (log_size == 3 || (out->sign && (log_size == 2 || !out->load)))
		return -1;
	out->size = (u8)BIT(log_size);

	if (out->rn == PC) {
		offset = negate_unless(op & BIT(23), offset);
	} else if (!(op & BIT(23)) && op & BIT(11)) {
		pre = op & BIT(10);
		out->wback = op & BIT(8);
		out->user = bits(op, 8, 3) == 6;
		if (!pre && !out->wback)
			return -1;
		offset = negate_unless(op & BIT(9), bits(op, 0, 8));
	} else if (!(op & BIT(23))) {
		u32 rm = reg(op, 0);

		if (bits(op, 6, 5) || rm == SP || rm == PC)
			return -1;
		offset = ctx->regs[rm] << bits(op, 4, 2);
	}
	return single(ctx, out, offset, pre);
}

static int decode_t32(const struct context *ctx, u32 op, struct insn *out)
{
	switch (bits(op, 25, 7)) {
	case 0x74:
		return op & BIT(22) ? t32_pair_exclusive(ctx, op, out)
				    : t32_block(ctx, op, out);
	case 0x7c:
		return t32_single(ctx, op, out);
	default:
		return -1;
	}
}

/* PUSH, POP, LDM and STM (A6.2.5 and A6.2) */
static int t16_block(const struct context *ctx, u32 op, struct insn *out)
{
	u32 list = bits(op, 0, 8);

	out->load = op & BIT(11);
	if (bits(op, 12, 4) == 0xc) {
		out->rn = (u8)bits(op, 8, 3);
		out->wback = !out->load || !(list & BIT(out->rn));
		return block(ctx, out, list, true, false);
	}
	if (bits(op, 9, 2) != 2)
		return -1;
	if (op & BIT(8))
		list |= out->load ? BIT(PC) : BIT(LR);
	out->rn = SP;
	out->wback = true;
	return block(ctx, out, list, out->load, !out->load);
}

/* The 16-bit encodings (A6.2.4 for most) */
static int decode_t16(const struct context *ctx, u32 op, struct insn *out)
{
	static const struct access by_register[] = {
		{4, false, false}, {2, false, false}, {1, false, false},
		{1, true, true},   {4, true, false},  {2, true, false},
		{1, true, false},  {2, true, true},
	};
	static const u8 imm5_sizes[] = {4, 1, 2};
	u32 major = bits(op, 12, 4);

	out->rt = (u8)bits(op, 0, 3);
	out->rn = (u8)bits(op, 3, 3);
	out->load = op & BIT(11);

	switch (major) {
	case 4: /* LDR (literal) is one half of this; the rest is no access */
		if (!out->load)
			return -1;
		/* fall through */
	case 9:
		out->size = 4;
		out->rt = (u8)bits(op, 8, 3);
		out->rn = major == 4 ? PC : SP;
		return single(ctx, out, bits(op, 0, 8) * 4, true);
	case 5:
		set_access(out, by_register[bits(op, 9, 3)]);
		return single(ctx, out, ctx->regs[bits(op, 6, 3)], true);
	case 6:
	case 7:
	case 8:
		out->size = imm5_sizes[major - 6];
		return single(ctx, out, bits(op, 6, 5) * out->size, true);
	case 0xb:
	case 0xc:
		return t16_block(ctx, op, out);
	default:
		return -1;
	}
}

int arm_decode(u32 opcode, bool thumb, const u32 regs[16], u32 cpsr,
	       struct insn *out)
{
	const struct context ctx = {regs, cpsr, thumb};
	bool short_form = thumb && !(opcode >> 16);
	bool loads_pc;
	int ret;

	/* Where the 32-bit encodings of both instruction sets agree. */
	*out = (struct insn){
		.len = short_form ? 2 : 4,
		.rn = reg(opcode, 16),
		.rt = reg(opcode, 12),
		.load = opcode & BIT(20),
	};
	if (!thumb)
		ret = decode_a32(&ctx, opcode, out);
	else if (short_form)
		ret = decode_t16(&ctx, opcode, out);
	else
		ret = decode_t32(&ctx, opcode, out);
	if (ret)
		return ret;

	/* A branch must have an aligned source and end its IT block. */
	loads_pc =
		out->load && (out->block ? out->list & BIT(PC) : out->rt == PC);
	return loads_pc && (out->addr & 3 || cpsr_it(cpsr) & 7) ? -1 : 0;
}

bool cond_passed(u32 cond, u32 cpsr)
{
	/* A8.3: EQ, CS, MI, VS, HI, GE, GT, AL; bit n is for NZCV = n. */
	static const u16 passes[] = {
		0xf0f0, 0xcccc, 0xff00, 0xaaaa, 0x0c0c, 0xaa55, 0x0a05, 0xffff,
	};
	bool pass = passes[bits(cond, 1, 3)] >> (cpsr >> 28) & 1;
	bool inverted = cond & 1 && cond != 0xf;

	return pass != inverted;
}

u32 cpsr_it(u32 cpsr)
{
	return (cpsr >> 8 & 0xfc) | (cpsr >> 25 & 3);
}

u32 cpsr_it_advance(u32 cpsr)
{
	u32 it = cpsr_it(cpsr);

	it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
	return (cpsr & ~CPSR_IT) | (it & 0xfc) << 8 | (it & 3) << 25;
}

// SPDX-License-Identifier: BSD-2-Clause
/* The guest's registers, and exceptions injected into it. */
#include "cpu.h"
#include "decode.h"
#include "trap.h"

/* Banked registers by their names in MRS and MSR (banked), B9.3.9. */
#define MRS(name)                                                              \
	({                                                                     \
		u32 v_;                                                        \
		__asm__ volatile("mrs %0, " #name : "=r"(v_));                 \
		v_;                                                            \
	})
#define MSR(name, value) __asm__ volatile("msr " #name ", %0" ::"r"(value))

#define BANKED(op, ...)                                                        \
	switch (bank << 4 | n) {                                               \
	case MODE_USR << 4 | 13:                                               \
		op(SP_usr, ##__VA_ARGS__);                                     \
		break;                                                         \
	case MODE_SVC << 4 | 13:                                               \
		op(SP_svc, ##__VA_ARGS__);                                     \
		break;                                                         \
	case MODE_SVC << 4 | 14:                                               \
		op(LR_svc, ##__VA_ARGS__);                                     \
		break;                                                         \
	case MODE_ABT << 4 | 13:                                               \
		op(SP_abt, ##__VA_ARGS__);                                     \
		break;                                                         \
	case MODE_ABT << 4 | 14:                                               \
		op(LR_abt, ##__VA_ARGS__);                                     \
		break;                                                         \
	case MODE_UND << 4 | 13:                                               \
		op(SP_und, ##__VA_ARGS__);                                     \
		break;                                                         \
	case MODE_UND << 4 | 14:                                               \
		op(LR_und, ##__VA_ARGS__);                                     \
		break;                                                         \
	case MODE_IRQ << 4 | 13:                                               \
		op(SP_irq, ##__VA_ARGS__);                                     \
		break;                                                         \
	case MODE_IRQ << 4 | 14:                                               \
		op(LR_irq, ##__VA_ARGS__);                                     \
		break;                                                         \
	case MODE_FIQ << 4 | 8:                                                \
		op(R8_fiq, ##__VA_ARGS__);                                     \
		break;                                                         \
	case MODE_FIQ << 4 | 9:                                                \
		op(R9_fiq, ##__VA_ARGS__);                                     \
		break;                                                         \
	case MODE_FIQ << 4 | 10:                                               \
		op(R10_fiq, ##__VA_ARGS__);                                    \
		break;                                                         \
	case MODE_FIQ << 4 | 11:                                               \
		op(R11_fiq, ##__VA_ARGS__);                                    \
		break;                                                         \
	case MODE_FIQ << 4 | 12:                                               \
		op(R12_fiq, ##__VA_ARGS__);                                    \
		break;                                                         \
	case MODE_FIQ << 4 | 13:                                               \
		op(SP_fiq, ##__VA_ARGS__);                                     \
		break;                                                         \
	case MODE_FIQ << 4 | 14:                                               \
		op(LR_fiq, ##__VA_ARGS__);                                     \
		break;                                                         \
	}

#define READ_INTO(name) value = MRS(name)

/*
 * Which bank register n >= 8 of this mode is in; 0 if it is in the frame.
 * Unknown modes read as System: nothing is indexed with what a guest chose.
 */
static u32 bank_of(u32 mode, u32 n)
{
	switch (mode) {
	case MODE_FIQ:
		return MODE_FIQ;
	case MODE_SVC:
	case MODE_ABT:
	case MODE_UND:
	case MODE_IRQ:
		return n < 13 ? 0 : mode;
	default:
		return n == 13 ? MODE_USR : 0;
	}
}

u32 guest_reg(const struct frame *f, u32 n)
{
	u32 bank, value = 0;

	if (n == 15)
		return f->pc;
	if (n < 8 || !(bank = bank_of(f->cpsr & CPSR_MODE, n)))
		return n < 13 ? f->r[n] : f->lr_usr;
	BANKED(READ_INTO);
	return value;
}

void guest_set_reg(struct frame *f, u32 n, u32 value)
{
	u32 bank;

	if (n == 15) {
		f->cpsr = (f->cpsr & ~CPSR_T) | (value & 1 ? CPSR_T : 0);
		f->pc = value & (value & 1 ? ~1u : ~3u);
	} else if (n < 8 || !(bank = bank_of(f->cpsr & CPSR_MODE, n))) {
		if (n < 13)
			f->r[n] = value;
		else
			f->lr_usr = value;
	} else {
		BANKED(MSR, value);
	}
}

void guest_skip(struct frame *f, u32 len)
{
	f->pc += len;
	if (unlikely(f->cpsr & CPSR_T))
		f->cpsr = cpsr_it_advance(f->cpsr);
}

/* Exception entry, ARM ARM B1.8.10 and B1.9: mode, masks, T, E, IT, vector. */
static void enter_exception(struct frame *f, u32 mode, u32 vector, u32 masks)
{
	u32 sctlr = read_sr(SR_SCTLR);
	u32 base = sctlr & SCTLR_V ? 0xffff0000 : read_sr(SR_VBAR);
	u32 cpsr = f->cpsr & ~(CPSR_MODE | CPSR_T | CPSR_E | BIT(24) |
			       0x0600fc00u); /* J and both parts of IT */

	cpsr |= mode | masks | PSR_I;
	if (sctlr & SCTLR_TE)
		cpsr |= CPSR_T;
	if (sctlr & SCTLR_EE)
		cpsr |= CPSR_E;
	f->cpsr = cpsr;
	f->pc = base + vector;
}

void inject_undef(struct frame *f)
{
	MSR(SPSR_und, f->cpsr);
	MSR(LR_und, f->pc + (f->cpsr & CPSR_T ? 2 : 4));
	enter_exception(f, MODE_UND, 0x04, 0);
}

u32 guest_fsr(u32 status)
{
	/* Short-descriptor codes by the status' type: first level, second. */
	static const u8 codes[][2] = {
		[1] = { 0x05, 0x07 }, /* translation */
		[2] = { 0x03, 0x06 }, /* access flag */
		[3] = { 0x0d, 0x0f }, /* permission */
		[4] = { 0x08, 0x08 }, /* external abort */
		[5] = { 0x0c, 0x0e }, /* the same, on a table walk */
	};
	u32 type = (status & 0x3f) >> 2;

	if (read_sr(SR_TTBCR) & TTBCR_EAE)
		return BIT(9) | (status & 0x3f);
	if (type == 0 || type >= ARRAY_SIZE(codes))
		return 0x01; /* alignment: the one other that can be */
	return codes[type][(status & 3) > 1];
}

static void enter_abort(struct frame *f, u32 lr_offset, u32 vector)
{
	MSR(SPSR_abt, f->cpsr);
	MSR(LR_abt, f->pc + lr_offset);
	enter_exception(f, MODE_ABT, vector, PSR_A);
}

void inject_data_abort(struct frame *f, u32 va, u32 fsr)
{
	write_sr(SR_DFAR, va);
	write_sr(SR_DFSR, fsr);
	enter_abort(f, 8, 0x10);
}

void inject_prefetch_abort(struct frame *f, u32 va, u32 fsr)
{
	write_sr(SR_IFAR, va);
	write_sr(SR_IFSR, fsr);
	enter_abort(f, 4, 0x0c);
}

// SPDX-License-Identifier: BSD-2-Clause
/* The guest's registers, and exceptions injected into it. */
#include "trap.h"

/* The banked registers by mode, number, and name in MRS and MSR (banked), B9.3.9. */
#define BANKED(X)                \
	X(MODE_USR, 13, SP_usr)  \
	X(MODE_SVC, 13, SP_svc)  \
	X(MODE_SVC, 14, LR_svc)  \
	X(MODE_ABT, 13, SP_abt)  \
	X(MODE_ABT, 14, LR_abt)  \
	X(MODE_UND, 13, SP_und)  \
	X(MODE_UND, 14, LR_und)  \
	X(MODE_IRQ, 13, SP_irq)  \
	X(MODE_IRQ, 14, LR_irq)  \
	X(MODE_FIQ, 8, R8_fiq)   \
	X(MODE_FIQ, 9, R9_fiq)   \
	X(MODE_FIQ, 10, R10_fiq) \
	X(MODE_FIQ, 11, R11_fiq) \
	X(MODE_FIQ, 12, R12_fiq) \
	X(MODE_FIQ, 13, SP_fiq)  \
	X(MODE_FIQ, 14, LR_fiq)

#define MSR(name, value) __asm__ volatile("msr " #name ", %0" ::"r"(value))
#define READ_CASE(mode, n, name)                                   \
	case mode << 4 | n:                                        \
		__asm__ volatile("mrs %0, " #name : "=r"(*value)); \
		return true;
#define WRITE_CASE(mode, n, name) \
	case mode << 4 | n:       \
		MSR(name, value); \
		return true;

/*
 * The bank that has register n of this mode, as a case of BANKED. Nothing is indexed with what
 * a guest chose: an unknown mode has no bank, and System shares User's.
 */
static u32 bank_of(const struct frame *f, u32 n)
{
	u32 mode = f->cpsr & CPSR_MODE;

	return (mode == MODE_SYS ? MODE_USR : mode) << 4 | n;
}

static bool read_banked(u32 bank, u32 *value)
{
	switch (bank) {
		BANKED(READ_CASE)
	default:
		return false;
	}
}

static bool write_banked(u32 bank, u32 value)
{
	switch (bank) {
		BANKED(WRITE_CASE)
	default:
		return false;
	}
}

u32 guest_reg(const struct frame *f, u32 n)
{
	u32 value;

	if (n == 15)
		return f->pc;
	if (n >= 8 && read_banked(bank_of(f, n), &value))
		return value;
	return f->r[MIN(n, 13u)];
}

void guest_set_high_reg(struct frame *f, u32 n, u32 value)
{
	if (n == 15) {
		f->cpsr = (f->cpsr & ~CPSR_T) | (value & 1 ? CPSR_T : 0);
		f->pc = value & (value & 1 ? ~1u : ~3u);
	} else if (!write_banked(bank_of(f, n), value)) {
		f->r[MIN(n, 13u)] = value;
	}
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
		[1] = {0x05, 0x07}, /* translation */
		[2] = {0x03, 0x06}, /* access flag */
		[3] = {0x0d, 0x0f}, /* permission */
		[4] = {0x08, 0x08}, /* external abort */
		[5] = {0x0c, 0x0e}, /* the same, on a table walk */
	};
	u32 type = (status & 0x3f) >> 2;

	if (read_sr(SR_TTBCR) & TTBCR_EAE)
		return BIT(9) | (status & 0x3f);
	if (type == 0 || type >= ARRAY_SIZE(codes))
		return 0x01; /* alignment: the one other that can be */
	return codes[type][(status & 3) > 1];
}

void inject_abort(struct frame *f, u32 va, u32 fsr, bool prefetch, bool write)
{
	if (prefetch) {
		write_sr(SR_IFAR, va);
		write_sr(SR_IFSR, fsr);
	} else {
		write_sr(SR_DFAR, va);
		write_sr(SR_DFSR, fsr | (write ? BIT(11) : 0)); /* WnR */
	}
	MSR(SPSR_abt, f->cpsr);
	MSR(LR_abt, f->pc + (prefetch ? 4 : 8));
	enter_exception(f, MODE_ABT, prefetch ? 0x0c : 0x10, PSR_A);
}

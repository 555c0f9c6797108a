// SPDX-License-Identifier: BSD-2-Clause
/* The guest's registers, and exceptions injected into it. */
#include "trap.h"

/* The banked registers by mode, number, and name in MRS and MSR (banked), B9.3.9. */
#define PAIR(X, mode, name)    \
	X(mode, 13, SP_##name) \
	X(mode, 14, LR_##name)
#define BANKED(X)                \
	X(MODE_USR, 13, SP_usr)  \
	PAIR(X, MODE_SVC, svc)   \
	PAIR(X, MODE_ABT, abt)   \
	PAIR(X, MODE_UND, und)   \
	PAIR(X, MODE_IRQ, irq)   \
	PAIR(X, MODE_FIQ, fiq)   \
	X(MODE_FIQ, 8, R8_fiq)   \
	X(MODE_FIQ, 9, R9_fiq)   \
	X(MODE_FIQ, 10, R10_fiq) \
	X(MODE_FIQ, 11, R11_fiq) \
	X(MODE_FIQ, 12, R12_fiq)

#define MSR(name, value) __asm__ volatile("msr " #name ", %0" ::"r"(value))
#define CASE(mode, n, name)                                                \
	case mode << 4 | n:                                                \
		if (write)                                                 \
			MSR(name, *value);                                 \
		else                                                       \
			__asm__ volatile("mrs %0, " #name : "=r"(*value)); \
		return;

/*
 * r8 to r14 of the interrupted mode. Nothing is indexed with what a guest chose: an unknown mode
 * has no bank, and System shares User's.
 */
static void high_reg(struct frame *f, u32 n, bool write, u32 *value)
{
	u32 mode = f->cpsr & CPSR_MODE;

	switch ((mode == MODE_SYS ? MODE_USR : mode) << 4 | n) {
		BANKED(CASE)
	}
	n = MIN(n, 13u);
	if (write)
		f->r[n] = *value;
	else
		*value = f->r[n];
}

u32 guest_high_reg(const struct frame *f, u32 n)
{
	u32 value = f->pc;

	if (n != 15)
		high_reg((struct frame *)f, n, false, &value);
	return value;
}

void guest_set_high_reg(struct frame *f, u32 n, u32 value)
{
	if (n == 15) {
		f->cpsr = (f->cpsr & ~CPSR_T) | (value & 1 ? CPSR_T : 0);
		f->pc = value & (value & 1 ? ~1u : ~3u);
	} else {
		high_reg(f, n, true, &value);
	}
}

/* Exception entry, ARM ARM B1.8.10 and B1.9: mode, masks, T, E, IT, vector. */
static void enter_exception(struct frame *f, u32 mode, u32 vector)
{
	u32 sctlr = read_sr(SR_SCTLR);
	u32 base = sctlr & SCTLR_V ? 0xffff0000 : read_sr(SR_VBAR);

	/* J and both parts of IT go. SCTLR has TE and EE where they become T and E. */
	f->cpsr &= ~(CPSR_MODE | CPSR_T | CPSR_E | BIT(24) | 0x0600fc00u);
	f->cpsr |= mode | (sctlr & SCTLR_TE ? CPSR_T : 0) | (sctlr & SCTLR_EE ? CPSR_E : 0);
	f->pc = base + vector;
}

void inject_undef(struct frame *f)
{
	MSR(SPSR_und, f->cpsr);
	MSR(LR_und, f->pc + (f->cpsr & CPSR_T ? 2 : 4));
	enter_exception(f, MODE_UND | PSR_I, 0x04);
}

u32 guest_fsr(u32 status)
{
	/* Short-descriptor codes by the status' type, for the first level and the second. */
	static const u8 codes[][2] = {
		[0] = {0x01, 0x01}, /* alignment */
		[1] = {0x05, 0x07}, /* translation */
		[2] = {0x03, 0x06}, /* access flag */
		[3] = {0x0d, 0x0f}, /* permission */
		[5] = {0x0c, 0x0e}, /* external abort on a table walk */
	};
	u32 type = (status & 0x3f) >> 2;

	if (read_sr(SR_TTBCR) & TTBCR_EAE)
		return BIT(9) | (status & 0x3f);
	return codes[type < ARRAY_SIZE(codes) ? type : 0][(status & 3) > 1];
}

void inject_prefetch_abort(struct frame *f, u32 va, u32 fsr)
{
	write_sr(SR_IFAR, va);
	write_sr(SR_IFSR, fsr);
	MSR(SPSR_abt, f->cpsr);
	MSR(LR_abt, f->pc + 4);
	enter_exception(f, MODE_ABT | PSR_I | PSR_A, 0x0c);
}

void inject_data_abort(struct frame *f, u32 va, u32 fsr, bool write)
{
	write_sr(SR_DFAR, va);
	write_sr(SR_DFSR, fsr | (write ? BIT(11) : 0)); /* WnR */
	MSR(SPSR_abt, f->cpsr);
	MSR(LR_abt, f->pc + 8);
	enter_exception(f, MODE_ABT | PSR_I | PSR_A, 0x10);
}

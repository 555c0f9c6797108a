// SPDX-License-Identifier: BSD-2-Clause
/* The guest's registers, and exceptions injected into it. */
#include "trap.h"

/* A banked register by mode, number, and name. */
#define CASE(mode, n, name)                       \
	case mode << 4 | n:                       \
		if (!write)                       \
			return read_banked(name); \
		write_banked(name, value);        \
		return value;
#define PAIR(mode, name)          \
	CASE(mode, 13, SP_##name) \
	CASE(mode, 14, LR_##name)

/*
 * Nothing is indexed with what a guest chose: an unknown mode has no bank, and System shares
 * User's.
 */
u32 guest_high_reg(struct frame *f, u32 n, bool write, u32 value)
{
	u32 mode = f->cpsr & CPSR_MODE;

	switch ((mode == MODE_SYS ? MODE_USR : mode) << 4 | n) {
		CASE(MODE_USR, 13, SP_usr)
		PAIR(MODE_SVC, svc)
		PAIR(MODE_ABT, abt)
		PAIR(MODE_UND, und)
		PAIR(MODE_IRQ, irq)
		PAIR(MODE_FIQ, fiq)
		CASE(MODE_FIQ, 8, R8_fiq)
		CASE(MODE_FIQ, 9, R9_fiq)
		CASE(MODE_FIQ, 10, R10_fiq)
		CASE(MODE_FIQ, 11, R11_fiq)
		CASE(MODE_FIQ, 12, R12_fiq)
	}
	n = MIN(n, 13u);
	if (write)
		f->r[n] = value;
	return f->r[n];
}

/* Exception entry, ARM ARM B1.8.10 and B1.9: mode, masks, T, E, IT, vector. */
static void enter_exception(struct frame *f, u32 mode, u32 vector)
{
	u32 sctlr = read_sr(REG_SCTLR);

	/* J and both parts of IT go. SCTLR's TE and EE, bits 30 and 25, become T and E. */
	f->cpsr &= ~(CPSR_MODE | CPSR_T | CPSR_E | BIT(24) | 0x0600fc00u);
	f->cpsr |= mode | (sctlr >> 25 & CPSR_T) | (sctlr >> 16 & CPSR_E);
	f->pc = vector + (sctlr & SCTLR_V ? 0xffff0000 : read_sr(REG_VBAR));
}

void inject_undef(struct frame *f)
{
	write_banked(SPSR_und, f->cpsr);
	write_banked(LR_und, f->pc + (f->cpsr & CPSR_T ? 2 : 4));
	enter_exception(f, MODE_UND | PSR_I, 0x04);
}

void inject_abort(struct frame *f, u32 hsr, u32 va, u32 fsr)
{
	bool fetch = HSR_IS_FETCH(hsr);

	if (unlikely(fetch)) {
		write_sr(REG_IFAR, va);
		write_sr(REG_IFSR, fsr);
	} else {
		write_sr(REG_DFAR, va);
		write_sr(REG_DFSR, fsr | ISS_WNR(hsr) << 11);
	}
	write_banked(SPSR_abt, f->cpsr);
	write_banked(LR_abt, f->pc + (fetch ? 4 : 8));
	enter_exception(f, MODE_ABT | PSR_I | PSR_A, fetch ? 0x0c : 0x10);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Load and store decoding for aborts whose syndrome is not valid
 * (HSR.ISV = 0, ARM ARM B3.13.6). Pure logic; it also builds on the host.
 */
#pragma once

#include "types.h"

/* B1.3.3 */
enum { CPSR_MODE = 0x1f, CPSR_T = BIT(5), CPSR_E = BIT(9) };

/*
 * One load or store. It touches an element of `size` bytes for each bit in `list`, the first
 * at `addr`, each next one `size` bytes above.
 */
struct insn {
	u32 addr;     /* virtual address of the first element */
	u32 wb_value; /* what rn becomes, when `wback` */
	u16 list;     /* one bit a register: lowest register, lowest address; BIT(rt) */
	u16 changed;  /* registers that it writes, one bit each */
	u8 len;	      /* of the instruction: 2 or 4 bytes */
	u8 size;      /* of an element: 1, 2, 4, or 8 (LDRD, STREXD, ...) */
	u8 rt2;	      /* second data register, size = 8; the first is in `list` */
	u8 rn;	      /* base register */
	u8 rd;	      /* status register of a store-exclusive */
	bool load, wback;
	bool sign; /* sign-extend the loaded value */
	bool excl; /* LDREX and STREX families */
	bool user; /* LDRT, STRT: access with user permissions */
};

/*
 * Decode one A32 (thumb = false) or T32 instruction. A 16-bit T32 opcode is
 * passed in the low half; a 32-bit one as first halfword << 16 | second.
 * `regs` holds r0-r14 of the interrupted mode and, in [15], the address of
 * the instruction itself; `cpsr` gives the carry flag for RRX.
 *
 * Returns 0 and fills `out`; or -1 for what is not a load or store of core
 * registers or cannot be emulated (SWP, VFP, LDM with ^). What is UNPREDICTABLE is refused, or has
 * one plain meaning; what is UNDEFINED never aborts, and may be either.
 * The condition is not looked at: an abort is taken after it has passed.
 */
int arm_decode(u32 op, bool thumb, const u32 regs[16], u32 cpsr, struct insn *out);

/* True if the 4-bit condition `cond` passes with these flags; 0xf does. */
bool cond_passed(u32 cond, u32 cpsr);

/* The CPSR's IT state, bits [7:2] in CPSR[15:10] and [1:0] in CPSR[26:25]. */
u32 cpsr_it(u32 cpsr);

/* The CPSR after one more Thumb instruction: ITSTATE advanced (A2.5.2). */
u32 cpsr_it_advance(u32 cpsr);

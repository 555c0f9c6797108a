/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decoder against what an assembler makes of known instructions (gen_decode_cases.py), and
 * against what must hold for any opcode at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "decode.h"

struct decode_case {
	const char *name;
	u32 opcode;
	bool thumb;
	u32 pc;
	u32 cpsr;
	int result; /* EITHER for what is UNPREDICTABLE */
	struct insn insn;
};

#define EITHER 1

#include "decode_cases.h"

#define RANDOM_OPCODES 4000000
#define CPSR_IT	       0x0600fc00u

static unsigned differences;

static void same(const char *name, const char *field, u32 got, u32 expected)
{
	if (got == expected)
		return;
	print_error("%s: %s is %#x, not %#x\n", name, field, got, expected);
	differences++;
}

#define SAME(field) same(c->name, #field, got.field, c->insn.field)

static u32 bits_set(u32 value)
{
	u32 n = 0;

	for (u32 bit = 0; bit < 32; bit++)
		n += value >> bit & 1;
	return n;
}

static bool block_holds(const struct insn *in, const u32 regs[16], bool thumb)
{
	u32 base = in->rn == 15 ? (regs[15] + (thumb ? 4 : 8)) & ~3u : regs[in->rn];
	u32 length = 4u * bits_set(in->list);
	bool up = in->addr == base || in->addr == base + 4;

	if (in->size != 4 || in->excl || in->user || in->sign)
		return false;
	/* DA of one is at its base as well. */
	if (in->wback && in->wb_value == base - length)
		return in->addr == base - length || in->addr == base - length + 4;
	if (in->wback)
		return up && in->wb_value == base + length;
	return up || in->addr == base - length || in->addr == base - length + 4;
}

static bool single_holds(const struct insn *in)
{
	if (in->size == 8 && in->rt2 > 15)
		return false;
	if (in->sign && !in->load)
		return false;
	return !(in->excl && (in->wback || in->user || in->sign || in->rd > 15));
}

static bool holds(const struct insn *in, u32 opcode, bool thumb, const u32 regs[16])
{
	u8 len = thumb && !(opcode >> 16) ? 2 : 4;
	u32 changed = in->load ? in->list | (in->size == 8 ? BIT(in->rt2) : 0) : 0;

	if (in->len != len || in->rn > 15 || !in->list)
		return false;
	if (in->size != 1 && in->size != 2 && in->size != 4 && in->size != 8)
		return false;
	/* What is loaded stays, and only a base or a status is written beside. */
	if (in->wback && in->load && in->list >> in->rn & 1)
		return false;
	changed |= in->wback ? BIT(in->rn) : 0;
	changed |= in->excl && !in->load ? BIT(in->rd) : 0;
	if (in->changed != changed)
		return false;
	return (bits_set(in->list) == 1 && single_holds(in)) || block_holds(in, regs, thumb);
}

/* Refused or taken, but the same each time, and what could be. */
static void check_either(const struct decode_case *c, const u32 regs[16])
{
	struct insn once, again;
	int result;

	memset(&once, 0x55, sizeof(once));
	memset(&again, 0xaa, sizeof(again));
	result = arm_decode(c->opcode, c->thumb, regs, c->cpsr, &once);
	same(c->name, "second result", (u32)arm_decode(c->opcode, c->thumb, regs, c->cpsr, &again),
	     (u32)result);
	if (result == -1)
		return;
	same(c->name, "result", (u32)result, 0);
	same(c->name, "second outcome", (u32)memcmp(&once, &again, sizeof(once)), 0);
	same(c->name, "possible", holds(&once, c->opcode, c->thumb, regs), true);
}

static void check_case(const struct decode_case *c)
{
	struct insn got;
	u32 regs[16];
	int result;

	for (u32 n = 0; n < 15; n++)
		regs[n] = case_regs[n];
	regs[15] = c->pc;
	if (c->result == EITHER) {
		check_either(c, regs);
		return;
	}
	result = arm_decode(c->opcode, c->thumb, regs, c->cpsr, &got);
	same(c->name, "result", (u32)result, (u32)c->result);
	if (result || c->result)
		return;

	SAME(addr);
	SAME(len);
	SAME(size);
	SAME(rn);
	SAME(load);
	SAME(sign);
	SAME(wback);
	SAME(excl);
	SAME(user);
	if (c->insn.wback)
		SAME(wb_value);
	SAME(list);
	if (c->insn.size == 8)
		SAME(rt2);
	if (c->insn.excl && !c->insn.load)
		SAME(rd);
	same(c->name, "possible", holds(&got, c->opcode, c->thumb, regs), true);
}

static void test_assembled(void **state)
{
	(void)state;
	differences = 0;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_case(&cases[i]);
	assert_int_equal(differences, 0);
}

/* xorshift32: the same numbers each time */
static u32 next_random(void)
{
	static u32 x = 0x2545f491;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

/* Returns true if it is a load or store. */
static bool check_any(u32 opcode, bool thumb)
{
	struct insn in;
	u32 regs[16];
	u32 cpsr = next_random();
	int result;

	for (u32 n = 0; n < 16; n++)
		regs[n] = next_random();
	result = arm_decode(opcode, thumb, regs, cpsr, &in);
	if (result && result != -1)
		fail_msg("%#x (thumb %d) gives %d", opcode, thumb, result);
	if (!result && !holds(&in, opcode, thumb, regs))
		fail_msg("%#x (thumb %d) is decoded to what cannot be", opcode, thumb);
	return !result;
}

/* The parts of the A32 space where no core register is loaded or stored. */
static bool a32_elsewhere(u32 op)
{
	bool bit4 = op & BIT(4), bit7 = op & BIT(7);

	if (op >> 28 == 0xf)
		return true;
	switch (op >> 25 & 7) {
	case 0: /* data processing, multiplies and swaps, ... */
		return !(bit4 && bit7) || (!(op & 0x60) && (op >> 23 & 3) != 3);
	case 2:
	case 4:
		return false;
	case 3: /* media instructions */
		return bit4;
	default: /* data processing, branches, coprocessors */
		return true;
	}
}

static void test_any_a32(void **state)
{
	u32 accesses = 0;

	(void)state;
	for (u32 i = 0; i < RANDOM_OPCODES; i++) {
		u32 opcode = next_random();
		bool access = check_any(opcode, false);

		assert_false(access && a32_elsewhere(opcode));
		accesses += access;
	}
	/* A quarter of the space is LDR and STR, and an eighth LDM and STM. */
	assert_in_range(accesses, RANDOM_OPCODES / 8, RANDOM_OPCODES / 2);
}

static void test_any_t16(void **state)
{
	const u32 regs[16] = {0};
	struct insn in;
	u32 accesses = 0, all;

	(void)state;
	for (u32 opcode = 0; opcode < 0x10000; opcode++) {
		check_any(opcode, true);
		accesses += !arm_decode(opcode, true, regs, 0, &in);
	}
	/*
	 * Literals, register offsets, immediate offsets, and those from SP; any list but an empty
	 * one for LDM, PUSH, POP and STM. Of STM's, those 128 - (128 >> rn) are UNPREDICTABLE that
	 * have the base and a register below it.
	 */
	all = 2048 + 4096 + 3 * 4096 + 4096 + 8 * 255 + 2 * 511 + 8 * 255;
	assert_in_range(accesses, all - (8 * 128 - 255), all);
}

static void test_any_t32(void **state)
{
	u32 accesses = 0;

	(void)state;
	for (u32 i = 0; i < RANDOM_OPCODES; i++) {
		u32 opcode = next_random() | 0xe0000000;
		bool elsewhere = opcode >> 25 != 0x74 && opcode >> 25 != 0x7c;

		/* Any, and then those where loads and stores are. */
		assert_false(check_any(opcode, true) && elsewhere);
		accesses += check_any((opcode & 0x11ffffff) | 0xe8000000, true);
	}
	assert_in_range(accesses, RANDOM_OPCODES / 8, RANDOM_OPCODES);
}

static void test_not_wide(void **state)
{
	struct insn in;
	u32 regs[16] = {0};

	(void)state;
	/* Half of a 32-bit instruction, and a 16-bit one in the wrong place. */
	for (u32 half = 0; half < 0x10000; half++) {
		if (half >> 11 >= 0x1d)
			assert_int_equal(arm_decode(half, true, regs, 0, &in), -1);
		else if (half)
			assert_int_equal(arm_decode(half << 16, true, regs, 0, &in), -1);
	}
}

static bool condition(u32 cond, bool n, bool z, bool c, bool v)
{
	switch (cond) {
	case 0: /* EQ */
		return z;
	case 1: /* NE */
		return !z;
	case 2: /* CS */
		return c;
	case 3: /* CC */
		return !c;
	case 4: /* MI */
		return n;
	case 5: /* PL */
		return !n;
	case 6: /* VS */
		return v;
	case 7: /* VC */
		return !v;
	case 8: /* HI */
		return c && !z;
	case 9: /* LS */
		return !c || z;
	case 10: /* GE */
		return n == v;
	case 11: /* LT */
		return n != v;
	case 12: /* GT */
		return !z && n == v;
	case 13: /* LE */
		return z || n != v;
	default: /* AL, and what is unconditional */
		return true;
	}
}

static void test_conditions(void **state)
{
	(void)state;
	for (u32 cond = 0; cond < 16; cond++) {
		for (u32 flags = 0; flags < 16; flags++) {
			bool n = flags & 8, z = flags & 4, c = flags & 2, v = flags & 1;
			bool expected = condition(cond, n, z, c, v);

			assert_int_equal(cond_passed(cond, flags << 28), expected);
			assert_int_equal(cond_passed(cond, flags << 28 | 0x0fffffff), expected);
		}
	}
}

/* The CPSR right after an IT instruction with these operands. */
static u32 after_it(u32 cpsr, u32 first_cond, u32 mask)
{
	u32 it = first_cond << 4 | mask;

	return (cpsr & ~CPSR_IT) | (it >> 2) << 10 | (it & 3) << 25;
}

/*
 * An IT block of `length`, where bit i of `elses` makes instruction i an "else": each gets the
 * condition that the assembly text gives it, and nothing is left behind.
 */
static void check_it_block(u32 cond, u32 length, u32 elses, u32 other)
{
	u32 mask = 8u >> (length - 1);
	u32 cpsr;

	for (u32 i = 1; i < length; i++)
		mask |= ((cond ^ elses >> i) & 1) << (4 - i);
	cpsr = after_it(other, cond, mask);
	for (u32 i = 0; i < length; i++) {
		assert_true(cpsr_it(cpsr) & 0xf);
		assert_int_equal(cpsr_it(cpsr) >> 4, cond ^ (elses >> i & 1));
		assert_int_equal(cpsr & ~CPSR_IT, other & ~CPSR_IT);
		/* The last of a block is what can branch. */
		assert_int_equal((cpsr_it(cpsr) & 7) == 0, i == length - 1);
		cpsr = cpsr_it_advance(cpsr);
	}
	assert_int_equal(cpsr, other & ~CPSR_IT);
	assert_int_equal(cpsr_it_advance(cpsr), cpsr);
}

static void test_it_blocks(void **state)
{
	(void)state;
	for (u32 cond = 0; cond < 15; cond++) {
		for (u32 length = 1; length <= 4; length++) {
			for (u32 elses = 0; elses < BIT(length); elses += 2) {
				if (cond == 14 && elses) /* there is no "never" */
					continue;
				check_it_block(cond, length, elses, 0x600001f3);
				check_it_block(cond, length, elses, 0xffffffff);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_assembled), cmocka_unit_test(test_any_a32),
		cmocka_unit_test(test_any_t16),	  cmocka_unit_test(test_any_t32),
		cmocka_unit_test(test_not_wide),  cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_it_blocks),
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* The table of control registers, against an assembler (gen_register_cases.py), and by name. */
#include "fake_arch.h"
#include "monitor.h"
#include "cpu.h"

#include "register_cases.h"

#define ROW(name, opc1, crn, crm, opc2, ...) {#name, opc1, crn, crm, opc2, REG_##name},

static const struct {
	const char *name;
	u32 opc1, crn, crm, opc2, nr;
} rows[] = {VIGIL_REGISTERS(ROW)};

/* MCR p15, opc1, r0, CRn, CRm, opc2 (A8.8.98) */
static void encodings(void **state)
{
	(void)state;
	assert_int_equal(ARRAY_SIZE(rows), ARRAY_SIZE(cases));
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		u32 c = 0, opcode;

		while (c < ARRAY_SIZE(cases) && strcmp(cases[c].name, rows[i].name))
			c++;
		if (c == ARRAY_SIZE(cases))
			fail_msg("no case for %s", rows[i].name);
		opcode = cases[c].opcode;
		assert_hex(0xee000f10 | rows[i].opc1 << 21 | rows[i].crn << 16 | rows[i].crm |
				   rows[i].opc2 << 5,
			   opcode);
		assert_hex(rows[i].nr, VIGIL_REG(opcode >> 21 & 7, opcode >> 16 & 0xf, opcode & 0xf,
						 opcode >> 5 & 7));
	}
}

static void names(void **state)
{
	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_string_equal(vigil_name(vigil_registers, rows[i].nr), rows[i].name);
		/* By their numbers: a range of them, or `all`, depends on it. */
		assert_true(!i || rows[i].nr > rows[i - 1].nr);
	}
	assert_null(vigil_name(vigil_registers, 0));
	assert_null(vigil_name(vigil_registers, REG_SCTLR + (1ull << 32)));
}

static u32 watched(u32 nr)
{
	return monitor_watched(EV_SYSREG, nr, nr);
}

static void lists(void **state)
{
	static const struct policy policy = {.name = "test"};
	static const char *const bad[] = {"",		"SCTL", "SCTLRX",    "sctlr", "SCTLR,",
					  "VBAR,,DACR", "0x80", "VBAR DACR", "allx"};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(vigil_watch_list(&policy, EV_SYSREG, ACC_WRITE, bad[i]), -1);
	fake_reset(NULL);
	assert_int_equal(vigil_watch_list(&policy, EV_SYSREG, ACC_WRITE, "VBAR,TTBR0"), 0);
	assert_int_equal(watched(REG_VBAR), ACC_WRITE);
	assert_int_equal(watched(REG_TTBR0), ACC_WRITE);
	assert_int_equal(watched(REG_TTBR1), 0);
	assert_int_equal(vigil_watch_list(&policy, EV_SYSREG, ACC_READ, "all"), 0);
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++)
		assert_true(watched(rows[i].nr) & ACC_READ);
}

/* Any range of numbers; none any more once the guest runs, be the first CPU off again. */
static void what_may_be_watched(void **state)
{
	static const struct policy policy = {.name = "test"};
	struct watch w = {REG_SCTLR, REG_CBAR, EV_SYSREG, ACC_WRITE};

	(void)state;
	monitor_init();
	assert_int_equal(vigil_watch(&policy, &w), 0);
	w.lo = 0;
	w.hi = ~0ull;
	assert_int_equal(vigil_watch(&policy, &w), 0);
	w.hi = REG_SCTLR;
	cpus[0].on = true;
	cpus[0].frame = (struct frame *)&w;
	assert_int_equal(vigil_watch(&policy, &w), -1);
	cpus[0].on = false;
	assert_int_equal(vigil_watch(&policy, &w), -1);
	/* Taken back at any time, and who watches is looked up anew. */
	assert_int_equal(fake.filters, 2);
	w.hi = ~0ull;
	assert_int_equal(vigil_unwatch(&policy, &w), 0);
	assert_int_equal(fake.filters, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(encodings),
		TEST(names),
		TEST(lists),
		TEST(what_may_be_watched),
	};

	return cmocka_run_group_tests_name("registers", tests, NULL, NULL);
}

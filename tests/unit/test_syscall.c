/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls: the number that is meant, what a vector does, the names, the filter. */
#include "fake_arch.h"
#include "trap.h"

static const struct {
	u32 op;
	bool thumb;
	u32 pc;
	bool loads;
	u32 addr;
} vectors[] = {
	/* As GNU as has assembled them. */
	{0xe59ffff0, false, 0x8, true, 0x1000},
	{0xe59ffff0, false, 0xffff0008, true, 0xffff1000}, /* Linux */
	{0xe51ff008, false, 0xc, true, 0xc},
	{0xe59ff018, false, 0x10, true, 0x30},
	{0xeafffffb, false, 0x14, false, 0}, /* B */
	{0x159ff018, false, 0x20, false, 0}, /* LDRNE */
	{0xe59f0018, false, 0x24, false, 0}, /* LDR r0 */
	{0xe590f018, false, 0x28, false, 0}, /* LDR PC, [r0] */
	{0xebfffff5, false, 0x2c, false, 0}, /* BL */
	{0xfa000032, false, 0x30, false, 0}, /* BLX */
	{0xe1a0f000, false, 0x34, false, 0}, /* MOV PC, r0 */
	{0xe59ff002, false, 0x8, false, 0},  /* a word that is not aligned */
	{0xe1a00000, false, 0x8, false, 0},  /* NOP */
	{0, false, 0x8, false, 0},
	{~0u, false, 0x8, false, 0},
	{0xf8dffff8, true, 0x100, true, 0x10fc},
	{0xf85ff004, true, 0x104, true, 0x104},
	{0xf000bffe, true, 0x108, false, 0}, /* B.W */
	{0xe3fd, true, 0x118, false, 0},     /* B */
	{0xf000fffe, true, 0x120, false, 0}, /* BL */
	{0xf8df0008, true, 0x124, false, 0}, /* LDR r0 */
	{0x4687, true, 0x128, false, 0},     /* MOV PC, r0 */
	{0xd002, true, 0x12a, false, 0},     /* BEQ */
	{0xe59ff018, true, 0x8, false, 0},   /* the other state's */
	{0xf8dffff8, false, 0x8, false, 0},
};

static void known_vectors(void **state)
{
	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(vectors); i++) {
		u32 addr = 0;

		assert_hex(vector_decode(vectors[i].op, vectors[i].thumb, vectors[i].pc, &addr),
			   vectors[i].loads);
		if (vectors[i].loads)
			assert_hex(addr, vectors[i].addr);
	}
}

/* As svc.c starts it. */
static void start(struct event *ev, const u32 r[8])
{
	ev->kind = EV_SYSCALL;
	ev->access = ACC_SVC;
	ev->flags = 0;
	ev->cpsr = 0x10;
	memcpy(ev->arg, r, sizeof(ev->arg));
	ev->nr = r[7];
}

/* Asked by way of the watchers' table, as svc.c does: in A32 state, of a kernel with both ABIs. */
static u32 decode(struct event *ev, u32 r0, u32 r7, u32 immediate)
{
	const u32 r[8] = {r0, 1, 2, 3, 4, 5, 6, r7};

	memset(ev, 0xa5, sizeof(*ev));
	start(ev, r);
	fake.opcode = 0xef000000 | immediate;
	option_oabi = true;
	syscall_filter(0, ~0u);
	monitor_ask_number(ev, call_watchers[CALLS_FILTERED]);
	option_oabi = false;
	return ev->indirect;
}

static void eabi(void **state)
{
	static const u32 numbers[] = {0, 39, 113, 322, 511, 512, 0xf0002, 0x900005, 0xffffffff};
	static const u32 args[7] = {39, 1, 2, 3, 4, 5, 6};
	struct event ev;

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(numbers); i++) {
		assert_hex(decode(&ev, 39, numbers[i], 0), 0);
		assert_hex(ev.nr, numbers[i]);
		assert_memory_equal(ev.arg, args, sizeof(args));
	}
}

static void old_abi(void **state)
{
	static const u32 args[7] = {0x900027, 1, 2, 3, 4, 5, 6}, shifted[7] = {1, 2, 3, 4, 5, 6};
	struct event ev;

	(void)state;
	assert_hex(decode(&ev, 0x900027, 5, 0x900027), 0);
	assert_hex(ev.nr, 39);
	assert_memory_equal(ev.arg, args, sizeof(args));
	assert_hex(decode(&ev, 0, 5, 0x9f0005), 0);
	assert_hex(ev.nr, 0xf0005);
	assert_hex(decode(&ev, 0, 39, 39), 0); /* not of the old ABI's range: no call */
	assert_hex(ev.nr, 0x900027);
	/* syscall() takes the number with or without its base, but not its own. */
	assert_hex(decode(&ev, 0x900027, 5, 0x900071), 1);
	assert_hex(ev.nr, 39);
	assert_memory_equal(ev.arg, shifted, sizeof(shifted));
	assert_hex(decode(&ev, 39, 5, 0x900071), 1);
	assert_hex(ev.nr, 39);
	assert_hex(decode(&ev, 0x900071, 5, 0x900071), 0);
	assert_hex(ev.nr, 113);
}

/* Asked by way of the watchers' table, as svc.c does. */
static void old_abi_asked(void **state)
{
	static const u32 r[8] = {0x900027, 1, 2, 3, 4, 5, 6, 0x1234};
	const struct policy *watcher;
	struct event ev = {.kind = EV_SYSCALL, .access = ACC_SVC};

	(void)state;
	option_oabi = true;
	syscall_filter(0, ~0u);
	watcher = call_watchers[CALLS_FILTERED];
	assert_ptr_equal(call_watchers[0], watcher);
	fake.opcode = 0xef900071; /* svc 0x900071: syscall() */
	start(&ev, r);
	assert_int_equal(monitor_ask_number(&ev, watcher), 0);
	assert_true(ev.indirect);
	assert_hex(ev.nr, 39);
	/* EABI's immediate is 0, and Thumb state has no other. */
	start(&ev, r);
	fake.opcode = 0xef000000;
	assert_int_equal(monitor_ask_number(&ev, watcher), 0);
	assert_hex(ev.nr, 0x1234);
	/* Gone: no call, and something to be done about it. */
	fake.paged_out = true;
	assert_int_not_equal(monitor_ask_number(&ev, watcher), 0);
	assert_true(ev.absent);
	assert_false(ev.log);
	option_oabi = false;
	syscall_filter(0, ~0u);
	assert_null(call_watchers[39]);
	assert_ptr_equal(call_watchers[CALLS_FILTERED], &monitor_all);
}

static void names(void **state)
{
	static const char *const bad[] = {"",	 "opena", "openatt", "Open",	    "-",
					  "5-4", "5-",	  "x",	     "0x100000000", ","};
	u64 lo, hi;

	(void)state;
	assert_string_equal(vigil_name(vigil_calls, 0), "restart_syscall");
	assert_string_equal(vigil_name(vigil_calls, 39), "mkdir");
	assert_string_equal(vigil_name(vigil_calls, 322), "openat");
	assert_string_equal(vigil_name(vigil_calls, 0xf0005), "set_tls");
	assert_null(vigil_name(vigil_calls, 7)); /* was waitpid() */
	assert_null(vigil_name(vigil_calls, 499));
	assert_null(vigil_name(vigil_calls, 0xf0000));
	assert_null(vigil_name(vigil_calls, 0xffffffff));
	assert_string_equal(vigil_parse(vigil_calls, "openat,x", &lo, &hi), ",x");
	assert_true(lo == 322 && hi == 322);
	assert_string_equal(vigil_parse(vigil_calls, "0x10-20", &lo, &hi), "");
	assert_true(lo == 16 && hi == 20);
	assert_string_equal(vigil_parse(vigil_calls, "0-0xffffffff", &lo, &hi), "");
	assert_true(lo == 0 && hi == 0xffffffff);
	for (u32 i = 0; i < ARRAY_SIZE(bad); i++)
		assert_null(vigil_parse(vigil_calls, bad[i], &lo, &hi));
	/* Each name leads back to its number. */
	for (u32 nr = 0; nr < 0xf0010; nr += nr == 600 ? 0xf0000 - 600 : 1) {
		const char *name = vigil_name(vigil_calls, nr);

		if (!name)
			continue;
		assert_non_null(vigil_parse(vigil_calls, name, &lo, &hi));
		assert_true(lo == nr && hi == nr);
	}
}

static void rates(void **state)
{
	u64 rate[2] = {0};
	u32 passed = 0;

	(void)state;
	fake.hz = 1000;
	fake.step = 1;
	fake.counter = 5000;
	for (u32 i = 0; i < 3000; i++)
		passed += vigil_rate(rate, 10);
	assert_in_range(passed, 29, 31);
	assert_false(vigil_rate(rate, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(known_vectors), TEST(eabi),  TEST(old_abi),
		TEST(old_abi_asked), TEST(names), TEST(rates),
	};

	return cmocka_run_group_tests_name("syscall", tests, NULL, NULL);
}

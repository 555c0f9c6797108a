// SPDX-License-Identifier: BSD-2-Clause
/* The policies that come with Vigil, compiled unchanged, over real tables and rings. */
#include "fake_arch.h"
#include "monitor.h"
#include "core.h"
#include "cpu.h"

static int begin(void **state)
{
	fake_reset(state);
	memmap_add(0x09000000, 0x0901ffff, REGION_DEVICE);
	memmap_add(0x40000000, 0x7fffffff, REGION_RAM);
	memmap_add(0x7fe00000, 0x7fffffff, REGION_MONITOR);
	return 0;
}

static void start(const char *options)
{
	options_parse(options, strlen(options));
	monitor_init();
	arch_build_guest_map();
}

static struct event ask(u64 ipa, u32 access)
{
	struct event ev = {.kind = EV_MMIO, .access = (u8)access, .size = 4, .ipa = ipa};

	monitor_ask_address(&ev);
	if (ev.log)
		audit_event(&ev);
	return ev;
}

static struct event ask_call(u32 nr, u32 conduit)
{
	struct event ev = {.kind = EV_CALL, .access = (u8)conduit, .size = 4, .nr = nr};

	monitor_ask_number(&ev);
	if (ev.log)
		audit_event(&ev);
	return ev;
}

static void both_are_linked(void **state)
{
	(void)state;
	assert_int_equal(__policies_end - __policies_start, 2);
	assert_string_equal(__policies_start[0].name, "log");
	assert_string_equal(__policies_start[1].name, "guard");
}

static void want_nothing(void **state)
{
	(void)state;
	start("");
	assert_hex(monitor_wanted, 0);
	assert_true(stage2_lookup(0x09000000) & S2_WRITE);
	assert_true(stage2_lookup(0x40000000) & S2_WRITE);
}

static void bad_options(void **state)
{
	static const char *const bad[] = {"log.mmi=1",	   "log.=1",
					  "guard.mmioo=1", "guard.action=allow",
					  "guard.action=", "guard.action=DENY"};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char want[96];

		begin(state);
		format(want, sizeof(want), "vigil: stop: option not understood: %s\r\n", bad[i]);
		assert_int_equal(ENDS(start(bad[i])), PARKED);
		assert_string_equal(fake.text, want);
	}
}

static void log_watches(void **state)
{
	struct event ev;

	(void)state;
	start("log.mmio=0x9010000+0x1000,0x9000000 log.read=0x50000000+0x1000 "
	      "log.write=0x50001000+0x1000 log.exec=0x50002000+0x1000 log.call=all");
	ev = ask(0x9010ffc, ACC_READ);
	assert_int_equal(ev.verdict, ALLOW);
	assert_true(ev.log);
	assert_string_equal(ev.by->name, "log");
	assert_true(ask(0x9000000, ACC_WRITE).log);
	assert_null(ask(0x9000004, ACC_WRITE).by);
	assert_true(ask(0x50000000, ACC_READ).log);
	assert_null(ask(0x50000000, ACC_WRITE).by);
	assert_true(ask(0x50001000, ACC_WRITE).log);
	assert_null(ask(0x50001000, ACC_READ).by);
	assert_true(ask(0x50002000, ACC_EXEC).log);
	assert_true(ask_call(0, ACC_HVC).log);
	assert_true(ask_call(0xffffffff, ACC_SMC).log);
	assert_int_equal(stage2_lookup(0x9010000), 0);
	assert_false(stage2_lookup(0x50000000) & S2_READ);
	assert_false(stage2_lookup(0x50001000) & S2_WRITE);
	assert_true(stage2_lookup(0x50002000) & S2_XN);
	audit_flush();
	assert_non_null(strstr(fake.text, " mmio r4 allow pc=00000000/usr va=00000000 ipa=09010ffc "
					  "val=00000000 "));
	assert_non_null(strstr(fake.text, " call hvc allow "));
	assert_non_null(strstr(fake.text, " by=log\r\n"));
}

static void log_ranges_of_calls(void **state)
{
	(void)state;
	start("log.call=0x84000000-0x8400001f");
	assert_true(ask_call(0x84000003, ACC_SMC).log);
	assert_null(ask_call(0x84000020, ACC_SMC).by);
}

static void log_not_the_guests(void **state)
{
	(void)state;
	assert_stops(start("log.mmio=0x9000000 log.read=0x7fe00000+0x1000"),
		     "policy log: cannot watch 7fe00000-7fe00fff");
}

static void guard_denies(void **state)
{
	struct event ev;

	(void)state;
	start("guard.mmio=0x9010000+0x100 guard.memory=0x60000000+0x1000");
	ev = ask(0x9010008, ACC_WRITE);
	assert_int_equal(ev.verdict, DENY);
	assert_true(ev.log);
	assert_string_equal(ev.by->name, "guard");
	assert_null(ask(0x9010008, ACC_READ).by);
	assert_null(ask(0x9010100, ACC_WRITE).by);
	ev = ask(0x60000ffc, ACC_WRITE);
	assert_int_equal(ev.verdict, DENY);
	assert_int_equal(ev.kind, EV_MEMORY);
	assert_null(ask(0x60000ffc, ACC_READ).by);
	assert_true(stage2_lookup(0x60000000) & S2_READ);
	assert_false(stage2_lookup(0x60000000) & S2_WRITE);
	assert_false(stage2_lookup(0x60000000) & S2_XN);
}

static void guard_actions(void **state)
{
	static const char *const actions[] = {"deny", "kill", "halt"};

	for (u32 i = 0; i < ARRAY_SIZE(actions); i++) {
		char options[160];

		begin(state);
		format(options, sizeof(options), "guard.mmio=0x9010000 guard.action=%s",
		       actions[i]);
		start(options);
		assert_int_equal(ask(0x9010000, ACC_WRITE).verdict, DENY + i);
	}
}

static void guard_in_a_dry_run(void **state)
{
	struct event ev;

	(void)state;
	start("mode=monitor guard.mmio=0x9010000 guard.action=kill");
	ev = ask(0x9010000, ACC_WRITE);
	assert_int_equal(ev.verdict, ALLOW);
	assert_int_equal(ev.would, KILL);
	audit_flush();
	assert_non_null(strstr(fake.text, " mmio w4 allow would=kill "));
	assert_non_null(strstr(fake.text, " by=guard\r\n"));
}

/* Where both watch, it is denied, by guard, and logged once. */
static void guard_over_log(void **state)
{
	struct event ev;

	(void)state;
	start("log.mmio=0x9010000 guard.mmio=0x9010000 guard.action=deny");
	ev = ask(0x9010000, ACC_WRITE);
	assert_int_equal(ev.verdict, DENY);
	assert_string_equal(ev.by->name, "guard");
	ev = ask(0x9010000, ACC_READ);
	assert_int_equal(ev.verdict, ALLOW);
	assert_string_equal(ev.by->name, "log");
	audit_flush();
	assert_non_null(strstr(fake.text, "@vigil stats events=2 repeats=0 dropped=0 high=1\r\n"));
}

static void guard_not_the_guests(void **state)
{
	(void)state;
	assert_stops(start("guard.memory=0x7ff00000+0x1000"),
		     "policy guard: cannot watch 7ff00000-7ff00fff");
}

#define OVER(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OVER(both_are_linked), OVER(want_nothing),	   OVER(bad_options),
		OVER(log_watches),     OVER(log_ranges_of_calls),  OVER(log_not_the_guests),
		OVER(guard_denies),    OVER(guard_actions),	   OVER(guard_in_a_dry_run),
		OVER(guard_over_log),  OVER(guard_not_the_guests),
	};

	return cmocka_run_group_tests_name("policies", tests, NULL, NULL);
}

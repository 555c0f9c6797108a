// SPDX-License-Identifier: BSD-2-Clause
/* The policies that come with Vigil, compiled unchanged, over real tables and rings. */
#include "fake_arch.h"
#include "monitor.h"
#include "core.h"
#include "trap.h"

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

	monitor_ask_number(&ev, &monitor_all);
	if (ev.log)
		audit_event(&ev);
	return ev;
}

static void all_are_linked(void **state)
{
	(void)state;
	assert_int_equal(__policies_end - __policies_start, 4);
	assert_string_equal(__policies_start[0].name, "log");
	assert_string_equal(__policies_start[1].name, "guard");
	assert_string_equal(__policies_start[2].name, "sysfilter");
	assert_string_equal(__policies_start[3].name, "trace");
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
	assert_non_null(strstr(fake.text, " events=2 repeats=0 dropped=0 high=1 end=1\r\n"));
}

static void guard_not_the_guests(void **state)
{
	(void)state;
	assert_stops(start("guard.memory=0x7ff00000+0x1000"),
		     "policy guard: cannot watch 7ff00000-7ff00fff");
}

static struct event ask_syscall(u32 nr)
{
	struct event ev = {.kind = EV_SYSCALL, .access = ACC_SVC, .size = 4, .nr = nr, .value = 1};

	monitor_ask_number(&ev, &monitor_all);
	if (ev.log)
		audit_event(&ev);
	return ev;
}

/* The table as it is when the guest starts. */
static u32 filtered(void)
{
	u32 count = 0;

	syscall_filter(0, CALLS_FILTERED);
	for (u32 nr = 0; nr < CALLS_FILTERED; nr++)
		count += call_watchers[nr] != 0;
	return count;
}

static void sysfilter_denies(void **state)
{
	struct event ev;

	(void)state;
	start("sysfilter.deny=mkdir,mkdirat,0x10-17,set_tls");
	ev = ask_syscall(39);
	assert_int_equal(ev.verdict, DENY);
	assert_int_equal(ev.value, 1);
	assert_int_equal(ask_syscall(323).verdict, DENY);
	assert_int_equal(ask_syscall(17).verdict, DENY);
	assert_null(ask_syscall(18).by);
	assert_int_equal(ask_syscall(0xf0005).verdict, DENY);
	assert_int_equal(ask_syscall(0xf0002).verdict, ALLOW);
	assert_int_equal(ask_syscall(0xffffffff).verdict, ALLOW);
	assert_int_equal(ask_syscall(500).verdict, ALLOW);
	/* Only those are looked at behind the table. */
	assert_int_equal(filtered(), 4);
	assert_true(call_watchers[39] && call_watchers[323] && call_watchers[16]);
	audit_flush();
	assert_non_null(strstr(fake.text, " syscall svc deny pc=00000000/usr nr=00000027 "
					  "call=mkdir args=0,0,0,0,0,0,0 "));
}

static void sysfilter_allows(void **state)
{
	(void)state;
	start("sysfilter.allow=read,write,set_tls sysfilter.errno=13 sysfilter.action=kill");
	assert_int_equal(ask_syscall(3).verdict, ALLOW);
	assert_int_equal(ask_syscall(4).verdict, ALLOW);
	assert_int_equal(ask_syscall(5).verdict, KILL);
	assert_int_equal(ask_syscall(5).value, 13);
	assert_int_equal(ask_syscall(0xf0005).verdict, ALLOW);
	assert_int_equal(ask_syscall(0xf0002).verdict, KILL);
	assert_int_equal(ask_syscall(0xf0105).verdict, KILL);
	assert_int_equal(ask_syscall(503).verdict, KILL);
	assert_int_equal(ask_syscall(0xffffffff).verdict, KILL);
	assert_int_equal(filtered(), CALLS_FILTERED);
}

/* More lists of numbers than there are watches: all are asked for, the verdicts stay. */
static void sysfilter_many(void **state)
{
	char options[1024] = "sysfilter.deny=1";
	size_t len = strlen(options);

	(void)state;
	for (u32 nr = 3; nr < 300; nr += 2)
		len += format(options + len, sizeof(options) - len, ",%u", nr);
	start(options);
	for (u32 nr = 0; nr < 300; nr++)
		assert_int_equal(ask_syscall(nr).verdict, nr % 2 ? DENY : ALLOW);
	assert_int_equal(ask_syscall(300).verdict, ALLOW);
}

static void sysfilter_learns(void **state)
{
	(void)state;
	start("sysfilter.learn=1 sysfilter.deny=mkdir");
	assert_int_equal(ask_syscall(39).verdict, ALLOW);
	ask_syscall(322);
	ask_syscall(322);
	ask_syscall(0xf0005);
	ask_syscall(7);
	ask_syscall(777);
	fake_port_clear();
	monitor_off();
	assert_non_null(strstr(fake.text, "@vigil learn sysfilter.allow=7,mkdir,openat,set_tls\r\n"));
}

static void sysfilter_bad_options(void **state)
{
	static const char *const bad[] = {
		"sysfilter.deny=",	   "sysfilter.deny=mkdirr",   "sysfilter.deny=mkdir,",
		"sysfilter.deny=500",	   "sysfilter.deny=0-600",    "sysfilter.deny=0-0xffffffff",
		"sysfilter.action=halt",   "sysfilter.errno=4096",    "sysfilter.errno=EPERM",
		"sysfilter.learn=0",	   "sysfilter.deny=1-2;",     "trace.rate=-1",
		"trace.rate=4294967296",   "trace.call=all",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char want[96];

		begin(state);
		format(want, sizeof(want), "vigil: stop: option not understood: %s\r\n", bad[i]);
		assert_int_equal(ENDS(start(bad[i])), PARKED);
		assert_string_equal(fake.text, want);
	}
	begin(state);
	assert_int_equal(ENDS(start("sysfilter.deny=1 sysfilter.allow=2")), PARKED);
	begin(state);
	assert_stops(start("trace.calls=nosuch"), "option not understood: trace.calls=nosuch");
}

static void trace_logs(void **state)
{
	(void)state;
	start("trace.calls=openat,3 trace.rate=2");
	fake.hz = 1000000;
	fake.counter = 1000000000;
	assert_true(ask_syscall(322).log);
	assert_null(ask_syscall(4).by);
	assert_true(ask_syscall(3).log);
	assert_false(ask_syscall(3).log);
	assert_int_equal(ask_syscall(3).verdict, ALLOW);
	fake_port_clear();
	monitor_off();
	assert_non_null(strstr(fake.text, "@vigil trace suppressed=2\r\n"));
	assert_non_null(strstr(fake.text, " call=openat "));
}

#define OVER(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OVER(all_are_linked), OVER(want_nothing),	   OVER(bad_options),
		OVER(log_watches),     OVER(log_ranges_of_calls),  OVER(log_not_the_guests),
		OVER(guard_denies),    OVER(guard_actions),	   OVER(guard_in_a_dry_run),
		OVER(guard_over_log),  OVER(guard_not_the_guests),
		OVER(sysfilter_denies), OVER(sysfilter_allows), OVER(sysfilter_many),
		OVER(sysfilter_learns), OVER(sysfilter_bad_options), OVER(trace_logs),
	};

	return cmocka_run_group_tests_name("policies", tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * rtcguard on the host: the policy as it is, beneath Vigil's own dispatch. Only
 * what is beyond it, stage 2 and the log, are stand-ins. docs/policy.md has the
 * command that builds and runs it; `make unit-test` takes it from there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

/* After the system's headers: types.h makes what is declared behind it local. */
#include "monitor.h"

bool arch_may_watch(const struct watch *watch)
{
	return watch->kind == EV_MMIO;
}

int arch_apply_watch(const struct watch *watch)
{
	(void)watch;
	return 0;
}

void audit_init(void)
{
}

void audit_event(struct event *ev)
{
	(void)ev;
}

/* The boot would end here. */
void give_up(bool own, const char *fmt, ...)
{
	(void)own;
	(void)fmt;
	abort();
}

static struct event ask_write(u64 ipa, u64 value)
{
	struct event ev = {
		.kind = EV_MMIO, .access = ACC_WRITE, .size = 4, .ipa = ipa, .value = value};

	monitor_ask_address(&ev);
	return ev;
}

static void watches_one_register(void **state)
{
	(void)state;
	assert_int_equal(monitor_watched(EV_MMIO, 0x09010008, 0x0901000b), ACC_WRITE);
	assert_int_equal(monitor_watched(EV_MMIO, 0x09010000, 0x09010007), 0);
	assert_int_equal(monitor_watched(EV_MMIO, 0x0901000c, 0x09010fff), 0);
	assert_int_equal(ask_write(0x0901000c, 1).verdict, ALLOW);
	assert_null(ask_write(0x0901000c, 1).by); /* nobody was asked */
}

static void denies_the_past(void **state)
{
	struct event ev = ask_write(0x09010008, 946684800); /* 2000-01-01 */

	(void)state;
	assert_int_equal(ev.verdict, DENY);
	assert_true(ev.log);
	assert_string_equal(ev.by->name, "rtcguard");
}

static void allows_the_present(void **state)
{
	struct event ev = ask_write(0x09010008, 1893456000); /* 2030-01-01 */

	(void)state;
	assert_int_equal(ev.verdict, ALLOW);
	assert_true(ev.log);
}

static void dry_run_denies_nothing(void **state)
{
	struct event ev;

	(void)state;
	monitor_dry_run = true;
	ev = ask_write(0x09010008, 0);
	monitor_dry_run = false;
	assert_int_equal(ev.verdict, ALLOW);
	assert_int_equal(ev.would, DENY);
}

static void takes_its_option(void **state)
{
	(void)state;
	assert_int_equal(monitor_option("rtcguard", 8, "before", "1"), -1);
	assert_int_equal(monitor_option("rtcguard", 8, "after", "soon"), -1);
	assert_int_equal(monitor_option("rtcguard", 8, "after", "100"), 0);
	assert_int_equal(ask_write(0x09010008, 99).verdict, DENY);
	assert_int_equal(ask_write(0x09010008, 100).verdict, ALLOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(watches_one_register), cmocka_unit_test(denies_the_past),
		cmocka_unit_test(allows_the_present),	cmocka_unit_test(dry_run_denies_nothing),
		cmocka_unit_test(takes_its_option),
	};

	monitor_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

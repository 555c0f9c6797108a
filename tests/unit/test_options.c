// SPDX-License-Identifier: BSD-2-Clause
/* The options of /chosen, and the ranges in them. */
#include "fake_arch.h"
#include "monitor.h"
#include "core.h"

static char got_key[32], got_value[600];
static int got_options;

static int take_option(const struct policy *self, const char *key, const char *value)
{
	(void)self;
	if (!strcmp(key, "bad"))
		return -1;
	format(got_key, sizeof(got_key), "%s", key);
	format(got_value, sizeof(got_value), "%s", value);
	got_options++;
	return 0;
}

static enum verdict allow(struct event *ev)
{
	(void)ev;
	return ALLOW;
}

VIGIL_POLICY(taker, .option = take_option, .on_event = allow);

VIGIL_POLICY(silent, .on_event = allow);

static int begin(void **state)
{
	got_options = 0;
	got_key[0] = got_value[0] = '\0';
	return fake_reset(state);
}

/* As a property is, with its NUL; once, as at boot. */
static void parse(const char *text)
{
	jmp_buf *outer = fake_exit;

	begin(NULL);
	fake_exit = outer;
	options_parse(text, strlen(text) + 1);
}

static void none(void **state)
{
	(void)state;
	parse("");
	assert_false(monitor_dry_run);
	assert_int_equal(audit_overflow, OVERFLOW_DROP);
	assert_string_equal(option_withhold, "");
	assert_hex(option_log, 0);
	parse("   ");
	assert_int_equal(got_options, 0);
	options_parse("", 0);
}

static void each(void **state)
{
	(void)state;
	parse("mode=monitor");
	assert_true(monitor_dry_run);
	parse("mode=enforce");
	assert_false(monitor_dry_run);
	parse("overflow=wait");
	assert_int_equal(audit_overflow, OVERFLOW_WAIT);
	parse("overflow=halt");
	assert_int_equal(audit_overflow, OVERFLOW_HALT);
	parse("overflow=drop");
	assert_int_equal(audit_overflow, OVERFLOW_DROP);
	parse("withhold=dma,ethernet@1000");
	assert_string_equal(option_withhold, "dma,ethernet@1000");
	parse("log=0x1c0a0000");
	assert_hex(option_log, 0x1c0a0000);
	parse("log=4294967295");
	assert_hex(option_log, ~0u);
}

static void together(void **state)
{
	(void)state;
	parse("  withhold=dma mode=monitor  overflow=wait taker.key=value ");
	assert_true(monitor_dry_run);
	assert_int_equal(audit_overflow, OVERFLOW_WAIT);
	assert_string_equal(option_withhold, "dma");
	assert_int_equal(got_options, 1);
}

/* The later one counts. */
static void twice(void **state)
{
	(void)state;
	parse("mode=monitor mode=enforce overflow=halt overflow=wait");
	assert_false(monitor_dry_run);
	assert_int_equal(audit_overflow, OVERFLOW_WAIT);
}

static void to_a_policy(void **state)
{
	(void)state;
	parse("taker.mmio=0x9010000+0x1000,0x9020000");
	assert_string_equal(got_key, "mmio");
	assert_string_equal(got_value, "0x9010000+0x1000,0x9020000");
	parse("taker.empty=");
	assert_string_equal(got_key, "empty");
	assert_string_equal(got_value, "");
	parse("taker.a.b=c=d.e");
	assert_string_equal(got_key, "a.b");
	assert_string_equal(got_value, "c=d.e");
	parse("taker.one=1 taker.two=2 taker.three=3");
	assert_string_equal(got_key, "three");
	assert_int_equal(got_options, 3);
}

/* A property may lack its NUL, and what is behind it is not read. */
static void without_end(void **state)
{
	char *text = malloc(12);

	(void)state;
	memcpy(text, "mode=monitor", 12);
	options_parse(text, 12);
	assert_true(monitor_dry_run);
	free(text);
	begin(state);
	options_parse("overflow=wait\0overflow=halt", 27);
	assert_int_equal(audit_overflow, OVERFLOW_WAIT);
}

static void not_understood(void **state)
{
	static const char *const bad[] = {
		"mode",
		"mode=",
		"mode=Monitor",
		"mode=monitorx",
		"overflow=wai",
		"withhold",
		"unknown=1",
		"nobody.key=1",
		"taker=1",
		"taker.bad=1",
		"silent.key=1",
		"taker",
		"taker.key",
		".key=1",
		"take.key=1",
		"takers.key=1",
		"=",
		"=taker.key",
		"a=b.c",
		"taker,key=1",
		"\tmode=enforce",
		"mode=enforce\n",
		"log",
		"log=",
		"log=0",
		"log=uart1",
		"log=0x1c0a0000x",
		"log=0x1c0a0000,0x1c0b0000",
		"log=0x100000000",
		"log=0x10000000000000000",
	};
	char text[64], want[96];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		format(text, sizeof(text), "overflow=halt %s mode=monitor", bad[i]);
		format(want, sizeof(want), "vigil: stop: option not understood: %s\r\n", bad[i]);
		assert_int_equal(ENDS(parse(text)), PARKED);
		assert_string_equal(fake.text, want);
	}
}

static void too_long(void **state)
{
	char text[1100];

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text + 988, "mode=monitor", 12);
	text[1000] = '\0';
	parse(text);
	assert_true(monitor_dry_run);
	memset(text, ' ', sizeof(text));
	text[1001] = '\0';
	assert_stops(parse(text), "the options are longer than 1000 characters");
	assert_stops(options_parse(text, 1001), "the options are longer than 1000 characters");
}

static void good_ranges(void **state)
{
	static const struct {
		const char *text;
		u64 lo, hi;
		const char *rest;
	} good[] = {
		{"0x9010000+0x1000", 0x9010000, 0x9010fff, ""},
		{"0x9010000-0x9010fff", 0x9010000, 0x9010fff, ""},
		{"0x9010000", 0x9010000, 0x9010003, ""},
		{"4096+1", 4096, 4096, ""},
		{"0-0", 0, 0, ""},
		{"0-0xffffffffffffffff", 0, UINT64_MAX, ""},
		{"0xfffffffffffffffc", UINT64_MAX - 3, UINT64_MAX, ""},
		{"0xffffffffffffffff+1", UINT64_MAX, UINT64_MAX, ""},
		{"0+0xffffffffffffffff", 0, UINT64_MAX - 1, ""},
		{"0x8000000000-0xffffffffff", 0x8000000000, 0xffffffffff, ""},
		{"1+2,3+4", 1, 2, ",3+4"},
		{"1+2+3", 1, 2, "+3"},
		{"5 6", 5, 8, " 6"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		u64 lo = 1, hi = 1;
		const char *rest = vigil_parse(NULL, good[i].text, &lo, &hi);

		if (!rest)
			fail_msg("%s is refused", good[i].text);
		assert_hex(lo, good[i].lo);
		assert_hex(hi, good[i].hi);
		assert_string_equal(rest, good[i].rest);
	}
}

static void bad_ranges(void **state)
{
	static const char *const bad[] = {
		"",
		",",
		"x",
		"0x",
		"+4",
		"-4",
		"0x1000+",
		"0x1000-",
		"0x1000+0",
		"0x1000-0xfff",
		"0x1000+-1",
		"0x1000--1",
		"0xfffffffffffffffd",
		"0xffffffffffffffff+2",
		"0x10000000000000000",
		"1+0x10000000000000000",
		" 0x1000",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		u64 lo = 1, hi = 1;

		if (vigil_parse(NULL, bad[i], &lo, &hi))
			fail_msg("%s is taken", bad[i]);
	}
}

static u32 watched(u64 lo, u64 hi)
{
	return monitor_watched(EV_MEMORY, lo, hi);
}

static int map_and_begin(void **state)
{
	begin(state);
	memmap_add(0x09000000, 0x0901ffff, REGION_DEVICE);
	memmap_add(0x40000000, 0x7fffffff, REGION_RAM);
	monitor_init();
	arch_build_guest_map();
	return 0;
}

static void watch_lists(void **state)
{
	static const char *const bad[] = {
		"",	      ",",	    "0x9000000,",  ",0x9000000",
		"0x9000000;", "0x9000000 ", "0x9000000,x", "0x9000000,0x8000000",
		"0x8000000",  "0x901fffd",  "all",	   "0x40000000",
	};

	assert_int_equal(vigil_watch_list(&taker_policy, EV_MMIO, ACC_WRITE, "0x9000000"), 0);
	assert_int_equal(vigil_watch_list(&taker_policy, EV_MMIO, ACC_READ,
					  "0x9001000+0x100,0x9002000-0x9002fff,0x9003000"),
			 0);
	assert_int_equal(watched(0x9000000, 0x9000003), ACC_WRITE);
	assert_int_equal(watched(0x9000004, 0x9000fff), 0);
	assert_int_equal(watched(0x90010ff, 0x90010ff), ACC_READ);
	assert_int_equal(watched(0x9001100, 0x9001fff), 0);
	assert_int_equal(watched(0x9002fff, 0x9002fff), ACC_READ);
	assert_int_equal(watched(0x9003003, 0x9003003), ACC_READ);
	assert_int_equal(watched(0x9003004, 0x901ffff), 0);
	assert_int_equal(vigil_watch_list(&taker_policy, EV_MEMORY, ACC_WRITE, "0x40000000+0x1000"),
			 0);
	assert_int_equal(watched(0x40000000, 0x40000fff), ACC_WRITE);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		map_and_begin(state);
		if (!vigil_watch_list(&taker_policy, EV_MMIO, ACC_WRITE, bad[i]))
			fail_msg("%s is taken", bad[i]);
	}
}

#define FROM(setup, name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FROM(begin, none),
		FROM(begin, each),
		FROM(begin, together),
		FROM(begin, twice),
		FROM(begin, to_a_policy),
		FROM(begin, without_end),
		FROM(begin, not_understood),
		FROM(begin, too_long),
		FROM(begin, good_ranges),
		FROM(begin, bad_ranges),
		FROM(map_and_begin, watch_lists),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}

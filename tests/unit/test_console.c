/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The port that the monitor owns: whose line is whose, what the guest may write to it, and which
 * of what is typed the guest gets.
 */
#include "fake_arch.h"
#include "monitor.h"
#include "core.h"

/* What a CPU does that has the time. */
#define console_poll() ((void)audit_drain(DRAIN_LINES, false))
#include "cpu.h"

#define PORT 0x9000000ull

#define DR    0x00u
#define FR    0x18u
#define EMPTY BIT(4)
#define RX    (BIT(4) | BIT(6))

#define OPERATOR "\x1d"

static const struct uart owned = {.data = DR,
				  .status = FR,
				  .mask = BIT(5),
				  .empty = EMPTY,
				  .enabled = FAKE_IMSC,
				  .received = RX,
				  .guest_writes =
					  BIT(0x04 / 4) | BIT(FAKE_IMSC / 4) | BIT(0x44 / 4)};

/* What the guest has got, by one of its ways. */
static char got[256];
static u32 got_count;

static int own(void **state)
{
	fake_reset(state);
	((struct platform *)&platform)->uart = &owned;
	assert_int_equal(platform.uart_base, PORT);
	audit_init();
	options_parse("console=own", 12);
	assert_int_equal(console_page, PORT / PAGE_SIZE);
	fake.registers[FAKE_IMSC / 4] = RX;
	got_count = 0;
	got[0] = '\0';
	return 0;
}

static u32 get(u32 offset)
{
	return console_access(offset, 4, false, 0);
}

static void put(u32 offset, u32 value)
{
	console_access(offset, 4, true, value);
}

static void guest(const char *text)
{
	for (; *text; text++)
		console_access(DR, 1, true, (u8)*text);
}

static void got_clear(void)
{
	got_count = 0;
	got[0] = '\0';
}

static void got_one(void)
{
	u32 c = get(DR);

	assert_in_range(got_count, 0, sizeof(got) - 2);
	/* A character that nobody has typed is none. */
	got[got_count++] = c ? (char)c : '~';
	got[got_count] = '\0';
}

/* As Linux does in its interrupt, if there is one. */
static void interrupt(void)
{
	for (u32 passes = 0; get(FAKE_RIS) & RX && fake.registers[FAKE_IMSC / 4] & RX; passes++) {
		assert_in_range(passes, 0, 200);
		while (!(get(FR) & EMPTY))
			got_one();
	}
}

/* By the status alone, its interrupts masked. */
static void poll_guest(void)
{
	fake.registers[FAKE_IMSC / 4] = 0;
	for (u32 polls = 0; polls < 2 * ARRAY_SIZE(fake.input); polls++)
		if (!(get(FR) & EMPTY))
			got_one();
}

static void type(const char *text)
{
	fake_type(text);
	interrupt();
}

static u32 count(const char *what)
{
	u32 n = 0;

	for (const char *at = fake.text; (at = strstr(at, what)); at++)
		n++;
	return n;
}

/* Keys as they are on the log, in order. */
static const char *keys(void)
{
	static char all[128];
	u32 n = 0;

	for (const char *at = fake.text; (at = strstr(at, "@vigil operator t=")); at++)
		all[n++] = *(strstr(at, " key=") + 5);
	all[n] = '\0';
	return all;
}

static void assert_got(const char *text)
{
	assert_string_equal(got, text);
	got_clear();
}

/* None but these; and the log goes on. */
static void assert_keys(const char *want)
{
	assert_string_equal(keys(), want);
	assert_int_equal(count("@vigil state "), strlen(want));
	fake_port_clear();
}

static void seconds(u32 s)
{
	fake.counter += (u64)s * fake.hz;
}

static void event(u32 kind, enum verdict verdict, enum verdict would)
{
	struct event ev = {.kind = (u8)kind,
			   .access = ACC_WRITE,
			   .size = 4,
			   .verdict = (u8)verdict,
			   .would = (u8)would};

	audit_event(&ev);
}

static void one_event(void)
{
	struct event ev = {.kind = EV_MMIO, .access = ACC_WRITE, .size = 4, .verdict = DENY};

	monitor_refuse(&ev);
}

/* What the guest sends */

static void characters(void **state)
{
	(void)state;
	guest("hello\r\n");
	put(DR, 0xffffff41);
	assert_string_equal(fake.text, "hello\r\nA");
}

/* Wherever it stands, and whatever stands in front of it. */
static void marks(void **state)
{
	(void)state;
	guest("@vigil s=1\n@@vigil @v@vigil @vig il @vigi@vigilx");
	assert_string_equal(fake.text, "@vigi\\l s=1\n@@vigi\\l @v@vigi\\l @vig il @vigi@vigi\\lx");
}

/* A guest whose line never ends holds up the log for a tenth of a second; with a ring half full, */
static void endless(void **state)
{
	(void)state;
	fake.counter = fake.hz; /* no character is sent at 0 */
	one_event();
	for (u32 i = 0; i < 15; i++) {
		put(DR, '.');
		fake.counter += fake.hz / 100;
		audit_drain(DRAIN_LINES, false);
		assert_int_equal(count("@vigil s="), i >= 9);
	}
	/* each event sends one, whatever the guest's line is about. */
	fake.step = 0;
	for (u32 i = 0; i < 3000; i++) {
		struct event ev = {
			.kind = EV_MMIO, .access = ACC_READ, .size = 4, .log = true, .va = i};

		put(DR, '.');
		audit_event(&ev);
	}
	assert_int_equal(audit_counters.dropped, 0);
}

static void registers(void **state)
{
	(void)state;
	for (u32 offset = 1; offset < PAGE_SIZE; offset++) {
		u32 writes = fake.writes, n = offset / 4;

		console_access(offset, 1, true, 0);
		assert_int_equal(fake.writes - writes,
				 n == 0x04 / 4 || n == FAKE_IMSC / 4 || n == 0x44 / 4);
	}
	assert_int_equal(fake.sent, 0);
	put(FAKE_IMSC, 0x7ff);
	assert_int_equal(get(FAKE_IMSC), 0x7ff);
}

/* The log waits for the guest's line, and not for ever; the guest for the log's, to its end. */
static void lines(void **state)
{
	(void)state;
	fake.step = 0;
	fake.counter = fake.hz; /* no character is sent at 0 */
	guest("prompt# ");
	one_event();
	assert_true(audit_drain(DRAIN_LINES, false));
	assert_string_equal(fake.text, "prompt# ");
	guest("\n");
	fake.room = 20;
	assert_true(audit_drain(DRAIN_LINES, false));
	assert_int_equal(strlen(fake.text), 9 + 20);
	fake.room = SIZE_MAX;
	guest("next");
	assert_non_null(strstr(fake.text, " by=vigil\r\nnext"));
	one_event();
	fake.counter += fake.hz / 10;
	audit_drain(DRAIN_LINES, false);
	assert_non_null(strstr(fake.text, "\r\nnext\r\n@vigil s="));
}

static void not_owned(void **state)
{
	(void)state;
	options_parse("console=shared", 15);
	assert_hex(console_page, CONSOLE_SHARED);
	/* Nothing is taken from a port that is the guest's. */
	fake_type(OPERATOR "q");
	console_poll();
	seconds(5);
	console_poll();
	assert_int_equal(fake.taken, 0);
	assert_int_equal(fake.sent, 0);
	/* A port whose registers are not known well enough. */
	((struct platform *)&platform)->uart =
		&(const struct uart){.status = 4, .mask = 1, .ready = 1};
	assert_int_equal(ENDS(options_parse("console=own", 12)), PARKED);
}

/* What the guest gets */

static void typed(void **state)
{
	(void)state;
	assert_true(get(FR) & EMPTY);
	type("ls\r");
	assert_got("ls\r");
	assert_true(get(FR) & EMPTY);
	/* All eight bits, and what the port says of a character. */
	fake_type_raw(0xff);
	fake_type_raw(0x400);
	assert_int_equal(get(FAKE_RIS), RX);
	assert_false(get(FR) & EMPTY);
	assert_hex(get(DR), 0xff);
	assert_false(get(FR) & EMPTY);
	assert_hex(get(DR), 0x400);
	assert_true(get(FR) & EMPTY);
	assert_int_equal(fake.sent, 0);
}

static void operator_is_not_heard(void **state)
{
	(void)state;
	type("ab" OPERATOR "?cd");
	assert_got("abcd");
	assert_keys("?");
	/* In pieces, as one types. */
	type(OPERATOR);
	assert_got("");
	assert_int_equal(fake.sent, 0);
	type("v");
	assert_got("");
	assert_keys("v");
	type("e");
	assert_got("e");
	/* At once, and between all else. */
	type(OPERATOR "?" OPERATOR "v" OPERATOR "?");
	assert_got("");
	assert_keys("?v?");
	type("1" OPERATOR "?" OPERATOR "v2" OPERATOR "?3");
	assert_got("123");
	assert_keys("?v?");
}

static void escape_typed_twice(void **state)
{
	(void)state;
	type(OPERATOR OPERATOR);
	assert_got(OPERATOR);
	type("a" OPERATOR OPERATOR "q");
	assert_got("a" OPERATOR "q");
	type(OPERATOR OPERATOR OPERATOR OPERATOR);
	assert_got(OPERATOR OPERATOR);
	assert_int_equal(fake.sent, 0);
	type(OPERATOR OPERATOR OPERATOR "?");
	assert_got(OPERATOR);
	assert_keys("?");
}

/* Whoever reads by polling gets what others get, and nothing for what is not the guest's. */
static void polled(void **state)
{
	(void)state;
	fake_type("ab" OPERATOR "?cd" OPERATOR OPERATOR OPERATOR "v");
	poll_guest();
	assert_got("abcd" OPERATOR);
	assert_keys("?v");
	fake_type(OPERATOR);
	poll_guest();
	assert_got("");
	fake_type("?");
	poll_guest();
	assert_got("");
	assert_keys("?");
}

/* With no look at the status: a character, if there is one. */
static void read_without_a_look(void **state)
{
	(void)state;
	fake_type("ab");
	assert_int_equal(get(DR), 'a');
	assert_int_equal(get(DR), 'b');
	assert_int_equal(get(DR), 0);
	fake_type(OPERATOR "?c");
	get(DR);
	assert_keys("?");
}

/*
 * A character that is taken ends the interrupt that it makes: not before the guest has seen that,
 * for all that it sends meanwhile.
 */
static void not_before_the_interrupt(void **state)
{
	(void)state;
	fake_type("a");
	for (u32 i = 0; i < 3; i++) {
		assert_false(get(FR) & EMPTY);
		put(DR, 'x');
	}
	assert_int_equal(fake.taken, 0);
	assert_int_equal(get(FAKE_RIS), RX);
	assert_int_equal(fake.taken, 0);
	/* The one that is held is in the status, for as long as it is. */
	for (u32 i = 0; i < 3; i++) {
		assert_false(get(FR) & EMPTY);
		assert_int_equal(fake.taken, 1);
	}
	assert_int_equal(get(DR), 'a');
	assert_true(get(FR) & EMPTY);
	/* What is typed now makes another interrupt. */
	fake_type("b");
	assert_false(get(FR) & EMPTY);
	assert_int_equal(fake.taken, 1);
	/* Once, and not twice. */
	interrupt();
	assert_got("b");
	assert_int_equal(get(DR), 0);
}

/* Its mask, its settings, its name have bits in the same places. */
static void other_registers(void **state)
{
	(void)state;
	for (u32 offset = 0x04; offset < PAGE_SIZE; offset += 4)
		if (offset != FR && offset != FAKE_IMSC)
			fake.registers[offset / 4] = 0xff0 + offset / 4;
	fake_type("a");
	for (u32 offset = 0x04; offset < PAGE_SIZE; offset += 4) {
		if (offset == FR || offset == FAKE_RIS || offset == FAKE_MIS)
			continue;
		assert_hex(get(offset), fake.registers[offset / 4]);
		assert_false(get(FR) & EMPTY);
		if (fake.taken)
			fail_msg("%#x makes it look for what is typed", offset);
	}
	interrupt();
	assert_got("a");
}

/* A kernel that looks at why it is interrupted, and has masked what is typed. */
static void masked_interrupt(void **state)
{
	(void)state;
	fake.registers[FAKE_IMSC / 4] = BIT(5);
	fake_type("a");
	get(FAKE_RIS);
	fake.registers[FAKE_IMSC / 4] = RX;
	assert_false(get(FR) & EMPTY);
	assert_int_equal(fake.taken, 0);
	interrupt();
	assert_got("a");
}

/* Of one byte, or two; and what is no register's beginning takes nothing by the back door. */
static void narrow(void **state)
{
	(void)state;
	fake_type_raw(0x741);
	assert_hex(console_access(DR, 1, false, 0), 0x41);
	fake_type_raw(0x742);
	assert_hex(console_access(DR, 2, false, 0), 0x742);
	fake.registers[0x30 / 4] = 0x12345678;
	assert_hex(console_access(0x30, 1, false, 0), 0x78);
	assert_hex(console_access(0x31, 1, false, 0), 0x56);
	assert_hex(console_access(0x32, 2, false, 0), 0x1234);
	for (u32 offset = 1; offset < 4; offset++) {
		fake_type(OPERATOR);
		assert_int_equal(console_access(offset, 1, false, 0), 0);
		fake_type("?");
		assert_int_equal(console_access(offset, 1, false, 0), 0);
	}
	assert_keys("???");
}

/* The operator */

/* That something is there, and what it is. */
static void polls(void)
{
	console_poll();
	console_poll();
}

/* What a guest leaves for a second, the monitor looks at. */
static void unread(void **state)
{
	(void)state;
	fake.step = 0;
	fake.counter = 5;
	console_poll();
	fake_type("ab" OPERATOR "?");
	console_poll();
	assert_int_equal(fake.taken, 0);
	fake.counter += fake.hz;
	console_poll();
	assert_int_equal(fake.taken, 0);
	fake.counter++;
	console_poll();
	assert_keys("?");
	assert_int_equal(fake.taken, fake.typed);
	/* It begins anew, and what has been there is not the guest's any more. */
	console_poll();
	fake_type("c");
	console_poll();
	assert_int_equal(fake.taken, fake.typed - 1);
	interrupt();
	assert_got("c");
}

/* A guest that reads, be it slowly, loses nothing. */
static void read_slowly(void **state)
{
	(void)state;
	for (u32 i = 0; i < 10; i++)
		fake_type("x");
	for (u32 i = 0; i < 10; i++) {
		console_poll();
		fake.counter += fake.hz / 2;
		console_poll();
		assert_int_equal(get(DR), 'x');
	}
	assert_int_equal(fake.taken, 10);
}

/* Another CPU has seen it since this one has read the time. */
static void counter_behind(void **state)
{
	(void)state;
	fake.step = 0;
	fake.counter = 1000;
	fake_type("a");
	console_poll();
	fake.counter = 900;
	console_poll();
	console_poll();
	assert_int_equal(fake.taken, 0);
	interrupt();
	assert_got("a");
}

/* It sends, looks at the status for that, and does nothing else; with its interrupts on, or not. */
static void only_sends(void **state)
{
	(void)state;
	fake.step = 0;
	for (u32 masked = 0; masked < 2; masked++) {
		fake.registers[FAKE_IMSC / 4] = masked ? 0 : RX;
		fake_type("abc" OPERATOR);
		for (u32 i = 0; i < 60; i++) {
			fake.counter += fake.hz / 10;
			if (i == 20)
				fake_type("?");
			get(FR);
			put(DR, 'x');
		}
		assert_keys("?");
	}
}

/* The escape was read in time, and what comes later is another matter. */
static void read_and_late(void **state)
{
	(void)state;
	fake_type(OPERATOR);
	console_poll();
	interrupt();
	seconds(2);
	fake_type("?xy");
	console_poll();
	interrupt();
	assert_got("xy");
	assert_keys("?");
}

/* All that is typed at a guest that is stopped is nobody's but the operator's. */
static void stopped(void **state)
{
	(void)state;
	fake_type("a");
	get(FAKE_RIS);
	get(FR); /* now held for it */
	type(OPERATOR "s");
	assert_got("a");
	assert_true(guest_stopped);
	assert_non_null(strstr(fake.text, "@vigil state guest=stopped mode=enforce silent=00\r\n"));
	assert_keys("s");
	fake_type("xyz" OPERATOR "?" OPERATOR OPERATOR "w");
	polls();
	polls();
	assert_int_equal(fake.taken, fake.typed);
	assert_keys("?");
	fake_type(OPERATOR);
	polls();
	fake_type("c");
	polls();
	assert_false(guest_stopped);
	assert_non_null(strstr(fake.text, "@vigil state guest=running mode=enforce silent=00\r\n"));
	assert_keys("c");
	type("b");
	assert_got("b");
}

/* One that was held when it stopped is there still. */
static void held_in_a_stop(void **state)
{
	(void)state;
	fake_type("a");
	get(FAKE_RIS);
	assert_false(get(FR) & EMPTY);
	stage2_stop(true);
	fake_type("bcd");
	polls();
	stage2_stop(false);
	assert_false(get(FR) & EMPTY);
	assert_int_equal(get(DR), 'a');
	assert_true(get(FR) & EMPTY);
}

/* Twice the same is once. */
static void stop_and_continue(void **state)
{
	u64 delay;

	(void)state;
	fake.step = 0;
	type(OPERATOR "c");
	assert_false(guest_stopped);
	assert_int_equal(guest_delay, 0);
	type(OPERATOR "s");
	seconds(60);
	fake_type(OPERATOR "s");
	polls();
	assert_true(guest_stopped);
	seconds(1);
	fake_type(OPERATOR "c" OPERATOR "c");
	polls();
	assert_false(guest_stopped);
	interrupt();
	assert_int_equal(guest_delay, 61 * fake.hz);
	delay = guest_delay;
	assert_keys("csscc");
	seconds(7);
	assert_int_equal(guest_delay, delay);
	type(OPERATOR "s");
	seconds(9);
	fake_type(OPERATOR "c");
	polls();
	assert_int_equal(guest_delay, 70 * fake.hz);
	assert_got("");
}

static void off(void **state)
{
	(void)state;
	options_parse("operator=0 ", 11);
	type(OPERATOR "q" OPERATOR OPERATOR "s");
	assert_got(OPERATOR "q" OPERATOR OPERATOR "s");
	assert_int_equal(fake.sent, 0);
	/* And nobody takes what the guest leaves. */
	fake_type("abc");
	console_poll();
	seconds(3);
	console_poll();
	assert_int_equal(fake.taken, fake.typed - 3);
	interrupt();
	assert_got("abc");
}

/* They are parsed once a boot, into a place that is empty then: spaces are as good. */
static void option(const char *word)
{
	char text[33];

	snprintf(text, sizeof(text), "%-32s", word);
	options_parse(text, sizeof(text));
}

static void another_escape(void **state)
{
	(void)state;
	option("operator=1");
	type(OPERATOR "q\x01?\x01\x01");
	assert_got(OPERATOR "q\x01");
	assert_keys("?");
	option("operator=0xff");
	fake_type_raw(0xff);
	type("?");
	assert_got("");
	assert_keys("?");
	assert_stops(option("operator=256"), "option not understood: operator=256");
	assert_stops(option("operator="), "option not understood: operator=");
	assert_stops(option("operator=1x"), "option not understood: operator=1x");
	assert_stops(option("operator"), "option not understood: operator");
}

/* Until reset: there is no way back. */
static void key_lock(void **state)
{
	(void)state;
	type(OPERATOR "L");
	assert_int_equal(count("@vigil state guest=running mode=enforce silent=00\r\n"), 1);
	assert_keys("L");
	type(OPERATOR "q" OPERATOR "L" OPERATOR OPERATOR);
	assert_got(OPERATOR "q" OPERATOR "L" OPERATOR OPERATOR);
	fake_type(OPERATOR "q");
	console_poll();
	seconds(3);
	console_poll();
	assert_int_equal(fake.taken, fake.typed - 2);
	assert_keys("");
}

/* What was typed at once is the guest's from the lock on; a guest that is stopped stays so. */
static void key_lock_in_a_stop(void **state)
{
	(void)state;
	type(OPERATOR "s");
	fake_type(OPERATOR "L" OPERATOR "c");
	for (u32 i = 0; i < 4; i++)
		console_poll();
	assert_keys("sL");
	assert_true(guest_stopped);
	assert_int_equal(fake.taken, fake.typed - 2);
}

static void key_help(void **state)
{
	(void)state;
	type(OPERATOR "?");
	assert_int_equal(count("@vigil keys ?=help q=counters s=stop c=continue "), 1);
	assert_keys("?");
}

/* As many are sent as are counted. */
static void key_counters(void **state)
{
	(void)state;
	arch_add_cpu(0);
	arch_add_cpu(1);
	event(EV_MMIO, ALLOW, ALLOW);
	event(EV_CALL, DENY, DENY);
	event(EV_CALL, ALLOW, ALLOW);
	type(OPERATOR "q");
	assert_int_equal(count("@vigil s="), 3);
	assert_int_equal(count(" events=3 repeats=0 dropped=0 high=2 end=1\r\n"), 1);
	assert_int_equal(count("@vigil count by=vigil kind=mmio events=1\r\n"), 1);
	assert_int_equal(count("@vigil count by=vigil kind=call events=2\r\n"), 1);
	assert_int_equal(count("@vigil count cpu=0 events=3\r\n"), 1);
	assert_int_equal(count("@vigil count cpu=1 events=0\r\n"), 1);
	assert_int_equal(count("@vigil count "), 4);
	assert_keys("q");
}

static void key_mode(void **state)
{
	(void)state;
	type(OPERATOR "m");
	assert_true(monitor_dry_run);
	assert_int_equal(count("@vigil state guest=running mode=monitor silent=00\r\n"), 1);
	type(OPERATOR "m");
	assert_false(monitor_dry_run);
	assert_int_equal(count("@vigil state guest=running mode=enforce silent=00\r\n"), 1);
	assert_keys("mm");
}

static void key_version(void **state)
{
	(void)state;
	type(OPERATOR "v");
	assert_int_equal(count("@vigil version=" VIGIL_VERSION " options=console=own\r\n"), 1);
	assert_keys("v");
}

/* It may be that the firmware cannot. */
static void key_reset(void **state)
{
	(void)state;
	type(OPERATOR "r");
	assert_int_equal(fake.resets, 0);
	assert_int_equal(fake.shows, 1);
	type(OPERATOR "R");
	assert_int_equal(fake.resets, 1);
	assert_keys("rR");
}

/* Another CPU, while this one is at its answer: what is typed waits for the end of that. */
static void other_cpu(void)
{
	u32 taken = fake.taken;

	seconds(5);
	polls();
	assert_int_equal(fake.taken, taken);
	assert_false(!(get(FR) & EMPTY) && get(DR));
	assert_int_equal(fake.taken, taken);
}

static void one_at_a_time(void **state)
{
	(void)state;
	fake.on_reset = other_cpu;
	type(OPERATOR "R" OPERATOR "?x");
	assert_int_equal(fake.resets, 1);
	assert_keys("R?");
	assert_got("x");
}

static void key_class(void **state)
{
	(void)state;
	for (u32 kind = 0; kind < EV_KINDS; kind++) {
		char key[] = {OPERATOR[0], (char)('0' + kind), '\0'};

		type(key);
		assert_hex(audit_silent, BIT(kind));
		type(key);
		assert_hex(audit_silent, 0);
	}
	fake_port_clear();
	type(OPERATOR "3" OPERATOR "0");
	assert_hex(audit_silent, BIT(3) | BIT(0));
	assert_int_equal(count(" silent=09\r\n"), 1);
	assert_keys("30");
	/* One too high, and what is no digit. */
	type(OPERATOR "5" OPERATOR "/");
	assert_hex(audit_silent, BIT(3) | BIT(0));
	assert_got("");
}

static void key_level(void **state)
{
	(void)state;
	for (u32 i = 0; i < 2; i++) {
		const char *key = i ? OPERATOR "l" : OPERATOR "t";

		fake_port_clear();
		type(key);
		assert_int_equal(count(" silent=1f\r\n"), 1);
		type(key);
		assert_int_equal(count(" silent=00\r\n"), 1);
		/* From some, none. */
		type(OPERATOR "1");
		type(key);
		assert_hex(audit_silent, 0);
	}
}

/* No raw byte of the typist's is in the log, whatever it is, and each has its answer. */
static void strange_keys(void **state)
{
	static const char used[] = "scrRmlLqvt01234" OPERATOR;

	(void)state;
	for (u32 c = 0; c < 256; c++) {
		u32 plain = c > ' ' && c < 0x7f;

		if (c && strchr(used, (int)c))
			continue;
		fake_type(OPERATOR);
		fake_type_raw(c);
		interrupt();
		for (const char *p = fake.text; *p; p++)
			assert_true((*p >= ' ' && *p <= '~') || *p == '\r' || *p == '\n');
		if (c) {
			assert_int_equal(*keys(), plain ? (char)c : '?');
			assert_int_equal(count("@vigil state "), 1);
		}
		/* It is behind: the next one is the guest's. */
		type("n");
		assert_got("n");
		fake_port_clear();
	}
	assert_false(guest_stopped || monitor_dry_run || audit_silent || fake.resets);
}

/* Held back are allowed ones, and none else. */
static void silent(void **state)
{
	(void)state;
	type(OPERATOR "l");
	assert_true(audit_silent & BIT(EV_CALL));
	fake_port_clear();
	event(EV_CALL, DENY, DENY);
	event(EV_CALL, ALLOW, DENY);
	one_event();
	audit_flush();
	assert_int_equal(count("@vigil s="), 3);
}

/* The answer's lines end the guest's, and it goes on behind them. */
static void midline(void **state)
{
	(void)state;
	guest("prompt# ");
	type(OPERATOR "m");
	guest("ls\n");
	assert_int_equal(count("prompt# \r\n@vigil operator t=0."), 1);
	assert_int_equal(count(" key=m\r\n@vigil state "), 1);
	assert_int_equal(count(" silent=00\r\nls\n"), 1);
}

#define OWN(name) cmocka_unit_test_setup(name, own)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OWN(characters),
		OWN(marks),
		OWN(endless),
		OWN(registers),
		OWN(lines),
		OWN(not_owned),
		OWN(typed),
		OWN(operator_is_not_heard),
		OWN(escape_typed_twice),
		OWN(polled),
		OWN(read_without_a_look),
		OWN(not_before_the_interrupt),
		OWN(other_registers),
		OWN(masked_interrupt),
		OWN(narrow),
		OWN(unread),
		OWN(read_slowly),
		OWN(counter_behind),
		OWN(only_sends),
		OWN(read_and_late),
		OWN(stopped),
		OWN(held_in_a_stop),
		OWN(stop_and_continue),
		OWN(off),
		OWN(another_escape),
		OWN(key_lock),
		OWN(key_lock_in_a_stop),
		OWN(key_help),
		OWN(key_counters),
		OWN(key_mode),
		OWN(key_version),
		OWN(key_reset),
		OWN(one_at_a_time),
		OWN(key_class),
		OWN(key_level),
		OWN(strange_keys),
		OWN(silent),
		OWN(midline),
	};

	return cmocka_run_group_tests_name("console", tests, NULL, NULL);
}

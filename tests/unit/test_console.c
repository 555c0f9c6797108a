/* SPDX-License-Identifier: BSD-2-Clause */
/* The port that the monitor owns: whose line is whose, and what the guest may write to it. */
#include "fake_arch.h"
#include "monitor.h"
#include "core.h"

#define PORT 0x9000000ull

static const struct uart owned = {.data = 0,
				  .status = 4,
				  .mask = 1,
				  .ready = 1,
				  .size = 0x1000,
				  .guest_writes = BIT(3) | BIT(9)};

static int own(void **state)
{
	fake_reset(state);
	((struct platform *)&platform)->uart = &owned;
	assert_int_equal(platform.uart_base, PORT);
	audit_init();
	options_parse("console=own", 12);
	assert_int_equal(console_owned, 0x1000);
	return 0;
}

static void guest(const char *text)
{
	for (; *text; text++)
		assert_false(console_guest_write(PORT, 1, (u8)*text));
}

static void one_event(void)
{
	struct event ev = {.kind = EV_MMIO, .access = ACC_WRITE, .size = 4, .verdict = DENY};

	monitor_refuse(&ev);
}

static void characters(void **state)
{
	(void)state;
	guest("hello\r\n");
	assert_false(console_guest_write(PORT, 4, 0xffffff41));
	assert_string_equal(fake.text, "hello\r\nA");
}

/* Wherever it stands, and whatever stands in front of it. */
static void marks(void **state)
{
	(void)state;
	guest("@vigil s=1\n@@vigil @v@vigil @vig il @vigi@vigilx");
	assert_string_equal(fake.text, "@vigi\\l s=1\n@@vigi\\l @v@vigi\\l @vig il @vigi@vigi\\lx");
}

static void registers(void **state)
{
	(void)state;
	for (u32 offset = 1; offset < 0x1000; offset++)
		assert_int_equal(console_guest_write(PORT + offset, 1, 0),
				 offset / 4 == 3 || offset / 4 == 9);
	assert_false(console_guest_write(PORT, 8, 'x'));
	assert_false(console_guest_write(PORT + 12, 8, 0));
	/* Other devices' are none of its business. */
	assert_true(console_guest_write(PORT - 1, 1, 0));
	assert_true(console_guest_write(PORT + 0x1000, 4, 0));
	assert_true(console_guest_write(PORT + (1ull << 32), 4, 0));
	assert_int_equal(fake.sent, 0);
	assert_true(console_has(PORT, PORT) && console_has(0, ~0ull));
	assert_false(console_has(0, PORT - 1) || console_has(PORT + 0x1000, ~0ull));
}

/* The log waits for the guest's line, and not for ever; the guest for the log's, to its end. */
static void lines(void **state)
{
	(void)state;
	fake.step = 0;
	guest("prompt# ");
	one_event();
	assert_true(audit_drain(DRAIN_LINES));
	assert_string_equal(fake.text, "prompt# ");
	guest("\n");
	fake.room = 20;
	assert_true(audit_drain(DRAIN_LINES));
	assert_int_equal(strlen(fake.text), 9 + 20);
	fake.room = SIZE_MAX;
	guest("next");
	assert_non_null(strstr(fake.text, " by=vigil\r\nnext"));
	one_event();
	fake.counter += fake.hz / 10;
	audit_drain(DRAIN_LINES);
	assert_non_null(strstr(fake.text, "\r\nnext\r\n@vigil s="));
}

static void not_owned(void **state)
{
	(void)state;
	options_parse("console=shared", 15);
	assert_int_equal(console_owned, 0);
	assert_true(console_guest_write(PORT, 1, 'x'));
	assert_false(console_has(PORT, PORT));
	/* A port whose registers are not known well enough. */
	((struct platform *)&platform)->uart =
		&(const struct uart){.status = 4, .mask = 1, .ready = 1};
	assert_int_equal(ENDS(options_parse("console=own", 12)), PARKED);
}

#define OWN(name) cmocka_unit_test_setup(name, own)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OWN(characters), OWN(marks), OWN(registers), OWN(lines), OWN(not_owned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

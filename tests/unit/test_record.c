// SPDX-License-Identifier: BSD-2-Clause
/* The lines of the log, docs/audit-log.md. */
#include "fake_arch.h"
#include "monitor.h"

static const struct policy rtcguard = {.name = "rtcguard"};

static struct record rec;

/* An event like one of the guest's kernel; to be made another by the test. */
static int begin(void **state)
{
	fake_reset(state);
	fake.hz = 62500000;
	rec = (struct record){
		.time = 62500000ull * 17 + 3458969, /* 17.055343 s and a bit */
		.seq = 0x1f,
		.ev =
			{
				.va = 0xf0972008,
				.ipa = 0x09010008,
				.value = 0x386d4380,
				.kind = EV_MMIO,
				.access = ACC_WRITE,
				.size = 4,
				.cpu = 3,
				.verdict = DENY,
				.would = DENY,
				.by = &rtcguard,
				.pc = 0xc0a39218,
				.cpsr = 0x60000013,
				.ttbr0 = 0x41e7806a,
				.contextidr = 0x10a,
				.tpidruro = 0xc1cc0000,
			},
	};
	return 0;
}

static void line_is(const char *want)
{
	char buf[AUDIT_LINE];
	size_t len = record_format(&rec, buf, sizeof(buf));

	assert_int_equal(len, strlen(buf));
	assert_string_equal(buf, want);
}

#define CLAIM " tt=41e7806a ctx=0000010a tp=c1cc0000 by=rtcguard"

static void mmio(void **state)
{
	(void)state;
	line_is("@vigil s=1f t=17.055343 c=3 mmio w4 deny pc=c0a39218/svc va=f0972008 ipa=09010008 "
		"val=386d4380" CLAIM);
	rec.ev.access = ACC_READ;
	rec.ev.verdict = ALLOW;
	rec.ev.would = ALLOW;
	line_is("@vigil s=1f t=17.055343 c=3 mmio r4 allow pc=c0a39218/svc va=f0972008 "
		"ipa=09010008 "
		"val=386d4380" CLAIM);
}

/* Two digits a byte. */
static void sizes(void **state)
{
	(void)state;
	rec.ev.size = 1;
	rec.ev.value = 0x7;
	line_is("@vigil s=1f t=17.055343 c=3 mmio w1 deny pc=c0a39218/svc va=f0972008 ipa=09010008 "
		"val=07" CLAIM);
	rec.ev.size = 2;
	line_is("@vigil s=1f t=17.055343 c=3 mmio w2 deny pc=c0a39218/svc va=f0972008 ipa=09010008 "
		"val=0007" CLAIM);
	rec.ev.size = 8;
	rec.ev.value = 0x123456789abcdef0;
	line_is("@vigil s=1f t=17.055343 c=3 mmio w8 deny pc=c0a39218/svc va=f0972008 ipa=09010008 "
		"val=123456789abcdef0" CLAIM);
	rec.ev.size = 0;
	rec.ev.by = NULL;
	line_is("@vigil s=1f t=17.055343 c=3 mmio w0 deny pc=c0a39218/svc va=f0972008 ipa=09010008 "
		"tt=41e7806a ctx=0000010a tp=c1cc0000 by=vigil");
}

static void memory(void **state)
{
	(void)state;
	rec.ev.kind = EV_MEMORY;
	rec.ev.verdict = KILL;
	rec.ev.would = KILL;
	rec.ev.cpsr = 0x10;
	line_is("@vigil s=1f t=17.055343 c=3 mem w4 kill pc=c0a39218/usr va=f0972008 ipa=09010008 "
		"val=386d4380" CLAIM);
	rec.ev.access = ACC_EXEC;
	line_is("@vigil s=1f t=17.055343 c=3 mem x4 kill pc=c0a39218/usr va=f0972008 "
		"ipa=09010008" CLAIM);
	rec.ev.access = ACC_READ;
	rec.ev.absent = true;
	rec.ev.ipa = 0xff12345678;
	line_is("@vigil s=1f t=17.055343 c=3 mem r4 kill pc=c0a39218/usr va=f0972008 "
		"ipa=ff12345678 "
		"why=absent" CLAIM);
	rec.ev.absent = false;
	rec.ev.walk = true;
	rec.ev.size = 8;
	rec.ev.ipa = 0x60000000;
	assert_true(record_format(&rec, (char[AUDIT_LINE]){0}, AUDIT_LINE) > 0);
	rec.ev.value = 0;
	line_is("@vigil s=1f t=17.055343 c=3 mem r8 kill pc=c0a39218/usr va=f0972008 ipa=60000000 "
		"val=0000000000000000 why=walk" CLAIM);
}

static void calls(void **state)
{
	(void)state;
	rec.ev.kind = EV_CALL;
	rec.ev.access = ACC_SMC;
	rec.ev.nr = 0x84000003;
	for (u32 i = 0; i < 7; i++)
		rec.ev.arg[i] = i * 0x10000000;
	line_is("@vigil s=1f t=17.055343 c=3 call smc deny pc=c0a39218/svc nr=84000003 "
		"args=0,10000000,20000000" CLAIM);
	rec.ev.access = ACC_HVC;
	rec.ev.verdict = HALT;
	rec.ev.would = HALT;
	line_is("@vigil s=1f t=17.055343 c=3 call hvc halt pc=c0a39218/svc nr=84000003 "
		"args=0,10000000,20000000" CLAIM);
}

static void registers(void **state)
{
	(void)state;
	rec.ev.kind = EV_SYSREG;
	rec.ev.nr = 0x20400;
	rec.ev.old = 0x40;
	rec.ev.value = 0x41;
	line_is("@vigil s=1f t=17.055343 c=3 sysreg w4 deny pc=c0a39218/svc reg=00020400 "
		"val=00000041 "
		"old=00000040" CLAIM);
	rec.ev.nr = REG_CONTEXTIDR;
	line_is("@vigil s=1f t=17.055343 c=3 sysreg w4 deny pc=c0a39218/svc reg=CONTEXTIDR "
		"val=00000041 "
		"old=00000040" CLAIM);
	/* A syndrome is no register's number. */
	rec.ev.access = ACC_EXEC;
	line_is("@vigil s=1f t=17.055343 c=3 sysreg x4 deny pc=c0a39218/svc reg=00000681 "
		"val=00000041 "
		"old=00000040" CLAIM);
}

static void dry_run(void **state)
{
	(void)state;
	rec.ev.verdict = ALLOW;
	line_is("@vigil s=1f t=17.055343 c=3 mmio w4 allow would=deny pc=c0a39218/svc va=f0972008 "
		"ipa=09010008 val=386d4380" CLAIM);
}

static void repeats(void **state)
{
	(void)state;
	rec.repeats = 4;
	line_is("@vigil s=1f t=17.055343 c=3 mmio w4 deny pc=c0a39218/svc va=f0972008 ipa=09010008 "
		"val=386d4380" CLAIM " n=5");
}

static void modes(void **state)
{
	static const char *const names[16] = {
		[0] = "usr", [1] = "fiq",   [2] = "irq",   [3] = "svc",
		[7] = "abt", [0xb] = "und", [0xf] = "sys",
	};

	(void)state;
	for (u32 mode = 0; mode < 16; mode++) {
		char buf[AUDIT_LINE], want[16];

		if (!names[mode])
			continue;
		rec.ev.cpsr = 0xf0000000 | 0x10 | mode;
		record_format(&rec, buf, sizeof(buf));
		snprintf(want, sizeof(want), "/%s ", names[mode]);
		assert_non_null(strstr(buf, want));
	}
}

static void times(void **state)
{
	(void)state;
	rec.time = 0;
	line_is("@vigil s=1f t=0.000000 c=3 mmio w4 deny pc=c0a39218/svc va=f0972008 ipa=09010008 "
		"val=386d4380" CLAIM);
	fake.hz = 24000000;
	rec.time = 24000000ull * 4000000 + 23999999; /* 46 days */
	line_is("@vigil s=1f t=4000000.999999 c=3 mmio w4 deny pc=c0a39218/svc va=f0972008 "
		"ipa=09010008 val=386d4380" CLAIM);
}

/* Whatever there is in an event, the line fits, is whole, and is printable. */
static void check_any(void)
{
	char buf[AUDIT_LINE];
	size_t len;

	memset(buf, 0, sizeof(buf));
	len = record_format(&rec, buf, sizeof(buf));
	assert_in_range(len, 60, AUDIT_LINE);
	assert_memory_equal(buf, "@vigil s=", 9);
	for (size_t i = 0; i < len; i++)
		assert_in_range(buf[i], ' ', '~');
	assert_null(memchr(buf, '\0', len));
}

static void any_event(void **state)
{
	static const struct policy named = {.name = "a-policy-with-quite-a-long-name-for-one"};

	(void)state;
	for (u32 i = 0; i < 50000; i++) {
		u8 *byte = (u8 *)&rec;

		fake.hz = i % 3 ? 1 + fake_random() / 2 : i % 2;
		for (size_t n = 0; n < sizeof(rec); n++)
			byte[n] = i % 4 ? (u8)fake_random() : 0xff;
		rec.ev.kind = (u8)fake_random_below(EV_KINDS);
		rec.ev.verdict = (u8)fake_random_below(HALT + 1);
		rec.ev.would = (u8)fake_random_below(HALT + 1);
		rec.ev.log = rec.ev.replace = true;
		rec.ev.absent = fake_random() & 1;
		rec.ev.walk = fake_random() & 1;
		rec.ev.access = (u8)(1u << fake_random_below(3));
		rec.ev.size = (u8)(i % 5 ? 1u << fake_random_below(4) : 0);
		rec.ev.by = i & 1 ? &named : NULL;
		check_any();
	}
}

/* A name is the author's, and may be of any length; the line still ends. */
static void long_name(void **state)
{
	char name[500];
	struct policy named = {.name = name};

	(void)state;
	rec.ev.by = &named;
	for (size_t len = 1; len < sizeof(name); len++) {
		memset(name, 'x', len);
		name[len] = '\0';
		check_any();
	}
}

#define LINE(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINE(mmio),	 LINE(sizes),	  LINE(memory),	   LINE(calls),
		LINE(registers), LINE(dry_run),	  LINE(repeats),   LINE(modes),
		LINE(times),	 LINE(any_event), LINE(long_name),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}

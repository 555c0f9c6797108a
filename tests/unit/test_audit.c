// SPDX-License-Identifier: BSD-2-Clause
/*
 * The rings and what comes out of them at the port. `ipa` is what tells the events of a test
 * apart, and every line is read back.
 */
#include <pthread.h>
#include "fake_arch.h"
#include "monitor.h"

#define RECORDS	  512u
#define MAX_LINES 40000u

static struct line {
	u32 seq;
	u32 cpu;
	u32 ipa;
	u32 repeats; /* n=, or 1 */
	bool deny;
	double time;
} lines[MAX_LINES];
static u32 count;
static u32 stats, stats_events, stats_repeats, stats_dropped, stats_high;

static struct event make(u32 cpu, u32 ipa, enum verdict verdict)
{
	struct event ev;

	/* What a trap leaves out is as it was on the stack: always another. */
	memset(&ev, 0, sizeof(ev));
	ev.kind = EV_MMIO;
	ev.access = ACC_WRITE;
	ev.size = 4;
	ev.cpu = (u8)cpu;
	ev.ipa = ipa;
	ev.pc = 0xc0000000;
	ev.cpsr = 0x13;
	ev.log = true;
	ev.verdict = (u8)verdict;
	ev.would = (u8)verdict;
	return ev;
}

static void event(u32 cpu, u32 ipa, enum verdict verdict)
{
	struct event ev = make(cpu, ipa, verdict);

	audit_event(&ev);
}

static u32 field(const char *text, const char *key, int base)
{
	const char *at = strstr(text, key);

	assert_non_null(at);
	return (u32)strtoul(at + strlen(key), NULL, base);
}

static void read_line(const char *text)
{
	static const char mark[] = "@vigil ";
	struct line *l = &lines[count];
	const char *at;

	if (strncmp(text, mark, sizeof(mark) - 1))
		fail_msg("not a line: %s", text);
	if (!strncmp(text + 7, "stats ", 6)) {
		stats++;
		stats_events = field(text, " events=", 10);
		stats_repeats = field(text, " repeats=", 10);
		stats_dropped = field(text, " dropped=", 10);
		stats_high = field(text, " high=", 10);
		return;
	}
	assert_in_range(count, 0, MAX_LINES - 1);
	l->seq = field(text, " s=", 16);
	l->cpu = field(text, " c=", 10);
	l->ipa = field(text, " ipa=", 16);
	l->deny = !!strstr(text, " deny ");
	l->time = strtod(strstr(text, " t=") + 3, NULL);
	at = strstr(text, " n=");
	l->repeats = at ? (u32)strtoul(at + 3, NULL, 10) : 1;
	if (!strstr(text, " by=vigil"))
		fail_msg("not whole: %s", text);
	count++;
}

/* All of the port's output: whole lines, and in order. */
static void read_lines(void)
{
	char *text = fake.text, *end;

	count = stats = 0;
	for (; *text; text = end + 2) {
		end = strstr(text, "\r\n");
		if (!end)
			fail_msg("an unfinished line: %s", text);
		*end = '\0';
		read_line(text);
	}
	fake_port_clear();
	for (u32 i = 1; i < count; i++)
		if (lines[i].seq <= lines[i - 1].seq)
			fail_msg("%u is followed by %u", lines[i - 1].seq, lines[i].seq);
}

static void drain_all(void)
{
	while (audit_drain(DRAIN_LINES, false))
		;
	read_lines();
}

static u32 gaps(void)
{
	u32 last = 0, lost = 0;

	for (u32 i = 0; i < count; i++) {
		lost += lines[i].seq - last - 1;
		last = lines[i].seq;
	}
	return lost;
}

static int begin(void **state)
{
	fake_reset(state);
	audit_init();
	return 0;
}

static void order_across_rings(void **state)
{
	(void)state;
	for (u32 i = 0; i < 200; i++)
		event(fake_random_below(MAX_CPUS), 0x1000 + i, fake_random_below(2) ? DENY : ALLOW);
	assert_int_equal(fake.wants, 200);
	assert_int_equal(fake.sent, 0); /* nothing waits for the port */
	drain_all();
	assert_int_equal(count, 200);
	assert_int_equal(gaps(), 0);
	for (u32 i = 0; i < count; i++) {
		assert_int_equal(lines[i].seq, i + 1);
		assert_int_equal(lines[i].ipa, 0x1000 + i);
	}
	assert_int_equal(stats, 0);
	assert_false(audit_drain(DRAIN_LINES, false));
	assert_int_equal(fake.sent, 0);
}

static void coalesces(void **state)
{
	double time;

	(void)state;
	fake.step = 1000;
	event(0, 0x1000, ALLOW);
	time = (double)fake.counter / fake.hz;
	for (u32 i = 0; i < 4; i++)
		event(0, 0x1000, ALLOW);
	event(0, 0x1004, ALLOW);
	event(0, 0x1000, ALLOW); /* not at once */
	event(1, 0x1000, ALLOW); /* another CPU */
	event(0, 0x1000, DENY);	 /* another verdict */
	event(0, 0x1000, DENY);
	drain_all();
	assert_int_equal(count, 5);
	assert_int_equal(gaps(), 0); /* a repeat has no number */
	assert_int_equal(lines[0].repeats, 5);
	assert_true(lines[0].time == time); /* the first one's */
	assert_int_equal(lines[1].repeats, 1);
	assert_int_equal(lines[2].repeats, 1);
	assert_int_equal(lines[4].repeats, 2);
	/* What has been sent is not added to. */
	event(0, 0x1000, DENY);
	drain_all();
	assert_int_equal(count, 1);
	assert_int_equal(lines[0].repeats, 1);
	audit_flush();
	read_lines();
	assert_int_equal(stats_repeats, 5);
	assert_int_equal(stats_events, 6);
}

/* Each field that a policy or an analyst sees keeps events apart. */
static void differences(void **state)
{
	struct event ev = make(0, 0x1000, ALLOW);

	(void)state;
	audit_event(&ev);
	ev.va++;
	audit_event(&ev);
	ev.value++;
	audit_event(&ev);
	ev.value += 1ull << 32;
	audit_event(&ev);
	ev.access = ACC_READ;
	audit_event(&ev);
	ev.size = 2;
	audit_event(&ev);
	ev.pc += 4;
	audit_event(&ev);
	ev.cpsr = 0x10;
	audit_event(&ev);
	fake.ttbr0++;
	audit_event(&ev);
	fake.contextidr++;
	audit_event(&ev);
	fake.tpidruro++;
	audit_event(&ev);
	ev.walk = true;
	audit_event(&ev);
	audit_event(&ev);
	drain_all();
	assert_int_equal(count, 12);
	assert_int_equal(lines[11].repeats, 2);
}

/* What a trap leaves as it was on its stack makes no difference: nothing of it is in the line. */
static void padding(void **state)
{
	static const u8 junk[] = {0xa5, 0x5a};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(junk); i++) {
		struct event clean = make(0, 0x1000, ALLOW), ev;

		memset(&ev, junk[i], sizeof(ev));
		/* A pointer of 32 bits has no padding around it. */
		memset(&ev, 0, offsetof(struct event, settled));
		/* As event_start(), access_start() and ask() do. */
		ev.what = clean.what;
		ev.settled = clean.settled;
		ev.flags = clean.flags;
		ev.value = clean.value;
		ev.pc = clean.pc;
		ev.cpsr = clean.cpsr;
		ev.ipa = clean.ipa;
		ev.va = clean.va;
		audit_event(&ev);
	}
	drain_all();
	assert_int_equal(count, 1);
	assert_int_equal(lines[0].repeats, 2);
}

static void drops(void **state)
{
	(void)state;
	fake.room = 0;
	for (u32 i = 0; i < RECORDS + 100; i++)
		event(2, 0x1000 + i, ALLOW);
	assert_int_equal(fake.sent, 0);
	fake.room = SIZE_MAX;
	event(2, 0x9000, DENY); /* its number is behind the gap */
	drain_all();
	assert_int_equal(count, RECORDS + 1);
	assert_int_equal(gaps(), 100);
	assert_int_equal(lines[RECORDS - 1].ipa, 0x1000 + RECORDS - 1);
	assert_int_equal(lines[RECORDS].seq, RECORDS + 101);
	/* It is told once. */
	assert_int_equal(stats, 1);
	assert_int_equal(stats_dropped, 100);
	assert_int_equal(stats_high, RECORDS);
	assert_int_equal(stats_events, RECORDS + 101);
	event(2, 0xa000, ALLOW);
	drain_all();
	assert_int_equal(count, 1);
	assert_int_equal(stats, 0);
}

static void repeats_are_not_dropped(void **state)
{
	(void)state;
	fake.room = 0;
	for (u32 i = 0; i < RECORDS; i++)
		event(0, 0x1000 + i, ALLOW);
	for (u32 i = 0; i < 1000; i++)
		event(0, 0x1000 + RECORDS - 1, ALLOW);
	fake.room = SIZE_MAX;
	drain_all();
	assert_int_equal(count, RECORDS);
	assert_int_equal(lines[RECORDS - 1].repeats, 1001);
	assert_int_equal(stats, 0);
}

/* A flood of allowed events on all CPUs, and a few denied ones between. */
static void denied_survive(void **state)
{
	u32 denied = 0;

	(void)state;
	fake.room = 0;
	for (u32 i = 0; i < 20000; i++) {
		event(i % MAX_CPUS, 0x10000 + i, ALLOW);
		if (i % 40 == 0)
			event(i / 40 % MAX_CPUS, 0x80000000 + denied++, DENY);
	}
	fake.room = SIZE_MAX;
	audit_flush();
	read_lines();
	assert_int_equal(count, MAX_CPUS * RECORDS + denied);
	assert_int_equal(stats_dropped, 20000 - MAX_CPUS * RECORDS);
	assert_int_equal(gaps() + stats_events - lines[count - 1].seq, stats_dropped);
	for (u32 i = 0, next = 0; i < count; i++)
		if (lines[i].deny)
			assert_int_equal(lines[i].ipa, 0x80000000 + next++);
}

/* When even their ring is full, the CPU waits; whatever the option says. */
static void denied_wait(void **state)
{
	(void)state;
	for (u32 overflow = OVERFLOW_DROP; overflow <= OVERFLOW_HALT; overflow++) {
		begin(state);
		audit_overflow = overflow;
		fake.room = 0;
		fake.refill = 10;
		for (u32 i = 0; i < RECORDS + 60; i++)
			event(0, 0x1000 + i, i % 3 ? DENY : KILL);
		fake.room = SIZE_MAX;
		drain_all();
		assert_int_equal(count, RECORDS + 60);
		assert_int_equal(gaps(), 0);
	}
}

/* A dry run allows them, but they are kept like the denied. */
static void would_be_denied(void **state)
{
	(void)state;
	fake.room = 0;
	for (u32 i = 0; i < RECORDS + 50; i++)
		event(0, 0x1000 + i, ALLOW);
	for (u32 i = 0; i < 50; i++) {
		struct event ev = make(0, 0x9000 + i, ALLOW);

		ev.would = DENY;
		audit_event(&ev);
	}
	fake.room = SIZE_MAX;
	drain_all();
	assert_int_equal(count, RECORDS + 50);
	assert_int_equal(lines[count - 1].ipa, 0x9031);
}

static void waits(void **state)
{
	(void)state;
	audit_overflow = OVERFLOW_WAIT;
	fake.room = 0;
	fake.refill = 10;
	for (u32 i = 0; i < RECORDS + 80; i++)
		event(i % 2, 0x1000 + i, ALLOW);
	for (u32 i = 0; i < RECORDS; i++)
		event(0, 0x5000 + i, ALLOW);
	fake.room = SIZE_MAX;
	audit_flush();
	read_lines();
	assert_int_equal(count, 2 * RECORDS + 80);
	assert_int_equal(gaps(), 0);
	assert_int_equal(stats_dropped, 0);
}

static void halts(void **state)
{
	struct event ev = make(0, 0x9000, ALLOW);

	(void)state;
	audit_overflow = OVERFLOW_HALT;
	fake.room = 0;
	for (u32 i = 0; i < RECORDS; i++)
		event(0, 0x1000 + i, ALLOW);
	event(0, 0x8000, DENY);
	fake.refill = 10;
	assert_int_equal(ENDS(audit_event(&ev)), HALTED);
	/* As arch_halt() does; no lock is left taken. */
	fake.room = SIZE_MAX;
	audit_flush();
	read_lines();
	assert_int_equal(stats_dropped, 0);
	assert_int_equal(gaps(), 0);
	assert_in_range(count, RECORDS + 1, RECORDS + 2);
}

static void flushes(void **state)
{
	(void)state;
	for (u32 i = 0; i < 30; i++)
		event(i % 3, 0x1000 + i, i % 2 ? ALLOW : DENY);
	fake.room = 0;
	fake.refill = 3;
	audit_flush();
	fake.room = SIZE_MAX;
	read_lines();
	assert_int_equal(count, 30);
	assert_int_equal(stats, 1);
	assert_int_equal(stats_events, 30);
	assert_int_equal(stats_repeats, 0);
	assert_int_equal(stats_dropped, 0);
	assert_int_equal(stats_high, 5);
	audit_flush();
	read_lines();
	assert_int_equal(count, 0);
	assert_int_equal(stats, 1);
}

static u32 lines_sent(void)
{
	u32 n = 0;

	for (const char *s = fake.text; (s = strchr(s, '\n')); s++)
		n++;
	return n;
}

static void budget(void **state)
{
	(void)state;
	for (u32 i = 0; i < 20; i++)
		event(0, 0x1000 + i, ALLOW);
	assert_true(audit_drain(1, false));
	assert_int_equal(lines_sent(), 1);
	assert_true(audit_drain(DRAIN_LINES, false));
	assert_int_equal(lines_sent(), 1 + DRAIN_LINES);
	assert_true(audit_drain(DRAIN_LINES, false));
	assert_int_equal(lines_sent(), 1 + 2 * DRAIN_LINES);
	assert_false(audit_drain(DRAIN_LINES, false));
	read_lines();
	assert_int_equal(count, 20);
}

/* A port that takes a few characters at a time, and never waiting for it. */
static void throttled(void **state)
{
	u32 steps = 0;

	(void)state;
	for (u32 i = 0; i < 300; i++) {
		event(i % MAX_CPUS, 0x1000 + i, i % 5 ? ALLOW : DENY);
		fake.room = i % 4 ? fake_random_below(60) : 0;
		audit_drain(1 + fake_random_below(DRAIN_LINES), false);
		/* One refusal ends the step. */
		assert_in_range(fake.refused, 0, 2);
		fake.refused = 0;
	}
	for (bool more = true; more; steps++) {
		fake.room = fake_random_below(40);
		more = audit_drain(DRAIN_LINES, false);
		assert_in_range(steps, 0, 100000);
	}
	fake.room = SIZE_MAX;
	read_lines();
	assert_int_equal(count, 300);
	assert_int_equal(gaps(), 0);
	for (u32 i = 0; i < count; i++)
		assert_int_equal(lines[i].ipa, 0x1000 + i);
}

/* Above half, events send by themselves if the port takes it. */
static void pressure(void **state)
{
	(void)state;
	for (u32 i = 0; i < RECORDS / 2; i++)
		event(0, 0x1000 + i, ALLOW);
	assert_int_equal(fake.sent, 0);
	for (u32 i = 0; i < 4 * RECORDS; i++)
		event(0, 0x8000 + i, ALLOW);
	assert_true(fake.sent > 0);
	audit_flush();
	read_lines();
	assert_int_equal(gaps(), 0);
	assert_int_equal(stats_dropped, 0);
	assert_int_equal(count, RECORDS / 2 + 4 * RECORDS);
}

static void random_traffic(void **state)
{
	for (u32 seed = 0; seed < 8; seed++) {
		u32 denied = 0, seen = 0, total = 0, events = 0;

		begin(state);
		fake_seed(seed);
		for (u32 i = 0; i < 12000; i++) {
			bool deny = fake_random_below(30) == 0;

			event(fake_random_below(2), fake_random_below(3), deny ? DENY : ALLOW);
			denied += deny;
			events++;
			fake.room = fake_random_below(8) ? 0 : fake_random_below(200);
			fake.refill = 10;
			if (fake_random_below(16) == 0)
				audit_drain(DRAIN_LINES, false);
		}
		fake.room = SIZE_MAX;
		audit_flush();
		read_lines();
		for (u32 i = 0; i < count; i++) {
			total += lines[i].repeats;
			if (lines[i].deny)
				seen += lines[i].repeats;
		}
		assert_int_equal(seen, denied);
		assert_int_equal(gaps() + stats_events - lines[count - 1].seq, stats_dropped);
		assert_int_equal(total + stats_dropped, events);
		assert_int_equal(stats_events - stats_dropped, count);
		assert_int_equal(stats_repeats, events - stats_events);
	}
}

/* Nothing of one event is left in the record of the next. */
static void leftovers(void **state)
{
	struct event ev;

	(void)state;
	memset(&ev, 0, sizeof(ev));
	ev.kind = EV_CALL;
	ev.access = ACC_SMC;
	ev.log = true;
	ev.arg[0] = 0x11111111;
	ev.arg[2] = 0x33333333;
	audit_event(&ev);
	audit_drain(1, false);
	assert_non_null(strstr(fake.text, "args=11111111,0,33333333 tt=4000406a ctx=0000010a "
					  "tp=b6f00000 by=vigil\r\n"));
}

/* Few: where a thread does not run, others spin for the lock that it has. */
#define THREADS 3u
#define PER_CPU 2000u

static void *one_cpu(void *arg)
{
	u32 cpu = (u32)(uintptr_t)arg;

	for (u32 i = 0; i < PER_CPU; i++) {
		event(cpu, cpu << 16 | i, i % 7 ? ALLOW : DENY);
		if (i % 16 == 0)
			audit_drain(DRAIN_LINES, false);
	}
	return NULL;
}

/* For real: every number once, in order, and each CPU's events in its order. */
static void many_cpus(void **state)
{
	pthread_t threads[THREADS];
	u32 next[THREADS] = {0};

	(void)state;
	audit_overflow = OVERFLOW_WAIT;
	for (uintptr_t cpu = 0; cpu < THREADS; cpu++)
		assert_int_equal(pthread_create(&threads[cpu], NULL, one_cpu, (void *)cpu), 0);
	for (u32 cpu = 0; cpu < THREADS; cpu++)
		pthread_join(threads[cpu], NULL);
	audit_flush();
	read_lines();
	assert_int_equal(count, THREADS * PER_CPU);
	assert_int_equal(gaps(), 0);
	for (u32 i = 0; i < count; i++) {
		assert_int_equal(lines[i].ipa >> 16, lines[i].cpu);
		assert_int_equal(lines[i].ipa & 0xffff, next[lines[i].cpu]++);
	}
}

#define RING(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RING(order_across_rings),
		RING(coalesces),
		RING(differences),
		RING(padding),
		RING(drops),
		RING(repeats_are_not_dropped),
		RING(denied_survive),
		RING(denied_wait),
		RING(would_be_denied),
		RING(waits),
		RING(halts),
		RING(flushes),
		RING(budget),
		RING(throttled),
		RING(pressure),
		RING(random_traffic),
		RING(leftovers),
		RING(many_cpus),
	};

	return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}

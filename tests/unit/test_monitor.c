// SPDX-License-Identifier: BSD-2-Clause
/* Events in, verdicts out: three policies that do as a test says. */
#include "fake_arch.h"
#include "monitor.h"

#define MAX_WATCHES 64

enum { A, B, C, POLICIES };

/* What a policy answers, and what it was asked. */
static struct {
	enum verdict verdict;
	bool log;
	bool replace;
	u64 value;
	u32 asked;
	struct event last;
	int init;
} does[POLICIES];

static u32 order;   /* who was asked, a hexadecimal digit each */
static u32 special; /* what the monitor has returned */

static enum verdict answer(u32 who, struct event *ev)
{
	does[who].asked++;
	does[who].last = *ev;
	order = order << 4 | (who + 10);
	if (does[who].log)
		ev->log = true;
	if (does[who].replace) {
		ev->replace = true;
		ev->value = does[who].value;
	}
	return does[who].verdict;
}

#define POLICY(who, ...)                                  \
	static enum verdict who##_event(struct event *ev) \
	{                                                 \
		return answer(who, ev);                   \
	}                                                 \
	static int who##_init(const struct policy *self)  \
	{                                                 \
		(void)self;                               \
		return does[who].init;                    \
	}                                                 \
	VIGIL_POLICY(who, .init = who##_init, .on_event = who##_event, __VA_ARGS__)

static struct watch b_watches[3]; /* of B, static; a test may fill them */

POLICY(A);
POLICY(B, .watches = b_watches);
POLICY(C);

static const struct policy *const policies[] = {&A_policy, &B_policy, &C_policy};

/* Stage 2, as monitor.c sees it. */
static bool may_watch, out_of_tables;
static struct watch applied[256];
static u32 applies;

bool arch_may_watch(const struct watch *watch)
{
	(void)watch;
	return may_watch;
}

int arch_apply_watch(const struct watch *watch)
{
	if (applies < ARRAY_SIZE(applied))
		applied[applies] = *watch;
	applies++;
	return out_of_tables ? -1 : 0;
}

static int begin(void **state)
{
	memset(does, 0, sizeof(does));
	memset(b_watches, 0, sizeof(b_watches));
	may_watch = true;
	out_of_tables = false;
	applies = 0;
	order = 0;
	fake_reset(state);
	monitor_init();
	return 0;
}

static int watch(u32 who, u32 kind, u64 lo, u64 hi, u32 access)
{
	struct watch w = {.lo = lo, .hi = hi, .kind = (u8)kind, .access = (u8)access};

	return vigil_watch(policies[who], &w);
}

static int unwatch(u32 who, u32 kind, u64 lo, u64 hi, u32 access)
{
	struct watch w = {.lo = lo, .hi = hi, .kind = (u8)kind, .access = (u8)access};

	return vigil_unwatch(policies[who], &w);
}

/*
 * Nothing is left to do where it is watched, is no memory, and nobody objects, logs or replaces;
 * and only there.
 * Numbers are not asked about where nobody watches.
 */
static void check_special(const struct event *ev)
{
	bool plain =
		(ev->by || ev->kind == EV_CALL) && !ev->log && !ev->replace && ev->verdict == ALLOW;

	assert_int_equal(!special, plain && ev->kind != EV_MEMORY);
	assert_true(!ev->by || !ev->settled == plain);
}

static struct event ask(u64 ipa, u32 size, u32 access)
{
	struct event ev = {
		.kind = EV_MMIO, .access = (u8)access, .size = (u8)size, .ipa = ipa, .value = 0x77};

	order = 0;
	special = monitor_ask_address(&ev);
	check_special(&ev);
	return ev;
}

static struct event ask_call(u32 nr, u32 conduit)
{
	struct event ev = {.kind = EV_CALL, .access = (u8)conduit, .nr = nr, .value = 0xffffffff};

	order = 0;
	special = monitor_ask_number(&ev, &monitor_all);
	check_special(&ev);
	return ev;
}

static void nobody(void **state)
{
	struct event ev = ask(0x9000000, 4, ACC_READ);

	(void)state;
	assert_null(ev.by);
	assert_int_equal(ev.settled, 0);
	assert_int_equal(ev.value, 0x77);
	assert_false(monitor_wants(EV_MMIO));
	assert_int_equal(watch(A, EV_MMIO, 0x9000000, 0x9000003, ACC_READ), 0);
	assert_true(monitor_wants(EV_MMIO));
	assert_false(monitor_wants(EV_CALL));
	assert_null(ask(0x9000004, 4, ACC_READ).by);
	assert_null(ask(0x9000000, 4, ACC_WRITE).by);
	assert_ptr_equal(ask(0x9000000, 4, ACC_READ).by, &A_policy);
	assert_int_equal(does[A].asked, 1);
}

/* One byte in common is enough. */
static void touching(void **state)
{
	(void)state;
	watch(A, EV_MMIO, 0x9000002, 0x9000005, ACC_WRITE);
	assert_null(ask(0x8ffffff, 2, ACC_WRITE).by);
	assert_null(ask(0x9000000, 2, ACC_WRITE).by);
	assert_non_null(ask(0x9000000, 4, ACC_WRITE).by);
	assert_non_null(ask(0x9000001, 2, ACC_WRITE).by);
	assert_non_null(ask(0x9000003, 1, ACC_WRITE).by);
	assert_non_null(ask(0x9000005, 1, ACC_WRITE).by);
	assert_non_null(ask(0x8fffffe, 8, ACC_WRITE).by);
	assert_null(ask(0x9000006, 4, ACC_WRITE).by);
}

static void strictest_wins(void **state)
{
	(void)state;
	for (u32 who = 0; who < POLICIES; who++)
		watch(who, EV_MMIO, 0x9000000, 0x9000fff, ACC_ANY);
	for (u32 v = 0; v < 64; v++) {
		u32 strictest = 0;
		struct event ev;

		for (u32 who = 0; who < POLICIES; who++) {
			does[who].verdict = v >> 2 * who & 3;
			/* The last of those that are equally strict. */
			if (does[who].verdict >= does[strictest].verdict)
				strictest = who;
		}
		ev = ask(0x9000000, 4, ACC_READ);
		assert_int_equal(ev.verdict, does[strictest].verdict);
		assert_int_equal(ev.would, does[strictest].verdict);
		/* Some policy of that verdict is named. */
		assert_non_null(ev.by);
		for (u32 who = 0; who < POLICIES; who++)
			if (ev.by == policies[who])
				assert_int_equal(does[who].verdict, does[strictest].verdict);
		/* What is not allowed is always logged. */
		assert_int_equal(ev.log, ev.verdict != ALLOW);
	}
}

/* All are asked, in the order of their watches; a verdict does not keep the next from seeing it. */
static void all_are_asked(void **state)
{
	(void)state;
	for (u32 who = 0; who < POLICIES; who++)
		watch(who, EV_MMIO, 0x9000000, 0x9000fff, ACC_ANY);
	does[A].verdict = HALT;
	ask(0x9000000, 4, ACC_READ);
	assert_hex(order, 0xabc);
	does[A].verdict = ALLOW;
	ask(0x9000000, 4, ACC_READ);
	assert_hex(order, 0xabc);
}

static void logging(void **state)
{
	struct event ev;

	(void)state;
	watch(A, EV_MMIO, 0x9000000, 0x9000fff, ACC_ANY);
	watch(B, EV_MMIO, 0x9000000, 0x9000fff, ACC_ANY);
	assert_int_equal(ask(0x9000000, 4, ACC_READ).settled, 0);
	does[A].log = true;
	ev = ask(0x9000000, 4, ACC_READ);
	assert_true(ev.log);
	assert_true(ev.settled);
	assert_int_equal(ev.verdict, ALLOW);
}

static void replacing(void **state)
{
	struct event ev;

	(void)state;
	watch(A, EV_MMIO, 0x9000000, 0x9000fff, ACC_ANY);
	watch(B, EV_MMIO, 0x9000000, 0x9000fff, ACC_ANY);
	does[A].replace = true;
	does[A].value = 0x1234;
	ev = ask(0x9000000, 4, ACC_WRITE);
	assert_true(ev.replace);
	assert_true(ev.settled);
	assert_int_equal(ev.value, 0x1234);
	/* The next one sees what it is now. */
	assert_int_equal(does[B].last.value, 0x1234);
	does[B].verdict = DENY;
	ev = ask(0x9000000, 4, ACC_READ);
	assert_int_equal(ev.verdict, DENY);
	assert_true(ev.replace);
	assert_int_equal(ev.value, 0x1234);
}

static void dry_run(void **state)
{
	struct event ev;

	(void)state;
	monitor_dry_run = true;
	watch(A, EV_MMIO, 0x9000000, 0x9000fff, ACC_ANY);
	for (u32 v = DENY; v <= HALT; v++) {
		does[A].verdict = v;
		ev = ask(0x9000000, 4, ACC_WRITE);
		assert_int_equal(ev.verdict, ALLOW);
		assert_int_equal(ev.would, v);
		assert_true(ev.log);
		assert_ptr_equal(ev.by, &A_policy);
	}
	/* A read that would be denied is the device's own, not the policy's value. */
	does[A].replace = true;
	ev = ask(0x9000000, 4, ACC_READ);
	assert_false(ev.replace);
	does[A].verdict = ALLOW;
	does[A].replace = false;
	assert_int_equal(ask(0x9000000, 4, ACC_WRITE).settled, 0);
}

/* The monitor's own refusals know no dry run. */
static void refusals(void **state)
{
	struct event ev = {.kind = EV_MEMORY, .access = ACC_READ, .ipa = 0x1000, .by = &A_policy};

	(void)state;
	audit_init();
	monitor_dry_run = true;
	monitor_refuse(&ev);
	assert_int_equal(ev.verdict, DENY);
	assert_int_equal(ev.would, DENY);
	assert_null(ev.by);
	/* It is in the log already, once, and with who did it. */
	audit_flush();
	assert_non_null(strstr(fake.text, " mem r0 deny pc="));
	assert_non_null(strstr(fake.text, " by=vigil\r\n@vigil stats t="));
}

static void invalid_verdicts(void **state)
{
	static const int bad[] = {4,	 5,	  0x7f,	      0x80, 0xff,	0x100,
				  0x104, 0x10000, 0x7fffffff, -1,   -0x7fffffff};

	(void)state;
	watch(A, EV_MMIO, 0x9000000, 0x9000fff, ACC_ANY);
	watch(B, EV_MMIO, 0x9000000, 0x9000fff, ACC_ANY);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct event ev;

		memcpy(&does[A].verdict, &bad[i], sizeof(bad[i]));
		ev = ask(0x9000000, 4, ACC_WRITE);
		assert_int_equal(ev.verdict, HALT);
		assert_ptr_equal(ev.by, &A_policy);
		assert_true(ev.log);
	}
}

static void calls(void **state)
{
	(void)state;
	assert_int_equal(watch(A, EV_CALL, 0x84000000, 0x8400ffff, ACC_SMC), 0);
	assert_int_equal(watch(B, EV_CALL, 0, 0xffffffff, ACC_HVC), 0);
	assert_ptr_equal(ask_call(0x84000003, ACC_SMC).by, &A_policy);
	assert_ptr_equal(ask_call(0x84000003, ACC_HVC).by, &B_policy);
	assert_null(ask_call(0x83ffffff, ACC_SMC).by);
	assert_ptr_equal(ask_call(0xffffffff, ACC_HVC).by, &B_policy);
	assert_int_equal(does[A].last.nr, 0x84000003);
	/* No kind is another's. */
	assert_null(ask(0x84000003, 4, ACC_READ).by);
}

/* EV_MMIO asks for an address; which of both it is, the watch says. */
static void kinds_of_addresses(void **state)
{
	(void)state;
	watch(A, EV_MMIO, 0x9000000, 0x9000fff, ACC_READ);
	watch(B, EV_MEMORY, 0x40000000, 0x40000fff, ACC_WRITE);
	assert_int_equal(ask(0x9000000, 4, ACC_READ).kind, EV_MMIO);
	assert_int_equal(ask(0x40000000, 4, ACC_WRITE).kind, EV_MEMORY);
	assert_int_equal(does[B].last.kind, EV_MEMORY);
	assert_true(monitor_wants(EV_MMIO) && monitor_wants(EV_MEMORY));
}

static void watched_ranges(void **state)
{
	(void)state;
	watch(A, EV_MEMORY, 0x40000000, 0x401fffff, ACC_WRITE);
	watch(B, EV_MEMORY, 0x40100000, 0x40100fff, ACC_EXEC);
	assert_int_equal(monitor_watched(EV_MEMORY, 0x40000000, 0x40000fff), ACC_WRITE);
	assert_int_equal(monitor_watched(EV_MEMORY, 0x40000000, 0x401fffff),
			 ACC_WRITE | ACC_EXEC | ACC_PARTLY);
	assert_int_equal(monitor_watched(EV_MEMORY, 0x40100000, 0x40100fff), ACC_WRITE | ACC_EXEC);
	assert_int_equal(monitor_watched(EV_MEMORY, 0x3ffff000, 0x40000000), ACC_WRITE | ACC_PARTLY);
	assert_int_equal(monitor_watched(EV_MEMORY, 0x40200000, 0x402fffff), 0);
	assert_int_equal(monitor_watched(EV_MEMORY, 0x3f000000, 0x3fffffff), 0);
	/* Calls are numbers, not addresses. */
	watch(C, EV_CALL, 0, 0xffffffff, ACC_ANY);
	assert_int_equal(monitor_watched(EV_MEMORY, 0x50000000, 0x50000fff), 0);
}

/* What may not be read cannot be executed. */
static void reads_and_execution(void **state)
{
	(void)state;
	watch(A, EV_MEMORY, 0x40000000, 0x40000fff, ACC_READ);
	assert_int_equal(monitor_watched(EV_MEMORY, 0x40000000, 0x40000fff), ACC_READ | ACC_EXEC);
	assert_int_equal(applied[0].access, ACC_READ | ACC_EXEC);
	assert_ptr_equal(ask(0x40000000, 4, ACC_EXEC).by, &A_policy);
	/* A device's page is never executed. */
	watch(B, EV_MMIO, 0x9000000, 0x9000fff, ACC_READ);
	assert_int_equal(monitor_watched(EV_MEMORY, 0x9000000, 0x9000fff), ACC_READ);
	assert_int_equal(unwatch(A, EV_MEMORY, 0x40000000, 0x40000fff, ACC_READ), 0);
	assert_int_equal(monitor_watched(EV_MEMORY, 0x40000000, 0x40000fff), 0);
}

static void bad_watches(void **state)
{
	(void)state;
	assert_int_equal(watch(A, EV_MMIO, 0x1000, 0xfff, ACC_READ), -1);
	assert_int_equal(watch(A, EV_MMIO, 0x1000, 0x1fff, 0), -1);
	assert_int_equal(watch(A, EV_MMIO, 0x1000, 0x1fff, 8), -1);
	assert_int_equal(watch(A, EV_KINDS, 0x1000, 0x1fff, ACC_READ), -1);
	assert_int_equal(watch(A, 0xff, 0x1000, 0x1fff, ACC_READ), -1);
	may_watch = false;
	assert_int_equal(watch(A, EV_MMIO, 0x1000, 0x1fff, ACC_READ), -1);
	assert_int_equal(applies, 0);
	assert_int_equal(unwatch(A, EV_KINDS, 0x1000, 0x1fff, ACC_READ), -1);
	assert_int_equal(unwatch(A, 0xff, 0x1000, 0x1fff, ACC_READ), -1);
	assert_int_equal(unwatch(A, EV_MMIO, 0x1000, 0x1fff, 0), -1);
	assert_false(monitor_wants(EV_MMIO));
}

static void unwatching(void **state)
{
	(void)state;
	watch(A, EV_MMIO, 0x9000000, 0x9000fff, ACC_READ);
	watch(A, EV_MMIO, 0x9000000, 0x9000fff, ACC_WRITE);
	watch(B, EV_MMIO, 0x9000000, 0x9000fff, ACC_READ);
	/* Only what was set, by who set it. */
	assert_int_equal(unwatch(C, EV_MMIO, 0x9000000, 0x9000fff, ACC_READ), -1);
	assert_int_equal(unwatch(A, EV_MEMORY, 0x9000000, 0x9000fff, ACC_READ), -1);
	assert_int_equal(unwatch(A, EV_MMIO, 0x9000000, 0x9000ffe, ACC_READ), -1);
	assert_int_equal(unwatch(A, EV_MMIO, 0x9000000, 0x9000fff, ACC_ANY), -1);
	assert_int_equal(applies, 3);
	assert_int_equal(unwatch(A, EV_MMIO, 0x9000000, 0x9000fff, ACC_READ), 0);
	assert_int_equal(applies, 4);
	assert_hex(applied[3].lo, 0x9000000);
	assert_int_equal(unwatch(A, EV_MMIO, 0x9000000, 0x9000fff, ACC_READ), -1);
	assert_ptr_equal(ask(0x9000000, 4, ACC_READ).by, &B_policy);
	assert_ptr_equal(ask(0x9000000, 4, ACC_WRITE).by, &A_policy);
	assert_int_equal(unwatch(B, EV_MMIO, 0x9000000, 0x9000fff, ACC_READ), 0);
	assert_null(ask(0x9000000, 4, ACC_READ).by);
}

/* Whom to ask of a number without a search: it is the same that a search finds. */
static void watchers(void **state)
{
	(void)state;
	assert_null(monitor_watcher(EV_CALL, ACC_SMC, 5));
	watch(A, EV_CALL, 0, 9, ACC_SMC);
	watch(A, EV_CALL, 3, 3, ACC_SMC | ACC_HVC);
	watch(B, EV_CALL, 9, 20, ACC_HVC);
	watch(B, EV_CALL, 8, 8, ACC_SMC);
	assert_ptr_equal(monitor_watcher(EV_CALL, ACC_SMC, 3), &A_policy);
	assert_ptr_equal(monitor_watcher(EV_CALL, ACC_HVC, 3), &A_policy);
	assert_null(monitor_watcher(EV_CALL, ACC_HVC, 2));
	assert_ptr_equal(monitor_watcher(EV_CALL, ACC_SMC, 9), &A_policy);
	assert_ptr_equal(monitor_watcher(EV_CALL, ACC_HVC, 9), &B_policy);
	assert_ptr_equal(monitor_watcher(EV_CALL, ACC_SMC, 8), &monitor_all);
	assert_null(monitor_watcher(EV_SYSCALL, ACC_SVC, 8));
	unwatch(B, EV_CALL, 8, 8, ACC_SMC);
	assert_ptr_equal(monitor_watcher(EV_CALL, ACC_SMC, 8), &A_policy);
}

/* Set twice, it is to be taken back twice. */
static void the_same_twice(void **state)
{
	(void)state;
	watch(A, EV_MMIO, 0x9000000, 0x9000fff, ACC_READ);
	watch(A, EV_MMIO, 0x9000000, 0x9000fff, ACC_READ);
	assert_int_equal(unwatch(A, EV_MMIO, 0x9000000, 0x9000fff, ACC_READ), 0);
	assert_ptr_equal(ask(0x9000000, 4, ACC_READ).by, &A_policy);
	assert_int_equal(unwatch(A, EV_MMIO, 0x9000000, 0x9000fff, ACC_READ), 0);
	assert_null(ask(0x9000000, 4, ACC_READ).by);
	assert_int_equal(unwatch(A, EV_MMIO, 0x9000000, 0x9000fff, ACC_READ), -1);
}

static void table_full(void **state)
{
	(void)state;
	for (u32 i = 0; i < MAX_WATCHES; i++)
		assert_int_equal(watch(A, EV_MMIO, i * 0x1000, i * 0x1000 + 3, ACC_READ), 0);
	assert_int_equal(watch(A, EV_MMIO, 0x800000, 0x800003, ACC_READ), -1);
	/* Memory shares it; the others have theirs. */
	assert_int_equal(watch(A, EV_MEMORY, 0x800000, 0x800fff, ACC_READ), -1);
	assert_int_equal(watch(A, EV_CALL, 0, 0, ACC_SMC), 0);
	assert_int_equal(applies, MAX_WATCHES + 1);
	assert_null(ask(0x800000, 4, ACC_READ).by);
	/* A place that is free again is used. */
	assert_int_equal(unwatch(A, EV_MMIO, 0x5000, 0x5003, ACC_READ), 0);
	assert_int_equal(watch(B, EV_MMIO, 0x800000, 0x800003, ACC_READ), 0);
	assert_ptr_equal(ask(0x800000, 4, ACC_READ).by, &B_policy);
	assert_null(ask(0x5000, 4, ACC_READ).by);
	assert_int_equal(watch(B, EV_MMIO, 0x900000, 0x900003, ACC_READ), -1);
}

static void out_of_room(void **state)
{
	(void)state;
	out_of_tables = true;
	for (u32 i = 0; i < 2 * MAX_WATCHES; i++)
		assert_int_equal(watch(A, EV_MEMORY, 0x40000000, 0x40000fff, ACC_WRITE), -1);
	assert_int_equal(monitor_watched(EV_MEMORY, 0x40000000, 0x40000fff), 0);
	assert_null(ask(0x40000000, 4, ACC_WRITE).by);
	assert_int_equal(unwatch(A, EV_MEMORY, 0x40000000, 0x40000fff, ACC_WRITE), -1);
	out_of_tables = false;
	assert_int_equal(watch(A, EV_MEMORY, 0x40000000, 0x40000fff, ACC_WRITE), 0);
}

static void static_watches(void **state)
{
	(void)state;
	b_watches[0] = (struct watch){0x9000000, 0x9000003, EV_MMIO, ACC_WRITE};
	b_watches[1] = (struct watch){0x84000000, 0x84000000, EV_CALL, ACC_SMC};
	monitor_init();
	assert_ptr_equal(ask(0x9000000, 4, ACC_WRITE).by, &B_policy);
	assert_ptr_equal(ask_call(0x84000000, ACC_SMC).by, &B_policy);
	assert_hex(monitor_wanted, BIT(EV_MMIO) | BIT(EV_CALL));
}

static void starts_badly(void **state)
{
	(void)state;
	does[C].init = -1;
	assert_stops(monitor_init(), "policy C does not start with these options");
	begin(state);
	fake_reset(state);
	b_watches[0] = (struct watch){0x9000000, 0x9000003, EV_MMIO, ACC_WRITE};
	may_watch = false;
	assert_stops(monitor_init(), "policy B: cannot watch 9000000-9000003");
}

/* Before the guest's map is there, watches are taken as they come, and looked at later. */
static void watched_early(void **state)
{
	fake_reset(state);
	may_watch = false;
	assert_int_equal(watch(B, EV_MMIO, 0x9000000, 0x9000003, ACC_WRITE), 0);
	assert_int_equal(applies, 0);
	assert_stops(monitor_init(), "policy B: cannot watch 9000000-9000003");
	begin(state);
	fake_reset(state);
	assert_int_equal(watch(A, EV_MMIO, 0x9000000, 0x9000003, ACC_WRITE), 0);
	assert_int_equal(unwatch(A, EV_MMIO, 0x9000000, 0x9000003, ACC_WRITE), 0);
	assert_int_equal(watch(B, EV_MMIO, 0x9000000, 0x9000003, ACC_WRITE), 0);
	monitor_init();
	assert_int_equal(applies, 0);
	assert_ptr_equal(ask(0x9000000, 4, ACC_WRITE).by, &B_policy);
}

static void too_many(void **state)
{
	fake_reset(state);
	b_watches[0] = (struct watch){0x9000000, 0x9000003, EV_MMIO, ACC_WRITE};
	for (u32 i = 0; i < MAX_WATCHES; i++)
		assert_int_equal(watch(A, EV_MMIO, 0x9000000, 0x9000003, ACC_WRITE), 0);
	assert_stops(monitor_init(), "policy B has too many watches");
}

#define ON(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON(nobody),
		ON(touching),
		ON(strictest_wins),
		ON(all_are_asked),
		ON(logging),
		ON(replacing),
		ON(dry_run),
		ON(refusals),
		ON(invalid_verdicts),
		ON(calls),
		ON(kinds_of_addresses),
		ON(watched_ranges),
		ON(reads_and_execution),
		ON(bad_watches),
		ON(unwatching),
		ON(watchers),
		ON(the_same_twice),
		ON(table_full),
		ON(out_of_room),
		ON(static_watches),
		ON(starts_badly),
		ON(watched_early),
		ON(too_many),
	};

	return cmocka_run_group_tests_name("monitor", tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * The monitor's dispatch and its policies on the host, as they are in the image. What is beneath
 * them is here: no stage 2, no log, a clock that shows the record's time, and of the registers what
 * the records have told.
 */
#include "replay.h"
#include "monitor.h"

/* Those that are linked, by uImage.lds' name for them; and those in use, as monitor.c sees them. */
extern const struct policy linked_policies[], linked_policies_end[];

#define MAX_USED 32 /* what is left has no name, and no watches */
static struct policy used[MAX_USED]
	__attribute__((section("used_policies"), used)) = {[0 ... MAX_USED - 1] = {.name = ""}};
static unsigned used_count;

static u64 now;
static unsigned cpu_now;

/* A few dozen registers there are, by CPU. */
static struct {
	u32 nr;
	bool known;
	u64 value;
} seen[MAX_CPUS][64];

unsigned policies_linked(void)
{
	return (unsigned)(linked_policies_end - linked_policies);
}

const char *policy_name(unsigned i)
{
	return linked_policies[i].name;
}

bool policy_use(const char *name, size_t len)
{
	for (unsigned i = 0; i < policies_linked(); i++) {
		const struct policy *p = &linked_policies[i];

		if (strlen(p->name) != len || strncmp(p->name, name, len))
			continue;
		if (used_count == MAX_USED)
			return false;
		used[used_count++] = *p;
		return true;
	}
	return false;
}

bool policy_option(const char *name, size_t len, const char *key, const char *value)
{
	return len && !monitor_option(name, len, key, value);
}

void policies_start(void)
{
	monitor_init();
}

void policies_off(void)
{
	for_each_policy (p)
		if (p->off)
			p->off();
}

struct answer policies_ask(const struct replayed *r)
{
	struct event ev = {.kind = r->kind, .access = r->access, .size = r->size, .cpu = r->cpu};
	struct answer a;

	now = r->usec;
	cpu_now = r->cpu % MAX_CPUS;
	ev.absent = r->absent;
	ev.walk = r->walk;
	ev.pc = r->pc;
	ev.cpsr = r->mode;
	ev.value = r->value;
	ev.ttbr0 = r->tt;
	ev.contextidr = r->ctx;
	ev.tpidruro = r->tp;
	memcpy(ev.arg, r->arg, sizeof(ev.arg));
	if (r->kind <= EV_MEMORY) {
		ev.ipa = r->ipa;
		ev.va = r->va;
		monitor_ask_address(&ev);
	} else {
		ev.old = r->old;
		ev.nr = r->nr;
		monitor_ask_number(&ev, &monitor_all);
	}
	a.verdict = ev.verdict;
	a.by = ev.by ? ev.by->name : NULL;
	a.log = ev.log;
	return a;
}

void register_seen(unsigned cpu, uint32_t nr, uint64_t value)
{
	for (unsigned i = 0; cpu < MAX_CPUS && i < ARRAY_SIZE(seen[0]); i++) {
		if (seen[cpu][i].known && seen[cpu][i].nr != nr)
			continue;
		seen[cpu][i].nr = nr;
		seen[cpu][i].known = true;
		seen[cpu][i].value = value;
		return;
	}
}

u64 vigil_register(u32 nr)
{
	for (unsigned i = 0; i < ARRAY_SIZE(seen[0]) && seen[cpu_now][i].known; i++)
		if (seen[cpu_now][i].nr == nr)
			return seen[cpu_now][i].value;
	return 0;
}

/* The guest's page tables are not in the log. */
u64 vigil_translate(u32 va, bool write)
{
	(void)va;
	(void)write;
	return VIGIL_NOWHERE;
}

void vigil_identify(struct event *ev)
{
	(void)ev;
}

u64 counter(void)
{
	return now;
}

u32 counter_hz(void)
{
	return 1000000;
}

bool arch_may_watch(const struct watch *watch)
{
	(void)watch;
	return true;
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

bool console_put(char c, bool wait)
{
	(void)c;
	return wait;
}

void vigil_print(const char *fmt, ...)
{
	static char text[8192];
	size_t len = format(text, sizeof(text), "@vigil ");
	va_list ap;

	va_start(ap, fmt);
	vformat(text + len, sizeof(text) - len, fmt, ap);
	va_end(ap);
	replay_say(text);
}

void give_up(bool own, const char *fmt, ...)
{
	static char text[512];
	va_list ap;

	(void)own;
	va_start(ap, fmt);
	vformat(text, sizeof(text), fmt, ap);
	va_end(ap);
	replay_stop(text);
}

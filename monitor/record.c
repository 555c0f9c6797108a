// SPDX-License-Identifier: BSD-2-Clause
#include "arch.h"
#include "lib.h"
#include "record.h"

struct text {
	char *buf;
	size_t size;
	size_t len;
};

static void __printf(2, 3) add(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->len += vformat(t->buf + t->len, t->size - t->len, fmt, ap);
	va_end(ap);
}

static const char *mode_name(u32 cpsr)
{
	static const char *const names[16] = {
		"usr", "fiq", "irq", "svc", "?", "?", "mon", "abt",
		"?",   "?",   "hyp", "und", "?", "?", "?",   "sys",
	};

	return names[cpsr & 0xf];
}

/* A value of `size` bytes, as that many pairs of digits. */
static void add_value(struct text *t, const char *key, u64 value, u32 size)
{
	if (size == 8)
		add(t, " %s=%016llx", key, value);
	else if (size == 2)
		add(t, " %s=%04x", key, (u32)value);
	else if (size == 1)
		add(t, " %s=%02x", key, (u32)value);
	else
		add(t, " %s=%08x", key, (u32)value);
}

static void add_access(struct text *t, const struct event *ev)
{
	char c = ev->access == ACC_WRITE ? 'w' : ev->access == ACC_EXEC ? 'x' : 'r';

	if (ev->kind == EV_CALL)
		add(t, " %s", ev->access == ACC_SMC ? "smc" : "hvc");
	else
		add(t, " %c%u", c, ev->size);
}

static void add_detail(struct text *t, const struct event *ev)
{
	switch (ev->kind) {
	case EV_MMIO:
	case EV_MEMORY:
		add(t, " va=%08x ipa=%08llx", ev->va, ev->ipa);
		if (ev->access != ACC_EXEC && ev->size && !ev->absent)
			add_value(t, "val", ev->value, ev->size);
		break;
	case EV_SYSREG:
		add(t, " reg=%08x", ev->nr);
		add_value(t, "val", ev->value, ev->size);
		add_value(t, "old", ev->old, ev->size);
		break;
	default:
		add(t, " nr=%08x args=%x,%x,%x", ev->nr, ev->arg[0], ev->arg[1], ev->arg[2]);
	}
	if (ev->absent || ev->walk)
		add(t, " why=%s", ev->walk ? "walk" : "absent");
}

size_t record_format(const struct record *rec, char *buf, size_t size)
{
	static const char *const kinds[EV_KINDS] = {"mmio", "mem", "sysreg", "syscall", "call"};
	static const char *const verdicts[] = {"allow", "deny", "kill", "halt"};
	const struct event *ev = &rec->ev;
	struct text t = {buf, size, 0};
	u32 hz = counter_hz() ? counter_hz() : 1;

	add(&t, "@vigil s=%x t=%u.%06u c=%u %s", rec->seq, (u32)(rec->time / hz),
	    (u32)(rec->time % hz * 1000000 / hz), ev->cpu, kinds[ev->kind]);
	add_access(&t, ev);
	add(&t, " %s", verdicts[ev->verdict & 3]);
	if (ev->would != ev->verdict)
		add(&t, " would=%s", verdicts[ev->would & 3]);
	add(&t, " pc=%08x/%s", ev->pc, mode_name(ev->cpsr));
	add_detail(&t, ev);
	add(&t, " tt=%08llx ctx=%08x tp=%08x by=%s", ev->ttbr0, ev->contextidr, ev->tpidruro,
	    ev->by ? ev->by->name : "vigil");
	if (rec->repeats)
		add(&t, " n=%u", rec->repeats + 1);
	add(&t, "\r\n");
	return t.len;
}

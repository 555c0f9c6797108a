// SPDX-License-Identifier: BSD-2-Clause
#include "monitor.h"

/* Append to a line that never outgrows its buffer. */
#define ADD(...) (len += format(buf + len, size - len, __VA_ARGS__))

static const char *mode_name(u32 cpsr)
{
	static const char *const names[16] = {
		"usr", "fiq", "irq", "svc", "?", "?", "mon", "abt",
		"?",   "?",   "hyp", "und", "?", "?", "?",   "sys",
	};

	return names[cpsr & 0xf];
}

/* The call's name, if the policy knows one, and the registers that have its arguments. */
static size_t format_call(const struct event *ev, char *buf, size_t size)
{
	const char *name = ev->by && ev->by->call_name ? ev->by->call_name(ev->nr) : NULL;
	size_t len = 0;

	ADD(" nr=%08x", ev->nr);
	if (name)
		ADD(" call=%s", name);
	for (u32 i = 0; i < 7; i++)
		ADD("%s%x", i ? "," : " args=", ev->arg[i]);
	return len;
}

/* What is particular to the kind, but for the access itself. */
static size_t format_detail(const struct event *ev, char *buf, size_t size)
{
	size_t len = 0;

	switch (ev->kind) {
	case EV_MMIO:
	case EV_MEMORY:
		ADD(" va=%08x ipa=%08llx", ev->va, ev->ipa);
		if (ev->size && !ev->absent && ev->access != ACC_EXEC)
			ADD(" val=%0*llx", ev->size * 2, ev->value);
		if (ev->absent || ev->walk)
			ADD(" why=%s", ev->walk ? "walk" : "absent");
		break;
	case EV_SYSREG:
		ADD(" reg=%08x val=%08llx old=%08llx", ev->nr, ev->value, ev->old);
		break;
	case EV_SYSCALL:
		return format_call(ev, buf, size);
	default:
		ADD(" nr=%08x args=%x,%x,%x", ev->nr, ev->arg[0], ev->arg[1], ev->arg[2]);
	}
	return len;
}

static size_t format_access(const struct event *ev, char *buf, size_t size)
{
	const char *letters = "-rw-x";

	if (ev->kind == EV_CALL)
		return format(buf, size, " %s", ev->access == ACC_SMC ? "smc" : "hvc");
	if (ev->kind == EV_SYSCALL)
		return format(buf, size, " %s", ev->access == ACC_SVC ? "svc" : "vector");
	return format(buf, size, " %c%u", letters[ev->access & 7], ev->size);
}

size_t record_format(const struct record *rec, char *buf, size_t size)
{
	static const char *const kinds[EV_KINDS] = {"mmio", "mem", "sysreg", "syscall", "call"};
	static const char *const verdicts[] = {"allow", "deny", "kill", "halt"};
	const struct event *ev = &rec->ev;
	u32 hz = MAX(counter_hz(), 1u);
	size_t len = 0;

	size -= 2; /* the line's end always fits */
	ADD("@vigil s=%x t=%u.%06u c=%u %s", rec->seq, (u32)(rec->time / hz),
	    (u32)(rec->time % hz * 1000000 / hz), ev->cpu, kinds[ev->kind]);
	len += format_access(ev, buf + len, size - len);
	ADD(" %s", verdicts[ev->verdict]);
	if (ev->would != ev->verdict)
		ADD(" would=%s", verdicts[ev->would]);
	ADD(" pc=%08x/%s", ev->pc, mode_name(ev->cpsr));
	len += format_detail(ev, buf + len, size - len);
	ADD(" tt=%08llx ctx=%08x tp=%08x by=%s", ev->ttbr0, ev->contextidr, ev->tpidruro,
	    ev->by ? ev->by->name : "vigil");
	if (rec->repeats)
		ADD(" n=%u", rec->repeats + 1);
	buf[len++] = '\r';
	buf[len++] = '\n';
	return len;
}

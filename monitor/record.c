// SPDX-License-Identifier: BSD-2-Clause
#include "monitor.h"

/* Append to a line that never outgrows its buffer. */
#define ADD(...) (len += format(buf + len, size - len, __VA_ARGS__))

const char event_kinds[EV_KINDS][8] = {"mmio", "mem", "sysreg", "syscall", "call"};

size_t record_format(const struct record *rec, char *buf, size_t size)
{
	/* Of registers and what comes before them; system calls; firmware calls. */
	static const char accesses[][5][7] = {
		{"-", "r", "w", "-", "x"}, {"-", "svc", "-", "-", "vector"}, {"-", "smc", "hvc"}};
	static const char verdicts[][6] = {"allow", "deny", "kill", "halt"};
	static const char modes[16][4] = {"usr", "fiq", "irq", "svc", "?", "?", "mon", "abt",
					  "?",	 "?",	"hyp", "und", "?", "?", "?",   "sys"};
	const struct event *ev = &rec->ev;
	size_t len = 0;

	ADD("@vigil s=%x t=%u.%06u c=%u %s %s", rec->seq, SECONDS(rec->time), ev->cpu,
	    event_kinds[ev->kind], accesses[MAX(ev->kind, EV_SYSREG) - EV_SYSREG][ev->access]);
	if (ev->kind <= EV_SYSREG)
		ADD("%u", ev->size);
	ADD(" %s", verdicts[ev->verdict]);
	if (ev->would != ev->verdict)
		ADD(" would=%s", verdicts[ev->would]);
	ADD(" pc=%08x/%s", ev->pc, modes[ev->cpsr & 0xf]);
	if (ev->kind <= EV_MEMORY) {
		ADD(" va=%08x ipa=%08llx", ev->va, ev->ipa);
		if (ev->size && !ev->absent && ev->access != ACC_EXEC)
			ADD(" val=%0*llx", ev->size * 2, ev->value);
		if (ev->absent || ev->walk)
			ADD(" why=%s", ev->walk ? "walk" : "absent");
	} else if (ev->kind == EV_SYSREG) {
		const char *name = vigil_name(vigil_registers, ev->nr);

		if (name && ev->access != ACC_EXEC)
			ADD(" reg=%s", name);
		else
			ADD(" reg=%08x", ev->nr);
		ADD(" val=%08llx old=%08llx", ev->value, ev->old);
	} else {
		/* Of a firmware call, the three arguments that PSCI knows. */
		bool system = ev->kind == EV_SYSCALL;
		const char *name = vigil_name(system && ev->by ? ev->by->calls : NULL, ev->nr);

		ADD(" nr=%08x%s%s", ev->nr, name ? " call=" : "", name ? name : "");
		for (u32 i = 0; i < (system ? ARRAY_SIZE(ev->arg) : 3); i++)
			ADD("%s%x", i ? "," : " args=", ev->arg[i]);
	}
	ADD(" tt=%08llx ctx=%08x tp=%08x by=%s", ev->ttbr0, ev->contextidr, ev->tpidruro,
	    ev->by ? ev->by->name : "vigil");
	if (rec->repeats)
		ADD(" n=%u", rec->repeats + 1);
	return len;
}
